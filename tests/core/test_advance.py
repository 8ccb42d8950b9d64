"""What is worth an alert: tables of (findings in order) -> (reasons), and the laws behind them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.engine import advance
from streams.core.model import CasualtyClaim, Finding, Outcome, Reason, Severity, Step, Story, Victims
from tests.core.make import DESK, claim, finding, leader, match, strike

US_TROOPS = Victims(text="US troops", nation="US", kind="military")
IRAQI_TROOPS = Victims(text="Iraqi troops", nation="IQ", kind="military")


def follow(*findings: Finding) -> list[Step]:
    """Run findings through one desk, as the store would: every story is a candidate for the next finding."""
    stories: dict[str, Story] = {}
    steps = []
    for one in findings:
        step = advance(stories.values(), one, DESK)
        if step.story is not None:
            stories[step.story.story_id] = step.story
        steps.append(step)
    return steps


def reasons(*findings: Finding) -> list[Reason]:
    return [s.reason for s in follow(*findings)]


FIRST, NOTHING = Reason.FIRST_REPORT, Reason.NOTHING_NEW

TABLE = {
    "a second article from the same source does not alert": (
        [finding(strike()), finding(strike(words="Halven was hit."), name="a2", minutes=2)],
        [FIRST, NOTHING],
    ),
    "an independent second origin alerts once": (
        [
            finding(strike()),
            finding(strike(words="Halven was hit."), name="a2", minutes=2, source="Levant Courier"),
            finding(strike(words="A hit on Halven."), name="a3", minutes=3, source="Coast Post"),
        ],
        [FIRST, Reason.SECOND_ORIGIN, NOTHING],
    ),
    "a copy of the wire in another outlet is no second origin": (
        [finding(strike()), finding(strike(), name="a2", minutes=2, source="Levant Courier")],
        [FIRST, NOTHING],
    ),
    "the first figure in a story is news": (
        [finding(strike()), finding(strike(), claim(3, 3), name="a2", minutes=2)],
        [FIRST, Reason.TOLL_CHANGED],
    ),
    "a toll that rises by a quarter is news, one more is not": (
        [
            finding(claim(12, 12)),
            finding(claim(13, 13), name="a2", minutes=2),
            finding(claim(15, 15), name="a3", minutes=3),
        ],
        [FIRST, NOTHING, NOTHING],
    ),
    "a toll that rises by a quarter from what was last claimed is news": (
        [finding(claim(12, 12)), finding(claim(15, 15), name="a2", minutes=2)],
        [FIRST, Reason.TOLL_CHANGED],
    ),
    "a toll that crosses a hundred is news": (
        [finding(claim(98, 98)), finding(claim(101, 101), name="a2", minutes=2)],
        [FIRST, Reason.TOLL_CHANGED],
    ),
    "the same voice in other words does not conflict with itself": (
        [
            finding(claim(35, 35, by="State television")),
            finding(claim(40, 40, by="Iranian state TV"), name="a2", minutes=2),
            finding(claim(50, 50, by="the Iranian state TV"), name="a3", minutes=3),
        ],
        [FIRST, NOTHING, Reason.TOLL_CHANGED],
    ),
    "dozens after at least 35 is no lower figure": (
        [
            finding(claim(35, None, qual="at_least", by="state TV")),
            finding(claim(12, None, qual="indefinite", stated="dozens", by="state TV"), name="a2", minutes=2),
        ],
        [FIRST, NOTHING],
    ),
    "a ballistic missile here is a missile there": (
        [
            finding(strike(weapon="ballistic missiles")),
            finding(strike(weapon="missiles", place=None, words="It was hit."), name="a2", minutes=2, places=()),
        ],
        [FIRST, NOTHING],
    ),
    "an older, lower figure from elsewhere is not news": (
        [finding(claim(56, 56)), finding(claim(35, 35), name="a2", minutes=2)],
        [FIRST, NOTHING],
    ),
    "a claimant that lowers its own figure is news": (
        [finding(claim(15, 15, by="the governor")), finding(claim(9, 9, by="the governor"), name="a2", minutes=2)],
        [FIRST, Reason.TOLL_CHANGED],
    ),
    "two claimants with disjoint figures conflict, once": (
        [
            finding(claim(80, None, qual="at_least", by="a Guard source", victims=US_TROOPS)),
            finding(
                claim(0, 0, kind="casualties", qual="zero", by="the Pentagon", victims=US_TROOPS), name="a2", minutes=2
            ),
            finding(
                claim(
                    0, 0, kind="casualties", qual="zero", by="the Pentagon", victims=US_TROOPS, words="None, it said."
                ),
                name="a3",
                minutes=3,
            ),
        ],
        [FIRST, Reason.CLAIM_CONFLICT, NOTHING],
    ),
    "none of ours is a first figure of that side, no conflict with eighty of theirs": (
        [
            finding(claim(80, None, qual="at_least", by="a Guard source", victims=US_TROOPS)),
            finding(claim(0, 0, kind="casualties", qual="zero", by="Iraq's military", victims=IRAQI_TROOPS), name="a2"),
        ],
        [FIRST, Reason.TOLL_CHANGED],
    ),
    "a zero about nobody in particular contradicts nobody": (
        [
            finding(claim(80, None, qual="at_least", by="a Guard source", victims=US_TROOPS)),
            finding(claim(0, 0, kind="casualties", qual="zero", by="the governor"), name="a2"),
        ],
        [FIRST, Reason.TOLL_CHANGED],
    ),
    "the first count of what hit and what failed is news": (
        [
            finding(strike(None)),
            finding(strike(15, outcomes=(Outcome(what="hit", count=11), Outcome(what="failed", count=4))), name="a2"),
            finding(strike(15, outcomes=(Outcome(what="hit", count=11), Outcome(what="failed", count=4))), name="a3"),
        ],
        [FIRST, Reason.STRIKE_COUNTED, NOTHING],
    ),
    "another number of missiles is news, one that fits is not": (
        [
            finding(strike(15)),
            finding(strike(22, words="Iraq counts 22."), name="a2", minutes=2),
            finding(strike(15, words="Fifteen it was."), name="a3", minutes=3),
        ],
        [FIRST, Reason.STRIKE_COUNTED, NOTHING],
    ),
    "a toll that rises from one office to the next is an update": (
        [
            finding(claim(35, 35, by="state television")),
            finding(claim(50, 50, by="the coroner"), name="a2", minutes=60),
            finding(claim(56, 56, by="the emergency service"), name="a3", minutes=90),
        ],
        [FIRST, Reason.TOLL_CHANGED, NOTHING],
    ),
    "a figure of twice as many from another voice conflicts": (
        [finding(claim(30, 30, by="the army")), finding(claim(60, 60, by="residents"), name="a2", minutes=2)],
        [FIRST, Reason.CLAIM_CONFLICT],
    ),
    "a lower figure from another voice conflicts": (
        [finding(claim(15, 15, by="the health office")), finding(claim(9, 9, by="the hospital"), name="a2", minutes=2)],
        [FIRST, Reason.CLAIM_CONFLICT],
    ),
    "a voice that corrected itself no longer conflicts by its old figure": (
        [
            finding(claim(30, 30, by="the hospital")),
            finding(claim(15, 15, by="a doctor at the hospital"), name="a2", minutes=2),
            finding(claim(15, 15, by="the army"), name="a3", minutes=3),
        ],
        [FIRST, Reason.TOLL_CHANGED, NOTHING],
    ),
    "other counts of the wounded are no conflict": (
        [
            finding(claim(200, 200, kind="wounded", by="the hospital")),
            finding(claim(48, 48, kind="wounded", by="state television"), name="a2", minutes=2),
        ],
        [FIRST, NOTHING],
    ),
    "its forces are not surely the dead of the other side's claim": (
        [
            finding(claim(80, 80, by="Iranian TV")),
            finding(
                claim(0, 0, kind="casualties", qual="zero", by="the military", victims=Victims(text="its forces")),
                name="a2",
            ),
        ],
        [FIRST, Reason.TOLL_CHANGED],
    ),
    "a part may be smaller than its whole without conflict": (
        [
            finding(claim(176, 176, by="the prime minister")),
            finding(
                claim(63, 63, by="the foreign minister", victims=Victims(text="Canadians", nation="CA")), name="a2"
            ),
        ],
        [FIRST, NOTHING],
    ),
    "a part may not be larger than its whole": (
        [
            finding(claim(30, 30, by="the prime minister")),
            finding(
                claim(63, 63, by="the foreign minister", victims=Victims(text="Canadians", nation="CA")), name="a2"
            ),
        ],
        [FIRST, Reason.CLAIM_CONFLICT],
    ),
    "a copy without any place finds its story by its words": (
        [
            finding(places=(), title="Leader says all is well"),
            finding(places=(), name="a2", title="Leader says: all is well"),
        ],
        [FIRST, NOTHING],
    ),
    "a denial of the figure conflicts with it": (
        [
            finding(claim(80, 80, by="the Guard", victims=US_TROOPS)),
            finding(claim(80, 80, by="the Pentagon", victims=US_TROOPS, status="denied"), name="a2"),
        ],
        [FIRST, Reason.CLAIM_CONFLICT],
    ),
    "an edited figure is a correction": (
        [finding(claim(12, 12)), finding(claim(9, 9), kind="revised", n=1, minutes=5)],
        [FIRST, Reason.CORRECTED],
    ),
    "an edit that comes as new, since a crash lost its memory, is a correction too": (
        [finding(claim(80, 80)), finding(claim(8, 8), n=1, minutes=5)],
        [FIRST, Reason.CORRECTED],
    ),
    "a shorter summary in a second feed of the outlet corrects nothing": (
        [finding(claim(80, 80), claim(200, 200, kind="wounded")), finding(claim(80, 80), n=1, minutes=5)],
        [FIRST, NOTHING],
    ),
    "none after none is nothing": (
        [
            finding(claim(0, 0, qual="zero", by="the governor")),
            finding(claim(0, 0, qual="zero", by="the mayor", words="None."), name="a2", minutes=5),
        ],
        [FIRST, NOTHING],
    ),
    "an edit that changes no figure is nothing": (
        [
            finding(claim(12, 12)),
            finding(claim(12, 12), kind="revised", n=1, minutes=5, title="Halven hit by missiles"),
        ],
        [FIRST, NOTHING],
    ),
    "a figure taken out by an edit that no rule matches any more is a correction": (
        [finding(claim(12, 12)), finding(kind="revised", n=1, minutes=5, matches=())],
        [FIRST, Reason.CORRECTED],
    ),
    "a withdrawn article is told to those who were alerted": (
        [finding(claim(12, 12)), finding(kind="withdrawn", n=1, minutes=5, matches=())],
        [FIRST, Reason.WITHDRAWN],
    ),
    "a revision of an article of no story leaves no trace": ([finding(kind="revised", n=1, matches=())], [NOTHING]),
    "another place is another story": (
        [finding(strike()), finding(strike(place="Sarn"), name="a2", places=("Sarn",), title="Sarn hit")],
        [FIRST, FIRST],
    ),
    "the same place twelve hours later is another story": (
        [finding(strike()), finding(strike(words="Again."), name="a2", minutes=13 * 60, title="Again")],
        [FIRST, FIRST],
    ),
    "the same place on another day is another story": (
        [finding(strike(day="2020-01-07")), finding(strike(day="2020-01-03"), name="a2", minutes=2)],
        [FIRST, FIRST],
    ),
    "country, weapon and actor together continue a story without a place": (
        [finding(strike()), finding(strike(place=None, words="It was hit."), name="a2", minutes=2, places=())],
        [FIRST, NOTHING],
    ),
    "new words of a leader are news, the same words elsewhere are not": (
        [
            finding(leader(), places=()),
            finding(leader(statement="We will answer."), name="a2", places=(), minutes=1),
            finding(leader(statement="Talks are over for good"), name="a3", places=(), minutes=2),
        ],
        [FIRST, NOTHING, Reason.LEADER_SPOKE],
    ),
    "a raised severity is news": (
        [
            finding(strike(), matches=(match(severity=Severity.URGENT),)),
            finding(strike(words="Hit."), name="a2", minutes=2, matches=(match(severity=Severity.FLASH),)),
        ],
        [FIRST, Reason.SEVERITY_RAISED],
    ),
}


@pytest.mark.parametrize(("findings", "expected"), TABLE.values(), ids=TABLE.keys())
def test_reasons(findings: list[Finding], expected: list[Reason]) -> None:
    assert expected == reasons(*findings)


claims = st.builds(
    claim,
    st.integers(0, 200),
    st.none(),
    by=st.sampled_from([None, "the Guard", "the Pentagon", "the governor"]),
    victims=st.sampled_from([None, US_TROOPS, IRAQI_TROOPS]),
    kind=st.sampled_from(["killed", "wounded"]),
)


@given(st.lists(claims, min_size=1, max_size=5))
def test_the_same_finding_twice_is_nothing_new(told: list[CasualtyClaim]) -> None:
    first, again = follow(finding(*told), finding(*told))
    assert Reason.NOTHING_NEW is again.reason
    assert first.story is not None
    assert again.story is not None
    assert first.story.story_id == again.story.story_id


@given(st.lists(st.lists(claims, max_size=3), min_size=1, max_size=6))
def test_no_alert_id_is_ever_made_twice(told: list[list[CasualtyClaim]]) -> None:
    steps = follow(*(finding(*t, name=f"a{i}", minutes=i) for i, t in enumerate(told)))
    ids = [s.alert.alert_id for s in steps if s.alert is not None]
    assert len(ids) == len(set(ids))


@given(st.lists(claims, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_claims_inside_an_article_does_not_change_the_alert(
    told: list[CasualtyClaim], rnd: object
) -> None:
    shuffled = list(told)
    rnd.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a seeded random.Random
    (one,), (other,) = follow(finding(*told)), follow(finding(*shuffled))
    assert one.alert is not None
    assert other.alert is not None
    assert one.alert.alert_id == other.alert.alert_id


def test_a_story_id_derives_from_its_first_article() -> None:
    (one,), (other,) = follow(finding(strike(), minutes=0)), follow(finding(strike(), minutes=50))
    assert one.story is not None
    assert other.story is not None
    assert one.story.story_id == other.story.story_id
