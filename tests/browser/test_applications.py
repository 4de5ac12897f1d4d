"""A host gives a program a key, changes its secret and ends it, by keyboard; another lycée sees none of it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests import builders
from tests.browser.judge import everything_wrong, take_axe_along
from workshops.database import value

pytestmark = pytest.mark.browser

STANDING = "SELECT count(*) FROM application_secrets WHERE ended_at IS NULL"


async def press(page: Page, name: str, *, role: str = "button") -> None:
    """As somebody without a mouse does."""
    there = (
        page.get_by_role(role, name=name).first if role == "button" else page.locator("summary", has_text=name).first
    )
    await there.focus()
    await page.keyboard.press("Enter")


async def test_a_host_gives_changes_and_ends_a_key_by_keyboard(db, browse):
    jules, nora = [
        await builders.person("host", school=await builders.school(kind="lycee"), name=name)
        for name in ("Jules Marchand", "Nora Petit")
    ]
    page = await browse("/lycee/ateliers", width=390, signed_in=jules)
    await take_axe_along(page)
    await page.get_by_role("link", name="Logiciels", exact=True).click()
    assert await everything_wrong(page) == []
    await page.get_by_role("link", name="Ajouter un logiciel").click()
    await expect(page.get_by_label("Lire seulement")).to_be_checked()
    assert await everything_wrong(page) == []
    await page.get_by_label("Nom du logiciel").fill("Planning du lycée")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Le secret de « Planning du lycée »")).to_be_visible()
    await expect(page.get_by_text(re.compile("technilab_app_"))).to_have_count(1)
    await page.goto("/logiciels")
    await expect(page.get_by_text(re.compile("technilab_app_"))).to_have_count(0)
    await press(page, "Changer de secret", role="summary")
    await press(page, "Faire un nouveau secret")
    await expect(page.get_by_text("L'ancien secret sert encore")).to_be_visible()
    assert await value(STANDING) == 2
    await page.goto("/logiciels")
    await press(page, "Mettre fin", role="summary")
    assert await everything_wrong(page) == []
    await page.set_viewport_size({"width": 1280, "height": 900})
    assert await everything_wrong(page) == []
    await press(page, "Mettre fin à ce secret")
    await expect(page.locator(".said")).to_have_text("Ce secret n'ouvre plus rien. L'autre sert toujours.")
    other = await browse("/logiciels", width=390, signed_in=nora)
    await expect(other.get_by_role("heading", name="Aucun logiciel")).to_be_visible()
    await expect(other.get_by_text("Planning du lycée")).to_have_count(0)
    await press(page, "Retirer la clé", role="summary")
    await press(page, "Oui, retirer la clé de Planning du lycée")
    await expect(page.locator(".said")).to_have_text("La clé est retirée : ce logiciel ne lit et ne fait plus rien.")
    assert await value(STANDING) == 0
