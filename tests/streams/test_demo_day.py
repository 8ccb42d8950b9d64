"""The recorded news day is sound, and its publisher shows it as real outlets would."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
import feedparser
import pytest

from deploy.demo.publisher import Pace, Publisher, Steps, feeds_file
from deploy.demo.recorded import WINDOW, Day, load_day
from monitors.feeds import parse_feeds
from monitors.strict_yaml import BadFileError

DAY = load_day()
OUTLETS = [outlet.id for outlet in DAY.outlets]


def parsed(outlet: str, body: bytes) -> list[dict[str, str]]:
    document = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    assert (outlet, False) == (outlet, document.bozo)
    assert document.version
    return list(document.entries)


def test_the_day_is_large_enough_and_of_many_voices() -> None:
    assert len(DAY.entries) >= 60
    assert len(DAY.outlets) >= 6
    assert {outlet.form for outlet in DAY.outlets} == {"rss2", "atom", "rss1"}
    assert all(any(e.outlet == outlet for e in DAY.entries) for outlet in OUTLETS)


def test_every_event_has_a_minute_of_its_own() -> None:
    events = DAY.events()
    assert len(events) == len({event.at for event in events})
    assert {"appears", "edited", "withdrawn"} == {event.change for event in events}


def test_every_changed_document_parses_and_shows_its_window() -> None:
    for event in DAY.events():
        entries = parsed(event.outlet, DAY.document(event.outlet, event.at))
        shown = DAY.shown(event.outlet, event.at)
        wordings = [entry.reads(event.at) for entry in shown]
        assert [entry.link for entry in shown] == [entry["link"] for entry in entries]
        # A parser folds no title: hostile ones arrive as they were written.
        assert [wording.title for wording in wordings if wording] == [entry["title"] for entry in entries]
        assert len(entries) <= WINDOW


@pytest.mark.parametrize("outlet", OUTLETS)
def test_the_first_document_holds_only_backlog(outlet: str) -> None:
    entries = DAY.shown(outlet, DAY.start)
    assert len(entries) >= 1
    assert all(DAY.start - entry.at > timedelta(minutes=15) for entry in entries)


@pytest.mark.parametrize("poll_seconds", [1.0, 3.0])
def test_no_window_loses_an_entry_at_the_rhythm_of_the_demo(poll_seconds: float) -> None:
    step = (DAY.end - DAY.start) / 75 * poll_seconds
    withdrawn = {entry.id for entry in DAY.entries if entry.withdrawn_at}
    seen: set[str] = set()
    for outlet in OUTLETS:
        at = DAY.start
        while at <= DAY.end:
            seen |= {entry.id for entry in DAY.shown(outlet, at)}
            at += step
    assert {entry.id for entry in DAY.entries} - withdrawn <= seen


def test_an_edit_replaces_the_words_when_it_is_due() -> None:
    def title(hour: int, minute: int) -> str:
        at = DAY.start.replace(hour=hour, minute=minute)
        entries = parsed("gulf-wire", DAY.document("gulf-wire", at))
        return next(entry["title"] for entry in entries if entry["link"].endswith("depot-wire"))

    assert ["kills 12", "kills 15", "killed 9"] == [
        word
        for word, clock in (("kills 12", (18, 4)), ("kills 15", (18, 5)), ("killed 9", (20, 40)))
        if word in title(*clock)
    ]


def test_a_withdrawn_story_vanishes_while_older_ones_stay() -> None:
    entry = next(entry for entry in DAY.entries if entry.withdrawn_at)
    assert entry.withdrawn_at is not None
    before = DAY.shown(entry.outlet, entry.withdrawn_at - timedelta(minutes=1))
    after = DAY.shown(entry.outlet, entry.withdrawn_at)
    assert {entry.id} == {e.id for e in before} - {e.id for e in after}
    assert min(e.at for e in after) < entry.at


def test_a_copy_carries_the_wire_s_text_and_credit() -> None:
    originals = {entry.id: entry for entry in DAY.entries}
    copies = [(entry, originals.get(entry.id.removesuffix(f"-{entry.outlet}"))) for entry in DAY.entries]
    pairs = [(copy, original) for copy, original in copies if original not in (None, copy)]
    assert len(pairs) >= 20
    for copy, original in pairs:
        assert original is not None
        assert original.wordings[0].text == copy.wordings[0].text
        assert f"({copy.wire})" in copy.wordings[0].text[0]


def test_a_feed_of_each_habit_is_there() -> None:
    at = DAY.end
    assert b"<pubDate>" not in DAY.document("dnipro-telegraph", at)
    assert b"<guid" not in DAY.document("dnipro-telegraph", at)
    assert b"18:55:00 GMT" in DAY.document("alborz-daily", at)  # 15:25 UTC: three and a half hours ahead
    assert b"content" not in DAY.document("levant-courier", at)
    assert b" MSK</pubDate>" in DAY.document("steppe-bulletin", at)
    an_hour = timedelta(hours=1)
    churned, before = (
        {entry["id"] for entry in parsed("harbour-times", DAY.document("harbour-times", t))} for t in (at, at - an_hour)
    )
    assert not churned & before
    stamped = [DAY.document("cascade-herald", t) for t in (at, at - timedelta(seconds=1))]
    assert stamped[0] != stamped[1]
    assert parsed("cascade-herald", stamped[0]) == parsed("cascade-herald", stamped[1])


def test_the_feeds_file_is_one_that_wirewatch_reads() -> None:
    feeds = parse_feeds(feeds_file(DAY, "http://127.0.0.1:8080"), "feeds.yaml")
    assert OUTLETS == [feed.id for feed in feeds]
    assert all(feed.private and feed.every == timedelta(seconds=1) for feed in feeds)


# --- mistakes in the day's files ------------------------------------------------------------------------------------

OUTLET_FILE = """start: 7 08:00
end: 8 08:00
chapters: [{at: 7 09:00, title: It begins}]
outlets:
  - {id: a-wire, name: A Wire, form: rss2, text: full, clock: 0, zone: GMT, country: GB, habit: none}
"""
ARTICLE = "articles:\n  - {id: one, outlet: a-wire, at: 7 09:00, title: T, text: [X]%s}\n"


@pytest.mark.parametrize(
    ("articles", "message"),
    [
        (ARTICLE.replace("a-wire", "a-wyre") % "", "01.yaml:2:23: found `a-wyre`; expected `a-wire`"),
        (ARTICLE.replace("7 09:00", "9am") % "", "01.yaml:2:35: found `9am`; expected a time"),
        (ARTICLE.replace("7 09:00", "7 29:00") % "", "01.yaml:2:35: found `7 29:00`; expected a time of January"),
        (ARTICLE.replace("7 09:00", "8 09:00") % "", "found a time after the end of the day"),
        (ARTICLE % ", edits: [{at: 7 08:59}]", "found an edit no later than the wording before it"),
        (ARTICLE % ", titel: T", "found unknown key `titel` in an article"),
        (ARTICLE % ", copies: [{outlet: a-wire, at: 7 10:00}]", "found a copy of a text that credits no wire"),
        (ARTICLE % "" + ARTICLE.partition("\n")[2] % "", "found the id `one` a second time"),
    ],
)
def test_a_mistake_in_the_day_is_told_with_its_place(tmp_path: Path, articles: str, message: str) -> None:
    (tmp_path / "00-outlets.yaml").write_text(OUTLET_FILE)
    (tmp_path / "01.yaml").write_text(articles)
    with pytest.raises(BadFileError) as told:
        load_day(tmp_path)
    assert message in str(told.value)


# --- the server -----------------------------------------------------------------------------------------------------


def serve(day: Day, scene: Callable[[Publisher, aiohttp.ClientSession], Awaitable[None]]) -> None:
    async def play() -> None:
        publisher = Publisher(day, Steps(day))
        await publisher.start()
        try:
            async with aiohttp.ClientSession() as session:
                await scene(publisher, session)
        finally:
            await publisher.stop()

    asyncio.run(play())


def test_a_known_document_is_answered_with_304_until_its_feed_changes() -> None:
    async def scene(publisher: Publisher, session: aiohttp.ClientSession) -> None:
        async def ask(outlet: str, **headers: str) -> aiohttp.ClientResponse:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            async with session.get(publisher.url(outlet), headers=sent) as answer:
                await answer.read()
                return answer

        event = DAY.events()[0]
        first = await ask(event.outlet)
        etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
        assert first.status == 200
        assert (await ask(event.outlet, If_None_Match=etag)).status == 304
        assert (await ask(event.outlet, If_Modified_Since=modified)).status == 304
        assert publisher.step() == (event,)
        assert (await ask(event.outlet, If_None_Match=etag)).status == 200
        assert (await ask(event.outlet, If_Modified_Since=modified)).status == 200
        assert (await ask("no-such-outlet")).status == 404

    serve(DAY, scene)


def test_a_test_can_wait_until_every_feed_was_polled_after_a_step() -> None:
    async def scene(publisher: Publisher, session: aiohttp.ClientSession) -> None:
        publisher.step()
        waiting = asyncio.ensure_future(publisher.polled(1))
        for outlet in OUTLETS:
            assert not waiting.done()
            async with session.get(publisher.url(outlet)) as answer:
                await answer.read()
        await waiting
        assert dict.fromkeys(OUTLETS, 1) == dict(publisher.gets)
        publisher.step()
        with pytest.raises(TimeoutError, match="gulf-wire"):
            await publisher.polled(1, within=0.05)

    serve(DAY, scene)


def test_steps_walk_through_every_event_of_the_day() -> None:
    clock = Steps(DAY)
    happened = [event for _ in range(clock.left) for event in clock.step()]
    assert tuple(happened) == DAY.events()
    assert clock.left == 0
    assert clock.step() == ()
    assert clock() == DAY.end


def test_another_process_moves_the_clock_over_http() -> None:
    async def scene(publisher: Publisher, session: aiohttp.ClientSession) -> None:
        first, second, *_ = DAY.events()
        async with session.post(f"{publisher.base}/_control/step") as answer:
            moved = await answer.json()
        assert first.at.isoformat() == moved["at"]
        assert [first.entry] == [event["entry"] for event in moved["events"]]
        async with session.post(f"{publisher.base}/_control/step", params={"to": second.at.isoformat()}) as answer:
            assert [second.entry] == [event["entry"] for event in (await answer.json())["events"]]
        async with session.post(f"{publisher.base}/_control/step", params={"to": "noon"}) as answer:
            assert answer.status == 400
        async with session.get(f"{publisher.base}/_control/state") as answer:
            state = await answer.json()
        assert len(DAY.events()) - 2 == state["left"]
        assert dict.fromkeys(OUTLETS, 0) == state["gets"]

    serve(DAY, scene)


def test_a_paced_clock_waits_for_its_beginning_and_ends_with_the_day() -> None:
    real = [100.0]
    clock = Pace(DAY, 50, lambda: real[0])
    real[0] = 160.0
    assert clock() == DAY.start
    clock.begin()
    real[0] = 185.0
    assert clock() == DAY.start + (DAY.end - DAY.start) / 2
    real[0] = 300.0
    assert clock() == DAY.end
