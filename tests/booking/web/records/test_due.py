"""The workbook of what a lycée has to count now: its lines stand there, the numbers are filled in and sent back."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from tests import builders, builders_ptech
from tests.booking.programme.records.story import HAAG
from tests.booking.web.records.test_own import HOME, PERGAUD, carried, send
from tests.browsing import Browser, read
from workshops.database import rows, value

MAY = datetime(2027, 5, 3, 10, tzinfo=UTC)
WORKBOOK = f"{HOME}/ptech-recensements/a-remplir.xlsx"
COUNTED = (
    "SELECT c.entry_year, n.term, n.present, n.girls, n.entered FROM ptech_censuses n"
    " JOIN ptech_cohorts c ON c.id = n.cohort"
)


@pytest.fixture
async def cohorts(haag):
    """Four that run at Haag, none of them counted this October; one whose years are over; one of another lycée."""
    clocks = await builders_ptech.scheme(school=haag, title="P-TECH Microtechniques")
    lamps = await builders_ptech.scheme(school=haag, title="P-TECH Énergie")
    for entry_year in (2020, 2024, 2025, 2026):
        cohort = await builders_ptech.cohort(of=clocks, entry_year=entry_year)
        for year in range(entry_year, min(entry_year + 5, 2026)):
            await builders_ptech.census(cohort, year, present=24, girls=6)
    await builders_ptech.cohort(of=lamps, entry_year=2026)
    pergaud = await builders.school(kind="lycee", name="Lycée Louis Pergaud", uai=PERGAUD)
    await builders_ptech.cohort(of=await builders_ptech.scheme(school=pergaud), entry_year=2026)


async def filled(host, numbers: list[tuple[int | None, int | None]]) -> bytes:
    """The workbook as it comes, with these pupils and girls written in, line by line."""
    book = load_workbook(io.BytesIO((await host.get(WORKBOOK)).content))
    sheet = book.worksheets[0]
    columns = [cell.value for cell in sheet[1]]
    for line, (present, girls) in enumerate(numbers, start=2):
        sheet.cell(line, columns.index("présents") + 1, present)
        sheet.cell(line, columns.index("filles") + 1, girls)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


async def test_october_is_eight_numbers_in_a_workbook_of_four_lines(host, cohorts):
    page = read(await host.get("/lycee/ptech"))
    assert "À recenser Octobre 2026 : P-TECH Microtechniques, rentrée 2024" in page
    assert page.count("Octobre 2026 :") == 4
    assert "Classeur rempli XLSX ou CSV, 1 Mo au plus." in page
    sent = await send(host, await filled(host, [(23, 6), (24, 6), (28, 11), (30, 12)]), name="octobre.xlsx")
    assert sent.status_code == 422
    assert "Ligne 2 : il manque 1 élève : 24 en octobre 2025" in read(sent)
    sent = await send(host, await filled(host, [(24, 6), (24, 6), (28, 11), (30, 12)]), name="octobre.xlsx")
    assert "octobre.xlsx se lit sans erreur : Recensements P-TECH." in read(sent)
    await host.post(f"{HOME}/confirmation", carried(sent))
    found = await rows(f"{COUNTED} WHERE n.school_year = 2026 ORDER BY c.entry_year, n.present")
    assert [tuple(one) for one in found] == [
        (2024, "october", 24, 6, 0),
        (2025, "october", 24, 6, 0),
        (2026, "october", 28, 11, 0),
        (2026, "october", 30, 12, 0),
    ]
    assert "À recenser" not in read(await host.get("/lycee/ptech"))
    assert (await host.get(WORKBOOK)).status_code == 404


async def test_each_line_that_is_left_empty_or_cannot_be_is_said_and_nothing_is_stored(host, cohorts):
    sent = await send(host, await filled(host, [(24, 6), (None, None), (28, 31), (30, None)]), name="octobre.xlsx")
    said = read(sent)
    assert sent.status_code == 422
    assert "Rien n'a été enregistré" in said
    for line in ("Ligne 3 : présents : à remplir.", "Ligne 3 : filles : à remplir.", "Ligne 5 : filles : à remplir."):
        assert line in said
    assert await value("SELECT count(*) FROM ptech_censuses WHERE school_year = 2026") == 0


async def test_from_may_june_is_due_too_and_another_lycee_s_cohorts_never_are(app, jules, cohorts):
    app.state.clock = lambda: MAY
    host = await Browser(app, now=MAY).sign_in(jules)
    book = load_workbook(io.BytesIO((await host.get(WORKBOOK)).content))
    lines = [[cell.value for cell in line] for line in book.worksheets[0].iter_rows(min_row=2)]
    running = [("P-TECH Énergie", 2026), *(("P-TECH Microtechniques", year) for year in (2024, 2025, 2026))]
    assert [tuple(line[:5]) for line in lines] == [
        (HAAG, title, str(year), "2026-2027", term) for term in ("octobre", "juin") for title, year in sorted(running)
    ]
    assert {tuple(line[5:]) for line in lines} == {(None, None, 0, 0, 0, 0, 0, 0, None)}
