"""Who says so: which words have which speaker, and the outlet that carried them. Speaker and outlet stay apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from streams.core.extract.groups import groups_of
from streams.core.extract.headlines import title_frames
from streams.core.extract.shown import shown
from streams.core.extract.speakers import (
    DAYS,
    OUTLET_WORDS,
    PRONOUNS,
    QUOTES,
    SAY,
    SOURCE_NOUN,
    Frame,
    Speaker,
    is_surname,
    left_speaker,
    opening_subject,
    outlet_in,
    right_speaker,
    speaker_of,
)
from streams.core.extract.text import Document, Quotation, Sentence
from streams.core.extract.transcripts import signed, transcribed
from streams.core.words import Word

# A participle after its speaker's own clause: "..., adding that"; the speaker is the last one.
_PARTICIPLES = frozenset(
    "saying adding claiming warning stating noting insisting reporting announcing confirming denying".split()
)
# These are participles of much else too: they need a comma, "that" or a quotation beside them.
_LOOSE_PARTICIPLES = frozenset(
    """admitting arguing asserting declaring suggesting explaining asking telling writing shouting chanting urging
    acknowledging conceding lamenting calling""".split()
)
# Verbs of speech that "and" joins as nouns, too, or that join other verbs: "found and reported".
_NOUNS_TOO = frozenset(
    "report reports claim claims show shows showed notes states charged calls demands estimates found".split()
)
_BEFORE_PARTICIPLES = frozenset("by for despite before after while".split())
_CORRECTS = frozenset("revised corrected updated lowered".split())
_FIGURES = frozenset("toll number figure figures count tally losses dead injured wounded".split())
_BRANDS = frozenset("called calls branded labelled labeled described".split())
# "called reports of 25 dead a fabrication"
_BRANDED = re.compile(
    r"(?i) (?:the |these |such |media |those )*(?:reports?|claims?|figures?|tolls?|allegations?|accounts?)\b[^.;]{0,80}?"
    r"\b(?:fabrications?|fabricated|lies?|fakes?|false|baseless|nonsense|propaganda|exaggerated|untrue|invented)\b"
)
_GIVES = frozenset("put puts gave gives".split())
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
    charged commented suggests suggested indicated indicates repeated threatened declined asks
    wondered wonders lamented bemoaned shouted chanted answered countered retorted mocked ridiculed criticized
    criticised""".split()
)
# "...," she posted on X: a quotation that ends before the speaker is enough.
_AFTER_QUOTATION = frozenset(
    "posted commented responded wondered lamented answered countered retorted continued".split()
)
# Somebody is criticised: "Khan, the mayor, criticised Trump" is not said by Trump.
_JUDGES = frozenset(
    """criticised criticized praised condemned denounced blamed accused mocked ridiculed scolded hailed urged threatened
    dismissed rejected charged called released issued refuted""".split()
)
_AFTER_END = frozenset({".", ",", "!", "?", ";", ":"})


# How many speeches back a pronoun or "the source" may reach.
_MEMORY = 30


def frames_of(doc: Document) -> tuple[Frame, ...]:
    """Return every stretch of the document that has a speaker, in reading order of their cues."""
    by_hand = {n: f for n, p in enumerate(doc.paragraphs) if p.layer == "body" and (f := signed(doc, p)) is not None}
    out: list[Frame] = list(by_hand.values())
    for n, s in enumerate(doc.sentences):
        if s.paragraph in by_hand:
            continue
        if s.layer == "title":
            out += title_frames(doc, s)
        elif s.layer == "body":
            spoken = transcribed(doc, n)
            mine = [spoken] if spoken is not None else []
            mine += _sentence_frames(doc, s, out[-_MEMORY:])
            unfinished = doc.text[s.end - 1] not in ".!?\"”'’"
            out += mine or (title_frames(doc, s) if unfinished and len(s.words) < 30 else [])
    return tuple(sorted(out, key=lambda f: f.cue_at))


def _sentence_frames(doc: Document, s: Sentence, before: Sequence[Frame]) -> list[Frame]:
    words, n = s.words, len(s.words)
    out: list[Frame] = []
    carried = _carrier(doc, s)
    for i in range(n):
        low = words[i].low
        if low not in _TELLS:
            continue
        if low == "according" and i + 1 < n and words[i + 1].low == "to":
            out += _according(doc, s, i, [*before, *out])
        elif low in {"quoting", "citing"}:
            out += _quoting(doc, s, i)
        elif low in _TELLINGS and i > 1 and words[i - 1].low == "'s":
            out += _owned(doc, s, i, [*before, *out])
        elif low in _BRANDS and _BRANDED.match(doc.text, words[i].end, s.end):
            sp, _at = left_speaker(doc, s, i)
            out += [_framed(doc, s, sp, i, words[i].end, s.end, before)._replace(denies=True)] if sp is not None else []
        elif low in {"spoke", "speaks", "speak", "spoken"} and i + 1 < n and words[i + 1].low == "of":
            sp, _at = left_speaker(doc, s, i)
            out += [_framed(doc, s, sp, i, words[i].end, s.end, before)] if sp is not None else []
        elif low in _TOLD_BY and i + 2 < n and words[i + 1].low == "by" and words[i - 1].low in _WAS:
            out += _told_by(doc, s, i, [*before, *out])
        elif low in {"accused", "accuses"} and i:
            out += _accused(doc, s, i, [*before, *out])
        elif low in {"quoted", "cited"} and i:
            out += _quoted_as_saying(doc, s, i, [*before, *out])
        elif (
            low in SAY
            and not is_surname(words, i)
            and not words[i].glued
            and not doc.quoted(words[i].start)
            and not _takes_lives(words, i)
        ):
            out += _spoken(doc, s, i, [*before, *out])
        elif low == "put" and i + 1 < n and words[i + 1].low == "it":
            out += _put(doc, s, i, [*before, *out])
        elif low in _GIVES | _CORRECTS and any(w.low in _FIGURES for w in words[i + 1 : i + 4]):
            sp, _at = left_speaker(doc, s, i)
            if sp is not None:
                out.append(_framed(doc, s, sp, i, words[i].end, s.end, before))
    out += shown(doc, s, out)
    if carried is not None:
        out = [f._replace(outlet=f.outlet or carried) if f.speaker.outlet is None else f for f in out]
    return _told_apart(out)


_CARRIED = re.compile(
    r"(?i)\b(?:carried|published|quoted|broadcast|aired|released|relayed|reported|posted|distributed"
    r"|cited|told|given|sent)\s+(?:late\s+\w+\s+)?(?:by|on|to|in|via)?\s*"
)


def _carrier(doc: Document, s: Sentence) -> str | None:
    """Return the outlet that the sentence says carried the words ("carried by SANA", "told Reuters")."""
    known = any(h.entry.kind == "outlet" for h in s.hits)
    for m in _CARRIED.finditer(doc.text, s.start, s.end) if known or OUTLET_WORDS.may_be_in(s.low) else ():
        for h in s.hits:
            at = s.words[h.start].start
            if (
                h.entry.kind == "outlet"
                and 0 <= at - m.end() <= 25
                and not re.search(r"[.;:]", doc.text[m.end() : at].replace("'s", ""))
            ):
                return h.entry.name
        tail = OUTLET_WORDS.search(s.low, doc.text, m.end(), min(s.end, m.end() + 40))
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
    if earlier is None and sp.text == "it" and sp.start > s.start:
        # "The air force shot down 45 drones, it said"
        own = opening_subject(doc, s, sp.start)
        sp = sp._replace(text=own.text, nation=own.nation) if own is not None else sp
    outlet = sp.outlet
    if earlier is not None:
        sp = sp._replace(text=earlier.speaker.text, nation=earlier.speaker.nation, outlet=earlier.speaker.outlet)
        gap = doc.text[earlier.cue_at : sp.start]
        outlet = outlet or (earlier.outlet if "\n" not in gap else None)
    return Frame(start, end, sp, word, s.words[cue].start, word in _DENY, outlet)


def _antecedent(sp: Speaker, before: Sequence[Frame]) -> Frame | None:
    """Return the earlier frame whose speaker a pronoun or "the source" means."""
    low = sp.text.lower()
    if low in PRONOUNS:
        return next((f for f in reversed(before) if f.speaker.text.lower() not in PRONOUNS), None)
    m = re.fullmatch(r"(?:the|this|that)\s+(?:same\s+)?([\w-]+)", low)
    if m is None:
        return None
    noun = m.group(1)
    for f in reversed(before):
        text = f.speaker.text
        if text.lower() != low and re.search(rf"(?i)\b{re.escape(noun)}\b", text):
            return f
    return None


_TURNS = frozenset("while but whereas though although".split())


def _speaks(words: Sequence[Word]) -> bool:
    verbs = (b for a, b in pairwise(words) if a.low not in _PASSIVE)
    return any(w.low in SAY or w.low in {"spoke", "put", "gave"} for w in verbs)


_PASSIVE = frozenset("was were been being is are casualties injuries deaths damage".split())


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
        if j > i + 2 and _counts_people(words, j):
            break  # "According to the radio 12 people were hurt"
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
        elif k > j and words[k].low in _TURNS and words[k - 1].low == "," and _speaks(words[k : k + 9]):
            b = words[k].start
            break
    frame = _framed(doc, s, sp, i, a, b, before)
    if sp.outlet is not None:
        # "..., she said, according to Fars": Fars carries what she said
        mine = [f for f in before if s.start <= f.cue_at < s.end and f.speaker.outlet is None]
        if mine:
            return [frame._replace(cue="according", outlet=sp.outlet)]
    return [frame]


def _counts_people(words: Sequence[Word], j: int) -> bool:
    """Return whether a count at word j opens what is told, without the comma before it: no speaker's number does."""
    if not (words[j].text.isdigit() or words[j].low == "some" or words[j].low in _SMALL_NUMBERS) or j + 1 >= len(words):
        return False
    before = words[j - 1]
    if words[j + 1].glued:
        return False  # a 15-count complaint
    return before.text.isalpha() and before.text.islower() and before.low not in _WITHIN and words[j + 1].text.islower()


_SMALL_NUMBERS = frozenset("two three four five six seven eight nine ten eleven twelve dozens hundreds".split())
_WITHIN = frozenset("of the and or these those his her its their all both least than about some at".split())
_TELLINGS = frozenset("claim claims assertion assertions report reports statement allegation allegations".split())
# A word of these begins each of the branches below.
_TELLS = (
    SAY
    | _TELLINGS
    | _GIVES
    | _CORRECTS
    | _BRANDS
    | frozenset("according quoting citing spoke speaks speak spoken quoted cited put puts".split())
)


def _owned(doc: Document, s: Sentence, i: int, before: Sequence[Frame]) -> list[Frame]:
    """Return the frame of "Kyiv's claim that ten had died" or "the ministry's claim to have ...": who makes the claim."""
    words = s.words
    if i + 1 >= len(words) or words[i + 1].low not in {"that", "of", "to"}:
        return []
    k = next((k for k in range(i - 2, max(-1, i - 7), -1) if words[k].low in {"the", "a", "an"}), i - 2)
    while k > 0 and words[k - 1].text[0].isupper():
        k -= 1
    sp = speaker_of(doc, s, k, i - 1)
    return [_framed(doc, s, sp, i, words[i].end, s.end, before)] if sp is not None else []


def _takes_lives(words: Sequence[Word], i: int) -> bool:
    """Return whether "claimed" goes on with lives: an attack says nothing."""
    return words[i].low.startswith("claim") and any(w.low in {"lives", "life"} for w in words[i + 1 : i + 9])


_BODIES = re.compile(
    r"(?i)\b(?:authorit(?:y|ies)|ministr(?:y|ies)|hospitals?|services?|departments?|governments?|figures|statement|agency)\b"
)


def _quoting(doc: Document, s: Sentence, i: int) -> list[Frame]:
    """Return the frame of "Quoting X, the broadcaster said": X claims where a person or office is quoted."""
    words, n = s.words, len(s.words)
    j = i + 1
    while j < n and words[j].low not in {",", ".", ";", ":"}:
        j += 1
    sp = speaker_of(doc, s, i + 1, j)
    people = any(g.people == "yes" and i < g.head < j for g in groups_of(s))
    people = people or any(h.entry.kind == "group" and i < h.start < j for h in s.hits)
    if sp is None or not (SOURCE_NOUN.search(sp.text) or _BODIES.search(sp.text) or sp.outlet or people):
        return []
    carrier = outlet_in(doc, s, s.start, words[i].start) if j < n and words[j].low == ":" else None
    return [Frame(s.start, s.end - 1, sp, words[i].low, words[i].start, False, sp.outlet or carrier)]


def _put(doc: Document, s: Sentence, i: int, before: Sequence[Frame]) -> list[Frame]:
    """Return the frame of "..., as X put it"."""
    k = next((k for k in range(i - 1, max(-1, i - 10), -1) if s.words[k].low == "as"), None)
    sp = speaker_of(doc, s, k + 1, i) if k is not None else None
    return [_framed(doc, s, sp, i, s.start, s.end, before)] if sp is not None else []


def _quotation_before(doc: Document, s: Sentence) -> Quotation | None:
    """Return the quotation that ends just before the sentence, in its paragraph."""
    p = doc.paragraphs[s.paragraph]
    for q in doc.quotations_in(max(p.start, s.start - 4), s.start):
        if q.closed and q.end < s.start and not any(c.isalnum() for c in doc.text[q.end : s.start]):
            return q
    return None


_TALLIES = frozenset("counted recorded documented registered tallied".split())
_CONFIRMS = frozenset("confirmed reported declared".split())
_HURT = frozenset("dead killed wounded injured missing deaths fatalities casualties injuries".split())


def _spoken(doc: Document, s: Sentence, i: int, before: Sequence[Frame]) -> list[Frame]:
    words, n = s.words, len(s.words)
    low = words[i].low
    if s.pos and s.pos[i] in {"NOUN", "ADJ", "PROPN", "ADP"}:
        return []
    prev = words[i - 1].low if i else ""
    nxt = words[i + 1].low if i + 1 < n else ""
    if low in _CONFIRMS and nxt in _HURT:
        return []  # 28 soldiers confirmed dead
    if (
        prev
        in {"to", "be", "being", "is", "was", "were", "are", "been", "the", "a", "an", "of", "no", "this", "following"}
        and low != "quoted"
    ):
        return []
    speech = (
        nxt in {"that", ":", ","}
        or (i + 1 < n and words[i + 1].text in QUOTES)
        or (i and (words[i - 1].text in QUOTES or prev == ","))
    )
    # "Who will pay?" the mayor asked.
    asked = _quotation_before(doc, s) if i and i < 12 and (nxt in _AFTER_END or nxt in DAYS or nxt == "") else None
    if asked is not None and any(w.low in {",", ";"} for w in words[:i]):
        asked = None
    speech = speech or asked is not None
    if low in _AFTER_QUOTATION and i > 1:
        speech = speech or any(w.text in QUOTES for w in words[max(0, i - 6) : i])
    clausal = bool(s.pos) and any(s.head[k] == i and s.dep[k] == "ccomp" for k in range(n))
    tallies = low in _TALLIES and any(w.low in _HURT or w.low == "bodies" for w in words[i + 1 : i + 6])
    if low in _WEAK and not speech and not clausal and not tallies and not _quote_after(doc, words[i].end, s.end):
        return []
    if low in {"found", "finds"} and nxt != "that":
        return []
    if low in _PARTICIPLES or low in _LOOSE_PARTICIPLES:
        opens = _quote_after(doc, words[i].end, s.end) or nxt == "that"
        k = next((k for k in range(i - 1, max(0, i - 9), -1) if words[k].low in {"with", ",", "by"}), 0)
        if opens and k and words[k].low == "with" and (sp := speaker_of(doc, s, k + 1, i)) is not None:
            return [_framed(doc, s, sp, i, words[i].end, s.end, before)]  # "..., with police saying that 14 died"
        if low in _LOOSE_PARTICIPLES and not (opens or (prev == "," and nxt == "whether")):
            return []
        mine = [f for f in before if s.start <= f.cue_at < s.end] or list(before[-1:] if prev == "," and i < 2 else [])
        if prev == "as" and mine and mine[-1].cue == "quoted":
            return []
        if mine and not _relative(s, mine[-1]):
            last = mine[-1]
            return [Frame(words[i].end, s.end, last.speaker, low, words[i].start, low in _DENY, last.outlet)]
        sp = opening_subject(doc, s, words[i].start) if prev == "," or (opens and prev in _BEFORE_PARTICIPLES) else None
        return [_framed(doc, s, sp, i, words[i].end, s.end, before)] if sp is not None else []
    if _unsaid(s, i) or (low == "said" and nxt == "to"):
        return []
    if i == 0:
        # Said the mayor: "..."
        sp, end = right_speaker(doc, s, 0)
        announced = sp is not None and end < n and words[end].low == ":"
        return [_framed(doc, s, sp, i, words[end].end, s.end, before)] if sp is not None and announced else []
    if low in _INFERS and _THINGS_SAID.search(doc.text, s.start, words[i].start):
        return []  # the reporter reads it out of a tweet: nobody said so
    closing = i and (words[i - 1].text in QUOTES or (prev == "," and low not in _JUDGES))
    if closing and low not in {"told", "tells"}:
        sp, end = right_speaker(doc, s, i)
        if (
            sp is not None
            and sp.text.lower() not in {"that", "it"}
            and not (words[i - 1].low == "," and _has_subject(s, i) and not _signs_off(s, i, end))
        ):
            content_end = words[i - 1].end
            frames = [_framed(doc, s, sp, i, s.start, content_end, before)]
            # "..." said X. / "...," said X, adding; or the quotation goes on after it. Not "said X, who lives there".
            remark = (
                end + 1 < n
                and words[end].low == ","
                and words[end + 1].low in {"who", "whose", "which", "a", "an", "the"}
            )
            if end < n - 1 and (not remark or _quote_after(doc, sp.end, s.end)):
                frames.append(frames[0]._replace(start=sp.end, end=s.end))
            return frames
    sp, at = left_speaker(doc, s, i)
    if sp is None or (at > 0 and words[at - 1].low in {"if", "unless", "whether", "until"}):
        return []
    if asked is not None:
        frame = _framed(doc, s, sp, i, asked.start, asked.end, before)
        return [frame, frame._replace(start=words[i].end, end=s.end)]
    listed = _names_before(s, at)
    if listed is not None:
        sp, at = sp._replace(start=words[listed].start, text=doc.text[words[listed].start : sp.end]), listed
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
    if low in {"told", "tells"}:
        start = words[_hearer_end(s, i)].start
    if nxt == "responsibility":  # who claims a deed does not count its dead
        end = next((w.start for w in words[i:] if w.low in {",", "which", "that"}), s.end)
        return [_framed(doc, s, sp, i, start, end, before)]
    return [_framed(doc, s, sp, i, start, _content_end(doc, s, i), before)]


def _signs_off(s: Sentence, i: int, end: int) -> bool:
    """Return whether a sentence ends with a name after its verb of speech: "..., said Clara Nowak"."""
    names = s.words[i + 1 : end]
    return end >= len(s.words) - 1 and bool(names) and all(w.text[0].isupper() for w in names)


_ADVERBS = frozenset("also yet immediately now ever even publicly again soon".split())
_FUTURE = frozenset("will would may might could shall".split())


def _unsaid(s: Sentence, i: int) -> bool:
    """Return whether the verb of speech at word i was not or not yet done: "did not say", "will announce"."""
    k = i - 1
    while k > 0 and (s.words[k].low in _ADVERBS or s.words[k].low in {"has", "have", "had", "be"}):
        k -= 1
    if k < 0 or (i + 1 < len(s.words) and s.words[i + 1].low == "only"):
        return False
    low = s.words[k].low
    near = [w.low for w in s.words[max(0, k - 8) : k + 1]]
    if "neither" in near and "," not in near[near.index("neither") :]:
        return True
    return low in {"not", "never"} or low.endswith(("n't", "n’t")) or s.words[k].text in _FUTURE


def _names_before(s: Sentence, at: int) -> int | None:
    """Return where a list of names begins that goes on at word ``at``: "Ruiz, Nowak and Adeyemi said"."""
    k = at
    while k > 0 and (s.words[k - 1].low in {",", "and"} or s.words[k - 1].text[0].isupper()):
        k -= 1
    whole = k < at and (k == 0 or s.words[k - 1].text in QUOTES)
    listed = whole and s.words[at - 1].low == "," and any(w.low == "and" for w in s.words[at : at + 8])
    return k if listed else None


_TOLD_BY = frozenset("announced confirmed reported claimed acknowledged".split())
_WAS = frozenset("was were been".split())


def _told_by(doc: Document, s: Sentence, i: int, before: Sequence[Frame]) -> list[Frame]:
    """Return the frame of "the deaths were announced by the army": what stands before is the army's."""
    j = i + 2
    while j < len(s.words) and s.words[j].low not in _AFTER_END and s.words[j].low not in DAYS:
        j += 1
    sp = speaker_of(doc, s, i + 2, j)
    return [_framed(doc, s, sp, i, s.start, s.words[i].start, before)] if sp is not None else []


def _accused(doc: Document, s: Sentence, i: int, before: Sequence[Frame]) -> list[Frame]:
    """Return the frame of "X accused Y of killing thirty", none of "was accused of"."""
    words = s.words
    of = next((k for k in range(i + 2, min(len(words) - 1, i + 10)) if words[k].low == "of"), None)
    if (
        of is None
        or not words[of + 1].low.endswith("ing")
        or words[i - 1].low in {"was", "were", "is", "are", "been", "being"}
    ):
        return []
    sp, _at = left_speaker(doc, s, i)
    return [_framed(doc, s, sp, i, words[i].end, _content_end(doc, s, i), before)] if sp is not None else []


def _quoted_as_saying(doc: Document, s: Sentence, i: int, before: Sequence[Frame]) -> list[Frame]:
    """Return the frame of "quoted X as saying" or "X was quoted by an outlet as saying": X's words, the outlet's report."""
    words = s.words
    k = next(
        (
            k
            for k in range(i + 1, min(i + 14, len(words) - 1))
            if words[k].low == "as" and words[k + 1].low in {"saying", "telling"}
        ),
        None,
    )
    if k is None:
        return []
    passive = words[i - 1].low in {"was", "were", "is", "are", "been", "being"}
    signs_off = k + 2 >= len(words) or words[k + 2].text[0] in ".!?"
    sp = left_speaker(doc, s, i - 1)[0] if passive else speaker_of(doc, s, i + 1, k)
    if sp is None:
        return []
    outlet = outlet_in(doc, s, words[i].end, words[k].start) if passive else outlet_in(doc, s, s.start, words[i].start)
    # "..., the agency quoted the ministry as saying."
    a, b = (s.start, words[i].start) if signs_off and not passive else (words[k + 1].end, s.end)
    frame = _framed(doc, s, sp, i, a, b, before)
    at = next((n for n, w in enumerate(words) if w.start >= sp.start), 0)
    if passive and at and (words[at - 1].low == "," or words[at - 1].text in QUOTES):
        frame = frame._replace(start=s.start, end=words[at - 1].end)  # "...," X was quoted as saying by Fars
        outlet = outlet or outlet_in(doc, s, words[k + 1].end, s.end)
    return [frame._replace(outlet=frame.outlet or outlet)]


def _relative(s: Sentence, f: Frame) -> bool:
    """Return whether a frame's cue stands in a remark about somebody: "the man who said"."""
    return any(a.low in {"who", "which"} and b.start == f.cue_at for a, b in pairwise(s.words))


def _hearer_end(s: Sentence, i: int) -> int:
    """Return the word with which the words begin that somebody was told at word i."""
    n = len(s.words)
    for k in range(i + 1, n):
        if s.words[k].low in {"that", ","} or s.words[k].text in QUOTES:
            return k
    # "Told reporters nobody was hurt": past the hearer, if it is one word, a name or a group
    group = next((g for g in groups_of(s) if g.start == i + 1), None)
    hearer = next((h for h in s.hits if h.start == i + 1), None)
    end = hearer.end if hearer is not None else group.end if group is not None else n - 1
    return min(end, n - 1)


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
    if i and s.words[i - 1].low in {"who", "which"}:
        # "Nowak left the man who said so, saying that he lied": the participle is Nowak's
        k = next(
            (k for k in range(i + 1, len(s.words)) if s.words[k].low in _PARTICIPLES and s.words[k - 1].low == ","),
            None,
        )
        if k is not None:
            return s.words[k - 1].start
    for k in range(i + 1, len(s.words) - 2):
        # "denied the raid and said": what comes now has its own verb
        if s.words[k].low in {"and", "but"} and not doc.quoted(s.words[k].start):
            verb = k + 2 if s.words[k + 1].low in {"has", "have", "had", "also", "later"} else k + 1
            if s.words[verb].low in SAY and s.words[verb].low not in _NOUNS_TOO:
                return s.words[k].start
    for m in re.compile(r";|,\s+(?:but|while)\b").finditer(doc.text, s.words[i].end, s.end):
        rest = [w for w in s.words if w.start >= m.end()]
        if any(w.low in SAY for w in rest[:16]):
            return m.start()
    return s.end
