"""« Se connecter », at the top of every page, leads back to the page that was being read."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests import builders
from tests.browsing import Browser
from tests.builders import NOW, paris
from workshops.database import value

READ = "/creneaux?niveau=4e&eleves=22&objet=1"


@pytest.fixture
async def visitor(app):
    app.state.clock = lambda: NOW
    await builders.person("teacher", "claire@example.org", school=await builders.school())
    await builders.slot(starts_at=paris("2027-03-25 09:00"))
    return Browser(app, now=NOW)


async def sign_in_from(visitor: Browser, page: str) -> str:
    """The address of the header's link on a page."""
    (way,) = re.findall(r'top-sign-in" href="([^"]+)"', (await visitor.get(page)).text)
    return unescape(way)


async def test_from_the_header_through_the_mailed_link_one_is_back_where_one_was(visitor):
    door = await visitor.get(await sign_in_from(visitor, READ))
    (next_path,) = set(re.findall(r'<input type="hidden" name="next" value="([^"]+)">', door.text))
    await visitor.post("/connexion", {"email": "claire@example.org", "next": unescape(next_path)})
    entered = await visitor.post(f"/connexion/{await value('SELECT secret FROM notices')}")
    assert (entered.status_code, entered.headers["location"]) == (303, READ)


@pytest.mark.parametrize("page", ["/", "/connexion", "/visa/inconnu"])
async def test_where_there_is_nothing_to_come_back_to_it_names_no_page(visitor, page):
    assert await sign_in_from(visitor, page) == "/connexion"


async def test_a_slot_is_come_back_to_as_it_is(visitor):
    slot = await value("SELECT id FROM slots")
    assert await sign_in_from(visitor, f"/creneaux/{slot}") == f"/connexion?next=%2Fcreneaux%2F{slot}"
