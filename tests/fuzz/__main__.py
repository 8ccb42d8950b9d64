"""`python -m tests.fuzz [--guided] [--inputs N] [--seed N]`: the long run over the loader of rules.

The inputs are the mutations of tests/fuzz/loading.py, or with ``--guided`` come from atheris, which looks for new paths
through the code. The first input that is not survived ends the run and is printed.
"""

from __future__ import annotations

import argparse
import importlib
import random  # noqa: TID251 - seeded from the command line
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

WATCHED = 4.0
"""How much slower the code is under the eyes of atheris, at most."""


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guided", action="store_true")
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.guided:
        _guided(given.inputs, given.seed)
    else:
        _mutated(given.inputs, given.seed)


def _mutated(inputs: int, seed: int) -> None:
    loading = importlib.import_module("tests.fuzz.loading")
    chance, began, slowest = random.Random(seed), time.monotonic(), 0.0
    for _ in range(inputs):
        path, text = loading.spoilt(chance)
        before = time.process_time()
        _check(loading, path, text, loading.LIMIT)
        slowest = max(slowest, time.process_time() - before)
    took = time.monotonic() - began
    print(f"{inputs:,} mutated inputs in {took:.0f} s, the slowest {slowest:.2f} s: no traceback, no hang")


def _guided(inputs: int, seed: int) -> None:
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        sys.exit("atheris is not installed (`pip install atheris`): only mutations were tried")
    # Before anything imports the loader: atheris follows only what is imported under its eyes.
    with atheris.instrument_imports(include=["monitors", "streams"]):
        loading = importlib.import_module("tests.fuzz.loading")
    paths: Sequence[str] = sorted(loading.FILES)

    def one(given: bytes) -> None:
        if given:
            text = given[1:].decode("utf-8", "surrogateescape")
            _check(loading, paths[given[0] % len(paths)], text, loading.LIMIT * WATCHED)

    with tempfile.TemporaryDirectory() as folder:
        for n, path in enumerate(paths):
            (Path(folder) / str(n)).write_bytes(bytes([n]) + loading.FILES[path].encode())
        # It ends the program itself, with an error when an input is not survived.
        atheris.Setup([sys.argv[0], f"-runs={inputs}", f"-seed={seed}", "-timeout=20", folder], one)
        atheris.Fuzz()


def _check(loading: ModuleType, path: str, text: str, limit: float) -> None:
    if wrong := loading.survives(path, text, limit):
        kept = Path(tempfile.gettempdir()) / "not-survived.yaml"
        kept.write_text(text, encoding="utf-8", errors="surrogateescape")
        sys.exit(f"{path} is not survived: {wrong}\nthe text is in {kept}")


if __name__ == "__main__":
    main()
