"""What travels from a feed into the pipe: one article event. Pure values; no parsing, no network."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

import msgspec

Kind = Literal["new", "revised", "withdrawn"]


def digest(*parts: str) -> str:
    """Return the id made of these parts: 24 hex digits of SHA-256 over the parts joined by the unit separator (0x1f).

    All ids of wirewatch are made here, from their parents and never from a clock or chance, so that repeating any step
    repeats its ids.
    """
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One event of one article: it is new, its words changed, or it was withdrawn.

    ``event_id`` names this event (a count that goes 12, 15, 12 is three events; the same event published twice is one).
    ``article_id`` names the article across feeds. ``source`` is the outlet that carries the text, ``origin`` the newsroom
    it came from (a wire, else the source). ``published_at`` is what the feed claims and decides nothing by itself;
    ``first_seen_at`` is our clock, when the poller first held this event. All times are UTC.
    """

    event_id: str
    article_id: str
    kind: Kind = "new"
    revision: str
    feed_id: str
    source: str
    origin: str
    url: str
    title: str
    text: str
    language: str = "en"
    country: str | None = None
    published_at: datetime | None = None
    first_seen_at: datetime
