"""Formatting keeps what is said, and a rule written back reads as the same rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.strict_yaml import read
from streams.core.layout import formatted, same, written
from streams.core.ruleset import rule_nodes
from streams.files import rule_files
from tests.core.test_ruleset import DERIVED, RULE

FOLDER = Path(__file__).parents[2] / "rules"
MODELINE = "# yaml-language-server: $schema=schema/ruleset.json\n"


def test_ends_of_lines_are_tidied_and_the_schema_is_named() -> None:
    untidy = (
        "\ufeff" + RULE.replace("status: live\n", "status: live  # a comment \t\n").replace("\n", "\r\n") + "\r\n\r\n"
    )
    assert formatted(untidy, "rules/x.yaml") == (
        MODELINE + RULE.replace("status: live\n", "status: live  # a comment\n"),
        (),
    )


def test_formatting_again_changes_nothing() -> None:
    once, _ = formatted(RULE, "rules/x.yaml")
    assert formatted(once, "rules/x.yaml") == (once, ())


def test_what_is_not_yaml_is_left_alone_and_told() -> None:
    text, mistakes = formatted("format: [1  ", "rules/x.yaml")
    assert text == "format: [1  "
    assert [mistake.found for mistake in mistakes] == ["a list that is not closed or lacks a comma"]


def test_a_text_whose_blanks_matter_is_left_alone_and_told() -> None:
    text = "title: |\n  two  \n  lines\n"
    assert formatted(text, "rules/x.yaml")[0] == text
    assert formatted(text, "rules/x.yaml")[1][0].found == "a text whose ends of lines matter"


@pytest.mark.parametrize("path", sorted(rule_files(FOLDER)))
def test_the_shipped_files_are_formatted(path: str) -> None:
    text = Path(path).read_text()
    assert formatted(text, path) == (text, ())


@pytest.mark.parametrize("path", [path for path in sorted(rule_files(FOLDER)) if "lists" not in path])
def test_a_rule_written_back_reads_as_the_same_rule(path: str) -> None:
    for typed, whole in rule_nodes(Path(path).read_text(), path).values():
        for node in (typed, whole):
            assert same(read(written(node), "x.yaml").root, node)


def test_a_rule_in_force_has_what_it_extends() -> None:
    typed, whole = rule_nodes(RULE + DERIVED, "x.yaml")["other"]
    assert "extends: strike" in written(typed)
    assert written(whole).splitlines()[:4] == [
        "status: live",
        "severity: urgent",
        "review_by: 2027-01-01",
        "match: {a: {any: [rocket]}}",
    ]
    assert "unless: {sport: {any: [striker]}}" in written(whole)


SCALARS = st.text(st.sampled_from("ab1:#-?[]{},&*!|>'\"%@` \\~.ü"), min_size=1, max_size=6).filter(
    lambda t: bool(t.strip())
)


@given(
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(SCALARS, inner, min_size=1, max_size=3),
        max_leaves=8,
    )
)
def test_whatever_is_written_reads_as_the_same(value: object) -> None:
    import json

    node = read(json.dumps({"top": value}, ensure_ascii=False), "x.yaml").root
    assert same(read(written(node), "x.yaml").root, node)
