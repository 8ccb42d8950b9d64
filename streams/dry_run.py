"""What would happen to one article: `wirewatch try`. Sends nothing, stores nothing; every article starts a fresh story."""

from __future__ import annotations

from typing import Any

import msgspec

from monitors.article import Article
from streams.core.desks import Desk
from streams.core.engine import Engine, Examined, advance, examine
from streams.core.extract.as_json import facts_json
from streams.core.holding import with_mention
from streams.core.model import Finding, Step
from streams.deliver import blocks
from streams.deliver.base import delivery_key


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """An article as read, and each desk's step, in the order of `examined.findings`."""

    article: Article
    examined: Examined
    steps: tuple[Step, ...]


def dry_run(engine: Engine, article: Article) -> Tried:
    """Take an article through the core as if no story were known."""
    examined = examine(engine, article)
    desks = {desk.id: desk for desk in engine.desks}
    steps = tuple(_step(finding, desks[finding.desk]) for finding in examined.findings)
    return Tried(article=article, examined=examined, steps=steps)


def _step(finding: Finding, desk: Desk) -> Step:
    step = advance((), finding, desk)
    return step if step.alert is None else msgspec.structs.replace(step, alert=with_mention(desk, step.alert, 0))


def as_json(tried: Tried) -> dict[str, Any]:
    """Return ``{article, matches, suppressed, facts: {strikes, claims, leaders}, story, alerts}``.

    Facts have the fields of docs/extraction.md, evidence is ``{field, start, end, quote}``; ``suppressed`` are ``{rule,
    by}``. An alert is ``{reason, severity, message, …}``; ``message`` is what Slack would be given: text and blocks.
    ``story`` is that of the first desk with one, None without.
    """
    told = [step for step in tried.steps if step.story is not None]
    return {
        "article": msgspec.to_builtins(tried.article),
        "matches": msgspec.to_builtins(tried.examined.matches),
        "suppressed": [{"rule": each.match.rule_id, "by": each.suppression} for each in tried.examined.suppressed],
        "facts": facts_json(tried.examined.facts),
        "story": _story(told[0]) if told else None,
        "alerts": [_alert(step) for step in tried.steps if step.alert is not None],
    }


def _story(step: Step) -> dict[str, Any]:
    assert step.story is not None
    story = step.story
    return {
        "story_id": story.story_id,
        "desk": story.desk,
        "title": step.alert.title if step.alert else story.title,
        "keys": list(story.keys),
        "reason": step.reason.value,
    }


def _alert(step: Step) -> dict[str, Any]:
    assert step.alert is not None
    alert = step.alert
    channel = alert.channels[0] if alert.channels else ""
    key = delivery_key(alert.alert_id, channel)
    return {
        "reason": alert.reason.value,
        "severity": alert.severity.value,
        "message": msgspec.to_builtins(blocks.message(alert, key, channel)),
        "alert_id": alert.alert_id,
        "story_id": alert.story_id,
        "desk": alert.desk,
        "channels": list(alert.channels),
    }
