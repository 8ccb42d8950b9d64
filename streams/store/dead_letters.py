"""What could not be read or finished, kept whole, and the breaker that stops a stage which buries too much.

A dead letter and its inbox row are one commit, so the inbox doubles as the record of what went well: the breaker needs no
row per success. It judges the stage's last outcomes at each burial and stays tripped over restarts, until a person resumes
it or a new version of the code comes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec
from sqlalchemy import Connection, bindparam, text

from streams.store.inbox import CHUNK
from streams.store.outbox import Headers
from streams.store.schema import micros, moment

SENDING = "send"
"""The stage of deliveries that were given up; ``inbox_id`` is then the delivery key and the body is the alert."""

IN_A_ROW = 5
WINDOW = 200
OF_WINDOW = 20

_encode = msgspec.json.Encoder().encode
_headers = msgspec.json.Decoder(Headers).decode

_BURY = text(
    """INSERT INTO dead_letters (letter_id, stage, inbox_id, topic, part, pos, key, error, reason, attempts, code,
       made_at, headers, value) VALUES (:letter_id, :stage, :inbox_id, :topic, :part, :pos, :key, :error, :reason,
       :attempts, :code, :made_at, :headers, :value)
       ON CONFLICT (letter_id) DO UPDATE SET error = excluded.error, reason = excluded.reason, code = excluded.code,
       attempts = excluded.attempts, closed_at = NULL, closed_as = NULL"""
)
_COLUMNS = """SELECT letter_id, stage, inbox_id, topic, part, pos, key, error, reason, attempts, code, made_at, closed_as,
              headers, value FROM dead_letters"""
_OPEN = text(f"{_COLUMNS} WHERE closed_at IS NULL ORDER BY made_at DESC, letter_id LIMIT :limit")
_OPEN_OF = text(f"{_COLUMNS} WHERE closed_at IS NULL AND stage = :stage ORDER BY made_at DESC, letter_id LIMIT :limit")
_SHOW = text(f"{_COLUMNS} WHERE letter_id = :letter_id")
_CLOSE = text(
    """UPDATE dead_letters SET closed_at = :now, closed_as = :closed_as
       WHERE letter_id = :letter_id AND closed_at IS NULL"""
)
_FORGET_INBOX = text("DELETE FROM inbox WHERE stage = :stage AND id = :id")
_BURIED = text("SELECT pos FROM dead_letters WHERE topic = :topic AND part = :part AND pos IN :offsets").bindparams(
    bindparam("offsets", expanding=True)
)
_PER_STAGE = text("SELECT stage, count(*) FROM dead_letters WHERE closed_at IS NULL GROUP BY stage ORDER BY stage")
_PRUNE = text(
    """DELETE FROM dead_letters WHERE letter_id IN
       (SELECT letter_id FROM dead_letters WHERE closed_at < :before LIMIT :batch)"""
)

_BREAKER = text("SELECT code, since_n, tripped_at FROM breakers WHERE stage = :stage")
_NEW_BREAKER = text(
    """INSERT INTO breakers (stage, code, since_n) VALUES (:stage, :code, (SELECT coalesce(max(n), 0) - 1 FROM inbox))
       ON CONFLICT (stage) DO UPDATE SET code = excluded.code, since_n = excluded.since_n, tripped_at = NULL, why = NULL
       RETURNING code, since_n, tripped_at"""
)
_OUTCOMES = text(
    """SELECT EXISTS (SELECT 1 FROM dead_letters
       WHERE stage = inbox.stage AND inbox_id = inbox.id AND closed_at IS NULL) AS dead
       FROM inbox WHERE stage = :stage AND n > :since_n ORDER BY n DESC LIMIT :window"""
)
_TRIP = text("UPDATE breakers SET tripped_at = :now, why = :why WHERE stage = :stage")
_TRIPPED = text("SELECT why FROM breakers WHERE stage = :stage AND code = :code AND tripped_at IS NOT NULL")
_RESUME = text(
    """UPDATE breakers SET tripped_at = NULL, why = NULL, since_n = (SELECT coalesce(max(n), 0) FROM inbox)
       WHERE stage = :stage"""
)


class Letter(Protocol):
    """What `bury` needs to know of a record. `DeadLetter` is one."""

    @property
    def letter_id(self) -> str: ...  # noqa: D102  # the fields are told at DeadLetter
    @property
    def stage(self) -> str: ...  # noqa: D102  # as above
    @property
    def topic(self) -> str: ...  # noqa: D102  # as above
    @property
    def partition(self) -> int | None: ...  # noqa: D102  # as above
    @property
    def offset(self) -> int | None: ...  # noqa: D102  # as above
    @property
    def key(self) -> bytes | None: ...  # noqa: D102  # as above
    @property
    def headers(self) -> Headers: ...  # noqa: D102  # as above
    @property
    def body(self) -> bytes: ...  # noqa: D102  # as above
    @property
    def error(self) -> str: ...  # noqa: D102  # as above
    @property
    def reason(self) -> str: ...  # noqa: D102  # as above
    @property
    def attempts(self) -> int: ...  # noqa: D102  # as above
    @property
    def code(self) -> str: ...  # noqa: D102  # as above


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A dead letter as kept: the record's own key, headers and body, what went wrong, and what became of it.

    ``inbox_id`` is the id under which the stage's inbox holds it; ``topic`` is empty and the position None where it did not
    come from a topic. ``error`` is a class, ``reason`` its words, ``attempts`` how often it was begun, ``code`` the version
    that gave up. ``closed`` is None while somebody should still look at it.
    """

    letter_id: str
    stage: str
    inbox_id: str
    topic: str = ""
    partition: int | None = None
    offset: int | None = None
    key: bytes | None = None
    headers: Headers = ()
    body: bytes
    error: str
    reason: str
    attempts: int = 1
    code: str = ""
    at: datetime
    closed: Literal["retried", "dropped"] | None = None


def bury(conn: Connection, letter: Letter, inbox_id: str, now: datetime) -> None:
    """Keep the letter, and trip the stage's breaker where this is one too many. A letter that dies again is open again."""
    row = {
        "letter_id": letter.letter_id,
        "stage": letter.stage,
        "inbox_id": inbox_id,
        "topic": letter.topic,
        "part": letter.partition,
        "pos": letter.offset,
        "key": letter.key,
        "error": letter.error,
        "reason": letter.reason,
        "attempts": letter.attempts,
        "code": letter.code,
        "made_at": micros(now),
        "headers": _encode(letter.headers),
        "value": letter.body,
    }
    conn.execute(_BURY, row)
    if letter.stage != SENDING:  # a channel that refuses is the sender's trouble, not the stage's
        _judge(conn, letter.stage, letter.code, now)


def _judge(conn: Connection, stage: str, code: str, now: datetime) -> None:
    breaker = conn.execute(_BREAKER, {"stage": stage}).one_or_none()
    if breaker is None or breaker.code != code:  # new code is judged by its own letters, this one being the first
        breaker = conn.execute(_NEW_BREAKER, {"stage": stage, "code": code}).one()
    if breaker.tripped_at is not None:
        return
    question = {"stage": stage, "since_n": breaker.since_n, "window": WINDOW}
    dead = [bool(each) for each in conn.execute(_OUTCOMES, question).scalars()]
    in_a_row = dead.index(False) if False in dead else len(dead)
    if in_a_row > IN_A_ROW:
        why = f"{in_a_row} dead letters in a row"
    elif sum(dead) >= OF_WINDOW:
        why = f"{sum(dead)} dead letters among the last {len(dead)}"
    else:
        return
    conn.execute(_TRIP, {"stage": stage, "why": why, "now": micros(now)})


def tripped(conn: Connection, stage: str, code: str) -> str | None:
    """Return why this version of the stage must not go on, None while it may."""
    why = conn.execute(_TRIPPED, {"stage": stage, "code": code}).scalar()
    return None if why is None else str(why)


def resume(conn: Connection, stage: str) -> bool:
    """Let the stage go on and forget its record; False when it was never judged."""
    return conn.execute(_RESUME, {"stage": stage}).rowcount == 1


def still_open(conn: Connection, stage: str | None, limit: int) -> tuple[DeadLetter, ...]:
    """Return the open letters, latest first; of every stage when ``stage`` is None."""
    rows = conn.execute(
        _OPEN if stage is None else _OPEN_OF, {"stage": stage, "limit": limit} if stage else {"limit": limit}
    )
    return tuple(_letter(row) for row in rows)


def show(conn: Connection, letter_id: str) -> DeadLetter | None:
    """Return the letter, open or closed."""
    row = conn.execute(_SHOW, {"letter_id": letter_id}).one_or_none()
    return None if row is None else _letter(row)


def close(conn: Connection, letter_id: str, closed: Literal["retried", "dropped"], now: datetime) -> DeadLetter | None:
    """Close an open letter and return it; None when there is none. A retried one leaves the inbox, to be handled anew."""
    row = {"letter_id": letter_id, "closed_as": closed, "now": micros(now)}
    if conn.execute(_CLOSE, row).rowcount == 0:
        return None
    letter = show(conn, letter_id)
    if letter is not None and closed == "retried":
        conn.execute(_FORGET_INBOX, {"stage": letter.stage, "id": letter.inbox_id})
    return letter


def buried(conn: Connection, topic: str, partition: int, offsets: Collection[int]) -> frozenset[int]:
    """Return those of the partition's offsets that have a dead letter, open or closed."""
    listed = list(offsets)
    chunks = (listed[at : at + CHUNK] for at in range(0, len(listed), CHUNK))
    return frozenset(
        int(found)
        for chunk in chunks
        for found in conn.execute(_BURIED, {"topic": topic, "part": partition, "offsets": chunk}).scalars()
    )


def per_stage(conn: Connection) -> tuple[tuple[str, int], ...]:
    """Return the number of open letters of each stage that has any."""
    return tuple((row.stage, int(row[1])) for row in conn.execute(_PER_STAGE))


def prune(conn: Connection, before: datetime, batch: int) -> int:
    """Delete up to ``batch`` letters closed before the instant; return how many. Open ones wait for a person."""
    return conn.execute(_PRUNE, {"before": micros(before), "batch": batch}).rowcount


def _letter(row: Any) -> DeadLetter:  # a row of SQLAlchemy has no static columns
    return DeadLetter(
        letter_id=row.letter_id,
        stage=row.stage,
        inbox_id=row.inbox_id,
        topic=row.topic,
        partition=row.part,
        offset=row.pos,
        key=row.key,
        headers=_headers(row.headers),
        body=row.value,
        error=row.error,
        reason=row.reason,
        attempts=row.attempts,
        code=row.code,
        at=moment(row.made_at),
        closed=row.closed_as,
    )
