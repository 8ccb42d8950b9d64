"""Logging: one line per article and per delivery, at the end, with the reason. Constant event words, the rest are keys.

Text on a terminal, JSON elsewhere, always on standard error: standard output belongs to the alerts. Feed text is hostile, so
control characters never reach a terminal, and no value may pass a secret (tested).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(level: str = "info", form: str = "auto", out: TextIO | None = None) -> None:
    """Set the process's logging up; ``form`` is text, json, or auto (text on a terminal). Call once, at start."""
    stream = out or sys.stderr
    as_text = form == "text" or (form == "auto" and stream.isatty())
    shared: list[Any] = [  # structlog's processors have no common type
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_controls,
    ]
    last: Any = (
        structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=28)
        if as_text
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    # Libraries log through the standard library; they get the same form and at least warnings.
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(LEVELS[level], logging.WARNING))


def without_controls(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace control and bidi characters in every value: a feed's title must not drive a terminal."""
    for key, value in event.items():
        if isinstance(value, str) and not value.isprintable():
            keep = "\n\t" if key == "exception" else ""
            event[key] = "".join(c if c.isprintable() or c in keep else "�" for c in value)
    return event
