"""An alert in Slack's Block Kit, pure: escaped, within every limit, and a walker that proves it.

Limits are from docs.slack.dev (block and composition object references). The total is not documented:
``msg_blocks_too_long`` comes at about 13,200 characters (metabase/metabase#79908, slackapi/bolt-js#2509). Lengths are
counted in UTF-16 units, the larger of the two ways to count.

Foreign text is cut first and escaped after, so that no escape is ever cut in two.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import assert_never

import msgspec

from streams.core.holding import rings_in
from streams.core.model import Alert, Divider, Note, Pairs, Part, Quote, Run, Text
from streams.deliver.words import clean, clean_lines, safe_link

Block = dict[str, object]

MAX_BLOCKS = 50
MAX_TOTAL = 13_200
MAX_HEADER = 150
MAX_SECTION = 3000
MAX_FIELDS = 10
MAX_FIELD = 2000
MAX_ELEMENTS = 10
MAX_BLOCK_ID = 255
MAX_TEXT = 4000

_BUDGET = 13_000  # of MAX_TOTAL, the top-level text counted too
_LONGEST_NOTE = 1000
_LONGEST_HEADLINE = 1000


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What Slack gets to see: ``text`` on phones and in e-mail, ``blocks`` in the channel (empty: only the text)."""

    text: str
    blocks: tuple[Block, ...] = ()
    mention: str = ""
    """The one live mention in it, at the head of the text and in a block of its own."""


# --- alert to blocks ------------------------------------------------------------------------------------------------


def message(alert: Alert, key: str, channel: str = "") -> Message:
    """Return the alert as a message of its own; ``key`` (the delivery key) makes its block ids unique.

    ``channel`` is the address that it goes to: only some may hear of a mention.
    """
    mention = _mention(alert, channel)
    unrung = "" if mention else rings_in(alert, channel)
    return _assemble(alert, alert.title, alert.headline, alert.parts, key, mention, unrung)


def _mention(alert: Alert, channel: str) -> str:
    """Return the mention in Slack's markup; empty where this channel hears of none."""
    ask = alert.mention
    if ask is None or ask.withheld or channel not in ask.channels or not _WHO.fullmatch(ask.who):
        return ""
    return f"<!{ask.who}>" if ask.who in ("here", "channel") else f"<!subteam^{ask.who}>"


def root_message(alert: Alert, key: str) -> Message:
    """Return what the story's first message should show after this alert; its block ids differ from any before."""
    title = alert.root_title or alert.title
    return _assemble(alert, title, title, alert.root, f"{key}.root")


def brief_message(alert: Alert, channel: str = "") -> Message:
    """Return the alert as bare text: for when Slack refuses the blocks. Never refused for its size."""
    mention = _mention(alert, channel)
    runs = (
        Run(text=alert.headline, style="strong"),
        Run(text="\nShortened: Slack refused the full message. Source: "),
        Run(text=alert.article.source or "article", link=alert.article.url),
    )
    return Message(text=_after(mention, mrkdwn(runs, MAX_SECTION, lines=True)), mention=mention)


def _after(mention: str, text: str) -> str:
    return f"{mention} {text}" if mention else text


def _assemble(
    alert: Alert, title: str, headline: str, parts: Sequence[Part], key: str, mention: str = "", unrung: str = ""
) -> Message:
    text = mrkdwn((Run(text=headline),), _LONGEST_HEADLINE) or escape(alert.reason.value)
    head = [_header(title) or _header(alert.reason.value), *_section(mention), _context(_status(alert, unrung))]
    rendered = [_blocks(part) for part in parts]
    kept = _within_budget(
        parts, rendered, blocks=MAX_BLOCKS - len(head) - 1, room=_BUDGET - _size(text) - _length(head) - 300
    )
    left_out = [part for index, part in enumerate(parts) if index not in kept and rendered[index]]
    body = [block for index in sorted(kept) for block in rendered[index]]
    if left_out:
        body.append(_context(_left_out(left_out)))
    blocks = [block for block in [*head, *body] if block]
    return Message(
        text=_after(mention, text),
        blocks=tuple({**block, "block_id": f"{key}.{n}"} for n, block in enumerate(blocks)),
        mention=mention,
    )


def _within_budget(parts: Sequence[Part], rendered: Sequence[list[Block]], *, blocks: int, room: int) -> set[int]:
    """Return which parts fit: the small print first (who says so, and that nobody checked), then in order."""
    kept = set()
    for index in sorted(range(len(parts)), key=lambda index: (not isinstance(parts[index], Note), index)):
        if len(rendered[index]) <= blocks and _length(rendered[index]) <= room:
            kept.add(index)
            blocks -= len(rendered[index])
            room -= _length(rendered[index])
    return kept


def _status(alert: Alert, unrung: str) -> str:
    update = "held back" if alert.held_by else f"update {alert.update}" if alert.update else ""
    words = tuple(word for word in (alert.reason.value, update, escape(unrung)) if word)
    return " · ".join((f"*{alert.severity.value.upper()}*", *words))


_KINDS = {
    Text: ("paragraph", "paragraphs"),
    Pairs: ("table", "tables"),
    Quote: ("quotation", "quotations"),
    Note: ("note", "notes"),
}


def _left_out(parts: Sequence[Part]) -> str:
    counts: Counter[type] = Counter(type(part) for part in parts)
    said = (
        f"{counts[kind]} {one if counts[kind] == 1 else many}" for kind, (one, many) in _KINDS.items() if counts[kind]
    )
    return f"Left out for length: {', '.join(said) or 'lines'}. The source has the rest."


def _blocks(part: Part) -> list[Block]:
    """Return the part's blocks, each within its limits; none if there is nothing to see."""
    match part:
        case Text():
            return _section(mrkdwn(part.runs, MAX_SECTION, lines=True))
        case Quote():
            quoted = mrkdwn(_marked(part), MAX_SECTION - 2)
            return _section(f"> {quoted}" if quoted else "")
        case Note():
            said = mrkdwn(part.runs, _LONGEST_NOTE)
            return [_context(said)] if said else []
        case Pairs():
            fields = [field for label, value in part.pairs if (field := _field(label, value))]
            rows = (fields[start : start + MAX_FIELDS] for start in range(0, len(fields), MAX_FIELDS))
            return [{"type": "section", "fields": [_mrkdwn_object(field) for field in row]} for row in rows]
        case Divider():
            return [{"type": "divider"}]
        case _:
            assert_never(part)


def _header(title: str) -> Block:
    text = _cut(clean(title).strip(), MAX_HEADER, _entities)
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}} if text else {}


def _section(text: str) -> list[Block]:
    return [{"type": "section", "text": _mrkdwn_object(text)}] if text else []


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn_object(text)]}


def _field(label: str, value: Sequence[Run]) -> str:
    name = mrkdwn((Run(text=label, style="strong"),), 300)
    said = mrkdwn(value, MAX_FIELD - 301)
    return "\n".join(line for line in (name, said or "–") if line) if name or said else ""


def _mrkdwn_object(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _marked(quote: Quote) -> tuple[Run, ...]:
    """Return the quotation as runs, the marked ranges strong; ranges that overlap or lie outside do no harm."""
    runs, at = [], 0
    for start, end in sorted(quote.marks):
        runs.append(Run(text=quote.text[at : max(at, start)]))
        runs.append(Run(text=quote.text[max(at, start) : max(at, end)], style="strong"))
        at = max(at, end)
    runs.append(Run(text=quote.text[at:]))
    return tuple(run for run in runs if run.text)


# --- runs to mrkdwn -------------------------------------------------------------------------------------------------

_MARKS = {"plain": "", "strong": "*", "quiet": "_", "struck": "~"}
# `* _ ~` and the backtick have no escape in mrkdwn: foreign ones become characters that only look alike.
_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # inside a word it is no marker: file_name stays as it is
_EMOJI_CODE = re.compile(r":(?=(?:(?!\d+:)[\w+'-]{1,100}|100|1234):)")  # 12:30:45 is a time
_QUOTE_SIGN = re.compile(r"^(\s*)>", re.MULTILINE)
_APART = "\u200b"  # a marker next to a letter is no marker to Slack; a zero-width space between makes it one


_APART_TWICE = re.compile(f"{_APART}+")
_NEEDLESS = re.compile(rf"(?<![\w*_~]){_APART}(?=[*_~])|(?<=[*_~]){_APART}(?![\w*_~])")
_SPACES = re.compile(r" {2,}")
_AROUND_BREAK = re.compile(r"\s*\n\s*")


def escape(text: str) -> str:
    """Return foreign text that Slack shows as written: no mention, link, style, quotation bar or emoji code works."""
    quieted = _QUOTE_SIGN.sub(r"\1›", _UNDERSCORE.sub("ˍ", text.translate(_LOOKALIKES)))
    return _entities(_EMOJI_CODE.sub(f":{_APART}", quieted))


def _entities(text: str) -> str:
    """Return the text with the three characters escaped that Slack asks for, and no others (docs.slack.dev)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(runs: Iterable[Run], limit: int, *, lines: bool = False) -> str:
    """Return the runs as mrkdwn of at most ``limit`` UTF-16 units; what is cut ends in an ellipsis."""
    said, room = [], limit
    for run in runs:
        whole = msgspec.structs.replace(run, text=(clean_lines if lines else clean)(run.text[: 4 * limit]))
        text = _run(whole)
        if _size(text) > room:
            said.append(_cut(whole.text, room, partial(_run_saying, whole)))
            break
        said.append(text)
        room -= _size(text)
    joined = _NEEDLESS.sub("", _APART_TWICE.sub(_APART, "".join(said)))
    return _AROUND_BREAK.sub("\n", _SPACES.sub(" ", joined)).strip()


def _run(run: Run) -> str:
    text = escape(run.text)
    url = safe_link(run.link) if run.link else None
    if url and text.strip():
        text = f"<{_entities(url)}|{text.replace('|', '¦').replace(chr(10), ' ').strip()}>"
    mark = _MARKS[run.style]
    return "\n".join(_styled(line, mark) for line in text.split("\n")) if mark else text


def _run_saying(run: Run, text: str) -> str:
    return _run(msgspec.structs.replace(run, text=text))


def _styled(line: str, mark: str) -> str:
    core = line.strip()
    if not core:
        return line
    before, after = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
    return f"{before}{_APART}{mark}{core}{mark}{_APART}{after}"


def _cut(text: str, limit: int, render: Callable[[str], str]) -> str:
    """Return the longest beginning of ``text`` that still fits when rendered, with an ellipsis if it is not all."""
    if _size(render(text)) <= limit:
        return render(text)
    low, high = 0, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _size(render(text[:middle].rstrip() + "…")) <= limit else (low, middle - 1)
    return render(text[:low].rstrip() + "…") if low else "…"[:limit]


def _size(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _length(blocks: Iterable[Block]) -> int:
    return sum(_size(text) for block in blocks for text, _ in _texts(block))


# --- the walker -----------------------------------------------------------------------------------------------------

_LINK = re.compile(r"<https?://[^\s|<>`\"]+\|[^<>|\n]+>")
_OWN_QUOTE = re.compile(r"^> ", re.MULTILINE)
_WHO = re.compile(r"here|channel|S[A-Z0-9]{5,20}")
_MENTION = re.compile(r"<!(here|channel|subteam\^S[A-Z0-9]{5,20})>")
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")


def problems(said: Message) -> tuple[str, ...]:
    """Return all that Slack would refuse in the message, or show as more than words; empty is good.

    It walks what is really sent and knows nothing of how it was made, so it also guards the sender: a message with a
    problem goes out as `brief_message`.
    """
    found = [*_text_problems("text", said.text.removeprefix(f"{said.mention} "), MAX_TEXT)]
    if said.mention and not _MENTION.fullmatch(said.mention):
        found.append(f"mention: {said.mention!r} is none of ours")
    if len(said.blocks) > MAX_BLOCKS:
        found.append(f"blocks: {len(said.blocks)}; at most {MAX_BLOCKS}")
    ids = Counter(block.get("block_id") for block in said.blocks)
    found += [f"block_id {name!r}: {count} times" for name, count in ids.items() if count > 1 or not name]
    found += [f"block_id {name!r}: too long" for name in ids if isinstance(name, str) and len(name) > MAX_BLOCK_ID]
    rings = {"type": "section", "text": _mrkdwn_object(said.mention)}
    for n, block in enumerate(said.blocks):
        if said.mention and {name: value for name, value in block.items() if name != "block_id"} == rings:
            continue
        found += (f"blocks[{n}]: {problem}" for problem in _block_problems(block))
    if (total := _length(said.blocks)) > MAX_TOTAL:
        found.append(f"blocks: {total} characters in all; at most {MAX_TOTAL}")
    return tuple(found)


def _block_problems(block: Block) -> Iterator[str]:
    kind, fields, elements = block.get("type"), block.get("fields"), block.get("elements")
    if kind not in {"header", "section", "context", "divider"}:
        yield f"type {kind!r} is not one of ours"
    if kind == "section" and ("text" in block) == ("fields" in block):
        yield "a section has either text or fields"
    if isinstance(fields, list) and not 1 <= len(fields) <= MAX_FIELDS:
        yield f"{len(fields)} fields; 1 to {MAX_FIELDS}"
    if isinstance(elements, list) and not 1 <= len(elements) <= MAX_ELEMENTS:
        yield f"{len(elements)} elements; 1 to {MAX_ELEMENTS}"
    if kind != "divider" and not list(_texts(block)):
        yield "no text"
    for text, holder in _texts(block):
        if (holder.get("type") == "plain_text") != (kind == "header"):
            yield f"{holder.get('type')} in a {kind}"
        if holder.get("type") == "mrkdwn" and holder.get("verbatim") is not True:
            yield "mrkdwn that is not verbatim turns plain words into links"
        yield from _text_problems(
            str(kind), text, MAX_HEADER if kind == "header" else MAX_FIELD if fields else MAX_SECTION
        )


def _text_problems(where: str, text: str, limit: int) -> Iterator[str]:
    if not text.strip().strip(_APART):
        yield f"{where}: empty"
    if _size(text) > limit:
        yield f"{where}: {_size(text)} characters; at most {limit}"
    if _BARE_AMPERSAND.search(text):
        yield f"{where}: a bare &"
    rest = _OWN_QUOTE.sub("", _LINK.sub("", text))
    if "<" in rest or ">" in rest:
        yield f"{where}: markup in {rest[:80]!r}"
    if clean_lines(text).strip() != text.replace(_APART, "").strip():
        yield f"{where}: characters that are not seen"


def _texts(block: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield each text of a block with the text object that holds it."""
    inner = [block.get("text"), *_many(block.get("fields")), *_many(block.get("elements"))]
    for holder in inner:
        if isinstance(holder, dict):
            yield str(holder.get("text", "")), holder


def _many(value: object) -> list[object]:
    return value if isinstance(value, list) else []
