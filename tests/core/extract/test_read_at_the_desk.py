"""Sentences of a news day whose alerts a desk read and did not believe."""

from __future__ import annotations

import pytest

from tests.core.extract.samples import facts

BOTH = pytest.mark.parametrize("syntax", [True, False], ids=["with the model", "rules alone"])


def told(
    text: str, title: str = "", syntax: bool = True
) -> list[tuple[str, int | None, int | None, str | None, str | None]]:
    """Return kind, bounds, victims and claimant of each current claim."""
    return [
        (c.kind, c.low, c.high, c.victims.text if c.victims else None, c.claimant)
        for c in facts(text, title, syntax=syntax).claims
        if c.scope == "current"
    ]


@BOTH
def test_a_surname_before_another_name_is_somebody_elses_first_name(syntax: bool) -> None:
    text = "Fifty people were killed in the crush, the ISNA agency quoted the coroner, Abbas Amian, as saying."
    assert () == facts(text, syntax=syntax).leaders


@BOTH
def test_a_leader_is_the_leader_before_a_weekday_or_a_second_leader(syntax: bool) -> None:
    assert ["Vladimir Putin"] == [m.name for m in facts("Putin Monday said talks would go on.", syntax=syntax).leaders]


@BOTH
def test_all_on_board_an_airliner_are_people_and_the_airliner_is_none(syntax: bool) -> None:
    text = "All of the more than 170 people on board a Ukrainian airliner were killed when it crashed, a minister said."
    assert [("killed", 170, None, "people", "a minister")] == told(text, syntax=syntax)


@BOTH
def test_now_is_nobody(syntax: bool) -> None:
    title = "Forty now reported dead in Kerman, more than two hundred hurt"
    assert [("killed", 40, 40, None, None), ("wounded", 200, None, None, None)] == told("", title, syntax)


@BOTH
@pytest.mark.parametrize(
    "before",
    [
        "State television had earlier put the toll at 35.",
        "State television had previously reported 35 dead.",
        "State television had initially said 35 people were killed.",
    ],
)
def test_what_a_source_had_said_earlier_is_told_but_not_as_its_figure_of_now(before: str, syntax: bool) -> None:
    read = facts(
        f"The number of people killed in the crush has risen to 40, the ministry said. {before}", syntax=syntax
    )
    assert [(40, "current"), (35, "earlier")] == [(c.low, c.scope) for c in read.claims]


@BOTH
def test_what_was_said_earlier_in_the_day_is_a_figure_of_now(syntax: bool) -> None:
    text = "Earlier on Wednesday the ministry said three people had been killed in the raid."
    assert [("killed", 3, 3, "people", "the ministry")] == told(text, syntax=syntax)


@BOTH
def test_the_first_drone_is_not_one_drone(syntax: bool) -> None:
    (strike,) = facts(
        "Drivers were asleep when the first drone struck, a correspondent reports.", syntax=syntax
    ).strikes
    assert (None, None) == (strike.count_low, strike.count_high)


@BOTH
def test_who_had_spoken_of_a_figure_claims_it(syntax: bool) -> None:
    title = "Washington denies losses; Guards source had spoken of 80 Americans killed"
    assert [("killed", 80, 80, "Americans", "Guards source")] == told("", title, syntax)


@BOTH
def test_media_that_stand_by_a_figure_claim_it(syntax: bool) -> None:
    title = "Trump says nobody was harmed, Iranian media stand by 80 dead"
    assert ("killed", 80, 80, None, "Iranian media") in told("", title, syntax)


@BOTH
def test_no_germans_among_the_victims_are_germans(syntax: bool) -> None:
    title = "Berlin knows of no Germans among the victims of the crash near Tehran"
    assert [("Germans", 0)] == [
        (c.victims.text if c.victims else None, c.high) for c in facts("", title, syntax=syntax).claims
    ]


@BOTH
def test_the_base_where_soldiers_stay_is_no_part_of_who_they_are(syntax: bool) -> None:
    text = "Denmark's defence command said none of its soldiers at Al Asad air base was killed in the missile attack."
    assert [("killed", 0, 0, "its soldiers", "Denmark's defence command")] == told(text, syntax=syntax)


@BOTH
def test_who_tells_of_its_soldiers_has_not_fired_the_missiles(syntax: bool) -> None:
    text = "Denmark's defence command said none of its soldiers at Al Asad was killed in the missile attack."
    assert [(None, "reported")] == [(s.actor, s.status) for s in facts(text, syntax=syntax).strikes]


@BOTH
@pytest.mark.parametrize("own", ["its jets had hit a camp", "its soldiers had fired rockets at a camp"])
def test_who_tells_of_its_forces_strikes_claims_them(own: str, syntax: bool) -> None:
    (strike,) = facts(f"Sudan's army said {own} near Khartoum.", syntax=syntax).strikes
    assert "claimed" == strike.status


@BOTH
@pytest.mark.parametrize(
    "title",
    [
        'Trump says "All is well" after missiles strike bases in Iraq',
        "Khamenei says US must leave after missile attack",
    ],
)
def test_what_a_headline_adds_after_the_words_is_not_theirs(title: str, syntax: bool) -> None:
    assert [None] == [s.claimant for s in facts("", title, syntax=syntax).strikes]


@BOTH
def test_a_strike_that_is_what_is_said_keeps_its_claimant(syntax: bool) -> None:
    title = "Governor says 12 killed after missile strike on Homs"
    assert [("killed", 12, 12, None, "Governor")] == told("", title, syntax)


@BOTH
def test_targets_keep_their_noun(syntax: bool) -> None:
    text = "State television said at least 80 people were killed in strikes on US targets."
    assert [("US targets",)] == [s.targets for s in facts(text, syntax=syntax).strikes]


@BOTH
def test_a_part_of_the_dead_is_not_who_was_hurt(syntax: bool) -> None:
    text = (
        "Six people, including two children, were killed and 21 wounded when drones hit a dormitory, the governor said."
    )
    assert ("wounded", 21, 21, None, "the governor") in [
        (k, low, high, None if v in {None, "people"} else v, by) for k, low, high, v, by in told(text, syntax=syntax)
    ]


@BOTH
def test_women_among_the_dead_are_not_hurt(syntax: bool) -> None:
    text = "The ministry said 31 people were killed in the strike, including three children and seven women, and 68 injured."
    hurt = [
        (c.low, c.victims.text if c.victims else None) for c in facts(text, syntax=syntax).claims if c.kind == "wounded"
    ]
    assert hurt in ([(68, None)], [(68, "people")])


@BOTH
def test_a_strike_on_a_country_overnight_is_on_the_country(syntax: bool) -> None:
    text = "Russia launched 142 attack drones at Ukraine overnight, the air force in Kyiv said."
    assert [("Ukraine",)] == [s.targets for s in facts(text, syntax=syntax).strikes]


@BOTH
def test_those_killed_since_are_a_running_total(syntax: bool) -> None:
    text = "More than 44,000 people have been killed since, the health ministry says."
    assert ["cumulative"] == [c.scope for c in facts(text, syntax=syntax).claims]


@BOTH
@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Gunmen stop buses on a highway, shoot dead 14", ""),
        ("", "Gunmen stopped two buses, checked identity cards and shot dead 14 of them, officials said."),
    ],
)
def test_who_shot_dead_fourteen_killed_fourteen(title: str, text: str, syntax: bool) -> None:
    assert [("killed", 14)] == [(c.kind, c.low) for c in facts(text, title, syntax=syntax).claims]


@BOTH
def test_who_tried_to_flee_was_hurt_all_the_same(syntax: bool) -> None:
    text = "Three passengers who tried to flee were wounded."
    assert [("wounded", 3, 3, "passengers", None)] == told(text, syntax=syntax)


@BOTH
def test_a_count_in_quotation_marks_counts_whom_it_names(syntax: bool) -> None:
    text = 'The army said it had repelled an assault and killed "hundreds" of RSF fighters.'
    assert [("killed", 100, None, "RSF fighters", "The army")] == told(text, syntax=syntax)


@BOTH
def test_what_happened_in_the_year_since_which_this_was_the_deadliest_is_history(syntax: bool) -> None:
    text = "It was the deadliest attack in the region since 2019, when a bomb at a school in Bogota killed 22."
    read = facts(text, day="2024-10-12", syntax=syntax)
    assert ["historical"] == [c.scope for c in read.claims]
    assert [] == [s for s in read.strikes if s.scope == "current"]


@BOTH
def test_a_man_dismissed_last_week_died_now(syntax: bool) -> None:
    text = "The suspect, a 28-year-old man who had been dismissed last week, died at the scene."
    assert [("killed", 1)] == [(kind, low) for kind, low, *_ in told(text, syntax=syntax)]


@BOTH
def test_what_was_fired_days_before_was_not_fired_now(syntax: bool) -> None:
    text = "Israel struck an air base near Isfahan on Friday, officials said, days after Tehran fired more than 300 drones at Israel."
    strikes = [s for s in facts(text, syntax=syntax).strikes if s.scope == "current"]
    assert [(None, "Israel")] == [(s.count_low, s.actor) for s in strikes]


@BOTH
def test_a_headline_bombs_what_it_says_and_not_what_came_before(syntax: bool) -> None:
    title = "Turkish jets bomb PKK targets in northern Iraq after Ankara attack"
    assert ["Ankara"] != [s.place for s in facts("", title, syntax=syntax).strikes]
    assert () == facts("", title, syntax=syntax).places


@BOTH
def test_a_man_named_like_a_town_is_no_scene_at_the_head_of_a_sentence(syntax: bool) -> None:
    assert () == facts("Jorge Maldonado, mayor of the town, was shot dead.", syntax=syntax).places
    assert ("Mariupol",) == facts("Besieged Mariupol, a port, was shelled, killing five.", syntax=syntax).places


@BOTH
def test_words_between_commas_before_that_are_no_part_of_a_statement(syntax: bool) -> None:
    (said,) = facts("Putin suggested, without evidence, that they had been heading for Ukraine.", syntax=syntax).leaders
    assert "they had been heading for Ukraine" == said.statement


@BOTH
def test_an_agency_within_another_name_carried_nothing(syntax: bool) -> None:
    (claim,) = facts("The coalition, CSP-DPA, put the number of dead at 21.", syntax=syntax).claims
    assert claim.outlet is None


@BOTH
def test_a_day_earlier_is_no_part_of_a_target(syntax: bool) -> None:
    text = "Hezbollah said a commander was killed in an Israeli strike on Beirut's southern suburbs a day earlier."
    assert all("suburbs a" not in t for s in facts(text, syntax=syntax).strikes for t in s.targets)


@BOTH
def test_peoples_whose_singular_is_a_noun_are_nations(syntax: bool) -> None:
    text = "Six workers, among them a Briton, an Australian and a Pole, were killed when a drone hit their convoy."
    nations = {c.victims.nation for c in facts(text, syntax=syntax).claims if c.victims is not None and c.part}
    assert {"GB", "AU", "PL"} == nations


@BOTH
def test_africa_is_no_town(syntax: bool) -> None:
    assert () == facts("Africa Command said no civilians were harmed in the raid.", syntax=syntax).places


@BOTH
def test_an_agency_for_disasters_is_no_news_agency(syntax: bool) -> None:
    text = "The blast killed 98 people, the National Emergency Management Agency said on Monday."
    (claim,) = facts(text, syntax=syntax).claims
    assert ("the National Emergency Management Agency", None) == (claim.claimant, claim.outlet)


@BOTH
def test_who_puts_the_figure_at_another_number_claims_it(syntax: bool) -> None:
    text = "Police opened fire, killing at least five people, a medical union said. Amnesty International put the figure at 13."
    assert ("killed", 13, 13, "people", "Amnesty International") in told(text, syntax=syntax)


@BOTH
def test_the_other_sides_word_is_not_joined_to_a_claimed_strike(syntax: bool) -> None:
    title = "Ukraine says its drones hit Russian oil depot; Moscow says all were shot down"
    claimed = [s for s in facts("", title, syntax=syntax).strikes if s.status == "claimed"]
    assert [("hit",)] == [tuple(o.what for o in s.outcomes) for s in claimed]


@BOTH
def test_a_doctor_who_asked_not_to_be_identified_is_the_speaker(syntax: bool) -> None:
    text = "A doctor at the hospital, who asked not to be identified, said 25 bodies had been brought in."
    assert ["A doctor at the hospital"] == [by for *_, by in told(text, syntax=syntax)]


@BOTH
def test_who_speaks_in_a_headlines_second_half_is_not_who_acts_in_the_first(syntax: bool) -> None:
    title = "Rebels take Goma as UN says 17 peacekeepers have died"
    assert [("killed", 17, 17, "peacekeepers", "UN")] == told("", title, syntax)


@BOTH
def test_who_killed_the_gunman_may_speak_in_the_same_sentence(syntax: bool) -> None:
    text = "The gunman was killed by the Secret Service, which said a spectator also died and two others were hurt."
    assert {("killed", "gunman"), ("killed", "spectator")} <= {(k, v) for k, _, _, v, _ in told(text, syntax=syntax)}


@BOTH
def test_a_figure_that_takes_the_years_toll_up_is_of_this_event(syntax: bool) -> None:
    text = "A U.N. official put the number of dead at 184, taking this year's toll in the country to 5,000."
    assert [(184, "current"), (5000, "cumulative")] == [(c.low, c.scope) for c in facts(text, syntax=syntax).claims]


@BOTH
def test_a_strike_told_by_name_and_in_a_headline_is_one(syntax: bool) -> None:
    text = "Yemen's Houthis said on Monday they had targeted the American destroyer Stockdale with two cruise missiles."
    title = "Houthis say they fired two missiles at US destroyer"
    assert [(2, "claimed")] == [(s.count_low, s.status) for s in facts(text, title, syntax=syntax).strikes]


@BOTH
def test_soldiers_lost_killed_and_wounded_are_casualties_not_dead(syntax: bool) -> None:
    text = "The general said Russian forces had lost 430 soldiers, killed and wounded, in the battle."
    assert [("casualties", 430)] == [(c.kind, c.low) for c in facts(text, syntax=syntax).claims]


@BOTH
def test_those_for_whose_shooting_men_are_wanted_were_not_hurt_now(syntax: bool) -> None:
    text = "Israeli forces killed two gunmen wanted for the shooting of three Israelis, the military said."
    assert [("killed", 2, 2, "gunmen", "the military")] == told(text, syntax=syntax)


@BOTH
@pytest.mark.parametrize("dash", ["-", "–", "—"])
def test_who_stands_behind_a_dash_in_a_headline_is_the_speaker_whole(dash: str, syntax: bool) -> None:
    title = f"Drone strike on Darfur hospital kills 30 patients {dash} medical source"
    assert [("killed", 30, 30, "patients", "medical source")] == told("", title, syntax)


@BOTH
def test_those_killed_since_thursday_are_no_total_of_a_war(syntax: bool) -> None:
    text = "More than 80 people have been killed in the north since Thursday in fighting between the two groups."
    assert ["current"] == [c.scope for c in facts(text, syntax=syntax).claims]


@BOTH
def test_all_that_was_shot_down_is_told(syntax: bool) -> None:
    text = "Air defences shot down two missiles and seven drones over the region, the defence ministry said."
    assert [(2, "intercepted", 2), (7, "intercepted", 7)] == [
        (s.count_low, s.outcomes[0].what, s.outcomes[0].count) for s in facts(text, syntax=syntax).strikes
    ]


@BOTH
def test_a_joined_word_of_a_speaker_is_kept_whole(syntax: bool) -> None:
    title = "Strike on Luhansk kills five, Moscow-installed official says"
    assert [("killed", 5, 5, None, "Moscow-installed official")] == told("", title, syntax)


@BOTH
def test_a_block_of_flats_is_hit_whole(syntax: bool) -> None:
    text = "A Ukrainian missile hit a block of flats in the city, the head of the region said."
    assert [("a block of flats",)] == [s.targets for s in facts(text, syntax=syntax).strikes]


@BOTH
def test_an_agency_named_like_a_town_is_no_scene(syntax: bool) -> None:
    text = "Iran hanged a man on Saturday for the murder of three soldiers, the judiciary's Mizan news agency reported."
    assert () == facts(text, syntax=syntax).places


@BOTH
def test_strikes_that_kill_fighters_are_strikes(syntax: bool) -> None:
    text = "Thirteen fighters were killed by strikes on a camp west of Sanaa, the group's television reported, blaming the US."
    assert ["Sanaa"] == [s.place for s in facts(text, syntax=syntax).strikes]


@BOTH
def test_whom_a_headline_captures_does_not_die_behind_its_semicolon(syntax: bool) -> None:
    title = "Army captures drug lord's son; 29 die in gunfights"
    assert [("killed", 29)] == [(kind, low) for kind, low, *_ in told("", title, syntax)]


@BOTH
def test_a_death_that_brings_the_total_to_thirty_is_of_now(syntax: bool) -> None:
    text = "A state police officer was also killed, bringing the total to 30, officials said."
    assert ("killed", 1) in [(kind, low) for kind, low, *_ in told(text, syntax=syntax)]


@BOTH
def test_deaths_of_a_year_that_is_named_are_history_though_the_court_speaks_now(syntax: bool) -> None:
    text = "A court sentenced five men on Tuesday for the Easter attacks of 2019, in which bombers killed 279 people."
    assert {"historical"} == {c.scope for c in facts(text, day="2024-10-12", syntax=syntax).claims}


@BOTH
def test_a_blast_at_a_ministry_says_nothing(syntax: bool) -> None:
    title = "Blast at Kabul foreign ministry: at least 20 dead, says official"
    assert [("killed", 20, None, None, "official")] == told("", title, syntax)


@BOTH
def test_people_killed_or_wounded_are_casualties(syntax: bool) -> None:
    text = "An official said at least 20 people had been killed or wounded."
    assert [("casualties", 20, None, "people", "An official")] == told(text, syntax=syntax)


@BOTH
def test_all_on_board_two_vehicles_are_not_two(syntax: bool) -> None:
    text = "Two soldiers were killed by a roadside bomb. The Taliban claimed to have killed all on board two vehicles."
    assert [("killed", 2)] == [(kind, low) for kind, low, *_ in told(text, syntax=syntax)]


@BOTH
def test_four_bodies_beside_a_woman_are_no_women(syntax: bool) -> None:
    text = "A woman died of burns in hospital and four more bodies were found, the fire service said."
    assert [("women", 1), (None, 4)] == [
        (c.victims.kind if c.victims else None, c.low) for c in facts(text, syntax=syntax).claims
    ]


@BOTH
def test_shares_that_rocket_strike_nothing(syntax: bool) -> None:
    assert () == facts("", "Shares in missile maker rocket as war fears hit markets", syntax=syntax).strikes
    assert ["missiles"] == [s.weapon for s in facts("", "Oil rockets as missiles hit plant", syntax=syntax).strikes]


@BOTH
def test_drones_of_a_headline_that_are_shot_down_are_no_people(syntax: bool) -> None:
    title = "Ukrainian drones hit refinery in Russia's Ryazan; Moscow reports 121 shot down"
    assert [] == told("", title, syntax)


@BOTH
def test_who_stands_in_quotation_marks_is_who_was_killed(syntax: bool) -> None:
    text = 'The Malian army said its drones killed about 40 "terrorists" near the border.'
    assert [("killed", 40, 40, "terrorists", "The Malian army")] == told(text, syntax=syntax)


@BOTH
def test_so_many_of_the_losses_that_were_killed_are_the_killed(syntax: bool) -> None:
    text = "The papers put the losses at 189,500 to 223,000, among them up to 43,000 killed."
    assert [("killed", 43000)] == [(c.kind, c.high) for c in facts(text, syntax=syntax).claims]


@BOTH
def test_a_capital_that_looks_into_it_is_no_scene(syntax: bool) -> None:
    title = "Azerbaijani plane crash: 38 dead, 29 survive; Baku looks at missile strike"
    assert () == facts("", title, syntax=syntax).places


@BOTH
def test_sixty_that_were_shot_down_are_missiles(syntax: bool) -> None:
    text = "Russia fired about 70 missiles at Ukraine on Friday. Sixty were shot down, the air force said."
    assert [] == told(text, syntax=syntax)


@BOTH
def test_those_who_are_remembered_died_before(syntax: bool) -> None:
    text = "Hundreds gathered on Friday to remember the 51 people shot dead by a gunman at two mosques in 2019."
    assert {"historical"} == {c.scope for c in facts(text, day="2024-10-12", syntax=syntax).claims}


@BOTH
def test_the_deadliest_year_is_a_total(syntax: bool) -> None:
    title = "Report: 2023 deadliest year for aid workers with 280 killed"
    assert [] == told("", title, syntax)


@BOTH
def test_the_day_of_speaking_is_no_part_of_the_words(syntax: bool) -> None:
    (said,) = facts("Putin said on Thursday he was ready to meet his rival at any time.", syntax=syntax).leaders
    assert "he was ready to meet his rival at any time" == said.statement


@BOTH
def test_half_a_sentence_in_quotation_marks_is_told_whole(syntax: bool) -> None:
    (said,) = facts('Khamenei said avenging the general was "Tehran\'s duty".', syntax=syntax).leaders
    assert 'avenging the general was "Tehran\'s duty"' == said.statement


@BOTH
@pytest.mark.parametrize("who", ["aide", "adviser", "spokeswoman", "lawyer", "critic"])
def test_somebody_about_a_leader_is_not_the_leader(who: str, syntax: bool) -> None:
    assert () == facts("", f"Biden {who} says US has no information on attack", syntax=syntax).leaders


@BOTH
def test_portraits_that_burn_hurt_nobody(syntax: bool) -> None:
    text = "Portraits of the late president and his son Rami were burned in the square."
    assert [] == told(text, syntax=syntax)


@BOTH
def test_a_minister_without_a_name_keeps_the_whole_country(syntax: bool) -> None:
    text = "South Korea's defence minister first denied it and then said he could not confirm it."
    assert ["South Korea's defence minister"] == [m.name for m in facts(text, day="2030-01-01", syntax=syntax).leaders]


@BOTH
def test_a_death_of_which_reports_are_rejected_is_denied(syntax: bool) -> None:
    title = "Spokesman rejects report of rebel leader's death"
    assert [] == [c for c in facts("", title, syntax=syntax).claims if c.status != "denied"]


@BOTH
def test_what_a_jet_destroyed_is_no_part_of_its_name(syntax: bool) -> None:
    text = "Eleven people were killed when missiles fired by Israeli F-35s destroyed the consulate in Damascus, media said."
    assert ["Israeli F-35s"] == [s.actor for s in facts(text, syntax=syntax).strikes]


@BOTH
def test_the_question_of_a_headline_is_no_part_of_who_answers(syntax: bool) -> None:
    title = "Nine dead in Prague? No: police say 14 killed in shooting"
    assert [("killed", 14, 14, None, "police")] == told("", title, syntax)
