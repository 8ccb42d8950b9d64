"""The view of what is read: every mark stands at its words, and hostile text is only text."""

from __future__ import annotations

import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from monitors.article import Article
from streams import extracting
from streams.cli import cli
from streams.core.evidence import numbered, stretches
from streams.core.extract import extract
from streams.core.model import CasualtyClaim, Evidence, Facts
from tests.core.extract.samples import article, gazetteer

SAMPLE = article(
    "Officials said 12 missiles hit Erbil.\n\nThe ministry said at least 3 soldiers were killed and 4 wounded.",
    "Missiles hit base",
)


def read(a: Article) -> Facts:
    return extract(a, gazetteer(), None)


def claim(start: int, end: int, text: str) -> CasualtyClaim:
    return CasualtyClaim(
        kind="killed", low=1, high=1, qual="exact", stated="", victims=None, claimant=None, status="asserted",
        scope="current", evidence=Evidence(field="text", start=start, end=end, quote=text[start:end]),
    )  # fmt: skip


@given(st.data())
def test_stretches_give_the_text_again_and_each_mark_covers_its_quotation(data: st.DataObject) -> None:
    text = data.draw(st.text(min_size=1, max_size=40))
    edges = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda p: p[0] < p[1])
    spans = data.draw(st.lists(edges, max_size=5))
    found = numbered(Facts(claims=tuple(claim(a, b, text) for a, b in spans)))
    _, parts = stretches(article(text), found)
    assert "".join(part.words for part in parts) == text
    for each, (a, b) in zip(found, spans, strict=True):
        assert "".join(part.words for part in parts if each.mark in part.marks) == text[a:b]


class Page(HTMLParser):
    """The words inside marks, by the kinds of mark, and all that is no word."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.marked: list[tuple[str, str]] = []
        self.tags: set[str] = set()
        self.kind = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "mark":
            self.kind = dict(attrs)["class"] or ""

    def handle_endtag(self, tag: str) -> None:
        self.kind = "" if tag == "mark" else self.kind

    def handle_data(self, words: str) -> None:
        if self.kind:
            self.marked.append((self.kind, words))


def test_the_page_marks_the_words_of_each_fact() -> None:
    page = Page()
    page.feed(extracting.page(SAMPLE, read(SAMPLE)))
    assert page.marked == [
        ("S", "Officials said 12 missiles hit Erbil."),
        ("C", "The ministry said at least 3 soldiers were killed and 4 wounded."),
    ]


ALLOWED = set("html head meta title style body article h1 p mark sup a table thead tbody tr th td br".split())


@given(st.text(alphabet="<>&\"'/script=on \n12killedpeople\u202e\x1b[31m", max_size=200))
def test_no_text_brings_a_tag_of_its_own_into_the_page(text: str) -> None:
    hostile = article(
        f"<script>alert(1)</script> 3 people were killed, <img src=x onerror=y> said. {text}", f"<b>{text}"
    )
    page = Page()
    page.feed(extracting.page(hostile, read(hostile)))
    assert page.tags <= ALLOWED


def test_no_escape_of_a_terminal_survives() -> None:
    hostile = article("The army said 3 people were killed\x1b]0;title\x07\x1b[31m today.\u202e", "\x1b[2JMissiles")
    out = io.StringIO()
    extracting.show(hostile, read(hostile), out)
    shown = out.getvalue()
    assert "killed: 3 people" in shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_the_command_prints_json_and_writes_a_page(tmp_path: Path) -> None:
    story, page = tmp_path / "story.txt", tmp_path / "story.html"
    story.write_text("Blast in port\nThe ministry said 3 dockers were killed.\n")
    run = CliRunner().invoke(cli, ["extract", str(story), "--json", "--html", str(page), "--model", "none"])
    assert run.exit_code == 0
    facts = json.loads(run.stdout)["facts"]
    assert [(c["low"], c["claimant"]) for c in facts["claims"]] == [(3, "The ministry")]
    assert "3 dockers" in page.read_text()


def test_no_control_character_survives_in_json(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    words = "Мэр said 3 dockers were killed\x9b31m\u202e."
    story.write_text(f"Blast in port\n{words}\n")
    run = CliRunner().invoke(cli, ["extract", str(story), "--json", "--model", "none"])
    assert not {"\x9b", "\u202e"} & set(run.stdout)
    assert "Мэр" in run.stdout
    assert json.loads(run.stdout)["article"]["text"] == words


def test_a_given_title_leaves_the_whole_file_to_be_text(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text("The ministry said 3 dockers were killed.\nFire spread.\n")
    run = CliRunner().invoke(cli, ["extract", str(story), "--json", "--title", "Blast", "--model", "none"])
    assert run.exit_code == 0
    said = json.loads(run.stdout)
    assert said["article"]["title"] == "Blast"
    assert [c["evidence"]["field"] for c in said["facts"]["claims"]] == ["text"]


@pytest.mark.parametrize("bad", ["none.txt", ".", "binary"])
def test_what_is_no_article_is_one_clear_line(bad: str, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    run = CliRunner().invoke(cli, ["extract", str(tmp_path / bad), "--model", "none"])
    assert run.exit_code != 0
    assert "expected an article" in str(run.exception)
