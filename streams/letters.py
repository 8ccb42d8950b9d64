"""`wirewatch dead-letters`: what a person does with records that could not be read and alerts that were given up."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from monitors.article import digest
from streams.clock import utc_now
from streams.config import NAMES, settings
from streams.store import Store, Tx, open_store
from streams.store.dead_letters import DeadLetter

NO_SUCH = 1
"""Exit code: nothing was done, for there is no such letter or stage."""


def again(store: Store, letter_id: str, now: datetime) -> DeadLetter | None:
    """Close an open letter and put its record on the way again; None when there is none.

    An alert that was given up becomes due. A record goes back to its topic through the outbox: a running worker's sweep
    sends it within seconds.
    """

    def retry(tx: Tx) -> DeadLetter | None:
        letter = tx.retry(letter_id)
        if letter is not None and letter.topic:
            # It may die and be retried again: each time is a message of its own.
            tx.put(letter.topic, letter.key, digest("retry", letter_id, now.isoformat()), letter.body, letter.headers)
        return letter

    return store.apply(retry, now)


def line(letter: DeadLetter) -> str:
    """Return a letter as one line of a list."""
    place = f"{letter.topic}[{letter.partition}]@{letter.offset}" if letter.topic else (letter.key or b"").decode()
    return printable(
        f"{letter.letter_id}  {letter.at:%d %b %H:%M}  {letter.stage:8}  {place}  {letter.error}: {letter.reason}"
    )


def whole(letter: DeadLetter) -> str:
    """Return a letter with all that is known of it; its bytes as text, what is no text shown as �."""
    state = letter.closed or "open"
    body = letter.body.decode("utf-8", "replace")
    headers = "".join(f"\n  {name}: {value.decode('utf-8', 'replace')}" for name, value in letter.headers)
    attempts = f"attempts {letter.attempts}, code {letter.code or 'unknown'}, {state}"
    return printable(f"{line(letter)}\n{attempts}{headers}\n\n{body}")


def printable(text: str) -> str:
    """Return the text without what could drive a terminal: feeds are hostile, and this is their raw text."""
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text)


@click.group(name="dead-letters", invoke_without_command=True)
@click.option("--stage", help="only those of this stage; `send` holds the alerts that a channel refused")
@click.option("--state", metavar="VALUE", help=NAMES["state"])
@click.option("--store", "url", metavar="VALUE", help=NAMES["store"])
@click.pass_context
def dead_letters(context: click.Context, stage: str | None, state: str | None, url: str | None) -> None:
    """List what could not be read and the alerts that were given up, latest first; or do something with one."""
    context.obj = settings({"state": state, "store": url}).store
    if context.invoked_subcommand is not None:
        return
    with _opened(context.obj) as store:
        letters = store.dead_letters(stage)
    for letter in letters:
        click.echo(line(letter))
    click.echo(f"{len(letters)} open", err=True)


@dead_letters.command()
@click.argument("letter", metavar="ID")
@click.pass_obj
def show(url: str, letter: str) -> None:
    """Print one with its bytes."""
    with _opened(url) as store:
        found = store.dead_letter(letter)
    if found is not None:
        click.echo(whole(found))
    _end(letter, None if found is None else "")


@dead_letters.command()
@click.argument("letter", metavar="ID")
@click.pass_obj
def retry(url: str, letter: str) -> None:
    """Send it on its way again, after its cause is mended."""
    with _opened(url) as store:
        found = again(store, letter, utc_now())
    _end(letter, None if found is None else "on its way again")


@dead_letters.command()
@click.argument("letter", metavar="ID")
@click.pass_obj
def drop(url: str, letter: str) -> None:
    """Close it for good; its bytes are kept until the next clean-up."""
    with _opened(url) as store:
        dropped = store.drop(letter, utc_now())
    _end(letter, "dropped" if dropped else None)


@dead_letters.command()
@click.argument("stage")
@click.pass_obj
def resume(url: str, stage: str) -> None:
    """Let a stage go on that stopped itself because it buried too much."""
    with _opened(url) as store:
        resumed = store.resume(stage)
    _end(stage, "may go on" if resumed else None)


@contextmanager
def _opened(url: str) -> Iterator[Store]:
    store = open_store(url, f"dead-letters@{os.getpid()}")
    try:
        yield store
    finally:
        store.close()


def _end(what: str, done: str | None) -> None:
    if done is None:
        click.echo(
            f"wirewatch: found nothing open by the name {printable(what)}; see `wirewatch dead-letters`", err=True
        )
        sys.exit(NO_SUCH)
    if done:
        click.echo(f"{what} {done}")
