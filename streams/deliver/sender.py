"""Row first, call second, recovery third: each delivery once, whatever breaks in between (docs/adr/0004).

    due ─▶ lane of its address ─▶ `sending` ─▶ call ─▶ accepted ─▶ root revised ─▶ `sent`
                 ▲                               ├─ rejected ─▶ `dead`, with the channel's own words
                 │                               ├─ not sent ─▶ `postpone`, as long as the channel says
                 │                               └─ unknown ──▶ wait, look, look again ─▶ found: `sent`
                 └──────────────────────────────────────────────┴─ not there: send again

Crash-only: what the store raises ends `run`, and a row left in ``sending`` is looked for before it is sent again. What a
message says and how a channel speaks is decided elsewhere.
"""

from __future__ import annotations

import asyncio
import heapq
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import ParamSpec, Protocol, TypeVar

import msgspec
import structlog

from streams.core.model import Note, Run
from streams.deliver import channel_for
from streams.deliver.base import Channel, Deliveries, Delivery, DeliveryError, Failure

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger("deliver")


class Call(Protocol):
    """How the store's blocking methods are run: `inline`, or `asyncio.to_thread`."""

    def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
        """Return what the function returns."""
        ...


async def inline(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run the function here and now: right for a store on this host's disk."""
    return function(*args, **kwargs)


class Watch(Protocol):
    """What is counted about deliveries."""

    def sent(self, channel: str, seconds: float) -> None:
        """Note a delivery to a channel's address, ``seconds`` after its article was first seen."""
        ...

    def failed(self, reason: Failure) -> None:
        """Note a call that did not succeed."""
        ...

    def ambiguous(self) -> None:
        """Note a message that is sent again although it may have arrived."""
        ...

    def retry_after(self, seconds: float) -> None:
        """Note that a channel told us to wait."""
        ...


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How fast the addresses of a scheme may be used: ``burst`` at once, then ``per_second``, each address by itself.

    ``one_app``: a Retry-After from one address holds for all of them.
    """

    burst: int
    per_second: float
    one_app: bool


# Slack takes about one message per second and channel, with short bursts; its limits count per app, over all channels
# (docs.slack.dev, rate limits).
PACES: Mapping[str, Pace] = {"slack": Pace(burst=5, per_second=1.0, one_app=True)}
_UNPACED = Pace(burst=1_000_000, per_second=1_000_000.0, one_app=False)

_LONGEST_BACKOFF = 60.0
_GRACE = 1.5  # seconds that a call under way gets at the end, of the two that stopping may take
_ROWS_AT_ONCE = 100
_LATE = timedelta(minutes=2)

_MAY_REPEAT = Note(runs=(Run(text="May repeat an earlier message: the channel did not say whether that one arrived."),))


async def run(
    deliveries: Deliveries,
    channels: Mapping[str, Channel],
    *,
    now: Callable[[], datetime],
    stop: asyncio.Event,
    wake: asyncio.Event,
    watch: Watch,
    call: Call = inline,
    paces: Mapping[str, Pace] = PACES,
    look_after: float = 3.0,
    sweep: float = 1.0,
) -> None:
    """Send what is due until ``stop`` is set; then end within two seconds, leaving rows that the next run recovers.

    ``wake`` asks for a look at the rows at once (set it after a commit that made some), otherwise there is one every
    ``sweep`` seconds. After an unknown outcome the channel is read ``look_after`` seconds later, twice if need be. Only one
    `run` may serve a Slack app, since the app's limits count over all of it. What the store raises comes out as an
    exception group (also that another process took over); a channel's failures never do.
    """
    async with asyncio.TaskGroup() as tasks:
        stopped = tasks.create_task(stop.wait())
        stopped.add_done_callback(lambda _: wake.set())
        sender = _Sender(deliveries, channels, now, watch, call, paces, look_after, tasks, wake, stopped)
        while not stop.is_set():
            wake.clear()
            if await sender.take_due() < _ROWS_AT_ONCE:
                await _either(wake, sweep)
        await sender.finish()


@dataclass(order=True)
class _Queued:
    """A delivery in its lane: most severe first, then oldest. ``unsure``: it may have arrived before."""

    order: tuple[int, int]
    delivery: Delivery = field(compare=False)
    unsure: bool = field(compare=False, default=False)


@dataclass
class _Lane:
    """One address: its queue and how soon it may be used again. Its own task sends, so it delays no other."""

    channel: Channel
    pace: Pace
    tokens: float
    counted_at: float
    held_until: float = 0.0
    queue: list[_Queued] = field(default_factory=list)
    filled: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, delivery: Delivery, *, unsure: bool = False) -> None:
        heapq.heappush(self.queue, _Queued((-delivery.alert.severity.rank, delivery.seq), delivery, unsure))
        self.filled.set()

    def wait(self, at: float) -> float:
        """Return the seconds until the next message may go, 0 if now."""
        self.tokens = min(self.pace.burst, self.tokens + (at - self.counted_at) * self.pace.per_second)
        self.counted_at = at
        return max(self.held_until - at, (1 - self.tokens) / self.pace.per_second, 0.0)


@dataclass
class _Sender:
    deliveries: Deliveries
    channels: Mapping[str, Channel]
    now: Callable[[], datetime]
    watch: Watch
    call: Call
    paces: Mapping[str, Pace]
    look_after: float
    tasks: asyncio.TaskGroup
    wake: asyncio.Event
    stopped: asyncio.Task[bool]
    lanes: dict[str, _Lane] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    working: set[asyncio.Task[None]] = field(default_factory=set)

    # --- from the store into the lanes ---

    async def take_due(self) -> int:
        """Put the rows that are due into their lanes and return how many there were that we did not hold yet."""
        rows = await self.call(self.deliveries.due, self.now(), len(self.held) + _ROWS_AT_ONCE)
        fresh = [row for row in rows if row.delivery_key not in self.held]
        for row in fresh:
            await self._take(row)
        return len(fresh)

    async def _take(self, row: Delivery) -> None:
        lane = self._lane(row.channel)
        if lane is None:
            await self.call(self.deliveries.dead, row.delivery_key, "no such channel, and no console", self.now())
            self.watch.failed("channel")
            return
        self.held.add(row.delivery_key)
        if row.state == "sending":  # another process, or we before a restart, made a call and never heard the answer
            self._start(self._recover(lane, row))
        else:
            lane.put(row)

    def _lane(self, address: str) -> _Lane | None:
        channel = channel_for(address, self.channels)
        if address not in self.lanes and channel is not None:
            pace = self.paces.get(channel.scheme, _UNPACED)
            held = max((lane.held_until for lane in self.lanes.values() if lane.channel is channel), default=0.0)
            lane = _Lane(
                channel, pace, tokens=pace.burst, counted_at=_clock(), held_until=held if pace.one_app else 0.0
            )
            self.lanes[address] = lane
            self._start(self._work(lane))
        return self.lanes.get(address)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = self.tasks.create_task(work)
        self.working.add(task)
        task.add_done_callback(self.working.discard)

    # --- one lane ---

    async def _work(self, lane: _Lane) -> None:
        while not self.stopped.done():
            if not lane.queue:
                lane.filled.clear()
                await lane.filled.wait()
            elif (seconds := lane.wait(_clock())) > 0:
                await self._pause(seconds)
            else:
                lane.tokens -= 1
                await self._send(lane, heapq.heappop(lane.queue))

    async def _send(self, lane: _Lane, queued: _Queued) -> None:
        at = self.now()
        await self.call(self.deliveries.sending, queued.delivery.delivery_key, at)
        first, tries = queued.delivery.first_try_at or at, queued.delivery.tries + 1
        delivery = msgspec.structs.replace(queued.delivery, state="sending", first_try_at=first, tries=tries)
        try:
            message_id = await _faultless(lane.channel.send(_with_cautions(delivery, at, unsure=queued.unsure)))
        except DeliveryError as error:
            await self._failed(lane, delivery, error)
        else:
            await self._receipt(lane, delivery, message_id)

    async def _receipt(self, lane: _Lane, delivery: Delivery, message_id: str) -> None:
        """Commit that it arrived. The root is revised before, so that a crash in between repeats only that."""
        if delivery.alert.root_title is not None and delivery.thread is not None:
            try:
                await _faultless(lane.channel.revise_root(delivery))
            except DeliveryError as error:  # the update itself arrived; the next one brings the root up to date
                self.watch.failed(error.reason)
                log.warning("root not revised", channel=delivery.channel, reason=error.reason, words=str(error))
        at = self.now()
        await self.call(self.deliveries.sent, delivery.delivery_key, message_id, at)
        seconds = (at - delivery.alert.article.first_seen_at).total_seconds()
        self.watch.sent(delivery.channel, seconds)
        log.info("alert delivered", channel=delivery.channel, alert=delivery.alert.alert_id, seconds=round(seconds, 3))
        self._done(delivery)

    async def _failed(self, lane: _Lane, delivery: Delivery, error: DeliveryError) -> None:
        if error.outcome == "rejected":
            await self._dead(delivery, error.reason, str(error))
            return
        self.watch.failed(error.reason)
        log.warning("alert not delivered", channel=delivery.channel, reason=error.reason, words=str(error))
        if error.outcome == "unknown":
            self._start(self._recover(lane, delivery))
            return
        seconds = _backoff(delivery.tries) if error.retry_after is None else error.retry_after
        self._hold(lane, error)
        await self.call(
            self.deliveries.postpone, delivery.delivery_key, self.now() + timedelta(seconds=seconds), not_sent=True
        )
        asyncio.get_running_loop().call_later(seconds + 0.01, self.wake.set)  # not before it is due
        self._done(delivery)

    def _hold(self, lane: _Lane, error: DeliveryError) -> None:
        """Obey a Retry-After: for the address, or for all addresses of its app."""
        if error.retry_after is None:
            return
        self.watch.retry_after(error.retry_after)
        for other in self.lanes.values():
            if other is lane or (other.channel is lane.channel and lane.pace.one_app):
                # A little longer, so that the refused row is back in its place when the lane goes on.
                other.held_until = max(other.held_until, _clock() + error.retry_after + 0.1)

    async def _dead(self, delivery: Delivery, reason: Failure, words: str) -> None:
        await self.call(self.deliveries.dead, delivery.delivery_key, words, self.now())
        self.watch.failed(reason)
        log.error("alert refused", channel=delivery.channel, alert=delivery.alert.alert_id, reason=reason, words=words)
        self._done(delivery)

    def _done(self, delivery: Delivery) -> None:
        self.held.discard(delivery.delivery_key)
        self.wake.set()  # the story's next row may go now

    # --- recovery ---

    async def _recover(self, lane: _Lane, delivery: Delivery) -> None:
        """Look for a message that may have arrived: take it as sent, or send it again. Other rows do not wait for this."""
        absent = read = failures = 0
        while read < 2:
            await self._pause(self.look_after if not failures else max(self.look_after, _backoff(failures)))
            if self.stopped.done():
                return
            try:
                message_id = await _faultless(lane.channel.find(delivery))
            except DeliveryError as error:
                self.watch.failed(error.reason)
                if error.outcome == "not_sent":  # the question did not arrive, so this was no reading
                    failures += 1
                    await self._pause(error.retry_after or 0.0)  # reading has a limit of its own; sending goes on
                    continue
                read += 2 if error.outcome == "rejected" else 1
            else:
                if message_id is not None:
                    await self._receipt(lane, delivery, message_id)
                    return
                absent, read = absent + 1, read + 1
        if absent < 2:
            self.watch.ambiguous()
            log.warning("alert sent again, may repeat", channel=delivery.channel, alert=delivery.alert.alert_id)
        lane.put(delivery, unsure=absent < 2)

    # --- the end ---

    async def finish(self) -> None:
        """Let calls under way finish for a moment, then end all tasks; unsent rows are given back."""
        for lane in self.lanes.values():
            lane.filled.set()
        if self.working:
            await asyncio.wait(self.working, timeout=_GRACE)
        for task in self.working:
            task.cancel()
        for queued in (queued for lane in self.lanes.values() for queued in lane.queue):
            if queued.delivery.state == "pending":
                await self.call(self.deliveries.postpone, queued.delivery.delivery_key, self.now(), not_sent=True)

    async def _pause(self, seconds: float) -> None:
        """Wait, but not beyond the end."""
        await asyncio.wait({self.stopped}, timeout=seconds)


def _with_cautions(delivery: Delivery, at: datetime, *, unsure: bool) -> Delivery:
    """Return the delivery with what the newsroom must know about its way: it may be a repeat, it comes late."""
    notes = [_MAY_REPEAT] if unsure else []
    if (late := at - delivery.alert.article.first_seen_at) > _LATE:
        minutes = int(late.total_seconds() // 60)
        notes.append(Note(runs=(Run(text=f"Sent {minutes} minutes after the article was first seen."),)))
    alert = msgspec.structs.replace(delivery.alert, parts=(*delivery.alert.parts, *notes))
    return msgspec.structs.replace(delivery, alert=alert) if notes else delivery


async def _faultless(answer: Awaitable[T]) -> T:
    """Return a channel's answer; a fault in its code becomes a refusal, so it costs one alert and not all of them."""
    try:
        return await answer
    except DeliveryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the fault is: one refusal, not the end of all alerts
        # Only its kind and place: its words might hold what the channel keeps secret.
        at = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{PurePath(at.filename).name}:{at.lineno}"
        raise DeliveryError("rejected", "unknown", f"fault: {type(error).__name__} at {place}") from None


def _backoff(tries: int) -> float:
    """Return the seconds to wait after this many tries: 1, 2, 4, ... 60."""
    return min(2.0 ** (tries - 1), _LONGEST_BACKOFF) if tries < 10 else _LONGEST_BACKOFF


def _clock() -> float:
    return asyncio.get_running_loop().time()


async def _either(wake: asyncio.Event, seconds: float) -> None:
    """Wait until woken, or until the time is over."""
    try:
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        return
