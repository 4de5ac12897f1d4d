"""Undoing the last import on its page."""

from __future__ import annotations

import re

from tests import builders
from tests.booking.web.office.test_imports import DIRECTORY, carried, send
from tests.browsing import read
from workshops.database import value


async def taken_in(office) -> None:
    read_first = await send(office, "annuaire", DIRECTORY.encode())
    await office.post("/gestion/imports/annuaire/confirmation", carried(read_first))


async def test_the_last_import_is_shown_then_undone_by_one_button(office, nadia):
    await builders.school(uai="0250011B", name="Ancien nom")
    assert "Rien à défaire" in read(await office.get("/gestion/imports/dernier"))
    await office.post(
        "/gestion/imports/annuaire/confirmation", carried(await send(office, "annuaire", DIRECTORY.encode()))
    )
    assert 'href="/gestion/imports/dernier"' in (await office.get("/gestion/imports")).text
    shown = await office.get("/gestion/imports/dernier")
    assert "1 établissement ajouté sera retiré. 1 établissement redevient ce qu'il était." in read(shown)
    number = re.findall(r'name="number" value="([0-9]+)"', shown.text)[0]
    done = await office.post("/gestion/imports/dernier", {"number": number})
    assert done.headers["location"] == "/gestion/imports?fait=import-defait"
    assert await value("SELECT name FROM schools") == "Ancien nom"
    again = await office.post("/gestion/imports/dernier", {"number": number})
    assert (again.status_code, "le dernier l'est déjà" in read(again)) == (409, True)


async def test_what_hangs_on_it_is_read_in_place_of_the_button(office):
    await office.post(
        "/gestion/imports/annuaire/confirmation", carried(await send(office, "annuaire", DIRECTORY.encode()))
    )
    await builders.workshop(host=await value("SELECT id FROM schools WHERE uai = '0250001R'"))
    shown = await office.get("/gestion/imports/dernier")
    assert "1 atelier ou salle y est décrit" in read(shown)
    assert '<button class="btn btn-danger">' not in shown.text
