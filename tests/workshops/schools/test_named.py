"""A collège is found as one remembers it: every collège of the académie, its name typed in many wrong ways."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.demo.settle import FILES
from tests.workshops.schools.test_directory import OFFICIAL, stored
from workshops.acts.plain_words import bare_words, farness
from workshops.database import rows
from workshops.schools.queries import schools_meant
from workshops.schools.rules import FileRefused, Named, department_of, is_uai, kilometres, text_of, zone_of

SHOWN = 12


def colleges() -> dict[str, tuple[str, str]]:
    """The name and the commune of every open collège of the official file, by its number."""
    with Path(FILES / "etablissements.csv").open(encoding="utf-8-sig", newline="") as file:
        told = csv.DictReader(file, delimiter=";")
        return {
            one["Identifiant_de_l_etablissement"]: (one["Nom_etablissement"], one["Nom_commune"])
            for one in told
            if one["Type_etablissement"] == "Collège" and one["etat"] == "OUVERT"
        }


COLLEGES = colleges()
UAIS = list(COLLEGES)
NAMED = Named({place: f"{' '.join(COLLEGES[uai])} {uai}" for place, uai in enumerate(UAIS)})


def typings(name: str, commune: str) -> Iterator[tuple[str, str]]:
    """What may be typed for a collège, and what is wrong with it."""
    bare = "".join(one for one in unicodedata.normalize("NFD", f"{name} {commune}") if not unicodedata.combining(one))
    words = bare_words(bare)
    word, said = max(words, key=len), " ".join(words)
    yield "as it is", f"{name}, {commune}"
    yield "small letters, no accent", bare.lower()
    yield "capitals", f"{name} {commune}".upper()
    yield "from its end", " ".join(reversed(words))
    yield "without « collège »", bare.lower().replace("college", "")
    yield "hyphens everywhere", "-".join(words)
    yield "without its last letters", " ".join([*words[:-1], words[-1][: max(3, len(words[-1]) - 2)]])
    for place in range(1, len(word) - 1):
        before, letter, after = word[:place], word[place], word[place + 1 :]
        yield (
            ("a letter forgotten", said.replace(word, before + after)),
            ("a letter typed twice", said.replace(word, before + letter * 2 + after)),
            ("two letters swapped", said.replace(word, before + after[0] + letter + after[1:])),
            ("a wrong letter", said.replace(word, f"{before}q{after}")),
        )[place % 4]


CASES = [(uai, why, typed) for uai, told in COLLEGES.items() for why, typed in typings(*told)]


def test_every_college_typed_in_every_wrong_way_is_among_the_first_that_are_proposed():
    lost = [
        (why, typed, COLLEGES[uai])
        for uai, why, typed in CASES
        if uai not in [UAIS[place] for place in NAMED.nearest(typed)[:SHOWN]]
    ]
    assert (len(CASES) > 1500, lost) == (True, [])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("vicor hugo besancon", ["0251573Z"]),
        ("Hugo bes", ["0251573Z"]),
        ("victorhugo", ["0251573Z"]),
        ("clg stendal", ["0250009Z"]),
        ("st joseph besançon", ["0251587P"]),
        ("dideort", ["0251080N"]),
        ("0251080", ["0251080N"]),
        ("collège stendhal rue de l'oratoire", []),
        ("Poudlard", []),
        ("Stendhal Paris", []),
        ("%", []),
        ("  ", []),
    ],
)
def test_what_is_typed_proposes_what_it_may_mean_and_nothing_else(typed, found):
    assert [UAIS[place] for place in NAMED.nearest(typed)] == found


@pytest.mark.parametrize(
    ("typed", "word", "far"),
    [
        ("hugo", "hugo", 0),
        ("hug", "hugo", 1),
        ("hgo", "hugo", None),
        ("vicor", "victor", 4),
        ("xictor", "victor", 4),
        ("bseancon", "besancon", 4),
        ("besnacno", "besancon", 8),
        ("stendl", "stendhalien", 5),
        ("hugo", "diderot", None),
    ],
)
def test_a_short_word_is_typed_right_and_a_long_one_forgives_two_letters(typed, word, far):
    assert farness(typed, word) == far


async def test_schools_meant_are_of_one_kind_and_those_that_have_closed_are_told_apart(db):
    await stored(OFFICIAL.read_bytes())
    assert [one.uai for one in await schools_meant("vicor hugo besancon", kind="college", limit=5)] == ["0251573Z"]
    assert [one.uai for one in await schools_meant("jule haag", kind="lycee", limit=5)] == ["0250011B"]
    assert await schools_meant("jule haag", kind="college", limit=5) == []
    assert len(await schools_meant("college", kind="college", limit=7)) == 7
    await rows("UPDATE schools SET closed = true WHERE uai = '0251573Z'")
    assert await schools_meant("victor hugo", kind="college", limit=5, closed=False) == []
    assert [one.uai for one in await schools_meant("victor hugo", kind="college", limit=5)] == ["0251573Z"]


@pytest.mark.parametrize("uai", ["0250001R", "0250011B", "0251994G", "0390013C", "0700905D", "0900355X"])
def test_a_real_uai_is_right(uai: str):
    assert is_uai(uai)


@pytest.mark.parametrize(
    "text", ["0250011D", "0250011b", "250011B", "02500011B", "025O011B", "0250011", "", "0250011BB", "٠٢٥٠٠١١B"]
)
def test_a_wrong_key_or_shape_is_refused(text: str):
    assert not is_uai(text)


@given(st.integers(min_value=0, max_value=9_999_999))
def test_each_number_has_exactly_one_key(number: int):
    assert sum(is_uai(f"{number:07d}{key}") for key in "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 1


@pytest.mark.parametrize(
    ("code", "department"), [("025", "25"), ("090", "90"), ("02A", "2A"), ("971", "971"), ("25", "25")]
)
def test_a_department_is_written_as_people_do(code: str, department: str):
    assert department_of(code) == department


@pytest.mark.parametrize(
    ("academie", "zone"),
    [
        ("Besançon", "A"),
        ("BESANCON", "A"),
        ("Dijon", "A"),
        ("Nancy-Metz", "B"),
        ("Strasbourg", "B"),
        ("Orléans-Tours", "B"),
        ("Versailles", "C"),
        ("La Réunion", ""),
        ("Corse", ""),
        ("Bezançon", None),
    ],
)
def test_an_academie_has_its_zone(academie: str, zone: str | None):
    assert zone_of(academie) == zone


def test_thirty_academies_have_the_three_zones():
    zones = [
        *("Besançon", "Bordeaux", "Clermont-Ferrand", "Dijon", "Grenoble", "Limoges", "Lyon", "Poitiers"),
        *("Aix-Marseille", "Amiens", "Lille", "Nancy-Metz", "Nantes", "Nice", "Normandie", "Orléans-Tours"),
        *("Reims", "Rennes", "Strasbourg"),
        *("Créteil", "Montpellier", "Paris", "Toulouse", "Versailles"),
    ]
    assert [zone_of(name) for name in zones] == ["A"] * 8 + ["B"] * 11 + ["C"] * 5


def test_the_distance_from_besancon_to_belfort_is_that_of_a_bird():
    assert round(kilometres(47.2378, 6.0241, 47.6380, 6.8628)) == 77


def test_a_file_in_utf_8_or_cp1252_is_read_the_same():
    assert text_of("Besançon".encode()) == "Besançon"
    assert text_of("Besançon".encode("utf-8-sig")) == "Besançon"
    assert text_of("Besançon".encode("cp1252")) == "Besançon"


def test_a_file_of_more_than_1_mb_is_refused():
    with pytest.raises(FileRefused) as refused:
        text_of(b"x" * 1_000_001)
    assert refused.value.sentence == "Rien n'a été enregistré : le fichier dépasse 1 Mo."


def test_a_file_in_neither_encoding_is_refused():
    with pytest.raises(FileRefused) as refused:
        text_of(b"\x81\xff")
    assert refused.value.lines == ("le fichier n'est ni en UTF-8 ni en Windows-1252",)
