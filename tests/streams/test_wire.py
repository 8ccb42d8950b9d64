from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitors.article import Article
from streams import wire
from streams.core.model import (
    Alert,
    ArticleRef,
    CasualtyClaim,
    ClauseHit,
    Divider,
    Evidence,
    Facts,
    Finding,
    Match,
    Note,
    Outcome,
    Pairs,
    Quote,
    Reason,
    Run,
    Severity,
    StrikeReport,
    Text,
    Victims,
)
from streams.wire import CUT, TEXT_LIMIT, DeadLetter, Unreadable, decode, encode

SEEN = datetime(2020, 1, 8, 1, 30, 0, 250000, tzinfo=UTC)
EVIDENCE = Evidence(field="text", start=3, end=9, quote="eighty")
ARTICLE = Article(
    event_id="e1",
    article_id="a1",
    revision="r1",
    feed_id="harbour-post",
    source="Harbour Post",
    origin="Coast Wire",
    url="https://harbour.example/strike",
    title="Missiles hit base — «огонь»",
    text="At least eighty people were killed.",
    country="IQ",
    first_seen_at=SEEN,
)
REF = ArticleRef(
    event_id="e1",
    article_id="a1",
    kind="new",
    source="Harbour Post",
    origin="Coast Wire",
    url="https://harbour.example/strike",
    title="Missiles hit base",
    published_at=None,
    first_seen_at=SEEN,
)
CLAIM = CasualtyClaim(
    kind="killed",
    low=80,
    high=None,
    qual="at_least",
    stated="at least eighty",
    victims=Victims(text="soldiers", kind="military"),
    claimant=None,
    status="asserted",
    scope="current",
    evidence=EVIDENCE,
)
STRIKE = StrikeReport(
    weapon="ballistic missiles",
    outcomes=(Outcome(what="hit", count=10),),
    status="reported",
    claimant="an official",
    evidence=EVIDENCE,
)
FINDING = Finding(
    finding_id="f1",
    desk="middle-east",
    article=REF,
    matches=(
        Match(
            ruleset="strikes",
            rule_id="missiles",
            title="Missiles",
            severity=Severity.FLASH,
            clauses=(ClauseHit(clause="weapon", evidence=(EVIDENCE,), names=("missile",)),),
        ),
    ),
    facts=Facts(strikes=(STRIKE,), claims=(CLAIM,), places=("Ain al-Asad",)),
    rules_version="v9",
)
ALERT = Alert(
    alert_id="x1",
    story_id="s1",
    desk="middle-east",
    reason=Reason.CLAIM_CONFLICT,
    severity=Severity.BULLETIN,
    update=2,
    title="Base hit",
    headline="Claims conflict",
    parts=(
        Text(runs=(Run(text="words", style="strong", link="https://harbour.example/"),)),
        Pairs(pairs=(("Killed", (Run(text="80"),)),)),
        Quote(text="eighty", marks=((0, 3),)),
        Note(runs=()),
        Divider(),
    ),
    channels=("console:",),
    rule_ids=("missiles",),
    rules_version="v9",
    article=REF,
)
LETTER = DeadLetter(
    topic="wirewatch.articles.v1",
    partition=3,
    offset=17,
    key=None,
    headers=(("id", b"\xff"),),
    body=b"\x00\xff not words",
    stage="examine",
    error="Unreadable",
    reason="not a readable article",
    attempts=1,
    code="0.1.0",
)
VALUES = [ARTICLE, FINDING, ALERT, LETTER]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_every_value_comes_back_as_it_went(value: Article | Finding | Alert | DeadLetter) -> None:
    body, headers = encode(value, "0.1.0")
    assert value == decode(body, type(value))
    assert (body, headers) == encode(value, "0.1.0")


def test_the_headers_say_what_the_body_is_without_reading_it() -> None:
    _, headers = encode(FINDING, "0.1.0")
    assert headers == [("id", b"f1"), ("type", b"finding"), ("v", b"1"), ("code", b"0.1.0")]


def test_what_the_first_version_wrote_is_still_read() -> None:
    """Bytes as they lie in topics for ninety days; this text never changes."""
    body = (
        '{"v":1,"type":"article","id":"e1","data":{"event_id":"e1","article_id":"a1","kind":"new","revision":"r1",'
        '"feed_id":"harbour-post","source":"Harbour Post","origin":"Coast Wire","url":"https://harbour.example/strike",'
        '"title":"Missiles hit base — «огонь»","text":"At least eighty people were killed.","language":"en",'
        '"country":"IQ","published_at":null,"first_seen_at":"2020-01-08T01:30:00.250000Z"}}'
    )
    assert ARTICLE == decode(body.encode(), Article)


def test_a_field_that_a_later_version_adds_is_ignored() -> None:
    body, _ = encode(ARTICLE, "9.9")
    envelope = msgspec.json.decode(body)
    envelope["trace"] = "t"
    envelope["data"]["mood"] = {"calm": 1}
    assert ARTICLE == decode(msgspec.json.encode(envelope), Article)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", r"not a readable article: .*truncated"),
        (b"\xff\xfe", r"not a readable article: .*invalid"),
        (b"[1]", r"not a readable article: Expected `object`, got `array`"),
        (b"{}", r"not a readable article: .*missing required field `v`"),
        (b'{"v":2,"type":"article"}', r"found version 2; expected 1"),
        (b'{"v":1,"type":"finding","id":"","data":{}}', r"found type 'finding'; expected 'article'"),
        (b'{"v":1,"type":"article","id":"e1"}', r"missing required field `data`"),
        (
            b'{"v":1,"type":"article","id":"e1","data":{"event_id":7}}',
            r"Expected `str`, got `int` - at `\$\.data\.event_id`",
        ),
        (b'{"v":1,"type":"article","x":' + b"[" * 100_000, r"not a readable article"),
    ],
    ids=["empty", "not-utf8", "array", "bare", "version", "type", "no-data", "wrong-field", "deep"],
)
def test_what_cannot_be_read_says_what_was_found(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        decode(body, Article)


@given(st.binary(max_size=200))
@example(b'{"v":1,"type":"article","id":"\\ud800","data":{}}')
def test_no_bytes_do_anything_but_read_or_refuse(body: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(body, Article)


@given(st.text(alphabet="aя漢🚀 ", max_size=40), st.integers(TEXT_LIMIT // 40, TEXT_LIMIT // 4))
def test_a_text_is_cut_with_a_mark_only_where_a_topic_could_not_take_it(piece: str, times: int) -> None:
    text = (piece * times)[: TEXT_LIMIT + 99]
    read = decode(encode(msgspec.structs.replace(ARTICLE, text=text), "1")[0], Article).text
    if len(text.encode()) <= TEXT_LIMIT:
        assert text == read
    else:
        assert read.endswith(CUT)
        assert text.startswith(read.removesuffix(CUT))
        assert TEXT_LIMIT - 4 < len(read.encode()) <= TEXT_LIMIT


def test_a_dead_letter_is_known_by_position_and_bytes() -> None:
    same = msgspec.structs.replace(LETTER, attempts=3, reason="other words", code="0.2.0")
    other = msgspec.structs.replace(LETTER, body=b"after the topic was made anew")
    assert LETTER.letter_id == same.letter_id
    assert LETTER.letter_id != other.letter_id
    assert wire.identity(LETTER) == LETTER.letter_id
