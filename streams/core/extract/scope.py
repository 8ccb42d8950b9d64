"""Whether a claim is about this event: current, or cumulative, historical, hypothetical, an exercise; and how firm it is."""

from __future__ import annotations

import re

from streams.core.extract.days import days_in
from streams.core.extract.text import Document, Sentence
from streams.core.model import ClaimStatus, Scope

_CUMULATIVE = re.compile(
    r"""(?ix)\b(?:
      so\ far\ this\ (?:year|month|week)|this\ year|since\ (?:the\ )?(?:start|beginning|outbreak|war|conflict|uprising|revolution|fighting|protests|crisis|then|last|early|late|mid|its|january|february
        |march|april|may|june|july|august|september|october|november|december|\d{4}|the\ \w+|\w+day|it|he|they|an?|saddam)|
      bring(?:s|ing)?\ (?:to|the|its)|brought\ (?:to|the)|raising\ (?:to|the\ total)|to\ date|over\ the\ (?:past|last)\ (?:\w+\ )?(?:years?|months?|decades?|weeks)
     |(?:in|during)\ the\ (?:past|last)\ (?:\w+\ )?(?:years?|months?|decades?|weeks)|in\ recent\ (?:years|months|weeks)|each\ year|every\ (?:year|day|month)|per\ year|a\ year|annually
     |\w+-year(?:-old)?\ (?:war|conflict|insurgency|civil)|years\ of\ (?:war|civil|conflict|fighting|violence)|in\ the\ (?:civil\ )?war\b|during\ the\ (?:civil\ )?war|throughout\ the|in\ all\ of
     |the\ (?:civil\ )?war\ (?:has|had)|the\ conflict\ (?:has|had)|total\ (?:number|toll)\ (?:of|since)|combined\ total
    )"""
)
_HISTORICAL = re.compile(
    r"""(?ix)\b(?:
      last\ (?:week|month|year|summer|winter|spring|autumn|fall|january|february|march|april|may|june|july|august|september|october|november|december)
     |(?:\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten|several|few|many|some)\ (?:years?|months?|weeks?|decades?)\ (?:ago|earlier|before|later)
     |earlier\ this\ (?:year|month|week)|(?:the\ )?previous\ (?:year|month|week|attack|incident|strike|war)|anniversary|years\ ago|decades\ ago|centur(?:y|ies)
     |world\ war|commemorat\w+|memorial|remember(?:ed|ing)\ the|deadliest\ since|worst\ since|back\ in|a\ decade\ (?:ago|earlier)|a\ generation
    )"""
)
_YEAR = re.compile(
    r"\b(?:in|of|during|from|the|late|early|mid|summer|spring|winter|fall|autumn|january|february|march|april|may|june|july|august|september|october|november|december|\d{1,2},?)\s+(?:the\s+)?((?:18|19|20)\d\d)s?\b",
    re.IGNORECASE,
)
_HYPOTHETICAL = re.compile(
    r"""(?ix)\b(?:
      would|could(?!\ not\ be)|can(?!not)|will|if|unless|should\ (?:he|she|they|it)|shall
     |threat\w*\ (?:to|of|that)|vow\w*|plott?\w*|plan(?:s|ned|ning)?\ to|intend\w*|want(?:s|ed)?\ to|attempt\w*|tried\ to|trying\ to|in\ order\ to|capable\ of|conspir\w+|enough\ to
     |risk(?:s|ed|ing)?|warn(?:s|ed|ing)?\ (?:that|of)|fear\ of|potentially|order(?:s|ed)?\ to|designed\ to|aimed\ (?:at|to)|hop(?:e|ed|ing)\ to|before\ (?:he|she|they|it)\ could
     |refus\w+\ to|promis\w+|swor[en]|decid\w+\ to|reward
    )\b"""
)
_EXERCISE = re.compile(
    r"(?i)\b(?:simulat\w+|drills?|war ?games?|tabletop|mock (?:attack|strike)|scenario|exercises? (?:in which|that)|role-?play|video ?game|in the (?:film|movie|novel|series|game)|fictional)\b"
)
_POSSIBLE = re.compile(
    r"(?i)\b(?:may|might|believed|feared|fears|presumed|thought|likely|suspected|possibly|possible|appears?|seems?|probably|suggest\w*|could have|estimated to have)\b"
)
_UNCONFIRMED = re.compile(
    r"(?i)\b(?:unconfirmed|unverified|(?:could|can|has|have|were|was)(?: not|n['’]t)(?: yet)?(?: be(?:en)?)?(?: immediately)?(?: independently)? (?:verif\w+|confirm\w+)|no independent confirmation|rumou?rs?|rumou?red|not independently (?:verified|confirmed)|charged with|accused of|suspected of|alleged(?:ly)? (?:killing|murder\w*))\b"
)
_WRONG = re.compile(
    r"(?i)\b(?:turned out to be (?:wrong|false|untrue)|(?:was|were|is|are) (?:wrong|false|untrue|incorrect|not true|unfounded|baseless|fabricated|inaccurate)|proved (?:wrong|false|unfounded))\b"
)
_CLAUSE = re.compile(r";|\s—\s|\s--\s|\s–\s|(?<=,)\s(?:while|but|whereas|although|though|however|yet)\b")


def clause_of(doc: Document, s: Sentence, at: int) -> tuple[int, int]:
    """Return the offsets of the clause around a character: between semicolons, dashes and ", while"."""
    start, end = s.start, s.end
    for m in _CLAUSE.finditer(doc.text, s.start, s.end):
        if m.start() >= at:
            end = m.start()
            break
        start = m.end()
    return start, end


def scope_of(doc: Document, s: Sentence, start: int, end: int) -> tuple[Scope, str | None]:
    """Return the scope of what ``text[start:end]`` claims, and the ISO day of its event where words name it."""
    a, b = clause_of(doc, s, start)
    clause = doc.text[a:b]
    near = doc.text[max(a, start - 60) : end]
    day = None
    named = days_in(clause, doc.day)
    if named:
        nearest = min(named, key=lambda d: (min(abs(a + d.at - start), abs(a + d.at - end)), d.at))
        day = nearest.iso
    if _EXERCISE.search(doc.text, s.start, s.end):
        return "exercise", day
    if _infinitive(doc.text[max(a, start - 12) : start]) or (
        _HYPOTHETICAL.search(near) and not re.search(r"(?i)\b(?:could|would|might) not\b", near)
    ):
        return "hypothetical", day
    if re.search(r"(?i)\b(?:charged with|accused of|convicted of|sentenced for|guilty of|trial for)\b", near):
        return "historical", day
    if _CUMULATIVE.search(clause):
        return "cumulative", day
    if _HISTORICAL.search(clause) or any(d.bygone and (named is None or d.iso == day) for d in named):
        return "historical", day
    for m in _YEAR.finditer(clause):
        if int(m.group(1)) < int(doc.day[:4] or 0):
            return "historical", day
    return "current", day


def _infinitive(before: str) -> bool:
    return bool(re.search(r"\bto (?:\w+ly )?$", before))


def status_of(doc: Document, s: Sentence, start: int, end: int, trigger: int) -> ClaimStatus:
    """Return how firm the words ``text[start:end]`` make the claim (denials by a speaker are found with the speaker)."""
    a, b = clause_of(doc, s, start)
    if _WRONG.search(doc.text, end, b) or _WRONG.search(doc.text, a, start):
        return "denied"
    if _UNCONFIRMED.search(doc.text, a, b):
        return "unconfirmed"
    if _POSSIBLE.search(doc.text, max(a, min(start, trigger) - 30), max(end, trigger)) or re.match(
        r"\s+and (?:feared|presumed|believed)\b|,? (?:and )?(?:feared|presumed) dead", doc.text[end:b]
    ):
        return "possible"
    return "asserted"
