"""How rule files look: the layout that `rules fmt` keeps, and rules written back as YAML for `rules show --effective`.

Only what an editor does unseen is changed (ends of lines, blanks at their ends, the first line that names the schema), never
a comment or a value: the result must read as the very same nodes, or nothing is written.
"""

from __future__ import annotations

import json
import re

from monitors.strict_yaml import Absent, Items, Mistake, Node, Pairs, Scalar, read
from streams.core.schema import modeline

WIDTH = 116

_PLAIN = re.compile(r"[\w$](?:[\w $./*()%+–-]*[\w$*)%])?")


def formatted(text: str, path: str) -> tuple[str, tuple[Mistake, ...]]:
    """Return the text in our layout; unchanged, with the mistakes, when it is not YAML or would read otherwise after it."""
    before = read(text, path)
    if before.mistakes:
        return text, tuple(before.mistakes)
    lines = [line.rstrip(" \t") for line in text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")]
    if not any(line.startswith("# yaml-language-server:") for line in lines[:5]):
        lines.insert(0, modeline(path))
    made = "\n".join(lines).strip("\n") + "\n"
    if not same(before.root, read(made, path).root):
        found = "a text whose ends of lines matter"
        return text, (Mistake(file=path, line=1, col=1, found=found, expected="quotes around it, or `>-`"),)
    return made, ()


def same(one: Node, other: Node) -> bool:
    """Return whether two nodes say the same, wherever they stand."""
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return one.text == other.text
    if isinstance(one, Items) and isinstance(other, Items):
        return len(one.nodes) == len(other.nodes) and all(map(same, one.nodes, other.nodes))
    if isinstance(one, Pairs) and isinstance(other, Pairs):
        return len(one.pairs) == len(other.pairs) and all(
            key.text == its.text and same(value, its_value)
            for (key, value), (its, its_value) in zip(one.pairs, other.pairs, strict=True)
        )
    return isinstance(one, Absent) and isinstance(other, Absent)


def written(node: Node, indent: int = 0) -> str:
    """Return a node as YAML lines that read as the same node; what fits a line stands on one."""
    pad = " " * indent
    if isinstance(node, Pairs):
        lines = []
        for key, value in node.pairs:
            short = f"{pad}{_scalar(key)}: {_flow(value)}"
            if len(short) <= WIDTH or isinstance(value, Scalar):
                lines.append(short)
            else:
                lines.append(f"{pad}{_scalar(key)}:\n{written(value, indent + 2)}")
        return "\n".join(lines)
    if isinstance(node, Items):
        return "\n".join(_entry(child, indent) for child in node.nodes)
    return f"{pad}{_flow(node)}"


def _entry(node: Node, indent: int) -> str:
    short = f"{' ' * indent}- {_flow(node)}"
    if len(short) <= WIDTH or isinstance(node, Scalar):
        return short
    return f"{' ' * indent}- {written(node, indent + 2).lstrip(' ')}"


def _flow(node: Node) -> str:
    if isinstance(node, Pairs):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(value)}" for key, value in node.pairs) + "}"
    if isinstance(node, Items):
        return "[" + ", ".join(_flow(child) for child in node.nodes) + "]"
    return _scalar(node) if isinstance(node, Scalar) else '""'


def _scalar(node: Scalar) -> str:
    if not node.quoted and _PLAIN.fullmatch(node.text):
        return node.text
    return json.dumps(node.text, ensure_ascii=False)
