from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams.clock import utc_now
from streams.core.model import Severity
from streams.deliver.base import Channel, Delivery, DeliveryError
from streams.deliver.console import Console
from streams.deliver.sender import Pace, run
from tests.fakes.alerts import ARTICLE
from tests.fakes.slack import FakeSlack, Settings, fake_slack, now
from tests.streams.deliver.kit import (
    SHELVES,
    Counts,
    Fuse,
    FusedDeliveries,
    MemoryShelf,
    Shelf,
    finished,
    fresh_alert,
    live,
    opened,
)

SLACK = "slack:#conflict"
SLACKS_OWN = Pace(burst=5, per_second=1.0, one_app=True)


@pytest.fixture(params=list(SHELVES.values()), ids=list(SHELVES))
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    made: Shelf = request.param(tmp_path)
    return made


@pytest.fixture
def memory(tmp_path: Path) -> MemoryShelf:
    return MemoryShelf(tmp_path)


def with_slack(
    shelf: Shelf,
    prepare: Callable[[FakeSlack], None] = lambda _: None,
    *,
    settings: Any = None,
    patience: float = 10.0,
    **options: Any,
) -> tuple[FakeSlack, Counts]:
    """Run one sender on the shelf's rows until all is sent, and return the fake Slack and what was counted."""

    async def scenario() -> tuple[FakeSlack, Counts]:
        async with fake_slack(settings or Settings(burst=1000)) as fake:
            prepare(fake)
            async with opened(fake, patience) as channels:
                return fake, await live(shelf, channels, **options)

    return asyncio.run(scenario())


def texts(fake: FakeSlack) -> list[str]:
    return [m["asked"]["metadata"]["event_payload"]["alert_id"] for m in fake.messages()]


# --- unknown outcomes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("honours", [False, True], ids=["client_msg_id ignored", "client_msg_id honoured"])
@pytest.mark.parametrize("accept", [False, True], ids=["not accepted", "accepted"])
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("drop", ""),
        ("hang", ""),
        ("error", "fatal_error"),
        ("status", "502"),
        ("html", ""),
        ("bad_json", ""),
    ],
)
def test_an_unknown_outcome_ends_in_one_message(
    memory: MemoryShelf, answer: str, code: str, accept: bool, honours: bool
) -> None:
    memory.add(fresh_alert("root"), SLACK)
    memory.add(fresh_alert("update", update=1), SLACK)

    def prepare(fake: FakeSlack) -> None:
        fake.fault(answer, code=code, accept=accept)

    settings = Settings(burst=1000, honour_client_msg_id=honours)
    fake, watch = with_slack(memory, prepare, settings=settings, patience=1.0 if answer == "hang" else 10.0)
    assert (texts(fake), memory.states(), watch.ambiguities) == (["root", "update"], ["sent", "sent"], 0)


def test_an_accepted_update_is_recovered_from_its_thread(shelf: Shelf) -> None:
    shelf.add(fresh_alert("root"), SLACK)
    shelf.add(fresh_alert("update", update=1), SLACK)

    def prepare(fake: FakeSlack) -> None:
        fake.fault("slow", accept=True, seconds=0.0)
        fake.fault("drop", accept=True)

    fake, _ = with_slack(shelf, prepare)
    assert (texts(fake), fake.counted("conversations.replies")) == (["root", "update"], 1)


def test_a_message_that_slack_shows_late_is_found_by_the_second_look(shelf: Shelf) -> None:
    shelf.add(fresh_alert("root"), SLACK)

    def prepare(fake: FakeSlack) -> None:
        fake.fault("drop", accept=True)

    settings = Settings(burst=1000, read_delay=0.3)
    fake, watch = with_slack(shelf, prepare, settings=settings, look_after=0.2)
    assert (texts(fake), watch.ambiguities, fake.counted("conversations.history")) == (["root"], 0, 2)


def test_after_two_looks_that_tell_nothing_it_is_sent_with_a_caution_and_counted(shelf: Shelf) -> None:
    shelf.add(fresh_alert("root"), SLACK)

    def prepare(fake: FakeSlack) -> None:
        fake.fault("drop", accept=True)
        fake.fault("status", code="502", method="conversations.history", times=2)

    fake, watch = with_slack(shelf, prepare)
    assert texts(fake) == ["root", "root"]
    assert watch.ambiguities == 1
    assert ["May repeat" in str(m["blocks"]) for m in fake.messages()] == [False, True]


def test_a_look_that_did_not_reach_slack_is_no_look(shelf: Shelf) -> None:
    shelf.add(fresh_alert("root"), SLACK)

    def prepare(fake: FakeSlack) -> None:
        fake.fault("drop", accept=True)
        fake.fault("limited", seconds=1, method="conversations.history", times=1)

    fake, watch = with_slack(shelf, prepare)
    assert (texts(fake), watch.ambiguities) == (["root"], 0)


def test_a_recovery_does_not_hold_up_the_other_stories_of_its_channel(memory: MemoryShelf) -> None:
    memory.add(fresh_alert("lost"), SLACK)
    memory.add(fresh_alert("next", story_id="st2"), SLACK)

    def prepare(fake: FakeSlack) -> None:
        fake.fault("drop")

    fake, _ = with_slack(memory, prepare, look_after=0.2)
    assert texts(fake) == ["next", "lost"]


def test_rows_left_by_a_dead_process_are_looked_for_before_anything_of_their_story(memory: MemoryShelf) -> None:
    memory.add(fresh_alert("root"), SLACK)
    memory.add(fresh_alert("update", update=1), SLACK)
    crashed = memory.process()
    (row,) = crashed.due(utc_now(), 10)
    crashed.sending(row.delivery_key, utc_now())
    fake, _ = with_slack(memory)
    assert [call["method"] for call in fake.calls if call["method"] != "auth.test"] == [
        "conversations.list",
        "chat.postMessage",
        "chat.postMessage",
    ]
    assert texts(fake) == ["root", "update"]


# --- definite outcomes ------------------------------------------------------------------------------------------------


def test_a_refusal_is_a_dead_letter_with_slacks_words_and_the_rest_goes_on(shelf: Shelf) -> None:
    shelf.add(fresh_alert("a"), "slack:#archived")
    shelf.add(fresh_alert("a"), SLACK)
    fake, watch = with_slack(shelf, settings=Settings(burst=1000, archived=("#archived",)))
    assert (texts(fake), shelf.states()) == (["a"], ["dead", "sent"])
    assert shelf.dead_words() == ["chat.postMessage: is_archived"]
    assert dict(watch.failures) == {"channel": 1}


def test_a_dead_token_makes_dead_letters_not_a_loop(shelf: Shelf) -> None:
    shelf.add(fresh_alert("a"), SLACK)
    fake, _ = with_slack(shelf, settings=Settings(token_error="token_revoked"))
    assert (shelf.states(), fake.counted("chat.postMessage")) == (["dead"], 1)


def test_the_update_of_a_dead_root_becomes_the_storys_first_message(shelf: Shelf) -> None:
    shelf.add(fresh_alert("root"), SLACK)
    shelf.add(fresh_alert("update", update=1), SLACK)

    def prepare(fake: FakeSlack) -> None:
        fake.fault("error", code="restricted_action")

    fake, _ = with_slack(shelf, prepare)
    assert [(m["thread_ts"], m["asked"]["metadata"]["event_payload"]["update"]) for m in fake.messages()] == [(None, 1)]


def test_a_refused_connection_is_tried_again(shelf: Shelf) -> None:
    shelf.add(fresh_alert("a"), SLACK)
    tries: list[str] = []

    class Refusing:
        scheme = "slack"

        async def send(self, delivery: Delivery) -> str:
            tries.append(delivery.delivery_key)
            if len(tries) == 1:
                raise DeliveryError("not_sent", "connection", "refused", retry_after=0.05)
            return "C1/1.0"

        async def find(self, delivery: Delivery) -> str | None:
            raise AssertionError(f"nothing to look for: {delivery}")

        async def revise_root(self, delivery: Delivery) -> None: ...

        async def close(self) -> None: ...

    asyncio.run(live(shelf, {"slack": Refusing()}))
    assert (len(tries), shelf.states()) == (2, ["sent"])


class Faulty(Console):
    """A channel with a fault in each method named."""

    scheme = "slack"

    def __init__(self, out: io.StringIO, *faults: str) -> None:
        super().__init__(out)
        self.faults = faults

    def fault(self, name: str) -> None:
        if name in self.faults:
            raise IndexError("https://hooks.example/hunter2")

    async def send(self, delivery: Delivery) -> str:
        self.fault("send")
        return await super().send(delivery)

    async def find(self, delivery: Delivery) -> str | None:
        self.fault("find")
        return await super().find(delivery)

    async def revise_root(self, delivery: Delivery) -> None:
        self.fault("revise_root")
        await super().revise_root(delivery)


def test_a_fault_in_a_channel_is_a_dead_letter_that_names_its_place_and_no_secret(shelf: Shelf) -> None:
    shelf.add(fresh_alert("a"), SLACK)
    asyncio.run(live(shelf, {"slack": Faulty(io.StringIO(), "send")}))
    (words,) = shelf.dead_words()
    assert (shelf.states(), words.rpartition(":")[0]) == (["dead"], "fault: IndexError at test_sender.py")


def test_a_fault_in_finding_and_revising_costs_no_alert(memory: MemoryShelf) -> None:
    memory.add(fresh_alert("root"), SLACK)
    memory.add(fresh_alert("update", update=1, root_title="Toll 3"), SLACK)
    crashed = memory.process()
    (row,) = crashed.due(utc_now(), 10)
    crashed.sending(row.delivery_key, utc_now())
    watch = asyncio.run(live(memory, {"slack": Faulty(io.StringIO(), "find", "revise_root")}))
    assert (memory.states(), watch.ambiguities, dict(watch.failures)) == (["sent", "sent"], 1, {"unknown": 2})


def test_a_root_that_cannot_be_revised_does_not_cost_the_receipt(shelf: Shelf) -> None:
    shelf.add(fresh_alert("root"), SLACK)
    shelf.add(fresh_alert("update", update=1, root_title="Toll 3"), SLACK)

    def prepare(fake: FakeSlack) -> None:
        fake.fault("error", code="edit_window_closed", method="chat.update")

    fake, watch = with_slack(shelf, prepare)
    assert (texts(fake), shelf.states(), dict(watch.failures)) == (["root", "update"], ["sent", "sent"], {"invalid": 1})


def test_what_the_store_raises_ends_the_sender(memory: MemoryShelf) -> None:
    class BrokenError(Exception):
        pass

    class Broken(FusedDeliveries):
        def sending(self, key: str, now: datetime) -> None:
            raise BrokenError(key, now)

    memory.add(fresh_alert("a"), "console:")

    async def scenario() -> None:
        rows = Broken(memory.process(), Fuse())
        console = Console(io.StringIO())
        stop, wake = asyncio.Event(), asyncio.Event()
        await run(rows, {"console": console}, now=utc_now, stop=stop, wake=wake, watch=Counts())

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(scenario())
    assert caught.group_contains(BrokenError)


# --- pace and lanes ---------------------------------------------------------------------------------------------------


def test_five_alerts_at_once_all_arrive(shelf: Shelf) -> None:
    for n in range(5):
        shelf.add(fresh_alert(f"a{n}", story_id=f"st{n}"), SLACK)
    fake, watch = with_slack(shelf, settings=Settings(burst=5, per_second=1.0), paces={"slack": SLACKS_OWN})
    assert (texts(fake), watch.waits) == ([f"a{n}" for n in range(5)], [])


def test_the_pace_keeps_below_the_limit(memory: MemoryShelf) -> None:
    for n in range(12):
        memory.add(fresh_alert(f"a{n:02}", story_id=f"st{n}"), SLACK)
    pace = Pace(burst=5, per_second=10.0, one_app=True)
    fake, watch = with_slack(memory, settings=Settings(burst=7, per_second=10.0), paces={"slack": pace})
    assert (texts(fake), watch.waits) == ([f"a{n:02}" for n in range(12)], [])


def test_a_retry_after_holds_the_whole_app_and_nothing_is_lost(shelf: Shelf) -> None:
    shelf.add(fresh_alert("first"), SLACK)

    def prepare(fake: FakeSlack) -> None:
        fake.fault("limited", seconds=1)

    async def scenario() -> tuple[list[tuple[str, bool]], list[float]]:
        async with fake_slack(Settings(burst=1000)) as fake:
            prepare(fake)
            async with opened(fake) as channels:

                def add_second() -> bool:
                    if watch.waits and len(shelf.states()) == 1:
                        shelf.add(fresh_alert("second", story_id="st2"), "slack:#world")
                    return len(shelf.states()) == 2 and finished(shelf)

                watch = Counts()
                await live(shelf, channels, until=add_second, watch=watch, paces={"slack": SLACKS_OWN})
            limited_at = next(call["at"] for call in fake.calls if call["method"] == "chat.postMessage")
            return sorted((m["channel_name"], m["accepted_at"] - limited_at >= 1) for m in fake.messages()), watch.waits

    assert asyncio.run(scenario()) == ([("#conflict", True), ("#world", True)], [1.0])


def test_the_most_severe_alert_goes_first(shelf: Shelf) -> None:
    for n, severity in enumerate(
        (Severity.ROUTINE, Severity.URGENT, Severity.FLASH, Severity.BULLETIN, Severity.FLASH)
    ):
        shelf.add(fresh_alert(f"{severity.value}{n}", story_id=f"st{n}", severity=severity), SLACK)
    fake, _ = with_slack(shelf)
    assert texts(fake) == ["flash2", "flash4", "bulletin3", "urgent1", "routine0"]


def test_a_channel_that_hangs_delays_no_other(memory: MemoryShelf) -> None:
    memory.add(fresh_alert("a"), "slack:#hangs")
    memory.add(fresh_alert("b"), "slack:#works")
    memory.add(fresh_alert("c"), "console:")

    async def scenario() -> tuple[list[str], list[str]]:
        screen = io.StringIO()
        async with fake_slack(Settings(burst=1000)) as fake:
            fake.fault("hang", channel="#hangs")
            async with opened(fake, patience=60) as channels:

                def others_sent() -> bool:
                    return memory.states().count("sent") == 2

                await live(memory, {**channels, "console": Console(screen)}, until=others_sent)
            return texts(fake), memory.states()

    assert asyncio.run(scenario()) == (["b"], ["sending", "sent", "sent"])


# --- starts, wakes, ends ----------------------------------------------------------------------------------------------


def test_a_new_row_is_sent_at_once_when_told(memory: MemoryShelf) -> None:
    async def scenario() -> list[str]:
        stop, wake = asyncio.Event(), asyncio.Event()
        console: dict[str, Channel] = {"console": Console(io.StringIO())}
        sender = asyncio.ensure_future(
            run(memory.process(), console, now=utc_now, stop=stop, wake=wake, watch=Counts(), sweep=3600)
        )
        await asyncio.sleep(0.05)
        memory.add(fresh_alert("a"), "console:")
        wake.set()
        async with asyncio.timeout(5):
            while not finished(memory):  # noqa: ASYNC110 - the rows are no part of this event loop
                await asyncio.sleep(0.001)
            stop.set()
            await sender
        return memory.states()

    assert asyncio.run(scenario()) == ["sent"]


def test_a_stop_in_the_middle_of_a_call_ends_in_two_seconds_and_loses_nothing(shelf: Shelf) -> None:
    shelf.add(fresh_alert("a"), SLACK)
    shelf.add(fresh_alert("b", story_id="st2"), SLACK)

    async def scenario() -> tuple[list[str], list[str]]:
        async with fake_slack(Settings(burst=1000)) as fake:
            fake.fault("hang", accept=True)
            async with opened(fake, patience=60) as channels:
                stop, wake = asyncio.Event(), asyncio.Event()
                sender = asyncio.ensure_future(
                    run(shelf.process(), channels, now=utc_now, stop=stop, wake=wake, watch=Counts())
                )
                async with asyncio.timeout(5):
                    while not fake.messages():  # noqa: ASYNC110 - the fake is asked, it does not tell
                        await asyncio.sleep(0.001)
                stop.set()
                async with asyncio.timeout(2):
                    await sender
            interrupted = shelf.states()
            async with opened(fake) as channels:
                await live(shelf, channels)
            return interrupted, sorted(texts(fake))

    assert asyncio.run(scenario()) == (["sending", "pending"], ["a", "b"])


def test_the_store_may_be_asked_in_threads(memory: MemoryShelf) -> None:
    memory.add(fresh_alert("a"), SLACK)
    fake, _ = with_slack(memory, call=asyncio.to_thread)
    assert texts(fake) == ["a"]


def test_without_slack_its_alerts_print_on_the_console_under_the_channels_name(memory: MemoryShelf) -> None:
    memory.add(fresh_alert("a"), SLACK)
    screen = io.StringIO()
    asyncio.run(live(memory, {"console": Console(screen)}))
    assert ("#conflict" in screen.getvalue(), memory.states()) == (True, ["sent"])


def test_an_address_without_channel_and_console_is_a_dead_letter(memory: MemoryShelf) -> None:
    memory.add(fresh_alert("a"), "pigeon:#roof")
    asyncio.run(live(memory, {}))
    assert (memory.states(), memory.dead_words()) == (["dead"], ["no such channel, and no console"])


def test_what_may_have_been_printed_before_a_crash_is_printed_with_a_caution(memory: MemoryShelf) -> None:
    memory.add(fresh_alert("a"), "console:")
    crashed = memory.process()
    (row,) = crashed.due(utc_now(), 10)
    crashed.sending(row.delivery_key, utc_now())
    screen = io.StringIO()
    watch = asyncio.run(live(memory, {"console": Console(screen)}))
    assert ("May repeat" in screen.getvalue(), watch.ambiguities) == (True, 1)


def test_an_alert_that_comes_late_says_how_late(memory: MemoryShelf) -> None:
    seen_at = datetime.fromtimestamp(now(), UTC) - timedelta(minutes=16)
    article = msgspec.structs.replace(ARTICLE, first_seen_at=seen_at)
    memory.add(fresh_alert("late", article=article), "console:")
    memory.add(fresh_alert("in time", story_id="st2"), "console:")
    screen = io.StringIO()
    watch = asyncio.run(live(memory, {"console": Console(screen)}))
    assert screen.getvalue().count("Sent 16 minutes after the article was first seen.") == 1
    assert sorted(int(seconds // 60) for seconds in watch.seconds) == [0, 16]
