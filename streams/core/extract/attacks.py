"""Whether an article tells of an attack on people at all: hurt people, a kidnapping, or a text full of violence."""

from __future__ import annotations

import re

from streams.core.extract.text import Document
from streams.core.model import Facts

_TAKEN = re.compile(r"(?i)\b(?:kidnap\w*|abduct\w*|hostages?|hijack\w*|captors)\b")
_VIOLENCE = re.compile(
    r"""(?ix)\b(?:kidnap\w*|abduct\w*|hostages?|hijack\w*|bomb(?:s|ing|ings|ed)?|dynamite\w*|explosi\w+|exploded|grenades?
    |mines?|murder\w*|assassinat\w*|massacre\w*|execut(?:ed|ion)|death\ squads?|attack(?:s|ed|ing)?|ambush\w*
    |terroris\w*
    |sabotag\w*|shot|gunmen|assault(?:ed)?|shelled|arson|torched|blown\ up|blew\ up|raid(?:ed)?)\b"""
)
# Characters of the lead, and words of violence per word: the best of a few on the development articles.
_LEAD, _DENSE = 900, 0.02


def tells_of_attack(doc: Document, facts: Facts) -> bool:
    """Return whether people were attacked according to the article, now or before; wider than what alerts."""
    if any(c.qual != "zero" for c in facts.claims) or _TAKEN.search(doc.text[:_LEAD]):
        return True
    words = max(1, doc.text.count(" "))
    return len(_VIOLENCE.findall(doc.text)) / words >= _DENSE
