"""The editor's schemas: current, true of every shipped file, and false of the mistakes people make."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.core.loading import kind_of
from streams.core.schema import modeline, schemas
from streams.files import rule_files
from tests.core.test_ruleset import RULE

FOLDER = Path(__file__).parents[2] / "rules"
SCHEMAS = schemas()


class Typed(yaml.SafeLoader):
    """YAML as an editor reads it: 1.2's few types, so a day is a text."""


Typed.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def wrong(schema: dict[str, Any], value: Any, root: dict[str, Any], at: str = "") -> list[str]:
    """Return where a value does not fit, by the keywords of JSON Schema that ours use; an unknown keyword fails."""
    if "$ref" in schema:
        return wrong(root["definitions"][schema["$ref"].rpartition("/")[2]], value, root, at)
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "boolean": bool,
        "number": (int, float),
    }
    found: list[str] = []
    for keyword, said in schema.items():
        match keyword:
            case "type":
                names = [said] if isinstance(said, str) else said
                good = any(
                    isinstance(value, kinds[n]) and (n != "integer" or not isinstance(value, bool)) for n in names
                )
            case "enum":
                good = value in said
            case "const":
                good = value == said
            case "pattern":
                good = not isinstance(value, str) or re.search(said, value) is not None
            case "minimum":
                good = value >= said
            case "minItems":
                good = len(value) >= said
            case "maxItems":
                good = len(value) <= said
            case "minProperties":
                good = len(value) >= said
            case "required":
                good = set(said) <= set(value)
            case "anyOf":
                good = any(not wrong(each, value, root) for each in said)
            case "oneOf":
                good = sum(not wrong(each, value, root) for each in said) == 1
            case "if":
                branch = schema["then" if not wrong(said, value, root) else "else"]
                found += wrong(branch, value, root, at)
                good = True
            case "then" | "else":
                good = True  # asked by "if"
            case "not":
                good = bool(wrong(said, value, root))
            case "propertyNames":
                good = all(not wrong(said, name, root) for name in value)
            case "items":
                found += [each for i, child in enumerate(value) for each in wrong(said, child, root, f"{at}[{i}]")]
                good = True
            case "properties":
                found += [e for k, s in said.items() if k in value for e in wrong(s, value[k], root, f"{at}.{k}")]
                good = True
            case "additionalProperties":
                rest = {k: v for k, v in value.items() if k not in schema.get("properties", {})}
                good = not rest if said is False else True
                found += (
                    [] if said is False else [e for k, v in rest.items() for e in wrong(said, v, root, f"{at}.{k}")]
                )
            case "$schema" | "title" | "definitions" | "description":
                good = True
            case _:
                raise AssertionError(f"{keyword} is no keyword that this test knows")
        if not good:
            found.append(f"{at}: {keyword}")
            if keyword == "type":
                return found
    return found


def of(text: str, name: str) -> list[str]:
    return wrong(SCHEMAS[name], yaml.load(text, Typed), SCHEMAS[name])


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_committed_schema_is_current(name: str) -> None:
    assert json.loads((FOLDER / "schema" / name).read_text()) == SCHEMAS[name], "run `wirewatch rules schema`"


@pytest.mark.parametrize("path", [*sorted(rule_files(FOLDER)), str(FOLDER / "feeds.yaml")])
def test_a_shipped_file_fits_its_schema_and_names_it(path: str) -> None:
    text = Path(path).read_text()
    names = {
        "lists": "lists.json",
        "desks": "desks.json",
        "suppressions": "suppressions.json",
        "rule set": "ruleset.json",
    }
    name = "feeds.json" if path.endswith("feeds.yaml") else names[kind_of(path)]
    assert of(text, name) == []
    assert text.startswith(f"{modeline(path)}\n")
    assert modeline(path).endswith(f"schema/{name}")
    assert (Path(path).parent / modeline(path).partition("=")[2]).is_file()


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("severity: urgent", "severity: high", ".rules[0].severity: enum"),
        ("status: live", "status: liev", ".rules[0].status: enum"),
        ("title: A strike", "titel: A strike", ".rules[0]: additionalProperties"),
        ("review_by: 2027-01-01", "review_by: soon", ".rules[0].review_by: pattern"),
        ("a: {any: [rocket]}", "a: {anny: [rocket]}", ".rules[0].match.a: additionalProperties"),
        ("a: {any: [rocket]}", "any: [rocket]", ".rules[0].match: propertyNames"),
        ("a: {any: [rocket]}", "a: {any: [x], all: [y]}", ".rules[0].match.a: oneOf"),
        ("a: {any: [rocket]}", "a: {near: {within: 3, of: [x, y]}}", ".rules[0].match.a.near.within: type"),
        ("a: {any: [rocket]}", "a: {near: {within: 3 words, of: [x]}}", ".rules[0].match.a.near.of: minItems"),
        ("expect: match", "expect: matches", ".rules[0].tests[0].expect: enum"),
        ("owner: world-desk\n", "", ": required"),
    ],
)
def test_a_mistake_that_an_editor_can_see_does_not_fit(old: str, new: str, at: str) -> None:
    assert of(RULE, "ruleset.json") == []
    assert at in of(RULE.replace(old, new), "ruleset.json")


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("tier: 1", "tier: 7", ".feeds[0].tier: enum"),
        ("country: GB", "country: uk", ".feeds[0].country: pattern"),
        ("    url: ", "    link: ", ".feeds[0]: additionalProperties"),
        ("language: en", "langauge: en", ".feeds[0]: required"),
    ],
)
def test_a_mistake_in_a_feed_does_not_fit(old: str, new: str, at: str) -> None:
    text = (FOLDER / "feeds.yaml").read_text()
    assert at in of(text.replace(old, new, 1), "feeds.json")
