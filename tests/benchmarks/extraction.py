"""Reading hits of 660 words: rules alone, with the model one at a time, and in batches as backtests read.

    python -m tests.benchmarks.extraction [--model NAME] [--articles N]

Beside them in the same run: the words alone (`words_of`), and the same model's pipeline over the whole articles one at a
time, as one would call spaCy. Processor time of one core; articles differ, so that nothing that is kept helps the next.
"""

from __future__ import annotations

import argparse
import random  # noqa: TID251 - a benchmark's articles come from its seed
import resource
from collections.abc import Callable, Sequence
from time import perf_counter, process_time

from deploy.demo.recorded import load_day
from monitors.article import Article
from streams import nlp
from streams.core.extract import Annotate, extract, extract_all
from streams.core.gazetteer import Gazetteer
from streams.core.words import words_of
from streams.replaying import BATCH
from tests.benchmarks.articles import sentence
from tests.core.extract.samples import article, gazetteer

WORDS = 660


def hits(count: int, words: int = WORDS, seed: int = 1) -> list[Article]:
    """Return articles of about 660 words, of which ``words`` stand in paragraphs of the recorded news day.

    These are dense: in 45 of 100 words of theirs somebody is hurt, in real reports of attacks in 22 (MUC, measured by
    `wants_syntax`). The rest are sentences of the other benchmarks, in which nothing happens.
    """
    wordings = [w for entry in load_day().entries for w in entry.wordings]
    paragraphs = sorted({p for w in wordings for p in w.text})
    titles = sorted({w.title for w in wordings})
    chance = random.Random(seed)
    made = []
    for n in range(count):
        chosen: list[str] = []
        for p in chance.sample(paragraphs, len(paragraphs)):
            if sum(len(c.split()) for c in chosen) >= words:
                break
            chosen.append(p)
        while sum(len(c.split()) for c in chosen) < WORDS:
            chosen.insert(chance.randrange(1, len(chosen) + 1), " ".join(sentence(chance) for _ in range(3)))
        made.append(article("\n\n".join(chosen), f"{chance.choice(titles)} ({n})"))
    return made


def each(articles: Sequence[Article], read: Callable[[Article], object]) -> list[float]:
    """Return the milliseconds of processor time that each article took, the shortest first."""
    times = []
    for one in articles:
        begun = process_time()
        read(one)
        times.append(1000 * (process_time() - begun))
    return sorted(times)


def show(name: str, times: Sequence[float]) -> None:
    """Print a row."""
    mean = sum(times) / len(times)
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(f"{name:42} p50 {p50:5.1f} ms, p99 {p99:5.1f} ms, {1000 / mean:5.0f} articles a second")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.extraction", description=__doc__)
    parser.add_argument("--model", default=nlp.DEFAULT)
    parser.add_argument("--articles", type=int, default=200)
    chosen = parser.parse_args()
    begun = perf_counter()
    names = gazetteer()
    read = perf_counter()
    annotate = nlp.load(chosen.model)
    print(f"gazetteers {read - begun:.2f} s, model with the import of spaCy {perf_counter() - read:.2f} s")
    for share, words in (("as dense as real reports", WORDS // 2), ("all of it dense", WORDS)):
        articles = hits(chosen.articles, words)
        print(
            f"\n{len(articles)} articles, {share}, {sum(len(a.text.split()) for a in articles) // len(articles)} words"
        )
        measure(articles, names, annotate)
    print(f"\nmemory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def measure(articles: Sequence[Article], names: Gazetteer, annotate: Annotate | None) -> None:
    """Print the rows of these articles."""
    for one in articles[:5]:  # the first of all are slower
        extract(one, names, annotate)
    show("words only (reference)", each(articles, lambda a: words_of(a.text)))
    show("rules alone", each(articles, lambda a: extract(a, names, None)))
    if annotate is not None:
        show("the model on whole articles (reference)", each(articles, lambda a: annotate([a.text])))
        show("with the model, one at a time", each(articles, lambda a: extract(a, names, annotate)))
        begun = process_time()
        for n in range(0, len(articles), BATCH):
            extract_all(articles[n : n + BATCH], names, annotate)
        took = process_time() - begun
        print(f"{f'with the model, {BATCH} at a time':42} {' ' * 25} {len(articles) / took:5.0f} articles a second")


if __name__ == "__main__":
    main()
