"""Practice: the scan page before the day, where nothing is sent, kept or counted."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from booking.visits.badge_codes.rules import short_code_of
from booking.web.desk.practice import SHOWN, practice_token
from tests.browser.judge import look_at
from tests.browser.phone import kept_on
from tests.browser.test_desk import a_day_under_way, title
from workshops.database import value

pytestmark = pytest.mark.browser


async def test_a_host_practises_without_counting_keeping_or_sending_anything(db, browse):
    day = await a_day_under_way()
    page = await browse("about:blank", width=390, height=844, signed_in=day.host)
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if "/api/" in asked.url else None)
    await page.goto("/accueil/exercice")
    here = page.locator("section.group [data-here]")
    await page.get_by_role("button", name="Numéro 3, pas encore là : pointer").click()
    await expect(title(page)).to_have_text("Présent")
    await page.get_by_label("Code écrit sur le badge").fill(short_code_of(practice_token(SHOWN)))
    await page.get_by_role("button", name="Pointer", exact=True).click()
    await expect(page.locator("[data-told-number]")).to_have_text("7")
    await expect(here).to_have_text("2 présents")
    await page.get_by_label("Code écrit sur le badge").fill(practice_token(0))
    await page.get_by_role("button", name="Pointer", exact=True).click()
    await expect(title(page)).to_have_text("Badge inconnu")
    await page.get_by_role("button", name="Tout le groupe est là").click()
    await expect(here).to_have_text("12 présents")
    await page.get_by_role("link", name="Numéro 5, déclaré présent à").click()
    await expect(here).to_have_text("11 présents")
    await look_at(page, "practice")
    kept = await kept_on(page)
    stores = ("waiting", "visits", "lines", "groups", "here")
    assert [kept.get(f"technilab-desk/{store}", []) for store in stores] == [[]] * len(stores)
    assert sent == []
    assert await value("SELECT count(*) FROM scans") == 0


async def test_a_practice_badge_counts_at_no_real_desk(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await page.get_by_label("Code écrit sur le badge").fill(practice_token(SHOWN))
    await page.get_by_role("button", name="Pointer", exact=True).click()
    await expect(title(page)).to_have_text("Badge d'exercice")
    assert await value("SELECT count(*) FROM scans") == 0
