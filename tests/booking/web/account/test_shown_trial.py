"""A trial that everybody may enter gives no key and tells no program, whatever a browser asks for.

« Se connecter », at the top of every page, leads back to the page that was being read.
"""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests import builders
from tests.application import application
from tests.booking.mails.webhooks.told import BOOKED
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import value

KEY = {"label": "Emploi du temps", "acts": "agir", "days": "90"}
PROGRAM = {"label": "Emploi du temps", "url": "http://127.0.0.1:9/", "acts": ["bookings"]}
NO = "Essai montré à tous Cet essai est ouvert à tout le monde : il ne donne aucune clé et ne prévient aucun logiciel."


@pytest.mark.parametrize(
    ("path", "form", "kept"),
    [
        ("/compte/cles", KEY, "api_tokens"),
        ("/compte/logiciels", PROGRAM, "webhooks"),
        ("/compte/logiciels/{webhook}/essai", {}, "webhook_deliveries"),
    ],
)
async def test_a_shown_trial_refuses_what_any_other_gives(app, monkeypatch, path, form, kept):
    jules = await builders.account("jules@example.org", example=True)
    host = await builders.membership(jules, "host", school=await builders.school(kind="lycee"))
    if "{webhook}" in path:
        path = path.format(webhook=await builders.webhook(membership=host, url="http://127.0.0.1:9/", acts=BOOKED))
    seen = {}
    for demo in ("public", "1"):
        monkeypatch.setenv("DEMO", demo)
        browser = await Browser(application(lambda: NOW), now=NOW).sign_in(jules)
        answer = await browser.post(path, form)
        seen[demo] = (answer.status_code == 403, NO in read(answer), await value(f"SELECT count(*) FROM {kept}"))
    assert seen == {"public": (True, True, 0), "1": (False, False, 1)}


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
