"""What rules saw before in a story: for rules that ask for several origins, or for another rule's find before theirs.

A sighting is a rule's match as its story remembers it. A copy of one wire text speaks with the voice of the text that it
copies, so that all copies count once. A field that a sighting does not have never counts as equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from streams.core.model import ArticleRef, Corroborate, Finding, Match, Same, Severity, Sighting

KEPT = 100
"""Sightings that a story keeps, the latest."""


def sighted(
    finding: Finding, keys: Iterable[str], before: Iterable[Sighting], original: ArticleRef | None
) -> tuple[Sighting, ...]:
    """Return a sighting for each match of a finding; ``keys`` are what the finding is recognised by.

    ``original`` is the article that this one copies, if any, ``before`` the story's sightings: a copy of a copy speaks with
    the first one's voice.
    """
    a = finding.article
    mine = tuple(key for key in keys if not key.startswith(("article:", "words:")))
    origin, source, said_at = (a.origin, a.source, None) if original is None else _first_voice(original, before)
    return tuple(
        Sighting(
            rule_id=m.rule_id,
            article_id=a.article_id,
            origin=origin,
            source=source,
            at=a.first_seen_at,
            said_at=said_at,
            keys=mine,
        )
        for m in finding.matches
    )


def _first_voice(original: ArticleRef, before: Iterable[Sighting]) -> tuple[str, str, datetime]:
    known = next((s for s in before if s.article_id == original.article_id), None)
    if known is None:
        return original.origin, original.source, original.first_seen_at
    return known.origin, known.source, _said_at(known)


def with_new(before: tuple[Sighting, ...], new: Iterable[Sighting], article: ArticleRef) -> tuple[Sighting, ...]:
    """Return the sightings with new ones; an article's later revision keeps the time of its first sighting.

    A copy takes the place of what it copies where both say the same: a flood of copies drives nothing else out.
    """
    known = {(s.rule_id, s.article_id) for s in before}
    fresh = tuple(s for s in new if (s.rule_id, s.article_id) not in known)
    repeated = {_voice(s) for s in fresh}
    kept = before if article.kind != "withdrawn" else tuple(s for s in before if s.article_id != article.article_id)
    return (*(s for s in kept if _voice(s) not in repeated), *fresh)[-KEPT:]


def _voice(s: Sighting) -> tuple[object, ...]:
    return (s.rule_id, s.origin, s.source, _said_at(s), s.keys)


def _said_at(s: Sighting) -> datetime:
    return s.said_at or s.at


def in_sequence(finding: Finding, seen: Iterable[Sighting], keys: Iterable[str]) -> Finding:
    """Return the finding without the matches whose rule asks for another rule's sighting before it that is not there."""
    if not any(m.after for m in finding.matches):
        return finding
    seen, mine = tuple(seen), frozenset(keys)
    kept = tuple(m for m in finding.matches if _follows(m, seen, mine, finding.article))
    return msgspec.structs.replace(finding, matches=kept)


def _follows(match: Match, seen: Iterable[Sighting], keys: frozenset[str], article: ArticleRef) -> bool:
    after = match.after
    return after is None or any(
        s.rule_id == after.rule
        and s.article_id != article.article_id
        and timedelta() <= article.first_seen_at - s.at <= timedelta(seconds=after.within)
        and in_common(after.same, keys, s.keys)
        for s in seen
    )


def corroborated(
    finding: Finding, seen: Iterable[Sighting], keys: Iterable[str]
) -> tuple[Severity, Corroborate, int] | None:
    """Return the severity that several origins give the finding's rules, with what was asked and how many there are.

    ``seen`` are the story's sightings, the finding's own among them. The loudest of several; None where there is none.
    """
    seen, mine, now = tuple(seen), frozenset(keys), finding.article.first_seen_at
    found = []
    for match in finding.matches:
        ask = match.corroborate
        if ask is not None:
            voices = {
                s.origin if ask.distinct == "origin" else s.source
                for s in seen
                if s.rule_id == match.rule_id and _within(ask, _said_at(s), now) and in_common(ask.same, mine, s.keys)
            }
            found += [(ask.severity, ask, len(voices))] if len(voices) >= ask.at_least else []
    return max(found, key=lambda each: each[0].rank, default=None)


def _within(ask: Corroborate, at: datetime, now: datetime) -> bool:
    return abs(now - at) <= timedelta(seconds=ask.within)


def in_common(kinds: Iterable[Same], mine: Iterable[str], theirs: Iterable[str]) -> bool:
    """Tell whether both have a key of each kind in common; a key that is missing on both sides is no common key."""
    common = set(mine) & set(theirs)
    return all(any(key.startswith(f"{kind}:") for key in common) for kind in kinds)
