# ruff: noqa: E501 - a case on one line reads best
from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitors.strict_yaml import BadFileError
from streams.core.model import Severity
from streams.core.rule_reading import parse_ruleset, read_lists, read_ruleset, regex_trouble
from streams.core.ruleset import AllOf, AnyOf, FactTest, Near, Number, RuleSet, SameSentence, WordList


def no_names(kind: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return {"leaders": (("Xi Jinping", ("Xi", "Xi Jinping")), ("Emmanuel Macron", ("Macron",)))}.get(kind, ())


LISTS = """\
format: 1
lists:
  drones: {words: [drone, drones, "loitering munition*"]}
  places:
    cased: true
    words:
      - {name: Odesa, also: [Odessa, Одеса]}
      - {name: Norway, also: [NO], role: a state}
      - Reading
  leaders: {from: gazetteer leaders}
  presidents:
    words:
      - {name: Xi Jinping, also: [{alias: Xi, cased: true, needs: [China, Beijing]}]}
"""


def lists() -> dict[str, WordList]:
    found, mistakes = read_lists(LISTS, "lists/all.yaml", no_names)
    assert mistakes == ()
    return {each.name: each for each in found}


RULE = """\
format: 1
ruleset: strikes
owner: world-desk
rules:
  - id: strike
    title: A strike
    status: live
    severity: urgent
    review_by: 2027-01-01
    match:
      a: {any: [rocket]}
    tests:
      - {name: hit, article: {title: A rocket}, expect: match}
"""


def parse(text: str) -> RuleSet:
    return parse_ruleset(text, "rules/x.yaml", lists())


def with_clause(clause: str, more: str = "") -> str:
    return RULE.replace("a: {any: [rocket]}", clause).replace("    tests:", f"{more}    tests:")


def headlines(text: str) -> list[str]:
    with pytest.raises(BadFileError) as caught:
        parse(text)
    return [mistake.headline.removeprefix("rules/x.yaml:") for mistake in caught.value.mistakes]


def test_a_plain_rule_is_read() -> None:
    ruleset = parse(RULE)
    rule = ruleset.rules[0]
    assert (ruleset.id, ruleset.title, rule.owner, rule.severity) == (
        "strikes",
        "Strikes",
        "world-desk",
        Severity.URGENT,
    )
    assert [term.words for term in terms(rule.match[0].test)] == [("rocket",)]
    assert rule.line == 5


def terms(test: object) -> tuple:  # type: ignore[type-arg]  # terms of whatever clause the test below built
    assert isinstance(test, AnyOf)
    return test.terms


def test_words_stems_phrases_and_case_are_read() -> None:
    rule = parse(with_clause('a: {any: [NO, strik*, "air strike*", Al-Asad, {word: US, cased: true}]}')).rules[0]
    found = [(term.words, term.cased) for term in terms(rule.match[0].test)]
    assert found == [
        (("no",), ()),
        (("strik*",), ()),
        (("air", "strike*"), ()),
        (("al", "asad"), ()),
        (("us",), ("US",)),
    ]


def test_list_entries_bring_their_names_aliases_case_and_needs() -> None:
    rule = parse(with_clause("a: {any: [$places, $presidents]}")).rules[0]
    found = [(t.name, t.words, t.cased, [n.text for n in t.needs]) for t in terms(rule.match[0].test)]
    assert found == [
        ("Odesa", ("odesa",), ("Odesa",), []),
        ("Odesa", ("odessa",), ("Odessa",), []),
        ("Odesa", ("одеса",), ("Одеса",), []),
        ("Norway", ("norway",), ("Norway",), []),
        ("Norway", ("no",), ("NO",), []),
        (None, ("reading",), ("Reading",), []),
        ("Xi Jinping", ("xi", "jinping"), (), []),
        ("Xi Jinping", ("xi",), ("Xi",), ["China", "Beijing"]),
    ]


def test_a_list_from_the_gazetteer_asks_single_names_for_their_capital() -> None:
    rule = parse(with_clause("a: {leader: true}")).rules[0]
    found = {(t.name, t.words, t.cased) for t in terms(rule.match[0].test)}
    assert ("Emmanuel Macron", ("macron",), ("Macron",)) in found
    assert ("Emmanuel Macron", ("emmanuel", "macron"), ()) in found


def test_every_kind_of_clause_is_read() -> None:
    clauses = """a: {all: [$drones, rocket]}
      b: {near: {within: 12 words, of: [{any: [rocket]}, {number: {at_least: 3, at_most: 9, words_too: false}}]}}
      c: {same_sentence: [$drones, {leader: $presidents}], in: [body, title]}
      d: {number: {}}"""
    a, b, c, d = parse(with_clause(clauses)).rules[0].match
    assert isinstance(a.test, AllOf)
    assert [len(part.terms) for part in a.test.of] == [3, 1]
    assert isinstance(b.test, Near)
    assert (b.test.within, b.test.of[1]) == (12, Number(at_least=3, at_most=9, words_too=False))
    assert isinstance(c.test, SameSentence)
    assert c.fields == ("title", "body")
    assert d.test == Number()


def test_conditions_on_facts_are_read() -> None:
    more = """\
    where: {claims: {kind: [killed, casualties], status: asserted}, leaders: {event: said, or_none: true}}
    severity_when:
      - {when: {claims: {at_least: 50}}, severity: flash}
"""
    rule = parse(with_clause("a: {any: [rocket]}", more)).rules[0]
    assert rule.where == (
        FactTest(fact="claims", kind=("killed", "casualties"), status=("asserted",)),
        FactTest(fact="leaders", event=("said",), or_none=True),
    )
    assert rule.severity_when[0].severity is Severity.FLASH


def test_conditions_on_names_in_facts_are_read() -> None:
    more = "    where: {strikes: {weapon: Shahed drone, place: [$places, Port Said]}}\n"
    (condition,) = parse(with_clause("a: {any: [rocket]}", more)).rules[0].where
    assert [(each.part, each.words) for each in condition.about] == [
        ("place", (("odesa",), ("odessa",), ("одеса",), ("norway",), ("no",), ("reading",), ("port", "said"))),
        ("weapon", (("shahed", "drone"),)),
    ]


DERIVED = """\
  - id: other
    extends: strike
    title: Another
    add: {unless: {sport: {any: [striker]}}}
    tests:
      - {name: hit, article: {title: A rocket}, expect: match}
"""


def test_a_rule_that_extends_another_keeps_what_it_does_not_say() -> None:
    base, derived = parse(RULE + DERIVED).rules
    assert (derived.match, derived.severity, derived.review_by) == (base.match, base.severity, base.review_by)
    assert [clause.name for clause in derived.unless] == ["sport"]
    assert base.unless == ()


def test_the_version_is_of_what_rules_say_and_not_of_comments_or_tests() -> None:
    version = parse(RULE).version
    assert parse("# a comment\n" + RULE.replace("name: hit", "name: struck")).version == version
    assert parse(RULE.replace("[rocket]", "[rockets]")).version != version


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RULE.replace("severity: urgent", "severity: high"), "8:15: found `high`; expected one of flash, bulletin, urgent, routine"),
        (RULE.replace("status: live", "status: liev"), "7:13: found `liev`; expected one of draft, shadow, live, retired; did you mean `live`?"),
        (RULE.replace("    review_by: 2027-01-01\n", ""), "5:5: found a rule without `review_by`; expected the key `review_by`"),
        (RULE.replace("owner: world-desk\n", ""), "1:1: found a rules file without `owner`; expected the key `owner`"),
        (with_clause("a: {any: [$dornes]}"), "11:17: found the unknown list `$dornes`; expected a list of rules/lists; did you mean `$drones`?"),
        (with_clause("a: {anny: [x]}"), "11:11: found unknown key `anny` in clause a; expected any, all, near, same_sentence, number, leader, in; did you mean `any`?"),
        (with_clause("any: [rocket]"), "11:7: found `any` without a name; expected a name for the clause: `match: {name: {...}}`"),
        (with_clause("a: {any: [x], all: [y]}"), "11:10: found 2 conditions; expected one of any, all, near, same_sentence, number, leader"),
        (with_clause("a: {near: {witihn: 3 words, of: [x, y]}}"), "11:18: found unknown key `witihn` in near; expected within, of; did you mean `within`?"),
        (with_clause("a: {near: {within: 3, of: [x, y]}}"), "11:26: found `3`; expected a number of words up to 100, as `12 words`"),
        (with_clause("a: {near: {within: 3 words, of: [x]}}"), "11:39: found 1 part; expected two to five"),
        (with_clause("a: {any: [x], within: 3 words}"), "11:21: found unknown key `within` in clause a; expected any, all, near, same_sentence, number, leader, in"),
        (with_clause("a: {any: [ab*]}"), "11:17: found `ab*`; expected at least 3 letters before the star"),
        (with_clause("a: {any: [str*ke]}"), "11:17: found `str*ke`; expected a star only at the end of a word, as strike*"),
        (with_clause("a: {any: ['!!']}"), "11:17: found `!!`; expected a word or phrase with a letter or digit in it"),
        (with_clause("a: {any: [{regex: '(a+)+'}]}"), "11:25: found `(a+)+`; expected no repeat of a group or of a repeat: it can take for ever"),
        (with_clause("a: {any: []}"), "11:16: found an empty list; expected at least one entry"),
        (with_clause("a: {any: [x], in: [titel]}"), "11:26: found `titel`; expected one of title, lead, body; did you mean `title`?"),
        (with_clause("a: {any: [x]}", "    whre: {claims: {}}\n"), "12:5: found unknown key `whre` in a rule; expected id, title, status, severity, severity_when, owner, review_by, match, unless, where, facts, for_each, corroborate, after, tests, accept, extends, add; did you mean `where`?"),
        (with_clause("a: {any: [x]}", "    where: {claims: {kind: kiled}}\n"), "12:28: found `kiled`; expected one of killed, wounded, missing, casualties; did you mean `killed`?"),
        (with_clause("a: {any: [x]}", "    where: {strikes: {weapon: drone*}}\n"), "12:31: found a pattern or stem; expected a name, or a $list of names"),
        (with_clause("a: {any: [x]}", "    where: {claims: {weapon: drone}}\n"), "12:22: found unknown key `weapon` in a condition on claims; expected kind, status, scope, at_least, at_most, claimant, victims, place, or_none"),
        (RULE.replace("    match:\n      a: {any", "    any: [x]\n    match:\n      a: {any"), "10:5: found `any` one level too high; expected it indented under `match`"),
        (RULE.replace("      a: {any: [rocket]}", "      a:\n        any: [rocket]\n        unless: {b: {any: [x]}}"), "13:9: found `unless` one level too deep; expected it beside `a`"),
        (with_clause("a: {any: [x]}\n      unless:\n        b: {any: [y]}"), "12:7: found `unless` one level too deep; expected it beside `match`"),
        (RULE.replace("expect: match", "expect: no match, unless: b"), "13:67: found `unless` in a test of a rule without any; expected the clause under `unless` of the rule"),
        (RULE.replace("expect: match", "expect: match, clauses: [b]"), "13:74: found `b`; expected `a`"),
        (RULE + DERIVED.replace("extends: strike", "extends: strke"), "15:14: found the unknown rule `strke`; expected a rule of this file; did you mean `strike`?"),
        (RULE + RULE[RULE.index("  - id") :], "14:5: found the rule id `strike` a second time; expected each id once (first on line 5)"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_rule_is_told_with_its_place(text: str, expected: str) -> None:
    assert headlines(text) == [expected]


def test_a_bad_rule_does_not_silence_its_neighbour() -> None:
    ruleset, mistakes = read_ruleset(
        RULE + RULE[RULE.index("  - id") :].replace("severity: urgent", "severity: hi"), "x", lists()
    )
    assert ruleset is not None
    assert [rule.id for rule in ruleset.rules] == ["strike"]
    assert len(mistakes) == 1


def test_a_bad_list_entry_costs_only_itself() -> None:
    found, mistakes = read_lists("format: 1\nlists:\n  a: {words: [x*, rocket, $b]}\n", "l.yaml", no_names)
    assert [term.text for entry in found[0].entries for term in entry.terms] == ["rocket"]
    assert [mistake.col for mistake in mistakes] == [15, 27]


@pytest.mark.parametrize("pattern", ["S-[2-5]00", "Kh-\\d+", "M(i|I)-?8", "x{2,3}y", "[^a]b"])
def test_sound_patterns_pass(pattern: str) -> None:
    assert regex_trouble(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "(i?)x",
        "(?i)x",
        "a*",
        "(a+)+",
        "(a|b)*",
        "a*b*c*d",
        "a b",
        "x\\s",
        "^x",
        "x$",
        "(",
        "(x)\\1",
        "x" * 201,
        "a{2}{3}",
    ],
)
def test_patterns_that_would_surprise_are_refused(pattern: str) -> None:
    assert regex_trouble(pattern) is not None


@given(st.data())
def test_a_damaged_rule_file_is_read_or_told_and_never_a_traceback(draw: st.DataObject) -> None:
    text = RULE + DERIVED
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(text)))
        cut = draw.draw(st.integers(0, 8))
        put = draw.draw(st.text(alphabet=st.sampled_from(":-[]{}#&*!|>'\"$@, \n\tabin0"), max_size=4))
        text = text[:at] + put + text[at + cut :]
    ruleset, mistakes = read_ruleset(text, "x.yaml", lists())
    assert ruleset is not None or mistakes
    assert all(re.match(r"x\.yaml:\d+:\d+: found .+; expected .+", mistake.headline) for mistake in mistakes)


@given(st.text(alphabet="ab-&~|[]^\\.()?:*+{}1,d", max_size=14))
@settings(max_examples=500, deadline=None)
def test_a_pattern_that_is_taken_compiles_without_a_warning(pattern: str) -> None:
    # Warnings are errors in these tests: what Python will read otherwise one day is refused before it is compiled.
    if regex_trouble(pattern) is None:
        assert re.compile(pattern).match("") is None


@pytest.mark.parametrize("pattern", ["[a--b]", "[a&&b]", "[a~~b]", "[a||b]", "[[a]b]", "x[+--]", "[^a--b]"])
def test_a_pattern_that_python_will_read_otherwise_is_refused_with_its_place(pattern: str) -> None:
    with pytest.raises(BadFileError) as caught:
        parse_ruleset(RULE.replace("[rocket]", f"[{{regex: '{pattern}'}}]"), "r.yaml", {})
    (mistake,) = caught.value.mistakes
    assert (mistake.line, "set inside a set" in mistake.headline) == (11, True)
