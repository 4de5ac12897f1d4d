"""A visa binds: whoever must ask for it does not stop asking by herself."""

from __future__ import annotations

import pytest

from tests import builders
from tests.booking.visits.principals.test_confirm import ACTS, MAILBOX, PERRIN, _as
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.seen import letter, linked, seen
from workshops.database import rows, value

KEPT = {"principal_name": "Mme Perrin", "principal_mail": PERRIN}


@pytest.fixture
async def college(app):
    """Claire is the only one of her collège with an account; it asks for the visa of a confirmed principal."""
    app.state.clock = lambda: NOW
    return await builders.school(name="Collège Stendhal", mail=MAILBOX, needs_approval=True, **KEPT)


async def _link() -> str:
    return await linked("who_signs//end", "/visa/fin/")


async def _asked() -> list[tuple[str, str]]:
    return await seen("SELECT kind, to_email FROM notices ORDER BY id")


async def _needed(college: int) -> bool:
    return await value("SELECT needs_approval FROM schools WHERE id = $1", college)


async def test_a_teacher_alone_proposes_and_the_principal_ends_it(app, college):
    teacher, anybody = await _as(app, "teacher", college), Browser(app, now=NOW)
    saved = await teacher.post("/mon-college", KEPT)
    assert saved.headers["location"] == "/mon-college?fait=fin-de-visa-demandee"
    assert (await _asked(), await _needed(college)) == ([("who_signs", PERRIN)], True)
    assert f"Le visa reste demandé. Un mail est parti à {PERRIN}" in read(await teacher.get("/mon-college"))
    link = await _link()
    assert "Ne plus demander de visa ?" in read(await anybody.get(link))
    assert await _needed(college)
    assert "Le visa n'est plus demandé" in read(await anybody.post(link, {"answer": "oui"}))
    assert not await _needed(college)
    assert (await anybody.post(link, {"answer": "non"})).status_code == 410
    assert await seen(ACTS) == [("visa_setting", False), ("visa_ended", True)]


async def test_it_is_kept_when_she_says_no_and_when_the_teacher_thinks_better_of_it(app, college):
    teacher, anybody = await _as(app, "teacher", college), Browser(app, now=NOW)
    await teacher.post("/mon-college", KEPT)
    assert "Le visa est gardé" in read(await anybody.post(await _link(), {"answer": "non"}))
    await teacher.post("/mon-college", KEPT)
    second = await _link()
    await teacher.post("/mon-college", KEPT | {"needed": "oui"})
    assert (await anybody.get(second)).status_code == 410
    assert await letter("who_signs//end") is None
    assert await _needed(college)


async def test_an_address_of_her_own_ends_nothing_the_mailbox_is_asked(app, college):
    teacher = await _as(app, "teacher", college)
    await teacher.post("/mon-college", KEPT | {"principal_mail": "claire@gmail.com"})
    assert await _asked() == [("who_signs", MAILBOX), ("who_signs", MAILBOX)]
    await rows("DELETE FROM notices")
    await teacher.post("/mon-college", {"principal_name": "", "principal_mail": ""})
    assert (await _asked(), await _needed(college)) == ([("who_signs", MAILBOX)], True)


async def test_asking_about_the_address_again_leaves_the_question_of_the_end_open(app, college):
    teacher = await _as(app, "teacher", college)
    await teacher.post("/mon-college", KEPT | {"principal_mail": "autre@ac-besancon.fr"})
    link = await _link()
    await teacher.post("/mon-college/adresse")
    assert (await Browser(app, now=NOW).get(link)).status_code == 200


async def test_without_an_address_the_coordinator_alone_ends_it(app, college):
    await rows("UPDATE schools SET mail = '', principal_mail = '', principal_confirmed_at = NULL")
    teacher, office = await _as(app, "teacher", college), await _as(app, "coordinator")
    saved = await teacher.post("/mon-college", {"principal_name": "", "principal_mail": ""})
    assert saved.headers["location"] == "/mon-college?fait=fin-de-visa-coordination"
    assert (await _asked(), await _needed(college)) == ([], True)
    here = f"/gestion/etablissements/{college}"
    waits = "Collège Stendhal, Besançon Un enseignant a donné l'adresse de la direction, ou propose la fin du visa"
    assert waits in read(await office.get("/gestion/a-faire"))
    assert "Un enseignant propose d'y mettre fin" in read(await office.get(here))
    assert (await office.post(f"{here}/fin-de-visa")).headers["location"] == f"{here}?fait=fin-de-visa"
    assert not await _needed(college)
    assert waits not in read(await office.get("/gestion/a-faire"))
    assert (await office.post(f"{here}/fin-de-visa")).status_code == 404


async def test_where_no_visa_was_asked_nobody_is(app):
    app.state.clock = lambda: NOW
    college = await builders.school(mail=MAILBOX)
    teacher = await _as(app, "teacher", college)
    saved = await teacher.post("/mon-college", {"principal_name": "", "principal_mail": ""})
    assert saved.headers["location"] == "/mon-college?fait=college-change"
    assert (await _asked(), await _needed(college)) == ([], False)


async def test_who_reads_a_refused_address_is_told_so(app, college):
    teacher = await _as(app, "teacher", college)
    await teacher.post("/mon-college", KEPT | {"needed": "oui", "principal_mail": "roy@ac-besancon.fr"})
    asked = await linked("who_signs", "/visa/adresse/")
    await Browser(app, now=NOW).post(asked, {"answer": "non"})
    assert (await _asked())[-1] == ("who_signs", "roy@ac-besancon.fr")
    assert (await letter("who_signs//refused")).subject == "Votre adresse n'est pas retenue pour les visas TECHNILAB"


async def test_the_form_of_mailboxes_serves_the_academie_s_colleges_whose_mail_nobody_told(app, college):
    await builders.academie(college_mailbox="ce.{uai}@ac-besancon.fr")
    await rows("UPDATE schools SET mail = '', uai = '0250001R', principal_mail = '', principal_confirmed_at = NULL")
    teacher = await _as(app, "teacher", college)
    await teacher.post("/mon-college", KEPT | {"needed": "oui"})
    assert await _asked() == [("who_signs", MAILBOX)]
    await rows("UPDATE schools SET mail = 'secretariat@college.fr'")
    await teacher.post("/mon-college/adresse")
    assert (await _asked())[-1] == ("who_signs", "secretariat@college.fr")
    await rows("UPDATE schools SET mail = '', department = '88'")
    await teacher.post("/mon-college/adresse")
    assert "Votre collège n'a pas de boîte officielle connue" in read(await teacher.get("/mon-college"))
