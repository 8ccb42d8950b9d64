"""Paragraphs that name their speaker at an end: "PENCE: ..." and a quotation that a dash signs."""

from __future__ import annotations

import re

from streams.core.extract.speakers import Frame, Speaker
from streams.core.extract.text import Document, Paragraph

_TRANSCRIPT = re.compile(
    r"[\"“]?(?P<who>[A-Z][A-Z.'’ -]{2,30}|(?:Mr\.|Ms\.|Mrs\.|Dr\.)? ?[A-Z][a-z]+)(?:\s\([^)]{1,40}\))?: "
)


def transcribed(doc: Document, number: int) -> Frame | None:
    """Return the frame of a paragraph that opens with its speaker, "PENCE: ..."; None for any other sentence."""
    s = doc.sentences[number]
    p = doc.paragraphs[s.paragraph]
    m = _TRANSCRIPT.match(doc.text, p.start, p.end) if s.start == p.start else None
    if m is None or m["who"].lower() in _LABELS:
        return None
    first = s.hits[0] if s.hits else None
    if first is not None and first.start == 0 and first.entry.kind in {"place", "country"}:
        return None  # "Nigeria: gunmen kill 26" says where
    speaker = Speaker(m.start("who"), m.end("who"), m["who"], None, None)
    return Frame(m.end(), p.end, speaker, ":", m.end("who"), False, None)


_LABELS = frozenset(
    """note update correction photo source editor warning breaking urgent flash live alert exclusive developing corrected watch
    explainer factbox analysis opinion timeline profile video live updates just in""".split()
) | {"just in", "breaking news", "live updates"}


# "The bridge must stay." ― Clara Nowak, baker
_SIGNATURE = re.compile(
    r"[\"”»]\s*(?:[―—–-]|--)\s*"
    r"(?P<who>(?:[A-Z]\w{0,3}\. )?[A-Z][\w'’-]+(?: (?:[A-Z]\.|[A-Z][\w'’-]*|d[aeio]s?|l[ae]|v[ao]n|bin)){0,5})"
    r"(?:\s*[,(][^\"“”\n]{0,120})?[\s.]*"
)


def signed(doc: Document, p: Paragraph) -> Frame | None:
    """Return the frame of a paragraph that is a quotation and, behind a dash, the name of who said it."""
    q = next(iter(doc.quotations_in(p.start, p.start + 2)), None)
    if q is None or q.start > p.start + 2:
        return None
    m = _SIGNATURE.fullmatch(doc.text, q.end, p.end)
    if m is None:
        return None
    speaker = Speaker(m.start("who"), m.end("who"), m["who"], None, None)
    return Frame(q.start, q.end, speaker, "", m.start("who"), False, None)
