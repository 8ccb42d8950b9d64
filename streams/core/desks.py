"""Who hears of what: desks, the rule sets they watch, and the channels an alert goes to. Pure values and one function."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, get_args

import msgspec

from monitors.article import digest
from monitors.strict_yaml import Absent, BadFileError, Items, Mistake, Node, Pairs, Sheet, read, shown
from streams.core.model import Same, Severity
from streams.core.rule_reading import read_accepted
from streams.core.ruleset import MAX_HOURS, Accepted, Status

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


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts of these rules at these severities; empty means any."""

    rules: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()


class HoldBack(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts ``hold`` go into the thread of an alert ``under`` of at most ``seconds`` before, about the ``same``."""

    name: str
    under: Told
    hold: Told
    same: tuple[Same, ...]
    seconds: int
    line: int = 0


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """An alert of a test of hold-back: what it is about (``place:Odesa``), and how many seconds before the other."""

    severity: Severity
    rule: str
    keys: tuple[str, ...] = ()
    ago: int = 0


class HoldTest(msgspec.Struct, frozen=True, kw_only=True):
    """An alert, the alert before it, and the hold-back that must hold it (None: none may)."""

    alert: Happened
    after: Happened
    held_by: str | None
    line: int = 0


class Mentions(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the desk's alerts of some severities mention on some channels, at most so often in so many seconds.

    ``who`` is ``here``, ``channel`` or the id of a group of Slack users.
    """

    who: str
    severities: tuple[Severity, ...]
    channels: tuple[str, ...]
    at_most: int
    seconds: int


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
    hold_back: tuple[HoldBack, ...] = ()
    mentions: Mentions | None = None
    tests: tuple[RouteTest, ...] = ()
    hold_tests: tuple[HoldTest, ...] = ()
    accept: tuple[Accepted, ...] = ()
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
DESK_KEYS = ("id", "title", "rulesets", "routes", "shadow", "hold_back", "mentions", "tests", "accept")
ROUTE_KEYS = ("when", "to", "also")
WHEN_KEYS = ("severity", "ruleset", "rule")
HOLD_KEYS = ("name", "while", "hold", "same", "for", "put_in_thread_of")
TOLD_KEYS = ("rule", "severity")
MENTION_KEYS = ("who", "when", "in", "at_most")
SAME: tuple[Same, ...] = get_args(Same)
HAPPENED_KEYS = (*WHEN_KEYS, *SAME, "ago")
TEST_KEYS = ("alert", "goes_to", "after", "held_by")
WHO = r"here|channel|S[A-Z0-9]{5,20}"
AT_MOST = r"[1-9][0-9]{0,2} in [0-9]{1,5} (second|minute|hour)s?"
NOBODY = "nobody"
LONGEST = timedelta(hours=MAX_HOURS)
"""A story that nothing was added to for so long is over (stories.QUIET): no hold-back looks further."""


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
            d,
            tests=(),
            hold_tests=(),
            accept=(),
            file="",
            line=0,
            routes=tuple(msgspec.structs.replace(r, line=0) for r in d.routes),
            hold_back=tuple(msgspec.structs.replace(h, line=0) for h in d.hold_back),
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
        below={"routes": ROUTE_KEYS, "mentions": MENTION_KEYS, "hold_back": HOLD_KEYS},
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
    hold_back = sheet.sequence(m["hold_back"], lambda child: _hold_back(sheet, child))
    names = tuple(hold.name for hold in hold_back)
    for twice in (hold for n, hold in enumerate(hold_back) if hold.name in names[:n]):
        where = Absent(line=twice.line, col=node.col)
        sheet.mistake(where, f"the hold-back {shown(twice.name)} a second time", "each name once")
    tests = sheet.sequence(m["tests"], lambda child: child)
    held = {n for n, child in enumerate(tests) if _keys(child) & {"after", "held_by"}}
    return Desk(
        id=sheet.string(m["id"], pattern=ID, expected="an id as conflict"),
        title=sheet.string(m["title"]),
        rulesets=sheet.sequence(m["rulesets"], lambda n: sheet.string(n, pattern=ID, expected="the id of a rule set")),
        routes=routes,
        shadow=_some(sheet, m["shadow"]) if "shadow" in m else (),
        hold_back=hold_back,
        mentions=_mentions(sheet, m["mentions"]) if "mentions" in m else None,
        tests=tuple(_route_test(sheet, child) for n, child in enumerate(tests) if n not in held),
        hold_tests=tuple(_hold_test(sheet, child, names) for n, child in enumerate(tests) if n in held),
        accept=read_accepted(sheet, m["accept"], "D", above=DESK_KEYS),
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


# --- hold-back and mentions -----------------------------------------------------------------------------------------


def _hold_back(sheet: Sheet, node: Node) -> HoldBack:
    needed = ("name", "while", "hold", "same", "for")
    m = sheet.mapping(
        node,
        "a hold-back",
        known=HOLD_KEYS,
        required=needed,
        below={"while": TOLD_KEYS},
        above=tuple(key for key in DESK_KEYS if key not in HOLD_KEYS),
    )
    if "put_in_thread_of" in m:
        sheet.one_of(m["put_in_thread_of"], ("while",))
    under, hold = _told(sheet, m["while"], "while"), _told(sheet, m["hold"], "hold")
    for key, told in (("while", under), ("hold", hold)):
        if key in m and not (told.rules or told.severities):
            sheet.mistake(m[key], f"`{key}` for every alert", "`rule`, `severity` or both")
    loudest = max((s.rank for s in under.severities), default=Severity.FLASH.rank)
    if hold.severities and all(severity.rank > loudest for severity in hold.severities):
        what = f"alerts that are louder than those of `while` ({hold.severities[0].value})"
        sheet.mistake(m["hold"], what, "quieter ones or the same: a louder alert is never held back")
    return HoldBack(
        name=sheet.string(m["name"]),
        under=under,
        hold=hold,
        same=_same(sheet, m["same"]),
        seconds=int(sheet.duration(m["for"], low=timedelta(seconds=1), high=LONGEST).total_seconds()),
        line=node.line,
    )


def _told(sheet: Sheet, node: Node, what: str) -> Told:
    w = sheet.mapping(node, what, known=TOLD_KEYS, above=HOLD_KEYS)
    return Told(rules=_ids(sheet, w["rule"]), severities=tuple(Severity(word) for word in _words(sheet, w["severity"])))


def _same(sheet: Sheet, node: Node) -> tuple[Same, ...]:
    if isinstance(node, Items):
        return sheet.sequence(node, lambda child: sheet.one_of(child, SAME))
    word = sheet.if_given(node, lambda child: sheet.one_of(child, SAME))
    return () if word is None else (word,)


def _mentions(sheet: Sheet, node: Node) -> Mentions:
    m = sheet.mapping(node, "mentions", known=MENTION_KEYS, required=MENTION_KEYS, above=DESK_KEYS)
    w = sheet.mapping(m["when"], "when", known=("severity",), required=("severity",), above=MENTION_KEYS)
    text = sheet.string(m["at_most"], pattern=AT_MOST, expected="a number in a time, as `3 in 10 minutes`")
    count, _, count_in, unit = text.split() if text else ("0", "in", "0", "seconds")
    return Mentions(
        who=sheet.string(m["who"], pattern=WHO, expected="here, channel, or the id of a Slack user group as S0614TZR7"),
        severities=tuple(Severity(word) for word in _words(sheet, w["severity"])),
        channels=_some(sheet, m["in"]),
        at_most=int(count),
        seconds=int(count_in) * {"second": 1, "minute": 60, "hour": 3600}[unit.removesuffix("s")],
    )


def _hold_test(sheet: Sheet, node: Node, names: tuple[str, ...]) -> HoldTest:
    m = sheet.mapping(
        node,
        "a test of hold-back",
        known=("alert", "after", "held_by"),
        required=("alert", "after", "held_by"),
        above=DESK_KEYS,
    )
    held_by = sheet.one_of(m["held_by"], (*names, NOBODY))
    return HoldTest(
        alert=_happened(sheet, m["alert"], "an alert"),
        after=_happened(sheet, m["after"], "the alert before"),
        held_by=None if held_by == NOBODY else held_by,
        line=node.line,
    )


def _happened(sheet: Sheet, node: Node, what: str) -> Happened:
    a = sheet.mapping(node, what, known=HAPPENED_KEYS, required=("severity", "rule"), above=("held_by", "goes_to"))
    return Happened(
        severity=Severity(sheet.one_of(a["severity"], SEVERITIES)),
        rule=sheet.string(a["rule"]),
        keys=tuple(f"{kind}:{sheet.string(a[kind])}" for kind in SAME if kind in a),
        ago=int(sheet.duration(a["ago"], high=timedelta(days=2)).total_seconds()) if "ago" in a else 0,
    )


def _keys(node: Node) -> set[str]:
    return {key.text for key, _ in node.pairs} if isinstance(node, Pairs) else set()
