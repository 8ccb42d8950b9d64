"""Who says so: speakers, the words they are given, and the outlet that carried them. Speaker and outlet stay apart."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from streams.core.extract.groups import groups_of, s_text
from streams.core.extract.text import Document, Quotation, Sentence
from streams.core.gazetteer import Hit


class Speaker(NamedTuple):
    """A speaker as printed (``start`` to ``end``), the text to show, the side it speaks for, and whether it is an outlet."""

    start: int
    end: int
    text: str
    nation: str | None
    outlet: str | None


class Frame(NamedTuple):
    """``speaker`` says what stands from ``start`` to ``end``. ``denies``: says that it is not so. ``outlet`` carried it."""

    start: int
    end: int
    speaker: Speaker
    cue: str
    cue_at: int
    denies: bool
    outlet: str | None


SAY = frozenset(
    """said says say saying told tells tell reported reports report announced announces announce claimed claims claim added
    adds confirmed confirms confirm stated states declared declares warned warns acknowledged acknowledges insisted
    insists
    noted notes explained explains wrote writes tweeted tweets alleged alleges estimated estimates described
    describes admitted
    admits argued argues asserted asserts denied denies deny rejected rejects dismissed dismisses refuted refutes
    disputed
    revealed reveals maintained maintains indicated indicates testified testifies recalled recalls replied replies
    responded
    informed disclosed discloses commented contended contends concluded concludes asked asks suggested suggests stressed
    stresses emphasized emphasised emphasizes pointed pledged vowed promised urged urges called calls demanded demands
    expressed praised condemned denounced charged predicted quipped joked posted counted recorded documented
    tallied show
    shows showed observed believes believed thinks thought complained continued cautioned remarked reiterated repeated
    threatened boasted conceded declined hailed blamed accused released issued reporting announcing claiming warning
    adding confirming denying stating noting insisting argue note insist believe warn admit assert contend add
    explain suggest
    acknowledge concede maintain write predict estimate allege concludes describe adds tell recall scolded
    remark""".split()
)
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
_NOT_A_SPEAKER = frozenset(
    (
        "that in on at during after before to by with as from it this there about of for when if how me "
        "him them us reporters monday tuesday wednesday thursday friday saturday sunday yesterday today "
        "late early while he's after last this"
    ).split()
)
_CLAIMANT_NOUNS = frozenset(
    """monitor monitors ngo governor police official officials media tv television radio reports ministry army military agency
    observatory unicef un u.n who activists activist source sources minister president spokesman spokesperson
    authorities
    government group watchdog medics hospital doctors rebels witnesses residents mayor paper newspaper pentagon
    kremlin nato
    opposition coalition staff commander general envoy lawyer study survey amnesty""".split()
)
_OUTLET_WORDS = re.compile(
    r"(?i)\b(?:(?:state|official|local|government|public|national|iranian|syrian|russian|iraqi"
    r"|opposition|israeli|pro-\w+|semi-?official|state-run|state-owned|state-controlled)[\w' -]{0,25}"
    r"\b(?:television|tv|media|radio|news agency|newspaper|daily|broadcaster|press|agency)"
    r"|\b(?:news agency|newspaper|broadcaster|television station|radio station|state television"
    r"|state tv|television|local reports|media reports|press reports))\b"
)
_SOURCE_NOUN = re.compile(
    r"(?i)\b(?:source|official|spokes\w+|minister|ministry|officer|commander|general|governor|doctor"
    r"|witness|resident|army|military|guard|guards|corps|president|chief|head|leader|director|analyst"
    r"|mayor|police|embassy|office)s?\b"
)
_SKIP_LEFT = frozenset(
    (
        "also later had has have have been earlier then reportedly repeatedly initially previously again "
        "now just further did would not n't falsely immediately promptly quickly officially publicly "
        "subsequently yesterday today meanwhile"
    ).split()
)
_STOP_LEFT = frozenset(
    "that which but while when where because as after before if although though since so whom whose".split()
)
_AFTER_END = frozenset({".", ",", "!", "?", ";", ":"})
_DAYS = frozenset(
    (
        "monday tuesday wednesday thursday friday saturday sunday yesterday today tonight late early in "
        "on during at from via after before by through over as when shortly"
    ).split()
)
_QUOTES = frozenset({'"', "“", "”", "«", "»", "''", "``"})
_PRONOUNS = frozenset("he she it they we i who".split())


def _outlet_in(doc: Document, s: Sentence, a: int, b: int) -> str | None:
    """Return the outlet named between two characters, canonical where the gazetteer knows it."""
    for h in s.hits:
        if h.entry.kind == "outlet" and a <= s.words[h.start].start and s.words[h.end - 1].end <= b:
            return h.entry.name
    m = _OUTLET_WORDS.search(doc.text, a, b)
    if m is None:
        return None
    start = m.start()
    lead = re.search(r"(?:\b(?:[A-Z][\w.-]*['’]s|[Tt]he|[A-Z]\w+)\s+)$", doc.text[a:start])
    return doc.text[a + lead.start() : m.end()] if lead else m.group()


def nation_in(s: Sentence, a: int, b: int) -> str | None:
    """Return the first country that the words between two characters name or imply (IRGC: IR)."""
    for h in s.hits:
        if (
            a <= s.words[h.start].start
            and s.words[h.end - 1].end <= b
            and h.entry.code
            and h.entry.kind in {"country", "adjective", "people", "group", "leader"}
        ):
            return h.entry.code
    return None


def _speaker(doc: Document, s: Sentence, i: int, j: int) -> Speaker | None:
    """Return words i to j (exclusive) as a speaker, trimmed; None where they are none."""
    words = s.words
    while i < j and (
        words[i].low
        in {",", "and", "but", "then", "however", "meanwhile", "still", "yet", "separately", "-", "(", "while", "as"}
        or words[i].text in _QUOTES
    ):
        i += 1
    while j > i and (words[j - 1].low in {",", "who", "which", "-", "("} or words[j - 1].text in _QUOTES):
        j -= 1
    if i >= j or j - i > 22 or words[i].low in _STOP_LEFT or words[i].low in {"to", "of", "be", "is", "was", "not"}:
        return None
    if j - i == 1 and (not words[i].text[0].isalpha() or words[i].low in _STOP_LEFT):
        return None
    a, b = words[i].start, words[j - 1].end
    outlet = _outlet_in(doc, s, a, b)
    if outlet is not None and _SOURCE_NOUN.search(doc.text[a:b].replace(outlet, "")):
        outlet = None
    return Speaker(a, b, doc.text[a:b], nation_in(s, a, b), outlet)


def _left_speaker(doc: Document, s: Sentence, cue: int) -> tuple[Speaker | None, int]:
    """Return who stands before a cue as its subject, and the word where that begins."""
    words = s.words
    j = cue
    while (
        j > 0
        and (words[j - 1].low in _SKIP_LEFT or words[j - 1].low.endswith("ly"))
        and words[j - 1].low not in {"family", "ally"}
    ):
        j -= 1
    if j == 0 or words[j - 1].text in _QUOTES:
        return None, cue
    if words[j - 1].low == ")":
        k = next((k for k in range(j - 2, max(-1, j - 9), -1) if words[k].low == "("), None)
        if k is not None and k > 0:
            i = _boundary(s, k)
            return (_speaker(doc, s, i, k) if i < k else None), i
    stop = j
    if words[j - 1].low == ",":
        # The mayor, interviewed later, said: go round the parenthesis
        k = j - 2
        while k >= 0 and words[k].low != "," and words[k].text not in _QUOTES:
            k -= 1
        if k <= 0 or words[k].low != ",":
            return None, cue
        relative = words[k + 1].low in {"which", "who", "whose"} or j - 1 - k > 9 or not words[k + 1].text[0].isupper()
        stop = k if relative else j - 1
        i = _boundary(s, k)
        if i >= k:
            return None, cue
        return _speaker(doc, s, i, stop), i
    i = _boundary(s, stop)
    if s.pos:
        i = _after_other_verb(s, i, stop)
    return (_speaker(doc, s, i, stop) if i < stop else None), i


def _boundary(s: Sentence, j: int) -> int:
    """Return where the noun phrase that ends before word j can begin at the earliest."""
    words = s.words
    i = j
    while i > 0:
        w = words[i - 1]
        if w.low in {",", ";", ":", "(", ")", "—", "–"} or w.text in _QUOTES or w.low in _STOP_LEFT:
            # "Smith, a doctor, said" was handled before; here a comma ends it, but for titles: "Gen. X of Y, Z said"
            break
        if (
            w.low in SAY
            and i - 1 > 0
            and w.low not in {"report", "reports", "claims", "show", "notes", "states", "charged"}
        ):
            break
        if (
            w.low == "and"
            and i - 2 >= 0
            and (words[i - 2].low == "," or words[i - 2].low in {"wounded", "killed", "injured", "dead"})
        ):
            break
        i -= 1
    return i


def _after_other_verb(s: Sentence, i: int, j: int) -> int:
    """Return the start of the subject: after the last finite verb between i and j, as the model tags it."""
    for k in range(j - 1, i - 1, -1):
        if (
            s.pos[k] in {"AUX", "VERB"}
            and s.dep[k] not in {"amod", "compound", "acl", "relcl", "advcl", "pcomp"}
            and not s.words[k].glued
            and s.dep[k] in {"ROOT", "conj", "ccomp"}
        ):
            if k + 1 < j and s.words[k + 1].low in {"and", "that", "but"}:
                return k + 2
            return k + 1
    return i


def _right_speaker(doc: Document, s: Sentence, cue: int) -> tuple[Speaker | None, int]:
    """Return who stands after an inverted cue (" ...," said X, of Y), and the word after."""
    words, n = s.words, len(s.words)
    i = cue + 1
    if i < n and words[i].low in _NOT_A_SPEAKER:
        return None, i
    j = i
    while j < n and words[j].low not in {",", ".", ";", ":", "!", "?"} and words[j].text not in _QUOTES:
        if words[j].low in {"who", "which", "after", "when", "during", "as", "while", "because"} or (
            j > i and words[j].low in _DAYS and words[j].low not in {"at", "in", "from", "by"}
        ):
            break
        j += 1
    while (
        j + 1 < n and words[j].low == "." and words[j + 1].text[0].isupper() and len(words[j - 1].text) <= 5
    ):  # Gen. X
        j += 1
        while (
            j < n
            and words[j].low not in {",", ".", ";"}
            and words[j].text not in _QUOTES
            and words[j].low not in {"who", "which"}
        ):
            j += 1
    if any(
        w.low.endswith("ed") or w.low in SAY or w.low in {"is", "was", "were", "are", "had", "has", "will", "would"}
        for w in words[i + 1 : j]
    ):
        return None, i  # a clause, not a name: "..., said Clinton reached out"
    return (_speaker(doc, s, i, j) if i < j else None), j


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
                sp = _speaker(doc, s, k, j)
                return [Frame(s.start, s.end, sp, words[i].low, words[i].start, False, sp.outlet)] if sp else []
            if words[i].low in {"reports", "claims", "claim"} and i > 4:
                continue
            sp = _speaker(doc, s, 0, i)
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
            sp = _speaker(doc, s, k + 1, end)
            return [Frame(s.start, words[k].start, sp, ":", words[k].start, False, sp.outlet)] if sp else []
        k = colons[0]
        head = [w.low for w in words[:k]]
        if 0 < len(head) <= 5 and (
            set(head) & _CLAIMANT_NOUNS
            or any(h.entry.kind in {"group", "outlet", "leader"} for h in s.hits if h.end <= k)
        ):
            sp = _speaker(doc, s, 0, k)
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
            sp = _speaker(doc, s, k, end)
            return [Frame(s.start, words[k].start, sp, "", words[k].start, False, sp.outlet)] if sp else []
    if n > 2 and words[0].low in _CLAIMANT_NOUNS and words[1].low[0].isdigit():
        sp = _speaker(doc, s, 0, 1)
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
            sp, _at = _left_speaker(doc, s, i)
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
            speaker = Speaker(a, b, m["who"], nation_in(s, a, b), _outlet_in(doc, s, a, b))
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
        tail = _OUTLET_WORDS.search(doc.text, m.end(), min(s.end, m.end() + 40))
        if tail is not None and tail.start() - m.end() < 16:
            return _outlet_in(doc, s, m.end(), tail.end())
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
        and words[j].text not in _QUOTES
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
            or (words[j].low in _DAYS and words[j].low not in {"from", "at", "in"})
        ):
            break
        j += 1
    sp = _speaker(doc, s, i + 2, j)
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
    sp = _speaker(doc, s, i + 1, j)
    if sp is None or not (_SOURCE_NOUN.search(sp.text) or sp.outlet):
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
        or (i + 1 < n and words[i + 1].text in _QUOTES)
        or (i and (words[i - 1].text in _QUOTES or prev == ","))
    )
    clausal = bool(s.pos) and any(s.head[k] == i and s.dep[k] == "ccomp" for k in range(n))
    if low in _WEAK and not speech and not clausal and not doc_quote_after(doc, words[i].end, s.end):
        return []
    if low in _PARTICIPLES:
        mine = [f for f in before if s.start <= f.cue_at < s.end] or list(before[-1:] if prev == "," and i < 2 else [])
        if mine:
            last = mine[-1]
            return [Frame(words[i].end, s.end, last.speaker, low, words[i].start, low in _DENY, last.outlet)]
        return []
    if low in _INFERS and _THINGS_SAID.search(doc.text, s.start, words[i].start):
        return []  # the reporter reads it out of a tweet: nobody said so
    closing = i and (words[i - 1].text in _QUOTES or prev == ",")
    if closing:
        sp, end = _right_speaker(doc, s, i)
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
    sp, at = _left_speaker(doc, s, i)
    if sp is None:
        return []
    preceding = at > 0 and (words[at - 1].low == "," or words[at - 1].text in _QUOTES)
    after_quotation = at > 0 and words[at - 1].text in _QUOTES
    if low == "told":
        nxt = _past_hearer(s, i)
    ends_here = nxt in _AFTER_END or nxt == "" or nxt in _DAYS or (after_quotation and nxt not in {"that", ":"})
    if preceding and ends_here and nxt != ":":
        frame = _framed(doc, s, sp, i, _content_start(s), words[at - 1].end if at else s.start, before)
        frames = [frame]
        if i + 1 < n - 1:
            frames.append(frame._replace(start=words[i].end, end=s.end))
        return frames
    start = words[i].end
    if low == "told":
        k = i + 1
        while k < n and words[k].low not in {"that", ","} and words[k].text not in _QUOTES:
            k += 1
        start = words[min(k, n - 1)].start
    return [_framed(doc, s, sp, i, start, _content_end(doc, s, i), before)]


def _past_hearer(s: Sentence, i: int) -> str:
    """Return the word after who was told at word i: "told Fars", "told the agency's reporters on Monday"."""
    k = i + 1
    while k < len(s.words) and k < i + 9:
        low = s.words[k].low
        if low in _AFTER_END or low in _DAYS or low in {"that", "how", "what", "he", "she", "they", "it", "there"}:
            return low
        if s.words[k].text in _QUOTES:
            return '"'
        k += 1
    return "" if k >= len(s.words) else s.words[k].low


def doc_quote_after(doc: Document, a: int, b: int) -> bool:
    """Return whether a quotation begins shortly after a cue."""
    return any(a <= q.start for q in doc.quotations_in(a, min(b, a + 60)))


def _has_subject(s: Sentence, i: int) -> bool:
    """Return whether ", X, said ..." has its subject to the left (an apposition stands between commas)."""
    words = s.words
    k = i - 2
    while k >= 0 and words[k].low != "," and words[k].text not in _QUOTES:
        k -= 1
    return k > 0 and words[k].low == "," and i - k <= 14 and not any(w.text in _QUOTES for w in words[:k])


def _content_start(s: Sentence) -> int:
    """Return where the words that ", X said" closes begin: after the last semicolon, unless one claim spans it."""
    return s.start


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


def hits_between(s: Sentence, a: int, b: int) -> list[Hit]:
    """Return the names between two characters of a sentence."""
    return [h for h in s.hits if a <= s.words[h.start].start and s.words[h.end - 1].end <= b]


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
