"""The numbers and their count without network: they move on with each answer, in the page as in its shell."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.film import held_up
from tests.browser.judge import look_at
from tests.browser.phone import settled, stored, taken_off, taken_up
from tests.browser.test_desk import a_day_under_way, open_desk, printed, title
from workshops.database import value

pytestmark = pytest.mark.browser


def count(page: Page):
    return page.locator(".group-head p").first


def total(page: Page):
    return page.locator(".desk-total")


async def tap(page: Page, number: int) -> None:
    await page.get_by_role("button", name=f"Numéro {number}, pas encore là : pointer").first.click()


async def test_the_count_moves_on_without_network_in_the_page_and_in_its_shell(db, filmed, browse):
    day = await a_day_under_way()
    (seventeen,) = await printed(day, 17)
    page = await open_desk(await filmed(held_up(seventeen)), day)
    await settled(page)
    await expect(count(page)).to_have_text("1 présent sur 24")
    await taken_off(page)
    for number in (1, 2, 3):
        await tap(page, number)
        await expect(count(page)).to_have_text(f"{number + 1} présents sur 24")
    await expect(total(page)).to_have_text("4 présents sur 47")
    await page.get_by_label("Code écrit sur le badge").fill(await day.short_code(2, group=1))
    await page.get_by_role("button", name="Pointer", exact=True).click()
    await expect(page.locator(".group-head p").nth(1)).to_have_text("1 présent sur 23")
    await expect(total(page)).to_have_text("5 présents sur 47")
    await expect(page.get_by_role("button", name="Numéro 3, présent depuis")).to_have_class("number here pending")
    await look_at(page, "counter-offline")

    await page.get_by_role("button", name="Numéro 3, présent depuis").click()
    await page.get_by_role("button", name="Annuler le pointage").click()
    await expect(count(page)).to_have_text("3 présents sur 24")
    await page.get_by_role("link", name="Numéro 17, présent depuis").click()
    await page.get_by_role("button", name="Parti plus tôt").click()
    await expect(count(page)).to_have_text("2 présents sur 24")
    await tap(page, 3)
    await expect(count(page)).to_have_text("3 présents sur 24")

    await page.reload()
    await expect(title(page)).not_to_have_text("Présentez un badge")
    await expect(count(page)).to_have_text("3 présents sur 24")
    await expect(page.locator(".number.gone")).to_have_count(1)
    await tap(page, 4)
    await expect(count(page)).to_have_text("4 présents sur 24")
    await look_at(page, "counter-shell")

    there = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    for number in (3, 9):
        await tap(there, number)
        await expect(there.get_by_role("link", name=f"Numéro {number}, présent depuis")).to_be_visible()
    await page.context.set_offline(False)
    await taken_up(page)
    await expect(total(page)).to_have_text("6 présents sur 47")
    await expect(count(page)).to_have_text("5 présents sur 24")
    await expect(page.locator(".pending")).to_have_count(0)
    await stored(6, "SELECT count(*) FROM presences WHERE left_at IS NULL")


async def test_a_number_that_the_server_refuses_leaves_the_count_again(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    await settled(page)
    await taken_off(page)
    await tap(page, 5)
    await tap(page, 6)
    await expect(count(page)).to_have_text("2 présents sur 24")
    await value("UPDATE badges SET revoked_at = now() WHERE reservation = $1 AND number = 5", day.groups[0])
    await page.context.set_offline(False)
    await expect(page.locator("[data-refused] li")).to_contain_text("réservation annulée")
    await expect(count(page)).to_have_text("1 présent sur 24")
    browse.complaints.clear()


async def test_the_count_follows_when_the_network_is_there_but_slow(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    await settled(page)
    await page.context.route("**/api/v1/checkins", lambda route: None)
    await tap(page, 5)
    await expect(count(page)).to_have_text("1 présent sur 24")
    await expect(page.locator(".pending")).to_have_text(["5"])
    browse.complaints.clear()


async def test_two_badges_shown_before_the_first_was_answered_are_both_counted(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    await settled(page)
    await page.context.route("**/api/v1/checkins", lambda route: None)
    await page.evaluate("for (const face of [5, 6]) document.querySelector(`button[data-face='${face}']`).click()")
    await expect(count(page)).to_have_text("2 présents sur 24")
    browse.complaints.clear()
