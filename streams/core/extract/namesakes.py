"""Persons who are named like places: Nancy Walker, Jordan Smith, Lloyd Austin, Secretary Austin."""

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.core.gazetteer import Hit
from streams.core.words import Word

# Capitals that follow a place and belong to it, or begin something new: "Kharkiv Mayor Ihor Terekhov", "Beirut Tuesday".
_OF_A_PLACE = frozenset(
    """airport airbase airfield air base international domestic military naval police fire central general health defense
    defence interior foreign university college school hospital medical clinic city town village county province governorate
    district region oblast raion state republic strip valley river bay gulf sea island islands peninsula port harbor harbour
    dam bridge tunnel crossing border camp refugee prison jail zoo stadium square street avenue road highway junction station
    railway metro mall market church cathedral mosque temple synagogue museum theater theatre hotel tower palace parliament
    assembly council court mayor governor president minister sheriff coroner bishop archbishop authority authorities
    department ministry office command front sector north south east west northern southern eastern western time standard
    daylight attack attacks bombing bombings blast shooting massacre siege peace agreement accord accords treaty summit
    conference protocol declaration and or but on in at after before when as
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december post times news today tribune chronicle herald journal globe star sun gazette united
    rovers wanderers""".split()
)
# What is said of persons after their name.
_OF_A_PERSON = frozenset(
    """, ( said says told tells was is has had who whose and died 's ’s added asked called wrote warned also were jr sr
    killed shot""".split()
)
_TITLES = frozenset(
    """mr mrs ms miss dr prof professor gen general lt lieutenant col colonel maj major sgt sergeant capt captain cpl
    corporal adm admiral brig brigadier private pvt sir lady lord sheikh sheik ayatollah imam rabbi bishop cardinal father
    sister brother senator sen rep congressman congresswoman secretary spokesman spokeswoman officer judge justice
    ambassador detective chief inspector constable deputy trooper""".split()
)


_SAYS = frozenset("said says told added asked wrote".split())
# Before a place these are a part of its name or say where it lies, and where a capital begins a sentence.
_BEFORE_A_PLACE = frozenset(
    """north south east west northern southern eastern western central downtown greater upper lower new old port san santa
    santo saint st el la los las fort mount lake camp villa puerto rio cape inner outer occupied rural near in at from
    around outside inside across of to""".split()
)
_AT = frozenset("in near at around outside from to of inside across over on into toward towards between and".split())


_ADJECTIVE = re.compile(r"(?:ed|al|ern|ing|y|ish|ese|torn|time|er|ic|ous|ly|ful|less|ian|most|en)$")


def without_namesakes(words: Sequence[Sequence[Word]], hits: Sequence[tuple[Hit, ...]]) -> tuple[tuple[Hit, ...], ...]:
    """Return the names of each sentence without places and countries that are part of a person's name.

    A place is a given name where another capital follows that is in no list, and then what is said of persons; it is a
    surname after a title or a given name. Who was named so is meant elsewhere too ("Walker's wife Nancy said"), but not
    after "in".
    """
    named: set[str] = set()
    kept = []
    for those, found in zip(words, hits, strict=True):
        at = {h.start for h in found}
        persons = [h for h in found if _is_place(h) and _names_a_person(those, h, at)]
        named |= {those[h.start].low for h in persons}
        kept.append(tuple(h for h in found if h not in persons) if persons else found)
    if not named:
        return tuple(kept)
    return tuple(
        found
        if not any(_is_place(h) and those[h.start].low in named for h in found)
        else tuple(h for h in found if not (_is_place(h) and those[h.start].low in named and _stands_alone(those, h)))
        for those, found in zip(words, kept, strict=True)
    )


def _is_place(h: Hit) -> bool:
    return h.entry.kind in {"place", "country"} and h.end - h.start == 1


def _stands_alone(words: Sequence[Word], h: Hit) -> bool:
    return h.start == 0 or words[h.start - 1].low not in _AT


def _names_a_person(words: Sequence[Word], h: Hit, at: set[int]) -> bool:
    if h.start and words[h.start - 1].low in _TITLES and words[h.start - 1].text[0].isupper():
        return True
    if h.start > 1 and words[h.start - 1].text == "." and words[h.start - 2].low in _TITLES:
        return True
    end = h.end
    while end < len(words) and end - h.end < 3 and _may_be_a_name(words, end, at):
        end += 1
    after = words[end].low if end < len(words) else ""
    if end > h.end:
        return after in _OF_A_PERSON
    given = h.start > 0 and _may_be_a_name(words, h.start - 1, at) and words[h.start - 1].low not in _BEFORE_A_PLACE
    # A sentence begins with a capital whatever the word: "Besieged Mariupol was shelled".
    opens = h.start == 1 and _ADJECTIVE.search(words[0].low) is not None
    return given and after in (_SAYS if opens else _OF_A_PERSON)


def _may_be_a_name(words: Sequence[Word], i: int, at: set[int]) -> bool:
    w = words[i]
    capital = w.text[0].isupper() and w.text.isalpha() and not (w.text.isupper() and len(w.text) > 1)
    return capital and not w.glued and w.low not in _OF_A_PLACE and i not in at
