"""A rule in shadow posts to its desk's shadow channel, and touches nothing that the desk is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from streams.core.engine import Engine, make_engine
from streams.core.gazetteer import parse_gazetteer
from streams.core.loading import load_rules
from streams.pipeline import follow
from streams.store import open_store
from tests.fakes.newsroom import DESKS, RULES, START, article
from tests.streams.test_reloading import FLOODS

NOON = START + timedelta(hours=6)
BOTH = RULES + FLOODS[FLOODS.index("  - id: flood") :]


def engine(rules: str, shadow: str = "slack:#trial") -> Engine:
    desks = DESKS + (f'    shadow: "{shadow}"\n' if shadow else "")
    loaded = load_rules({"rules/strikes.yaml": rules, "rules/desks.yaml": desks}, lambda _: ())
    assert loaded.mistakes == ()
    return make_engine(loaded, parse_gazetteer({}), annotate=None)


ON_TRIAL = BOTH.replace("title: Flood reported\n    status: live", "title: Flood reported\n    status: shadow")
FLOOD = article("f", "Flood hits a drone factory in Odd Town", "The water rose for an hour.", seconds=1)
STRIKE = article("s", "Missiles hit a depot", "Nobody was hurt.", seconds=2)


def alerts(
    rules: str, tmp_path: Path, shadow: str = "slack:#trial"
) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    store = open_store(f"sqlite:///{tmp_path / 's.db'}", "test")
    brain = engine(rules, shadow)
    steps = [step for each in (FLOOD, STRIKE) for step in follow(each, brain, store, NOON).steps]
    store.close()
    return [(s.alert.desk, s.alert.rule_ids, s.alert.channels) for s in steps if s.alert]


def test_a_rule_on_trial_posts_to_the_shadow_channel_only(tmp_path: Path) -> None:
    assert alerts(ON_TRIAL, tmp_path) == [
        ("conflict", ("strike",), ("slack:#conflict",)),
        ("conflict-shadow", ("flood",), ("slack:#trial",)),
        ("conflict", ("strike",), ("slack:#conflict",)),
    ]


def test_without_a_shadow_channel_it_posts_nowhere(tmp_path: Path) -> None:
    assert [desk for desk, _, _ in alerts(ON_TRIAL, tmp_path, "")] == ["conflict", "conflict"]


def test_what_a_live_desk_is_told_is_the_same_with_a_rule_on_trial_and_without(tmp_path: Path) -> None:
    with_trial = [each for each in alerts(ON_TRIAL, tmp_path) if each[0] == "conflict"]
    (tmp_path / "s.db").unlink()
    assert with_trial == alerts(ON_TRIAL.replace("status: shadow", "status: draft"), tmp_path)


def test_a_shadow_desk_without_rules_on_trial_is_asked_nothing() -> None:
    assert [desk.id for desk in engine(BOTH).hearing] == ["conflict"]
    assert [desk.id for desk in engine(BOTH).desks] == ["conflict", "conflict-shadow"]
