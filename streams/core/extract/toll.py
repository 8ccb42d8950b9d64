"""The one figure that an article gives for its own event, where it gives one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from streams.core.extract.identity import differ, one_more, one_person
from streams.core.extract.quantities import quantities
from streams.core.model import CasualtyClaim, ClaimKind, Qualifier
from streams.core.words import words_of


class Toll(NamedTuple):
    """A figure for the main event; ``high`` None is open upwards, ``qual`` zero means that nobody was."""

    low: int | None
    high: int | None
    qual: Qualifier


_HARMED: tuple[ClaimKind, ...] = ("killed", "wounded")
_TWO_DOZEN = 24
"""Dozens are at least 12; those who weigh the words of many sources take them for one to two dozen."""
# More persons in one article are hostile text.
_MOST_PERSONS = 60
_SHOT = re.compile(r"(?i)\b(?:shot|stabbed|gunshot|victims?|gunfire)\b")
_HURT = re.compile(r"(?i)\b(?:wounded|wounding|injur\w+|hurt|hospital\w*|(?<!not )surviv\w+|condition)\b")


def toll_of(claims: Sequence[CasualtyClaim], kind: ClaimKind) -> Toll | None:
    """Return the article's figure of a kind: the first numbered current claim, or what later claims raise it to.

    A later figure counts while it is at most three times the first (ledger gate of the story), and so does the number of
    persons who are told one by one. A headline about one of them gives no figure. Those who "were shot" are counted
    among the wounded without who is told to have died. An article that tells of nothing new, from a trial or a funeral, has
    the figure of what it recalls. None where nothing is said.
    """
    if not any(_counts(c) and c.kind in _HARMED and c.qual != "zero" for c in claims):
        claims = [replace(c, scope="current") if c.scope in {"earlier", "historical"} else c for c in claims]
    mine = [c for c in claims if c.kind == kind and _counts(c) and c.qual != "zero" and not c.part]
    numbers = [c for c in mine if c.qual not in {"indefinite", "unspecified"} and _figure(c) is not None]
    if (
        mine
        and mine[0].qual == "indefinite"
        and (mine[0].low or 2) > max((_figure(c) or 0 for c in numbers), default=0)
    ):
        numbers = []  # "dozens were killed", then one of them by name
    if not numbers and kind == "wounded":
        parts = [c.low for c in claims if c.kind == kind and _counts(c) and c.part and c.qual == "exact" and c.low]
        if parts and max(parts) > 1 and not any(c.low for c in mine):
            return Toll(max(parts), None, "at_least")  # "others, including three women, were hit"
        mine = [c for c in mine if not _all_dead(c, claims)]
    if not numbers:
        if mine:  # "a number of people" are at least two: the most conservative reading
            vague = mine[0].low or 2
            return Toll(vague, _TWO_DOZEN, "range") if 2 * vague == _TWO_DOZEN else Toll(vague, None, "at_least")
        zero = any(c.kind in {kind, "casualties"} and c.qual == "zero" and _counts(c) for c in claims)
        return Toll(0, 0, "zero") if zero else None
    first = [c for c in numbers if c.evidence == numbers[0].evidence and c.claimant == numbers[0].claimant]
    first = _with_others(numbers) or _without_grave(first)
    if len(first) == 1 and numbers[0].evidence.field == "title":
        beside = (
            c for c in numbers[1:] if c.qual == "exact" and (_is_one(numbers[0]) or not quantities(words_of(c.stated)))
        )
        first += [c for c in beside if _beside_in(numbers[0].evidence.quote, c.stated)]
    low = sum(_figure(c) or 0 for c in first) if _is_a_list(first) else _figure(numbers[0]) or 0
    if len(first) == 1 and _is_one(numbers[0]) and numbers[0].evidence.field == "title":
        low = next((c.low for c in numbers if c.qual == "exact" and c.low is not None and c.low > 1), low)
    if kind == "wounded" and len(first) == 1 and low == 1 and _is_one(numbers[0]):
        low += _beside(numbers)
    upper = [f for c in numbers if (f := _figure(c)) is not None and low <= f <= 3 * max(low, 1)]
    persons = _persons(c for c in claims if c.kind == kind and _counts(c))
    upper += [persons] if 1 < low < persons <= 3 * low else []
    high = max([low, (numbers[0].high or low) if len(first) == 1 else low, *upper])
    if _is_a_list(first):
        high = max(high, sum(c.high or c.low or 0 for c in first))
    if len(first) == 1 and numbers[0].qual == "more_than":  # "more than 25": as few as somebody counted one by one
        counted = [c.low for c in numbers if c.qual == "exact" and c.low is not None]
        low = min((f for f in counted if f < low <= 1.5 * f), default=low)
    unnumbered = [c.low or 2 for c in mine if c.qual == "indefinite" and c.claimant != numbers[0].claimant]
    high = max([high, *(f for f in unnumbered if low <= f <= 3 * max(low, 1))])
    if len(first) == 1 and numbers[0].low is None:  # "up to 27": as few as another source counts
        low = min((f for c in numbers if (f := _figure(c)) is not None and f < low <= 3 * f), default=low)
    dead = _dead_among(claims, numbers[0], low) if kind == "wounded" else 0
    if dead == low > 0:
        return None
    low, high = low - dead, high - dead
    return Toll(low, high, "exact" if low == high else "range")


def _counts(c: CasualtyClaim) -> bool:
    return c.scope == "current" and c.status != "denied"


def _is_one(c: CasualtyClaim) -> bool:
    return c.low == c.high == 1 and c.qual == "exact"


def _persons(claims: Iterable[CasualtyClaim]) -> int:
    """Return how many different persons the claims tell one by one: a name is another than a name, a man than a girl."""
    told: list[CasualtyClaim] = []
    for c in claims:
        if not _is_one(c) or c.victims is None or len(told) >= _MOST_PERSONS:
            continue
        others = [d for d in told if not (differ(c.victims, d.victims) or c.evidence == d.evidence)]
        if not others and not any(one_person(c.victims, d.victims) for d in told):
            told.append(c)
    return len(told)


def _beside(numbers: Sequence[CasualtyClaim]) -> int:
    """Return how many more than the one of the first claim later ones tell: "Another man was hurt", "A second girl"."""
    if quantities(words_of(numbers[0].stated)):
        return 0  # "1 hurt", "two were shot, one of whom died": counted already
    return sum(c.low or 0 for c in numbers[1:] if _is_one(c) and one_more(c, numbers[0]))


def _beside_in(headline: str, stated: str) -> bool:
    """Return whether a headline counts people beside others: "Teen, man shot", though the text says it with another voice."""
    return re.search(rf"(?:,|\band) {re.escape(stated)}(?! *,)\b", headline) is not None


def _dead_among(claims: Sequence[CasualtyClaim], shot: CasualtyClaim, low: int) -> int:
    """Return how many of those who "were shot" other claims tell dead, 0 where they are told wounded, not shot."""
    quote = shot.evidence.quote
    said = [q.low for q in quantities(words_of(shot.stated))]
    derived = len(said) == 1 and said != [shot.low]  # "three were shot, one fatally" is two already
    if low < 2 or derived or _apart(shot) or not _SHOT.search(quote) or _HURT.search(quote):
        return 0
    after = [
        c
        for c in claims
        if c.kind == "killed" and _counts(c) and c.qual != "zero" and (c.evidence != shot.evidence or _among(quote))
    ]
    if any(_figure(c) == low and not c.part for c in after):
        return low  # "all four were shot in the head", "the four dead"
    dead = toll_of(after, "killed")
    count = dead.low if dead is not None else None
    return count if count is not None and count <= low else 0


# "5 shot, 1 killed" and "one dead after four people shot" count the dead among the shot; "1 killed, 4 others shot" does not.
_OF_THE_SHOT = re.compile(
    r"(?i)\bshot\b(?:(?!\bothers?\b|\banother\b).)*\b(?:dead|killed|killing|dies?|died|fatally)\b"
    r"|\b(?:dead|killed|dies) after\b.*\bshot\b",
    re.DOTALL,
)


_HOW_HURT = re.compile(
    r"(?i)\W*(?:[\w'’-]+\W+){0,4}?(?:critical|critically|serious|seriously|severe|severely|grave|gravely|stable|fair|good"
    r"|paraly[sz]ed)\b"
)


def _without_grave(first: Sequence[CasualtyClaim]) -> list[CasualtyClaim]:
    """Return the claims of a sentence without those that say how badly some of the first were hurt: "4 shot, 1 critical"."""
    one = first[0]
    rest = (c for c in first[1:] if not _HOW_HURT.match(c.evidence.quote.partition(c.stated)[2]))
    return [one, *rest] if (_figure(one) or 0) > 1 else [*first]


_OTHER = re.compile(r"(?i)\W+(?:more |additional )?others?\b")
_ALSO_SHOT = re.compile(r"(?i)\balso\s+(?:\w+\s+){0,2}?(?:shot|stabbed|hit|struck|grazed)\b")


def _apart(shot: CasualtyClaim) -> bool:
    """Return whether those who were shot are others than the dead: "three other men were shot", "four men were also shot"."""
    quote = shot.evidence.quote
    return _OTHER.match(quote.partition(shot.stated)[2]) is not None or _ALSO_SHOT.search(quote) is not None


def _among(quote: str) -> bool:
    return _OF_THE_SHOT.search(quote) is not None


def _all_dead(shot: CasualtyClaim, claims: Sequence[CasualtyClaim]) -> bool:
    """Return whether people without a count who "were shot" may be those whom other claims tell dead."""
    quote = shot.evidence.quote
    if shot.qual != "unspecified" or not _SHOT.search(quote) or _HURT.search(quote):
        return False
    return sum(_figure(c) or 0 for c in claims if c.kind == "killed" and _counts(c)) > 1


_OTHERS = re.compile(r"\W+other", re.IGNORECASE)


def _with_others(numbers: Sequence[CasualtyClaim]) -> list[CasualtyClaim]:
    """Return the person and the rest of "X was killed with 15 to 18 other people"; nobody where the first is no such person.

    Of a long sentence the quotations overlap.
    """
    one = numbers[0]
    others = [
        c
        for c in numbers[1:]
        if c.low is not None
        and c.evidence.field == one.evidence.field
        and c.evidence.start < one.evidence.end
        and _OTHERS.match(c.evidence.quote.partition(c.stated)[2])
    ]
    return [one, others[0]] if _is_one(one) and others else []


def _is_a_list(claims: Sequence[CasualtyClaim]) -> bool:
    """Return whether the claims of a sentence add up: "three soldiers and a cook", not "five, two of them children"."""
    return len(claims) > 1 and (all(c.qual == "exact" for c in claims) or _with_others(claims) == claims)


def _figure(c: CasualtyClaim) -> int | None:
    return c.low if c.low is not None else c.high
