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
        (
            "The six nuns, five Belgians and one Italian, were murdered.",
            [(6, "nuns", False), (5, "Belgians", True), (1, "Italian", True)],
        ),
        (
            "Mayor Armando Quis and two farmers were brought before a court and then killed.",
            [(1, "Mayor Armando Quis", False), (2, "farmers", False)],
        ),
        (
            "Police said the bodies of the teacher Ana Ruiz and her brother Juan were found on the road.",
            [(1, "teacher Ana Ruiz", False), (1, "her brother Juan", False)],
        ),
        (
            "Eva Sol and Luis Moreno, members of the dockers' union of Pola, were abducted and later murdered.",
            [(1, "Eva Sol", False), (1, "Luis Moreno", False)],
        ),
        (
            "The army said Jose Rivas and Pablo Alba -- the third man was not named -- were killed when they met a patrol.",
            [(1, "Jose Rivas", False), (1, "Pablo Alba", False)],
        ),
        ("Deputy Eva Sol, of the ruling party, was murdered on Monday.", [(1, "Deputy Eva Sol", False)]),
        (
            "Eva Sol, 20 years old, and Luis Moreno, 21, were murdered on Monday.",
            [(1, "Eva Sol", False), (1, "Luis Moreno", False)],
        ),
        ("Gangs have murdered senator and presidential hopeful Eva Sol.", [(1, "presidential hopeful Eva Sol", False)]),
        ("He deplored the death of Luis Moreno, poet and former party leader.", [(1, "Luis Moreno", False)]),
        ("They murdered, at gunpoint, a soldier who lay in a ward.", [(1, "soldier", False)]),
        (
            "The union deplored the murder in Pola of its leaders Eva Sol and Luis Moreno.",
            [(1, "its leaders Eva Sol", False), (1, "Luis Moreno", False)],
        ),
        ("Among the priests murdered was Father Luis Moreno.", [(1, "Father Luis Moreno", True)]),
        ("Gunmen shot dead the sergeant Luis Moreno.", [(1, "sergeant Luis Moreno", False)]),
    ],
)
def test_a_list_names_each_person_once(text: str, expected: list[tuple[int, str, bool]]) -> None:
    assert killed(text) == expected


def test_a_list_ends_before_those_who_have_a_verb_of_their_own() -> None:
    claims = extract(article("The blast killed two guards and three cooks were wounded."), gazetteer(), None).claims
    assert [(c.kind, c.low) for c in claims] == [("killed", 2), ("wounded", 3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Following the death of Eva Sol, Luis Moreno and Rosa Vega left the country.", [(1, "Eva Sol", False)]),
        (
            "Luis Moreno, who, according to the caller, was tortured to death, led the union.",
            [(1, "Luis Moreno", False)],
        ),
        ("A thief was nearly lynched by neighbours.", []),
        ("The police said that a guard was killed.", [(1, "guard", False)]),
    ],
)
def test_who_only_stands_near_is_no_victim(text: str, expected: list[tuple[int, str, bool]]) -> None:
    assert killed(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Elena Ruiz was killed. Carla Ruiz was killed too.", ["Elena Ruiz", "Carla Ruiz"]),
        ("Elena Ruiz was killed. The murder of Ruiz shocked the town.", ["Elena Ruiz"]),
        ("Luis Paz was killed. Friends mourned the death of Luis Paz Moreno.", ["Luis Paz"]),
    ],
)
def test_two_names_are_one_person_only_where_one_is_within_the_other(text: str, expected: list[str]) -> None:
    assert [name for _, name, _ in killed(text)] == expected


def wounded(text: str) -> list[tuple[int | None, str, bool]]:
    claims = extract(article(text), gazetteer(), None).claims
    return [(c.low, c.victims.text if c.victims else "", c.part) for c in claims if c.kind == "wounded"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Four people including one child were injured.", [(4, "people", False), (1, "child", True)]),
        ("The wounded include a child and a woman.", [(1, "child", True), (1, "woman", True)]),
        ("The bomb resulted in the injury of six people.", [(6, "people", False)]),
        ("An American identified as Mike Sol, who was injured, is in a ward.", [(1, "Mike Sol", False)]),
        ("A gunman killed a cook and wounded an Ecuadorean.", [(1, "Ecuadorean", False)]),
        ("Neither Luis Moreno nor his wife was injured.", []),
    ],
)
def test_parts_and_single_persons_among_the_wounded(text: str, expected: list[tuple[int, str, bool]]) -> None:
    assert wounded(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Three people were killed. They are Eva Sol, Luis Moreno, and the cook Rosa Vega.",
            [(3, "people", False), (1, "Eva Sol", True), (1, "Luis Moreno", True), (1, "cook Rosa Vega", True)],
        ),
        (
            "Five farmers were killed. The victims were identified as Eva Sol and Luis Moreno.",
            [(5, "farmers", False), (1, "Eva Sol", True), (1, "Luis Moreno", True)],
        ),
        ("Three people were killed. They are Eva Sol and Luis Moreno.", [(3, "people", False)]),
        (
            "Three people were killed. A choir sang. They left. A priest spoke. They are Eva Sol, Rosa Vega and Luis Moreno.",
            [(3, "people", False)],
        ),
    ],
)
def test_a_sentence_of_names_names_the_dead_of_the_one_before(text: str, expected: list[tuple[int, str, bool]]) -> None:
    assert killed(text) == expected


def test_one_of_the_most_gifted_is_a_description() -> None:
    assert killed("Luis Moreno was murdered. Nobody forgets the death of one of the most gifted men.") == [
        (1, "Luis Moreno", False)
    ]


def test_who_is_named_behind_the_verb_is_a_part() -> None:
    text = "At the hall ten dockers were killed, including the union leader Eva Sol."
    assert killed(text) == [(10, "dockers", False), (1, "union leader Eva Sol", True)]


def test_a_long_list_goes_on_past_a_name_that_cannot_be_read() -> None:
    text = (
        "The following officers died in the raid: Major Luis Paz, Captain Juan Moreno, agent Pedro Rey, agent Huila quick stone, "
        "and guard Jose Zamora."
    )
    assert [name for _, name, _ in killed(text)] == [
        "Major Luis Paz",
        "Captain Juan Moreno",
        "agent Pedro Rey",
        "guard Jose Zamora",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Deputy Eva Sol, of the Popular [Popular Alliance] party, was murdered.", [(1, "Deputy Eva Sol", False)]),
        (
            "The bomb killed 10, including the cook Eva Sol, and more than 30 people were injured.",
            [(10, "", False), (1, "cook Eva Sol", True)],
        ),
    ],
)
def test_an_editors_brackets_and_the_next_clause_change_no_list(
    text: str, expected: list[tuple[int, str, bool]]
) -> None:
    assert killed(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Police said Rafael Soto, a customs officer and leader of the harbour union, was shot dead on Friday.",
            [(1, "Rafael Soto", False)],
        ),
        (
            "Hernan Vidal, the alleged treasurer of the gang and brother of a former minister, was found murdered on Monday.",
            [(1, "Hernan Vidal", False)],
        ),
        (
            "A shell killed one soldier near the towns of Tejutla and San Miguel de Mercedes.",
            [(1, "soldier", False)],
        ),
        (
            "Ana Ruiz and her brother-in-law Norberto Salas were shot dead on Friday.",
            [(1, "Ana Ruiz", False), (1, "her brother-in-law Norberto Salas", False)],
        ),
        (
            "Police reported that opposition leader Febe Vela died in a hospital.",
            [(1, "opposition leader Febe Vela", False)],
        ),
    ],
)
def test_two_offices_two_towns_and_what_is_reported_add_nobody(
    text: str, expected: list[tuple[int, str, bool]]
) -> None:
    assert expected == killed(text)


def test_others_beside_one_person_are_not_called_what_that_person_is() -> None:
    claims = extract(
        article("The army reported that one gunman was killed and five others were wounded."), gazetteer(), None
    ).claims
    assert [("killed", 1, "gunman"), ("wounded", 5, "others")] == [
        (c.kind, c.low, c.victims.text if c.victims else None) for c in claims
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The mission condemned the murder of party leader Hector Vidal and of the attorney Gilda Rojas.",
            [(1, "party leader Hector Vidal", False), (1, "attorney Gilda Rojas", False)],
        ),
        (
            "Hector Vidal was found dead along with Gilda Rojas, a member of the council.",
            [(1, "Hector Vidal", False), (1, "Gilda Rojas", False)],
        ),
        (
            "Hector Vidal, one of the most respected leaders of the party, was assassinated.",
            [(1, "Hector Vidal", False)],
        ),
        (
            "Six people died in the blast. Among the dead were two children.",
            [(6, "people", False), (2, "children", True)],
        ),
        ("Six people died. The dead include a nurse.", [(6, "people", False), (1, "nurse", True)]),
    ],
)
def test_who_else_is_dead_is_told_in_many_ways(text: str, expected: list[tuple[int, str, bool]]) -> None:
    assert expected == killed(text)
