"""Who died of it is dead and no longer wounded; and who was hurt is found in the plain words of a police report."""

from __future__ import annotations

import pytest

from streams.core.extract import extract
from tests.core.extract.samples import article, gazetteer

CASES = [
    ("A woman was shot outside a bar on Friday. She was pronounced dead at the scene.", [("killed", 1)]),
    ("A man was stabbed and taken to hospital, where he later died.", [("killed", 1)]),
    ("Three people were shot, one fatally.", [("wounded", 2), ("killed", 1)]),
    ("Two men were shot at the port; one of them died.", [("wounded", 1), ("killed", 1)]),
    ("A gunman shot two guards to death at the gate.", [("killed", 2)]),
    ("One person is dead and two others are in critical condition after a shooting.", [("killed", 1), ("wounded", 2)]),
    ("Police are looking for a car after a 10-year-old boy was shot in the leg.", [("wounded", 1)]),
    ("Officers found a man with a gunshot wound to the leg.", [("wounded", 1)]),
    ("Two people were taken to the clinic with gunshot wounds.", [("wounded", 2)]),
    ("A teenager is in hospital after being shot in the chest.", [("wounded", 1)]),
    ("The bullet hit a 13-year-old girl in the arm.", [("wounded", 1)]),
    ("A woman was struck by a stray bullet on her balcony.", [("wounded", 1)]),
    ("A boy is in hospital on Sunday after he was shot in the park.", [("wounded", 1)]),
    ("A 3-year-old child suffered minor injuries in the crash of the drone.", [("wounded", 1)]),
    ("A guard was arrested for accidentally shooting his colleague.", [("wounded", 1)]),
    ("An injured woman was found outside the house.", [("wounded", 1)]),
    ("The shooting suspects fled.", []),
    ("Two teens, ages 16 and 17, were wounded.", [("wounded", 2)]),
    ("A boy, 17, and two girls, 13 and 17, are expected to survive.", [("wounded", 1), ("wounded", 2)]),
    ("A clerk with two bullet wounds died at the scene.", [("killed", 1)]),
    ("A woman suffered a fatal gunshot wound.", [("killed", 1)]),
    ("Deputies found the boy with a gunshot wound. The boy died in hospital.", [("killed", 1)]),
    ("A clerk was hit in the head by a bullet and pronounced dead.", [("killed", 1)]),
    ("A guard shot another man, killing him.", [("killed", 1)]),
    ("A boy who accidentally shot himself on Friday has died.", [("killed", 1)]),
    ("A girl is dead after the child found a pistol and shot herself.", [("killed", 1)]),
    ("A clerk has died after being shot by a guard.", [("killed", 1)]),
    ("A clerk was killed and another hurt.", [("killed", 1), ("wounded", 1)]),
    ("One boy was stabbed and the other had minor injuries.", [("wounded", 1), ("wounded", 1)]),
    ("A gunfight left an officer wounded and a robber dead.", [("wounded", 1), ("killed", 1)]),
    ("The nephew found a pistol in the car and shot himself.", [("wounded", 1)]),
    ("A baker found a pistol in the car his aunt was driving and shot himself.", []),
    ("The girl has life-threatening injuries.", [("wounded", 1)]),
    ("Three men showed up at a clinic with gunshot wounds.", [("wounded", 3)]),
    ("A clerk went to a clinic for treatment of a gunshot wound.", [("wounded", 1)]),
    ("A 12-year-old is recovering after suffering from a gunshot wound.", [("wounded", 1)]),
    ("The shotgun went off, striking the girl in the arm.", [("wounded", 1)]),
    ("Bullets grazed a boy and a clerk.", [("wounded", 1), ("wounded", 1)]),
    ("A guard is fighting for his life.", [("wounded", 1)]),
    (
        "A 13-year-old girl was shot dead at the mill. A 28-year-old man was found with a gunshot wound to the arm.",
        [("killed", 1), ("wounded", 1)],
    ),
    ("A clerk shot and wounded her son before killing herself.", [("wounded", 1)]),
    ("Two other riders who were with the mayor were also shot.", [("wounded", 2)]),
    ("Another rider, also 15, was shot in the foot.", [("wounded", 1)]),
    ("Ambulance #14 came for a clerk with gunshot wounds.", [("wounded", 1)]),
    ("A fifth rider was flown to a hospital in critical condition.", [("wounded", 1)]),
    ("Two riders were rushed to a hospital after the shooting.", [("wounded", 2)]),
    ("Two riders with a fever were rushed to a hospital.", []),
    ("She and three others were shot.", [("wounded", 1), ("wounded", 3)]),
    ("Three men fled after they were grazed by bullets.", [("wounded", 3)]),
    ("A clerk cleaned a rifle. It went off and shot him in the leg.", [("wounded", 1)]),
    ("Police seek in connection to the shooting a man in a blue coat.", []),
    ("The blast led to the injury of six people and millions in losses.", [("wounded", 6)]),
    ("The newspaper El Lenburg was virtually paralyzed.", []),
    ("Several tires were burned.", []),
    ("Four youths in a red van shot at the policemen.", []),
    ("A spokesman for the clinic to which the nun was taken after being wounded spoke.", [("wounded", 1)]),
    ("According to one of the two women who were hurt, a man fled.", [("wounded", 2)]),
    ("One of the four riders wounded by gunfire spoke to reporters.", [("wounded", 4)]),
    ("One of the four guards was wounded.", [("wounded", 1)]),
    ("Two guards who were walking with her and a clerk were wounded.", [("wounded", 2), ("wounded", 1)]),
    ("Both Ada Moss and Ben Lund died.", [("killed", 1), ("killed", 1)]),
    ("Both guards died.", [("killed", 2)]),
    ("When officers arrived, they found a clerk, 21, lying in a car with a bullet wound.", [("wounded", 1)]),
    ("Officers were called and found two men with gunshot wounds.", [("wounded", 2)]),
    ("At least one shot struck a window.", []),
    ("Church shooting suspect Ben Lund was captured in Lenburg.", []),
    ("Shooting detectives ask for help.", []),
    ("A clerk with a rifle was charged with a crime causing bodily injury.", []),
    (
        "A woman was hurt on Friday. A rider shot another rider in the chest, killing the youth.",
        [("wounded", 1), ("killed", 1)],
    ),
    ("The storm struck two teachers, and a missile hit three soldiers.", []),
    ("An 11-year-old boy accidentally shot himself, police said.", [("wounded", 1)]),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:50] for text, _ in CASES])
def test_who_was_hurt_and_what_became_of_them(text: str, expected: list[tuple[str, int]]) -> None:
    claims = extract(article(text), gazetteer(), None).claims
    assert [(c.kind, c.low) for c in claims] == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("4 shot near the mill", [("wounded", 4)]),
        ("Guard shot, killed at the mill", [("killed", 1)]),
        ("Guard shot, killed at Mill Park; suspect at large", [("killed", 1)]),
        ("2 arrested after child shot at the mill", [("wounded", 1)]),
        ("1 detained, 1 wounded near the mill", [("wounded", 1)]),
        ("Boy critically injured in shooting accident - Lenburg Channel 9 News", [("wounded", 1)]),
        ("Bullet grazes cyclist", [("wounded", 1)]),
        ("Suspect suffers self-inflicted gunshot wound", [("wounded", 1)]),
        ("Teen killed, another wounded near the mill", [("killed", 1), ("wounded", 1)]),
    ],
)
def test_a_headline_says_who_was_hurt(title: str, expected: list[tuple[str, int]]) -> None:
    claims = extract(article("", title), gazetteer(), None).claims
    assert [(c.kind, c.low) for c in claims] == expected


def test_a_possible_death_later_is_none_now() -> None:
    claims = extract(article("A man was shot in the leg. Doctors fear he could have died."), gazetteer(), None).claims
    assert [(c.kind, c.low) for c in claims] == [("wounded", 1)]
