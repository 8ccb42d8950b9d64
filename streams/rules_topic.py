"""The rules of all workers in one compacted topic: the whole folder as one value, checked before it is written.

    rules push FOLDER ─ check, lint, tests ─▶ one record ─▶ every worker reads the newest, and follows

There is one key, so compaction keeps the newest value. It is read without a consumer group: everybody reads all of it. The
broker being away changes nothing: the rules in force go on.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import msgspec
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from monitors.article import digest
from streams import topics
from streams.files import NoFileError

KEY = b"rules"
FORMAT = 1
MOST_UNPACKED = 64 * topics.MEBIBYTE
"""Past this a value is no rules folder but a bomb."""
ROOM = 2048
"""Bytes of a record that are not its value."""
MOST = next(topic.largest for topic in topics.TOPICS if topic.name == topics.RULES) - ROOM
PATIENCE_SECONDS = 15.0


class Pushed(msgspec.Struct, frozen=True, kw_only=True):
    """A rules folder as it was pushed: texts by path, and the version that its rules have.

    ``tree`` is the hash of every text, gazetteers too.
    """

    version: str
    tree: str
    at: datetime
    files: dict[str, str]
    gazetteers: dict[str, str]
    format: int = FORMAT


class NotPushed(Exception):  # noqa: N818  # an error's name says what is the case
    """The rules were not written to the topic; the words say why."""


# --- what stands in the topic ---------------------------------------------------------------------------------------


def make(folder: Path, files: Mapping[str, str], gazetteers: Mapping[str, str], version: str, at: datetime) -> Pushed:
    """Return the value of a folder that was found good; its paths begin with ``rules/``, whatever the folder is called."""
    inside, names = _inside(folder, files), _inside(folder, gazetteers)
    return Pushed(version=version, tree=tree_of(inside, names), at=at, files=inside, gazetteers=names)


def _inside(folder: Path, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"rules/{Path(path).relative_to(folder).as_posix()}": text for path, text in sorted(texts.items())}


def tree_of(files: Mapping[str, str], gazetteers: Mapping[str, str]) -> str:
    """Return the hash of a folder's texts, by their paths."""
    return digest(*(part for texts in (files, gazetteers) for each in sorted(texts.items()) for part in each))


def packed(pushed: Pushed, most: int = MOST) -> bytes:
    """Return the value as bytes. Raises `NotPushed` when there are more than ``most``, which the topic would not take."""
    value = zlib.compress(msgspec.json.encode(pushed), 9)
    if len(value) > most:
        raise NotPushed(
            f"found a rules folder of {len(value) / topics.MEBIBYTE:.1f} MiB, compressed; "
            f"expected at most {most / topics.MEBIBYTE:.1f} MiB, what the topic takes (largest files: {_largest(pushed)})"
        )
    return value


def _largest(pushed: Pushed) -> str:
    sizes = {path: len(text.encode(errors="replace")) for path, text in (pushed.files | pushed.gazetteers).items()}
    return ", ".join(sorted(sizes, key=lambda path: -sizes[path])[:3])


def unpacked(value: bytes) -> Pushed:
    """Return what stands in the topic. Raises `NoFileError` for anything that `packed` did not write, or that was damaged."""
    try:
        pushed = msgspec.json.decode(zlib.decompressobj().decompress(value, MOST_UNPACKED), type=Pushed)
    except (zlib.error, msgspec.MsgspecError):
        raise _unreadable("bytes that are no rules folder") from None
    if pushed.format != FORMAT:
        raise _unreadable(f"a rules folder in format {pushed.format}")
    if pushed.tree != tree_of(pushed.files, pushed.gazetteers):
        raise _unreadable("a rules folder whose hash is not that of its files")
    return pushed


def _unreadable(found: str) -> NoFileError:
    return NoFileError(
        f"the topic of rules: found {found}; expected what `wirewatch rules push` of this version writes"
    )


# --- writing and reading --------------------------------------------------------------------------------------------


def push(bootstrap: str, topic: str, pushed: Pushed, *, patience: float = PATIENCE_SECONDS) -> None:
    """Write the rules, and return when the broker has them. Raises `NotPushed`."""
    value = packed(pushed)
    producer: Any = None
    try:
        producer = KafkaProducer(
            bootstrap_servers=bootstrap,
            client_id="wirewatch-rules",
            acks="all",
            allow_auto_create_topics=False,
            max_request_size=len(value) + ROOM,
            delivery_timeout_ms=int(patience * 1000),
            request_timeout_ms=int(patience / 2 * 1000),
            bootstrap_timeout_ms=5000,
            max_block_ms=5000,
        )
        producer.send(topic, value, key=KEY).get(timeout=patience)
    except KafkaError as error:
        raise NotPushed(f"{topic} on {bootstrap}: {type(error).__name__}: {error}") from error
    finally:
        if producer is not None:
            producer.close(timeout=2)


class Reader:
    """Reads the newest rules of the topic; one call at a time, from any thread."""

    def __init__(self, bootstrap: str, topic: str, *, patience: float = PATIENCE_SECONDS) -> None:
        self._topic, self._patience = topic, patience
        self._newest: bytes | None = None
        self._known: Pushed | None = None
        self._at = TopicPartition(topic, 0)
        try:
            self._consumer: Any = KafkaConsumer(
                bootstrap_servers=bootstrap,
                client_id="wirewatch-rules",
                group_id=None,
                enable_auto_commit=False,
                allow_auto_create_topics=False,
                request_timeout_ms=int(patience * 1000),
                bootstrap_timeout_ms=5000,
            )
            self._consumer.assign([self._at])
            self._consumer.seek_to_beginning(self._at)
        except KafkaError as error:
            raise NoFileError(f"{topic} on {bootstrap}: {type(error).__name__}: {error}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def newest(self) -> Pushed:
        """Return the newest rules, what was written until now among them.

        While the broker is away, those that were read last. Raises `NoFileError` when there are none, or none to be read.
        """
        try:
            self._read_to_the_end()
        except (KafkaError, TimeoutError):
            if self._newest is None:
                raise NoFileError(f"{self._topic}: found no broker that answers; expected the rules") from None
        if self._newest is None:
            raise NoFileError(f"{self._topic}: found no rules; expected those of `wirewatch rules push`")
        if self._known is None:
            self._known = unpacked(self._newest)
        return self._known

    def folder(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the newest rule files and gazetteers by path, as `newest` does."""
        pushed = self.newest()
        return pushed.files, pushed.gazetteers

    def _read_to_the_end(self) -> None:
        end = self._consumer.end_offsets([self._at])[self._at]
        until = time.monotonic() + self._patience
        while self._consumer.position(self._at) < end:
            if time.monotonic() > until:
                raise TimeoutError
            for batch in self._consumer.poll(timeout_ms=200).values():
                for record in batch:
                    if record.key == KEY and record.value is not None:
                        self._newest, self._known = bytes(record.value), None

    def close(self) -> None:
        """Let go of the connection."""
        self._consumer.close()
