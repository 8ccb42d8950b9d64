"""Rules written back as YAML, for `rules show --effective`. The layout of files is `formatting`'s affair."""

from __future__ import annotations

import json
import re

from monitors.strict_yaml import Absent, Items, Node, Pairs, Scalar

WIDTH = 116

_PLAIN = re.compile(r"[\w$](?:[\w $./*()%+–-]*[\w$*)%])?")


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
