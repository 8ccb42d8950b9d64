"""Whether what a finding changed is worth an alert, and why. Compares the story before with the story after; says nothing."""

from __future__ import annotations

from typing import Literal

import msgspec

from monitors.article import digest
from streams.core.model import (
    CasualtyClaim,
    Finding,
    LeaderEntry,
    LedgerEntry,
    Reason,
    Story,
    StrikeEntry,
    StrikeReport,
    Victims,
)
from streams.core.sightings import corroborated
from streams.core.stories import claim_print, group, keys_of, plain

STEPS = (1, 10, 100, 1000)
RISE = 0.25
"""A toll is news again when its lower bound moves by a quarter or crosses a step (notes of the handbooks: broadcast only
what is material)."""

PRIORITY = (
    Reason.FIRST_REPORT,
    Reason.WITHDRAWN,
    Reason.CORRECTED,
    Reason.CLAIM_CONFLICT,
    Reason.TOLL_CHANGED,
    Reason.STRIKE_COUNTED,
    Reason.SEVERITY_RAISED,
    Reason.LEADER_SPOKE,
    Reason.SECOND_ORIGIN,
)
"""An alert names one reason, the first of these that holds; its words name all that changed."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is new. ``said`` is its fingerprint: a story never says the same change twice."""

    reason: Reason
    said: str
    old: LedgerEntry | None = None
    new: LedgerEntry | None = None
    leader: LeaderEntry | None = None
    strike: StrikeEntry | None = None
    because: str = ""
    """Why the severity rose, in words; empty where the rule's own severity says it."""


def changes(before: Story | None, after: Story, finding: Finding) -> tuple[Change, ...]:
    """Return what is new and was never said, weightiest first; empty means nothing new.

    A finding without matches (a revision or withdrawal that no rule asks for) can only correct or withdraw.
    """
    found: list[Change] = []
    if before is None or not before.alerts:
        if finding.matches:
            found.append(Change(reason=Reason.FIRST_REPORT, said="first report"))
            found += _conflicts(before, after)
    elif finding.article.kind == "withdrawn":
        found.append(Change(reason=Reason.WITHDRAWN, said=f"withdrawn {finding.article.article_id}"))
    else:
        found += _corrections(before, after, finding)
        if finding.matches:
            found += _conflicts(before, after)
            found += _tolls(before, after, finding)
            found += _strikes(before, after, finding)
            found += _severity(before, after, finding)
            found += _leaders(before, after)
            if len(before.origins) == 1 and len(after.origins) == 2:
                found.append(Change(reason=Reason.SECOND_ORIGIN, said="second origin"))
    known = set(before.said) if before else set()
    fresh = {c.said: c for c in found if c.said not in known}
    return tuple(sorted(fresh.values(), key=_rank))


def _rank(change: Change) -> tuple[int, int]:
    """Sort what is new: by reason, the dead before the wounded."""
    entry = change.new or change.old
    kind = ("killed", "casualties", "missing", "wounded").index(entry.claim.kind) if entry else 0
    return (PRIORITY.index(change.reason), kind)


def why_alert(news: tuple[Change, ...]) -> Reason:
    """Return the one reason that goes to the log, the metric and the message."""
    return news[0].reason if news else Reason.NOTHING_NEW


def alert_id(story: Story, news: tuple[Change, ...]) -> str:
    """Return the id of the alert that says this news: made of desk, story and what is said, never of time or rule."""
    return digest("alert", story.desk, story.story_id, *sorted(c.said for c in news))


# --- corrections ----------------------------------------------------------------------------------------------------


def _corrections(before: Story, after: Story, finding: Finding) -> list[Change]:
    """An edit that changes a figure the story had from this article: old against new, or old against nothing.

    One change per kind and victims: a title and a sentence that say the same figure are corrected once.
    """
    aid = finding.article.article_id
    olds = [e for e in before.claims if e.article.article_id == aid]
    news = [e for e in after.claims if e.article.article_id == aid]
    kept = {claim_print(e.claim) for e in news}
    out: dict[tuple[str, str], Change] = {}
    for old in sorted(olds, key=lambda e: e.claim.qual != "exact"):
        slot = (old.claim.kind, group(old.claim.victims))
        if claim_print(old.claim) in kept or slot in out:
            continue
        new = next((e for e in news if _same_slot(old.claim, e.claim)), None)
        said = f"corrected {claim_print(old.claim)} {claim_print(new.claim) if new else ''} {finding.article.event_id}"
        out[slot] = Change(reason=Reason.CORRECTED, said=said, old=old, new=new)
    return list(out.values())


def _same_slot(a: CasualtyClaim, b: CasualtyClaim) -> bool:
    return a.kind == b.kind and related(a.victims, b.victims) != "different"


# --- comparing claims -----------------------------------------------------------------------------------------------


Relation = Literal["same", "narrower", "wider", "maybe", "different"]


def related(a: Victims | None, b: Victims | None) -> Relation:
    """Compare two groups of victims.

    ``narrower``: ``a`` is a part of ``b`` as far as the words go (12 people, 3 of them soldiers), ``wider`` the other way
    round. An unknown field never counts as equal: "its forces" and "the dead" are only ``maybe`` the same.
    """
    pairs = [(getattr(a, f, None), getattr(b, f, None)) for f in ("nation", "kind", "name")]
    if any(x and y and plain(x) != plain(y) for x, y in pairs):
        return "different"
    more, less = any(x and not y for x, y in pairs), any(y and not x for x, y in pairs)
    if more or less:
        return "maybe" if more and less else "narrower" if more else "wider"
    return "same" if any(x for x, _ in pairs) or (a is None and b is None) or _same_noun(a, b) else "maybe"


def _same_noun(a: Victims | None, b: Victims | None) -> bool:
    """Tell whether groups without a known field are both just people, or named by the same words."""
    words = [plain(v.text) if v else "people" for v in (a, b)]
    return words[0] == words[1] or all(w.split()[-1:] == ["people"] for w in words)


def bounds(claim: CasualtyClaim) -> tuple[float, float] | None:
    """Return the claim's figure as a closed interval, None when no figure was given."""
    if claim.low is None and claim.high is None:
        return None
    return (claim.low or 0, float("inf") if claim.high is None else claim.high)


def is_zero(claim: CasualtyClaim) -> bool:
    """Tell whether the claim says that nobody was hurt."""
    return claim.high == 0


def in_conflict(one: LedgerEntry, other: LedgerEntry) -> bool:
    """Tell whether two claims contradict each other about the same victims (docs/adr/0008).

    Different named claimants, and: one denies what the other asserts, or one says zero and the other does not, or the
    figures are disjoint and no mere rise of a toll: at least twice apart, or the later one lower. A statement of zero
    contradicts only about surely the same group: one side's "none of ours" is no answer to another side's "80 of theirs".
    The reporter's own voice and a mere possibility contradict nobody.
    """
    a, b = sorted((one, other), key=lambda e: (e.article.first_seen_at, e.article.event_id, claim_print(e.claim)))
    left, right = bounds(a.claim), bounds(b.claim)
    if left is None or right is None or not _could_conflict(a.claim, b.claim):
        return False
    relation = related(a.claim.victims, b.claim.victims)
    zero, denied = is_zero(a.claim) or is_zero(b.claim), "denied" in (a.claim.status, b.claim.status)
    if relation == "different" or (zero and relation != "same"):
        return False
    falls, rises = right[1] < left[0], left[1] < right[0]
    if denied:
        return not (falls or rises)
    if zero:
        return falls or rises
    # A part may be smaller than its whole.
    if (rises and relation == "narrower") or (falls and relation == "wider") or a.claim.kind == "wounded":
        return False
    return falls or (rises and right[0] >= 2 * left[1])


def _could_conflict(a: CasualtyClaim, b: CasualtyClaim) -> bool:
    if a.claimant is None or b.claimant is None or same_voice(a.claimant, b.claimant):
        return False
    return "possible" not in (a.status, b.status) and not a.status == b.status == "denied" and _same_kind(a, b)


def _same_kind(a: CasualtyClaim, b: CasualtyClaim) -> bool:
    if a.kind == b.kind:
        return True
    return (a.kind == "casualties" and is_zero(a)) or (b.kind == "casualties" and is_zero(b))


_FILLERS = frozenset("a an the of in at s its their his her said says reports reported local".split())
_ALIKE = {"television": "tv", "state": "state", "officials": "official", "sources": "source", "iranian": "iran"}


def same_voice(a: str | None, b: str | None) -> bool:
    """Tell whether two claimants are one voice by their words: one's words are all among the other's.

    "State television" and "Iranian state TV", "the hospital" and "a doctor at the port hospital" speak for one side; their
    figures are updates of each other. The reporter's own voice (None) is one voice only with itself.
    """
    if a is None or b is None:
        return a is b
    left, right = _voice(a), _voice(b)
    return left <= right or right <= left


def _voice(claimant: str) -> set[str]:
    words = plain(claimant).split()
    return {_ALIKE.get(w, w) for w in words if w not in _FILLERS} or set(words)


def conflicts(story: Story) -> tuple[tuple[LedgerEntry, LedgerEntry], ...]:
    """Return the pairs of the ledger that contradict each other, each claimant with its latest figure only."""
    latest = latest_claims(story)
    return tuple((a, b) for i, a in enumerate(latest) for b in latest[i + 1 :] if in_conflict(a, b))


def latest_claims(story: Story) -> tuple[LedgerEntry, ...]:
    """Return each voice's latest figure per kind and victims, oldest first. Never a mean, never a sum.

    What one article says stays side by side; a later article's figure replaces the same voice's earlier one.
    """
    latest: list[LedgerEntry] = []
    for new in sorted(story.claims, key=lambda e: e.article.first_seen_at):
        latest = [old for old in latest if not _replaces(new, old)]
        latest.append(new)
    return tuple(latest)


def _replaces(new: LedgerEntry, old: LedgerEntry) -> bool:
    a, b = new.claim, old.claim
    if claim_print(a) == claim_print(b):
        return True
    return (
        new.article.event_id != old.article.event_id
        and a.kind == b.kind
        and a.status == b.status
        and related(a.victims, b.victims) not in ("different", "narrower")
        and same_voice(a.claimant, b.claimant)
        and not (a.claimant is None and new.article.origin != old.article.origin)
    )


def _conflicts(before: Story | None, after: Story) -> list[Change]:
    known = {_pair(a, b) for a, b in conflicts(before)} if before else set()
    return [
        Change(reason=Reason.CLAIM_CONFLICT, said=_pair(a, b), old=a, new=b)
        for a, b in conflicts(after)
        if _pair(a, b) not in known
    ]


def _pair(a: LedgerEntry, b: LedgerEntry) -> str:
    return "conflict " + " ".join(sorted((claim_print(a.claim), claim_print(b.claim))))


# --- tolls ----------------------------------------------------------------------------------------------------------


def _tolls(before: Story, after: Story, finding: Finding) -> list[Change]:
    fresh = [e for e in after.claims if e.article.event_id == finding.article.event_id]
    known = {claim_print(e.claim) for e in before.claims}
    out: dict[tuple[str, str], Change] = {}
    for new in fresh:
        if claim_print(new.claim) in known or new.claim.status in ("possible", "denied") or bounds(new.claim) is None:
            continue
        rivals = [e for e in before.claims if _same_slot(e.claim, new.claim) and _figure(e.claim) is not None]
        old = _measure_of(rivals, new)
        if _is_material(old, new, rivals):
            slot = (new.claim.kind, group(new.claim.victims))
            change = Change(reason=Reason.TOLL_CHANGED, said=f"toll {claim_print(new.claim)}", old=old, new=new)
            if slot not in out or (_figure(new.claim) or 0) > (_figure(_new(out[slot]).claim) or 0):
                out[slot] = change
    return list(out.values())


def _new(change: Change) -> LedgerEntry:
    assert change.new is not None
    return change.new


def _figure(claim: CasualtyClaim) -> int | None:
    return claim.low if claim.low is not None else claim.high


def _measure_of(rivals: list[LedgerEntry], new: LedgerEntry) -> LedgerEntry | None:
    """Return what a new figure is measured against: its claimant's last one, else the highest of all."""
    same = [e for e in rivals if same_voice(e.claim.claimant, new.claim.claimant)]
    if same:
        return max(same, key=lambda e: e.article.first_seen_at)
    return max(rivals, key=lambda e: _figure(e.claim) or 0, default=None)


def _is_material(old: LedgerEntry | None, new: LedgerEntry, rivals: list[LedgerEntry]) -> bool:
    now = _figure(new.claim)
    if now is None:
        return False
    if old is None:
        return True
    was = _figure(old.claim) or 0
    if new.article.first_seen_at < old.article.first_seen_at:
        return now > was and _moved(was, now)  # a late arrival may raise a toll, never lower it
    if now < was:
        # Lower figures are news only from the one who gave the higher one; anybody else's is an older report. And "dozens"
        # after "at least 35" is not lower.
        mine, theirs = bounds(new.claim), bounds(old.claim)
        below = mine is not None and theirs is not None and mine[1] < theirs[0]
        return below and new.claim.claimant is not None and same_voice(old.claim.claimant, new.claim.claimant)
    highest = max(_figure(e.claim) or 0 for e in rivals)
    return _moved(was, now) and (now > highest or new.claim.claimant is not None)


def _moved(was: int, now: int) -> bool:
    return now > was and (now >= was * (1 + RISE) or any(was < step <= now for step in STEPS))


# --- strikes --------------------------------------------------------------------------------------------------------


def _strikes(before: Story, after: Story, finding: Finding) -> list[Change]:
    """A number of weapons where the story had none that fits, or the first count of what hit, failed or was stopped."""
    known = [e.strike for e in before.strikes]
    out = []
    for entry in after.strikes:
        strike = entry.strike
        if entry.article.event_id != finding.article.event_id or strike.status not in ("reported", "claimed"):
            continue
        counted = {(o.what, o.place, o.count) for o in strike.outcomes if o.count is not None}
        fresh = counted - {(o.what, o.place, o.count) for s in known for o in s.outcomes}
        if (strike.count_low is not None and not any(_fits(strike, s) for s in known)) or (fresh and len(counted) > 1):
            figures = (str(strike.count_low), str(strike.count_high), *sorted(map(str, counted)))
            out.append(Change(reason=Reason.STRIKE_COUNTED, said=f"strike {digest(*figures)}", strike=entry))
    return out


def _fits(new: StrikeReport, old: StrikeReport) -> bool:
    """Tell whether a count says nothing that the old one did not: "more than a dozen" after "at least 10" fits."""
    if old.count_low is None and old.count_high is None:
        return False
    low, high = old.count_low or 0, float("inf") if old.count_high is None else old.count_high
    return (new.count_low or 0) <= high and (float("inf") if new.count_high is None else new.count_high) >= low


# --- the rest -------------------------------------------------------------------------------------------------------


def _severity(before: Story, after: Story, finding: Finding) -> list[Change]:
    if after.severity.rank <= before.severity.rank:
        return []
    asked = corroborated(finding, after.sightings, keys_of(finding))
    words = ""
    if asked is not None and asked[0] is after.severity:
        _, ask, count = asked
        words = f"{count} {ask.distinct}s within {span_words(ask.within)}"
    return [Change(reason=Reason.SEVERITY_RAISED, said=f"severity {after.severity.value}", because=words)]


def span_words(seconds: int) -> str:
    """Return a stretch of time as people write it in rules: ``45 minutes``."""
    for size, unit in ((3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {unit}{'s' * (seconds != size)}"
    return f"{seconds} seconds"


def _leaders(before: Story, after: Story) -> list[Change]:
    """New words of a leader, or a leader's new fate. The same words in another outlet are not new."""
    known = [(e.leader.name, e.leader.event, plain(e.leader.statement or "")) for e in before.leaders]
    out = []
    for e in after.leaders:
        words = plain(e.leader.statement or "")
        if any(n == e.leader.name and ev == e.leader.event and _same_words(words, w) for n, ev, w in known):
            continue
        said = f"leader {e.leader.name} {e.leader.event} {digest(words)}"
        out.append(Change(reason=Reason.LEADER_SPOKE, said=said, leader=e))
    return out


def _same_words(a: str, b: str) -> bool:
    """Tell whether two statements are the same or one is a part of the other, or share most of their words."""
    if a in b or b in a:
        return True
    left, right = set(a.split()), set(b.split())
    return len(left & right) >= 0.6 * min(len(left), len(right))
