"""A rules folder of two files, the command line on it, and a recorded day."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from tests.fakes.newsroom import DESKS, RULES
from tests.streams.kit import Wirewatch, called


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "strikes.yaml").write_text(RULES.lstrip())
    (rules / "desks.yaml").write_text(DESKS.lstrip())
    return rules


@pytest.fixture
def wirewatch(folder: Path) -> Wirewatch:
    """`wirewatch rules` on the folder."""
    return partial(called, "rules", "--rules", str(folder))


@pytest.fixture
def recording(tmp_path: Path) -> str:
    articles = [
        {"title": "Missiles hit a depot", "text": "Nobody was hurt.", "source": "Gulf Wire"},
        {"title": "Flood reaches a | town", "text": "The river rose.", "source": "Levant Courier"},
        {"title": "Tram line opens", "text": "At last.", "source": "Gulf Wire"},
    ]
    file = tmp_path / "day.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in articles))
    return str(file)
