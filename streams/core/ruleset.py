"""What a rule says: the values, and the words of which its file is made (`rule_reading` makes the values of it).

The language is described in docs/rules.md. Vocabularies are closed: a key or word that is not known here is a mistake,
never ignored. How rules are evaluated is `match`'s affair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Literal, get_args

import msgspec

from streams.core.model import (
    After,
    ClaimKind,
    ClaimStatus,
    Corroborate,
    Facts,
    LeaderEvent,
    Reason,
    Scope,
    Severity,
    StrikeStatus,
)

Field = Literal["title", "lead", "body"]
Status = Literal["draft", "shadow", "live", "retired"]
FactKind = Literal["claims", "strikes", "leaders"]

Aside = Literal["words", "sentence"]
AboutPart = Literal["claimant", "victims", "place", "weapon", "actor", "leader"]

FIELDS: tuple[Field, ...] = get_args(Field)
STATUSES: tuple[Status, ...] = get_args(Status)
ASIDES: tuple[Aside, ...] = get_args(Aside)
FACT_KINDS: tuple[FactKind, ...] = get_args(FactKind)
SEVERITIES = tuple(severity.value for severity in Severity)

MAX_WITHIN = 100
"""Words between the parts of a `near`: further apart is no nearness, and title and text lie further apart than this."""
MAX_TERM_WORDS = 8
MIN_STEM = 3

NameKind = Literal["leaders", "places", "weapons"]
Names = Callable[[NameKind], Sequence[tuple[str, Sequence[str]]]]
"""Names of a gazetteer by kind (leaders, places, weapons): canonical name, all spellings."""


# --- values ---------------------------------------------------------------------------------------------------------


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One word or phrase to look for, or a pattern.

    ``words`` are its words as `tokens.folded` gives them; one that ends in ``*`` is a stem. ``cased`` are the same words
    as typed when the case counts (a word wholly in capitals always does). ``needs``: one of these must be somewhere in the
    article too. ``regex`` looks at runs of text between blanks. ``name`` is the canonical name of its list entry.
    """

    text: str
    words: tuple[str, ...] = ()
    cased: tuple[str, ...] = ()
    needs: tuple[Term, ...] = ()
    regex: str | None = None
    name: str | None = None


class AnyOf(msgspec.Struct, frozen=True, kw_only=True, tag="any"):
    """Holds where one of the terms stands."""

    terms: tuple[Term, ...]


class AllOf(msgspec.Struct, frozen=True, kw_only=True, tag="all"):
    """Holds when each part stands somewhere in the fields."""

    of: tuple[AnyOf, ...]


class Number(msgspec.Struct, frozen=True, kw_only=True, tag="number"):
    """Holds where a count stands, in digits or words: no year, date, time, age, percentage, decimal or sum of money.

    "dozens" counts 12, "scores" 20, "hundreds" 100.
    """

    at_least: int = 0
    at_most: int | None = None
    words_too: bool = True


Part = AnyOf | Number


class Near(msgspec.Struct, frozen=True, kw_only=True, tag="near"):
    """Holds where a span of each part, none overlapping, stand in one field with at most ``within`` words between them.

    The words between are those from the first span's begin to the last one's end without the spans' own.
    """

    within: int
    of: tuple[Part, ...]


class SameSentence(msgspec.Struct, frozen=True, kw_only=True, tag="same_sentence"):
    """Holds where a span of each part, none overlapping, stand in one sentence."""

    of: tuple[Part, ...]


Test = AnyOf | AllOf | Number | Near | SameSentence


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    """A named condition. ``fields`` is where it looks; empty for the default: everywhere for `match`.

    An `unless` by default looks at title and lead, where it cancels the rule, and at each later sentence, which it sets
    aside: a closing paragraph about a rail strike must not mute a real one. With ``aside`` it never cancels, but takes away
    what counts for no `match` clause then: the ``words`` that it finds ("oil rockets as missiles hit plant"), each
    ``sentence`` that it stands in, or words of a list of its own, everywhere when it holds in title and lead, else in the
    later sentences that it stands in.
    """

    name: str
    test: Test
    fields: tuple[Field, ...] = ()
    aside: Aside | AnyOf | None = None


class About(msgspec.Struct, frozen=True, kw_only=True):
    """Holds when the named part of a fact has one of these runs of words (as `tokens.folded` gives them)."""

    part: AboutPart
    words: tuple[tuple[str, ...], ...]


class FactTest(msgspec.Struct, frozen=True, kw_only=True):
    """Holds when one extracted fact of the kind has all of these; an empty tuple asks nothing.

    ``at_least`` compares the lower bound of a claim's or strike's count; no figure given counts as 0. ``at_most`` compares
    the upper bound; a count that is open upwards, or not given, is not at most anything. With ``or_none`` it
    holds as well when no fact of the kind was read at all and title and lead have the words: these are then trusted rather
    than an alert lost.
    """

    fact: FactKind
    kind: tuple[ClaimKind, ...] = ()
    status: tuple[str, ...] = ()
    scope: tuple[Scope, ...] = ("current",)
    event: tuple[LeaderEvent, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    about: tuple[About, ...] = ()
    or_none: bool = False


class SeverityWhen(msgspec.Struct, frozen=True, kw_only=True):
    """The severity of a rule when all the tests hold."""

    when: tuple[FactTest, ...]
    severity: Severity


class RuleTest(msgspec.Struct, frozen=True, kw_only=True):
    """An article and what the rule must make of it.

    ``clauses`` must be among those that held, ``names`` (clause, canonical name) among the names found; ``unless`` names
    the clause that cancelled. ``given`` stands for what the extractors read; with it, ``alert`` says whether `where`
    holds and ``severity`` how loud it is (None: not asked).
    """

    name: str
    title: str
    body: str
    match: bool
    clauses: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    unless: str | None = None
    given: Facts = Facts()
    alert: bool | None = None
    severity: Severity | None = None
    line: int = 0


class SequenceStep(msgspec.Struct, frozen=True, kw_only=True):
    """An article of a sequence: ``at`` seconds after the first, from a source that may carry another's text."""

    at: int
    title: str
    body: str
    source: str
    origin: str
    given: Facts = Facts()


class ExpectedAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that the step at so many seconds must raise; what is None is not asked.

    ``thread`` is a name that its story goes by: of `for_each`, a place or a leader. ``because`` are words that it must say.
    """

    at: int
    severity: Severity | None = None
    reason: str | None = None
    thread: str | None = None
    because: str | None = None


class SequenceTest(msgspec.Struct, frozen=True, kw_only=True):
    """Articles in time, and all alerts of the rule that they must raise, in order."""

    name: str
    steps: tuple[SequenceStep, ...]
    alerts: tuple[ExpectedAlert, ...]
    line: int = 0


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A warning of lint that a rule, list, desk or suppression has on purpose, why, and until which day."""

    code: str
    because: str
    until: date
    line: int = 0


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. All of ``match`` must hold, none of ``unless`` may; then ``where`` is asked of the facts.

    ``facts`` are the kinds it is about. ``for_each`` are the names of a list each of which has stories of its own; empty:
    the article has one. ``corroborate`` raises the severity, ``after`` asks for another rule's match before.
    ``line`` is where it stands in its file.
    """

    id: str
    title: str
    owner: str
    review_by: date
    status: Status
    severity: Severity
    match: tuple[Clause, ...]
    unless: tuple[Clause, ...] = ()
    where: tuple[FactTest, ...] = ()
    severity_when: tuple[SeverityWhen, ...] = ()
    facts: tuple[FactKind, ...] = FACT_KINDS
    for_each: tuple[str, ...] = ()
    corroborate: Corroborate | None = None
    after: After | None = None
    tests: tuple[RuleTest, ...] = ()
    sequences: tuple[SequenceTest, ...] = ()
    accept: tuple[Accepted, ...] = ()
    line: int = 0

    def bare(self) -> Rule:
        """Return what the rule says: without tests, accepted warnings and its place."""
        return msgspec.structs.replace(self, tests=(), sequences=(), accept=(), line=0)


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one file. ``version`` is a hash of what they say: comments and tests do not change it."""

    id: str
    title: str
    owner: str
    file: str
    rules: tuple[Rule, ...]
    version: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a list: its canonical name (None for a plain word), its spellings, its role."""

    name: str | None
    terms: tuple[Term, ...]
    role: str | None = None


class WordList(msgspec.Struct, frozen=True, kw_only=True):
    """A list that rules refer to as ``$name``."""

    name: str
    entries: tuple[Entry, ...]
    file: str
    line: int
    accept: tuple[Accepted, ...] = ()


# --- keys -----------------------------------------------------------------------------------------------------------

ID = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
NAME = r"[a-z][a-z0-9_]*"
RULESET_KEYS = ("format", "ruleset", "title", "owner", "rules")
RULE_KEYS = (
    "id", "title", "status", "severity", "severity_when", "owner", "review_by", "match", "unless", "where", "facts",
    "for_each", "corroborate", "after", "tests", "accept", "extends", "add",
)  # fmt: skip
CORROBORATE_KEYS = ("distinct", "at_least", "within", "same", "then")
AFTER_KEYS = ("rule", "within", "same")
MAX_HOURS = 12
"""How far back a rule may look: a story that nothing was added to for so long is over (stories.QUIET)."""
SECTIONS = ("match", "unless", "where", "facts", "tests", "severity_when", "accept")
"""Keys of a rule with lines of their own below them: no names for clauses, for they slip a level."""
ACCEPT_KEYS = ("code", "because", "until")
LIST_KEYS = ("words", "from", "cased", "accept")
ENTRY_KEYS = ("name", "also", "cased", "needs", "role", "regex", "word")
WORD_KEYS = ("word", "alias", "regex", "cased", "needs")
TEST_KEYS = ("name", "article", "expect", "clauses", "names", "unless", "given", "alert", "severity")
SEQUENCE_KEYS = ("name", "sequence", "expect_alerts")
STEP_KEYS = ("at", "article", "source", "origin", "given")
ALERT_KEYS = ("at", "severity", "reason", "thread", "because")
_NO_ALERTS = {Reason.NOTHING_NEW, Reason.RULES_REFUSED, Reason.RULES_MENDED}
REASONS = tuple(reason.value for reason in Reason if reason not in _NO_ALERTS)
LEAF_KEYS = ("any", "number", "leader")
CLAUSE_KEYS = ("any", "all", "near", "same_sentence", "number", "leader")
FACT_KEYS: Mapping[FactKind, tuple[str, ...]] = {
    "claims": ("kind", "status", "scope", "at_least", "at_most", "claimant", "victims", "place", "or_none"),
    "strikes": ("status", "scope", "at_least", "at_most", "weapon", "place", "actor", "claimant", "or_none"),
    "leaders": ("event", "scope", "leader", "or_none"),
}
GIVEN_KEYS: Mapping[FactKind, tuple[str, ...]] = {
    "claims": ("kind", "count", "status", "scope", "claimant", "victims", "place"),
    "strikes": ("status", "scope", "count", "weapon", "place", "actor", "claimant"),
    "leaders": ("event", "scope", "name"),
}
FACT_STATUSES: Mapping[FactKind, tuple[str, ...]] = {
    "claims": get_args(ClaimStatus),
    "strikes": get_args(StrikeStatus),
    "leaders": (),
}
GAZETTEERS: Mapping[str, NameKind] = {
    "gazetteer leaders": "leaders",
    "gazetteer places": "places",
    "gazetteer weapons": "weapons",
}
