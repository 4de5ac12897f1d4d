from __future__ import annotations

import pytest

from tests import builders
from tests.builders import NOW
from workshops.database import rows
from workshops.refusals import NotFound
from workshops.schools.mark_rural import (
    DensityGrid,
    Marked,
    MarkRural,
    foresee_density,
    mark_from_density,
    mark_rural,
    read_density,
)
from workshops.schools.rules import FileRefused

GRID = "Grille de densité;;;\nCODGEO;LIBGEO;DENS;LIBDENS\n25056;Besançon;1;Centres\n39368;Hauts de Bienne;5;Bourgs\n"


async def marks() -> list[bool | None]:
    return [one["rural"] for one in await rows("SELECT rural FROM schools ORDER BY id")]


async def test_the_grid_marks_the_schools_of_its_communes_and_no_other(db):
    await builders.school(insee="25056", rural=True, uai="0250001R", name="Lycée Jules Haag")
    await builders.school(insee="39368", uai="0250011B", name="Collège Stendhal", commune="Hauts de Bienne")
    await builders.school(insee="70550")
    await builders.school(insee="")
    assert await foresee_density(GRID.encode()) == DensityGrid(
        communes=2,
        changed=[
            Marked("Collège Stendhal, Hauts de Bienne (0250011B)", None, True),
            Marked("Lycée Jules Haag, Besançon (0250001R)", True, False),
        ],
        unknown=2,
    )
    assert await marks() == [True, None, None, None]
    assert await mark_from_density(GRID.encode("cp1252"), by=1, now=NOW) == 2
    assert await marks() == [False, True, None, None]
    assert await mark_from_density(GRID.encode(), by=1, now=NOW) == 0


async def test_a_school_is_marked_by_hand_and_unmarked(db):
    school = await builders.school()
    for rural in (True, False, None):
        await mark_rural(school, MarkRural(rural=rural), by=1, now=NOW)
        assert await marks() == [rural]
    with pytest.raises(NotFound):
        await mark_rural(school + 1, MarkRural(rural=True), by=1, now=NOW)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("COM;DENS\n25056;1\n", ("colonnes absentes (CODGEO, DENS) ; le séparateur est le point-virgule",)),
        ("CODGEO;DENS\n", ("le fichier ne contient aucune commune",)),
        (
            "CODGEO;DENS\n2505;1\n25056;8\n25057\n",
            (
                "ligne 2 : « 2505 » n'est pas un code de commune",
                "ligne 3 : « 8 » n'est pas un niveau de 1 à 7",
                "ligne 4 : «  » n'est pas un niveau de 1 à 7",
            ),
        ),
    ],
)
def test_a_file_that_is_no_grid_is_refused_line_by_line(text, lines):
    with pytest.raises(FileRefused) as no:
        read_density(text.encode())
    assert no.value.lines == lines


def test_all_seven_levels_are_read():
    text = "CODGEO;DENS\n" + "".join(f"2500{level};{level}\n" for level in range(1, 8))
    assert list(read_density(text.encode()).values()) == [False] * 4 + [True] * 3
