"""Who used the weapons: who fired them, whose they are, where they came from, and whether the speaker tells of its own."""

from __future__ import annotations

import re

from streams.core.extract.groups import FUNCTION, s_text
from streams.core.extract.speakers import SAY
from streams.core.extract.text import Document, Sentence
from streams.core.extract.voices import Voice
from streams.core.gazetteer import Hit

_FIRE = frozenset(
    (
        "fired fires fire firing launched launches launch launching dropped dropping unleashed "
        "unleashing rained lobbed sent threw used attacked targeted struck hit pounded shelled bombed "
        "strafed raided bombarded"
    ).split()
)
_ACTOR_WORDS = re.compile(
    r"(?i)\b(?:army|military|forces?|troops|rebels?|militants?|guerrillas?|insurgents?|fighters?"
    r"|gunmen|terrorists?|jets|warplanes|aircraft|coalition|navy|militia\w*|group|guards?|corps"
    r"|regime|government|assailants?|attackers?|movement|front|individuals|men|subversives|extremists"
    r"|houthis|militiamen|bombers|planes|helicopters|gunships|gunboats|paramilitar(?:y|ies)|resistance|wing|brigades?"
    r"|junta|separatists?|tanks|(?:war)?ships?|vessels?|frigates?|destroyers?|submarines?)\b"
)
_MODALS = frozenset("might may could would will".split())
_CARRIES = frozenset("carried carries conducted mounted staged".split())
_CARRIED = frozenset("strike strikes attack attacks raid raids airstrike airstrikes operation bombardment".split())
_BLAMED = frozenset("accused accuses accusing blamed blames".split())
_BY = re.compile(
    r"(?i)\b(?:attack|strike|raid|airstrike|air strike|launched|fired|sent|used|carried out|dropped|bombed|shelled|struck|hit"
    r"|bombardment)(?:s|ed)?\s+(?:on\s+\w+day\s+)?by\s+((?:the\s+)?[\w' -]{3,40}?)(?=\s+(?:on|at|in|against|that|which|who"
    r"|killed|killing|destroyed|damaged|wounded|near|were|was|had|have|has|hit|hits|struck|landed|fell|failed|crashed|exploded|missed|overnight|from|into|towards?)\b|[,.;])"
)
_BEFORE_ACTOR = frozenset(
    {",", ";", ":", "that", "when", "after", "and", "which", "who", "as", "because", "while", "but"}
)
# "Iranian-made drones": who made them has not fired them.
_MADE = frozenset("made built supplied designed produced provided donated backed manufactured developed type".split())
# Bodies that speak for a state at war.
_OF_THE_STATE = re.compile(
    r"(?i)\b(?:army|military|forces?|ministry|minister|guards?|corps|navy|air force|command|government|president|general"
    r"|staff|intelligence|security service|spokes\w+|IDF|SBU|commander|chief of staff|troops|jets)\b"
)
_WE = re.compile(
    r"(?i)\bwe\s+(?:have\s+|had\s+|also\s+)?(?:fired|launched|targeted|struck|hit|attacked|bombed|shelled|sent|destroyed)\b"
)
_OWN_FORCES = re.compile(
    r"(?i)\b(?:its|their|our)\s+(?:own\s+)?(?:[\w-]+\s+){0,2}?(?:fighters|forces|troops|soldiers|jets|warplanes|planes|aircraft"
    r"|drones?|missiles?|rockets?|artillery|gunners|navy|army|men|pilots|units|boats|shells|helicopters|bombers|air force)\b"
)
# "None of its soldiers was killed", "two of its drones were shot down", "its forces at the base".
_NOT_FIRING = re.compile(
    r"(?i)(?:\s+(?:at|in|near|on)\s[^,;.]{0,40}?)?\s+(?:was|were|are|is|had been|have been|has been|died|came under)\b"
)
_OWN_SPOKESMAN = re.compile(r"(?i)^(?:its|their|the group's)\s+(?:military\s+)?spokes")
_THE_GROUP = frozenset({"the group", "the movement", "the militia", "the rebels", "the militants", "the faction"})
_IRREGULARS = re.compile(
    r"(?i)\b(?:houthis?|hezbollah|hamas|taliban|militants?|rebels?|fighters|militia\w*|guerrillas?|resistance|insurgents?)\b"
)
_STOP = frozenset({"the", "a", "an", "of", "in"})


def actor_of(doc: Document, s: Sentence, h: Hit | None) -> tuple[str | None, str | None]:
    """Return who used weapon ``h`` (subject of fired, launched, targeted; "by X"; whose it is), and where it came from."""
    words, n = s.words, len(s.words)
    origin = None
    for i in range(n - 1):
        if words[i].low == "from":
            for p in s.hits:
                if p.start in {i + 1, i + 2} and p.entry.kind in {"country", "place", "adjective"}:
                    origin = p.entry.name
    actor = (
        _blamed(s) or _subject(s) or _agent(doc, s) or (owner_of(s, h.start, h.entry.more) if h is not None else None)
    )
    if origin is None and actor is not None:
        for p in s.hits:
            if p.entry.kind == "country" and p.entry.name and s_text(s, p.start, p.end) == actor:
                origin = p.entry.name
    return actor, origin


def named_actor(actor: str | None, voice: Voice) -> str | None:
    """Return the actor of a deed that the speaker claims: "its jets" are the speaker's."""
    speaks_for = voice.claimant is None or re.search(r"(?i)\bspokes\w+", voice.claimant)
    if not speaks_for and (actor is None or actor.lower().startswith(("its ", "their ", "our "))):
        return voice.claimant
    return actor


def _subject(s: Sentence) -> str | None:
    """Return who fired, launched or attacked, as printed."""
    words = s.words
    for i in range(1, len(words)):
        carried_out = words[i].low in _CARRIES and any(w.low in _CARRIED for w in words[i + 1 : i + 8])
        if (words[i].low not in _FIRE and not carried_out) or words[i].glued:
            continue
        j = i
        while j > 0 and words[j - 1].low in {"had", "has", "have", "also", "then", "later", "they", "it"} | _MODALS:
            j -= 1
        k = j
        while k > 0 and words[k - 1].low not in _BEFORE_ACTOR and j - k < 7:
            if words[k - 1].low in SAY and words[k - 1].text.islower():
                break
            k -= 1
        by_pronoun = any(w.low in {"they", "it"} for w in words[j:i])
        if k < j and not by_pronoun:
            k = _past_time(s, k, j)
            text = s_text(s, k, j)
            named = any(p.entry.kind in {"country", "group"} and k <= p.start < j and p.end == j for p in s.hits)
            if (
                (named or _ACTOR_WORDS.search(text))
                and words[j - 1].low not in {"were", "was", "be", "been"}
                and not any(p.entry.kind == "weapon" and k <= p.start < j for p in s.hits)
            ):
                return text
        elif words[i - 1].low in {"they", "had", "it"}:
            speaker = _said_by(s, i)
            if speaker is not None:
                return speaker
    return None


def _blamed(s: Sentence) -> str | None:
    """Return whom somebody accuses of it: "Khartoum accused the RSF of shelling a camp"."""
    words = s.words
    for i, w in enumerate(words):
        if w.low in _BLAMED:
            k = next((k for k in range(i + 2, min(len(words), i + 9)) if words[k].low in {"of", "for"}), None)
            return s_text(s, i + 1, k) if k is not None else None
    return None


_TIMES = frozenset("earlier on in late early overnight meanwhile separately again then yesterday today".split())


def _past_time(s: Sentence, k: int, j: int) -> int:
    """Return where the subject begins after "earlier on Sunday"."""
    while k < j - 1 and (s.words[k].low in _TIMES or s.words[k].low.endswith("day")):
        k += 1
    return k


def _agent(doc: Document, s: Sentence) -> str | None:
    """Return whom "launched by", "an attack by" or "bombed by" names."""
    m = _BY.search(doc.text, s.start, s.end)
    if m is None:
        return None
    a, b = m.span(1)
    sides = (p for p in s.hits if p.entry.kind in {"group", "country", "adjective"} and a <= s.words[p.start].start < b)
    return m.group(1) if _ACTOR_WORDS.search(m.group(1)) or next(sides, None) is not None else None


def owner_of(s: Sentence, at: int, sort: str = "") -> str | None:
    """Return whose the thing at word ``at`` is, canonical: "Israeli tank shells", "Hezbollah rockets", "India's missiles".

    Not of a model (``sort``), which is called after who makes it.
    """
    if sort == "model":
        return None
    sides = {h.end: h for h in s.hits if h.entry.kind in {"adjective", "group", "country"}}
    for k in range(at, max(0, at - 5), -1):
        side = sides.get(k)
        if side is not None:
            nxt = s.words[side.end]
            made = nxt.low in _MADE or (nxt.glued and nxt.low != "led")
            return (
                None
                if made or (side.entry.kind == "country" and k == at and side.end - side.start > 1)
                else side.entry.name
            )
        w = s.words[k - 1]
        if w.low in FUNCTION or not (w.text[0].isalnum() or w.low in {"'s", "’s"}):
            return None
    return None


def _said_by(s: Sentence, i: int) -> str | None:
    """Return the speaker who said "they had targeted" something."""
    for k in range(i - 1, 0, -1):
        if s.words[k].low in {"said", "says", "claimed"}:
            j = k
            while (
                j > 0
                and s.words[j - 1].low not in _BEFORE_ACTOR
                and (s.words[j - 1].text[0].isalpha() or s.words[j - 1].low in {"'s", "’s"})
                and k - j < 6
            ):
                j -= 1
            return s_text(s, j, k) if j < k else None
    return None


def tells_of_its_own(doc: Document, s: Sentence, at: int, voice: Voice, actor: str | None) -> bool:
    """Return whether the speaker tells what its own side did: "the army said its jets had hit a camp"."""
    text = doc.text[s.start : s.end]
    if re.search(r"(?i)\bclaim(?:ed|s)\b[^.]{0,30}\bresponsib", text):
        return True
    if voice.claimant is None:
        return False
    if actor is not None and _overlap(actor, voice.claimant) and not _of_two_nations(s, actor, voice):
        return True
    own = _OWN_FORCES.search(text)
    if own is not None and own.start() > text.find(voice.claimant) and not _NOT_FIRING.match(text, own.end()):
        return True
    if actor is not None:
        of_it = ((voice.claimant, actor), (actor, voice.claimant))
        if any(a.lower() in _THE_GROUP and _IRREGULARS.search(b) for a, b in of_it):
            return True
    if _OWN_SPOKESMAN.match(voice.claimant) or (_WE.search(text) and doc.quoted(at)):
        return True
    return actor is not None and _same_state(s, voice, actor)


def _overlap(a: str, b: str) -> bool:
    words = [set(re.findall(r"\w+", x.lower())) - _STOP for x in (a, b)]
    return bool(words[0] & words[1]) or a.lower() in {"they", "it", "we"}


def _of_two_nations(s: Sentence, actor: str, voice: Voice) -> bool:
    """Return whether South Korea tells of North Korea."""
    sides = {
        h.entry.code for h in s.hits if h.entry.kind in {"country", "adjective"} and s_text(s, h.start, h.end) in actor
    }
    return bool(voice.nation) and bool(sides) and voice.nation not in sides


def _same_state(s: Sentence, voice: Voice, actor: str) -> bool:
    """Return whether a state's own body, or its capital, tells what the state's forces did."""
    claimant = voice.claimant or ""
    code = voice.nation or next(
        (h.entry.code for h in s.hits if h.entry.kind == "place" and s_text(s, h.start, h.end) == claimant), None
    )
    if not code:
        return False
    bare = any(s_text(s, h.start, h.end) == claimant for h in s.hits if h.entry.kind in {"country", "place", "group"})
    if not bare and not _OF_THE_STATE.search(claimant):
        return False
    return any(
        h.entry.code == code
        and h.entry.kind in {"country", "adjective"}
        and (h.entry.name == actor or s_text(s, h.start, h.end) in actor)
        for h in s.hits
    )
