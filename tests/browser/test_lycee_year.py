"""After a visit, on a phone: closed in one tap, which leads to the lycée's year, sent to the direction by one more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests import builders
from tests.booking.day.checkin.day import a_day
from tests.booking.programme.lycee_year.world import two_years
from tests.browser.judge import everything_wrong
from workshops.database import rows, value

pytestmark = pytest.mark.browser


async def over_and_agreed() -> int:
    """A visit that ended an hour ago, everybody scanned or ticked, each object noted; its host's number."""
    day = await a_day(starts_at=datetime.now(UTC) - timedelta(hours=4))
    await builders.academie(trusted_domains=["ac-besancon.fr"])
    await rows("UPDATE schools SET mail = 'ce.0250011b@ac-besancon.fr' WHERE id = $1", day.school)
    await rows("UPDATE attendances SET state = 'withdrawn' WHERE slot = $1", day.slot)
    for group in day.groups:
        await builders.badges(group, kind="adult", numbers=2)
        await builders.build(slot=day.slot, tech_object=day.clock, group_ref=group)
    return day.host


async def test_a_visit_is_closed_by_one_tap_and_its_year_sent_by_two_more(db, browse):
    host = await over_and_agreed()
    slot = await value("SELECT id FROM slots")
    page = await browse(f"/accueil/{slot}", width=390, javascript=False, signed_in=host)
    for name in ("Tout le groupe est là : 4e B", "Tout le groupe est là : 5e A"):
        await page.get_by_role("button", name=name).click()
    await page.get_by_role("button", name="Clore la visite").click()
    await page.get_by_role("link", name="Votre 1re visite : 47 élèves depuis septembre").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Votre année")
    await page.get_by_role("button", name="Envoyer à ma direction").click()
    await expect(page.locator(".said")).to_have_text("L'année part par mail, en PDF.")
    await expect(page.get_by_text("ce.0250011b@ac-besancon.fr", exact=False)).to_be_visible()
    assert await value("SELECT to_email FROM notices WHERE kind = 'year_sent'") == "ce.0250011b@ac-besancon.fr"


async def test_nothing_is_wrong_with_the_year_nor_with_a_desk_that_closes_in_one_tap(db, browse):
    world = await two_years()
    await builders.target()
    reader = await builders.person("host", school=world.haag)
    for path in ("/lycee/annee?annee=2026-2027", "/lycee/annee?annee=2025-2026", "/lycee"):
        page = await browse(path, signed_in=reader)
        assert (path, await everything_wrong(page)) == (path, [])
    host = await over_and_agreed()
    slot = await value("SELECT max(id) FROM slots")
    page = await browse(f"/accueil/{slot}", width=390, javascript=False, signed_in=host)
    for name in ("Tout le groupe est là : 4e B", "Tout le groupe est là : 5e A"):
        await page.get_by_role("button", name=name).click()
    for path in (f"/accueil/{slot}", f"/lycee/creneaux/{slot}"):
        page = await browse(path, signed_in=host)
        await expect(page.get_by_role("button", name="Clore la visite")).to_be_visible()
        assert (path, await everything_wrong(page)) == (path, [])
