"""What tools write into rule files for people: sound from the first moment, and nothing else is touched."""

from __future__ import annotations

from datetime import date

import pytest

from streams.core.editing import EditError, new_rule, promoted
from streams.core.rule_reading import parse_ruleset
from streams.core.rule_tests import run_tests
from tests.core.test_ruleset import DERIVED, RULE

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize("text", [None, RULE, RULE + "\n\n"])
def test_a_new_rule_is_a_sound_draft(text: str | None) -> None:
    made = new_rule(
        text, "rules/floods.yaml", "dam-bursts", 'Dam "bursts"', ["dam burst*", "dyke"], "weather-desk", TODAY
    )
    ruleset = parse_ruleset(made, "rules/floods.yaml", {})
    rule = ruleset.rules[-1]
    assert (rule.id, rule.title, rule.status, rule.review_by) == (
        "dam-bursts",
        'Dam "bursts"',
        "draft",
        date(2026, 5, 30),
    )
    assert [result.why for result in run_tests([ruleset]) if result.subject == "dam-bursts"] == ["", ""]
    assert text is None or made.startswith(text.rstrip())
    assert ruleset.id == ("floods" if text is None else "strikes")


def test_a_new_rule_needs_a_new_id_and_a_file_that_ends_with_rules() -> None:
    with pytest.raises(EditError, match="found the rule strike; expected a new id"):
        new_rule(RULE, "x.yaml", "strike", "T", ["x"], "o", TODAY)
    with pytest.raises(EditError, match="expected `rules:` as the last key"):
        new_rule(RULE + "title: late\n", "x.yaml", "other", "T", ["x"], "o", TODAY)


def test_a_rule_is_promoted_step_by_step_and_nothing_else_changes() -> None:
    draft = RULE.replace("status: live", "status: draft # not yet live")
    shadow, status = promoted(draft, "x.yaml", "strike")
    assert (shadow, status) == (draft.replace("status: draft", "status: shadow"), "shadow")
    live, status = promoted(shadow, "x.yaml", "strike")
    assert (live, status) == (draft.replace("status: draft", "status: live"), "live")
    assert promoted(live, "x.yaml", "strike", "retired")[1] == "retired"


def test_what_cannot_be_promoted_is_told() -> None:
    with pytest.raises(EditError, match="x.yaml:7: found strike live; expected it draft or shadow"):
        promoted(RULE, "x.yaml", "strike")
    with pytest.raises(EditError, match="did you mean strike"):
        promoted(RULE, "x.yaml", "strke")
    with pytest.raises(EditError, match="found no status of its own in other"):
        promoted(RULE + DERIVED, "x.yaml", "other")
