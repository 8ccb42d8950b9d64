"""The times at which a desk's alerts rang."""

from __future__ import annotations

from datetime import timedelta

import pytest

from streams.store import Tx
from tests.contract.store.kit import NOW, Opener

SPAN = timedelta(minutes=10)


def test_mentions_are_counted_by_desk_and_time_each_once(opened: Opener) -> None:
    store = opened()
    with store.begin(NOW) as tx:
        for name, minutes in (("a", 0), ("b", 9), ("b", 9), ("c", 10), ("d", -9)):
            tx.add_mention("world", name, NOW + timedelta(minutes=minutes))
        tx.add_mention("sport", "e", NOW)
        assert tx.mentions("world", NOW, SPAN) == 3  # c lies on the edge
        assert tx.mentions("sport", NOW, SPAN) == 1
    with store.begin(NOW) as tx:
        assert tx.mentions("world", NOW + timedelta(minutes=10), SPAN) == 2


def test_a_mention_of_a_transaction_that_failed_is_none(opened: Opener) -> None:
    store = opened()

    def ring_and_fail(tx: Tx) -> None:
        tx.add_mention("world", "a", NOW)
        raise ValueError("the transaction fails")

    with pytest.raises(ValueError, match="the transaction fails"):
        store.apply(ring_and_fail, NOW)
    with store.begin(NOW) as tx:
        assert tx.mentions("world", NOW, SPAN) == 0


def test_old_mentions_are_pruned(opened: Opener) -> None:
    store = opened()
    with store.begin(NOW) as tx:
        tx.add_mention("world", "old", NOW - timedelta(days=2))
        tx.add_mention("world", "young", NOW)
    assert store.prune(NOW - timedelta(days=1)) == 1
    with store.begin(NOW) as tx:
        assert tx.mentions("world", NOW, timedelta(days=9)) == 1
