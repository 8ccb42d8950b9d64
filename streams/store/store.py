"""The store as the stages see it: transactions (`Tx`) that change inbox, state and outbox together, and what surrounds them.

Every call is synchronous. On SQLite it may run on the event loop; on Postgres run it in a thread. A store may be shared by
threads, a `Tx` may not. Inside a transaction use the `Tx` only: the store's own questions go over another connection and
see what was committed before it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from monitors.article import Article
from streams.core.model import Alert, Story
from streams.store import archive, dead_letters, deliveries, inbox, mentions, outbox, stories
from streams.store.database import Database, Hook, StoreError, ask, change, checkup, connect, lease_clock, write
from streams.store.dead_letters import SENDING, DeadLetter, Letter
from streams.store.deliveries import SqlDeliveries
from streams.store.outbox import Outgoing

T = TypeVar("T")

CLAIM_LEASE = timedelta(seconds=15)
"""How long a process may take to publish what it claimed; every await on the broker ends before that."""
SENDER_LEASE = timedelta(seconds=30)


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How much waits. ``deliveries``: channel, unfinished rows, made_at of the oldest. ``dead_letters``: stage, open ones."""

    outbox: int
    outbox_since: datetime | None
    deliveries: tuple[tuple[str, int, datetime], ...]
    dead_letters: tuple[tuple[str, int], ...]


class Tx:
    """One open transaction. What it does becomes true all at once when it commits, or not at all."""

    def __init__(self, database: Database, conn: Connection, owner: str, now: datetime, *, archives: bool) -> None:
        self._database = database
        self._conn = conn
        self._owner = owner
        self._archives = archives
        self._leased_at: int | None = None
        self._written: list[Outgoing] = []
        self.now = now

    @property
    def written(self) -> tuple[Outgoing, ...]:
        """The outbox rows of this transaction, in order: after the commit this process publishes them, without a claim."""
        return tuple(self._written)

    def once(self, stage: str, message_id: str) -> bool:
        """Note that the stage handles this id; False when it already has, and then there is nothing to do."""
        return inbox.once(self._conn, stage, message_id, self.now)

    def keep(self, article: Article) -> None:
        """Keep the article for `Store.archived`, once; nothing is done where the store keeps no archive."""
        if self._archives:
            archive.keep(self._conn, article)

    def lock_desk(self, desk: str) -> None:
        """Wait until no other transaction has this desk locked, and keep it to the end of this one."""
        stories.lock_desk(self._conn, desk)

    def stories(self, desk: str, keys: Collection[str], since: datetime) -> tuple[Story, ...]:
        """Return the desk's stories that share a key and were seen since then, latest first."""
        return stories.find(self._conn, desk, keys, since)

    def save_story(self, story: Story) -> None:
        """Write the story as it is now."""
        stories.save(self._conn, story)

    def mentions(self, desk: str, at: datetime, span: timedelta) -> int:
        """Return how many of the desk's alerts mentioned somebody less than ``span`` from the instant."""
        return mentions.count(self._conn, desk, at, span)

    def add_mention(self, desk: str, alert_id: str, at: datetime) -> None:
        """Note that the desk's alert mentions somebody."""
        mentions.add(self._conn, desk, alert_id, at)

    def put(
        self, dest: str, key: bytes | None, message_id: str, value: bytes, headers: Iterable[tuple[str, bytes]] = ()
    ) -> bool:
        """Write a message to publish after the commit; False when this id was put before, then nothing is written."""
        if self._leased_at is None:
            self._leased_at = lease_clock(self._database, self._conn, self.now)
        row = outbox.put(
            self._conn,
            dest=dest,
            key=key,
            message_id=message_id,
            value=value,
            headers=tuple(headers),
            owner=self._owner,
            leased_at=self._leased_at,
            now=self.now,
        )
        if row is not None:
            self._written.append(row)
        return row is not None

    def add_delivery(self, alert: Alert, channel: str) -> bool:
        """Write the row that will bring this alert to this channel; False when it is there already."""
        return deliveries.add(self._conn, alert, channel, self.now)

    def bury(self, letter: Letter, inbox_id: str) -> None:
        """Keep a dead letter; ``inbox_id`` is the id given to `once` in this transaction. May trip the stage's breaker."""
        dead_letters.bury(self._conn, letter, inbox_id, self.now)

    def retry(self, letter_id: str) -> DeadLetter | None:
        """Close an open dead letter to be handled again, and return it; None when there is none.

        A delivery that was given up (stage "send") becomes due again: nothing else to do. Any other letter leaves its
        stage's inbox, and the caller puts its bytes on the way again in this transaction (`put`, or the stage itself).
        """
        letter = dead_letters.close(self._conn, letter_id, "retried", self.now)
        if letter is not None and letter.stage == SENDING:
            deliveries.revive(self._conn, letter.inbox_id)
        return letter


class Store:
    """An open store. ``owner`` names this process in leases. `deliveries` is what the sender asks."""

    def __init__(
        self, database: Database, owner: str, claim_lease: timedelta, sender_lease: timedelta, *, archives: bool
    ) -> None:
        self._database = database
        self._archives = archives
        self._claim_lease = claim_lease
        self.owner = owner
        self.deliveries = SqlDeliveries(database, owner, sender_lease)

    def __repr__(self) -> str:
        return f"<Store {self._database.name} of {self.owner}>"

    @property
    def name(self) -> str:
        """The URL without password and parameters, for people."""
        return self._database.name

    @property
    def blocks(self) -> bool:
        """Whether calls wait for a network, and so belong in a thread: True for Postgres."""
        return self._database.postgres

    @contextlib.contextmanager
    def begin(self, now: datetime) -> Iterator[Tx]:
        """One transaction: committed when the block ends, rolled back by any exception. ``now`` stamps its rows."""
        with write(self._database) as conn:
            yield self._tx(conn, now)

    def apply(self, fn: Callable[[Tx], T], now: datetime) -> T:
        """Return ``fn(tx)`` of one committed transaction.

        Begun anew, up to 5 times in all, after a deadlock, a busy SQLite or a broken connection: so ``fn`` changes nothing
        but the transaction. If an answer to a commit is lost, the repeat finds the inbox row, and rows it had put are
        left to the sweep.
        """
        return change(self._database, lambda conn: fn(self._tx(conn, now)))

    def _tx(self, conn: Connection, now: datetime) -> Tx:
        return Tx(self._database, conn, self.owner, now, archives=self._archives)

    # --- the relay

    def claim(self, limit: int, now: datetime) -> tuple[Outgoing, ...]:
        """Take over up to ``limit`` rows that nobody holds or whose holder's lease ran out, in ``seq`` order.

        For the sweep and for the start. What `Tx.written` returned is held already and is not claimed again before its
        lease (15 s) has run out: mark it sent or release it by then.
        """

        def take(conn: Connection) -> tuple[Outgoing, ...]:
            at = lease_clock(self._database, conn, now)
            return outbox.claim(conn, self.owner, at, self._claim_lease, limit)

        count, _ = ask(self._database, outbox.pending)
        return change(self._database, take) if count else ()

    def mark_sent(self, seqs: Collection[int], now: datetime) -> None:
        """Note that the broker acknowledged these rows."""
        if seqs:
            change(self._database, lambda conn: outbox.mark_sent(conn, seqs, now))

    def release(self, seqs: Collection[int]) -> None:
        """Let go of rows that were not sent, so that the next claim has them at once. Only rows held by us."""
        if seqs:
            change(self._database, lambda conn: outbox.release(conn, self.owner, seqs))

    # --- starts and stops

    def attempt(self, topic: str, partition: int, offset: int, now: datetime) -> int:
        """Count one more try of the first message after a start and return the tries so far, this one included."""
        return change(self._database, lambda conn: inbox.attempt(conn, topic, partition, offset, now))

    def tripped(self, stage: str, code: str) -> str | None:
        """Return why this version of the stage must not go on (too many dead letters), None while it may."""
        return ask(self._database, lambda conn: dead_letters.tripped(conn, stage, code))

    def resume(self, stage: str) -> bool:
        """Reset the stage's breaker; False when it has none."""
        return change(self._database, lambda conn: dead_letters.resume(conn, stage))

    # --- questions

    def seen(self, stage: str, ids: Collection[str]) -> frozenset[str]:
        """Return those of the ids that the stage has handled."""
        return ask(self._database, lambda conn: inbox.seen(conn, stage, ids))

    def buried(self, topic: str, partition: int, offsets: Collection[int]) -> frozenset[int]:
        """Return those of the partition's offsets that have a dead letter."""
        return ask(self._database, lambda conn: dead_letters.buried(conn, topic, partition, offsets))

    def dead_letters(self, stage: str | None = None, limit: int = 100) -> tuple[DeadLetter, ...]:
        """Return the open dead letters, latest first, of one stage or of all."""
        return ask(self._database, lambda conn: dead_letters.still_open(conn, stage, limit))

    def dead_letter(self, letter_id: str) -> DeadLetter | None:
        """Return one dead letter, open or closed."""
        return ask(self._database, lambda conn: dead_letters.show(conn, letter_id))

    def drop(self, letter_id: str, now: datetime) -> bool:
        """Close a dead letter for good; False when it is not open. `Tx.retry` is the other way."""
        return change(self._database, lambda conn: dead_letters.close(conn, letter_id, "dropped", now)) is not None

    def recent(self, desk: str, limit: int) -> tuple[Story, ...]:
        """Return the desk's stories, latest first."""
        return ask(self._database, lambda conn: stories.recent(conn, desk, limit))

    def archived(self, since: datetime, page: int = 500) -> Iterator[Article]:
        """Give the archived articles held since then, oldest first, read a page at a time. Raises `StoreError`."""
        after: archive.Place | None = archive.start(since)
        while after is not None:
            try:
                articles, after = ask(self._database, partial(archive.page, after=after, limit=page))
            except archive.UnreadableError as error:
                raise StoreError(f"{self.name}: {error}") from None
            yield from articles

    def archive_span(self) -> archive.Span:
        """Return how much the archive holds."""
        return ask(self._database, archive.span)

    def counts(self) -> Counts:
        """Return how much waits, for metrics."""
        return ask(self._database, _counts)

    # --- upkeep

    def prune(self, older_than: datetime, batch: int = 500) -> int:
        """Delete one small batch of each kind of row finished before then; return how many rows: 0 means all is done.

        Unsent, undelivered and open rows stay, whatever their age. Keep the inbox a week longer than the topics.
        """
        parts = (inbox.prune, outbox.prune, deliveries.prune, dead_letters.prune, stories.prune, mentions.prune)
        return sum(change(self._database, partial(part, before=older_than, batch=batch)) for part in parts)

    def prune_archive(self, older_than: datetime, batch: int = 500) -> int:
        """Delete one small batch of archived articles held before then; return how many: 0 means all is done."""
        return change(self._database, partial(archive.prune, before=older_than, batch=batch))

    def integrity_check(self) -> tuple[str, ...]:
        """Return what is broken in a SQLite file, empty when it is sound; always empty for Postgres."""
        return checkup(self._database)

    def close(self) -> None:
        """Let go of every lease, so that another process may go on at once, and close the connections.

        Where the database is away, the leases run out by themselves.
        """
        with contextlib.suppress(SQLAlchemyError, StoreError):
            self.deliveries.let_go()
            self._release_all()
        self._database.engine.dispose()

    def _release_all(self) -> None:
        if ask(self._database, lambda conn: outbox.holds(conn, self.owner)):
            change(self._database, lambda conn: outbox.release_all(conn, self.owner))


def _counts(conn: Connection) -> Counts:
    count, since = outbox.pending(conn)
    return Counts(
        outbox=count,
        outbox_since=since,
        deliveries=deliveries.per_channel(conn),
        dead_letters=dead_letters.per_stage(conn),
    )


def open_store(
    url: str,
    owner: str,
    *,
    claim_lease: timedelta = CLAIM_LEASE,
    sender_lease: timedelta = SENDER_LEASE,
    hook: Hook | None = None,
    archives: bool = False,
) -> Store:
    """Return the store at this URL, made and migrated where needed. Raises `StoreError`; no password is ever shown.

    ``sqlite:///folder/file.db`` (its folder is made), ``sqlite://`` (in memory, for one thread), ``postgresql://…``.
    ``owner`` must belong to one living process at a time. A name that stays the same over restarts lets a restart take up
    at once what its former self held; a name that is new each time waits for the lease. ``hook`` is called with each
    statement before it runs and with "COMMIT"; what it raises, the statement raises. With ``archives`` the articles that
    transactions are told of (`Tx.keep`) are kept.
    """
    store = Store(connect(url, hook), owner, claim_lease, sender_lease, archives=archives)
    store._release_all()  # noqa: SLF001  # a namesake that still holds rows is our former self, and gone
    return store
