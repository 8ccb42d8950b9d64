from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from streams.core.model import Alert, Divider, Mention, Note, Pairs, Quote, Run, Text
from streams.deliver.blocks import (
    Block,
    Message,
    brief_message,
    escape,
    message,
    mrkdwn,
    problems,
    root_message,
)
from tests.fakes.alerts import ALERT, HUGE, alert, hostile_alerts
from tests.fakes.slack import SlackError, check_message


def strings(value: object) -> Iterator[str]:
    """Yield every string in what is sent, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def asked(said: Message) -> dict[str, Any]:
    return {"text": said.text, "blocks": list(said.blocks)}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(hostile_alerts)
def test_whatever_an_alert_says_its_message_is_within_limits_and_nothing_in_it_is_live(said: Alert) -> None:
    for shown in (message(said, "k" * 24), root_message(said, "k" * 24), brief_message(said)):
        assert problems(shown) == ()
        check_message(asked(shown))
        assert [s for s in strings(asked(shown)) if re.search(r"<!|<@|<#|&(?!(amp|lt|gt);)", s)] == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(hostile_alerts)
def test_the_revised_root_shares_no_block_id_with_any_message_before(said: Alert) -> None:
    ids = [block["block_id"] for shown in (message(said, "k"), root_message(said, "k")) for block in shown.blocks]
    assert len(set(ids)) == len(ids)


# --- the walker must see what is wrong: each control is a good message with one thing broken ---------------------------

GOOD = message(ALERT, "key")


def with_block(block: Block) -> Message:
    return Message(text="t", blocks=({**block, "block_id": "b"},))


def section(text: str, **more: object) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True, **more}}


def fields(count: int, length: int) -> Block:
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * length, "verbatim": True}] * count}


def context(count: int) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": "x", "verbatim": True}] * count}


def header(text: str, kind: str = "plain_text") -> Block:
    return {"type": "header", "text": {"type": kind, "text": text}}


TOO_BIG = {
    "51 blocks": Message(text="t", blocks=tuple({"type": "divider", "block_id": str(n)} for n in range(51))),
    "long header": with_block(header("x" * 151)),
    "long header of emoji": with_block(header("🚀" * 76)),
    "empty header": with_block(header("")),
    "long section": with_block(section("x" * 3001)),
    "long field": with_block(fields(1, 2001)),
    "11 fields": with_block(fields(11, 1)),
    "no fields": with_block(fields(0, 1)),
    "11 elements": with_block(context(11)),
    "no elements": with_block(context(0)),
    "block_id of 256": Message(text="t", blocks=({**section("x"), "block_id": "b" * 256},)),
    "block_id twice": Message(text="t", blocks=({**section("x"), "block_id": "b"}, {**section("x"), "block_id": "b"})),
    "13,201 in all": Message(text="t", blocks=tuple({**section("x" * 2641), "block_id": str(n)} for n in range(5))),
    "unknown type": with_block({"type": "alert"}),
    "section without text": with_block({"type": "section"}),
}
LIVE = {
    "mention of a channel": with_block(section("now <!channel>")),
    "mention of a user": with_block(section("<@U1>")),
    "bare ampersand": with_block(section("R&D")),
    "unclosed link": with_block(section("<https://a.example")),
    "link with two bars": with_block(section("<https://a.example|b|c>")),
    "javascript link": with_block(section("<javascript:x|y>")),
    "quotation in the middle": with_block(section("a > b")),
    "not verbatim": with_block(section("x", verbatim=False)),
    "mrkdwn header": with_block(header("x", "mrkdwn")),
    "bidi override": with_block(section("\u202egnp")),
    "mention in the text": Message(text="<!here>"),
    "text of 4,001": Message(text="x" * 4001),
    "no text": Message(text=" "),
}


@pytest.mark.parametrize("broken", [*TOO_BIG.values(), *LIVE.values()], ids=[*TOO_BIG, *LIVE])
def test_the_walker_sees_what_is_wrong(broken: Message) -> None:
    assert problems(broken) != ()


@pytest.mark.parametrize("broken", TOO_BIG.values(), ids=TOO_BIG)
def test_the_fake_slack_refuses_the_same_sizes_by_its_own_count(broken: Message) -> None:
    with pytest.raises(SlackError):
        check_message(asked(broken))


def test_a_good_message_has_no_problems() -> None:
    assert problems(GOOD) == ()


# --- how it looks -----------------------------------------------------------------------------------------------------


def test_an_alert_becomes_header_status_parts_in_order() -> None:
    assert [block["type"] for block in GOOD.blocks] == [
        "header",
        "context",
        "section",
        "section",
        "section",
        "divider",
        "context",
    ]


def test_severity_reason_and_update_stand_below_the_header() -> None:
    said = message(alert(update=2), "key")
    assert said.blocks[1]["elements"] == [
        {"type": "mrkdwn", "text": "*FLASH* · first report · update 2", "verbatim": True}
    ]


def test_phones_get_the_headline() -> None:
    assert GOOD.text == ALERT.headline


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ((Run(text="12", style="strong"), Run(text=" fired")), "*12* fired"),
        ((Run(text="was ", style="plain"), Run(text="no figure", style="struck")), "was ~no figure~"),
        ((Run(text="missile", style="strong"), Run(text="s")), "*missile*\u200bs"),
        ((Run(text=" spaced ", style="strong"), Run(text="out")), "*spaced* out"),
        ((Run(text="R&D <b>"),), "R&amp;D &lt;b&gt;"),
        ((Run(text="a*b_c~d`e"),), "a∗b_c∼dˋe"),
        ((Run(text="at 12:30:45 :siren: :100:"),), "at 12:30:45 :\u200bsiren: :\u200b100:"),
        ((Run(text="Wire", link="https://w.example/?a=1&b=|2"),), "<https://w.example/?a=1&amp;b=%7C2|Wire>"),
        ((Run(text="a|b", link="https://w.example"),), "<https://w.example|a¦b>"),
        ((Run(text="Bank", link="javascript:alert(1)"),), "Bank"),
        ((Run(text="Bank", link="https://bank.example@evil.example/"),), "Bank"),
        ((Run(text="two\nlines", style="strong"),), "*two lines*"),
    ],
)
def test_runs_become_mrkdwn(runs: tuple[Run, ...], expected: str) -> None:
    assert mrkdwn(runs, 3000) == expected


def test_a_cut_never_splits_an_escape() -> None:
    cuts = [mrkdwn((Run(text="&" * 50),), limit) for limit in range(1, 60)]
    assert [cut for cut in cuts if re.sub(r"&amp;|…", "", cut)] == []


def test_a_quote_marks_the_words_that_matched_and_survives_impossible_marks() -> None:
    said = message(
        alert(parts=(Quote(text="We saw missiles fly.", marks=((7, 14), (10, 14), (14, 15), (90, 99), (-3, 2))),)), "k"
    )
    assert [block["text"] for block in said.blocks[2:]] == [
        {"type": "mrkdwn", "text": "> *We* saw *missile*\u200b*s* fly.", "verbatim": True}
    ]


def test_a_quotation_sign_of_a_feed_makes_no_quotation() -> None:
    assert escape("> Officials confirm") == "› Officials confirm"


def test_what_does_not_fit_is_named_and_the_small_print_stays() -> None:
    said = message(HUGE, "k")
    assert problems(said) == ()
    last = [block["elements"][0]["text"] for block in said.blocks if block["type"] == "context"]  # type: ignore[index]  # a block of ours
    assert last[1] == "Example Wire · not verified by this desk"
    assert re.fullmatch(
        r"Left out for length: \d+ paragraphs, 1 table, \d+ quotations\. The source has the rest\.", last[2]
    )


def test_a_table_of_twelve_pairs_becomes_two_sections() -> None:
    pairs = Pairs(pairs=tuple((f"Label {n}", (Run(text=str(n)),)) for n in range(12)))
    said = message(alert(parts=(pairs,)), "k")
    assert [len(block["fields"]) for block in said.blocks if "fields" in block] == [10, 2]  # type: ignore[arg-type]  # a block of ours


def test_parts_without_words_leave_no_block() -> None:
    empty = (Text(runs=()), Text(runs=(Run(text="\u200b "),)), Quote(text=""), Note(runs=()), Pairs(pairs=(("", ()),)))
    assert [block["type"] for block in message(alert(parts=empty), "k").blocks] == ["header", "context"]


def test_an_alert_without_title_is_headed_by_its_reason() -> None:
    assert message(alert(title="\u202e", parts=(Divider(),)), "k").blocks[0]["text"] == {
        "type": "plain_text",
        "text": "first report",
        "emoji": False,
    }


def test_the_root_says_what_it_should_show_from_now_on() -> None:
    said = root_message(alert(root_title="Toll 3 · update 2", root=(Text(runs=(Run(text="Now 3."),)),)), "k")
    assert (said.text, said.blocks[0]["text"]["text"], said.blocks[2]["text"]["text"]) == (  # type: ignore[index]  # blocks of ours
        "Toll 3 · update 2",
        "Toll 3 · update 2",
        "Now 3.",
    )


def test_messages_are_plain_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(GOOD), type=Message) == GOOD


# --- mentions -------------------------------------------------------------------------------------------------------

RINGS = alert(mention=Mention(who="here", channels=("slack:#flash",)))


@pytest.mark.parametrize(
    ("who", "live"), [("here", "<!here>"), ("channel", "<!channel>"), ("S0614TZR7", "<!subteam^S0614TZR7>")]
)
def test_a_mention_is_live_at_the_head_of_the_text_and_in_a_block_of_its_own(who: str, live: str) -> None:
    said = message(alert(mention=Mention(who=who, channels=("slack:#flash",))), "k", "slack:#flash")
    assert said.text.startswith(f"{live} MISSILE STRIKE")
    assert [s for s in strings(asked(said)) if "<!" in s] == [said.text, live]
    assert problems(said) == ()
    check_message(asked(said))


def test_a_mention_is_for_its_channels_alone_and_never_in_a_root() -> None:
    shown = (message(RINGS, "k", "slack:#conflict"), root_message(RINGS, "k"), message(RINGS, "k"))
    assert [s for each in shown for s in strings(asked(each)) if "<!" in s] == []


def test_the_short_message_keeps_the_mention() -> None:
    said = brief_message(RINGS, "slack:#flash")
    assert said.text.startswith("<!here> ")
    assert problems(said) == ()


def test_who_is_mentioned_cannot_be_made_up() -> None:
    said = message(alert(mention=Mention(who="here> <!channel", channels=("slack:#flash",))), "k", "slack:#flash")
    assert [s for s in strings(asked(said)) if "<!" in s] == []


def test_a_second_mention_is_a_problem() -> None:
    good = message(RINGS, "k", "slack:#flash")
    assert problems(replace(good, text=good.text + " <!channel>")) != ()
    assert problems(replace(good, mention="")) != ()


def test_a_mention_that_is_withheld_is_told_in_its_channels_alone() -> None:
    quiet = alert(
        mention=Mention(who="here", channels=("slack:#flash",), withheld="mention budget used: 3 in 10 minutes")
    )
    told, elsewhere = message(quiet, "k", "slack:#flash"), message(quiet, "k", "slack:#conflict")
    assert problems(told) == ()
    words = "*FLASH* · first report · no mention of @here: mention budget used: 3 in 10 minutes"
    assert [s for s in strings(asked(told)) if "mention" in s] == [words]
    assert [s for s in strings(asked(elsewhere)) if "mention" in s] == []
