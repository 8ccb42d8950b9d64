from __future__ import annotations

import asyncio
import io
import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from rich.cells import cell_len

from streams.core.model import Alert, Quote, Reason, Severity
from streams.deliver.console import Console, render
from tests.fakes.alerts import ALERT, alert, delivery, hostile_alerts


def unseen(line: str) -> list[str]:
    return [c for c in line if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"}]


def test_an_alert_is_readable_at_a_glance() -> None:
    assert render(ALERT, address="slack:#conflict") == (
        "▌ FLASH  Missile strike · Halven and Port Sarn, Orland\n"
        "▌ first report · #conflict · seen 02:14:05 UTC\n"
        "▌ MISSILE STRIKE · Halven (Orland): 12 cruise missiles from Westmark, unnamed Orland officer says\n"
        "▌ · 1 outlet\n"
        "▌\n"
        "▌ 12 cruise missiles fired, says an Orland officer (unnamed).\n"
        "▌\n"
        "▌   Fired   12\n"
        "▌   Killed  ~no figure~ → 3\n"
        "▌\n"
        "▌   “Westmark fired *12 cruise missiles* before dawn, an officer said.”\n"
        "▌\n"
        "▌ ────────────────────────────────────────────────────────────────────────────────────────────────\n"
        "▌\n"
        "▌ Example Wire (https://wire.example/halven?a=1&b=2) · not verified by this desk\n"
        "\n"
    )


def test_an_update_says_which_it_is_and_why() -> None:
    said = render(alert(update=2, reason=Reason.TOLL_CHANGED, severity=Severity.URGENT))
    assert said.split("\n")[:2] == [
        "▌ URGENT  Missile strike · Halven and Port Sarn, Orland",
        "▌ ↳ update 2 · toll changed · seen 02:14:05 UTC",
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(hostile_alerts)
def test_no_alert_can_drive_the_terminal_or_leave_the_frame(said: Alert) -> None:
    lines = render(said, width=80).removesuffix("\n\n").split("\n")
    assert [line for line in lines if not line.startswith("▌")] == []
    assert [line for line in lines if unseen(line) or cell_len(line) > 80] == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(hostile_alerts)
def test_the_only_escapes_in_colour_are_styles_and_safe_links(said: Alert) -> None:
    bare = re.sub(r"\x1b\[[\d;]*m|\x1b\]8;[^;\x1b]*;(?:https?://[\x21-\x7e]+)?\x1b\\", "", render(said, colour=True))
    assert [line for line in bare.split("\n") if unseen(line)] == []


def test_markup_of_the_terminal_library_is_mere_text() -> None:
    assert "[bold red]x[/] :boom:" in render(alert(headline="[bold red]x[/] :boom:"))


def test_marks_outside_the_quotation_do_no_harm() -> None:
    assert "“*We* saw it.”" in render(alert(parts=(Quote(text="We saw it.", marks=((-5, 2), (1, 2), (50, 60))),)))


@pytest.mark.parametrize("width", [10, 40, 80, 500])
def test_lines_fit_the_window(width: int) -> None:
    longest = max(cell_len(line) for line in render(ALERT, width=width).split("\n"))
    assert longest <= max(40, min(width, 110))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(out: io.StringIO) -> str:
    asyncio.run(Console(out).send(delivery(channel="console:")))
    return out.getvalue()


def test_a_file_gets_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert "\x1b" not in printed(io.StringIO())


def test_a_terminal_gets_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" in printed(Terminal())


def test_a_terminal_whose_owner_wants_no_colour_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[38" not in printed(Terminal())


def test_a_stream_that_cannot_spell_a_character_still_shows_the_alert() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    asyncio.run(Console(out).send(delivery(channel="console:")))
    assert b"FLASH  Missile strike ? Halven" in raw.getvalue()
