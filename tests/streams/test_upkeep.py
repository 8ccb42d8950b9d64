"""The store is tidied while it works: what is old goes, in both kinds of age."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec
import structlog

from streams.store import Store, open_store
from streams.topics import TOPICS
from streams.upkeep import KEEP, keep_tidy
from tests.contract.store.kit import until
from tests.fakes.newsroom import START, article

DAY = timedelta(days=1)


def test_the_inbox_remembers_for_a_week_longer_than_any_topic() -> None:
    assert max(topic.keep for topic in TOPICS if topic.keep is not None) + 7 * DAY <= KEEP


def kept(store: Store) -> list[str]:
    return [each.title for each in store.archived(START - 999 * DAY)]


def filled(path: Path) -> Store:
    store = open_store(f"sqlite:///{path / 's.db'}", "test", archives=True)
    for days in (120, 31, 29):
        one = article(f"{days}", f"{days} days ago")
        with store.begin(START - days * DAY) as tx:
            tx.once("examine", one.event_id)
            tx.keep(msgspec.structs.replace(one, first_seen_at=START - days * DAY))
    return store


async def tidied(store: Store, archive: timedelta, rows: int) -> None:
    task = asyncio.create_task(keep_tidy(store, lambda: START, archive))
    await asyncio.to_thread(until, lambda: len(kept(store)) == rows)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_articles_go_after_their_days_and_the_inbox_remembers_them(tmp_path: Path) -> None:
    store = filled(tmp_path)
    asyncio.run(tidied(store, 30 * DAY, 1))
    assert kept(store) == ["29 days ago"]
    ids = {days: article(f"{days}", "").event_id for days in (120, 31, 29)}
    assert store.seen("examine", ids.values()) == {ids[31], ids[29]}
    store.close()


def test_no_days_keep_none(tmp_path: Path) -> None:
    store = filled(tmp_path)
    asyncio.run(tidied(store, timedelta(0), 0))
    assert kept(store) == []
    store.close()


def test_a_store_that_fails_is_tidied_later(tmp_path: Path) -> None:
    store = filled(tmp_path)
    with store.begin(START) as tx:
        tx._conn.exec_driver_sql("ALTER TABLE archive RENAME TO away")

    async def failing() -> None:
        task = asyncio.create_task(keep_tidy(store, lambda: START, 30 * DAY, every=0.01))
        await asyncio.to_thread(until, lambda: bool(logged))
        with store.begin(START) as tx:
            tx._conn.exec_driver_sql("ALTER TABLE away RENAME TO archive")
        await asyncio.to_thread(until, lambda: len(kept(store)) == 1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    with structlog.testing.capture_logs() as logged:
        asyncio.run(failing())
    assert logged[0]["event"] == "tidying the store failed"
    store.close()
