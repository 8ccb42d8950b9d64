"""Sentences of the trade with one trap each, read with the model and with rules alone. All are our own."""

from __future__ import annotations

import pytest

from tests.core.extract.samples import facts

CURRENT = [
    ("Scores of villagers were killed and several hundred injured.", "killed 20+ villagers; wounded 300+ villagers"),
    ("The death toll climbed from 14 to 21.", "killed 21"),
    ("One in five of the 200 patients died.", ""),
    ("The blast claimed 22 lives.", "killed 22"),
    ("The strike claimed the lives of 22 people.", "killed 22 people"),
    ("Three soldiers lost their lives.", "killed 3 soldiers"),
    ("The invasion would cost tens of thousands of lives.", ""),
    ("The quake could leave hundreds dead.", ""),
    ("Paramedics practised treating 60 wounded in a mock train crash.", ""),
    ("The novel opens with the murder of two sisters.", ""),
    ("The attack was the deadliest since 2017, when 59 people were gunned down.", ""),
    ("A mother and her three children were among the dead.", "killed 1 mother; killed 3 children"),
    ("Two nurses were among those killed.", "killed 2 nurses"),
    ("The twins died in hospital.", "killed 2"),
    ("Twin brothers aged 10 were killed.", "killed 2 brothers"),
    ("Both pilots were killed.", "killed 2 pilots"),
    ("The couple and their baby were killed.", "killed 2; killed 1 their baby"),
    ("A girl aged six and her brother, aged four, were killed.", "killed 1 girl; killed 1 her brother"),
    ("A man in his 30s and a girl aged six died.", "killed 1 man; killed 1 girl"),
    ("Two killed, four hurt in knife attack in Lyon: prosecutors", "killed 2 by prosecutors; wounded 4 by prosecutors"),
    ("Citing medics, the broadcaster Al Jazeera reported 18 deaths.", "killed 18 by medics"),
    ("Eighteen people died, Al Jazeera reported, citing medics.", "killed 18 people by medics"),
    ("A woman told Reuters her husband and son had died.", "killed 1 her husband by A woman; killed 1 son by A woman"),
    ("Witnesses spoke of dozens of dead.", "killed 12+ by Witnesses"),
    (
        "The police chief said two officers were killed; the union said three.",
        "killed 2 officers by The police chief; killed 3 officers by the union",
    ),
    ("Hezbollah put the number of dead at nine.", "killed 9 by Hezbollah"),
    (
        "A drone hit a bus, killing two and wounding nine, regional governor Petro Luna said.",
        "killed 2 by regional governor Petro Luna; wounded 9 by regional governor Petro Luna",
    ),
    ("No Israeli soldiers were among the casualties.", "casualties 0 Israeli soldiers"),
    ("The minister said no Danes were among the dead.", "killed 0 Danes by The minister"),
    ("The former president was taken to hospital after a heart attack.", ""),
    ("The union leader was rushed to hospital on the third day of a hunger strike.", ""),
    ("Ten people were taken to hospital after an explosion at a bakery.", "wounded 10 people"),
    ("A man was hit by a car as police fired shots at a gunman.", ""),
    ("Two banks were struck by gunfire.", ""),
    ("Strikes hit two refineries, and a gunman was arrested elsewhere.", ""),
    ("Six bodies had been counted twice, the doctor said.", ""),
    ("All but two of the 20 passengers died.", "killed 18 passengers"),
]


@pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])
@pytest.mark.parametrize(("text", "expected"), CURRENT)
def test_what_alerts_is_what_the_sentence_says(text: str, expected: str, syntax: bool) -> None:
    found = []
    for c in facts(text, day="2024-10-12", syntax=syntax).claims:
        if c.scope == "current" and c.status != "denied":
            figure = f"{c.low}" if c.low == c.high else f"{c.low}+" if c.high is None else f"{c.low}-{c.high}"
            victims = f" {c.victims.text}" if c.victims else ""
            found.append(f"{c.kind} {figure}{victims}" + (f" by {c.claimant}" if c.claimant else ""))
    assert expected == "; ".join(found)


def test_the_number_of_the_killed_is_told_before_those_words() -> None:
    (claim,) = facts("Friday's killing brought to 11 the number of journalists killed in the country this year.").claims
    assert (11, "cumulative") == (claim.low, claim.scope)


def test_who_is_only_reported_to_have_died_may_live() -> None:
    (claim,) = facts("The rebel leader is reported to have been killed, but his family says he is alive.").claims
    assert "unconfirmed" == claim.status


@pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])
def test_of_a_rejected_claim_the_owner_and_who_rejects_it_are_told(syntax: bool) -> None:
    (claim,) = facts("Kyiv rejected Moscow's claim that 300 of its troops had been killed.", syntax=syntax).claims
    assert ("denied", "Moscow", "Kyiv") == (claim.status, claim.claimant, claim.denied_by)
