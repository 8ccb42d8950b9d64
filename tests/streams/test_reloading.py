"""A rules folder that is edited while articles come in."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from monitors.article import Article
from streams import embedded, wiring
from streams.config import settings
from streams.core.gazetteer import parse_gazetteer
from streams.core.loading import load_rules
from streams.core.model import Alert, Reason
from streams.deliver import blocks
from streams.files import gazetteer_files, rule_files
from streams.metrics import Metrics
from streams.pipeline import follow
from streams.reloading import InForce, keep_looking, last_good
from streams.store import Store, StoreError, open_store
from streams.wire import decode
from tests.fakes.newsroom import DESKS, RULES, START, article
from tests.streams.test_embedded import Told, Uncounted

FLOODS = """
format: 1
ruleset: floods
owner: weather-desk
rules:
  - id: flood
    title: Flood reported
    status: live
    severity: urgent
    review_by: 2999-01-01
    match: {flood: {any: [flood]}}
    tests:
      - {name: hit, article: {title: A flood}, expect: match}
      - {name: no hit, article: {title: A fire}, expect: no match}
"""


class Counted:
    def __init__(self) -> None:
        self.loaded: list[list[str]] = []
        self.rejected = 0

    def rules_loaded(self, version: str, rule_ids: Iterable[str], at: datetime) -> None:
        assert version
        assert at == START
        self.loaded.append(sorted(rule_ids))

    def rules_rejected(self) -> None:
        self.rejected += 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "strikes.yaml").write_text(RULES)
    (rules / "desks.yaml").write_text(DESKS.replace("[strikes]", "[strikes, floods]"))
    return rules


def in_force(folder: Path, watch: Counted, tell: Callable[[tuple[Alert, ...]], None] = lambda _: None) -> InForce:
    names = parse_gazetteer({})
    return InForce(
        lambda: (rule_files(folder), gazetteer_files(folder)),
        load_rules(rule_files(folder), names.names),
        names,
        None,
        watch,
        lambda: START,
        tell=tell,
    )


def test_a_change_is_taken_when_two_looks_met_the_same_bytes(folder: Path) -> None:
    watch = Counted()
    brain = in_force(folder, watch)
    assert brain.look() is None
    (folder / "floods.yaml").write_text(FLOODS[: len(FLOODS) // 2])  # an editor halfway through
    assert brain.look() is None
    (folder / "floods.yaml").write_text(FLOODS)
    assert brain.look() is None
    assert sorted(brain.engine().by_id) == ["strike"]
    assert brain.look() == ()
    assert sorted(brain.engine().by_id) == ["flood", "strike"]
    assert brain.look() is None
    assert (watch.loaded, watch.rejected) == ([["strike"], ["flood", "strike"]], 0)


def test_a_broken_file_is_counted_and_the_last_good_rules_stay(folder: Path) -> None:
    watch = Counted()
    brain = in_force(folder, watch)
    before = brain.engine().version
    (folder / "strikes.yaml").write_bytes(b"format: 1\nruleset: \xff\n")
    brain.look()
    held = brain.look()
    assert held is not None
    assert [(each.keeps, "not UTF-8" in each.why[0]) for each in held] == [(("strikes",), True)]
    assert (brain.engine().version, watch.rejected) == (before, 1)
    (folder / "strikes.yaml").write_text(RULES)
    brain.look()
    assert brain.look() == ()
    assert (brain.engine().version, watch.rejected, len(watch.loaded)) == (before, 1, 3)


def test_a_folder_that_is_gone_changes_nothing(folder: Path) -> None:
    watch = Counted()
    brain = in_force(folder, watch)
    folder.rename(folder.parent / "elsewhere")
    brain.look()
    held = brain.look()
    assert held is not None
    assert "expected the rules folder" in held[0].why[0]
    assert (sorted(brain.engine().by_id), watch.rejected) == (["strike"], 1)


def test_a_mistake_at_the_start_is_counted(folder: Path) -> None:
    (folder / "floods.yaml").write_text(FLOODS.replace("status: live", "status: liev"))
    watch = Counted()
    in_force(folder, watch)
    assert (watch.loaded, watch.rejected) == ([["strike"]], 1)


def test_a_broken_gazetteer_keeps_the_last_good_names(folder: Path) -> None:
    brain = in_force(folder, Counted())
    (folder / "gazetteers").mkdir()
    (folder / "gazetteers" / "places.csv").write_text("nonsense\n1\n")
    brain.look()
    held = brain.look()
    assert held is not None
    assert [each.keeps for each in held] == [("gazetteers",)]


def test_rules_change_between_two_articles_of_one_run(folder: Path, tmp_path: Path) -> None:
    brain = in_force(folder, Counted())
    store = open_store(f"sqlite:///{tmp_path / 's.db'}", "test")
    told = Told()

    def flood(number: int) -> Article:
        return article(f"f{number}", f"Flood {number} reaches town number {number}", seconds=number)

    async def until(condition: Callable[[], bool]) -> None:
        while not condition():  # noqa: ASYNC110 - what is waited for happens in a thread
            await asyncio.sleep(0.01)

    async def whole() -> None:
        stop = asyncio.Event()

        async def poll(publish: Callable[[Sequence[Article]], Awaitable[None]], _: asyncio.Event) -> None:
            await publish([flood(1)])  # no rule asks for it yet
            (folder / "floods.yaml").write_text(FLOODS)
            await until(lambda: "flood" in brain.engine().by_id)
            await publish([flood(2)])
            (folder / "floods.yaml").write_text("format: 1\nruleset: [")
            broken = asyncio.ensure_future(until(lambda: "disabled" in brain.engine().by_id))
            (folder / "strikes.yaml").write_text(RULES.replace("id: strike", "id: disabled"))
            await broken
            await publish([flood(3)])  # the last good rule still asks
            (folder / "floods.yaml").unlink()
            await until(lambda: "flood" not in brain.engine().by_id)
            await publish([flood(4)])
            await until(lambda: len(told.titles) == 2)

        looking = asyncio.create_task(keep_looking(brain, every=0.01))
        watch = Uncounted()
        await asyncio.wait_for(
            embedded.run(
                poll, brain.engine, store, {"slack": told}, now=lambda: START, stop=stop, watch=watch, sending=watch
            ),
            20,
        )
        looking.cancel()

    asyncio.run(whole())
    assert sorted(told.titles) == [flood(2).title, flood(3).title]
    store.close()


def test_a_process_follows_the_folder_of_its_settings(folder: Path) -> None:
    registry = CollectorRegistry()
    found = settings({"rules": str(folder), "state": str(folder.parent), "model": "none"}, None, {})
    brain = wiring.in_force(found, "run@here", lambda _: None, Metrics(registry), lambda _: None)
    (folder / "floods.yaml").write_text(FLOODS)
    assert [brain.look(), brain.look()] == [None, ()]
    shown = generate_latest(registry).decode()
    assert sorted(brain.engine().by_id) == ["flood", "strike"]
    assert f'wirewatch_rules_info{{version="{brain.engine().version}"}} 1.0' in shown
    assert "wirewatch_rules_last_load_success 1.0" in shown
    (folder / "strikes.yaml").write_text("format: 1\nruleset: [")
    brain.look()
    brain.look()
    assert "wirewatch_rules_last_load_success 0.0" in generate_latest(registry).decode()


def test_the_last_good_rules_survive_a_restart(folder: Path) -> None:
    found = settings({"rules": str(folder), "state": str(folder.parent), "model": "none"}, None, {})
    (folder / "floods.yaml").write_text(FLOODS)
    before = wiring.in_force(found, "run@here", lambda _: None, Metrics(CollectorRegistry()), lambda _: None)
    (folder / "floods.yaml").write_text(FLOODS.replace("any:", "anny:"))
    (folder / "strikes.yaml").write_text(RULES.replace("id: strike", "id: attack"))
    said: list[str] = []
    registry = CollectorRegistry()
    after = wiring.in_force(found, "run@here", said.append, Metrics(registry), lambda _: None)
    assert sorted(before.engine().by_id) == ["flood", "strike"]
    assert sorted(after.engine().by_id) == ["attack", "flood"]
    assert any("found unknown key `anny`" in line and "the last good floods stays in force" in line for line in said)
    assert "wirewatch_rules_last_load_success 0.0" in generate_latest(registry).decode()


@pytest.mark.parametrize("broken", [b'{"rulesets": 3}', b"\xff", b""])
def test_rules_kept_by_another_version_are_not_read(folder: Path, broken: bytes) -> None:
    found = settings({"rules": str(folder), "state": str(folder.parent), "model": "none"}, None, {})
    (folder.parent / "rules-run.json").write_bytes(broken)
    brain = wiring.in_force(found, "run@here", lambda _: None, Metrics(CollectorRegistry()), lambda _: None)
    assert sorted(brain.engine().by_id) == ["strike"]
    again = last_good((folder.parent / "rules-run.json").read_text())
    assert again is not None
    assert again.version == brain.engine().version


# --- the owners are told --------------------------------------------------------------------------------------------

OWNERS = "owners:\n  test-desk: slack:#rules\n"
BROKEN = RULES.replace("any:", "anny:", 1)


def looked(folder: Path, edits: list[str]) -> list[Alert]:
    """Edit the strikes again and again, with two looks after each; return the notices."""
    told: list[Alert] = []
    brain = in_force(folder, Counted(), told.extend)
    for text in edits:
        (folder / "strikes.yaml").write_text(text)
        brain.look()
        brain.look()
    return told


def test_the_owner_of_a_refused_rule_set_is_told_once_and_again_when_it_is_mended(folder: Path) -> None:
    (folder / "desks.yaml").write_text((folder / "desks.yaml").read_text() + OWNERS)
    told = looked(folder, [BROKEN, BROKEN + "# again\n", RULES])
    assert [(a.reason, a.channels) for a in told] == [
        (Reason.RULES_REFUSED, ("slack:#rules",)),
        (Reason.RULES_MENDED, ("slack:#rules",)),
    ]
    shown = " ".join(run.text for part in told[0].parts for run in getattr(part, "runs", ()))
    assert "found unknown key `anny`" in shown
    assert "the last good strikes stays in force" in shown
    assert len({a.story_id for a in told}) == 1


def test_an_owner_without_a_channel_is_told_where_the_desk_is(folder: Path) -> None:
    assert [a.channels for a in looked(folder, [BROKEN])] == [("slack:#conflict",)]


def test_another_mistake_is_another_notice(folder: Path) -> None:
    told = looked(folder, [BROKEN, RULES.replace("severity: bulletin", "severity: hi"), RULES])
    assert [a.reason for a in told] == [Reason.RULES_REFUSED, Reason.RULES_REFUSED, Reason.RULES_MENDED]
    assert len({a.alert_id for a in told}) == 3


def test_two_processes_that_see_one_mistake_make_one_delivery(folder: Path, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 's.db'}", "test")
    tell = wiring.tell_by_delivery(store)
    for _ in range(2):
        brain = in_force(folder, Counted(), tell)
        (folder / "strikes.yaml").write_text(BROKEN)
        brain.look()
        brain.look()
        (folder / "strikes.yaml").write_text(RULES)
    due = store.deliveries.due(START + timedelta(days=3650), 10)
    assert [(d.alert.reason, d.channel) for d in due] == [(Reason.RULES_REFUSED, "slack:#conflict")]
    store.close()


def test_a_mistake_at_the_first_start_is_told_too(folder: Path) -> None:
    (folder / "floods.yaml").write_text(FLOODS.replace("status: live", "status: liev"))
    told: list[Alert] = []
    in_force(folder, Counted(), told.extend)
    assert [(a.reason, a.title) for a in told] == [(Reason.RULES_REFUSED, f"Rules refused: {folder / 'floods.yaml'}")]


def delivered(store: Store) -> list[tuple[Reason, str, str]]:
    """Send all that is due; return reason, channel and thread of each notice in order."""
    found = []
    while due := store.deliveries.due(LATER, 100):
        for each in due:
            store.deliveries.sending(each.delivery_key, LATER)
            store.deliveries.sent(each.delivery_key, f"m{each.seq}", LATER)
            found.append((each.alert.reason, each.channel, each.thread or f"m{each.seq}"))
    return found


LATER = START + timedelta(days=3650)
REFUSED, MENDED = Reason.RULES_REFUSED, Reason.RULES_MENDED


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 's.db'}", "test")
    yield opened
    opened.close()


def edited(brain: InForce, folder: Path, *edits: str) -> None:
    for text in edits:
        (folder / "strikes.yaml").write_text(text)
        brain.look()
        brain.look()


def test_the_same_mistake_after_a_mend_is_told_again_in_a_thread_of_its_own(folder: Path, store: Store) -> None:
    edited(in_force(folder, Counted(), wiring.tell_by_delivery(store)), folder, BROKEN, RULES, BROKEN, RULES)
    threads: dict[str, list[Reason]] = {}
    for reason, _, thread in delivered(store):
        threads.setdefault(thread, []).append(reason)
    assert list(threads.values()) == [[REFUSED, MENDED], [REFUSED, MENDED]]


def test_all_mistakes_until_it_is_mended_are_one_thread(folder: Path, store: Store) -> None:
    other = RULES.replace("severity: bulletin", "severity: hi")
    edited(in_force(folder, Counted(), wiring.tell_by_delivery(store)), folder, BROKEN, other, BROKEN, RULES)
    told = delivered(store)
    assert [reason for reason, _, _ in told] == [REFUSED, REFUSED, MENDED]
    assert len({thread for _, _, thread in told}) == 1


def test_many_workers_tell_each_of_it_once(folder: Path, store: Store) -> None:
    brains = [in_force(folder, Counted(), wiring.tell_by_delivery(store)) for _ in range(3)]
    for text in (BROKEN, RULES, BROKEN, RULES):
        (folder / "strikes.yaml").write_text(text)
        for brain in brains:
            brain.look()
            brain.look()
    assert sorted(reason.value for reason, _, _ in delivered(store)) == ["rules mended"] * 2 + ["rules refused"] * 2


def test_a_restart_says_nothing_again_and_a_mend_meanwhile_is_told(folder: Path, store: Store) -> None:
    found = settings({"rules": str(folder), "state": str(folder.parent), "model": "none"}, None, {})

    def start() -> InForce:
        registry = CollectorRegistry()
        return wiring.in_force(found, "run@here", lambda _: None, Metrics(registry), wiring.tell_by_delivery(store))

    edited(start(), folder, BROKEN)
    start()
    (folder / "strikes.yaml").write_text(RULES)
    start()
    start()
    assert [reason for reason, _, _ in delivered(store)] == [REFUSED, MENDED]


def test_a_notice_that_could_not_be_stored_is_told_later(folder: Path) -> None:
    told: list[Alert] = []
    full = [True]

    def tell(notices: tuple[Alert, ...]) -> None:
        if full[0]:
            raise StoreError("no room on the disk")
        told.extend(notices)

    brain = in_force(folder, Counted(), tell)
    (folder / "strikes.yaml").write_text(BROKEN)
    brain.look()
    for _ in range(2):
        with pytest.raises(StoreError):
            brain.look()
    full[0] = False
    assert brain.look() is None
    brain.look()
    assert [a.reason for a in told] == [REFUSED]


def test_on_kafka_a_notice_goes_to_the_topic_of_alerts_once_and_waits_for_nobody(folder: Path, store: Store) -> None:
    for _ in range(2):
        edited(in_force(folder, Counted(), wiring.tell_by_topic(store, "alerts")), folder, RULES, BROKEN)
        (folder / "strikes.yaml").write_text(RULES)
    (row,) = store.claim(10, LATER)
    alert = decode(row.value, Alert)
    assert (row.dest, alert.reason, alert.channels) == ("alerts", REFUSED, ("slack:#conflict",))


def test_a_new_file_with_a_mistake_is_told_to_the_owner_that_it_names(folder: Path) -> None:
    desks = (folder / "desks.yaml").read_text()
    (folder / "desks.yaml").write_text(desks + "owners:\n  weather-desk: slack:#weather\n")
    told: list[Alert] = []
    brain = in_force(folder, Counted(), told.extend)
    (folder / "floods.yaml").write_text(FLOODS.replace("any:", "anny:"))
    brain.look()
    brain.look()
    assert [a.channels for a in told] == [("slack:#weather",)]


def test_a_notice_in_slack_shows_every_mistake_as_it_can_be_copied(folder: Path) -> None:
    (notice,) = looked(folder, [RULES.replace("any:", "an_y<!channel>:", 1)])
    said = blocks.message(notice, "k", "slack:#conflict")
    assert blocks.problems(said) == ()
    shown = json.dumps(said.blocks, ensure_ascii=False)
    assert "an_y&lt;!channel&gt;" in shown
    assert "strikes.yaml:13:" in shown


# --- a reload touches nothing but the rules -------------------------------------------------------------------------


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(path) as store:
        names = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: store.execute(f"SELECT * FROM {name}").fetchall() for name in names}


@pytest.mark.parametrize("edit", ["changed", "disabled", "deleted", "renamed", "moved", "broken"])
def test_no_story_timer_or_row_is_touched_by_a_reload(folder: Path, store: Store, tmp_path: Path, edit: str) -> None:
    both = RULES + FLOODS[FLOODS.index("  - id: flood") :]
    (folder / "strikes.yaml").write_text(both)
    brain = in_force(folder, Counted(), wiring.tell_by_delivery(store))
    follow(article("f", "A flood in Odd Town", seconds=1), brain.engine(), store, START)
    follow(article("g", "A flood in Even Town", seconds=2), brain.engine(), store, START)
    (first, second) = store.deliveries.due(START, 10)
    store.deliveries.sending(first.delivery_key, START)
    store.deliveries.postpone(second.delivery_key, START + timedelta(minutes=5), not_sent=True)
    before, version = tables(tmp_path / "s.db"), brain.engine().version
    texts = {
        "changed": {"strikes": both.replace("{any: [flood]}", "{any: [flood, deluge]}")},
        "disabled": {
            "strikes": both.replace("title: Flood reported\n    status: live", "title: Flood\n    status: retired")
        },
        "deleted": {"strikes": RULES},
        "renamed": {"strikes": both.replace("id: flood", "id: deluge")},
        "moved": {"strikes": RULES, "floods": FLOODS},
        "broken": {"strikes": both.replace("any:", "anny:")},
    }[edit]
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)
    brain.look()
    assert brain.look() is not None
    after = tables(tmp_path / "s.db")
    notices = [row for row in after["deliveries"] if row not in before["deliveries"]]
    assert len(notices) == (edit == "broken")
    ours = {"deliveries", "inbox", "sqlite_sequence"} if notices else set()
    assert {n: r for n, r in after.items() if n not in ours} == {n: r for n, r in before.items() if n not in ours}
    assert all(row in after["deliveries"] for row in before["deliveries"])
    assert (brain.engine().version == version) == (edit == "broken")
    follow(article("f", "A flood in Odd Town", seconds=1), brain.engine(), store, START)
    assert len(store.recent("conflict", 10)) == 2
