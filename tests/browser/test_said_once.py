"""« 22 pupils of 4e, on a phone »: said once, kept through a group to add, a refusal, a way back and a lost session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from booking.words.wording import school_year_of
from tests import builders
from tests.browser.judge import everything_wrong
from tests.browser.test_story import invented
from workshops.database import rows, value

pytestmark = pytest.mark.browser


@pytest.fixture
async def offer(db) -> int:
    """A slot of 24 places of which 2 are left, and Claire with two groups."""
    soon = datetime.now(UTC).replace(hour=8, minute=30, second=0, microsecond=0) + timedelta(days=30)
    slot = await builders.slot(starts_at=soon, seats=24, groups_max=3, levels=["4e", "3e"])
    await builders.reservation(slot=slot, group=await builders.group(), pupils=22)
    college = await builders.school(name="Collège Stendhal")
    await invented("Claire Renaud", "teacher", school=college)
    year = {"school": college, "school_year": school_year_of(soon)}
    await builders.group(**year, name="3e D", level="3e", pupils=26)
    await builders.group(**year, name="4e B", level="4e", pupils=22)
    return slot


async def shown(page: Page) -> tuple[str, str, str]:
    group = await page.locator("#group option:checked").inner_text()
    return group.split(",")[0], await page.input_value("#pupils"), await page.input_value("#needs")


@pytest.mark.parametrize("javascript", [True, False])
async def test_nothing_said_is_asked_again(offer, browse, javascript):
    page = await browse(f"/creneaux/{offer}?niveau=4e&eleves=22", width=390, javascript=javascript)
    await page.get_by_role("link", name="Se connecter pour réserver").click()
    await page.get_by_role("button", name="Claire Renaud").click()
    assert await shown(page) == ("4e B", "22", "")
    await expect(page.get_by_text("2 places libres pour 22 élèves.")).to_be_visible()
    await expect(page.get_by_role("button", name="Attendre une place pour")).to_be_visible()
    if javascript:
        assert await everything_wrong(page) == []

    await page.click("text=Besoins d'accueil du groupe")
    await page.fill("#needs", "un fauteuil roulant")
    await page.select_option("#group", label="3e D, 3e, 26 élèves")
    if not javascript:
        await page.locator("noscript button").click()
    await expect(page.get_by_text("Ce créneau prend 24 élèves ; vous en annoncez 26.")).to_be_visible()
    assert await shown(page) == ("3e D", "26", "un fauteuil roulant")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Réserver pour 3e D")

    await page.get_by_role("button", name="Ajouter un groupe").click()
    await page.fill("#name", "4e Neuve")
    await page.fill("#pupils", "21")
    await page.get_by_role("button", name="Ajouter le groupe").click()
    assert await shown(page) == ("4e Neuve", "21", "un fauteuil roulant")

    # A refusal, reloaded, left and gone back to.
    await page.fill("#adults", "0")
    await page.get_by_role("button", name="Attendre une place pour").click()
    for _ in range(2):
        await expect(page.locator(".errors")).to_contain_text("Adultes : écrivez un nombre de 1 à 12.")
        await page.reload()
    await page.goto("/mes-visites")
    await page.go_back()
    assert await shown(page) == ("4e Neuve", "21", "un fauteuil roulant")

    assert {told for told in browse.complaints if "422" not in told} == set()
    browse.complaints.clear()

    # Her session ends while she corrects.
    await page.fill("#adults", "3")
    await page.fill("#needs", "accès de plain-pied")
    await rows("DELETE FROM sessions")
    await page.get_by_role("button", name="Attendre une place pour").click()
    await page.get_by_role("button", name="Claire Renaud").click()
    await expect(page.get_by_text("Rien n'est encore envoyé.")).to_be_visible()
    assert await shown(page) == ("4e Neuve", "21", "accès de plain-pied")
    assert await value("SELECT count(*) FROM reservations WHERE state = 'waiting'") == 0
    await page.get_by_role("button", name="Attendre une place pour").click()
    await expect(page.get_by_text("Votre groupe est en liste d'attente.")).to_be_visible()
    assert await value("SELECT pupils FROM reservations WHERE state = 'waiting'") == 21
