"""Strike reports: which weapons, how many, by whom, at what, and what became of them. A weapon only named is no strike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

from streams.core.extract.attribution import Frame, Voice, voice_at
from streams.core.extract.groups import FUNCTION
from streams.core.extract.places import places_in
from streams.core.extract.quantities import Quantity, quantities
from streams.core.extract.scope import scope_of
from streams.core.extract.sport import is_sport
from streams.core.extract.text import Document, Sentence
from streams.core.extract.triggers import TRIGGER_FORMS
from streams.core.gazetteer import Entry, Hit
from streams.core.model import Outcome, Scope, StrikeReport, StrikeStatus
from streams.core.words import Word

_USED_BEFORE = frozenset(
    """fired fires fire firing launched launches launch launching dropped drops drop dropping threw hurled hurling tossed lobbed
    planted placed detonated exploded exploding used using uses hit hits struck shelled shelling targeted targeting
    attacked
    rained pounded with by sent unleashed unleashing intercepted downed destroyed shot testing tested tests
    test-fired test
    deployed carried set left volley barrage salvo salvos wave waves hail of brought""".split()
)
_USED_AFTER = frozenset(
    """hit hits struck strike strikes landed lands slammed slam crashed exploded explodes exploding fell detonated failed fired
    launched intercepted downed killed kills kill wounded wounds injured attack attacks raid raids strike strikes
    fire barrage
    bombardment explosion explosions blast blasts went ripped rocked tore destroyed damaged targeted targeting
    malfunctioned
    rained pounded falls damage wave assault dropped planted placed thrown hurled set shot blew blows broke jammed""".split()
)
_NOT_USED_AFTER = frozenset(
    """factory factories program
    programs programme programmes defense defence defenses defences system systems shield production
    launcher launchers technology technologies deal sale sales plant squad threat threats hoax maker makers silo
    silos range
    capability capabilities stockpile stockpiles arsenal scare expert experts disposal sniffing operator operators
    pilot damage
    footage video videos images image camera cameras shots photography photos tests base site sites unit units
    force brigade battalion project development industry maker license control
    laws owner parts part components component
    shop dealers expertise inspectors experts factory expert alert alarm sirens treaty talks""".split()
)
_PLAYERS = frozenset(
    "striker striker's midfielder midfielder's winger winger's forward's defender's fullback's".split()
)
_HIT = frozenset("hit hits struck strikes landed lands slammed slams crashed impacted".split())
_FAIL = frozenset("failed malfunctioned misfired fizzled jammed".split())
_STOPPED = frozenset("intercepted downed destroyed shot".split())
_FALL = re.compile(
    r"(?i)^fell (?:short|into|apart|harmlessly)|^broke (?:up|apart)|^crashed before|^went astray|^veered"
)
_FIRE = frozenset(
    (
        "fired fires fire firing launched launches launch launching dropped dropping unleashed "
        "unleashing rained lobbed sent threw used attacked targeted struck hit pounded shelled bombed"
    ).split()
)
_UNCOUNTED = frozenset("most many some others majority".split())
_SPACE = frozenset(
    """orbit satellite satellites spacex nasa space astronaut astronauts spacecraft payload moon lunar mars isro roscosmos
    capsule cosmonaut cosmonauts rover spaceport arianespace""".split()
)
_OF_ALL = frozenset("of the its their his these those all".split())
_OWN_FORCES = re.compile(
    r"(?i)\b(?:its|their|our)\s+(?:own\s+)?(?:[\w-]+\s+){0,2}?(?:fighters|forces|troops|soldiers|jets|warplanes|planes|aircraft"
    r"|drones?|missiles?|rockets?|artillery|gunners|navy|army|men|pilots|units)\b"
)
_BEFORE_A_NOUN = frozenset(
    "the a air drone missile new more these those several series of rocket deadly and american u.s".split()
)
_CLASSES = frozenset(
    (
        "ballistic missile|cruise missile|guided missile|air defence missile|missile|drone|rocket|mortar"
        "|artillery|bomb|car bomb|suicide bomb|explosive|mine|grenade|air strike|torpedo|chemical"
        "|incendiary"
    ).split("|")
)
_NAMELESS = frozenset({"air strike"})
_WAYS = frozenset("at on against toward towards in near into inside over onto".split())
_TEST = re.compile(r"(?i)\b(?:test(?:ed|s|ing)?|test-?fir\w+|test-?launch\w*|drill|exercises?|simulat\w+)\b")
_THREAT = re.compile(
    r"(?i)\b(?:would|will|could|vow\w*|threat\w*|warn\w*|plan\w*|prepar\w+|if|may|might|intend\w*"
    r"|capable|ready to|able to)\b"
)
_DENIED = re.compile(r"(?i)\b(?:denied|denies|deny|rejected|dismissed|refuted)\b")
_UNCONFIRMED = re.compile(
    r"(?i)\b(?:unconfirmed|suspected|alleged\w*|could not be (?:\w+ )?(?:verified|confirmed)|reportedly|rumou?r\w*)\b"
)
_ACTOR_WORDS = re.compile(
    r"(?i)\b(?:army|military|forces?|troops|rebels?|militants?|guerrillas?|insurgents?|fighters?"
    r"|gunmen|terrorists?|jets|warplanes|aircraft|coalition|navy|militia\w*|group|guards?|corps"
    r"|regime|government|assailants?|attackers?|movement|front|individuals|men|subversives|extremists"
    r"|houthis|militiamen)\b"
)


Became = Literal["hit", "failed", "intercepted"]


class _Event(NamedTuple):
    """One verb that says what became of weapons: outcome, count, whether all, place or target as printed.

    ``sort`` is the class of the weapons where the words name several: "nine missiles and 39 drones were shot down".
    """

    at: int
    outcome: Became
    number: int | None
    everything: bool
    place: str | None
    target: str | None
    sort: str | None = None


class _Counted(NamedTuple):
    """Words ``start`` to ``end`` that count weapons of a class: "nine of 11 cruise missiles" are nine."""

    start: int
    end: int
    number: int | None
    sort: str


def strikes_of(doc: Document, frames: Sequence[Frame]) -> tuple[StrikeReport, ...]:
    """Return the strikes in reading order; mentions of one strike are one report, outcomes of later sentences join it."""
    out: list[StrikeReport] = []
    if is_sport(doc):
        return ()
    for s in doc.sentences:
        if s.layer not in {"title", "body"}:
            continue
        weapons = [h for h in s.hits if h.entry.kind == "weapon" and h.entry.sort in _CLASSES and is_used(s, h)]
        last = out[-1] if out else None
        events = _events(s) if weapons or (last is not None and _partitive(s)) else []
        if not weapons:
            struck = _nameless(doc, frames, s)
            if events and last is not None and any(e.number is not None for e in events):
                out[-1] = _joined(last, s, events)
            elif struck is not None:
                _add(out, struck)
            continue
        for n, h in enumerate(_distinct(weapons)):
            its = [e for e in events if (n == 0 if e.sort is None else _one_class(e.sort, h.entry.sort))]
            report = _report(doc, frames, s, h, its)
            # Background ("in retaliation for last week's strike") raises no strike unless it is told with its numbers.
            if report.scope == "current" or report.status == "threatened" or report.count_low is not None:
                _add(out, report)
    return tuple(_summed(r) for r in out)


def _distinct(weapons: Sequence[Hit]) -> list[Hit]:
    """Return the weapons of a sentence, one of a class: the one that says most (ballistic missiles before missiles)."""
    out: list[Hit] = []
    for h in weapons:
        twin = next((n for n, o in enumerate(out) if _one_class(o.entry.sort, h.entry.sort)), None)
        if twin is None:
            out.append(h)
        elif out[twin].entry.sort in {"missile", "air strike"} and h.entry.sort not in {"missile", "air strike"}:
            out[twin] = h
    return out


def _one_class(a: str, b: str) -> bool:
    return (
        a == b
        or ("missile" in a and "missile" in b and "missile" in {a, b})
        or ("air strike" in {a, b} and bool({a, b} & {"bomb", "drone", "missile"}))
    )


def is_used(s: Sentence, h: Hit) -> bool:
    """Return whether the weapon is used in this sentence, not only made, sold, feared or named."""
    words = s.words
    after = [w.low for w in words[h.end : h.end + 7]]
    if after and after[0] in _NOT_USED_AFTER:
        return False
    if h.entry.sort in _NAMELESS:
        return True
    if h.entry.sort == "rocket" and any(w.low in _SPACE for w in words):
        return False
    if h.entry.name == "mine" or (h.entry.sort == "mine" and words[h.start].low in {"mine", "mines"}):
        return any(
            w in {"exploded", "stepped", "hit", "detonated", "planted", "laid"}
            for w in [w.low for w in words[max(0, h.start - 6) : h.end + 6]]
        )
    before = [w.low for w in words[max(0, h.start - 12) : h.start]]
    if "scored" in before or not _PLAYERS.isdisjoint(before):
        return False
    # not across another clause
    for cut in (";", ":"):
        if cut in before:
            before = before[before.index(cut) + 1 :]
    if any(w in _USED_AFTER for w in after) or any(
        w in _USED_BEFORE - {"with", "by", "of", "left", "set"} for w in before
    ):
        return True
    return any(w in {"with", "by", "using"} for w in before[-3:]) and any(
        w.low in _USED_BEFORE | _USED_AFTER | {"attack", "attacked", "bombing", "killed", "destroyed"} for w in words
    )


def _partitive(s: Sentence) -> bool:
    """Return whether the sentence counts weapons without naming them: "two failed, nine hit A"."""
    return any(w.low in _HIT | _FAIL | _STOPPED for w in s.words) and any(
        q.end < len(s.words) and (s.words[q.end].low in _HIT | _FAIL | _STOPPED | {"fell", "were", "was", "of"})
        for q in quantities(s.words, things=True)
    )


def _count_before(counts: Sequence[Quantity], s: Sentence, h: Hit) -> Quantity | None:
    """Return the count of a weapon: "15 ballistic missiles", "a total of 15 short-range missiles"; None without one."""
    for q in counts:
        gap = s.words[q.end : h.start] if q.end <= h.start else None
        if (
            gap is not None
            and len(gap) <= 4
            and all(
                w.text[0].isalpha()
                and w.low not in FUNCTION
                and w.low not in TRIGGER_FORMS
                and w.low not in {"other", "waves", "salvos"}
                for w in gap
            )
        ):
            return q
    singular = not s.words[h.end - 1].low.endswith("s")
    nxt = s.words[h.end].low if h.end < len(s.words) else ""
    if singular and nxt in {
        "attack",
        "attacks",
        "strike",
        "strikes",
        "fire",
        "raid",
        "raids",
        "barrage",
        "blast",
        "assault",
        "explosion",
        "bombardment",
    }:
        return None
    if (
        singular
        and _determined(s, h.start)
        and s.words[h.end - 1].low not in {"artillery", "shelling", "phosphorus", "dynamite", "tnt"}
    ):
        return Quantity(h.start, h.start, 1, 1, "exact")
    return None


def _determined(s: Sentence, start: int) -> bool:
    """Return whether "a", "an", "the" or "one" stands before the word, with a few adjectives between."""
    for k in range(start - 1, max(-1, start - 5), -1):
        low = s.words[k].low
        if low in {"a", "an", "the"} or (low == "one" and k == start - 1):
            return True
        if not s.words[k].text[0].isalpha() or low in FUNCTION:
            return False
    return False


def _events(s: Sentence) -> list[_Event]:
    words, n = s.words, len(s.words)
    counts = quantities(words, things=True)
    counted = _counted_weapons(s, counts)
    known = tuple(places_in(s))
    out: list[_Event] = []
    previous = 0
    for i in range(n):
        low = words[i].low
        rest = " ".join(w.low for w in words[i : i + 3])
        what: Became | None = None
        if low in _HIT:
            what = "hit"
        elif low in _FAIL or _FALL.match(rest):
            what = "failed"
        elif low in _STOPPED or (low == "brought" and rest.startswith("brought down")):
            what = "intercepted"
        if (
            low == "shot"
            and not (i + 1 < n and words[i + 1].low == "down")
            and not (i + 2 < n and words[i + 2].low == "down")
        ):
            what = None
        if low == "destroyed" and not any(
            w.low in {"defense", "defence", "defenses", "defences", "air", "before", "interceptors"} for w in words
        ):
            what = None
        if (
            what is None
            or (s.pos and s.pos[i] in {"NOUN", "ADJ"} and low != "shot")
            or (low in {"strikes", "hits"} and not s.pos and (not i or words[i - 1].low in _BEFORE_A_NOUN))
        ):
            continue
        if words[i - 1].low in {"neither", "none", "not", "never"} or words[i - 1].low.endswith(("n't", "n’t")):
            continue
        if len(several := _several(words, counted, previous, i, what)) > 1:
            aim = _aim(s, i + 1, known) if what == "hit" else (None, None)
            out += [_Event(i, what, c.number, False, *aim, c.sort) for c in several]
            previous = i + 1
            continue
        if low == "crashed" and not any(h.start < i and h.entry.kind == "weapon" for h in s.hits):
            continue
        mine = [q for q in counts if previous <= q.start and q.end <= i and i - q.end <= 9]
        vague = any(w.low in _UNCOUNTED for w in words[max(previous, i - 4) : i])
        if vague or any(w.low == ";" for w in words[mine[-1].end if mine else i : i]):
            mine = []  # fired 150 rockets; most were intercepted
        everything = any(w.low == "all" for w in words[max(previous, i - 4) : i])
        if len(mine) > 1 and {w.low for w in words[mine[-2].end : mine[-1].start]} <= _OF_ALL:
            mine = mine[:-1]  # 12 of the 15 rockets were intercepted
        count = mine[-1].low if mine and not everything else None
        if mine and not everything and _belongs_elsewhere(s, counted, mine[-1], i):
            count = None
        if count is None and what == "intercepted" and not vague:
            later = [q for q in counts if i < q.start <= i + 4]
            count = later[0].low if later else None
        if count is None and not everything and not vague:
            hit = next(
                (
                    h
                    for h in s.hits
                    if h.entry.kind == "weapon" and previous <= h.start and h.end <= i and i - h.end <= 4
                ),
                None,
            )
            if hit is not None:
                q = _count_before(counts, s, hit)
                count = q.low if q is not None else None
        place, target = _aim(s, i + 1, known)
        out.append(
            _Event(i, what, count, everything, place if what == "hit" else None, target if what == "hit" else None)
        )
        previous = i + 1
    return out


def _counted_weapons(s: Sentence, counts: Sequence[Quantity]) -> list[_Counted]:
    """Return what counts weapons, in reading order."""
    number = {q.start: n for n, q in enumerate(counts)}
    out: list[_Counted] = []
    for h in s.hits:
        q = _count_before(counts, s, h) if h.entry.kind == "weapon" else None
        if q is None or q.start == q.end:
            continue
        n = number[q.start]
        if n and {w.low for w in s.words[counts[n - 1].end : q.start]} in _OF_THE_WHOLE:
            q = counts[n - 1]
        out.append(_Counted(q.start, h.end, q.low, h.entry.sort))
    return out


_OF_THE_WHOLE = ({"of"}, {"of", "the"}, {"of", "its"}, {"of", "their"}, {"of", "those"}, {"of", "these"})
_JOINED = frozenset({"and", ",", "&", "plus"})


def _several(
    words: Sequence[Word], counted: Sequence[_Counted], previous: int, verb: int, what: Became
) -> Sequence[_Counted]:
    """Return the weapons that a verb joins: "39 drones and nine missiles were shot down", "downed nine missiles and ..."."""
    out: list[_Counted] = []
    at = verb
    for c in reversed([c for c in counted if previous <= c.start and c.end <= verb]):
        gap = [w.low for w in words[c.end : at]]
        if not (gap and set(gap) <= _JOINED if out else len(gap) <= _TO_VERB and "," not in gap):
            break
        out.insert(0, c)
        at = c.start
    if len(out) > 1 or what != "intercepted":
        return out
    out, at = [], verb + 1
    for c in (c for c in counted if c.start > verb):
        gap = [w.low for w in words[at : c.start]]
        if not (gap and set(gap) <= _JOINED if out else set(gap) <= {"down", "all"}):
            break
        out.append(c)
        at = c.end
    return out


_TO_VERB = 4
"""Words between weapons and what became of them: "had all been shot down"."""


def _belongs_elsewhere(s: Sentence, counted: Sequence[_Counted], q: Quantity, verb: int) -> bool:
    """Return whether the count is of something that is no weapon ("two waves hit", "two children died when a drone hit")."""
    if any(c.start <= q.start < c.end for c in counted):
        return False
    weapons = {k for h in s.hits if h.entry.kind == "weapon" for k in range(h.start, h.end)}
    between = (s.words[k].low for k in range(q.end, verb) if k not in weapons)
    return any(low not in FUNCTION and low not in _BESIDE_COUNTS for low in between)


_BESIDE_COUNTS = _OF_ALL | frozenset("other others more reportedly remaining".split())


def _aim(s: Sentence, i: int, known: Sequence[tuple[Hit, Entry]]) -> tuple[str | None, str | None]:
    """Return the place (one of the ``known``), or else the target in words, that follows a verb of hitting."""
    words, n = s.words, len(s.words)
    stop = i
    while (
        stop < n
        and stop < i + 12
        and words[stop].low
        not in {";", "and", "but", "while", "killing", "wounding", "injuring", "causing", "when", "."} | _HIT | _FAIL
    ):
        if words[stop].low == "," and not (
            stop + 1 < n and any(h.start == stop + 1 and h.entry.kind == "place" for h in s.hits)
        ):
            break
        stop += 1
    places = [e.name for h, e in known if i <= h.start < stop]
    if places:
        return places[0], None
    j = i
    while j < stop and words[j].low in _WAYS | {"down", "several", "directly"}:
        j += 1
    k = j
    while (
        k < stop
        and words[k].low not in _WAYS | {"of", "on", "from", "with", "by", "to", "during", "after", "before", "at"}
        and not words[k].low.endswith("day")
    ):
        k += 1
    if k > j and words[j].text[0].isalpha() and words[j].low not in {"it", "them", "him", "hard"}:
        return None, _text(s, j, k)
    return None, None


def _text(s: Sentence, a: int, b: int) -> str:
    out = ""
    for k in range(a, b):
        w = s.words[k]
        out += ("-" if w.glued else " " if out and w.start > s.words[k - 1].end else "") + w.text
    return out


def _report(doc: Document, frames: Sequence[Frame], s: Sentence, h: Hit, events: Sequence[_Event]) -> StrikeReport:
    words = s.words
    counts = quantities(words, things=True)
    q = _count_before(counts, s, h)
    a, b = words[h.start].start, words[h.end - 1].end
    voice = voice_at(doc, frames, s, a)
    scope, day = scope_of(doc, s, a, b)
    actor, origin = _actor(doc, s)
    status = _status(doc, s, a, voice, actor, scope)
    nameless = h.entry.sort in _NAMELESS
    outcomes = _outcomes(events)
    targets = _targets(doc, s, h, events)
    low, high = (q.low, q.high) if q is not None and not nameless else (None, None)
    if any(w.low == "remaining" for w in words):
        known = [e.number for e in events if e.number is not None]
        if len(known) > 1:
            low = high = sum(known)
    place, country = _main_place(s, outcomes, targets, h)
    return StrikeReport(
        weapon=doc.text[a:b],
        weapon_class=h.entry.sort,
        count_low=low,
        count_high=high,
        actor=actor,
        origin=origin,
        targets=targets,
        outcomes=outcomes,
        place=place,
        country=country,
        status=status,
        claimant=voice.claimant,
        outlet=voice.outlet,
        scope="exercise"
        if scope == "exercise" and status != "test"
        else scope
        if scope != "hypothetical" or status == "threatened"
        else "current",
        event_day=day,
        evidence=doc.evidence(s.start, s.end),
    )


def _status(doc: Document, s: Sentence, at: int, voice: Voice, actor: str | None, scope: Scope) -> StrikeStatus:
    text = doc.text[s.start : s.end]
    if _TEST.search(text):
        return "test"
    if scope == "hypothetical" or _THREAT.search(doc.text[max(s.start, at - 60) : at]):
        return "threatened"
    if voice.denied_by is not None or _DENIED.search(doc.text[s.start : at]):
        return "denied"
    if actor is not None and voice.claimant is not None and _overlap(actor, voice.claimant):
        return "claimed"
    if re.search(r"(?i)\bclaim(?:ed|s)\b[^.]{0,30}\bresponsib", text):
        return "claimed"
    own = _OWN_FORCES.search(text)
    if own is not None and voice.claimant is not None and own.start() > text.find(voice.claimant):
        return "claimed"  # the army said its jets had hit a camp
    return "unconfirmed" if _UNCONFIRMED.search(text) else "reported"


def _overlap(a: str, b: str) -> bool:
    stop = {"the", "a", "an", "of", "in"}
    words = [set(re.findall(r"\w+", x.lower())) - stop for x in (a, b)]
    return bool(words[0] & words[1]) or a.lower() in {"they", "it", "we"}


def _outcomes(events: Sequence[_Event]) -> tuple[Outcome, ...]:
    told = {e.outcome for e in events if e.number is not None or e.everything}
    return tuple(
        Outcome(what=e.outcome, place=e.place, count=e.number, everything=e.everything)
        for e in events
        if e.number is not None or e.everything or e.place is not None or e.outcome not in told
    )


def _targets(doc: Document, s: Sentence, h: Hit, events: Sequence[_Event]) -> tuple[str, ...]:
    """Return what was aimed at: canonical places, else the words after hit, at, on, against."""
    known = tuple(places_in(s))
    found: list[str] = []
    for e in events:
        aim = e.place or e.target
        if aim and aim not in found:
            found.append(aim)
    for i in range(len(s.words)):
        low = s.words[i].low
        if low in {
            "at",
            "on",
            "against",
            "toward",
            "towards",
            "targeted",
            "targeting",
            "into",
            "hit",
            "struck",
        } and not any(e.at == i for e in events):
            if low in {"on", "at", "in"} and i < min(h.start, _first_use(s)):
                continue
            for place in _list_of_places(s, i + 1):
                if place not in found:
                    found.append(place)
            if low in {"targeted", "against", "struck"} and not found:
                _, target = _aim(s, i + 1, known)
                if target is not None and len(target) < 60:
                    found.append(target)
    if not found:
        near = [e.name for p, e in places_in(s) if s.words[p.start - 1].low not in {"from", "of"}]
        found = near[:1]
        if (
            not found
            and (
                m := re.compile(
                    r"(?i)\b(?:attack|strike|raid|airstrike)s? (?:at|on|against) (the [\w' -]{3,40}?)(?=\s+(?:killed"
                    r"|wounded|left|in|on|at|that|which)\b|[,.;])"
                ).search(doc.text, s.start, s.end)
            )
        ) or (
            not found
            and (
                m := re.compile(r"(?i)\b(?:attack|strike|raid|airstrike)s? (?:at|on|against) (the \w+)").search(
                    doc.text, s.start, s.end
                )
            )
        ):
            found = [m.group(1)]
    return tuple(found[:6])


def _first_use(s: Sentence) -> int:
    return next(
        (
            i
            for i, w in enumerate(s.words)
            if w.low in _FIRE or w.low in {"attack", "attacks", "strike", "strikes", "raid", "raids"}
        ),
        len(s.words),
    )


def _list_of_places(s: Sentence, i: int) -> list[str]:
    """Return the places of "Al Asad and Erbil" at word i."""
    starts = {h.start: (h, e) for h, e in places_in(s)}
    out: list[str] = []
    n = len(s.words)
    while i < n:
        if i in starts:
            h, e = starts[i]
            out.append(e.name)
            i = h.end
            while i < n and s.words[i].low in {"air", "base", "airbase", "airfield", "airport", "province"}:
                i += 1
        elif s.words[i].low in {"the", "and", ",", "near", "of", "city", "town", "base", "both"}:
            i += 1
        else:
            break
    return out


def _actor(doc: Document, s: Sentence) -> tuple[str | None, str | None]:
    """Return who used the weapon (subject of fired, launched, targeted, "by X"), and where it came from."""
    words, n = s.words, len(s.words)
    origin = None
    for i in range(n - 1):
        if words[i].low == "from":
            for p in s.hits:
                if p.start in {i + 1, i + 2} and p.entry.kind in {"country", "place", "adjective"}:
                    origin = p.entry.name
    actor = None
    for i in range(1, n):
        if words[i].low not in _FIRE or words[i].glued:
            continue
        j = i
        while j > 0 and words[j - 1].low in {"had", "has", "have", "also", "then", "later", "they", "it"}:
            j -= 1
        k = j
        while (
            k > 0
            and words[k - 1].low
            not in {
                ",",
                ";",
                ":",
                "that",
                "said",
                "says",
                "when",
                "after",
                "and",
                "which",
                "who",
                "as",
                "claimed",
                "the night",
            }
            and j - k < 7
        ):
            k -= 1
        if k < j:
            text = _text(s, k, j)
            named = any(p.entry.kind in {"country", "group"} and k <= p.start < j and p.end == j for p in s.hits)
            if (
                (named or _ACTOR_WORDS.search(text))
                and words[j - 1].low not in {"were", "was", "be", "been"}
                and not any(p.entry.kind == "weapon" and k <= p.start < j for p in s.hits)
            ):
                actor = text
                break
        elif words[i - 1].low in {"they", "had", "it"} and actor is None:
            actor = _said_by(s, i)
            if actor is not None:
                break
    if actor is None:
        m = re.compile(
            r"(?i)\b(?:attack|strike|raid|airstrike|air strike|launched|fired|carried out"
            r"|bombardment)s?\s+by\s+((?:the\s+)?[\w' -]{3,40}?)(?=\s+(?:on|at|in|against|that|which|who"
            r"|killed|near)\b|[,.;])"
        ).search(doc.text, s.start, s.end)
        if m is not None and (
            _ACTOR_WORDS.search(m.group(1))
            or any(
                p.entry.kind in {"group", "country", "adjective"} and m.start(1) <= words[p.start].start < m.end(1)
                for p in s.hits
            )
        ):
            actor = m.group(1)
    if origin is None and actor is not None:
        for p in s.hits:
            if p.entry.kind == "country" and p.entry.name and _text(s, p.start, p.end) == actor:
                origin = p.entry.name
    return actor, origin


def _said_by(s: Sentence, i: int) -> str | None:
    """Return the speaker who said "they had targeted" something."""
    for k in range(i - 1, 0, -1):
        if s.words[k].low in {"said", "says", "claimed"}:
            j = k
            while j > 0 and s.words[j - 1].text[0].isalpha() and k - j < 5:
                j -= 1
            return _text(s, j, k)
    return None


def _main_place(
    s: Sentence, outcomes: Sequence[Outcome], targets: Sequence[str], h: Hit
) -> tuple[str | None, str | None]:
    codes = {e.name: e.code for _, e in places_in(s)}
    hit = [o for o in outcomes if o.what == "hit" and o.place is not None]
    if hit:
        best = max(hit, key=lambda o: o.count or 0).place
        return best, codes.get(best or "") or None
    for t in targets:
        if t in codes:
            return t, codes[t] or None
    at = s.words[h.start].start
    near = sorted(((abs(s.words[p.start].start - at), e) for p, e in places_in(s)), key=lambda x: x[0])
    if near:
        return near[0][1].name, near[0][1].code or None
    country = next(
        (
            p.entry.code
            for p in s.hits
            if p.entry.kind == "country"
            and p.start > 0
            and s.words[p.start - 1].low in {"in", "on", "at", "against", "across"}
        ),
        None,
    )
    return None, country


_STRUCK = re.compile(
    r"(?i)\b(?:had |have |has )?(?:struck|bombed|shelled|bombarded)\s+((?:a|an|the|several|two|three"
    r"|\d+)\s+[\w' -]{3,50}?)(?=\s+(?:and|in|near|on|at|after|that|which|killing|with|,)\b|[,.;])"
)
_ARMED = re.compile(
    r"(?i)\b(?:army|military|forces?|jets|warplanes|aircraft|coalition|navy|air force|drones?"
    r"|artillery|IDF|fighters?)\b"
)


def _nameless(doc: Document, frames: Sequence[Frame], s: Sentence) -> StrikeReport | None:
    """Return the strike of "the army said it had struck a command post": armed forces struck, no weapon named."""
    m = _STRUCK.search(doc.text, s.start, s.end)
    if m is None or not _ARMED.search(doc.text, s.start, m.start()):
        return None
    voice = voice_at(doc, frames, s, m.start())
    scope, day = scope_of(doc, s, m.start(), m.end())
    if scope != "current":
        return None
    actor = (
        voice.claimant
        if re.search(r"(?i)\b(?:it|they)\s+(?:had|have|has)?\s*$", doc.text[s.start : m.start()])
        else None
    )
    place = next((e for _, e in places_in(s)), None)
    return StrikeReport(
        weapon="strike",
        actor=actor,
        targets=(m.group(1),),
        outcomes=(Outcome(what="hit"),),
        place=place.name if place else None,
        country=place.code or None if place else None,
        status="reported",
        claimant=voice.claimant,
        outlet=voice.outlet,
        event_day=day,
        evidence=doc.evidence(s.start, s.end),
    )


# --- one strike, one report -----------------------------------------------------------------------------------------


# Strikes of one article that a new mention is compared with.
_MOST = 40


def _add(out: list[StrikeReport], r: StrikeReport) -> None:
    """Add a report, or join it to the one it is another mention of."""
    for n, o in enumerate(out[:_MOST]):
        if _one_strike(o, r):
            out[n] = _merged(o, r)
            return
    out.append(r)


def _one_strike(o: StrikeReport, r: StrikeReport) -> bool:
    if o.scope != r.scope or not _one_class(o.weapon_class or "strike", r.weapon_class or "strike"):
        return False
    if o.event_day and r.event_day and o.event_day != r.event_day and o.place != r.place:
        return False
    if (
        o.count_low is not None
        and r.count_low is not None
        and (o.count_low, o.count_high) != (r.count_low, r.count_high)
    ):
        return False
    if {o.status, r.status} & {"test", "threatened"} and o.status != r.status:
        return False
    places = (
        {*o.targets} & {*r.targets}
        or not o.targets
        or not r.targets
        or o.country == r.country
        or None in {o.country, r.country}
    )
    return bool(places)


def _merged(o: StrikeReport, r: StrikeReport) -> StrikeReport:
    """Return both mentions as one: the fuller one keeps its evidence and claimant."""
    first, second = (r, o) if _weight(r) > _weight(o) else (o, r)
    known = {(x.what, x.place) for x in first.outcomes}
    counted = any(x.count is not None for x in first.outcomes)
    # "Two hit the Green Zone" and "two rockets hit Baghdad" are two hits, not four.
    full = first.count_low is not None and sum(x.count or 0 for x in first.outcomes) >= first.count_low
    extra = tuple(
        x
        for x in second.outcomes
        if (x.what, x.place) not in known
        and not (counted and x.count is None and not x.everything)
        and not (full and x.what == "hit")
    )
    return msgspec.structs.replace(
        first,
        count_low=first.count_low if first.count_low is not None else second.count_low,
        count_high=first.count_high if first.count_low is not None else second.count_high,
        actor=first.actor or second.actor,
        origin=first.origin or second.origin,
        targets=first.targets
        + tuple(t for t in second.targets if t not in first.targets and first.weapon_class == second.weapon_class),
        outcomes=first.outcomes + extra,
        place=first.place or second.place,
        country=first.country or second.country,
        event_day=first.event_day or second.event_day,
    )


def _weight(r: StrikeReport) -> tuple[bool, int, bool, bool]:
    counted = sum(o.count is not None or o.everything for o in r.outcomes)
    return (
        r.count_low is not None and r.count_low > 1,
        counted,
        r.weapon_class not in {None, "missile", "air strike"},
        r.claimant is not None,
    )


def _joined(r: StrikeReport, s: Sentence, events: Sequence[_Event]) -> StrikeReport:
    """Return the report with outcomes of a later sentence that names no weapon."""
    known = {(o.what, o.place) for o in r.outcomes if o.count is not None}
    more = tuple(
        o for o in _outcomes(events) if (o.count is not None or o.everything) and (o.what, o.place) not in known
    )
    kept = tuple(o for o in r.outcomes if o.count is not None or o.everything or not more)
    codes = {e.name: e.code for _, e in places_in(s)}
    both = kept + more
    hit = [o for o in both if o.what == "hit" and o.place]
    best = max(hit, key=lambda o: o.count or 0).place if hit else r.place
    targets = r.targets + tuple(o.place for o in more if o.place and o.place not in r.targets)
    return msgspec.structs.replace(
        r, outcomes=both, targets=targets, place=best, country=codes.get(best or "", r.country or "") or r.country
    )


def _summed(r: StrikeReport) -> StrikeReport:
    """Return the report with its sum checked: whether the outcomes add up to the number fired."""
    counts = [o.count for o in r.outcomes if o.count is not None]
    if (
        not counts
        or r.count_low is None
        or (len(counts) == 1 and len(r.outcomes) == 1 and counts[0] == r.count_low and r.count_low == 1)
    ):
        return r
    if any(o.count is None and not o.everything for o in r.outcomes):
        return r
    total = sum(counts)
    fits = total == r.count_low if r.count_high == r.count_low else total >= r.count_low
    return msgspec.structs.replace(r, sum_checked=fits)
