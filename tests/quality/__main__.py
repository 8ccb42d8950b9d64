"""Measures the extractor on the development data.

    python -m tests.quality predict ARTICLES_DIR OUT_DIR [--model NAME]   one prediction file per article file
    python -m tests.quality table [--model NAME] [--sets muc,hard] [--part tune|kept|all] [--json FILE]
    python -m tests.quality doc ALL.json NONE.json MEDIUM.json KEPT.json   the table of docs/quality.md out of four such files

The development data and its scorer are no part of this repository; ``--data`` names their folder.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path
from time import perf_counter

from streams import nlp
from streams.core.extract.text import Annotate
from streams.core.gazetteer import Gazetteer, parse_gazetteer
from tests.quality.adapter import prediction

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "extraction"
_worker: dict[str, object] = {}


def gazetteer() -> Gazetteer:
    """Return the gazetteer that ships."""
    return parse_gazetteer({str(p): p.read_text() for p in sorted((ROOT / "rules" / "gazetteers").glob("*.csv"))})


def rows_of(path: Path) -> list[dict[str, str | None]]:
    """Return the rows of a JSON lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def kept(key: str) -> bool:
    """Return whether an article belongs to the third of the development data that is scored only at the end of a day."""
    return zlib.crc32(key.encode()) % 3 == 0


def _start(model: str) -> None:
    _worker["gazetteer"], _worker["annotate"] = gazetteer(), nlp.load(model)


# The set that asks who attacked whom, persons and things too.
ROLES = "wikievents"


def _one(row: Mapping[str, str | None], roles: bool) -> dict[str, object]:
    g, a = _worker["gazetteer"], _worker["annotate"]
    assert isinstance(g, Gazetteer)
    annotate: Annotate | None = a if callable(a) else None
    return prediction(row, g, annotate, roles)


def predict(articles: Path, out: Path, model: str, part: str = "all", sets: Sequence[str] = (), jobs: int = 1) -> None:
    """Write one prediction file per article file found, and say how fast."""
    out.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(jobs, initializer=_start, initargs=(model,)) as pool:
        for path in sorted(articles.glob("*.jsonl")):
            if sets and path.stem not in sets:
                continue
            rows = [
                r
                for r in rows_of(path)
                if part == "all" or path.stem == "hard" or kept(str(r["id"])) == (part == "kept")
            ]
            begun = perf_counter()
            found = list(pool.map(_one, rows, repeat(path.stem == ROLES), chunksize=16))
            seconds = perf_counter() - begun
            lines = "".join(json.dumps(p, ensure_ascii=False) + "\n" for p in found)
            (out / path.name).write_text(lines, encoding="utf-8")
            sys.stderr.write(f"{path.name}: {len(rows)} articles, {len(rows) / max(seconds, 1e-9):.0f} a second\n")


def _split_gold(data: Path, folder: Path, part: str) -> Path:
    """Return a folder with the gold rows of a part; the scorer reads it instead of the whole."""
    names = {"muc": "id", "gva": "id", "headlines": "id", "airwars": "id", "polnear": "id", "wikievents": "doc_id"}
    for stem, key in names.items():
        for suffix in (".jsonl", ".jsonl.gz"):
            path = data / f"{stem}_dev{suffix}"
            if path.exists():
                rows = [r for r in _gold(path) if kept(str(r[key])) == (part == "kept")]
                text = "".join(json.dumps(r) + "\n" for r in rows)
                (folder / f"{stem}_dev.jsonl").write_text(text, encoding="utf-8")
    for name in ("hard_spec.jsonl", "wikievents_dev_coref.jsonl"):
        (folder / name).write_text((data / name).read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def _gold(path: Path) -> Iterator[dict[str, object]]:
    import gzip  # only this table needs it

    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    return (json.loads(line) for line in text.splitlines() if line.strip())


def table(data: Path, model: str, sets: Sequence[str], part: str, jobs: int, report: str | None) -> int:
    """Predict the development sets and print the scorer's table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        score = [sys.executable, str(data / "score.py")]
        subprocess.run([*score, "--articles", str(folder / "articles")], check=True)
        predict(folder / "articles", folder / "predictions", model, part, sets, jobs)
        command = [*score, "--pred", str(folder / "predictions")]
        if part != "all":
            (folder / "gold").mkdir()
            command += ["--data", str(_split_gold(data, folder / "gold", part))]
        if sets:
            command += ["--sets", ",".join(sets)]
        if report:
            command += ["--json", report]
        return subprocess.run(command, check=False).returncode


def _shown(rows: Mapping[tuple[str, str], Mapping[str, object]], key: tuple[str, str]) -> str:
    row = rows.get(key, {})
    score, interval = row.get("score"), row.get("interval")
    if not isinstance(score, float | int):
        return ""
    if key[1].startswith("false"):
        return str(int(score))
    text = f"{100 * score:.1f}"
    if isinstance(interval, list):
        text += f" ({100 * interval[0]:.0f}-{100 * interval[1]:.0f})"
    return text


def doc(results: Sequence[Path], page: Path) -> None:
    """Write the table of the results (small model, rules alone, medium model, kept part) between two marks of a page."""
    columns = [{(r["set"], r["slot"]): r for r in json.loads(p.read_text())} for p in results]
    lines = [
        "| set | slot | n | small model | rules alone | medium model | kept third | bar | met |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for key, row in columns[0].items():
        goal = "" if row["goal"] is None else f"{row['goal']}"
        cells = [*key, str(row["n"]), *(_shown(c, key) for c in columns), goal, row["met"] or ""]
        lines.append("| " + " | ".join(cells) + " |")
    head, _, rest = page.read_text(encoding="utf-8").partition("<!-- table -->\n")
    tail = rest.partition("<!-- end of table -->")[2]
    page.write_text(head + "<!-- table -->\n" + "\n".join(lines) + "\n<!-- end of table -->" + tail, encoding="utf-8")


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description=__doc__)
    parser.add_argument("--model", default=nlp.DEFAULT)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--data", type=Path, default=DATA)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("predict")
    one.add_argument("articles", type=Path)
    one.add_argument("out", type=Path)
    two = commands.add_parser("table")
    two.add_argument("--sets", default="")
    two.add_argument("--part", choices=("tune", "kept", "all"), default="all")
    two.add_argument("--json")
    three = commands.add_parser("doc")
    three.add_argument("files", type=Path, nargs=4)
    args = parser.parse_args()
    if args.command == "doc":
        doc(args.files, ROOT / "docs" / "quality.md")
        return 0
    if args.command == "predict":
        predict(args.articles, args.out, args.model, jobs=args.jobs)
        return 0
    if not args.data.exists():
        sys.stderr.write(f"no development data at {args.data}\n")
        return 0
    return table(args.data, args.model, [s for s in args.sets.split(",") if s], args.part, args.jobs, args.json)


if __name__ == "__main__":
    sys.exit(main())
