from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streams import relay
from streams.relay import Relay
from streams.store import Outgoing, Store, open_store

NOON = datetime(2020, 1, 8, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}", "one")
    yield opened
    opened.close()


def written(store: Store, *ids: str) -> tuple[Outgoing, ...]:
    with store.begin(NOON) as tx:
        for name in ids:
            tx.put("findings", b"desk", name, name.encode())
        return tx.written


class Broker:
    """A producer: takes what it is given, refuses some, or is away."""

    def __init__(self, *, refuses: tuple[str, ...] = (), away: bool = False) -> None:
        self.took: list[str] = []
        self.refuses = refuses
        self.away = away

    async def send(self, row: Outgoing) -> Awaitable[object]:
        async def acknowledged() -> None:
            if self.away:
                raise ConnectionError("nobody there")
            if row.id in self.refuses:
                raise ValueError("too large")
            self.took.append(row.id)

        return acknowledged()


async def worked_off(relayed: Relay) -> None:
    """Let it work until nothing is under way."""
    running = asyncio.ensure_future(relayed.run())
    await relayed.empty(10)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_rows_go_out_in_order_and_are_marked(store: Store) -> None:
    broker = Broker()
    noted: list[str] = []

    async def scene() -> None:
        relayed = Relay(store, broker.send, lambda: NOON, note=noted.append)
        await relayed.put(written(store, "a", "b", "c"))
        await worked_off(relayed)

    asyncio.run(scene())
    assert broker.took == ["a", "b", "c"]
    assert noted == ["relayed"] * 3
    assert store.counts().outbox == 0


def test_more_rows_than_a_batch_keep_their_order(store: Store) -> None:
    broker = Broker()
    names = [f"{n:04}" for n in range(3 * relay.BATCH + 7)]

    async def scene() -> None:
        relayed = Relay(store, broker.send, lambda: NOON)
        working = asyncio.ensure_future(relayed.run())
        for at in range(0, len(names), 50):
            await relayed.put(written(store, *names[at : at + 50]))
        await relayed.empty(10)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    asyncio.run(scene())
    assert names == broker.took
    assert store.counts().outbox == 0


def test_a_row_that_the_broker_refuses_holds_up_no_other(store: Store) -> None:
    broker = Broker(refuses=("huge",))

    async def scene() -> None:
        relayed = Relay(store, broker.send, lambda: NOON)
        await relayed.put(written(store, "a", "huge", "b"))
        await worked_off(relayed)

    asyncio.run(scene())
    assert broker.took == ["a", "b"]
    assert [row.id for row in store.claim(10, NOON)] == ["huge"]


def test_what_a_broker_that_is_away_did_not_take_is_free_for_the_sweep(store: Store, tmp_path: Path) -> None:
    broker = Broker(away=True)

    async def scene() -> None:
        relayed = Relay(store, broker.send, lambda: NOON)
        await relayed.put(written(store, "a"))
        await relayed.put(written(store, "b", "c"))
        await worked_off(relayed)

    asyncio.run(scene())
    assert store.counts().outbox == 3
    other = open_store(f"sqlite:///{tmp_path / 'store.db'}", "other")
    assert [row.id for row in other.claim(10, NOON)] == ["a", "b", "c"]
    other.close()


def test_the_sweep_brings_what_was_left_and_goes_on_sweeping(store: Store) -> None:
    broker = Broker()
    came = {name: asyncio.Event() for name in ("left", "later")}

    async def send(row: Outgoing) -> Awaitable[object]:
        came[row.id].set()
        return await broker.send(row)

    async def scene() -> None:
        sweeping = asyncio.ensure_future(Relay(store, send, lambda: NOON).sweep(0.01))
        for name, event in came.items():
            store.release([row.seq for row in written(store, name)])
            await asyncio.wait_for(event.wait(), 5)
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)

    asyncio.run(scene())
    assert broker.took == ["left", "later"]


def test_rows_that_somebody_holds_are_not_swept_before_their_lease_ends(store: Store, tmp_path: Path) -> None:
    written(store, "held")
    other = open_store(f"sqlite:///{tmp_path / 'store.db'}", "other")
    assert other.claim(10, NOON) == ()
    late = NOON + timedelta(seconds=relay.SEND_SECONDS)
    assert other.claim(10, late) == (), "a send that is still allowed to succeed must still be its owner's"
    assert [row.id for row in other.claim(10, NOON + timedelta(seconds=16))] == ["held"]
    other.close()


def test_an_acknowledgement_that_never_comes_is_given_up(store: Store) -> None:
    async def send(_: Outgoing) -> Awaitable[object]:
        return asyncio.get_running_loop().create_future()

    async def scene() -> None:
        relayed = Relay(store, send, lambda: NOON, seconds=0.05)
        await relayed.put(written(store, "a"))
        await worked_off(relayed)

    asyncio.run(scene())
    assert store.counts().outbox == 1


def test_what_a_dead_process_left_goes_before_what_its_next_self_writes(store: Store, tmp_path: Path) -> None:
    written(store, "first", "second")
    again = open_store(f"sqlite:///{tmp_path / 'store.db'}", "one")
    broker = Broker()

    async def scene() -> None:
        relayed = Relay(again, broker.send, lambda: NOON)
        await relayed.put(written(again, "third"))
        await worked_off(relayed)

    asyncio.run(scene())
    assert broker.took == ["first", "second", "third"]
    again.close()


def test_what_a_broker_refused_while_it_was_away_goes_before_what_came_after(store: Store) -> None:
    broker = Broker(away=True)

    async def scene() -> None:
        relayed = Relay(store, broker.send, lambda: NOON)
        await relayed.put(written(store, "first"))
        await worked_off(relayed)
        broker.away = False
        await relayed.put(written(store, "second"))
        await worked_off(relayed)

    asyncio.run(scene())
    assert broker.took == ["first", "second"]


def test_a_row_that_is_never_taken_is_not_tried_again_with_every_new_one(store: Store) -> None:
    broker = Broker(refuses=("huge",))
    tries: list[str] = []

    async def send(row: Outgoing) -> Awaitable[object]:
        tries.append(row.id)
        return await broker.send(row)

    async def scene() -> None:
        relayed = Relay(store, send, lambda: NOON)
        for name in ("huge", "a", "b", "c"):
            await relayed.put(written(store, name))
            await worked_off(relayed)

    asyncio.run(scene())
    assert broker.took == ["a", "b", "c"]
    assert tries.count("huge") == 2
