"""What the poller remembers, in SQLite: when to poll each feed, and which entries it has seen. No decisions here.

One poll is one transaction, made after its articles were acknowledged, and on the disk when the call returns. Entries are
kept while their feed still lists them and 30 days after: forgotten too early, an old story comes back as news.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from monitors.identity import MOST_ALIKE, Marks, Seen
from monitors.schedule import PollState

KEPT = timedelta(days=30)
_VERSION = 1
_SCHEMA = """
create table feed (feed_id text primary key, state blob not null) without rowid;
create table seen (
  row integer primary key,
  feed_id text not null,
  guid text not null, link text not null, title text not null, at text not null,
  article_id text not null, revision text not null, n integer not null,
  first_seen_at text not null, last_seen_at text not null, listed integer not null
);
create index seen_guid on seen (feed_id, guid) where guid != '';
create index seen_link on seen (feed_id, link) where link != '';
create index seen_title on seen (feed_id, title);
create index seen_listed on seen (feed_id, listed, last_seen_at);
"""
_COLUMNS = "row, guid, link, title, at, article_id, revision, n, first_seen_at, listed"


class StateError(Exception):
    """The file is not one that this version can go on with."""


class State:
    """The poller's memory in one file; ``:memory:`` for none. Calls are short and block; one process at a time."""

    def __init__(self, path: Path | str) -> None:
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=5)
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = full")
            (version,) = self._db.execute("pragma user_version").fetchone()
        except sqlite3.DatabaseError as error:
            raise StateError(f"{path}: found {error}; expected the poller's memory, or no file") from None
        if version not in {0, _VERSION}:
            raise StateError(
                f"{path}: made by another version of wirewatch (format {version}, this one reads {_VERSION})"
            )
        if version == 0:
            self._db.executescript(f"begin; {_SCHEMA} pragma user_version = {_VERSION}; commit;")

    def polls(self) -> Mapping[str, PollState]:
        """Return the states of all feeds ever polled, by feed id."""
        rows = self._db.execute("select feed_id, state from feed")
        return {feed_id: msgspec.json.decode(state, type=PollState) for feed_id, state in rows}

    def seen(self, feed_id: str, document: Sequence[Marks]) -> tuple[Seen, ...]:
        """Return the remembered entries of a feed that share a guid, a link or a title with the document, oldest first.

        Of those that share one mark only the latest are looked at, see `MOST_ALIKE`.
        """
        found = {}
        for column in ("guid", "link", "title"):
            for mark in {getattr(marks, column) for marks in document} - {""}:
                rows = self._db.execute(
                    f"select {_COLUMNS} from seen where feed_id = ? and {column} = ? and {column} != ''"  # noqa: S608 - constants
                    " order by row desc limit ?",
                    (feed_id, mark, MOST_ALIKE),
                )
                found.update({row[0]: row for row in rows})
        return tuple(_seen(found[key]) for key in sorted(found))

    def listed(self, feed_id: str) -> int:
        """Return how many entries the feed's last document held."""
        (count,) = self._db.execute("select count(*) from seen where feed_id = ? and listed = 1", (feed_id,)).fetchone()
        return int(count)

    def remember(self, state: PollState, document: Sequence[Seen] | None, now: datetime) -> None:
        """Remember a poll: its feed's state and, unless it is None, the entries of the document it read."""
        with self._db:
            self._db.execute("begin immediate")
            self._db.execute("replace into feed values (?, ?)", (state.feed_id, msgspec.json.encode(state)))
            if document is not None:
                self._list(state.feed_id, document, now)

    def _list(self, feed_id: str, document: Sequence[Seen], now: datetime) -> None:
        at = now.isoformat()
        # What the last document listed was in sight until now; so its days begin now.
        self._db.execute("update seen set listed = 0, last_seen_at = ? where feed_id = ? and listed = 1", (at, feed_id))
        self._db.executemany(
            "replace into seen values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
            [
                (
                    entry.row,
                    feed_id,
                    *msgspec.structs.astuple(entry.marks),
                    entry.article_id,
                    entry.revision,
                    entry.n,
                    entry.first_seen_at.isoformat(),
                    at,
                )
                for entry in document
            ],
        )
        self._db.execute(
            "delete from seen where feed_id = ? and listed = 0 and last_seen_at < ?",
            (feed_id, (now - KEPT).isoformat()),
        )

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _seen(row: tuple[int, str, str, str, str, str, str, int, str, int]) -> Seen:
    key, guid, link, title, at, article_id, revision, n, first_seen_at, listed = row
    return Seen(
        row=key,
        marks=Marks(guid=guid, link=link, title=title, at=at),
        article_id=article_id,
        revision=revision,
        n=n,
        first_seen_at=datetime.fromisoformat(first_seen_at),
        listed=bool(listed),
    )
