from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitors.page import PageError, article_from_page, article_from_text
from tests.monitors.newsroom import START

PAGE = b"""<html><head><title>Strike hits port | Example Times</title>
<meta property="og:site_name" content="Example Times"><meta property="og:title" content="Strike hits port">
<meta property="article:published_time" content="2026-01-07T10:00:00Z"></head>
<body><nav>Home World About</nav><article><h1>Strike hits port</h1>
<p>Three missiles hit the port on Monday, the ministry said. It was the second strike on the harbour this week.</p>
<p>At least 12 people were killed, officials said, and rescuers were still searching the rubble of the customs house.</p>
</article><script>alert(1)</script><footer>All rights reserved</footer></body></html>"""


def test_the_first_line_of_a_text_is_its_title() -> None:
    article = article_from_text("\ufeffStrike hits port\n\nThree missiles.\n\nTwelve dead.\n", now=START, name="a.txt")
    assert (article.title, article.text, article.url) == (
        "Strike hits port",
        "Three missiles.\n\nTwelve dead.",
        "a.txt",
    )
    assert (article.kind, article.published_at, article.first_seen_at) == ("new", None, START)


def test_the_same_text_is_the_same_article() -> None:
    one, again = (article_from_text("Title\nText", now=START, name="a.txt") for _ in range(2))
    assert one == again


def test_a_text_without_words_is_no_article() -> None:
    with pytest.raises(PageError):
        article_from_text(" \n\n", now=START)


def test_a_page_gives_its_article_without_the_frame() -> None:
    article = article_from_page("https://www.example.org/port", PAGE, now=START)
    assert (article.title, article.source) == ("Strike hits port", "Example Times")
    assert article.published_at == datetime(2026, 1, 7, tzinfo=UTC)
    assert [paragraph.split(" ")[0] for paragraph in article.text.split("\n\n")] == ["Three", "At"]


@pytest.mark.parametrize("page", [b"", b"<html></html>", b"\x00\xff" * 500])
def test_a_page_without_an_article_says_so(page: bytes) -> None:
    with pytest.raises(PageError):
        article_from_page("https://example.org/", page, now=START)
