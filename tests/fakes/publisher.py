"""The evil publisher: a web server that plays what real ones did, step by step, and writes down how it was asked.

A path has a list of answers; each request takes the next, the last one stays. Nothing here depends on time or chance.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from types import MappingProxyType
from xml.sax.saxutils import escape

import msgspec
from aiohttp import web


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One response. ``drip`` sends a byte at a time with so many seconds between; ``cut`` hangs up in the middle."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = MappingProxyType({"Content-Type": "application/rss+xml"})
    drip: float = 0
    cut: bool = False


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it came."""

    path: str
    headers: Mapping[str, str]


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as a publisher prints it; what is None is left out."""

    title: str | None = "A headline"
    guid: str | None = None
    link: str | None = None
    at: datetime | str | None = None
    text: str | None = "Some words."


def rss(stories: Sequence[Story], *, head: str = "", encoding: str = "utf-8") -> bytes:
    """Return an RSS 2.0 document of these stories, in this order."""

    def tag(name: str, value: str | None) -> str:
        return "" if value is None else f"<{name}>{escape(value)}</{name}>"

    entries = "".join(
        "<item>"
        + tag("title", story.title)
        + tag("guid", story.guid)
        + tag("link", story.link)
        + tag("pubDate", format_datetime(story.at) if isinstance(story.at, datetime) else story.at)
        + tag("description", story.text)
        + "</item>\n"
        for story in stories
    )
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<rss version="2.0"><channel><title>Evil Times</title>'
        f"<link>https://evil.example/</link>{head}\n{entries}</channel></rss>"
    ).encode(encoding)


def feed_of(*stories: Story, **headers: str) -> Answer:
    """Return an answer with these stories; underscores in header names stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(body=rss(stories), headers={"Content-Type": "application/rss+xml"} | named)


def zipped(answer: Answer, *, keep: int | None = None) -> Answer:
    """Return the answer with its body in gzip, cut to ``keep`` bytes."""
    return msgspec.structs.replace(
        answer, body=gzip.compress(answer.body)[:keep], headers={**answer.headers, "Content-Encoding": "gzip"}
    )


class Publisher:
    """The server. Give a path its answers with `plays`; ``asked`` holds the requests in order."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.asked: list[Asked] = []
        self._answers: dict[str, list[Answer]] = {}

    def plays(self, path: str, *answers: Answer) -> str:
        """Play these answers from now on; return the address."""
        self._answers[path] = list(answers)
        return self.base + path

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""
        self.asked.append(Asked(path=request.path, headers=dict(request.headers)))
        script = self._answers.get(request.path)
        if not script:
            return web.Response(status=404)
        answer = script.pop(0) if len(script) > 1 else script[0]
        headers = {name: value.replace("{base}", self.base) for name, value in answer.headers.items()}
        if not answer.drip and not answer.cut:
            return web.Response(status=answer.status, body=answer.body, headers=headers)
        response = web.StreamResponse(status=answer.status, headers=headers)
        if answer.cut:
            response.content_length = len(answer.body)
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            if answer.cut:
                await response.write(answer.body[: len(answer.body) // 2])
                if request.transport is not None:
                    request.transport.close()
            for at in range(len(answer.body) if answer.drip else 0):
                await response.write(answer.body[at : at + 1])
                await asyncio.sleep(answer.drip)
        return response


@contextlib.asynccontextmanager
async def publishing() -> AsyncIterator[Publisher]:
    """Give a publisher that listens on a free port of 127.0.0.1."""
    listener = socket.create_server(("127.0.0.1", 0))
    publisher = Publisher(f"http://127.0.0.1:{listener.getsockname()[1]}")
    application = web.Application()
    application.router.add_get("/{path:.*}", publisher.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    try:
        yield publisher
    finally:
        await runner.cleanup()
