"""Attacks whose weapon is not named: "jets bombed the airport", "an Israeli strike on a school", "troops shelled the town"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from streams.core.extract.actors import actor_of, named_actor, owner_of, tells_of_its_own
from streams.core.extract.groups import s_text
from streams.core.extract.outcomes import countries_aimed_at
from streams.core.extract.places import places_in
from streams.core.extract.scope import scope_of
from streams.core.extract.speakers import QUOTES, Frame
from streams.core.extract.text import Document, Sentence
from streams.core.extract.voices import Voice, voice_at
from streams.core.model import Outcome, StrikeReport, StrikeStatus

_VERBS = frozenset(
    """bombed bombs struck strikes hit hits pounded pounds strafed targeted attacked shelled shells bombarded raided
    destroyed hitting""".split()
)
_NOUNS = frozenset("strike strikes raids sorties bombing bombings bombardment bombardments".split())
# Verbs that no business, weather or game has; the others need armed forces as their subject.
_OF_WAR = frozenset("bombed bombs strafed shelled shells bombarded".split())
# Verbs in the present, which may be nouns.
_NOUNS_TOO = frozenset("bombs strikes hits pounds shells".split())
_AIRCRAFT = re.compile(
    r"(?i)\b(?:(?:fighter|combat|war|military|bomber|attack|F-\d+|Su-\d+|MiG-\d+|Mirage|Rafale|B-\d+)[\w-]*\s+)?"
    r"(?:warplanes?|jets|fighters jets|bombers|planes|aircraft|helicopters|gunships|air force|airforce|fighter jet|B-\d+s?)\b"
)
_FORCES = re.compile(
    r"(?i)\b(?:army|military|forces?|coalition|navy|IDF|gunboats?|(?:naval |war)?(?:vessels?|ships?)"
    r"|frigates?|destroyers?|submarines?|tanks|artillery|troops|guards?|corps|junta"
    r"|rebels?|militants?|insurgents|fighters|paramilitar(?:y|ies))\b"
)
_LABOUR = frozenset(
    """workers union unions walkout wages pay dockworkers drivers teachers doctors nurses staff employees strikers picket labour
    labor industrial hunger general rail airline airlines pilots contract bargaining boeing lightning stoppage""".split()
)
# A strike that these precede has not happened: "did not expect an Israeli strike on oil fields".
_NOT_DONE = frozenset(
    """expect expects expected possible potential planned imminent feared fears anticipated threatened prevent avert brace
    braces braced bracing ahead future prepare preparing prepares threat next likely rehearsed discussed discuss""".split()
)
# What a verb has before what it hits; "hit back at", "struck a deal", "hit by a recession" hit nothing.
_NO_AIM = frozenset(
    """back out by off up down deal deals agreement agreements accord balance chord bargain record records snag
    high low highs lows lower milestone note notes tone pose peak at with from to for as when after over hard
    it him her them me us who which that and but or himself herself themselves itself headlines""".split()
)
_NO_BLOW = frozenset(
    "deal deals agreement agreements accord balance bargain record records snag milestone headlines".split()
)
_END = frozenset(
    """, . ; : " “ ” and in near on at after that which who killing wounding injuring with where when early late
    overnight for during as     from over across outside inside while but hours""".split()
)


class _Raid(NamedTuple):
    """``at`` is the word that attacks; ``weapon`` and ``sort`` what that tells of the means; ``aim`` words hit, if told."""

    at: int
    weapon: str
    sort: str | None
    aim: tuple[int, int] | None
    air: bool


TELLING = frozenset((*_VERBS, *_NOUNS))
"""One of these words tells of an attack without a named weapon."""


def raid_in(doc: Document, frames: Sequence[Frame], s: Sentence, whole: Sentence) -> StrikeReport | None:
    """Return the attack that the sentence ``s`` (a part of ``whole``) tells of without a weapon, None without one."""
    if TELLING.isdisjoint([w.low for w in s.words]):
        return None
    raid = _by_verb(s) or _by_noun(s)
    if raid is None:
        return None
    a, b = s.words[raid.at].start, s.words[raid.at].end
    voice = voice_at(doc, frames, whole, a)
    scope, day = scope_of(doc, whole, a, b)
    if scope != "current":
        return None
    actor, origin = actor_of(doc, s, None)
    actor = actor or owner_of(s, raid.at)
    status = _told(doc, s, a, voice, actor, raid)
    if status == "claimed":
        actor = named_actor(actor, voice)
    place = next((e for _, e in places_in(s)), None)
    country = place.code if place is not None else _country(s)
    denied = voice.denied_by is not None or re.search(r"(?i)\bden(?:ied|ies|y|ying)\b", doc.text[s.start : a])
    return StrikeReport(
        weapon=raid.weapon,
        weapon_class=raid.sort,
        actor=actor,
        origin=origin,
        targets=(s_text(s, *raid.aim),)
        if raid.aim is not None
        else ((place.name,) if place is not None else countries_aimed_at(s)),
        outcomes=(Outcome(what="hit"),),
        place=place.name if place is not None else None,
        country=country or None,
        status="denied" if denied else status,
        claimant=voice.claimant or (voice.denied_by if denied else None),
        outlet=voice.outlet,
        event_day=day,
        evidence=doc.evidence(whole.start, whole.end),
    )


def _told(doc: Document, s: Sentence, at: int, voice: Voice, actor: str | None, raid: _Raid) -> StrikeStatus:
    # A strike with no word of its means is told by everybody in the same words, by whoever did it too.
    own = raid.sort is not None and tells_of_its_own(doc, s, at, voice, actor)
    return "claimed" if own else "reported"


def _country(s: Sentence) -> str | None:
    inside = {"in", "on", "inside", "across"}
    found = (h for h in s.hits if h.entry.kind == "country" and h.start and s.words[h.start - 1].low in inside)
    return next((h.entry.code for h in found), None)


def _by_verb(s: Sentence) -> _Raid | None:
    words, n = s.words, len(s.words)
    for i, w in enumerate(words):
        low = w.low
        if low not in _VERBS or not i or (s.pos and s.pos[i] in {"NOUN", "ADJ"}):
            continue
        passive = words[i - 1].low in {"was", "were", "been", "being"} or (
            words[i - 1].low.endswith("ly") and i > 1 and words[i - 2].low in {"was", "were", "been", "being"}
        )
        if passive:
            agent = next((k for k in range(i + 1, min(n, i + 6)) if words[k].low == "by"), None)
            doer = s_text(s, agent + 1, min(n, agent + 8)) if agent is not None and agent + 1 < n else ""
            air = bool(_AIRCRAFT.search(doer))
            if not (air or _FORCES.search(doer) or (low in _OF_WAR - {"bombs", "shells"} and agent is None)):
                continue
            aim = _subject(s, i - 1)
            return _Raid(i, *_means(low, air), aim, air) if aim is not None else None
        subject = _subject(s, i)
        aim = _aim(s, i + 1)
        if subject is None or aim is None:
            continue
        doer = s_text(s, *subject)
        if re.search(r"(?i)\b(?:suicide|IS|ISIS|militants?'?) bombers$", doer):
            continue  # these do not fly
        air = any(m.end() == len(doer) for m in _AIRCRAFT.finditer(doer)) or "air force" in doer.lower()
        sided = any(
            h.entry.kind in {"group", "country"} and subject[0] <= h.start and h.end == subject[1] for h in s.hits
        )
        if low in _NOUNS_TOO and not (sided or air or _FORCES.search(doer)):
            continue
        he_who_said = doer.lower() in {"it", "they", "we"} and low not in _NOUNS_TOO
        if low in {
            "hit",
            "hits",
            "struck",
            "strikes",
            "pounds",
            "attacked",
            "targeted",
            "destroyed",
            "pounded",
            "hitting",
        }:
            crash = air and re.search(r"(?i)\b(?:a|the) (?:plane|aircraft|helicopter|jet)$", doer)
            strong = (air and not crash) or bool(_FORCES.search(doer)) or sided
            # A party "attacked the bill", a court "struck the law down", a company "destroyed the records".
            if not (strong or (he_who_said and _military_aim(s, aim))):
                continue
            if (
                not air
                and low in {"attacked", "hit", "hits", "strikes", "targeted", "destroyed"}
                and not _military_aim(s, aim)
            ):
                continue
            if not air and low in {"attacked", "destroyed"}:
                continue
        elif not (air or sided or he_who_said or _FORCES.search(doer)):
            continue
        return _Raid(i, *_means(low, air), aim, air)
    return None


def _means(low: str, air: bool) -> tuple[str, str | None]:
    """Return weapon and class that a verb tells of: who shells has artillery, who bombs from the air flies."""
    if low in {"shelled", "shells"}:
        return "shelling", "artillery"
    if air or low == "strafed":
        return "air strike", "air strike"
    return ("bombing", "bomb") if low in {"bombed", "bombs"} else ("strike", None)


_BEFORE_SUBJECT = frozenset(", ; : that when after and who which where as said says claimed before while".split())
_AUXILIARY = frozenset("had has have also then later again reportedly repeatedly".split())


def _subject(s: Sentence, i: int) -> tuple[int, int] | None:
    """Return the words of the subject that ends before word i."""
    words = s.words
    j = i
    while j > 0 and words[j - 1].low in _AUXILIARY:
        j -= 1
    k = j
    while k > 0 and j - k < 9:
        w = words[k - 1]
        if w.low in _BEFORE_SUBJECT or w.text in QUOTES:
            break
        k -= 1
    return (k, j) if k < j else None


def _aim(s: Sentence, i: int) -> tuple[int, int] | None:
    """Return the words of what is hit, from word i; None where the verb hits nothing."""
    words, n = s.words, len(s.words)
    if i >= n or words[i].low in _NO_AIM or not words[i].text[0].isalnum():
        return None
    j = i
    while (
        j < n
        and j < i + 10
        and words[j].low not in _END
        and (not words[j].low.endswith("day") or words[j - 1].low in {"a", "an"})
        and not (
            words[j].low in {"a", "an"} and j + 1 < n and words[j + 1].low in {"day", "week", "month", "year", "few"}
        )
    ):
        j += 1
    if j == i or any(w.low in _NO_BLOW for w in words[i:j]):
        return None
    return i, j


_MILITARY_AIM = re.compile(
    r"(?i)\b(?:targets?|base|bases|depots?|posts?|positions?|headquarters|camps?|hideouts?|infrastructure|convoys?|militants?"
    r"|fighters|rebels?|soldiers|troops|airports?|airfields?|air bases?|buildings?|houses?|hospitals?|schools?|sites?"
    r"|launchers?|facilit(?:y|ies)|refiner(?:y|ies)|stronghold\w*|villages?|towns?|city|suburbs?|tunnels?|warehouses?|command|port"
    r"|bridges?|areas?|districts?|neighbou?rhoods?|markets?|mosques?|prisons?|tents?|vehicles?|ships?|tankers?|vessels?)\b"
)


def _military_aim(s: Sentence, aim: tuple[int, int]) -> bool:
    inside = any(h.entry.kind in {"place", "group"} and aim[0] <= h.start < aim[1] for h in s.hits)
    return inside or _MILITARY_AIM.search(s_text(s, *aim)) is not None


def _by_noun(s: Sentence) -> _Raid | None:
    """Return the strike of "an Israeli strike on a school", "killed in strikes on Tyre", "the strike killed eleven"."""
    words, n = s.words, len(s.words)
    for i, w in enumerate(words):
        if w.low not in _NOUNS or (s.pos and s.pos[i] not in {"NOUN", "PROPN"}):
            continue
        if i + 1 < n and (words[i + 1].glued or words[i + 1].low in {"action", "committee", "force", "group"}):
            continue
        if not {x.low for x in words[max(0, i - 7) : i]}.isdisjoint(_NOT_DONE):
            continue
        if any(x.low in _LABOUR for x in words) or (i and words[i - 1].low in {"on", "to"}):
            continue
        before = {x.low for x in words[max(0, i - 6) : i]}
        flown = w.low in {"raids", "raid", "sorties"}
        if flown and not _AIRCRAFT.search(s_text(s, max(0, i - 8), i)):
            continue
        after = words[i + 1].low if i + 1 < n else ""
        hurt = bool(before & {"killed", "died", "wounded", "injured", "dead", "destroyed"}) and bool(
            before & {"in", "by"}
        )
        sided = owner_of(s, i) is not None
        aims = after in {"on", "against"}
        claims = after and "responsibility" in before and "claimed" in {x.low for x in words[max(0, i - 9) : i]}
        if flown and after in {"on", "against", "in", "over"}:
            return _Raid(i, "air strike", "air strike", _aim(s, i + 2), True)
        kills = after in {"killed", "wounded", "injured", "destroyed", "hit"}
        in_place = after in {"in", "near", "at"}
        if w.low.startswith("bomb"):
            told = bool(claims) or sided or aims or hurt or after in {"in", "resumed", "continued"}
        else:
            told = (sided and (aims or kills or hurt or in_place)) or (aims and hurt) or kills or (hurt and not sided)
        if not told:
            continue
        aim = _aim(s, i + 2) if aims else None
        return _Raid(i, w.low, None, aim, False)
    return None
