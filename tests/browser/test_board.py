"""The board in a real browser: one look on a phone, everything in sight at a desk and on paper."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
from playwright.async_api import Page, expect

from tests import builders, builders_bts1
from tests.browser.test_office import a_coordinator
from tests.builders import paris

pytestmark = pytest.mark.browser

TARGETS = (
    ("technilab", "pupils", "Collégiens accueillis", 6000),
    ("ptech", "schemes", "Dispositifs P-TECH", 8),
    ("ptech", "pupils", "Lycéens en parcours P-TECH", 1800),
    ("ptech", "companies", "Entreprises mentores P-TECH", 120),
    ("bts1", "courses", "Formations BTS+1 ouvertes", 10),
)


async def a_programme() -> int:
    for programme, metric, label, target in TARGETS:
        await builders.target(programme=programme, metric=metric, label=label, target=target, unit="")
    for n in range(24):
        slot = await builders.slot(starts_at=paris(f"2026-{n % 9 + 1:02}-1{n % 3} 09:00"), state="done")
        await builders.turnout(slot=slot)
    return await a_coordinator()


async def height(page: Page) -> int:
    tall: int = await page.evaluate("document.documentElement.scrollHeight")
    return tall


async def test_where_the_three_schemes_stand_fits_the_first_screen_of_a_phone(db, browse):
    page = await browse("/gestion", width=390, javascript=False, signed_in=await a_programme())
    look = page.get_by_role("list", name="Où en sont les trois dispositifs")
    for name in ("TECHNILAB", "P-TECH", "BTS+1"):
        await expect(look.get_by_text(name, exact=True)).to_be_visible()
    box = await look.bounding_box()
    assert box["y"] + box["height"] <= 844
    await expect(page.get_by_text("Rythme régulier aujourd'hui").first).to_be_hidden()
    await page.locator("summary", has_text="Les objectifs un par un").click()
    await page.locator("summary", has_text="Rythme, prévision").first.click()
    await expect(page.get_by_text("Rythme régulier aujourd'hui").first).to_be_visible()


async def test_a_member_of_the_consortium_reads_each_target_once_on_a_phone(db, browse):
    await a_programme()
    member = await builders.person("consortium", partner=await builders_bts1.partner())
    page = await browse("/gestion", width=390, signed_in=member)
    await expect(page.get_by_role("list", name="Où en sont les trois dispositifs")).to_be_visible()
    await expect(page.get_by_role("article", name="Collégiens accueillis")).to_be_hidden()
    await page.locator("summary", has_text="Les objectifs un par un").click()
    await expect(page.get_by_role("article", name="Collégiens accueillis")).to_be_visible()
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.reload()
    await expect(page.get_by_role("article", name="Collégiens accueillis")).to_be_visible()


async def test_the_board_fits_two_screens_with_all_that_may_need_care(db, browse):
    nadia = await a_programme()
    await builders.target(programme="ptech", metric="entrants", label="Lycéens entrés en P-TECH", target=1800)
    late = await builders.slot(starts_at=datetime.now(UTC) - timedelta(days=3))
    await builders.reservation(slot=late, group=await builders.group())
    await builders.notice(state="failed", attempts=1, last_error="550 5.1.1 User unknown")
    page = await browse("/gestion", width=1280, signed_in=nadia)
    await page.set_viewport_size({"width": 1280, "height": 900})
    await expect(page.get_by_role("heading", name="À traiter")).to_be_visible()
    await expect(page.get_by_role("article")).to_have_count(6)
    assert await height(page) <= 2 * 900
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await height(page) <= 3.5 * 844


async def test_each_figure_of_the_board_leads_to_its_page(db, browse):
    page = await browse("/gestion", width=1280, signed_in=await a_programme())
    await page.get_by_role("article", name="Collégiens accueillis").get_by_role("link").first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Collégiens accueillis")
    await page.get_by_role("link", name="Bilan", exact=True).first.click()
    await page.get_by_role("link", name="Par lycée, collège, mois, objet").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Élèves accueillis")


async def test_the_counts_are_short_on_a_phone_and_whole_at_a_desk(db, browse):
    page = await browse("/gestion/accueillis", width=1280, signed_in=await a_programme())
    await expect(page.get_by_role("region", name="Par niveau")).to_be_visible()
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.get_by_role("region", name="Par niveau")).to_be_hidden()
    folded = await height(page)
    await page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    assert folded < 0.6 * await height(page)


async def test_on_paper_nothing_of_the_board_stays_folded(db, browse):
    page = await browse("/gestion", width=390, signed_in=await a_programme())
    await page.emulate_media(media="print")
    await expect(page.get_by_text("Rythme régulier aujourd'hui").first).to_be_visible()
    await page.goto("/gestion/accueillis")
    await expect(page.get_by_role("region", name="Par niveau")).to_be_visible()


async def test_the_board_prints_on_one_a4_page(db, browse):
    nadia = await a_programme()
    await builders.target(programme="ptech", metric="entrants", label="Lycéens entrés en P-TECH", target=1800)
    page = await browse("/gestion", width=1280, signed_in=nadia)
    paper = pypdfium2.PdfDocument(await page.pdf(format="A4"))
    assert len(paper) == 1
    said = paper[0].get_textpage().get_text_range().replace("\r\n", " ")
    assert ("Lycéens entrés en P-TECH" in said, "Élèves accueillis" in said) == (True, True)
