"""Who says what, direct and indirect: the speaker as printed beside the words."""

from __future__ import annotations

import pytest

from streams.core.extract import reading_of
from streams.core.extract.sayings import sayings_of
from tests.core.extract.samples import article, gazetteer


def speaker_of(text: str, words: str) -> set[str | None]:
    """Return the speakers of what is said and holds these words."""
    reading = reading_of(article(text), gazetteer(), None)
    found = sayings_of(reading.document, reading.frames)
    return {x.speaker for x in found if words in reading.document.text[x.start : x.end]}


CASES = [
    # a name behind a dash signs the quotation
    ("“The bridge must stay open.” ― Clara Nowak", "bridge", "Clara Nowak"),
    ("“The bridge must stay open.”― Clara Nowak, baker\n“We will wait.” — Tom Adeyemi.", "bridge", "Clara Nowak"),
    ("“The bridge must stay open.”― Clara Nowak, baker\n“We will wait.” — Tom Adeyemi.", "wait", "Tom Adeyemi"),
    ("“The bridge is ours. It must stay open.” -- Dr. Clara B. Nowak", "bridge", "Dr. Clara B. Nowak"),
    ("”The bridge must stay open.” ― Clara Nowak", "bridge", "Clara Nowak"),
    # the verb stands behind the mark, in a sentence of its own
    ("The mayor spoke next. “Who will pay for the bridge?” Nowak asked. “Not us.”", "pay", "Nowak"),
    ("The mayor spoke next. “Who will pay for the bridge?” Nowak asked. “Not us.”", "Not us", "Nowak"),
    ("The mayor spoke next. “Nobody listens to us!” Nowak complained on Tuesday.", "listens", "Nowak"),
    # the subject of the sentence says what a participle of it introduces
    (
        "Nowak attacked the mayor for his silence, saying, “He hides from us.”",
        "hides",
        "Nowak",
    ),
    (
        "In August, several harbour pilots left the union, saying that it was deaf.",
        "deaf",
        "several harbour pilots",
    ),
    ("During a speech in the port, Nowak attacked the mayor, calling him “a coward.”", "coward", "Nowak"),
    # a few quoted words belong to who acts in their own sentence, not to who speaks in the next one
    ("Norway branded the plan “a bad joke.” Sweden said that it would wait.", "joke", "Norway"),
    ("The pilots met. On Friday she ridiculed the mayor as a “paper captain.”", "paper", "she"),
    ("Although the bank named nobody, it deplored “rising greed” in the ports.", "greed", "it"),
    # what a colon announces
    ("On 6 July, Nowak made this remark:\n\n“The bridge must stay open.”", "bridge", "Nowak"),
    ("Critics call the plan vague. Said Nowak: “I see no bridge in it.”", "bridge", "Nowak"),
    ("In March, Nowak warned that the bridge was weak.", "weak", "Nowak"),
    ("The ministry made this statement:\n\n“The bridge is closed.”", "closed", "The ministry"),
    ("Deploring the “silence” of the mayor, the harbour pilots went home.", "silence", "the harbour pilots"),
    ("Nowak was angry at a baker who said the bridge was fine, saying, “He must be blind.”", "blind", "Nowak"),
    ("A study of the port found that the bridge was “beyond repair.”", "repair", "A study of the port"),
    ("Nowak, despite admitting that the bridge was old, voted for it.", "old", "Nowak"),
    (
        "“The port is dying,” Ana Ruiz, a pilot of many years and an early critic of it, told Nordic News.",
        "dying",
        "Ana Ruiz",
    ),
    ("When the pilots came, she laughed and said, “We have no bridge.”", "no bridge", "she"),
    ("Nowak thanked the pilots of the port and said that she would stay.", "stay", "Nowak"),
    ("Nowak met the pilots, most of whom said that the bridge was safe.", "safe", "most of whom"),
    # as printed
    ("Nowak said the pier was next. “We are tired,” she said. “We want our bridge.”", "bridge", "she"),
    # put it
    ("The bridge was “a gift to nobody,” as the Nordic Review put it.", "gift", "the Nordic Review"),
    # where a subject begins and ends
    ("The mayor was booed ― Nowak boasted, “They love me.”", "love", "Nowak"),
    ("He saw it as a step to what Nowak called “the end of the port.”", "end of", "Nowak"),
    ("“The port is ours,” said Del. Ana Ruiz of the islands.", "ours", "Del. Ana Ruiz of the islands"),
]


@pytest.mark.parametrize(("text", "words", "speaker"), CASES, ids=[f"{c[1]}: {c[0][:44]}" for c in CASES])
def test_words_go_to_who_says_them(text: str, words: str, speaker: str) -> None:
    assert {speaker} == speaker_of(text, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("“We will wait,” said Nowak, who lives by the port.", "lives"),
        ("“We will wait,” Nowak said Friday.", "Friday"),
        ("The bridge was found by a diver.", "diver"),
        ("Pilots asking for work stood at the gate.", "work"),
        ("The diver found the bridge broken.", "broken"),
    ],
)
def test_what_is_told_of_a_speaker_is_not_what_they_say(text: str, words: str) -> None:
    assert set() == speaker_of(text, words)
