"""Recorded articles through the pipeline, in memory: `wirewatch replay`. The same functions as live, nothing is sent."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from monitors.article import Article, Kind, digest
from monitors.identity import canonical_url
from streams.core.engine import Engine, Examined, examine_all
from streams.core.model import Alert
from streams.deliver import console
from streams.files import NoFileError
from streams.pipeline import follow_examined
from streams.store import open_store


class Recorded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """One line of a recording. Only ``title`` or ``text`` is needed.

    ``id`` (else the URL, else the words) names the article; a second line with the same id is its revision. ``seen`` is
    when we held it; without it the lines are a second apart.
    """

    title: str = ""
    text: str = ""
    id: str | None = None
    url: str = ""
    source: str = "recording"
    origin: str | None = None
    published: datetime | None = None
    seen: datetime | None = None
    kind: Kind | None = None
    language: str = "en"


LINE = 'one JSON object per line, such as {"title": "…", "text": "…"}'
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)
START = datetime(2000, 1, 1, tzinfo=UTC)
"""Where the clock of a recording without times begins: a replay says the same on every day."""


def parse_recording(text: str, file: str) -> tuple[Article, ...]:
    """Return the article events of a JSONL text, in its order. Raises `NoFileError` with file:line of the first bad line."""
    articles = []
    count: dict[str, int] = {}
    at = START
    for number, line in enumerate(text.split("\n"), 1):  # not splitlines: JSON may hold other line ends as they are
        if not line.strip():
            continue
        try:
            recorded = msgspec.json.decode(line, type=Recorded)
        except msgspec.DecodeError as error:
            raise NoFileError(f"{file}:{number}:1: found no article ({error}); expected {LINE}") from None
        if not recorded.title.strip() and not recorded.text.strip():
            raise NoFileError(f"{file}:{number}:1: found neither title nor text; expected {LINE}")
        at = _utc(recorded.seen or recorded.published) or at + timedelta(seconds=1)
        if not FIRST <= at <= LAST:
            raise NoFileError(f"{file}:{number}:1: found the year {at.year}; expected 1900 to 2999")
        articles.append(_article(recorded, at, count))
    return tuple(articles)


def _article(recorded: Recorded, at: datetime, count: dict[str, int]) -> Article:
    name = recorded.id or (canonical_url(recorded.url) if recorded.url else f"{recorded.title}\n{recorded.text}")
    article_id = digest("article", name)
    n = count[article_id] = count.get(article_id, 0) + 1
    kind: Kind = recorded.kind or ("new" if n == 1 else "revised")
    revision = digest(recorded.title, recorded.text)
    return Article(
        event_id=digest("article", article_id, kind, revision, str(n)),
        article_id=article_id,
        kind=kind,
        revision=revision,
        feed_id="replay",
        source=recorded.source,
        origin=recorded.origin or recorded.source,
        url=recorded.url,
        title=recorded.title,
        text=recorded.text,
        language=recorded.language,
        published_at=_utc(recorded.published),
        first_seen_at=at,
    )


def _utc(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


BATCH = 32
"""Articles examined at once: the language model takes less time for many sentences than for many times a few."""


def batches(articles: Iterable[Article]) -> Iterator[tuple[Article, ...]]:
    """Yield the articles in order, `BATCH` at a time."""
    left = iter(articles)
    while batch := tuple(itertools.islice(left, BATCH)):
        yield batch


def replay(engine: Engine, articles: Iterable[Article]) -> tuple[Alert, ...]:
    """Return the alerts that these articles raise, in order, from an empty store."""
    with replayer(engine) as raised:
        return tuple(
            alert
            for batch in batches(articles)
            for article, examined in zip(batch, examine_all(engine, batch), strict=True)
            for alert in raised(article, examined)
        )


@contextlib.contextmanager
def replayer(engine: Engine) -> Iterator[Callable[[Article, Examined], tuple[Alert, ...]]]:
    """Give a function that takes one examined article after the other and returns the alerts that each raises.

    The stories begin empty. An article that concerns no desk changes none of them, so it never meets the store.
    """
    store = open_store("sqlite://", "replay")

    def raised(article: Article, examined: Examined) -> tuple[Alert, ...]:
        if not examined.findings:
            return ()
        steps = follow_examined(article, examined, engine, store, article.first_seen_at).steps
        return tuple(step.alert for step in steps if step.alert is not None)

    try:
        yield raised
    finally:
        store.close()


def line(alert: Alert) -> str:
    """Return an alert as one line of JSON."""
    return msgspec.json.encode(alert).decode()


def rendered(alert: Alert) -> str:
    """Return an alert as the console shows it, one address after the other in its head."""
    return console.render(alert, address=" ".join(alert.channels))
