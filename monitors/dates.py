"""When an entry says it was published: the instant, how far to trust it, and the words as they stood. Pure.

Own code, because feedparser and the libraries turn unknown zone names into UTC, lose AM and PM and read no Russian,
Arabic or Persian month. A date decides nothing by itself (`Article.first_seen_at` is our clock), but a wrong one that looks
right misleads people, so nothing is repaired or guessed without saying so.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

Confidence = Literal["exact", "assumed", "day", "repaired", "none"]
"""exact: date, time and zone are given and make sense; assumed: the zone or the order of day and month is our guess;
day: there is no time of day; repaired: it was an impossible date; none: unreadable, or outside 1970 to 2100."""


class Dated(msgspec.Struct, frozen=True, kw_only=True):
    """What was made of a date: ``at`` in UTC (None when confidence is none), and the words it was made of."""

    at: datetime | None
    confidence: Confidence
    raw: str


# --- words ----------------------------------------------------------------------------------------------------------

# Months in English, French, German, Spanish, Russian, Ukrainian, Arabic (three traditions), Persian and Hebrew. A word of a
# feed may be cut short: it is the month that it is a beginning of, see `_month`. "_" stands for a space.
_MONTHS = (
    "january janvier januar jänner enero января январь січня січень يناير جانفي كانون_الثاني ژانویه ינואר",
    "february février fevrier februar feber febrero февраля февраль лютого лютий فبراير فيفري شباط فوریه פברואר",
    "march mars märz maerz mrz marzo марта март березня березень مارس آذار اذار מרץ מרס",
    "april avril abril апреля апрель квітня квітень أبريل ابريل إبريل أفريل نيسان آوریل אפריל",
    "may mai mayo мая май травня травень مايو ماي أيار ايار مه می מאי",
    "june juin juni junio июня июнь червня червень يونيو يونيه جوان حزيران ژوئن יוני",
    "july juillet juli julio июля июль липня липень يوليو يوليه جويلية تموز ژوئیه جولای יולי",
    "august août aout agosto августа август серпня серпень أغسطس اغسطس أوت آب اوت آگوست אוגוסט",
    "september septembre septiembre setiembre сентября сентябрь вересня вересень سبتمبر أيلول ايلول سپتامبر ספטמבר",
    "october octobre oktober octubre октября октябрь жовтня жовтень أكتوبر اكتوبر تشرين_الأول تشرين_الاول اکتبر אוקטובר",
    "november novembre noviembre ноября ноябрь листопада листопад نوفمبر تشرين_الثاني نوامبر נובמבר",
    "december décembre decembre dezember diciembre декабря декабрь грудня грудень ديسمبر كانون_الأول كانون_الاول دسامبر דצמבר",
)
# The Persian solar year begins on 20 or 21 March: Farvardin to Esfand.
_SOLAR_MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"

_MONTH_NUMBER = {
    form.replace("_", " "): number for number, forms in enumerate(_MONTHS, start=1) for form in forms.split()
}
_TWO_WORDS = tuple(form for form in _MONTH_NUMBER if " " in form)
_SOLAR_NUMBER = {form: number for number, form in enumerate(_SOLAR_MONTHS.split(), start=1)}
# "am" and "pm" in English, Spanish, Arabic, Persian, Chinese and Hebrew.
_MORNING = ("am", "a.m.", "a. m.", "ص", "ق.ظ", "上午", "早上", "凌晨", "לפנה״צ")
_EVENING = ("pm", "p.m.", "p. m.", "م", "ب.ظ", "下午", "晚上", "אחה״צ")

_HALVES = "|".join(re.escape(word) for word in sorted((*_MORNING, *_EVENING), key=len, reverse=True))
_HALF_AFTER = re.compile(rf"\s*({_HALVES})(?![^\W\d_])")
_HALF_BEFORE = re.compile(rf"({_HALVES})\s*$")

# --- zones ----------------------------------------------------------------------------------------------------------

# Hours east of UTC. Abbreviations are no standard: these are the ones that news outlets print (IANA tz database and
# national usage, 2024). Names that mean different zones in different countries stand below.
_ZONES = {
    **dict.fromkeys(("utc", "gmt", "z", "ut", "wet", "zulu"), 0.0),
    **dict.fromkeys(("cet", "met", "mez", "wat", "west"), 1.0),
    **dict.fromkeys(("cest", "mest", "mesz", "eet", "cat", "sast"), 2.0),
    **dict.fromkeys(("eest", "msk", "мск", "idt", "trt", "eat"), 3.0),
    **dict.fromkeys(("msd", "samt", "get", "azt", "irdt"), 4.0),
    "irst": 3.5,
    "aft": 4.5,
    **dict.fromkeys(("pkt", "uzt", "yekt", "tmt", "tjt", "mvt"), 5.0),
    "slst": 5.5,
    "npt": 5.75,
    **dict.fromkeys(("almt", "omst", "kgt"), 6.0),
    "mmt": 6.5,
    **dict.fromkeys(("ict", "wib", "krat", "novt"), 7.0),
    **dict.fromkeys(("hkt", "sgt", "myt", "wita", "awst", "pht", "irkt", "ulat"), 8.0),
    **dict.fromkeys(("jst", "kst", "wit", "yakt"), 9.0),
    "acst": 9.5,
    **dict.fromkeys(("aest", "vlat", "chst", "pgt"), 10.0),
    "acdt": 10.5,
    **dict.fromkeys(("aedt", "magt", "sakt"), 11.0),
    **dict.fromkeys(("nzst", "pett", "fjt"), 12.0),
    "nzdt": 13.0,
    "nst": -3.5,
    "ndt": -2.5,
    **dict.fromkeys(("brt", "art", "uyt", "adt", "clst", "gft", "srt"), -3.0),
    **dict.fromkeys(("edt", "clt", "vet", "bot", "gyt", "pyt"), -4.0),
    **dict.fromkeys(("cdt", "cot", "pet"), -5.0),
    "mdt": -6.0,
    "pdt": -7.0,
    "akdt": -8.0,
    "akst": -9.0,
    "hst": -10.0,
}
# By the feed's country; the first is what most of the world's news means by it.
_AMBIGUOUS = {
    "ist": {"IN": 5.5, "IL": 2.0, "PS": 2.0, "IE": 1.0, "LK": 5.5},
    "cst": {
        "US": -6.0,
        "CA": -6.0,
        "CN": 8.0,
        "TW": 8.0,
        "MO": 8.0,
        "HK": 8.0,
        "CU": -5.0,
        "MX": -6.0,
        "CR": -6.0,
        "AU": 9.5,
    },
    "bst": {"GB": 1.0, "BD": 6.0},
    "est": {"US": -5.0, "CA": -5.0, "AU": 10.0},
    "ast": {"SA": 3.0, "IQ": 3.0, "KW": 3.0, "QA": 3.0, "BH": 3.0, "YE": 3.0, "CA": -4.0, "PR": -4.0, "AF": 4.5},
    "pst": {"US": -8.0, "CA": -8.0, "PH": 8.0},
    "mst": {"US": -7.0, "CA": -7.0, "MY": 8.0, "MM": 6.5},
    "gst": {"AE": 4.0, "OM": 4.0, "GS": -2.0},
    "amt": {"AM": 4.0, "BR": -4.0},
    "ect": {"EC": -5.0, "FR": -4.0},
    "sst": {"SG": 8.0, "WS": -11.0},
    "wst": {"AU": 8.0, "WS": 13.0},
    "bdt": {"BD": 6.0, "BN": 8.0},
}

# --- patterns -------------------------------------------------------------------------------------------------------

_EPOCH = re.compile(r"(\d{10})(\d{3}|\d{6}|\d{9})?(?:\.\d+)?")
_ISO = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})"
    r"(?:[t ]\s*(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,]\d+)?)?)?\s*(?P<zone>.*)"
)
_SHORT_ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2}))?")
_TIME = re.compile(
    r"(?<!\d)(\d{1,2})\s?[:h.時时시点點]\s?(\d{1,2})"
    r"(?:\s?[:.分분]\s?(\d{1,2})(?:[.,]\d+)?)?\s?[秒초分분]?(?![\d.])"
)
_HOUR = re.compile(r"(?<!\d)(\d{1,2})\s*(?=(?:am|pm|a\.m\.|p\.m\.)(?![a-z]))")
_CJK_DAY = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]?")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})(?!\d)")
_OFFSET = re.compile(r"(?:utc|gmt|мск|msk)?\s*([+\-−–])\s*(\d{1,2})(?::?(\d{2}))?(?::?\d{2})?$")
_REGION = re.compile(
    r"(?<![\w/])((?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)/[\w/+-]+)"
)
_WORD = re.compile(r"[^\W\d_]+(?:\.(?=[^\W\d_]))?", re.UNICODE)


class _Unreadable(Exception):  # noqa: N818 - it never leaves the module
    """The words are no date."""


def read_date(raw: str, country: str | None = None) -> Dated:
    """Return what a feed's date says. ``country`` (ISO alpha-2) of the feed tells ambiguous zone names and orders apart.

    Reads RFC 822 and 5322, ISO 8601 and W3CDTF, Unix epochs in seconds to nanoseconds, dates written out in English,
    French, German, Spanish, Russian, Ukrainian, Arabic, Persian (both calendars), Hebrew and Chinese, with AM and PM, and
    zones by offset, abbreviation or region. Never raises.
    """
    text = _plain(raw)
    try:
        at, confidence = _epoch(text) or _written(text, raw, country)
        utc = at.astimezone(UTC)
    except (_Unreadable, ValueError, OverflowError):
        return Dated(at=None, confidence="none", raw=raw[:200])
    if not 1970 <= utc.year <= 2100:
        return Dated(at=None, confidence="none", raw=raw[:200])
    return Dated(at=utc, confidence=confidence, raw=raw[:200])


def _plain(raw: str) -> str:
    """Return the words folded, digits of all scripts as ASCII, marks of direction gone."""
    text = unicodedata.normalize("NFC", raw[:200]).casefold()
    chars = (str(unicodedata.digit(c)) if c.isdigit() else c for c in text if unicodedata.category(c) != "Cf")
    return " ".join("".join(chars).replace("،", ",").split())


def _epoch(text: str) -> tuple[datetime, Confidence] | None:
    found = _EPOCH.fullmatch(text)
    return (datetime.fromtimestamp(int(found[1]), UTC), "exact") if found else None


def _written(text: str, raw: str, country: str | None) -> tuple[datetime, Confidence]:
    iso = _ISO.fullmatch(text)
    if iso and (iso["hour"] or not iso["zone"]):
        clock = (int(iso["hour"]), int(iso["minute"]), int(iso["second"] or 0)) if iso["hour"] else None
        day, sound = _day(int(iso["year"]), int(iso["month"]), int(iso["day"]))
        return _joined(day, clock, _zone(iso["zone"], raw, country), sound=sound, sure=True)
    short = _SHORT_ISO.fullmatch(text)
    if short:
        day, sound = _day(int(short["year"]), int(short["month"] or 1), 1)
        return _joined(day, None, None, sound=sound, sure=True)
    clock, rest, zone_text = _take_clock(text)
    day, sound, sure = _take_day(rest, country)
    return _joined(day, clock, _zone(zone_text, raw, country), sound=sound, sure=sure)


# --- time of day ----------------------------------------------------------------------------------------------------


def _take_clock(text: str) -> tuple[tuple[int, int, int] | None, str, str]:
    """Return the time of day, the words without it, and the words that may hold the zone (those after the time)."""
    masked = _YEAR_LAST.sub(lambda m: " " * len(m[0]), text)  # 28.07 is a day, 14.05 beside it a time
    times = list(_TIME.finditer(masked))
    found = next((m for m in times if ":" in m[0]), times[0] if times else None) or _HOUR.search(masked)
    if found is None:
        return None, text, text
    groups = [int(g) if g else 0 for g in found.groups()]
    hour, minute, second = (*groups, 0, 0)[:3]
    before, after = text[: found.start()], text[found.end() :]
    half, half_before = _HALF_AFTER.match(after), _HALF_BEFORE.search(before)
    said = half[1] if half else half_before[1] if half_before and found.re is _TIME else None
    if half:
        after = after[half.end() :]
    elif said and half_before:
        before = before[: half_before.start()]
    if said in _EVENING and hour < 12:
        hour += 12
    elif said in _MORNING and hour == 12:
        hour = 0
    return (hour, minute, second), f"{before} {after}", after


# --- day ------------------------------------------------------------------------------------------------------------


def _take_day(text: str, country: str | None) -> tuple[date, bool, bool]:
    """Return the day, whether it was a possible one, and whether the order of its numbers is sure."""
    numeric = _CJK_DAY.search(text) or _YEAR_FIRST.search(text)
    if numeric:
        year, month, day = (int(g) for g in numeric.groups())
        if 1300 <= year < 1500:
            return _from_solar(year, month, day), True, True
        return *_day(year, month, day), True
    numeric = _YEAR_LAST.search(text)
    if numeric:
        return _day_from_order(int(numeric[1]), int(numeric[2]), _year(numeric[3]), country)
    named = _named_month(text)
    if named is None:
        raise _Unreadable
    month, solar, rest = named
    numbers = re.findall(r"(?<![\d:])\d{1,4}(?![\d:])", re.sub(r"(?<=\d)(st|nd|rd|th|er|º|\.)(?![^\W\d_])", "", rest))
    if len(numbers) < 2:
        raise _Unreadable
    first, second = numbers[:2]
    year, day = (first, second) if len(first) == 4 else (second, first)
    if solar:
        return _from_solar(int(year), month, int(day)), True, True
    return *_day(_year(year), month, int(day)), True


def _named_month(text: str) -> tuple[int, bool, str] | None:
    """Return the month that is named in the text, whether it is a Persian one, and the text without its name."""
    for form in _TWO_WORDS:
        if form in text:
            return _MONTH_NUMBER[form], False, text.replace(form, " ", 1)
    for word in _WORD.finditer(text):
        name = word[0].strip(".")
        rest = f"{text[: word.start()]} {text[word.end() :]}"
        if name in _SOLAR_NUMBER:
            return _SOLAR_NUMBER[name], True, rest
        for form in (name, name.removeprefix("ב"), name.removeprefix("ل")):  # Hebrew "in January"
            number = _month(form)
            if number is not None:
                return number, False, rest
    return None


def _month(word: str) -> int | None:
    if word in _MONTH_NUMBER:
        return _MONTH_NUMBER[word]
    if len(word) < 3:
        return None
    meant = {number for form, number in _MONTH_NUMBER.items() if form.startswith(word)}
    return meant.pop() if len(meant) == 1 else None


def _day_from_order(first: int, second: int, year: int, country: str | None) -> tuple[date, bool, bool]:
    """Day before month, except in the United States and where only the other order is possible."""
    if first > 12 or second > 12:
        day, month = (first, second) if first > 12 else (second, first)
        return *_day(year, month, day), True
    month_first = country in {"US", "PH", "FM", "PW"}
    day, month = (second, first) if month_first else (first, second)
    return *_day(year, month, day), first == second


def _day(year: int, month: int, day: int) -> tuple[date, bool]:
    """Return the day and True, or the nearest possible one and False: 31 June is 30 June, month 17 was the day."""
    if month > 12 and day <= 12:
        return _day(year, day, month)[0], False
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        raise _Unreadable
    try:
        return date(year, month, day), True
    except ValueError:
        following = date(year + month // 12, month % 12 + 1, 1)
        return following - timedelta(days=1), False


def _year(digits: str) -> int:
    """Return the year; two digits are of this century up to 69 (RFC 5322 4.3 has 49; no feed is older than 1970)."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 70 else 1900)


def _from_solar(year: int, month: int, day: int) -> date:
    """Return the day of a Persian solar date.

    Leap years by the 33-year cycle, right for 1304 to 1502 of that era (1925 to 2124).
    """
    if not 1300 <= year < 1500 or not 1 <= month <= 12 or not 1 <= day <= 31:
        raise _Unreadable
    leaps = sum((y % 33) in {1, 5, 9, 13, 17, 22, 26, 30} for y in range(1300, year))
    days = (year - 1300) * 365 + leaps + 31 * min(month - 1, 6) + 30 * max(month - 7, 0) + day - 1
    return date(1921, 3, 21) + timedelta(days=days)


# --- zone, and all together -----------------------------------------------------------------------------------------


def _zone(text: str, raw: str, country: str | None) -> tuple[tzinfo, bool] | None:
    """Return the zone and whether it is sure, None where none is named."""
    region = _REGION.search(raw)
    if region:
        try:
            return ZoneInfo(region[1]), True
        except (KeyError, ValueError, OSError):
            return None
    text = re.sub(r"\(.*?\)|[,;]", " ", text).strip()
    offset = _OFFSET.search(text)
    if offset:
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        if hours > 14 or minutes > 59:
            raise _Unreadable
        span = timedelta(hours=hours, minutes=minutes)
        base = timedelta(hours=3) if text[: offset.start(1)].strip().endswith(("msk", "мск")) else timedelta(0)
        return timezone(base + (span if offset[1] == "+" else -span)), True
    for word in reversed(re.findall(r"[^\W\d_]+", text)):
        if word in _AMBIGUOUS:
            by_country = _AMBIGUOUS[word]
            hours_east = by_country.get(country or "", next(iter(by_country.values())))
            return timezone(timedelta(hours=hours_east)), country in by_country
        if word in _ZONES:
            return timezone(timedelta(hours=_ZONES[word])), True
    return None


def _joined(
    day: date,
    clock: tuple[int, int, int] | None,
    zone: tuple[tzinfo, bool] | None,
    *,
    sound: bool,
    sure: bool,
) -> tuple[datetime, Confidence]:
    where, zone_sure = zone or (UTC, False)
    midnight = datetime(day.year, day.month, day.day, tzinfo=where)
    if clock is None:
        return midnight, "day" if sound else "repaired"
    hour, minute, second = clock
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute + second):
        return midnight.replace(hour=min(hour, 23), minute=min(minute, 59), second=min(second, 59)), "repaired"
    at = midnight + timedelta(hours=hour, minutes=minute, seconds=second)
    if not sound:
        return at, "repaired"
    return at, "exact" if sure and zone_sure else "assumed"
