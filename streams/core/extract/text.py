"""The article as the extractors read it: layers, paragraphs, sentences, words, names and, where a model ran, syntax."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from monitors.article import Article
from streams.core.extract.language import is_foreign
from streams.core.extract.namesakes import without_namesakes
from streams.core.gazetteer import Gazetteer, Hit
from streams.core.model import Evidence
from streams.core.words import Word, words_of

Layer = Literal["title", "body", "caption", "teaser", "foreign"]


class Token(NamedTuple):
    """A token of a language model: offsets into its sentence; ``head`` is the index of its head, itself at the root.

    ``pos`` is a universal part of speech, ``dep`` a dependency label of spaCy's English models, ``ent`` a name's label.
    """

    text: str
    start: int
    end: int
    lemma: str
    pos: str
    dep: str
    head: int
    ent: str


Annotate = Callable[[Sequence[str]], Sequence[tuple[Token, ...]]]
"""Sentences -> their tokens with syntax. ``streams.nlp.load`` makes one; None means rules alone."""


class Paragraph(NamedTuple):
    """A piece of the document between line breaks, without white space at its ends."""

    start: int
    end: int
    layer: Layer


class Dateline(NamedTuple):
    """Where an article says it was written: place and wire as printed, and where its words end."""

    place: str
    wire: str | None
    end: int


class Sentence(NamedTuple):
    """A sentence. ``pos``, ``dep`` and ``head`` run beside ``words``; without a model they are empty.

    ``low`` is its text in lower case as the article has it, for quick looks.
    """

    start: int
    end: int
    paragraph: int
    layer: Layer
    words: tuple[Word, ...]
    hits: tuple[Hit, ...]
    low: str
    pos: tuple[str, ...] = ()
    dep: tuple[str, ...] = ()
    head: tuple[int, ...] = ()


class Quotation(NamedTuple):
    """Words in quotation marks: offsets of what stands between the marks; ``closed`` False: its end mark is missing."""

    start: int
    end: int
    closed: bool


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """Title and text in one string (two line breaks between), and what was found in it. ``day`` is the ISO day."""

    text: str
    title_end: int
    text_start: int
    day: str
    paragraphs: tuple[Paragraph, ...]
    sentences: tuple[Sentence, ...]
    quotations: tuple[Quotation, ...]
    dateline: Dateline | None

    def evidence(self, start: int, end: int) -> Evidence:
        """Return the span as evidence in title or text; it must lie in one of them."""
        if end <= self.title_end:
            return Evidence(field="title", start=start, end=end, quote=self.text[start:end])
        shift = self.text_start
        return Evidence(field="text", start=start - shift, end=end - shift, quote=self.text[start:end])

    def quoted(self, at: int) -> bool:
        """Return whether the character lies between quotation marks."""
        return any(q.start <= at < q.end for q in self.quotations_in(at, at + 1))

    def quotations_in(self, a: int, b: int) -> tuple[Quotation, ...]:
        """Return the quotations that have characters between two offsets."""
        last = bisect_right(self.quotations, b, key=lambda q: q.start)
        first = bisect_right(self.quotations, a, hi=last, key=lambda q: q.end)
        return self.quotations[first:last]


# --- layers ---------------------------------------------------------------------------------------------------------

# Links to other stories: their figures belong to other events and must raise nothing.
_TEASER = re.compile(
    r"""(?ix)^\W*(?:
      \d{1,2}:\d\d\s+[A-Z]
     |(?:related|recommended|read\ more|read\ also|also\ read|see\ also|see\ more|more\ on|more\ from|most\ read
        |most\ popular|trending(?:\ now)?|editors?['’]?s?\ picks?|you\ (?:may|might)\ (?:also\ )?like|don['’]t\ miss
        |watch(?:\ (?:more|now|live|video))?|listen|must\ read|in\ pictures|latest\ news|more\ news|what\ to\ read\ next
        |further\ reading|popular\ now|up\ next|keep\ reading|opinion|live\ updates?|background|explainer|factbox
        |related\ (?:stories|articles|topics|links|coverage|content|news)|read\ next|read)\s*(?:[:|>»–—]|-\s|\.{3}|…|$)
     |(?:show|view|read)\ (?:the\ )?full\ (?:article|story)|continue\ reading|click\ here|tap\ here|sign\ up\b|subscribe\b
     |advertisement\b|story\ continues|follow\ (?:us|him|her)\b|download\ (?:the|our)\ app|share\ this|join\ (?:us|our)\b
     |\(?(?:reporting|editing|additional\ reporting|writing)\ by\b|all\ rights\ reserved|copyright\b|©|get\ the\ latest
     |this\ (?:article|story)\ (?:was|is)\ (?:originally|part|published)|--?\s.{3,60}\bcan\ be\ reached\ at
    )"""
)
_TEASER_HEAD = re.compile(
    r"(?i)^\W*(?:related|recommended|more|most|read|see|trending|latest|editor|further|popular|you m)[^.]*$"
)
_CAPTION = re.compile(
    r"""(?ix)
      ^\W*(?:photo|image|picture|video|file)\b\s*(?:photo|image|picture)?\s*(?::|\(|by\b|credit)
     |^in\ this\ (?:\w+\ ){0,3}(?:photo|picture|image|frame|handout|screengrab)
     |\((?:ap|afp|reuters|epa|getty)?\s*(?:file\ )?(?:photo|image|picture|file)[^)]*\)\s*$
     |\([^()]*(?:via\ AP|/\s?(?:AP|AFP|Reuters|EPA)|Getty\ Images|AP\ Photo|Reuters\ photo)[^()]*\)\s*$
     |\b(?:photo|photograph|image)\ (?:by|credit|courtesy)\b[^.]{0,80}$
     |\bfile\ (?:photo|picture|image)\b"""
)
_DATELINE = re.compile(
    r"""(?x)
    (?:\W*\[[^\]]{1,60}\]\s*)?
    (?P<place>[A-Z][\w.'’-]*(?:\s+(?:[A-Z(][\w.'’)-]*|de|la|del|al|el|ez|of)){0,4}?(?:/[A-Z]\w+)?)
    (?:,\s*[A-Z][\w.\s]{1,25}?)?
    (?:,?\s*(?:\d{1,2}\s+[A-Z][a-z]{2,8}\.?(?:\s+\d{2,4})?|[A-Z][a-z]{2,8}\.?\s+\d{1,2}))?
    \s*(?:\((?P<wire>[A-Z][^)]{1,40})\))?
    \s*(?:--|[—–]|\s-\s)\s*(?:\[[^\]]{1,40}\]\s*)*"""
)


# One of these stands in every caption: plain words are found much faster than the pattern is tried.
_PICTURED = ("photo", "image", "picture", "video", "file", "frame", "handout", "screengrab", "/", "via ap")


def _layer(line: str) -> Layer:
    if _TEASER.match(line):
        return "teaser"
    low = line.lower()
    if len(line) < 500 and any(w in low for w in _PICTURED) and _CAPTION.search(line):
        return "caption"
    return "body"


def paragraphs_of(text: str, title_end: int) -> tuple[Paragraph, ...]:
    """Return the paragraphs with their layers.

    A line that begins in lower case goes on with the line before it (hard-wrapped text). A bare heading such as
    "Related stories" makes teasers of the unfinished lines below it.
    """
    spans: list[tuple[int, int]] = []
    for m in re.finditer(r"[^\n\r\u2028\u2029]+", text):
        line = m.group()
        start = m.start() + len(line) - len(line.lstrip())
        end = m.start() + len(line.rstrip())
        if start >= end:
            continue
        wraps = spans and "\n\n" not in text[spans[-1][1] : start] and text[start].islower()
        if wraps and spans[-1][0] >= title_end:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    out: list[Paragraph] = []
    below_heading = False
    for start, end in spans:
        line = text[start:end]
        if end <= title_end:
            out.append(Paragraph(start, end, "title"))
            continue
        layer = _layer(line)
        if layer == "teaser":
            below_heading = len(line) < 40 and bool(_TEASER_HEAD.match(line)) and ":" not in line.rstrip(": ")
        elif below_heading and line[-1] not in '.!?"”':
            layer = "teaser"
        else:
            below_heading = False
        out.append(Paragraph(start, end, layer))
    # The line above a caption is the picture's alternative text: same short sentence, no dateline.
    for i in range(1, len(out)):
        if (
            out[i].layer == "caption"
            and out[i - 1].layer == "body"
            and "\n\n" not in text[out[i - 1].end : out[i].start]
        ):
            out[i - 1] = out[i - 1]._replace(layer="caption")
    return tuple(out)


def dateline_of(text: str, paragraphs: Sequence[Paragraph]) -> Dateline | None:
    """Return the dateline of the first paragraph of the body, None where it has none."""
    for p in paragraphs:
        if p.layer == "body":
            m = _DATELINE.match(text, p.start, min(p.end, p.start + 160))
            if m is None:
                return None
            return Dateline(m["place"], m["wire"], m.end())
    return None


# --- quotations -----------------------------------------------------------------------------------------------------

_MARKS = re.compile("[\"“”«»„]|''|``")
_CLOSES = frozenset("”»")


def quotations_of(text: str, paragraphs: Sequence[Paragraph]) -> tuple[Quotation, ...]:
    """Return what stands in quotation marks, paired per paragraph: a mark left open closes at the paragraph's end."""
    out: list[Quotation] = []
    for p in paragraphs:
        open_at, inner = -1, 0
        nests = text.count("“", p.start, p.end) == text.count("”", p.start, p.end)
        for m in _MARKS.finditer(text, p.start, p.end):
            mark, i, end = m.group(), m.start(), m.end()
            # A mark that closes nothing because the paragraph begins with it was set the wrong way round.
            if open_at < 0 and (mark not in _CLOSES or i == p.start):
                if mark not in {'"', "''"} or end >= p.end or not text[end].isspace():
                    open_at = end
            elif open_at >= 0 and mark == "“" and nests:
                inner += 1
            elif inner and mark == "”":
                inner -= 1
            elif open_at >= 0 and (mark in _CLOSES or mark in {'"', "''"}):
                out.append(Quotation(open_at, i, True))
                open_at, inner = -1, 0
        if 0 <= open_at < p.end:
            out.append(Quotation(open_at, p.end, False))
    return tuple(out)


# --- sentences ------------------------------------------------------------------------------------------------------

_END = re.compile(r"[.!?…]+[\"”’')\]»]*(?=\s|$)")
_ABBREVIATIONS = frozenset(
    "gen del lt col maj sgt cpl capt cmdr adm brig pvt pfc spc mr mrs ms dr prof rev hon gov sen rep pres st jr sr vs etc inc"
    " ltd co corp no nos jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thurs fri sat sun u.s u.n"
    " u.k e.g i.e a.m p.m ft mt approx dept est fig gens msgr messrs ave blvd sq bros prov mil supt insp det".split()
)
_STARTERS = frozenset(
    "the a an in on at it he she they we i but and this that these those there when while after before as if however"
    " meanwhile officials police no some many two three according its his her their our also both such by for with".split()
)


_FOLLOWS = re.compile(r"\s+[\"“'‘(\[«]*(\S)")
_WORD_BEFORE = re.compile(r"[\w.]+$")
_WORD_AFTER = re.compile(r"\s+[\"“'‘(\[«]*([\w’']+)")
_INITIALS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]")


def _ends_here(text: str, start: int, m: re.Match[str]) -> bool:
    """Return whether this mark ends a sentence: not after an abbreviation, an initial, or before a small letter."""
    rest = _FOLLOWS.match(text, m.end())
    if rest is None:
        return True
    nxt = rest.group(1)
    if nxt.islower():
        return False
    if m.group()[0] != "." or len(m.group().rstrip("\"”’')]»")) > 1:
        return True
    before = _WORD_BEFORE.search(text[max(start, m.start() - 14) : m.start()])
    word = before.group() if before else ""
    after = _WORD_AFTER.match(text, m.end())
    following = after.group(1).lower() if after else ""
    if _INITIALS.fullmatch(word):
        return following in _STARTERS and after is not None and after.group(1)[0].isupper()
    if len(word) == 1 and "A" <= word <= "Z":
        return False
    if word.lower() in _ABBREVIATIONS:
        dated = word[:1].isupper() and nxt.isdigit()
        return not dated and word.lower() in {"inc", "ltd", "co", "corp", "etc", "jr", "sr"} and following in _STARTERS
    return True


def spans_of(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the offsets of the sentences of a paragraph."""
    out: list[tuple[int, int]] = []
    at = start
    for m in _END.finditer(text, start, end):
        if m.end() < end and not _ends_here(text, at, m):
            continue
        out.append((at, m.end()))
        at = m.end()
        while at < end and text[at].isspace():
            at += 1
    if at < end:
        out.append((at, end))
    return [piece for a, b in out for piece in _pieces(text, a, b)]


# No newsroom writes longer sentences; pieces keep the time of hostile text linear.
LONGEST = 1200


def _pieces(text: str, a: int, b: int) -> Iterator[tuple[int, int]]:
    while b - a > LONGEST:
        cut = text.rfind(" ", a + 1, a + LONGEST)
        cut = cut if cut > a else a + LONGEST
        yield a, cut
        a = cut
        while a < b and text[a].isspace():
            a += 1
    if a < b:
        yield a, b


def _aligned(sentence: Sentence, tokens: tuple[Token, ...]) -> Sentence:
    """Return the sentence with a model's syntax laid over its words, by offsets."""
    base = sentence.start
    index = {t.start + base: n for n, t in enumerate(tokens)}
    starts = [w.start for w in sentence.words]
    word_at: list[int] = []
    w = 0
    for t in tokens:
        while w + 1 < len(starts) and starts[w + 1] <= t.start + base:
            w += 1
        word_at.append(w)
    pos, dep, head = [], [], []
    for i, word in enumerate(sentence.words):
        n = index.get(word.start)
        if n is None:
            pos.append("X")
            dep.append("")
            head.append(i)
        else:
            token = tokens[n]
            pos.append(token.pos)
            dep.append(token.dep)
            head.append(word_at[token.head])
    return sentence._replace(pos=tuple(pos), dep=tuple(dep), head=tuple(head))


MOST_PARSED = 5000
"""Words of one article that a language model sees: ten times what a long article has. Past it rules read alone."""
_EACH = 20
"""What the model's overhead for a sentence is worth, in words."""


def _first_words(sentences: Sequence[Sentence], wanted: Iterator[int]) -> list[int]:
    """Return the first of the wanted sentences that are `MOST_PARSED` words together."""
    chosen: list[int] = []
    left = MOST_PARSED
    for n in wanted:
        left -= len(sentences[n].words) + _EACH
        if left < 0:
            break
        chosen.append(n)
    return chosen


def read(article: Article, gazetteer: Gazetteer) -> Document:
    """Return the article taken apart, without syntax."""
    title, body = article.title, article.text
    text = f"{title}\n\n{body}" if title else body
    shift = len(title) + 2 if title else 0
    paragraphs = paragraphs_of(text, len(title))
    dateline = dateline_of(text, paragraphs)
    sentences: list[Sentence] = []
    for n, p in enumerate(paragraphs):
        start = dateline.end if dateline is not None and p.start < dateline.end <= p.end else p.start
        spans = list(_pieces(text, p.start, p.end)) if p.layer == "title" else spans_of(text, start, p.end)
        for a, b in spans:
            words = words_of(text, a, b)
            if words:
                layer: Layer = "foreign" if is_foreign([w.text for w in words]) else p.layer
                sentences.append(Sentence(a, b, n, layer, words, gazetteer.find(words), text[a:b].lower()))
    # Titles stay as they are: capitals prove nothing there.
    told = [n for n, s in enumerate(sentences) if s.layer != "title"]
    rest = without_namesakes([sentences[n].words for n in told], [sentences[n].hits for n in told])
    for n, hits in zip(told, rest, strict=True):
        if hits is not sentences[n].hits:
            sentences[n] = sentences[n]._replace(hits=hits)
    day = (article.published_at or article.first_seen_at).date().isoformat()
    return Document(
        text=text,
        title_end=len(title),
        text_start=shift,
        day=day,
        paragraphs=paragraphs,
        sentences=tuple(sentences),
        quotations=quotations_of(text, paragraphs),
        dateline=dateline,
    )


def with_syntax(
    documents: Sequence[Document], annotate: Annotate, wants: Callable[[Sentence], bool]
) -> tuple[Document, ...]:
    """Return the documents with the syntax of those sentences of their bodies that ``wants`` approves of.

    The model sees the sentences of all documents in one call: the larger its batches, the less a word costs.
    """
    # Titles stay out: title case misleads taggers (headline rules read them).
    chosen = [
        _first_words(
            doc.sentences,
            (n for n, s in enumerate(doc.sentences) if s.layer == "body" and len(s.words) <= 150 and wants(s)),
        )
        for doc in documents
    ]
    asked = [
        doc.text[doc.sentences[n].start : doc.sentences[n].end]
        for doc, numbers in zip(documents, chosen, strict=True)
        for n in numbers
    ]
    answers = iter(annotate(asked)) if asked else iter(())
    return tuple(
        _laid_over(doc, {n: next(answers) for n in numbers}) for doc, numbers in zip(documents, chosen, strict=True)
    )


def _laid_over(doc: Document, syntax: Mapping[int, tuple[Token, ...]]) -> Document:
    sentences = tuple(_aligned(s, syntax[n]) if n in syntax else s for n, s in enumerate(doc.sentences))
    return msgspec.structs.replace(doc, sentences=sentences)


# Words of an editor's insertion: "of the APRA [Popular Alliance] party".
_LONGEST_INSERTION = 8


def without_brackets(s: Sentence) -> Sentence:
    """Return the sentence without what an editor put into square brackets, as rules read it. Offsets stay true."""
    if "[" not in s.low:
        return s
    keep, i, n = [], 0, len(s.words)
    while i < n:
        close = None
        if s.words[i].text == "[":
            close = next((k for k in range(i + 1, min(n, i + 2 + _LONGEST_INSERTION)) if s.words[k].text == "]"), None)
        if close is None:
            keep.append(i)
            i += 1
        else:
            i = close + 1
    at = {old: new for new, old in enumerate(keep)}
    hits = tuple(
        h._replace(start=at[h.start], end=at[h.end - 1] + 1) for h in s.hits if h.start in at and h.end - 1 in at
    )
    return s._replace(
        words=tuple(s.words[k] for k in keep),
        hits=hits,
        pos=tuple(s.pos[k] for k in keep) if s.pos else (),
        dep=tuple(s.dep[k] for k in keep) if s.dep else (),
        head=tuple(at.get(s.head[k], at[k]) for k in keep) if s.head else (),
    )


_LONGEST_QUOTE = 420
"""Characters: longer sentences are quoted around the claim only."""


def quoted_span(s: Sentence, a: int, b: int) -> tuple[int, int]:
    """Return the characters of the sentence, of a very long one those around the claim from a to b."""
    if s.end - s.start <= _LONGEST_QUOTE:
        return s.start, s.end
    room = max(0, _LONGEST_QUOTE - (b - a)) // 2
    inside = [w for w in s.words if a - room <= w.start and w.end <= b + room]
    return inside[0].start, inside[-1].end
