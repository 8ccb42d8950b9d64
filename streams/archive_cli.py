"""`wirewatch rules diff`, `backtest` and `stats`: rules over articles of the past, archived or recorded. Sends nothing."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitors.strict_yaml import read
from streams.clock import utc_now
from streams.config import NAMES, Settings, settings
from streams.core.gazetteer import parse_gazetteer
from streams.core.loading import Rules
from streams.core.rule_tests import coverage
from streams.core.ruleset import STATUSES
from streams.files import gazetteer_files, read_recording, read_text, rule_files
from streams.rules_cli import FAILED, fail, loaded_rules

if TYPE_CHECKING:
    from monitors.article import Article
    from streams.comparing import Rate, Tally

DIFFERENT = 1
"""Exit code: what was asked was done, and something differs."""

F = TypeVar("F", bound=Callable[..., Any])


def _over_articles(command: F) -> F:
    """Give a command the arguments that say which articles."""
    command = click.option("--store", metavar="VALUE", help=f"whose archive: {NAMES['store']}")(command)
    days = click.IntRange(1, 9999)
    command = click.option("--days", type=days, metavar="N", help="the archived articles of the last N days")(command)
    return click.argument("recordings", metavar="[FILE.jsonl]...", nargs=-1)(command)


@contextmanager
def _articles(found: Settings, recordings: Sequence[str], days: int | None) -> Iterator[Iterator[Article]]:
    """Give the articles of recordings or of the archive, one by one; a command that gets none fails with clear words."""
    from streams import replaying, wiring

    if bool(recordings) == (days is not None):
        fail(
            "found " + ("both files and --days" if recordings else "no articles") + "; expected FILE.jsonl or --days N"
        )
    if days is None:
        texts = ((file, read_recording(file)) for file in recordings)
        given: Iterator[Article] = chain.from_iterable(replaying.parse_recording(text, file) for file, text in texts)
        yield _some(given, "article in the recordings", "at least one")
        return
    with wiring.archive(found, utc_now() - timedelta(days=days)) as (name, kept):
        expected = "a store that `run` or `worker` writes, with `archive_days` above 0 (--store URL)"
        yield _some(kept, f"archived article of the last {days} days in {name}", expected)


def _some(articles: Iterator[Article], what: str, expected: str) -> Iterator[Article]:
    first = next(articles, None)
    if first is None:
        fail(f"found no {what}; expected {expected}")
    return chain((first,), articles)


@click.command()
@click.argument("versions", metavar="A..B")
@_over_articles
@click.option("--model", metavar="VALUE", help=NAMES["model"])
@click.option("--markdown", is_flag=True, help="for a comment on the change")
@click.pass_obj
def diff(
    found: Settings,
    versions: str,
    recordings: tuple[str, ...],
    days: int | None,
    store: str | None,
    model: str | None,
    markdown: bool,
) -> None:
    """Say which alerts a change gains and loses.

    A and B are two rules folders, or two git revisions of the rules folder; B left out is the folder as it is. The articles
    are those of files (one JSON object a line, as `wirewatch replay` reads) or, with --days, those that the store keeps.

    \b
    wirewatch rules diff main..HEAD --days 30 --markdown
    wirewatch rules diff old-rules..rules day.jsonl

    Exit code 0: no alert differs; 1: one does; 2: it cannot be said, as B has a mistake or there is no article.
    """
    from streams import comparing, nlp, wiring

    chosen = settings({"rules": str(found.rules), "model": model, "store": store})
    a, dots, b = versions.partition("..")
    if not dots or not a:
        fail(f"found {versions!r}; expected A..B, as main..HEAD, main.. or old-rules..rules")
    annotate = nlp.load(chosen.model)
    (old, old_names), (new, new_names) = _version(found.rules, a), _version(found.rules, b)
    names = parse_gazetteer(old_names)
    before = wiring.engine_from(old, names, annotate, lambda line: click.echo(f"{a}: {line}", err=True))
    mistakes: list[str] = []
    same = _by_name(old_names) == _by_name(new_names)  # one gazetteer, and an article is read once for both
    after = wiring.engine_from(new, names if same else parse_gazetteer(new_names), annotate, mistakes.append)
    if mistakes:
        fail("\n".join((f"found {b or found.rules} with mistakes; expected rules that are all in force", *mistakes)))
    with _articles(chosen, recordings, days) as articles:
        said = comparing.difference(before, after, articles)
    click.echo(comparing.as_markdown(said) if markdown else comparing.as_text(said))
    sys.exit(DIFFERENT if said.any else 0)


def _version(folder: Path, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the rule files and gazetteers of a folder, of a git revision of ``folder``, or (empty) of ``folder`` itself."""
    if not name or Path(name).is_dir():
        where = Path(name or folder)
        return rule_files(where), gazetteer_files(where)
    command = ["git", "-C", str(folder), "archive", "--format=tar", name, "--", "."]
    try:
        made = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - git, with a revision of the caller's own
    except OSError:
        fail(f"{name}: found no folder of that name, and no git to ask for a revision; expected one of them")
    if made.returncode:
        why = made.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["git failed"]
        fail(f"{name}: found neither a folder nor a git revision ({why[0]}); expected one of them")
    files: dict[str, str] = {}
    with tarfile.open(fileobj=io.BytesIO(made.stdout)) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None:
                files[member.name] = file.read().decode("utf-8", "surrogateescape")
    ours = {path: text for path, text in files.items() if _is_rule_file(path)}
    return ours, {path: text for path, text in files.items() if PurePosixPath(path).parent.name == "gazetteers"}


def _by_name(files: Mapping[str, str]) -> dict[str, str]:
    return {PurePosixPath(path).name: text for path, text in files.items()}


def _is_rule_file(path: str) -> bool:
    where = PurePosixPath(path)
    return where.suffix == ".yaml" and where.name != "feeds.yaml" and str(where.parent) in {".", "lists"}


# --- backtest -------------------------------------------------------------------------------------------------------


@click.command()
@_over_articles
@click.option(
    "--expect", "expectation", metavar="FILE", help="a YAML file of counts per rule; exit code 1 when one is not met"
)
@click.option("--model", metavar="VALUE", help=NAMES["model"])
@click.pass_obj
def backtest(
    found: Settings,
    recordings: tuple[str, ...],
    days: int | None,
    store: str | None,
    expectation: str | None,
    model: str | None,
) -> None:
    """Count what each rule does, by day.

    Drafts too, over past articles: those of files or, with --days, those that the store keeps.

    \b
    matched   articles whose words the rule asks for
    held      of these, held back by `where`
    silenced  of these, taken out by a suppression
    passed    the rest: they reach a desk

    The file of --expect says how many articles each rule should pass on: `format: 1`, then `expect: {rule: 3, other: 2 to 9}`.
    Exit code 0: as expected; 1: a count is not; 2: it cannot be said.
    """
    from streams import comparing, wiring

    chosen = settings({"rules": str(found.rules), "model": model, "store": store})
    loaded = loaded_rules(chosen)
    bounds = _expected(expectation, loaded) if expectation else {}
    with _articles(chosen, recordings, days) as articles:
        engine = wiring.engine_of(chosen, loaded, ("draft", "shadow", "live"), model=chosen.model)
        tested = comparing.tallies(engine, articles)
    click.echo(f"{'rule':28} {'status':8} {'matched':>8} {'held':>8} {'silenced':>8} {'passed':>8} {'a day':>7}")
    for tally in tested.rules:
        click.echo(_row(tally, len(tested.days)))
    for day, count in tested.days if len(tested.days) > 1 else ():
        passed = [f"{tally.rule} {tally.by_day[day]}" for tally in tested.rules if day in tally.by_day]
        click.echo(f"{day}  {count:6} articles  {', '.join(passed)}".rstrip())
    count = sum(number for _, number in tested.days)
    click.echo(f"{_count(count, 'article')} of {_count(len(tested.days), 'day')}")
    wrong = comparing.unexpected(tested.rules, bounds)
    for line in wrong:
        click.echo(line)
    sys.exit(FAILED if wrong else 0)


def _row(tally: Tally, days: int) -> str:
    numbers = f"{tally.matched:8} {tally.held:8} {tally.suppressed:8} {tally.passed:8} {tally.passed / days:7.1f}"
    return f"{tally.rule:28} {tally.status:8} {numbers}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _expected(file: str, loaded: Rules) -> Mapping[str, tuple[int, int | None]]:
    sheet = read(read_text(file, "a file of expected counts"), file)
    top = sheet.mapping(sheet.root, "a file of counts", known=("format", "expect"), required=("format", "expect"))
    known = [rule.id for ruleset in loaded.rulesets for rule in ruleset.rules]
    bounds: dict[str, tuple[int, int | None]] = {}
    for key, node in sheet.named(top["expect"], "counts by rule"):
        sheet.one_of(key, known)
        words = sheet.string(
            node, pattern=r"\d{1,9}( to \d{1,9}| or more)?", expected="a count as 3, 2 to 9 or 5 or more"
        ).split()
        if words:
            bounds[key.text] = (int(words[0]), None if words[-1] == "more" else int(words[-1]))
    return sheet.checked(bounds)


# --- stats ----------------------------------------------------------------------------------------------------------


@click.command()
@_over_articles
@click.pass_obj
def stats(found: Settings, recordings: tuple[str, ...], days: int | None, store: str | None) -> None:
    """Say how rules are made and how well they pick.

    \b
    words     spellings that its match clauses look for
    tests     how many it has, and of its clauses and conditions how many they show
    asked     articles that had a word of its anchor, so that its clauses were evaluated
    matched   of these, where all of them held
    picked by the words of the anchor that chose, the most frequent first

    The anchor are the words of its rarest list, one of which every article has that the rule fires on. A rule that is
    asked often and seldom matches hangs on words that are too common.
    """
    from streams import comparing
    from streams.core.match import compile_rules

    chosen = settings({"rules": str(found.rules), "store": store})
    loaded = loaded_rules(chosen)
    parts = coverage(loaded.rulesets)
    compiled = compile_rules(loaded.rulesets, statuses=STATUSES)
    rates: dict[str, Rate] = {}
    count = 0
    if recordings or days is not None:
        with _articles(chosen, recordings, days) as articles:
            count, rates = comparing.rates(compiled, articles)
    head = f"{'rule':28} {'status':8} {'words':>6} {'tests':>6} {'shown':>8}"
    click.echo(head + (f" {'asked':>8} {'matched':>8}  picked by" if rates else ""))
    for each in compiled.rules:
        mine = [part for part in parts if part.rule == each.rule.id]
        shown = f"{sum(not part.lacks for part in mine)} of {len(mine)}"
        words = len({id(t) for clause in each.match for leaf in clause.leaves for t in getattr(leaf, "terms", ())})
        line = f"{each.rule.id:28} {each.rule.status:8} {words:6} {len(each.rule.tests):6} {shown:>8}"
        click.echo(line + (_rate(rates[each.rule.id]) if rates else ""))
    for name, rate in rates.items():
        if rate.is_badly_anchored(count):
            share = f"{rate.asked} of {_count(count, 'article')} and matches {rate.matched}"
            click.echo(f"{name} is asked about {share}: a clause of rarer words would anchor it better")
    if rates:
        click.echo(_count(count, "article"))


def _rate(rate: Rate) -> str:
    picked = ", ".join(f"{word} {count}" for word, count in rate.picked) or ("every article" if rate.always else "-")
    return f" {rate.asked:8} {rate.matched:8}  {picked}"
