"""What `wirewatch rules explain` says is what the engine does, article by article and rule by rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.recorded import Entry
from monitors.article import Article
from streams import wiring
from streams.config import settings
from streams.core.engine import Engine, examine
from streams.core.extract import extract
from streams.core.match import screen
from streams.explaining import tree
from tests.fakes.newsroom import article
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
    loud = {m.rule_id: m.severity.value for finding in examined.findings for m in finding.matches}
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
