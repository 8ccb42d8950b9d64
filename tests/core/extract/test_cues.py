"""What is looked for before a pattern is tried stands in whatever the pattern matches."""

from __future__ import annotations

import importlib
import pkgutil
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import streams.core.extract
from streams.core.extract.cues import Cue

MODULES = [m.name for m in pkgutil.iter_modules(streams.core.extract.__path__)]
CUES = {
    f"{module}.{name}": cue
    for module in MODULES
    for name, cue in vars(importlib.import_module(f"streams.core.extract.{module}")).items()
    if isinstance(cue, Cue)
}
LETTERS = string.ascii_letters + string.digits + string.punctuation + " ’"


@pytest.mark.parametrize("name", sorted(CUES))
def test_every_match_of_a_pattern_holds_one_of_its_marks(name: str) -> None:
    cue = CUES[name]
    characters = st.characters(categories=(), include_characters=LETTERS)

    # What a pattern wants to stand around its match is seldom generated: much is thrown away.
    @settings(max_examples=100, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
    @given(st.from_regex(cue.pattern, alphabet=characters))
    def holds(text: str) -> None:
        for m in cue.pattern.finditer(text):
            assert cue.may_be_in(m.group().lower()), m.group()

    holds()


def test_a_pattern_is_not_tried_where_none_of_its_marks_stands() -> None:
    cue = Cue(r"(?i)\b(?:killed|wounded)\b", "killed")
    assert cue.search("two wounded", "two wounded") is None
    found = cue.search("one killed, two wounded", "One KILLED, two wounded", 4)
    assert found is not None
    assert (4, 10) == found.span()


def test_all_matches_are_found_within_the_bounds() -> None:
    cue = Cue(r"\d+", "1|2")
    assert ["2", "1"] == [m.group() for m in cue.finditer("1 2 1 2", "1 2 1 2", 2, 5)]
    assert [] == list(cue.finditer("none", "1 2"))
