"""Many feeds at once: rhythm, manners, surprises and a clean stop. One feed's sequences are in test_evil_publisher.py."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from monitors.article import Article
from monitors.feeds import Feed
from monitors.fetch import is_public, open_fetch
from monitors.parse import Document, ParsedFeed
from monitors.poller import Hosts, Poller, run
from monitors.schedule import Failed, HostBudget, Outcome, PollState, first_state
from monitors.state import State
from monitors.workers import Parse, open_parser
from tests.fakes.publisher import Answer, Publisher, Story, feed_of, publishing, rss
from tests.monitors.newsroom import START, Ledger, make_feed, parse_here

LIMIT = 15


def wall_clock() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)  # noqa: TID251 - these tests run in real time


@asynccontextmanager
async def watching(
    feeds: Callable[[Publisher], Sequence[Feed]],
    *,
    parse: Parse = parse_here,
    publish: Callable[[Sequence[Article]], Awaitable[None]] | None = None,
) -> AsyncIterator[tuple[Publisher, list[Article], Ledger, Callable[[], Awaitable[float]]]]:
    """Run a poller; the last thing given stops it and tells how many seconds that took."""
    articles: list[Article] = []
    ledger, stop, state = Ledger(), asyncio.Event(), State(":memory:")

    async def collect(published: Sequence[Article]) -> None:
        articles.extend(published)

    async with publishing() as publisher, open_fetch(user_agent="wirewatch/test") as fetch:
        poller = Poller(
            fetch=fetch,
            parse=parse,
            publish=publish or collect,
            state=state,
            watch=ledger,
            clock=wall_clock,
            chance=lambda: 0.5,
        )
        running = asyncio.create_task(run(feeds(publisher), poller, stop))

        async def end() -> float:
            started = time.monotonic()
            stop.set()
            await asyncio.wait_for(running, LIMIT)
            return time.monotonic() - started

        try:
            yield publisher, articles, ledger, end
        finally:
            await end()
            state.close()


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(LIMIT):
        while not holds():  # noqa: ASYNC110 - what is waited for are the poller's own deeds
            await asyncio.sleep(0.01)


def outlets(publisher: Publisher, count: int, *answers: Answer) -> list[Feed]:
    second = timedelta(seconds=1)
    urls = [publisher.plays(f"/{n}", *answers) for n in range(count)]
    return [make_feed(url, id=f"outlet-{n}", every=second) for n, url in enumerate(urls)]


OLD = Story(title="Old", guid="old", at="Wed, 07 Jan 2026 00:00:00 GMT")
NEW = Story(title="New", guid="new", text="Words.")


def test_six_outlets_on_one_private_host_keep_a_rhythm_of_a_second() -> None:
    async def play() -> None:
        feeds = lambda publisher: outlets(publisher, 6, feed_of(OLD), feed_of(NEW, OLD))  # noqa: E731 - a word for the line below
        async with watching(feeds) as (publisher, articles, _, _end):
            started = time.monotonic()
            await until(lambda: len(articles) >= 6)
            taken = time.monotonic() - started
            assert len(publisher.asked) <= 6 * (2 + int(taken))
            assert sorted(a.feed_id for a in articles) == [f"outlet-{n}" for n in range(6)]

    asyncio.run(play())


def test_one_feeds_surprise_does_not_end_the_watch_over_the_others() -> None:
    async def surprised(document: Document) -> ParsedFeed:
        if document.url.endswith("/0"):
            raise KeyError("a mistake of ours")
        return await parse_here(document)

    async def play() -> None:
        feeds = lambda publisher: outlets(publisher, 2, feed_of(OLD), feed_of(NEW, OLD))  # noqa: E731 - a word for the line below
        async with watching(feeds, parse=surprised) as (_, articles, ledger, _end):
            await until(lambda: articles)
            assert [a.feed_id for a in articles] == ["outlet-1"]
            assert "internal" in ledger.outcomes

    asyncio.run(play())


# --- stopping -------------------------------------------------------------------------------------------------------


def test_it_stops_at_once_while_a_body_drips() -> None:
    async def play() -> float:
        feeds = lambda publisher: outlets(publisher, 3, Answer(body=rss([OLD]), drip=1))  # noqa: E731 - a word for the line below
        async with watching(feeds) as (publisher, _, _ledger, end):
            await until(lambda: len(publisher.asked) >= 2)
            return await end()

    assert asyncio.run(play()) < 2


def test_it_stops_at_once_while_a_child_parses() -> None:
    async def play() -> float:
        endless = Answer(body=b"<!DOCTYPE[" * 500_000)
        async with (
            open_parser(1) as parse,
            watching(lambda publisher: outlets(publisher, 2, endless), parse=parse) as (publisher, _, _ledger, end),
        ):
            await until(lambda: len(publisher.asked) == 2)
            await asyncio.sleep(0.3)
            return await end()

    assert asyncio.run(play()) < 2


def test_it_stops_at_once_while_the_broker_does_not_answer() -> None:
    waiting = asyncio.Event()

    async def publish(articles: Sequence[Article]) -> None:
        if articles:
            waiting.set()
            await asyncio.Event().wait()

    async def play() -> float:
        feeds = lambda publisher: outlets(publisher, 1, feed_of(OLD), feed_of(NEW, OLD))  # noqa: E731 - a word for the line below
        async with watching(feeds, publish=publish) as (_, _articles, _ledger, end):
            await asyncio.wait_for(waiting.wait(), LIMIT)
            return await end()

    assert asyncio.run(play()) < 2


# --- manners --------------------------------------------------------------------------------------------------------


def turns(feeds: Sequence[Feed]) -> tuple[int, list[float]]:
    """Let all feeds ask at once, eight seconds each; return how many asked together at most, and when each began."""
    now, asking, most = START, 0, 0
    begun: list[float] = []

    async def sleep(seconds: float) -> None:
        until = now + timedelta(seconds=seconds)
        while now < until:  # noqa: ASYNC110 - a clock of our own: the loop below moves it
            await asyncio.sleep(0)

    async def play() -> None:
        nonlocal now
        hosts = Hosts(lambda: now, sleep)

        async def ask(feed: Feed) -> None:
            nonlocal asking, most
            async with hosts.turn(feed):
                begun.append((now - START).total_seconds())
                asking, most = asking + 1, max(most, asking + 1)
                await sleep(8)
                asking -= 1

        tasks = [asyncio.create_task(ask(feed)) for feed in feeds]
        while not all(task.done() for task in tasks):
            for _ in range(10):
                await asyncio.sleep(0)
            now += timedelta(seconds=1)

    asyncio.run(play())
    return most, begun


def test_one_domain_is_asked_by_two_at_a_time_and_with_a_distance() -> None:
    feeds = [make_feed(f"https://{host}.example.co.uk/rss", tier=2, private=False) for host in "abcde"]
    assert turns(feeds) == (2, [0, 5, 10, 15, 20])


def test_different_domains_do_not_wait_for_each_other() -> None:
    feeds = [make_feed(f"https://{host}.co.uk/rss", tier=2, private=False) for host in ("one", "two", "three")]
    assert turns(feeds) == (3, [0, 0, 0])


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://feeds.bbci.co.uk/news/rss.xml", "bbci.co.uk"),
        ("https://a.b.example.org:8443/rss", "example.org"),
        ("http://127.0.0.1:8000/rss", "127.0.0.1:8000"),
        ("http://localhost:1/rss", "localhost:1"),
        ("http://[::1]:80/rss", "[::1]:80"),
    ],
)
def test_a_hosts_patience_is_that_of_its_registrable_domain(url: str, host: str) -> None:
    assert Hosts(lambda: START, asyncio.sleep).host(make_feed(url)) == host


def test_what_one_feed_was_told_holds_for_the_whole_domain_and_across_a_restart() -> None:
    one, other = (make_feed(f"https://{sub}.example.org/rss", private=False) for sub in ("a", "b"))
    hosts = Hosts(lambda: START, asyncio.sleep)
    hosts.answered(one, Failed(trouble="throttled", words="", retry_after=timedelta(minutes=9)))
    resumed = Hosts(lambda: START, asyncio.sleep)
    state: PollState = first_state(one, 1, START)
    resumed.resume(one, msgspec.structs.replace(state, held_until=START + timedelta(minutes=9)))
    for after in (hosts, resumed):
        budget: HostBudget = after._budgets[after.host(other)]
        assert budget.held_until == START + timedelta(minutes=9)


# --- addresses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.0.81", "2a04:4e42::81", "64:ff9b::808:808"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    """0.0.0.0 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 192.0.0.1 192.0.2.1
    192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 224.0.1.1 239.1.1.1 240.0.0.1 255.255.255.255
    :: ::1 ::8.8.8.8 ::ffff:8.8.8.8 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1
    2001:db8::1 2002:808:808:: 3fff::1 5f00::1 fc00::1 fd12::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1""".split(),
)
def test_addresses_of_every_other_kind_are_not(address: str) -> None:
    assert not is_public(address)


# --- secrets --------------------------------------------------------------------------------------------------------


def fetch_with(
    secrets: dict[str, str], headers: tuple[tuple[str, str], ...], to: str = "/end"
) -> tuple[Outcome, Publisher]:
    async def play() -> tuple[Outcome, Publisher]:
        async with publishing() as publisher, publishing() as elsewhere:
            elsewhere.plays("/end", feed_of(NEW))
            publisher.plays("/end", feed_of(NEW))
            target = to.replace("{elsewhere}", elsewhere.base)
            url = publisher.plays("/rss", Answer(status=302, headers={"Location": target}))
            feed = make_feed(url, headers=headers)
            async with open_fetch(user_agent="wirewatch/test", secrets=secrets) as fetch:
                outcome = await fetch(feed, first_state(feed, 1, START), START)
            publisher.asked.extend(elsewhere.asked)
            return outcome, publisher

    return asyncio.run(play())


def test_a_secret_goes_to_the_feeds_own_origin_only() -> None:
    _, near = fetch_with({"TOKEN": "s3cret"}, (("Authorization", "TOKEN"),))
    _, far = fetch_with({"TOKEN": "s3cret"}, (("Authorization", "TOKEN"),), "{elsewhere}/end")
    assert [asked.headers.get("Authorization") for asked in near.asked] == ["s3cret", "s3cret"]
    assert [asked.headers.get("Authorization") for asked in far.asked] == ["s3cret", None]


def test_a_secret_that_is_not_set_is_a_failure_and_nothing_is_asked() -> None:
    outcome, publisher = fetch_with({}, (("Authorization", "TOKEN"),))
    assert outcome == Failed(trouble="secret", words="the secret TOKEN is not set")
    assert publisher.asked == []


def test_no_trouble_names_the_address_that_made_it() -> None:
    """An address may hold a key."""

    async def play() -> list[str]:
        words = []
        async with open_fetch(user_agent="wirewatch/test") as fetch:
            for url in (
                "http://127.0.0.1:9/rss?key=s3cret",
                "http://no-such-host.invalid/?key=s3cret",
                "http://a b/?key=s3cret",
            ):
                feed = make_feed(url)
                outcome = await fetch(feed, first_state(feed, 1, START), START)
                assert isinstance(outcome, Failed)
                words.append(outcome.words)
        return words

    assert not [words for words in asyncio.run(play()) if "s3cret" in words]


def test_a_dead_dns_server_does_not_hold_the_exit(tmp_path: Path) -> None:
    """Lookups run in threads that nobody waits for; those of the event loop's pool would be joined."""
    script = tmp_path / "lookup.py"
    script.write_text(
        "import asyncio, socket, time\n"
        "socket.getaddrinfo = lambda *a, **k: time.sleep(60)\n"
        "from monitors.fetch import Limits, open_fetch\n"
        "from monitors.schedule import first_state\n"
        "from tests.monitors.newsroom import START, make_feed\n"
        "async def main():\n"
        "    feed = make_feed('https://example.org/rss')\n"
        "    async with open_fetch(user_agent='t', limits=Limits(connect=0.2, total=0.5)) as fetch:\n"
        "        print((await fetch(feed, first_state(feed, 1, START), START)).trouble)\n"
        "asyncio.run(main())\n"
    )

    async def play() -> tuple[int | None, bytes]:
        import sys

        child = await asyncio.create_subprocess_exec(
            sys.executable,
            str(script),
            stdout=asyncio.subprocess.PIPE,
            env={"PYTHONPATH": str(Path(__file__).parents[2])},
        )
        out, _ = await asyncio.wait_for(child.communicate(), LIMIT)
        return child.returncode, out.strip()

    assert asyncio.run(play()) == (0, b"timeout")
