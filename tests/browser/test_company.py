"""A company in a real browser, on a phone: finds a session, announces itself, takes it back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from booking.people.accounts.stop_links import stop_token
from booking.visits.near_alerts.rules import ALERT
from tests import builders
from tests.browser.judge import axe_findings, too_wide
from tests.browsing import SECRET
from workshops.database import row, rows, value

pytestmark = pytest.mark.browser


async def a_company() -> int:
    company = await builders.company(name="Horlogerie du Doubs")
    ines = await builders.person("company", name="Inès Caron", company=company)
    return ines


async def a_session(**more: int) -> int:
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    starts_at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=20)
    slot = await builders.slot(host=lycee, starts_at=starts_at, **more)
    await builders.reservation(slot=slot, group=await builders.group(name="4e Secrète"), pupils=23)
    return slot


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_company_announces_itself_and_takes_it_back(db, browse, javascript):
    ines = await a_company()
    slot = await a_session()
    page = await browse("/", width=390, javascript=javascript, signed_in=ines)
    await page.goto("/seances")
    await expect(page.get_by_text("23 élèves attendus")).to_be_visible()
    await page.get_by_role("link", name="Annoncer votre venue").click()
    await page.get_by_label("Combien serez-vous ?").fill("2")
    await page.get_by_label("Démonstration").check()
    await page.get_by_label("Message au lycée").fill("Une prise, s'il vous plaît.")
    await page.get_by_role("button", name="Annoncer votre venue").click()

    await expect(page.locator(".said")).to_have_text(
        "Votre venue est annoncée. L'invitation vous arrive par mail, le lycée est prévenu."
    )
    kept = await row("SELECT slot, people, role, message, state FROM attendances")
    assert tuple(kept) == (slot, 2, "demonstration", "Une prise, s'il vous plaît.", "announced")
    coming = page.get_by_role("article", name="Découpe laser")
    await expect(coming).to_contain_text("23 collégiens attendus")
    await expect(page.locator("main")).not_to_contain_text("4e Secrète")
    async with page.expect_download() as got:
        await coming.get_by_role("link", name="Ajouter à votre agenda").click()
    assert (await (await got.value).path()).read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")

    await coming.get_by_text("Vous ne pouvez plus venir").click()
    await coming.get_by_label("Pourquoi ne venez-vous plus ?").select_option("too_far")
    await coming.get_by_role("button", name="Retirer cette venue").click()
    await expect(page.locator(".said")).to_have_text("Votre venue est retirée. Le lycée est prévenu.")
    assert await value("SELECT company_places_taken FROM slots") == 0


async def test_by_keyboard_alone_a_wrong_number_is_found_and_corrected(db, browse):
    ines = await a_company()
    slot = await a_session(company_places=2)
    page = await browse(f"/creneaux/{slot}/venue", width=390, signed_in=ines)
    await page.get_by_label("Combien serez-vous ?").focus()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("500")
    await page.keyboard.press("Enter")
    await expect(page.locator(".errors")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#people")).to_be_focused()
    assert await page.get_by_label("Combien serez-vous ?").input_value() == "500"
    assert (await axe_findings(page), await too_wide(page)) == ([], [])
    await page.keyboard.press("Control+A")
    await page.keyboard.type("2")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said")).to_contain_text("Votre venue est annoncée.")
    # The browser notes each 422 in its console.
    browse.complaints.clear()


async def test_what_is_sent_without_network_stays_on_the_page_and_leaves_when_it_is_back(db, browse):
    ines = await a_company()
    slot = await a_session()
    page = await browse(f"/creneaux/{slot}/venue", width=390, signed_in=ines)
    await page.get_by_label("Message au lycée").fill("Une prise, s'il vous plaît.")
    await page.context.set_offline(True)
    send = page.get_by_role("button", name="Annoncer votre venue")
    await send.click()
    told = page.get_by_text("Pas de réseau : ce que vous avez rempli reste ici.")
    await expect(told).to_be_visible()
    await expect(page.get_by_label("Message au lycée")).to_have_value("Une prise, s'il vous plaît.")
    await send.click()
    await expect(told).to_have_count(1)
    assert await rows("SELECT id FROM attendances") == []
    await page.context.set_offline(False)
    await send.click()
    await expect(page.locator(".said")).to_contain_text("Votre venue est annoncée.")
    assert await value("SELECT message FROM attendances") == "Une prise, s'il vous plaît."
    # The browser notes in its console what it could not reach.
    browse.complaints.clear()


async def test_filters_and_empty_states_lead_on(db, browse):
    ines = await a_company()
    page = await browse("/entreprise", width=390, signed_in=ines)
    await expect(page.get_by_role("heading", name="Aucune séance ne cherche d'entreprise")).to_be_visible()
    await a_session()
    await page.goto("/seances")
    await page.get_by_text("Choisir un département, un mois").click()
    await page.get_by_label("Mois").select_option(index=11)
    await page.get_by_role("button", name="Chercher").click()
    await expect(page.get_by_role("heading", name="Aucune séance ne convient")).to_be_visible()
    assert (await axe_findings(page), await too_wide(page)) == ([], [])
    await page.get_by_role("link", name="Voir toutes les séances").click()
    await expect(page.get_by_role("link", name="Annoncer votre venue")).to_have_count(1)


async def test_by_keyboard_alone_it_asks_to_be_told_and_the_link_of_the_mail_stops_it_without_an_account(db, browse):
    ines = await a_company()
    await a_session()
    page = await browse("/seances", width=320, signed_in=ines)
    await page.get_by_label("À moins de").focus()
    await page.keyboard.type("20")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said")).to_have_text("C'est noté : un mail par jour au plus vous préviendra.")
    await expect(page.get_by_role("region", name="Être prévenu")).to_contain_text("à moins de 20 km")
    alert = await value("SELECT id FROM near_alerts WHERE km = 20")
    anyone = await browse(f"/seances/alerte/arret/{stop_token(ALERT, alert, SECRET)}", width=320)
    assert (await axe_findings(anyone), await too_wide(anyone)) == ([], [])
    await anyone.get_by_role("button", name="Ne plus m'écrire").click()
    await expect(anyone.get_by_role("heading", name="Vous n'êtes plus prévenu")).to_be_visible()
    assert (await axe_findings(anyone), await value("SELECT count(*) FROM near_alerts")) == ([], 0)


async def test_its_first_page_leads_to_the_next_session_and_to_its_year_in_one_tap_each(db, browse):
    ines = await a_company()
    slot = await a_session()
    company = await value("SELECT company FROM memberships WHERE account = $1", ines)
    done = await builders.slot(starts_at=datetime.now(UTC) - timedelta(days=1), state="done")
    await builders.company_turnout(slot=done, company=company, people=2)
    await builders.turnout(slot=done, counted=4)
    page = await browse("/entreprise", width=390, signed_in=ines)
    await page.get_by_role("link", name="Annoncer votre venue").click()
    await expect(page).to_have_url(re.compile(f"/creneaux/{slot}/venue$"))
    await page.go_back()
    await page.get_by_role("region", name="Attestations").get_by_role("link", name="ce qui a été fait").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Ce que vous avez fait en"))
    await expect(page.locator(".tally")).to_contain_text("moins de 5 élèves")
    await expect(page.locator(".tally")).to_contain_text("non dit")


async def test_its_list_stands_in_line_on_a_small_phone(db, browse):
    """Each state below its coming, a warning apart from the line above it, the hour within its card."""
    ines = await a_company()
    company = await value("SELECT company FROM memberships WHERE account = $1", ines)
    at = (datetime.now(UTC) + timedelta(days=20)).replace(hour=12, minute=45, second=0, microsecond=0)
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    for title in ("Son", "La station qui parle au monde entier"):
        taught = await builders.workshop(host=lycee, title=title)
        await builders.attendance(slot=await builders.slot(workshop=taught, starts_at=at), company=company)
    await rows("UPDATE slots SET booking_closes_at = now() - interval '1 day'")
    await builders.slot(host=lycee, starts_at=at + timedelta(hours=1))
    page = await browse("/entreprise", width=390, signed_in=ines)
    for state in await page.locator(".plan > li").all():
        beside = await state.locator("> div").bounding_box()
        badge = await state.locator("> .state").bounding_box()
        assert badge["y"] >= beside["y"] + beside["height"]
    facts, note = [await page.locator(f".coming {one}").first.bounding_box() for one in (".facts", ".note")]
    assert note["y"] - facts["y"] - facts["height"] >= 8
    await page.set_viewport_size({"width": 320, "height": 844})
    await page.goto("/seances")
    card = await page.locator(".slot-dated").first.bounding_box()
    for word in await page.locator(".slot-dated").first.locator(".slot-hour > *").all():
        box = await word.bounding_box()
        assert box["x"] + box["width"] <= card["x"] + card["width"] - 12
