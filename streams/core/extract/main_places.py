"""The places that an article's current facts are about, main place first, each followed by its country."""

from __future__ import annotations

from collections.abc import Sequence

from streams.core.extract.places import places_in
from streams.core.extract.text import Document, Sentence
from streams.core.gazetteer import Gazetteer, folded
from streams.core.model import CasualtyClaim, Facts, StrikeReport


def main_places(doc: Document, claims: Sequence[CasualtyClaim], strikes: Sequence[StrikeReport]) -> tuple[str, ...]:
    """Return canonical names: places of current strikes and claims, else places of the title and lead, else none."""
    out: list[str] = []
    for r in strikes:
        if r.scope == "current" and r.status not in {"test", "threatened"}:
            out += [o.place for o in r.outcomes if o.place] + ([r.place] if r.place else [])
    out += [c.place for c in claims if c.scope == "current" and c.place is not None]
    if not out and (claims or strikes):
        lead = [s for s in doc.sentences if s.layer in {"title", "body"}][:3]
        out = [e.name for s in lead for h, e in places_in(s) if not _came_before(s, h.start)]
    return tuple(dict.fromkeys(out))


def _came_before(s: Sentence, i: int) -> bool:
    """Return whether a headline names it as the cause: "Turkish jets bomb PKK targets after Ankara attack"."""
    return s.layer == "title" and any(w.low == "after" for w in s.words[1:i])


def places_named(doc: Document, facts: Facts, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Return all places that may be the scene, main places first, then the dateline's; each is followed by its country."""
    out = list(facts.places)
    for s in doc.sentences:
        if s.layer in {"title", "body"}:
            out += [e.name for _, e in places_in(s)]
    if doc.dateline is not None:
        out.append(doc.dateline.place)
    countries = [name for p in dict.fromkeys(out) if (name := _country(gazetteer, p))]
    countries += [
        h.entry.name
        for s in doc.sentences
        if s.layer in {"title", "body"}
        for h in s.hits
        if h.entry.kind in {"country", "adjective"}
    ]
    return tuple(dict.fromkeys([*out, *countries]))


def _country(gazetteer: Gazetteer, place: str) -> str | None:
    for _, entry in gazetteer.entries.get(folded(place), ()):
        if entry.kind == "place" and entry.code:
            return gazetteer.countries.get(entry.code)
    return None
