"""A URL that takes JSON: the degraded mode, without threads, updates or an answer to "did it arrive?".

The body has ``text`` and ``blocks`` (what incoming webhooks of Slack and its kin show) and the whole alert for programs.
Receivers that must not act twice compare ``delivery_key``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

import aiohttp
import msgspec

from streams.config import Secret
from streams.deliver.base import Delivery, DeliveryError, Failure, Outcome
from streams.deliver.blocks import message

_CODE_WORD = re.compile(r"[a-z_]{2,60}")  # Slack's webhooks refuse with one word: no_service, invalid_payload


class Webhook:
    """Webhooks by name: ``webhook:newsroom`` goes to the URL that settings give for ``newsroom``. URLs are secrets."""

    scheme = "webhook"

    def __init__(self, urls: Mapping[str, Secret], *, timeout: float = 10.0) -> None:
        self._urls = urls
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=5.0)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, delivery: Delivery) -> str:
        """Post the alert; the delivery key serves as the message's id, since webhooks name none."""
        name = delivery.channel.partition(":")[2]
        if name not in self._urls:
            raise DeliveryError("rejected", "channel", f"no webhook {name!r} in the settings")
        if self._session is None:  # here, because a session belongs to the loop that is running
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        # No library's words in the errors: they hold the URL, and whoever has it can post.
        try:
            async with self._session.post(
                self._urls[name].reveal(), data=body(delivery), headers=_HEADERS, allow_redirects=False
            ) as answer:
                status, said = answer.status, await answer.content.read(200)
                wait = answer.headers.get("Retry-After", "")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise DeliveryError("not_sent", "connection", f"{name}: not connected ({type(error).__name__})") from None
        except TimeoutError:
            raise DeliveryError("unknown", "timeout", f"{name}: no answer in {self._timeout.total:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise DeliveryError("unknown", "connection", f"{name}: cut off ({type(error).__name__})") from None
        if not HTTPStatus(200) <= status < HTTPStatus(300):
            word = said.decode("ascii", "replace").strip()
            words = f"{name}: HTTP {status}{f' {word}' if _CODE_WORD.fullmatch(word) else ''}"
            retry_after = float(wait) if wait.isdecimal() else None
            raise DeliveryError(*classify(status), words, retry_after=retry_after)
        return delivery.delivery_key

    async def find(self, delivery: Delivery) -> str | None:
        """Raise: what a webhook got cannot be read back, ever."""
        raise DeliveryError("rejected", "unknown", f"{delivery.channel}: a webhook cannot be read back")

    async def revise_root(self, delivery: Delivery) -> None:
        """Do nothing: a webhook's message cannot change."""

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()


_HEADERS = {"Content-Type": "application/json"}


def body(delivery: Delivery) -> bytes:
    """Return the JSON that is posted: text and blocks as for Slack, delivery_key, and the alert as it is."""
    said = message(delivery.alert, delivery.delivery_key, delivery.channel)
    return msgspec.json.encode(
        {
            "text": said.text,
            "blocks": said.blocks,
            "unfurl_links": False,
            "unfurl_media": False,
            "delivery_key": delivery.delivery_key,
            "alert": delivery.alert,
        }
    )


def classify(status: int) -> tuple[Outcome, Failure]:
    """Return what became of the message, from the HTTP status of an answer that was not 2xx."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "not_sent", "rate_limited"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return "unknown", "server"
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return "rejected", "auth"
    return "rejected", "channel" if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE} else "invalid"
