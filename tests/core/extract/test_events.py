"""The event key: where, with what, on which day, of current facts only."""

from __future__ import annotations

import pytest

from streams.core.extract import extract
from streams.core.model import EventKey
from tests.core.extract.samples import article, gazetteer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Twelve ballistic missiles hit Erbil on Tuesday.",
            EventKey(place="Erbil", weapon="missile", day="2020-01-07"),
        ),
        ("A drone struck a depot in Kharkiv.", EventKey(place="Kharkiv", weapon="drone", day=None)),
        ("Missiles were fired at a base, the army said.", EventKey(place=None, weapon="missile", day=None)),
        ("Three people were killed in Mosul on Monday.", EventKey(place="Mosul", weapon=None, day="2020-01-06")),
        ("The council opened a bridge in Erbil.", None),
        ("In 2003 missiles hit Erbil.", None),
    ],
)
def test_an_event_is_named_by_what_the_current_facts_say(text: str, expected: EventKey | None) -> None:
    assert extract(article(text, day="2020-01-08"), gazetteer(), None).event == expected
