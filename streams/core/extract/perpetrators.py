"""Who is held responsible: groups that the text makes the doer of killing, attacking, kidnapping, or blames for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streams.core.extract.text import Document, Sentence

_DEED = (
    r"(?:kill(?:ed|ing)?|murder(?:ed|s|ing)?|attack(?:ed|s|ing)?|bomb(?:ed|ing|s)?|kidnap\w*|abduct\w*|assassinat\w+"
    r"|execut(?:ed|ion)|massacre[ds]?|planted|placed|detonated|ambush\w*|shell(?:ed|ing)|stormed"
    r"|destroy(?:ed|ing)|blew|fired"
    r"|hurled|seized|shot|raid(?:ed)?|dynamited|sabotag\w+|perpetrated|burned|machinegunned|crimes?"
    r"|torture[ds]?|assault\w*)"
)
_ACTIVE = re.compile(
    rf"(?i)^(?:\W+(?!and\b|or\b|to\b|of\b|in\b|with\b|was\b|were\b|is\b)[\w()\[\]'’-]+){{0,5}}?\W+{_DEED}\b"
)
_BY = re.compile(
    r"(?i)\b(?:by|implicat\w+|blam(?:ed|es|ing)|accus(?:ed|es|ing)|suspect\w*|attribut\w+ (?:\w+ )?to"
    r"|responsib\w+ (?:of|on|to|with)"
    r"|linked to)\b(?:\W+(?!on\b|in\b|at\b|for\b|killed\b)[\w'’-]+){0,5}\W*$"
)
_CLAIMED = re.compile(r"(?i)^.{0,70}?\b(?:claim\w*|took|assum\w+|admitt\w+|acknowledg\w+)\b.{0,25}\bresponsib")
_DEED_NEAR = re.compile(rf"(?i)\b{_DEED}\b")
# Names that no list holds: "Cinchonero Popular Liberation Movement", "the Armed Forces".
_UNLISTED = re.compile(
    r"\b(?:(?:[A-Z][\w'’-]+|[Pp]opular|[Nn]ational|[Rr]evolutionary|[Ll]iberation|[Aa]rmed|[Aa]nticommunist)\s+){0,6}"
    r"(?:Front|Movement|movement|Army|Alliance|alliance|[Aa]rmed [Ff]orces|[Aa]ir [Ff]orce|Cartel"
    r"|cartel|[Dd]eath [Ss]quads?|Brigades?"
    r"|Battalion|Guard|Command|Extraditables)\b"
)


def _named(doc: Document, s: Sentence) -> Iterator[tuple[str, int, int]]:
    """Yield (key, start, end) of the groups of a sentence: those of the gazetteer first."""
    taken: list[tuple[int, int]] = []
    for h in s.hits:
        if h.entry.kind == "group" and h.entry.sort not in {"organisation", "government", "alliance"}:
            span = s.words[h.start].start, s.words[h.end - 1].end
            taken.append(span)
            yield h.entry.name, *span
    for m in _UNLISTED.finditer(doc.text, s.start, s.end):
        listed = any(a < m.end() and m.start() < b for a, b in taken)
        if not listed and (" " in m.group() or m.group().lower() == "army"):
            yield m.group().lower(), m.start(), m.end()


def perpetrators_of(doc: Document) -> tuple[str, ...]:
    """Return the organisations held responsible, as printed, once each, in reading order."""
    found: dict[str, str] = {}
    for s in doc.sentences:
        if s.layer in {"title", "body"} and _DEED_NEAR.search(doc.text, s.start, s.end):
            for key, a, b in _named(doc, s):
                after, before = doc.text[b : min(s.end, b + 110)], doc.text[max(s.start, a - 90) : a]
                if _ACTIVE.search(after) or _BY.search(before) or _CLAIMED.search(after):
                    found.setdefault(key, doc.text[a:b])
    return tuple(found.values())
