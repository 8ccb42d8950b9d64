"""What a transaction wants published: rows with it, sent after it, by the process that wrote them.

Fresh rows belong to their writer, which holds them (`Outgoing`) without asking again. Only what is left over when a send
failed or a process died needs `claim`. Within one owner rows go out in ``seq`` order; rows taken over from the dead come
late and may follow younger ones of the same key, which the stages behind tolerate.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, text

from streams.store.schema import micros, moment

Headers = tuple[tuple[str, bytes], ...]

_encode = msgspec.json.Encoder().encode
_headers = msgspec.json.Decoder(Headers).decode

_PUT = text(
    """INSERT INTO outbox (id, dest, key, owner, leased_at, made_at, headers, value)
       VALUES (:id, :dest, :key, :owner, :leased_at, :made_at, :headers, :value)
       ON CONFLICT (id) DO NOTHING RETURNING seq"""
)
_LEFT = """SELECT seq FROM outbox WHERE sent_at IS NULL
           AND NOT (owner IS NOT NULL AND leased_at > :at - :lease AND leased_at <= :at + :lease)
           ORDER BY seq LIMIT :limit"""
_CLAIM = """WITH taken AS ({left})
            UPDATE outbox SET owner = :owner, leased_at = :at WHERE seq IN (SELECT seq FROM taken)
            RETURNING seq, id, dest, key, made_at, headers, value"""
_CLAIM_SQLITE = text(_CLAIM.format(left=_LEFT))
_CLAIM_POSTGRES = text(_CLAIM.format(left=_LEFT + " FOR UPDATE SKIP LOCKED"))
_SENT = text("UPDATE outbox SET sent_at = :now WHERE seq = :seq AND sent_at IS NULL")
_RELEASE = text("UPDATE outbox SET owner = NULL WHERE seq = :seq AND owner = :owner AND sent_at IS NULL")
_HELD = text("SELECT EXISTS (SELECT 1 FROM outbox WHERE sent_at IS NULL AND owner = :owner)")
_RELEASE_ALL = text("UPDATE outbox SET owner = NULL WHERE sent_at IS NULL AND owner = :owner")
_PENDING = text("SELECT count(*), min(made_at) FROM outbox WHERE sent_at IS NULL")
_PRUNE = text(
    """DELETE FROM outbox WHERE sent_at < :before
       AND seq IN (SELECT seq FROM outbox ORDER BY seq LIMIT :batch)"""
)


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """One message to publish. ``dest`` is a topic; ``id`` is unique in the outbox; ``made_at`` is when it was written."""

    seq: int
    id: str
    dest: str
    key: bytes | None
    value: bytes
    headers: Headers
    made_at: datetime


def put(
    conn: Connection,
    *,
    dest: str,
    key: bytes | None,
    message_id: str,
    value: bytes,
    headers: Headers,
    owner: str,
    leased_at: int,
    now: datetime,
) -> Outgoing | None:
    """Write a row held by its writer and return it; None when the id is already there."""
    row = {"id": message_id, "dest": dest, "key": key, "owner": owner, "leased_at": leased_at, "made_at": micros(now)}
    seq = conn.execute(_PUT, {**row, "headers": _encode(headers), "value": value}).scalar()
    if seq is None:
        return None
    return Outgoing(seq=seq, id=message_id, dest=dest, key=key, value=value, headers=headers, made_at=now)


def claim(conn: Connection, owner: str, at: int, lease: timedelta, limit: int) -> tuple[Outgoing, ...]:
    """Take up to ``limit`` unsent rows that nobody holds or whose lease ran out, and return them in ``seq`` order."""
    postgres = conn.dialect.name == "postgresql"
    question = {"owner": owner, "at": at, "lease": lease // timedelta(microseconds=1), "limit": limit}
    rows = conn.execute(_CLAIM_POSTGRES if postgres else _CLAIM_SQLITE, question).all()
    return tuple(
        Outgoing(
            seq=row.seq,
            id=row.id,
            dest=row.dest,
            key=row.key,
            value=row.value,
            headers=_headers(row.headers),
            made_at=moment(row.made_at),
        )
        for row in sorted(rows, key=lambda row: int(row.seq))
    )


def mark_sent(conn: Connection, seqs: Iterable[int], now: datetime) -> None:
    """Note that the broker has these; whoever holds them by now."""
    if rows := [{"seq": seq, "now": micros(now)} for seq in seqs]:
        conn.execute(_SENT, rows)


def release(conn: Connection, owner: str, seqs: Iterable[int]) -> None:
    """Let go of these rows of ours, so that the next claim may have them at once."""
    if rows := [{"seq": seq, "owner": owner} for seq in seqs]:
        conn.execute(_RELEASE, rows)


def holds(conn: Connection, owner: str) -> bool:
    """Return whether the owner holds unsent rows."""
    return bool(conn.execute(_HELD, {"owner": owner}).scalar())


def release_all(conn: Connection, owner: str) -> None:
    """Let go of everything the owner holds."""
    conn.execute(_RELEASE_ALL, {"owner": owner})


def pending(conn: Connection) -> tuple[int, datetime | None]:
    """Return how many rows are unsent and since when the oldest waits."""
    count, oldest = conn.execute(_PENDING).one()
    return count, None if oldest is None else moment(oldest)


def prune(conn: Connection, before: datetime, batch: int) -> int:
    """Delete up to ``batch`` of the oldest rows where they were sent before the instant; return how many."""
    return conn.execute(_PRUNE, {"before": micros(before), "batch": batch}).rowcount
