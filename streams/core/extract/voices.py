"""Whose words stand at a place of the text, once it is known who says what."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from streams.core.extract.speakers import Frame, Speaker, opening_subject
from streams.core.extract.text import Document, Sentence


def frames_between(frames: Sequence[Frame], a: int, b: int) -> Sequence[Frame]:
    """Return the frames whose cues stand between two offsets, the second included."""
    return frames[bisect_left(frames, a, key=lambda f: f.cue_at) : bisect_right(frames, b, key=lambda f: f.cue_at)]


class Voice(NamedTuple):
    """Who claims something, for which side, by which outlet, and who denies it. ``claimant`` None: the reporter."""

    claimant: str | None
    nation: str | None
    outlet: str | None
    denied_by: str | None


REPORTER = Voice(None, None, None, None)


def voice_at(doc: Document, frames: Sequence[Frame], s: Sentence, at: int) -> Voice:
    """Return whose words stand at a character of a sentence.

    The innermost speaker counts; an outlet around it carries. In a quotation that its sentence gives to nobody see
    `quoted_speaker`; elsewhere it is the reporter.
    """
    here = [
        f
        for f in frames_between(frames, s.start, s.end)
        if f.start <= at < f.end and not f.speaker.start <= at < f.speaker.end
    ]
    if here:
        people = [f for f in here if f.speaker.outlet is None and not f.denies]
        denials = [f for f in here if f.denies]
        inner = min(people or [f for f in here if not f.denies] or here, key=lambda f: (f.end - f.start, -f.start))
        outlets = [f.speaker.outlet for f in here if f.speaker.outlet is not None]
        outlet = inner.outlet or (outlets[0] if outlets else None)
        denied_by = denials[-1].speaker.text if denials else None
        if inner.denies:
            return Voice(None, None, outlet, denied_by)
        return Voice(inner.speaker.text, inner.speaker.nation, outlet, denied_by)
    who = quoted_speaker(doc, frames, s, at)
    if who is not None:
        return Voice(who[0].text, who[0].nation, who[1], None)
    return REPORTER


def quoted_speaker(doc: Document, frames: Sequence[Frame], s: Sentence, at: int) -> tuple[Speaker, str | None] | None:
    """Return who is quoted at a character of a sentence, and the outlet; None outside quotations.

    A speaker of another sentence that has these words, else whoever acts in the sentence of a few quoted words, else the
    paragraph's last speaker, else its next one, else who spoke or was announced at the end of the paragraph before.
    """
    q = next((q for q in doc.quotations_in(at, at + 1) if q.start <= at < q.end), None)
    if q is None:
        return None
    p = doc.paragraphs[s.paragraph]
    near = frames_between(frames, p.start, p.end)
    mine = [f for f in near if f.start <= at < f.end]
    if not mine and s.start + 1 < q.start:
        first = s.words[0].low
        # Deploring the "silence" of the mayor, the pilots ...
        subject = opening_subject(doc, s, s.end if first.endswith("ing") and first != "during" else q.start)
        if subject is not None:
            return subject, None
    mine = mine or [f for f in near if f.cue_at < at][-1:] or list(near[:1])
    if not mine and q.start - p.start <= 3 and s.paragraph > 0:
        before = doc.paragraphs[s.paragraph - 1]
        mine = list(frames_between(frames, before.start, before.end))
        if not mine and doc.text[before.end - 1] == ":":
            last = next((x for x in reversed(doc.sentences) if x.paragraph == s.paragraph - 1), None)
            subject = opening_subject(doc, last, before.end) if last is not None else None
            return (subject, None) if subject is not None else None
    return (mine[-1].speaker, mine[-1].outlet) if mine else None
