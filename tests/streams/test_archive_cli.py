"""`wirewatch rules diff`, `backtest` and `stats`: over recordings and over the store's archive."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from streams.clock import utc_now
from streams.comparing import difference
from streams.core.extract import Token
from streams.replaying import replay
from streams.store import open_store
from tests.fakes.newsroom import DAY, RULES, article, engine
from tests.streams.kit import Wirewatch, called, with_floods
from tests.streams.test_reloading import FLOODS

# --- diff, backtest -------------------------------------------------------------------------------------------------


def test_a_change_is_told_by_the_alerts_it_gains_and_loses(
    wirewatch: Wirewatch, folder: Path, tmp_path: Path, recording: str
) -> None:
    old = tmp_path / "old"
    folder.rename(old)
    folder.mkdir()
    for file in old.iterdir():
        (folder / file.name).write_text(file.read_text())
    assert wirewatch("diff", f"{old}..", recording, "--model", "none").exit_code == 0
    with_floods(folder)
    (folder / "strikes.yaml").write_text(RULES.lstrip().replace("severity: bulletin", "severity: urgent"))
    said = wirewatch("diff", f"{old}..{folder}", recording, "--model", "none")
    assert said.output.splitlines() == [
        "+ Flood reaches a | town (Levant Courier): urgent, first report, by flood, to slack:#conflict",
        "~ Missiles hit a depot (Gulf Wire)",
        "    bulletin, first report, by strike, to slack:#conflict",
        "    urgent, first report, by strike, to slack:#conflict",
        "3 articles: 1 alerts before, 2 after; 0 lost, 1 gained, 1 changed",
    ]
    assert said.exit_code == 1
    markdown = wirewatch("diff", f"{folder}..{old}", recording, "--model", "none", "--markdown").output
    assert "### Lost" in markdown
    assert "| Flood reaches a \\| town | Levant Courier |" in markdown


def test_two_revisions_of_a_repository_are_compared(wirewatch: Wirewatch, folder: Path, recording: str) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", str(folder.parent), *who, *words], check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    with_floods(folder)
    git("add", ".")
    git("commit", "-q", "-m", "two")
    (folder / "floods.yaml").unlink()
    assert "1 gained" in wirewatch("diff", "HEAD~1..HEAD", recording, "--model", "none").output
    assert "1 lost" in wirewatch("diff", "HEAD..", recording, "--model", "none").output
    unknown = wirewatch("diff", "nowhere..HEAD", recording, "--model", "none")
    assert "nowhere: found neither a folder nor a git revision" in unknown.output
    assert unknown.exit_code == 2


def test_a_backtest_counts_drafts_too_and_holds_them_to_what_is_expected(
    wirewatch: Wirewatch, folder: Path, tmp_path: Path, recording: str
) -> None:
    with_floods(folder)
    (folder / "floods.yaml").write_text(FLOODS.lstrip().replace("status: live", "status: draft"))
    counted = wirewatch("backtest", recording, "--model", "none")
    assert [line.split() for line in counted.output.splitlines()[1:]] == [
        ["flood", "draft", "1", "0", "0", "1", "1.0"],
        ["strike", "live", "1", "0", "0", "1", "1.0"],
        ["3", "articles", "of", "1", "day"],
    ]
    expected = tmp_path / "expected.yaml"
    expected.write_text("format: 1\nexpect: {strike: 1, flood: 2 to 4}\n")
    said = wirewatch("backtest", recording, "--model", "none", "--expect", str(expected))
    assert (said.output.splitlines()[-1], said.exit_code) == ("flood: found 1 articles; expected 2 to 4", 1)


# --- stats ----------------------------------------------------------------------------------------------------------


def test_stats_say_how_a_rule_is_made(wirewatch: Wirewatch) -> None:
    assert wirewatch("stats").output.splitlines()[1].split() == ["strike", "live", "7", "2", "1", "of", "1"]


def test_stats_say_how_often_a_rule_was_asked_and_by_which_words(wirewatch: Wirewatch, recording: str) -> None:
    said = wirewatch("stats", recording)
    assert said.output.splitlines()[1].split()[6:] == ["1", "1", "1", "missiles", "1"]
    assert (said.output.splitlines()[-1], said.exit_code) == ("3 articles", 0)


def test_a_rule_that_hangs_on_common_words_is_told(wirewatch: Wirewatch, folder: Path, recording: str) -> None:
    text = RULES.lstrip()
    clauses = 'usual: {any: [river, last, nobody]}\n      rare: {any: [{regex: "zep+elin"}]}\n'
    (folder / "strikes.yaml").write_text(
        text[: text.index("strike: {near")] + clauses + text[text.index("    tests:") :]
    )
    said = wirewatch("stats", recording).output.splitlines()
    assert said[1].split()[7:] == ["3", "0", "last", "1,", "nobody", "1,", "river", "1"]
    assert said[2] == (
        "strike is asked about 3 of 3 articles and matches 0: a clause of rarer words would anchor it better"
    )


# --- the archive ----------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    opened = open_store(url, "test", archives=True)
    now = utc_now()
    for days, title in (
        (9, "Missiles hit a depot"),
        (2, "Drones struck a port"),
        (1, "A quiet | day"),
        (1, "Flood at dawn"),
    ):
        one = msgspec.structs.replace(article(title, title), first_seen_at=now - timedelta(days=days))
        with opened.begin(now) as tx:
            tx.keep(one)
    opened.close()
    return url


def test_archived_articles_of_the_last_days_go_through_both_versions(
    wirewatch: Wirewatch, folder: Path, tmp_path: Path, store: str
) -> None:
    old = tmp_path / "old"
    old.mkdir()
    for file in folder.iterdir():
        (old / file.name).write_text(file.read_text())
    with_floods(folder)
    (folder / "strikes.yaml").write_text(RULES.lstrip().replace("drone, drones", "bomb, bombs"))
    said = wirewatch("diff", f"{old}..", "--days", "5", "--store", store, "--model", "none")
    assert said.output.splitlines() == [
        "- Drones struck a port (Gulf Wire): bulletin, first report, by strike, to slack:#conflict",
        "+ Flood at dawn (Gulf Wire): urgent, first report, by flood, to slack:#conflict",
        "3 articles: 1 alerts before, 1 after; 1 lost, 1 gained, 0 changed",
    ]
    assert said.exit_code == 1
    assert (
        "4 articles: 2 alerts before"
        in wirewatch("diff", f"{old}..", "--days", "30", "--store", store, "--model", "none").output
    )


def test_a_backtest_over_several_days_counts_by_day(wirewatch: Wirewatch, store: str) -> None:
    said = wirewatch("backtest", "--days", "30", "--store", store, "--model", "none").output.splitlines()
    day = [(utc_now() - timedelta(days=days)).date() for days in (9, 2, 1)]
    assert said[1].split() == ["strike", "live", "2", "0", "0", "2", "0.7"]
    assert said[2:] == [
        f"{day[0]}       1 articles  strike 1",
        f"{day[1]}       1 articles  strike 1",
        f"{day[2]}       2 articles",
        "4 articles of 3 days",
    ]


def test_stats_read_the_archive(wirewatch: Wirewatch, store: str) -> None:
    assert wirewatch("stats", "--days", "5", "--store", store).output.splitlines()[-1] == "3 articles"


def test_a_store_that_is_not_there_is_told_and_not_made(wirewatch: Wirewatch, tmp_path: Path) -> None:
    said = wirewatch("backtest", "--days", "5", "--store", f"sqlite:///{tmp_path / 'no.db'}", "--model", "none")
    assert ("found no store; expected one that" in said.output, said.exit_code) == (True, 2)
    assert not (tmp_path / "no.db").exists()


@pytest.mark.parametrize("command", [("diff", "HERE..HERE"), ("backtest",), ("stats",)])
def test_no_article_is_an_error_and_not_an_empty_answer(
    wirewatch: Wirewatch, folder: Path, tmp_path: Path, store: str, command: tuple[str, ...]
) -> None:
    words = [word.replace("HERE", str(folder)) for word in command]
    model = () if command == ("stats",) else ("--model", "none")
    (tmp_path / "empty.jsonl").write_text("\n\n")
    opened = open_store(store, "test")
    opened.prune_archive(utc_now())
    opened.close()
    for given, found in (
        ((str(tmp_path / "empty.jsonl"),), "found no article in the recordings"),
        (("--days", "3", "--store", store), "found no archived article of the last 3 days"),
        ((str(tmp_path / "no.jsonl"),), "found no such file or directory"),
        ((str(tmp_path),), "found is a directory"),
        ((str(tmp_path / "archive.db"),), "that is not UTF-8"),
        (("--days", "0", "--store", store), "0 is not in the range"),
        ((str(tmp_path / "empty.jsonl"), "--days", "3"), "found both files and --days"),
    ):
        said = wirewatch(*words, *given, *model)
        assert (found in said.output, said.exit_code) == (True, 2), said.output


def test_a_version_with_a_mistake_gives_no_difference(
    wirewatch: Wirewatch, folder: Path, tmp_path: Path, recording: str
) -> None:
    old = tmp_path / "old"
    old.mkdir()
    for file in folder.iterdir():
        (old / file.name).write_text(file.read_text())
    with_floods(folder)
    (folder / "floods.yaml").write_text(FLOODS.replace("status: live", "status: liev"))
    said = wirewatch("diff", f"{old}..", recording, "--model", "none")
    assert "with mistakes; expected rules that are all in force" in said.output
    assert "did you mean `live`?" in said.output
    assert said.exit_code == 2


def test_each_command_has_help_that_tells_its_exit_codes() -> None:
    for command in ("diff", "backtest"):
        assert "Exit code 0" in called("rules", command, "--help").output


def test_an_article_is_read_once_for_both_sets_of_rules() -> None:
    asked: list[Sequence[str]] = []

    def annotate(sentences: Sequence[str]) -> Sequence[tuple[Token, ...]]:
        asked.append(sentences)
        return [() for _ in sentences]

    one = msgspec.structs.replace(engine(), annotate=annotate)
    said = difference(one, msgspec.structs.replace(one, version="other"), DAY)
    each = len(asked)
    raised = replay(one, DAY)
    assert (said.before, said.after, said.any) == (len(raised), len(raised), False)
    assert 0 < each == len(asked) - each
