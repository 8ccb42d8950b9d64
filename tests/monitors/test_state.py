from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from monitors.identity import Marks, Seen
from monitors.schedule import first_state
from monitors.state import KEPT, State, StateError
from tests.monitors.newsroom import START, make_feed

POLL = first_state(make_feed(), 1, START)


def marks(name: str) -> Marks:
    return Marks(guid=f"g-{name}", link=f"l-{name}", title=f"title {name}", at="")


def seen(name: str) -> Seen:
    return Seen(row=None, marks=marks(name), article_id=name, revision="1:..", n=1, first_seen_at=START)


def names(state: State, *asked: str) -> list[str]:
    return [entry.article_id for entry in state.seen("evil", [marks(name) for name in asked])]


def test_a_poll_is_remembered_across_processes(tmp_path: Path) -> None:
    first = State(tmp_path / "s")
    first.remember(POLL, [seen("a"), seen("b")], START)
    first.close()
    again = State(tmp_path / "s")
    assert again.polls() == {"evil": POLL}
    assert (names(again, "a", "b", "c"), again.listed("evil")) == (["a", "b"], 2)
    again.close()


def test_entries_are_found_by_any_of_their_marks_and_by_none_that_is_empty() -> None:
    state, nothing = State(":memory:"), Marks(guid="", link="", title="", at="")
    bare = msgspec.structs.replace(seen("bare"), marks=msgspec.structs.replace(nothing, title="bare"))
    state.remember(POLL, [seen("a"), bare], START)
    for mark in ("guid", "link", "title"):
        alone = msgspec.structs.replace(nothing, **{mark: getattr(marks("a"), mark)})
        assert [entry.article_id for entry in state.seen("evil", [alone])] == ["a"]
    assert state.seen("evil", [nothing]) == ()
    assert state.seen("another", [marks("a")]) == ()
    state.close()


def test_only_what_the_last_document_held_is_listed() -> None:
    state = State(":memory:")
    state.remember(POLL, [seen("a"), seen("b")], START)
    (a,) = state.seen("evil", [marks("a")])
    state.remember(POLL, [a, seen("c")], START)
    assert [(e.article_id, e.listed) for e in state.seen("evil", [marks(n) for n in "abc"])] == [
        ("a", True),
        ("b", False),
        ("c", True),
    ]
    assert state.listed("evil") == 2
    state.close()


def test_an_unchanged_poll_keeps_the_entries() -> None:
    state = State(":memory:")
    state.remember(POLL, [seen("a")], START)
    state.remember(POLL, None, START + 2 * KEPT)
    assert (names(state, "a"), state.listed("evil")) == (["a"], 1)
    state.close()


def test_entries_are_forgotten_thirty_days_after_they_left_the_document() -> None:
    state, gone = State(":memory:"), START + timedelta(days=400)
    state.remember(POLL, [seen("long listed")], START)
    state.remember(POLL, [seen("next")], gone)
    (entry,) = state.seen("evil", [marks("next")])
    state.remember(POLL, [entry], gone + KEPT)
    assert names(state, "long listed", "next") == ["long listed", "next"]
    state.remember(POLL, [entry], gone + KEPT + timedelta(seconds=1))
    assert names(state, "long listed", "next") == ["next"]
    state.close()


def test_a_poll_that_cannot_be_stored_whole_is_not_stored() -> None:
    state = State(":memory:")
    broken = Seen(row=None, marks=marks("b"), article_id=None, revision="", n=1, first_seen_at=START)  # type: ignore[arg-type] # on purpose
    with pytest.raises(sqlite3.IntegrityError):
        state.remember(POLL, [seen("a"), broken], START)
    assert (state.polls(), names(state, "a")) == ({}, [])
    state.close()


def test_the_memory_of_another_version_is_not_touched(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "s") as db:
        db.execute("pragma user_version = 99")
    db.close()
    with pytest.raises(StateError, match="format 99, this one reads 1"):
        State(tmp_path / "s")
