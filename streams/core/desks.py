"""Who hears of what: desks, the rule sets they watch, and the channels an alert goes to. Pure values and one function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from monitors.article import digest
from monitors.strict_yaml import BadFileError, Items, Mistake, Node, Sheet, read, shown
from streams.core.model import Severity
from streams.core.ruleset import Status

if TYPE_CHECKING:
    from collections.abc import Sequence


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a desk's routes; an empty condition holds always. ``last``: nothing after it is looked at."""

    channels: tuple[str, ...]
    last: bool
    severities: tuple[Severity, ...] = ()
    rulesets: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    line: int = 0


class RouteTest(msgspec.Struct, frozen=True, kw_only=True):
    """An alert and the channels it must go to, in any order."""

    severity: Severity
    ruleset: str
    rule: str
    goes_to: tuple[str, ...]
    line: int = 0


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the newsroom: it has its own stories, made of what its rule sets find.

    ``hears`` are the statuses of rules it is told of; ``shadow`` the channels for rules on trial (`shadow_of`).
    """

    id: str
    title: str
    rulesets: tuple[str, ...]
    routes: tuple[Route, ...]
    shadow: tuple[str, ...] = ()
    hears: tuple[Status, ...] = ("live",)
    tests: tuple[RouteTest, ...] = ()
    file: str = ""
    line: int = 0


def shadow_of(desk: Desk) -> Desk | None:
    """Return the desk that hears of a desk's rules on trial, None where it has no channel for them.

    It has stories of its own: a rule on trial changes nothing that the desk itself is told.
    """
    if not desk.shadow:
        return None
    every = Route(channels=desk.shadow, last=True)
    return Desk(
        id=f"{desk.id}-shadow",
        title=f"{desk.title}, on trial",
        rulesets=desk.rulesets,
        routes=(every,),
        hears=("shadow",),
    )


def route(desk: Desk, severity: Severity, ruleset: str, rule_id: str) -> tuple[str, ...]:
    """Return the addresses (``slack:#world``) that an alert goes to, each once, in the order of the routes.

    A route with ``also`` adds its channels and goes on, one with ``to`` adds them and ends. Never empty: the last route
    of a desk has no condition.
    """
    found: dict[str, None] = {}
    for each in desk.routes:
        if (
            (not each.severities or severity in each.severities)
            and (not each.rulesets or ruleset in each.rulesets)
            and (not each.rules or rule_id in each.rules)
        ):
            found |= dict.fromkeys(each.channels)
            if each.last:
                break
    return tuple(found)


# --- reading --------------------------------------------------------------------------------------------------------

ID = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
ADDRESS = r"slack:(#[\w-]{1,80}|[CG][A-Z0-9]{5,20})|webhook:[a-z0-9-]+|console:"
SEVERITIES = tuple(severity.value for severity in Severity)
DESK_KEYS = ("id", "title", "rulesets", "routes", "shadow", "tests")
ROUTE_KEYS = ("when", "to", "also")
WHEN_KEYS = ("severity", "ruleset", "rule")


def read_desks(text: str, file: str) -> tuple[tuple[Desk, ...], tuple[Mistake, ...]]:
    """Return the desks of a file without those that have mistakes, and the mistakes."""
    sheet = read(text, file)
    top = sheet.mapping(
        sheet.root,
        "a desks file",
        known=("format", "desks", "owners"),
        required=("format", "desks"),
        below={"desks": DESK_KEYS},
    )
    sheet.one_of(top["format"], ("1",))
    _owners(sheet, top["owners"])
    desks: dict[str, Desk] = {}
    for node in sheet.sequence(top["desks"], lambda child: child):
        before = len(sheet.mistakes)
        desk = _desk(sheet, node)
        if desk.id in desks:
            sheet.mistake(node, f"the desk {shown(desk.id)} a second time", "each desk once")
        if len(sheet.mistakes) == before:
            desks[desk.id] = desk
    return tuple(desks.values()), tuple(sorted(sheet.mistakes))


def read_owners(text: str, file: str) -> dict[str, tuple[str, ...]]:
    """Return the channels of each owner of rules that the file names; `read_desks` tells the mistakes."""
    sheet = read(text, file)
    top = sheet.mapping(sheet.root, "a desks file", known=("format", "desks", "owners"))
    return _owners(sheet, top["owners"])


def _owners(sheet: Sheet, node: Node) -> dict[str, tuple[str, ...]]:
    found = {key.text: _some(sheet, child) for key, child in sheet.named(node, "owners of rules")}
    return {owner: channels for owner, channels in found.items() if channels}


def parse_desks(text: str, file: str) -> tuple[Desk, ...]:
    """Return the desks of a file. Raises BadFileError with all its mistakes."""
    desks, mistakes = read_desks(text, file)
    if mistakes:
        raise BadFileError(mistakes)
    return desks


def version_of(desks: Sequence[Desk]) -> str:
    """Return a hash of what the desks say, without their tests and places in the file."""
    bare = (
        msgspec.structs.replace(
            d, tests=(), file="", line=0, routes=tuple(msgspec.structs.replace(r, line=0) for r in d.routes)
        )
        for d in desks
    )
    return digest(*(msgspec.json.encode(desk).decode() for desk in bare))


def _desk(sheet: Sheet, node: Node) -> Desk:
    m = sheet.mapping(
        node,
        "a desk",
        known=DESK_KEYS,
        required=("id", "title", "rulesets", "routes"),
        below={"routes": ROUTE_KEYS},
        above=("format", "desks"),
    )
    routes = sheet.sequence(m["routes"], lambda child: _route(sheet, child))
    if routes and (not routes[-1].last or routes[-1].severities or routes[-1].rulesets or routes[-1].rules):
        nodes = m["routes"].nodes if isinstance(m["routes"], Items) else (m["routes"],)
        sheet.mistake(
            nodes[-1], "a last route that not every alert takes", "`{to: ...}` without `when` as the last one"
        )
    for child, each in zip(m["routes"].nodes if isinstance(m["routes"], Items) else (), routes[:-1], strict=False):
        if each.last and not (each.severities or each.rulesets or each.rules):
            sheet.mistake(
                child, "a route that ends for every alert", "it as the last one: what follows is never reached"
            )
    return Desk(
        id=sheet.string(m["id"], pattern=ID, expected="an id as conflict"),
        title=sheet.string(m["title"]),
        rulesets=sheet.sequence(m["rulesets"], lambda n: sheet.string(n, pattern=ID, expected="the id of a rule set")),
        routes=routes,
        shadow=_some(sheet, m["shadow"]) if "shadow" in m else (),
        tests=sheet.sequence(m["tests"], lambda child: _route_test(sheet, child)),
        file=sheet.file,
        line=node.line,
    )


def _route(sheet: Sheet, node: Node) -> Route:
    m = sheet.mapping(node, "a route", known=ROUTE_KEYS, below={"when": WHEN_KEYS}, above=DESK_KEYS)
    given = [key for key in ("to", "also") if key in m]
    if len(given) != 1 and ("when" in m or not given):
        sheet.mistake(node, "both `to` and `also`" if given else "a route without channels", "`to` or `also`")
    w = sheet.mapping(m["when"], "when", known=WHEN_KEYS, above=ROUTE_KEYS)
    return Route(
        channels=_some(sheet, m["to"] if "to" in m else m["also"]),
        last="to" in m,
        severities=tuple(Severity(word) for word in _words(sheet, w["severity"])),
        rulesets=_ids(sheet, w["ruleset"]),
        rules=_ids(sheet, w["rule"]),
        line=node.line,
    )


def _some(sheet: Sheet, node: Node) -> tuple[str, ...]:
    expected = "an address as slack:#world, webhook:newsroom or console:"

    def address(child: Node) -> str:
        return sheet.string(child, pattern=ADDRESS, expected=expected)

    if isinstance(node, Items):
        return sheet.sequence(node, address)
    return tuple(found for found in [address(node)] if found)


def _words(sheet: Sheet, node: Node) -> tuple[str, ...]:
    if isinstance(node, Items):
        return sheet.sequence(node, lambda child: sheet.one_of(child, SEVERITIES))
    word = sheet.if_given(node, lambda child: sheet.one_of(child, SEVERITIES))
    return () if word is None else (word,)


def _ids(sheet: Sheet, node: Node) -> tuple[str, ...]:
    def one(child: Node) -> str:
        return sheet.string(child, pattern=ID, expected="an id")

    if isinstance(node, Items):
        return sheet.sequence(node, one)
    found = sheet.if_given(node, one)
    return (found,) if found else ()


def _route_test(sheet: Sheet, node: Node) -> RouteTest:
    m = sheet.mapping(
        node, "a test of routes", known=("alert", "goes_to"), required=("alert", "goes_to"), above=DESK_KEYS
    )
    a = sheet.mapping(m["alert"], "an alert", known=WHEN_KEYS, required=("severity",), above=("goes_to",))
    return RouteTest(
        severity=Severity(sheet.one_of(a["severity"], SEVERITIES)),
        ruleset=sheet.string(a["ruleset"]),
        rule=sheet.string(a["rule"]),
        goes_to=_some(sheet, m["goes_to"]),
        line=node.line,
    )
