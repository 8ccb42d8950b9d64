"""What leaders say and suffer, who holds an office on a day, and what bears a leader's name without being the leader."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from streams.core.extract import extract
from streams.core.extract.leaders import _ROLES
from streams.core.gazetteer import Office
from streams.core.model import LeaderMention
from tests.core.extract.samples import article, facts, gazetteer

QUICK = settings(deadline=timedelta(seconds=2), suppress_health_check=[HealthCheck.too_slow])


def leaders(text: str, day: str = "2020-01-08") -> tuple[LeaderMention, ...]:
    """Return what rules alone read about leaders."""
    return extract(article(text, day=day), gazetteer(), None).leaders


SAID = [
    ("Emmanuel Macron thanked the nurses of Lyon.", "Emmanuel Macron", "thanked the nurses of Lyon"),
    ("French President Emmanuel Macron has ruled out a truce.", "Emmanuel Macron", "has ruled out a truce"),
    ("Netanyahu did not rule out a truce.", "Benjamin Netanyahu", "did not rule out a truce"),
    ("Chinese President Xi Jinping called for talks.", "Xi Jinping", "called for talks"),
    ("Erdogan apologised for the delay, while his guests waited.", "Recep Tayyip Erdogan", "apologised for the delay"),
    (
        "Guterres offered his condolences to the families.",
        "Antonio Guterres",
        "offered his condolences to the families",
    ),
    ("Putin called the raid on the port a crime.", None, None),
    ("Putin called the raid a crime.", "Vladimir Putin", "called the raid a crime"),
    ("Trump dismissed calls for a truce.", "Donald Trump", "dismissed calls for a truce"),
    ("Putin accused the West of lying.", "Vladimir Putin", "accused the West of lying"),
    ("Trump denied that the jets had left.", "Donald Trump", "denied that the jets had left"),
    ("The crowd heard Vladimir Putin, who said that the raid was a crime.", "Vladimir Putin", "the raid was a crime"),
    ("Iran's president ruled out talks on Monday.", "Hassan Rouhani", "ruled out talks on Monday"),
    ("The US president thanked the crews.", "Donald Trump", "thanked the crews"),
    ("Putin visited the port. “The war is over,” he said.", "Vladimir Putin", "The war is over"),
    ("Putin visited the port. He ruled out a truce.", "Vladimir Putin", "ruled out a truce"),
    ("“Is the war over?” Putin asked.", "Vladimir Putin", "Is the war over?"),
    ("Putin was quoted by TASS as saying that the war was over.", "Vladimir Putin", "the war was over"),
    ("Putin told Tass the war was over.", "Vladimir Putin", "the war was over"),
    ("South Korea's president said that the launch was a mistake.", "Moon Jae-in", "the launch was a mistake"),
]


@pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])
@pytest.mark.parametrize(("text", "name", "statement"), SAID, ids=[s[0][:40] for s in SAID])
def test_a_statement_keeps_the_words_that_make_it_one(
    text: str, name: str | None, statement: str | None, syntax: bool
) -> None:
    found = {m.name: m.statement for m in facts(text, syntax=syntax).leaders if m.event == "said"}
    assert ({name: statement} if name else {}) == found


@pytest.mark.parametrize(
    "text",
    [
        '"There is no plan," a spokesman for Emmanuel Macron said.',
        "A spokeswoman for French President Emmanuel Macron told reporters that there was no plan.",
        "An aide to Emmanuel Macron said the talks were over.",
        "The talks were ended by Emmanuel Macron said to be ill.",
        "Letters to Macron called for a truce.",
        "Macron called Putin on Monday.",
        "Macron called off the visit.",
        "Macron was thanked by the nurses.",
        "Kim Jong Un oversaw the launch.",
        "Macron did not say that the talks were over.",
        "Macron will say on Monday that the talks are over.",
        "If Macron says the talks are over, they are.",
        "Macron is said to be ill.",
        "Macron said to be ill.",
        "Macron declined to say whether the talks were over.",
        "Macron met the mayor in the port. “The war is over,” he said.",
    ],
)
def test_who_only_speaks_for_a_leader_or_of_one_lets_the_leader_say_nothing(text: str) -> None:
    assert [] == [m for m in leaders(text) if m.event == "said"]


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("Emmanuel Macron and Angela Merkel called for calm.", "called for calm"),
        (
            "Macron, Merkel and Johnson said in a statement that the war must end.",
            "in a statement that the war must end",
        ),
        ("Macron and Merkel urge restraint.", "urge restraint"),
    ],
)
def test_leaders_who_speak_together_all_say_it(text: str, statement: str) -> None:
    said = {m.name: m.statement for m in leaders(text) if m.event == "said"}
    assert {"Emmanuel Macron", "Angela Merkel"} <= set(said)
    assert {statement} == set(said.values())


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Putin rules out truce", "Vladimir Putin"),
        ("Netanyahu vows revenge", "Benjamin Netanyahu"),
        ("Trump blames Iran for blast", "Donald Trump"),
        ("Iran 'does not want war', Rouhani says", "Hassan Rouhani"),
    ],
)
def test_the_verbs_of_headlines_let_a_leader_speak(title: str, name: str) -> None:
    found = extract(article("It rained.", title), gazetteer(), None).leaders
    assert [(name, "said")] == [(m.name, m.event) for m in found]
    assert all(m.name.split()[-1] not in (m.statement or "") for m in found)


def test_who_kills_what_is_a_leaders_kills_no_leader() -> None:
    assert ["mentioned"] == [m.event for m in leaders("The man who killed Putin's dog was arrested.")]
    assert ["killed"] == [m.event for m in leaders("Soleimani's killing was mourned.")]


def test_the_evidence_of_a_statement_holds_its_words() -> None:
    (found,) = leaders("Crowds waited. “Is the war over?” Putin asked. It rained.")
    assert "Is the war over?” Putin asked." == found.evidence.quote


OFFICES = sorted(o for held in gazetteer().offices.values() for o in held)
# Offices whose words alone stand for who holds them, in countries whose name can own them ("Iran's president").
NAMED = {code: name for code, name in gazetteer().countries.items() if name.split()[-1][0].isupper()}
BY_ROLE = [o for o in OFFICES if _ROLES.pattern.search(f"The {o.role}") and o.country in NAMED]


def days_of(o: Office) -> st.SearchStrategy[date]:
    first = date.fromisoformat(o.since) if o.since else date(1980, 1, 1)
    last = date.fromisoformat(o.until) if o.until else date(2026, 5, 1)
    return st.dates(min(first, last), max(first, last))


WITH_DAY = st.sampled_from(BY_ROLE).flatmap(lambda o: st.tuples(st.just(o), days_of(o)))


def in_office(name: str, o: Office, day: str) -> bool:
    return any(
        h.role.lower() == o.role.lower()
        and h.country == o.country
        and h.since <= day
        and (not h.until or day <= h.until)
        for h in gazetteer().offices.get(name, ())
    )


def test_there_are_offices_to_try() -> None:
    assert len(BY_ROLE) > 100


@QUICK
@given(WITH_DAY)
def test_an_office_means_who_held_it_on_the_articles_day(held: tuple[Office, date]) -> None:
    office, day = held
    rivals = {n for n in gazetteer().offices if in_office(n, office, day.isoformat())}
    found = leaders(f"{NAMED[office.country]}'s {office.role.lower()} said that it would rain.", day.isoformat())
    said = {m.name for m in found if m.event == "said"}
    assert office.name in rivals
    # Two holders on one day (the day of a change of office): nobody is named.
    assert said == {office.name} or (len(rivals) > 1 and not said & set(gazetteer().offices))


@QUICK
@given(WITH_DAY, st.dates(date(1980, 1, 1), date(2026, 5, 1)))
def test_an_office_never_means_one_who_is_out_of_it(held: tuple[Office, date], any_day: date) -> None:
    office, day = held[0], any_day.isoformat()
    found = leaders(f"{NAMED[office.country]}'s {office.role.lower()} said that it would rain.", day)
    assert all(in_office(m.name, office, day) for m in found if m.name in gazetteer().offices)


@QUICK
@given(st.sampled_from(OFFICES), st.dates(date(1980, 1, 1), date(2030, 1, 1)))
def test_the_role_of_a_named_leader_is_of_the_articles_day(office: Office, any_day: date) -> None:
    day = any_day.isoformat()
    (found,) = (m for m in leaders(f"{office.name} said that it would rain.", day) if m.name == office.name)
    roles = {o.role for o in gazetteer().offices[office.name] if o.since <= day and (not o.until or day <= o.until)}
    ended = {f"former {o.role}" for o in gazetteer().offices[office.name] if o.until and o.until < day}
    assert found.role in roles if roles else found.role is None or found.role in ended


SPELLINGS = sorted(
    {s for named in gazetteer().entries.values() for s, e in named if e.kind == "leader" and s[0].isupper()}
)
NAMESAKES = st.sampled_from(
    """{} Tower was closed on Monday.|Guests left the {} Hotel early.|Buses waited at {} Airport.|Police closed {} Avenue.
    |{}'s wife thanked the nurses.|{}'s spokesman said that it would rain.|{}'s lawyer denied the report.|{} University opened.
    |{}'s brother was killed.|The {} Foundation called for calm.|A crowd filled {} Square.|{} supporters marched.
    |{}'s office said that ten people were killed.|The {} administration ruled out a truce.|{}'s late husband was thanked.""".split(
        "|"
    )
).map(str.strip)


@QUICK
@given(st.sampled_from(SPELLINGS), NAMESAKES)
def test_what_bears_a_leaders_name_is_not_the_leader(spelling: str, text: str) -> None:
    (entry,) = {
        e.name for s, e in gazetteer().entries[" ".join(_folds(spelling))] if e.kind == "leader" and s == spelling
    }
    assert entry not in {m.name for m in leaders(text.format(spelling))}


def _folds(spelling: str) -> list[str]:
    from streams.core.words import words_of

    return [w.fold for w in words_of(spelling)]


@QUICK
@given(st.sampled_from(SPELLINGS), st.sampled_from(["a spokesman for", "an aide to", "a lawyer for", "the brother of"]))
def test_the_words_of_someones_spokesman_are_not_theirs(spelling: str, who: str) -> None:
    assume("'" not in spelling)
    found = leaders(f"“It will rain,” {who} {spelling} said on Monday.")
    assert [] == [m for m in found if m.event == "said"]


PIECES = st.sampled_from(
    """Putin|Vladimir Putin|President|'s|wife|said|ruled out|called|called for|a|truce|“|”|was killed|killing of|denied|rumours
    |South Korea's president|The Iranian president|he|added|that|died|,|.|\n\n|—|spokesman for|did not|thanked|Xi|Jinping""".split(
        "|"
    )
)


@QUICK
@given(st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=25).map(" ".join)), st.dates())
def test_no_text_raises_and_each_mention_stands_in_the_text(text: str, day: date) -> None:
    for m in leaders(text, day.isoformat()):
        assert text[m.evidence.start : m.evidence.end] == m.evidence.quote


@pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])
@pytest.mark.parametrize(
    "text",
    [
        "Melania Trump opened a fair.",
        "Eric Trump said the firm was doing well.",
        "Donald Trump Jr. flew to Florida.",
        "Brigitte Macron visited a school.",
        "Yasser Arafat International Airport never opened again.",
        "A street in Lyon was named after Emmanuel Macron.",
        "The square bears the name of Qasem Soleimani.",
        "A spokesman for the French president said there was no plan.",
        "The former French president told reporters there was no plan.",
    ],
)
def test_who_or_what_shares_a_leaders_name_is_not_the_leader(text: str, syntax: bool) -> None:
    assert () == facts(text, syntax=syntax).leaders


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Israel was checking whether Ismail Haniyeh had been killed.", [("Ismail Haniyeh", "mentioned")]),
        ("Trump was shot and wounded at a rally.", [("Donald Trump", "wounded")]),
        ("The Kremlin said Putin was not wounded.", [("Vladimir Putin", "mentioned")]),
        ("Putin, Peskov said, would stay away.", [("Dmitry Peskov", "said"), ("Vladimir Putin", "mentioned")]),
        (
            "Neither Putin nor Macron has said whether talks will be held.",
            [("Vladimir Putin", "mentioned"), ("Emmanuel Macron", "mentioned")],
        ),
        (
            "German Chancellor Angela Merkel and French President Emmanuel Macron condemned the raid.",
            [("Angela Merkel", "said"), ("Emmanuel Macron", "said")],
        ),
        ("Khan, London's mayor, criticised Trump.", [("Donald Trump", "mentioned")]),
        ("Trump, 73, fell at home and was injured.", [("Donald Trump", "wounded")]),
        ("Outgoing Macron visited a school.", [("Emmanuel Macron", "mentioned")]),
    ],
)
def test_what_happened_to_a_leader_is_told_and_no_more(text: str, expected: list[tuple[str, str]]) -> None:
    assert expected == [(m.name, m.event) for m in leaders(text)]


@pytest.mark.parametrize(
    ("text", "name", "statement"),
    [
        ("Netanyahu vowed to keep striking “without mercy”.", "Benjamin Netanyahu", "to keep striking “without mercy”"),
        ("“We want no war,” Rouhani was quoted as saying by Fars.", "Hassan Rouhani", "We want no war"),
        ("Kim Jong Un inspected a base and called for stronger forces.", "Kim Jong Un", "called for stronger forces"),
        ("Xi Jinping sent his condolences to the families.", "Xi Jinping", "sent his condolences to the families"),
        ("“We have no red lines,” Zarif posted on X.", "Mohammad Javad Zarif", "We have no red lines"),
        ("Putin threatened London with missiles.", "Vladimir Putin", "threatened London with missiles"),
        ("“This must stop,” the pope said on Sunday.", "Pope Francis", "This must stop"),
        ("The Chinese president, who was in Rome, called for calm.", "Xi Jinping", "called for calm"),
        ("The UN chief called the raid unacceptable.", "Antonio Guterres", "called the raid unacceptable"),
        (
            "Khamenei met the families of martyrs. “The answer will be crushing,” he said.",
            "Ali Khamenei",
            "The answer will be crushing",
        ),
    ],
)
def test_the_whole_of_a_statement_is_kept(text: str, name: str, statement: str) -> None:
    assert {name: statement} == {m.name: m.statement for m in leaders(text) if m.event == "said"}


def test_an_office_is_found_in_either_spelling() -> None:
    assert ["Mark Esper"] == [m.name for m in leaders("The US defence secretary warned of a long war.")]
