"""Changes to rule files that tools make for people: a new rule, a rule promoted. Comments and layout stay as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from monitors.strict_yaml import Pairs, Scalar, closest, read
from streams.core.rule_reading import rule_nodes
from streams.core.ruleset import STATUSES, Status
from streams.core.schema import modeline

REVIEW_AFTER = timedelta(days=90)
NEXT: Mapping[Status, Status] = {"draft": "shadow", "shadow": "live"}


class EditError(Exception):
    """A change that cannot be made; the message says what was found and what was expected."""


def new_rule(
    text: str | None, path: str, rule_id: str, title: str, words: Sequence[str], owner: str, today: date
) -> str:
    """Return the file with a draft rule at its end; a new file, with its head, where ``text`` is None.

    The rule looks for ``words`` and has a test of either kind, so that it is sound from the first moment. Raises EditError.
    """
    rule = _skeleton(rule_id, title, words, today)
    if text is None:
        name = path.rpartition("/")[2].removesuffix(".yaml").replace("_", "-")
        return f"{modeline(path)}\nformat: 1\nruleset: {name}\nowner: {owner}\nrules:\n{rule}"
    root = read(text, path).root
    if not isinstance(root, Pairs) or not root.pairs or root.pairs[-1][0].text != "rules":
        raise EditError(f"{path}: found a file that does not end with its rules; expected `rules:` as the last key")
    if rule_id in rule_nodes(text, path):
        raise EditError(f"{path}: found the rule {rule_id}; expected a new id")
    return f"{text.rstrip()}\n\n{rule}"


def _skeleton(rule_id: str, title: str, words: Sequence[str], today: date) -> str:
    quoted = ", ".join(_quoted(word) for word in words)
    sample = _quoted(f"An invented headline with {words[0].rstrip('*')}")
    return f"""\
  - id: {rule_id}
    title: {_quoted(title)}
    status: draft
    severity: routine
    review_by: {today + REVIEW_AFTER}
    match:
      words: {{any: [{quoted}]}}
    tests:
      - name: has the words
        article: {{title: {sample}}}
        expect: match
      - name: has them not
        article: {{title: An invented headline without}}
        expect: no match
"""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def promoted(text: str, path: str, rule_id: str, to: Status | None = None) -> tuple[str, Status]:
    """Return the file with the rule's status one step on (draft, shadow, live), or at ``to``, and that status.

    Raises EditError.
    """
    nodes = rule_nodes(text, path)
    if rule_id not in nodes:
        near = closest(rule_id, nodes)
        raise EditError(f"{path}: found no rule {rule_id}" + (f"; did you mean {near}?" if near else ""))
    typed, _ = nodes[rule_id]
    status = next((value for key, value in _pairs(typed) if key.text == "status"), None)
    if not isinstance(status, Scalar):
        raise EditError(
            f"{path}:{typed.line}: found no status of its own in {rule_id}; expected one: it `extends` another"
        )
    old = next((each for each in STATUSES if each == status.text), None)
    wanted = to or (NEXT.get(old) if old else None)
    if wanted is None:
        raise EditError(f"{path}:{status.line}: found {rule_id} {status.text}; expected it draft or shadow")
    lines = text.splitlines(keepends=True)
    line = lines[status.line - 1]
    at = status.col - 1
    lines[status.line - 1] = line[:at] + line[at:].replace(status.text, wanted, 1)
    return "".join(lines), wanted


def _pairs(node: object) -> tuple[tuple[Scalar, object], ...]:
    return node.pairs if isinstance(node, Pairs) else ()
