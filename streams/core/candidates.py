"""Which rules are worth asking about an article, over all rules at once, in columns of numbers.

A rule's `Plan` says which words announce it and which it needs besides. Words are numbered; what an article has is written
down once by number: whether a word is here, and roughly where, as one bit for each block of `BLOCK` words (64 blocks, then
the first again). The plans of all announced rules are then compared with it in a few array operations. An answer may be
too generous, never too strict: tests/core/test_differential.py holds that.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain, repeat

import msgspec
import numpy as np
import numpy.typing as npt

WIDTH = 16
"""Words of a need that a plan can hold."""
BLOCK = 16
"""Words of a block: spans that begin this close stand in one block or in neighbours."""

Numbers = npt.NDArray[np.int32]

_OTHER, _ALWAYS = 0, 1
"""Numbers of every word that no rule asks for, and of one that is in every article."""
_ALL = np.uint64(2**64 - 1)
_ONE, _LAST = np.uint64(1), np.uint64(63)
_PERIOD = 64 * BLOCK
_BLOCKS = np.left_shift(_ONE, (np.arange(_PERIOD) // BLOCK).astype(np.uint64))


class Plan(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What an article must have before a rule is asked.

    One of ``words``, or one of ``phrases`` (a word of it, and its words with a blank before, between and after); neither
    when every article may do. One word of each of ``needs``, at most two of `WIDTH` words; ``close``: in one block or in
    neighbours. None of ``bars``, at most `WIDTH` words.
    """

    words: Collection[str] = ()
    phrases: Sequence[tuple[str, str]] = ()
    needs: Sequence[Collection[str]] = ()
    close: bool = False
    bars: Collection[str] = ()


class Index(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Plans, by their number in the order given. Rules and phrases of word ``w`` are at ``starts[w]`` to ``starts[w + 1]``."""

    numbers: dict[str, int]
    """Word -> number; what is asked where it stands has the lowest."""
    placed: int
    """Numbers below this are asked where they stand."""
    rule_starts: Numbers
    rules: Numbers
    phrase_starts: Numbers
    seconds: Numbers
    """For each phrase another word of it."""
    phrases: tuple[tuple[str, tuple[int, ...]], ...]
    """Each phrase with its rules."""
    always: tuple[int, ...]
    asked: Numbers
    """For each rule three rows of `WIDTH` words: two needs and what bars it."""
    close: npt.NDArray[np.bool_]


def index_of(plans: Iterable[Plan]) -> Index:
    """Return the index of the plans."""
    numbers: dict[str, int] = {}
    by_word: dict[str, list[int]] = {}
    by_phrase: dict[tuple[str, str], list[int]] = {}
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
    keyed: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for (key, its), filed in by_phrase.items():
        keyed.setdefault(key, []).append((its, tuple(filed)))
    for word in chain(by_word, keyed):
        number(word)
    phrases = [each for word in numbers for each in keyed.get(word, ())]
    seconds = [number(_second(phrase, word)) for word in list(numbers) for phrase, _ in keyed.get(word, ())]
    return Index(
        numbers=numbers,
        placed=placed,
        rule_starts=_starts(len(by_word.get(word, ())) for word in numbers),
        rules=np.fromiter(chain.from_iterable(by_word.get(word, ()) for word in numbers), np.int32),
        phrase_starts=_starts(len(keyed.get(word, ())) for word in numbers),
        seconds=np.array(seconds, np.int32),
        phrases=tuple(phrases),
        always=tuple(always),
        asked=np.array(asked, np.int32).reshape(-1, 3, WIDTH),
        close=np.array(close, np.bool_),
    )


def _second(phrase: str, word: str) -> str:
    return next((each for each in phrase.split() if each != word), word)


def _starts(counts: Iterable[int]) -> Numbers:
    starts: Numbers = np.cumsum([0, 0, 0, *counts], dtype=np.int32)
    return starts


def candidates(index: Index, words: Sequence[str], stems: Iterable[str], running: Callable[[], str]) -> list[int]:
    """Return the plans that an article meets, in their order.

    ``words`` are the article's words in a row, ``stems`` those that words of it have; ``running`` gives the text in which
    phrases are looked up.
    """
    number = index.numbers.get
    read = np.fromiter(map(number, words, repeat(_OTHER)), np.intp, len(words))
    here = np.zeros(len(index.numbers) + 2, np.bool_)
    here[read] = True
    placed = read < index.placed
    where = np.zeros(index.placed, np.uint64)
    np.bitwise_or.at(where, read[placed], _blocks(len(words))[placed])
    where[_ALWAYS] = _ALL
    for stem in stems:
        n = number(stem, _OTHER)
        here[n] = True
        if n < index.placed:
            where[n] = _ALL  # here, and who knows where
    where[_OTHER] = 0
    hits = np.flatnonzero(here)
    found = index.rules[_run(index.rule_starts, hits)]
    more = [*index.always]
    phrases = _run(index.phrase_starts, hits)
    for n in phrases[here[index.seconds[phrases]]].tolist():
        phrase, rules = index.phrases[n]
        if phrase in running():
            more += rules
    met = _met(index, where, np.concatenate((found, np.array(more, np.int32))) if more else found)
    return sorted(set(met.tolist()))


def _met(index: Index, where: npt.NDArray[np.uint64], rules: Numbers) -> Numbers:
    """Return the rules whose needs are met and that nothing bars."""
    left = np.bitwise_or.reduce(where[index.asked[rules, 0]], axis=1)
    there = left != 0
    rules, left = rules[there], left[there]
    right, bar = np.bitwise_or.reduce(where[index.asked[rules, 1:]], axis=2).T
    around: npt.NDArray[np.uint64] = left | (left << _ONE) | (left >> _LAST) | (left >> _ONE) | (left << _LAST)
    met: Numbers = rules[(right != 0) & (bar == 0) & (((around & right) != 0) | ~index.close[rules])]
    return met


def _run(starts: Numbers, words: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return all places from ``starts[w]`` to ``starts[w + 1]`` of the words, one run after the other."""
    first = starts[words]
    count = starts[words + 1] - first
    end = np.cumsum(count)
    run: npt.NDArray[np.intp] = np.arange(count.sum()) + np.repeat(first - end + count, count)
    return run


def _blocks(count: int) -> npt.NDArray[np.uint64]:
    return _BLOCKS[:count] if count <= _PERIOD else np.resize(_BLOCKS, count)
