"""Lasting, reviewed exceptions from rules, shared by several: `rules/suppressions.yaml`. Applied before findings are made.

A suppression says which matches of which rules are no news, why, and until when somebody must look at it again. Its tests
prove both what it silences and what it does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from monitors.article import digest
from monitors.strict_yaml import Mistake, Node, Sheet, read
from streams.core.match import Compiled, compile_rules, screen
from streams.core.model import Match, Severity
from streams.core.rule_reading import read_accepted, read_clause
from streams.core.ruleset import Accepted, Clause, Rule, RuleSet, WordList


class SuppressionTest(msgspec.Struct, frozen=True, kw_only=True):
    """An article that the rule matches, and whether the suppression must silence it."""

    rule: str
    title: str
    body: str
    suppressed: bool
    line: int


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """Matches of ``rules`` on articles where ``when`` holds raise no alert. Nothing else is changed by it."""

    id: str
    rules: tuple[str, ...]
    when: Clause
    because: str
    review_by: date
    tests: tuple[SuppressionTest, ...]
    file: str
    line: int
    accept: tuple[Accepted, ...] = ()


class Suppressed(msgspec.Struct, frozen=True, kw_only=True):
    """A match that a suppression silenced."""

    suppression: str
    match: Match


class Suppressors(msgspec.Struct, frozen=True, kw_only=True):
    """The suppressions ready to be asked: by rule, and their conditions compiled like rules of the same names."""

    by_rule: Mapping[str, frozenset[str]]
    compiled: Compiled


def compile_suppressions(suppressions: Iterable[Suppression]) -> Suppressors:
    """Return suppressions ready to be asked. Their conditions are clauses of the rule language, run by the same engine."""
    suppressions = tuple(suppressions)
    by_rule: dict[str, set[str]] = {}
    for each in suppressions:
        for rule in each.rules:
            by_rule.setdefault(rule, set()).add(each.id)
    conditions = RuleSet(
        id="suppressions",
        title="Suppressions",
        owner="",
        file="",
        version="",
        rules=tuple(map(_as_rule, suppressions)),
    )
    return Suppressors(
        by_rule={rule: frozenset(ids) for rule, ids in by_rule.items()}, compiled=compile_rules((conditions,))
    )


def _as_rule(each: Suppression) -> Rule:
    return Rule(
        id=each.id,
        title=each.because,
        owner="",
        review_by=each.review_by,
        status="live",
        severity=Severity.ROUTINE,
        match=(each.when,),
    )


def sift(
    suppressors: Suppressors, matches: Sequence[Match], title: str, text: str
) -> tuple[tuple[Match, ...], tuple[Suppressed, ...]]:
    """Return the matches that stay, and those that a suppression silences, each with the first that does."""
    if not any(match.rule_id in suppressors.by_rule for match in matches):
        return tuple(matches), ()
    holding = {each.rule_id for each in screen(suppressors.compiled, title, text)}
    kept, suppressed = [], []
    for match in matches:
        by = sorted(suppressors.by_rule.get(match.rule_id, frozenset()) & holding)
        if by:
            suppressed.append(Suppressed(suppression=by[0], match=match))
        else:
            kept.append(match)
    return tuple(kept), tuple(suppressed)


def version_of(suppressions: Sequence[Suppression]) -> str:
    """Return a hash of what the suppressions say, without their tests and places in the file."""
    bare = (msgspec.structs.replace(each, tests=(), accept=(), file="", line=0) for each in suppressions)
    return digest(*(msgspec.json.encode(each).decode() for each in bare))


# --- reading --------------------------------------------------------------------------------------------------------

_ID = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
REQUIRED = ("id", "rules", "when", "because", "review_by", "tests")
KEYS = (*REQUIRED, "accept")
TEST_KEYS = ("rule", "article", "expect")
EXPECTED: tuple[Literal["suppressed", "not suppressed"], ...] = ("suppressed", "not suppressed")


def read_suppressions(
    text: str, file: str, lists: Mapping[str, WordList]
) -> tuple[tuple[Suppression, ...], tuple[Mistake, ...]]:
    """Return the suppressions of a file without those that have mistakes, and the mistakes."""
    sheet = read(text, file)
    top = sheet.mapping(
        sheet.root,
        "a suppressions file",
        known=("format", "suppressions"),
        required=("format", "suppressions"),
        below={"suppressions": KEYS},
    )
    sheet.one_of(top["format"], ("1",))
    found: dict[str, Suppression] = {}
    for node in sheet.sequence(top["suppressions"], lambda child: child, empty=True):
        before = len(sheet.mistakes)
        each = _suppression(sheet, node, lists)
        if each.id in found:
            first = f"each id once (first on line {found[each.id].line})"
            sheet.mistake(node, f"the suppression `{each.id}` a second time", first)
        if len(sheet.mistakes) == before:
            found[each.id] = each
    return tuple(found.values()), tuple(sorted(sheet.mistakes))


def _suppression(sheet: Sheet, node: Node, lists: Mapping[str, WordList]) -> Suppression:
    m = sheet.mapping(
        node,
        "a suppression",
        known=KEYS,
        required=REQUIRED,
        below={"tests": TEST_KEYS},
        above=("format", "suppressions"),
    )
    when = read_clause(sheet, lists, "when", m["when"])
    if not when.fields:
        when = msgspec.structs.replace(when, fields=("title", "lead"))
    rules = sheet.sequence(m["rules"], lambda n: sheet.string(n, pattern=_ID, expected="the id of a rule"))
    return Suppression(
        id=sheet.string(m["id"], pattern=_ID, expected="an id as sponsored"),
        rules=rules,
        when=when,
        because=sheet.string(m["because"], expected="the reason in a few words"),
        review_by=sheet.day(m["review_by"]),
        tests=sheet.sequence(m["tests"], lambda n: _test(sheet, n, rules)),
        file=sheet.file,
        line=node.line,
        accept=read_accepted(sheet, m["accept"], "S", above=KEYS),
    )


def _test(sheet: Sheet, node: Node, rules: Sequence[str]) -> SuppressionTest:
    m = sheet.mapping(node, "a test", known=TEST_KEYS, required=("article", "expect"), above=KEYS)
    article = sheet.mapping(m["article"], "an article", known=("title", "body"), required=("title",), above=TEST_KEYS)
    if "rule" not in m and len(rules) > 1:
        sheet.mistake(node, "a test without `rule`", f"one of {', '.join(rules)}")
    return SuppressionTest(
        rule=sheet.one_of(m["rule"], rules or ("",)) if "rule" in m else (rules or ("",))[0],
        title=sheet.string(article["title"]),
        body=sheet.string(article["body"]) if "body" in article else "",
        suppressed=sheet.one_of(m["expect"], EXPECTED) == "suppressed",
        line=node.line,
    )
