"""What stages on a real Kafka promise: nothing lost, nothing twice, whatever the records and the broker do."""

from __future__ import annotations

import itertools
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from deploy.kafka import Broker
from streams import faust_app, topics
from streams.letters import again
from streams.store import open_store
from streams.wire import DeadLetter, decode
from tests.fakes.kafka import Kafka, Worker, wait_for

pytestmark = [pytest.mark.kafka, pytest.mark.e2e]

Start = Callable[..., Worker]


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def start(kafka: Kafka, tmp_path: Path, store_url: str) -> Start:
    return starter(kafka, tmp_path, store_url)


def starter(kafka: Kafka, folder: Path, store_url: str) -> Start:
    """Return what starts a process of echo stages (`tests/fakes/echo.py`); a name started again is the same member."""

    def start(stages: str = "shout", owner: str = "one", **more: str) -> Worker:
        given = {"kafka": kafka.address, "prefix": kafka.prefix, "store": store_url, "owner": owner, "stages": stages}
        options = {**given, "folder": str(folder / f"faust-{owner}"), **more}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return Worker(["tests.fakes.echo", *words], folder / f"{owner}.log")

    return start


def letters(kafka: Kafka) -> list[DeadLetter]:
    return [decode(value, DeadLetter) for value in kafka.values(topics.DEAD_LETTERS)]


def arrived(kafka: Kafka, name: str, count: int) -> Callable[[], bool]:
    return lambda: len(kafka.records(name)) >= count


def sound(store_url: str) -> tuple[str, ...]:
    store = open_store(store_url, "checker")
    try:
        return store.integrity_check()
    finally:
        store.close()


# --- records --------------------------------------------------------------------------------------------------------


def test_poison_becomes_dead_letters_with_its_bytes_and_the_rest_goes_on(kafka: Kafka, start: Start) -> None:
    words = [b"word-%d" % n for n in range(60)]
    poison = [b"poison-\xff\x00", b"poison-2"]
    kafka.produce(topics.ARTICLES, [*words[:20], poison[0], *words[20:40], poison[1], *words[40:]])
    with start() as worker:
        wait_for(arrived(kafka, topics.FINDINGS, 60))
        wait_for(arrived(kafka, topics.DEAD_LETTERS, 2))
        assert worker.terminate() == 0
    assert sorted(word.upper() for word in words) == sorted(kafka.values(topics.FINDINGS))
    found = {letter.body: letter for letter in letters(kafka)}
    assert set(poison) == set(found)
    letter = found[poison[0]]
    assert (letter.topic, letter.stage, letter.error) == (kafka.topic(topics.ARTICLES), "shout", "Unreadable")
    assert letter.reason == f"found {poison[0]!r}; expected words"
    assert (letter.key, letter.headers) == (poison[0], (("id", poison[0]),))
    place = {record.value: (record.partition, record.offset) for record in kafka.records(topics.ARTICLES)}
    assert (letter.partition, letter.offset) == place[poison[0]]


def test_a_dead_letter_goes_through_when_its_cause_is_mended_and_it_is_retried(
    kafka: Kafka, start: Start, store_url: str
) -> None:
    kafka.produce(topics.ARTICLES, [b"poison-1", b"word-1"])
    with start() as worker:
        wait_for(arrived(kafka, topics.DEAD_LETTERS, 1))
        assert worker.terminate() == 0
    with start(mended="yes", code="2") as worker:
        store = open_store(store_url, "person")
        (letter,) = store.dead_letters()
        assert again(store, letter.letter_id, datetime.now(UTC))  # noqa: TID251  # as the person's command does
        wait_for(arrived(kafka, topics.FINDINGS, 2))
        assert worker.terminate() == 0
        assert store.dead_letters() == ()
        store.close()
    assert sorted(kafka.values(topics.FINDINGS)) == [b"POISON-1", b"WORD-1"]


def test_a_trouble_that_passes_costs_a_moment_and_nothing_else(kafka: Kafka, start: Start) -> None:
    kafka.produce(topics.ARTICLES, [b"moody-1", b"word-1"])
    with start() as worker:
        wait_for(arrived(kafka, topics.FINDINGS, 2))
        assert worker.said().count("trying again") == 2
        assert worker.terminate() == 0
    assert sorted(kafka.values(topics.FINDINGS)) == [b"MOODY-1", b"WORD-1"]
    assert letters(kafka) == []


def until_it_is_buried(kafka: Kafka, start: Start, findings: int) -> list[int]:
    """Start the stage again, as a supervisor does, until it has buried one record and passed on the rest."""
    codes: list[int] = []
    while len(kafka.records(topics.DEAD_LETTERS)) < 1:
        assert len(codes) <= 4
        with start() as worker:
            wait_for(lambda w=worker: not w.running or len(kafka.records(topics.DEAD_LETTERS)) == 1)  # type: ignore[misc]  # the worker of this round
            if worker.running:
                wait_for(arrived(kafka, topics.FINDINGS, findings))
            codes.append(worker.terminate())
    return codes


def test_a_bug_that_stays_is_a_dead_letter_at_its_fourth_attempt_and_never_acknowledged_before(
    kafka: Kafka, start: Start, tmp_path: Path
) -> None:
    kafka.produce(topics.ARTICLES, [b"before", b"broken-1", b"after-1", b"after-2"], partition=0)
    codes = until_it_is_buried(kafka, start, 3)
    # Met once behind a sound record, then three times as the first after a start, each time counted before it was touched.
    assert codes == [faust_app.UNACKNOWLEDGED] * 4 + [0]
    assert "ValueError: a bug that every try meets again" in (tmp_path / "one.log").read_text()
    assert sorted(kafka.values(topics.FINDINGS)) == [b"AFTER-1", b"AFTER-2", b"BEFORE"]
    (letter,) = letters(kafka)
    assert (letter.body, letter.attempts, letter.reason) == (b"broken-1", 4, "the process died of it 3 times")


def test_a_record_that_kills_the_process_is_a_dead_letter_and_its_neighbours_are_delivered(
    kafka: Kafka, start: Start
) -> None:
    kafka.produce(topics.ARTICLES, [b"before", b"deadly-1", b"after"], partition=2)
    kafka.produce(topics.ARTICLES, [b"word-%d" % n for n in range(20)])
    codes = until_it_is_buried(kafka, start, 22)
    assert set(codes[:-1]) == {-signal.SIGKILL}
    (letter,) = letters(kafka)
    assert (letter.body, letter.attempts) == (b"deadly-1", 4)
    expected = [b"BEFORE", b"AFTER", *(b"WORD-%d" % n for n in range(20))]
    assert sorted(expected) == sorted(set(kafka.values(topics.FINDINGS)))


def test_too_many_dead_letters_stop_the_line_until_somebody_or_new_code_says_go(
    kafka: Kafka, start: Start, store_url: str
) -> None:
    kafka.produce(topics.ARTICLES, [*(b"poison-%d" % n for n in range(8)), b"word-1"], partition=1)
    with start() as worker:
        assert worker.ended() == faust_app.STOPPED
        assert "6 dead letters in a row" in worker.said()
    with start() as worker:  # a restart stays stopped and eats nothing
        assert worker.ended() == 2
        assert "shout is stopped: 6 dead letters in a row" in worker.said()
    store = open_store(store_url, "person")
    assert len(store.dead_letters("shout")) == 6
    assert store.resume("shout")
    store.close()
    with start() as worker:
        wait_for(arrived(kafka, topics.FINDINGS, 1))
        wait_for(arrived(kafka, topics.DEAD_LETTERS, 8))
        assert worker.terminate() == 0
    assert kafka.values(topics.FINDINGS) == [b"WORD-1"]
    assert len({letter.letter_id for letter in letters(kafka)}) == 8


def test_new_code_may_start_where_the_old_was_stopped(kafka: Kafka, start: Start) -> None:
    kafka.produce(topics.ARTICLES, [*(b"poison-%d" % n for n in range(6)), b"word-1"], partition=1)
    with start() as worker:
        assert worker.ended() == faust_app.STOPPED
    with start(code="2") as worker:
        wait_for(arrived(kafka, topics.FINDINGS, 1))
        assert worker.terminate() == 0


# --- stops and starts -----------------------------------------------------------------------------------------------


def test_a_stop_is_quick_and_the_next_start_goes_on_where_it_was(kafka: Kafka, start: Start) -> None:
    with start("shout,repeat") as worker:
        kafka.produce(topics.ARTICLES, [b"first-%d" % n for n in range(30)])
        wait_for(arrived(kafka, topics.ALERTS, 30))
        began = time.monotonic()
        assert worker.terminate() == 0
        assert time.monotonic() - began < 10
    kafka.produce(topics.ARTICLES, [b"second-%d" % n for n in range(30)])
    with start("shout,repeat") as worker:
        wait_for(arrived(kafka, topics.ALERTS, 60))
        assert worker.terminate() == 0
    expected = [b"%s-%d" % (word, n) for word in (b"FIRST", b"SECOND") for n in range(30)]
    assert sorted(expected) == sorted(kafka.values(topics.ALERTS))


def test_offsets_that_are_lost_make_nothing_twice(kafka: Kafka, start: Start) -> None:
    kafka.produce(topics.ARTICLES, [b"word-%d" % n for n in range(30)])
    with start() as worker:
        wait_for(arrived(kafka, topics.FINDINGS, 30))
        assert worker.terminate() == 0
    admin = KafkaAdminClient(bootstrap_servers=kafka.address)
    wait_for(lambda: _forgotten(admin, f"{kafka.prefix}-shout"))
    admin.close()
    kafka.produce(topics.ARTICLES, [b"last"])
    with start() as worker:
        wait_for(arrived(kafka, topics.FINDINGS, 31))
        assert worker.terminate() == 0
    assert len(kafka.values(topics.FINDINGS)) == 31


def _forgotten(admin: KafkaAdminClient, group: str) -> bool:
    """Delete the group with its offsets; a static member's session must end before."""
    return not any(isinstance(answer, str) and answer != "OK" for answer in admin.delete_groups([group]).values())


def test_missing_topics_are_refused_by_name(broker_address: str, tmp_path: Path, store_url: str) -> None:
    with starter(Kafka(broker_address, "none-here"), tmp_path, store_url)() as worker:
        assert worker.ended() == 2
        assert "none-here.articles.v1 has 0 of 6 partitions" in worker.said()


def test_rows_that_a_dead_process_left_are_swept_up(kafka: Kafka, start: Start, store_url: str) -> None:
    store = open_store(store_url, "died")
    with store.begin(datetime.now(UTC)) as tx:  # noqa: TID251  # its rows must be as old as they are
        tx.put(kafka.topic(topics.FINDINGS), b"key", "row-1", b"left behind", [("id", b"row-1")])
    store.close()
    with start() as worker:
        wait_for(arrived(kafka, topics.FINDINGS, 1))
        assert worker.terminate() == 0
    assert kafka.values(topics.FINDINGS) == [b"left behind"]


# --- the broker away ------------------------------------------------------------------------------------------------


_fragile = itertools.count()


@pytest.fixture
def fragile(own_broker: Broker) -> Kafka:
    kafka = Kafka(own_broker.address, f"fragile-{next(_fragile)}")
    topics.ensure(kafka.address, kafka.prefix)
    return kafka


def test_a_broker_that_dies_and_comes_back_costs_nothing_but_time_and_few_lines(
    own_broker: Broker, fragile: Kafka, tmp_path: Path, store_url: str
) -> None:
    start = starter(fragile, tmp_path, store_url)
    with start("shout,repeat") as worker:
        fragile.produce(topics.ARTICLES, [b"first-%d" % n for n in range(40)])
        wait_for(arrived(fragile, topics.ALERTS, 20))
        own_broker.kill()
        size = len(worker.said())
        time.sleep(8)  # an outage of this length is what is tested
        assert len(worker.said()) - size < 20_000
        own_broker.start()
        fragile.produce(topics.ARTICLES, [b"second-%d" % n for n in range(40)])
        wait_for(lambda: len(set(fragile.values(topics.ALERTS))) >= 80, 60)
        assert worker.running
        assert worker.terminate() == 0
    expected = {b"%s-%d" % (word, n) for word in (b"FIRST", b"SECOND") for n in range(40)}
    assert expected == set(fragile.values(topics.ALERTS))
    assert sound(store_url) == ()


def test_a_stop_while_the_broker_is_dead_ends_in_time(
    own_broker: Broker, fragile: Kafka, tmp_path: Path, store_url: str
) -> None:
    with starter(fragile, tmp_path, store_url)("shout") as worker:
        fragile.produce(topics.ARTICLES, [b"word-%d" % n for n in range(10)])
        wait_for(arrived(fragile, topics.FINDINGS, 10))
        own_broker.kill()
        time.sleep(2)  # long enough for the clients to notice
        assert worker.terminate(limit=20) in (0, faust_app.UNACKNOWLEDGED)
