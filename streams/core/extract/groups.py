"""Noun groups: which words belong together, how many are meant, and whether they are people.

Works on words and gazetteer hits alone; where a model gave parts of speech it follows them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from streams.core.extract.quantities import Quantity, quantities
from streams.core.extract.text import Sentence
from streams.core.extract.triggers import COUNTS, TRIGGER_FORMS
from streams.core.gazetteer import Entry


class Group(NamedTuple):
    """Words ``start`` to ``end`` (exclusive) that name something; ``head`` is the word that says what.

    ``how`` is number, one ("a soldier", "his uncle"), the ("the driver"), some ("soldiers"), name or pronoun.
    ``people``
    is yes, no or perhaps (a bare number, an unknown noun). ``kind`` and ``nation`` describe people, ``name`` is the
    person's name as printed.
    """

    start: int
    end: int
    head: int
    how: str
    people: str
    quantity: Quantity | None = None
    kind: str | None = None
    nation: str | None = None
    name: str | None = None
    one: bool = False
    part: bool = False
    """Told as part of a larger group of the sentence: "nine, among them X"."""


_DETERMINERS = frozenset("a an the this that these those another each every both all any some".split())
_POSSESSIVES = frozenset("his her its their our my your".split())
_PRONOUNS = frozenset("he she they we i it who him them us everyone everybody someone somebody nobody none".split())
FUNCTION = frozenset(
    """of in on at by for from with to into onto near under over after before during since until against between among
    amid through across along around about as than if because although though while when where whereas whether which who
    whom whose that and or but nor so yet not no never also only even just still already again too very then there here
    is are was were be been being am do does did done have has had having will would shall should can could may
    might must
    he she it they we i you him her them us me this these those per via without within despite including besides
    inside outside toward towards behind beyond above below upon off out up down back away once twice what how why
    said says say told tells reported reports according added confirmed announced claimed claims late early ago
    now reportedly allegedly apparently however meanwhile later earlier yesterday today tonight tomorrow monday tuesday
    wednesday
    thursday friday saturday sunday nearby today's till amidst following plus like unlike concerning
    regarding himself herself themselves itself""".split()
)
_SAID = frozenset("said says say told tells reported reports added confirmed announced claimed claims".split())
# Verbs that end a noun group where no model says so.
_VERBS = frozenset(
    """hit hits struck strike strikes fired fires launch launches landed fell falls attack attacks attacked exploded explodes
    left leaves leave took takes take came comes come went goes go got gets get made makes make gave gives give
    found finds
    find showed shows show shot began begins begin became becomes become seized seizes destroyed destroys destroy
    downed downs
    pounded pounds rocked rocks injure injures kill kills wound wounds die dies cause causes caused claim follow follows
    followed remain remains remained receive received see sees saw put puts continue continues continued rise rises rose
    meets meet uses used use repel repels foil foils advance advances shoot shoots lost lose loses bring brings
    brought met laid lay lies pulled bled froze starved choked plunged leapt jumped swept
    dragged crashed ran leaving causing claiming sending bringing
    run runs stood stand arrive arrived escaped survived undergo carry carried carries open opened opens targets
    targeted target
    conduct conducted dropped drops burned burn tried want wants believe believes believed know knows fled flee
    entered enter
    free frees capture captures captured recapture recaptures perished succumbed suffered suffer sustained sustain
    slam slams sent sends send
    suffers sustains grazes commit commits carried battles rages downs include includes included""".split()
)
# Not people, though they can be "killed" or "hurt".
THINGS = frozenset(
    """cattle sheep goat goats cow cows horse horses dog dogs cat cats animal animals pig pigs chicken chickens fish bird birds
    elephant elephants tiger lion whale whales shark sharks bee bees tree trees camel camels donkey donkeys
    livestock poultry
    mosquito rat rats wolf wolves bear bears deer dolphin turtle turtles lightning
    game match bill deal economy market markets share shares stock stocks investor investors hope hopes dream
    dreams season
    time times year years day days month months week weeks hour hours minute minutes month night morning evening
    attack attacks blast blasts explosion explosions bomb bombs bombing strike strikes airstrike airstrikes raid raids
    war wars fighting clash clashes shooting shootings incident incidents accident crash area areas city town
    village house
    houses home homes building buildings vehicle vehicles car cars truck bus buses plane planes helicopter base
    bases station
    stations hospital hospitals school schools report reports statement news story video film series show song
    performance
    injury injuries wound wounds death deaths fatality fatalities casualty casualties damage fire fires
    investigation case cases law laws order orders plan plans peace process talks agreement ceasefire truce
    operation operations mission missions campaign offensive assault battle battles violence crime crimes murder murders
    street streets road roads area region province country countries place places site sites scene center centre
    body bodies head heads leg legs arm arms hand hand chest back neck face stomach toll number numbers total
    figure figures
    part parts side sides end start way ways thing things percent money job jobs career chance feeling feelings pride
    interest interests reputation business businesses sales trade company bank row spirit mood dawn noon
    number order matter paper water power river summer winter border tower tanker helicopter computer letter
    portrait portraits poster posters effigy effigies statue statues
    shelter trailer airliner airliners jetliner jetliners liner liners cruiser cruisers destroyer destroyers trawler trawlers
    numbers orders matters papers powers rivers borders towers tankers computers letters shelters trailers tractor
    reactor corner
    quarter quarters headquarters cancer disaster master factor sector motor detector temper weather answer
    member-states danger
    center centers door floor shoulder finger barrier carrier launcher launchers transformer transformers holder
    folder cover
    boulder hammer ladder container containers charter chapter register counter customs freighter fighter-bomber
    specimen
    semen omen regimen after former other another under over later latter number latter wonder slaughter encounter
    newspaper newspapers
    merger takeover tender offer printer scanner router server browser charger trigger heater freezer boiler lighter burner
    newsletter thriller blockbuster character characters villain villains alien aliens zombie zombies monster monsters avatar
    avatars ventilator elevator generator escalator incubator radiator refrigerator calculator indicator accelerator excavator
    separator
    range ranges prayer prayers discover deliver consider remember rather
    minister's government army forces force regime state media""".split()
)
_TITLES = frozenset(
    "gen general lt col colonel maj major sgt sergeant cpl capt captain cmdr adm brig pvt mr mrs ms "
    "dr prof rev father monsignor"
    " msgr president minister deputy senator sen rep gov governor mayor sheikh ayatollah imam "
    "cardinal archbishop bishop priest"
    " judge doctor engineer private corporal lieutenant admiral ambassador king prince princess "
    "queen pope sister brother don"
    " commander leader activist journalist professor attorney lawyer congressman pfc spc officer deputy".split()
)
# Heads of names that are no persons: "the Armed Forces Press Committee".
_BODIES = frozenset(
    """committee commission ministry
    army police brigade front movement party union embassy university church radio agency office
    institute council command government battalion company court congress hospital corps division regiment squad
    cartel college
    school association federation organization organisation department bureau service services center centre group
    assembly
    senate parliament house palace bank newspaper television network news times post international nations forces
    league club
    foundation society directorate secretariat administration guard patrol province municipality canton avenue
    street airport""".split()
)
# Nouns of agents that no list holds: bakers, violinists, janitors. Things with the same ending are THINGS.
_SUFFIX = re.compile(
    r"^[a-z]{2,}(?:[^aeiou]er|[ao]tor|[cn]tor|ist|ician|[a-z]man|[a-z]men|woman|women|eer|grapher|keeper)s?$"
)
_ONE_OF_A_SORT = re.compile(_SUFFIX.pattern + r"|^[a-z]{3,}(?:[ei]an|ese)$")
_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june "
    "july august september"
    " october november december".split()
)


_OPENING = frozenset({'"', "“", "‘", "'", "``"})
_CLOSING = frozenset({'"', "”", "''"})
_NOUNS_IN_LY = frozenset(
    "family ally bully assembly supply reply fly elderly rally monopoly weekly daily anomaly lily".split()
)
# Adverbs open no group, these do: "friendly troops".
_OPEN_IN_LY = _NOUNS_IN_LY | frozenset(
    "deadly friendly early likely lonely monthly only lovely ugly holy unruly".split()
)


# "taken prisoner", "seven suffered burns", "200 are feared dead": no people of their own.
_CAUGHT = frozenset("prisoner hostage captive".split())
_TAKES = frozenset("taken took take takes taking held hold holding kept".split())
_BEARS = frozenset("sustained suffered received".split())
_HARM = frozenset("injury injuries wound wounds burns cuts fractures minor serious severe slight light".split())
_HELD_TO_BE = frozenset("feared presumed believed confirmed".split())
_IS = frozenset("is are was were be been".split())
# "a family of seven", "the crew of 18"
_OF_ALL = frozenset({"of", "the"})
_ORDINALS = frozenset("second third fourth fifth sixth".split())
_DOES = frozenset("was is has died remains remained suffered lost is later".split())
_HOUSEHOLDS = frozenset("family crew team patrol".split())


def _noun_like(s: Sentence, i: int, started: bool) -> bool:
    """Return whether word i can stand in a noun group (``started``: a noun stood before it)."""
    w = s.words[i]
    if w.low[:1].isdigit() and re.fullmatch(r"\d+(?:st|nd|rd|th)", w.low):
        return not started
    if not w.text[0].isalpha() or (w.low in FUNCTION and not (w.text.isupper() and len(w.text) > 1 and w.low == "us")):
        return False
    before = s.words[i - 1].low if i else ""
    after = s.words[i + 1].low if i + 1 < len(s.words) else ""
    if (w.low in _CAUGHT and before in _TAKES) or (w.low in _BEARS and after in _HARM):
        return False
    if (
        w.low == "critical"
        and (before in COUNTS or before.isdigit())
        and (not after[:1].isalpha() or after in FUNCTION)
    ):
        return False  # two dead, one critical
    if w.low == "alive":
        return False
    if (not s.pos and not started and w.low in _HELD_TO_BE and before in _IS) or (w.low == "given" and after == "by"):
        return False
    if w.low in TRIGGER_FORMS and not (w.glued or w.low == "martyrs"):
        return s.pos != () and s.pos[i] == "ADJ" and not started and w.low not in {"dead", "killed", "missing", "hurt"}
    if s.pos:
        pos = s.pos[i]
        if pos in {"NOUN", "PROPN", "ADJ", "X"}:
            return True
        if pos == "VERB":
            return s.dep[i] in {"amod", "compound"} or w.glued
        if pos == "ADV":
            return i + 1 < len(s.words) and s.words[i + 1].glued
        return pos == "NUM" and not w.text[0].isdigit()
    if w.low in _VERBS and not (s.layer != "title" and w.text[0].isupper() and started):
        return False
    if w.low.endswith("ly") and w.text.islower() and w.low not in (_NOUNS_IN_LY if started else _OPEN_IN_LY):
        return False
    if w.text.islower() and (w.low in _POSSESSIVES or w.low in {"a", "an", "the"}):
        return False  # "sent a girl" is two groups
    return not (
        started
        and not w.glued
        and (w.low.endswith("ed") or w.low.endswith("ing"))
        and len(w.low) > 4
        and w.low != "united"
    )


# Words and marks that no group begins with, for a quick look.
_BETWEEN = (FUNCTION - _DETERMINERS - _POSSESSIVES - _PRONOUNS) | frozenset(
    [",", ".", ";", ":", '"', "“", "”", "(", ")"]
)


def groups_of(s: Sentence) -> tuple[Group, ...]:
    """Return the noun groups of the sentence, in reading order, none overlapping."""
    counts = {q.start: q for q in quantities(s.words)}
    entries: dict[int, tuple[int, Entry]] = {h.start: (h.end, h.entry) for h in s.hits}
    inside = {k: h.entry for h in s.hits for k in range(h.start, h.end)}
    out: list[Group] = []
    i, n = 0, len(s.words)
    while i < n:
        low = s.words[i].low
        if low in _BETWEEN and i not in counts and i not in entries:
            i += 1
            continue
        group = _group_at(s, i, counts, entries, inside)
        if group is None:
            i += 1
        else:
            out.append(group)
            i = group.end
    return tuple(out)


def _group_at(
    s: Sentence, i: int, counts: dict[int, Quantity], entries: dict[int, tuple[int, Entry]], inside: dict[int, Entry]
) -> Group | None:
    words, n = s.words, len(s.words)
    start, j = i, i
    determiner = ""
    low = words[i].low
    quantity = counts.get(i)
    if low == "that" and _joins_clauses(s, i, counts):
        return None
    if quantity is None and (low in _DETERMINERS or low in _POSSESSIVES):
        determiner, j = low, i + 1
        while low in {"all", "both"} and j < n and (words[j].low in _OF_ALL or words[j].low in _POSSESSIVES):
            if low == "both" and words[j].low == "the" and words[j - 1].low == "both":
                break  # both the pilot and the passenger
            j += 1  # both of her parents
        if j < n and words[j].low in {"them", "whom", "us", "those"}:
            j = i + 1
        quantity = counts.get(j)
        named = s.layer != "title" and j < n and words[j].text[0].isupper()  # both Ana Ruiz and Juan Paz
        if quantity is None and low == "both" and not named:
            quantity = Quantity(i, i + 1, 2, 2, "exact")
    if quantity is None and low == "a" and i + 2 < n and words[i + 1].low in _ORDINALS and words[i + 2].low in _DOES:
        third = Quantity(i, i + 2, 1, 1, "exact")  # two were killed and a third was wounded
        return Group(i, i + 2, i + 1, "number", "perhaps", third, one=True)
    if determiner:
        pass
    elif quantity is None and low in _PRONOUNS:
        kind = "perhaps" if low in {"it", "us"} else "yes"
        return Group(i, i + 1, i, "pronoun", kind, one=low in {"he", "she", "him", "i"})
    if quantity is not None:
        j = max(j, quantity.end)
        if j + 1 < n and words[j].text in _CLOSING and words[j + 1].low == "of":
            j += 1 + (quantity.qual == "indefinite")  # killed "hundreds" of fighters
        elif j + 1 < n and words[j].text in _OPENING and _noun_like(s, j + 1, False):
            j += 1  # killed 40 "terrorists"
        # "four of the missiles", "N of its soldiers", "N of M"
        out = j + 2 < n and words[j].low == "out" and words[j + 1].low == "of"  # 21 out of 40
        if out or (j + 1 < n and words[j].low == "of" and quantity.qual != "indefinite"):
            k = j + 1 + out
            if words[k].low in _DETERMINERS or words[k].low in _POSSESSIVES:
                k += 1
            if k < n and words[k].low in {"whom", "them", "those", "us"}:
                return Group(start, k + 1, k, "number", "perhaps", quantity._replace(whole=-1))
            if k < n and (k in counts or _noun_like(s, k, False)):
                whole = counts.get(k)
                quantity = quantity._replace(whole=whole.low if whole else None)
                j = whole.end if whole else k
        elif quantity.qual == "indefinite" and j < n and (words[j].low in _DETERMINERS or words[j].low in _POSSESSIVES):
            j += 1  # dozens of his men
    head = -1
    while j < n:
        if j in entries:
            end, entry = entries[j]
            if head >= 0 and entry.kind == "outlet" and s.layer != "title":
                break
            if not (end - j == 1 and not _noun_like(s, j, head >= 0) and entry.kind in {"person", "weapon"}):
                head, j = end - 1, end
                if j < n and words[j].low == "'s":
                    j += 1
                continue
        aged = _age_ends(s, j) if j > start or (j + 1 < n and words[j + 1].glued) else 0
        if aged:
            head, j = aged - 1, aged
            continue
        if words[j].low == "aged" and head >= 0:
            break
        if j in counts and j > start and not words[j].glued and not (head >= 0 and words[j].low == "one"):
            break
        w = words[j]
        if w.glued and w.low in {"in", "by"} and head == j - 1:
            j += 1  # brother-in-law, passer-by, commander-in-chief
            while j < n and words[j].glued:
                j += 1
            continue
        if (
            w.low == "."
            and j + 1 < n
            and head >= 0
            and (words[head].low in _TITLES or len(words[head].text) == 1)
            and head == j - 1
        ):
            j += 1
            continue
        if w.low == "'s" and head == j - 1:
            j += 1
            continue
        if (
            (
                w.text in {"de", "la", "del", "los", "bin", "al", "el", "y", "of"}
                and 0 <= head == j - 1
                and words[head].text[0].isupper()
            )
            and w.text != "of"
            and j + 1 < n
            and words[j + 1].text[0].isupper()
        ):
            j += 1
            continue
        if not _noun_like(s, j, head >= 0) or (head < 0 and quantity is not None and _participle(s, j)):
            break
        head, j = j, j + 1
    if head < 0:
        if quantity is None and determiner == "another" and words[i - 1].low not in {"one", "yet", "after"}:
            alone = Quantity(start, start + 1, 1, 1, "exact")  # "and another was wounded"
            return Group(start, start + 1, start, "number", "perhaps", alone)
        if quantity is None:
            return None
        return Group(start, max(j, quantity.end), quantity.end - 1, "number", "perhaps", quantity)
    end = max(j, head + 1)
    size = counts.get(j + 1) if quantity is None and j + 1 < n and words[j].low == "of" else None
    if (
        size is not None
        and head == j - 1
        and words[head].low in _HOUSEHOLDS
        and not (size.end < n and _noun_like(s, size.end, False))
    ):
        return _described(s, Group(start, size.end, head, "", "perhaps", size), determiner, inside)
    while end > head + 1 and words[end - 1].low in {"'s", "."}:
        end -= 1
    if end < j and words[end].low == "'s" and end == head + 1:
        # a possessive without its noun, "Iran's": still a group, but of the owner
        end = head + 1
    return _described(s, Group(start, end, head, "", "perhaps", quantity), determiner, inside)


def _participle(s: Sentence, j: int) -> bool:
    """Return whether a count is told to have been done something: "1 [detained], 2 hurt", "2 [arrested] after a blast"."""
    w = s.words[j].low
    after = s.words[j + 1].low if j + 1 < len(s.words) else ""
    return w.endswith("ed") and len(w) > 4 and (not after[:1].isalpha() or after in FUNCTION)


def _joins_clauses(s: Sentence, i: int, counts: dict[int, Quantity]) -> bool:
    """Return whether "that" at word i begins a clause ("said that a guard died"), not a group ("killed that man")."""
    if i + 1 >= len(s.words):
        return True
    nxt, before = s.words[i + 1], s.words[i - 1].low if i else ""
    if nxt.low in _DETERMINERS or nxt.low in _POSSESSIVES or i + 1 in counts or nxt.text[0].isupper():
        return True
    return before in _SAID or (before[:1].isalpha() and before not in FUNCTION and before not in TRIGGER_FORMS)


def _described(s: Sentence, g: Group, determiner: str, inside: dict[int, Entry]) -> Group:
    """Return the group with how many, whether people, their kind, nation and name."""
    words = s.words
    nation = None
    kind = None
    person_at = -1
    plural = False
    for k in range(g.start, g.end):
        entry = inside.get(k)
        if entry is None:
            continue
        if entry.kind in {"country", "adjective", "people"} and nation is None:
            nation = entry.code or None
        if entry.kind == "group":
            nation = nation or entry.code or None
            kind = kind or (entry.sort if entry.sort in {"military", "militants", "police"} else None)
        if entry.kind in {"person", "people"} and entry.name not in {"other", "person", "victim", "individual"}:
            person_at, plural = k, entry.more == "plural"
            kind = entry.sort or kind
        elif entry.kind in {"person", "people"}:
            person_at, plural = k, entry.more == "plural"
    head_entry = inside.get(g.head)
    head = words[g.head]
    name = None
    people = "perhaps"
    capital = _capital_run(s, g, inside)
    if head.low == "old" and not (
        g.head - 2 >= g.start and words[g.head - 1].low[:4] in {"year", "mont", "week", "days"}
    ):
        people = "no"
    elif head.low == "old":
        people = "yes"
        kind = "children" if words[g.head - 2].low.isdigit() and int(words[g.head - 2].low) < 18 else kind
    elif head_entry is not None and head_entry.kind == "leader":
        people, name = "yes", head_entry.name
    elif head_entry is not None and head_entry.kind in {"person", "people"}:
        people = "yes"
        if head.low in {"police", "personnel", "staff", "crew", "troops"}:
            plural = True
        if head.low in {"crew", "family", "police", "staff", "personnel"} and g.quantity is None:
            people = "perhaps"
    elif g.head > g.start and words[g.head - 1].low == "old" and head.text[0].isupper():
        people, name = "yes", head.text  # two-year-old Mila
    elif (named := _surname_of_a_place(s, g, inside)) is not None:
        name = s_text(s, named, g.end)
        people = "yes" if named > g.start and _is_title(s, named - 1, inside) else "perhaps"
    elif (
        head.low in THINGS
        or (head.text[0].isupper() and head.low in _BODIES)
        or (head_entry is not None and head_entry.kind in {"weapon", "place", "country", "outlet", "group"})
    ):
        people = "no"
    elif head_entry is not None and head_entry.kind == "adjective":
        people = "no" if g.quantity is None and determiner not in {"a", "an", "another"} else "yes"
    elif capital == g.head and determiner in {"a", "an"} and _ONE_OF_A_SORT.search(head.low) and head.low not in THINGS:
        people = "yes"  # a Baker, an Ecuadorean
    elif capital is not None:
        start = capital
        name = s_text(s, start, g.end)
        # "Bishop Oscar Romero", "Gen. Franco", or two capitals of which none is in a list
        titled = start > g.start and _is_title(s, start - 1, inside)
        people = "yes" if titled or g.end - start >= 2 else "perhaps"
    elif head.low in _CALENDAR:
        people = "no"
    elif (
        _SUFFIX.search(head.low) and head.low.removesuffix("s") not in THINGS and (not s.pos or s.pos[g.head] == "NOUN")
    ):
        people, plural = "yes", head.low.endswith("s")
    pair = head.low in {"couple", "twins"} or (plural and any(words[k].low == "twin" for k in range(g.start, g.head)))
    if pair and g.quantity is None and people == "yes":
        at = g.head if head.low in {"couple", "twins"} else g.head - 1
        g = g._replace(quantity=Quantity(at, at + 1, 2, 2, "exact"))
    how = _how(
        g, determiner, plural or (people != "yes" and head.low.endswith("s") and not head.low.endswith("ss")), name
    )
    one = (g.quantity.low == 1 and g.quantity.qual == "exact") if g.quantity else how in {"one", "the", "name"}
    if person_at < 0 and name is None:
        kind = kind if people == "yes" else None
    return g._replace(how=how, people=people, kind=kind, nation=nation, name=name, one=one)


_NO = Entry("place", "")
# Before a place's name these are a part of it: "Western Mosul", "New Moreno".
_BEFORE_PLACES = frozenset(
    """north south east west northern southern eastern western central downtown greater upper lower new old port san santa
    santo saint st el la los las fort mount lake camp villa puerto rio cape greater inner outer occupied rural""".split()
)


def _is_title(s: Sentence, k: int, inside: dict[int, Entry]) -> bool:
    """Return whether word k is what a person is called by before the name."""
    w = s.words[k]
    return w.low in _TITLES or w.text == "." or inside.get(k, _NO).kind == "person"


def _surname_of_a_place(s: Sentence, g: Group, inside: dict[int, Entry]) -> int | None:
    """Return where "Juan Moreno" begins, though Moreno is a town in the list; None where the place may be meant."""
    entry = inside.get(g.head)
    if g.quantity is not None or s.layer == "title" or entry is None or entry.kind != "place":
        return None
    k = g.head
    while k > g.start and inside.get(k - 1) is entry:
        k -= 1
    first = k
    while first > g.start:
        w = s.words[first - 1]
        if (
            not w.text[0].isupper()
            or w.text.isupper()
            or w.glued
            or first - 1 in inside
            or _is_title(s, first - 1, inside)
        ):
            break
        if w.low in _BEFORE_PLACES or w.low in _BODIES or w.low in _CALENDAR or w.low in _DETERMINERS or len(w.low) < 3:
            return None
        first -= 1
    return first if first < k else None


def _age_ends(s: Sentence, j: int) -> int:
    """Return the word after "22-year-old" or "22 year old" at word j, 0 where none stands."""
    words = s.words
    if (
        j + 2 < len(words)
        and words[j + 1].low in {"year", "month", "week", "day", "years", "months"}
        and words[j + 2].low == "old"
    ):
        aged = words[j].low[0].isdigit() or words[j + 1].glued
        return j + 3 if aged else 0
    return 0


def s_text(s: Sentence, a: int, b: int) -> str:
    """Return words a to b (exclusive) as printed, with single blanks between."""
    out = s.words[a].text
    for k in range(a + 1, b):
        w = s.words[k]
        gap = " " if w.start > s.words[k - 1].end and not w.glued else "-" if w.glued else ""
        out += gap + w.text
    return out


def _capital_run(s: Sentence, g: Group, inside: dict[int, Entry]) -> int | None:
    """Return where the name at the end of the group begins, None where it ends in no name."""
    if g.quantity is not None and g.quantity.low != 1:
        return None
    k = g.end
    while k > g.start:
        w = s.words[k - 1]
        entry = inside.get(k - 1)
        if w.text in {"de", "la", "del", "los", "bin", "al", "el", "y", ".", "d"} or w.glued:
            k -= 1
            continue
        if not w.text[0].isupper() or (
            entry is not None
            and entry.kind in {"person", "people", "adjective", "group", "outlet", "weapon", "country"}
        ):
            break
        if w.low in _TITLES or w.low in _CALENDAR or w.low in _DETERMINERS or w.low in _POSSESSIVES:
            break
        k -= 1
    while (
        k < g.end
        and (s.words[k].text == "." or s.words[k].glued or s.words[k].text[0].islower())
        and s.words[k].text not in {"al", "el", "bin"}
    ):
        k += 1
    if k >= g.end or k > g.head:
        return None
    if s.layer == "title" and not s.pos and g.end - k < 2:
        return None
    return k


def _how(g: Group, determiner: str, plural: bool, name: str | None) -> str:
    if g.quantity is not None:
        return "number"
    if name is not None:
        return "name"
    if plural:
        return "some"
    if determiner in {"a", "an", "another", "every", "each"} or determiner in _POSSESSIVES:
        return "one"
    if determiner:
        return "the"
    return "bare"
