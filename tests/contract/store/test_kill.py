"""kill -9 of a writing process, at moments nobody chose: whatever was committed is whole, and all of it is there."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator

import pytest

from streams.store import Store
from tests.contract.store.kit import Opener, rows
from tests.contract.store.writer import write

pytestmark = pytest.mark.chaos

KILLS = 10


@contextlib.contextmanager
def writing(url: str, owner: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.contract.store.writer", url, owner]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def printed_until_killed(process: subprocess.Popen[str], lines: int, *, word: str = "new") -> int:
    """Let it print so many lines with the word, kill it, and return the last number it printed."""
    assert process.stdout is not None
    last = ""
    while lines:
        last = process.stdout.readline()
        assert last, "the writer ended by itself"
        lines -= word in last
    process.kill()  # while it works on: where in a transaction this falls is left to the machine
    return int([last, *process.stdout.read().splitlines()][-1].split()[0])


def numbers(store: Store) -> dict[str, list[int]]:
    """The numbers found in every table, in order."""
    with store._database.reader.connect() as conn:
        columns = {"inbox": "id", "outbox": "id", "story_keys": "key"}
        found = {
            table: [str(each) for each in conn.exec_driver_sql(f"SELECT {column} FROM {table}").scalars()]
            for table, column in columns.items()
        }
    return {table: sorted(int(each) for each in names if each.isdigit()) for table, names in found.items()}


def test_a_killed_writer_leaves_whole_transactions_and_loses_none(opened: Opener) -> None:
    last = -1
    for kill in range(KILLS):
        with writing(opened.url, f"writer {kill}") as process:
            last = max(last, printed_until_killed(process, 1 + 3 * kill))
        store = opened("judge")
        count = len(rows(store, "inbox"))

        assert store.integrity_check() == ()
        assert count >= last + 1  # what was acknowledged is there; one more may be, unprinted
        assert numbers(store)["inbox"] == numbers(store)["outbox"] == list(range(count))
        assert len(rows(store, "deliveries")) == count
        assert [each.alerts for each in store.recent("world", 10)] == [count]
        assert len(rows(store, "story_keys")) == 2
        opened.kill(store)


def test_after_a_kill_the_same_inputs_make_only_what_is_missing(opened: Opener) -> None:
    with writing(opened.url, "writer") as process:
        last = printed_until_killed(process, 20)
    store = opened("judge")

    for number in range(last + 20):
        write(store, number)

    assert [each.alerts for each in store.recent("world", 10)] == [last + 20]
    assert len(rows(store, "outbox")) == last + 20


def test_two_writers_of_one_stream_of_inputs_one_killed_handle_each_once(opened: Opener) -> None:
    with writing(opened.url, "ada") as ada, writing(opened.url, "ben") as ben:
        first = printed_until_killed(ada, 40, word="")
        second = printed_until_killed(ben, 60, word="")
    store = opened("judge")
    count = len(rows(store, "inbox"))

    assert store.integrity_check() == ()
    assert count > max(first, second)
    assert numbers(store)["inbox"] == numbers(store)["outbox"] == list(range(count))
    assert [each.alerts for each in store.recent("world", 10)] == [count]
