"""Housekeeping of the store: what is finished and old is deleted in small batches, so that no writer waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from streams.store import Store

KEEP = timedelta(days=97)
"""A week longer than the longest-lived topic (alerts, 90 days): the inbox must know whatever Kafka may bring once more."""
EVERY_SECONDS = 3600.0
PAUSE_SECONDS = 0.05
"""Between two batches, for those who wait to write."""

log = structlog.get_logger("upkeep")


async def keep_tidy(
    store: Store, now: Callable[[], datetime], archive: timedelta, every: float = EVERY_SECONDS
) -> None:
    """Tidy at once and then again and again, in a thread, until cancelled. ``archive`` is how long articles are kept."""
    while True:
        try:
            rows = await _drained(store.prune, now() - KEEP)
            articles = await _drained(store.prune_archive, now() - archive)
            if rows or articles:
                log.info("store tidied", rows=rows, articles=articles)
        except Exception:
            log.exception("tidying the store failed", then="tried again later")
        await asyncio.sleep(every)


async def _drained(prune: Callable[[datetime], int], before: datetime) -> int:
    count = 0
    while gone := await asyncio.to_thread(prune, before):
        count += gone
        await asyncio.sleep(PAUSE_SECONDS)
    return count
