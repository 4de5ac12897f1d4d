from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests import builders
from tests.builders import NOW
from workshops.database import row, rows, value
from workshops.refusals import NotFound
from workshops.schools.directory import Imported, store_directory
from workshops.schools.mark_rural import (
    DensityGrid,
    Marked,
    MarkRural,
    foresee_density,
    mark_from_density,
    mark_rural,
    read_density,
)
from workshops.schools.queries import (
    Department,
    count_schools,
    departments,
    lycees,
    school_by_uai,
    schools_named,
)
from workshops.schools.read_annuaire import read_annuaire
from workshops.schools.rules import FileRefused

OFFICIAL = Path(__file__).parents[3] / "booking" / "demo" / "files" / "etablissements.csv"
LINES = OFFICIAL.read_text(encoding="utf-8").splitlines()


def with_line(number: int, change) -> str:
    """The official file with one of its lines changed, counted from 1 as a spreadsheet does."""
    lines = list(LINES)
    cells = next(csv.reader([lines[number - 1]], delimiter=";"))
    cells = change(dict(zip(LINES[0].split(";"), cells, strict=True)))
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="").writerow(cells)
    lines[number - 1] = out.getvalue()
    return "\n".join(lines)


async def stored(content: bytes, **progress) -> Imported:
    return await store_directory(read_annuaire(content), **progress)


def having(**changed: str):
    return lambda cells: list((cells | changed).values())


async def test_the_official_file_gives_260_schools_and_each_lycee_once(db):
    told: list[tuple[int, int]] = []
    imported = await stored(OFFICIAL.read_bytes(), progress=lambda *share: told.append(share))

    assert imported == Imported(added=260, updated=0, ignored=0)
    assert told == [(100, 260), (200, 260), (260, 260)]
    assert await count_schools("", kind="college") == 146
    sections = [line for line in csv.DictReader(LINES, delimiter=";") if line["etablissement_mere"]]
    assert len(await lycees()) == 114 - len(sections)
    whole = [line for line in csv.DictReader(LINES, delimiter=";") if not line["etablissement_mere"]]
    assert await departments() == [
        Department(
            code,
            name,
            sum(line["Code_departement"] == f"0{code}" and line["code_nature"] == "340" for line in whole),
            sum(line["Code_departement"] == f"0{code}" and line["code_nature"] != "340" for line in whole),
        )
        for code, name in builders.DEPARTMENTS.items()
    ]


async def test_a_school_keeps_what_the_annuaire_says(db):
    await stored(OFFICIAL.read_bytes())
    bauhin = await row("""
        SELECT uai, name, kind, sector, contract, address, postcode, commune, insee, department, lat, lon, phone, mail,
               web, priority, zone, has_segpa, part_of
        FROM schools WHERE uai = '0250003T'
    """)
    assert dict(bauhin) == {
        "uai": "0250003T",
        "name": "Collège Jean Bauhin",
        "kind": "college",
        "sector": "public",
        "contract": "SANS OBJET",
        "address": "24 rue du Stand de Tir",
        "postcode": "25404",
        "commune": "Audincourt",
        "insee": "25031",
        "department": "25",
        "lat": 47.47951278049735,
        "lon": 6.849090225779805,
        "phone": "03 81 35 58 70",
        "mail": "ce.0250003t@ac-besancon.fr",
        "web": "https://clg-jbauhin-audincourt.eclat-bfc.fr",
        "priority": "REP",
        "zone": "A",
        "has_segpa": True,
        "part_of": None,
    }


async def test_the_annuaire_says_which_lycees_teach_towards_a_trade_and_where_it_does_not_know(db):
    """Its column of ways is empty or wrong for some lycées professionnels: their nature says it."""
    await stored(OFFICIAL.read_bytes())
    found = await rows("""SELECT vocational, count(*)::int AS schools,
        count(*) FILTER (WHERE name ILIKE '%professionnel%')::int AS named
      FROM schools WHERE kind = 'lycee' GROUP BY vocational ORDER BY vocational""")
    assert [tuple(one) for one in found] == [(False, 21, 0), (True, 84, 47), (None, 9, 2)]


async def test_a_section_belongs_to_its_lycee(db):
    await stored(OFFICIAL.read_bytes())
    assert (
        await value(
            "SELECT whole.uai FROM schools s JOIN schools whole ON whole.id = s.part_of WHERE s.uai = '0251806C'"
        )
        == "0250011B"
    )


async def test_importing_again_brings_up_to_date_and_adds_nothing(db):
    await stored(OFFICIAL.read_bytes())
    before = await value("SELECT id FROM schools WHERE uai = '0250003T'")
    changed = with_line(3, having(Nom_etablissement="Collège Jean-Bauhin", Appartenance_Education_Prioritaire="REP+"))

    assert await stored(changed.encode()) == Imported(added=0, updated=260, ignored=0)
    found = await row("SELECT id, name, priority FROM schools WHERE uai = '0250003T'")
    assert tuple(found) == (before, "Collège Jean-Bauhin", "REP+")


async def test_a_broken_line_in_cp1252_is_named_by_its_number_and_nothing_is_stored(db):
    broken = with_line(14, lambda cells: list(cells.values())[:12])

    with pytest.raises(FileRefused) as refused:
        await stored(broken.encode("cp1252"))
    assert refused.value.sentence == "Rien n'a été enregistré : ligne 14 : 12 colonnes au lieu de 46."
    assert await value("SELECT count(*) FROM schools") == 0


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (
            {"Identifiant_de_l_etablissement": "0250011D"},
            "l'UAI « 0250011D » n'est pas valable (7 chiffres et leur clé)",
        ),
        ({"Nom_etablissement": ""}, "le nom manque"),
        ({"Libelle_academie": "Bezançon"}, "l'académie « Bezançon » n'est pas connue"),
        ({"Code_departement": ""}, "le département manque"),
        ({"latitude": "47°"}, "la latitude et la longitude ne sont pas des nombres de degrés"),
        ({"latitude": "97.1"}, "la latitude et la longitude ne sont pas des nombres de degrés"),
        ({"longitude": ""}, "la latitude et la longitude ne sont pas des nombres de degrés"),
        ({"latitude": "nan"}, "la latitude et la longitude ne sont pas des nombres de degrés"),
        (
            {"Appartenance_Education_Prioritaire": "ZEP"},
            "l'éducation prioritaire « ZEP » n'est ni REP ni REP+",
        ),
        ({"etablissement_mere": "0250011D"}, "l'établissement mère « 0250011D » n'a pas un UAI valable"),
        ({"Nom_etablissement": "x" * 201}, "Nom_etablissement dépasse 200 caractères"),
        ({"Identifiant_de_l_etablissement": "0250003T"}, "l'UAI 0250003T est déjà donné ligne 3"),
    ],
)
async def test_each_error_is_said_in_words_with_its_line(db, changed: dict[str, str], why: str):
    with pytest.raises(FileRefused) as refused:
        await stored(with_line(20, having(**changed)).encode())
    assert refused.value.lines == (f"ligne 20 : {why}",)
    assert await value("SELECT count(*) FROM schools") == 0


async def test_every_error_is_told_at_once(db):
    broken = with_line(20, having(Nom_etablissement="", Code_departement=""))
    with pytest.raises(FileRefused) as refused:
        await stored(broken.encode())
    assert refused.value.lines == ("ligne 20 : le nom manque", "ligne 20 : le département manque")
    assert refused.value.sentence == ("Rien n'a été enregistré : ligne 20 : le nom manque (et 1 autre erreur).")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "ligne 1 : colonnes absentes (Identifiant_de_l_etablissement, Nom_etablissement, Type_etablissement,"),
        (LINES[0].replace(";", ",").encode(), "ligne 1 : colonnes absentes (Identifiant_de_l_etablissement"),
        (LINES[0].encode(), "le fichier ne contient ni collège ni lycée"),
        (("\n".join([LINES[0]] + ["x"] * 5001)).encode(), "le fichier dépasse 5000 lignes"),
    ],
)
async def test_a_file_of_another_kind_is_refused(db, content: bytes, why: str):
    with pytest.raises(FileRefused) as refused:
        await stored(content)
    assert refused.value.lines[0].startswith(why)


async def test_other_places_and_closed_schools_are_left_out(db):
    other = with_line(2, having(Type_etablissement="Ecole"))
    lines = other.splitlines()
    closed = with_line(3, having(etat="FERME")).splitlines()[2]
    assert await stored("\n".join([*lines[:2], closed, *lines[3:]]).encode()) == Imported(258, 0, 2)


async def test_a_school_of_a_border_academie_is_in_zone_b(db):
    lines = with_line(3, having(Libelle_academie="Nancy-Metz")).encode()
    await store_directory(read_annuaire(lines, keep={"Besançon", "Nancy-Metz"}))
    assert (await school_by_uai("0250003t")).zone == "B"


async def test_schools_are_found_by_words_without_accents_and_sections_are_left_out(db):
    await stored(OFFICIAL.read_bytes())

    assert [one.uai for one in await schools_named("stendhal besancon")] == ["0250009Z"]
    assert [one.uai for one in await schools_named("BESANÇON Stendhal")] == ["0250009Z"]
    assert [one.uai for one in await schools_named("haag", kind="lycee")] == ["0250011B"]
    assert await schools_named("haag", kind="college") == []
    assert await schools_named("  ") == []
    assert await schools_named("%") == []
    assert len(await schools_named("collège", limit=7)) == 7


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
