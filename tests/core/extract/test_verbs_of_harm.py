"""Every way to say that people were killed or hurt that we know, one by one, and what else the same words say."""

from __future__ import annotations

import pytest

from tests.core.extract.samples import facts

DIED = """
was killed
was murdered
was slain
was shot dead
was gunned down
was assassinated
was executed by militants
was hacked to death
was bludgeoned to death
was stabbed to death
was knifed to death
was beaten to death
was battered to death
was strangled
was suffocated
was poisoned to death
was burned alive
was burnt alive
was buried alive
was crushed to death
was trampled to death
was electrocuted
was lynched
was stoned to death
was hanged
was beheaded
was decapitated
was tortured to death
was blown up
was blown to pieces
was torn apart by the blast
was mown down
was run over and killed
was hit and killed by a truck
was knocked down and killed
was mauled to death by a bear
was gored to death
was found dead
was found murdered
was found hanged
was declared dead
was pronounced dead
was confirmed dead
was certified dead
was among the dead
was among those killed
lost her life
lost his life
died
died instantly
died at the scene
died in hospital
died of his wounds
died from his injuries
succumbed to his injuries
perished
drowned
suffocated
asphyxiated
froze to death
starved to death
bled to death
burned to death
burnt to death
choked to death
fell to his death
plunged to his death
jumped to her death
leapt to her death
was swept to her death
passed away
did not survive
met his death
breathed his last
laid down his life
made the ultimate sacrifice
was martyred
attained martyrdom
embraced martyrdom
was killed in action
was fatally shot
was fatally injured
was mortally wounded
was fatally stabbed
was fatally struck by a car
sustained fatal injuries
suffered fatal injuries
suffered a fatal wound
received fatal injuries
was put to death
was sent to the gallows
was incinerated
was engulfed by the flames and died
was dead on arrival
was brought dead to hospital
was brought in dead
could not be saved
could not be resuscitated
died despite the efforts of medics
was left dead
lay dead in the street
has died
had died
is dead
""".strip().split("\n")
WERE_HURT = """
was injured
was wounded
was hurt
was badly hurt
was lightly injured
was slightly wounded
was moderately injured
was critically injured
was seriously hurt
was gravely wounded
was severely burned
was burned
was shot and wounded
was shot in the leg
was stabbed
was stabbed in the neck
was hospitalised
was hospitalized with burns
was taken to hospital after the blast
was rushed to hospital after the attack
was airlifted to hospital after the crash
suffered injuries
suffered minor injuries
suffered burns
suffered a broken leg
suffered head injuries
suffered shrapnel wounds
suffered cuts and bruises
suffered smoke inhalation
sustained injuries
sustained serious wounds
received injuries
received shrapnel wounds
was treated for smoke inhalation
was treated for shock
was treated at the scene for minor injuries
was in critical condition
is in a critical condition
is in a serious condition
is fighting for her life
was maimed
was crippled by the blast
lost a leg in the explosion
lost both legs in the blast
lost an eye in the explosion
was beaten up
was hit by shrapnel
was hit by a bullet
was struck by gunfire
was grazed by a bullet
was shot at but survived
was knocked unconscious by the blast
was knocked over and injured
was mauled by a bear
was bitten by a shark
was trampled
was scalded
was concussed
was left paralysed by the shooting
was left with serious injuries
was left fighting for his life
escaped with minor injuries
escaped with bruises
was pulled alive from the rubble with injuries
was pulled injured from the wreckage
was rescued with injuries
was evacuated with wounds
""".strip().split("\n")
KILLS = """
killed three guards
murdered three guards
slew three guards
shot dead three guards
gunned down three guards
mowed down three guards
hacked three guards to death
stabbed three guards to death
beat three guards to death
shot three guards dead
left three guards dead
claimed three lives
claimed the lives of three guards
took the lives of three guards
took three lives
cost three guards their lives
cost three lives
caused three deaths
caused the deaths of three guards
resulted in three deaths
resulted in the death of three guards
led to the death of three guards
led to three deaths
eliminated three guards
neutralised three guards
liquidated three guards
wiped out three guards
executed three guards
beheaded three guards
massacred three guards
slaughtered three guards
martyred three guards
blew up three guards
ran over and killed three guards
crushed three guards to death
burned three guards alive
burned three guards to death
electrocuted three guards
strangled three guards
lynched three guards
hanged three guards
put three guards to death
inflicted three deaths
ended the lives of three guards
ended three lives
snuffed out three lives
buried three guards alive
buried three guards
swept three guards to their deaths
fatally shot three guards
fatally stabbed three guards
fatally wounded three guards
fatally injured three guards
""".strip().split("\n")
HURTS = """
wounded three guards
injured three guards
hurt three guards
maimed three guards
left three guards wounded
left three guards injured
left three guards with burns
left three guards in hospital
left three guards in critical condition
put three guards in hospital
sent three guards to hospital
caused injuries to three guards
caused three injuries
resulted in injuries to three guards
led to the injury of three guards
shot and wounded three guards
shot three guards in the legs
stabbed three guards
burned three guards
scalded three guards
""".strip().split("\n")
FIGURES_OF_SPEECH = """
The bridge was blown up on Friday.
A newspaper was blown up in Lorca.
Those who fell in combat are remembered in the square.
The company was crippled by debt.
Three banks were crippled by the attack.
The bill did not survive the vote.
The house could not be saved.
United were mauled by City.
The chef beat three eggs and crushed two cloves of garlic.
The party put three women on the board.
The movement swept three provinces.
He took out three loans.
The taxi took three guards to the airport.
They took three of the suspects to court.
She lost a leg of the race.
The plan met its end in committee.
The minister met his deputies.
The dispute crushed three coalitions.
Investors were burned by the collapse of two funds.
The striker was beaten to the ball by two defenders.
The novelist laid down his pen.
The two sides laid down their arms.
Prices fell to their lowest in ten years.
Three tents were torn apart by the storm.
The government was torn apart by the row.
A dog was trampled.
The drivers were rushed to finish the job.
Doctors treated three patients for flu.
Three students were treated to lunch.
The president is in hospital.
The team fell in battle after battle.
Seven people were rescued alive.
Four people were found alive under the rubble.
Nobody expected that all of them would come out alive.
""".strip().split("\n")

BOTH = pytest.mark.parametrize("syntax", [True, False], ids=["model", "rules"])


def read(text: str, syntax: bool) -> list[tuple[str, int | None, int | None]]:
    """Return kind and bounds of the current claims that are not denied."""
    claims = facts(text, day="2024-10-12", syntax=syntax).claims
    return [(c.kind, c.low, c.high) for c in claims if c.scope == "current" and c.status != "denied"]


@BOTH
@pytest.mark.parametrize("verb", DIED)
def test_who_died_is_counted(verb: str, syntax: bool) -> None:
    assert [("killed", 1, 1)] == read(f"A guard {verb} near the market on Friday.", syntax)


@BOTH
@pytest.mark.parametrize("verb", WERE_HURT)
def test_who_was_hurt_is_counted(verb: str, syntax: bool) -> None:
    assert [("wounded", 1, 1)] == read(f"A guard {verb} near the market on Friday.", syntax)


@BOTH
@pytest.mark.parametrize("verb", KILLS)
def test_whom_something_kills_is_counted(verb: str, syntax: bool) -> None:
    assert [("killed", 3, 3)] == read(f"The attack {verb} near the market on Friday.", syntax)


@BOTH
@pytest.mark.parametrize("verb", HURTS)
def test_whom_something_hurts_is_counted(verb: str, syntax: bool) -> None:
    assert [("wounded", 3, 3)] == read(f"The attack {verb} near the market on Friday.", syntax)


@BOTH
@pytest.mark.parametrize("text", FIGURES_OF_SPEECH)
def test_the_same_words_said_of_other_things_count_nobody(text: str, syntax: bool) -> None:
    assert [] == read(text, syntax)
