"""The alert rules fire when they should, stay quiet when they should, and speak of numbers that exist."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest

from tests.oncall.promql import used, wrong_labels
from tests.oncall.test_metrics import exercised, watched

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "prometheus"
RULES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "wirewatch.rules.yml").read_text())["groups"][0]["rules"]
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}
RECORDED = {rule["record"] for rule in RULES if "record" in rule}
TESTS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "wirewatch.test.yml").read_text())["tests"]


def promtool(*arguments: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("promtool")
    if program is None:
        if os.environ.get("WIREWATCH_TEST_PROMTOOL") == "required":  # noqa: TID251  # CI's wish, nobody else reads it
            pytest.fail("promtool is not installed, and WIREWATCH_TEST_PROMTOOL=required")
        pytest.skip("promtool is not installed (Debian package: prometheus)")
    return subprocess.run([program, *arguments], input=given, capture_output=True, check=False, cwd=FOLDER, timeout=60)


def test_promtool_accepts_the_rules() -> None:
    done = promtool("check", "rules", "--lint-fatal", "wirewatch.rules.yml")
    assert (0, f"{len(RULES)} rules found") == (
        done.returncode,
        re.findall(r"\d+ rules found", done.stdout.decode())[0],
    )


def test_every_case_of_the_rules_holds() -> None:
    done = promtool("test", "rules", "wirewatch.test.yml")
    assert (0, b"") == (done.returncode, done.stderr), done.stdout.decode()


@pytest.mark.parametrize("registry", [exercised(), watched()], ids=["pipe", "feeds"])
def test_promtool_finds_nothing_to_better_in_our_metrics(registry: Any) -> None:
    done = promtool("check", "metrics", given=generate_latest(registry))
    # The client library's own creation times are gauges that end in _created; nothing is said of ours.
    assert (0, b"") == (done.returncode, done.stdout + done.stderr)


@pytest.mark.parametrize("name", ALERTS)
def test_each_alert_has_a_case_that_fires_and_one_that_does_not(name: str) -> None:
    cases = [case for test in TESTS for case in test["promql_expr_test"] if f'alertname="{name}"' in case["expr"]]
    fired = [case for case in cases if case["exp_samples"]]
    assert fired
    assert [case for case in cases if not case["exp_samples"]]
    severity = ALERTS[name]["labels"]["severity"]
    assert all(f'severity="{severity}"' in sample["labels"] for case in fired for sample in case["exp_samples"])


def test_every_series_of_the_cases_comes_from_some_instance() -> None:
    series = [given["series"] for test in TESTS for given in test["input_series"]]
    assert [] == [one for one in series if 'instance="' not in one]
    assert [] == [problem for one in series for problem in wrong_labels(one)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.get("alert") or rule.get("record"))
def test_a_rule_speaks_of_numbers_that_exist(rule: dict[str, Any]) -> None:
    assert [] == [name for name, metric in used(rule["expr"]).items() if metric is None]
    assert [] == wrong_labels(rule["expr"])
    assert set(re.findall(r"wirewatch:[a-z0-9_:]+", rule["expr"])) <= RECORDED


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ('wirewatch_alert_latency_seconds_bucket{le="60"}', "no edge 60"),
        ('wirewatch_feed_tier{teir="1"}', "no label teir"),
    ],
)
def test_a_label_that_no_metric_has_is_found(expression: str, problem: str) -> None:
    assert problem in wrong_labels(expression)[0]


@pytest.mark.parametrize("name", ["wirewatch_feeds_tier", "wirewatch_alert_latency_seconds", "wirewatch_reasons_count"])
def test_a_series_that_nobody_exports_is_found(name: str) -> None:
    assert {name: None} == used(f"sum({name})")
