"""Every command of `wirewatch rules` with what is not there or no text: a clear line, exit code 2, no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.newsroom import DESKS, RULES
from tests.streams.kit import Wirewatch, called

COMMANDS = (
    ("check",),
    ("test",),
    ("fmt",),
    ("show",),
    ("stats",),
    ("schema", "--check"),
    ("promote", "strike"),
    ("explain", "ARTICLE", "--no-facts"),
    ("try", "ARTICLE", "--model", "none"),
    ("diff", "GOOD..", "DAY", "--model", "none"),
    ("backtest", "DAY", "--model", "none"),
)


@pytest.fixture
def places(tmp_path: Path, folder: Path, recording: str) -> dict[str, str]:
    article = tmp_path / "article.txt"
    article.write_text("Missiles hit a depot")
    good = tmp_path / "good"
    good.mkdir()
    (good / "strikes.yaml").write_text(RULES.lstrip())
    (good / "desks.yaml").write_text(DESKS.lstrip())
    return {"ARTICLE": str(article), "DAY": recording, "GOOD": str(good), "FOLDER": str(folder)}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("where", ["nowhere", "a file", "empty"])
def test_a_rules_folder_that_is_none_is_told(
    tmp_path: Path, places: dict[str, str], command: tuple[str, ...], where: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a file").write_text("x")
    words = [places.get(word, word.replace("GOOD", places["GOOD"])) for word in command]
    said = called("rules", "--rules", str(tmp_path / where), *words)
    if (command[0], where) in {("check", "empty"), ("schema", "empty")}:
        assert said.exit_code == 1
    else:
        assert said.exit_code == 2
        assert ("found no folder" if where != "empty" else "found no *.yaml") in said.output


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("explain NOWHERE --no-facts", "found no such file or directory; expected an article"),
        ("explain TMP --no-facts", "found is a directory; expected an article"),
        ("explain BINARY --no-facts", "found a character that is not UTF-8; expected an article"),
        ("explain EMPTY --no-facts", "found no words; expected an article"),
        ("explain ftp://example.org/x --no-facts", "found no web address"),
        ("explain ARTICLE --rule strke --no-facts", "did you mean strike?"),
        ("explain ARTICLE --model nope", "no spaCy pipeline 'nope' is installed"),
        ("test strke", "found no rule, desk or suppression 'strke'; did you mean strike?"),
        ("test conflict", "found no test of conflict; expected one"),
        ("test --junit TMP", "found is a directory; expected a file to write"),
        ("show strke", "did you mean strike?"),
        ("show --effective", "found --effective without a rule"),
        ("fmt NOWHERE", "found no such file or directory"),
        ("fmt BINARY", "found a character that is not UTF-8"),
        ("new BadId --words port", "expected an id as missile-strike"),
        ("new flood --words x*", "expected at least 3 letters before the star"),
        ("new flood --words ,", "found no word"),
        ("new flood --words dam --into NOWHERE", "found a file outside of the rules"),
        ("new flood --words dam --into FOLDER/desks.yaml", "found a file that does not end with its rules"),
        ("new strike --words dam --into FOLDER/strikes.yaml", "found the rule strike; expected a new id"),
        ("promote strke", "did you mean strike?"),
        ("promote strike", "found strike live; expected it draft or shadow"),
        ("promote strike --to gone", "is not one of 'draft', 'shadow', 'live', 'retired'"),
        ("diff FOLDER DAY", "expected A..B"),
        ("diff NOWHERE.. DAY --model none", "found neither a folder nor a git revision"),
        ("diff FOLDER..FOLDER ARTICLE --model none", "expected one JSON object per line"),
        ("diff FOLDER..FOLDER --model none", "found no articles; expected FILE.jsonl or --days N"),
        ("diff FOLDER..FOLDER --days 2 --store nope --model none", "found a URL of another kind"),
        ("diff FOLDER..FOLDER --days 2 --store sqlite:///BINARY --model none", "cannot open the store"),
        ("backtest DAY --expect NOWHERE --model none", "found no such file or directory"),
        ("backtest DAY --expect BINARY --model none", "found a character that is not UTF-8"),
        ("nope", "No such command 'nope'"),
    ],
)
def test_what_cannot_be_asked_is_told_in_words(
    wirewatch: Wirewatch, tmp_path: Path, places: dict[str, str], command: str, found: str
) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\x00\xfe\n")
    (tmp_path / "blank").write_text("")
    more = {"NOWHERE": tmp_path / "no", "TMP": tmp_path, "BINARY": tmp_path / "binary", "EMPTY": tmp_path / "blank"}
    for name, path in {**places, **more}.items():
        command = command.replace(name, str(path))
    said = wirewatch(*command.split())
    assert (found in said.output, said.exit_code) == (True, 2), said.output


def test_try_reads_the_folder_that_the_group_was_given(wirewatch: Wirewatch, places: dict[str, str]) -> None:
    assert "strikes / strike: Strike reported" in wirewatch("try", places["ARTICLE"], "--model", "none").output


@pytest.mark.parametrize("command", ["show", "stats", "explain ARTICLE --no-facts", "backtest DAY --model none"])
def test_what_a_command_leaves_out_is_told(
    wirewatch: Wirewatch, folder: Path, places: dict[str, str], command: str
) -> None:
    (folder / "broken.yaml").write_text("format: 1\nruleset: [x\n")
    said = wirewatch(*(places.get(word, word) for word in command.split()))
    assert "LEFT OUT" in said.output
    assert "broken.yaml:2:10: found a list that is not closed" in said.output


@pytest.mark.parametrize("command", [words[0] for words in COMMANDS] + ["new"])
def test_every_command_has_help_of_its_own(command: str) -> None:
    said = called("rules", command, "--help")
    assert said.exit_code == 0
    assert len(said.output.split("Options:")[0].splitlines()) >= 6
