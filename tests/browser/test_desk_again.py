"""The desk opened again and again, in one tab and in two, with and without network: the phone keeps its roster."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.film import held_up
from tests.browser.phone import kept_on, settled, stored, taken_off, taken_up
from tests.browser.test_desk import a_day_under_way, open_desk, printed, title
from workshops.database import rows, value

pytestmark = pytest.mark.browser
EXPECTED = re.compile("^(Présent|Déjà pointé à)")


async def counted(page: Page) -> list[int]:
    kept = await kept_on(page)
    return [len(kept[f"technilab-desk/{store}"]) for store in ("visits", "lines", "groups", "here")]


async def test_the_desk_opened_eight_times_knows_its_badges_each_time(db, filmed):
    day = await a_day_under_way()
    (seventeen,) = await printed(day, 17)
    browse = await filmed(held_up(seventeen))
    page = await open_desk(browse, day)
    await settled(page)
    told = []
    for opening in range(8):
        if opening:
            async with page.expect_response("**/telephone*"):
                await page.goto(f"/accueil/{day.slot}")
        await expect(title(page)).to_have_text(EXPECTED)
        await page.wait_for_timeout(500)
        online = await counted(page)
        await taken_off(page)
        await page.reload()
        await expect(page.get_by_text("ouvert sans réseau")).to_be_visible()
        await expect(title(page)).not_to_have_text("Présentez un badge")
        told.append((online, await counted(page), await title(page).inner_text()))
        await page.context.set_offline(False)
    at = await page.locator(".number.here").first.get_attribute("data-hour")
    badges = await value("SELECT count(*) FROM badges")
    assert told == [([1, badges, 2, 1], [1, badges, 2, 1], f"Déjà pointé à {at}")] * 8
    assert {one["result"] for one in await rows("SELECT result FROM scans")} == {"present", "already"}
    browse.complaints.clear()


async def test_two_tabs_of_one_visit_keep_one_roster_and_each_other_s_scans(db, browse):
    day = await a_day_under_way()
    first = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    await settled(first)
    await first.context.route("**/api/v1/checkins", lambda route: route.abort())
    await first.get_by_role("button", name="Numéro 5, pas encore là : pointer").first.click()
    await expect(first.locator("[data-told-advice]")).to_have_text("Gardé sur ce téléphone, en attente du réseau.")
    second = await first.context.new_page()
    async with second.expect_response("**/telephone*"):
        await second.goto(f"/accueil/{day.slot}")
    third = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    await third.get_by_role("button", name="Numéro 9, pas encore là : pointer").first.click()
    await taken_up(second)
    await expect(second.get_by_role("link", name="Numéro 9, présent depuis")).to_be_visible()
    await second.wait_for_timeout(500)
    assert await counted(first) == [1, 47, 2, 2]
    await first.context.unroute("**/api/v1/checkins")
    await taken_up(second)
    await expect(second.get_by_role("link", name="Numéro 5, présent depuis")).to_be_visible(timeout=40_000)
    await stored(2, "SELECT count(*) FROM presences")
    browse.complaints.clear()
