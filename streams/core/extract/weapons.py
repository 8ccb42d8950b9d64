"""Weapons that were used, guns included: more than strike reports hold, for desks that ask for the means."""

from __future__ import annotations

from streams.core.extract.strikes import is_used
from streams.core.extract.text import Document


def weapons_used(doc: Document) -> tuple[str, ...]:
    """Return the weapons that sentences of title and body say were used, as printed, each name once."""
    found: dict[str, str] = {}
    for s in doc.sentences:
        if s.layer in {"title", "body"}:
            for h in s.hits:
                if h.entry.kind == "weapon" and is_used(s, h):
                    found.setdefault(h.entry.name, doc.text[s.words[h.start].start : s.words[h.end - 1].end])
    return tuple(found.values())
