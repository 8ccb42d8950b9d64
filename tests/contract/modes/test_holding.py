"""Hold-back and mentions through the store: the same in both modes, over a restart, and with every article twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from monitors.article import Article
from streams.core.engine import Engine, make_engine
from streams.core.gazetteer import parse_gazetteer
from streams.core.loading import load_rules
from streams.core.model import Alert
from streams.pipeline import advance_stage, deliver_stage, examine_stage, follow
from streams.store import Store, open_store
from streams.wire import encode
from tests.contract.modes.test_modes import NOON, Uncounted
from tests.fakes.newsroom import DESKS, RULES, article

MILL = """\
  - id: mill
    title: A mill was hit
    status: live
    severity: urgent
    review_by: 2999-01-01
    match: {mill: {any: [mill]}}
    tests:
      - {name: hit, article: {title: A mill}, expect: match}
"""
WEAPONS = "name,class,type,aliases\nmissile,missile,generic,\ndrone,drone,generic,\n"
SETTINGS = """\
    mentions: {who: here, when: {severity: flash}, in: "slack:#conflict", at_most: 2 in 10 minutes}
    hold_back: [{name: mills, while: {rule: strike, severity: flash}, hold: {rule: mill}, same: weapon, for: 1 hour}]
"""


def newsroom() -> Engine:
    rules = RULES.replace("severity: bulletin", "severity: flash").replace(
        "[missile, missiles, drone, drones]", "[depot]"
    )
    loaded = load_rules({"rules/strikes.yaml": rules + MILL, "rules/desks.yaml": DESKS + SETTINGS}, lambda _: ())
    assert loaded.mistakes == ()
    return make_engine(loaded, parse_gazetteer({"gazetteers/weapons.csv": WEAPONS}), annotate=None)


ENGINE = newsroom()
FLASHES = tuple(
    article(f"f{n}", f"Drones hit depot number {n}", f"It burned for {n + 2} hours.", seconds=60 * n) for n in range(4)
)
MILLS = (
    article("m1", "Drones over the mill at dawn", "The mill was hit by a drone, police said.", seconds=400),
    article("m2", "Missiles over another mill", "This mill was hit by a missile.", seconds=410),
    article("m3", "Drones over a third mill", "That mill was hit by a drone.", seconds=2 * 3600 + 300),
)
LATER = article("f9", "Drones hit depot number 9", "It burned for a day.", seconds=3 * 3600)
DAY = (*FLASHES, *MILLS, LATER)


def embedded(store: Store, articles: Sequence[Article]) -> None:
    for one in articles:
        follow(one, ENGINE, store, NOON)


def by_stages(store: Store, articles: Sequence[Article]) -> None:
    examine = examine_stage(lambda: ENGINE, store, "articles", "findings", "test", Uncounted())
    advance = advance_stage(lambda: ENGINE, store, "findings", "alerts", "test", Uncounted())
    deliver = deliver_stage(store, "alerts", lambda: None)
    for one in articles:
        for finding in examine.handle(encode(one, "test")[0], NOON):
            for alert in advance.handle(finding.value, NOON):
                deliver.handle(alert.value, NOON)


Mode = Callable[[Store, Sequence[Article]], None]


def day(path: Path, mode: Mode, *, restarts: bool = False, times: int = 1) -> list[Alert]:
    """Follow the day and return its alerts as they wait for their channels."""
    store = open_store(f"sqlite:///{path}", "test")
    for one in DAY:
        for _ in range(times):
            mode(store, [one])
        if restarts:
            store.close()
            store = open_store(f"sqlite:///{path}", "test")
    found: list[Alert] = []
    roots: dict[str, str] = {}
    while due := store.deliveries.due(NOON, 100):
        for each in due:
            found.append(each.alert)
            root = each.thread or each.delivery_key
            assert roots.setdefault(each.alert.story_id, root) == root  # a held alert goes into the other's thread
            store.deliveries.sending(each.delivery_key, NOON)
            store.deliveries.sent(each.delivery_key, each.delivery_key, NOON)
    store.close()
    return sorted(found, key=lambda alert: (alert.article.first_seen_at, alert.alert_id))


@pytest.mark.parametrize("mode", [embedded, by_stages])
def test_the_third_flash_in_ten_minutes_mentions_nobody_and_every_alert_is_there(tmp_path: Path, mode: Mode) -> None:
    alerts = [a for a in day(tmp_path / "s.db", mode) if a.article.title.startswith("Drones hit depot")]
    assert [(a.mention is not None, bool(a.mention and a.mention.withheld)) for a in alerts] == [
        (True, False),
        (True, False),
        (True, True),
        (True, True),
        (True, False),
    ]


@pytest.mark.parametrize("mode", [embedded, by_stages])
def test_a_mill_goes_under_the_latest_flash_about_its_weapon(tmp_path: Path, mode: Mode) -> None:
    alerts = {a.article.title: a for a in day(tmp_path / "s.db", mode)}
    held, other_weapon, late = (alerts[each.title] for each in MILLS)
    assert [a.held_by for a in (held, other_weapon, late)] == ["mills", None, None]
    assert held.story_id == alerts[FLASHES[3].title].story_id


def test_both_modes_a_restart_and_repeats_make_the_same_alerts(tmp_path: Path) -> None:
    first = day(tmp_path / "a.db", embedded)
    assert len(first) == len(DAY)
    assert first == day(tmp_path / "b.db", by_stages)
    assert first == day(tmp_path / "c.db", embedded, restarts=True)
    assert first == day(tmp_path / "d.db", by_stages, restarts=True, times=2)
