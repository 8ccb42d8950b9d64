from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.dates import Confidence, Dated, read_date

DATES: list[tuple[str, str | None, str, Confidence]] = [
    # RFC 822 and what is printed under its name
    ("Thu, 28 Jul 2022 14:05:06 +0300", None, "2022-07-28T11:05:06", "exact"),
    ("28 Jul 22 14:05 GMT", None, "2022-07-28T14:05:00", "exact"),
    ("Thu,28 Jul 2022 4:35:5 GMT+9", None, "2022-07-27T19:35:05", "exact"),
    ("Thu, 28 Jul 2022 14:05:06 GMT+3", None, "2022-07-28T11:05:06", "exact"),
    ("Thu, 28 Jul 2022 14:05:06 UTC+03:00", None, "2022-07-28T11:05:06", "exact"),
    ("Thu, 28 Jul 2022 14:05:06 MSK", None, "2022-07-28T11:05:06", "exact"),
    ("Thu, 28 Jul 2022 14:05:06 EEST", None, "2022-07-28T11:05:06", "exact"),
    ("Thu, 28 Jul 2022 14:05:06 CEST", None, "2022-07-28T12:05:06", "exact"),
    ("Thu, 28 Jul 2022 14:05:06 IDT", None, "2022-07-28T11:05:06", "exact"),
    ("Thu, 28 Jul 2022 14:05:06 JST", None, "2022-07-28T05:05:06", "exact"),
    ("Thu, 28 Jul 2022 14:05:06 IRST", None, "2022-07-28T10:35:06", "exact"),
    ("Thu, 28 Jul 2022 14:05:06 -0000", None, "2022-07-28T14:05:06", "exact"),
    ("Thu, 28 Jul 2022 14:05:06 Europe/Kiev", None, "2022-07-28T11:05:06", "exact"),
    ("Thu Jul 28 2022 14:05:06 GMT+0300 (Israel Daylight Time)", None, "2022-07-28T11:05:06", "exact"),
    ("Thu Jul 28 14:05:06 EDT 2022", None, "2022-07-28T18:05:06", "exact"),
    # names that mean different zones
    ("Wed, 08 Jan 2020 02:30:00 IST", "IN", "2020-01-07T21:00:00", "exact"),
    ("Wed, 08 Jan 2020 02:30:00 IST", "IL", "2020-01-08T00:30:00", "exact"),
    ("Wed, 08 Jan 2020 02:30:00 IST", None, "2020-01-07T21:00:00", "assumed"),
    ("Wed, 08 Jan 2020 02:30:00 CST", "CN", "2020-01-07T18:30:00", "exact"),
    ("Wed, 08 Jan 2020 02:30:00 CST", "US", "2020-01-08T08:30:00", "exact"),
    ("Wed, 08 Jan 2020 02:30:00 BST", "BD", "2020-01-07T20:30:00", "exact"),
    ("Wed, 08 Jan 2020 02:30:00 AST", "IQ", "2020-01-07T23:30:00", "exact"),
    # noon and midnight
    ("Thu, 28 Jul 2022 2:02 PM GMT", None, "2022-07-28T14:02:00", "exact"),
    ("July 28, 2022 12:00 AM EDT", None, "2022-07-28T04:00:00", "exact"),
    ("July 28, 2022 12:00 pm GMT", None, "2022-07-28T12:00:00", "exact"),
    ("Jan 8th, 2020 at 5am GMT", None, "2020-01-08T05:00:00", "exact"),
    ("2022-07-28T24:00:00Z", None, "2022-07-29T00:00:00", "exact"),
    # ISO 8601 and W3CDTF
    ("2022-07-28T14:05:06.123+03:00", None, "2022-07-28T11:05:06", "exact"),
    ("2022-07-28T14:05:06+0300", None, "2022-07-28T11:05:06", "exact"),
    ("2022-07-28 14:05:06Z", None, "2022-07-28T14:05:06", "exact"),
    ("20220728T140506Z", None, "2022-07-28T14:05:06", "exact"),
    ("2022-07-28T14:05Z", None, "2022-07-28T14:05:00", "exact"),
    ("2022-07-28T14:05:06", None, "2022-07-28T14:05:06", "assumed"),
    ("2022-07-28", None, "2022-07-28T00:00:00", "day"),
    ("2022-07", None, "2022-07-01T00:00:00", "day"),
    ("2022", None, "2022-01-01T00:00:00", "day"),
    # epochs
    ("1658982905", None, "2022-07-28T04:35:05", "exact"),
    ("1658982905123", None, "2022-07-28T04:35:05", "exact"),
    ("1658982905123456", None, "2022-07-28T04:35:05", "exact"),
    # numbers alone
    ("28/07/2022 14:05 +0000", None, "2022-07-28T14:05:00", "exact"),
    ("07/28/2022 14:05 GMT", None, "2022-07-28T14:05:00", "exact"),
    ("07/08/2022 14:05 GMT", "US", "2022-07-08T14:05:00", "assumed"),
    ("07/08/2022 14:05 GMT", "GB", "2022-08-07T14:05:00", "assumed"),
    ("28.07.2022 - 14.05", None, "2022-07-28T14:05:00", "assumed"),
    ("2022/07/28 14:05 GMT", None, "2022-07-28T14:05:00", "exact"),
    # months in the languages of the outlets
    ("Чт, 28 июля 2022, 14:05 МСК", None, "2022-07-28T11:05:00", "exact"),
    ("28 июл 2022 14:05", None, "2022-07-28T14:05:00", "assumed"),
    ("28 липня 2022 14:05", None, "2022-07-28T14:05:00", "assumed"),
    ("14:05, 28 листопада 2022", None, "2022-11-28T14:05:00", "assumed"),
    ("٢٨ يوليو ٢٠٢٢ - 2:05 م", None, "2022-07-28T14:05:00", "assumed"),
    ("28 تشرين الثاني 2022", None, "2022-11-28T00:00:00", "day"),
    ("۶ مرداد ۱۴۰۱ ۱۴:۰۵", None, "2022-07-28T14:05:00", "assumed"),
    ("1401/05/06 14:05", None, "2022-07-28T14:05:00", "assumed"),
    ("۳۰ اسفند ۱۳۹۹", None, "2021-03-20T00:00:00", "day"),
    ("۱ فروردین ۱۴۰۰", None, "2021-03-21T00:00:00", "day"),
    ("8 ژانویه 2020", None, "2020-01-08T00:00:00", "day"),
    ("28 ביולי 2022 14:05", None, "2022-07-28T14:05:00", "assumed"),
    ("2022年7月28日 14时05分", None, "2022-07-28T14:05:00", "assumed"),
    ("2022年7月28日 下午2:05", None, "2022-07-28T14:05:00", "assumed"),
    ("28 de julio de 2022 2:05 p. m.", None, "2022-07-28T14:05:00", "assumed"),
    ("jeudi 28 juillet 2022 à 14h05", None, "2022-07-28T14:05:00", "assumed"),
    ("28 août 2022 14:05", None, "2022-08-28T14:05:00", "assumed"),
    ("Donnerstag, 28. März 2022 14:05 Uhr MESZ", None, "2022-03-28T12:05:00", "exact"),
    # impossible ones are mended and say so
    ("31 Jun 2022 10:00 GMT", None, "2022-06-30T10:00:00", "repaired"),
    ("Wed, 29 Feb 2023 10:00:00 GMT", None, "2023-02-28T10:00:00", "repaired"),
    ("Thu, 28 Jul 2022 25:61:00 GMT", None, "2022-07-28T23:59:00", "repaired"),
    ("2022-13-05T10:00:00Z", None, "2022-05-13T10:00:00", "repaired"),
    ("31 Dec 2022 24:30 GMT", None, "2022-12-31T23:30:00", "repaired"),
]


@pytest.mark.parametrize(("raw", "country", "at", "confidence"), DATES, ids=[f"{d[0]} {d[1] or ''}" for d in DATES])
def test_a_date_is_read_with_its_zone_and_says_how_sure_it_is(
    raw: str, country: str | None, at: str, confidence: Confidence
) -> None:
    assert read_date(raw, country) == Dated(at=datetime.fromisoformat(at + "+00:00"), confidence=confidence, raw=raw)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "yesterday",
        "July 2022",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
        "9" * 20,
        "32 Jul 2022",
        "2022-209",
    ],
)
def test_what_is_no_usable_date_is_none(raw: str) -> None:
    assert read_date(raw) == Dated(at=None, confidence="none", raw=raw)


@given(st.text() | st.text(alphabet="0123456789:-/.+TZ GMTJanيم年月日"))
def test_no_words_raise(raw: str) -> None:
    read = read_date(raw, "GB")
    assert (read.at is None) == (read.confidence == "none")


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is given beside it
    st.sampled_from(
        ["%a, %d %b %Y %H:%M:%S GMT", "%Y-%m-%dT%H:%M:%SZ", "%d %B %Y %I:%M:%S %p UTC", "%b %d, %Y %H:%M:%S +0000"]
    ),
)
def test_what_is_printed_in_a_usual_form_is_read_back(at: datetime, form: str) -> None:
    at = at.replace(microsecond=0)
    assert read_date(at.strftime(form)).at == at
