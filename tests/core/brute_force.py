"""What each clause means, as plainly as it can be said: every rule on every article, every choice of spans, no index.

Shares the cutting into words with the engine (tests/core/test_tokens.py holds that) and nothing else.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from streams.core.numbers import counts
from streams.core.ruleset import AllOf, AnyOf, Clause, Near, Number, Part, Rule, SameSentence, Term, Test
from streams.core.tokens import LEAD_WORDS, flat, folded, sentences, spans, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Span = tuple[str, int, int]
"""Field (title, text), first word, word after the last."""
Place = tuple[str, int]


class Text:
    def __init__(self, title: str, text: str) -> None:
        self.raw = {"title": title, "text": text}
        self.words = {field: folded(flat(raw)) for field, raw in self.raw.items()}
        self.typed = {field: typed(flat(raw)) for field, raw in self.raw.items()}
        self.at = {field: spans(flat(raw)) for field, raw in self.raw.items()}
        self.sentences: list[set[Place]] = []
        for field, raw in self.raw.items():
            self.sentences += [
                {(field, i) for i in range(a, b)} for a, b in sentences(raw, self.words[field], self.at[field])
            ]
        self.title = {("title", i) for i in range(len(self.words["title"]))}
        self.body = {("text", i) for i in range(len(self.words["text"]))}
        self.lead = {p for s in self.sentences for p in s if min(s)[0] == "text" and min(s)[1] < LEAD_WORDS}

    def places(self, fields: Sequence[str]) -> set[Place]:
        if not fields:
            return self.title | self.body
        by_name = {"title": self.title, "lead": self.lead, "body": self.body}
        return {place for field in fields for place in by_name[field]}


def term_spans(term: Term, text: Text) -> list[Span]:
    assert term.words, "patterns are tested by hand"
    if term.needs and not any(term_spans(need, text) for need in term.needs):
        return []
    found = []
    for field, words in text.words.items():
        for i in range(len(words) - len(term.words) + 1):
            here = words[i : i + len(term.words)]
            if all(word_is(wanted, word) for wanted, word in zip(term.words, here, strict=True)) and (
                not term.cased
                or all(case_is(*pair) for pair in zip(term.cased, term.words, text.typed[field][i:], strict=False))
            ):
                found.append((field, i, i + len(term.words)))
    return found


def word_is(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def case_is(cased: str, wanted: str, word: str) -> bool:
    if wanted.endswith("*"):
        word = word[: len(cased)]
    return word == cased or (word.isupper() and word == cased.upper())


def part_spans(part: Part, text: Text, places: set[Place]) -> list[Span]:
    if isinstance(part, AnyOf):
        found = [span for term in part.terms for span in term_spans(term, text)]
    else:
        found = [
            (field, c.start, c.start + c.length)
            for field in text.raw
            for c in counts(text.raw[field], text.words[field], text.at[field])
            if c.value >= part.at_least
            and (part.at_most is None or c.value <= part.at_most)
            and (part.words_too or not c.in_words)
        ]
    return [span for span in found if all((span[0], i) in places for i in range(span[1], span[2]))]


def together(choice: tuple[Span, ...]) -> bool:
    """One field, no word twice."""
    words = [(field, i) for field, a, b in choice for i in range(a, b)]
    return len({field for field, _, _ in choice}) == 1 and len(words) == len(set(words))


def gap(choice: tuple[Span, ...]) -> int:
    return max(b for _, _, b in choice) - min(a for _, a, _ in choice) - sum(b - a for _, a, b in choice)


def test_holds(test: Test, text: Text, places: set[Place]) -> bool:
    if isinstance(test, AnyOf | Number):
        return bool(part_spans(test, text, places))
    if isinstance(test, AllOf):
        return all(part_spans(part, text, places) for part in test.of)
    choices = [c for c in product(*(part_spans(part, text, places) for part in test.of)) if together(c)]
    if isinstance(test, Near):
        return any(gap(choice) <= test.within for choice in choices)
    return any(all((f, a) in s for f, a, _ in choice) for choice in choices for s in text.sentences)


def found_words(test: Test, text: Text, places: set[Place]) -> set[Place]:
    """The places of all spans that make a test hold, in any way."""
    if isinstance(test, AnyOf | Number | AllOf):
        parts = test.of if isinstance(test, AllOf) else (test,)
        spans_ = [span for part in parts for span in part_spans(part, text, places)]
    else:
        choices = [c for c in product(*(part_spans(part, text, places) for part in test.of)) if together(c)]
        if isinstance(test, Near):
            choices = [c for c in choices if gap(c) <= test.within]
        else:
            choices = [c for c in choices if any(all((f, a) in s for f, a, _ in c) for s in text.sentences)]
        spans_ = [span for choice in choices for span in choice]
    return {(field, i) for field, a, b in spans_ for i in range(a, b)}


def clause_holds(clause: Clause, text: Text, left: set[Place]) -> bool:
    return test_holds(clause.test, text, text.places(clause.fields) & left)


def taken_away(clause: Clause, text: Text, front: set[Place]) -> set[Place]:
    """The places that an unless clause sets aside instead of cancelling."""
    places = text.places(clause.fields)
    if clause.aside == "words":
        return found_words(clause.test, text, places) if test_holds(clause.test, text, places) else set()
    listed = text.title | text.body
    if isinstance(clause.aside, AnyOf):
        listed = found_words(clause.aside, text, listed)
        if test_holds(clause.test, text, places if clause.fields else front):
            return listed
    later = (s for s in text.sentences if clause.aside is not None or not s & front)
    return {p for s in later if test_holds(clause.test, text, places & s) for p in s} & listed


def fires(rule: Rule, title: str, body: str) -> bool:
    text = Text(title, body)
    everywhere = text.title | text.body
    front = text.title | text.lead
    left = set(everywhere)
    for clause in rule.unless:
        if clause.aside is None and clause_holds(clause, text, everywhere if clause.fields else front):
            return False
        if clause.aside is not None or not clause.fields:
            left -= taken_away(clause, text, front)
    return all(clause_holds(clause, text, left) for clause in rule.match)


def answers(rules: Iterable[Rule], title: str, body: str) -> list[str]:
    return [rule.id for rule in rules if fires(rule, title, body)]


__all__ = ["SameSentence", "answers", "fires"]
