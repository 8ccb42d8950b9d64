"""Which event an article is about, as far as its current facts say: where, with what kind of weapon, on which day."""

from __future__ import annotations

from streams.core.model import EventKey, Facts


def event_of(facts: Facts) -> EventKey | None:
    """Return the event of the article's current facts, None where they name neither a place nor a weapon.

    The first strike speaks before the first claim. What is not said is None.
    """
    strikes = [s for s in facts.strikes if s.scope == "current"]
    claims = [c for c in facts.claims if c.scope == "current"]
    place = next(iter(facts.places), None)
    weapon = next((family(s.weapon_class) for s in strikes if s.weapon_class), None)
    if place is None and weapon is None:
        return None
    days = [*(s.event_day for s in strikes), *(c.event_day for c in claims)]
    return EventKey(place=place, weapon=weapon, day=next((day for day in days if day), None))


def family(weapon_class: str | None) -> str | None:
    """Return what outlets agree on: one writes "ballistic missile", the next "missile"."""
    return weapon_class.split()[-1] if weapon_class else None
