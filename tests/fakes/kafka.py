"""The real broker of a test run, and what tests ask of it. Nothing here is a fake but the folder's name."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import msgspec
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from streams import topics


class Record(msgspec.Struct, frozen=True):
    """A record as it lies in its topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    at: float


class Kafka:
    """A broker's address and a prefix of this test's own; its topics are made."""

    def __init__(self, address: str, prefix: str) -> None:
        self.address = address
        self.prefix = prefix

    def topic(self, name: str) -> str:
        return topics.full_name(self.prefix, name)

    def produce(self, name: str, bodies: Sequence[bytes], partition: int | None = None) -> None:
        """Write these records, in order, spread over the partitions or to one, and wait for all acknowledgements.

        A body is its own key and stands in the header ``id`` too.
        """
        producer = KafkaProducer(bootstrap_servers=self.address, linger_ms=5, max_request_size=2 * topics.MEBIBYTE)
        try:
            sends = [
                producer.send(self.topic(name), body, key=body, headers=[("id", body)], partition=partition)
                for body in bodies
            ]
            for future in sends:
                future.get(timeout=30)
        finally:
            producer.close(timeout=5)

    def records(self, name: str) -> list[Record]:
        """Return all records of a topic, each partition in its order."""
        consumer = KafkaConsumer(bootstrap_servers=self.address, enable_auto_commit=False, group_id=None)
        try:
            partitions = [
                TopicPartition(self.topic(name), n) for n in sorted(consumer.partitions_for_topic(self.topic(name)))
            ]
            ends = consumer.end_offsets(partitions)
            consumer.assign(partitions)
            consumer.seek_to_beginning(*partitions)
            found: list[Record] = []
            until = time.monotonic() + 30
            while any(consumer.position(at) < ends[at] for at in partitions):
                assert time.monotonic() < until, f"cannot read {name} to its end"
                for batch in consumer.poll(timeout_ms=200).values():
                    found += [_record(one) for one in batch]
            return found
        finally:
            consumer.close()

    def values(self, name: str) -> list[bytes]:
        return [record.value for record in self.records(name)]


class Worker:
    """A process whose standard error is kept in a file."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self.log = log
        with log.open("ab") as out:
            self._child = subprocess.Popen([sys.executable, "-m", *command], stdout=out, stderr=out)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def running(self) -> bool:
        return self._child.poll() is None

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """Kill it at once (SIGKILL)."""
        self._child.kill()
        self._child.wait()

    def terminate(self, limit: float = 25) -> int:
        """Ask it to stop (SIGTERM) and return its exit code; fail when it is not gone within ``limit`` seconds."""
        self._child.terminate()
        return self.ended(limit)

    def ended(self, limit: float = 25) -> int:
        """Return its exit code when it has ended; fail when it has not within ``limit`` seconds."""
        try:
            return self._child.wait(limit)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {limit} s:\n{self.said()[-3000:]}") from None


def _record(one: Any) -> Record:
    return Record(one.topic, one.partition, one.offset, one.key, one.value, tuple(one.headers), one.timestamp / 1000)


def wait_for(ready: Callable[[], bool], limit: float = 30, what: str = "") -> None:
    """Return when it is so; fail when it is not within ``limit`` seconds."""
    until = time.monotonic() + limit
    while not ready():
        assert time.monotonic() < until, f"not within {limit} s: {what or ready}"
        time.sleep(0.05)
