"""The dashboard shows numbers that exist, and every number is shown or left out for a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from deploy.grafana.make import FILE, ROWS, UNUSED, Panel, dashboard
from tests.oncall.promql import BY_NAME, used, wrong_labels
from tests.oncall.test_prometheus_rules import FOLDER, promtool

PANELS = [panel for _, row in ROWS for panel in row]


def test_the_file_is_what_the_script_writes() -> None:
    assert json.loads(FILE.read_text()) == dashboard(), "run python -m deploy.grafana.make"


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.title)
def test_a_panel_asks_for_numbers_that_exist(panel: Panel) -> None:
    for expression, _ in panel.queries:
        assert [] == [name for name, metric in used(expression).items() if metric is None]
        assert [] == wrong_labels(expression)


def test_every_metric_is_on_a_panel_or_left_out_for_a_reason() -> None:
    shown = {m.name for panel in PANELS for expr, _ in panel.queries for m in used(expr).values() if m}
    assert set(BY_NAME) - shown == set(UNUSED)


def test_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    panels = json.loads(FILE.read_text())["panels"]
    assert len(panels) == len({panel["id"] for panel in panels})
    for at in (panel["gridPos"] for panel in panels):
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_promtool_parses_every_query_of_the_dashboard(tmp_path: Path) -> None:
    rules = [
        {"record": f"panel:{number}", "expr": expression}
        for number, expression in enumerate(expr for panel in PANELS for expr, _ in panel.queries)
    ]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    done = promtool("check", "rules", str(file))
    assert (0, b"") == (done.returncode, done.stderr)
    assert f"{len(rules)} rules found" in done.stdout.decode()


def test_promtool_accepts_the_configuration() -> None:
    done = promtool("check", "config", str(FOLDER / "prometheus.yml"))
    assert done.returncode == 0, done.stderr.decode()
