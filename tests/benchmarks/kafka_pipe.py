"""Kafka mode: from producing an article to Slack's acceptance of its alert, and how many articles a second the pipe takes.

Run with `python -m tests.benchmarks kafka`. Everything is real but Slack: broker, `wirewatch worker` and `deliver` as
processes, their store, and the publisher that `poll` uses. The reference in the same run is the broker alone: the same
articles produced and read back by a bare client.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from deploy.kafka import Broker
from monitors.article import Article, digest
from monitors.kafka import KafkaPublisher
from streams import topics
from streams.core.model import Alert
from streams.wire import encode
from tests.benchmarks.articles import articles
from tests.e2e.newsday import Newsroom, newsroom, strikes_day, until
from tests.fakes.kafka import Kafka

RATE, SECONDS, FLOOD = 20, 40, 6000
HIT_EVERY = 20


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder) / "kafka")
        broker.start()
        try:
            asyncio.run(_measure(Path(folder), broker.address))
        finally:
            broker.stop()


async def _measure(folder: Path, address: str) -> None:
    kafka = Kafka(address, "bench")
    topics.ensure(address, kafka.prefix)
    publish = KafkaPublisher(address, kafka.topic(topics.ARTICLES), lambda article: encode(article, "bench"))
    print(f"Kafka, one article in {HIT_EVERY} a hit, 660 words, worker and deliver as processes, SQLite")
    async with newsroom(folder, strikes_day(1)) as room:
        room.environment |= {"WIREWATCH_KAFKA": address, "WIREWATCH_TOPIC_PREFIX": kafka.prefix}
        room.environment |= {"WIREWATCH_LOG_LEVEL": "warning"}
        for command in ("deliver", "worker"):
            await room.start(command)
        await _publish(publish, _batch("warm", HIT_EVERY, 2026), RATE)
        await until(lambda: bool(_accepted(room)))
        waits = await _latencies(publish, room)
        print(
            f"  produced to accepted by Slack at {RATE}/s: p50 {_ms(waits, 50)} ms, p99 {_ms(waits, 99)} ms,"
            f" worst {max(waits) * 1000:.0f} ms (n={len(waits)})"
        )
        print(
            f"  sustained, produced flat out: {await _flood(publish, room):.0f} articles/s through broker, worker, store"
        )
    await publish.close()
    print(f"  the broker alone (reference): {await asyncio.to_thread(_broker_alone, kafka):.0f} articles/s read back")


def _batch(name: str, count: int, year: int) -> list[Article]:
    """Return articles of their own: each batch in its own years, so that no story goes on in the next."""
    made = articles(count, hit_every=HIT_EVERY, start=datetime(year, 1, 1, tzinfo=UTC), seed=year)
    return [
        msgspec.structs.replace(one, event_id=digest(name, one.event_id), article_id=digest(name, one.article_id))
        for one in made
    ]


def _ms(waits: Sequence[float], percentile: int) -> str:
    return f"{statistics.quantiles(waits, n=100)[percentile - 1] * 1000:.1f}"


async def _publish(publish: KafkaPublisher, batch: Sequence[Article], rate: float) -> dict[str, float]:
    """Publish at a steady rate, whatever the answers take, and return when each article was handed over."""
    produced, calls, began = dict[str, float](), [], time.monotonic()
    for n, article in enumerate(batch):
        await asyncio.sleep(max(0, began + n / rate - time.monotonic()))
        produced[article.event_id] = time.time()  # noqa: TID251 - compared with the clock of the fake Slack
        calls.append(asyncio.ensure_future(publish([article])))
    await asyncio.gather(*calls)
    return produced


def _accepted(room: Newsroom) -> dict[str, float]:
    """Return when Slack first accepted each alert, by alert."""
    times: dict[str, float] = {}
    for message in room.slack.messages():
        if message["metadata"]:
            times.setdefault(message["metadata"]["event_payload"]["alert_id"], message["accepted_at"])
    return times


async def _latencies(publish: KafkaPublisher, room: Newsroom) -> list[float]:
    before = _accepted(room)
    produced = await _publish(publish, _batch("steady", RATE * SECONDS, 2030), RATE)
    hits = RATE * SECONDS // HIT_EVERY
    await until(lambda: len(_accepted(room)) >= len(before) + hits)
    alerts = [msgspec.json.decode(value, type=Alert) for (value,) in room.rows("select value from deliveries")]
    events = {alert.alert_id: alert.article.event_id for alert in alerts}
    return [at - produced[events[alert]] for alert, at in _accepted(room).items() if alert not in before]


async def _flood(publish: KafkaPublisher, room: Newsroom) -> float:
    """Return how many articles a second go through, from the first one taken until nothing is left to do."""
    known = _examined(room)
    writing = asyncio.ensure_future(_in_batches(publish, _batch("flood", FLOOD, 2040)))
    await until(lambda: _examined(room) > known)
    began = time.monotonic()
    await until(lambda: _examined(room) >= known + FLOOD and not _waiting(room), 600)
    took = time.monotonic() - began
    await writing
    return FLOOD / took


def _waiting(room: Newsroom) -> bool:
    """Tell whether records are on their way to the next topic, or alerts to Slack."""
    untaken = (
        "select count(*) from outbox where dest like '%.{}.v1' and id not in (select id from inbox where stage = '{}')"
    )
    questions = (
        "select count(*) from outbox where sent_at is null",
        untaken.format("findings", "advance"),
        untaken.format("alerts", "deliver"),
        "select count(*) from deliveries where state != 'sent'",
    )
    return any(room.rows(question) != [(0,)] for question in questions)


async def _in_batches(publish: KafkaPublisher, batch: Sequence[Article]) -> None:
    for at in range(0, len(batch), 100):
        await publish(batch[at : at + 100])


def _examined(room: Newsroom) -> int:
    ((count,),) = room.rows("select count(*) from inbox where stage = 'examine'")
    return int(count)


def _broker_alone(kafka: Kafka) -> float:
    began = time.monotonic()
    return len(kafka.records(topics.ARTICLES)) / (time.monotonic() - began)
