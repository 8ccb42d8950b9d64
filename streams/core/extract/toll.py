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

    A later figure counts while it is at most three times the first (ledger gate of the story). None where nothing is said.
    """
    mine = [c for c in claims if c.kind == kind and c.scope == "current" and c.status != "denied" and c.qual != "zero"]
    numbers = [c for c in mine if c.qual not in {"indefinite", "unspecified"} and _figure(c) is not None]
    if not numbers:
        if mine:
            return Toll(2, None, "indefinite")
        zero = any(
            c.kind in {kind, "casualties"} and c.qual == "zero" and c.scope == "current" and c.status != "denied"
            for c in claims
        )
        return Toll(0, 0, "zero") if zero else None
    low = _figure(numbers[0]) or 0
    upper = [f for c in numbers if (f := _figure(c)) is not None and low <= f <= 3 * max(low, 1)]
    high = max([numbers[0].high or low, *upper])
    return Toll(low, high, "exact" if low == high else "range")


def _figure(c: CasualtyClaim) -> int | None:
    return c.low if c.low is not None else c.high
