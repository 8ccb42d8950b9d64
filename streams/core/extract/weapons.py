"""Weapons that were used, guns included: more than strike reports hold, for desks that ask for the means."""

from __future__ import annotations

import re

from streams.core.extract.strikes import is_used
from streams.core.extract.text import Document

# Found in a raid or named in a plan: not used. Bullets are what any gun leaves.
_STORED = re.compile(
    r"(?i)\b(?:seiz\w+|confiscat\w+|captured|arsenal|caches?|stockpil\w+|smuggl\w+|shipment"
    r"|traffick\w+|surrender\w*|equipped with"
    r"|armed with|carrying|purchas\w+|bought|supplied|sold|donat\w+|belonging|manufactur\w+)\b"
)
_USED = re.compile(
    r"(?i)\b(?:explod\w+|detonat\w+|fired|went off|threw|hurled|attack\w*|killed|wounded|destroyed|damaged)\b"
)


def weapons_used(doc: Document) -> tuple[str, ...]:
    """Return the weapons that sentences of title and body say were used, as printed, each name once."""
    found: dict[str, str] = {}
    for s in doc.sentences:
        if s.layer not in {"title", "body"}:
            continue
        if _STORED.search(doc.text, s.start, s.end) and not _USED.search(doc.text, s.start, s.end):
            continue
        for h in s.hits:
            if h.entry.kind == "weapon" and h.entry.name != "bullet" and is_used(s, h):
                found.setdefault(h.entry.name, doc.text[s.words[h.start].start : s.words[h.end - 1].end])
    return tuple(found.values())
