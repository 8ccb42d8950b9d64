"""Why a rule fires on an article, or does not: `wirewatch rules explain`, as a tree of every clause. The engine's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from monitors.article import Article
from streams.core.compose import say
from streams.core.decide import span_words
from streams.core.engine import Engine, facts_about
from streams.core.match import Explained, ExplainedClause, explain, fact_holds, holds, screen, severity_of
from streams.core.model import Evidence, Fact, Facts, LeaderMention, Same
from streams.core.ruleset import AllOf, Clause, FactKind, FactTest, Near, Number, Rule, SameSentence
from streams.core.ruleset import Part as RulePart
from streams.deliver.words import clean

SHOWN = 6
"""Words named of a list that found nothing."""

YES, NO = "✓", "✗"


def tree(engine: Engine, rule_id: str, article: Article, facts: Facts | None) -> list[str]:
    """Return the lines for one rule: its verdict, then every clause with its words or the nearest miss, then `where`.

    ``facts`` are what the reader read, None when it was not asked. Raises KeyError for a rule that is not compiled.
    """
    said = explain(engine.compiled, rule_id, article.title, article.text)
    rule = engine.by_id[rule_id]
    match = next((m for m in screen(engine.compiled, article.title, article.text) if m.rule_id == rule_id), None)
    front = match is None or match.in_front
    subjects = match.subjects if match is not None else ()
    lines = [f"{rule_id} ({said.ruleset}, {rule.status}): {_verdict(said, rule, facts, subjects, in_front=front)}"]
    named = {clause.name: clause for clause in (*rule.match, *rule.unless)}
    lines.append("  match")
    for clause in said.clauses:
        lines += _clause(clause, named[clause.name], said) if not clause.unless else []
    unless = [clause for clause in said.clauses if clause.unless]
    near = [clause for clause in unless if any(clause.parts)]
    lines += ["  unless"] if unless else []
    for clause in near:
        lines += _clause(clause, named[clause.name], said)
    far = [clause.name for clause in unless if clause not in near]
    lines += [f"    {NO} no word of {', '.join(far)}"] if far else []
    if rule.where:
        lines.append("  where")
        lines += [line for test in rule.where for line in _where(test, facts, article.source, in_front=front)]
    timely = [*_over_time(rule, subjects)]
    return [*lines, "  over time (other articles decide)", *timely] if timely else lines


def _over_time(rule: Rule, subjects: Sequence[str]) -> Iterator[str]:
    if rule.for_each:
        yield f"    for_each: {', '.join(subjects) or 'no name found'}"
    if (ask := rule.corroborate) is not None:
        voices = f"{ask.at_least} {ask.distinct}s within {span_words(ask.within)}"
        yield f"    corroborate: {ask.severity.value} once {voices} tell of it{_same(ask.same)}"
    if (after := rule.after) is not None:
        yield f"    after: only within {span_words(after.within)} after {after.rule}{_same(after.same)}"


def _same(same: Sequence[Same]) -> str:
    return f", same {' and '.join(same)}" if same else ""


def is_near(said: Explained) -> bool:
    """Return whether a rule that does not fire lacks one thing only, and has a part of that: worth showing unasked."""
    lacking = [clause for clause in said.clauses if clause.name in said.missing]
    return bool(said.cancelled_by) or (len(lacking) == 1 and any(lacking[0].parts))


def _verdict(said: Explained, rule: Rule, facts: Facts | None, subjects: Sequence[str], *, in_front: bool) -> str:
    if said.missing:
        return f"does not fire: lacks {', '.join(said.missing)}"
    if said.cancelled_by:
        return f"does not fire: cancelled by {', '.join(said.cancelled_by)}"
    if facts is None:
        return "fires"
    seen = [facts_about(facts, subject) for subject in subjects] or [facts]
    told = [severity_of(rule, each) for each in seen if holds(rule, each, in_front=in_front)]
    if not told:
        return "fires, and alerts nobody: its `where` does not hold"
    return f"fires: {max(told, key=lambda severity: severity.rank).value}"


def _clause(said: ExplainedClause, clause: Clause, whole: Explained) -> Iterator[str]:
    mark = YES if said.holds else NO
    if said.holds:
        effect = ""
        if said.unless:
            effect = " — cancels" if said.name in whole.cancelled_by else " — sets aside, and the rest counts"
        yield f"    {mark} {said.name}{effect}: {_quoted(said.evidence)}"
        return
    yield f"    {mark} {said.name}: {_miss(said, clause)}"
    if isinstance(clause.test, Near | SameSentence | AllOf):
        for part, found in zip(clause.test.of, said.parts, strict=True):
            here = _quoted(found) if found else f"none of {_words(part)}"
            yield f"        {YES if found else NO} {here}"


def _miss(said: ExplainedClause, clause: Clause) -> str:
    where = f" in {', '.join(clause.fields)}" if clause.fields else ""
    test = clause.test
    lacking = sum(not found for found in said.parts)
    if isinstance(test, Near):
        if lacking:
            return f"{lacking} of {len(said.parts)} parts stand nowhere{where}"
        if said.apart is None:
            return f"the parts stand in no one field{where}"
        return f"the nearest are {said.apart} words apart{where}, {test.within} are asked"
    if isinstance(test, SameSentence):
        return f"{lacking} of {len(said.parts)} parts stand nowhere{where}" if lacking else f"in no one sentence{where}"
    if isinstance(test, AllOf):
        return f"{lacking} of {len(said.parts)} words stand nowhere{where}"
    return f"none of {_words(test)}{where}"


def _words(part: RulePart) -> str:
    if isinstance(part, Number):
        most = f" and at most {part.at_most}" if part.at_most is not None else ""
        return f"the counts of at least {part.at_least}{most}"
    texts = list(dict.fromkeys(term.text for term in part.terms))
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return ", ".join(texts[:SHOWN]) + more


def _quoted(evidence: Iterable[Evidence]) -> str:
    return ", ".join(f"“{clean(each.quote)}” ({each.field} {each.start}–{each.end})" for each in evidence)


def _where(test: FactTest, facts: Facts | None, source: str, *, in_front: bool) -> Iterator[str]:
    asked = [
        f"{name} {' or '.join(map(str, words))}"
        for name, words in (("kind", test.kind), ("status", test.status), ("event", test.event), ("scope", test.scope))
        if words
    ]
    asked += [f"{each.part} {' or '.join(' '.join(words) for words in each.words[:SHOWN])}" for each in test.about]
    asked += [f"at least {test.at_least}"] if test.at_least is not None else []
    asked += [f"at most {test.at_most}"] if test.at_most is not None else []
    words = f"{test.fact}: {', '.join(asked)}{', or none read' if test.or_none else ''}"
    if facts is None:
        yield f"    ? {words} (the reader was not asked)"
        return
    yield f"    {YES if fact_holds(test, facts, in_front=in_front) else NO} {words}"
    kinds: dict[FactKind, tuple[Fact, ...]] = {
        "claims": facts.claims,
        "strikes": facts.strikes,
        "leaders": facts.leaders,
    }
    read = [fact for fact in kinds[test.fact] if not (isinstance(fact, LeaderMention) and fact.event == "mentioned")]
    for fact in read[:SHOWN]:
        alone = msgspec.structs.replace(Facts(), **{test.fact: (fact,)})
        said = "".join(run.text for run in say(fact, source))
        yield f"        {YES if fact_holds(test, alone) else NO} {clean(said)} [{fact.scope}] “{clean(fact.evidence.quote)}”"
    if not read:
        aside = "" if in_front or not test.or_none else ", and the words stand below the lead"
        yield f"        nothing of the kind was read{aside}"
