"""The words of an alert: neutral, attributed, without any channel's markup. Nothing is stated that no source said.

Display rules of the newsrooms' handbooks that are held here: every figure stands beside who claims it and via whom; claims
are set side by side, never averaged or summed; a silent side is not zero; confirmation is a count of origins, not a word;
old figures are struck through, not removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import assert_never

from streams.core.decide import Change, alert_id, conflicts, is_zero, latest_claims, why_alert
from streams.core.model import (
    Alert,
    ArticleRef,
    CasualtyClaim,
    Divider,
    Evidence,
    Fact,
    Finding,
    LeaderEntry,
    LeaderMention,
    LedgerEntry,
    Note,
    Outcome,
    Pairs,
    Part,
    Quote,
    Reason,
    Run,
    Story,
    StrikeEntry,
    StrikeReport,
    Text,
)
from streams.core.stories import claim_print, plain

TITLE_MAX, HEADLINE_MAX = 150, 150
"""Characters: Slack's header block takes 150; a phone shows about 100 to 150 of the notification line."""

CONFLICT = "CONFLICT"
KIND_WORDS = {"killed": "killed", "wounded": "wounded", "missing": "missing", "casualties": "casualties"}


def compose(story: Story, finding: Finding, news: tuple[Change, ...], channels: tuple[str, ...]) -> Alert:
    """Return the alert that tells this news of a story; ``story`` is the story after the finding.

    The first alert of a story shows the whole; later ones show what changed and carry the whole as the new root.
    """
    reason = why_alert(news)
    told = story.alerts - story.held  # what another story's thread was told is not in this story's own
    first = told == 0
    title = _cut(_naming(story, _title(story, finding)), TITLE_MAX)
    whole = _whole(story, finding)
    update = told
    return Alert(
        alert_id=alert_id(story, news),
        story_id=story.story_id,
        desk=story.desk,
        reason=reason,
        severity=story.severity,
        update=update,
        title=title if first or CONFLICT in title else _cut(f"{_update_words(reason)}: {title}", TITLE_MAX),
        headline=_cut(_headline(story, finding, news, first=first), HEADLINE_MAX),
        parts=whole if first else _update(story, finding, news),
        channels=channels,
        broadcast=not first and reason not in (Reason.SECOND_ORIGIN, Reason.NOTHING_NEW),
        root_title=None
        if first
        else _cut(f"{title} · update {update}, {_clock(finding.article.first_seen_at)}", TITLE_MAX),
        root=() if first else whole,
        rule_ids=tuple(sorted({m.rule_id for m in finding.matches})),
        rules_version=finding.rules_version,
        article=finding.article,
    )


# --- facts as words -------------------------------------------------------------------------------------------------


def text_of(alert: Alert) -> str:
    """Return all words of an alert, without any markup: a line for the headline, the title and each part."""
    return "\n".join((alert.headline, alert.title, *(_part_text(part) for part in alert.parts)))


def _part_text(part: Part) -> str:
    match part:
        case Text() | Note():
            return "".join(run.text for run in part.runs)
        case Pairs():
            return "; ".join(f"{label}: {''.join(run.text for run in runs)}" for label, runs in part.pairs)
        case Quote():
            return part.text
        case Divider():
            return ""
        case _:
            assert_never(part)


def say(fact: Fact, carrier: str) -> tuple[Run, ...]:
    """Return a fact as one attributed sentence; ``carrier`` is the outlet whose article holds it."""
    match fact:
        case StrikeReport():
            return _say_strike(fact, carrier)
        case CasualtyClaim():
            return (
                _strong(_claim_words(fact)),
                _plain(" — "),
                *_who(fact.claimant, fact.outlet, carrier),
                *_doubts(fact),
            )
        case LeaderMention():
            return _say_leader(fact, carrier)
        case _:
            assert_never(fact)


def _say_strike(strike: StrikeReport, carrier: str) -> tuple[Run, ...]:
    what = weapons(strike)
    verb = {
        "reported": "reported", "claimed": "claimed", "denied": "denied", "threatened": "threatened, not carried out",
        "unconfirmed": "unconfirmed", "test": "a test",
    }[strike.status]  # fmt: skip
    aimed = f" at {_join(strike.targets)}" if strike.targets else ""
    by = f" by {strike.actor}" if strike.actor else ""
    start = f" from {strike.origin}" if strike.origin and strike.origin != strike.actor else ""
    named = strike.weapon_class not in (None, "air strike") and not (strike.weapon or "").endswith("ing")
    fired = f"{' fired' if named else ''}{by}{start}" if by or start else ""
    return (_strong(what), _plain(f"{fired}{aimed} ({verb}) — "), *_who(strike.claimant, strike.outlet, carrier))


def _say_leader(leader: LeaderMention, carrier: str) -> tuple[Run, ...]:
    name = (_strong(leader.name), _plain(f", {leader.role}" if leader.role else ""))
    via = _plain(f" — via {leader.outlet}, in {carrier}" if leader.outlet else f" — in {carrier}")
    match leader.event:
        case "said":
            words = f": “{leader.statement}”" if leader.quoted else f", in the outlet's words: {leader.statement}"
            return (*name, _plain(words if leader.statement else " spoke"), via)
        case "killed":
            return (*name, _plain(" is reported killed"), via)
        case "wounded":
            return (*name, _plain(" is reported wounded"), via)
        case "denied_death":
            return (*name, _plain(": reports of death are denied"), via)
        case "mentioned":
            return (*name, _plain(" is mentioned"), via)
        case _:
            assert_never(leader.event)


def weapons(strike: StrikeReport) -> str:
    """Return count and weapon as words: "15 ballistic missiles", "at least 30 bombs", "missiles (number not given)"."""
    name = strike.weapon or "weapons not named"
    count = span_words(strike.count_low, strike.count_high)
    return f"{count} {name}" if count else f"{name} (number not given)"


def span_words(low: int | None, high: int | None) -> str:
    """Return a range as words; empty when nothing is known."""
    if low is None and high is None:
        return ""
    if low is None:
        return f"up to {high}"
    if high is None:
        return f"at least {low}"
    return str(low) if low == high else f"{low} to {high}"


def figure(claim: CasualtyClaim) -> str:
    """Return the claimed figure: the number with its bound, or the very words where the source gave only words."""
    if is_zero(claim):
        return "none"
    if claim.qual == "unspecified" or (claim.low is None and claim.high is None):
        return "number not given"
    if claim.qual == "indefinite":
        return f"“{claim.stated}”"
    words = {"about": "about ", "more_than": "more than ", "less_than": "fewer than "}.get(claim.qual)
    if words:
        return f"{words}{claim.low if claim.low is not None else claim.high}"
    return span_words(claim.low, claim.high)


def _claim_words(claim: CasualtyClaim) -> str:
    whom = f" {claim.victims.text}" if claim.victims else ""
    kind = KIND_WORDS[claim.kind]
    if not is_zero(claim):
        return f"{figure(claim)}{whom} {kind}"
    if whom and _is_adjective(whom.strip()):
        return f"no{whom} {kind}"
    none = "no" if claim.kind == "casualties" else "none"
    return f"{none} {kind}{' among' + whom if whom else ''}"


def _is_adjective(words: str) -> bool:
    """Tell whether victims were only named by where they are from: "no American casualties"."""
    return " " not in words and words[:1].isupper() and not words.endswith("s")


def _doubts(claim: CasualtyClaim) -> tuple[Run, ...]:
    if claim.status == "denied":
        return (_plain(f" · denied by {_named(claim.denied_by)}" if claim.denied_by else " · denied"),)
    return () if claim.status == "asserted" else (_plain(f" · {claim.status}"),)


def _who(claimant: str | None, outlet: str | None, carrier: str) -> tuple[Run, ...]:
    via = f" via {outlet}" if outlet else ""
    if claimant is None:
        return (_plain(f"no claimant named, reported by {outlet or carrier}"),)
    return (
        _plain(f"{says(claimant)} {_named(claimant)}{' (unnamed)' if is_unnamed(claimant) else ''}{via}, in {carrier}"),
    )


def says(claimant: str) -> str:
    """Return "say" for several voices ("two officials", "Norway and Poland"), else "says": number is kept as printed."""
    # "the head of the services", "the coroner, Abbas Amian": the noun before them decides.
    last = re.split(r" of | at |, ", claimant)[0].split()[-1:] or [""]
    several = " and " in claimant or (
        last[0].islower() and last[0].endswith("s") and not last[0].endswith(("ss", "us", "is"))
    )
    return "say" if several else "says"


ANONYMOUS = frozenset(
    "source sources official officials officer officers diplomat diplomats witness witnesses aide aides".split()
)


def is_unnamed(claimant: str) -> bool:
    """Tell whether a claimant is anonymous by its own words: "a defense official", "sources", "two diplomats"."""
    words = claimant.casefold().split()
    if re.search(r", [A-Z][\w.'’-]+ [A-Z]", claimant):
        return False  # a spokesman of the army, Ali Khan
    return bool(words) and (words[0] in {"a", "an", "one", "unnamed", "anonymous"} or words[-1] in ANONYMOUS)


# --- the whole story, and one update --------------------------------------------------------------------------------


def _whole(story: Story, finding: Finding) -> tuple[Part, ...]:
    parts: list[Part] = []
    for entry in _main_strikes(story):
        parts += _strike_parts(entry)
    parts += _claim_parts(story)
    parts += [Text(runs=say(e.leader, e.article.source)) for e in _main_leaders(story)]
    return (*parts, *_quotes(finding), *_small_print(story, finding))


def _update(story: Story, finding: Finding, news: tuple[Change, ...]) -> tuple[Part, ...]:
    parts: list[Part] = []
    disputed: set[str] = set()
    for change in news:
        prints = {claim_print(e.claim) for e in (change.old, change.new) if e}
        if change.reason is Reason.CLAIM_CONFLICT:
            if prints & disputed:
                continue  # the table below shows every side; one pair says that they conflict
            disputed |= prints
        parts += _change_parts(change, story, finding)
    if any(c.new is not None for c in news):
        parts += [Divider(), *_claim_parts(story)]
    return (*parts, *_quotes(finding), *_small_print(story, finding))


def _change_parts(change: Change, story: Story, finding: Finding) -> list[Part]:
    article = finding.article
    match change.reason:
        case Reason.TOLL_CHANGED | Reason.CORRECTED:
            return [Text(runs=_old_to_new(change, article))]
        case Reason.CLAIM_CONFLICT:
            assert change.old is not None
            assert change.new is not None
            sides = (change.old, change.new)
            return [
                Text(runs=(_strong("These claims contradict each other."), _plain(" None is verified."))),
                *(Text(runs=say(e.claim, e.article.source)) for e in sides),
            ]
        case Reason.LEADER_SPOKE:
            assert change.leader is not None
            return [Text(runs=say(change.leader.leader, change.leader.article.source))]
        case Reason.STRIKE_COUNTED:
            assert change.strike is not None
            return _strike_parts(change.strike)
        case Reason.SEVERITY_RAISED:
            why = f": {change.because}" if change.because else ""
            return [Text(runs=(_plain("Severity raised to "), _strong(story.severity.value), _plain(why)))]
        case Reason.SECOND_ORIGIN:
            return [
                Text(runs=(_strong("A second, independent origin"), _plain(f" reports this: {_join(story.origins)}")))
            ]
        case Reason.WITHDRAWN:
            return [Text(runs=(_strong("Withdrawn by the outlet: "), Run(text=article.title, style="struck")))]
        case Reason.FIRST_REPORT | Reason.NOTHING_NEW | Reason.RULES_REFUSED | Reason.RULES_MENDED:
            return []
        case _:
            assert_never(change.reason)


def _old_to_new(change: Change, article: ArticleRef) -> tuple[Run, ...]:
    claim = (change.new or change.old).claim  # type: ignore[union-attr]  # a change of figures has at least one of them
    whom = f" {claim.victims.text}" if claim.victims else ""
    label = f"{KIND_WORDS[claim.kind].capitalize()}{',' + whom if whom else ''}: "
    old = Run(text=figure(change.old.claim), style="struck") if change.old else Run(text="no figure", style="struck")
    if change.new is None:
        return (_plain(label), old, _plain(f" — no longer in the text of {article.source}"))
    by = _who(change.new.claim.claimant, change.new.claim.outlet, change.new.article.source)
    return (_plain(label), old, _plain(" → "), _strong(figure(change.new.claim)), _plain(" — "), *by)


def _strike_parts(entry: StrikeEntry) -> list[Part]:
    strike = entry.strike
    parts: list[Part] = [Text(runs=say(strike, entry.article.source))]
    cells = [("Fired", (_plain(span_words(strike.count_low, strike.count_high) or "not given"),))]
    cells += [(_outcome_label(o), (_plain(_outcome_count(o)),)) for o in strike.outcomes]
    if strike.outcomes:
        parts.append(Pairs(pairs=tuple(cells)))
    if strike.sum_checked is not None:
        counts = " + ".join(str(o.count) for o in strike.outcomes if o.count is not None)
        words = "add up" if strike.sum_checked else "do NOT add up"
        parts.append(
            Note(
                runs=(
                    _plain(f"{counts} against {span_words(strike.count_low, strike.count_high)}: the figures {words}"),
                )
            )
        )
    return parts


def _outcome_label(outcome: Outcome) -> str:
    match outcome.what:
        case "hit":
            return f"Hit {outcome.place}" if outcome.place else "Hit"
        case "failed":
            return "Failed"
        case "intercepted":
            return "Intercepted"
        case _:
            assert_never(outcome.what)


def _outcome_count(outcome: Outcome) -> str:
    if outcome.everything:
        return "all"
    return str(outcome.count) if outcome.count is not None else "number not given"


def _claim_parts(story: Story) -> list[Part]:
    entries = [e for e in latest_claims(story) if e.claim.status != "possible" or e.claim.claimant is not None]
    if not entries:
        return []
    parts: list[Part] = []
    if conflicts(story):
        parts.append(
            Text(runs=(_strong("Casualty claims conflict."), _plain(" Same victims, no common figure, none verified.")))
        )
    sides: dict[tuple[str, str], list[LedgerEntry]] = {}
    for e in sorted(entries, key=_weight):
        sides.setdefault((plain(_side(e)), plain(_route(e))), []).append(e)
    shown = list(sides.values())[:8]
    parts.append(Pairs(pairs=tuple((_side(told[0]), _stand(told, _route(told[0]))) for told in shown)))
    if len(sides) > len(shown):
        more = len(sides) - len(shown)
        parts.append(Note(runs=(_plain(f"{more} more {_plural('side', more)} in the story"),)))
    return parts


def _weight(entry: LedgerEntry) -> tuple[bool, int, int, datetime, str]:
    """Sort claims for show: figures before "none", killed before wounded, high before low, then as they came."""
    claim = entry.claim
    kind = ("killed", "casualties", "missing", "wounded").index(claim.kind)
    return (is_zero(claim), kind, -(claim.low or claim.high or 0), entry.article.first_seen_at, entry.article.event_id)


def _side(entry: LedgerEntry) -> str:
    claim = entry.claim
    return _named(claim.claimant) if claim.claimant else f"{claim.outlet or entry.article.source} (no claimant named)"


def _named(claimant: str) -> str:
    """Return a claimant as it stands inside a sentence: no capital of a sentence's beginning on its article."""
    first, space, rest = claimant.partition(" ")
    return first.lower() + space + rest if first in ("The", "A", "An", "Two", "Three", "Some", "Several") else claimant


def _route(entry: LedgerEntry) -> str:
    claim = entry.claim
    return (claim.outlet or entry.article.source) if claim.claimant else ""


def _stand(entries: list[LedgerEntry], via: str) -> tuple[Run, ...]:
    """What one side claims, all kinds in one cell."""
    runs: list[Run] = []
    for e in entries[:4]:
        runs += [*([_plain("; ")] if runs else []), _strong(_claim_words(e.claim)), *_doubts(e.claim)]
    return (*runs, Run(text=f" · via {via}" if via else "", style="quiet"))


def _main_strikes(story: Story) -> list[StrikeEntry]:
    """The fullest report of each place: most outcomes, then a count, then the latest."""
    best: dict[str, StrikeEntry] = {}
    for e in story.strikes:
        place = e.strike.place or ""
        if place not in best or _fullness(e) >= _fullness(best[place]):
            best[place] = e
    named = [e for place, e in best.items() if place]
    return sorted(named or best.values(), key=_fullness, reverse=True)[:2]


def _fullness(entry: StrikeEntry) -> tuple[int, int]:
    s = entry.strike
    return (len([o for o in s.outcomes if o.count is not None]), int(s.count_low is not None) + len(s.targets))


def _main_leaders(story: Story) -> list[LeaderEntry]:
    words = [e for e in story.leaders if e.leader.event != "said" or e.leader.statement]
    quoted = [e for e in words if e.leader.quoted or e.leader.event != "said"]
    return (quoted or words)[-3:]


# --- evidence and small print ---------------------------------------------------------------------------------------


def _quotes(finding: Finding) -> tuple[Part, ...]:
    """Up to two sentences that carry the facts, else the words that matched, with the rule's words marked."""
    spans: list[Evidence] = []
    for fact in _quotable(finding):
        if all(fact.evidence.quote not in e.quote and e.quote not in fact.evidence.quote for e in spans):
            spans.append(fact.evidence)
    hits = [e for m in finding.matches for c in m.clauses for e in c.evidence]
    if not spans:
        # No fact was read: the matched words stand for themselves, inside the article's own title where they are in it.
        title = Evidence(field="title", start=0, end=len(finding.article.title), quote=finding.article.title)
        spans = [title] if finding.article.title else hits[:1]
    return tuple(Quote(text=e.quote, marks=_marks(e, hits)) for e in spans[:2])


def _quotable(finding: Finding) -> Iterator[Fact]:
    """The facts whose sentences are worth a reader's time: current, not a mere possibility, weightiest first."""
    facts, article = finding.facts, finding.article
    claims = [
        LedgerEntry(claim=c, article=article) for c in facts.claims if c.scope == "current" and c.status != "possible"
    ]
    sorted_claims = [e.claim for e in sorted(claims, key=_weight)]
    strikes = [s for s in facts.strikes if s.scope == "current"]
    yield from sorted_claims[:1]
    yield from strikes[:1]
    yield from sorted_claims[1:]
    yield from (m for m in facts.leaders if m.scope == "current" and m.event != "mentioned")


def _marks(span: Evidence, hits: Iterable[Evidence]) -> tuple[tuple[int, int], ...]:
    inside = {
        (h.start - span.start, h.end - span.start)
        for h in hits
        if h.field == span.field and span.start <= h.start and h.end <= span.end
    }
    out: list[tuple[int, int]] = []
    for start, end in sorted(inside, key=lambda m: (m[0], -m[1])):
        if not out or start >= out[-1][1]:
            out.append((start, end))
    return tuple(out)


def _small_print(story: Story, finding: Finding) -> tuple[Part, ...]:
    article = finding.article
    when = f"published {_clock(article.published_at)}" if article.published_at else "no publication time"
    outlets = len({a.source for a in story.articles}) or 1
    origins = max(len(story.origins), 1)
    counts = f"{outlets} {_plural('outlet', outlets)}, {origins} {_plural('origin', origins)}"
    rules = ", ".join(sorted({m.rule_id for m in finding.matches})) or "an earlier match"
    return (
        Note(
            runs=(
                Run(text=article.source, link=article.url or None),
                _plain(f" · {when} · seen {_clock(article.first_seen_at)} · {counts} · "),
                _strong("not verified by this desk"),
            )
        ),
        Note(
            runs=(
                Run(
                    text=f"rule {rules} · rules {finding.rules_version[:8]} · read by a machine, check the source",
                    style="quiet",
                ),
            )
        ),
    )


# --- title and headline ---------------------------------------------------------------------------------------------


def _naming(story: Story, words: str) -> str:
    """Return the words with the name that the story is about before them, unless they say it."""
    return words if story.subject is None or story.subject in words else f"{story.subject}: {words}"


def _title(story: Story, finding: Finding) -> str:
    where = _places(story, finding)
    at = f" · {where}" if where else ""
    if conflicts(story):
        return f"Casualty claims {CONFLICT}{at}"
    if story.strikes:
        return f"{_strike_kind(_main_strikes(story)[0].strike)}{at}"
    if any(not is_zero(e.claim) for e in story.claims):
        return f"Casualty claims{at}"
    if story.leaders:
        leader = _main_leaders(story)[-1].leader if _main_leaders(story) else story.leaders[-1].leader
        return f"{_leader_kind(leader)} · {leader.name}{', ' + leader.role if leader.role else ''}"
    if story.claims:
        return f"No casualties reported{at}"
    kinds = ", ".join(dict.fromkeys(m.title for m in finding.matches))
    return f"{kinds or 'Report'} · {finding.article.title}"


def _headline(story: Story, finding: Finding, news: tuple[Change, ...], *, first: bool) -> str:
    where = _places(story, finding)
    lead = f"{story.severity.value.upper()} · " if first else f"{_update_words(why_alert(news)).upper()} · "
    outlets = len({a.source for a in story.articles}) or 1
    tail = f" · {outlets} {_plural('outlet', outlets)}, unverified"
    body = _naming(story, _headline_body(story, finding, news, where))
    return lead + _cut(body, HEADLINE_MAX - len(lead) - len(tail)) + tail


def _headline_body(story: Story, finding: Finding, news: tuple[Change, ...], where: str) -> str:
    at = f"{where}: " if where else ""
    new_conflict = (c for c in news if c.reason is Reason.CLAIM_CONFLICT)
    standing = next(iter(conflicts(story)), None) if story.alerts == story.held else None
    pair = next(((c.old, c.new) for c in new_conflict if c.old and c.new), None) or standing
    if pair is not None:
        sides = "; ".join(_stance(e) for e in pair)
        return f"{at}claims conflict: {sides}" if story.alerts == story.held else f"{at}{sides}"
    change = news[0] if news else None
    if change is not None and change.leader is not None:
        return _leader_line(change.leader.leader)
    if change is not None and change.strike is not None:
        strike = change.strike.strike
        return f"{at}{weapons(strike)}{_outcome_words(strike)}, {_strike_voice(change.strike)}"
    if change is not None and change.reason is Reason.WITHDRAWN:
        return f"{finding.article.source} withdrew: {finding.article.title}"
    if change is not None and change.new is not None:
        old = f"{figure(change.old.claim)} → " if change.old else ""
        return f"{at}{old}{_claim_words(change.new.claim)}, {_said_by(change.new)}"
    claims = [e for e in latest_claims(story) if not is_zero(e.claim) and e.claim.status != "possible"]
    top = min(claims, key=_weight, default=None)
    if story.strikes:
        entry = _main_strikes(story)[0]
        killed = f"; {_claim_words(top.claim)}, {_said_by(top)}" if top else ""
        return f"{at}{weapons(entry.strike)}, {_strike_voice(entry)}{killed}"
    if top is not None:
        return f"{at}{_claim_words(top.claim)}, {_said_by(top)}"
    if story.leaders and _main_leaders(story):
        return _leader_line(_main_leaders(story)[-1].leader)
    return f"{finding.article.title} ({finding.article.source})"


def _stance(entry: LedgerEntry) -> str:
    """Return where a side stands in few words: who says it, or who denies it."""
    claim = entry.claim
    if claim.status == "denied" and claim.denied_by:
        return f"{_named(claim.denied_by)} denies {_claim_words(claim)}"
    return f"{_side(entry)} {says(_side(entry))} {_claim_words(claim)}"


def _outcome_words(strike: StrikeReport) -> str:
    """Return what became of the weapons in few words: " (10 hit Al Asad, 1 hit Erbil, 4 failed)"."""
    words = [f"{o.count} {o.what}{' ' + o.place if o.place else ''}" for o in strike.outcomes if o.count is not None]
    return f" ({', '.join(words)})" if words else ""


def _strike_voice(entry: StrikeEntry) -> str:
    claimant = entry.strike.claimant
    return (
        f"{_named(claimant)} {says(claimant)}" if claimant else f"{entry.strike.outlet or entry.article.source} reports"
    )


def _said_by(entry: LedgerEntry) -> str:
    """Return who says it; without a claimant the outlet reports it, which is not the same."""
    if entry.claim.claimant is None:
        return f"{entry.claim.outlet or entry.article.source} reports"
    return f"{_side(entry)} {says(entry.claim.claimant)}"


def _leader_line(leader: LeaderMention) -> str:
    who = f"{leader.name}{', ' + leader.role if leader.role else ''}"
    if leader.event == "said":
        return f"{who}: “{leader.statement}”" if leader.quoted else f"{who}: {leader.statement or 'spoke'}"
    return f"{who}: {leader.event.replace('_', ' ')}, as reported"


def _strike_kind(strike: StrikeReport) -> str:
    weapon = f"{strike.weapon_class or ''} {strike.weapon or ''}".casefold()
    kinds = (
        ("missile", "Missile strike"),
        ("drone", "Drone strike"),
        ("rocket", "Rocket attack"),
        ("shell", "Shelling"),
        ("mortar", "Shelling"),
    )
    kind = next((name for word, name in kinds if word in weapon), "Strike")
    return kind if strike.status in ("reported", "claimed") else f"{kind} ({strike.status})"


def _leader_kind(leader: LeaderMention) -> str:
    match leader.event:
        case "said":
            return "Leader statement"
        case "killed" | "wounded":
            return "Leader reported " + leader.event
        case "denied_death":
            return "Leader's death denied"
        case "mentioned":
            return "Leader mentioned"
        case _:
            assert_never(leader.event)


def _update_words(reason: Reason) -> str:
    return {
        Reason.CLAIM_CONFLICT: "Claims conflict",
        Reason.CORRECTED: "Correction",
        Reason.WITHDRAWN: "Withdrawn",
    }.get(reason, "Update")


def _places(story: Story, finding: Finding) -> str:
    hit = [p for e in story.strikes for p in (e.strike.place, *(o.place for o in e.strike.outcomes)) if p]
    told = [e.claim.place for e in story.claims if e.claim.place]
    return ", ".join(list(dict.fromkeys([*hit, *told, *([] if hit or told else finding.facts.places[:1])]))[:3])


# --- small helpers of language --------------------------------------------------------------------------------------


def _plain(text: str) -> Run:
    return Run(text=text)


def _strong(text: str) -> Run:
    return Run(text=text, style="strong")


def _clock(at: datetime | None) -> str:
    return at.strftime("%d %b %H:%M UTC") if at else "unknown"


def _join(names: Iterable[str]) -> str:
    *rest, last = [*names] or [""]
    return f"{', '.join(rest)} and {last}" if rest else last


def _plural(word: str, count: int) -> str:
    return word if count == 1 else word + "s"


def _cut(text: str, limit: int) -> str:
    """Shorten at a word with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:·—") + "…"
