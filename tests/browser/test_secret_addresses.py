"""In a real browser: what a page behind a secret asks for names no address, and its buttons work all the same."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Request

from booking.people.accounts.rules import hash_of
from booking.people.accounts.sign_in import ask_link
from booking.presentation.assets import asset
from tests.browser.world import a_whole_world
from workshops.database import value

pytestmark = pytest.mark.browser


async def test_a_mailed_link_and_a_visa_are_used_without_telling_their_address(db, browse):
    world = await a_whole_world()
    email = "claire.renaud@example.org"
    now = await value("SELECT now()")
    await ask_link(email, token="un-lien", next_path="/mes-groupes", address="192.0.2.1", now=now)
    await value("UPDATE reservations SET state = 'requested' WHERE id = $1 RETURNING id", world["reservation"])
    approval = "INSERT INTO approvals (reservation, token_hash) VALUES ($1, $2) RETURNING id"
    await value(approval, world["reservation"], hash_of("un-visa"))

    page = await browse("about:blank")
    asked: list[Request] = []

    def note(one: Request) -> None:
        asked.append(one)

    page.on("requestfinished", note)
    await page.goto("/visa/un-visa")
    await page.get_by_role("button", name="Accorder le visa").click()
    await page.get_by_role("heading", level=1).wait_for()
    await page.goto("/connexion/un-lien")
    await page.get_by_role("main").get_by_role("button").click()
    await page.wait_for_url("**/mes-groupes", wait_until="networkidle")
    told = {urlsplit(one.url).path: (await one.all_headers()).get("referer", "") for one in asked}

    assert {"/visa/un-visa", "/connexion/un-lien", asset("site.css")} <= set(told)
    assert [path for path, referer in told.items() if "un-visa" in referer or "un-lien" in referer] == []
    assert await value("SELECT state FROM reservations WHERE id = $1", world["reservation"]) == "confirmed"
