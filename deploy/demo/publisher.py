"""A web server on this machine that serves the recorded day's feeds as they looked at the demo clock's time.

It answers conditional requests (RFC 9110, 13): 304 to a known ETag, or to Last-Modified where no ETag was sent. With a
`Steps` clock a test moves one event at a time and waits until every feed was asked for; ``POST /_control/step`` and
``GET /_control/state`` do the same from another process.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from aiohttp import web

from deploy.demo.recorded import Day, Event

Clock = Callable[[], datetime]
MILLISECOND = timedelta(milliseconds=1)


class Steps:
    """A clock that stands still until it is moved to the next event."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._events = day.events()
        self.at = day.start
        self.left = len({event.at for event in self._events})
        """How often `step` has something to move to."""

    def __call__(self) -> datetime:
        """Return the demo time."""
        return self.at

    def step(self, to: datetime | None = None) -> tuple[Event, ...]:
        """Move to the next event's time, or to ``to``, and return what happened; empty when the day is over."""
        if to is None:
            to = min((event.at for event in self._events if event.at > self.at), default=self._day.end)
        happened = tuple(event for event in self._events if self.at < event.at <= to)
        self.at = max(self.at, to)
        self.left = len({event.at for event in self._events if event.at > self.at})
        return happened


class Pace:
    """A clock that stands at the day's start until `begin`, then runs through the whole day in ``seconds``."""

    def __init__(self, day: Day, seconds: float, monotonic: Callable[[], float]) -> None:
        self._day = day
        self._speed = (day.end - day.start) / seconds
        self._monotonic = monotonic
        self._began: float | None = None

    def begin(self) -> None:
        """Let the time run from now on."""
        self._began = self._monotonic()

    def __call__(self) -> datetime:
        """Return the demo time, at most the day's end."""
        if self._began is None:
            return self._day.start
        return min(self._day.start + (self._monotonic() - self._began) * self._speed, self._day.end)


class Publisher:
    """The server. ``gets`` counts the requests per outlet since `recount`."""

    def __init__(self, day: Day, clock: Clock) -> None:
        self._day = day
        self._clock = clock
        self._runner: web.AppRunner | None = None
        self._asked = asyncio.Event()
        self.base = ""
        self.gets: Counter[str] = Counter()

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; ``base`` is then the address, without a slash at its end."""
        app = web.Application()
        app.router.add_get("/{outlet}.xml", self._feed)
        app.router.add_get("/_control/state", self._state)
        app.router.add_post("/_control/step", self._step)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening. Harmless to repeat."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def url(self, outlet: str) -> str:
        """Return the address of an outlet's feed."""
        return f"{self.base}/{outlet}.xml"

    def step(self, to: datetime | None = None) -> tuple[Event, ...]:
        """Move a `Steps` clock and count requests anew."""
        if not isinstance(self._clock, Steps):
            raise TypeError("found a clock that runs by itself; expected Steps")
        self.recount()
        return self._clock.step(to)

    def recount(self) -> None:
        """Count requests from zero."""
        self.gets.clear()

    async def polled(self, times: int = 2, *, within: float = 30.0) -> None:
        """Wait until every feed was asked for so often since `recount`; raises TimeoutError with the feeds that were not.

        A poller that asks a second time has finished with the first answer, hence two.
        """
        deadline = asyncio.get_running_loop().time() + within
        while missing := [outlet.id for outlet in self._day.outlets if self.gets[outlet.id] < times]:
            self._asked.clear()
            try:
                await asyncio.wait_for(self._asked.wait(), deadline - asyncio.get_running_loop().time())
            except TimeoutError:
                raise TimeoutError(f"not polled {times} times within {within:g} s: {', '.join(missing)}") from None

    async def _feed(self, request: web.Request) -> web.Response:
        outlet_id, at = request.match_info["outlet"], self._clock()
        try:
            body = self._day.document(outlet_id, at)
        except KeyError:
            raise web.HTTPNotFound(text=f"no outlet `{outlet_id}`") from None
        self.gets[outlet_id] += 1
        self._asked.set()
        changed_at = self._day.changed_at(outlet_id, at)
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        headers = {"ETag": etag, "Last-Modified": format_datetime(changed_at, usegmt=True)}
        if _is_known(request, etag, changed_at):
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers={**headers, "Content-Type": self._day.outlet(outlet_id).content_type})

    async def _state(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "at": self._clock().isoformat(),
                "left": self._clock.left if isinstance(self._clock, Steps) else None,
                "gets": {outlet.id: self.gets[outlet.id] for outlet in self._day.outlets},
            }
        )

    async def _step(self, request: web.Request) -> web.Response:
        try:
            to = datetime.fromisoformat(request.query["to"]).astimezone(UTC) if "to" in request.query else None
            happened = self.step(to)
        except (TypeError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        events = [{"at": e.at.isoformat(), "outlet": e.outlet, "entry": e.entry, "change": e.change} for e in happened]
        return web.json_response({"at": self._clock().isoformat(), "events": events})


def _is_known(request: web.Request, etag: str, changed_at: datetime) -> bool:
    known = request.headers.get("If-None-Match")
    if known is not None:
        return etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}
    since = request.headers.get("If-Modified-Since")
    if since is None:
        return False
    try:
        return changed_at <= parsedate_to_datetime(since).astimezone(UTC)
    except ValueError:
        return False


def feeds_file(day: Day, base: str, *, every: timedelta = timedelta(seconds=1)) -> str:
    """Return a feeds.yaml that watches every outlet of the day at ``base``."""
    feeds = "".join(
        f"  - id: {outlet.id}\n    title: {outlet.name}\n    url: {base}/{outlet.id}.xml\n    source: {outlet.name}\n"
        f"    tier: 1\n    every: {every // MILLISECOND} milliseconds\n    country: {outlet.country}\n    language: en\n"
        f"    private: true\n"
        for outlet in day.outlets
    )
    return f"format: 1\nfeeds:\n{feeds}"
