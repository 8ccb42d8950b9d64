"""Delivery rows in memory, with the store's behaviour: several processes may look at the same `Rows`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from streams.core.model import Alert
from streams.deliver.base import Delivery, delivery_key

LEASE = timedelta(seconds=15)


class LeaseLostError(Exception):
    """Another process is the sender now."""


class Rows:
    """What is on disk: it survives any process."""

    def __init__(self) -> None:
        self.deliveries: dict[str, Delivery] = {}
        self.message_ids: dict[str, str] = {}
        self.dead: dict[str, str] = {}
        self.term = 0
        self.leased_at: datetime | None = None
        self.handed_out: dict[str, int] = {}

    def add(self, alert: Alert, channel: str, now: datetime) -> str:
        """Make a row, once per alert and channel, and return its key."""
        key = delivery_key(alert.alert_id, channel)
        row = Delivery(
            delivery_key=key,
            seq=len(self.deliveries) + 1,
            channel=channel,
            alert=alert,
            state="pending",
            thread=None,
            first_try_at=None,
            next_try_at=now,
        )
        self.deliveries.setdefault(key, row)
        return key

    def states(self) -> set[str]:
        """Return the states that occur."""
        return {row.state for row in self.deliveries.values()}


class MemoryDeliveries:
    """One process's view of the rows: `Deliveries`."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._term = 0

    def due(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Hand each row out once per term; a new term begins when the lease of another process has run out."""
        rows = self.rows
        if self._term != rows.term or not self._term:
            if rows.leased_at is not None and now - rows.leased_at <= LEASE:
                return ()
            rows.term += 1
            self._term = rows.term
        rows.leased_at = now
        handed = [msgspec.structs.replace(row, thread=self._thread(row)) for row in self._ready(now)][:limit]
        rows.handed_out.update({row.delivery_key: self._term for row in handed})
        return tuple(handed)

    def _ready(self, now: datetime) -> list[Delivery]:
        rows = self.rows
        heads: dict[tuple[str, str], Delivery] = {}
        for row in sorted(rows.deliveries.values(), key=lambda row: row.seq):
            if row.state in {"pending", "sending"}:
                heads.setdefault((row.alert.story_id, row.channel), row)
        ready = [
            row
            for row in heads.values()
            if rows.handed_out.get(row.delivery_key) != self._term and row.next_try_at <= now
        ]
        return sorted(ready, key=lambda row: (-row.alert.severity.rank, row.seq))

    def _thread(self, row: Delivery) -> str | None:
        story = self._sent(row.alert.story_id, row.channel)
        return self.rows.message_ids[min(story, key=lambda row: row.seq).delivery_key] if story else None

    def _sent(self, story_id: str, channel: str) -> list[Delivery]:
        rows: Iterable[Delivery] = self.rows.deliveries.values()
        return [r for r in rows if r.state == "sent" and r.alert.story_id == story_id and r.channel == channel]

    def sending(self, key: str, now: datetime) -> None:
        """Commit that a call is about to be made."""
        if self._term != self.rows.term:
            raise LeaseLostError
        row = self.rows.deliveries[key]
        self._put(row, state="sending", tries=row.tries + 1, first_try_at=row.first_try_at or now)

    def sent(self, key: str, message_id: str, now: datetime) -> None:  # noqa: ARG002 - part of the contract
        """Commit the receipt; the first one stays."""
        self.rows.message_ids.setdefault(key, message_id)
        self._put(self.rows.deliveries[key], state="sent")

    def postpone(self, key: str, until: datetime, *, not_sent: bool) -> None:
        """Let go of the row until then."""
        row = self.rows.deliveries[key]
        self.rows.handed_out.pop(key, None)
        self._put(row, next_try_at=until, state="pending" if not_sent else row.state)

    def dead(self, key: str, reason: str, now: datetime) -> None:  # noqa: ARG002 - part of the contract
        """Give up."""
        self.rows.dead[key] = reason
        self._put(self.rows.deliveries[key], state="dead")

    def _put(self, row: Delivery, **changes: object) -> None:
        self.rows.deliveries[row.delivery_key] = msgspec.structs.replace(row, **changes)
