"""The feeds to watch, as the ops team writes them in ``rules/feeds.yaml``. Pure: nothing is opened or fetched here.

A file looks like this; `title` to `source` are needed, the rest is optional:

    format: 1
    feeds:
      - id: example-world                  # names the feed's memory: keep it when the URL moves
        title: Example Times, World
        url: https://example.org/world/rss.xml
        tier: 1                            # 1 wires and official voices ... 4 background; decides how often to poll
        country: GB                        # where the outlet sits, ISO 3166-1; it also tells its zone names apart
        language: en
        source: Example Times              # the outlet that carries the text
        origin: Reuters                    # the newsroom behind it, where it only passes on another's text
        every: 30 seconds                  # instead of the tier's own rhythm
        private: true                      # allow loopback and private addresses (an outlet inside our network)
        headers: {Authorization: EXAMPLE_TOKEN}     # header: name of the secret that holds its value
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

import msgspec

from monitors import strict_yaml
from monitors.strict_yaml import Absent, Mistake, Node, Scalar, Sheet

KEYS = ("id", "title", "url", "tier", "country", "language", "source", "origin", "every", "private", "headers")
REQUIRED = ("id", "title", "url", "tier", "language", "source")
ID = r"[a-z0-9][a-z0-9-]{0,62}"
LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?"
VARIABLE = r"[A-Z][A-Z0-9_]*"

# ISO 3166-1 alpha-2, officially assigned codes (iso.org/obp, 2024), and XK, which the EU uses for Kosovo.
COUNTRIES = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW".split()
)
_MEANT = {"UK": "GB", "EN": "GB", "EL": "GR"}
"""Codes that people type for a country and that are not its own."""


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """One feed to watch. ``headers`` are (header, name of the secret with its value); no secret is kept here.

    ``every`` replaces the tier's rhythm and its hints wholly. ``country`` is an ISO 3166-1 alpha-2 code.
    """

    id: str
    title: str
    url: str
    tier: int
    language: str
    source: str
    country: str | None = None
    origin: str | None = None
    every: timedelta | None = None
    private: bool = False
    headers: tuple[tuple[str, str], ...] = ()


def parse_feeds(text: str | bytes, file: str) -> tuple[Feed, ...]:
    """Return the feeds of a feeds file in its order; ``file`` names it in messages.

    Raises `monitors.strict_yaml.BadFileError` with all mistakes of the file, each with its line and column.
    """
    sheet = strict_yaml.read(text, file)
    top = sheet.mapping(sheet.root, "a feeds file", known=("format", "feeds"), required=("format", "feeds"))
    sheet.if_given(top["format"], lambda node: sheet.one_of(node, ("1",)))
    read = sheet.sequence(top["feeds"], lambda node: (node, _feed(sheet, node)))
    for word in ("id", "url"):
        _refuse_repeats(sheet, word, read)
    return sheet.checked(tuple(feed for _, feed in read))


def _feed(sheet: Sheet, node: Node) -> Feed:
    typed = sheet.mapping(node, "a feed", known=KEYS, required=REQUIRED)
    private = bool(sheet.if_given(typed["private"], sheet.boolean))
    # Only a host of our own may be asked more than once a second.
    fastest = timedelta(milliseconds=100) if private else timedelta(seconds=1)
    return Feed(
        id=sheet.string(typed["id"], pattern=ID, expected="a name of small letters, digits and hyphens"),
        title=sheet.string(typed["title"]),
        url=_url(sheet, typed["url"], private=private),
        tier=sheet.integer(typed["tier"], low=1, high=4),
        language=sheet.string(
            typed["language"],
            pattern=LANGUAGE,
            expected="a language code as en, fa or zh-Hant",
        ),
        source=sheet.string(typed["source"]),
        country=sheet.if_given(typed["country"], lambda node: _country(sheet, node)),
        origin=sheet.if_given(typed["origin"], sheet.string),
        every=sheet.if_given(typed["every"], lambda node: sheet.duration(node, low=fastest, high=timedelta(days=1))),
        private=private,
        headers=tuple(
            (
                name.text,
                sheet.string(secret, pattern=VARIABLE, expected="the name of a secret in capitals"),
            )
            for name, secret in (
                () if isinstance(typed["headers"], Absent) else sheet.named(typed["headers"], "headers")
            )
        ),
    )


def _country(sheet: Sheet, node: Node) -> str:
    code = sheet.string(node)
    if code and code not in COUNTRIES:
        sheet.mistake(
            node,
            strict_yaml.shown(code),
            "a country code of ISO 3166-1 as GB or UA",
            hint=_MEANT.get(code.upper(), code.upper() if code.upper() in COUNTRIES else ""),
        )
    return code


def _url(sheet: Sheet, node: Node, *, private: bool) -> str:
    url = sheet.string(node)
    wrong = _what_is_wrong_with(url, private=private) if url else None
    if wrong is not None and isinstance(node, Scalar):
        # What was typed may hold a password: the line is not shown.
        sheet.mistakes.append(Mistake(file=sheet.file, line=node.line, col=node.col, found=wrong[0], expected=wrong[1]))
    return url


def _what_is_wrong_with(url: str, *, private: bool) -> tuple[str, str] | None:
    expected = "a web address as https://example.org/rss.xml"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "a broken web address", expected
    if parts.scheme not in {"http", "https"}:
        return (
            f"the scheme {strict_yaml.shown(parts.scheme)}" if parts.scheme else "a web address without scheme",
            expected,
        )
    if not host or re.search(r"\s|[\x00-\x1f]", url):
        return "a broken web address", expected
    if parts.username is not None or parts.password is not None:
        return "a web address with a user or password", "the secret's name under `headers`"
    if not private and _is_local(host):
        return "an address inside our own network", "a public address, or `private: true` beside it"
    return None


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _refuse_repeats(sheet: Sheet, word: str, read: Iterable[tuple[Node, Feed]]) -> None:
    first: dict[str, int] = {}
    for node, _ in read:
        value = (
            next((v for k, v in node.pairs if k.text == word), None) if isinstance(node, strict_yaml.Pairs) else None
        )
        if not isinstance(value, Scalar) or not value.text:
            continue
        if value.text in first:
            name = strict_yaml.shown(value.text) if word == "id" else "the same web address"
            sheet.mistake(
                value, f"{name} a second time", f"each {word} once (first on line {first[value.text]})", hint=""
            )
        else:
            first[value.text] = value.line
