"""Channels: the ways to the newsroom. To add one: a module with a `Channel`, a line in `CHANNELS`, a `ChannelContract`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TextIO

from streams.config import Settings
from streams.deliver.base import Channel
from streams.deliver.console import Console
from streams.deliver.slack import Slack
from streams.deliver.webhook import Webhook


def _slack(settings: Settings, _: TextIO) -> Channel | None:
    token = settings.slack_token.reveal()
    return Slack(token, base_url=settings.slack_url) if token else None


def _webhook(settings: Settings, _: TextIO) -> Channel | None:
    return Webhook(settings.webhooks) if settings.webhooks else None


def _console(_: Settings, out: TextIO) -> Channel | None:
    return Console(out)


CHANNELS: Mapping[str, Callable[[Settings, TextIO], Channel | None]] = {
    "slack": _slack,
    "webhook": _webhook,
    "console": _console,
}
"""Scheme of an address to what opens the channel; None when the settings do not provide for it."""


def open_channels(settings: Settings, out: TextIO) -> dict[str, Channel]:
    """Return the channels that these settings provide for, by scheme; ``out`` is where the console prints.

    Nothing is connected yet. Close each with `Channel.close`.
    """
    opened = {scheme: make(settings, out) for scheme, make in CHANNELS.items()}
    return {scheme: channel for scheme, channel in opened.items() if channel is not None}


def channel_for(address: str, channels: Mapping[str, Channel]) -> Channel | None:
    """Return the channel of an address (``slack:#world``): the one of its scheme, else the console, else None.

    So without a Slack token `slack:#world` prints on the console, under its own name.
    """
    return channels.get(address.partition(":")[0]) or channels.get("console")
