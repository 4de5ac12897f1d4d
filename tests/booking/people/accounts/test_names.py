"""A name that others read is a name, wherever it is typed: the rule of the sign-up page is everybody's."""

from __future__ import annotations

import secrets

import pytest

from booking.people.accounts.token import issue_token
from tests import builders
from tests.browsing import Browser, Machine, read
from tests.builders import NOW
from workshops.database import value

WRONG = ("Cliquez http://x.example", "a@b.fr", "Gagnez 100 euros")
SAID = "écrivez-les seuls, par exemple Claire Renaud."


@pytest.fixture
def still(app):
    app.state.clock = lambda: NOW
    return app


async def someone(app, role: str, **place: int) -> Browser:
    account = await builders.person(role, f"{role}@example.org", name="Claire Renaud", **place)
    return await Browser(app, now=NOW).sign_in(account)


@pytest.mark.parametrize("name", WRONG)
async def test_on_one_s_own_page_and_by_a_key(still, name):
    claire = await someone(still, "teacher", school=await builders.school())
    page = await claire.post("/compte/profil", {"name": name, "phone": ""})
    assert (page.status_code, SAID in read(page)) == (422, True)
    token = secrets.token_urlsafe(32)
    await issue_token("teacher@example.org", token=token, now=NOW)
    sent = await Machine(still, token).client.put("/me", json={"name": name})
    assert (sent.status_code, SAID in sent.json()["errors"]["name"]) == (422, True)
    assert await value("SELECT name FROM accounts") == "Claire Renaud"


async def test_who_had_such_a_name_before_keeps_it_with_the_rest_that_she_changes(still):
    account = await builders.person("teacher", school=await builders.school(), name="claire.renaud2")
    claire = await Browser(still, now=NOW).sign_in(account)
    kept = await claire.post("/compte/profil", {"name": "claire.renaud2", "phone": "06 12 34 56 78"})
    assert (kept.status_code, await value("SELECT phone FROM accounts")) == (303, "06 12 34 56 78")


@pytest.mark.parametrize("name", WRONG)
async def test_in_an_invitation_of_the_coordination_one_or_a_pasted_list(still, name):
    nadia, college = await someone(still, "coordinator"), await builders.school()
    uai = await value("SELECT uai FROM schools WHERE id = $1", college)
    asked = {"email": "marie@example.org", "name": name, "role": "teacher", "school": uai}
    page = await nadia.post("/gestion/comptes", asked)
    assert (page.status_code, SAID in read(page)) == (422, True)
    pasted = {"lines": f"marie@example.org;enseignant;{uai};{name}"}
    assert SAID in read(await nadia.post("/gestion/comptes/invitations/liste", pasted))
    await nadia.post("/gestion/comptes/invitations/envoi", pasted)
    assert await value("SELECT count(*) FROM accounts") == 1


@pytest.mark.parametrize("name", WRONG)
async def test_in_an_invitation_of_a_lycee(still, name):
    jules = await someone(still, "host", school=await builders.school(kind="lycee"))
    page = await jules.post("/lycee/collegues", {"email": "marie@example.org", "name": name})
    assert (page.status_code, SAID in read(page)) == (422, True)
    assert await value("SELECT count(*) FROM accounts") == 1


@pytest.mark.parametrize("name", WRONG)
async def test_of_a_company_s_visitors(still, name):
    company = await builders.company()
    luc = await someone(still, "company", company=company)
    coming = await builders.attendance(slot=await builders.slot(), company=company)
    page = await luc.post(f"/venues/{coming}/visiteurs", {"visitors": f"Luc Petit\n{name}"})
    assert (page.status_code, SAID in read(page)) == (422, True)
    assert await value("SELECT visitors FROM attendances") == ""


@pytest.mark.parametrize("name", WRONG)
async def test_of_a_principal(still, name):
    claire = await someone(still, "teacher", school=await builders.school(mail="ce.0250010a@ac-besancon.fr"))
    asked = {"needed": "oui", "principal_name": name, "principal_mail": "chef@example.org"}
    page = await claire.post("/mon-college", asked)
    assert (page.status_code, SAID in read(page)) == (422, True)
    assert await value("SELECT count(*) FROM schools WHERE principal_name <> ''") == 0


@pytest.mark.parametrize("name", WRONG)
async def test_of_a_company_that_asks_to_join(still, name):
    asked = {"siret": "55208131766522", "company_name": "Scierie", "commune": "Pontarlier", "email": "luc@example.org"}
    page = await Browser(still).post("/rejoindre", asked | {"contact_name": name, "proposal": "Un témoignage."})
    assert (page.status_code, SAID in read(page)) == (422, True)
