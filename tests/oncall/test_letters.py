"""What a person can do with dead letters."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from streams.letters import dead_letters
from streams.store import Store, open_store
from streams.store.dead_letters import DeadLetter

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LETTER = DeadLetter(
    letter_id="l1",
    stage="examine",
    inbox_id="i1",
    topic="wirewatch.articles.v1",
    partition=2,
    offset=41,
    key=b"a1",
    headers=(("id", b"e1"),),
    body=b'{"title": "\x1b[2J \xff"}',
    error="Unreadable",
    reason="found no text; expected text",
    code="0.1.0",
    at=NOW,
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path / 'wirewatch.db'}"
    store = open_store(address, "worker")
    bury(store)
    store.close()
    return address


def bury(store: Store) -> None:
    with store.begin(NOW) as tx:
        assert tx.once("examine", "i1")
        tx.bury(LETTER, "i1")


def call(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(dead_letters, ["--store", url, *arguments])


def test_the_list_tells_stage_place_and_reason(url: str) -> None:
    listed = call(url)
    assert (
        "l1  01 Mar 12:00  examine   wirewatch.articles.v1[2]@41  Unreadable: found no text; expected text"
        in listed.output
    )
    assert "1 open" in listed.output
    assert "0 open" in call(url, "--stage", "send").output


def test_a_letter_s_bytes_are_shown_without_what_drives_a_terminal(url: str) -> None:
    shown = call(url, "show", "l1").output
    assert '{"title": "�[2J �"}' in shown
    assert "id: e1" in shown


def test_a_retried_record_goes_back_to_its_topic_with_its_own_key_and_headers(url: str) -> None:
    assert (0, "l1 on its way again\n") == ((done := call(url, "retry", "l1")).exit_code, done.output)
    store = open_store(url, "worker")
    (row,) = store.claim(10, NOW)
    assert (LETTER.topic, LETTER.key, LETTER.body, LETTER.headers) == (row.dest, row.key, row.value, row.headers)
    assert store.seen("examine", ["i1"]) == frozenset()
    assert store.dead_letters() == ()
    bury(store)  # it dies again, and is retried again
    store.mark_sent([row.seq], NOW)
    store.close()
    assert call(url, "retry", "l1").exit_code == 0
    store = open_store(url, "worker")
    assert len(store.claim(10, NOW)) == 1
    store.close()


def test_a_dropped_letter_is_no_longer_open(url: str) -> None:
    assert call(url, "drop", "l1").output == "l1 dropped\n"
    assert "0 open" in call(url).output


@pytest.mark.parametrize("arguments", [("show", "l9"), ("retry", "l9"), ("drop", "l9"), ("resume", "examin")])
def test_what_is_not_there_is_told_and_changes_nothing(url: str, arguments: tuple[str, str]) -> None:
    done = call(url, *arguments)
    assert done.exit_code == 1
    assert f"found nothing open by the name {arguments[1]}" in done.output
    assert "1 open" in call(url).output


def test_a_stage_that_stopped_itself_goes_on_when_a_person_says_so(url: str) -> None:
    assert call(url, "resume", "examine").output == "examine may go on\n"
