"""Articles to Kafka: acknowledged means written, anything else is said."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from typing import Self

import msgspec
import pytest

from deploy.kafka import Broker, free_port
from monitors.article import Article
from monitors.kafka import KafkaPublisher, PublishFailed
from streams import topics
from streams.wire import decode, encode
from tests.fakes.kafka import Kafka
from tests.fakes.publish import article

pytestmark = pytest.mark.kafka


def publisher(kafka: Kafka, delivery_timeout: float = 30) -> KafkaPublisher:
    topic = kafka.topic(topics.ARTICLES)
    return KafkaPublisher(kafka.address, topic, lambda one: encode(one, "test"), delivery_timeout=delivery_timeout)


def published(publish: KafkaPublisher, *batches: list[Article]) -> None:
    async def scene() -> None:
        try:
            for batch in batches:
                await publish(batch)
        finally:
            await publish.close()

    asyncio.run(scene())


def test_acknowledged_articles_are_in_the_topic_with_key_and_headers(kafka: Kafka) -> None:
    articles = [article(n) for n in range(50)]
    published(publisher(kafka), articles[:20], [], articles[20:])
    records = kafka.records(topics.ARTICLES)
    assert {one.event_id: one for one in articles} == {
        (one := decode(record.value, Article)).event_id: one for record in records
    }
    assert all(record.key == decode(record.value, Article).article_id.encode() for record in records)
    assert all(dict(record.headers)["type"] == b"article" for record in records)


def test_revisions_of_an_article_stay_in_order(kafka: Kafka) -> None:
    published(publisher(kafka), [msgspec.structs.replace(article(n), article_id="same") for n in range(30)])
    records = kafka.records(topics.ARTICLES)
    assert len({record.partition for record in records}) == 1
    assert [decode(record.value, Article).revision for record in records] == [str(n) for n in range(30)]


def test_publishers_of_many_feeds_may_publish_at_once(kafka: Kafka) -> None:
    publish = publisher(kafka)

    async def scene() -> None:
        await asyncio.gather(*(publish([article(10 * feed + n) for n in range(10)]) for feed in range(20)))
        await publish.close()

    asyncio.run(scene())
    assert len(kafka.records(topics.ARTICLES)) == 200


def test_a_topic_that_is_not_there_is_not_made(broker_address: str) -> None:
    with pytest.raises(PublishFailed, match=r"1 articles to none\.articles\.v1"):
        published(publisher(Kafka(broker_address, "none")), [article(1)])


class Away:
    """A publisher in a process of its own: kafka-python leaves refused sockets to the garbage collector of some later test."""

    def __init__(self, kafka: Kafka, seconds: float) -> None:
        command = ["tests.fakes.publish", kafka.address, kafka.topic(topics.ARTICLES), str(seconds)]
        self._child = subprocess.Popen(
            [sys.executable, "-m", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.kill()
        self._child.communicate()

    def publish(self, *numbers: int) -> tuple[str, float]:
        """Return what became of these articles, and how many seconds it took."""
        return self._ask(" ".join(map(str, numbers)))

    def publish_as_the_poller_does(self, *numbers: int) -> bool:
        """Publish these again and again, with the same ids, until they are acknowledged; False after about a minute.

        A client that was refused waits longer before each new connection: one call of 4 s may end before its next try.
        """
        return any(self.publish(*numbers)[0] == "acknowledged" for _ in range(12))

    def close(self) -> tuple[str, float]:
        return self._ask("close")

    def _ask(self, words: str) -> tuple[str, float]:
        assert self._child.stdin
        assert self._child.stdout
        began = time.monotonic()
        self._child.stdin.write(words + "\n")
        self._child.stdin.flush()
        return self._child.stdout.readline().strip(), time.monotonic() - began


def test_a_broker_that_is_away_fails_in_time_and_is_used_again_when_it_is_back(own_broker: Broker) -> None:
    kafka = Kafka(own_broker.address, "away")
    topics.ensure(kafka.address, kafka.prefix)
    with Away(kafka, 4) as away:
        assert away.publish(1)[0] == "acknowledged"
        own_broker.kill()
        answer, seconds = away.publish(2, 3)
        assert answer == "PublishFailed"
        assert seconds < 15
        own_broker.start()
        assert away.publish_as_the_poller_does(2, 3)
        own_broker.kill()
        answer, seconds = away.close()
        assert answer == "closed"
        assert seconds < 10
    own_broker.start()
    found = [decode(value, Article).event_id for value in kafka.values(topics.ARTICLES)]
    assert {"event-1", "event-2", "event-3"} == set(found)


def test_a_broker_that_never_was_is_a_failure_too() -> None:
    with Away(Kafka(f"127.0.0.1:{free_port()}", "never"), 3) as away:
        answer, seconds = away.publish(1)
        assert answer == "PublishFailed"
        assert seconds < 15
