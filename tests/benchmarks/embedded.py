"""Embedded mode: from holding an article to its alert on the console; flat-out rate; memory; start-up to the first poll.

Run with `python -m tests.benchmarks embedded`. The reference in the same run is the same stages without a language model.
"""

from __future__ import annotations

import asyncio
import io
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from monitors.article import Article
from streams import embedded, wiring
from streams.config import settings
from streams.core.engine import Engine
from streams.deliver.base import Delivery
from streams.deliver.console import Console
from streams.pipeline import Followed, follow
from streams.store import open_store
from tests.benchmarks.articles import articles

START = datetime(2026, 1, 1, tzinfo=UTC)
RATE, SECONDS = 20, 40


def main() -> None:
    """Print the table."""
    full = wiring.engine(settings({}, None, {}), lambda _: None)
    bare = wiring.engine(settings({"model": "none"}, None, {}), lambda _: None)
    print("embedded, one article in twenty a hit, 660 words")
    for name, engine in (("with the model", full), ("rules alone (reference)", bare)):
        waits = asyncio.run(_latencies(engine))
        rate = _flat_out(engine)
        print(
            f"  {name:24} seen to console at {RATE}/s: p50 {_ms(waits, 50)} ms, p99 {_ms(waits, 99)} ms"
            f" (n={len(waits)}); flat out {rate:.0f} articles/s"
        )
    print(
        f"  memory of this process, with both engines: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
    )
    print(f"  `wirewatch run`, start to first poll: {_start_up():.2f} s")


def _ms(waits: Sequence[float], percentile: int) -> str:
    return f"{statistics.quantiles(waits, n=100)[percentile - 1] * 1000:.1f}"


class Watched(Console):
    """A console that notes when each article's alert was printed."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.at: dict[str, float] = {}

    async def send(self, delivery: Delivery) -> str:
        """Print and note the time."""
        told = await super().send(delivery)
        self.at.setdefault(delivery.alert.article.event_id, time.perf_counter())
        return told


class Uncounted:
    """Counts nothing."""

    def followed(self, result: Followed, seconds: float) -> None: ...
    def sent(self, channel: str, seconds: float) -> None: ...
    def failed(self, reason: str) -> None: ...
    def ambiguous(self) -> None: ...
    def retry_after(self, seconds: float) -> None: ...


async def _latencies(engine: Engine) -> list[float]:
    """Publish at a steady rate and return the seconds from each hit's publication to its print."""
    console, seen = Watched(), dict[str, float]()

    async def poll(publish: Callable[[Sequence[Article]], Awaitable[None]], stop: asyncio.Event) -> None:
        began = time.perf_counter()
        for n, article in enumerate(articles(RATE * SECONDS, hit_every=20, start=START)):
            await asyncio.sleep(max(0, began + n / RATE - time.perf_counter()))
            seen[article.event_id] = time.perf_counter()
            await publish([article])
        await asyncio.sleep(1)
        stop.set()

    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/bench.db", "bench")
        watch = Uncounted()
        await embedded.run(
            poll,
            lambda: engine,
            store,
            {"console": console},
            now=lambda: datetime.now(UTC),  # noqa: TID251 - a benchmark measures real time
            stop=asyncio.Event(),
            watch=watch,
            sending=watch,
        )
        store.close()
    assert len(console.at) == RATE * SECONDS // 20, "every hit must have alerted"
    return [console.at[event] - seen[event] for event in console.at]


def _flat_out(engine: Engine) -> float:
    """Return articles per second through all stages and the store, one after the other."""
    batch = articles(600, hit_every=20, start=START, seed=2)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/bench.db", "bench")
        began = time.perf_counter()
        for article in batch:
            follow(article, engine, store, article.first_seen_at)
        took = time.perf_counter() - began
        store.close()
    return len(batch) / took


def _start_up() -> float:
    """Return the seconds from starting `wirewatch run` to its first request, the best of three."""
    return min(_one_start_up() for _ in range(3))


def _one_start_up() -> float:
    import socket

    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        feeds = Path(folder) / "feeds.yaml"
        feeds.write_text(
            "format: 1\nfeeds:\n  - {id: a, title: a, tier: 1, language: en, source: a, private: true, "
            f'url: "http://127.0.0.1:{server.getsockname()[1]}/x"}}\n'
        )
        began = time.perf_counter()
        words = ["run", "--feeds", str(feeds), "--state", f"{folder}/state", "--metrics", "off"]
        child = subprocess.Popen(
            [sys.executable, "-m", "streams.cli", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        server.settimeout(60)
        server.accept()[0].close()
        took = time.perf_counter() - began
        child.terminate()
        child.wait()
    return took
