"""Statements that nobody was hurt. Silence is none: "no word on casualties" says nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.core.extract.cues import Cue
from streams.core.extract.groups import groups_of
from streams.core.extract.places import place_near
from streams.core.extract.scope import scope_of, status_of
from streams.core.extract.speakers import Frame, nation_in
from streams.core.extract.text import Document, Sentence, quoted_span
from streams.core.extract.triggers import SCREEN
from streams.core.extract.voices import voice_at
from streams.core.model import CasualtyClaim, ClaimKind, ClaimStatus, Victims

_MOST_ZEROS = 8

_LOSSES = (
    r"(?:casualt(?:y|ies)|injur(?:y|ies)|deaths?|fatalit(?:y|ies)|victims?|losses"
    r"|loss of (?:human )?lives?|loss of life|wounded|dead|human losses|personal injur(?:y|ies)"
    r"|lives lost)"
)
_NO_LOSSES = Cue(
    rf"(?i)\b(?P<neg>no|neither|without(?: any| causing(?: any)?| suffering(?: any)?| inflicting(?: any)?)?"
    rf"|zero|any)\s+(?:(?:\w+|U\.S\.|\w+-\w+)\s+){{0,3}}?(?P<what>{_LOSSES})\b"
    # "No casualty figure" and "no death toll" are silence.
    r"(?!\s+(?:figures?|tolls?|numbers?|counts?|estimates?|reports?|lists?|claims?|assessments?|statistics|data"
    r"|rates?|threats?|sentences?|penalt(?:y|ies)|certificates?|squads?)\b)",
    "casualt|injur|death|fatalit|victim|loss|wounded|dead|lives|life|human",
)
_NOBODY = Cue(
    r"(?i)\b(?P<who>no ?one|no-one|nobody|none(?: of (?P<of>[^,;.]{3,50}?)(?:, who [^,;.]{3,100},)?)?"
    r"|neither(?: of [^,;.]{3,30}?)?|not (?:a single|one) (?P<single>[^,;.]{3,30}?)|no (?:other "
    r"|one )?(?P<no>[^,;.:]{3,40}?))"
    r"\s+(?:else )?(?:(?:has|have|had|was|were|is|are|been|be|reportedly|seriously|apparently|got"
    r"|yet)\s+)+(?:\w+ly )?(?P<what>killed|hurt|injured|wounded|harmed|died|dead|missing)\b",
    "no one|no-one|noone|nobody|none|neither|single|not one|no ",
)
_DIED_NONE = Cue(
    r"(?i)\b(?P<who>no ?one|nobody|none(?: of (?P<of>[^,;.]{3,50}?))?)\s+(?P<what>died|perished)\b",
    "no one|noone|nobody|none",
)
_UNHARMED = Cue(
    r"(?i)\b(?:unharmed|unhurt|uninjured|unscathed|safe and (?:sound|well)|without (?:a )?(?:injury|harm|scratch)"
    r"|escaped (?:injury|harm|death)|(?:was|were|is|are)(?: not|n['’]t) (?:hurt|injured|wounded|harmed))\b",
    "unharmed|unhurt|uninjured|unscathed|safe and|without|escaped|hurt|injured|wounded|harmed",
)
_ONLY_DAMAGE = Cue(
    r"(?i)\b(?:only|just|merely|nothing but) (?:some |minor |slight |light )?"
    r"(?:material|property|structural) (?:damages?|losses)\b"
    r"|(?:material|property|structural) damages? only\b",
    "material|property|structural",
)
_NONE_LOST = Cue(
    r"(?i)\b(?:no (?:human )?lives (?:was|were|have been|had been) (?P<a>lost)"
    r"|(?:nobody|no ?one) lost (?:his|her|their) (?P<b>life|lives)"
    r"|(?:nobody|no ?one) (?:suffered|sustained|received) (?:any |serious )?(?:injuries|wounds|burns)"
    r"|(?:did|does|has|have|had)(?: not|n['’]t) (?:hurt|injured?|killed?|harm(?:ed)?|wound(?:ed)?) (?:anyone|anybody)"
    r"|every(?:one|body) (?:on board |aboard |inside )?"
    r"(?:(?:was|is|are|were) (?:reported )?|(?:got|made it) out )safe(?:ly)?)\b",
    "lives|nobody|no one|noone|anyone|anybody|everyone|everybody",
)
_SAFE = Cue(
    r"(?i)\b(?:are|were|is|was) (?:all |both |now )?(?:reported |reportedly |believed )?safe\b"
    r"(?! (?:to|from|for|in|at|house|and))",
    "safe",
)
_HURTS_NOBODY = Cue(
    r"(?i)\b(?P<what>kill|hurt|injur|wound)(?:s|es|ed|ing)? (?P<who>nobody|no ?one|no people|no civilians)\b",
    "nobody|no one|noone|no people|no civilians",
)
_ALL_SURVIVED = Cue(
    r"(?i)\b(?:all (?P<who>[^,;.]{3,60}?)|every(?:one|body)(?: (?:on board|aboard|inside))?)"
    r" (?:had |have )?(?P<what>survived)\b",
    "survived",
)
_SINGLE = Cue(
    r"(?i)\b(?:not|n['’]t|never)\b[^.;]{0,30}\b(?:lost|lose|lost even)\s+(?:a single|one|even one|any)\s+(?P<who>\w+)",
    "lost|lose",
)
_NONE_AMONG = Cue(
    r"(?i)\b(?:reported|suffered|had|recorded|sustained)\s+none\b(?:\s+(?:among|of|in)\s+(?P<who>[^,;.]{3,40}))?",
    "none",
)
_NO_ONE_AMONG = Cue(
    r"(?i)\b(?:no|none of the) (?P<who>[^,;.]{3,40}?) (?:(?:was|were|is|are|had been|have been) )?among (?:the|those)"
    r" (?:\w+ )?(?P<what>dead|killed|injured|wounded|casualties|victims)\b",
    "among",
)
_BLOCKED = re.compile(
    r"(?i)\b(?:how many|unclear|not (?:immediately |yet )?(?:clear|known)|(?:did|does|do|has|have"
    r"|had) not (?:yet )?(?:say|mention\w*|report\w*|specif\w*|give\w*)|declin\w+|refused to|yet to"
    r"|whether|if (?:any|there)|no (?:word|information|details|figures?|indication|comment)|unknown"
    r"|to (?:avoid|prevent|ensure)|avoid\w*|prevent\w*)\b"
)
_NO_REPORTS = re.compile(
    r"(?i)\bno\s+(?:\w+\s+){0,2}(?:reports?|word|indications?|confirmation|news|signs?|evidence|information|details)\b"
)
_NEGATION_BEFORE = re.compile(r"(?i)(?:\bnot\b|n['’]t\b|\bwithout\b|\bnor\b|\bneither\b|\bnever\b)[^.;]{0,60}$")
_TO_WHOM = re.compile(
    r"\s+(?:to|among|of|for)\s+((?:(?!\band\b|\bwhich\b|\bin\b|\bfrom\b|\bafter\b|\bbut\b)[\w'’.-]+\s?){1,5})"
)


_NONE_WORDS = frozenset(
    "no none nobody without zero not any neither nor never one unharmed unhurt uninjured unscathed "
    "anyone anybody escaped sound safe safely survived survive survivors material property structural n't don't didn't wasn't"
    " weren't hasn't haven't don’t didn’t wasn’t weren’t hasn’t haven’t".split()
)


def zeros_of(
    doc: Document, frames: Sequence[Frame], s: Sentence, previous: Sentence | None
) -> list[tuple[CasualtyClaim, int, int]]:
    """Return the statements that nobody was hurt, with the characters they cover. "No word on casualties" is none."""
    text = doc.text
    out: list[tuple[CasualtyClaim, int, int]] = []
    if not any(w.low in _NONE_WORDS for w in s.words):
        return out
    spans: list[tuple[int, int, str, tuple[int, int] | None]] = []
    for m in _NO_LOSSES.finditer(s.low, text, s.start, s.end):
        if re.search(r"(?i)\bamong\b", m.group()):
            continue  # "no Germans among the victims of the crash": read below
        if m["neg"].lower() == "any" and not _NEGATION_BEFORE.search(text[s.start : m.start()]):
            continue
        if re.search(r"(?i)\b(?:more|less|other|further|additional|end|doubt)\b", text[m.start() : m.start("what")]):
            continue
        whom = _TO_WHOM.match(text, m.end(), s.end)
        before = re.sub(r"(?i)^(?:no|without|any|zero)\s+", "", text[m.start() : m.start("what")]).strip()
        who = (whom.start(1), whom.end(1)) if whom else None
        if who is None and before and before.split()[0][0].isupper():
            who = (m.start("what") - len(before) - 1, m.start("what") - 1)
        spans.append((m.start(), m.end(), m["what"].lower(), who))
    for pattern in (_NOBODY, _DIED_NONE):
        for m in pattern.finditer(s.low, text, s.start, s.end):
            group = next((g for g in ("no", "single", "of") if g in m.re.groupindex and m[g]), None)
            if re.search(r"(?i)\b(?:else|other|others|more|fewer|less)\b", m.group()):
                continue
            if group is not None and re.search(
                r"(?i)\b(?:matter|doubt|reports?|longer|sooner|evidence|sign|information|way|word)\b", m[group]
            ):
                continue
            spans.append((m.start(), m.end(), m["what"].lower(), m.span(group) if group else None))
    for m in _UNHARMED.finditer(s.low, text, s.start, s.end):
        who = _people_before(s, m.start())
        if who is not None:
            spans.append((who[0], m.end(), "unharmed", who))
    spans += [(m.start(), m.end(), "casualties", None) for m in _ONLY_DAMAGE.finditer(s.low, text, s.start, s.end)]
    for m in _NONE_LOST.finditer(s.low, text, s.start, s.end):
        spans.append((m.start(), m.end(), "killed" if m["a"] or m["b"] else "harmed", None))
    for m in _SAFE.finditer(s.low, text, s.start, s.end):
        who = _people_before(s, m.start())
        counted = who is not None and any(
            g.quantity is not None and s.words[g.start].start == who[0] for g in groups_of(s)
        )
        if who is not None and counted:
            spans.append((who[0], m.end(), "unharmed", who))
    for m in _HURTS_NOBODY.finditer(s.low, text, s.start, s.end):
        spans.append((m.start(), m.end(), "killed" if m["what"].lower() == "kill" else "harmed", None))
    for m in _ALL_SURVIVED.finditer(s.low, text, s.start, s.end):
        if not re.search(r"(?i)\b(?:but|except)\b", m.group()):
            spans.append((m.start(), m.end(), "killed", m.span("who") if m["who"] else None))
    spans += [(m.start(), m.end(), "killed", m.span("who")) for m in _SINGLE.finditer(s.low, text, s.start, s.end)]
    none = _NO_ONE_AMONG.finditer(s.low, text, s.start, s.end)
    spans += [(m.start(), m.end(), m["what"].lower(), m.span("who")) for m in none]
    if previous is not None and any(w.low in SCREEN for w in previous.words):
        among = _NONE_AMONG.finditer(s.low, text, s.start, s.end)
        spans += [(m.start(), m.end(), "casualties", m.span("who") if m["who"] else None) for m in among]
    covered = -1
    for a, b, what, who in sorted(spans, key=lambda x: (x[0], -x[1])):
        if len(out) >= _MOST_ZEROS:
            break
        if a < covered:
            continue
        around = text[max(s.start, a - 60) : min(s.end, b + 20)]
        if _BLOCKED.search(around) or _NO_REPORTS.search(text, s.start, b):
            continue  # silence is no zero
        covered = b
        out.append((_zero(doc, frames, s, a, b, what, who), a, b))
    return out


def _people_before(s: Sentence, at: int) -> tuple[int, int] | None:
    """Return the group of people that a word such as "unharmed" is said of."""
    near = [
        g
        for g in groups_of(s)
        if s.words[g.end - 1].end <= at and g.people != "no" and g.how != "bare" and at - s.words[g.end - 1].end < 40
    ]
    if not near:
        return None
    g = near[-1]
    return s.words[g.start].start, s.words[g.end - 1].end


def _zero(
    doc: Document,
    frames: Sequence[Frame],
    s: Sentence,
    a: int,
    b: int,
    what: str,
    who: tuple[int, int] | None,
) -> CasualtyClaim:
    kind: ClaimKind = (
        "killed"
        if what in {"killed", "died", "dead", "deaths", "death", "fatalities", "fatality", "perished"}
        else "casualties"
    )
    if what == "missing":
        kind = "missing"
    voice = voice_at(doc, frames, s, a)
    if voice.claimant is None:
        voice = voice_at(doc, frames, s, b - 1)
    victims = None
    if who is not None:
        # "None of its soldiers at the base": where they are is no part of who they are.
        text = re.split(r"\s+(?:at|in|inside|near)\s", doc.text[who[0] : who[1]])[0].strip(" .,;")
        nation = nation_in(s, *who)
        sort = next(
            (
                h.entry.sort
                for h in s.hits
                if h.entry.kind == "person" and who[0] <= s.words[h.start].start < who[1] and h.entry.sort
            ),
            None,
        )
        if re.match(r"(?i)(?:its|our|their)\b", text):
            nation = nation or voice.nation
            if (
                sort is None
                and voice.claimant is not None
                and re.search(r"(?i)\b(?:military|army|navy|air force|forces|troops|command)\b", voice.claimant)
            ):
                sort = "military"
        victims = Victims(text=text, nation=nation, kind=sort)
    scope, day = scope_of(doc, s, a, b)
    status: ClaimStatus = status_of(doc, s, a, b, a)
    if scope == "hypothetical" and status == "possible":
        scope = "current"
    if re.search(r"(?i)\b(?:may|might|could)\b[^.;]{0,30}$", doc.text[s.start : a]):
        status, scope = "possible", "current" if scope == "hypothetical" else scope
    if voice.denied_by is not None:
        status = "denied"
    start, end = quoted_span(s, a, b)
    return CasualtyClaim(
        kind=kind,
        low=0,
        high=0,
        qual="zero",
        stated=doc.text[a:b],
        victims=victims,
        claimant=voice.claimant,
        claimant_nation=voice.nation,
        outlet=voice.outlet,
        status=status,
        denied_by=voice.denied_by,
        scope=scope,
        place=place_near(doc, s, a, b),
        event_day=day,
        evidence=doc.evidence(start, end),
    )
