"""A host opens a series, moves a slot and calls it off, in Chromium, with JavaScript and without."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from booking.words.flash_messages import DONE
from tests.browser.judge import axe_findings, too_small, too_wide
from tests.browser.world import a_whole_world
from tests.telling import tell
from workshops.database import rows, value

pytestmark = pytest.mark.browser


def on(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def a_weekday(days: int) -> str:
    """The first day from then on that is no Wednesday, Saturday or Sunday."""
    day = datetime.now(UTC) + timedelta(days=days)
    while day.weekday() in {2, 5, 6}:
        day += timedelta(days=1)
    return day.date().isoformat()


async def judged(page) -> list[str]:
    """What is wrong with a page that is only reached by a form."""
    wrong = await axe_findings(page) + await too_small(page)
    await page.emulate_media(color_scheme="dark")
    wrong += await axe_findings(page, contrast_alone=True)
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size({"width": 320, "height": 900})
    wrong += await too_wide(page)
    await page.set_viewport_size({"width": 390, "height": 900})
    return wrong + await axe_findings(page)


async def asked_for_dates(page) -> None:
    await page.goto("/lycee/creneaux/serie")
    await page.get_by_label("Du", exact=True).fill(on(60))
    await page.get_by_label("Au", exact=True).fill(on(87))
    await page.get_by_label("Mardi").check()
    await page.get_by_label("Jeudi").check()
    await page.get_by_label("Heure de début").fill("09:00")
    await page.get_by_text("Autres réglages").click()
    await page.get_by_label("Heure de fin").fill("12:00")
    await page.get_by_role("button", name="Voir les dates").click()


async def test_the_button_counts_the_dates_that_are_ticked(db, browse):
    world = await a_whole_world()
    before = await value("SELECT count(*) FROM slots")
    page = await browse("about:blank", signed_in=world["host"], width=390)
    await asked_for_dates(page)
    assert await judged(page) == []
    assert await page.get_by_role("button", name="Ouvrir 8 créneaux").count() == 1
    for box in (await page.locator("input[name=dates]").all())[1:]:
        await box.uncheck()
    await page.get_by_role("button", name="Ouvrir 1 créneau").click()
    await expect(page.locator(".said")).to_have_text(DONE["serie-ouverte"])
    assert await value("SELECT count(*) FROM slots") == before + 1


async def test_without_javascript_the_ticked_dates_are_opened_too(db, browse):
    world = await a_whole_world()
    before = await value("SELECT count(*) FROM slots")
    page = await browse("about:blank", signed_in=world["host"], javascript=False)
    await asked_for_dates(page)
    await page.locator("input[name=dates]").first.uncheck()
    await page.get_by_role("button", name="Ouvrir les créneaux cochés").click()
    await expect(page.locator(".said")).to_have_text(DONE["serie-ouverte"])
    assert await value("SELECT count(*) FROM slots") == before + 7


async def test_a_series_is_changed_without_leaving_its_dates(db, browse):
    world = await a_whole_world()
    page = await browse("about:blank", signed_in=world["host"])
    await asked_for_dates(page)
    await page.get_by_text("Changer la série").click()
    await page.get_by_label("Jeudi", exact=True).uncheck()
    await page.get_by_role("button", name="Voir les nouvelles dates").click()
    await page.get_by_role("button", name="Ouvrir 4 créneaux").wait_for()
    assert await page.locator("input[name=dates]").count() == 4


async def test_a_slot_is_moved_then_called_off_and_everyone_is_told(db, browse):
    world = await a_whole_world()
    page = await browse(f"/lycee/creneaux/{world['slot']}", signed_in=world["host"], width=390)
    await page.get_by_role("link", name="Modifier le créneau").click()
    await page.get_by_label("Date").fill(a_weekday(45))
    await page.get_by_label("Heure de début").fill("14:00")
    await page.get_by_label("Heure de fin").fill("17:00")
    await page.get_by_role("button", name="Voir ce qui change").click()
    move = page.get_by_role("button", name="Déplacer et prévenir 1 groupe et 2 entreprises")
    await move.wait_for()
    assert await judged(page) == []
    await move.click()
    await expect(page.locator(".said")).to_have_text(DONE["creneau-deplace"])
    await page.get_by_role("link", name="Annuler le créneau").click()
    await page.get_by_label("Raison").fill("La découpeuse est en panne.")
    await page.get_by_role("button", name="Annuler et prévenir 1 groupe et 2 entreprises").click()
    await expect(page.locator(".said")).to_have_text(DONE["creneau-annule"])
    assert await judged(page) == []
    await tell(now=datetime.now(UTC))
    told = await rows("SELECT kind FROM notices WHERE kind LIKE 'slot_%' ORDER BY kind")
    assert [one["kind"] for one in told] == [
        *("slot_called_off", "slot_called_off", "slot_called_off", "slot_called_off"),
        *("slot_changed", "slot_changed", "slot_changed", "slot_changed"),
    ]
    teacher = await browse(f"/reservations/{world['reservation']}", signed_in=world["teacher"], width=390)
    assert await judged(teacher) == []
