"""The fake Slack must refuse what the real one refuses, or the tests that lean on it prove nothing."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fakes.slack import FakeSlack, Settings, channel_id, fake_slack

CONFLICT = channel_id("#conflict")


def ask(*calls: tuple[str, dict[str, Any]], settings: Settings | None = None) -> tuple[list[dict[str, Any]], FakeSlack]:
    """Make these calls in order; ``{ts}`` in an argument stands for the first message's ts."""

    async def scenario() -> tuple[list[dict[str, Any]], FakeSlack]:
        answers = []
        async with fake_slack(settings) as fake, aiohttp.ClientSession() as session:
            for method, arguments in calls:
                first = fake.messages()[0]["ts"] if fake.messages() else ""
                body = {k: first if v == "{ts}" else v for k, v in arguments.items()}
                headers = {"Authorization": "Bearer xoxb-fake"}
                async with session.post(f"{fake.url}{method}", json=body, headers=headers) as answer:
                    answers.append({**await answer.json(), "status": answer.status})
        return answers, fake

    return asyncio.run(scenario())


def post(text: str = "hello", **more: Any) -> tuple[str, dict[str, Any]]:
    return "chat.postMessage", {"channel": "#conflict", "text": text, **more}


def last_error(*calls: tuple[str, dict[str, Any]], settings: Settings | None = None) -> str:
    answers, _ = ask(*calls, settings=settings)
    return str(answers[-1].get("error", "ok"))


SIGN = {"event_type": "wirewatch_alert_v1", "event_payload": {"delivery_key": "k"}}


def test_metadata_is_shown_only_when_asked_for() -> None:
    history = {"channel": CONFLICT}
    answers, _ = ask(
        post(metadata=SIGN),
        ("conversations.history", history),
        ("conversations.history", {**history, "include_all_metadata": 1}),
    )
    assert ["metadata" in answer["messages"][0] for answer in answers[1:]] == [False, True]


def test_history_lists_no_thread_messages_but_broadcast_ones() -> None:
    answers, _ = ask(
        post("root"),
        post("quiet", thread_ts="{ts}"),
        post("loud", thread_ts="{ts}", reply_broadcast=True),
        ("conversations.history", {"channel": CONFLICT}),
        ("conversations.replies", {"channel": CONFLICT, "ts": "{ts}"}),
    )
    assert [[m["text"] for m in answer["messages"]] for answer in answers[3:]] == [
        ["loud", "root"],
        ["root", "quiet", "loud"],
    ]


def test_the_bucket_of_each_channel_empties_by_itself() -> None:
    answers, fake = ask(post(), post(), post(channel="#world"), post(), settings=Settings(burst=2, per_second=0.1))
    assert [answer["status"] for answer in answers] == [200, 200, 200, 429]
    assert len(fake.messages()) == 3


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (post(thread_ts="1.000001"), "thread_not_found"),
        (post(channel="C0NOWHERE"), "channel_not_found"),
        (post(channel="#missing"), "channel_not_found"),
        (post(channel="#old"), "is_archived"),
        (post(""), "no_text"),
        (post("x" * 40_001), "msg_too_long"),
        (post(blocks=[{"type": "divider"}] * 51), "invalid_blocks"),
        (post(metadata={"event_type": "x", "event_payload": {"nested": {}}}), "invalid_metadata_format"),
        (("conversations.history", {"channel": "#conflict"}), "channel_not_found"),
        (("conversations.replies", {"channel": CONFLICT, "ts": "1.000001"}), "thread_not_found"),
        (("chat.update", {"channel": CONFLICT, "ts": "1.000001", "text": "x"}), "message_not_found"),
        (("chat.delete", {}), "unknown_method"),
    ],
)
def test_it_refuses_what_slack_refuses(call: tuple[str, dict[str, Any]], error: str) -> None:
    settings = Settings(unknown=("#missing",), archived=("#old",))
    assert last_error(post(), call, settings=settings) == error


def test_a_repeated_client_msg_id_makes_one_message_only_where_it_is_honoured() -> None:
    calls = (post(client_msg_id="same"), post(client_msg_id="same"))
    counts = [
        len(ask(*calls, settings=Settings(honour_client_msg_id=honours))[1].messages()) for honours in (False, True)
    ]
    assert counts == [2, 1]


def test_a_permalink_leads_to_a_message() -> None:
    answers, fake = ask(post(), ("chat.getPermalink", {"channel": CONFLICT, "message_ts": "{ts}"}))
    assert answers[1]["permalink"].endswith(f"/{CONFLICT}/p{fake.messages()[0]['ts'].replace('.', '')}")


# --- as a process of its own --------------------------------------------------------------------------------------------


@pytest.fixture
def process(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Its address, without the path, and its log."""
    log = tmp_path / "messages.jsonl"
    command = [sys.executable, "-m", "tests.fakes.slack", "--port", "0", "--log", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        url = running.stdout.readline().strip()
        yield url.removesuffix("/api/"), log
        running.terminate()
        assert running.wait(10) == 0


def http(url: str, body: object = None, method: str | None = None) -> Any:
    headers = {"Authorization": "Bearer xoxb-fake", "Content-Type": "application/json"}
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, sent, headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_as_a_process_it_is_driven_and_read_over_http(process: tuple[str, Path]) -> None:
    address, log = process
    http(f"{address}/_control/settings", {"archived": ["#old"], "burst": 3})
    http(f"{address}/_control/faults", [{"answer": "error", "code": "fatal_error", "accept": True}])
    answers = [
        http(f"{address}/api/chat.postMessage", post(channel=name)[1]) for name in ("#conflict", "#old", "#world")
    ]
    http(f"{address}/_control/post", {"channel": "#world", "text": "by another"})
    messages = http(f"{address}/_control/messages")
    assert [answer.get("error") for answer in answers] == ["fatal_error", "is_archived", None]
    assert [(m["channel_name"], m["text"], m["accepted_at"] > 0) for m in messages] == [
        ("#conflict", "hello", True),
        ("#world", "hello", True),
        ("#world", "by another", True),
    ]
    assert [json.loads(line)["ts"] for line in log.read_text().splitlines()] == [m["ts"] for m in messages]
    assert [call["method"] for call in http(f"{address}/_control/calls")] == ["chat.postMessage"] * 3
    http(f"{address}/_control/reset", {})
    assert http(f"{address}/_control/messages") == []
