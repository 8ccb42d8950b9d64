"""With the rules that ship, the traps of the demo day are quiet (sport, markets, exercises, accidents) and its news heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.demo.recorded import Entry, load_day
from monitors.article import Article, digest
from streams import wiring
from streams.config import settings
from streams.core.engine import Engine
from streams.dry_run import dry_run

RULES = Path(__file__).resolve().parents[2] / "rules"
DAY = load_day()
QUIET = [pytest.param(entry, id=entry.id) for entry in DAY.entries if entry.quiet]
NEWS = [
    pytest.param(entry, id=entry.id)
    for entry in DAY.entries
    if not entry.quiet and not entry.id.startswith("backlog-")  # of the days before: never alerted
]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return wiring.engine(settings({"rules": str(RULES)}, None, {}), lambda _: None)


def article(entry: Entry) -> Article:
    wording = entry.wordings[0]
    outlet = DAY.outlet(entry.outlet)
    return Article(
        event_id=digest("demo", entry.id),
        article_id=entry.id,
        revision=digest(wording.title),
        feed_id=outlet.id,
        source=outlet.name,
        origin=entry.wire or outlet.name,
        url=entry.link,
        title=wording.title,
        text="\n\n".join(wording.text),
        country=outlet.country,
        published_at=entry.at,
        first_seen_at=entry.at,
    )


@pytest.mark.parametrize("entry", QUIET)
def test_a_trap_raises_no_alert(engine: Engine, entry: Entry) -> None:
    steps = dry_run(engine, article(entry)).steps
    assert [] == [step.alert.headline for step in steps if step.alert is not None]


@pytest.mark.parametrize("entry", NEWS)
def test_an_article_of_the_news_day_raises_one(engine: Engine, entry: Entry) -> None:
    assert any(step.alert for step in dry_run(engine, article(entry)).steps)
