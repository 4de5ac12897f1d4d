"""One's own data: taken away, erased."""

from __future__ import annotations

from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import value


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
