"""Who says so: which words have which speaker, and the outlet that carried them. Speaker and outlet stay apart."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from streams.core.extract.speakers import (
    DAYS,
    OUTLET_WORDS,
    QUOTES,
    SAY,
    SOURCE_NOUN,
    Speaker,
    left_speaker,
    nation_in,
    outlet_in,
    right_speaker,
    speaker_of,
)
from streams.core.extract.text import Document, Sentence

__all__ = ["Frame", "Voice", "frames_between", "frames_of", "nation_in", "voice_at"]


class Frame(NamedTuple):
    """``speaker`` says what stands from ``start`` to ``end``. ``denies``: says that it is not so. ``outlet`` carried it."""

    start: int
    end: int
    speaker: Speaker
    cue: str
    cue_at: int
    denies: bool
    outlet: str | None


# A participle after its speaker's own clause: "..., adding that"; the speaker is the last one.
_PARTICIPLES = frozenset(
    "saying adding claiming warning stating noting insisting reporting announcing confirming denying".split()
)
_INFERS = frozenset("suggested suggests suggest indicated indicates indicate showed shows show".split())
_THINGS_SAID = re.compile(r"(?i)\b(?:tweets?|comments?|remarks?|silence|accounts?|wording|signs?|posture)\b")
_DENY = frozenset("denied denies deny denying rejected rejects dismissed dismisses refuted refutes disputed".split())
# Verbs that need "that", a colon or a quotation to be speech: "released", "called", "show" and nouns such as "reports".
_WEAK = frozenset(
    """called calls show
    shows showed pointed charged continued counted released issued observed report reports claim claims states
    notes show believes believed thinks thought recalled posted pledged recorded documented hailed blamed accused
    condemned
    praised urged demanded demands asked asks expressed estimates warning reporting denounced vowed promised responded
    charged commented suggests suggested indicated indicates repeated threatened declined asks""".split()
)
_CLAIMANT_NOUNS = frozenset(
    """monitor monitors ngo governor police official officials media tv television radio reports ministry army military agency
    observatory unicef un u.n who activists activist source sources minister president spokesman spokesperson
    authorities
    government group watchdog medics hospital doctors rebels witnesses residents mayor paper newspaper pentagon
    kremlin nato
    opposition coalition staff commander general envoy lawyer study survey amnesty""".split()
)
_AFTER_END = frozenset({".", ",", "!", "?", ";", ":"})
_PRONOUNS = frozenset("he she it they we i who".split())


# How many speeches back a pronoun or "the source" may reach.
_MEMORY = 30


def frames_of(doc: Document) -> tuple[Frame, ...]:
    """Return every stretch of the document that has a speaker, in reading order of their cues."""
    out: list[Frame] = []
    for n, s in enumerate(doc.sentences):
        if s.layer == "title":
            out += _title_frames(doc, s)
        elif s.layer == "body":
            spoken = _transcribed(doc, n)
            mine = [spoken] if spoken is not None else []
            mine += _sentence_frames(doc, s, out[-_MEMORY:])
            unfinished = doc.text[s.end - 1] not in ".!?\"”'’"
            out += mine or (_title_frames(doc, s) if unfinished and len(s.words) < 30 else [])
    return tuple(sorted(out, key=lambda f: f.cue_at))


def frames_between(frames: Sequence[Frame], a: int, b: int) -> Sequence[Frame]:
    """Return the frames whose cues stand between two offsets, the second included."""
    return frames[bisect_left(frames, a, key=lambda f: f.cue_at) : bisect_right(frames, b, key=lambda f: f.cue_at)]


_TITLE_SAY = frozenset("say says said reports claims claim warns tells confirms denies admits announces".split())


def _title_frames(doc: Document, s: Sentence) -> list[Frame]:
    """Return the frames of a headline: "X says ...", "...: X", "X: ...", and "... _ monitor" with its marks lost."""
    words, n = s.words, len(s.words)
    for i in range(1, n):
        noun = words[i].low in {"claim", "claims", "reports"} and i == n - 1
        if (
            noun
            and words[i].low == "reports"
            and words[i - 1].low in {"television", "tv", "radio", "agency", "newspaper", "army"}
        ):
            noun = False
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
                sp = speaker_of(doc, s, k, j)
                return [Frame(s.start, s.end, sp, words[i].low, words[i].start, False, sp.outlet)] if sp else []
            if words[i].low in {"reports", "claims", "claim"} and i > 4:
                continue
            sp = speaker_of(doc, s, 0, i)
            if sp is not None and not any(w.low in {",", ";"} for w in words[:i]):
                return [
                    Frame(words[i].end, s.end, sp, words[i].low, words[i].start, words[i].low == "denies", sp.outlet)
                ]
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
        if 0 < len(head) <= 5 and (
            set(head) & _CLAIMANT_NOUNS
            or any(h.entry.kind in {"group", "outlet", "leader"} for h in s.hits if h.end <= k)
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


_TRANSCRIPT = re.compile(
    r"[\"“]?(?P<who>[A-Z][A-Z.'’ -]{2,30}|(?:Mr\.|Ms\.|Mrs\.|Dr\.)? ?[A-Z][a-z]+)(?:\s\([^)]{1,40}\))?: "
)


def _transcribed(doc: Document, number: int) -> Frame | None:
    """Return the frame of a paragraph that opens with its speaker, "PENCE: ..."; None for any other sentence."""
    s = doc.sentences[number]
    p = doc.paragraphs[s.paragraph]
    m = _TRANSCRIPT.match(doc.text, p.start, p.end) if s.start == p.start else None
    if m is None or m["who"].lower() in {"note", "update", "correction", "photo", "source", "editor", "warning"}:
        return None
    speaker = Speaker(m.start("who"), m.end("who"), m["who"], None, None)
    return Frame(m.end(), p.end, speaker, ":", m.end("who"), False, None)


def _sentence_frames(doc: Document, s: Sentence, before: Sequence[Frame]) -> list[Frame]:
    words, n = s.words, len(s.words)
    out: list[Frame] = []
    carried = _carrier(doc, s)
    for i in range(n):
        low = words[i].low
        if low == "according" and i + 1 < n and words[i + 1].low == "to":
            out += _according(doc, s, i, [*before, *out])
        elif low in {"quoting", "citing"}:
            out += _quoting(doc, s, i)
        elif low in SAY and not words[i].glued and not doc.quoted(words[i].start):
            out += _spoken(doc, s, i, [*before, *out])
        elif low == "put" and any(w.low == "toll" for w in words[i : i + 4]):
            sp, _at = left_speaker(doc, s, i)
            if sp is not None:
                out.append(_framed(doc, s, sp, i, words[i].end, s.end, before))
    out += _shown(doc, s, out)
    if carried is not None:
        out = [f._replace(outlet=f.outlet or carried) if f.speaker.outlet is None else f for f in out]
    return _told_apart(out)


# "Videos posted by activists show six bodies"; "hospitals received four bodies": who shows or counts them says so.
_POSTED = re.compile(
    r"(?i)\b(?:videos?|footage|images?|photos?|photographs|pictures|clips?) (?:\w+ ){0,2}?(?:posted|shared|released|filmed"
    r"|published|circulated) (?:\w+ ){0,3}?by (?P<who>[\w' -]{3,60}?)(?: and [^,;.]{3,60}?)?,? (?P<cue>shows?|showed)\b"
)
_RECEIVED = re.compile(
    r"(?i)\b(?P<who>(?:the |a |an )?(?:[\w'-]+ ){0,3}?(?:hospitals?|morgues?|clinics?)) (?:\w+ly )?(?P<cue>received)"
    r"(?= [^;.]*\b(?:bodies|corpses|dead|killed|wounded|injured|casualties)\b)"
)


def _shown(doc: Document, s: Sentence, frames: Sequence[Frame]) -> list[Frame]:
    """Return who shows or took in the dead, where nobody is said to tell of them."""
    out: list[Frame] = []
    for pattern in (_POSTED, _RECEIVED):
        for m in pattern.finditer(doc.text, s.start, s.end):
            if any(f.start <= m.start("cue") < f.end for f in frames):
                continue
            a, b = m.span("who")
            speaker = Speaker(a, b, m["who"], nation_in(s, a, b), outlet_in(doc, s, a, b))
            out.append(Frame(m.end("cue"), s.end, speaker, m["cue"].lower(), m.start("cue"), False, speaker.outlet))
    return out


_CARRIED = re.compile(
    r"(?i)\b(?:carried|published|quoted|broadcast|aired|released|relayed|reported|posted|distributed"
    r"|cited|told|given|sent)\s+(?:late\s+\w+\s+)?(?:by|on|to|in|via)?\s*"
)


def _carrier(doc: Document, s: Sentence) -> str | None:
    """Return the outlet that the sentence says carried the words ("carried by SANA", "told Reuters")."""
    for m in _CARRIED.finditer(doc.text, s.start, s.end):
        for h in s.hits:
            at = s.words[h.start].start
            if (
                h.entry.kind == "outlet"
                and 0 <= at - m.end() <= 25
                and not re.search(r"[.;:]", doc.text[m.end() : at].replace("'s", ""))
            ):
                return h.entry.name
        tail = OUTLET_WORDS.search(doc.text, m.end(), min(s.end, m.end() + 40))
        if tail is not None and tail.start() - m.end() < 16:
            return outlet_in(doc, s, m.end(), tail.end())
    return None


def _told_apart(frames: list[Frame]) -> list[Frame]:
    """Return the frames with outlets moved: who is quoted by an outlet keeps the claim, the outlet carries it."""
    out: list[Frame] = []
    for f in frames:
        around = [g.speaker.outlet for g in frames if g is not f and g.start <= f.start and f.end <= g.end]
        carriers = [f.outlet, f.speaker.outlet, *around]
        out.append(f._replace(outlet=next((c for c in carriers if c is not None), None)))
    return out


def _framed(doc: Document, s: Sentence, sp: Speaker, cue: int, start: int, end: int, before: Sequence[Frame]) -> Frame:
    """Return the frame, with pronouns and "the official" led back to the speaker they mean."""
    word = s.words[cue].low
    earlier = _antecedent(sp, before)
    outlet = sp.outlet
    if earlier is not None:
        sp = sp._replace(text=earlier.speaker.text, nation=earlier.speaker.nation, outlet=earlier.speaker.outlet)
        gap = doc.text[earlier.cue_at : sp.start]
        outlet = outlet or (earlier.outlet if "\n" not in gap else None)
    return Frame(start, end, sp, word, s.words[cue].start, word in _DENY, outlet)


def _antecedent(sp: Speaker, before: Sequence[Frame]) -> Frame | None:
    """Return the earlier frame whose speaker a pronoun or "the source" means."""
    low = sp.text.lower()
    if low in _PRONOUNS:
        return next((f for f in reversed(before) if f.speaker.text.lower() not in _PRONOUNS), None)
    m = re.fullmatch(r"(?:the|this|that)\s+(?:same\s+)?([\w-]+)", low)
    if m is None:
        return None
    noun = m.group(1)
    for f in reversed(before):
        text = f.speaker.text
        if text.lower() != low and re.search(rf"(?i)\b{re.escape(noun)}\b", text):
            return f
    return None


def _according(doc: Document, s: Sentence, i: int, before: Sequence[Frame]) -> list[Frame]:
    words, n = s.words, len(s.words)
    j = i + 2
    while (
        j < n
        and words[j].low not in {",", ";", ":"}
        and words[j].text not in QUOTES
        and words[j].low not in {"who", "which", "that", "but", "said"}
    ):
        if words[j].low == "." and (j + 1 >= n or j == n - 1):
            break
        if j > i + 3 and (
            words[j].low
            in {
                "briefed",
                "citing",
                "quoted",
                "released",
                "published",
                "issued",
                "obtained",
                "cited",
                "speaking",
                "familiar",
                "were",
                "was",
                "at",
                "when",
            }
            or (words[j].low in DAYS and words[j].low not in {"from", "at", "in"})
        ):
            break
        j += 1
    sp = speaker_of(doc, s, i + 2, j)
    if sp is None:
        return []
    a, b = s.start, s.end
    for k in range(n):  # only the clause between semicolons
        if words[k].low == ";":
            if words[k].start < words[i].start:
                a = words[k].end
            else:
                b = words[k].start
                break
    frame = _framed(doc, s, sp, i, a, b, before)
    if sp.outlet is not None:
        # "..., she said, according to Fars": Fars carries what she said
        mine = [f for f in before if s.start <= f.cue_at < s.end and f.speaker.outlet is None]
        if mine:
            return [frame._replace(cue="according", outlet=sp.outlet)]
    return [frame]


def _quoting(doc: Document, s: Sentence, i: int) -> list[Frame]:
    """Return the frame of "Quoting X, the broadcaster said": X claims where a person or office is quoted."""
    words, n = s.words, len(s.words)
    j = i + 1
    while j < n and words[j].low not in {",", ".", ";"}:
        j += 1
    sp = speaker_of(doc, s, i + 1, j)
    if sp is None or not (SOURCE_NOUN.search(sp.text) or sp.outlet):
        return []
    return [Frame(s.start + 1, s.end - 1, sp, words[i].low, words[i].start, False, sp.outlet)]


def _spoken(doc: Document, s: Sentence, i: int, before: Sequence[Frame]) -> list[Frame]:
    words, n = s.words, len(s.words)
    low = words[i].low
    if s.pos and s.pos[i] in {"NOUN", "ADJ", "PROPN", "ADP"}:
        return []
    prev = words[i - 1].low if i else ""
    nxt = words[i + 1].low if i + 1 < n else ""
    if (
        prev in {"to", "be", "being", "is", "was", "were", "are", "been", "the", "a", "an", "of", "no"}
        and low != "quoted"
    ):
        return []
    speech = (
        nxt in {"that", ":", ","}
        or (i + 1 < n and words[i + 1].text in QUOTES)
        or (i and (words[i - 1].text in QUOTES or prev == ","))
    )
    clausal = bool(s.pos) and any(s.head[k] == i and s.dep[k] == "ccomp" for k in range(n))
    if low in _WEAK and not speech and not clausal and not _quote_after(doc, words[i].end, s.end):
        return []
    if low in _PARTICIPLES:
        mine = [f for f in before if s.start <= f.cue_at < s.end] or list(before[-1:] if prev == "," and i < 2 else [])
        if mine:
            last = mine[-1]
            return [Frame(words[i].end, s.end, last.speaker, low, words[i].start, low in _DENY, last.outlet)]
        return []
    if low in _INFERS and _THINGS_SAID.search(doc.text, s.start, words[i].start):
        return []  # the reporter reads it out of a tweet: nobody said so
    closing = i and (words[i - 1].text in QUOTES or prev == ",")
    if closing:
        sp, end = right_speaker(doc, s, i)
        if (
            sp is not None
            and sp.text.lower() not in {"that", "it"}
            and not (words[i - 1].low == "," and _has_subject(s, i))
        ):
            content_end = words[i - 1].end
            frames = [_framed(doc, s, sp, i, s.start, content_end, before)]
            if end < n - 1:  # "..." said X. / "...," said X, adding; or the quotation goes on after it
                frames.append(frames[0]._replace(start=sp.end, end=s.end))
            return frames
    sp, at = left_speaker(doc, s, i)
    if sp is None:
        return []
    preceding = at > 0 and (words[at - 1].low == "," or words[at - 1].text in QUOTES)
    after_quotation = at > 0 and words[at - 1].text in QUOTES
    if low == "told":
        nxt = _past_hearer(s, i)
    ends_here = nxt in _AFTER_END or nxt == "" or nxt in DAYS or (after_quotation and nxt not in {"that", ":"})
    if preceding and ends_here and nxt != ":":
        frame = _framed(doc, s, sp, i, s.start, words[at - 1].end if at else s.start, before)
        frames = [frame]
        if i + 1 < n - 1:
            frames.append(frame._replace(start=words[i].end, end=s.end))
        return frames
    start = words[i].end
    if low == "told":
        k = i + 1
        while k < n and words[k].low not in {"that", ","} and words[k].text not in QUOTES:
            k += 1
        start = words[min(k, n - 1)].start
    return [_framed(doc, s, sp, i, start, _content_end(doc, s, i), before)]


def _past_hearer(s: Sentence, i: int) -> str:
    """Return the word after who was told at word i: "told Fars", "told the agency's reporters on Monday"."""
    k = i + 1
    while k < len(s.words) and k < i + 9:
        low = s.words[k].low
        if low in _AFTER_END or low in DAYS or low in {"that", "how", "what", "he", "she", "they", "it", "there"}:
            return low
        if s.words[k].text in QUOTES:
            return '"'
        k += 1
    return "" if k >= len(s.words) else s.words[k].low


def _quote_after(doc: Document, a: int, b: int) -> bool:
    """Return whether a quotation begins shortly after a cue."""
    return any(a <= q.start for q in doc.quotations_in(a, min(b, a + 60)))


def _has_subject(s: Sentence, i: int) -> bool:
    """Return whether ", X, said ..." has its subject to the left (an apposition stands between commas)."""
    words = s.words
    k = i - 2
    while k >= 0 and words[k].low != "," and words[k].text not in QUOTES:
        k -= 1
    return k > 0 and words[k].low == "," and i - k <= 14 and not any(w.text in QUOTES for w in words[:k])


def _content_end(doc: Document, s: Sentence, i: int) -> int:
    """Return where the words after a cue end: at "; the mayor said", else with the sentence."""
    for m in re.compile(r";|,\s+(?:but|while)\b").finditer(doc.text, s.words[i].end, s.end):
        rest = [w for w in s.words if w.start >= m.end()]
        if any(w.low in SAY for w in rest[:16]):
            return m.start()
    return s.end


class Voice(NamedTuple):
    """Who claims something, for which side, by which outlet, and who denies it. ``claimant`` None: the reporter."""

    claimant: str | None
    nation: str | None
    outlet: str | None
    denied_by: str | None


REPORTER = Voice(None, None, None, None)


def voice_at(doc: Document, frames: Sequence[Frame], s: Sentence, at: int) -> Voice:
    """Return whose words stand at a character of a sentence.

    The innermost speaker counts; an outlet around it carries. Inside a quotation whose sentence names nobody it is the
    paragraph's last speaker, else the next one; elsewhere it is the reporter.
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
    if doc.quoted(at):
        p = doc.paragraphs[s.paragraph]
        earlier = frames_between(frames, p.start, at - 1)
        later = frames_between(frames, at + 1, p.end)
        for f in earlier[-1:] or later[:1]:
            return Voice(f.speaker.text, f.speaker.nation, f.outlet, None)
    return REPORTER
