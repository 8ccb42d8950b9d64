"""Recorded articles through rules: what they would raise, and what a change of the rules gains and loses.

Nothing is sent or kept. The same functions as live, so a difference here is a difference on the desk.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from monitors.article import Article
from streams.core.candidates import candidates
from streams.core.engine import Engine, Examined, Read, examine_all
from streams.core.extract import Annotate, extract_all
from streams.core.gazetteer import Gazetteer
from streams.core.match import Compiled, anchor, fired, page_of
from streams.core.model import Alert, Facts
from streams.replaying import batches, replayer


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


def _reading_once() -> Read:
    """Return a reader that reads no article twice, for two engines with one gazetteer: reading costs the most."""
    known: dict[tuple[str, int], Facts] = {}

    def read(articles: Sequence[Article], gazetteer: Gazetteer, annotate: Annotate | None) -> Sequence[Facts]:
        keys = [(article.event_id, id(gazetteer)) for article in articles]
        unread = {key: article for key, article in zip(keys, articles, strict=True) if key not in known}
        known.update(zip(unread, extract_all(tuple(unread.values()), gazetteer, annotate), strict=True))
        return [known[key] for key in keys]

    return read


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
        for article, first, second in _examined_by(before, after, articles):
            count += 1
            was = {each.key: each for each in map(_raised, one(article, first))}
            now = {each.key: each for each in map(_raised, other(article, second))}
            old, new = old + len(was), new + len(now)
            gained += [each for key, each in now.items() if key not in was]
            lost += [each for key, each in was.items() if key not in now]
            changed += [(was[key], each) for key, each in now.items() if key in was and was[key] != each]
    return Difference(
        articles=count, before=old, after=new, gained=tuple(gained), lost=tuple(lost), changed=tuple(changed)
    )


def _examined_by(
    before: Engine, after: Engine, articles: Iterable[Article]
) -> Iterator[tuple[Article, Examined, Examined]]:
    for batch in batches(articles):
        read = _reading_once()
        yield from zip(batch, examine_all(before, batch, read), examine_all(after, batch, read), strict=True)


def as_text(found: Difference) -> str:
    """Return a difference for a terminal: ``+`` gained, ``-`` lost, ``~`` changed, and a line of counts."""
    lines = [f"- {each}" for each in found.lost] + [f"+ {each}" for each in found.gained]
    lines += [f"~ {was.headline} ({was.source})\n    {was.terms}\n    {now.terms}" for was, now in found.changed]
    return "\n".join((*lines, _counts(found)))


def as_markdown(found: Difference) -> str:
    """Return a difference as Markdown, for a comment on a change of the rules. Headlines are foreign text: escaped."""
    parts = [f"**{_counts(found)}**"]
    for title, those in (("Lost", found.lost), ("Gained", found.gained)):
        rows = [f"| {_cell(e.headline)} | {_cell(e.source)} | {_cell(e.terms)} |" for e in those]
        parts += _table(f"### {title}", "| headline | source | alert |", rows)
    rows = [f"| {_cell(w.headline)} | {_cell(w.terms)} | {_cell(n.terms)} |" for w, n in found.changed]
    parts += _table("### Changed", "| headline | before | after |", rows)
    return "\n\n".join(parts)


MOST_ROWS = 100
"""Of one table: a comment on a pull request may have 65,536 characters (docs.github.com, 2026)."""


def _table(title: str, head: str, rows: Sequence[str]) -> list[str]:
    if not rows:
        return []
    more = [f"\n… and {len(rows) - MOST_ROWS} more."] if len(rows) > MOST_ROWS else []
    return ["\n".join((title, "", head, "|---|---|---|", *rows[:MOST_ROWS], *more))]


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
    """What a rule did over past articles, in articles.

    ``matched`` by its words, of which ``held`` by `where`, ``suppressed`` by a suppression, and ``passed`` on to a desk;
    ``by_day`` are those passed, by the day (UTC) on which we held the article.
    """

    rule: str
    status: str
    matched: int = 0
    held: int = 0
    suppressed: int = 0
    passed: int = 0
    by_day: Mapping[date, int] = {}


class Tallies(msgspec.Struct, frozen=True, kw_only=True):
    """What every compiled rule did, in the rules' order, and the days with their numbers of articles, in order."""

    rules: tuple[Tally, ...]
    days: tuple[tuple[date, int], ...]


def tallies(engine: Engine, articles: Iterable[Article]) -> Tallies:
    """Return what each compiled rule did over the articles. They pass once, and none is kept."""
    matched: Counter[str] = Counter()
    suppressed: Counter[str] = Counter()
    passed: dict[str, Counter[date]] = defaultdict(Counter)
    days: Counter[date] = Counter()
    for article, examined in (
        pair for batch in batches(articles) for pair in zip(batch, examine_all(engine, batch), strict=True)
    ):
        day = article.first_seen_at.date()
        days[day] += 1
        if article.kind == "withdrawn":
            continue
        silenced = {each.match.rule_id for each in examined.suppressed}
        matched.update({m.rule_id for m in examined.matches} | silenced)
        suppressed.update(silenced)
        for rule in {m.rule_id for finding in examined.findings for m in finding.matches}:
            passed[rule][day] += 1
    return Tallies(
        rules=tuple(
            Tally(
                rule=rule.id,
                status=rule.status,
                matched=matched[rule.id],
                suppressed=suppressed[rule.id],
                passed=passed[rule.id].total(),
                held=matched[rule.id] - suppressed[rule.id] - passed[rule.id].total(),
                by_day=dict(passed[rule.id]),
            )
            for rule in (compiled.rule for compiled in engine.compiled.rules)
        ),
        days=tuple(sorted(days.items())),
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


# --- stats ----------------------------------------------------------------------------------------------------------


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """How well a rule's anchor picks: articles it was ``asked`` about, and ``matched`` of these.

    ``picked`` are the anchor's words that stood in the articles asked about, with their counts, the most frequent first;
    ``always`` says that it has no anchor.
    """

    asked: int
    matched: int
    picked: tuple[tuple[str, int], ...]
    always: bool = False

    def is_badly_anchored(self, articles: int) -> bool:
        """Return whether it is asked about many of the articles in vain: a fifth of them, and nine times of ten."""
        return self.asked * 5 >= articles > 0 and self.asked > 10 * self.matched


PICKED = 4
"""Words named of an anchor."""


def rates(compiled: Compiled, articles: Iterable[Article]) -> tuple[int, dict[str, Rate]]:
    """Return the number of articles, and for each compiled rule how often it was asked and matched, by words alone."""
    asked: Counter[int] = Counter()
    matched: Counter[int] = Counter()
    words: dict[int, Counter[str]] = defaultdict(Counter)
    anchors = [frozenset(anchor(rule.match)) for rule in compiled.rules]
    count = 0
    for article in articles:
        count += 1
        page = page_of(compiled, article.title, article.text)
        found = candidates(compiled.index, page.row, page.stems)
        asked.update(found)
        matched.update(fired(compiled, page))
        for number in found:
            words[number].update(anchors[number] & page.words)
    return count, {
        rule.rule.id: Rate(
            asked=asked[number],
            matched=matched[number],
            picked=tuple(sorted(words[number].items(), key=lambda pair: (-pair[1], pair[0]))[:PICKED]),
            always=not anchors[number],
        )
        for number, rule in enumerate(compiled.rules)
    }
