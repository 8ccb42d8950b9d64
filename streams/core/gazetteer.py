"""Names the world agrees on: places, countries, weapons, groups, outlets, leaders, words for people.

The lists live in ``rules/gazetteers`` and belong to the ops team; this module reads their text and finds their names in
words. It opens no file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from streams.core.words import Word, fold, words_of

EntryKind = Literal["place", "country", "adjective", "people", "weapon", "group", "outlet", "leader", "person"]


class GazetteerError(ValueError):
    """A mistake in a gazetteer file: ``file:line: found ...; expected ...``."""


class Entry(NamedTuple):
    """One name of the gazetteer. ``code`` is an ISO 3166 alpha-2 country; ``sort`` and ``more`` depend on the kind.

    place: sort base, city, region...; more its parent. weapon: sort its class, more generic or model. group: sort its
    kind. person: sort the kind of people (military, children...), more "plural" for plurals. people: "plural".
    """

    kind: EntryKind
    name: str
    code: str = ""
    sort: str = ""
    more: str = ""


class Office(NamedTuple):
    """Who held which office when; ISO days, ``until`` empty while it is held."""

    name: str
    role: str
    country: str
    since: str
    until: str


class Hit(NamedTuple):
    """Words ``start`` to ``end`` (exclusive) are a name of the gazetteer."""

    start: int
    end: int
    entry: Entry


class Gazetteer(msgspec.Struct, frozen=True, kw_only=True):
    """All names, indexed by their folded words."""

    first: dict[str, tuple[int, ...]]
    """Folded first word -> the numbers of words of the names that begin with it, longest first."""
    second: dict[str, frozenset[str]]
    """Folded first word of which no name consists alone -> the second words: "the" begins few of the names it could."""
    entries: dict[str, tuple[tuple[str, Entry], ...]]
    """Folded words joined by a blank -> the name as it stands in the list, and its entry."""
    near: dict[str, str]
    """A surname of seven letters or more with one letter left out -> the surname, for names misspelt by one letter."""
    offices: dict[str, tuple[Office, ...]]
    countries: dict[str, str]
    """Country code -> name."""

    def names(self, kind: Literal["leaders", "places", "weapons", "groups", "outlets"]) -> Names:
        """Return each canonical name of a kind with all its spellings, sorted; places include countries."""
        wanted = {"places": ("place", "country"), "leaders": ("leader",), "weapons": ("weapon",)}.get(
            kind, (kind[:-1],)
        )
        found: dict[str, set[str]] = {}
        for spellings in self.entries.values():
            for spelling, entry in spellings:
                if entry.kind in wanted:
                    found.setdefault(entry.name, {entry.name}).add(spelling)
        return tuple((name, tuple(sorted(found[name]))) for name in sorted(found))

    def find(self, words: Sequence[Word]) -> tuple[Hit, ...]:
        """Return the names among the words, longest first at each place, in reading order, never overlapping."""
        hits: list[Hit] = []
        folds = [w.fold for w in words]
        i, n = 0, len(words)
        while i < n:
            sizes = self.first.get(folds[i])
            found = None
            if sizes is not None:
                found = self._longest(words, folds, i, sizes)
            elif len(folds[i]) >= 7 and words[i].text[0].isupper():
                found = self._misspelt(words, i)
            if found is None:
                i += 1
            else:
                hits.append(found)
                i = found.end
        return tuple(hits)

    def _longest(self, words: Sequence[Word], folds: list[str], i: int, sizes: tuple[int, ...]) -> Hit | None:
        if sizes[-1] > 1 and (i + 1 == len(folds) or folds[i + 1] not in self.second[folds[i]]):
            return None
        for size in sizes:
            key = folds[i] if size == 1 else " ".join(folds[i : i + size])
            for spelling, entry in self.entries.get(key, ()):
                if i + size <= len(folds) and _cased_alike(spelling, words[i].text):
                    return Hit(i, i + size, entry)
        return None

    def _misspelt(self, words: Sequence[Word], i: int) -> Hit | None:
        form = words[i].fold
        for variant in _with_one_left_out(form):
            name = self.near.get(variant)
            if name is not None and abs(len(name) - len(form)) <= 1 and form[0] == name[0]:
                for _, entry in self.entries.get(name, ()):
                    if entry.kind == "leader":
                        return Hit(i, i + 1, entry)
        return None

    def office(self, name: str, day: str) -> tuple[str | None, str | None]:
        """Return role and country of a leader on a day (ISO, empty for today unknown): "former ..." after the last."""
        held = self.offices.get(name, ())
        if not held:
            return None, None
        if not day:
            return held[-1].role, held[-1].country or None
        now = [o for o in held if o.since <= day and (not o.until or day <= o.until)]
        if now:
            return now[-1].role, now[-1].country or None
        past = [o for o in held if o.until and o.until < day]
        if past:
            return f"former {past[-1].role}", past[-1].country or None
        return None, held[0].country or None

    def holder(self, role: str, country: str, day: str) -> str | None:
        """Return who held an office of a country on a day, None where that is unknown or not one person."""
        wanted = role.lower().replace("defence", "defense")
        who = {
            o.name
            for held in self.offices.values()
            for o in held
            if o.country == country
            and o.role.lower().replace("defence", "defense") == wanted
            and o.since <= day
            and (not o.until or day <= o.until)
        }
        return who.pop() if len(who) == 1 else None


Names = tuple[tuple[str, tuple[str, ...]], ...]


def _cased_alike(spelling: str, text: str) -> bool:
    """Return whether the case fits: acronyms exactly, names with a capital, common words as they come."""
    first = spelling.split(" ", 1)[0]
    if first.isupper() and len(first.replace(".", "")) <= 5 and len(first) > 1:
        return text.isupper()
    return not spelling[0].isupper() or text[0].isupper() or text[0].isdigit()


def _with_one_left_out(form: str) -> Iterator[str]:
    yield form
    for i in range(1, len(form)):
        yield form[:i] + form[i + 1 :]


def plural(noun: str) -> str:
    """Return the regular English plural."""
    if re.search(r"(?:[sxz]|ch|sh)$", noun):
        return noun + "es"
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + "s"


# --- reading the lists ----------------------------------------------------------------------------------------------

Row = Mapping[str, str]
Named = tuple[str, Entry]


def _aliases(row: Row, column: str = "aliases") -> list[str]:
    return [a.strip() for a in row[column].split("|") if a.strip()]


def _countries(row: Row) -> Iterator[Named]:
    code, name = row["code"], row["name"]
    for spelling in (name, *_aliases(row)):
        yield spelling, Entry("country", name, code)
    for spelling in _aliases(row, "adjectives"):
        yield spelling, Entry("adjective", name, code)
    for spelling in _aliases(row, "people"):
        yield spelling, Entry("people", name, code, "", "plural")
        # "Two Poles and a Briton": most peoples' singular is their adjective, these have a noun.
        one = spelling[:-2] + "an" if spelling.endswith("men") else spelling.removesuffix("s")
        if one != spelling and one not in _aliases(row, "adjectives"):
            yield one, Entry("people", name, code)
    if row["capital"]:
        yield row["capital"], Entry("place", row["capital"], code, "city", "")


def _places(row: Row) -> Iterator[Named]:
    for spelling in (row["name"], *_aliases(row)):
        yield spelling.removeprefix("the "), Entry("place", row["name"], row["country"], row["kind"], row["parent"])


def _cities(row: Row) -> Iterator[Named]:
    for spelling in (row["name"], *_aliases(row)):
        yield spelling, Entry("place", row["name"], row["country"], "city", "")


def _airbases(row: Row) -> Iterator[Named]:
    yield row["name"], Entry("place", row["name"], row["country"], "base", row["city"])


def _weapons(row: Row) -> Iterator[Named]:
    for spelling in (row["name"], *_aliases(row)):
        entry = Entry("weapon", row["name"], "", row["class"], row["type"])
        yield spelling, entry
        if not spelling.endswith("s"):
            yield plural(spelling), entry


def _groups(row: Row) -> Iterator[Named]:
    for spelling in (row["name"], *_aliases(row)):
        yield spelling, Entry("group", row["name"], row["country"], row["kind"])


def _outlets(row: Row) -> Iterator[Named]:
    for spelling in (row["name"], *_aliases(row)):
        yield spelling.removeprefix("The "), Entry("outlet", row["name"], row["country"])


def _leaders(row: Row) -> Iterator[Named]:
    for spelling in (row["name"], *_aliases(row)):
        yield spelling, Entry("leader", row["name"], row["country"])


def _people(row: Row) -> Iterator[Named]:
    noun = row["noun"]
    irregular = _aliases(row, "plural")
    if noun not in irregular:
        yield noun, Entry("person", noun, "", row["kind"])
    for spelling in irregular or [plural(noun)]:
        yield spelling, Entry("person", noun, "", row["kind"], "plural")


# A list is known by its columns, so a new file of a known form needs no line here.
_READERS: Mapping[tuple[str, ...], Callable[[Row], Iterator[Named]]] = {
    ("code", "name", "aliases", "adjectives", "people", "capital"): _countries,
    ("name", "kind", "country", "parent", "aliases"): _places,
    ("name", "country", "population", "aliases"): _cities,
    ("icao", "name", "city", "country"): _airbases,
    ("name", "class", "type", "aliases"): _weapons,
    ("name", "kind", "country", "aliases"): _groups,
    ("name", "country", "aliases"): _outlets,
    ("name", "role", "country", "from", "to", "aliases"): _leaders,
    ("noun", "kind", "plural"): _people,
}

# Which meaning wins where one spelling has two: own lists before the long list of cities.
_ORDER = ("leader", "weapon", "person", "country", "group", "outlet", "people", "adjective", "place")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _rows(path: str, text: str, mistakes: list[str]) -> Iterator[tuple[int, Row, Callable[[Row], Iterator[Named]]]]:
    """Yield the sound lines; every other is noted and passed over."""
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("#")]
    if not lines:
        return
    columns = tuple(next(csv.reader([lines[0][1]])))
    reader = _READERS.get(columns)
    if reader is None:
        known = " or ".join(",".join(c) for c in _READERS)
        mistakes.append(f"{path}:{lines[0][0]}: found columns {','.join(columns)}; expected {known}")
        return
    for n, line in lines[1:]:
        cells = next(csv.reader([line]))
        if len(cells) != len(columns):
            mistakes.append(f"{path}:{n}: found {len(cells)} cells; expected {len(columns)}: {','.join(columns)}")
            continue
        row = {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}
        wrong = _what_is_wrong_with(row)
        if wrong is None:
            yield n, row, reader
        else:
            mistakes.append(f"{path}:{n}: {wrong}")


def _what_is_wrong_with(row: Row) -> str | None:
    if not row.get("name", row.get("noun", "")):
        return "found no name; expected one in the column name"
    code = row.get("country", row.get("code", ""))
    if code and not re.fullmatch(r"[A-Z]{2}", code):
        return f"found country {code!r}; expected two capital letters (ISO 3166 alpha-2)"
    for column in ("from", "to"):
        day = row.get(column, "")
        if day and not _DAY.fullmatch(day):
            return f"found {column} {day!r}; expected a day such as 2020-01-31"
    return None


def parse_gazetteer(files: Mapping[str, str]) -> Gazetteer:
    """Return the gazetteer that these files (path -> text) make; ``GazetteerError`` names file and line of each mistake."""
    gazetteer, mistakes = read_gazetteer(files)
    if mistakes:
        raise GazetteerError("\n".join(mistakes))
    return gazetteer


def read_gazetteer(files: Mapping[str, str]) -> tuple[Gazetteer, tuple[str, ...]]:
    """Return the gazetteer of these files (path -> text) without the lines that have mistakes, and the mistakes.

    Lines that begin with # are comments. The first other line names the columns and so the form of the list.
    """
    entries: dict[str, list[Named]] = {}
    offices: dict[str, list[Office]] = {}
    countries: dict[str, str] = {}
    mistakes: list[str] = []
    for path in sorted(files):
        for _, row, reader in _rows(path, files[path], mistakes):
            for spelling, entry in reader(row):
                key = " ".join(w.fold for w in words_of(spelling))
                known = entries.setdefault(key, [])
                if key and all(e != entry or s != spelling for s, e in known):
                    known.insert(0 if reader is _places else len(known), (spelling, entry))
            if reader is _leaders:
                office = Office(row["name"], row["role"], row["country"], row["from"], row["to"])
                if office not in offices.setdefault(row["name"], []):
                    offices[row["name"]].append(office)
            if reader is _countries:
                countries[row["code"]] = row["name"]
    sizes: dict[str, set[int]] = {}
    second: dict[str, set[str]] = {}
    for key in entries:
        head, *rest = key.split(" ", 2)
        sizes.setdefault(head, set()).add(key.count(" ") + 1)
        if rest:
            second.setdefault(head, set()).add(rest[0])
    near = {
        variant: surname
        for surname, named in entries.items()
        if " " not in surname and len(surname) >= 7 and any(e.kind == "leader" for _, e in named)
        for variant in _with_one_left_out(surname)
    }
    read = Gazetteer(
        first={head: tuple(sorted(found, reverse=True)) for head, found in sizes.items()},
        second={head: frozenset(found) for head, found in second.items() if 1 not in sizes[head]},
        entries={k: tuple(sorted(v, key=lambda s: _ORDER.index(s[1].kind))) for k, v in entries.items()},
        near=near,
        offices={k: tuple(sorted(v, key=lambda o: o.since)) for k, v in offices.items()},
        countries=countries,
    )
    return read, tuple(mistakes)


def folded(text: str) -> str:
    """Return a name as it stands in the index: folded words, single blanks."""
    return " ".join(fold(w.text) for w in words_of(text))
