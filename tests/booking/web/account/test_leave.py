"""Leaving on the pages: what becomes of groups and visits is read first, a colleague takes them over."""

from __future__ import annotations

from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW
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
