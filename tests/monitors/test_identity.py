from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.identity import (
    POLICIES,
    Marks,
    Policy,
    Seen,
    akin,
    article_id_of,
    canonical_url,
    changed,
    marks_of,
    merged,
    own_links,
    plain_words,
    policy_after,
    recognise,
    revision,
)
from tests.monitors.newsroom import START

# --- addresses ------------------------------------------------------------------------------------------------------

GUISES = {
    "https://example.org/a/story": [
        "http://example.org/a/story",
        "HTTPS://WWW.Example.ORG:443/a/story/",
        "https://example.org/a/story?utm_source=rss&utm_medium=feed",
        "https://example.org/a/story?fbclid=x#comments",
        "https://m.example.org/a/story",
        "https://mobile.example.org/a/story?at_medium=RSS",
        "https://amp.example.org/a/story",
        "https://example.org/amp/a/story",
        "https://example.org/a/story/amp/",
        "https://example.org/a/story.amp",
        "https://example-org.cdn.ampproject.org/c/s/example.org/a/story",
        "https://reader:secret@example.org/a/story",
        " https://example.org/a/story\n",
    ],
    "https://example.org/?id=7&page=2": [
        "http://www.example.org/?page=2&id=7&utm_campaign=x",
        "https://example.org?id=7&page=2",
    ],
    "https://example.org/~a%20b": ["https://example.org/%7Ea%20b", "https://example.org/~a b"],
}


@pytest.mark.parametrize(("plain", "guise"), [(plain, guise) for plain, guises in GUISES.items() for guise in guises])
def test_one_article_has_one_address_in_every_guise(plain: str, guise: str) -> None:
    assert canonical_url(guise) == canonical_url(plain)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/b"),
        ("https://example.org/A", "https://example.org/a"),
        ("https://example.org/?id=1", "https://example.org/?id=2"),
        ("https://news.example.org/a", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org/a"),
        ("https://example.org/lamp", "https://example.org/l"),
    ],
)
def test_two_articles_keep_two_addresses(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@given(
    st.builds(
        "{}://{}{}{}{}".format,
        st.sampled_from(["http", "HTTPS", "ftp", ""]),
        st.sampled_from(
            ["m.m.example.org", "www.amp.example.org:80", "a-b.cdn.ampproject.org", "[::1]:99", "", "x..y"]
        ),
        st.text(alphabet="/amp.html%2f cs:é\\?", max_size=20),
        st.sampled_from(["", "?", "?utm_a=1&b=2&a=", "?&&="]),
        st.sampled_from(["", "#", "#x"]),
    )
    | st.text()
)
def test_the_canonical_form_of_a_canonical_form_is_itself(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)


# --- words and revisions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("12 killed in strike on kharkiv", "toll from kharkiv strike rises to 15", True),
        ("strike on the port", "toll of strike on the port rises", True),
        ("missiles hit the airport", "weather stays cold", False),
        ("the war in x", "the fire in y", False),
        ("以军袭击加沙 十二人死亡", "以军袭击加沙 十五人死亡", True),
        ("以军袭击加沙", "北京今天下雪", False),
        ("", "strike", False),
    ],
)
def test_titles_are_akin_when_their_telling_words_agree(one: str, other: str, are: bool) -> None:
    assert akin(one, other) is are


def test_words_are_what_is_left_without_case_punctuation_and_spacing() -> None:
    assert plain_words("  “Strike” on\tthe port — 12 killed!  ") == "strike on the port 12 killed"
    assert plain_words("А\u200cб 50 $5.") == "а б 50 $5"


def test_a_figure_changes_the_revision_and_a_comma_does_not() -> None:
    before = revision("12 killed", "", "Words.")
    assert changed(before, revision("15 killed", "", "Words.")) == ("title",)
    assert changed(before, revision("12 killed,", "", "words")) == ()


def test_a_field_that_came_empty_is_no_change_and_is_remembered() -> None:
    whole, bare = revision("Title", "Lede", "Body"), revision("Title", "", "")
    assert changed(whole, bare) == ()
    assert merged(whole, bare) == whole
    assert changed(bare, whole) == ("lede", "body")


def test_revisions_of_another_version_are_no_change() -> None:
    assert changed("0:abc", revision("Title", "", "")) == ()
    assert merged("0:abc", revision("Title", "", "")) == revision("Title", "", "")


@given(st.text(), st.text(), st.text())
def test_the_same_words_have_the_same_revision(title: str, lede: str, body: str) -> None:
    assert changed(revision(title, lede, body), revision(f" {title}\n", lede.strip(), f"{body} ")) == ()


# --- recognition ----------------------------------------------------------------------------------------------------


def marks(guid: str = "", link: str = "", title: str = "", at: str = "") -> Marks:
    return Marks(guid=guid, link=link, title=title, at=at)


def seen(row: int, of: Marks, age: timedelta = timedelta(0)) -> Seen:
    return Seen(row=row, marks=of, article_id=f"a{row}", revision="1:..", n=1, first_seen_at=START - age)


documents = st.lists(
    st.builds(
        marks,
        st.sampled_from(["", "g1", "g2", "g3"]),
        st.sampled_from(["", "l1", "l2", "l3"]),
        st.sampled_from(["strike port", "weather cold", "talks resume"]),
        st.sampled_from(["", "2026-01-08T01:00:00+00:00", "2026-01-08T02:00:00+00:00"]),
    ),
    max_size=6,
    unique=True,
)
policies: st.SearchStrategy[Policy] = st.sampled_from(POLICIES)
with_guids = documents.map(lambda document: list({m.guid: m for m in document if m.guid}.values()))


@given(documents, policies)
def test_a_document_that_did_not_change_is_recognised_whole(document: list[Marks], policy: Policy) -> None:
    known = [seen(n, m) for n, m in enumerate(document)]
    assert recognise(document, known, policy) == tuple(known)


@given(documents, documents, policies)
def test_no_remembered_entry_is_two_entries(document: list[Marks], before: list[Marks], policy: Policy) -> None:
    found = [s.row for s in recognise(document, [seen(n, m) for n, m in enumerate(before)], policy) if s]
    assert len(found) == len(set(found))


@given(documents, documents, policies)
def test_what_shares_no_mark_with_anything_is_new(document: list[Marks], before: list[Marks], policy: Policy) -> None:
    stranger = marks("g9", "l9", "something else entirely", "2026-01-09T01:00:00+00:00")
    assert recognise([*document, stranger], [seen(n, m) for n, m in enumerate(before)], policy)[-1] is None


@given(with_guids, with_guids, st.data())
def test_the_order_of_a_document_does_not_decide_what_is_new(
    document: list[Marks], before: list[Marks], draw: st.DataObject
) -> None:
    known = [seen(n, m) for n, m in enumerate(before)]
    shuffled = draw.draw(st.permutations(document))
    counts = [sum(s is None for s in recognise(d, known, "guid")) for d in (document, shuffled)]
    assert counts[0] == counts[1]


def test_a_policy_only_ever_moves_down() -> None:
    calm = [marks(f"g{n}", f"l{n}", f"title {n}") for n in range(10)]
    for policy in POLICIES:
        assert policy_after(calm, [], policy, START) == policy


def test_guids_that_collide_are_not_trusted_alone() -> None:
    sound = [marks(f"g{n}", f"l{n}", f"title {n}") for n in range(1, 60)]
    twin = marks("g1", "l0", "title 0")
    one_in_ten, one_in_fifty = [twin, *sound[:18]], [twin, *sound]
    assert policy_after(one_in_ten, [], "guid", START) == "guid+link"
    assert policy_after(one_in_fifty, [], "guid", START) == "guid"


def test_three_stories_back_under_new_guids_within_a_day_end_the_trust_in_guids() -> None:
    before = [seen(n, marks(f"old{n}", f"l{n}", f"title {n}")) for n in range(5)]
    back = [marks(f"new{n}", f"l{n}", f"title {n}") for n in range(3)]
    assert policy_after(back, before, "guid", START) == "link"
    assert policy_after(back[:2], before, "guid", START) == "guid"


def test_returns_are_counted_over_a_day() -> None:
    twice = [seen(n + 10 * k, marks(f"g{n}{k}", f"l{n}", f"title {n}")) for n in range(2) for k in range(2)]
    last = seen(50, marks("old", "l5", "title 5"))
    back = [marks("new", "l5", "title 5")]
    assert policy_after(back, [*twice, last], "guid", START) == "link"
    assert policy_after(back, [*twice, last], "guid", START + timedelta(hours=25)) == "guid"


def test_when_guids_and_links_all_change_titles_and_times_are_left() -> None:
    before = [seen(n, marks(f"old{n}", f"old{n}", f"title {n}", f"2026-01-08T0{n}:00:00+00:00")) for n in range(5)]
    moved = [marks(f"new{n}", f"new{n}", f"title {n}", f"2026-01-08T0{n}:00:00+00:00") for n in range(5)]
    assert policy_after(moved, before, "guid", START) == "title+time"
    assert recognise(moved, before, "title+time") == tuple(before)


def test_a_link_to_the_front_page_names_no_story() -> None:
    for link in ("https://example.org/", "http://www.example.org", "https://example.org/news/?utm_source=rss"):
        read = marks_of(guid="", link=link, home="https://example.org/news", title="T", text="", published_at=None)
        assert read.link == ""


def test_an_article_has_one_id_in_all_feeds_unless_its_link_is_shared() -> None:
    url, tracked = "https://example.org/a", "https://example.org/a?utm_source=rss"
    mine = marks("g", "l", "title", "2026-01-08T01:00:00+00:00")
    theirs = marks("h", "l", "another title", "2026-01-08T02:00:00+00:00")
    assert own_links([mine], []) == {"l"}
    assert own_links([mine, theirs], []) == own_links([mine], [seen(1, theirs)]) == frozenset()
    alone = {
        article_id_of(feed, link, m, frozenset({"l"})) for feed, link, m in (("a", url, mine), ("b", tracked, theirs))
    }
    shared = {article_id_of("a", url, m, frozenset()) for m in (mine, theirs)}
    assert (len(alone), len(shared), len(alone | shared)) == (1, 2, 3)


def test_a_document_of_entries_that_all_look_alike_does_not_take_for_ever() -> None:
    """A hostile one: were all compared with all, this would be four hundred million comparisons."""
    alike = [marks(f"g{n}", "l", "the same title") for n in range(20_000)]
    before = [seen(n, marks(f"h{n}", "l", "the same title")) for n in range(20_000)]
    assert sum(s is None for s in recognise(alike, before, "guid")) == len(alike)
