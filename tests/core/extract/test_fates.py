"""Who died of it is dead and no longer wounded; and who was hurt is found in the plain words of a police report."""

from __future__ import annotations

import pytest

from streams.core.extract import extract
from tests.core.extract.samples import article, gazetteer

CASES = [
    ("A woman was shot outside a bar on Friday. She was pronounced dead at the scene.", [("killed", 1)]),
    ("A man was stabbed and taken to hospital, where he later died.", [("killed", 1)]),
    ("Three people were shot, one fatally.", [("wounded", 2), ("killed", 1)]),
    ("Two men were shot at the port; one of them died.", [("wounded", 1), ("killed", 1)]),
    ("A gunman shot two guards to death at the gate.", [("killed", 2)]),
    ("One person is dead and two others are in critical condition after a shooting.", [("killed", 1), ("wounded", 2)]),
    ("Police are looking for a car after a 10-year-old boy was shot in the leg.", [("wounded", 1)]),
    ("Officers found a man with a gunshot wound to the leg.", [("wounded", 1)]),
    ("Two people were taken to the clinic with gunshot wounds.", [("wounded", 2)]),
    ("A teenager is in hospital after being shot in the chest.", [("wounded", 1)]),
    ("The bullet hit a 13-year-old girl in the arm.", [("wounded", 1)]),
    ("A woman was struck by a stray bullet on her balcony.", [("wounded", 1)]),
    ("A boy is in hospital on Sunday after he was shot in the park.", [("wounded", 1)]),
    ("A 3-year-old child suffered minor injuries in the crash of the drone.", [("wounded", 1)]),
    ("A guard was arrested for accidentally shooting his colleague.", [("wounded", 1)]),
    ("An injured woman was found outside the house.", [("wounded", 1)]),
    ("The shooting suspects fled.", []),
    ("An 11-year-old boy accidentally shot himself, police said.", [("wounded", 1)]),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:50] for text, _ in CASES])
def test_who_was_hurt_and_what_became_of_them(text: str, expected: list[tuple[str, int]]) -> None:
    claims = extract(article(text), gazetteer(), None).claims
    assert [(c.kind, c.low) for c in claims] == expected


def test_a_possible_death_later_is_none_now() -> None:
    claims = extract(article("A man was shot in the leg. Doctors fear he could have died."), gazetteer(), None).claims
    assert [(c.kind, c.low) for c in claims] == [("wounded", 1)]
