"""Suppressions: read like rules, asked after them, counted, and never more than they say."""

from __future__ import annotations

from datetime import date

import pytest

from streams.core.engine import examine, make_engine
from streams.core.gazetteer import parse_gazetteer
from streams.core.lint import problems
from streams.core.loading import Rules, load_rules
from streams.core.reload import reload_rules
from streams.core.rule_tests import run_suppression_tests
from tests.fakes.newsroom import DESKS, RULES, article

FILE = "rules/suppressions.yaml"
SUPPRESSIONS = """\
format: 1
suppressions:
  - id: sponsored
    rules: [strike]
    when: {any: [paid post]}
    because: advertorials
    review_by: 2999-01-01
    tests:
      - {article: {title: "Paid post: drones hit the mark"}, expect: suppressed}
      - {article: {title: Drones hit a port}, expect: not suppressed}
"""


MATCH = "{near: {within: 8 words, of: [{any: [missile, missiles, drone, drones]}, {any: [hit, hits, struck]}]}}"


def load(text: str = SUPPRESSIONS) -> Rules:
    return load_rules({"rules/strikes.yaml": RULES, "rules/desks.yaml": DESKS, FILE: text}, lambda _: ())


def test_a_suppressed_match_makes_no_finding_and_is_told() -> None:
    engine = make_engine(load(), parse_gazetteer({}), annotate=None)
    silenced = examine(engine, article("a", "Drones hit the mark", "Paid post. Our drones never miss."))
    heard = examine(engine, article("b", "Drones hit a port", "Nobody was hurt."))
    assert (silenced.findings, silenced.matches) == ((), ())
    assert [(each.suppression, each.match.rule_id) for each in silenced.suppressed] == [("sponsored", "strike")]
    assert ([m.rule_id for m in heard.matches], heard.suppressed) == (["strike"], ())


def test_a_suppression_looks_at_title_and_lead_unless_it_says_more() -> None:
    deep = article("a", "Drones hit a port", "Calm words here. " * 40 + "This is no paid post.")
    for text, silenced in ((SUPPRESSIONS, 0), (SUPPRESSIONS.replace("[paid post]", "[paid post], in: [body]"), 1)):
        engine = make_engine(load(text), parse_gazetteer({}), annotate=None)
        assert len(examine(engine, deep).suppressed) == silenced


def test_other_rules_are_not_suppressed() -> None:
    rules = RULES + RULES[RULES.index("  - id: strike") :].replace("id: strike", "id: drones").replace(
        "hit, hits", "mark, hit"
    )
    made = load_rules({"rules/strikes.yaml": rules, "rules/desks.yaml": DESKS, FILE: SUPPRESSIONS}, lambda _: ())
    assert made.mistakes == ()
    engine = make_engine(made, parse_gazetteer({}), annotate=None)
    examined = examine(engine, article("a", "Paid post: drones hit the mark"))
    assert ([m.rule_id for m in examined.matches], [s.match.rule_id for s in examined.suppressed]) == (
        ["drones"],
        ["strike"],
    )


def test_a_suppression_is_part_of_the_version() -> None:
    assert load().version != load(SUPPRESSIONS.replace("paid post", "paid for")).version
    assert load().version == load(SUPPRESSIONS + "# a comment\n").version


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("because: advertorials\n    ", ""), "found a suppression without `because`; expected the key `because`"),
        (("when: {any", "wen: {any"), "found unknown key `wen` in a suppression"),
        (("any: [paid post]", "any: [$ads]"), "found the unknown list `$ads`; expected a list of rules/lists"),
        (("expect: suppressed", "expect: silent"), "found `silent`; expected one of suppressed, not suppressed"),
        (("2999-01-01", "soon"), "found `soon`; expected a day as 2027-03-31"),
        (("    tests:", "    test:"), "found unknown key `test` in a suppression"),
        (("[strike]", "[strike, other]"), "found a test without `rule`; expected one of strike, other"),
    ],
)
def test_a_mistake_is_told_with_its_place(change: tuple[str, str], expected: str) -> None:
    made = load(SUPPRESSIONS.replace(*change))
    assert made.suppressions == ()
    assert expected in made.mistakes[0].headline
    assert made.mistakes[0].file == FILE


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("", ""), ["", ""]),
        (("[paid post]", "[advertorial]"), ["is not suppressed", ""]),
        (("[paid post]", "[drones]"), ["", "is suppressed"]),
        (("hit a port", "near a port"), ["", "strike does not match the article, so there is nothing to suppress"]),
    ],
)
def test_its_tests_say_what_is_silenced_and_what_is_not(change: tuple[str, str], why: list[str]) -> None:
    made = load(SUPPRESSIONS.replace(*change) if change[0] else SUPPRESSIONS)
    assert [result.why for result in run_suppression_tests(made.suppressions, made.rulesets)] == why


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("S01", ("[strike]", "[strife]")),
        ("S02", ("expect: suppressed", "expect: not suppressed")),
        ("S03", ("expect: not suppressed", "expect: suppressed")),
        ("S04", ("2999-01-01", "2020-01-01")),
        ("S05", ("{any: [paid post]}", MATCH)),
        ("S07", ("[paid post]", "[paid post, Paid post]")),
    ],
)
def test_lint_tells_what_is_unwise(code: str, change: tuple[str, str]) -> None:
    made = load(SUPPRESSIONS.replace(*change))
    found = problems(made.rulesets, made.desks, suppressions=made.suppressions, today=date(2026, 1, 1))
    assert code in {problem.code for problem in found}


def test_a_warning_can_be_accepted_until_a_day() -> None:
    accepted = SUPPRESSIONS.replace(
        "    tests:", "    accept: [{code: S04, because: x, until: 2026-02-01}]\n    tests:"
    )
    made = load(accepted.replace("2999-01-01", "2020-01-01"))
    assert made.mistakes == ()

    def codes(today: date) -> set[str]:
        return {p.code for p in problems(made.rulesets, made.desks, suppressions=made.suppressions, today=today)}

    assert not {"S04", "A01", "A02"} & codes(date(2026, 2, 1))
    assert {"S04", "A02"} <= codes(date(2026, 2, 2))


def test_a_suppression_of_a_retired_rule_is_told() -> None:
    files = {"rules/strikes.yaml": RULES.replace("live", "retired"), "rules/desks.yaml": DESKS, FILE: SUPPRESSIONS}
    made = load_rules(files, lambda _: ())
    assert "S06" in {p.code for p in problems(made.rulesets, (), suppressions=made.suppressions)}


def test_a_refused_file_keeps_the_last_good_suppressions_and_a_deleted_one_ends_them() -> None:
    files = {"rules/strikes.yaml": RULES, "rules/desks.yaml": DESKS}
    for bad in (SUPPRESSIONS.replace("any:", "anny:"), SUPPRESSIONS.replace("[paid post]", "[drones]")):
        made = reload_rules(load(), {**files, FILE: bad}, lambda _: ())
        assert made.rules.suppressions == load().suppressions
        assert [held.keeps for held in made.held] == [("sponsored",)]
    gone = reload_rules(load(), files, lambda _: ())
    assert (gone.rules.suppressions, gone.held) == ((), ())
