"""Who was hurt: from a trigger to the groups of people that it hurt. Syntax of a model first where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from streams.core.extract.groups import Group
from streams.core.extract.linker import JOINS, OPENERS, PREPOSITIONS, TIMES, WHEN_THEY, Linker
from streams.core.extract.listing import BE, is_victim, people_from
from streams.core.extract.quantities import quantities
from streams.core.extract.text import Sentence
from streams.core.extract.triggers import KIN, Trigger
from streams.core.model import ClaimKind


class Link(NamedTuple):
    """A trigger, and a group of people that it hurt. ``kind`` may differ from the trigger's (killed and wounded)."""

    kind: ClaimKind
    group: Group
    trigger: Trigger


# No sentence of a newsroom has more; hostile text does.
_MOST_TRIGGERS = 12
_MOST_IN_A_PART = 1000
_SUBSET = frozenset({"including", "among"})


def links_of(s: Sentence, groups: Sequence[Group], triggers: Sequence[Trigger]) -> list[Link]:
    """Return every (trigger, people) of the sentence; a group is linked to one trigger of a kind at most."""
    k = Linker(s, groups, triggers[:_MOST_TRIGGERS])
    out: list[Link] = []
    used: set[tuple[str, int]] = set()
    figures = {g.head: t for t in k.triggers for g in _number_of(k, t) or ()}
    for t in k.triggers:
        found = [_all_of(k, _with_others(k, g), t) for g in _victims(k, t) if figures.get(g.head, t) == t]
        kind: ClaimKind = "killed" if t.kind == "wounded" and (_to_death(k, t) or _fatal(k, t)) else t.kind
        if t.voice == "lost" and any(x.kind == "casualties" and 0 <= x.start - t.end < 14 for x in k.triggers):
            kind = "casualties"  # lost 430 soldiers, killed and wounded
        for g in found:
            if k.low(g.start - 1) == "no":
                continue  # no priest has ever been murdered
            if g.part:
                pass
            elif (
                g.how == "pronoun"
                or (k.low(g.start - 1) in _SUBSET and k.low(g.start - 2) not in BE and g.start - 1 not in k.ends)
                or (k.low(g.start - 1) in {"them", "these"} and k.low(g.start - 2) in {"among", "of"})
            ) or (
                k.low(g.start - 1) == ","
                and k.low(g.start - 2) in {"them", "whom"}
                and not (g.how == "name" and k.low(g.start - 4) == "one")  # one of them, Deputy X, died
            ):
                continue
            if (kind, g.head) in used:
                continue
            used.add((kind, g.head))
            out.append(Link(kind, g, t))
    dead = {
        x.group.head
        for x in out
        if x.kind == "killed" and (x.trigger.voice == "bodies" or k.low(x.trigger.start) == "dead")
    }
    return [
        x for x in out if x.kind != "wounded" or x.group.head not in dead
    ]  # bodies of men, all shot; shot three dead


def _with_others(k: Linker, g: Group) -> Group:
    """Return the first of "she and three others" as one person; any other group as it is."""
    n = k.starts.get(g.end + 1) if k.low(g.end) == "and" and k.low(g.start) in {"he", "she"} else None
    if n is None or k.groups[n].quantity is None or k.low(k.groups[n].head) not in {"other", "others", "another"}:
        return g
    return g._replace(how="one")


def _all_of(k: Linker, g: Group, t: Trigger) -> Group:
    """Return all the people for one of them: "one of the four guards who were wounded [told]", "... guards wounded [told]"."""
    q = g.quantity
    if q is None or q.whole is None or q.low != 1 or not 1 < q.whole < _MOST_IN_A_PART:
        return g
    many = k.low(g.end) in {"who", "that"} and k.low(g.end + 1) in {"were", "have", "had", "are"}
    if not many and not (t.start == g.end and t.voice in {"either", "intransitive"} and k.low(t.end) not in _CLOSES):
        return g
    counted = quantities(k.words[q.end : g.end])
    if not counted:
        return g
    whole = counted[0]._replace(start=q.end + counted[0].start, end=q.end + counted[0].end)
    return g._replace(start=whole.start, quantity=whole, one=False)


_CLOSES = frozenset({"", ".", ",", ";", "and", "in"})


def _to_death(k: Linker, t: Trigger) -> bool:
    """Return whether "shot two men to death" goes on so: a death, before any other verb that hurts."""
    for i in range(t.end, min(t.end + 12, len(k.words) - 1)):
        if k.low(i) == "to" and k.low(i + 1) == "death":
            return True
        if k.low(i) == "alive" and k.low(t.start) in {"burned", "burnt"}:
            return True
        if i in k.trigger_words or k.low(i) in {";", ".", "but"}:
            return False
    return False


def _counted_alone(found: list[Group]) -> list[Group]:
    """Return a bare number without the people before it: of "31 died, including seven women, and 68 injured" the 68."""
    bare = [g.quantity is not None and g.head < g.quantity.end for g in found]
    return found[-1:] if bare[-1:] == [True] and not all(bare) else found


def _of_them(k: Linker, t: Trigger) -> list[Group]:
    """Return the 14 of "shot dead 14 of them", who were told of before."""
    n = k.starts.get(t.end)
    q = k.groups[n].quantity if n is not None else None
    if n is None or q is None or q.whole != -1 or k.low(k.groups[n].end - 1) != "them":
        return []
    return [k.groups[n]._replace(quantity=q._replace(whole=None))]


def _fatal(k: Linker, t: Trigger) -> bool:
    """Return whether a wound is told as deadly: "a fatal gunshot wound", "the man with bullet wounds died"."""
    if t.voice == "nominal" and k.low(t.start - 1) in {"fatal", "deadly", "mortal"}:
        return True  # the fatal injury of a resident
    return k.low(t.end - 1) in _HARMS and (
        k.low(t.start - 1) in {"fatal", "deadly", "mortal"} or k.low(t.end) in {"died", "succumbed"}
    )


def _victims(k: Linker, t: Trigger) -> list[Group]:
    low = k.low
    if (number := _number_of(k, t)) is not None:
        return number
    if t.start == 0 and low(t.end) == ":" and t.end + 1 in k.starts:
        told = k.groups[k.starts[t.end + 1]]
        if told.quantity is not None and told.end == told.quantity.end:
            return [told]  # Dead: 21
    if (low(t.start - 1), low(t.end)) == ("the", "at") and t.end == t.start + 1 and t.end + 1 in k.starts:
        told = k.groups[k.starts[t.end + 1]]
        if told.quantity is not None and told.people != "no":
            return [told, *_parts_after(k, t, counts=True)]  # put the injured at 45
    if low(t.end) in {"himself", "herself", "self"}:
        return _himself(k, t) + (k.rightward(t.end + 2) if low(t.end + 1) == "and" else [])
    if low(t.end) in {"themselves", "itself"}:
        return []
    if low(t.end) in _HE_OR_SHE and t.voice in {"active", "either"} and (found := _before_him(k, t)):
        return found
    if (low(t.start - 1), low(t.start)) == ("the", "dead") and (named := _listed(k, t)):
        first = named[0]  # among the dead were three children
        whole = first.quantity is not None and low(first.end) == "," and low(first.end + 1) == "including"
        return [first._replace(part=False)] if whole else [g._replace(part=True) for g in named]
    if low(t.start - 2) == "among" and low(t.start - 1) in {"the", "those"} and low(t.start - 3) in BE:
        return [g._replace(part=True) for g in k.leftward(t.start - 3)]  # a boy was among the dead
    if low(t.end - 1) == "condition":
        j = t.start - 1 - (low(t.start - 1) == "a")
        if low(j) != "in":
            return []
        t = t._replace(start=j)
        if not (found := k.subjects(t)):
            found = _taken(k, t)
        return found or k.by_syntax(t)
    if low(t.end - 1) in _HARMS and (found := _carriers(k, t)):
        return found
    if low(t.end - 1) in {"shooting", "stabbing"} and (
        low(t.start - 1) == "the"
        or t.end not in k.starts
        or low(t.end) in _AFTER_SHOOTING
        or low(k.groups[k.starts[t.end]].head) in _AFTER_SHOOTING
    ):
        return []
    if t.kind == "wounded" and low(t.start - 1) in {"a", "an"} and t.end in k.starts:
        hurt = k.groups[k.starts[t.end]]
        return [hurt._replace(how="one", one=True)] if hurt.people == "yes" and hurt.quantity is None else []
    if t.voice in {"either", "active"} and (found := _of_them(k, t)):
        return found
    if t.voice == "either":
        aim = t.end + low(t.end).endswith("ly")
        if low(t.start) == "shot" and low(aim) in _AT and k.s.layer != "title" and low(t.start - 1) not in BE:
            return []  # four youths shot at the policemen, repeatedly into a crowd
        if _after_the(k, t.start) and (named := _listed(k, t)):
            return named
        if low(t.start - 1) == "the" and low(t.end) == "," and t.end + 1 in k.starts:
            all_told = k.groups[k.starts[t.end + 1]]
            whole = all_told.quantity is not None and low(all_told.end) in {"in", "of", "altogether", "people"}
            return [all_told] if whole else []
        at = t.start - 1 if low(t.start - 1) not in {"recently", "late", "newly"} else t.start - 2
        adjective = low(at) in {"the", "a", "an", "of"} and t.end in k.starts
        if adjective and (t.start not in k.ends):
            return []  # "the murdered magistrate": background, told for somebody else's sake
        if low(t.start - 1) in OPENERS and low(t.start - 2) in {"died", "dead", "dies", "killed"}:
            return []
        if low(t.start - 1) == "being" and any(low(i) in {"died", "dead", "dies"} for i in range(t.start - 5, t.start)):
            return []  # has died after being shot
        if low(t.start - 1) == "being" and low(t.start - 2) in {
            "after",
            "from",
            "before",
            "for",
            "survives",
            "survived",
        }:
            return _of_the_sentence(k, t)
        passive = k.passive_here(t)
        if k.hurts_a_thing(t) and low(t.start - 1) not in BE:
            return []
        by_rule = _counted_alone(k.subjects(t)) if passive else k.objects(t)
        if passive and by_rule and "among" in {low(by_rule[0].start), low(by_rule[0].start - 1)}:
            at = by_rule[0].start - (low(by_rule[0].start) != "among")
            if by_rule[0].quantity is not None and at in k.ends:  # gunman among five killed
                return [by_rule[0], *(g._replace(part=True) for g in k.leftward(at))]
            if by_rule[0].quantity is not None and low(at - 1) in BE:  # X was among the 12 people killed
                return [by_rule[0], *(g._replace(part=True) for g in k.leftward(at - 1))]
            return [g._replace(part=True) for g in _inverted(k, t) if g.how == "name"]
        if passive and not by_rule and (t.start == 0 or low(t.start - 1) in {"also", "among", "those"}):
            by_rule = _inverted(k, t)
        if not by_rule and not passive and low(t.start - 1) not in BE:
            by_rule = []
        found = (by_rule or k.by_syntax(t)) + (_companions(k, t) if passive else [])
        return found + (_parts_after(k, t, counts=not passive) if _many(found) else [])
    if t.voice == "active":
        found = k.objects(t)
        if not found and low(t.start - 1) == "'s":
            found = k.leftward(t.start - 1) or k.leftward(t.start)
        if not found:
            found = _of_later(k, t)
        return (found or k.by_syntax(t)) + (_parts_after(k, t, counts=True) if _many(found) else [])
    if t.voice in {"passive", "intransitive"}:
        if low(t.end) in {"body", "bodies", "laughing", "end", "line", "heat", "serious", "set", "sea", "letter"}:
            return []
        found = k.subjects(t)
        if found:
            found += _companions(k, t)
            found += _parts_after(k, t, counts=True) if _many(found) else []
        colon = next((i for i in range(t.end, t.end + 6) if low(i) == ":"), None)
        if colon is not None and (named := [g for g in _names_from(k, colon + 1) if g.how == "name"]):
            return named
        if not found and low(t.end) in {":", "are", "were", "include", "included"} and low(t.start - 1) != "the":
            found = k.rightward(t.end + 1)
        return found or k.by_syntax(t)
    if t.voice == "nominal":
        return _nominal(k, t)
    if t.voice == "carried":
        return _carriers(k, t)
    if t.voice == "bodies":
        counted = _counted_noun(k, t)
        if low(t.start) == "martyrs":  # "three martyrs in a raid", not "thousands of martyrs"
            exact = counted is not None and counted.quantity is not None and counted.quantity.qual != "indefinite"
            return [counted] if counted is not None and exact else []
        if counted is not None:
            return [counted]
        if low(t.end - 1) == "of":
            return k.rightward(t.end, whole=True)
        return k.rightward(t.end + 1, whole=True) if low(t.end) == "of" else []
    if t.voice == "lives":
        if low(t.end - 1) == "of" or low(t.end) == "of":
            return k.rightward(t.end if low(t.end - 1) == "of" else t.end + 1, whole=True)
        n = k.ends.get(t.start - (low(t.start - 1) in {"their", "his", "her"}))  # cost three guards their lives
        if n is not None and k.groups[n].quantity is not None:
            return [k.groups[n]]
        if low(t.start) == "lives" and (counted := _counted_noun(k, t)) is not None:
            return [counted]
        return k.subjects(t) if low(t.start) in {"lost", "lose", "losing"} else []
    if t.voice == "lost":
        found = k.rightward(t.end)
        return [
            g
            for g in found
            if g.people == "yes"
            and (g.quantity is not None or g.how in {"one", "some"})
            and (
                low(g.head) in KIN
                or (g.quantity is not None and (g.kind in {"military", "militants", "police"} or low(g.head) in _RANKS))
            )
        ]
    return []


def _among(k: Linker, g: Group) -> list[Group]:
    """Return whom a headline tells as one of a count: "Gunman among [five] dead"."""
    at = g.start - 1
    if k.low(at) != "among" or at not in k.ends:
        return []
    one = k.groups[k.ends[at]]
    return [one._replace(part=True)] if one.people == "yes" else []


def _many(found: Sequence[Group]) -> bool:
    return any(g.quantity is not None and g.quantity.low != 1 for g in found)


_RANKS = frozenset("men people fighters members".split())
_AT = frozenset("at into toward towards".split())
_REACHES = frozenset("to at as reached reaches was is hit surpassed exceeded".split())


def _number_of(k: Linker, t: Trigger) -> list[Group] | None:
    """Return the figure of "the number of people killed has risen to 22", nobody without one; None for other sentences."""
    of = next((i for i in range(t.start - 1, max(0, t.start - 7), -1) if k.low(i) == "of"), 0)
    if any(i in k.trigger_words for i in range(of, t.start)):
        return None
    if k.low(of - 1) not in {"number", "numbers"} or k.low(of - 2) not in {"the", "total", "official", "overall"}:
        return None
    told = next((g for g in k.groups if g.quantity is not None and g.quantity.end == of + 1), None)
    if told is not None:
        return [told]  # brings to 96 the number of
    for g in k.groups:
        if g.start >= t.end + 18 or any(i in k.trigger_words for i in range(t.end, g.start)):
            break
        if g.start >= t.end and g.quantity is not None and g.people != "no" and k.low(g.start - 1) in _REACHES:
            who = k.groups[k.starts[of + 1]] if of + 1 in k.starts else g
            bare = g.end == g.quantity.end and who.people == "yes" and who.quantity is None
            return [who._replace(quantity=g.quantity, how="number", one=False) if bare else g]
    return []


_WHEN = TIMES | frozenset(
    "last past this during in on at near of the early late two three few recent 1 2 24 48 72 yesterday january february march "
    "april may june july august september october november december".split()
)


def _of_later(k: Linker, t: Trigger) -> list[Group]:
    """Return whom "the killing last Thursday of X" names."""
    for i in range(t.end, min(t.end + 9, len(k.words))):
        if k.low(i) == "of" and k.low(i + 1) not in _WHEN and not k.low(i + 1).isdigit():
            return k.rightward(i + 1, whole=True)
        if k.low(i) not in _WHEN and not k.low(i).isdigit() and not (i > t.end and k.words[i].text[0].isupper()):
            break
    return []


def _after_the(k: Linker, i: int) -> bool:
    """Return whether "the", "the other" or "the two other" stands before word i."""
    j = i - 1
    while k.low(j) == "other" or k.low(j) in _FEW or k.low(j).isdigit():
        j -= 1
    return k.low(j) == "the"


_FEW = frozenset("two three four five six".split())


def _listed(k: Linker, t: Trigger) -> list[Group]:
    """Return the names of "The dead were X and Y", "among the injured are X, 53; Y, 24", "the dead included X"."""
    for i in range(t.end, min(t.end + 3, len(k.words))):
        if k.low(i) in {"were", "are", "include", "included"} or (k.low(i) == "identified" and k.low(i + 1) == "as"):
            start = i + 1 if k.low(i) != "identified" else i + 2
            if k.low(start) == "identified":
                start += 2
            return [
                g._replace(part=g.how != "name") for g in _names_from(k, start) if g.how in {"name", "one", "number"}
            ]
    return []


def _names_from(k: Linker, i: int) -> list[Group]:
    """Return the groups of a list that may have ages and semicolons between its names."""
    out: list[Group] = []
    while i < len(k.words):
        n = k.starts.get(i)
        if n is not None:
            if is_victim(k.groups[n]):
                out.append(k.groups[n])
            elif len(out) < 3:  # a long list goes on past a name that cannot be read
                break
            i = k.groups[n].end
        elif k.low(i) in {",", ";", "and"} or k.low(i).isdigit():
            i += 1
        else:
            break
    return out


def _of_the_sentence(k: Linker, t: Trigger) -> list[Group]:
    """Return the people who are the subject of the sentence: who "is in hospital after being shot"."""
    verb = next((i for i in range(t.start - 1, 0, -1) if k.low(i) in {"was", "were", "is", "are"}), None)
    if verb is not None and (near := k.leftward(verb)):
        return near  # the hospital to which the nun was taken after being wounded
    first = next((g for g in k.groups if is_victim(g) and g.how != "pronoun"), None)
    if first is None or k.low(first.start - 1) in PREPOSITIONS:
        return []
    found = people_from(k.row, first.start, "its verb")
    return [*found.groups] if found is not None else []


_HARMS = frozenset("injuries injury wounds wound burns".split())
_SUFFER = frozenset(
    "with suffered suffering sustained sustaining received receiving suffers sustains for from of".split()
)
_HAS = frozenset("has have had".split())
_GRAVE = frozenset(
    "a an the life threatening non not serious critical minor severe grave slight light multiple several superficial "
    "apparent apparently self inflicted her his their - gunshot bullet head leg arm chest back".split()
)
_AFTER_SHOOTING = frozenset(
    "victim victims suspect suspects gunman survivor survivors witness witnesses detectives investigators".split()
)
_FOUND = frozenset("found find finds discovered located saw".split())
_CAME = frozenset(
    "escaped survived emerged was were is are went came walked arrived showed turned appeared remains remain".split()
)


def _carriers(k: Linker, t: Trigger) -> list[Group]:
    """Return who "suffered minor injuries", "has grave injuries", or "was taken to hospital with gunshot wounds"."""
    near = range(t.start - 1, max(-1, t.start - 7), -1)
    j = next((i for i in near if k.low(i) in _SUFFER or k.low(i) in _HAS), None)
    if j is None or any(
        k.low(i) in {"no", "any", "not", ",", "of"} and k.low(i + 1) != "life" for i in range(j + 1, t.start)
    ):
        return []
    if any(k.low(i).endswith("ing") and k.low(i) != "threatening" for i in range(j + 1, t.start)):
        return []  # charged with a crime causing injury
    if k.low(j) in _HAS and not all(k.low(i) in _GRAVE for i in range(j + 1, t.start)):
        return []
    while k.low(j) in {"for", "from", "of"} and k.low(j - 1) in {"treatment", "suffering", "treated", "recovering"}:
        j -= 1
    if k.low(j) in {"from", "of"}:
        return []
    while k.low(j - 1) in {"has", "have", "had", "also", "only", "after", "both", "who", "which", "for"}:
        j -= 1
    if found := k.leftward(j):
        return found
    verb = next((i for i in range(j - 1, max(0, j - 18), -1) if k.low(i) in _CAME | _FOUND), None)
    if verb is None:
        return []
    if k.low(verb) in _FOUND:  # officers found a clerk, 21, lying in a car with a bullet wound
        return k.objects(t._replace(end=verb + 1)) if k.low(verb - 1) not in BE else k.leftward(verb - 1)
    while k.low(verb - 1) in {"had", "has", "have"}:
        verb -= 1
    return k.leftward(verb)


def _taken(k: Linker, t: Trigger) -> list[Group]:
    """Return who "was flown to a clinic in critical condition"."""
    for i in range(t.start - 1, max(0, t.start - 16), -1):
        if k.low(i) in {"was", "were"}:
            return k.leftward(i - (k.low(i - 1) == "who"))
        if i in k.trigger_words or k.low(i) in {",", ";", "and", "that"}:
            break
    return []


def _himself(k: Linker, t: Trigger) -> list[Group]:
    """Return who shot himself: the person right before the verb, an age aside, or who did what comes before "and"."""
    j = t.start
    while k.low(j - 1).endswith("ly") or k.low(j - 1) in {"then", "who", "also", "had", "has"}:
        j -= 1
    if k.low(j - 1) == ",":
        j = k.past_age_left(j - 1)
    n = k.ends.get(j)
    if n is None:
        return _doer(k, j)
    if k.groups[n].people != "yes" or k.groups[n].how == "pronoun":
        return _doer(k, j)
    before = k.low(k.groups[n].start - 1)
    return [] if before in PREPOSITIONS and before not in WHEN_THEY else [k.groups[n]]


_NOT_AN_OBJECT = frozenset(", that when as after before while because said say says and but if until who".split()) | {
    ""
}
_HE_OR_SHE = {
    "him": frozenset("woman girl mother wife daughter sister grandmother aunt".split()),
    "her": frozenset("man boy father husband son brother grandfather uncle".split()),
}


def _before_him(k: Linker, t: Trigger) -> list[Group]:
    """Return whom "him" means in "seized the mayor and shot him", "fired at a nurse, wounding her": the object before."""
    joined = k.low(t.start - 1) in {"and", ","} and k.ends.get(t.end + 1) == k.starts.get(t.end)
    for g in reversed([g for g in k.groups if g.end < t.start] if joined else []):
        if any(i in k.trigger_words or k.low(i) in {";", ":"} for i in range(g.end, t.start)):
            return []
        if g.people == "yes" and g.one and g.how != "pronoun":
            fits = k.low(g.head) not in _HE_OR_SHE[k.low(t.end)] and k.low(g.start - 1) not in _NOT_AN_OBJECT
            return [g] if fits else []
    return []


def _doer(k: Linker, end: int) -> list[Group]:
    """Return the one person of whom the clause before word ``end`` tells: "the nephew found a gun and [shot himself]"."""
    for g in reversed([g for g in k.groups if g.end < end]):
        if any(i in k.trigger_words or k.low(i) in {";", ":", "that"} for i in range(g.end, end)):
            return []
        before, after = k.low(g.start - 1), k.past_age(g.end)
        free = before not in PREPOSITIONS or before in WHEN_THEY
        does = k.low(after) in {",", "who"} or (k.low(after).isalpha() and k.low(after) not in PREPOSITIONS | JOINS)
        if g.people == "yes" and g.one and g.how != "pronoun" and free and does:
            return [] if g.start in k.ends else [g]  # the car [that] his aunt was driving
    return []


def _companions(k: Linker, t: Trigger) -> list[Group]:
    """Return whom ", along with two of his guards" adds after a passive trigger."""
    for i in range(t.end, min(t.end + 25, len(k.words) - 2)):
        if k.low(i) in {"along", "together"} and k.low(i + 1) == "with":
            return k.rightward(i + 2)
        if k.low(i) == "alongside" or (k.low(i) == "with" and i <= t.end + 1):
            return [g for g in k.rightward(i + 1) if g.people == "yes" and g.how in {"number", "one", "name"}]
        if k.low(i) in {";", ":"} or i in k.trigger_words:
            break
    return []


def _parts_after(k: Linker, t: Trigger, *, counts: bool) -> list[Group]:
    """Return whom ", including the mayor Ana Ruiz" names behind the verb as parts of its subject or object.

    With ``counts`` also groups: "killed 23 people overnight, among them nine children".
    """
    for i in range(t.end, min(t.end + 14, len(k.words) - 1)):
        if k.low(i) in {"including", "among"} and k.low(i - 1) == ",":
            start = i + 1 + (k.low(i + 1) in {"them", "whom"})
            found = people_from(k.row, start, "its verb")
            if found is None or found.end in k.trigger_words or k.low(found.end) in BE:
                return []
            told = {"name", "one", "number"} if counts else {"name"}
            return [
                g._replace(part=True)
                for g in found.groups
                if g.how in told or _of_a_trade(k, g) or (counts and g.how in {"bare", "the"} and g.people == "yes")
            ]
        if k.low(i) in {";", ":"} or i in k.trigger_words:
            break
    return []


# Of twelve hurt "four children" says what they are like, "three policemen" whom else it hit.
_BY_AGE_AND_SEX = frozenset(
    "children women men minors girls boys babies infants toddlers teenagers youths youngsters elderly civilians people "
    "persons others".split()
)


def _of_a_trade(k: Linker, g: Group) -> bool:
    return g.how in {"number", "one"} and g.people == "yes" and k.low(g.head) not in _BY_AGE_AND_SEX


def _inverted(k: Linker, t: Trigger) -> list[Group]:
    """Return whom "Killed in the attack were X and Y" names."""
    for i in range(t.end, min(t.end + 12, len(k.words))):
        if k.low(i) in {"were", "was"}:
            return k.rightward(i + 1)
    return []


def _counted_noun(k: Linker, t: Trigger) -> Group | None:
    """Return the count of "six bodies" or "12 deaths" as a group without a noun of its own."""
    j = t.start
    while k.low(t.end - 1) != "dead" and k.low(j - 1) in _SURE:  # 21 confirmed deaths
        j -= 1
    for n in (k.at.get(t.start), k.ends.get(t.start), k.ends.get(j)):
        if n is not None and (q := k.groups[n].quantity) is not None and q.end <= t.start and q.whole != -1:
            return Group(q.start, q.end, q.end - 1, "number", "perhaps", q)
    return None


_SURE = frozenset("confirmed reported".split())
_GO = frozenset("rose rise rises risen climb climbed climbs jumped fell stand stands stood reached reach".split())
_LEAVES = frozenset("left leaves leaving and in with".split())
"""Words before "a guard dead": whom an attack left so."""
_TOLL_WORDS = frozenset({"toll", "count"})
_CALLED = frozenset(
    "lay lie lies lying found left pronounced declared confirmed presumed feared believed reported".split()
)
_TAKEN_BACK = frozenset("earlier previous original".split())


def _nominal(k: Linker, t: Trigger) -> list[Group]:
    low = k.low
    last = low(t.end - 1)
    if last in {"of", "to"}:
        return k.rightward(t.end, whole=True)
    if low(t.start) in {"killed", "dead"} and low(t.start - 1) in BE and (both := k.subjects(t)):
        return both  # at least 20 people had been killed or wounded
    if last in _TOLL_WORDS:
        if low(t.start - 1) in _TAKEN_BACK or low(t.start - 2) in _TAKEN_BACK:
            return []  # correcting an earlier toll of 34
        for g in k.groups:
            if (
                t.end <= g.start <= t.end + 12
                and g.quantity is not None
                and g.people != "no"
                and low(g.start - 1) != "from"
            ):
                return [g, *_parts_after(k, t, counts=True)]
        n = k.ends.get(t.start)
        return (
            [k.groups[n]]
            if n is not None and k.groups[n].quantity is not None and k.groups[n].people == "perhaps"
            else []
        )
    counted = _counted_noun(k, t)
    if counted is None and t.end - t.start > 1 and t.end in k.starts:
        hurt = k.groups[k.starts[t.end]]
        if hurt.quantity is not None and is_victim(hurt):
            return [hurt]  # has killed or wounded 900 soldiers
    if counted is not None:
        n = k.ends.get(t.start)
        people = n is not None and k.groups[n].people == "yes" and k.groups[n].quantity is not None
        told = k.groups[n] if n is not None and people and last == "dead" else counted  # seven tourists dead
        if last != "dead" or told.one:
            return [told]
        return [told, *_among(k, told), *_parts_after(k, t, counts=True)]
    if low(t.end) in _GO:  # deaths rose to 21
        reached = (g for g in k.groups if t.end < g.start <= t.end + 5 and g.quantity is not None and g.people != "no")
        return [g for g in reached if low(g.start - 1) in _REACHES][:1]
    if last == "dead" and (low(t.start - 1) in BE or low(t.start - 1) in _CALLED):
        return k.subjects(t)
    n = k.ends.get(t.start - (low(t.start - 1) in {"aboard", "inside"}))  # all nine aboard dead
    if n is not None:
        g = k.groups[n]
        if g.quantity is not None and g.people != "no":
            return [g, *_among(k, g), *(_parts_after(k, t, counts=True) if last == "dead" and not g.one else [])]
        if last == "dead" and g.one and g.people == "yes" and low(g.start - 1) in _LEAVES:
            return [g]
        if last in {"death", "assassination", "murder", "martyrdom"} and low(t.start - 1) == "'s" and is_victim(g):
            return [g]
    if n is None and low(t.start - 1) == "'s" and last in {"death", "assassination", "murder"}:
        return k.leftward(t.start - 1)
    if last in {"death", "deaths", "assassination", "murder", "killings", "fatalities", "casualties", "victims"}:
        found = _of_later(k, t) if last not in {"fatalities", "casualties", "victims"} else []
        if found:
            return found
        if low(t.end) in {":", "at", "among"} and t.end + 1 in k.starts:
            g = k.groups[k.starts[t.end + 1]]
            return [g] if g.quantity is not None else []
    return k.by_syntax(t) if last in {"death", "assassination", "murder"} else []
