"""From a YAML file to the values of `ruleset`, or every mistake in it told with its place.

The language is described in docs/rules.md. Vocabularies are closed: a key or word that is not known is a mistake, never
ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TypeVar, get_args

import msgspec

from monitors.article import digest
from monitors.strict_yaml import Absent, BadFileError, Fields, Items, Mistake, Node, Pairs, Scalar, Sheet, read, shown
from streams.core.model import (
    After,
    CasualtyClaim,
    ClaimKind,
    ClaimStatus,
    Corroborate,
    Evidence,
    Facts,
    LeaderEvent,
    LeaderMention,
    Same,
    Scope,
    Severity,
    StrikeReport,
    StrikeStatus,
    Victims,
)
from streams.core.ruleset import (
    ACCEPT_KEYS,
    AFTER_KEYS,
    ALERT_KEYS,
    ASIDES,
    CLAUSE_KEYS,
    CORROBORATE_KEYS,
    ENTRY_KEYS,
    FACT_KEYS,
    FACT_KINDS,
    FACT_STATUSES,
    FIELDS,
    GAZETTEERS,
    GIVEN_KEYS,
    ID,
    LEAF_KEYS,
    LIST_KEYS,
    MAX_HOURS,
    MAX_TERM_WORDS,
    MAX_WITHIN,
    MIN_STEM,
    NAME,
    REASONS,
    RULE_KEYS,
    RULESET_KEYS,
    SECTIONS,
    SEQUENCE_KEYS,
    SEVERITIES,
    STATUSES,
    STEP_KEYS,
    TEST_KEYS,
    WORD_KEYS,
    About,
    AboutPart,
    Accepted,
    AllOf,
    AnyOf,
    Aside,
    Clause,
    Entry,
    ExpectedAlert,
    FactKind,
    FactTest,
    Names,
    Near,
    Number,
    Part,
    Rule,
    RuleSet,
    RuleTest,
    SameSentence,
    SequenceStep,
    SequenceTest,
    SeverityWhen,
    Term,
    Test,
    WordList,
)
from streams.core.tokens import flat, folded, typed

T = TypeVar("T")
Word = TypeVar("Word", bound=str)
Lists = Mapping[str, WordList]
_LEADERS = "leaders"
"""The list behind ``leader: true``."""


# --- lists ----------------------------------------------------------------------------------------------------------


def read_lists(text: str, file: str, names: Names) -> tuple[tuple[WordList, ...], tuple[Mistake, ...]]:
    """Return the lists of a file, without the entries that have mistakes, and the mistakes."""
    sheet = read(text, file)
    top = sheet.mapping(sheet.root, "a lists file", known=("format", "lists"), required=("format", "lists"))
    sheet.one_of(top["format"], ("1",))
    lists = tuple(_word_list(sheet, key, node, names) for key, node in sheet.named(top["lists"], "the lists"))
    return lists, tuple(sorted(sheet.mistakes))


def _word_list(sheet: Sheet, key: Scalar, node: Node, names: Names) -> WordList:
    sheet.string(key, pattern=NAME, expected="a list name in small letters, digits and _")
    m = sheet.mapping(node, "a list", known=LIST_KEYS)
    if "words" not in m and "from" not in m and isinstance(node, Pairs):
        sheet.mistake(node, "a list without `words`", "the key `words` or `from`")
    cased = sheet.boolean(m["cased"])
    found: list[Entry] = []
    if "from" in m:
        found += _from_gazetteer(names(GAZETTEERS[sheet.one_of(m["from"], tuple(GAZETTEERS))]))
    if "words" in m:
        for child in _nodes(sheet, m["words"]):
            entry = _sound(sheet, partial(_entry, sheet, child, cased))
            found += [entry] if entry is not None else []
    accept = read_accepted(sheet, m["accept"], "L")
    return WordList(name=key.text, entries=tuple(found), file=sheet.file, line=key.line, accept=accept)


def _sound(sheet: Sheet, reading: Callable[[], T]) -> T | None:
    """Return what was read, None when reading it noted a mistake."""
    before = len(sheet.mistakes)
    value = reading()
    return value if len(sheet.mistakes) == before else None


def _from_gazetteer(names: Iterable[tuple[str, Sequence[str]]]) -> list[Entry]:
    """Single words with capitals ask for them (Reading is a place, reading is not); phrases are safe in any case.

    A spelling that two names share belongs to the first.
    """
    found = []
    taken: set[tuple[str, ...]] = set()
    for name, spellings in names:
        terms = []
        for spelling in dict.fromkeys((name, *spellings)):
            words, as_typed = tuple(folded(flat(spelling))), tuple(typed(flat(spelling)))
            cased = as_typed if len(words) == 1 and spelling != spelling.lower() else ()
            if 0 < len(words) <= MAX_TERM_WORDS and (cased or words) not in taken:
                taken.add(cased or words)
                terms.append(Term(text=spelling, words=words, cased=cased, name=name))
        if terms:
            found.append(Entry(name=name, terms=tuple(terms)))
    return found


def _entry(sheet: Sheet, node: Node, cased: bool) -> Entry:
    if not isinstance(node, Pairs):
        return Entry(name=None, terms=_terms_of(sheet, node, cased=cased))
    m = sheet.mapping(node, "an entry", known=ENTRY_KEYS)
    if "name" not in m:
        return Entry(name=None, terms=_terms_of(sheet, node, cased=cased))
    cased = sheet.boolean(m["cased"]) if "cased" in m else cased
    needs = _needs(sheet, m)
    name = sheet.string(m["name"])
    terms = list(_terms_of(sheet, m["name"], cased=cased, needs=needs, name=name))
    for child in _nodes(sheet, m["also"]):
        terms += _terms_of(sheet, child, cased=cased, needs=needs, name=name)
    return Entry(name=name, terms=tuple(terms), role=sheet.if_given(m["role"], sheet.string))


def _nodes(sheet: Sheet, node: Node) -> tuple[Node, ...]:
    return sheet.sequence(node, lambda child: child)


# --- terms ----------------------------------------------------------------------------------------------------------


def _terms_of(
    sheet: Sheet, node: Node, *, cased: bool = False, needs: tuple[Term, ...] = (), name: str | None = None
) -> tuple[Term, ...]:
    """Return the term of a node, none when it is a mistake."""
    if not isinstance(node, Pairs):
        return _words_term(sheet, node, cased=cased, needs=needs, name=name)
    m = sheet.mapping(node, "a word", known=WORD_KEYS)
    cased = sheet.boolean(m["cased"]) if "cased" in m else cased
    needs = _needs(sheet, m) or needs
    given = [key for key in ("word", "alias", "regex") if key in m]
    if len(given) != 1:
        sheet.mistake(node, "a word without `word`" if not given else "several words", "one of word, alias, regex")
        return ()
    if given == ["regex"]:
        return _regex_term(sheet, m["regex"], cased=cased, needs=needs, name=name)
    return _words_term(sheet, m[given[0]], cased=cased, needs=needs, name=name)


def _needs(sheet: Sheet, m: Fields) -> tuple[Term, ...]:
    if "needs" not in m:
        return ()
    return tuple(term for child in _nodes(sheet, m["needs"]) for term in _terms_of(sheet, child))


def _words_term(
    sheet: Sheet, node: Node, *, cased: bool, needs: tuple[Term, ...], name: str | None
) -> tuple[Term, ...]:
    text = sheet.string(node, expected="a word or phrase")
    if not text:
        return ()
    if text.startswith("$"):
        sheet.mistake(node, shown(text), "a word or phrase; lists do not hold lists")
        return ()
    words: list[str] = []
    as_typed: list[str] = []
    for chunk in text.split():
        stem = chunk.endswith("*")
        cut = chunk.removesuffix("*")
        here, here_typed = folded(flat(cut)), typed(flat(cut))
        if "*" in cut or (stem and (not here or not cut[-1].isalnum())):
            sheet.mistake(node, shown(text), "a star only at the end of a word, as strike*")
            return ()
        if stem and len(here[-1]) < MIN_STEM:
            sheet.mistake(node, shown(text), f"at least {MIN_STEM} letters before the star")
            return ()
        words += [*here[:-1], here[-1] + "*"] if stem else here
        as_typed += here_typed
    if not words:
        sheet.mistake(node, shown(text), "a word or phrase with a letter or digit in it")
        return ()
    if len(words) > MAX_TERM_WORDS:
        sheet.mistake(node, f"a phrase of {len(words)} words", f"at most {MAX_TERM_WORDS}")
        return ()
    return (Term(text=text, words=tuple(words), cased=tuple(as_typed) if cased else (), needs=needs, name=name),)


def _regex_term(
    sheet: Sheet, node: Node, *, cased: bool, needs: tuple[Term, ...], name: str | None
) -> tuple[Term, ...]:
    pattern = sheet.string(node, expected="a regular expression")
    if not pattern:
        return ()
    trouble = regex_trouble(pattern)
    if trouble:
        sheet.mistake(node, shown(pattern), trouble)
        return ()
    return (Term(text=pattern, regex=pattern if cased else f"(?i:{pattern})", needs=needs, name=name),)


def regex_trouble(pattern: str) -> str | None:
    """Return what should stand instead of a pattern that would never match, match anything or take for ever."""
    if len(pattern) > 200:
        return "at most 200 characters"
    if re.search(r"\(\??[aiLmsux]+\?\)|\(\?[aiLmsux]+\)", pattern):
        return "no (?i): case is folded, and `cased: true` asks for it"
    if re.search(r"(?<!\\)(?:\\\\)*\\[1-9]|\(\?P=", pattern):
        return "no back-references"
    if re.search(r"\s|\\s|\(\?[=!<]", pattern):
        return "a pattern for one run of text without blanks; use a phrase or near for several words"
    if re.search(r"(?<!\\)[\^$]", re.sub(r"\[\^", "[", pattern)):
        return "no ^ or $: a pattern matches whole words anyway"
    if re.search(r"\[\[|--|&&|~~|\|\|", pattern):
        return "no set inside a set: [[ -- && ~~ and || will mean something else one day"
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"a regular expression ({str(error)[:60]})"
    if compiled.match(""):
        return "a pattern that cannot match nothing at all"
    bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])[^\]]*\]", "x", pattern)
    if re.search(r"[*+?}][*+{]|\)[*+{]", re.sub(r"\(\?:|\(\?P<\w+>", "(", bare)):
        return "no repeat of a group or of a repeat: it can take for ever"
    if len(re.findall(r"[*+]|\{\d*,\d*\}", bare)) > 2:
        return "at most two repeats"
    return None


# --- clauses --------------------------------------------------------------------------------------------------------


class _Book(msgspec.Struct, kw_only=True):
    """What reading one file needs: its sheet and the lists."""

    sheet: Sheet
    lists: Lists


def read_clause(sheet: Sheet, lists: Lists, name: str, node: Node) -> Clause:
    """Return the one clause that stands at a node, for files other than rule sets."""
    return _clause(_Book(sheet=sheet, lists=lists), name, node, ()) or Clause(name=name, test=AnyOf(terms=()))


def _clause(book: _Book, name: str, node: Node, above: Sequence[str], more: Sequence[str] = ()) -> Clause | None:
    sheet = book.sheet
    m = sheet.mapping(node, f"clause {name}", known=(*CLAUSE_KEYS, "in", *more), above=above)
    fields = sheet.sequence(m["in"], lambda n: sheet.one_of(n, FIELDS)) if "in" in m else ()
    test = _test(book, m, node, CLAUSE_KEYS)
    if test is None:
        return None
    aside = _aside(book, m["aside"]) if "aside" in m else None
    return Clause(name=name, test=test, fields=tuple(f for f in FIELDS if f in fields), aside=aside)


def _aside(book: _Book, node: Node) -> Aside | AnyOf | None:
    if isinstance(node, Items):
        return _any_of(book, node)
    expected = "words, sentence, or words of its own as [rocket, $list]"
    text = book.sheet.string(node, expected=expected)
    found = next((aside for aside in ASIDES if aside == text), None)
    if text and found is None:
        book.sheet.mistake(node, shown(text), expected, among=ASIDES)
    return found


def _clauses(book: _Book, node: Node, what: str) -> tuple[Clause, ...]:
    sheet = book.sheet
    found = []
    for key, child in sheet.named(node, f"named clauses under `{what}`"):
        if key.text in CLAUSE_KEYS:
            sheet.mistake(
                key, f"{shown(key.text)} without a name", f"a name for the clause: `{what}: {{name: {{...}}}}`", hint=""
            )
            continue
        if key.text in SECTIONS:
            sheet.mistake(key, f"{shown(key.text)} one level too deep", f"it beside `{what}`", hint="")
            continue
        sheet.string(key, pattern=NAME, expected="a clause name in small letters, digits and _")
        clause = _clause(book, key.text, child, RULE_KEYS, ("aside",) if what == "unless" else ())
        found += [clause] if clause is not None else []
    if isinstance(node, Pairs) and not node.pairs:
        sheet.mistake(node, f"an empty `{what}`", "at least one named clause")
    return tuple(found)


def _test(book: _Book, m: Fields, node: Node, keys: Sequence[str]) -> Test | None:
    sheet = book.sheet
    given = [key for key in m if key in keys]
    if len(given) != 1:
        if isinstance(node, Pairs) and (given or len(node.pairs) == len(list(m))):  # else the typo is told already
            sheet.mistake(node, f"{len(given)} conditions" if given else "no condition", f"one of {', '.join(keys)}")
        return None
    kind, child = given[0], m[given[0]]
    if kind == "any":
        return _any_of(book, child)
    if kind == "all":
        return AllOf(of=tuple(AnyOf(terms=_terms(book, n)) for n in _nodes(sheet, child)))
    if kind == "number":
        return _number(sheet, child)
    if kind == "leader":
        return _leader(book, child)
    if kind == "same_sentence":
        return SameSentence(of=_parts(book, child))
    n = sheet.mapping(child, "near", known=("within", "of"), required=("within", "of"), above=(*CLAUSE_KEYS, "in"))
    return Near(within=_within(sheet, n["within"]), of=_parts(book, n["of"]))


def _any_of(book: _Book, node: Node) -> AnyOf:
    return AnyOf(terms=tuple(term for child in _nodes(book.sheet, node) for term in _terms(book, child)))


def _terms(book: _Book, node: Node) -> tuple[Term, ...]:
    if isinstance(node, Scalar) and re.match(r"\$[^\W\d]", node.text):
        return _list_terms(book, node)
    return _terms_of(book.sheet, node)


def _list_terms(book: _Book, node: Scalar) -> tuple[Term, ...]:
    name = node.text.removeprefix("$")
    if name not in book.lists:
        known = [f"${each}" for each in sorted(book.lists)]
        book.sheet.mistake(node, f"the unknown list {shown(node.text)}", "a list of rules/lists", among=known)
        return ()
    return tuple(term for entry in book.lists[name].entries for term in entry.terms)


def _leader(book: _Book, node: Node) -> AnyOf:
    text = book.sheet.string(node, expected="true or a list such as $leaders")
    if text == "true":
        node = Scalar(text=f"${_LEADERS}", line=node.line, col=node.col, width=node.width)
    elif text and not text.startswith("$"):
        book.sheet.mistake(node, shown(text), "true or a list such as $leaders")
    return AnyOf(terms=_list_terms(book, node) if isinstance(node, Scalar) and node.text.startswith("$") else ())


def _number(sheet: Sheet, node: Node) -> Number:
    m = sheet.mapping(node, "number", known=("at_least", "at_most", "words_too"))
    low = sheet.integer(m["at_least"], low=0) if "at_least" in m else 0
    return Number(
        at_least=low,
        at_most=sheet.integer(m["at_most"], low=low) if "at_most" in m else None,
        words_too=sheet.boolean(m["words_too"]) if "words_too" in m else True,
    )


def _parts(book: _Book, node: Node) -> tuple[Part, ...]:
    sheet = book.sheet
    parts: list[Part] = []
    for child in _nodes(sheet, node):
        if not isinstance(child, Pairs):
            parts.append(AnyOf(terms=_terms(book, child)))  # a bare word or $list is a part of its own
            continue
        part = _test(
            book, sheet.mapping(child, "a part", known=LEAF_KEYS, above=(*CLAUSE_KEYS, "in")), child, LEAF_KEYS
        )
        if isinstance(part, AnyOf | Number):
            parts.append(part)
    if isinstance(node, Items) and not 2 <= len(node.nodes) <= 5:
        sheet.mistake(node, f"{len(node.nodes)} {'part' if len(node.nodes) == 1 else 'parts'}", "two to five")
    return tuple(parts)


def _within(sheet: Sheet, node: Node) -> int:
    expected = f"a number of words up to {MAX_WITHIN}, as `12 words`"
    text = sheet.string(node, pattern=r"[0-9]{1,3} words?", expected=expected)
    count = int(text.split()[0]) if text else 0
    if count > MAX_WITHIN:
        sheet.mistake(node, shown(text), expected)
    return count


# --- facts ----------------------------------------------------------------------------------------------------------


def _fact_tests(book: _Book, node: Node) -> tuple[FactTest, ...]:
    m = book.sheet.mapping(node, "a condition on facts", known=FACT_KINDS)
    return tuple(_fact_test(book, kind, m[kind]) for kind in FACT_KINDS if kind in m)


def _fact_test(book: _Book, fact: FactKind, node: Node) -> FactTest:
    sheet = book.sheet
    m = sheet.mapping(node, f"a condition on {fact}", known=FACT_KEYS[fact])
    return FactTest(
        fact=fact,
        kind=_some(sheet, m["kind"], get_args(ClaimKind)),
        status=_some(sheet, m["status"], FACT_STATUSES[fact] or ("",)),
        scope=_some(sheet, m["scope"], get_args(Scope)) or ("current",),
        event=_some(sheet, m["event"], get_args(LeaderEvent)),
        at_least=sheet.integer(m["at_least"], low=0) if "at_least" in m else None,
        at_most=sheet.integer(m["at_most"], low=0) if "at_most" in m else None,
        about=tuple(_about(book, part, m[part]) for part in get_args(AboutPart) if part in m),
        or_none=sheet.boolean(m["or_none"]),
    )


def _about(book: _Book, part: AboutPart, node: Node) -> About:
    terms: list[Term] = []
    for child in node.nodes if isinstance(node, Items) else (node,):
        found = _terms(book, child)
        if any(term.regex is not None or any(word.endswith("*") for word in term.words) for term in found):
            book.sheet.mistake(child, "a pattern or stem", "a name, or a $list of names")
        terms += found
    if isinstance(node, Items) and not node.nodes:
        book.sheet.mistake(node, "an empty list", "at least one name")
    return About(part=part, words=tuple(dict.fromkeys(term.words for term in terms if term.words)))


def _some(sheet: Sheet, node: Node, choices: Sequence[Word]) -> tuple[Word, ...]:
    """Return one word or a list of words out of a vocabulary, nothing when the node is absent."""
    if isinstance(node, Absent):
        return ()
    if isinstance(node, Items):
        return sheet.sequence(node, lambda child: sheet.one_of(child, choices))
    return (sheet.one_of(node, choices),)


def _given(sheet: Sheet, node: Node) -> Facts:
    """Return the facts that a test takes as read."""
    m = sheet.mapping(node, "given facts", known=FACT_KINDS)
    here = Evidence(field="title", start=0, end=0, quote="")
    claims, strikes, leaders = [], [], []
    for n in _nodes(sheet, m["claims"]):
        f = sheet.mapping(n, "a claim", known=GIVEN_KEYS["claims"], required=("kind",))
        count = sheet.integer(f["count"], low=0) if "count" in f else None
        claims.append(
            CasualtyClaim(
                kind=sheet.one_of(f["kind"], get_args(ClaimKind)) if "kind" in f else "killed",
                low=count,
                high=count,
                qual="unspecified" if count is None else "exact",
                stated="" if count is None else str(count),
                victims=Victims(text=sheet.string(f["victims"])) if "victims" in f else None,
                claimant=sheet.if_given(f["claimant"], sheet.string),
                place=sheet.if_given(f["place"], sheet.string),
                status=_one(sheet, f["status"], get_args(ClaimStatus)),
                scope=_one(sheet, f["scope"], get_args(Scope)),
                evidence=here,
            )
        )
    for n in _nodes(sheet, m["strikes"]):
        f = sheet.mapping(n, "a strike", known=GIVEN_KEYS["strikes"])
        strikes.append(
            StrikeReport(
                weapon=sheet.if_given(f["weapon"], sheet.string),
                place=sheet.if_given(f["place"], sheet.string),
                actor=sheet.if_given(f["actor"], sheet.string),
                count_low=sheet.integer(f["count"], low=0) if "count" in f else None,
                count_high=sheet.integer(f["count"], low=0) if "count" in f else None,
                status=_one(sheet, f["status"], get_args(StrikeStatus)),
                claimant=sheet.if_given(f["claimant"], sheet.string),
                scope=_one(sheet, f["scope"], get_args(Scope)),
                evidence=here,
            )
        )
    for n in _nodes(sheet, m["leaders"]):
        f = sheet.mapping(n, "a leader", known=GIVEN_KEYS["leaders"], required=("event",))
        leaders.append(
            LeaderMention(
                name=sheet.string(f["name"]) if "name" in f else "",
                role=None,
                event=_one(sheet, f["event"], get_args(LeaderEvent)),
                scope=_one(sheet, f["scope"], get_args(Scope)),
                evidence=here,
            )
        )
    return Facts(claims=tuple(claims), strikes=tuple(strikes), leaders=tuple(leaders))


def _one(sheet: Sheet, node: Node, choices: Sequence[Word]) -> Word:
    """Return the word typed, the first choice where nothing was."""
    return choices[0] if isinstance(node, Absent) else sheet.one_of(node, choices)


# --- rules ----------------------------------------------------------------------------------------------------------


def read_ruleset(text: str, file: str, lists: Lists) -> tuple[RuleSet | None, tuple[Mistake, ...]]:
    """Return the rule set of a file without the rules that have mistakes, and the mistakes.

    None when the file is no rule set at all or no rule is left. A set with mistakes is for a start that has nothing
    better: a bad rule must not silence its neighbours.
    """
    sheet = read(text, file)
    book = _Book(sheet=sheet, lists=lists)
    top = sheet.mapping(
        sheet.root,
        "a rules file",
        known=RULESET_KEYS,
        required=("format", "ruleset", "owner", "rules"),
        below={"rules": [key for key in RULE_KEYS if key not in RULESET_KEYS]},
    )
    sheet.one_of(top["format"], ("1",))
    ruleset_id = sheet.string(top["ruleset"], pattern=ID, expected="an id as missile-strikes")
    owner = sheet.string(top["owner"])
    title = sheet.string(top["title"]) if "title" in top else ruleset_id.replace("-", " ").capitalize()
    usable = bool(ruleset_id and owner)
    rules: list[Rule] = []
    nodes = _effective(sheet, _nodes(sheet, top["rules"]))
    seen: dict[str, int] = {}
    for node in nodes:
        rule = _sound(sheet, partial(_rule, book, node, owner))
        if rule is None:
            continue
        if rule.id in seen:
            sheet.mistake(
                node, f"the rule id `{rule.id}` a second time", f"each id once (first on line {seen[rule.id]})"
            )
            continue
        seen[rule.id] = rule.line
        rules.append(rule)
    mistakes = tuple(sorted(set(sheet.mistakes)))
    if not usable or not rules:
        return None, mistakes
    version = digest(
        ruleset_id,
        *(msgspec.json.encode(r.bare()).decode() for r in rules),
    )
    return RuleSet(
        id=ruleset_id, title=title, owner=owner, file=file, rules=tuple(rules), version=version
    ), mistakes  # fmt: skip


def parse_ruleset(text: str, file: str, lists: Lists) -> RuleSet:
    """Return the rule set of a file. Raises BadFileError with all its mistakes."""
    ruleset, mistakes = read_ruleset(text, file, lists)
    if mistakes or ruleset is None:
        raise BadFileError(mistakes)
    return ruleset


def rule_nodes(text: str, file: str) -> dict[str, tuple[Node, Node]]:
    """Return each rule's node as typed and as in force, with `extends` resolved, by its id; broken rules are left out."""
    sheet = read(text, file)
    typed_nodes = _nodes(sheet, _dict(sheet.root).get("rules", Absent()))
    found: dict[str, tuple[Node, Node]] = {}
    for node in typed_nodes:
        name = _dict(node).get("id")
        effective = _effective(
            sheet, [each for each in typed_nodes if each is node or each is _base(node, typed_nodes)]
        )
        whole = next((each for each in effective if _dict(each).get("id") is name), None)
        if isinstance(name, Scalar) and whole is not None:
            found[name.text] = (node, whole)
    return found


def _base(node: Node, nodes: Sequence[Node]) -> Node | None:
    target = _dict(node).get("extends")
    return next((n for n in nodes if isinstance(target, Scalar) and _text(_dict(n).get("id")) == target.text), None)


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _effective(sheet: Sheet, nodes: Sequence[Node]) -> list[Node]:
    """Return the rules' nodes with `extends` resolved: the base's keys, the rule's own over them, `add`ed clauses last."""
    by_id = {rule_id.text: node for node in nodes for rule_id in [_dict(node).get("id")] if isinstance(rule_id, Scalar)}
    done = []
    for node in nodes:
        own = _dict(node)
        target = own.get("extends")
        if not isinstance(target, Scalar):
            if "add" in own:
                sheet.mistake(own["add"], "`add` in a rule that extends nothing", "`extends: rule-id`")
            done.append(node)
            continue
        base = by_id.get(target.text)
        if base is None or base is node:
            sheet.mistake(target, f"the unknown rule {shown(target.text)}", "a rule of this file", among=by_id)
        elif "extends" in _dict(base):
            sheet.mistake(target, f"{shown(target.text)}, which itself extends a rule", "one level")
        else:
            done.append(_merged(sheet, base, node))
    return done


def _merged(sheet: Sheet, base: Node, node: Node) -> Node:
    assert isinstance(base, Pairs)
    assert isinstance(node, Pairs)
    own = _dict(node)
    pairs = {key.text: (key, value) for key, value in base.pairs if key.text not in {"id", "title", "tests", "accept"}}
    pairs |= {key.text: (key, value) for key, value in node.pairs if key.text not in {"extends", "add"}}
    for key, value in sheet.named(own.get("add", Absent()), "added clauses"):
        before = pairs.get(key.text)
        if key.text not in {"match", "unless"}:
            sheet.mistake(key, f"`add` of {shown(key.text)}", "match or unless", among=("match", "unless"))
        elif before is None:
            pairs[key.text] = (key, value)
        elif isinstance(before[1], Pairs) and isinstance(value, Pairs):
            taken = _dict(before[1])
            for name, _ in value.pairs:
                if name.text in taken:
                    sheet.mistake(name, f"`add` of the clause {shown(name.text)}, which is there", "a new name")
            pairs[key.text] = (key, msgspec.structs.replace(before[1], pairs=(*before[1].pairs, *value.pairs)))
    return msgspec.structs.replace(node, pairs=tuple(pairs.values()))


def _dict(node: Node) -> dict[str, Node]:
    return {key.text: value for key, value in node.pairs} if isinstance(node, Pairs) else {}


def _rule(book: _Book, node: Node, owner: str) -> Rule:
    sheet = book.sheet
    m = sheet.mapping(
        node,
        "a rule",
        known=RULE_KEYS,
        required=("id", "title", "status", "severity", "review_by", "match", "tests"),
        below={
            "match": (*CLAUSE_KEYS, "in"),
            "tests": [key for key in (*TEST_KEYS, *SEQUENCE_KEYS) if key not in RULE_KEYS],
        },
        above=("format", "ruleset", "rules"),
    )
    match = _clauses(book, m["match"], "match")
    unless = _clauses(book, m["unless"], "unless")
    for name in {clause.name for clause in match} & {clause.name for clause in unless}:
        sheet.mistake(m.key("unless"), f"the clause name `{name}` under match and unless", "names that differ")
    tests = _nodes(sheet, m["tests"])
    return Rule(
        id=sheet.string(m["id"], pattern=ID, expected="an id as missile-strike"),
        title=sheet.string(m["title"]),
        owner=sheet.string(m["owner"]) if "owner" in m else owner,
        review_by=sheet.day(m["review_by"]),
        status=sheet.one_of(m["status"], STATUSES),
        severity=Severity(sheet.one_of(m["severity"], SEVERITIES)),
        match=match,
        unless=unless,
        where=_fact_tests(book, m["where"]),
        severity_when=tuple(_severity_when(book, n) for n in _nodes(sheet, m["severity_when"])),
        facts=_some(sheet, m["facts"], FACT_KINDS) or FACT_KINDS,
        for_each=_for_each(book, m["for_each"], match) if "for_each" in m else (),
        corroborate=_corroborate(sheet, m["corroborate"]) if "corroborate" in m else None,
        after=_after(sheet, m["after"]) if "after" in m else None,
        tests=tuple(_rule_test(sheet, n, match, unless) for n in tests if "sequence" not in _dict(n)),
        sequences=tuple(_sequence_test(sheet, n) for n in tests if "sequence" in _dict(n)),
        accept=read_accepted(sheet, m["accept"], "R", above=RULE_KEYS),
        line=node.line,
    )


def _for_each(book: _Book, node: Node, match: Sequence[Clause]) -> tuple[str, ...]:
    """Return the names of a list; a clause of the rule must look for it."""
    text = book.sheet.string(node, pattern=r"\$[^\W\d]\w*", expected="a list with names, as $leaders")
    terms = _list_terms(book, node) if isinstance(node, Scalar) and text else ()
    names = tuple(dict.fromkeys(term.name for term in terms if term.name is not None))
    if terms and not names:
        book.sheet.mistake(node, f"the list {shown(text)}, whose entries have no names", "a list with `name` entries")
    elif terms and not any(set(terms) <= set(_all_terms(clause.test)) for clause in match):
        book.sheet.mistake(node, f"the list {shown(text)}, which no match clause looks for", "a list of a match clause")
    return names


def _all_terms(test: Test) -> tuple[Term, ...]:
    parts = test.of if isinstance(test, AllOf | Near | SameSentence) else (test,)
    return tuple(term for part in parts if isinstance(part, AnyOf) for term in part.terms)


def _corroborate(sheet: Sheet, node: Node) -> Corroborate:
    m = sheet.mapping(
        node, "corroborate", known=CORROBORATE_KEYS, required=("at_least", "within", "then"), above=RULE_KEYS
    )
    then = sheet.mapping(m["then"], "then", known=("severity",), required=("severity",), above=CORROBORATE_KEYS)
    return Corroborate(
        distinct=sheet.one_of(m["distinct"], ("origin", "source")) if "distinct" in m else "origin",
        at_least=sheet.integer(m["at_least"], low=2),
        within=span(sheet, m["within"]),
        same=_some(sheet, m["same"], get_args(Same)),
        severity=Severity(sheet.one_of(then["severity"], SEVERITIES)),
    )


def _after(sheet: Sheet, node: Node) -> After:
    m = sheet.mapping(node, "after", known=AFTER_KEYS, required=("rule", "within"), above=RULE_KEYS)
    return After(
        rule=sheet.string(m["rule"], pattern=ID, expected="an id as missile-strike"),
        within=span(sheet, m["within"]),
        same=_some(sheet, m["same"], get_args(Same)),
    )


_UNITS = {"second": 1, "minute": 60, "hour": 3600}


def span(sheet: Sheet, node: Node, most: int = MAX_HOURS * 3600) -> int:
    """Return a stretch of time in seconds, written as `45 minutes`."""
    expected = f"a time up to {most // 3600} hours, as `45 minutes` or `2 hours`"
    text = sheet.string(node, pattern=r"[0-9]{1,5} (second|minute|hour)s?", expected=expected)
    if not text:
        return 0
    count, unit = text.split()
    seconds = int(count) * _UNITS[unit.removesuffix("s")]
    if seconds > most:
        sheet.mistake(node, shown(text), expected)
    return seconds


def read_accepted(sheet: Sheet, node: Node, letter: str, above: Iterable[str] = ()) -> tuple[Accepted, ...]:
    """Return the accepted warnings at a node, whose codes begin with the letter; nothing where none is typed."""
    return tuple(_accepted(sheet, child, letter, above) for child in _nodes(sheet, node))


def _accepted(sheet: Sheet, node: Node, letter: str, above: Iterable[str]) -> Accepted:
    m = sheet.mapping(node, "an accepted warning", known=ACCEPT_KEYS, required=ACCEPT_KEYS, above=above)
    return Accepted(
        code=sheet.string(m["code"], pattern=rf"{letter}\d\d", expected=f"a code of docs/rules.md as {letter}03"),
        because=sheet.string(m["because"], expected="the reason in a few words"),
        until=sheet.day(m["until"]),
        line=node.line,
    )


def _severity_when(book: _Book, node: Node) -> SeverityWhen:
    sheet = book.sheet
    m = sheet.mapping(node, "severity_when", known=("when", "severity"), required=("when", "severity"))
    when = _fact_tests(book, m["when"])
    if "when" in m and not when:
        sheet.mistake(m["when"], "no condition", f"one of {', '.join(FACT_KINDS)}")
    return SeverityWhen(when=when, severity=Severity(sheet.one_of(m["severity"], SEVERITIES)))


def _one_or_more(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Absent):
        return ()
    return node.nodes if isinstance(node, Items) else (node,)


def _clause_name(sheet: Sheet, node: Node, clauses: Sequence[Clause]) -> str:
    """Return the name of one of the clauses. Without any the rule has told so: every name would be told again."""
    return sheet.one_of(node, [clause.name for clause in clauses]) if clauses else sheet.string(node)


def _rule_test(sheet: Sheet, node: Node, match: Sequence[Clause], unless: Sequence[Clause]) -> RuleTest:
    m = sheet.mapping(node, "a test", known=TEST_KEYS, required=("name", "article", "expect"), above=RULE_KEYS)
    article = sheet.mapping(m["article"], "an article", known=("title", "body"), required=("title",), above=TEST_KEYS)
    if "unless" in m and not unless:
        sheet.mistake(
            m.key("unless"), "`unless` in a test of a rule without any", "the clause under `unless` of the rule"
        )
    found = []
    for clause, node_ in sheet.named(m["names"], "names by clause"):
        _clause_name(sheet, clause, match)
        found += [(clause.text, sheet.string(child)) for child in _nodes(sheet, node_)]
    return RuleTest(
        name=sheet.string(m["name"]),
        title=sheet.string(article["title"]),
        body=sheet.string(article["body"]) if "body" in article else "",
        match=sheet.one_of(m["expect"], ("match", "no match")) == "match",
        clauses=tuple(_clause_name(sheet, n, match) for n in _one_or_more(m["clauses"])),
        names=tuple(found),
        unless=sheet.if_given(m["unless"], lambda n: _clause_name(sheet, n, unless)),
        given=_given(sheet, m["given"]),
        alert=sheet.if_given(m["alert"], sheet.boolean),
        severity=sheet.if_given(m["severity"], lambda n: Severity(sheet.one_of(n, SEVERITIES))),
        line=node.line,
    )


def _sequence_test(sheet: Sheet, node: Node) -> SequenceTest:
    m = sheet.mapping(node, "a sequence", known=SEQUENCE_KEYS, required=SEQUENCE_KEYS, above=RULE_KEYS)
    steps = sheet.sequence(m["sequence"], lambda child: _step(sheet, child))
    if any(a.at > b.at for a, b in pairwise(steps)):
        sheet.mistake(m["sequence"], "articles out of their order", "them in the order of `at`")
    expected = m["expect_alerts"]
    none = isinstance(expected, Items) and not expected.nodes  # [] says that none comes
    nodes = () if none else _nodes(sheet, expected)
    alerts = tuple(_expected_alert(sheet, child) for child in nodes)
    for child, alert in zip(nodes, alerts, strict=True):
        if steps and alert.at not in {step.at for step in steps}:
            sheet.mistake(child, "an alert when no article comes", "the `at` of an article")
    return SequenceTest(name=sheet.string(m["name"]), steps=steps, alerts=alerts, line=node.line)


def _step(sheet: Sheet, node: Node) -> SequenceStep:
    m = sheet.mapping(node, "an article in time", known=STEP_KEYS, required=("at", "article", "origin"))
    article = sheet.mapping(m["article"], "an article", known=("title", "body"), required=("title",), above=STEP_KEYS)
    origin = sheet.string(m["origin"])
    return SequenceStep(
        at=span(sheet, m["at"], most=72 * 3600),
        title=sheet.string(article["title"]),
        body=sheet.string(article["body"]) if "body" in article else "",
        source=sheet.string(m["source"]) if "source" in m else origin,
        origin=origin,
        given=_given(sheet, m["given"]),
    )


def _expected_alert(sheet: Sheet, node: Node) -> ExpectedAlert:
    m = sheet.mapping(node, "an expected alert", known=ALERT_KEYS, required=("at",))
    return ExpectedAlert(
        at=span(sheet, m["at"], most=72 * 3600),
        severity=sheet.if_given(m["severity"], lambda n: Severity(sheet.one_of(n, SEVERITIES))),
        reason=sheet.if_given(m["reason"], lambda n: sheet.one_of(n, REASONS)),
        thread=sheet.if_given(m["thread"], sheet.string),
        because=sheet.if_given(m["because"], sheet.string),
    )
