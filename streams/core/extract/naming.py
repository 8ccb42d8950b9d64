"""Names that a sentence of their own gives to the dead or wounded of the one before: "They are Ana Ruiz, Juan Paz and ..."."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from streams.core.extract.groups import Group, groups_of
from streams.core.extract.listing import Row, is_victim, people_from
from streams.core.extract.text import Document, Sentence
from streams.core.model import CasualtyClaim, Victims

_NAMES_THEM = re.compile(
    r"(?i)(?:they|their names|(?P<sure>the (?:\w+ )?(?:victims?|dead|deceased)|those (?:killed|who died)))"
    r" (?:are|were|was|is|have been|has been|had been)(?: later)?(?P<as> (?:identified|named) as)?\s"
)
_FIRST = frozenset("they their the those".split())
REACH = 2
"""Sentences that lie at most between a count and its names."""


def names_of(doc: Document, s: Sentence, before: Sequence[CasualtyClaim]) -> list[CasualtyClaim]:
    """Return one part for each person whom the sentence names as one of the people of a claim shortly before.

    "They are" counts only with as many names as the claim has people; "the victims were identified as" with any.
    """
    counted = [c for c in before if c.low is not None and c.low > 1 and c.kind in {"killed", "wounded"}]
    if not counted or s.words[0].low not in _FIRST:
        return []
    m = _NAMES_THEM.match(doc.text, s.start, s.end)
    if m is None:
        return []
    row = Row(s.words, {g.start: g for g in groups_of(s)}, frozenset())
    start = next((i for i, w in enumerate(s.words) if w.start >= m.end()), None)
    found = people_from(row, start) if start is not None else None
    if found is None or not all(is_victim(g) for g in found.groups):
        return []
    named = [g for g in found.groups if g.how == "name" and g.people == "yes"]
    of = next((c for c in reversed(counted) if c.low == len(named)), counted[-1] if m["sure"] and m["as"] else None)
    return [] if of is None else [_part(doc, s, g, of) for g in named]


def _part(doc: Document, s: Sentence, g: Group, of: CasualtyClaim) -> CasualtyClaim:
    first = g.start + (s.words[g.start].low in {"a", "an", "the"})
    text = doc.text[s.words[first].start : s.words[g.end - 1].end]
    return msgspec.structs.replace(
        of,
        low=1,
        high=1,
        qual="exact",
        stated=text,
        victims=Victims(text=text, nation=g.nation, kind=g.kind, name=g.name),
        claimant=None,
        claimant_nation=None,
        outlet=None,
        part=True,
        evidence=doc.evidence(s.start, s.end),
    )
