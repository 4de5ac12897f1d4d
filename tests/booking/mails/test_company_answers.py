"""What a company reads of a lycée's answer, with what its agenda is told."""

from __future__ import annotations

from booking.calendar.invites.ical import entry_of
from tests.booking.mails.story import text_of, told
from tests.booking.mails.test_companies import announced


def calendars(mail):
    return [part for part in mail.message.walk() if part.get_content_type() == "text/calendar"]


async def test_a_demand_is_acknowledged_without_a_word_to_the_agenda(db):
    made, _ = await announced(state="asked")
    mail = await told("attendance_asked", made)
    assert str(mail.message["Subject"]) == "Venue demandée : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert calendars(mail) == []


async def test_a_host_is_asked_to_answer(db):
    made, slot = await announced(state="asked")
    mail = await told("attendance_asked_host", made)
    assert mail is not None
    assert text_of(mail).split("\n")[2] == (
        "Horlogerie du Doubs propose de venir à l'atelier « Découpe laser » le jeudi 25 mars 2027, de 9 h 00 à 12 h 00"
        " (2 personnes)."
    )
    assert text_of(mail).split("\n")[-2] == f"http://127.0.0.1:8000/lycee/creneaux/{slot}#entreprises"


async def test_the_first_entry_comes_with_the_agreement(db):
    made, _ = await announced(state="announced", sequence=1)
    mail = await told("attendance_confirmed", made)
    entry = entry_of(mail.part("text/calendar").get_content())
    assert (entry.method, entry.status, entry.uid, entry.sequence) == ("REQUEST", "CONFIRMED", "a-1@t.example", 1)


async def test_a_declined_demand_is_a_reason_and_no_entry_to_take_away(db):
    made, _ = await announced(state="declined", sequence=1, reason="Deux entreprises déjà.", confirmed_at=None)
    mail = await told("attendance_declined", made)
    assert mail is not None
    assert "Motif : Deux entreprises déjà.\n" in text_of(mail)
    assert "pièce jointe" not in text_of(mail)
    assert calendars(mail) == []


async def test_a_declined_coming_is_taken_out_of_the_agenda(db):
    made, _ = await announced(state="declined", sequence=1, reason="Panne.")
    mail = await told("attendance_declined", made)
    entry = entry_of(mail.part("text/calendar").get_content())
    assert (entry.method, entry.status, entry.uid, entry.sequence) == ("CANCEL", "CANCELLED", "a-1@t.example", 1)


async def test_another_head_count_replaces_the_entry(db):
    made, _ = await announced(people=3, sequence=1)
    mail = await told("attendance_changed", made)
    entry = entry_of(mail.part("text/calendar").get_content())
    assert (entry.method, entry.sequence, entry.summary) == (
        "REQUEST",
        1,
        "TECHNILAB : Découpe laser, Horlogerie du Doubs (3 personnes)",
    )


async def test_a_host_reads_that_a_company_comes_otherwise(db):
    made, _ = await announced(people=3, sequence=1)
    mail = await told("attendance_changed_host", made)
    assert str(mail.message["Subject"]) == "Venue modifiée : Horlogerie du Doubs, jeudi 25 mars 2027 à 9 h 00"
    assert calendars(mail) == []


async def test_a_demand_that_follows_a_moved_slot_is_told_without_an_entry(db):
    made, _ = await announced(state="asked", sequence=1)
    mail = await told("slot_moved_company", made)
    assert mail is not None
    assert "où votre entreprise propose de venir" in text_of(mail)
    assert calendars(mail) == []


async def test_a_company_reads_that_nobody_answered_it(db):
    made, _ = await announced(state="lapsed", sequence=1, confirmed_at=None)
    mail = await told("attendance_lapsed", made)
    assert str(mail.message["Subject"]) == "Demande sans réponse : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail).split("\n")[2] == (
        "Le lycée n'a pas répondu à votre demande de venir le jeudi 25 mars 2027, de 9 h 00 à 12 h 00 : elle est close."
    )
    assert calendars(mail) == []


async def test_a_host_is_reminded_of_a_company_that_waits(db):
    made, slot = await announced(state="asked")
    mail = await told("attendance_unanswered", made)
    assert str(mail.message["Subject"]) == (
        "Une entreprise attend votre réponse : Horlogerie du Doubs, jeudi 25 mars 2027 à 9 h 00"
    )
    assert text_of(mail).split("\n")[-2] == f"http://127.0.0.1:8000/lycee/creneaux/{slot}#entreprises"
