"""Texts in the manner of wire agencies of all sides, each misread when it was first tried. All are our own.

What an editor expects of each was written down before the reader saw it. Each is read with the model and with rules alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from streams.core.model import CasualtyClaim
from tests.core.extract.samples import facts

SENTENCES = [
    (
        "Authorities revised the death toll down from 58 to 49, saying some bodies had been counted twice.",
        "killed 49 by Authorities",
    ),
    ("Two dead, one critical after stabbing in Leeds", "killed 2; wounded 1"),
    ("As many as 200 migrants are feared drowned after a boat capsized off the coast.", "killed -200 migrants"),
    ("Hundreds died in the earthquake, state television reported.", "killed 100+ by state television"),
    (
        "At least four people lost their lives and seven sustained injuries in a gas explosion in Lodhran, rescue officials said.",
        "killed 4+ people by rescue officials; wounded 7 people by rescue officials",
    ),
    ("The crash took the lives of a couple and their three children.", "killed 2; killed 3 children"),
    ("Of the 14 people on the bus, nine died and five were taken to hospital.", "killed 9; wounded 5"),
    (
        "Three of the five climbers died; the other two were flown to hospital with frostbite.",
        "killed 3 climbers; wounded 2 climbers",
    ),
    ("All 12 people aboard the plane survived.", "killed 0 12 people aboard the plane"),
    ("None of the 180 on board survived, the airline said.", "killed 180 by the airline"),
    ("There were no survivors among the 53 passengers, officials said.", "killed 53 passengers by officials"),
    ("Half of the 40 patients in the ward died in the fire.", "killed 20 patients"),
    (
        "Four police officers, two of them women, died when their vehicle struck a roadside bomb.",
        "killed 4 police officers",
    ),
    (
        "Another three people died of their injuries on Tuesday, bringing the toll to 19, the hospital said.",
        "killed 3 people by the hospital; killed 19 people by the hospital",
    ),
    (
        "Israeli strikes killed 23 Palestinians across the Strip since dawn, among them nine children, medics said.",
        "killed 23 Palestinians by medics; killed 9 children by medics",
    ),
    ("Fifteen people, most of them women and children, were killed in the strike.", "killed 15 people"),
    (
        "A missile slammed into an apartment block, with 4 people dead and 12 hurt, rescuers reported.",
        "killed 4 people by rescuers; wounded 12 people by rescuers",
    ),
    ("Hotel blaze leaves seven tourists dead", "killed 7 tourists"),
    ("With 9 dead and 4 missing, the storm was the worst to hit the island this year.", "killed 9; missing 4"),
    ("Police said the bodies of six men, all shot in the head, were found in a field.", "killed 6 men by Police"),
    ("The ministry corrected an earlier toll of 34, saying 31 miners had died.", "killed 31 miners by The ministry"),
    (
        "The collapse of a bridge over the Lena has killed at least two people and injured one, TASS quoted emergency services as saying.",
        "killed 2+ people by emergency services; wounded 1 people by emergency services",
    ),
    ("Quake death toll tops 1,200", "killed 1200+"),
    (
        "No fewer than 19 travellers were killed and 11 kidnapped on the Abuja-Kaduna road, police said.",
        "killed 19+ travellers by police",
    ),
    (
        "A total of 46 people were killed and 107 others injured in the stampede, Xinhua reported, citing local authorities.",
        "killed 46 people by local authorities; wounded 107 people by local authorities",
    ),
    ("A cameraman working for Reuters was wounded by shrapnel in the town of Sirta.", "wounded 1 cameraman"),
    (
        "Mayor Karim Sadr, 52, his driver and two bodyguards were killed when a bomb exploded under their car.",
        "killed 1 Mayor Karim Sadr; killed 1 his driver; killed 2 bodyguards",
    ),
    ("She lost her husband and two sons in the strike.", "killed 1 her husband; killed 2 sons"),
    ("Amina Yusuf, a nurse, lost both her parents in the shelling.", "killed 2 parents"),
    ("The family of seven died when the roof fell on them as they slept.", "killed 7 family"),
    ("An entire family of six was wiped out in the strike.", "killed 6 entire family"),
    (
        "Five Ukrainian soldiers were taken prisoner and two died, the Russian defence ministry said.",
        "killed 2 by the Russian defence ministry",
    ),
    (
        "Ukraine's losses amounted to some 300 troops in the Donetsk direction, the Russian Defence Ministry said.",
        "casualties 300 troops by the Russian Defence Ministry",
    ),
    ("The rebels acknowledged losing nine fighters.", "killed 9 fighters by The rebels"),
    ("There were no injuries in the blaze, firefighters said.", "casualties 0 by firefighters"),
    ("The strike caused material damage only, Syrian state media said.", "casualties 0 by Syrian state media"),
    ("The fire was put out within an hour and there were no victims, TASS reported.", "casualties 0 by TASS"),
    (
        "The crew of 18 are safe and well, the shipping company said.",
        "casualties 0 The crew of 18 by the shipping company",
    ),
    (
        "No one was killed, but 14 people needed hospital treatment, the fire service said.",
        "killed 0 by the fire service; wounded 14 people by the fire service",
    ),
    ("Reuters could not independently verify the toll of 48 given by the rebels.", "killed 48 by the rebels"),
    (
        "According to the Syrian Observatory for Human Rights, 11 fighters were killed, while the SANA agency spoke of 19.",
        "killed 11 fighters by the Syrian Observatory for Human Rights; killed 19 fighters by the SANA agency",
    ),
    (
        '"My brother and my cousin were killed in front of me," said Idris, a 19-year-old student.',
        "killed 1 My brother by Idris; killed 1 my cousin by Idris",
    ),
    ("A resident who asked not to be named said he had helped bury 31 people.", "killed 31 people by A resident"),
    ("Nigeria: gunmen kill 26", "killed 26"),
    ("Nigeria: Gunmen kill 26 villagers in Zamfara", "killed 26 villagers"),
    ("Sudan: at least 40 dead in market shelling", "killed 40+"),
    ("BREAKING: At least 11 killed in attack on Mali army camp - sources", "killed 11+ by sources"),
    (
        "The army's media wing said six terrorists were sent to hell in the operation.",
        "killed 6 terrorists by The army's media wing",
    ),
    (
        'Turkish forces "neutralised" 14 PKK members in northern Iraq, the defence ministry said on X.',
        "killed 14 PKK members by the defence ministry",
    ),
    ("It is believed that three workers are trapped and may be dead.", "missing 3 workers; killed 3 workers"),
    ("The attack came ten years after a bombing that killed 52 people in the same square.", ""),
    ("The striker was shot down by critics after missing two penalties.", ""),
    ("The goalkeeper was struck by a shot from 20 metres and had to be substituted.", ""),
    ("The merger is dead, two people familiar with the talks said.", ""),
    ("The heat wave may have killed as many as 2,300 people this summer, scientists estimated.", ""),
    ("Doctors removed a bullet that had struck the president in 1997.", ""),
    ("The play, in which eight characters die, opens on Friday.", ""),
    ("He shot 66 in the final round to win by two.", ""),
    ("The team buried two of its rivals with a 5-0 win.", ""),
    ("The deadliest attack was in June, when 24 people died.", ""),
    (
        "A woman who was swept away by the flood was found dead on Sunday; her son is still missing.",
        "killed 1 woman; missing 1 her son",
    ),
    (
        "The operation left six terrorists dead and one soldier martyred, the ISPR said.",
        "killed 6 terrorists by the ISPR; killed 1 soldier by the ISPR",
    ),
    (
        "Lebanese state news agency NNA: three martyrs in Israeli raid on Yaroun",
        "killed 3 by Lebanese state news agency NNA",
    ),
    ("The ministry put the dead at 17 and the injured at 45.", "killed 17 by The ministry; wounded 45 by The ministry"),
    (
        "Fourteen Venezuelan migrants, including a girl of three, died of thirst in the desert, Chilean police said.",
        "killed 14 Venezuelan migrants by Chilean police; killed 1 girl by Chilean police",
    ),
    ("Explosion kills nobody but damages 30 homes", "killed 0"),
    ("Death toll in Pelang factory fire revised up to 29 from 26", "killed 29"),
    (
        "The number of people killed in Monday's raid on the Adra camp has gone up to 13, camp officials said.",
        "killed 13 people by camp officials",
    ),
    (
        "Two-year-old Mila and her grandmother Olga, 61, were killed when a glide bomb hit their house, prosecutors said.",
        "killed 1 Two-year-old Mila by prosecutors; killed 1 her grandmother Olga by prosecutors",
    ),
    (
        "A French national was among five tourists killed in the bombing, the foreign ministry in Paris said.",
        "killed 5 tourists by the foreign ministry in Paris; killed 1 French national by the foreign ministry in Paris",
    ),
    (
        "Kyiv says it has killed or wounded 900 Russian soldiers in the past day.",
        "casualties 900 Russian soldiers by Kyiv",
    ),
    ('The ministry called reports of 25 dead "a fabrication".', ""),
    ("No one claimed responsibility for the blast, which killed two vendors.", "killed 2 vendors"),
    ("Shelling wounds six in Donetsk, including 10-year-old girl", "wounded 6; wounded 1 10-year-old girl"),
    ("Army helicopter comes down in Antioquia, all nine aboard dead", "killed 9"),
    (
        "Sixty-two worshippers died, among them the imam and his two sons.",
        "killed 62 worshippers; killed 1 imam; killed 2 sons",
    ),
    (
        "Ahmed Said, a 45-year-old baker, told Anadolu that six members of his family had been killed.",
        "killed 6 members by Ahmed Said",
    ),
    (
        "Six suspected militants and two police commandos died in the gunfight, police superintendent Ravi Kaul said.",
        "killed 6 suspected militants by police superintendent Ravi Kaul; killed 2 police commandos by police superintendent Ravi Kaul",
    ),
    ("The avalanche killed a guide from Chamonix and two of his clients.", "killed 1 guide; killed 2 clients"),
    ("Volunteers played the wounded as hospitals rehearsed for an attack with 80 casualties.", ""),
    ("In the thriller, a sniper shoots five senators.", ""),
    ("Bomb at wedding kills bride, groom and 11 guests", "killed 1 bride; killed 1 groom; killed 11 guests"),
    ("Toll in Sindh heatwave climbs past 100, Edhi Foundation says", "killed 100+ by Edhi Foundation"),
    ("Two-thirds of the 30 victims were women, the coroner said.", "casualties 30 by the coroner"),
    ("Five dead, including gunman, in Ohio bank shooting", "killed 5; killed 1 gunman"),
    ("Gunman among five dead in bank shooting", "killed 5; killed 1 Gunman"),
    ("Not one of the 26 miners came out alive.", "killed 26 miners"),
    (
        "A roadside bomb hit a minibus, killing everyone inside: a driver and six labourers.",
        "killed 1 driver; killed 6 labourers",
    ),
    (
        "A Japanese climber and his Nepali guide were swept to their deaths by an avalanche.",
        "killed 1 Japanese climber; killed 1 his Nepali guide",
    ),
    ("Twelve inmates suffocated when a fire broke out in Cell Block C.", "killed 12 inmates"),
    ("An Iraqi pilgrim was trampled to death at the gates.", "killed 1 Iraqi pilgrim"),
    ("Four climbers froze to death on Mount Elbrus.", "killed 4 climbers"),
    ("The attack wiped out a platoon, with 28 soldiers confirmed dead.", "killed 28 soldiers"),
    ("Witnesses counted at least nine bodies in the street.", "killed 9+ by Witnesses"),
    (
        "An IDF spokesperson said a reservist was moderately wounded by an explosive drone.",
        "wounded 1 reservist by An IDF spokesperson",
    ),
    ("Medics treated dozens of people for tear gas inhalation.", "wounded 12+ people"),
    ("Ambulance crews took six people to hospital after the crash on the A12.", "wounded 6 people"),
    ("The vessel and all 22 crew are safe, UKMTO said.", "casualties 0 all 22 crew by UKMTO"),
    (
        "Local radio spoke of 20 dead, but the prefect confirmed only eight.",
        "killed 20 by Local radio; killed 8 by the prefect",
    ),
    (
        "Police initially said two people had died, but later revised that to three.",
        "killed 2 people by Police; killed 3 people by Police",
    ),
    ("The hurricane season usually claims some 50 lives.", ""),
    ("His parents were killed in a car crash when he was six.", ""),
    (
        "Two Turkish soldiers were killed and a third was seriously wounded in northern Iraq, Ankara said.",
        "killed 2 Turkish soldiers by Ankara; wounded 1 Turkish soldiers by Ankara",
    ),
    (
        "The insurgents executed 11 villagers whom they accused of spying, residents said.",
        "killed 11 villagers by residents",
    ),
    ("Nobody has been found alive since Monday, and the toll has climbed to 412.", "killed 412"),
    ("The Kremlin declined to comment on reports that a general had been killed.", "killed 1 general"),
    (
        "The rocket fell in an open field, causing neither casualties nor damage, the IDF said.",
        "casualties 0 by the IDF",
    ),
    (
        "A Boeing with 62 people on board crashed outside Vinhedo. Everyone aboard was killed, the airline said.",
        "killed 62 people by the airline",
    ),
    ("The volcano's 1902 eruption killed some 30,000 people.", ""),
    ("Ten people were hanged in effigy at the rally.", ""),
]
ARTICLES = [
    (
        "Drone strike kills 12 at wedding in Sorran, rebels say",
        "SORRAN, Oct 12 (Reuters) - A drone strike hit a wedding party in the northern town of Sorran on Saturday, killing 12 people, a rebel spokesman said.\nThe government said it had hit a command post and killed eight fighters. It denied striking a wedding.\nIn August, a strike on a funeral in the same province killed 31.",
        "killed 12 by rebels; killed 12 people by a rebel spokesman; killed 8 fighters by The government",
    ),
    (
        "Gas blast in Henan kills 9",
        "ZHENGZHOU, Oct. 12 (Xinhua) -- Nine people have been confirmed dead and three others remain missing after a coal mine gas explosion in central China's Henan Province on Friday, local authorities said Saturday.\nA total of 46 miners were working underground when the accident happened. 34 of them have been lifted out safely.",
        "killed 9 people by local authorities; missing 3 people by local authorities",
    ),
    (
        "Roof collapse at nightclub",
        'The roof of a nightclub collapsed in Villa Alba early on Saturday. Police said 15 people were killed. Most of the victims were students.\nRescue teams, however, gave a figure of 18.\n"I lost two friends," said Paola Ríos, 22.',
        "killed 15 people by Police; killed 18 people by Rescue teams",
    ),
    (
        "Army says it killed 22 rebels in Kordo; rebels report three dead",
        "The army said on Friday it had killed 22 rebels in a raid on a camp in Kordo and lost one soldier.\nThe rebels said three of their fighters had died and that they had killed 15 soldiers.\nThe figures could not be independently verified.",
        "killed 22 rebels by Army; killed 3 fighters by rebels; killed 1 soldier by Army; killed 15 soldiers by rebels",
    ),
    (
        "Three killed in Mali convoy attack, UN says",
        "BAMAKO, Oct 12 (AFP) - Three people were killed on Saturday when gunmen attacked a convoy of aid trucks in northern Mali, the United Nations said.\nA local official, however, put the toll at five, including two drivers.\nThe region has seen a surge in violence: more than 900 civilians have been killed there this year.",
        "killed 3 by UN; killed 3 people by the United Nations; killed 5 by A local official; killed 2 drivers by A local official",
    ),
    (
        "Man dies after Riverside stabbing",
        "A 27-year-old man died on Friday after being stabbed outside a bar in Riverside, police said.\nA second man, 30, was treated at a hospital for a cut to the hand and released. No arrests have been made.",
        "killed 1 Man by police; wounded 1 second man",
    ),
    (
        "Car runs into Christmas market crowd",
        "BERLIN (AFP) - A car drove into a crowd at a Christmas market on Friday, leaving one person dead and 14 hurt, German police said. The driver, a 47-year-old man, was arrested. He had been convicted in 2016 of injuring a neighbour.",
        "killed 1 person by German police; wounded 14 others by German police",
    ),
]


def told(claims: Sequence[CasualtyClaim]) -> str:
    """Return the current claims that nobody denies: kind, count, victims, claimant."""
    found = []
    for c in claims:
        if c.scope == "current" and c.status != "denied":
            low = "" if c.low is None else f"{c.low}"
            figure = low if c.low == c.high else f"{low}+" if c.high is None else f"{low}-{c.high}"
            victims = f" {c.victims.text}" if c.victims else ""
            found.append(f"{c.kind} {figure}{victims}" + (f" by {c.claimant}" if c.claimant else ""))
    return "; ".join(found)


@pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])
@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_a_sentence_of_a_wire_is_read_as_an_editor_reads_it(text: str, expected: str, syntax: bool) -> None:
    assert expected == told(facts(text, day="2024-10-12", syntax=syntax).claims)


@pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])
@pytest.mark.parametrize(("title", "text", "expected"), ARTICLES)
def test_an_article_of_a_wire_is_read_as_an_editor_reads_it(title: str, text: str, expected: str, syntax: bool) -> None:
    assert expected == told(facts(text, title, day="2024-10-12", syntax=syntax).claims)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("As many as 200 migrants are feared drowned after a boat capsized off the coast.", "possible"),
        ("It is believed that three workers are trapped and may be dead.", "possible"),
        ("Reuters could not independently verify the toll of 48 given by the rebels.", "unconfirmed"),
    ],
)
def test_what_is_feared_or_unverified_is_not_asserted(text: str, status: str) -> None:
    assert {status} == {c.status for c in facts(text, day="2024-10-12").claims}


def test_the_last_dead_are_a_part_of_the_toll_to_which_they_bring_it() -> None:
    text = "Another three people died of their injuries on Tuesday, bringing the toll to 19, the hospital said."
    assert [(3, True), (19, False)] == [(c.low, c.part) for c in facts(text, day="2024-10-12").claims]


def test_a_strike_of_months_ago_is_another_event() -> None:
    (claim,) = facts("In August, a strike on a funeral in the province killed 31.", day="2024-10-12").claims
    assert (31, "earlier") == (claim.low, claim.scope)


def test_who_calls_a_report_a_fabrication_denies_it() -> None:
    (claim,) = facts('The ministry called reports of 25 dead "a fabrication".', day="2024-10-12").claims
    assert (25, "denied", None, "The ministry") == (claim.low, claim.status, claim.claimant, claim.denied_by)


@pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])
@pytest.mark.parametrize(
    "text",
    [
        "She lost her husband to cancer.",
        "The union lost two thirds of its members.",
        "The company reported losses of 300 million euros.",
        "He was shot down by fans when he proposed a longer season.",
        "Thousands of martyrs gave their blood for the revolution, the poem says.",
        "The lawyer lives at 20 Martyrs Street.",
        "No survivors have been found yet.",
        "A patient was treated at a hospital for a fever.",
    ],
)
def test_what_looks_like_a_loss_of_people_and_is_none_stays_quiet(text: str, syntax: bool) -> None:
    assert "" == told(facts(text, day="2024-10-12", syntax=syntax).claims)


@pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The jet carried 53 people. There were no survivors.", "killed 53 people"),
        ("Nobody on board, among them 28 soldiers, survived.", "killed 28 soldiers"),
        ("The bus was carrying 42 people. None of them survived, police said.", "killed 42 people by police"),
    ],
)
def test_where_none_survived_all_who_are_counted_are_dead(text: str, expected: str, syntax: bool) -> None:
    assert expected == told(facts(text, day="2024-10-12", syntax=syntax).claims)
