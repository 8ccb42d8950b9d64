"""What in a document is news: which entries are new, which changed their words, and what to remember. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from monitors.article import Article, Kind, digest
from monitors.feeds import Feed
from monitors.identity import Policy, Seen, article_id_of, changed, merged, own_links, policy_after, recognise
from monitors.parse import Entry

FRESH_WHEN_PRIMING = timedelta(minutes=15)
AHEAD = timedelta(minutes=2)
"""How far a trusted date may lie ahead of our clock."""
MOST_REVISIONS = 24
"""Events of one entry; a page that says "5 minutes ago" would make one with every poll."""


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What a document brings. ``articles`` are to be published, the document's last entry first: feeds list newest first.

    ``document`` is to be remembered afterwards. ``new`` counts entries never seen before, ``muted`` changes of entries that
    have changed too often. ``gap``: nothing of the last document is left in this one, so entries in between may be lost.
    """

    articles: tuple[Article, ...]
    document: tuple[Seen, ...]
    policy: Policy
    new: int
    muted: int
    gap: bool


def news_of(
    feed: Feed,
    entries: Sequence[Entry],
    seen: Sequence[Seen],
    *,
    listed: int,
    policy: Policy,
    priming: bool,
    now: datetime,
) -> News:
    """Return what the entries of a feed's document bring, given the remembered entries that resemble them.

    ``listed`` is how many entries the last document held. The first document (``priming``) is backlog: only what is surely
    under 15 minutes old is news, the rest is remembered. A change of anything but words is no news.
    """
    entries = _once_each(entries)
    marks = [entry.marks for entry in entries]
    policy = policy_after(marks, seen, policy, now)
    own = own_links(marks, seen)
    articles: list[Article] = []
    document: list[Seen] = []
    new = muted = overlap = 0
    for entry, known in zip(entries, recognise(marks, seen, policy), strict=True):
        kind: Kind | None
        if known is None:
            new += 1
            kind = "new" if not priming or _is_surely_fresh(entry, now) else None
            after = Seen(
                row=None,
                marks=entry.marks,
                article_id=article_id_of(feed.id, entry.link, entry.marks, own),
                revision=entry.revision,
                n=0 if kind is None else 1,
                first_seen_at=now,
            )
        else:
            overlap += known.listed
            kind = "revised" if changed(known.revision, entry.revision) else None
            if kind and known.n >= MOST_REVISIONS:
                kind, muted = None, muted + 1
            after = msgspec.structs.replace(
                known,
                marks=entry.marks,
                revision=merged(known.revision, entry.revision),
                n=known.n + (kind is not None),
                listed=True,
            )
        document.append(after)
        if kind is not None:
            articles.append(_article(feed, entry, after, kind, now))
    return News(
        articles=tuple(reversed(articles)),
        document=tuple(document),
        policy=policy,
        new=new,
        muted=muted,
        gap=bool(listed and document and not overlap and not priming),
    )


def _once_each(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries without repeats inside the document; of two with the same marks the one with more text."""
    best: dict[object, Entry] = {}
    for entry in entries:
        if entry.marks not in best or len(best[entry.marks].text) < len(entry.text):
            best[entry.marks] = entry
    return tuple(best.values())


def _is_surely_fresh(entry: Entry, now: datetime) -> bool:
    at = entry.published_at
    return at is not None and entry.dated == "exact" and now - FRESH_WHEN_PRIMING <= at <= now + AHEAD


def _article(feed: Feed, entry: Entry, after: Seen, kind: Kind, now: datetime) -> Article:
    believed = (
        entry.dated in {"exact", "assumed"} and entry.published_at is not None and entry.published_at <= now + AHEAD
    )
    return Article(
        event_id=digest("article", after.article_id, kind, entry.revision, str(after.n)),
        article_id=after.article_id,
        kind=kind,
        revision=entry.revision,
        feed_id=feed.id,
        source=feed.source,
        origin=feed.origin or feed.source,
        url=entry.link or feed.url,
        title=entry.title,
        text=entry.text,
        language=feed.language,
        country=feed.country,
        published_at=entry.published_at if believed else None,
        first_seen_at=now,
    )
