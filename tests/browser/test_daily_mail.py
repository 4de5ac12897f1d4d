"""A host chooses one mail a day by keyboard, and ends it by the link of that mail; another host's stay as they are."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from booking.people.accounts.daily_mail import DAILY
from booking.people.accounts.stop_links import stop_token
from tests import builders
from tests.browser.judge import axe_findings, too_wide
from tests.browsing import SECRET
from workshops.database import rows

pytestmark = pytest.mark.browser


async def chosen() -> list[bool | None]:
    return [one["daily_mail"] for one in await rows("SELECT daily_mail FROM accounts ORDER BY id")]


async def test_a_host_chooses_one_mail_a_day_and_ends_it_by_its_link(db, browse):
    jules, _ = [
        await builders.person("host", school=await builders.school(kind="lycee")),
        await builders.person("host", school=await builders.school(kind="lycee")),
    ]
    page = await browse("/compte", width=320, signed_in=jules)
    await page.get_by_label("Une lettre par acte").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_label("Une par jour, à 18 h")).to_be_checked()
    assert (await axe_findings(page), await too_wide(page)) == ([], [])
    await page.keyboard.press("Enter")
    await expect(page.locator(".said")).to_have_text("Votre profil est enregistré.")
    assert await chosen() == [True, None]
    anyone = await browse(f"/lettres/une-par-acte/{stop_token(DAILY, jules, SECRET)}", width=320)
    assert (await axe_findings(anyone), await too_wide(anyone)) == ([], [])
    await anyone.get_by_role("button", name="Recevoir une lettre par acte").click()
    await expect(anyone.get_by_role("heading", name="Une lettre par acte")).to_be_visible()
    assert (await axe_findings(anyone), await chosen()) == ([], [False, None])
