"""A dry run for people: the article, why rules fired, the facts with their quotations, story and reason, the message."""

from __future__ import annotations

import json
from typing import TextIO

import msgspec
from rich.console import Console
from rich.text import Text

from streams import extracting
from streams.core.model import Finding, Match, Step
from streams.deliver import blocks, console
from streams.deliver.base import delivery_key
from streams.deliver.words import clean
from streams.dry_run import Tried


def show(tried: Tried, out: TextIO) -> None:
    """Print a dry run. Foreign text is shown as text: no control character and no markup of it works."""
    rich = Console(file=out, highlight=False, markup=False, emoji=False, soft_wrap=True)
    article = tried.article
    _heading(rich, "Article")
    rich.print(Text(clean(article.title)))
    published = article.published_at.isoformat() if article.published_at else "not known (--published TIME)"
    rich.print(Text(f"{clean(article.source)} · published {published} · {len(article.text)} characters", style="dim"))

    _heading(rich, "Rules")
    firing = {m.rule_id for finding in tried.examined.findings for m in finding.matches}
    for match in tried.examined.matches:
        _rule(rich, match, alerts=match.rule_id in firing)
    for silenced in tried.examined.suppressed:
        rich.print(
            Text(f"{silenced.match.rule_id}: {silenced.match.title} — silenced by suppression {silenced.suppression}")
        )
    if not tried.examined.matches:
        rich.print("No rule matches: the article ends here, unread.")
        return

    _heading(rich, "Facts")
    extracting.show_text(rich, article, tried.examined.facts)

    for finding, step in zip(tried.examined.findings, tried.steps, strict=True):
        _desk(rich, finding, step, out)


def _heading(rich: Console, words: str) -> None:
    rich.print(Text(f"\n── {words} ", style="bold"))


def _rule(rich: Console, match: Match, *, alerts: bool) -> None:
    verdict = match.severity.value if alerts else "its `where` does not hold of the facts: no alert"
    rich.print(Text(f"{match.ruleset} / {match.rule_id}: {match.title} — {verdict}"))
    for clause in match.clauses:
        words = ", ".join(f"“{clean(e.quote)}” ({e.field} {e.start}–{e.end})" for e in clause.evidence)
        names = f" = {', '.join(clause.names)}" if clause.names else ""
        rich.print(Text(f"    {clause.clause}: {words}{clean(names)}", style="dim"))


def _desk(rich: Console, finding: Finding, step: Step, out: TextIO) -> None:
    _heading(rich, f"Desk {finding.desk}")
    if step.story is not None:
        rich.print(Text(f"story {step.story.story_id} · known by {clean(', '.join(step.story.keys))}"))
    rich.print(Text(f"reason: {step.reason.value}"))
    if step.alert is None:
        return
    for channel in step.alert.channels:
        rich.print(Text(f"\nto {channel}, as the console shows it:", style="dim"))
        colour = out.isatty()
        out.write(console.render(step.alert, address=channel, width=rich.width, colour=colour))
        rich.print(Text(f"to {channel}, the message as Slack is given it:", style="dim"))
        message = msgspec.to_builtins(blocks.message(step.alert, delivery_key(step.alert.alert_id, channel), channel))
        rich.print(Text(json.dumps({"channel": channel, **message}, ensure_ascii=False, indent=1)))
