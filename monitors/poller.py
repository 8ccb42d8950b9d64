"""Poll the feeds, each in its own rhythm, and publish what is news. The flow of one poll:

    due? -> a turn at the host -> conditional GET -> unchanged, or failed: remember when to come back
                                                  -> a document: parse it in a child process
                                                     -> what is new, what changed its words
                                                     -> publish, until acknowledged
                                                     -> remember

Publish, then remember: a crash in between repeats the same events with the same ids, and never loses one. What to do is
decided elsewhere (schedule, identity, fresh); here it is done.
"""  # noqa: D400 - the flow is the rest of the sentence

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

import msgspec
import structlog
from publicsuffixlist import PublicSuffixList

from monitors.article import Article, Kind
from monitors.feeds import Feed
from monitors.fetch import Fetch
from monitors.fresh import news_of
from monitors.parse import READER, Document
from monitors.schedule import (
    PARALLEL,
    Failed,
    Fetched,
    HostBudget,
    Outcome,
    PollState,
    Validators,
    answered,
    next_state,
    reserved,
    resumed,
)
from monitors.state import State
from monitors.workers import Parse

Publish = Callable[[Sequence[Article]], Awaitable[None]]
"""Returns when ALL articles are acknowledged, raises otherwise; then it is called again with the same articles."""
Clock = Callable[[], datetime]
Chance = Callable[[], float]
Sleep = Callable[[float], Awaitable[object]]

AT_ONCE = 32
"""Requests under way at a time, over all hosts."""
_log = structlog.get_logger("monitors")


class Watch(Protocol):
    """What the poller tells the outside of its work: numbers for dashboards, no decisions."""

    def polled(self, feed: Feed, state: PollState, outcome: str, seconds: float) -> None:
        """A poll ended: ``outcome`` is fetched, unchanged or a `Trouble`; ``state`` is the one after it."""

    def articles(self, feed: Feed, kind: Kind, count: int) -> None:
        """``count`` events were published and acknowledged."""

    def newest(self, feed: Feed, at: datetime) -> None:
        """A new entry was first seen at this time."""

    def gap(self, feed: Feed, since: datetime, until: datetime) -> None:
        """Entries between these times may be lost: two documents in a row had none in common."""

    def muted(self, feed: Feed, count: int) -> None:
        """``count`` changes of entries that changed too often were not published."""

    def unpublished(self, feed: Feed, count: int) -> None:
        """``count`` articles are waiting because `Publish` raised; it is tried again."""


class Poller(msgspec.Struct, frozen=True, kw_only=True):
    """The parts that a poll needs."""

    fetch: Fetch
    parse: Parse
    publish: Publish
    state: State
    watch: Watch
    clock: Clock
    chance: Chance
    sleep: Sleep = asyncio.sleep


async def run(feeds: Sequence[Feed], poller: Poller, stop: asyncio.Event) -> None:
    """Watch the feeds until ``stop`` is set or the task is cancelled; then everything under way is dropped at once.

    Raises nothing for what feeds, networks or brokers do. What was not remembered is polled again by the next start.
    """
    now = poller.clock()
    polls = poller.state.polls()
    states = {feed.id: resumed(polls.get(feed.id), feed, READER, now) for feed in feeds}
    hosts = Hosts(poller.clock, poller.sleep)
    for feed in feeds:
        hosts.resume(feed, states[feed.id])
    tasks = [asyncio.create_task(_watch(feed, states[feed.id], poller, hosts), name=feed.id) for feed in feeds]
    try:
        await stop.wait()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _watch(feed: Feed, state: PollState, poller: Poller, hosts: Hosts) -> None:
    """Poll one feed for ever."""
    while True:
        await _until(state.due_at, poller)
        try:
            state = await poll(feed, state, poller, hosts)
        except Exception:  # noqa: BLE001 - one feed's surprise must not end the watch over the others
            _log.exception("poll failed", feed=feed.id)
            failed = Failed(trouble="internal", words="a mistake in wirewatch: see the log")
            state = next_state(state, failed, feed, poller.clock(), poller.chance())
            poller.watch.polled(feed, state, failed.trouble, 0)


async def poll(feed: Feed, state: PollState, poller: Poller, hosts: Hosts) -> PollState:
    """Poll a feed once, publish its news and remember; return its state after that."""
    started = time.monotonic()
    async with hosts.turn(feed):
        outcome = await poller.fetch(feed, state, poller.clock())
        hosts.answered(feed, outcome)
    if isinstance(outcome, Fetched):
        outcome, after = await _read(feed, state, outcome, poller)
    else:
        after = next_state(state, outcome, feed, poller.clock(), poller.chance())
        poller.state.remember(after, None, poller.clock())
    _tell(feed, state, after, outcome, poller.watch, time.monotonic() - started)
    return after


async def _read(feed: Feed, state: PollState, fetched: Fetched, poller: Poller) -> tuple[Outcome, PollState]:
    """Parse a document, publish what is news in it, remember."""
    now = poller.clock()
    parsed = await poller.parse(
        Document(body=fetched.body, url=fetched.url, content_type=fetched.content_type, country=feed.country)
    )
    if parsed.problem is not None:
        failed = Failed(trouble=parsed.problem, words=parsed.words)
        after = next_state(state, failed, feed, now, poller.chance())
        poller.state.remember(after, None, now)
        return failed, after
    news = news_of(
        feed,
        parsed.entries,
        poller.state.seen(feed.id, [entry.marks for entry in parsed.entries]),
        listed=poller.state.listed(feed.id),
        policy=state.policy,
        priming=state.health == "new",
        now=now,
    )
    after = next_state(state, fetched, feed, now, poller.chance(), new=news.new)
    after = msgspec.structs.replace(after, policy=news.policy, reader=READER)
    if parsed.cut:  # what is missing must not be answered with "unchanged"
        after = msgspec.structs.replace(after, validators=Validators(), body_hash=None)
    await _publish(feed, news.articles, poller)
    poller.state.remember(after, news.document, now)
    if news.gap:
        since = state.last_success_at or now
        _log.warning("gap", feed=feed.id, since=since.isoformat(), until=now.isoformat(), entries=len(news.document))
        poller.watch.gap(feed, since, now)
    if news.policy != state.policy:
        _log.warning("entries recognised otherwise", feed=feed.id, before=state.policy, now=news.policy)
    if news.new:
        poller.watch.newest(feed, now)
    if news.muted:
        poller.watch.muted(feed, news.muted)
    return fetched, after


async def _publish(feed: Feed, articles: Sequence[Article], poller: Poller) -> None:
    """Publish until it is acknowledged: the feed may have dropped the entries by the next poll."""
    wait = 1.0
    while articles:
        try:
            await poller.publish(articles)
        except Exception as error:  # noqa: BLE001 - whatever the broker's client raises: nothing was surely written
            _log.warning(
                "not published, trying again", feed=feed.id, articles=len(articles), error=type(error).__name__
            )
            poller.watch.unpublished(feed, len(articles))
            await poller.sleep(wait)
            wait = min(wait * 2, 30)
        else:
            break
    for kind in ("new", "revised"):
        count = sum(article.kind == kind for article in articles)
        if count:
            poller.watch.articles(feed, kind, count)


def _tell(feed: Feed, before: PollState, after: PollState, outcome: Outcome, watch: Watch, seconds: float) -> None:
    """Tell how a poll ended. Of failures in a row the log has the 1st, 2nd, 4th, 8th ..., and every other kind."""
    watch.polled(
        feed, after, outcome.trouble if isinstance(outcome, Failed) else type(outcome).__name__.lower(), seconds
    )
    if isinstance(outcome, Failed) and (after.trouble != before.trouble or after.failures.bit_count() == 1):
        _log.warning(
            "feed failed",
            feed=feed.id,
            trouble=outcome.trouble,
            words=outcome.words,
            failures=after.failures,
            again_at=after.due_at.isoformat(timespec="seconds"),
        )
    elif before.failures and not after.failures:
        _log.info("feed is back", feed=feed.id, failures=before.failures)


async def _until(due_at: datetime, poller: Poller) -> None:
    while (wait := (due_at - poller.clock()).total_seconds()) > 0:
        await poller.sleep(min(wait, 60))  # the clock may be set while we sleep


# --- politeness -----------------------------------------------------------------------------------------------------


class Hosts:
    """The budgets of all hosts, and the turns of the feeds that share one."""

    def __init__(self, clock: Clock, sleep: Sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._suffixes = PublicSuffixList()
        self._budgets: dict[str, HostBudget] = {}
        self._lanes: dict[str, asyncio.Semaphore] = {}
        self._all = asyncio.Semaphore(AT_ONCE)

    def host(self, feed: Feed) -> str:
        """Return whose patience a feed draws on: its registrable domain, or host and port of what has none."""
        parts = urlsplit(feed.url)
        name = parts.hostname or ""
        is_address = ":" in name or name.replace(".", "").isdigit()
        return parts.netloc if is_address else self._suffixes.privatesuffix(name) or parts.netloc

    def resume(self, feed: Feed, state: PollState) -> None:
        """Keep away from a host that asked for it before the restart."""
        budget = self._budget(feed)
        if state.held_until is not None:
            until = max(budget.held_until, state.held_until)
            self._budgets[self.host(feed)] = msgspec.structs.replace(budget, held_until=until)

    @contextlib.asynccontextmanager
    async def turn(self, feed: Feed) -> AsyncIterator[None]:
        """Wait until a request to the feed's host may start, and hold one of its lanes meanwhile."""
        host = self.host(feed)
        lane = self._lanes.setdefault(host, asyncio.Semaphore(PARALLEL))
        async with lane:
            start, self._budgets[host] = reserved(self._budget(feed), feed, self._clock())
            while (wait := (start - self._clock()).total_seconds()) > 0:
                await self._sleep(wait)
                start = max(start, self._budget(feed).held_until)
            async with self._all:
                yield

    def answered(self, feed: Feed, outcome: Outcome) -> None:
        """Take note of how the host answered."""
        self._budgets[self.host(feed)] = answered(self._budget(feed), outcome, self._clock())

    def _budget(self, feed: Feed) -> HostBudget:
        now = self._clock()
        return self._budgets.setdefault(self.host(feed), HostBudget(free_at=now, held_until=now))
