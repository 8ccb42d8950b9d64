"""The stages of an article's way, once, for both modes. Each `take_…` is one input inside one transaction of the store.

    article ─ examine ─▶ findings ─ take_finding ─▶ story, alert ─ take_alert ─▶ delivery rows

Embedded mode calls them one after the other in one transaction (`follow`). On Kafka each stage is its own transaction and
what it yields travels through the outbox to the next topic (`stages`). The inbox makes a repeated input a no-op.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from monitors.article import Article
from streams.core.desks import Desk
from streams.core.engine import Engine, Examined, advance_all, examine
from streams.core.holding import may_mention, with_mention
from streams.core.model import Alert, Finding, Reason, Step
from streams.core.stories import QUIET, keys_of
from streams.core.suppressions import Suppressed
from streams.store import Outgoing, Store, Tx
from streams.wire import PermanentError, decode, encode


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one article event: the findings it made (none: no rule matched), and each desk's step.

    ``suppressed`` are matches that a suppression silenced. ``repeated`` is True when the event was known and nothing was
    done.
    """

    article: Article
    suppressed: tuple[Suppressed, ...] = ()
    findings: tuple[Finding, ...] = ()
    steps: tuple[Step, ...] = ()
    repeated: bool = False

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """The alerts that were raised."""
        return tuple(step.alert for step in self.steps if step.alert is not None)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reason of every step, in the desks' order."""
        return tuple(step.reason for step in self.steps)


def follow(article: Article, engine: Engine, store: Store, now: datetime) -> Followed:
    """Take one article through every stage in one transaction: after it, its deliveries are durable rows, or nothing is.

    The reading (spaCy) comes before the transaction, so the store is locked for milliseconds only.
    """
    return follow_examined(article, examine(engine, article), engine, store, now)


def follow_examined(article: Article, examined: Examined, engine: Engine, store: Store, now: datetime) -> Followed:
    """Take an article that was read through the stages that are left, as `follow` does."""
    findings = examined.findings

    def all_stages(tx: Tx) -> Followed:
        if not tx.once("examine", article.event_id):
            return Followed(article=article, repeated=True)
        tx.keep(article)
        steps = [step for finding in findings for step in take_finding(tx, finding, engine)]
        for step in steps:
            if step.alert is not None:
                take_alert(tx, step.alert)
        return Followed(article=article, suppressed=examined.suppressed, findings=findings, steps=tuple(steps))

    return store.apply(all_stages, now)


def take_finding(tx: Tx, finding: Finding, engine: Engine) -> tuple[Step, ...]:
    """Advance the desk's stories by one finding; they are saved. A finding seen before is nothing new."""
    if not tx.once("advance", finding.finding_id):
        return (Step(story=None, reason=Reason.NOTHING_NEW),)
    desk = next((d for d in engine.desks if d.id == finding.desk), None)
    if desk is None:
        raise PermanentError(f"found a finding for the desk {finding.desk!r}; expected one of rules/desks.yaml")
    tx.lock_desk(finding.desk)
    candidates = tx.stories(finding.desk, keys_of(finding), finding.article.first_seen_at - QUIET)
    steps = tuple(_rung(tx, step, desk) for step in advance_all(candidates, finding, desk))
    for step in steps:
        if step.story is not None:
            tx.save_story(step.story)
    return steps


def _rung(tx: Tx, step: Step, desk: Desk) -> Step:
    """Return the step with the mention that its alert asks for, as far as the desk's budget goes.

    Counted by when articles were first seen: the same in both modes, and in a replay.
    """
    alert = step.alert
    if alert is None or desk.mentions is None or not may_mention(desk, alert):
        return step
    at = alert.article.first_seen_at
    alert = with_mention(desk, alert, tx.mentions(desk.id, at, timedelta(seconds=desk.mentions.seconds)))
    if alert.mention is not None and not alert.mention.withheld:
        tx.add_mention(desk.id, alert.alert_id, at)
    return msgspec.structs.replace(step, alert=alert)


def take_alert(tx: Tx, alert: Alert) -> bool:
    """Make the alert's delivery rows, one per channel; False when it was taken before."""
    if not tx.once("deliver", alert.alert_id):
        return False
    for channel in alert.channels:
        tx.add_delivery(alert, channel)
    return True


# --- the same steps, each by itself, for Kafka ----------------------------------------------------------------------


class Watch(Protocol):
    """What is counted and logged of the stages."""

    def examined(
        self,
        article: Article,
        findings: Sequence[Finding],
        *,
        suppressed: Sequence[Suppressed] = (),
        repeated: bool = False,
    ) -> None:
        """Note an article that the rules have read."""
        ...

    def advanced(self, reason: Reason) -> None:
        """Note what a finding did to its desk."""
        ...

    def alerted(self, alert: Alert) -> None:
        """Note an alert that was raised."""
        ...


Rules = Callable[[], Engine]
"""Gives the engine with the rules in force: a reload takes hold between two records."""


class Stage(msgspec.Struct, frozen=True):
    """A stage on Kafka: its name in the inbox, the topic that it reads, and what it does with one record's body.

    ``handle`` returns the rows that its transaction put into the outbox, for the relay.
    """

    name: str
    topic: str
    handle: Callable[[bytes, datetime], tuple[Outgoing, ...]]


def examine_stage(engine: Rules, store: Store, reads: str, writes: str, code: str, watch: Watch) -> Stage:
    """Articles (topic ``reads``) to findings (topic ``writes``).

    The inbox keeps a row for every article, so that "why were we not alerted?" has an answer.
    """

    def handle(body: bytes, now: datetime) -> tuple[Outgoing, ...]:
        article = decode(body, Article)
        examined = examine(engine(), article)
        findings = examined.findings

        def write(tx: Tx) -> tuple[Outgoing, ...] | None:
            if not tx.once("examine", article.event_id):
                return None
            tx.keep(article)
            for finding in findings:
                value, headers = encode(finding, code)
                tx.put(writes, finding.desk.encode(), finding.finding_id, value, headers)
            return tx.written

        rows = store.apply(write, now)
        watch.examined(article, findings, suppressed=examined.suppressed, repeated=rows is None)
        return rows or ()

    return Stage("examine", reads, handle)


def advance_stage(engine: Rules, store: Store, reads: str, writes: str, code: str, watch: Watch) -> Stage:
    """Findings (topic ``reads``) to stories and alerts (topic ``writes``)."""

    def handle(body: bytes, now: datetime) -> tuple[Outgoing, ...]:
        finding = decode(body, Finding)

        def write(tx: Tx) -> tuple[tuple[Step, ...], tuple[Outgoing, ...]]:
            steps = take_finding(tx, finding, engine())
            for step in steps:
                if step.alert is not None:
                    value, headers = encode(step.alert, code)
                    tx.put(writes, step.alert.story_id.encode(), step.alert.alert_id, value, headers)
            return steps, tx.written

        steps, rows = store.apply(write, now)
        for step in steps:
            watch.advanced(step.reason)
            if step.alert is not None:
                watch.alerted(step.alert)
        return rows

    return Stage("advance", reads, handle)


def deliver_stage(store: Store, reads: str, wake: Callable[[], None]) -> Stage:
    """Alerts to delivery rows; the sender is woken after the commit."""

    def handle(body: bytes, now: datetime) -> tuple[Outgoing, ...]:
        alert = decode(body, Alert)
        if store.apply(lambda tx: take_alert(tx, alert), now):
            wake()
        return ()

    return Stage("deliver", reads, handle)
