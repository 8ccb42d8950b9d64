"""The transcript of docs/rules-cookbook.md is real: each command, run on a copy of tests/rules/desk, says what stands there.

After a change of words, `python -m tests.rules.test_cookbook` writes the answers anew; read them before you commit them.
"""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.streams.kit import called

DOC = Path(__file__).parents[2] / "docs" / "rules-cookbook.md"
DESK = Path(__file__).parent / "desk"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def answered(text: str, folder: Path) -> str:
    """Return the document with what its commands say, run one after the other beside a copy of the desk's folder."""
    shutil.copytree(DESK, folder / "rules")
    (folder / "rules" / "day.jsonl").rename(folder / "day.jsonl")
    with contextlib.chdir(folder):
        return BLOCK.sub(lambda block: f"```console\n{_block(block[1])}```", text)


def _block(block: str) -> str:
    commands = re.findall(r"^\$ (.*(?:\n> .*)*)$", block, re.MULTILINE)
    return "".join(f"$ {command}\n{_answer(command)}" for command in commands)


def _answer(command: str) -> str:
    words = command.replace("\n> ", "\n")
    if words.startswith("wirewatch "):
        return _wirewatch(words)
    made = subprocess.run(["bash", "-c", words], capture_output=True, text=True, check=False)
    return made.stdout + made.stderr


def _wirewatch(words: str) -> str:
    said = called(*shlex.split(words)[1:]).output
    # The version is a hash of how rules are kept, and would change with every field of theirs.
    lines = re.sub("version [0-9a-f]{12}", "version 0123456789ab", said).splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def test_every_command_says_what_the_cookbook_says(tmp_path: Path) -> None:
    text = DOC.read_text(encoding="utf-8")
    assert len(BLOCK.findall(text)) >= 10
    assert answered(text, tmp_path) == text


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        DOC.write_text(answered(DOC.read_text(encoding="utf-8"), Path(place)), encoding="utf-8")
