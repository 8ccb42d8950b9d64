"""Quality cannot slip unseen: every set against the last accepted scores, the large ones with rules alone.

The development data is no part of this repository; without it there is nothing to compare and the tests say so.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from streams.nlp import DEFAULT
from tests.quality.__main__ import DATA, ROOT, kept
from tests.quality.adapter import article_of

ACCEPTED = Path(__file__).parent / "accepted.json"
# In points of 100: what one article more or less moves in the smallest of these sets.
TOLERANCE = 3.0

needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"no development data at {DATA}")


def slipped(result: Path, accepted: dict[str, float], model: str, sets: str) -> dict[str, tuple[float, float]]:
    """Score the sets; return what lies below the accepted scores by more than the tolerance, with what it was and is."""
    command = [sys.executable, "-m", "tests.quality", "--model", model, "--jobs", "1", "table", "--sets", sets]
    subprocess.run([*command, "--json", str(result)], cwd=ROOT, check=True, capture_output=True)
    scores = {f"{r['set']} {r['slot']}": r["score"] for r in json.loads(result.read_text()) if r["score"] is not None}
    return {
        name: (was, 100 * scores.get(name, 0))
        for name, was in accepted.items()
        if (scores.get(name, 0) > was if "false" in name else 100 * scores.get(name, 0) < was - TOLERANCE)
    }


@needs_data
@pytest.mark.parametrize(("group", "model"), [("with the model", DEFAULT), ("rules alone", "none")])
def test_no_accepted_score_has_slipped(group: str, model: str, tmp_path: Path) -> None:
    accepted = json.loads(ACCEPTED.read_text())[group]
    assert {} == slipped(tmp_path / "scores.json", accepted["scores"], model, accepted["sets"])


def test_a_row_becomes_an_article_of_its_day() -> None:
    article = article_of({"id": "x", "title": "", "text": "Ten died.", "published": "2019-05-01"})
    assert article.published_at is not None
    assert ("Ten died.", "2019-05-01") == (article.text, article.published_at.date().isoformat())


def test_a_row_without_a_readable_day_has_none() -> None:
    assert article_of({"id": "x", "title": "", "text": "", "published": "October 9–10"}).published_at is None


def test_the_adapter_gives_the_fields_of_the_format(tmp_path: Path) -> None:
    row = {"id": "x", "title": "", "text": "The mayor said ten sailors were killed.", "published": "2019-05-01"}
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.jsonl").write_text(json.dumps(row) + "\n")
    command = [sys.executable, "-m", "tests.quality", "--model", "none", "--jobs", "1", "predict"]
    subprocess.run([*command, str(tmp_path / "in"), str(tmp_path / "out")], cwd=ROOT, check=True, capture_output=True)
    (found,) = [json.loads(line) for line in (tmp_path / "out" / "one.jsonl").read_text().splitlines()]
    fields = "id alert claims toll no_casualties weapons places perpetrators quotes strikes leaders"
    assert set(fields.split()) == set(found)
    (claim,) = found["claims"]
    assert ("killed", 10, "exact", "The mayor") == tuple(claim[k] for k in ("kind", "low", "qualifier", "claimant"))
    start, end = claim["evidence"]
    assert row["text"][start:end] == row["text"]


def test_a_third_of_the_articles_is_kept() -> None:
    share = sum(kept(f"article-{n}") for n in range(3000)) / 3000
    assert 0.3 < share < 0.37


def test_the_page_has_marks_for_its_table() -> None:
    page = (ROOT / "docs" / "quality.md").read_text()
    assert re.search(r"<!-- table -->\n.*<!-- end of table -->", page, re.DOTALL)
