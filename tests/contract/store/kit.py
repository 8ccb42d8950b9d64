"""Values to store, a way to open stores and to let their owners die, and a look at all the rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from streams.core.model import Alert, ArticleRef, Reason, Severity, Story
from streams.store import DeadLetter, Store, open_store
from streams.store.database import Hook

NOW = datetime(2020, 1, 8, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TABLES = (
    "inbox",
    "outbox",
    "stories",
    "story_keys",
    "deliveries",
    "leases",
    "dead_letters",
    "attempts",
    "breakers",
    "archive",
    "mentions",
)

ARTICLE = ArticleRef(
    event_id="event",
    article_id="article",
    kind="new",
    source="harbour-post.example",
    origin="harbour-post.example",
    url="https://harbour-post.example/1",
    title="Missiles hit an air base",
    published_at=None,
    first_seen_at=NOW,
)


def story(story_id: str, *keys: str, desk: str = "world", seen: datetime = NOW, alerts: int = 0) -> Story:
    return Story(
        story_id=story_id,
        desk=desk,
        title="Missiles hit an air base",
        severity=Severity.URGENT,
        keys=keys,
        first_seen_at=NOW,
        last_seen_at=seen,
        articles=(ARTICLE,),
        origins=("harbour-post.example",),
        alerts=alerts,
    )


def alert(alert_id: str, story_id: str = "story", severity: Severity = Severity.URGENT) -> Alert:
    return Alert(
        alert_id=alert_id,
        story_id=story_id,
        desk="world",
        reason=Reason.FIRST_REPORT,
        severity=severity,
        update=0,
        title="Missiles hit an air base",
        headline="Missiles hit an air base, the Harbour Post reports",
        parts=(),
        channels=("console:",),
        rule_ids=("strike",),
        rules_version="1",
        article=ARTICLE,
    )


def letter(
    letter_id: str, inbox_id: str = "bad", *, stage: str = "examine", code: str = "1.0", offset: int = 7
) -> DeadLetter:
    return DeadLetter(
        letter_id=letter_id,
        stage=stage,
        inbox_id=inbox_id,
        topic="wirewatch.articles.v1",
        partition=2,
        offset=offset,
        key=b"\xff\x00",
        headers=(("id", b"\x80"), ("v", b"1")),
        body=b"{\xfe not json",
        error="Unreadable",
        reason="found garbage; expected an article",
        attempts=1,
        code=code,
        at=NOW,
    )


class Opener:
    """Opens stores on one database and ends them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._stores: list[Store] = []

    def __call__(self, owner: str = "ada", *, hook: Hook | None = None, archives: bool = False) -> Store:
        store = open_store(self.url, owner, hook=hook, archives=archives)
        self._stores.append(store)
        return store

    def kill(self, store: Store) -> None:
        """The store's process is gone: nothing is given back, the database only sees its connections end."""
        self._stores.remove(store)
        store._database.engine.dispose()

    def end_all(self) -> None:
        for store in self._stores:
            store._database.engine.dispose()


def rows(store: Store, table: str) -> list[dict[str, Any]]:
    with store._database.reader.connect() as conn:
        found = [dict(row._mapping) for row in conn.execute(text(f"SELECT * FROM {table}"))]
    return sorted(found, key=lambda row: repr(sorted(row.items())))


def everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    return {table: rows(store, table) for table in TABLES}


def pass_time(store: Store, by: timedelta) -> None:
    """Let every lease be older by this much, whatever clock it is measured by."""
    for table in ("outbox", "leases"):
        change(store, f"UPDATE {table} SET leased_at = leased_at - {by // timedelta(microseconds=1)}")


def change(store: Store, statement: str) -> None:
    """Run a statement of the test's own."""
    with store._database.engine.begin() as conn:
        conn.execute(text(statement))


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for the condition, with a limit."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
