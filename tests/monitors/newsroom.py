"""A poller whose clock stands still between polls, and what it published. For tests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitors.article import Article, Kind
from monitors.feeds import Feed
from monitors.fetch import Limits, open_fetch
from monitors.parse import READER, Document, ParsedFeed, parse_feed
from monitors.poller import Hosts, Poller, Publish, poll
from monitors.schedule import PollState, first_state, resumed
from monitors.state import State
from tests.fakes.publisher import Publisher, publishing

START = datetime(2026, 1, 8, 2, 0, tzinfo=UTC)
QUICK = Limits(connect=2, first_byte=1, total=2)


def make_feed(url: str = "https://evil.example/rss", **changes: Any) -> Feed:
    known: dict[str, Any] = {
        "id": "evil",
        "title": "Evil Times",
        "url": url,
        "tier": 1,
        "language": "en",
        "source": "Evil Times",
        "country": "GB",
        "private": True,
    }
    return Feed(**(known | changes))


async def parse_here(document: Document) -> ParsedFeed:
    return parse_feed(document)


class Ledger:
    """Everything the poller told the outside, as it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def polled(self, feed: Feed, state: PollState, outcome: str, seconds: float) -> None:
        self.told.append(("polled", feed.id, outcome, state.health, seconds))

    def articles(self, feed: Feed, kind: Kind, count: int) -> None:
        self.told.append(("articles", feed.id, kind, count))

    def newest(self, feed: Feed, at: datetime) -> None:
        self.told.append(("newest", feed.id, at))

    def gap(self, feed: Feed, since: datetime, until: datetime) -> None:
        self.told.append(("gap", feed.id, since, until))

    def muted(self, feed: Feed, count: int) -> None:
        self.told.append(("muted", feed.id, count))

    def unpublished(self, feed: Feed, count: int) -> None:
        self.told.append(("unpublished", feed.id, count))

    def of(self, name: str) -> list[tuple[Any, ...]]:
        return [words[2:] for words in self.told if words[0] == name]

    @property
    def outcomes(self) -> list[str]:
        return [words[0] for words in self.of("polled")]


class Newsroom:
    """One feed, polled when a test says so; the clock goes on by ``every`` each time. ``articles`` are in order."""

    def __init__(
        self, publisher: Publisher, poller: Poller, feed: Feed, ledger: Ledger, articles: list[Article]
    ) -> None:
        self.publisher = publisher
        self.poller = poller
        self.feed = feed
        self.ledger = ledger
        self.articles = articles
        self.now = START
        self.slept: list[float] = []
        self.hosts = Hosts(lambda: self.now, self.sleep)
        self.state = first_state(feed, READER, START)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    async def polls(self, count: int = 1, *, every: timedelta = timedelta(minutes=1)) -> PollState:
        for _ in range(count):
            self.now += every
            self.state = await poll(self.feed, self.state, self.poller, self.hosts)
        return self.state

    def restart(self) -> None:
        """Forget what is in memory, as a killed process does."""
        self.state = resumed(self.poller.state.polls().get(self.feed.id), self.feed, READER, self.now)
        self.hosts = Hosts(lambda: self.now, self.sleep)

    def told(self) -> list[tuple[str, str]]:
        """Return kind and title of what was published, in order."""
        return [(article.kind, article.title) for article in self.articles]

    def events(self) -> list[str]:
        return [article.event_id for article in self.articles]


@contextlib.asynccontextmanager
async def newsroom(
    path: Path | str = ":memory:", *, publish: Publish | None = None, limits: Limits = QUICK, **changes: Any
) -> AsyncIterator[Newsroom]:
    articles: list[Article] = []
    ledger = Ledger()

    async def collect(published: Sequence[Article]) -> None:
        articles.extend(published)

    state = State(path)
    async with (
        publishing() as publisher,
        open_fetch(user_agent="wirewatch/test (+https://wirewatch.example)", limits=limits) as fetch,
    ):
        room: Newsroom
        poller = Poller(
            fetch=fetch,
            parse=parse_here,
            publish=publish or collect,
            state=state,
            watch=ledger,
            clock=lambda: room.now,
            chance=lambda: 0.5,
            sleep=lambda seconds: room.sleep(seconds),  # noqa: PLW0108 - the room is made below
        )
        room = Newsroom(publisher, poller, make_feed(publisher.base + "/rss", **changes), ledger, articles)
        try:
            yield room
        finally:
            state.close()


def with_newsroom(**arguments: Any) -> Callable[[Callable[[Newsroom], Coroutine[Any, Any, None]]], Callable[[], None]]:
    """Run an async test with a newsroom of its own."""

    def decorate(test: Callable[[Newsroom], Coroutine[Any, Any, None]]) -> Callable[[], None]:
        def run() -> None:
            async def play() -> None:
                async with newsroom(**arguments) as room:
                    await test(room)

            asyncio.run(play())

        run.__name__ = test.__name__
        run.__doc__ = test.__doc__
        return run

    return decorate
