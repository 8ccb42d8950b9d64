"""Every number that the pipe exports, with its kind, unit and meaning, and the one place where each is set.

`Metrics` fits the `Watch` protocols of embedded mode and of the sender, and the `note` of the Kafka stages. What is asked
of the store is set by `counts`, before each scrape (`streams.health.serve(refresh=...)`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from prometheus_client import CollectorRegistry

from monitors.article import Article
from monitors.metrics import Metric, counter, gauge, histogram
from streams.core.model import Alert, Finding, Reason
from streams.core.suppressions import Suppressed

LATENCY_BUCKETS = (0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 3600)
FAILURES = ("auth", "rate_limited", "invalid", "too_long", "channel", "timeout", "connection", "server", "unknown")
"""The reasons of `streams.deliver.base.Failure`; a test holds the two together."""
STAGE_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20)
AGE_BUCKETS = (1, 10, 30, 60, 120, 300, 600, 1800, 3600, 21600)
SUSPECT_AGE_SECONDS = 6 * 3600
"""An article that is older than this, or from the future, says more about its feed's clock than about its way."""

INFO = Metric(
    name="wirewatch_info",
    kind="gauge",
    unit="info",
    meaning="Always 1; which process this is.",
    labels=("version", "mode"),
)
ARTICLES = Metric(
    name="wirewatch_articles_total",
    kind="counter",
    meaning="Article events taken by the rules, by what came of them: matched, unmatched, repeated.",
    labels=("outcome",),
)
ARTICLE_AGE = Metric(
    name="wirewatch_article_age_seconds",
    kind="histogram",
    unit="seconds",
    meaning="From an article's own date until we first held it: the feed's delay and ours, by the feed's clock.",
    buckets=AGE_BUCKETS,
)
CLOCK_SUSPECT = Metric(
    name="wirewatch_feed_clock_suspect_total",
    kind="counter",
    meaning="New articles whose date is in the future or over six hours old; they are not in the ages.",
)
STAGE_DURATION = Metric(
    name="wirewatch_stage_duration_seconds",
    kind="histogram",
    unit="seconds",
    meaning="How long a stage worked on one record, its transaction included.",
    labels=("stage",),
    buckets=STAGE_BUCKETS,
)
STAGE_EVENTS = Metric(
    name="wirewatch_stage_events_total",
    kind="counter",
    meaning="Records of a stage by what happened: handled, buried, retried, relayed, swept.",
    labels=("stage", "event"),
)
RULE_MATCHES = Metric(
    name="wirewatch_rule_matches_total",
    kind="counter",
    meaning="Article events that a rule matched.",
    labels=("rule",),
)
SUPPRESSED = Metric(
    name="wirewatch_suppressed_total",
    kind="counter",
    meaning="Matches of a rule that a suppression of rules/suppressions.yaml silenced.",
    labels=("suppression", "rule"),
)
FACTS = Metric(
    name="wirewatch_facts_total",
    kind="counter",
    meaning="Facts read in matching articles: strike, claim, leader.",
    labels=("kind",),
)
REASONS = Metric(
    name="wirewatch_reasons_total",
    kind="counter",
    meaning="Why a desk's finding raised an alert, or did not: the words of `Reason`.",
    labels=("reason",),
)
HELD_BACK = Metric(
    name="wirewatch_held_back_total",
    kind="counter",
    meaning="Alerts that a hold-back of rules/desks.yaml put into another story's thread.",
    labels=("desk", "hold_back"),
)
MENTIONS = Metric(
    name="wirewatch_mentions_total",
    kind="counter",
    meaning="Alerts that should mention somebody: said, or withheld because the desk's budget was used up.",
    labels=("desk", "outcome"),
)
ALERT_LATENCY = Metric(
    name="wirewatch_alert_latency_seconds",
    kind="histogram",
    unit="seconds",
    meaning="From first holding an article until a channel accepted its alert, by our clock.",
    labels=("scheme",),
    buckets=LATENCY_BUCKETS,
)
DELIVERIES = Metric(
    name="wirewatch_deliveries_total",
    kind="counter",
    meaning="Alerts accepted by a channel.",
    labels=("channel",),
)
SEND_FAILURES = Metric(
    name="wirewatch_send_failures_total",
    kind="counter",
    meaning="Calls to a channel that did not succeed, by the sender's closed list of reasons.",
    labels=("reason",),
)
SENDS_AMBIGUOUS = Metric(
    name="wirewatch_sends_ambiguous_total",
    kind="counter",
    meaning="Alerts sent again although the channel could not say whether they had arrived.",
)
RETRY_AFTER = Metric(
    name="wirewatch_retry_after_seconds_total",
    kind="counter",
    unit="seconds",
    meaning="Time that channels told us to wait.",
)
DELIVERIES_PENDING = Metric(
    name="wirewatch_deliveries_pending",
    kind="gauge",
    meaning="Alerts that have not reached their channel yet.",
    labels=("channel",),
)
DELIVERIES_OLDEST = Metric(
    name="wirewatch_deliveries_oldest_timestamp_seconds",
    kind="gauge",
    unit="timestamp_seconds",
    meaning="When the oldest of a channel's pending alerts was raised; absent when none is pending.",
    labels=("channel",),
)
OUTBOX_PENDING = Metric(
    name="wirewatch_outbox_pending", kind="gauge", meaning="Records written in the store and not yet taken by Kafka."
)
OUTBOX_OLDEST = Metric(
    name="wirewatch_outbox_oldest_timestamp_seconds",
    kind="gauge",
    unit="timestamp_seconds",
    meaning="When the oldest of those records was written; 0 when there is none.",
)
DEAD_LETTERS = Metric(
    name="wirewatch_dead_letters_open",
    kind="gauge",
    meaning="Dead letters that nobody has retried or dropped yet; the stage `send` holds alerts a channel refused.",
    labels=("stage",),
)
RULES_INFO = Metric(
    name="wirewatch_rules_info", kind="gauge", unit="info", meaning="Always 1; the rules in force.", labels=("version",)
)
RULES_LOADED = Metric(
    name="wirewatch_rules_loaded_timestamp_seconds",
    kind="gauge",
    unit="timestamp_seconds",
    meaning="When the rules in force were loaded.",
)
RULES_ACCEPTED = Metric(
    name="wirewatch_rules_last_load_success",
    kind="gauge",
    meaning="1 when the rules on disk are those in force, 0 when they were refused and older ones go on.",
)

CATALOGUE = (
    INFO,
    ARTICLES,
    ARTICLE_AGE,
    CLOCK_SUSPECT,
    STAGE_DURATION,
    STAGE_EVENTS,
    RULE_MATCHES,
    SUPPRESSED,
    FACTS,
    REASONS,
    HELD_BACK,
    MENTIONS,
    ALERT_LATENCY,
    DELIVERIES,
    SEND_FAILURES,
    SENDS_AMBIGUOUS,
    RETRY_AFTER,
    DELIVERIES_PENDING,
    DELIVERIES_OLDEST,
    OUTBOX_PENDING,
    OUTBOX_OLDEST,
    DEAD_LETTERS,
    RULES_INFO,
    RULES_LOADED,
    RULES_ACCEPTED,
)
"""All of them. Dashboards and alert rules may use no other; tests hold that."""


class Followed(Protocol):
    """An article that went through all stages, as `streams.pipeline.Followed` tells it."""

    @property
    def article(self) -> Article:
        """The article event."""
        ...

    @property
    def findings(self) -> Sequence[Finding]:
        """One per desk with a matching rule."""
        ...

    @property
    def suppressed(self) -> Sequence[Suppressed]:
        """Matches that a suppression silenced."""
        ...

    @property
    def reasons(self) -> Sequence[Reason]:
        """One per finding."""
        ...

    @property
    def alerts(self) -> Sequence[Alert]:
        """Those that were raised."""
        ...

    @property
    def repeated(self) -> bool:
        """Whether the event was known and nothing was done."""
        ...


class Counts(Protocol):
    """How much waits, as `streams.store.Counts` tells it."""

    @property
    def outbox(self) -> int:
        """Unsent records."""
        ...

    @property
    def outbox_since(self) -> datetime | None:
        """Since when the oldest waits."""
        ...

    @property
    def deliveries(self) -> Sequence[tuple[str, int, datetime]]:
        """Channel, pending alerts, since when the oldest waits."""
        ...

    @property
    def dead_letters(self) -> Sequence[tuple[str, int]]:
        """Stage, open dead letters."""
        ...


class Metrics:
    """The pipe's numbers in one registry. Safe to call from any thread, except `counts` from two at once."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._info = gauge(INFO, registry)
        self._articles = counter(ARTICLES, registry)
        self._age = histogram(ARTICLE_AGE, registry)
        self._suspect = counter(CLOCK_SUSPECT, registry)
        self._stage_duration = histogram(STAGE_DURATION, registry)
        self._stage_events = counter(STAGE_EVENTS, registry)
        self._rule_matches = counter(RULE_MATCHES, registry)
        self._suppressed = counter(SUPPRESSED, registry)
        self._facts = counter(FACTS, registry)
        self._reasons = counter(REASONS, registry)
        self._held_back = counter(HELD_BACK, registry)
        self._mentions = counter(MENTIONS, registry)
        self._latency = histogram(ALERT_LATENCY, registry)
        self._deliveries = counter(DELIVERIES, registry)
        self._failures = counter(SEND_FAILURES, registry)
        self._ambiguous = counter(SENDS_AMBIGUOUS, registry)
        self._retry_after = counter(RETRY_AFTER, registry)
        self._pending = gauge(DELIVERIES_PENDING, registry)
        self._pending_since = gauge(DELIVERIES_OLDEST, registry)
        self._outbox = gauge(OUTBOX_PENDING, registry)
        self._outbox_since = gauge(OUTBOX_OLDEST, registry)
        self._dead_letters = gauge(DEAD_LETTERS, registry)
        self._rules_info = gauge(RULES_INFO, registry)
        self._rules_loaded = gauge(RULES_LOADED, registry)
        self._rules_accepted = gauge(RULES_ACCEPTED, registry)
        # A counter that appears with its first event hides that event from rate() and increase().
        for reason in Reason:
            self._reasons.labels(reason.value)
        for outcome in ("matched", "unmatched", "repeated"):
            self._articles.labels(outcome)
        for failure in FAILURES:
            self._failures.labels(failure)

    def started(self, version: str, mode: str) -> None:
        """Note which process this is; ``mode`` is the command (run, worker, ...)."""
        self._info.labels(version, mode).set(1)

    # --- rules

    def rules_loaded(self, version: str, rule_ids: Iterable[str], at: datetime) -> None:
        """Note the rules now in force."""
        self._rules_info.clear()
        self._rules_info.labels(version).set(1)
        self._rules_loaded.set(at.timestamp())
        self._rules_accepted.set(1)
        for rule_id in rule_ids:
            self._rule_matches.labels(rule_id)

    def rules_rejected(self) -> None:
        """Note that the rules on disk were refused; those in force stay."""
        self._rules_accepted.set(0)

    # --- articles

    def followed(self, result: Followed, seconds: float) -> None:
        """Note an article that went through all stages of one process in so many seconds."""
        self._stage_duration.labels("follow").observe(seconds)
        self.examined(result.article, result.findings, suppressed=result.suppressed, repeated=result.repeated)
        for reason in result.reasons:
            self.advanced(reason)
        for alert in result.alerts:
            self.alerted(alert)

    def examined(
        self,
        article: Article,
        findings: Sequence[Finding],
        *,
        suppressed: Sequence[Suppressed] = (),
        repeated: bool = False,
    ) -> None:
        """Note an article event that the rules have read, and what they found."""
        if repeated:
            self._articles.labels("repeated").inc()
            return
        matched = {match.rule_id for finding in findings for match in finding.matches}
        self._articles.labels("matched" if matched else "unmatched").inc()
        for rule_id in matched:
            self._rule_matches.labels(rule_id).inc()
        for each in suppressed:
            self._suppressed.labels(each.suppression, each.match.rule_id).inc()
        if findings:  # desks share the article's facts
            facts = findings[0].facts
            for kind, found in (("strike", facts.strikes), ("claim", facts.claims), ("leader", facts.leaders)):
                self._facts.labels(kind).inc(len(found))
        if article.kind == "new" and article.published_at is not None:
            age = (article.first_seen_at - article.published_at).total_seconds()
            if 0 <= age <= SUSPECT_AGE_SECONDS:
                self._age.observe(age)
            else:
                self._suspect.inc()

    def advanced(self, reason: Reason) -> None:
        """Note what a finding did to its desk."""
        self._reasons.labels(reason.value).inc()

    def alerted(self, alert: Alert) -> None:
        """Note an alert that was raised: whether it was held back, whether it rang."""
        if alert.held_by is not None:
            self._held_back.labels(alert.desk, alert.held_by).inc()
        if alert.mention is not None:
            self._mentions.labels(alert.desk, "withheld" if alert.mention.withheld else "said").inc()

    def note(self, event: str, stage: str, seconds: float) -> None:
        """Note what happened to a record of a Kafka stage; for ``handled`` and ``buried``, how long it took."""
        self._stage_events.labels(stage, event).inc()
        if event in {"handled", "buried"}:
            self._stage_duration.labels(stage).observe(seconds)

    # --- deliveries

    def sent(self, channel: str, seconds: float) -> None:
        """Note a delivery to a channel's address, ``seconds`` after its article was first seen."""
        self._deliveries.labels(channel).inc()
        self._latency.labels(channel.partition(":")[0]).observe(max(seconds, 0.0))

    def failed(self, reason: str) -> None:
        """Note a call that did not succeed."""
        self._failures.labels(reason).inc()

    def ambiguous(self) -> None:
        """Note a message that is sent again although it may have arrived."""
        self._ambiguous.inc()

    def retry_after(self, seconds: float) -> None:
        """Note that a channel told us to wait."""
        self._retry_after.inc(max(seconds, 0.0))

    # --- what waits

    def counts(self, counts: Counts) -> None:
        """Show how much waits in the store now."""
        self._outbox.set(counts.outbox)
        self._outbox_since.set(counts.outbox_since.timestamp() if counts.outbox_since else 0)
        self._pending.clear()
        self._pending_since.clear()
        for channel, pending, since in counts.deliveries:
            self._pending.labels(channel).set(pending)
            self._pending_since.labels(channel).set(since.timestamp())
        self._dead_letters.clear()
        for stage, letters in counts.dead_letters:
            self._dead_letters.labels(stage).set(letters)
