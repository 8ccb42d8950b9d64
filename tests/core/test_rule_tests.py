"""Coverage of rules by their tests: what no test shows is told."""

from __future__ import annotations

import pytest

from streams.core.rule_reading import parse_ruleset
from streams.core.rule_tests import coverage

RULE = """\
format: 1
ruleset: strikes
owner: world-desk
rules:
  - id: strike
    title: A strike
    status: live
    severity: urgent
    review_by: 2027-01-01
    match:
      a: {any: [rocket]}
      b: {any: [port]}
    unless: {game: {any: [game]}}
    where: {claims: {}}
    severity_when: [{when: {claims: {at_least: 9}}, severity: flash}]
    tests:
      - {name: hit, article: {title: Port rocket}, expect: match, given: {claims: [{kind: killed, count: 9}]}, severity: flash}
      - {name: passes, article: {title: A rocket in port}, expect: match, given: {claims: [{kind: killed}]}, alert: true}
      - {name: held, article: {title: A rocket in port}, expect: match, alert: false}
      - {name: no a, article: {title: In port}, expect: no match}
      - {name: no b, article: {title: A rocket}, expect: no match}
      - {name: game, article: {title: A rocket game in port}, expect: no match, unless: game}
"""


@pytest.mark.parametrize(
    ("gone", "lacks"),
    [
        ([], []),
        (["no b"], ["strike: match `b`: no test fails for the lack of it"]),
        (["game"], ["strike: unless `game`: cancels no test"]),
        (["held"], ["strike: where: holds no test back"]),
        (["passes"], ["strike: where: lets no test pass"]),
        (["hit"], ["strike: severity_when 1 (flash): no test with these facts and `severity`"]),
        (
            ["hit", "passes", "held"],
            [
                "strike: match `a`: no test that matches",
                "strike: match `b`: no test that matches",
                "strike: where: lets no test pass and holds no test back",
                "strike: severity_when 1 (flash): no test with these facts and `severity`",
            ],
        ),
    ],
)
def test_what_no_test_shows_is_told(gone: list[str], lacks: list[str]) -> None:
    lines = [line for line in RULE.splitlines() if not any(f"name: {name}," in line for name in gone)]
    parts = coverage([parse_ruleset("\n".join(lines), "x.yaml", {})])
    assert [str(part).removeprefix("x.yaml:5:1: ") for part in parts if part.lacks] == lacks
    assert len(parts) == 5
