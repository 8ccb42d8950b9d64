"""Which claims of an article are one: the same person under two names, the same group told twice."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from streams.core.model import CasualtyClaim, Victims

# Different victims with one figure: more of them in one article are hostile text.
_MOST_ALIKE = 40


def each_once(found: Sequence[CasualtyClaim]) -> tuple[CasualtyClaim, ...]:
    """Return the claims without repetitions: the same figure of the same kind and victims by the same voice is one."""
    out: list[CasualtyClaim] = []
    places: dict[tuple[object, ...], list[int]] = {}
    for c in found:
        like = places.setdefault((c.kind, c.scope, c.low, c.high, c.qual), [])
        alike = [n for n in like[:_MOST_ALIKE] if same_victims(out[n], c)]
        at = next((n for n in alike if _same_voice(out[n], c)), None)
        if at is None:
            like.append(len(out))
            # Another voice about the same people: both are kept, under one name.
            out.append(_under_one_name(c, out[alike[0]]) if alike else c)
        else:
            out[at] = _fuller(out[at], c)
    dead = [c for c in out if c.kind == "killed" and c.status != "denied" and c.low == 1][:_MOST_ALIKE]
    out = [c for c in out if not _died_of_it(c, dead)]
    numbered = {(c.kind, c.scope) for c in out if c.qual not in {"unspecified", "zero"}}
    return tuple(c for c in out if c.qual != "unspecified" or (c.kind, c.scope) not in numbered)


def _under_one_name(c: CasualtyClaim, d: CasualtyClaim) -> CasualtyClaim:
    both = c.victims is not None and d.victims is not None
    return msgspec.structs.replace(c, victims=d.victims) if both else c


def _died_of_it(c: CasualtyClaim, claims: Sequence[CasualtyClaim]) -> bool:
    """Return whether one person "was shot" who is told elsewhere to have died: a death, not a wounded person too."""
    if c.kind != "wounded" or not c.low == c.high == 1 or not _MAY_DIE_OF_IT.search(c.evidence.quote):
        return False
    dead = [d for d in claims if d.scope == c.scope]
    if (
        not dead
        or _LEFT_OVER.match(c.stated)
        or (_ONE_MORE.match(c.stated) and c.stated[0].isupper())
        or re.search(
            r"(?i)\balso\s+(?:\w+\s+){0,3}?(?:shot|wounded|injured|hit|struck|suffer\w+|gunshot)\b", c.evidence.quote
        )
    ):
        return False
    here = [d for d in dead if d.evidence == c.evidence]
    if _ANEW.match(c.stated) and any(_told_before(d, c) and _DEFINITE.match(d.stated) for d in here):
        return False  # of "the boy was killed beside a boy of 12" the second is somebody new
    if _ANEW.match(c.stated) and any(_told_before(c, d) and _THE_VICTIM.match(d.stated) for d in here):
        return True
    if any(d.evidence == c.evidence and not one_person(c.victims, d.victims) for d in dead):
        definite = _DEFINITE.match(c.stated) is not None
        return _KILLING_HIM.search(c.evidence.quote) is not None or (
            definite and _DEAD_AFTER.search(c.evidence.quote) is not None
        )
    if _LIVES.search(c.evidence.quote):
        return any(c.victims and d.victims and c.victims.name and c.victims.name == d.victims.name for d in dead)
    same = any(one_person(c.victims, d.victims) for d in dead)
    if not any(differ(c.victims, d.victims) for d in dead) and _OF_A_SHOT.search(c.evidence.quote):
        return True
    unnamed = re.match(r"(?i)(?:the|this|that)\b", c.stated) is not None or c.victims is None
    one_named = c.victims is not None and (c.victims.name is not None) != any(
        d.victims and d.victims.name for d in dead
    )
    return same or unnamed or one_named


_ANEW = re.compile(r"(?i)an?\b")
_THE_VICTIM = re.compile(r"(?i)the (?:victim|patient)\b")


def _told_before(d: CasualtyClaim, c: CasualtyClaim) -> bool:
    return d.evidence.quote.find(d.stated) < c.evidence.quote.find(c.stated)


_LIVES = re.compile(
    r"(?i)\b(?:(?<!fatally )(?<!mortally )(?:wounded|injured)"
    r"|surviv(?:e|es|ed|al|or|ors)\b(?! by\b)|surviving (?!children|relatives|family|siblings)"
    # What the police release and recover are names and guns; cases are treated as murders.
    r"|treated\b(?! as\b)|(?:and|be|was|were) released\b(?! by\b)|released from|recovering|recovery|recovers|has recovered"
    r"|stable"
    r"|expected to (?:live|survive|recover)|non[- ]life|not life)\b"
)
_DEAD_AFTER = re.compile(r"(?i)\b(?:dead|died|dies|killed|fatally \w+)\b[^.;]{0,60}?\b(?:after|when|as|while)\b")
_KILLING_HIM = re.compile(r"(?i)\b(?:shot|stabbed|struck|hit)\b[^.;]*,\s+killing\s+(?:him|her|the\s+\w+)\b")
_DEFINITE = re.compile(r"(?i)the (?!other\b|second\b|third\b)")
_MAY_DIE_OF_IT = re.compile(
    r"(?i)\b(?:shot|shoot\w*|gunshot|bullets?|stabb\w+|struck|striking|hit|hitting|wounds?|wounded|injured|injur(?:y|ies)"
    r"|condition|expected|suffer\w+|sustained)\b"
)
_OF_A_SHOT = re.compile(r"(?i)\bshot|shoot|gunshot|bullet|gunfire|\bstab|\bgun\b|critical condition|critically")
# Of "two were shot, one of them died" one is left: another than who died.
_LEFT_OVER = re.compile(r"(?i)(?:[2-9]|\d\d|two|three|four|five|six|seven|eight|nine|ten)\b(?!-| year| month)")
_SORTS = (
    frozenset("man father son brother husband uncle grandfather".split()),
    frozenset("woman mother daughter sister wife aunt girlfriend grandmother".split()),
    frozenset("boy".split()),
    frozenset("girl".split()),
    frozenset("officer policeman deputy trooper guard soldier".split()),
    frozenset("suspect gunman attacker shooter assailant robber".split()),
)


_AGE = re.compile(r"\b(\d+)[- ](?:year|month)")


def differ(a: Victims | None, b: Victims | None) -> bool:
    """Return whether both cannot be one person: a man and a girl, an officer and a suspect, two full names, two ages."""
    if a is None or b is None:
        return False
    if a.name and b.name:
        return not one_person(a, b)
    mine, theirs = _AGE.search(a.text), _AGE.search(b.text)
    if mine and theirs and mine[1] != theirs[1]:
        return True
    sorts = [{n for n, words in enumerate(_SORTS) if words & _words_of_victims(v)} for v in (a, b)]
    return bool(sorts[0] and sorts[1]) and not sorts[0] & sorts[1]


def one_person(a: Victims | None, b: Victims | None) -> bool:
    """Return whether both may be one person: a name in common, or the same noun at the end ("the boy", "a 12-year-old boy")."""
    if a is None or b is None:
        return False
    if a.name and b.name:
        return _one_name(a.name, b.name)
    return a.text.lower().split()[-1:] == b.text.lower().split()[-1:]


_ONE_MORE = re.compile(r"(?i)(?:an|the |one )?other\b|(?:an?|the) (?:second|third|fourth|fifth)\b")


def one_more(c: CasualtyClaim, d: CasualtyClaim) -> bool:
    """Return whether a claim tells of another person than one before: "Another man was hurt", "one was hurt, the other ...".

    Only at the head of a sentence or in the same one: "he shot the other boy", "an attack on another girl" set somebody
    apart from who did it.
    """
    heads = c.stated[:1].isupper() and c.evidence.field == "text" and not _ONE_MORE.match(d.stated)
    return _ONE_MORE.match(c.stated) is not None and (heads or c.evidence == d.evidence)


_PARTICLES = frozenset("de la las los del y al el bin von van da dos di jr sr".split())


def _one_name(a: str, b: str) -> bool:
    """Return whether two names may be one person's: "Perez" and "Juan Perez", "Juan Perez" and "Juan Perez Soto".

    A word in common is not enough: of "Elena Ruiz" and "Carla Ruiz" both died.
    """
    short, long = sorted(([w for w in re.findall(r"\w+", n.lower()) if w not in _PARTICLES] for n in (a, b)), key=len)
    common = [w for w in short if w in long]
    return len(common) == len(short) or (len(common) > 1 and (short[-1] in long or long[-1] in short))


def _words_of_victims(v: Victims | None) -> set[str]:
    return (
        set(re.findall(r"\w+", v.text.lower()))
        - {"a", "the", "of", "his", "her", "its", "their", "my", "our", "your", "old", "year", "de", "la"}
        if v
        else set()
    )


def _same_voice(d: CasualtyClaim, c: CasualtyClaim) -> bool:
    if (d.status == "denied") != (c.status == "denied") or (d.qual == "zero" == c.qual and d.status != c.status):
        return False
    return d.claimant is None or c.claimant is None or _alike(d.claimant, c.claimant)


# Words for anybody: "three people" and "three guards" of one article are the same three.
_ANYBODY = frozenset("people persons person individuals others victims civilians residents men members bodies".split())


def same_victims(d: CasualtyClaim, c: CasualtyClaim) -> bool:
    """Return whether two claims of one kind and figure may be about the same people."""
    if (d.low, d.high, d.qual) != (c.low, c.high, c.qual):
        return False
    if d.victims and c.victims and d.victims.nation and c.victims.nation and d.victims.nation != c.victims.nation:
        return False
    mine, theirs = _words_of_victims(d.victims), _words_of_victims(c.victims)
    if c.low == c.high == 1 and c.qual == "exact":
        if one_more(c, d):
            return False
        if c.victims is None or d.victims is None:
            return True
        if re.match(r"(?i)(?:the|this|that)\b", c.stated) and c.victims.name is None and c.evidence != d.evidence:
            return True
        if d.victims.name is not None and c.victims.name is not None:
            return _one_name(d.victims.name, c.victims.name)
        return bool(mine & theirs) or not mine or not theirs
    anybody = c.qual not in {"unspecified", "indefinite"} and (mine <= _ANYBODY or theirs <= _ANYBODY)
    return not mine or not theirs or bool(mine & theirs) or c.qual == "unspecified" or anybody


def _alike(a: str, b: str) -> bool:
    return (
        bool(
            {w.lower() for w in a.split() if w[0].isupper() or len(w) > 5}
            & {w.lower() for w in b.split() if w[0].isupper() or len(w) > 5}
        )
        or a.lower() == b.lower()
    )


def _fuller(d: CasualtyClaim, c: CasualtyClaim) -> CasualtyClaim:
    """Return the first claim with what only the second says: claimant, victims, day."""
    if d.claimant is None and c.claimant is not None and d.status == c.status:
        d = msgspec.structs.replace(
            d, claimant=c.claimant, claimant_nation=c.claimant_nation, outlet=c.outlet, evidence=c.evidence
        )
    return msgspec.structs.replace(
        d,
        victims=d.victims or c.victims,
        event_day=d.event_day or c.event_day,
        place=d.place or c.place,
        outlet=d.outlet or c.outlet,
    )
