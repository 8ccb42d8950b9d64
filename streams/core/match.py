"""Which rules fire on an article, with the words that made them fire.

Each rule is indexed under words it cannot do without: all alternatives of its most selective clause (`candidates`). Only
rules whose words are there are evaluated. For them an article is cut into words once (`Page`) and asked as a set of words
first, then by places: where a term begins is one bit in a whole number, so that `any` is OR, a phrase is AND of shifts, and
`near` is a smear and an AND.

Verdict, evidence and explanation read the same places. The plain meaning of every clause, slow and without an index, is in
tests/core/brute_force.py; a differential test holds both together.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Literal

import msgspec

from streams.core.candidates import BLOCK, WIDTH, Index, Plan, candidates, index_of
from streams.core.model import (
    CasualtyClaim,
    ClauseHit,
    Evidence,
    Fact,
    Facts,
    LeaderMention,
    Match,
    Severity,
    StrikeReport,
)
from streams.core.numbers import counts
from streams.core.ruleset import (
    MAX_WITHIN,
    About,
    AllOf,
    AnyOf,
    Clause,
    FactTest,
    Field,
    Near,
    Number,
    Part,
    Rule,
    RuleSet,
    SameSentence,
    Status,
    Term,
    Test,
)
from streams.core.tokens import LEAD_WORDS, flat, folded, sentences, spans, typed

GAP = MAX_WITHIN + 28
"""Empty places between title and text: nothing is near across them."""
MAX_EVIDENCE = 6
"""Places shown for a clause; the names of all are told."""
MAX_SOLUTIONS = 500
"""Ways a `near` holds that are looked at for evidence: a text that repeats two words for ever has too many."""
FEW = 8
"""Words whose places are looked up one by one before all are indexed (measured on articles of 700 words)."""
MAX_KNOWN = 200_000
"""Words remembered with the stems they have; past it the memory starts anew."""

Span = tuple[int, int]
"""First place and number of words."""
Stems = Callable[[list[str]], Mapping[str, Sequence[str]]]
"""The stems of words, each with the words that have it."""
Starts = dict[int, int]
"""Where spans begin: number of words -> bits."""


# --- an article, cut once -------------------------------------------------------------------------------------------


class Page:
    """The words of one article and their places; what is not needed is not computed. Text follows title after a gap."""

    def __init__(self, title: str, text: str, stems: Stems | None) -> None:
        self.title, self.text = title, text
        self.flat_title, self.flat_text = flat(title), flat(text)
        self._stems_of = stems
        self._masks: dict[str, int] = {}
        self._terms: dict[int, int] = {}  # by the term's identity: the compiled rules keep their terms

    @cached_property
    def title_words(self) -> list[str]:
        """The words of the title."""
        return folded(self.flat_title)

    @cached_property
    def text_words(self) -> list[str]:
        """The words of the text."""
        return folded(self.flat_text)

    @cached_property
    def body_at(self) -> int:
        """The place of the text's first word."""
        return len(self.title_words) + GAP

    @cached_property
    def words(self) -> set[str]:
        """The words of the article, and the stems they have of those that rules ask for."""
        return {*self.title_words, *self.text_words, *self.stems}

    @cached_property
    def stems(self) -> Mapping[str, Sequence[str]]:
        """The stems that rules ask for, each with the words of the article that have it."""
        return self._stems_of(self.title_words + self.text_words) if self._stems_of else {}

    @cached_property
    def running(self) -> str:
        """All words in a row, each with a blank on both sides, for looking phrases up; no phrase spans both fields."""
        return f" {' '.join(self.title_words)} | {' '.join(self.text_words)} "

    @property
    def row(self) -> str:
        """The words of `running` with one blank or more around each: the words need not be known apart for it."""
        if self.flat_title.isascii() and self.flat_text.isascii():
            return f" {self.flat_title} | {self.flat_text} ".lower()
        return self.running

    @cached_property
    def at(self) -> dict[str, list[int]]:
        """The places of each word."""
        at: dict[str, list[int]] = {}
        for first, words in ((0, self.title_words), (self.body_at, self.text_words)):
            for i, word in enumerate(words, first):
                if word in at:
                    at[word].append(i)
                else:
                    at[word] = [i]
        return at

    def mask(self, word: str) -> int:
        """Return the places of a word or stem as bits."""
        mask = self._masks.get(word)
        if mask is None:
            mask = 0
            for i in self._places(word):
                mask |= 1 << i
            self._masks[word] = mask
        return mask

    def _places(self, word: str) -> Iterable[int]:
        """A few words are looked up one by one; who asks for more is worth an index of all."""
        if len(self._masks) >= FEW and not word.endswith("*"):
            return self.at.get(word, ())
        if word.endswith("*"):
            return [i for w in self.stems.get(word, ()) for i in self._places(w)]
        return (*_found(self.title_words, word, 0), *_found(self.text_words, word, self.body_at))

    def starts(self, term: Term) -> int:
        """Return where a term of words begins, as bits; its case and what it needs are looked at."""
        mask = self._terms.get(id(term))
        if mask is None:
            mask = self._starts(term)
            self._terms[id(term)] = mask
        return mask

    def _starts(self, term: Term) -> int:
        mask = self.mask(term.words[0])
        for i, word in enumerate(term.words[1:], 1):
            if not mask:
                return 0
            mask &= self.mask(word) >> i
        if (
            mask
            and term.needs
            and not any(self.starts(need) if need.words else self.patterns(need) for need in term.needs)
        ):
            return 0
        if mask and term.cased:
            mask = sum(1 << i for i in _bits(mask) if self._is_cased(term, i))
        return mask

    def _is_cased(self, term: Term, first: int) -> bool:
        here = self.typed[first : first + len(term.cased)]
        return all(
            _cased_alike(wanted, word, stem=folded_word.endswith("*"))
            for wanted, word, folded_word in zip(term.cased, here, term.words, strict=True)
        )

    @cached_property
    def typed(self) -> list[str]:
        """Every place's word with its case; the gap is empty words."""
        return [*typed(self.flat_title), *[""] * GAP, *typed(self.flat_text)]

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Every place's characters: in the title before ``body_at``, else in the text."""
        return [*spans(self.flat_title), *[(0, 0)] * GAP, *spans(self.flat_text)]

    def patterns(self, term: Term) -> list[Span]:
        """Return the words that a pattern covers, in each run of text between blanks that holds whole words of it."""
        assert term.regex is not None
        pattern = re.compile(rf"(?<![^\W_])(?:{term.regex})(?![^\W_])")
        found = []
        for field, first, last in ((self.title, 0, len(self.title_words)), (self.text, self.body_at, len(self.spans))):
            begins = [start for start, _ in self.spans[first:last]]
            for run in _RUN.finditer(field):
                hit = pattern.search(run.group())
                if hit is not None and hit.end() > hit.start():
                    start, end = run.start() + hit.start(), run.start() + hit.end()
                    i = max(bisect_right(begins, start) - 1, 0)
                    j = bisect_left(begins, end)
                    if i < j and self.spans[first + i][1] > start:
                        found.append((first + i, j - i))
        return found

    @cached_property
    def counts(self) -> tuple[tuple[Span, int, bool], ...]:
        """Spans of numbers that count something, their value, whether they are words."""
        title = counts(self.title, self.title_words, self.spans[: len(self.title_words)])
        text = counts(self.text, self.text_words, self.spans[self.body_at :])
        return (
            *(((c.start, c.length), c.value, c.in_words) for c in title),
            *(((self.body_at + c.start, c.length), c.value, c.in_words) for c in text),
        )

    @cached_property
    def sentences(self) -> list[int]:
        """Each sentence's places as bits; the title is one or more of its own."""
        masks = []
        for first, text, words, at in (
            (0, self.title, self.title_words, self.spans[: len(self.title_words)]),
            (self.body_at, self.text, self.text_words, self.spans[self.body_at :]),
        ):
            masks += [_between(first + start, first + end) for start, end in sentences(text, words, at)]
        return masks

    @cached_property
    def title_mask(self) -> int:
        """The title's places."""
        return _between(0, len(self.title_words))

    @cached_property
    def body_mask(self) -> int:
        """The text's places, lead and all."""
        return _between(self.body_at, self.body_at + len(self.text_words))

    @cached_property
    def lead_mask(self) -> int:
        """The places of the sentences that begin among the text's first `LEAD_WORDS` words."""
        lead = 0
        for mask in self.sentences:
            first = _lowest(mask)
            if self.body_at <= first < self.body_at + LEAD_WORDS:
                lead |= mask
        return lead

    def scope(self, fields: Sequence[Field] | None) -> int | None:
        """Return the places of the fields, None for everywhere."""
        if fields is None:
            return None
        masks = {"title": "title_mask", "lead": "lead_mask", "body": "body_mask"}
        scope = 0
        for field in fields:
            scope |= getattr(self, masks[field])
        return scope

    def evidence(self, span: Span) -> Evidence:
        """Return the words of a span as printed."""
        start, end = self.spans[span[0]][0], self.spans[span[0] + span[1] - 1][1]
        field: Literal["title", "text"] = "title" if span[0] < self.body_at else "text"
        return Evidence(field=field, start=start, end=end, quote=getattr(self, field)[start:end])


_RUN = re.compile(r"\S{1,50}(?!\S)")


def _cased_alike(wanted: str, word: str, *, stem: bool) -> bool:
    """Return whether the case fits: as typed, or all capitals as headlines have it."""
    if stem:
        word = word[: len(wanted)]
    return word == wanted or (word.isupper() and word == wanted.upper())


def _found(words: Sequence[str], word: str, first: int) -> Iterator[int]:
    i = -1
    try:
        while True:
            i = words.index(word, i + 1)
            yield first + i
    except ValueError:
        return


def _between(start: int, end: int) -> int:
    return (1 << end) - (1 << start)


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _bits(mask: int) -> Iterator[int]:
    while mask:
        yield _lowest(mask)
        mask &= mask - 1


# --- clauses, compiled ----------------------------------------------------------------------------------------------

SHORT = 40
"""So many words are kept as a tuple: a seventh of a set's memory, and sooner read as long as they are few."""


class Words(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An `AnyOf`, sorted by what it takes to find its terms."""

    plain: Collection[str]
    """Terms of one word in any case that need nothing."""
    others: tuple[tuple[str, Term, str | None], ...]
    """Other terms of words: the word to look for first, the term, and its words as `Page.running` has them when these
    decide (None: stems, case or needs do)."""
    patterns: tuple[Term, ...]
    keys: Collection[str]
    """One of these words is there, or no term of words is."""
    terms: tuple[Term, ...]
    cost: float
    """How often its words are met, as `Frequency` has it."""


Leaf = Words | Number


class CompiledClause(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A clause with the leaves of its test compiled.

    ``fields`` is None when it looks everywhere. ``anywhere(page, clause)`` answers for a whole page, the common question,
    without detours; ``holds(page, clause)`` for the clause's fields.
    """

    clause: Clause
    leaves: tuple[Leaf, ...]
    fields: tuple[Field, ...] | None
    anywhere: Asks
    holds: Asks
    aside: Leaf | None = None
    """The words of a list that the clause sets aside."""


Asks = Callable[["Page", CompiledClause], bool]


class CompiledRule(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A rule with its clauses compiled. ``asks`` and ``cancels`` are what is left to ask a candidate, the rarest first."""

    ruleset: str
    rule: Rule
    match: tuple[CompiledClause, ...]
    unless: tuple[CompiledClause, ...]
    asks: tuple[CompiledClause, ...]
    cancels: tuple[CompiledClause, ...]


class Compiled(msgspec.Struct, frozen=True, kw_only=True):
    """Rules ready to be matched.

    ``index`` says which are worth asking. ``known`` remembers the words met before that have stems, ``stemless`` those that
    have none: memories, no state; dropping them changes no answer.
    """

    rules: tuple[CompiledRule, ...]
    index: Index
    stems: tuple[tuple[int, frozenset[str]], ...]
    """Length -> stems of that length, without their star."""
    known: dict[str, tuple[str, ...]]
    stemless: set[str]


Frequency = Callable[[str], float]
"""How often a word (``stem*`` for stems) is met, in any unit; only for choosing what rules are indexed under."""

_COMMON = frozenset(
    "the a an and of to in on at by for from with as is are was were be been has have had it its that this he she they "
    "his her their who which not no more new after over said says say one two first people state government us u s".split()
)


def usual_frequency(word: str) -> float:
    """Return a guess from the word's form: short words are frequent, stems stand for several words."""
    stem = word.endswith("*")
    if word in _COMMON:
        return 100.0
    length = len(word) - stem
    return (8.0 if length <= 3 else 3.0 if length <= 5 else 1.0) * (3.0 if stem else 1.0)


def learned_frequency(articles: Iterable[tuple[str, str]]) -> Frequency:
    """Return how many of the articles (title, text) have a word; those met in none are rarer than all that were.

    A few hundred articles are enough: what rules ask for and no article has is the best to index them under.
    """
    met = Counter(word for article in articles for word in {w for field in article for w in folded(flat(field))})

    def frequency(word: str) -> float:
        stem = word.removesuffix("*")
        count = met[word] if stem == word else sum(met[each] for each in met if each.startswith(stem))
        return count + usual_frequency(word) / 1000

    return frequency


class _Lexicon:
    """Words and leaves of all rules, each kept once, and what a word costs."""

    def __init__(self, frequency: Frequency) -> None:
        self._frequency = frequency
        self.cost: dict[str, float] = {}
        self._words: dict[str, str] = {}
        self._leaves: dict[tuple[int, ...], Words] = {}  # by the terms' identity: lists are shared by many rules

    def leaf(self, part: Part) -> Leaf:
        if isinstance(part, Number):
            return part
        key = tuple(map(id, part.terms))
        if key not in self._leaves:
            self._leaves[key] = self._compiled(part)
        return self._leaves[key]

    def _compiled(self, part: AnyOf) -> Words:
        plain = dict.fromkeys(self.word(t.words[0]) for t in part.terms if _is_plain(t))
        others = tuple(
            self._other(term)
            for term in part.terms
            if len(term.words) > 1 or (term.words and not _is_plain(term) and term.words[0] not in plain)
        )
        words = _kept(plain)
        return Words(
            plain=words,
            others=others,
            patterns=tuple(term for term in part.terms if term.regex is not None),
            keys=_kept(plain | dict.fromkeys(key for key, _, _ in others)) if others else words,
            terms=part.terms,
            # Names are rarer than their words.
            cost=sum(map(self._cost, plain)) + sum(self._cost(key) / len(t.words) ** 2 for key, t, _ in others),
        )

    def _other(self, term: Term) -> tuple[str, Term, str | None]:
        phrase = _phrase(term)
        return (
            self.word(min(term.words, key=self._cost)),
            term,
            None if phrase is None else self._words.setdefault(phrase, phrase),
        )

    def word(self, word: str) -> str:
        """Return the one string of these letters: the same words of many rules lie in one place of memory."""
        return self._words.setdefault(word, word)

    def _cost(self, word: str) -> float:
        cost = self.cost.get(word)
        if cost is None:
            cost = self.cost[word] = self._frequency(word)
        return cost

    def stems(self) -> tuple[tuple[int, frozenset[str]], ...]:
        """Return the stems of all terms by their length."""
        stems: dict[int, set[str]] = {}
        terms = {id(term): term for leaf in self._leaves.values() for term in leaf.terms}
        for term in terms.values():
            for word in (*term.words, *(word for need in term.needs for word in need.words)):
                if word.endswith("*"):
                    stems.setdefault(len(word) - 1, set()).add(word[:-1])
        return tuple((length, frozenset(stems[length])) for length in sorted(stems))


def _is_plain(term: Term) -> bool:
    return len(term.words) == 1 and not term.cased and not term.needs


def _kept(words: Iterable[str]) -> Collection[str]:
    kept = tuple(words)
    return kept if len(kept) <= SHORT else frozenset(kept)


def _phrase(term: Term) -> str | None:
    if term.cased or term.needs or any(word.endswith("*") for word in term.words):
        return None
    return f" {' '.join(term.words)} "


def compile_rules(
    rulesets: Iterable[RuleSet], *, statuses: Sequence[Status] = ("live",), frequency: Frequency = usual_frequency
) -> Compiled:
    """Return the rules of these statuses, ready to be matched. ``frequency`` changes speed, never answers."""
    lexicon = _Lexicon(frequency)
    rules: list[CompiledRule] = []

    def plans() -> Iterator[Plan]:
        for ruleset in rulesets:
            for rule in ruleset.rules:
                if rule.status in statuses:
                    compiled, plan = _compiled(ruleset, rule, lexicon)
                    rules.append(compiled)
                    yield plan

    index = index_of(plans())
    return Compiled(rules=tuple(rules), index=index, stems=lexicon.stems(), known={}, stemless=set())


def _compiled(ruleset: RuleSet, rule: Rule, lexicon: _Lexicon) -> tuple[CompiledRule, Plan]:
    match = tuple([_clause(clause, lexicon) for clause in rule.match])
    unless = tuple([_clause(clause, lexicon) for clause in rule.unless])
    ranked = _ranked(match)
    plan, answered = _plan(ranked, match, unless)
    asks = {id(clause): clause for clause in (*(clause for _, clause in ranked), *match)}
    compiled = CompiledRule(
        ruleset=ruleset.id,
        rule=rule,
        match=match,
        unless=unless,
        asks=tuple([clause for number, clause in asks.items() if number not in answered]),
        cancels=tuple([clause for clause in unless if id(clause) not in answered]),
    )
    return compiled, plan


def _plan(
    ranked: Sequence[tuple[Words, CompiledClause]], match: Sequence[CompiledClause], unless: Sequence[CompiledClause]
) -> tuple[Plan, set[int]]:
    """Return what an article must have before a rule is asked, and the ids of the clauses that this answers.

    A rule is announced by its rarest leaf. It needs the two parts of a `near` of short lists, or else its next leaves.
    """
    answered: set[int] = set()
    barred = next((c for c in unless if c.clause.fields and c.clause.aside is None and _is_any_word_anywhere(c)), None)
    bars: Collection[str] = ()
    if barred is not None:
        bars = _words_of(barred.leaves[0]).plain
        answered.add(id(barred))
    if not ranked:
        return Plan(bars=bars), answered
    (first, its_clause), *others = ranked
    if _is_any_anywhere(its_clause) and all(phrase is not None for _, _, phrase in first.others):
        answered.add(id(its_clause))
    close = next((c for c in match if _is_close(c)), None)
    needs = [leaf for leaf, _ in others if len(leaf.keys) <= WIDTH][:2]
    if close is not None:
        needs = [_words_of(leaf) for leaf in close.leaves]
    else:
        answered |= {id(c) for leaf, c in others if leaf in needs and _is_any_word_anywhere(c)}
    return (
        Plan(
            words=[*first.plain, *(key for key, _, phrase in first.others if phrase is None)],
            phrases=[(key, term.words) for key, term, phrase in first.others if phrase is not None],
            needs=[leaf.keys for leaf in needs],
            close=close is not None,
            bars=bars,
        ),
        answered,
    )


def _is_any_word_anywhere(c: CompiledClause) -> bool:
    """Return whether a clause asks for one of a few plain words, wherever it stands."""
    leaf = c.leaves[0]
    return (
        _is_any_anywhere(c)
        and isinstance(leaf, Words)
        and not leaf.others
        and not leaf.patterns
        and 0 < len(leaf.plain) <= WIDTH
    )


def _is_close(c: CompiledClause) -> bool:
    """Return whether a clause is a `near` of two short lists of plain words that lie within a block."""
    test = c.clause.test
    return (
        isinstance(test, Near)
        and test.within < BLOCK
        and len(c.leaves) == 2
        and all(
            isinstance(leaf, Words) and not leaf.others and not leaf.patterns and 0 < len(leaf.plain) <= WIDTH
            for leaf in c.leaves
        )
    )


def _words_of(leaf: Leaf) -> Words:
    assert isinstance(leaf, Words)
    return leaf


def _is_any_anywhere(compiled: CompiledClause) -> bool:
    return isinstance(compiled.clause.test, AnyOf) and compiled.fields is None


def _clause(clause: Clause, lexicon: _Lexicon) -> CompiledClause:
    test = clause.test
    parts = test.of if isinstance(test, AllOf | Near | SameSentence) else (test,)
    leaves = tuple(map(lexicon.leaf, parts))
    fields = None if not clause.fields or {"title", "body"} <= {*clause.fields} else clause.fields
    anywhere = _anywhere(test, leaves)
    holds = anywhere if fields is None else _in_fields
    aside = lexicon.leaf(clause.aside) if isinstance(clause.aside, AnyOf) else None
    return CompiledClause(clause=clause, leaves=leaves, fields=fields, anywhere=anywhere, holds=holds, aside=aside)


def anchor(match: Sequence[CompiledClause]) -> Collection[str]:
    """Return words one of which stands in every article that the rule fires on; empty when there are no such words."""
    ranked = _ranked(match)
    return ranked[0][0].keys if ranked else ()


def _ranked(match: Sequence[CompiledClause]) -> list[tuple[Words, CompiledClause]]:
    """Return the leaves of words that must be there, with their clauses, the rarest first."""
    ranked = [
        (leaf, compiled)
        for compiled in match
        for leaf in compiled.leaves
        if isinstance(leaf, Words) and leaf.keys and not leaf.patterns
    ]
    ranked.sort(key=_cost)
    return ranked


def _cost(ranked: tuple[Words, CompiledClause]) -> float:
    return ranked[0].cost


# --- evaluation -----------------------------------------------------------------------------------------------------


def _starts(page: Page, leaf: Leaf, scope: int | None) -> Starts:
    """Return where the spans of a leaf begin; all words of a span must lie in the scope."""
    starts: Starts = {}
    if isinstance(leaf, Number):
        for (first, length), value, in_words in page.counts:
            if (
                value >= leaf.at_least
                and (leaf.at_most is None or value <= leaf.at_most)
                and (leaf.words_too or not in_words)
            ):
                starts[length] = starts.get(length, 0) | 1 << first
    else:
        here = page.words
        mask = 0
        for word in here.intersection(leaf.plain):
            mask |= page.mask(word)
        if mask:
            starts[1] = mask
        for key, term, _ in leaf.others:
            if key in here:
                mask = page.starts(term)
                if mask:
                    starts[len(term.words)] = starts.get(len(term.words), 0) | mask
        for term in leaf.patterns:
            for first, length in _wanted_patterns(page, term):
                starts[length] = starts.get(length, 0) | 1 << first
    if scope is None:
        return starts
    return {length: kept for length, mask in starts.items() if (kept := mask & _room(scope, length))}


def _room(scope: int, length: int) -> int:
    """Return the places of a scope from which so many places on lie in it."""
    room = scope
    for i in range(1, length):
        room &= scope >> i
    return room


def _wanted_patterns(page: Page, term: Term) -> list[Span]:
    if term.needs and not any(page.starts(need) if need.words else page.patterns(need) for need in term.needs):
        return []
    return page.patterns(term)


def _stands(page: Page, leaf: Leaf, scope: int | None) -> bool:
    if isinstance(leaf, Words) and not leaf.patterns and page.words.isdisjoint(leaf.keys):
        return False
    return bool(_starts(page, leaf, scope))


def clause_holds(page: Page, compiled: CompiledClause, scope: int | None) -> bool:
    """Return whether the test of a clause holds among the places of ``scope`` (None: everywhere)."""
    if scope is None:
        return compiled.anywhere(page, compiled)
    test, leaves = compiled.clause.test, compiled.leaves
    if not all(_stands(page, leaf, scope) for leaf in leaves):
        return False
    if isinstance(test, Near | SameSentence):
        return _together(page, test, [_starts(page, leaf, scope) for leaf in leaves])
    return True


def _together(page: Page, test: Near | SameSentence, found: Sequence[Starts]) -> bool:
    if isinstance(test, SameSentence):
        return any(True for _ in _in_one_sentence(page, found))
    if len(found) == 2:
        return _are_near(found[0], found[1], test.within)
    return next(_solutions(found, test.within, None), None) is not None


def _anywhere(test: Test, leaves: Sequence[Leaf]) -> Asks:
    """Return the function that answers for a clause over a whole page: words first, places only where they decide."""
    words = all(isinstance(leaf, Words) and not leaf.patterns for leaf in leaves)
    if isinstance(test, Near) and len(leaves) == 2 and words:
        return _two_near
    if isinstance(test, Near | SameSentence):
        return _all_together
    if len(leaves) == 1 and words and isinstance(leaves[0], Words) and not leaves[0].others:
        return _a_word_stands
    return _all_stand


def _in_fields(page: Page, compiled: CompiledClause) -> bool:
    return clause_holds(page, compiled, page.scope(compiled.fields))


def _a_word_stands(page: Page, compiled: CompiledClause) -> bool:
    return not page.words.isdisjoint(compiled.leaves[0].keys)  # type: ignore[union-attr]  # chosen for leaves of words


def _all_stand(page: Page, compiled: CompiledClause) -> bool:
    for leaf in compiled.leaves:  # noqa: SIM110 - a generator costs twice the time here
        if not _stands_anywhere(page, leaf):
            return False
    return True


def _stands_anywhere(page: Page, leaf: Leaf) -> bool:
    if isinstance(leaf, Number) or leaf.patterns:
        return bool(_starts(page, leaf, None))
    words = page.words
    if words.isdisjoint(leaf.keys):
        return False
    if not leaf.others or not words.isdisjoint(leaf.plain):
        return True
    for key, term, phrase in leaf.others:
        if key in words and (page.starts(term) if phrase is None else phrase in page.running):
            return True
    return False


def _all_together(page: Page, compiled: CompiledClause) -> bool:
    found = []
    for leaf in compiled.leaves:
        starts = _starts(page, leaf, None)
        if not starts:
            return False
        found.append(starts)
    test = compiled.clause.test
    assert isinstance(test, Near | SameSentence)
    return _together(page, test, found)


def _two_near(page: Page, compiled: CompiledClause) -> bool:
    """Answer the commonest `near`, two lists of words: what `_are_near` says of `_starts`, in one go."""
    left, right = compiled.leaves
    if page.words.isdisjoint(right.keys):  # type: ignore[union-attr]  # chosen for leaves of words
        return False
    begins_a, after_a = _edges_of(page, left)
    if not begins_a:
        return False
    begins_b, after_b = _edges_of(page, right)
    within = compiled.clause.test.within  # type: ignore[union-attr]  # chosen for Near
    return bool(_smeared(after_a, within) & begins_b or _smeared(after_b, within) & begins_a)


def _edges_of(page: Page, leaf: Leaf) -> tuple[int, int]:
    if isinstance(leaf, Number) or leaf.others:
        return _edges(_starts(page, leaf, None))
    mask = 0
    for word in page.words.intersection(leaf.plain):
        mask |= page.mask(word)
    return mask, mask << 1


def _are_near(a: Starts, b: Starts, within: int) -> bool:
    begins_a, after_a = _edges(a)
    begins_b, after_b = _edges(b)
    return bool(_smeared(after_a, within) & begins_b or _smeared(after_b, within) & begins_a)


def _edges(starts: Starts) -> tuple[int, int]:
    """Return the places where spans begin, and the places right after spans."""
    begins = after = 0
    for length, mask in starts.items():
        begins |= mask
        after |= mask << length
    return begins, after


def _smeared(mask: int, by: int) -> int:
    """Return the mask with every bit also at the next ``by`` places."""
    done = 1  # places covered so far, the bit's own among them
    while done <= by:
        step = min(done, by + 1 - done)
        mask |= mask << step
        done += step
    return mask


def _in_one_sentence(page: Page, found: Sequence[Starts]) -> Iterator[tuple[int, list[Starts]]]:
    """Yield each sentence that holds a span of every part, none overlapping, with the parts' spans in it."""
    for sentence in page.sentences:
        here = [{n: mask & sentence for n, mask in starts.items() if mask & sentence} for starts in found]
        if all(here) and (_apart(here) or next(_solutions(here, None, None), None) is not None):
            yield sentence, here


def _apart(found: Sequence[Starts]) -> bool:
    """Return whether no place belongs to spans of two parts: then any choice of spans is free of overlaps."""
    taken = 0
    for starts in found:
        covered = 0
        for length, mask in starts.items():
            for i in range(length):
                covered |= mask << i
        if covered & taken:
            return False
        taken |= covered
    return True


def _spans(starts: Starts) -> list[Span]:
    return sorted((i, length) for length, mask in starts.items() for i in _bits(mask))


def _solutions(found: Sequence[Starts], within: int | None, limit: int | None) -> Iterator[tuple[Span, ...]]:
    """Yield choices of one span a part, none overlapping, with at most ``within`` words between them (None: any number).

    In the order of their places; each span is the first of at most ``limit`` choices (None: all).
    """
    spans_of = [_spans(starts) for starts in found]
    every = sorted((span, part) for part, those in enumerate(spans_of) for span in those)

    def after(chosen: tuple[Span, ...], open_parts: frozenset[int], budget: int | None) -> Iterator[tuple[Span, ...]]:
        if not open_parts:
            yield chosen
            return
        end = chosen[-1][0] + chosen[-1][1]
        for k in range(bisect_left(every, ((end, 0), -1)), len(every)):
            span, part = every[k]
            gap = span[0] - end
            if budget is not None and gap > budget:
                return
            if part in open_parts:
                yield from after((*chosen, span), open_parts - {part}, None if budget is None else budget - gap)

    parts = frozenset(range(len(found)))
    for span, part in every:
        for count, solution in enumerate(after((span,), parts - {part}, within)):
            if limit is not None and count >= limit:
                break
            yield solution


def _clause_spans(page: Page, compiled: CompiledClause, scope: int | None, limit: int | None = 2) -> list[Span]:
    """Return the spans that make a clause hold, in reading order; of each first span at most ``limit`` ways (None: all)."""
    test, leaves = compiled.clause.test, compiled.leaves
    found = [_starts(page, leaf, scope) for leaf in leaves]
    if isinstance(test, Near):
        return sorted(
            {span for solution in islice(_solutions(found, test.within, limit), MAX_SOLUTIONS) for span in solution}
        )
    if isinstance(test, SameSentence):
        return sorted(
            {
                span
                for _, here in _in_one_sentence(page, found)
                for solution in islice(_solutions(here, None, limit and 1), MAX_SOLUTIONS)
                for span in solution
            }
        )
    return sorted({span for starts in found for span in _spans(starts)})


# --- rules ----------------------------------------------------------------------------------------------------------


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule makes of an article. ``scope`` are the places that count once sentences are set aside (None: all)."""

    fires: bool
    missing: tuple[str, ...] = ()
    """Match clauses that do not hold."""
    cancelled_by: tuple[str, ...] = ()
    """Unless clauses that cancelled the rule or set aside what it needed."""
    scope: int | None = None


def verdict(page: Page, compiled: CompiledRule) -> Verdict:
    """Return whether a rule fires, and which clauses decided."""
    missing = [c.clause.name for c in compiled.match if not c.holds(page, c)]
    if missing:
        return Verdict(fires=False, missing=tuple(missing))
    cancelled, aside, setting_aside = _cancelled(page, compiled.unless)
    if cancelled:
        return Verdict(fires=False, cancelled_by=tuple(cancelled))
    if not aside:
        return Verdict(fires=True)
    left = (page.title_mask | page.body_mask) & ~aside
    if all(clause_holds(page, c, _both(page.scope(c.fields), left)) for c in compiled.match):
        return Verdict(fires=True, scope=left)
    return Verdict(fires=False, cancelled_by=tuple(setting_aside))


def _fires(page: Page, compiled: CompiledRule) -> bool:
    """Return whether a candidate fires: `verdict` without the reasons, which most need not give."""
    for c in compiled.asks:
        if not c.holds(page, c):
            return False
    for c in compiled.cancels:
        if c.holds(page, c):
            return (c.clause.aside is not None or not c.clause.fields) and verdict(page, compiled).fires
    return True


def _cancelled(page: Page, unless: Iterable[CompiledClause]) -> tuple[list[str], int, list[str]]:
    """Return the names of the clauses that cancel, the places that are set aside, and by which clauses."""
    cancelled: list[str] = []
    setting_aside: list[str] = []
    aside, front = 0, page.title_mask | page.lead_mask
    for c in unless:
        if not c.holds(page, c):
            continue
        if c.clause.aside is None and clause_holds(page, c, page.scope(c.fields) if c.clause.fields else front):
            cancelled.append(c.clause.name)
            continue
        here = _set_aside(page, c, front)
        if here:
            aside |= here
            setting_aside.append(c.clause.name)
    return cancelled, aside, setting_aside


def _set_aside(page: Page, c: CompiledClause, front: int) -> int:
    """Return the places that an `unless` that does not cancel the rule takes away."""
    scope, aside = page.scope(c.fields), c.clause.aside
    if aside == "words":
        return _covered(_clause_spans(page, c, scope, limit=None))
    listed = _covered(_spans(_starts(page, c.aside, None))) if c.aside is not None else None
    if listed is not None and clause_holds(page, c, scope if c.clause.fields else front):
        return listed
    here = 0
    for sentence in page.sentences:
        if (aside is not None or not sentence & front) and clause_holds(page, c, _both(scope, sentence)):
            here |= sentence
    return here if listed is None else here & listed


def _covered(spans_: Iterable[Span]) -> int:
    mask = 0
    for first, length in spans_:
        mask |= _between(first, first + length)
    return mask


def _both(a: int | None, b: int | None) -> int | None:
    if a is None or b is None:
        return b if a is None else a
    return a & b


def page_of(compiled: Compiled, title: str, text: str) -> Page:
    """Return the article cut into words, with the stems that the rules ask for."""
    known, stemless = compiled.known, compiled.stemless

    def stems(words: list[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        if len(known) + len(stemless) > MAX_KNOWN:
            known.clear()
            stemless.clear()
        for word in {*words} - stemless:
            its = known.get(word)
            if its is None:
                its = tuple(f"{word[:n]}*" for n, those in compiled.stems if word[:n] in those)
                if not its:
                    stemless.add(word)
                    continue
                known[word] = its
            for stem in its:
                found.setdefault(stem, []).append(word)
        return found

    return Page(title, text, stems if compiled.stems else None)


def fired(compiled: Compiled, page: Page) -> list[int]:
    """Return the numbers of the rules that fire, in the rules' order, without their evidence."""
    rules = compiled.rules
    found = candidates(compiled.index, page.row, page.stems)
    return [number for number in found if _fires(page, rules[number])]


def screen(compiled: Compiled, title: str, text: str) -> tuple[Match, ...]:
    """Return the rules that fire on an article, in the rules' order, each clause with its words. Never raises."""
    page = page_of(compiled, title, text)
    return tuple(_match(page, compiled.rules[number]) for number in fired(compiled, page))


def _match(page: Page, compiled: CompiledRule) -> Match:
    rule = compiled.rule
    scope = verdict(page, compiled).scope
    front = page.title_mask | page.lead_mask if any(test.or_none for test in rule.where) else None
    clauses = tuple(_hit(page, c, _both(page.scope(c.fields), scope)) for c in compiled.match)
    return Match(
        ruleset=compiled.ruleset,
        rule_id=rule.id,
        title=rule.title,
        severity=rule.severity,
        clauses=clauses,
        in_front=all(
            front is None or clause_holds(page, c, _both(_both(page.scope(c.fields), scope), front))
            for c in compiled.match
        ),
        subjects=tuple(dict.fromkeys(name for hit in clauses for name in hit.names if name in rule.for_each))
        if rule.for_each
        else (),
        corroborate=rule.corroborate,
        after=rule.after,
    )


def _hit(page: Page, compiled: CompiledClause, scope: int | None) -> ClauseHit:
    found = _clause_spans(page, compiled, scope)
    return ClauseHit(
        clause=compiled.clause.name,
        evidence=tuple(page.evidence(span) for span in _widest(found)[:MAX_EVIDENCE]),
        names=_names(page, compiled, found),
    )


def _widest(found: Sequence[Span]) -> list[Span]:
    """Return the spans that lie in no other, in reading order: "Ali Khamenei" without "Khamenei" again."""
    kept: list[Span] = []
    for span in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or span[0] + span[1] > kept[-1][0] + kept[-1][1]:
            kept.append(span)
    return kept


def _names(page: Page, compiled: CompiledClause, found: Sequence[Span]) -> tuple[str, ...]:
    """Return the canonical names among the spans, in reading order."""
    wanted = set(found)
    named: list[tuple[Span, str]] = []
    for leaf in compiled.leaves:
        if isinstance(leaf, Words):
            for term in leaf.terms:
                if term.name is None:
                    continue
                if term.regex is not None:
                    named += [(span, term.name) for span in _wanted_patterns(page, term) if span in wanted]
                elif page.words.issuperset(term.words):
                    length = len(term.words)
                    named += [((i, length), term.name) for i in _bits(page.starts(term)) if (i, length) in wanted]
    return tuple(dict.fromkeys(name for _, name in sorted(named)))


# --- explanation ----------------------------------------------------------------------------------------------------


class ExplainedClause(msgspec.Struct, frozen=True, kw_only=True):
    """A clause, whether its words stand in the article, and where.

    ``parts`` are the words found for each part of it, also when they do not stand together; ``apart`` is then the least
    number of words between them in one field (None: it is no `near`, or a part is missing).
    """

    name: str
    unless: bool
    holds: bool
    evidence: tuple[Evidence, ...]
    parts: tuple[tuple[Evidence, ...], ...]
    apart: int | None = None


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """Why a rule fires on an article or does not: the engine's own verdict, clause by clause."""

    ruleset: str
    rule_id: str
    fires: bool
    missing: tuple[str, ...]
    cancelled_by: tuple[str, ...]
    clauses: tuple[ExplainedClause, ...]


def explain(compiled: Compiled, rule_id: str, title: str, text: str) -> Explained:
    """Return why a rule fires or not. Raises KeyError when no rule of this id was compiled."""
    page = page_of(compiled, title, text)
    rule = next((rule for rule in compiled.rules if rule.rule.id == rule_id), None)
    if rule is None:
        raise KeyError(rule_id)
    said = verdict(page, rule)
    return Explained(
        ruleset=rule.ruleset,
        rule_id=rule_id,
        fires=said.fires,
        missing=said.missing,
        cancelled_by=said.cancelled_by,
        clauses=(
            *(_explained(page, c, said.scope, unless=False) for c in rule.match),
            *(_explained(page, c, None, unless=True) for c in rule.unless),
        ),
    )


def _explained(page: Page, compiled: CompiledClause, scope: int | None, *, unless: bool) -> ExplainedClause:
    scope = _both(page.scope(compiled.fields), scope)
    holds = clause_holds(page, compiled, scope)
    found = [_starts(page, leaf, scope) for leaf in compiled.leaves]
    return ExplainedClause(
        name=compiled.clause.name,
        unless=unless,
        holds=holds,
        evidence=tuple(page.evidence(s) for s in _widest(_clause_spans(page, compiled, scope))[:MAX_EVIDENCE])
        if holds
        else (),
        parts=tuple(tuple(page.evidence(span) for span in _spans(starts)[:MAX_EVIDENCE]) for starts in found),
        apart=_least_apart(compiled.clause.test, found),
    )


def _least_apart(test: Test, found: Sequence[Starts]) -> int | None:
    if not isinstance(test, Near) or not all(found):
        return None
    gaps = (
        solution[-1][0] + solution[-1][1] - solution[0][0] - sum(length for _, length in solution)
        for solution in _solutions(found, GAP - 1, None)
    )
    return min(gaps, default=None)


# --- facts ----------------------------------------------------------------------------------------------------------


def holds(rule: Rule, facts: Facts, *, in_front: bool = True) -> bool:
    """Return whether a rule that matched may alert: all its `where` conditions hold of the facts.

    ``in_front`` is the match's: words below the lead alone do not alert where the reader read nothing.
    """
    return all(fact_holds(test, facts, in_front=in_front) for test in rule.where)


def severity_of(rule: Rule, facts: Facts) -> Severity:
    """Return how loud a rule that matched is: the loudest `severity_when` that holds, else its own severity."""
    loud = [each.severity for each in rule.severity_when if all(fact_holds(test, facts) for test in each.when)]
    return max(loud, key=lambda severity: severity.rank, default=rule.severity)


def fact_holds(test: FactTest, facts: Facts, *, in_front: bool = True) -> bool:
    """Return whether one fact has all that the test asks, or there is none of its kind and words in front are enough."""
    kinds: dict[str, tuple[Fact, ...]] = {
        "claims": facts.claims,
        "strikes": facts.strikes,
        "leaders": facts.leaders,
    }
    here = kinds[test.fact]
    return any(_fact_is(test, fact) for fact in here) or (test.or_none and in_front and not here)


def _fact_is(test: FactTest, fact: Fact) -> bool:
    if test.scope and fact.scope not in test.scope:
        return False
    if not all(_is_about(each, fact) for each in test.about):
        return False
    if isinstance(fact, LeaderMention):
        return not test.event or fact.event in test.event
    if test.status and fact.status not in test.status:
        return False
    low, high = (fact.low, fact.high) if isinstance(fact, CasualtyClaim) else (fact.count_low, fact.count_high)
    if test.at_least is not None and (low or 0) < test.at_least:
        return False
    if test.at_most is not None and (high is None or high > test.at_most):
        return False
    return not (isinstance(fact, CasualtyClaim) and test.kind and fact.kind not in test.kind)


def _is_about(about: About, fact: Fact) -> bool:
    """Return whether the asked part of a fact has one of the names: its words in a row, in any case."""
    texts: tuple[str | None, ...]
    if isinstance(fact, LeaderMention):
        texts = (fact.name,)
    elif about.part == "weapon" and isinstance(fact, StrikeReport):
        texts = (fact.weapon, fact.weapon_class)
    elif about.part == "victims" and isinstance(fact, CasualtyClaim):
        v = fact.victims
        texts = (v.text, v.kind, v.nation, v.name) if v is not None else ()
    else:
        texts = (getattr(fact, about.part, None),)
    runs = [f" {' '.join(folded(flat(text)))} " for text in texts if text]
    return any(f" {' '.join(words)} " in run for words in about.words for run in runs)
