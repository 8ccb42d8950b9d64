"""When the alerts of a desk mentioned somebody, for its budget of mentions."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from streams.store.schema import micros

_ADD = text(
    """INSERT INTO mentions (alert_id, desk, at) VALUES (:alert_id, :desk, :at) ON CONFLICT (alert_id) DO NOTHING"""
)
_COUNT = text("SELECT count(*) FROM mentions WHERE desk = :desk AND at > :since AND at < :until")
_PRUNE = text(
    """DELETE FROM mentions WHERE alert_id IN (SELECT alert_id FROM mentions WHERE at < :before LIMIT :batch)"""
)


def add(conn: Connection, desk: str, alert_id: str, at: datetime) -> None:
    """Note that the desk's alert mentions somebody."""
    conn.execute(_ADD, {"alert_id": alert_id, "desk": desk, "at": micros(at)})


def count(conn: Connection, desk: str, at: datetime, span: timedelta) -> int:
    """Return how many of the desk's mentions lie less than ``span`` from the instant, before or after it."""
    question = {"desk": desk, "since": micros(at - span), "until": micros(at + span)}
    return int(conn.execute(_COUNT, question).scalar() or 0)


def prune(conn: Connection, before: datetime, batch: int) -> int:
    """Delete up to ``batch`` mentions of before the instant; return how many."""
    return conn.execute(_PRUNE, {"before": micros(before), "batch": batch}).rowcount
