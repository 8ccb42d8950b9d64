"""Garbage in, and what comes out: a clear line, the right exit code, never a traceback, and the rest goes on."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from aiohttp import web

from tests.e2e.newsday import ROOT, Process, newsroom, strikes_day, until, until_told
from tests.fakes.publisher import Answer, Story, feed_of, publishing, rss, zipped
from tests.fakes.slack import FakeSlack

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(200)]

TRACEBACK = "Traceback (most recent call last)"
Told = Counter[tuple[str, str]]
QUICK = {"WIREWATCH_MODEL": "none", "WIREWATCH_METRICS": "off", "PATH": "/usr/bin:/bin"}


# --- commands that answer and end -----------------------------------------------------------------------------------


def told(*words: object, folder: Path, stdin: bytes = b"", **environment: str) -> tuple[int, str]:
    """Run a wirewatch command and return its exit code and all that it printed."""
    ended = subprocess.run(
        [sys.executable, "-m", "streams.cli", *map(str, words)],
        check=False, cwd=ROOT, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
        env={**QUICK, "WIREWATCH_STATE": str(folder / "state"), **environment},
    )  # fmt: skip
    words_of_it = ended.stdout.decode()
    assert TRACEBACK not in words_of_it
    return ended.returncode, words_of_it


def written(file: Path, content: bytes | str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


NOISE = bytes(range(256)) * 12
HIT = '{"title": "Missiles hit a depot", "text": "At least 12 people were killed, the governor said."}'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("", "FILE: found no words; expected an article, its title on the first line", id="empty"),
        pytest.param(NOISE, "FILE:2:118: found a character that is not UTF-8; expected an article", id="binary"),
        pytest.param(b"words " * 1_700_000, "FILE: found a file over 10 MB; expected an article", id="huge"),
        pytest.param(Path(), "FILE: found is a directory; expected an article", id="directory"),
        pytest.param(Path("nowhere"), "FILE: found no such file or directory; expected an article", id="nowhere"),
        pytest.param("/dev/zero", "FILE: found a file over 10 MB; expected an article", id="endless"),
        pytest.param("http://127.0.0.1:8080/x", "FILE: found .*not an address of the open internet", id="our network"),
        pytest.param("http://[::1]:8080/x", "FILE: found .*not an address of the open internet", id="ourselves"),
        pytest.param("http://no.such.host.invalid/", "FILE: found .*; expected a web page", id="no such host"),
        pytest.param("ftp://ftp.example.org/x", "FILE: found no web address; expected one as https://", id="scheme"),
        pytest.param("http://[broken/", "FILE: found no web address; expected one as https://", id="brackets"),
    ],
)
def test_try_says_why_it_has_no_article(source: str | bytes | Path, expected: str, tmp_path: Path) -> None:
    named = isinstance(source, str) and source.startswith(("http:", "ftp:", "/"))
    file: str | Path = str(source) if named else tmp_path / source if isinstance(source, Path) else tmp_path / "a.txt"
    if isinstance(source, bytes | str) and not named:
        written(tmp_path / "a.txt", source)
    code, words = told("try", file, folder=tmp_path)
    assert (2, True) == (code, bool(re.match(expected.replace("FILE", f"wirewatch: {re.escape(str(file))}"), words)))
    assert words.count("\n") == 1


def test_try_reads_standard_input_as_it_reads_a_file(tmp_path: Path) -> None:
    assert (2, "wirewatch: -: found no words; expected an article, its title on the first line\n") == told(
        "try", "-", folder=tmp_path
    )
    code, words = told("try", "-", folder=tmp_path, stdin=b"title\ncaf\xe9")
    assert (2, True) == (code, words.startswith("wirewatch: -:2:4: found a character that is not UTF-8"))
    code, words = told("try", "-", folder=tmp_path, stdin=b"Tram line opens\x1b[2J\x07\0\r\n\r\nNothing else.")
    assert (0, True) == (code, "No rule matches" in words)
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", words), "what drives a terminal"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("{bad", "FILE:2:1: found no article (JSON is malformed", id="no JSON"),
        pytest.param("[1]", "FILE:2:1: found no article (Expected `object`, got `array`)", id="another shape"),
        pytest.param('{"title": 5}', "FILE:2:1: found no article (Expected `str`, got `int`", id="another type"),
        pytest.param('{"text": " "}', "FILE:2:1: found neither title nor text", id="nothing said"),
        pytest.param('{"title": "x", "seen": "0001-01-01T00:00:00Z"}', "FILE:2:1: found the year 1", id="no time"),
        pytest.param("caf\xe9", "FILE:2:4: found a character that is not UTF-8", id="another encoding"),
    ],
)
def test_replay_names_the_first_line_that_it_cannot_read(line: str, expected: str, tmp_path: Path) -> None:
    file = written(tmp_path / "articles.jsonl", f"{HIT}\n{line}\n{HIT}\n".encode("latin-1"))
    code, words = told("replay", file, folder=tmp_path)
    assert (2, True) == (code, words.startswith(expected.replace("FILE", f"wirewatch: {file}")))


def test_replay_takes_line_ends_of_other_systems_and_other_kinds(tmp_path: Path) -> None:
    file = written(tmp_path / "articles.jsonl", HIT.replace("depot", "depot\u2028north").replace("}", "}\r\n\r\n"))
    code, words = told("replay", file, folder=tmp_path)
    assert (0, True) == (code, words.rstrip().endswith("1 articles, 1 alerts"))


def broken_rules(folder: Path) -> Path:
    """Return a copy of the rules with a file that is no YAML, a misspelt key, and a list in another encoding."""
    rules = folder / "rules"
    shutil.copytree(ROOT / "rules", rules)
    written(rules / "a_broken.yaml", "format: 1\nruleset: x\ntitle: a: b\n")
    leaders = (rules / "named_leaders.yaml").read_text()
    line = next(n for n, text in enumerate(leaders.splitlines(), 1) if text.startswith("    severity:"))
    written(rules / "named_leaders.yaml", leaders.replace("\n    severity:", "\n    severty:", 1))
    written(rules / "lists" / "a_latin.yaml", b"format: 1\nlists:\n  caf\xe9: [x]\n")
    written(folder / "where", f"{rules / 'named_leaders.yaml'}:{line}:5")
    return rules


def test_check_names_every_mistake_by_file_line_and_column(tmp_path: Path) -> None:
    rules = broken_rules(tmp_path)
    feeds = written(
        tmp_path / "feeds.yaml", "format: 1\nfeeds:\n  - id: a\n    evry: 1 s\n    url: file:///etc/passwd\n"
    )
    code, words = told("check", "--rules", rules, "--feeds", feeds, folder=tmp_path)
    assert 1 == code
    for expected in (
        f"{rules / 'a_broken.yaml'}:3:9: found ",
        f"{(tmp_path / 'where').read_text()}: found unknown key `severty`",
        f"{rules / 'lists' / 'a_latin.yaml'}:3:6: found a character that is not UTF-8",
        f"{feeds}:4:5: found unknown key `evry` in a feed",
        f"{feeds}:5:10: found the scheme `file`",
    ):
        assert expected in words
    assert "did you mean `severity`?" in words


def desks_only(folder: Path) -> Path:
    return written(folder / "rules" / "desks.yaml", (ROOT / "rules" / "desks.yaml").read_bytes()).parent


def rules_only(folder: Path) -> Path:
    return written(folder / "rules" / "some.yaml", (ROOT / "rules" / "casualty_claims.yaml").read_bytes()).parent


@pytest.mark.parametrize("rules", [desks_only, rules_only, lambda folder: folder / "nowhere", lambda folder: folder])
def test_a_folder_that_nothing_can_be_watched_with_fails_check_and_start(
    rules: Callable[[Path], Path], tmp_path: Path
) -> None:
    folder = rules(tmp_path)
    code, words = told("check", "--rules", folder, "--feeds", ROOT / "rules" / "feeds.yaml", folder=tmp_path)
    assert (1, True) == (code, re.search(r"^[1-9]\d* errors?, ", words, re.MULTILINE) is not None)
    code, words = told("run", "--rules", folder, "--feeds", ROOT / "rules" / "feeds.yaml", folder=tmp_path)
    assert (2, True) == (code, "\nwirewatch: " in words and "; expected " in words)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(None, ": found no such file or directory; expected a feeds file", id="missing"),
        pytest.param("", ":1:1: found an empty file", id="empty"),
        pytest.param("feeds: [", ":2:1: found ", id="no YAML"),
        pytest.param("format: 1\nfeeds: [7]", ":2:9: found `7`; expected a feed", id="another shape"),
        pytest.param(b"format: 1\nfeeds: caf\xe9", ":2:11: found a character that is not UTF-8", id="encoding"),
        pytest.param("format: 1\nfeeds:\n  - !!python/object:os.system x", ":3:5: found ", id="hostile"),
    ],
)
def test_a_bad_feeds_file_stops_the_start(content: str | bytes | None, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml" if content is None else written(tmp_path / "feeds.yaml", content)
    code, words = told("run", "--feeds", file, folder=tmp_path)
    assert (2, True) == (code, f"\nwirewatch: {file}{expected}" in words)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param(["--metrics", "nine"], "--metrics: found 'nine'; expected host:port", id="metrics"),
        pytest.param(["--slack-pace", "fast"], "--slack-pace: found 'fast'; expected burst/per second", id="pace"),
        pytest.param(["--store", "mysql://u:hunter2@h/x"], "--store: found a URL of another kind", id="store"),
        pytest.param(["--model", "no_such"], "no spaCy pipeline 'no_such' is installed", id="model"),
        pytest.param(["--state", "/proc/nowhere"], "/proc/nowhere: found no such file or directory", id="no folder"),
        pytest.param(["--state", "/dev/null"], "/dev/null: found file exists; expected a folder", id="a file"),
        pytest.param(["--frobnicate"], "No such option: --frobnicate", id="option"),
        pytest.param(["--settings", "/nowhere.yaml"], "File '/nowhere.yaml' does not exist", id="no settings"),
    ],
)
def test_bad_options_stop_the_start(options: Sequence[str], expected: str, tmp_path: Path) -> None:
    code, words = told("run", *options, folder=tmp_path)
    assert (2, True) == (code, expected in words)
    assert "hunter2" not in words


def test_bad_settings_name_where_they_stand(tmp_path: Path) -> None:
    file = written(tmp_path / "s.yaml", "stat: x\nmetrics: [1]\n")
    code, words = told("check", "--settings", file, folder=tmp_path)
    assert (2, True) == (
        code,
        f"{file}:1:1: found unknown key `stat`" in words and f"{file}:2:10: found a list" in words,
    )
    code, words = told("check", "--settings", written(file, b"model: caf\xe9"), folder=tmp_path)
    assert (2, True) == (code, f"{file}:1:11: found a character that is not UTF-8" in words)
    code, words = told("check", folder=tmp_path, WIREWATCH_STAET="x")
    assert (2, True) == (code, "WIREWATCH_STAET: found an unknown setting" in words)
    assert "did you mean WIREWATCH_STATE?" in words
    code, words = told("wacth", folder=tmp_path)
    assert (2, True) == (code, "No such command 'wacth'" in words)


def newer_store(state: Path) -> str:
    of_version(state / "wirewatch.db", "create table wirewatch_version as select 99 as version")
    return "the store is at version 99, this wirewatch knows versions up to"


def newer_memory(state: Path) -> str:
    of_version(state / "feeds.db", "pragma user_version = 99")
    return "feeds.db: made by another version of wirewatch (format 99"


def of_version(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute("pragma journal_mode = wal")
        db.execute(statement)
        db.commit()


def no_store(state: Path) -> str:
    written(state / "wirewatch.db", NOISE)
    return "wirewatch.db: file is not a database"


def no_memory(state: Path) -> str:
    written(state / "feeds.db", NOISE)
    return "feeds.db: found file is not a database"


@pytest.mark.parametrize("spoil", [newer_store, newer_memory, no_store, no_memory])
def test_a_state_that_is_not_ours_stops_the_start_and_stays_as_it_was(
    spoil: Callable[[Path], str], tmp_path: Path
) -> None:
    (state := tmp_path / "state").mkdir()
    expected = spoil(state)
    (spoilt,) = state.iterdir()
    before = spoilt.read_bytes()
    code, words = told("run", folder=tmp_path)
    assert (2, True) == (code, expected in words)
    assert before == spoilt.read_bytes()


# --- a watch that goes on -------------------------------------------------------------------------------------------

BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><title>&d;&e;</title></item></channel></rss>"""
HTML = {"Content-Type": "text/html"}
CHALLENGE = Answer(body=b"<html><title>Just a moment...</title><body>Checking your browser</body></html>", headers=HTML)
ONE = feed_of(Story(title="Missiles hit a depot", guid="1"))

GARBAGE: dict[str, tuple[Answer, str]] = {
    "empty": (Answer(), "empty"),
    "noise": (Answer(body=NOISE * 50), "not_a_feed"),
    "json": (Answer(body=b'{"items": []}'), "json"),
    "page": (Answer(body=b"<!doctype html><html><body>News</body></html>", headers=HTML), "html"),
    "login": (Answer(body=b'<html><form><input type="password"></form></html>', headers=HTML), "login"),
    "challenge": (CHALLENGE, "challenge"),
    "error": (Answer(status=500, body=b"<h1>Oops</h1>", headers=HTML), "server"),
    "missing": (Answer(status=404), "missing"),
    "gone": (Answer(status=410), "gone"),
    "busy": (Answer(status=429, headers={"Retry-After": "soon"}), "throttled"),
    "cut": (Answer(body=ONE.body * 3, cut=True), "truncated"),
    "half-zip": (zipped(Answer(body=rss([Story(title=f"News {n}") for n in range(900)])), keep=700), "truncated"),
    "no-zip": (Answer(body=ONE.body, headers={"Content-Encoding": "gzip"}), "truncated"),
    "zip-bomb": (zipped(Answer(body=bytes(40_000_000))), "too_large"),
    "huge": (Answer(body=b"<rss>" + b"x" * 9_000_000), "too_large"),
    "inside": (Answer(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}), "refused"),
    "loop": (Answer(status=302, headers={"Location": "{base}/loop"}), "redirects"),
    "nowhere": (Answer(status=302, headers={"Location": "gopher://x/"}), "refused"),
    "deep": (Answer(body=b"<rss><channel><item>" + b"<b>" * 200_000), "fetched"),
    "entities": (Answer(body=BOMB), "fetched"),
    "nothing-new": (Answer(body=rss([])), "fetched"),
}
"""What is served, and what a poll of it comes to: a reason from a closed list (monitors/schedule.py), or a document."""


def test_broken_rules_and_garbage_feeds_cost_only_themselves(tmp_path: Path) -> None:
    async def day() -> tuple[Told, dict[str, set[str]], str, str]:
        async with newsroom(tmp_path, strikes_day(8)) as room, publishing() as evil:
            room.watch_too({name: evil.plays(f"/{name}", answer) for name, (answer, _) in GARBAGE.items()})
            rules = {"WIREWATCH_RULES": str(broken_rules(tmp_path)), "WIREWATCH_MODEL": "none"}
            run = await room.start("run", rules)
            await room.publisher.polled()
            while room.publisher.step():
                await room.publisher.polled()
            await until(lambda: len({alert for alert, _ in room.told()}) >= 8 + 3 + 3)

            async def all_polled() -> bool:
                return set(GARBAGE) <= set(await outcomes(run))

            await until_told(all_polled)
            polls = await outcomes(run)
            second = await room.start("run", rules)
            assert 2 == await second.child.wait()
            await room.delivered()
            await run.stop()
            return room.told(), polls, run.log.read_text(), second.log.read_text()

    told, polls, log, second = asyncio.run(day())
    kinds = "8 first reports, 3 raised tolls, and what was refused of 3 files told to their owners"
    assert 8 + 3 + 3 == len({alert for alert, _ in told}), kinds
    assert {1} == set(told.values())
    assert {name: {expected} for name, (_, expected) in GARBAGE.items()} == {
        name: came_to - {"unchanged"} for name, came_to in polls.items() if name in GARBAGE
    }
    assert f"NOT IN FORCE  {(tmp_path / 'where').read_text()}: found unknown key `severty`" in log
    assert re.search(r"NOT IN FORCE  \S*a_broken.yaml:3:9: ", log)
    assert re.search(r"wirewatch: \S*state: found a running `wirewatch run`; expected one per state folder", second)
    assert_clean(log + second)


async def outcomes(run: Process) -> dict[str, set[str]]:
    """Return what the polls of each feed came to so far."""
    came_to: dict[str, set[str]] = {}
    for labels, _ in await run.samples("wirewatch_feed_polls_total"):
        came_to.setdefault(labels["feed"], set()).add(labels["outcome"])
    return came_to


def assert_clean(log: str) -> None:
    assert TRACEBACK not in log
    assert "mistake in wirewatch" not in log
    assert "xoxb-fake" not in log, "the token"


# --- Slack ----------------------------------------------------------------------------------------------------------

UNSURE: tuple[bytes, ...] = (
    b"",
    b"null",
    b"5",
    b'"ok"',
    b"[]",
    b"{}",
    b'{"ok": tr',
    b"\xff\xfe\x00",
    b"<html>Sign in</html>",
    b'{"ok": true}',
    b'{"ok": true, "ts": 5, "channel": null}',
    b'{"ok": true, "ts": {"x": 1}, "channel": []}',
    b'{"ok": false}',
    b'{"ok": false, "error": null}',
    b'{"ok": false, "error": {"code": 1}}',
    b"[" * 100_000,
)
"""Answers that do not say whether Slack took the message: it is looked for, and sent again where it is not there."""
REFUSALS = ("made_up_error", "is_archived", "invalid_auth", "invalid_arguments")


READINGS: tuple[bytes, ...] = (
    b"null",
    b"[5]",
    b'{"ok": true}',
    b'{"ok": true, "messages": "none"}',
    b'{"ok": true, "messages": [5, null, {"metadata": 3, "ts": []}]}',
    b"<html>Sign in</html>",
)
"""What the first looks for messages are answered."""


def test_garbage_from_slack_costs_no_alert_but_those_it_refused(tmp_path: Path) -> None:
    """Every other unsure answer hides a message that Slack took."""
    refused = [f'{{"ok": false, "error": "{code}"}}'.encode() for code in REFUSALS]
    posts = [(body, n % 2 == 0) for n, body in enumerate(UNSURE)] + [(body, False) for body in refused]
    garbage = {"chat.postMessage": posts, "conversations.history": [(body, False) for body in READINGS]}

    async def day() -> tuple[Told, list[tuple[str, int]], str]:
        async with newsroom(tmp_path, strikes_day(len(posts))) as room, between(room.slack, garbage) as url:
            run = await room.start("run", {"WIREWATCH_MODEL": "none", "WIREWATCH_SLACK_URL": url})
            await room.publisher.polled()
            room.publisher.step(room.day.end)
            await room.publisher.polled()
            await room.delivered()
            rows = room.rows("select state, count(*) from deliveries group by state")
            await run.stop()
            return room.told(), rows, run.log.read_text()

    alerts, rows, log = asyncio.run(day())
    assert {"dead": len(REFUSALS), "sent": len(alerts)} == dict(rows)
    assert {1} == set(alerts.values())
    assert len(alerts) >= len(UNSURE)
    assert_clean(log)
    code, letters = told("dead-letters", folder=tmp_path)
    assert (0, True) == (code, letters.endswith(f"\n{len(REFUSALS)} open\n"))
    for reason in REFUSALS:
        assert f"chat.postMessage: {reason}" in letters


@asynccontextmanager
async def between(slack: FakeSlack, garbage: Mapping[str, Sequence[tuple[bytes, bool]]]) -> AsyncIterator[str]:
    """Serve a Slack whose first answers to these methods are garbage, whether or not it acts on the call (True)."""
    left = {method: list(answers) for method, answers in garbage.items()}

    async def answer(request: web.Request) -> web.StreamResponse:
        answers = left.get(request.match_info["method"])
        body, acts = answers.pop(0) if answers else (None, True)
        answered = await slack.answer(request) if acts else None
        return answered if answered and body is None else web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    finally:
        await runner.cleanup()
