"""Both modes raise the same alerts: one transaction per article, or one per stage with the outbox in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from monitors.article import Article
from streams.core.engine import Engine, make_engine
from streams.core.gazetteer import parse_gazetteer
from streams.core.loading import load_rules
from streams.core.model import Alert, Finding, Reason
from streams.core.suppressions import Suppressed
from streams.files import gazetteer_files
from streams.pipeline import Stage, advance_stage, deliver_stage, examine_stage, follow
from streams.store import Store, open_store
from streams.wire import Unreadable, decode, encode
from tests.fakes.newsroom import DAY, DESKS, START, article, engine

ENGINE = engine()
NOON = START + timedelta(hours=6)


class Uncounted:
    def examined(
        self,
        article: Article,
        findings: Sequence[Finding],
        *,
        suppressed: Sequence[Suppressed] = (),
        repeated: bool = False,
    ) -> None:
        pass

    def advanced(self, reason: Reason) -> None:
        pass

    def alerted(self, alert: Alert) -> None:
        pass


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}", "test")
    yield opened
    opened.close()


def stages(store: Store, engine: Engine = ENGINE) -> tuple[Stage, Stage, Stage]:
    return (
        examine_stage(lambda: engine, store, "articles", "findings", "test", Uncounted()),
        advance_stage(lambda: engine, store, "findings", "alerts", "test", Uncounted()),
        deliver_stage(store, "alerts", lambda: None),
    )


def embedded(store: Store, articles: Sequence[Article], engine: Engine = ENGINE) -> None:
    for one in articles:
        follow(one, engine, store, NOON)


def by_stages(store: Store, articles: Sequence[Article], engine: Engine = ENGINE) -> None:
    """As on Kafka with one partition: what a stage puts into the outbox is what the next one is given."""
    examine, advance, deliver = stages(store, engine)
    for one in articles:
        for finding in examine.handle(encode(one, "test")[0], NOON):
            for alert in advance.handle(finding.value, NOON):
                deliver.handle(alert.value, NOON)


def delivered(store: Store) -> list[Alert]:
    return [d.alert for d in store.deliveries.due(NOON, 1000)]


MODES = pytest.mark.parametrize("mode", [embedded, by_stages])


def ids(alerts: Sequence[Alert]) -> set[str]:
    return {alert.alert_id for alert in alerts}


@MODES
def test_the_day_raises_its_alerts(store: Store, mode: object) -> None:
    mode(store, DAY)  # type: ignore[operator]  # one of the two modes
    assert {"a1", "a3", "a4"} == {alert.article.url.rpartition("/")[2] for alert in delivered(store)}


def test_both_modes_raise_equal_alerts(tmp_path: Path) -> None:
    one, other = (open_store(f"sqlite:///{tmp_path / name}", "test") for name in ("one.db", "other.db"))
    embedded(one, DAY)
    by_stages(other, DAY)
    assert ids(delivered(one)) == ids(delivered(other))
    assert {a.headline for a in delivered(one)} == {a.headline for a in delivered(other)}
    one.close()
    other.close()


@MODES
def test_every_article_twice_changes_nothing(store: Store, mode: object) -> None:
    mode(store, DAY)  # type: ignore[operator]  # one of the two modes
    before = store.counts().deliveries
    mode(store, DAY)  # type: ignore[operator]  # one of the two modes
    assert before == store.counts().deliveries


@MODES
def test_every_article_is_kept_once_for_looking_back(tmp_path: Path, mode: object) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'archive.db'}", "test", archives=True)
    mode(store, DAY)  # type: ignore[operator]  # one of the two modes
    mode(store, DAY)  # type: ignore[operator]  # one of the two modes
    assert list(store.archived(START)) == sorted(DAY, key=lambda one: one.first_seen_at)
    store.close()


def test_a_stage_that_is_repeated_writes_nothing(store: Store) -> None:
    examine, advance, _ = stages(store)
    body = encode(DAY[0], "test")[0]
    (finding,) = examine.handle(body, NOON)
    (_,) = advance.handle(finding.value, NOON)
    assert () == examine.handle(body, NOON)
    assert () == advance.handle(finding.value, NOON)


def test_a_correction_stays_in_its_story(store: Store) -> None:
    embedded(store, [one for one in DAY if one.article_id == DAY[0].article_id])
    (story,) = store.recent("conflict", 10)
    assert 2 == story.alerts


def test_bytes_that_are_no_article_are_refused_with_words(store: Store) -> None:
    examine, _, _ = stages(store)
    with pytest.raises(Unreadable, match="article"):
        examine.handle(b"\x00garbage", NOON)


def test_what_goes_over_the_wire_comes_back_equal() -> None:
    assert DAY[0] == decode(encode(DAY[0], "test")[0], Article)


def test_an_article_that_no_rule_asks_for_leaves_only_its_inbox_row(store: Store) -> None:
    quiet = article("q1", "A quiet day")
    result = follow(quiet, ENGINE, store, NOON)
    assert ((), ()) == (result.findings, result.steps)
    assert frozenset({quiet.event_id}) == store.seen("examine", [quiet.event_id])
    assert () == store.recent("conflict", 10)


def test_a_wire_credited_in_the_dateline_is_the_origin(store: Store) -> None:
    copies = [
        article(
            f"w{n}",
            f"Missiles hit the port, {source} reports",
            f"ADEN (Gulf Wire) - It was hit at dawn ({n}).",
            source=source,
        )
        for n, source in enumerate(("Harbour Times", "Levant Courier"))
    ]
    embedded(store, copies)
    assert {("Gulf Wire",)} == {story.origins for story in store.recent("conflict", 10)}


Mode = Callable[[Store, Sequence[Article], Engine], None]

# --- rules about several articles -----------------------------------------------------------------------------------

IN_TIME = """
format: 1
ruleset: strikes
owner: test-desk
rules:
  - id: strike
    title: Strike reported
    status: live
    severity: bulletin
    review_by: 2999-01-01
    match: {strike: {any: [missile, missiles]}}
    corroborate: {at_least: 2, within: 45 minutes, same: [place], then: {severity: flash}}
    tests: [{name: none, article: {title: none}, expect: no match}]
  - id: sirens
    title: Sirens after a strike
    status: live
    severity: urgent
    review_by: 2999-01-01
    match: {sirens: {any: [sirens]}}
    after: {rule: strike, within: 1 hour}
    tests: [{name: none, article: {title: none}, expect: no match}]
  - id: speaks
    title: Somebody speaks
    status: live
    severity: urgent
    review_by: 2999-01-01
    match: {who: {near: {within: 6 words, of: [$people, {any: [says, warns]}]}}}
    for_each: $people
    tests: [{name: none, article: {title: none}, expect: no match}]
"""
PEOPLE = "format: 1\nlists: {people: {words: [{name: Ana Ruiz, also: [Ruiz]}, {name: Ben Ode, also: [Ode]}]}}"
NAMES = parse_gazetteer(gazetteer_files(Path(__file__).parents[3] / "rules"))
MINUTE = 60
OVER_TIME = (
    article("t1", "Missiles struck the port of Odesa before dawn", source="Gulf Wire"),
    article("t2", "Missiles struck the port of Odesa before dawn", source="Reprint", seconds=2 * MINUTE),
    article("t3", "Port of Odesa burns, a missile hit Odesa at dawn", source="Sea Wire", seconds=9 * MINUTE),
    article("t0", "Sirens wail as drones hit Odesa", source="Sea Wire", seconds=-9 * MINUTE),
    article("t4", "Sirens wail as drones hit Odesa once more", source="Sea Wire", seconds=20 * MINUTE),
    article("t5", "Ruiz says no as Ode warns of storms", source="Sea Wire", seconds=30 * MINUTE),
)


def in_time() -> Engine:
    files = {"rules/strikes.yaml": IN_TIME, "rules/lists/l.yaml": PEOPLE, "rules/desks.yaml": DESKS}
    loaded = load_rules(files, lambda _: ())
    assert not loaded.mistakes
    return make_engine(loaded, NAMES, annotate=None)


@pytest.mark.parametrize("by", [embedded, by_stages])
def test_rules_about_several_articles_survive_a_restart_after_each(tmp_path: Path, by: Mode) -> None:
    for one in OVER_TIME:
        store = open_store(f"sqlite:///{tmp_path / 'store.db'}", "test")
        by(store, [one], in_time())  # nothing but the store is left of what came before
        stories = store.recent("conflict", 10)
        store.close()
    told = {s.subject: (s.severity.value, s.alerts, [(x.rule_id, x.origin) for x in s.sightings]) for s in stories}
    assert told == {
        None: (
            "flash",
            2,
            [("strike", "Gulf Wire"), ("strike", "Sea Wire"), ("sirens", "Sea Wire")],
        ),
        "Ana Ruiz": ("urgent", 1, [("speaks", "Sea Wire")]),
        "Ben Ode": ("urgent", 1, [("speaks", "Sea Wire")]),
    }


def test_both_modes_raise_equal_alerts_of_rules_about_several_articles(tmp_path: Path) -> None:
    one, other = (open_store(f"sqlite:///{tmp_path / name}", "test") for name in ("one.db", "other.db"))
    embedded(one, OVER_TIME, in_time())
    by_stages(other, OVER_TIME, in_time())
    assert ids(delivered(one)) == ids(delivered(other))
    one.close()
    other.close()
