"""Casualty claims: how many were hurt, who says so, how firmly, about which event."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from streams.core.extract.cues import Cue
from streams.core.extract.fates import with_fates
from streams.core.extract.groups import Group, groups_of
from streams.core.extract.identity import each_once
from streams.core.extract.linking import Link, links_of
from streams.core.extract.naming import REACH, names_of
from streams.core.extract.places import place_near
from streams.core.extract.quantities import number_at, quantities
from streams.core.extract.scope import scope_of, status_of
from streams.core.extract.speakers import QUOTES, Frame
from streams.core.extract.sport import is_sport
from streams.core.extract.survivors import counted_people, none_survived
from streams.core.extract.text import Document, Sentence, quoted_span, without_brackets
from streams.core.extract.triggers import HIT, SCREEN, triggers_of
from streams.core.extract.voices import Voice, frames_between, voice_at
from streams.core.extract.zeros import zeros_of
from streams.core.gazetteer import Gazetteer
from streams.core.model import CasualtyClaim, ClaimKind, ClaimStatus, Victims

MOST_CLAIMS = 300
"""Claims read in one article: ten times what the longest round-up holds. Past it stands hostile text, which must end."""


def claims_of(doc: Document, frames: Sequence[Frame], gazetteer: Gazetteer) -> tuple[CasualtyClaim, ...]:
    """Return the claims of title and body in reading order, each once; captions and teasers make none.

    A leader of the gazetteer who left office in death before the article's day is background.
    """
    found: list[CasualtyClaim] = []
    dropped: ClaimKind | None = None
    recent: list[tuple[int, CasualtyClaim]] = []
    surnames = _surnames(doc.text)
    for n, s in enumerate(doc.sentences):
        if s.layer not in {"title", "body"}:
            continue
        if len(found) >= MOST_CLAIMS:
            break
        correction = _corrected(doc, frames, s, dropped)
        if correction is not None:
            found.append(correction)
            dropped = None
            continue
        if recent and (named := names_of(doc, s, [c for at, c in recent if n - at <= REACH])):
            found += named
            continue
        if recent and (other := _another_figure(doc, frames, s, recent[-1][1])) is not None:
            found.append(other)
            continue
        if SCREEN.isdisjoint([w.low for w in s.words]):
            continue
        mine = _sentence_claims(doc, frames, s, doc.sentences[n - 1] if n else None, surnames)
        if _RETRACTS.search(s.low, doc.text, s.start, s.end):
            dropped = mine[0].kind if mine else dropped
            continue
        recent = [*recent[-4:], *((n, c) for c in mine[:8])]
        if not any(c.kind == "killed" for c in mine):
            mine = [*mine, *_none_survived(doc, frames, s, doc.sentences[n - 1] if n else None)]
        if n and not mine and not any(c.scope == "current" and c.qual != "zero" for c in found):
            mine = _he_was_hurt(doc, frames, s, doc.sentences[n - 1])
        found = with_fates(doc, s, [*found, *mine])
    known = _superseded([_of_the_past(c, gazetteer, doc.day) for c in found])
    if is_sport(doc) and not any(c.kind == "killed" and c.scope == "current" for c in known):
        return ()
    return each_once(known)


# "had earlier put the toll at 35", "an initial toll of 35"
_BEFORE_NOW = Cue(
    r"(?i)\bhad (?:earlier|previously|initially|originally|at first)\b"
    r"|\b(?:initially|originally|previously|at first) (?:said|put|reported|gave|spoke|counted|announced)\b"
    r"|\b(?:an?|the|its|their) (?:earlier|previous|initial) (?:toll|figure|count|tally|estimate)\b",
    "earlier|previous|initial|original|at first",
)


def _superseded(claims: Sequence[CasualtyClaim]) -> list[CasualtyClaim]:
    """Return the claims, a figure that somebody gave before marked ``earlier`` where the article has a figure of now."""
    now = [c.kind for c in claims if c.scope == "current" and not _is_of_before(c)]
    return [
        msgspec.structs.replace(c, scope="earlier")
        if c.scope == "current" and c.kind in now and c.qual != "zero" and _is_of_before(c)
        else c
        for c in claims
    ]


def _is_of_before(c: CasualtyClaim) -> bool:
    m = _BEFORE_NOW.search(c.evidence.quote.lower(), c.evidence.quote)
    return m is not None and c.evidence.quote.find(c.stated, m.start()) >= 0


def _of_the_past(c: CasualtyClaim, gazetteer: Gazetteer, day: str) -> CasualtyClaim:
    name = c.victims.name if c.victims is not None else None
    held = gazetteer.offices.get(name, ()) if name is not None else ()
    gone = bool(held) and all(o.until and o.until < day for o in held)
    return msgspec.structs.replace(c, scope="historical") if gone and c.scope == "current" else c


_RETRACTS = Cue(
    r"(?i)\b(?:earlier version of this|incorrectly (?:said|stated|reported|gave)|misstated)\b",
    "earlier version|incorrectly|misstated",
)
_CORRECT = re.compile(r"(?i)\b(?:the )?(?:correct|right|actual|true) (?:number|figure|toll|count) (?:is|was)\b")


def _corrected(doc: Document, frames: Sequence[Frame], s: Sentence, kind: ClaimKind | None) -> CasualtyClaim | None:
    """Return the claim of "The correct number is two" after a sentence that took a figure back."""
    if kind is None:
        return None
    m = _CORRECT.search(doc.text, s.start, s.end)
    if m is None:
        return None
    for q in quantities(s.words):
        if s.words[q.start].start >= m.end():
            g = Group(q.start, q.end, q.end - 1, "number", "perhaps", q)
            return _claim(doc, frames, s, kind, g, (q.start, q.end), None)
    return None


def _sentence_claims(
    doc: Document, frames: Sequence[Frame], s: Sentence, previous: Sentence | None, surnames: frozenset[str]
) -> list[CasualtyClaim]:
    zeros = zeros_of(doc, frames, s, previous)
    taken = [(a, b) for _, a, b in zeros]
    s = (
        _without_speaker(_without_site(doc, s), frames)
        if s.layer == "title"
        else without_brackets(_without_announced(s, frames))
    )
    triggers = triggers_of(s.words)
    out: list[CasualtyClaim] = [c for c, _, _ in zeros]
    last: Victims | None = None
    for link in links_of(s, groups_of(s), triggers) if triggers else ():
        t = link.trigger
        at = s.words[t.start].start
        if (
            any(a <= at < b for a, b in taken)
            or _scare_quoted(doc, s, link)
            or _negated(s, link)
            or not _means_people(s, link)
            or _counted_twice(doc, s, at)
        ):
            continue
        if (
            _says_so(s, frames, link)
            or _unknown_single_name(link.group, surnames)
            or _ASKED.search(s.low, doc.text[max(s.start, at - 70) : at])
        ):
            continue
        claim = _claim(doc, frames, s, link.kind, link.group, (t.start, t.end), last)
        if claim is not None and claim.victims is last is not None and claim.claimant != out[-1].claimant:
            claim = msgspec.structs.replace(claim, victims=None)  # another speaker leaves out no words of the first
        # A denied death of one person is news of the person, not a toll.
        if claim is not None and not (
            claim.status == "denied" and claim.low == claim.high == 1 and link.group.quantity is None
        ):
            out.append(claim)
            if claim.victims is not None and claim.victims.name is None and not claim.part:
                last = claim.victims
                if claim.low == claim.high == 1:  # of "a farmer was killed and three others" the three are no farmer
                    of_all = None if last.kind in {"women", "children"} else last.kind
                    last = msgspec.structs.replace(last, text="others", kind=of_all)
    out += _it_was(doc, frames, s, out)
    out += _all_of_them(doc, frames, s)
    return _steps_of(doc, s, out)


_BRINGS = re.compile(r"(?i)\b(?:bring|tak|rais|push|lift)(?:ing|es|s) the (?:\w+ ){0,2}(?:toll|number|total|count)\b")


def _steps_of(doc: Document, s: Sentence, found: list[CasualtyClaim]) -> list[CasualtyClaim]:
    """Return the claims, those of the last step parts of "another three died, bringing the toll to 19"."""
    most = max((c.low or 0 for c in found if c.kind == "killed"), default=0)
    if len(found) < 2 or not most or not _BRINGS.search(doc.text, s.start, s.end):
        return found
    return [
        msgspec.structs.replace(c, part=True) if c.kind == "killed" and 0 < (c.low or 0) < most else c for c in found
    ]


_HE_WAS = re.compile(
    r"(?i)\b(?:he|she) (?:(?:was|had been|is|has been) (?:\w+ly )?(?:shot|stabbed|wounded|injured|grazed|hit by)"
    r"|(?:had |\w+ly )*(?:shot|stabbed|wounded|injured) (?:him|her)self)\b(?! (?:and killed|dead|to death))"
    r"|\b(?:shot|hit|struck|stabbed|grazed) (?:him|her) (?:in|on) (?:the|his|her)\b"
)


def _he_was_hurt(doc: Document, frames: Sequence[Frame], s: Sentence, before: Sentence) -> list[CasualtyClaim]:
    """Return the claim of "The girl found the gun. She shot herself": the person of whom the sentence before tells."""
    m = _HE_WAS.search(doc.text, s.start, s.end)
    if m is None or doc.quoted(m.start()):
        return []
    first = next((g for g in groups_of(before) if g.how != "bare"), None)
    if first is None or not first.one or first.people != "yes":
        return []
    claim = _claim(doc, frames, before, "wounded", first, (first.end - 1, first.end), None)
    return _told_of(doc, frames, s, claim, m)


def _none_survived(doc: Document, frames: Sequence[Frame], s: Sentence, before: Sentence | None) -> list[CasualtyClaim]:
    """Return the claim of "None of the 180 survived", or of "There were no survivors" after "The jet carried 53 people"."""
    m = none_survived(doc, s)
    if m is None:
        return []
    for where, a, b in ((s, m.start(), m.end()), (before, doc.title_end, doc.title_end)):
        g = None if where is None else counted_people(where, a, b)
        if where is not None and g is not None:
            claim = _claim(doc, frames, where, "killed", g, (g.end - 1, g.end), None)
            return _told_of(doc, frames, s, claim, m)
    return []


def _told_of(
    doc: Document, frames: Sequence[Frame], s: Sentence, claim: CasualtyClaim | None, m: re.Match[str]
) -> list[CasualtyClaim]:
    """Return the claim about people told before, with the voice, scope, status and words of the sentence that hurts them."""
    scope, day = scope_of(doc, s, m.start(), m.end(), m.end())
    voice = voice_at(doc, frames, s, m.start())
    if claim is None or scope != "current":
        return []
    return [
        msgspec.structs.replace(
            claim,
            claimant=voice.claimant,
            claimant_nation=voice.nation,
            outlet=voice.outlet,
            denied_by=voice.denied_by,
            status="denied" if voice.denied_by is not None else status_of(doc, s, m.start(), m.end(), m.start()),
            scope=scope,
            event_day=day or claim.event_day,
            evidence=doc.evidence(s.start, s.end),
        )
    ]


_ANOTHER_FIGURE = Cue(
    r"(?i)\b(?:(?:gave|gives|giving|cited|cites|reported) (?:a|the|another) (?:\w+ )?(?:figure|number|count|total) of"
    r"|puts? (?:it|the (?:figure|number|count|total)) at)(?: least| about| around| only)? $",
    "figure|number|count|total|put it|puts it",
)


def _another_figure(doc: Document, frames: Sequence[Frame], s: Sentence, before: CasualtyClaim) -> CasualtyClaim | None:
    """Return the claim of "Rescue teams gave a figure of 18" or "... put it at 18" after another count of the same."""
    if before.low is None or not _ANOTHER_FIGURE.may_be_in(s.low):
        return None
    for q in quantities(s.words):
        at = s.words[q.start].start
        if _ANOTHER_FIGURE.search(s.low, doc.text, max(s.start, at - 50), at):
            g = Group(q.start, q.end, q.end - 1, "number", "perhaps", q)
            return _claim(doc, frames, s, before.kind, g, (q.start, q.end), before.victims)
    return None


_ALL_OF_THEM = Cue(
    r"(?i)\ball (?:of (?:them|whom)|on board|aboard)(?:,)? (?:(?:had|have|were|was|are|been) )*(?:killed|died|dead|perished)\b",
    "all of|all on board|all aboard",
)


def _all_of_them(doc: Document, frames: Sequence[Frame], s: Sentence) -> list[CasualtyClaim]:
    """Return the claim of "176 people were on board and all of them were killed": the count is told before."""
    m = _ALL_OF_THEM.search(s.low, doc.text, s.start, s.end)
    if m is None:
        return []
    counted = [
        g for g in groups_of(s) if g.quantity is not None and g.people == "yes" and s.words[g.end - 1].end <= m.start()
    ]
    end = next((n for n, w in enumerate(s.words) if w.end >= m.end()), len(s.words) - 1)
    claim = _claim(doc, frames, s, "killed", counted[-1], (end, end + 1), None) if counted else None
    return [] if claim is None else [claim]


# "how many people", "whether anybody": what is asked is not said.
_COUNTED_TWICE = re.compile(
    r"(?i)[^,;]*?\b(?:counted (?:twice|double|by mistake)|double-counted|(?:wrongly|mistakenly) counted)\b"
)


def _counted_twice(doc: Document, s: Sentence, at: int) -> bool:
    """Return whether the clause says of what it counts at ``at`` that it was counted twice."""
    return "counted" in s.low and _COUNTED_TWICE.match(doc.text, at, s.end) is not None


_ASKED = Cue(
    r"(?i)\b(?:how many|whether|if any(?:body|one)?)\b[^,;.]*$",
    "how many|whether|if any",
)


def _unknown_single_name(g: Group, surnames: frozenset[str]) -> bool:
    """Return whether a name of one word is nobody's surname elsewhere in the article: more often an organisation."""
    return g.name is not None and " " not in g.name and g.people != "yes" and g.name not in surnames


# No name is longer; without the bound a text of initials ("A.A.A.") would take its square.
_AFTER_A_NAME = re.compile(r"\b[A-Z][\w'’.-]{1,40} (?=(?:(?:de|la|al|bin|del) )?([\w'’.-]{1,40}))")


def _surnames(text: str) -> frozenset[str]:
    """Return the words that follow a capitalised one, also without what hangs at them: "Ali Khan's" gives "Khan" too.

    Found once for all claims: to look for each name anew would take a long text times its names.
    """
    after = {m[1] for m in _AFTER_A_NAME.finditer(text)}
    plain = {word for word in after if word.isalnum()}
    return frozenset(plain | {word[: end.end()] for word in after - plain for end in re.finditer(r"\w\b", word)})


# "Boy hurt in mill fire - Channel 6 News | Lenburg": what a page's title ends with.
_SITE = re.compile(r"\s+(?:[-–—|]|::?)\s+[A-Z][\w.’'!-]*(?:[\s,|&:-]+(?:[A-Z0-9][\w.’'!-]*|and|of|the|en))*\W*$")


def _without_site(doc: Document, s: Sentence) -> Sentence:
    """Return a headline without the site's name at its end, which has capitals only and hurts nobody."""
    m = _SITE.search(doc.text, s.start, s.end)
    if m is None or any(w.low in SCREEN or w.low in {"dead", "shot"} for w in s.words if w.start >= m.start()):
        return s
    words = tuple(w for w in s.words if w.start < m.start())
    return s._replace(words=words, hits=tuple(h for h in s.hits if h.end <= len(words)))


def _without_speaker(s: Sentence, frames: Sequence[Frame]) -> Sentence:
    """Return a headline without the speaker at its end: "... kill 20: Observatory" counts no observatories."""
    for f in frames:
        if s.start <= f.cue_at <= s.end and s.start < f.speaker.start and f.start < f.speaker.start:
            words = tuple(w for w in s.words if w.end <= f.speaker.start)
            return s._replace(words=words, hits=tuple(h for h in s.hits if h.end <= len(words)))
    return s


def _without_announced(s: Sentence, frames: Sequence[Frame]) -> Sentence:
    """Return a sentence of the text without the speaker behind its colon, as in a headline: "... kill 20: Observatory"."""
    return _without_speaker(s, [f for f in frames if f.cue == ":" and f.start == s.start])


def _says_so(s: Sentence, frames: Sequence[Frame], link: Link) -> bool:
    """Return whether the people are who tells of the harm: "wounding nine, the governor said" wounds no governor."""
    a, b = s.words[link.group.start].start, s.words[link.group.end - 1].end
    at = s.words[link.trigger.start].start
    told = (f for f in frames_between(frames, s.start, s.end) if f.start <= at < f.end)
    if any(w.low == "who" for w in s.words[link.group.end : link.trigger.start]):
        return False  # according to one of the women who were hurt
    return link.group.how != "pronoun" and any(f.speaker.start < b and a < f.speaker.end for f in told)


# Of companies, houses and hopes they are said too.
_BODILY = frozenset("blown blew torn crippled trampled scalded survive saved resuscitated knocked mauled".split())
_RIVALS = frozenset("rivals opponents visitors hosts champions titleholders".split())
_MARGINS = frozenset("points goals runs wickets strokes sets lengths".split())


def _means_people(s: Sentence, link: Link) -> bool:
    """Return whether the trigger is meant literally: "eliminated" needs people in words, a killed-off game is none."""
    form = s.words[link.trigger.core].low
    g = link.group
    if s.words[g.head].low in _RIVALS and form in {
        "buried",
        "burying",
        "slaughtered",
        "massacred",
        "killed",
        "eliminated",
    }:
        return False
    if any(w.low in _MARGINS for w in s.words[link.trigger.end : link.trigger.end + 9]):
        return False  # slaughtered their guests by 41 points
    executed = form in {"executed", "hanged"} and s.words[link.trigger.start - 1].low in {"was", "were"}
    if executed and g.people == "yes" and g.how in {"one", "name"}:
        return True
    if form in {
        "eliminated",
        "neutralized",
        "neutralised",
        "liquidated",
        "executed",
        "wiped",
        "eliminates",
        "eliminating",
        "hanged",
        "riddled",
    }:
        return g.people == "yes" and (g.kind not in {None, "officials"} or g.name is not None or g.quantity is not None)
    last = s.words[link.trigger.end - 1].low
    if form in _BODILY or last in _BODILY:
        return g.people == "yes"
    if form in {"paralyzed", "paralysed"}:
        return g.people == "yes" and (g.kind is not None or g.quantity is not None or g.how == "one")
    if form in {"burned", "burnt"} and g.quantity is not None and g.people != "yes" and g.head >= g.quantity.end:
        return False  # several tires were burned
    if form in {"bury", "buried", "burying"} and last != "alive":
        return g.quantity is not None
    if form in {"hurt", "hurts", "hurting"}:
        return g.people == "yes" or g.quantity is not None
    if form in HIT and g.people != "yes" and (g.quantity is None or g.head >= g.quantity.end):
        return False  # two banks were struck by gunfire
    if form in {"shot", "stabbed", "burned", "burnt", "trapped", "drowned", *HIT}:
        of_throws = g.quantity is not None and (g.quantity.whole or 0) > 0  # shot 12 of 20 from deep
        return g.people == "yes" or (g.quantity is not None and g.how == "number" and not of_throws)
    if link.trigger.voice == "nominal" and form == "slaughter":
        return g.people == "yes"
    return True


def _scare_quoted(doc: Document, s: Sentence, link: Link) -> bool:
    a, b = s.words[link.trigger.start].start, s.words[link.trigger.end - 1].end
    if s.words[link.trigger.core].low in {"neutralised", "neutralized", "eliminated", "liquidated"}:
        return False  # an army's word for killed, which its agencies quote
    return doc.text[a - 1 : a] in {'"', "“", "'", "‘"} and doc.text[b : b + 1] in {'"', "”", "'", "’"}


_NOT = frozenset("not never nor n't without failed unable".split())


def _negated(s: Sentence, link: Link) -> bool:
    t = link.trigger
    near = [w.low for w in s.words[max(0, t.start - 4) : t.start]]
    if near[-1:] in (["nearly"], ["almost"]):
        return True
    for n, w in enumerate(near):
        if w in _NOT or w.endswith(("n't", "n’t")):
            if any(v.startswith(("verif", "confirm")) for v in near[n:]):
                return False  # could not verify the toll of 48
            return not any(mark in near[n:] for mark in (")", "--", "—", "–"))  # "-- he was not named -- was killed"
    return False


def _victims(doc: Document, s: Sentence, g: Group, voice: Voice) -> Victims | None:
    """Return who the group is: its words without the count, nation, kind and name."""
    a = g.start
    if g.quantity is not None:
        a = max(a, g.quantity.end)
        while a < g.end and (
            s.words[a].low
            in {"of", "the", "more", "its", "their", "his", "her", "our", "my", "some", *QUOTES, "'", "‘"}
            or (g.quantity.whole is not None and number_at(s.words, a) is not None)  # three of the five climbers
            or (s.words[a].low[0].isdigit() and not (a + 1 < g.end and s.words[a + 1].glued))
        ):
            a += 1
    last = g.end
    if g.quantity is not None and g.head < g.quantity.start:
        a, last = g.start, g.head + 1  # the family of seven
    while a < last - 1 and s.words[a].low in {
        "a",
        "an",
        "the",
        "one",
        "another",
        "other",
        "all",
        "both",
        "these",
        "those",
    }:
        a += 1
    if a >= last or (last - a == 1 and s.words[a].low in {"others", "other", "them", "whom", "he", "she"}):
        return None
    text = doc.text[s.words[a].start : s.words[last - 1].end]
    nation = g.nation
    own = any(w.low in {"its", "our", "their"} for w in s.words[max(0, g.start - 1) : g.end])
    if nation is None and own and voice.nation is not None:
        nation = voice.nation
    return Victims(text=text, nation=nation, kind=g.kind, name=g.name)


_BESIDE_DENIAL = re.compile(
    r"(?i)\b(?:denied|denies|deny|denying|rejected|rejects|dismissed|dismisses)\b[^.;]*?"
    r"(?:\bwhere\b|\bin which\b|,\s+(?:which|who)\b)"
)
_DEFINITE = frozenset("the this that brutal recent cold-blooded tragic vile".split())


def _claim(
    doc: Document,
    frames: Sequence[Frame],
    s: Sentence,
    kind: ClaimKind,
    g: Group,
    trigger: tuple[int, int],
    last: Victims | None,
) -> CasualtyClaim | None:
    words = s.words
    low: int | None
    high: int | None
    if g.quantity is not None:
        low, high, qual = g.quantity.low, g.quantity.high, g.quantity.qual
        stated = doc.text[words[g.quantity.start].start : words[g.quantity.end - 1].end]
    elif g.how in {"one", "the", "name", "bare"}:
        if g.how == "bare" and g.people != "yes":
            return None
        low, high, qual = 1, 1, "exact"
        stated = doc.text[words[g.start].start : words[g.end - 1].end]
    elif g.how == "some":
        low, high, qual = None, None, "unspecified"
        stated = doc.text[words[g.start].start : words[g.end - 1].end]
    else:
        return None
    a = min(words[g.start].start, words[trigger[0]].start)
    b = max(words[g.end - 1].end, words[trigger[1] - 1].end)
    voice = voice_at(doc, frames, s, words[g.start].start)
    other = voice_at(doc, frames, s, words[trigger[0]].start)
    if voice.claimant is None and voice.denied_by is None:
        voice = other
    victims = _victims(doc, s, g, voice) or last
    known = words[trigger[1] - 1].low == "of" and words[trigger[0] - 1].low in _DEFINITE
    known = known or (g.quantity is not None and trigger == (g.quantity.start, g.quantity.end))  # revised that to three
    scope, day = scope_of(doc, s, a, b, words[trigger[0]].start, known=known)
    # Who denies a part in "the murder of X", or a strike on a depot "where ten were killed", denies no death.
    taken_as_known = words[trigger[1] - 1].low == "of" or _BESIDE_DENIAL.search(doc.text, s.start, a) is not None
    status: ClaimStatus = (
        "denied"
        if voice.denied_by is not None and not taken_as_known
        else status_of(doc, s, a, b, words[trigger[0]].start)
    )
    if (
        kind == "missing"
        and status == "asserted"
        and re.search(r"(?i)\b(?:presumed|feared|believed) dead", doc.text[b : b + 40])
    ):
        status = "possible"
    start, end = quoted_span(s, a, b)
    return CasualtyClaim(
        kind=kind,
        low=low,
        high=high,
        qual=qual,
        stated=stated,
        victims=victims,
        claimant=voice.claimant,
        claimant_nation=voice.nation,
        outlet=voice.outlet,
        status=status,
        denied_by=voice.denied_by if status == "denied" else None,
        scope=scope,
        place=place_near(doc, s, a, b),
        event_day=day,
        part=g.part,
        evidence=doc.evidence(start, end),
    )


_IT_WAS = re.compile(
    r"(?i)\b(?:(?:it|the (?:number|figure|toll|total|count)) (?:was|is|stood at|had reached|had risen to|rose to)"
    r"|said|says|reported|counted|confirmed|acknowledged|admitted|spoke of|put (?:it|the (?:number|figure|toll)) at"
    r"|(?:revised|raised|lowered|corrected|changed|updated) (?:it|that|this|the (?:number|figure|toll)) (?:up |down )?to)"
    r"(?: only| just)? $"
)


def _it_was(doc: Document, frames: Sequence[Frame], s: Sentence, found: Sequence[CasualtyClaim]) -> list[CasualtyClaim]:
    """Return the claim of "... said it was five" or "the union said five" after another figure in the sentence."""
    told = [c for c in found if not c.part]
    if not told:
        return []
    out = []
    for q in quantities(s.words):
        at = s.words[q.start].start
        bare = q.end >= len(s.words) or not s.words[q.end].text[0].isalpha()
        if bare and _IT_WAS.search(doc.text[max(s.start, at - 40) : at]):
            g = Group(q.start, q.end, q.end - 1, "number", "perhaps", q)
            claim = _claim(doc, frames, s, told[-1].kind, g, (q.start, q.end), told[-1].victims)
            if claim is not None:
                out.append(claim)
    return out
