"""Each state of the desk that only a cut network or a link brings: looked at on a phone, in both schemes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from booking.day.desk_links.give import give_link
from tests.browser.film import held_up, wall
from tests.browser.judge import look_at
from tests.browser.phone import settled, stored, taken_off, taken_up
from tests.browser.test_desk import a_badge_of_another_visit, a_day_under_way, open_desk, printed, title
from workshops.database import value

pytestmark = pytest.mark.browser


async def test_without_network(db, filmed):
    day = await a_day_under_way()
    (seventeen,) = await printed(day, 17)
    browse = await filmed(wall())
    page = await open_desk(browse, day)
    await settled(page)
    await taken_off(page)
    await page.get_by_role("button", name="Numéro 5, pas encore là : pointer").first.click()
    await expect(page.locator("[data-net]")).to_contain_text("1 pointage en attente")
    await look_at(page, "offline")
    await page.reload()
    await expect(page.get_by_text("ouvert sans réseau")).to_be_visible()
    await look_at(page, "reloaded")
    browse.sees(held_up(seventeen))
    await expect(title(page)).to_have_text("Présent")
    await look_at(page, "waiting")
    await page.get_by_label("Code écrit sur le badge").fill(await day.short_code(5))
    await page.get_by_role("button", name="Pointer", exact=True).click()
    await expect(title(page)).to_have_text(re.compile("^Déjà pointé à"))
    await look_at(page, "offline-already")
    await page.get_by_label("Code écrit sur le badge").fill("222223")
    await page.get_by_role("button", name="Pointer", exact=True).click()
    await expect(title(page)).to_have_text("Code mal tapé")
    await look_at(page, "mistyped")


async def test_a_badge_that_is_not_expected_here_without_network(db, filmed):
    day = await a_day_under_way()
    await a_badge_of_another_visit(day)
    (other,) = await printed_of_the_other(day)
    browse = await filmed(wall())
    page = await open_desk(browse, day)
    await settled(page)
    await taken_off(page)
    browse.sees(held_up(other))
    await expect(title(page)).to_have_text("Pas attendu ici")
    await look_at(page, "offline-elsewhere")
    await page.context.set_offline(False)
    await expect(title(page)).to_have_text("Autre visite")
    await page.locator("[data-told-welcome]").click()
    await expect(title(page)).to_have_text(re.compile("^(Présent|Accueilli)"))
    await stored(1, "SELECT count(*) FROM presences WHERE slot = $1", day.slot)


async def printed_of_the_other(day):
    other = await value("SELECT max(id) FROM reservations")
    return await printed(day.__class__(**{**day.__dict__, "groups": [other]}), 1)


async def test_a_link_and_the_helper_it_brings(db, browse):
    day = await a_day_under_way()
    host = await browse(f"/accueil/{day.slot}/liens", width=390, height=844, signed_in=day.host)
    await host.get_by_role("button", name="Créer un lien").click()
    await expect(host.get_by_role("img", name="Le lien, en code QR à scanner")).to_be_visible()
    await look_at(host, "link")
    link = await host.get_by_label("Son adresse").input_value()

    helper = await browse(link, width=390, height=844)
    await helper.get_by_role("button", name="Numéro 8, pas encore là : pointer").first.click()
    await expect(title(helper)).to_have_text("Présent")
    await settled(helper)
    await look_at(helper, "helper")
    await taken_off(helper)
    await helper.reload()
    await expect(helper.get_by_text("ouvert sans réseau")).to_be_visible()
    await helper.context.set_offline(False)
    await taken_up(helper)
    await expect(helper.get_by_role("link", name="Numéro 8, présent depuis")).to_be_visible()

    await host.get_by_role("button", name="Révoquer").click()
    await expect(host.get_by_role("button", name="Révoquer")).to_have_count(0)
    await taken_up(helper)
    await expect(helper.locator("[data-net]")).to_have_text(
        "Ce lien d'accueil ne sert plus, rien n'est perdu : demandez-en un autre au lycée."
    )
    await look_at(helper, "link-revoked")
    await helper.goto(link)
    await expect(helper.get_by_role("heading", name="Lien terminé")).to_be_visible()
    browse.complaints.clear()


async def test_a_departure_is_told_as_noted_and_taken_back(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await page.get_by_role("button", name="Numéro 4, pas encore là : pointer").first.click()
    await page.get_by_role("link", name="Numéro 4, présent depuis").click()
    await page.get_by_role("button", name="Parti plus tôt").click()
    await expect(title(page)).to_have_text(re.compile("^Parti à"))
    await expect(page.locator("[data-told]")).to_have_class("told told-off")
    await look_at(page, "left")
    await page.locator("[data-told-undo]").click()
    await page.get_by_role("button", name="Annuler son départ").click()
    await expect(page.get_by_role("link", name="Numéro 4, présent depuis")).to_be_visible()


async def test_the_shell_lists_what_the_phone_keeps(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await settled(page)
    await page.goto("/accueil/hors-ligne")
    await expect(page.get_by_role("link", name="Horloge à engrenages en laiton")).to_be_visible()
    await look_at(page, "shell")


async def test_a_link_given_by_hand_ends_before_its_cookie_which_can_say_so(db, browse):
    day = await a_day_under_way()
    now = datetime.now(UTC)
    await give_link(day.slot, token="un-lien-de-trois-heures", account=day.host, school=day.school, now=now)
    page = await browse("/accueil/lien/un-lien-de-trois-heures", width=390)
    (cookie,) = await page.context.cookies()
    ends_at = await value("SELECT ends_at FROM slots WHERE id = $1", day.slot)
    kept = cookie["expires"] - (ends_at + timedelta(hours=2)).timestamp()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("technilab-accueil", True, "Lax")
    assert abs(kept - 7 * 24 * 3600) < 60
