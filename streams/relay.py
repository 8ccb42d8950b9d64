"""Bring committed outbox rows to the broker. Knows no Faust: the sending function is passed in.

A row stays in the outbox until the broker has acknowledged it, so nothing here can lose one, and a stage's input may be
acknowledged as soon as its transaction is committed. What fails is let go of, and the sweep of this process or another takes
it up. What this process left behind, or its former self, goes before what is new: an edit must not overtake its first
wording. A row may still arrive twice, or after a younger one of another worker; the next stage's inbox and the ledger bear
that.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

import structlog

from streams.store import Outgoing

Send = Callable[[Outgoing], Awaitable[Awaitable[object]]]
"""Hands a row to the producer; what it returns is done when the broker has acknowledged."""

SEND_SECONDS = 12.0
"""Less than the store's lease on the rows (15 s): nobody else sends them meanwhile."""
SWEEP_SECONDS = 5.0
BATCH = 200

log = structlog.get_logger()


class Outbox(Protocol):
    """What relaying needs of the store. Its calls may block, so they are made in a thread."""

    def claim(self, limit: int, now: datetime) -> tuple[Outgoing, ...]:
        """Take over rows that nobody holds."""
        ...

    def mark_sent(self, seqs: Sequence[int], now: datetime) -> None:
        """Note what was acknowledged."""
        ...

    def release(self, seqs: Sequence[int]) -> None:
        """Let go of what was not."""
        ...


class Relay:
    """Sends the rows this process has written, in order and many at a time, and sweeps up what was left by others.

    ``note`` is told ``relayed`` or ``swept`` for each row that was acknowledged.
    """

    def __init__(
        self,
        outbox: Outbox,
        send: Send,
        now: Callable[[], datetime],
        *,
        seconds: float = SEND_SECONDS,
        note: Callable[[str], None] = lambda _event: None,
    ) -> None:
        self._seconds = seconds
        self._note = note
        self._outbox = outbox
        self._send = send
        self._now = now
        self._waiting: asyncio.Queue[Outgoing] = asyncio.Queue(BATCH * 2)
        self._sending = asyncio.Lock()
        self._catch_up_at: float | None = 0.0  # on the loop's clock; None: nothing is known to be left behind

    async def put(self, rows: Sequence[Outgoing]) -> None:
        """Line up rows that this process holds; waits while too many are under way. Their transaction is committed."""
        for row in rows:
            await self._waiting.put(row)

    async def empty(self, limit: float) -> None:
        """Return when nothing is under way, or after ``limit`` seconds: what is left is swept up after the next start."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit):
                await self._waiting.join()

    async def run(self) -> None:
        """Send what is put, for ever. Raises what the store raises; the broker's troubles never."""
        while True:
            rows = [await self._waiting.get(), *self._more(BATCH - 1)]
            async with self._sending:
                await self._catch_up()
                sent = await self._relayed(rows)
            if sent < len(rows):
                self._catch_up_at = 0.0
                # The rest would lose its lease while it waits: leave all of it to the sweep.
                await self._let_go(self._more(self._waiting.qsize()))

    async def sweep(self, every: float = SWEEP_SECONDS) -> None:
        """Take up, for ever, what failed sends and dead processes left. Raises as `run` does."""
        while True:
            async with self._sending:
                sent, _ = await self._swept()
            if sent < BATCH:
                await asyncio.sleep(every)

    async def _catch_up(self) -> None:
        """Send what is left behind first; what the broker does not take now holds nothing up for `SWEEP_SECONDS`."""
        clock = asyncio.get_running_loop().time
        while self._catch_up_at is not None and self._catch_up_at <= clock():
            sent, of = await self._swept()
            if sent < of:
                self._catch_up_at = clock() + SWEEP_SECONDS
            elif of < BATCH:
                self._catch_up_at = None

    async def _swept(self) -> tuple[int, int]:
        """Claim rows that nobody holds and send them; return how many were acknowledged, of how many."""
        rows = await asyncio.to_thread(self._outbox.claim, BATCH, self._now())
        return (await self._sent(rows, "swept") if rows else 0), len(rows)

    def _more(self, most: int) -> list[Outgoing]:
        return [self._waiting.get_nowait() for _ in range(min(most, self._waiting.qsize()))]

    async def _relayed(self, rows: Sequence[Outgoing]) -> int:
        try:
            return await self._sent(rows, "relayed")
        finally:
            for _ in rows:
                self._waiting.task_done()

    async def _let_go(self, rows: Sequence[Outgoing]) -> None:
        await asyncio.to_thread(self._outbox.release, [row.seq for row in rows])
        for _ in rows:
            self._waiting.task_done()

    async def _sent(self, rows: Sequence[Outgoing], event: str) -> int:
        """Send rows together and return how many were acknowledged; one too large for its topic holds up no other."""
        answers = await asyncio.gather(*(self._acknowledged(row) for row in rows), return_exceptions=True)
        failed = [(row, answer) for row, answer in zip(rows, answers, strict=True) if isinstance(answer, BaseException)]
        sent = [row.seq for row, answer in zip(rows, answers, strict=True) if not isinstance(answer, BaseException)]
        if sent:
            await asyncio.to_thread(self._outbox.mark_sent, sent, self._now())
        for _ in sent:
            self._note(event)
        if failed:
            row, error = failed[0]
            log.warning("left to the sweep", rows=len(failed), of=len(rows), topic=row.dest, error=repr(error))
            await asyncio.to_thread(self._outbox.release, [row.seq for row, _ in failed])
        return len(sent)

    async def _acknowledged(self, row: Outgoing) -> None:
        async with asyncio.timeout(self._seconds):  # a producer may wait for ever while the broker is away
            await (await self._send(row))
