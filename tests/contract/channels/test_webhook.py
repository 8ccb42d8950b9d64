from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import ClassVar

import msgspec
import pytest
from aiohttp import web

from streams.config import Secret
from streams.core.model import Alert
from streams.deliver.base import DeliveryError
from streams.deliver.webhook import Webhook
from tests.contract.channels.contract import Bench, ChannelContract, RetryTable
from tests.fakes.alerts import ALERT, delivery

SECRET = "T0SECRET/B0SECRET/hunter2"


@dataclass
class Receiver:
    """A server that takes JSON; ``next`` is the trouble of the next call."""

    next: str = ""
    bodies: list[dict[str, object]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        trouble, self.next = self.next, ""
        match trouble.split():
            case ["drop"]:
                assert request.transport is not None
                request.transport.close()
            case ["slow"]:
                await asyncio.sleep(1)
            case ["429"]:
                return web.Response(status=429, headers={"Retry-After": "7"})
            case ["302"]:
                return web.Response(status=302, headers={"Location": f"http://127.0.0.1:1/{SECRET}"})
            case [status, *words]:
                return web.Response(status=int(status), text=" ".join(words))
        self.bodies.append(await request.json())
        return web.Response(text="ok")


@dataclass
class WebhookBench:
    receiver: Receiver
    channel: Webhook
    urls: dict[str, Secret]

    def trouble(self, name: str) -> None:
        if name == "refused":
            self.urls["newsroom"], self._good = Secret(f"http://127.0.0.1:1/{SECRET}"), self.urls["newsroom"]
        else:
            self.urls["newsroom"] = getattr(self, "_good", self.urls["newsroom"])
            self.receiver.next = name

    def arrived(self) -> list[str]:
        return [msgspec.json.encode([body["text"], body["blocks"]]).decode() for body in self.receiver.bodies]


@asynccontextmanager
async def webhook() -> AsyncIterator[WebhookBench]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        urls = {"newsroom": Secret(f"http://127.0.0.1:{runner.addresses[0][1]}/services/{SECRET}")}
        yield WebhookBench(receiver, Webhook(urls, timeout=0.3), urls)
    finally:
        await runner.cleanup()


class TestWebhook(ChannelContract):
    address = "webhook:newsroom"
    retry_table: ClassVar[RetryTable] = {
        "refused": ("not_sent", "connection"),
        "drop": ("unknown", "connection"),
        "slow": ("unknown", "timeout"),
        "429": ("not_sent", "rate_limited"),
        "500": ("unknown", "server"),
        "503": ("unknown", "server"),
        "408": ("unknown", "server"),
        "400 invalid_payload": ("rejected", "invalid"),
        "302": ("rejected", "invalid"),
        "401": ("rejected", "auth"),
        "403 action_prohibited": ("rejected", "auth"),
        "404 no_service": ("rejected", "channel"),
        "410": ("rejected", "channel"),
    }
    secrets = (SECRET, "hunter2", "B0SECRET")
    live = ("<!channel>", "<@U0123456>", "\x1b", "\\ud800", "\u202e")

    @asynccontextmanager
    async def bench(self) -> AsyncIterator[Bench]:
        async with webhook() as bench:
            yield bench

    def test_the_wait_that_it_asks_for_is_told(self) -> None:
        async def scenario(bench: Bench) -> float | None:
            return (await self.failure(bench, "429")).retry_after

        assert self.on_bench(scenario) == 7.0

    def test_its_own_word_is_told_but_not_a_page(self) -> None:
        async def scenario(bench: Bench) -> list[str]:
            answers = ("404 no_service", f"404 <html>{SECRET}</html>")
            return [str(await self.failure(bench, answer)) for answer in answers]

        assert self.on_bench(scenario) == ["newsroom: HTTP 404 no_service", "newsroom: HTTP 404"]

    def test_a_name_without_url_is_refused(self) -> None:
        async def scenario(bench: Bench) -> DeliveryError:
            with pytest.raises(DeliveryError) as caught:
                await bench.channel.send(delivery(channel="webhook:sports"))
            return caught.value

        error = self.on_bench(scenario)
        assert (error.outcome, str(error)) == ("rejected", "no webhook 'sports' in the settings")

    def test_programs_get_the_key_and_the_alert_as_it_is(self) -> None:
        async def scenario(bench: Bench) -> tuple[object, Alert]:
            await bench.channel.send(self.sent())
            assert isinstance(bench, WebhookBench)
            (body,) = bench.receiver.bodies
            return body["delivery_key"], msgspec.convert(body["alert"], Alert)

        assert self.on_bench(scenario) == (self.sent().delivery_key, ALERT)
