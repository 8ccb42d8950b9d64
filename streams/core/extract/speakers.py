"""Who can speak: the words before or after a verb of speech, as a speaker, the side it is of, and whether it is an outlet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from streams.core.extract.cues import Cue
from streams.core.extract.groups import groups_of
from streams.core.extract.text import Document, Sentence
from streams.core.words import Word


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
    remark wondered wonders lamented bemoaned shouted chanted answered countered retorted mocked ridiculed criticized
    criticised found finds admitting arguing asserting declaring suggesting explaining asking telling writing shouting
    chanting urging acknowledging conceding lamenting calling""".split()
)
_NOT_A_SPEAKER = frozenset(
    (
        "that in on at during after before to by with as from it this there about of for when if how me "
        "him them us reporters monday tuesday wednesday thursday friday saturday sunday yesterday today "
        "late early while he's after last this"
    ).split()
)
OUTLET_WORDS = Cue(
    r"(?i)\b(?:(?:state|official|local|government|public|national|iranian|syrian|russian|iraqi"
    r"|opposition|israeli|pro-\w+|semi-?official|state-run|state-owned|state-controlled)[\w' -]{0,25}"
    # An agency for emergencies or health is a source, no medium.
    r"\b(?:television|tv|media|radio|news agency|newspaper|daily|broadcaster|press"
    r"|(?<!management )(?<!emergency )(?<!security )(?<!intelligence )(?<!health )(?<!relief )(?<!rescue )(?<!disaster )"
    r"(?<!energy )(?<!space )(?<!refugee )(?<!border )(?<!investigation )(?<!police )(?<!enforcement )(?<!aid )agency)"
    r"|\b(?:news agency|newspaper|broadcaster|television station|radio station|state television"
    r"|state tv|television|local reports|media reports|press reports))\b",
    "television|tv|media|radio|agency|newspaper|daily|broadcaster|press|reports",
)
SOURCE_NOUN = re.compile(
    r"(?i)\b(?:source|official|spokes\w+|minister|ministry|officer|commander|general|governor|doctor"
    r"|witness|resident|service|army|military|guard|guards|corps|president|chief|head|leader|director|analyst"
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
    "that which but while when where because as after before if although though since so whom whose what how why".split()
)
PRONOUNS = frozenset("he she it they we i who".split())
# Days, and the small words that tell when or where: a speaker ends before them.
DAYS = frozenset(
    (
        "monday tuesday wednesday thursday friday saturday sunday yesterday today tonight late early in "
        "on during at from via after before by through over as when shortly"
    ).split()
)
_DASHES = frozenset({"—", "–", "―", "--"})
_CALENDAR = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december jan feb mar apr jun jul aug sept sep oct nov dec yesterday today meanwhile then later
    earlier recently""".split()
)
# Marks that open or close a quotation.
QUOTES = frozenset({'"', "“", "”", "«", "»", "''", "``"})


def outlet_in(doc: Document, s: Sentence, a: int, b: int) -> str | None:
    """Return the outlet named between two characters, canonical where the gazetteer knows it."""
    for h in s.hits:
        if (
            h.entry.kind == "outlet"
            and not s.words[h.start].glued
            and a <= s.words[h.start].start
            and s.words[h.end - 1].end <= b
        ):
            return h.entry.name
    m = OUTLET_WORDS.search(s.low, doc.text, a, b)
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


_NOBODY = frozenset("nobody none neither no-one".split())


def speaker_of(doc: Document, s: Sentence, i: int, j: int) -> Speaker | None:
    """Return words i to j (exclusive) as a speaker, trimmed; None where they are none."""
    words = s.words
    while i < j and (
        words[i].low
        in {",", "and", "but", "then", "however", "meanwhile", "still", "yet", "separately", "-", "(", "while", "as"}
        or words[i].text in QUOTES
    ):
        i += 1
    if i + 3 < j and words[i].low in {"earlier", "late", "later", "early"} and words[i + 1].low in {"on", "in"}:
        i += 1
    if i + 2 < j and words[i].low in {"in", "near", "from"}:
        # "In Beirut Hezbollah [said]"
        i = next((h.end for h in s.hits if h.start == i + 1 and h.entry.kind in {"place", "country"} and h.end < j), i)
    if i + 2 < j and words[i].low in {"on", "in"} and words[i + 1].low in _CALENDAR:
        i += 3 if words[i + 2].text[0].isdigit() and i + 3 < j else 2
    while j > i and (words[j - 1].low in {",", "who", "which", "-", "("} or words[j - 1].text in QUOTES):
        j -= 1
    if i >= j or j - i > 22 or words[i].low in _STOP_LEFT or words[i].low in {"to", "of", "be", "is", "was", "not"}:
        return None
    if j - i == 1 and (not words[i].text[0].isalpha() or words[i].low in _STOP_LEFT):
        return None
    if words[i].low in _NOBODY or (
        words[i].low == "no" and words[i + 1 if i + 1 < j else i].low in {"one", "group", "side"}
    ):
        return None
    a, b = words[i].start, words[j - 1].end
    outlet = outlet_in(doc, s, a, b)
    if outlet is not None and SOURCE_NOUN.search(doc.text[a:b].replace(outlet, "")):
        outlet = None
    return Speaker(a, b, doc.text[a:b], nation_in(s, a, b), outlet)


# "A resident who asked not to be named [said]"
_ASKS = frozenset("asked requested wished declined preferred refused spoke".split())


def left_speaker(doc: Document, s: Sentence, cue: int) -> tuple[Speaker | None, int]:
    """Return who stands before a cue as its subject, and the word where that begins."""
    words = s.words
    j = next(
        (k for k in range(cue - 3, max(0, cue - 10), -1) if words[k].low == "who" and words[k + 1].low in _ASKS), cue
    )
    if j < cue and words[j - 1].low == ",":
        j -= 1  # a doctor at the hospital, who asked not to be named, [said]
    while (
        j > 0
        and (words[j - 1].low in _SKIP_LEFT or words[j - 1].low.endswith("ly"))
        and words[j - 1].low not in {"family", "ally"}
    ):
        j -= 1
    if j == 0 or words[j - 1].text in QUOTES:
        return None, cue
    if words[j - 1].low in {"who", "which", "whom"}:
        return _antecedent(doc, s, j - 1)
    if words[j - 1].low in {"and", "but"}:
        # "The army shelled the town and said": the subject of both
        # ... or, nearer, of "When the pilots came, she laughed and said"
        near = next((k for k in range(j - 2, 0, -1) if words[k].low in PRONOUNS and words[k - 1].low == ","), None)
        subject = (
            speaker_of(doc, s, near, near + 1) if near is not None else opening_subject(doc, s, words[j - 1].start)
        )
        return (subject, j - 1) if subject is not None else (None, cue)
    if words[j - 1].low == ")":
        k = next((k for k in range(j - 2, max(-1, j - 9), -1) if words[k].low == "("), None)
        if k is not None and k > 0:
            i = _boundary(s, k)
            return (speaker_of(doc, s, i, k) if i < k else None), i
    stop = j
    if words[j - 1].low == "," or words[j - 1].low in _DASHES:
        # The mayor, interviewed later, said: go round the parenthesis
        mark = words[j - 1].low
        k = j - 2
        while k >= 0 and words[k].low != mark and words[k].text not in QUOTES:
            k -= 1
        if k <= 0 or words[k].low != mark:
            return None, cue
        relative = words[k + 1].low in {"which", "who", "whose"} or j - 1 - k > 9 or not words[k + 1].text[0].isupper()
        stop = k if relative else j - 1
        i = _boundary(s, k)
        if i >= k:
            return None, cue
        return speaker_of(doc, s, i, stop), i
    i = _boundary(s, stop)
    if s.pos:
        i = _after_other_verb(s, i, stop)
    return (speaker_of(doc, s, i, stop) if i < stop else None), i


def _antecedent(doc: Document, s: Sentence, relative: int) -> tuple[Speaker | None, int]:
    """Return whom "who", "which" or "most of whom" stands for, and the word where that begins."""
    words = s.words
    stop = relative
    if words[relative].low == "whom":
        stop -= 2
    if stop > 0 and words[stop - 1].low == ",":
        stop -= 1
    groups = {g.end: g for g in groups_of(s)}
    g = groups.get(stop)
    if g is None:
        return None, relative
    start = next((k + 1 for k in range(g.end - 2, g.start, -1) if words[k].low in _DID), g.start)
    while words[relative].low != "which" and start > 1 and words[start - 1].low == "of" and start - 1 in groups:
        start = groups[start - 1].start
    sp = speaker_of(doc, s, start, stop)
    if sp is None:
        return None, relative
    # As printed it is the pronoun, as with "he".
    first = relative - 2 if words[relative].low == "whom" else relative
    return sp._replace(start=words[max(0, first)].start, end=words[relative].end), start


def is_surname(words: Sequence[Word], i: int) -> bool:
    """Return whether word i is Mr Said's name, not what somebody said."""
    return i > 0 and words[i].text[:1].isupper() and words[i - 1].text[:1].isupper() and words[i].low == "said"


def _boundary(s: Sentence, j: int) -> int:
    """Return where the noun phrase that ends before word j can begin at the earliest."""
    words = s.words
    i = j
    while i > 0:
        w = words[i - 1]
        if w.low in {",", ";", ":", "(", ")"} or w.low in _DASHES or w.text in QUOTES or w.low in _STOP_LEFT:
            # "Smith, a doctor, said" was handled before; here a comma ends it, but for titles: "Gen. X of Y, Z said"
            break
        if (
            w.low in SAY
            and i - 1 > 0
            and not is_surname(words, i - 1)
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


def right_speaker(doc: Document, s: Sentence, cue: int) -> tuple[Speaker | None, int]:
    """Return who stands after an inverted cue (" ...," said X, of Y), and the word after."""
    words, n = s.words, len(s.words)
    i = cue + 1
    if i < n and words[i].low in _NOT_A_SPEAKER:
        return None, i
    j = i
    while j < n and words[j].low not in {",", ".", ";", ":", "!", "?"} and words[j].text not in QUOTES:
        if words[j].low in {"who", "which", "after", "when", "during", "as", "while", "because"} or (
            j > i and words[j].low in DAYS and words[j].low not in {"at", "in", "from", "by"}
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
            and words[j].text not in QUOTES
            and words[j].low not in {"who", "which"}
        ):
            j += 1
    if any(
        w.low.endswith("ed") or w.low in SAY or w.low in {"is", "was", "were", "are", "had", "has", "will", "would"}
        for w in words[i + 1 : j]
    ):
        return None, i  # a clause, not a name: "..., said Clinton reached out"
    return (speaker_of(doc, s, i, j) if i < j else None), j


# What a sentence can open with before its subject, as far as the next comma.
_OPENERS = frozenset(
    """in on at during after before by with as from when while although though if since for despite under following amid
    through until without whenever wherever besides like unlike because once whether what speaking asked""".split()
)
# Bodies that speak, beside persons, names and offices.
_BODY = re.compile(
    r"(?i)\b(?:groups?|unions?|part(?:y|ies)|courts?|councils?|committees?|banks?|compan(?:y|ies)|agenc(?:y|ies)|papers?"
    r"|reports?|stud(?:y|ies)|institutes?|clubs?|church(?:es)?|rebels?|nominees?|critics?|navy|forces?|troops|coalition|alliance"
    r"|movement|militias?|brigades?|parliament|senate|congress|cabinet|mission|organi[sz]ations?|bloc|observatory)$"
)
# Verbs that no ending gives away.
_DID = frozenset("made makes gave gives sent wrote held has had met spoke".split())


def opening_subject(doc: Document, s: Sentence, before: int) -> Speaker | None:
    """Return who opens the sentence, past "In August," and "Speaking in Oslo,".

    None unless it is a person, a name, an office, a body that speaks or a pronoun. ``before`` is where the words begin
    that the subject is to have said.
    """
    words, n = s.words, len(s.words)
    i = 0
    while i < n and (words[i].text in QUOTES or words[i].low in {"and", "but", "yet", "still", "however", ","}):
        i += 1
    if i < n and (words[i].low in _OPENERS or words[i].low.endswith("ing")):
        if (i + 1 < n and words[i + 1].low in _CALENDAR) or (i + 1 < n and words[i + 1].text[0].isdigit()):
            i += 1
        else:
            i = next((k + 1 for k in range(i, n) if words[k].low == ","), n)
    while i < n and (words[i].low in _CALENDAR or words[i].text[0].isdigit() or words[i].low == ","):
        i += 1
    for g in groups_of(s):
        if g.start < i:
            continue
        if g.start > i + 1 or words[g.end - 1].end >= before:
            return None
        end = next((k for k in range(g.start, g.end) if words[k].low in _DID), g.end)
        if end == g.start:
            return None
        said = doc.text[words[g.start].start : words[end - 1].end]
        name = words[end - 1].text[0].isupper() or g.people == "yes" or g.how == "pronoun"
        return speaker_of(doc, s, g.start, end) if name or SOURCE_NOUN.search(said) or _BODY.search(said) else None
    return None
