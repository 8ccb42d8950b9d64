"""Matching: the engine and Lucene Monitor on the same rules and articles, in one run, turn by turn.

    python -m tests.benchmarks.matching FOLDER --rules 10000 [--lucene RUN_SH] [--answers FILE] [--rounds 3] [--seconds 4]

FOLDER holds ``articles.jsonl`` (id, title, body) and ``rules_N.jsonl`` (id, match, unless; a clause is ``any``, ``all`` or
``near`` with ``of``). They are made rules of the language and asked of `page_of` and `fired`, cutting into words included.
``--lucene`` (or ``matching/lucene/run.sh`` beside the folder ``bench``, when it and a JDK are there) is a script that takes
FOLDER, N and seconds, and prints one line of JSON with ``articles_per_s``. ``--answers`` writes for each of the first
articles its id and the ids of the rules that fire, sorted, a line each.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from streams.core.match import Compiled, compile_rules, fired, learned_frequency, page_of, screen
from streams.core.model import Severity
from streams.core.ruleset import AllOf, AnyOf, Clause, Near, Rule, RuleSet, Term, Test

BESIDE = Path(__file__).resolve().parents[3] / "shared/bench/matching/lucene/run.sh"
LEARNT = 200
"""Articles from which is learnt how frequent words are; they are the last of the file, and no others are answered first."""
Neutral = Mapping[str, Any]
Texts = Sequence[tuple[str, str, str]]
"""Id, title and body of each article."""


def main() -> None:
    """Print the figures."""
    given = _arguments()
    articles = _articles(given.folder)
    began = time.perf_counter()
    rulesets = [_ruleset(given.folder, given.rules)]
    made = time.perf_counter() - began
    frequency = learned_frequency((title, body) for _, title, body in articles[-LEARNT:])
    before = _megabytes()
    began = time.perf_counter()
    compiled = compile_rules(rulesets, frequency=frequency)
    took = time.perf_counter() - began
    gc.collect()
    gc.freeze()  # as a long-running process has it: rules are no garbage
    print(
        f"{given.rules} rules: {took:.2f} s to compile (their values were made in {made:.2f} s);"
        f" {_megabytes():.0f} MB in all, {_megabytes() - before:.0f} MB of it compiled"
    )
    if given.answers:
        given.answers.write_text("".join(f"{line}\n" for line in _answers(compiled, articles[: given.articles])))
        print(f"answers of {min(given.articles, len(articles))} articles are in {given.answers}")
    ours, theirs = [], []
    script = given.lucene if shutil.which("java") and given.lucene.exists() else None
    for n in range(given.rounds):
        ours.append(_rate(lambda title, body: fired(compiled, page_of(compiled, title, body)), articles, given.seconds))
        print(f"  round {n + 1}: {ours[-1]:.0f} articles/s", end="", flush=True)
        if script:
            theirs.append(_lucene(script, given.folder, given.rules, given.seconds))
            print(f", Lucene Monitor {theirs[-1]:.0f}, ratio {ours[-1] / theirs[-1]:.1f}", end="")
        print()
    shown = _rate(lambda title, body: screen(compiled, title, body), articles, given.seconds)
    told = f"  median {statistics.median(ours):.0f} articles/s; {shown:.0f} with the evidence of each match"
    if theirs:
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        told += f"; Lucene Monitor {statistics.median(theirs):.0f}; median ratio {ratio:.1f}"
    print(told)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rules", default="1000", help="the N of rules_N.jsonl, as 1000 or 100000_quiet")
    parser.add_argument("--lucene", type=Path, default=BESIDE)
    parser.add_argument("--answers", type=Path)
    parser.add_argument("--articles", type=int, default=300, help="how many are answered to --answers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    given = parser.parse_args()
    for name in ("articles.jsonl", f"rules_{given.rules}.jsonl"):
        if not (given.folder / name).is_file():
            parser.error(
                f"{given.folder / name}: found no file; expected a FOLDER with articles.jsonl and rules_N.jsonl"
            )
    return given


def _articles(folder: Path) -> Texts:
    lines = (json.loads(line) for line in (folder / "articles.jsonl").read_text().splitlines())
    return [(each["id"], each["title"], each["body"]) for each in lines]


def _ruleset(folder: Path, rules: str) -> RuleSet:
    with (folder / f"rules_{rules}.jsonl").open() as lines:
        made = tuple(_rule(json.loads(line)) for line in lines)
    return RuleSet(id="bench", title="", owner="", file="", rules=made, version="")


def _rule(neutral: Neutral) -> Rule:
    return Rule(
        id=neutral["id"],
        title="",
        owner="",
        review_by=date(2030, 1, 1),
        status="live",
        severity=Severity.ROUTINE,
        match=tuple(Clause(name=f"m{i}", test=_test(each)) for i, each in enumerate(neutral["match"])),
        # Wherever it stands it cancels.
        unless=tuple(
            Clause(name=f"u{i}", test=_test(each), fields=("title", "body")) for i, each in enumerate(neutral["unless"])
        ),
    )


def _test(neutral: Neutral) -> Test:
    if "any" in neutral:
        return _any(neutral["any"])
    if "all" in neutral:
        return AllOf(of=tuple(_any([phrase]) for phrase in neutral["all"]))
    return Near(within=neutral["near"], of=tuple(_any(side) for side in neutral["of"]))


def _any(phrases: Sequence[str]) -> AnyOf:
    return AnyOf(terms=tuple(map(_term, phrases)))


@cache
def _term(phrase: str) -> Term:
    """Return the one value of a phrase, as the rules that share a list share its terms."""
    return Term(text=phrase, words=tuple(phrase.split()))


def _answers(compiled: Compiled, articles: Texts) -> Iterator[str]:
    for name, title, body in articles:
        firing = fired(compiled, page_of(compiled, title, body))
        yield " ".join((name, *sorted(compiled.rules[number].rule.id for number in firing)))


def _rate(ask: Callable[[str, str], object], articles: Texts, seconds: float) -> float:
    """Return articles per second, after a warm-up half as long: Lucene gets one too."""
    _run(ask, articles, seconds / 2)
    return _run(ask, articles, seconds)


def _run(ask: Callable[[str, str], object], articles: Texts, seconds: float) -> float:
    began, count = time.perf_counter(), 0
    while (took := time.perf_counter() - began) < seconds:
        _, title, body = articles[count % len(articles)]
        ask(title, body)
        count += 1
    return count / took


def _lucene(script: Path, folder: Path, rules: str, seconds: float) -> float:
    said = subprocess.run(
        ["bash", str(script), str(folder), rules, str(seconds)], check=True, capture_output=True, text=True
    )
    return float(json.loads(said.stdout.splitlines()[-1].strip())["articles_per_s"])


def _megabytes() -> float:
    """Return the most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
