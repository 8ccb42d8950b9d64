"""Invented articles of about 660 words for benchmarks: most say nothing that a rule asks for, one in so many is a strike."""

from __future__ import annotations

import random  # noqa: TID251 - a benchmark's articles come from its seed
from datetime import datetime, timedelta

from monitors.article import Article, digest

SUBJECTS = (
    "The council|A committee|The harbour office|The museum|The school board|A survey|The tram company|The choir".split(
        "|"
    )
)
VERBS = "opened|discussed|repaired|counted|painted|moved|renamed|planned|measured|described".split("|")
THINGS = (
    "the library|a new bridge|its winter programme|the old market hall|two gardens|the river path|a small park".split(
        "|"
    )
)
ENDS = (
    "on Monday|after a long debate|with help from the neighbours|before the summer|in the afternoon|for the third time"
).split("|")
PLACES = (
    "Kharkiv|Odesa|Aleppo|Sanaa|Hodeidah|Kirkuk|Mosul|Homs|Idlib|Mariupol|Tripoli|Kabul|Donetsk|Gaza City|Basra".split(
        "|"
    )
)
SIDES = "the governor|the health ministry|a hospital doctor|the defence ministry|the rescue service|the mayor".split(
    "|"
)
WEAPONS = "missiles|drones|rockets|cruise missiles|ballistic missiles".split("|")


def articles(count: int, *, hit_every: int, start: datetime, words: int = 660, seed: int = 1) -> list[Article]:
    """Return ``count`` articles; each ``hit_every``-th reports a strike with a claimed toll, a story of its own each time."""
    chance = random.Random(seed)
    return [_article(n, n % hit_every == hit_every - 1, start, words, chance) for n in range(count)]


def _article(n: int, hit: bool, start: datetime, words: int, chance: random.Random) -> Article:
    title, lead = _hit(n, chance) if hit else (f"{sentence(chance)[:-1]} ({n})", sentence(chance))
    paragraphs, written = [lead], len(lead.split())
    while written < words:
        paragraph = " ".join(sentence(chance) for _ in range(4))
        paragraphs.append(paragraph)
        written += len(paragraph.split())
    text = "\n\n".join(paragraphs)
    name = f"bench-{n}"
    return Article(
        event_id=digest("article", name),
        article_id=digest(name),
        revision=digest(title, text),
        feed_id="bench",
        source=f"Outlet {n % 7}",
        origin=f"Outlet {n % 7}",
        url=f"https://bench.example/{n}",
        title=title,
        text=text,
        published_at=start + timedelta(seconds=n),
        # Days apart, so that each hit is a story of its own and every hit alerts.
        first_seen_at=start + timedelta(days=n),
    )


def _hit(n: int, chance: random.Random) -> tuple[str, str]:
    place, weapon, side = chance.choice(PLACES), chance.choice(WEAPONS), chance.choice(SIDES)
    fired, dead = chance.randrange(3, 30), chance.randrange(2, 40)
    title = f"{weapon.capitalize()} hit {place}, {dead} killed, {side} says ({n})"
    lead = (
        f"At least {dead} people were killed and {dead * 2} wounded when {fired} {weapon} hit the district {n} of {place}, "
        f"{side} said. Two of them were intercepted and one failed in flight, according to {chance.choice(SIDES)}."
    )
    return title, lead


def sentence(chance: random.Random) -> str:
    """Return a sentence in which nothing happens that a rule asks for."""
    return f"{chance.choice(SUBJECTS)} {chance.choice(VERBS)} {chance.choice(THINGS)} {chance.choice(ENDS)}."
