"""Who is inside now, with the network and without, and what is printed of a desk."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.booking.day.papers.paper_visit import pages_of
from tests.browser.judge import look_at
from tests.browser.phone import settled, taken_off
from tests.browser.test_desk import a_day_under_way, title

pytestmark = pytest.mark.browser


async def test_who_is_inside_is_told_without_network(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await settled(page)
    await taken_off(page)
    await page.get_by_role("button", name="Tout le groupe est là : 4e B").click()
    await page.get_by_role("button", name="Numéro 3, déclaré présent à").first.click()
    await page.get_by_role("link", name="Qui est là").click()
    dialog = page.locator("[data-inside]")
    await expect(dialog.locator("[data-inside-total]")).to_have_text("23")
    await expect(dialog.locator("[data-inside-groups] li")).to_have_text(
        ["4e B23 élèves, 0 sur 2 adultes", "5e A0 élève, 0 sur 2 adultes", "Zénith Montres0 sur 2 personnes"]
    )
    await look_at(page, "inside")
    await dialog.get_by_role("button", name="Fermer").click()
    await page.context.set_offline(False)
    await expect(page.locator("[data-net]")).to_be_hidden()
    browse.complaints.clear()


async def test_a_desk_opened_without_network_counts_the_badges_of_groups_that_are_still_sealed(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await settled(page)
    await page.get_by_role("button", name="Tout le groupe est là : 4e B").click()
    await expect(page.locator(".pending")).to_have_count(0)
    await taken_off(page)
    await page.reload()
    await page.get_by_role("button", name="Qui est là").click()
    await expect(page.locator("[data-inside-total]")).to_have_text("24")
    browse.complaints.clear()


async def test_the_prints_of_a_desk_keep_the_numbers_and_the_sheet_of_a_helper_is_one_page(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await page.get_by_role("button", name="Numéro 17, pas encore là : pointer").first.click()
    await expect(title(page)).to_have_text("Présent")
    desk = " ".join(pages_of(await page.pdf(format="A4", prefer_css_page_size=True)))
    assert all(f"\n{number}\n" in f"\n{desk}\n" or f" {number} " in desk for number in (1, 17, 24))
    await page.goto(f"/accueil/{day.slot}/presents")
    await look_at(page, "presents")
    read = " ".join(pages_of(await page.pdf(format="A4", prefer_css_page_size=True)))
    assert read.count("pas là") == 46
    await page.goto(f"/accueil/{day.slot}/consignes")
    await look_at(page, "consignes")
    assert len(pages_of(await page.pdf(format="A4", prefer_css_page_size=True))) == 1
