# ruff: noqa: E501 - a case on one line reads best
from __future__ import annotations

import pytest

from monitors.strict_yaml import BadFileError
from streams.core.desks import Mentions, Told, parse_desks, read_desks, route, version_of
from streams.core.model import Severity
from streams.core.rule_tests import run_tests

DESKS = """\
format: 1
desks:
  - id: conflict
    title: Conflict desk
    rulesets: [strikes, claims]
    routes:
      - {when: {severity: [flash, bulletin], ruleset: strikes}, also: [slack:#flash, webhook:pager]}
      - {when: {rule: toll}, to: slack:#verification}
      - {to: slack:#conflict}
"""


@pytest.mark.parametrize(
    ("severity", "ruleset", "rule", "expected"),
    [
        (Severity.FLASH, "strikes", "hit", ("slack:#flash", "webhook:pager", "slack:#conflict")),
        (Severity.URGENT, "strikes", "hit", ("slack:#conflict",)),
        (Severity.FLASH, "claims", "toll", ("slack:#verification",)),
        (Severity.FLASH, "", "", ("slack:#conflict",)),
    ],
)
def test_also_goes_on_and_to_ends(severity: Severity, ruleset: str, rule: str, expected: tuple[str, ...]) -> None:
    assert route(parse_desks(DESKS, "desks.yaml")[0], severity, ruleset, rule) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("      - {to: slack:#conflict}\n", "", "8:9: found a last route that not every alert takes; expected `{to: ...}` without `when` as the last one"),
        ("{when: {rule: toll}, to", "{to", "8:9: found a route that ends for every alert; expected it as the last one: what follows is never reached"),
        ("severity: [flash, bulletin]", "severity: flsh", "7:27: found `flsh`; expected one of flash, bulletin, urgent, routine; did you mean `flash`?"),
        ("slack:#conflict", "#conflict", "10:1: found nothing where a value belongs; expected a value"),
        ("slack:#conflict", "slack:conflict", "9:14: found `slack:conflict`; expected an address as slack:#world, webhook:newsroom or console:"),
        ("    title: Conflict desk\n", "", "3:5: found a desk without `title`; expected the key `title`"),
        ("    title: Conflict desk\n", "    title: x\n    when: {severity: flash}\n", "5:5: found `when` one level too high; expected it indented under `routes`"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_desks_is_told_with_its_place(before: str, after: str, expected: str) -> None:
    with pytest.raises(BadFileError) as caught:
        parse_desks(DESKS.replace(before, after), "desks.yaml")
    assert [mistake.headline.removeprefix("desks.yaml:") for mistake in caught.value.mistakes][:1] == [expected]


EXTRAS = (
    DESKS
    + """\
    hold_back:
      - {name: under flash, while: {rule: hit, severity: flash}, hold: {rule: toll, severity: urgent}, same: [place], for: 2 hours, put_in_thread_of: while}
    mentions: {who: S0614TZR7, when: {severity: flash}, in: slack:#flash, at_most: 3 in 10 minutes}
    tests:
      - {alert: {severity: urgent, ruleset: claims}, goes_to: slack:#conflict}
      - {alert: {severity: urgent, rule: toll, place: Odd Town}, after: {severity: flash, rule: hit, place: Odd Town, ago: 1 hour}, held_by: under flash}
      - {alert: {severity: urgent, rule: toll}, after: {severity: flash, rule: hit}, held_by: nobody}
"""
)


def test_hold_back_and_mentions_are_read() -> None:
    (desk,) = parse_desks(EXTRAS, "desks.yaml")
    (hold,) = desk.hold_back
    assert (hold.under, hold.hold) == (
        Told(rules=("hit",), severities=(Severity.FLASH,)),
        Told(rules=("toll",), severities=(Severity.URGENT,)),
    )
    assert (hold.name, hold.same, hold.seconds) == ("under flash", ("place",), 7200)
    assert desk.mentions == Mentions(
        who="S0614TZR7", severities=(Severity.FLASH,), channels=("slack:#flash",), at_most=3, seconds=600
    )
    assert (len(desk.tests), [test.held_by for test in desk.hold_tests]) == (1, ["under flash", None])
    assert [str(result) for result in run_tests((), (desk,)) if not result.passed] == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("same: [place]", "same: []", "11:110: found an empty list; expected at least one entry"),
        ("same: [place]", "same: [plase]", "11:111: found `plase`; expected one of place, country, weapon, actor, leader; did you mean `place`?"),
        (", same: [place]", "", "11:9: found a hold-back without `same`; expected the key `same`"),
        ("for: 2 hours", "for: 2 days", "11:124: found `2 days`; expected at most 12 hours"),
        ("severity: urgent}, same", "severity: flash}, same", None),
        ("rule: hit, severity: flash}, hold: {rule: toll, severity: urgent}", "severity: urgent}, hold: {severity: [flash]}", "11:62: found alerts that are louder than those of `while` (flash); expected quieter ones or the same: a louder alert is never held back"),
        ("while: {rule: hit, severity: flash}", "while: {}", "11:36: found `while` for every alert; expected `rule`, `severity` or both"),
        ("3 in 10 minutes", "3 per hour", "12:84: found `3 per hour`; expected a number in a time, as `3 in 10 minutes`"),
        ("who: S0614TZR7", "who: everyone", "12:21: found `everyone`; expected here, channel, or the id of a Slack user group as S0614TZR7"),
        ("held_by: under flash", "held_by: under flsh", "15:142: found `under flsh`; expected one of under flash, nobody; did you mean `under flash`?"),
    ],
)  # fmt: skip
def test_a_mistake_in_hold_back_or_mentions_is_told_with_its_place(
    before: str, after: str, expected: str | None
) -> None:
    _, mistakes = read_desks(EXTRAS.replace(before, after, 1), "desks.yaml")
    assert [m.headline.removeprefix("desks.yaml:") for m in mistakes][:1] == ([expected] if expected else [])


def test_a_test_of_hold_back_that_fails_says_what_held() -> None:
    (desk,) = parse_desks(EXTRAS.replace("held_by: under flash}", "held_by: nobody}"), "desks.yaml")
    assert [str(result) for result in run_tests((), (desk,)) if not result.passed] == [
        "desks.yaml:15:1: test `urgent toll after flash hit` of conflict: is held by under flash, not by nobody"
    ]


def test_the_version_of_desks_knows_hold_back_and_mentions_but_not_their_tests() -> None:
    first, moved = (
        parse_desks(EXTRAS, "a.yaml"),
        parse_desks("# a line more\n" + EXTRAS.replace("ago: 1 hour", "ago: 2 hours"), "b.yaml"),
    )
    assert version_of(first) == version_of(moved)
    assert version_of(first) != version_of(parse_desks(EXTRAS.replace("3 in 10", "4 in 10"), "a.yaml"))
    assert version_of(first) != version_of(parse_desks(EXTRAS.replace("for: 2 hours", "for: 3 hours"), "a.yaml"))


def test_a_bad_desk_does_not_close_its_neighbour() -> None:
    other = "  - {id: politics, title: Politics, rulesets: [leaders], routes: [{to: slack:#p}]}\n"
    desks, mistakes = read_desks(DESKS.replace("to: slack:#conflict", "to: x") + other, "desks.yaml")
    assert [desk.id for desk in desks] == ["politics"]
    assert len(mistakes) == 1
