from __future__ import annotations

import ast
import asyncio
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import monitors
from monitors.parse import CUT, LONGEST_TEXT, Document, ParsedFeed, html_to_text, parse_feed, shortened
from monitors.workers import MEMORY, SECONDS, open_parser
from tests.fakes.publisher import Story, rss

URL = "https://example.org/feeds/rss.xml"


def read(body: bytes) -> ParsedFeed:
    return parse_feed(Document(body=body, url=URL))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One.</p><p>Two &amp; three.</p>", "One.\n\nTwo & three."),
        ("One.<br>Two.<br/><br/>Three.", "One.\nTwo.\n\nThree."),
        ("<div>A <b>bold</b> claim<script>alert('x')</script>.<style>p{}</style></div>", "A bold claim."),
        ("<ul><li>One</li><li>Two</li></ul>After", "One\n\nTwo\n\nAfter"),
        ("<table><tr><td>12</td><td>killed</td></tr></table>", "12 killed"),
        ("Fi<em>ve</em>teen&nbsp;dead<!-- not this -->", "Fiveteen dead"),
        ("<p>Unclosed <p>tags <b>everywhere", "Unclosed\n\ntags everywhere"),
        ("plain", "plain"),
        ("", ""),
        ("<", "<"),
        ("<img src=x onerror=alert(1)>", ""),
    ],
)
def test_html_becomes_the_words_a_reader_sees(html: str, text: str) -> None:
    assert html_to_text(html) == text


@given(st.text(alphabet="<>/&;pbr! -\"'=\x00\ud800é") | st.text())
def test_no_html_raises(html: str) -> None:
    assert isinstance(html_to_text(html), str)


def test_nesting_without_end_is_read() -> None:
    assert html_to_text("<div>" * 20_000 + "deep").endswith("deep") or html_to_text("<div>" * 20_000 + "deep") == ""


@given(st.binary() | st.text(alphabet="<>/rsitemfdchanl&#;x0 ").map(lambda text: b"<rss><channel>" + text.encode()))
def test_no_bytes_raise(body: bytes) -> None:
    parsed = read(body)
    assert bool(parsed.problem) == bool(parsed.words)


def test_the_longer_of_summary_and_content_is_the_text() -> None:
    content = (
        "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>A long account.</content:encoded>"
    )
    body = rss([Story(title="T", text="Short.")]).replace(b"</item>", content.encode() + b"</item>")
    assert [entry.text for entry in read(body).entries] == ["A long account."]


def test_relative_links_are_of_the_feeds_site_and_others_are_none() -> None:
    stories = [
        Story(title=str(n), link=link)
        for n, link in enumerate(["../a", "/b?c=1", "javascript:alert(1)", "http://[x", "//cdn.example/d"])
    ]
    assert [entry.link for entry in read(rss(stories)).entries] == [
        "https://example.org/a",
        "https://example.org/b?c=1",
        "",
        "",
        "https://cdn.example/d",
    ]


def test_titles_lose_their_markup_and_keep_their_signs() -> None:
    stories = [Story(title=title) for title in ("<b>12</b> dead", "AT&amp;T &#8220;says&#8221;", "5 < 6 > 4", "a & b")]
    assert [entry.title for entry in read(rss(stories)).entries] == ["12 dead", "AT&T “says”", "5 < 6 > 4", "a & b"]


def test_an_entry_without_words_and_link_is_counted_not_kept() -> None:
    parsed = read(rss([Story(title=None, text=None, guid="g"), Story(title="T")]))
    assert (len(parsed.entries), parsed.blank) == (1, 1)


def test_a_text_too_long_is_cut_with_a_mark() -> None:
    for text in ("x" * LONGEST_TEXT * 2, "ы" * LONGEST_TEXT):
        cut = shortened(text)
        assert cut.endswith(CUT)
        assert len(cut.encode()) <= LONGEST_TEXT
    assert shortened("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT


@pytest.mark.parametrize(
    "poison",
    [b"&#1114112;", b"&#55296;", b"&#x110000;", b"&#99999999999999999999;", b"\\", b"\x00", b"&nosuch;", b"]]>", b"<b"],
)
def test_one_poisonous_entry_does_not_take_the_others_with_it(poison: bytes) -> None:
    body = rss([Story(title="MARK"), Story(title="Sound")]).replace(b"MARK", b"Before " + poison + b" after")
    assert "Sound" in [entry.title for entry in read(body).entries]


# --- no code lets feedparser open anything --------------------------------------------------------------------------


def test_feedparser_is_only_ever_given_a_stream() -> None:
    """Given bytes or a text, it opens the file or the address that they name."""
    calls = []
    root = Path(monitors.__file__).parent.parent
    for file in (f for top in ("monitors", "streams", "deploy", "tests") for f in (root / top).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"feedparser.parse", "parse.parse"}:
                calls.append((file.name, ast.unparse(node.args[0]).split("(")[0]))
            if isinstance(node, ast.ImportFrom) and node.module == "feedparser":
                calls.append((file.name, "imported by name"))
    assert {given for _, given in calls} == {"io.BytesIO"}
    assert "parse.py" in {name for name, _ in calls}


# --- in children ----------------------------------------------------------------------------------------------------


def in_children(*bodies: bytes) -> list[ParsedFeed]:
    async def play() -> list[ParsedFeed]:
        async with open_parser(1) as parse:
            return [await parse(Document(body=body, url=URL)) for body in bodies]

    return asyncio.run(play())


def test_a_child_reads_as_we_would() -> None:
    body = rss([Story(title="Один"), Story(title="two", link="https://example.org/2")])
    assert in_children(body, body) == [read(body)] * 2


def test_a_document_without_end_costs_its_child_and_nothing_else() -> None:
    endless = b"<!DOCTYPE[" * 2_000_000
    body = rss([Story(title="After")])
    started = time.monotonic()
    dead, alive = in_children(endless, body)
    assert (dead.problem, alive.entries) == ("parser", read(body).entries)
    assert time.monotonic() - started < 5 * SECONDS  # the limit on the clock, and starting two children


def test_a_child_may_not_fill_the_memory() -> None:
    """Its limit is the kernel's: what it may not have, it cannot take."""

    async def play() -> bytes:
        async with open_parser(1) as parse:
            await parse(Document(body=rss([Story()]), url=URL))
            return _read(_children()[0] / "limits")

    limits = asyncio.run(play()).decode().splitlines()
    assert [line.split()[3] for line in limits if line.startswith("Max address space")] == [str(MEMORY)]


def test_children_know_no_secret_and_end_with_the_parser() -> None:
    async def play() -> tuple[bytes, bool]:
        async with open_parser(1) as parse:
            await parse(Document(body=rss([Story()]), url=URL))
            mine = _children()
            environment = _read(mine[0] / "environ")
        return environment, mine[0].exists()

    environment, alive = asyncio.run(play())
    assert [line.partition(b"=")[0] for line in environment.split(b"\0") if line] == [b"PYTHONPATH"]
    assert not alive


def _children() -> list[Path]:
    me = f"PPid:\t{Path('/proc/self').resolve().name}\n".encode()
    ours = (p for p in Path("/proc").glob("[0-9]*") if b"monitors.workers" in _read(p / "cmdline"))
    return [p for p in ours if me in _read(p / "status")]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
