"""What can be known of deploy/compose.yaml without docker: its commands, settings and names are those of the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.kafka.broker import properties
from deploy.kafka.jars import KAFKA
from streams.cli import cli
from streams.config import settings

FILE = Path(__file__).resolve().parents[2] / "deploy" / "compose.yaml"
COMPOSE = yaml.safe_load(FILE.read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "wirewatch"}


def test_the_processes_of_both_modes_are_there() -> None:
    modes = {mode: {name for name, one in SERVICES.items() if mode in one["profiles"]} for mode in ("pipe", "embedded")}
    assert modes == {"pipe": {"kafka", "postgres", "topics", "poll", "worker", "deliver"}, "embedded": {"run"}}


@pytest.mark.parametrize("name", OURS)
def test_its_command_is_one_that_wirewatch_has(name: str) -> None:
    command, *words = OURS[name]["command"]
    cli.commands[command].make_context(command, list(words))


@pytest.mark.parametrize("name", OURS)
def test_its_settings_are_understood(name: str) -> None:
    found = settings({}, environ={key: str(value) for key, value in OURS[name]["environment"].items()})
    assert found.state == Path("/state")
    assert found.kafka.startswith("kafka:")


def test_kafka_is_the_tested_version_with_settings_that_the_tested_one_has() -> None:
    kafka = SERVICES["kafka"]
    assert kafka["image"] == f"apache/kafka:{KAFKA}"
    tested = {line.partition("=")[0] for line in properties(Path("/data"), 1, 2, {}).splitlines()}
    given = {name.removeprefix("KAFKA_").lower().replace("_", ".") for name in kafka["environment"]}
    assert set() == given - tested


def test_every_name_it_refers_to_is_defined() -> None:
    waited_for = {needed for service in SERVICES.values() for needed in service.get("depends_on", {})}
    mounted = {
        volume.partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", ())
        if volume[0] != "."
    }
    assert waited_for <= set(SERVICES)
    assert mounted == set(COMPOSE["volumes"])


def test_the_image_copies_only_what_is_there() -> None:
    lines = COMPOSE["x-wirewatch"]["build"]["dockerfile_inline"].splitlines()
    copied = {word for line in lines if line.startswith("COPY") for word in line.split()[1:-1]}
    assert set() == {name for name in copied if not (FILE.parent.parent / name).exists()}
