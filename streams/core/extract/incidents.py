"""Deeds of violence as sentences tell them: what was done to whom or what, on which day, where, and whether it was done.

Wider than casualty claims and strike reports: a kidnapping, a bomb that hurt nobody, a burnt bus. Nothing here alerts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from streams.core.extract.days import days_in
from streams.core.extract.groups import groups_of
from streams.core.extract.places import places_in
from streams.core.extract.scope import scope_of
from streams.core.extract.text import Document, Sentence
from streams.core.model import Scope
from streams.core.words import Word

Kind = Literal["killing", "death", "wounding", "taking", "explosion", "attack", "damage", "threat"]
Target = Literal["civilians", "somebody", "officials", "named", "property", "police", "military", "militants", "nobody"]


Way = Literal["active", "passive", "noun"]


class Party(NamedTuple):
    """Words ``start`` to ``end`` (exclusive) that can be hit or do a deed; ``specific``: counted, named or known."""

    start: int
    end: int
    kind: Target
    specific: bool


class Deed(NamedTuple):
    """One mention: word ``at`` of sentence number ``sentence`` says it.

    ``age`` is in days before the article, where a day is named; ``one``: "the attack", "was killed", not "attacks";
    ``placed``: the sentence names a place.
    """

    sentence: int
    at: int
    kind: Kind
    way: Way
    hit: Party | None
    doer: Party | None
    scope: Scope
    age: int | None
    placed: bool
    one: bool

    @property
    def target(self) -> Target:
        """The class of what was hit."""
        return self.hit.kind if self.hit is not None else "nobody"


def _table(rows: dict[Kind, str]) -> dict[str, Kind]:
    return {word: kind for kind, words in rows.items() for word in words.split()}


_VERBS = _table(
    {
        "killing": """killed murdered assassinated slain executed massacred slaughtered beheaded murders kills kill
            killing murdering assassinate""",
        "death": "died dead",
        "wounding": "wounded injured hurt maimed wounding injuring tortured beaten",
        "taking": "kidnapped abducted hijacked kidnaps kidnapping abducting kidnap abduct",
        "explosion": "exploded detonated dynamited bombed bombing blasted explodes dynamiting",
        "attack": """attacked ambushed stormed raided strafed shelled machinegunned machine-gunned assaulted fired shot harassed
            struck targeted attacking hit pounded ransacked looted stoned bombarded occupied hurled""",
        "damage": "burned burnt torched sabotaged destroyed damaged wrecked toppled demolished destroying damaging burning",
        "threat": "threatened threatening threatens threaten",
    }
)
_NOUNS = _table(
    {
        "killing": "murder murders assassination assassinations massacre killing killings execution slaying",
        "death": "death deaths",
        "wounding": "torture",
        "taking": "kidnapping kidnappings abduction abductions hijacking hostage hostages captivity",
        "explosion": "explosion explosions blast blasts bombing bombings bomb bombs car-bomb",
        "attack": "attack attacks ambush raid raids assault shelling shooting airstrike strike",
        "damage": "sabotage arson",
        "threat": "threat threats",
    }
)
_PROPERTY = frozenset(
    """embassy embassies consulate residence residences house houses home homes building buildings office offices bank banks
    branch branches store stores shop shops supermarket market hotel hotels restaurant restaurants school schools university
    church churches temple mosque cathedral synagogue hospital hospitals clinic bus buses car cars vehicle vehicles truck trucks
    train trains taxi plane airplane aircraft airliner ship boat tanker pylon pylons tower towers pole poles powerline
    powerlines line lines substation plant plants pipeline pipelines refinery factory factories bridge bridges railway
    railroad road highway headquarters newspaper newspapers radio station stations facilities facility installations airport
    terminal port ranch farm warehouse warehouses mall theater cinema stadium monument neighborhood neighborhoods village
    villages town apartment apartments block tower-block kindergarten crop crops field fields institute center centre
    parliament courthouse court hall mine mines depot transformers transformer grid dam well wells oilfield property""".split()
)
_KIND_OF_PEOPLE: dict[str, Target] = {
    "military": "military",
    "police": "police",
    "militants": "militants",
    "officials": "officials",
}
_BE = frozenset("was were been being be is are got".split())
_ONE = frozenset("the a an this that another".split())
_INTRANSITIVE = frozenset("died dead".split())
_ON_PEOPLE = frozenset(["killing", "death", "wounding", "taking", "threat"])
# What nobody did.
_ACCIDENTS = frozenset(
    """accident accidents crashed earthquake quake tremor storm flood floods hurricane typhoon cyclone tornado avalanche
    landslide epidemic virus collision capsized derailed wildfire wildfires""".split()
)
_FORCES = frozenset(
    """military army garrison barracks battalion brigade patrol convoy troops unit units regiment outpost base positions
    position command airforce""".split()
)
_SOMEBODY = frozenset("he she they him her them".split())
_WHERE = frozenset("in near at from around outside".split())
_STOPS = frozenset([";", ":", "but", "while", "said", "that", "which", "who", "."])
# Words to each side in which the target of a deed is looked for.
_REACH = 9
MOST = 300
"""Deeds, weapons or groups of an article that are looked at; more of them are hostile text."""


def deeds_of(doc: Document) -> tuple[Deed, ...]:
    """Return the deeds that title and body name, in reading order."""
    out: list[Deed] = []
    for n, s in enumerate(doc.sentences):
        if s.layer not in {"title", "body"}:
            continue
        if not any(w.low in _SCREEN for w in s.words):
            continue
        mentions = _mentions(s)
        if any(w.low in _ACCIDENTS for w in s.words) and not any(h.entry.kind == "weapon" for h in s.hits):
            mentions = [m for m in mentions if m[1] not in {"killing", "death", "wounding", "damage"}]
        if not mentions:
            continue
        parties = _parties(s)
        days = days_in(doc.text[s.start : s.end], doc.day)
        age = min((_age(d.iso, doc.day) for d in days), default=None)
        placed = next(places_in(s), None) is not None
        for i, kind, nominal in mentions:
            w = s.words[i]
            scope, _ = scope_of(doc, s, w.start, w.end, w.start)
            way = _way(s, i, nominal)
            hit, doer = _roles(s, i, kind, way, parties)
            one = s.words[i - 1].low in _ONE if i and nominal else not w.low.endswith("s")
            out.append(Deed(n, i, kind, way, hit, doer, scope, age, placed, one))
        if len(out) >= MOST:
            break
    return tuple(out[:MOST])


def _way(s: Sentence, i: int, nominal: bool) -> Way:
    if nominal:
        return "noun"
    after = s.words[i + 1].low if i + 1 < len(s.words) else ""
    passive = any(w.low in _BE for w in s.words[max(0, i - 4) : i]) or after == "by"
    return "passive" if passive or s.words[i].low in _INTRANSITIVE else "active"


def _age(iso: str, today: str) -> int:
    return abs((date.fromisoformat(today) - date.fromisoformat(iso)).days)


_PHRASES: tuple[tuple[str, Kind], ...] = (
    ("blew up", "explosion"),
    ("blown up", "explosion"),
    ("blow up", "explosion"),
    ("blowing up", "explosion"),
    ("went off", "explosion"),
    ("set fire", "damage"),
    ("set ablaze", "damage"),
    ("on fire", "damage"),
    ("opened fire", "attack"),
    ("gunned down", "killing"),
    ("lost his life", "death"),
    ("lost their lives", "death"),
    ("lost her life", "death"),
    ("taken hostage", "taking"),
    ("held hostage", "taking"),
    ("took hostage", "taking"),
    ("put to death", "killing"),
    ("broke into", "attack"),
)
_FIRST_OF_PHRASE = frozenset(p.split()[0] for p, _ in _PHRASES)
_SCREEN = frozenset(_VERBS) | frozenset(_NOUNS) | _FIRST_OF_PHRASE
_NO_DEATH = frozenset(
    "squad squads penalty sentence toll certificate bed row threat threats expert experts disposal scare hoax".split()
)
_BEFORE_A_NOUN = frozenset("the a an this that 's of".split())
_TO_HARM = frozenset("kill murder execute assassinate attack bomb blow killing destroy burn kidnap".split())


def _mentions(s: Sentence) -> list[tuple[int, Kind, bool]]:
    """Return the words that name deeds: place, kind, whether a noun does."""
    words, out = s.words, []
    skip = -1
    for i, w in enumerate(words):
        if i <= skip or w.low not in _SCREEN:
            continue
        phrase = next((p for p in _PHRASES if _stands_at(s, i, p[0])), None)
        if phrase is not None:
            skip = i + phrase[0].count(" ")
            out.append((i, phrase[1], False))
        elif (w.low in _VERBS or w.low in _NOUNS) and not _only_a_word(s, i):
            before = words[i - 1].low if i else ""
            nominal = w.low in _NOUNS and (w.low not in _VERBS or before in _BEFORE_A_NOUN)
            out.append((i, _NOUNS[w.low] if nominal else _VERBS[w.low], nominal))
    return out


def _only_a_word(s: Sentence, i: int) -> bool:
    """Return whether a word of violence names no deed: a death squad, a threat to talks, a labour strike, a photo shot."""
    low = s.words[i].low
    before = s.words[i - 1].low if i else ""
    after = s.words[i + 1].low if i + 1 < len(s.words) else ""
    if after in {"ring", "rings", "gang"} or before == "hard":
        return True
    if low in {"death", "deaths", "bomb"} and after in _NO_DEATH:
        return True
    if low in {"threat", "threats"}:
        return before not in {"death", "bomb"}
    if low.startswith("threaten"):
        return not any(w.low in _TO_HARM for w in s.words[i + 1 : i + 5])
    if low == "strike":
        return after not in {"on", "against"} and before not in {"air", "missile", "drone", "rocket"}
    return low == "shot" and (before in {"a", "the"} or after == "down")


def _stands_at(s: Sentence, i: int, phrase: str) -> bool:
    parts = phrase.split()
    return [w.low for w in s.words[i : i + len(parts)]] == parts


def _parties(s: Sentence) -> dict[int, Party]:
    """Return by head word what can be hit or do a deed."""
    out: dict[int, Party] = {}
    armed = {k: h.entry.sort for h in s.hits if h.entry.kind == "group" for k in range(h.start, h.end)}
    for g in groups_of(s):
        if g.how == "pronoun":
            if s.words[g.head].low in _SOMEBODY:
                out[g.head] = Party(g.start, g.end, "somebody", True)
            continue
        specific = g.how in {"number", "one", "the", "name"}
        low = s.words[g.head].low
        inside = {armed[k] for k in range(g.start, g.end) if k in armed} | {
            "military" for w in s.words[g.start : g.end] if w.low in _FORCES
        }
        kind: Target
        if g.people == "yes" and g.name is None:
            kind = _KIND_OF_PEOPLE.get(g.kind or "", "civilians")
            if kind == "civilians" and g.kind in {None, ""} and "militants" in inside:
                kind = "militants"
        elif low in _PROPERTY:
            kind = "military" if "military" in inside else "property"
        elif inside & {"military", "militants"}:
            kind = "military" if "military" in inside else "militants"
        elif g.name is not None or g.people == "yes":
            kind = _KIND_OF_PEOPLE.get(g.kind or "", "named")
        else:
            continue
        out[g.head] = Party(g.start, g.end, kind, specific)
    return out


def _roles(
    s: Sentence, i: int, deed: Kind, way: Way, parties: Mapping[int, Party]
) -> tuple[Party | None, Party | None]:
    """Return what a deed hit and who did it: the nearest parties before and after its word, as its voice has it."""
    where = sorted(parties)
    ends = {p.end for p in parties.values()}  # of "the mayor of Lorca" the mayor is hit
    left: list[tuple[Party, bool]] = []
    right: list[tuple[Party, bool]] = []
    for j in where:
        p = parties[j]
        if p.start > 1 and s.words[p.start - 1].low == "of" and p.start - 1 in ends:
            continue
        between = _outside_brackets(s.words[p.end : i] if j < i else s.words[i + 1 : p.start])
        if j < i and way == "passive":
            between = _after_relative(between)
        if j == i or len(between) > _REACH or any(w in _STOPS for w in between):
            continue
        if p.kind == "named" and p.start and s.words[p.start - 1].low in _WHERE:
            continue
        if j < i and way == "active" and any(w in _VERBS for w in between):
            continue  # "they killed nine soldiers and wounded ten": the soldiers wounded nobody
        by = j > i and way != "active" and any(w in {"by", "from"} for w in between)
        (left if j < i else right).append((p, by))
    before = [p for p, _ in reversed(left)]
    after = [p for p, by in right if not by]
    doers = [p for p, by in right if by and p.kind != "property"]
    can_be_hit = [p for p in ([*before, *after] if way == "passive" else [*after, *before]) if _can_be_hit(p, deed)]
    hit = can_be_hit[0] if can_be_hit else None
    if way == "active" and before and before[0].kind != "property":
        doers = [before[0]]
        if hit == before[0] and hit.kind in {"militants", "military"}:
            hit = None  # "rebels attacked at dawn"
    doer = next((p for p in doers if p != hit), None)
    return hit, doer


def _outside_brackets(words: Sequence[Word]) -> list[str]:
    """Return the words, small, without what stands in brackets: "the ministry [also known as the palace] was hit"."""
    out: list[str] = []
    depth = 0
    for w in words:
        if w.text in {"[", "("}:
            depth += 1
        elif w.text in {"]", ")"}:
            depth = max(0, depth - 1)
        elif not depth:
            out.append(w.low)
    return out


def _after_relative(between: list[str]) -> list[str]:
    """Return what follows "who" where it is the first word but for a comma: of "nuns, who were shot" the nuns were."""
    rest = between[1:] if between[:1] == [","] else between
    return rest[1:] if rest[:1] and rest[0] in {"who", "which", "that"} else between


def _can_be_hit(p: Party, deed: Kind) -> bool:
    return p.kind != "property" or deed not in _ON_PEOPLE
