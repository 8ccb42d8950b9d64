from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given

from streams.deliver.words import clean, clean_lines, safe_link
from tests.fakes.alerts import words


@given(words)
def test_nothing_unseen_is_left_and_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert [c for c in once if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}] == []
    assert clean(once) == once
    assert "  " not in once


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("twelve\tmissiles\u00a0hit", "twelve missiles hit"),
        ("one\r\ntwo\u2028three", "one two three"),
        ("gnp\u202eexe.", "gnpexe."),
        ("\x1b[31mred", "[31mred"),
        ("so\u00adft ze\u200bro", "soft zero"),
        ("\ud800x", "x"),
        (" ends stay ", " ends stay "),
        ("Київ قاسم 習近平", "Київ قاسم 習近平"),
    ],
)
def test_words_are_shown_on_one_line_as_they_look(raw: str, expected: str) -> None:
    assert clean(raw) == expected


def test_lines_may_be_kept() -> None:
    assert clean_lines("a \r\n\n b\x07\tc") == "a\nb c"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://wire.example/a?b=1&c=2#d", "https://wire.example/a?b=1&c=2#d"),
        ("http://wire.example/a|b<c>d e`f\"'", "http://wire.example/a%7Cb%3Cc%3Ed%20e%60f%22'"),
        ("https://wire.example/%7C", "https://wire.example/%7C"),
        ("https://wire.example/Одеса", "https://wire.example/%D0%9E%D0%B4%D0%B5%D1%81%D0%B0"),
        ("https://пример.рф:8443/x", "https://xn--e1afmkfd.xn--p1ai:8443/x"),
        (" https://wire.example ", "https://wire.example"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//wire.example/a", None),
        ("https:///a", None),
        ("https://bank.example@evil.example/", None),
        ("https://bank.example\\@evil.example/", None),
        ("https://[broken/", None),
        ("https://wire.example/\ud800", None),
        ("https://wire.example/" + "x" * 2000, None),
        ("", None),
    ],
)
def test_only_plain_web_addresses_may_be_clicked(url: str, expected: str | None) -> None:
    assert safe_link(url) == expected


@given(words)
def test_a_link_never_holds_what_ends_one(text: str) -> None:
    for url in (text, f"https://wire.example/{text}", f"https://{text}"):
        link = safe_link(url)
        assert link is None or not re.search(r"[\s|<>\"`\\^{}]|[^\x21-\x7e]", link)
