"""The ways to tell a toll, how sure it is, that nobody was hurt, and that nothing is known, one by one."""

from __future__ import annotations

import pytest

from streams.core.model import CasualtyClaim
from tests.core.extract.samples import facts

TOLLS_OF_21 = """
The death toll rose to 21.
The death toll has risen to 21.
The death toll climbed to 21 on Sunday.
The toll stands at 21.
The death toll now stands at 21.
The death toll reached 21.
The toll was raised to 21.
The death toll was put at 21.
The death toll was revised to 21.
The death toll was lowered to 21.
The death toll is 21.
The death toll was 21 by evening.
The toll of dead rose to 21.
The number of dead rose to 21.
The number of deaths rose to 21.
The number of those killed rose to 21.
The number of fatalities stands at 21.
Deaths rose to 21.
Fatalities climbed to 21.
The confirmed death toll is 21.
The official death toll is 21.
The provisional toll is 21 dead.
Authorities gave a provisional toll of 21 dead.
Twenty-one deaths have been confirmed.
Twenty-one deaths were reported.
There were 21 deaths.
There have been 21 confirmed deaths.
There are 21 dead.
We have 21 dead.
It left 21 dead.
21 people are dead.
21 people are confirmed to have died.
21 people have been confirmed dead.
The crash killed 21.
The crash, which killed 21, is being investigated.
21 were killed in the crash.
Of the 40 on board, 21 died.
Of the 40 people on board, 21 were killed.
21 of the 40 people on board died.
21 out of 40 passengers died.
Killed were 21 people.
Dead: 21.
21 lives were lost.
21 people lost their lives.
The crash claimed 21 lives.
The lives of 21 people were lost.
21 souls perished.
21 bodies were recovered.
The bodies of 21 people were recovered.
Rescuers found 21 bodies.
21 bodies have been pulled from the rubble.
A total of 21 people were killed.
In all, 21 people were killed.
Altogether 21 people died.
All told, 21 people died.
At last count, 21 people had died.
The toll so far is 21.
So far 21 bodies have been found.
So far, 21 people have been confirmed dead.
21 people were killed on the spot.
21 people died on impact.
As of Sunday, 21 people had died.
""".strip().split("\n")
NOBODY_HURT = """
There were no casualties.
No casualties were reported.
No injuries were reported.
No one was hurt.
Nobody was injured.
No one was killed or injured.
No people were hurt.
No civilians were harmed.
None of the passengers was hurt.
None of the crew were injured.
No passengers were injured.
All passengers were unhurt.
The crew escaped unharmed.
The crew was unhurt.
Everyone was safe.
Everyone got out safely.
All 20 workers are safe.
No lives were lost.
There was no loss of life.
There were no fatalities.
No deaths were reported.
No one died.
Nobody lost their life.
There were no victims.
It caused no casualties.
It did not cause any casualties.
The attack caused no injuries.
No casualties resulted.
The strike left no casualties.
The strike caused only material damage.
There was only property damage.
The blast injured no one.
The blast did not hurt anyone.
Not a single person was hurt.
Zero casualties were reported.
There were neither dead nor wounded.
No dead or wounded were reported.
Without causing casualties, the drone fell in a field.
The drone fell in a field without causing casualties.
The building was empty and no one was hurt.
Miraculously no one was hurt.
Luckily, there were no injuries.
Nobody suffered injuries.
No one sustained any injuries.
The pilot ejected and was unhurt.
""".strip().split("\n")
NOTHING_KNOWN = """
It was not clear whether there were casualties.
There was no immediate information on casualties.
No word on casualties was available.
Casualty figures were not available.
The ministry did not mention casualties.
The number of dead is unknown.
It is unclear how many people died.
It is not yet known if anyone was hurt.
Officials could not say whether anyone had died.
There were fears of casualties.
He did not say how many had been killed.
Details of casualties were not released.
The army did not comment on casualties.
There may be casualties.
Casualties are expected.
Casualties were feared.
""".strip().split("\n")
COUNTS = [
    ("at least 21", 21, None),
    ("more than 21", 21, None),
    ("over 21", 21, None),
    ("upwards of 21", 21, None),
    ("no fewer than 21", 21, None),
    ("not less than 21", 21, None),
    ("a minimum of 21", 21, None),
    ("21 or more", 21, None),
    ("some 21", 21, 21),
    ("about 21", 21, 21),
    ("around 21", 21, 21),
    ("nearly 21", 21, 21),
    ("almost 21", 21, 21),
    ("close to 21", 21, 21),
    ("approximately 21", 21, 21),
    ("an estimated 21", 21, 21),
    ("up to 21", None, 21),
    ("as many as 21", None, 21),
    ("at most 21", None, 21),
    ("fewer than 21", None, 21),
    ("less than 21", None, 21),
    ("between 18 and 21", 18, 21),
    ("18 to 21", 18, 21),
    ("18-21", 18, 21),
    ("from 18 to 21", 18, 21),
    ("18 or 21", 18, 21),
    ("twenty-one", 21, 21),
    ("a dozen", 12, 12),
    ("half a dozen", 6, 6),
    ("two dozen", 24, 24),
    ("more than a dozen", 12, None),
    ("over two dozen", 24, None),
    ("at least a dozen", 12, None),
    ("nearly two dozen", 24, 24),
    ("dozens of", 12, None),
    ("scores of", 20, None),
    ("hundreds of", 100, None),
    ("several dozen", 36, None),
    ("a couple of", 2, None),
    ("a handful of", 3, None),
    ("several", 3, None),
    ("a few", 3, None),
    ("well over 100", 100, None),
    ("just over 100", 100, None),
    ("just under 100", None, 100),
    ("exactly 21", 21, 21),
    ("only 21", 21, 21),
    ("21 more", 21, 21),
    ("another 21", 21, 21),
    ("a further 21", 21, 21),
    ("an additional 21", 21, 21),
    ("a hundred", 100, 100),
    ("one hundred and twenty", 120, 120),
    ("1,200", 1200, 1200),
    ("1.2 thousand", 1200, 1200),
    ("tens of", 10, None),
    ("in excess of 21", 21, None),
    ("anywhere from 18 to 21", 18, 21),
]
BOTH = pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])


def current(text: str, syntax: bool) -> list[CasualtyClaim]:
    """Return the current claims of a text."""
    return [c for c in facts(text, day="2024-10-12", syntax=syntax).claims if c.scope == "current"]


@BOTH
@pytest.mark.parametrize("text", TOLLS_OF_21)
def test_a_toll_is_read_in_every_form(text: str, syntax: bool) -> None:
    told = current(text, syntax)
    assert {("killed", 21, 21, "asserted")} == {(c.kind, c.low, c.high, c.status) for c in told}


@BOTH
@pytest.mark.parametrize(("words", "low", "high"), COUNTS)
def test_the_words_of_a_count_bound_it(words: str, low: int | None, high: int | None, syntax: bool) -> None:
    active = current(f"The attack killed {words} people.", syntax)
    passive = current(f"{words.capitalize()} people were killed.", syntax)
    assert [("killed", low, high)] * 2 == [(c.kind, c.low, c.high) for c in (*active, *passive)]


@BOTH
@pytest.mark.parametrize("text", NOBODY_HURT)
def test_that_nobody_was_hurt_is_a_claim_of_none(text: str, syntax: bool) -> None:
    assert [(0, "zero")] == [(c.low, c.qual) for c in current(text, syntax)]


@BOTH
@pytest.mark.parametrize("text", NOTHING_KNOWN)
def test_where_nothing_is_known_no_figure_is_claimed(text: str, syntax: bool) -> None:
    assert [] == [c for c in current(text, syntax) if c.low is not None or c.status == "asserted"]
