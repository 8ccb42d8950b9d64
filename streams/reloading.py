"""The rules in force while a process runs: the folder is looked at every few seconds, a change comes in between two articles.

    folder ─ look ─▶ the same bytes twice? ─▶ core/reload.py ─▶ a new engine, swapped in one assignment

Polling works on every file system, in containers and over mounts, where notifications do not. Nothing here touches the
store: stories, timers and the outbox go on as they were.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

import msgspec
import structlog

from streams.core.desks import Desk
from streams.core.engine import Engine, make_engine
from streams.core.extract import Annotate
from streams.core.gazetteer import Gazetteer, GazetteerError, parse_gazetteer
from streams.core.loading import Rules, rules_of
from streams.core.model import Alert
from streams.core.notices import mended, refused
from streams.core.reload import Held, reload_rules
from streams.core.ruleset import Rule, RuleSet, WordList
from streams.core.suppressions import Suppression
from streams.files import NoFileError

log = structlog.get_logger("rules")

EVERY_SECONDS = 2.0

Texts = Mapping[str, str]
"""The texts of files by path."""
Folder = Callable[[], tuple[Texts, Texts]]
"""Reads the rules folder: its rule files and its gazetteers. Raises `NoFileError`."""


class Watch(Protocol):
    """What is counted of rules."""

    def rules_loaded(self, version: str, rule_ids: Iterable[str], at: datetime) -> None:
        """Note the rules now in force."""
        ...

    def rules_rejected(self) -> None:
        """Note that something on disk was refused and older rules go on."""
        ...


class InForce:
    """The engine in force, and the files it was made of. `engine` may be called from any thread, `look` by one at a time.

    ``keep`` is given the rules whenever they are whole and sound, with what was refused. ``held`` is what of the disk was
    refused at the start, ``before`` what the process before had refused. ``tell`` is given the notices for the owners of
    rules: what was refused, and what is in force again; what it cannot take now it is given again.
    """

    def __init__(
        self,
        folder: Folder,
        rules: Rules,
        gazetteer: Gazetteer,
        annotate: Annotate | None,
        watch: Watch,
        now: Callable[[], datetime],
        keep: Callable[[Rules, tuple[Held, ...]], None] = lambda _rules, _held: None,
        held: tuple[Held, ...] = (),
        unsound: bool = False,
        tell: Callable[[tuple[Alert, ...]], None] = lambda _: None,
        before: tuple[Held, ...] = (),
    ) -> None:
        self._folder, self._annotate, self._watch, self._now, self._keep = folder, annotate, watch, now, keep
        self._rules, self._gazetteer = rules, gazetteer
        self._engine = make_engine(rules, gazetteer, annotate)
        self._seen = self._taken = self._read()
        self._names = {} if isinstance(self._taken, str) else self._taken[1]
        self._tell = tell
        self._untold: tuple[Alert, ...] = ()
        self._held = {each.file: each for each in before}
        self._notify((*held, *_at_start(rules)))
        self._note(refused=unsound or bool(held) or bool(rules.mistakes))

    def engine(self) -> Engine:
        """Return the engine in force."""
        return self._engine

    def look(self) -> tuple[Held, ...] | None:
        """Look at the folder and take what changed; return what was refused, None when there was nothing to take.

        A change is taken when two looks met the same bytes: an editor or a checkout may be halfway through.
        """
        self._tell_rest()  # the store was away, or its disk full
        found = self._read()
        settled, self._seen = found == self._seen, found
        if not settled or found == self._taken:
            return None
        self._taken = found
        held = self._take(*found) if not isinstance(found, str) else (Held(file="rules", why=(found,)),)
        for each in held:
            log.error(
                "rules refused",
                file=each.file,
                still_in_force=list(each.keeps),
                tell=list(each.owners),
                why=list(each.why),
            )
        self._notify(held)
        self._note(refused=bool(held))
        return held

    def _notify(self, held: tuple[Held, ...]) -> None:
        """Tell the owners what is refused and was not before, and what was refused and is not any more."""
        now, version, rules = self._now(), self._engine.version, self._rules
        here = {each.file: each for each in held}
        gone = [each for file, each in self._held.items() if file not in here]
        new = [each for file, each in here.items() if self._held.get(file) != each]
        self._held = here
        self._untold += (
            *(refused(each, rules.owners, rules.desks, version, now) for each in new),
            *(mended(each, rules.owners, rules.desks, version, now) for each in gone),
        )
        self._tell_rest()

    def _tell_rest(self) -> None:
        if self._untold:
            self._tell(self._untold)
            self._untold = ()

    def _read(self) -> tuple[Texts, Texts] | str:
        try:
            return self._folder()
        except NoFileError as error:
            return str(error)

    def _take(self, files: Texts, names: Texts) -> tuple[Held, ...]:
        held: tuple[Held, ...] = ()
        if names != self._names:
            try:
                self._gazetteer, self._names = parse_gazetteer(names), names
            except GazetteerError as error:
                held = (Held(file="gazetteers", keeps=("gazetteers",), why=(str(error),)),)
        made = reload_rules(self._rules, files, self._gazetteer.names)
        self._engine = make_engine(made.rules, self._gazetteer, self._annotate)
        log.info("rules in force", version=made.rules.version[:12], **differences(self._rules, made.rules))
        self._rules = made.rules
        return held + made.held

    def _note(self, *, refused: bool) -> None:
        if not self._rules.mistakes:
            self._keep(self._rules, tuple(self._held.values()))
        self._watch.rules_loaded(self._engine.version, self._engine.by_id, self._now())
        if refused:
            self._watch.rules_rejected()


def _at_start(rules: Rules) -> tuple[Held, ...]:
    """Return the mistakes of a first start, by file: there is no last good version of what they are in."""
    by_file: dict[str, list[str]] = {}
    for mistake in rules.mistakes:
        by_file.setdefault(mistake.file, []).append(mistake.headline)
    owner = {ruleset.file: ruleset.owner for ruleset in rules.rulesets}
    return tuple(
        Held(file=file, why=tuple(why), owners=(owner[file],) if file in owner else ()) for file, why in by_file.items()
    )


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of the rules in force, so that the last good version survives a restart."""

    rulesets: tuple[RuleSet, ...]
    lists: tuple[WordList, ...]
    desks: tuple[Desk, ...]
    suppressions: tuple[Suppression, ...]
    owners: Mapping[str, tuple[str, ...]] = {}
    held: tuple[Held, ...] = ()


def kept(rules: Rules, held: tuple[Held, ...]) -> str:
    """Return the rules, and what of the folder was refused, as text for `last_good` and `last_held`."""
    whole = _Kept(
        rulesets=rules.rulesets,
        lists=rules.lists,
        desks=rules.desks,
        suppressions=rules.suppressions,
        owners=rules.owners,
        held=held,
    )
    return msgspec.json.encode(whole).decode()


def last_good(text: str) -> Rules | None:
    """Return the rules that `kept` wrote; None for what another version of the code wrote, or nobody."""
    try:
        whole = msgspec.json.decode(text, type=_Kept)
    except msgspec.MsgspecError:
        return None
    lists = {each.name: each for each in whole.lists}
    return rules_of(whole.rulesets, lists, whole.desks, whole.suppressions, owners=whole.owners)


def last_held(text: str) -> tuple[Held, ...]:
    """Return what was refused when `kept` wrote this; empty as `last_good` is None."""
    try:
        return msgspec.json.decode(text, type=_Kept).held
    except msgspec.MsgspecError:
        return ()


def differences(before: Rules, after: Rules) -> dict[str, list[str]]:
    """Return the ids of the live rules that came, went, and say something else than before."""
    old, new = ({c.rule.id: _says(c.rule) for c in rules.compiled.rules} for rules in (before, after))
    return {
        "added": sorted(new.keys() - old.keys()),
        "removed": sorted(old.keys() - new.keys()),
        "changed": sorted(rule for rule in old.keys() & new.keys() if old[rule] != new[rule]),
    }


def _says(rule: Rule) -> Rule:
    return rule.bare()


async def keep_looking(in_force: InForce, every: float = EVERY_SECONDS) -> None:
    """Look at the folder again and again, in a thread, until cancelled."""
    while True:
        await asyncio.sleep(every)
        try:
            await asyncio.to_thread(in_force.look)
        except Exception:
            log.exception("looking at the rules failed", then="the rules in force stay")
