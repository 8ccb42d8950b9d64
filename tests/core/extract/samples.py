"""Articles and a gazetteer for the extractor's tests. Sentences are our own; only names and figures are the world's."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from monitors.article import Article
from streams.core.extract import Annotate, extract
from streams.core.gazetteer import Gazetteer, parse_gazetteer
from streams.core.model import Facts
from streams.nlp import DEFAULT, load

ROOT = Path(__file__).parents[3]


@cache
def gazetteer() -> Gazetteer:
    """Return the gazetteer that ships."""
    return parse_gazetteer({str(p): p.read_text() for p in sorted((ROOT / "rules" / "gazetteers").glob("*.csv"))})


@cache
def model() -> Annotate | None:
    """Return the default model, loaded once."""
    return load(DEFAULT)


def article(text: str, title: str = "", day: str = "2020-01-08") -> Article:
    """Return an article of a day."""
    at = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    return Article(
        event_id="e1",
        article_id="a1",
        revision="r1",
        feed_id="f1",
        source="example.org",
        origin="example.org",
        url="https://example.org/1",
        title=title,
        text=text,
        published_at=at,
        first_seen_at=at,
    )


def facts(text: str, title: str = "", day: str = "2020-01-08", syntax: bool = True) -> Facts:
    """Return what is read in the text, with the default model or with rules alone."""
    return extract(article(text, title, day), gazetteer(), model() if syntax else None)
