"""The layout of the files people write, which `wirewatch rules fmt` keeps.

Two blanks for each level, one blank between the parts of a line of `{}` and `[]`, the keys of a rule, test, desk, suppression
or feed in one order, one empty line between rules, no blanks at ends of lines, the schema named at the top. Comments go with
what they stand above or beside. Only white space and the order of keys change: the result must say the same, comments
included, or nothing is changed and the file is told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from monitors.strict_yaml import Absent, Items, Mistake, Node, Pairs, Scalar, read
from streams.core.schema import modeline

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
STEP = 2

ORDERS: Mapping[tuple[str, ...], Sequence[str]] = {
    (): ("format", "ruleset", "title", "owner", "owners", "rules", "lists", "desks", "suppressions", "feeds"),
    ("rules",): (
        "id", "extends", "title", "status", "severity", "owner", "review_by", "match", "unless", "add", "where", "facts",
        "severity_when", "corroborate", "after", "for_each", "accept", "tests",
    ),
    ("rules", "tests"): (
        "name", "article", "sequence", "expect", "expect_alerts", "clauses", "names", "unless", "given", "alert",
        "severity",
    ),
    ("desks",): ("id", "title", "rulesets", "routes", "shadow", "mentions", "hold_back", "accept", "tests"),
    ("suppressions",): ("id", "rules", "when", "because", "review_by", "accept", "tests"),
    ("feeds",): ("id", "title", "url", "tier", "country", "language", "source", "origin", "every", "private", "headers"),
}  # fmt: skip
"""Keys in their order, by the path of the list (or of the file) whose mappings have them. Others follow as typed."""
APART = frozenset((("rules",), ("feeds",)))
"""Lists whose entries have an empty line between them."""


class _UnkeptError(Exception):
    """Something that this layout has no place for, and its line."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def formatted(text: str, path: str) -> tuple[str, tuple[Mistake, ...]]:
    """Return the text in our layout; unchanged, with the mistakes, when it is not YAML or has no place in it."""
    before = read(text, path)
    if before.mistakes:
        return text, tuple(before.mistakes)
    try:
        made = _laid_out(before.lines, path)
        made = _laid_out(made.split("\n"), path)  # keys that moved may have left a comment where another begins
    except _UnkeptError as found:
        expected = "plain `key: value` lines and `- ` lists"
        return text, (Mistake(file=path, line=found.line, col=1, found=str(found), expected=expected),)
    if not _says_the_same(before.root, read(made, path).root, before.lines, made):
        found_ = "a text whose blanks or ends of lines matter"
        return text, (Mistake(file=path, line=1, col=1, found=found_, expected="quotes around it, or `>-`"),)
    return made, ()


def _laid_out(typed: Sequence[str], path: str) -> str:
    lines = [line.rstrip(" \t\r") for line in typed]
    try:
        body = _Layout(lines, yaml.compose("\n".join(lines), Loader=_LOADER)).lines()
    except yaml.YAMLError:
        raise _UnkeptError(1, "a text whose blanks or ends of lines matter") from None
    if not any(line.startswith("# yaml-language-server:") for line in body[:5]):
        body.insert(0, modeline(path))
    return "\n".join(body).strip("\n") + "\n"


def _says_the_same(one: Node, other: Node, typed: Sequence[str], made: str) -> bool:
    """Return whether the values are equal but for the order of keys, and every sign but blanks and commas is kept."""
    signs = Counter("".join(typed))
    lost = signs - Counter(made)
    return alike(one, other) and not [sign for sign in lost if not sign.isspace() and sign != ","]


def alike(one: Node, other: Node) -> bool:
    """Return whether two nodes say the same, wherever they stand and in whatever order their keys are."""
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return one.text == other.text
    if isinstance(one, Items) and isinstance(other, Items):
        return len(one.nodes) == len(other.nodes) and all(map(alike, one.nodes, other.nodes))
    if isinstance(one, Pairs) and isinstance(other, Pairs):
        rest = {key.text: value for key, value in other.pairs}
        return len(one.pairs) == len(rest) and all(
            key.text in rest and alike(value, rest[key.text]) for key, value in one.pairs
        )
    return isinstance(one, Absent) and isinstance(other, Absent)


class _Chunk:
    """A pair or an entry: what stands above it, its own lines with what is below them; whether it holds a block."""

    def __init__(self, name: str, above: list[str], own: list[str], *, nests: bool) -> None:
        self.name, self.above, self.own, self.nests = name, above, own, nests


class _Layout:
    """Writes a file anew, walking its nodes in the order they stand in. ``_next`` is the first line not yet written."""

    def __init__(self, lines: Sequence[str], root: yaml.Node | None) -> None:
        self._lines = lines
        self._root = root
        self._next = 0

    def lines(self) -> list[str]:
        if self._root is None or not _is_block(self._root):
            raise _UnkeptError(1, "a file that is one value")
        made = self._block(self._root, ())
        left = self._between(len(self._lines), 0)
        return [*made, *(" " * (STEP if deeper else 0) + line for line, deeper in left)]

    # --- blocks

    def _block(self, node: yaml.Node, path: tuple[str, ...]) -> list[str]:
        """Return the lines of a block, its own indentation left out."""
        chunks = [*(self._pairs(node, path) if isinstance(node, MappingNode) else self._entries(node, path))]
        if isinstance(node, MappingNode):
            order = {key: place for place, key in enumerate(ORDERS.get(path, ()))}
            chunks.sort(key=lambda chunk: order.get(chunk.name, len(order)))
        made: list[str] = []
        for number, chunk in enumerate(chunks):
            above = chunk.above
            if isinstance(node, SequenceNode) and path in APART and number:
                above = ["", *above[1 if above[:1] == [""] else 0 :]]
            made += [*above, *chunk.own]
        return made

    def _pairs(self, node: MappingNode, path: tuple[str, ...]) -> Iterator[_Chunk]:
        last: _Chunk | None = None
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or self._lines[key.start_mark.line][key.start_mark.column :][:1] == "?":
                raise _UnkeptError(key.start_mark.line + 1, "a key that is not one word or text")
            above = self._above(last, key.start_mark.line, node.start_mark.column)
            last = _Chunk(str(key.value), above, self._pair(key, value, path), nests=_is_block(value))
            yield last

    def _pair(self, key: ScalarNode, value: yaml.Node, path: tuple[str, ...]) -> list[str]:
        at = key.start_mark.line
        self._next = at + 1
        head = f"{self._cut(key)}:"
        if self._is_empty(value):
            beside = self._lines[at][key.end_mark.column :].lstrip().removeprefix(":").strip()
            return [f"{head} {beside}".rstrip()]
        beside = self._lines[at][key.end_mark.column :].lstrip().removeprefix(":") if value.start_mark.line > at else ""
        if _is_block(value):
            below = self._block(value, (*path, str(key.value)))
            return [head + beside, *(_in(line) for line in below)]
        if beside.strip():
            between = [line for line, _ in self._between(value.start_mark.line, 0)]
            return [
                head + beside,
                *(_in(line) for line in (*between, *self._leaf(value, key.start_mark.column + STEP))),
            ]
        if any(line for line, _ in self._between(value.start_mark.line, 0)):
            raise _UnkeptError(value.start_mark.line + 1, "a comment between a key and its value")
        first, *rest = self._leaf(value, key.start_mark.column)
        return [f"{head} {first}", *rest]

    def _entries(self, node: yaml.Node, path: tuple[str, ...]) -> Iterator[_Chunk]:
        assert isinstance(node, SequenceNode)
        last: _Chunk | None = None
        column = node.start_mark.column
        for child in node.value:
            dash = self._dash(child, column)
            above = self._above(last, dash, column)
            self._next = dash + 1
            beside = self._lines[dash][column + 1 :].strip() if child.start_mark.line > dash else ""
            if self._is_empty(child):
                last = _Chunk("", above, [f"- {self._lines[dash][column + 1 :].strip()}".rstrip()], nests=False)
            elif _is_block(child):
                own = self._block(child, path)
                comments = [line for line in own[: _first(own)] if line]
                first, *rest = own[_first(own) :]
                above += [beside] * bool(beside) + comments
                last = _Chunk("", above, [f"- {first}", *(_in(line) for line in rest)], nests=True)
            else:
                above += [beside] * bool(beside) + [line for line, _ in self._between(child.start_mark.line, 0) if line]
                first, *rest = self._leaf(child, column)
                last = _Chunk("", above, [f"- {first}", *rest], nests=False)
            yield last

    def _dash(self, child: yaml.Node, column: int) -> int:
        """Return the line of an entry's dash: on the entry's own line, or above it."""
        line = min(child.start_mark.line, len(self._lines) - 1)
        while line >= self._next and self._lines[line][column : column + 1] != "-":
            line -= 1
        if line < self._next or self._lines[line][:column].strip(" -"):
            raise _UnkeptError(child.start_mark.line + 1, "an entry whose `- ` stands elsewhere")
        return line

    # --- what stands between

    def _above(self, last: _Chunk | None, line: int, column: int) -> list[str]:
        """Return the comments and blanks above a node; what is indented deeper stays below the chunk before it."""
        above: list[str] = []
        for text, deeper in self._between(line, column):
            if deeper and last is not None and last.nests and not any(above):
                last.own += [*above, _in(text)]
                above = []
            else:
                above.append(text)
        return above

    def _between(self, line: int, column: int) -> list[tuple[str, bool]]:
        """Return the lines up to one, without indentation, each with whether it had more than ``column``."""
        found: list[tuple[str, bool]] = []
        for number in range(self._next, line):
            text = self._lines[number]
            bare = text.lstrip()
            if bare and not bare.startswith("#"):
                raise _UnkeptError(number + 1, f"`{bare[:20]}`")
            if bare or (found and found[-1][0]) or not found:
                found.append((bare, bool(bare) and len(text) - len(bare) > column))
        self._next = max(self._next, line)
        return found

    # --- leaves

    def _leaf(self, node: yaml.Node, column: int) -> list[str]:
        """Return the lines of a text or of a list or mapping in brackets, the first without indentation.

        ``column`` is where the lines below it are counted from.
        """
        start, end = node.start_mark, node.end_mark
        last = end.line
        if last > start.line and (end.column == 0 or not self._lines[last][: end.column].strip()):
            last -= 1  # a block text ends where the next thing begins
            while last > start.line and not self._lines[last].strip():
                last -= 1
        self._next = last + 1
        if last == start.line:
            rest = self._lines[last][end.column :] if end.line == last else ""
            comment = rest.lstrip()
            gap = rest[: len(rest) - len(comment)] or " "
            own = self._flow(node) if end.line == last else self._lines[last][start.column :]
            return [own + (gap + comment if comment else "")]
        head = self._lines[start.line][start.column :]
        below = self._lines[start.line + 1 : last + 1]
        if isinstance(node, ScalarNode) and node.style in ("|", ">") and not re.match(r".[+-]?\d", head):
            margin = next((_indent(line) for line in below if line), 0)
            return [head, *(_in(line[min(margin, _indent(line)) :]) for line in below)]
        return [head, *(line[min(column, _indent(line)) :] for line in below)]

    def _flow(self, node: yaml.Node) -> str:
        """Return a node of one line, with one blank after commas and colons and none inside brackets."""
        if isinstance(node, SequenceNode):
            return f"[{', '.join(map(self._flow, node.value))}]"
        if isinstance(node, MappingNode):
            inside = ", ".join(f"{self._cut(key)}: {self._flow(value)}".rstrip() for key, value in node.value)
            return f"{{{inside}}}" if self._cut(node).startswith("{") else inside
        return self._cut(node)

    def _cut(self, node: yaml.Node) -> str:
        """Return the text of a node of one line, as typed."""
        if node.start_mark.line != node.end_mark.line:
            raise _UnkeptError(node.start_mark.line + 1, "a key of several lines")
        if self._is_empty(node):
            return ""
        return self._lines[node.start_mark.line][node.start_mark.column : node.end_mark.column]

    def _is_empty(self, node: yaml.Node) -> bool:
        return isinstance(node, ScalarNode) and not node.value and not node.style


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, MappingNode | SequenceNode) and not node.flow_style


def _first(lines: Sequence[str]) -> int:
    return next(number for number, line in enumerate(lines) if line and not line.startswith("#"))


def _in(line: str) -> str:
    return " " * STEP + line if line else line
