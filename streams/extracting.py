"""What is read in one article, whatever the rules say: for the terminal and as a page of its own (`wirewatch extract`)."""

from __future__ import annotations

from html import escape
from typing import TextIO

from rich.console import Console
from rich.style import Style
from rich.text import Text

from monitors.article import Article
from streams.core.compose import figure, is_unnamed, weapons
from streams.core.evidence import Numbered, Stretch, numbered, stretches
from streams.core.model import CasualtyClaim, EventKey, Facts, LeaderMention, StrikeReport
from streams.deliver.words import clean, clean_lines

COLOURS = {"S": "dark_orange", "C": "red", "L": "dodger_blue2"}
KINDS = {"S": "strike report", "C": "casualty claim", "L": "leader"}


def show(article: Article, facts: Facts, out: TextIO) -> None:
    """Print the article with the words of each fact coloured and marked, then a list of the facts.

    Foreign text is shown as text: no control character and no markup of it works.
    """
    rich = Console(file=out, highlight=False, markup=False, emoji=False, soft_wrap=True)
    show_text(rich, article, facts)


def show_text(rich: Console, article: Article, facts: Facts) -> None:
    """Print the same on a console that is open already."""
    found = numbered(facts)
    title, text = stretches(article, found)
    for part, style in ((title, "bold"), (text, "")):
        rich.print(_coloured(part, style))
        rich.print()
    print_facts(rich, found)
    if facts.event is not None:
        rich.print(Text(f"event: {clean(event_words(facts.event))}", style="dim"))


def event_words(event: EventKey) -> str:
    """Return an event key as words: "missile · Al Asad · 2020-01-07"."""
    return " · ".join(part for part in (event.weapon, event.place, event.day) if part is not None)


def print_facts(rich: Console, found: tuple[Numbered, ...]) -> None:
    """Print the facts: what, and below it who says so, via whom, how firm, where and when."""
    if not found:
        rich.print(Text("No fact was read.", style="dim"))
    for each in found:
        mark, what, who, via, status, scope, where, day = map(clean, row_of(each))
        idle = "" if scope == "current" else "dim"
        colour = Style(color=COLOURS[mark[0]], bold=True)
        rich.print(Text.assemble((f"{mark:4}", colour), (what, idle)))
        said = (who, via and f"via {via}", status, scope if not idle else f"{scope}: cannot alert", where, day)
        rich.print(Text("    " + " · ".join(filter(None, said)), style="dim"))


HEADINGS = ("", "what", "who says so", "via", "status", "scope", "where", "day")


def row_of(each: Numbered) -> tuple[str, ...]:
    """Return a fact as the cells under `HEADINGS`."""
    fact = each.fact
    if isinstance(fact, LeaderMention):
        said = f": {fact.statement}" if fact.statement else ""
        who = f"{fact.name}{', ' + fact.role if fact.role else ''}"
        return (
            each.mark,
            f"{who} — {fact.event.replace('_', ' ')}{said}",
            "",
            fact.outlet or "",
            "",
            fact.scope,
            "",
            "",
        )
    who = fact.claimant or "no claimant named"
    if fact.claimant and is_unnamed(fact.claimant):
        who += " (unnamed)"
    status = f"denied by {fact.denied_by}" if isinstance(fact, CasualtyClaim) and fact.denied_by else fact.status
    return (
        each.mark,
        _strike(fact) if isinstance(fact, StrikeReport) else _claim(fact),
        who,
        fact.outlet or "",
        status,
        fact.scope,
        fact.place or "",
        fact.event_day or "",
    )


def _claim(claim: CasualtyClaim) -> str:
    whom = f" {claim.victims.text}" if claim.victims else ""
    return f"{claim.kind}: {figure(claim)}{whom}{' (part of another figure)' if claim.part else ''}"


def _strike(strike: StrikeReport) -> str:
    outcomes = "; ".join(
        f"{o.what}{' ' + o.place if o.place else ''}: "
        f"{'all' if o.everything else o.count if o.count is not None else 'number not given'}"
        for o in strike.outcomes
    )
    by = f" by {strike.actor}" if strike.actor else ""
    at = f" at {', '.join(strike.targets)}" if strike.targets else ""
    sums = {True: " (adds up)", False: " (does NOT add up)", None: ""}[strike.sum_checked]
    return f"{weapons(strike)}{by}{at}{' — ' + outcomes if outcomes else ''}{sums}"


def _coloured(parts: tuple[Stretch, ...], style: str) -> Text:
    out = Text(style=style)
    for part in parts:
        colour = COLOURS[part.marks[0][0]] if part.marks else None
        out.append(_lines(part.words), Style(color=colour) if colour else None)
        if part.ends:
            out.append(f" [{' '.join(part.ends)}]", Style(color=COLOURS[part.ends[0][0]], bold=True))
    return out


def _lines(words: str) -> str:
    """Return foreign words as they may be shown, with the blanks and line breaks at their ends kept."""
    lead, tail = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    if not words.strip():
        return "\n\n" if "\n" in words else " " * bool(words)
    return _gap(lead) + clean_lines(words.strip()) + _gap(tail)


def _gap(blanks: str) -> str:
    return "\n" * min(blanks.count("\n"), 2) or " " * bool(blanks)


# --- a page ---------------------------------------------------------------------------------------------------------

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1.05rem/1.6 Georgia, serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
mark { padding: .05em 0; color: inherit; background: none; border-bottom: .15em solid; }
mark.S { border-color: #d97706; background: #d9770622; }
mark.C { border-color: #dc2626; background: #dc262622; }
mark.L { border-color: #2563eb; background: #2563eb22; }
sup { font: 600 .65rem/1 system-ui, sans-serif; margin-left: .2em; }
table { border-collapse: collapse; font: .85rem/1.4 system-ui, sans-serif; width: 100%; margin-top: 2rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .5rem; border-bottom: 1px solid #8884; }
tr.background { opacity: .6; }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
"""


def page(article: Article, facts: Facts) -> str:
    """Return an HTML page: the article with the words of each fact marked, and a table of the facts. No script, no link.

    Every mark of the text leads to its line of the table and says on hover what it stands for.
    """
    found = numbered(facts)
    title, text = stretches(article, found)
    about = {each.mark: " · ".join(cell for cell in row_of(each)[1:] if cell) for each in found}
    rows = "".join(_row(each) for each in found)
    head = "".join(f"<th scope=col>{_html(h) or 'mark'}</th>" for h in HEADINGS)
    table = (
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if found else "<p>No fact was read.</p>"
    )
    name = _html(clean(article.title)) or "Article"
    event = f"<p>Event: {_html(clean(event_words(facts.event)))}</p>" if facts.event is not None else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style></head><body><article><h1>{_marked(title, about)}</h1>"
        f"<p>{_marked(text, about)}</p></article>{event}{table}</body></html>\n"
    )


def _row(each: Numbered) -> str:
    background = "" if each.fact.scope == "current" else ' class="background"'
    first, *rest = row_of(each)
    cells = "".join(f"<td>{_html(clean(cell))}</td>" for cell in rest)
    return f'<tr id="{first}"{background}><th scope=row>{first}</th>{cells}</tr>'


def _marked(parts: tuple[Stretch, ...], about: dict[str, str]) -> str:
    out = []
    for part in parts:
        words = _html(_lines(part.words)).replace("\n", "<br>")
        if part.marks:
            kinds = " ".join(dict.fromkeys(mark[0] for mark in part.marks))
            told = _html(clean("\n".join(f"{mark}: {about[mark]}" for mark in part.marks)))
            words = f'<mark class="{kinds}" title="{told}">{words}</mark>'
        links = "".join(f'<sup><a href="#{mark}">{mark}</a></sup>' for mark in part.ends)
        out.append(words + links)
    return "".join(out)


def _html(words: str) -> str:
    return escape(words, quote=True)
