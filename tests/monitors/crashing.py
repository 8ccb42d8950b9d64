"""A poller that dies at a chosen step of its second poll, for test_crash.py: python -m tests.monitors.crashing ..."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from monitors.article import Article
from monitors.fetch import open_fetch
from monitors.parse import READER, Document, ParsedFeed
from monitors.poller import Hosts, Poller, poll
from monitors.schedule import Outcome, PollState, resumed
from monitors.state import State
from tests.monitors.newsroom import QUICK, START, Ledger, make_feed, parse_here

STEPS = ("before", "fetched", "parsed", "half published", "published", "remembered")


async def main(url: str, folder: Path, step: str, polls: int) -> None:
    feed = make_feed(url)
    state = State(folder / "state.sqlite")
    now = START

    def die(at: str) -> None:
        if at == step and state.polls():  # not in the first poll
            os.kill(os.getpid(), signal.SIGKILL)

    def write(articles: Sequence[Article]) -> None:
        with (folder / "published").open("a") as file:
            file.writelines(f"{article.event_id} {article.title}\n" for article in articles)
            file.flush()
            os.fsync(file.fileno())

    async def publish(articles: Sequence[Article]) -> None:
        write(articles[: len(articles) // 2])
        die("half published")
        write(articles[len(articles) // 2 :])
        die("published")

    async def parse(document: Document) -> ParsedFeed:
        die("fetched")
        parsed = await parse_here(document)
        die("parsed")
        return parsed

    async with open_fetch(user_agent="wirewatch/test", limits=QUICK) as public:

        async def fetch(*asked: object) -> Outcome:
            die("before")
            return await public(*asked)  # type: ignore[arg-type] # passed through

        poller = Poller(
            fetch=fetch,
            parse=parse,
            publish=publish,
            state=state,
            watch=Ledger(),
            clock=lambda: now,
            chance=lambda: 0.5,
        )
        for _ in range(polls):
            now += timedelta(minutes=1)
            known: PollState = resumed(state.polls().get(feed.id), feed, READER, now)
            second = feed.id in state.polls()
            await poll(feed, known, poller, Hosts(poller.clock, poller.sleep))
            if second:
                die("remembered")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
