"""Strike sentences and leader statements with what must be read in them, written for these tests in the agencies' manner.

Every third row is kept for the end: rules were shaped on the others (``TUNED``), these (``KEPT``) only tell the truth.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Strike(NamedTuple):
    """A sentence, the class of its weapon, how many (low), its status, and outcomes as in ``as_json``; class "" is none."""

    text: str
    weapon: str = ""
    low: int | None = None
    status: str = "reported"
    outcomes: dict[str, object] | None = None


class Said(NamedTuple):
    """A sentence, the leader, what happened to them, and words that the statement must hold."""

    text: str
    name: str
    event: str
    words: str = ""


B = "ballistic missile"
C = "cruise missile"
STRIKES = [
    Strike(
        "Russia launched 41 missiles at Kyiv overnight, of which 30 were shot down, the air force said.", "missile", 41
    ),
    Strike(
        "Ukraine's air force said it had shot down 18 of 23 Shahed drones launched by Russia.",
        "drone",
        23,
        "reported",
        {"intercepted": 18},
    ),
    Strike("Two cruise missiles hit a power plant in Kharkiv on Monday.", C, 2, "reported", {"hit:Kharkiv": 2}),
    Strike(
        "A ballistic missile struck a hotel in Odesa, the regional governor said.", B, 1, "reported", {"hit:Odesa": 1}
    ),
    Strike(
        "Houthi fighters fired three ballistic missiles at Riyadh; all were intercepted, the coalition said.",
        B,
        3,
        "reported",
        {"intercepted": "all"},
    ),
    Strike("The Houthis said they had fired a Burkan missile at Jeddah airport.", B, 1, "claimed"),
    Strike("Hamas fired at least 150 rockets from Gaza on Tuesday, the Israeli army said.", "rocket", 150),
    Strike(
        "Five rockets landed in open fields near Ashkelon, causing no damage.",
        "rocket",
        5,
        "reported",
        {"hit:Ashkelon": 5},
    ),
    Strike("Israeli jets dropped more than 20 bombs on targets in Khan Younis.", "bomb", 20),
    Strike("The militia fired six Katyusha rockets at Camp Taji, and two of them fell short.", "rocket", 6),
    Strike("Mortar shells hit a market in Aleppo on Sunday, state news agency SANA said.", "mortar", None, "reported"),
    Strike(
        "North Korea test-fired two short-range ballistic missiles on Thursday, Seoul's military said.", B, 2, "test"
    ),
    Strike("Iran tested a new cruise missile in the Gulf of Oman, state television said.", C, 1, "test"),
    Strike(
        "Tehran warned it would fire missiles at any base from which it was attacked.", "missile", None, "threatened"
    ),
    Strike("Kyiv denied that its drones had hit a refinery in Belgorod.", "drone", None, "denied"),
    Strike("A drone crashed into an oil depot in Novorossiysk and set it on fire.", "drone", 1),
    Strike("Ten drones and two missiles hit oil installations at Abqaiq on Saturday.", "drone", 10),
    Strike(
        "The coalition said it had intercepted nine drones over Marib.", "drone", None, "reported", {"intercepted": 9}
    ),
    Strike("Tomahawk missiles struck the Shayrat airfield in Syria before dawn.", C, None, "reported"),
    Strike("The US Navy fired 59 Tomahawk cruise missiles at Shayrat airfield, officials said.", C, 59),
    Strike("Seven of the twelve rockets were intercepted and five hit Sderot.", "rocket", 12),
    Strike("A car bomb exploded outside a police station in Mogadishu on Friday.", "car bomb", 1),
    Strike("A suicide car bomb went off at a checkpoint in Kandahar.", "car bomb", 1),
    Strike("Shelling hit a hospital in Donetsk, separatist officials said.", "artillery", None, "reported"),
    Strike("Artillery shells landed near a school in Bakhmut.", "artillery", None, "reported"),
    Strike("Turkish drones struck two villages in northern Iraq, Kurdish officials said.", "drone", None),
    Strike("An explosive-laden drone targeted Erbil airport, Kurdish security forces said.", "drone", 1),
    Strike("Hezbollah said it had fired guided missiles at an Israeli barracks.", "guided missile", None, "claimed"),
    Strike(
        "Pakistan said it had shot down five Indian drones near Lahore.", "drone", 5, "reported", {"intercepted": 5}
    ),
    Strike("Four missiles were fired from Iran at Erbil, three of which hit the city.", "missile", 4),
    Strike("The rocket hit a school bus and wounded six children.", "rocket", 1),
    Strike("Warplanes launched a dozen air strikes on Idlib on Thursday.", "air strike", None),
    Strike("An air strike on a wedding hall in Saada left 20 people dead.", "air strike", None),
    Strike("A roadside bomb hit a military convoy near Mosul.", "bomb", 1),
    Strike(
        "A missile fired by rebels failed in flight and fell into the sea.", "missile", 1, "reported", {"failed": 1}
    ),
    Strike("Of 20 drones launched at Odesa, 17 were shot down and three hit the port.", "drone", 20),
    Strike("Grad rockets rained on the town of Avdiivka for a third day.", "rocket", None),
    Strike("A torpedo hit the frigate off the coast.", "torpedo", 1),
    Strike("Moscow claimed its missiles had hit a command post near Dnipro.", "missile", None, "claimed"),
    Strike("The army said a projectile and two mortar rounds were fired from Gaza.", "mortar", 2),
    Strike("Gunmen threw grenades at a church in Karachi.", "grenade", None),
    Strike("Barrel bombs dropped by helicopters hit the town of Daraa.", "bomb", None),
    Strike("A Kinzhal missile was intercepted over Kyiv, the mayor said.", B, 1, "reported", {"intercepted": 1}),
    Strike("Fourteen missiles were fired at Al Udeid; 13 were intercepted.", "missile", 14, "reported"),
    Strike("Workers at the rocket factory walked out on Monday."),
    Strike("The minister inspected a missile defence site."),
    Strike("The Rockets beat the Nets and drone footage of the game went viral."),
    Strike("The company sells drones to farmers and film makers."),
    Strike("He called the budget a bomb under the coalition."),
    Strike("Talks on a missile treaty will resume in Geneva."),
    Strike("A strike by train drivers hit commuters in Paris."),
    Strike("Lightning struck a barn near Lyon."),
    Strike("Police found a wartime bomb on a building site in Berlin and defused it."),
    Strike("The parade showed ballistic missiles and tanks."),
]

LEADERS = [
    Said(
        "President Vladimir Putin said on Thursday that Russia would answer any strike.",
        "Vladimir Putin",
        "said",
        "answer any strike",
    ),
    Said(
        "“We will not yield,” Ukrainian President Volodymyr Zelenskiy said in his nightly address.",
        "Volodymyr Zelensky",
        "said",
        "We will not yield",
    ),
    Said("Netanyahu warned Hezbollah that it would pay a heavy price.", "Benjamin Netanyahu", "said", "heavy price"),
    Said("French President Emmanuel Macron called for restraint on all sides.", "Emmanuel Macron", "said", "restraint"),
    Said(
        "“This is madness,” tweeted Foreign Minister Mohammad Javad Zarif.",
        "Mohammad Javad Zarif",
        "said",
        "This is madness",
    ),
    Said("Rouhani told a cabinet meeting that revenge would come.", "Hassan Rouhani", "said", "revenge would come"),
    Said(
        "According to Prime Minister Boris Johnson, Britain wants no war.",
        "Boris Johnson",
        "said",
        "Britain wants no war",
    ),
    Said(
        "Angela Merkel, the German chancellor, said Europe must stand together.",
        "Angela Merkel",
        "said",
        "Europe must stand together",
    ),
    Said("Turkey's Recep Tayyip Erdoğan vowed to strike back.", "Recep Tayyip Erdogan", "said", "strike back"),
    Said("The order came from Supreme Leader Ayatollah Ali Khamenei himself.", "Ali Khamenei", "mentioned"),
    Said(
        "Trump Tower in New York was closed on Monday, and President Trump was in Florida.", "Donald Trump", "mentioned"
    ),
    Said("An air strike killed Hamas leader Ismail Haniyeh in Tehran.", "Ismail Haniyeh", "killed"),
    Said("Hezbollah leader Hassan Nasrallah was killed in a strike on Beirut.", "Hassan Nasrallah", "killed"),
    Said("Reports that Hassan Nasrallah had died were denied by the group.", "Hassan Nasrallah", "denied_death"),
    Said("Lavrov said: “The West must stop.”", "Sergei Lavrov", "said", "The West must stop"),
    Said("“It is a slap in the face,” Khamenei told a crowd.", "Ali Khamenei", "said", "slap in the face"),
    Said(
        "Iraqi Prime Minister Adel Abdul Mahdi condemned the attack as a breach of sovereignty.",
        "Adel Abdul Mahdi",
        "said",
        "breach of sovereignty",
    ),
    Said(
        "Pope Francis prayed for peace, and UN chief Antonio Guterres said the world could not afford a war.",
        "Antonio Guterres",
        "said",
        "could not afford a war",
    ),
    Said("Putin's spokesman Dmitry Peskov said there was no plan.", "Dmitry Peskov", "said", "no plan"),
    Said("Soleimani's killing was avenged, the Guard said.", "Qasem Soleimani", "killed"),
    Said("Kim Jong Un oversaw the launch.", "Kim Jong Un", "mentioned"),
]


def _rows(name: str) -> list[list[str]]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]


def _outcomes(text: str) -> dict[str, object]:
    pairs = (pair.strip().split("=") for pair in text.split(","))
    return {what: int(count) for what, count in pairs}


def _strike(row: list[str]) -> Strike:
    text, weapon, low, status, *outcomes = row
    return Strike(
        text,
        "" if weapon == "-" else weapon,
        None if low == "-" else int(low),
        status,
        _outcomes(outcomes[0]) if outcomes else None,
    )


STRIKES += map(_strike, _rows("gold_strikes.txt"))
LEADERS += (Said(*row) for row in _rows("gold_leaders.txt"))

TUNED_STRIKES = [s for n, s in enumerate(STRIKES) if n % 3 != 2]
KEPT_STRIKES = [s for n, s in enumerate(STRIKES) if n % 3 == 2]
TUNED_LEADERS = [s for n, s in enumerate(LEADERS) if n % 3 != 2]
KEPT_LEADERS = [s for n, s in enumerate(LEADERS) if n % 3 == 2]
