"""On which day it happened, as far as words such as "Tuesday", "last night" or "5 January" say, seen from the article's day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple


class Day(NamedTuple):
    """A day that the words name: ISO text, whether they put it into the past on purpose ("last Thursday"), and where.

    ``vague`` days ("last month") are right to some days only.
    """

    iso: str
    bygone: bool
    at: int
    vague: bool = False


_WEEKDAYS = {d: n for n, d in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}
_MONTHS = (
    {m: n for n, ms in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1) for m in (ms,)}
    | {
        m: n
        for n, m in enumerate(
            "january february march april may june july august september october november december".split(), 1
        )
    }
    | {"sept": 9}
)
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
# ASCII, for without it "i" matches the dotless one of Turkish, which the tables do not know.
_DAY = re.compile(
    rf"""(?aix)
      \b(?P<last>last\ |past\ |previous\ )?(?P<weekday>{"|".join(_WEEKDAYS)})\b
     |\b(?P<rel>today|tonight|this\ (?:morning|afternoon|evening)|yesterday|last\ night|overnight|last\ week
     |last\ month|the\ day\ before)\b
     |\b(?P<m1>{_MONTH})\b\.?\ (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\ (?P<y1>\d{{4}})\b)?
     |\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\ (?P<m2>{_MONTH})\b(?:,?\ (?P<y2>\d{{4}})\b)?
    """
)
_MONTH_NAMES = "|".join(m.capitalize() for m in _MONTHS if len(m) > 3 or m == "may")
_BARE_MONTH = re.compile(rf"\b(?:[Ii]n|[Ll]ate|[Ee]arly|[Bb]ack in|mid)[ -](?P<m>{_MONTH_NAMES})\b(?!\.?,? \d)")
# A month of two to nine months ago is past; the next two may be meant, and "in May" of this month or the last is news.
_PAST_MONTHS = range(2, 10)
_OFFSETS = {
    "today": 0,
    "tonight": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "yesterday": -1,
    "last night": -1,
    "overnight": 0,
    "the day before": -1,
    "last week": -7,
    "last month": -30,
}


def days_in(text: str, today: str) -> list[Day]:
    """Return the days that the words name, in reading order.

    A weekday means the latest one, but tomorrow's name tomorrow, which is today where it happened; "last" is one to seven
    days back. Days that no calendar has are left out. Never raises.
    """
    try:
        now = date.fromisoformat(today)
    except ValueError:
        return []
    out: list[Day] = []
    for m in _DAY.finditer(text):
        if m["weekday"]:
            if not m["weekday"][0].isupper():
                continue
            back = (now.weekday() - _WEEKDAYS[m["weekday"].lower()]) % 7
            if m["last"] and back == 0:
                back = 7
            if not m["last"] and back == 6:
                back = -1  # tomorrow here is today where it happened
            day = _shifted(now, -back)
            if day is not None:
                out.append(Day(day.isoformat(), bool(m["last"]) and back >= 4, m.start()))
        elif m["rel"]:
            word = " ".join(m["rel"].lower().split())
            vague = word in {"last week", "last month"}
            day = _shifted(now, _OFFSETS[word])
            if day is not None:
                out.append(Day(day.isoformat(), vague, m.start(), vague))
        else:
            day = _calendar_day(m, now)
            if day is not None:
                out.append(Day(day.isoformat(), (now - day).days > 21, m.start()))
    return out


def past_months_in(text: str, today: str) -> list[tuple[int, int]]:
    """Return where months without day and year stand that lie two to nine months back: "in January" in October.

    From the eleventh day on the month before is past, too.
    """
    if len(today) < 7 or not today[5:7].isdigit():
        return []
    now, late = int(today[5:7]), today[8:] > "10"
    found = ((m.span(), (now - _MONTHS[m["m"].lower()]) % 12) for m in _BARE_MONTH.finditer(text))
    return [span for span, back in found if back in _PAST_MONTHS or (back == 1 and late)]


def _shifted(now: date, days: int) -> date | None:
    """Return the day that many days away; None beyond the calendar, where a feed's date of the year 9999 leads."""
    try:
        return now + timedelta(days=days)
    except OverflowError:
        return None


# Leap days are at most this many years apart (1896 to 1904).
_LEAP_YEARS = 8


def _calendar_day(m: re.Match[str], now: date) -> date | None:
    """Return the day of "Jan. 8" or "8 January 2020"; without a year the latest that is not later than tomorrow."""
    month = _MONTHS[(m["m1"] or m["m2"]).lower()]
    number, year = int(m["d1"] or m["d2"]), m["y1"] or m["y2"]
    if year:
        return _day_of(int(year), month, number)
    latest = _shifted(now, 1) or now
    days = (_day_of(y, month, number) for y in range(latest.year, latest.year - _LEAP_YEARS - 1, -1))
    return next((day for day in days if day is not None and day <= latest), None)


def _day_of(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
