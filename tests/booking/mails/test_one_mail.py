"""Several acts about one visit within a minute leave as one mail."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from booking.mails.fan_out import fan_out
from booking.mails.pace import TOGETHER_WITHIN
from booking.mails.write import writer
from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.envelope import sign_of
from booking.outbox.notices.smtp import SmtpMailer
from booking.outbox.returns.mark import mark
from booking.outbox.returns.rules import ReturnReport
from booking.visits.reservations.acts import CancelVisit, ChangeHeadcount, MoveVisit
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.change_headcount import change_headcount
from booking.visits.reservations.move import move
from tests import builders
from tests.booking.mails.story import SETTINGS, text_of
from tests.booking.visits.reservations.demands import a_demand, fresh
from tests.builders import NOW, paris
from tests.conformance.readers import ical_js
from tests.smtp import Taken, post_office
from workshops.database import row, rows, value
from workshops.events.record import record

pytestmark = pytest.mark.usefixtures("db")
CLAIRE, JULES, LISE = "claire@example.org", "jules@example.org", "lise@example.org"
SECOND = timedelta(seconds=1)


class World:
    """Claire books for two classes at Jules's lycée; Lise receives at another one."""

    async def made(self) -> World:
        self.haag = await builders.school(kind="lycee", name="Lycée Jules Haag")
        self.jules = await builders.account(JULES, name="Jules Marchand")
        await builders.membership(self.jules, "host", school=self.haag)
        other = await builders.school(kind="lycee", name="Lycée Xavier Marmier")
        await builders.membership(await builders.account(LISE), "host", school=other)
        self.college = await builders.school(name="Collège Stendhal")
        self.claire = await builders.account(CLAIRE, name="Claire Renaud")
        await builders.membership(self.claire, "teacher", school=self.college)
        return self

    async def books(self, *, name: str = "4e B", now: datetime = NOW) -> int:
        group = await builders.group(school=self.college, teacher=self.claire, name=name)
        slot = await builders.slot(host=self.haag)
        demand = a_demand(slot, group, school=self.college, by=self.claire)
        return (await book(demand, now=now)).id

    async def counts(self, visit: int, pupils: int, *, now: datetime = NOW) -> None:
        asked = ChangeHeadcount(pupils=pupils, adults=2)
        keys = {"secret_key": SETTINGS.secret_key, "token": f"visa {pupils}"}
        await change_headcount(visit, asked, school=self.college, by=self.claire, now=now, **keys)

    async def moves(self, visit: int, *, now: datetime = NOW) -> None:
        later = await builders.slot(host=self.haag, starts_at=paris("2027-03-30 14:00"))
        asked = MoveVisit(to_slot=later)
        await move(visit, asked, school=self.college, by=self.claire, fresh=fresh(), now=now)

    async def gives_up(self, visit: int, *, now: datetime = NOW) -> None:
        by = {"role": "teacher", "school": self.college, "by": self.claire}
        await cancel(visit, CancelVisit(reason="Grève des cars"), **by, now=now)


async def sent(*, now: datetime) -> list[Taken]:
    """All that leaves at this moment."""
    await fan_out(now=now)
    async with post_office() as office:
        await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=now, limit=100)
        return office.mails


async def sent_to(email: str, *, now: datetime) -> list[Taken]:
    return [mail for mail in await sent(now=now) if mail.to == [email]]


async def a_minute_later(now: datetime = NOW) -> datetime:
    """When what was done until now leaves; the worker has told it by then."""
    await fan_out(now=now)
    return now + TOGETHER_WITHIN


def entries(mail: Taken) -> list[EmailMessage]:
    """What a mail program takes for an agenda's entry; the same is enclosed as a file."""
    files = [part for part in mail.message.walk() if part.get_filename()]
    found = [part for part in mail.message.walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_payload(decode=True) for part in files] == [part.get_payload(decode=True) for part in found]
    return found


def subject(mail: Taken) -> str:
    return str(mail.message["Subject"])


async def test_a_host_reads_three_acts_of_one_minute_in_one_mail_and_the_other_lycee_none():
    world = await World().made()
    visit = await world.books()
    assert [mail.to for mail in await sent(now=NOW)] == [[CLAIRE]]
    await world.counts(visit, 22, now=NOW + 20 * SECOND)
    await world.moves(visit, now=NOW + 40 * SECOND)
    assert await sent_to(JULES, now=NOW + 59 * SECOND) == []
    mails = await sent(now=NOW + TOGETHER_WITHIN)
    [mail] = [mail for mail in mails if mail.to == [JULES]]
    assert [mail for mail in mails if mail.to == [LISE]] == []
    assert subject(mail) == (
        "Groupe attendu, effectif changé, visite déplacée : 22 élèves, mardi 30 mars 2027 à 14 h 00"
    )
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Un groupe de 22 élèves vient à l'atelier « Découpe laser » le mardi 30 mars 2027, de 14 h 00 à 17 h 00.\n\n"
        "Quand : mardi 30 mars 2027, de 14 h 00 à 17 h 00\n"
        "Où : Lycée Jules Haag\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, Collège Stendhal, Besançon\n"
        "Effectif : 22 élèves et 2 accompagnateurs\n"
        "Places prises : 22 sur 24\n\n"
        "L'invitation jointe met la visite dans votre agenda. Préparez l'accueil depuis la page du créneau.\n\n"
        "Le groupe 4e B, Collège Stendhal, vient à 22 élèves et 2 accompagnateurs le mardi 30 mars 2027, de 14 h 00 à"
        " 17 h 00.\n\n"
        "Le groupe 4e B, Collège Stendhal (22 élèves), vient le mardi 30 mars 2027, de 14 h 00 à 17 h 00, au lieu du"
        " jeudi 25 mars 2027, de 9 h 00 à 12 h 00.\n\n"
        "Ouvrir le créneau :\n"
        f"http://127.0.0.1:8000/lycee/creneaux/{await value('SELECT slot FROM reservations')}\n"
    )
    assert [len(re.findall(words, mail.part("text/html").get_content())) for words in ("<table", "<a ", "Bonjour")] == [
        1,
        1,
        1,
    ]
    assert await sent_to(JULES, now=NOW + timedelta(hours=1)) == []
    assert {one["state"] for one in await rows("SELECT state FROM notices")} == {"sent"}


async def test_one_mail_of_three_acts_has_one_entry_that_agendas_take_as_the_visit_of_now():
    world = await World().made()
    visit = await world.books()
    await world.counts(visit, 22)
    await world.moves(visit)
    [mail] = await sent_to(JULES, now=await a_minute_later())
    [entry] = entries(mail)
    read = ical_js(entry.get_payload(decode=True))
    kept = await row("SELECT uid, sequence FROM reservations")
    assert kept["sequence"] == 2
    assert {name: read[name] for name in ("method", "uid", "sequence", "starts_at", "summary")} == {
        "method": "REQUEST",
        "uid": kept["uid"],
        "sequence": 2,
        "starts_at": "2027-03-30T12:00:00.000Z",
        "summary": "TECHNILAB : Découpe laser, 4e B, Collège Stendhal (22 élèves)",
    }


async def test_acts_two_minutes_apart_leave_as_two_mails():
    world = await World().made()
    visit = await world.books()
    [first] = await sent_to(JULES, now=await a_minute_later())
    await world.counts(visit, 22, now=NOW + 120 * SECOND)
    [second] = await sent_to(JULES, now=await a_minute_later(NOW + 120 * SECOND))
    assert [subject(first), subject(second)] == [
        "Groupe attendu : 24 élèves, jeudi 25 mars 2027 à 9 h 00",
        "Effectif changé : 22 élèves, jeudi 25 mars 2027 à 9 h 00",
    ]


async def test_two_visits_of_one_minute_leave_as_two_mails():
    world = await World().made()
    await world.books()
    await world.books(name="4e C")
    mails = await sent_to(JULES, now=await a_minute_later())
    assert [subject(mail) for mail in mails] == ["Groupe attendu : 24 élèves, jeudi 25 mars 2027 à 9 h 00"] * 2


async def test_the_same_act_done_twice_within_a_minute_is_said_once():
    world = await World().made()
    visit = await world.books()
    await sent(now=await a_minute_later())
    for pupils in (22, 20):
        await world.counts(visit, pupils, now=NOW + 120 * SECOND)
    [mail] = await sent_to(JULES, now=await a_minute_later(NOW + 120 * SECOND))
    assert (subject(mail), text_of(mail).count("vient à 20 élèves")) == (
        "Effectif changé : 20 élèves, jeudi 25 mars 2027 à 9 h 00",
        1,
    )


async def test_a_visit_that_is_changed_and_given_up_within_a_minute_leaves_the_hosts_agenda_once():
    world = await World().made()
    visit = await world.books()
    await sent(now=await a_minute_later())
    await world.counts(visit, 22, now=NOW + 120 * SECOND)
    await world.gives_up(visit, now=NOW + 130 * SECOND)
    [mail] = await sent_to(JULES, now=await a_minute_later(NOW + 130 * SECOND))
    assert subject(mail) == "Visite annulée : 22 élèves, jeudi 25 mars 2027 à 9 h 00"
    [entry] = entries(mail)
    assert ical_js(entry.get_payload(decode=True))["method"] == "CANCEL"
    kinds = await rows("SELECT kind, state FROM notices WHERE to_email = $1 ORDER BY id", JULES)
    assert [tuple(one) for one in kinds] == [
        ("reservation_confirmed", "sent"),
        ("reservation_changed", "dropped"),
        ("reservation_cancelled", "sent"),
    ]


async def test_a_host_hears_nothing_of_a_visit_given_up_within_a_minute_of_its_booking():
    world = await World().made()
    await world.gives_up(await world.books())
    assert await sent_to(JULES, now=await a_minute_later()) == []


async def test_a_teacher_reads_her_confirmation_at_once_and_what_her_lycee_does_next_a_minute_later():
    world = await World().made()
    visit = await world.books()
    assert [subject(mail) for mail in await sent_to(CLAIRE, now=NOW)] == [
        "Visite réservée : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    ]
    asked = CancelVisit(reason="Machine en panne")
    await cancel(visit, asked, role="host", school=world.haag, by=world.jules, now=NOW + 10 * SECOND)
    mails = await sent(now=NOW + 10 * SECOND)
    assert [mail.to for mail in mails] == []
    assert [subject(mail) for mail in await sent_to(CLAIRE, now=NOW + 70 * SECOND)] == [
        "Visite annulée : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    ]


async def test_a_mail_that_leaves_at_once_takes_what_still_waited_with_it():
    world = await World().made()
    visit = await world.books()
    await sent(now=await a_minute_later())
    told = {"about_kind": "reservation", "about": visit, "was": "confirmed", "state": "confirmed"}
    await record("reservation_follow", by=None, now=NOW + 120 * SECOND, **told)
    await record("visit_asked", by=None, also=20270325, now=NOW + 130 * SECOND, **told)
    [mail] = await sent_to(CLAIRE, now=NOW + 130 * SECOND)
    assert subject(mail) == "Visite déplacée, venez-vous toujours ? Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert await sent_to(CLAIRE, now=NOW + 600 * SECOND) == []


async def test_a_report_that_one_mail_of_three_acts_came_back_tells_all_three_again_to_who_stands_in():
    world = await World().made()
    await builders.membership(await builders.account("nour@example.org"), "coordinator")
    visit = await world.books()
    await world.counts(visit, 22)
    await sent(now=await a_minute_later())
    number = await value("SELECT mail FROM notices WHERE to_email = $1 LIMIT 1", JULES)
    report = ReturnReport((sign_of(number, SETTINGS.secret_key),), True, "550 5.1.1 Inconnu")
    assert await mark(report, secret_key=SETTINGS.secret_key, now=NOW + 300 * SECOND)
    states = await rows("SELECT DISTINCT state FROM notices WHERE to_email = $1", JULES)
    assert [one["state"] for one in states] == ["returned"]
    await fan_out(now=NOW + 300 * SECOND)
    [mail] = await sent(now=NOW + 400 * SECOND)
    assert mail.to == ["nour@example.org"]
    assert subject(mail).startswith("À transmettre : ")
    assert (text_of(mail).count("Groupe attendu"), text_of(mail).count("Effectif changé")) == (1, 1)
