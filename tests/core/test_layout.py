"""A rule written back reads as the same rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.strict_yaml import read
from streams.core.layout import same, written
from streams.core.rule_reading import rule_nodes
from streams.files import rule_files
from tests.core.test_ruleset import DERIVED, RULE

FOLDER = Path(__file__).parents[2] / "rules"


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
