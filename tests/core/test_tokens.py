from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.tokens import MAX_SENTENCE, flat, folded, sentences, spans, typed


def words(text: str) -> list[str]:
    return folded(flat(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Iran's missiles, Iran’s missiles", ["iran", "missiles", "iran", "missiles"]),
        ("IRAN'S", ["iran"]),
        ("O'Brien didn’t", ["o'brien", "didn't"]),
        ("'quoted' soldiers' words", ["quoted", "soldiers", "words"]),
        ("air-strike F-16 Al-Asad", ["air", "strike", "f", "16", "al", "asad"]),
        ("“Strike”—again…", ["strike", "again"]),
        ("under_score", ["under", "score"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("Знам'янка Знам’янка Знамʼянка", ["знам'янка"] * 3),
        ("Cafe\u0301 Caf\u00e9", ["caf\u00e9", "caf\u00e9"]),
        (
            "\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f \u0645\u062d\u0640\u0645\u062f",
            ["\u0645\u062d\u0645\u062f"] * 2,
        ),
        ("\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd \u05e9\u05dc\u05d5\u05dd", ["\u05e9\u05dc\u05d5\u05dd"] * 2),
        ('צה"ל צה״ל', ["צה'ל"] * 2),
        ("mis\u00adsile mis\u200dsile", ["missile", "missile"]),
    ],
)
def test_words_compare_as_readers_read_them(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_case_is_kept_for_those_who_ask() -> None:
    assert typed(flat("Reading the US’s own")) == ["Reading", "the", "US", "own"]


def test_every_character_keeps_words_and_their_places_in_step() -> None:
    # The planes with letters and signs; the ideographs and private characters of the others are all alike.
    for code in (*range(0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE0200)):
        sign = chr(code)
        text = f"a{sign}b {sign} c"
        f = flat(text)
        assert len(f) == len(text), hex(code)
        assert len(folded(f)) == len(typed(f)) == len(spans(f)), hex(code)


@given(st.text())
def test_any_text_keeps_words_and_their_places_in_step(text: str) -> None:
    f = flat(text)
    assert len(f) == len(text)
    assert len(folded(f)) == len(typed(f)) == len(spans(f))


@given(st.text(alphabet=st.sampled_from("aZ é'’.-_0Жשم\u0301\u0640\u200d \n"), max_size=30))
def test_plain_and_rich_text_are_cut_alike(text: str) -> None:
    """A character of another script far away must not change how the rest is cut."""
    assert words(f"{text} Ж")[:-1] == words(text)


def cut(text: str) -> list[str]:
    f = flat(text)
    at = spans(f)
    return [text[at[a][0] : at[b - 1][1]] for a, b in sentences(text, folded(f), at)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One fell. Two rose.", ["One fell", "Two rose"]),
        ("Gen. Smith left at 5 p.m. on Jan. 8. He ran.", ["Gen. Smith left at 5 p.m. on Jan. 8", "He ran"]),
        ('"It fell." The end', ["It fell", "The end"]),
        ("What? Yes! ok so", ["What", "Yes! ok so"]),
        ("Title without stop\n\nThen text", ["Title without stop", "Then text"]),
        ("Short line\nAnother", ["Short line", "Another"]),
        (
            "a line that was wrapped by somebody's editor near its margin\nGoes on",
            ["a line that was wrapped by somebody's editor near its margin\nGoes on"],
        ),
        ("السلام. مرحبا؟ نعم", ["السلام", "مرحبا", "نعم"]),
        ("", []),
    ],
)
def test_sentences_end_where_readers_stop(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_text_without_stops_is_cut_into_pieces() -> None:
    pieces = [len(piece.split()) for piece in cut("word " * (2 * MAX_SENTENCE + 5))]
    assert pieces == [MAX_SENTENCE, MAX_SENTENCE, 5]


@given(st.text())
def test_sentences_hold_every_word_once(text: str) -> None:
    f = flat(text)
    pieces = sentences(text, folded(f), spans(f))
    assert [i for a, b in pieces for i in range(a, b)] == list(range(len(folded(f))))
