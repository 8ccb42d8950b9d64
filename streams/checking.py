"""`wirewatch check`: everything people write, read as the processes read it, with every mistake and its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from monitors.feeds import parse_feeds
from monitors.strict_yaml import BadFileError
from streams import nlp
from streams.clock import utc_now
from streams.config import Settings
from streams.core.gazetteer import Gazetteer, GazetteerError, parse_gazetteer
from streams.core.lint import problems
from streams.core.loading import Rules, kind_of, load_rules
from streams.core.rule_tests import run_suppression_tests, run_tests
from streams.files import NoFileError, gazetteer_files, read_text, rule_files

Echo = Callable[[str], object]
ACROSS = frozenset(("L01", "S01", "D01", "D02", "D04"))
"""Codes of lint about what another file should have."""


def check(settings: Settings, echo: Echo) -> int:
    """Check rules, their tests, desks, gazetteers, feeds and the model; print what is wrong and a line of what is right.

    Returns the number of errors: warnings are told, and pass. The settings themselves were checked when they were read.
    Needs no network.
    """
    errors, warnings = check_rules(settings, echo)
    errors += _feeds(settings, echo)
    if not nlp.installed(settings.model):
        echo(f"model: found no installed spaCy pipeline {settings.model!r}; expected one, or none")
        errors += 1
    echo(verdict(errors, warnings))
    return errors


def verdict(errors: int, warnings: int) -> str:
    """Return the last line of a check."""
    return f"{_count(errors, 'error')}, {_count(warnings, 'warning')}" if errors or warnings else "all is well"


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word if number == 1 else word + 's'}"


def check_rules(settings: Settings, echo: Echo) -> tuple[int, int]:
    """Check everything in the rules folder but the feeds; return the numbers of errors and of warnings."""
    try:
        names = parse_gazetteer(gazetteer_files(settings.rules))
        files = rule_files(settings.rules, settings.feeds)
    except (GazetteerError, NoFileError) as error:
        echo(str(error))
        return 1, 0
    errors, warnings, _ = check_texts(str(settings.rules), files, names, echo)
    return errors, warnings


def check_texts(folder: str, files: Mapping[str, str], names: Gazetteer, echo: Echo) -> tuple[int, int, Rules | None]:
    """Check the texts of a rules folder; return the numbers of errors and of warnings, and the rules where any are left."""
    try:
        rules = load_rules(files, names.names)
    except BadFileError as error:
        return _mistakes(error, echo), 0, None
    found = problems(rules.rulesets, rules.desks, rules.lists, utc_now().date(), rules.suppressions)
    # What a broken file lacks is missed all over the folder: the mistake itself is enough to read.
    broken = any(kind_of(mistake.file) == "lists" for mistake in rules.mistakes)
    mistakes = [m for m in rules.mistakes if not (broken and m.found.startswith("the unknown list"))]
    unwise = [problem for problem in found if not (rules.mistakes and problem.code in ACROSS)]
    results = run_tests(rules.rulesets, rules.desks)
    results += run_suppression_tests(rules.suppressions, rules.rulesets) if not rules.mistakes else ()
    failed = [result for result in results if not result.passed]
    for line in (*mistakes, *unwise, *failed):
        echo(str(line))
    count = sum(len(ruleset.rules) for ruleset in rules.rulesets)
    echo(
        f"{folder}: {_count(len(rules.rulesets), 'rule set')}, {_count(count, 'rule')}, "
        f"{_count(len(rules.desks), 'desk')}; "
        f"{len(results) - len(failed)} of {len(results)} rule tests pass; version {rules.version[:12]}"
    )
    errors = [problem for problem in unwise if problem.level == "error"]
    return len(mistakes) + len(errors) + len(failed), len(unwise) - len(errors), rules


def _feeds(settings: Settings, echo: Echo) -> int:
    try:
        feeds = parse_feeds(read_text(settings.feeds, "a feeds file"), str(settings.feeds))
    except BadFileError as error:
        return _mistakes(error, echo)
    except NoFileError as error:
        echo(str(error))
        return 1
    countries = {feed.country for feed in feeds if feed.country}
    echo(f"{settings.feeds}: {len(feeds)} feeds from {len(countries)} countries")
    return 0


def _mistakes(error: BadFileError, echo: Echo) -> int:
    for mistake in error.mistakes:
        echo(str(mistake))
    return len(error.mistakes)
