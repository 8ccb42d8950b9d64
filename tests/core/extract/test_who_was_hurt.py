"""Who was hurt, where it takes more than the words beside the verb to know. All sentences are our own."""

from __future__ import annotations

import pytest

from tests.core.extract.samples import facts

CLASSES = [
    # An object that stands far behind its verb.
    (
        "Two gunmen on a motorcycle killed in the space of a few hours a judge and the senator Pedro Luna.",
        "killed 1 judge; killed 1 senator Pedro Luna",
    ),
    (
        "Hired men murdered in less than two days, Judge Eva Sol, Commander Luis Moreno, and Senator Ana Paz.",
        "killed 1 Judge Eva Sol; killed 1 Commander Luis Moreno; killed 1 Senator Ana Paz",
    ),
    ("Ten people were killed in two days, police said.", "killed 10 people"),
    # One person told twice.
    ("The blast injured one civilian, a female street vendor.", "wounded 1 civilian"),
    ("One of the consul's children, 23-year-old Paula, was also wounded.", "wounded 1 23-year-old Paula"),
    ("Two members of the judge's guard, members of the harbour police, were wounded.", "wounded 2 members"),
    (
        "They regret the murder of Solanes, assistant secretary for Asia and the Pacific, and deputy head of the union.",
        "killed 1 Solanes",
    ),
    # Parts of those who were hurt, behind the verb, between dashes, in brackets.
    (
        "Twelve people were wounded, including 3 members of the border police, in an attack at the airport.",
        "wounded 12 people; wounded 3 members (part)",
    ),
    ("Twelve people were wounded, among them four children.", "wounded 12 people"),
    (
        "Six nuns -- five Belgians and one Italian -- were murdered by men in uniform.",
        "killed 6 nuns; killed 5 Belgians (part); killed 1 Italian (part)",
    ),
    (
        "Two servants (a mother and a daughter) were killed.",
        "killed 2 servants; killed 1 mother (part); killed 1 daughter (part)",
    ),
    ("The two other wounded nurses are Ana Paz and Eva Sol.", "wounded 1 Ana Paz; wounded 1 Eva Sol"),
    # Pronouns for the object of the verb before.
    ("A guard fired a rifle at a woman, wounding her in the head.", "wounded 1 woman"),
    ("Rebels seized the local mayor and shot him in the square.", "wounded 1 local mayor"),
    ("The farmer got out of his lorry and shot him.", ""),
    # What only sounds so.
    ("The house of the deputy minister, in the east of the city, was machinegunned.", ""),
    ("The office of the union leader was burned down.", ""),
    ("The driver of the car was shot.", "wounded 1 driver"),
    ("The singer received another death threat over the telephone.", ""),
    ("The murder trial of two brothers opened.", ""),
    ("Note that in Osti no priest has ever been imprisoned, murdered or exiled.", ""),
]


def said(text: str, syntax: bool) -> str:
    claims = facts(text, syntax=syntax).claims
    return "; ".join(
        f"{c.kind} {c.low}{f' {c.victims.text}' if c.victims else ''}{' (part)' if c.part else ''}" for c in claims
    )


@pytest.mark.parametrize("syntax", [True, False], ids=["syntax", "rules"])
@pytest.mark.parametrize(("text", "expected"), CLASSES, ids=[text[:45] for text, _ in CLASSES])
def test_who_was_hurt_is_found_away_from_the_verb(text: str, expected: str, syntax: bool) -> None:
    assert said(text, syntax) == expected


@pytest.mark.parametrize("syntax", [True, False], ids=["syntax", "rules"])
def test_a_source_without_a_comma_ends_before_the_count_of_what_it_tells(syntax: bool) -> None:
    claims = facts("According to radio reports 12 sailors were injured in the attack.", syntax=syntax).claims
    assert [(12, "sailors", "radio reports")] == [(c.low, c.victims and c.victims.text, c.claimant) for c in claims]


def test_a_count_in_the_name_of_a_document_is_part_of_the_source() -> None:
    claims = facts("According to a 52-page report by the court, three miners were killed.").claims
    assert ["a 52-page report"] == [c.claimant for c in claims]
