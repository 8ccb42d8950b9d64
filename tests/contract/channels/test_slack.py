from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec
import pytest

from streams.core.model import Run, Text
from streams.deliver.base import Delivery, DeliveryError
from streams.deliver.blocks import brief_message
from streams.deliver.slack import Slack, client_msg_id
from tests.contract.channels.contract import Bench, ChannelContract, RetryTable
from tests.fakes.alerts import ALERT, alert, delivery
from tests.fakes.slack import FakeSlack, Settings, channel_id, fake_slack, now

TOKEN = "xoxb-fake"

TROUBLES: dict[str, dict[str, object]] = {
    "accepted, then dropped": {"answer": "drop", "accept": True},
    "accepted, then slow": {"answer": "slow", "accept": True, "seconds": 1.0},
    "never answered": {"answer": "hang"},
    "dropped": {"answer": "drop"},
    "502": {"answer": "status", "code": "502"},
    "503": {"answer": "status", "code": "503"},
    "403 of a proxy": {"answer": "status", "code": "403"},
    "page of a guest network": {"answer": "html"},
    "plain text": {"answer": "text"},
    "broken JSON": {"answer": "bad_json"},
    "JSON list": {"answer": "list"},
    "429": {"answer": "limited", "seconds": 12},
}


@dataclass
class SlackBench:
    fake: FakeSlack
    channel: Slack
    refusing: Slack
    usual: Slack

    def trouble(self, name: str) -> None:
        self.channel = self.refusing if name == "refused" else self.usual
        if name != "refused":
            self.fake.fault(**TROUBLES.get(name) or {"answer": "error", "code": name})  # type: ignore[arg-type]  # fields of Fault

    def arrived(self) -> list[str]:
        return [msgspec.json.encode([m["text"], m["blocks"]]).decode() for m in self.fake.messages()]


class TestSlack(ChannelContract):
    address = "slack:#conflict"
    retry_table: ClassVar[RetryTable] = {
        "refused": ("not_sent", "connection"),
        "accepted, then dropped": ("unknown", "connection"),
        "accepted, then slow": ("unknown", "timeout"),
        "never answered": ("unknown", "timeout"),
        "dropped": ("unknown", "connection"),
        "502": ("unknown", "server"),
        "503": ("unknown", "server"),
        "403 of a proxy": ("not_sent", "server"),
        "page of a guest network": ("unknown", "server"),
        "plain text": ("unknown", "server"),
        "broken JSON": ("unknown", "server"),
        "JSON list": ("unknown", "server"),
        "429": ("not_sent", "rate_limited"),
        "ratelimited": ("not_sent", "rate_limited"),
        "rate_limited": ("not_sent", "rate_limited"),
        "fatal_error": ("unknown", "server"),
        "internal_error": ("unknown", "server"),
        "service_unavailable": ("unknown", "server"),
        "request_timeout": ("unknown", "timeout"),
        "invalid_auth": ("rejected", "auth"),
        "token_revoked": ("rejected", "auth"),
        "account_inactive": ("rejected", "auth"),
        "missing_scope": ("rejected", "auth"),
        "channel_not_found": ("rejected", "channel"),
        "is_archived": ("rejected", "channel"),
        "not_in_channel": ("rejected", "channel"),
        "invalid_metadata_format": ("rejected", "invalid"),
        "an_error_of_tomorrow": ("rejected", "invalid"),
    }
    secrets = (TOKEN,)
    live = ("<!", "<@", "\\u001b", "\u202e", "\ufeff")

    @asynccontextmanager
    async def bench(self) -> AsyncIterator[Bench]:
        async with bench() as opened:
            yield opened


@asynccontextmanager
async def bench(**settings: Any) -> AsyncIterator[SlackBench]:
    async with fake_slack(Settings(burst=100, **settings)) as fake:
        usual = Slack(TOKEN, base_url=fake.url, timeout=0.3)
        refusing = Slack(TOKEN, base_url="http://127.0.0.1:1/api/", timeout=0.3)
        try:
            yield SlackBench(fake, usual, refusing, usual)
        finally:
            await usual.close()
            await refusing.close()


contract = TestSlack()


def on_bench(scenario: Callable[[SlackBench], Awaitable[Any]]) -> Any:
    return contract.on_bench(scenario)  # type: ignore[arg-type]  # the bench of this contract is a SlackBench


def recent(**changes: Any) -> Delivery:
    """Return a delivery tried just now, so that history of now is read."""
    return delivery(**{"first_try_at": datetime.fromtimestamp(now(), UTC), **changes})


def test_what_is_sent_names_itself_and_unfurls_nothing() -> None:
    async def scenario(bench: SlackBench) -> dict[str, Any]:
        await bench.channel.send(delivery())
        asked: dict[str, Any] = bench.fake.messages()[0]["asked"]
        return {name: value for name, value in asked.items() if name not in {"text", "blocks"}}

    key = delivery().delivery_key
    assert on_bench(scenario) == {
        "channel": "#conflict",
        "client_msg_id": client_msg_id(key),
        "metadata": {
            "event_type": "wirewatch_alert_v1",
            "event_payload": {
                "delivery_key": key,
                "story_id": "st1",
                "alert_id": "al1",
                "rule_id": "missile-strike",
                "update": 0,
                "kind": "alert",
            },
        },
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
        "parse": "none",
    }


def test_one_call_is_one_request_even_when_slack_accepts_and_drops() -> None:
    async def scenario(bench: SlackBench) -> tuple[int, int]:
        await contract.failure(bench, "accepted, then dropped")
        return bench.fake.counted("chat.postMessage"), len(bench.fake.messages())

    assert on_bench(scenario) == (1, 1)


def test_the_wait_that_slack_asks_for_is_told() -> None:
    async def scenario(bench: SlackBench) -> list[float | None]:
        return [(await contract.failure(bench, name)).retry_after for name in ("429", "ratelimited")]

    assert on_bench(scenario) == [12.0, 5.0]


def test_slacks_own_words_about_a_refusal_are_told() -> None:
    async def scenario(bench: SlackBench) -> str:
        bench.fake.settings.archived = ("#conflict",)
        with pytest.raises(DeliveryError) as caught:
            await bench.channel.send(delivery())
        return str(caught.value)

    assert on_bench(scenario) == "chat.postMessage: is_archived"


@pytest.mark.parametrize("code", ["msg_too_long", "msg_blocks_too_long", "invalid_blocks"])
def test_a_message_refused_for_its_size_goes_once_more_as_bare_text_under_the_same_key(code: str) -> None:
    async def scenario(bench: SlackBench) -> tuple[list[tuple[str, list[object]]], list[str]]:
        bench.trouble(code)
        await bench.channel.send(delivery())
        return [(m["text"], m["blocks"]) for m in bench.fake.messages()], bench.fake.keys()

    assert on_bench(scenario) == ([(brief_message(ALERT).text, [])], [delivery().delivery_key])


def test_a_second_refusal_for_size_is_final() -> None:
    async def scenario(bench: SlackBench) -> tuple[str, int]:
        bench.fake.fault("error", code="msg_too_long", times=5)
        error = await contract.failure(bench, "msg_too_long")
        return error.outcome, bench.fake.counted("chat.postMessage")

    assert on_bench(scenario) == ("rejected", 2)


def test_an_update_is_posted_in_the_thread_by_the_channels_id_and_shown_in_the_channel_only_when_material() -> None:
    async def scenario(bench: SlackBench) -> list[tuple[str, bool, bool]]:
        root = await bench.channel.send(delivery())
        for n, broadcast in enumerate((True, False), start=1):
            said = alert(alert_id=f"al{n}", update=n, broadcast=broadcast)
            await bench.channel.send(delivery(said, thread=root))
        ts = bench.fake.messages()[0]["ts"]
        return [(m["asked"]["channel"], m["thread_ts"] == ts, m["broadcast"]) for m in bench.fake.messages()]

    assert on_bench(scenario) == [
        ("#conflict", False, False),
        (channel_id("#conflict"), True, True),
        (channel_id("#conflict"), True, False),
    ]


def test_an_update_whose_thread_is_gone_is_posted_in_the_channel_and_found_there() -> None:
    async def scenario(bench: SlackBench) -> tuple[list[object], bool]:
        await bench.channel.send(delivery(alert(alert_id="other")))
        lost = recent(said=alert(update=1), thread=f"{channel_id('#conflict')}/1.000001")
        message_id = await bench.channel.send(lost)
        return [m["thread_ts"] for m in bench.fake.messages()], await bench.channel.find(lost) == message_id

    assert on_bench(scenario) == ([None, None], True)


def test_the_root_is_revised_in_place() -> None:
    async def scenario(bench: SlackBench) -> tuple[str, int, dict[str, Any]]:
        root = await bench.channel.send(delivery())
        said = alert(update=1, root_title="Toll 3 · update 1", root=(Text(runs=(Run(text="Now 3."),)),))
        await bench.channel.revise_root(delivery(said, thread=root))
        asked = bench.fake.calls[-1]["asked"]
        (message,) = bench.fake.messages()
        return message["blocks"][0]["text"]["text"], message["edits"], {k: asked[k] for k in ("parse", "link_names")}

    assert on_bench(scenario) == ("Toll 3 · update 1", 1, {"parse": "none", "link_names": False})


def test_an_update_without_root_leaves_the_root_alone() -> None:
    async def scenario(bench: SlackBench) -> int:
        root = await bench.channel.send(delivery())
        await bench.channel.revise_root(delivery(alert(update=1), thread=root))
        return bench.fake.counted("chat.update")

    assert on_bench(scenario) == 0


# --- recovery ---------------------------------------------------------------------------------------------------------


def test_a_root_is_found_by_its_key_on_any_page_also_by_a_new_process() -> None:
    async def scenario(bench: SlackBench) -> tuple[bool, str | None]:
        bench.fake.settings.page_size = 2
        for n in range(5):
            await bench.channel.send(recent(said=alert(alert_id=f"before{n}")))
        message_id = await bench.channel.send(recent())
        for n in range(5):
            await bench.channel.send(recent(said=alert(alert_id=f"after{n}")))
        anew = Slack(TOKEN, base_url=bench.fake.url, timeout=1)
        try:
            absent = await anew.find(recent(said=alert(alert_id="absent")))
            return await anew.find(recent()) == message_id, absent
        finally:
            await anew.close()

    assert on_bench(scenario) == (True, None)


def test_a_thread_message_is_found_in_its_thread_where_history_does_not_list_it() -> None:
    async def scenario(bench: SlackBench) -> bool:
        root = await bench.channel.send(recent())
        update = recent(said=alert(alert_id="al2", update=1), thread=root)
        return await bench.channel.send(update) == await bench.channel.find(update)

    assert on_bench(scenario) is True


def test_a_message_of_another_app_with_our_key_is_not_ours() -> None:
    async def scenario(bench: SlackBench) -> str | None:
        await bench.channel.send(recent(said=alert(alert_id="other")))
        copied = {"event_type": "wirewatch_alert_v1", "event_payload": {"delivery_key": delivery().delivery_key}}
        bench.fake.post_as_another("#conflict", text="copied", metadata=copied)
        return await bench.channel.find(recent())

    assert on_bench(scenario) is None


def test_a_message_from_before_the_first_try_is_not_looked_at() -> None:
    async def scenario(bench: SlackBench) -> str | None:
        await bench.channel.send(recent())
        late = datetime.fromtimestamp(now() + 120, UTC)
        return await bench.channel.find(recent(first_try_at=late))

    assert on_bench(scenario) is None


@pytest.mark.parametrize(
    ("method", "fault", "expected"),
    [
        ("conversations.history", {"answer": "status", "code": "502"}, ("unknown", "server")),
        ("conversations.history", {"answer": "limited", "seconds": 3}, ("not_sent", "rate_limited")),
        ("conversations.history", {"answer": "error", "code": "missing_scope"}, ("rejected", "auth")),
        ("conversations.history", {"answer": "html"}, ("unknown", "server")),
        ("auth.test", {"answer": "drop"}, ("unknown", "connection")),
        ("conversations.list", {"answer": "hang"}, ("unknown", "timeout")),
    ],
)
def test_a_question_that_is_not_answered_is_never_an_absence(
    method: str, fault: dict[str, object], expected: tuple[str, str]
) -> None:
    async def scenario(bench: SlackBench) -> tuple[str, str]:
        bench.fake.post_as_another("#conflict", text="so that the channel exists")
        bench.fake.fault(method=method, **fault)  # type: ignore[arg-type]  # fields of Fault
        with pytest.raises(DeliveryError) as caught:
            await bench.channel.find(recent())
        return caught.value.outcome, caught.value.reason

    assert on_bench(scenario) == expected


def test_a_channel_that_the_bot_cannot_see_cannot_be_read() -> None:
    async def scenario(bench: SlackBench) -> str:
        with pytest.raises(DeliveryError) as caught:
            await bench.channel.find(recent(channel="slack:#secret"))
        return str(caught.value)

    assert on_bench(scenario) == "no channel #secret among those the bot can see"


def test_a_client_msg_id_that_slack_knows_without_a_message_is_left_out_once() -> None:
    async def scenario(bench: SlackBench) -> list[object]:
        bench.trouble("duplicate_message_not_found")
        await bench.channel.send(delivery())
        return [m["client_msg_id"] for m in bench.fake.messages()]

    assert on_bench(scenario) == [None]
