"""Laws of the days that words name, seen from the day of publication."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.core.extract.days import Day, days_in

WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
DAYS = st.dates(date(1900, 1, 9), date(2199, 12, 20))
RELATIVE = st.sampled_from(
    "today|tonight|this morning|this afternoon|this evening|yesterday|last night|overnight|last week|last month|the day before".split(
        "|"
    )
)


def the_day(text: str, today: date) -> tuple[Day, date]:
    (found,) = days_in(text, today.isoformat())
    return found, date.fromisoformat(found.iso)


@given(DAYS, st.sampled_from(WEEKDAYS))
def test_a_weekday_is_the_latest_one_or_tomorrow(today: date, name: str) -> None:
    found, day = the_day(f"It happened on {name}.", today)
    assert name == WEEKDAYS[day.weekday()]
    assert -1 <= (today - day).days <= 5
    assert not found.bygone


@given(DAYS, st.sampled_from(WEEKDAYS), st.sampled_from(["last", "past", "previous"]))
def test_last_weekday_is_one_to_seven_days_back_and_bygone_from_four(today: date, name: str, word: str) -> None:
    found, day = the_day(f"It happened {word} {name}.", today)
    back = (today - day).days
    assert name == WEEKDAYS[day.weekday()]
    assert 1 <= back <= 7
    assert found.bygone == (back >= 4)


@given(DAYS, st.sampled_from(WEEKDAYS), st.sampled_from(["on", "last"]))
def test_a_weekday_stands_still_from_one_day_to_the_next_but_once_a_week(today: date, name: str, word: str) -> None:
    seen = [the_day(f"It happened {word} {name}.", today + timedelta(days=n))[1] for n in range(8)]
    moves = [(after - before).days for before, after in pairwise(seen)]
    assert [0] * 6 + [7] == sorted(moves)


@given(DAYS, RELATIVE)
def test_relative_words_move_with_the_day_of_publication(today: date, words: str) -> None:
    _, here = the_day(f"It happened {words}.", today)
    _, next_day = the_day(f"It happened {words}.", today + timedelta(days=1))
    assert here + timedelta(days=1) == next_day
    assert timedelta(0) <= today - here <= timedelta(days=30)


@given(DAYS, DAYS)
def test_a_day_without_a_year_is_the_latest_not_after_tomorrow(today: date, said: date) -> None:
    tomorrow = today + timedelta(days=1)
    for text in (f"{MONTHS[said.month - 1]} {said.day}", f"{said.day} {MONTHS[said.month - 1]}"):
        _, day = the_day(f"It happened on {text}.", today)
        assert (said.month, said.day) == (day.month, day.day)
        assert day <= tomorrow
        later = [y for y in range(day.year + 1, tomorrow.year + 1) if _exists(y, said.month, said.day)]
        assert all(date(y, said.month, said.day) > tomorrow for y in later)


def _exists(year: int, month: int, number: int) -> bool:
    try:
        date(year, month, number)
    except ValueError:
        return False
    return True


@given(DAYS, DAYS)
def test_a_day_with_its_year_is_that_day_and_bygone_after_three_weeks(today: date, said: date) -> None:
    for text in (
        f"{MONTHS[said.month - 1]} {said.day}, {said.year}",
        f"{said.day} {MONTHS[said.month - 1]} {said.year}",
    ):
        found, day = the_day(f"It happened on {text}.", today)
        assert said == day
        assert found.bygone == ((today - said).days > 21)


PIECES = st.sampled_from(
    """Monday|last Friday|last|May 31|31 April|Feb. 29|29 Feb 2019|Sept 9, 0000|0 May|May 99|12 Dec. 99999|yesterday|the day before|overnight
    |last week|Tueſday|FRİDAY|Aprıl 3|٣ May|June ٣|today|, |2020-01-03""".split("|")
)


@given(
    st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=8).map(" ".join)),
    st.one_of(st.dates().map(date.isoformat), st.text(max_size=12)),
)
@example("yesterday, last month, last Monday and the day before", "0001-01-01")
@example("It is Saturday, May 3, here.", "9999-12-31")
def test_no_text_and_no_day_raises_and_days_stand_in_reading_order(text: str, today: str) -> None:
    found = days_in(text, today)
    assert [d.at for d in found] == sorted(d.at for d in found)
    assert all(date.fromisoformat(d.iso) for d in found)


@pytest.mark.parametrize(
    ("text", "today", "iso"),
    [
        ("on Feb. 29", "2021-01-10", "2020-02-29"),
        ("on Feb. 29", "2020-01-10", "2016-02-29"),
        ("on Dec. 31", "2020-01-01", "2019-12-31"),
        ("on January 1", "2019-12-31", "2020-01-01"),
    ],
)
def test_leap_days_and_the_turn_of_the_year(text: str, today: str, iso: str) -> None:
    assert [iso] == [d.iso for d in days_in(text, today)]


def test_small_letters_are_no_weekday_and_a_broken_day_names_none() -> None:
    assert [] == days_in("the monday of her life", "2020-01-08")
    assert [] == days_in("on 31 April", "2020-05-08")
    assert [] == days_in("on Monday", "some day")
