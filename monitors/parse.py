"""The bytes of a feed as entries in plain text. Pure, and slow on purpose-built input: run it with limits (workers.py).

feedparser does the reading, but never sees a name it could open: given bytes or text it opens the file they name, so it
is always given a stream. What is not a feed is called by its name (a challenge page with status 200 is no quiet feed).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
import lxml.etree
import lxml.html
import msgspec

from monitors.dates import Confidence, Dated, read_date
from monitors.identity import Marks, marks_of, plain_words, revision
from monitors.schedule import Trouble

READER = 1
"""Raise when entries come out differently: every document is then read anew."""
LONGEST_TEXT = 512 * 1024
"""Bytes of text kept of an entry. Kafka takes messages of 1 MB."""
CUT = "\n\n[cut]"


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What to parse: a decoded body, where it came from, its Content-Type, and the feed's country for its dates."""

    body: bytes
    url: str
    content_type: str = ""
    country: str | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry in plain text. ``link`` is absolute or empty; ``text`` is the longer of content and summary."""

    link: str
    title: str
    text: str
    published_at: datetime | None
    dated: Confidence
    marks: Marks
    revision: str


class ParsedFeed(msgspec.Struct, frozen=True, kw_only=True):
    """What a document holds. ``problem`` None: a feed, perhaps empty; else why it is none, and ``words`` for people.

    ``version`` is the format's name ("rss20"). ``cut``: the document ends in its middle and should be read
    again; an entry that is not whole is left out. ``blank`` counts entries left out because they hold neither words nor link.
    """

    entries: tuple[Entry, ...] = ()
    version: str = ""
    problem: Trouble | None = None
    words: str = ""
    cut: bool = False
    blank: int = 0


def parse_feed(document: Document) -> ParsedFeed:
    """Return the entries of a document in its order, or the problem. Never raises, except for MemoryError.

    Relative links are resolved against the document's URL.
    """
    problem = not_a_feed(document.body)
    if problem is not None:
        return ParsedFeed(problem=problem, words=f"{document.content_type or 'a body'}: {_start(document.body)}")
    headers = {"content-type": document.content_type} if "charset" in document.content_type.lower() else {}
    try:
        read: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(clean(document.body)),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers=headers,
        )
        raw = list(read["entries"])
        version = str(read.get("version") or "")
        home = urljoin(document.url, str(read["feed"].get("link") or ""))
        cut = bool(read["bozo"]) and not _END.search(document.body, max(0, len(document.body) - 4096))
        raw = raw[:-1] if cut and _ends_inside_an_entry(document.body) else raw
        entries = tuple(_entry(entry, document, home) for entry in raw)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - feedparser raises ValueError, UnicodeError, re.error and more on hostile input
        return ParsedFeed(problem="parser", words=f"the parser gave up: {type(error).__name__}")
    if not version and not entries:
        return ParsedFeed(problem="not_a_feed", words=f"no feed format: {_start(document.body)}")
    said = tuple(entry for entry in entries if entry.title or entry.text or entry.link)
    return ParsedFeed(entries=said, version=version or "unknown", cut=cut, blank=len(entries) - len(said))


# --- before parsing -------------------------------------------------------------------------------------------------

_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00\x00<")
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf|\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|script|meta|div)\b", re.IGNORECASE)
_CHALLENGE = re.compile(
    rb"captcha|cf-chl|cf_chl|challenge-platform|just a moment|attention required|ddos-guard|incapsula|_imperva|"
    rb"perimeterx|px-captcha|datadome|are you (?:a )?human|verify(?:ing)? (?:that )?you|unusual traffic|access denied|"
    rb"checking your browser",
    re.IGNORECASE,
)
_LOGIN = re.compile(rb"type\s*=\s*[\"']?password", re.IGNORECASE)


def not_a_feed(body: bytes) -> Trouble | None:
    """Return what a body is that cannot be a feed, None for what may be one."""
    if body.startswith(_WIDE):
        return None
    prolog = _PROLOG.match(body)
    start = body[prolog.end() if prolog else 0 :].lstrip()
    if not start:
        return "empty"
    if start[:1] in b"{[":
        return "json"
    if not _HTML.match(start) or _FEED.search(start[:4096]):
        return None
    if _CHALLENGE.search(body[:200_000]):
        return "challenge"
    return "login" if _LOGIN.search(body[:200_000]) else "html"


_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r")
_REFERENCE = re.compile(rb"&#(?:x([0-9a-f]+)|([0-9]+));?", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)


def clean(body: bytes) -> bytes:
    """Return the body without what no feed needs and parsers die of.

    That is: control characters (not in UTF-16 and ISO-2022, which use their bytes), references to characters that do
    not exist, and the document type with its entity declarations (expansion bombs).
    """
    if body.startswith(_WIDE):
        return body
    if not re.search(rb"2022|hz-gb", body[:200], re.IGNORECASE):
        body = body.translate(None, _CONTROLS)
    body = _REFERENCE.sub(_existing, body)
    return _DOCTYPE.sub(b"", body, count=1)


def _existing(reference: re.Match[bytes]) -> bytes:
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    code = int(digits, base) if len(digits) <= 8 else -1
    exists = code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF
    return reference[0] if exists else b" "


def _ends_inside_an_entry(body: bytes) -> bool:
    return max(body.rfind(b"<item"), body.rfind(b"<entry")) > max(body.rfind(b"</item"), body.rfind(b"</entry"))


def _start(body: bytes) -> str:
    """Return how a body begins, fit to be shown in a log: 60 printable characters at most, markup kept."""
    words = " ".join(body[:400].decode("utf-8", "replace").split())
    return "".join(c if c.isprintable() else "?" for c in words[:60])


# --- entries --------------------------------------------------------------------------------------------------------


def _entry(entry: Mapping[str, Any], document: Document, home: str) -> Entry:
    title = " ".join(_as_text(entry.get("title_detail") or {"value": entry.get("title")}).split())
    lede = _as_text(entry.get("summary_detail") or {"value": entry.get("summary")})
    body = max((_as_text(content) for content in entry.get("content") or ()), key=len, default="")
    text = max(lede, body, key=len)
    guid = str(entry.get("id") or "")
    link = _link(entry)
    # A guid without a link is taken for the link by feedparser, address or not.
    link = "" if link == guid and "://" not in guid else _absolute(link, document.url)
    dated = _date(entry, document.country)
    return Entry(
        link=link,
        title=title[:2000],
        text=shortened(text),
        published_at=dated.at,
        dated=dated.confidence,
        marks=marks_of(guid=guid, link=link, home=home, title=title, text=text, published_at=dated.at),
        revision=revision(title, lede, "" if plain_words(body) == plain_words(lede) else body),
    )


def _date(entry: Mapping[str, Any], country: str | None) -> Dated:
    # Not entry["updated"]: feedparser answers it with "published", and warns.
    said = [str(dict(entry).get(name) or "") for name in ("published", "created", "updated")]
    return next((dated for words in said if words and (dated := read_date(words, country)).at), read_date(""))


def _link(entry: Mapping[str, Any]) -> str:
    link = str(entry.get("link") or "")
    if link:
        return link
    links = [
        str(x.get("href") or "") for x in entry.get("links") or () if x.get("rel", "alternate") in {"alternate", "via"}
    ]
    return next((href for href in links if href), "")


def _absolute(link: str, base: str) -> str:
    if not link.strip():
        return ""
    try:
        url = urljoin(base, link.strip())
        return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname else ""
    except ValueError:
        return ""


def shortened(text: str) -> str:
    """Return the text, cut to `LONGEST_TEXT` bytes with a mark that says so."""
    if len(text) * 4 <= LONGEST_TEXT or len(text.encode()) <= LONGEST_TEXT:
        return text
    return text.encode()[: LONGEST_TEXT - len(CUT)].decode("utf-8", "ignore") + CUT


# --- HTML to text ---------------------------------------------------------------------------------------------------

_MARKUP = re.compile(r"<[a-zA-Z!/][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]{1,30});")
_SILENT = frozenset("script style noscript template head title svg math iframe object form button".split())
_BLOCKS = frozenset(
    "address article aside blockquote center dd details div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header "
    "hr li main nav ol p pre section summary table tr ul".split()
)


def _as_text(detail: Mapping[str, Any]) -> str:
    """Return a feed's text construct as plain text. What calls itself plain text is HTML all the same where it looks so."""
    value = str(detail.get("value") or "").encode("utf-8", "replace").decode()  # no half characters get any further
    html = "html" in str(detail.get("type") or "") or _MARKUP.search(value)
    return html_to_text(value) if html and ("<" in value or "&" in value) else tidy(value)


def html_to_text(html: str) -> str:
    """Return the words of an HTML fragment, one blank line between paragraphs, scripts and styles left out. Never raises."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(b"<body>" + html.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError):
        return tidy(re.sub(r"<[^>]*>", " ", html))
    return tidy("".join(_words(root)))


def _words(root: lxml.html.HtmlElement) -> Iterator[str]:
    walk = lxml.etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if name in _SILENT:
                walk.skip_subtree()
                continue
            yield "\x1e" if name in _BLOCKS else "\x1f" if name == "br" else " " if name in {"td", "th"} else ""
            yield _flat(element.text)
        else:
            yield "\x1e" if name in _BLOCKS else ""
            yield _flat(element.tail)


def _flat(text: str | None) -> str:
    return re.sub(r"[\s\x1e\x1f]+", " ", text or "")


def tidy(text: str) -> str:
    """Return the text with single spaces inside lines and one blank line between paragraphs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x1e", "\n\n").replace("\x1f", "\n")
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
