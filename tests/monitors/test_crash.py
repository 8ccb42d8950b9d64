"""A poller killed at every step loses nothing, and what it repeats has the same ids."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from monitors.article import Article
from tests.fakes.publisher import Story, feed_of, publishing
from tests.monitors.crashing import STEPS
from tests.monitors.newsroom import START, Newsroom, newsroom, with_newsroom

OLD = [Story(title=f"Old {n}", guid=f"old-{n}", at=START - timedelta(days=1)) for n in range(3)]
NEW = [Story(title=f"New {n}", guid=f"new-{n}", at=START) for n in range(4)]


async def poller(url: str, folder: Path, step: str, polls: int) -> int:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.monitors.crashing", url, str(folder), step, str(polls)
    )
    return await asyncio.wait_for(child.wait(), 30)


@pytest.mark.parametrize("step", STEPS)
def test_a_poller_killed_between_any_two_steps_loses_nothing(step: str, tmp_path: Path) -> None:
    async def play() -> tuple[int, int]:
        async with publishing() as publisher:
            url = publisher.plays("/rss", feed_of(*OLD), feed_of(*NEW, *OLD))
            killed = await poller(url, tmp_path, step, 2)
            return killed, await poller(url, tmp_path, "never", 2)

    assert asyncio.run(play()) == (-signal.SIGKILL, 0)
    lines = (tmp_path / "published").read_text().splitlines()
    assert {line.split(" ", 1)[1] for line in lines} == {story.title for story in NEW}
    assert len({line.split(" ")[0] for line in lines}) == len(NEW)
    repeats = {"half published": 2, "published": 4}
    assert len(lines) - len(NEW) == repeats.get(step, 0)


def test_what_the_broker_did_not_take_is_published_again_even_if_the_feed_dropped_it() -> None:
    taken: list[Article] = []
    refusals = iter([True, True, True])

    async def publish(articles: Sequence[Article]) -> None:
        if next(refusals, False):
            raise ConnectionError("the broker is away")
        taken.extend(articles)

    async def play() -> Newsroom:
        async with newsroom(publish=publish) as room:
            room.publisher.plays("/rss", feed_of(*OLD), feed_of(*NEW, *OLD), feed_of(*OLD))
            await room.polls(3)
            return room

    room = asyncio.run(play())
    assert [a.title for a in taken] == [s.title for s in reversed(NEW)]
    assert room.ledger.of("unpublished") == [(4,)] * 3
    assert room.slept == [1, 2, 4]


def test_nothing_is_remembered_that_was_not_published(tmp_path: Path) -> None:
    asked = asyncio.Event()

    async def publish(articles: Sequence[Article]) -> None:
        if articles:
            asked.set()
            await asyncio.Event().wait()

    async def play() -> list[str]:
        async with newsroom(tmp_path / "state", publish=publish) as room:
            room.publisher.plays("/rss", feed_of(*OLD), feed_of(*NEW, *OLD))
            await room.polls()
            second = asyncio.create_task(room.polls())
            await asyncio.wait_for(asked.wait(), 10)
            second.cancel()
            await asyncio.gather(second, return_exceptions=True)
        async with newsroom(tmp_path / "state") as room:
            room.publisher.plays("/rss", feed_of(*NEW, *OLD))
            room.state = room.poller.state.polls()[room.feed.id]  # the publisher's port is another one now
            await room.polls()
            return [a.title for a in room.articles]

    assert asyncio.run(play()) == [str(s.title) for s in reversed(NEW)]


@with_newsroom()
async def test_a_restart_repeats_nothing(room: Newsroom) -> None:
    room.publisher.plays("/rss", feed_of(*OLD), feed_of(*NEW, *OLD))
    await room.polls(2)
    for _ in range(3):
        room.restart()
        await room.polls(2)
    assert len(room.events()) == len(NEW)
    assert room.ledger.of("gap") == []
