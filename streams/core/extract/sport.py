"""Whether an article is a report of a game, where rockets are players and defenders are hurt."""

from __future__ import annotations

import re

from streams.core.extract.text import Document

# Words that only reports of games use; a bomb at a match has none of them in its first sentences.
_GAME = re.compile(
    r"""(?x)\b(?:NBA|NFL|MLB|NHL|UEFA|FIFA\ World|Premier\ League|La\ Liga|Serie\ A|Bundesliga)\b
    |(?i:\b(?:three-point(?:er)?s?|touchdowns?|home\ runs?|innings|hat-?trick|free\ throws?|penalty\ kick|midfielder
    |goalkeeper|quarterback|playoffs?|semi-?finals?|halftime|half-time|extra\ time|scored\ (?:a|the|two|twice|\d+)
    |wickets?|rebounds|assists|second\ half|first\ half|equali[sz]er)\b)"""
)


def is_sport(doc: Document) -> bool:
    """Return whether title or the first three sentences speak the language of games, twice or in league names."""
    lead = [s for s in doc.sentences if s.layer in {"title", "body"}][:4]
    found = {m.group().lower() for s in lead for m in _GAME.finditer(doc.text, s.start, s.end)}
    return len(found) >= 2
