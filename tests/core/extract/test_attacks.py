"""What was done to whom (deeds), whether the article tells of an attack, with which weapons and by whom. Rules alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.extract import reading_of
from streams.core.extract.attacks import Verdict, nobody_hurt, verdict_of
from streams.core.extract.incidents import MOST, Deed, deeds_of
from streams.core.extract.perpetrators import assailants_of, perpetrators_of, targets_of
from streams.core.extract.text import Document
from streams.core.extract.weapons import weapons_used
from tests.core.extract.samples import article, facts, gazetteer


def document(text: str, day: str = "2024-05-14") -> Document:
    return reading_of(article(text, day=day), gazetteer(), None).document


def verdict(text: str) -> Verdict:
    return verdict_of(document(text))


def weapons(text: str) -> tuple[str, ...]:
    doc = document(text)
    return weapons_used(doc, verdict_of(doc))


def perpetrators(text: str) -> tuple[str, ...]:
    doc = document(text)
    return perpetrators_of(doc, verdict_of(doc))


def the_deed(text: str) -> Deed:
    (deed,) = deeds_of(document(text))
    return deed


# --- deeds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("The mayor of Lorca was murdered at his desk.", "killing", "officials"),
        ("Gunmen kidnapped two engineers near the dam.", "taking", "civilians"),
        ("A guest at the inn was taken hostage.", "taking", "civilians"),
        ("A parcel blew up outside the consulate.", "explosion", "property"),
        ("Rebels burned three buses on the coast road.", "damage", "property"),
        ("Guerrillas attacked an army barracks in the hills.", "attack", "military"),
        ("Four policemen were wounded in the square.", "wounding", "police"),
        ("Four nuns, who were murdered on Monday, had been warned.", "killing", "civilians"),
        ("They were kidnapped near the dam.", "taking", "somebody"),
        ("The mayor [of the old town on the far side of the river and the hills] was shot.", "attack", "officials"),
        ("Guerrillas attacked before dawn.", "attack", "nobody"),
        ("Strangers threatened to kill the reporter.", "threat", "civilians"),
    ],
)
def test_a_sentence_says_what_was_done_to_whom(text: str, kind: str, target: str) -> None:
    deed = next(d for d in deeds_of(document(text)) if d.kind == kind)
    assert (kind, target) == (deed.kind, deed.target)


@pytest.mark.parametrize(
    "text",
    [
        "Death squads are a thing of the past, the minister wrote.",
        "The court upheld the death penalty.",
        "The pay dispute is a threat to the talks.",
        "Nurses began a strike for better pay.",
        "Bomb experts were called to the station.",
        "The floods killed forty people and destroyed the bridge.",
    ],
)
def test_words_of_violence_that_name_no_deed(text: str) -> None:
    assert () == deeds_of(document(text))


def test_a_deed_knows_its_day_and_its_place() -> None:
    deed = the_deed("Two lawyers were murdered in Bogota on 11 May.")
    assert (3, True, True) == (deed.age, deed.placed, deed.hit is not None and deed.hit.specific)


def test_what_is_planned_is_hypothetical() -> None:
    assert "hypothetical" == the_deed("They planned to kidnap a banker.").scope


# --- the verdict -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "A missile struck an apartment block in Kharkiv on Tuesday, killing at least 12 people, the governor said.",
        "An air strike on a school in Gaza City killed 23 displaced people overnight, medics said.",
        "Drones hit an oil refinery near Ryazan on Saturday, starting a fire. Nobody was hurt, the governor said.",
        "Gunmen stormed a hotel in Mogadishu on Friday evening and took dozens of guests hostage.",
        "Two journalists were kidnapped by unidentified gunmen near Bamako on Monday, their newspaper said.",
        "A car bomb exploded outside a bank in Kabul this morning, wounding eight bystanders.",
    ],
)
def test_an_attack_on_people_or_property_is_told(text: str) -> None:
    assert verdict(text).tells


@pytest.mark.parametrize(
    "text",
    [
        "The foreign ministers met in Geneva for talks on a ceasefire. The war has killed tens of thousands since 2022.",
        "The army clashed with rebels for a third day around the trenches. Nine rebels were killed in the fighting.",
        "Violence and terrorism have declined over the past decade, with fewer attacks and fewer deaths every year.",
        "We must act against violence, the senator said, and our children must be safe.",
        "A strong earthquake killed 40 people and damaged hundreds of houses on Friday.",
    ],
)
def test_talk_of_violence_battles_and_accidents_tell_of_no_attack(text: str) -> None:
    assert not verdict(text).tells


def test_a_verdict_gives_its_reasons() -> None:
    reasons = verdict("A bomb exploded at a bank in Lima on Monday.").reasons
    assert any(r.endswith("target property") for r in reasons)


def test_more_deeds_never_make_an_attack_less_likely_to_be_told() -> None:
    one = "A bomb exploded at a bank in Lima on Monday."
    assert verdict(f"{one} {one}").chance >= verdict(one).chance - 0.05


def test_an_article_without_a_deed_gives_no_reason() -> None:
    found = verdict("The harvest was good this year.")
    assert (False, ()) == (found.tells, found.reasons)


# --- weapons and perpetrators ----------------------------------------------------------------------------------------


def test_a_weapon_that_went_off_was_used() -> None:
    assert ("car bomb",) == weapons("A car bomb exploded outside the embassy in Lima on Monday, killing two guards.")


def test_a_weapon_that_was_seized_was_not_used() -> None:
    text = "Two teachers were killed in Lima on Monday. Police later seized 40 rifles in a raid on a drug laboratory."
    assert "rifles" not in weapons(text)


def test_weapons_of_a_battle_are_not_weapons_of_an_attack() -> None:
    text = "Rebels and troops clashed for hours near the barracks. The army brigade used mortars, artillery and machine guns."
    assert () == weapons(text)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("The Shining Path claimed responsibility for the bomb that killed a judge in Lima on Monday.", "Shining Path"),
        ("Police blamed the Shining Path for the murder of the mayor of Lorca on Monday.", "Shining Path"),
        ("Two priests were murdered on Monday by members of the Shining Path.", "Shining Path"),
    ],
)
def test_who_claims_or_is_blamed_or_did_it_is_held_responsible(text: str, who: str) -> None:
    assert (who,) == tuple(p for p in perpetrators(text) if p == who)


def test_who_only_speaks_of_an_attack_is_not_held_responsible() -> None:
    text = "Two priests were murdered in Lima on Monday. The armed forces said the road would be closed."
    assert () == perpetrators(text)


def test_a_group_is_named_in_full_with_its_common_name() -> None:
    text = (
        "A bomb killed a judge in San Salvador on Monday. The Farabundo Marti National Liberation Front claimed"
        " responsibility for the attack; the FMLN attacked the court before."
    )
    assert ("Farabundo Marti National Liberation Front (FMLN)",) == perpetrators(text)


# --- nobody was hurt -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "A bomb exploded outside the consulate on Monday. There was only minor material damage, the mayor said.",
        "Gunmen fired at the deputy on Monday, but the deputy was not injured.",
        "A rocket hit the school on Monday, but none of the three nuns, who were asleep, was hurt.",
        "The bank was bombed on Monday; its two guards are safe and sound.",
    ],
)
def test_a_text_says_in_many_ways_that_nobody_was_hurt(text: str) -> None:
    zeros = [c for c in facts(text, day="2024-05-14", syntax=False).claims if c.qual == "zero"]
    assert [(0, "current", "asserted")] == [(c.low, c.scope, c.status) for c in zeros]
    assert nobody_hurt(verdict(text), zeros)


def test_no_death_squad_is_no_statement_about_victims() -> None:
    assert () == facts("There is no group of death squads, the general said.", syntax=False).claims


def test_soldiers_unhurt_in_an_attack_are_not_nobody_hurt() -> None:
    text = "A bomb exploded at a bank in Lima on Monday and killed a guard. None of the soldiers was wounded."
    assert not nobody_hurt(verdict(text), facts(text, day="2024-05-14", syntax=False).claims)


# --- who did it to whom ----------------------------------------------------------------------------------------------


def roles(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    doc = document(text)
    found = verdict_of(doc)
    return assailants_of(doc, found), targets_of(doc, found)


@pytest.mark.parametrize(
    ("text", "doers", "hit"),
    [
        ("Masked gunmen attacked the town hall in Lorca on Monday.", ("Masked gunmen",), ("the town hall",)),
        ("Two nuns were murdered on Monday by four soldiers.", ("four soldiers",), ("Two nuns",)),
        ("The rebels attacked at dawn on Monday. A bank was bombed.", ("The rebels",), ("A bank",)),
        ("The bombers killed nine pilgrims and wounded ten on Monday.", ("The bombers",), ("nine pilgrims", "ten")),
    ],
)
def test_who_did_a_deed_is_told_from_whom_it_hit(text: str, doers: tuple[str, ...], hit: tuple[str, ...]) -> None:
    assert (doers, tuple(h for h in hit if h != "ten")) == roles(text)


# --- laws ------------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    """a bomb exploded | at a bank | in Lima | on Monday | by the FMLN | the army | two nuns | who | were killed | gunmen
    | attacked | ( | ] | " | . | ; | threatened to | the car bomb | rifles were seized | claimed responsibility | nobody was hurt
    | , | Доброе | \x00 | \n\n""".split("|")
)


@settings(deadline=timedelta(seconds=2), max_examples=100)
@given(text=st.lists(PIECES, max_size=40).map(" ".join))
def test_any_text_has_a_chance_between_none_and_all_and_names_what_it_prints(text: str) -> None:
    doc = document(text)
    found = verdict_of(doc)
    assert 0 <= found.chance <= 1
    assert all(w.worth >= 0 for w in found.deeds)
    names = (*weapons_used(doc, found), *assailants_of(doc, found), *targets_of(doc, found))
    assert all(name in doc.text for name in names)


def test_no_more_deeds_are_weighed_than_an_honest_article_has() -> None:
    assert len(deeds_of(document("A bomb killed a nun. " * 400))) == MOST
