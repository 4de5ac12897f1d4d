"""The page of an offered place: reading it answers nothing, a button answers once, nobody signs in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from booking.visits.asking.book_both import cancel_both
from booking.visits.demands.rules import LATE_LINE
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.mailed_links import offer_token
from tests import builders
from tests.booking.mails.story import SETTINGS, posted, text_of
from tests.booking.visits.asking.test_wait_for_both import Pair
from tests.booking.visits.reservations.test_wait import College
from tests.browsing import SECRET, Browser, read
from tests.builders import NOW
from tests.seen import seats
from workshops.database import row, rows, value


@dataclass
class Offer:
    """A slot of 24 seats whose group has just cancelled, and the group of 24 that waited behind."""

    slot: int
    college: College
    reservation: int
    link: str
    anyone: Browser

    async def state(self) -> str:
        return await value("SELECT state FROM reservations WHERE id = $1", self.reservation)


async def offered(app) -> Offer:
    app.state.clock = lambda: NOW
    slot = await builders.slot(seats=24, groups_max=3)
    holder, college = await College.new(), await College.new()
    held, waits = await holder.ask(slot), await college.ask(slot)
    await holder.cancel(held.id)
    return Offer(slot, college, waits.id, await link_in_the_mail(), Browser(app))


async def link_in_the_mail() -> str:
    mails = [mail for mail in await posted() if str(mail.message["Subject"]).startswith("Une place pour votre groupe")]
    return text_of(mails[-1]).split("\n")[-2].removeprefix("http://127.0.0.1:8000")


async def test_a_place_given_back_late_says_its_clock_first_and_is_sure_once_taken(app):
    app.state.clock = lambda: NOW
    closed = {"booking_closes_at": NOW - timedelta(days=1), "list_locks_at": NOW - timedelta(hours=1)}
    slot = await builders.slot(starts_at=NOW + timedelta(days=1), **closed)
    college = await College.new()
    made = await builders.reservation(
        slot=slot,
        group=await college.group(),
        by=college.teacher,
        state="offered",
        hold_until=NOW + timedelta(hours=2),
        offer_salt=(salt := uuid4()),
        line=LATE_LINE,
    )
    anyone, link = Browser(app, now=NOW), f"/offre/{offer_token(salt, SETTINGS.secret_key)}"
    page = read(await anyone.get(link))
    assert "Répondez avant 11 h 00. Sans réponse, la place va au groupe suivant." in page
    assert "La place va à un autre groupe ; vos autres choix attendent toujours." in page
    assert "La place est à vous" in read(await anyone.post(link, {"answer": "oui"}))
    assert await value("SELECT state FROM reservations WHERE id = $1", made) == "locked"


async def test_who_has_other_choices_reads_that_they_end_or_wait_on_as_she_answers(app):
    offer = await offered(app)
    ends, waits_on = "Prendre la place met fin aux autres choix du groupe.", "vos autres choix attendent toujours."
    page = read(await offer.anyone.get(offer.link))
    assert (ends in page, waits_on in page) == (False, False)
    assert "La place va à un autre groupe et le vôtre quitte la liste d'attente." in page
    made = await row('SELECT demand, "group", booked_by AS by FROM reservations WHERE id = $1', offer.reservation)
    full = await builders.slot(seats=24, seats_taken=24, groups_taken=1)
    await builders.reservation(slot=full, state="waiting", line=2, **made)
    page = read(await offer.anyone.get(offer.link))
    assert (ends in page, waits_on in page) == (True, True)
    left = read(await offer.anyone.post(offer.link, {"answer": "non"}))
    assert "La place est laissée Elle va à un autre groupe ; vos autres choix attendent toujours." in left


async def test_opening_the_link_of_the_mail_shows_the_place_and_answers_nothing(app):
    offer = await offered(app)
    assert offer.link.startswith("/offre/")
    for _ in range(3):
        page = read(await offer.anyone.get(offer.link))
    for words in (
        "(24 élèves, 2 adultes)",
        "jeudi 25 mars 2027, de 9 h 00 à 12 h 00",
        "mercredi 13 janvier 2027, 9 h 00",
    ):
        assert words in page
    for button in ("Prendre la place", "Prendre avec moins d'élèves", "Laisser la place"):
        assert button in page
    assert await offer.state() == "offered"


async def test_one_button_takes_the_place_and_the_link_is_spent(app):
    offer = await offered(app)
    assert "La place est à vous" in read(await offer.anyone.post(offer.link, {"answer": "oui"}))
    assert await offer.state() == "confirmed"
    noted = await value("SELECT by FROM events WHERE act = 'reservation_accept'")
    assert noted == offer.college.teacher
    for answer in ("oui", "non"):
        assert (await offer.anyone.post(offer.link, {"answer": answer})).status_code == 410
    again = await offer.anyone.get(offer.link)
    assert again.status_code == 410
    assert "Cette place est à vous Le lundi 11 janvier 2027, 9 h 00. Votre visite est confirmée" in read(again)
    assert f'href="/reservations/{offer.reservation}">Ouvrir la réservation</a>' in again.text
    assert ("expiré" in read(again), "/connexion?" in again.text) == (False, False)
    assert await offer.state() == "confirmed"


async def test_fewer_pupils_take_fewer_seats(app):
    offer = await offered(app)
    assert (await offer.anyone.post(offer.link, {"answer": "moins", "pupils": "25"})).status_code == 422
    for typed in ({}, {"pupils": "240"}):
        wrong = await offer.anyone.post(offer.link, {"answer": "moins"} | typed)
        assert (wrong.status_code, "Élèves : écrivez un nombre de 1 à 24." in read(wrong)) == (422, True)
    assert await offer.state() == "offered"
    answer = read(await offer.anyone.post(offer.link, {"answer": "moins", "pupils": "20"}))
    assert "(20 élèves) est attendu" in answer
    assert (await offer.state(), await seats(offer.slot)) == ("confirmed", (20, 1))


async def test_the_place_is_left_to_the_next_group(app):
    offer = await offered(app)
    next_one = await (await College.new()).ask(offer.slot)
    left = await offer.anyone.post(offer.link, {"answer": "non"})
    assert "La place est laissée Elle va à un autre groupe. Chercher un autre créneau" in read(left)
    assert 'href="/creneaux">Chercher un autre créneau</a>' in left.text
    assert await offer.state() == "lapsed"
    assert await value("SELECT state FROM reservations WHERE id = $1", next_one.id) == "offered"
    assert await link_in_the_mail() != offer.link
    again = read(await offer.anyone.get(offer.link))
    assert "Cette place est laissée Le lundi 11 janvier 2027, 9 h 00." in again
    assert "Aujourd'hui Sans suite" in again


async def test_an_answer_that_is_none_of_the_three_changes_nothing(app):
    offer = await offered(app)
    assert (await offer.anyone.post(offer.link, {"answer": "peut-être"})).status_code == 422
    assert await offer.state() == "offered"


async def test_a_college_that_asks_for_a_visa_writes_to_its_principal(app):
    offer = await offered(app)
    asks = """UPDATE schools SET needs_approval = true, principal_mail = 'p@example.org',
  principal_confirmed_at = now() WHERE id = $1"""
    await rows(asks, offer.college.school)
    assert "La place est tenue" in read(await offer.anyone.post(offer.link, {"answer": "oui"}))
    assert await offer.state() == "requested"
    assert await value("SELECT to_email FROM notices WHERE kind = 'approval_asked'") == "p@example.org"


async def test_a_link_opens_nothing_once_the_offer_is_over(app):
    offer = await offered(app)
    app.state.clock = lambda: NOW + timedelta(hours=48)
    assert (await offer.anyone.get(offer.link)).status_code == 410
    assert (await offer.anyone.post(offer.link, {"answer": "oui"})).status_code == 410
    over = "Le délai pour répondre est passé Le mercredi 13 janvier 2027, 9 h 00."
    assert over in read(await offer.anyone.get(offer.link))
    await lapse(secret_key=SECRET, now=NOW + timedelta(hours=48))
    later = await offer.anyone.get(offer.link)
    assert f"{over} Les places sont rendues à d'autres collèges. Vous pouvez réserver un autre créneau." in read(later)
    assert 'href="/creneaux">Chercher un autre créneau</a>' in later.text
    assert tuple(await row("SELECT state, offer_salt FROM reservations WHERE id = $1", offer.reservation)) == (
        "lapsed",
        None,
    )


async def test_a_link_that_this_site_never_wrote_opens_nothing(app):
    offer = await offered(app)
    salt = await value("SELECT offer_salt FROM reservations WHERE id = $1", offer.reservation)
    for token in ("q" * 43, "é", offer_token(salt, "another secret key, long enough to be one")):
        assert (await offer.anyone.get(f"/offre/{token}")).status_code == 410


async def test_an_account_that_was_closed_answers_no_more(app):
    offer = await offered(app)
    await rows("UPDATE accounts SET disabled_at = $2 WHERE id = $1", offer.college.teacher, NOW)
    assert (await offer.anyone.post(offer.link, {"answer": "oui"})).status_code == 410


async def test_the_link_is_made_from_the_site_s_key(app):
    offer = await offered(app)
    salt = await value("SELECT offer_salt FROM reservations WHERE id = $1", offer.reservation)
    assert offer.link == f"/offre/{offer_token(salt, SETTINGS.secret_key)}"


async def test_one_page_says_both_halves_of_a_class_and_one_button_answers_for_both(app):
    app.state.clock = lambda: NOW
    pair = await Pair.full()
    takes, leaves = await pair.waits(), await pair.waits()
    await pair.free(0)
    await pair.free(1)
    anyone, link = Browser(app), await link_in_the_mail()
    page = read(await anyone.get(link))
    for words in (
        "Une place est proposée à chaque moitié de votre classe",
        "(27 élèves, 2 adultes avec chaque moitié)",
        "jeudi 25 mars 2027, de 9 h 00 à 12 h 00, 14 élèves",
        "jeudi 25 mars 2027, de 13 h 30 à 16 h 30,",
    ):
        assert words in page
    assert "Les deux places sont à vous" in read(await anyone.post(link, {"answer": "oui"}))
    assert await takes.states() == ["confirmed", "confirmed"]
    await cancel_both(takes.halves[0], CancelVisit(), now=NOW, **takes.of.own)
    assert await leaves.states() == ["offered", "offered"]
    assert "Les deux places sont laissées" in read(await anyone.post(await link_in_the_mail(), {"answer": "non"}))
    assert await leaves.states() == ["lapsed", "lapsed"]
