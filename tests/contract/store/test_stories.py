"""Stories are found by their keys, per desk and since a time."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.core.model import Story
from streams.store import Store
from tests.contract.store.kit import NOW, Opener, rows, story

HOUR = timedelta(hours=1)


def save(store: Store, *stories: Story) -> None:
    with store.begin(NOW) as tx:
        for each in stories:
            tx.save_story(each)


def found(store: Store, *keys: str, desk: str = "world", since: timedelta = HOUR) -> list[str]:
    with store.begin(NOW) as tx:
        return [each.story_id for each in tx.stories(desk, keys, NOW - since)]


def test_a_story_comes_back_as_it_was_saved(opened: Opener) -> None:
    store = opened()

    save(store, story("strike", "base", "country"))

    with store.begin(NOW) as tx:
        assert tx.stories("world", ["base"], NOW) == (story("strike", "base", "country"),)


def test_one_shared_key_is_enough_and_none_is_not(opened: Opener) -> None:
    store = opened()
    save(store, story("strike", "base", "country"), story("flood", "river"))

    assert found(store, "country", "elsewhere") == ["strike"]
    assert found(store, "elsewhere") == []
    assert found(store) == []


def test_a_story_that_shares_several_keys_comes_once(opened: Opener) -> None:
    store = opened()
    save(store, story("strike", "base", "country"))

    assert found(store, "base", "country", "base") == ["strike"]


def test_desks_do_not_see_each_others_stories(opened: Opener) -> None:
    store = opened()
    save(store, story("strike", "base", desk="world"), story("oil", "base", desk="money"))

    assert found(store, "base", desk="money") == ["oil"]


def test_stories_come_latest_first_and_not_from_before_the_time(opened: Opener) -> None:
    store = opened()
    save(
        store,
        story("old", "base", seen=NOW - 2 * HOUR),
        story("edge", "base", seen=NOW - HOUR),
        story("new", "base", seen=NOW),
    )

    assert found(store, "base") == ["new", "edge"]


def test_a_saved_story_replaces_itself_and_its_keys(opened: Opener) -> None:
    store = opened()
    save(store, story("strike", "base", "country"))

    save(store, story("strike", "country", "city", alerts=2))

    assert [found(store, key) for key in ("base", "country", "city")] == [[], ["strike"], ["strike"]]
    assert [each.alerts for each in store.recent("world", 10)] == [2]


def test_a_transaction_sees_its_own_stories(opened: Opener) -> None:
    store = opened()

    with store.begin(NOW) as tx:
        tx.save_story(story("strike", "base"))
        assert [each.story_id for each in tx.stories("world", ["base"], NOW)] == ["strike"]


def test_recent_lists_one_desk_latest_first(opened: Opener) -> None:
    store = opened()
    save(
        store, *(story(f"{hours}", "base", seen=NOW - hours * HOUR) for hours in (3, 1, 2)), story("oil", desk="money")
    )

    assert [each.story_id for each in store.recent("world", 2)] == ["1", "2"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    saved=st.lists(st.tuples(st.sampled_from("abcd"), st.sets(st.sampled_from("wxyz"))), max_size=8),
    asked=st.sets(st.sampled_from("wxyz")),
)
def test_found_is_what_a_search_through_all_stories_finds(
    sqlite_url: str, saved: list[tuple[str, set[str]]], asked: set[str]
) -> None:
    opened = Opener(sqlite_url)
    store = opened()
    for table in ("stories", "story_keys"):
        with store._database.engine.begin() as conn:
            conn.exec_driver_sql(f"DELETE FROM {table}")
    save(store, *(story(name, *sorted(keys)) for name, keys in saved))

    latest = dict(saved)
    assert found(store, *asked) == sorted(name for name, keys in latest.items() if keys & asked)
    assert len(rows(store, "story_keys")) == sum(len(keys) for keys in latest.values())
    opened.end_all()
