from __future__ import annotations

import random  # noqa: TID251 - seeded: the same texts on every machine

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.loading import load_rules
from tests.fuzz.loading import FILES, spoilt, survives

HANG = 10.0
"""Far above what is met (0.6 s for a megabyte): a hang is found, a slow machine is not. `make fuzz` asks for one second."""


def test_the_files_that_are_spoilt_are_sound() -> None:
    assert load_rules(FILES, lambda _: ()).mistakes == ()


@pytest.mark.parametrize("seed", range(4))
def test_a_spoilt_file_is_told_its_mistakes_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(250):
        path, text = spoilt(chance)
        assert survives(path, text, HANG) is None, (path, text)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.text())
def test_any_text_is_told_its_mistakes_and_nothing_else(path: str, text: str) -> None:
    assert survives(path, text, HANG) is None


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.text(), st.data())
def test_any_text_within_a_sound_file_is_told_and_nothing_else(path: str, text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(FILES[path])))
    assert survives(path, FILES[path][:at] + text + FILES[path][at:], HANG) is None


LONG = 990_000


@pytest.mark.parametrize(
    "text",
    [
        "[" + "a," * (LONG // 2) + "a]",
        "format: 1\nlists: {a: {words: [" + "ab," * (LONG // 3) + "a]}}",
        "- a: b\n" * (LONG // 7),
        "".join(f"k{n}: 1\n" for n in range(LONG // 10)),
        "format: 1\nruleset: r\nowner: o\nrules: [" + "{}," * (LONG // 3) + "{}]",
        "format: 1\nruleset: r\nowner: o\nrules:\n" + "- {id: x}\n" * (LONG // 10),
        "[" + "&a x," * (LONG // 5) + "x]",
        "a: " + "b " * (LONG // 2),
        "a:\n" + "\n" * LONG,
        "{a: " * 100_000,
        'a: "' + "\\x41" * (LONG // 4) + '"',
    ],
    ids=lambda text: text[:40],
)
@pytest.mark.parametrize("path", ["rules/harbour.yaml", "rules/lists/l.yaml"])
def test_a_megabyte_of_nonsense_is_told_and_hangs_nothing(path: str, text: str) -> None:
    assert survives(path, text, HANG) is None
