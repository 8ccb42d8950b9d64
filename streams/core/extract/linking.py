"""Who was hurt: from a trigger to the groups of people that it hurt. Syntax of a model first where there is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from streams.core.extract.groups import Group
from streams.core.extract.listing import BE, People, Row, is_victim, people_from
from streams.core.extract.text import Sentence
from streams.core.extract.triggers import Trigger
from streams.core.model import ClaimKind


class Link(NamedTuple):
    """A trigger, and a group of people that it hurt. ``kind`` may differ from the trigger's (killed and wounded)."""

    kind: ClaimKind
    group: Group
    trigger: Trigger


_BE = BE
_AUXILIARIES = _BE | frozenset(
    "had have has having also reportedly allegedly apparently feared confirmed presumed believed to "
    "may might could must"
    " listed remain remains remained left"
    " lay found instantly immediately later then all both still either apparently seriously "
    "critically slightly badly"
    " severely lightly gravely fatally themselves himself herself already subsequently brutally only just as , being"
    " mistakenly accidentally tragically known listed reported said thought declared pronounced least or killed wounded"
    " injured dead - _ , who which that have and died unknown".split()
)
_PREPOSITIONS = frozenset(
    "of in on at by for from with near under over after before during since against between among "
    "amid through across along"
    " around inside outside behind aboard including to into as within off per via without".split()
)
_OPENERS = _PREPOSITIONS | frozenset("following because upon despite amidst".split())
_CIRCUMSTANCE = frozenset("at in on under within during before after".split())
_LATER_CLAUSE = frozenset("after when where as because while before since and".split())
_WHEN_THEY = frozenset("after before since until".split())
"""Prepositions that open a clause too: "after a boy was shot"."""
_OF_A_CLAUSE = BE | frozenset("had has have died".split())
_JOINS = frozenset({",", "and", "or", "plus", "&", "also", "then", ";"})
_TIMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday yesterday today tonight week month "
    "year day morning night evening"
    " afternoon weekend days weeks months years hours hour minutes noon midnight dawn".split()
)
_FILLERS = frozenset(
    (
        "at least another : off instantly the lives of as many up to about more than some an estimated "
        "both either also all other"
    ).split()
)


class Linker:
    """The groups and triggers of one sentence, indexed by their places. Holds nothing that changes."""

    def __init__(self, s: Sentence, groups: Sequence[Group], triggers: Sequence[Trigger]) -> None:
        self.s = s
        self.words = s.words
        self.groups = groups
        self.triggers = triggers
        self.ends = {g.end: n for n, g in enumerate(groups)}
        self.starts = {g.start: n for n, g in enumerate(groups)}
        self.at = {k: n for n, g in enumerate(groups) for k in range(g.start, g.end)}
        self.trigger_starts = {t.start: t for t in triggers}
        self.trigger_words = {k for t in triggers for k in range(t.start, t.end)}
        self.row = Row(s.words, {g.start: g for g in groups}, self.trigger_words)

    def low(self, i: int) -> str:
        """Return word i in lower case, empty outside the sentence."""
        return self.words[i].low if 0 <= i < len(self.words) else ""

    # --- lists of groups ---

    def rightward(self, start: int, *, whole: bool = False) -> list[Group]:
        """Return the people of the list "3 soldiers, a cook and 2 civilians" that begins at word ``start``.

        ``whole``: a verb after it is about all of them ("the bodies of X and Y were found").
        """
        found = people_from(self.row, start, "another harm" if whole else "another verb")
        if found is not None and whole and len(found.groups) > 1 and self._opens_clause(start):
            # "After the murder of X, Y and Z resigned": what runs on to a verb is its subject.
            first = found.groups[0]
            if self.low(found.end) not in {",", ".", ""} and self.low(first.end) == ",":
                found = people_from(self.row, start, "comma")
        return [] if found is None else [*found.groups, *_as_parts(found)]

    def _opens_clause(self, start: int) -> bool:
        """Return whether a preposition at the head of the sentence governs the word before ``start``: "After the death of"."""
        return (
            start <= 12
            and self.low(0) in _OPENERS
            and not any(self.low(k) in {",", "that", *_BE} for k in range(start))
        )

    def past_age(self, i: int) -> int:
        """Return the word after ", 34," or "(34)" at word i."""
        if self.low(i) in {",", "("} and self.low(i + 1).isdigit() and self.low(i + 2) in {",", ")", ";", "and", "."}:
            return i + 3 if self.low(i + 2) == ")" else i + 2
        return i

    def _over_dashes(self, i: int) -> int:
        """Return the word before a remark between dashes or brackets that ends at word i (exclusive), else i."""
        if self.low(i - 1) in {")", "—", "–", "--"}:
            mark = {")": "("}.get(self.low(i - 1), self.low(i - 1))
            for k in range(i - 2, max(-1, i - 16), -1):
                if self.low(k) == mark:
                    return k
        return i

    def leftward(self, end: int) -> list[Group]:
        """Return the people of the longest list that ends at word ``end`` (exclusive), in reading order."""
        n = self.ends.get(end)
        alone = [] if n is None or not is_victim(self.groups[n]) else [self.groups[n]]
        return self._list_to(end) or alone

    def _list_to(self, end: int) -> list[Group]:
        first = max([k + 1 for k in self.trigger_words if k < end - 1] + [0, end - _LONGEST_LIST])
        for g in self.groups:
            if g.start < first or g.start >= end or not is_victim(g):
                continue
            led_in = self.low(g.start - 1) in _PREPOSITIONS and not (
                self.low(g.start - 1) in _WHEN_THEY and end > g.end
            )
            if (led_in and g.end != end) or g.start - 1 in self.trigger_words:
                continue  # the object of another verb
            found = people_from(self.row, g.start, "its verb")
            if found is not None and found.before(self.row, end):
                return [*found.groups, *_as_parts(found)]
        return []

    # --- from a trigger ---

    def subjects(self, t: Trigger, reach: int = 24) -> list[Group]:
        """Return who stands before a passive, adjective or intransitive trigger."""
        j = t.start
        while j > 0 and self.low(j - 1) in _AUXILIARIES and j not in self.ends and j - 1 not in self._foreign(t):
            if self.low(j - 1) == "and" and self.low(j - 2).endswith("ed") and self.low(j - 3) in _BE:
                j -= 2  # were abducted and murdered
                continue
            if self.low(j - 1) == "and" and self.low(j - 2) not in {
                "killed",
                "dead",
                "wounded",
                "injured",
                "shot",
                "hurt",
            }:
                break
            j -= 1
        if any(self.low(k) == "who" for k in range(j, t.start)) and (n := self.ends.get(j)) is not None:
            g = self.groups[n]
            if g.how == "name" and is_victim(g) and self.low(g.start - 1) in _PREPOSITIONS:
                return [g]
        for end in (j, j - 1):
            if end == j or self.low(end) == ",":
                whole = self._list_to(end)
                if len(whole) > 1 or (whole and whole[0].end < end):
                    return whole
        if self.low(j - 1) == "and" and j not in self.ends and (earlier := self._verb_before(j - 1)) is not None:
            j = earlier
            if whole := self._list_to(j):
                return whole
        fallback: list[Group] = []
        for _ in range(8):
            if t.start - j > reach or j <= 0:
                break
            n = self.ends.get(j)
            if n is None and (over := self._over_dashes(j)) != j:
                j = over
                continue
            if n is None and self.low(j - 1) in {",", "(", ")"}:
                j -= 1
                continue
            if n is None and self.low(j - 1).isdigit() and self.low(j - 2) in {",", "("}:
                j -= 2
                continue
            if n is None and self.low(j - 1) in {"who", "which", "that", "whom", "other", "others", "however"}:
                j -= 1
                continue
            if n is None:
                break
            g = self.groups[n]
            before = self.low(g.start - 1)
            if g.how == "pronoun" and g.people == "yes" and self.low(g.start) not in {"who", "whom"}:
                return self._meant_by(g) or fallback
            if g.how == "pronoun":
                j = g.start
                continue
            if before == "including":
                j = g.start - 1
                continue
            clause = before in _WHEN_THEY and (self.low(g.end) in _OF_A_CLAUSE or g.end == t.start)
            if is_victim(g) and (clause or not (before in _PREPOSITIONS and g.start >= 2)):
                found = self.leftward(j)
                outer = self._outside_subset(found[0].start) if found else None
                if outer is None and len(found) == 1 and found[0].how in {"some", "the"} and before == ",":
                    named = self.leftward(self.past_age_left(g.start - 1))
                    if named and all(x.how == "name" for x in named):
                        return named
                if outer is not None:
                    j = outer
                    continue
                return found
            if is_victim(g) and not fallback and before not in {"by", "against", "after"}:
                fallback = self.leftward(j)
                if g.quantity is not None and before != "of":
                    return fallback
            if before == "to" and self.low(g.start - 2) == "according":
                j = g.start - 2
                fallback = []
                continue
            if before in _PREPOSITIONS:
                j = g.start - 1
                if self.low(j - 1) in _BE and self.low(j - 2) in {"who", "which", "that"}:
                    j -= 2  # two riders who were with the mayor
                continue
            if before in {",", "("} or (self.low(g.end) == "," and not is_victim(g)):
                j = g.start
                continue
            if g.people == "no" and g.how in {"bare", "the"} and self.ends.get(g.start) is not None and g.start > 0:
                j = g.start
                continue
            break
        return fallback

    def _verb_before(self, i: int) -> int | None:
        """Return where the verb begins whose subject goes on at word i: "X and Y [were brought to court] and killed"."""
        for k in range(i - 1, max(0, i - _LONGEST_LIST // 8), -1):
            if k in self.trigger_words or self.low(k) in {";", ":", "that"}:
                return None
            if self.low(k) in {"was", "were"} and self.low(k - 1) not in {"who", "which", "that"}:
                return k
        return None

    def _meant_by(self, g: Group) -> list[Group]:
        """Return the subject of the sentence for the pronoun of a later clause: "a boy is in hospital after he was shot"."""
        he = self.low(g.start) in {"he", "she"}
        if not (he or self.low(g.start) == "they") or self.low(g.start - 1) not in _LATER_CLAUSE:
            return []
        fits = (o for o in self.groups if o.end < g.start and is_victim(o) and o.how != "pronoun")
        first = next((o for o in fits if (o.one if he else o.quantity is not None and not o.one)), None)
        return [] if first is None or self.low(first.start - 1) in _PREPOSITIONS else [first]

    def past_age_left(self, i: int) -> int:
        """Return the word before ", 34" that ends at word i."""
        return i - 2 if self.low(i - 1).isdigit() and self.low(i - 2) == "," else i

    def _outside_subset(self, i: int) -> int | None:
        """Return the word before ", including" or ", among them" that ends at word i, None where none stands there."""
        if self.low(i - 1) in {"including", "especially", "mostly", "mainly", "notably"}:
            return i - 1
        if self.low(i - 1) in {"them", "whom"} and self.low(i - 2) in {"among", "of"}:
            return i - 2
        return None

    def _foreign(self, t: Trigger) -> set[int]:
        """Return the words of other triggers that are not joined to this one."""
        return {k for o in self.triggers if o != t and o.end < t.start - 1 for k in range(o.start, o.end)}

    def objects(self, t: Trigger, reach: int = 4) -> list[Group]:
        """Return who stands after an active trigger."""
        i = t.end
        for _ in range(reach):
            if self.low(i) in {"everyone", "everybody", "all"}:
                everyone = [
                    g
                    for g in self.groups
                    if i < g.start <= i + 5 and g.quantity is not None and self.low(g.start - 1) == ","
                ]
                return everyone[:1]
            if i in self.starts and is_victim(self.groups[self.starts[i]]):
                return self.rightward(i)
            if i == t.end and (over := self._over_circumstance(i)) is not None:
                i = over
                continue
            if self.low(i) == "at" and self.low(i + 1) != "least":
                break  # killed at Mill Park
            if self.low(i) in _FILLERS or self.low(i) in {"a", "total", "nearly"}:
                i += 1
                continue
            break
        return []

    def _over_circumstance(self, i: int) -> int | None:
        """Return where people stand after ", at gunpoint," or "in less than two days" at word i, None where none do."""
        mark = self.low(i)
        if mark in {",", "--", "—", "–"}:
            for k in range(i + 2, min(i + 10, len(self.words) - 1)):
                if self.low(k) == mark:
                    return k + 1 if k + 1 in self.starts and self.low(i + 1) in _CIRCUMSTANCE else None
        return None

    def hurts_a_thing(self, t: Trigger) -> bool:
        """Return whether what follows is a thing that the verb takes as its object: "killed off the game"."""
        i = t.end + 1 if self.low(t.end) == "off" else t.end
        n = self.starts.get(i)
        if n is None or is_victim(self.groups[n]):
            return False
        g = self.groups[n]
        return (
            g.how in {"the", "one", "number", "some"} and self.trigger_starts.get(g.end) is None and not self.is_time(g)
        )

    def is_time(self, g: Group) -> bool:
        """Return whether the group is a time ("killed last week", "killed Thursday")."""
        return self.low(g.head) in _TIMES or self.low(g.start) in {"last", "early", "late", "this"}

    def passive_here(self, t: Trigger) -> bool:
        """Return whether a participle is passive (were killed, 12 killed in ...), not a past tense with its object."""
        if self.s.dep:
            for k in range(len(self.words)):
                if self.s.head[k] == t.core and k != t.core:
                    if self.s.dep[k] in {"nsubjpass", "auxpass"}:
                        return True
                    if (
                        self.s.dep[k] == "nsubj"
                        and self.s.pos[t.core] == "VERB"
                        and self.low(t.core) in {"shot", "stabbed", "hit"}
                    ):
                        return False
                    if self.s.dep[k] == "dobj" and k > t.core and k in self.at and is_victim(self.groups[self.at[k]]):
                        return False
        k = t.start - 1
        while k >= 0 and (
            self.low(k).endswith("ly")
            or self.low(k) in {"also", "then", "later", "all", "been", "being", "both", "either"}
        ):
            if self.low(k) in {"been", "being"}:
                return True
            k -= 1
        if self.low(k) in _BE and self.low(k) != "'s":
            return True
        after = self.starts.get(t.end)
        if after is None or not is_victim(self.groups[after]):
            return not self.objects(t)
        g = self.groups[after]
        follower = self.trigger_starts.get(g.end)
        if (
            follower is not None
            and follower.voice != "active"
            and not (follower.voice == "either" and self.starts.get(follower.end) is not None)
        ):
            return True
        before = self.ends.get(t.start)
        counted = before is not None and self.groups[before].quantity is not None and is_victim(self.groups[before])
        return counted and follower is not None

    def by_syntax(self, t: Trigger) -> list[Group]:
        """Return whom the model's tree names as hurt; empty without a tree or where it names none."""
        if not self.s.dep:
            return []
        dep, head, core = self.s.dep, self.s.head, t.core
        wanted: list[int] = []
        kids = [k for k in range(len(self.words)) if head[k] == core and k != core]
        passive = any(dep[k] in {"nsubjpass", "auxpass"} for k in kids)
        if t.voice in {"either", "active", "passive"}:
            wanted = [k for k in kids if dep[k] == "nsubjpass"] if passive else [k for k in kids if dep[k] == "dobj"]
            if not wanted and t.voice == "either" and dep[core] in {"acl", "relcl"}:
                wanted = [head[core]]
            if (
                not wanted
                and dep[core] == "conj"
                and t.voice == "either"
                and not any(dep[k] in {"nsubj", "dobj"} for k in kids)
            ):
                wanted = [k for k in range(len(self.words)) if head[k] == head[core] and dep[k] == "nsubjpass"]
        elif t.voice == "intransitive":
            wanted = [k for k in kids if dep[k] in {"nsubj", "nsubjpass"}]
            if not wanted and dep[core] in {"acomp", "oprd", "amod", "acl", "relcl"}:
                up = head[core]
                wanted = [
                    k
                    for k in range(len(self.words))
                    if head[k] == up and dep[k] in {"nsubj", "nsubjpass", "dobj"} and k != core
                ]
        elif t.voice == "nominal":
            for k in kids:
                if dep[k] == "prep" and self.low(k) == "of":
                    wanted += [m for m in range(len(self.words)) if head[m] == k and dep[m] == "pobj"]
                if dep[k] == "poss":
                    wanted.append(k)
        if wanted and self.low(wanted[0]) in {"who", "that", "which", "whom"} and dep[core] == "relcl":
            wanted = [head[core]]
        out: list[Group] = []
        for k in wanted:
            out += self._with_conjuncts(k)
        return out

    def _with_conjuncts(self, k: int) -> Iterator[Group]:
        todo, seen = [k], set()
        while todo:
            k = todo.pop(0)
            if k in seen:
                continue
            seen.add(k)
            n = self.at.get(k)
            if n is not None and is_victim(self.groups[n]) and self.groups[n].how != "pronoun":
                yield self.groups[n]
            todo += [m for m in range(len(self.words)) if self.s.head[m] == k and self.s.dep[m] == "conj"]


_LONGEST_LIST = 160
"""Words of a list of names before "were killed"."""


def _as_parts(found: People) -> list[Group]:
    """Return the named persons that a list tells as a part of a larger group."""
    return [g._replace(part=True) for g in found.parts if g.how in {"name", "number", "one"}]


# No sentence of a newsroom has more; hostile text does.
_MOST_TRIGGERS = 12
_SUBSET = frozenset({"including", "among"})


def links_of(s: Sentence, groups: Sequence[Group], triggers: Sequence[Trigger]) -> list[Link]:
    """Return every (trigger, people) of the sentence; a group is linked to one trigger of a kind at most."""
    k = Linker(s, groups, triggers[:_MOST_TRIGGERS])
    out: list[Link] = []
    used: set[tuple[str, int]] = set()
    figures = {g.head: t for t in k.triggers for g in _number_of(k, t) or ()}
    for t in k.triggers:
        found = [g for g in _victims(k, t) if figures.get(g.head, t) == t]
        kind: ClaimKind = "killed" if t.kind == "wounded" and (_to_death(k, t) or _fatal(k, t)) else t.kind
        for g in found:
            if g.part:
                pass
            elif g.how == "pronoun" and k.low(g.start) in {"he", "she"} and _and_others(k, g):
                g = g._replace(how="one")  # "he and three others were shot"
            elif (
                g.how == "pronoun"
                or (k.low(g.start - 1) in _SUBSET)
                or (k.low(g.start - 1) in {"them", "these"} and k.low(g.start - 2) in {"among", "of"})
            ) or (k.low(g.start - 1) == "," and k.low(g.start - 2) in {"them", "whom"}):
                continue
            if (kind, g.head) in used:
                continue
            used.add((kind, g.head))
            out.append(Link(kind, g, t))
    return out


def _and_others(k: Linker, g: Group) -> bool:
    """Return whether a pronoun is the first of a counted list: "she and three others"."""
    n = k.starts.get(g.end + 1) if k.low(g.end) == "and" else None
    return (
        n is not None and k.groups[n].quantity is not None and k.low(k.groups[n].head) in {"other", "others", "another"}
    )


def _to_death(k: Linker, t: Trigger) -> bool:
    """Return whether "shot two men to death" goes on so: a death, before any other verb that hurts."""
    for i in range(t.end, min(t.end + 12, len(k.words) - 1)):
        if k.low(i) == "to" and k.low(i + 1) == "death":
            return True
        if i in k.trigger_words or k.low(i) in {";", ".", "but"}:
            return False
    return False


def _fatal(k: Linker, t: Trigger) -> bool:
    """Return whether a wound is told as deadly: "a fatal gunshot wound", "the man with bullet wounds died"."""
    return k.low(t.end - 1) in _HARMS and (
        k.low(t.start - 1) in {"fatal", "deadly", "mortal"} or k.low(t.end) in {"died", "succumbed"}
    )


def _victims(k: Linker, t: Trigger) -> list[Group]:
    low = k.low
    if (number := _number_of(k, t)) is not None:
        return number
    if low(t.end) in {"himself", "herself", "self"}:
        return _himself(k, t)
    if low(t.end) in {"themselves", "itself"}:
        return []
    if (low(t.start - 1), low(t.start)) == ("the", "dead") and (named := _listed(k, t)):
        return [g._replace(part=True) for g in named]  # among the dead were three children
    if low(t.start - 2) == "among" and low(t.start - 1) in {"the", "those"} and low(t.start - 3) in _BE:
        return [g._replace(part=True) for g in k.leftward(t.start - 3)]  # a boy was among the dead
    if low(t.end - 1) == "condition":
        if low(t.start - 1) != "in":
            return []
        t = t._replace(start=t.start - 1)
        if not (found := k.subjects(t)):
            found = _taken(k, t)
        return found or k.by_syntax(t)
    if low(t.end - 1) in _HARMS and (found := _carriers(k, t)):
        return found
    if low(t.end - 1) in {"shooting", "stabbing"} and (
        low(t.start - 1) == "the"
        or t.end not in k.starts
        or low(k.groups[k.starts[t.end]].head) in {"victim", "victims", "suspect", "suspects"}
    ):
        return []
    if t.kind == "wounded" and low(t.start - 1) in {"a", "an"} and t.end in k.starts:
        hurt = k.groups[k.starts[t.end]]
        return [hurt._replace(how="one", one=True)] if hurt.people == "yes" and hurt.quantity is None else []
    if t.voice == "either":
        if low(t.start - 1) == "the" and (named := _listed(k, t)):
            return named
        if low(t.start - 1) == "the" and low(t.end) == "," and t.end + 1 in k.starts:
            all_told = k.groups[k.starts[t.end + 1]]
            whole = all_told.quantity is not None and low(all_told.end) in {"in", "of", "altogether", "people"}
            return [all_told] if whole else []
        at = t.start - 1 if low(t.start - 1) not in {"recently", "late", "newly"} else t.start - 2
        adjective = low(at) in {"the", "a", "an", "of"} and t.end in k.starts
        if adjective and (t.start not in k.ends):
            return []  # "the murdered magistrate": background, told for somebody else's sake
        if low(t.start - 1) in _OPENERS and low(t.start - 2) in {"died", "dead", "dies", "killed"}:
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
            return _of_the_sentence(k)
        passive = k.passive_here(t)
        if k.hurts_a_thing(t) and low(t.start - 1) not in _BE:
            return []
        by_rule = k.subjects(t) if passive else k.objects(t)
        if passive and by_rule and "among" in {low(by_rule[0].start), low(by_rule[0].start - 1)}:
            at = by_rule[0].start - (low(by_rule[0].start) != "among")
            if by_rule[0].quantity is not None and low(at - 1) in _BE:  # X was among the 12 people killed
                return [by_rule[0], *(g._replace(part=True) for g in k.leftward(at - 1))]
            return [g._replace(part=True) for g in _inverted(k, t) if g.how == "name"]
        if passive and not by_rule and (t.start == 0 or low(t.start - 1) in {"also", "among", "those"}):
            by_rule = _inverted(k, t)
        if not by_rule and not passive and low(t.start - 1) not in _BE:
            by_rule = []
        found = (by_rule or k.by_syntax(t)) + (_companions(k, t) if passive else [])
        many = any(g.quantity is not None and g.quantity.low != 1 for g in found)
        return found + (_parts_after(k, t) if passive and many else [])
    if t.voice == "active":
        found = k.objects(t)
        if not found and low(t.start - 1) == "'s":
            found = k.leftward(t.start - 1) or k.leftward(t.start)
        if not found:
            found = _of_later(k, t)
        return found or k.by_syntax(t)
    if t.voice in {"passive", "intransitive"}:
        if low(t.end) in {"body", "bodies", "laughing", "end", "line", "heat", "serious", "set", "sea", "letter"}:
            return []
        found = k.subjects(t)
        if found:
            found += _companions(k, t)
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
        if counted is not None:
            return [counted]
        if low(t.end - 1) == "of":
            return k.rightward(t.end, whole=True)
        return k.rightward(t.end + 1, whole=True) if low(t.end) == "of" else []
    if t.voice == "lives":
        if low(t.end - 1) == "of" or low(t.end) == "of":
            return k.rightward(t.end if low(t.end - 1) == "of" else t.end + 1, whole=True)
        n = k.ends.get(t.start)
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
            and g.quantity is not None
            and (
                g.kind in {"military", "militants", "police"} or low(g.head) in {"men", "people", "fighters", "members"}
            )
        ]
    return []


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
        if g.start >= t.end + 12 or any(i in k.trigger_words for i in range(t.end, g.start)):
            break
        if g.start >= t.end and g.quantity is not None and g.people != "no" and k.low(g.start - 1) in _REACHES:
            return [g]
    return []


_WHEN = _TIMES | frozenset(
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


def _of_the_sentence(k: Linker) -> list[Group]:
    """Return the people who are the subject of the sentence: who "is in hospital after being shot"."""
    first = next((g for g in k.groups if is_victim(g) and g.how != "pronoun"), None)
    if first is None or k.low(first.start - 1) in _PREPOSITIONS:
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
_CAME = frozenset("was were is are went came walked arrived showed turned appeared remains remain".split())


def _carriers(k: Linker, t: Trigger) -> list[Group]:
    """Return who "suffered minor injuries", "has grave injuries", or "was taken to hospital with gunshot wounds"."""
    near = range(t.start - 1, max(-1, t.start - 7), -1)
    j = next((i for i in near if k.low(i) in _SUFFER or k.low(i) in _HAS), None)
    if j is None or any(
        k.low(i) in {"no", "any", "not", ",", "of"} and k.low(i + 1) != "life" for i in range(j + 1, t.start)
    ):
        return []
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
    verb = next((i for i in range(j - 1, max(0, j - 18), -1) if k.low(i) in _CAME), None)
    if verb is None:
        return []
    while k.low(verb - 1) in {"had", "has", "have"}:
        verb -= 1
    return k.leftward(verb)


def _taken(k: Linker, t: Trigger) -> list[Group]:
    """Return who "was flown to a clinic in critical condition"."""
    for i in range(t.start - 1, max(0, t.start - 16), -1):
        if k.low(i) in {"was", "were"}:
            return k.leftward(i - (k.low(i - 1) in {"who"}))
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
    return [] if before in _PREPOSITIONS and before not in _WHEN_THEY else [k.groups[n]]


def _doer(k: Linker, end: int) -> list[Group]:
    """Return the one person of whom the clause before word ``end`` tells: "the nephew found a gun and [shot himself]"."""
    for g in reversed([g for g in k.groups if g.end < end]):
        if any(i in k.trigger_words or k.low(i) in {";", ":", "that"} for i in range(g.end, end)):
            return []
        before, after = k.low(g.start - 1), k.past_age(g.end)
        free = before not in _PREPOSITIONS or before in _WHEN_THEY
        does = k.low(after) in {",", "who"} or (k.low(after).isalpha() and k.low(after) not in _PREPOSITIONS | _JOINS)
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


def _parts_after(k: Linker, t: Trigger) -> list[Group]:
    """Return whom ", including the mayor Ana Ruiz" names behind the verb as parts of its subject."""
    for i in range(t.end, min(t.end + 14, len(k.words) - 1)):
        if k.low(i) in {"including", "among"} and k.low(i - 1) == ",":
            start = i + 1 + (k.low(i + 1) in {"them", "whom"})
            found = people_from(k.row, start, "its verb")
            if found is None or found.end in k.trigger_words or k.low(found.end) in _BE:
                return []
            return [g._replace(part=True) for g in found.groups if g.how == "name"]
        if k.low(i) in {";", ":"} or i in k.trigger_words:
            break
    return []


def _inverted(k: Linker, t: Trigger) -> list[Group]:
    """Return whom "Killed in the attack were X and Y" names."""
    for i in range(t.end, min(t.end + 12, len(k.words))):
        if k.low(i) in {"were", "was"}:
            return k.rightward(i + 1)
    return []


def _counted_noun(k: Linker, t: Trigger) -> Group | None:
    """Return the count of "six bodies" or "12 deaths" as a group without a noun of its own."""
    for n in (k.at.get(t.start), k.ends.get(t.start)):
        if n is not None and (q := k.groups[n].quantity) is not None and q.end <= t.start and q.whole != -1:
            return Group(q.start, q.end, q.end - 1, "number", "perhaps", q)
    return None


_LEAVES = frozenset("left leaves leaving and in with".split())
"""Words before "a guard dead": whom an attack left so."""
_TOLL_WORDS = frozenset({"toll", "count"})


def _nominal(k: Linker, t: Trigger) -> list[Group]:
    low = k.low
    last = low(t.end - 1)
    if last in {"of", "to"}:
        return k.rightward(t.end, whole=True)
    if last in _TOLL_WORDS:
        for g in k.groups:
            if (
                t.end <= g.start <= t.end + 12
                and g.quantity is not None
                and g.people != "no"
                and low(g.start - 1) != "from"
            ):
                return [g]
        n = k.ends.get(t.start)
        return (
            [k.groups[n]]
            if n is not None and k.groups[n].quantity is not None and k.groups[n].people == "perhaps"
            else []
        )
    counted = _counted_noun(k, t)
    if counted is not None:
        return [counted]
    if last == "dead" and (low(t.start - 1) in _BE or low(t.start - 1) in {"found", "left", "pronounced", "declared"}):
        return k.subjects(t)
    n = k.ends.get(t.start)
    if n is not None:
        g = k.groups[n]
        if g.quantity is not None and g.people != "no":
            return [g]
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
