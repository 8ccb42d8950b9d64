"""Text as rules see it: words without case, where they stand, where sentences begin. Nothing here knows what a word means.

A word is a run of letters, digits and the marks on them. Apostrophes inside a word belong to it (O'Brien, м'яч) except
the English possessive, which is dropped (Iran's is Iran); every other sign parts words, hyphens too (air-strike is
``air strike``). Words compare case-folded and in Unicode's composed form (NFC, UAX 15); Arabic vowel signs, tatweel,
Hebrew points, soft hyphens and joiners do not count, so no false boundary and no false difference arises from them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAD_WORDS = 60
MAX_SENTENCE = 120
"""Text without full stops (a table, a list of names) is cut into pieces of this many words."""

# Signs that stand inside words and do not count: Hebrew points, Arabic vowel signs and tatweel, soft hyphen, joiners,
# direction marks.
_SILENT = (
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u00ad\u200c-\u200f\u2060\ufeff"
)
# Combining marks of other scripts: they belong to the letter before them.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_W = rf"(?:[^\W_]|[{_MARKS}{_SILENT}])"

_ASCII = bytes(c if chr(c).isalnum() or chr(c) == "'" else 32 for c in range(128)) + b" " * 128
_APOSTROPHES = "\u2019\u2018\u02bc"
_OF_A_WORD = re.compile(rf"{_W}|'")
# Each begins with its sign, so that the search runs from sign to sign.
_QUOTES = re.compile(rf"'(?:(?<=\S')[sS](?!{_W})|(?!{_W})|(?<!{_W}'))")
_QUOTES_ASCII = re.compile(r"'(?:(?<=\S')[sS](?![^\W_])|(?![^\W_])|(?<![^\W_]'))")
_HEBREW_QUOTE = re.compile('["\u201d\u201c\u05f4\u05f3](?<=[\u05d0-\u05ea].)(?=[\u05d0-\u05ea])')
_ONLY_SILENT = re.compile(rf"(?<!\S)[{_SILENT}']+(?!\S)")
_IS_SILENT = re.compile(f"[{_SILENT}]+")
_WORD = re.compile(r"\S+")

_STOP = re.compile("[.!?…؟۔。]+[\"'”’»)\\]]*\\s+|\n\\s*")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen lt col sgt cpl capt cmdr maj adm brig gov sen rep st no vs jan feb mar apr jun jul aug sep "
    "sept oct nov dec mt ft inc corp co ltd dept fig approx etc al".split()
)


def flat(text: str) -> str:
    """Return ``text`` with a blank for every character that is of no word; same length, so offsets stay."""
    if not text.isascii():
        text = _HEBREW_QUOTE.sub("'", text)
        for sign in _APOSTROPHES:
            text = text.replace(sign, "'")
        if "'" in text:
            text = _QUOTES.sub(_blank, text)
        for sign in set(text):  # few are distinct: quicker than asking every character
            if not (sign.isascii() or sign.isalnum() or _OF_A_WORD.match(sign)):
                text = text.replace(sign, " ")
    if text.isascii():
        if "'" in text:
            text = _QUOTES_ASCII.sub(_blank, text)
        return text.encode().translate(_ASCII).decode()
    for sign in set(text):
        if sign.isascii() and not sign.isalnum() and sign != "'":
            text = text.replace(sign, " ")
    return _ONLY_SILENT.sub(_blank, text) if _IS_SILENT.search(text) else text


def folded(flat_text: str) -> list[str]:
    """Return the words of a flat text as they compare: as many, in the same order, as it has runs of non-blanks."""
    if flat_text.isascii():
        return flat_text.lower().split()
    return _composed(flat_text.casefold()).split()


def typed(flat_text: str) -> list[str]:
    """Return the words of a flat text with their case, for terms that ask for it."""
    if flat_text.isascii():
        return flat_text.split()
    return _composed(flat_text).split()


def spans(flat_text: str) -> list[tuple[int, int]]:
    """Return start and end (characters) of each word of a flat text."""
    return [m.span() for m in _WORD.finditer(flat_text)]


def sentences(text: str, words: Sequence[str], at: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the first word of each sentence and the word after its last.

    ``words`` and ``at`` are the text's words and their spans. A sentence ends at ``.``, ``!``, ``?`` before a blank and a
    word that does not begin small, at an empty line, and at a line break after a short or closed line (a wrapped line goes
    on). "Gen. Smith" and "J. Doe" do not end one.
    """
    if not words:
        return []
    begins = [start for start, _ in at]
    starts = {0}
    for stop in _STOP.finditer(text):
        i = bisect_left(begins, stop.end())
        if 0 < i < len(words) and _ends(text, stop, words[i - 1]):
            starts.add(i)
    return _cut(sorted(starts), len(words))


def _ends(text: str, stop: re.Match[str], before: str) -> bool:
    sign = stop.group()
    if "\n" in sign:
        if sign.count("\n") > 1:
            return True
        line = text[text.rfind("\n", 0, stop.start()) + 1 : stop.start()]
        return sign[0] != "\n" or len(line) < LEAD_WORDS or line.rstrip()[-1:] in '.!?…:"”’»)'
    if text[stop.end() : stop.end() + 1].islower():
        return False
    return not (sign[0] == "." and ((len(before) == 1 and before.isalpha()) or before in _ABBREVIATIONS))


def _cut(starts: list[int], count: int) -> list[tuple[int, int]]:
    return [
        (i, min(i + MAX_SENTENCE, end))
        for start, end in zip(starts, [*starts[1:], count], strict=True)
        for i in range(start, end, MAX_SENTENCE)
    ]


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _composed(flat_text: str) -> str:
    return unicodedata.normalize("NFC", _IS_SILENT.sub("", flat_text))
