"""The values the core passes around. Frozen, plain, without behaviour beyond reading themselves.

Order of one article's way: `Article` (monitors) -> `Match` -> facts -> `Finding` -> `Story` and `Reason` -> `Alert`.
"""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Literal

import msgspec

from monitors.article import Kind

# --- evidence -------------------------------------------------------------------------------------------------------


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Where it is written: ``quote`` is exactly ``article.<field>[start:end]`` (characters). No quotation, no number."""

    field: Literal["title", "text"]
    start: int
    end: int
    quote: str


# --- rules ----------------------------------------------------------------------------------------------------------


class Severity(enum.Enum):
    """How loud, in the agencies' words; `rank` orders them, flash highest."""

    FLASH = "flash"
    BULLETIN = "bulletin"
    URGENT = "urgent"
    ROUTINE = "routine"

    @property
    def rank(self) -> int:
        """Return 0 for routine up to 3 for flash."""
        return {"routine": 0, "urgent": 1, "bulletin": 2, "flash": 3}[self.value]


class ClauseHit(msgspec.Struct, frozen=True, kw_only=True):
    """A named clause that held, with the words that made it hold."""

    clause: str
    evidence: tuple[Evidence, ...]
    names: tuple[str, ...] = ()
    """Canonical names of the list entries among the words (Odessa and Одеса both give Odesa)."""


Same = Literal["place", "country", "weapon", "actor", "leader"]
"""What two findings may have in common, as the keys of a story name it."""


class Corroborate(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's severity when ``at_least`` distinct origins (or sources) within so many seconds saw the same."""

    distinct: Literal["origin", "source"] = "origin"
    at_least: int
    within: int
    same: tuple[Same, ...] = ()
    severity: Severity


class After(msgspec.Struct, frozen=True, kw_only=True):
    """A rule counts only when another rule matched at most so many seconds before, about the same."""

    rule: str
    within: int
    same: tuple[Same, ...] = ()


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that fired on an article: all its `match` clauses held, no `unless` clause did."""

    ruleset: str
    rule_id: str
    title: str
    severity: Severity
    clauses: tuple[ClauseHit, ...]
    in_front: bool = True
    """Whether title and lead alone would have made the rule fire; asked only of rules that may alert without a fact."""
    subjects: tuple[str, ...] = ()
    """Of a rule with `for_each` the names that it found, in reading order: each has stories and alerts of its own."""
    corroborate: Corroborate | None = None
    after: After | None = None


# --- facts ----------------------------------------------------------------------------------------------------------

Qualifier = Literal[
    "exact", "at_least", "more_than", "about", "up_to", "less_than", "range", "indefinite", "unspecified", "zero"
]
Scope = Literal["current", "earlier", "cumulative", "historical", "hypothetical", "exercise"]
ClaimKind = Literal["killed", "wounded", "missing", "casualties"]
ClaimStatus = Literal["asserted", "possible", "unconfirmed", "denied"]
StrikeStatus = Literal["reported", "claimed", "denied", "threatened", "unconfirmed", "test"]
LeaderEvent = Literal["said", "killed", "wounded", "denied_death", "mentioned"]


class Victims(msgspec.Struct, frozen=True, kw_only=True):
    """Who was hit: the words as printed, and what can be compared (two groups overlap unless a field differs).

    ``nation`` is an ISO 3166 alpha-2 code; ``kind`` a group such as military, police, civilian, children, militants;
    ``name`` a person.
    """

    text: str
    nation: str | None = None
    kind: str | None = None
    name: str | None = None


class CasualtyClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody says how many were hurt. A claim, not a truth.

    ``low`` and ``high`` bound the count; ``high`` None is open upwards, both None means no figure was given
    (``unspecified``), never zero. ``stated`` keeps the words of the count ("scores"). ``claimant`` None is the reporter's
    own voice; ``outlet`` is the medium that carried the claim (Fars), apart from the one who made it. Only
    ``scope == "current"`` can alert; ``earlier`` is an event of the last three months, or of a named month, that
    is not the article's news. ``place`` and ``event_day`` (ISO date) tie it to an event where known. ``part``: the
    words tell it as a part of another claim ("nine, among them X"), so that it is never added to one.
    """

    kind: ClaimKind
    low: int | None
    high: int | None
    qual: Qualifier
    stated: str
    victims: Victims | None
    claimant: str | None
    claimant_nation: str | None = None
    """ISO alpha-2 code of the side the claimant speaks for, where its words say so."""
    outlet: str | None = None
    status: ClaimStatus
    denied_by: str | None = None
    scope: Scope
    place: str | None = None
    event_day: str | None = None
    part: bool = False
    evidence: Evidence


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of some of the weapons. ``count`` None: not said; ``everything``: "all were intercepted"."""

    what: Literal["hit", "failed", "intercepted"]
    place: str | None = None
    count: int | None = None
    everything: bool = False


class StrikeReport(msgspec.Struct, frozen=True, kw_only=True):
    """An attack with missiles, drones, rockets, shells or bombs, as reported.

    ``weapon`` as printed, ``weapon_class`` from the gazetteer (ballistic missile, drone, ...). ``sum_checked`` is True when
    the outcomes' counts add up to the count fired, False when they are more, None when some are not told.
    ``place`` is the canonical name of the main place hit, ``country`` its ISO alpha-2 code.
    """

    weapon: str | None
    weapon_class: str | None = None
    count_low: int | None = None
    count_high: int | None = None
    actor: str | None = None
    origin: str | None = None
    targets: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    sum_checked: bool | None = None
    place: str | None = None
    country: str | None = None
    status: StrikeStatus
    claimant: str | None
    outlet: str | None = None
    scope: Scope = "current"
    event_day: str | None = None
    evidence: Evidence


class LeaderMention(msgspec.Struct, frozen=True, kw_only=True):
    """A leader of the gazetteer in the text: said something, was killed, or is only mentioned.

    ``name`` is canonical, ``statement`` the words said (quoted or indirect), ``quoted`` whether they stood in quotation
    marks. ``scope`` "historical" marks background ("killed last week").
    """

    name: str
    role: str | None
    country: str | None = None
    event: LeaderEvent
    statement: str | None = None
    quoted: bool = False
    outlet: str | None = None
    scope: Scope = "current"
    evidence: Evidence


Fact = CasualtyClaim | StrikeReport | LeaderMention
"""What an extractor reads. A new kind of fact is added here, and mypy points at who must learn of it."""


class EventKey(msgspec.Struct, frozen=True, kw_only=True):
    """Which event the current facts are about: main place, kind of weapon (missile, drone), ISO day; None: not said."""

    place: str | None = None
    weapon: str | None = None
    day: str | None = None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that the extractors read in one article, each tuple in reading order."""

    strikes: tuple[StrikeReport, ...] = ()
    claims: tuple[CasualtyClaim, ...] = ()
    leaders: tuple[LeaderMention, ...] = ()
    places: tuple[str, ...] = ()
    """Canonical names of the places the current facts are about, main place first."""
    wire: str | None = None
    """The agency that the dateline credits: "DUBAI (Gulf Wire) - ..."."""
    event: EventKey | None = None

    def all(self) -> tuple[Fact, ...]:
        """Return every fact: claims, strikes, then leaders."""
        return (*self.claims, *self.strikes, *self.leaders)


# --- findings and stories -------------------------------------------------------------------------------------------


class ArticleRef(msgspec.Struct, frozen=True, kw_only=True):
    """An article event without its text: what a finding, a story and an alert need of it."""

    event_id: str
    article_id: str
    kind: Kind
    source: str
    origin: str
    url: str
    title: str
    published_at: datetime | None
    first_seen_at: datetime


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one article event means for one desk: the desk's rules that matched, and the facts.

    ``matches`` may be empty for a revised or withdrawn article: the desk must learn that its story lost a source.
    ``subject`` is the name that it is about, of rules with `for_each`. ``besides`` are the subjects of the article that have
    findings of their own: this one speaks for all other stories of the article too.

    ``finding_id`` is made of the event, the desk and the subject, not of the rules' version: a reload between two deliveries
    of one article must not make two findings.
    """

    finding_id: str
    desk: str
    article: ArticleRef
    matches: tuple[Match, ...]
    facts: Facts
    rules_version: str
    subject: str | None = None
    besides: tuple[str, ...] = ()


class Reason(enum.Enum):
    """Why an alert is raised, or why not. The same word stands in logs, metrics, messages and explanations."""

    NOTHING_NEW = "nothing new"
    FIRST_REPORT = "first report"
    SECOND_ORIGIN = "second origin"
    TOLL_CHANGED = "toll changed"
    STRIKE_COUNTED = "strike counted"
    CLAIM_CONFLICT = "claims conflict"
    LEADER_SPOKE = "leader spoke"
    SEVERITY_RAISED = "severity raised"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    RULES_REFUSED = "rules refused"
    RULES_MENDED = "rules mended"


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A claim in a story's ledger, and the article event that carried it."""

    claim: CasualtyClaim
    article: ArticleRef


class StrikeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A strike report in a story, and the article event that carried it."""

    strike: StrikeReport
    article: ArticleRef


class LeaderEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A leader's appearance in a story, and the article event that carried it."""

    leader: LeaderMention
    article: ArticleRef


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's match as its story remembers it; ``keys`` say what it was about (``place:Erbil``).

    ``at`` is when the article came. A copy has origin and source of the text that it copies, which came ``said_at`` (None:
    the article has its own words).
    """

    rule_id: str
    article_id: str
    origin: str
    source: str
    at: datetime
    said_at: datetime | None = None
    keys: tuple[str, ...]


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """Another story's thread, for the alerts of a story that is held back; ``because`` is the name of the hold-back."""

    story_id: str
    title: str
    channels: tuple[str, ...]
    because: str


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """What one desk knows of one event so far. ``keys`` are what a later finding may be recognised by.

    ``subject`` is the name that all of it is about, of rules with `for_each`.
    """

    story_id: str
    desk: str
    title: str
    severity: Severity
    keys: tuple[str, ...]
    first_seen_at: datetime
    last_seen_at: datetime
    articles: tuple[ArticleRef, ...]
    origins: tuple[str, ...]
    claims: tuple[LedgerEntry, ...] = ()
    strikes: tuple[StrikeEntry, ...] = ()
    leaders: tuple[LeaderEntry, ...] = ()
    said: tuple[str, ...] = ()
    """Fingerprints of what was alerted, so that nothing is said twice."""
    alerts: int = 0
    subject: str | None = None
    sightings: tuple[Sighting, ...] = ()
    channels: tuple[str, ...] = ()
    """Where its alerts were sent: a later one may go elsewhere too."""
    held: int = 0
    """How many of its alerts went into another story's thread."""
    held_in: Thread | None = None


# --- alerts: neutral words, before any channel's markup -------------------------------------------------------------


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """Some words in one style; ``link`` is an http(s) URL. Channels escape, the core does not."""

    text: str
    style: Literal["plain", "strong", "quiet", "struck"] = "plain"
    link: str | None = None


class Text(msgspec.Struct, frozen=True, kw_only=True, tag="text"):
    """A paragraph."""

    runs: tuple[Run, ...]


class Pairs(msgspec.Struct, frozen=True, kw_only=True, tag="pairs"):
    """Labelled values, shown side by side where the channel can."""

    pairs: tuple[tuple[str, tuple[Run, ...]], ...]


class Quote(msgspec.Struct, frozen=True, kw_only=True, tag="quote"):
    """A sentence of the article as printed; ``marks`` are character ranges of the words that matched."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


class Note(msgspec.Struct, frozen=True, kw_only=True, tag="note"):
    """Small print: source, times, rule, caution."""

    runs: tuple[Run, ...]


class Divider(msgspec.Struct, frozen=True, kw_only=True, tag="divider"):
    """A line between parts."""


Part = Text | Pairs | Quote | Note | Divider


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an alert rings for on which of its channels: ``here``, ``channel`` or the id of a group of users.

    ``withheld`` says why it does not, empty where it does: the channels are told.
    """

    who: str
    channels: tuple[str, ...]
    withheld: str = ""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One message to the newsroom in neutral words. ``alert_id`` is made of desk, story and what is said: never of time.

    ``headline`` is the one line for phones (about 100 characters, attributed); ``title`` the message's heading (150 at
    most). ``held_by`` names the hold-back that put it into the thread of ``story_id``, which is another story's.
    ``channels`` are addresses such as ``slack:#world`` or ``console:``. ``update`` is 0 for a story's first alert.
    ``broadcast`` asks a threaded update to be shown in the channel too: only for material changes. ``root_title`` and
    ``root`` are what the story's first message should show from now on (None and empty: it stays as it is).
    """

    alert_id: str
    story_id: str
    desk: str
    reason: Reason
    severity: Severity
    update: int
    title: str
    headline: str
    parts: tuple[Part, ...]
    channels: tuple[str, ...]
    broadcast: bool = False
    root_title: str | None = None
    root: tuple[Part, ...] = ()
    rule_ids: tuple[str, ...]
    rules_version: str
    article: ArticleRef
    held_by: str | None = None
    mention: Mention | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What a finding did to its desk: the story after (None: it belongs to none), the reason, perhaps an alert."""

    story: Story | None
    reason: Reason
    alert: Alert | None = None
