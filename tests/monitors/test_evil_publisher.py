"""What publishers did to other pollers, played to ours: nothing lost, nothing twice, every gap declared, limits held."""

from __future__ import annotations

import gzip
import zlib
from datetime import datetime, timedelta

import pytest

from monitors.fetch import Limits
from monitors.schedule import TRUST_304
from tests.fakes.publisher import Answer, Story, feed_of, rss, zipped
from tests.monitors.newsroom import QUICK, START, Newsroom, with_newsroom


def story(number: int, title: str | None = None, **changes: object) -> Story:
    known = {
        "title": title or f"Headline number {number}",
        "guid": f"guid-{number}",
        "link": f"https://evil.example/news/{number}",
        "at": START + timedelta(minutes=number),
        "text": f"What happened, told in words of story {number}.",
    }
    return Story(**(known | changes))  # type: ignore[arg-type] # the changes are a test's own


OLD = [story(number, at=START - timedelta(days=1)) for number in range(5)]
"""What stood in the feed before anybody watched."""


async def primed(room: Newsroom, *answers: Answer, polls: int | None = None) -> None:
    """Play a first document of old stories, then these answers, and poll them all."""
    room.publisher.plays("/rss", feed_of(*OLD), *answers)
    await room.polls(1 + (len(answers) if polls is None else polls))


# --- first document -------------------------------------------------------------------------------------------------


@with_newsroom()
async def test_the_backlog_of_a_new_feed_is_not_news(room: Newsroom) -> None:
    await primed(room)
    assert room.told() == []
    assert room.ledger.of("gap") == []


@with_newsroom()
async def test_of_a_first_document_only_what_is_surely_fresh_is_news(room: Newsroom) -> None:
    fresh = story(1, "Fresh", at=START - timedelta(minutes=10))
    stale = story(2, "Stale", at=START - timedelta(minutes=20))
    undated = story(3, "Undated", at=None)
    zoneless = story(4, "Zoneless", at="Thu, 08 Jan 2026 01:55:00")
    future = story(5, "Future", at=START + timedelta(hours=2))
    room.publisher.plays("/rss", feed_of(fresh, stale, undated, zoneless, future))
    await room.polls()
    assert room.told() == [("new", "Fresh")]
    assert room.articles[0].published_at == START - timedelta(minutes=10)


@with_newsroom()
async def test_an_edit_of_a_backlog_story_is_news(room: Newsroom) -> None:
    await primed(room, feed_of(*OLD[:4], story(4, "Headline number 4: toll rises to 15", at=OLD[4].at)))
    assert room.told() == [("revised", "Headline number 4: toll rises to 15")]


@with_newsroom()
async def test_a_feed_that_fails_at_first_is_still_primed_by_its_first_document(room: Newsroom) -> None:
    room.publisher.plays("/rss", Answer(status=500), feed_of(*OLD), feed_of(story(9), *OLD))
    await room.polls(3)
    assert room.told() == [("new", "Headline number 9")]


# --- identity -------------------------------------------------------------------------------------------------------


@with_newsroom()
async def test_regenerated_guids_are_no_news(room: Newsroom) -> None:
    def churned(night: int, *extra: Story) -> Answer:
        return feed_of(*extra, *(story(n, guid=f"{night}-{n}", at=OLD[n].at) for n in range(5)))

    await primed(room, churned(1), churned(2), churned(3, story(9, guid="x")), churned(4, story(9, guid="y")))
    assert room.told() == [("new", "Headline number 9")]
    assert room.ledger.of("gap") == []


@with_newsroom()
async def test_regenerated_guids_and_dates_are_no_news(room: Newsroom) -> None:
    def churned(night: int) -> Answer:
        at = START + timedelta(minutes=night)
        return feed_of(*(story(n, guid=f"{night}-{n}", at=at) for n in range(5)))

    await primed(room, churned(1), churned(2))
    assert room.told() == []


@with_newsroom()
async def test_a_new_story_under_a_used_guid_is_news(room: Newsroom) -> None:
    other = story(0, "Missiles hit the airport", link="https://evil.example/news/99", at=START)
    await primed(room, feed_of(other, *OLD[1:]))
    assert room.told() == [("new", "Missiles hit the airport")]


@with_newsroom()
async def test_stories_that_share_one_guid_are_all_news_once(room: Newsroom) -> None:
    same = [story(n, guid="same") for n in range(10, 20)]
    await primed(room, feed_of(*same, *OLD), feed_of(*same[3:], *OLD), feed_of(same[0], *OLD))
    assert room.told() == [("new", s.title) for s in reversed(same)]


@with_newsroom()
async def test_stories_without_guid_and_link_are_all_news_once(room: Newsroom) -> None:
    bare = [story(n, guid=None, link=None) for n in range(10, 13)]
    await primed(room, feed_of(*bare, *OLD), feed_of(*OLD, *bare[::-1]))
    assert room.told() == [("new", s.title) for s in reversed(bare)]


@with_newsroom()
async def test_stories_without_titles_are_all_news_once(room: Newsroom) -> None:
    bare = [Story(title=None, text=f"Siren in district {n}") for n in (10, 11)]
    await primed(room, feed_of(*bare, *OLD), feed_of(*bare, story(20), *OLD))
    assert [a.text for a in room.articles] == ["Siren in district 11", "Siren in district 10", story(20).text]


@with_newsroom()
async def test_the_same_siren_again_is_news_again(room: Newsroom) -> None:
    """Same title, same page, another guid and time: two alarms, not one story twice."""

    def siren(number: int) -> Answer:
        return feed_of(story(number, "Air raid alert in Kyiv", link="https://evil.example/map", text="Take shelter."))

    room.publisher.plays("/rss", feed_of(*OLD), *(siren(n) for n in range(10, 16)))
    await room.polls(7)
    assert room.told() == [("new", "Air raid alert in Kyiv")] * 6
    assert len(set(room.events())) == 6


@with_newsroom()
async def test_one_address_in_every_guise_is_one_story(room: Newsroom) -> None:
    at = START
    plain = story(9, guid=None, link="https://evil.example/news/9?id=4", at=at)
    guised = story(9, guid=None, link="http://www.evil.example/news/9/?utm_source=rss&id=4#top", at=at)
    await primed(room, feed_of(plain, *OLD), feed_of(guised, *OLD))
    assert room.told() == [("new", "Headline number 9")]


# --- edits ----------------------------------------------------------------------------------------------------------


@with_newsroom()
async def test_every_change_of_words_is_an_event_of_its_own(room: Newsroom) -> None:
    tolls = [feed_of(story(9, f"Toll at {toll} after strike on the port"), *OLD) for toll in (12, 15, 12)]
    await primed(room, *tolls, tolls[-1])
    assert [a.kind for a in room.articles] == ["new", "revised", "revised"]
    assert len(set(room.events())) == 3
    assert len({a.article_id for a in room.articles}) == 1


@with_newsroom()
async def test_a_change_of_anything_but_words_is_no_event(room: Newsroom) -> None:
    once = story(9, "Strike on “the port”", text="Ten people, it said.")
    again = story(9, "Strike on 'the port'!", text="Ten  people, it said", at=START + timedelta(hours=1))
    await primed(room, feed_of(once, *OLD), feed_of(again, *OLD))
    assert [a.kind for a in room.articles] == ["new"]


@with_newsroom()
async def test_a_body_that_goes_and_comes_back_is_no_event(room: Newsroom) -> None:
    whole, bare = feed_of(story(9), *OLD), feed_of(story(9, text=None), *OLD)
    await primed(room, whole, bare, whole, bare)
    assert [a.kind for a in room.articles] == ["new"]


@with_newsroom()
async def test_headline_and_address_edited_together_are_a_revision(room: Newsroom) -> None:
    edited = story(9, "Toll of strike on the port rises", link="https://evil.example/news/9-toll-rises")
    await primed(room, feed_of(story(9, "Strike on the port"), *OLD), feed_of(edited, *OLD))
    assert [a.kind for a in room.articles] == ["new", "revised"]
    assert len({a.article_id for a in room.articles}) == 1


@with_newsroom()
async def test_a_guid_made_of_the_headline_makes_a_revision(room: Newsroom) -> None:
    before = story(9, "Strike on the port kills 12", guid="strike-on-the-port-kills-12")
    after = story(9, "Strike on the port kills 15", guid="strike-on-the-port-kills-15")
    await primed(room, feed_of(before, *OLD), feed_of(after, *OLD))
    assert [a.kind for a in room.articles] == ["new", "revised"]


@with_newsroom()
async def test_an_entry_that_never_stops_changing_is_muted(room: Newsroom) -> None:
    ticking = [feed_of(story(9, text=f"Updated {n} minutes ago"), *OLD) for n in range(30)]
    await primed(room, *ticking)
    assert len(room.articles) == 24
    assert room.ledger.of("muted") == [(1,)] * 6


# --- order and dates ------------------------------------------------------------------------------------------------


@with_newsroom()
async def test_a_back_dated_story_is_news(room: Newsroom) -> None:
    await primed(room, feed_of(*OLD, story(9, at=START - timedelta(days=3))))
    assert room.told() == [("new", "Headline number 9")]


@with_newsroom()
async def test_order_does_not_matter(room: Newsroom) -> None:
    both = [story(9), story(10)]
    await primed(room, feed_of(*both, *OLD), feed_of(*reversed(both), *OLD), feed_of(*OLD, *both))
    assert sorted(room.told()) == [("new", "Headline number 10"), ("new", "Headline number 9")]


@with_newsroom()
async def test_the_oldest_news_of_a_document_is_told_first(room: Newsroom) -> None:
    await primed(room, feed_of(story(11), story(10), story(9), *OLD))
    assert [a.title for a in room.articles] == ["Headline number 9", "Headline number 10", "Headline number 11"]


@with_newsroom()
async def test_dates_that_are_all_the_same_do_not_matter(room: Newsroom) -> None:
    def generated(minute: int, *extra: int) -> Answer:
        at = f"Thu,08 Jan 2026 4:{minute}:5 GMT+9"
        return feed_of(*(story(n, at=at) for n in (*extra, *range(5))))

    await primed(room, generated(1), generated(2, 9), generated(3, 9, 10))
    assert room.told() == [("new", "Headline number 9"), ("new", "Headline number 10")]


@with_newsroom()
async def test_a_date_in_the_future_is_not_passed_on(room: Newsroom) -> None:
    await primed(room, feed_of(story(9, at=START + timedelta(hours=9)), *OLD))
    assert [a.published_at for a in room.articles] == [None]


# --- gaps -----------------------------------------------------------------------------------------------------------


@with_newsroom()
async def test_a_burst_longer_than_the_document_is_a_gap(room: Newsroom) -> None:
    window = [feed_of(*(story(n) for n in range(end, end - 20, -1))) for end in (30, 40, 100, 101)]
    await primed(room, *window)
    assert len(set(room.events())) == len(room.events()) == 20 + 10 + 20 + 1
    assert room.ledger.of("gap") == [
        (START + timedelta(minutes=1), START + timedelta(minutes=2)),
        (START + timedelta(minutes=3), START + timedelta(minutes=4)),
    ]


@with_newsroom()
async def test_an_empty_document_in_between_is_no_gap_and_repeats_nothing(room: Newsroom) -> None:
    await primed(room, feed_of(), feed_of(*OLD), feed_of(story(9), *OLD))
    assert room.told() == [("new", "Headline number 9")]
    assert room.ledger.of("gap") == []


# --- validators -----------------------------------------------------------------------------------------------------


@with_newsroom()
async def test_what_the_server_gave_is_sent_back_byte_for_byte(room: Newsroom) -> None:
    tag, since = 'W/"ä-1"', "yesterday, or so"
    given = feed_of(story(9), *OLD, ETag=tag, Last_Modified=since)
    await primed(room, Answer(status=304), given, Answer(status=304))
    assert (
        room.publisher.asked[-1].headers["If-None-Match"],
        room.publisher.asked[-1].headers["If-Modified-Since"],
    ) == (
        tag,
        since,
    )
    assert room.ledger.outcomes == ["fetched", "server", "fetched", "unchanged"]


@with_newsroom()
async def test_a_new_body_under_the_old_etag_is_read(room: Newsroom) -> None:
    await primed(room, feed_of(*OLD, ETag='"1"'), feed_of(story(9), *OLD, ETag='"1"'))
    assert room.told() == [("new", "Headline number 9")]


@with_newsroom()
async def test_a_server_that_lies_with_304_is_found_out(room: Newsroom) -> None:
    await primed(room, feed_of(story(8), *OLD, ETag='"1"'), Answer(status=304))
    await room.polls(TRUST_304 - 1)
    room.publisher.plays("/rss", feed_of(story(9), story(8), *OLD, ETag='"1"'))
    await room.polls(1)
    assert room.told() == [("new", "Headline number 8"), ("new", "Headline number 9")]
    assert "If-None-Match" not in room.publisher.asked[-1].headers


@with_newsroom()
async def test_the_same_bytes_are_not_parsed_again(room: Newsroom) -> None:
    await primed(room, feed_of(*OLD, ETag='"2"'), feed_of(*OLD, ETag='"3"'), feed_of(*OLD))
    assert room.ledger.outcomes == ["fetched", "unchanged", "unchanged", "unchanged"]
    assert room.publisher.asked[-1].headers["If-None-Match"] == '"3"'


# --- bodies ---------------------------------------------------------------------------------------------------------


@with_newsroom()
async def test_half_a_gzip_body_is_a_failure_and_loses_nothing(room: Newsroom) -> None:
    whole = zipped(feed_of(story(9), *OLD, ETag='"9"'))
    await primed(room, zipped(feed_of(story(9), *OLD, ETag='"9"'), keep=200), whole)
    assert room.ledger.outcomes == ["fetched", "truncated", "fetched"]
    assert "If-None-Match" not in room.publisher.asked[-1].headers
    assert room.told() == [("new", "Headline number 9")]


@with_newsroom()
async def test_a_connection_that_breaks_inside_the_body_is_a_failure(room: Newsroom) -> None:
    broken = feed_of(story(9), *OLD)
    await primed(room, Answer(body=broken.body, cut=True), broken)
    assert room.ledger.outcomes == ["fetched", "truncated", "fetched"]
    assert room.told() == [("new", "Headline number 9")]


@with_newsroom()
async def test_a_document_cut_in_its_middle_gives_its_whole_entries_and_is_read_again(room: Newsroom) -> None:
    body = rss([story(9), story(10, "The second of them"), *OLD])
    cut = Answer(body=body[: body.index(b"The second") + 6], headers={"ETag": '"whole"'})
    await primed(room, cut, Answer(body=body, headers={"ETag": '"whole"'}))
    assert room.told() == [("new", "Headline number 9"), ("new", "The second of them")]


@with_newsroom(limits=Limits(connect=2, first_byte=2, total=10, wire=100_000, decoded=3_000_000))
async def test_bombs_are_refused_while_they_inflate(room: Newsroom) -> None:
    bomb = Answer(body=gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    deflated = Answer(body=zlib.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "deflate"})
    nested = Answer(body=gzip.compress(bomb.body), headers={"Content-Encoding": "gzip, gzip"})
    large = Answer(body=b"<rss>" + b" " * 200_000)
    await primed(room, bomb, deflated, nested, large, feed_of(story(9), *OLD))
    assert room.ledger.outcomes == ["fetched", "too_large", "too_large", "protocol", "too_large", "fetched"]
    assert room.told() == [("new", "Headline number 9")]


@with_newsroom()
async def test_every_coding_that_we_ask_for_is_read(room: Newsroom) -> None:
    def coded(number: int, coding: str) -> Answer:
        body = feed_of(story(number), *OLD).body
        raw = zlib.compressobj(wbits=-15)
        bodies = {
            "gzip": gzip.compress(body[:100]) + gzip.compress(body[100:]),
            "deflate": zlib.compress(body),
            "raw": raw.compress(body) + raw.flush(),
        }
        return Answer(body=bodies[coding], headers={"Content-Encoding": "gzip" if coding == "gzip" else "deflate"})

    await primed(room, coded(10, "gzip"), coded(11, "deflate"), coded(12, "raw"))
    assert [a.title for a in room.articles] == [f"Headline number {n}" for n in (10, 11, 12)]


@with_newsroom(limits=Limits(connect=2, first_byte=1, total=0.3))
async def test_a_body_that_drips_is_dropped_in_time(room: Newsroom) -> None:
    await primed(room, Answer(body=rss(OLD), drip=0.02), feed_of(story(9), *OLD))
    assert room.ledger.outcomes == ["fetched", "timeout", "fetched"]
    assert room.told() == [("new", "Headline number 9")]


CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>cf-chl</body></html>"
LOGIN = b"<html><body><form><input name=p type='password'></form></body></html>"
NO_FEEDS = {
    "challenge": CHALLENGE,
    "login": LOGIN,
    "html": b"\n<html><body>Welcome to our new site</body></html>",
    "json": b'{"error": "not found"}',
    "empty": b" \n ",
    "not_a_feed": b"/dev/zero",
}


@with_newsroom()
async def test_what_is_no_feed_is_called_by_its_name_and_never_zero_news(room: Newsroom) -> None:
    await primed(room, *(Answer(body=body) for body in NO_FEEDS.values()), feed_of(story(9), *OLD))
    assert room.ledger.outcomes == ["fetched", *NO_FEEDS, "fetched"]
    assert room.told() == [("new", "Headline number 9")]
    assert room.ledger.of("gap") == []


@with_newsroom()
async def test_a_body_that_names_a_file_does_not_open_it(room: Newsroom) -> None:
    await primed(room, Answer(body=b"/dev/zero"))
    assert (room.ledger.outcomes, room.state.trouble) == (["fetched", "not_a_feed"], "not_a_feed")


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("windows-1251", "windows-1251", ""),
        ("koi8-r", "koi8-r", ""),
        ("utf-16", "utf-16", ""),
        ("windows-1251", "", "text/xml; charset=windows-1251"),
        ("utf-8", "utf-8", "text/xml"),
        ("utf-8", "", ""),
    ],
)
def test_words_survive_their_encoding(encoding: str, declared: str, header: str) -> None:
    title = "Удар по порту: 12 погибших"

    @with_newsroom()
    async def play(room: Newsroom) -> None:
        head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
        body = head + rss([story(9, title)]).decode().split("?>", 1)[1]
        await primed(
            room, Answer(body=body.encode(encoding), headers={"Content-Type": header or "application/rss+xml"})
        )
        assert room.told() == [("new", title)]

    play()


@with_newsroom()
async def test_control_characters_and_impossible_references_do_not_stop_a_document(room: Newsroom) -> None:
    body = rss([story(9, "Before MARK after"), *OLD]).replace(b"MARK", b"\x0b\x00&#1114112;&#55296;&#x1f;")
    await primed(room, Answer(body=body))
    assert room.told() == [("new", "Before after")]


@with_newsroom()
async def test_declared_entities_are_not_expanded(room: Newsroom) -> None:
    laughs = b'<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = rss([story(9, "MARK"), *OLD]).replace(b"<rss", laughs + b"<rss", 1).replace(b"MARK", b"Laugh &b; &f; end")
    await primed(room, Answer(body=body))
    assert "haha" not in room.articles[0].title
    assert "root" not in room.articles[0].title


# --- where we go ----------------------------------------------------------------------------------------------------


@with_newsroom()
async def test_redirects_are_followed_to_the_feed(room: Newsroom) -> None:
    room.publisher.plays("/moved", feed_of(story(9), *OLD))
    hop = Answer(status=302, headers={"Location": "/hop"})
    room.publisher.plays("/hop", Answer(status=308, headers={"Location": "{base}/moved"}))
    await primed(room, hop)
    assert room.told() == [("new", "Headline number 9")]


@with_newsroom()
async def test_a_redirect_loop_ends(room: Newsroom) -> None:
    await primed(room, Answer(status=301, headers={"Location": "/rss"}))
    assert room.ledger.outcomes == ["fetched", "redirects"]
    assert len(room.publisher.asked) == 1 + 6


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://localhost/",
        "http://2852039166/",
        "http://0x7f.1/",
        "http://100.64.0.1/",
        "file:///etc/passwd",
        "gopher://evil.example/",
        "http://8.8.8.8:22/",
        "http://[fe80::1%25lo]/",
        "http://[bad/",
    ],
)
def test_a_redirect_inside_is_not_followed(target: str) -> None:
    @with_newsroom()
    async def play(room: Newsroom) -> None:
        await primed(room, Answer(status=302, headers={"Location": target}), feed_of(story(9), *OLD))
        assert room.ledger.outcomes in (["fetched", "refused", "fetched"], ["fetched", "protocol", "fetched"])
        assert room.told() == [("new", "Headline number 9")]

    play()


@with_newsroom(private=False)
async def test_a_feed_that_is_not_private_does_not_reach_our_own_network(room: Newsroom) -> None:
    room.publisher.plays("/rss", feed_of(*OLD))
    await room.polls()
    assert room.ledger.outcomes == ["refused"]
    assert room.publisher.asked == []


# --- manners --------------------------------------------------------------------------------------------------------


@with_newsroom()
async def test_retry_after_in_seconds_is_obeyed_by_the_whole_host(room: Newsroom) -> None:
    await primed(room, Answer(status=429, headers={"Retry-After": "600"}), feed_of(story(9), *OLD))
    assert room.ledger.outcomes == ["fetched", "throttled", "fetched"]
    assert sum(room.slept) >= 500
    assert room.told() == [("new", "Headline number 9")]


@with_newsroom()
async def test_retry_after_as_a_date_is_read_by_the_servers_clock(room: Newsroom) -> None:
    headers = {"Date": "Thu, 01 Jan 2026 00:00:00 GMT", "Retry-After": "Thu, 01 Jan 2026 00:30:00 GMT"}
    await primed(room, Answer(status=503, headers=headers))
    assert room.state.health == "throttled"
    assert room.state.due_at == room.now + timedelta(minutes=30)


@with_newsroom()
async def test_a_restart_does_not_forget_what_the_server_asked_for(room: Newsroom) -> None:
    await primed(room, Answer(status=429, headers={"Retry-After": "600"}))
    until: datetime = room.state.due_at
    room.restart()
    assert room.state.due_at == until


@with_newsroom()
async def test_a_feed_that_was_gone_and_returns_goes_on_where_it_was(room: Newsroom) -> None:
    await primed(room, Answer(status=410), Answer(status=404), feed_of(story(9), *OLD))
    assert room.ledger.outcomes == ["fetched", "gone", "missing", "fetched"]
    assert (room.state.health, room.told()) == ("healthy", [("new", "Headline number 9")])


@with_newsroom(limits=QUICK)
async def test_we_say_who_we_are_and_keep_no_cookies(room: Newsroom) -> None:
    await primed(room, feed_of(*OLD, Set_Cookie="reader=1"), feed_of(*OLD))
    assert room.publisher.asked[-1].headers["User-Agent"] == "wirewatch/test (+https://wirewatch.example)"
    assert "Cookie" not in room.publisher.asked[-1].headers
