"""The rules that ship: without mistakes, wise, and as their own tests say."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from streams.core.gazetteer import parse_gazetteer
from streams.core.lint import problems
from streams.core.loading import Rules, load_rules
from streams.core.match import screen
from streams.core.rule_tests import Result, coverage, run_suppression_tests, run_tests
from streams.files import gazetteer_files, rule_files

FOLDER = Path(__file__).parents[2] / "rules"


@cache
def shipped() -> Rules:
    return load_rules(rule_files(FOLDER), parse_gazetteer(gazetteer_files(FOLDER)).names)


def test_the_folder_has_no_mistake() -> None:
    assert shipped().mistakes == ()


def test_the_folder_has_no_error_and_no_rule_is_due() -> None:
    rules = shipped()
    found = problems(rules.rulesets, rules.desks, rules.lists, date(2026, 1, 1), rules.suppressions)
    assert [str(problem) for problem in found] == []


@pytest.mark.parametrize(
    "result",
    [
        *run_tests(shipped().rulesets, shipped().desks),
        *run_suppression_tests(shipped().suppressions, shipped().rulesets),
    ],
    ids=lambda result: f"{result.subject}-{result.name}",
)
def test_a_rule_does_what_its_test_says(result: Result) -> None:
    assert result.why == ""


def test_every_rule_has_four_tests_of_either_kind_and_more() -> None:
    for ruleset in shipped().rulesets:
        for rule in ruleset.rules:
            kinds = [test.match for test in rule.tests]
            assert (rule.id, kinds.count(True) >= 4, kinds.count(False) >= 4) == (rule.id, True, True)


def test_the_lists_that_a_desk_starts_with_are_there() -> None:
    sizes = {each.name: sum(len(entry.terms) for entry in each.entries) for each in shipped().lists}
    named = ("conflict_places", "attribution", "strike_verbs", "named_weapons", "leaders", "sport_play", "look_back")
    assert {name for name in named if sizes.get(name, 0) < 40} == set()


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Odessa", "Odesa"),
        ("Одеса", "Odesa"),
        ("Kiev", "Kyiv"),
        ("غزة", "Gaza"),
        ("חיפה", "Haifa"),
        ("KHARKOV", "Kharkiv"),
    ],
)
def test_a_place_has_one_name_for_all_its_spellings(spelling: str, name: str) -> None:
    found = screen(shipped().compiled, f"Explosions heard in {spelling}", "")
    assert {hit.names for match in found for hit in match.clauses if hit.names} == {(name,)}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("12 dead as rockets hit market", {"missile-strikes", "casualty-claims"}),
        ("Dozens killed in bombardment of besieged suburb", {"missile-strikes", "casualty-claims"}),
        ("Missile barrage hits air base; no casualties, says army", {"missile-strikes", "casualty-claims"}),
        ("Khamenei vows revenge after drone kills commander", {"missile-strikes", "casualty-claims", "named-leaders"}),
        ("Gunmen kill six at checkpoint", {"casualty-claims"}),
        ("Suicide bomber kills nine at mosque", {"missile-strikes", "casualty-claims"}),
        ("Palestine Red Crescent: 31 martyrs since dawn", {"casualty-claims"}),
        ("Striker scores winning goal in Premier League opener", set()),
        ("Shares rocket after bumper profits", set()),
        ("Central bank keeps rates on hold", set()),
        ("New museum opens in old gasworks", set()),
        ("Teachers strike over pay hits schools", set()),
    ],
)
def test_a_headline_reaches_the_rule_sets_it_should(title: str, expected: set[str]) -> None:
    assert {match.ruleset for match in screen(shipped().compiled, title, "")} == expected


def test_every_part_of_every_rule_is_shown_by_a_test() -> None:
    assert [str(part) for part in coverage(shipped().rulesets) if part.lacks] == []
