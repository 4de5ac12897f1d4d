"""A lycée with several visits at once: one tap from a desk to the next, without network as well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.async_api import expect

from booking.day.checkin.check_in import check_in
from booking.day.checkin.rules import ScanAsked
from tests import builders
from tests.browser.judge import look_at
from tests.browser.phone import settled, taken_off
from tests.browser.test_desk import a_day_under_way
from workshops.database import value

pytestmark = pytest.mark.browser
KEPT = (
    "() => new Promise((done) => { const asked = indexedDB.open('technilab-desk'); asked.onsuccess = () => {"
    " const all = asked.result.transaction('visits').objectStore('visits').getAllKeys();"
    " all.onsuccess = () => { asked.result.close(); done(all.result.length); }; }; })"
)


async def test_a_host_passes_from_one_visit_to_the_next_in_one_tap_without_network_too(db, browse):
    day = await a_day_under_way()
    starts_at = await value("SELECT starts_at FROM slots WHERE id = $1", day.slot)
    taught = await builders.workshop(host=day.school, title="Lampe à main en aluminium")
    other = await builders.slot(workshop=taught, starts_at=starts_at + timedelta(minutes=15), seats=24)
    across = await builders.reservation(slot=other, group=await builders.group(), pupils=18)
    token, *_ = await builders.badges(across)
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await settled(page)
    await look_at(page, "day-strip")
    while await page.evaluate(KEPT) < 2:
        await page.wait_for_timeout(100)
    strip = page.get_by_role("navigation", name="Visites du jour")
    scanned = ScanAsked(uuid4(), other, token, datetime.now(UTC))
    await check_in([scanned], account=day.host, school=day.school, now=datetime.now(UTC))
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await strip.get_by_role("link", name="Lampe à main en aluminium 1/18").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Lampe à main en aluminium")
    await page.goto("/accueil/jour")
    await expect(page.locator(".rows > li")).to_have_count(2)
    await look_at(page, "day")
    await taken_off(page)
    await page.goto(f"/accueil/{day.slot}")
    await expect(page.get_by_text("ouvert sans réseau")).to_be_visible()
    await strip.get_by_role("link", name="Lampe à main en aluminium").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Lampe à main en aluminium")
    await expect(page.get_by_text("ouvert sans réseau")).to_be_visible()
    browse.complaints.clear()
