"""All that an article lets somebody say: direct and indirect speech, with the speaker of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from streams.core.extract.attribution import Frame, voice_at
from streams.core.extract.groups import groups_of, s_text
from streams.core.extract.text import Document, Quotation, Sentence


def _subject(s: Sentence, q: Quotation) -> str | None:
    """Return who opens the sentence of a few quoted words: "Japan called it an 'outlaw nation'"."""
    for g in groups_of(s)[:2]:
        if (
            g.start <= 3
            and s.words[g.end - 1].end < q.start
            and (s.words[g.head].text[0].isupper() or g.people == "yes")
        ):
            return s_text(s, g.start, g.end)
    return None


def _still_speaking(doc: Document, frames: Sequence[Frame], s: Sentence, q: Quotation) -> str | None:
    """Return the last speaker of the paragraph before, where this paragraph opens with a quotation and names nobody."""
    p = doc.paragraphs[s.paragraph]
    if q.start - p.start > 3 or any(p.start <= f.cue_at < p.end for f in frames) or s.paragraph == 0:
        return None
    before = doc.paragraphs[s.paragraph - 1]
    last = [f for f in frames if before.start <= f.cue_at < before.end]
    return last[-1].speaker.text if last else None


class Saying(NamedTuple):
    """Words that somebody says, quoted or not: offsets into the document, and the speaker as printed."""

    start: int
    end: int
    speaker: str | None
    quoted: bool


def sayings_of(doc: Document, frames: Sequence[Frame]) -> tuple[Saying, ...]:
    """Return all direct and indirect speech in reading order; a quotation outside any frame has its paragraph's speaker."""
    out: list[Saying] = []
    for f in frames:
        text = doc.text[f.start : f.end].strip()
        if len(text) > 2:
            quoted = any(f.start <= q.start < f.end for q in doc.quotations)
            out.append(Saying(f.start, f.end, doc.text[f.speaker.start : f.speaker.end], quoted))
    for q in doc.quotations:
        if any(x.start <= q.start + 1 and q.end <= x.end + 2 for x in out) or q.end - q.start < 3:
            continue
        s = next((s for s in doc.sentences if s.start <= q.start < s.end), None)
        speaker = (
            (voice_at(doc, frames, s, q.start).claimant or _still_speaking(doc, frames, s, q))
            if s is not None
            else None
        )
        speaker = speaker or (_subject(s, q) if s is not None else None)
        if speaker is not None or len(doc.text[q.start : q.end].split()) > 1:
            out.append(Saying(q.start, q.end, speaker, True))
    return tuple(sorted(out))
