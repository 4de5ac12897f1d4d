from __future__ import annotations

import pytest

from booking.door.http.routes import routes_in
from booking.people.accounts.roles import roles_that
from booking.web import host
from tests import builders
from tests.booking.web.host.lycee import APP
from tests.browsing import Browser
from tests.builders import NOW


def test_every_page_of_a_lycee_is_for_its_hosts_alone():
    """But for the link by which a colleague who is invited accepts: she has no account yet."""
    own = [one for one in routes_in(host) if not one.paths & {"/invitations/{token:str}"}]
    assert {roles_that(handler.opt["may"]) for handler in own} == {frozenset({"host"})}


@pytest.mark.parametrize("path", ["/lycee", "/lycee/creneaux", "/lycee/ateliers", "/lycee/salles", "/lycee/fermetures"])
async def test_for_a_teacher_these_pages_do_not_exist(db, path):
    claire = await builders.person("teacher", name="Claire Renaud", school=await builders.school())
    browser = await Browser(APP, now=NOW).sign_in(claire)
    assert (await browser.get(path)).status_code == 404


async def test_a_visitor_is_led_to_the_sign_in_page_and_back(db):
    answer = await Browser(APP, now=NOW).get("/lycee/creneaux")
    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion?next=/lycee/creneaux")


async def test_a_form_without_its_token_is_refused(db):
    marc = await builders.person("host", name="Marc Perrin", school=await builders.school(kind="lycee"))
    browser = await Browser(APP, now=NOW).sign_in(marc)
    answer = await browser.post("/lycee/salles", {"_csrf": "", "name": "Hall B", "seats": "30"})
    assert answer.status_code == 403
