"""Publishers with every mixture of bad habits, over many polls: the law that the poller's memory must keep.

Whatever a document held is news exactly once, every change of words once, and a gap is declared exactly when two documents
in a row have nothing in common.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from monitors.fresh import News, news_of
from monitors.identity import POLICIES, Policy
from monitors.parse import Document, parse_feed
from monitors.schedule import first_state
from monitors.state import State
from tests.fakes.publisher import Story, rss
from tests.monitors.newsroom import START, make_feed

FEED = make_feed()


class Habits(msgspec.Struct, frozen=True, kw_only=True):
    guid: Literal["good", "none", "churned", "same"]
    link: Literal["good", "none", "tracked"]
    date: Literal["good", "none", "generated"]
    window: int
    newest_last: bool

    @property
    def named(self) -> bool:
        """Whether guid or link names an entry, so that it may change its headline."""
        return self.guid == "good" or self.link != "none"

    @property
    def sane(self) -> bool:
        """Whether an entry can be told from another at all.

        Without guid and link, a title at another time is another story; and new guids without a date to hold on to are
        forgiven only by the document, see test_evil_publisher.py.
        """
        if not self.named:
            return self.guid == "none" and self.date != "generated"
        return self.guid != "churned" or self.date == "good"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What happens between two polls: stories appear, and one of those on show is edited."""

    appear: int
    edit: int | None


habits = st.builds(
    Habits,
    guid=st.sampled_from(["good", "none", "churned", "same"]),
    link=st.sampled_from(["good", "none", "tracked"]),
    date=st.sampled_from(["good", "none", "generated"]),
    window=st.integers(5, 12),
    newest_last=st.booleans(),
).filter(lambda h: h.sane)
steps = st.lists(
    st.builds(Step, appear=st.integers(0, 16), edit=st.none() | st.integers(0, 11)), min_size=2, max_size=8
)


def printed(number: int, version: int, poll: int, habits: Habits) -> Story:
    guids = {"good": f"g{number}", "none": None, "churned": f"g{number}-{poll}", "same": "g"}
    link = f"https://evil.example/{number}"
    links = {"good": link, "none": None, "tracked": f"{link}?utm_source=poll{poll}"}
    dates = {"good": START + timedelta(minutes=number), "none": None, "generated": START + timedelta(minutes=poll)}
    return Story(
        title=f"port{number} strike{number}: toll {version}",
        guid=guids[habits.guid],
        link=links[habits.link],
        at=dates[habits.date],
        text=f"What happened at port{number}.",
    )


@given(habits, steps)
@settings(max_examples=100, deadline=None)
def test_everything_is_told_once_and_every_gap_is_declared(habits: Habits, steps: list[Step]) -> None:
    state, policy = State(":memory:"), POLICIES[0]
    versions: dict[int, int] = {}
    shown: dict[int, int] = {}
    before: set[int] = set()
    for poll, step in enumerate(steps):
        versions |= dict.fromkeys(range(len(versions), len(versions) + step.appear), 0)
        window = sorted(versions)[-habits.window :]
        if step.edit is not None and step.edit < len(window) and habits.named:
            versions[window[step.edit]] += 1
        document = {n: printed(n, versions[n], poll, habits) for n in (window if habits.newest_last else window[::-1])}
        now = START + timedelta(hours=1, minutes=poll)
        news = news_in(rss(list(document.values())), state, policy, now=now, priming=poll == 0)
        policy = news.policy
        expected = [("new", document[n].title) for n in window if n not in shown and poll]
        expected += [("revised", document[n].title) for n in window if shown.get(n, versions[n]) != versions[n]]
        assert sorted((article.kind, article.title) for article in news.articles) == sorted(expected)
        assert news.gap == bool(before and window and not before & set(window))
        shown |= {n: versions[n] for n in window}
        before = set(window)
    state.close()


def news_in(body: bytes, state: State, policy: Policy, *, now: datetime, priming: bool) -> News:
    """Read a document as the poller does, and remember it."""
    entries = parse_feed(Document(body=body, url=FEED.url)).entries
    news = news_of(
        FEED,
        entries,
        state.seen(FEED.id, [entry.marks for entry in entries]),
        listed=state.listed(FEED.id),
        policy=policy,
        priming=priming,
        now=now,
    )
    state.remember(first_state(FEED, 1, now), news.document, now)
    return news
