"""What a process tells those who watch over it: /metrics, /healthz and /readyz over HTTP, for this machine by default.

`/healthz` answers 200 while the event loop turns and no ``alive`` check fails: a supervisor restarts on anything else.
`/readyz` answers 200 when every ``ready`` check passes, else 503 with what is wrong. Slack being down belongs in neither: a
restart would not bring it back. No secret may stand in a check's words.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

Check = Callable[[], str | None]
"""Returns None when all is well, else what is wrong, in words. Called in a thread, so it may ask a database."""

CHECK_SECONDS = 2.0
"""A check that needs longer fails: supervisors ask with limits of their own, 1 to 5 s by default."""


class Health:
    """A running server; ``address`` is ``host:port``, with the port that was really taken."""

    def __init__(self, runner: web.AppRunner, address: str) -> None:
        self._runner = runner
        self.address = address

    async def stop(self) -> None:
        """Stop listening. Harmless to repeat."""
        await self._runner.cleanup()


async def serve(
    address: str,
    registry: CollectorRegistry,
    *,
    alive: Mapping[str, Check] | None = None,
    ready: Mapping[str, Check] | None = None,
    refresh: Callable[[], None] | None = None,
    limit: float = CHECK_SECONDS,
) -> Health:
    """Listen on ``host:port`` (port 0: any free one) and return the running server.

    ``refresh`` is called, in a thread, before each /metrics: it sets the gauges that are read from the store. When it fails
    or takes longer than ``limit`` seconds, the rest is served all the same. Raises OSError when the port is taken.
    """
    host, _, port = address.rpartition(":")
    refreshed = _asker(refresh or (lambda: None), limit)

    async def metrics(request: web.Request) -> web.Response:
        await refreshed()
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(registry), headers={"Content-Type": content_type})

    app = web.Application()
    app.router.add_get("/metrics", metrics)
    app.router.add_get("/healthz", _reporter(alive or {}, limit))
    app.router.add_get("/readyz", _reporter(ready or {}, limit))
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, host.strip("[]"), int(port)).start()
    except OSError:
        await runner.cleanup()
        raise
    return Health(runner, f"{host}:{runner.addresses[0][1]}")


def _reporter(checks: Mapping[str, Check], limit: float) -> Callable[[web.Request], Awaitable[web.Response]]:
    askers = {name: _asker(check, limit) for name, check in checks.items()}

    async def report(_: web.Request) -> web.Response:
        answers = await asyncio.gather(*(ask() for ask in askers.values()))
        told = {name: answer or "ok" for name, answer in zip(askers, answers, strict=True)}
        return web.json_response(told, status=503 if any(answers) else 200)

    return report


def _asker(check: Check, limit: float) -> Callable[[], Awaitable[str | None]]:
    """Return the check as a question with a time limit; a call that hangs is not made a second time beside itself."""
    running: asyncio.Future[str | None] | None = None

    async def ask() -> str | None:
        nonlocal running
        if running is None or running.done():
            running = _called(check)
        try:
            return await asyncio.wait_for(asyncio.shield(running), limit)
        except TimeoutError:
            return f"no answer within {limit:g} s"

    return ask


def _called(check: Check) -> asyncio.Future[str | None]:
    """Call it in a thread that ends with the process: the loop's own pool would be waited for when it stops."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str | None] = loop.create_future()

    def call() -> None:
        try:
            words = check()
        except Exception as error:  # noqa: BLE001  # a broken check is an unhealthy part, not a broken server
            words = f"failed: {type(error).__name__}"
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(answer.set_result, words)

    threading.Thread(target=call, name="health check", daemon=True).start()
    return answer
