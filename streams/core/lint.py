"""What is allowed and yet unwise in rules, lists, desks and suppressions.

A problem has a stable code; docs/rules.md says for each what to do. Errors keep a rule from review, warnings are advice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

import msgspec

from streams.core.desks import Desk
from streams.core.match import CompiledRule, anchor, compile_rules
from streams.core.ruleset import (
    STATUSES,
    AllOf,
    AnyOf,
    Clause,
    Near,
    Rule,
    RuleSet,
    SameSentence,
    Term,
    WordList,
)
from streams.core.suppressions import Suppression

TOO_WIDE = 40
COMMON_WORDS = frozenset(
    "a about after all also an and any are as at back be been before between but by can day do down even first for from get "
    "good had has have he her him his home how if in into is it its just last like made make man may more most much must "
    "my new no not now of off old on one only or other our out over own part people see she so some such "
    "than that the their them then there they this time to two under up us very was way we well were what when where "
    "which who will with work would year years you your".split()
)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something unwise, with its code and place."""

    code: str
    level: Literal["error", "warning"]
    file: str
    line: int
    what: str

    def __str__(self) -> str:
        """Return one line: ``file:line:1: code level: what``."""
        return f"{self.file}:{self.line}:1: {self.code} {self.level}: {self.what}"


def problems(
    rulesets: Sequence[RuleSet],
    desks: Sequence[Desk],
    lists: Sequence[WordList] = (),
    today: date | None = None,
    suppressions: Sequence[Suppression] = (),
) -> tuple[Problem, ...]:
    """Return what is unwise, in the order of files and lines. Without ``today`` no review is overdue."""
    found: list[Problem] = []
    compiled = compile_rules(rulesets, statuses=STATUSES)
    ready = {rule.rule.id: rule for rule in compiled.rules}
    same: dict[tuple[object, ...], Rule] = {}
    for ruleset in rulesets:
        for rule in ruleset.rules:
            complaints = [*_of_rule(rule, ready[rule.id], today)]
            meaning = (rule.match, rule.unless, rule.where)
            if meaning in same:
                complaints.append(("R10", "warning", f"{rule.id} says the same as {same[meaning].id}"))
            same.setdefault(meaning, rule)
            found += [
                Problem(code=code, level=level, file=ruleset.file, line=rule.line, what=what)
                for code, level, what in complaints
            ]
    found += _of_desks(rulesets, desks)
    found += _of_lists(rulesets, lists)
    found += _of_suppressions(rulesets, suppressions, today)
    return tuple(sorted(found, key=lambda p: (p.file, p.line, p.code, p.what)))


Complaint = tuple[str, Literal["error", "warning"], str]


def _of_rule(rule: Rule, compiled: CompiledRule, today: date | None) -> Iterator[Complaint]:
    name = rule.id
    if rule.status == "live" and not any(test.match for test in rule.tests):
        yield "R01", "error", f"{name} is live without a test that matches"
    if rule.status == "live" and all(test.match for test in rule.tests):
        yield "R02", "error", f"{name} is live without a test of `no match`"
    if today is not None and rule.review_by < today and rule.status != "retired":
        yield "R03", "warning", f"{name} was to be reviewed by {rule.review_by}"
    tested = {test.unless for test in rule.tests}
    for clause in rule.unless:
        if clause.name not in tested:
            yield (
                "R04",
                "warning",
                f"{name}: no test shows that `{clause.name}` cancels; add one with `unless: {clause.name}`",
            )
    if not anchor(compiled.match):
        yield "R05", "warning", f"{name} has no clause of plain words, so it is evaluated on every article"
    for clause in (*rule.match, *rule.unless):
        yield from _of_clause(name, clause)
    for clause in rule.unless:
        if any(clause.test == other.test for other in rule.match):
            yield "R09", "error", f"{name} can never fire: `{clause.name}` cancels what match asks for"
    for when in rule.severity_when:
        if when.severity == rule.severity:
            yield "R11", "warning", f"{name}: a severity_when gives {rule.severity.value}, which the rule has anyway"
        elif when.severity.rank < rule.severity.rank:
            yield "R11", "warning", f"{name}: a severity_when is quieter than the rule and never wins"
    for condition in rule.where:
        if condition.fact not in rule.facts:
            yield "R12", "error", f"{name}: where asks for {condition.fact}, which `facts` leaves out"
    if rule.status == "live" and rule.where and not any(test.alert is not None for test in rule.tests):
        yield "R13", "warning", f"{name}: no test says whether `where` lets an alert pass; add `given` and `alert`"


def _of_clause(name: str, clause: Clause) -> Iterator[Complaint]:
    test = clause.test
    if isinstance(test, Near) and test.within > TOO_WIDE:
        yield (
            "R06",
            "warning",
            f"{name}: `{clause.name}` is near within {test.within} words; past {TOO_WIDE} it is chance",
        )
    parts = test.of if isinstance(test, AllOf | Near | SameSentence) else (test,)
    for part in parts:
        if isinstance(part, AnyOf):
            own = [term for term in part.terms if term.name is None]
            yield from _of_terms(name, clause.name, own)
    if isinstance(test, Near | SameSentence):
        sides = [{term.words for term in part.terms if term.words} for part in test.of if isinstance(part, AnyOf)]
        shared = {words for i, side in enumerate(sides) for other in sides[i + 1 :] for words in side & other}
        if shared:
            words = ", ".join(sorted(" ".join(each) for each in shared)[:3])
            yield "R14", "warning", f"{name}: `{clause.name}` has {words} on two sides; it must then stand twice"


def _of_terms(name: str, clause: str, terms: Sequence[Term]) -> Iterator[Complaint]:
    seen: set[tuple[object, ...]] = set()
    stems = {term.words[0] for term in terms if len(term.words) == 1 and term.words[0].endswith("*") and not term.needs}
    for term in terms:
        meaning = (term.words, term.cased, term.regex)
        if meaning in seen:
            yield "R07", "warning", f"{name}: `{clause}` has {term.text} twice"
        seen.add(meaning)
        if len(term.words) == 1 and any(
            term.words[0] != stem and term.words[0].rstrip("*").startswith(stem[:-1]) for stem in stems
        ):
            yield "R07", "warning", f"{name}: in `{clause}` a stem covers {term.text} already"
        if len(term.words) == 1 and not term.cased and not term.needs and term.words[0] in COMMON_WORDS:
            yield "R08", "warning", f"{name}: `{clause}` looks for the common word {term.text}"


def _of_desks(rulesets: Sequence[RuleSet], desks: Sequence[Desk]) -> Iterator[Problem]:
    known = {ruleset.id for ruleset in rulesets}
    rules = {rule.id for ruleset in rulesets for rule in ruleset.rules}
    for desk in desks:
        for missing in sorted(set(desk.rulesets) - known):
            yield _of(desk, desk.line, "D01", "error", f"desk {desk.id} watches {missing}, which no file is")
        for each in desk.routes:
            for missing in sorted({*each.rulesets} - known) + sorted({*each.rules} - rules):
                yield _of(
                    desk, each.line, "D02", "error", f"a route of desk {desk.id} waits for {missing}, which no file has"
                )
        if not desk.tests:
            yield _of(desk, desk.line, "D03", "warning", f"desk {desk.id} has no test of its routes")
    watched = {ruleset for desk in desks for ruleset in desk.rulesets}
    for ruleset in rulesets:
        if ruleset.id not in watched:
            what = f"no desk watches {ruleset.id}: its alerts reach nobody"
            yield Problem(code="D04", level="error", file=ruleset.file, line=1, what=what)


def _of(desk: Desk, line: int, code: str, level: Literal["error", "warning"], what: str) -> Problem:
    return Problem(code=code, level=level, file=desk.file, line=line, what=what)


def _of_lists(rulesets: Sequence[RuleSet], lists: Sequence[WordList]) -> Iterator[Problem]:
    used = {
        id(term)
        for ruleset in rulesets
        for rule in ruleset.rules
        for clause in (*rule.match, *rule.unless)
        for part in (clause.test.of if isinstance(clause.test, AllOf | Near | SameSentence) else (clause.test,))
        if isinstance(part, AnyOf)
        for term in part.terms
    }
    for each in lists:
        if each.entries and not any(id(term) in used for entry in each.entries for term in entry.terms):
            what = f"no rule uses the list {each.name}"
            yield Problem(code="L01", level="warning", file=each.file, line=each.line, what=what)
        spelt: dict[tuple[tuple[str, ...], tuple[str, ...]], str] = {}
        for entry in each.entries:
            for term in entry.terms:
                first = spelt.setdefault((term.words, term.cased), entry.name or term.text)
                if entry.name and term.words and first != entry.name and not term.needs:
                    what = f"in list {each.name} {term.text} means both {first} and {entry.name}"
                    yield Problem(code="L02", level="warning", file=each.file, line=each.line, what=what)


def _of_suppressions(
    rulesets: Sequence[RuleSet], suppressions: Sequence[Suppression], today: date | None
) -> Iterator[Problem]:
    known = {rule.id for ruleset in rulesets for rule in ruleset.rules}

    def of(each: Suppression, code: str, level: Literal["error", "warning"], what: str) -> Problem:
        return Problem(code=code, level=level, file=each.file, line=each.line, what=what)

    for each in suppressions:
        for missing in sorted(set(each.rules) - known):
            yield of(each, "S01", "error", f"suppression {each.id} is for {missing}, which no file has")
        if not any(test.suppressed for test in each.tests):
            yield of(each, "S02", "error", f"suppression {each.id} has no test of what it suppresses")
        if all(test.suppressed for test in each.tests):
            yield of(each, "S03", "error", f"suppression {each.id} has no test of what it leaves alone")
        if today is not None and each.review_by < today:
            yield of(each, "S04", "warning", f"suppression {each.id} was to be reviewed by {each.review_by}")
