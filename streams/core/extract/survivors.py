"""How many died where none of them survived: "None of the 180 on board survived", "There were no survivors"."""

from __future__ import annotations

import re

from streams.core.extract.groups import Group, groups_of
from streams.core.extract.quantities import quantities
from streams.core.extract.text import Document, Sentence

_NONE_SURVIVED = re.compile(
    r"(?i)\b(?:none|no[ -]?one|nobody|not one)\b[^;.]{0,90}? (?:had |have |has |is |are |believed to |thought to )*"
    r"(?:survived?|(?:came|got|made it|was found|were found) (?:out )?alive)\b"
    r"|(?<!hopes of )\b(?:no|without) (?:known )?survivors\b(?! (?:have|had|has|were|was) (?:yet )?(?:been )?found)"
    r"|\b(?:everyone|everybody|all) (?:on board|aboard|inside) (?:(?:was|were|is|are|had|have|has|been) )*"
    r"(?:killed|dead|died|perished)\b"
    r"|\bkill(?:ed|ing) (?:everyone|everybody|all) (?:on board|aboard|inside)\b"
)
_SURVIVAL = frozenset("alive survived survive survivors aboard board inside".split())


def none_survived(doc: Document, s: Sentence) -> re.Match[str] | None:
    """Return the words that say that nobody survived, None where none do."""
    return _NONE_SURVIVED.search(doc.text, s.start, s.end) if any(w.low in _SURVIVAL for w in s.words) else None


def counted_people(s: Sentence, start: int, end: int) -> Group | None:
    """Return the only people whom the sentence counts, those within or beside ``start`` to ``end`` first; None for several."""
    groups = [_whole(s, g) for g in groups_of(s)]
    counted = [g for g in groups if g.quantity is not None and g.people != "no" and (g.quantity.low or 0) > 1]
    inside = [g for g in counted if start <= s.words[g.start].start < end]
    after = [g for g in counted if 0 <= s.words[g.start].start - end <= _BESIDE]
    for near in (inside, after, [g for g in counted if g.people == "yes"]):
        if near:
            return near[0] if len(near) == 1 else None
    return None


def _whole(s: Sentence, g: Group) -> Group:
    """Return all of them for "[not] one of the 26 miners"."""
    q = g.quantity
    if q is None or q.low != 1 or not q.whole:
        return g
    told = quantities(s.words[q.end : g.end])
    if not told:
        return g
    whole = told[0]._replace(start=q.end + told[0].start, end=q.end + told[0].end)
    return g._replace(start=whole.start, quantity=whole, one=False)


_BESIDE = 15
"""Characters: "no survivors [among the] 53"."""
