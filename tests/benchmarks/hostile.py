"""Hostile texts of 100 kB: how long reading takes, beside a plain text of the same size in the same run.

    python -m tests.benchmarks.hostile [--model NAME]

Printed is processor time, so that a busy machine changes little. The bound is one second for 100 kB.
"""

from __future__ import annotations

import argparse
from time import process_time

from streams import nlp
from streams.core.extract import extract
from tests.core.extract.samples import article, gazetteer
from tests.core.extract.test_example import TEXT
from tests.core.extract.test_properties import HOSTILE

SIZE = 100_000
MORE = {
    "not": "no casualties not ",
    "sentences": "Three were killed. ",
    "quoted words": '"killed 3" said ',
    "strikes": "12 missiles hit Erbil and Baghdad, 3 failed, ",
    "leaders": "Trump said Khamenei said ",
    "kin": "his brother and her sister, ",
    "lists": "John Smith, 34, a cook, and ",
    "brackets": "(((killed) ",
}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.hostile", description=__doc__)
    parser.add_argument("--model", default="none")
    annotate = nlp.load(parser.parse_args().model)
    names = gazetteer()
    plain = _filled(TEXT + "\n\n")
    texts = {"a plain text": plain, **HOSTILE, **{name: _filled(words) for name, words in MORE.items()}}
    reference = 0.0
    for name, text in texts.items():
        begun = process_time()
        extract(article(text, "Missiles"), names, annotate)
        took = process_time() - begun
        reference = reference or took
        print(f"{name:24} {took:5.2f} s, {took / reference:4.1f} times a plain text")


def _filled(words: str) -> str:
    return (words * (SIZE // len(words) + 1))[:SIZE]


if __name__ == "__main__":
    main()
