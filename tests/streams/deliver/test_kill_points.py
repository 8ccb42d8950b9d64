"""A crash at any point leaves exactly one message per delivery key (docs/adr/0004)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
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


@pytest.mark.parametrize("honours", [False, True], ids=["client_msg_id ignored", "client_msg_id honoured"])
@pytest.mark.parametrize("shelf_of", SHELVES.values(), ids=SHELVES)
def test_a_crash_at_any_step_leaves_each_message_once(
    honours: bool, shelf_of: Callable[[Path], Shelf], tmp_path: Path
) -> None:
    async def crash_at(step: int) -> Fuse:
        fuse = Fuse(at=step)
        async with fake_slack(Settings(burst=1000, honour_client_msg_id=honours)) as fake:
            (folder := tmp_path / str(step)).mkdir()
            shelf = shelf_of(folder)
            count = fill(shelf)
            await life(shelf, fake, fuse)
            await life(shelf, fake)
            assert_each_once(shelf, fake, count, fuse.steps[-1] if fuse.blown else "none")
        return fuse

    async def crash_everywhere() -> set[str]:
        seen = set[str]()
        for step in range(1, 200):
            fuse = await crash_at(step)
            if not fuse.blown:
                return seen
            seen.add(fuse.steps[-1])
        raise AssertionError("the sender never ended")

    seen = asyncio.run(crash_everywhere())
    expected = {f"{when} {what}" for when in ("before", "after") for what in ("sending", "send", "revise_root", "sent")}
    assert expected <= seen


@pytest.mark.parametrize(("rows", "honours"), [("memory", False), ("memory", True), ("store", False)])
def test_a_crash_at_any_step_of_a_recovery_leaves_each_message_once(rows: str, honours: bool, tmp_path: Path) -> None:
    async def crash_at(step: int, accepted: bool) -> Fuse:
        fuse = Fuse(at=step)
        async with fake_slack(Settings(burst=1000, honour_client_msg_id=honours)) as fake:
            (folder := tmp_path / f"{step}{accepted}").mkdir()
            shelf = SHELVES[rows](folder)
            count = fill(shelf)
            fake.fault("drop", accept=accepted, times=2)
            await life(shelf, fake, fuse)
            await life(shelf, fake)
            assert_each_once(shelf, fake, count, fuse.steps[-1] if fuse.blown else "none")
        return fuse

    async def crash_everywhere() -> set[str]:
        seen = set[str]()
        for accepted in (True, False):
            for step in range(1, 200):
                fuse = await crash_at(step, accepted)
                if not fuse.blown:
                    break
                seen.add(fuse.steps[-1])
        return seen

    assert {"before find", "after find"} <= asyncio.run(crash_everywhere())


@pytest.mark.parametrize("honours", [False, True], ids=["client_msg_id ignored", "client_msg_id honoured"])
def test_a_second_crash_while_recovering_from_the_first_leaves_each_message_once(honours: bool, tmp_path: Path) -> None:
    async def crash_twice(step: int) -> Fuse:
        fuse = Fuse(at=step)
        async with fake_slack(Settings(burst=1000, honour_client_msg_id=honours)) as fake:
            shelf = SHELVES["memory"](tmp_path)
            count = fill(shelf)
            first = Fuse(at=1)
            while not first.blown or first.steps[-1] != "after send":  # accepted, the receipt not written
                first = Fuse(at=first.at + 1)
                shelf = SHELVES["memory"](tmp_path)
                fake._messages.clear()
                fill(shelf)
                await life(shelf, fake, first)
            await life(shelf, fake, fuse)
            await life(shelf, fake)
            assert_each_once(shelf, fake, count, fuse.steps[-1] if fuse.blown else "none")
        return fuse

    async def crash_everywhere() -> None:
        for step in range(1, 200):
            if not (await crash_twice(step)).blown:
                return
        raise AssertionError("the sender never ended")

    asyncio.run(crash_everywhere())


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

    async def end_everywhere() -> bool:
        ends = [await end_after(turns) for turns in range(1, 160, 3)]
        return not ends[0] and ends[-1]

    assert asyncio.run(end_everywhere())
