"""Slack, with a bot token: threads, updates, and an answer to "did it arrive?".

One call is one HTTP request: the SDK's own retries post twice when Slack accepts and then drops the connection (measured
with slack-sdk 3.47), so they are off. How to say it is in `blocks`; when to say it, again or not, in `sender`.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from streams.deliver.base import Delivery, DeliveryError, Failure, Outcome
from streams.deliver.blocks import Message, brief_message, message, problems, root_message
from streams.deliver.words import clean

EVENT_TYPE = "wirewatch_alert_v1"
CLOCK_SKEW = timedelta(seconds=60)  # between our clock, which wrote first_try_at, and Slack's, which makes the ts

_PAGE, _PAGES = (
    200,
    25,
)  # Slack's advice for a page; 5,000 messages of one channel since the first try are beyond any desk
_CONNECT_SECONDS = 5.0
_RETRY_AFTER_UNSAID = 5.0


class RefusedError(DeliveryError):
    """A `DeliveryError` that remembers Slack's own error code."""

    def __init__(
        self, outcome: Outcome, reason: Failure, words: str, code: str, retry_after: float | None = None
    ) -> None:
        super().__init__(outcome, reason, words, retry_after=retry_after)
        self.code = code


class Slack:
    """The channels of one workspace. A message's id is ``CHANNEL/TS`` with the channel's own id (``C0DESK/17.0001``)."""

    scheme = "slack"

    def __init__(self, token: str, *, base_url: str, timeout: float = 10.0) -> None:
        self._client = AsyncWebClient(token, base_url=base_url, retry_handlers=[])
        if urlsplit(base_url).hostname in {"127.0.0.1", "localhost", "::1"}:
            self._client.proxy = None  # the SDK takes the environment's proxy even for this machine
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=_CONNECT_SECONDS)
        self._token = token
        self._channel_ids: dict[str, str] = {}
        self._own_bot: str | None = None

    async def send(self, delivery: Delivery) -> str:
        """Post the alert, in its story's thread if it has one. Three refusals are answered once, under the same key.

        Refused for its size or shape: again as bare text. Refused because the thread is gone: again in the channel.
        Refused because Slack knows the client_msg_id but not the message: again without it.
        """
        said = message(delivery.alert, delivery.delivery_key, delivery.channel)
        arguments = _arguments(delivery, brief_message(delivery.alert, delivery.channel) if problems(said) else said)
        try:
            return await self._post(delivery, arguments)
        except RefusedError as refusal:
            arguments = _amended(arguments, refusal.code, delivery)
            if not arguments:
                raise
        return await self._post(delivery, arguments)

    async def _post(self, delivery: Delivery, arguments: dict[str, object]) -> str:
        answer = await self._ask("chat.postMessage", json=arguments)
        channel, ts = answer.get("channel"), answer.get("ts")
        if not isinstance(channel, str) or not isinstance(ts, str):
            raise DeliveryError("unknown", "server", "Slack said ok without channel and ts")
        self._channel_ids[_name(delivery)] = channel
        return f"{channel}/{ts}"

    async def find(self, delivery: Delivery) -> str | None:
        """Return the id of our message with this delivery key, read from the channel or thread; None if there is none.

        Slack may show a message later than it accepted it: one None is no proof. Needs the scopes channels:history and
        groups:history, and channels:read and groups:read where the address is a name instead of an id.
        """
        channel = await self._channel_id(delivery)
        oldest = f"{((delivery.first_try_at or delivery.next_try_at) - CLOCK_SKEW).timestamp():.6f}"
        own = await self._own()
        window = {"channel": channel, "oldest": oldest, "include_all_metadata": True, "limit": _PAGE}
        if delivery.thread:
            try:
                found = await self._find(delivery, own, "conversations.replies", {**window, "ts": _ts(delivery.thread)})
            except RefusedError as refusal:
                if refusal.code not in _THREAD_GONE:
                    raise
            else:
                return found
        return await self._find(delivery, own, "conversations.history", window)

    async def _find(self, delivery: Delivery, own: str, method: str, query: Mapping[str, object]) -> str | None:
        async for seen in self._all(method, query, "messages"):
            # Any app of the workspace can read our keys and post them.
            if _key(seen) == delivery.delivery_key and own in {seen.get("bot_id"), seen.get("user")}:
                return f"{query['channel']}/{seen.get('ts')}"
        return None

    async def revise_root(self, delivery: Delivery) -> None:
        """Show ``alert.root`` in the story's first message; nothing to do without a thread or a root."""
        if not delivery.thread or delivery.alert.root_title is None:
            return
        said = root_message(delivery.alert, delivery.delivery_key)
        if found := problems(said):
            raise DeliveryError("rejected", "invalid", f"not sent, Slack would refuse it: {found[0]}")
        # Blocks that are left out would stay, and parse is "client" by default here, unlike in postMessage.
        await self._ask(
            "chat.update",
            json={
                "channel": _channel(delivery.thread),
                "ts": _ts(delivery.thread),
                "text": said.text,
                "blocks": list(said.blocks),
                "parse": "none",
                "link_names": False,
            },
        )

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client.session is not None:
            await self._client.session.close()

    async def _own(self) -> str:
        """Return the id by which our messages are known: the bot's, or the user's for a user token."""
        if self._own_bot is None:
            answer = await self._ask("auth.test")
            own = answer.get("bot_id") or answer.get("user_id")
            if not own:
                raise DeliveryError("unknown", "server", "auth.test does not say who we are")
            self._own_bot = str(own)
        return self._own_bot

    async def _channel_id(self, delivery: Delivery) -> str:
        """Return the channel's id: reading, unlike posting, takes no names."""
        name = _name(delivery)
        if delivery.thread:
            return _channel(delivery.thread)
        if not name.startswith("#"):
            return name
        if name not in self._channel_ids:
            query = {"types": "public_channel,private_channel", "exclude_archived": True, "limit": _PAGE}
            async for channel in self._all("conversations.list", query, "channels"):
                self._channel_ids[f"#{channel.get('name')}"] = str(channel.get("id"))
        if name not in self._channel_ids:
            raise DeliveryError("rejected", "channel", f"no channel {name} among those the bot can see")
        return self._channel_ids[name]

    async def _all(self, method: str, query: Mapping[str, object], field: str) -> AsyncIterator[dict[str, Any]]:
        """Yield what a paged method lists, all pages."""
        cursor = ""
        for _ in range(_PAGES):
            page = await self._ask(method, http_verb="GET", params={**query, **_next(cursor)})
            entries = page.get(field)
            if not isinstance(entries, list):  # an empty channel is an empty list; this proves nothing
                raise DeliveryError("unknown", "server", f"{method}: an answer without {field}")
            for entry in entries:
                if isinstance(entry, dict):
                    yield entry
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return
        raise DeliveryError("unknown", "unknown", f"{method} has more than {_PAGES} pages")

    async def _ask(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Make one HTTP request and return Slack's answer, an object with ok: true. Raises only `DeliveryError`."""
        if self._client.session is None:  # here, because a session belongs to the loop that is running
            self._client.session = aiohttp.ClientSession(timeout=self._timeout)
        try:
            answer = await self._client.api_call(method, **arguments)
        except SlackApiError as error:
            self._refuse(error, method)
        # No library's words from here on: they may hold a proxy's password.
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
            raise DeliveryError("not_sent", "connection", f"{method}: not connected ({type(error).__name__})") from None
        except TimeoutError:
            raise DeliveryError("unknown", "timeout", f"{method}: no answer in {self._timeout.total:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise DeliveryError("unknown", "connection", f"{method}: cut off ({type(error).__name__})") from None
        # How the SDK stumbles over an answer that is no JSON object, or one of brackets in brackets in brackets.
        except (AttributeError, TypeError, ValueError, RecursionError):
            raise DeliveryError("unknown", "server", f"{method}: an answer that is not Slack's") from None
        return answer.data if isinstance(answer.data, dict) else {}

    def _refuse(self, error: SlackApiError, method: str) -> NoReturn:
        response: Any = error.response  # the SDK puts its own response or aiohttp's here
        status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
        answer = getattr(response, "data", None)
        answer = answer if isinstance(answer, dict) else {}
        code = answer.get("error")
        code = code if isinstance(code, str) else ""  # Slack names an error by a word; anything else is not Slack's
        words = f"{method}: {code or f'HTTP {status}'}{_details(answer)}".replace(self._token, "…")
        outcome, reason = classify(status, code)
        wait = _seconds(response.headers.get("Retry-After")) if reason == "rate_limited" else None
        raise RefusedError(outcome, reason, words, code, wait) from None


# --- what to send ---------------------------------------------------------------------------------------------------


def _arguments(delivery: Delivery, said: Message) -> dict[str, object]:
    alert = delivery.alert
    arguments: dict[str, object] = {
        "channel": _channel(delivery.thread) if delivery.thread else _name(delivery),
        "text": said.text,
        "client_msg_id": client_msg_id(delivery.delivery_key),
        "metadata": {
            "event_type": EVENT_TYPE,
            "event_payload": {
                "delivery_key": delivery.delivery_key,
                "story_id": alert.story_id,
                "alert_id": alert.alert_id,
                "rule_id": alert.rule_ids[0] if alert.rule_ids else "",
                "update": alert.update,
                "kind": "update" if alert.update else "alert",
            },
        },
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
        "parse": "none",
    }
    if said.blocks:
        arguments["blocks"] = list(said.blocks)
    if delivery.thread:
        arguments |= {"thread_ts": _ts(delivery.thread), "reply_broadcast": alert.broadcast}
    return arguments


def _amended(arguments: dict[str, object], code: str, delivery: Delivery) -> dict[str, object]:
    """Return what to send after this refusal, or nothing if nothing would help."""
    if code in _TOO_BIG and "blocks" in arguments:
        return {**_without(arguments, "blocks"), "text": brief_message(delivery.alert, delivery.channel).text}
    if code in _THREAD_GONE and "thread_ts" in arguments:
        return _without(arguments, "thread_ts", "reply_broadcast")
    if code in _ID_TAKEN:
        return _without(arguments, "client_msg_id")
    return {}


def _without(arguments: dict[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in arguments.items() if name not in names}


def client_msg_id(delivery_key: str) -> str:
    """Return the id that Slack may or may not use to drop repeats (not documented for bots): sent, never relied on."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, delivery_key))


def _name(delivery: Delivery) -> str:
    return delivery.channel.partition(":")[2]


def _key(seen: Mapping[str, Any]) -> object:
    """Return the delivery key that a message read from Slack carries, None if it is not an alert."""
    sign = seen.get("metadata")
    payload = sign.get("event_payload") if isinstance(sign, dict) and sign.get("event_type") == EVENT_TYPE else None
    return payload.get("delivery_key") if isinstance(payload, dict) else None


def _channel(message_id: str) -> str:
    return message_id.partition("/")[0]


def _ts(message_id: str) -> str:
    return message_id.partition("/")[2]


def _next(cursor: str) -> dict[str, str]:
    return {"cursor": cursor} if cursor else {}


# --- what Slack's answers mean --------------------------------------------------------------------------------------

# The error codes of chat.postMessage, chat.update and the conversations methods (docs.slack.dev, 2025).
_TOO_BIG = {"msg_too_long", "msg_blocks_too_long", "too_long", "invalid_blocks", "invalid_blocks_format"}
_THREAD_GONE = {"thread_not_found", "cannot_reply_to_message", "restricted_action_thread_locked", "thread_locked"}
_ID_TAKEN = {"duplicate_message_not_found", "duplicate_channel_not_found"}
_AUTH = """invalid_auth not_authed account_inactive token_revoked token_expired missing_scope no_permission access_denied
    not_allowed_token_type org_login_required ekm_access_denied team_access_not_granted enterprise_is_restricted
    two_factor_setup_required"""
_CHANNEL = """channel_not_found is_archived not_in_channel restricted_action messages_tab_disabled
    restricted_action_read_only_channel restricted_action_non_threadable_channel"""
_CODES: dict[str, tuple[Outcome, Failure]] = {
    **dict.fromkeys(("msg_too_long", "msg_blocks_too_long", "too_long"), ("rejected", "too_long")),
    **dict.fromkeys(_AUTH.split(), ("rejected", "auth")),
    **dict.fromkeys((*_CHANNEL.split(), *_THREAD_GONE), ("rejected", "channel")),
    **dict.fromkeys(("ratelimited", "rate_limited", "message_limit_exceeded"), ("not_sent", "rate_limited")),
    **dict.fromkeys(("fatal_error", "internal_error", "service_unavailable"), ("unknown", "server")),
    "request_timeout": ("unknown", "timeout"),
    "team_added_to_org": ("not_sent", "server"),  # the workspace is being moved; Slack asks to come back
}


def classify(status: int, code: str) -> tuple[Outcome, Failure]:
    """Return what became of the message, from the HTTP status and Slack's error code ("" if the body was not Slack's).

    Slack's own word is final, also one we do not know. A 5xx or an unreadable 200 may hide an accepted message. Any other
    status without a word from Slack comes from something in between, which did not let the message through.
    """
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "not_sent", "rate_limited"
    if code in _CODES:
        return _CODES[code]
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or (status == HTTPStatus.OK and not code):
        return "unknown", "server"
    return ("rejected", "invalid") if code else ("not_sent", "server")


def _details(answer: Mapping[str, Any]) -> str:
    """Return what else Slack says about a refusal: the block it means, the scope it misses."""
    about = answer.get("response_metadata")
    said = [str(line) for line in (about.get("messages") or [])[:3]] if isinstance(about, dict) else []
    if answer.get("needed"):
        said.append(f"needs the scope {answer['needed']}")
    return clean(f" ({'; '.join(said)})")[:400] if said else ""


def _seconds(retry_after: str | None) -> float:
    """Return the seconds of a Retry-After header, between 1 s and an hour; Slack sends whole seconds (RFC 9110, 10.2.3)."""
    return min(max(float(retry_after), 1.0), 3600.0) if retry_after and retry_after.isdecimal() else _RETRY_AFTER_UNSAID
