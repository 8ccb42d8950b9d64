from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.strict_yaml import (
    MAX_BYTES,
    MAX_NODES,
    Absent,
    BadFileError,
    Items,
    Mistake,
    Node,
    Pairs,
    Scalar,
    Sheet,
    closest,
    read,
)

FEED_KEYS = ("id", "url", "every", "tier", "private")
FEED_KEYS_SAID = "expected id, url, every, tier, private"


def read_feed(sheet: Sheet, node: Node) -> dict[str, object]:
    m = sheet.mapping(node, "a feed", known=FEED_KEYS, required=("id", "url"), above=("format", "feeds"))
    return {
        "id": sheet.string(m["id"], pattern="[a-z-]+", expected="small letters and hyphens"),
        "url": sheet.string(m["url"]),
        "every": sheet.if_given(m["every"], sheet.duration),
        "tier": sheet.integer(m["tier"], low=1, high=3),
        "private": sheet.boolean(m["private"]),
    }


def read_feeds(text: str | bytes) -> tuple[dict[str, object], ...]:
    sheet = read(text, "feeds.yaml")
    top = sheet.mapping(
        sheet.root, "a feeds file", known=("format", "feeds"), required=("format", "feeds"), below={"feeds": FEED_KEYS}
    )
    sheet.one_of(top["format"], ("1",))
    return sheet.checked(sheet.sequence(top["feeds"], lambda node: read_feed(sheet, node)))


def headlines(text: str | bytes) -> list[str]:
    with pytest.raises(BadFileError) as caught:
        read_feeds(text)
    return [mistake.headline for mistake in caught.value.mistakes]


def plain(node: Node) -> object:
    match node:
        case Scalar():
            return node.text
        case Items():
            return [plain(child) for child in node.nodes]
        case Pairs():
            return {key.text: plain(value) for key, value in node.pairs}
        case Absent():
            return None


def test_a_good_file_is_read() -> None:
    text = (
        "format: 1\nfeeds:\n  - {id: world, url: 'https://example.org/rss', every: 5 minutes, tier: 2, private: true}\n"
    )
    expected = {
        "id": "world",
        "url": "https://example.org/rss",
        "every": timedelta(minutes=5),
        "tier": 2,
        "private": True,
    }
    assert (expected,) == read_feeds(text)


def test_words_stay_the_words_that_were_typed() -> None:
    sheet = read('[NO, on, yes, 12:30, 010, 1e3, null, ~, 2027-01-01, "", Да]', "x.yaml")
    assert plain(sheet.root) == ["NO", "on", "yes", "12:30", "010", "1e3", "null", "~", "2027-01-01", "", "Да"]


def test_all_mistakes_of_a_file_are_told_at_once_in_reading_order() -> None:
    text = """\
format: 2
feeds:
  - {idd: a, url: u}
  - {id: B, url: u, tier: 9, every: 5}
  - {id: c, url: u, private: yes}
"""
    assert [
        "feeds.yaml:1:9: found `2`; expected `1`",
        f"feeds.yaml:3:6: found unknown key `idd` in a feed; {FEED_KEYS_SAID}; did you mean `id`?",
        "feeds.yaml:4:10: found `B`; expected small letters and hyphens",
        "feeds.yaml:4:27: found `9`; expected a whole number at least 1 and at most 3",
        "feeds.yaml:4:37: found `5`; expected a time as 20 seconds, 5 minutes, 2 hours, 7 days; did you mean `5 minutes`?",
        "feeds.yaml:5:30: found `yes`; expected true or false; did you mean `true`?",
    ] == headlines(text)


def test_a_mistake_shows_the_line_with_carets_under_the_wrong_part() -> None:
    with pytest.raises(BadFileError) as caught:
        read_feeds("format: 1\nfeeds:\n  - id: a\n    urll: b\n")
    assert (
        f"feeds.yaml:4:5: found unknown key `urll` in a feed; {FEED_KEYS_SAID}; did you mean `url`?\n"
        "     4 |     urll: b\n"
        "       |     ^^^^"
    ) == str(caught.value.mistakes[0])


def test_a_key_that_slipped_a_level_is_told_where_it_belongs() -> None:
    too_high = "format: 1\nfeeds:\n  - {id: a, url: u}\ntier: 1\n"
    too_deep = "feeds:\n  - {id: a, url: u, format: 1}\nformat: 1\n"
    expected = [
        "feeds.yaml:4:1: found `tier` one level too high; expected it indented under `feeds`",
        "feeds.yaml:2:21: found `format` one level too deep; expected it beside `feed`",
    ]
    assert headlines(too_high) + headlines(too_deep) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2\n", "2:1: found the key `a` a second time; expected each key once (first on line 1)"),
        ("a: &x 1\n", '1:4: found the anchor `&x`; expected the text itself, quoted as "&x"'),
        ("a: *x\n", '1:4: found the alias `*x`; expected the text itself, quoted as "*x"'),
        ("a: *ла\n", "1:4: found a text that begins with `*`; expected quotes around it"),
        ("a:\n\tb: 1\n", "2:1: found a tab; expected spaces"),
        ("a: b: c\n", "1:5: found a `: ` inside a text; expected quotes around the text, or a new line"),
        ("a: @b\n", "1:4: found a text that begins with `@`; expected quotes around it"),
        ("a: 'b\nc: d\n", "1:4: found a quotation that is not closed; expected the closing quote"),
        ("a: [1, 2\nb: d\n", "1:4: found a list that is not closed or lacks a comma; expected `, ` or `]`"),
        ("a: {b: 1, c: 2\n", "1:4: found a mapping that is not closed or lacks a comma; expected `, ` or `}`"),
        ("a:\n  b: 1\n c: 2\n", "3:2: found a line indented unlike its neighbours; expected the same indentation"),
        ("a:\n- 1\nfoo\n", "3:1: found a line without `: `; expected `key: value`"),
        ("", "1:1: found an empty file; expected `key: value` lines"),
        ("a: \x01", "1:4: found a character that cannot be printed; expected text"),
        (b"a: \xff", "1:4: found a character that is not UTF-8; expected a file saved as UTF-8"),
        ("a: \ud800", "1:4: found a character that is not UTF-8; expected a file saved as UTF-8"),
        ("[" * 100, "1:33: found more than 32 levels; expected a flatter file"),
        ("a: !!python/x y\n", "1:4: found the tag `tag:yaml.org,2002:python/x`; expected a value without a tag, or in quotes"),
        ("a: 1\n---\nb: 2\n", "2:1: found a second document (`---`); expected one document a file"),
        ("[" * 5000, "1:1001: found more than 32 levels; expected a flatter file"),
        ("? [a]\n: b\n", "1:3: found a list as a key; expected a word as a key"),
        ("- a\n" * (MAX_NODES + 1), "100000:3: found more than 100,000 values; expected a smaller file"),
        ("a" * (MAX_BYTES + 1), "1:1: found 1,000,001 characters; expected a file of at most 1,000,000"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_line_with_its_place(text: str | bytes, expected: str) -> None:
    sheet = read(text, "x.yaml")
    with pytest.raises(BadFileError) as caught:
        sheet.checked(sheet.root)
    assert [f"x.yaml:{expected}"] == [mistake.headline for mistake in caught.value.mistakes]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("{when: }", "found nothing; expected a text"),
        ("{when: []}", "found a list; expected a text"),
        ("{when: {a: b}}", "found a mapping; expected a text"),
        ("{when: '  '}", "found nothing; expected a text"),
    ],
)
def test_the_wrong_kind_of_value_is_named(typed: str, expected: str) -> None:
    sheet = read(typed, "x.yaml")
    sheet.string(sheet.mapping(sheet.root, "a test", known=("when",))["when"])
    assert [f"x.yaml:1:8: {expected}"] == [m.headline for m in sheet.mistakes]


def test_numbers_days_and_times_are_read() -> None:
    sheet = read("{i: -3, n: 0.5, d: 2027-03-31, s: 20 seconds, h: 1 hour}", "x.yaml")
    m = sheet.mapping(sheet.root, "a test", known=("i", "n", "d", "s", "h"))
    values = (
        sheet.integer(m["i"]),
        sheet.number(m["n"]),
        sheet.day(m["d"]),
        sheet.duration(m["s"]),
        sheet.duration(m["h"]),
    )
    expected = (-3, 0.5, date(2027, 3, 31), timedelta(seconds=20), timedelta(hours=1))
    assert expected == sheet.checked(values)


def test_a_day_that_is_not_in_the_calendar_is_a_mistake() -> None:
    sheet = read("2027-02-30", "x.yaml")
    sheet.day(sheet.root)
    assert [m.headline for m in sheet.mistakes] == ["x.yaml:1:1: found `2027-02-30`; expected a day as 2027-03-31"]


def test_columns_count_characters_whatever_the_script() -> None:
    sheet = read("київ: {Одеса: ні}", "x.yaml")
    inner = sheet.named(sheet.named(sheet.root, "a test")[0][1], "a test")
    assert (inner[0][0].col, inner[0][1].col) == (8, 15)


def test_a_long_line_is_shown_as_a_window_around_the_mistake() -> None:
    sheet = read(f"{{{'a: b, ' * 1}{', '.join(f'k{i}: v' for i in range(100))}, a: c}}", "x.yaml")
    first = str(sheet.mistakes[0]).splitlines()
    assert len(first[1]) < 130
    assert first[1][first[2].index("^") :].startswith("a: c")


def test_the_word_that_was_meant_is_found() -> None:
    words = ("near", "within", "same_sentence", "any")
    assert (
        closest("witihn", words),
        closest("same_sentance", words),
        closest("zzz", words),
    ) == ("within", "same_sentence", None)


def test_a_flood_of_mistakes_is_cut() -> None:
    assert len(headlines("format: 1\nfeeds: [" + "x, " * 500 + "y]")) == 50


yamlish = st.text(alphabet=st.sampled_from("ab:-[]{}#&*!|>'\"%@`,?\n\t  01Ж\u2028\x85\ufeff"), max_size=60)


def mistakes_of(text: str | bytes) -> tuple[Mistake, ...]:
    try:
        read_feeds(text)
    except BadFileError as error:
        return error.mistakes
    return ()


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200), yamlish))
def test_whatever_is_typed_there_is_a_value_or_mistakes_with_a_place(text: str | bytes) -> None:
    for mistake in mistakes_of(text):
        assert mistake.line >= 1
        assert mistake.col >= 1
        assert len(mistake.headline.splitlines()) == 1
        assert len(str(mistake).splitlines()) in {1, 3}


scalars = st.text(min_size=1, max_size=12).filter(lambda t: t.isprintable())
trees = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(scalars, inner, max_size=4)
    ),
    max_leaves=12,
)  # fmt: skip


def quoted(tree: object) -> str:
    match tree:
        case str():
            return "'" + tree.replace("'", "''") + "'"
        case list():
            return "[" + ", ".join(quoted(child) for child in tree) + "]"
        case dict():
            return "{" + ", ".join(f"? {quoted(key)} : {quoted(value)}" for key, value in tree.items()) + "}"
    raise AssertionError(tree)


@given(trees)
def test_what_was_written_in_quotes_is_read_back_unchanged(tree: object) -> None:
    sheet = read(quoted(tree), "x.yaml")
    assert tree == plain(sheet.checked(sheet.root))


def test_a_quotation_that_was_not_closed_is_told_where_it_begins() -> None:
    text = 'a:\n  b: "one\n  c: two\n  d: {e: "three"}\n'
    assert [(m.line, m.col, m.found, m.expected) for m in read(text, "x.yaml").mistakes] == [
        (2, 6, "a quotation that goes on to line 4", "the closing quote")
    ]


def test_a_quotation_over_lines_is_not_blamed_for_a_mistake_below() -> None:
    text = 'a: "one\n  two"\nb: c: d\n'
    assert [m.found for m in read(text, "x.yaml").mistakes] == ["a `: ` inside a text"]


def test_an_entry_without_its_dash_is_told_once() -> None:
    text = "a:\n  - id: x\n    b: 1\n    c: 2\n\n    id: y\n    b: 3\n    c: 4\n"
    assert [m.headline for m in read(text, "x.yaml").mistakes] == [
        (
            "x.yaml:6:5: found the key `id` a second time; expected each key once (first on line 2), "
            "or `- ` in front where another entry begins"
        )
    ]
