"""The desk without network, in a real Chromium: what it answers, what it keeps, what a lost phone tells."""

from __future__ import annotations

import json
import re

import pytest
from playwright.async_api import expect

from booking.visits.badge_codes.rules import hash_of
from tests.browser.film import held_up, wall
from tests.browser.judge import look_at
from tests.browser.phone import kept_on, settled, taken_off, taken_up
from tests.browser.test_desk import a_day_under_way, open_desk, printed, title
from workshops.database import rows, value

pytestmark = pytest.mark.browser


def advice(page):
    return page.locator("[data-told-advice]")


def net(page):
    return page.locator("[data-net]")


def locate(token: str) -> str:
    """What a phone writes down of a badge whose scan waits."""
    return f"H1.{hash_of(token).hex()}"


async def present_numbers() -> list[int]:
    asked = "SELECT b.number FROM presences p JOIN badges b ON b.id = p.badge ORDER BY b.number"
    return [one["number"] for one in await rows(asked)]


async def test_the_desk_opens_again_without_network_and_its_badges_open_their_group(db, filmed):
    day = await a_day_under_way()
    await value("UPDATE schools SET phone = '03 81 35 58 70'")
    (seventeen,) = await printed(day, 17)
    browse = await filmed(wall())
    page = await open_desk(browse, day)
    await settled(page)
    await taken_off(page)
    await page.reload()

    await expect(page.get_by_text("ouvert sans réseau")).to_be_visible()
    browse.sees(held_up(seventeen))
    await expect(title(page)).to_have_text("Présent")
    await expect(page.locator("[data-told-number]")).to_have_text("17")
    await expect(advice(page)).to_have_text("Gardé sur ce téléphone, en attente du réseau.")
    call = page.get_by_role("link", name="Appeler le collège : 03 81 35 58 70")
    assert await call.get_attribute("href") == "tel:0381355870"
    await expect(net(page)).to_have_text("Hors ligne : 1 pointage en attente, il partira tout seul.")
    await expect(page.get_by_role("button", name="Numéro 17, présent depuis")).to_be_visible()
    await page.get_by_role("button", name="Numéro 3, pas encore là : pointer").click()
    await expect(net(page)).to_have_text("Hors ligne : 2 pointages en attente, ils partiront tout seuls.")
    assert await value("SELECT count(*) FROM scans") == 0

    await page.context.set_offline(False)
    await taken_up(page)
    await expect(page.get_by_role("link", name="Numéro 3, présent depuis")).to_be_visible()
    assert await present_numbers() == [3, 17]


async def test_a_lost_phone_tells_no_number_no_group_and_no_school(db, filmed):
    day = await a_day_under_way()
    await value("UPDATE schools SET phone = '03 81 35 58 70'")
    (seventeen,) = await printed(day, 17)
    browse = await filmed(wall())
    page = await open_desk(browse, day)
    await settled(page)
    await taken_off(page)
    browse.sees(held_up(seventeen))
    await expect(title(page)).to_have_text("Présent")
    await page.get_by_role("button", name="Numéro 3, pas encore là : pointer").first.click()
    await page.get_by_label("Code écrit sur le badge").fill(await day.short_code(5))
    await page.get_by_role("button", name="Pointer", exact=True).click()
    await expect(net(page)).to_have_text("Hors ligne : 3 pointages en attente, ils partiront tout seuls.")

    kept = await kept_on(page)
    assert [sorted(one["badge"][:3] for one in kept["technilab-desk/waiting"]), len(kept["technilab-desk/here"])] == [
        ["H1."] * 3,
        3,
    ]
    names = ("4e B", "5e A", "Stendhal", "Besançon", "cercle", "Hélène", "Faivre", "Haag", "03 81 35 58 70")
    codes = [one["short_code"] for one in await rows("SELECT short_code FROM badges")]
    secrets = (*names, *day.tokens, *codes)
    told = json.dumps(kept, ensure_ascii=False)
    assert [secret for secret in secrets if secret in told] == []
    assert [set(line) for line in kept["technilab-desk/lines"]] == [{"slot", "at", "iv", "box"}] * len(codes)
    assert {len(line["box"]) for line in kept["technilab-desk/lines"]} == {176}
    await page.context.set_offline(False)
    await expect(net(page)).to_be_hidden()
    assert await present_numbers() == [3, 5, 17]


async def test_a_number_tapped_before_the_roster_has_come_is_kept_as_a_hash(db, browse):
    day = await a_day_under_way()
    page = await browse("/lycee", width=390, signed_in=day.host)
    await page.context.route("**/telephone*", lambda route: None)
    await page.goto(f"/accueil/{day.slot}")
    await page.get_by_role("button", name="Numéro 3, pas encore là : pointer").first.click()
    await page.get_by_role("link", name="Numéro 3, présent depuis").wait_for()
    await taken_off(page)
    await page.get_by_role("button", name="Numéro 5, pas encore là : pointer").first.click()
    await expect(page.locator("[data-told-number]")).to_have_text("5")
    await expect(net(page)).to_have_text("Hors ligne : 1 pointage en attente, il partira tout seul.")
    await page.get_by_role("link", name="Numéro 3, présent depuis").click()
    await page.get_by_role("button", name="Parti plus tôt").click()
    await expect(net(page)).to_have_text("Hors ligne : 2 pointages en attente, ils partiront tout seuls.")

    kept = await kept_on(page)
    hashes = [locate(day.tokens[number - 1]) for number in (5, 3)]
    assert [one["badge"] for one in kept["technilab-desk/waiting"]] == hashes
    await page.context.set_offline(False)
    await expect(net(page)).to_be_hidden()
    noted = await rows("SELECT b.number, s.result FROM scans s JOIN badges b ON b.id = s.badge ORDER BY s.scanned_at")
    assert [tuple(one) for one in noted] == [(3, "present"), (5, "present"), (3, "left")]
    browse.complaints.clear()


async def test_without_network_the_phone_knows_who_came_and_who_is_not_expected(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    await settled(page)
    await page.get_by_role("button", name="Numéro 5, pas encore là : pointer").first.click()
    here = page.locator(".number.here")
    await expect(here).to_have_text(re.compile("^5"))
    at = await here.get_attribute("data-hour")
    await taken_off(page)

    async def typed(code: str, words: str) -> None:
        await page.get_by_label("Code écrit sur le badge").fill(code)
        await page.get_by_role("button", name="Pointer", exact=True).click()
        await expect(title(page)).to_have_text(words)

    await typed(await day.short_code(5), f"Déjà pointé à {at}")
    await typed("K7Q-2MF", "Code mal tapé")
    await typed("222222", "Pointage gardé")
    await expect(net(page)).to_have_text("Hors ligne : 2 pointages en attente, ils partiront tout seuls.")
    await page.context.set_offline(False)
    await expect(net(page)).to_be_hidden()
    kept = [one["result"] for one in await rows("SELECT result FROM scans ORDER BY scanned_at")]
    assert kept == ["present", "already", "unknown"]
    browse.complaints.clear()


LOST = "Pas de réseau : ce que vous avez rempli reste ici. Touchez de nouveau le bouton quand il revient."


async def test_what_a_group_built_stays_typed_without_network_and_is_sent_when_it_is_back(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    built = page.locator(f"#objets-{day.groups[0]}")
    await built.locator("summary").click()
    for field, count in (("Commencés", "24"), ("Terminés", "22"), ("En marche", "20"), ("Emportés", "22")):
        await built.get_by_label(field).fill(count)
    await taken_off(page)
    for _ in range(2):
        await built.get_by_role("button", name="Noter la fabrication").click()
        await expect(built.get_by_role("alert")).to_have_text(LOST)
    await look_at(page, "build-without-network")
    await page.context.set_offline(False)
    await built.get_by_role("button", name="Noter la fabrication").click()
    await expect(page.get_by_text("La fabrication est notée.")).to_be_visible()
    assert [tuple(one) for one in await rows("SELECT made, finished FROM builds")] == [(24, 22)]
    browse.complaints.clear()


async def test_what_was_typed_without_network_is_there_again_when_the_desk_opens_anew_and_gone_once_sent(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    await settled(page)
    built, beside = (page.locator(f"#objets-{group}") for group in day.groups[:2])
    await built.locator("summary").click()
    await built.get_by_label("Commencés").fill("24")
    await built.get_by_label("Terminés").fill("22")
    await taken_off(page)
    await built.get_by_role("button", name="Noter la fabrication").click()
    await expect(built.get_by_role("alert")).to_be_in_viewport()
    # Another button of the page, which needs the network too.
    await page.get_by_role("link", name="Clore la visite").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Accueil sans réseau")
    await page.context.set_offline(False)
    await page.goto(f"/accueil/{day.slot}")
    await expect(built.get_by_label("Commencés")).to_be_visible()
    assert [await built.get_by_label(field).input_value() for field in ("Commencés", "Terminés")] == ["24", "22"]
    await expect(beside.get_by_label("Commencés")).to_be_hidden()
    await built.get_by_label("En marche").fill("20")
    await built.get_by_label("Emportés").fill("22")
    await built.get_by_role("button", name="Noter la fabrication").click()
    await expect(page.get_by_text("La fabrication est notée.")).to_be_visible()
    assert await page.evaluate("Object.keys(sessionStorage).filter((key) => key.includes('typed'))") == []
    browse.complaints.clear()


async def test_a_page_that_needs_the_network_leads_back_to_the_desk_where_there_is_none(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    await settled(page)
    await taken_off(page)
    await page.get_by_role("link", name="Clore la visite").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Accueil sans réseau")
    await look_at(page, "closing-without-network")
    await page.get_by_role("link", name="Horloge à engrenages en laiton").click()
    await expect(page.get_by_text("ouvert sans réseau")).to_be_visible()
    browse.complaints.clear()


@pytest.mark.parametrize("path", ["/", "/lycee"])
async def test_the_first_page_leads_without_network_to_the_desk_that_the_phone_holds(db, browse, path):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    await settled(page)
    await page.goto("/lycee")
    await page.wait_for_function("navigator.serviceWorker.controller")
    await taken_off(page)
    await page.goto(path)
    await expect(page.get_by_text("ouvert sans réseau")).to_be_visible()
    assert page.url.endswith(f"/accueil/{day.slot}")
    await page.context.set_offline(False)
    await page.goto(path)
    await expect(page.get_by_text("ouvert sans réseau")).to_be_hidden()
    browse.complaints.clear()


async def test_two_phones_scan_the_same_badges_while_one_has_no_network(db, filmed, browse):
    day = await a_day_under_way()
    badges = zip(await printed(day, 1, 2, 3), (-6, 3, 9), strict=True)
    phone = await filmed(wall())
    away = await open_desk(phone, day)
    await settled(away)
    await taken_off(away)
    there = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    for number in (2, 3, 4):
        await there.get_by_role("button", name=f"Numéro {number}, pas encore là : pointer").first.click()
        await expect(there.get_by_role("link", name=f"Numéro {number}, présent depuis")).to_be_visible()
    for number, (badge, turned) in enumerate(badges, start=1):
        phone.sees(held_up(badge, turned=turned))
        await expect(away.locator("[data-told-number]")).to_have_text(str(number))
    await expect(net(away)).to_have_text("Hors ligne : 3 pointages en attente, ils partiront tout seuls.")
    await away.reload()
    await expect(net(away)).to_contain_text("pointages en attente")
    await away.context.set_offline(False)
    await taken_up(away)
    await expect(away.get_by_role("link", name="Numéro 1, présent depuis")).to_be_visible()
    await expect(there.get_by_role("link", name="Numéro 1, présent depuis")).to_be_visible()
    assert await present_numbers() == [1, 2, 3, 4]
    told = [one["result"] for one in await rows("SELECT result FROM scans WHERE result <> 'already'")]
    assert told == ["present"] * 4


async def test_signing_out_forgets_the_visit_but_no_scan_that_waits(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", signed_in=day.host)
    await settled(page)
    await taken_off(page)
    await page.get_by_role("button", name="Numéro 5, pas encore là : pointer").first.click()
    await expect(net(page)).to_have_text("Hors ligne : 1 pointage en attente, il partira tout seul.")
    # Its session ends while it has no network: the scan waits, and says what to do.
    await value("DELETE FROM sessions")
    await page.context.set_offline(False)
    await expect(net(page)).to_have_text("Vous n'êtes plus connecté, 1 en attente sur ce téléphone : reconnectez-vous")
    await browse.sign_in(page.context, day.host)
    await page.goto("/lycee")

    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.message) or dialog.accept())
    await page.locator("details.who summary").click()
    await page.get_by_role("button", name="Se déconnecter").click()
    await expect(page.get_by_text("Vous êtes déconnecté.")).to_be_visible()
    assert asked == [
        "1 pointage attend encore le réseau sur ce téléphone. Il y reste si vous vous déconnectez, et partira quand"
        " vous rouvrirez l'accueil. Se déconnecter ?"
    ]
    kept = await kept_on(page)
    assert {store: len(kept[store]) for store in sorted(kept)} == {
        "technilab-desk/groups": 0,
        "technilab-desk/here": 0,
        "technilab-desk/lines": 0,
        "technilab-desk/visits": 0,
        "technilab-desk/waiting": 1,
    }
    await browse.sign_in(page.context, day.host)
    await page.goto(f"/accueil/{day.slot}")
    await expect(page.get_by_role("link", name="Numéro 5, présent depuis")).to_be_visible()
    assert await present_numbers() == [5]
    browse.complaints.clear()


async def test_a_visit_that_is_over_is_forgotten_by_the_next_page(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", signed_in=day.host)
    await settled(page)
    await page.clock.install()
    await page.clock.fast_forward("06:00:00")
    await page.goto("/lycee")
    await page.wait_for_function("() => localStorage.getItem('technilab-desk-until') === null")
    kept = await kept_on(page)
    assert [len(kept[f"technilab-desk/{store}"]) for store in ("visits", "lines", "groups", "here")] == [0, 0, 0, 0]
