"""An article from a web page or a text, for `wirewatch try`. Pure; feeds do not come this way."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from monitors.article import Article, digest
from monitors.dates import read_date
from monitors.identity import canonical_url, revision
from monitors.parse import html_to_text, shortened, tidy


class PageError(Exception):
    """There is no article in the page."""


def article_from_text(text: str, *, now: datetime, name: str = "", source: str = "text") -> Article:
    """Return the article that a plain text holds: its first line is the title, the rest the text.

    ``name`` is where it came from (a file's name), shown as its URL. Raises PageError when there are no words.
    """
    title, _, body = tidy(text.removeprefix("\ufeff")).partition("\n")
    if not title:
        raise PageError("no words")
    return _article(url=name, title=title, text=body.strip(), source=source, published_at=None, now=now)


def article_from_page(url: str, body: bytes, *, now: datetime, language: str = "en") -> Article:
    """Return the article in a web page: its headline, text, day and outlet, as trafilatura finds them.

    Raises PageError when there is none.
    """
    import trafilatura  # a second to import, and only `try` needs it

    found = trafilatura.bare_extraction(body, url=url, with_metadata=True, include_comments=False, include_tables=False)
    title = str(getattr(found, "title", None) or "")
    title = " ".join(html_to_text(title).split())
    text = tidy(str(getattr(found, "text", None) or "")).replace("\n", "\n\n").replace("\n\n\n\n", "\n\n")
    text = text.removeprefix(title).strip()  # the headline is often the text's first paragraph, too
    if not title and not text:
        raise PageError("no article in this page")
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    dated = read_date(str(getattr(found, "date", None) or ""))
    article = _article(
        url=url,
        title=title,
        text=text,
        source=str(getattr(found, "sitename", None) or host),
        published_at=dated.at,
        now=now,
    )
    return msgspec.structs.replace(article, language=language)


def _article(*, url: str, title: str, text: str, source: str, published_at: datetime | None, now: datetime) -> Article:
    words = revision(title, "", text)
    article_id = digest("article", canonical_url(url)) if "://" in url else digest("article", url, words)
    return Article(
        event_id=digest("article", article_id, "new", words, "1"),
        article_id=article_id,
        revision=words,
        feed_id="try",
        source=source,
        origin=source,
        url=url,
        title=title[:2000],
        text=shortened(text),
        published_at=published_at,
        first_seen_at=now,
    )
