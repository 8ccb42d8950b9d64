"""Everything in one process, no broker: the poller's articles go through every stage in one transaction each.

    poller ─ publish ─▶ follow (a thread: reading, then one commit) ─▶ wake ─▶ sender ─▶ channels

The poller remembers an article only after `publish` returned, so after the commit: a crash repeats an article, and the inbox
drops the repeat. The delivery rows are the only queue, and it is durable.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from time import perf_counter
from typing import Protocol

import structlog

from monitors.article import Article
from streams.core.engine import Engine
from streams.deliver import sender
from streams.deliver.base import Channel
from streams.pipeline import Followed, follow
from streams.store import Store, StoreError, Tx
from streams.wire import DeadLetter, decode, encode

log = structlog.get_logger("embedded")
CODE = version("wirewatch")
RETRIED = "embedded.articles"
"""Where the outbox holds articles that `wirewatch dead-letters retry` puts on their way again: there is no topic here."""
RETRIED_SECONDS = 5.0

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
                result = await asyncio.to_thread(_followed, article, engine(), store, now())
            report(result, perf_counter() - began)
            watch.followed(result, perf_counter() - began)
            if any(step.alert for step in result.steps):
                wake.set()

    async def polling() -> None:
        await poll(publish, stop)
        stop.set()

    async def taking_up() -> None:
        while not stop.is_set():
            for row in await asyncio.to_thread(store.claim, 100, now()):
                await publish([decode(row.value, Article)])
                await asyncio.to_thread(store.mark_sent, [row.seq], now())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), RETRIED_SECONDS)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(polling())
        tasks.create_task(taking_up())
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


def _followed(article: Article, engine: Engine, store: Store, now: datetime) -> Followed:
    """Follow an article; one that the core cannot take is buried with its bytes, or its feed would wait for it for ever."""
    try:
        return follow(article, engine, store, now)
    except StoreError:
        raise  # the disk, not the article: the poller tries again
    except Exception as error:
        log.exception("dead letter", article=article.event_id, source=article.source)
        letter = dead_letter(article, error)

        def bury(tx: Tx) -> None:
            if tx.once("examine", article.event_id):
                tx.bury(letter, article.event_id)

        store.apply(bury, now)
        return Followed(article=article)


def dead_letter(article: Article, error: Exception) -> DeadLetter:
    """Return an article that no stage could take, as it would have stood in its topic."""
    body, headers = encode(article, CODE)
    return DeadLetter(
        topic=RETRIED,
        partition=0,
        offset=0,
        key=article.article_id.encode(),
        headers=tuple(headers),
        body=body,
        stage="examine",
        error=type(error).__name__,
        reason=str(error),
        attempts=1,
        code=CODE,
    )


def report(result: Followed, seconds: float) -> None:
    """Log one line about an article, at the end, with the reason: at info where a rule matched, else at debug."""
    article = result.article
    matched = sorted({m.rule_id for f in result.findings for m in f.matches})
    silenced = [f"{each.match.rule_id} by {each.suppression}" for each in result.suppressed]
    held = [alert.held_by for alert in result.alerts if alert.held_by is not None]
    line = log.info if matched or silenced else log.debug
    line(
        "article followed",
        source=article.source,
        title=article.title[:80],
        kind=article.kind,
        rules=matched,
        suppressed=silenced,
        reason=[r.value for r in result.reasons] or ("known" if result.repeated else "no rule matched"),
        story=[s.story.story_id for s in result.steps if s.story],
        ms=round(seconds * 1000, 1),
        **({"held_by": held} if held else {}),
    )
