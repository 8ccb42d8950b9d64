"""Names of the gazetteer: spelling, case, office on a day, mistakes of the people who edit the lists."""

from __future__ import annotations

import pytest

from streams.core.gazetteer import GazetteerError, parse_gazetteer, read_gazetteer
from streams.core.words import words_of
from tests.core.extract.samples import gazetteer


def names(text: str) -> list[str]:
    return [h.entry.name for h in gazetteer().find(words_of(text)) if h.entry.kind != "person"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ain al-Asad and Al Asad air base", ["Al Asad", "Al Asad"]),
        ("IS-held Raqqa", ["Islamic State", "Raqqa"]),
        ("he told us that it is so", []),
        ("The US and the U.S.", ["United States", "United States"]),
        ("Kiev, Kyiv and Odessa", ["Kyiv", "Kyiv", "Odesa"]),
        ("ballistic missiles and Tomahawks", ["ballistic missile", "Tomahawk"]),
        ("Recep Tayyip Erdoğan", ["Recep Tayyip Erdogan"]),
        ("It happened of reading nice bath", []),
        ("Iran's Islamic Revolutionary Guard Corps", ["Iran", "Islamic Revolutionary Guard Corps"]),
    ],
)
def test_names_are_found_as_they_are_spelt(text: str, expected: list[str]) -> None:
    assert expected == names(text)


@pytest.mark.parametrize("text", ["Netanyahou", "Solemani", "Hajizade", "Poroshenko"])
def test_a_surname_misspelt_by_one_letter_is_met_and_others_are_not(text: str) -> None:
    expected = {
        "Netanyahou": ["Benjamin Netanyahu"],
        "Solemani": ["Qasem Soleimani"],
        "Hajizade": ["Amir Ali Hajizadeh"],
    }
    assert expected.get(text, []) == names(text)


@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("Donald Trump", "2020-01-08", ("President", "US")),
        ("Donald Trump", "2022-06-01", ("former President", "US")),
        ("Donald Trump", "2025-06-01", ("President", "US")),
        ("Joe Biden", "2015-01-01", ("Vice President", "US")),
        ("Qasem Soleimani", "2020-01-02", ("Quds Force commander", "IR")),
        ("Qasem Soleimani", "2020-01-08", ("former Quds Force commander", "IR")),
        ("Adel Abdul Mahdi", "2020-01-08", ("Prime Minister", "IQ")),
        ("Nobody Known", "2020-01-08", (None, None)),
    ],
)
def test_a_leader_has_the_office_of_the_day(name: str, day: str, expected: tuple[str | None, str | None]) -> None:
    assert expected == gazetteer().office(name, day)


def test_who_held_an_office_depends_on_the_day() -> None:
    holders = [gazetteer().holder("prime minister", "GB", day) for day in ("2018-01-01", "2020-01-08", "2025-01-08")]
    assert ["Theresa May", "Boris Johnson", "Keir Starmer"] == holders


def test_lists_for_rules_hold_canonical_names_with_their_spellings() -> None:
    leaders = dict(gazetteer().names("leaders"))
    assert {"Khamenei", "Ali Khamenei", "Khameini"} <= set(leaders["Ali Khamenei"])
    assert "drones" in dict(gazetteer().names("weapons"))["drone"]
    assert "Kiev" in dict(gazetteer().names("places"))["Kyiv"]
    assert "Iran" in dict(gazetteer().names("places"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# c\nname,kind\n", "x.csv:2: found columns name,kind; expected "),
        ("name,country,aliases\nFars,IR\n", "x.csv:2: found 2 cells; expected 3: name,country,aliases"),
        ("name,country,aliases\nFars,Iran,\n", "x.csv:2: found country 'Iran'; expected two capital letters"),
        ("name,country,aliases\n,IR,\n", "x.csv:2: found no name; expected one in the column name"),
        ("name,role,country,from,to,aliases\nA B,King,JO,1999,,\n", "x.csv:2: found from '1999'; expected a day"),
    ],
)
def test_a_mistake_names_its_file_and_line(text: str, message: str) -> None:
    with pytest.raises(GazetteerError, match="^" + message.replace("(", r"\(")):
        parse_gazetteer({"x.csv": text})


def test_every_shipped_list_says_its_source_and_licence() -> None:
    from tests.core.extract.samples import ROOT

    for path in (ROOT / "rules" / "gazetteers").glob("*.csv"):
        head = "".join(line for line in path.read_text().splitlines() if line.startswith("#"))
        assert "Source:" in head, path.name
        assert "icence" in head or "CC BY" in head, path.name


def test_a_bad_line_costs_only_itself() -> None:
    lines = ["name,kind,country,parent,aliases", "Halven,city,XA,,", "only one cell", "Sarn,city,XA,,"]
    read, mistakes = read_gazetteer({"p.csv": "\n".join(lines)})
    assert ("p.csv:3: found 1 cells; expected 5: name,kind,country,parent,aliases",) == mistakes
    assert {"Halven", "Sarn"} <= {name for name, _ in read.names("places")}
