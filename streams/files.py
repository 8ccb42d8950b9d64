"""The only module that opens the files people write: rules, lists, gazetteers, feeds, articles."""

from __future__ import annotations

import sys
from pathlib import Path

from monitors import strict_yaml

MAX_BYTES = 10_000_000
"""Past this a file is not a rule, list or article but a mistake."""
MAX_RECORDING = 200_000_000
"""A month of a busy newsroom; a recording is held in memory."""


class NoFileError(Exception):
    """A file or folder that is not there or cannot be read; the message names it and what was expected."""


def read_text(path: Path | str, what: str, most: int = MAX_BYTES) -> str:
    """Return a file's text (``-``: standard input), its lines ended by line feeds. Raises `NoFileError` with a clear line."""
    try:
        # Not by the file's size: a device or a pipe has none, and no end.
        with sys.stdin.buffer if str(path) == "-" else Path(path).open("rb") as file:
            body = file.read(most + 1)
    except OSError as error:
        raise NoFileError(f"{path}: found {(error.strerror or 'no readable file').lower()}; expected {what}") from None
    if len(body) > most:
        raise NoFileError(f"{path}: found a file over {most // 1_000_000} MB; expected {what}")
    try:
        return body.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        place = f"{path}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
        raise NoFileError(f"{place}: found a character that is not UTF-8; expected {what}") from None


def read_recording(path: Path | str) -> str:
    """Return the text of recorded articles. Raises `NoFileError` with a clear line."""
    return read_text(path, "recorded articles, one JSON object per line", MAX_RECORDING)


def write_text(path: Path, text: str) -> None:
    """Write a file beside its old self and put it in its place at once, so that nobody reads half of it.

    The last folder of its path is made. Raises `NoFileError`.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        found = (error.strerror or "no place to write").lower()
        raise NoFileError(f"{path}: found {found}; expected a file to write") from None


def rule_files(folder: Path, feeds: Path | None = None) -> dict[str, str]:
    """Return the text of every rule file under a rules folder, by its path: ``*.yaml`` there and in ``lists/``.

    The feeds file and the gazetteers are not among them. Raises `NoFileError` when there is none.
    """
    if not folder.is_dir():
        raise NoFileError(f"{folder}: found no folder; expected the rules folder (--rules DIR)")
    apart = {"feeds.yaml", *([feeds.name] if feeds and feeds.parent == folder else [])}
    paths = [
        p for p in sorted([*folder.glob("*.yaml"), *folder.glob("lists/*.yaml")]) if p.name not in apart and p.is_file()
    ]
    if not paths:
        raise NoFileError(f"{folder}: found no *.yaml; expected rule sets there")
    return {str(p): _rule_text(p) for p in paths}


def _rule_text(path: Path) -> str:
    """Return what is read of a rule file. Too long and not UTF-8 are mistakes of that file alone, which the reader tells."""
    try:
        with path.open("rb") as file:
            return file.read(strict_yaml.MAX_BYTES + 4).decode("utf-8", "surrogateescape")
    except OSError as error:
        raise NoFileError(f"{path}: found {error.strerror or 'no readable file'}; expected a rule file") from None


def gazetteer_files(folder: Path) -> dict[str, str]:
    """Return the text of every gazetteer file under a rules folder, by its path."""
    paths = [p for p in sorted((folder / "gazetteers").glob("*")) if p.is_file() and not p.name.startswith(".")]
    return {str(p): read_text(p, "a gazetteer file") for p in paths}
