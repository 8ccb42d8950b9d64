"""Who is held responsible: organisations that the text makes the doer of an attack, or blames for it.

Every group that is named is weighed: whether it stands where a doer stands, how plain the deed is, whose men did it. The sum
is in ``weights.py``.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from streams.core.extract.attacks import TOPICS, Verdict, rank_of_sentence
from streams.core.extract.incidents import MOST, Deed, Party
from streams.core.extract.text import Document, Sentence
from streams.core.extract.weights import PERPETRATOR

_DEED = (
    r"(?:kill(?:ed|ing)?|murder(?:ed|s|ing)?|attack(?:ed|s|ing)?|bomb(?:ed|ing|s)?|kidnap\w*|abduct\w*|assassinat\w+"
    r"|execut(?:ed|ion)|massacre[ds]?|planted|placed|detonated|ambush\w*|shell(?:ed|ing)|stormed"
    r"|destroy(?:ed|ing)|blew|fired|launched"
    r"|hurled|seized|shot|raid(?:ed)?|dynamited|sabotag\w+|perpetrated|burned|machinegunned|crimes?"
    r"|torture[ds]?|assault\w*)"
)
_ACTIVE = re.compile(
    rf"(?i)^(?:\W+(?!and\b|or\b|to\b|of\b|in\b|with\b|was\b|were\b|is\b)[\w()\[\]'’-]+){{0,5}}?\W+{_DEED}\b"
)
_BY = re.compile(
    r"(?i)\b(?:by|implicat\w+|blam(?:ed|es|ing)|accus(?:ed|es|ing)|suspect\w*|attribut\w+ (?:\w+ )?to"
    r"|responsib\w+ (?:of|on|to|with)"
    r"|linked to)\b(?:\W+(?!on\b|in\b|at\b|for\b|killed\b)[\w'’-]+){0,5}\W*$"
)
_CLAIMED = re.compile(r"(?i)^.{0,70}?\b(?:claim\w*|took|assum\w+|admitt\w+|acknowledg\w+)\b.{0,25}\bresponsib")
_ACCUSED = re.compile(r"(?i)\b(?:accus\w+|blam\w+|held? responsible|attribut\w+|suspect\w*|implicat\w+|responsib\w+)\b")
_DENIES = re.compile(r"(?i)\b(?:den(?:y|ied|ies)|reject\w*|condemn\w*|repudiat\w*)\b")
_SPEAKS = re.compile(
    r"(?i)^\W*(?:\w+\W+){0,3}?(?:said|says|reported|announced|stated|added|warned|told|has said|confirmed|spokes\w+|press"
    r"|general staff|officers?|chief|commander|minister|president|officials?)\b"
)
_AGAINST = re.compile(
    r"(?i)\b(?:against|fight\w*|combat\w*|soldiers of|killed|between|with|to|headquarters of)\s+(?:the\s+)?(?:\w+\s+)?$"
)
_MEMBERS = re.compile(
    r"(?i)\b(?:guerrillas?|rebels?|members?|commandos?|terrorists?|individuals|units?|troops|soldiers|fighters|militants|gunmen)"
    r"\W+(?:from|of|belonging to|who belong to)\W+(?:the\W+)?$"
)
# Names that no list holds: "People's Harvest Front", "the Armed Forces", "drug mafias".
_UNLISTED = re.compile(
    r"\b(?:(?:[A-Z][\w'’-]+|[Pp]opular|[Nn]ational|[Rr]evolutionary|[Ll]iberation|[Aa]rmed|[Dd]rug|[Tt]rafficking)\s+){0,6}"
    r"(?:Front|Movement|movement|Army|Alliance|alliance|[Aa]rmed [Ff]orces|[Aa]ir [Ff]orce|Cartel|[Cc]artels?|[Mm]afias?"
    r"|[Dd]eath [Ss]quads?|Squad|Brigades?|Battalion|Guard|Command|Commandos?|Extraditables|[Pp]olice|[Gg]overnment|[Rr]egime"
    r"|[Mm]ilitary|[Ss]eparatists)\b"
)
_OF_THE_STATE = frozenset(
    "army forces force guard battalion police government regime military brigade brigades".split()
)
_MEN: Mapping[str, re.Pattern[str]] = {
    "rebels": re.compile(r"(?i)\b(?:guerrillas?|rebels?|insurgents?|militants|fighters|subversives)\b"),
    "soldiers": re.compile(r"(?i)\b(?:soldiers?|troops|officers?|military(?:men)?|patrol|warplanes|jets)\b"),
    "criminals": re.compile(
        r"(?i)\b(?:traffickers?|mafia|hired (?:killers?|assassins?|gunmen)|drug lords|gangsters?)\b"
    ),
    "unknown": re.compile(r"(?i)\b(?:unidentified|unknown|gunmen|individuals|terrorists?|assailants|hooded|masked)\b"),
}
_MEN_OF = {"militants": "rebels", "criminals": "criminals", "state": "soldiers", "military": "soldiers"}


class Suspect(NamedTuple):
    """A group that the article names, as printed in full, and what is true of it (most features are 0 or 1)."""

    printed: str
    features: Mapping[str, float]


class _Mention(NamedTuple):
    sentence: int
    start: int
    end: int
    sort: str


def suspects_of(doc: Document, verdict: Verdict) -> list[Suspect]:
    """Return the groups of title and body, each once."""
    named: dict[str, list[_Mention]] = {}
    body = ((n, s) for n, s in enumerate(doc.sentences) if s.layer in {"title", "body"})
    for key, m in islice((found for n, s in body for found in _named(doc, s, n)), MOST):
        named.setdefault(key, []).append(m)
    total = sum(len(m) for m in named.values())
    sorts = Counter(m[0].sort for m in named.values())
    most = {sort: max(len(m) for m in named.values() if m[0].sort == sort) for sort in sorts}
    men = _men(doc, verdict) if named else {}
    shared = {**verdict.features, "other groups": math.log1p(len(named) - 1)} if named else {}
    out = []
    for key, mentions in named.items():
        sort = mentions[0].sort
        features: dict[str, float] = {}
        doers = 0
        for m in mentions:
            found = _features(doc, verdict, m)
            doers += "doer" in found
            features |= dict.fromkeys(found - {"doer"}, 1.0)
        features["mentions"] = math.log(len(mentions))
        features["share of mentions"] = len(mentions) / total
        features["times as doer"] = math.log1p(doers)
        features["the only rebels"] = float(sort == "militants" and sorts[sort] == 1)
        features["the rebels named most"] = float(sort == "militants" and len(mentions) == most[sort])
        its_men = men.get(_MEN_OF.get(sort, ""), 0.0)
        features["its kind of men did it"] = its_men
        features["its kind of men, named most"] = its_men * (len(mentions) == most[sort])
        features["unknown men did it"] = men.get("unknown", 0.0)
        out.append(Suspect(_in_full(doc, key, mentions), features | shared))
    return out


def _named(doc: Document, s: Sentence, n: int) -> Iterator[tuple[str, _Mention]]:
    """Yield the groups of a sentence with the key of their name: those of the gazetteer first."""
    taken: list[tuple[int, int]] = []
    for h in s.hits:
        if h.entry.kind == "group" and h.entry.sort not in {"organisation", "government", "alliance", "party"}:
            a, b = s.words[h.start].start, s.words[h.end - 1].end
            taken.append((a, b))
            yield h.entry.name, _Mention(n, a, b, h.entry.sort)
    for m in _UNLISTED.finditer(doc.text, s.start, s.end):
        if any(a < m.end() and m.start() < b for a, b in taken):
            continue
        low = m.group().lower().split()
        if low[-1] in _OF_THE_STATE:
            key = " ".join(low[-2:]) if low[-1] in {"force", "forces", "guard"} else low[-1]
            yield key, _Mention(n, m.start(), m.end(), "state")
        else:
            yield " ".join(low).removeprefix("the "), _Mention(n, m.start(), m.end(), "unlisted")


def _in_full(doc: Document, key: str, mentions: list[_Mention]) -> str:
    """Return the longest printed form; a group of the gazetteer with its common name where that is another."""
    longest = max((doc.text[m.start : m.end] for m in mentions), key=len)
    listed = mentions[0].sort not in {"state", "unlisted"}
    return f"{longest} ({key})" if listed and key.lower() not in longest.lower() else longest


def _men(doc: Document, verdict: Verdict) -> dict[str, float]:
    """Return how sure it is that rebels, soldiers, criminals or unknown men are the doers of a deed, 0 to 1."""
    out: dict[str, float] = {}
    best: dict[int, float] = {}
    for w in verdict.deeds:
        best[w.deed.sentence] = max(w.worth, best.get(w.deed.sentence, 0.0))
    for n, worth in best.items():
        s = doc.sentences[n]
        for sort, pattern in _MEN.items():
            if any(_does(doc, s, m.start(), m.end()) for m in pattern.finditer(doc.text, s.start, s.end)):
                out[sort] = max(out.get(sort, 0.0), min(1.0, 2 * worth))
    return out


def _does(doc: Document, s: Sentence, a: int, b: int) -> bool:
    after, before = doc.text[b : min(s.end, b + 110)], doc.text[max(s.start, a - 90) : a]
    return bool(_ACTIVE.search(after) or _BY.search(before))


def _features(doc: Document, verdict: Verdict, m: _Mention) -> set[str]:
    s = doc.sentences[m.sentence]
    after, before = doc.text[m.end : min(s.end, m.end + 110)], doc.text[max(s.start, m.start - 90) : m.start]
    every = frozenset(w.low for w in s.words)
    deeds = [w for w in verdict.deeds if w.deed.sentence == m.sentence]
    targets = {w.deed.target for w in deeds}
    done = {w.deed.target for w in deeds if _covers(s, w.deed.doer, m)}
    worth = verdict.worth_in(m.sentence)
    active, by, claimed = _ACTIVE.search(after), _BY.search(before), _CLAIMED.search(after)
    doer = bool(active or by or claimed)
    told_of = {
        f"sort {m.sort}": True,
        f"the {doc.text[m.start : m.end].lower().split()[-1]}": m.sort == "state",
        f"{worth} deed": True,
        f"doer of {worth} deed": doer,
        "doer": doer,
        "subject of a deed": bool(active),
        "by": bool(by),
        "claims it": bool(claimed),
        "members of it": bool(_MEMBERS.search(before)),
        "accused": bool(_ACCUSED.search(before)),
        "denies": bool(_DENIES.search(after[:60])),
        "denied before": bool(_DENIES.search(before)),
        "speaks": bool(_SPEAKS.search(after)),
        "against it": bool(_AGAINST.search(before)),
        "in quotation marks": doc.quoted(m.start),
        "early": rank_of_sentence(doc, m.sentence) < 3,
        "hits people or property": not targets.isdisjoint(_PEACEFUL),
        "is hit itself": m.sort in {"state", "military"} and "military" in targets,
        "does a deed on people or property": not done.isdisjoint(_PEACEFUL),
        "does a deed on soldiers or rebels": bool(done & {"military", "militants"}),
        "does a deed on nobody": "nobody" in done,
        "is the one hit": any(_covers(s, w.deed.hit, m) for w in deeds),
        "possessor": after.startswith(("'s", "’s")),
        "ends its clause": bool(re.match(r"\W*(?:$|[.,;])", after)),
    }
    colours = ("combat", "generalities", "years", "courts")
    return {name for name, true in told_of.items() if true} | {
        f"sentence: {c}" for c in colours if not TOPICS[c].isdisjoint(every)
    }


def assailants_of(doc: Document, verdict: Verdict) -> tuple[str, ...]:
    """Return the people and groups that did the deeds of an attack, as printed, named or not ("two gunmen"), once each."""
    return _printed(doc, verdict, [(w.deed, w.deed.doer) for w in verdict.deeds])


def targets_of(doc: Document, verdict: Verdict) -> tuple[str, ...]:
    """Return whom and what the deeds of an attack hit, as printed, once each."""
    return _printed(doc, verdict, [(w.deed, w.deed.hit) for w in verdict.deeds])


def _printed(doc: Document, verdict: Verdict, parties: Sequence[tuple[Deed, Party | None]]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for deed, p in sorted(parties, key=lambda x: (x[0].sentence, x[0].at)):
        if verdict.tells and p is not None and p.kind != "somebody" and deed.scope in {"current", "historical"}:
            words = doc.sentences[deed.sentence].words
            text = doc.text[words[p.start].start : words[p.end - 1].end]
            found.setdefault(text.lower(), text)
    return tuple(found.values())


_PEACEFUL = frozenset({"civilians", "named", "officials", "property", "police"})


def _covers(s: Sentence, p: Party | None, m: _Mention) -> bool:
    return p is not None and s.words[p.start].start <= m.start and m.end <= s.words[p.end - 1].end


def perpetrators_of(doc: Document, verdict: Verdict) -> tuple[str, ...]:
    """Return the organisations held responsible, as printed, once each, in reading order."""
    return tuple(x.printed for x in suspects_of(doc, verdict) if PERPETRATOR.chance(x.features) >= PERPETRATOR.enough)
