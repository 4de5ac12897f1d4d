"""The desk in a real Chromium: printed badges before its camera, the network that goes and comes back."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from booking.day.badges.presets import DEFAULT, preset_named
from booking.day.badges.print_sheet import sheet_of
from booking.words.wording import PARIS, hour
from tests import builders
from tests.booking.day.checkin.day import Day, a_day
from tests.browser.conftest import Browse
from tests.browser.film import cut_out, held_up, wall
from tests.browser.judge import look_at
from tests.browser.phone import stored, taken_off, taken_up
from workshops.database import row, rows, value

pytestmark = pytest.mark.browser


async def printed(day: Day, *numbers: int) -> list[Image.Image]:
    """The badges of the first group as the product prints them, cut out of the sheet."""
    sheet = await sheet_of(day.groups[0], secret_key=os.environ["SECRET_KEY"])
    return [cut_out(sheet, preset_named(DEFAULT), number - 1) for number in numbers]


async def a_day_under_way() -> Day:
    """Half an hour of it is over, where midnight is not nearer."""
    now = datetime.now(PARIS).replace(microsecond=0)
    return await a_day(starts_at=max(now - timedelta(minutes=30), now.replace(hour=0, minute=0, second=0)))


async def open_desk(browse: Browse, day: Day, **how) -> Page:
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host, **how)
    await expect(page.locator("[data-cam][data-reading]")).to_be_visible()
    return page


def title(page: Page):
    """The first words of the large answer."""
    return page.locator("[data-told-title]")


async def test_a_printed_badge_is_scanned_typed_undone_its_object_noted_and_the_visit_closed(db, filmed):
    day = await a_day_under_way()
    (seventeen,) = await printed(day, 17)
    browse = await filmed(held_up(seventeen))
    page = await open_desk(browse, day)

    await expect(title(page)).to_have_text("Présent")
    kept = await rows(
        "SELECT b.number, s.result, s.scanned_by, p.first_scanned_at FROM scans s"
        " JOIN badges b ON b.id = s.badge JOIN presences p ON p.scan = s.id"
    )
    assert [(one["number"], one["result"], one["scanned_by"]) for one in kept] == [(17, "present", day.host)]
    at = hour(kept[0]["first_scanned_at"])
    await expect(page.locator("[data-told-who]")).to_have_text(f"4e B · cercle bleu · {at}")
    await expect(page.get_by_role("link", name=f"Numéro 17, présent depuis {at}")).to_be_visible()
    # Four seconds before the camera, in as many looks of it.
    await page.clock.install()
    for _ in range(8):
        await page.clock.fast_forward(500)
        await page.wait_for_timeout(100)
    assert await value("SELECT count(*) FROM scans") == 1

    await page.get_by_label("Code écrit sur le badge").fill((await day.short_code(17)).lower())
    await page.get_by_role("button", name="Pointer", exact=True).click()
    await expect(title(page)).to_have_text(f"Déjà pointé à {at}")

    await page.get_by_role("link", name=f"Numéro 17, présent depuis {at}").click()
    question = f"Annuler le pointage du numéro 17 ? 4e B, présent depuis {at}."
    await expect(page.get_by_role("dialog")).to_contain_text(question)
    await page.get_by_role("button", name="Annuler le pointage").click()
    await expect(title(page)).to_have_text("Pointage annulé")
    await expect(page.get_by_role("link", name=f"Numéro 17, présent depuis {at}")).to_be_hidden()
    assert await value("SELECT count(*) FROM presences") == 0

    await page.get_by_role("button", name="Numéro 3, pas encore là : pointer").first.click()
    await expect(title(page)).to_have_text("Présent")
    await stored(1, "SELECT count(*) FROM presences")

    n = day.groups[0]
    await page.locator(f"#objets-{n} summary").click()
    for field, count in (("made", "24"), ("finished", "22"), ("working", "20"), ("taken_home", "22")):
        await page.locator(f"#{field}-{n}").fill(count)
    await page.locator(f"#objets-{n}").get_by_role("button", name="Noter la fabrication").click()
    await expect(page.get_by_text("La fabrication est notée.")).to_be_visible()
    await expect(page.get_by_label("Photo de l'objet")).to_be_in_viewport()
    built = await row("SELECT made, finished, working, taken_home FROM builds")
    assert built is not None and tuple(built) == (24, 22, 20, 22)

    # The page has opened again, and badge 17 is still held up: undone, it is counted anew.
    await expect(title(page)).to_have_text("Présent")
    await expect(page.get_by_role("link", name="Numéro 17, présent depuis")).to_be_visible()
    await page.get_by_role("link", name="Clore la visite").click()
    await page.locator(f"#pupils-{n}").fill("23")
    await page.locator(f"#reason-{n}").select_option("phone")
    await page.locator(f"#adults-{n}").fill("2")
    await page.get_by_label("Zénith Montres : personne n'est venu").check()
    await page.get_by_label("0 élève sur 23 : le groupe n'est pas venu ?").check()
    await page.get_by_role("button", name="Clore la visite").click()
    await expect(page.get_by_role("alert")).to_contain_text("La visite finit à")
    await look_at(page, "closing-early")
    await page.get_by_label("Tout le monde est reparti : clore la visite maintenant").check()
    await page.get_by_role("button", name="Clore la visite").click()
    await expect(page.get_by_text("La visite est close, les effectifs des collégiens sont figés.")).to_be_visible()
    counted = await rows("SELECT announced, scanned, counted FROM turnouts ORDER BY group_ref")
    assert [tuple(one) for one in counted] == [(24, 2, 23), (23, 0, 0)]
    # The form that came back to be corrected.
    browse.complaints.clear()


async def test_badges_pass_one_after_another_and_a_cut_network_loses_none(db, filmed):
    day = await a_day_under_way()
    badges = zip(await printed(day, 1, 2, 3), (-6, 3, 9), strict=True)
    browse = await filmed(wall())
    page = await open_desk(browse, day)
    await taken_off(page)
    for number, (badge, turned) in enumerate(badges, start=1):
        browse.sees(held_up(badge, turned=turned))
        await expect(page.locator("[data-told-number]")).to_have_text(str(number))
    await expect(page.locator("[data-net]")).to_have_text(
        "Hors ligne : 3 pointages en attente, ils partiront tout seuls."
    )
    assert await value("SELECT count(*) FROM scans") == 0

    await page.context.set_offline(False)
    await expect(page.locator("[data-net]")).to_be_hidden()
    await expect(page.get_by_role("link", name="Numéro 2, présent depuis")).to_be_visible()
    present = await rows("SELECT b.number FROM presences p JOIN badges b ON b.id = p.badge ORDER BY b.number")
    assert [one["number"] for one in present] == [1, 2, 3]


async def test_a_scan_kept_on_the_phone_leaves_when_the_desk_is_opened_again(db, filmed):
    day = await a_day_under_way()
    page = await open_desk(await filmed(wall()), day)
    await taken_off(page)
    await page.get_by_role("button", name="Numéro 5, pas encore là : pointer").first.click()
    await expect(page.locator("[data-told-advice]")).to_have_text("Gardé sur ce téléphone, en attente du réseau.")
    again = await page.context.new_page()
    await page.close()
    await again.context.set_offline(False)
    await again.goto(f"/accueil/{day.slot}")
    await expect(again.get_by_role("link", name="Numéro 5, présent depuis")).to_be_visible()
    await stored(1, "SELECT count(*) FROM presences")


async def test_two_desks_show_the_same_pupils(db, browse):
    day = await a_day_under_way()
    first = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    second = await browse(f"/accueil/{day.slot}", signed_in=day.host)
    await first.get_by_role("button", name="Numéro 8, pas encore là : pointer").first.click()
    await expect(second.get_by_role("link", name="Numéro 8, présent depuis")).to_be_visible()
    await expect(second.get_by_text("1 présent sur 47")).to_be_visible()


async def test_the_desk_works_without_javascript(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, javascript=False, signed_in=day.host)
    await page.get_by_label("Code écrit sur le badge").fill(await day.short_code(2))
    await page.get_by_role("button", name="Pointer", exact=True).click()
    await expect(title(page)).to_have_text("Présent")
    await page.get_by_role("button", name="Numéro 3, pas encore là : pointer").first.click()
    await expect(title(page)).to_have_text("Présent")
    await page.get_by_role("link", name="Numéro 2, présent depuis").click()
    await page.get_by_role("button", name="Annuler le pointage").click()
    await expect(page.get_by_text("Le pointage est annulé.")).to_be_visible()
    present = await rows("SELECT b.number FROM presences p JOIN badges b ON b.id = p.badge")
    assert [one["number"] for one in present] == [3]


async def test_every_state_of_the_desk_can_be_read_by_everybody(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    other = await a_badge_of_another_visit(day)

    async def typed(code: str, words: str | re.Pattern[str]) -> None:
        await page.get_by_label("Code écrit sur le badge").fill(code)
        await page.get_by_role("button", name="Pointer", exact=True).click()
        await expect(title(page)).to_have_text(words)

    await look_at(page, "ready")
    await typed(await day.short_code(17), "Présent")
    await look_at(page, "present")
    await typed(await day.short_code(17), re.compile("Déjà pointé à"))
    await look_at(page, "already")
    await typed("222222", "Badge inconnu")
    await look_at(page, "unknown")
    await typed(other, "Autre visite")
    await look_at(page, "wrong-slot")
    await value("UPDATE badges SET revoked_at = now() WHERE reservation = $1 AND number = 1", day.groups[0])
    await typed(await day.short_code(1), "Réservation annulée")
    await look_at(page, "cancelled")
    await page.get_by_role("link", name="Numéro 17, présent depuis").click()
    await look_at(page, "undo")
    await page.keyboard.press("Escape")
    for n in day.groups:
        await page.locator(f"#objets-{n} summary").click()
    await look_at(page, "objects")
    await page.goto(f"/accueil/{day.slot}/cloture")
    await look_at(page, "closing")
    await page.get_by_role("button", name="Clore la visite").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await look_at(page, "closing-refused")
    await page.locator(f"#absent-{day.groups[1]}").check()
    await page.locator(f"#adults-{day.groups[0]}").fill("2")
    await page.locator(f"#people-{day.company}").fill("1")
    await page.locator("#early").check()
    await page.get_by_role("button", name="Clore la visite").click()
    await expect(page.get_by_text("La visite est close, les effectifs des collégiens sont figés.")).to_be_visible()
    await look_at(page, "closed")
    browse.complaints.clear()


async def a_badge_of_another_visit(day: Day) -> str:
    slot = await builders.slot(host=day.school, starts_at=datetime.now(UTC) + timedelta(days=1))
    reservation = await builders.reservation(slot=slot, group=await builders.group(name="3e C", pupils=2), pupils=2)
    await builders.badges(reservation)
    return str(await value("SELECT short_code FROM badges WHERE reservation = $1 AND number = 1", reservation))


async def test_scans_kept_through_the_closure_by_another_phone_still_leave(db, filmed):
    day = await a_day_under_way()
    page = await open_desk(await filmed(wall()), day)
    await taken_off(page)
    await page.get_by_role("button", name="Numéro 5, pas encore là : pointer").first.click()
    await expect(page.locator("[data-told-advice]")).to_have_text("Gardé sur ce téléphone, en attente du réseau.")
    closed_at = datetime.now(UTC) + timedelta(minutes=1)
    await value("UPDATE slots SET state = 'done', closed_at = $2 WHERE id = $1", day.slot, closed_at)
    async with page.expect_response("**/api/v1/checkins"):
        await page.context.set_offline(False)
    await expect(page.get_by_text("effectifs des collégiens sont figés. Le programme")).to_be_visible()
    kept = await rows("SELECT result FROM scans")
    assert [one["result"] for one in kept] == ["present"]


async def test_a_signed_out_phone_keeps_its_scans_and_says_so(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, signed_in=day.host)
    await value("DELETE FROM sessions")
    await taken_up(page)
    await expect(page.locator("[data-net]")).to_have_text(
        "Vous n'êtes plus connecté, rien n'est perdu : reconnectez-vous"
    )
    await page.get_by_role("button", name="Numéro 5, pas encore là : pointer").first.click()
    await expect(page.locator("[data-net]")).to_have_text(
        "Vous n'êtes plus connecté, 1 en attente sur ce téléphone : reconnectez-vous"
    )
    await browse.sign_in(page.context, day.host)
    await page.reload()
    await expect(page.get_by_role("link", name="Numéro 5, présent depuis")).to_be_visible()
    browse.complaints.clear()
