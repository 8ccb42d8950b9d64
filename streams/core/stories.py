"""Which story a finding belongs to, and what the story is after it. Whether that is worth saying is decided in decide.py."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from monitors.article import digest
from streams.core.extract.events import family
from streams.core.model import (
    ArticleRef,
    CasualtyClaim,
    Fact,
    Facts,
    Finding,
    LeaderEntry,
    LeaderMention,
    LedgerEntry,
    Severity,
    Story,
    StrikeEntry,
    StrikeReport,
    Victims,
)
from streams.core.sightings import corroborated, sighted, with_new

QUIET = timedelta(hours=12)
"""A story that nothing was added to for so long is over; the next finding starts a new one."""

KEPT = 200
"""Entries of each kind that a story keeps. Past that the oldest go: a story's row stays small, and what was said is remembered
in `Story.said` whatever is dropped."""

WEIGHTS = {"article": 10, "words": 3, "place": 3, "leader": 3, "country": 1, "weapon": 1, "actor": 1, "victims": 1}
ENOUGH = 3
"""Shared weight from which a finding belongs to a story: one specific place, or country, weapon and actor together."""
WORDS_OF_A_TITLE = 4
"""A title of fewer words ("Live updates") is many stories'."""


def keys_of(finding: Finding) -> tuple[str, ...]:
    """Return what this finding can be recognised by, sorted: ``place:Erbil``, ``leader:Ali Khamenei``, ``article:ID``.

    ``words`` are the title and the sentences that carry facts: a copy in another outlet always finds its story. Only
    current facts count. A country or a weapon alone is too little (see `ENOUGH`), a specific place is enough.
    """
    facts = finding.facts
    title = _headline_print(finding.article)
    keys = {f"article:{finding.article.article_id}"}
    keys.update({f"words:{digest(title)}"} if title else ())
    keys.update(
        f"words:{digest(plain(f.evidence.quote))}" for f in facts.all() if f.scope == "current" and not _idle(f)
    )
    keys.update(f"place:{name}" for name in facts.places)
    for strike in facts.strikes:
        if strike.scope == "current":
            keys.update(
                _key("country", strike.country)
                | _key("weapon", family(strike.weapon_class))
                | _key("actor", strike.actor)
            )
    for claim in facts.claims:
        if claim.scope == "current" and claim.victims is not None:
            keys.update(_key("victims", claim.victims.nation))
    keys.update(_key("leader", finding.subject or main_leader(facts)))
    return tuple(sorted(keys))


def _idle(fact: Fact) -> bool:
    return isinstance(fact, LeaderMention) and fact.event == "mentioned"


def _key(kind: str, name: str | None) -> set[str]:
    return {f"{kind}:{name}"} if name else set()


def main_leader(facts: Facts) -> str | None:
    """Return the leader the article is about when it is about words or a fate: title first, then reading order."""
    doing = [m for m in facts.leaders if m.scope == "current" and m.event != "mentioned"]
    doing.sort(key=lambda m: (m.evidence.field != "title", m.evidence.start))
    return doing[0].name if doing else None


def story_of(finding: Finding, candidates: Iterable[Story]) -> Story | None:
    """Return the story that this finding continues, None when it starts one.

    ``candidates`` share at least one key with it. An article always stays with its story. Otherwise the heaviest shared
    keys win, and among equals the story that was touched last. A story about another day, other places or another subject is
    not continued.
    """
    mine = set(keys_of(finding))
    own = f"article:{finding.article.article_id}"
    days = _days(finding.facts)

    def weight(story: Story) -> int:
        return sum(WEIGHTS[key.partition(":")[0]] for key in mine & set(story.keys))

    def goes_on(story: Story) -> bool:
        if finding.article.first_seen_at - story.last_seen_at > QUIET or weight(story) < ENOUGH:
            return False
        # What one leader says today is one story, wherever it is said.
        return finding.subject is not None or not (
            _other_day(days, _story_days(story)) or _other_place(mine, set(story.keys))
        )

    open_ = [s for s in candidates if s.subject == finding.subject and (own in s.keys or goes_on(s))]
    return max(open_, key=lambda s: (own in s.keys, weight(s), s.last_seen_at, s.story_id), default=None)


def _other_place(mine: set[str], theirs: set[str]) -> bool:
    """Tell whether both name specific places and none in common: two towns hit in one night are two stories."""
    here, there = ({key for key in keys if key.startswith("place:")} for keys in (mine, theirs))
    return bool(here and there) and not here & there


def _days(facts: Facts) -> set[str]:
    both: tuple[StrikeReport | CasualtyClaim, ...] = (*facts.strikes, *facts.claims)
    return {f.event_day for f in both if f.scope == "current" and f.event_day}


def _story_days(story: Story) -> set[str]:
    days = {e.strike.event_day for e in story.strikes} | {e.claim.event_day for e in story.claims}
    return {day for day in days if day}


def _other_day(mine: set[str], theirs: set[str]) -> bool:
    """Tell whether two sets of ISO days surely speak of different events: both known, and no two days adjacent.

    A night attack is dated by one zone's evening and another's morning, hence one day of tolerance.
    """
    if not mine or not theirs:
        return False
    return all(abs((date.fromisoformat(a) - date.fromisoformat(b)).days) > 1 for a in mine for b in theirs)


def continue_story(before: Story | None, finding: Finding) -> Story:
    """Return the story after this finding; `said` and `alerts` are left as they were.

    A revised article's new facts replace those of its earlier revision; a withdrawn one takes its facts with it. An article
    that comes as new once more (from a second feed of its outlet, or edited while we were down) replaces only the figures it
    states anew: its summary may be shorter. Only current facts enter. A claim that stands in the ledger already, from the
    same article, is not entered twice.
    """
    article = finding.article
    if before is None:
        before = _empty(finding)
    of_others = _without_restated(before, finding) if article.kind == "new" else _of_others(before, article)
    gone = article.kind == "withdrawn"
    claims = () if gone else tuple(LedgerEntry(claim=c, article=article) for c in finding.facts.claims if _may_enter(c))
    strikes = (
        ()
        if gone
        else tuple(StrikeEntry(strike=s, article=article) for s in finding.facts.strikes if s.scope == "current")
    )
    leaders = (
        ()
        if gone
        else tuple(
            LeaderEntry(leader=m, article=article)
            for m in finding.facts.leaders
            if m.event != "mentioned" and m.scope == "current"
        )
    )
    known_claims = {(claim_print(e.claim), e.article.article_id) for e in of_others.claims}
    fresh = tuple(e for e in claims if (claim_print(e.claim), article.article_id) not in known_claims)
    articles = tuple(a for a in before.articles if a.article_id != article.article_id)
    original = copied(before, finding)
    keys = keys_of(finding)
    sightings = with_new(before.sightings, () if gone else sighted(finding, keys, before.sightings, original), article)
    raised = corroborated(finding, sightings, keys)
    louder = (*(m.severity for m in finding.matches), *([raised[0]] if raised is not None else []))
    return msgspec.structs.replace(
        before,
        severity=max((*louder, *([before.severity] if before.articles or not louder else [])), key=lambda s: s.rank),
        keys=tuple(sorted({*before.keys, *keys})),
        last_seen_at=max(before.last_seen_at, article.first_seen_at),
        articles=(*articles, article)[-KEPT:],
        origins=before.origins if gone or original else tuple(dict.fromkeys((*before.origins, article.origin))),
        claims=(*of_others.claims, *fresh)[-KEPT:],
        strikes=(*of_others.strikes, *strikes)[-KEPT:],
        leaders=(*of_others.leaders, *leaders)[-KEPT:],
        sightings=sightings,
    )


def _empty(finding: Finding) -> Story:
    article = finding.article
    return Story(
        story_id=digest(
            "story", finding.desk, article.article_id, *([finding.subject] if finding.subject is not None else [])
        ),
        desk=finding.desk,
        title=article.title,
        severity=Severity.ROUTINE,
        keys=(),
        first_seen_at=article.first_seen_at,
        last_seen_at=article.first_seen_at,
        articles=(),
        origins=(),
        subject=finding.subject,
    )


def _of_others(story: Story, article: ArticleRef) -> Story:
    aid = article.article_id
    return msgspec.structs.replace(
        story,
        claims=tuple(e for e in story.claims if e.article.article_id != aid),
        strikes=tuple(e for e in story.strikes if e.article.article_id != aid),
        leaders=tuple(e for e in story.leaders if e.article.article_id != aid),
    )


def _without_restated(story: Story, finding: Finding) -> Story:
    stated = {_slot(c) for c in finding.facts.claims if _may_enter(c)}
    aid = finding.article.article_id
    kept = tuple(e for e in story.claims if e.article.article_id != aid or _slot(e.claim) not in stated)
    return msgspec.structs.replace(story, claims=kept)


def _slot(claim: CasualtyClaim) -> tuple[str, str, str]:
    """Return what a figure is a figure of: kind, victims, claimant."""
    return (claim.kind, group(claim.victims), plain(claim.claimant or ""))


def _may_enter(claim: CasualtyClaim) -> bool:
    return claim.scope == "current" and not claim.part


def copied(story: Story, finding: Finding) -> ArticleRef | None:
    """Return the story's first article whose words this one repeats: the same wire, another site. None: it has its own.

    What is repeated is a sentence that carried a fact, or the title where it is long enough to be no chance. Copies of one
    wire text count as one origin, whatever the sites are called.
    """
    told = {plain(f.evidence.quote) for f in finding.facts.all()}
    title = _headline_print(finding.article)
    entries = (
        *((x.claim.evidence.quote, x.article) for x in story.claims),
        *((x.strike.evidence.quote, x.article) for x in story.strikes),
        *((x.leader.evidence.quote, x.article) for x in story.leaders),
    )
    originals = [
        *(a for quote, a in entries if plain(quote) in told),
        *(a for a in story.articles if title and _headline_print(a) == title),
    ]
    others = (a for a in originals if a.article_id != finding.article.article_id)
    return min(others, key=lambda a: (a.first_seen_at, a.event_id), default=None)


def _headline_print(article: ArticleRef) -> str:
    """Return a title for comparison; empty where many stories may have it ("Live updates")."""
    title = plain(article.title)
    return title if len(title.split()) >= WORDS_OF_A_TITLE else ""


def plain(words: str) -> str:
    """Return words for comparison: case folded, only letters and digits, single spaces."""
    return " ".join("".join(c if c.isalnum() else " " for c in words.casefold()).split())


def claim_print(claim: CasualtyClaim) -> str:
    """Return a claim's fingerprint: what is claimed by whom about whom, without where it was read."""
    bounds = (str(claim.low), str(claim.high))
    return digest("claim", claim.kind, *bounds, group(claim.victims), plain(claim.claimant or ""), claim.status)


def group(victims: Victims | None) -> str:
    """Return what is known of a group of victims, for comparison; empty when nothing is."""
    return "" if victims is None else "|".join(x or "" for x in (victims.nation, victims.kind, victims.name)).strip("|")
