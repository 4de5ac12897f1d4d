"""A phone whose scans count no more: its link revoked or over, its session ended. It says so in red, and loses none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from booking.day.desk_links.give import give_link, revoke_link
from tests.browser.conftest import Browse
from tests.browser.film import held_up
from tests.browser.judge import look_at
from tests.browser.phone import settled, stored, taken_off
from tests.browser.test_desk import a_day_under_way, printed, title
from tests.browser.test_desk_counter import count, tap
from workshops.database import value

pytestmark = pytest.mark.browser
NOTHING = "Rien ne compte ici"
FOR_A_HELPER = (
    "Ce lien d'accueil ne sert plus : faites scanner les badges par le lycée, ou demandez-lui un nouveau lien."
)
FOR_A_HOST = (
    "Vous n'êtes plus connecté : reconnectez-vous, ou faites scanner les badges par un autre téléphone du lycée."
)
ONE = " 1 pointage est gardé sur ce téléphone, il partira ensuite."
TWO = " 2 pointages sont gardés sur ce téléphone, ils partiront ensuite."
RED = re.compile("told-bad")


def plain(words: str) -> re.Pattern[str]:
    """Whatever space stands before a colon."""
    return re.compile("^" + re.escape(words).replace(r"\ :", r"\s:") + "$")


async def says(page: Page, advice: str) -> None:
    """The large answer is red, and says this."""
    await expect(title(page)).to_have_text(NOTHING)
    await expect(page.locator("[data-told]")).to_have_class(RED)
    await expect(page.locator("[data-told-advice]")).to_have_text(plain(advice))


async def a_helper(browse: Browse, day, token: str = "un-lien-de-la-porte") -> tuple[Page, int]:
    now = datetime.now(UTC)
    link = await give_link(day.slot, token=token, account=day.host, school=day.school, now=now)
    page = await browse(f"/accueil/lien/{token}", width=390, height=844)
    await settled(page)
    return page, link


async def revoked(day, link: int) -> None:
    await revoke_link(link, slot=day.slot, account=day.host, school=day.school, now=datetime.now(UTC))


async def test_a_revoked_helper_is_told_in_red_and_keeps_the_scan_for_a_new_link(db, browse):
    day = await a_day_under_way()
    page, link = await a_helper(browse, day)
    await tap(page, 8)
    await expect(page.get_by_role("link", name="Numéro 8, présent depuis")).to_be_visible()
    await revoked(day, link)
    await tap(page, 9)
    await says(page, FOR_A_HELPER + ONE)
    await look_at(page, "helper-revoked")
    await tap(page, 10)
    await says(page, FOR_A_HELPER + TWO)
    await expect(count(page)).to_have_text("1 présent sur 24")
    assert await value("SELECT count(*) FROM scans") == 1

    await page.reload()
    await expect(page.get_by_role("heading", name="Lien terminé")).to_be_visible()
    await expect(page.get_by_text("Ce lien d'accueil ne sert plus")).to_be_visible()
    await expect(page.locator("[data-waiting]")).to_have_text(
        "2 pointages attendent sur ce téléphone : ils partiront quand l'accueil de la visite y sera rouvert, par un"
        " nouveau lien ou par le compte du lycée."
    )
    await look_at(page, "link-ended")

    await give_link(day.slot, token="un-autre-lien", account=day.host, school=day.school, now=datetime.now(UTC))
    await page.goto("/accueil/lien/un-autre-lien")
    await expect(count(page)).to_have_text("3 présents sur 24")
    await stored(3, "SELECT count(*) FROM presences")
    browse.complaints.clear()


async def test_a_helper_revoked_while_away_is_told_when_the_network_returns_and_still_without_it(db, filmed):
    day = await a_day_under_way()
    (seventeen,) = await printed(day, 17)
    browse = await filmed(held_up(seventeen))
    page, link = await a_helper(browse, day)
    await expect(title(page)).to_have_text("Présent")
    await taken_off(page)
    await tap(page, 8)
    await expect(title(page)).to_have_text("Présent")
    await expect(count(page)).to_have_text("2 présents sur 24")
    await revoked(day, link)
    await page.context.set_offline(False)
    await says(page, FOR_A_HELPER + ONE)
    await expect(count(page)).to_have_text("1 présent sur 24")

    await taken_off(page)
    await tap(page, 9)
    await says(page, FOR_A_HELPER + TWO)
    await page.reload()
    await expect(page.get_by_text("ouvert sans réseau")).to_be_visible()
    await says(page, FOR_A_HELPER + TWO.replace("2", "3"))
    await look_at(page, "helper-revoked-offline")
    await page.context.set_offline(False)
    await page.reload()
    await expect(page.get_by_role("heading", name="Lien terminé")).to_be_visible()
    browse.complaints.clear()


async def test_a_helper_s_shell_hears_of_the_end_when_the_network_returns(db, filmed):
    day = await a_day_under_way()
    (seventeen,) = await printed(day, 17)
    browse = await filmed(held_up(seventeen))
    page, link = await a_helper(browse, day)
    await taken_off(page)
    await page.reload()
    await expect(page.get_by_text("ouvert sans réseau")).to_be_visible()
    await expect(title(page)).to_have_text(re.compile("^(Présent|Déjà)"))
    await tap(page, 4)
    await expect(title(page)).to_have_text("Présent")
    await revoked(day, link)
    await page.context.set_offline(False)
    await expect(title(page)).to_have_text(NOTHING)
    await expect(page.locator("[data-told-advice]")).to_have_text(re.compile("gardés? sur ce téléphone"))
    await expect(page.locator("[data-told]")).to_have_class(RED)
    browse.complaints.clear()


async def test_a_helper_whose_visit_is_over_reads_that_the_link_has_ended(db, browse):
    day = await a_day_under_way()
    page, _ = await a_helper(browse, day)
    over = datetime.now(UTC) - timedelta(hours=3)
    await value(
        "UPDATE slots SET starts_at = $2, ends_at = $3 WHERE id = $1", day.slot, over - timedelta(hours=3), over
    )
    await tap(page, 8)
    await says(page, FOR_A_HELPER + ONE)
    await page.reload()
    await expect(page.get_by_role("heading", name="Lien terminé")).to_be_visible()
    (cookie,) = await page.context.cookies()
    assert cookie["expires"] > (datetime.now(UTC) + timedelta(days=1)).timestamp()
    browse.complaints.clear()


async def test_a_host_signed_out_is_told_in_red_and_keeps_the_scan_until_she_is_back(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await settled(page)
    await value("DELETE FROM sessions")
    await tap(page, 5)
    await says(page, FOR_A_HOST + ONE)
    await expect(count(page)).to_have_text("0 présent sur 24")
    await look_at(page, "host-signed-out")
    await page.locator("[data-net] a").click()
    await page.wait_for_url("**/connexion?next=*")
    await browse.sign_in(page.context, day.host)
    await page.goto(f"/accueil/{day.slot}")
    await expect(page.get_by_role("link", name="Numéro 5, présent depuis")).to_be_visible()
    await stored(1, "SELECT count(*) FROM presences")
    browse.complaints.clear()


async def test_a_host_signed_out_while_away_is_told_when_the_network_returns(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await settled(page)
    await taken_off(page)
    await tap(page, 5)
    await expect(title(page)).to_have_text("Présent")
    await value("DELETE FROM sessions")
    await page.context.set_offline(False)
    await says(page, FOR_A_HOST + ONE)
    # She signs in again in another tab: the desk goes on by itself.
    await browse.sign_in(page.context, day.host)
    await expect(page.get_by_role("link", name="Numéro 5, présent depuis")).to_be_visible()
    await expect(title(page)).not_to_have_text(NOTHING)
    browse.complaints.clear()


async def test_a_host_who_signed_in_again_before_the_desk_knew_loses_no_scan_to_its_old_page(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await settled(page)
    await value("DELETE FROM sessions")
    await browse.sign_in(page.context, day.host)
    async with page.expect_response("**/api/v1/checkins") as answered:
        await tap(page, 5)
    refused = await (await answered.value).json()
    assert refused["type"] == "/problems/not-from-our-page"
    await expect(page.get_by_role("link", name="Numéro 5, présent depuis")).to_be_visible()
    await expect(title(page)).not_to_have_text(NOTHING)
    await stored(1, "SELECT count(*) FROM presences")
    browse.complaints.clear()


async def test_a_desk_that_is_too_old_once_opened_anew_asks_its_host_to_reload(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await settled(page)
    openings = 0

    def opened(_) -> None:
        nonlocal openings
        openings += 1

    page.on("domcontentloaded", opened)

    async def lose_the_token(route) -> None:
        headers = {name: said for name, said in route.request.headers.items() if name != "x-csrf-token"}
        await route.continue_(headers=headers)

    await page.context.route("**/api/v1/checkins", lose_the_token)
    await tap(page, 5)
    await expect(page.locator("[data-net]")).to_have_text(plain("Cette page est trop ancienne : rechargez-la"))
    await page.wait_for_timeout(8_000)
    await says(page, "Cette page est trop ancienne : rechargez-la." + ONE)
    assert openings == 1
    await page.context.unroute("**/api/v1/checkins")
    await page.locator("[data-net] a").click()
    await expect(page.get_by_role("link", name="Numéro 5, présent depuis")).to_be_visible()
    await stored(1, "SELECT count(*) FROM presences")
    browse.complaints.clear()


async def test_a_phone_taken_over_by_another_account_keeps_the_scans_that_this_one_may_not_send(db, browse):
    day = await a_day_under_way()
    page = await browse(f"/accueil/{day.slot}", width=390, height=844, signed_in=day.host)
    await settled(page)
    await page.context.route("**/presence", lambda route: route.abort())
    await value("UPDATE memberships SET school = (SELECT min(id) FROM schools WHERE kind <> 'lycee')")
    await tap(page, 5)
    await says(
        page,
        "Cette visite n'est pas celle de votre compte : reconnectez-vous avec celui de son lycée, qui peut scanner d'un"
        " autre téléphone." + ONE,
    )
    await page.context.unroute("**/presence")
    await value("UPDATE memberships SET school = $1", day.school)
    await page.reload()
    await expect(page.get_by_role("link", name="Numéro 5, présent depuis")).to_be_visible()
    browse.complaints.clear()
