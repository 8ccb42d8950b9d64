"""A crash at any point leaves exactly one message per delivery key (docs/adr/0004)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from streams.core.model import Run, Text
from tests.fakes.slack import FakeSlack, Settings, fake_slack
from tests.streams.deliver.kit import SHELVES, Fuse, Shelf, finished, fresh_alert, live, opened

SLACK = "slack:#conflict"


def fill(shelf: Shelf) -> int:
    """Add a story with a root and a material update, and another story; return how many messages they make."""
    root = (Text(runs=(Run(text="Now 3 killed."),)),)
    shelf.add(fresh_alert("root"), SLACK)
    shelf.add(fresh_alert("update", update=1, broadcast=True, root_title="Toll 3", root=root), SLACK)
    shelf.add(fresh_alert("other", story_id="st2"), SLACK)
    return 3


async def life(shelf: Shelf, fake: FakeSlack, fuse: Fuse | None = None) -> None:
    async with opened(fake) as channels:
        await live(shelf, channels, fuse=fuse)


def assert_each_once(shelf: Shelf, fake: FakeSlack, count: int, crash: str) -> None:
    keys = fake.keys()
    assert (crash, len(keys), len(set(keys)), set(shelf.states())) == (crash, count, count, {"sent"})
    root, *_ = [m for m in fake.messages() if m["asked"]["metadata"]["event_payload"]["alert_id"] == "root"]
    (update,) = [m for m in fake.messages() if m["asked"]["metadata"]["event_payload"]["alert_id"] == "update"]
    assert (crash, update["thread_ts"], root["blocks"][0]["text"]["text"]) == (crash, root["ts"], "Toll 3")


STEPS = [
    f"{when} {what}"
    for what in ("due", "sending", "send", "revise_root", "sent", "find")
    for when in ("before", "after")
]
"""Every commit and every call of the sender."""

VARIANTS = pytest.mark.parametrize(
    ("rows", "honours"),
    [("memory", False), ("memory", True), ("store", False)],
    ids=["memory, client_msg_id ignored", "memory, client_msg_id honoured", "store, client_msg_id ignored"],
)


async def crash_and_recover(
    shelf: Shelf, crash: Fuse, *, honours: bool, before: Callable[[FakeSlack, Shelf], Awaitable[None]] | None = None
) -> None:
    """Let one process crash and another one finish; nothing may be lost or doubled, also when it never came to crash."""
    async with fake_slack(Settings(burst=1000, honour_client_msg_id=honours)) as fake:
        count = fill(shelf)
        if before:
            await before(fake, shelf)
        where = f"{crash.name} {crash.nth}"
        await life(shelf, fake, crash)
        await life(shelf, fake)
        assert_each_once(shelf, fake, count, where)


async def crash_at_each_step(
    folder: Path,
    rows: str,
    *,
    honours: bool,
    before: Callable[[FakeSlack, Shelf], Awaitable[None]] | None = None,
    times: int = 3,
) -> set[str]:
    """Crash at the first, second, ... time of each step, and return the steps at which a process did crash."""
    seen = set[str]()
    for name in STEPS:
        for nth in range(1, times + 1):
            crash = Fuse(name, nth)
            (own := folder / f"{len(seen)} {name} {nth}").mkdir()
            await crash_and_recover(SHELVES[rows](own), crash, honours=honours, before=before)
            if not crash.blown:
                break
            seen.add(name)
    return seen


@VARIANTS
def test_a_crash_at_any_step_leaves_each_message_once(rows: str, honours: bool, tmp_path: Path) -> None:
    seen = asyncio.run(crash_at_each_step(tmp_path, rows, honours=honours))
    assert seen == set(STEPS) - {"before find", "after find"}


@pytest.mark.parametrize("accepted", [True, False], ids=["accepted", "not accepted"])
@VARIANTS
def test_a_crash_at_any_step_of_a_recovery_leaves_each_message_once(
    rows: str, honours: bool, accepted: bool, tmp_path: Path
) -> None:
    async def drop_two(fake: FakeSlack, _: Shelf) -> None:
        fake.fault("drop", accept=accepted, times=2)

    seen = asyncio.run(crash_at_each_step(tmp_path, rows, honours=honours, before=drop_two))
    assert {"before find", "after find"} <= seen


@pytest.mark.parametrize("honours", [False, True], ids=["client_msg_id ignored", "client_msg_id honoured"])
def test_a_second_crash_while_recovering_from_the_first_leaves_each_message_once(honours: bool, tmp_path: Path) -> None:
    async def crash_once(fake: FakeSlack, shelf: Shelf) -> None:
        await life(shelf, fake, Fuse("after send"))  # accepted, the receipt not written

    seen = asyncio.run(crash_at_each_step(tmp_path, "memory", honours=honours, before=crash_once, times=2))
    assert {"before find", "after find", "before sent", "after sent"} <= seen


@pytest.mark.parametrize("honours", [False, True], ids=["client_msg_id ignored", "client_msg_id honoured"])
def test_a_process_that_ends_at_any_turn_of_its_event_loop_leaves_each_message_once(
    honours: bool, tmp_path: Path
) -> None:
    async def end_after(turns: int) -> bool:
        left = turns

        def over() -> bool:
            return False

        async with fake_slack(Settings(burst=1000, honour_client_msg_id=honours)) as fake:
            shelf = SHELVES["memory"](tmp_path)
            count = fill(shelf)
            async with opened(fake) as channels:
                sender = asyncio.ensure_future(live(shelf, channels, until=over))
                while left and not finished(shelf):
                    left -= 1
                    await asyncio.sleep(0)
                sender.cancel()
                await asyncio.wait({sender})
            complete = finished(shelf)
            await life(shelf, fake)
            assert_each_once(shelf, fake, count, f"after {turns} turns")
        return complete

    async def end_everywhere() -> int:
        turns, interrupted = 1, 0
        while not await end_after(turns):
            turns, interrupted = turns + 1 + turns // 20, interrupted + 1
        return interrupted

    assert asyncio.run(end_everywhere()) > 10
