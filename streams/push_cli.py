"""`wirewatch rules push`: the rules folder to all Kafka workers at once, checked first."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import click

from streams import checking
from streams.clock import utc_now
from streams.config import NAMES, Settings, settings
from streams.core.gazetteer import parse_gazetteer
from streams.files import NoFileError, gazetteer_files, rule_files

FAILED = 1
"""Exit code: the rules have mistakes, and nothing was written."""


@click.command()
@click.argument("folder", metavar="[FOLDER]", required=False, type=click.Path(path_type=Path))
@click.option("--kafka", metavar="VALUE", help=NAMES["kafka"])
@click.option("--topic-prefix", metavar="VALUE", help=NAMES["topic_prefix"])
@click.pass_obj
def push(found: Settings, folder: Path | None, kafka: str | None, topic_prefix: str | None) -> None:
    """Bring the rules folder to all Kafka workers at once: checked, linted and tested first, refused with any error.

    For workers with --rules-from topic. The whole folder is one value of one topic, so that all have the same.
    """
    rules = str(folder if folder is not None else found.rules)
    if not push_rules(settings({"rules": rules, "kafka": kafka, "topic_prefix": topic_prefix}), click.echo):
        click.echo("not pushed: the workers keep the rules they have")
        sys.exit(FAILED)


def push_rules(found: Settings, echo: checking.Echo) -> bool:
    """Check the rules folder and bring it to all workers; False when it has mistakes, and nothing was written.

    Raises `TopicsUnready`, or `NotPushed` when the topic does not take it.
    """
    files, gazetteers = rule_files(found.rules, found.feeds), gazetteer_files(found.rules)
    from streams import rules_topic, topics  # Kafka's client, for this command alone

    errors, _, loaded = checking.check_texts(str(found.rules), files, parse_gazetteer(gazetteers), echo)
    if errors or loaded is None:
        return False
    pushed = rules_topic.make(found.rules, files, gazetteers, loaded.version, utc_now())
    rules_topic.packed(pushed)  # its size is told before anybody is asked
    topics.require(found.kafka, found.topic_prefix, rules=True)
    name = topics.full_name(found.topic_prefix, topics.RULES)
    with rules_topic.Reader(found.kafka, name) as reader, contextlib.suppress(NoFileError):  # the first push
        if reader.newest().tree == pushed.tree:
            echo(f"{name}: has these rules already, version {pushed.version[:12]}")
            return True
    rules_topic.push(found.kafka, name, pushed)
    echo(f"{name}: version {pushed.version[:12]} pushed; workers with --rules-from topic take it within seconds")
    return True


def pushed_rules(found: Settings) -> str:
    """Return a line about the rules in the topic."""
    from streams import rules_topic, topics

    name = topics.full_name(found.topic_prefix, topics.RULES)
    try:
        with rules_topic.Reader(found.kafka, name) as reader:
            pushed = reader.newest()
    except NoFileError as error:
        return str(error)
    return f"{name}: version {pushed.version[:12]}, {len(pushed.files)} files, pushed {pushed.at:%Y-%m-%d %H:%M} UTC"
