"""What each stage has already handled, and how often the first message after a start was tried."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, text

from streams.store.schema import micros

CHUNK = 500  # ids per question: below every database's limit on parameters

_ONCE = text("INSERT INTO inbox (stage, id, at) VALUES (:stage, :id, :at) ON CONFLICT (stage, id) DO NOTHING")
_SEEN = text("SELECT id FROM inbox WHERE stage = :stage AND id IN :ids").bindparams(bindparam("ids", expanding=True))
_ATTEMPT = text(
    """INSERT INTO attempts (topic, part, pos, tries, at) VALUES (:topic, :part, :pos, 1, :at)
       ON CONFLICT (topic, part) DO UPDATE SET pos = excluded.pos, at = excluded.at,
       tries = CASE WHEN attempts.pos = excluded.pos THEN attempts.tries + 1 ELSE 1 END
       RETURNING tries"""
)
# The oldest rows only: where none of them is old enough, none is, and no index on time is needed.
_PRUNE = text(
    """DELETE FROM inbox WHERE at < :before
       AND n IN (SELECT n FROM inbox ORDER BY n LIMIT :batch)"""
)


def once(conn: Connection, stage: str, message_id: str, now: datetime) -> bool:
    """Note that the stage handles this id; False when it already has.

    A second writer of the same id waits for the first one's end: it sees False after a commit, True after a rollback.
    """
    return conn.execute(_ONCE, {"stage": stage, "id": message_id, "at": micros(now)}).rowcount == 1


def seen(conn: Connection, stage: str, ids: Collection[str]) -> frozenset[str]:
    """Return those of the ids that the stage has handled."""
    listed = list(ids)
    chunks = (listed[at : at + CHUNK] for at in range(0, len(listed), CHUNK))
    return frozenset(
        found for chunk in chunks for found in conn.execute(_SEEN, {"stage": stage, "ids": chunk}).scalars()
    )


def attempt(conn: Connection, topic: str, partition: int, offset: int, now: datetime) -> int:
    """Count one more try of this position and return the tries so far, this one included.

    Only the latest position of a partition is remembered: a process that dies of a message meets it first again.
    """
    row = {"topic": topic, "part": partition, "pos": offset, "at": micros(now)}
    return int(conn.execute(_ATTEMPT, row).scalar_one())


def prune(conn: Connection, before: datetime, batch: int) -> int:
    """Delete up to ``batch`` of the oldest rows noted before the instant; return how many."""
    return conn.execute(_PRUNE, {"before": micros(before), "batch": batch}).rowcount
