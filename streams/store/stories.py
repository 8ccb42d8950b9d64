"""The stories of the desks, and the keys they are found by."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, text

from monitors.article import digest
from streams.core.model import Story
from streams.store.schema import micros

_encode = msgspec.json.Encoder().encode
_story = msgspec.json.Decoder(Story).decode

_LOCK = text("SELECT pg_advisory_xact_lock(:number)")
_FIND = text(
    """SELECT value FROM stories WHERE desk = :desk AND last_seen_at >= :since AND story_id IN
       (SELECT story_id FROM story_keys WHERE desk = :desk AND key IN :keys)
       ORDER BY last_seen_at DESC, story_id"""
).bindparams(bindparam("keys", expanding=True))
_SAVE = text(
    """INSERT INTO stories (story_id, desk, last_seen_at, value) VALUES (:story_id, :desk, :last_seen_at, :value)
       ON CONFLICT (story_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, value = excluded.value"""
)
_FORGET_KEYS = text("DELETE FROM story_keys WHERE story_id = :story_id")
_SAVE_KEY = text("INSERT INTO story_keys (desk, key, story_id) VALUES (:desk, :key, :story_id)")
_RECENT = text("SELECT value FROM stories WHERE desk = :desk ORDER BY last_seen_at DESC, story_id LIMIT :limit")
_OLD = text("SELECT story_id FROM stories WHERE last_seen_at < :before LIMIT :batch")
_FORGET = text("DELETE FROM stories WHERE story_id = :story_id")


def lock_desk(conn: Connection, desk: str) -> None:
    """Make every other transaction that locks this desk wait for the end of this one.

    Owning a partition is no lock: while a group rebalances, two workers can hold one desk for seconds. An advisory lock of
    Postgres needs no row and leaves no dead tuple; two desks with one number would only wait for each other. SQLite's
    write transactions already exclude one another.
    """
    if conn.dialect.name == "postgresql":
        number = int(digest("desk", desk)[:16], 16) - (1 << 63)  # 64 bits, signed
        conn.execute(_LOCK, {"number": number})


def find(conn: Connection, desk: str, keys: Collection[str], since: datetime) -> tuple[Story, ...]:
    """Return the desk's stories that share a key and were seen since the instant, latest first."""
    if not keys:
        return ()
    question = {"desk": desk, "keys": list(keys), "since": micros(since)}
    return tuple(_story(value) for value in conn.execute(_FIND, question).scalars())


def save(conn: Connection, story: Story) -> None:
    """Write the story as it is now, and the keys it is found by from now on."""
    row = {"story_id": story.story_id, "desk": story.desk, "last_seen_at": micros(story.last_seen_at)}
    conn.execute(_SAVE, {**row, "value": _encode(story)})
    conn.execute(_FORGET_KEYS, {"story_id": story.story_id})
    if story.keys:
        keys = [{"desk": story.desk, "key": key, "story_id": story.story_id} for key in sorted(set(story.keys))]
        conn.execute(_SAVE_KEY, keys)


def recent(conn: Connection, desk: str, limit: int) -> tuple[Story, ...]:
    """Return the desk's stories, latest first."""
    return tuple(_story(value) for value in conn.execute(_RECENT, {"desk": desk, "limit": limit}).scalars())


def prune(conn: Connection, before: datetime, batch: int) -> int:
    """Delete up to ``batch`` stories last seen before the instant, with their keys; return how many."""
    old = conn.execute(_OLD, {"before": micros(before), "batch": batch}).scalars().all()
    if old:
        rows = [{"story_id": story_id} for story_id in old]
        conn.execute(_FORGET_KEYS, rows)
        conn.execute(_FORGET, rows)
    return len(old)
