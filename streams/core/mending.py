"""What `wirewatch rules check --fix` mends: mistakes of writing with one answer, which changes no match. The text around stays.

Dropped: a word that stands twice, or that a stem beside it or a list of the same clause covers (R07, S07, L06), and an
`accept` that accepts nothing (A01). Renamed: the second test of a name (R20). Rewritten: days as 2027-3-1. Added: the line
that names the schema.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec
import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from monitors.strict_yaml import BREAKS, read
from streams.core.lint import covers
from streams.core.ruleset import WordList
from streams.core.schema import modeline
from streams.core.tokens import flat, folded

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
DAYS = frozenset(("review_by", "until"))
WORDS = frozenset(("any", "words"))
"""Keys of lists of words: of a clause, and of `rules/lists`."""


class Mended(msgspec.Struct, frozen=True, kw_only=True):
    """A text after mending, and a line for each change: ``line N: code: what``."""

    text: str
    changes: tuple[str, ...]


class _Edit(msgspec.Struct, frozen=True, order=True):
    """What stands between two places (line, column, from 0) becomes ``new``; ``said`` tells it."""

    start: tuple[int, int]
    end: tuple[int, int]
    new: str
    said: str


def mended(
    text: str, path: str, lists: Mapping[str, WordList], unused: Collection[int] = (), *, rules: bool = True
) -> Mended:
    """Return the text mended; as it is where it is not YAML.

    ``unused`` are the lines of `accept` entries that accept nothing. ``rules``: it is no file of feeds, whose words are
    their own.
    """
    if read(text, path).mistakes:
        return Mended(text=text, changes=())
    typed = text.removeprefix("\ufeff")
    changes: list[str] = []
    while rules:  # what is dropped may bring another to light
        root = yaml.compose(typed, Loader=_LOADER)
        lines = BREAKS.split(typed)
        typed, made = _applied(lines, sorted(_edits(root, lines, lists, frozenset(unused), "")) if root else [])
        changes += made
        unused = ()
        if not made:
            break
    if not any(line.startswith("# yaml-language-server:") for line in BREAKS.split(typed)[:5]):
        typed = f"{modeline(path)}\n{typed}"
        changes.append("line 1: the schema is named")
    return Mended(text=typed if changes else text, changes=tuple(changes))


def _applied(lines: Sequence[str], edits: Sequence[_Edit]) -> tuple[str, tuple[str, ...]]:
    """Make the edits from the end, so that places stay true; of two that overlap the first is made."""
    kept: list[_Edit] = []
    for edit in edits:
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    rows = list(lines)
    for edit in reversed(kept):
        (first, column), (last, end) = edit.start, edit.end
        if (column, end) == (0, 0) and not edit.new:
            del rows[first:last]
        else:
            rows[first : last + 1] = [rows[first][:column] + edit.new + rows[last][end:]]
    return "\n".join(rows), tuple(f"line {edit.start[0] + 1}: {edit.said}" for edit in kept)


def _edits(
    node: yaml.Node, lines: Sequence[str], lists: Mapping[str, WordList], unused: frozenset[int], key: str
) -> Iterator[_Edit]:
    if isinstance(node, SequenceNode):
        if key == "tests":
            yield from _names(node, lines)
        for child in node.value:
            yield from _edits(child, lines, lists, unused, key)
    elif isinstance(node, MappingNode):
        cased = any(name.value == "cased" and value.value == "true" for name, value in node.value)
        for name, value in node.value:
            if name.value in WORDS and isinstance(value, SequenceNode) and not cased:
                yield from _superfluous(value, lines, lists)
            if name.value == "accept" and isinstance(value, SequenceNode):
                yield from _unaccepted(name, value, lines, unused)
            elif name.value in DAYS and isinstance(value, ScalarNode):
                yield from _day(value)
            yield from _edits(value, lines, lists, unused, str(name.value))


def _day(node: ScalarNode) -> Iterator[_Edit]:
    parts = _DAY.fullmatch(node.value)
    if parts is not None and not node.style:
        day = f"{parts[1]}-{int(parts[2]):02}-{int(parts[3]):02}"
        if day != node.value:
            yield _replaced(node, day, f"the day {node.value} is {day}")


def _superfluous(node: SequenceNode, lines: Sequence[str], lists: Mapping[str, WordList]) -> Iterator[_Edit]:
    """Drop words that stand twice or are covered; only those that are typed as bare words or phrases, in any case."""
    plain = [child for child in node.value if isinstance(child, ScalarNode) and not child.value.startswith("$")]
    of = {id(child): _folded(child.value) for child in plain}
    texts = [child.value for child in node.value if isinstance(child, ScalarNode)]
    named = [lists.get(each.removeprefix("$")) for each in texts if each.startswith("$")]
    there = {
        term.words
        for words in named
        if words is not None
        for entry in words.entries
        for term in entry.terms
        if not (term.cased or term.needs)
    }
    stems = [words[0] for words in (*of.values(), *there) if len(words) == 1 and words[0].endswith("*")]
    seen = set(there)
    for child in plain:
        words = of[id(child)]
        by = next((stem for stem in stems if len(words) == 1 and covers(stem, words[0])), None)
        if words in seen or by is not None:
            why = "it stands twice" if words in seen else f"{by} covers it"
            yield from _dropped(node, child, lines, f"`{child.value}` is dropped: {why}")
        seen.add(words)


def _folded(text: str) -> tuple[str, ...]:
    words: list[str] = []
    for chunk in text.split():
        here = folded(flat(chunk.removesuffix("*")))
        words += [*here[:-1], here[-1] + "*"] if chunk.endswith("*") and here else here
    return tuple(words)


def _names(node: SequenceNode, lines: Sequence[str]) -> Iterator[_Edit]:
    seen: set[str] = set()
    for test in node.value:
        pairs = test.value if isinstance(test, MappingNode) else ()
        name = next((value for key, value in pairs if key.value == "name"), None)
        if not isinstance(name, ScalarNode) or name.start_mark.line != name.end_mark.line or name.style in ("|", ">"):
            continue
        new, count = name.value, 1
        while new in seen:
            count += 1
            new = f"{name.value} ({count})"
        seen.add(new)
        if new != name.value:
            typed = lines[name.start_mark.line][name.start_mark.column : name.end_mark.column]
            close = typed[-1] if name.style else ""
            yield _replaced(
                name, f"{typed.removesuffix(close)} ({count}){close}", f"R20: `{name.value}` is now `{new}`"
            )


def _unaccepted(key: ScalarNode, node: SequenceNode, lines: Sequence[str], unused: frozenset[int]) -> Iterator[_Edit]:
    vain = [child for child in node.value if child.start_mark.line + 1 in unused]
    if not vain:
        return
    said = "A01: the `accept` that accepts nothing is dropped"
    if len(vain) < len(node.value):
        for child in vain:
            yield from _dropped(node, child, lines, said)
    elif not lines[key.start_mark.line][: key.start_mark.column].strip():  # a line of its own
        yield _Edit((key.start_mark.line, 0), (_after(node, lines), 0), "", said)


def _dropped(node: SequenceNode, child: yaml.Node, lines: Sequence[str], said: str) -> Iterator[_Edit]:
    """Drop an entry: its lines, or between brackets its text with one comma. What shares its line otherwise stays."""
    if not node.flow_style:
        yield _Edit((child.start_mark.line, 0), (_after(child, lines), 0), "", said)
        return
    at = node.value.index(child)
    if not at and len(node.value) > 1 and node.value[1].start_mark.line == child.start_mark.line:
        to = node.value[1].start_mark
        yield _Edit((child.start_mark.line, child.start_mark.column), (to.line, to.column), "", said)
    elif at:  # from the end of the one before it, comma included
        before = node.value[at - 1].end_mark
        between = lines[before.line][before.column :] if before.line != child.start_mark.line else ""
        if "#" not in between:
            yield _Edit((before.line, before.column), (child.end_mark.line, child.end_mark.column), "", said)


def _after(node: yaml.Node, lines: Sequence[str]) -> int:
    """Return the line after the last one of a block entry or value."""
    last = node.end_mark.line
    if last > node.start_mark.line and not lines[last][: node.end_mark.column].strip():
        last -= 1
    while last > node.start_mark.line and (not lines[last].strip() or lines[last].lstrip().startswith("#")):
        last -= 1
    return last + 1


def _replaced(node: ScalarNode, new: str, said: str) -> _Edit:
    start, end = node.start_mark, node.end_mark
    return _Edit((start.line, start.column), (end.line, end.column), new, said)
