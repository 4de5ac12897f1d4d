"""Nobody signs her own visit: a principal's address is never a teacher's word alone."""

from __future__ import annotations

import pytest
from httpx import Response

from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.seen import first, linked, seen
from tests.telling import parts_of, tell
from workshops.database import rows, value

MAILBOX, PERRIN = "ce.0250001r@ac-besancon.fr", "perrin@ac-besancon.fr"
ACTS = "SELECT act, by IS NULL FROM events WHERE about_kind = 'school' ORDER BY id"
GIVEN = {"needed": "oui", "principal_name": "Mme Perrin", "principal_mail": PERRIN}


@pytest.fixture
async def college(app):
    app.state.clock = lambda: NOW
    return await builders.school(name="Collège Stendhal", mail=MAILBOX)


async def _as(app, role: str, school: int | None = None) -> Browser:
    account = await builders.person(role, name="Claire Renaud", school=school)
    return await Browser(app, now=NOW).sign_in(account)


async def _question() -> str:
    """The link in the mail to the collège's mailbox."""
    return await linked("who_signs", "/visa/adresse/")


async def _ask(browser: Browser, visit: int, group: int) -> Response:
    told = {"slot": str(visit), "group": str(group), "pupils": "24", "adults": "2", "key": f"k-{visit}"}
    return await browser.post("/reservations", told)


async def _book(browser: Browser, college: int) -> list[str]:
    """Who is asked for the visa of a booking."""
    await rows("DELETE FROM notices WHERE kind = 'approval_asked'")
    visit = await builders.slot()
    group = await builders.group(school=college)
    answer = await _ask(browser, visit, group)
    assert answer.status_code == 303, read(answer)
    assert await value("SELECT state FROM reservations ORDER BY id DESC LIMIT 1") == "requested"
    return await _readers("approval_asked")


async def _readers(letter: str) -> list[str]:
    kind, reader, what = parts_of(letter)
    told = "SELECT to_email FROM notices WHERE kind = $1 AND reader = $2 AND what = $3"
    return [to for (to,) in await seen(told, kind, reader, what)]


async def test_an_address_that_a_teacher_gives_is_asked_nothing_before_the_mailbox_confirms_it(app, college):
    teacher = await _as(app, "teacher", college)
    saved = await teacher.post("/mon-college", GIVEN)
    assert saved.headers["location"] == "/mon-college?fait=adresse-a-confirmer"
    assert await seen("SELECT kind, to_email FROM notices") == [("who_signs", MAILBOX)]
    assert await _book(teacher, college) == [MAILBOX]
    page = read(await teacher.get("/mon-college"))
    assert f"La boîte officielle du collège, {MAILBOX}, est priée de confirmer {PERRIN}" in page
    visit = await value("SELECT max(id) FROM reservations")
    assert f"La demande est partie à la boîte officielle du collège, {MAILBOX}" in read(
        await teacher.get(f"/reservations/{visit}")
    )
    mailbox, link = Browser(app, now=NOW), await _question()
    question = read(await mailbox.get(link))
    assert "Est-ce l'adresse de votre chef d'établissement ?" in question
    assert f"Nom Mme Perrin Adresse {PERRIN}" in question
    assert await value("SELECT principal_confirmed_at FROM schools WHERE id = $1", college) is None
    assert f"arrivent désormais à {PERRIN}" in read(await mailbox.post(link, {"answer": "oui"}))
    assert await _book(teacher, college) == [PERRIN]
    assert (await mailbox.get(link)).status_code == 410
    assert (await mailbox.post(link, {"answer": "non"})).status_code == 410
    assert await value("SELECT principal_mail FROM schools WHERE id = $1", college) == PERRIN
    assert await seen(ACTS) == [("visa_setting", False), ("principal_confirmed", True)]


async def test_another_address_is_asked_about_anew_and_the_former_link_is_void(app, college):
    teacher = await _as(app, "teacher", college)
    await teacher.post("/mon-college", GIVEN)
    mailbox, former = Browser(app, now=NOW), await _question()
    await mailbox.post(former, {"answer": "oui"})
    accomplice = "claire.renaud@gmail.com"
    await teacher.post("/mon-college", GIVEN | {"principal_mail": accomplice})
    assert await _book(teacher, college) == [MAILBOX]
    assert (await mailbox.get(former)).status_code == 410
    second = await _question()
    await teacher.post("/mon-college/adresse")
    third = await _question()
    assert second != third
    assert (await mailbox.get(second)).status_code == 410
    assert "L'adresse est refusée" in read(await mailbox.post(third, {"answer": "non"}))
    assert await _readers("who_signs//refused") == [accomplice]
    kept = "SELECT principal_mail, principal_name, principal_link FROM schools WHERE id = $1"
    assert await first(kept, college) == ("", "", None)
    assert await _book(teacher, college) == [MAILBOX]


async def test_what_did_not_change_stays_confirmed_and_asks_nobody(app, college):
    teacher = await _as(app, "teacher", college)
    await teacher.post("/mon-college", GIVEN)
    await Browser(app, now=NOW).post(await _question(), {"answer": "oui"})
    saved = await teacher.post("/mon-college", GIVEN | {"principal_name": "Mme Perrin-Roy"})
    assert saved.headers["location"] == "/mon-college?fait=college-change"
    assert await value("SELECT principal_confirmed_at FROM schools WHERE id = $1", college) == NOW
    assert await value("SELECT count(*) FROM notices WHERE kind = 'who_signs' AND what = ''") == 1
    assert "Adresse confirmée" in read(await teacher.get("/mon-college"))


async def test_the_college_s_own_mailbox_confirms_itself(app, college):
    teacher = await _as(app, "teacher", college)
    saved = await teacher.post("/mon-college", GIVEN | {"principal_mail": MAILBOX.upper()})
    assert saved.headers["location"] == "/mon-college?fait=college-change"
    assert await value("SELECT principal_confirmed_at FROM schools WHERE id = $1", college) == NOW


async def test_without_a_mailbox_the_coordinator_confirms_and_nothing_is_booked_before(app, college):
    await rows("UPDATE schools SET mail = '' WHERE id = $1", college)
    teacher, office = await _as(app, "teacher", college), await _as(app, "coordinator")
    await teacher.post("/mon-college", GIVEN)
    assert await value("SELECT count(*) FROM notices") == 0
    assert "la coordination confirme" in read(await teacher.get("/mon-college"))
    visit, group = await builders.slot(), await builders.group(school=college)
    refused = await _ask(teacher, visit, group)
    assert refused.status_code == 422
    assert "L'adresse du chef d'établissement n'est pas confirmée : demandez à la coordination" in read(refused)
    assert await value("SELECT count(*) FROM reservations") == 0
    here = f"/gestion/etablissements/{college}"
    assert "À confirmer" in read(await office.get(here))
    assert (await office.post(f"{here}/chef-etablissement")).headers["location"] == f"{here}?fait=adresse-confirmee"
    assert (await office.post(f"{here}/chef-etablissement")).status_code == 404
    assert await _book(teacher, college) == [PERRIN]


async def test_what_becomes_of_a_signed_visit_is_told_to_the_mailbox_while_nobody_confirmed(app, college):
    teacher = await _as(app, "teacher", college)
    await teacher.post("/mon-college", GIVEN)
    await _book(teacher, college)
    visit = await value("SELECT max(id) FROM reservations")
    await teacher.post(f"/reservations/{visit}/annulation", {"reason": "Une grève"})
    await tell(now=NOW)
    assert await _readers("reservation_cancelled/principal") == [MAILBOX]
