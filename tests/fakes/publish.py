"""A publisher of numbered articles, as a process: `python -m tests.fakes.publish KAFKA TOPIC SECONDS`.

Each line of standard input is numbers to publish, or ``close``; the answer is a line: acknowledged, PublishFailed, closed.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

from monitors.article import Article
from monitors.kafka import KafkaPublisher, PublishFailed
from streams.wire import encode


def article(n: int) -> Article:
    return Article(
        event_id=f"event-{n}",
        article_id=f"article-{n}",
        revision=str(n),
        feed_id="harbour-post",
        source="Harbour Post",
        origin="Harbour Post",
        url=f"https://harbour.example/{n}",
        title=f"Story {n}",
        text="words",
        first_seen_at=datetime(2020, 1, 8, tzinfo=UTC),
    )


async def answers(publish: KafkaPublisher) -> None:
    while words := await asyncio.to_thread(sys.stdin.readline):
        if words.strip() == "close":
            await publish.close(limit=2)
            answer = "closed"
        else:
            try:
                await publish([article(int(number)) for number in words.split()])
                answer = "acknowledged"
            except PublishFailed:
                answer = "PublishFailed"
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    address, topic, seconds = sys.argv[1:]
    asyncio.run(
        answers(KafkaPublisher(address, topic, lambda one: encode(one, "test"), delivery_timeout=float(seconds)))
    )
