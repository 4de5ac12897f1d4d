"""« 27 pupils of 4e, on a phone »: from the mailed link to « Réservée », tap by tap, no number typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from booking.people.accounts.sign_in import ask_link
from booking.words.wording import school_year_of
from tests import builders
from tests.browser.judge import everything_wrong
from workshops.database import row, rows, value

pytestmark = pytest.mark.browser
MOST_TAPS = 6
MOST_WORDS = 400
PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def claire(db) -> int:
    """Claire, her collège's two classes of which 4e B is hers, and thirty dates of a workshop nearby."""
    soon = datetime.now(UTC).replace(hour=8, minute=30, second=0, microsecond=0) + timedelta(days=30)
    near = await builders.school(kind="lycee", name="Lycée Jules Haag", lat=47.25, lon=6.02)
    workshop = await builders.workshop(host=near, title="Horloge en laiton")
    for n in range(30):
        await builders.slot(workshop=workshop, starts_at=soon + timedelta(days=n), seats=30, levels=["4e", "3e"])
    college = await builders.school(name="Collège Stendhal", lat=47.24, lon=6.02)
    account = await builders.person("teacher", "claire@example.org", name="Claire Renaud", school=college)
    year = {"school": college, "school_year": school_year_of(datetime.now(UTC)), "level": "4e"}
    await builders.group(**year, name="4e A", pupils=24)
    await builders.group(**year, name="4e B", pupils=27, teacher=account)
    return account


@pytest.mark.parametrize("javascript", [True, False])
async def test_from_the_mailed_link_to_a_reserved_visit_in_few_taps_and_nothing_typed(claire, browse, javascript):
    token = "t" * 43
    await ask_link("claire@example.org", token=token, next_path="/creneaux", address="::1", now=datetime.now(UTC))
    page = await browse(f"/connexion/{token}", **PHONE, javascript=javascript)
    taps = 1

    async def tap(role: str, name: str) -> None:
        nonlocal taps
        taps += 1
        await page.get_by_role(role, name=name).first.click()

    await tap("button", "Entrer")
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_contain_text("Une visite pour 4e B, 27 élèves, à moins de 40 km")
    await tap("link", "Réserver pour 4e B")
    assert (await page.input_value("#pupils"), await page.input_value("#adults")) == ("27", "2")
    await tap("button", "Réserver pour 4e B")
    await expect(page.get_by_text("La visite est réservée.")).to_be_visible()
    assert await value("SELECT pupils FROM reservations") == 27
    assert taps <= MOST_TAPS


async def test_a_class_too_big_for_any_slot_comes_as_two_halves_in_as_few_taps(claire, browse):
    await rows("UPDATE slots SET seats = 24")
    morning = await row("SELECT workshop, starts_at FROM slots ORDER BY starts_at LIMIT 1")
    await builders.slot(workshop=morning["workshop"], starts_at=morning["starts_at"] + timedelta(hours=5))
    token = "t" * 43
    await ask_link("claire@example.org", token=token, next_path="/creneaux", address="::1", now=datetime.now(UTC))
    page = await browse(f"/connexion/{token}", **PHONE)
    await page.get_by_role("button", name="Entrer").click()
    await page.get_by_role("link", name="Réserver les deux moitiés").first.click()
    typed = [await page.input_value(f"[name={name}]") for name in ("first", "second", "adults")]
    assert typed == ["14", "13", "2"]
    await page.get_by_role("button", name="Réserver les deux moitiés").click()
    await expect(page.get_by_text("L'autre moitié : ").first).to_be_visible()
    assert [one["pupils"] for one in await rows("SELECT pupils FROM reservations ORDER BY half")] == [14, 13]
    await page.go_back()
    await expect(page.get_by_text("4e B a déjà demandé ces créneaux")).to_be_visible()
    assert await page.get_by_role("button", name="moitiés").count() == 0
    await page.get_by_role("link", name="Voir sa visite").click()
    await expect(page.get_by_text("L'autre moitié : ").first).to_be_visible()


async def test_a_phone_s_first_list_is_read_in_400_words_however_much_there_is_to_choose(claire, browse):
    for n in range(12):
        lycee = await builders.school(kind="lycee", name=f"Lycée polyvalent des Métiers {n}", lat=47.2, lon=6.02)
        await rows("UPDATE schools SET stop = 'Place de la Gare', walk_minutes = 4 WHERE id = $1", lycee)
        lamp = await builders.tech_object(name=f"Lampe à détection de mouvement {n}")
        workshop = await builders.workshop(host=lycee, title=f"Une lampe qui voit venir {n}", objects=(lamp,))
        for day in range(9):
            starts_at = datetime.now(UTC) + timedelta(days=30 + day)
            await builders.slot(workshop=workshop, starts_at=starts_at, seats=30 if day % 2 else 24, levels=["4e"])
    page = await browse("/creneaux", **PHONE, signed_in=claire)
    assert await page.locator("article.on-offer").count() == 5
    hidden = "() => document.querySelectorAll('main .visually-hidden').forEach(one => one.remove())"
    await page.evaluate(hidden)
    words = re.findall(r"\w+", await page.locator("main").inner_text())
    assert len(words) <= MOST_WORDS


async def test_the_first_result_stands_in_the_first_screen_of_a_phone(claire, browse):
    page = await browse("/creneaux", **PHONE, signed_in=claire)
    act = page.get_by_role("link", name="Réserver pour 4e B").first
    box = await act.bounding_box()
    assert box["y"] + box["height"] <= PHONE["height"]
    assert (await page.locator("article.on-offer").count(), await page.locator(".slot-day").count()) == (1, 4)
    assert (await page.get_by_role("link", name="Toutes les dates").bounding_box())["height"] >= 44
    await page.locator(".ask summary").nth(1).click()
    assert await everything_wrong(page) == []
    await page.get_by_role("link", name="20 km").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("à moins de 20 km")
    await page.get_by_role("link", name="4e A").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("4e A, 24 élèves")
