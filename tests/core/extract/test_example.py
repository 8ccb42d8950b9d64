"""The night of 7 January 2020, told in our own words: figures and voices of the real reports, none of their sentences."""

from __future__ import annotations

import pytest

from streams.core.model import CasualtyClaim, Facts, Outcome
from tests.core.extract.samples import article, facts

TITLE = "Khamenei calls missile salvo a slap as both sides count the damage"
TEXT = """Visitors from the city of Qom listen to the leader in a hall in Tehran.
In this photo released by the leader's office, people from Qom attend a speech in Tehran, Wednesday, Jan. 8, 2020. (Office of the Supreme Leader via AP)

Ayatollah Ali Khamenei said on Wednesday that the missile attacks of Tuesday night on bases in Iraq were only a beginning.

"They got a slap last night," but "such operations do not suffice," Khameini said in a speech in the capital, according to Iranian state television.

The strikes on Tuesday, a defense official said, involved a total of 15 ballistic missiles launched from Iran at Al Asad and Erbil. Four of the missiles failed on the way, 10 hit Al Asad and one hit Erbil, according to the official.

Related: A Dozen Missiles Killed 30 Troops? What We Know

President Donald Trump's tweet that "All is well" and "so far, so good" suggested that there may have been no casualties among U.S. personnel.

The commentary in Tehran presented the attack as an answer to the killing last Thursday of Quds Force commander Qasem Soleimani.

Iran's Islamic Revolutionary Guard Corps described burning hangars, scores of U.S. troops killed and helicopters bringing out the injured.

"First counts speak of severe American losses," a source in the IRGC intelligence branch said, according to Iran's Fars news agency. The source said at least 80 U.S. Army personnel had been killed and another 200 wounded.

Iraq's state media said that Iraq's military, which uses the Al Asad base together with the U.S., reported no casualties to its personnel.

Last week, after the strike near Baghdad's International Airport that killed Soleimani, the coalition suspended its training missions.

Officials in Washington declined to discuss the possibility of U.S. casualties.

Read more: How a Prank Got a Whole Platoon 'Killed'

Show Full Article"""


@pytest.fixture(scope="module", params=[True, False], ids=["with the model", "rules alone"])
def read(request: pytest.FixtureRequest) -> Facts:
    return facts(TEXT, TITLE, syntax=request.param)


def current(read: Facts) -> list[CasualtyClaim]:
    return [c for c in read.claims if c.scope == "current"]


def test_fifteen_missiles_are_one_strike_with_its_outcomes_and_a_sum_that_holds(read: Facts) -> None:
    strikes = [s for s in read.strikes if s.scope == "current"]
    assert [(15, 15)] == [(s.count_low, s.count_high) for s in strikes]
    (strike,) = strikes
    assert strike.weapon == "ballistic missiles"
    expected = {
        Outcome(what="failed", count=4),
        Outcome(what="hit", place="Al Asad", count=10),
        Outcome(what="hit", place="Erbil", count=1),
    }
    assert expected == set(strike.outcomes)
    assert strike.sum_checked is True
    assert (strike.claimant, strike.origin, strike.place, strike.country) == (
        "a defense official",
        "Iran",
        "Al Asad",
        "IQ",
    )
    assert strike.event_day == "2020-01-07"


def test_the_source_in_the_guard_counts_eighty_dead_and_two_hundred_wounded_by_way_of_fars(read: Facts) -> None:
    found = {c.kind: c for c in current(read) if c.claimant == "a source in the IRGC intelligence branch"}
    dead, hurt = found["killed"], found["wounded"]
    assert (dead.low, dead.high, dead.qual, dead.outlet, dead.claimant_nation) == (80, None, "at_least", "Fars", "IR")
    assert (hurt.low, hurt.high, hurt.qual, hurt.outlet) == (200, 200, "exact", "Fars")
    assert dead.victims is not None
    assert (dead.victims.text, dead.victims.nation, dead.victims.kind) == ("U.S. Army personnel", "US", "military")
    assert hurt.victims is not None
    assert hurt.victims.nation == "US"


def test_the_guard_itself_claims_scores(read: Facts) -> None:
    found = [c for c in current(read) if c.claimant == "Iran's Islamic Revolutionary Guard Corps"]
    assert [("killed", 20, None, "indefinite")] == [(c.kind, c.low, c.high, c.qual) for c in found]


def test_iraqs_zero_is_about_its_own_and_carried_by_state_media(read: Facts) -> None:
    (zero,) = [c for c in current(read) if c.qual == "zero" and c.status == "asserted"]
    assert (zero.claimant, zero.outlet, zero.claimant_nation) == ("Iraq's military", "Iraq's state media", "IQ")
    assert zero.victims is not None
    assert zero.victims.nation == "IQ"


def test_nobody_states_that_the_americans_have_no_casualties(read: Facts) -> None:
    american = [c for c in current(read) if c.qual == "zero" and (c.victims is None or c.victims.nation != "IQ")]
    assert {("possible", None)} == {(c.status, c.claimant) for c in american}


def test_soleimani_was_killed_before_and_raises_neither_toll_nor_strike(read: Facts) -> None:
    (death,) = [m for m in read.leaders if m.event == "killed"]
    assert (death.name, death.scope) == ("Qasem Soleimani", "historical")
    assert not [c for c in current(read) if c.victims is not None and c.victims.name is not None]


def test_khamenei_and_trump_spoke_and_the_misspelt_name_is_met(read: Facts) -> None:
    said = [(m.name, m.statement) for m in read.leaders if m.event == "said"]
    assert {"Ali Khamenei", "Donald Trump"} == {name for name, _ in said}
    assert ("Ali Khamenei", "They got a slap last night ... such operations do not suffice") in said
    assert ("Donald Trump", "All is well ... so far, so good") in said


def test_link_lines_raise_nothing(read: Facts) -> None:
    text = article(TEXT, TITLE).text
    quoted = " ".join(f.evidence.quote for f in read.all())
    assert "Dozen Missiles" not in quoted
    assert "Prank" not in quoted
    for fact in read.all():
        e = fact.evidence
        assert (text if e.field == "text" else TITLE)[e.start : e.end] == e.quote


def test_the_places_are_the_bases_that_were_hit(read: Facts) -> None:
    assert read.places[:2] == ("Al Asad", "Erbil")
