"""The public pages in a real browser: for every eye, every width, with and without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests import builders
from tests.browser.judge import everything_wrong, too_wide

pytestmark = pytest.mark.browser


PAGES = {
    "/": "Une demi-journée au lycée, un objet fabriqué · Technilab",
    "/connexion": "Se connecter · Technilab",
    "/accessibilite": "Déclaration d'accessibilité · Technilab",
    "/confidentialite": "Vos données · Technilab",
    "/mentions": "Mentions légales · Technilab",
    "/api": "L'API de Technilab · Technilab",
    "/demo/courrier": "Courrier de l'essai · Technilab",
}


@pytest.fixture
async def offer(db):
    """Two slots to come, one of them full, so that the pages have something to show."""
    soon = datetime.now(UTC).replace(hour=8, minute=30, second=0, microsecond=0) + timedelta(days=30)
    lamp = await builders.tech_object(name="Lampe à balancier")
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    taught = await builders.workshop(host=lycee, title="Horloge à engrenages en laiton", objects=(lamp,))
    await builders.slot(workshop=taught, starts_at=soon, seats=48, groups_max=2)
    await builders.slot(workshop=taught, starts_at=soon + timedelta(days=1), seats=24)
    await builders.account("claire.renaud@example.org", example=True)


# Operations drawn alike take axe long: the first two speak for all.
FIRST_TWO = """() => ['.operation', '.api-subjects > section', '.api-shape'].forEach(kind =>
  [...document.querySelectorAll(kind)].slice(2).forEach(more => more.remove()))"""


@pytest.mark.parametrize("path", ["/api", "/api/reservations"])
async def test_nothing_is_wrong_with_the_pages_of_the_api(browse, path):
    page = await browse(path)
    assert await too_wide(page) == []
    await page.evaluate(FIRST_TWO)
    assert await everything_wrong(page) == []


# The lines of an address, as they are drawn.
LINES = """(code) => {
  const range = document.createRange();
  const lines = new Map();
  for (const text of [...code.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE))
    for (let at = 0; at < text.length; at += 1) {
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      const { top } = range.getBoundingClientRect();
      lines.set(top, (lines.get(top) ?? "") + text.data[at]);
    }
  return [...lines.values()];
}"""


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_long_address_of_the_api_goes_on_after_a_slash(browse, width):
    page = await browse("/api/reservations", width=width)
    told = page.get_by_label("Sommaire").get_by_role("link", name="POST /reservations/{reservation}/approval-request")
    assert await told.locator("code").evaluate(LINES) == ["/reservations/{reservation}/", "approval-request"]


async def test_every_public_page_is_french_and_has_its_own_title(offer, browse):
    page = await browse("about:blank")
    titles, tongues = {}, set()
    for path in PAGES:
        await page.goto(path)
        titles[path] = await page.title()
        tongues.add(await page.locator("html").get_attribute("lang"))
    assert (titles, tongues) == (PAGES, {"fr"})


async def test_the_home_page_leads_to_the_slots_without_javascript(offer, browse):
    page = await browse("/", width=390, javascript=False)
    assert await page.locator("h1").inner_text() == "Une demi-journée au lycée, un objet fabriqué par vos élèves"
    assert await page.locator(".on-offer").count() == 2
    assert await page.get_by_role("link", name="Trouver une visite").get_attribute("href") == "/creneaux"


async def test_an_empty_mail_address_is_answered_by_a_summary_that_leads_to_the_field(offer, browse):
    page = await browse("/connexion")
    await page.get_by_role("button", name="Recevoir un lien de connexion").click()
    summary = page.locator(".errors a")
    assert await summary.inner_text() == "Adresse de messagerie : à remplir."
    await summary.click()
    assert await page.evaluate("document.activeElement.id") == "email"
    # The browser notes each answer that is not a success; this one is meant.
    browse.complaints.clear()


async def test_the_keyboard_reaches_the_content_at_once(offer, browse):
    page = await browse("/")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "contenu"


async def test_a_page_that_does_not_exist_says_so_and_shows_the_way_back(db, browse):
    page = await browse("/nulle-part")
    assert await page.locator("h1").inner_text() == "Introuvable"
    assert await page.get_by_role("link", name="Revenir à l'accueil").get_attribute("href") == "/"
    assert await everything_wrong(page) == []
    browse.complaints.clear()


async def test_the_address_of_a_slot_is_copied_by_a_button_and_read_without_a_script(db, browse):
    slot = await builders.slot(starts_at=datetime.now(UTC) + timedelta(days=30))
    page = await browse(f"/creneaux/{slot}?niveau=4e&eleves=20", javascript=False)
    address = await page.locator("#adresse").input_value()
    assert await page.get_by_role("button", name="Copier").is_hidden()
    page = await browse(f"/creneaux/{slot}?niveau=4e&eleves=20")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copier").click()
    await expect(page.get_by_role("button", name="Copié")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == address
