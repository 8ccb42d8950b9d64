"""Everything in one process, no broker: the poller's articles go through every stage in one transaction each.

    poller ─ publish ─▶ follow (a thread: reading, then one commit) ─▶ wake ─▶ sender ─▶ channels

The poller remembers an article only after `publish` returned, so after the commit: a crash repeats an article, and the inbox
drops the repeat. The delivery rows are the only queue, and it is durable.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from time import perf_counter
from typing import Protocol

import structlog

from monitors.article import Article
from streams.core.engine import Engine
from streams.deliver import sender
from streams.deliver.base import Channel
from streams.pipeline import Followed, follow
from streams.store import Store

log = structlog.get_logger("embedded")

Publish = Callable[[Sequence[Article]], Awaitable[None]]
Poll = Callable[[Publish, asyncio.Event], Awaitable[None]]
"""The poller, given where to publish and when to stop."""


class Watch(Protocol):
    """What is counted about articles."""

    def followed(self, result: Followed, seconds: float) -> None:
        """Note an article that went through the stages, and how long that took."""
        ...


async def run(
    poll: Poll,
    engine: Callable[[], Engine],
    store: Store,
    channels: Mapping[str, Channel],
    *,
    now: Callable[[], datetime],
    stop: asyncio.Event,
    watch: Watch,
    sending: sender.Watch,
    paces: Mapping[str, sender.Pace] = sender.PACES,
) -> None:
    """Poll, follow and deliver until ``stop`` is set, then end within two seconds.

    ``engine`` gives the rules in force for each article, so that a reload takes hold between two articles. Articles are
    followed one after the other: a story has one writer. What the store raises ends the run; the next one goes on where it was.
    """
    wake = asyncio.Event()
    one_at_a_time = asyncio.Lock()

    async def publish(articles: Sequence[Article]) -> None:
        for article in articles:
            async with one_at_a_time:
                began = perf_counter()
                result = await asyncio.to_thread(follow, article, engine(), store, now())
            report(result, perf_counter() - began)
            watch.followed(result, perf_counter() - began)
            if any(step.alert for step in result.steps):
                wake.set()

    async def polling() -> None:
        await poll(publish, stop)
        stop.set()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(polling())
        tasks.create_task(
            sender.run(
                store.deliveries,
                channels,
                now=now,
                stop=stop,
                wake=wake,
                watch=sending,
                call=asyncio.to_thread,
                paces=paces,
            )
        )


def report(result: Followed, seconds: float) -> None:
    """Log one line about an article, at the end, with the reason: at info where a rule matched, else at debug."""
    article = result.article
    matched = sorted({m.rule_id for f in result.findings for m in f.matches})
    line = log.info if matched else log.debug
    line(
        "article followed",
        source=article.source,
        title=article.title[:80],
        kind=article.kind,
        rules=matched,
        reason=[r.value for r in result.reasons] or ("known" if result.repeated else "no rule matched"),
        story=[s.story.story_id for s in result.steps if s.story],
        ms=round(seconds * 1000, 1),
    )
