"""Every alert has a runbook and every runbook an alert; both say the same things in the same order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from streams.cli import cli
from streams.letters import dead_letters
from tests.oncall.promql import used
from tests.oncall.test_prometheus_rules import ALERTS, ROOT

FOLDER = ROOT / "docs" / "runbooks"
PARTS = ["What readers see", "First look", "Causes, likeliest first", "Wake somebody", "Over when"]
PAGES = sorted(page for page in FOLDER.glob("*.md") if page.name != "README.md")


def test_alerts_and_runbooks_are_the_same_set() -> None:
    assert sorted(ALERTS) == [page.stem for page in PAGES]
    assert {f"docs/runbooks/{name}.md" for name in ALERTS} == {a["annotations"]["runbook"] for a in ALERTS.values()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_runbook_has_every_part(page: Path) -> None:
    text = page.read_text()
    assert text.startswith(f"# {page.stem}\n")
    assert [] == [part for part in PARTS if f"\n## {part}\n" not in text]
    assert PARTS == re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert f"`{ALERTS[page.stem]['labels']['severity']}`" in text


def test_the_list_of_runbooks_is_whole() -> None:
    listed = re.findall(r"\((\w+)\.md\)", (FOLDER / "README.md").read_text())
    assert sorted(ALERTS) == sorted(listed)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_runbook_names_commands_and_metrics_that_exist(page: Path) -> None:
    text = page.read_text()
    commands = set(re.findall(r"`wirewatch ([a-z-]+)", text))
    assert set() == commands - {*cli.commands, dead_letters.name}
    assert set() == set(re.findall(r"`wirewatch dead-letters ([a-z]+)", text)) - set(dead_letters.commands)
    assert [] == [name for name, metric in used(text).items() if metric is None]
