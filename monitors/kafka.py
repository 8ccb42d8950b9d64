"""Publish articles to Kafka and return only when the broker has acknowledged every one. The envelope is passed in."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError

from monitors.article import Article

Encode = Callable[[Article], tuple[bytes, list[tuple[str, bytes]]]]


class PublishFailed(Exception):  # noqa: N818  # an error's name says what is the case
    """Not every article was surely written: publish them all again, with the same ids."""


class KafkaPublisher:
    """Awaitable as ``publish(articles)``. The connection is made by the first call and kept; `close` ends it.

    An article's key is its ``article_id``, so that its revisions stay in order. A failed call may still have written some:
    the ids make repeating harmless.
    """

    def __init__(
        self,
        bootstrap: str,
        topic: str,
        encode: Encode,
        *,
        delivery_timeout: float = 30,
        make: Callable[..., Any] = KafkaProducer,
    ) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._encode = encode
        self._delivery_timeout = delivery_timeout
        self._make = make
        self._lock = threading.Lock()
        self._producer: Any = None

    async def __call__(self, articles: Sequence[Article]) -> None:
        """Publish, and return when all are acknowledged; else raise `PublishFailed` after ``delivery_timeout`` at most.

        Runs in a thread: `send` blocks while the topic's metadata is missing or the buffer is full.
        """
        if articles:
            await asyncio.to_thread(self._publish, articles)

    async def close(self, limit: float = 5) -> None:
        """Let go of the connection, within ``limit`` seconds even when the broker is away."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(KafkaError):  # what was not acknowledged is told already
                await asyncio.to_thread(producer.close, timeout=limit)

    def _publish(self, articles: Sequence[Article]) -> None:
        until = time.monotonic() + self._delivery_timeout
        try:
            producer = self._connected()
            futures = []
            for article in articles:
                body, headers = self._encode(article)
                futures.append(producer.send(self._topic, body, key=article.article_id.encode(), headers=headers))
            producer.flush(timeout=max(0.1, until - time.monotonic()))
            for future in futures:
                future.get(timeout=max(0.1, until - time.monotonic()))
        except KafkaError as error:
            # The producer is kept: it recovers when the broker is back (tested), and to end it here would wait for it.
            raise PublishFailed(
                f"{len(articles)} articles to {self._topic}: {type(error).__name__}: {error}"
            ) from error

    def _connected(self) -> Any:
        with self._lock:
            if self._producer is None:
                self._producer = self._make(
                    bootstrap_servers=self._bootstrap,
                    client_id="wirewatch-poll",
                    acks="all",
                    enable_idempotence=True,  # endless retries inside the delivery time-out, in order, without doubles
                    allow_auto_create_topics=False,  # a typo must fail
                    delivery_timeout_ms=int(self._delivery_timeout * 1000),
                    # Several requests fit into a delivery, or a broker that is back is met too late.
                    request_timeout_ms=int(min(10.0, self._delivery_timeout / 3) * 1000),
                    bootstrap_timeout_ms=5000,
                    max_block_ms=5000,
                    linger_ms=5,
                )
            return self._producer
