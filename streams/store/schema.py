"""The tables, as numbered forward migrations, and how instants are stored.

One SQL text serves both databases; only the spelling of three column types differs. A migration that was released is never
edited: the next change is the next one in the tuple. Every instant is a UTC count of microseconds since 1970 (BIGINT), so
that both databases compare and round alike; every value is the msgspec JSON of its type.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

SQLITE_TYPES = {
    "count": "INTEGER PRIMARY KEY",
    # AUTOINCREMENT: the number of a deleted row never comes back, so no old claim can name a new row
    "seq": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "bytes": "BLOB",
}
POSTGRES_TYPES = {
    "count": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    "seq": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    "bytes": "BYTEA",
}

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (  # 1: the pipe
        # n is the order of arrival: prune and breaker walk it from its ends and need no index on time
        """CREATE TABLE inbox (n {count}, stage TEXT NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL,
           UNIQUE (stage, id))""",
        """CREATE TABLE outbox (seq {seq}, id TEXT NOT NULL UNIQUE, dest TEXT NOT NULL, key {bytes}, owner TEXT,
           leased_at BIGINT NOT NULL, made_at BIGINT NOT NULL, sent_at BIGINT, headers {bytes} NOT NULL,
           value {bytes} NOT NULL)""",
        "CREATE INDEX outbox_unsent ON outbox (seq) WHERE sent_at IS NULL",
        """CREATE TABLE stories (story_id TEXT PRIMARY KEY, desk TEXT NOT NULL, last_seen_at BIGINT NOT NULL,
           value {bytes} NOT NULL)""",
        "CREATE INDEX stories_by_desk ON stories (desk, last_seen_at)",
        """CREATE TABLE story_keys (desk TEXT NOT NULL, key TEXT NOT NULL, story_id TEXT NOT NULL,
           PRIMARY KEY (desk, key, story_id))""",
        "CREATE INDEX story_keys_by_story ON story_keys (story_id)",
        # a row is finished when done_at is set; term is the sender's term that holds it, 0 for none
        """CREATE TABLE deliveries (seq {seq}, delivery_key TEXT NOT NULL UNIQUE, story_id TEXT NOT NULL,
           channel TEXT NOT NULL, severity INTEGER NOT NULL, state TEXT NOT NULL, term BIGINT NOT NULL,
           thread TEXT, message_id TEXT, tries INTEGER NOT NULL, first_try_at BIGINT, next_try_at BIGINT,
           made_at BIGINT NOT NULL, done_at BIGINT, value {bytes} NOT NULL)""",
        "CREATE INDEX deliveries_unfinished ON deliveries (story_id, channel, seq) WHERE done_at IS NULL",
        "CREATE INDEX deliveries_roots ON deliveries (story_id, channel, seq) WHERE message_id IS NOT NULL",
        """CREATE TABLE leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, term BIGINT NOT NULL,
           leased_at BIGINT NOT NULL)""",
    ),
    (  # 2: what went wrong
        """CREATE TABLE dead_letters (letter_id TEXT PRIMARY KEY, stage TEXT NOT NULL, inbox_id TEXT NOT NULL,
           topic TEXT NOT NULL, part INTEGER, pos BIGINT, key {bytes}, error TEXT NOT NULL, reason TEXT NOT NULL,
           attempts INTEGER NOT NULL, code TEXT NOT NULL, made_at BIGINT NOT NULL, closed_at BIGINT, closed_as TEXT,
           headers {bytes} NOT NULL, value {bytes} NOT NULL)""",
        "CREATE INDEX dead_letters_by_inbox ON dead_letters (stage, inbox_id)",
        "CREATE INDEX dead_letters_by_position ON dead_letters (topic, part, pos)",
        # one row per partition: the first message after a start is the only one that can be the killer
        """CREATE TABLE attempts (topic TEXT NOT NULL, part INTEGER NOT NULL, pos BIGINT NOT NULL,
           tries INTEGER NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (topic, part))""",
        """CREATE TABLE breakers (stage TEXT PRIMARY KEY, code TEXT NOT NULL, since_n BIGINT NOT NULL,
           tripped_at BIGINT, why TEXT)""",
    ),
    (  # 3: the articles themselves, for looking at changes of the rules
        """CREATE TABLE archive (n {count}, event_id TEXT NOT NULL UNIQUE, seen_at BIGINT NOT NULL,
           value {bytes} NOT NULL)""",
        "CREATE INDEX archive_by_time ON archive (seen_at, n)",
    ),
    (  # 4: when a desk's alerts rang
        "CREATE TABLE mentions (alert_id TEXT PRIMARY KEY, desk TEXT NOT NULL, at BIGINT NOT NULL)",
        "CREATE INDEX mentions_by_desk ON mentions (desk, at)",
    ),
)


class NewerStoreError(Exception):
    """The store was written by a newer wirewatch: ``found`` is its version, ``known`` the last one this code knows."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(f"the store is at version {found}, this wirewatch knows versions up to {known}")
        self.found = found
        self.known = known


def micros(at: datetime) -> int:
    """Return the instant as stored. A time without a zone is a TypeError."""
    return (at - EPOCH) // _MICROSECOND


def moment(stored: int) -> datetime:
    """Return the stored instant in UTC."""
    return EPOCH + timedelta(microseconds=stored)


def version(conn: Connection) -> int:
    """Return the number of migrations the store has seen, 0 for an empty database."""
    there = conn.dialect.has_table(conn, "wirewatch_version")
    return int(conn.execute(text("SELECT max(version) FROM wirewatch_version")).scalar() or 0) if there else 0


def migrate(conn: Connection, migrations: tuple[tuple[str, ...], ...] = MIGRATIONS) -> int:
    """Bring the store forward inside the given write transaction and return its version.

    Two processes may start at once: SQLite's write lock (BEGIN IMMEDIATE) or an advisory lock of Postgres makes the second
    one wait, and it finds nothing left to do. A version from the future raises `NewerStoreError`.
    """
    postgres = conn.dialect.name == "postgresql"
    if postgres:
        conn.execute(text("SELECT pg_advisory_xact_lock(7739251182)"))  # any number, as long as it is always this one
    conn.execute(text("CREATE TABLE IF NOT EXISTS wirewatch_version (version INTEGER PRIMARY KEY)"))
    found = version(conn)
    if found > len(migrations):
        raise NewerStoreError(found, len(migrations))
    for number, statements in enumerate(migrations[found:], found + 1):
        for statement in statements:
            conn.exec_driver_sql(statement.format_map(POSTGRES_TYPES if postgres else SQLITE_TYPES))
        conn.execute(text("INSERT INTO wirewatch_version VALUES (:number)"), {"number": number})
    return len(migrations)
