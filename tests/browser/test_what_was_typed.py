"""What a teacher typed or ticked before a visit is kept, whichever button of the page she presses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests import builders
from tests.browser.judge import everything_wrong
from tests.browser.test_steps import a_visit
from workshops.database import row, value

pytestmark = pytest.mark.browser
NOT_PHOTOGRAPHED = "SELECT array_agg(number ORDER BY number) FROM badges WHERE no_photo AND reservation = $1"


async def counted(visit: int) -> tuple[int, int]:
    pupils, adults = await row("SELECT pupils, adults FROM reservations WHERE id = $1", visit)
    return pupils, adults


async def test_a_number_typed_before_all_is_right_is_pressed_is_the_number_that_is_kept(db, browse):
    visit, claire = await a_visit()
    pupils, adults = await counted(visit)
    page = await browse(f"/reservations/{visit}", width=390, signed_in=claire)
    await page.get_by_text("Changer l'effectif").first.click()
    await page.get_by_label("Élèves qui viennent").fill(str(pupils - 2))
    await page.get_by_role("button", name="Tout est juste", exact=True).click()
    await expect(page.get_by_text("Le lycée est prévenu")).to_be_visible()
    await expect(page.locator("li.done", has_text=f"{pupils - 2} élèves, {adults} adultes")).to_be_visible()
    assert await counted(visit) == (pupils - 2, adults)
    assert await everything_wrong(page) == []


async def test_whom_nobody_photographs_is_kept_before_the_badges_are_printed(db, browse):
    visit, claire = await a_visit()
    group = await builders.group(school=await builders.school())
    other = await builders.reservation(slot=await builders.slot(), group=group, by=await builders.account())
    await builders.badges(other)
    page = await browse(f"/reservations/{visit}/badges", width=390, signed_in=claire)
    assert await everything_wrong(page) == []
    for number, kept in (("2", [2]), ("5", [2, 5])):
        await page.locator(f'input[name="no_photo"][value="{number}"]').check()
        async with page.expect_download() as printed:
            await page.get_by_role("button", name="Télécharger le PDF").click()
        assert (await printed.value).suggested_filename == f"badges-{visit}.pdf"
        assert await value(NOT_PHOTOGRAPHED, visit) == kept
    assert await value(NOT_PHOTOGRAPHED, other) is None


async def test_what_was_done_is_told_once_and_not_again_when_the_page_is_read_anew(db, browse):
    visit, claire = await a_visit()
    page = await browse(f"/reservations/{visit}?fait=effectif-change", width=390, signed_in=claire)
    done = page.get_by_text("L'effectif est changé.")
    await expect(done).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await expect(done).to_have_count(0)


async def test_the_keyboard_meets_what_one_does_with_a_slot_before_all_that_is_said_of_it(db, browse):
    slot = await builders.slot(starts_at=datetime.now(UTC) + timedelta(days=40))
    for width in (390, 1280):
        page = await browse(f"/creneaux/{slot}", width=width)
        act = page.get_by_role("link", name="Se connecter pour réserver")
        follow = page.get_by_role("link", name="Suivre les créneaux ouverts de ce lycée dans un agenda")
        await expect(act).to_be_visible()
        later = "(act, follow) => act.compareDocumentPosition(follow) & Node.DOCUMENT_POSITION_FOLLOWING"
        assert await act.evaluate(later, await follow.element_handle())
        places, about = await act.bounding_box(), await follow.bounding_box()
        assert places and about
        assert (places["y"] < about["y"]) if width == 390 else (places["x"] > about["x"])
