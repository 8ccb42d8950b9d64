"""Sentences of wire agencies from all sides of a war: who struck whom with what, and whose word it is. All are our own."""

from __future__ import annotations

import pytest

from streams.core.model import StrikeReport
from tests.core.extract.samples import facts

BOTH = pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])
DAY = "2024-10-12"


def strikes(text: str, syntax: bool, title: str = "") -> list[StrikeReport]:
    return [s for s in facts(text, title, day=DAY, syntax=syntax).strikes if s.scope == "current"]


RAIDS = [
    ("Jets bombed Khartoum airport at dawn, residents said.", "air strike", "Jets", "Khartoum", "reported"),
    ("The airport in Sanaa was bombed by British jets.", "air strike", "British jets", "Sanaa", "reported"),
    ("Planes struck a hospital in Idlib.", "air strike", "Planes", "Idlib", "reported"),
    ("Helicopters strafed a convoy near Maiduguri.", "air strike", "Helicopters", "Maiduguri", "reported"),
    ("The army said its jets had struck a camp in Kunduz.", "air strike", "The army", "Kunduz", "claimed"),
    (
        "Israeli warplanes bombed the suburbs of Beirut.",
        "air strike",
        "Israeli warplanes",
        "Beirut",
        "reported",
    ),
    ("Russian troops shelled Kherson, the mayor said.", "artillery", "Russian troops", "Kherson", "reported"),
    ("The United States bombed three sites in Iran.", "bomb", "The United States", None, "reported"),
    ("A court struck the law down, and jets bombed Tyre.", "air strike", "jets", "Tyre", "reported"),
    ("A naval vessel shelled boats off Khan Younis.", "artillery", "A naval vessel", "Khan Younis", "reported"),
    ("Ukrainian shelling of Shebekino killed two people.", "artillery", "Ukraine", "Shebekino", "reported"),
    ("British warplanes carried out six raids on Hodeidah.", "air strike", "British warplanes", "Hodeidah", "reported"),
    ("Kherson was shelled again overnight.", "artillery", None, "Kherson", "reported"),
    ("An Israeli strike on a school in Rafah killed 28 people.", None, "Israel", "Rafah", "reported"),
    ("Nine people were killed in Israeli strikes on Tyre.", None, "Israel", "Tyre", "reported"),
]


@BOTH
@pytest.mark.parametrize(("text", "sort", "actor", "place", "status"), RAIDS, ids=[r[0][:40] for r in RAIDS])
def test_an_attack_without_a_named_weapon_is_told_by_who_flies_or_shells(
    text: str, sort: str | None, actor: str | None, place: str | None, status: str, syntax: bool
) -> None:
    (strike,) = strikes(text, syntax)
    assert (sort, actor, place, status) == (strike.weapon_class, strike.actor, strike.place, strike.status)


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "A strike by train drivers in Lyon entered its third day.",
        "Two workers were injured in the strike at the Boeing plant.",
        "The army hit back at its critics.",
        "The military struck a deal with the union.",
        "The plane hit a flock of birds near Lyon.",
        "The air force bombed at the box office.",
        "Rebels attacked the bill in parliament.",
        "Air raid alerts were declared in Kyiv.",
        "The forward fired a rocket into the top corner.",
        "The general said the next missiles could be launched within days.",
        "The navy said it had destroyed two missiles that were prepared to launch.",
        "No missile hit the base.",
        "A drone light show over Lyon used 10,000 drones.",
        "Russia might fire missiles again within weeks, a US official said.",
        "Biden did not expect an Israeli strike on oil sites.",
        "If fired, the missile would reach Berlin in minutes.",
        "The cabinet has sent drones to Kyiv.",
        "A crashed plane armed with explosives was found.",
        "Asked if Russia had fired the missile, he shrugged.",
        "Kyiv has asked for permission to fire ATACMS at targets inside Russia.",
        "Restrictions on using the missiles were lifted.",
        "Police found shell casings that hit the wall.",
        "Jets flew low over Beirut.",
        "Two fighter jets collided over the North Sea.",
    ],
)
def test_what_only_sounds_like_an_attack_is_none(text: str, syntax: bool) -> None:
    assert [] == strikes(text, syntax)


OWNERS = [
    ("Russian missiles struck Lviv.", "Russia", None),
    ("Hezbollah rockets hit Haifa.", "Hezbollah", None),
    ("India's missiles hit Lahore.", "India", None),
    ("An Israeli drone strike killed two people in Sidon.", "Israel", None),
    ("Iranian-made drones hit Kyiv.", None, None),
    ("Iranian Shahed drones launched by Russia hit Kyiv.", "Russia", None),
    ("Missiles fired by Israel were shot down over Homs.", "Israel", None),
    ("The Houthis said they had fired a missile at Eilat.", "The Houthis", "claimed"),
    ("Hamas's armed wing said it had fired two rockets at Ashkelon.", "Hamas's armed wing", "claimed"),
    ("Turkey carried out air strikes on camps in Syria.", "Turkey", None),
    ("Khartoum accused the RSF of shelling a camp.", "the RSF", None),
    ("Ukraine said its naval drones had struck a ship.", "Ukraine", "claimed"),
    ("The Houthis said on Friday they had attacked ships with missiles.", "The Houthis", "claimed"),
    ("A missile fired by the Houthis fell short of the ship.", "the Houthis", None),
    ("The army said it had shot down drones sent by India.", "India", "reported"),
    ("Earlier on Sunday the Syrian air force fired missiles at Idlib.", "the Syrian air force", None),
    ("The Houthis' spokesman claimed the group had fired two missiles.", "the group", "claimed"),
    ("The army blamed the RSF for the shelling of the market.", "the RSF", "reported"),
    ("Hamas fired rockets at Ashkelon on the anniversary of the attack.", "Hamas", "reported"),
    ("Moscow said Russian missiles had struck Lviv.", "Russia", "claimed"),
    ("South Korea's military said North Korea had fired a missile.", "North Korea", "reported"),
    ("“We targeted the port with a missile,” the group's spokesman said.", None, "claimed"),
]


@BOTH
@pytest.mark.parametrize(("text", "actor", "status"), OWNERS, ids=[o[0][:40] for o in OWNERS])
def test_whose_weapons_they_are_and_whether_their_owner_says_so(
    text: str, actor: str | None, status: str | None, syntax: bool
) -> None:
    strike = strikes(text, syntax)[0]
    assert actor == strike.actor
    assert status in {None, strike.status}


OUTCOMES = [
    (
        "Russia fired 47 drones; 39 were downed, five were lost and three hit Sumy.",
        [("drones", 47, [("intercepted", 39), ("failed", 5), ("hit", 3)])],
    ),
    ("A French jet shot down an Iranian drone.", [("drone", 1, [("intercepted", 1)])]),
    ("Debris of a downed drone fell on Kyiv.", [("drone", 1, [("intercepted", 1)])]),
    ("The Houthis said they had shot down a US MQ-9 drone.", [("MQ-9", 1, [("intercepted", 1)])]),
    ("Ethiopian drones bombed a school.", [("drones", None, [])]),
    (
        "Ukraine shot down 45 of 65 drones, it said. Twenty more were lost.",
        [("drones", 65, [("intercepted", 45), ("failed", 20)])],
    ),
    (
        "Five missiles and 20 drones were fired at Odesa. All were shot down.",
        [("missiles", 5, [("intercepted", None)]), ("drones", 20, [("intercepted", None)])],
    ),
    ("India test-fired its Agni-5 ballistic missile.", [("ballistic missile", 1, [])]),
    (
        "It was the biggest missile attack on Israel, with 181 missiles fired.",
        [("missiles", 181, [])],
    ),
    ("The missile, which was fired from Yemen, broke apart in the air.", [("missile", 1, [("failed", 1)])]),
    ("The defences failed to intercept a drone that hit a hall.", [("drone", 1, [("hit", 1)])]),
    (
        "Russia fired 22 missiles and 90 drones; 19 missiles and 64 drones were destroyed.",
        [("missiles", 22, [("intercepted", 19)]), ("drones", 90, [("intercepted", 64)])],
    ),
    (
        "Russia attacked Kyiv with 22 Kh-101 missiles and eight Kalibrs.",
        [("Kh-101", 22, []), ("Kalibrs", 8, [])],
    ),
    ("A missile exploded in mid-air.", [("missile", 1, [("failed", 1)])]),
    ("The Guards said ten of their missiles had hit a base.", [("missiles", 10, [("hit", 10)])]),
    ("Six of nine drones were jammed and crashed in fields.", [("drones", 9, [("failed", 6)])]),
    ("A drone fired two missiles at a car in Tyre.", [("missiles", 2, [])]),
    (
        "Moscow said it shot down 110 drones; Kyiv said its drones hit a factory.",
        [("drones", 110, [("intercepted", 110)]), ("drones", None, [("hit", None)])],
    ),
    ("More than 100 drones attacked Kyiv.", [("drones", 100, [])]),
    (
        "Iran fired at least 180 missiles. Many of them were intercepted, the army said.",
        [("missiles", 180, [("intercepted", None)])],
    ),
    ("All but two of the 28 drones were shot down.", [("drones", 28, [("intercepted", 26)])]),
    ("Two M90 rockets were fired at Ashkelon.", [("rockets", 2, [])]),
    ("The ministry said 14 drones were destroyed over Bryansk.", [("drones", 14, [("intercepted", 14)])]),
    ("Most of the drones were downed, a few got through.", [("drones", None, [("intercepted", None)])]),
    ("A Su-25 was shot down near Pokrovsk by a Stinger missile.", [("Stinger missile", 1, [])]),
    ("It was the biggest drone attack on Moscow since the war began.", [("drone", None, [])]),
]


@BOTH
@pytest.mark.parametrize(("text", "expected"), OUTCOMES, ids=[o[0][:40] for o in OUTCOMES])
def test_what_became_of_the_weapons(
    text: str, expected: list[tuple[str, int | None, list[tuple[str, int | None]]]], syntax: bool
) -> None:
    found = [(s.weapon, s.count_low, [(o.what, o.count) for o in s.outcomes]) for s in strikes(text, syntax)]
    assert expected == found


def test_a_place_of_our_own_list_is_called_as_there() -> None:
    assert ("Tartus",) == facts("A missile hit Tartus.").places


def test_who_denies_a_strike_is_its_voice() -> None:
    (strike,) = facts("The Pentagon denied that any missile had struck the base.").strikes
    assert ("denied", "The Pentagon") == (strike.status, strike.claimant)


VOICES = [
    ("The clinic accused the militia of killing 30 people.", "The clinic", None),
    (
        "The Islamic State group claimed responsibility for the bombing, which killed 12, according to police.",
        "police",
        None,
    ),
    ("The Islamic State group claimed responsibility for the bombing, which killed 12.", None, None),
    ("TASS, citing the State Emergency Service: two rescuers were killed.", "the State Emergency Service", "TASS"),
    ("The deaths of four soldiers were announced by the army on Sunday.", "the army", None),
    ("Channel 12 cited a senior officer as saying that two pilots had been wounded.", "a senior officer", "Channel 12"),
    ("A US official told ABC that two men were killed.", "A US official", "ABC News"),
]


@BOTH
@pytest.mark.parametrize(("text", "claimant", "outlet"), VOICES, ids=[v[0][:40] for v in VOICES])
def test_whose_word_it_is_and_who_carries_it(text: str, claimant: str | None, outlet: str | None, syntax: bool) -> None:
    (claim,) = facts(text, day=DAY, syntax=syntax).claims
    assert (claimant, outlet) == (claim.claimant, claim.outlet)


def test_a_capital_that_stands_for_its_state_is_no_target() -> None:
    (strike,) = facts("North Korea fired a missile into the sea, Seoul's joint chiefs said.").strikes
    assert () == strike.targets


@BOTH
@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("Drones hit a base in Jordan in January, killing three soldiers.", "earlier"),
        ("Drones hit a base in Jordan, killing three soldiers, ahead of elections in November.", "current"),
        ("Drones hit a base in Jordan, killing three soldiers, after talks in May.", "current"),
        ("Drones hit a base in Jordan in September, killing three soldiers.", "earlier"),
        ("Drones hit a base in Jordan in October, killing three soldiers.", "current"),
    ],
)
def test_a_month_long_past_dates_what_stands_before_it(text: str, scope: str, syntax: bool) -> None:
    found = facts(text, day=DAY, syntax=syntax)
    assert [scope] == [c.scope for c in found.claims]
    assert (scope == "current") == bool(found.strikes)


@BOTH
def test_two_attacks_of_one_sentence_are_two(syntax: bool) -> None:
    title = "Israel strikes Beirut as Hezbollah fires 100 rockets"
    text = "Israeli jets struck Beirut on Saturday, while Hezbollah fired about 100 rockets at Haifa."
    found = [(s.weapon_class, s.count_low, s.place) for s in strikes(text, syntax, title)]
    assert [("air strike", None, "Beirut"), ("rocket", 100, "Haifa")] == found


def test_a_plane_that_drops_bombs_threatens_nobody() -> None:
    assert ["reported"] == [s.status for s in strikes("A plane dropped barrel bombs on Daraa.", syntax=False)]


def test_a_rehearsal_is_a_test() -> None:
    assert ["test"] == [s.status for s in strikes("The army rehearsed firing rockets.", syntax=False)]


def test_it_said_is_whoever_opens_the_sentence() -> None:
    (strike,) = strikes("Ukraine's air force shot down 45 of 65 drones, it said on Sunday.", syntax=False)
    assert "Ukraine's air force" == strike.claimant


def test_an_attack_that_somebody_will_pay_for_is_done() -> None:
    found = facts("", "Netanyahu: they will pay a heavy price for drone attack on my home", day=DAY).strikes
    assert ["reported"] == [s.status for s in found]


@BOTH
def test_what_is_shot_down_is_nobody(syntax: bool) -> None:
    text = "Thirty drones reached their targets, Kyiv said. Moscow said 12 were shot down."
    assert () == facts(text, day=DAY, syntax=syntax).claims
