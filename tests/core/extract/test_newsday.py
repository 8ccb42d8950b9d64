"""What the demo day's sentences must be read as. Each case misled the reader once; the sentences are ours."""

from __future__ import annotations

import pytest

from streams.core.model import CasualtyClaim, StrikeReport
from tests.core.extract.samples import facts


def claims(text: str, title: str = "") -> list[CasualtyClaim]:
    return [c for c in facts(text, title).claims if c.scope == "current" and c.status != "possible"]


def strikes(text: str, title: str = "") -> list[StrikeReport]:
    return [s for s in facts(text, title).strikes if s.scope == "current"]


def test_the_killing_that_is_answered_is_background() -> None:
    told = (
        "Iran's Guards fired tens of missiles at the Ain al-Asad base in Iraq on Wednesday in answer to the killing of "
    )
    assert [] == claims(told + "Qasem Soleimani, state television said.")
    assert [] == claims(
        "President Hassan Rouhani said Iran's final answer to the killing of Qasem Soleimani was still to come."
    )


def test_an_earlier_strike_that_killed_the_man_being_buried_is_background() -> None:
    text = (
        "State television reported that 35 people were killed in a crush on Tuesday in Kerman at the burial of Qasem "
        "Soleimani.\n\nThe commander was killed on Friday in an American drone strike near Baghdad airport."
    )
    for day in ("2020-01-07", "2020-01-08"):
        read = facts(text, day=day)
        assert [] == [s for s in read.strikes if s.scope == "current"]
        assert [35] == [c.low for c in read.claims if c.scope == "current"]
        assert "Baghdad International Airport" not in read.places


def test_a_strike_that_comes_to_light_days_later_is_news() -> None:
    (strike,) = strikes("A drone strike on Friday hit a market in Kerman, the governor said.")
    assert "2020-01-03" == strike.event_day


def test_a_capital_that_gives_no_word_is_no_scene() -> None:
    read = facts(
        "Missiles hit the Ain al-Asad base in Iraq. There was no word on casualties from Washington or Baghdad."
    )
    assert ("Al Asad",) == read.places
    assert [] == [c for c in read.claims if c.scope == "current"]


def test_who_reports_is_not_called_reports() -> None:
    (claim,) = claims("", "Crush at burial procession in Kerman kills 35, state television reports")
    assert claim.claimant is not None
    assert "reports" not in claim.claimant.split()


def test_bases_in_a_country_are_in_that_country() -> None:
    (strike,) = strikes("", 'Trump says "All is well" after missiles strike bases in Iraq')
    assert "IQ" == strike.country


def test_missile_strikes_are_nobodys_victims() -> None:
    text = "Two American officials said early reports showed no American casualties in the missile strikes on Al Asad."
    (claim,) = claims(text)
    assert claim.victims is not None
    assert ("US", "zero") == (claim.victims.nation, claim.qual)


def test_an_airliner_is_no_victim() -> None:
    read = claims("", "Nobody survived crash of Ukrainian airliner, Iranian official says")
    assert [] == [c for c in read if c.low == 1]


def test_the_forces_of_the_country_whose_military_speaks_are_its_forces() -> None:
    text = (
        "Iraq was hit by 22 missiles, the country's military said. "
        "There were no casualties among Iraqi forces, its statement said."
    )
    (claim,) = [c for c in claims(text) if c.qual == "zero"]
    assert claim.victims is not None
    assert "IQ" == claim.victims.nation


def test_a_basketball_game_has_no_strike_and_no_wounded() -> None:
    text = (
        "The Rockets hit 21 three-point shots and shot down the Nets in an NBA game that cost them two injured guards."
    )
    title = "Rockets bomb Nets from long range, lose two players to injury"
    assert [] == strikes(text, title)
    assert [] == claims(text, title)


def test_what_an_exercise_simulates_did_not_happen() -> None:
    text = "Volunteers lay on the quays in an exercise that simulated an explosion with 40 killed. Nobody was hurt."
    assert [] == claims(text, "Harbour exercise simulates blast with 40 killed and 120 wounded")


def test_a_missile_that_is_excluded_as_the_cause_hit_nothing() -> None:
    text = "The embassy said first information pointed to an engine failure and excluded a missile as the cause of the crash."
    assert [] == strikes(text, "Embassy names engine failure as first explanation, excludes attack")


def test_oil_that_rockets_is_no_weapon() -> None:
    text = "Oil rocketed more than four per cent and shares of airlines were hit hard. Gold struck a seven-year high."
    assert [] == strikes(text, "Oil rockets past 70 dollars, airlines' shares are hit")


def test_a_capital_that_speaks_is_its_government() -> None:
    read = facts("", "Iranian TV says 80 killed in strikes on US targets, Washington gives no figure")
    assert "Washington" not in read.places


def test_a_dateline_and_a_visitors_town_are_no_scene() -> None:
    text = "DUBAI (Gulf Wire) - Khamenei told people from Qom on Wednesday that the missile attack was only a slap in the face."
    assert () == facts(text, "Khamenei says US must leave region after missile attack").places


def test_a_figure_that_is_not_given_is_no_zero() -> None:
    assert [] == claims(
        "The United States has given no casualty figure. There was no death toll yet, the Pentagon said."
    )


def test_who_denies_the_strike_does_not_deny_the_dead() -> None:
    text = "A spokesman denied that its aircraft had struck the depot, where at least 15 people were killed on Tuesday according to the health office."
    (claim,) = claims(text)
    assert ("asserted", None, "the health office") == (claim.status, claim.denied_by, claim.claimant)


def test_a_city_and_its_quarter_are_hit_by_the_same_rockets() -> None:
    f = facts(
        "Two rockets hit the Green Zone in Baghdad on Wednesday night, Iraq's military said. It reported no casualties.",
        "Two rockets hit Baghdad's Green Zone, Iraqi military says",
    )
    (strike,) = f.strikes
    assert 2 == sum(o.count or 0 for o in strike.outcomes)
    assert strike.sum_checked is not False


def test_hits_of_two_mentions_that_do_not_fill_the_count_are_both_kept() -> None:
    f = facts(
        "Iran fired fifteen missiles. Ten missiles hit the Al Asad base and four missiles failed. "
        "Of the fifteen missiles one missile hit Erbil.",
    )
    hits = {o.place: o.count for s in f.strikes for o in s.outcomes if o.what == "hit"}
    assert 1 == hits.get("Erbil")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Russia launched 47 Shahed drones and 11 cruise missiles, of which 39 drones and nine missiles were shot down.",
            [("Shahed", 47, [("intercepted", 39)]), ("cruise missiles", 11, [("intercepted", 9)])],
        ),
        (
            "Ukraine's air force said it had shot down 39 of 47 drones and nine of 11 cruise missiles.",
            [("drones", 47, [("intercepted", 39)]), ("cruise missiles", 11, [("intercepted", 9)])],
        ),
        (
            "Hezbollah fired 150 rockets into northern Israel; most were intercepted, but several hit houses.",
            [("rockets", 150, [("intercepted", None), ("hit", 3)])],
        ),
        (
            "The Houthis said they had fired two ballistic missiles at a destroyer; the Pentagon said neither hit.",
            [("ballistic missiles", 2, [])],
        ),
        ("The navy said it had intercepted a vessel carrying 200 missile parts.", []),
        (
            "Four people, including two children, were killed when a drone hit their car.",
            [("drone", 1, [("hit", 1)])],
        ),
        ("SpaceX launched a rocket from Florida.", []),
        ("The striker's rocket from 30 yards hit the bar.", []),
    ],
)
def test_each_weapon_has_its_own_number_and_fate(
    text: str, expected: list[tuple[str, int, list[tuple[str, int | None]]]]
) -> None:
    strikes = facts(text).strikes
    assert expected == [(s.weapon, s.count_low, [(o.what, o.count) for o in s.outcomes]) for s in strikes]


@pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])
def test_a_drone_that_is_shot_down_hurts_nobody(syntax: bool) -> None:
    text = "Ukraine's air force said it had shot down 39 of 47 drones."
    assert () == facts(text, syntax=syntax).claims


@pytest.mark.parametrize(
    "text", ["Mrs Trump visited a hospital.", "The first lady, Melania Trump, said she was proud of the nurses."]
)
def test_who_shares_a_leaders_surname_is_not_the_leader(text: str) -> None:
    assert () == facts(text).leaders


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Iran fired 15 missiles: ten missiles hit Al Asad, one hit Erbil and four failed.", True),
        ("Ukraine's air force said it had shot down 39 of 47 drones.", None),
        ("Iran fired three missiles: three missiles hit Al Asad, one hit Erbil and four failed.", False),
    ],
)
def test_only_more_outcomes_than_missiles_contradict_their_number(text: str, expected: bool | None) -> None:
    (strike,) = facts(text).strikes
    assert expected is strike.sum_checked
