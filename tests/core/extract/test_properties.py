"""Laws that hold for every text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from monitors.parse import Document, parse_feed
from streams.core.extract import extract, facts_of, reading_of
from streams.core.extract.as_json import facts_json
from streams.core.extract.claims import MOST_CLAIMS
from streams.core.extract.text import LONGEST, MOST_PARSED, Token
from streams.core.model import CasualtyClaim, Evidence, Facts
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


FEEDS = Path(__file__).resolve().parents[4] / "shared" / "data" / "feeds"


@pytest.mark.skipif(not FEEDS.is_dir(), reason=f"no feed corpus at {FEEDS}")
def test_no_entry_of_other_peoples_feeds_raises() -> None:
    files = [f for f in FEEDS.rglob("*") if f.suffix in {".xml", ".rss", ".atom", ".json"}]
    feeds = [parse_feed(Document(body=f.read_bytes(), url="https://feed.example/rss.xml")) for f in files]
    entries = {(e.title, e.text) for feed in feeds for e in feed.entries}
    assert len(entries) > 500
    for title, text in sorted(entries):
        assert cuts(extract(article(text, title), gazetteer(), None), title, text)


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


CLAIMANTS = st.sampled_from(
    "The governor of Nakhodka|The coast guard|A hospital source|Iraq's military|The rebels|Two officials|The health ministry"
    "|A spokesman for the army|The mayor of Pola|Ukraine's air force|Israeli police".split("|")
)
FIGURES = st.integers(2, 900)
PEOPLE = st.sampled_from(
    "sailors|civilians|Iranian soldiers|people|police officers|children|U.S. troops|miners".split("|")
)
HARMS = st.sampled_from("were killed|were wounded|died in the blast|were missing|were injured".split("|"))
SAYINGS = st.sampled_from(
    "{by} said {n} {who} {harm}.|{n} {who} {harm}, {by} said.|{n} {who} {harm}, according to {by}.|{by} said that {n} {who} {harm}."
    "|At least {n} {who} {harm}, {by} said.".split("|")
)
SPORT = st.sampled_from(
    """In the second half United hit the post twice and killed off the game with a goal in the 89th minute.
    The striker fired three shots at goal and buried the last of them, and his side was dead on its feet by the end.
    Rovers destroyed City 6-0; their captain limped off with an injured ankle after 20 minutes.
    The Rockets shot 12 of 20 from deep and slaughtered their guests by 41 points.""".split("\n")
).map(str.strip)


def said(way: str, by: str, n: int, who: str, harm: str) -> str:
    text = way.format(by=by, n=n, who=who, harm=harm)
    return text[0].upper() + text[1:]


@RELAXED
@given(st.lists(st.builds(said, SAYINGS, CLAIMANTS, FIGURES, PEOPLE, HARMS), min_size=1, max_size=4), SPORT)
def test_a_paragraph_of_sport_raises_no_claim(sentences: list[str], sport: str) -> None:
    text = " ".join(sentences)
    alone, beside = (extract(article(t), gazetteer(), None).claims for t in (text, f"{text}\n\n{sport}"))
    assert alone == beside


@RELAXED
@given(CLAIMANTS, CLAIMANTS, FIGURES, FIGURES, SAYINGS, SAYINGS, PEOPLE, HARMS)
def test_swapping_two_claimants_swaps_their_claims(
    one: str, two: str, few: int, many: int, first: str, second: str, who: str, harm: str
) -> None:
    assume(one != two and few != many)

    def claimed(left: str, right: str) -> dict[str | None, int | None]:
        text = f"{said(first, left, few, who, harm)} {said(second, right, many, who, harm)}"
        return {(c.claimant or "").lower(): c.low for c in extract(article(text), gazetteer(), None).claims}

    assert claimed(one, two) == {one.lower(): few, two.lower(): many}
    assert claimed(two, one) == {two.lower(): few, one.lower(): many}


@pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])
def test_the_claims_of_two_sides_are_swapped_with_the_model_too(syntax: bool) -> None:
    one, two = "The governor of Nakhodka", "The coast guard"
    text = "{} said nine sailors were killed. {} said 21 sailors were killed."
    there = {c.claimant: c.low for c in facts(text.format(one, two), syntax=syntax).claims}
    back = {c.claimant: c.low for c in facts(text.format(two, one), syntax=syntax).claims}
    assert {one: 9, two: 21} == there
    assert {two: 9, one: 21} == back


@RELAXED
@given(st.lists(st.builds(said, SAYINGS, CLAIMANTS, FIGURES, PEOPLE, HARMS), min_size=2, max_size=5))
def test_splitting_a_paragraph_at_sentence_ends_changes_nothing_but_offsets(sentences: list[str]) -> None:
    def bare(text: str) -> list[CasualtyClaim]:
        claims = extract(article(text), gazetteer(), None).claims
        return [msgspec.structs.replace(c, evidence=Evidence(field="text", start=0, end=0, quote="")) for c in claims]

    assert bare(" ".join(sentences)) == bare("\n\n".join(sentences))


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
    "a name to each paragraph": "X, 34, were killed\n\n" * 5_000,
    "years of tolls": "in 2011 toll rose to 76 " * 4_200,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_makes_more_work_than_its_length(text: str) -> None:
    """What work is counted in is bounded: claims, the words that the model is given, those of one sentence."""
    given_words = 0

    def count(sentences: Sequence[str]) -> Sequence[tuple[Token, ...]]:
        nonlocal given_words
        given_words += sum(len(sentence.split()) for sentence in sentences)
        return [() for _ in sentences]

    reading = reading_of(article(text), gazetteer(), count)
    assert given_words <= MOST_PARSED
    assert max((s.end - s.start for s in reading.document.sentences), default=0) <= LONGEST
    # A sentence under way when the bound is met may bring a few more.
    assert len(facts_of(reading, gazetteer()).claims) <= MOST_CLAIMS + 24
