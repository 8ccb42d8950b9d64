"""The command line called as the shell calls it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from streams.cli import main
from tests.fakes.newsroom import DESKS
from tests.streams.test_reloading import FLOODS


class Said(NamedTuple):
    """What a command printed, on both streams, and its exit code."""

    output: str
    exit_code: int


Wirewatch = Callable[..., Said]


def called(*words: str) -> Said:
    """Run ``wirewatch`` with these words in this process; what it raises is a bug, and raised."""
    said = io.StringIO()
    code = 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main(words)
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Said(said.getvalue(), code)


def with_floods(folder: Path) -> None:
    (folder / "floods.yaml").write_text(FLOODS.lstrip())
    (folder / "desks.yaml").write_text(DESKS.lstrip().replace("[strikes]", "[strikes, floods]"))
