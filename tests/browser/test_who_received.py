"""Who received the class, said on a phone after the closing: letters are refused, what is kept is seen to be kept."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.world import a_whole_world
from workshops.contributions.queries import hosts_of
from workshops.contributions.rules import Hosts

pytestmark = pytest.mark.browser

LYCEENS, STAFF = "Combien de lycéens ont reçu la classe ?", "Combien d'enseignants et de personnels ?"


async def save(page: Page, lyceens: str, staff: str) -> None:
    if await page.get_by_text("Corriger", exact=True).count() and not await page.get_by_label(LYCEENS).is_visible():
        await page.get_by_text("Corriger", exact=True).click()
    await page.get_by_label(LYCEENS).press_sequentially(lyceens)
    await page.get_by_label(STAFF).press_sequentially(staff)
    await page.locator("#recu").get_by_role("button", name="Enregistrer").click()


@pytest.mark.parametrize(("lyceens", "staff"), [("8e", ""), ("", "e")])
async def test_letters_in_either_number_are_refused_and_what_was_told_stays(db, browse, lyceens, staff):
    world = await a_whole_world()
    page = await browse(f"/accueil/{world['closed']}", width=390, javascript=False, signed_in=world["host"])
    await save(page, "12", "3")
    await page.get_by_text("Corriger", exact=True).click()
    for label, typed in ((LYCEENS, lyceens), (STAFF, staff)):
        if typed:
            await page.get_by_label(label).fill("")
            await page.get_by_label(label).press_sequentially(typed)
    await page.locator("#recu").get_by_role("button", name="Enregistrer").click()
    await expect(page.locator("#recu .field-error")).to_contain_text("écrivez un nombre de 0 à 60")
    await expect(page.get_by_label(LYCEENS if lyceens else STAFF)).to_have_value(lyceens or staff)
    assert await hosts_of(world["closed"]) == Hosts(12, 3)
    browse.complaints.clear()


async def test_on_a_phone_what_was_kept_is_said_where_it_is_seen(db, browse):
    world = await a_whole_world()
    page = await browse(f"/accueil/{world['closed']}", width=390, height=844, javascript=False, signed_in=world["host"])
    await save(page, "12", "3")
    await expect(page.locator(".said")).to_be_in_viewport()
