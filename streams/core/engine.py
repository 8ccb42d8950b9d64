"""The three steps of the core, in order: screen by words, examine the hits, advance a desk's story. Pure.

article ─ screen ─▶ matches ─ examine ─▶ findings, one per desk ─ advance ─▶ story after, reason, perhaps an alert
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from monitors.article import Article, digest
from streams.core.compose import compose
from streams.core.decide import changes, why_alert
from streams.core.desks import Desk, route, shadow_of
from streams.core.extract import Annotate, extract_all
from streams.core.gazetteer import Gazetteer
from streams.core.holding import put_in, thread_for
from streams.core.loading import Rules
from streams.core.match import Compiled, holds, screen, severity_of
from streams.core.model import ArticleRef, Facts, Finding, Match, Reason, Step, Story
from streams.core.ruleset import FactKind, Rule
from streams.core.sightings import in_sequence
from streams.core.stories import continue_story, keys_of, story_of
from streams.core.suppressions import Suppressed, Suppressors, compile_suppressions, sift


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """The rules in force and all that reading needs. A reload makes a new one; nothing in it changes.

    ``desks`` are the desks and their shadows, ``hearing`` those of them that there are rules for now.

    ``annotate`` is the language model, None to read by rules alone; it is not for two threads at once. ``version`` is the
    content hash of the rules.
    """

    compiled: Compiled
    desks: tuple[Desk, ...]
    hearing: tuple[Desk, ...]
    gazetteer: Gazetteer
    annotate: Annotate | None
    version: str
    by_id: Mapping[str, Rule]
    suppressors: Suppressors


def make_engine(rules: Rules, gazetteer: Gazetteer, annotate: Annotate | None) -> Engine:
    """Return the engine of a rules folder."""
    shadows = [shadow for desk in rules.desks if (shadow := shadow_of(desk)) is not None]
    on_trial = {c.ruleset for c in rules.compiled.rules if c.rule.status == "shadow"}
    return Engine(
        compiled=rules.compiled,
        desks=(*rules.desks, *shadows),
        hearing=(*rules.desks, *(shadow for shadow in shadows if on_trial & {*shadow.rulesets})),
        gazetteer=gazetteer,
        annotate=annotate,
        version=rules.version,
        by_id={compiled.rule.id: compiled.rule for compiled in rules.compiled.rules},
        suppressors=compile_suppressions(rules.suppressions),
    )


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """An article as read: the rules whose words matched, the facts, and a finding for each desk that it concerns.

    ``suppressed`` are matches that a suppression took out of ``matches``.
    """

    matches: tuple[Match, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    facts: Facts = Facts()
    findings: tuple[Finding, ...] = ()


Read = Callable[[Sequence[Article], Gazetteer, Annotate | None], Sequence[Facts]]


def examine(engine: Engine, article: Article) -> Examined:
    """Return what an article event means. Most articles match no words and end here, unread.

    A revised or withdrawn article concerns every desk, whatever it says now: one of its stories may have lost a source.
    """
    return examine_all(engine, (article,))[0]


def examine_all(engine: Engine, articles: Sequence[Article], read: Read = extract_all) -> tuple[Examined, ...]:
    """Return what each article event means, as `examine` does; those to be read are read together, which takes less time."""
    screened = [_screened(engine, article) for article in articles]
    wanted = [article for article, seen in zip(articles, screened, strict=True) if _is_read(article, seen)]
    facts = iter(read(wanted, engine.gazetteer, engine.annotate) if wanted else ())
    return tuple(
        _examined(engine, article, seen, next(facts) if _is_read(article, seen) else Facts())
        for article, seen in zip(articles, screened, strict=True)
    )


def _screened(engine: Engine, article: Article) -> tuple[Sequence[Match], tuple[Suppressed, ...]]:
    matched = () if article.kind == "withdrawn" else screen(engine.compiled, article.title, article.text)
    return sift(engine.suppressors, matched, article.title, article.text)


def _is_read(article: Article, screened: tuple[Sequence[Match], tuple[Suppressed, ...]]) -> bool:
    return article.kind == "revised" or (article.kind == "new" and len(screened[0]) > 0)


def _examined(
    engine: Engine, article: Article, screened: tuple[Sequence[Match], tuple[Suppressed, ...]], facts: Facts
) -> Examined:
    matches, suppressed = screened
    if not matches and article.kind == "new":
        return Examined(suppressed=suppressed)
    findings = tuple(f for desk in engine.hearing for f in findings_of(engine, desk, article, matches, facts))
    return Examined(matches=tuple(matches), suppressed=suppressed, facts=facts, findings=findings)


def findings_of(
    engine: Engine, desk: Desk, article: Article, matches: Sequence[Match], facts: Facts
) -> Iterator[Finding]:
    """Yield the desk's finding of an article with these matches and facts, and one for each name of rules with `for_each`."""
    heard = [m for m in matches if _hears(desk, m.ruleset, engine.by_id[m.rule_id])]
    apart = []
    for subject in dict.fromkeys(name for m in heard for name in m.subjects):
        about = facts_about(facts, subject)
        mine = _finding(engine, desk, article, [m for m in heard if subject in m.subjects], about, subject)
        apart += [mine] if mine.matches else []
    besides = tuple(f.subject for f in apart if f.subject is not None)
    rest = _finding(engine, desk, article, [m for m in heard if not m.subjects], facts)
    if rest.matches or article.kind != "new":
        yield msgspec.structs.replace(rest, besides=besides)
    yield from apart


def facts_about(facts: Facts, subject: str) -> Facts:
    """Return the facts that a rule with `for_each` sees for a name: of leaders its own, of a place what is not elsewhere."""
    leaders = tuple(m for m in facts.leaders if m.name == subject)
    if subject not in facts.places:
        return msgspec.structs.replace(facts, leaders=leaders)
    return msgspec.structs.replace(
        facts,
        leaders=leaders,
        strikes=tuple(s for s in facts.strikes if s.place in {None, subject}),
        claims=tuple(c for c in facts.claims if c.place in {None, subject}),
        places=(subject,),
    )


def _finding(
    engine: Engine, desk: Desk, article: Article, matches: Iterable[Match], facts: Facts, subject: str | None = None
) -> Finding:
    rules = engine.by_id
    kept = tuple(
        msgspec.structs.replace(m, severity=severity_of(rules[m.rule_id], facts))
        for m in matches
        if holds(rules[m.rule_id], facts, in_front=m.in_front)
    )
    # Nothing matches a revision any more: the desk's stories may have lost a fact of any kind.
    asked = [rules[m.rule_id] for m in kept] or [
        c.rule for c in engine.compiled.rules if _hears(desk, c.ruleset, c.rule)
    ]
    return Finding(
        finding_id=digest("finding", article.event_id, desk.id, *([subject] if subject is not None else [])),
        desk=desk.id,
        article=reference(article, facts),
        matches=kept,
        facts=_of_kinds(facts, {kind for rule in asked for kind in rule.facts}),
        rules_version=engine.version,
        subject=subject,
    )


def _hears(desk: Desk, ruleset: str, rule: Rule) -> bool:
    return ruleset in desk.rulesets and rule.status in desk.hears


def _of_kinds(facts: Facts, kinds: set[FactKind]) -> Facts:
    """Return the facts that the desk's rules are about; words of leaders alone have no place."""
    return Facts(
        strikes=facts.strikes if "strikes" in kinds else (),
        claims=facts.claims if "claims" in kinds else (),
        leaders=facts.leaders if "leaders" in kinds else (),
        places=facts.places if kinds & {"strikes", "claims"} else (),
        wire=facts.wire,
        event=facts.event if kinds & {"strikes", "claims"} else None,
    )


def reference(article: Article, facts: Facts) -> ArticleRef:
    """Return the article event without its text. The wire that its dateline credits is its origin, whoever carries it."""
    fields = {name: getattr(article, name) for name in ArticleRef.__struct_fields__}
    return ArticleRef(**(fields | ({"origin": facts.wire} if facts.wire else {})))


def advance(candidates: Iterable[Story], finding: Finding, desk: Desk) -> Step:
    """Return the desk's story after the finding, why it is or is not worth an alert, and the alert.

    ``candidates`` are the desk's stories that share a key with the finding (`stories.keys_of`). The same finding twice is
    `Reason.NOTHING_NEW`. A finding without matches that continues no story leaves no trace.
    """
    candidates = tuple(candidates)
    seen = (sighting for story in candidates for sighting in story.sightings)
    finding = in_sequence(finding, seen, keys_of(finding))
    before = story_of(finding, candidates)
    # A new article whose rules wait for another's match is as one that no rule matched: its facts are not yet told, and
    # must not become known unsaid.
    if not finding.matches and (before is None or finding.article.kind == "new"):
        return Step(story=None, reason=Reason.NOTHING_NEW)
    after = continue_story(before, finding)
    news = changes(before, after, finding)
    if not news:
        return Step(story=after, reason=Reason.NOTHING_NEW)
    rule_ids = [(m.ruleset, m.rule_id) for m in finding.matches] or [("", "")]
    channels = dict.fromkeys(c for names in rule_ids for c in route(desk, after.severity, *names))
    alert = compose(after, finding, news, tuple(channels))
    thread = thread_for(desk, after, finding, candidates)
    alert = put_in(alert, thread) if thread is not None else alert
    told = msgspec.structs.replace(
        after,
        said=(*after.said, *(c.said for c in news)),
        alerts=after.alerts + 1,
        channels=tuple(dict.fromkeys((*after.channels, *alert.channels))) if thread is None else after.channels,
        held=after.held + (thread is not None),
        held_in=thread or after.held_in,
    )
    return Step(story=told, reason=why_alert(news), alert=alert)


def advance_all(candidates: Iterable[Story], finding: Finding, desk: Desk) -> tuple[Step, ...]:
    """Return the step of the finding's story, and one for each other story of a revised or withdrawn article.

    An article that told of three leaders is in three stories; what it does not say any more concerns each.
    """
    candidates = tuple(candidates)
    lost = msgspec.structs.replace(finding, matches=())
    others = (
        story
        for story in candidates
        if finding.article.kind != "new"
        and finding.subject is None is not story.subject
        and story.subject not in finding.besides
        and f"article:{finding.article.article_id}" in story.keys
    )
    rest = (advance((story,), msgspec.structs.replace(lost, subject=story.subject), desk) for story in others)
    return (advance(candidates, finding, desk), *rest)
