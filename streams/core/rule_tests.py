"""The tests that stand beside rules, routes and suppressions, run through the very engine that watches the news.

`coverage` says which parts of a rule no test reaches: a clause that never decided anything may be wrong for years.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from monitors.article import Article
from streams.core.compose import text_of
from streams.core.decide import span_words
from streams.core.desks import NOBODY, Desk, Happened, HoldTest, Route, route
from streams.core.engine import Engine, advance_all, findings_of
from streams.core.gazetteer import parse_gazetteer
from streams.core.holding import held_by
from streams.core.match import Compiled, Explained, compile_rules, explain, fact_holds, holds, screen, severity_of
from streams.core.model import CasualtyClaim, Evidence, Facts, Finding, Match, Severity, Sighting, Story, StrikeReport
from streams.core.ruleset import STATUSES, ExpectedAlert, Rule, RuleSet, RuleTest, SequenceStep, SequenceTest
from streams.core.stories import QUIET, keys_of
from streams.core.suppressions import Suppression, compile_suppressions, sift


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one test. ``why`` is empty when it passed."""

    file: str
    line: int
    subject: str
    """Rule id, or desk id for a test of routes."""
    name: str
    why: str = ""

    @property
    def passed(self) -> bool:
        """Whether the test holds."""
        return not self.why

    def __str__(self) -> str:
        """Return one line: ``file:line:1: test `name` of subject: why``."""
        return f"{self.file}:{self.line}:1: test `{self.name}` of {self.subject}: {self.why or 'passes'}"


def run_tests(rulesets: Iterable[RuleSet], desks: Iterable[Desk] = ()) -> tuple[Result, ...]:
    """Return the results of all tests inside rules and desks, run through the very engine that watches the news."""
    results = []
    for ruleset in rulesets:
        compiled = compile_rules((ruleset,), statuses=STATUSES)  # a rule's verdict does not hang on other rules
        for rule in ruleset.rules:
            for test in rule.tests:
                match = next((m for m in screen(compiled, test.title, test.body) if m.rule_id == rule.id), None)
                said = explain(compiled, rule.id, test.title, test.body)
                why = "; ".join(_complaints(rule, test, match, said.missing, said.cancelled_by))
                results.append(Result(file=ruleset.file, line=test.line, subject=rule.id, name=test.name, why=why))
        results += _run_sequences(ruleset, compiled)
    for desk in desks:
        for expected in desk.tests:
            channels = route(desk, expected.severity, expected.ruleset, expected.rule)
            wrong = set(channels) != set(expected.goes_to)
            results.append(
                Result(
                    file=desk.file,
                    line=expected.line,
                    subject=desk.id,
                    name=f"{expected.severity.value} {expected.ruleset or 'any rule set'}",
                    why=f"goes to {', '.join(channels)}, not to {', '.join(expected.goes_to)}" if wrong else "",
                )
            )
        results += [_hold_result(desk, test) for test in desk.hold_tests]
    return tuple(results)


def _hold_result(desk: Desk, test: HoldTest) -> Result:
    """Ask the very question that a desk asks of an alert, about two invented stories."""
    before = _story_of(test.after, _BEGIN - timedelta(seconds=test.after.ago), "earlier", alerts=1)
    story = _story_of(test.alert, _BEGIN, "now", alerts=0)
    found = held_by(desk, story, (test.alert.rule,), test.alert.keys, _BEGIN, (before,))
    name = found[0].name if found else None
    return Result(
        file=desk.file,
        line=test.line,
        subject=desk.id,
        name=f"{test.alert.severity.value} {test.alert.rule} after {test.after.severity.value} {test.after.rule}",
        why="" if name == test.held_by else f"is held by {name or NOBODY}, not by {test.held_by or NOBODY}",
    )


def _story_of(happened: Happened, at: datetime, name: str, alerts: int) -> Story:
    seen = Sighting(rule_id=happened.rule, article_id=name, origin=name, source=name, at=at, keys=happened.keys)
    return Story(
        story_id=name,
        desk="test",
        title=name,
        severity=happened.severity,
        keys=happened.keys,
        first_seen_at=at,
        last_seen_at=at,
        articles=(),
        origins=(),
        alerts=alerts,
        sightings=(seen,),
        channels=("console:",),
    )


def _run_sequences(ruleset: RuleSet, compiled: Compiled) -> Iterator[Result]:
    rules = [rule for rule in ruleset.rules if rule.sequences]
    if not rules:
        return
    engine = _engine_of(ruleset, compiled)
    for rule in rules:
        for sequence in rule.sequences:
            why = _amiss(sequence, _alerts_of(engine, rule, sequence))
            yield Result(file=ruleset.file, line=sequence.line, subject=rule.id, name=sequence.name, why=why)


_BEGIN = datetime(2020, 1, 6, 12, tzinfo=UTC)
"""When the first article of every sequence comes: a Monday noon, so that no test hangs on the day it is run."""


class _Raised(msgspec.Struct, frozen=True, kw_only=True):
    """An alert of a sequence: when, the names that its story goes by, and all its words."""

    at: int
    severity: Severity
    reason: str
    threads: tuple[str, ...]
    words: str


def _engine_of(ruleset: RuleSet, compiled: Compiled) -> Engine:
    """Return an engine with all rules of a set awake and one desk that hears them."""
    desk = Desk(
        id="test",
        title="Test",
        rulesets=(ruleset.id,),
        routes=(Route(channels=("console:",), last=True),),
        hears=STATUSES,
    )
    return Engine(
        compiled=compiled,
        desks=(desk,),
        hearing=(desk,),
        gazetteer=parse_gazetteer({}),
        annotate=None,
        version="",
        by_id={each.id: each for each in ruleset.rules},
        suppressors=compile_suppressions(()),
    )


def _alerts_of(engine: Engine, rule: Rule, sequence: SequenceTest) -> list[_Raised]:
    """Return the rule's alerts of a sequence, in simulated time; its neighbours of the file are awake too."""
    (desk,) = engine.desks
    stories: dict[str, Story] = {}
    raised: list[_Raised] = []
    for number, step in enumerate(sequence.steps):
        matches = screen(engine.compiled, step.title, step.body)
        for finding in findings_of(engine, desk, _article_of(step, number), matches, _as_read(step)):
            for told in advance_all(_candidates(stories.values(), finding), finding, desk):
                if told.story is not None:
                    stories[told.story.story_id] = told.story
                if told.story is not None and told.alert is not None and rule.id in told.alert.rule_ids:
                    raised.append(
                        _Raised(
                            at=step.at,
                            severity=told.alert.severity,
                            reason=told.reason.value,
                            threads=_threads(told.story),
                            words=text_of(told.alert),
                        )
                    )
    return raised


def _candidates(stories: Iterable[Story], finding: Finding) -> list[Story]:
    """Return the stories that the store would give: alive, and with a key in common."""
    keys, since = set(keys_of(finding)), finding.article.first_seen_at - QUIET
    return [story for story in stories if story.last_seen_at >= since and keys.intersection(story.keys)]


def _threads(story: Story) -> tuple[str, ...]:
    """Return the names that a story goes by: its subject first, then places and leaders."""
    names = [key.partition(":")[2] for key in story.keys if key.startswith(("place:", "leader:"))]
    return tuple(dict.fromkeys((*([story.subject] if story.subject is not None else []), *names)))


def _article_of(step: SequenceStep, number: int) -> Article:
    at = _BEGIN + timedelta(seconds=step.at)
    return Article(
        event_id=f"e{number}",
        article_id=f"a{number}",
        revision="",
        feed_id="test",
        source=step.source,
        origin=step.origin,
        url="",
        title=step.title,
        text=step.body,
        published_at=at,
        first_seen_at=at,
    )


def _as_read(step: SequenceStep) -> Facts:
    """Return the given facts as the reader would have found them in the title, with the places that they name."""
    title = Evidence(field="title", start=0, end=len(step.title), quote=step.title)
    facts = step.given
    claims = tuple(msgspec.structs.replace(c, evidence=title) for c in facts.claims)
    strikes = tuple(msgspec.structs.replace(s, evidence=title) for s in facts.strikes)
    both: tuple[StrikeReport | CasualtyClaim, ...] = (*strikes, *claims)
    return Facts(
        claims=claims,
        strikes=strikes,
        leaders=tuple(msgspec.structs.replace(m, evidence=title) for m in facts.leaders),
        places=tuple(dict.fromkeys(f.place for f in both if f.place)),
    )


def _amiss(sequence: SequenceTest, raised: Sequence[_Raised]) -> str:
    wanted = sequence.alerts
    if len(raised) != len(wanted) or not all(_fits(*pair) for pair in zip(wanted, raised, strict=True)):
        return f"raises {_told(raised)}, not {_expected(wanted)}"
    unsaid = (w.because for w, got in zip(wanted, raised, strict=True) if w.because and w.because not in got.words)
    return "; ".join(f"no alert says `{words}` when it should" for words in unsaid)


def _fits(wanted: ExpectedAlert, got: _Raised) -> bool:
    return (
        wanted.at == got.at
        and wanted.severity in {None, got.severity}
        and wanted.reason in {None, got.reason}
        and wanted.thread in {None, *got.threads}
    )


def _told(alerts: Sequence[_Raised]) -> str:
    return _row((a.at, a.severity.value, a.reason, " or ".join(a.threads)) for a in alerts)


def _expected(alerts: Sequence[ExpectedAlert]) -> str:
    return _row((a.at, a.severity.value if a.severity else "an alert", a.reason, a.thread) for a in alerts)


def _row(alerts: Iterable[tuple[int, str, str | None, str | None]]) -> str:
    told = (f"({', '.join([f'{span_words(at)}: {severity}', *filter(None, rest)])})" for at, severity, *rest in alerts)
    return "; ".join(told) or "no alert"


def run_suppression_tests(suppressions: Iterable[Suppression], rulesets: Iterable[RuleSet]) -> tuple[Result, ...]:
    """Return the results of the tests of suppressions: the rule must match each article, and be silenced or not."""
    suppressions = tuple(suppressions)
    if not suppressions:
        return ()
    tested = {test.rule for each in suppressions for test in each.tests}
    # A rule's verdict does not hang on others, and there may be thousands of them.
    compiled = compile_rules([r for r in rulesets if any(rule.id in tested for rule in r.rules)], statuses=STATUSES)
    known = {rule.rule.id for rule in compiled.rules}
    results = []
    for each in suppressions:
        alone = compile_suppressions((each,))
        for test in each.tests:
            matches = screen(compiled, test.title, test.body) if test.rule in known else ()
            _, suppressed = sift(alone, matches, test.title, test.body)
            why = ""
            if not any(match.rule_id == test.rule for match in matches):
                why = f"{test.rule} does not match the article, so there is nothing to suppress"
            elif any(hit.match.rule_id == test.rule for hit in suppressed) != test.suppressed:
                why = "is not suppressed" if test.suppressed else "is suppressed"
            results.append(Result(file=each.file, line=test.line, subject=each.id, name=test.title[:60], why=why))
    return tuple(results)


def _complaints(
    rule: Rule, test: RuleTest, match: Match | None, missing: Sequence[str], cancelled_by: Sequence[str]
) -> Iterator[str]:
    hits = {} if match is None else {hit.clause: hit.names for hit in match.clauses}
    front = match is None or match.in_front
    if test.match and not hits:
        because = f"lacks {', '.join(missing)}" if missing else f"is cancelled by {', '.join(cancelled_by)}"
        yield f"does not match: it {because}"
    if not test.match and hits:
        yield f"matches by {', '.join(hits)}"
    if hits:
        for clause in test.clauses:
            if clause not in hits:
                yield f"`{clause}` is no clause that held"
        for clause, name in test.names:
            if name not in hits.get(clause, ()):
                yield f"`{clause}` finds {', '.join(hits.get(clause, ())) or 'no name'}, not {name}"
    if test.unless is not None and test.unless not in cancelled_by:
        instead = (
            f"it lacks {', '.join(missing)}" if missing else f"cancelled by {', '.join(cancelled_by) or 'nothing'}"
        )
        yield f"`{test.unless}` does not cancel it: {instead}"
    if test.alert is not None and holds(rule, test.given, in_front=front) != test.alert:
        yield f"`where` {'holds back' if test.alert else 'lets pass'} the alert"
    if test.severity is not None and severity_of(rule, test.given) != test.severity:
        yield f"is {severity_of(rule, test.given).value}, not {test.severity.value}"


# --- coverage -------------------------------------------------------------------------------------------------------


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a rule, and what its tests do not show of it (empty: all is shown)."""

    file: str
    line: int
    rule: str
    part: str
    lacks: str = ""

    def __str__(self) -> str:
        """Return one line: ``file:line:1: rule: part: what is not shown``."""
        return f"{self.file}:{self.line}:1: {self.rule}: {self.part}: {self.lacks or 'shown by tests'}"


def coverage(rulesets: Iterable[RuleSet]) -> tuple[Part, ...]:
    """Return every clause, `where` and `severity_when` of the rules, and what no test shows of each.

    A match clause must be met by an article that the rule fires on, and be lacking in one that it does not. An unless clause
    must cancel. `where` must let an alert pass, and hold one back. A severity must be given.
    """
    rulesets = tuple(rulesets)
    compiled = compile_rules(rulesets, statuses=STATUSES)
    return tuple(
        Part(file=ruleset.file, line=rule.line, rule=rule.id, part=part, lacks=lacks)
        for ruleset in rulesets
        for rule in ruleset.rules
        for part, lacks in _parts(rule, [explain(compiled, rule.id, test.title, test.body) for test in rule.tests])
    )


def _parts(rule: Rule, said: Sequence[Explained]) -> Iterator[tuple[str, str]]:
    for clause in rule.match:
        if not any(each.fires for each in said):
            lacks = "no test that matches"
        elif not any(clause.name in each.missing for each in said):
            lacks = "no test fails for the lack of it"
        else:
            lacks = ""
        yield f"match `{clause.name}`", lacks
    for clause in rule.unless:
        yield f"unless `{clause.name}`", "" if any(clause.name in s.cancelled_by for s in said) else "cancels no test"
    if rule.where:
        verdicts = {test.alert for test in rule.tests}
        unshown = ["lets no test pass"] * (True not in verdicts) + ["holds no test back"] * (False not in verdicts)
        yield "where", " and ".join(unshown)
    for key in ("for_each", "corroborate", "after"):
        if getattr(rule, key):
            yield key, "" if rule.sequences else "no sequence shows it"
    for number, when in enumerate(rule.severity_when, 1):
        given = [test.given for test in rule.tests if test.severity is when.severity]
        shown = any(all(fact_holds(condition, facts) for condition in when.when) for facts in given)
        yield (
            f"severity_when {number} ({when.severity.value})",
            "" if shown else "no test with these facts and `severity`",
        )
