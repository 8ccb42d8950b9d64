"""YAML that people write, read strictly: every value keeps its place, every mistake is found in one go and says where.

Not general YAML. Scalars are always text (``NO``, ``on``, ``12:30`` and ``010`` stay what was typed); duplicate keys,
anchors, aliases, tags and second documents are mistakes; size and depth are limited. What a file means is decided by
the reader that calls `Sheet`'s methods against its own closed vocabulary:

    sheet = read(text, "rules/feeds.yaml")
    top = sheet.mapping(sheet.root, "a feeds file", known=("format", "feeds"), required=("format", "feeds"))
    feeds = sheet.sequence(top["feeds"], lambda node: read_feed(sheet, node))
    return sheet.checked(feeds)         # raises BadFileError with all mistakes of the file

A reader method never raises: it notes the mistake and returns a harmless stand-in (``""``, 0, the first choice), so the
reader goes on and finds the next mistake. `Sheet.checked` is the only way out, and no stand-in passes it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol, TypeVar

import msgspec
import yaml

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_NODES = 100_000
"""Texts, lists and mappings of one file: thousands of rules have so many, and they are read in a third of a second."""
MAX_MISTAKES = 50
"""More than this in one file means that the file is something else; the rest is not listed."""
MAX_TOLD = 600
"""Characters of what was expected: the words of the file itself may be among them."""

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The line breaks of YAML 1.1, so that our lines are the parser's lines.
BREAKS = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_UNITS = {"millisecond": 0.001, "second": 1, "minute": 60, "hour": 3600, "day": 86400}
_DURATION = re.compile(r"(\d{1,6}) (millisecond|second|minute|hour|day)s?")

T = TypeVar("T")
Word = TypeVar("Word", bound=str)


# --- mistakes -------------------------------------------------------------------------------------------------------


class Mistake(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """What somebody typed wrong, where (1-based line and column), and what was expected there.

    ``hint`` is a likely right word. ``source`` is the line as typed and ``width`` the length of the wrong part.
    """

    file: str
    line: int
    col: int
    found: str
    expected: str
    hint: str | None = None
    source: str = ""
    width: int = 1

    @property
    def headline(self) -> str:
        """Return the mistake as one line: ``file:line:col: found ...; expected ...; did you mean ...?``."""
        hint = f"; did you mean `{self.hint[:60]}`?" if self.hint else ""
        expected = self.expected if len(self.expected) <= MAX_TOLD else f"{self.expected[:MAX_TOLD]}..."
        return f"{self.file}:{self.line}:{self.col}: found {self.found}; expected {expected}{hint}"

    def __str__(self) -> str:
        """Return the headline, then the source line with carets under the wrong part."""
        if not self.source.strip():
            return self.headline
        start = max(0, self.col - 1 - 60)  # a window: flow style puts a whole rule on one line
        shown = "".join(c if c.isprintable() else " " for c in self.source[start : start + 110])
        carets = "^" * max(1, min(self.width, len(shown) - (self.col - 1 - start)))
        number = f"{self.line:6d}"
        return f"{self.headline}\n{number} | {shown}\n       | {' ' * (self.col - 1 - start)}{carets}"


class BadFileError(Exception):
    """A file that was not accepted, with all its mistakes in reading order."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def closest(word: str, words: Iterable[str]) -> str | None:
    """Return the one of ``words`` that was probably meant by ``word``, if any is near enough."""
    by_fold = {known.casefold(): known for known in words}
    near = difflib.get_close_matches(word.casefold()[:80], by_fold, n=1, cutoff=0.6)
    return by_fold[near[0]] if near else None


def shown(text: str) -> str:
    """Return ``text`` in backticks, cut to 60 characters, without characters that cannot be printed."""
    clean = "".join(c if c.isprintable() else " " for c in text[:61])
    return f"`{clean}`" if len(text) <= 60 else f"`{clean[:57]}...`"


# --- nodes ----------------------------------------------------------------------------------------------------------


class Absent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where nothing was typed, or where what was typed is already noted as a mistake: readers pass over it."""

    line: int = 1
    col: int = 1
    width: int = 1


class Scalar(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A text as typed, without its quotes."""

    text: str
    line: int
    col: int
    width: int = 1
    quoted: bool = False


class Items(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A list."""

    nodes: tuple[Node, ...]
    line: int
    col: int
    width: int = 1


class Pairs(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A mapping; its keys are distinct."""

    pairs: tuple[tuple[Scalar, Node], ...]
    line: int
    col: int
    width: int = 1


Node = Absent | Scalar | Items | Pairs


class Fields:
    """The known keys of a mapping. A key that was not given reads as `Absent`."""

    def __init__(self, node: Node, pairs: Iterable[tuple[Scalar, Node]]) -> None:
        self.node = node
        self._pairs = {key.text: (key, value) for key, value in pairs}

    def __contains__(self, key: str) -> bool:
        return key in self._pairs

    def __getitem__(self, key: str) -> Node:
        return self._pairs[key][1] if key in self._pairs else Absent(line=self.node.line, col=self.node.col)

    def __iter__(self) -> Iterator[str]:
        return iter(self._pairs)

    def key(self, key: str) -> Node:
        """Return the key itself as typed, to point at it; the mapping where it was not given."""
        return self._pairs[key][0] if key in self._pairs else self.node


# --- reading --------------------------------------------------------------------------------------------------------


class Sheet:
    """One file: its nodes, and the mistakes noted so far. Made by `read`."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.root: Node = Absent()
        self.long_quote: tuple[tuple[int, int], int] | None = None
        """The last quotation that goes on over lines: where it begins, and the line it ends on."""
        self.mistakes: list[Mistake] = []
        self.lines = BREAKS.split(text)

    def line(self, number: int) -> str:
        """Return a line as typed, by its 1-based number; empty past the end, where the parser may point."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def mistake(
        self, node: Node, found: str, expected: str, *, among: Iterable[str] = (), hint: str | None = None
    ) -> None:
        """Note a mistake at ``node``; ``among`` are the words one of which may have been meant."""
        if len(self.mistakes) > MAX_MISTAKES:
            return
        if hint is None and isinstance(node, Scalar):
            hint = closest(node.text, among)
        self.mistakes.append(
            Mistake(
                file=self.file,
                line=node.line,
                col=node.col,
                found=found,
                expected=expected,
                hint=hint,
                source=self.line(node.line),
                width=node.width,
            )
        )

    def checked(self, value: T) -> T:
        """Return ``value`` when the file has no mistake; raises BadFileError with all of them otherwise."""
        if self.mistakes:
            raise BadFileError(sorted(self.mistakes)[:MAX_MISTAKES])
        return value

    # Readers: each returns the value, or a stand-in when it noted a mistake or the node is Absent.

    def mapping(
        self,
        node: Node,
        what: str,
        *,
        known: Sequence[str],
        required: Iterable[str] = (),
        below: Mapping[str, Iterable[str]] | None = None,
        above: Iterable[str] = (),
    ) -> Fields:
        """Return the keys of a mapping, all of them in ``known``; ``what`` names it in messages ("a feed").

        ``below`` gives the keys that belong one level deeper, by the key they belong under, and ``above`` those of the
        level this mapping is in: a key that slipped a level by its indentation is told where it belongs.
        """
        good = []
        meant: set[str | None] = set()
        for key, value in self.named(node, what):
            if key.text in known:
                good.append((key, value))
                continue
            deeper = [name for name, words in (below or {}).items() if key.text in words]
            if deeper:
                self.mistake(key, f"{shown(key.text)} one level too high", f"it indented under `{deeper[0]}`", hint="")
            elif key.text in above:
                beside = what.rsplit(maxsplit=1)[-1]
                self.mistake(key, f"{shown(key.text)} one level too deep", f"it beside `{beside}`", hint="")
            else:
                self.mistake(key, f"unknown key {shown(key.text)} in {what}", ", ".join(known), among=known)
                if len(self.mistakes) <= MAX_MISTAKES:  # guessing is slow
                    meant.add(closest(key.text, known))
        fields = Fields(node, good)
        if isinstance(node, Pairs):
            for needed in required:
                if needed not in fields and needed not in meant:  # a misspelt key is told once
                    self.mistake(node, f"{what} without `{needed}`", f"the key `{needed}`")
        return fields

    def named(self, node: Node, what: str) -> tuple[tuple[Scalar, Node], ...]:
        """Return the pairs of a mapping whose keys are free names, such as the clauses of a rule."""
        if isinstance(node, Pairs):
            return node.pairs
        self._wrong_kind(node, f"{what}, as `key: value` lines")
        return ()

    def sequence(self, node: Node, reader: Callable[[Node], T], *, empty: bool = False) -> tuple[T, ...]:
        """Return what ``reader`` makes of each node of a list; an empty list is a mistake unless ``empty``."""
        if not isinstance(node, Items):
            self._wrong_kind(node, "a list, as [a, b] or lines that begin with `- `")
            return ()
        if not node.nodes and not empty:
            self.mistake(node, "an empty list", "at least one entry")
        return tuple(reader(child) for child in node.nodes)

    def string(self, node: Node, *, pattern: str | None = None, expected: str = "a text") -> str:
        """Return a text that is not empty and, with ``pattern``, matches it wholly; ``expected`` says so in words."""
        if not isinstance(node, Scalar) or not node.text.strip():
            self._wrong_kind(node, expected)
            return ""
        if pattern is not None and not re.fullmatch(pattern, node.text):
            self.mistake(node, shown(node.text), expected)
            return ""
        return node.text

    def one_of(self, node: Node, choices: Sequence[Word]) -> Word:
        """Return the choice that was typed."""
        expected = f"one of {', '.join(choices)}" if len(choices) > 1 else f"`{choices[0]}`"
        text = self.string(node, expected=expected)
        for choice in choices:
            if choice == text:
                return choice
        if text:
            self.mistake(node, shown(text), expected, among=choices)
        return choices[0]

    def integer(self, node: Node, *, low: int | None = None, high: int | None = None) -> int:
        """Return a whole number within the bounds."""
        return int(self.number(node, low=low, high=high, whole=True))

    def number(self, node: Node, *, low: float | None = None, high: float | None = None, whole: bool = False) -> float:
        """Return a number within the bounds, written in digits with at most one point."""
        bounds = [f"at least {low:g}" if low is not None else "", f"at most {high:g}" if high is not None else ""]
        expected = " ".join(
            ("a whole number" if whole else "a number", " and ".join(bound for bound in bounds if bound))
        ).rstrip()
        stand_in = low if low is not None else 0
        text = self.string(node, expected=expected)
        if not text:
            return stand_in
        if not re.fullmatch(r"-?[0-9]{1,15}" if whole else r"-?[0-9]{1,15}(\.[0-9]{1,9})?", text):
            self.mistake(node, shown(text), expected)
            return stand_in
        value = float(text)
        if (low is not None and value < low) or (high is not None and value > high):
            self.mistake(node, shown(text), expected)
            return stand_in
        return value

    def boolean(self, node: Node) -> bool:
        """Return true or false; ``yes``, ``on`` and the like are told the right word."""
        text = self.string(node, expected="true or false")
        if text and text not in {"true", "false"}:
            words = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
            self.mistake(node, shown(text), "true or false", among=("true", "false"), hint=words.get(text.casefold()))
        return text == "true"

    def duration(self, node: Node, *, low: timedelta | None = None, high: timedelta | None = None) -> timedelta:
        """Return a span of time written with its unit: ``20 seconds``, ``5 minutes``, ``2 hours``, ``1 day``."""
        expected = "a time as 20 seconds, 5 minutes, 2 hours, 7 days"
        text = self.string(node, expected=expected)
        parts = _DURATION.fullmatch(text)
        if parts is None:
            if text:
                digits = re.match(r"\d+", text)
                self.mistake(node, shown(text), expected, hint=f"{digits[0]} minutes" if digits else None)
            return low or timedelta(0)
        value = timedelta(seconds=int(parts[1]) * _UNITS[parts[2]])
        if low is not None and value < low:
            self.mistake(node, shown(text), f"at least {_span(low)}")
        if high is not None and value > high:
            self.mistake(node, shown(text), f"at most {_span(high)}")
        return value

    def day(self, node: Node) -> date:
        """Return a calendar day written as 2027-03-31."""
        expected = "a day as 2027-03-31"
        text = self.string(node, pattern=r"[0-9]{4}-[0-9]{2}-[0-9]{2}", expected=expected)
        try:
            return date.fromisoformat(text) if text else date.min
        except ValueError:
            self.mistake(node, shown(text), expected)
            return date.min

    def if_given(self, node: Node, reader: Callable[[Node], T]) -> T | None:
        """Return what ``reader`` makes of the node, None where nothing was typed."""
        return None if isinstance(node, Absent) else reader(node)

    def _wrong_kind(self, node: Node, expected: str) -> None:
        if isinstance(node, Absent):
            return
        if isinstance(node, Scalar):
            self.mistake(node, shown(node.text) if node.text.strip() else "nothing", expected)
        else:
            self.mistake(node, "a list" if isinstance(node, Items) else "a mapping", expected)


def read(text: str | bytes, file: str) -> Sheet:
    """Return the file's nodes; what is wrong with its YAML is noted in the sheet, whose root is then Absent."""
    if len(text) > MAX_BYTES:
        sheet = Sheet(file, "")
        _note(sheet, (1, 1), f"{len(text):,} characters", f"a file of at most {MAX_BYTES:,}")
        return sheet
    try:
        typed = text if isinstance(text, str) else text.decode("utf-8")
        typed.encode("utf-8")
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError | UnicodeEncodeError) else 0
        before = text[:start]
        sheet = Sheet(file, before if isinstance(before, str) else before.decode("utf-8"))
        _note(sheet, _end(sheet.lines), "a character that is not UTF-8", "a file saved as UTF-8")
        return sheet
    typed = typed.removeprefix("\ufeff")
    sheet = Sheet(file, typed)
    try:
        sheet.root = _compose(sheet, typed)
    except yaml.YAMLError as error:
        _note_syntax(sheet, error, typed)
    return sheet


# --- from YAML events to nodes --------------------------------------------------------------------------------------
# Events, not yaml.compose: anchors are seen, and depth is limited before anything recurses.


_NODES = (yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent)
_ENDS = (yaml.SequenceEndEvent, yaml.MappingEndEvent)


class _Open(msgspec.Struct, kw_only=True):
    """A list or mapping that is still being read; in a mapping, ``key`` waits for its value (None: it was refused)."""

    mapping: bool
    at: tuple[int, int]
    nodes: list[Node]
    pairs: dict[str, tuple[Scalar, Node]]
    key: Scalar | None = None
    wants_key: bool = True
    began_again: bool = False
    """Its first key came a second time: a `- ` is missing, and every key after it would be told."""


def _compose(sheet: Sheet, text: str) -> Node:
    stack: list[_Open] = []
    root: Node | None = None
    count = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if len(sheet.mistakes) > MAX_MISTAKES:
            return Absent()
        at = _place(event.start_mark)
        node: Node | None = None
        if isinstance(event, _NODES):
            count += 1
            if count > MAX_NODES:
                _note(sheet, at, f"more than {MAX_NODES:,} values", "a smaller file")
                return Absent()
            if event.anchor:
                _refuse_name(sheet, at, "anchor", f"&{event.anchor}")
            if event.tag is not None:
                _note(sheet, at, f"the tag {shown(event.tag)}", "a value without a tag, or in quotes")
            if isinstance(event, yaml.ScalarEvent):
                end = _place(event.end_mark)[0]
                if event.style in ("'", '"') and end > at[0]:
                    sheet.long_quote = at, end
                node = _scalar(event, at, sheet.line(at[0]))
            elif len(stack) >= MAX_DEPTH:
                _note(sheet, at, f"more than {MAX_DEPTH} levels", "a flatter file")
                return Absent()
            else:
                stack.append(_Open(mapping=isinstance(event, yaml.MappingStartEvent), at=at, nodes=[], pairs={}))
        elif isinstance(event, _ENDS):
            node = _closed(stack.pop(), _place(event.end_mark))
        elif isinstance(event, yaml.AliasEvent):
            _refuse_name(sheet, at, "alias", f"*{event.anchor}")
            node = Absent(line=at[0], col=at[1])
        elif isinstance(event, yaml.DocumentStartEvent):
            if root is not None:
                _note(sheet, at, "a second document (`---`)", "one document a file", width=3)
                return Absent()
            if event.version or event.tags:
                _note(sheet, at, "a `%` directive", "a file without directives")
        if node is not None and stack:
            _put(sheet, stack[-1], node)
        elif node is not None:
            root = node
    if root is None:
        _note(sheet, (1, 1), "an empty file", "`key: value` lines")
        return Absent()
    return root


def _scalar(event: yaml.ScalarEvent, at: tuple[int, int], line: str) -> Scalar:
    to = _place(event.end_mark)
    end = to[1] if to[0] == at[0] else len(line) + 1
    return Scalar(text=event.value, line=at[0], col=at[1], width=max(1, end - at[1]), quoted=bool(event.style))


def _closed(done: _Open, end: tuple[int, int]) -> Node:
    line, col = done.at
    width = max(1, end[1] - col) if end[0] == line else 1
    if done.mapping:
        return Pairs(pairs=tuple(done.pairs.values()), line=line, col=col, width=width)
    return Items(nodes=tuple(done.nodes), line=line, col=col, width=width)


def _put(sheet: Sheet, parent: _Open, node: Node) -> None:
    if not parent.mapping:
        parent.nodes.append(node)
    elif not parent.wants_key:
        parent.wants_key = True
        if parent.key is not None:
            parent.pairs[parent.key.text] = (parent.key, node)
    else:
        parent.wants_key = False
        parent.key = _key(sheet, parent, node)


def _key(sheet: Sheet, parent: _Open, node: Node) -> Scalar | None:
    if not isinstance(node, Scalar):
        if not isinstance(node, Absent):
            sheet.mistake(node, f"a {'list' if isinstance(node, Items) else 'mapping'} as a key", "a word as a key")
        return None
    if node.text in parent.pairs:
        first = parent.pairs[node.text][0].line
        expected = f"each key once (first on line {first})"
        if node.text == next(iter(parent.pairs)) and len(parent.pairs) > 1 and not parent.began_again:
            parent.began_again = True
            expected += ", or `- ` in front where another entry begins"
        elif parent.began_again:
            return None
        sheet.mistake(node, f"the key {shown(node.text)} a second time", expected, hint="")
        return None
    return node


def _refuse_name(sheet: Sheet, at: tuple[int, int], kind: str, typed: str) -> None:
    _note(sheet, at, f"the {kind} {shown(typed)}", f'the text itself, quoted as "{typed[:60]}"', width=len(typed))


def _note(sheet: Sheet, at: tuple[int, int], found: str, expected: str, *, width: int = 1) -> None:
    sheet.mistake(Absent(line=at[0], col=at[1], width=width), found, expected)


class _Mark(Protocol):
    """A place as the parser gives it, counted from 0."""

    line: int
    column: int


def _place(mark: _Mark | None) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _end(lines: Sequence[str]) -> tuple[int, int]:
    return len(lines), len(lines[-1]) + 1


# The parser's words for the mistakes that people make most, in ours: where it stands (where the part began, or where
# the parser gave up), what was found and what was expected. First match wins; `{}` is the character there.
_SYNTAX = (
    ("while scanning a quoted scalar", "began", "a quotation that is not closed", "the closing quote"),
    ("while parsing a flow sequence", "began", "a list that is not closed or lacks a comma", "`, ` or `]`"),
    ("while parsing a flow mapping", "began", "a mapping that is not closed or lacks a comma", "`, ` or `}`"),
    ("mapping values are not allowed", "gave up", "a `: ` inside a text", "quotes around the text, or a new line"),
    ("cannot start any token", "gave up", "a text that begins with `{}`", "quotes around it"),
    ("expected alphabetic or numeric character", "began", "a text that begins with `{}`", "quotes around it"),
    ("did not find expected '-' indicator", "gave up", "a line that is not of the list above it", "`- ` in front"),
    ("did not find expected key", "gave up", "a line indented unlike its neighbours", "the same indentation"),
    ("expected <block end>", "gave up", "a line indented unlike its neighbours", "the same indentation"),
    ("could not find expected ':'", "began", "a line without `: `", "`key: value`"),
    ("expected node content", "gave up", "nothing where a value belongs", "a value"),
    ("maximum nesting depth", "gave up", f"more than {MAX_DEPTH} levels", "a flatter file"),
    ("characters are not allowed", "gave up", "a character that cannot be printed", "text"),
)


def _note_syntax(sheet: Sheet, error: yaml.YAMLError, text: str) -> None:
    said = " ".join(str(getattr(error, name, None) or "") for name in ("problem", "context", "reason"))
    gave_up = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    began = getattr(error, "context_mark", None) or gave_up
    if gave_up is None:  # the reader below the parser knows only the character
        bad = getattr(error, "character", None)
        at = _end(BREAKS.split(text[: next((i for i, c in enumerate(text) if ord(c) == bad), 0)]))
    else:
        at = _place(gave_up)
    if sheet.long_quote is not None and sheet.long_quote[1] == at[0]:
        begin, end = sheet.long_quote
        _note(sheet, begin, f"a quotation that goes on to line {end}", "the closing quote")
        return
    source = sheet.line(at[0])
    indent = source[: len(source) - len(source.lstrip())]
    if "\t" in indent and at[1] <= len(indent) + 1:
        _note(sheet, (at[0], indent.index("\t") + 1), "a tab", "spaces")
        return
    for words, where, found, expected in _SYNTAX:
        if words in said:
            at = _place(began) if where == "began" and began is not None else at
            character = sheet.line(at[0])[at[1] - 1 : at[1]]
            _note(sheet, at, found.replace("{}", character), expected)
            return
    _note(sheet, at, f"broken YAML ({said.strip()})", "`key: value` lines and `- ` lists")


def _span(span: timedelta) -> str:
    for unit, length in reversed(_UNITS.items()):
        count, rest = divmod(span, timedelta(seconds=length))
        if count and not rest:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{span.total_seconds():g} seconds"
