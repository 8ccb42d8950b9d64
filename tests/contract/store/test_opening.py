"""Opening a store: new, older, newer, by several at once, or not at all. Secrets stay out of every word."""

from __future__ import annotations

import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, inspect, make_url

from streams.store import Store, StoreError, open_store, schema
from tests.contract.store.kit import NOW, TABLES, Opener, everything

OPEN = "import sys; from streams.store import open_store; print(sys.stdin.readline() and open_store(sys.argv[1], 'x').name)"


def migrate_to(url: str, version: int) -> None:
    """Make the store as a wirewatch of that version made it."""
    engine = create_engine(make_url(url))
    with engine.begin() as conn:
        schema.migrate(conn, schema.MIGRATIONS[:version])
    engine.dispose()


def version(store: Store) -> int:
    with store._database.reader.connect() as conn:
        return schema.version(conn)


def columns(store: Store) -> dict[str, list[str]]:
    found = inspect(store._database.engine)
    return {table: [column["name"] for column in found.get_columns(table)] for table in TABLES}


def test_an_empty_database_is_brought_to_the_latest_version(opened: Opener) -> None:
    store = opened()

    assert version(store) == len(schema.MIGRATIONS)
    assert set(columns(store)) == set(TABLES)


@pytest.mark.parametrize("before", range(1, len(schema.MIGRATIONS)))
def test_an_older_store_comes_forward_with_its_rows(opened: Opener, before: int) -> None:
    migrate_to(opened.url, before)
    engine = create_engine(make_url(opened.url))
    with engine.begin() as conn:
        conn.exec_driver_sql("INSERT INTO inbox (stage, id, at) VALUES ('examine', 'event', 1)")
    engine.dispose()

    store = opened()

    assert version(store) == len(schema.MIGRATIONS)
    assert store.seen("examine", ["event"]) == {"event"}
    assert store.dead_letters() == ()
    assert list(store.archived(NOW)) == []


def test_opening_again_changes_nothing(opened: Opener) -> None:
    first = opened()
    with first.begin(NOW) as tx:
        tx.once("examine", "event")
    before = everything(first)

    again = opened("ben")

    assert everything(again) == before


def test_a_migration_that_fails_leaves_the_store_as_it_was(url: str) -> None:
    migrate_to(url, 1)
    engine = create_engine(make_url(url), connect_args={"isolation_level": None} if "sqlite" in url else {})
    if "sqlite" in url:
        event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
    broken = (*schema.MIGRATIONS, ("CREATE TABLE more (id TEXT)", "CREATE TABLE inbox (id TEXT)"))

    with pytest.raises(Exception, match="already exists"), engine.begin() as conn:
        schema.migrate(conn, broken)

    with engine.connect() as conn:
        assert schema.version(conn) == 1
        assert "more" not in inspect(conn).get_table_names()
    engine.dispose()


def test_a_newer_store_is_refused_with_both_versions(opened: Opener) -> None:
    store = opened()
    with store._database.engine.begin() as conn:
        conn.exec_driver_sql("INSERT INTO wirewatch_version VALUES (99)")

    with pytest.raises(
        StoreError, match=f"at version 99, this wirewatch knows versions up to {len(schema.MIGRATIONS)}"
    ):
        open_store(opened.url, "ada")


def test_processes_that_start_at_once_migrate_once(opened: Opener) -> None:
    command = [sys.executable, "-c", OPEN, opened.url]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = []
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        with process:
            answers.append((*process.communicate(timeout=60), process.returncode))

    assert [(error, code) for _, error, code in answers] == [("", 0)] * 4
    assert version(opened()) == len(schema.MIGRATIONS)


def test_sqlite_writes_ahead_and_waits_for_the_disk_and_for_others(sqlite_url: str) -> None:
    opened = Opener(sqlite_url)
    store = opened()

    with store._database.engine.connect() as conn:
        settings = {
            name: conn.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        }

    assert settings == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30_000}
    opened.end_all()


def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'not' / 'there' / 'store.db'}", "ada")
    store.close()

    assert (tmp_path / "not" / "there" / "store.db").is_file()


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("These are the minutes of the meeting. " * 99)

    with pytest.raises(StoreError, match=r"cannot open the store sqlite:.*store\.db: file is not a database"):
        open_store(f"sqlite:///{tmp_path / 'store.db'}", "ada")


@pytest.mark.postgres
@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_postgres_url_needs_no_driver(postgres_url: str, scheme: str) -> None:
    store = open_store(postgres_url.replace("postgresql+psycopg", scheme), "ada")

    assert store.blocks
    store.close()


SECRET = "hunter2-%40-secret"  # a password with a percent-encoded sign
NOWHERE = f"postgresql://wire:{SECRET}@127.0.0.1:1/wire?connect_timeout=2&application_name=also-{SECRET}"


@pytest.mark.parametrize(
    "url",
    [
        NOWHERE,
        f"postgresql://wire:{SECRET}@127.0.0.1:1/wire?password={SECRET}",
        f"postgresql://wire:{SECRET}@127.0.0.1:1/wire?nonsense={SECRET}",
        f"mysql://wire:{SECRET}@127.0.0.1/wire",
        f"postgresql+asyncpg://wire:{SECRET}@127.0.0.1/wire",
        f"postgresql//wire:{SECRET}@127.0.0.1:port/wire",
        f"postgresql://wire:{SECRET}@127.0.0.1:port/wire",
        f"sqlite:////proc/1/nowhere/{'x' * 300}/store.db?password={SECRET}",
    ],
)
def test_a_store_that_cannot_be_opened_says_so_without_secrets(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(url, "ada")

    words = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    for part in ("hunter2", "secret", "%40"):
        assert part not in words.replace(__file__, "").replace("without_secrets", "")


def test_an_unreachable_database_is_named_with_the_cause() -> None:
    with pytest.raises(
        StoreError, match=r"cannot open the store postgresql\+psycopg://wire@127\.0\.0\.1:1/wire: .*refused"
    ):
        open_store(NOWHERE, "ada")


def test_neither_the_store_nor_its_errors_show_what_was_stored(opened: Opener) -> None:
    store = opened("ada")
    with store._database.engine.begin() as conn:
        conn.exec_driver_sql("DROP TABLE inbox")

    with pytest.raises(Exception, match="inbox") as caught, store.begin(NOW) as tx:
        tx.once("examine", "the words of a feed")

    assert "the words of a feed" not in str(caught.value)
    assert repr(store).startswith("<Store ")
    assert "search_path" not in repr(store)
