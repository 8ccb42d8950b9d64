"""Strike reports: which weapons, how many, by whom, at what, and what became of them. A weapon only named is no strike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from streams.core.extract.actors import actor_of, named_actor, owner_of, tells_of_its_own
from streams.core.extract.groups import s_text
from streams.core.extract.outcomes import (
    Event,
    aim_after,
    count_before,
    countries_aimed_at,
    counts_without_naming,
    events_in,
    shares_without_naming,
)
from streams.core.extract.places import places_in
from streams.core.extract.quantities import Quantity, number_at, quantities
from streams.core.extract.raids import TELLING, raid_in
from streams.core.extract.scope import scope_of
from streams.core.extract.speakers import SAY, Frame
from streams.core.extract.sport import is_sport
from streams.core.extract.text import Document, Sentence
from streams.core.extract.voices import Voice, voice_at
from streams.core.gazetteer import Hit
from streams.core.model import Outcome, Scope, StrikeReport, StrikeStatus

_USED_BEFORE = frozenset(
    """fired fires fire firing launched launches launch launching dropped drops drop dropping threw hurled hurling tossed lobbed
    planted placed detonated exploded exploding used using uses hit hits struck shelled shelling targeted targeting
    attacked
    rained pounded with by sent unleashed unleashing intercepted downed destroyed shot testing tested tests
    test-fired test
    deployed carried set left volley barrage salvo salvos wave waves hail of brought""".split()
)
_USED_AFTER = frozenset(
    """hit hits struck strike strikes attacked attacking targets fallen bombed shelled rammed crossed
        landed lands slammed slam crashed exploded explodes exploding fell detonated failed fired
    launched intercepted downed killed kills kill wounded wounds injured attack attacks raid raids strike strikes
    fire barrage
    bombardment explosion explosions blast blasts went ripped rocked tore destroyed damaged targeted targeting
    malfunctioned
    rained pounded falls damage wave assault dropped planted placed thrown hurled set shot blew blows broke jammed""".split()
)
_NOT_USED_AFTER = frozenset(
    """casing casings factory factories program
    programs programme programmes defense defence defenses defences system systems shield production
    launcher launchers technology technologies deal sale sales plant squad threat threats hoax maker makers silo
    silos range
    capability capabilities stockpile stockpiles arsenal scare expert experts disposal sniffing operator operators
    pilot damage
    footage video videos images image camera cameras shots photography photos tests base site sites unit units
    force brigade battalion project development industry maker license control
    laws owner parts part components component
    shop dealers expertise inspectors experts factory expert alert alerts
    alarm alarms siren sirens warning warnings treaty talks""".split()
)
_GOALS = frozenset("crossbar goalkeeper goalkeeper's keeper corner header volleyed freekick".split())
# Destroyed on the ground, or still to come.
_NOT_YET = re.compile(r"(?i)(?:that |which )?(?:were |was )?(?:prepared|ready|about|being prepared|aimed and ready)\b")
_SHOWS = frozenset("show shows lightshow display racing festival fireworks".split())
_AT = (["of"], ["on"], ["in"], ["near"], ["at"])
_EQUIPPED = frozenset("armed packed loaded laden filled equipped fitted rigged".split())
_BLAMES = frozenset("accused accuses accusing blamed blames suspected".split())
_PLAYERS = frozenset(
    "striker striker's midfielder midfielder's winger winger's forward's defender's fullback's".split()
)
_FIRE = frozenset(
    (
        "fired fires fire firing launched launches launch launching dropped dropping unleashed "
        "unleashing rained lobbed sent threw used attacked targeted struck hit pounded shelled bombed"
    ).split()
)
_SPACE = frozenset(
    """orbit satellite satellites spacex nasa space astronaut astronauts spacecraft payload moon lunar mars isro roscosmos
    capsule cosmonaut cosmonauts rover spaceport arianespace""".split()
)
_CLASSES = frozenset(
    (
        "ballistic missile|cruise missile|guided missile|air defence missile|missile|projectile|drone|rocket|mortar"
        "|artillery|bomb|car bomb|suicide bomb|explosive|mine|grenade|air strike|torpedo|chemical"
        "|incendiary"
    ).split("|")
)
_NAMELESS = frozenset({"air strike"})
_SHOT = frozenset({"missile", "ballistic missile", "cruise missile", "rocket", "drone"})
_TEST = re.compile(
    r"(?i)\b(?:rehears\w+|practi[sc](?:ed|es|ing)|test(?:ed|s|ing)?|test-?fir\w+|test-?launch\w*|drills?|exercises?|simulat\w+)\b"
)
_THREAT = re.compile(
    r"(?i)\b(?:would|will|could|vow\w*|threat\w*|warn\w*|plans?|planned|planning|prepar\w+|if|may|might|intend\w*"
    r"|capable|ready to|able to)\b"
)
# To be allowed to fire is not to fire.
_PERMITTED = re.compile(
    r"(?i)\b(?:permission|permit\w*|allow\w*|authori[sz]\w+|approv\w+|restrictions?|requests?|green light)\b[^.;]{0,50}"
    r"\b(?:to|on)\s+(?:\w+ly\s+)?(?:fire|firing|launch|launching|use|using|strike|strikes|striking|hit)\b[^.;]{0,40}$"
)
_ASKED = re.compile(r"(?i)\b(?:ask\w*|unclear|clear|know\w*|determin\w+|investigat\w+)\b[^;]*\b(?:if|whether)\b")
# The attack that somebody will pay for is done.
_AFTERMATH = re.compile(
    r"(?i)(?:\b(?:after|over|following|in response to)"
    r"|\b(?:price|revenge|pay|paid|punish\w*|responsib\w+|answer|retaliat\w+|blame\w*|condemn\w*)\b[^.;]{0,30}\bfor)"
    r"\s+(?:(?:the|an?|its|last|[\w]+['’]s)\s+){0,2}(?:\w+\s+)?$"
)
_AN_ATTACK = re.compile(r"(?i)[\w-]+\s+(?:attack|strike|raid|barrage)s?\b")
_MENACE = re.compile(r"(?i)\b(?:threat\w*|vow\w*|warn\w*|promis\w*|pledg\w*|prepar\w*|ready)\b")
# "The next missiles could be launched within days."
_COMING = re.compile(r"(?i)\s*(?:\w+\s+)?(?:could|may|might|will|would)\s+be\s+(?:launched|fired|used|sent)\b")
# "The biggest drone attack since the war began" is today's.
_RECORD = re.compile(r"(?i)\b(?:\w{3,}est|worst|first|most \w+)\b[^,;]*$")
_DENIED = re.compile(r"(?i)\b(?:denied|denies|deny|rejected|dismissed|refuted)\b")
_UNCONFIRMED = re.compile(
    r"(?i)\b(?:unconfirmed|suspected|alleged\w*|could not be (?:\w+ )?(?:verified|confirmed)|reportedly|rumou?r\w*)\b"
)


def strikes_of(doc: Document, frames: Sequence[Frame]) -> tuple[StrikeReport, ...]:
    """Return the strikes in reading order; mentions of one strike are one report, outcomes of later sentences join it."""
    out: list[StrikeReport] = []
    if is_sport(doc):
        return ()
    for s in doc.sentences:
        if s.layer not in {"title", "body"}:
            continue
        for part in _parts(s):
            weapons = _armed_with(part)
            before = _word_before(s, part) if part.words[0].low == "after" else ""
            if before and not weapons:
                continue  # what a headline says came before
            bygone = before in _LONG_BEFORE
            last = out[-1] if out else None
            shared = last is not None and not weapons and shares_without_naming(part)
            told = bool(weapons) or shared or (last is not None and counts_without_naming(part))
            events = events_in(part) if told else []
            if not weapons:
                raid = raid_in(doc, frames, part, s)
                other = bool(events) and last is not None and _told_by_another(doc, frames, part, last)
                if events and last is not None and not other and (shared or any(e.number is not None for e in events)):
                    every = shared and all(e.everything for e in events)
                    for n, o in enumerate(out):
                        if o is last or (every and o.evidence == last.evidence):
                            out[n] = _joined(o, part, events, shared=shared)
                elif raid is not None:
                    _add(out, raid)
                continue
            kinds = _distinct(part, weapons)
            for n, h in enumerate(kinds):
                # What became of "19 missiles" is of neither of two models alone.
                alone = sum(_one_class(o.entry.sort, h.entry.sort) for o in kinds) == 1
                its = [e for e in events if (n == 0 if e.sort is None else alone and _one_class(e.sort, h.entry.sort))]
                report = _report(doc, frames, s, part, h, its)
                if report.status == "threatened" and _is_forecast(doc, frames, s, part, h, report):
                    continue
                if bygone:
                    report = msgspec.structs.replace(report, scope="historical")
                # Background ("in retaliation for last week's strike") raises no strike unless it is told with its numbers.
                if report.scope == "current" or report.status == "threatened" or report.count_low is not None:
                    _add(out, report)
    return tuple(_summed(r) for r in out)


_LONG_BEFORE = frozenset("days weeks months years day week month year".split())
_BEFORE = _LONG_BEFORE | frozenset("hours minutes hour shortly soon".split())


def _word_before(s: Sentence, part: Sentence) -> str:
    first = next((i for i, w in enumerate(s.words) if w.start == part.words[0].start), 0)
    return s.words[first - 1].low if first else ""


def _told_by_another(doc: Document, frames: Sequence[Frame], part: Sentence, last: StrikeReport) -> bool:
    """Return whether a headline's second half has a speaker of its own: "...; Moscow says all were shot down"."""
    voice = voice_at(doc, frames, part, part.words[-1].start)
    here = part.layer == "title" and last.evidence.field == "title"
    return here and None not in {voice.claimant, last.claimant} and voice.claimant != last.claimant


def _armed_with(s: Sentence) -> list[Hit]:
    """Return the weapons that are used, without the drone or boat that only carries one: "a drone fired two missiles"."""
    used = [h for h in s.hits if h.entry.kind == "weapon" and h.entry.sort in _CLASSES and is_used(s, h)]
    return [h for n, h in enumerate(used) if not (used[n + 1 :] and h.entry.sort == "drone" and _fires(s, h.end))]


def _fires(s: Sentence, i: int) -> bool:
    while i < len(s.words) and s.words[i].low in {"had", "has", "have", "also"}:
        i += 1
    return i < len(s.words) and s.words[i].low in {"fired", "fires", "launched", "dropped", "drops", "fire"}


def _parts(s: Sentence) -> tuple[Sentence, ...]:
    """Return the sentence cut before parts that tell of an attack of their own; what else follows stays."""
    cuts = [i for i, w in enumerate(s.words) if w.low in _DIVIDING and _divides(s, i)]
    if not cuts:
        return (s,)
    begins = [0]
    for a, b in pairwise((*cuts, len(s.words))):
        armed = any(h.entry.kind == "weapon" and a <= h.start < b for h in s.hits)
        own = armed and any(
            w.low in _BEGINS or w.low == "after" or (w.low in SAY and w.text.islower()) for w in s.words[a:b]
        )
        rest = s.layer == "title" and _is_the_headlines_rest(s, a, b)
        if own or rest or _NEW_RAID.search(s_text(s, a, b)):
            begins.append(a)
    return tuple(_cut(s, a, b) for a, b in pairwise((*begins, len(s.words))) if a < b)


# What begins an attack; "19 missiles were destroyed" tells what became of one.
_BEGINS = frozenset(
    """fired fires firing launched launches launching attacked attacks struck strikes targeted dropped drops hit hits shelled
    bombed unleashed lobbed used""".split()
)


def _is_the_headlines_rest(s: Sentence, a: int, b: int) -> bool:
    """Return whether words a to b of a headline say what came before, or what another speaker says."""
    another = s.words[a].low == ";" and any(w.low in {"says", "say", "said", "denies", "claims"} for w in s.words[a:b])
    return s.words[a].low == "after" or another


_DIVIDING = frozenset([";", "while", "whereas", "as", "after"])


def _divides(s: Sentence, i: int) -> bool:
    """Return whether a part of its own may begin at word i, an attack before it: at semicolons, "while", in headlines "as"."""
    low = s.words[i].low
    since = low == "after" and i > 2 and (s.layer == "title" or s.words[i - 1].low in _BEFORE)
    if (low == "after" and not since) or not (
        any(h.entry.kind == "weapon" and h.start < i for h in s.hits)
        or not TELLING.isdisjoint([w.low for w in s.words[:i]])
    ):
        return False
    return low == ";" or since or (i > 2 and (low in {"while", "whereas"} or (low == "as" and s.layer == "title")))


_NEW_RAID = re.compile(
    r"(?i)\b(?:bombed|shelled|strafed|bombarded)\b|\b(?:said|says|claimed)\b[^;]{0,40}\b(?:hit|struck|targeted)\b"
)


def _cut(s: Sentence, a: int, b: int) -> Sentence:
    """Return words a to b (exclusive) as a sentence."""
    hits = tuple(h._replace(start=h.start - a, end=h.end - a) for h in s.hits if a <= h.start and h.end <= b)
    return s._replace(
        start=s.words[a].start if a else s.start,
        end=s.words[b - 1].end if b < len(s.words) else s.end,
        words=s.words[a:b],
        hits=hits,
        pos=s.pos[a:b],
        dep=s.dep[a:b],
        head=tuple(max(0, k - a) for k in s.head[a:b]),
    )


def _distinct(s: Sentence, weapons: Sequence[Hit]) -> list[Hit]:
    """Return the weapons of a sentence, one of a class: the one that says most (ballistic missiles before missiles)."""
    out: list[Hit] = []
    counts = quantities(s.words, things=True) if len(weapons) > 1 else ()
    for h in weapons:
        twin = next((n for n, o in enumerate(out) if _one_class(o.entry.sort, h.entry.sort)), None)
        if twin is not None and _two_models(s, counts, out[twin], h):
            twin = None
        if twin is None:
            out.append(h)
        elif count_before(counts, s, out[twin]) is None and count_before(counts, s, h) is not None:
            out[twin] = h  # a missile attack with 181 missiles
        elif out[twin].entry.sort in {"missile", "air strike"} and h.entry.sort not in {"missile", "air strike"}:
            out[twin] = h
    return out


def _two_models(s: Sentence, counts: Sequence[Quantity], a: Hit, b: Hit) -> bool:
    """Return whether both are models with counts of their own: "22 Kh-101 missiles, eight Kalibrs"."""
    models = a.entry.more == b.entry.more == "model" and a.entry.name != b.entry.name
    return models and None not in {count_before(counts, s, a), count_before(counts, s, b)}


def _one_class(a: str, b: str) -> bool:
    return (
        a == b
        or ("missile" in a and "missile" in b and "missile" in {a, b})
        or ("air strike" in {a, b} and bool({a, b} & {"bomb", "drone", "missile"}))
        or (a == "projectile" and b in _SHOT)
        or (b == "projectile" and a in _SHOT)
    )


# "Shares rocket as", "profits rocket to".
_CLIMBS = frozenset("as to after higher past above in on amid by".split())
_MARKETS = frozenset(
    "shares share stocks stock prices price markets market investors traders profits profit sales bonds inflation rents "
    "oil gas gold".split()
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
    nxt = words[h.end].low if h.end < len(words) else ""
    if h.entry.sort == "rocket" and nxt in _CLIMBS and any(w.low in _MARKETS for w in words):
        return False
    if h.entry.sort in {"rocket", "missile", "bomb"} and any(w.low in _GOALS for w in words):
        return False
    if h.entry.name == "mine" or (h.entry.sort == "mine" and words[h.start].low in {"mine", "mines"}):
        return any(
            w in {"exploded", "stepped", "hit", "detonated", "planted", "laid"}
            for w in [w.low for w in words[max(0, h.start - 6) : h.end + 6]]
        )
    if _NOT_YET.match(s_text(s, h.end, min(len(words), h.end + 6)) if h.end < len(words) else ""):
        return False
    if after[:2] == ["took", "part"]:
        return True
    before = [w.low for w in words[max(0, h.start - 12) : h.start]]
    if before[-1:] == ["no"] or (h.entry.sort == "drone" and any(w.low in _SHOWS for w in words)):
        return False
    if words[h.start].low == "shelling" and (after[:1] in _AT or owner_of(s, h.start) is not None):
        return True
    if before[-1:] == ["with"] and before[-2:-1] and before[-2] in _EQUIPPED:
        return False
    if before[-1:] == ["sent"] and after[:1] == ["to"]:
        return False  # delivered
    if before[-1:] in (["of"], ["the"]) and not _BLAMES.isdisjoint(before):
        return True
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


def _report(
    doc: Document, frames: Sequence[Frame], whole: Sentence, s: Sentence, h: Hit, events: Sequence[Event]
) -> StrikeReport:
    words = s.words
    counts = quantities(words, things=True)
    q = count_before(counts, s, h)
    a, b = words[h.start].start, words[h.end - 1].end
    voice = voice_at(doc, frames, whole, a)
    scope, day = scope_of(doc, whole, a, b)
    if scope == "cumulative" and _RECORD.search(doc.text[max(s.start, a - 40) : a]):
        scope = "current"
    if scope == "current" and (_COMING.match(doc.text, b, s.end) or _PERMITTED.search(doc.text, s.start, a)):
        scope = "hypothetical"
    actor, origin = actor_of(doc, s, h)
    status = _status(doc, s, a, voice, actor, scope)
    nameless = h.entry.sort in _NAMELESS
    if status == "claimed":
        actor = named_actor(actor, voice)
    outcomes = _outcomes(events)
    targets = _targets(doc, s, h, events)
    low, high = (q.low, q.high) if q is not None and not nameless else (None, None)
    if q is not None and words[q.start].low == "all" and (whole_number := _whole_of(s, q)) is not None:
        low = high = whole_number
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
        claimant=voice.claimant or (voice.denied_by if status == "denied" else None),
        outlet=voice.outlet,
        scope="exercise"
        if scope == "exercise" and status != "test"
        else scope
        if scope != "hypothetical" or status == "threatened" or _COMING.match(doc.text, b, s.end)
        else "current",
        event_day=day,
        evidence=doc.evidence(whole.start, whole.end),
    )


def _whole_of(s: Sentence, q: Quantity) -> int | None:
    """Return the number fired of "all but two of the 28": 28."""
    ends = (number_at(s.words, k) for k in range(q.start + 3, q.end))
    return next((n[0] for n in ends if n is not None and n[1] == q.end), None)


def _is_forecast(doc: Document, frames: Sequence[Frame], whole: Sentence, s: Sentence, h: Hit, r: StrikeReport) -> bool:
    """Return whether it is only said what another side might do, or what a weapon could do."""
    at = s.words[h.start].start
    voice = voice_at(doc, frames, whole, at)
    if _ASKED.search(doc.text, s.start, at) or _PERMITTED.search(doc.text, s.start, at):
        return True
    if voice.claimant is None and r.actor is None:
        return _MENACE.search(doc.text, s.start, s.end) is None
    return None not in {r.actor, voice.claimant} and not tells_of_its_own(doc, s, at, voice, r.actor)


def _status(doc: Document, s: Sentence, at: int, voice: Voice, actor: str | None, scope: Scope) -> StrikeStatus:
    text = doc.text[s.start : s.end]
    if _TEST.search(text):
        return "test"
    done = _AN_ATTACK.match(doc.text, at, s.end) and _AFTERMATH.search(doc.text, max(s.start, at - 70), at)
    if scope == "hypothetical" or (not done and _THREAT.search(doc.text[max(s.start, at - 60) : at])):
        return "threatened"
    if voice.denied_by is not None or _DENIED.search(doc.text[s.start : at]):
        return "denied"
    if tells_of_its_own(doc, s, at, voice, actor):
        return "claimed"
    return "unconfirmed" if _UNCONFIRMED.search(text) else "reported"


def _outcomes(events: Sequence[Event]) -> tuple[Outcome, ...]:
    told = {e.outcome for e in events if e.number is not None or e.everything}
    return tuple(
        Outcome(what=e.outcome, place=e.place, count=e.number, everything=e.everything)
        for e in events
        if e.number is not None or e.everything or e.place is not None or e.outcome not in told
    )


def _targets(doc: Document, s: Sentence, h: Hit, events: Sequence[Event]) -> tuple[str, ...]:
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
                _, target = aim_after(s, i + 1, known)
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
    return tuple(found[:6] or countries_aimed_at(s))


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
    nameless = None in {o.weapon_class, r.weapon_class}
    if o.scope != r.scope or not (nameless or _one_class(o.weapon_class or "", r.weapon_class or "")):
        return False
    if nameless and o.actor and r.actor and not _alike(o.actor, r.actor):
        return False
    if _two_sides(o, r) or _two_sides(r, o):
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


def _alike(a: str, b: str) -> bool:
    """Return whether two printed actors may be one: they share the beginning of a word (Israel, Israeli jets)."""
    heads = [{w[:5] for w in re.findall(r"[a-z]{4,}", x.lower())} for x in (a, b)]
    return bool(heads[0] & heads[1]) or not all(heads)


def _two_sides(o: StrikeReport, r: StrikeReport) -> bool:
    """Return whether ``o`` tells of its own deed, and ``r`` of another voice has a number or target of its own."""
    return (
        o.status == "claimed"
        and r.status == "reported"
        and None not in {o.claimant, r.claimant}
        and not _alike(o.claimant or "", r.claimant or "")
        and (r.count_low is not None or bool(r.targets))
        and not {*o.targets} & {*r.targets}
    )


def _merged(o: StrikeReport, r: StrikeReport) -> StrikeReport:
    """Return both mentions as one: the fuller one keeps its evidence and claimant."""
    own = "claimed" in {o.status, r.status} and o.status != r.status
    fuller = r.status == "claimed" if own else _weight(r) > _weight(o)
    first, second = (r, o) if fuller else (o, r)
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
    armed = first if first.weapon_class is not None else second
    return msgspec.structs.replace(
        first,
        weapon=armed.weapon,
        weapon_class=armed.weapon_class,
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


def _joined(r: StrikeReport, s: Sentence, events: Sequence[Event], *, shared: bool = False) -> StrikeReport:
    """Return the report with outcomes of a later sentence that names no weapon; ``shared``: without numbers, too."""
    known = {(o.what, o.place) for o in r.outcomes if o.count is not None}
    more = tuple(
        o
        for o in _outcomes(events)
        if (o.count is not None or o.everything or shared) and (o.what, o.place) not in known
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
    """Return the report with its sum checked: whether outcomes that reach the number fired are no more than that."""
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
    if total < r.count_low:
        return r  # "39 of 47 were shot down" leaves open what the others did
    fits = total == r.count_low or r.count_high != r.count_low
    return msgspec.structs.replace(r, sum_checked=fits)
