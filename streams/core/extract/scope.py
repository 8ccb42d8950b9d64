"""Whether a claim is about this event: current, or cumulative, historical, hypothetical, an exercise; and how firm it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from streams.core.extract.cues import Cue
from streams.core.extract.days import Day, days_in, past_months_in
from streams.core.extract.text import Document, Sentence
from streams.core.model import ClaimStatus, Scope

_CUMULATIVE = Cue(
    r"""(?ix)\b(?:
      (?:killed|died|dead|wounded|injured|displaced)\ since(?=[,.;]|$)|deadliest\ (?:year|month|decade|season)
     |usually|typically|on\ average|so\ far\ this\ (?:year|month|week)|this\ (?:year|summer|winter|spring|autumn|season)
      |since\ (?:the\ )?(?:start|beginning|outbreak|war|conflict
      |uprising|revolution|fighting|protests|crisis|then|last|early|late|mid|its|january|february
        |march|april|may|june|july|august|september|october|november|december|\d{4}(?!,?\ when)|the\ \w+|it|he|they|an?
        |saddam)|
      (?:brings?|bringing|brought)\ (?:to\ (?:\w+\ ){0,2}(?:\d|a\ |one|two|three|four|five|six|seven|eight|nine|ten|eleven
        |twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|dozens)
       # But for the toll of the event itself; thousands are a war's.
       |(?!the\ (?:death\ |confirmed\ )?toll\ to\ (?:(?:at\ least|more\ than|over|nearly)\ )?(?:\d{1,3}\b(?!,\d)|[a-z-]+\b))
        (?:to\ )?(?:the|its)\ (?:\w+\ ){0,4}(?:tolls?|totals?|numbers?|counts?|tally|figures?|deaths|dead))
     |raising\ (?:to|the\ total)|to\ date|over\ the\ (?:past
      |last)\ (?:\w+\ )?(?:years?|months?|decades?|weeks)
     |(?:in|during)\ the\ (?:past|last)\ (?:\w+\ )?(?:years?|months?|decades?|weeks)|in\ recent\ (?:years|months
     |weeks)|each\ year|in\ less\ than\ \d+\ (?!hours|minutes)|so\ far\ (?:in|during|this|since)\b
     |for\ (?:a|\w+)\ (?:decades?|years)|\w+-year-long
     |political\ violence|every\ (?:year|day|month)|per\ year|a\ year(?!\ (?:ago|earlier|before|later|after))|annually
     |\w+-year(?:-old)?\ (?:war|conflict|insurgency|civil)|years\ of\ (?:war|civil|conflict|fighting|violence)
     |in\ the\ (?:civil\ )?war\b|civil\ war\ (?:in\ )?(?:which|that)|(?:during|in)\ this\ (?:\S+\ )?war
     |during\ the\ (?:civil\ )?war|throughout\ the(?!\ (?:country|nation|city|region|province|capital|day|night))|in\ all\ of
     |(?:war|conflict|struggle|insurgency|fighting|battle|offensive|violence)
      \ (?:has|have)\ (?:\w+\ )?(?:left|claimed|caused|cost|taken)
     |over\ (?:its|their|the|his)\ (?:\d+|\w+)[ -]year\ history
     |the\ (?:civil\ )?war\ (?:has|had)|the\ conflict\ (?:has|had)|total\ (?:number|toll)\ (?:of|since)|combined\ total
    )""",
    "usually|typically|average|far|year|summer|winter|spring|autumn|season|since|bring|brought|raising|to date|"
    "decade|month|week|less than|violence|every|annually|war|"
    "throughout|in all of|conflict|struggle|insurgency|fighting|battle|offensive|history|total",
)
# "the storm was the worst this year", "the third such attack this year": its deaths are its own.
_THE_WORST = re.compile(
    r"(?i)\b(?:worst|deadliest|bloodiest|biggest|largest|strongest|heaviest|first|second|third|fourth|fifth|latest|most)\b"
    r"[^,;.]{0,60}?\bthis (?:year|month|week|season|summer|winter)\b"
)
_AND_THE_TOLL = Cue(r"(?i), (?:and|but) the (?:death |overall )?(?:toll|number)\b", "toll|number")
_YEARS_AFTER = Cue(r"(?i)\b(?:years?|decades?) (?:after|since) [^,;.]*$", "year|decade")
# What the words put into the last three months is told as an event.
_WEEKS_AGO = re.compile(
    r"(?i)last (?:week|month)|(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|several|few|\d) weeks?"
    r" (?:ago|earlier|before)|(?:a|one|two|three|[1-3]) months? (?:ago|earlier|before)|earlier this (?:month|week)"
    r"|(?:the )?previous (?:month|week|weekend)"
)
# "Last week a similar strike killed five": told beside the news, not as an event of its own.
_ANOTHER = re.compile(r"(?i)\b(?:similar|another|previous|separate|different) \w+")
# What somebody did who is now punished for it.
_WHO_DID = re.compile(r"(?i)\b(?:who|that)(?: (?:had|has|once|fatally|allegedly))*\s*$")
_PUNISHED = re.compile(
    r"(?i)\b(?:executed|hanged|sentenced|jailed|imprisoned|convicted|paroled|extradited|pardoned|pleaded|death row|on trial)\b"
)
_HISTORICAL = Cue(
    r"""(?ix)\b(?:
      last\ (?:week|month|year|summer|winter|spring|autumn|fall|january|february|march|april|may|june|july|august
      |september|october|november|december)
     |(?:\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten|several|few|many|some)\ (?:years?|months?|weeks?
     |decades?)\ (?:ago|earlier|before|later)
     |earlier\ this\ (?:year|month|week)|(?:the\ )?previous\ (?:year|month|week|weekend|attack|incident|strike|war)
     |anniversary|years\ ago|decades\ ago|centur(?:y|ies)
     |world\ war|commemorat\w+|memorial|remember(?:ed|ing)\ the|deadliest\ since|worst\ since|back\ in
     |a\ decade\ (?:ago|earlier)|a\ generation
     |when\ (?:he|she|they)\ (?:was|were)\ (?:(?:only|just|about|still)\ )?(?:\d+\b
       |a\ (?:child|boy|girl|baby|toddler|teenager|student)
       |young|small|little|children|babies|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen)\b
    )""",
    "last|year|month|week|decade|previous|anniversary|centur|world war|commemorat|memorial|remember|"
    "deadliest|worst|back in|generation|when he|when she|when they",
)
# Deaths that a work tells of, that a name or an honour recalls, and deeds that are history by their name.
_RECALLED = Cue(
    r"""(?ix)\b(?:
      (?:film|documentary|movie|novel|book|memoir|biography|play|musical|opera|museum|exhibition|exhibit|painting|poem
        |song|album|mural|advertisement|ad|advert|statue|monument)s?\ (?:\w+\ ){0,6}?
        (?:tells?|told|about|recalls?|shows?|showed|follows?|depicts?|depicted|recounts?|describes?|displays?|displayed
        |traces?|explores?|portrays?|documents?|chronicles?|marks?|honou?rs?|opens?\ with|begins?\ with|starts?\ with
        |ends?\ with|cent(?:re|er)s?\ on)
     |named\ (?:after|for|in\ (?:honou?r|memory)\ of)|honou?r(?:s|ed|ing)|in\ (?:honou?r|memory)\ of
     |pa(?:ys|id|ying|y)\ (?:\w+\ )?(?:tribute|respects?)\ to|holocaust|hiroshima|nagasaki|9/11
     |(?:september|sept\.)\ 11(?:th)?(?:,?\ 2001,?)?\ attacks
    )\b""",
    "film|documentary|movie|novel|book|memoir|biography|play|musical|opera|museum|exhibit|painting|poem|song|"
    "album|mural|ad |ads |advert|statue|monument|named|honor|honour|tribute|respect|memory|holocaust|"
    "hiroshima|nagasaki|9/11|sept",
)
# What kills over months: in the perfect tense its deaths are a running total.
_LASTING = Cue(
    r"""(?ix)\b(?:disease|virus|epidemic|pandemic|outbreak|infections?|malaria|cholera|ebola|zika|measles|hiv|aids|cancer
      |flu|influenza|opioids?|overdoses?|drugs|heroin|alcohol|smoking|tobacco|obesity|hunger|famine|starvation
      |pollution|guns|gun\ violence|suicides?|smuggling|poverty)\ (?:\w+\ ){0,4}?(?:has|have)\b""",
    "disease|virus|demic|outbreak|infection|malaria|cholera|ebola|zika|measles|hiv|aids|cancer|flu|opioid|"
    "overdose|drugs|heroin|alcohol|smoking|tobacco|obesity|hunger|famine|starvation|pollution|gun|suicide|"
    "smuggling|poverty",
)
_YEAR = re.compile(
    r"\b(?:in|of|during|from|the|late|early|mid|summer|spring|winter|fall|autumn|january|february"
    r"|march|april|may|june|july|august|september|october|november|december"
    r"|\d{1,2},?|since(?=\s+\d{4},?\s+when))\s+(?:the\s+)?(?P<year>(?:18|19|20)\d\d)s?\b"
    # "The volcano's 1902 eruption".
    r"|\b(?P<deed>(?:18|19|20)\d\d)(?=\s+(?:\w+\s+)?(?:eruption|(?:earth)?quake|war|attacks?|(?:suicide )?bombings?|massacre"
    r"|crash|disaster|floods?|tsunami|uprising|siege|famine|shooting|fire|coup|raid|strike|invasion|epidemic|pandemic|hurricane"
    r"|typhoon|cyclone|genocide|revolution|riots|explosion|collapse|sinking|tragedy|offensive|conflict|killings?)\b)",
    re.IGNORECASE,
)
_HYPOTHETICAL = Cue(
    r"""(?ix)\b(?:
      if|unless     |threat\w*\ (?:to|of|that)|vow\w*|plott?\w*|plan(?:s|ned|ning)?\ to|intend\w*|want(?:s|ed)?\ to
      # Who tried to flee was hurt all the same.
     |attempt(?:s|ed|ing)?\ (?:to\ )?(?=(?:kill|murder|assassinat|shoot|bomb|blow|attack|wound|hurt|stab|hit|strike|harm|rob))
     |attempts?\ on
     |(?:tried|trying)\ to\ (?=(?:kill|murder|assassinat|shoot|bomb|blow|attack|wound|hurt|stab|hit|strike|harm|poison))
     |in\ order\ to|capable\ of|conspir\w+|enough\ to
     |risk(?:s|ed|ing)?|warn(?:s|ed|ing)?\ (?:that|of)|fear\ of|potentially|order(?:s|ed)?\ to|designed\ to
     |aimed\ (?:at|to)|hop(?:e|ed|ing)\ to|before\ (?:he|she|they|it)\ could
     |(?:would|could|may|might|will)\ (?:cost|claim|take|leave)
     |refus\w+\ to|promis\w+|swor[en]|decid\w+\ to|reward
    )\b""",
    "if|unless|threat|vow|plot|plan|intend|want|attempt|tried to|trying to|in order to|capable|conspir|"
    "enough to|risk|warn|fear of|potential|order|designed|aimed|hope|hoping|"
    "before he|before she|before they|before it| cost| claim| take| leave|refus|promis|swor|decid|reward",
)
# "Later reports would mention 31 deaths": told afterwards, not feared.
_MODAL = Cue(
    r"(?i)\b(?:would(?!\s+(?:later\s+|eventually\s+)?(?:mention|report|announce|confirm|speak\s+of)\b)|could|can|will|shall"
    r"|should)\b(?!\s+not\s+be)(?:\s+[\w'’]+){0,3}\s*$",
    "would|could|can|will|shall|should",
)
# What is answered, avenged or mourned lies in the past.
_REMEMBERED = Cue(r"(?i)\b(?:remember(?:s|ed|ing)?|commemorat\w+)\s+(?:[\w.,]+\s+){0,5}$", "remember|commemorat")
_ANSWERED = Cue(
    r"(?i)\b(?:(?:answer|response|retaliation|revenge|reprisals?|reaction|retribution|vengeance|mourning|funerals?|burials?)"
    r"\s+(?:to|for|of|at|against)|aveng\w+)\s+(?:the\s+|its\s+|his\s+)?(?:[\w.]+\s+){0,3}$",
    "answer|response|retaliation|revenge|reprisal|reaction|retribution|vengeance|mourning|funeral|burial|aveng",
)
_TRIED = Cue(
    r"(?i)\b(?:charged with|accused of|convicted of|sentenced for|guilty of|trial for|wanted (?:for|over|in connection with)"
    r"|(?:convicted|sentenced|jailed|found guilty) (?:in|last) \w+ (?:of|for))\b",
    "charged with|accused of|convicted|sentenced|jailed|guilty|trial for|wanted",
)
_EXERCISE = Cue(
    r"(?i)\b(?:simulat\w+|war ?games?|tabletop|mock(?:-up)? \w+|practi[sc]ed \w+ing|scenario"
    r"|(?:exercises?|drills?) (?:in which|that)|role-?play|video ?game|rehears(?:e|ed|es|ing) for"
    r"|in the (?:film|movie|novel|series|game|thriller|play|drama|show|musical|book|story|comedy|episode|sitcom|opera)(?! of)"
    r"|fictional)\b",
    "simulat|war games|wargame|war game|tabletop|mock|practi|scenario|exercise|drill|role|game|rehears|in the |fictional",
)
_SIMULATED = re.compile(r"(?i)\b(?:simulat\w+|mock (?:attack|strike|disaster)|fictional)\b")
_LONGEST_TITLE = 1_000
"""Characters of a title that are looked through for each claim."""
_POSSIBLE = Cue(
    r"(?i)\b(?:may|might|believed|feared|fears|presumed|thought|likely|suspected (?:to|dead|killed)|possibly|possible"
    r"|appears?|seems?|probably|suggest\w*|could have|estimated to have)\b",
    "may|might|believed|fear|presumed|thought|likely|suspected|possibl|appear|seem|probably|suggest|could|estimated",
)
_UNCONFIRMED = Cue(
    r"(?i)\b(?:unconfirmed|unverified|(?:could|can|has|have|were|was)(?: not"
    r"|n['’]t)(?: yet)?(?: be(?:en)?)?(?: immediately)?(?: independently)? (?:verif\w+|confirm\w+)"
    r"|(?:did|does|do|would|could|will|has|have|had)(?: not|n['’]t) (?:\w+ )?(?:say|said|confirm\w*|specif\w+|report(?:ed)?"
    r"|stated?|announced?) (?:that|if|whether)"
    r"|reported to have|no independent confirmation|rumou?rs?|rumou?red|not independently (?:verified|confirmed)"
    r"|charged with|(?<!they )(?<!it )(?<!he )accused of|suspected of|(?:comment|asked|respond\w*|questions?) (?:on|about|to)"
    r" (?:\w+ )?reports? (?:that|of)|alleged(?:ly)? (?:killing|murder\w*))\b",
    "confirm|verif|say|said|specif|report|state|announce|rumo|charged with|accused of|suspected of|alleged",
)
_REJECTED = Cue(
    r"(?i)\b(?:reject|den[iy]|dismiss|refut)\w*\s+(?:an?\s+|the\s+|all\s+)?(?:\w+\s+)?(?:reports?|rumou?rs?|claims?|allegations?)"
    r"\s+(?:of|that|about)\s+(?:[\w'’.-]+\s+){0,4}$",
    "reject|deni|deny|dismiss|refut",
)
_WRONG = Cue(
    r"(?i)\b(?:turned out to be (?:wrong|false|untrue)|(?:was|were|is|are) (?:wrong|false|untrue"
    r"|incorrect|not true|unfounded|baseless|fabricated|inaccurate)|proved (?:wrong|false"
    r"|unfounded))\b",
    "wrong|false|untrue|incorrect|not true|unfounded|baseless|fabricated|inaccurate",
)
# What ends the words of a claim: "Were ten killed?" the mayor asked.
_STOP = re.compile(r"[.!?](?=[\"”’'»)\s]|$)")
_CLAUSE = re.compile(
    r";|\s—\s|\s--\s|\s–\s|(?<=,)\s(?:while|but|whereas|although|though|however|yet|(?:taking|bringing|raising|pushing)(?=\s.*\b(?:toll|total)))\b"
)


# "said on Wednesday that ten had died": the day of the words, not of the deaths.
_OTHER_VERB = re.compile(
    r"(?i)\b(?:said|says|told(?:\s+\w+){1,2}|announced|reported|added|wrote|confirmed|posted|tweeted|stated|published|statement"
    r"|claimed|detailed|quoted|interview"
    # Deeds of public life: "formed last week to solve the murder", "elected on 19 March".
    r"|arrested|detained|captured|released|freed|charged|indicted|convicted|sentenced|extradited|appointed|elected|named"
    r"|resigned|replaced|dismissed|sacked|hired|married|divorced|retired|promoted|paroled|deported|enrolled|transferred|evicted"
    r"|enlisted|graduated|formed|founded|created|launched|signed|noted|office|began|begun|suspended|met|won(?: the)?"
    # Offices of the past: "mayor of Pola in 1984", "minister until May 1989".
    r"|(?<!the )(?:mayor|minister|president|governor|senator|deputy|ambassador|chief|commander|director|leader)"
    r"(?: of(?: the)?(?: [A-Z]\w+)+)?)"
    r"\s+(?:late\s+|early\s+)?(?:(?:on|in|until|from|since|at)\s+)?(?:the\s+)?$"
)


_VERB_WITHIN = 80
"""Characters before a date in which its verb stands; to look through all that comes before it costs the square of a text."""


def _of_other_verb(clause: str, at: int) -> bool:
    return _OTHER_VERB.search(clause, max(0, at - _VERB_WITHIN), at) is not None


def clause_of(doc: Document, s: Sentence, at: int) -> tuple[int, int]:
    """Return the offsets of the clause around a character: between semicolons, dashes and ", while"."""
    start, end = s.start, s.end
    for m in _CLAUSE.finditer(doc.text, s.start, s.end):
        if m.start() >= at:
            end = m.start()
            break
        start = m.end()
    return start, end


# "the murder of X" is taken as done, whatever will be investigated, unless one of these governs it.
_PLANNED = Cue(
    r"(?i)\b(?:plott?\w*|plann?\w*|attempt\w*|order\w*|threat\w*|vow\w*|conspir\w+|intend\w*|prevent\w*|avoid\w*|risk\w*"
    r"|call\w* for|demand\w*|possible|if|reward)\s+(?:\w+\s+){0,2}$",
    "plot|plan|attempt|order|threat|vow|conspir|intend|prevent|avoid|risk|call|demand|possible|if|reward",
)


# "In January, killing three".
_RESULT = re.compile(
    r"(?i),?\s*(?:(?:and|which|that)\s+)?(?:(?:kill|wound|injur|leav)\w+\s+)?(?:(?:at\s+least|more\s+than|some|about)\s+)?"
)
# Between what happened and a month: "killed six people after talks in July" is of today.
_BEFORE_OR_AFTER = re.compile(
    r"(?i)\b(?:after|before|ahead|since|amid|following|until|despite|under|because|who|which|that|where|when|as)\b"
)


def scope_of(
    doc: Document, s: Sentence, start: int, end: int, trigger: int | None = None, *, known: bool = False
) -> tuple[Scope, str | None]:
    """Return the scope of what ``text[start:end]`` claims, and the ISO day of its event where words name it.

    ``trigger`` is where the word that hurts stands: "would" counts right before it. ``known``: the words take the event as
    done ("the murder of").
    """
    a, b = clause_of(doc, s, start)
    clause = doc.text[a:b]
    near = doc.text[max(a, start - 60) : end]
    day = None
    named, past, years, months = _times_in(clause, doc.day)
    if named:
        nearest = min(named, key=lambda d: (min(abs(a + d.at - start), abs(a + d.at - end)), d.at))
        day = None if nearest.vague else nearest.iso
    if _EXERCISE.search(s.low, doc.text, s.start, s.end) or _is_simulated(
        doc.text[: min(doc.title_end, _LONGEST_TITLE)]
    ):
        return "exercise", day
    verb = start if trigger is None else trigger
    before = doc.text[max(a, verb - 60) : verb]
    if known and _PLANNED.search(s.low, before):
        return "hypothetical", day
    if not known and (_infinitive(before) or _MODAL.search(s.low, before) or _HYPOTHETICAL.search(s.low, near)):
        return "hypothetical", day
    if _REMEMBERED.search(s.low, doc.text, max(s.start, verb - 60), verb):
        return "historical", day
    if _ANSWERED.search(s.low, doc.text, max(s.start, verb - 60), verb):
        return "historical", day
    if _YEARS_AFTER.search(s.low, before) or (_WHO_DID.search(before) and _PUNISHED.search(doc.text, s.start, s.end)):
        return "historical", day
    if not named and _opens_with(doc, a, start, months):
        return "earlier", day
    if _TRIED.search(s.low, near):
        return "historical", day
    mark = _STOP.search(doc.text, end, s.end)
    if mark is not None and mark.group() == "?":
        return "hypothetical", day
    news = _THE_WORST.sub("", clause) if "this" in clause else clause
    if (own := _AND_THE_TOLL.search(s.low, doc.text, a, end)) is not None:
        news = doc.text[own.start() : b]  # nobody found since Monday, and the toll has climbed to 412
    if _CUMULATIVE.search(s.low, news) or _LASTING.search(s.low, clause):
        return "cumulative", day
    if not named and _RECALLED.search(s.low, clause):
        return "historical", day
    # The nearest word about time decides: "the commission formed last week to solve the murder of 19 January".
    # What happens "on the anniversary of" something happens now.
    cues = [
        (_gap(a + at, a + until, start, end), True)
        for at, until in past
        if a + at < end or not doc.text.endswith("on the ", a, a + at)
    ]
    cues += [(_gap(a + d.at, a + d.at + 8, start, end), d.bygone) for d in named]
    cues += [(_gap(a + at, a + until, start, end), year < int(doc.day[:4] or 0)) for at, until, year in years]
    month = next(
        (
            _gap(a + at, a + until, start, end)
            for at, until in months
            if (a + at >= end and not _BEFORE_OR_AFTER.search(doc.text, end, a + at))
            or (a + until <= start and _RESULT.fullmatch(doc.text, a + until, start))
        ),
        None,
    )
    if month is not None and all(month <= gap for gap, _ in cues):
        return "earlier", day
    weeks = [_gap(a + at, a + until, start, end) for at, until in past if _WEEKS_AGO.fullmatch(clause, at, until)]
    weeks += [_gap(a + d.at, a + d.at + 8, start, end) for d in named if d.bygone and _WEEKS_AGO.match(clause, d.at)]
    if weeks and min(weeks) <= min(cues)[0] and not _ANOTHER.search(clause):
        return "earlier", day
    return ("historical" if cues and min(cues, key=lambda c: c[0])[1] else "current"), day


@lru_cache(maxsize=8)
def _is_simulated(title: str) -> bool:
    return _SIMULATED.search(title) is not None


@lru_cache(maxsize=16)
def _times_in(
    clause: str, day: str
) -> tuple[tuple[Day, ...], tuple[tuple[int, int], ...], tuple[tuple[int, int, int], ...], tuple[tuple[int, int], ...]]:
    """Return the days, words of the past (start, end) and years (start, end, year) of a clause that date no other verb.

    Kept for the next claim of the clause: a long one with many claims would be read as often as it has claims.
    """
    low = clause.lower()
    return (
        tuple(d for d in days_in(clause, day) if not _of_other_verb(clause, d.at)),
        tuple(m.span() for m in _HISTORICAL.finditer(low, clause) if not _of_other_verb(clause, m.start())),
        tuple(
            (*m.span(), int(m["year"] or m["deed"]))
            for m in _YEAR.finditer(clause)
            if not _of_other_verb(clause, m.start())
        ),
        tuple(span for span in past_months_in(clause, day) if not _of_other_verb(clause, span[0])),
    )


# "The worst was in June, when 24 people died".
_WHEN = (", when", " when", ", in which")


def _opens_with(doc: Document, a: int, start: int, months: Sequence[tuple[int, int]]) -> bool:
    """Return whether a month long past opens the clause that begins at ``a``, or stands right before "when" those died."""
    return any(at <= 1 or (a + until <= start and doc.text.startswith(_WHEN, a + until)) for at, until in months)


def _gap(a: int, b: int, start: int, end: int) -> int:
    return max(0, a - end, start - b)


def _infinitive(before: str) -> bool:
    return bool(re.search(r"(?<!managed )(?<!continued )(?<!proceeded )(?<!began )\bto (?:\w+ly )?$", before))


def status_of(doc: Document, s: Sentence, start: int, end: int, trigger: int) -> ClaimStatus:
    """Return how firm the words ``text[start:end]`` make the claim (denials by a speaker are found with the speaker)."""
    a, b = clause_of(doc, s, start)
    if _REJECTED.search(s.low, doc.text, a, max(start, trigger)):
        return "denied"
    if _WRONG.search(s.low, doc.text, end, b) or _WRONG.search(s.low, doc.text, a, start):
        return "denied"
    if _UNCONFIRMED.search(s.low, doc.text, a, b):
        return "unconfirmed"
    if _POSSIBLE.search(s.low, doc.text, max(a, min(start, trigger) - 30), max(end, trigger)) or re.match(
        r"\s+and (?:feared|presumed|believed)\b|,? (?:and )?(?:feared|presumed) dead", doc.text[end:b]
    ):
        return "possible"
    return "asserted"
