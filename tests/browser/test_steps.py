"""What is left to do before a visit, by keyboard alone, on a phone and on a desk: one blue button, few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests import builders
from tests.browser.judge import everything_wrong
from workshops.database import rows

pytestmark = pytest.mark.browser
MOST_WORDS = 250


async def a_visit(**more: object) -> tuple[int, int]:
    """Claire's visit in forty days, 12 km away, and her account."""
    soon = datetime.now(UTC).replace(hour=8, minute=30, second=0, microsecond=0) + timedelta(days=40)
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", lat=47.25, lon=6.02)
    college = await builders.school(name="Collège Stendhal", lat=47.36, lon=6.02)
    claire = await builders.person("teacher", "claire@example.org", name="Claire Renaud", school=college)
    slot = await builders.slot(host=lycee, starts_at=soon)
    group = await builders.group(school=college, name="4e B", teacher=claire)
    return await builders.reservation(slot=slot, group=group, by=claire, **more), claire


async def blue(page: Page) -> list[str]:
    return await page.locator("main .btn-primary:visible").all_inner_texts()


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_each_step_is_one_key_and_the_next_one_alone_is_blue(db, browse, width):
    visit, claire = await a_visit()
    page = await browse(f"/reservations/{visit}", width=width, signed_in=claire)
    assert len((await page.locator("main").inner_text()).split()) <= MOST_WORDS
    for step, following in (("Car demandé", "Imprimer les papiers"), ("Papiers donnés", "Tout est juste")):
        assert len(await blue(page)) == 1
        await page.get_by_role("button", name=step, exact=True).focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("main .btn-primary:visible")).to_have_text(following)
        assert await everything_wrong(page) == []
    await page.get_by_role("button", name="Décocher : Car demandé").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("main .btn-primary:visible")).to_have_text("Car demandé")


@pytest.mark.parametrize("state", ["requested", "waiting", "offered", "locked", "no_show", "refused_by_host", "lapsed"])
async def test_in_every_state_the_page_is_short_and_has_one_blue_button_at_most(db, browse, state):
    visit, claire = await a_visit(state=state, hold_until=datetime.now(UTC) + timedelta(days=2))
    await rows("UPDATE schools SET needs_approval = true WHERE kind = 'college'")
    page = await browse(f"/reservations/{visit}", width=390, signed_in=claire)
    assert len((await page.locator("main").inner_text()).split()) <= MOST_WORDS
    assert len(await blue(page)) <= 1
    assert await everything_wrong(page) == []
