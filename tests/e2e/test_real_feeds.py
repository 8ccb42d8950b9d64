"""Feed documents of other projects, polled by a running wirewatch: every entry is accounted for.

The documents lie beside the repository where they are at hand; they are not ours to ship (tests/monitors/test_feed_corpus.py).
Each is a feed of its own, empty at the first poll: so nothing of it is backlog, and every entry goes the whole way.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import feedparser
import msgspec
import pytest
from aiohttp import web

from tests.e2e.newsday import Newsroom, Process, newsroom, strikes_day, until_told
from tests.fakes.publisher import rss

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "data" / "feeds"

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        not CORPUS.is_dir(), reason=f"no feed documents at {CORPUS}; they are no part of the repository"
    ),
]


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the documents. By feed: entries published, entries remembered, what the polls came to.

    ``followed`` are the log's lines about articles, ``failed`` those about feeds; ``inbox`` counts article events that went
    through the rules. ``peak`` is the most memory the process held, in kB.
    """

    published: dict[str, int]
    remembered: dict[str, int]
    polls: dict[str, set[str]]
    followed: list[dict[str, Any]]
    failed: list[dict[str, Any]]
    inbox: int
    dead_letters: int
    peak: int
    log: str


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    return asyncio.run(all_polled(tmp_path_factory.mktemp("real")))


def test_every_entry_of_every_document_is_published_and_remembered(counted: Counted) -> None:
    expected = {name: entries(file.read_bytes()) for name, file in documents().items()}
    with_entries = {name: count for name, count in expected.items() if count}
    assert len(with_entries) > 150
    assert with_entries == counted.published
    assert with_entries == counted.remembered


def test_every_published_entry_goes_through_the_rules(counted: Counted) -> None:
    """Two documents may list one article: then its second event is known."""
    known = sum(line["reason"] == "known" for line in counted.followed)
    assert sum(counted.published.values()) == len(counted.followed) == counted.inbox + known
    assert 0 == counted.dead_letters


def test_what_is_no_feed_is_refused_with_a_reason(counted: Counted) -> None:
    expected = {name for name, file in documents().items() if not is_feed(file.read_bytes())}
    refused = {name: came_to - {"fetched", "unchanged"} for name, came_to in counted.polls.items()}
    assert expected == {name for name, reasons in refused.items() if reasons}
    told = {line["feed"]: line["trouble"] for line in counted.failed if line["words"]}
    assert {name: reasons for name, reasons in refused.items() if reasons} == {n: {told[n]} for n in told}
    assert {"not_a_feed", "json", "html", "empty"} == set(told.values())


def test_the_process_stays_whole_and_small(counted: Counted) -> None:
    assert "Traceback" not in counted.log
    assert counted.peak < 400_000


# --- what is known of the documents otherwise -----------------------------------------------------------------------


def documents() -> dict[str, Path]:
    """Return the documents, each under a feed id, without the results that gofeed expects of its own (X.json to X.xml)."""
    files = (file for file in sorted(CORPUS.rglob("*")) if file.is_file())
    feeds = (f for f in files if f.suffix != ".json" or not f.with_suffix(".xml").exists())
    return {f"feed-{n}": file for n, file in enumerate(feeds)}


def is_feed(body: bytes) -> bool:
    read = feedparser.parse(io.BytesIO(body))
    return bool(read.get("version") or read.entries)


def entries(body: bytes) -> int:
    """Return how many entries feedparser by itself finds that have words or a link, repeats counted once."""
    return len({repr(sorted(dict(e).items())) for e in feedparser.parse(io.BytesIO(body)).entries if says_something(e)})


def says_something(entry: Mapping[str, Any]) -> bool:
    words = " ".join([entry.get("title", ""), entry.get("summary", ""), *(c.value for c in entry.get("content", ()))])
    return bool(re.sub(r"<[^>]*>|\s", "", words)) or entry.get("link", "").strip().startswith("http")


# --- the run --------------------------------------------------------------------------------------------------------


async def all_polled(folder: Path) -> Counted:
    bodies = {name: file.read_bytes() for name, file in documents().items()}
    async with newsroom(folder, strikes_day(1)) as room, serving(bodies) as base:
        # Often enough to be done soon, seldom enough for two cores.
        room.watch_too({name: f"{base}/{name}" for name in bodies}, every="3 seconds")
        run = await room.start("run", {"WIREWATCH_LOG_LEVEL": "debug"})

        async def read_twice() -> bool:
            polls = Counter[str]()
            for labels, count in await run.samples("wirewatch_feed_polls_total"):
                polls[labels["feed"]] += int(count)
            return all(polls[name] >= 2 for name in bodies)

        await until_told(read_twice, 200)
        await room.delivered()
        return await what_became(room, run, set(bodies))


async def what_became(room: Newsroom, run: Process, feeds: set[str]) -> Counted:
    polls: dict[str, set[str]] = {}
    for labels, _ in await run.samples("wirewatch_feed_polls_total"):
        polls.setdefault(labels["feed"], set()).add(labels["outcome"])
    articles = await run.samples("wirewatch_feed_articles_total")
    peak = peak_of(run.child.pid)
    await run.stop()
    log = run.log.read_text()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    return Counted(
        published={labels["feed"]: int(count) for labels, count in articles if labels["kind"] == "new" and count},
        remembered=dict(room.rows("select feed_id, count(*) from seen group by feed_id", "feeds.db")),
        polls={name: came_to for name, came_to in polls.items() if name in feeds},
        followed=[line for line in lines if line["event"] == "article followed"],
        failed=[line for line in lines if line["event"] == "feed failed"],
        inbox=room.rows("select count(*) from inbox where stage = 'examine'")[0][0],
        dead_letters=room.rows("select count(*) from dead_letters")[0][0],
        peak=peak,
        log=log,
    )


def peak_of(pid: int) -> int:
    """Return the most memory that the process held, in kB (proc(5))."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1])


@asynccontextmanager
async def serving(bodies: Mapping[str, bytes]) -> AsyncIterator[str]:
    """Serve each document below its name, from the second request on; the first is answered with an empty feed."""
    asked = Counter[str]()

    async def answer(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        asked[name] += 1
        return web.Response(body=bodies[name] if asked[name] > 1 else rss([]), content_type="application/xml")

    app = web.Application()
    app.router.add_get("/{name}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
