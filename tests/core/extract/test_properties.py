"""Laws that hold for every text."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from streams.core.extract import extract
from streams.core.extract.as_json import facts_json
from streams.core.model import Facts
from tests.core.extract.samples import article, facts, gazetteer
from tests.core.extract.test_example import TEXT, TITLE

PIECES = st.sampled_from(
    """at least 40 people were killed and another 12 wounded | said the ministry | "We lost nobody," the general said. | Al Asad
    | 15 ballistic missiles | four failed, 10 hit Erbil | no one was hurt | according to Fars | last week | in 2011 | Khamenei said
    | " | ” | ; | -- | ( | U.S. | Jan. 8 | 22-year-old | including two children | were killed | Related: 30 dead | \n\n | , | . | :
    | denied reports that | killed | wounded | of whom | dozens of | between 15 and | and | who | X, 34, | toll rose to 76
    | said Gen. | '' | 12:30 | $3 billion | the | of | 🚀 | Ерик | عين | \u2028 | \x00""".split("|")
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map(" ".join))
RELAXED = settings(deadline=timedelta(seconds=2), max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def cuts(read: Facts, title: str, text: str) -> bool:
    found = [f.evidence for f in read.all()]
    return all({"title": title, "text": text}[e.field][e.start : e.end] == e.quote and e.quote for e in found)


@RELAXED
@given(title=TEXTS, text=TEXTS)
@example(title="", text="")
@example(title="Ten dead", text="")
def test_no_text_raises_and_evidence_cuts_its_quotation_out(title: str, text: str) -> None:
    assert cuts(extract(article(text, title), gazetteer(), None), title, text)


@settings(deadline=None, max_examples=40)
@given(text=TEXTS)
def test_no_text_raises_with_the_model(text: str) -> None:
    assert cuts(facts(text), "", text)


@RELAXED
@given(title=TEXTS, text=TEXTS)
def test_the_same_text_gives_the_same_bytes(title: str, text: str) -> None:
    once, twice = (msgspec.json.encode(extract(article(text, title), gazetteer(), None)) for _ in range(2))
    assert once == twice


@RELAXED
@given(text=TEXTS, teaser=st.sampled_from(["Related: ", "Read more: ", "See also: ", "Watch: "]), link=PIECES)
def test_a_teaser_line_changes_nothing(text: str, teaser: str, link: str) -> None:
    line = teaser + link.strip().replace("\n", " ").replace("\u2028", " ")
    plain, longer = (extract(article(t), gazetteer(), None) for t in (text + "\n\nEnd.", f"{text}\n\nEnd.\n\n{line}"))
    assert plain == longer


@pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])
def test_a_paragraph_of_sport_raises_no_claim(syntax: bool) -> None:
    game = "\n\nIn the second half United hit the post twice and killed off the game with a goal in the 89th minute."
    assert facts(TEXT, TITLE, syntax=syntax).claims == facts(TEXT + game, TITLE, syntax=syntax).claims


@pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])
def test_swapping_two_claimants_swaps_their_claims(syntax: bool) -> None:
    one, two = "The governor of Nakhodka", "The coast guard"
    text = "{} said nine sailors were killed. {} said 21 sailors were killed."
    there = {c.claimant: c.low for c in facts(text.format(one, two), syntax=syntax).claims}
    back = {c.claimant: c.low for c in facts(text.format(two, one), syntax=syntax).claims}
    assert {one: 9, two: 21} == there
    assert {two: 9, one: 21} == back


def test_facts_as_json_hold_outcomes_by_place_and_evidence_by_offsets() -> None:
    shown = facts_json(facts(TEXT, TITLE))
    (strike,) = shown["strikes"]
    assert {"failed": 4, "hit:Al Asad": 10, "hit:Erbil": 1} == strike["outcomes"]
    assert strike["sum_checked"] is True
    evidence = shown["claims"][0]["evidence"]
    assert isinstance(evidence, dict)
    assert {"field", "start", "end", "quote"} == set(evidence)
    assert msgspec.json.decode(msgspec.json.encode(shown)) is not None


HOSTILE = {
    "letters": "a" * 100_000,
    "digits and commas": "1,111" * 20_000,
    "quotation marks": '"' * 100_000,
    "capitals": "Aa " * 33_000,
    "blanks": " " * 100_000,
    "dots": "." * 100_000,
    "killed": "killed " * 14_000,
    "numbers": "12 killed and " * 7_000,
    "names": "Al Asad, " * 11_000,
    "said": '"x," he said. ' * 7_000,
    "one sentence of clauses": "that the army said " * 5_000,
    "not any": "not any " * 12_000,
    "may": "may might " * 10_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_of_100_kilobytes_is_no_trap(text: str) -> None:
    begun = perf_counter()
    extract(article(text), gazetteer(), None)
    # One second is the goal; ten leave room for a busy machine and still catch a catastrophic pattern.
    assert perf_counter() - begun < 10
