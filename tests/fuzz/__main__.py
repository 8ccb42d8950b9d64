"""`python -m tests.fuzz [--inputs 200000] [--seed N]`: the long run over the loader of rules.

Half of the inputs come from atheris, which looks for new paths through the code, where it is installed; the rest from the
mutations of tests/fuzz/loading.py. The first input that is not survived ends the run and is printed.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import random  # noqa: TID251 - seeded from the command line
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

Survives = Callable[[str, str], str | None]


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    atheris = _atheris()
    guided = given.inputs // 2 if atheris else 0
    # Before anything imports the loader: atheris follows only what is imported under its eyes.
    with atheris.instrument_imports(include=["monitors", "streams"]) if atheris else contextlib.nullcontext():
        loading = importlib.import_module("tests.fuzz.loading")
    _mutated(loading, given.inputs - guided, given.seed)
    if atheris:
        _guided(atheris, loading, guided, given.seed)


def _atheris() -> ModuleType | None:
    try:
        return importlib.import_module("atheris")
    except ImportError:
        print("atheris is not installed: mutations only")
        return None


def _mutated(loading: ModuleType, inputs: int, seed: int) -> None:
    chance, began, slowest = random.Random(seed), time.monotonic(), 0.0
    for _ in range(inputs):
        path, text = loading.spoilt(chance)
        before = time.process_time()
        _check(loading, path, text)
        slowest = max(slowest, time.process_time() - before)
    took = time.monotonic() - began
    print(f"{inputs:,} mutated inputs in {took:.0f} s, the slowest {slowest:.2f} s: no traceback, no hang", flush=True)


def _guided(atheris: ModuleType, loading: ModuleType, inputs: int, seed: int) -> None:
    paths: Sequence[str] = sorted(loading.FILES)

    def one(given: bytes) -> None:
        if given:
            _check(loading, paths[given[0] % len(paths)], given[1:].decode("utf-8", "surrogateescape"))

    with tempfile.TemporaryDirectory() as folder:
        for n, path in enumerate(paths):
            (Path(folder) / str(n)).write_bytes(bytes([n]) + loading.FILES[path].encode())
        print(
            f"{inputs:,} inputs guided by atheris: it ends the program, and says so when one is not survived",
            flush=True,
        )
        atheris.Setup([sys.argv[0], f"-runs={inputs}", f"-seed={seed}", "-timeout=20", "-verbosity=0", folder], one)
        atheris.Fuzz()


def _check(loading: ModuleType, path: str, text: str) -> None:
    if wrong := loading.survives(path, text):
        kept = Path(tempfile.gettempdir()) / "not-survived.yaml"
        kept.write_text(text, encoding="utf-8", errors="surrogateescape")
        sys.exit(f"{path} is not survived: {wrong}\nthe text is in {kept}")


if __name__ == "__main__":
    main()
