"""What on-call engineers look at: metrics, health, alert rules, dashboards, runbooks."""

from __future__ import annotations

from monitors.metrics import CATALOGUE as FEEDS
from streams.metrics import CATALOGUE as PIPE

METRICS = (*FEEDS, *PIPE)

__all__ = ["FEEDS", "METRICS", "PIPE"]
