"""The papers of a visit as pages: judged like every page, and on paper."""

from __future__ import annotations

import pypdfium2
import pytest

from booking.day.papers.rules import AFTER, BEFORE
from tests import builders
from tests.booking.day.papers.paper_visit import attended, pages_of
from tests.browser.judge import everything_wrong
from workshops.database import row

pytestmark = pytest.mark.browser


PAGES = ("papiers", *(f"papiers/{kind}" for kind in BEFORE), *AFTER, "cartes")
ONISEP = "https://www.onisep.fr/recherche?text=microtechniques"


async def a_visit() -> tuple[int, int]:
    """A closed visit, and its teacher."""
    reservation = await attended(diploma="Bac pro Microtechniques", diploma_link=ONISEP)
    booked = await row("SELECT booked_by, school FROM reservations WHERE id = $1", reservation)
    await builders.membership(booked["booked_by"], "teacher", school=booked["school"])
    return reservation, booked["booked_by"]


async def test_axe_finds_nothing_on_any_paper_and_nothing_stands_out(db, browse):
    reservation, claire = await a_visit()
    page = await browse("about:blank", signed_in=claire)
    found = {}
    for path in PAGES:
        answer = await page.goto(f"/mes-visites/{reservation}/{path}")
        wrong = [] if answer.status == 200 else [f"answered {answer.status}"]
        found[path] = wrong + await everything_wrong(page)
    assert found == {path: [] for path in PAGES}


async def test_the_page_of_a_paper_prints_the_paper_alone(db, browse):
    reservation, claire = await a_visit()
    page = await browse(f"/mes-visites/{reservation}/papiers/mission", signed_in=claire)
    printed = await page.pdf(format="A4", prefer_css_page_size=True)
    assert len(pypdfium2.PdfDocument(printed)) == 2
    assert [("Accompagnateur" in text, "Télécharger" in text) for text in pages_of(printed)] == [(True, False)] * 2


async def test_the_families_sheet_and_its_slip_print_on_one_page(db, browse):
    reservation, claire = await a_visit()
    page = await browse(f"/mes-visites/{reservation}/papiers/familles", signed_in=claire)
    (text,) = pages_of(await page.pdf(format="A4", prefer_css_page_size=True))
    assert "Je soussigné(e), responsable légal(e)" in text


async def test_a_teacher_comes_to_the_papers_from_the_visit(db, browse):
    reservation, claire = await a_visit()
    page = await browse(f"/reservations/{reservation}", signed_in=claire)
    await page.get_by_role("link", name="Ce que nous avons construit", exact=True).click()
    await page.get_by_role("heading", name="Lampe à balancier").wait_for()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Télécharger le PDF").click()
    assert (await download.value).suggested_filename == f"bilan-{reservation}.pdf"


async def test_the_sheet_of_the_class_leads_to_onisep_on_a_screen_and_prints_its_code(db, browse):
    reservation, claire = await a_visit()
    page = await browse(f"/mes-visites/{reservation}/bilan", signed_in=claire)
    way = page.get_by_role("link", name="Onisep : Bac pro Microtechniques")
    code = page.locator(".paper-taught svg")
    assert (await way.get_attribute("href"), await code.is_visible()) == (ONISEP, False)
    await page.emulate_media(media="print")
    assert (await way.is_visible(), await code.is_visible()) == (False, True)


async def test_a_teacher_prints_the_cards_of_her_pupils_in_one_tap_and_reads_that_it_is_done(db, browse):
    reservation, claire = await a_visit()
    page = await browse(f"/reservations/{reservation}", width=390, signed_in=claire)
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Imprimer les cartes").click()
    assert (await download.value).suggested_filename == f"cartes-{reservation}.pdf"
    await page.reload()
    await page.get_by_text("Cartes imprimées").wait_for()
