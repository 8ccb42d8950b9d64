"""`wirewatch rules` as a person meets it: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.fakes.newsroom import RULES
from tests.streams.kit import Wirewatch, with_floods
from tests.streams.test_reloading import FLOODS

# --- check, test ----------------------------------------------------------------------------------------------------


def test_a_warning_is_told_and_passes_unless_strict(wirewatch: Wirewatch) -> None:
    said = wirewatch("check")
    assert said.output.splitlines()[-1] == "no errors, 2 warnings"
    assert "D03 warning: desk conflict has no test of its routes" in said.output
    assert (said.exit_code, wirewatch("check", "--strict").exit_code) == (0, 1)


def test_an_error_fails_the_check(wirewatch: Wirewatch, folder: Path) -> None:
    (folder / "floods.yaml").write_text(FLOODS.replace("status: live", "status: liev"))
    said = wirewatch("check")
    assert "did you mean `live`?" in said.output
    assert (said.output.splitlines()[-1], said.exit_code) == ("1 error, 2 warnings", 1)


def test_a_list_that_cannot_be_read_is_told_once_and_not_by_every_rule(wirewatch: Wirewatch, folder: Path) -> None:
    (folder / "lists").mkdir()
    (folder / "lists" / "l.yaml").write_text("format: 1\nlists:\n  ships: {words: [ferry}\n")
    with_floods(folder)
    (folder / "floods.yaml").write_text(FLOODS.lstrip().replace("any: [", "any: [$ships, "))
    said = wirewatch("check")
    assert [line for line in said.output.splitlines() if "found" in line] == [
        f"{folder}/lists/l.yaml:3:18: found a list that is not closed or lacks a comma; expected `, ` or `]`"
    ]
    assert said.exit_code == 1


def test_fix_mends_what_has_one_answer_and_tells_it(wirewatch: Wirewatch, folder: Path) -> None:
    text = RULES.lstrip().replace("[hit, hits, struck]", "[hit, hits, Hit, struck]  # verbs").replace("# verbs", "")
    (folder / "strikes.yaml").write_text(text.replace("2999-01-01", "2027-1-1"))
    (folder / "lists").mkdir()
    (folder / "lists" / "ships.yaml").write_text("format: 1\nlists:\n  ships: {words: [ferry, ship*, ships]}\n")
    said = wirewatch("check", "--fix")
    assert [line.rpartition("/")[2] for line in said.output.splitlines() if " is " in line and "line" in line] == [
        "desks.yaml: line 1: the schema is named",
        "ships.yaml: line 3: `ships` is dropped: ship* covers it",
        "ships.yaml: line 1: the schema is named",
        "strikes.yaml: line 10: the day 2027-1-1 is 2027-01-01",
        "strikes.yaml: line 12: `Hit` is dropped: it stands twice",
        "strikes.yaml: line 1: the schema is named",
    ]
    assert "any: [hit, hits, struck]" in (folder / "strikes.yaml").read_text()
    assert "review_by: 2027-01-01" in (folder / "strikes.yaml").read_text()
    assert "is dropped" not in wirewatch("check", "--fix").output


def test_nothing_is_mended_where_a_file_cannot_be_read(wirewatch: Wirewatch, folder: Path) -> None:
    broken = "format: 1\nruleset: [x, x"
    (folder / "floods.yaml").write_text(broken)
    said = wirewatch("check", "--fix")
    assert "found a list that is not closed" in said.output
    assert ((folder / "floods.yaml").read_text(), said.exit_code) == (broken, 1)


def test_tests_are_counted_and_a_failing_one_is_told_with_its_place(wirewatch: Wirewatch, folder: Path) -> None:
    assert (wirewatch("test").output, wirewatch("test").exit_code) == ("2 of 2 tests pass\n", 0)
    (folder / "strikes.yaml").write_text(RULES.lstrip().replace("title: Missiles hit a depot", "title: Missiles"))
    said = wirewatch("test", "strike")
    assert "strikes.yaml:14:1: test `hit` of strike: does not match: it lacks strike" in said.output
    assert (said.output.splitlines()[-1], said.exit_code) == ("1 of 2 tests pass", 1)


def test_coverage_says_what_no_test_shows(wirewatch: Wirewatch, folder: Path) -> None:
    unless = "    unless: {game: {any: [game]}}\n    tests:"
    (folder / "strikes.yaml").write_text(RULES.lstrip().replace("    tests:", unless))
    said = wirewatch("test", "--coverage")
    assert "strike: unless `game`: cancels no test" in said.output
    assert said.output.splitlines()[-1] == "2 of 2 tests pass; 1 of 2 clauses and conditions are shown by one"
    assert said.exit_code == 1


def test_results_are_written_as_junit(wirewatch: Wirewatch, folder: Path, tmp_path: Path) -> None:
    (folder / "strikes.yaml").write_text(RULES.lstrip().replace("title: A depot opens", "title: Drones hit <it>"))
    (folder / "floods.yaml").write_text("format: 1\nruleset: [")
    wirewatch("test", "--junit", str(tmp_path / "out.xml"))
    root = ET.fromstring((tmp_path / "out.xml").read_text())
    told = {
        (case.get("classname"), case.get("name"), case.find("failure") is not None) for case in root.iter("testcase")
    }
    assert told == {("strike", "hit", False), ("strike", "no hit", True), ("mistake", "line 3", True)}
    assert [suite.get("failures") for suite in root] == ["1", "1"]


# --- show, explain --------------------------------------------------------------------------------------------------


def test_rules_are_listed_and_one_is_shown_as_written_and_as_in_force(wirewatch: Wirewatch, folder: Path) -> None:
    tests = "tests: [{name: t, article: {title: x}, expect: no match}]"
    other = f"  - id: other\n    extends: strike\n    title: Another\n    {tests}\n"
    (folder / "strikes.yaml").write_text(RULES.lstrip() + other)
    listed = wirewatch("show").output.splitlines()
    assert [line.split()[:3] for line in listed] == [["strike", "live", "bulletin"], ["other", "live", "bulletin"]]
    assert "extends: strike" in wirewatch("show", "other").output
    effective = wirewatch("show", "other", "--effective").output
    assert "extends" not in effective
    assert "strike: {near: {within: 8 words" in effective


def test_an_unknown_rule_is_told_with_a_likely_one(wirewatch: Wirewatch) -> None:
    said = wirewatch("show", "stirke")
    assert ("did you mean strike?" in said.output, said.exit_code) == (True, 2)


def test_an_article_is_explained_clause_by_clause(wirewatch: Wirewatch, tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Drones seen\n\nThey hit nothing, said the mayor, but the drones came back.\n")
    fires = wirewatch("explain", str(article), "--no-facts").output
    assert fires.startswith("strike (strikes, live): fires\n  match\n    ✓ strike: “hit” (text ")
    article.write_text("Missiles on parade\n\nA cloud.\n")
    near = wirewatch("explain", str(article), "--no-facts").output
    assert "strike: 1 of 2 parts stand nowhere" in near
    assert "✗ none of hit, hits, struck" in near
    article.write_text("Missiles on parade in the capital while rain fell for an hour and hit the crowd\n\nA cloud.\n")
    assert "the nearest are 12 words apart, 8 are asked" in wirewatch("explain", str(article), "--no-facts").output
    article.write_text("Trams\n\nA tram.\n")
    assert (
        wirewatch("explain", str(article), "--no-facts").output
        == "1 other rules are far from firing; --rule NAME shows one\n"
    )
    assert "lacks strike" in wirewatch("explain", str(article), "--no-facts", "--rule", "strike").output


# --- fmt, schema, new, promote --------------------------------------------------------------------------------------


def test_fmt_tidies_what_it_can_read_and_leaves_the_rest(wirewatch: Wirewatch, folder: Path) -> None:
    (folder / "floods.yaml").write_text("format: [1  ")
    assert wirewatch("fmt", "--check").exit_code == 1
    said = wirewatch("fmt")
    assert [line.rpartition("/")[2] for line in said.output.splitlines() if "changed" in line] == [
        "desks.yaml: changed",
        "strikes.yaml: changed",
    ]
    assert (folder / "floods.yaml").read_text() == "format: [1  "
    assert (
        (folder / "strikes.yaml")
        .read_text()
        .startswith("# yaml-language-server: $schema=schema/ruleset.json\nformat: 1\n")
    )
    (folder / "floods.yaml").unlink()
    assert (wirewatch("fmt").output, wirewatch("fmt", "--check").exit_code) == ("", 0)


def test_schemas_are_written_once(wirewatch: Wirewatch, folder: Path) -> None:
    assert wirewatch("schema", "--check").exit_code == 1
    wirewatch("schema")
    assert json.loads((folder / "schema" / "ruleset.json").read_text())["title"] == "A rule set of wirewatch"
    assert (wirewatch("schema", "--check").output, wirewatch("schema", "--check").exit_code) == ("", 0)


def test_a_rule_is_made_and_promoted(wirewatch: Wirewatch, folder: Path) -> None:
    printed = wirewatch("new", "dam-bursts", "--words", "dam burst*, dyke")
    assert "- id: dam-bursts" in printed.output
    file = folder / "strikes.yaml"
    made = wirewatch("new", "dam-bursts", "--words", "dam burst*, dyke", "--into", str(file))
    assert made.exit_code == 0
    assert wirewatch("test").output == "4 of 4 tests pass\n"
    assert "dam-bursts is shadow" in wirewatch("promote", "dam-bursts").output
    assert "dam-bursts is live" in wirewatch("promote", "dam-bursts").output
    assert file.read_text().count("status: live") == 2


def test_a_rule_that_would_not_be_sound_is_not_promoted(wirewatch: Wirewatch, folder: Path) -> None:
    draft = FLOODS.lstrip().replace("status: live", "status: shadow").rpartition("      - {name: no hit")[0]
    (folder / "floods.yaml").write_text(draft)
    said = wirewatch("promote", "flood")
    assert "nothing is written, for then:" in said.output
    assert "R02 error: flood is live without a test of `no match`" in said.output
    assert (said.exit_code, (folder / "floods.yaml").read_text()) == (2, draft)
