"""Facts as plain values for ``wirewatch try --json``: short field names, evidence as {field, start, end, quote}."""

from __future__ import annotations

from typing import Any

import msgspec

from streams.core.model import CasualtyClaim, Evidence, Facts, LeaderMention, Outcome, StrikeReport

Json = dict[str, object]


def facts_json(facts: Facts) -> dict[str, Any]:
    """Return ``{strikes, claims, leaders, event}`` as JSON values."""
    return {
        "strikes": [_strike(s) for s in facts.strikes],
        "claims": [_claim(c) for c in facts.claims],
        "leaders": [_leader(m) for m in facts.leaders],
        "event": msgspec.to_builtins(facts.event),
    }


def _evidence(e: Evidence) -> Json:
    return {"field": e.field, "start": e.start, "end": e.end, "quote": e.quote}


def _claim(c: CasualtyClaim) -> Json:
    plain: Json = msgspec.to_builtins(c)
    group = msgspec.to_builtins(c.victims) if c.victims else None
    victims = c.victims.text if c.victims else None
    return plain | {"victims": victims, "victims_group": group, "evidence": _evidence(c.evidence)}


def _outcomes(outcomes: tuple[Outcome, ...]) -> Json:
    """Return ``{"failed": 4, "hit:Al Asad": 10}``: "hit" alone where the place is unknown, "all" for everything."""
    return {o.what if o.place is None else f"{o.what}:{o.place}": "all" if o.everything else o.count for o in outcomes}


def _strike(s: StrikeReport) -> Json:
    plain: Json = msgspec.to_builtins(s)
    return plain | {"outcomes": _outcomes(s.outcomes), "targets": list(s.targets), "evidence": _evidence(s.evidence)}


def _leader(m: LeaderMention) -> Json:
    plain: Json = msgspec.to_builtins(m)
    return plain | {"evidence": _evidence(m.evidence)}
