"""What an article claims: strikes, casualties and leaders, each with the words that say so. Pure: text in, facts out.

    article -> read (layers, sentences, words, names, syntax) -> frames (who says what) -> EXTRACTORS -> Facts

To add a kind of fact: a module here, a field in ``model.Facts``, a line in ``EXTRACTORS``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from monitors.article import Article
from streams.core.extract.attribution import frames_of
from streams.core.extract.background import with_background
from streams.core.extract.claims import claims_of
from streams.core.extract.events import event_of
from streams.core.extract.leaders import leaders_of
from streams.core.extract.main_places import main_places
from streams.core.extract.speakers import Frame
from streams.core.extract.strikes import strikes_of
from streams.core.extract.text import Annotate, Document, Sentence, Token, read, with_syntax
from streams.core.extract.triggers import HURTS, triggers_of
from streams.core.gazetteer import Gazetteer
from streams.core.model import Facts

__all__ = ["EXTRACTORS", "Annotate", "Reading", "Token", "extract", "extract_all", "reading_of"]


class Reading(NamedTuple):
    """An article taken apart: the document, and who says what in it."""

    document: Document
    frames: tuple[Frame, ...]


Extractor = Callable[[Reading, Gazetteer, Facts], Facts]

# In this order: each adds its field to the facts of those before it.
EXTRACTORS: tuple[Extractor, ...] = (
    lambda r, g, f: replace(f, claims=claims_of(r.document, r.frames, g)),
    lambda r, _, f: replace(f, strikes=strikes_of(r.document, r.frames)),
    lambda r, _, f: with_background(f, r.document.day),
    lambda r, g, f: replace(f, leaders=leaders_of(r.document, r.frames, g)),
    lambda r, _, f: replace(f, places=main_places(r.document, f.claims, f.strikes)),
    lambda _, __, f: replace(f, event=event_of(f)),
)


def wants_syntax(s: Sentence) -> bool:
    """Return whether a sentence is worth the model's time: words in it hurt somebody, so syntax may tell whom."""
    return not HURTS.isdisjoint([w.low for w in s.words]) and bool(triggers_of(s.words))


def reading_of(article: Article, gazetteer: Gazetteer, annotate: Annotate | None) -> Reading:
    """Return the article taken apart, with syntax where a model is given. Never raises on any text."""
    return readings_of([article], gazetteer, annotate)[0]


def readings_of(articles: Sequence[Article], gazetteer: Gazetteer, annotate: Annotate | None) -> tuple[Reading, ...]:
    """Return the articles taken apart, in their order; the model reads all their sentences in one call."""
    documents = tuple(read(article, gazetteer) for article in articles)
    if annotate is not None:
        documents = with_syntax(documents, annotate, wants_syntax)
    return tuple(Reading(document, frames_of(document)) for document in documents)


def extract(article: Article, gazetteer: Gazetteer, annotate: Annotate | None) -> Facts:
    """Return all facts of the article, each with evidence that cuts its quotation out of title or text.

    Without a model (``annotate`` None) rules work alone and find less. The same article gives the same facts.
    """
    return facts_of(reading_of(article, gazetteer, annotate), gazetteer)


def extract_all(articles: Sequence[Article], gazetteer: Gazetteer, annotate: Annotate | None) -> tuple[Facts, ...]:
    """Return the facts of each article, as `extract` gives them; with a model many articles at once take less time each."""
    return tuple(facts_of(reading, gazetteer) for reading in readings_of(articles, gazetteer, annotate))


def facts_of(reading: Reading, gazetteer: Gazetteer) -> Facts:
    """Return the facts of an article that was taken apart before."""
    dateline = reading.document.dateline
    facts = Facts(wire=dateline.wire if dateline is not None else None)
    for extractor in EXTRACTORS:
        facts = extractor(reading, gazetteer, facts)
    return facts
