"""Embedded mode as a composition: what happens between the poller and the channels, without network."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from monitors.article import Article
from streams import embedded
from streams.core.engine import Engine
from streams.deliver.base import Delivery
from streams.letters import again
from streams.pipeline import Followed
from streams.store import Store, open_store
from tests.fakes.newsroom import DAY, START, engine

NOON = START + timedelta(hours=6)


class Told:
    """A channel that keeps what it was given."""

    scheme = "slack"

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.more = asyncio.Event()

    async def send(self, delivery: Delivery) -> str:
        self.titles.append(delivery.alert.article.title)
        self.more.set()
        return delivery.delivery_key

    async def find(self, _: Delivery) -> str | None:
        return None

    async def revise_root(self, _: Delivery) -> None:
        pass

    async def close(self) -> None:
        pass


class Uncounted:
    def followed(self, result: Followed, seconds: float) -> None: ...
    def sent(self, channel: str, seconds: float) -> None: ...
    def failed(self, reason: str) -> None: ...
    def ambiguous(self) -> None: ...
    def retry_after(self, seconds: float) -> None: ...


def run(store: Store, articles: Sequence[Article], brain: Callable[[], Engine], enough: Callable[[Told], bool]) -> Told:
    """Run embedded mode over these articles until it is enough; fails after ten seconds."""
    told = Told()

    async def whole() -> None:
        stop = asyncio.Event()

        async def poll(publish: Callable[[Sequence[Article]], Awaitable[None]], _: asyncio.Event) -> None:
            await publish(articles)
            while not enough(told):
                told.more.clear()
                await told.more.wait()

        def now() -> datetime:
            return NOON

        watch = Uncounted()
        await asyncio.wait_for(
            embedded.run(poll, brain, store, {"slack": told}, now=now, stop=stop, watch=watch, sending=watch), 10
        )

    asyncio.run(whole())
    return told


def test_articles_become_messages_and_a_second_run_adds_none(tmp_path: Path) -> None:
    brain = engine()
    store = open_store(f"sqlite:///{tmp_path / 's.db'}", "test")
    first = run(store, DAY, lambda: brain, lambda told: len(told.titles) == 4)
    again_ = run(store, DAY, lambda: brain, lambda _: True)
    assert {"Missiles hit a depot in the north", "Drones struck the harbour", "Missiles hit a mill"} <= set(
        first.titles
    )
    assert [] == again_.titles
    store.close()


def test_an_article_that_the_core_cannot_take_is_buried_and_the_rest_goes_on(tmp_path: Path) -> None:
    brain = engine()
    broken = msgspec.structs.replace(brain, annotate=_fails_on_depots)
    store = open_store(f"sqlite:///{tmp_path / 's.db'}", "test")
    told = run(store, DAY[:3], lambda: broken, lambda told: len(told.titles) >= 1)
    (letter,) = store.dead_letters()
    assert ["Drones struck the harbour"] == told.titles
    assert ("examine", "ZeroDivisionError") == (letter.stage, letter.error)
    assert b"depot in the north" in letter.body
    # Mended: a person puts it on its way again.
    person = open_store(f"sqlite:///{tmp_path / 's.db'}", "person")
    again(person, letter.letter_id, NOON)
    person.close()
    mended = run(store, (), lambda: brain, lambda told: len(told.titles) >= 1)
    assert ["Missiles hit a depot in the north"] == mended.titles
    assert () == store.dead_letters()
    store.close()


def _fails_on_depots(sentences: Sequence[str]) -> Sequence[tuple[object, ...]]:
    if any("12 people" in s for s in sentences):
        raise ZeroDivisionError("a mistake of ours")
    return [() for _ in sentences]
