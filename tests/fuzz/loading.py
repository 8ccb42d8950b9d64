"""What any text must survive as a file of the rules folder, and how texts are spoilt.

A spoilt file is loaded beside sound ones: the answer is rules or mistakes, each on one line with its place, never another
exception, and within a limit of time.
"""

from __future__ import annotations

import random  # noqa: TID251 - chance is an argument here too: this is its type
import time
from collections.abc import Sequence

from monitors.strict_yaml import BadFileError
from streams.core.loading import load_rules
from streams.core.match import screen
from streams.core.rule_tests import run_tests

LIMIT = 1.0
"""Seconds of this process's time that one input may take; the normal suite allows more, for it may run beside others."""

RULES = """\
format: 1
ruleset: harbour
owner: world-desk
rules:
  - id: boat-hit
    title: A boat is hit
    status: live
    severity: urgent
    review_by: 2030-01-31
    match:
      hit: {near: {within: 9 words, of: [{any: [$boats, "patrol boat*"]}, {any: [hit, sunk, {word: SOS, cased: true}]}]}}
      toll: {same_sentence: [{number: {at_least: 2, words_too: true}}, {leader: $people}]}
      pier: {any: [{regex: "K-[0-9]+"}, pier], in: [title, lead]}
    unless:
      regatta: {all: [race, $boats]}
      prices: {near: {within: 1 word, of: [prices, sunk]}, aside: words}
      games: {any: [game], aside: [hit, $boats]}
    where: {claims: {kind: [killed, wounded], at_least: 2, at_most: 900, victims: [$people, crew], or_none: true}}
    for_each: $people
    corroborate: {distinct: origin, at_least: 2, within: 45 minutes, same: [place], then: {severity: flash}}
    severity_when:
      - {when: {claims: {at_least: 40}}, severity: flash}
    facts: [claims, strikes]
    tests:
      - name: hit near a pier
        article: {title: "Ferry hit at pier", body: "Two saw Ana Pop."}
        expect: match
        given: {claims: [{kind: killed, count: 3}]}
        alert: true
      - {name: race, article: {title: Ferry race}, expect: no match, unless: regatta}
      - name: two newsrooms
        sequence:
          - at: 0 minutes
            origin: Agency A
            article: {title: Ferry hit at pier, body: Two saw Ana Pop.}
            given: {claims: [{kind: killed, count: 3, place: Pola}]}
          - at: 9 minutes
            origin: Agency B
            source: b.example
            article: {title: Ferry sunk at pier, body: Two saw Ana Pop.}
            given: {claims: [{kind: killed, count: 3, place: Pola}]}
        expect_alerts:
          - {at: 0 minutes, severity: urgent, thread: Ana Pop}
          - {at: 9 minutes, severity: flash, reason: severity raised, because: 2 origins}
  - id: boat-lost
    extends: boat-hit
    title: A boat is lost
    add: {unless: {film: {any: [film*], aside: sentence}}}
    after: {rule: boat-hit, within: 2 hours, same: place}
    tests:
      - {name: none, article: {title: none}, expect: no match}
"""
LISTS = """\
format: 1
lists:
  boats: {words: [ferry, tug*, {name: Calypso, also: [{alias: Cal, cased: true, needs: [ship, sea]}]}]}
  people:
    cased: true
    words:
      - {name: Ana Pop, also: [Pop], role: mayor}
"""
DESKS = """\
format: 1
desks:
  - id: sea
    title: Sea desk
    rulesets: [harbour]
    routes:
      - {when: {severity: [flash]}, also: slack:#flash}
      - {to: slack:#sea}
    tests:
      - {alert: {severity: flash, ruleset: harbour}, goes_to: [slack:#flash, slack:#sea]}
"""
SUPPRESSIONS = """\
format: 1
suppressions:
  - id: models
    rules: [boat-hit]
    when: {any: [model boat, $boats], in: [title]}
    because: toys
    review_by: 2030-01-31
    tests:
      - {rule: boat-hit, article: {title: Model boat hit at pier, body: Two saw Ana Pop.}, expect: suppressed}
"""
FILES = {
    "rules/harbour.yaml": RULES,
    "rules/lists/l.yaml": LISTS,
    "rules/desks.yaml": DESKS,
    "rules/suppressions.yaml": SUPPRESSIONS,
}
_PIECES = (
    *"[]{}:,-#&*!|>'\"%@`?\t\n \\$~<",
    *("- ", ": ", "---\n", "...\n", "!!str ", "<<: ", "&a ", "*a", "? ", "\r\n", "\u2028", "\ufeff", "\x00", "\ud800", "é"),
    *("NO", "on", "12:30", "010", "1e9", "-1", "99999999999999999999", "null", "true", "0 words", "999 words", "2030-02-30"),
    *("$", "$boats", "*", "a*", "(a+)+$", "[a-z", "(?i)", "(?P<x>", "{1,99999}", "a" * 3000, "İ", "ß", "مح", "а́"),
    *("any", "all", "near", "of", "within", "in", "number", "leader", "extends", "add", "needs", "also", "cased", "regex"),
    *("aside", "words", "sentence", "for_each", "corroborate", "after", "same", "then", "sequence", "expect_alerts", "at_most"),
    *("45 minutes", "99 hours", "0 seconds", "1 fortnight", "-5 minutes", "[a--b]", "[[a]", "[a||b]", "[\\w&&x]"),
)  # fmt: skip


def survives(path: str, text: str, limit: float = LIMIT) -> str | None:
    """Return what is wrong with how the loader takes the text as the file ``path``; None when nothing is."""
    began = time.process_time()
    try:
        rules = load_rules({**FILES, path: text}, lambda _: (("Ana Pop", ("Ana Pop", "Pop")),))
        screen(rules.compiled, "Ferry hit at pier K-9", "Two saw Ana Pop. The tug SOS was sunk.")
        run_tests(rules.rulesets, rules.desks)
        mistakes: Sequence[object] = rules.mistakes
        headlines = [mistake.headline for mistake in rules.mistakes]
    except BadFileError as error:
        mistakes, headlines = error.mistakes, [mistake.headline for mistake in error.mistakes]
        if not mistakes:
            return "refused without a mistake"
    except Exception as error:  # noqa: BLE001 - that no other leaves the loader is what is asked
        return f"{type(error).__name__}: {error}"
    if any("\n" in headline or "\x00" in headline or len(headline) > 1000 for headline in headlines):
        return f"a mistake that is no line: {headlines!r:.500}"
    if max(map(len, map(str, mistakes)), default=0) > 1500:
        return "a mistake that is a dump"
    took = time.process_time() - began
    return f"{took:.1f} s" if took > limit else None


def spoilt(chance: random.Random) -> tuple[str, str]:
    """Return a path and the text of its file with some places spoilt; now and then with a part of it very often."""
    path = chance.choice(list(FILES))
    text = FILES[path]
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(text) + 1)
        to = min(len(text), at + chance.choice((0, 1, 1, 3, 10, 60)))
        other = chance.randrange(len(text) + 1)
        piece = chance.choice(
            ("", chance.choice(_PIECES), chance.choice(_PIECES) * 3, text[other : other + chance.randrange(80)])
        )
        if chance.random() < 0.002:
            piece = (piece or "a, ") * (300_000 // len(piece or "a, "))
        text = text[:at] + piece + text[to:]
    return path, text
