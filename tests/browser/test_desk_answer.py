"""The answer to a badge on the smallest phone, and a group of which nobody is missing any more."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from booking.day.checkin.check_in import check_in
from booking.day.checkin.rules import ScanAsked
from booking.day.desk_links.give import give_link
from tests import builders
from tests.booking.day.checkin.day import Day
from tests.browser.film import wall
from tests.browser.judge import look_at
from tests.browser.phone import settled, stored, taken_up
from tests.browser.test_desk import a_day_under_way, title
from tests.browser.test_desk_hands import sound_said, the_desk
from workshops.database import value

pytestmark = pytest.mark.browser
SMALL = {"width": 320, "height": 568}
# What of the answer is not on the screen, whole and uncovered, without a scroll of the page nor of the answer.
MISSING = """() => {
  const told = document.querySelector("[data-told]");
  const all = [told, ...told.querySelectorAll("[data-told-number], p, a, button")];
  const lost = all.filter((one) => one.checkVisibility()).filter((one) => {
    const { top, bottom, left, right } = one.getBoundingClientRect();
    if (top < 0 || left < 0 || bottom > innerHeight || right > innerWidth) return true;
    const corners = bottom > top ? [[left + 2, top + 2], [right - 2, bottom - 2]] : [];
    return corners.some((corner) => !told.contains(document.elementFromPoint(...corner)));
  });
  const scrolled = [document.scrollingElement, told.parentElement].map((one) => one.scrollTop);
  return [...lost.map((one) => one.outerHTML.slice(0, 90)), ...scrolled.filter(Boolean)];
}"""


async def all_but_the_first_are_here(day: Day, count: int) -> None:
    """Everybody of the first group but its first numbers, by another phone."""
    now = datetime.now(UTC)
    scans = [ScanAsked(uuid.uuid4(), day.slot, token, now) for token in day.tokens[count:]]
    await check_in(scans, account=day.host, school=day.school, now=now)


async def a_token_of_another_visit(day: Day) -> str:
    slot = await builders.slot(host=day.school, starts_at=datetime.now(UTC) + timedelta(days=1))
    group = await builders.group(name="3e C", pupils=2)
    token, _ = await builders.badges(await builders.reservation(slot=slot, group=group, pupils=2))
    return str(token)


async def shown(page: Page, what: str, words: str | re.Pattern[str], *, who: str = "") -> None:
    """The answer is there with its name, its group and what to do, and all of it is on the screen."""
    await expect(title(page)).to_have_text(words)
    await expect(page.locator("[data-told-who]")).to_contain_text(who)
    assert (what, await page.evaluate(MISSING)) == (what, [])


async def each_answer_is_whole(page: Page, day: Day, when: str) -> None:
    await all_but_the_first_are_here(day, 2)
    await taken_up(page)
    await expect(page.locator("[data-total]")).to_have_text("22 présents sur 47")
    await shown(page, f"{when}, ready", "Présentez un badge")
    await page.keyboard.type(day.tokens[1])
    await shown(page, f"{when}, present", "Présent", who="4e B")
    await page.keyboard.type(day.tokens[1])
    await shown(page, f"{when}, already", re.compile("Déjà pointé à"), who="4e B")
    await page.keyboard.type(await a_token_of_another_visit(day))
    await shown(page, f"{when}, wrong slot", "Autre visite", who="3e C")
    await expect(page.locator("[data-told-whole]")).to_be_visible()
    await look_at(page, f"small-wrong-slot-{when}")
    await page.keyboard.type(day.tokens[0])
    await shown(page, f"{when}, complete", "Groupe complet", who="4e B")
    await expect(page.locator("[data-told-number]")).to_have_text("1")
    await expect(page.locator("[data-told-advice]")).to_have_text("24 élèves sur 24.")
    await expect(page.get_by_role("link", name="Noter l'objet")).to_be_in_viewport(ratio=1)
    await look_at(page, f"small-complete-{when}")


async def test_the_whole_answer_is_on_the_smallest_phone_before_the_camera_opens(db, browse):
    day = await a_day_under_way()
    page = await the_desk(browse, day, **SMALL)
    await expect(page.get_by_role("button", name="Ouvrir l'appareil photo")).to_be_in_viewport(ratio=1)
    await each_answer_is_whole(page, day, "before")


async def test_the_whole_answer_is_on_the_smallest_phone_while_the_camera_reads(db, filmed):
    day = await a_day_under_way()
    browse = await filmed(wall())
    page = await browse(f"/accueil/{day.slot}", signed_in=day.host, **SMALL)
    await expect(page.locator("[data-cam][data-reading]")).to_be_visible()
    await settled(page)
    await each_answer_is_whole(page, day, "reading")


LOOKS = """() => {
  const { backgroundColor } = getComputedStyle(document.querySelector("[data-told]"));
  return [backgroundColor, getComputedStyle(document.querySelector("[data-told-number]"), "::after").content];
}"""


async def test_a_complete_group_is_told_apart_by_its_words_its_sign_its_colour_and_its_sound(db, browse):
    day = await a_day_under_way()
    page = await the_desk(browse, day)
    await page.locator("h1").click()
    await expect(sound_said(page)).to_have_text("")
    await all_but_the_first_are_here(day, 2)
    await taken_up(page)
    await expect(page.locator("[data-total]")).to_have_text("22 présents sur 47")
    told = []
    for token, words in ((1, "Présent"), (1, re.compile("^Déjà pointé à")), (0, "Groupe complet")):
        await page.evaluate("notes.length = 0")
        await page.keyboard.type(day.tokens[token])
        await expect(title(page)).to_have_text(words)
        await stored(24 - token, "SELECT count(*) FROM presences")
        notes = tuple(dict.fromkeys(tuple(one) for one in await page.evaluate("notes")))
        told.append((*await page.evaluate(LOOKS), notes))
    assert [len(set(one)) for one in zip(*told, strict=True)] == [3, 3, 3]
    assert [sign for _, sign, _ in told] == ['"✓" / ""', '"=" / ""', '"✓✓" / ""']


async def test_after_a_complete_group_its_object_is_noted_and_then_the_visit_closed(db, browse):
    day = await a_day_under_way()
    page = await the_desk(browse, day)
    await all_but_the_first_are_here(day, 1)
    await taken_up(page)
    await expect(page.locator("[data-total]")).to_have_text("23 présents sur 47")
    await page.keyboard.type(day.tokens[0])
    await expect(page.locator("section.group").first.locator("[data-complete]")).to_be_visible()
    await expect(page.locator("section.group").last.locator("[data-complete]")).to_be_hidden()
    await page.get_by_role("link", name="Noter l'objet").click()
    n = day.groups[0]
    await expect(page.locator(f"#objets-{n} select").first).to_be_focused()
    for field in ("made", "finished", "working", "taken_home"):
        await page.locator(f"#{field}-{n}").fill("24")
    await page.locator(f"#objets-{n}").get_by_role("button", name="Noter la fabrication").click()
    await expect(page.get_by_text("La fabrication est notée.")).to_be_visible()
    await expect(title(page)).to_have_text("Présentez un badge")

    await page.get_by_role("button", name="Tout le groupe est là : 5e A").click()
    await expect(title(page)).to_have_text("Groupe là")
    await expect(page.get_by_role("link", name="Noter l'objet")).to_be_visible()
    await stored(47, "SELECT count(*) FROM presences")
    await value("UPDATE slots SET ends_at = now() - interval '1 minute' WHERE id = $1", day.slot)
    await page.goto(f"/accueil/{day.slot}")
    await expect(title(page)).to_have_text("Tout le monde est là")
    await look_at(page, "everybody-here")
    await page.get_by_role("link", name="Noter l'objet : 5e A").click()
    n = day.groups[1]
    for field in ("made", "finished", "working", "taken_home"):
        await page.locator(f"#{field}-{n}").fill("23")
    await page.locator(f"#objets-{n}").get_by_role("button", name="Noter la fabrication").click()
    await page.locator("[data-told]").get_by_role("link", name="Clore la visite").click()
    await expect(page.get_by_role("heading", name="Fin de la visite")).to_be_in_viewport()


async def test_who_read_no_last_badge_hears_of_a_complete_group_and_a_helper_notes_no_object(db, browse):
    day = await a_day_under_way()
    await all_but_the_first_are_here(day, 2)
    page = await the_desk(browse, day)
    await give_link(day.slot, token="un-lien", account=day.host, school=day.school, now=datetime.now(UTC))
    helper = await browse("/accueil/lien/un-lien", width=390)
    await settled(helper)
    await page.keyboard.type(day.tokens[1])
    await expect(title(page)).to_have_text("Présent")
    await expect(helper.locator("[data-total]")).to_have_text("23 présents sur 47")
    await helper.keyboard.type(day.tokens[0])
    await expect(title(helper)).to_have_text("Groupe complet")
    await expect(helper.get_by_role("link", name="Noter l'objet")).to_have_count(0)
    await taken_up(page)
    await expect(title(page)).to_have_text("Groupe complet")
    await expect(page.get_by_role("link", name="Noter l'objet")).to_be_visible()


async def test_no_header_stands_over_a_visit_that_is_received_and_rare_things_are_folded(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await expect(page.get_by_role("banner")).to_have_count(0)
    rare = [
        page.get_by_role("button", name="Couper le son"),
        *(page.get_by_role("link", name=one) for one in ("Confier l'accueil", "Consignes à imprimer", "S'exercer")),
    ]
    for one in rare:
        await expect(one).to_be_hidden()
    await page.get_by_text("Plus", exact=True).click()
    for one in rare:
        await expect(one).to_be_visible()
    await look_at(page, "more")
    await page.get_by_role("link", name="Retour à la journée").click()
    await expect(page.get_by_role("heading", name="Accueil du jour")).to_be_visible()
    await expect(page.get_by_role("banner")).to_be_visible()
