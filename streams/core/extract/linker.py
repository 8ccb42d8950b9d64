"""The groups and triggers of one sentence: who stands before a verb, who after it, which lists they are in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from streams.core.extract.groups import Group
from streams.core.extract.listing import BE, People, Row, is_victim, people_from
from streams.core.extract.text import Sentence
from streams.core.extract.triggers import COUNTS, Trigger

_AUXILIARIES = BE | frozenset(
    "had have has having also now reportedly allegedly apparently feared confirmed presumed believed to "
    "may might could must"
    " listed remain remains remained left"
    " lay pulled now found instantly immediately later then all both still either apparently seriously "
    "critically slightly badly"
    " severely lightly moderately mildly"
    " gravely fatally themselves himself herself already subsequently brutally only just as , being"
    " mistakenly accidentally tragically known listed reported said thought declared pronounced least or killed wounded"
    " injured dead - _ , who which that have and died unknown".split()
)
PREPOSITIONS = frozenset(
    "of in on at by for from with near under over after before during since against between among "
    "amid through across along"
    " around inside outside behind aboard including to into as within off per via without".split()
)
OPENERS = PREPOSITIONS | frozenset("following because upon despite amidst".split())
_CIRCUMSTANCE = frozenset("at in on under within during before after".split())
_LATER_CLAUSE = frozenset("after when where as because while before since and".split())
WHEN_THEY = frozenset("after before since until".split())
"""Prepositions that open a clause too: "after a boy was shot"."""
_OF_A_CLAUSE = BE | frozenset("had has have died".split())
JOINS = frozenset({",", "and", "or", "plus", "&", "also", "then", ";"})
TIMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday yesterday today tonight week month "
    "year day morning night evening"
    " afternoon weekend days weeks months years hours hour minutes noon midnight dawn".split()
)
_MARKS = frozenset({'"', "”", "’", "'"})
_FILLERS = frozenset(
    (
        "at least another : off instantly the lives of as many up to about more than some an estimated "
        "both either also all other anywhere"
    ).split()
)

_PROPERTY = frozenset(
    "house home residence apartment office headquarters building car vehicle truck bus jeep boat plane farm ranch store shop "
    "restaurant villa mansion hut tent".split()
)
_LIKENESSES = frozenset("portrait portraits poster posters effigy effigies picture pictures statue statues".split())


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
            start <= 12 and self.low(0) in OPENERS and not any(self.low(k) in {",", "that", *BE} for k in range(start))
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
            led_in = self.low(g.start - 1) in PREPOSITIONS and not (self.low(g.start - 1) in WHEN_THEY and end > g.end)
            if (led_in and g.end != end) or g.start - 1 in self.trigger_words or self.low(g.start - 1) == "by":
                continue  # the object of another verb
            found = people_from(self.row, g.start, "its verb")
            heads = self.s.layer == "title" and found is not None and found.end == end  # Boy, 3 adults shot
            if found is not None and (heads or found.before(self.row, end)):
                return [*found.groups, *_as_parts(found)]
        return []

    # --- from a trigger ---

    def subjects(self, t: Trigger, reach: int = 24) -> list[Group]:
        """Return who stands before a passive, adjective or intransitive trigger."""
        j = t.start
        while j > 0 and self.low(j - 1) in _AUXILIARIES and j not in self.ends and j - 1 not in self._foreign(t):
            if self.low(j - 1) == "and" and self.low(j - 2).endswith("ed") and self.low(j - 3) in BE:
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
            if g.how == "name" and is_victim(g) and self.low(g.start - 1) in PREPOSITIONS:
                return [g]
        for end in (j, j - 1):
            if end == j or self.low(end) == ",":
                whole = self._list_to(end)
                if whole and whole[0].how != "number" and (outer := self._outside_subset(whole[0].start)) is not None:
                    j = outer  # fifteen people, most of them women and children, were killed
                    break
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
            if n is None and self.low(j - 1) in {"aboard", "inside"}:
                j -= 1  # all nine aboard dead
                continue
            if n is None and (self.low(j - 2), self.low(j - 1)) == ("on", "board"):
                j -= 2
                continue
            if n is None and self.low(j - 1).endswith("ing") and j - 1 in self.ends:
                j -= 1  # a guard working for the bank
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
            if g.how == "pronoun" or (g.how == "bare" and self.low(g.head).endswith("ing") and g.start in self.ends):
                j = g.start
                continue
            if before == "including":
                j = g.start - 1
                continue
            clause = before in WHEN_THEY and (self.low(g.end) in _OF_A_CLAUSE or g.end == t.start)
            if is_victim(g) and (clause or not (before in PREPOSITIONS and g.start >= 2)):
                found = self.leftward(j)
                outer = self._outside_subset(found[0].start) if found else None
                if outer is not None and g.quantity is not None and g.head < g.quantity.end == t.start:
                    return [g._replace(part=True)]  # losses of 200,000, among them 43,000 killed
                if outer is None and len(found) == 1 and found[0].how in {"some", "the"} and before == ",":
                    named = self.leftward(self.past_age_left(g.start - 1))
                    if named and all(x.how == "name" for x in named):
                        return named
                if outer is not None:
                    j = outer
                    continue
                return [] if found and self._owns_the_subject(found[0]) else found
            if before == "of" and g.quantity is None and self._is_property(g.start - 1):
                return []  # the house of the minister was machinegunned
            if is_victim(g) and not fallback and before not in {"by", "against", "after"}:
                fallback = self.leftward(j)
                if g.quantity is not None and before != "of":
                    return fallback
            if before == "to" and self.low(g.start - 2) == "according":
                j = g.start - 2
                fallback = []
                continue
            if before == "board" and self.low(g.start - 2) == "on":
                j = g.start - 2  # 170 people on board an airliner
                continue
            if before in PREPOSITIONS:
                j = g.start - 1
                if self.low(j - 1) in BE and self.low(j - 2) in {"who", "which", "that"}:
                    j -= 2  # two riders who were with the mayor
                continue
            if before in {",", "("} or (self.low(g.end) == "," and not is_victim(g)):
                j = g.start
                continue
            if g.people == "no" and g.how in {"bare", "the"} and self.ends.get(g.start) is not None and g.start > 0:
                j = g.start
                continue
            break
        return self._past_who(t) or fallback

    def _past_who(self, t: Trigger) -> list[Group]:
        """Return the people of "a woman who was swept away by the flood [was found dead]"."""
        j = t.start
        while j > 0 and self.low(j - 1) in {"found", "later", "also", "himself", "herself", "been"}:
            j -= 1
        if self.low(j - 1) not in {"was", "were", "has", "have", "had"} and t.voice != "intransitive":
            return []
        for k in range(j - 2, max(0, j - 16), -1):
            if self.low(k) in {",", ";", ":", "and", "but", "that"}:
                break
            if self.low(k) == "who":
                n = self.ends.get(k)
                g = self.groups[n] if n is not None else None
                led_in = g is not None and self.low(g.start - 1) in PREPOSITIONS - {"after", "when"}
                return [g] if g is not None and is_victim(g) and not led_in else []
        return []

    def _owns_the_subject(self, g: Group) -> bool:
        """Return whether a thing of theirs is meant: "portraits of the president and his son [were burned]"."""
        k = g.start
        while self.low(k - 1) in {"and", ","} and (n := self.ends.get(k - 1)) is not None:
            k = self.groups[n].start
            while self.low(k - 1) in {"the", "late", "former"}:
                k -= 1
        return k < g.start and self.low(k - 1) == "of" and self._is_property(k - 1)

    def _is_property(self, end: int) -> bool:
        """Return whether a house, an office or a car ends before word ``end``."""
        n = self.ends.get(end)
        if n is None:
            return False
        g = self.groups[n]
        return self.low(g.head) in _LIKENESSES or (g.how in {"the", "one"} and self.low(g.head) in _PROPERTY)

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
        return [] if first is None or self.low(first.start - 1) in PREPOSITIONS else [first]

    def past_age_left(self, i: int) -> int:
        """Return the word before ", 34" that ends at word i."""
        return i - 2 if self.low(i - 1).isdigit() and self.low(i - 2) == "," else i

    def _outside_subset(self, i: int) -> int | None:
        """Return the word before ", including" or ", among them" that ends at word i, None where none stands there."""
        if self.low(i - 1) in {"including", "especially", "mostly", "mainly", "notably"}:
            return i - 1
        if self.low(i - 1) in {"them", "whom"} and self.low(i - 2) in {"among", "of"}:
            counted = self.low(i - 3) in _SOME_OF or self.low(i - 3).isdigit()  # four officers, two of them women
            return i - 3 if self.low(i - 2) == "of" and counted else i - 2
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
                colon = next((k for k in range(i, i + 4) if self.low(k) == ":"), None)
                return everyone[:1] if colon is None else self.rightward(colon + 1)
            if i in self.starts and is_victim(self.groups[self.starts[i]]):
                return self.rightward(i)
            if i == t.end and (over := self._over_circumstance(i)) is not None:
                i = over
                continue
            if self.low(i) == "at" and self.low(i + 1) != "least":
                break  # killed at Mill Park
            if self.low(i) in _FILLERS or self.low(i) in _MARKS or self.low(i) in {"a", "total", "nearly"}:
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
        if mark not in {"in", "within"} or self.s.layer == "title":
            return None
        for k in range(i + 2, min(i + 8, len(self.words) - 1)):
            if self.low(k) in TIMES:  # killed in the space of two days a judge and a senator
                after = k + 1 + (self.low(k + 1) == ",")
                n = self.starts.get(after)
                one = n is not None and (self.groups[n].how == "one" or self.groups[n].name is not None)
                return after if one and self.groups[n or 0].people == "yes" else None
            if k in self.trigger_words or self.low(k) in {",", "and"}:
                break
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
        return self.low(g.head) in TIMES or self.low(g.start) in {"last", "early", "late", "this"}

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
        if self.low(k) in BE and self.low(k) != "'s":
            return True
        after = self.starts.get(t.end)
        if after is None or not is_victim(self.groups[after]):
            return not self.objects(t)
        g = self.groups[after]
        follower = self.trigger_starts.get(g.end)
        if follower is not None and self.low(t.core) == "shot" and self.low(follower.start) == "dead":
            return False  # shot three guards dead
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


_SOME_OF = COUNTS | frozenset("most all many some half none both".split())
_LONGEST_LIST = 160
"""Words of a list of names before "were killed"."""


def _as_parts(found: People) -> list[Group]:
    """Return the named persons that a list tells as a part of a larger group."""
    return [g._replace(part=True) for g in found.parts if g.how in {"name", "number", "one"}]
