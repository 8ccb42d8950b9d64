"""What became of people told of before: "he died", "one of them died", "three were shot, one fatally"."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from streams.core.extract.quantities import Quantity, quantities
from streams.core.extract.scope import scope_of, status_of
from streams.core.extract.text import Document, Sentence
from streams.core.model import CasualtyClaim

_SHOT = re.compile(
    r"(?i)\b(?:shot|shoot\w*|stabb\w+|struck|wound\w*|injur\w+|hit|condition|gunshot|bullets?|gunfire|grazed|burn\w*)\b"
)
_HE_DIED = re.compile(
    r"(?i)\b(?P<who>he|she)\s+(?:had\s+|has\s+|has\s+since\s+|also\s+|later\s+|then\s+|subsequently\s+|was\s+|eventually\s+)*"
    r"(?P<how>died|dies|(?:pronounced|declared)\s+(?:dead|deceased)|succumbed)\b"
)
# "was hit in the head and pronounced dead", "who shot himself on Friday has died", "shot another boy, killing him"
_AND_DIED = re.compile(
    r"(?i)\b(?:and|but|has|had)\s+(?:was\s+|has\s+|had\s+|later\s+|then\s+|since\s+|subsequently\s+)*"
    r"(?:died|(?:pronounced|declared)\s+(?:dead|deceased)|succumbed)\b|,\s+killing\s+(?:him|her|the\s+\w+)\b"
)
_ONE_FATALLY = re.compile(r"(?i)^\s*(?:of\s+(?:them|whom|those)\s+)?(?:,\s+)?fatally\b")
_OF_THEM_DIED = re.compile(
    r"(?i)^\s*of\s+(?:them|whom|the\s+\w+)(?P<named>,\s[^,;.]{3,50}(?:,\s\d+)?,)?\s+(?:has\s+|have\s+|had\s+|later\s+|since\s+|was\s+|were\s+)*"
    r"(?:died|killed|succumbed|pronounced\s+dead|dead)\b(?!\s+(?:was|were|is|are|had|has)\b)"
)


# One of these stands in all of them: most sentences need not be searched.
_FATAL = ("died", "dies", "dead", "deceased", "succumbed", "killing", "killed", "fatally")


def with_fates(doc: Document, s: Sentence, found: Sequence[CasualtyClaim]) -> list[CasualtyClaim]:
    """Return the claims so far with what the sentence says of those hurt before; ``found`` holds the sentence's own.

    Who died is no longer counted among the wounded: "three were shot, one fatally" leaves two (derived).
    """
    out = list(found)
    if not any(mark in s.low for mark in _FATAL):
        return out
    text = doc.text[s.start : s.end]
    he = _HE_DIED.search(text)
    if he is not None:
        at = next((n for n in range(len(out) - 1, -1, -1) if _is_one(out[n])), None)
        died = None if at is None or _told_dead(out, at) else _died(doc, s, out[at], he.span(), None)
        if at is not None and died is not None:
            out[at] = died if _may_be_the_same(out[at]) else out[at]
            if out[at] is not died:
                out.append(died)
    elif (m := _AND_DIED.search(text)) is not None:
        here = doc.evidence(s.start, s.end)
        own = [n for n, c in enumerate(out) if c.evidence == here or len(out) == 1]
        if len(own) == 1 and _is_one(out[own[0]]):
            out[own[0]] = _died(doc, s, out[own[0]], m.span(), None) or out[own[0]]
    for q in quantities(s.words):
        rest = doc.text[s.words[q.end - 1].end : s.end]
        m = _ONE_FATALLY.search(rest) or _OF_THEM_DIED.search(rest)
        if m is None or q.low is None or q.low != q.high:
            continue
        at = next((n for n in range(len(out) - 1, -1, -1) if _is_more(out[n], q.low)), None)
        if at is None:
            continue
        if "whom" in m.group() and not any(
            _is_more(c, q.low) for c in found if c.evidence == doc.evidence(s.start, s.end)
        ):
            continue  # "police found two victims, one of whom died": two of this sentence, not the wounded of the one before
        whole, count = out[at], q.low
        start = s.words[q.start].start - s.start
        died = _died(doc, s, whole, (start, start + m.end()), q)
        left = (whole.low or 0) - count
        for n, c in enumerate(out):
            if _is_more(c, count) and (c.low, c.high) == (whole.low, whole.high):
                out[n] = msgspec.structs.replace(c, low=left, high=left if c.high is not None else None)
        # "One of them, Deputy X, died": the sentence tells that death by name.
        if died is not None and not (m.re is _OF_THEM_DIED and m["named"]):
            out.append(died)
    return out


def _is_one(c: CasualtyClaim) -> bool:
    return c.kind == "wounded" and c.low == c.high == 1 and c.scope == "current" and c.status != "denied"


def _is_more(c: CasualtyClaim, than: int) -> bool:
    wounded = c.kind == "wounded" and c.low is not None and c.low > than and c.qual in {"exact", "at_least"}
    return wounded and c.scope == "current" and c.status != "denied"


def _may_be_the_same(c: CasualtyClaim) -> bool:
    return _SHOT.search(c.evidence.quote) is not None


def _told_dead(found: Sequence[CasualtyClaim], at: int) -> bool:
    """Return whether a death of one was told after this person was: "he" is then the dead one, told before."""
    return any(c.kind == "killed" and c.low == c.high == 1 and c.scope == "current" for c in found[at + 1 :])


def _died(
    doc: Document, s: Sentence, who: CasualtyClaim, at: tuple[int, int], q: Quantity | None
) -> CasualtyClaim | None:
    a, b = s.start + at[0], s.start + at[1]
    scope, day = scope_of(doc, s, a, b, b)
    if scope == "hypothetical":
        return None
    counted = {} if q is None else {"low": q.low, "high": q.high, "qual": "exact", "stated": doc.text[a:b]}
    return msgspec.structs.replace(
        who,
        kind="killed",
        scope=scope,
        status=status_of(doc, s, a, b, a),
        event_day=who.event_day or day,
        evidence=doc.evidence(s.start, s.end),
        **counted,
    )
