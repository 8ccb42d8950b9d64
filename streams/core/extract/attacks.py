"""Whether an article tells of an attack: a visible sum over the deeds it names, with its reasons.

Each deed (``incidents.py``) is weighed by what its sentence says; the article's tone weighs on all of them. The evidence of
the article is the sum of what its deeds are worth, so one specific deed is enough and ten vague ones can do as well.
The weights were fitted on articles about violence (``python -m tests.quality fit``): on features like these, never on names.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from streams.core.extract.incidents import Deed, deeds_of
from streams.core.extract.strikes import is_used
from streams.core.extract.text import Document, Sentence
from streams.core.extract.weights import ATTACK
from streams.core.model import CasualtyClaim


class Weighed(NamedTuple):
    """A deed, what it is worth (0 upwards) and the features that made it so."""

    deed: Deed
    worth: float
    features: frozenset[str]


class Verdict(NamedTuple):
    """``chance`` that the article tells of an attack, its deeds weighed, best first, and the tone of the article."""

    chance: float
    deeds: tuple[Weighed, ...]
    tone: Mapping[str, float]

    @property
    def tells(self) -> bool:
        """Whether that is enough to call the article a report of an attack."""
        return self.chance >= ATTACK.enough

    @property
    def reasons(self) -> tuple[str, ...]:
        """The parts of the sum of the best deed, the strongest first, as "+0.5 within three days"."""
        if not self.deeds:
            return ()
        parts = ATTACK.parts({**dict.fromkeys(self.deeds[0].features, 1.0), **self.tone})
        return tuple(f"{w:+.2f} {name}" for name, w in parts)

    @property
    def features(self) -> dict[str, float]:
        """How sure it is that the article tells of an attack, as features of other sums."""
        p = min(max(self.chance, 0.001), 0.999)
        return {"attack told": math.log(p / (1 - p)) / 3, "no attack told": float(not self.tells)}

    def worth_in(self, sentence: int) -> str:
        """Return how plain the best deed of a sentence is, in words."""
        best = max((w.worth for w in self.deeds if w.deed.sentence == sentence), default=None)
        if best is None:
            return "no"
        return next((name for limit, name in _STEPS if best < limit), "a plain")


_STEPS = ((0.1, "a vague"), (0.3, "a possible"), (0.8, "a clear"))

# --- words that colour a deed ----------------------------------------------------------------------------------------

TOPICS: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "combat": """clash clashes clashed combat combats fighting battle battles skirmish skirmishes offensive troops battalion
            brigade patrol patrols position positions ambushed confrontation confrontations encounter operation operations
            garrison barracks units frontline counteroffensive trenches""",
        "army": "army soldier soldiers troops military battalion brigade",
        "rebels": "guerrilla guerrillas rebel rebels insurgent insurgents militant militants fighters",
        # Missiles, rockets and aircraft are not among them: today they hit towns.
        "heavy weapons": """helicopter helicopters tank tanks mortar mortars artillery howitzers machineguns trenches convoy
            armored armoured gunship""",
        "unknown doers": """unidentified unknown gunmen gunman assailant assailants individuals terrorist terrorists subversives
            attacker attackers extremists hooded masked commandos hitmen assassins""",
        "courts": """arrested arrest trial court judge prison sentenced charges investigation extradited detained detention
            confessed testimony prosecutor captured evidence""",
        "smuggling": """cocaine drug drugs trafficking traffickers laboratory laboratories seized shipment kilos marijuana
            confiscated weapons arms""",
        "narcotics": "cocaine drug drugs trafficking traffickers laboratory laboratories marijuana heroin",
        "first person": "i we our us my me you your",
        "generalities": "violence terrorism terrorist war repression crimes crime violations rights wave",
        "reactions": """condemn condemned condemns repudiate repudiated deplore deplored funeral burial ransom release released
            freed rescue rescued investigate investigating investigation investigations case""",
        "day": """today yesterday tonight monday tuesday wednesday thursday friday saturday sunday overnight""",
        "hour": "morning afternoon evening night dawn noon midnight hours",
        "public figures": """candidate party leader leaders president congressman senator mayor deputy union unions activist
            activists lawmaker governor minister""",
        "family": "son daughter wife husband father mother brother sister children widow relatives family",
        "deeds in general": """acts actions violations attacks murders massacres kidnappings assassinations disappearances
            crimes bombings deaths threats cases incidents""",
        "accident": """accident crash crashed earthquake quake storm flood hurricane disease epidemic collision capsized
            derailed""",
        "sources": "police sources reported according spokesman reports witnesses learned confirmed authorities",
        "homes and streets": """home house residence office door entrance near front inside outside room windows block street
            avenue""",
        "explosives": """exploded explosive explosives charge placed planted dynamite kg kilograms device bomb sticks
            detonated""",
        "on the way": "car driving motorcycle vehicle drove traveling travelling riding bus highway road passing left walking",
        "wounds": """bullet bullets shots wounds body bodies hospital hospitalized surgery corpse corpses head chest autopsy
            buried cemetery grave coffin""",
        "harm": "damage damaged injuries victims casualties unhurt unharmed shattered windows losses ruins",
        "captivity": """release released freed ransom captivity captors kidnappers rescue rescued negotiations demand
            demands""",
        "years": "year years decade decades month months century",
    }.items()
}
_IN_SENTENCE = (
    "combat",
    "army",
    "rebels",
    "heavy weapons",
    "unknown doers",
    "courts",
    "smuggling",
    "first person",
    "generalities",
    "reactions",
    "day",
    "hour",
    "public figures",
    "family",
    "deeds in general",
    "years",
    "accident",
)
_IN_TONE = (
    "combat",
    "heavy weapons",
    "unknown doers",
    "courts",
    "smuggling",
    "first person",
    "accident",
    "sources",
    "homes and streets",
    "explosives",
    "on the way",
    "wounds",
    "harm",
    "captivity",
    "public figures",
    "day",
    "hour",
)


def features_of(doc: Document, deed: Deed) -> frozenset[str]:
    """Return what is true of a deed."""
    s, rank = doc.sentences[deed.sentence], rank_of_sentence(doc, deed.sentence)
    out = {deed.kind, f"target {deed.target}", f"{_group(deed.kind)} on {_group(deed.target)}"}
    specific = deed.hit is not None and deed.hit.specific
    if specific:
        out |= {"specific target", f"specific {_group(deed.target)}"}
    if deed.doer is not None:
        out.add(f"done by {_group(deed.doer.kind)}")
    if deed.placed:
        out.add("place")
    if deed.way == "noun":
        out.add("one deed as a noun" if deed.one else "deeds as a noun")
    if rank == 0:
        out.add("first sentence")
    elif rank >= 15:
        out.add("far down")
    if deed.age is not None:
        out.add(next(name for days, name in _AGES if deed.age < days))
        if specific and deed.age < 10:
            out.add("specific target, recent day")
    if doc.quoted(s.words[deed.at].start):
        out.add("in quotation marks")
    low = {w.low for w in s.words}
    out.update(f"sentence: {name}" for name in _IN_SENTENCE if not TOPICS[name].isdisjoint(low))
    if any(w.isdigit() and len(w) == 4 and "1900" <= w < doc.day[:4] for w in low):
        out.add("sentence: years")
    if "?" in low:
        out.add("question")
    if any(h.entry.kind == "weapon" and is_used(s, h) for h in s.hits):
        out.add("weapon used")
    return frozenset(out)


_AGES = (
    (3, "within three days"),
    (10, "within ten days"),
    (70, "within ten weeks"),
    (10**6, "older than ten weeks"),
)
_GROUPS = {"civilians": "people", "named": "people", "officials": "people", "somebody": "people"}


def _group(word: str) -> str:
    return _GROUPS.get(word, word)


def rank_of_sentence(doc: Document, n: int) -> int:
    """Return how many sentences of title and body stand before sentence ``n``."""
    return sum(s.layer in {"title", "body"} for s in doc.sentences[:n])


def _body(doc: Document) -> list[Sentence]:
    return [s for s in doc.sentences if s.layer in {"title", "body"}]


def tone_of(doc: Document) -> dict[str, float]:
    """Return how much of the whole article certain words make, 0 to 1, and its length as a logarithm."""
    body = _body(doc)
    words = [w.low for s in body for w in s.words]
    n = max(60, len(words))
    out = {f"tone: {name}": min(1.0, 20 * sum(w in TOPICS[name] for w in words) / n) for name in _IN_TONE}
    out["tone: quotation marks"] = min(1.0, doc.text.count('"') / max(1, len(body)))
    out["tone: length"] = math.log(n / 300)
    return out


# --- the sum ---------------------------------------------------------------------------------------------------------


def nobody_hurt(verdict: Verdict, claims: Sequence[CasualtyClaim]) -> bool:
    """Return whether the article tells of an attack and says of one that nobody was hurt in it; soldiers apart."""
    return verdict.tells and any(
        c.qual == "zero"
        and c.scope == "current"
        and c.status != "denied"
        and (c.victims is None or c.victims.kind not in {"military", "militants"})
        for c in claims
    )


def verdict_of(doc: Document) -> Verdict:
    """Return whether people or property were attacked according to the article, wider than what alerts."""
    tone = tone_of(doc)
    weighed = []
    for deed in deeds_of(doc):
        features = features_of(doc, deed)
        z = ATTACK.sum({**dict.fromkeys(features, 1.0), **tone})
        weighed.append(Weighed(deed, math.log1p(math.exp(min(z, 30.0))), features))
    weighed.sort(key=lambda w: -w.worth)
    return Verdict(1 - math.exp(-sum(w.worth for w in weighed)), tuple(weighed), tone)


def tells_of_attack(doc: Document) -> bool:
    """Return whether the article is a report of an attack."""
    return verdict_of(doc).tells
