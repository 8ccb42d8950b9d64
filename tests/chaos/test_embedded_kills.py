"""`wirewatch run` is killed, again and again: nothing is lost, nothing is told twice.

What survives what is a table of docs/how-it-works.md; here are its rows, between a real poller and a stateful Slack.
"""

from __future__ import annotations

import asyncio
import json
import random  # noqa: TID251 - every kill has a seed: the same moments are sought in every run
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.newsday import Newsroom, Process, newsroom, strikes_day, until

pytestmark = [pytest.mark.chaos, pytest.mark.e2e, pytest.mark.timeout(400)]

Told = Counter[tuple[str, str]]
Moment = Callable[[Newsroom, random.Random], Awaitable[list[str]]]

DAY = strikes_day(60)
EVENTS = DAY.events()
WORDS_ONLY = {"WIREWATCH_MODEL": "none"}
"""Starts in half the time; what is delivered, and when, has nothing to do with how well an article was read."""


def undisturbed(folder: Path) -> Told:
    async def day() -> Told:
        async with newsroom(folder, DAY) as room:
            await prime(room)
            await live_to_the_end(room)
            return room.told()

    return asyncio.run(day())


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What a run that nobody disturbs tells of the day."""
    told = undisturbed(tmp_path_factory.mktemp("calm"))
    assert {1} == set(told.values())
    assert 80 == len({alert for alert, _ in told}), "60 first reports and 20 raised tolls"
    return told


# --- at random moments ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("honours", [False, True], ids=["client_msg_id ignored", "client_msg_id honoured"])
def test_kills_at_random_moments_lose_nothing_and_repeat_nothing(honours: bool, calm: Told, tmp_path: Path) -> None:
    async def day() -> None:
        async with newsroom(tmp_path, DAY, honour_client_msg_id=honours) as room:
            await prime(room)
            chance = random.Random(f"kills {honours}")
            moments: list[Moment] = [
                at_start,
                *[at_request] * 2,
                *[at_article] * 3,
                *[partial(at_message, fault) for fault in FAULTS],
            ]
            chance.shuffle(moments)
            orphans = [pid for moment in moments for pid in await moment(room, chance)]
            await live_to_the_end(room)
            assert calm == room.told()
            assert [] == marked(room), "Slack could always say what it had"
            assert_sound(room)
            await until(lambda: not any(lives(pid) for pid in orphans))

    asyncio.run(day())


FAULTS: tuple[tuple[str, bool] | None, ...] = (
    None,
    ("drop", True),
    ("drop", False),
    ("slow", True),
    ("hang", False),
    ("status", True),
)
"""What Slack does to the calls before the kill, and whether it takes the message. None: it answers as it should."""


async def prime(room: Newsroom) -> None:
    """Let every feed be read once: what it lists is known from now on, and nothing after it is backlog."""
    run = await room.start("run", WORDS_ONLY)
    await room.publisher.polled()
    await run.kill()


async def at_start(room: Newsroom, chance: random.Random) -> list[str]:
    """Kill somewhere between the first import and the first poll."""
    run = await room.start("run", WORDS_ONLY)
    await release(room, 4)
    await asyncio.sleep(chance.uniform(0.1, 1.2))
    return await killed(run)


async def at_request(room: Newsroom, chance: random.Random) -> list[str]:
    """Kill after so many requests for a feed."""
    wanted = chance.randint(1, 12)
    return await killed_when(room, chance, lambda: sum(room.publisher.gets.values()) >= wanted)


async def at_article(room: Newsroom, chance: random.Random) -> list[str]:
    """Kill after so many articles went through the rules."""
    wanted = followed(room) + chance.randint(1, 6)
    return await killed_when(room, chance, lambda: followed(room) >= wanted)


async def at_message(fault: tuple[str, bool] | None, room: Newsroom, chance: random.Random) -> list[str]:
    """Kill when so many messages were being posted, each of them with the fault."""
    wanted = room.slack.counted("chat.postMessage") + chance.randint(1, 5)
    if fault is not None:
        room.slack.fault(fault[0], accept=fault[1], code="502", seconds=60, times=100)
    orphans = await killed_when(room, chance, lambda: room.slack.counted("chat.postMessage") >= wanted)
    room.slack.faults.clear()
    return orphans


async def killed_when(room: Newsroom, chance: random.Random, ready: Callable[[], bool]) -> list[str]:
    """Release news, half of it while nobody looks, and kill at the moment or when there is nothing to wait for."""
    await release(room, 3)
    room.publisher.recount()
    run = await room.start("run", WORDS_ONLY)
    await until(lambda: bool(room.publisher.gets))
    await release(room, 3)
    await until(lambda: ready() or min(room.publisher.gets[outlet.id] for outlet in DAY.outlets) > 8)
    await asyncio.sleep(chance.choice([0, 0.005, 0.02]))
    return await killed(run)


# --- at the call, when Slack cannot say -----------------------------------------------------------------------------


def test_an_alert_that_slack_cannot_look_for_is_sent_again_and_says_so(tmp_path: Path) -> None:
    """The call was under way at the kill, and the app may not read the channel: lost would be worse than twice."""

    async def day() -> None:
        async with newsroom(tmp_path, DAY) as room:
            await prime(room)
            await release(room, 1)
            room.slack.fault("slow", accept=True, seconds=60, channel="#conflict")
            run = await room.start("run", WORDS_ONLY)
            await until(lambda: bool(room.slack.messages("#conflict")))
            await run.kill()
            room.slack.fault("error", method="conversations.history", code="missing_scope", times=100)
            run = await room.start("run", WORDS_ONLY)
            await room.delivered()
            await run.stop()
            alerts = [m["metadata"]["event_payload"]["alert_id"] for m in room.slack.messages("#conflict")]
            assert [alerts[0], alerts[0]] == alerts
            assert [alerts[0]] == marked(room)
            assert_sound(room)

    asyncio.run(day())


# --- steps ----------------------------------------------------------------------------------------------------------


async def release(room: Newsroom, count: int) -> None:
    """Let the outlets publish. An edit waits for its turn until the first wording is remembered: it was there for us to see."""
    for _ in range(count):
        event = next((event for event in EVENTS if event.at > room.clock.at), None)
        if event is None or (event.change == "edited" and not remembered(room, event.outlet)):
            return
        room.clock.step()


def remembered(room: Newsroom, outlet: str) -> bool:
    ((known,),) = room.rows(f"select count(*) from seen where feed_id = '{outlet}'", "feeds.db")
    return bool(known == len(DAY.shown(outlet, room.clock.at)))


def followed(room: Newsroom) -> int:
    ((count,),) = room.rows("select count(*) from inbox where stage = 'examine'")
    return int(count)


async def killed(run: Process) -> list[str]:
    """Kill -9, and return the ids of its parsers: they end by themselves, soon."""
    parsers = children(run.child.pid)
    assert run.child.returncode is None, f"it ended before it was killed\n{run.log.read_text()[-3000:]}"
    await run.kill()
    return parsers


def children(pid: int) -> list[str]:
    return [child.parent.name for child in Path("/proc").glob("[0-9]*/stat") if stat(child)[1:2] == [str(pid)]]


def lives(pid: str) -> bool:
    return stat(Path("/proc") / pid / "stat")[:1] not in ([], ["Z"])


def stat(file: Path) -> list[str]:
    """Return a process's state, its parent and so on (proc(5)); nothing when it is gone."""
    try:
        return file.read_text().rpartition(")")[2].split()
    except OSError:
        return []


# --- what is left ---------------------------------------------------------------------------------------------------


async def live_to_the_end(room: Newsroom) -> None:
    """Let one more life see the rest of the day, and stop it."""
    room.slack.faults.clear()
    run = await room.start("run", WORDS_ONLY)
    while room.clock.left:
        await release(room, 6)
        room.publisher.recount()
        await room.publisher.polled()
    await room.delivered()
    await run.stop()


def assert_sound(room: Newsroom) -> None:
    """Nothing is given up, and both databases are whole."""
    assert [(0,)] == room.rows("select count(*) from deliveries where state != 'sent'")
    assert [(0,)] == room.rows("select count(*) from dead_letters")
    assert [("ok",)] == room.rows("pragma integrity_check")
    assert [("ok",)] == room.rows("pragma integrity_check", "feeds.db")


def marked(room: Newsroom) -> list[str]:
    """Return the alerts that say of themselves that they may repeat an earlier message."""
    return [
        m["metadata"]["event_payload"]["alert_id"]
        for m in room.slack.messages()
        if "May repeat an earlier message" in json.dumps(m["blocks"])
    ]
