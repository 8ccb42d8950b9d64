"""All files of the rules folder at once: lists, rule sets, desks, in one value or with every mistake told.

A mistake costs only what it is in: a list its entry, a rule set its rule, the desks file its desk. The rest is in force.
Which of `Rules.mistakes` are fatal is the caller's choice: CI refuses any, a start at night goes on and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from monitors.article import digest
from monitors.strict_yaml import BadFileError, Mistake
from streams.core.desks import Desk, read_desks, read_owners
from streams.core.desks import version_of as desks_version
from streams.core.match import Compiled, compile_rules
from streams.core.rule_reading import read_lists, read_ruleset
from streams.core.ruleset import Names, RuleSet, WordList
from streams.core.suppressions import Suppression, read_suppressions
from streams.core.suppressions import version_of as suppressions_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules folder says.

    ``compiled`` are the rules that are live or in shadow. ``version`` is the hash of rule sets, desks and suppressions: the
    same folder has the same on every host. ``mistakes`` name all that is not in force. ``texts`` are the files, by path,
    that a rule set in force says word for word: they need not be read again while their lists stay. ``owners`` are the
    channels of those who own rules.
    """

    rulesets: tuple[RuleSet, ...]
    lists: tuple[WordList, ...]
    desks: tuple[Desk, ...]
    compiled: Compiled
    version: str
    suppressions: tuple[Suppression, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    texts: Mapping[str, str] = {}
    owners: Mapping[str, tuple[str, ...]] = {}


def load_rules(files: Mapping[str, str], names: Names) -> Rules:
    """Return the rules of a folder, whatever has mistakes left out and told.

    ``files`` are texts by path (`kind_of`). ``names`` gives the names of a gazetteer by kind (leaders, places, weapons).
    Raises BadFileError when no rule or no desk is left: nothing could be watched, and a silent watch is worse than none.
    """
    mistakes: list[Mistake] = []
    lists: dict[str, WordList] = {}
    for path in paths_of(files, "lists"):
        found, wrong = read_lists(files[path], path, names)
        mistakes += wrong
        for each in found:
            if each.name in lists:
                first = lists[each.name]
                where = f"one list of that name (first in {first.file}:{first.line})"
                mistakes.append(_at(path, each.line, f"the list `{each.name}` a second time", where))
            else:
                lists[each.name] = each
    rulesets: list[RuleSet] = []
    for path in paths_of(files, "rule set"):
        ruleset, wrong = read_ruleset(files[path], path, lists)
        rulesets += [ruleset] if ruleset is not None else []
        mistakes += wrong
    desks: tuple[Desk, ...] = ()
    owners: Mapping[str, tuple[str, ...]] = {}
    for path in paths_of(files, "desks"):
        desks, wrong = read_desks(files[path], path)
        owners = read_owners(files[path], path)
        mistakes += wrong
    suppressions: tuple[Suppression, ...] = ()
    for path in paths_of(files, "suppressions"):
        suppressions, wrong = read_suppressions(files[path], path, lists)
        mistakes += wrong
    apart, twice = distinct(rulesets)
    mistakes += twice
    if not desks and not paths_of(files, "desks"):
        mistakes.append(_at("desks.yaml", 1, "no desks file", "rules/desks.yaml"))
    if not apart or not desks:
        if not apart and not mistakes:
            mistakes.append(_at("rules", 1, "no rule set", "a rules folder with *.yaml"))
        raise BadFileError(mistakes)
    texts = {} if mistakes else {ruleset.file: files[ruleset.file] for ruleset in apart}
    return rules_of(apart, lists, desks, suppressions, mistakes, texts, owners)


def rules_of(
    rulesets: Sequence[RuleSet],
    lists: Mapping[str, WordList],
    desks: Sequence[Desk],
    suppressions: Sequence[Suppression],
    mistakes: Sequence[Mistake] = (),
    texts: Mapping[str, str] = {},
    owners: Mapping[str, tuple[str, ...]] = {},
) -> Rules:
    """Return the value of a folder that was read, compiled and stamped."""
    return Rules(
        rulesets=tuple(rulesets),
        lists=tuple(lists[name] for name in sorted(lists)),
        desks=tuple(desks),
        suppressions=tuple(suppressions),
        compiled=compile_rules(rulesets, statuses=("live", "shadow")),
        version=digest(
            *(ruleset.version for ruleset in rulesets), desks_version(desks), suppressions_version(suppressions)
        ),
        mistakes=tuple(mistakes),
        texts=texts,
        owners=owners,
    )


FileKind = Literal["lists", "desks", "suppressions", "rule set"]


def kind_of(path: str) -> FileKind:
    """Return what a file of the rules folder is, by its place and name."""
    folder, _, name = path.rpartition("/")
    if folder.rpartition("/")[2] == "lists":
        return "lists"
    kinds: dict[str, FileKind] = {"desks.yaml": "desks", "suppressions.yaml": "suppressions"}
    return kinds.get(name, "rule set")


def paths_of(files: Mapping[str, str], kind: FileKind) -> list[str]:
    """Return the paths of a kind, sorted."""
    return sorted(path for path in files if kind_of(path) == kind)


def _at(path: str, line: int, found: str, expected: str) -> Mistake:
    return Mistake(file=path, line=line, col=1, found=found, expected=expected)


def distinct(rulesets: Sequence[RuleSet]) -> tuple[tuple[RuleSet, ...], list[Mistake]]:
    """Return the rule sets, sorted, without ids that another file has: alerts, silences and metrics hang on an id."""
    sets: dict[str, RuleSet] = {}
    rules: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for ruleset in rulesets:
        if ruleset.id in sets:
            where = f"each id once (first in {sets[ruleset.id].file})"
            mistakes.append(_at(ruleset.file, 1, f"the rule set `{ruleset.id}` a second time", where))
            continue
        for rule in ruleset.rules:
            if rule.id in rules:
                where = f"each id once (first in {rules[rule.id]})"
                mistakes.append(_at(ruleset.file, rule.line, f"the rule id `{rule.id}` a second time", where))
        kept = tuple(rule for rule in ruleset.rules if rule.id not in rules)
        rules |= {rule.id: f"{ruleset.file}:{rule.line}" for rule in kept}
        if kept:
            sets[ruleset.id] = msgspec.structs.replace(ruleset, rules=kept)
    return tuple(sets[name] for name in sorted(sets)), mistakes
