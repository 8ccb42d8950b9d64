"""The recorded news day: what each outlet's feed shows at a given time, as bytes. Pure but for `load_day`.

The texts are in ``day/*.yaml``. Times there are ``DAY HH:MM`` of January 2020, UTC.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

import msgspec

from monitors import strict_yaml
from monitors.strict_yaml import Absent, Fields, Node, Sheet

WINDOW = 20
"""Entries a feed shows at most; real windows are 10 to 50."""
FOLDER = Path(__file__).parent / "day"

Form = Literal["rss2", "atom", "rss1"]
Guid = Literal["link", "none", "churn", "headline"]
Change = Literal["appears", "edited", "withdrawn"]

_FORMS: tuple[Form, ...] = ("rss2", "atom", "rss1")
_GUIDS: tuple[Guid, ...] = ("link", "none", "churn", "headline")
_TEXTS: tuple[Literal["full", "summary"], ...] = ("full", "summary")
_TYPES = {"rss2": "application/rss+xml", "atom": "application/atom+xml", "rss1": "application/rdf+xml"}


class Outlet(msgspec.Struct, frozen=True, kw_only=True):
    """A publisher and its feed's habits; ``zone`` None prints no dates, ``stamp`` changes each document for nothing."""

    id: str
    name: str
    form: Form
    text: Literal["full", "summary"]
    clock: timedelta
    zone: str | None
    guid: Guid
    stamp: bool
    country: str

    @property
    def content_type(self) -> str:
        """Return the media type its documents are served with."""
        return f"{_TYPES[self.form]}; charset=utf-8"


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """How an entry reads from ``at`` on."""

    at: datetime
    title: str
    text: tuple[str, ...]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An article in one outlet's feed; ``wire`` is the agency it credits. From ``withdrawn_at`` on it is gone.

    ``quiet``: it must raise no alert, though its words may look like one.
    """

    id: str
    outlet: str
    wire: str | None
    wordings: tuple[Wording, ...]
    withdrawn_at: datetime | None = None
    quiet: bool = False

    @property
    def at(self) -> datetime:
        """Return when it is published."""
        return self.wordings[0].at

    @property
    def link(self) -> str:
        """Return its address, in a domain that can never exist (RFC 6761, 6.5)."""
        return f"https://{self.outlet}.example/{self.at:%Y/%m/%d}/{self.id}"

    def reads(self, at: datetime) -> Wording | None:
        """Return its words at a time, None before it is published and after it is withdrawn."""
        if self.withdrawn_at is not None and at >= self.withdrawn_at:
            return None
        return next((wording for wording in reversed(self.wordings) if wording.at <= at), None)


class Event(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One change of one feed."""

    at: datetime
    outlet: str
    entry: str
    change: Change


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """What a spectator is told at a time."""

    at: datetime
    title: str


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """The whole day. ``entries`` are in the order in which they were published; those before ``start`` are backlog."""

    start: datetime
    end: datetime
    chapters: tuple[Chapter, ...]
    outlets: tuple[Outlet, ...]
    entries: tuple[Entry, ...]

    def outlet(self, outlet_id: str) -> Outlet:
        """Return an outlet; raises KeyError for an unknown id."""
        for outlet in self.outlets:
            if outlet.id == outlet_id:
                return outlet
        raise KeyError(outlet_id)

    def events(self) -> tuple[Event, ...]:
        """Return what happens after the start, in order."""
        return tuple(sorted(event for entry in self.entries for event in _events(entry) if event.at > self.start))

    def shown(self, outlet_id: str, at: datetime) -> tuple[Entry, ...]:
        """Return the entries in an outlet's window, newest first."""
        there = [entry for entry in self.entries if entry.outlet == outlet_id and entry.reads(at) is not None]
        return tuple(reversed(there[-WINDOW:]))

    def changed_at(self, outlet_id: str, at: datetime) -> datetime:
        """Return when an outlet's entries last changed: its Last-Modified."""
        times = [e.at for entry in self.entries if entry.outlet == outlet_id for e in _events(entry) if e.at <= at]
        if self.outlet(outlet_id).guid == "churn":
            times.append(at.replace(minute=0, second=0, microsecond=0))
        return max(times, default=self.start)

    def document(self, outlet_id: str, at: datetime) -> bytes:
        """Return an outlet's feed as it looks at a time; raises KeyError for an unknown outlet."""
        outlet = self.outlet(outlet_id)
        shown = [(entry, entry.reads(at)) for entry in self.shown(outlet_id, at)]
        words = [(entry, wording) for entry, wording in shown if wording is not None]
        write = {"rss2": _rss2, "atom": _atom, "rss1": _rss1}[outlet.form]
        stamp = f"<!-- made for one request at {at.isoformat()} -->\n" if outlet.stamp else ""
        body = write(outlet, words, self.changed_at(outlet_id, at), at)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}{stamp}'.encode()


def _events(entry: Entry) -> Iterable[Event]:
    for number, wording in enumerate(entry.wordings):
        change: Change = "edited" if number else "appears"
        yield Event(at=wording.at, outlet=entry.outlet, entry=entry.id, change=change)
    if entry.withdrawn_at is not None:
        yield Event(at=entry.withdrawn_at, outlet=entry.outlet, entry=entry.id, change="withdrawn")


# --- documents ------------------------------------------------------------------------------------------------------

_Words = list[tuple[Entry, Wording]]


def _rss2(outlet: Outlet, words: _Words, changed_at: datetime, at: datetime) -> str:
    parts = [
        (
            '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>'
        ),
        f"<title>{escape(outlet.name)}</title>",
        f"<link>https://{outlet.id}.example/</link>",
        f"<description>News from {escape(outlet.name)}</description>",
    ]
    if outlet.zone is not None:
        parts.append(f"<lastBuildDate>{_rfc822(outlet, changed_at)}</lastBuildDate>")
    for entry, wording in words:
        parts += ["<item>", f"<title>{escape(wording.title)}</title>", f"<link>{entry.link}</link>"]
        guid = _guid(outlet, entry, wording, at)
        if guid is not None:
            permanent = "true" if guid == entry.link else "false"
            parts.append(f'<guid isPermaLink="{permanent}">{escape(guid)}</guid>')
        if outlet.zone is not None:
            parts.append(f"<pubDate>{_rfc822(outlet, entry.at)}</pubDate>")
        if entry.wire is not None:
            parts.append(f"<dc:creator>{escape(entry.wire)}</dc:creator>")
        parts.append(f"<description>{escape(_html(wording.text[:1]))}</description>")
        if outlet.text == "full":
            parts.append(f"<content:encoded>{escape(_html(wording.text))}</content:encoded>")
        parts.append("</item>")
    return "\n".join([*parts, "</channel>", "</rss>\n"])


def _rss1(outlet: Outlet, words: _Words, changed_at: datetime, _: datetime) -> str:
    home = f"https://{outlet.id}.example/"
    parts = [
        (
            '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        ),
        f"<channel rdf:about={quoteattr(home)}>",
        f"<title>{escape(outlet.name)}</title><link>{home}</link><description>{escape(outlet.name)}</description>",
        f"<dc:date>{_iso(outlet, changed_at)}</dc:date>",
        "<items><rdf:Seq>",
        *(f"<rdf:li rdf:resource={quoteattr(entry.link)}/>" for entry, _ in words),
        "</rdf:Seq></items>",
        "</channel>",
    ]
    for entry, wording in words:
        parts += [
            f"<item rdf:about={quoteattr(entry.link)}>",
            f"<title>{escape(wording.title)}</title>",
            f"<link>{entry.link}</link>",
            f"<dc:date>{_iso(outlet, entry.at)}</dc:date>",
            f"<dc:creator>{escape(entry.wire or outlet.name)}</dc:creator>",
            f"<description>{escape(_html(wording.text[:1]))}</description>",
            f"<content:encoded>{escape(_html(wording.text))}</content:encoded>",
            "</item>",
        ]
    return "\n".join([*parts, "</rdf:RDF>\n"])


def _atom(outlet: Outlet, words: _Words, changed_at: datetime, at: datetime) -> str:
    parts = [
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{escape(outlet.name)}</title>",
        f"<id>tag:{outlet.id}.example,2020:feed</id>",
        f"<updated>{_iso(outlet, changed_at)}</updated>",
        f'<link rel="alternate" href="https://{outlet.id}.example/"/>',
    ]
    for entry, wording in words:
        parts += [
            "<entry>",
            f'<title type="text">{escape(wording.title)}</title>',
            f"<id>{escape(_guid(outlet, entry, wording, at) or entry.link)}</id>",
            f'<link rel="alternate" href={quoteattr(entry.link)}/>',
            f"<published>{_iso(outlet, entry.at)}</published>",
            f"<updated>{_iso(outlet, wording.at)}</updated>",
            f"<author><name>{escape(entry.wire or outlet.name)}</name></author>",
            f'<summary type="html">{escape(_html(wording.text[:1]))}</summary>',
        ]
        if outlet.text == "full":
            parts.append(f'<content type="html">{escape(_html(wording.text))}</content>')
        parts.append("</entry>")
    return "\n".join([*parts, "</feed>\n"])


def _html(text: Iterable[str]) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in text)


def _guid(outlet: Outlet, entry: Entry, wording: Wording, at: datetime) -> str | None:
    match outlet.guid:
        case "none":
            return None
        case "churn":
            return hashlib.sha256(f"{entry.id} {at:%d %H}".encode()).hexdigest()[:16]
        case "headline":
            return hashlib.sha256(wording.title.encode()).hexdigest()[:16]
        case "link":
            return entry.link


def _rfc822(outlet: Outlet, at: datetime) -> str:
    printed = format_datetime(at.astimezone(timezone(outlet.clock)))
    return f"{printed.rpartition(' ')[0]} {outlet.zone}"


def _iso(outlet: Outlet, at: datetime) -> str:
    return f"{at.astimezone(timezone(outlet.clock)):%Y-%m-%dT%H:%M:%S}{outlet.zone}"


# --- reading --------------------------------------------------------------------------------------------------------


def load_day(folder: Path = FOLDER) -> Day:
    """Return the recorded day; raises `strict_yaml.BadFileError` with every mistake of a file and its place."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise FileNotFoundError(f"{folder}: found no *.yaml; expected 00-outlets.yaml and files of articles")
    day = _read_outlets(strict_yaml.read(files[0].read_bytes(), files[0].name))
    entries: list[Entry] = []
    for file in files[1:]:
        sheet = strict_yaml.read(file.read_bytes(), file.name)
        entries += _read_articles(sheet, {outlet.id for outlet in day.outlets}, day.end, entries)
    return msgspec.structs.replace(day, entries=tuple(sorted(entries, key=lambda entry: (entry.at, entry.id))))


def _read_outlets(sheet: Sheet) -> Day:
    keys = ("start", "end", "chapters", "outlets")
    top = sheet.mapping(sheet.root, "the outlets file", known=keys, required=keys)
    start, end = _time(sheet, top["start"]), _time(sheet, top["end"])
    if end <= start:
        sheet.mistake(top["end"], "an end before the start", "a later time")
    chapters = sheet.sequence(top["chapters"], lambda node: _read_chapter(sheet, node))
    outlets = sheet.sequence(top["outlets"], lambda node: _read_outlet(sheet, node))
    return sheet.checked(Day(start=start, end=end, chapters=chapters, outlets=outlets, entries=()))


def _read_chapter(sheet: Sheet, node: Node) -> Chapter:
    of = sheet.mapping(node, "a chapter", known=("at", "title"), required=("at", "title"))
    return Chapter(at=_time(sheet, of["at"]), title=sheet.string(of["title"]))


def _read_outlet(sheet: Sheet, node: Node) -> Outlet:
    required = ("id", "name", "form", "text", "zone", "country", "habit")
    of = sheet.mapping(node, "an outlet", known=(*required, "clock", "guid", "stamp"), required=required)
    zone = sheet.string(of["zone"])
    if zone != "none" and isinstance(of["clock"], Absent):
        sheet.mistake(of.key("zone"), "a zone without a clock", "`clock`, minutes east of UTC")
    return Outlet(
        id=sheet.string(of["id"], pattern="[a-z-]+", expected="lower case letters and dashes"),
        name=sheet.string(of["name"]),
        form=sheet.one_of(of["form"], _FORMS),
        text=sheet.one_of(of["text"], _TEXTS),
        clock=timedelta(minutes=sheet.if_given(of["clock"], lambda n: sheet.integer(n, low=-720, high=840)) or 0),
        zone=None if zone == "none" else zone,
        guid=sheet.if_given(of["guid"], lambda n: sheet.one_of(n, _GUIDS)) or "link",
        stamp=sheet.if_given(of["stamp"], sheet.boolean) or False,
        country=sheet.string(of["country"], pattern="[A-Z]{2}", expected="a country as two capitals"),
    )


def _read_articles(sheet: Sheet, outlets: set[str], end: datetime, before: Iterable[Entry]) -> tuple[Entry, ...]:
    top = sheet.mapping(sheet.root, "an articles file", known=("articles",), required=("articles",))
    # One event a minute over the whole day: a test that moves the clock moves one article.
    taken = {event.at: entry.id for entry in before for event in _events(entry)}
    ids = {entry.id for entry in before}

    def reader(node: Node) -> tuple[Entry, ...]:
        read = _read_article(sheet, node, outlets, end)
        for entry in read:
            if entry.id in ids:
                sheet.mistake(node, f"the id `{entry.id}` a second time", "an id of its own")
            ids.add(entry.id)
            for event in _events(entry):
                if event.at in taken:
                    sheet.mistake(
                        node, f"{event.at.day} {event.at:%H:%M}, taken by `{taken[event.at]}`", "a free minute"
                    )
                taken[event.at] = entry.id
        return read

    return sheet.checked(tuple(itertools.chain.from_iterable(sheet.sequence(top["articles"], reader))))


def _read_article(sheet: Sheet, node: Node, outlets: set[str], end: datetime) -> tuple[Entry, ...]:
    required = ("id", "outlet", "at", "title", "text")
    of = sheet.mapping(
        node,
        "an article",
        known=(*required, "wire", "dateline", "copies", "edits", "withdrawn", "quiet"),
        required=required,
    )
    article_id = sheet.string(of["id"], pattern="[a-z0-9-]+", expected="lower case letters, digits and dashes")
    wire = sheet.if_given(of["wire"], sheet.string)
    if wire is not None and "dateline" not in of:
        sheet.mistake(of.key("wire"), "a wire text without a dateline", "`dateline: CITY`")
    lead = f"{sheet.string(of['dateline'])} ({wire}) - " if wire is not None else ""
    first = _read_wording(sheet, of, lead, None, end)
    wordings = [first]
    if "edits" in of:
        for edit in sheet.sequence(of["edits"], lambda n: _read_edit(sheet, n)):
            wordings.append(_read_wording(sheet, edit, lead, wordings[-1], end))
    entry = Entry(
        id=article_id,
        outlet=sheet.one_of(of["outlet"], sorted(outlets)),
        wire=wire,
        wordings=tuple(wordings),
        withdrawn_at=sheet.if_given(of["withdrawn"], lambda n: _time(sheet, n)),
        quiet=sheet.if_given(of["quiet"], sheet.boolean) or False,
    )
    if "copies" not in of:
        return (entry,)
    copies = sheet.sequence(of["copies"], lambda n: _read_copy(sheet, n, entry, outlets))
    return (entry, *copies)


def _read_edit(sheet: Sheet, node: Node) -> Fields:
    return sheet.mapping(node, "an edit", known=("at", "title", "text"), required=("at",))


def _read_wording(sheet: Sheet, of: Fields, lead: str, before: Wording | None, end: datetime) -> Wording:
    at = _time(sheet, of["at"])
    if before is not None and at <= before.at:
        sheet.mistake(of["at"], "an edit no later than the wording before it", "a later time")
    if at >= end:
        sheet.mistake(of["at"], "a time after the end of the day", "an earlier time")
    text = sheet.if_given(of["text"], lambda n: sheet.sequence(n, sheet.string, empty=True))
    title = sheet.if_given(of["title"], sheet.string)
    return Wording(
        at=at,
        title=title or (before.title if before is not None else ""),
        text=(lead + text[0], *text[1:]) if text else (before.text if text is None and before is not None else ()),
    )


def _read_copy(sheet: Sheet, node: Node, entry: Entry, outlets: set[str]) -> Entry:
    of = sheet.mapping(node, "a copy", known=("outlet", "at", "title"), required=("outlet", "at"))
    outlet = sheet.one_of(of["outlet"], sorted(outlets))
    first = entry.wordings[0]
    if entry.wire is None:
        sheet.mistake(node, "a copy of a text that credits no wire", "`wire` and `dateline` on the article")
    title = sheet.if_given(of["title"], sheet.string) or first.title
    return Entry(
        id=f"{entry.id}-{outlet}",
        outlet=outlet,
        wire=entry.wire,
        wordings=(Wording(at=_time(sheet, of["at"]), title=title, text=first.text),),
    )


def _time(sheet: Sheet, node: Node) -> datetime:
    typed = sheet.string(node, pattern=r"[0-9]{1,2} [0-9]{2}:[0-9]{2}", expected="a time as 7 08:40 (day, UTC)")
    try:
        return datetime.strptime(f"2020 1 {typed or '1 00:00'}", "%Y %m %d %H:%M").replace(tzinfo=UTC)
    except ValueError:
        sheet.mistake(node, f"`{typed}`", "a time of January 2020 as 7 08:40")
        return datetime(2020, 1, 1, tzinfo=UTC)
