"""The topics, their settings, and what differs on a broker. Prints nothing; `wirewatch topics` does."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

import msgspec
from kafka import KafkaAdminClient
from kafka.admin import ConfigFilterType, ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, TopicAlreadyExistsError

ARTICLES, FINDINGS, ALERTS, DEAD_LETTERS, CANARY = "articles", "findings", "alerts", "dead-letters", "canary"
RULES = "rules"
MEBIBYTE = 1024 * 1024
PATIENCE_MS = 10_000


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A topic as it must be. ``keep`` is the retention, None where the newest value of each key stays for ever.

    The count of partitions is for ever: keys would move.
    """

    name: str
    partitions: int
    keep: timedelta | None
    largest: int = MEBIBYTE


TOPICS = (
    Topic(name=ARTICLES, partitions=6, keep=timedelta(days=14)),  # key: article
    Topic(name=FINDINGS, partitions=6, keep=timedelta(days=30)),  # key: desk
    Topic(name=ALERTS, partitions=3, keep=timedelta(days=90)),  # key: story
    # Holds any other topic's record in base64.
    Topic(name=DEAD_LETTERS, partitions=1, keep=timedelta(days=30), largest=2 * MEBIBYTE),
    Topic(name=CANARY, partitions=1, keep=timedelta(days=1)),
    # The whole rules folder, compressed, as one value; only workers with `rules_from: topic` read it.
    Topic(name=RULES, partitions=1, keep=None, largest=4 * MEBIBYTE),
)


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What was made, or what stands otherwise than it should. ``name`` is the full name of the topic."""

    name: str
    what: Literal["created", "missing", "partitions", "setting"]
    setting: str = ""
    found: str = ""
    expected: str = ""

    def __str__(self) -> str:
        """Return it as a line for people."""
        if self.what in ("created", "missing"):
            return f"{self.name}: {self.what}"
        return f"{self.name}: {self.setting or self.what}: found {self.found}; expected {self.expected}"


class TopicsUnready(Exception):  # noqa: N818  # an error's name says what is the case
    """The broker cannot be reached, or its topics are not fit for work; the words say which."""


def full_name(prefix: str, name: str) -> str:
    """Return a topic's name on the broker. The suffix is the envelope's major version."""
    return f"{prefix}.{name}.v1"


def settings_of(topic: Topic, copies: int) -> dict[str, str]:
    """Return a topic's settings as Kafka names them."""
    kept = (
        {"cleanup.policy": "compact"}  # never one that Faust reads
        if topic.keep is None
        else {"cleanup.policy": "delete", "retention.ms": str(int(topic.keep.total_seconds() * 1000))}
    )
    return {
        **kept,
        "segment.ms": str(24 * 3600 * 1000),  # Kafka drops whole segments only
        "max.message.bytes": str(topic.largest),
        "min.insync.replicas": str(min(2, copies)),
    }


def ensure(bootstrap: str, prefix: str, copies: int = 1) -> tuple[Difference, ...]:
    """Create what is missing and return that, with all that stands otherwise; empty when all is as it should be.

    Settings and partitions that differ are reported, never changed: somebody may have meant them, and partitions move keys.
    ``copies`` is the replication factor: 3 on a cluster. Raises `TopicsUnready` when the broker does not answer.
    """
    with _admin(bootstrap) as admin:
        missing = [topic for topic in TOPICS if not _partitions(admin, prefix).get(full_name(prefix, topic.name))]
        if missing:
            wanted = {
                full_name(prefix, topic.name): {
                    "num_partitions": topic.partitions,
                    "replication_factor": copies,
                    "configs": settings_of(topic, copies),
                }
                for topic in missing
            }
            with contextlib.suppress(TopicAlreadyExistsError):  # another process was faster
                admin.create_topics(wanted, wait_for_metadata=True)
        made = tuple(Difference(name=full_name(prefix, topic.name), what="created") for topic in missing)
        return made + _differences(admin, prefix, copies)


def compare(bootstrap: str, prefix: str, copies: int = 1) -> tuple[Difference, ...]:
    """Return what is missing or stands otherwise, and change nothing. Raises `TopicsUnready`."""
    with _admin(bootstrap) as admin:
        return _differences(admin, prefix, copies)


def require(bootstrap: str, prefix: str, *, rules: bool = False) -> None:
    """Raise `TopicsUnready` unless every topic is there with at least its partitions: a worker would idle for ever.

    The topic of rules is asked for only with ``rules``.
    """
    with _admin(bootstrap) as admin:
        found = _partitions(admin, prefix)
    short = [
        f"{name} has {found.get(name, 0)} of {topic.partitions} partitions"
        for topic in TOPICS
        if (rules or topic.name != RULES) and found.get(name := full_name(prefix, topic.name), 0) < topic.partitions
    ]
    if short:
        raise TopicsUnready(f"{'; '.join(short)} (run `wirewatch topics`)")


@contextlib.contextmanager
def _admin(bootstrap: str) -> Iterator[Any]:
    if not any(_listens(address.strip()) for address in bootstrap.split(",")):
        raise TopicsUnready(f"the broker at {bootstrap} does not answer")  # at once; the client would try for long
    client = None
    try:
        client = KafkaAdminClient(
            bootstrap_servers=bootstrap,
            client_id="wirewatch-topics",
            request_timeout_ms=PATIENCE_MS,
            bootstrap_timeout_ms=PATIENCE_MS,
        )
        yield client
    except KafkaError as error:
        raise TopicsUnready(f"the broker at {bootstrap} does not answer ({type(error).__name__}: {error})") from error
    finally:
        if client is not None:
            client.close()


def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=5):
            return True
    except (OSError, ValueError):
        return False


def _partitions(admin: Any, prefix: str) -> dict[str, int]:
    """Return how many partitions each of our topics has; what is not there is not in it."""
    found = admin.describe_topics([full_name(prefix, topic.name) for topic in TOPICS])
    return {topic["name"]: len(topic["partitions"]) for topic in found if topic["partitions"]}


def _differences(admin: Any, prefix: str, copies: int) -> tuple[Difference, ...]:
    partitions = _partitions(admin, prefix)
    there = [topic for topic in TOPICS if full_name(prefix, topic.name) in partitions]
    asked = [ConfigResource(ConfigResourceType.TOPIC, full_name(prefix, topic.name)) for topic in there]
    found = admin.describe_configs(asked, config_filter=ConfigFilterType.ALL).get("topic", {}) if asked else {}
    return tuple(
        difference
        for topic in TOPICS
        for difference in _of_one(topic, full_name(prefix, topic.name), partitions, found, copies)
    )


def _of_one(topic: Topic, name: str, partitions: dict[str, int], found: Any, copies: int) -> Iterator[Difference]:
    if name not in partitions:
        yield Difference(name=name, what="missing")
        return
    if partitions[name] != topic.partitions:
        yield Difference(name=name, what="partitions", found=str(partitions[name]), expected=str(topic.partitions))
    for setting, expected in settings_of(topic, copies).items():
        if (value := str(found[name][setting]["value"])) != expected:
            yield Difference(name=name, what="setting", setting=setting, found=value, expected=expected)
