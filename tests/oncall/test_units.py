"""The systemd units start commands that exist, and Prometheus asks where they answer."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from streams.cli import cli
from streams.faust_app import STOP_SECONDS, STOPPED
from tests.oncall.test_prometheus_rules import FOLDER, ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


def setting(unit: Path, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit.read_text(), re.MULTILINE)


def port(unit: Path) -> str:
    return str(re.findall(r"WIREWATCH_METRICS=(\S+)", unit.read_text())[0])


def test_there_is_a_unit_for_each_long_lived_command() -> None:
    commands = [setting(unit, "ExecStart")[0].rpartition("/wirewatch ")[2] for unit in UNITS]
    assert ["deliver", "poll", "run", "worker"] == commands
    assert set(commands) <= set(cli.commands)


def test_prometheus_asks_every_process_of_a_host() -> None:
    asked = yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"][0]["static_configs"][0]["targets"]
    assert set(asked) == {port(unit) for unit in UNITS}
    together = [port(unit) for unit in UNITS if "run" not in unit.stem]
    assert len(set(together)) == len(together)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_process_that_stopped_itself_for_good_is_not_started_again(unit: Path) -> None:
    assert [str(STOPPED)] == setting(unit, "RestartPreventExitStatus")
    assert int(setting(unit, "TimeoutStopSec")[0]) > STOP_SECONDS


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_finds_no_mistake_in_a_unit(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    # The paths of a real host are not here; everything else is as it will be.
    text = re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", unit.read_text(), flags=re.MULTILINE)
    copy = tmp_path / unit.name
    copy.write_text(re.sub(r"^(User|WorkingDirectory|Documentation)=.*\n", "", text, flags=re.MULTILINE))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False, timeout=60
    )
    ours = [line for line in done.stderr.splitlines() if unit.name in line]
    assert [] == ours
