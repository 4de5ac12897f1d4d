"""« Tout le groupe est là » in a real Chromium, with the network and without."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests import builders
from tests.booking.day.checkin.day import a_day
from tests.browser.judge import look_at
from tests.browser.phone import settled, stored, taken_off
from tests.browser.test_desk import a_day_under_way, title
from workshops.database import rows, value

pytestmark = pytest.mark.browser
NOW = "SELECT count(*), count(*) FILTER (WHERE scan = declaration) FROM presences"


async def presences() -> tuple[int, int]:
    (found,) = await rows(NOW)
    return tuple(found)


def group(page: Page):
    return page.locator("section.group").first


async def test_a_whole_group_is_declared_in_one_tap_and_the_absent_are_unticked(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await settled(page)
    await page.get_by_role("button", name="Numéro 5, pas encore là : pointer").first.click()
    await expect(title(page)).to_have_text("Présent")
    await page.get_by_role("button", name="Tout le groupe est là : 4e B").click()
    await expect(title(page)).to_have_text("Groupe là")
    await expect(page.locator("[data-told-advice]")).to_have_text(
        "23 élèves déclarés présents. Touchez le numéro des absents."
    )
    await expect(group(page).locator("[data-here]")).to_have_text("24 présents")
    await page.get_by_role("link", name="Numéro 3, déclaré présent à").first.click()
    await expect(group(page).locator("[data-here]")).to_have_text("23 présents")
    await expect(group(page).locator("[data-said]")).to_have_text("dont 22 déclarés par l'hôte, en pointillé")
    await expect(page.locator(".pending")).to_have_count(0)
    assert await presences() == (23, 22)
    await look_at(page, "declared")
    assert await value("SELECT count(*) FROM events WHERE act = 'group_declared'") == 1


async def test_without_network_a_declaration_and_its_unticking_wait_and_count_once(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await settled(page)
    await taken_off(page)
    await page.get_by_role("button", name="Tout le groupe est là : 4e B").click()
    await expect(group(page).locator("[data-here]")).to_have_text("24 présents")
    await page.get_by_role("button", name="Numéro 3, déclaré présent à").first.click()
    await expect(group(page).locator("[data-here]")).to_have_text("23 présents")
    await expect(page.locator("[data-net]")).to_contain_text("25 pointages en attente")
    assert await presences() == (0, 0)
    await page.context.set_offline(False)
    await expect(page.locator("[data-net]")).to_be_hidden()
    await expect(group(page).locator("[data-said]")).to_have_text("dont 23 déclarés par l'hôte, en pointillé")
    await stored(23, "SELECT count(*) FROM presences")
    assert await presences() == (23, 23)
    browse.complaints.clear()


async def test_a_declaration_is_taken_back_whole_and_a_badge_read_since_stays(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await settled(page)
    await page.get_by_role("button", name="Tout le groupe est là : 4e B").click()
    await expect(page.locator(".pending")).to_have_count(0)
    await page.get_by_label("Code écrit sur le badge").fill(await day.short_code(5))
    await page.get_by_role("button", name="Pointer", exact=True).click()
    await expect(title(page)).to_contain_text("Déjà là à")
    await page.get_by_role("button", name="Annuler la déclaration : 4e B").click()
    await expect(group(page).locator("[data-here]")).to_have_text("1 présent")
    await expect(page.locator(".pending")).to_have_count(0)
    assert await presences() == (1, 0)


async def test_before_its_half_hour_a_group_is_not_declared(db, browse):
    day = await a_day()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await page.get_by_role("button", name="Tout le groupe est là : 4e B").click()
    await expect(title(page)).to_have_text("Trop tôt")
    assert await presences() == (0, 0)


async def test_a_group_that_agrees_is_told_on_a_phone_without_its_name_broken(db, browse):
    day = await a_day_under_way()
    await builders.badges(day.groups[0], kind="adult", numbers=2)
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await page.get_by_role("button", name="Tout le groupe est là : 4e B").click()
    await stored(26, "SELECT count(*) FROM presences")
    await page.goto(page.url + "/cloture")
    told = page.locator(".closing summary")
    assert " ".join((await told.inner_text()).split()) == (
        "cercle bleu 4e B 24 annoncés, 24 pointés dont 24 déclarés par l'hôte · corriger"
    )
    name, counted = await told.locator("strong").bounding_box(), await told.locator(".soft").bounding_box()
    assert (name["width"] > name["height"], counted["y"] >= name["y"] + name["height"]) == (True, True)
