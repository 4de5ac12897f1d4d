"""The principal's page: reading it answers nothing, a button answers once."""

from __future__ import annotations

from booking.reservations.book import book
from tests import builders
from tests.booking.reservations.demands import a_demand
from tests.browsing import Browser, read
from tests.builders import NOW
from workshops.database import value

LINK = "/visa/" + "p" * 43


async def asked(app) -> Browser:
    app.state.clock = lambda: NOW
    college = await builders.school(needs_approval=True, principal_mail="principal@example.org")
    teacher = await builders.account("claire@example.org", name="Claire Renaud")
    group = await builders.group(school=college, name="4e B")
    await book(a_demand(await builders.slot(), group, school=college, by=teacher), now=NOW)
    return Browser(app)


async def state() -> str:
    return await value("SELECT state FROM reservations")


async def test_opening_the_link_shows_the_visit_and_answers_nothing(app):
    principal = await asked(app)
    for _ in range(3):
        page = read(await principal.get(LINK))
    assert "Claire Renaud souhaite emmener 4e B (24 élèves, 2 adultes)." in page
    assert await state() == "requested"


async def test_one_button_gives_the_visa_and_the_link_is_spent(app):
    principal = await asked(app)
    assert "Le visa est accordé" in read(await principal.post(LINK, {"answer": "oui"}))
    assert await state() == "confirmed"
    assert (await principal.post(LINK, {"answer": "non", "reason": "x"})).status_code == 410
    assert (await principal.get(LINK)).status_code == 410


async def test_a_refusal_says_why(app):
    principal = await asked(app)
    assert (await principal.post(LINK, {"answer": "non", "reason": ""})).status_code == 422
    assert await state() == "requested"
    assert "La visite est refusée" in read(await principal.post(LINK, {"answer": "non", "reason": "Examens"}))
    assert await state() == "refused_by_principal"


async def test_a_link_that_never_was_opens_nothing(app):
    assert (await (await asked(app)).get("/visa/" + "q" * 43)).status_code == 410
