"""The worked examples of docs/rules.md hold, and its table of lint codes is complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from streams.core.match import compile_rules, screen
from streams.core.rule_reading import parse_ruleset, read_lists
from streams.core.rule_tests import run_tests

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
LISTS, _ = read_lists("format: 1\nlists: {leaders: {words: [Macron]}}", "l.yaml", lambda _: ())

RULE = """\
format: 1
ruleset: docs
owner: docs
rules:
  - id: example
    title: Example
    status: live
    severity: routine
    review_by: 2030-01-01
    match: {{example: {clause}}}
    tests: [{{name: none, article: {{title: none}}, expect: no match}}]
"""


def examples(kind: str) -> list[tuple[str, str, bool]]:
    rows = re.findall(rf"^\| `(\{{{kind}: .+\}})` \| (.+?) \| (yes|no) \| .+ \|$", DOCS, re.MULTILINE)
    return [(clause, article, holds == "yes") for clause, article, holds in rows]


@pytest.mark.parametrize("kind", ["near", "same_sentence"])
def test_there_are_ten_worked_examples_and_more(kind: str) -> None:
    assert len(examples(kind)) >= 10


@pytest.mark.parametrize(("clause", "article", "holds"), [*examples("near"), *examples("same_sentence")])
def test_a_worked_example_holds(clause: str, article: str, holds: bool) -> None:
    rules = parse_ruleset(RULE.format(clause=clause), "docs.yaml", {each.name: each for each in LISTS})
    title, _, body = article.partition(" // ")
    assert bool(screen(compile_rules((rules,)), title, body)) == holds


def test_the_rule_that_comes_after_another_does_what_its_test_says() -> None:
    (example,) = re.findall(r"```yaml\n(  - id: toll-after-strike.+?)```", DOCS, re.DOTALL)
    strike = RULE.format(clause="{any: [missiles]}").replace("id: example", "id: missile-strike")
    results = run_tests([parse_ruleset(strike + example, "docs.yaml", {})])
    assert [(each.name, each.why) for each in results if each.subject == "toll-after-strike"] == [
        ("nobody", ""),
        ("a toll after the strike, and one elsewhere", ""),
    ]


def test_every_lint_code_is_documented() -> None:
    source = (ROOT / "streams" / "core" / "lint.py").read_text(encoding="utf-8")
    used = sorted(set(re.findall(r'"([ARDLS]\d\d)"', source)))
    assert sorted(re.findall(r"^\| ([ARDLS]\d\d) \|", DOCS, re.MULTILINE)) == used
