"""Formatting changes white space and the order of keys, and nothing else; what it cannot keep it leaves alone."""

from __future__ import annotations

import random  # noqa: TID251  # seeded by hypothesis: the same texts every time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from monitors.strict_yaml import read
from streams.core.formatting import alike, formatted
from streams.files import rule_files
from tests.core.test_ruleset import RULE

FOLDER = Path(__file__).parents[2] / "rules"
SHIPPED = [*sorted(rule_files(FOLDER)), str(FOLDER / "feeds.yaml")]
TEXTS = {path: Path(path).read_text() for path in SHIPPED}
MODELINE = "# yaml-language-server: $schema=schema/ruleset.json\n"

UNTIDY = """\
# about the file@@@
format: 1
rules:   # the rules


# about a
- title:   A strike   # beside the title
  id: a

  # about its words
  match:
      strike: {any: [ rocket,missile ], in: [title,]}
      # not yet: place
  tests:
   # the first
   -   expect: match
       name: one
       article:
           title: "Rocket: a test"
           body: >-
               One.

                 Two.
  status:
    live
- # about b
  id: b
  title: 'it''s'
  match: {x: {any: [
      one,     # first
      two]}}
owner: me
ruleset: r
# the end
"""
TIDY = """\
# yaml-language-server: $schema=schema/ruleset.json
# about the file
format: 1
ruleset: r
owner: me
rules:   # the rules

  # about a
  - id: a
    title: A strike   # beside the title
    status: live

    # about its words
    match:
      strike: {any: [rocket, missile], in: [title]}
      # not yet: place
    tests:
      # the first
      - name: one
        article:
          title: "Rocket: a test"
          body: >-
            One.

              Two.
        expect: match

  # about b
  - id: b
    title: 'it''s'
    match: {x: {any: [
        one,     # first
        two]}}
# the end
"""


def test_an_untidy_file_becomes_tidy() -> None:
    assert formatted(UNTIDY.replace("@", " "), "rules/x.yaml") == (TIDY, ())


def test_ends_of_lines_are_tidied_and_the_schema_is_named() -> None:
    typed = RULE.replace("status: live\n", "status: live  # a comment \t\n").replace("\n", "\r\n")
    assert formatted("\ufeff" + typed + "\r\n\r\n", "rules/x.yaml") == (
        MODELINE + RULE.replace("status: live\n", "status: live  # a comment\n"),
        (),
    )


def test_keys_that_nobody_knows_come_last_and_stay_in_their_order() -> None:
    text = "rules:\n  - zeta: 1\n    id: a\n    alpha: 2\nformat: 1\n"
    assert formatted(text, "r.yaml")[0] == MODELINE + "format: 1\nrules:\n  - id: a\n    zeta: 1\n    alpha: 2\n"


def test_the_order_of_clauses_lists_and_words_is_the_writers_own() -> None:
    text = MODELINE + "format: 1\nlists:\n  zebras: {words: [b, a]}\n  apes:\n    words:\n      - z\n      - y\n"
    assert formatted(text, "rules/x.yaml") == (text, ())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("format: [1  ", "a list that is not closed or lacks a comma"),
        ("title: |\n  two  \n  lines\n", "a text whose blanks or ends of lines matter"),
        ("a\n", "a file that is one value"),
        ("[a, b]\n", "a file that is one value"),
        ("---\na: 1\n", "`---`"),
        ("a: 1\n...\n", "`...`"),
        ("a: {b, c}\n", "a text whose blanks or ends of lines matter"),
        ("? a\n: b\n", "a text whose blanks or ends of lines matter"),
        ("a:\n  # why\n  b\n", "a comment between a key and its value"),
        ("a: &x 1\n", "the anchor `&x`"),
        ("a: 1\na: 2\n", "the key `a` a second time"),
        ("", "an empty file"),
        ("# only words\n", "an empty file"),
    ],
)
def test_what_has_no_place_in_the_layout_is_left_alone_and_told(text: str, found: str) -> None:
    made, mistakes = formatted(text, "rules/x.yaml")
    assert made == text
    assert [mistake.found for mistake in mistakes] == [found]


@pytest.mark.parametrize("path", SHIPPED)
def test_the_shipped_files_are_formatted(path: str) -> None:
    assert formatted(TEXTS[path], path) == (TEXTS[path], ())


def comments(text: str) -> list[str]:
    """The comments of lines of their own: no shipped text has a line that begins like one."""
    return sorted(line.strip() for line in text.splitlines() if line.strip().startswith("# ") and "$schema" not in line)


@settings(max_examples=60, deadline=None)
@given(
    path=st.sampled_from(SHIPPED),
    indent=st.integers(1, 6),
    flow=st.sampled_from([None, False, True]),
    width=st.sampled_from([20, 60, 200]),
    seed=st.integers(0, 9999),
)
def test_however_a_file_is_written_its_layout_is_the_same_and_says_the_same(
    path: str, indent: int, flow: bool | None, width: int, seed: int
) -> None:
    chance = random.Random(seed)
    values = yaml.load(TEXTS[path], yaml.BaseLoader)
    key = next(each for each in values if isinstance(values[each], list | dict))
    some = chance.sample(list(values[key]), min(3, len(values[key])))
    values[key] = some if isinstance(values[key], list) else {name: values[key][name] for name in some}
    text = yaml.dump(
        values, indent=indent, default_flow_style=flow, width=width, allow_unicode=True, sort_keys=chance.random() < 0.5
    )
    lines = text.split("\n")
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(lines))
        lines.insert(at, " " * chance.randrange(8) + chance.choice(["", "# a word", "# another: {word]"]))
    spoilt = "\n".join(lines)

    made, mistakes = formatted(spoilt, path)

    if mistakes:
        assert made == spoilt
        return
    assert alike(read(spoilt, path).root, read(made, path).root)
    assert comments(spoilt) == comments(made)
    assert formatted(made, path) == (made, ())


LINES = st.lists(
    st.sampled_from(
        [
            "a: 1",
            "b:",
            "  c: x",
            "  - d",
            "    e: {f: g}",
            "- h: [i,  j ]",
            "# k",
            "",
            "  # l",
            "  m: |",
            "    n",
            "'o': p",
        ]
    ),
    max_size=12,
)


@given(LINES)
def test_any_lines_are_formatted_for_good_or_left_alone(lines: list[str]) -> None:
    text = "\n".join(lines)
    made, mistakes = formatted(text, "rules/x.yaml")
    if mistakes:
        assert made == text
    else:
        assert alike(read(text, "x").root, read(made, "x").root)
        assert formatted(made, "rules/x.yaml") == (made, ())
