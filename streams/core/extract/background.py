"""What an article dates days before its news is background, whatever else its words look like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from msgspec.structs import replace

from streams.core.extract.identity import each_once, same_victims
from streams.core.model import CasualtyClaim, Facts, Scope, StrikeReport

Dated = TypeVar("Dated", CasualtyClaim, StrikeReport)

TOLERANCE_DAYS = 1
"""A night attack is dated by the evening here and the morning there."""

EARLIER_DAYS = 92
"""An event of the last three months is told as an event; what is older is history."""


def with_background(facts: Facts, today: str) -> Facts:
    """Return the facts, those of an earlier day than the article's latest marked ``earlier`` (claims) or historical (strikes).

    Only another fact of the same article makes a fact old: a strike of Friday that comes to light on Tuesday is news. Claims
    that scope found historical are ``earlier`` too where the words date them within three months of ``today``, and so is
    every other mention of a person whose death is. Each claim stands once.
    """
    both: tuple[CasualtyClaim | StrikeReport, ...] = (*facts.claims, *facts.strikes)
    days = [date.fromisoformat(f.event_day or "") for f in both if _is_dated(f)]
    claims, strikes = facts.claims, facts.strikes
    if days:
        news = max(days)
        claims = tuple(_in_time(c, news, "earlier") for c in claims)
        strikes = tuple(_in_time(s, news, "historical") for s in strikes)
    claims = _of_one_event(tuple(_recent(c, today) for c in claims))
    return replace(facts, claims=claims, strikes=strikes)


_A_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def _in_time(fact: Dated, news: date, scope: Scope) -> Dated:
    old = _is_dated(fact) and (news - date.fromisoformat(fact.event_day or "")).days > TOLERANCE_DAYS
    return replace(fact, scope=scope) if old else fact


def _is_dated(fact: CasualtyClaim | StrikeReport) -> bool:
    return fact.scope == "current" and bool(fact.event_day)


def _recent(c: CasualtyClaim, today: str) -> CasualtyClaim:
    if c.scope != "historical" or not c.event_day:
        return c
    years = _A_YEAR.findall(c.evidence.quote)
    if years and all(year < today[:4] for year in years):
        return c  # a court speaks on Tuesday of the attacks of 2019
    age = (date.fromisoformat(today) - date.fromisoformat(c.event_day)).days
    return replace(c, scope="earlier") if age <= EARLIER_DAYS else c


# More claims in one article are hostile text.
_MOST_EARLIER = 40


def _of_one_event(claims: Sequence[CasualtyClaim]) -> tuple[CasualtyClaim, ...]:
    """Return the claims, each once; a person who died earlier does not die again. Of nameless groups nobody knows."""
    earlier = [c for c in claims if c.scope == "earlier" and c.kind == "killed"][:_MOST_EARLIER]
    if not earlier:
        return tuple(claims)
    return each_once([_like(c, earlier) for c in claims])


def _like(c: CasualtyClaim, earlier: Sequence[CasualtyClaim]) -> CasualtyClaim:
    name = c.victims.name if c.victims is not None else None
    if c.kind != "killed" or c.scope != "current" or c.event_day is not None or name is None:
        return c
    same = next((d for d in earlier if d.victims is not None and d.victims.name and same_victims(d, c)), None)
    return c if same is None else replace(c, scope="earlier", event_day=same.event_day)
