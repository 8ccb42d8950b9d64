"""Rules about several articles: a story for each name, corroboration by origins, one rule after another, and their tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.article import Article, Kind
from monitors.strict_yaml import BadFileError
from streams.core.desks import parse_desks
from streams.core.engine import advance, advance_all, examine, facts_about, make_engine
from streams.core.gazetteer import parse_gazetteer
from streams.core.loading import load_rules
from streams.core.model import Corroborate, Evidence, Facts, Reason, Severity, Step, Story, StrikeReport
from streams.core.rule_reading import parse_ruleset, read_lists
from streams.core.rule_tests import run_tests
from tests.core import make

LISTS = "format: 1\nlists:\n  people: {words: [{name: Ana Ruiz, also: [Ruiz]}, {name: Ben Ode, also: [Ode]}]}\n"
HEAD = "format: 1\nruleset: strikes\nowner: world-desk\nrules:\n"
STRIKE = """\
  - id: strike
    title: Strike
    status: live
    severity: bulletin
    review_by: 2027-01-01
    match: {words: {any: [missile, missiles]}}
    EXTRA
    tests:
      - {name: hit, article: {title: Missile hits port}, expect: match}
"""
SPEAKS = """\
  - id: speaks
    title: Somebody speaks
    status: live
    severity: urgent
    review_by: 2027-01-01
    match: {who: {near: {within: 6 words, of: [$people, {any: [says, warns]}]}}}
    for_each: $people
    tests:
      - {name: one, article: {title: Ruiz says no}, expect: match}
"""
DESKS = "format: 1\ndesks:\n  - {id: world, title: World, rulesets: [strikes], routes: [{to: slack:#world}]}\n"


def step(at: str, origin: str, place: str, title: str = "Missile hits port", source: str | None = None) -> str:
    carried = f", source: {source}" if source else ""
    given = f", given: {{strikes: [{{place: {place}}}]}}" if place else ""
    return f"        - {{at: {at}, origin: {origin}{carried}, article: {{title: {title}}}{given}}}\n"


def sequence(steps: str, alerts: str) -> str:
    return f"      - name: in time\n        sequence:\n{steps}        expect_alerts: {alerts}\n"


def outcome(rules: str) -> str:
    lists, wrong = read_lists(LISTS, "l.yaml", lambda _: ())
    assert wrong == ()
    ruleset = parse_ruleset(HEAD + rules, "r.yaml", {each.name: each for each in lists})
    return "\n".join(result.why for result in run_tests([ruleset]) if not result.passed)


CORROBORATED = STRIKE.replace(
    "EXTRA", "corroborate: {at_least: 2, within: 30 minutes, same: [place], then: {severity: flash}}"
)


@pytest.mark.parametrize(
    ("second", "alerts"),
    [
        (
            step("9 minutes", "B", "Pola", "Missiles fall on Pola"),
            "[{at: 0 minutes}, {at: 9 minutes, severity: flash}]",
        ),
        (step("9 minutes", "A", "Pola", source="copy.example"), "[{at: 0 minutes, severity: bulletin}]"),
        (
            step("31 minutes", "B", "Pola", "Missiles fall on Pola"),
            "[{at: 0 minutes}, {at: 31 minutes, severity: bulletin}]",
        ),
        (step("9 minutes", "B", "", "Missiles fall on Pola"), "[{at: 0 minutes}, {at: 9 minutes, severity: bulletin}]"),
    ],
    ids=["a second origin raises it", "a copy does not", "too late", "a place that nobody read is not the same place"],
)
def test_origins_corroborate_a_rule(second: str, alerts: str) -> None:
    assert outcome(CORROBORATED + sequence(step("0 minutes", "A", "Pola") + second, alerts)) == ""


def test_a_sequence_that_goes_otherwise_says_what_was_raised() -> None:
    steps = step("0 minutes", "A", "Pola")
    why = outcome(CORROBORATED + sequence(steps, "[{at: 0 minutes, severity: flash}]"))
    assert why == "raises (0 seconds: bulletin, first report, Pola), not (0 seconds: flash)"


@pytest.mark.parametrize(
    ("alerts", "why"),
    [
        ("[{at: 0 minutes, thread: Pola}, {at: 9 minutes, thread: Pola, because: 2 origins within 30 minutes}]", ""),
        ("[{at: 0 minutes}, {at: 9 minutes, because: 3 origins}]", "no alert says `3 origins` when it should"),
        (
            "[{at: 0 minutes, thread: Odra}, {at: 9 minutes}]",
            (
                "raises (0 seconds: bulletin, first report, Pola); (9 minutes: flash, severity raised, Pola), "
                "not (0 seconds: an alert, Odra); (9 minutes: an alert)"
            ),
        ),
    ],
)
def test_an_expected_alert_is_held_to_its_thread_and_its_words(alerts: str, why: str) -> None:
    steps = step("0 minutes", "A", "Pola") + step("9 minutes", "B", "Pola", "Missiles fall on Pola")
    assert outcome(CORROBORATED + sequence(steps, alerts)) == why


ANYWHERE = STRIKE.replace("EXTRA", "corroborate: {at_least: 2, within: 30 minutes, then: {severity: flash}}")


def test_a_copy_that_no_fact_was_read_in_is_known_by_its_title() -> None:
    same = "Missile hits port of Pola"
    steps = step("0 minutes", "A", "", same) + step("3 minutes", "B", "", same)
    assert outcome(ANYWHERE + sequence(steps, "[{at: 0 minutes, severity: bulletin}]")) == ""


def test_a_copy_of_a_copy_speaks_with_the_first_voice() -> None:
    again = step("6 minutes", "C", "Pola", "Missile hits port", source="third.example")
    steps = step("0 minutes", "A", "Pola") + step("3 minutes", "B", "Pola") + again
    assert outcome(CORROBORATED + sequence(steps, "[{at: 0 minutes, severity: bulletin}]")) == ""


TEXTS = (
    "Missiles hit Halven at dawn",
    "Halven port burns after strike",
    "Strike on Halven kills two",
    "Somewhere sirens wail",
)


@given(st.lists(st.tuples(st.integers(1, 20), st.sampled_from("ABC"), st.sampled_from(TEXTS)), max_size=8))
def test_a_story_is_flashed_by_distinct_origins_of_one_place_within_the_window(
    drawn: list[tuple[int, str, str]],
) -> None:
    ask = Corroborate(at_least=2, within=30 * 60, same=("place",), severity=Severity.FLASH)
    rule = msgspec.structs.replace(make.match(), corroborate=ask)
    stories: dict[str, Story] = {}
    told: list[tuple[int, str]] = []
    first: dict[str, tuple[int, str]] = {}
    minute, expected = 0, False
    for number, (gap, origin, text) in enumerate(drawn):
        minute += gap
        somewhere = text == TEXTS[-1]
        fact = make.strike(place=None if somewhere else "Halven", country=None, words=text)
        step = advance(
            stories.values(),
            make.finding(
                fact, name=str(number), minutes=minute, source=f"{number}", origin=origin, title=text, matches=(rule,),
                places=() if somewhere else ("Halven",),
            ),
            make.DESK,
        )  # fmt: skip
        assert step.story is not None
        stories[step.story.story_id] = step.story
        if not somewhere:
            told.append(first.setdefault(text, (minute, origin)))
            expected |= len({voice for at, voice in told if minute - at <= 30}) >= 2
    assert expected == any(each.severity is Severity.FLASH for each in stories.values())


def test_a_copy_does_not_make_its_original_said_anew() -> None:
    steps = step("0 minutes", "A", "Pola") + step("25 minutes", "C", "Pola")
    steps += step("40 minutes", "B", "Pola", "Missiles fall on Pola")
    assert outcome(CORROBORATED + sequence(steps, "[{at: 0 minutes}, {at: 40 minutes, severity: bulletin}]")) == ""


def test_a_flood_of_copies_drives_no_origin_out() -> None:
    stories: list[Story] = []
    for number, origin in enumerate(("Agency A", *["Agency B"] * 200)):
        text = f"Missiles hit Halven, says {origin}"
        found = make.finding(make.strike(words=text), name=str(number), origin=origin, title=text)
        story = advance(stories, found, make.DESK).story
        stories = [story] if story is not None else stories
    assert [each.origin for each in stories[0].sightings] == ["Agency A", "Agency B"]


AFTERWARDS = STRIKE.replace("    EXTRA\n", "") + STRIKE.replace("id: strike", "id: sirens").replace(
    "[missile, missiles]", "[sirens]"
).replace("Missile hits port", "Sirens in port").replace(
    "EXTRA", "after: {rule: strike, within: 1 hour, same: [place]}"
)


@pytest.mark.parametrize(
    ("steps", "alerts"),
    [
        (step("0 minutes", "A", "Pola") + step("20 minutes", "B", "Pola", "Sirens wail"), "[{at: 20 minutes}]"),
        (step("0 minutes", "A", "Pola") + step("61 minutes", "B", "Pola", "Sirens wail"), "[]"),
        (step("0 minutes", "A", "Pola") + step("20 minutes", "B", "Odra", "Sirens wail"), "[]"),
        (step("0 minutes", "A", "Pola", "Sirens wail") + step("5 minutes", "B", "Pola"), "[]"),
        (
            step("0 minutes", "A", "Pola")
            + step("50 minutes", "B", "Pola", source="copy.example")
            + step("80 minutes", "C", "Pola", "Sirens wail"),
            "[{at: 80 minutes}]",
        ),
    ],
    ids=["after it", "too late", "elsewhere", "before it", "after a copy of it"],
)
def test_a_rule_counts_only_after_another(steps: str, alerts: str) -> None:
    assert outcome(AFTERWARDS + sequence(steps, alerts)) == ""


def test_a_rule_waits_for_another_of_a_story_that_it_shares_something_with() -> None:
    anywhere = AFTERWARDS.replace(", same: [place]", "")
    apart = step("0 minutes", "A", "Pola") + step("20 minutes", "B", "", "Sirens wail tonight")
    assert outcome(anywhere + sequence(apart, "[]")) == ""
    shared = step("0 minutes", "A", "Pola") + step("20 minutes", "B", "Pola", "Sirens wail tonight")
    assert outcome(anywhere + sequence(shared, "[{at: 20 minutes, thread: Pola}]")) == ""


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("corroborate: {at_least: 1, within: 30 minutes, then: {severity: flash}}", "`1`"),
        ("corroborate: {at_least: 2, within: 13 hours, then: {severity: flash}}", "`13 hours`"),
        ("corroborate: {at_least: 2, within: half an hour, then: {severity: flash}}", "`half an hour`"),
        ("corroborate: {at_least: 2, within: 1 hour, same: [town], then: {severity: flash}}", "`town`"),
        ("after: {rule: other}", "within"),
        ("for_each: $persons", "`$persons`"),
        ("unless: {sport: {any: [goal], aside: word}}", "sentence, or words of its own"),
        ("unless: {sport: {any: [goal], aside: [$balls]}}", "`$balls`"),
        ("unless: {sport: {any: [goal], aside: []}}", "empty"),
        ("for_each: $people", "no match clause"),
    ],
)
def test_a_mistake_in_time_is_told(line: str, found: str) -> None:
    with pytest.raises(BadFileError) as caught:
        outcome(STRIKE.replace("EXTRA", line))
    (mistake,) = caught.value.mistakes
    assert found in mistake.headline
    assert mistake.line == 11


# --- a story for each name -------------------------------------------------------------------------------------------

HERE = Evidence(field="title", start=0, end=0, quote="")
START = datetime(2020, 1, 8, 12, tzinfo=UTC)
LOADED = load_rules(
    {"rules/strikes.yaml": HEAD + SPEAKS, "rules/lists/l.yaml": LISTS, "rules/desks.yaml": DESKS}, lambda _: ()
)
ENGINE = make_engine(LOADED, parse_gazetteer({}), None)
(DESK,) = parse_desks(DESKS, "desks.yaml")


def article(name: str, title: str, minutes: int, kind: Kind = "new") -> Article:
    at = START + timedelta(minutes=minutes)
    return Article(
        event_id=f"{name}-{kind}", article_id=name, revision="", feed_id="f", source="A", origin="A", url="",
        title=title, text="", published_at=at, first_seen_at=at, kind=kind,
    )  # fmt: skip


def told(*articles: Article) -> list[Step]:
    stories: dict[str, Story] = {}
    steps = []
    for each in articles:
        for finding in examine(ENGINE, each).findings:
            for taken in advance_all(stories.values(), finding, DESK):
                if taken.story is not None:
                    stories[taken.story.story_id] = taken.story
                    steps.append(taken)
    return steps


BOTH = article("a1", "Ruiz says yes as Ode warns of storm", 0)


def test_each_name_has_a_story_and_an_alert_of_its_own() -> None:
    steps = told(BOTH)
    assert [(s.story.subject if s.story else None, s.reason) for s in steps] == [
        ("Ana Ruiz", Reason.FIRST_REPORT),
        ("Ben Ode", Reason.FIRST_REPORT),
    ]
    assert len({s.alert.alert_id for s in steps if s.alert}) == 2
    assert len({s.story.story_id for s in steps if s.story}) == 2


def test_the_alert_says_whom_it_is_about() -> None:
    alerts = [each.alert for each in told(BOTH) if each.alert]
    assert [alert.title.partition(":")[0] for alert in alerts] == ["Ana Ruiz", "Ben Ode"]
    assert ["Ana Ruiz" in alerts[0].headline, "Ben Ode" in alerts[1].headline] == [True, True]


def test_the_next_article_about_a_name_goes_on_with_its_story() -> None:
    first, _, second = told(BOTH, article("a2", "Ana Ruiz warns again", 30))
    assert first.story is not None
    assert second.story is not None
    assert second.story.story_id == first.story.story_id


def test_a_withdrawn_article_is_told_in_the_story_of_each_name() -> None:
    steps = told(BOTH, article("a1", "", 10, "withdrawn"))
    assert [(s.story.subject if s.story else None, s.reason) for s in steps[2:]] == [
        ("Ana Ruiz", Reason.WITHDRAWN),
        ("Ben Ode", Reason.WITHDRAWN),
    ]


def test_the_same_articles_give_the_same_ids() -> None:
    first, again = told(BOTH), told(BOTH)
    assert [s.alert and s.alert.alert_id for s in first] == [s.alert and s.alert.alert_id for s in again]


def test_a_place_of_a_list_sees_what_happened_there() -> None:
    def strike(place: str | None) -> StrikeReport:
        return StrikeReport(weapon="missiles", place=place, status="reported", claimant=None, evidence=HERE)

    facts = Facts(strikes=(strike("Pola"), strike("Odra"), strike(None)), places=("Pola", "Odra"))
    assert facts_about(facts, "Odra") == Facts(strikes=(strike("Odra"), strike(None)), places=("Odra",))
    assert facts_about(facts, "Ana Ruiz") == facts
