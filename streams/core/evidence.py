"""Which words of an article carry which facts: its title and text cut where a quotation begins or ends."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from monitors.article import Article
from streams.core.model import Evidence, Fact, Facts


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """A fact and the mark that stands for it beside its words: S1, C1, C2, L1."""

    mark: str
    fact: Fact


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """Some characters of title or text, and the marks of the facts that they are evidence of (none: of nothing).

    ``ends`` are the marks of the facts whose quotation ends here.
    """

    words: str
    marks: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


def numbered(facts: Facts) -> tuple[Numbered, ...]:
    """Return the facts with their marks: strikes, claims, leaders. A leader who is only mentioned is none of them."""
    told = tuple(m for m in facts.leaders if m.event != "mentioned")
    kinds: tuple[tuple[str, tuple[Fact, ...]], ...] = (("S", facts.strikes), ("C", facts.claims), ("L", told))
    return tuple(Numbered(mark=f"{letter}{n}", fact=fact) for letter, those in kinds for n, fact in enumerate(those, 1))


def stretches(article: Article, facts: Sequence[Numbered]) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """Return title and text, each cut into stretches that give it again when joined; quotations may overlap."""
    fields = {"title": article.title, "text": article.text}
    title, text = (
        _cut(words, [(each.mark, each.fact.evidence) for each in facts if each.fact.evidence.field == field])
        for field, words in fields.items()
    )
    return title, text


def _cut(words: str, quotations: Sequence[tuple[str, Evidence]]) -> tuple[Stretch, ...]:
    edges = sorted({0, len(words)} | {edge for _, e in quotations for edge in (e.start, e.end)})
    return tuple(
        Stretch(
            words=words[a:b],
            marks=tuple(mark for mark, e in quotations if e.start <= a and b <= e.end),
            ends=tuple(mark for mark, e in quotations if e.end == b),
        )
        for a, b in pairwise(edges)
    )
