"""Where it happened: the place nearest to the words, then the paragraph's; the dateline only says where it was written."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from streams.core.extract.text import Document, Sentence
from streams.core.gazetteer import Entry, Hit

# Sentences to each side in which a paragraph's place is looked for.
_NEAR = 12
# "the Tehran government", "Moscow said": a capital as the word for its government.
_SPEAKS = frozenset(
    """said says say government has have had officials authorities regime denied denies gives gave give warns warned vows vowed
    confirms confirmed claims claimed urges urged wants wanted accuses accused blames blamed rejects rejected calls called
    condemns condemned declines declined refuses refused must will would did does threatens threatened insists insisted
    looks look investigates probes examines considers weighs eyes suspects studies
    announces announced tells told admits admitted reports reported demands demanded""".split()
)
_PEOPLE_OF = frozenset(
    "people residents visitors inhabitants natives sons families citizens pilgrims governor mayor bishop".split()
)


# "Seoul's military", "Tehran's envoy": of the state, not of the town.
_STATES_OWN = frozenset(
    """envoy envoys ambassador ambassadors government military army forces joint defence defense foreign ministry minister
    ministers claim claims jets warplanes missiles drones navy spy intelligence response position ally allies leaders
    leadership officials troops embassy nuclear policy diplomats forces' official top chief state""".split()
)


_MEDIA = frozenset("news agency tv television radio times post daily newspaper".split())


def places_in(s: Sentence) -> Iterator[tuple[Hit, Entry]]:
    """Yield the places of a sentence that may be a scene, in reading order; countries are not among them.

    A capital that speaks is its government; where people or weapons come from is no scene.
    """
    for h in s.hits:
        if h.entry.kind != "place":
            continue
        after = s.words[h.end].low if h.end < len(s.words) else ""
        before = [w.low for w in s.words[max(0, h.start - 5) : h.start]]
        from_there = before[-1:] == ["from"] or (before[-1:] == ["of"] and bool(_PEOPLE_OF & {*before}))
        if after in _MEDIA:
            continue  # Mizan news agency
        states = after in {"'s", "’s"} and _is_the_states(s, h.end + 1)
        if after not in _SPEAKS and not from_there and not states:
            yield h, h.entry


def _is_the_states(s: Sentence, i: int) -> bool:
    lows = [w.low for w in s.words[i : i + 2]]
    return bool(lows) and lows[0] in _STATES_OWN and lows[1:] != ["administration"]


def _distance(s: Sentence, h: Hit, a: int, b: int) -> int:
    start, end = s.words[h.start].start, s.words[h.end - 1].end
    return max(0, start - b, a - end)


def place_near(doc: Document, s: Sentence, a: int, b: int) -> str | None:
    """Return the canonical place nearest to the characters a to b, else the first of the paragraph, else None."""
    here = sorted(((_distance(s, h, a, b), h.start, e) for h, e in places_in(s)), key=lambda x: x[:2])
    if here:
        return here[0][2].name
    here_at = bisect_left(doc.sentences, s.start, key=lambda o: o.start)
    for other in doc.sentences[max(0, here_at - _NEAR) : here_at + _NEAR]:
        if other.paragraph == s.paragraph:
            for _, entry in places_in(other):
                return entry.name
    return None
