from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitors.feeds import Feed, parse_feeds
from monitors.strict_yaml import BadFileError

GOOD = """format: 1
feeds:
  - id: example-world
    title: "Example Times, World"
    url: https://example.org/world/rss.xml
    tier: 1
    country: GB
    language: en
    source: Example Times
    origin: Reuters
    every: 30 seconds
    headers: {Authorization: EXAMPLE_TOKEN}
  - id: inside
    title: Inside
    url: http://127.0.0.1:8000/rss
    tier: 4
    language: zh-Hant
    source: Ours
    private: true
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(BadFileError) as caught:
        parse_feeds(text, "feeds.yaml")
    return [mistake.headline for mistake in caught.value.mistakes]


def test_feeds_are_read_as_written() -> None:
    assert parse_feeds(GOOD, "feeds.yaml") == (
        Feed(
            id="example-world",
            title="Example Times, World",
            url="https://example.org/world/rss.xml",
            tier=1,
            language="en",
            source="Example Times",
            country="GB",
            origin="Reuters",
            every=timedelta(seconds=30),
            headers=(("Authorization", "EXAMPLE_TOKEN"),),
        ),
        Feed(
            id="inside",
            title="Inside",
            url="http://127.0.0.1:8000/rss",
            tier=4,
            language="zh-Hant",
            source="Ours",
            private=True,
        ),
    )


ADDRESS = "a web address as https://example.org/rss.xml"
COUNTRY = "a country code of ISO 3166-1 as GB or UA; did you mean `GB`?"
MISTAKES = [
    ("tier: 1", "tier: 5", "6:11: found `5`; expected a whole number at least 1 and at most 4"),
    ("country: GB", "country: UK", f"7:14: found `UK`; expected {COUNTRY}"),
    ("country: GB", "country: gb", f"7:14: found `gb`; expected {COUNTRY}"),
    ("https://example.org/w", "ftp://example.org/w", f"5:10: found the scheme `ftp`; expected {ADDRESS}"),
    ("https://example.org/w", "example.org/w", f"5:10: found a web address without scheme; expected {ADDRESS}"),
    ("https://example.org/w", "https://[::1/w", f"5:10: found a broken web address; expected {ADDRESS}"),
    ("https://example.org/w", "https://x:99999/w", f"5:10: found a broken web address; expected {ADDRESS}"),
    (
        "https://example.org/w",
        "http://10.0.0.1/w",
        "5:10: found an address inside our own network; expected a public address, or `private: true` beside it",
    ),
    (
        "id: inside",
        "id: example-world",
        "13:9: found `example-world` a second time; expected each id once (first on line 3)",
    ),
    ("id: inside", "id: In Side", "13:9: found `In Side`; expected a name of small letters, digits and hyphens"),
    ("language: en", "language: English", "8:15: found `English`; expected a language code as en, fa or zh-Hant"),
    ("every: 30 seconds", "every: 0 seconds", "11:12: found `0 seconds`; expected at least 1 second"),
    ("EXAMPLE_TOKEN", "s3cret", "12:30: found `s3cret`; expected the name of a secret in capitals"),
]


@pytest.mark.parametrize(("typed", "instead", "expected"), MISTAKES, ids=[m[1] for m in MISTAKES])
def test_a_mistake_says_where_what_and_what_instead(typed: str, instead: str, expected: str) -> None:
    assert mistakes(GOOD.replace(typed, instead, 1)) == [f"feeds.yaml:{expected}"]


def test_all_mistakes_are_found_in_one_go() -> None:
    text = GOOD.replace("tier: 1", "teir: 1").replace("source: Ours", "sauce: Ours").replace("format: 1", "format: 2")
    assert [m.split(": found")[0] + m[m.rindex("; ") :] for m in mistakes(text)] == [
        "feeds.yaml:1:9; expected `1`",
        "feeds.yaml:6:5; did you mean `tier`?",
        "feeds.yaml:18:5; did you mean `source`?",
    ]


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(BadFileError) as caught:
        parse_feeds(GOOD.replace("https://example.org/w", "https://me:hunter2@example.org/w"), "feeds.yaml")
    assert "hunter2" not in str(caught.value)
    assert caught.value.mistakes[0].found == "a web address with a user or password"


def test_the_feeds_that_ship_are_of_all_sides() -> None:
    file = Path(__file__).parents[2] / "rules" / "feeds.yaml"
    feeds = parse_feeds(file.read_bytes(), str(file))
    assert len(feeds) >= 40
    assert {"US", "GB", "RU", "UA", "IR", "IL", "QA", "TR", "CN", "IN", "PK", "ZA", "MX", None} <= {
        f.country for f in feeds
    }
    assert not [f.id for f in feeds if f.private or "feedburner" in f.url or "news.google" in f.url]
