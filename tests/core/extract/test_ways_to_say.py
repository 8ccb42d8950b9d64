"""The ways to say who gives a toll, one by one, each with offices, groups and persons."""

from __future__ import annotations

import pytest

from tests.core.extract.samples import facts

FORMS = """
WHO said 14 people were killed.
WHO said on Friday that 14 people had been killed.
14 people were killed, WHO said.
14 people were killed, WHO said on Friday.
14 people were killed, according to WHO.
According to WHO, 14 people were killed.
WHO reported 14 deaths.
WHO reported 14 people killed.
WHO confirmed that 14 people had died.
WHO confirmed 14 deaths.
WHO put the death toll at 14.
WHO put the number of dead at 14.
WHO announced the deaths of 14 people.
WHO announced that 14 people had died.
WHO told reporters that 14 people were killed.
WHO told AFP 14 people had been killed.
"14 people were killed," WHO said.
"14 people were killed," said WHO.
In a statement, WHO said 14 people were killed.
Citing WHO, TASS reported 14 deaths.
14 people were killed, Reuters reported, citing WHO.
14 people were killed, Reuters said, quoting WHO.
WHO claimed to have killed 14 people.
WHO claimed 14 people were killed.
WHO says 14 people killed.
WHO added that 14 people had been killed.
Fighting went on, with WHO saying that 14 people were killed.
14 people were killed, WHO wrote on Telegram.
WHO gave a toll of 14 dead.
WHO spoke of 14 dead.
WHO counted 14 dead.
WHO recorded 14 deaths.
WHO said the strike killed 14 people.
The strike killed 14 people, WHO said.
The strike, which WHO said killed 14 people, hit a market.
The toll, WHO said, was 14.
WHO said at least three rockets hit the town, killing 14 people.
A source in WHO said 14 people were killed.
WHO estimates that 14 people died.
WHO acknowledged that 14 people had been killed.
WHO admitted 14 people had been killed.
WHO insisted that 14 people were killed.
WHO alleged that 14 people were killed.
""".strip().split("\n")


@pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])
@pytest.mark.parametrize("who", ["the health ministry", "Hamas", "Mayor Anna Vogt", "local authorities"])
@pytest.mark.parametrize("form", FORMS)
def test_who_gives_the_toll_is_its_claimant(form: str, who: str, syntax: bool) -> None:
    text = form.replace("WHO", who)
    (claim,) = facts(text[0].upper() + text[1:], day="2024-10-12", syntax=syntax).claims
    assert ("killed", 14, 14, "current") == (claim.kind, claim.low, claim.high, claim.scope)
    assert who.lower() in (claim.claimant or "").lower()
