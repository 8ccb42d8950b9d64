"""All that an article lets somebody say: direct and indirect speech, with the speaker of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from streams.core.extract.speakers import Frame
from streams.core.extract.text import Document
from streams.core.extract.voices import quoted_speaker


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
        quoted = any(f.start <= q.start < f.end for q in doc.quotations)
        # One or two words without marks say when or to whom: "he said Friday", "she told Reuters."
        if quoted or len(doc.text[f.start : f.end].split()) > 2:
            out.append(Saying(f.start, f.end, doc.text[f.speaker.start : f.speaker.end], quoted))
    for q in doc.quotations:
        if any(x.start <= q.start + 1 and q.end <= x.end + 2 for x in out) or q.end - q.start < 3:
            continue
        s = next((s for s in doc.sentences if s.start <= q.start < s.end), None)
        who = quoted_speaker(doc, frames, s, q.start) if s is not None else None
        speaker = doc.text[who[0].start : who[0].end] if who is not None else None
        if speaker is not None or len(doc.text[q.start : q.end].split()) > 1:
            out.append(Saying(q.start, q.end, speaker, True))
    return tuple(sorted(out))
