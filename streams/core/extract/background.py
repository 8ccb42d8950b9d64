"""What an article dates days before its news is background, whatever else its words look like."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from msgspec.structs import replace

from streams.core.model import CasualtyClaim, Facts, StrikeReport

Dated = TypeVar("Dated", CasualtyClaim, StrikeReport)

TOLERANCE_DAYS = 1
"""A night attack is dated by the evening here and the morning there."""


def with_background(facts: Facts) -> Facts:
    """Return the facts, those of an earlier day than the article's latest marked historical.

    Only another fact of the same article makes a fact old: a strike of Friday that comes to light on Tuesday is news.
    """
    both: tuple[CasualtyClaim | StrikeReport, ...] = (*facts.claims, *facts.strikes)
    days = [date.fromisoformat(f.event_day or "") for f in both if _is_dated(f)]
    if not days:
        return facts
    news = max(days)
    return replace(
        facts,
        claims=tuple(_in_time(f, news) for f in facts.claims),
        strikes=tuple(_in_time(f, news) for f in facts.strikes),
    )


def _in_time(fact: Dated, news: date) -> Dated:
    old = _is_dated(fact) and (news - date.fromisoformat(fact.event_day or "")).days > TOLERANCE_DAYS
    return replace(fact, scope="historical") if old else fact


def _is_dated(fact: CasualtyClaim | StrikeReport) -> bool:
    return fact.scope == "current" and bool(fact.event_day)
