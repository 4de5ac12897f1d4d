"""A visitor reserves for her class and signs up on the way: on a phone, with and without JavaScript, taps counted."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from tests import builders
from tests.browser.judge import look_at
from workshops.database import row, value

pytestmark = pytest.mark.browser
TAPS = 7


class Thumb:
    """Taps what is there to tap, and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    async def tap(self, what: Locator) -> None:
        self.taps += 1
        await what.first.click()

    async def press(self, name: str) -> None:
        await self.tap(self.page.get_by_role("main").get_by_role("button", name=name, exact=True))

    async def follow(self, name: str) -> None:
        await self.tap(self.page.get_by_role("main").get_by_role("link", name=name))


@pytest.mark.parametrize("javascript", [True, False])
async def test_from_the_search_to_places_held_in_seven_taps_with_no_number_typed(db, browse, javascript):
    await builders.academie(trusted_domains=["ac-besancon.fr"])
    college = await builders.school(name="Collège Stendhal", mail="ce.0250010a@ac-besancon.fr")
    starts_at = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=30)
    slot = await builders.slot(starts_at=starts_at)
    page = await browse("/creneaux?niveau=4e&eleves=22", width=390, height=844, javascript=javascript)
    thumb = Thumb(page)
    await thumb.follow("Réserver")
    await thumb.follow("S'inscrire")
    await page.get_by_label("Prénom et nom").fill("Claire Renaud")
    await page.get_by_label("Adresse de messagerie professionnelle").fill("claire.renaud@ac-besancon.fr")
    await page.get_by_label("Votre collège").fill("Stendhal")
    await thumb.press("Recevoir le lien")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Regardez vos mails")
    thumb.taps += 1  # the link in her mail
    await page.goto(f"/inscription/{await value('SELECT secret FROM notices')}")
    await thumb.press("Entrer")
    await page.get_by_label("Nom du groupe").fill("4e B")
    assert await page.get_by_label("Élèves", exact=True).input_value() == "22"
    await thumb.press("Ajouter le groupe")
    await thumb.press("Réserver pour 4e B")
    await expect(page.get_by_role("listitem").filter(has_text="Réponse du collège avant")).to_be_visible()
    booked = await row("SELECT state, slot, pupils, school FROM reservations")
    assert tuple(booked) == ("requested", slot, 22, college)
    assert thumb.taps <= TAPS


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_college_misspelt_is_proposed_as_one_types_and_taken_by_the_keyboard(db, browse, width):
    await builders.academie(trusted_domains=["ac-besancon.fr"])
    for name in ("Collège Victor Hugo", "Collège Diderot", "Collège Stendhal"):
        await builders.school(name=name)
    page = await browse("/inscription", width=width, height=844)
    await page.get_by_label("Prénom et nom").fill("Claire Renaud")
    await page.get_by_label("Adresse de messagerie professionnelle").fill("claire.renaud@ac-besancon.fr")
    field = page.get_by_role("combobox", name="Votre collège")
    await field.press_sequentially("vicor hugo besancon")
    option = page.get_by_role("option")
    await expect(option).to_have_count(1)
    await expect(option).to_contain_text("Collège Victor Hugo, Besançon")
    await expect(field).to_have_attribute("aria-expanded", "true")
    await look_at(page, f"proposed-{width}")
    await field.press("Escape")
    await expect(option).to_have_count(0)
    await field.press("ArrowDown")
    await expect(option).to_have_count(1)
    await field.press("ArrowDown")
    await expect(option).to_have_attribute("aria-selected", "true")
    assert await field.get_attribute("aria-activedescendant") == await option.get_attribute("id")
    await look_at(page, f"proposed-{width}")
    await field.press("Enter")
    await expect(field).to_have_value(re.compile(r"Collège Victor Hugo, Besançon \(\w{8}\)"))
    await expect(field).to_have_attribute("aria-expanded", "false")
    await field.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Regardez vos mails")
    assert await value("SELECT s.name FROM sign_ups u JOIN schools s ON s.id = u.school") == "Collège Victor Hugo"


async def test_a_college_proposed_is_taken_by_a_tap_and_without_a_script_it_is_asked_about(db, browse):
    for name in ("Collège Victor Hugo", "Collège Stendhal"):
        await builders.school(name=name)
    page = await browse("/inscription", width=390, height=844)
    await page.get_by_label("Votre collège").press_sequentially("stendl")
    await page.get_by_role("option", name="Collège Stendhal").click()
    await expect(page.get_by_label("Votre collège")).to_have_value(re.compile("Collège Stendhal, Besançon"))
    plain = await browse("/inscription", width=390, height=844, javascript=False)
    await plain.get_by_label("Prénom et nom").fill("Claire Renaud")
    await plain.get_by_label("Adresse de messagerie professionnelle").fill("claire@orange.example")
    await plain.get_by_label("Votre collège").fill("stendl")
    await plain.get_by_role("button", name="Recevoir le lien").click()
    await plain.get_by_label("Collège Stendhal, Besançon").check()
    await plain.get_by_role("button", name="Recevoir le lien").click()
    await expect(plain.get_by_role("heading", level=1)).to_have_text("Regardez vos mails")
    browse.complaints.clear()


@pytest.mark.parametrize("touch", [False, True])
async def test_with_colleges_proposed_the_first_press_sends_the_form(db, browse, touch):
    for name in ("Collège Victor Hugo", "Collège Stendhal"):
        await builders.school(name=name)
    page = await browse("/inscription", width=390, height=844, touch=touch)
    await page.get_by_label("Prénom et nom").fill("Claire Renaud")
    await page.get_by_label("Adresse de messagerie professionnelle").fill("claire@orange.example")
    await page.get_by_label("Votre collège").press_sequentially("Stendhal")
    await expect(page.get_by_role("option")).to_have_count(1)
    box = await page.get_by_role("button", name="Recevoir le lien").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await (page.touchscreen.tap(*middle) if touch else page.mouse.click(*middle, delay=120))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Regardez vos mails")


async def test_what_is_proposed_closes_as_one_goes_on_by_the_keyboard_or_elsewhere(db, browse):
    await builders.school(name="Collège Stendhal")
    page = await browse("/inscription", width=390, height=844)
    field, option = page.get_by_label("Votre collège"), page.get_by_role("option")
    for leave in (lambda: field.press("Tab"), page.get_by_role("heading", level=1).click):
        await field.fill("")
        await field.press_sequentially("Stendhal")
        await expect(option).to_have_count(1)
        await leave()
        await expect(option).to_have_count(0)
