"""Which rules are worth asking about an article, over all rules at once, in columns of numbers.

A rule's `Plan` says which words announce it and which it needs besides. The words of rules are numbered. The text of an
article becomes numbers without ever becoming words: each run of letters is hashed to 64 bits, by differences of one running
sum, and looked up in tables. Then it is written down by number whether a word is here, and roughly where, as one bit for
each block of `BLOCK` words (64 blocks, then the first again), and the plans of all announced rules are compared with that
in a few array operations. An answer may be too generous, never too strict: tests/core/test_differential.py holds that.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from itertools import chain

import msgspec
import numpy as np
import numpy.typing as npt

WIDTH = 16
"""Words of a need that a plan can hold."""
BLOCK = 16
"""Words of a block: spans that begin this close stand in one block or in neighbours."""

Numbers = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]

_OTHER, _ALWAYS = 0, 1
"""Numbers of every word that no rule asks for, and of one that is in every article."""
_ALL = np.uint64(2**64 - 1)
_ONE, _LAST = np.uint64(1), np.uint64(63)
_PERIOD = 64 * BLOCK
_BLOCKS = np.left_shift(_ONE, (np.arange(_PERIOD) // BLOCK).astype(np.uint64))


class Plan(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What an article must have before a rule is asked.

    One of ``words`` or of ``phrases``; neither when every article may do. One word of each of ``needs``, at most two of
    `WIDTH` words; ``close``: in one block or in neighbours. None of ``bars``, at most `WIDTH` words.
    """

    words: Collection[str] = ()
    phrases: Sequence[tuple[str, tuple[str, ...]]] = ()
    """The word of it to look for first, and its words."""
    needs: Sequence[Collection[str]] = ()
    close: bool = False
    bars: Collection[str] = ()


class Phrase(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A phrase in numbers, and the rules that it announces."""

    words: tuple[int, ...]
    rules: tuple[int, ...]


class Table(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Numbers of words by their hash, each at one slot: the top bits of the hash times ``factor``."""

    factor: np.uint64
    shift: np.uint64
    numbers: Numbers


class Index(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Plans, by their number in the order given.

    What word ``w`` announces is ``announced[starts[w] : starts[w + 1]]``: rules, and phrases as ``-1 - number``.
    """

    tables: tuple[Table, ...]
    """A word is in one of these, or no rule asks for it."""
    hashes: Hashes
    """Number -> hash of the word."""
    stems: dict[str, int]
    """``stem*`` -> number."""
    placed: int
    """Words with numbers below this are asked where they stand."""
    starts: Numbers
    announced: Numbers
    phrases: tuple[Phrase, ...]
    seconds: Numbers
    """For each phrase another word of it than the one that announces it."""
    always: tuple[int, ...]
    asked: Numbers
    """For each rule three rows of `WIDTH` words: two needs and what bars it."""
    close: npt.NDArray[np.bool_]


def index_of(plans: Iterable[Plan]) -> Index:
    """Return the index of the plans."""
    numbers: dict[str, int] = {}
    by_word: dict[str, list[int]] = {}
    by_phrase: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    asked, close, always = array("i"), array("b"), []

    def number(word: str) -> int:
        return numbers.setdefault(word, len(numbers) + 2)

    for rule, plan in enumerate(plans):
        left, right, *_ = (*plan.needs, (), ())
        for words, none in ((left, _ALWAYS), (right, _ALWAYS), (plan.bars, _OTHER)):
            row = [number(word) for word in words] or [none]
            asked.extend(row + row[:1] * (WIDTH - len(row)))
        close.append(plan.close)
        for word in plan.words:
            by_word.setdefault(word, []).append(rule)
        for phrase in plan.phrases:
            by_phrase.setdefault(phrase, []).append(rule)
        if not plan.words and not plan.phrases:
            always.append(rule)
    placed = len(numbers) + 2
    phrases, seconds = [], array("i")
    for n, ((key, words), rules) in enumerate(by_phrase.items()):
        by_word.setdefault(key, []).append(-1 - n)
        phrases.append(Phrase(words=tuple(map(number, words)), rules=tuple(rules)))
        seconds.append(number(next((word for word in words if word != key), key)))
    for word in by_word:
        number(word)
    announced = [by_word.get(word, ()) for word in numbers]
    hashes = np.concatenate((np.zeros(2, np.uint64), _hashes(f" {' '.join(numbers)} ")))
    return Index(
        tables=_tables(hashes),
        hashes=hashes,
        stems={word: n for word, n in numbers.items() if word.endswith("*")},
        placed=placed,
        starts=np.cumsum([0, 0, 0, *map(len, announced)], dtype=np.int32),
        announced=np.fromiter(chain.from_iterable(announced), np.int32),
        phrases=tuple(phrases),
        seconds=np.array(seconds, np.int32),
        always=tuple(always),
        asked=np.array(asked, np.int32).reshape(-1, 3, WIDTH),
        close=np.array(close, np.bool_),
    )


def candidates(index: Index, row: str, stems: Iterable[str]) -> list[int]:
    """Return the plans that an article meets, in their order.

    ``row`` are the article's words in a row with blanks around each, ``stems`` those that words of it have.
    """
    read = _read(index, row)
    here = np.zeros(len(index.hashes), np.bool_)
    here[read] = True
    placed = read < index.placed
    where = np.zeros(index.placed, np.uint64)
    np.bitwise_or.at(where, read[placed], _blocks(len(read))[placed])
    where[_ALWAYS] = _ALL
    for stem in stems:
        n = index.stems.get(stem, _OTHER)
        here[n] = True
        if n < index.placed:
            where[n] = _ALL  # here, and who knows where
    where[_OTHER] = 0
    found = index.announced[_runs(index.starts, np.flatnonzero(here))]
    more = [*index.always]
    phrases = -1 - found[found < 0]
    for n in phrases[here[index.seconds[phrases]]].tolist():
        phrase = index.phrases[n]
        if _stands(read, phrase.words):
            more += phrase.rules
    met = _met(index, where, np.concatenate((found[found >= 0], np.array(more, np.int32))))
    return sorted(set(met.tolist()))


def _met(index: Index, where: Hashes, rules: Numbers) -> Numbers:
    """Return the rules whose needs are met and that nothing bars."""
    left = np.bitwise_or.reduce(where[index.asked[rules, 0]], axis=1)
    there = left != 0
    rules, left = rules[there], left[there]
    right, bar = np.bitwise_or.reduce(where[index.asked[rules, 1:]], axis=2).T
    around: Hashes = left | (left << _ONE) | (left >> _LAST) | (left >> _ONE) | (left << _LAST)
    met: Numbers = rules[(right != 0) & (bar == 0) & (((around & right) != 0) | ~index.close[rules])]
    return met


def _runs(starts: Numbers, words: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return all places from ``starts[w]`` to ``starts[w + 1]`` of the words, one run after the other."""
    first = starts[words]
    count = starts[words + 1] - first
    end = np.cumsum(count)
    runs: npt.NDArray[np.intp] = np.arange(count.sum()) + np.repeat(first - end + count, count)
    return runs


def _stands(read: Numbers, words: Sequence[int]) -> bool:
    at = np.flatnonzero(read[: max(0, len(read) - len(words) + 1)] == words[0])
    for i, word in enumerate(words[1:], 1):
        at = at[read[at + i] == word]
    return len(at) > 0


def _blocks(count: int) -> Hashes:
    return _BLOCKS[:count] if count <= _PERIOD else np.resize(_BLOCKS, count)


# --- words as numbers -----------------------------------------------------------------------------------------------

_BLANK = ord(" ")
_BASE = 0x9E3779B97F4A7C15
"""Odd, so that it has an inverse among 64-bit numbers."""
_FACTOR = 0xD6E8FEB86659FD93
_USUAL = 1 << 14


def _powers(base: int, count: int) -> Hashes:
    """Return the powers of a number, from the first on, modulo 2**64."""
    powers: Hashes = np.cumprod(np.full(count, base, np.uint64), dtype=np.uint64)
    return powers


_INVERSE = pow(_BASE, -1, 2**64)
_USUAL_POWERS = _powers(_BASE, _USUAL), _powers(_INVERSE, _USUAL)


def _hashes(row: str) -> Hashes:
    """Return a hash for each word of a row: the sum of its bytes times the powers of `_BASE`, wherever it stands.

    No two words of rules share one (`_tables` asserts it). A word of an article shares one with some word of 100,000 rules
    once in a hundred million million; the rule is then asked in vain, or its needs are taken as met.
    """
    letters = np.frombuffer(row.encode("utf-8", "surrogatepass"), np.uint8)
    count = len(letters)
    powers, inverses = _USUAL_POWERS if count <= _USUAL else (_powers(_BASE, count), _powers(_INVERSE, count))
    blank = letters == _BLANK
    edges = np.flatnonzero(blank[1:] != blank[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    sums = np.cumsum(letters * powers[:count])
    hashes: Hashes = (sums[ends - 1] - sums[starts - 1]) * inverses[starts]
    return hashes


def _read(index: Index, row: str) -> Numbers:
    """Return the number of each word."""
    hashes = _hashes(row)
    read = np.zeros(len(hashes), np.int32)
    for table in index.tables:
        numbers = table.numbers[(hashes * table.factor) >> table.shift]
        read += numbers * (index.hashes[numbers] == hashes)
    return read


def _tables(hashes: Hashes) -> tuple[Table, ...]:
    """Return tables of the words, the first two numbers apart; what meets a taken slot goes to the next table."""
    assert len(np.unique(hashes[2:])) == len(hashes) - 2, "two words of one hash"
    tables: list[Table] = []
    left, factor, room = np.arange(2, len(hashes)), _FACTOR, 4
    while len(left):
        bits = (room * len(left)).bit_length()
        shift = np.uint64(64 - bits)
        slots, firsts = np.unique((hashes[left] * np.uint64(factor)) >> shift, return_index=True)
        numbers = np.zeros(1 << bits, np.int32)
        numbers[slots] = left[firsts]
        tables.append(Table(factor=np.uint64(factor), shift=shift, numbers=numbers))
        left = np.delete(left, firsts)
        factor, room = factor * _FACTOR % 2**64, 32  # few are left: with much room the next table is the last but one
    return tuple(tables)
