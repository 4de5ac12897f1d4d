"""From an empty search to « Prévenez-moi », on a phone, through the sign-in page."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests import builders
from tests.browser.judge import everything_wrong
from workshops.database import rows

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
BUTTON = "Prévenez-moi quand un créneau convient"


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_visitor_whom_nothing_suits_signs_in_and_asks_for_the_same_search(db, browse, javascript):
    await builders.person(
        "teacher",
        "claire@example.org",
        name="Claire Renaud",
        example=True,
        school=await builders.school(lat=47.24, lon=6.02),
    )
    page = await browse("/creneaux?niveau=4e&eleves=27", **PHONE, javascript=javascript)
    await page.get_by_role("link", name="Se connecter pour être prévenu").click()
    await page.get_by_role("button", name="Claire Renaud").click()
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_contain_text("Une visite pour 27 élèves de 4e")
    ask = page.get_by_role("button", name=BUTTON)
    box = await ask.bounding_box()
    assert box["y"] + box["height"] <= PHONE["height"]
    await ask.click()
    await expect(page.get_by_text("un mail vous préviendra quand un autre créneau conviendra.")).to_be_visible()
    assert [tuple(one) for one in await rows("SELECT level, pupils FROM demands WHERE tells")] == [("4e", 27)]
    if javascript:
        assert await everything_wrong(page) == []
    await page.get_by_role("link", name="Vos alertes").click()
    await page.get_by_role("button", name="Retirer").click()
    await expect(page.get_by_text("L'alerte est retirée.")).to_be_visible()
    assert await rows("SELECT id FROM demands WHERE tells") == []
