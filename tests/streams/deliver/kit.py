"""What the sender's tests share: rows that survive a process, processes that crash, and a count of what was noted."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec

from streams.clock import utc_now
from streams.core.model import Alert
from streams.deliver.base import Channel, Deliveries, Delivery, Failure
from streams.deliver.sender import Pace, run
from streams.deliver.slack import Slack
from streams.store import open_store
from tests.fakes.alerts import ALERT, ARTICLE
from tests.fakes.deliveries import MemoryDeliveries, Rows
from tests.fakes.slack import FakeSlack, now

T = TypeVar("T")

LOOK_AFTER = 0.02
UNPACED: Mapping[str, Pace] = {}


def fresh_alert(alert_id: str, **changes: Any) -> Alert:
    """Return the sample alert about an article that was seen just now."""
    article = msgspec.structs.replace(ARTICLE, first_seen_at=datetime.fromtimestamp(now(), UTC))
    return msgspec.structs.replace(ALERT, **{"alert_id": alert_id, "article": article, **changes})


class Shelf(Protocol):
    """Delivery rows that survive processes."""

    def add(self, said: Alert, channel: str) -> None:
        """Commit a row."""
        ...

    def process(self) -> Deliveries:
        """Return the view of a new process, the one before being dead."""
        ...

    def states(self) -> list[str]:
        """Return the states of all rows, in the order in which they were added."""
        ...

    def dead_words(self) -> list[str]:
        """Return the words of the dead letters."""
        ...


class MemoryShelf:
    """Rows in memory."""

    def __init__(self, _: Path) -> None:
        self.rows = Rows()

    def add(self, said: Alert, channel: str) -> None:
        self.rows.add(said, channel, utc_now())

    def process(self) -> Deliveries:
        self.rows.leased_at = None
        return MemoryDeliveries(self.rows)

    def states(self) -> list[str]:
        return [row.state for row in self.rows.deliveries.values()]

    def dead_words(self) -> list[str]:
        return list(self.rows.dead.values())


class SqlShelf:
    """Rows in the real store, in a file; each process opens it anew, under the same name as after a restart."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "store.db"
        self._store = open_store(f"sqlite:///{self._file}", "sender")

    def add(self, said: Alert, channel: str) -> None:
        self._store.apply(lambda tx: tx.add_delivery(said, channel), utc_now())

    def process(self) -> Deliveries:
        self._store.close()
        self._store = open_store(f"sqlite:///{self._file}", "sender")
        return self._store.deliveries

    def states(self) -> list[str]:
        with contextlib.closing(sqlite3.connect(self._file)) as file:
            return [state for (state,) in file.execute("SELECT state FROM deliveries ORDER BY seq")]

    def dead_words(self) -> list[str]:
        return [letter.reason for letter in self._store.dead_letters()]


SHELVES: dict[str, Callable[[Path], Shelf]] = {"memory": MemoryShelf, "store": SqlShelf}


@dataclass
class Counts:
    """A `Watch`."""

    sent_to: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    failures: Counter[Failure] = field(default_factory=Counter)
    ambiguities: int = 0
    waits: list[float] = field(default_factory=list)

    def sent(self, channel: str, seconds: float) -> None:
        self.sent_to.append(channel)
        self.seconds.append(seconds)

    def failed(self, reason: Failure) -> None:
        self.failures[reason] += 1

    def ambiguous(self) -> None:
        self.ambiguities += 1

    def retry_after(self, seconds: float) -> None:
        self.waits.append(seconds)


class CrashError(BaseException):
    """The process is gone: no handler of it may run on."""


@dataclass
class Fuse:
    """Crashes the process when it comes to the step of this name for the ``nth`` time, counted from 1; "" never."""

    name: str = ""
    nth: int = 1
    blown: bool = False

    def step(self, name: str) -> None:
        if name == self.name and not self.blown:
            self.nth -= 1
            if self.nth == 0:
                self.blown = True
                raise CrashError(name)


@dataclass
class FusedDeliveries:
    """Rows that may crash their process before and after each commit."""

    inner: Deliveries
    fuse: Fuse

    def _around(self, name: str, act: Callable[[], T]) -> T:
        self.fuse.step(f"before {name}")
        done = act()
        self.fuse.step(f"after {name}")
        return done

    def due(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        return self._around("due", lambda: self.inner.due(now, limit))

    def sending(self, key: str, now: datetime) -> None:
        self._around("sending", lambda: self.inner.sending(key, now))

    def sent(self, key: str, message_id: str, now: datetime) -> None:
        self._around("sent", lambda: self.inner.sent(key, message_id, now))

    def postpone(self, key: str, until: datetime, *, not_sent: bool) -> None:
        self._around("postpone", lambda: self.inner.postpone(key, until, not_sent=not_sent))

    def dead(self, key: str, reason: str, now: datetime) -> None:
        self._around("dead", lambda: self.inner.dead(key, reason, now))


@dataclass
class FusedChannel:
    """A channel that may crash its process before and after each call."""

    inner: Channel
    fuse: Fuse

    @property
    def scheme(self) -> str:
        return self.inner.scheme

    @scheme.setter
    def scheme(self, _: str) -> None:
        raise AttributeError

    async def _around(self, name: str, call: Callable[[], Awaitable[T]]) -> T:
        self.fuse.step(f"before {name}")
        done = await call()
        self.fuse.step(f"after {name}")
        return done

    async def send(self, delivery: Delivery) -> str:
        return await self._around("send", lambda: self.inner.send(delivery))

    async def find(self, delivery: Delivery) -> str | None:
        return await self._around("find", lambda: self.inner.find(delivery))

    async def revise_root(self, delivery: Delivery) -> None:
        await self._around("revise_root", lambda: self.inner.revise_root(delivery))

    async def close(self) -> None:
        await self.inner.close()


def finished(shelf: Shelf) -> bool:
    return not {"pending", "sending"} & set(shelf.states())


async def live(
    shelf: Shelf,
    channels: Mapping[str, Channel],
    *,
    until: Callable[[], bool] | None = None,
    fuse: Fuse | None = None,
    watch: Counts | None = None,
    seconds: float = 20,
    **options: Any,
) -> Counts:
    """Run a sender as one process until everything is sent (or ``until``), or until its fuse blows."""
    fuse, watch = fuse or Fuse(), watch or Counts()
    stop, wake = asyncio.Event(), asyncio.Event()
    deliveries = FusedDeliveries(shelf.process(), fuse)
    fused = {scheme: FusedChannel(channel, fuse) for scheme, channel in channels.items()}
    settings = {"paces": UNPACED, "look_after": LOOK_AFTER, "sweep": 0.05, **options}
    sender = asyncio.ensure_future(run(deliveries, fused, now=utc_now, stop=stop, wake=wake, watch=watch, **settings))
    over = until or (lambda: finished(shelf))
    try:
        async with asyncio.timeout(seconds):
            while not sender.done() and not over():  # noqa: ASYNC110 - the rows are no part of this event loop
                await asyncio.sleep(0.005)
            stop.set()
            await sender
    except BaseExceptionGroup as group:
        if group.subgroup(CrashError) is None:
            raise
    finally:
        sender.cancel()
    return watch


@contextlib.asynccontextmanager
async def opened(fake: FakeSlack, patience: float = 10.0) -> AsyncIterator[dict[str, Channel]]:
    """A Slack channel as a new process has it: it knows nothing of earlier ones.

    Patient, because a busy machine must not turn a slow answer into an unknown outcome that the test did not ask for.
    """
    channel = Slack(fake.settings.token, base_url=fake.url, timeout=patience)
    try:
        yield {"slack": channel}
    finally:
        await channel.close()
