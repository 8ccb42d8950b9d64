"""Recorded articles through rules: what they would raise, and what a change of the rules gains and loses.

Nothing is sent or kept. The same functions as live, so a difference here is a difference on the desk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from monitors.article import Article
from streams.core.engine import Engine, examine
from streams.core.extract import Annotate
from streams.core.match import screen
from streams.core.model import Alert
from streams.replaying import replayer

REMEMBERED = 4
"""Readings kept of the language model: an article is read in one piece, seldom in more."""


class Raised(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as far as two sets of rules can differ about it."""

    event_id: str
    desk: str
    headline: str
    severity: str
    rules: tuple[str, ...]
    channels: tuple[str, ...]
    reason: str
    source: str

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same alert under other rules: the article event, and the desk that hears of it."""
        return self.event_id, self.desk

    def __str__(self) -> str:
        """Return one line: headline, source, severity, reason, rules, channels."""
        return f"{self.headline} ({self.source}): {self.terms}"

    @property
    def terms(self) -> str:
        """Its severity, reason, rules and channels."""
        return f"{self.severity}, {self.reason}, by {', '.join(self.rules) or 'no rule'}, to {', '.join(self.channels)}"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What changes when one set of rules replaces another, over the same articles."""

    articles: int
    before: int
    after: int
    gained: tuple[Raised, ...]
    lost: tuple[Raised, ...]
    changed: tuple[tuple[Raised, Raised], ...]

    @property
    def any(self) -> bool:
        """Whether anything changes."""
        return bool(self.gained or self.lost or self.changed)


def remembering(annotate: Annotate | None) -> Annotate | None:
    """Return the language model with the memory of its last few answers: both sets of rules read an article in turn."""
    if annotate is None:
        return None
    known: dict[tuple[str, ...], object] = {}

    def ask(sentences: Sequence[str]) -> object:
        key = tuple(sentences)
        if key not in known:
            if len(known) >= REMEMBERED:
                known.pop(next(iter(known)))
            known[key] = annotate(sentences)
        return known[key]

    return ask  # type: ignore[return-value]  # gives what the model gave


def _raised(alert: Alert) -> Raised:
    return Raised(
        event_id=alert.article.event_id,
        desk=alert.desk,
        headline=alert.article.title,
        severity=alert.severity.value,
        rules=tuple(sorted(alert.rule_ids)),
        channels=alert.channels,
        reason=alert.reason.value,
        source=alert.article.source,
    )


def difference(before: Engine, after: Engine, articles: Iterable[Article]) -> Difference:
    """Return the alerts gained, lost and changed when ``after`` replaces ``before``, in the articles' order.

    The articles pass once, through both: a month of them is never held in memory. What both raise alike is only counted.
    """
    count = old = new = 0
    gained: list[Raised] = []
    lost: list[Raised] = []
    changed: list[tuple[Raised, Raised]] = []
    with replayer(before) as one, replayer(after) as other:
        for article in articles:
            count += 1
            was, now = ({each.key: each for each in map(_raised, side(article))} for side in (one, other))
            old, new = old + len(was), new + len(now)
            gained += [each for key, each in now.items() if key not in was]
            lost += [each for key, each in was.items() if key not in now]
            changed += [(was[key], each) for key, each in now.items() if key in was and was[key] != each]
    return Difference(
        articles=count, before=old, after=new, gained=tuple(gained), lost=tuple(lost), changed=tuple(changed)
    )


def as_text(found: Difference) -> str:
    """Return a difference for a terminal: ``+`` gained, ``-`` lost, ``~`` changed, and a line of counts."""
    lines = [f"- {each}" for each in found.lost] + [f"+ {each}" for each in found.gained]
    lines += [f"~ {was.headline} ({was.source})\n    {was.terms}\n    {now.terms}" for was, now in found.changed]
    return "\n".join((*lines, _counts(found)))


def as_markdown(found: Difference) -> str:
    """Return a difference as Markdown, for a comment on a change of the rules. Headlines are foreign text: escaped."""
    parts = [f"**{_counts(found)}**"]
    for title, those in (("Lost", found.lost), ("Gained", found.gained)):
        if those:
            rows = [f"| {_cell(e.headline)} | {_cell(e.source)} | {_cell(e.terms)} |" for e in those]
            parts.append("\n".join((f"### {title}", "", "| headline | source | alert |", "|---|---|---|", *rows)))
    if found.changed:
        rows = [f"| {_cell(w.headline)} | {_cell(w.terms)} | {_cell(n.terms)} |" for w, n in found.changed]
        parts.append("\n".join(("### Changed", "", "| headline | before | after |", "|---|---|---|", *rows)))
    return "\n\n".join(parts)


def _counts(found: Difference) -> str:
    return (
        f"{found.articles} articles: {found.before} alerts before, {found.after} after; {len(found.lost)} lost, "
        f"{len(found.gained)} gained, {len(found.changed)} changed"
    )


def _cell(text: str) -> str:
    kept = "".join(c if c.isprintable() else " " for c in text)
    for sign in "\\`*_[]<>|#@":
        kept = kept.replace(sign, f"\\{sign}")
    return kept


# --- backtest -------------------------------------------------------------------------------------------------------


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule did over recorded articles, in articles.

    ``matched`` by its words, of which ``held`` by `where`, ``suppressed`` by a suppression, and ``passed`` on to a desk.
    """

    rule: str
    status: str
    matched: int = 0
    held: int = 0
    suppressed: int = 0
    passed: int = 0


def tallies(engine: Engine, articles: Iterable[Article]) -> tuple[int, tuple[Tally, ...]]:
    """Return the number of articles, and what each compiled rule did over them, in the rules' order."""
    matched: Counter[str] = Counter()
    suppressed: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    count = 0
    for article in articles:
        count += 1
        if article.kind == "withdrawn":
            continue
        examined = examine(engine, article)
        matched.update({m.rule_id for m in screen(engine.compiled, article.title, article.text)})
        suppressed.update({each.match.rule_id for each in examined.suppressed})
        passed.update({m.rule_id for finding in examined.findings for m in finding.matches})
    return count, tuple(
        Tally(
            rule=rule.id,
            status=rule.status,
            matched=matched[rule.id],
            suppressed=suppressed[rule.id],
            passed=passed[rule.id],
            held=matched[rule.id] - suppressed[rule.id] - passed[rule.id],
        )
        for rule in (compiled.rule for compiled in engine.compiled.rules)
    )


def unexpected(found: Sequence[Tally], expected: Mapping[str, tuple[int, int | None]]) -> tuple[str, ...]:
    """Return a line for every rule that passed on fewer or more articles than expected (least, most or None)."""
    lines = []
    for tally in found:
        low, high = expected.get(tally.rule, (0, None))
        if tally.passed < low or (high is not None and tally.passed > high):
            bounds = f"{low}" if high == low else f"{low} to {high}" if high is not None else f"at least {low}"
            lines.append(f"{tally.rule}: found {tally.passed} articles; expected {bounds}")
    return tuple(lines)
