"""What is not English is not read."""

from __future__ import annotations

import pytest

from streams.core.extract.language import is_foreign
from streams.core.words import words_of
from tests.core.extract.samples import facts

FOREIGN = [
    "Im Gespräch erläutert er die Geschichte der Brücken und die Pläne für den Hafen.",
    "Rückblick: Vor 100 Jahren begann die große Flut",
    "Dans le port, les pompiers ont sauvé une famille qui dormait sur un bateau.",
    "Los bomberos rescataron a una familia que dormía en el puerto, según la policía.",
    "De brandweer heeft een gezin gered dat op een boot sliep, en de haven is weer open.",
    "Os bombeiros salvaram uma família que dormia no porto, mas não foi fácil para os vizinhos.",
    "I pompieri hanno salvato una famiglia che dormiva nel porto, e sono stati accolti dalla città.",
    "Brannmennene reddet en familie som sov på en båt, og det er ikke første gang.",
]
ENGLISH = [
    "Three people died in Los Angeles, the fire department said.",
    "Ten killed in raid on Las Palmas",
    "Al Jazeera: 12 dead in Gaza",
    "The Frente Unido de los Pueblos del Sur claimed the attack on the mayor of San José de las Lajas.",
    "Killed: 12",
    "Die Zeit reported on Tuesday that three soldiers had been killed in the attack.",
    "Mayor of La Paz shot dead",
    "Four die in Den Haag",
    "Ursula von der Leyen resigns",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_a_sentence_of_another_language_is_foreign(text: str) -> None:
    assert is_foreign([w.text for w in words_of(text)])


@pytest.mark.parametrize("text", ENGLISH)
def test_foreign_names_make_no_foreign_sentence(text: str) -> None:
    assert not is_foreign([w.text for w in words_of(text)])


@pytest.mark.parametrize("text", FOREIGN)
@pytest.mark.parametrize("where", ["title", "text"])
def test_nobody_dies_of_a_foreign_word(text: str, where: str) -> None:
    assert () == (facts("", text) if where == "title" else facts(text)).claims


def test_an_english_sentence_after_a_foreign_one_is_read() -> None:
    read = facts(
        "Die Feuerwehr hat die Familie aus dem Hafen gerettet.\n\nThree people were killed in the fire, police said."
    )
    assert [(3, "police")] == [(c.low, c.claimant) for c in read.claims]
