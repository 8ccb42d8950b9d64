"""Counts in words and digits: how many, and how firmly. The kill list comes first: most numbers count no people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from streams.core.model import Qualifier
from streams.core.words import Word


class Quantity(NamedTuple):
    """A count: words ``start`` to ``end`` (exclusive, qualifiers included); ``high`` None is open upwards.

    ``whole`` is M in "N of M". An indefinite count without a number ("many") has neither bound.
    """

    start: int
    end: int
    low: int | None
    high: int | None
    qual: Qualifier
    whole: int | None = None


_ONES = {
    w: n
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen"
        " eighteen nineteen".split()
    )
}
_TENS = {w: 10 * n for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000, "dozen": 12}
# Lower bounds of vague words: tens, dozens, hundreds as ACLED codes them; the rest by analogy.
_VAGUE = {
    "tens": 10,
    "dozens": 12,
    "scores": 20,
    "hundreds": 100,
    "thousands": 1000,
    "millions": 1_000_000,
    "several": 3,
}

# Every count begins with one of these or with a digit.
_STARTS = (
    frozenset(_ONES) | frozenset(_TENS) | frozenset(_VAGUE) | {"a", "an", "the", "half", "few", "many", "numerous"}
)
_UNITS = frozenset(
    """percent per cent percentage pct year years month months week weeks day days hour hours minute minutes second seconds
    mile miles kilometer kilometers kilometre kilometres km kms meter meters metre metres feet foot yards yard
    inches inch
    mm cm kg kgs kilo kilos kilogram kilograms kilogrammes gram grams ton tons tonne tonnes pound pounds lb lbs liters
    litres gallons barrels degrees knots mph kph dollar dollars euro euros pesos peso rupees rubles shekels riyals
    dinars
    cents yen yuan lira cordobas colones quetzales lempiras intis soles a.m p.m a.m. p.m. am pm gmt utc est local
    o'clock
    hrs votes vote seats seat points point goals goal times time charges counts count rounds shots bullets
    raids raid
    sorties attacks attack strikes strike airstrikes incidents bombings explosions explosion blasts houses homes house
    buildings building apartments vehicles vehicle cars car trucks truck buses bus tanks tank aircraft planes plane
    helicopters helicopter jets ships ship boats boat missiles missile rockets rocket drones drone shells bombs
    bomb mortars
    grenades rifles guns weapons countries nations states cities towns villages provinces districts departments streets
    street avenue road block blocks highway calls articles resolutions pages copies stages phases attempts
    occasions decades
    centuries century quarter quarters half halves cattle sheep goats cows horses dogs cats animals pigs chickens
    fish birds
    st ave blvd route square acres hectares megawatts volts caliber calibre places locations positions sites
    targets ways
    things questions reasons cases case elections rallies battalions brigades divisions regiments battalion brigade
    company
    companies bases schools hospitals churches mosques shops stores offices bridges towers pylons ambulances
    centers centres
    meetings sessions trips flights games matches months' years' days' hours' weeks' other-day organizations groups
    parties
    letters bodies-of-water storeys stories floors floor story storey rooms beds acre plants trees""".split()
)
_MONTHS = frozenset(
    "january february march april may june july august september october november december jan feb "
    "mar apr jun jul aug sep"
    " sept oct nov dec".split()
)
_MONEY = frozenset("$€£¥₽₪")
_OF_A_BULLET = frozenset("struck hit rang fired went grazed missed entered pierced was".split())
_STANDS_AFTER_AGES = frozenset("was were is are had have has".split())
_NOT_ONE = frozenset("no any every each this that which another the only".split())


def number_at(words: Sequence[Word], i: int) -> tuple[int, int] | None:
    """Return (value, end) of the number that begins at word i, without qualifiers."""
    w = words[i].low
    if w[0].isdigit():
        if not re.fullmatch(r"\d[\d,]*(?:\.\d+)?", w):
            return None
        value = float(w.replace(",", ""))
        j = i + 1
        while j < len(words) and words[j].low in _SCALES and words[j].low != "dozen":
            value *= _SCALES[words[j].low]
            j += 1
        return (int(value), j) if value == int(value) and value < 10**12 else None
    total, part, j = 0, -1, i
    if w in {"a", "an"}:
        if j + 1 < len(words) and words[j + 1].low in {"hundred", "thousand", "million", "dozen"}:
            part, j = 1, i + 1
        else:
            return None
    elif w == "half" and j + 2 < len(words) and words[j + 1].low in {"a", "dozen"}:
        end = j + 3 if words[j + 1].low == "a" else j + 2
        return (6, end) if words[end - 1].low == "dozen" else None
    while j < len(words):
        w = words[j].low
        if w in _ONES:
            if part >= 0 and part % 10 and part % 100 != 0:
                break
            part = max(part, 0) + _ONES[w]
        elif w in _TENS:
            if part > 0 and part % 100:
                break
            part = max(part, 0) + _TENS[w]
        elif w in _SCALES and part >= 0:
            if w in {"hundred", "dozen"}:
                part *= _SCALES[w]
            else:
                total, part = total + part * _SCALES[w], 0
        elif (
            w == "and"
            and part >= 100
            and j + 1 < len(words)
            and (words[j + 1].low in _ONES or words[j + 1].low in _TENS)
        ):
            if part % 100:
                break
        else:
            break
        j += 1
    return (total + part, j) if part >= 0 and j > i else None


_QUOTES = frozenset({'"', "“", "”", "'", "‘", "’", "''", "``"})
# "a couple" is two people before these, a few of others before a noun or "of".
_TWO_PEOPLE = frozenset("and was were who had has died from in on at whose , . ;".split()) | {""}


def _vague(words: Sequence[Word], i: int) -> tuple[int | None, int] | None:
    """Return (lower bound, end) of a vague count at word i."""
    w = words[i].low
    after = words[i + 1].low if i + 1 < len(words) else ""
    then = words[i + 2].low if i + 2 < len(words) else ""
    if w == "several" and after in _SCALES:
        return 3 * _SCALES[after], i + 2
    if w in _VAGUE:
        if after == "of" and then in _VAGUE and then != "several":
            return _VAGUE[w] * _VAGUE[then], i + 3
        return _VAGUE[w], i + 1
    if w == "a" and after in {"few", "handful"}:
        return (3 * _SCALES[then], i + 3) if then in _SCALES else (3, i + 2)
    if w == "few" and i and words[i - 1].low in {"a", "the"}:
        return 3, i + 1
    if w == "a" and after in {"couple", "pair"} and then not in _TWO_PEOPLE:
        return 2, i + 2
    if w == "numerous" or (w == "many" and not (i and words[i - 1].low in {"as", "how", "so", "too"})):
        return None, i + 1
    if w in {"a", "an"} and after == "number" and then == "of":
        return None, i + 2
    marked = (after in _QUOTES and then == "number") or (after == "number" and then in _QUOTES)
    if w == "a" and marked:  # a "number" of people, a "number of people", "a number" of people
        end = i + 3 + (i + 3 < len(words) and words[i + 3].low in _QUOTES)
        return (None, end) if end < len(words) and words[end].low == "of" else None
    if (
        w in {"a", "an"}
        and after in {"unknown", "unspecified", "undetermined", "undisclosed", "large"}
        and then == "number"
    ):
        return None, i + 3
    return None


_BEFORE: tuple[tuple[tuple[str, ...], Qualifier], ...] = (
    (("no", "fewer", "than"), "at_least"),
    (("no", "less", "than"), "at_least"),
    (("not", "less", "than"), "at_least"),
    (("not", "fewer", "than"), "at_least"),
    (("a", "minimum", "of"), "at_least"),
    (("at", "least"), "at_least"),
    (("at", "the", "very", "least"), "at_least"),
    (("at", "very", "least"), "at_least"),
    (("no", "more", "than"), "up_to"),
    (("not", "more", "than"), "up_to"),
    (("at", "most"), "up_to"),
    (("well", "over"), "more_than"),
    (("just", "over"), "more_than"),
    (("just", "under"), "less_than"),
    (("exactly",), "exact"),
    (("only",), "exact"),
    (("a", "further"), "exact"),
    (("an", "additional"), "exact"),
    (("more", "than"), "more_than"),
    (("greater", "than"), "more_than"),
    (("upwards", "of"), "more_than"),
    (("in", "excess", "of"), "more_than"),
    (("fewer", "than"), "less_than"),
    (("less", "than"), "less_than"),
    (("as", "many", "as"), "up_to"),
    (("up", "to"), "up_to"),
    (("a", "maximum", "of"), "up_to"),
    (("close", "to"), "about"),
    (("an", "estimated"), "about"),
    (("over",), "more_than"),
    (("above",), "more_than"),
    (("exceeds",), "more_than"),
    (("exceeded",), "more_than"),
    (("exceeding",), "more_than"),
    (("tops",), "more_than"),
    (("past",), "more_than"),
    (("topped",), "more_than"),
    (("topping",), "more_than"),
    (("passes",), "more_than"),
    (("surpasses",), "more_than"),
    (("surpassed",), "more_than"),
    (("under",), "less_than"),
    (("about",), "about"),
    (("around",), "about"),
    (("some",), "about"),
    (("nearly",), "about"),
    (("nears",), "about"),
    (("nearing",), "about"),
    (("approaching",), "about"),
    (("almost",), "about"),
    (("approximately",), "about"),
    (("roughly",), "about"),
    (("estimated",), "about"),
    (("circa",), "about"),
    (("perhaps",), "about"),
    (("possibly",), "about"),
    (("probably",), "about"),
    (("minimum",), "at_least"),
)


_BY_LAST: dict[str, tuple[tuple[tuple[str, ...], Qualifier], ...]] = {}
for _pair in _BEFORE:
    _BY_LAST[_pair[0][-1]] = (*_BY_LAST.get(_pair[0][-1], ()), _pair)


def _qualifier(words: Sequence[Word], i: int) -> tuple[Qualifier, int]:
    """Return the qualifier that stands before word i, and where it begins."""
    for phrase, qual in _BY_LAST.get(words[i - 1].low, ()) if i else ():
        a = i - len(phrase)
        if phrase == ("past",) and (a == 0 or words[a - 1].low not in _MOVED):
            continue
        if phrase == ("up", "to") and a > 0 and words[a - 1].low in _MOVED:
            continue  # the toll has gone up to 13
        if a >= 0 and all(words[a + k].low == p for k, p in enumerate(phrase)):
            return qual, a
    return "exact", i


def _bounds(value: int, qual: Qualifier) -> tuple[int | None, int | None]:
    if qual in {"at_least", "more_than"}:
        return value, None
    if qual in {"up_to", "less_than"}:
        return None, value
    return value, value


def _is_no_count(words: Sequence[Word], i: int, end: int, value: int, things: bool = False) -> bool:
    """Return whether the number is an age, date, time, sum of money, measure, address or name (the kill list)."""
    before = words[i - 1].low if i else ""
    after = words[end].low if end < len(words) else ""
    then = words[end + 1].low if end + 1 < len(words) else ""
    if (
        before in _MONEY
        or before == "#"
        or (after == "shot" and then in _OF_A_BULLET)
        or (before == "also" and i >= 2 and words[i - 2].low == "," and after in {",", "."})
        or after in {"%", "°", "$", "€", "£"}
        or (after in _UNITS and not things)
        or (before == "." and words[i].glued)
    ):
        return True
    if before in _MONTHS and words[i - 1].text[0].isupper() and value <= 31:
        return True
    if after in _MONTHS and end < len(words) and words[end].text[0].isupper() and value <= 31:
        return True
    if words[i].text.isdigit() and len(words[i].text) == 4 and 1900 <= value <= 2099:
        return True
    if words[i].text[0] == "0" and value:
        return True
    if before in {
        "aged",
        "age",
        "ages",
        "no",
        "no.",
        "number",
        "channel",
        "room",
        "gate",
        "highway",
        "route",
        "article",
        "law",
        "section",
        "chapter",
        "resolution",
        "flight",
        "page",
        "paragraph",
        "point",
        "minute",
        "grade",
    }:
        return True
    if (
        before == "."
        and i >= 2
        and words[i - 2].low
        in {"no", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"}
    ):
        return True
    # "Ali Hassan, 34, ..." or "(28)" are ages; so is "22-year-old".
    if (
        before in {",", "("}
        and i >= 2
        and words[i - 2].text[0].isupper()
        and after in {",", ")", ".", ";", "", "all", "both", "who"}
        and 0 < value < 110
    ):
        return True
    if words[i].glued and not words[i - 1].low.isdigit() and words[i - 1].low not in _TENS:
        return True
    if end < len(words) and words[end].glued:
        return (
            after
            in {
                "year",
                "month",
                "day",
                "week",
                "hour",
                "mile",
                "km",
                "meter",
                "metre",
                "foot",
                "story",
                "storey",
                "point",
                "man",
                "member",
                "strong",
                "minute",
                "kilometer",
                "ton",
                "pound",
                "kg",
                "second",
                "shot",
                "caliber",
                "mm",
            }
            or then == "old"
        )
    # 12:30, 3.5 and scores such as 2-1
    if before in {":", "/"} and words[i - 1].end == words[i].start:
        return True
    return after in {":", "/"} and end + 1 < len(words) and words[end + 1].start == words[end].end


# "millions in losses"
_LOSSES = frozenset("losses loss damage damages property cash debt debts dollars aid profits revenue revenues".split())
_OLDEST = 120


def ages_end(words: Sequence[Word], i: int) -> int:
    """Return the word after the ages that begin at word i: "ages 16 and 17", "two girls, 13 and 17,"; i where none do."""
    before = words[i - 1].low if i else ""
    if before == "of" and i >= 2 and words[i - 2].low in {"age", "ages"} and (age := number_at(words, i)) is not None:
        rest = age[1] + 1 if age[1] < len(words) and words[age[1]].low == "and" else len(words)
        second = number_at(words, rest) if rest < len(words) else None
        return second[1] if second is not None else age[1]
    if before not in {"ages", "aged", ","} or (before == "," and not (i >= 2 and words[i - 2].text[0].isalpha())):
        return i
    k, found = i, 0
    while k < len(words) and words[k].low.isdigit() and 0 < int(words[k].low) < _OLDEST:
        k, found = k + 1, found + 1
        joined = k + (k < len(words) and words[k].low == ",")
        joined += joined < len(words) and words[joined].low in {"and", "to"}
        if joined == k or joined >= len(words) or not words[joined].low.isdigit():
            break
        k = joined
    after = words[k].low if k < len(words) else ""
    closed = after in {",", ".", ";", ")", "", "and", "years", *_STANDS_AFTER_AGES}
    return k if found > 1 and closed and (before != "," or all(words[n].low != "to" for n in range(i, k))) else i


@lru_cache(maxsize=64)
def quantities(words: tuple[Word, ...], things: bool = False) -> tuple[Quantity, ...]:
    """Return the counts among the words, in reading order, none overlapping.

    Ages, dates, money and the like are left out; with ``things`` counts of weapons, houses and hours stay in.
    Kept for a while: claims, strikes and fates ask for those of one sentence in turn.
    """
    out: list[Quantity] = []
    i, n = 0, len(words)
    while i < n:
        if not (words[i].low in _STARTS or words[i].low[0].isdigit()):
            i += 1
            continue
        if words[i].low == "half" and (part := _half_of(words, i)) is not None:
            out.append(part)
            i = part.end
            continue
        vague = _vague(words, i)
        if vague is not None:
            low, j = vague
            qual, start = _qualifier(words, i)
            if j < n and words[j].low == "of":
                j += 1
            of_money = j + 1 < n and words[j].low == "in" and words[j + 1].low in _LOSSES
            if things or j >= n or (words[j].low not in _UNITS and not of_money):
                out.append(Quantity(start, j, low, None, "indefinite"))
            i = j
            continue
        plain = number_at(words, i)
        if plain is None:
            i += 1
            continue
        value, j = plain
        if i and words[i].start == words[i - 1].end and not words[i].glued and words[i - 1].text[-1].isalpha():
            i = j  # M90 rockets
            continue
        if (until := ages_end(words, i)) > i:
            i = until
            continue
        qual, start = _qualifier(words, i)
        if value == 1 and words[i].low == "one" and i and words[i - 1].low in _NOT_ONE:
            i = j
            continue
        if j < n and words[j].glued and words[j].low[0].isdigit():  # 15-20
            second = number_at(words, j)
            if second is not None and second[0] > value and not _is_no_count(words, i, second[1], value, things):
                out.append(Quantity(start, second[1], value, second[0], "range"))
                i = second[1]
                continue
        if (rest := _all_but(words, i, j, value)) is not None:
            out.append(rest)
            i = rest.end
            continue
        if _is_no_count(words, i, j, value, things) or _is_left_behind(words, i, j):
            i = j
            continue
        if (until := _ratio_end(words, i, j, value)) > j:
            i = until
            continue
        pair = _range_end(words, i, j, value, things)
        if pair is not None:
            first = i - 1 if i and words[i - 1].low in {"between", "from"} else start
            out.append(Quantity(first, pair[1], value, pair[0], "range"))
            i = pair[1]
            continue
        if j + 1 < n and words[j].low == "or" and words[j + 1].low == "more":
            qual, j = "at_least", j + 2
        elif j < n and words[j].low == "+":
            qual, j = "at_least", j + 1
        if [w.low for w in words[j : j + 3]] == ["the", "number", "of"]:
            j += 3  # brings to 96 the number of civilians killed
        low, high = _bounds(value, qual)
        if value == 0:
            low, high, qual = 0, 0, "zero"
        out.append(Quantity(start, j, low, high, qual))
        i = j
    return tuple(out)


_MOVED = frozenset(
    "rose risen rises rising climbed climbing jumped increased increasing grew grown went gone up fell fallen down revised "
    "raised lowered cut reduced dropped soared climbs rises jumps goes surges surged swells".split()
)


def _is_left_behind(words: Sequence[Word], i: int, j: int) -> bool:
    """Return whether the number is the old one of "the toll rose from 14 to 21" or "up from 14"."""
    before = [w.low for w in words[max(0, i - 4) : i]]
    if before[-1:] != ["from"] or _MOVED.isdisjoint(before):
        return False
    return before[-2] in {"up", "down"} or (j < len(words) and words[j].low == "to")


def _half_of(words: Sequence[Word], i: int) -> Quantity | None:
    """Return the count of "half of the 40 patients" (20); None where the whole is not told."""
    k = i + 1
    while k < len(words) and words[k].low in {"of", "the", "its", "their"}:
        k += 1
    whole = number_at(words, k) if i + 1 < k < len(words) else None
    if whole is None or whole[0] < 2 or _is_no_count(words, k, whole[1], whole[0]):
        return None
    qual: Qualifier = "about" if whole[0] % 2 or (i and words[i - 1].low in {"about", "around", "nearly"}) else "exact"
    return Quantity(i, whole[1], whole[0] // 2, whole[0] // 2, qual)


def _all_but(words: Sequence[Word], i: int, j: int, value: int) -> Quantity | None:
    """Return the count of "all but two of the 20 passengers" (18), without a number where the whole is not told."""
    if [w.low for w in words[max(0, i - 2) : i]] != ["all", "but"]:
        return None
    k = j
    while k < len(words) and words[k].low in {"of", "the", "its", "their"}:
        k += 1
    whole = number_at(words, k) if k < len(words) else None
    if whole is None or whole[0] <= value:
        return Quantity(i - 2, k, None, None, "indefinite")
    return Quantity(i - 2, whole[1], whole[0] - value, whole[0] - value, "exact")


def _ratio_end(words: Sequence[Word], i: int, j: int, value: int) -> int:
    """Return the word after "one in five", which counts nobody; ``j`` where it is none."""
    if value != 1 or words[i].low not in {"one", "1"} or j + 1 >= len(words) or words[j].low not in {"in", "out"}:
        return j
    k = j + 1 if words[j].low == "in" else j + 2
    second = number_at(words, k) if k < len(words) else None
    if second is None or (second[1] < len(words) and words[second[1]].low in _UNITS):
        return j
    return second[1]


def _range_end(words: Sequence[Word], i: int, j: int, value: int, things: bool) -> tuple[int, int] | None:
    """Return (upper value, end) where "to N", "or N" or, after between, "and N" follows."""
    if j + 1 >= len(words):
        return None
    link = words[j].low
    if not (link in {"to", "or"} or (link == "and" and i and words[i - 1].low == "between")):
        return None
    k = j + 1
    second = number_at(words, k)
    if second is None or second[0] <= value or _is_no_count(words, k, second[1], second[0], things):
        return None
    if link == "or" and second[0] > 3 * value:
        return None
    return second
