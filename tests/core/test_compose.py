"""The words of alerts: attributed, side by side, never summed. Rendered as plain lines so that a person can read the test."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from streams.core.compose import HEADLINE_MAX, TITLE_MAX, is_unnamed, says
from streams.core.engine import advance
from streams.core.model import (
    Alert,
    Divider,
    Finding,
    Note,
    Outcome,
    Pairs,
    Part,
    Quote,
    Run,
    Severity,
    Story,
    Text,
    Victims,
)
from tests.core.make import DESK, claim, finding, leader, strike

US_TROOPS = Victims(text="US troops", nation="US", kind="military")
GUARD = claim(
    80,
    None,
    qual="at_least",
    stated="at least 80",
    by="a source in the Guard",
    via="Fars",
    victims=US_TROOPS,
    place=None,
)
PENTAGON = claim(0, 0, qual="zero", stated="no", by="the Pentagon", victims=US_TROOPS, place=None)


def runs(some: tuple[Run, ...]) -> str:
    return "".join(f"~{r.text}~" if r.style == "struck" else r.text for r in some)


def lines(parts: tuple[Part, ...]) -> list[str]:
    out = []
    for part in parts:
        match part:
            case Text() | Note():
                out.append(runs(part.runs))
            case Pairs():
                out += [f"{label}: {runs(value)}" for label, value in part.pairs]
            case Quote():
                out.append(f"> {part.text}")
            case Divider():
                out.append("---")
    return out


def alerts(*findings: Finding) -> list[Alert]:
    stories: dict[str, Story] = {}
    out = []
    for one in findings:
        step = advance(stories.values(), one, DESK)
        assert step.story is not None
        stories[step.story.story_id] = step.story
        out += [step.alert] if step.alert else []
    return out


def test_a_strike_shows_its_outcomes_and_checks_their_sum() -> None:
    report = strike(
        15,
        "ballistic missiles",
        place="Al Asad",
        by="a defense official",
        outcomes=(
            Outcome(what="hit", place="Al Asad", count=10),
            Outcome(what="hit", place="Erbil", count=1),
            Outcome(what="failed", count=4),
        ),
    )
    checked = replace(report, sum_checked=True)
    (alert,) = alerts(finding(checked, places=("Al Asad",)))
    assert alert.title == "Missile strike · Al Asad, Erbil"
    assert lines(alert.parts)[:6] == [
        "15 ballistic missiles fired by Westmark at Al Asad (reported) — says a defense official (unnamed), in Gulf Wire",
        "Fired: 15",
        "Hit Al Asad: 10",
        "Hit Erbil: 1",
        "Failed: 4",
        "10 + 1 + 4 against 15: the figures add up",
    ]
    assert alert.headline == (
        "BULLETIN · Al Asad, Erbil: 15 ballistic missiles, a defense official says · 1 outlet, unverified"
    )


def test_conflicting_claims_stand_side_by_side_each_with_claimant_and_route() -> None:
    (_, alert) = alerts(finding(GUARD), finding(PENTAGON, name="a2", source="Levant Courier", minutes=3))
    assert alert.title == "Casualty claims CONFLICT · Halven"
    assert alert.headline.startswith(
        "CLAIMS CONFLICT · Halven: a source in the Guard says at least 80 US troops killed; the"
    )
    shown = lines(alert.parts)
    assert "These claims contradict each other. None is verified." in shown
    assert "a source in the Guard: at least 80 US troops killed · via Fars" in shown
    assert "the Pentagon: none killed among US troops · via Levant Courier" in shown


def test_a_correction_strikes_the_old_figure_through() -> None:
    (_, alert) = alerts(finding(claim(12, 12)), finding(claim(9, 9), kind="revised", n=1, minutes=4))
    assert lines(alert.parts)[0] == "Killed: ~12~ → 9 — no claimant named, reported by Gulf Wire"
    assert alert.title.startswith("Correction: ")
    assert alert.broadcast


def test_one_side_has_one_row_with_all_it_claims() -> None:
    wounded = claim(200, 200, kind="wounded", by="a source in the Guard", via="Fars", victims=US_TROOPS, place=None)
    (alert,) = alerts(finding(wounded, GUARD))
    row = "a source in the Guard: at least 80 US troops killed; 200 US troops wounded · via Fars"
    assert row in lines(alert.parts)
    assert "at least 80 US troops killed, a source in the Guard says" in alert.headline


def test_a_mere_possibility_is_not_quoted_before_a_claim() -> None:
    guess = claim(0, 0, qual="zero", status="possible", words="There may have been no casualties.")
    (alert,) = alerts(finding(guess, claim(3, 3, by="the governor", words="Three died, the governor said.")))
    assert ["> Three died, the governor said."] == [line for line in lines(alert.parts) if line.startswith("> ")]


def test_a_word_figure_is_shown_in_its_words() -> None:
    scores = claim(20, None, qual="indefinite", stated="scores of", by="the Guard", victims=US_TROOPS)
    (alert,) = alerts(finding(scores))
    assert "the Guard: “scores of” US troops killed · via Gulf Wire" in lines(alert.parts)


def test_an_update_carries_the_whole_story_as_the_new_root() -> None:
    first, second = alerts(finding(strike()), finding(strike(), claim(3, 3, by="the governor"), name="a2", minutes=5))
    assert (first.update, first.root_title, first.root) == (0, None, ())
    assert second.update == 1
    assert second.root_title == "Missile strike · Halven · update 1, 08 Jan 01:35 UTC"
    assert "the governor: 3 killed · via Gulf Wire" in lines(second.root)


def test_quoted_words_of_a_leader_stand_in_quotation_marks_and_paraphrase_does_not() -> None:
    (quoted,) = alerts(finding(leader(), places=()))
    (indirect,) = alerts(finding(leader(quoted=False), places=()))
    assert lines(quoted.parts)[0] == "Mira Dolan, President: “we will answer” — in Gulf Wire"
    assert lines(indirect.parts)[0] == "Mira Dolan, President, in the outlet's words: we will answer — in Gulf Wire"


def test_every_alert_says_that_nothing_is_verified_and_where_it_was_read() -> None:
    (alert,) = alerts(finding(strike()))
    assert lines(alert.parts)[-2:] == [
        "Gulf Wire · published 08 Jan 01:29 UTC · seen 08 Jan 01:30 UTC · 1 outlet, 1 origin · not verified by this desk",
        "rule missile-strike · rules 01234567 · read by a machine, check the source",
    ]


def test_a_match_without_facts_still_alerts_with_the_articles_own_title() -> None:
    (alert,) = alerts(finding(places=()))
    assert alert.title == "Missile strike · Missiles hit Halven"
    assert "> Missiles hit Halven" in lines(alert.parts)


def test_matched_words_are_marked_inside_the_quotation() -> None:
    (alert,) = alerts(finding(places=()))
    (shown,) = [p for p in alert.parts if isinstance(p, Quote)]
    assert [shown.text[a:b] for a, b in shown.marks] == ["Missiles"]


def test_anonymous_claimants_are_told_from_named_ones() -> None:
    anonymous = ["a defense official", "one diplomat", "officials", "US officials", "a source in the Guard", "sources"]
    named = ["the Pentagon", "Hassan Rouhani", "the Guard", "Iraq's military", ""]
    assert anonymous == [c for c in anonymous + named if is_unnamed(c)]


def test_several_voices_say_and_one_says() -> None:
    several = ["two American officials", "Norway and Poland", "residents", "armed forces"]
    one = ["the Pentagon", "Reuters", "Fars", "the rescue service", "a witness", ""]
    assert several == [c for c in several + one if says(c) == "say"]


def test_a_counted_strike_tells_its_outcomes_on_the_phone() -> None:
    outcomes = (Outcome(what="hit", place="Al Asad", count=10), Outcome(what="failed", count=4))
    counted = strike(15, "ballistic missiles", outcomes=outcomes, by="a defense official", words="Fifteen were fired.")
    (_, alert) = alerts(finding(strike(None)), finding(counted, name="a2", minutes=5))
    assert "15 ballistic missiles (10 hit Al Asad, 4 failed), a defense official says" in alert.headline


def test_victims_named_only_by_their_country_are_an_adjective() -> None:
    nobody = claim(
        0, 0, kind="casualties", qual="zero", by="two officials", victims=Victims(text="American", nation="US")
    )
    (alert,) = alerts(finding(nobody))
    assert "two officials: no American casualties · via Gulf Wire" in lines(alert.parts)


def test_the_dead_come_before_the_wounded_in_a_correction() -> None:
    first = finding(claim(48, 48, kind="wounded"), claim(35, 35))
    (_, alert) = alerts(first, finding(claim(200, 200, kind="wounded"), claim(50, 50), kind="revised", n=1, minutes=4))
    assert "35 → 50 killed, Gulf Wire reports" in alert.headline


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=100))
def test_title_and_headline_stay_short_whatever_is_written(title: str, by: str, place: str) -> None:
    (alert,) = alerts(
        finding(strike(by=by, place=place or None), claim(3, 3, by=by), title=title, places=(place,) if place else ())
    )
    assert len(alert.title) <= TITLE_MAX
    assert len(alert.headline) <= HEADLINE_MAX


def test_severity_is_spelt_in_the_headline() -> None:
    (alert,) = alerts(finding(strike()))
    assert alert.severity is Severity.BULLETIN
    assert alert.headline.startswith("BULLETIN · Halven: 12 cruise missiles")


def test_a_denial_names_who_denies_what() -> None:
    denied = replace(claim(80, 80, by="the Guard", victims=US_TROOPS, status="denied"), denied_by="The Pentagon")
    (alert,) = alerts(finding(denied))
    assert "the Guard: 80 US troops killed · denied by the Pentagon · via Gulf Wire" in lines(alert.parts)
