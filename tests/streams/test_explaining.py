"""What `wirewatch rules explain` says is what the engine does, article by article and rule by rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.recorded import Entry
from monitors.article import Article
from streams import wiring
from streams.config import settings
from streams.core.engine import Engine, examine, make_engine
from streams.core.extract import extract
from streams.core.loading import load_rules
from streams.core.match import screen
from streams.explaining import tree
from tests.fakes.newsroom import DESKS, article
from tests.streams.test_demo_traps import DAY, RULES
from tests.streams.test_demo_traps import article as of_day

ENGINE = wiring.engine(settings({"rules": str(RULES), "model": "none"}, None, {}), lambda _: None)


def verdicts(engine: Engine, one: Article) -> dict[str, str]:
    facts = extract(one, engine.gazetteer, engine.annotate)
    return {rule: tree(engine, rule, one, facts)[0].partition("): ")[2] for rule in engine.by_id}


def agree(one: Article) -> None:
    said = verdicts(ENGINE, one)
    fired = {match.rule_id for match in screen(ENGINE.compiled, one.title, one.text)}
    examined = examine(ENGINE, one)
    kept = sorted((m for f in examined.findings for m in f.matches), key=lambda m: m.severity.rank)
    loud = {m.rule_id: m.severity.value for m in kept}  # the loudest of several names
    silenced = {each.match.rule_id for each in examined.suppressed}
    assert {rule for rule, words in said.items() if words.startswith("fires")} == fired
    assert {rule: words.removeprefix("fires: ") for rule, words in said.items() if words.startswith("fires:")} == {
        **loud,
        **{rule: said[rule].removeprefix("fires: ") for rule in silenced if said[rule].startswith("fires:")},
    }


@pytest.mark.parametrize("entry", DAY.entries, ids=lambda entry: entry.id)
def test_the_explanation_of_an_article_is_the_engines_own_verdict(entry: Entry) -> None:
    agree(of_day(entry))


PIECES = [
    "Missiles hit the air base",
    "in a joint exercise",
    "12 people were killed",
    "Macron says",
    "Khamenei was killed",
    "Putin was wounded",
    "the goalkeeper scored",
    "Premier League",
    "sponsored content",
    "explosions at the airport",
    "no casualties",
    ".",
    "\n\n",
    "shot dead",
    "quietly",
]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), st.lists(st.sampled_from(PIECES), max_size=30))
def test_the_explanation_of_any_text_is_the_engines_own_verdict(title: list[str], text: list[str]) -> None:
    agree(article("x", " ".join(title), " ".join(text)))


RULES_IN_TIME = """\
format: 1
ruleset: strikes
owner: world
rules:
  - id: spoken
    title: Spoken
    status: live
    severity: urgent
    review_by: 2030-01-01
    match: {who: {any: [$people]}}
    unless: {game: {any: [goal*], aside: [Ode]}}
    for_each: $people
    corroborate: {at_least: 3, within: 45 minutes, same: [place, actor], then: {severity: flash}}
    after: {rule: spoken-before, within: 2 hours}
    tests: [{name: none, article: {title: none}, expect: no match}]
"""
PEOPLE = "format: 1\nlists: {people: {words: [{name: Ana Ruiz}, {name: Ben Ode, also: [Ode]}]}}"


def test_the_explanation_says_what_other_articles_decide() -> None:
    loaded = load_rules(
        {"rules/r.yaml": RULES_IN_TIME, "rules/lists/l.yaml": PEOPLE, "rules/desks.yaml": DESKS}, lambda _: ()
    )
    engine = make_engine(loaded, ENGINE.gazetteer, None)
    lines = tree(engine, "spoken", article("x", "Ana Ruiz and Ode praise the goal"), None)
    assert lines[lines.index("  unless") + 1] == "    ✓ game — sets aside, and the rest counts: “goal” (title 28–32)"
    assert lines[-4:] == [
        "  over time (other articles decide)",
        "    for_each: Ana Ruiz",
        "    corroborate: flash once 3 origins within 45 minutes tell of it, same place and actor",
        "    after: only within 2 hours after spoken-before",
    ]
