"""Words with their offsets: the tokens that rules read. Nothing here knows what a word means."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple


class Word(NamedTuple):
    """A word, number or mark. ``low`` is lower case, ``fold`` also without accents and apostrophes.

    ``glued`` is true when a hyphen joins it to the word before: Al-Qaeda-linked is three words, two of them glued.
    """

    text: str
    low: str
    fold: str
    start: int
    end: int
    glued: bool


# Hyphens part words (so that "IS-held" holds IS), except that they are remembered in `glued`. A possessive is a word.
_WORD = re.compile(
    r"""
    [a-z]{2,}(?=[ ,])                                    # most words: tried first, for speed
  | (?:[A-Za-z]\.){2,}                                   # U.S., a.m.
  | \d{1,2}:\d\d                                         # 3:15
  | \d+(?:,\d{3})+(?:\.\d+)?                             # 12,000
  | \d+(?:\.\d+)?(?:st|nd|rd|th|mm|cm|km|kg|s)?\b        # 12, 1.5, 9mm, 1990s
  | ''|``                                              # quotation marks of typewriters
  | ['’]s\b                                              # Iran's
  | [^\W\d_]+(?:['’ʿ‘](?!s\b)[^\W\d_]+)*                 # words, O'Brien, Sana'a
  | \d+                                                  # what the forms above leave: 4x4
  | --+                                                # a dash of typewriters
  | [^\w\s-]
    """,
    re.VERBOSE,
)
_new = tuple.__new__  # what Word(...) calls, without the call between: a text has hundreds of words
_APOSTROPHES = str.maketrans("", "", "'’ʿ‘`")


def fold(text: str) -> str:
    """Return the word in lower case without accents and apostrophes, for looking names up."""
    if text.isascii():
        return text.lower().replace("'", "")
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()


def words_of(text: str, start: int = 0, end: int | None = None) -> tuple[Word, ...]:
    """Return the words of ``text[start:end]``; offsets count from the beginning of ``text``. Never raises."""
    out: list[Word] = []
    stop = len(text) if end is None else end
    for m in _WORD.finditer(text, start, stop):
        form = m[0]
        a, b = m.span()
        key = low = form.lower()
        if "'" in form or not form.isascii():
            low, key = "'s" if low == "’s" else low, fold(form)
        glued = a > start and text[a - 1] in "-‐‑" and a - 1 > start and text[a - 2].isalnum()
        out.append(_new(Word, (form, low, key, a, b, glued)))
    return tuple(out)
