"""Who shows, saw, took in or counted the dead, where no verb of speech says who tells of them."""

from __future__ import annotations

from collections.abc import Sequence

from streams.core.extract.cues import Cue
from streams.core.extract.speakers import Frame, Speaker, nation_in, outlet_in
from streams.core.extract.text import Document, Sentence

# "Videos posted by activists show six bodies"; "hospitals received four bodies": who shows or counts them says so.
_POSTED = Cue(
    r"(?i)\b(?:videos?|footage|images?|photos?|photographs|pictures|clips?) (?:\w+ ){0,2}?(?:posted|shared|released|filmed"
    r"|published|circulated) (?:\w+ ){0,3}?by (?P<who>[\w' -]{3,60}?)(?: and [^,;.]{3,60}?)?,? (?P<cue>shows?|showed)\b",
    "posted|shared|released|filmed|published|circulated",
)
_RECEIVED = Cue(
    r"(?i)\b(?P<who>(?:the |a |an )?(?:[\w'-]+ ){0,3}?(?:hospitals?|morgues?|clinics?)) (?:\w+ly )?(?P<cue>received)"
    r"(?= [^;.]*\b(?:bodies|corpses|dead|killed|wounded|injured|casualties)\b)",
    "received",
)


_GIVEN_BY = Cue(
    r"(?i)\b(?:toll|figure|number|count)\b[^,;.]{0,30} (?P<cue>given|provided|put out|issued) by "
    r"(?P<who>(?:the |a |an )?[\w' -]{3,60}?)(?=[,.;]| and | but |$)",
    "given by|provided by|put out by|issued by",
)


_COUNTED = Cue(
    r"(?i)\b(?P<who>(?:(?:the|a|an|one|two|three|some|several) )?(?:[\w'-]+ ){0,2}?"
    r"(?:witness(?:es)?|residents?|reporters?|journalists?|correspondents?|villagers?|photographers?|doctors?|medics?))"
    r"(?: at the scene| on the scene| there)? (?P<cue>saw|counted)(?= [^;.]{0,30}\b(?:bodies|corpses|dead)\b)",
    "saw|counted",
)


def shown(doc: Document, s: Sentence, frames: Sequence[Frame]) -> list[Frame]:
    """Return who shows or took in the dead, where nobody is said to tell of them."""
    out: list[Frame] = []
    for m in _GIVEN_BY.finditer(s.low, doc.text, s.start, s.end):
        a, b = m.span("who")
        speaker = Speaker(a, b, m["who"], nation_in(s, a, b), outlet_in(doc, s, a, b))
        out.append(Frame(s.start, m.start("cue"), speaker, "given", m.start("cue"), False, speaker.outlet))
    for pattern in (_POSTED, _RECEIVED, _COUNTED):
        for m in pattern.finditer(s.low, doc.text, s.start, s.end):
            if any(f.start <= m.start("cue") < f.end for f in frames):
                continue
            a, b = m.span("who")
            speaker = Speaker(a, b, m["who"], nation_in(s, a, b), outlet_in(doc, s, a, b))
            out.append(Frame(m.end("cue"), s.end, speaker, m["cue"].lower(), m.start("cue"), False, speaker.outlet))
    return out
