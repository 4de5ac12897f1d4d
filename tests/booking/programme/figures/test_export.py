"""What leaves as a file: exact counts, what they speak of, and no cell that a spreadsheet would compute."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from booking.programme.figures.export import COUNTS_HEADER, export_counts, export_sheet
from booking.programme.figures.periods import Period
from booking.programme.figures.queries import sheet
from tests import builders
from tests.builders import NOW
from workshops.database import rows
from workshops.refusals import NotFound

JANUARY = Period("", date(2027, 1, 1), date(2027, 1, 31))
WORDS = "du vendredi 1er janvier 2027 au dimanche 31 janvier 2027"


@pytest.fixture
async def nadia(db) -> int:
    return await builders.account("nadia@example.org", name="Nadia Perrin")


async def a_visit_with_dangerous_names() -> int:
    lycee = await builders.school(kind="lycee", uai="0250001R", name="=Lycée", commune="Besançon")
    college = await builders.school(uai="0250011B", name="Collège Stendhal", commune="Besançon")
    slot = await builders.slot(host=lycee, starts_at=NOW - timedelta(days=3), state="done")
    robot = await builders.tech_object(name="@Robot")
    await builders.turnout(slot=slot, school=college, counted=3, group_ref=1)
    firm = await builders.company(name="+Plus", siret=builders.siret(1))
    await builders.company_turnout(slot=slot, company=firm)
    await builders.build(slot=slot, group_ref=1, tech_object=robot, made=3, working=2, taken_home=1)
    return robot


async def test_the_whole_holds_exact_counts_and_no_formula(nadia):
    robot = await a_visit_with_dangerous_names()
    content = await export_counts(JANUARY, form="csv", by=nadia, now=NOW)
    assert content.decode("utf-8-sig").splitlines() == [
        ";".join(COUNTS_HEADER),
        "Lycée;0250001R;'=Lycée, Besançon;3;1;1;;;;;;0;0;",
        "Collège;0250011B;Collège Stendhal, Besançon;3;1;1;;;;;;0;0;",
        "Département;25;Doubs;3;1;1;;;;;;0;0;",
        "Niveau;4e;4e;3;1;1;;;;;;0;0;0",
        "Mois;2027-01;2027-01;3;1;1;;;;;;0;0;",
        "Année scolaire;2026-2027;2026-2027;3;1;1;;;;;;0;0;",
        f"Entreprise;{builders.siret(1)};'+Plus;;;1;;;;;2;;0;",
        f"Objet;{robot};'@Robot;;1;;3;3;2;1;;;0;",
    ]
    assert [tuple(one) for one in await rows("SELECT act, by, detail FROM events")] == [
        ("counts_exported", nadia, f"Bilan, {WORDS}, csv")
    ]


@pytest.mark.parametrize("name", ["lycees", "objets", "entreprises"])
async def test_a_workbook_holds_the_same_figures_as_text_and_numbers_never_formulas(nadia, name):
    await a_visit_with_dangerous_names()
    found = await sheet(name, now=NOW)
    book = load_workbook(io.BytesIO(await export_sheet(found, form="xlsx", by=nadia, now=NOW)))
    figures, about = (book[title] for title in book.sheetnames)
    assert [one.value for one in figures[1]] == list(found.columns)
    assert [one.value for one in figures[2]] == [f"'{found.lines[0][0]}", *found.lines[0][1:]]
    assert {cell.data_type for page in (figures, about) for line in page.iter_rows() for cell in line} <= {"s", "n"}
    assert [line[0].value for line in about.iter_rows()] == [
        *("Nom", "Répartition", "Filtre", "Règle de comptage", "Extrait le", "Version"),
        *found.columns,
    ]


async def test_a_picture_is_kept_and_a_sheet_without_figures_has_none(nadia):
    with pytest.raises(NotFound):
        await export_sheet(await sheet("lycees", now=NOW), form="png", by=nadia, now=NOW)
    assert await rows("SELECT FROM events") == []
    await a_visit_with_dangerous_names()
    picture = await export_sheet(await sheet("lycees", now=NOW), form="png", by=nadia, now=NOW)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
