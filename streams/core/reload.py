"""What a changed rules folder puts in force: each rule set that is sound, and the last good one of each that is not.

A changed rule set comes into force whole or not at all: it is read, linted and made to pass its own tests first. What is
refused keeps its last good version; its neighbours do not wait for it. Only rules change: stories, timers and rows of the
outbox are not made of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from monitors.strict_yaml import Mistake, read
from streams.core.desks import Desk, read_desks, read_owners
from streams.core.lint import problems
from streams.core.loading import Rules, distinct, paths_of, rules_of
from streams.core.rule_reading import read_lists, read_ruleset
from streams.core.rule_tests import run_suppression_tests, run_tests
from streams.core.ruleset import RULESET_KEYS, Names, RuleSet, WordList
from streams.core.suppressions import Suppression, read_suppressions


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A file whose new version was refused, and why, a line each.

    ``keeps`` names what of its last good version stays in force: rule sets, lists or desks; empty where there was none.
    ``owners`` are those to be told.
    """

    file: str
    why: tuple[str, ...]
    keeps: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the reasons, one a line, then what stays in force."""
        stays = f"the last good {', '.join(self.keeps)} stays in force" if self.keeps else "nothing of it is in force"
        return "\n".join((*self.why, f"{self.file}: {stays}"))


class Reloaded(msgspec.Struct, frozen=True, kw_only=True):
    """The rules to put in force, and what was refused on the way."""

    rules: Rules
    held: tuple[Held, ...] = ()


def reload_rules(before: Rules, files: Mapping[str, str], names: Names) -> Reloaded:
    """Return what is in force after the folder changed to ``files`` (as for `load_rules`). Never raises.

    A rule set is known by its id, and by its file where the id cannot be read. A file that is gone takes its rule sets
    along: that is how rules are deleted. But no rule set vanishes while a file is refused that may be it under a new name,
    and a folder without any rule set changes nothing.
    """
    lists, held = _lists(before, files, names)
    good, refused = _rulesets(before, files, lists)
    kept, held_sets = _kept(before, files, good, refused)
    desks, owners, held_desks = _desks(before, files)
    suppressions, held_suppressions = _suppressions(before, files, lists, (*good, *kept))
    held += [*held_sets, *held_desks, *held_suppressions]
    rulesets = tuple(sorted((*good, *kept), key=lambda ruleset: ruleset.id))
    if not rulesets:
        nothing = Held(
            file="rules",
            keeps=tuple(r.id for r in before.rulesets),
            why=("rules:1:1: found no rule set; expected a rules folder with *.yaml",),
        )
        return Reloaded(rules=before, held=(*held, nothing))
    rules = rules_of(rulesets, lists, desks, suppressions, texts={r.file: files[r.file] for r in good}, owners=owners)
    return Reloaded(rules=rules, held=tuple(held))


def _lists(before: Rules, files: Mapping[str, str], names: Names) -> tuple[dict[str, WordList], list[Held]]:
    """A lists file with a mistake is replaced by its last good version, whole."""
    lists: dict[str, WordList] = {}
    held = []
    for path in paths_of(files, "lists"):
        found, wrong = read_lists(files[path], path, names)
        why = [mistake.headline for mistake in wrong]
        why += [
            f"{path}:{each.line}:1: found the list `{each.name}` a second time; expected one list of that name"
            for each in found
            if each.name in lists
        ]
        if why:
            found = tuple(each for each in before.lists if each.file == path and each.name not in lists)
            held.append(Held(file=path, keeps=tuple(f"${each.name}" for each in found), why=tuple(why)))
        lists |= {each.name: each for each in found}
    return lists, held


class _Heading(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of its rule set although no rule of it is sound; None where not even that can be read."""

    id: str | None
    owner: str | None


Refused = dict[str, tuple[RuleSet | _Heading, list[str]]]
"""By file: its rule set as far as it could be read, and what is wrong."""


def _rulesets(
    before: Rules, files: Mapping[str, str], lists: Mapping[str, WordList]
) -> tuple[tuple[RuleSet, ...], Refused]:
    refused: Refused = {}
    sound: list[RuleSet] = []
    same = {r.file: r for r in before.rulesets} if before.lists == tuple(lists[n] for n in sorted(lists)) else {}
    for path in paths_of(files, "rule set"):
        if path in same and before.texts.get(path) == files[path]:
            sound.append(same[path])  # reading is most of a reload's time
            continue
        ruleset, wrong = read_ruleset(files[path], path, lists)
        if ruleset is None or wrong:
            refused[path] = (ruleset or _heading(files[path], path), [mistake.headline for mistake in wrong])
        else:
            sound.append(ruleset)
    # Whoever had an id first keeps it: a copy of a file does not take the original's place.
    home = {rule.id: ruleset.id for ruleset in before.rulesets for rule in ruleset.rules}
    known = {ruleset.file for ruleset in before.rulesets}
    sound.sort(key=lambda r: (any(home.get(rule.id, r.id) != r.id for rule in r.rules), r.file not in known, r.file))
    _, twice = distinct(sound)
    _refuse(refused, sound, twice)
    sound = [ruleset for ruleset in sound if ruleset.file not in refused]
    in_force = {ruleset.id: ruleset for ruleset in before.rulesets}
    changed = [ruleset for ruleset in sound if ruleset != in_force.get(ruleset.id)]
    unwise = [each for each in problems(changed, ()) if each.level == "error" and each.code.startswith("R")]
    failed = [result for result in run_tests(changed) if not result.passed]
    by_file = {ruleset.file: ruleset for ruleset in sound}
    for file, line in [*((each.file, str(each)) for each in unwise), *((each.file, str(each)) for each in failed)]:
        refused.setdefault(file, (by_file[file], []))[1].append(line)
    return tuple(ruleset for ruleset in sound if ruleset.file not in refused), refused


def _heading(text: str, file: str) -> _Heading:
    sheet = read(text, file)
    top = sheet.mapping(sheet.root, "a rules file", known=RULESET_KEYS)
    return _Heading(id=sheet.string(top["ruleset"]) or None, owner=sheet.string(top["owner"]) or None)


def _refuse(refused: Refused, sound: Sequence[RuleSet], mistakes: Sequence[Mistake]) -> None:
    by_file = {ruleset.file: ruleset for ruleset in sound}
    for mistake in mistakes:
        refused.setdefault(mistake.file, (by_file[mistake.file], []))[1].append(mistake.headline)


def _kept(
    before: Rules, files: Mapping[str, str], good: Sequence[RuleSet], refused: Refused
) -> tuple[list[RuleSet], list[Held]]:
    """Return the last good rule sets that stay, without rules that a good file has now, and what is held."""
    moved = {rule.id for ruleset in good for rule in ruleset.rules}
    taken = {ruleset.id for ruleset in good}
    kept: dict[str, RuleSet] = {}
    held = []
    old = {r.id: r for r in before.rulesets if r.id not in taken}
    lost = [r for r in old.values() if r.file not in files]
    for path, (said, why) in refused.items():
        own = [r for r in old.values() if r.id == said.id or r.file == path]
        # A file that nobody can name may be a rule set that was renamed: keep what would vanish.
        stay = own or (lost if said.id is None else [])
        for ruleset in stay:
            rules = tuple(rule for rule in ruleset.rules if rule.id not in moved)
            if rules:
                kept[ruleset.id] = msgspec.structs.replace(ruleset, rules=rules)
        names = tuple(sorted(r.id for r in stay if r.id in kept))
        owners = tuple(sorted({r.owner for r in stay} or ({said.owner} if said.owner else set())))
        held.append(Held(file=path, keeps=names, owners=owners, why=tuple(why)))
    return list(kept.values()), held


def _desks(
    before: Rules, files: Mapping[str, str]
) -> tuple[tuple[Desk, ...], Mapping[str, tuple[str, ...]], list[Held]]:
    path = next(iter(paths_of(files, "desks")), None)
    if path is None:
        why = ["desks.yaml:1:1: found no desks file; expected rules/desks.yaml"]
        return before.desks, before.owners, [_held_desks(before, "desks.yaml", why)]
    desks, wrong = read_desks(files[path], path)
    why = [mistake.headline for mistake in wrong] or [str(r) for r in run_tests((), desks) if not r.passed]
    if why or not desks:
        return before.desks, before.owners, [_held_desks(before, path, why)]
    return desks, read_owners(files[path], path), []


def _held_desks(before: Rules, path: str, why: Sequence[str]) -> Held:
    return Held(file=path, keeps=tuple(desk.id for desk in before.desks), why=tuple(why))


def _suppressions(
    before: Rules, files: Mapping[str, str], lists: Mapping[str, WordList], rulesets: Sequence[RuleSet]
) -> tuple[tuple[Suppression, ...], list[Held]]:
    """The file is taken whole, when its tests pass on the rules that will be in force; no file, no suppressions."""
    path = next(iter(paths_of(files, "suppressions")), None)
    if path is None:
        return (), []
    found, wrong = read_suppressions(files[path], path, lists)
    why = [mistake.headline for mistake in wrong]
    why += [str(result) for result in run_suppression_tests(found, rulesets) if not result.passed] if not why else []
    if not why:
        return found, []
    return before.suppressions, [Held(file=path, keeps=tuple(s.id for s in before.suppressions), why=tuple(why))]
