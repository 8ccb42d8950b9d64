"""Feed to Slack, in both modes, on the demo day: the same alerts, each once."""

from __future__ import annotations

import asyncio
import json
import signal
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from kafka import KafkaConsumer, TopicPartition

from streams import topics
from tests.e2e.newsday import Newsroom, newsroom, until

if TYPE_CHECKING:
    from tests.fakes.kafka import Kafka

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def embedded_day(tmp_path_factory: pytest.TempPathFactory) -> Counter[tuple[str, str]]:
    """The whole day through `wirewatch run`: which alert reached which channel, and how often."""
    folder = tmp_path_factory.mktemp("embedded")

    async def day() -> Counter[tuple[str, str]]:
        async with newsroom(folder) as room:
            run = await room.start("run")

            async def settled() -> None:
                # A poller that asks again has published, and published means committed: nothing to wait for.
                assert run.child.returncode is None, run.log.read_text()[-3000:]

            await room.play(settled)
            await room.delivered()
            assert await run.stop(signal.SIGINT) < 5, "two seconds, and what a busy machine adds"
            again = await room.start("run")
            await room.publisher.polled()
            await again.stop()
            return room.told()

    return asyncio.run(day())


def test_the_day_reaches_slack_each_alert_once_also_over_a_restart(
    embedded_day: Counter[tuple[str, str]],
) -> None:
    assert {1} == set(embedded_day.values())
    assert {"#conflict", "#politics"} <= {channel for _, channel in embedded_day}
    assert len(embedded_day) > 30


@pytest.mark.kafka
def test_poll_worker_and_deliver_raise_the_same_alerts_on_kafka(
    embedded_day: Counter[tuple[str, str]], kafka: Kafka, tmp_path: Path
) -> None:
    async def day() -> Counter[tuple[str, str]]:
        async with newsroom(tmp_path) as room:
            more = {"WIREWATCH_KAFKA": kafka.address, "WIREWATCH_TOPIC_PREFIX": kafka.prefix}
            deliver = await room.start("deliver", more)
            worker = await room.start("worker", more)
            poll = await room.start("poll", more)
            pipe = Pipe(room, kafka)
            await room.play(pipe.settled)
            await room.delivered()
            for process in (poll, worker, deliver):
                await process.stop()
            pipe.close()
            return room.told()

    assert embedded_day == asyncio.run(day())


class Pipe:
    """Tells when every record of every topic has been through the stage that reads it."""

    def __init__(self, room: Newsroom, kafka: Kafka) -> None:
        self._room = room
        self._consumer = KafkaConsumer(bootstrap_servers=kafka.address, group_id=None, enable_auto_commit=False)
        self._partitions = {
            stage: [
                TopicPartition(kafka.topic(name), n) for n in self._consumer.partitions_for_topic(kafka.topic(name))
            ]
            for stage, name in (("examine", topics.ARTICLES), ("advance", topics.FINDINGS), ("deliver", topics.ALERTS))
        }

    async def settled(self) -> None:
        await until(self._is_settled)

    def _is_settled(self) -> bool:
        # First to last: what a stage wrote before it was asked is counted by the question after it.
        for stage, partitions in self._partitions.items():
            written = sum(self._consumer.end_offsets(partitions).values())
            ((done,),) = self._room.rows(f"select count(*) from inbox where stage = '{stage}'")
            if done < written:
                return False
        return self._room.rows("select count(*) from outbox where sent_at is null") == [(0,)]

    def close(self) -> None:
        self._consumer.close()


def test_alerts_of_a_story_stay_in_its_thread(tmp_path: Path) -> None:
    async def day() -> list[dict[str, object]]:
        async with newsroom(tmp_path) as room:
            run = await room.start("run")

            async def settled() -> None:
                await room.delivered()

            await room.publisher.polled()
            for _ in range(12):
                room.publisher.step()
                await room.publisher.polled()
            await room.delivered()
            await run.stop()
            return room.slack.messages()

    messages = asyncio.run(day())
    roots = {
        (m["channel_name"], json.dumps(m["metadata"]["event_payload"]["story_id"])): m["ts"]  # type: ignore[index]
        for m in reversed(messages)
        if not m.get("thread_ts")
    }
    replies = [m for m in messages if m.get("thread_ts")]
    assert replies
    for m in replies:
        story = (m["channel_name"], json.dumps(m["metadata"]["event_payload"]["story_id"]))  # type: ignore[index]
        assert roots[story] == m["thread_ts"]
