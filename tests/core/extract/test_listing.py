"""Lists of people: who is in them, who is only described, and who is told as a part."""

from __future__ import annotations

import pytest

from streams.core.extract import extract
from tests.core.extract.samples import article, gazetteer


def killed(text: str) -> list[tuple[int | None, str, bool]]:
    claims = extract(article(text), gazetteer(), None).claims
    return [(c.low, c.victims.text if c.victims else "", c.part) for c in claims if c.kind == "killed"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana Ruiz, a street vendor walking by the store, was killed.", [(1, "Ana Ruiz", False)]),
        (
            "The baker Ana Ruiz, 34, and Juan Paz, a rector of the college in Pola, were shot dead on Monday.",
            [(1, "baker Ana Ruiz", False), (1, "Juan Paz", False)],
        ),
        (
            "Eva Sol, Luis Moreno, and Rosa Vega, as well as the cook Elba Rama and her 15-year-old daughter, were murdered.",
            [
                (1, "Eva Sol", False),
                (1, "Luis Moreno", False),
                (1, "Rosa Vega", False),
                (1, "cook Elba Rama", False),
                (1, "her 15-year-old daughter", False),
            ],
        ),
        (
            "Gunmen have killed the mayor of the small town of Osti, as well as two farmers.",
            [(1, "mayor", False), (2, "farmers", False)],
        ),
        (
            "A bomb at the union's hall killed nine people, including the union leader Elisa Vela.",
            [(9, "people", False), (1, "union leader Elisa Vela", True)],
        ),
        (
            "Patrols killed two reporters: Roberto Nava, a photographer, and Mauricio Pina, a presenter.",
            [(2, "reporters", False), (1, "Roberto Nava", True), (1, "Mauricio Pina", True)],
        ),
        ("The six nuns, five Belgians and one Swede, were murdered.", [(6, "nuns", False)]),
        (
            "Mayor Armando Quis and two farmers were brought before a court and then killed.",
            [(1, "Mayor Armando Quis", False), (2, "farmers", False)],
        ),
        (
            "Police said the bodies of the teacher Ana Ruiz and her brother Juan were found on the road.",
            [(1, "teacher Ana Ruiz", False), (1, "her brother Juan", False)],
        ),
    ],
)
def test_a_list_names_each_person_once(text: str, expected: list[tuple[int, str, bool]]) -> None:
    assert killed(text) == expected


def test_a_list_ends_before_those_who_have_a_verb_of_their_own() -> None:
    claims = extract(article("The blast killed two guards and three cooks were wounded."), gazetteer(), None).claims
    assert [(c.kind, c.low) for c in claims] == [("killed", 2), ("wounded", 3)]
