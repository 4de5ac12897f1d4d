from __future__ import annotations

import re

import pytest

from booking.web.office.accounts import SHOWN
from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW
from workshops.database import row, rows, value


def form(**more):
    return {"name": "Claire Renaud", "email": "claire@example.org", "role": "teacher", "school": "0250011B"} | more


async def test_a_teacher_is_invited_by_the_uai_of_her_college(office, nadia):
    college = await builders.school(uai="0250011B")
    answer = await office.post("/gestion/comptes", form(school="0250011b"))
    assert answer.headers["location"] == "/gestion/comptes?fait=personne-invitee"
    held = await row(
        "SELECT m.role, m.school FROM memberships m JOIN accounts a ON a.id = m.account WHERE a.id <> $1", nadia
    )
    assert tuple(held) == ("teacher", college)
    assert [tuple(one) for one in await rows("SELECT kind, to_email FROM notices")] == [
        ("invited", "claire@example.org")
    ]
    assert await value("SELECT by FROM events WHERE act = 'invited'") == nadia


async def test_inviting_the_same_person_again_sends_nothing_and_says_so(office):
    await builders.school(uai="0250011B")
    await office.post("/gestion/comptes", form())
    again = await office.post("/gestion/comptes", form(email="Claire@Example.org"))
    assert again.headers["location"] == "/gestion/comptes?fait=deja-invitee"
    assert await value("SELECT count(*) FROM notices") == 1


async def test_the_one_school_that_words_fit_is_shown_and_asked_about_never_taken(office):
    college = await builders.school(name="Collège Stendhal", commune="Besançon", uai="0250011B")
    await builders.school(name="Collège Stendhal", commune="Dole")
    answer = await office.post("/gestion/comptes", form(school="stendhal besancon"))
    assert (answer.status_code, await value("SELECT count(*) FROM memberships WHERE role = 'teacher'")) == (422, 0)
    asked = "Est-ce bien Collège Stendhal, Besançon (0250011B) ? Envoyez de nouveau pour confirmer, ou corrigez."
    assert asked in read(answer)
    assert 'name="school" value="Collège Stendhal, Besançon (0250011B)"' in answer.text
    again = await office.post("/gestion/comptes", form(school="Collège Stendhal, Besançon (0250011B)"))
    assert again.status_code == 303
    assert await value("SELECT school FROM memberships WHERE role = 'teacher'") == college


async def test_a_name_that_several_schools_have_is_answered_by_their_numbers(office):
    await builders.school(name="Collège Stendhal", commune="Besançon", uai="0250011B")
    await builders.school(name="Collège Stendhal", commune="Dole", uai="0250001R")
    answer = await office.post("/gestion/comptes", form(school="stendhal"))
    assert answer.status_code == 422
    both = "Collège Stendhal, Besançon (0250011B) ; Collège Stendhal, Dole (0250001R)"
    assert f"Plusieurs établissements conviennent : {both}. Écrivez l'UAI du bon." in read(answer)
    assert 'name="school" value="stendhal"' in answer.text


async def test_a_company_is_chosen_among_those_that_are_registered(office):
    company = await builders.company(name="Horlogerie du Doubs")
    siret = await value("SELECT siret FROM companies")
    chosen = await office.get(f"/gestion/comptes/invitation?role=company&siret={siret}")
    assert f'name="company" value="Horlogerie du Doubs, Besançon ({siret})"' in chosen.text
    await office.post("/gestion/comptes", form(role="company", company=siret, school=""))
    assert await value("SELECT company FROM memberships WHERE role = 'company'") == company


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "claire"}, "email"),
        ({"email": ""}, "email"),
        ({"name": ""}, "name"),
        ({"role": "principal"}, "role"),
        ({"role": "boss"}, "role"),
        ({"school": ""}, "school"),
        ({"school": "0250011D"}, "school"),
        ({"school": "0250001R"}, "school"),
        ({"role": "host"}, "school"),
        ({"role": "company"}, "company"),
    ],
)
async def test_a_wrong_invitation_is_said_at_its_field_and_invites_nobody(office, wrong, field):
    await builders.school(uai="0250011B")
    answer = await office.post("/gestion/comptes", form(**wrong))
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert await value("SELECT count(*) FROM accounts") == 1
    assert await value("SELECT count(*) FROM notices") == 0


async def test_accounts_are_listed_and_searched(office):
    college = await builders.school(name="Collège Stendhal", commune="Besançon")
    await builders.person("teacher", "claire@example.org", name="Claire Renaud", school=college)
    shown = read(await office.get("/gestion/comptes"))
    assert "Claire Renaud · Enseignant, Collège Stendhal, Besançon claire@example.org Jamais connecté" in shown
    assert "Nadia Perrin · Coordination" in shown
    assert "Nadia Perrin ·" not in read(await office.get("/gestion/comptes?q=stendhal")).split("Chercher")[1]
    assert "Aucun compte ne convient" in read(await office.get("/gestion/comptes?q=zzz"))


async def test_a_long_list_goes_on_where_it_stopped(office):
    college = await builders.school()
    for number in range(SHOWN + 2):
        await builders.membership(await builders.account(f"a{number:03}@example.org"), "teacher", school=college)
    first = (await office.get("/gestion/comptes")).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    second = (await office.get(following[1].replace("&amp;", "&"))).text
    found = re.findall(r"a(\d{3})@example.org", first + second)
    assert found == [f"{number:03}" for number in range(SHOWN + 2)]


async def test_a_closed_account_is_out_at_once_and_comes_back_by_a_new_link(office, app):
    claire = await builders.person("teacher", "claire@example.org", school=await builders.school())
    browser = await Browser(app, now=NOW).sign_in(claire)
    assert (await browser.get("/mes-visites")).status_code == 200
    answer = await office.post(f"/gestion/comptes/{claire}/fermeture")
    assert answer.headers["location"] == "/gestion/comptes?fait=compte-ferme"
    assert (await browser.get("/mes-visites")).status_code == 303
    assert "Compte fermé" in read(await office.get("/gestion/comptes"))
    answer = await office.post(f"/gestion/comptes/{claire}/reouverture")
    assert answer.headers["location"] == "/gestion/comptes?fait=compte-rouvert"
    assert await value("SELECT disabled_at FROM accounts WHERE id = $1", claire) is None
    assert (await browser.get("/mes-visites")).status_code == 303


async def test_closing_the_account_of_who_receives_alone_at_a_lycee_says_so_first(office):
    lycee = await builders.school(kind="lycee")
    await builders.membership(await builders.account("jules@example.org", name="Jules"), "host", school=lycee)
    alone = "Personne d'autre ne reçoit à ce lycée. Invitez d'abord quelqu'un"
    assert alone in read(await office.get("/gestion/comptes?q=jules"))
    ines = await builders.person("host", "ines@example.org", name="Inès", school=lycee)
    assert alone not in read(await office.get("/gestion/comptes?q=jules"))
    await office.post(f"/gestion/comptes/{ines}/fermeture")
    assert alone in read(await office.get("/gestion/comptes?q=jules"))
    assert alone not in read(await office.get("/gestion/comptes?q=ines"))


async def test_what_was_searched_stays_when_an_account_is_closed_and_reopened(office):
    claire = await builders.person(
        "teacher", "claire@example.org", name="Claire Renaud", school=await builders.school()
    )
    for act, words in (("fermeture", "compte-ferme"), ("reouverture", "compte-rouvert")):
        shown = (await office.get("/gestion/comptes?q=claire+r")).text
        form = shown.split(f'action="/gestion/comptes/{claire}/{act}"')[1].split("</form>")[0]
        assert '<input type="hidden" name="q" value="claire r">' in form
        answer = await office.post(f"/gestion/comptes/{claire}/{act}", {"q": "claire r"})
        assert answer.headers["location"] == f"/gestion/comptes?q=claire+r&fait={words}"


async def test_a_coordinator_cannot_close_her_own_account(office, nadia):
    answer = await office.post(f"/gestion/comptes/{nadia}/fermeture")
    assert answer.status_code == 409
    assert "Vous ne pouvez pas fermer votre propre compte." in read(answer)
    assert await value("SELECT disabled_at FROM accounts WHERE id = $1", nadia) is None


async def test_an_account_that_does_not_exist_is_not_found(office):
    assert (await office.post("/gestion/comptes/999/fermeture")).status_code == 404
