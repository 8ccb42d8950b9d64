"""The one module that loads a model, as the core sees it."""

from __future__ import annotations

import pytest
from threadpoolctl import threadpool_info

from streams.nlp import DEFAULT, describe, installed, load
from tests.core.extract.samples import model


def test_none_is_no_model_and_says_that_facts_are_poorer() -> None:
    assert load("none") is None
    assert installed("none")
    assert "poorer" in describe("none")
    assert DEFAULT in describe(DEFAULT)


def test_a_model_that_is_not_installed_is_named_in_the_error() -> None:
    assert not installed("xx_no_such_model")
    with pytest.raises(LookupError, match="xx_no_such_model"):
        load("xx_no_such_model")


def test_tokens_carry_offsets_parts_of_speech_and_heads() -> None:
    annotate = model()
    assert annotate is not None
    text = "The source said ten soldiers had been killed."
    (tokens,) = annotate([text])
    assert [t.text for t in tokens] == [text[t.start : t.end] for t in tokens]
    killed = next(t for t in tokens if t.text == "killed")
    soldiers = next(t for t in tokens if t.text == "soldiers")
    assert ("VERB", "NOUN", "nsubjpass") == (killed.pos, soldiers.pos, soldiers.dep)
    assert "killed" == tokens[soldiers.head].text
    assert {"AUX"} == {t.pos for t in tokens if t.text in {"had", "been"}}


def test_a_model_takes_one_core_and_leaves_the_others_to_the_other_stages() -> None:
    assert model() is not None
    pools = [p for p in threadpool_info() if p["user_api"] == "blas"]
    assert pools
    assert {1} == {p["num_threads"] for p in pools}


def test_no_sentences_give_no_tokens() -> None:
    annotate = model()
    assert annotate is not None
    assert [] == list(annotate([]))
