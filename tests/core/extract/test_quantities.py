"""Counts in words and digits."""

from __future__ import annotations

import pytest

from streams.core.extract.quantities import quantities
from streams.core.words import words_of

COUNTS = [
    ("At least 37 dockers and another 12", [(37, None, "at_least"), (12, 12, "exact")]),
    ("no fewer than nine divers", [(9, None, "at_least")]),
    ("more than 1,200 villagers", [(1200, None, "more_than")]),
    (
        "some 80 nurses, about forty clerks and nearly two hundred sailors",
        [(80, 80, "about"), (40, 40, "about"), (200, 200, "about")],
    ),
    ("up to 75 cadets, as many as 30 cooks", [(None, 75, "up_to"), (None, 30, "up_to")]),
    ("fewer than ten pilots", [(None, 10, "less_than")]),
    (
        "between 15 and 20 recruits, 12 to 14 drivers, 8-11 guards, two or three boys",
        [(15, 20, "range"), (12, 14, "range"), (8, 11, "range"), (2, 3, "range")],
    ),
    ("half a dozen monks and two dozen pilgrims", [(6, 6, "exact"), (24, 24, "exact")]),
    (
        "dozens dead, scores hurt, hundreds missing",
        [(12, None, "indefinite"), (20, None, "indefinite"), (100, None, "indefinite")],
    ),
    ("tens of thousands of refugees", [(10000, None, "indefinite")]),
    (
        "a couple of farmers, several nuns and a handful of tourists",
        [(2, None, "indefinite"), (3, None, "indefinite"), (3, None, "indefinite")],
    ),
    ("one hundred and twenty-five marines", [(125, 125, "exact")]),
    ("1.5 thousand people", [(1500, 1500, "exact")]),
    ("In Kerman, 12 were crushed; in Gaza, 30 of the wounded died", [(12, 12, "exact"), (30, 30, "exact")]),
    ("40 or more workers", [(40, None, "at_least")]),
]
NO_COUNTS = [
    "The 82-year-old widow and Ali Hassan, 34, met.",
    "On Jan. 8, 2020, at 3:15 a.m., on 5 March and in 2011",
    "It cost $3 billion, 12 percent of 400 million euros.",
    "a 9mm round, 30 miles away, within 20 minutes",
    "No. 5 of Channel 12, flight 752",
    "the 22nd brigade of the 1990s",
    "Boys, ages 9 and 11, and girls, 6, 7 and 8, sang.",
    "No one said that another one was there.",
]


@pytest.mark.parametrize(("text", "expected"), COUNTS, ids=[c[0][:30] for c in COUNTS])
def test_a_count_is_read_with_how_firmly_it_is_put(
    text: str, expected: list[tuple[int | None, int | None, str]]
) -> None:
    assert expected == [(q.low, q.high, q.qual) for q in quantities(words_of(text))]


@pytest.mark.parametrize("text", NO_COUNTS, ids=[t[:30] for t in NO_COUNTS])
def test_ages_dates_money_and_measures_count_nobody(text: str) -> None:
    assert [] == [(q.low, q.high) for q in quantities(words_of(text))]
