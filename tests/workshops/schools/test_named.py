"""A collège is found as one remembers it: every collège of the académie, its name typed in many wrong ways."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from booking.demo.settle import FILES
from tests.workshops.schools.test_directory import OFFICIAL, stored
from workshops.database import rows
from workshops.schools.queries import schools_meant
from workshops.schools.rules import Named
from workshops.typed_text.plain_words import bare_words, farness

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
