"""`wirewatch rules`: what the people who write rules do with them. Reads words, calls the parts, prints; sends nothing."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from xml.etree import ElementTree as ET

import click

from monitors.strict_yaml import BadFileError, closest
from streams import checking
from streams.clock import utc_now
from streams.config import NAMES, Settings, settings
from streams.core.gazetteer import Gazetteer, parse_gazetteer
from streams.core.lint import problems
from streams.core.loading import Rules, load_rules
from streams.core.rule_reading import read_ruleset, rule_nodes
from streams.core.rule_tests import Part, Result, coverage, run_suppression_tests, run_tests
from streams.core.ruleset import STATUSES, Names, Rule, RuleSet, Status
from streams.files import gazetteer_files, read_text, rule_files, write_text

if TYPE_CHECKING:
    from monitors.article import Article
    from streams.core.engine import Engine

FAILED = 1
"""Exit codes: what was asked was done, and the answer is no."""


@click.group(name="rules")
@click.option("--rules", "folder", metavar="DIR", help=NAMES["rules"])
@click.pass_context
def rules(context: click.Context, folder: str | None) -> None:
    """Check, test, explain, compare and change the rules. Nothing is sent.

    \b
    while you edit      check, fmt, explain ARTICLE, try ARTICLE, test RULE --coverage
    before you merge    diff main..HEAD --days 30, backtest --days 30
    a new rule          new, promote
    what there is       show, stats

    Exit codes of all: 0 yes (sound, passed, equal), 1 no, 2 it could not be asked.
    """
    context.obj = settings({"rules": folder})


def fail(words: str) -> NoReturn:
    """End with a mistake of the person's: exit code 2."""
    raise click.UsageError(words)


def _names(found: Settings) -> Gazetteer:
    return parse_gazetteer(gazetteer_files(found.rules))


def loaded_rules(found: Settings, *, tell: bool = True) -> Rules:
    """Return the rules of the folder; what has mistakes is left out, and told on standard error."""
    loaded = load_rules(rule_files(found.rules, found.feeds), _names(found).names)
    for mistake in loaded.mistakes if tell else ():
        click.echo(f"LEFT OUT  {mistake}", err=True)
    return loaded


def _rule(loaded: Rules, rule_id: str) -> tuple[RuleSet, Rule]:
    known = {rule.id: (ruleset, rule) for ruleset in loaded.rulesets for rule in ruleset.rules}
    if rule_id not in known:
        near = closest(rule_id, known)
        fail(
            f"found no rule {rule_id!r}; expected one of `wirewatch rules show`"
            + (f"; did you mean {near}?" if near else "")
        )
    return known[rule_id]


# --- check and test -------------------------------------------------------------------------------------------------


@rules.command()
@click.option("--strict", is_flag=True, help="warnings fail too")
@click.option("--fix", is_flag=True, help="first mend what has one answer (docs/rules.md, Lint)")
@click.pass_obj
def check(found: Settings, strict: bool, fix: bool) -> None:
    """Read, lint and test the whole folder.

    Every mistake of rules, lists, desks and suppressions is told in one go.
    A line begins with file:line:col. Codes such as R04 are told in docs/rules.md; `accept` in a rule, list, desk or
    suppression keeps a warning quiet until a day.
    Exit code 0: sound, perhaps with warnings; 1: an error (--strict: or a warning); 2: there is no such folder.
    """
    if not found.rules.is_dir():
        fail(f"{found.rules}: found no folder; expected the rules folder (--rules DIR)")
    if fix:
        _mend(found)
    errors, warnings = checking.check_rules(found, click.echo)
    click.echo(checking.verdict(errors, warnings))
    sys.exit(FAILED if errors or (strict and warnings) else 0)


def _mend(found: Settings) -> None:
    """Mend what can be, tell each change, and write nothing that would make anything worse."""
    from streams.core.mending import mended

    texts = _chosen(found, ())
    try:
        loaded = loaded_rules(found, tell=False)
    except BadFileError:
        loaded = None  # the check tells why; what can be read is mended all the same
    lists = {each.name: each for each in loaded.lists} if loaded else {}
    unwise = problems(loaded.rulesets, loaded.desks, loaded.lists, _today(), loaded.suppressions) if loaded else ()
    done = {}
    for path, text in texts.items():
        vain = [each.line for each in unwise if each.code == "A01" and each.file == path]
        done[path] = mended(text, path, lists, vain, rules=Path(path).resolve() != found.feeds.resolve())
    _write(found, {path: each.text for path, each in done.items()}, texts)
    for path, each in done.items():
        for change in each.changes:
            click.echo(f"{path}: {change}")


@rules.command()
@click.argument("only", metavar="[RULE]...", nargs=-1)
@click.option("--junit", metavar="FILE", help="write the results as JUnit XML; - for standard output")
@click.option("--coverage", "covered", is_flag=True, help="also say what no test shows; exit code 1 when there is any")
@click.pass_obj
def test(found: Settings, only: tuple[str, ...], junit: str | None, covered: bool) -> None:
    """Run the tests in rules and routes.

    And those of suppressions; the engine itself reads their articles.
    RULE is the id of a rule, desk or suppression; without any, all are run. --coverage shows each match clause that no
    article lacks, each unless clause that cancels none, each `where`, severity, or look at several articles without a test.

    \b
    wirewatch rules test missile-strike --coverage
    wirewatch rules test --junit results.xml

    Exit code 0: all pass; 1: one fails, a file has a mistake, or with --coverage a part is not shown; 2: no such rule.
    """
    loaded = loaded_rules(found, tell=False)
    for mistake in loaded.mistakes:
        click.echo(str(mistake))
    subjects = [*(rule.id for ruleset in loaded.rulesets for rule in ruleset.rules)]
    subjects += [*(desk.id for desk in loaded.desks), *(each.id for each in loaded.suppressions)]
    for name in only:
        if name not in subjects:
            near = closest(name, subjects)
            fail(f"found no rule, desk or suppression {name!r}" + (f"; did you mean {near}?" if near else ""))
    results = [*run_tests(loaded.rulesets, loaded.desks), *run_suppression_tests(loaded.suppressions, loaded.rulesets)]
    results = [result for result in results if not only or result.subject in only]
    if not results:
        fail(f"found no test of {', '.join(only) or 'any rule'}; expected one")
    failed = [result for result in results if not result.passed]
    for result in failed:
        click.echo(str(result))
    parts = [part for part in coverage(loaded.rulesets) if not only or part.rule in only] if covered else []
    unshown = [part for part in parts if part.lacks]
    for part in unshown:
        click.echo(str(part))
    if junit is not None:
        xml = _junit(results, loaded, parts)
        click.echo(xml) if junit == "-" else write_text(Path(junit), xml)
    say = f"{len(results) - len(failed)} of {len(results)} tests pass"
    say += f"; {len(parts) - len(unshown)} of {len(parts)} clauses and conditions are shown by one" if covered else ""
    click.echo(say, err=junit == "-")
    sys.exit(FAILED if failed or unshown or loaded.mistakes else 0)


def _junit(results: Sequence[Result], loaded: Rules, parts: Sequence[Part]) -> str:
    root = ET.Element("testsuites")
    for file in sorted(
        {result.file for result in results} | {m.file for m in loaded.mistakes} | {p.file for p in parts}
    ):
        suite = ET.SubElement(root, "testsuite", name=file)
        cases = [(r.subject, r.name, str(r.line), r.why) for r in results if r.file == file]
        cases += [("mistake", f"line {m.line}", str(m.line), m.headline) for m in loaded.mistakes if m.file == file]
        cases += [(p.rule, f"coverage of {p.part}", str(p.line), p.lacks) for p in parts if p.file == file]
        for subject, name, line, why in cases:
            case = ET.SubElement(suite, "testcase", classname=subject, name=name, file=file, line=line)
            if why:
                ET.SubElement(case, "failure", message=why).text = why
        suite.set("tests", str(len(cases)))
        suite.set("failures", str(sum(bool(case[3]) for case in cases)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode")


# --- show and explain -----------------------------------------------------------------------------------------------


@rules.command()
@click.argument("rule_id", metavar="[RULE]", required=False)
@click.option(
    "--effective", is_flag=True, help="as it is in force: with what it extends, and how many words its lists have"
)
@click.pass_obj
def show(found: Settings, rule_id: str | None, effective: bool) -> None:
    """Print a rule, or one line for each.

    A line has status, severity, owner, day of review, tests and place.
    --effective prints what is in force: `extends` filled in, and how many spellings each of its lists has and where.
    Exit code 2: there is no such rule.
    """
    from streams.core.layout import written

    loaded = loaded_rules(found)
    if rule_id is None:
        if effective:
            fail("found --effective without a rule; expected one of `wirewatch rules show`")
        for each in loaded.rulesets:
            for rule in each.rules:
                tests = f"{len(rule.tests)} tests"
                place = f"{each.file}:{rule.line}"
                click.echo(
                    f"{rule.id:28} {rule.status:8} {rule.severity.value:9} {rule.owner:20} {rule.review_by}  {tests:9} {place}"
                )
        return
    ruleset, rule = _rule(loaded, rule_id)
    text = read_text(ruleset.file, "a rule file")
    typed, whole = rule_nodes(text, ruleset.file)[rule_id]
    click.echo(f"# {ruleset.file}:{rule.line}, rule set {ruleset.id}, owner {rule.owner}")
    if not effective:
        click.echo(_source(text, typed.line))
        return
    made = written(whole)
    click.echo(made)
    for words in loaded.lists:
        if f"${words.name}" in made or (words.name == "leaders" and "leader: true" in made):
            spellings = sum(len(entry.terms) for entry in words.entries)
            click.echo(f"# ${words.name}: {spellings} spellings, {words.file}:{words.line}")


def _source(text: str, line: int) -> str:
    """Return the lines of the list entry that begins on this line: up to the next that is not indented deeper."""
    lines = text.splitlines()[line - 1 :]
    indent = len(lines[0]) - len(lines[0].lstrip())
    end = next(
        (i for i, each in enumerate(lines[1:], 1) if each.strip() and len(each) - len(each.lstrip()) <= indent), None
    )
    return "\n".join(lines[:end]).rstrip()


@rules.command()
@click.argument("source", metavar="FILE|URL|-")
@click.option("--rule", "only", multiple=True, metavar="RULE", help="this rule, even when it is far from firing")
@click.option("--model", metavar="VALUE", help=NAMES["model"])
@click.option("--no-facts", is_flag=True, help="words only: do not read the facts that `where` asks for")
@click.pass_obj
def explain(found: Settings, source: str, only: tuple[str, ...], model: str | None, no_facts: bool) -> None:
    """Show why rules fire on an article, or do not.

    Each clause has the words that matched with their places, or the nearest miss; `where` has each fact that was read. Without
    --rule: the rules that fire, and those that lack one thing. The first line of a plain text file is the title.

    \b
    wirewatch rules explain article.txt --rule missile-strike
    echo "Drones hit port" | wirewatch rules explain - --no-facts

    Exit code 0, whatever fires; 2: there is no such article or rule.
    """
    from streams import explaining, wiring
    from streams.core.extract import extract
    from streams.core.match import explain as why

    chosen = settings({"rules": str(found.rules), "model": model})
    article = wiring.article(chosen, source)
    loaded = loaded_rules(chosen)
    for name in only:
        _rule(loaded, name)
    engine = wiring.engine_of(chosen, loaded, STATUSES, model="none" if no_facts else chosen.model)
    facts = None if no_facts else extract(article, engine.gazetteer, engine.annotate)
    quiet = 0
    for compiled in engine.compiled.rules:
        said = why(engine.compiled, compiled.rule.id, article.title, article.text)
        if compiled.rule.id in only or (not only and (said.fires or explaining.is_near(said))):
            click.echo("\n".join(explaining.tree(engine, compiled.rule.id, article, facts)) + "\n")
        else:
            quiet += 1
    _silenced(engine, article)
    if not only:
        click.echo(f"{quiet} other rules are far from firing; --rule NAME shows one")


def _silenced(engine: Engine, article: Article) -> None:
    from streams.core.match import screen
    from streams.core.suppressions import sift

    _, suppressed = sift(
        engine.suppressors, screen(engine.compiled, article.title, article.text), article.title, article.text
    )
    for each in suppressed:
        click.echo(f"{each.match.rule_id}: silenced by the suppression {each.suppression}\n")


# --- fmt, schema ----------------------------------------------------------------------------------------------------


@rules.command()
@click.option("--check", "only", is_flag=True, help="change nothing; exit code 1 when a file would change")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.pass_obj
def fmt(found: Settings, only: bool, files: tuple[str, ...]) -> None:
    """Lay files out alike.

    Indentation, blanks, order of keys, empty lines between rules, the schema for editors.
    Without FILE: all of the rules folder, and the feeds. Values, comments and the order of clauses, words and tests stay.
    A file that cannot be read, or that would then say anything else, is told and not written.
    Exit code 0: all is laid out; 1: a file is told, or with --check would change; 2: a file is not there.
    """
    from streams.core.formatting import formatted

    changed = mistaken = 0
    for path, text in _chosen(found, files).items():
        made, mistakes = formatted(text, path)
        for mistake in mistakes:
            click.echo(str(mistake))
        mistaken += bool(mistakes)
        if made != text:
            changed += 1
            click.echo(f"{path}: {'would change' if only else 'changed'}")
            if not only:
                write_text(Path(path), made)
    sys.exit(FAILED if mistaken or (only and changed) else 0)


def _chosen(found: Settings, files: Sequence[str]) -> dict[str, str]:
    """Return the texts of these files, or without any of all that people write."""
    if files:
        return {file: read_text(file, "a rule file") for file in files}
    every = rule_files(found.rules, found.feeds)
    return every | ({str(found.feeds): read_text(found.feeds, "a feeds file")} if found.feeds.is_file() else {})


@rules.command()
@click.option("--check", "only", is_flag=True, help="write nothing; exit code 1 when a schema is not current")
@click.pass_obj
def schema(found: Settings, only: bool) -> None:
    """Write the JSON Schemas for editors.

    Into the folder schema/ of the rules, from the vocabularies of this version: rule sets, lists, desks, suppressions and
    feeds. Exit code 0: written, or with --check all current; 1: one is not.
    """
    import json

    from streams.core.schema import schemas

    if not found.rules.is_dir():
        fail(f"{found.rules}: found no folder; expected the rules folder (--rules DIR)")
    stale = 0
    for name, content in schemas().items():
        path = found.rules / "schema" / name
        made = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        if path.is_file() and read_text(path, "a schema") == made:
            continue
        stale += 1
        click.echo(f"{path}: {'is not current' if only else 'written'}")
        if not only:
            write_text(path, made)
    sys.exit(FAILED if only and stale else 0)


# --- new, promote ---------------------------------------------------------------------------------------------------


@rules.command()
@click.argument("rule_id", metavar="RULE")
@click.option("--words", required=True, metavar="WORD,WORD", help="what it looks for, with commas")
@click.option("--title", metavar="TEXT", help="what alerts say; made of the name where left out")
@click.option("--into", metavar="FILE", help="the rule set to add it to, or a new file; without it the rule is printed")
@click.option("--owner", default="the-desk", show_default=True, help="of a new file")
@click.pass_obj
def new(found: Settings, rule_id: str, words: str, title: str | None, into: str | None, owner: str) -> None:
    """Write the skeleton of a rule.

    It is a draft with a test of either kind, to be reviewed in ninety days.

    \b
    wirewatch rules new mine-adrift --words 'drifting mine*, sea mine*' --into rules/missile_strikes.yaml

    Exit code 2: it cannot be made so, and nothing is written.
    """
    from streams.core.editing import EditError, new_rule

    chosen = [word.strip() for word in words.split(",") if word.strip()] or fail(
        "found no word; expected --words WORD,WORD"
    )
    path = Path(into) if into else None
    if path and path.resolve().parent != found.rules.resolve():
        fail(f"{path}: found a file outside of the rules; expected one in {found.rules}")
    text = read_text(path, "a rule file") if path and path.is_file() else None
    file = str(path or found.rules / f"{rule_id.replace('-', '_')}.yaml")
    try:
        made = new_rule(text, file, rule_id, title or rule_id.replace("-", " ").capitalize(), chosen, owner, _today())
    except EditError as error:
        fail(str(error))
    if path is None:
        _, mistakes = read_ruleset(made, file, {})
        if mistakes:
            fail("\n".join(("nothing is written, for then:", *(str(mistake) for mistake in mistakes))))
        click.echo(made, nl=False)
        return
    _write(found, {file: made}, {file: text})
    click.echo(f"{file}: {rule_id} is a draft; write its tests, then `wirewatch rules promote {rule_id}`")


@rules.command()
@click.argument("rule_id", metavar="RULE")
@click.option("--to", type=click.Choice(STATUSES), help="this status instead of the next")
@click.pass_obj
def promote(found: Settings, rule_id: str, to: Status | None) -> None:
    """Move a rule one step on.

    Draft to shadow to live; --to moves it anywhere, `retired` too.

    A draft is read and tested only; a rule in shadow posts to its desk's shadow channel; a live one to the desk.
    Exit code 2: it would have a mistake, an error of lint or a failing test there, and nothing is written.
    """
    from streams.core.editing import EditError, promoted

    ruleset, _ = _rule(loaded_rules(found), rule_id)
    text = read_text(ruleset.file, "a rule file")
    try:
        made, status = promoted(text, ruleset.file, rule_id, to)
    except EditError as error:
        fail(str(error))
    _write(found, {ruleset.file: made}, {ruleset.file: text})
    click.echo(f"{ruleset.file}: {rule_id} is {status}")


def _write(found: Settings, made: Mapping[str, str], before: Mapping[str, str | None]) -> None:
    """Write changed rule files, unless they would bring a mistake, an error of lint or a failing test that was not there."""
    names = _names(found).names
    files = rule_files(found.rules, found.feeds)
    folders = (found.rules.resolve(), (found.rules / "lists").resolve())
    ours = {path: Path(path).resolve() for path in made}
    feeds = found.feeds.resolve()
    inside = {path: made[path] for path, where in ours.items() if where.parent in folders and where != feeds}
    by_name = {Path(path).resolve(): path for path in files}
    changed = {by_name.get(Path(path).resolve(), path): text for path, text in inside.items()}
    old, now = (_complaints(each, names) for each in (files, {**files, **changed}))
    worse = sorted(now - old)
    if worse:
        fail("\n".join(("nothing is written, for then:", *worse)))
    for path, text in made.items():
        if text != before[path]:
            write_text(Path(path), text)


def _complaints(files: Mapping[str, str], names: Names) -> set[str]:
    """Return what is wrong in a folder, without places in files: a change moves what stands below it."""
    try:
        loaded = load_rules(files, names)
    except BadFileError as error:
        return {f"{m.file}: {m.found}" for m in error.mistakes}
    unwise = problems(loaded.rulesets, loaded.desks, loaded.lists, None, loaded.suppressions)
    found = {f"{m.file}: found {m.found}; expected {m.expected}" for m in loaded.mistakes}
    found |= {f"{p.file}: {p.code} {p.level}: {p.what}" for p in unwise if p.level == "error" and p.code != "D04"}
    results = [*run_tests(loaded.rulesets, loaded.desks)]
    results += run_suppression_tests(loaded.suppressions, loaded.rulesets) if not loaded.mistakes else ()
    return found | {f"{r.file}: test `{r.name}` of {r.subject}: {r.why}" for r in results if not r.passed}


def _today() -> date:
    return utc_now().date()
