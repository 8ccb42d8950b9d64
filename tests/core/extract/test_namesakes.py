"""Persons who are named like towns and countries are no scene and no nation."""

from __future__ import annotations

import pytest

from tests.core.extract.samples import facts

PERSONS = [
    ("Nancy Walker was killed when a bomb exploded in Aleppo, police said.", "Nancy Walker", "Aleppo"),
    ("Jordan Smith was stabbed to death in London.", "Jordan Smith", "London"),
    ("Georgia Green died in the attack in Tripoli, officials said.", "Georgia Green", "Tripoli"),
    ("Samuel Houston was killed in Aleppo.", "Samuel Houston", "Aleppo"),
    ("Sydney Brown, a nurse, was wounded by shrapnel in Kharkiv.", "Sydney Brown", "Kharkiv"),
]
PLACES = [
    ("Kharkiv Mayor Ihor Terekhov said five people were killed.", "Kharkiv"),
    ("Kharkiv Oblast, in the east, was shelled and five people were killed.", "Kharkiv"),
    ("Three people were killed in Aleppo Friday, the Observatory said.", "Aleppo"),
    ("Central Homs was shelled, killing five.", "Homs"),
    ("In Beirut Hezbollah said three fighters were killed.", "Beirut"),
    ("Rashid Mansour, 40, was killed in Gaza, his family said.", "Gaza"),
]


@pytest.mark.parametrize(("text", "name", "place"), PERSONS)
def test_a_person_named_like_a_place_is_a_person_and_the_scene_is_elsewhere(text: str, name: str, place: str) -> None:
    read = facts(text, syntax=False)
    assert (place,) == read.places
    assert [(name, None)] == [(c.victims.name, c.victims.nation) for c in read.claims if c.victims is not None]


@pytest.mark.parametrize(("text", "place"), PLACES)
def test_a_place_with_a_capital_beside_it_stays_a_place(text: str, place: str) -> None:
    assert (place,) == facts(text, syntax=False).places


def test_who_was_named_in_full_is_meant_by_the_first_name_too_but_not_after_in() -> None:
    told = "Sydney Brown died on Monday. Her brother said Sydney had been hit by shrapnel. "
    assert () == facts(told, syntax=False).places
    assert ("Sydney",) == facts(told + "Two others were killed in Sydney.", syntax=False).places


def test_a_minister_named_like_a_town_is_no_scene() -> None:
    text = "Secretary Austin said ten people were killed in the raid on Mosul. Austin called the strike a mistake."
    assert ("Mosul",) == facts(text, syntax=False).places
