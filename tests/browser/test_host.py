"""A lycée's host in a real browser, on a phone: from an empty page to a slot that collèges can reserve."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from booking.words.flash_messages import DONE
from tests import builders
from tests.browser.judge import axe_findings, too_wide
from workshops.database import row, value

pytestmark = pytest.mark.browser


async def a_host() -> tuple[int, int]:
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    marc = await builders.person("host", name="Marc Perrin", school=lycee)
    return lycee, marc


def a_thursday() -> datetime:
    """A Thursday in about a month, at half past eight."""
    soon = datetime.now(UTC) + timedelta(days=30)
    return (soon + timedelta(days=(3 - soon.weekday()) % 7)).replace(hour=7, minute=30, second=0, microsecond=0)


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_new_lycee_goes_from_nothing_to_a_slot_on_offer(db, browse, javascript):
    _, marc = await a_host()
    page = await browse("/lycee", width=390, javascript=javascript, signed_in=marc)
    await page.get_by_role("link", name="Ajouter une salle").click()
    await page.get_by_label("Nom de la salle").fill("Hall d'usinage B")
    await page.get_by_role("button", name="Ajouter la salle").click()
    assert await page.locator(".said").inner_text() == "La salle est enregistrée."

    await page.goto("/lycee")
    await page.get_by_role("link", name="Décrire un atelier").click()
    await page.get_by_label("Titre").fill("Horloge à engrenages en laiton")
    await page.get_by_label("6e", exact=True).uncheck()
    await page.get_by_label("Objet fabriqué").fill("Horloge")
    await page.get_by_label("Ce que font les élèves").fill("Limer, percer à la main, assembler.")
    await page.get_by_role("button", name="Enregistrer l'atelier").click()
    told = "Fiche de sécurité, il manque\u00a0: ce qui est seulement montré, les équipements de protection, la personne"
    assert told in await page.locator(".note").inner_text()

    await page.get_by_role("link", name="Compléter la fiche").click()
    await page.get_by_label("Ce qui est seulement montré").fill("Le tour à commande numérique.")
    await page.get_by_label("Équipement de protection").fill("Lunettes et blouse prêtées.")
    await page.get_by_label("Responsable").fill("Marc Perrin")
    await page.get_by_role("button", name="Enregistrer l'atelier").click()
    await page.get_by_role("button", name="Publier l'atelier").click()
    assert await page.locator(".said").inner_text() == "L'atelier est publié : vous pouvez ouvrir des créneaux."

    await page.get_by_role("link", name="Ouvrir un créneau").click()
    on = a_thursday()
    await page.get_by_label("Date").fill(on.strftime("%Y-%m-%d"))
    await page.get_by_label("Heure de début").fill("08:30")
    await page.get_by_label("Salle").select_option(label="Hall d'usinage B (24 élèves au plus)")
    await page.get_by_role("button", name="Ouvrir le créneau").click()
    assert await page.locator(".said").inner_text() == "Le créneau est ouvert aux réservations."
    kept = await row("SELECT state, seats, company_places, ends_at - starts_at AS lasts FROM slots")
    assert tuple(kept) == ("open", 24, 2, timedelta(hours=3))
    assert await value("SELECT levels FROM slots") == ["5e", "4e", "3e"]


async def test_a_wrong_form_is_answered_by_a_summary_that_leads_to_each_field(db, browse):
    lycee, marc = await a_host()
    await builders.workshop(host=lycee)
    page = await browse("/lycee/creneaux/nouveau", width=390, signed_in=marc)
    await page.get_by_label("Places pour des entreprises").fill("99")
    await page.get_by_role("button", name="Ouvrir le créneau").click()
    await expect(page.locator(".errors")).to_be_focused()
    links = page.locator(".errors a")
    assert await links.evaluate_all("links => links.map(one => one.hash)") == ["#on", "#starts", "#company_places"]
    await links.nth(2).click()
    assert await page.evaluate("document.activeElement.id") == "company_places"
    assert await page.get_by_label("Places pour des entreprises").input_value() == "99"
    assert (await axe_findings(page), await too_wide(page)) == ([], [])
    # The browser notes each answer that is not a success; this one is meant.
    browse.complaints.clear()


async def test_a_host_declines_a_group_by_keyboard_and_says_why(db, browse):
    lycee, marc = await a_host()
    slot = await builders.slot(host=lycee, starts_at=a_thursday())
    claire = await builders.account("claire@example.org", name="Claire Renaud")
    reservation = await builders.reservation(slot=slot, group=await builders.group(name="4e B"), by=claire)
    page = await browse(f"/lycee/creneaux/{slot}", width=390, signed_in=marc)
    await page.locator("summary", has_text="Refuser ce groupe").focus()
    await page.keyboard.press("Enter")
    assert (await axe_findings(page), await too_wide(page)) == ([], [])
    await page.keyboard.press("Tab")
    await page.keyboard.type("La machine est en panne.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said")).to_have_text(DONE["groupe-refuse"])
    kept = await row("SELECT state, reason FROM reservations WHERE id = $1", reservation)
    assert tuple(kept) == ("refused_by_host", "La machine est en panne.")


async def test_who_fills_in_a_form_by_keyboard_sees_where_she_is_on_boxes_too(db, browse):
    _, marc = await a_host()
    rings, kinds = {}, ("checkbox", "radio", "text")
    for where in ("/lycee/creneaux/serie", "/compte"):
        page = await browse(where, width=1280, signed_in=marc)
        for kind in kinds:
            for one in await page.locator(f"main input[type={kind}]:visible").all():
                await one.focus()
                await page.keyboard.press("Shift+Tab")
                await page.keyboard.press("Tab")
                if await one.evaluate("one => one.matches(':focus-visible')"):
                    rings[kind] = await one.evaluate(
                        "one => (({outlineStyle, outlineWidth, boxShadow}) => [outlineStyle, outlineWidth, boxShadow])"
                        "(getComputedStyle(one))"
                    )
    assert rings == {kind: ["solid", "3px", "none"] for kind in kinds}
