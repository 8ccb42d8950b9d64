"""Who says so in a headline, where the verb, the colon or even the mark for it can be missing."""

from __future__ import annotations

from streams.core.extract.speakers import QUOTES, Frame, speaker_of
from streams.core.extract.text import Document, Sentence

_CLAIMANT_NOUNS = frozenset(
    """monitor monitors ngo governor police official officials media tv television radio reports ministry army military agency
    observatory unicef un u.n who activists activist source sources minister president spokesman spokesperson
    authorities
    government group watchdog medics hospital doctors rebels witnesses residents mayor paper newspaper pentagon
    kremlin nato
    opposition coalition staff commander general envoy lawyer study survey amnesty""".split()
)
# "Blast at Kabul foreign ministry: 20 dead" says what happened, not who speaks.
_DEEDS = frozenset(
    "blast explosion attack strike shooting fire raid bombing crash quake earthquake clash clashes".split()
)
_ADDS = frozenset("after amid following".split())
_TITLE_SAY = frozenset("say says said report reports claims claim warns tells confirms denies admits announces".split())


def title_frames(doc: Document, s: Sentence) -> list[Frame]:
    """Return the frames of a headline: "X says ...", "...: X", "X: ...", and "... _ monitor" with its marks lost.

    Both halves of "Army says it killed 22; rebels report three dead" have their own, also with a comma between them.
    """
    marks = [n for n, w in enumerate(s.words) if w.low == ";"] or _second_speaker(s)
    if len(marks) != 1 or not 2 < marks[0] < len(s.words) - 3:
        return _frames_of(doc, s)
    at = s.words[marks[0]].start
    halves = _part_of(s, 0, marks[0], s.start, at), _part_of(s, marks[0] + 1, len(s.words), at + 1, s.end)
    return [f for half in halves for f in _frames_of(doc, half)]


def _behind_a_dash(doc: Document, s: Sentence) -> Frame | None:
    """Return the frame of "Drone strike kills 30 - medical source", None without such a dash."""
    dash = max(doc.text.rfind(mark, s.start, s.end) for mark in (" - ", " – ", " — "))
    tail = [i for i, w in enumerate(s.words) if w.start > dash and w.text not in {"–", "—"}] if dash > s.start else []
    lows = {s.words[i].low for i in tail}
    if not 1 < len(tail) <= 5 or not lows & _CLAIMANT_NOUNS or any(low[0].isdigit() for low in lows):
        return None
    sp = speaker_of(doc, s, tail[0], tail[-1] + 1)
    return Frame(s.start, dash, sp, "", sp.start, False, sp.outlet) if sp is not None else None


def _second_speaker(s: Sentence) -> list[int]:
    """Return the comma before a second speaker: "Trump says nobody was hurt, Iranian media stand by 80 dead"."""
    cues = [i for i, w in enumerate(s.words) if w.low in _TITLE_SAY or _stands_by(s, i)]
    for i in cues[1:]:
        comma = next((k for k in range(i - 1, max(0, i - 6), -1) if s.words[k].low == ","), None)
        if comma is not None and cues[0] < comma and i < len(s.words) - 2:
            return [comma]
    return []


def _stands_by(s: Sentence, i: int) -> bool:
    return s.words[i].low in {"stand", "stands"} and i + 1 < len(s.words) and s.words[i + 1].low == "by"


def _content_end(s: Sentence, i: int) -> int:
    """Return where the words end that cue i of a headline announces: what follows "after" is the headline's own.

    So is what follows a quotation: 'Trump says "All is well" after missiles strike bases'.
    """
    words = s.words
    if i + 1 < len(words) and words[i + 1].text in QUOTES:
        close = next((k for k in range(i + 2, len(words)) if words[k].text in QUOTES), None)
        if close is not None and close + 1 < len(words) and words[close + 1].low in _ADDS:
            return words[close].end
    return next((words[k].start for k in range(i + 3, len(words)) if words[k].low in _ADDS), s.end)


def _part_of(s: Sentence, i: int, j: int, start: int, end: int) -> Sentence:
    """Return words i to j (exclusive) of a headline as one of its own."""
    hits = tuple(h._replace(start=h.start - i, end=h.end - i) for h in s.hits if i <= h.start and h.end <= j)
    return s._replace(start=start, end=end, words=s.words[i:j], hits=hits, pos=(), dep=(), head=())


def _frames_of(doc: Document, s: Sentence) -> list[Frame]:
    words, n = s.words, len(s.words)
    for i in range(1, n):
        noun = words[i].low in {"claim", "claims", "reports"} and i == n - 1
        if (
            noun
            and words[i].low == "reports"
            and words[i - 1].low in {"television", "tv", "radio", "agency", "newspaper", "army"}
        ):
            noun = False
        if words[i].low in _TITLE_SAY and words[i - 1].low == "," and i + 1 < n and words[i + 1].low in _CLAIMANT_NOUNS:
            stop = next((k for k in range(i + 1, n) if words[k].low in {",", ";", "."}), n)
            sp = speaker_of(doc, s, i + 1, stop) if stop - i <= 5 else None  # "at least 20 dead, says official"
            if sp is not None:
                return [Frame(s.start, words[i - 1].start, sp, words[i].low, words[i].start, False, sp.outlet)]
        told = words[i].low in {"spoke", "speaks", "spoken"} and i + 1 < n and words[i + 1].low == "of"
        if told or _stands_by(s, i):
            sp = speaker_of(doc, s, 0, i - 1 if words[i - 1].low in {"had", "has", "have"} else i)
            return [Frame(words[i + 1].end, s.end, sp, words[i].low, words[i].start, False, sp.outlet)] if sp else []
        if words[i].low in _TITLE_SAY and not noun:
            if i == n - 1 or (i == n - 2 and words[n - 1].low == "."):
                j = i
                k = j - 1
                while (
                    k > 0
                    and words[k].low not in {",", ":"}
                    and (
                        words[k].text[0].isupper()
                        or words[k].low in _CLAIMANT_NOUNS
                        or words[k].low in {"of", "monitoring", "local", "state"}
                    )
                    and words[k - 1].low != "in"
                ):
                    if j - k >= 2 and words[k - 1].low not in _CLAIMANT_NOUNS | {"monitoring", "local", "state"}:
                        break
                    k -= 1
                while k < j and words[k].low not in _CLAIMANT_NOUNS and j - k > 2:
                    k += 1
                k = max([k, *(h.end for h in s.hits if h.entry.kind == "place" and k < h.end < j)])
                while k > 0 and words[k].glued:
                    k -= 1  # Moscow-installed official
                sp = speaker_of(doc, s, k, j)
                return (
                    [Frame(s.start, words[k].start, sp, words[i].low, words[i].start, False, sp.outlet)] if sp else []
                )
            if words[i].low in {"reports", "claims", "claim"} and i > 4:
                continue
            # "Rebels take town as UN says", "Nine dead? No: police say"
            first = next((k + 1 for k in range(i - 2, 1, -1) if words[k].low in {"as", "?", ":"}), 0)
            sp = speaker_of(doc, s, first, i)
            if sp is not None and not any(w.low in {",", ";"} for w in words[:i]):
                return [
                    Frame(
                        words[i].end,
                        _content_end(s, i),
                        sp,
                        words[i].low,
                        words[i].start,
                        words[i].low == "denies",
                        sp.outlet,
                    )
                ]
    if (behind := _behind_a_dash(doc, s)) is not None:
        return [behind]
    colons = [k for k in range(n) if words[k].low == ":"]
    if colons:
        k = colons[-1]
        tail = [w.low for w in words[k + 1 :]]
        if (
            0 < len(tail) <= 5
            and (set(tail) & _CLAIMANT_NOUNS or len(tail) <= 2)
            and not any(t[0].isdigit() for t in tail)
        ):
            end = n
            while end > k + 2 and words[end - 1].low == ".":
                end -= 1
            if tail[0] in _CLAIMANT_NOUNS and len(tail) > 2 and words[k + 2].text[0].isupper():
                end = k + 2  # a byline after it
            sp = speaker_of(doc, s, k + 1, end)
            return [Frame(s.start, words[k].start, sp, ":", words[k].start, False, sp.outlet)] if sp else []
        k = colons[0]
        head = [w.low for w in words[:k]]
        if (
            0 < len(head) <= 5
            and k < n - 1
            and _DEEDS.isdisjoint(head)
            and (
                set(head) & _CLAIMANT_NOUNS
                or any(h.entry.kind in {"group", "outlet", "leader"} for h in s.hits if h.end <= k)
            )
        ):
            sp = speaker_of(doc, s, 0, k)
            return [Frame(words[k].end, s.end, sp, ":", words[k].start, False, sp.outlet)] if sp else []
    end = n
    while end > 1 and words[end - 1].low in {".", "_"}:
        end -= 1
    if end > 3 and (
        words[end - 1].low in _CLAIMANT_NOUNS
        or any(h.end == end and h.entry.kind == "group" and h.entry.sort == "organisation" for h in s.hits)
    ):
        k = end - 1
        hit = next((h for h in s.hits if h.end == end and h.entry.kind == "group"), None)
        if hit is not None:
            k = hit.start
        elif words[k].low in {"media", "tv", "television", "radio", "reports", "observatory"} and words[k - 1].low in {
            "state",
            "local",
            "syrian",
            "official",
            "rights",
            "media",
        }:
            k -= 1
        while k > 0 and words[k].glued:
            k -= 1  # Moscow-installed official
        before = words[k - 1].low
        last = words[end - 1].low
        # "kill 20 Monitor": nobody counts twenty of one monitor; "kill 20 police" are counted.
        counted = before[0].isdigit() and (before == "1" or last.endswith("s") or last in {"police", "media", "staff"})
        modified = any(h.end == k and h.entry.kind == "adjective" for h in s.hits)
        if counted or (modified and words[k].low not in {"observatory", "media", "tv", "army", "military", "police"}):
            return []
        if before not in {
            "by",
            "of",
            "in",
            "against",
            "on",
            "at",
            "the",
            "for",
            "to",
            "from",
            "and",
            "with",
            "a",
            "near",
        }:
            sp = speaker_of(doc, s, k, end)
            return [Frame(s.start, words[k].start, sp, "", words[k].start, False, sp.outlet)] if sp else []
    if n > 2 and words[0].low in _CLAIMANT_NOUNS and words[1].low[0].isdigit():
        sp = speaker_of(doc, s, 0, 1)
        return [Frame(words[0].end, s.end, sp, "", words[0].start, False, sp.outlet)] if sp else []
    return []
