"""A small newsroom for tests: rules, desks and articles of our own, read without a language model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitors.article import Article, Kind, digest
from streams.core.engine import Engine, make_engine
from streams.core.gazetteer import Gazetteer, parse_gazetteer
from streams.core.loading import load_rules

RULES = """
format: 1
ruleset: strikes
title: Strikes
owner: test-desk
rules:
  - id: strike
    title: Strike reported
    status: live
    severity: bulletin
    review_by: 2999-01-01
    match:
      strike: {near: {within: 8 words, of: [{any: [missile, missiles, drone, drones]}, {any: [hit, hits, struck]}]}}
    tests:
      - {name: hit, article: {title: Missiles hit a depot}, expect: match}
      - {name: no hit, article: {title: A depot opens}, expect: no match}
"""
DESKS = """
format: 1
desks:
  - id: conflict
    title: Conflict
    rulesets: [strikes]
    routes:
      - {to: "slack:#conflict"}
"""
PLACES = "name,country,aliases\n"
START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)


def gazetteer() -> Gazetteer:
    return parse_gazetteer({})


def engine() -> Engine:
    names = gazetteer()
    rules = load_rules({"rules/strikes.yaml": RULES, "rules/desks.yaml": DESKS}, lambda _: ())
    assert not rules.mistakes
    return make_engine(rules, names, annotate=None)


def article(
    name: str,
    title: str,
    text: str = "",
    *,
    seconds: float = 0,
    source: str = "Gulf Wire",
    kind: Kind = "new",
    n: int = 1,
) -> Article:
    return Article(
        event_id=digest("article", name, kind, str(n)),
        article_id=digest(name),
        kind=kind,
        revision=digest(title, text),
        feed_id="test",
        source=source,
        origin=source,
        url=f"https://wire.example/{name}",
        title=title,
        text=text,
        published_at=START + timedelta(seconds=seconds),
        first_seen_at=START + timedelta(seconds=seconds),
    )


DAY = (
    article("a1", "Missiles hit a depot in the north", "At least 12 people were killed, the governor said.", seconds=1),
    article("a2", "Tram line opens", "Nothing else happened.", seconds=2),
    article("a3", "Drones struck the harbour", "Three workers were wounded, the port office said.", seconds=3),
    article(
        "a1",
        "Missiles hit a depot in the north",
        "At least 9 people were killed, the governor said.",
        kind="revised",
        n=2,
    ),
    article("a4", "Missiles hit a mill", "Nobody was hurt, police said.", seconds=5, source="Levant Courier"),
    article("a2", "Tram line opens late", "Nothing else happened.", kind="revised", n=2, seconds=6),
)
"""Stories of their own (no places are known to the empty gazetteer), a correction, and two that no rule asks for."""
