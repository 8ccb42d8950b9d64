"""Leaders: who of the gazetteer said something, was killed, or is only mentioned, and the office held on that day."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from streams.core.extract.cues import Cue
from streams.core.extract.groups import FUNCTION, groups_of
from streams.core.extract.scope import scope_of
from streams.core.extract.speakers import QUOTES, SAY, Frame
from streams.core.extract.text import Document, Sentence
from streams.core.extract.voices import frames_between
from streams.core.gazetteer import Gazetteer, Hit
from streams.core.model import LeaderMention
from streams.core.words import words_of

# The name on something else: Trump Tower, the Macron administration, Putin's spokesman.
_NOT_THE_PERSON = frozenset(
    """tower hotel hotels
    administration organization organisation university airport street avenue foundation campaign allies ally
    supporters voters era regime doctrine plaza golf resort loyalists aides rally center centre library stadium
    family brothers
    government government-run cabinet plan peace airfield square mosque park presidency jr jr. junior sr boulevard bridge hall
    prize hospital school institute museum memorial base port
    aide adviser advisor advisers advisors spokesman spokeswoman spokesperson lawyer lawyers attorney envoy official officials
    critic critics rival rivals foe foes opponent opponents nominee pick appointee donor donors team staff""".split()
)
_SOMEBODY_ELSES = frozenset(
    (
        "wife husband son daughter brother sister spokesman spokeswoman spokesperson office lawyer "
        "lawyers aide aides adviser advisers allies ally father mother party government regime website "
        "family supporters campaign nephew cousin team administration envoy deputy successor predecessor "
        "rival convoy body funeral widow grave tomb memoir memoirs critics"
    ).split()
)
_SPEECH_NOUNS = frozenset(
    "tweet tweets statement speech remarks address comments message words interview letter sermon".split()
)
# Verbs of speech that have somebody or something for their object: without them the rest is no sentence.
_OF_SOMEBODY = frozenset(
    """called calls accused accuses threatened praised condemned denounced blamed hailed mocked ridiculed criticised criticized
    urged scolded""".split()
)
_NAMED_AFTER = re.compile(
    r"(?i)\b(?:(?:re)?named|called)\s+(?:after|for|in\s+(?:honou?r|memory)\s+of)\s+(?:[\w.'’-]+\s+){0,4}$"
    r"|\b(?:bears|bearing|carries|carrying)\s+the\s+name\s+of\s+(?:[\w.'’-]+\s+){0,3}$"
)
_DEATH = re.compile(r"(?i)\b(?:died|dead|death|killed|assassinated|dying)\b")
_DENIAL = re.compile(
    r"(?i)\b(?:false|untrue|den(?:y|ied|ies|ying)|rejected|dismissed|baseless|alive|rumou?rs?|unfounded|hoax)\b"
)
_HURT = re.compile(
    r"(?i)(?:,[^,;.]{0,40},)?(?:\s+[^,;.]{3,40}\s+and)?"
    r"\s+(?:was|were|has been|had been|is)\s+(?:\w+ly\s+)?(?:shot\s+(?:and\s+)?"
    r"(?!dead|down|at|to\s+death)(?:\w+ly\s+)?)?(?:wounded|injured|hurt|shot\s+(?:in|and\s+wounded))\b"
)
_ROLES = Cue(
    r"(?:(?:\b[Tt]he|\b[A-Z][\w.]*['’]s|\b(?:[A-Z][a-z]+n|[A-Z][a-z]+i|British|French|Turkish|Polish|Chinese|Japanese|U\.S\.|US|U\.K\.|UK))\s+)"
    r"(?P<role>[Ss]upreme [Ll]eader|[Pp]rime [Mm]inister|[Pp]resident|[Ff]oreign [Mm]inister"
    r"|[Dd]efen[sc]e [Mm]inister|[Cc]hancellor|[Kk]ing|[Pp]ope|[Ss]ecretary of [Ss]tate"
    r"|[Dd]efen[sc]e [Ss]ecretary|[Cc]rown [Pp]rince|(?:UN|U\.N\.) (?:chief|[Ss]ecretary[- ][Gg]eneral))\b(?!\s+[A-Z])",
    "leader|minister|president|chancellor|king|pope|secretary|prince|chief",
)
# What is said by doing it: "thanked", "ruled out", "did not rule out"; the words themselves are the statement.
_ACT = re.compile(
    r"""(?ix),?\s+(?:on\s+\w+day,?\s+)?(?:(?:also|later|again|then|repeatedly|publicly|promptly|quickly|flatly)\s+)?
      (?P<words>(?:(?:has|had|did|does|would|will|could|not|never|n['’]t|also|again|refused\s+to|declined\s+to)\s+){0,3}
      (?:thank(?:s|ed)?|congratulate[sd]?|apologi[sz]e[sd]?|rule[sd]?\s+out|ruling\s+out|call(?:s|ed)?\s+(?:for|on|upon)
      |appeal(?:s|ed)?\s+(?:for|to)|plead(?:s|ed)?\s+(?:for|with)|speaks?\s+out|spoke\s+out|lash(?:es|ed)\s+out|h[iu]ts?\s+(?:out|back)\s+at
      |offer(?:s|ed)?\s+(?:(?:his|her|their|deep|heartfelt)\s+){0,2}(?:condolences|thanks|apologies|sympathy)
      |(?:sen[dt]s?|sent)\s+(?:(?:his|her|their|a|deep|heartfelt|message|of)\s+){0,4}(?:condolences|congratulations|greetings)
      |voice[sd]?|signal(?:s|l?ed)?|hint(?:s|ed)?|welcome[sd]?|slam(?:s|med)?|lambaste?[sd]?|decrie[sd]|deplore[sd]?|laud(?:s|ed)?
      |salute[sd]?|liken(?:s|ed)?|assure[sd]?|reassure[sd]?|propose[sd]?|swore|swears)\b)"""
)
_SAYS_NOTHING = re.compile(
    r"(?i)said to\b|(?:declined|refused) to (?:comment|say|answer|confirm|elaborate|discuss|respond|speak)\b"
)
# "Called the raid a crime" says something, "called the governor on Monday" and "called off the raid" do not.
_NAMED_SO = re.compile(
    r"""(?ix)called\s+(?:(?:for|on|upon)\b
     |(?:(?!(?:on|in|to|at|about|from|after|before|off|back|up|out|late|early|by|with)\b)[\w'’.-]+\s+){1,6}?
      (?:an?\b|the\s\w+est\b|["“]|\w+(?:al|ic|ous|ful|less|able|ible|ive|ing|wrong|false|absurd)\b\s*(?:[.,;]|$|and\b)))"""
)
# Verbs of headlines that end in no "said"; the last ones have several leaders before them.
_SPEAKS = frozenset(
    """vows threatens condemns blames accuses hails praises promises pledges rejects urges demands dismisses
    vow threaten condemn blame accuse hail praise promise pledge reject urge demand dismiss""".split()
)
# Before a leader's name: the words are someone else's, go to the leader, or are only supposed.
_NOT_SUBJECT = frozenset("for of to by with against from about than like if unless whether".split())
_TITLES = frozenset(
    """president minister prime chancellor leader supreme king queen pope secretary general state chief foreign defence defense
    vice former then the his its their crown prince ayatollah commander ally mr mr. mrs ms . 's""".split()
)
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|yesterday|today"


def leaders_of(doc: Document, frames: Sequence[Frame], gazetteer: Gazetteer) -> tuple[LeaderMention, ...]:
    """Return what leaders said and suffered, in reading order; a leader who did neither is mentioned once."""
    out: list[LeaderMention] = []
    mentioned: list[LeaderMention] = []
    for s in doc.sentences:
        if s.layer not in {"title", "body"}:
            continue
        here = [w for h in s.hits if h.entry.kind == "leader" and _is_the_person(s, w := _whole(s, h))]
        here = [
            h
            for h in here
            if not _NAMED_AFTER.search(doc.text, max(s.start, s.words[h.start].start - 60), s.words[h.start].start)
        ]
        spoke: set[str] = set()
        for n, h in enumerate(here):
            found = _said(doc, frames, s, _last_of(s, here[n:]), gazetteer)
            if found is not None and found.name != h.entry.name:
                found = _mention(doc, s, h.entry.name, gazetteer, "said", found.statement, found.quoted, found.outlet)
            if found is None:
                found = _suffered(doc, s, h, gazetteer)
            if found is not None and found.name not in spoke:
                spoke.add(found.name)
                out.append(found)
            elif found is None:
                mentioned.append(_mention(doc, s, h.entry.name, gazetteer, "mentioned", None, False, None))
        out += [m for m in _by_pronoun(doc, frames, s, gazetteer) if m.name not in spoke]
        out += [m for m in _unnamed(doc, frames, s, gazetteer) if m.name not in spoke]
    names = {m.name for m in out}
    for m in mentioned:
        if m.name not in names:
            names.add(m.name)
            out.append(m)
    killed = {m.name for m in out if m.event == "killed"}
    kept: list[LeaderMention] = []
    seen: set[tuple[str, str, str | None]] = set()
    for m in sorted(out, key=lambda m: (m.evidence.field != "title", m.evidence.start)):
        key = (m.name, m.event, m.statement if m.event == "said" else None)
        if key not in seen and not (m.event == "mentioned" and m.name in killed):
            seen.add(key)
            kept.append(m)
    return tuple(kept)


_CALENDAR = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december""".split()
)


def _whole(s: Sentence, h: Hit) -> Hit:
    """Return the hit with the rest of the leader's name: the list knows "President Xi", the article goes on "Jinping"."""
    name = _folded(h.entry.name)
    end = h.end
    while end < len(s.words) and s.words[end].fold in name and s.words[end].text[0].isupper():
        end += 1
    return h._replace(end=end)


@lru_cache(maxsize=64)
def _folded(name: str) -> frozenset[str]:
    return frozenset(w.fold for w in words_of(name))


def _last_of(s: Sentence, here: Sequence[Hit]) -> Hit:
    """Return the last of the leaders who stand together at the beginning of these: "Trump, Macron and Merkel"."""
    last = here[0]
    sides = {k for g in s.hits if g.entry.kind in {"country", "adjective"} for k in range(g.start, g.end)}
    joined = False
    for h in here[1:]:
        between = {s.words[k].low for k in range(last.end, h.start) if k not in sides}
        if not between & _JOINS or between - _JOINS - _TITLES:
            break
        joined |= bool(between & {"and", "&"})
        last = h
    # "Putin, Peskov said, would not attend" joins nobody; in a headline a comma does.
    return last if joined or s.layer == "title" else here[0]


_JOINS = frozenset({",", "and", "&"})


def _is_subject(s: Sentence, h: Hit) -> bool:
    """Return whether the name can be who acts: not "a spokesman for", "an aide to" or "thanked by" with its titles."""
    titles = {k for g in s.hits if g.entry.kind in {"country", "adjective", "group"} for k in range(g.start, g.end)}
    k = h.start - 1
    while k >= 0 and (s.words[k].low in _TITLES or k in titles):
        k -= 1
    return k < 0 or s.words[k].low not in _NOT_SUBJECT


def _is_the_person(s: Sentence, h: Hit) -> bool:
    after = s.words[h.end].low if h.end < len(s.words) else ""
    if after == "'s":
        owned = [w.low for w in s.words[h.end + 1 : h.end + 4]]
        return not any(w in _SOMEBODY_ELSES for w in owned[:2])
    before = s.words[h.start - 1].low if h.start else ""
    k = h.end
    while k < len(s.words) and k < h.end + 4 and s.words[k].text[0].isupper():
        if s.words[k].low in _NOT_THE_PERSON:
            return False  # Yasser Arafat International Airport
        k += 1
    if _is_a_first_name(s, h):
        return False
    return after not in _NOT_THE_PERSON and before not in {"st", "saint", "avenue"} and not _has_other_first_name(s, h)


def _is_a_first_name(s: Sentence, h: Hit) -> bool:
    """Return whether a lone surname stands before a name that is not the leader's: "the coroner, Abbas Amian"."""
    if h.end - h.start != 1 or s.layer == "title" or h.end >= len(s.words):
        return False
    w = s.words[h.end]
    own = w.fold in _folded(h.entry.name) or w.low in _TITLES or w.low in _CALENDAR or w.low in FUNCTION
    in_a_list = any(g.start == h.end for g in s.hits)
    return w.text.istitle() and w.text.isalpha() and not w.glued and not own and not in_a_list


def _has_other_first_name(s: Sentence, h: Hit) -> bool:
    """Return whether a lone surname follows a first name or "Mrs": Melania Trump is another person."""
    if h.end - h.start != 1 or h.start == 0 or s.layer == "title":
        return False
    k = h.start - 1 - (s.words[h.start - 1].text == "." and h.start > 1)
    w = s.words[k]
    if w.low in {"mrs", "miss", "lady"}:
        return True
    in_a_list = any(g.start <= k < g.end for g in s.hits)
    if k != h.start - 1 or not w.text[0].isupper() or in_a_list or w.low in _TITLES or w.low in FUNCTION:
        return False
    if k > 0:
        return True
    # A sentence opens with a capital whatever the word: "Outgoing Biden", "Meanwhile Putin".
    return bool(s.pos and s.pos[k] == "PROPN") or (not s.pos and w.low not in _OPENING and not _QUALIFIES.search(w.low))


_QUALIFIES = re.compile(r"(?:ly|ing|ed|day|ive|ful|ous|ant|ent|ial|ican|ist)$")
_OPENING = frozenset(
    """both only even new old rival candidate democrat billionaire critics does did can why who ally analysts outspoken
    hours days weeks months minutes separately instead elsewhere perhaps still besides neither either ex ailing""".split()
)


def _mention(
    doc: Document,
    s: Sentence,
    name: str,
    gazetteer: Gazetteer,
    event: str,
    statement: str | None,
    quoted: bool,
    outlet: str | None,
    scope: str = "current",
    since: int | None = None,
) -> LeaderMention:
    """Return the mention; its evidence is the sentence, from ``since`` where the words begin in the one before."""
    role, country = gazetteer.office(name, doc.day)
    return LeaderMention(
        name=name,
        role=role,
        country=country,
        event=event,  # type: ignore[arg-type]  # callers pass the Literal's words
        statement=statement,
        quoted=quoted,
        outlet=outlet,
        scope=scope,  # type: ignore[arg-type]  # as above
        evidence=doc.evidence(s.start if since is None else min(since, s.start), s.end),
    )


# Words that end no sentence: what follows in quotation marks is its rest.
_GOES_ON = frozenset("was is were are be been a an the of to by as had has have with and or for in on".split())


def _statement(doc: Document, s: Sentence, start: int, end: int) -> tuple[str | None, bool]:
    """Return the words said between two characters: what stands in quotation marks there, else all of it."""
    inside = [q for q in doc.quotations_in(start - 2, end - 1) if q.start >= min(max(s.start - 1, start - 2), start)]
    own = doc.text[start : inside[0].start].strip(' ,.;:"“”‘’') if inside else ""
    said_first = inside and inside[0].start > start and not inside[0].start >= end
    goes_on = own.split()[-1:] and own.split()[-1] in _GOES_ON
    if (
        said_first
        and len(own.split()) > 2
        and (goes_on or not doc.text[inside[0].start : inside[0].start + 1].isupper())
    ):
        return _indirect(
            doc.text[start:end]
        ), False  # vowed to crush the "terrorists": a few quoted words are no statement
    if inside:
        parts = [doc.text[q.start : min(q.end, max(s.end, end))].strip().rstrip(",.") for q in inside]
        return " ... ".join(p for p in parts if p) or None, True
    return _indirect(doc.text[start:end]), False


def _indirect(text: str) -> str | None:
    words = re.sub(r"^[^,]{1,40},\s+(?=that\s)", "", text.strip(" ,.;:"))  # "suggested, without evidence, that"
    words = re.sub(rf"^(?:on |late |early )(?:on )?(?:{_DAYS})(?: (?:night|morning|evening|afternoon))?,? ", "", words)
    return re.sub(rf"^(?:(?:{_DAYS})(?: \w+)?,? )?(?:that|,)\s+", "", words) or None


def _said(doc: Document, frames: Sequence[Frame], s: Sentence, h: Hit, gazetteer: Gazetteer) -> LeaderMention | None:
    a, b = s.words[h.start].start, s.words[h.end - 1].end
    mine = [
        f
        for f in frames_between(frames, s.start, s.end)
        if f.speaker.start <= a and b <= f.speaker.end and s.start <= f.cue_at < s.end
    ]
    if mine and all(_owned_by_other(s, h, f) for f in mine):
        return None
    mine = [f for f in mine if not _owned_by_other(s, h, f)]
    if mine:
        start, end = min(f.start for f in mine), max(f.end for f in mine)
        if mine[0].cue == "told" or len(mine) == 1:
            start, end = mine[0].start, mine[0].end
        if (mine[0].denies or mine[0].cue in _OF_SOMEBODY) and start > mine[0].cue_at:
            start = mine[0].cue_at  # "dismissed calls for a truce": without its verb the statement is the contrary
        statement, quoted = _statement(doc, s, start, end)
        outlet = next((f.outlet for f in mine if f.outlet), None)
        if outlet is None:
            outlet = next(
                (
                    f.outlet
                    for f in frames_between(frames, s.start, s.end)
                    if f.cue == "according" and s.start <= f.cue_at < s.end
                ),
                None,
            )
        return _mention(doc, s, h.entry.name, gazetteer, "said", statement, quoted, outlet, since=start)
    nxt = s.words[h.end].low if h.end < len(s.words) else ""
    acts = (_acted_at(doc, s, b) or _went_on_to(doc, s, h)) if _is_subject(s, h) else None
    if acts is not None:
        statement, quoted = _statement(doc, s, acts, _clause_end(s, _word_at(s, acts)))
        return _mention(doc, s, h.entry.name, gazetteer, "said", statement, quoted, None)
    if nxt == "'s":
        k = next((k for k in range(h.end + 1, min(h.end + 4, len(s.words))) if s.words[k].low in _SPEECH_NOUNS), None)
        if k is not None:
            statement, quoted = _statement(doc, s, s.words[k].end, s.end)
            if quoted:
                return _mention(doc, s, h.entry.name, gazetteer, "said", statement, True, None)
    return None


def _went_on_to(doc: Document, s: Sentence, h: Hit) -> int | None:
    """Return where the words begin of a second deed: "Putin inspected a base and called for calm"."""
    if h.start > 6:
        return None
    for k in range(h.end + 1, len(s.words)):
        if (
            s.words[k].low in {";", ":"}
            or s.words[k].text in QUOTES
            or any(g.start == k and g.entry.kind == "leader" for g in s.hits)
        ):
            return None
        if s.words[k].low == "and" and (act := _ACT.match(doc.text, s.words[k].end, s.end)) is not None:
            return act.start("words")
    return None


def _acted_at(doc: Document, s: Sentence, at: int) -> int | None:
    """Return where the words begin that tell what the leader named before ``at`` says; None where they tell of no words."""
    act = _ACT.match(doc.text, at, s.end)
    if act is not None:
        return act.start("words")
    i = next((i for i, w in enumerate(s.words) if w.start >= at), None)
    if (
        i is None
        or (s.words[i].low not in SAY and s.words[i].low not in _SPEAKS)
        or (s.pos and s.pos[i] not in {"VERB", "X"})
    ):
        return None
    if _SAYS_NOTHING.match(doc.text, s.words[i].start, s.end):
        return None
    called = s.words[i].low == "called" and not _NAMED_SO.match(doc.text, s.words[i].start, s.end)
    return None if called else s.words[i].start


def _word_at(s: Sentence, at: int) -> int:
    return next(i for i, w in enumerate(s.words) if w.end > at)


def _clause_end(s: Sentence, i: int) -> int:
    for k in range(i + 1, len(s.words)):
        if s.words[k].low == ";" or (
            s.words[k].low == "," and k + 1 < len(s.words) and s.words[k + 1].low in {"while", "but", "as", "after"}
        ):
            return s.words[k].start
    return s.end


def _owned_by_other(s: Sentence, h: Hit, f: Frame) -> bool:
    """Return whether the speaker is someone of the leader's: "a spokesman for Putin", "Putin's aide"."""
    k = h.start
    while k > 0 and s.words[k - 1].start >= f.speaker.start:
        k -= 1
    before = [w.low for w in s.words[k : h.start]]
    owns = h.end < len(s.words) and s.words[h.end].start < f.speaker.end and s.words[h.end].low == "'s"
    return owns or any(w in {"for", "of", "to", "by", "with"} for w in before)


def _suffered(doc: Document, s: Sentence, h: Hit, gazetteer: Gazetteer) -> LeaderMention | None:
    """Return that the leader was killed or that the death is denied, None where the sentence says neither of the leader."""
    a, b = s.words[h.start].start, s.words[h.end - 1].end
    before, after = doc.text[max(s.start, a - 90) : a], doc.text[b : min(s.end, b + 60)]
    if _DEATH.search(doc.text, s.start, s.end) and _DENIAL.search(doc.text, s.start, s.end):
        return _mention(doc, s, h.entry.name, gazetteer, "denied_death", None, False, None)
    active = re.search(
        r"(?i)\b(?:killed|kills|killing|assassinat\w+|murder(?:ed|ing)?|slew)\s+(?:(?:last\s+\w+day"
        r"|on\s+\w+day|yesterday|earlier|of)\s+){0,3}(?:(?:[\w.'’-]+)\s+){0,6}$",
        before,
    )
    nominal = re.search(
        r"(?i)\b(?:killing|death|assassination|murder|slaying|martyrdom)\b[^,.;]{0,60}\bof\s+(?:[\w.'’-]+\s+){0,7}$",
        before,
    )
    passive = re.match(
        r"(?i)[^.;]{0,25}?\b(?:was|were|had been|has been|been)\s+(?:\w+ly\s+)?(?:killed|assassinated"
        r"|martyred|slain)\b|['’]s\s+(?:\w+\s+)?(?:killing|assassination|death|martyrdom|murder)\b"
        r"|,?\s+(?:who\s+)?died\b",
        after,
    )
    if re.search(r"(?i)\b(?:whether|if)\b[^,;]*$", before):
        return None  # asked, not told
    hurt = _HURT.match(after)
    if hurt is not None and not passive and not re.search(r"(?i)\b(?:not|never)\b|n['’]t\b", hurt.group()):
        scope, _ = scope_of(doc, s, a, b)
        return _mention(doc, s, h.entry.name, gazetteer, "wounded", None, False, None, scope)
    if after[:2] in {"'s", "’s"}:
        active = nominal = None  # whoever is killed is the leader's: "the man who killed Putin's dog"
    if not (active or nominal or passive):
        return None
    if active and re.search(r"(?i)\bby\s+(?:[\w.'’-]+\s+){0,4}$", before):
        return None
    where = a - len(active.group()) if active else a
    scope, _ = scope_of(doc, s, max(s.start, where), b)
    until = [o.until for o in gazetteer.offices.get(h.entry.name, ()) if o.until]
    if scope == "current" and until and until[-1] < doc.day:
        scope = "historical"
    return _mention(doc, s, h.entry.name, gazetteer, "killed", None, False, None, scope)


def _by_pronoun(doc: Document, frames: Sequence[Frame], s: Sentence, gazetteer: Gazetteer) -> list[LeaderMention]:
    """Return what "he added" says for the leader whom the pronoun means, who spoke last or opened the sentence before."""
    for f in frames_between(frames, s.start, s.end):
        if not (s.start <= f.cue_at < s.end) or f.speaker.end - f.speaker.start > 4:
            continue
        printed = doc.text[f.speaker.start : f.speaker.end].lower()
        if printed not in {"he", "she", "who"}:
            continue
        found = [h for h in gazetteer.find(words_of(f.speaker.text)) if h.entry.kind == "leader"]
        name = (
            found[0].entry.name if found else _only_leader_before(doc, s) if f.speaker.text.lower() == printed else None
        )
        if name is not None:
            statement, quoted = _statement(doc, s, f.start, f.end)
            return [_mention(doc, s, name, gazetteer, "said", statement, quoted, f.outlet, since=f.start)]
    if s.words[0].low in {"he", "she"} and (act := _ACT.match(doc.text, s.words[0].end, s.end)) is not None:
        name, at = _only_leader_before(doc, s), act.start("words")
        if name is not None:
            statement, quoted = _statement(doc, s, at, _clause_end(s, _word_at(s, at)))
            return [_mention(doc, s, name, gazetteer, "said", statement, quoted, None)]
    return []


def _only_leader_before(doc: Document, s: Sentence) -> str | None:
    """Return the leader who opens the sentence before, in the same paragraph, where nobody else is named in it."""
    k = bisect_left(doc.sentences, s.start, key=lambda x: x.start) - 1
    before = doc.sentences[k] if k >= 0 else None
    if before is None or before.paragraph != s.paragraph:
        return None
    leaders = [w for h in before.hits if h.entry.kind == "leader" and _is_the_person(before, w := _whole(before, h))]
    if len(leaders) != 1 or not _is_subject(before, leaders[0]) or leaders[0].start > 4:
        return None
    known = {
        i for h in before.hits for i in range(h.start, h.end) if h.entry.kind not in {"leader", "person", "people"}
    }
    known |= set(range(leaders[0].end))
    strangers = (
        g
        for g in groups_of(before)
        if g.head not in known
        and (g.people == "yes" or before.words[g.head].text[0].isupper())
        and not (before.words[g.head].text[0].islower() and before.words[g.head].low.endswith("s"))
    )
    return leaders[0].entry.name if next(strangers, None) is None else None


def _unnamed(doc: Document, frames: Sequence[Frame], s: Sentence, gazetteer: Gazetteer) -> list[LeaderMention]:
    """Return what an office holder without a name said or suffered; the name is resolved where country and day allow."""
    out: list[LeaderMention] = []
    for m in _ROLES.finditer(s.low, doc.text, s.start, s.end):
        if any(h.entry.kind == "leader" and 0 <= s.words[h.start].start - m.end() < 4 for h in s.hits):
            continue
        side = next(
            (
                h
                for h in s.hits
                if h.entry.kind in {"country", "adjective"}
                and s.words[h.start].start < m.end()
                and m.start() < s.words[h.end - 1].end  # "South Korea's president": the pattern sees only "Korea's"
            ),
            None,
        )
        code = side.entry.code if side is not None else None
        begin = m.start() if side is None else min(m.start(), s.words[side.start].start)
        lead = doc.text[max(s.start, begin - 14) : begin].lower().split()
        lead = lead[:-1] if lead[-1:] == ["the"] else lead
        if lead[-1:] and lead[-1] in {"former", "ex", "late", "next", "then", "future", "ex-"}:
            continue
        if lead and lead[-1] in _NOT_SUBJECT and lead[-2:] != ["according", "to"]:
            continue
        if m["role"].startswith("U"):
            name = gazetteer.holder("Secretary-General", "", doc.day)
        else:
            code = code or ("VA" if m["role"].lower() == "pope" else None)
            name = gazetteer.holder(m["role"], code, doc.day) if code else None
        country = next((h for h in s.hits if s.words[h.start].start < m.start() < s.words[h.end - 1].end), None)
        shown = name or doc.text[m.start() if country is None else s.words[country.start].start : m.end()]
        following = next(
            (
                f
                for f in frames
                if s.start <= f.cue_at < s.end and f.speaker.start <= m.start() + 4 and m.end() <= f.speaker.end
            ),
            None,
        )
        if _DEATH.search(doc.text, s.start, s.end) and _DENIAL.search(doc.text, s.start, s.end):
            event, statement, quoted, outlet = "denied_death", None, False, None
        elif following is not None and not re.match(r"['’]s", doc.text[m.end() : m.end() + 2]):
            start = following.start
            if following.cue in _OF_SOMEBODY and start > following.cue_at:
                start = following.cue_at
            statement, quoted = _statement(doc, s, start, following.end)
            if not quoted:
                statement, quoted = _next_quote(doc, s) or (statement, quoted)
            event, outlet = "said", following.outlet
        elif (acts := _acted_at(doc, s, m.end())) is not None:
            statement, quoted = _statement(doc, s, acts, _clause_end(s, _word_at(s, acts)))
            event, outlet = "said", None
        else:
            continue
        found = _mention(doc, s, shown, gazetteer, event, statement, quoted, outlet)
        if name is None:
            found = LeaderMention(
                name=shown,
                role=m["role"],
                country=code,
                event=found.event,
                statement=statement,
                quoted=quoted,
                outlet=outlet,
                evidence=found.evidence,
            )
        out.append(found)
    return out


def _next_quote(doc: Document, s: Sentence) -> tuple[str, bool] | None:
    """Return the quotation that opens the next sentence of the paragraph, spoken by the same person."""
    end = doc.paragraphs[s.paragraph].end
    for q in doc.quotations:
        if s.end <= q.start <= min(s.end + 3, end):
            return doc.text[q.start : q.end].strip().rstrip(",."), True
    return None
