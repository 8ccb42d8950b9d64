"""Who is held responsible: actors of strikes, and groups that the text makes the doer of killing, attacking, kidnapping."""

from __future__ import annotations

import re

from streams.core.extract.text import Document

_DEEDS = (
    r"(?:killed|murdered|attacked|bombed|kidnapped|assassinated|executed|planted|placed|detonated"
    r"|ambushed|shelled|stormed"
    r"|destroyed|blew|fired|launched|threw|hurled|seized|shot|massacred|raided|dynamited|carried out"
    r"|perpetrated|committed|claimed)"
)
_ACTIVE = re.compile(rf"(?i)^[^.;]{{0,45}}?\b{_DEEDS}\b")
_BLAMED = re.compile(
    r"(?i)(?:\bby\b(?: the| a| members of the| members of| suspected| alleged| guerrillas of the"
    r"| units of the| \w+){0,4}\s+"
    r"|\b(?:blamed|accused|attributed to|responsib\w+ (?:of|by|to)|blaming|implicat\w+|suspect\w+)\b[^.;]{0,40})$"
)
_CLAIMED = re.compile(r"(?i)^[^.;]{0,30}\b(?:claimed|took|assumed|admitted)\b[^.;]{0,20}\bresponsib")


def perpetrators_of(doc: Document) -> tuple[str, ...]:
    """Return the organisations held responsible, canonical names once each, in reading order."""
    found: dict[str, str] = {}
    for s in doc.sentences:
        if s.layer not in {"title", "body"}:
            continue
        for h in s.hits:
            if h.entry.kind != "group" or h.entry.sort in {"organisation", "government", "alliance"}:
                continue
            a, b = s.words[h.start].start, s.words[h.end - 1].end
            after, before = doc.text[b : min(s.end, b + 90)], doc.text[max(s.start, a - 80) : a]
            if _ACTIVE.search(after) or _BLAMED.search(before) or _CLAIMED.search(after):
                found.setdefault(h.entry.name, doc.text[a:b])
    return tuple(found.values())
