from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.schedule import (
    Failed,
    Fetched,
    Health,
    HostBudget,
    PollState,
    Trouble,
    Unchanged,
    Validators,
    answered,
    first_state,
    next_state,
    reserved,
    resumed,
    retry_after,
    wants_validators,
)
from tests.monitors.newsroom import START, make_feed

NOTHING = Unchanged(validators=Validators(), by_server=False)
SAID_304 = Unchanged(validators=Validators(), by_server=True)
DOCUMENT = Fetched(
    url="https://e.example", body=b"", body_hash="h", content_type="", validators=Validators(etag=b'"1"')
)


def failed(trouble: Trouble = "server", retry: timedelta | None = None) -> Failed:
    return Failed(trouble=trouble, words="", retry_after=retry)


def waits(tier: int, outcome: Unchanged | Fetched | Failed, count: int, **changes: Any) -> list[float]:
    """Return the seconds to wait after each of so many equal outcomes in a row, each polled when due."""
    feed = make_feed(tier=tier, **changes)
    state, now, seconds = first_state(feed, 1, START), START, []
    for _ in range(count):
        state = next_state(state, outcome, feed, now, 0.5)
        seconds.append((state.due_at - now).total_seconds())
        now = state.due_at
    return seconds


@pytest.mark.parametrize(("tier", "fastest", "slowest"), [(1, 30, 120), (2, 60, 900), (3, 300, 3600), (4, 1800, 21600)])
def test_without_news_a_feed_slows_down_to_its_tiers_limit(tier: int, fastest: int, slowest: int) -> None:
    slowing = waits(tier, NOTHING, 40)
    assert slowing == sorted(slowing)
    assert (slowing[0], slowing[-1]) == (fastest * 1.25, slowest)


def test_news_brings_the_fastest_rhythm_back() -> None:
    feed = make_feed(tier=2)
    slow = msgspec.structs.replace(first_state(feed, 1, START), interval=900.0)
    after = next_state(slow, DOCUMENT, feed, START, 0.5, new=1)
    assert (after.interval, after.due_at, after.last_new_at) == (60, START + timedelta(seconds=60), START)


def test_a_rhythm_of_its_own_is_kept() -> None:
    assert waits(1, NOTHING, 5, every=timedelta(seconds=1)) == [1] * 5


@pytest.mark.parametrize(
    ("tier", "expected"),
    [
        (1, [15, 30, 60, 120, 240, 300, 300]),
        (2, [30, 60, 120, 240, 480, 900, 900]),
        (3, [300, 600, 1200, 2400, 4800, 9600, 19200]),
    ],
)
def test_failures_double_the_wait_up_to_the_tiers_limit(tier: int, expected: list[float]) -> None:
    assert waits(tier, failed(), 7) == expected


def test_a_wire_is_asked_every_five_minutes_for_ever() -> None:
    assert waits(1, failed("gone"), 2000)[-1] == 300


def test_a_background_feed_that_fails_for_months_is_asked_monthly() -> None:
    slowing = waits(4, failed("missing"), 200)
    assert slowing[10] == 6 * 3600
    assert 86400 in slowing
    assert slowing[-1] == 30 * 86400


@pytest.mark.parametrize(
    ("trouble", "health"),
    [
        ("throttled", "throttled"),
        ("blocked", "blocked"),
        ("challenge", "blocked"),
        ("html", "blocked"),
        ("gone", "gone"),
        ("missing", "failing"),
        ("timeout", "failing"),
        ("dns", "failing"),
        ("parser", "failing"),
    ],
)
def test_a_failure_says_what_state_the_feed_is_in(trouble: Trouble, health: Health) -> None:
    feed = make_feed()
    known = next_state(first_state(feed, 1, START), DOCUMENT, feed, START, 0)
    assert next_state(known, failed(trouble), feed, START, 0).health == health


def test_a_feed_missing_for_three_days_is_gone() -> None:
    feed = make_feed()
    known = next_state(first_state(feed, 1, START), DOCUMENT, feed, START, 0)
    missing = next_state(known, failed("missing"), feed, START, 0)
    assert next_state(missing, failed("missing"), feed, START + timedelta(hours=73), 0).health == "gone"


def test_retry_after_wins_over_a_shorter_wait_and_ends_after_a_day() -> None:
    assert waits(1, failed("throttled", timedelta(hours=1)), 1) == [3600]
    assert waits(1, failed("throttled", timedelta(days=9)), 1) == [86400]
    assert waits(3, failed("throttled", timedelta(seconds=1)), 1) == [300]


def test_a_success_clears_the_failures() -> None:
    feed = make_feed()
    state = next_state(first_state(feed, 1, START), failed("throttled", timedelta(hours=1)), feed, START, 0)
    state = next_state(state, DOCUMENT, feed, START, 0)
    assert (state.failures, state.failing_since, state.trouble, state.held_until) == (0, None, None, None)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta(0)),
        ("Thu, 08 Jan 2026 02:10:00 GMT", timedelta(minutes=10)),
        ("Thu, 08 Jan 2026 01:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
        ("9" * 40, None),
    ],
)
def test_retry_after_is_read_in_both_forms(header: str | None, wait: timedelta | None) -> None:
    assert retry_after(header, START) == wait


def test_304_is_trusted_only_so_often() -> None:
    feed = make_feed()
    state = next_state(first_state(feed, 1, START), DOCUMENT, feed, START, 0)
    asked = []
    for _ in range(62):
        asked.append(wants_validators(state))
        state = next_state(state, SAID_304 if asked[-1] else NOTHING, feed, START, 0)
    assert [n for n, conditional in enumerate(asked) if not conditional] == [30, 61]


@given(
    st.lists(
        st.sampled_from([NOTHING, SAID_304, DOCUMENT, failed(), failed("throttled", timedelta(days=3))]), max_size=60
    ),
    st.integers(1, 4),
    st.floats(0, 1, exclude_max=True),
)
def test_a_feed_is_always_polled_again_and_never_at_once(
    outcomes: list[Unchanged | Fetched | Failed], tier: int, chance: float
) -> None:
    feed = make_feed(tier=tier)
    state, now = first_state(feed, 1, START), START
    for outcome in outcomes:
        state = next_state(state, outcome, feed, now, chance)
        assert timedelta(seconds=13) <= state.due_at - now <= timedelta(days=33)
        now = state.due_at


# --- restarts -------------------------------------------------------------------------------------------------------


def known(**changes: object) -> PollState:
    state = next_state(first_state(make_feed(), 1, START), DOCUMENT, make_feed(), START, 0.5)
    return msgspec.structs.replace(state, **changes)


def test_a_restart_goes_on_where_it_was() -> None:
    assert resumed(known(), make_feed(), 1, START) == known()


def test_a_feed_at_a_new_address_is_primed_again() -> None:
    moved = make_feed("https://new.example/rss")
    assert resumed(known(), moved, 1, START) == first_state(moved, 1, START)


def test_a_new_parser_reads_everything_again_without_making_it_news() -> None:
    state = resumed(known(), make_feed(), 2, START)
    assert (state.validators, state.body_hash, state.reader, state.health) == (Validators(), None, 2, "healthy")


def test_a_faster_rhythm_takes_hold_at_once() -> None:
    far = known(due_at=START + timedelta(hours=6))
    assert resumed(far, make_feed(every=timedelta(seconds=10)), 1, START).due_at == START + timedelta(seconds=11)


# --- hosts ----------------------------------------------------------------------------------------------------------


def test_requests_to_one_host_keep_their_distance() -> None:
    feed, budget, starts = make_feed(tier=2, private=False), HostBudget(free_at=START, held_until=START), []
    for _ in range(3):
        start, budget = reserved(budget, feed, START)
        starts.append((start - START).total_seconds())
    assert starts == [0, 5, 10]


def test_inside_our_own_network_there_is_no_distance() -> None:
    budget = HostBudget(free_at=START, held_until=START)
    assert reserved(reserved(budget, make_feed(), START)[1], make_feed(), START)[0] == START


def test_a_host_that_throttles_is_asked_half_as_often_until_ten_good_answers() -> None:
    feed, budget = make_feed(tier=2, private=False), HostBudget(free_at=START, held_until=START)
    budget = answered(answered(budget, failed("throttled", timedelta(minutes=2)), START), failed("throttled"), START)
    assert (budget.slowdown, budget.held_until) == (4, START + timedelta(minutes=2))
    start, after = reserved(budget, feed, START)
    assert (start, after.free_at) == (START + timedelta(minutes=2), START + timedelta(minutes=2, seconds=20))
    for _ in range(20):
        budget = answered(budget, NOTHING, START)
    assert budget.slowdown == 1


def test_states_survive_their_file_form() -> None:
    state = known(trouble="dns", validators=Validators(etag=b'"\xe9"'), last_new_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert msgspec.json.decode(msgspec.json.encode(state), type=PollState) == state
