"""What a pushed rules folder is as one value, without a broker."""

from __future__ import annotations

import zlib
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from monitors.article import digest
from streams import topics
from streams.cli import cli
from streams.files import NoFileError
from streams.rules_topic import NotPushed, Pushed, make, packed, tree_of, unpacked
from tests.fakes.newsroom import DESKS, RULES, START

FILES = {"/srv/r2/desks.yaml": DESKS, "/srv/r2/lists/l.yaml": "format: 1", "/srv/r2/strikes.yaml": RULES}
NAMES = {"/srv/r2/gazetteers/places.csv": "name,country,aliases\n"}
PUSHED = make(Path("/srv/r2"), FILES, NAMES, "v1", START)


def test_a_folder_comes_back_as_it_was_under_one_name() -> None:
    assert unpacked(packed(PUSHED)) == PUSHED
    assert sorted(PUSHED.files) == ["rules/desks.yaml", "rules/lists/l.yaml", "rules/strikes.yaml"]
    assert sorted(PUSHED.gazetteers) == ["rules/gazetteers/places.csv"]


def test_the_hash_is_of_every_text_and_its_place() -> None:
    elsewhere = make(Path("/etc/r"), {k.replace("/srv/r2", "/etc/r"): v for k, v in FILES.items()}, {}, "v1", START)
    assert elsewhere.tree == tree_of(PUSHED.files, {})
    assert elsewhere.tree != PUSHED.tree
    moved = {("rules/x.yaml" if k.endswith("strikes.yaml") else k): v for k, v in PUSHED.files.items()}
    assert tree_of(moved, PUSHED.gazetteers) != PUSHED.tree


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"", "bytes that are no rules folder"),
        (b"\x00garbage", "bytes that are no rules folder"),
        (zlib.compress(b'{"files": 3}'), "bytes that are no rules folder"),
        (zlib.compress(b"\xff"), "bytes that are no rules folder"),
        (packed(PUSHED)[:-20], "bytes that are no rules folder"),
        (packed(msgspec.structs.replace(PUSHED, tree="x")), "a rules folder whose hash is not that of its files"),
        (packed(msgspec.structs.replace(PUSHED, format=2)), "a rules folder in format 2"),
    ],
)
def test_what_is_no_rules_folder_is_refused_with_words(value: bytes, found: str) -> None:
    with pytest.raises(NoFileError, match=f"the topic of rules: found {found}; expected what `wirewatch rules push`"):
        unpacked(value)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zlib.compress(b'{"version": "' + b" " * (80 * topics.MEBIBYTE), 9)
    assert len(bomb) < topics.MEBIBYTE
    with pytest.raises(NoFileError, match="no rules folder"):
        unpacked(bomb)


def test_a_folder_that_the_topic_would_not_take_is_refused_with_its_largest_files() -> None:
    words = " ".join(digest(str(n)) for n in range(20_000))
    large: Pushed = msgspec.structs.replace(PUSHED, files={**PUSHED.files, "rules/lists/huge.yaml": words})
    with pytest.raises(NotPushed, match=r"a rules folder of 0\.\d MiB, compressed; expected at most 0\.1 MiB") as said:
        packed(large, most=topics.MEBIBYTE // 10)
    assert "largest files: rules/lists/huge.yaml" in str(said.value)


def test_a_broken_folder_is_not_pushed_and_needs_no_broker_to_be_refused(tmp_path: Path) -> None:
    (tmp_path / "desks.yaml").write_text(DESKS)
    (tmp_path / "strikes.yaml").write_text(RULES.replace("any:", "anny:", 1))
    said = CliRunner().invoke(cli, ["rules", "push", str(tmp_path), "--kafka", "127.0.0.1:1"])
    assert said.exit_code == 1
    assert "found unknown key `anny`" in said.output
    assert said.output.endswith("not pushed: the workers keep the rules they have\n")
