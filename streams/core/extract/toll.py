"""The one figure that an article gives for its own event, where it gives one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from streams.core.model import CasualtyClaim, ClaimKind, Qualifier


class Toll(NamedTuple):
    """A figure for the main event; ``high`` None is open upwards, ``qual`` zero means that nobody was."""

    low: int | None
    high: int | None
    qual: Qualifier


def toll_of(claims: Sequence[CasualtyClaim], kind: ClaimKind) -> Toll | None:
    """Return the article's figure of a kind: the first numbered current claim, or what later claims raise it to.

    A later figure counts while it is at most three times the first (ledger gate of the story). None where nothing
    is said.
    """
    mine = [
        c
        for c in claims
        if c.kind == kind and c.scope == "current" and c.status != "denied" and c.qual != "zero" and not c.part
    ]
    numbers = [c for c in mine if c.qual not in {"indefinite", "unspecified"} and _figure(c) is not None]
    if not numbers:
        if mine:  # dozens are at least 12, "a number of people" at least two: the most conservative reading
            return Toll(max(c.low or 2 for c in mine[:1]), None, "at_least")
        zero = any(
            c.kind in {kind, "casualties"} and c.qual == "zero" and c.scope == "current" and c.status != "denied"
            for c in claims
        )
        return Toll(0, 0, "zero") if zero else None
    first = [c for c in numbers if c.evidence == numbers[0].evidence and c.claimant == numbers[0].claimant]
    low = sum(_figure(c) or 0 for c in first) if _is_a_list(first) else _figure(numbers[0]) or 0
    upper = [f for c in numbers if (f := _figure(c)) is not None and low <= f <= 3 * max(low, 1)]
    high = max([low if len(first) > 1 else numbers[0].high or low, *upper])
    return Toll(low, high, "exact" if low == high else "range")


def _is_a_list(claims: Sequence[CasualtyClaim]) -> bool:
    """Return whether the claims of a sentence add up: "three soldiers and a cook", not "five, two of them children"."""
    return len(claims) > 1 and all(c.qual == "exact" for c in claims)


def _figure(c: CasualtyClaim) -> int | None:
    return c.low if c.low is not None else c.high
