"""Facts of the product -> the prediction format of the development data's scorer. Translates, decides nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from monitors.article import Article
from streams.core.extract import Annotate, Reading, facts_of, reading_of
from streams.core.extract.attacks import nobody_hurt, verdict_of
from streams.core.extract.main_places import places_named
from streams.core.extract.perpetrators import assailants_of, perpetrators_of, targets_of
from streams.core.extract.sayings import sayings_of
from streams.core.extract.toll import Toll, toll_of
from streams.core.extract.weapons import weapons_used
from streams.core.gazetteer import Gazetteer
from streams.core.model import CasualtyClaim, Evidence, StrikeReport

KINDS = {"wounded": "injured"}
# The scorer's "current" is an event that the article tells of; ours is one that may alert.
SCOPES = {"earlier": "current"}


def article_of(row: Mapping[str, str | None]) -> Article:
    """Return an article made of a row ``{id, title, text, published}``; published is a day or null."""
    day = str(row.get("published") or "")[:10]
    published = (
        datetime.fromisoformat(day + "T12:00:00").replace(tzinfo=UTC) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None
    )
    text, title = row["text"] or "", row["title"] or ""
    return Article(
        event_id=str(row["id"]),
        article_id=str(row["id"]),
        revision="",
        feed_id="",
        source="",
        origin="",
        url="",
        title=title,
        text=text,
        published_at=published,
        first_seen_at=published or datetime(2020, 1, 3, tzinfo=UTC),
    )


def prediction(
    row: Mapping[str, str | None], gazetteer: Gazetteer, annotate: Annotate | None, roles: bool = False
) -> dict[str, object]:
    """Return the prediction for one article row.

    ``roles`` is for the set that asks for all who attacked (persons too) and all that was attacked, not only for
    organisations held responsible and targets of strikes.
    """
    article = article_of(row)
    reading = reading_of(article, gazetteer, annotate)
    facts = facts_of(reading, gazetteer)
    verdict = verdict_of(reading.document)
    doc = reading.document
    strikes = [_strike(s) for s in facts.strikes]
    perpetrators = perpetrators_of(doc, verdict)
    if roles:
        perpetrators += tuple(a for a in assailants_of(doc, verdict) if a not in perpetrators)
        strikes.append({"weapon": "attack", "targets": list(targets_of(doc, verdict))})
    return {
        "id": row["id"],
        "alert": verdict.tells,
        "claims": [_claim(c, reading) for c in facts.claims],
        "toll": {"killed": _toll(toll_of(facts.claims, "killed")), "injured": _toll(toll_of(facts.claims, "wounded"))},
        "no_casualties": nobody_hurt(verdict, facts.claims),
        "weapons": list(weapons_used(reading.document, verdict)),
        "places": list(places_named(reading.document, facts, gazetteer)),
        "perpetrators": list(perpetrators),
        "quotes": [
            {"text": reading.document.text[x.start : x.end], "speaker": x.speaker, "start": x.start, "end": x.end}
            for x in sayings_of(reading.document, reading.frames)
        ],
        "strikes": strikes,
        "leaders": [
            {"name": m.name, "role": m.role, "event": m.event, "statement": m.statement} for m in facts.leaders
        ],
    }


def _span(e: Evidence, reading: Reading) -> list[int]:
    shift = reading.document.text_start if e.field == "text" else 0
    return [e.start + shift, e.end + shift]


def _claim(c: CasualtyClaim, reading: Reading) -> dict[str, object]:
    return {
        "kind": KINDS.get(c.kind, c.kind),
        "low": c.low,
        "high": c.high,
        "qualifier": c.qual,
        # The format knows one speaker; of a denial it is who denies.
        "claimant": c.claimant or c.denied_by,
        "outlet": c.outlet,
        "victims": c.victims.text if c.victims else None,
        "status": c.status,
        "scope": SCOPES.get(c.scope, c.scope),
        "evidence": _span(c.evidence, reading),
    }


def _toll(t: Toll | None) -> dict[str, object] | None:
    return None if t is None else {"low": t.low, "high": t.high, "qualifier": t.qual}


def _strike(s: StrikeReport) -> dict[str, object]:
    outcomes = {
        o.what if o.place is None else f"{o.what}:{o.place}": "all" if o.everything else o.count for o in s.outcomes
    }
    return {
        "weapon": s.weapon or "strike",
        "count_low": s.count_low,
        "count_high": s.count_high,
        "actor": s.actor,
        "targets": list(s.targets),
        "outcomes": outcomes,
        "status": s.status,
        "claimant": s.claimant,
    }


def predictions(
    rows: Sequence[Mapping[str, str | None]], gazetteer: Gazetteer, annotate: Annotate | None
) -> list[dict[str, object]]:
    """Return the predictions of a set's rows, in their order."""
    return [prediction(row, gazetteer, annotate) for row in rows]
