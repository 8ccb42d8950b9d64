"""What became of the weapons of a sentence: how many hit, failed or were stopped, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from streams.core.extract.groups import FUNCTION, s_text
from streams.core.extract.places import places_in
from streams.core.extract.quantities import Quantity, quantities
from streams.core.extract.text import Sentence
from streams.core.extract.triggers import TRIGGER_FORMS
from streams.core.gazetteer import Entry, Hit
from streams.core.words import Word

_HIT = frozenset("hit hits struck strikes landed lands slammed slams crashed impacted".split())


_FAIL = frozenset("failed malfunctioned misfired fizzled jammed".split())


_STOPPED = frozenset("intercepted downed destroyed shot".split())


_FALL = re.compile(
    r"(?i)^fell (?:short|into|apart|harmlessly)|^broke (?:up|apart)|^crashed before|^went astray|^veered"
    r"|^exploded (?:in (?:mid|flight|the)|mid|on launch|shortly after|prematurely|soon after)|^disappeared from|^missed"
)
_LOST = frozenset("were was been being locationally".split())


_UNCOUNTED = frozenset("most many some others majority".split())


_OF_ALL = frozenset("of the its their his these those all".split())


_BEFORE_A_NOUN = frozenset(
    "the a air drone missile new more these those several series of rocket deadly and american u.s".split()
)


_WAYS = frozenset("at on against toward towards in near into inside over onto".split())


Became = Literal["hit", "failed", "intercepted"]


class Event(NamedTuple):
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


_BECAME = _HIT | _FAIL | _STOPPED


def shares_without_naming(s: Sentence) -> bool:
    """Return whether the sentence tells of a share of weapons without naming them: "many of them were intercepted"."""
    lows = [w.low for w in s.words]
    return not _STOPPED.isdisjoint(lows) and not _SHARES.isdisjoint(lows)


_SHARES = frozenset("most many all some majority".split())


def counts_without_naming(s: Sentence) -> bool:
    """Return whether the sentence counts weapons without naming them: "two failed, nine hit A"."""
    return any(w.low in _BECAME or w.low == "lost" for w in s.words) and any(
        q.end < len(s.words)
        and (s.words[q.end].low in _BECAME or s.words[q.end].low in {"fell", "were", "was", "of", "more"})
        for q in quantities(s.words, things=True)
    )


_OF_ONES_OWN = (["of", "their"], ["of", "its"], ["of", "our"], ["of", "his"], ["of", "her"])
"""Between a count and weapons of which no total is told."""


def count_before(counts: Sequence[Quantity], s: Sentence, h: Hit) -> Quantity | None:
    """Return the count of a weapon: "15 ballistic missiles", "a total of 15 short-range missiles"; None without one."""
    for q in counts:
        gap = s.words[q.end : h.start] if q.end <= h.start else None
        if (
            gap is not None
            and len(gap := gap[2:] if [w.low for w in gap[:2]] in _OF_ONES_OWN else gap) <= 4
            and all(
                (w.text[0].isalnum() or w.low in {"'s", "’s"})
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
        "barrages",
        "salvo",
        "salvos",
        "volley",
        "volleys",
        "wave",
        "waves",
        "swarm",
        "swarms",
        "blast",
        "assault",
        "explosion",
        "bombardment",
    }:
        return None
    if (
        singular
        and _determined(s, h.start)
        and not (s.words[h.start - 1].low in _ORDINALS and s.words[h.start - 2].low == "the")
        and s.words[h.end - 1].low not in {"artillery", "shelling", "phosphorus", "dynamite", "tnt"}
    ):
        return Quantity(h.start, h.start, 1, 1, "exact")
    return None


# "The first drone" says that there were more.
_ORDINALS = frozenset("first second third fourth fifth sixth last latest next other final".split())


def _determined(s: Sentence, start: int) -> bool:
    """Return whether "a", "an", "the" or "one" stands before the word, with a few adjectives between."""
    for k in range(start - 1, max(-1, start - 5), -1):
        low = s.words[k].low
        if low in {"a", "an", "the"} or (low == "one" and k == start - 1):
            return True
        if low in {"its", "his", "her"}:
            return True
        if not s.words[k].text[0].isalnum() or (low in FUNCTION and s.words[k].text != "US"):
            return False
    return False


def events_in(s: Sentence) -> list[Event]:
    """Return what the verbs of the sentence say became of weapons, in reading order."""
    words, n = s.words, len(s.words)
    counts = quantities(words, things=True)
    counted = _counted_weapons(s, counts)
    known = tuple(places_in(s))
    out: list[Event] = []
    previous = 0
    for i in range(n):
        low = words[i].low
        rest = " ".join(w.low for w in words[i : i + 3])
        what: Became | None = None
        if low in _HIT:
            what = "hit"
        elif low in _FAIL or _FALL.match(rest) or (low == "lost" and i and words[i - 1].low in _LOST):
            what = "failed"
        elif low in _STOPPED or (low == "brought" and rest.startswith("brought down")):
            what = "intercepted"
        if (
            low == "shot"
            and not (i + 1 < n and words[i + 1].low == "down")
            and not (i + 2 < n and words[i + 2].low == "down")
        ):
            what = None
        if low == "destroyed" and not _destroyed_in_flight(s, i):
            what = None
        if (
            what is None
            or (s.pos and s.pos[i] in {"NOUN", "ADJ"} and low != "shot" and words[i - 1].low not in _LOST)
            or (low in {"strikes", "hits"} and not s.pos and (not i or words[i - 1].low in _BEFORE_A_NOUN))
        ):
            continue
        if what == "intercepted" and words[i - 1].low in _LOST and _done_by_weapon(s, i):
            continue
        if low == "failed" and i + 2 < n and words[i + 1].low == "to" and words[i + 2].low in _DEFENDS:
            continue  # the defence failed, not the weapon
        if words[i - 1].low in {"neither", "none", "not", "never"} or words[i - 1].low.endswith(("n't", "n’t")):
            continue
        if len(several := _several(words, counted, previous, i, what)) > 1:
            aim = aim_after(s, i + 1, known) if what == "hit" else (None, None)
            out += [Event(i, what, c.number, False, *aim, c.sort) for c in several]
            previous = i + 1
            continue
        if low == "crashed" and not any(h.start < i and h.entry.kind == "weapon" for h in s.hits):
            continue
        if low == "crashed" and out and out[-1].outcome == "failed" and i - out[-1].at <= 4:
            continue  # jammed and crashed
        mine = [q for q in counts if previous <= q.start and q.end <= i and i - q.end <= 9]
        vague = any(w.low in _UNCOUNTED for w in words[max(previous, i - 6) : i])
        passive = words[i - 1].low in _LOST
        if vague or any(w.low == ";" for w in words[mine[-1].end if mine else i : i]):
            mine = []  # fired 150 rockets; most were intercepted
        everything = any(w.low == "all" for w in words[max(previous, i - 4) : i])
        if len(mine) > 1 and {w.low for w in words[mine[-2].end : mine[-1].start]} <= _OF_ALL:
            mine = mine[:-1]  # 12 of the 15 rockets were intercepted
        count = mine[-1].low if mine and not everything else None
        if mine and not everything and _belongs_elsewhere(s, counted, mine[-1], i):
            count = None
        if count is None and what == "intercepted" and not vague and not passive:
            later = [q for q in counts if i < q.start <= i + 4]
            count = later[0].low if later else None
        if count is None and what == "intercepted" and not vague and not passive:
            count = _stopped(s, i)
        if count is None and not everything and not vague:
            hit = next(
                (
                    h
                    for h in s.hits
                    if h.entry.kind == "weapon" and previous <= h.start and h.end <= i and i - h.end <= 4
                ),
                None,
            )
            if hit is None and what == "failed" and not out:
                hit = _only_weapon(s, i)
            if hit is not None:
                q = count_before(counts, s, hit)
                count = q.low if q is not None else None
        place, target = aim_after(s, i + 1, known)
        out.append(
            Event(i, what, count, everything, place if what == "hit" else None, target if what == "hit" else None)
        )
        previous = i + 1
    return out


_DEFENDS = frozenset("intercept stop shoot detect prevent respond identify down bring spot".split())
_DEFENCE = frozenset("defense defence defenses defences air before interceptors".split())


def _destroyed_in_flight(s: Sentence, i: int) -> bool:
    """Return whether what was destroyed at word i were weapons under way: "20 drones were destroyed over Bryansk"."""
    if any(w.low in _DEFENCE for w in s.words):
        return True
    near = (h for h in s.hits if h.entry.kind == "weapon" and h.entry.sort in _FLYING)
    if s.words[i - 1].low in _LOST:
        return any(i - 5 <= h.end <= i - 1 for h in near)
    return any(i < h.start <= i + 4 for h in near)


_FLYING = frozenset({"drone", "missile", "ballistic missile", "cruise missile", "rocket"})


def _done_by_weapon(s: Sentence, i: int) -> bool:
    """Return whether the one weapon of "a jet was shot down by a missile" did it, and suffered nothing."""
    weapons = [h.start for h in s.hits if h.entry.kind == "weapon"]
    return bool(weapons) and weapons[0] > i and any(w.low == "by" for w in s.words[i : weapons[0]])


def _only_weapon(s: Sentence, i: int) -> Hit | None:
    """Return the one weapon of "the missile, which was fired from Yemen, broke apart", before word i."""
    weapons = [h for h in s.hits if h.entry.kind == "weapon"]
    return weapons[0] if len(weapons) == 1 and weapons[0].end <= i else None


def _stopped(s: Sentence, i: int) -> int | None:
    """Return how many "shot down an Iranian drone" and "a downed drone" tell of at word i."""
    for h in s.hits:
        if h.entry.kind == "weapon" and i < h.start <= i + 6:
            between = [w.low for w in s.words[i + 1 : h.start]]
            if any(low in FUNCTION and low not in {"down", "us"} for low in between):
                return None
            q = count_before((), s, h)
            return q.low if q is not None else None
    return None


def _counted_weapons(s: Sentence, counts: Sequence[Quantity]) -> list[_Counted]:
    """Return what counts weapons, in reading order."""
    number = {q.start: n for n, q in enumerate(counts)}
    out: list[_Counted] = []
    for h in s.hits:
        q = count_before(counts, s, h) if h.entry.kind == "weapon" else None
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


_OF_A_STATE = frozenset(
    """targets target forces troops soldiers ships ship vessels vessel warships warship bases base interests positions
    position territory soil cities city towns ports airbases embassy personnel facilities sites army military naval
    shipping nuclear missile air oil energy power infrastructure civilian destroyer tankers tanker""".split()
)


def countries_aimed_at(s: Sentence) -> tuple[str, ...]:
    """Return the country, or what of it, that was fired at where no place is named: "180 missiles at Israel"."""
    aimed = {"at", "on", "against", "into", "toward", "towards", "inside"}
    for h in s.hits:
        if h.entry.kind in {"country", "adjective"} and h.start and s.words[h.start - 1].low in aimed:
            end = h.end
            while end < len(s.words) and s.words[end].low in _OF_A_STATE:
                end += 1
            if end > h.end:  # "strikes on US targets" are not aimed at the country
                return (s_text(s, h.start, end),)
            if h.entry.kind == "country":
                return (h.entry.name,)
    return ()


def aim_after(s: Sentence, i: int, known: Sequence[tuple[Hit, Entry]]) -> tuple[str | None, str | None]:
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
        and not (
            words[k].low in {"a", "an"} and words[min(k + 1, n - 1)].low in {"day", "week", "month", "year", "few"}
        )
        and (
            words[k].low != "of"
            or words[k - 1].low in {"block", "blocks", "row", "group", "convoy", "column", "cluster"}
        )
        and words[k].low not in _WAYS | {"on", "from", "with", "by", "to", "during", "after", "before", "at"}
        and not words[k].low.endswith("day")
    ):
        k += 1
    if k > j and words[j].text[0].isalpha() and words[j].low not in {"it", "them", "him", "hard"}:
        return None, s_text(s, j, k)
    return None, None
