"""What lies weeks back: told as an event of its own, never as the article's news."""

from __future__ import annotations

import pytest

from streams.core.extract import extract
from tests.core.extract.samples import article, gazetteer


def scopes(text: str, day: str = "2020-03-20") -> list[tuple[str, str, str | None]]:
    claims = extract(article(text, day=day), gazetteer(), None).claims
    return [(c.victims.text if c.victims else "", c.scope, c.event_day) for c in claims]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Three officers are held over the murder of six nuns on 16 January.",
            [("nuns", "earlier", "2020-01-16")],
        ),
        (
            "Eva Sol was shot dead on 10 February. The murder of Eva Sol has shocked the town.",
            [("Eva Sol", "earlier", "2020-02-10")],
        ),
        (
            "A bomb killed two guards on Thursday. A judge was murdered in the same street on 2 March.",
            [("guards", "current", "2020-03-19"), ("judge", "earlier", "2020-03-02")],
        ),
        ("The nuns' school recalls the murder of six nuns on 16 January 2017.", [("nuns", "historical", "2017-01-16")]),
    ],
)
def test_a_dated_death_of_the_last_three_months_is_earlier(
    text: str, expected: list[tuple[str, str, str | None]]
) -> None:
    assert scopes(text) == expected


def test_two_nameless_groups_of_one_size_may_be_two_events() -> None:
    text = "Five soldiers were killed in an ambush. Five soldiers were killed at the same bend on 2 January."
    assert [scope for _, scope, _ in scopes(text)] == ["current", "earlier"]


@pytest.mark.parametrize(
    "text",
    [
        "The party named last month a panel on the murder of Eva Sol.",
        "After the murder of ten dockers the rebels announced last week that they would not come.",
        "Gunmen killed Eva Sol, mayor of Pola in 1984.",
        "The judge was appointed on 2 January; gunmen killed the judge.",
    ],
)
def test_the_date_of_another_deed_does_not_date_the_death(text: str) -> None:
    assert [scope for _, scope, _ in scopes(text)] == ["current"]


def test_a_vague_time_names_no_day() -> None:
    assert scopes("Ten people were killed there last month.") == [("people", "earlier", None)]


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("A retired baker was murdered two weeks ago.", "earlier"),
        ("The baker who was killed a month ago had a sister.", "earlier"),
        ("A retired baker was murdered last year.", "historical"),
        ("A retired baker was murdered seven months ago.", "historical"),
        ("Last week a similar strike killed five nurses.", "historical"),
    ],
)
def test_what_the_words_put_into_the_last_three_months_is_an_event_but_no_news(text: str, scope: str) -> None:
    assert [scope] == [s for _, s, _ in scopes(text)]


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("The month-long battle has left 3,000 people dead.", "cumulative"),
        ("The rebels killed two judges in less than 48 hours.", "current"),
        ("The rebels killed ten judges in less than 15 days.", "cumulative"),
        ("Guards are on alert throughout the country after the murder of Eva Sol.", "current"),
    ],
)
def test_a_war_adds_up_what_hours_do_not(text: str, scope: str) -> None:
    assert [each for _, each, _ in scopes(text)] == [scope]


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("The government promised to investigate the murder of six nuns.", "current"),
        ("A panel will look into the recent assassination of Eva Sol.", "current"),
        ("He was held for plotting the murder of Eva Sol.", "hypothetical"),
        ("The men had orders to kill Eva Sol.", "hypothetical"),
    ],
)
def test_the_murder_that_will_be_investigated_is_done(text: str, scope: str) -> None:
    assert [each for _, each, _ in scopes(text)] == [scope]
