"""Every number that monitors export, with its kind, unit and meaning, and how a number is made.

A metric is a value of this catalogue, never a name in a string: a misspelt one is a type error. Numbers live in the registry
that is passed in; there is no global state.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from monitors.article import Kind as ArticleKind
from monitors.feeds import Feed
from monitors.schedule import PollState

PREFIX = "wirewatch_"
Kind = Literal["counter", "gauge", "histogram"]
Unit = Literal["", "seconds", "timestamp_seconds", "bytes", "info"]


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """One number: ``name`` as Prometheus shows it, base units only, counters end in ``_total``.

    Labels never hold a URL, a title, a story's id or a person: their values must stay few.
    """

    name: str
    kind: Kind
    unit: Unit = ""
    meaning: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


def counter(metric: Metric, registry: CollectorRegistry) -> Counter:
    """Return the metric in the registry; raises ValueError when it is there already."""
    return Counter(metric.name.removesuffix("_total"), metric.meaning, metric.labels, registry=registry)


def gauge(metric: Metric, registry: CollectorRegistry) -> Gauge:
    """Return the metric in the registry; raises ValueError when it is there already."""
    return Gauge(metric.name, metric.meaning, metric.labels, registry=registry)


def histogram(metric: Metric, registry: CollectorRegistry) -> Histogram:
    """Return the metric in the registry; raises ValueError when it is there already."""
    return Histogram(metric.name, metric.meaning, metric.labels, buckets=metric.buckets, registry=registry)


POLLS = Metric(
    name="wirewatch_feed_polls_total",
    kind="counter",
    meaning="Polls by what they came to: fetched, unchanged, or why there was no document.",
    labels=("feed", "outcome"),
)
POLL_DURATION = Metric(
    name="wirewatch_poll_duration_seconds",
    kind="histogram",
    unit="seconds",
    meaning="From the wish to poll a feed until its news were published and remembered, waiting for its host included.",
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60),
)
LAST_SUCCESS = Metric(
    name="wirewatch_feed_last_success_timestamp_seconds",
    kind="gauge",
    unit="timestamp_seconds",
    meaning="When a feed last answered with a document that could be read, or with no change; 0 for never.",
    labels=("feed",),
)
NEWEST_ENTRY = Metric(
    name="wirewatch_feed_newest_entry_timestamp_seconds",
    kind="gauge",
    unit="timestamp_seconds",
    meaning="When a feed last had a new entry, by our clock.",
    labels=("feed",),
)
POLL_INTERVAL = Metric(
    name="wirewatch_feed_poll_interval_seconds",
    kind="gauge",
    unit="seconds",
    meaning="How often a feed is polled at present while it does not fail.",
    labels=("feed",),
)
USUAL_GAP = Metric(
    name="wirewatch_feed_usual_gap_seconds",
    kind="gauge",
    unit="seconds",
    meaning="The usual time between a feed's new entries; absent while it is not known.",
    labels=("feed",),
)
FAILURES = Metric(
    name="wirewatch_feed_failures_in_a_row",
    kind="gauge",
    meaning="Failed polls since the last good one.",
    labels=("feed",),
)
TIER = Metric(
    name="wirewatch_feed_tier", kind="gauge", meaning="Always 1; the tier of a feed.", labels=("feed", "tier")
)
FEED_ARTICLES = Metric(
    name="wirewatch_feed_articles_total",
    kind="counter",
    meaning="Article events published and acknowledged: new, revised.",
    labels=("feed", "kind"),
)
GAPS = Metric(
    name="wirewatch_feed_gaps_total",
    kind="counter",
    meaning="Documents that had nothing in common with the one before: entries in between may be lost.",
    labels=("feed",),
)
MUTED = Metric(
    name="wirewatch_feed_muted_total",
    kind="counter",
    meaning="Changes not published because their entry changes too often.",
    labels=("feed",),
)
UNPUBLISHED = Metric(
    name="wirewatch_feed_publish_failures_total",
    kind="counter",
    meaning="Tries to publish articles that failed; they wait and are tried again.",
    labels=("feed",),
)

CATALOGUE = (
    POLLS,
    POLL_DURATION,
    LAST_SUCCESS,
    NEWEST_ENTRY,
    POLL_INTERVAL,
    USUAL_GAP,
    FAILURES,
    TIER,
    FEED_ARTICLES,
    GAPS,
    MUTED,
    UNPUBLISHED,
)
"""All of them."""


class FeedMetrics:
    """The monitors' numbers in one registry: the `Watch` of the poller."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._polls = counter(POLLS, registry)
        self._duration = histogram(POLL_DURATION, registry)
        self._last_success = gauge(LAST_SUCCESS, registry)
        self._newest = gauge(NEWEST_ENTRY, registry)
        self._interval = gauge(POLL_INTERVAL, registry)
        self._usual_gap = gauge(USUAL_GAP, registry)
        self._failures = gauge(FAILURES, registry)
        self._tier = gauge(TIER, registry)
        self._articles = counter(FEED_ARTICLES, registry)
        self._gaps = counter(GAPS, registry)
        self._muted = counter(MUTED, registry)
        self._unpublished = counter(UNPUBLISHED, registry)

    def polled(self, feed: Feed, state: PollState, outcome: str, seconds: float) -> None:
        """Note a poll, what it came to, and the state after it."""
        self._polls.labels(feed.id, outcome).inc()
        self._duration.observe(seconds)
        self._last_success.labels(feed.id).set(state.last_success_at.timestamp() if state.last_success_at else 0)
        if state.last_new_at is not None:
            self._newest.labels(feed.id).set(state.last_new_at.timestamp())
        self._interval.labels(feed.id).set(state.interval)
        if state.usual_gap is not None:
            self._usual_gap.labels(feed.id).set(state.usual_gap)
        self._failures.labels(feed.id).set(state.failures)
        self._tier.labels(feed.id, str(feed.tier)).set(1)
        # A counter that appears with its first event hides that event from rate() and increase().
        for kind in ("new", "revised"):
            self._articles.labels(feed.id, kind)
        for rare in (self._gaps, self._muted, self._unpublished):
            rare.labels(feed.id)

    def articles(self, feed: Feed, kind: ArticleKind, count: int) -> None:
        """Note article events that were published and acknowledged."""
        self._articles.labels(feed.id, kind).inc(count)

    def newest(self, feed: Feed, at: datetime) -> None:
        """Note when a new entry was first seen."""
        self._newest.labels(feed.id).set(at.timestamp())

    def gap(self, feed: Feed, since: datetime, until: datetime) -> None:  # noqa: ARG002  # the log tells the times
        """Note that entries may be lost."""
        self._gaps.labels(feed.id).inc()

    def muted(self, feed: Feed, count: int) -> None:
        """Note changes that were not published."""
        self._muted.labels(feed.id).inc(count)

    def unpublished(self, feed: Feed, count: int) -> None:  # noqa: ARG002  # a try is one failure, however many wait
        """Note that publishing failed and is tried again."""
        self._unpublished.labels(feed.id).inc()
