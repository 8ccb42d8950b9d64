"""The articles that the rules were asked about, kept for some days: what a change of the rules would have done to them.

A row is the compressed JSON of one article event, written in the transaction of its inbox row, so it costs no commit of its
own: 0.5 to 1 KB for an entry of a feed.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, text

from monitors.article import Article
from streams.store.schema import micros, moment

_encode = msgspec.json.Encoder().encode
_article = msgspec.json.Decoder(Article).decode

_KEEP = text(
    """INSERT INTO archive (event_id, seen_at, value) VALUES (:event_id, :seen_at, :value)
       ON CONFLICT (event_id) DO NOTHING"""
)
_PAGE = text(
    """SELECT n, seen_at, event_id, value FROM archive WHERE (seen_at, n) > (:seen_at, :n)
       ORDER BY seen_at, n LIMIT :limit"""
)
_SPAN = text("SELECT count(*), min(seen_at), max(seen_at), coalesce(sum(length(value)), 0) FROM archive")
_PRUNE = text(
    """DELETE FROM archive WHERE n IN
       (SELECT n FROM archive WHERE seen_at < :before ORDER BY seen_at, n LIMIT :batch)"""
)

Place = tuple[int, int]
"""Where a page ended: the instant of its last row, and its number."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """How much is kept: article events, the instants of the first and the last (None when empty), bytes as stored."""

    articles: int
    first: datetime | None
    last: datetime | None
    stored: int


class UnreadableError(Exception):
    """An archived article that this version cannot read; ``event_id`` names it."""

    def __init__(self, event_id: str, why: str) -> None:
        super().__init__(f"found the archived article {event_id} unreadable ({why}); expected one of this version")
        self.event_id = event_id


def keep(conn: Connection, article: Article) -> bool:
    """Keep an article event; False when it is kept already, and then nothing is written."""
    row = {"event_id": article.event_id, "seen_at": micros(article.first_seen_at)}
    return conn.execute(_KEEP, {**row, "value": zlib.compress(_encode(article))}).rowcount == 1


def start(since: datetime) -> Place:
    """Return the place before the first article held at the instant or later."""
    return micros(since), -1


def page(conn: Connection, after: Place, limit: int) -> tuple[Sequence[Article], Place | None]:
    """Return up to ``limit`` articles in the order they were held, and the place to go on from (None: no more).

    Raises `UnreadableError`.
    """
    seen_at, n = after
    rows = conn.execute(_PAGE, {"seen_at": seen_at, "n": n, "limit": limit}).all()
    articles = [_read(row.event_id, row.value) for row in rows]
    return articles, (rows[-1].seen_at, rows[-1].n) if len(rows) == limit else None


def _read(event_id: str, value: bytes) -> Article:
    try:
        return _article(zlib.decompress(value))
    except (zlib.error, msgspec.MsgspecError) as error:
        raise UnreadableError(event_id, str(error)) from None


def span(conn: Connection) -> Span:
    """Return how much is kept. Reads every row: for people, not for each scrape."""
    count, first, last, stored = conn.execute(_SPAN).one()
    return Span(
        articles=count,
        first=None if first is None else moment(first),
        last=None if last is None else moment(last),
        stored=int(stored),
    )


def prune(conn: Connection, before: datetime, batch: int) -> int:
    """Delete up to ``batch`` of the oldest articles held before the instant; return how many."""
    return conn.execute(_PRUNE, {"before": micros(before), "batch": batch}).rowcount
