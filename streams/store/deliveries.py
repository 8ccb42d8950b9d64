"""The deliveries: one durable row per alert and channel, and the lease that makes one process the sender.

One sender at a time, because pacing and order are per channel. Its lease carries a *term*, which grows whenever the lease
changes hands; a row handed out by `due` bears the term. So whoever lost the lease is refused before its next call
(`LeaseLostError`), and the next sender sees every row that was in a dead one's hands, those in state ``sending`` with an
unknown outcome.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, text

from monitors.article import digest
from streams.core.model import Alert
from streams.deliver.base import Delivery, delivery_key
from streams.store import dead_letters
from streams.store.database import Database, StoreError, ask, change, lease_clock
from streams.store.schema import micros, moment

_encode = msgspec.json.Encoder().encode
_alert = msgspec.json.Decoder(Alert).decode

_ADD = text(
    """INSERT INTO deliveries (delivery_key, story_id, channel, severity, state, term, tries, made_at, value)
       VALUES (:delivery_key, :story_id, :channel, :severity, 'pending', 0, 0, :made_at, :value)
       ON CONFLICT (delivery_key) DO NOTHING"""
)
# A row that was never postponed has no next_try_at: a clock that went back cannot hold it up.
_WAITING = """FROM deliveries AS d WHERE d.done_at IS NULL AND d.term <> :term
              AND (d.next_try_at IS NULL OR d.next_try_at <= :now)
              AND NOT EXISTS (SELECT 1 FROM deliveries AS older WHERE older.story_id = d.story_id
                              AND older.channel = d.channel AND older.done_at IS NULL AND older.seq < d.seq)"""
_ANY_DUE = text(f"SELECT EXISTS (SELECT 1 {_WAITING})")
# The thread is the first message sent outside any thread: a dead root leaves its place to the next one.
_DUE = text(
    f"""SELECT d.seq, d.delivery_key, d.channel, d.state, d.tries, d.first_try_at, d.next_try_at, d.made_at, d.value,
        (SELECT root.message_id FROM deliveries AS root WHERE root.story_id = d.story_id AND root.channel = d.channel
         AND root.message_id IS NOT NULL AND root.thread IS NULL ORDER BY root.seq LIMIT 1) AS thread
        {_WAITING} ORDER BY d.severity DESC, d.seq LIMIT :limit"""  # noqa: S608  # put together from the constant above
)
_HAND_OUT = text("UPDATE deliveries SET term = :term, thread = :thread WHERE seq = :seq")
_SENDING = text(
    """UPDATE deliveries SET state = 'sending', tries = tries + 1, first_try_at = coalesce(first_try_at, :now)
       WHERE delivery_key = :key AND done_at IS NULL AND term = :term"""
)
_SENT = text(
    """UPDATE deliveries SET state = 'sent', message_id = :message_id, done_at = :now, term = 0
       WHERE delivery_key = :key AND message_id IS NULL"""
)
_POSTPONE = text(
    """UPDATE deliveries SET next_try_at = :until, term = 0,
       state = CASE WHEN :not_sent = 1 THEN 'pending' ELSE state END
       WHERE delivery_key = :key AND done_at IS NULL AND term = :term"""
)
_DEAD = text(
    """UPDATE deliveries SET state = 'dead', done_at = :now, term = 0
       WHERE delivery_key = :key AND done_at IS NULL AND term = :term RETURNING channel, tries, value"""
)
_REVIVE = text(
    """UPDATE deliveries SET state = 'pending', done_at = NULL, next_try_at = NULL
       WHERE delivery_key = :key AND state = 'dead'"""
)
_RENEW = text("UPDATE leases SET leased_at = :at WHERE name = 'sender' AND term = :term")
_ACQUIRE = text(
    """INSERT INTO leases (name, owner, term, leased_at) VALUES ('sender', :owner, 1, :at)
       ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, leased_at = excluded.leased_at, term = leases.term + 1
       WHERE leases.owner = excluded.owner OR NOT (leases.leased_at > :at - :lease AND leases.leased_at <= :at + :lease)
       RETURNING term"""
)
_LET_GO = text("UPDATE leases SET leased_at = 0 WHERE name = 'sender' AND term = :term")
_PER_CHANNEL = text(
    """SELECT channel, count(*), min(made_at) FROM deliveries WHERE done_at IS NULL GROUP BY channel ORDER BY channel"""
)
_PRUNE = text(
    """DELETE FROM deliveries WHERE seq IN
       (SELECT seq FROM deliveries WHERE done_at < :before ORDER BY seq LIMIT :batch)"""
)


NO_TERM = -1
"""No row bears it: 0 means that nobody holds a row, terms count from 1."""


class LeaseLostError(StoreError):
    """Another process is the sender now: the call must not be made."""


def add(conn: Connection, alert: Alert, channel: str, now: datetime) -> bool:
    """Write the row that will bring this alert to this channel; False when it is there already."""
    row = {
        "delivery_key": delivery_key(alert.alert_id, channel),
        "story_id": alert.story_id,
        "channel": channel,
        "severity": alert.severity.rank,
        "made_at": micros(now),
        "value": _encode(alert),
    }
    return conn.execute(_ADD, row).rowcount == 1


def revive(conn: Connection, key: str) -> bool:
    """Let a delivery that was given up be tried again; False when it was not given up."""
    return conn.execute(_REVIVE, {"key": key}).rowcount == 1


def per_channel(conn: Connection) -> tuple[tuple[str, int, datetime], ...]:
    """Return channel, unfinished rows and since when the oldest waits, for each channel that has any."""
    return tuple((row.channel, int(row[1]), moment(row[2])) for row in conn.execute(_PER_CHANNEL))


def prune(conn: Connection, before: datetime, batch: int) -> int:
    """Delete up to ``batch`` rows finished before the instant; return how many. A story's thread is forgotten with them."""
    return conn.execute(_PRUNE, {"before": micros(before), "batch": batch}).rowcount


class SqlDeliveries:
    """`streams.deliver.base.Deliveries` of this store, for one process. Its state is the term it holds, nothing else."""

    def __init__(self, database: Database, owner: str, lease: timedelta) -> None:
        self._database = database
        self._owner = owner
        self._lease = lease
        self._term = NO_TERM
        self._renewed_at: datetime | None = None

    def due(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Return rows to send, held by this process from now on; nothing while another process is the sender.

        By severity, then seq; of one story and channel only the oldest unfinished row. A row is handed out once, until it is
        postponed or the lease changes hands. Also renews the lease: call it at least every third of it, even with
        ``limit`` 0 and even while a send takes long. Costs one SELECT when there is nothing to do.
        """
        resting = self._renewed_at is None or abs(now - self._renewed_at) < self._lease / 3
        if resting and not (limit and self._anything_due(now)):
            return ()
        # the term is ours only once it is committed: kept in mind sooner, it might be another's by then
        term, rows = change(self._database, lambda conn: self._hand_out(conn, now, limit))
        self._term, self._renewed_at = (NO_TERM, None) if term is None else (term, now)
        return rows

    def sending(self, key: str, now: datetime) -> None:
        """Commit that a call is about to be made. Raises `LeaseLostError` when the row is no longer ours to send."""

        def mark(conn: Connection) -> bool:
            row = {"key": key, "term": self._term, "now": micros(now)}
            return self._renew(conn, now) and conn.execute(_SENDING, row).rowcount == 1

        if not change(self._database, mark):
            raise LeaseLostError("another process is the sender now")
        self._renewed_at = now

    def sent(self, key: str, message_id: str, now: datetime) -> None:
        """Commit the receipt. Whoever holds the lease: what happened, happened. The first receipt stays."""
        row = {"key": key, "message_id": message_id, "now": micros(now)}
        change(self._database, lambda conn: conn.execute(_SENT, row).rowcount)

    def postpone(self, key: str, until: datetime, *, not_sent: bool) -> None:
        """Let go of the row until then; without ``not_sent`` one in state ``sending`` keeps it. No-op if not ours."""
        row = {"key": key, "until": micros(until), "not_sent": int(not_sent), "term": self._term}
        change(self._database, lambda conn: conn.execute(_POSTPONE, row).rowcount)

    def dead(self, key: str, reason: str, now: datetime) -> None:
        """Give up: the row ends as a dead letter of stage "send" with the channel's words. No-op if not ours."""
        change(
            self._database, lambda conn: _give_up(conn, key, self._term, error="DeliveryError", reason=reason, now=now)
        )

    def let_go(self) -> None:
        """Stop being the sender: another process may take over at once."""
        if self._renewed_at is not None:
            change(self._database, lambda conn: conn.execute(_LET_GO, {"term": self._term}).rowcount)
            self._term, self._renewed_at = NO_TERM, None

    def _anything_due(self, now: datetime) -> bool:
        question = {"term": self._term, "now": micros(now)}
        return bool(ask(self._database, lambda conn: conn.execute(_ANY_DUE, question).scalar()))

    def _hand_out(self, conn: Connection, now: datetime, limit: int) -> tuple[int | None, tuple[Delivery, ...]]:
        term = self._term if self._renew(conn, now) else self._acquire(conn, now)
        if term is None:
            return None, ()
        rows = conn.execute(_DUE, {"term": term, "now": micros(now), "limit": limit}).all()
        if rows:
            conn.execute(_HAND_OUT, [{"seq": row.seq, "term": term, "thread": row.thread} for row in rows])
        handed: list[Delivery] = []
        for row in rows:
            try:
                handed.append(_delivery(row))
            except msgspec.DecodeError as error:  # written by a newer wirewatch: it must not hold up the others
                words = f"not a readable alert: {error}"
                _give_up(conn, row.delivery_key, term, error=type(error).__name__, reason=words, now=now)
        return term, tuple(handed)

    def _renew(self, conn: Connection, now: datetime) -> bool:
        at = lease_clock(self._database, conn, now)
        return conn.execute(_RENEW, {"at": at, "term": self._term}).rowcount == 1

    def _acquire(self, conn: Connection, now: datetime) -> int | None:
        at = lease_clock(self._database, conn, now)
        question = {"owner": self._owner, "at": at, "lease": self._lease // timedelta(microseconds=1)}
        term = conn.execute(_ACQUIRE, question).scalar()
        return None if term is None else int(term)


def _delivery(row: Any) -> Delivery:  # a row of SQLAlchemy has no static columns
    return Delivery(
        delivery_key=row.delivery_key,
        seq=row.seq,
        channel=row.channel,
        alert=_alert(row.value),
        state=row.state,
        thread=row.thread,
        first_try_at=None if row.first_try_at is None else moment(row.first_try_at),
        next_try_at=moment(row.made_at if row.next_try_at is None else row.next_try_at),
        tries=row.tries,
    )


def _give_up(conn: Connection, key: str, term: int, *, error: str, reason: str, now: datetime) -> None:
    row = conn.execute(_DEAD, {"key": key, "term": term, "now": micros(now)}).one_or_none()
    if row is None:
        return
    letter = dead_letters.DeadLetter(
        letter_id=digest("dead", dead_letters.SENDING, key),
        stage=dead_letters.SENDING,
        inbox_id=key,
        key=row.channel.encode(),
        body=row.value,
        error=error,
        reason=reason,
        attempts=row.tries,
        at=now,
    )
    dead_letters.bury(conn, letter, key, now)
