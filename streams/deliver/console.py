"""The terminal: an alert readable at a glance. Colour on a terminal, plain text elsewhere, hostile text made harmless."""

from __future__ import annotations

import asyncio
import io
from typing import TextIO, assert_never

from rich.box import Box
from rich.console import Console as RichConsole
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.style import Style
from rich.table import Table
from rich.text import Text as RichText

from streams.core.holding import rings_in
from streams.core.model import Alert, Divider, Note, Pairs, Part, Quote, Run, Severity, Text
from streams.deliver.base import Delivery, DeliveryError
from streams.deliver.words import clean, clean_lines, safe_link

_BADGES = {  # the word always stands there too: colour is never alone
    Severity.FLASH: Style(color="white", bgcolor="red3", bold=True),
    Severity.BULLETIN: Style(color="black", bgcolor="dark_orange", bold=True),
    Severity.URGENT: Style(color="black", bgcolor="gold1", bold=True),
    Severity.ROUTINE: Style(color="white", bgcolor="grey37", bold=True),
}
_STYLES = {
    "plain": Style(),
    "strong": Style(bold=True),
    "quiet": Style(dim=True),
    "struck": Style(strike=True, dim=True),
}
_MARKED = Style(bold=True, color="bright_yellow")
_BAR = Box("    \n▌   \n▌   \n▌   \n▌   \n▌   \n▌   \n    \n")
_WIDEST = 110  # longer lines are hard to read
_NARROWEST = 40
_WIDTH_OF_A_FILE = 100


class Console:
    """Prints alerts to one stream. It can never tell whether an alert was printed before a crash."""

    scheme = "console"

    def __init__(self, out: TextIO) -> None:
        self._out = out

    async def send(self, delivery: Delivery) -> str:
        """Print the alert; the delivery key serves as the message's id."""
        try:
            # In a thread: a terminal that is scrolled back or a pipe that nobody reads would stop everything else.
            await asyncio.to_thread(self._print, delivery)
        except (OSError, ValueError) as error:  # a closed pipe; ValueError: a closed file
            raise DeliveryError("not_sent", "channel", f"console: {type(error).__name__}") from None
        return delivery.delivery_key

    def _print(self, delivery: Delivery) -> None:
        screen = RichConsole(file=self._out)  # knows NO_COLOR, FORCE_COLOR, TERM and the window's size
        colour = screen.is_terminal and screen.color_system is not None and not screen.no_color
        width = screen.width if screen.is_terminal else _WIDTH_OF_A_FILE
        text = render(delivery.alert, address=delivery.channel, width=width, colour=colour)
        encoding = getattr(self._out, "encoding", None) or "utf-8"
        self._out.write(text.encode(encoding, "replace").decode(encoding))
        self._out.flush()

    async def find(self, delivery: Delivery) -> str | None:
        """Raise: what was printed cannot be read back, ever."""
        raise DeliveryError("rejected", "unknown", f"{delivery.channel}: a console cannot be read back")

    async def revise_root(self, delivery: Delivery) -> None:
        """Do nothing: printed is printed."""

    async def close(self) -> None:
        """Keep the stream open: it is not ours."""


def render(alert: Alert, *, address: str = "console:", width: int = _WIDTH_OF_A_FILE, colour: bool = False) -> str:
    """Return the alert as lines of at most ``width`` (40 to 110) columns, the last one empty.

    With ``colour`` there are ANSI styles and clickable links. Without, links are written out, marked words stand in
    ``*asterisks*`` and struck ones in ``~tildes~``. The channel's name is shown where the address has one.
    """
    lines = io.StringIO()
    console = RichConsole(
        file=lines,
        width=max(_NARROWEST, min(width, _WIDEST)),
        force_terminal=colour,
        color_system="256" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    body = Group(*_head(alert, address, colour), *(_spaced(part, colour) for part in alert.parts))
    console.print(Panel(body, box=_BAR, border_style=Style(color=_BADGES[alert.severity].bgcolor), padding=(0, 1)))
    text = lines.getvalue()
    return text if colour else "\n".join(line.rstrip() for line in text.split("\n")).strip("\n") + "\n\n"


def _head(alert: Alert, address: str, colour: bool) -> list[RenderableType]:
    word = alert.severity.value.upper()
    badge = RichText(f" {word} " if colour else word, style=_BADGES[alert.severity])
    title = RichText.assemble(badge, "  ", (clean(alert.title).strip(), "bold"))
    name = clean(address.partition(":")[2])
    seen = f"seen {alert.article.first_seen_at:%H:%M:%S} UTC"
    place = "↳ held back" if alert.held_by else f"↳ update {alert.update}" if alert.update else ""
    facts = (place, alert.reason.value, rings_in(alert, address), name, seen)
    return [
        title,
        RichText(" · ".join(fact for fact in facts if fact), style="dim"),
        RichText(clean(alert.headline).strip()),
    ]


def _spaced(part: Part, colour: bool) -> RenderableType:
    return Padding(_part(part, colour), (1, 0, 0, 0))


def _part(part: Part, colour: bool) -> RenderableType:
    match part:
        case Text():
            return _runs(part.runs, colour)
        case Note():
            text = _runs(part.runs, colour)
            text.stylize("dim")
            return text
        case Quote():
            return Padding(_quote(part, colour), (0, 0, 0, 2))
        case Pairs():
            return Padding(_pairs(part, colour), (0, 0, 0, 2))
        case Divider():
            return Rule(style="dim")
        case _:
            assert_never(part)


def _runs(runs: tuple[Run, ...], colour: bool) -> RichText:
    text = RichText()
    for run in runs:
        words, url = clean_lines(run.text), safe_link(run.link) if run.link else None
        if run.style == "struck" and not colour:
            words = f"~{words}~"
        text.append(words, style=_STYLES[run.style] + Style(link=url if colour else None))
        if url and not colour and words.strip() not in {"", url}:
            text.append(f" ({url})")
    return text


def _quote(quote: Quote, colour: bool) -> RichText:
    text, at = RichText("“", style="italic"), 0
    around = "" if colour else "*"
    for start, end in sorted(quote.marks):
        before, marked = quote.text[at : max(at, start)], quote.text[max(at, start) : max(at, end)]
        text.append(clean(before))
        if marked.strip():
            text.append(f"{around}{clean(marked)}{around}", style=_MARKED)
        at = max(at, end)
    text.append(clean(quote.text[at:]))
    return text.append("”")


def _pairs(pairs: Pairs, colour: bool) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", max_width=30)
    table.add_column()
    for label, value in pairs.pairs:
        table.add_row(RichText(clean(label).strip()), _runs(value, colour))
    return table
