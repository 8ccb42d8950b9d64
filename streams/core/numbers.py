"""Which numbers in a text count something: "12", "three hundred", "dozens". What they count, the extractors read.

No counts: years, dates, clock times, ages, percentages, decimals, ordinals, sums of money.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Count(NamedTuple):
    """``length`` words from ``start`` on, the least they can mean, whether they are words rather than digits."""

    start: int
    length: int
    value: int
    in_words: bool


_UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split()
    )
}
_TENS = {word: value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_INDEFINITE = {"dozens": 12, "scores": 20, "hundreds": 100, "thousands": 1000, "millions": 1_000_000}
_MONTHS = frozenset(
    "jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov "
    "november dec december".split()
)
_MONEY = "$€£¥₹₽₪"
_AFTER_NO_COUNT = frozenset({"percent", "pct", "am", "pm", "gmt", "utc"})
_AGES = frozenset({"year", "month", "week", "day"})


def counts(text: str, words: Sequence[str], at: Sequence[tuple[int, int]]) -> tuple[Count, ...]:
    """Return the counts of a text in reading order; ``words`` and ``at`` are its words and their characters."""
    found: list[Count] = []
    i = 0
    while i < len(words):
        word = words[i]
        if word.isdecimal():
            i = _digits(text, words, at, i, found)
        elif word in _UNITS or word in _TENS or word in _INDEFINITE or word == "dozen":
            i = _spelt(text, words, at, i, found)
        else:
            i += 1
    return tuple(found)


def _digits(text: str, words: Sequence[str], at: Sequence[tuple[int, int]], i: int, found: list[Count]) -> int:
    start, value, plain = i, int(words[i][:15]), True
    while i + 1 < len(words) and words[i + 1].isdecimal():
        between = text[at[i][1] : at[i + 1][0]]
        if between == "," and len(words[i + 1]) == 3:
            value, plain = value * 1000 + int(words[i + 1]), False
        elif between in {".", ":", "/"}:  # a decimal, a clock time, a date
            value = -1
        else:
            break
        i += 1
    if i + 1 < len(words) and words[i + 1] in _SCALES and value >= 0:
        value, plain = value * _SCALES[words[i + 1]], False
        i += 1
    year = plain and 1900 <= value <= 2100
    if value >= 0 and not year and not _counts_nothing(text, words, at, start, i):
        found.append(Count(start, i + 1 - start, value, in_words=False))
    return i + 1


def _spelt(text: str, words: Sequence[str], at: Sequence[tuple[int, int]], i: int, found: list[Count]) -> int:
    start = i
    if words[i] in _INDEFINITE:
        value = _INDEFINITE[words[i]]
    else:
        total, group, taken = 0, 0, False
        while i < len(words):
            word = words[i]
            if word in _UNITS and (not taken or group % 10 == 0):
                group += _UNITS[word]
            elif word in _TENS and (not taken or group % 100 == 0):
                group += _TENS[word] * 10
            elif word in _SCALES and _SCALES[word] <= 100:
                group = max(group, 1) * _SCALES[word]
            elif word in _SCALES and taken:
                total, group = total + max(group, 1) * _SCALES[word], 0
            elif not (
                word == "and" and taken and i + 1 < len(words) and group % 100 == 0 and group and _small(words[i + 1])
            ):
                break
            taken = True
            i += 1
        i -= 1
        value = total + group
    if not _counts_nothing(text, words, at, start, i):
        found.append(Count(start, i + 1 - start, value, in_words=True))
    return i + 1


def _small(word: str) -> bool:
    return word in _UNITS or word in _TENS


def _counts_nothing(text: str, words: Sequence[str], at: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Return whether words ``start`` to ``end`` are a date, an age, a share or a sum rather than a count."""
    before = words[start - 1] if start else ""
    after = words[end + 1] if end + 1 < len(words) else ""
    if before in _MONTHS or after in _MONTHS or after in _AFTER_NO_COUNT or before == "aged":
        return True
    if after == "per" and words[end + 2 : end + 3] == ["cent"]:
        return True
    sign_before, sign_after = text[max(at[start][0] - 1, 0) : at[start][0]], text[at[end][1] : at[end][1] + 1]
    if sign_after == "%" or (sign_before and sign_before in _MONEY):
        return True
    old = words[end + 2 : end + 3] == ["old"]
    return (after in _AGES or after.removesuffix("s") in _AGES) and old
