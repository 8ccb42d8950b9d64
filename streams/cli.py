"""The command line: reads the words, calls the parts, prints. Imports late, so that `wirewatch check` starts in a blink."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from monitors.strict_yaml import BadFileError
from streams import archive_cli, log, push_cli
from streams.config import NAMES, Settings, SettingsError, settings
from streams.files import NoFileError, read_recording
from streams.letters import dead_letters
from streams.rules_cli import rules

if TYPE_CHECKING:
    from monitors.article import Article

F = TypeVar("F", bound=Callable[..., Any])

USAGE, FAILED = 2, 1
"""Exit codes: what was asked cannot be done as asked; it was done and the answer is no."""


def main(words: Sequence[str] | None = None) -> None:
    """Run the command line (``words`` instead of the process's own); raises SystemExit where the code is not 0.

    A mistake of the person is one clear message and exit code 2, never a traceback.
    """
    try:
        cli(words, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except click.Abort:
        sys.exit(130)
    except BadFileError as error:
        _fail("\n".join(str(mistake) for mistake in error.mistakes))
    except (SettingsError, NoFileError) as error:
        _fail(str(error))
    except BrokenPipeError:
        # The reader of our output went away (`| head`); Python would complain once more while it closes.
        sys.stderr.close()
        sys.exit(141)
    except Exception as error:
        if type(error).__name__ in _KNOWN:
            _fail(str(error))
        raise


_KNOWN = frozenset(
    "GazetteerError NotPushed StoreError NewerStoreError StateError InUseError TopicsUnready StageStopped LookupError".split()
)
"""Errors whose words are meant for people. By name, so that nothing is imported to catch what never comes."""


def _fail(words: str) -> NoReturn:
    click.echo(f"wirewatch: {words}", err=True)
    sys.exit(USAGE)


def _say(line: str) -> None:
    click.echo(line, err=True)


def with_settings(*names: str) -> Callable[[F], F]:
    """Give a command the options of these settings, and `Settings` as its first argument."""

    def decorate(command: F) -> F:
        def call(settings_file: Path | None, **rest: Any) -> Any:
            options = {name: rest.pop(name) for name in names}
            above = click.get_current_context().parent
            if above is not None and "rules" in options and options["rules"] is None:
                options["rules"] = above.params.get("folder")  # `wirewatch rules --rules DIR try`
            found = settings(options, settings_file)
            log.configure(found.log_level, found.log_format)
            return command(found, **rest)

        call.__name__, call.__doc__ = command.__name__, command.__doc__
        call.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]  # where click keeps them
        for name in reversed(names):
            call = click.option(f"--{name.replace('_', '-')}", name, metavar="VALUE", help=NAMES[name])(call)
        return click.option(
            "--settings",
            "settings_file",
            metavar="FILE",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="a YAML file of settings",
        )(call)  # type: ignore[return-value]  # click's decorators keep the function

    return decorate


COMMON = ("log_level", "log_format")
READING = ("rules", "model", *COMMON)
RUNNING = (
    "rules",
    "feeds",
    "state",
    "store",
    "archive_days",
    "metrics",
    "model",
    "slack_url",
    "slack_pace",
    "contact",
    *COMMON,
)
KAFKA = ("kafka", "topic_prefix")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="wirewatch")
def cli() -> None:
    """Watch news feeds and tell a newsroom what a story claims, who claims it and where the claims disagree.

    Secrets come from the environment: SLACK_BOT_TOKEN, WIREWATCH_WEBHOOK_<NAME>.
    """


@cli.command()
@with_settings(*RUNNING)
def run(found: Settings) -> None:
    """Watch the feeds in one process, no broker: poll, match, extract, keep stories, alert."""
    from streams import wiring

    _say(f"wirewatch {wiring.CODE}, one process")
    asyncio.run(wiring.run(found, _say, sys.stdout))


@cli.command()
@with_settings("feeds", "rules", "state", "metrics", "contact", *KAFKA, *COMMON)
def poll(found: Settings) -> None:
    """Kafka, first process: poll the feeds and publish their articles."""
    from streams import wiring

    _say(f"wirewatch {wiring.CODE}, poll")
    asyncio.run(wiring.poll(found, _say))


@cli.command()
@with_settings("rules", "rules_from", "state", "store", "archive_days", "metrics", "model", *KAFKA, *COMMON)
def worker(found: Settings) -> None:
    """Kafka, second process: examine articles and keep the stories. Run as many as there is work."""
    from streams import wiring

    _say(f"wirewatch {wiring.CODE}, worker")
    sys.exit(wiring.worker(found, _say))


@cli.command()
@with_settings("state", "store", "metrics", "slack_url", "slack_pace", *KAFKA, *COMMON)
def deliver(found: Settings) -> None:
    """Kafka, third process: bring the alerts to Slack. One per Slack app."""
    from streams import wiring

    _say(f"wirewatch {wiring.CODE}, deliver")
    sys.exit(wiring.deliver(found, _say, sys.stdout))


@cli.command()
@click.option("--check", "only", is_flag=True, help="change nothing; exit code 1 when something differs")
@click.option("--copies", type=click.IntRange(1, 9), default=1, show_default=True, help="replicas of each partition")
@with_settings("rules_from", *KAFKA, *COMMON)
def topics(found: Settings, only: bool, copies: int) -> None:
    """Create the Kafka topics with their settings, and print what differs."""
    from streams import topics as kafka_topics

    look = kafka_topics.compare if only else kafka_topics.ensure
    differences = look(found.kafka, found.topic_prefix, copies)
    for difference in differences:
        click.echo(str(difference))
    if not differences:
        click.echo(f"{found.kafka}: all topics of {found.topic_prefix} are as they should be")
    if found.rules_from == "topic":
        click.echo(push_cli.pushed_rules(found))
    sys.exit(FAILED if any(d.what != "created" for d in differences) else 0)


@cli.command()
@with_settings(*READING, "feeds")
def check(found: Settings) -> None:
    """Validate rules with their own tests, lists, desks, gazetteers, feeds and settings; offline."""
    from streams import checking

    sys.exit(FAILED if checking.check(found, click.echo) else 0)


@cli.command(name="try")
@click.argument("source", metavar="FILE|URL|-")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
@click.option("--published", metavar="TIME", help="when it was published (ISO 8601), for 'Tuesday' and office holders")
@with_settings(*READING, "contact")
def try_(found: Settings, source: str, as_json: bool, published: str | None) -> None:
    """Show what one article would do.

    Rules, facts, story and message; nothing is sent or kept.
    The first line of a plain text file is the title; an address is fetched as a feed would be. Why a rule does not fire is
    told by `wirewatch rules explain`. Exit code 0, whatever it would do; 2: there is no such article.
    """
    from streams import dry_run, showing, wiring

    article = _article(found, source, published)
    tried = dry_run.dry_run(wiring.engine(found, lambda _: None), article)
    if as_json:
        click.echo(_json(dry_run.as_json(tried)))
    else:
        showing.show(tried, sys.stdout)


@cli.command()
@click.argument("source", metavar="FILE|URL|-")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object: the article and its facts")
@click.option(
    "--html", "page", metavar="FILE", type=click.Path(path_type=Path), help="write a page with the words marked"
)
@click.option("--title", metavar="WORDS", help="the title; the text is then all of the file")
@click.option("--published", metavar="TIME", help="when it was published (ISO 8601), for 'Tuesday' and office holders")
@with_settings(*READING, "contact")
def extract(
    found: Settings, source: str, as_json: bool, page: Path | None, title: str | None, published: str | None
) -> None:
    """Show what is read in one article, whatever the rules say: its words marked, and every fact with who says so.

    The first line of a plain text file is the title. Fields are explained in docs/extraction.md.
    """
    from streams import extracting, files, wiring
    from streams.core.extract.as_json import facts_json

    article = _article(found, source, published, title)
    facts = wiring.facts(found, article)
    if page is not None:
        files.write_text(page, extracting.page(article, facts))
        click.echo(f"{page}: written", err=True)
    if as_json:
        whole = {"article": {"title": article.title, "text": article.text}, "facts": facts_json(facts)}
        click.echo(_json(whole))
    elif page is None:
        extracting.show(article, facts, sys.stdout)


def _json(value: Any) -> str:
    """Return JSON that reads as text in a terminal and moves no cursor: what is not printable is escaped."""
    import json

    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def _article(found: Settings, source: str, published: str | None, title: str | None = None) -> Article:
    import msgspec

    from streams import wiring

    article = wiring.article(found, source)
    if title is not None:
        text = "\n\n".join(filter(None, (article.title, article.text)))
        article = msgspec.structs.replace(article, title=title, text=text)
    return article if published is None else msgspec.structs.replace(article, published_at=_time(published))


def _time(text: str) -> Any:
    from datetime import UTC, datetime

    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"found {text!r}; expected a time such as 2020-01-08T06:30Z") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@cli.command()
@click.argument("file", metavar="FILE.jsonl|-")
@click.option("--json", "as_json", is_flag=True, help="print each alert as one line of JSON")
@with_settings(*READING)
def replay(found: Settings, file: str, as_json: bool) -> None:
    """Send recorded articles through the pipeline and print the alerts. Sends nothing, keeps nothing.

    One JSON object per line: title and text, and if known id, url, source, origin, published, seen, kind.
    """
    from streams import replaying, wiring

    text = read_recording(file)
    articles = replaying.parse_recording(text, file)
    engine = wiring.engine(found, _say if not as_json else lambda _: None)
    alerts = replaying.replay(engine, articles)
    for alert in alerts:
        click.echo(replaying.line(alert) if as_json else replaying.rendered(alert), nl=as_json)
    _say(f"{len(articles)} articles, {len(alerts)} alerts")


@cli.command(name="settings")
@with_settings(*RUNNING[: -len(COMMON)], "rules_from", *KAFKA, *COMMON)
def show_settings(found: Settings) -> None:
    """Print the settings in force and what each is for."""
    from sqlalchemy.engine import make_url

    for name, meaning in NAMES.items():
        value = getattr(found, name)
        shown = make_url(value).render_as_string(hide_password=True) if name == "store" else value
        click.echo(f"{name:13} {shown}\n{'':13} WIREWATCH_{name.upper()}: {meaning}")
    click.echo(f"{'slack_token':13} {'set' if found.slack_token else 'not set'}\n{'':13} SLACK_BOT_TOKEN")
    click.echo(f"{'webhooks':13} {', '.join(found.webhooks) or 'none'}\n{'':13} WIREWATCH_WEBHOOK_<NAME>")


for each in (push_cli.push, try_, archive_cli.diff, archive_cli.backtest, archive_cli.stats):
    rules.add_command(each)
cli.add_command(rules)
cli.add_command(dead_letters)


if __name__ == "__main__":
    main()
