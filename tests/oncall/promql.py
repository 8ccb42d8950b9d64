"""Which metrics and labels an expression uses, read without a parser: enough for the expressions that we write."""

from __future__ import annotations

import re

from monitors.metrics import Metric
from tests.oncall import METRICS

_SELECTOR = re.compile(r"\b(wirewatch_[a-z0-9_]+)(?:\{([^}]*)\})?")
_LABEL = re.compile(r'\b([a-z_]+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"')
_ADDED = {"instance", "job"}  # by Prometheus, when it scrapes
BY_NAME = {metric.name: metric for metric in METRICS}


def used(expression: str) -> dict[str, Metric | None]:
    """Return the metric behind every name in the expression, None for a name that nobody exports."""
    return {name: metric_of(name) for name, _ in _SELECTOR.findall(expression)}


def metric_of(name: str) -> Metric | None:
    """Return the metric that exports a series of this name: a histogram exports three."""
    if (metric := BY_NAME.get(name)) is not None:
        return None if metric.kind == "histogram" else metric
    stem = re.sub(r"_(bucket|count|sum)$", "", name)
    metric = BY_NAME.get(stem)
    return metric if metric is not None and metric.kind == "histogram" else None


def wrong_labels(expression: str) -> list[str]:
    """Return what is asked of a metric that it cannot have: a label, or an edge of a histogram."""
    wrong = []
    for name, inside in _SELECTOR.findall(expression):
        metric = metric_of(name)
        if metric is None:
            continue
        for label, value in _LABEL.findall(inside):
            if label == "le" and name.endswith("_bucket"):
                if value not in {str(float(edge)) for edge in metric.buckets}:
                    wrong.append(f"{name}: no edge {value}")
            elif label not in {*metric.labels, *_ADDED}:
                wrong.append(f"{name}: no label {label}")
    return wrong
