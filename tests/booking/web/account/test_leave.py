"""Leaving on the pages: what becomes of groups and visits is read first, a colleague takes them over.

One's own data: taken away, erased.

The agenda's link on one's account page: made, shown once, revoked.
"""

from __future__ import annotations

import re

from tests import builders
from tests.booking.mails.story import CLAIRE, JULES, reserved
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import rows, value


async def two_teachers(app) -> tuple[Browser, Browser, int, int]:
    """Claire, who has 4e B and its visit, and Marie; the role of the first, the number of the second."""
    app.state.clock = lambda: NOW
    college = await builders.school(name="Collège Stendhal")
    claire, marie = await builders.account(), await builders.account(name="Marie Perrin")
    role = await builders.membership(claire, "teacher", school=college)
    await builders.membership(marie, "teacher", school=college)
    group = await builders.group(school=college, teacher=claire, name="4e B")
    await builders.reservation(slot=await builders.slot(), group=group, by=claire)
    return await Browser(app, now=NOW).sign_in(claire), await Browser(app, now=NOW).sign_in(marie), role, marie


async def test_a_teacher_reads_what_she_leaves_names_a_colleague_and_goes(app):
    claire, _, role, marie = await two_teachers(app)
    assert f'href="/compte/roles/{role}/depart"' in (await claire.get("/compte")).text
    told = read(await claire.get(f"/compte/roles/{role}/depart"))
    assert "C'est votre seul rôle : votre compte est effacé avec lui" in told
    assert "4e B · groupe, 24 élèves" in told
    assert "Découpe laser" in told
    unsure = await claire.post(f"/compte/roles/{role}/depart", {"colleague": str(marie)})
    assert (unsure.status_code, "Cochez la case pour confirmer" in read(unsure)) == (422, True)
    gone = await claire.post(f"/compte/roles/{role}/depart", {"colleague": str(marie), "sure": "oui"})
    assert (gone.status_code, gone.headers["location"]) == (303, "/?fait=compte-efface")
    assert await value("SELECT booked_by FROM reservations") == marie


async def test_what_was_left_without_a_name_is_taken_over_from_the_college_s_page(app):
    claire, marie, role, number = await two_teachers(app)
    empty = read(await marie.get("/mon-college/sans-enseignant"))
    assert "Rien à reprendre" in empty
    gone = await claire.post(f"/compte/roles/{role}/depart", {"colleague": "", "sure": "oui"})
    assert gone.headers["location"] == "/?fait=compte-efface"
    told = read(await marie.get("/mon-college/sans-enseignant"))
    assert "4e B · 4e · 24 élèves jeudi 25 mars 2027, 9 h 00, Découpe laser" in told
    group = await value("SELECT id FROM groups")
    taken = await marie.post(f"/mon-college/sans-enseignant/{group}/reprise")
    assert taken.headers["location"] == "/mon-college/sans-enseignant?fait=groupe-et-visites-repris"
    assert await value("SELECT booked_by FROM reservations") == number
    again = await marie.post(f"/mon-college/sans-enseignant/{group}/reprise")
    assert (again.status_code, "Marie Perrin a déjà repris ce groupe" in read(again)) == (409, True)


async def test_whoever_has_another_role_keeps_her_account_and_goes_on_in_it(app):
    claire, marie, role, _ = await two_teachers(app)
    account = await value("SELECT account FROM memberships WHERE id = $1", role)
    other = await builders.membership(account, "host", school=await builders.school(kind="lycee"))
    elsewhere = await Browser(app, now=NOW).sign_in(account, membership=role)
    before = claire.client.cookies["technilab"]
    left = await claire.post(f"/compte/roles/{role}/depart", {"sure": "oui"})
    assert (left.status_code, left.headers["location"]) == (303, "/compte?fait=etablissement-quitte")
    assert await value("SELECT array_agg(id) FROM memberships WHERE account = $1", account) == [other]
    claire.keep_up()
    assert claire.client.cookies["technilab"] != before
    assert (await claire.get("/lycee")).status_code == 200
    # Elsewhere the role that she left opens nothing any more, and nobody else is signed out.
    assert (await elsewhere.get("/mes-visites")).headers["location"] == "/connexion?next=/mes-visites"
    assert (await marie.get("/mes-visites")).status_code == 200
    kept = await rows("SELECT membership, proved_at FROM sessions WHERE account = $1", account)
    assert [tuple(one) for one in kept] == [(other, NOW)]


async def test_leaving_another_role_than_the_one_that_she_acts_in_changes_nothing_of_her_session(app):
    claire, _, role, _ = await two_teachers(app)
    account = await value("SELECT account FROM memberships WHERE id = $1", role)
    other = await builders.membership(account, "coordinator")
    left = await claire.post(f"/compte/roles/{other}/depart", {"sure": "oui"})
    assert left.status_code == 409
    await builders.person("coordinator")
    left = await claire.post(f"/compte/roles/{other}/depart", {"sure": "oui"})
    assert left.headers["location"] == "/compte?fait=etablissement-quitte"
    assert (await claire.get("/mes-visites")).status_code == 200


async def test_the_role_of_somebody_else_has_no_such_page(app):
    _, marie, role, _ = await two_teachers(app)
    assert (await marie.get(f"/compte/roles/{role}/depart")).status_code == 404
    assert (await marie.post(f"/compte/roles/{role}/depart", {"sure": "oui"})).status_code == 404


async def a_teacher(app, *, now=NOW) -> tuple[Browser, int]:
    app.state.clock = lambda: now
    college = await builders.school(name="Collège Stendhal")
    claire = await builders.person("teacher", "claire.renaud@example.org", name="Claire Renaud", school=college)
    other = await builders.account("autre@example.org", name="Ursule Autre")
    group = await builders.group(school=college, teacher=claire, name="4e B")
    slot = await builders.slot(groups_max=2, seats=48)
    await builders.reservation(slot=slot, group=group, by=claire, needs="Un fauteuil")
    await builders.reservation(slot=slot, group=await builders.group(teacher=other), by=other)
    return await Browser(app, now=now).sign_in(claire), claire


async def test_all_that_is_held_about_a_person_is_one_file(app):
    browser, claire = await a_teacher(app)
    answer = await browser.get("/compte/donnees.json")
    assert answer.headers["content-disposition"] == 'attachment; filename="technilab-mes-donnees.json"'
    told = answer.json()
    assert told["compte"]["adresse"] == "claire.renaud@example.org"
    assert [one["etablissement"] for one in told["roles"]] == ["Collège Stendhal"]
    assert [(one["groupe"], one["eleves"]) for one in told["reservations"]] == [("4e B", 24)]
    assert "fauteuil" not in answer.text
    assert [one["acte"] for one in told["journal"]] == ["signed_in"]
    assert "Ursule" not in answer.text
    assert await value("SELECT by FROM events WHERE act = 'account_exported'") == claire


async def test_one_s_passkeys_are_in_it_by_their_names_and_days_without_what_opens(app):
    browser, claire = await a_teacher(app)
    await value(
        """INSERT INTO passkeys (account, credential_id, public_key, label, created_at, used_at)
           VALUES ($1, 'a number', 'a key', 'Téléphone de Claire', $2, $2) RETURNING id""",
        claire,
        NOW,
    )
    told = (await browser.get("/compte/donnees.json")).json()
    assert told["cles_d_acces"] == [
        {"appareil": "Téléphone de Claire", "ajoutee_le": NOW.isoformat(), "servie_le": NOW.isoformat()}
    ]


async def test_a_teacher_who_is_expected_reads_what_to_cancel(app):
    browser, claire = await a_teacher(app)
    assert "4e B, jeudi 25 mars 2027, 9 h 00" in read(await browser.get("/compte/effacement"))
    refused = await browser.post("/compte/effacement", {"sure": "oui"})
    assert refused.status_code == 409
    assert "Des visites vous attendent" in read(refused)
    assert await value("SELECT name FROM accounts WHERE id = $1", claire) == "Claire Renaud"


async def test_an_account_is_erased_once_its_owner_says_so(app):
    browser, claire = await a_teacher(app, now=paris("2027-03-26 09:00"))
    unsure = await browser.post("/compte/effacement")
    assert (unsure.status_code, "Cochez la case pour confirmer" in read(unsure)) == (422, True)
    erased = await browser.post("/compte/effacement", {"sure": "oui"})
    assert (erased.status_code, erased.headers["location"]) == (303, "/?fait=compte-efface")
    assert await value("SELECT name FROM accounts WHERE id = $1", claire) == "Compte effacé"
    assert (await browser.get("/compte")).status_code in (303, 401)


async def test_the_last_coordinator_is_told_why_not(app):
    app.state.clock = lambda: NOW
    boss = await builders.person("coordinator")
    browser = await Browser(app, now=NOW).sign_in(boss)
    refused = await browser.post("/compte/effacement", {"sure": "oui"})
    assert refused.status_code == 409
    assert "Vous êtes la seule personne de la coordination" in read(refused)


GOOGLE = "Google relit un agenda toutes les 8 à 24 heures seulement"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/agenda/[\w-]{43}\.ics)")


async def signed_in(app, email: str) -> Browser:
    return await Browser(app).sign_in(await value("SELECT id FROM accounts WHERE email = $1", email))


async def test_a_link_is_made_shown_once_and_opens_the_agenda(app):
    await reserved()
    claire = await signed_in(app, CLAIRE)
    made = await claire.post("/compte/agenda")
    assert made.status_code == 200
    [path] = LINK.findall(made.text)
    assert f'href="webcal://127.0.0.1:8000{path}"' in made.text
    assert GOOGLE in made.text
    anyone = Browser(app)
    assert (await anyone.get(path)).content.count(b"UID:r-1@technilab.example") == 1
    again = (await claire.get("/compte")).text
    assert (LINK.findall(again), GOOGLE in again, "Remplacer le lien" in again) == ([], True, True)


async def test_a_revoked_link_opens_nothing(app):
    await reserved()
    claire = await signed_in(app, CLAIRE)
    [path] = LINK.findall((await claire.post("/compte/agenda")).text)
    answer = await claire.post("/compte/agenda/revocation")
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte?fait=agenda-revoque")
    assert (await Browser(app).get(path)).status_code == 404
    assert "Créer un lien" in (await claire.get("/compte")).text
    assert (await claire.post("/compte/agenda/revocation")).status_code == 404


async def test_a_host_finds_the_public_link_of_the_lycee_too(app):
    story = await reserved()
    uai = await value("SELECT uai FROM schools WHERE id = $1", story.host)
    seen = (await (await signed_in(app, JULES)).get("/compte")).text
    assert f'href="/agenda/lycee/{uai}.ics"' in seen


async def test_a_coordinator_has_no_agenda_to_follow(app):
    await builders.person("coordinator", "coordination@example.org")
    seen = (await (await signed_in(app, "coordination@example.org")).get("/compte")).text
    assert "Votre agenda" not in seen
