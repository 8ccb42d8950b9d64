"""What is held back into another story's thread, and whom an alert mentions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from streams.core.desks import Desk, HoldBack, Mentions, Told
from streams.core.engine import advance
from streams.core.holding import rings_in, with_mention
from streams.core.model import Alert, Facts, Finding, LeaderMention, Note, Reason, Same, Severity, Step, Story
from tests.core.make import DESK, claim, finding, leader, match, strike

UNDER_FLASH = HoldBack(
    name="a toll goes under the flash",
    under=Told(rules=("missile-strike",), severities=(Severity.FLASH,)),
    hold=Told(rules=("toll",), severities=(Severity.URGENT, Severity.FLASH)),
    same=("place",),
    seconds=7200,
)
HOLDING = replace(DESK, hold_back=(UNDER_FLASH,))
FLASH = finding(strike(day="2020-01-08"), matches=(match(severity=Severity.FLASH),))


def toll(minutes: float = 30, severity: Severity = Severity.URGENT, low: int = 12, rule: str = "toll") -> Finding:
    """A toll at the same place on another day: a story of its own."""
    fact = replace(claim(low, low, by="the governor"), event_day="2020-01-05")
    name = f"toll{low}"
    return finding(fact, name=name, minutes=minutes, title=f"Toll {low} told", matches=(match(rule, severity),))


def told(*findings: Finding, desk: Desk = HOLDING) -> list[Step]:
    stories: dict[str, Story] = {}
    steps = []
    for one in findings:
        step = advance(stories.values(), one, desk)
        if step.story is not None:
            stories[step.story.story_id] = step.story
        steps.append(step)
    return steps


def alerts(*findings: Finding, desk: Desk = HOLDING) -> list[Alert]:
    return [step.alert for step in told(*findings, desk=desk) if step.alert is not None]


def notes(alert: Alert) -> str:
    return " ".join(run.text for part in alert.parts if isinstance(part, Note) for run in part.runs)


def test_a_toll_goes_into_the_thread_of_the_flash_and_says_why() -> None:
    first, held = alerts(FLASH, toll())
    assert (held.story_id, held.held_by, held.channels) == (first.story_id, UNDER_FLASH.name, first.channels)
    assert (held.update, held.broadcast, held.root_title, held.root) == (1, False, None, ())
    assert "Held back by “a toll goes under the flash”: posted here, in the thread of “Missiles hit Halven”" in notes(
        held
    )


def test_what_a_held_alert_says_is_what_it_would_have_said() -> None:
    free, held = alerts(FLASH, toll(), desk=DESK)[1], alerts(FLASH, toll())[1]
    assert (free.held_by, held.parts[:-1], held.alert_id) == (None, free.parts, free.alert_id)


def test_without_a_flash_before_it_nothing_is_held() -> None:
    quiet = finding(strike(day="2020-01-08"), matches=(match(severity=Severity.BULLETIN),))
    assert [a.held_by for a in alerts(toll())] == [None]
    assert [a.held_by for a in alerts(quiet, toll())] == [None, None]


def test_a_rule_that_is_not_named_is_not_held() -> None:
    assert [a.held_by for a in alerts(FLASH, toll(rule="other"))] == [None, None]


def test_one_match_that_is_not_named_frees_the_whole_alert() -> None:
    both = replace(toll(), matches=(match("toll", Severity.URGENT), match("other", Severity.URGENT)))
    assert [a.held_by for a in alerts(FLASH, both)] == [None, None]


def test_a_louder_alert_is_never_held() -> None:
    loose = replace(HOLDING, hold_back=(replace(UNDER_FLASH, under=Told(rules=("missile-strike",))),))
    quiet = finding(strike(day="2020-01-08"), matches=(match(severity=Severity.BULLETIN),))
    assert [a.held_by for a in alerts(quiet, toll(severity=Severity.FLASH), desk=loose)] == [None, None]
    assert [a.held_by for a in alerts(quiet, toll(), desk=loose)] == [None, UNDER_FLASH.name]


def test_a_place_that_both_lack_is_not_the_same_place() -> None:
    nowhere = replace(FLASH, facts=replace(FLASH.facts, places=()))
    elsewhere = replace(toll(), facts=replace(toll().facts, places=()))
    assert [a.held_by for a in alerts(nowhere, elsewhere)] == [None, None]
    assert [a.held_by for a in alerts(FLASH, elsewhere)] == [None, None]


def test_the_time_runs_out() -> None:
    assert [a.held_by for a in alerts(FLASH, toll(minutes=120))] == [None, UNDER_FLASH.name]
    assert [a.held_by for a in alerts(FLASH, toll(minutes=121))] == [None, None]


def test_a_story_with_a_thread_of_its_own_keeps_it() -> None:
    before = toll(minutes=-5)
    again = replace(toll(low=40, minutes=40), article=replace(toll(low=40, minutes=40).article))
    assert [(a.held_by, a.reason) for a in alerts(before, FLASH, again)] == [
        (None, Reason.FIRST_REPORT),
        (None, Reason.FIRST_REPORT),
        (None, Reason.TOLL_CHANGED),
    ]


def test_the_first_alert_that_is_not_held_shows_the_whole_story() -> None:
    _, held, free = alerts(FLASH, toll(), toll(minutes=200, low=40))
    assert (held.held_by, free.held_by, free.update) == (UNDER_FLASH.name, None, 0)
    assert free.story_id != held.story_id
    assert free.headline.startswith("URGENT · ")


def test_a_withdrawal_follows_what_it_withdraws() -> None:
    gone = replace(toll(minutes=300), article=replace(toll(minutes=300).article, kind="withdrawn", event_id="gone"))
    _, held, withdrawn = alerts(FLASH, toll(), replace(gone, matches=(), facts=Facts()))
    assert (withdrawn.reason, withdrawn.story_id) == (Reason.WITHDRAWN, held.story_id)


def test_a_held_story_holds_nothing_itself() -> None:
    chain = replace(HOLDING, hold_back=(UNDER_FLASH, replace(UNDER_FLASH, name="second", under=Told(rules=("toll",)))))
    other: LeaderMention = leader()
    third = finding(other, name="third", minutes=40, title="Words of Dolan", matches=(match("toll", Severity.URGENT),))
    steps = told(FLASH, toll(), replace(third, subject="Mira Dolan"), desk=chain)
    assert [step.alert and step.alert.held_by for step in steps] == [None, UNDER_FLASH.name, UNDER_FLASH.name]
    assert len({step.alert.story_id for step in steps if step.alert}) == 1


def test_the_same_findings_hold_the_same() -> None:
    assert told(FLASH, toll(), toll(low=40, minutes=50)) == told(FLASH, toll(), toll(low=40, minutes=50))


@st.composite
def finds(draw: st.DrawFn) -> Finding:
    """Any finding of a few rules, severities, places and days."""
    n, minutes = draw(st.integers(0, 40)), draw(st.integers(0, 400))
    places = draw(st.sampled_from([(), ("Halven",), ("Port Sarn",)]))
    fact = replace(
        claim(n, n, by=draw(st.sampled_from(["the governor", None])), place=places[0] if places else None),
        event_day=draw(st.sampled_from([None, "2020-01-01", "2020-01-08"])),
    )
    found = match(draw(st.sampled_from(["missile-strike", "toll"])), draw(st.sampled_from(list(Severity))))
    return finding(
        fact, name=f"a{n}", minutes=minutes, title=f"Report number {n} comes", matches=(found,), places=places
    )


@given(st.lists(finds(), min_size=5, max_size=12), st.sampled_from([("place",), ("place", "leader"), ("weapon",)]))
def test_hold_back_loses_no_alert_and_puts_none_under_a_quieter_one(
    findings: list[Finding], same: tuple[Same, ...]
) -> None:
    loose = replace(UNDER_FLASH, under=Told(rules=("missile-strike",)), hold=Told(rules=("toll",)), same=same)
    held = alerts(*findings, desk=replace(DESK, hold_back=(loose,)))
    free = alerts(*findings, desk=DESK)
    assert [(a.alert_id, a.severity, a.reason) for a in held] == [(a.alert_id, a.severity, a.reason) for a in free]
    loudest: dict[str, int] = {}
    for each, plain in zip(held, free, strict=True):
        if each.held_by is not None:
            assert each.severity.rank <= loudest[each.story_id]
            assert each.story_id != plain.story_id
        loudest[plain.story_id] = max(loudest.get(plain.story_id, 0), each.severity.rank)


# --- mentions -------------------------------------------------------------------------------------------------------

RINGING = replace(
    DESK,
    mentions=Mentions(who="here", severities=(Severity.FLASH,), channels=("slack:#conflict",), at_most=3, seconds=600),
)


def test_a_flash_mentions_whom_the_desk_says() -> None:
    (alert,) = alerts(FLASH)
    rung = with_mention(RINGING, alert, recent=2)
    assert rung.mention is not None
    assert (rung.mention.who, rung.mention.channels) == ("here", ("slack:#conflict",))
    assert not rung.mention.withheld


def test_over_the_budget_it_goes_out_without_and_says_so() -> None:
    (alert,) = alerts(FLASH)
    quiet = with_mention(RINGING, alert, recent=3)
    assert quiet.mention is not None
    assert quiet.mention.withheld == "mention budget used: 3 in 10 minutes"
    assert replace(quiet, mention=None) == alert
    assert rings_in(quiet, "slack:#conflict") == "no mention of @here: mention budget used: 3 in 10 minutes"
    assert rings_in(quiet, "slack:#elsewhere") == ""


def test_a_quieter_alert_an_update_and_a_held_one_mention_nobody() -> None:
    (alert,) = alerts(FLASH)
    for other in (
        replace(alert, severity=Severity.BULLETIN),
        replace(alert, reason=Reason.TOLL_CHANGED),
        replace(alert, held_by="x"),
        replace(alert, channels=("slack:#elsewhere",)),
    ):
        assert with_mention(RINGING, other, recent=0) == other
