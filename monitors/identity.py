"""Which entry of a feed is which: across documents, across feeds, across edits. Pure.

Nothing in a feed names an entry reliably. Guids are missing, reused for the next story, regenerated every night or
made of the headline; links change with the headline, carry session ids or all point to one page. So an entry is
recognised by what agrees (guid, link, title, time), strongest agreement first, and a wrong "new" is preferred to a wrong
"known": the first is a repeat that the stories absorb, the second a lost alert.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeVar
from urllib.parse import quote, unquote, urlsplit

import msgspec

from monitors.article import digest

# --- addresses ------------------------------------------------------------------------------------------------------

# Parameters that say how the reader came, not what is read: Google, Facebook, Microsoft, Yandex, Mailchimp, and the
# campaign marks of BBC, Guardian, CNN, NYT, Le Monde, DW and others as their own feeds print them.
_TRACKING = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh mc_cid mc_eid _ga _gl _hsenc "
    "_hsmi mkt_tok oly_anon_id oly_enc_id vero_id wickedid s_cid icid cmpid cmp cid_source ns_mchannel ns_campaign "
    "ns_source ns_linkname ns_fee ocid smid smtyp partner ito ftag feedtype feedname source_feed traffic_source wt_mc "
    "wt_zmc xtor spm sref srnd xtref amp outputtype rss ref_src ref_url".split()
)
_TRACKING_PREFIXES = ("utm_", "at_", "pk_", "mtm_", "matomo_", "hsa_", "piwik_", "ga_")
_GUISES = ("www.", "m.", "mobile.", "amp.")
_AMP_CACHE = re.compile(r"^/[cvi]/(?:s/)?(?P<url>[^/]+\..*)$")


def canonical_url(url: str) -> str:
    """Return the address under which one article is the same article, whatever guise its link came in.

    Scheme, letter case of the host, default port, user, fragment, tracking parameters, the order of parameters, trailing
    slashes, www, mobile and AMP forms do not count. The result names, it is not for fetching. Never raises: what is no
    address comes back stripped. Applying it twice changes nothing.
    """
    before, url = None, url.strip()
    while url != before:  # a guise may hide another: an AMP cache's copy of a mobile page
        before, url = url, _plainer(url).strip()
    return url


def _plainer(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return url
    cached = _AMP_CACHE.match(parts.path)
    if cached and host.endswith(".cdn.ampproject.org"):
        return f"https://{cached['url']}" + (f"?{parts.query}" if parts.query else "")
    for guise in _GUISES:
        if host.startswith(guise) and "." in host[len(guise) :]:
            host = host[len(guise) :]
    if ":" in host:
        host = f"[{host}]"
    if port not in {None, 80, 443}:
        host = f"{host}:{port}"
    path = quote(unquote(parts.path, errors="surrogateescape"), safe="/:@!$&'()*+,;=~", errors="surrogateescape")
    path = re.sub(r"^/amp/|/amp(?=/|$)|\.amp(?=$|\.html$)", lambda m: "/" if m[0] == "/amp/" else "", path)
    path = re.sub(r"/+$", "", path)
    kept = sorted(p for p in parts.query.split("&") if p and not _tracks(p.partition("=")[0].lower()))
    return f"https://{host}{path}" + (f"?{'&'.join(kept)}" if kept else "")


def _tracks(parameter: str) -> bool:
    return parameter in _TRACKING or parameter.startswith(_TRACKING_PREFIXES)


# --- words ----------------------------------------------------------------------------------------------------------


class _Blanks(dict[int, str]):
    """Punctuation, marks of layout and spaces as a blank, learned as they are met (str.translate asks once each)."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = " " if unicodedata.category(char)[0] in "PZC" else char
        return self[code]


_BLANKS = _Blanks()


def plain_words(text: str) -> str:
    """Return the words alone: case, punctuation, spacing and character forms do not count, figures and signs do."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_BLANKS).split())


def akin(one: str, other: str) -> bool:
    """Return whether two titles (as `plain_words`) may head the same article: half of the shorter one's words agree.

    Words of up to three letters do not count where there are longer ones; scripts without spaces are compared by pairs
    of characters.
    """
    if one == other:
        return True
    a, b = _telling(one), _telling(other)
    return bool(a and b) and 2 * len(a & b) >= min(len(a), len(b))


def _telling(title: str) -> frozenset[str]:
    words: set[str] = set()
    for word in title.split():
        if any(ord(char) >= 0x2E80 for char in word):
            words.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            words.add(word)
    return frozenset(word for word in words if len(word) > 3 or ord(word[0]) >= 0x2E80) or frozenset(words)


# --- revisions ------------------------------------------------------------------------------------------------------

_FIELDS = ("title", "lede", "body")
_REVISION = "1"
"""The version of the form below. Revisions of different versions are never compared."""


def revision(title: str, lede: str, body: str) -> str:
    """Return what the words of an entry hash to, field by field: ``1:title.lede.body``; an empty field hashes to nothing."""
    return f"{_REVISION}:" + ".".join(_hash(field) for field in (title, lede, body))


def changed(before: str, after: str) -> tuple[str, ...]:
    """Return the fields whose words changed from one revision to the next.

    A field that came empty did not change: feeds drop the body and bring it back. Revisions of different versions do not
    differ: a new version of ours is no news.
    """
    old, new = before.partition(":"), after.partition(":")
    if old[0] != new[0]:
        return ()
    return tuple(
        field for field, a, b in zip(_FIELDS, old[2].split("."), new[2].split("."), strict=True) if b and a != b
    )


def merged(before: str, after: str) -> str:
    """Return the revision to remember: ``after``, with what it lacks from ``before``."""
    old, new = before.partition(":"), after.partition(":")
    if old[0] != new[0]:
        return after
    return f"{new[0]}:" + ".".join(b or a for a, b in zip(old[2].split("."), new[2].split("."), strict=True))


def _hash(field: str) -> str:
    words = plain_words(field)
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12] if words else ""


# --- entries --------------------------------------------------------------------------------------------------------

Policy = Literal["guid", "guid+link", "link", "title+time"]
POLICIES: tuple[Policy, ...] = ("guid", "guid+link", "link", "title+time")
"""What a feed's entries may be recognised by, best first. A feed only ever moves down: moving back and forth would turn
hundreds of old entries new each time."""

COLLIDING = 0.05
"""Share of a document's entries with one guid (or guid and link) from which it is not trusted."""
RETURNED = 3
"""Articles that came back under another guid within a day, from which guids are not trusted."""
RETURNED_WITHIN = timedelta(hours=24)


MOST_ALIKE = 50
"""Remembered entries with one mark in common that are looked at, the latest: no document makes us compare all with all."""


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry can be recognised by. ``guid`` and ``link`` (canonical) are digests; empty where the feed gave none.

    A link to the feed's own front page names no entry and is left out. ``title`` is `plain_words` of the title (of the
    text where there is none), ``at`` the instant it claims as ISO text.
    """

    guid: str
    link: str
    title: str
    at: str


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as remembered: its latest marks and words, and how many events it made.

    ``row`` is its place in the store (None: not stored yet), ``listed`` whether the feed's last document held it.
    """

    row: int | None
    marks: Marks
    article_id: str
    revision: str
    n: int
    first_seen_at: datetime
    listed: bool = True


def marks_of(*, guid: str, link: str, home: str, title: str, text: str, published_at: datetime | None) -> Marks:
    """Return the marks of an entry; ``link`` is absolute or empty, ``home`` the feed's own page."""
    page = canonical_url(link)
    is_front = page in {"", canonical_url(home)} or (page.count("/") < 3 and "?" not in page)
    return Marks(
        guid=digest("guid", guid.strip()) if guid.strip() else "",
        link="" if is_front else digest("link", page),
        title=(plain_words(title) or plain_words(text[:2000]))[:300],
        at=published_at.isoformat() if published_at else "",
    )


def recognise(document: Sequence[Marks], seen: Sequence[Seen], policy: Policy) -> tuple[Seen | None, ...]:
    """Return for each entry of a document the remembered entry that it is, None for a new one.

    Each remembered entry is given to one entry at most. ``seen`` are the remembered entries that share any mark with
    the document. Two entries of one document with the same guid and link have neither: they are told apart by title.
    """
    shared = _Shared(document, seen)
    found: list[Seen | None] = [None] * len(document)
    taken: set[int] = set()
    for mark, agrees in _AGREEMENTS[policy]:
        by_mark: dict[object, list[int]] = defaultdict(list)
        for at, entry in enumerate(seen):
            by_mark[mark(entry.marks)].append(at)
        for i, marks in enumerate(document):
            if found[i] is not None or not mark(marks):
                continue
            for at in by_mark.get(mark(marks), ())[-MOST_ALIKE:]:
                if at not in taken and agrees(marks, seen[at].marks, shared):
                    found[i] = seen[at]
                    taken.add(at)
                    break
    return tuple(found)


_M = TypeVar("_M", str, tuple[str, str])


class _Shared:
    """Marks that name more than one entry, and therefore none: by document, and for links also by what was seen."""

    def __init__(self, document: Sequence[Marks], seen: Sequence[Seen]) -> None:
        distinct = set(document)
        self.guids = _repeated(m.guid for m in distinct)
        self.pairs = _repeated((m.guid, m.link) for m in distinct)
        self.links = _repeated(m.link for m in distinct) | _repeated(
            link for link, _ in {(s.marks.link, s.marks.title) for s in seen}
        )


def _repeated(marks: Iterable[_M]) -> set[_M]:
    return {mark for mark, count in Counter(marks).items() if count > 1 and mark}


# --- agreements, strongest first ------------------------------------------------------------------------------------


Mark = Marks | tuple[str, str] | str | None

# Each is a mark that must be equal (nothing for an entry without it), and what else must hold.


def _whole(marks: Marks) -> Mark:
    return marks


def _pair(marks: Marks) -> Mark:
    return (marks.guid, marks.link) if marks.guid and marks.link else None


def _guid(marks: Marks) -> Mark:
    return marks.guid


def _link(marks: Marks) -> Mark:
    return marks.link


def _title(marks: Marks) -> Mark:
    return marks.title


def _always(_a: Marks, _b: Marks, _: _Shared) -> bool:
    return True


def _own_pair(a: Marks, _b: Marks, shared: _Shared) -> bool:
    return (a.guid, a.link) not in shared.pairs


def _own_guid_and_akin(a: Marks, b: Marks, shared: _Shared) -> bool:
    """The link changed with the headline. Another headline altogether is a guid that was used again: a new story."""
    return a.guid not in shared.guids and akin(a.title, b.title)


def _akin_and_same_time(a: Marks, b: Marks, _: _Shared) -> bool:
    """The guid changed. At another time it may be the next siren on the same page, so that is new."""
    comparable = bool(a.guid and b.guid)
    return akin(a.title, b.title) and (not comparable or (bool(a.at) and a.at == b.at))


def _akin(a: Marks, b: Marks, _: _Shared) -> bool:
    return akin(a.title, b.title)


def _own_link(a: Marks, _b: Marks, shared: _Shared) -> bool:
    return a.link not in shared.links


def _own_link_without_guids(a: Marks, b: Marks, shared: _Shared) -> bool:
    return not (a.guid and b.guid) and a.link not in shared.links


def _same_time(a: Marks, b: Marks, _: _Shared) -> bool:
    """The time, not the day: "air raid alert" twice a day is two alerts."""
    return a.at == b.at or not (a.at and b.at)


def _same_time_and_nothing_else(a: Marks, b: Marks, shared: _Shared) -> bool:
    guids = a.guid and b.guid and a.guid not in shared.guids
    links = a.link and b.link and a.link not in shared.links
    return not guids and not links and _same_time(a, b, shared)


_Agreement = tuple[Callable[[Marks], Mark], Callable[[Marks, Marks, _Shared], bool]]
_AGREEMENTS: dict[Policy, tuple[_Agreement, ...]] = {
    "guid": (
        (_whole, _always),
        (_pair, _own_pair),
        (_guid, _own_guid_and_akin),
        (_link, _akin_and_same_time),
        (_link, _own_link_without_guids),
        (_title, _same_time_and_nothing_else),
    ),
    "guid+link": (
        (_whole, _always),
        (_pair, _own_pair),
        (_link, _akin_and_same_time),
        (_link, _own_link_without_guids),
        (_title, _same_time_and_nothing_else),
    ),
    "link": ((_whole, _always), (_link, _akin), (_link, _own_link), (_title, _same_time_and_nothing_else)),
    "title+time": ((_whole, _always), (_title, _same_time)),
}


# --- policy ---------------------------------------------------------------------------------------------------------


def policy_after(document: Sequence[Marks], seen: Sequence[Seen], policy: Policy, now: datetime) -> Policy:
    """Return the policy that this document leaves its feed with: the one it had, or one further down."""
    return max(
        (
            policy,
            _policy_of_collisions(document, policy),
            _policy_of_returns(document, seen, policy, now),
        ),
        key=POLICIES.index,
    )


def _policy_of_collisions(document: Sequence[Marks], policy: Policy) -> Policy:
    distinct = set(document)
    guids = Counter(m.guid for m in distinct if m.guid)
    links = Counter(m.link for m in distinct if m.link)
    if policy == "link" and sum(n for n in links.values() if n > 1) > COLLIDING * len(distinct):
        return "title+time"
    if sum(n for n in guids.values() if n > 1) > COLLIDING * len(distinct):
        return "guid+link"
    return "guid"


def _policy_of_returns(document: Sequence[Marks], seen: Sequence[Seen], policy: Policy, now: datetime) -> Policy:
    unknown = [m for m, s in zip(document, recognise(document, seen, policy), strict=True) if s is None]
    guids_of: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in seen:
        guids_of[entry.marks.link, entry.marks.title].add(entry.marks.guid)
    returned = {m.link for m in unknown if m.link and guids_of.get((m.link, m.title), set()) - {m.guid}}
    returned |= {
        entry.marks.link
        for entry in seen
        if entry.marks.link
        and now - entry.first_seen_at < RETURNED_WITHIN
        and len(guids_of[entry.marks.link, entry.marks.title]) > 1
    }
    if len(returned) >= RETURNED:
        return "link"
    times = {(entry.marks.title, entry.marks.at) for entry in seen}
    moved = {m.title for m in unknown if m.title and m.at and (m.title, m.at) in times}
    return "title+time" if len(moved) >= RETURNED and 2 * len(moved) >= len(document) else "guid"


def own_links(document: Sequence[Marks], seen: Sequence[Seen]) -> frozenset[str]:
    """Return the links that name one entry of the document and none of the remembered ones."""
    counts = Counter(marks.link for marks in set(document))
    known = {entry.marks.link for entry in seen}
    return frozenset(link for link, count in counts.items() if link and count == 1 and link not in known)


def article_id_of(feed_id: str, url: str, marks: Marks, own: frozenset[str]) -> str:
    """Return the id of a new entry's article: the same in every feed that links to it.

    A link that is not the entry's ``own`` (`own_links`) names neither of those that have it: such an article is named by
    all its marks, in its feed alone.
    """
    if marks.link in own:
        return digest("article", canonical_url(url))
    return digest("article", feed_id, marks.guid, marks.link, marks.title, marks.at)
