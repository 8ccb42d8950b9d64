"""The one figure of an article, where it is spread over words and sentences. Rules alone."""

from __future__ import annotations

import pytest

from streams.core.extract.toll import toll_of
from streams.core.model import ClaimKind
from tests.core.extract.samples import facts


def figures(text: str, kind: ClaimKind) -> tuple[int | None, int | None] | None:
    toll = toll_of(facts(text, syntax=False).claims, kind)
    return None if toll is None else (toll.low, toll.high)


@pytest.mark.parametrize(
    ("text", "wounded"),
    [
        ("A 22-year-old Lenburg man was accidentally shot in the chest by his friend, deputies said.", 1),
        ("A woman was charged after her 5-year-old daughter accidentally shot herself on Tuesday.", 1),
        ("A man, woman and boy were wounded late Tuesday in a shooting.", 3),
    ],
)
def test_a_person_told_without_a_number_counts_as_one(text: str, wounded: int) -> None:
    assert (wounded, wounded) == figures(text, "wounded")
