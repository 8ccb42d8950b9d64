"""Many articles read at once, as backtests do."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from deploy.demo.recorded import load_day
from streams.core.extract import extract, extract_all
from streams.core.extract.text import Token
from tests.core.extract.samples import article, gazetteer, model

DAY = [article("\n\n".join(w.text), w.title) for entry in load_day().entries for w in entry.wordings]


@pytest.mark.parametrize("syntax", [True, False], ids=["with the model", "rules alone"])
def test_articles_read_together_have_the_facts_that_each_has_alone(syntax: bool) -> None:
    annotate = model() if syntax else None
    together = extract_all(DAY, gazetteer(), annotate)
    assert [extract(one, gazetteer(), annotate) for one in DAY] == list(together)


def test_the_model_is_asked_once_for_all_articles_and_only_about_sentences_that_hurt() -> None:
    asked: list[tuple[str, ...]] = []

    def annotate(sentences: Sequence[str]) -> Sequence[tuple[Token, ...]]:
        asked.append(tuple(sentences))
        return [() for _ in sentences]

    extract_all(
        [article("Three were killed. The harbour is open."), article("A girl was wounded.")], gazetteer(), annotate
    )
    assert [("Three were killed.", "A girl was wounded.")] == asked
