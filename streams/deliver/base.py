"""What the sender needs of a channel and of the store. Words and markup are not decided here."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

import msgspec

from monitors.article import digest
from streams.core.model import Alert

Outcome = Literal["rejected", "not_sent", "unknown"]
Failure = Literal[
    "auth", "rate_limited", "invalid", "too_long", "channel", "timeout", "connection", "server", "unknown"
]


class DeliveryError(Exception):
    """A send that did not surely succeed.

    ``outcome``: ``rejected`` will never succeed (dead letter), ``not_sent`` surely did not arrive (retry, after
    ``retry_after`` seconds where the channel named a time), ``unknown`` may have arrived (look before sending again).
    ``reason`` is one of a closed list, for metrics. The message never holds a secret.
    """

    def __init__(
        self,
        outcome: Outcome,
        reason: Literal[
            "auth", "rate_limited", "invalid", "too_long", "channel", "timeout", "connection", "server", "unknown"
        ],
        words: str,
        *,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(words)
        self.outcome = outcome
        self.reason = reason
        self.retry_after = retry_after


def delivery_key(alert_id: str, channel: str) -> str:
    """Return the key under which this alert may reach this channel once."""
    return digest("delivery", alert_id, channel)


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One alert for one channel, as a durable row.

    ``channel`` is an address (``slack:#world``, ``console:``, ``webhook:NAME``). ``seq`` orders the rows. ``thread`` is the
    message id of the story's first sent delivery on this channel, None while there is none. ``first_try_at`` is when the
    row was first marked as being sent (committed before the call), None before. ``tries`` counts calls.
    """

    delivery_key: str
    seq: int
    channel: str
    alert: Alert
    state: Literal["pending", "sending", "sent", "dead"]
    thread: str | None
    first_try_at: datetime | None
    next_try_at: datetime
    tries: int = 0


class Channel(Protocol):
    """A way to the newsroom. One instance serves all addresses of its scheme."""

    scheme: str

    async def send(self, delivery: Delivery) -> str:
        """Send and return the message's id on the channel. Raises only `DeliveryError`."""
        ...

    async def find(self, delivery: Delivery) -> str | None:
        """After an unknown outcome: return the id of the message if it did arrive, None if it surely did not.

        Raises `DeliveryError` when the channel cannot tell (now or ever).
        """
        ...

    async def revise_root(self, delivery: Delivery) -> None:
        """Let the story's first message show ``alert.root``. Harmless to repeat. Raises only `DeliveryError`."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Deliveries(Protocol):
    """What the sender asks of the store. Each call is one committed transaction; a claim is a lease of this process."""

    def due(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Lease and return rows to send, by severity (highest first), then seq.

        Of one story and channel only the oldest unfinished row is ever returned. Rows in state ``sending`` that belong to a
        process whose lease has run out are returned too: their outcome is unknown.
        """
        ...

    def sending(self, key: str, now: datetime) -> None:
        """Commit that a call is about to be made: the row before the call."""
        ...

    def sent(self, key: str, message_id: str, now: datetime) -> None:
        """Commit the receipt."""
        ...

    def postpone(self, key: str, until: datetime, *, not_sent: bool) -> None:
        """Try again at ``until``; ``not_sent`` puts a surely unsent row back to ``pending``."""
        ...

    def dead(self, key: str, reason: str, now: datetime) -> None:
        """Give up: the row becomes a dead letter with the channel's own words."""
        ...
