"""What a company and its host read about an attendance.

What a company reads of a lycée's answer, with what its agenda is told.
"""

from __future__ import annotations

import pytest

from booking.calendar.invites.ical import entry_of
from tests.booking.mails.story import text_of, told
from tests.booking.outbox.notices.outbox import held
from tests.builders import account, attendance, company, group, paris, reservation, school, slot


async def announced(**more: object) -> tuple[int, int]:
    haag = await school(kind="lycee", name="Lycée Jules Haag")
    horlogers = await company(name="Horlogerie du Doubs")
    visit = await slot(host=haag)
    return await attendance(slot=visit, company=horlogers, by=await account(), uid="a-1@t.example", **more), visit


async def test_a_company_reads_that_it_is_expected_and_gets_the_entry(db):
    made, _ = await announced()
    mail = await told("attendance_confirmed/company", made)
    assert str(mail.message["Subject"]) == "Venue inscrite : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre entreprise est attendue (2 personnes) le jeudi 25 mars 2027, de 9 h 00 à 12 h 00.\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Où : Lycée Jules Haag, 1 rue Labbé, 25000 Besançon\n"
        "Accès : Entrée par la cour, bâtiment C.\n"
        "Atelier : Découpe laser\n"
        "Venue : 2 personnes, témoignage\n\n"
        "Aucun groupe n'est inscrit à cette séance pour l'instant : si personne ne vient, un mail vous le dira à la fin"
        " des réservations. L'invitation jointe met la visite dans votre agenda. Votre page sert à nommer vos"
        " visiteurs, à imprimer leurs badges, à changer votre venue ou à la retirer.\n\n"
        "Ouvrir ma page :\n"
        "http://127.0.0.1:8000/entreprise\n"
    )
    entry = entry_of(mail.part("text/calendar").get_content())
    assert (entry.method, entry.status, entry.uid, entry.summary, entry.starts_at) == (
        "REQUEST",
        "CONFIRMED",
        "a-1@t.example",
        "TECHNILAB : Découpe laser, Horlogerie du Doubs (2 personnes)",
        paris("2027-03-25 09:00"),
    )


async def test_a_company_that_signs_up_once_reservations_closed_empty_is_promised_no_other_mail(db):
    made, _ = await announced(warned_on=paris("2027-03-25 09:00").date())
    mail = text_of(await told("attendance_confirmed/company", made))
    assert "sont closes et aucun groupe n'y est inscrit. L'invitation jointe met" in mail
    assert "un mail vous le dira" not in mail


async def test_a_company_that_comes_to_a_group_reads_no_warning_and_what_is_no_longer_true_is_not_sent(db):
    made, visit = await announced()
    left, closed = await told("session_alone/company/left", made), await told("session_alone/company", made)
    assert [str(mail.message["Subject"]) for mail in (left, closed)] == [
        "Plus aucun groupe : Découpe laser, jeudi 25 mars 2027 à 9 h 00",
        "Aucun groupe ne vient : Découpe laser, jeudi 25 mars 2027 à 9 h 00",
    ]
    assert "le jeudi 25 mars 2027, de 9 h 00 à 12 h 00 : ne vous déplacez pas." in text_of(closed)
    await reservation(slot=visit, group=await group())
    mail = text_of(await told("attendance_confirmed/company", made))
    assert ("Aucun groupe" in mail, "Public : 24 élèves attendus\nVenue : 2 personnes" in mail) == (False, True)
    assert await told("session_alone/company", made) is None


async def test_a_host_reads_which_company_comes_without_a_second_entry_for_the_same_hour(db):
    made, visit = await announced()
    mail = await told("attendance_confirmed/host", made)
    assert mail is not None
    assert text_of(mail).split("\n")[2] == (
        "Horlogerie du Doubs vient à l'atelier « Découpe laser » le jeudi 25 mars 2027, de 9 h 00 à 12 h 00"
        " (2 personnes)."
    )
    assert text_of(mail).split("\n")[-2] == f"http://127.0.0.1:8000/lycee/creneaux/{visit}#entreprises"
    html = mail.message.get_body(("html",)).get_content()
    assert "vient à l'atelier «\u00a0Découpe laser\u00a0» le jeudi" in html
    assert "Son contact et ce dont elle a besoin sont sur la page du créneau." in text_of(mail)
    assert [part.get_content_type() for part in mail.message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


async def test_a_company_that_withdraws_loses_the_entry(db):
    made, _ = await announced(state="withdrawn", sequence=1)
    mail = await told("attendance_ended/company", made)
    assert mail is not None
    assert text_of(mail).split("\n")[2] == (
        "Votre entreprise n'est plus attendue le jeudi 25 mars 2027, de 9 h 00 à 12 h 00. Vous avez retiré votre venue."
    )
    entry = entry_of(mail.part("text/calendar").get_content())
    assert (entry.method, entry.status, entry.sequence) == ("CANCEL", "CANCELLED", 1)


async def test_a_host_reads_that_a_company_no_longer_comes(db):
    made, _ = await announced(state="withdrawn", sequence=1)
    mail = await told("attendance_ended/host", made)
    assert str(mail.message["Subject"]) == (
        "Entreprise non attendue : Horlogerie du Doubs, jeudi 25 mars 2027 à 9 h 00"
    )


async def test_a_host_reads_why_a_company_no_longer_comes(db):
    made, _ = await announced(state="withdrawn", withdrawn_why="too_far", sequence=1)
    mail = await told("attendance_ended/host", made)
    assert mail is not None
    assert "Raison : Trop loin" in text_of(mail)


@pytest.mark.parametrize(
    ("people", "sentence"),
    [(1, "Sa place d'entreprise est de nouveau ouverte."), (2, "Ses places d'entreprise sont de nouveau ouvertes.")],
)
async def test_a_host_reads_how_many_places_a_company_gives_back(db, people, sentence):
    made, _ = await announced(state="withdrawn", people=people, sequence=1)
    assert sentence in text_of(await told("attendance_ended/host", made))


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("attendance_confirmed/company", "withdrawn"),
        ("attendance_confirmed/host", "called_off"),
        ("attendance_ended/company", "announced"),
        ("attendance_ended/host", "announced"),
    ],
)
async def test_what_is_no_longer_true_is_not_sent(db, kind, state):
    made, _ = await announced(state=state)
    assert await told(kind, made) is None
    assert await held("state") == [("dropped",)]


def calendars(mail):
    return [part for part in mail.message.walk() if part.get_content_type() == "text/calendar"]


async def test_a_demand_is_acknowledged_without_a_word_to_the_agenda(db):
    made, _ = await announced(state="asked")
    mail = await told("attendance_asked/company", made)
    assert str(mail.message["Subject"]) == "Venue demandée : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert calendars(mail) == []


async def test_a_host_is_asked_to_answer(db):
    made, slot = await announced(state="asked")
    mail = await told("attendance_asked/host", made)
    assert mail is not None
    assert text_of(mail).split("\n")[2] == (
        "Horlogerie du Doubs propose de venir à l'atelier « Découpe laser » le jeudi 25 mars 2027, de 9 h 00 à 12 h 00"
        " (2 personnes)."
    )
    assert text_of(mail).split("\n")[-2] == f"http://127.0.0.1:8000/lycee/creneaux/{slot}#entreprises"


async def test_the_first_entry_comes_with_the_agreement(db):
    made, _ = await announced(state="announced", sequence=1)
    mail = await told("attendance_confirmed/company", made)
    entry = entry_of(mail.part("text/calendar").get_content())
    assert (entry.method, entry.status, entry.uid, entry.sequence) == ("REQUEST", "CONFIRMED", "a-1@t.example", 1)


async def test_a_declined_demand_is_a_reason_and_no_entry_to_take_away(db):
    made, _ = await announced(state="declined", sequence=1, reason="Deux entreprises déjà.", confirmed_at=None)
    mail = await told("attendance_ended/company/declined", made)
    assert mail is not None
    assert "Motif : Deux entreprises déjà.\n" in text_of(mail)
    assert "pièce jointe" not in text_of(mail)
    assert calendars(mail) == []


async def test_a_declined_coming_is_taken_out_of_the_agenda(db):
    made, _ = await announced(state="declined", sequence=1, reason="Panne.")
    mail = await told("attendance_ended/company/declined", made)
    entry = entry_of(mail.part("text/calendar").get_content())
    assert (entry.method, entry.status, entry.uid, entry.sequence) == ("CANCEL", "CANCELLED", "a-1@t.example", 1)


async def test_another_head_count_replaces_the_entry(db):
    made, _ = await announced(people=3, sequence=1)
    mail = await told("attendance_confirmed/company/changed", made)
    entry = entry_of(mail.part("text/calendar").get_content())
    assert (entry.method, entry.sequence, entry.summary) == (
        "REQUEST",
        1,
        "TECHNILAB : Découpe laser, Horlogerie du Doubs (3 personnes)",
    )


async def test_a_host_reads_that_a_company_comes_otherwise(db):
    made, _ = await announced(people=3, sequence=1)
    mail = await told("attendance_confirmed/host/changed", made)
    assert str(mail.message["Subject"]) == "Venue modifiée : Horlogerie du Doubs, jeudi 25 mars 2027 à 9 h 00"
    assert calendars(mail) == []


async def test_a_demand_that_follows_a_moved_slot_is_told_without_an_entry(db):
    made, _ = await announced(state="asked", sequence=1)
    mail = await told("slot_changed/company", made)
    assert mail is not None
    assert "où votre entreprise propose de venir" in text_of(mail)
    assert calendars(mail) == []


async def test_a_company_reads_that_nobody_answered_it(db):
    made, _ = await announced(state="lapsed", sequence=1, confirmed_at=None)
    mail = await told("attendance_ended/company/lapsed", made)
    assert str(mail.message["Subject"]) == "Demande sans réponse : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail).split("\n")[2] == (
        "Le lycée n'a pas répondu à votre demande de venir le jeudi 25 mars 2027, de 9 h 00 à 12 h 00 : elle est close."
    )
    assert calendars(mail) == []


async def test_a_host_is_reminded_of_a_company_that_waits(db):
    made, slot = await announced(state="asked")
    mail = await told("attendance_asked/host/again", made)
    assert str(mail.message["Subject"]) == (
        "Une entreprise attend votre réponse : Horlogerie du Doubs, jeudi 25 mars 2027 à 9 h 00"
    )
    assert text_of(mail).split("\n")[-2] == f"http://127.0.0.1:8000/lycee/creneaux/{slot}#entreprises"
