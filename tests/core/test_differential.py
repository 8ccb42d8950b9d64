"""The engine's answers are those of the plain evaluator, on random rules and articles."""

from __future__ import annotations

import random  # noqa: TID251 - the generator is seeded: the same cases on every machine
from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.match import clause_holds, compile_rules, explain, fired, learned_frequency, page_of, screen
from streams.core.model import Severity
from streams.core.ruleset import (
    FIELDS,
    AllOf,
    AnyOf,
    Aside,
    Clause,
    Near,
    Number,
    Part,
    Rule,
    RuleSet,
    SameSentence,
    Term,
    Test,
)
from tests.core.brute_force import answers

WORDS = [
    "rocket",
    "rockets",
    "hit",
    "hits",
    "Reading",
    "reading",
    "US",
    "us",
    "strike",
    "striker",
    "Київ",
    "мир",
    "O'Neil",
    "air",
]
FILLERS = [
    "the",
    "a",
    "market",
    "12",
    "1,200",
    "three",
    "dozens",
    "2019",
    "said",
    "%",
    "$",
    "one",
    "hundred",
    "May",
    "-",
]
STOPS = [". ", ". The ", "! ", ", ", " ", " ", " ", " ", "'s ", "\n\n", "; ", "-"]


def a_term(chance: random.Random, deep: bool = True) -> Term:
    words = chance.choices(WORDS, k=chance.choice((1, 1, 1, 2, 3)))
    folded = [w.casefold() for w in words]
    if chance.random() < 0.25:
        folded[-1] = folded[-1][:3] + "*"
        words[-1] = words[-1][:3]
    return Term(
        text=" ".join(words),
        words=tuple(folded),
        cased=tuple(words) if chance.random() < 0.3 else (),
        needs=(a_term(chance, deep=False),) if deep and chance.random() < 0.15 else (),
    )


def a_part(chance: random.Random) -> Part:
    if chance.random() < 0.15:
        low = chance.choice((0, 1, 3, 12, 100))
        return Number(at_least=low, at_most=chance.choice((None, low + 20)), words_too=chance.random() < 0.8)
    return any_of(chance)


def any_of(chance: random.Random) -> AnyOf:
    return AnyOf(terms=tuple(a_term(chance) for _ in range(chance.choice((1, 1, 2, 3)))))


def a_test(chance: random.Random) -> Test:
    kind = chance.choice(("any", "any", "all", "near", "near", "same", "number"))
    if kind == "any":
        return any_of(chance)
    if kind == "number":
        return Number(at_least=chance.choice((0, 3, 50)))
    if kind == "all":
        return AllOf(of=tuple(any_of(chance) for _ in range(chance.choice((1, 2, 3)))))
    parts = tuple(a_part(chance) for _ in range(chance.choice((2, 2, 2, 3))))
    return Near(within=chance.choice((0, 1, 2, 4, 8)), of=parts) if kind == "near" else SameSentence(of=parts)


def a_clause(chance: random.Random, name: str) -> Clause:
    fields = tuple(f for f in FIELDS if chance.random() < 0.4) if chance.random() < 0.3 else ()
    return Clause(name=name, test=a_test(chance), fields=fields)


def an_aside(chance: random.Random) -> Aside | AnyOf | None:
    return chance.choice((None, None, None, "words", "sentence", any_of(chance)))


def a_rule(chance: random.Random, number: int) -> Rule:
    return Rule(
        id=f"r{number}",
        title="A rule",
        owner="tests",
        review_by=date(2030, 1, 1),
        status="live",
        severity=Severity.URGENT,
        match=tuple(a_clause(chance, f"m{i}") for i in range(chance.choice((1, 1, 2, 3)))),
        unless=tuple(
            msgspec.structs.replace(a_clause(chance, f"u{i}"), aside=an_aside(chance))
            for i in range(chance.choice((0, 0, 1, 2)))
        ),
    )


def an_article(chance: random.Random) -> tuple[str, str]:
    def words(count: int) -> str:
        return "".join(
            chance.choice(WORDS if chance.random() < 0.35 else FILLERS) + chance.choice(STOPS) for _ in range(count)
        )

    return words(chance.randrange(0, 8)), words(chance.choice((0, 5, 20, 70)))


def folder(rules: list[Rule]) -> list[RuleSet]:
    return [RuleSet(id="random", title="", owner="", file="", rules=tuple(rules), version="")]


def assert_same(chance: random.Random, rules: int, articles: int) -> int:
    """Compare the answers; return how many rules fired, so that a caller sees that it compared something."""
    drawn = [a_rule(chance, number) for number in range(rules)]
    compiled = compile_rules(folder(drawn))
    count = 0
    for _ in range(articles):
        title, body = an_article(chance)
        expected = answers(drawn, title, body)
        matches = screen(compiled, title, body)
        assert [match.rule_id for match in matches] == expected, (title, body)
        count += len(expected)
        for match in matches:
            for hit in match.clauses:
                assert hit.evidence
                for evidence in hit.evidence:
                    field = title if evidence.field == "title" else body
                    assert field[evidence.start : evidence.end] == evidence.quote != ""
    return count


@pytest.mark.parametrize("tenth", range(10))
def test_the_engine_answers_as_the_plain_evaluator_does(tenth: int) -> None:
    fired_in_all = sum(
        assert_same(random.Random(seed), rules=25, articles=15) for seed in range(tenth * 6, tenth * 6 + 6)
    )
    assert fired_in_all > 100  # of 2,250 pairs of rule and article


MANY = [f"word{n}" for n in range(120)]


def a_list(chance: random.Random, most: int) -> AnyOf:
    """Return plain words and phrases: what candidates are found by, in lists shorter and longer than a plan holds."""
    drawn = (
        " ".join(chance.choices(MANY, k=chance.choice((1, 1, 1, 1, 2, 3)))) for _ in range(chance.randrange(1, most))
    )
    plain = chance.random() < 0.5
    texts = [text for text in drawn if not plain or " " not in text] or [MANY[0]]
    return AnyOf(terms=tuple(Term(text=text, words=tuple(text.split())) for text in texts))


def a_rule_of_lists(chance: random.Random, number: int) -> Rule:
    def near() -> Near:
        return Near(within=chance.choice((0, 3, 14, 15, 16, 40)), of=(a_list(chance, 8), a_list(chance, 20)))

    def words() -> Test:
        return chance.choice(
            (lambda: a_list(chance, 6), lambda: AllOf(of=(a_list(chance, 3), a_list(chance, 3))), near)
        )()

    return msgspec.structs.replace(
        a_rule(chance, number),
        match=tuple(Clause(name=f"m{i}", test=words()) for i in range(chance.choice((1, 2, 2)))),
        unless=tuple(
            Clause(name=f"u{i}", test=a_list(chance, 4), fields=chance.choice((("title", "body"), ("title",), ())))
            for i in range(chance.choice((0, 1, 2)))
        ),
    )


@pytest.mark.parametrize(
    ("seed", "count_of_rules", "lengths"),
    [(200, 40, (0, 3, 12, 20, 30) * 10), (201, 40, (30, 60) * 10), (202, 25, (1100,))],
)
def test_rules_of_long_lists_are_found_in_articles_of_any_length(
    seed: int, count_of_rules: int, lengths: tuple[int, ...]
) -> None:
    chance = random.Random(seed)
    rules = [a_rule_of_lists(chance, number) for number in range(count_of_rules)]
    compiled = compile_rules(folder(rules), frequency=learned_frequency([("word1 word2", "word3")]))
    count = 0
    for length in lengths:
        # Few words of the rules in a long article, so that where they stand decides.
        rare = min(1.0, 90 / (length + 1))
        drawn = [chance.choice(MANY) if chance.random() < rare else chance.choice(FILLERS) for _ in range(length)]
        text = "".join(word + chance.choice(STOPS) for word in drawn) + chance.choice(("", "", "Київ"))
        title = " ".join(chance.choices(MANY, k=chance.randrange(4)))
        expected = answers(rules, title, text)
        assert [match.rule_id for match in screen(compiled, title, text)] == expected, (title, text)
        count += len(expected)
    assert count > 0


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_engine_answers_as_the_plain_evaluator_does_on_whatever_hypothesis_draws(chance: random.Random) -> None:
    assert_same(chance, rules=3, articles=2)


@pytest.mark.parametrize("seed", range(100, 104))
def test_an_explanation_says_what_the_engine_says(seed: int) -> None:
    chance = random.Random(seed)
    rules = [a_rule(chance, number) for number in range(20)]
    compiled = compile_rules(folder(rules))
    for _ in range(8):
        title, body = an_article(chance)
        page = page_of(compiled, title, body)
        firing = set(fired(compiled, page))
        for number, rule in enumerate(rules):
            said = explain(compiled, rule.id, title, body)
            assert said.fires == (number in firing)
            assert said.fires or said.missing or said.cancelled_by
            for told, c in zip(said.clauses, compiled.rules[number].match, strict=False):
                if not said.cancelled_by and not said.fires:
                    assert told.holds == clause_holds(page, c, page.scope(c.fields))
                assert bool(told.evidence) == told.holds
