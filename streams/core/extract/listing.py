"""Lists of people in a sentence: "the mayor, Ana Ruiz; Juan Paz, a rector of the university, and three guards".

One grammar for both directions: what stands after "killed" is a list from its first word on; what stands before "were
killed" is the longest list that ends there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

from streams.core.extract.groups import Group
from streams.core.extract.quantities import ages_end, number_at
from streams.core.words import Word


class Row(NamedTuple):
    """A sentence as lists are read in it: its words, its groups by their first word, the words no list goes across."""

    words: Sequence[Word]
    starts: Mapping[int, Group]
    barred: Collection[int]

    def low(self, i: int) -> str:
        """Return word i in lower case, empty outside the sentence."""
        return self.words[i].low if 0 <= i < len(self.words) else ""


class People(NamedTuple):
    """The people of a list, those told as a part of them ("nine, among them X"), and the word after the list.

    ``joined`` is whether "and" or a semicolon stands before the last, or nobody else is in the list.
    """

    groups: tuple[Group, ...]
    parts: tuple[Group, ...]
    end: int
    joined: bool

    def before(self, row: Row, end: int) -> bool:
        """Return whether the list is the subject of what begins at word ``end``, a remark between commas or dashes aside.

        "X and Y, members of the union, [were]"; "Deputy X, of the ruling party, [was]".
        """
        if self.end == end:
            return self.joined or len(self.groups) == 1
        mark = row.low(self.end)
        close = end if row.low(end) == mark else end - 1
        if mark not in {",", "--", "—", "–"} or row.low(close) != mark or not 2 < close - self.end <= _LONGEST_REMARK:
            return False
        if not self.joined or (len(self.groups) == 1 and self.groups[0].how != "name"):
            return False
        inside = range(self.end + 1, close)
        of_them = row.low(self.end + 1) in {"both", "all", "most"} and row.low(self.end + 2) == "of"
        return not any(k in row.barred or (row.low(k) in _NO_REMARK and not of_them and mark == ",") for k in inside)


_LONGEST_REMARK = 16
"""Words of a remark between commas, dashes or brackets."""
_OF = frozenset("of from in at for near".split())
_DECADE = re.compile(r"\d0s|(?:teen|twenti|thirti|forti|fifti|sixti|seventi|eighti|nineti)e?s")
_NEAR = frozenset("in at near".split())
_PLACES = frozenset("towns cities villages districts provinces departments municipalities hamlets suburbs".split())
# Two of these are two persons: "a man, woman and boy". Two offices may be one person's.
_ANYBODY = frozenset(
    "man woman boy girl child teenager teen toddler baby infant father mother son daughter adult juvenile suspect".split()
)
_PART = frozenset("including especially mostly mainly notably".split())
_OF_THE_MOST = ["of", "the", "most"]
_CLOSES = {"(": ")", "—": "—", "–": "–", "--": "--", "[": "]", "-": "-"}
BE = frozenset("was were is are be been being am get got gets getting 's".split())
# A remark with one of these is a clause of its own.
_NO_REMARK = (BE - {"'s", "being", "am"}) | frozenset("said says told that which by had has have".split())
_OWN_VERB = BE | frozenset("had have has remain remained died escaped survived suffered later".split())


def is_victim(g: Group) -> bool:
    """Return whether a group can be people who were hurt."""
    if g.people == "no" or (g.quantity is not None and g.quantity.whole == -1):
        return False
    return g.people == "yes" or g.how in {"number", "name"}


After = Literal["another verb", "another harm", "its verb", "comma"]


def people_from(row: Row, i: int, ends_at: After = "another verb") -> People | None:
    """Return the list whose first group begins at word i, None where no people stand there.

    ``ends_at`` says before what the list ends: a group that is the subject of any verb ("killed two and three fled"), of one
    that hurts ("the death of two, and three were hurt"), a bare comma, or the verb is that of the whole list ("X and Y were
    killed").
    """
    groups: list[Group] = []
    parts: list[Group] = []
    joined = True
    end = i
    while True:
        found = _one(row, i, ends_at)
        if found is None or (groups and _has_own_verb(row, found[0], ends_at)):
            break
        g, more, end = found
        if g.how == "bare" and g.people == "yes" and row.low(end) == "and" and _has_name(row, end + 1):
            i = end + 1  # "senator and candidate Ana Ruiz" is one person
            continue
        groups.append(g)
        parts += more
        after = _separator(row, end)
        if after is None:
            break
        i, strong = after
        nxt = row.starts.get(i)
        if (
            nxt is None
            or i in row.barred
            or not is_victim(nxt)
            or (not strong and (ends_at == "comma" or not _goes_on(row, nxt)))
        ):
            break
        joined = strong
        if nxt.how == "bare" and groups[-1].how == "name" and _is_role(nxt) and row.low(nxt.head) not in _ANYBODY:
            end = _past_phrases(row, nxt.end)  # a secretary of the party and deputy head of the union
            after = _separator(row, end)
            if after is None or not strong:
                break
            i, joined = after
            nxt = row.starts.get(i)
            if nxt is None or i in row.barred or not is_victim(nxt) or not (joined or _goes_on(row, nxt)):
                break
    if not groups:
        return None
    if any(g.people == "yes" for g in groups):  # beside persons a name is a person's
        groups = [g._replace(people="yes") if g.how == "name" else g for g in groups]
    return People(tuple(groups), tuple(parts), end, joined or all(g.quantity is not None for g in groups))


def _named_so(row: Row, j: int) -> tuple[Group, int] | None:
    """Return the name, and the word after it, of "identified as Ana Ruiz" or "known as ..." at word j."""
    if row.low(j) in {"identified", "known"} and row.low(j + 1) == "as":
        g = row.starts.get(j + 2)
        if g is not None and g.how == "name":
            return g, g.end
    return None


def _has_name(row: Row, i: int) -> bool:
    g = row.starts.get(i)
    return g is not None and g.how == "name" and g.people == "yes" and not row.words[i].text[0].isupper()


def _goes_on(row: Row, nxt: Group) -> bool:
    """Return whether a group after a bare comma is the next of the list."""
    # A headline's "kills bride, groom and 11 guests": the list goes on after it too.
    listed = nxt.people == "yes" and nxt.name is None and row.low(nxt.end) in {",", "and"}
    anybody = nxt.how == "bare" and (row.low(nxt.head) in _ANYBODY or listed)
    return row.low(nxt.start) == "other" or nxt.quantity is not None or nxt.how in {"name", "one"} or anybody


def _has_own_verb(row: Row, g: Group, ends_at: After) -> bool:
    """Return whether the group is the subject of what follows, and of nothing before: "killed two and three were hurt"."""
    if ends_at in {"its verb", "comma"}:
        return False
    if ends_at == "another harm":
        return any(k in row.barred for k in range(g.end, g.end + 3))
    return row.low(g.end) in _OWN_VERB or (g.end in row.barred and not row.low(g.end).endswith("ing"))


def _separator(row: Row, i: int) -> tuple[int, bool] | None:
    """Return the first word of the next group after what joins two, and whether that is more than a comma."""
    j, strong = i, False
    if row.low(j) == ";" and row.low(j + 1) != "and" and sum(w.low == ";" for w in row.words) == 1:
        return None  # "captures drug lord's son; 29 die": a list has more of them
    if row.low(j) in {",", ";"}:
        strong = row.low(j) == ";"
        j += 1
    for joint in (("as", "well", "as"), ("along", "with"), ("together", "with"), ("in", "addition", "to")):
        if all(row.low(j + k) == word for k, word in enumerate(joint)):
            return j + len(joint), True
    if row.low(j) in {"and", "or", "plus", "&"}:
        return j + 1 + (row.low(j + 1) in {"also", "then", "of"}), True  # the murder of X and of Y
    return (j, strong) if j > i else None


def _one(row: Row, i: int, ends_at: After) -> tuple[Group, tuple[Group, ...], int] | None:
    """Return the group at word i, those told as parts of it, and the word after all that describes it."""
    g = row.starts.get(i)
    if (
        g is None
        or not is_victim(g)
        or (row.low(i) == "one" and [row.low(k) for k in (i + 1, i + 2, i + 3)] == _OF_THE_MOST)
    ):
        return None  # the death of one of the most gifted men: told of somebody who is named elsewhere
    parts: tuple[Group, ...] = ()
    j = _past_phrases(row, g.end)
    for _ in range(4):
        k = _past_age(row, j)
        if k == j and (told := _told_inside(row, g, j)) is not None:
            parts, k = parts + told[0], told[1]
        if k == j:
            k = _past_remark(row, j)
        if k == j and g.how in {"one", "the"} and (named := _named_so(row, j + (row.low(j) == ","))) is not None:
            g, k = named[0]._replace(people="yes"), named[1]
        if k == j and row.low(j) == "," and row.low(j + 1) in {"who", "whose", "whom"}:
            k = _past_clause(row, j)
        if k == j and row.low(j) == "who" and ends_at == "its verb":
            k = _past_doing(row, j)
        if k == j and row.low(j).endswith("ing") and row.low(j) not in _PART and j not in row.barred:
            k = max(j, _past_clause(row, j - 1))  # a vendor walking by,
        if k == j and (told := _parts(row, g, j, ends_at)) is not None:
            parts, k = parts + told[0], told[1]
        if (
            k == j
            and row.low(j) == ","
            and (beside := row.starts.get(j + 1)) is not None
            and _describes(row, g, beside)
        ):
            k = _past_phrases(row, beside.end)
        if k == j and row.low(j) == "," and (beside := row.starts.get(j + 1)) is not None:
            same = _same_person(row, g, beside)
            if same is not None:
                g, k = same, _past_phrases(row, _past_the_others(row, beside))
                if beside.how != "name" and row.low(k) == "and" and _is_role(row.starts.get(k + 1)):
                    k = _past_phrases(row, row.starts[k + 1].end)  # a customs officer and leader of the union
        if k == j:
            break
        j = k
    return g, parts, j


def _past_phrases(row: Row, j: int) -> int:
    """Return the word after "of the National University in Managua" at word j."""
    for _ in range(4):
        g = row.starts.get(j + 1) if row.low(j) in _OF else None
        if g is None or (g.quantity is not None and is_victim(g)):
            break
        towns, near = row.low(j - 1) in _PLACES, row.low(j) in _NEAR
        j = g.end
        other = row.starts.get(j + 1) if row.low(j) == "and" else None
        sea = row.low(j + 1) == "the" and (other is None or other.people != "yes")
        if other is not None and other.how == "name" and (towns or sea or (near and other.people != "yes")):
            j = other.end  # near the towns of Corvera and San Blas; for Asia and the Pacific
    return j


def _past_the_others(row: Row, g: Group) -> int:
    """Return the word after "one of the most | respected leaders", which is read as two groups, or after the group."""
    k = g.end
    while g.quantity is not None and row.low(k) in _OF_THE_MOST:
        k += 1
    others = row.starts.get(k) if g.quantity is not None else None
    return others.end if others is not None else g.end


def _past_age(row: Row, j: int) -> int:
    """Return the word after ", 34", "(34)", "aged six", ", ages 9 and 11" or "in his 30s" at word j."""
    if row.low(j) == "of" and row.low(j - 1) in _ANYBODY and j + 1 < len(row.words):
        age = number_at(row.words, j + 1)  # a girl of three
        closed = age is not None and row.low(age[1]) in {",", ".", "", ")", "and", *BE, "died"}
        return age[1] if age is not None and closed else j
    if row.low(j) == "in" and row.low(j + 1) in {"his", "her", "their"}:
        k = j + 2 + (row.low(j + 2) in {"early", "mid", "late"})
        return k + 1 if _DECADE.fullmatch(row.low(k)) else j
    if [row.low(j + n) for n in (0, 2, 3)] == ["between", "ages", "of"] and row.low(j + 5) == "and":
        return j + 7
    first = j + 1 if row.low(j) == "," else j
    first += row.low(first) in {"aged", "ages"}
    if first > j and first < len(row.words) and (until := ages_end(row.words, first)) > first:
        unit = row.low(until) == "years"
        return until + (3 if unit and row.low(until + 1) == "of" else 2 if unit else 0)
    k = j + 1 if row.low(j) in {",", "("} else j
    if row.low(k) == "aged" and k + 1 < len(row.words) and (age := number_at(row.words, k + 1)) is not None:
        return age[1] + (row.low(j) == "(" and row.low(age[1]) == ")")
    k += row.low(k) in {"aged", "age", "also"}
    if k > j and row.low(j) == "," and row.low(k).isdigit() and (row.low(k + 1), row.low(k + 2)) == ("years", "old"):
        return k + 3
    if k > j and row.low(k).isdigit() and row.low(k + 1) in {",", ")", ";", "and", ".", ""}:
        return k + 2 if row.low(k + 1) == ")" and row.low(j) == "(" else k + 1
    return j


def _past_remark(row: Row, j: int) -> int:
    """Return the word after a remark in brackets or between dashes at word j."""
    mark = _CLOSES.get(row.low(j))
    if mark is not None:
        for k in range(j + 1, min(j + _LONGEST_REMARK, len(row.words))):
            if row.low(k) == mark:
                return k + 1
            if k in row.barred:
                break
    return j


def _past_clause(row: Row, j: int) -> int:
    """Return the comma that ends ", who was a driver," at word j; j where it hurts somebody or does not end."""
    for k in range(j + 2, min(j + _LONGEST_REMARK, len(row.words))):
        if k in row.barred:
            return j
        if row.low(k) in {",", ";"}:
            return k
    return j


def _past_doing(row: Row, j: int) -> int:
    """Return the "and" that ends "who were acting as her guards" before the next of the list; j where none does."""
    for k in range(j + 2, min(j + _LONGEST_REMARK, len(row.words) - 1)):
        if k in row.barred or row.low(k) in {",", ";"}:
            return j
        if row.low(k) == "and" and row.low(j + 1) in BE and (nxt := row.starts.get(k + 1)) is not None:
            return k if is_victim(nxt) and nxt.how in {"one", "number", "name"} else j
    return j


def _parts(row: Row, g: Group, j: int, ends_at: After) -> tuple[tuple[Group, ...], int] | None:
    """Return who is told as part of a counted or plural group: "nine, among them X", "six Jesuits, five Spaniards and ..."."""
    if g.one or g.how == "name":
        return None
    # "killed ten, including X, and 30 were hurt": the 30 are no part of the ten.
    within: After = "its verb" if ends_at == "its verb" else "another harm"
    if row.low(j) == ":" and (named := people_from(row, j + 1)) is not None:
        return (named.groups, named.end) if all(each.how == "name" for each in named.groups) else None
    k = j + 1 if row.low(j) == "," else j
    if row.low(k) in _PART:
        k += 1
    elif row.low(k) in {"among", "of"} and row.low(k + 1) in {"them", "whom"}:
        k += 2
    elif k == j or g.quantity is None:
        return None
    else:
        inner = people_from(row, k, within)
        if inner is None or len(inner.groups) < 2 or _sum(inner.groups) != g.quantity.low:
            return None
        return inner.groups, inner.end
    inner = people_from(row, k, within)
    return None if inner is None else (inner.groups, inner.end)


def _describes(row: Row, g: Group, beside: Group) -> bool:
    """Return whether a plural without a count tells what the counted are: "two men, members of the union, were killed"."""
    if g.quantity is None or g.one or beside.how != "some" or not is_victim(beside) or beside.name is not None:
        return False
    end = _past_phrases(row, beside.end)
    goes_on = row.low(end + 1) in BE or end + 1 in row.barred or row.low(end + 1) in _PART
    return end > beside.end and row.low(end) == "," and goes_on


def _told_inside(row: Row, g: Group, j: int) -> tuple[tuple[Group, ...], int] | None:
    """Return who makes up a counted group between dashes or brackets: "six priests -- five Poles and a Czech -- "."""
    mark = _CLOSES.get(row.low(j))
    inner = people_from(row, j + 1) if mark is not None and g.quantity is not None else None
    if inner is None or row.low(inner.end) != mark or len(inner.groups) < 2:
        return None
    return (inner.groups, inner.end + 1) if g.quantity is not None and _sum(inner.groups) == g.quantity.low else None


def _is_role(g: Group | None) -> bool:
    return g is not None and g.how == "bare" and g.people == "yes" and g.name is None


def _sum(groups: Sequence[Group]) -> int | None:
    counts = [g.quantity.low if g.quantity is not None else 1 if g.one else None for g in groups]
    return None if None in counts else sum(c for c in counts if c is not None)


def _same_person(row: Row, g: Group, beside: Group) -> Group | None:
    """Return the one person that two groups with a comma between name, by its name: "the mayor, Ana Ruiz"; else None."""
    if not is_victim(beside):
        return None
    if beside.quantity is not None:  # one of the best known teachers
        one = beside.quantity.low == beside.quantity.high == 1 and row.low(beside.quantity.end) == "of"
        return g if one and g.how == "name" else None
    if g.how == "name" and row.low(beside.start) in {"his", "her"} and row.low(beside.end) == "and":
        return None  # the mayor, his driver and two guards
    if g.how == "name" and beside.how in {"one", "the", "bare"} and beside.name is None:
        return g._replace(people="yes") if beside.people == "yes" else g
    counted = g.quantity is not None and g.quantity.low == g.quantity.high == 1 and g.people == "yes"
    if counted and beside.how in {"one", "the"} and beside.people == "yes":
        return g  # one civilian, a street vendor
    if (counted or (g.how in {"one", "the"} and g.quantity is None)) and beside.how == "name":
        return beside._replace(people="yes") if g.people == "yes" else beside
    return None
