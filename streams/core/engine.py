"""The three steps of the core, in order: screen by words, examine the hits, advance a desk's story. Pure.

article ─ screen ─▶ matches ─ examine ─▶ findings, one per desk ─ advance ─▶ story after, reason, perhaps an alert
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from streams.core.compose import compose
from streams.core.decide import changes, why_alert
from streams.core.model import Finding, Reason, Severity, Step, Story
from streams.core.stories import continue_story, story_of

Route = Callable[[Severity, Finding], tuple[str, ...]]
"""Which channels an alert of this severity about this finding goes to."""


def advance(candidates: Iterable[Story], finding: Finding, route: Route) -> Step:
    """Return the desk's story after the finding, why it is or is not worth an alert, and the alert.

    ``candidates`` are the desk's stories that share a key with the finding (`stories.keys_of`). The same finding twice is
    `Reason.NOTHING_NEW`. A finding without matches that continues no story leaves no trace.
    """
    before = story_of(finding, candidates)
    if before is None and not finding.matches:
        return Step(story=None, reason=Reason.NOTHING_NEW)
    after = continue_story(before, finding)
    news = changes(before, after, finding)
    if not news:
        return Step(story=after, reason=Reason.NOTHING_NEW)
    alert = compose(after, finding, news, route(after.severity, finding))
    told = msgspec.structs.replace(after, said=(*after.said, *(c.said for c in news)), alerts=after.alerts + 1)
    return Step(story=told, reason=why_alert(news), alert=alert)
