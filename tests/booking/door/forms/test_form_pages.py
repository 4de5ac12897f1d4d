"""The address that a form is sent to answers a plain visit too: reloaded, or gone back to, it leads to the form."""

from __future__ import annotations

import re

import pytest

from booking.door.rights.guards import routes_of
from tests.application import assembled
from tests.booking.door.rights.test_rights import a_person, address
from tests.browsing import Browser
from tests.door_matrix import ANYONE, RIGHTS

FORMS = sorted(path for method, path, _ in routes_of(assembled()) if method == "POST" and "/api/" not in path)
# What comes when the number of a page is nobody's, or a step is not yet possible.
NOT_FOUND = 404


def role_for(path: str) -> str | None:
    who = RIGHTS["POST", path]
    return None if who == ANYONE else sorted(who - {"desk link"})[0]


@pytest.mark.parametrize("path", FORMS)
async def test_an_address_that_takes_a_form_leads_to_the_page_of_that_form(app, path):
    browser = Browser(app)
    if (role := role_for(path)) is not None:
        await browser.sign_in(await a_person(role))
    answer = await browser.get(address(path))
    for _ in range(3):
        if answer.status_code != 303:
            break
        answer = await browser.get(answer.headers["location"])
    # « absent » and 999999 are nobody's: the page is there and says so.
    assert answer.status_code in {200, NOT_FOUND, 410}


@pytest.mark.parametrize(
    ("sent_to", "form_on"),
    [
        ("/reservations?slot=12", "/creneaux/12/reserver"),
        ("/reservations", "/"),
        ("/reservations/7/annulation", "/reservations/7"),
        ("/reservations/7/sans-photo", "/reservations/7/badges"),
        ("/creneaux/12/venues", "/creneaux/12/venue"),
        ("/lycee/salles/3/fermeture", "/lycee/salles/3"),
        ("/lycee/creneaux/12/deplacement/apercu", "/lycee/creneaux/12/deplacement"),
        ("/accueil/12/groupes/7/fabrications", "/accueil/12"),
        ("/gestion/ptech/cohortes/4/entreprises/9/fin", "/gestion/ptech/cohortes/4/entreprises"),
        ("/gestion/comptes/5/fermeture", "/gestion/comptes"),
        ("/compte/cles", "/compte"),
        ("/deconnexion", "/"),
    ],
)
async def test_each_form_is_found_again(app, sent_to, form_on):
    answer = await Browser(app).get(sent_to)
    assert (answer.status_code, answer.headers["location"]) == (303, form_on)


async def test_an_address_of_the_api_says_what_it_does_not_do(app):
    assert (await Browser(app).get("/api/v1/wishes")).status_code == 405


def test_every_form_of_a_new_thing_is_found_on_the_page_that_makes_it():
    pages = assembled().state.form_pages
    made = {path: pages.page_of(path) for path in FORMS if "{" not in path}
    assert {path: page for path, page in made.items() if re.search("nouve", page or "")} == {
        "/bts1": "/bts1/nouvelle",
        "/gestion/entreprises": "/gestion/entreprises/nouvelle",
        "/gestion/objectifs": "/gestion/objectifs/nouveau",
        "/gestion/objets": "/gestion/objets/nouveau",
        "/gestion/partenaires": "/gestion/partenaires/nouveau",
        "/gestion/ptech/dispositifs": "/gestion/ptech/dispositifs/nouveau",
        "/gestion/visites-reprises": "/gestion/visites-reprises/nouvelle",
        "/lycee/ateliers": "/lycee/ateliers/nouveau",
        "/lycee/creneaux": "/lycee/creneaux/nouveau",
        "/lycee/ptech/dispositifs": "/lycee/ptech/dispositifs/nouveau",
    }
