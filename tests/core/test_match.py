"""What each clause means, in examples a desk editor would give. The laws are in test_differential.py."""

from __future__ import annotations

import pytest

from streams.core.match import Compiled, compile_rules, explain, fact_holds, holds, screen, severity_of
from streams.core.model import CasualtyClaim, Evidence, Facts, LeaderMention, Match, Severity
from streams.core.rule_reading import parse_ruleset, read_lists
from streams.core.ruleset import FactTest


def rules(match: str, unless: str = "", more: str = "", given: str = "") -> Compiled:
    unless = f"    unless:\n      {unless}\n" if unless else ""
    text = f"""\
format: 1
ruleset: tests
owner: tests
rules:
  - id: rule
    title: A rule
    status: live
    severity: urgent
    review_by: 2030-01-01
    match:
      {match}
{unless}{more}    tests:
      - {{name: none, article: {{title: none}}, expect: no match{given}}}
"""
    lists, _ = read_lists(LISTS, "lists/l.yaml", lambda _: ())
    return compile_rules((parse_ruleset(text, "t.yaml", {each.name: each for each in lists}),))


LISTS = """\
format: 1
lists:
  weapons: {words: [missile*, drone, drones]}
  places: {cased: true, words: [{name: Odesa, also: [Odessa, Одеса]}, Reading]}
  leaders: {words: [{name: Xi Jinping, also: [{alias: Xi, cased: true, needs: [China, Beijing]}]}]}
"""


def match(compiled: Compiled, title: str, text: str = "") -> Match | None:
    found = screen(compiled, title, text)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("clause", "title", "expected"),
    [
        ("a: {any: [missile]}", "Iran’s MISSILE falls", True),
        ("a: {any: [missile]}", "Missiles fall", False),
        ("a: {any: [missile*]}", "Missiles fall", True),
        ("a: {any: [air strike]}", "An air-strike", True),
        ("a: {any: [air strike]}", "Air traffic strike", False),
        ("a: {any: [{word: US, cased: true}]}", "US troops", True),
        ("a: {any: [{word: US, cased: true}]}", "It hit us", False),
        ("a: {any: [{word: Reading, cased: true}]}", "READING STRUCK", True),
        ("a: {any: [{word: Reading, cased: true}]}", "On reading", False),
        ("a: {any: [{regex: 'S-[2-5]00'}]}", "An S-300, they say", True),
        ("a: {any: [{regex: 'S-[2-5]00'}]}", "An S-3000", False),
        ("a: {any: [$places]}", "Одеса під вогнем", True),
        ("a: {leader: true}", "Xi speaks in Beijing", True),
        ("a: {leader: true}", "Chapter Xi", False),
        ("a: {leader: true}", "xi and China", False),
        ("a: {all: [$weapons, $places]}", "Drones over Odesa", True),
        ("a: {all: [$weapons, $places]}", "Drones over town", False),
        ("a: {number: {at_least: 12}}", "Dozens hurt", True),
        ("a: {number: {at_least: 13}}", "Dozens hurt", False),
        ("a: {number: {at_least: 2, words_too: false}}", "Three hurt", False),
        ("a: {near: {within: 1 word, of: [drone, hits]}}", "Drone now hits", True),
        ("a: {near: {within: 1 word, of: [drone, hits]}}", "Hits by drone", True),
        ("a: {near: {within: 1 word, of: [drone, hits]}}", "Drone that just hits", False),
        ("a: {near: {within: 0 words, of: [drone, drone]}}", "A drone", False),
        ("a: {near: {within: 0 words, of: [drone, drone]}}", "Drone drone", True),
        ("a: {near: {within: 2 words, of: [air raid, hits, port]}}", "Air raid now hits the port", True),
        ("a: {near: {within: 1 word, of: [air raid, hits, port]}}", "Air raid now hits the port", False),
    ],
)
def test_a_clause_holds_where_a_reader_would_say_so(clause: str, title: str, expected: bool) -> None:
    compiled = rules(clause)
    assert (match(compiled, title) is not None) == expected
    assert (match(compiled, "", title) is not None) == expected


def test_nothing_is_near_across_title_and_text() -> None:
    compiled = rules("a: {near: {within: 100 words, of: [drone, hits]}}")
    assert match(compiled, "Drone", "hits") is None


def test_a_sentence_ends_where_readers_stop() -> None:
    compiled = rules("a: {same_sentence: [{number: {at_least: 2}}, killed]}")
    assert match(compiled, "", "Gen. Smith said 4 were killed.") is not None
    assert match(compiled, "", "Some were killed. The road has 4 lanes.") is None


def test_in_looks_only_there() -> None:
    compiled = rules("a: {any: [drone], in: [title, lead]}")
    late = "One word follows another here. " * 13 + "A drone came."
    assert match(compiled, "", "A drone came. " + late) is not None
    assert match(compiled, "", late) is None
    assert match(rules("a: {any: [drone], in: [title]}"), "", "A drone came.") is None


LONG = "One word follows another here. " * 13


def test_unless_in_title_or_lead_cancels_and_later_sets_its_sentence_aside() -> None:
    compiled = rules("a: {any: [strike]}", "labour: {any: [rail]}")
    assert match(compiled, "Rail strike") is None
    assert match(compiled, "Strike on port", "A rail line was cut.") is None
    assert match(compiled, "Strike on port", LONG + "A rail strike goes on.") is not None
    assert match(compiled, "Port news", LONG + "A rail strike goes on.") is None
    said = explain(compiled, "rule", "Port news", LONG + "A rail strike goes on.")
    assert (said.fires, said.cancelled_by) == (False, ("labour",))


def test_unless_with_in_cancels_wherever_it_looks() -> None:
    compiled = rules("a: {any: [strike]}", "labour: {any: [rail], in: [title, body]}")
    assert match(compiled, "Strike on port", LONG + "A rail line was cut.") is None


ASIDES = [
    ("words", "Oil rockets as missiles hit plant", "", True),
    ("words", "Oil rockets past highs", "", False),
    ("words", "Oil rockets past highs", "Rockets hit a plant.", True),
    ("sentence", "Oil rockets as missiles hit plant", "", False),
    ("sentence", "Oil rockets as missiles hit plant", "Missiles hit a plant.", True),
    ("sentence", "Missiles hit plant", LONG + "Oil rockets.", True),
    ("sentence", "Plant news", LONG + "Oil rockets as missiles hit plant.", False),
    ("[rockets]", "Oil rockets as missiles hit plant", "", True),
    ("[rockets]", "Oil rockets past highs", LONG + "Rockets hit a plant.", False),
    ("[rockets]", "Rockets hit plant", LONG + "Oil rockets.", True),
    ("[rockets]", "Plant news", LONG + "Oil rockets.", False),
    ("[rockets]", "Plant news", LONG + "Oil rockets. More rockets fell.", True),
]


@pytest.mark.parametrize(("aside", "title", "text", "expected"), ASIDES)
def test_what_is_set_aside_counts_for_nothing_and_the_rest_does(
    aside: str, title: str, text: str, expected: bool
) -> None:
    compiled = rules(
        "a: {any: [missiles, rockets]}", f"market: {{near: {{within: 1 word, of: [oil, rockets]}}, aside: {aside}}}"
    )
    assert (match(compiled, title, text) is not None) == expected
    cancelled_by = () if expected else ("market",)
    assert explain(compiled, "rule", title, text).cancelled_by == cancelled_by


def test_a_phrase_with_a_word_that_is_set_aside_does_not_stand() -> None:
    compiled = rules("a: {any: [aerial bombardment]}", "sport: {any: [goal], aside: [bombardment]}")
    assert match(compiled, "Keeper saves goal in aerial bombardment") is None
    assert match(compiled, "Keeper survives aerial bombardment") is not None


def test_words_set_aside_in_front_leave_no_words_in_front() -> None:
    compiled = rules(
        "a: {any: [rockets]}",
        "market: {near: {within: 1 word, of: [oil, rockets]}, aside: words}",
        "    where: {strikes: {or_none: true}}\n",
    )
    late = match(compiled, "Oil rockets past highs", LONG + "Rockets hit a plant.")
    assert late is not None
    assert not late.in_front


def test_evidence_cuts_the_words_out_and_names_are_canonical() -> None:
    found = match(
        rules("a: {near: {within: 5 words, of: [$weapons, $places]}}"), "", "Two drones fell on Odessa’s port."
    )
    assert found is not None
    hit = found.clauses[0]
    assert hit.evidence == (
        Evidence(field="text", start=4, end=10, quote="drones"),
        Evidence(field="text", start=19, end=25, quote="Odessa"),
    )
    assert hit.names == ("Odesa",)


def test_evidence_shows_the_longest_name_once() -> None:
    found = match(rules("a: {any: [Ali Khamenei, Khamenei, $weapons]}"), "Ali Khamenei on drones, and Khamenei again")
    assert found is not None
    assert [each.quote for each in found.clauses[0].evidence] == ["Ali Khamenei", "drones", "Khamenei"]


def test_an_explanation_tells_the_nearest_miss() -> None:
    said = explain(rules("a: {near: {within: 1 word, of: [drone, hits]}}"), "rule", "Drone that just now hits", "")
    clause = said.clauses[0]
    assert (said.fires, said.missing, clause.apart) == (False, ("a",), 3)
    assert [[each.quote for each in part] for part in clause.parts] == [["Drone"], ["hits"]]


def test_only_live_rules_are_in_force() -> None:
    compiled = rules("a: {any: [drone]}")
    draft = compiled.rules[0].rule
    assert draft.status == "live"
    assert compile_rules((), statuses=("draft",)).rules == ()


HERE = Evidence(field="title", start=0, end=0, quote="")
SPEAKER = LeaderMention(name="", role=None, event="said", evidence=HERE)


def claim(low: int | None, **changes: str) -> CasualtyClaim:
    fields = {"kind": "killed", "status": "asserted", "scope": "current", **changes}
    return CasualtyClaim(
        low=low, high=low, qual="exact", stated="", victims=None, claimant=None, evidence=HERE, **fields  # type: ignore[arg-type]  # the words come from the test
    )  # fmt: skip


@pytest.mark.parametrize(
    ("test", "facts", "expected"),
    [
        (FactTest(fact="claims"), Facts(claims=(claim(3),)), True),
        (FactTest(fact="claims"), Facts(claims=(claim(3, scope="historical"),)), False),
        (FactTest(fact="claims"), Facts(), False),
        (FactTest(fact="claims", or_none=True), Facts(), True),
        (FactTest(fact="claims", or_none=True), Facts(claims=(claim(3, scope="historical"),)), False),
        (FactTest(fact="claims", at_least=3), Facts(claims=(claim(3),)), True),
        (FactTest(fact="claims", at_least=4), Facts(claims=(claim(3), claim(None))), False),
        (FactTest(fact="claims", at_most=3), Facts(claims=(claim(3),)), True),
        (FactTest(fact="claims", at_most=2), Facts(claims=(claim(3), claim(None))), False),
        (FactTest(fact="claims", kind=("wounded",)), Facts(claims=(claim(3),)), False),
        (FactTest(fact="claims", status=("denied",)), Facts(claims=(claim(3, status="denied"),)), True),
        (FactTest(fact="leaders", event=("said",)), Facts(leaders=(SPEAKER,)), True),
        (FactTest(fact="leaders", event=("killed",)), Facts(leaders=(SPEAKER,)), False),
    ],
)  # fmt: skip
def test_a_condition_holds_of_one_fact_with_all_it_asks(test: FactTest, facts: Facts, expected: bool) -> None:
    assert fact_holds(test, facts) == expected


READ = """\
, given: {strikes: [{weapon: "Shahed-136 drones", count: 12, status: claimed, place: Odesa, actor: Navy,
                         claimant: the Guards}],
              claims: [{kind: killed, count: 4, status: unconfirmed, claimant: "Odesa's mayor", victims: dock workers,
                        place: Odesa}],
              leaders: [{event: said, name: Emmanuel Macron}]}"""


@pytest.mark.parametrize(
    ("where", "passes"),
    [
        ("strikes: {weapon: drones, place: odesa}", True),
        ("strikes: {weapon: shahed}", True),
        ("strikes: {weapon: drone}", False),
        ("strikes: {place: [Kyiv, Odesa]}", True),
        ("strikes: {place: Kyiv}", False),
        ("strikes: {actor: navy, claimant: guards}", True),
        ("strikes: {actor: army}", False),
        ("claims: {claimant: mayor, victims: [dock workers], place: Odesa}", True),
        ("claims: {victims: soldiers}", False),
        ("strikes: {at_least: 12, at_most: 12}", True),
        ("strikes: {at_most: 11}", False),
        ("strikes: {status: claimed}", True),
        ("strikes: {status: [denied, test], weapon: drones}", False),
        ("strikes: {scope: [historical, exercise]}", False),
        ("claims: {kind: [killed, wounded], at_least: 3, at_most: 9}", True),
        ("claims: {at_least: 5}", False),
        ("claims: {at_most: 3}", False),
        ("claims: {kind: missing}", False),
        ("claims: {status: unconfirmed}", True),
        ("claims: {scope: hypothetical}", False),
        ("claims: {claimant: mayor, kind: wounded}", False),
        ("leaders: {event: said, leader: Macron}", True),
        ("leaders: {event: said, leader: [Macron junior]}", False),
    ],
)
def test_a_condition_may_name_who_what_and_where(where: str, passes: bool) -> None:
    more = f"    where: {{{where}}}\n"
    rule = rules("a: {any: [drone]}", more=more, given=READ).rules[0].rule
    assert holds(rule, rule.tests[-1].given) == passes


def test_where_holds_when_all_do_and_the_loudest_severity_wins() -> None:
    more = """\
    where: {claims: {}}
    severity_when:
      - {when: {claims: {at_least: 10}}, severity: bulletin}
      - {when: {claims: {at_least: 50}}, severity: flash}
"""
    rule = rules("a: {any: [drone]}", more=more).rules[0].rule
    assert not holds(rule, Facts())
    assert holds(rule, Facts(claims=(claim(1),)))
    levels = [severity_of(rule, Facts(claims=(claim(low),))) for low in (1, 10, 50)]
    assert levels == [Severity.URGENT, Severity.BULLETIN, Severity.FLASH]


def test_hostile_text_is_only_text() -> None:
    compiled = rules("a: {near: {within: 3 words, of: [drone, hits, port]}}")
    assert match(compiled, "\x00\ud800 " * 50, "drone hits " * 3000) is None
