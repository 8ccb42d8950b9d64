"""When to poll a feed next, and how politely. Pure: the clock and chance are arguments, dates inside feeds are not used."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

import msgspec

from monitors.feeds import Feed
from monitors.identity import Policy

# --- what a request came to -----------------------------------------------------------------------------------------

Trouble = Literal[
    "dns",  # no such name, or no answer
    "connect",
    "tls",
    "timeout",
    "refused",  # an address, port or scheme that we do not go to
    "redirects",  # too many, or to nowhere
    "protocol",  # no HTTP that can be read
    "truncated",  # the body ended early
    "too_large",  # body or what it inflates to
    "secret",  # a header's secret is not set
    "throttled",  # 429, 503, or 403 with Retry-After
    "blocked",  # 401, 403
    "missing",  # 404
    "gone",  # 410
    "server",  # every other status
    "challenge",  # a page that asks whether we are human
    "login",
    "html",  # any other page instead of a feed
    "json",
    "empty",
    "not_a_feed",
    "parser",  # our parser died or ran out of time
    "internal",  # a mistake of ours
]
"""Why there is no document: a closed list, for metrics and states."""


class Validators(msgspec.Struct, frozen=True, kw_only=True):
    """What the server may be asked with, byte for byte as it came (RFC 9110, 8.8)."""

    etag: bytes | None = None
    last_modified: bytes | None = None


class Unchanged(msgspec.Struct, frozen=True, kw_only=True):
    """The document is the one we know: the server says so (``by_server``: 304), or its bytes do."""

    validators: Validators
    by_server: bool


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A document. ``url`` is where it was found after redirects, ``body`` is decoded, ``body_hash`` its SHA-256."""

    url: str
    body: bytes
    body_hash: str
    content_type: str
    validators: Validators


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """No document, and why. ``words`` are for people and hold no secret; ``retry_after`` is what the server asked for."""

    trouble: Trouble
    words: str
    retry_after: timedelta | None = None


Outcome = Unchanged | Fetched | Failed

# --- what is known of a feed ----------------------------------------------------------------------------------------

Health = Literal["new", "healthy", "throttled", "blocked", "failing", "gone"]
"""new: never read (its first document primes the memory); blocked: we get something else than the feed; failing: we get
nothing; gone: 410, or 404 for three days. No machine switches a feed off."""


class PollState(msgspec.Struct, frozen=True, kw_only=True):
    """What to remember of one feed between polls. Durable; additions need a default.

    ``interval`` is the present rhythm in seconds without failures; ``unverified`` counts 304s in a row; ``usual_gap`` is
    the usual time between entries in seconds (None: fewer than two seen). ``reader`` is the version of our parser that
    read the last document.
    """

    feed_id: str
    url: str
    due_at: datetime
    health: Health = "new"
    interval: float
    validators: Validators = Validators()
    body_hash: str | None = None
    unverified: int = 0
    reader: int
    policy: Policy = "guid"
    failures: int = 0
    failing_since: datetime | None = None
    trouble: Trouble | None = None
    held_until: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    usual_gap: float | None = None


# Rhythm by tier: fastest and slowest interval. Wires every 30 s, at most 2 min apart; background from 30 min to 6 h.
_RHYTHM = {
    1: (timedelta(seconds=30), timedelta(minutes=2)),
    2: (timedelta(minutes=1), timedelta(minutes=15)),
    3: (timedelta(minutes=5), timedelta(hours=1)),
    4: (timedelta(minutes=30), timedelta(hours=6)),
}
# After failures: first and longest wait. A wire is tried every 5 minutes for ever.
_BACKOFF = {
    1: (timedelta(seconds=15), timedelta(minutes=5)),
    2: (timedelta(seconds=30), timedelta(minutes=15)),
    3: (timedelta(minutes=5), timedelta(hours=6)),
    4: (timedelta(minutes=30), timedelta(hours=6)),
}
_SLOWER = 1.25
"""Growth of the interval per poll without anything new."""
_LONGEST_HOLD = timedelta(hours=24)
_DAILY_AFTER, _MONTHLY_AFTER = timedelta(days=7), timedelta(days=90)
_GONE_AFTER = timedelta(hours=72)
TRUST_304 = 30
"""304s in a row after which the document is asked for without validators: servers say 304 for months, wrongly."""
_BLOCKED: frozenset[Trouble] = frozenset({"blocked", "challenge", "login", "html", "json", "empty", "not_a_feed"})


def first_state(feed: Feed, reader: int, now: datetime) -> PollState:
    """Return the state of a feed that was never read: due at once."""
    return PollState(
        feed_id=feed.id, url=feed.url, due_at=now, interval=_rhythm(feed)[0].total_seconds(), reader=reader
    )


def resumed(state: PollState | None, feed: Feed, reader: int, now: datetime) -> PollState:
    """Return the state to go on from after a restart, perhaps with another URL or another version of our parser.

    What the old parser read must be read again, so its validators go. A feed at a new URL is primed again. A change of
    rhythm in the feeds file takes hold now, not when the old interval is over; a hold asked for by the server stays.
    """
    if state is None or state.url != feed.url:
        return first_state(feed, reader, now)
    if state.reader != reader:
        state = msgspec.structs.replace(state, validators=Validators(), body_hash=None, reader=reader)
    longest = max(_rhythm(feed)[1], _backoff(feed, state, now)) * 1.1
    soonest = max(now, state.held_until or now)
    return msgspec.structs.replace(state, due_at=max(soonest, min(state.due_at, now + longest)))


def next_state(
    state: PollState, outcome: Outcome, feed: Feed, now: datetime, chance: float, *, new: int = 0
) -> PollState:
    """Return when and how to poll this feed next, after what the poll came to and ``new`` entries in its document.

    Anything new returns to the tier's fastest rhythm, nothing new slows down towards its slowest; ``feed.every`` fixes the
    rhythm. A failing feed waits twice as long per failure up to its tier's limit, and is never given up. A longer
    Retry-After wins, up to 24 h (RFC 9110, 10.2.3). ``chance`` in [0, 1) spreads the polls by 10 % either way. Never raises.
    """
    if isinstance(outcome, Failed):
        return _after_failure(state, outcome, feed, now, chance)
    fastest, slowest = (span.total_seconds() for span in _rhythm(feed))
    interval = fastest if new else min(max(state.interval, fastest) * _SLOWER, slowest)
    by_server = isinstance(outcome, Unchanged) and outcome.by_server
    gap = (now - state.last_new_at).total_seconds() if new and state.last_new_at else None
    return msgspec.structs.replace(
        state,
        health="healthy",
        due_at=now + timedelta(seconds=interval * _spread(chance)),
        interval=interval,
        validators=outcome.validators,
        body_hash=outcome.body_hash if isinstance(outcome, Fetched) else state.body_hash,
        unverified=state.unverified + 1 if by_server else 0,
        failures=0,
        failing_since=None,
        trouble=None,
        held_until=None,
        last_success_at=now,
        last_new_at=now if new else state.last_new_at,
        usual_gap=state.usual_gap
        if gap is None
        else 0.8 * (gap if state.usual_gap is None else state.usual_gap) + 0.2 * gap,
    )


def _after_failure(state: PollState, failed: Failed, feed: Feed, now: datetime, chance: float) -> PollState:
    since = state.failing_since or now
    failing = msgspec.structs.replace(
        state, failures=state.failures + 1, failing_since=since, trouble=failed.trouble, unverified=0
    )
    hold = min(failed.retry_after, _LONGEST_HOLD) if failed.retry_after is not None else timedelta(0)
    wait = max(_backoff(feed, failing, now) * _spread(chance), hold)
    health: Health
    if state.health == "new":
        health = "new"  # nothing is remembered yet: the first document still primes
    elif failed.trouble == "throttled":
        health = "throttled"
    elif failed.trouble == "gone" or (failed.trouble == "missing" and now - since > _GONE_AFTER):
        health = "gone"
    else:
        health = "blocked" if failed.trouble in _BLOCKED else "failing"
    return msgspec.structs.replace(
        failing, health=health, due_at=now + wait, held_until=now + hold if hold else state.held_until
    )


def wants_validators(state: PollState) -> bool:
    """Return whether the next request is conditional: not after many 304s in a row, and not after a failure."""
    return state.unverified < TRUST_304 and not state.failures


def _rhythm(feed: Feed) -> tuple[timedelta, timedelta]:
    return (feed.every, feed.every) if feed.every is not None else _RHYTHM[feed.tier]


def _backoff(feed: Feed, state: PollState, now: datetime) -> timedelta:
    """Return the wait after the failures so far. Background feeds that fail for months are asked daily, then monthly."""
    first, longest = _BACKOFF[feed.tier]
    first = min(first, feed.every) if feed.every is not None else first
    if feed.tier >= 3 and state.failing_since is not None:
        failing_for = now - state.failing_since
        if failing_for > _DAILY_AFTER:
            return timedelta(days=30) if failing_for > _MONTHLY_AFTER else timedelta(days=1)
    return min(first * (1 << min(max(state.failures - 1, 0), 20)), longest)


def _spread(chance: float) -> float:
    return 0.9 + 0.2 * chance


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """Return how long a Retry-After header asks us to stay away (seconds or a date), None when it says nothing usable."""
    text = (header or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return timedelta(seconds=int(text))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(until.replace(tzinfo=until.tzinfo or UTC) - now, timedelta(0))


# --- politeness per host --------------------------------------------------------------------------------------------

PARALLEL = 2
"""Requests to one registrable domain at a time."""
_SPACING = {1: timedelta(seconds=1), 2: timedelta(seconds=5), 3: timedelta(seconds=5), 4: timedelta(seconds=5)}
_LONGEST_SPACING = timedelta(minutes=5)


class HostBudget(msgspec.Struct, frozen=True, kw_only=True):
    """How one registrable domain (or one address with its port) may be asked.

    ``free_at`` is when the next request may start, ``held_until`` what a Retry-After of any of its feeds asked for.
    ``slowdown`` multiplies the spacing: a 429 doubles it, ten good answers in a row halve it.
    """

    free_at: datetime
    held_until: datetime
    slowdown: int = 1
    good: int = 0


def spacing(feed: Feed, budget: HostBudget) -> timedelta:
    """Return the least time between the starts of two requests to this feed's host; none inside our own network."""
    return timedelta(0) if feed.private else min(_SPACING[feed.tier] * budget.slowdown, _LONGEST_SPACING)


def reserved(budget: HostBudget, feed: Feed, now: datetime) -> tuple[datetime, HostBudget]:
    """Return when a request for this feed may start, and the budget after that start is taken."""
    start = max(now, budget.free_at, budget.held_until)
    return start, msgspec.structs.replace(budget, free_at=start + spacing(feed, budget))


def answered(budget: HostBudget, outcome: Outcome, now: datetime) -> HostBudget:
    """Return the budget after an answer."""
    if isinstance(outcome, Failed):
        if outcome.trouble != "throttled":
            return msgspec.structs.replace(budget, good=0)
        hold = now + min(outcome.retry_after or timedelta(0), _LONGEST_HOLD)
        return msgspec.structs.replace(
            budget, held_until=max(budget.held_until, hold), slowdown=min(budget.slowdown * 2, 64), good=0
        )
    if budget.good < 9:
        return msgspec.structs.replace(budget, good=budget.good + 1)
    return msgspec.structs.replace(budget, slowdown=max(1, budget.slowdown // 2), good=0)
