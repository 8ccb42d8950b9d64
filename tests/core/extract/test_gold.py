"""The sentences of gold.py: every tuned one must be read rightly, of the kept ones as many as ever."""

from __future__ import annotations

import pytest

from streams.core.extract.as_json import facts_json
from tests.core.extract.gold import KEPT_STRIKES, LEADERS, TUNED_STRIKES, Said, Strike
from tests.core.extract.samples import facts


def read_rightly(strike: Strike) -> bool:
    found = facts_json(facts(strike.text))["strikes"]
    if not strike.weapon:
        return not found
    return any(
        (s["weapon_class"], s["count_low"], s["status"]) == (strike.weapon, strike.low, strike.status)
        and (strike.outcomes is None or s["outcomes"] == strike.outcomes)
        for s in found
    )


@pytest.mark.parametrize("strike", TUNED_STRIKES, ids=lambda s: s.text[:40])
def test_a_strike_is_read_with_its_weapon_number_status_and_outcome(strike: Strike) -> None:
    assert read_rightly(strike)


def test_as_many_of_the_kept_strikes_are_read_rightly_as_ever() -> None:
    assert sum(map(read_rightly, KEPT_STRIKES)) >= KEPT_READ


KEPT_READ = 16
"""Of 18, when last scored (docs/quality.md)."""


@pytest.mark.parametrize("said", LEADERS, ids=lambda s: s.text[:40])
def test_a_leader_is_read_with_what_happened_and_what_was_said(said: Said) -> None:
    found = facts(said.text).leaders
    assert any(m.name == said.name and m.event == said.event and said.words in (m.statement or "") for m in found), [
        (m.name, m.event, m.statement) for m in found
    ]
