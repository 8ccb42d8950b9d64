"""What is held back and whom an alert mentions: a desk's settings against its own recent past. Pure.

A story that is held back speaks in the thread of another story, the one that keeps the newsroom busy already. Nothing is
dropped: each of its alerts is sent, in that thread, and says why it is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import msgspec

from streams.core.desks import Desk, HoldBack
from streams.core.model import Alert, Finding, Mention, Note, Reason, Run, Story, Thread
from streams.core.sightings import in_common
from streams.core.stories import keys_of

# --- hold-back ------------------------------------------------------------------------------------------------------


def thread_for(desk: Desk, story: Story, finding: Finding, others: Iterable[Story]) -> Thread | None:
    """Return the thread that this finding's alert goes to instead of one of its own, None when it is not held back.

    ``story`` is the story after the finding, ``others`` the desk's stories that share a key with it. A story that has a
    thread of its own keeps it. A finding without matches corrects or withdraws, and follows what it corrects.
    """
    if story.alerts > story.held:
        return None
    if not finding.matches:
        return story.held_in
    rules = tuple(match.rule_id for match in finding.matches)
    found = held_by(desk, story, rules, keys_of(finding), finding.article.first_seen_at, others)
    if found is None:
        return None
    hold, other = found
    return Thread(story_id=other.story_id, title=other.title, channels=other.channels, because=hold.name)


def held_by(
    desk: Desk, story: Story, rules: Collection[str], keys: Collection[str], now: datetime, others: Iterable[Story]
) -> tuple[HoldBack, Story] | None:
    """Return the first hold-back that an alert of these rules about these keys falls under, and the story that takes it.

    The loudest such story, and of those the latest: never a quieter one than ``story``, never one that was not told or is
    itself held back, and only one whose rule saw all that must be the same: a missing field never counts as equal.
    """
    others = [o for o in others if o.story_id != story.story_id and o.alerts > o.held and o.channels]
    for hold in desk.hold_back:
        if not _asks(hold, story, rules):
            continue
        fit = [o for o in others if o.severity.rank >= story.severity.rank and _is_under(hold, o, keys, now)]
        if fit:
            return hold, max(fit, key=lambda o: (o.severity.rank, o.last_seen_at, o.story_id))
    return None


def _asks(hold: HoldBack, story: Story, rules: Iterable[str]) -> bool:
    asked, severities = hold.hold.rules, hold.hold.severities
    return (not severities or story.severity in severities) and all(not asked or rule in asked for rule in rules)


def _is_under(hold: HoldBack, other: Story, mine: Iterable[str], now: datetime) -> bool:
    rules, severities = hold.under.rules, hold.under.severities
    return (not severities or other.severity in severities) and any(
        (not rules or s.rule_id in rules)
        and abs(now - s.at) <= timedelta(seconds=hold.seconds)
        and in_common(hold.same, mine, s.keys)
        for s in other.sightings
    )


def put_in(alert: Alert, thread: Thread) -> Alert:
    """Return the alert as a message of another story's thread, which says why it is there and leaves the root alone."""
    why = f"Held back by “{thread.because}”: posted here, in the thread of “{thread.title}”."
    return msgspec.structs.replace(
        alert,
        story_id=thread.story_id,
        channels=thread.channels,
        update=max(alert.update, 1),
        broadcast=False,
        root_title=None,
        root=(),
        parts=(*alert.parts, Note(runs=(Run(text=why, style="quiet"),))),
        held_by=thread.because,
    )


# --- mentions -------------------------------------------------------------------------------------------------------

WORTH_A_MENTION = frozenset((Reason.FIRST_REPORT, Reason.SEVERITY_RAISED, Reason.CORRECTED, Reason.WITHDRAWN))
"""An update that changes a figure rings no bell. A correction travels at the tier of the alert that it corrects."""


def may_mention(desk: Desk, alert: Alert) -> bool:
    """Tell whether the desk's settings ask for a mention in this alert, budget aside."""
    ask = desk.mentions
    return (
        ask is not None
        and alert.held_by is None
        and alert.severity in ask.severities
        and alert.reason in WORTH_A_MENTION
        and bool({*alert.channels} & {*ask.channels})
    )


def with_mention(desk: Desk, alert: Alert, recent: int) -> Alert:
    """Return the alert with the mention that the desk asks for, withheld when the budget is used up.

    ``recent`` is how many alerts of the desk rang within the budget's time. The alert itself always goes out.
    """
    ask = desk.mentions
    if ask is None or not may_mention(desk, alert):
        return alert
    withheld = f"mention budget used: {ask.at_most} in {_span(ask.seconds)}" if recent >= ask.at_most else ""
    channels = tuple(channel for channel in alert.channels if channel in ask.channels)
    return msgspec.structs.replace(alert, mention=Mention(who=ask.who, channels=channels, withheld=withheld))


def rings_in(alert: Alert, channel: str) -> str:
    """Return in words whom the alert rings for in this channel, or why it does not; empty where it need not."""
    ask = alert.mention
    if ask is None or channel not in ask.channels:
        return ""
    return f"no mention of {spoken(ask.who)}: {ask.withheld}" if ask.withheld else f"rings {spoken(ask.who)}"


def spoken(who: str) -> str:
    """Return whom a mention is for, as people say it."""
    return f"@{who}" if who in ("here", "channel") else f"group {who}"


def _span(seconds: int) -> str:
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return f"{seconds} second{'s' if seconds != 1 else ''}"
