"""Stages on Kafka: Faust as a stateless dispatcher (docs/adr/0005-faust-as-a-stateless-dispatcher.md). No domain word here.

    record ─▶ stage.handle (one transaction: inbox, state, outbox) ─▶ acknowledged
                                                          └─▶ relay ─▶ next topic

Faust marks a record done when the loop body is left by any door, an exception too. So nothing leaves it but success: what
cannot be read becomes a dead letter, everything else is tried again, and then the process ends with the record
unacknowledged. It comes again, and the inbox decides. Tables, codecs, sinks and more than one lane lose records and are not
used; the consumer group's offsets are a hint, the inbox is the truth.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec
import structlog

from streams import topics
from streams.relay import Relay
from streams.store import Outgoing, Store
from streams.wire import DeadLetter, PermanentError, encode

T = TypeVar("T")

UNACKNOWLEDGED = 70
"""Exit code: something failed that trying again may mend. A supervisor starts the process again (EX_SOFTWARE)."""
STOPPED = 78
"""Exit code: the breaker tripped; starting again does not help before a person or new code does (EX_CONFIG)."""

HANDLE_SECONDS = 120.0
"""A record that takes longer hangs. It is met again after the restart, and is a dead letter at its fourth attempt."""
WAITS = (0.1, 0.5, 2.0, 6.0, 12.0)
"""Seconds between the tries of one record: five more in about 20 s."""
ATTEMPTS = 4
"""One more than a poisonous record needs to be known: kills from outside may fall into one record twice, by chance."""
NOTHING_UNDERWAY = -1
"""Written in place of an offset when the attempt is over."""
FETCH_WAIT_MS = 50
RELAY_SECONDS = 3.0
"""How long a stop waits for outputs that are under way."""
STOP_SECONDS = 10.0
"""A stop that waits for a dead broker is cut off; killing is safe by design."""

log = structlog.get_logger()


class Stage(Protocol):
    """One step of the way: what it reads, and what it does with a record in one transaction of the store."""

    @property
    def name(self) -> str:
        """Its name in the inbox."""
        ...

    @property
    def topic(self) -> str:
        """The full name of the topic that it reads."""
        ...

    def handle(self, body: bytes, now: datetime) -> tuple[Outgoing, ...]:
        """Take one record and return the outbox rows it wrote; a repeated one returns none.

        Raises `PermanentError` (`Unreadable`) for what never can succeed; anything else is tried again. Runs in a thread.
        """
        ...


Note = Callable[[str, str, float], None]
"""Told of ``(event, stage, seconds)``, for metrics: a record was handled, buried or retried; one of the outbox was relayed or
swept (stage ``relay``)."""


class StageStopped(Exception):  # noqa: N818  # an error's name says what is the case
    """The stage buried too much, and must not start before a person says so or the code is new."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What a process of stages runs on.

    ``group`` is the consumer group and is decided once: a new one reads the topics from their start. ``prefix`` begins the
    topics' names, for the check at the start and the dead letters. The store's ``owner`` is
    this member's name in it, so it must stay the same over restarts and belong to one living process. ``code`` is the version
    of the code, for dead letters and the breaker. ``folder`` is for Faust's own files. ``beside`` run in the same loop and
    are cancelled at the end; when one fails, the process ends. ``session`` is how many seconds a dead worker's partitions
    wait for another: below 6 the broker refuses. ``waits`` are the seconds between the tries of one record.
    """

    group: str
    bootstrap: str
    prefix: str
    stages: tuple[Stage, ...]
    store: Store
    code: str
    now: Callable[[], datetime]
    folder: Path
    beside: tuple[Callable[[], Awaitable[None]], ...] = ()
    note: Note = lambda _event, _stage, _seconds: None
    session: float = 10.0
    waits: tuple[float, ...] = WAITS


def run(line: Line) -> int:
    """Run the stages until SIGTERM or SIGINT, and return the exit code. Call it from the main thread.

    Raises `topics.TopicsUnready` or `StageStopped` instead of starting. May end the process by `os._exit`.
    """
    topics.require(line.bootstrap, line.prefix)
    for stage in line.stages:
        if why := line.store.tripped(stage.name, line.code):
            raise StageStopped(f"{stage.name} is stopped: {why}; mend it, then `wirewatch dead-letters resume`")
    with _flood_filter():
        return asyncio.run(_run(line))


async def _run(line: Line) -> int:
    stopping = asyncio.Event()
    _stop_on_signals(stopping)
    app = _app(line)

    async def send(row: Outgoing) -> Awaitable[object]:
        producer = await app.maybe_start_producer()
        sent: Awaitable[object] = await producer.send(row.dest, row.key, row.value, None, None, list(row.headers))
        return sent

    relay = Relay(line.store, send, line.now, note=lambda event: line.note(event, "relay", 0.0))
    lane = Lane(line, relay)
    for stage in line.stages:
        topic = app.topic(stage.topic, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
        app.agent(topic, name=stage.name, concurrency=1)(_reader(lane, stage))
    await app.start()
    _fetch_often(app)
    log.info("reading", group=line.group, topics=[stage.topic for stage in line.stages])
    aside = [asyncio.ensure_future(one()) for one in (relay.run, relay.sweep, *line.beside)]
    done = asyncio.ensure_future(stopping.wait())
    ended = asyncio.ensure_future(app.wait_until_stopped())
    await asyncio.wait([done, ended, *aside], return_when=asyncio.FIRST_COMPLETED)
    if not stopping.is_set():
        broken = next((one for one in aside if one.done()), ended)
        _give_up("a part of the process ended", broken.exception() or app.crash_reason)
    await relay.empty(RELAY_SECONDS)
    for one in (*aside, ended):
        one.cancel()
    await asyncio.gather(*aside, ended, return_exceptions=True)
    await app.stop()
    return 0


def _app(line: Line) -> Any:
    import faust  # half a second, and only these processes need it

    return faust.App(
        line.group,
        broker=";".join(f"kafka://{address.strip()}" for address in line.bootstrap.split(",")),
        store="memory://",
        datadir=str(line.folder),  # made even without tables, in the working folder by default
        loop=asyncio.get_running_loop(),
        autodiscover=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,  # aiokafka's plain round robin instead of Faust's assignor
        web_enabled=False,  # it would listen on every interface, without a login
        broker_commit_interval=1.0,
        # Both time-outs stay below the request time-out, or joining loops.
        broker_session_timeout=line.session,
        broker_heartbeat_interval=line.session * 0.3,
        broker_rebalance_timeout=30,
        broker_request_timeout=60,
        broker_max_poll_interval=3600,
        broker_max_poll_records=200,
        # The same member after a restart: it goes on at once, and no other has to wait for the dead one's session to end.
        consumer_group_instance_id=re.sub(r"[^A-Za-z0-9._-]", "-", line.store.owner),
        consumer_auto_offset_reset="earliest",
        # Much more than a poll brings: a queue that fills stalls the other topics of this process (docs/adr/0005).
        stream_buffer_maxsize=1000,
        producer_acks=-1,
        producer_request_timeout=10,  # 20 minutes by default
        producer_max_request_size=2 * topics.MEBIBYTE,
        worker_redirect_stdouts=False,
    )


def _fetch_often(app: Any) -> None:
    """Let a fetch wait 50 ms for new records where Faust says 1.5 s and has no setting.

    aiokafka keeps one fetch per broker under way, and a partition that is emptied meanwhile waits for its end: a backlog on
    one partition went out at 60 records a second while the others were empty, and a lone record could wait 1.5 s.
    """
    app.consumer._thread._consumer._fetcher._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001  # see above


def _reader(lane: Lane, stage: Stage) -> Callable[[Any], Awaitable[None]]:
    async def read(stream: Any) -> None:
        async for event in stream.events():
            try:
                await lane.take(stage, event.message)
            except BaseException as error:  # noqa: BLE001  # CancelledError too: leaving by any door acknowledges
                _give_up("stopping unacknowledged", error, at=_place(event.message))

    return read


class Lane:
    """Takes records one by one. Remembers only for which partitions the first record after the start is behind it."""

    def __init__(self, line: Line, relay: Relay) -> None:
        self._line = line
        self._relay = relay
        self._underway: set[tuple[str, int]] = set()
        self._alone = asyncio.Lock()

    async def take(self, stage: Stage, message: Any) -> None:
        """Return when the record's effects are committed, its outputs among them and on their way."""
        if await self._first(stage, message):
            await self._attempt(stage, message)
        else:
            await self._finish(stage, message, 1)

    async def _first(self, stage: Stage, message: Any) -> bool:
        """Tell whether this is its partition's first record since the start that the inbox does not know."""
        partition = (message.topic, message.partition)
        if partition in self._underway:
            return False
        ids = [value.decode(errors="replace") for name, value in message.headers or () if name == "id"]
        known = await self._patiently(stage, lambda: self._line.store.seen(stage.name, ids))
        if known:
            return False
        self._underway.add(partition)
        return True

    async def _attempt(self, stage: Stage, message: Any) -> None:
        """Count the attempt before the record is touched, and forget it when it went well.

        A record that kills the process meets us here after every start, and is a dead letter at its fourth attempt. One such
        record at a time, or it would take the blame of its neighbours.
        """

        def count(offset: int) -> int:
            return self._line.store.attempt(message.topic, message.partition, offset, self._line.now())

        async with self._alone:
            tries = await self._patiently(stage, lambda: count(message.offset))
            await self._finish(stage, message, tries)
            await self._patiently(stage, lambda: count(NOTHING_UNDERWAY))

    async def _finish(self, stage: Stage, message: Any, attempts: int) -> None:
        line, began = self._line, time.monotonic()
        try:
            rows, event = (
                await self._patiently(stage, lambda: _handled(stage, message, attempts, line.now())),
                "handled",
            )
        except PermanentError as error:
            letter = _letter(stage, message, error, attempts, line.code)
            rows, event = await self._patiently(stage, lambda: _bury(line, letter)), "buried"
            log.error(  # noqa: TRY400  # the reason is the whole story, its traceback is none
                "dead letter", at=_place(message), letter=letter.letter_id, error=letter.error, reason=letter.reason
            )
        await self._relay.put(rows)
        line.note(event, stage.name, time.monotonic() - began)
        if event == "buried" and (why := await asyncio.to_thread(line.store.tripped, stage.name, line.code)):
            log.critical("stage stopped", stage=stage.name, why=why, then="mend it, `wirewatch dead-letters resume`")
            await self._relay.empty(RELAY_SECONDS)
            os._exit(STOPPED)

    async def _patiently(self, stage: Stage, call: Callable[[], T]) -> T:
        """Return what the call returns, made in a thread and again while it fails for a reason that may pass."""
        for wait in (*self._line.waits, None):
            try:
                async with asyncio.timeout(HANDLE_SECONDS):
                    return await asyncio.to_thread(call)
            except (PermanentError, TimeoutError):
                raise
            except Exception as error:
                if wait is None:
                    raise
                self._line.note("retried", stage.name, wait)
                log.warning("trying again", stage=stage.name, seconds=wait, error=repr(error))
                await asyncio.sleep(wait)
        raise AssertionError("unreachable: the last try returns or raises")


def _handled(stage: Stage, message: Any, attempts: int, now: datetime) -> tuple[Outgoing, ...]:
    if attempts >= ATTEMPTS:
        raise PermanentError(f"the process died of it {attempts - 1} times")
    return stage.handle(message.value, now)


def _letter(stage: Stage, message: Any, error: Exception, attempts: int, code: str) -> DeadLetter:
    return DeadLetter(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        headers=tuple((name, value) for name, value in message.headers or ()),
        body=message.value or b"",
        stage=stage.name,
        error=type(error).__name__,
        reason=str(error),
        attempts=attempts,
        code=code,
    )


def _bury(line: Line, letter: DeadLetter) -> tuple[Outgoing, ...]:
    """Keep the letter and write it for the dead letters' topic, once, in one transaction."""
    body, headers = encode(letter, line.code)
    dest = topics.full_name(line.prefix, topics.DEAD_LETTERS)

    def keep(tx: Any) -> tuple[Outgoing, ...]:
        if tx.once(letter.stage, letter.letter_id):
            tx.bury(letter, letter.letter_id)
            tx.put(dest, letter.topic.encode(), letter.letter_id, body, headers)
        return tuple(tx.written)

    return line.store.apply(keep, line.now())


def _place(message: Any) -> str:
    return f"{message.topic}[{message.partition}]@{message.offset}"


def _give_up(what: str, error: BaseException | None, **where: str) -> None:
    log.critical(what, exc_info=error, **where)
    os._exit(UNACKNOWLEDGED)


def _stop_on_signals(stopping: asyncio.Event) -> None:
    """Stop in order at the first signal, at once at the second, and in any case after `STOP_SECONDS`."""

    def stop(number: int) -> None:
        if stopping.is_set():
            os._exit(128 + number)
        log.info("stopping", signal=signal.Signals(number).name)
        stopping.set()
        limit = threading.Timer(STOP_SECONDS, os._exit, [UNACKNOWLEDGED])
        limit.daemon = True
        limit.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop, number)


# --- the log while the broker is away -------------------------------------------------------------------------------


class Flood(logging.Filter):
    """Lets a library's complaint pass once, then once per 30 s with how many like it were left out.

    aiokafka and Faust write 50 to 115 lines a second while the broker is away. Alike are lines of one place in the code.
    """

    NOISY = ("aiokafka", "faust", "mode", "kafka")

    def __init__(self, clock: Callable[[], float] = time.monotonic, every: float = 30.0) -> None:
        super().__init__()
        self._clock = clock
        self._every = every
        self._passed: dict[tuple[str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the line passes; one that does may be given the count of those that did not."""
        if record.name.partition(".")[0] not in self.NOISY:
            return True
        place, now = (record.pathname, record.lineno), self._clock()
        since, left_out = self._passed.get(place, (float("-inf"), 0))
        if now - since < self._every:
            self._passed[place] = (since, left_out + 1)
            return False
        self._passed[place] = (now, 0)
        if left_out:
            record.msg, record.args = f"{record.getMessage()} ({left_out} lines like it left out)", ()
        return True


@contextlib.contextmanager
def _flood_filter() -> Iterator[None]:
    """Put the filter on every handler of the root: a logger's own filter does not see its children's lines."""
    flood, handlers = Flood(), list(logging.getLogger().handlers)
    for handler in handlers:
        handler.addFilter(flood)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(flood)
