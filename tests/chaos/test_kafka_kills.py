"""`poll`, `worker` and `deliver` are killed around a real broker, again and again, and the broker too: all is told once.

A supervisor starts each process again, as systemd does. The kills fall at seeded moments: while it starts, while it works.
"""

from __future__ import annotations

import asyncio
import contextlib
import random  # noqa: TID251 - every kill has a seed: the same moments are sought in every run
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.kafka import Broker
from streams import topics
from streams.store import open_store
from streams.wire import DeadLetter, decode
from tests.chaos.test_embedded_kills import DAY, WORDS_ONLY, Told, assert_sound, release, undisturbed
from tests.e2e.newsday import Newsroom, Process, newsroom, until
from tests.e2e.test_kafka_stages import starter
from tests.fakes.kafka import Kafka, Worker, wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.e2e, pytest.mark.kafka, pytest.mark.timeout(400)]

KILLS = 10


# --- feed to Slack --------------------------------------------------------------------------------------------------


def test_kills_of_every_process_and_of_the_broker_lose_nothing_and_repeat_nothing(
    own_broker: Broker, tmp_path: Path
) -> None:
    (calm_folder := tmp_path / "calm").mkdir()
    calm = undisturbed(calm_folder)
    kafka = Kafka(own_broker.address, "kills")
    topics.ensure(kafka.address, kafka.prefix)

    async def day() -> Told:
        async with newsroom(tmp_path, DAY) as room:
            room.environment |= {**WORDS_ONLY, "WIREWATCH_KAFKA": kafka.address, "WIREWATCH_TOPIC_PREFIX": kafka.prefix}
            await primed(room)
            kills = dict.fromkeys(("deliver", "worker", "poll"), 0)
            ending = asyncio.Event()
            async with asyncio.TaskGroup() as lives:
                for command, progress in (("deliver", posts), ("worker", handled), ("poll", requests)):
                    lives.create_task(supervised(room, command, progress, kills, ending))
                broker_kills = 0
                while min(kills.values()) < KILLS or room.clock.left:
                    await release(room, 1)
                    await asyncio.sleep(0.4)
                    if not broker_kills and sum(kills.values()) >= 1.5 * KILLS:
                        await asyncio.to_thread(down_and_up, own_broker)
                        broker_kills += 1
                assert broker_kills == 1
                await until(lambda: calm == room.told() and not waiting(room), 120)
                ending.set()
            await until(lambda: unseen(room, kafka) == set())
            assert_sound(room)
            return room.told()

    assert calm == asyncio.run(day())


async def primed(room: Newsroom) -> None:
    """Let every feed be read once: what it lists is known from now on."""
    poll = await room.start("poll")
    await room.publisher.polled()
    await poll.stop()


async def supervised(
    room: Newsroom, command: str, progress: Callable[[Newsroom], int], kills: dict[str, int], ending: asyncio.Event
) -> None:
    """Keep a process running until the end, and kill it at `KILLS` moments on the way."""
    chance = random.Random(command)
    while not ending.is_set():
        process = await room.start(command)
        if kills[command] < KILLS:
            await at_a_moment(room, process, progress, chance, first=kills[command] < 3)
            if process.child.returncode is None:
                await process.kill()
                kills[command] += 1
        else:
            await until(lambda process=process: ending.is_set() or process.child.returncode is not None, 300)  # type: ignore[misc]  # the process of this life
            if process.child.returncode is None:
                await process.stop()


async def at_a_moment(
    room: Newsroom, process: Process, progress: Callable[[Newsroom], int], chance: random.Random, *, first: bool
) -> None:
    """Wait for the moment to kill: somewhere in the start, or shortly after so many steps of its work."""
    if first:
        await asyncio.sleep(chance.uniform(0.1, 2))
        return
    wanted = progress(room) + chance.randint(1, 3)
    with contextlib.suppress(AssertionError):  # with nothing to wait for, now is as good a moment
        await until(lambda: progress(room) >= wanted or process.child.returncode is not None, 10)
    await asyncio.sleep(chance.choice([0, 0.002, 0.01, 0.05]))


def down_and_up(broker: Broker) -> None:
    broker.kill()
    broker.start()


def posts(room: Newsroom) -> int:
    return room.slack.counted("chat.postMessage")


def requests(room: Newsroom) -> int:
    return sum(room.publisher.gets.values())


def handled(room: Newsroom) -> int:
    return inbox(room, "examine") + inbox(room, "advance")


def inbox(room: Newsroom, stage: str) -> int:
    return len(ids(room, stage))


def ids(room: Newsroom, stage: str) -> set[str]:
    try:
        return {name for (name,) in room.rows(f"select id from inbox where stage = '{stage}'")}
    except sqlite3.OperationalError:  # not made yet
        return set()


def waiting(room: Newsroom) -> bool:
    ((rows,),) = room.rows("select count(*) from outbox where sent_at is null")
    ((deliveries,),) = room.rows("select count(*) from deliveries where state not in ('sent', 'dead')")
    return bool(rows or deliveries)


def unseen(room: Newsroom, kafka: Kafka) -> set[bytes]:
    """Return the ids of records that no stage has taken: what an auditor would find missing."""
    reads = {"examine": topics.ARTICLES, "advance": topics.FINDINGS, "deliver": topics.ALERTS}
    return {
        value
        for stage, name in reads.items()
        for record in kafka.records(name)
        for header, value in record.headers
        if header == "id" and value.decode() not in ids(room, stage)
    }


# --- two workers on one group, with poison in between ---------------------------------------------------------------


def test_two_workers_that_are_killed_in_turn_lose_nothing_and_bury_only_poison(kafka: Kafka, tmp_path: Path) -> None:
    store_url = f"sqlite:///{tmp_path / 'store.db'}"
    start = starter(kafka, tmp_path, store_url)
    chance = random.Random("two workers")
    words, poison = [b"word-%d" % n for n in range(720)], [b"poison-%d" % n for n in range(24)]
    workers: dict[str, Worker] = {owner: start("shout,repeat,listen", owner) for owner in ("one", "two")}
    try:
        for turn in range(12):
            kafka.produce(
                topics.ARTICLES, mixed(words[60 * turn : 60 * turn + 60], poison[2 * turn : 2 * turn + 2], chance)
            )
            owner = chance.choice(list(workers))
            before = heard(store_url)
            with contextlib.suppress(AssertionError):
                wait_for(lambda before=before: heard(store_url) > before, chance.uniform(0.5, 4))  # type: ignore[misc]  # the count of this turn
            workers[owner].kill()
            workers[owner] = start("shout,repeat,listen", owner)
        wait_for(lambda: heard(store_url) == 720, 90)
        wait_for(lambda: len({letter.body for letter in letters(kafka)}) == 24)
        assert [worker.terminate() for worker in workers.values()] == [0, 0]
    finally:
        for worker in workers.values():
            worker.kill()
    assert {word.upper() for word in words} == set(kafka.values(topics.FINDINGS)) == set(kafka.values(topics.ALERTS))
    assert set(poison) == {letter.body for letter in letters(kafka)}
    store = open_store(store_url, "checker")
    assert len(store.dead_letters(limit=100)) == 24
    assert store.integrity_check() == ()
    store.close()


def mixed(words: list[bytes], poison: list[bytes], chance: random.Random) -> list[bytes]:
    return chance.sample(words + poison, len(words) + len(poison))


def heard(store_url: str) -> int:
    """Return how many of the words came through all three stages."""
    store = open_store(store_url, "listener")
    try:
        return len(store.seen("listen", [f"WORD-{n}" for n in range(720)]))
    finally:
        store.close()


def letters(kafka: Kafka) -> list[DeadLetter]:
    return [decode(value, DeadLetter) for value in kafka.values(topics.DEAD_LETTERS)]
