"""The words that say somebody was hurt, with their voice: who was hurt stands before or after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from streams.core.model import ClaimKind
from streams.core.words import Word

Voice = Literal["either", "active", "passive", "intransitive", "nominal", "carried", "bodies", "lives", "lost"]


class Trigger(NamedTuple):
    """Words ``start`` to ``end`` (exclusive) that hurt somebody. ``core`` is the word that carries the syntax.

    Voices: either (killed: passive or active by its neighbours), active (kills, killing), passive (shot dead),
    intransitive (died; dead), nominal (death toll of, murder of, deaths), carried (with gunshot wounds),
    bodies (six bodies), lives (claimed N lives, lost their lives), lost (lost N men).
    """

    kind: ClaimKind
    voice: Voice
    start: int
    end: int
    core: int


def _forms(kind: ClaimKind, voice: Voice, phrases: str) -> dict[tuple[str, ...], tuple[ClaimKind, Voice]]:
    return {tuple(p.split()): (kind, voice) for p in phrases.split("|")}


_TO_DEATH = "fell plunged jumped leapt swept dragged crashed".split()
_DEATHS = (("his", "death"), ("her", "death"), ("their", "deaths"), ("their", "death"))

# These kill only with "to death" or "alive" behind their object.
_KILLS_SO = "hacked beat crushed choked bludgeoned clubbed swept put dragged".split()
_WHOSE = ("his", "her", "their")
_ENDS = {"met": ("death", "deaths"), "breathed": ("last",), "laid down": ("life", "lives")}

# Longer phrases win. Compiled by hand; "eliminated" and "neutralised" only count with people after them (see claims.py).
_PHRASES: Mapping[tuple[str, ...], tuple[ClaimKind, Voice]] = {
    **_forms(
        "killed",
        "either",
        "killed|murdered|assassinated|slain|executed|beheaded|massacred|slaughtered|martyred|gunned down"
        "|lynched|strangled"
        "|shot and killed|shot down|eliminated|neutralized|neutralised|liquidated|mowed down|electrocuted"
        "|decapitated|hanged|drowned"
        "|shot dead|wiped out|fatally shot|fatally wounded|fatally injured|mortally wounded|fatally stabbed"
        "|fatally struck|stabbed to death|shot to death|hacked to death|beaten to death|burned to death|burnt to death"
        "|crushed to death|tortured to death|blown to pieces|put to death|machinegunned"
        "|trampled to death|mauled to death|bludgeoned to death|stoned to death|kicked to death|clubbed to death"
        "|battered to death|gored to death|asphyxiated|suffocated|incinerated|knifed to death|poisoned to death|burned alive"
        "|burnt alive|buried alive|torn apart|torn to pieces|mown down|blown up"
        "|shot and fatally wounded|shot , killed|riddled|sent to hell",
    ),
    **_forms(
        "killed",
        "active",
        "kill|kills|killing|murder|murders|murdering|assassinate|assassinates|assassinating|slays|slay|slaying|execute"
        "|executes|executing|behead|beheads|beheading|massacres|massacring|massacre|shooting dead"
        "|eliminates|eliminating|bury|buried|burying|blew up"
        "|fatally shooting|shoots dead|shoot dead|fatally wounding|guns down|gunning down|slew|fatally injuring",
    ),
    **_forms(
        "killed",
        "intransitive",
        "died|passed away|dies|die|dying|perished|perishes|perish|dead|deceased|succumbed"
        "|pronounced dead|found dead|declared dead|pronounced deceased|declared deceased|drowned|bled to death|burned to death"
        "|certified dead|found hanged|brought dead|brought in dead|did not survive|could not be saved|could not be resuscitated"
        "|attained martyrdom|embraced martyrdom|sent to the gallows"
        "|made the ultimate sacrifice|lifeless|froze to death|frozen to death|starved to death|choked to death|suffocated"
        + "".join(f"|{verb} to {whose} {end}" for verb in _TO_DEATH for whose, end in _DEATHS)
        + "".join(f"|{deed} {whose} {end}" for deed, ends in _ENDS.items() for whose in _WHOSE for end in ends),
    ),
    **_forms(
        "killed",
        "nominal",
        "deaths|death|fatalities|fatality|death toll|toll|killings|murders of|murder of|killing of"
        "|assassination of|slaying of"
        "|massacre of|fatal shooting of|deadly shooting of|fatal stabbing of|shooting death of"
        "|stabbing death of|shooting deaths of|execution of|executions of|assassinations of|beheading of"
        "|slayings|slaughter of|deaths of|death of|martyrdom of"
        "|martyrdom|assassination|murder|body count|dead",
    ),
    **_forms("killed", "bodies", "bodies|corpses|bodies of|corpses of|remains of|body of|corpse of|cadavers|martyrs"),
    **_forms(
        "killed",
        "lives",
        "lost their lives|lost his life|lost her life|lost their life|lose their lives"
        "|losing their lives|lost lives|lives|lives of|life of",
    ),
    **_forms("killed", "lost", "lost|lose|loses|losing|loss of"),
    **_forms(
        "wounded",
        "either",
        "wounded|injured|hurt|maimed|burned|burnt|seriously wounded|critically wounded|seriously injured"
        "|critically injured"
        "|beaten up|beaten unconscious|knocked unconscious|mauled by|bitten by|trampled|scalded|concussed|crippled"
        "|shot|stabbed|hospitalized|hospitalised|shot and wounded|shot and injured|grazed|hit|struck",
    ),
    **_forms(
        "wounded",
        "active",
        "wounding|wounds|shoots|shooting|stabbing|stabs|injuring|injures|injure|wound|maiming|hurting|hurts|hospitalizing"
        "|sent|sends|took|takes|taking|rushed|rushing|ferried|airlifted|treated|treating|grazes"
        "|grazing|hits|hitting|strikes|striking",
    ),
    **_forms(
        "wounded", "nominal", "injuries to|injuries|woundings|shooting of|stabbing of|wounding of|injury of|injuring of"
    ),
    **_forms(
        "wounded",
        "intransitive",
        "critical condition|stable condition|serious condition|guarded condition|expected to survive|expected to recover"
        "|suffered injuries|suffered gunshot wounds|suffered a gunshot wound|suffered wounds|suffered burns|sustained injuries"
        "|hit with a bullet|struck with a bullet|hit in the head|hit in the leg|hit in the chest|hit in the arm|hit in the back"
        "|hit in the neck|hit in the face|hit in the stomach|hit in the abdomen|hit in the shoulder|hit in the hand"
        "|hit in the foot"
        "|treated for burns|treated for injuries|treated for wounds|treated for their injuries"
        "|treated and released|treated for his injuries|treated for her injuries|treated for shock|treated for cuts"
        "|treated for smoke inhalation"
        "|fighting for his life|fighting for her life|fighting for their lives|fighting for their life"
        "|are stable|is stable|paralyzed|paralysed"
        "|are in the hospital|is in the hospital|are in hospital|is in hospital|remain in the hospital|remains in the hospital"
        "|were in the hospital|was in the hospital|remain in hospital|remains in hospital|are in a hospital|is in a hospital"
        "|taken to|rushed to|transported to|airlifted to|flown to|admitted to"
        "|needed hospital treatment|required hospital treatment|needed medical treatment|required medical treatment"
        "|treated at|treated in|treated by|needed treatment|required treatment|needed medical attention"
        "|required medical attention|critical|in hospital"
        "|lost a leg|lost both legs|lost an arm|lost both arms|lost a hand|lost a foot|lost an eye|lost his leg|lost her leg"
        "|struck by a bullet|struck by a stray bullet|struck by bullets|struck by gunfire|struck by shrapnel|hit by a bullet"
        "|hit by a stray bullet|hit by bullets|hit by gunfire|hit by shrapnel|wounded by gunfire",
    ),
    **_forms(
        "wounded",
        "carried",
        "bullet wound|bullet wounds"
        "|gunshot wound|gunshot wounds|gunshot injury|gunshot injuries|stab wounds|a stab wound|shrapnel wounds|injury|burns"
        "|fractures|cuts and bruises|bruises|bruising|smoke inhalation|concussion|lacerations|broken leg|broken legs|broken arm"
        "|broken ribs|broken bones",
    ),
    **_forms("wounded", "active", "bullet hit|bullet struck|bullets hit|bullets struck|shrapnel hit|shrapnel struck"),
    **_forms("killed", "active", "|".join(_KILLS_SO)),
    **_forms("missing", "intransitive", "missing|unaccounted for|trapped"),
    **_forms(
        "casualties",
        "nominal",
        "casualties|victims|dead and wounded|dead and injured|killed and wounded|killed and injured"
        "|losses amounted to|losses of|killed or wounded|dead or wounded|killed or injured|dead or injured|casualty",
    ),
}
_BY_FIRST: dict[str, tuple[tuple[str, ...], ...]] = {}
for _phrase in sorted(_PHRASES, key=len, reverse=True):
    _BY_FIRST[_phrase[0]] = (*_BY_FIRST.get(_phrase[0], ()), _phrase)

HIT = frozenset("hit hits hitting struck strikes striking".split())
"""Words that hurt people only beside a shot or a splinter."""

TRIGGER_FORMS = frozenset(
    p[0]
    for p in _PHRASES
    if len(p) == 1
    and p[0]
    not in {
        "lives",
        "lost",
        "lose",
        "loses",
        "losing",
        "toll",
        "casualty",
        "victims",
        "bodies",
        "corpses",
        "cadavers",
        "critical",
        "took",
        "takes",
        "taking",
        "rushed",
        "rushing",
        "ferried",
        "airlifted",
        "treated",
        "treating",
        *_KILLS_SO,
    }
    and p[0] not in HIT
)
"""Single words that may hurt somebody: where they stand, no noun group goes on."""

_COMMON = frozenset("the of to in a an and is are put found declared pronounced expected took body from with".split())
# Of the words of a phrase the one that is rarest elsewhere; verbs that kill only "to death" need no mark of their own.
_MARKS = frozenset(
    "death deaths dead hospital survive saved resuscitated sacrifice gallows martyrdom life lives hanged "
    "treatment medical bruises inhalation alive".split()
)
_NO_MARK = frozenset(_KILLS_SO) | frozenset("took takes taking rushed rushing ferried airlifted".split())
SCREEN = frozenset(
    next((w for w in p if w in _MARKS), next((w for w in p if w not in _COMMON), p[0]))
    for p in _PHRASES
    if not (len(p) == 1 and p[0] in _NO_MARK)
) | frozenset(
    "bodies casualties unharmed unhurt uninjured unscathed harmed nobody none no one without injury sound damage "
    "damages safe safely survived survivors alive".split()
)
"""Words of which each trigger has one: a sentence without any makes no casualty claim."""

HURTS = SCREEN - frozenset(
    """hits hitting strikes striking no one none nobody without lost lose loses losing loss losses life lives toll shot
    taken rushed transported airlifted flown admitted fighting safe safely survive survived survivors alive treated treating
    treatment medical hospital saved resuscitated attained""".split()
) | frozenset(["shot"])
"""Those after which syntax helps to see who was hurt."""

_CORE = frozenset("killed wounded injured shot stabbed dead died murdered gunned hacked beaten lost".split())


def triggers_of(words: Sequence[Word]) -> tuple[Trigger, ...]:
    """Return the triggers among the words, longest first at each place, in reading order."""
    out: list[Trigger] = []
    i, n = 0, len(words)
    while i < n:
        found = None
        for phrase in _BY_FIRST.get(words[i].low, ()):
            if i + len(phrase) <= n and all(words[i + k].low == p for k, p in enumerate(phrase)):
                found = phrase
                break
        if (
            found is None
            or (_PHRASES[found][1] == "lost" and not _loses_people(words, i + len(found) - 1))
            or (found[0] in {"lives", "life"} and not _takes_lives(words, i))
            or (found in {("shot",), ("shot", "down")} and (_downs_aircraft(words, i) or _by_critics(words, i)))
            or (found[0] in _IN_EFFIGY and i + 2 < n and words[i + 2].low == "effigy")
            or (found[0] in _KILLS_SO and len(found) == 1 and not goes_to_death(words, i + 1))
            or (found == ("in", "hospital") and not _leaves_in_hospital(words, i))
            or (found[0] in _TAKES_THERE and len(found) == 1 and not _takes_there(words, i))
            or (found[0] in {"treated", "treating"} and len(found) == 1 and not _treats_wounded(words, i))
            or (found in {("sent",), ("sends",)} and not _to_hospital(words, i))
            or (found == ("shot",) and (words[i].glued or _at_golf(words, i)))
            or (found == ("martyrs",) and i + 1 < n and words[i + 1].text[0].isupper())
            or (found[0] == "treated" and found[-1] in {"at", "in", "by"} and not _of_a_wound(words, i))
            or (found == ("critical",) and not _is_critical(words, i))
            or (found[-1] in _DEEDS and i + len(found) < n and words[i + len(found)].low in _NO_DEED)
            or (found[0] in _CARRIED and not _after_an_attack(words, i))
            or (found[-1] == "hospital" and not _of_an_attack(words))
            or (len(found) == 1 and found[0] in HIT and not _by_a_shot(words, i))
        ):
            i += 1
            continue
        kind, voice = _PHRASES[found]
        core = next((i + k for k, p in enumerate(found) if p in _CORE), i)
        out.append(Trigger(kind, voice, i, i + len(found), core))
        i += len(found)
    return tuple(out)


# Of "a death threat" and "a murder charge" nobody died.
_DEEDS = frozenset("death deaths murder assassination".split())
_NO_DEED = frozenset(
    "threat threats squad squads penalty penalties sentence sentences row certificate certificates camp camps bed trap "
    "charge charges trial trials case cases suspect suspects weapon weapons investigation investigations inquiry probe "
    "attempt attempts plot plots mystery warrant warrants conviction".split()
)
_SHOTS = frozenset(
    "bullet bullets gunfire gunshot gunshots shot shots gun guns handgun shotgun pistol rifle revolver weapon shrapnel pellets "
    "gunman gunmen shooter".split()
)


def _by_a_shot(words: Sequence[Word], i: int) -> bool:
    """Return whether a shot or a splinter "hit": "a bullet hit him", "was hit by gunfire", "shots rang out and X was hit".

    A car, a missile or a storm may kill or miss, and who is hit by something else is not hit by the shots nearby.
    """
    after, before = [w.low for w in words[i + 1 : i + 6]], [w.low for w in words[max(0, i - 4) : i]]
    if any(w.low in _PLAYERS for w in words):
        return False
    if after[:1] == ["by"]:
        return not _SHOTS.isdisjoint(after)
    if _HURT_ITSELF.isdisjoint(before[-2:]):
        return not _SHOTS.isdisjoint(before)
    return any(w.low in _SHOTS for w in words)


_HURT_ITSELF = frozenset("was were is are been being and also".split())
# A shot hits them in games.
_PLAYERS = frozenset("goalkeeper keeper striker midfielder winger batsman batter puck crossbar goalpost".split())
_CRITICS = frozenset(
    "critics fans voters lawmakers senators mps opponents colleagues judges judge court parliament council committee board "
    "shareholders regulators viewers readers twitter".split()
)
_GOLF = frozenset("round rounds par birdie birdies bogey bogeys fairway tee leaderboard golf".split())
_AFTER_COUNT = frozenset({"", ",", ".", ";", ":", "after", "in", "following", "and"})


def _by_critics(words: Sequence[Word], i: int) -> bool:
    """Return whether a person or an idea "was shot down by critics"."""
    near = [w.low for w in words[i + 1 : i + 6]]
    return near[:2] == ["down", "by"] and not _CRITICS.isdisjoint(near)


def _at_golf(words: Sequence[Word], i: int) -> bool:
    """Return whether a number of strokes was "shot": "he shot 66 in the final round"."""
    score = i + 1 < len(words) and words[i + 1].low.isdigit()
    return score and any(w.low in _GOLF for w in words)


_WOUNDS = frozenset(
    "wound wounds injury injuries cut cuts burn burns fracture fractures bruises bruising smoke concussion laceration "
    "lacerations shrapnel shock bites inhalation".split()
)


def _of_a_wound(words: Sequence[Word], i: int) -> bool:
    """Return whether who "was treated at a hospital" had a wound: the ill are treated too."""
    return any(w.low in _WOUNDS for w in words[i + 2 : i + 14])


def _is_critical(words: Sequence[Word], i: int) -> bool:
    """Return whether a headline counts who is in a critical state: "two dead, one critical"."""
    counted = i > 0 and (words[i - 1].low in COUNTS or words[i - 1].low.isdigit())
    return counted and (words[i + 1].low if i + 1 < len(words) else "") in _AFTER_COUNT


_CARRIED = frozenset("taken rushed transported airlifted flown admitted".split())
_ATTACKS = frozenset(
    "shooting shootings shot shots gunfire explosion explosions blast blasts attack attacks strike strikes airstrike stabbing "
    "bombing shelling gunman gunmen".split()
)
# Heart attacks and hunger strikes.
_OF_THE_ILL = frozenset("heart panic asthma anxiety hunger rail bus labour labor general".split())
# What hurts people without a weapon; the ill are no news.
_ACCIDENTS = frozenset(
    "crash crashed collision collided explosion explosions blaze fire accident stampede collapse collapsed derailment derailed "
    "earthquake quake capsized overturned plunged avalanche crush leak landslide".split()
)
_NO_PATIENT = frozenset(
    "body bodies remains corpse died dead dies killed pronounced custody evaluation precaution".split()
)


def _of_an_attack(words: Sequence[Word]) -> bool:
    """Return whether the sentence tells of an attack, so that who is "in the hospital" is hurt, not ill."""
    low = [w.low for w in words]
    return not _ATTACKS.isdisjoint(low) and not any(a in _OF_THE_ILL and b in _ATTACKS for a, b in pairwise(low))


def _after_an_attack(words: Sequence[Word], i: int) -> bool:
    """Return whether the sentence says "to the hospital", and that there was an attack: the ill and the dead are taken too."""
    low = [w.low for w in words]
    to_one = any(w in {"hospital", "hospitals", "trauma"} for w in low[i + 2 : i + 14])
    if not to_one or any(a in _OF_THE_ILL and b in _ATTACKS for a, b in pairwise(low)) or not _PLAYERS.isdisjoint(low):
        return False
    dead = [n for n, w in enumerate(low) if w in _NO_PATIENT]
    if dead:  # "nine died and five were taken to hospital": others than the dead
        others = range(dead[-1] + 1, i - 1)
        return any(low[n] in _JOINTS and (low[n + 1] in COUNTS or low[n + 1].isdigit()) for n in others)
    return not _ATTACKS.isdisjoint(low) or not _ACCIDENTS.isdisjoint(low)


_JOINTS = frozenset({"and", ",", ";", "while", "but"})
COUNTS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve several dozens another the others scores".split()
)
"""Words that count people; a number in digits does too."""


_FLYING = frozenset(
    """drone drones missile missiles rocket rockets plane planes jet jets aircraft helicopter helicopters warplane warplanes
    airliner balloon uav uavs projectile projectiles fighter shahed shaheds shell shells""".split()
)


_SOME = COUNTS | frozenset(
    """all most many some rest them both thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty
    sixty seventy eighty ninety hundred""".split()
)


def _downs_aircraft(words: Sequence[Word], i: int) -> bool:
    """Return whether what is "shot down" flies: nobody is hurt by these words, nor by "twelve were shot down"."""
    down = any(w.low == "down" for w in words[i + 1 : i + 4])
    if (
        down
        and i > 1
        and words[i - 1].low in {"were", "was"}
        and (words[i - 2].low in _SOME or words[i - 2].low.isdigit())
    ):
        return True
    counted = i > 0 and (words[i - 1].low in _SOME or words[i - 1].low.isdigit())  # Moscow reports 121 shot down
    return down and any(w.low in _FLYING for w in (words if counted else words[max(0, i - 9) : i + 9]))


_TAKES_THERE = frozenset("took takes taking rushed rushing ferried airlifted".split())


def _takes_there(words: Sequence[Word], i: int) -> bool:
    """Return whether "took six people to hospital after the crash" goes on so."""
    near = [w.low for w in words[i + 1 : i + 4]]
    people = any(w in COUNTS or w.isdigit() for w in near) and (i == 0 or words[i - 1].low not in _HURT_ITSELF)
    return people and _to_hospital(words, i) and _after_an_attack(words, i)


def _treats_wounded(words: Sequence[Word], i: int) -> bool:
    """Return whether "treated dozens of people for burns" goes on so; the ill are treated too."""
    near = [w.low for w in words[i + 1 : i + 12]]
    people = any(w in COUNTS or w.isdigit() for w in near[:3]) and (i == 0 or words[i - 1].low not in _HURT_ITSELF)
    at = near.index("for") if "for" in near else len(near)
    return people and not _WOUNDS.isdisjoint(near[at:])


def goes_to_death(words: Sequence[Word], i: int) -> bool:
    """Return whether words i onwards go on with people, and "to death", "to their deaths" or "alive"."""
    low = [w.low for w in words[i : i + 12]]
    for n, w in enumerate(low):
        if w in {",", ";", ".", "but", "and", "that"}:
            return False
        if n and w == "to" and not _DYING.isdisjoint(low[n + 1 : n + 3]):
            return True
    return False


_IN_EFFIGY = frozenset("hanged burned burnt".split())
_DYING = frozenset({"death", "deaths"})


def _leaves_in_hospital(words: Sequence[Word], i: int) -> bool:
    """Return whether something "left three guards in hospital"."""
    near = [w.low for w in words[max(0, i - 5) : i]]
    people = any(w in COUNTS or w.isdigit() for w in near)
    return people and not _LEFT.isdisjoint(near[:-1]) and any(w.low in _EVENTS for w in words)


_LEFT = frozenset("left leaves leaving put puts putting".split())


def _to_hospital(words: Sequence[Word], i: int) -> bool:
    """Return whether "sent" goes on with whom, and "to the hospital"."""
    near = [w.low for w in words[i + 1 : i + 14]]
    at = next((n for n, w in enumerate(near) if w in {"hospital", "hospitals"}), 0)
    return "to" in near[max(0, at - 5) : at]


def _takes_lives(words: Sequence[Word], i: int) -> bool:
    """Return whether "lives" is what something claimed, took or cost, not the verb."""
    if any(w.low == "lost" for w in words[i + 1 : i + 7]):
        return True  # 21 lives were lost
    return any(
        w.low
        in {
            "claimed",
            "claims",
            "claiming",
            "cost",
            "costs",
            "costing",
            "took",
            "takes",
            "taking",
            "taken",
            "lost",
            "lose",
            "losing",
            "ended",
            "ends",
            "ending",
            "snuffed",
        }
        for w in words[max(0, i - 7) : i]
    )


KIN = frozenset(
    """husband wife son sons daughter daughters child children brother brothers sister sisters mother father parent
    parents uncle aunt cousin cousins nephew nephews niece nieces grandmother grandfather grandparents grandson
    granddaughter grandchildren family relatives friend friends fiance fiancee twins baby siblings colleague
    colleagues neighbours neighbors""".split()
)
_EVENTS = (
    _ATTACKS
    | _ACCIDENTS
    | frozenset(
        "raid raids massacre flood floods flooding landslide tsunami storm cyclone hurricane bombings airstrikes clashes "
        "ambush crossfire bombardment missile rocket bomb grenade".split()
    )
)
_BEFORE_KIN = frozenset("his her their my our its your both all at least".split())


def _loses_people(words: Sequence[Word], i: int) -> bool:
    """Return whether the verb is followed by a count or "a ... man" (the people word is checked later), or by kin in an event.

    "lost her husband in the strike"; to lose a father to illness is nothing that an attack did.
    """
    near = [w.low for w in words[i + 1 : i + 9]]
    if not near:
        return False
    if near[0] in _BEFORE_KIN or near[0] in COUNTS:
        stop = next((n for n, w in enumerate(near) if w in {"in", "to", "when", "after", "."}), len(near))
        if not KIN.isdisjoint(near[:stop]):
            return near[stop : stop + 1] != ["to"] and any(w.low in _EVENTS for w in words)
    return near[0][0].isdigit() or near[0] in _BEFORE_A_COUNT


_BEFORE_A_COUNT = (COUNTS - {"another", "the", "others", "scores"}) | frozenset(
    "at more some about a an hundreds no twenty thirty forty fifty".split()
)
