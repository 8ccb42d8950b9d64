"""One database, SQLite or PostgreSQL: opening it, transactions, retries, the lease clock. No table is named here.

SQLAlchemy's Core gives pool, parameters and errors; the statements are SQL that both databases read alike, as constants
beside the functions that use them.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from streams.store import schema

T = TypeVar("T")
Hook = Callable[[str], None]

BUSY_TIMEOUT_S = 30
TRIES = 5
_PG_CLOCK = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
_PASSING_STATES = ("40001", "40P01")  # serialization failure, deadlock: PostgreSQL's appendix A


class StoreError(Exception):
    """The store cannot be opened, or refuses. The words hold no password."""


class Database(msgspec.Struct, frozen=True, kw_only=True):
    """An open database. ``name`` is its URL without password and parameters."""

    name: str
    postgres: bool
    engine: Engine
    reader: Engine


def connect(url: str, hook: Hook | None) -> Database:
    """Return the opened, migrated database. ``hook`` is called with each statement before it runs, and "COMMIT".

    Accepts ``sqlite:///folder/file.db``, ``sqlite://`` (in memory, one thread) and ``postgresql://`` with any driver name
    left out or psycopg. Raises `StoreError`.
    """
    address = _address(url)
    postgres = address.get_backend_name() == "postgresql"
    name = URL.create(address.drivername, address.username, None, address.host, address.port, address.database)
    shown = name.render_as_string()
    try:
        engine = _postgres(address) if postgres else _sqlite(address)
    except (SQLAlchemyError, OSError) as error:
        raise StoreError(f"cannot open the store {shown}: {_cause(error)}") from None
    # reads need no transaction: a SQLite statement is its own, and PostgreSQL is spared two round trips
    reader = engine.execution_options(**({"isolation_level": "AUTOCOMMIT"} if postgres else {"reads": True}))
    database = Database(name=shown, postgres=postgres, engine=engine, reader=reader)
    try:
        _bring_forward(database)
    except schema.NewerStoreError as error:
        engine.dispose()
        raise StoreError(f"{shown}: {error}; run the newer wirewatch, or give this one a store of its own") from None
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreError(f"cannot open the store {shown}: {_cause(error)}") from None
    if hook is not None:
        _attach(engine, hook)
    return database


def _bring_forward(database: Database) -> None:
    if ask(database, schema.version) != len(schema.MIGRATIONS):
        change(database, schema.migrate)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: the port is no number
        raise StoreError(
            "the store's URL is not a URL; expected sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from None
    if address.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return address.set(drivername="postgresql+psycopg")
    if address.drivername in ("sqlite", "sqlite+pysqlite"):
        return address
    raise StoreError(f"found a store of kind {address.drivername!r}; expected sqlite or postgresql")


def _cause(error: Exception) -> str:
    """Return the first line of the driver's words: those of SQLAlchemy add statement and links."""
    words = str(getattr(error, "orig", None) or error).strip()
    return words.splitlines()[0] if words else type(error).__name__


def _postgres(address: URL) -> Engine:
    # READ COMMITTED: after lock_desk each statement must see what the lane before us committed
    return create_engine(address, hide_parameters=True, isolation_level="READ COMMITTED")


def _sqlite(address: URL) -> Engine:
    memory = address.database in (None, "", ":memory:")
    if not memory:
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        address,
        hide_parameters=True,
        # isolation_level None: the driver begins nothing by itself, we do. Its own BEGIN is deferred, and a deferred
        # transaction that turns into a write is refused at once, busy timeout or not (sqlite.org/lang_transaction.html)
        connect_args={"isolation_level": None, "timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
        **({"poolclass": StaticPool} if memory else {}),
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", lambda conn: _begin_sqlite(conn, timedelta(seconds=BUSY_TIMEOUT_S)))
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # the driver's connection comes untyped
    # asked first: setting WAL takes a lock even when it is on, and every process passes here
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # NORMAL may lose the last commits when the power fails


def _begin_sqlite(conn: Connection, patience: timedelta) -> None:
    """Begin a write transaction, asking for the write lock every millisecond.

    SQLite's own waiting sleeps up to 0.1 s at a time, so a busy writer starves a light one: of two processes with 320 and
    50 commits a second on a loaded disk, the light one waited 240 ms at p99 and 0.9 s at most. Asked like this: 43 and 80.
    """
    if conn.get_execution_options().get("reads"):
        return
    connection: Any = conn.connection.dbapi_connection
    connection.execute("PRAGMA busy_timeout = 0")
    end = time.monotonic() + patience.total_seconds()
    try:
        while not _begun(connection):
            if time.monotonic() > end:
                raise StoreError(f"another process kept the store locked for {patience.total_seconds():g} s")
            time.sleep(0.001)
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")


def _begun(connection: Any) -> bool:  # the driver's connection comes untyped
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith("SQLITE_BUSY"):
            return False
        raise
    return True


def _attach(engine: Engine, hook: Hook) -> None:
    def before(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # SQLAlchemy's event arguments
        hook(statement)

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "commit", lambda _conn: hook("COMMIT"))


@contextlib.contextmanager
def write(database: Database) -> Iterator[Connection]:
    """One write transaction: committed when the block ends, rolled back by any exception."""
    with database.engine.begin() as conn:
        yield conn


def change(database: Database, fn: Callable[[Connection], T]) -> T:
    """Return ``fn(conn)`` of a committed write transaction, begun anew (5 times at most) where that may help.

    That is: Postgres chose it as the victim of a deadlock or a serialization failure, SQLite was busy, or the connection
    broke. A commit whose answer was lost may be repeated: everything behind this is keyed, so that is harmless.
    """
    return _persistently(database.engine.begin, fn)


def ask(database: Database, fn: Callable[[Connection], T]) -> T:
    """Return ``fn(conn)`` of a connection for SELECTs, each of which sees the latest commit. Asked anew like `change`."""
    return _persistently(database.reader.connect, fn)


def _persistently(
    enter: Callable[[], contextlib.AbstractContextManager[Connection]], fn: Callable[[Connection], T]
) -> T:
    for left in reversed(range(TRIES)):
        try:
            with enter() as conn:
                return fn(conn)
        except DBAPIError as error:
            if not (left and _passing(error)):
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _passing(error: DBAPIError) -> bool:
    if error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _PASSING_STATES:
        return True
    return str(getattr(error.orig, "sqlite_errorname", "")).startswith("SQLITE_BUSY")


def lease_clock(database: Database, conn: Connection, now: datetime) -> int:
    """Return the instant leases are measured by.

    Postgres: the server's clock, one for all hosts, so that no host's clock can take what another holds. SQLite: the
    caller's ``now``; all its processes share one host. Either way a lease is live only between one lease before and one
    lease after this instant (`live`), so a clock that jumps, forth or back, costs a repeat and never a loss.
    """
    return int(conn.execute(_PG_CLOCK).scalar_one()) if database.postgres else schema.micros(now)


def checkup(database: Database) -> tuple[str, ...]:
    """Return what SQLite's integrity check finds; empty is sound. PostgreSQL keeps its own checksums: always empty."""
    if database.postgres:
        return ()
    try:
        found = ask(database, lambda conn: conn.execute(text("PRAGMA integrity_check")).scalars().all())
    except DBAPIError as error:  # too broken to be read to the end
        return (_cause(error),)
    return tuple(words for words in found if words != "ok")
