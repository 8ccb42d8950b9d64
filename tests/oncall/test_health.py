"""What /metrics, /healthz and /readyz answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping

import aiohttp
import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge

from streams.health import Check, serve

Ask = Callable[[str], Awaitable[tuple[int, str, str]]]


def visit(
    scene: Callable[[Ask], Awaitable[None]],
    *,
    registry: CollectorRegistry | None = None,
    alive: Mapping[str, Check] | None = None,
    ready: Mapping[str, Check] | None = None,
    refresh: Callable[[], None] | None = None,
    limit: float = 5.0,
) -> None:
    async def play() -> None:
        server = await serve(
            "127.0.0.1:0", registry or CollectorRegistry(), alive=alive, ready=ready, refresh=refresh, limit=limit
        )

        async def ask(path: str) -> tuple[int, str, str]:
            async with session.get(f"http://{server.address}{path}") as answer:
                return answer.status, answer.content_type, await answer.text()

        try:
            async with aiohttp.ClientSession() as session:
                await scene(ask)
        finally:
            await server.stop()
            await server.stop()

    asyncio.run(play())


def test_metrics_are_those_of_the_given_registry_only() -> None:
    registry = CollectorRegistry()
    Counter("wirewatch_stories", "stories", registry=registry).inc()

    async def scene(ask: Ask) -> None:
        status, content_type, body = await ask("/metrics")
        assert (200, "text/plain") == (status, content_type)
        assert "wirewatch_stories_total 1.0" in body.splitlines()
        assert "python_info" not in body

    visit(scene, registry=registry)


def test_gauges_are_refreshed_before_each_answer() -> None:
    registry = CollectorRegistry()
    gauge = Gauge("wirewatch_waiting", "rows", registry=registry)

    async def scene(ask: Ask) -> None:
        await ask("/metrics")
        assert "wirewatch_waiting 2.0" in (await ask("/metrics"))[2].splitlines()

    visit(scene, registry=registry, refresh=gauge.inc)


def test_a_refresh_that_fails_does_not_hide_the_rest() -> None:
    registry = CollectorRegistry()
    Gauge("wirewatch_waiting", "rows", registry=registry)

    def broken() -> None:
        raise RuntimeError("the database is away")

    async def scene(ask: Ask) -> None:
        status, _, body = await ask("/metrics")
        assert status == 200
        assert "wirewatch_waiting 0.0" in body.splitlines()

    visit(scene, registry=registry, refresh=broken)


def test_ready_only_when_every_check_passes_and_told_why_when_not() -> None:
    wrong: list[str] = []

    async def scene(ask: Ask) -> None:
        assert (200, "application/json", '{"rules": "ok", "store": "ok"}') == await ask("/readyz")
        wrong.append("read only")
        assert (503, "application/json", '{"rules": "ok", "store": "read only"}') == await ask("/readyz")
        assert (await ask("/healthz"))[0] == 200

    visit(scene, ready={"rules": lambda: None, "store": lambda: wrong[0] if wrong else None})


def test_a_check_that_raises_is_told_by_its_kind_alone() -> None:
    def leaky() -> str | None:
        raise RuntimeError("postgresql://user:hunter2@host/name")

    async def scene(ask: Ask) -> None:
        status, _, body = await ask("/healthz")
        assert (503, '{"loop": "failed: RuntimeError"}') == (status, body)

    visit(scene, alive={"loop": leaky})


def test_a_check_that_hangs_fails_and_is_asked_only_once() -> None:
    release = threading.Event()
    calls: list[int] = []

    def stuck() -> str | None:
        calls.append(1)
        release.wait(20)
        return None

    async def scene(ask: Ask) -> None:
        for _ in range(2):
            assert (503, '{"store": "no answer within 0.05 s"}') == (await ask("/readyz"))[::2]
        assert calls == [1]
        release.set()
        async with asyncio.timeout(10):
            while (await ask("/readyz"))[0] == 503:
                pass

    visit(scene, ready={"store": stuck}, limit=0.05)


def test_a_taken_port_is_an_error() -> None:
    async def play() -> None:
        first = await serve("127.0.0.1:0", CollectorRegistry())
        try:
            with pytest.raises(OSError, match="address already in use"):
                await serve(first.address, CollectorRegistry())
        finally:
            await first.stop()

    asyncio.run(play())
