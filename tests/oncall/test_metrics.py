"""Every metric of the catalogues is set by code, and says what it is in Prometheus' own words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import get_args

import msgspec
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from monitors import poller
from monitors.article import Article
from monitors.feeds import Feed
from monitors.metrics import PREFIX, FeedMetrics, Metric
from monitors.schedule import PollState
from streams import embedded
from streams.core.model import (
    ArticleRef,
    CasualtyClaim,
    ClauseHit,
    Evidence,
    Facts,
    Finding,
    Match,
    Mention,
    Reason,
    Severity,
    Step,
)
from streams.core.suppressions import Suppressed
from streams.deliver import sender
from streams.deliver.base import Failure
from streams.metrics import FAILURES, Metrics
from streams.pipeline import Followed
from streams.store import Counts
from tests.fakes.alerts import ALERT
from tests.oncall import FEEDS, METRICS, PIPE

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ARTICLE = Article(
    event_id="e1",
    article_id="a1",
    revision="r1",
    feed_id="gulf-wire",
    source="Gulf Wire",
    origin="Gulf Wire",
    url="https://gulf-wire.example/1",
    title="Four killed in drone strike, port office says",
    text="Four people were killed.",
    published_at=NOW - timedelta(seconds=40),
    first_seen_at=NOW,
)
CLAIM = CasualtyClaim(
    kind="killed",
    low=4,
    high=4,
    qual="exact",
    stated="Four",
    victims=None,
    claimant=None,
    status="asserted",
    scope="current",
    evidence=Evidence(field="title", start=0, end=11, quote="Four killed"),
)
FINDING = Finding(
    finding_id="f1",
    desk="world",
    article=ArticleRef(
        event_id="e1",
        article_id="a1",
        kind="new",
        source="Gulf Wire",
        origin="Gulf Wire",
        url=ARTICLE.url,
        title=ARTICLE.title,
        published_at=ARTICLE.published_at,
        first_seen_at=NOW,
    ),
    matches=(
        Match(
            ruleset="missile-strikes",
            rule_id="missile-strike",
            title="Strike reported",
            severity=Severity.BULLETIN,
            clauses=(ClauseHit(clause="strike", evidence=(CLAIM.evidence,)),),
        ),
    ),
    facts=Facts(claims=(CLAIM,)),
    rules_version="1",
)
FOLLOWED = Followed(
    article=ARTICLE,
    suppressed=(Suppressed(suppression="sponsored", match=FINDING.matches[0]),),
    findings=(FINDING, msgspec.structs.replace(FINDING, finding_id="f2", desk="gulf")),
    steps=(Step(story=None, reason=Reason.FIRST_REPORT), Step(story=None, reason=Reason.NOTHING_NEW)),
)
FEED = Feed(
    id="gulf-wire", title="Gulf Wire", url="https://gulf-wire.example/rss", tier=1, language="en", source="Gulf Wire"
)
STATE = PollState(
    feed_id="gulf-wire",
    url=FEED.url,
    due_at=NOW,
    interval=30,
    reader=1,
    last_success_at=NOW,
    last_new_at=NOW - timedelta(minutes=1),
    usual_gap=600,
)
COUNTS = Counts(
    outbox=2,
    outbox_since=NOW,
    deliveries=(("slack:#world", 3, NOW),),
    dead_letters=(("send", 1),),
)


def told(registry: CollectorRegistry) -> dict[str, float]:
    """Every sample by its name and labels as printed."""
    lines = generate_latest(registry).decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[:1] != "#")}


def exercised() -> CollectorRegistry:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    as_followed: embedded.Watch = metrics
    as_sent: sender.Watch = metrics
    metrics.started("0.1.0", "run")
    metrics.rules_loaded("v1", ("missile-strike", "casualty-claim"), NOW)
    as_followed.followed(FOLLOWED, 0.02)
    metrics.alerted(msgspec.structs.replace(ALERT, held_by="under flash"))
    metrics.alerted(msgspec.structs.replace(ALERT, mention=Mention(who="here", channels=(), withheld="x")))
    metrics.note("handled", "examine", 0.01)
    as_sent.sent("slack:#world", 2.5)
    as_sent.failed("timeout")
    as_sent.ambiguous()
    as_sent.retry_after(30)
    late = msgspec.structs.replace(ARTICLE, published_at=NOW - timedelta(hours=7))
    metrics.examined(late, ())
    metrics.counts(COUNTS)
    return registry


def watched() -> CollectorRegistry:
    registry = CollectorRegistry()
    watch: poller.Watch = FeedMetrics(registry)
    watch.polled(FEED, STATE, "fetched", 0.3)
    watch.articles(FEED, "new", 2)
    watch.newest(FEED, NOW)
    watch.gap(FEED, NOW, NOW)
    watch.muted(FEED, 3)
    watch.unpublished(FEED, 4)
    return registry


@pytest.mark.parametrize(("registry", "catalogue"), [(exercised(), PIPE), (watched(), FEEDS)], ids=["pipe", "feeds"])
def test_every_metric_is_set_by_a_call(registry: CollectorRegistry, catalogue: tuple[Metric, ...]) -> None:
    samples = {re.split(r"[{ ]", name)[0] for name in told(registry)}
    stems = {re.sub("_(bucket|count|sum)$", "", name) for name in samples if not name.endswith("_created")}
    assert {metric.name for metric in catalogue} == stems


def test_a_feed_that_never_answered_was_last_good_at_no_time() -> None:
    registry = CollectorRegistry()
    FeedMetrics(registry).polled(FEED, msgspec.structs.replace(STATE, last_success_at=None), "timeout", 20)
    samples = told(registry)
    assert samples['wirewatch_feed_last_success_timestamp_seconds{feed="gulf-wire"}'] == 0
    assert samples['wirewatch_feed_polls_total{feed="gulf-wire",outcome="timeout"}'] == 1


def test_a_feed_s_times_are_those_of_its_state() -> None:
    samples = told(watched())
    at = NOW.timestamp()
    assert samples['wirewatch_feed_last_success_timestamp_seconds{feed="gulf-wire"}'] == at
    assert samples['wirewatch_feed_newest_entry_timestamp_seconds{feed="gulf-wire"}'] == at
    assert samples['wirewatch_feed_tier{feed="gulf-wire",tier="1"}'] == 1
    assert samples['wirewatch_feed_articles_total{feed="gulf-wire",kind="new"}'] == 2
    assert samples['wirewatch_feed_articles_total{feed="gulf-wire",kind="revised"}'] == 0
    assert samples['wirewatch_feed_gaps_total{feed="gulf-wire"}'] == 1


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_metric_is_named_by_the_rules_of_prometheus(metric: Metric) -> None:
    assert metric.name.startswith(PREFIX)
    assert (metric.kind == "counter") == metric.name.endswith("_total")
    assert metric.name.removesuffix("_total").endswith(metric.unit)
    assert metric.meaning.endswith(".")
    assert (metric.kind == "histogram") == bool(metric.buckets)
    assert not {"url", "title", "story", "name"} & set(metric.labels)


def test_names_are_used_once() -> None:
    names = [metric.name for metric in METRICS]
    assert sorted(set(names)) == sorted(names)


def test_an_article_counts_once_however_many_desks_it_concerns() -> None:
    samples = told(exercised())
    assert samples['wirewatch_articles_total{outcome="matched"}'] == 1
    assert samples['wirewatch_rule_matches_total{rule="missile-strike"}'] == 1
    assert samples['wirewatch_facts_total{kind="claim"}'] == 1
    assert samples['wirewatch_reasons_total{reason="first report"}'] == 1
    assert samples['wirewatch_reasons_total{reason="nothing new"}'] == 1


def test_every_reason_and_rule_is_there_before_its_first_event() -> None:
    samples = told(exercised())
    assert samples['wirewatch_rule_matches_total{rule="casualty-claim"}'] == 0
    assert {f'wirewatch_reasons_total{{reason="{reason.value}"}}' for reason in Reason} <= set(samples)


def test_every_reason_to_fail_is_there_before_its_first_event() -> None:
    assert get_args(Failure) == FAILURES
    samples = told(exercised())
    shown = {f'wirewatch_send_failures_total{{reason="{reason}"}}': float(reason == "timeout") for reason in FAILURES}
    assert shown == {name: value for name, value in samples.items() if name.startswith("wirewatch_send_failures_total")}


def test_a_repeated_article_counts_as_repeated_alone() -> None:
    registry = CollectorRegistry()
    Metrics(registry).followed(Followed(article=ARTICLE, repeated=True), 0.001)
    samples = told(registry)
    assert samples['wirewatch_articles_total{outcome="repeated"}'] == 1
    assert samples['wirewatch_articles_total{outcome="unmatched"}'] == 0
    assert samples["wirewatch_article_age_seconds_count"] == 0


@pytest.mark.parametrize("age", [timedelta(hours=-3.5), timedelta(hours=7)])
def test_an_impossible_date_is_counted_apart_from_the_ages(age: timedelta) -> None:
    registry = CollectorRegistry()
    Metrics(registry).examined(msgspec.structs.replace(ARTICLE, published_at=NOW - age), ())
    samples = told(registry)
    assert samples["wirewatch_feed_clock_suspect_total"] == 1
    assert samples["wirewatch_article_age_seconds_count"] == 0


def test_latency_is_told_by_the_kind_of_channel() -> None:
    samples = told(exercised())
    assert samples['wirewatch_alert_latency_seconds_bucket{le="2.0",scheme="slack"}'] == 0
    assert samples['wirewatch_alert_latency_seconds_bucket{le="5.0",scheme="slack"}'] == 1


def test_what_no_longer_waits_is_no_longer_shown() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.counts(COUNTS)
    assert told(registry)['wirewatch_deliveries_pending{channel="slack:#world"}'] == 3
    metrics.counts(Counts(outbox=0, outbox_since=None, deliveries=(), dead_letters=()))
    samples = told(registry)
    assert [] == [name for name in samples if name.startswith(("wirewatch_deliveries_", "wirewatch_dead_letters"))]
    assert samples["wirewatch_outbox_oldest_timestamp_seconds"] == 0


def test_refused_rules_show_until_good_ones_are_loaded() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.rules_loaded("v1", (), NOW)
    metrics.rules_rejected()
    assert told(registry)["wirewatch_rules_last_load_success"] == 0
    metrics.rules_loaded("v2", (), NOW)
    samples = told(registry)
    assert samples["wirewatch_rules_last_load_success"] == 1
    assert [name for name in samples if name.startswith("wirewatch_rules_info")] == [
        'wirewatch_rules_info{version="v2"}'
    ]
