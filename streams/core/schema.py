"""JSON Schemas of the files people write (draft 7, which editors' YAML support reads), made of the readers' own vocabularies.

An editor completes and underlines with them. They promise less than `wirewatch check`: what only the reader knows, such as
the lists there are or what a star may follow, is not in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from monitors import feeds
from streams.core import desks, suppressions
from streams.core.model import ClaimKind, LeaderEvent, Same, Scope
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
    MAX_WITHIN,
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
    AboutPart,
)

Schema = dict[str, Any]

TEXT: Schema = {"type": ["string", "number", "boolean"]}
"""Values are what was typed; an editor's YAML takes 010 for a number."""
DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
COUNT: Schema = {"type": "integer", "minimum": 0}
SPAN: Schema = {"type": "string", "pattern": r"^\d{1,5} (second|minute|hour)s?$", "description": "As `45 minutes`."}
YES_OR_NO: Schema = {"type": "boolean"}
FORMAT: Schema = {"const": 1, "description": "The version of the language."}


def schemas() -> dict[str, Schema]:
    """Return the schemas by file name: ``ruleset.json``, and one for each other kind of file."""
    return {
        "ruleset.json": _file("A rule set of wirewatch", _ruleset(), ("format", "ruleset", "owner", "rules")),
        "lists.json": _file("Lists of words of wirewatch", _lists(), ("format", "lists")),
        "desks.json": _file("Desks and routes of wirewatch", _desks(), ("format", "desks")),
        "suppressions.json": _file("Suppressions of wirewatch", _suppressions(), ("format", "suppressions")),
        "feeds.json": _file("Feeds that wirewatch watches", _feeds(), ("format", "feeds")),
    }


def modeline(path: str) -> str:
    """Return the line at the top of a file of the rules folder that tells an editor its schema."""
    folder, _, name = path.rpartition("/")
    if folder.rpartition("/")[2] == "lists":
        return "# yaml-language-server: $schema=../schema/lists.json"
    which = name.removesuffix(".yaml") if name in ("desks.yaml", "suppressions.yaml", "feeds.yaml") else "ruleset"
    return f"# yaml-language-server: $schema=schema/{which}.json"


def _file(title: str, keys: Mapping[str, Schema], required: Sequence[str]) -> Schema:
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        **_mapping(keys, required),
        **({"definitions": _definitions()} if "$ref" in repr(keys) else {}),
    }


def _mapping(keys: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    needed = list(required)
    return {
        "type": "object",
        "properties": dict(keys),
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
    }


def _of(known: Sequence[str], keys: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return the keys in the reader's order; one that either side has alone is a mistake of ours."""
    if set(known) != set(keys):
        raise ValueError(f"found keys {sorted(keys)}; expected {sorted(known)}")
    return {key: keys[key] for key in known}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _some(schema: Schema) -> Schema:
    return {"type": "array", "items": schema, "minItems": 1}


def _one_or_some(schema: Schema) -> Schema:
    return {"anyOf": [schema, _some(schema)]}


def _words(words: Iterable[str]) -> Schema:
    return {"enum": list(words)}


def _id(expected: str) -> Schema:
    return {"type": "string", "pattern": f"^{ID}$", "description": expected}


def _clauses(name: str) -> Schema:
    """Named clauses: a name that is a condition's is one level too high."""
    return {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": f"^{NAME}$", "not": _words((*CLAUSE_KEYS, *SECTIONS))},
        "additionalProperties": _ref(name),
    }


def _exactly_one(keys: Mapping[str, Schema], conditions: Sequence[str]) -> Schema:
    return {**_mapping(keys), "oneOf": [{"required": [key]} for key in conditions]}


def _definitions() -> dict[str, Schema]:
    needs = {"needs": _some(_ref("term"))}
    word = _of(WORD_KEYS, {"word": TEXT, "alias": TEXT, "regex": {"type": "string"}, "cased": YES_OR_NO, **needs})
    leader = {"anyOf": [{"const": True}, {"type": "string", "pattern": r"^\$"}]}
    parts = {"type": "array", "items": _ref("part"), "minItems": 2, "maxItems": 5}
    leaf = {"any": _some(_ref("term")), "number": _ref("number"), "leader": leader}
    within = {"type": "string", "pattern": r"^\d{1,3} words?$", "description": f"As `12 words`, at most {MAX_WITHIN}."}
    clause = {
        **leaf,
        "all": _some(_ref("term")),
        "near": _mapping({"within": within, "of": parts}, ("within", "of")),
        "same_sentence": parts,
    }
    aside = {"anyOf": [_words(ASIDES), _some(_ref("term"))]}
    return {
        "term": {"anyOf": [TEXT, _exactly_one(word, ("word", "alias", "regex"))]},
        "number": _mapping({"at_least": COUNT, "at_most": COUNT, "words_too": YES_OR_NO}),
        "part": {"anyOf": [TEXT, _exactly_one(_of(LEAF_KEYS, leaf), LEAF_KEYS)]},
        "clause": _exactly_one({**_of(CLAUSE_KEYS, clause), "in": _some(_words(FIELDS))}, CLAUSE_KEYS),
        "cancelling": _exactly_one(
            {**_of(CLAUSE_KEYS, clause), "in": _some(_words(FIELDS)), "aside": aside}, CLAUSE_KEYS
        ),
        "clauses": _clauses("clause"),
        "unless": _clauses("cancelling"),
        "article": _mapping({"title": TEXT, "body": TEXT}, ("title",)),
        "facts": _mapping({kind: _fact(kind) for kind in FACT_KINDS}),
        "given": _mapping({kind: _some(_given(kind)) for kind in FACT_KINDS}),
    }


def _vocabulary(kind: str) -> dict[str, Schema]:
    return {
        "kind": _words(get_args(ClaimKind)),
        "status": _words(dict(FACT_STATUSES).get(kind, ())),  # type: ignore[call-overload]  # any text may be asked for
        "scope": _words(get_args(Scope)),
        "event": _words(get_args(LeaderEvent)),
    }


def _fact(kind: str) -> Schema:
    words = {key: _one_or_some(schema) for key, schema in _vocabulary(kind).items()}
    about = {part: _one_or_some(TEXT) for part in get_args(AboutPart)}
    keys = {**words, **about, "at_least": COUNT, "at_most": COUNT, "or_none": YES_OR_NO}
    return _mapping({key: keys[key] for key in dict(FACT_KEYS)[kind]})  # type: ignore[index]  # FACT_KINDS are its keys


def _given(kind: str) -> Schema:
    keys = {**_vocabulary(kind), **dict.fromkeys(get_args(AboutPart), TEXT), "count": COUNT, "name": TEXT}
    needed = {"claims": ("kind",), "leaders": ("event",)}.get(kind, ())
    return _mapping({key: keys[key] for key in dict(GIVEN_KEYS)[kind]}, needed)  # type: ignore[index]  # as above


def _ruleset() -> dict[str, Schema]:
    rule = {
        "id": _id("Never changes: alerts, suppressions and metrics hang on it."),
        "title": TEXT,
        "status": {**_words(STATUSES), "description": "Only live rules alert."},
        "severity": _words(SEVERITIES),
        "severity_when": _some(_mapping({"when": _ref("facts"), "severity": _words(SEVERITIES)}, ("when", "severity"))),
        "owner": {**TEXT, "description": "Who is asked when it misfires; the file's owner where left out."},
        "review_by": {**DAY, "description": "When somebody must read the rule again."},
        "match": {**_ref("clauses")},
        "unless": {**_ref("unless")},
        "where": _ref("facts"),
        "facts": _one_or_some(_words(FACT_KINDS)),
        "for_each": {
            "type": "string",
            "pattern": r"^\$",
            "description": "A list: each of its names has stories of its own.",
        },
        "corroborate": _mapping(_of(CORROBORATE_KEYS, _corroborate()), ("at_least", "within", "then")),
        "after": _mapping(
            _of(AFTER_KEYS, {"rule": _id("The rule that must have matched before."), "within": SPAN, "same": _same()}),
            ("rule", "within"),
        ),
        "tests": _some({"if": {"required": ["sequence"]}, "then": _sequence_test(), "else": _rule_test()}),
        "accept": _accepted("R"),
        "extends": _id("A rule of this file whose keys this one takes over."),
        "add": _mapping({"match": _ref("clauses"), "unless": _ref("unless")}),
    }
    keys = {
        "format": FORMAT,
        "ruleset": _id("The name that desks watch."),
        "title": TEXT,
        "owner": TEXT,
        "rules": _some(_mapping(_of(RULE_KEYS, rule), ("id", "title", "tests"))),
    }
    return _of(RULESET_KEYS, keys)


def _same() -> Schema:
    return _one_or_some(_words(get_args(Same)))


def _corroborate() -> dict[str, Schema]:
    return {
        "distinct": _words(("origin", "source")),
        "at_least": {"type": "integer", "minimum": 2},
        "within": SPAN,
        "same": _same(),
        "then": _mapping({"severity": _words(SEVERITIES)}, ("severity",)),
    }


def _sequence_test() -> Schema:
    step = {"at": SPAN, "article": _ref("article"), "source": TEXT, "origin": TEXT, "given": {**_ref("given")}}
    alert = {"at": SPAN, "severity": _words(SEVERITIES), "reason": _words(REASONS), "thread": TEXT, "because": TEXT}
    keys = {
        "name": TEXT,
        "sequence": _some(_mapping(_of(STEP_KEYS, step), ("at", "article", "origin"))),
        "expect_alerts": {"type": "array", "items": _mapping(_of(ALERT_KEYS, alert), ("at",))},
    }
    return _mapping(_of(SEQUENCE_KEYS, keys), SEQUENCE_KEYS)


def _accepted(letter: str) -> Schema:
    code = {"type": "string", "pattern": rf"^{letter}\d\d$", "description": "A warning of `rules check`."}
    return _some(_mapping(_of(ACCEPT_KEYS, {"code": code, "because": TEXT, "until": DAY}), ACCEPT_KEYS))


def _rule_test() -> Schema:
    keys = {
        "name": TEXT,
        "article": _ref("article"),
        "expect": _words(("match", "no match")),
        "clauses": _one_or_some({"type": "string"}),
        "names": {"type": "object", "additionalProperties": _some(TEXT)},
        "unless": {"type": "string", "description": "The clause that must have cancelled."},
        "given": {**_ref("given")},
        "alert": YES_OR_NO,
        "severity": _words(SEVERITIES),
    }
    return _mapping(_of(TEST_KEYS, keys), ("name", "article", "expect"))


def _lists() -> dict[str, Schema]:
    entry = {
        "name": TEXT,
        "also": _some(_ref("term")),
        "cased": YES_OR_NO,
        "needs": _some(_ref("term")),
        "role": TEXT,
        "regex": {"type": "string"},
        "word": TEXT,
    }
    words = _some({"anyOf": [_ref("term"), _mapping(_of(ENTRY_KEYS, entry))]})
    one = {"words": words, "from": _words(GAZETTEERS), "cased": YES_OR_NO, "accept": _accepted("L")}
    lists = {
        "type": "object",
        "propertyNames": {"pattern": f"^{NAME}$"},
        "additionalProperties": {
            **_mapping(_of(LIST_KEYS, one)),
            "anyOf": [{"required": ["words"]}, {"required": ["from"]}],
        },
    }
    return {"format": FORMAT, "lists": lists}


def _desks() -> dict[str, Schema]:
    channels = _one_or_some({"type": "string", "pattern": f"^({desks.ADDRESS})$"})
    when = _of(
        desks.WHEN_KEYS,
        {"severity": _one_or_some(_words(SEVERITIES)), "ruleset": _one_or_some(TEXT), "rule": _one_or_some(TEXT)},
    )
    route = {**_mapping(_of(desks.ROUTE_KEYS, {"when": _mapping(when), "to": channels, "also": channels}))}
    alert = _mapping({**when, "severity": _words(SEVERITIES)}, ("severity",))
    desk = {
        "id": _id("Stories hang on it."),
        "title": TEXT,
        "rulesets": _some(_id("The rule sets that it watches.")),
        "routes": _some({**route, "oneOf": [{"required": ["to"]}, {"required": ["also"]}]}),
        "shadow": {**channels, "description": "Where rules in shadow post, and nowhere else."},
        "hold_back": _some(_hold_back()),
        "mentions": _mentions(channels),
        "tests": _some(
            {"anyOf": [_mapping({"alert": alert, "goes_to": channels}, ("alert", "goes_to")), _hold_test()]}
        ),
        "accept": _accepted("D"),
    }
    required = ("id", "title", "rulesets", "routes")
    owners = {
        "type": "object",
        "additionalProperties": channels,
        "description": "Who owns rules, and the channels where they are told of a version that was refused.",
    }
    return {
        "format": FORMAT,
        "desks": _some(_mapping(_of(desks.DESK_KEYS, desk), required)),
        "owners": owners,
    }


def _hold_back() -> Schema:
    told = _mapping({"rule": _one_or_some(TEXT), "severity": _one_or_some(_words(SEVERITIES))})
    keys = {
        "name": TEXT,
        "while": {**told, "description": "The alerts in whose thread the others go."},
        "hold": {**told, "description": "The alerts that go there; a louder one never does."},
        "same": {**_one_or_some(_words(desks.SAME)), "description": "What both must be about, and be known to be."},
        "for": SPAN,
        "put_in_thread_of": _words(("while",)),
    }
    return _mapping(_of(desks.HOLD_KEYS, keys), ("name", "while", "hold", "same", "for"))


def _hold_test() -> Schema:
    about: dict[str, Schema] = dict.fromkeys((*desks.SAME, "ruleset"), TEXT) | {"ago": SPAN}
    happened = _mapping({"severity": _words(SEVERITIES), "rule": TEXT, **about}, ("severity", "rule"))
    return _mapping({"alert": happened, "after": happened, "held_by": TEXT}, ("alert", "after", "held_by"))


def _mentions(channels: Schema) -> Schema:
    keys = {
        "who": {"type": "string", "pattern": f"^({desks.WHO})$", "description": "here, channel, or a user group's id."},
        "when": _mapping({"severity": _one_or_some(_words(SEVERITIES))}, ("severity",)),
        "in": {**channels, "description": "The channels that it may ring in."},
        "at_most": {"type": "string", "pattern": f"^({desks.AT_MOST})$", "description": "As `3 in 10 minutes`."},
    }
    return _mapping(_of(desks.MENTION_KEYS, keys), desks.MENTION_KEYS)


def _suppressions() -> dict[str, Schema]:
    test = {"rule": TEXT, "article": _ref("article"), "expect": _words(suppressions.EXPECTED)}
    keys = {
        "id": _id("Its count in the metrics hangs on it."),
        "rules": _some(_id("The rules that it silences.")),
        "when": _ref("clause"),
        "because": TEXT,
        "review_by": DAY,
        "tests": _some(_mapping(_of(suppressions.TEST_KEYS, test), ("article", "expect"))),
        "accept": _accepted("S"),
    }
    each = _mapping(_of(suppressions.KEYS, keys), suppressions.REQUIRED)
    return {"format": FORMAT, "suppressions": {"type": "array", "items": each}}


def _feeds() -> dict[str, Schema]:
    keys = {
        "id": {"type": "string", "pattern": f"^{feeds.ID}$", "description": "Its memory hangs on it: keep it."},
        "title": TEXT,
        "url": {"type": "string", "pattern": "^https?://"},
        "tier": {"enum": [1, 2, 3, 4], "description": "How closely it is watched: 1 wires ... 4 background."},
        "country": {"type": "string", "pattern": "^[A-Z]{2}$", "description": "Where the outlet sits (ISO 3166-1)."},
        "language": {"type": "string", "pattern": f"^{feeds.LANGUAGE}$"},
        "source": {**TEXT, "description": "The outlet that carries the text."},
        "origin": {**TEXT, "description": "The newsroom behind it, where it only passes on another's text."},
        "every": {"type": "string", "pattern": r"^\d{1,6} (millisecond|second|minute|hour|day)s?$"},
        "private": {**YES_OR_NO, "description": "Allow an address inside our own network."},
        "headers": {
            "type": "object",
            "additionalProperties": {"type": "string", "pattern": f"^{feeds.VARIABLE}$"},
            "description": "Header: name of the secret that holds its value.",
        },
    }
    return {"format": FORMAT, "feeds": _some(_mapping(_of(feeds.KEYS, keys), feeds.REQUIRED))}
