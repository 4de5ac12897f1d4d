"""The September hand on a phone: the keyboard alone fills in the rows, one button saves; the coordination reads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from tests import builders
from tests.browser.judge import everything_wrong
from tests.workshops.september_hands.world import asked_lycees, counted
from workshops.database import rows
from workshops.school_calendar.rules import autumn_of, paris_day
from workshops.september_hands.count_hands import count_hands

pytestmark = pytest.mark.browser


async def test_two_numbers_a_section_are_typed_by_the_keyboard_and_saved_at_once_without_javascript(db, browse):
    lycee = (await asked_lycees()).offers
    host = await builders.person("host", school=lycee)
    page = await browse("/lycee/mains-levees", width=390, javascript=False, signed_in=host)
    await page.get_by_label("Section, ligne 1").focus()
    for text in ("2de MTNE", "24", "25"):
        await page.keyboard.type(text)
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_role("alert")).to_contain_text("Mains levées : 25, pour 24 présents.")
    await expect(page.get_by_label("Section, ligne 1")).to_have_value("2de MTNE")
    browse.complaints.clear()
    await page.get_by_label("Mains levées, ligne 1").fill("6")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.locator("main")).to_contain_text("6 des 24 nouveaux élèves présents disent être venus.")
    assert [tuple(one) for one in await rows("SELECT section, present, hands FROM september_hands")] == [
        ("2de MTNE", 24, 6)
    ]


async def test_nothing_is_wrong_with_the_pages_of_the_lycee_and_of_the_coordination(db, browse):
    lycees, now = await asked_lycees(), datetime.now(UTC)
    sections = [
        ("2de Réalisation d'ensembles mécaniques et industriels", 24, 6),
        ("2de MRC", 30, 0),
        ("2de AGORA", 0, 0),
    ]
    year = autumn_of(paris_day(now))
    await count_hands(lycees.offers, year, counted(*sections), by=None, now=now)
    host, other = [await builders.person("host", school=school) for school in (lycees.offers, lycees.received)]
    coordinator = await builders.person("coordinator")
    for reader, path in (
        (host, "/lycee/mains-levees"),
        (other, "/lycee/mains-levees"),
        (coordinator, "/gestion/mains-levees"),
    ):
        page = await browse(path, signed_in=reader)
        assert (path, await everything_wrong(page)) == (path, [])
