"""Inbox, state and outbox change together, once, whatever breaks in between and whoever else writes."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.store import DeadLetter, Outgoing, Store, StoreError, Tx
from streams.store.database import _begin_sqlite
from tests.contract.store.kit import NOW, SECOND, Opener, alert, everything, letter, rows, story, until


class BrokenError(Exception):
    """What the tests let a statement raise."""


class Fault:
    """A hook that breaks one statement: the one numbered ``at``, counted from 1 since it was set."""

    def __init__(self) -> None:
        self.at = 0
        self.count = 0

    def set(self, at: int) -> None:
        self.at, self.count = at, 0

    def __call__(self, statement: str) -> None:
        self.count += 1
        if self.count == self.at:
            raise BrokenError(statement)


def handle(tx: Tx) -> tuple[Outgoing, ...]:
    """A stage that touches everything a stage can touch."""
    if tx.once("advance", "finding"):
        tx.lock_desk("world")
        before = tx.stories("world", ["base"], NOW)
        tx.save_story(story("story", "base", "country", alerts=len(before) + 1))
        tx.put("alerts", b"story", "alert", b"value", [("id", b"alert")])
        tx.put("alerts", b"story", "alert-2", b"value")
        tx.add_delivery(alert("alert"), "slack:#world")
        tx.once("examine", "bad")
        tx.bury(letter("letter"), "bad")
    return tx.written


def test_a_repeated_input_changes_nothing(opened: Opener) -> None:
    store = opened()
    store.apply(handle, NOW)
    before = everything(store)

    written = store.apply(handle, NOW + SECOND)

    assert written == ()
    assert everything(store) == before


def test_what_is_keyed_is_written_once(opened: Opener) -> None:
    store = opened()

    def twice(tx: Tx) -> list[bool]:
        answers = []
        for _ in range(2):
            answers.append(tx.once("examine", "event"))
            answers.append(tx.put("findings", b"world", "finding", b"value"))
            answers.append(tx.add_delivery(alert("alert"), "console:"))
        return answers

    assert store.apply(twice, NOW) == [True, True, True, False, False, False]
    assert store.apply(twice, NOW) == [False] * 6


def test_one_id_may_pass_every_stage_once(opened: Opener) -> None:
    store = opened()

    with store.begin(NOW) as tx:
        assert (tx.once("examine", "event"), tx.once("advance", "event")) == (True, True)


def test_an_exception_of_the_stage_leaves_nothing_behind(opened: Opener) -> None:
    store = opened()
    before = everything(store)

    def fail(tx: Tx) -> None:
        handle(tx)
        raise BrokenError

    with pytest.raises(BrokenError):
        store.apply(fail, NOW)

    assert everything(store) == before


def test_a_failure_of_any_statement_leaves_nothing_behind(opened: Opener) -> None:
    fault = Fault()
    store = opened(hook=fault)
    before = everything(store)

    for at in itertools.count(1):
        fault.set(at)
        try:
            store.apply(handle, NOW)
        except BrokenError:
            fault.set(0)
            assert everything(store) == before, f"statement {at} was not rolled back"
        else:
            fault.set(0)
            break

    assert at > 12  # every statement was broken once: ten and more, BEGIN and COMMIT not forgotten
    assert [row["id"] for row in rows(store, "outbox")] == ["alert", "alert-2"]


def test_a_failure_of_any_statement_of_the_sender_changes_no_row(opened: Opener) -> None:
    fault = Fault()
    store = opened(hook=fault)
    keys = {}
    with store.begin(NOW) as tx:
        for name in ("sent", "late", "dead"):
            tx.add_delivery(alert(name, story_id=name), "console:")
    for row in rows(store, "deliveries"):
        keys[row["story_id"]] = row["delivery_key"]
    deliveries = store.deliveries
    steps: tuple[Callable[[], object], ...] = (
        lambda: deliveries.due(NOW, 10),
        lambda: deliveries.sending(keys["sent"], NOW),
        lambda: deliveries.sent(keys["sent"], "ts", NOW),
        lambda: deliveries.postpone(keys["late"], NOW + SECOND, not_sent=True),
        lambda: deliveries.dead(keys["dead"], "no such channel", NOW),
        lambda: store.apply(lambda tx: tx.retry(store.dead_letters()[0].letter_id), NOW),
        lambda: store.claim(10, NOW),
    )

    for number, step in enumerate(steps):
        for at in itertools.count(1):
            fault.set(0)
            before = everything(store)
            fault.set(at)
            try:
                step()
            except BrokenError:
                fault.set(0)
                assert everything(store) == before, f"step {number}, statement {at}"
            else:
                break

    fault.set(0)
    states = {row["story_id"]: row["state"] for row in rows(store, "deliveries")}
    assert states == {"sent": "sent", "late": "pending", "dead": "pending"}


def test_of_two_writers_of_one_input_the_second_waits_and_does_nothing(opened: Opener) -> None:
    first, second = opened("ada"), opened("ben")

    with ThreadPoolExecutor(1) as pool:
        with first.begin(NOW) as tx:
            assert tx.once("examine", "event")
            later = pool.submit(second.apply, lambda tx: tx.once("examine", "event"), NOW)
            assert not later.done()
        assert later.result(20) is False


def test_when_the_first_writer_fails_the_second_does_the_work(opened: Opener) -> None:
    first, second = opened("ada"), opened("ben")

    with ThreadPoolExecutor(1) as pool:

        def fail(tx: Tx) -> None:
            assert tx.once("examine", "event")
            later.append(pool.submit(second.apply, lambda tx: tx.once("examine", "event"), NOW))
            raise BrokenError

        later: list[Future[bool]] = []
        with pytest.raises(BrokenError):
            first.apply(fail, NOW)
        assert later[0].result(20) is True


def test_two_workers_that_hold_one_desk_lose_no_update(opened: Opener) -> None:
    stores = [opened("ada"), opened("ben")]
    start = threading.Barrier(len(stores))

    def count(store: Store, number: int) -> None:
        def one_more(tx: Tx, finding: int) -> None:
            tx.once("advance", f"{number}-{finding}")
            tx.lock_desk("world")
            known = tx.stories("world", ["base"], NOW)
            tx.save_story(story("story", "base", alerts=known[0].alerts + 1 if known else 1))

        start.wait(20)
        for finding in range(25):
            store.apply(lambda tx, finding=finding: one_more(tx, finding), NOW)  # type: ignore[misc]  # default binds

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(count, store, number) for number, store in enumerate(stores)]:
            done.result(60)

    assert [each.alerts for each in stores[0].recent("world", 10)] == [50]


@pytest.mark.postgres
def test_a_deadlock_is_begun_anew(postgres_url: str) -> None:
    opened = Opener(postgres_url)
    stores = [opened("ada"), opened("ben")]
    both_hold_one = threading.Barrier(2)
    tries = [0, 0]

    def cross(number: int) -> None:
        def lock_both(tx: Tx) -> None:
            tries[number] += 1
            for desk in (("world", "money"), ("money", "world"))[number]:
                tx.lock_desk(desk)
                if tries[number] == 1 and not both_hold_one.broken:
                    both_hold_one.wait(20) if desk == ("world", "money")[number] else None
            tx.once("advance", f"finding-{number}")

        stores[number].apply(lock_both, NOW)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(cross, number) for number in range(2)]:
            done.result(60)

    assert sorted(tries) == [1, 2]
    assert stores[0].seen("advance", ["finding-0", "finding-1"]) == {"finding-0", "finding-1"}
    opened.end_all()


@pytest.mark.postgres
@pytest.mark.parametrize("reads", [False, True], ids=["for a change", "for a question"])
def test_a_broken_connection_is_made_anew(postgres_url: str, reads: bool) -> None:
    opened = Opener(postgres_url)
    store, killer = opened("ada"), opened("killer")
    store.apply(lambda tx: tx.once("examine", "first"), NOW)
    with store._database.reader.connect() as conn:
        backend = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with killer._database.reader.connect() as conn:
        assert conn.exec_driver_sql(f"SELECT pg_terminate_backend({backend})").scalar_one()

    if reads:
        assert store.seen("examine", ["first"]) == {"first"}
    assert store.apply(lambda tx: tx.once("examine", "second"), NOW)
    opened.end_all()


def test_a_reader_does_not_wait_for_a_writer(opened: Opener) -> None:
    store = opened()

    with store.begin(NOW) as tx:
        tx.once("examine", "event")
        assert store.seen("examine", ["event"]) == frozenset()
    assert store.seen("examine", ["event"]) == {"event"}


def test_a_second_process_may_write_at_any_time(opened: Opener) -> None:
    """A deferred SQLite transaction would be refused here at once, however long the busy timeout."""
    first, second = opened("ada"), opened("ben")
    written = threading.Event()

    def write() -> None:
        second.apply(lambda tx: tx.once("examine", "other"), NOW)
        written.set()

    with ThreadPoolExecutor(1) as pool:
        with first.begin(NOW) as tx:
            tx.stories("world", ["base"], NOW)
            done = pool.submit(write)
            tx.once("examine", "event")
        done.result(20)

    until(written.is_set)
    assert first.seen("examine", ["event", "other"]) == {"event", "other"}


def test_a_store_that_another_keeps_locked_is_given_up_with_words(sqlite_url: str) -> None:
    opened = Opener(sqlite_url)
    first, second = opened("ada"), opened("ben")

    with (
        first.begin(NOW),
        second._database.engine.connect() as conn,
        pytest.raises(StoreError, match=r"kept the store locked for 0\.02 s"),
    ):
        _begin_sqlite(conn, SECOND / 50)

    second.apply(lambda tx: tx.once("examine", "event"), NOW)
    opened.end_all()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.none() | st.binary(max_size=20),
    value=st.binary(max_size=200),
    headers=st.lists(st.tuples(st.text(st.characters(codec="utf-8"), max_size=10), st.binary(max_size=10)), max_size=3),
    dead=st.binary(max_size=50),
)
def test_bytes_come_back_as_they_went_in(
    sqlite_url: str, key: bytes | None, value: bytes, headers: list[tuple[str, bytes]], dead: bytes
) -> None:
    opened = Opener(sqlite_url)
    store = opened()
    name = str(len(rows(store, "outbox")))

    def keep(tx: Tx) -> tuple[Outgoing, ...]:
        tx.put("topic", key, name, value, headers)
        tx.once("examine", name)
        tx.bury(
            DeadLetter(
                letter_id=name, stage="examine", inbox_id=name, key=key, body=dead, error="E", reason="r", at=NOW
            ),
            name,
        )
        return tx.written

    written = store.apply(keep, NOW)
    store.release([written[0].seq])

    assert store.claim(1, NOW) == written
    assert (written[0].key, written[0].value, written[0].headers) == (key, value, tuple(headers))
    kept = store.dead_letter(name)
    assert kept is not None
    assert (kept.key, kept.body) == (key, dead)
    store.mark_sent([written[0].seq], NOW)
    opened.end_all()
