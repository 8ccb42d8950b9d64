from __future__ import annotations

import io
from pathlib import Path

import pytest

from streams.config import Secret, Settings
from streams.deliver import CHANNELS, channel_for, open_channels

BARE = Settings(rules=Path("rules"), feeds=Path("rules/feeds.yaml"), state=Path("var"), store="sqlite://")
FULL = Settings(
    rules=Path("rules"),
    feeds=Path("rules/feeds.yaml"),
    state=Path("var"),
    store="sqlite://",
    slack_token=Secret("xoxb-hunter2"),
    webhooks={"newsroom": Secret("https://hooks.example/hunter2")},
)


def test_only_what_the_settings_provide_for_is_opened() -> None:
    assert set(open_channels(BARE, io.StringIO())) == {"console"}
    assert set(open_channels(FULL, io.StringIO())) == {"slack", "webhook", "console"} == set(CHANNELS)


@pytest.mark.parametrize(
    ("address", "bare", "full"),
    [
        ("slack:#world", "console", "slack"),
        ("webhook:newsroom", "console", "webhook"),
        ("console:", "console", "console"),
        ("pigeon:#roof", "console", "console"),
    ],
)
def test_an_address_without_its_channel_falls_back_to_the_console(address: str, bare: str, full: str) -> None:
    chosen = [channel_for(address, open_channels(settings, io.StringIO())) for settings in (BARE, FULL)]
    assert [channel.scheme for channel in chosen if channel] == [bare, full]


def test_no_channel_shows_its_secret() -> None:
    shown = "".join(repr(channel) for channel in open_channels(FULL, io.StringIO()).values())
    assert "hunter2" not in shown
