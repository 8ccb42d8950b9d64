"""Counting, pruning, checking."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import inspect

from streams.store import Counts, Store, open_store
from tests.contract.store.kit import NOW, SECOND, TABLES, Opener, alert, everything, letter, rows, story

DAY = timedelta(days=1)


def fill(store: Store, name: str, days_ago: int, *, finished: bool = True) -> None:
    """One of every kind of row, made so many days ago."""
    at = NOW - days_ago * DAY
    with store.begin(at) as tx:
        tx.once("examine", name)
        tx.put("findings", b"world", name, b"value")
        tx.save_story(story(name, f"key of {name}", seen=at))
        tx.add_delivery(alert(name, story_id=name), "console:")
        tx.bury(letter(name, name), name)
    if finished:
        store.mark_sent([tx.written[0].seq], at)
        for row in store.deliveries.due(at, 100):
            store.deliveries.sent(row.delivery_key, "ts", at)
        store.drop(name, at)


def prune_all(store: Store, batch: int = 500) -> list[int]:
    pruned = [store.prune(NOW - 10 * DAY, batch)]
    while pruned[-1]:
        pruned.append(store.prune(NOW - 10 * DAY, batch))
    return pruned


def test_what_is_old_and_finished_goes_and_what_is_younger_stays(opened: Opener) -> None:
    store = opened()
    fill(store, "old", 11)
    fill(store, "young", 9)

    assert prune_all(store) == [5, 0]

    assert store.seen("examine", ["old", "young"]) == {"young"}
    assert [row["id"] for row in rows(store, "outbox")] == ["young"]
    assert [row["story_id"] for row in rows(store, "deliveries")] == ["young"]
    assert [row["letter_id"] for row in rows(store, "dead_letters")] == ["young"]
    assert [each.story_id for each in store.recent("world", 9)] == ["young"]
    assert [row["key"] for row in rows(store, "story_keys")] == ["key of young"]


def test_what_is_unfinished_stays_whatever_its_age(opened: Opener) -> None:
    store = opened()
    fill(store, "old", 400, finished=False)

    prune_all(store)

    assert [len(rows(store, table)) for table in ("outbox", "deliveries", "dead_letters")] == [1, 1, 1]


def test_pruning_goes_in_small_batches(opened: Opener) -> None:
    store = opened()
    for number in range(5):
        fill(store, str(number), 11)

    assert prune_all(store, batch=2) == [10, 10, 5, 0]


def test_an_unsent_row_from_long_ago_does_not_keep_the_sent_ones(opened: Opener) -> None:
    store = opened()
    fill(store, "stuck", 20, finished=False)
    fill(store, "old", 11)

    prune_all(store)

    assert [row["id"] for row in rows(store, "outbox")] == ["stuck"]


def test_counts_tell_what_waits_and_since_when(opened: Opener) -> None:
    store = opened()
    empty = store.counts()
    for second in (0, 1):
        with store.begin(NOW + second * SECOND) as tx:
            tx.put("findings", None, str(second), b"")
            for channel in ("slack:#world", "console:"):
                tx.add_delivery(alert(str(second), story_id=str(second)), channel)

    assert empty == Counts(outbox=0, outbox_since=None, deliveries=(), dead_letters=())
    assert store.counts() == Counts(
        outbox=2, outbox_since=NOW, deliveries=(("console:", 2, NOW), ("slack:#world", 2, NOW)), dead_letters=()
    )


def test_a_sound_store_has_nothing_to_report(opened: Opener) -> None:
    store = opened()
    fill(store, "1", 0)

    assert store.integrity_check() == ()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE sqlite_master SET rootpage = 2 WHERE name = 'stories_by_desk'",
        "UPDATE sqlite_master SET sql = replace(sql, 'thread TEXT', 'thread TEXT NOT NULL') WHERE name = 'deliveries'",
    ],
    ids=["pages", "rows"],
)
def test_a_damaged_file_is_reported(sqlite_url: str, damage: str) -> None:
    opened = Opener(sqlite_url)
    store = opened()
    fill(store, "1", 0)
    with store._database.engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA writable_schema = ON")
        conn.exec_driver_sql(damage)
        conn.commit()
    opened.kill(store)

    store = opened()
    assert store.integrity_check() != ()
    opened.kill(store)


def test_the_suite_looks_at_every_table(opened: Opener) -> None:
    store = opened()

    assert set(inspect(store._database.engine).get_table_names()) == {*TABLES, "wirewatch_version"}
    assert set(everything(store)) == set(TABLES)


def test_a_store_in_memory_works_and_is_gone_afterwards() -> None:
    store = open_store("sqlite://", "ada")
    fill(store, "1", 0)
    assert store.seen("examine", ["1"]) == {"1"}
    store.close()

    again = open_store("sqlite://", "ada")
    assert again.seen("examine", ["1"]) == frozenset()
    again.close()


def test_a_time_without_a_zone_is_refused(opened: Opener) -> None:
    store = opened()

    with pytest.raises(TypeError), store.begin(NOW.replace(tzinfo=None)) as tx:
        tx.once("examine", "event")
