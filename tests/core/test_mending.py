"""What has one answer is mended, the text around it stays, and no rule matches more or less for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.match import compile_rules, screen
from streams.core.mending import mended
from streams.core.rule_reading import parse_ruleset, read_lists
from streams.core.schema import modeline
from tests.core.test_ruleset import RULE

HEAD = modeline("rules/x.yaml") + "\n"
LISTS = {
    each.name: each for each in read_lists("format: 1\nlists:\n  ships: {words: [ship, ferry*]}", "l", lambda _: ())[0]
}


def fixed(text: str, **more: object) -> tuple[str, tuple[str, ...]]:
    made = mended(HEAD + text, "rules/x.yaml", LISTS, **more)  # type: ignore[arg-type]  # the tests name them rightly
    return made.text.removeprefix(HEAD), made.changes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: {any: [rocket, drone, Rocket]}", "a: {any: [rocket, drone]}"),
        ("a: {any: [rocket, Rocket, drone]}", "a: {any: [rocket, drone]}"),
        ("a: {any: [rockets, rocket*, drone]}", "a: {any: [rocket*, drone]}"),
        ("a: {any: [rocket*, rockets, rocketry*, drone]}", "a: {any: [rocket*, drone]}"),
        ("a: {any: [ferry, $ships, ships, ship]}", "a: {any: [$ships, ships]}"),
        ("a: {any: [air strike, air-strike, air strike*]}", "a: {any: [air strike, air strike*]}"),
        (
            "a: {near: {within: 3 words, of: [{any: [x, y, x]}, x]}}",
            "a: {near: {within: 3 words, of: [{any: [x, y]}, x]}}",
        ),
        ('a: {any: ["one", two, "One"]}  # why', 'a: {any: ["one", two]}  # why'),
        (
            "a:\n  any:\n    - one\n    # about two\n    - two\n    - One  # gone\n    - three",
            "a:\n  any:\n    - one\n    # about two\n    - two\n    - three",
        ),
        ("a: {any: [\n  one,  # first\n  two, one]}", "a: {any: [\n  one,  # first\n  two]}"),
    ],
)
def test_a_word_that_adds_nothing_is_dropped(before: str, after: str) -> None:
    made, changes = fixed(before + "\n")
    assert made == after + "\n"
    assert changes
    assert fixed(made) == (made, ())


@pytest.mark.parametrize(
    "text",
    [
        "a: {any: [rocket, rockets, rocketry]}",
        "a: {all: [one, one]}",
        "a: {any: [{word: us, cased: true}, {word: us, cased: true}, us]}",
        "lists: {towns: {cased: true, words: [Reading, reading]}}",
        "a: {any: [rocket, $rocket]}",
        "title: one one",
        "a: {any: [one,  # why\n  one]}",
        "review_by: 31.12.2027",
        "review_by: '2027-3-1'",
        "a: {any: [x",
    ],
)
def test_what_has_more_than_one_answer_stays(text: str) -> None:
    assert fixed(text + "\n") == (text + "\n", ())


def test_days_are_rewritten() -> None:
    text = "rules:\n  - review_by: 2027-3-1   # soon\n    accept: [{until: 2027/12/31}, {until: 2027.1.2}]\n"
    made, changes = fixed(text)
    assert (
        made == "rules:\n  - review_by: 2027-03-01   # soon\n    accept: [{until: 2027-12-31}, {until: 2027-01-02}]\n"
    )
    assert changes[0] == "line 3: the day 2027-3-1 is 2027-03-01"


def test_the_second_test_of_a_name_is_renamed() -> None:
    text = "tests:\n  - {name: one, x: y}\n  - name: 'one'\n  - name: one  # third\n  - name: two\n"
    assert (
        fixed(text)[0]
        == "tests:\n  - {name: one, x: y}\n  - name: 'one (2)'\n  - name: one (3)  # third\n  - name: two\n"
    )


def test_an_accept_of_nothing_is_dropped() -> None:
    text = "rules:\n  - id: a\n    accept: [{code: R06}]\n    tests: []\n"
    assert fixed(text, unused=[4])[0] == "rules:\n  - id: a\n    tests: []\n"
    text = "rules:\n  - id: a\n    accept:\n      - {code: R06}\n      - {code: R07}\n    tests: []\n"
    assert fixed(text, unused=[5])[0] == "rules:\n  - id: a\n    accept:\n      - {code: R07}\n    tests: []\n"
    assert fixed(text, unused=[5, 6])[0] == "rules:\n  - id: a\n    tests: []\n"


def test_the_schema_is_named_and_feeds_are_let_be() -> None:
    made = mended("feeds: [{any: [x, x]}]\n", "rules/feeds.yaml", {}, rules=False)
    assert made.text == "# yaml-language-server: $schema=schema/feeds.json\nfeeds: [{any: [x, x]}]\n"
    assert made.changes == ("line 1: the schema is named",)


WORDS = st.lists(
    st.sampled_from(["rocket", "Rocket", "rock*", "rockets", "air raid", "air-raid", "raid*", "$ships", "ships"]),
    min_size=1,
)
TITLES = st.lists(
    st.sampled_from(["rocket", "Rockets", "rockery", "air", "raid", "raids", "ship", "ferryman", "ships"]), max_size=4
)


@given(WORDS, st.lists(TITLES, min_size=1, max_size=8))
def test_a_mended_clause_matches_what_it_matched(words: list[str], titles: list[list[str]]) -> None:
    text = RULE.replace("{any: [rocket]}", f"{{any: [{', '.join(words)}]}}")
    made = mended(text, "rules/x.yaml", LISTS).text
    before, after = (compile_rules((parse_ruleset(each, "x.yaml", LISTS),)) for each in (text, made))
    for title in map(" ".join, titles):
        assert bool(screen(before, title, "")) == bool(screen(after, title, ""))
