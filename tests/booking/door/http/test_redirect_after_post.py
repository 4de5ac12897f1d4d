"""Nothing typed is lost: not by a refusal, not by a session that ended meanwhile; and it is nobody else's."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import httpx
import pytest

from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW
from workshops.database import value

NAVIGATES = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
TYPED = {"name": "4e Étoile", "level": "4e", "pupils": "24", "section": ""}
BACK = "Rien n'est encore envoyé. Voici ce que vous aviez écrit"


class Person:
    """Somebody of a collège at her browser."""

    browser: Browser
    account: int

    @classmethod
    async def new(cls, app, browser: Browser | None = None) -> Person:
        app.state.clock = lambda: NOW
        self = cls()
        self.browser = browser or Browser(app, now=NOW)
        self.account = await builders.account()
        await builders.membership(self.account, "teacher", school=await builders.school())
        await self.browser.sign_in(self.account)
        return self

    async def fields_of(self, path: str) -> dict[str, str]:
        """The hidden fields of a page's first form after the header's."""
        page = (await self.browser.get(path)).text
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))

    async def send(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        return await self.browser.client.post(path, data=fields, headers=NAVIGATES | headers)


def at(app, moment: datetime) -> None:
    app.state.clock = lambda: moment


def name_in(answer: httpx.Response) -> str:
    match = re.search(r'<input[^>]* name="name"[^>]* value="([^"]*)"', answer.text)
    return match[1]


async def groups() -> int:
    return await value("SELECT count(*) FROM groups")


async def test_a_refused_form_is_shown_at_an_address_that_can_be_reloaded(app):
    claire = await Person.new(app)
    drawn = await claire.fields_of("/mes-groupes")
    answer = await claire.send("/mes-groupes", drawn | TYPED | {"pupils": "0"})
    where = answer.headers["location"]
    assert (answer.status_code, where) == (303, "/mes-groupes?reprise=1")
    for _ in range(2):
        shown = await claire.browser.get(where)
        assert (shown.status_code, name_in(shown)) == (422, "4e Étoile")
        assert "Élèves : écrivez un nombre de 1 à 60." in read(shown)
        assert shown.headers["cache-control"] == "no-store"
    at(app, NOW + timedelta(minutes=15))
    assert name_in(await claire.browser.get(where)) == ""


async def test_a_refusal_on_an_address_that_takes_forms_alone_is_shown_at_the_page_it_came_from(app):
    claire = await Person.new(app)
    group = await builders.group(school=await value("SELECT max(id) FROM schools WHERE kind = 'college'"), level="6e")
    slot = await builders.slot(levels=["4e"])
    sent = {**await claire.fields_of("/mes-groupes"), "slot": str(slot), "group": str(group), "pupils": "24"}
    fields = sent | {"adults": "2", "key": "k"}
    answer = await claire.send("/reservations", fields)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/creneaux/{slot}/reserver?reprise=1")
    page = f"http://127.0.0.1:8000/creneaux/{slot}/reserver?niveau=4e&fait=groupe-ajoute"
    answer = await claire.send("/reservations", fields, Referer=page)
    assert answer.headers["location"] == f"/creneaux/{slot}/reserver?niveau=4e&reprise=2"
    shown = await claire.browser.get(answer.headers["location"])
    assert (shown.status_code, "ce groupe est en 6e" in read(shown)) == (409, True)


async def test_a_program_gets_its_answer_at_once(app):
    claire = await Person.new(app)
    answer = await claire.browser.post("/mes-groupes", TYPED | {"pupils": "0"})
    assert (answer.status_code, await value("SELECT count(*) FROM drafts")) == (422, 0)


async def test_what_was_typed_when_the_session_ended_comes_back_after_signing_in_again(app):
    claire = await Person.new(app)
    drawn = await claire.fields_of("/mes-groupes")
    at(app, NOW + timedelta(hours=3))
    answer = await claire.send("/mes-groupes", drawn | TYPED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion?next=/mes-groupes%3Freprise%3D1")
    assert "Ce que vous aviez écrit est gardé" in read(await claire.browser.get(answer.headers["location"]))
    claire.browser.now = NOW + timedelta(hours=3)
    await claire.browser.sign_in(claire.account)
    shown = await claire.browser.get("/mes-groupes?reprise=1")
    assert (shown.status_code, name_in(shown), BACK in read(shown)) == (200, "4e Étoile", True)
    assert '<option value="4e" selected>' in shown.text
    # Nothing was done by itself; the form that came back is this session's.
    assert await groups() == 0
    drawn = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown.text))
    assert (await claire.send("/mes-groupes", drawn | TYPED)).headers["location"].startswith("/mes-groupes?")
    assert await groups() == 1


async def test_a_form_drawn_before_she_signed_in_again_comes_back_at_once(app):
    claire = await Person.new(app)
    drawn = await claire.fields_of("/mes-groupes")
    await claire.browser.sign_in(claire.account)
    answer = await claire.send("/mes-groupes", drawn | TYPED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/mes-groupes?reprise=1")
    assert name_in(await claire.browser.get("/mes-groupes?reprise=1")) == "4e Étoile"
    assert await groups() == 0


async def test_somebody_else_at_the_same_computer_sees_nothing_of_it(app):
    claire = await Person.new(app)
    drawn = await claire.fields_of("/mes-groupes")
    at(app, NOW + timedelta(hours=3))
    await claire.send("/mes-groupes", drawn | TYPED)
    claire.browser.now = NOW + timedelta(hours=3)
    paul = await Person.new(app, claire.browser)
    shown = await paul.browser.get("/mes-groupes?reprise=1")
    assert (name_in(shown), BACK in read(shown)) == ("", False)
    # Nor does her form, sent from the tab that was left open.
    assert (await paul.send("/mes-groupes", drawn | TYPED)).status_code == 403
    assert await value("SELECT count(*) FROM drafts WHERE account <> $1", claire.account) == 0
    assert await groups() == 0


@pytest.mark.parametrize(
    "changed", [{"_owner": ""}, {"_owner": "1.0000"}, {"_csrf": "0" * 40, "_owner": "1.0000"}], ids=str
)
async def test_a_form_that_no_page_of_ours_drew_is_not_kept(app, changed):
    claire = await Person.new(app)
    drawn = await claire.fields_of("/mes-groupes")
    at(app, NOW + timedelta(hours=3))
    answer = await claire.send("/mes-groupes", drawn | TYPED | changed)
    assert answer.headers["location"] == "/connexion?next=/mes-groupes"
    assert await value("SELECT count(*) FROM drafts") == 0


async def test_another_site_keeps_nothing_here(app):
    claire = await Person.new(app)
    drawn = await claire.fields_of("/mes-groupes")
    at(app, NOW + timedelta(hours=3))
    answer = await claire.send("/mes-groupes", drawn | TYPED, **{"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, await value("SELECT count(*) FROM drafts")) == (403, 0)


async def test_a_form_that_is_no_longer_proposed_still_gives_the_words_back(app):
    claire = await Person.new(app)
    drawn = await claire.fields_of("/mes-groupes")
    at(app, NOW + timedelta(hours=3))
    fields = drawn | {"slot": "12", "reason": "Le car n'est <pas> là"}
    where = "http://127.0.0.1:8000/mes-visites"
    answer = await claire.send("/reservations/7/annulation", fields, Referer=where)
    assert answer.headers["location"] == "/connexion?next=/mes-visites%3Freprise%3D1"
    claire.browser.now = NOW + timedelta(hours=3)
    await claire.browser.sign_in(claire.account)
    shown = read(await claire.browser.get("/mes-visites?reprise=1"))
    assert "Ce formulaire n'est plus proposé. Vous aviez écrit : Le car n'est <pas> là" in shown


async def test_a_page_asked_before_signing_in_is_reached_with_its_whole_address(app):
    answer = await Browser(app).get("/creneaux/7/reserver?groupe=5&eleves=22")
    assert answer.headers["location"] == "/connexion?next=/creneaux/7/reserver%3Fgroupe%3D5%26eleves%3D22"
