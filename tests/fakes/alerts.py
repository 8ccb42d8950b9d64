"""Alerts for tests of channels: one as the desk would see it, and hostile ones for hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import strategies as st

from streams.core.model import (
    Alert,
    ArticleRef,
    Divider,
    Note,
    Pairs,
    Quote,
    Reason,
    Run,
    Severity,
    Text,
)
from streams.deliver.base import Delivery, delivery_key

SEEN_AT = datetime(2020, 1, 8, 2, 14, 5, tzinfo=UTC)

ARTICLE = ArticleRef(
    event_id="ev1",
    article_id="ar1",
    kind="new",
    source="Example Wire",
    origin="Example Wire",
    url="https://wire.example/halven",
    title="Missiles hit Halven",
    published_at=SEEN_AT,
    first_seen_at=SEEN_AT,
)

ALERT = Alert(
    alert_id="al1",
    story_id="st1",
    desk="conflict",
    reason=Reason.FIRST_REPORT,
    severity=Severity.FLASH,
    update=0,
    title="Missile strike · Halven and Port Sarn, Orland",
    headline="MISSILE STRIKE · Halven (Orland): 12 cruise missiles from Westmark, unnamed Orland officer says · 1 outlet",
    parts=(
        Text(
            runs=(Run(text="12 cruise missiles", style="strong"), Run(text=" fired, says an Orland officer (unnamed)."))
        ),
        Pairs(
            pairs=(
                ("Fired", (Run(text="12"),)),
                ("Killed", (Run(text="no figure", style="struck"), Run(text=" → "), Run(text="3", style="strong"))),
            )
        ),
        Quote(text="Westmark fired 12 cruise missiles before dawn, an officer said.", marks=((15, 33),)),
        Divider(),
        Note(
            runs=(
                Run(text="Example Wire", link="https://wire.example/halven?a=1&b=2"),
                Run(text=" · not verified by this desk"),
            )
        ),
    ),
    channels=("slack:#conflict",),
    rule_ids=("missile-strike",),
    rules_version="v1",
    article=ARTICLE,
)


def alert(**changes: Any) -> Alert:
    """Return the sample alert with these fields changed."""
    return msgspec.structs.replace(ALERT, **changes)


def delivery(said: Alert = ALERT, channel: str = "slack:#conflict", **changes: Any) -> Delivery:
    """Return a row for this alert, about to be sent."""
    row = Delivery(
        delivery_key=delivery_key(said.alert_id, channel),
        seq=1,
        channel=channel,
        alert=said,
        state="sending",
        thread=None,
        first_try_at=SEEN_AT,
        next_try_at=SEEN_AT,
        tries=1,
    )
    return msgspec.structs.replace(row, **changes)


# --- hostile ones -----------------------------------------------------------------------------------------------------

ATTACKS = (
    "<!channel>",
    "<!here|here>",
    "<@U0123456>",
    "<https://evil.example|Your bank>",
    "&lt;!channel&gt;",
    "&",
    "*bold* _it_ ~gone~ `code`",
    "> quoted",
    ":rotating_light: :100:",
    "\u202egnp.exe\u202c",
    "zero\u200bwidth\u2060joined\ufeff",
    "\x1b[31mred\x1b]8;;https://evil.example\x07link",
    "\ud800",
    "a\nb\r\nc\u2028d",
    "[bold red]markup[/]",
    "👩‍👩‍👧‍👦" * 700,
    "&" * 4000,
    "x" * 20_000,
    " ",
    "",
)
_words = st.one_of(st.sampled_from(ATTACKS), st.text(max_size=40), st.text(alphabet="<>&!@#|*_~`:/ ab\n", max_size=60))
words = st.lists(_words, max_size=4).map("".join)
links = (
    st.none() | words | st.sampled_from(("https://a.example/x|y<z>&q", "javascript:alert(1)", "https://a@b.example"))
)
runs = st.lists(
    st.builds(Run, text=words, style=st.sampled_from(("plain", "strong", "quiet", "struck")), link=links), max_size=5
).map(tuple)
marks = st.lists(st.tuples(st.integers(-5, 200), st.integers(-5, 200)), max_size=4).map(tuple)
parts = st.lists(
    st.one_of(
        st.builds(Text, runs=runs),
        st.builds(Pairs, pairs=st.lists(st.tuples(words, runs), max_size=14).map(tuple)),
        st.builds(Quote, text=words, marks=marks),
        st.builds(Note, runs=runs),
        st.just(Divider()),
    ),
    max_size=70,
).map(tuple)
hostile_alerts = st.builds(
    alert,
    title=words,
    headline=words,
    parts=parts,
    root_title=st.none() | words,
    root=parts,
    severity=st.sampled_from(Severity),
    reason=st.sampled_from(Reason),
    update=st.integers(0, 3),
    article=st.builds(lambda source, url: msgspec.structs.replace(ARTICLE, source=source, url=url), words, words),
)

# A lone surrogate cannot come out of the store, whose rows are JSON.
_STORED = tuple(attack for attack in ATTACKS if attack != "\ud800")
HOSTILE = alert(
    title="".join(_STORED[:12]),
    headline="".join(_STORED[:12]),
    parts=(*(Quote(text=attack) for attack in _STORED), *(Text(runs=(Run(text=attack),)) for attack in _STORED)),
)
HUGE = alert(
    parts=(
        *(Text(runs=(Run(text=f"Paragraph {n}. " + "word " * 900),)) for n in range(40)),
        Pairs(pairs=tuple((f"Label {n}", (Run(text="value " * 500),)) for n in range(60))),
        *(Quote(text="They said this & that. " * 300) for _ in range(30)),
        Note(runs=(Run(text="Example Wire · not verified by this desk"),)),
    )
)
