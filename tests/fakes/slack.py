"""A stateful Slack: channels, threads, metadata, the real limits, and faults on demand. No part of wirewatch is used here.

In a test: ``async with fake_slack() as slack:`` with ``slack.url`` as base URL. As a process of its own:
``python -m tests.fakes.slack --port 0 --log messages.jsonl`` prints its base URL; accepted messages are appended to the log.

Control, for both kinds: GET ``/_control/messages`` (all messages, oldest first, with ``accepted_at``), GET
``/_control/calls``, POST ``/_control/faults`` (a list of `Fault`), DELETE ``/_control/faults``, POST ``/_control/settings``
(fields of `Settings`), POST ``/_control/post`` (a message by somebody else), POST ``/_control/reset``.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec
from aiohttp import web

Object = dict[str, Any]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens to the next ``times`` calls of ``method`` (in ``channel``, by name, where given).

    ``accept``: whether Slack acts on the call. Then the answer: ``drop`` cuts the connection, ``slow`` answers after
    ``seconds``, ``hang`` never, ``error`` is 200 with ``code`` (a dead token or an archived channel are codes), ``status``
    an HTML page with status ``code``, ``limited`` 429 with Retry-After ``seconds``; ``html``, ``text``, ``bad_json`` and
    ``list`` are 200 with a body that is not Slack's. So accept-then-drop is ``{"accept": true, "answer": "drop"}``.
    """

    method: str = "chat.postMessage"
    accept: bool = False
    answer: Literal["drop", "slow", "hang", "error", "status", "limited", "html", "text", "bad_json", "list"]
    code: str = ""
    seconds: float = 1.0
    times: int = 1
    channel: str | None = None


class Settings(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How this Slack behaves. Channels are named with their ``#``; those not in ``unknown`` exist when first named."""

    token: str = "xoxb-fake"
    token_error: str = ""
    burst: int = 25
    per_second: float = 1.0
    honour_client_msg_id: bool = False
    read_delay: float = 0.0
    page_size: int = 100
    archived: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class SlackError(Exception):
    """An answer with ok: false."""

    def __init__(self, code: str, **more: object) -> None:
        super().__init__(code)
        self.answer = {"ok": False, "error": code, **more}


class RateLimitedError(Exception):
    """An answer with status 429."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


OUR_BOT, OUR_USER = "B0WIREWATCH", "U0WIREWATCH"


def channel_id(name: str) -> str:
    """Return the id of the channel with this name (``#world``)."""
    return "C" + hashlib.sha256(name.removeprefix("#").encode()).hexdigest()[:9].upper()


class FakeSlack:
    """The workspace. ``url`` is set while it is served."""

    def __init__(self, settings: Settings | None = None, log: Path | None = None) -> None:
        self.settings = settings or Settings()
        self.faults: list[Fault] = []
        self.calls: list[Object] = []
        self.url = ""
        self._log = log
        self._names: dict[str, str] = {}
        self._messages: list[Object] = []
        self._buckets: dict[str, tuple[float, float]] = {}
        self._last_ts = 0
        self._methods: dict[str, Callable[[Object], Object]] = {
            "auth.test": self._auth_test,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.getPermalink": self._permalink,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.list": self._list,
        }

    # --- for tests in the same process ---

    def messages(self, channel: str | None = None) -> list[Object]:
        """Return all accepted messages, oldest first, or those of one channel by name."""
        return [m for m in self._messages if channel is None or m["channel_name"] == channel]

    def keys(self) -> list[str]:
        """Return the delivery keys of all accepted messages, with repeats."""
        return [m["metadata"]["event_payload"]["delivery_key"] for m in self._messages if m["metadata"]]

    def fault(self, answer: str, **more: object) -> None:
        """Add a `Fault`."""
        self.faults.append(msgspec.convert({"answer": answer, **more}, Fault))

    def post_as_another(self, channel: str, **fields: object) -> Object:
        """Post what another app posts, without limits or faults."""
        return self._store({"channel": channel, **fields}, bot="B0ANOTHER", user="U0ANOTHER")

    def counted(self, method: str) -> int:
        """Return how often a method was called."""
        return sum(call["method"] == method for call in self.calls)

    # --- methods ---

    def _auth_test(self, _: Object) -> Object:
        return {"url": "https://fake.slack.example/", "team_id": "T0FAKE", "user_id": OUR_USER, "bot_id": OUR_BOT}

    def _post(self, asked: Object) -> Object:
        channel = self._channel(str(asked.get("channel", "")), by_name=True)
        self._take_token(channel)
        check_message(asked)
        thread = asked.get("thread_ts")
        if thread is not None and self._at(channel, str(thread)) is None:
            raise SlackError("thread_not_found")
        twin = self._twin(channel, asked.get("client_msg_id")) if self.settings.honour_client_msg_id else None
        stored = twin or self._store(asked, bot=OUR_BOT, user=OUR_USER)
        return {"channel": channel, "ts": stored["ts"], "message": self._shown(stored, metadata=True)}

    def _store(self, asked: Object, *, bot: str, user: str) -> Object:
        channel = self._channel(str(asked["channel"]), by_name=True)
        stored = {
            "channel": channel,
            "channel_name": self._names[channel],
            "ts": self._next_ts(),
            "thread_ts": asked.get("thread_ts"),
            "broadcast": bool(asked.get("reply_broadcast")),
            "text": asked.get("text", ""),
            "blocks": asked.get("blocks", []),
            "metadata": asked.get("metadata"),
            "client_msg_id": asked.get("client_msg_id"),
            "bot_id": bot,
            "user": user,
            "edits": 0,
            "accepted_at": now(),
            "asked": asked,
        }
        self._messages.append(stored)
        if self._log is not None:
            with self._log.open("ab") as file:
                file.write(msgspec.json.encode(stored) + b"\n")
        return stored

    def _update(self, asked: Object) -> Object:
        channel = self._channel(str(asked.get("channel", "")))
        stored = self._at(channel, str(asked.get("ts")))
        if stored is None:
            raise SlackError("message_not_found")
        if stored["bot_id"] != OUR_BOT:
            raise SlackError("cant_update_message")
        check_message(asked)
        stored.update(text=asked.get("text", ""), blocks=asked.get("blocks", []), edits=stored["edits"] + 1)
        if "metadata" in asked:
            stored["metadata"] = asked["metadata"]
        return {"channel": channel, "ts": stored["ts"], "text": stored["text"]}

    def _permalink(self, asked: Object) -> Object:
        channel = self._channel(str(asked.get("channel", "")))
        if self._at(channel, str(asked.get("message_ts"))) is None:
            raise SlackError("message_not_found")
        link = f"https://fake.slack.example/archives/{channel}/p{str(asked['message_ts']).replace('.', '')}"
        return {"channel": channel, "permalink": link}

    def _history(self, asked: Object) -> Object:
        channel = self._channel(str(asked.get("channel", "")))
        seen = [m for m in self._visible(channel, asked) if m["thread_ts"] is None or m["broadcast"]]
        return self._page(seen[::-1], asked, "messages")

    def _replies(self, asked: Object) -> Object:
        channel = self._channel(str(asked.get("channel", "")))
        root = self._at(channel, str(asked.get("ts")))
        if root is None:
            raise SlackError("thread_not_found")
        seen = [m for m in self._visible(channel, asked) if m["thread_ts"] == root["ts"]]
        return self._page([root, *seen], asked, "messages")

    def _list(self, asked: Object) -> Object:
        channels = [{"id": key, "name": name.removeprefix("#")} for key, name in sorted(self._names.items())]
        return self._page(channels, asked, "channels")

    # --- behind them ---

    def _channel(self, named: str, *, by_name: bool = False) -> str:
        """Return the channel's id. Only posting takes names; reading takes ids of channels that exist."""
        name = self._names.get(named, named)
        if name in self.settings.unknown or not (named in self._names or (by_name and named.startswith("#"))):
            raise SlackError("channel_not_found")
        if name in self.settings.archived and by_name:
            raise SlackError("is_archived")
        self._names[channel_id(name)] = name
        return channel_id(name)

    def _take_token(self, channel: str) -> None:
        at, rate = time.monotonic(), self.settings.per_second
        tokens, counted_at = self._buckets.get(channel, (float(self.settings.burst), at))
        tokens = min(self.settings.burst, tokens + (at - counted_at) * rate)
        self._buckets[channel] = (tokens - 1 if tokens >= 1 else tokens, at)
        if tokens < 1:
            raise RateLimitedError(max(1, round((1 - tokens) / rate)))

    def _next_ts(self) -> str:
        self._last_ts = max(self._last_ts + 1, int(now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def _at(self, channel: str, ts: str) -> Object | None:
        return next((m for m in self._messages if m["channel"] == channel and m["ts"] == ts), None)

    def _twin(self, channel: str, client_msg_id: object) -> Object | None:
        return next(
            (m for m in self._messages if m["channel"] == channel and m["client_msg_id"] == client_msg_id), None
        )

    def _visible(self, channel: str, asked: Object) -> list[Object]:
        oldest, until = float(asked.get("oldest") or 0), now() - self.settings.read_delay
        return [
            m
            for m in self._messages
            if m["channel"] == channel and float(m["ts"]) > oldest and m["accepted_at"] <= until
        ]

    def _page(self, rows: list[Object], asked: Object, field: str) -> Object:
        start, size = int(asked.get("cursor") or 0), min(int(asked.get("limit") or 100), self.settings.page_size)
        page, more = rows[start : start + size], len(rows) > start + size
        if field == "messages":
            page = [self._shown(m, metadata=str(asked.get("include_all_metadata", "")) in {"1", "true"}) for m in page]
        return {field: page, "has_more": more, "response_metadata": {"next_cursor": str(start + size) if more else ""}}

    def _shown(self, stored: Object, *, metadata: bool) -> Object:
        fields = ("ts", "thread_ts", "text", "blocks", "bot_id", "user", *(("metadata",) if metadata else ()))
        return {"type": "message", **{name: stored[name] for name in fields if stored[name]}}

    # --- HTTP ---

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Serve one call of the Web API."""
        method = request.match_info["method"]
        asked = {**request.query, **await _body(request)}
        self.calls.append({"method": method, "asked": asked, "at": now()})
        if method == "chat.postMessage" and (name := str(asked.get("channel"))).startswith("#"):
            self._names.setdefault(channel_id(name), name)  # it existed before, whatever becomes of this call
        fault = self._fault(method, asked)
        answer = web.json_response({"ok": True})
        if fault is None or fault.accept:
            answer = self._act(method, asked, request.headers.get("Authorization", ""))
        return answer if fault is None else await _break(request, fault, answer)

    def _act(self, method: str, asked: Object, authorization: str) -> web.Response:
        try:
            return web.json_response({"ok": True, **self._called(method, asked, authorization)})
        except SlackError as error:
            return web.json_response(error.answer)
        except RateLimitedError as error:
            return limited(error.seconds)

    def _called(self, method: str, asked: Object, authorization: str) -> Object:
        if authorization != f"Bearer {self.settings.token}":
            raise SlackError("invalid_auth" if authorization else "not_authed")
        if self.settings.token_error:
            raise SlackError(self.settings.token_error)
        if method not in self._methods:
            raise SlackError("unknown_method")
        return self._methods[method](asked)

    def _fault(self, method: str, asked: Object) -> Fault | None:
        name = self._names.get(str(asked.get("channel")), asked.get("channel"))
        for n, fault in enumerate(self.faults):
            if fault.method == method and fault.channel in {None, name}:
                self.faults[n : n + 1] = (
                    [msgspec.structs.replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                )
                return fault
        return None

    async def control(self, request: web.Request) -> web.Response:
        """Serve ``/_control/…``."""
        body = await request.read()
        match request.method, request.match_info["what"]:
            case "GET", "messages":
                return web.json_response(self.messages())
            case "GET", "calls":
                return web.json_response(self.calls)
            case "POST", "faults":
                self.faults += msgspec.json.decode(body, type=list[Fault])
            case "DELETE", "faults":
                self.faults.clear()
            case "POST", "settings":
                wanted = msgspec.json.decode(body, type=dict[str, Any])
                self.settings = msgspec.convert(msgspec.structs.asdict(self.settings) | wanted, Settings)
            case "POST", "post":
                self.post_as_another(**msgspec.json.decode(body, type=dict[str, Any]))
            case "POST", "reset":
                self.__init__(log=self._log)  # type: ignore[misc]  # all state anew, under the same address
            case _:
                raise web.HTTPNotFound
        return web.json_response({"ok": True})

    def application(self) -> web.Application:
        """Return what serves the Web API below ``/api/``."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self.answer)
        app.router.add_route("*", "/_control/{what}", self.control)
        return app


def now() -> float:
    """Return the time as Slack's own clock has it."""
    return time.time()  # noqa: TID251 - this stands in for a clock on another machine


async def _body(request: web.Request) -> Object:
    if request.content_type == "application/json":
        body: Object = await request.json()
        return body
    return dict(await request.post())


def limited(seconds: float) -> web.Response:
    """Return Slack's answer to too many requests."""
    headers = {"Retry-After": str(max(1, round(seconds)))}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


async def _break(request: web.Request, fault: Fault, answer: web.Response) -> web.StreamResponse:
    match fault.answer:
        case "slow":
            await asyncio.sleep(fault.seconds)
        case "hang":
            await asyncio.Event().wait()
        case "drop":
            assert request.transport is not None
            request.transport.close()
        case "error":
            return web.json_response({"ok": False, "error": fault.code})
        case "limited":
            return limited(fault.seconds)
        case "status":
            return web.Response(status=int(fault.code), text="<h1>Bad Gateway</h1>", content_type="text/html")
        case "html" | "text":
            kind = {"html": "text/html", "text": "text/plain"}[fault.answer]
            return web.Response(text="<h1>Sign in to the guest network</h1>", content_type=kind)
        case "bad_json":
            return web.Response(text='{"ok": tr', content_type="application/json")
        case "list":
            return web.json_response(["ok"])
    return answer


# --- what Slack checks (docs.slack.dev, block and composition object references) --------------------------------------


def check_message(asked: Mapping[str, Any]) -> None:
    """Raise `SlackError` for what Slack refuses in a message."""
    text, blocks = asked.get("text") or "", asked.get("blocks") or []
    if not text and not blocks:
        raise SlackError("no_text")
    if length(text) > 40_000:
        raise SlackError("msg_too_long")
    found = _block_errors(blocks)
    if found:
        raise SlackError("invalid_blocks", response_metadata={"messages": [f"[ERROR] {line}" for line in found]})
    if sum(length(words["text"]) for block in blocks for words in _words(block)) > 13_200:
        raise SlackError("msg_blocks_too_long")
    metadata = asked.get("metadata")
    if metadata is not None and not (
        isinstance(metadata.get("event_type"), str)
        and all(isinstance(value, str | int | float | bool) for value in metadata["event_payload"].values())
    ):
        raise SlackError("invalid_metadata_format")


def length(text: str) -> int:
    """Return the length as JavaScript counts it."""
    return len(text.encode("utf-16-le")) // 2


def _block_errors(blocks: list[Object]) -> list[str]:
    errors = []
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(blocks) > 50:
        errors.append("no more than 50 items allowed [json-pointer:/blocks]")
    if len(set(ids)) < len(ids) or any(not 1 <= len(name) <= 255 for name in ids):
        errors.append("invalid block_id [json-pointer:/blocks]")
    for n, block in enumerate(blocks):
        errors += [f"{problem} [json-pointer:/blocks/{n}]" for problem in _errors(block)]
    return errors


def _errors(block: Object) -> list[str]:
    match block.get("type"):
        case "header":
            return _wrong(block["text"], "plain_text", 150)
        case "section":
            if "text" not in block and "fields" not in block:
                return ["missing text or fields"]
            fields = block.get("fields", [])
            count = [] if "fields" not in block or 1 <= len(fields) <= 10 else ["1 to 10 fields"]
            inner = [problem for field in fields for problem in _wrong(field, "mrkdwn", 2000)]
            return count + inner + (_wrong(block["text"], "mrkdwn", 3000) if "text" in block else [])
        case "context":
            count = [] if 1 <= len(block["elements"]) <= 10 else ["1 to 10 elements"]
            return count + [problem for words in block["elements"] for problem in _wrong(words, "mrkdwn", 3000)]
        case "divider":
            return []
        case other:
            return [f"unsupported type {other}"]


def _wrong(words: Object, kind: str, limit: int) -> list[str]:
    errors = [] if words.get("type") == kind else [f"must be {kind}"]
    if not 1 <= length(words.get("text", "")) <= limit:
        errors.append(f"must be 1 to {limit} characters")
    return errors


def _words(block: Object) -> list[Object]:
    return [*([block["text"]] if "text" in block else []), *block.get("fields", []), *block.get("elements", [])]


# --- to run it --------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def fake_slack(settings: Settings | None = None) -> AsyncIterator[FakeSlack]:
    """Serve a fake Slack on a free port of this machine."""
    slack = FakeSlack(settings)
    runner = web.AppRunner(slack.application(), shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        yield slack
    finally:
        await runner.cleanup()


async def _serve(port: int, log: Path | None) -> None:
    slack = FakeSlack(log=log)
    runner = web.AppRunner(slack.application(), shutdown_timeout=0.1, access_log=None, handle_signals=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        print(f"http://127.0.0.1:{runner.addresses[0][1]}/api/", flush=True)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(description="a fake Slack; prints its base URL")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()
    try:
        asyncio.run(_serve(options.port, options.log))
    except (KeyboardInterrupt, web.GracefulExit):
        return


if __name__ == "__main__":
    main()
