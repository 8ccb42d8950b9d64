"""What the owners of rules are told: that a version of theirs was refused and why, and that it is in force again.

A notice travels as an alert does, by durable delivery. Its id is made of the file and the reasons, never of time: however
many workers see the same mistake, and however often, it is told once until the file is mended. All notices of a file from
its first mistake until it is in force again are one thread (an *episode*).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from monitors.article import digest
from streams.core.desks import Desk
from streams.core.model import Alert, ArticleRef, Note, Part, Reason, Run, Severity, Text
from streams.core.reload import Held

SHOWN = 8
"""Mistakes that a notice shows; the rest is counted."""
DESK = "rules"
"""The desk that notices name: they belong to no story of a desk."""
Owners = Mapping[str, Sequence[str]]
"""Owner of rules -> the channels that reach them."""


def refused(held: Held, owners: Owners, desks: Iterable[Desk], version: str, now: datetime) -> Alert:
    """Return the notice that a file's new version is not in force, to the channels of its owners.

    An owner without channels is told where the desks that watch the rule set are told everything; a file that nobody can
    read concerns every desk. ``version`` are the rules in force.
    """
    lines = [_text((Run(text=line, style="plain"),)) for line in held.why[:SHOWN]]
    more = len(held.why) - len(lines)
    rest = [_text((Run(text=f"{more} more: wirewatch rules check", style="quiet"),))] if more else []
    stays = f"the last good {', '.join(held.keeps)} stays in force" if held.keeps else "nothing of it is in force"
    return _notice(
        reason=Reason.RULES_REFUSED,
        thread=_thread(held),
        said=digest("refused", held.file, *held.why),
        update=0,
        title=f"Rules refused: {held.file}",
        headline=f"Rules refused: {held.why[0] if held.why else held.file}",
        parts=(*lines, *rest, Note(runs=(Run(text=f"Until it is mended, {stays}."),))),
        channels=_channels(held, owners, desks),
        version=version,
        now=now,
    )


def mended(held: Held, owners: Owners, desks: Iterable[Desk], version: str, now: datetime) -> Alert:
    """Return the notice that a file which was refused is in force, for the thread of the notice of its refusal."""
    return _notice(
        reason=Reason.RULES_MENDED,
        thread=_thread(held),
        said=digest("mended", held.file, *held.why),
        update=1,
        title=f"Rules in force again: {held.file}",
        headline=f"Rules in force again: {held.file}",
        parts=(_text((Run(text=f"Version {version[:12]} is in force."),)),),
        channels=_channels(held, owners, desks),
        version=version,
        now=now,
    )


def _thread(held: Held) -> str:
    return digest("rules", held.file)


def to_tell(notice: Alert, told: Callable[[str], bool]) -> tuple[tuple[str, ...], Alert] | None:
    """Return the notice as one of its file's present episode, and the keys to note: it is told when the first is new.

    ``told`` says whether a key was noted before. None for "in force again" where nobody was told of a mistake.
    """

    def key(what: str, number: int) -> str:
        return digest(what, notice.story_id, str(number))

    number = 0
    while told(key("mended", number)):
        number += 1
    if notice.reason is Reason.RULES_REFUSED:
        keys: tuple[str, ...] = (digest("refused", notice.alert_id, str(number)), key("opened", number))
    elif told(key("opened", number)):
        keys = (key("mended", number),)
    else:
        return None
    thread = digest("notices", notice.story_id, str(number))
    return keys, msgspec.structs.replace(notice, alert_id=digest("notice", keys[0]), story_id=thread)


def _channels(held: Held, owners: Owners, desks: Iterable[Desk]) -> tuple[str, ...]:
    named = [channel for owner in held.owners for channel in owners.get(owner, ())]
    if named and all(owner in owners for owner in held.owners):
        return tuple(dict.fromkeys(named))
    known = [desk for desk in desks if not held.keeps or {*held.keeps} & {*desk.rulesets, desk.id}]
    everything = [channel for desk in known or desks for channel in desk.routes[-1].channels]
    return tuple(dict.fromkeys((*named, *everything)))


def _text(runs: tuple[Run, ...]) -> Part:
    return Text(runs=runs)


def _notice(
    *,
    reason: Reason,
    thread: str,
    said: str,
    update: int,
    title: str,
    headline: str,
    parts: tuple[Part, ...],
    channels: tuple[str, ...],
    version: str,
    now: datetime,
) -> Alert:
    return Alert(
        alert_id=digest("notice", said),
        story_id=thread,
        desk=DESK,
        reason=reason,
        severity=Severity.URGENT if reason is Reason.RULES_REFUSED else Severity.ROUTINE,
        update=update,
        title=title[:150],
        headline=headline if len(headline) <= 150 else headline[:149] + "…",
        parts=parts,
        channels=channels,
        broadcast=True,
        rule_ids=(),
        rules_version=version,
        article=ArticleRef(
            event_id=said,
            article_id=thread,
            kind="new",
            source="rules",
            origin="rules",
            url="",
            title=title,
            published_at=None,
            first_seen_at=now,
        ),
    )
