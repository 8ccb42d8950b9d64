"""The one figure of an article, where it is spread over words and sentences. Rules alone."""

from __future__ import annotations

import pytest

from streams.core.extract.toll import toll_of
from streams.core.model import ClaimKind
from tests.core.extract.samples import facts


def figures(text: str, kind: ClaimKind) -> tuple[int | None, int | None] | None:
    toll = toll_of(facts(text, syntax=False).claims, kind)
    return None if toll is None else (toll.low, toll.high)


@pytest.mark.parametrize(
    ("text", "wounded"),
    [
        ("A 22-year-old Lenburg man was accidentally shot in the chest by his friend, deputies said.", 1),
        ("A woman was charged after her 5-year-old daughter accidentally shot herself on Tuesday.", 1),
        ("A man, woman and boy were wounded late Tuesday in a shooting.", 3),
        ("Ada Moss, 23, shot herself in a bathroom.", 1),
        ("A boy was hit with a bullet on Monday.", 1),
        ("The blast sent a teenage girl to the hospital.", 1),
        ("He was arrested after shooting his friend in the leg.", 1),
        ("A 7-year-old girl survived being shot by a stray bullet.", 1),
        ("The captain is being treated for burns.", 1),
        ("The girl found the gun. She accidentally shot herself in the foot, police said.", 1),
    ],
)
def test_a_person_told_without_a_number_counts_as_one(text: str, wounded: int) -> None:
    assert (wounded, wounded) == figures(text, "wounded")


@pytest.mark.parametrize(
    ("text", "wounded"),
    [
        ("Four people were shot on Elm Street. Two were pronounced dead at the scene.", 2),
        ("Four people were shot on Elm Street, and two of them died.", 2),
        ("One dead after four people were shot on Elm Street.", 3),
        ("One man was killed, and four others were shot on Elm Street.", 4),
        ("Four people were wounded on Elm Street. Two were pronounced dead at the scene.", 4),
    ],
)
def test_who_was_shot_and_died_is_not_counted_among_the_wounded(text: str, wounded: int) -> None:
    assert (wounded, wounded) == figures(text, "wounded")


def test_people_without_a_count_who_were_shot_are_those_told_dead() -> None:
    text = "A clerk shot his children on Friday. Three people were killed, the police said."
    assert figures(text, "wounded") is None


def test_parts_of_a_group_without_a_count_are_its_lower_bound() -> None:
    assert figures("The shots hit others, including three women.", "wounded") == (3, None)


@pytest.mark.parametrize(
    ("text", "wounded"),
    [
        ("A rider was shot in the leg. A second man was hit in the arm by a bullet.", 2),
        ("A rider was shot. Another man was stabbed.", 2),
        ("Two people were shot, one of whom died. A second man was hurt.", 1),
        ("One man was shot in the leg. A fourth man was found hurt.", 1),
        ("A girl was shot in the foot. Her cousin told the police that he shot the other girl by accident.", 1),
    ],
)
def test_another_person_told_in_a_sentence_of_their_own_is_added(text: str, wounded: int) -> None:
    assert (wounded, wounded) == figures(text, "wounded")


@pytest.mark.parametrize(
    ("text", "wounded"),
    [
        # Others than the dead.
        ("A diver was killed on Monday.\n\nPolice found three others with gunshot wounds.", (3, 3)),
        ("A diver was killed on Monday.\n\nFour men were also shot, the police said.", (4, 4)),
        ("A diver was killed on Monday.\n\nFour men were shot, the police said.", (3, 3)),
        # All of them died.
        (
            "A cook died first.\n\nAll four were shot in the head.\n\nThe four dead were found at home. Four people died.",
            None,
        ),
        # How badly some of them were hurt.
        ("Four people were shot and two were seriously injured.", (4, 4)),
        ("4 people shot on Elm Street, 1 critical", (4, 4)),
        # Whom else a fate is told of.
        ("Two people were killed and five wounded. One of the men killed was found at the gate.", (5, 5)),
        ("Four guests were wounded. Police found two victims at the gate, one of whom died.", (4, 4)),
        ("4 people shot on Elm Street, 2 die", (2, 2)),
        ("Two divers died.\n\nFour people were shot in a flat, and two did not survive.", (2, 2)),
        # What the police release, recover and treat as a murder is no patient.
        ("A boy died on Monday.\n\nThe boy, whose name has not been released, was shot on Elm Street.", None),
        ("A boy died on Monday.\n\nThe boy was shot with a pistol that the police recovered.", None),
        ("A boy died on Monday.\n\nA girl was shot too; she was treated and released.", (1, 1)),
        # Wounded by where they are.
        ("Two men are in the hospital after a shooting at the club.", (2, 2)),
        ("Two men are in the hospital after a heart attack.", None),
        ("Three men between the ages of 18 and 23 received life-threatening injuries.", (3, 3)),
        ("A youth shot into a crowd.", None),
    ],
)
def test_the_wounded_are_those_who_were_shot_and_live(text: str, wounded: tuple[int, int | None] | None) -> None:
    assert wounded == figures(text, "wounded")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Teen, 3 adults shot at Lenburg home", ["1 Teen", "3 adults"]),
        ("Woman, young child hurt in crash", ["1 Woman", "1 young child"]),
        ("Boy, 3, hurt in crash", ["1 Boy"]),
        ("Police: Man, woman found shot", ["1 Man", "1 woman"]),
        ("After fight, man shot", ["1 man"]),
    ],
)
def test_a_comma_joins_the_people_of_a_headline(title: str, expected: list[str]) -> None:
    claims = facts("", title=title, syntax=False).claims
    assert expected == [f"{c.low} {c.victims.text if c.victims else ''}" for c in claims]


def test_who_stands_beside_others_in_a_headline_counts_whoever_tells_of_them() -> None:
    claims = facts("A 24-year-old man was shot, his aunt said.", title="Teen, man shot at stop").claims
    assert toll_of(claims, "wounded") == (2, 2, "exact")


def test_who_was_pronounced_deceased_is_dead() -> None:
    text = "The diver Ada Moss had a gunshot wound to the head and was later pronounced deceased."
    assert ((1, 1), None) == (figures(text, "killed"), figures(text, "wounded"))


def test_a_fatal_injury_kills() -> None:
    assert (1, 1) == figures("The shot resulted in the fatal injury of an 89-year-old resident.", "killed")


def test_somebody_new_is_told_with_a_and_the_dead_one_with_the() -> None:
    text = "Relatives named the boy who was shot and killed; he was shot along with a 16-year-old boy and a 21-year-old man."
    assert ["killed", "wounded", "wounded"] == [c.kind for c in facts(text, syntax=False).claims]
    text = "We found a male with a gunshot wound, and the victim was pronounced dead at the scene."
    assert figures(text, "wounded") is None


def test_all_who_were_shot_and_died_leave_no_wounded() -> None:
    assert figures("Two men were shot on Elm Street.\n\nThe police said two men died at a hospital.", "wounded") is None


def test_persons_told_by_name_raise_the_upper_bound() -> None:
    text = "At least two people were killed.\n\nAda Moss was killed.\n\nBen Lund was killed.\n\nCarl Voss was killed."
    assert (2, 3) == figures(text, "killed")


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("Up to 27 people were killed. The Pola hospital said that 19 people were killed.", (19, 27)),
        ("Up to 27 people were killed. The harbour master said that 4 people were killed.", (27, 27)),
        ("One clerk was killed. Residents said that several people were killed.", (1, 3)),
        ("Dozens of people were killed on the ferry. A cook was killed, his sister said.", (12, 24)),
        ("One clerk was killed. Residents said that “a number” of people were killed.", (1, 2)),
        ("More than 25 people were killed, a cousin wrote. Relatives said that 21 people were killed.", (21, 25)),
        ("The diver Ada Moss was killed with at least 15 to 18 other people.", (16, 19)),
        ("The diver Ada Moss was killed with four other people.", (5, 5)),
        ("At least 21 sailors, members of the Moss family, including ten children, were killed.", (21, 21)),
        ("Among the dead were 24 to 31 sailors, including at least 12 children.", (24, 31)),
        ("At least 30 people were killed. Later reports would mention 31 deaths.", (30, 31)),
        # An article that tells of nothing new recalls its event.
        ("The court heard how two divers were killed a year ago.", (2, 2)),
        ("The court heard how two divers were killed a year ago. A guard was killed on Monday.", (1, 1)),
    ],
)
def test_the_bounds_of_a_toll_come_from_different_sources(text: str, killed: tuple[int, int | None]) -> None:
    assert killed == figures(text, "killed")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The number of people killed has risen to 22.", [("killed", 22)]),
        ("The number of dead rose to at least 12, the ministry said.", [("killed", 12)]),
        ("The number of wounded reached 40 and three died.", [("wounded", 40), ("killed", 3)]),
        ("A shell killed three, and the number of injured is not known.", [("killed", 3)]),
        ("The number of those killed is unknown.", []),
    ],
)
def test_the_number_of_the_dead_is_the_figure_that_follows(text: str, expected: list[tuple[str, int]]) -> None:
    assert expected == [(c.kind, c.low) for c in facts(text, syntax=False).claims]


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("Three dead and two injured people were brought to the hospital.", "current"),
        ("Four died, bringing to 30 the number of people killed.", "cumulative"),
        ("Four died, bringing the toll of the unrest to 30.", "current"),
    ],
)
def test_who_is_brought_to_a_hospital_is_no_running_total(text: str, scope: str) -> None:
    assert {scope} == {c.scope for c in facts(text, syntax=False).claims}


def test_all_of_them_are_as_many_as_were_told_before() -> None:
    assert (31, 31) == figures(
        "It is known that 31 people were on the ferry and that all of them were killed.", "killed"
    )


@pytest.mark.parametrize("text", ["The shooting victims were not named.", "The company sent a letter to the ministry."])
def test_words_of_violence_without_a_person_hurt_give_no_figure(text: str) -> None:
    assert figures(text, "wounded") is None


@pytest.mark.parametrize(
    ("text", "claimant"),
    [
        ("Footage shared by residents shows four bodies.", "residents"),
        ("Two hospitals received nine bodies.", "Two hospitals"),
    ],
)
def test_who_shows_or_takes_in_the_dead_claims_them(text: str, claimant: str) -> None:
    assert [claimant] == [c.claimant for c in facts(text, syntax=False).claims]
