"""Articles are kept once, in their inbox row's transaction, given back in order, and pruned by age."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest

from monitors.article import Article
from streams.store import Store, StoreError, Tx
from tests.contract.store.kit import NOW, SECOND, Opener, change, rows
from tests.fakes.newsroom import article

DAY = timedelta(days=1)


def seen(name: str, at: datetime, title: str = "Missiles hit a depot") -> Article:
    return msgspec.structs.replace(article(name, title, "Вибух \U0001f525 at the port. " * 20), first_seen_at=at)


def keep(store: Store, *articles: Article) -> None:
    with store.begin(NOW) as tx:
        for each in articles:
            if tx.once("examine", each.event_id):
                tx.keep(each)


def test_articles_come_back_equal_and_in_the_order_they_were_held(opened: Opener) -> None:
    store = opened(archives=True)
    late, early, old = seen("late", NOW), seen("early", NOW - SECOND), seen("old", NOW - 2 * DAY)
    keep(store, late, old, early)

    assert list(store.archived(NOW - DAY)) == [early, late]
    assert list(store.archived(NOW - 9 * DAY)) == [old, early, late]
    assert list(store.archived(NOW + SECOND)) == []


def test_pages_leave_nothing_out_and_repeat_nothing(opened: Opener) -> None:
    store = opened(archives=True)
    articles = [seen(str(n), NOW + (n // 3) * SECOND) for n in range(10)]  # three of each instant
    keep(store, *articles)

    for page in (1, 2, 3, 5, 10, 11):
        assert list(store.archived(NOW, page=page)) == articles


def test_an_event_is_kept_once(opened: Opener) -> None:
    store = opened(archives=True)
    first = seen("a", NOW)
    with store.begin(NOW) as tx:
        tx.keep(first)
        tx.keep(msgspec.structs.replace(first, title="Another title"))
    with store.begin(NOW) as tx:
        tx.keep(first)

    assert list(store.archived(NOW)) == [first]


def test_an_article_is_kept_with_its_inbox_row_or_not_at_all(opened: Opener) -> None:
    store = opened(archives=True)

    def dies(tx: Tx) -> None:
        tx.once("examine", "a")
        tx.keep(seen("a", NOW))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.apply(dies, NOW)

    assert list(store.archived(NOW)) == []
    assert store.seen("examine", ["a"]) == frozenset()


def test_keeping_costs_no_commit_of_its_own(opened: Opener) -> None:
    statements: list[str] = []
    store = opened(archives=True, hook=statements.append)
    statements.clear()
    keep(store, seen("a", NOW))

    assert statements.count("COMMIT") == 1


def test_a_store_without_archive_keeps_no_article(opened: Opener) -> None:
    store = opened()
    keep(store, seen("a", NOW))

    assert list(store.archived(NOW - DAY)) == []
    assert store.seen("examine", [seen("a", NOW).event_id]) != frozenset()


def test_old_articles_go_in_small_batches_and_no_other_row_goes_with_them(opened: Opener) -> None:
    store = opened(archives=True)
    old = [seen(f"old {n}", NOW - (40 - n) * DAY) for n in range(5)]
    young = seen("young", NOW - 29 * DAY)
    keep(store, *old, young)

    assert [store.prune_archive(NOW - 30 * DAY, batch=2) for _ in range(4)] == [2, 2, 1, 0]
    assert list(store.archived(NOW - 99 * DAY)) == [young]
    assert len(rows(store, "inbox")) == 6


def test_an_archive_is_not_pruned_with_the_rest(opened: Opener) -> None:
    store = opened(archives=True)
    keep(store, seen("a", NOW - 40 * DAY))
    store.prune(NOW - DAY)

    assert len(rows(store, "archive")) == 1


def test_what_is_kept_is_measured(opened: Opener) -> None:
    store = opened(archives=True)
    empty = store.archive_span()
    keep(store, seen("a", NOW), seen("b", NOW + SECOND))
    span = store.archive_span()

    assert (empty.articles, empty.first, empty.last, empty.stored) == (0, None, None, 0)
    assert (span.articles, span.first, span.last) == (2, NOW, NOW + SECOND)
    assert 0 < span.stored < 2 * len(msgspec.json.encode(seen("a", NOW)))


def test_a_row_of_another_version_is_told_by_its_event(opened: Opener) -> None:
    store = opened(archives=True)
    keep(store, seen("a", NOW))
    change(store, f"UPDATE archive SET value = {'x' if 'sqlite' in opened.url else ''}'00'")

    with pytest.raises(StoreError, match=seen("a", NOW).event_id):
        list(store.archived(NOW))
