from __future__ import annotations

from pathlib import Path

import pytest

from monitors.strict_yaml import BadFileError
from streams.config import Secret, SettingsError, read_settings, settings


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "wirewatch.yaml"
    file.write_text("kafka: a:1\nmodel: m1\ntopic_prefix: p1\n")
    found = settings({"kafka": "c:3"}, file, {"WIREWATCH_KAFKA": "b:2", "WIREWATCH_MODEL": "m2"})
    assert ("c:3", "m2", "p1") == (found.kafka, found.model, found.topic_prefix)


def test_state_feeds_and_store_follow_their_folders() -> None:
    found = settings({"rules": "/r", "state": "/s"}, None, {})
    assert (Path("/r/feeds.yaml"), "sqlite:////s/wirewatch.db") == (found.feeds, found.store)


def test_a_value_that_cannot_be_used_names_where_it_came_from() -> None:
    with pytest.raises(SettingsError) as caught:
        settings({"metrics": "nine"}, None, {"WIREWATCH_LOG_LEVEL": "loud"})
    assert str(caught.value).splitlines() == [
        "--metrics: found 'nine'; expected host:port (for example 127.0.0.1:9460) or off",
        "WIREWATCH_LOG_LEVEL: found 'loud'; expected one of debug, info, warning, error",
    ]


def test_a_misspelt_variable_is_not_ignored() -> None:
    with pytest.raises(SettingsError, match="WIREWATCH_KAFAK: found an unknown setting.*did you mean WIREWATCH_KAFKA"):
        settings({}, None, {"WIREWATCH_KAFAK": "x:1"})


def test_a_settings_file_is_told_file_line_and_column() -> None:
    with pytest.raises(BadFileError) as caught:
        read_settings("kafka: a:1\nmetrics: nine\nmodle: x\n", "w.yaml")
    headlines = [m.headline for m in caught.value.mistakes]
    assert headlines[0].startswith("w.yaml:2:10: found 'nine'; expected host:port")
    assert headlines[1].startswith("w.yaml:3:1: found unknown key `modle`")
    assert headlines[1].endswith("did you mean `model`?")


def test_a_secret_never_shows_itself() -> None:
    secret = Secret("xoxb-123")
    found = settings({}, None, {"SLACK_BOT_TOKEN": "xoxb-123", "WIREWATCH_WEBHOOK_DESK": "https://h.example/xoxb-123"})
    assert "xoxb" not in f"{secret} {secret!r} {found} {found!r}"
    assert "xoxb-123" == found.slack_token.reveal()
    assert "https://h.example/xoxb-123" == found.webhooks["desk"].reveal()


def test_a_store_url_of_another_kind_is_refused_without_showing_it() -> None:
    with pytest.raises(SettingsError) as caught:
        settings({}, None, {"WIREWATCH_STORE": "mysql://me:hunter2@host/db"})
    assert "hunter2" not in str(caught.value)
