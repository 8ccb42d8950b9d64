"""Writes dashboards/wirewatch.json: `python -m deploy.grafana.make`.

A test holds the file to this script and the script to the metrics that exist. Change panels here, never in the file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import msgspec

FILE = Path(__file__).parent / "dashboards" / "wirewatch.json"
Kind = Literal["stat", "timeseries", "table"]


class Panel(msgspec.Struct, frozen=True):
    """A picture of some queries, each with its legend. ``red`` colours a stat from that value on."""

    title: str
    meaning: str
    queries: tuple[tuple[str, str], ...]
    kind: Kind = "timeseries"
    unit: str = "short"
    width: int = 8
    red: float | None = None


STALE_WIRES = (
    "count(time() - max by (feed) (wirewatch_feed_last_success_timestamp_seconds)"
    " > on (feed) 4 * max by (feed) (wirewatch_feed_poll_interval_seconds)"
    ' and on (feed) wirewatch_feed_tier{tier="1"} == 1) or vector(0)'
)
FAST = (
    'sum(rate(wirewatch_alert_latency_seconds_bucket{le="60.0"}[1h]))'
    " / sum(rate(wirewatch_alert_latency_seconds_count[1h]))"
)

ROWS: tuple[tuple[str, tuple[Panel, ...]], ...] = (
    (
        "Is the newsroom served?",
        (
            Panel(
                "Feeds we cannot read",
                "Tier 1 and not read for four intervals. You may be blind there.",
                (
                    (
                        STALE_WIRES,
                        "",
                    ),
                ),
                "stat",
                width=4,
                red=1,
            ),
            Panel(
                "Fast alerts, 1 h",
                "Share accepted by their channel within 60 s of our holding the article. Empty: no alerts.",
                (
                    (
                        FAST,
                        "",
                    ),
                ),
                "stat",
                "percentunit",
                4,
            ),
            Panel(
                "Alerts waiting",
                "Not yet accepted by their channel.",
                (("sum(max by (channel) (wirewatch_deliveries_pending)) or vector(0)", ""),),
                "stat",
                width=4,
                red=10,
            ),
            Panel(
                "Oldest waits",
                "Since when the oldest alert waits.",
                (("max(time() - wirewatch_deliveries_oldest_timestamp_seconds) or vector(0)", ""),),
                "stat",
                "s",
                4,
                120,
            ),
            Panel(
                "Alerts given up",
                "Refused by their channel: tell the newsroom by hand.",
                (('max(wirewatch_dead_letters_open{stage="send"}) or vector(0)', ""),),
                "stat",
                width=4,
                red=1,
            ),
            Panel(
                "Dead letters",
                "Records a stage could not read.",
                (('sum(max by (stage) (wirewatch_dead_letters_open{stage!="send"})) or vector(0)', ""),),
                "stat",
                width=4,
                red=1,
            ),
            Panel(
                "Alerts and why",
                "What was told, by reason, per hour.",
                (('sum by (reason) (increase(wirewatch_reasons_total{reason!="nothing new"}[1h]))', "{{reason}}"),),
                width=12,
            ),
            Panel(
                "From first sight to the channel",
                "By our own clock.",
                (
                    (
                        "histogram_quantile(0.5, sum by (le, scheme) (rate(wirewatch_alert_latency_seconds_bucket[15m])))",
                        "p50 {{scheme}}",
                    ),
                    (
                        "histogram_quantile(0.95, sum by (le, scheme) (rate(wirewatch_alert_latency_seconds_bucket[15m])))",
                        "p95 {{scheme}}",
                    ),
                ),
                unit="s",
                width=12,
            ),
        ),
    ),
    (
        "Feeds",
        (
            Panel(
                "Not read for",
                "Worst first. Stale: it does not answer.",
                (("sort_desc(time() - max by (feed) (wirewatch_feed_last_success_timestamp_seconds))", "{{feed}}"),),
                "table",
                "s",
                8,
            ),
            Panel(
                "Nothing new for",
                "Worst first. Silent: it answers.",
                (("sort_desc(time() - max by (feed) (wirewatch_feed_newest_entry_timestamp_seconds))", "{{feed}}"),),
                "table",
                "s",
                8,
            ),
            Panel(
                "Failures in a row",
                "Feeds that fail now.",
                (("sort_desc(max by (feed) (wirewatch_feed_failures_in_a_row) > 0)", "{{feed}}"),),
                "table",
                width=8,
            ),
            Panel(
                "Polls by outcome",
                "fetched, unchanged, or why there was no document.",
                (("sum by (outcome) (rate(wirewatch_feed_polls_total[5m]))", "{{outcome}}"),),
                unit="reqps",
            ),
            Panel(
                "Articles published",
                "new and revised, per minute.",
                (("sum by (kind) (rate(wirewatch_feed_articles_total[5m])) * 60", "{{kind}}"),),
            ),
            Panel(
                "Poll, p95",
                "The wait for the host's patience included.",
                (("histogram_quantile(0.95, sum by (le) (rate(wirewatch_poll_duration_seconds_bucket[5m])))", "p95"),),
                unit="s",
            ),
            Panel(
                "Gaps and muted changes",
                "Entries may be lost; changes that came too often.",
                (
                    ("sum by (feed) (increase(wirewatch_feed_gaps_total[1h])) > 0", "gap {{feed}}"),
                    ("sum by (feed) (increase(wirewatch_feed_muted_total[1h])) > 0", "muted {{feed}}"),
                ),
            ),
            Panel(
                "Age of new articles",
                "By the feeds' own dates: their delay and ours.",
                (
                    ("histogram_quantile(0.5, sum by (le) (rate(wirewatch_article_age_seconds_bucket[1h])))", "p50"),
                    ("histogram_quantile(0.95, sum by (le) (rate(wirewatch_article_age_seconds_bucket[1h])))", "p95"),
                ),
                unit="s",
            ),
            Panel(
                "Wrong clocks",
                "New articles dated in the future or over six hours old, per hour.",
                (("sum(increase(wirewatch_feed_clock_suspect_total[1h]))", "articles"),),
            ),
        ),
    ),
    (
        "The pipe, left to right",
        (
            Panel(
                "Tries to publish that failed",
                "Articles wait in the poller.",
                (("sum(increase(wirewatch_feed_publish_failures_total[5m]))", "failures"),),
                width=6,
            ),
            Panel(
                "Articles read by the rules",
                "Per minute, by what came of them.",
                (("sum by (outcome) (rate(wirewatch_articles_total[5m])) * 60", "{{outcome}}"),),
                width=6,
            ),
            Panel(
                "Stage, p95",
                "One record, its transaction included.",
                (
                    (
                        "histogram_quantile(0.95, sum by (le, stage) (rate(wirewatch_stage_duration_seconds_bucket[5m])))",
                        "{{stage}}",
                    ),
                ),
                unit="s",
                width=6,
            ),
            Panel(
                "Stage events",
                "retried and buried should be flat.",
                (("sum by (stage, event) (rate(wirewatch_stage_events_total[5m]))", "{{stage}} {{event}}"),),
                width=6,
            ),
            Panel(
                "Waiting for Kafka",
                "Records written and not yet taken.",
                (("max(wirewatch_outbox_pending)", "records"),),
                width=6,
            ),
            Panel(
                "Oldest record waits",
                "",
                (("time() - min(wirewatch_outbox_oldest_timestamp_seconds > 0)", "seconds"),),
                unit="s",
                width=6,
            ),
            Panel(
                "Processes",
                "Version and mode of each.",
                (("count by (instance, mode, version) (wirewatch_info)", "{{mode}} {{version}} {{instance}}"),),
                "table",
                width=6,
            ),
            Panel(
                "Memory",
                "Resident.",
                (('process_resident_memory_bytes{job="wirewatch"}', "{{instance}}"),),
                unit="bytes",
                width=6,
            ),
        ),
    ),
    (
        "Rules",
        (
            Panel(
                "Matches per hour",
                "And what suppressions silenced, hold-backs put into other threads, and mentions left out.",
                (
                    ("sum by (rule) (increase(wirewatch_rule_matches_total[1h]))", "{{rule}}"),
                    ("sum by (suppression) (increase(wirewatch_suppressed_total[1h]))", "silenced by {{suppression}}"),
                    ("sum by (hold_back) (increase(wirewatch_held_back_total[1h]))", "held back by {{hold_back}}"),
                    (
                        'sum by (desk) (increase(wirewatch_mentions_total{outcome="withheld"}[1h]))',
                        "mentions withheld, {{desk}}",
                    ),
                ),
                width=12,
            ),
            Panel(
                "Facts per hour",
                "Read in matching articles.",
                (("sum by (kind) (increase(wirewatch_facts_total[1h]))", "{{kind}}"),),
                width=6,
            ),
            Panel(
                "Rules in force",
                "More than one line: processes differ.",
                (("count by (version) (wirewatch_rules_info)", "{{version}}"),),
                "table",
                width=3,
            ),
            Panel(
                "Rules accepted",
                "0: those on disk were refused.",
                (("min(wirewatch_rules_last_load_success)", ""),),
                "stat",
                width=3,
            ),
            Panel(
                "Loaded",
                "How long ago.",
                (("time() - max(wirewatch_rules_loaded_timestamp_seconds)", ""),),
                "stat",
                "s",
                3,
            ),
            Panel(
                "Findings that said nothing new",
                "Per hour.",
                (('sum(increase(wirewatch_reasons_total{reason="nothing new"}[1h]))', "findings"),),
                width=9,
            ),
        ),
    ),
    (
        "Channels",
        (
            Panel(
                "Accepted",
                "Per hour.",
                (("sum by (channel) (increase(wirewatch_deliveries_total[1h]))", "{{channel}}"),),
                width=6,
            ),
            Panel("Waiting", "", (("max by (channel) (wirewatch_deliveries_pending)", "{{channel}}"),), width=6),
            Panel(
                "Failed calls",
                "Per hour, by reason.",
                (("sum by (reason) (increase(wirewatch_send_failures_total[1h])) > 0", "{{reason}}"),),
                width=6,
            ),
            Panel(
                "Told to wait; may repeat",
                "Seconds of Retry-After, and alerts sent again unsure.",
                (
                    ("sum(increase(wirewatch_retry_after_seconds_total[1h]))", "seconds"),
                    ("sum(increase(wirewatch_sends_ambiguous_total[1h]))", "repeats"),
                ),
                width=6,
            ),
        ),
    ),
)

UNUSED = {
    "wirewatch_feed_usual_gap_seconds": "a threshold of the alert FeedSilent, meaningless as a picture",
}
"""Metrics on no panel, and why."""


def dashboard() -> dict[str, object]:
    """Return the dashboard as Grafana reads it (schema 39, Grafana 10 and later)."""
    panels: list[dict[str, object]] = []
    y = 0
    for title, row in ROWS:
        panels.append(
            {"type": "row", "title": title, "id": len(panels) + 1, "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}}
        )
        y += 1
        x = tallest = 0
        for panel in row:
            height = 4 if panel.kind == "stat" else 8
            if x + panel.width > 24:
                x, y, tallest = 0, y + tallest, 0
            place = {"x": x, "y": y, "w": panel.width, "h": height}
            panels.append({**picture(panel), "id": len(panels) + 1, "gridPos": place})
            x, tallest = x + panel.width, max(tallest, height)
        y += tallest
    return {
        "uid": "wirewatch",
        "title": "wirewatch",
        "tags": ["wirewatch"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "utc",
        "templating": {
            "list": [{"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}]
        },
        "panels": panels,
    }


def picture(panel: Panel) -> dict[str, object]:
    """Return a panel without its place."""
    source = {"type": "prometheus", "uid": "${source}"}
    at_once = panel.kind != "timeseries"
    steps: list[dict[str, object]] = [{"color": "green" if panel.red is not None else "text", "value": None}]
    if panel.red is not None:
        steps.append({"color": "red", "value": panel.red})
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.meaning,
        "datasource": source,
        "targets": [
            {
                "refId": chr(ord("A") + number),
                "datasource": source,
                "expr": expression,
                "legendFormat": legend,
                "instant": at_once,
                "range": not at_once,
                "format": "table" if panel.kind == "table" else "time_series",
            }
            for number, (expression, legend) in enumerate(panel.queries)
        ],
        "fieldConfig": {
            "defaults": {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}},
            "overrides": [],
        },
    }


def main() -> None:
    """Write the file."""
    FILE.write_text(json.dumps(dashboard(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{FILE}: {sum(len(row) for _, row in ROWS)} panels")


if __name__ == "__main__":
    main()
