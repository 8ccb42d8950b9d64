# ruff: noqa: E501 - a case on one line reads best
from __future__ import annotations

import pytest

from monitors.strict_yaml import BadFileError
from streams.core.desks import parse_desks, read_desks, route
from streams.core.model import Severity

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


def test_a_bad_desk_does_not_close_its_neighbour() -> None:
    other = "  - {id: politics, title: Politics, rulesets: [leaders], routes: [{to: slack:#p}]}\n"
    desks, mistakes = read_desks(DESKS.replace("to: slack:#conflict", "to: x") + other, "desks.yaml")
    assert [desk.id for desk in desks] == ["politics"]
    assert len(mistakes) == 1
