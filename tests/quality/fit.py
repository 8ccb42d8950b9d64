"""Fits the sums of ``streams/core/extract/weights.py`` on the tune part of the articles about violence.

    python -m tests.quality.fit [--write]

Prints what cross-validation promises; ``--write`` writes the module. An article is positive when one of its deeds is (noisy
or): 1 - exp(-sum of softplus(z)); weapons and groups are single logistic sums. The features are abstract: no word or name of
a text gets a weight, and the kept third is never read.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from streams.core.extract import reading_of
from streams.core.extract.attacks import Verdict, features_of, tone_of, verdict_of
from streams.core.extract.incidents import Deed, deeds_of
from streams.core.extract.perpetrators import suspects_of
from streams.core.extract.text import Document
from streams.core.extract.weapons import arms_of
from tests.quality.__main__ import DATA, ROOT, _gold, gazetteer, kept
from tests.quality.adapter import article_of

Numbers = NDArray[np.float64]
Features = Mapping[str, float]
MODULE = ROOT / "streams" / "core" / "extract" / "weights.py"
# Chosen by cross-validation; features of fewer deeds or candidates are left out. No true alert is lost: the threshold of
# the alert is the highest with this recall, those of the others the best F1.
LEAST_DEEDS, LEAST_CANDIDATES, RIDGE, RIDGE_OF_NAMES, RECALL = 30, 15, 1.0, 5.0, 0.95


class Slot(msgspec.Struct, frozen=True):
    """One gold answer: optional ones are not asked for; ``strings`` are its spellings."""

    optional: bool
    strings: list[str]


class Template(msgspec.Struct, frozen=True):
    """One attack of the gold."""

    optional: bool
    instruments: list[Slot]
    perp_orgs: list[Slot]
    phys_targets: list[Slot]
    human_targets: list[Slot]


class Gold(msgspec.Struct, frozen=True):
    """An article with its gold."""

    id: str
    text: str
    date: str | None
    relevant: str
    templates: list[Template]


class Sample(NamedTuple):
    """Deeds (rows) with the article each belongs to, the tone of the articles, and which are positive.

    ``teaches``: of a positive article in which deeds hit a target of the gold, only those; else all.
    """

    deeds: Numbers
    article: NDArray[np.int64]
    teaches: NDArray[np.bool_]
    tone: Numbers
    positive: Numbers


class Weights(NamedTuple):
    """One weight per feature of a deed, one per tone, and the base."""

    deeds: Numbers
    tone: Numbers
    base: float


class Fitted(NamedTuple):
    """A sum ready to be written: base, threshold, weights by name."""

    base: float
    enough: float
    of: dict[str, float]


def read_gold(data: Path) -> list[tuple[Gold, Document]]:
    """Return the articles of the tune part, taken apart by rules alone."""
    names = gazetteer()
    out = []
    for row in _gold(data / "muc_dev.jsonl.gz"):
        gold = msgspec.convert(row, Gold, strict=False)
        if not kept(gold.id):
            article = article_of({"id": gold.id, "title": "", "text": gold.text, "published": gold.date})
            out.append((gold, reading_of(article, names, None).document))
    return out


# --- the alert -------------------------------------------------------------------------------------------------------


def sample_of(golds: Sequence[tuple[Gold, Document]]) -> tuple[Sample, list[str], list[str]]:
    """Return the sample of the alert with the names of its columns."""
    clear = [(g, d) for g, d in golds if g.relevant in {"yes", "no"}]
    deeds = [deeds_of(doc) for _, doc in clear]
    found = [[features_of(doc, deed) for deed in mine] for (_, doc), mine in zip(clear, deeds, strict=True)]
    tones = [tone_of(doc) for _, doc in clear]
    counts = Counter(f for mine in found for features in mine for f in features)
    columns = sorted(f for f, n in counts.items() if n >= LEAST_DEEDS)
    tone = sorted(tones[0])
    matrix = np.array([[float(c in features) for c in columns] for mine in found for features in mine])
    return (
        Sample(
            matrix,
            np.array([n for n, mine in enumerate(found) for _ in mine]),
            np.array([t for (g, doc), mine in zip(clear, deeds, strict=True) for t in _teaching(g, doc, mine)]),
            np.array([[t[name] for name in tone] for t in tones]),
            np.array([float(g.relevant == "yes") for g, _ in clear]),
        ),
        columns,
        tone,
    )


def _teaching(g: Gold, doc: Document, deeds: Sequence[Deed]) -> list[bool]:
    targets = [slot.strings for t in g.templates for slot in (*t.phys_targets, *t.human_targets) if slot.strings]
    hits = [any(_is_one(t, words) for t in targets) if (words := _hit(doc, d)) else False for d in deeds]
    return hits if any(hits) else [True] * len(deeds)


def _hit(doc: Document, d: Deed) -> str:
    if d.hit is None:
        return ""
    words = doc.sentences[d.sentence].words
    return doc.text[words[d.hit.start].start : words[d.hit.end - 1].end]


def fitted(s: Sample, steps: int = 400) -> Weights:
    """Return the weights of the most likely noisy or, with a ridge on all but the base (Adam, fixed steps)."""
    middle = s.tone.mean(axis=0)
    tone, n = s.tone - middle, len(s.positive)
    deeds, article = s.deeds[s.teaches], s.article[s.teaches]
    a, b = deeds.shape[1], tone.shape[1]
    w = np.zeros(a + b + 1)
    w[-1] = -2.0
    ridge = np.r_[np.full(a + b, RIDGE), 0.0]
    first, second = np.zeros_like(w), np.zeros_like(w)
    for step in range(1, steps + 1):
        z = deeds @ w[:a] + (tone @ w[a:-1])[article] + w[-1]
        evidence = np.bincount(article, np.logaddexp(0, z), minlength=n) + 1e-3
        p = np.clip(1 - np.exp(-evidence), 1e-6, 1 - 1e-6)
        slope = np.where(s.positive > 0, -(1 - p) / p, 1.0)[article] / (1 + np.exp(-z))
        gradient = np.r_[deeds.T @ slope, tone.T @ np.bincount(article, slope, minlength=n), slope.sum()]
        gradient += ridge * w
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        rate = 0.05 if step < 0.6 * steps else 0.01
        w = w - rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return Weights(w[:a], w[a:-1], float(w[-1] - middle @ w[a:-1]))


def chances(s: Sample, w: Weights) -> Numbers:
    """Return the chance of each article."""
    z = s.deeds @ w.deeds + (s.tone @ w.tone)[s.article] + w.base
    evidence = np.bincount(s.article, np.logaddexp(0, z), minlength=len(s.positive))
    return np.asarray(1 - np.exp(-evidence))


def cross_validated(s: Sample, folds: int = 8, seed: int = 0) -> Numbers:
    """Return the chance of each article by weights that never saw it."""
    order = np.random.default_rng(seed).permutation(len(s.positive))
    out = np.zeros(len(s.positive))
    for k in range(folds):
        held = np.zeros(len(out), dtype=bool)
        held[order[k::folds]] = True
        rows = ~held[s.article]
        number = np.cumsum(~held) - 1
        train = Sample(s.deeds[rows], number[s.article[rows]], s.teaches[rows], s.tone[~held], s.positive[~held])
        out[held] = chances(s, fitted(train))[held]
    return out


def scored(p: Numbers, positive: Numbers, threshold: float) -> tuple[float, float, float]:
    """Return F1, precision and recall at a threshold."""
    said = p >= threshold
    right = float((said & (positive > 0)).sum())
    precision, recall = right / max(1.0, float(said.sum())), right / max(1.0, float(positive.sum()))
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall


def fit_alert(golds: Sequence[tuple[Gold, Document]]) -> Fitted:
    """Return the sum of the alert; print the table of its thresholds."""
    sample, columns, tone = sample_of(golds)
    p = np.mean([cross_validated(sample, seed=seed) for seed in range(3)], axis=0)
    thresholds = [round(float(t), 2) for t in np.arange(0.1, 0.62, 0.02)]
    for t in thresholds:
        print(f"alert at {t:.2f}: F1 %.3f precision %.3f recall %.3f" % scored(p, sample.positive, t))
    enough = max(t for t in thresholds if scored(p, sample.positive, t)[2] >= RECALL)
    w = fitted(sample)
    names = [*columns, *tone]
    return Fitted(w.base, enough, dict(zip(names, np.r_[w.deeds, w.tone].tolist(), strict=True)))


# --- weapons and groups ----------------------------------------------------------------------------------------------

_STOP = frozenset(
    "the a an of and in at on to his her their de la el los las y some several one two three four five six".split()
)


def _words(text: str) -> list[str]:
    return re.sub(r"[^a-z0-9 ]+", " ", text.lower()).split()


def _is_one(wanted: Sequence[str], said: str) -> bool:
    """Return whether a string names a gold answer, by its head word (as the scorer decides it)."""
    mine = set(_words(said)) - _STOP
    for spelling in wanted:
        theirs = _words(spelling)
        if mine & (set(theirs) - _STOP) and (theirs[-1] in mine or mine <= set(theirs) - _STOP):
            return True
    return False


class Candidate(NamedTuple):
    """Something named in an article that may be an answer."""

    article: int
    printed: str
    features: Features


def logistic(rows: Numbers, y: Numbers) -> Numbers:
    """Return the weights of the most likely logistic sum (Newton), with a ridge on all but the first column."""
    w = np.zeros(rows.shape[1])
    ridge = np.r_[1e-9, np.full(rows.shape[1] - 1, RIDGE_OF_NAMES)]
    for _ in range(30):
        p = 1 / (1 + np.exp(-rows @ w))
        step = np.linalg.solve((rows * (p * (1 - p))[:, None]).T @ rows + np.diag(ridge), rows.T @ (p - y) + ridge * w)
        w = w - step
        if float(np.abs(step).max()) < 1e-6:
            break
    return np.asarray(w)


def fit_named(name: str, wanted: Sequence[Sequence[Sequence[str]]], candidates: Sequence[Candidate]) -> Fitted:
    """Return the sum that tells answers from other names; print what cross-validation promises."""
    counts = Counter(f for c in candidates for f, v in c.features.items() if v)
    columns = sorted(f for f, n in counts.items() if n >= LEAST_CANDIDATES)
    rows = np.array([[1.0, *(c.features.get(f, 0.0) for f in columns)] for c in candidates])
    y = np.array([float(any(_is_one(w, c.printed) for w in wanted[c.article])) for c in candidates])
    article = np.array([c.article for c in candidates])
    best = []
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(wanted))
        p = np.zeros(len(y))
        for k in range(8):
            held = np.isin(article, order[k::8])
            p[held] = 1 / (1 + np.exp(-rows[held] @ logistic(rows[~held], y[~held])))
        best.append([_answers(wanted, candidates, p >= t) for t in _THRESHOLDS])
    means = np.mean(best, axis=0)
    at = int(means[:, 0].argmax())
    print(f"{name} at {_THRESHOLDS[at]:.2f}: F1 %.3f precision %.3f recall %.3f" % tuple(means[at]))
    w = logistic(rows, y)
    return Fitted(float(w[0]), _THRESHOLDS[at], dict(zip(columns, w[1:].tolist(), strict=True)))


_THRESHOLDS = [round(0.15 + 0.05 * k, 2) for k in range(12)]


def _answers(
    wanted: Sequence[Sequence[Sequence[str]]], candidates: Sequence[Candidate], said: NDArray[np.bool_]
) -> tuple[float, float, float]:
    """Return F1, precision and recall of the names said, counted as the scorer does."""
    names: dict[int, list[str]] = {}
    for c, yes in zip(candidates, said, strict=True):
        if yes:
            names.setdefault(c.article, []).append(c.printed)
    right = sum(any(_is_one(w, x) for x in names.get(n, ())) for n, ws in enumerate(wanted) for w in ws)
    wrong = sum(not any(_is_one(w, x) for w in wanted[n]) for n, xs in names.items() for x in xs)
    precision, recall = right / max(1, right + wrong), right / max(1, sum(map(len, wanted)))
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall


def fit_names(
    name: str,
    golds: Sequence[tuple[Gold, Document]],
    slots: Callable[[Template], list[Slot]],
    named: Callable[[Document, Verdict], Sequence[tuple[str, Features]]],
) -> Fitted:
    """Return the sum for one slot of the gold, over the candidates that the product names."""
    wanted = [[s.strings for t in g.templates if not t.optional for s in slots(t) if not s.optional] for g, _ in golds]
    candidates = [
        Candidate(n, printed, features)
        for n, (_, doc) in enumerate(golds)
        for printed, features in named(doc, verdict_of(doc))
    ]
    return fit_named(name, wanted, candidates)


# --- the module ------------------------------------------------------------------------------------------------------


def _text(name: str, f: Fitted) -> str:
    lines = [f'        "{k}": {v:.2f},' for k, v in sorted(f.of.items()) if abs(v) >= 0.02]
    head = [f"{name} = Weights(", f"    {f.base:.2f},", f"    {f.enough:.2f},", "    {"]
    return "\n".join([*head, *lines, "    },", ")"]) + "\n"


def write(parts: Mapping[str, Fitted]) -> None:
    """Write sums into the module, each in place of what stands under its name."""
    text = MODULE.read_text(encoding="utf-8")
    for name, part in parts.items():
        old = re.search(rf"(?ms)^{name} = Weights\(.*?\)\n(?=\n*[A-Z]|\Z)", text)
        assert old is not None, f"no {name} in {MODULE}"
        text = text[: old.start()] + _text(name, part) + text[old.end() :]
    MODULE.write_text(text, encoding="utf-8")


def main() -> int:
    """Fit, report, and write the weights where asked: the alert first, the others use its verdict."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.fit", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", choices=("alert", "names"), default=None)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    golds = read_gold(args.data)
    parts = {}
    if args.only != "names":
        parts["ATTACK"] = fit_alert(golds)
    if args.only != "alert":
        parts["WEAPON"] = fit_names("weapon", golds, lambda t: t.instruments, arms_of)
        parts["PERPETRATOR"] = fit_names("perpetrator", golds, lambda t: t.perp_orgs, suspects_of)
    if args.write:
        write(parts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
