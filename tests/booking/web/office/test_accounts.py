"""The coordinator's invitations: a list, and a paste that is foreseen, then sent.

Qui peut quoi: a coordinator reads the very table that the door goes by.

A role is withdrawn, the account stays open with the others.
"""

from __future__ import annotations

import asyncio
import re
import secrets

import pytest

from booking.calendar.feeds.give import give_feed
from booking.people.accounts.roles import Permission
from booking.people.accounts.rules import LastCoordinator
from booking.people.accounts.sign_out import withdraw_role
from booking.people.accounts.token import issue_token
from booking.people.sign_ups.sign_up import AskSignUp, ask_sign_up, prove
from booking.web.office.accounts import SHOWN
from tests import builders
from tests.browsing import Browser, Machine, read
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
        ({"role": "inspector"}, "departments"),
        ({"role": "consortium"}, "partner"),
    ],
)
async def test_a_wrong_invitation_is_said_at_its_field_and_invites_nobody(office, wrong, field):
    await builders.school(uai="0250011B")
    answer = await office.post("/gestion/comptes", form(**wrong))
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert await value("SELECT count(*) FROM accounts") == 1
    assert await value("SELECT count(*) FROM notices") == 0


async def test_where_a_role_is_held_is_asked_for_whoever_has_that_role_and_of_nobody_as_optional(office):
    page = read(await office.get("/gestion/comptes/invitation"))
    assert ("Départements Pour l'inspection" in page, "facultatif" in page) == (True, False)
    refused = read(await office.post("/gestion/comptes", form(role="consortium")))
    assert "Ce rôle demande un organisme du consortium : dites lequel." in refused


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


HERE = "/gestion/comptes/invitations"


async def test_a_paste_is_shown_before_anything_leaves_then_sent_once(office):
    uai = await value("SELECT uai FROM schools WHERE id = $1", await builders.school(kind="lycee"))
    lines = f"anne@example.org;accueil;{uai};Anne Roy\nbruno;accueil;{uai}"
    shown = await office.post(f"{HERE}/liste", {"lines": lines})
    assert "1 invitation partira sur 2 lignes. 1 ligne est à corriger et ne part pas." in read(shown)
    assert await value("SELECT count(*) FROM notices") == 0
    sent = await office.post(f"{HERE}/envoi", {"lines": lines})
    assert "invitations-parties" in sent.headers["location"]
    assert await value("SELECT count(*) FROM notices WHERE kind = 'invited' AND what = ''") == 1
    assert "Anne Roy · Accueil au lycée" in read(await office.get(HERE))


async def test_nothing_pasted_is_refused_at_its_field(office):
    for step in ("liste", "envoi"):
        answer = await office.post(f"{HERE}/{step}", {"lines": " "})
        assert (answer.status_code, "Lignes : à remplir." in read(answer)) == (422, True)


async def test_one_is_withdrawn_in_place(office):
    invited = await builders.membership(
        await builders.account("anne@example.org", name="Anne Roy"), "host", school=await builders.school(kind="lycee")
    )
    gone = await office.post(f"{HERE}/{invited}/retrait")
    assert "invitation-retiree" in gone.headers["location"]
    assert await value("SELECT count(*) FROM accounts WHERE name = 'Anne Roy'") == 0


async def test_a_paste_confirms_whoever_has_signed_up_herself(office):
    await builders.academie(trusted_domains=["ac-besancon.fr"])
    college = await builders.school()
    uai = await value("SELECT uai FROM schools WHERE id = $1", college)
    asked = {"token": "t", "next_path": "/", "address": "10.0.0.1", "now": NOW}
    await ask_sign_up(AskSignUp(name="Claire Renaud", email="claire@ac-besancon.fr", school=college), **asked)
    await prove("t", session_id="s", answer_token="answer", browser="", address="10.0.0.1", now=NOW)
    lines = f"claire@ac-besancon.fr;enseignant;{uai}\nmarie@example.org;enseignant;{uai}"
    shown = read(await office.post(f"{HERE}/liste", {"lines": lines}))
    assert "claire@ac-besancon.fr" in shown
    assert "S'est inscrit : sera confirmé" in shown
    await office.post(f"{HERE}/envoi", {"lines": lines})
    found = await rows(
        """SELECT a.email, m.awaiting FROM memberships m JOIN accounts a ON a.id = m.account
           WHERE m.role = 'teacher' ORDER BY 1"""
    )
    assert [tuple(one) for one in found] == [("claire@ac-besancon.fr", False), ("marie@example.org", False)]
    assert await value("SELECT count(*) FROM sign_ups WHERE answer_hash IS NOT NULL") == 0
    kinds = await rows("SELECT kind FROM notices WHERE kind IN ('invited', 'answered') ORDER BY kind")
    assert [one["kind"] for one in kinds] == ["answered", "invited"]


async def test_a_coordinator_reads_each_permission_and_who_has_it(app):
    browser = await Browser(app).sign_in(await builders.person("coordinator"))
    told = read(await browser.get("/gestion/comptes/roles"))
    assert [one.sentence for one in Permission if one.sentence not in told] == []
    for line in (
        "Lire une visite Enseignant, accueil au lycée, coordination, un enseignant que son collège n'a pas encore",
        "Scanner les badges à l'accueil d'une visite Accueil au lycée, qui a le lien de l'accueil du jour",
        "Lire le journal Coordination",
    ):
        assert line in told


@pytest.fixture
async def claire(office):
    """(account, as teacher, as host): she teaches in a collège and receives in a lycée."""
    account = await builders.account("claire@example.org", name="Claire Renaud")
    teaches = await builders.membership(account, "teacher", school=await builders.school())
    receives = await builders.membership(account, "host", school=await builders.school(kind="lycee", name="Lycée Haag"))
    return account, teaches, receives


def withdrawal(account: int, role: int) -> str:
    return f"/gestion/comptes/{account}/roles/{role}/retrait"


async def test_its_sessions_keys_and_agenda_links_end_at_once_and_the_others_go_on(app, office, nadia, claire):
    account, teaches, receives = claire
    as_host = await Browser(app, now=NOW).sign_in(account, membership=receives)
    as_teacher = await Browser(app, now=NOW).sign_in(account, membership=teaches)
    token = secrets.token_urlsafe(32)
    await rows(
        "INSERT INTO api_tokens (token_hash, account, membership) VALUES (sha256($1::bytea), $2, $3)",
        token.encode(),
        account,
        receives,
    )
    await give_feed(receives, token=secrets.token_urlsafe(32), account=account, now=NOW)
    assert (await as_host.get("/lycee")).status_code == 200
    assert (await Machine(app, token).post("/slots", {})).status_code == 422

    answer = await office.post(withdrawal(account, receives))
    assert (answer.status_code, answer.headers["location"]) == (303, "/gestion/comptes?fait=role-retire")
    assert (await as_host.get("/lycee")).status_code == 303
    assert (await Machine(app, token).post("/slots", {})).status_code == 401
    assert await value("SELECT count(*) FROM feeds") == 0
    assert (await as_teacher.get("/mes-visites")).status_code == 200
    assert [one["id"] for one in await rows("SELECT id FROM memberships WHERE account = $1", account)] == [teaches]
    assert tuple(await row("SELECT by, about, detail FROM events WHERE act = 'role_withdrawn'")) == (
        nadia,
        account,
        "host, Lycée Haag",
    )


async def test_the_page_offers_it_where_there_are_several_roles(office, claire):
    account, _, receives = claire
    alone = await builders.account("seule@example.org", name="Seule Perrin")
    only = await builders.membership(alone, "teacher", school=await builders.school())
    page = (await office.get("/gestion/comptes")).text
    assert f'action="{withdrawal(account, receives)}"' in page
    assert f'action="{withdrawal(alone, only)}"' not in page


async def test_an_account_s_only_role_is_not_withdrawn(office):
    alone = await builders.account("seule@example.org", name="Seule Perrin")
    only = await builders.membership(alone, "teacher", school=await builders.school())
    answer = await office.post(withdrawal(alone, only))
    assert answer.status_code == 409
    assert "C'est le seul rôle de cette personne : fermez son compte, ou donnez-lui d'abord un autre rôle." in read(
        answer
    )
    assert await value("SELECT count(*) FROM memberships WHERE account = $1", alone) == 1


async def test_the_last_coordinator_stays(office, nadia):
    await builders.membership(nadia, "teacher", school=await builders.school())
    coordinates = await value("SELECT id FROM memberships WHERE role = 'coordinator'")
    await builders.person("coordinator", disabled_at=NOW)
    answer = await office.post(withdrawal(nadia, coordinates))
    assert answer.status_code == 409
    assert "C'est la dernière personne de la coordination : invitez-en d'abord une autre." in read(answer)


async def test_two_coordinators_who_withdraw_each_other_leave_one(office, nadia):
    other = await builders.account()
    roles = []
    for account in (nadia, other):
        await builders.membership(account, "teacher", school=await builders.school())
        held = "SELECT id FROM memberships WHERE account = $1 AND role = 'coordinator'"
        roles.append(await value(held, account) or await builders.membership(account, "coordinator"))
    outcomes = await asyncio.gather(
        withdraw_role(nadia, membership=roles[0], by=other, now=NOW),
        withdraw_role(other, membership=roles[1], by=nadia, now=NOW),
        return_exceptions=True,
    )
    assert sorted(type(one) for one in outcomes if one) == [LastCoordinator]
    assert await value("SELECT count(*) FROM memberships WHERE role = 'coordinator'") == 1


async def test_a_role_of_somebody_else_is_not_found(office, claire):
    _, teaches, _ = claire
    other = await builders.account()
    assert (await office.post(withdrawal(other, teaches))).status_code == 404


async def test_a_key_of_the_withdrawn_role_is_told_apart_from_those_of_the_others(app, office, claire):
    account, _, receives = claire
    token = secrets.token_urlsafe(32)
    await issue_token("claire@example.org", token=token, now=NOW)
    await office.post(withdrawal(account, receives))
    assert (await Machine(app, token).get("/groups")).status_code == 200
