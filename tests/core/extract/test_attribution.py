"""Who says so: claimant, outlet, denial; the reporter's own voice is None."""

from __future__ import annotations

import pytest

from tests.core.extract.samples import facts

CASES = [
    ("The ministry said 12 sailors were killed.", "The ministry", None),
    ("Twelve sailors were killed, the ministry said.", "the ministry", None),
    ("Twelve sailors were killed, said Admiral Ivan Petrov, who commands the fleet.", "Admiral Ivan Petrov", None),
    ("According to the coast guard, 12 sailors were killed.", "the coast guard", None),
    ("Twelve sailors were killed, according to a port official.", "a port official", None),
    ("Twelve sailors were killed, according to Iran's Fars news agency.", "Iran's Fars news agency", "Fars"),
    ("A navy spokesman told Reuters that 12 sailors were killed.", "A navy spokesman", "Reuters"),
    ("Twelve sailors were killed, a navy source told the Fars news agency on Monday.", "a navy source", "Fars"),
    ("Twelve sailors were killed, the mayor of Pola told reporters.", "the mayor of Pola", None),
    ("In a statement carried by SANA, the army said 12 rebels were killed.", "the army", "SANA"),
    (
        "Citing a hospital official, state television said 12 sailors were killed.",
        "a hospital official",
        "state television",
    ),
    ("The mayor, who visited the port, said 12 sailors were killed.", "The mayor", None),
    ("“Twelve sailors were killed,” Mayor Olga Orlova said.", "Mayor Olga Orlova", None),
    ("The rebels left the port, saying that 12 sailors were killed.", "The rebels", None),
    ("The army shelled the port, saying that 12 sailors were killed.", "The army", None),
    ("The coast guard said it was dark. Norway's embassy mourned “the 12 sailors killed.”", "Norway's embassy", None),
    ("The ministry made this statement:\n\n“Twelve sailors were killed.”", "The ministry", None),
    ("“Twelve sailors were killed.” ― Olga Orlova", "Olga Orlova", None),
    ("Nowak met a baker who said 12 sailors were killed.", "a baker", None),
    ("Nowak met the head of the port, who said 12 sailors were killed.", "the head of the port", None),
    ("Nowak met witnesses, most of whom said 12 sailors were killed.", "witnesses", None),
    ("The army shelled the port and said 12 sailors were killed.", "The army", None),
    ("The army shelled the port but has said that 12 sailors were killed.", "The army", None),
    ("The losses, great as they were, came late, and 12 sailors were killed, said Nowak.", "Nowak", None),
    ("The army was quoted by SANA as saying 12 sailors were killed.", "The army", "SANA"),
    ("SANA quoted the army as saying 12 sailors were killed.", "the army", "SANA"),
    ("The mayor told Olga Orlova 12 sailors were killed.", "The mayor", None),
    ("Nowak, Ruiz and Adeyemi said on Monday that 12 sailors were killed.", "Nowak, Ruiz and Adeyemi", None),
    ("“Twelve sailors were killed,” Nowak, Ruiz and Adeyemi said.", "Nowak, Ruiz and Adeyemi", None),
    ("Theresa May said 12 sailors were killed.", "Theresa May", None),
    ("The army would say only that 12 sailors were killed.", "The army", None),
    ("Twelve sailors were killed.", None, None),
    ("A fire in the port killed 12 sailors on Monday.", None, None),
]


@pytest.mark.parametrize(("text", "claimant", "outlet"), CASES, ids=[c[0][:40] for c in CASES])
def test_the_speaker_and_the_outlet_are_two(text: str, claimant: str | None, outlet: str | None) -> None:
    (claim,) = facts(text).claims
    assert (claimant, outlet) == (claim.claimant, claim.outlet)


def test_who_denies_claims_nothing() -> None:
    (claim,) = facts("The navy denied that 12 sailors had been killed.").claims
    assert ("denied", None, "The navy", 12) == (claim.status, claim.claimant, claim.denied_by, claim.low)


def test_what_is_said_after_a_denial_is_not_denied() -> None:
    (claim,) = facts("The navy denied the raid and said that no sailors were killed.").claims
    assert ("asserted", "The navy", None, 0) == (claim.status, claim.claimant, claim.denied_by, claim.low)
    (claim,) = facts("The mayor blamed the navy, which denied that 12 sailors were killed.").claims
    assert ("denied", None, "the navy", 12) == (claim.status, claim.claimant, claim.denied_by, claim.low)


@pytest.mark.parametrize(
    "text",
    [
        "The army did not say that 12 soldiers were killed.",
        "The army would not immediately confirm that 12 soldiers were killed.",
    ],
)
def test_what_somebody_does_not_say_is_nobodys_claim_and_unconfirmed(text: str) -> None:
    assert [("unconfirmed", None)] == [(c.status, c.claimant) for c in facts(text).claims]


def test_he_and_the_source_lead_back_to_who_they_are() -> None:
    text = (
        "A source in the harbour police spoke of a massacre, TASS reported.\n\n"
        "Governor Ivan Petrov said a ship was lost. He said 12 sailors were killed."
    )
    (claim,) = facts(text).claims
    assert "Governor Ivan Petrov" == claim.claimant


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("The Pentagon said ten soldiers were killed.", "US"),
        ("Russia's defence ministry said ten soldiers were killed.", "RU"),
        ("Houthi rebels said ten soldiers were killed.", "YE"),
        ("A doctor said ten soldiers were killed.", None),
    ],
)
def test_the_words_say_for_which_side_the_claimant_speaks(text: str, nation: str | None) -> None:
    (claim,) = facts(text).claims
    assert nation == claim.claimant_nation


@pytest.mark.parametrize(
    "text",
    [
        "It was not clear how many people were killed.",
        "The army declined to say whether soldiers were killed.",
        "The army has not said whether 12 soldiers were killed.",
        "There was no word on casualties.",
        "There were no immediate reports of injuries.",
        "The ministry did not mention any casualties.",
        "Were ten people killed?",
        "“Were ten people killed?” the mayor asked.",
        "“Why were ten people killed, and by whom?” asked Olga Orlova.",
    ],
)
def test_silence_is_no_zero_and_no_claim(text: str) -> None:
    assert [] == [c for c in facts(text).claims if c.scope == "current"]


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("Ten people were killed on Monday.", "current"),
        ("Ten people were killed there last year.", "historical"),
        ("Ten people were killed there in 1987.", "historical"),
        ("Ten thousand people have been killed since the war began.", "cumulative"),
        ("So far this year 40 people have been killed in the city.", "cumulative"),
        ("The flood could kill ten thousand people.", "hypothetical"),
        ("The men plotted to kill ten officials.", "hypothetical"),
        ("The exercise simulated a blast that killed ten people.", "exercise"),
        ("He is charged with killing ten people.", "historical"),
        ("The film tells of ten miners who died in the pit.", "historical"),
        ("The museum in the port displays the coats of ten sailors who died there.", "historical"),
        ("The law is named after ten girls who were killed at a school.", "historical"),
        ("The mayor honoured the ten sailors killed in the port.", "historical"),
        ("The mayor honoured the ten sailors killed in the port on Monday.", "current"),
        ("Some ten thousand people of the town were killed in the Holocaust.", "historical"),
        ("The disease has killed ten people in the islands.", "cumulative"),
        ("Guns have killed ten people in the city.", "cumulative"),
        ("Cholera killed ten people on Monday.", "current"),
        ("A bomb at a museum killed ten people.", "current"),
        ("A blast during a play about bees killed ten people on Monday.", "current"),
    ],
)
def test_only_this_event_is_current(text: str, scope: str) -> None:
    assert [scope] == [c.scope for c in facts(text, day="2019-05-07").claims]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Ten people were killed on Tuesday.", "2019-05-07"),
        ("Ten people were killed on Monday.", "2019-05-06"),
        ("Ten people were killed yesterday.", "2019-05-06"),
        ("Ten people were killed on May 3.", "2019-05-03"),
        ("Ten people were killed on 3 May 2019.", "2019-05-03"),
        ("Ten people were killed.", None),
    ],
)
def test_the_day_is_seen_from_the_articles_day(text: str, day: str | None) -> None:
    assert [day] == [c.event_day for c in facts(text, day="2019-05-07").claims]


@pytest.mark.parametrize(
    ("title", "claimant", "low"),
    [
        ("Raids on Pola market kill more than 20 Monitor", "Monitor", 20),
        ("Blasts near Pola shrine kill 30 Syrian Observatory", "Syrian Observatory", 30),
        ("Blasts near Pola shrine kill 20 police", None, 20),
    ],
)
def test_a_speaker_whose_colon_was_lost_is_not_counted_among_the_dead(
    title: str, claimant: str | None, low: int
) -> None:
    claims = facts("The fire was put out.", title, syntax=False).claims
    assert [(c.low, c.claimant) for c in claims] == [(low, claimant)]
