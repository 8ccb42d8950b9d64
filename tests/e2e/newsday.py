"""A day end to end: real wirewatch processes between the demo's publisher and a fake Slack, one event at a time.

The day is the demo's, or one of `strikes_day`: as many independent stories as a test of kills needs.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from deploy.demo.publisher import Publisher, Steps, feeds_file
from deploy.demo.recorded import Day, Entry, Form, Guid, Outlet, Wording, load_day
from tests.fakes.slack import FakeSlack, Settings, fake_slack

ROOT = Path(__file__).resolve().parents[2]
RHYTHM = timedelta(milliseconds=100)
LIMIT = 60.0
ADDRESS = re.compile(r"http://\S+/metrics")


class Process:
    """A running `wirewatch` command; what it prints is kept for a failing test."""

    def __init__(self, command: str, child: asyncio.subprocess.Process, log: Path) -> None:
        self.command = command
        self.child = child
        self.log = log

    async def stop(self, signum: int = signal.SIGTERM, limit: float = 30) -> float:
        """Send the signal and return how many seconds it took to end; fails when it ended otherwise than well."""
        began = time.monotonic()
        self.child.send_signal(signum)
        status = await asyncio.wait_for(self.child.wait(), limit)
        assert status == 0, f"{self.command} ended with {status}\n{self.log.read_text()[-3000:]}"
        return time.monotonic() - began

    async def samples(self, name: str) -> list[tuple[dict[str, str], float]]:
        """Return the labels and the value of each sample of this name at its /metrics."""
        await until(lambda: ADDRESS.search(self.log.read_text()) is not None)
        found = ADDRESS.search(self.log.read_text())
        assert found is not None
        async with aiohttp.ClientSession() as session, session.get(found[0]) as answer:
            families = text_string_to_metric_families(await answer.text())
        return [
            (sample.labels, sample.value) for family in families for sample in family.samples if sample.name == name
        ]

    async def kill(self) -> None:
        """Kill -9."""
        if self.child.returncode is None:
            self.child.kill()
            await self.child.wait()


class Newsroom:
    """A publisher, a Slack, a folder of state, and the processes that a test starts in between."""

    def __init__(self, day: Day, clock: Steps, publisher: Publisher, slack: FakeSlack, folder: Path) -> None:
        self.day = day
        self.publisher = publisher
        self.clock = clock
        self.slack = slack
        self.folder = folder
        self.state = folder / "state"
        self.processes: list[Process] = []
        self.feeds = folder / "feeds.yaml"
        self.feeds.write_text(feeds_file(day, publisher.base, every=RHYTHM))
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("WIREWATCH_", "SLACK_"))},  # noqa: TID251  # for children
            "WIREWATCH_RULES": str(ROOT / "rules"),
            "WIREWATCH_FEEDS": str(self.feeds),
            "WIREWATCH_STATE": str(self.state),
            "WIREWATCH_SLACK_URL": slack.url,
            "WIREWATCH_SLACK_PACE": "500/500",
            "WIREWATCH_METRICS": "127.0.0.1:0",
            "SLACK_BOT_TOKEN": slack.settings.token,
        }

    async def start(self, command: str, more: Mapping[str, str] | None = None, **options: str) -> Process:
        """Start a command; it is killed at the end of the test if it still lives."""
        log = self.folder / f"{command}-{len(self.processes)}.log"
        words = [w for name, value in options.items() for w in (f"--{name}", value)]
        with log.open("wb") as out:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "streams.cli", command, *words,
                cwd=ROOT, env={**self.environment, **(more or {})}, stdout=out, stderr=out,
            )  # fmt: skip
        process = Process(command, child, log)
        self.processes.append(process)
        return process

    def watch_too(self, feeds: Mapping[str, str], every: str = "300 milliseconds") -> None:
        """Add feeds, URL by id, to those that a process started from now on watches."""
        rest = f"tier: 1, every: {every}, language: en, private: true"
        lines = (
            f"  - {{id: {name}, title: {name}, source: {name}, url: '{url}', {rest}}}\n" for name, url in feeds.items()
        )
        self.feeds.write_text(self.feeds.read_text() + "".join(lines))

    async def play(self, settled: Callable[[], Awaitable[None]]) -> None:
        """Move through the whole day, one event at a time; ``settled`` waits until the event went through the pipe."""
        await self.publisher.polled(within=LIMIT)
        while self.publisher.step():
            await self.publisher.polled(within=LIMIT)
            await settled()

    def rows(self, question: str, file: str = "wirewatch.db") -> list[tuple[Any, ...]]:
        """Ask the SQLite store, or the poller's memory (``feeds.db``), read only."""
        db = sqlite3.connect(f"file:{self.state / file}?mode=ro", uri=True)
        try:
            return db.execute(question).fetchall()
        finally:
            db.close()

    async def delivered(self) -> None:
        """Wait until no delivery is waiting."""
        await until(lambda: self.rows("select count(*) from deliveries where state not in ('sent', 'dead')") == [(0,)])

    def told(self) -> Counter[tuple[str, str]]:
        """Return how often each alert reached each channel."""
        return Counter(
            (m["metadata"]["event_payload"]["alert_id"], m["channel_name"])
            for m in self.slack.messages()
            if m["metadata"]
        )


OUTLETS: tuple[tuple[str, Form, Guid], ...] = (
    ("northern-post", "rss2", "link"),
    ("harbour-times", "atom", "none"),
    ("levant-gazette", "rss1", "link"),
    ("plains-herald", "rss2", "none"),
)


def strikes_day(count: int) -> Day:
    """Return a day of ``count`` hits, each in a town of its own that no gazetteer knows; at most 80, a window per outlet.

    Outlets take turns. Every third toll is raised by an edit, twelve hits later: an update in its story's thread.
    """
    start, minute = datetime(2020, 3, 1, 6, 0, tzinfo=UTC), timedelta(minutes=1)
    towns = ("".join(parts) for parts in product(("Var", "Ostel", "Kem", "Brin", "Holz", "Tar", "Mol", "Sken"), ENDS))
    entries = []
    for n, town in zip(range(count), towns, strict=False):
        at, dead = start + (2 * n + 1) * minute, 11 + n
        words = (f"At least {dead} people were killed in {town}, the governor said.", f"{town} lies in the plain.")
        wordings = [Wording(at=at, title=f"Missiles hit a fuel depot in {town}", text=words)]
        if n % 3 == 0:
            raised = words[0].replace(str(dead), str(3 * dead))
            wordings.append(Wording(at=at + 25 * minute, title=wordings[0].title, text=(raised, words[1])))
        outlet = OUTLETS[n % len(OUTLETS)][0]
        entries.append(Entry(id=f"hit-{n}", outlet=outlet, wire=None, wordings=tuple(wordings), withdrawn_at=None))
    outlets = tuple(
        Outlet(
            id=name,
            name=name.replace("-", " ").title(),
            form=form,
            text="full",
            clock=timedelta(0),
            zone="+0000" if form == "rss2" else "Z",
            guid=guid,
            stamp=name == OUTLETS[0][0],
            country="GB",
        )
        for name, form, guid in OUTLETS
    )
    end = start + (2 * count + 60) * minute
    return Day(start=start, end=end, chapters=(), outlets=outlets, entries=tuple(entries))


ENDS = ("nholm", "aby", "grad", "mouth", "dale", "wick", "minster", "haven", "stow", "fell")


async def until(ready: Callable[[], bool], limit: float = LIMIT) -> None:
    """Wait for a condition; fails after ``limit`` seconds."""
    end = time.monotonic() + limit
    while not ready():
        assert time.monotonic() < end, f"not within {limit} s"
        await asyncio.sleep(0.02)


async def until_told(ask: Callable[[], Awaitable[bool]], limit: float = LIMIT) -> None:
    """Wait for a condition that has to be asked for; fails after ``limit`` seconds."""
    end = time.monotonic() + limit
    while not await ask():
        assert time.monotonic() < end, f"not within {limit} s"
        await asyncio.sleep(0.1)


@asynccontextmanager
async def newsroom(
    folder: Path, day: Day | None = None, *, honour_client_msg_id: bool = False
) -> AsyncIterator[Newsroom]:
    """A newsroom in a folder of its own; every process it started is gone at the end."""
    day = day or load_day()
    clock = Steps(day)
    publisher = Publisher(day, clock)
    await publisher.start()
    settings = Settings(burst=1000, per_second=1000, honour_client_msg_id=honour_client_msg_id)
    async with fake_slack(settings) as slack:
        room = Newsroom(day, clock, publisher, slack, folder)
        try:
            yield room
        finally:
            for process in room.processes:
                await process.kill()
            await publisher.stop()
