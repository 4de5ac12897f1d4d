"""Five school years of two académies, two of them closed, counted once more by plain Python: the board, the open files,
the file for France 2030 and the committee's sheet say the same to the unit, whatever comes after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from booking.programme.imports.queries import foresee_undoing
from booking.programme.imports.undo import undo_import
from booking.year.close import close_year
from booking.year.rules import CloseYear, SchoolYear
from tests import builders
from tests.booking.programme.report.read_back import figures_of
from tests.browsing import Browser
from tests.journeys.recounted import everything, lines_of
from tests.journeys.two_academies import CLOSED, NOW, Told, declare, five_years
from workshops.academie.settle import take_in_extract
from workshops.closed_years.rules import correcting_because
from workshops.programmes.ptech.count_cohort import RecordCensus, record_census
from workshops.scope import EVERYTHING

# Found later in a lycée's own table, one of them of so few that it is hidden from everybody.
LATER = [
    (date(2026, 11, 3), "0210001M", "0250011B", "4e", 29),
    (date(2027, 3, 2), "0250001R", "0210002N", "3e", 4),
]
BECAUSE = "Deux listes d'appel oubliées"


@pytest.fixture
async def nadia(db) -> int:
    return await builders.person("coordinator", "nadia@example.org", name="Nadia Perrin")


@pytest.fixture
async def office(app, nadia) -> Browser:
    app.state.clock = lambda: NOW
    return await Browser(app, now=NOW).sign_in(nadia)


async def close(told: Told, by: int, folder: Path) -> None:
    for year in CLOSED:
        await close_year(SchoolYear(year), CloseYear(), by=by, data_dir=folder, now=NOW)
        told.close(year)


async def change_priorities(told: Told, by: int) -> None:
    """The annuaire of the next autumn: one collège enters REP+, one REP, one leaves it."""
    head = "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive;Code_departement"
    lines = [f"{head};Nom_commune;Libelle_academie;Appartenance_Education_Prioritaire;latitude;longitude"]
    for one, priority in zip(told.colleges.values(), ("REP+", "REP", ""), strict=True):
        one.priority = priority
        where = f"0{one.department};{one.commune};{one.academie}"
        lines.append(f"{one.uai};{one.name};Collège;Public;{where};{priority};{one.lat};{one.lon}")
    await take_in_extract("\n".join(lines).encode(), by=by, now=NOW)


async def correct_census(told: Told, by: int) -> tuple[int, int]:
    """The October of a closed year was wrong by six; returns what its pupils were and are."""
    wrong = next(one for one in told.censuses if (one.year, one.term) == (2025, "october") and not one.entered)
    before = sum(one.present for one in told.censuses if (one.year, one.term) == (2025, "october"))
    right = replace(wrong, present=wrong.present + 6)
    told.censuses[told.censuses.index(wrong)] = right
    number = told.cohorts[wrong.cohort][0]
    said = correcting_because.set(BECAUSE)
    await record_census(number, RecordCensus(2025, "october", right.present, girls=8), scope=EVERYTHING, by=by, now=NOW)
    correcting_because.reset(said)
    return before, before + 6


async def test_the_board_the_files_and_the_sheet_are_counted_once_more(app, office, nadia, tmp_path: Path):
    anybody = Browser(app, now=NOW)
    told = await five_years(nadia)
    before = await everything(office, anybody, told)

    await close(told, nadia, tmp_path)
    closed = await everything(office, anybody, told)
    assert [figures_of(one.report) for one in closed.values()] == [figures_of(one.report) for one in before.values()]

    await change_priorities(told, nadia)
    await everything(office, anybody, told)

    was, becomes = await correct_census(told, nadia)
    await everything(office, anybody, told)
    aims = await lines_of(office, "/gestion/objectifs.csv")
    corrected = {one["Objectif"]: one["Corrigé depuis la clôture"] for one in aims}
    assert corrected["Lycéens en parcours P-TECH"] == f"2025-2026 : {was} → {becomes} ({BECAUSE})"
    assert not corrected["Collégiens accueillis"]

    kept = list(told.visits)
    added = await declare(told, LATER, nadia)
    assert len(added) == 2
    await everything(office, anybody, told)
    last = await foresee_undoing()
    assert last is not None
    await undo_import(last.number, by=nadia, now=NOW)
    told.visits = kept
    await everything(office, anybody, told)
