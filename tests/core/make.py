"""Short ways to write values of the core in tests. Every text is invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitors.article import digest
from streams.core.desks import Desk, Route
from streams.core.model import (
    ArticleRef,
    CasualtyClaim,
    ClauseHit,
    Evidence,
    Facts,
    Finding,
    LeaderMention,
    Match,
    Outcome,
    Severity,
    StrikeReport,
    Victims,
)

if TYPE_CHECKING:
    from monitors.article import Kind
    from streams.core.model import ClaimKind, ClaimStatus, LeaderEvent, Qualifier, Scope, StrikeStatus

DESK = Desk(
    id="conflict",
    title="Conflict",
    rulesets=("missile-strikes",),
    routes=(Route(channels=("slack:#conflict",), last=True),),
)
START = datetime(2020, 1, 8, 1, 30, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def quote(words: str) -> Evidence:
    return Evidence(field="text", start=0, end=len(words), quote=words)


def claim(
    low: int | None = 12,
    high: int | None = 12,
    *,
    kind: ClaimKind = "killed",
    qual: Qualifier = "exact",
    stated: str | None = None,
    victims: Victims | None = None,
    by: str | None = None,
    via: str | None = None,
    status: ClaimStatus = "asserted",
    scope: Scope = "current",
    place: str | None = "Halven",
    words: str | None = None,
) -> CasualtyClaim:
    return CasualtyClaim(
        kind=kind,
        low=low,
        high=high,
        qual=qual,
        stated=stated or str(low),
        victims=victims,
        claimant=by,
        outlet=via,
        status=status,
        scope=scope,
        place=place,
        evidence=quote(words or f"{low} {kind}, {by or 'nobody'} said."),
    )


def strike(
    count: int | None = 12,
    weapon: str = "cruise missiles",
    *,
    outcomes: tuple[Outcome, ...] = (),
    place: str | None = "Halven",
    country: str | None = "XA",
    by: str | None = None,
    status: StrikeStatus = "reported",
    day: str | None = None,
    words: str | None = None,
) -> StrikeReport:
    return StrikeReport(
        weapon=weapon,
        weapon_class=weapon.removesuffix("s"),
        count_low=count,
        count_high=count,
        actor="Westmark",
        targets=(place,) if place else (),
        outcomes=outcomes,
        place=place,
        country=country,
        status=status,
        claimant=by,
        event_day=day,
        evidence=quote(words or f"{count} {weapon} hit {place}."),
    )


def leader(
    name: str = "Mira Dolan",
    event: LeaderEvent = "said",
    statement: str | None = "we will answer",
    *,
    quoted: bool = True,
) -> LeaderMention:
    return LeaderMention(
        name=name,
        role="President",
        country="XB",
        event=event,
        statement=statement,
        quoted=quoted,
        evidence=quote(f"“{statement}”, said {name}."),
    )


def match(rule: str = "missile-strike", severity: Severity = Severity.BULLETIN) -> Match:
    hit = ClauseHit(clause="strike", evidence=(Evidence(field="title", start=0, end=8, quote="Missiles"),))
    return Match(ruleset="missile-strikes", rule_id=rule, title="Missile strike", severity=severity, clauses=(hit,))


def finding(
    *facts: CasualtyClaim | StrikeReport | LeaderMention,
    name: str = "a1",
    minutes: float = 0,
    source: str = "Gulf Wire",
    origin: str | None = None,
    kind: Kind = "new",
    n: int = 0,
    title: str = "Missiles hit Halven",
    matches: tuple[Match, ...] | None = None,
    places: tuple[str, ...] = ("Halven",),
    desk: str = "conflict",
) -> Finding:
    event_id = digest("article", name, kind, str(n))
    return Finding(
        finding_id=digest("finding", event_id, desk),
        desk=desk,
        article=ArticleRef(
            event_id=event_id,
            article_id=digest(name),
            kind=kind,
            source=source,
            origin=origin or source,
            url=f"https://wire.example/{name}",
            title=title,
            published_at=at(minutes - 1),
            first_seen_at=at(minutes),
        ),
        matches=(match(),) if matches is None else matches,
        facts=Facts(
            claims=tuple(f for f in facts if isinstance(f, CasualtyClaim)),
            strikes=tuple(f for f in facts if isinstance(f, StrikeReport)),
            leaders=tuple(f for f in facts if isinstance(f, LeaderMention)),
            places=places,
        ),
        rules_version="0123456789ab",
    )
