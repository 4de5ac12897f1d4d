"""The principal's page: reading it answers nothing, a button answers once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.people.accounts.rules import hash_of
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.ask_approval import renew_approval
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.lapse import lapse
from tests import builders
from tests.booking.visits.reservations.demands import SECRET, a_demand
from tests.booking.visits.wishes.test_visa import Reserving
from tests.browsing import Browser, read
from tests.builders import NOW
from workshops.database import row, rows, value

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
    assert "Les élèves Dessiner, poncer, assembler. Seulement montré La découpe laser. Protection" in page
    assert await state() == "requested"


async def test_one_button_gives_the_visa_and_the_link_is_spent(app):
    principal = await asked(app)
    assert "Le visa est accordé" in read(await principal.post(LINK, {"answer": "oui"}))
    assert await state() == "confirmed"
    for again in (await principal.post(LINK, {"answer": "non", "reason": "x"}), await principal.get(LINK)):
        assert again.status_code == 410
        assert "Ce visa est accordé Le lundi 11 janvier 2027, 9 h 00. La visite est confirmée" in read(again)
        assert ("expiré" in read(again), "/connexion?" in again.text) == (False, False)
    assert await state() == "confirmed"


async def test_a_spent_link_says_what_was_answered_even_after_the_visit_changed(app):
    principal = await asked(app)
    await principal.post(LINK, {"answer": "non", "reason": "Examens"})
    page = read(await principal.get(LINK))
    assert "Cette visite est refusée Le lundi 11 janvier 2027, 9 h 00." in page
    assert "Refusée par le collège" in page


async def test_a_link_that_was_replaced_leads_to_the_newer_one(app):
    principal = await asked(app)
    visit, college, by = await row("SELECT id, school, booked_by FROM reservations")
    app.state.clock = lambda: NOW + timedelta(days=1)
    await renew_approval(visit, school=college, by=by, token="a newer link", now=NOW + timedelta(days=1))
    page = read(await principal.get(LINK))
    assert "Un lien plus récent remplace celui-ci Le mardi 12 janvier 2027, 9 h 00." in page
    assert "Répondez par le dernier mail reçu" in page
    await principal.post("/visa/a newer link", {"answer": "oui"})
    assert "Ce visa est accordé" in read(await principal.get(LINK))


@pytest.mark.parametrize(
    ("end", "heading"), [("lapse", "Le délai pour répondre est passé"), ("cancel", "L'enseignant a retiré sa demande")]
)
async def test_a_demand_that_ended_without_answer_says_how(app, end, heading):
    principal = await asked(app)
    visit, college, by = await row("SELECT id, school, booked_by FROM reservations")
    if end == "lapse":
        await lapse(secret_key=SECRET, now=NOW + timedelta(days=10))
    else:
        await cancel(visit, CancelVisit(), role="teacher", school=college, by=by, now=NOW + timedelta(days=10))
    page = read(await principal.get(LINK))
    assert f"{heading} Le jeudi 21 janvier 2027, 9 h 00." in page


async def test_a_refusal_says_why(app):
    principal = await asked(app)
    assert (await principal.post(LINK, {"answer": "non", "reason": ""})).status_code == 422
    assert await state() == "requested"
    page = read(await principal.post(LINK, {"answer": "non", "reason": "Examens"}))
    said = "La visite est refusée Un mail le dit à Claire Renaud, les places sont rendues à d'autres collèges."
    assert said in page
    assert await state() == "refused_by_principal"


async def test_a_link_that_never_was_opens_nothing(app):
    answer = await (await asked(app)).get("/visa/" + "q" * 43)
    assert (answer.status_code, "Ce lien n'est pas complet" in read(answer)) == (410, True)
    assert ("expiré" in read(answer), "Demander un nouveau lien" in read(answer)) == (False, False)


async def wished(app) -> tuple[Browser, list[int]]:
    """A group wishes for three slots, of which the first holds its seats until the visa."""
    app.state.clock = lambda: NOW
    reserving = await Reserving.wished()
    link = await value("SELECT secret FROM notices WHERE kind = 'approval_asked'")
    await rows("UPDATE approvals SET token_hash = $1", hash_of("p" * 43))
    assert link is not None
    return Browser(app), reserving.choices


async def test_the_page_lists_each_choice_of_a_wish_and_the_visa_holds_for_those_ticked(app):
    principal, choices = await wished(app)
    page = read(await principal.get(LINK))
    assert "Premier choix : jeudi 18 mars 2027, de 9 h 00 à 12 h 00, Lycée Jules Haag" in page.replace("\u00a0", " ")
    assert "(Besançon), 0 km, Découpe laser" in page.replace("\u00a0", " ")
    answer = await principal.post(LINK, {"answer": "oui", "choices": ["", str(choices[1])]})
    assert "Le visa est accordé pour les choix cochés" in read(answer)
    states = await rows("SELECT state FROM reservations ORDER BY id")
    assert [one["state"] for one in states] == ["refused_by_principal", "offered", "cancelled_by_teacher"]


@pytest.mark.parametrize("ticked", [{}, {"choices": ""}])
async def test_a_visa_for_no_choice_is_asked_again_in_words(app, ticked):
    principal, _ = await wished(app)
    answer = await principal.post(LINK, {"answer": "oui"} | ticked)
    assert answer.status_code == 422
    assert "Cochez au moins un choix, ou refusez la visite." in read(answer)
