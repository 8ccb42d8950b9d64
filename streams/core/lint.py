"""What is allowed and yet unwise in rules, lists, desks and suppressions.

A problem has a stable code; docs/rules.md says for each what to do. Errors keep a rule from review, warnings are advice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

import msgspec

from streams.core.desks import Desk
from streams.core.match import CompiledRule, anchor, compile_rules
from streams.core.model import Same, Severity
from streams.core.ruleset import (
    STATUSES,
    Accepted,
    AllOf,
    AnyOf,
    Clause,
    FactKind,
    Near,
    Number,
    Part,
    Rule,
    RuleSet,
    SameSentence,
    Term,
    WordList,
)
from streams.core.suppressions import Suppression

TOO_WIDE = 40
SHORT_STEM = 4
"""Three letters and the star: str* finds street, strong and strike."""
TOO_LATE = timedelta(days=730)
"""A rule that nobody has to read for two years is not reviewed."""
_READ_FROM: Mapping[Same, tuple[FactKind, ...]] = {
    "place": ("strikes", "claims"),
    "country": ("strikes",),
    "weapon": ("strikes",),
    "actor": ("strikes",),
    "leader": ("leaders",),
}
"""The facts that what findings have in common is read from (stories.keys_of)."""
REGEX_SIGNS = frozenset("\\.[](){}*+?|")
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
            if rule.after is not None and (rule.after.rule not in ready or rule.after.rule == rule.id):
                which = "itself" if rule.after.rule == rule.id else "no rule"
                complaints.append(("R30", "error", f"{rule.id} comes after `{rule.after.rule}`, which is {which}"))
            complaints += _of_after(ruleset, rule, rulesets, desks)
            same.setdefault(meaning, rule)
            its = [Problem(code=c, level=v, file=ruleset.file, line=rule.line, what=what) for c, v, what in complaints]
            found += _without_accepted(rule.id, rule.accept, ruleset.file, its, today)
    for desk in desks:
        found += _without_accepted(desk.id, desk.accept, desk.file, [*_of_desk(rulesets, desk)], today)
    found += _unwatched(rulesets, desks)
    looked_for = _looked_for(rulesets, suppressions) if lists else (set(), set())
    spellings = {words.name: _spellings(words) for words in lists}
    for words in lists:
        its = [*_of_list(words, spellings, *looked_for)]
        found += _without_accepted(words.name, words.accept, words.file, its, today)
    known = {rule.id: rule for ruleset in rulesets for rule in ruleset.rules}
    for each in suppressions:
        its = [*_of_suppression(known, each, today)]
        found += _without_accepted(each.id, each.accept, each.file, its, today)
    return tuple(sorted(found, key=lambda p: (p.file, p.line, p.code, p.what)))


Complaint = tuple[str, Literal["error", "warning"], str]


def _of_after(ruleset: RuleSet, rule: Rule, rulesets: Sequence[RuleSet], desks: Sequence[Desk]) -> Iterator[Complaint]:
    """Tell when the rule that another comes after is never heard beside it: it would wait for ever."""
    if rule.after is None or rule.status not in ("live", "shadow"):
        return
    for other, its in ((each, r) for each in rulesets for r in each.rules if r.id == rule.after.rule != rule.id):
        if its.status != rule.status:
            yield "R33", "warning", f"{rule.id}, {rule.status}, waits for {its.id}, which is {its.status}"
        if desks and not any({ruleset.id, other.id} <= {*desk.rulesets} for desk in desks):
            yield "R33", "warning", f"{rule.id} waits for {its.id}, but no desk watches both"


def _without_accepted(
    name: str, accept: Sequence[Accepted], file: str, found: Sequence[Problem], today: date | None
) -> Iterator[Problem]:
    """Leave out the warnings that are accepted; an error cannot be, and a day that is past ends it."""
    in_force = {each.code for each in accept if today is None or today <= each.until}
    met = {problem.code for problem in found if problem.level == "warning"}
    yield from (problem for problem in found if problem.level == "error" or problem.code not in in_force)
    for each in accept:
        if each.code not in met:
            what = f"{name} accepts {each.code}, which it has no warning of"
            yield Problem(code="A01", level="warning", file=file, line=each.line, what=what)
        elif each.code not in in_force:
            what = f"{name} accepted {each.code} until {each.until}"
            yield Problem(code="A02", level="error", file=file, line=each.line, what=what)


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
    looked = [t for clause in rule.match for part in _parts(clause) if isinstance(part, AnyOf) for t in part.terms]
    for clause in rule.unless:
        if clause.aside in (None, "words") and any(clause.test == other.test for other in rule.match):
            yield "R09", "error", f"{name} can never fire: `{clause.name}` cancels what match asks for"
        elif swallowed := next((other for other in rule.match if _swallows(clause, other)), None):
            what = f"{name} can fire in no title or lead: `{clause.name}` has every word of `{swallowed.name}`"
            yield "R15", "error", what
        if "body" in clause.fields and clause.aside is None and rule.status != "retired":
            what = f"{name}: `{clause.name}` looks at the body, so a closing paragraph cancels the rule"
            yield "R18", "warning", what
        if isinstance(clause.aside, AnyOf) and not any(
            _touch(term, other) for other in looked for term in clause.aside.terms
        ):
            yield "R35", "warning", f"{name}: what `{clause.name}` sets aside stands in no match clause"
    required = anchor(compiled.match)
    if required and all(word in COMMON_WORDS for word in required):
        yield "R16", "warning", f"{name} asks only for common words, so it is evaluated on most articles"
    yield from _of_tests(rule)
    if rule.status == "live" and rule.severity is Severity.FLASH and not rule.where:
        yield "R22", "warning", f"{name} raises a flash by words alone; add `where`"
    if today is not None and rule.review_by > today + TOO_LATE:
        yield "R27", "warning", f"{name} is to be reviewed by {rule.review_by}, more than two years from now"
    for when in rule.severity_when:
        if when.severity == rule.severity:
            yield "R11", "warning", f"{name}: a severity_when gives {rule.severity.value}, which the rule has anyway"
        elif when.severity.rank < rule.severity.rank:
            yield "R11", "warning", f"{name}: a severity_when is quieter than the rule and never wins"
    if rule.corroborate is not None and rule.corroborate.severity.rank <= rule.severity.rank:
        yield "R31", "warning", f"{name}: corroborate gives {rule.corroborate.severity.value}, which raises nothing"
    for key, asked in (("corroborate", rule.corroborate), ("after", rule.after)):
        for each in asked.same if asked is not None else ():
            if not set(_READ_FROM[each]) & set(rule.facts):
                what = f"{name}: `{key}` asks for the same {each}, which no fact of {', '.join(rule.facts)} tells"
                yield "R34", "warning", what
    timely = [key for key in ("for_each", "corroborate", "after") if getattr(rule, key)]
    if rule.status == "live" and timely and not rule.sequences:
        yield "R32", "warning", f"{name}: no test with a `sequence` shows what `{timely[0]}` does"
    for condition in rule.where:
        if condition.fact not in rule.facts:
            yield "R12", "error", f"{name}: where asks for {condition.fact}, which `facts` leaves out"
    if rule.status == "live" and rule.where and not any(test.alert is not None for test in rule.tests):
        yield "R13", "warning", f"{name}: no test says whether `where` lets an alert pass; add `given` and `alert`"


def _swallows(unless: Clause, match: Clause) -> bool:
    """Return whether an `unless` of words finds all that some part of a match clause can find."""
    if not isinstance(unless.test, AnyOf) or unless.fields or unless.aside not in (None, "words"):
        return False
    words = {(term.words, term.cased) for term in unless.test.terms if term.words and not term.needs}
    return any(
        isinstance(part, AnyOf) and part.terms and {(term.words, term.cased) for term in part.terms} <= words
        for part in _parts(match)
    )


def _touch(one: Term, other: Term) -> bool:
    """Return whether two terms can cover a common word; a pattern may cover any."""
    if one.regex is not None or other.regex is not None:
        return True
    return any(_fit(a, b) for a in one.words for b in other.words)


def _fit(a: str, b: str) -> bool:
    """Return whether some word is both of these, stems or not."""
    stem, other = a.rstrip("*"), b.rstrip("*")
    return a == b or (a.endswith("*") and other.startswith(stem)) or (b.endswith("*") and stem.startswith(other))


def _of_tests(rule: Rule) -> Iterator[Complaint]:
    names: set[str] = set()
    articles: dict[tuple[object, ...], str] = {}
    for test in rule.tests:
        asked = (test.title, test.body, test.given)
        if asked in articles:
            yield "R19", "warning", f"{rule.id}: the tests `{articles[asked]}` and `{test.name}` ask the same"
        articles.setdefault(asked, test.name)
        if test.name in names:
            yield "R20", "warning", f"{rule.id}: two tests have the name `{test.name}`"
        names.add(test.name)


def _parts(clause: Clause) -> tuple[Part, ...]:
    if isinstance(clause.test, AllOf | Near | SameSentence):
        return clause.test.of
    return (clause.test,)


def _of_clause(name: str, clause: Clause) -> Iterator[Complaint]:
    test = clause.test
    if isinstance(test, Number) and test.at_least <= 1 and test.at_most is None:
        yield "R21", "warning", f"{name}: `{clause.name}` holds for every count, and most articles have one"
    if isinstance(test, Near) and test.within > TOO_WIDE:
        yield (
            "R06",
            "warning",
            f"{name}: `{clause.name}` is near within {test.within} words; past {TOO_WIDE} it is chance",
        )
    for part in _parts(clause):
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
    yield from (("R07", "warning", what) for what in _twice(name, clause, terms))
    for term in terms:
        yield from _of_term(name, clause, term)
        if len(term.words) == 1 and not term.cased and not term.needs and term.words[0] in COMMON_WORDS:
            yield "R08", "warning", f"{name}: `{clause}` looks for the common word {term.text}"


def _twice(name: str, clause: str, terms: Sequence[Term]) -> Iterator[str]:
    """Tell each term that stands twice, or that a stem beside it covers."""
    seen: set[tuple[object, ...]] = set()
    alone = [term for term in terms if len(term.words) == 1]
    stems = {term.words[0] for term in alone if term.words[0].endswith("*") and not (term.needs or term.cased)}
    has, inside = (f": `{clause}` has", f": in `{clause}` a") if clause else (" has", ": a")
    for term in terms:
        meaning = (term.words, term.cased, term.regex)
        if meaning in seen:
            yield f"{name}{has} {term.text} twice"
        seen.add(meaning)
        if len(term.words) == 1 and any(covers(stem, term.words[0]) for stem in stems):
            yield f"{name}{inside} stem covers {term.text} already"


def covers(stem: str, word: str) -> bool:
    """Return whether a stem with its star finds all that another word or stem does."""
    return word != stem and word.rstrip("*").startswith(stem[:-1])


def _of_term(name: str, clause: str, term: Term) -> Iterator[Complaint]:
    pattern = (term.regex or "").removeprefix("(?i:").removesuffix(")")
    if pattern and not REGEX_SIGNS & set(pattern):
        yield "R23", "warning", f"{name}: `{clause}` has the pattern {pattern}, which is a plain word"
    if term.cased and all(word.islower() for word in term.cased):
        what = f"{name}: `{clause}` asks for the case of {term.text}, so it is not found at a sentence's beginning"
        yield "R24", "warning", what
    if any(need.words and need.words == term.words for need in term.needs):
        yield "R25", "warning", f"{name}: in `{clause}` {term.text} needs itself, which it always has"
    if len(term.words) == 1 and term.words[0].endswith("*") and len(term.words[0]) <= SHORT_STEM:
        yield "R26", "warning", f"{name}: `{clause}` has the short stem {term.text}, which finds too much"


def _of_desk(rulesets: Sequence[RuleSet], desk: Desk) -> Iterator[Problem]:
    known = {ruleset.id for ruleset in rulesets}
    rules = {rule.id for ruleset in rulesets for rule in ruleset.rules}
    for missing in sorted(set(desk.rulesets) - known):
        yield _of(desk, desk.line, "D01", "error", f"desk {desk.id} watches {missing}, which no file is")
    for each in desk.routes:
        for missing in sorted({*each.rulesets} - known) + sorted({*each.rules} - rules):
            yield _of(
                desk, each.line, "D02", "error", f"a route of desk {desk.id} waits for {missing}, which no file has"
            )
    closed: set[tuple[object, ...]] = set()
    for each in desk.routes:
        asks = (each.severities, each.rulesets, each.rules)
        if asks in closed:
            what = f"a route of desk {desk.id} is never reached: one above ends for the same alerts"
            yield _of(desk, each.line, "D06", "error", what)
        closed |= {asks} if each.last else set()
    for hold in desk.hold_back:
        for missing in sorted({*hold.under.rules, *hold.hold.rules} - rules):
            what = f"hold-back `{hold.name}` of desk {desk.id} names {missing}, which no file has"
            yield _of(desk, hold.line, "D02", "error", what)
        if hold.name not in {test.held_by for test in desk.hold_tests}:
            what = f"no test shows that desk {desk.id} holds anything back by `{hold.name}`"
            yield _of(desk, hold.line, "D07", "warning", what)
    told = {channel for each in desk.routes for channel in each.channels}
    for channel in desk.mentions.channels if desk.mentions else ():
        if channel not in told:
            what = f"desk {desk.id} mentions in {channel}, where no route goes"
            yield _of(desk, desk.line, "D08", "error", what)
    on_trial = [
        r.id for ruleset in rulesets if ruleset.id in desk.rulesets for r in ruleset.rules if r.status == "shadow"
    ]
    if on_trial and not desk.shadow:
        what = f"desk {desk.id} has no `shadow` channel, so nobody sees {on_trial[0]} on trial"
        yield _of(desk, desk.line, "D05", "warning", what)
    if not desk.tests:
        yield _of(desk, desk.line, "D03", "warning", f"desk {desk.id} has no test of its routes")


def _unwatched(rulesets: Sequence[RuleSet], desks: Sequence[Desk]) -> Iterator[Problem]:
    watched = {ruleset for desk in desks for ruleset in desk.rulesets}
    for ruleset in rulesets:
        if ruleset.id not in watched:
            what = f"no desk watches {ruleset.id}: its alerts reach nobody"
            yield Problem(code="D04", level="error", file=ruleset.file, line=1, what=what)


def _of(desk: Desk, line: int, code: str, level: Literal["error", "warning"], what: str) -> Problem:
    return Problem(code=code, level=level, file=desk.file, line=line, what=what)


def _looked_for(
    rulesets: Sequence[RuleSet], suppressions: Sequence[Suppression]
) -> tuple[set[int], set[tuple[str, ...]]]:
    """Return the terms (by identity) that a clause looks for, and the words that a condition on facts asks for."""
    clauses = [clause for ruleset in rulesets for rule in ruleset.rules for clause in (*rule.match, *rule.unless)]
    clauses += [each.when for each in suppressions]
    parts = [part for clause in clauses for part in (*_parts(clause), clause.aside) if isinstance(part, AnyOf)]
    terms = {id(term) for part in parts for term in part.terms}
    conditions = [
        condition
        for ruleset in rulesets
        for rule in ruleset.rules
        for condition in (*rule.where, *(c for when in rule.severity_when for c in when.when))
    ]
    return terms, {words for condition in conditions for about in condition.about for words in about.words}


Spelling = tuple[tuple[str, ...], tuple[str, ...]]


def _spellings(words: WordList) -> set[Spelling]:
    return {(term.words, term.cased) for entry in words.entries for term in entry.terms}


def _of_list(
    words: WordList, lists: Mapping[str, set[Spelling]], terms: set[int], asked: set[tuple[str, ...]]
) -> Iterator[Problem]:
    def of(code: str, what: str) -> Problem:
        return Problem(code=code, level="warning", file=words.file, line=words.line, what=what)

    its = [term for entry in words.entries for term in entry.terms]
    if its and not any(id(term) in terms or term.words in asked for term in its):
        yield of("L01", f"no rule uses the list {words.name}")
    mine = lists[words.name]
    wider = [name for name, others in lists.items() if name != words.name and mine <= others]
    if wider and mine:
        yield of("L05", f"every word of the list {words.name} stands in {wider[0]} too")
    yield from (of("L06", what) for what in _twice(f"list {words.name}", "", [t for t in its if t.name is None]))
    names: set[str] = set()
    spelt: dict[Spelling, str] = {}
    for entry in words.entries:
        if entry.name in names:
            yield of("L04", f"list {words.name} has the name {entry.name} twice")
        names |= {entry.name} if entry.name else set()
        for term in entry.terms:
            first = spelt.setdefault((term.words, term.cased), entry.name or term.text)
            if entry.name and term.words and first != entry.name and not term.needs:
                yield of("L02", f"in list {words.name} {term.text} means both {first} and {entry.name}")
            if entry.name and not term.cased and not term.needs and " ".join(term.words) in COMMON_WORDS:
                what = f"in list {words.name} {term.text}, a common word, stands for {entry.name}"
                yield of("L03", f"{what}; ask for its case or what it `needs`")


def _of_suppression(known: Mapping[str, Rule], each: Suppression, today: date | None) -> Iterator[Problem]:
    def of(code: str, level: Literal["error", "warning"], what: str) -> Problem:
        return Problem(code=code, level=level, file=each.file, line=each.line, what=what)

    for missing in sorted(set(each.rules) - known.keys()):
        yield of("S01", "error", f"suppression {each.id} is for {missing}, which no file has")
    if not any(test.suppressed for test in each.tests):
        yield of("S02", "error", f"suppression {each.id} has no test of what it suppresses")
    if all(test.suppressed for test in each.tests):
        yield of("S03", "error", f"suppression {each.id} has no test of what it leaves alone")
    for rule in (known[name] for name in each.rules if name in known):
        if any(each.when.test == clause.test for clause in rule.match):
            what = f"suppression {each.id} silences all that {rule.id} matches; retire the rule"
            yield of("S05", "error", what)
        if rule.status == "retired":
            yield of("S06", "warning", f"suppression {each.id} is for {rule.id}, which is retired")
    if today is not None and each.review_by < today:
        yield of("S04", "warning", f"suppression {each.id} was to be reviewed by {each.review_by}")
    for part in _parts(each.when):
        if isinstance(part, AnyOf):
            own = [term for term in part.terms if term.name is None]
            yield from (of("S07", "warning", what) for what in _twice(f"suppression {each.id}", "when", own))
