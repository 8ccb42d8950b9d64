from __future__ import annotations

import pytest

from streams.core.numbers import counts
from streams.core.tokens import flat, folded, spans


def values(text: str) -> list[int]:
    f = flat(text)
    return [count.value for count in counts(text, folded(f), spans(f))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 dead", [12]),
        ("1,200 fled", [1200]),
        ("10-12 missiles", [10, 12]),
        ("three hundred and five people", [305]),
        ("twenty-one sailors, two dozen boats", [21, 24]),
        ("two thousand five hundred", [2500]),
        ("a dozen of them", [12]),
        ("dozens, scores, hundreds", [12, 20, 100]),
        ("3 million people", [3_000_000]),
        ("one two", [1, 2]),
        ("in 2019 and 1,999 more", [1999]),
        ("2.5 tonnes, at 12:30, on 3/4/20", []),
        ("12% and 12 percent and 12 per cent", []),
        ("$12 and €3 million", []),
        ("Jan. 8 or 8 January", []),
        ("aged 12; a 29-year-old; 40 years old; two weeks old", []),
        ("12 years of war", [12]),
        ("the 12th man", []),
        ("7 a.m. and 7am", [7]),
    ],
)
def test_numbers_that_count_are_found_and_no_others(text: str, expected: list[int]) -> None:
    assert values(text) == expected
