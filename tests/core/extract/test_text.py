"""Layers, sentences, quotations, datelines."""

from __future__ import annotations

import pytest

from streams.core.extract.text import dateline_of, paragraphs_of, quotations_of, spans_of


def layers(text: str) -> list[str]:
    return [p.layer for p in paragraphs_of(text, 0)]


@pytest.mark.parametrize(
    "line",
    [
        "Related: Ten dead in harbour fire",
        "Read more: Ten dead in harbour fire",
        "READ ALSO: Ten dead",
        "See also",
        "Show Full Article",
        "Continue reading",
        "Recommended | Ten dead in harbour fire",
        "Watch: the moment the bridge fell",
        "3:12 Ten dead in harbour fire",
        "Sign up for our newsletter",
        "(Reporting by A. Writer; Editing by B. Reader)",
    ],
)
def test_link_lines_are_teasers(line: str) -> None:
    assert ["body", "teaser", "body"] == layers(f"A ship sank on Monday.\n\n{line}\n\nIts crew was saved.")


def test_the_lines_below_a_heading_of_links_are_teasers_until_a_sentence_ends() -> None:
    text = "A ship sank.\n\nRelated stories\nTen dead in harbour fire\nFive hurt in bus crash\n\nThe crew was saved."
    assert ["body", "teaser", "teaser", "teaser", "body"] == layers(text)


def test_a_sentence_that_relates_is_no_link() -> None:
    assert ["body"] == layers("Related families gathered at the harbour to mourn 12 sailors.")


def test_a_caption_and_the_text_for_its_picture_are_captions() -> None:
    text = "Men carry a coffin.\nIn this photo, men carry a coffin on Monday. (Harbour Office via AP)\n\nTen men died."
    assert ["caption", "caption", "body"] == layers(text)


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    assert 1 == len(paragraphs_of("Ten men died when a ferry\nwent down off the coast on Monday.", 0))


@pytest.mark.parametrize(
    ("text", "place", "wire"),
    [
        ("BAGHDAD (Reuters) - Ten men died.", "BAGHDAD", "Reuters"),
        ("TEHRAN, Iran (AP) — Ten men died.", "TEHRAN", "AP"),
        ("Bogota, 18 Aug 89 (EFE) -- [Text] Ten men died.", "Bogota", "EFE"),
        ("Ten men died - two of them boys.", None, None),
    ],
)
def test_a_dateline_gives_place_and_wire(text: str, place: str | None, wire: str | None) -> None:
    found = dateline_of(text, paragraphs_of(text, 0))
    assert (place, wire) == ((found.place, found.wire) if found else (None, None))


SENTENCES = [
    (
        "Gen. Smith spoke. Lt. Jones left at 5 p.m. on Jan. 8.",
        ["Gen. Smith spoke.", "Lt. Jones left at 5 p.m. on Jan. 8."],
    ),
    ("He came from the U.S. The army stayed.", ["He came from the U.S.", "The army stayed."]),
    ("The U.S. Army left. J. B. Hunt stayed.", ["The U.S. Army left.", "J. B. Hunt stayed."]),
    ('"We left," he said. "They stayed."', ['"We left," he said.', '"They stayed."']),
    ("Who fell? Nobody! So they say…", ["Who fell?", "Nobody!", "So they say…"]),
    ("It cost 3.5 million.", ["It cost 3.5 million."]),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES, ids=[s[0][:25] for s in SENTENCES])
def test_sentences_end_where_readers_end_them(text: str, expected: list[str]) -> None:
    assert expected == [text[a:b] for a, b in spans_of(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "go" and "stay".', ["go", "stay"]),
        ("He said “go” and then “stay.", ["go", "stay."]),
        ("''Go,'' he said.", ["Go,"]),
        ('He said "go.\n\n"Stay," she said.', ["go.", "Stay,"]),
        ('Odd " mark here', []),
        ("”", []),
    ],
)
def test_unbalanced_quotation_marks_close_with_their_paragraph(text: str, expected: list[str]) -> None:
    assert expected == [text[q.start : q.end] for q in quotations_of(text, paragraphs_of(text, 0))]
