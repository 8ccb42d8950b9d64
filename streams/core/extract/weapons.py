"""Weapons that were used in an attack, guns included: more than strike reports hold, for desks that ask for the means.

Every weapon that is named is weighed: how the sentences that name it speak of it, what they say was done, and whether the
article tells of an attack at all. The sum is in ``weights.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple

from streams.core.extract.attacks import TOPICS, Verdict, rank_of_sentence
from streams.core.extract.incidents import MOST
from streams.core.extract.strikes import is_used
from streams.core.extract.text import Document, Sentence
from streams.core.extract.weights import WEAPON
from streams.core.gazetteer import Hit


class Arm(NamedTuple):
    """A weapon that the article names, as printed, and what is true of it (most features are 0 or 1)."""

    printed: str
    features: Mapping[str, float]


_VERBS = frozenset(
    """exploded explode explodes detonated detonate went hurled threw thrown tossed planted placed set left fired launched
    dropped used using""".split()
)
_HURTING = frozenset(
    "killed wounded injured destroyed damaged killing wounding injuring destroying damaging shot".split()
)
_FOUND = frozenset("defused deactivated found discovered dismantled disarmed".split())
_PERHAPS = frozenset(
    "would will could may might if rumor rumors threatened threat threats plan planned planning".split()
)
# Found in a raid or named in a plan: not used.
_STORED = frozenset(
    """seized seize seizing seizure confiscated confiscate captured arsenal cache caches stockpile stockpiles smuggled smuggling
    shipment shipments trafficking surrender surrendered equipped armed carrying purchased bought supplied sold donated
    belonging manufactured""".split()
)
_BLOWS = frozenset("attack attacks explosion explosions fire blast blasts bombing bombings".split())
_COLOURS = ("combat", "army", "heavy weapons", "years", "generalities", "deeds in general", "narcotics")


def arms_of(doc: Document, verdict: Verdict) -> list[Arm]:
    """Return the weapons of title and body, each printed form once."""
    named: dict[str, list[tuple[Sentence, Hit, int]]] = {}
    mentions_of_any = (
        (s, h, n)
        for n, s in enumerate(doc.sentences)
        if s.layer in {"title", "body"}
        for h in s.hits
        if h.entry.kind == "weapon"
    )
    for s, h, n in islice(mentions_of_any, MOST):
        named.setdefault(_printed(doc, s, h).lower(), []).append((s, h, n))
    names = {h.entry.name for mentions in named.values() for _, h, _ in mentions}
    out = []
    for mentions in named.values():
        s, h, _ = mentions[0]
        features: dict[str, float] = {}
        for mention in mentions:
            features |= dict.fromkeys(_features(doc, verdict, *mention), 1.0)
        features["mentions"] = math.log(len(mentions))
        features["other weapons"] = math.log1p(len(named) - 1)
        features["a better word stands beside it"] = float(h.entry.name == "bomb" and "dynamite" in names)
        features |= verdict.features
        out.append(Arm(_printed(doc, s, h), features))
    return out


def _printed(doc: Document, s: Sentence, h: Hit) -> str:
    return doc.text[s.words[h.start].start : s.words[h.end - 1].end]


def _features(doc: Document, verdict: Verdict, s: Sentence, h: Hit, n: int) -> set[str]:
    low = [w.low for w in s.words]
    before, after, every = low[max(0, h.start - 6) : h.start], low[h.end : h.end + 6], frozenset(low)
    deeds = [w.deed for w in verdict.deeds if w.deed.sentence == n]
    targets, kinds = {d.target for d in deeds}, {d.kind for d in deeds}
    rank = rank_of_sentence(doc, n)
    told_of = {
        f"class {h.entry.sort}": True,
        "used": is_used(s, h),
        f"{verdict.worth_in(n)} deed": True,
        "hits property": "property" in targets,
        "hits people": bool(targets & {"civilians", "named", "officials"}),
        "hits the army": "military" in targets,
        "explosion": "explosion" in kinds,
        "killing": bool(kinds & {"killing", "wounding"}),
        "stored": not _STORED.isdisjoint(every),
        "found": not _FOUND.isdisjoint(before + after),
        "verb before": not _VERBS.isdisjoint(before),
        "verb after": not _VERBS.isdisjoint(after),
        "hurting before": not _HURTING.isdisjoint(before),
        "hurting after": not _HURTING.isdisjoint(after),
        "with": not {"with", "by", "using"}.isdisjoint(before[-2:]),
        "of": before[-1:] == ["of"],
        "in a series of blows": bool(after) and after[0] in _BLOWS and after[0].endswith("s"),
        "plural": low[h.end - 1].endswith("s"),
        "perhaps": not _PERHAPS.isdisjoint(every),
        "in quotation marks": doc.quoted(s.words[h.start].start),
        "early": rank < 3,
        "late": rank >= 12,
        "only bullets": h.entry.name == "bullet",
    }
    colours = {f"sentence: {name}" for name in _COLOURS if not TOPICS[name].isdisjoint(every)}
    return {name for name, true in told_of.items() if true} | colours


def weapons_used(doc: Document, verdict: Verdict) -> tuple[str, ...]:
    """Return the weapons that were used in an attack that the article tells of, as printed, each name once."""
    return tuple(a.printed for a in arms_of(doc, verdict) if WEAPON.chance(a.features) >= WEAPON.enough)
