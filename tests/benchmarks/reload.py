"""Reloading: how long a changed folder of many rules takes to come into force, and how long articles wait meanwhile.

    python -m tests.benchmarks.reload [--rules 1000] [--rounds 9]

The shipped rule sets are copied under other ids until there are so many rules, all tests included. In each round one rule
of one file changes, `reload_rules` makes the new rules and `make_engine` the new engine, as `streams.reloading` does: in a
thread, while another thread examines articles. Printed are both times, and the longest that one article took.
"""

from __future__ import annotations

import argparse
import re
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from monitors.article import Article
from streams.core.engine import Engine, examine, make_engine
from streams.core.loading import load_rules
from streams.core.reload import reload_rules
from streams.files import rule_files
from tests.core.extract.samples import article
from tests.quality.__main__ import gazetteer

RULES = Path(__file__).parents[2] / "rules"
_ID = re.compile(r"^(\s*-?\s*(?:id|ruleset|extends): )([\w-]+)$", re.MULTILINE)


def copies(files: dict[str, str], wanted: int) -> dict[str, str]:
    """Return the files with the rule sets copied until there are ``wanted`` rules or a few more."""
    sets = {p: t for p, t in files.items() if "\nruleset: " in t}
    each = sum(len(re.findall(r"^\s+- id: ", text, re.MULTILINE)) for text in sets.values())
    made = dict(files)
    for n in range(1, -(-wanted // each)):
        made |= {p.replace(".yaml", f"_{n}.yaml"): _ID.sub(rf"\g<1>\g<2>-{n}", t) for p, t in sets.items()}
    return made


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reload", description=__doc__)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    names = gazetteer()
    files = copies(rule_files(RULES), given.rules)
    rules = load_rules(files, names.names)
    assert not rules.mistakes, rules.mistakes[0]
    engine = make_engine(rules, names, None)
    print(f"{len(rules.compiled.rules)} rules in {len(rules.rulesets)} rule sets")
    changed = min(p for p in files if p.endswith("_1.yaml"))
    quiet = [_quiet(n) for n in range(50)]
    alone = sorted(_examined(engine, quiet))
    print(f"examining alone: p50 {alone[len(alone) // 2]:.2f} ms, longest {alone[-1]:.2f} ms")
    took: list[float] = []
    waits: list[float] = []
    for n in range(given.rounds):
        files = files | {changed: files[changed].replace("title: ", f"title: {n} ", 1)}
        done = threading.Event()

        def reload(files: dict[str, str] = files, done: threading.Event = done) -> None:
            nonlocal rules, engine
            begun = time.perf_counter()
            made = reload_rules(rules, files, names.names)
            assert not made.held, made.held[0]
            engine, rules = make_engine(made.rules, names, None), made.rules
            took.append(1000 * (time.perf_counter() - begun))
            done.set()

        thread = threading.Thread(target=reload)
        thread.start()
        while not done.is_set():
            waits += _examined(engine, quiet[:5])
        thread.join()
    print(f"reload, while articles are examined: p50 {statistics.median(took):.0f} ms, longest {max(took):.0f} ms")
    waits.sort()
    print(f"an article meanwhile: p50 {waits[len(waits) // 2]:.2f} ms, longest {waits[-1]:.2f} ms of {len(waits)}")


def _examined(engine: Engine, articles: list[Article]) -> Iterator[float]:
    for each in articles:
        begun = time.perf_counter()
        examine(engine, each)
        yield 1000 * (time.perf_counter() - begun)


def _quiet(n: int) -> Article:
    return article(f"The council met on Monday to speak of its {n} bridges and the trams over them. " * 40, "Bridges")


if __name__ == "__main__":
    main()
