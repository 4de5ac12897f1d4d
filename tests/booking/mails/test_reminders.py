"""What people read before a visit, sent through a real server and read back."""

from __future__ import annotations

import pytest

from tests.booking.mails.story import JULES, WORDS_ALONE, kinds_of, reserved, text_of, told
from tests.booking.outbox.notices.outbox import held
from tests.builders import attendance, company, group, paris, reservation, school, slot
from tests.telling import tell
from workshops.database import rows

WEEK_BEFORE, DAY_BEFORE = paris("2027-03-18 08:00"), paris("2027-03-24 08:00")
ON = 20270325
FACTS = (
    "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
    "Où : Lycée Jules Haag, Atelier 2, 1 rue Labbé, 25000 Besançon\n"
    "Accès : Entrée par la cour, bâtiment C.\n"
    "Atelier : Découpe laser\n"
    "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n"
)


async def test_a_week_before_a_teacher_reads_what_is_left_to_do(db):
    story = await reserved()
    mail = await told("reminder_7", story.reservation, also=ON, now=WEEK_BEFORE)
    assert str(mail.message["Subject"]) == "Votre visite approche : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre visite a lieu le jeudi 25 mars 2027, de 9 h 00 à 12 h 00, pour le groupe 4e B (24 élèves).\n\n"
        f"{FACTS}\n"
        "La liste est close le mardi 23 mars 2027, 9 h 00. D'ici là, imprimez les badges et les documents depuis la"
        " page de la réservation.\n\n"
        "Préparer la venue :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )
    assert kinds_of(mail) == WORDS_ALONE


async def test_the_day_before_a_teacher_reads_when_and_where(db):
    story = await reserved(state="locked")
    mail = await told("reminder_1", story.reservation, also=ON, now=DAY_BEFORE)
    assert str(mail.message["Subject"]) == "Demain : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre visite a lieu demain, jeudi 25 mars 2027, de 9 h 00 à 12 h 00, pour le groupe 4e B (24 élèves).\n\n"
        f"{FACTS}\n"
        "Prenez les badges et les documents. Un empêchement ? Annulez depuis la page de la réservation en disant"
        " pourquoi : le lycée est prévenu aussitôt.\n\n"
        "Ouvrir la réservation :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )


async def test_a_reminder_that_leaves_on_the_day_itself_says_today(db):
    story = await reserved(state="locked")
    mail = await told("reminder_1", story.reservation, also=ON, now=paris("2027-03-25 07:00"))
    assert str(mail.message["Subject"]) == "Aujourd'hui : Découpe laser, jeudi 25 mars 2027 à 9 h 00"


async def test_a_host_reads_every_group_and_company_of_the_day_in_one_mail(db):
    story = await reserved()
    afternoon = await slot(host=story.host, starts_at=paris("2027-03-25 14:00"), hours=2)
    other = await group(school=await school(name="Collège Lumière", phone="03 81 35 58 70"), name="5e A")
    await reservation(slot=afternoon, group=other, state="locked", pupils=20)
    await reservation(slot=afternoon, group=await group(), state="waiting")
    await attendance(slot=afternoon, company=await company(name="Horlogerie du Doubs"))
    mail = await told("reminder_1_host", story.host, to=JULES, also=ON, now=DAY_BEFORE)
    assert str(mail.message["Subject"]) == "Demain : 2 groupes, 44 élèves"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre lycée reçoit 2 groupes demain, jeudi 25 mars 2027 : 44 élèves.\n\n"
        "9 h 00 à 12 h 00 : 4e B, Collège Stendhal, 24 élèves et 2 accompagnateurs (Découpe laser, Atelier 2)\n"
        "14 h 00 à 16 h 00 : 5e A, Collège Lumière (03 81 35 58 70), 20 élèves et 2 accompagnateurs (Découpe laser)\n"
        "14 h 00 à 16 h 00 : Horlogerie du Doubs, 2 personnes, témoignage\n\n"
        "Les besoins d'accueil et la page de pointage sont avec chaque créneau.\n\n"
        "Voir les créneaux :\n"
        "http://127.0.0.1:8000/lycee/creneaux\n"
    )
    assert kinds_of(mail) == WORDS_ALONE


async def test_a_company_reads_when_and_where_the_day_before(db):
    story = await reserved()
    coming = await attendance(slot=story.slot, company=await company(name="Horlogerie du Doubs"))
    mail = await told("reminder_1_company", coming, also=ON, now=DAY_BEFORE)
    assert str(mail.message["Subject"]) == "Demain : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail).split("\n")[2] == (
        "Votre entreprise est attendue demain, jeudi 25 mars 2027, de 9 h 00 à 12 h 00 (2 personnes)."
    )


@pytest.mark.parametrize(
    ("kind", "now"),
    [
        ("reminder_7", DAY_BEFORE),
        ("reminder_1", paris("2027-03-25 09:00")),
        ("reminder_1_host", paris("2027-03-25 09:00")),
        ("reminder_1_company", paris("2027-03-25 09:00")),
    ],
)
async def test_a_reminder_that_comes_too_late_is_not_sent(db, kind, now):
    story = await reserved()
    coming = await attendance(slot=story.slot, company=await company())
    about = {"reminder_1_host": story.host, "reminder_1_company": coming}.get(kind, story.reservation)
    assert await told(kind, about, to=JULES, also=ON, now=now) is None
    assert await held("state") == [("dropped",)]


@pytest.mark.parametrize("kind", ["reminder_7", "reminder_1"])
async def test_a_visit_that_has_moved_is_not_reminded_for_its_old_date(db, kind):
    story = await reserved()
    await rows("UPDATE slots SET starts_at = starts_at + interval '7 days', ends_at = ends_at + interval '7 days'")
    assert await told(kind, story.reservation, also=ON, now=WEEK_BEFORE) is None


@pytest.mark.parametrize("kind", ["reminder_7", "reminder_1"])
async def test_a_visit_that_is_cancelled_is_not_reminded(db, kind):
    story = await reserved(state="cancelled_by_teacher")
    assert await told(kind, story.reservation, also=ON, now=WEEK_BEFORE) is None


async def test_a_host_without_any_group_or_who_left_the_lycee_reads_nothing(db):
    story = await reserved()
    assert await told("reminder_1_host", story.host, to="ancien@example.org", also=ON, now=DAY_BEFORE) is None
    await tell()
    await rows("DELETE FROM notices")
    await rows("UPDATE reservations SET state = 'called_off'")
    assert await told("reminder_1_host", story.host, to=JULES, also=ON, now=DAY_BEFORE) is None


async def test_on_friday_a_reminder_names_the_monday_to_come(db):
    story = await reserved(state="locked")
    await rows("UPDATE slots SET starts_at = $1, ends_at = $2", paris("2027-03-29 09:00"), paris("2027-03-29 12:00"))
    mail = await told("reminder_1", story.reservation, also=20270329, now=paris("2027-03-26 08:00"))
    assert str(mail.message["Subject"]) == "Lundi : Découpe laser, lundi 29 mars 2027 à 9 h 00"
    assert text_of(mail).splitlines()[2] == (
        "Votre visite a lieu le lundi 29 mars 2027, de 9 h 00 à 12 h 00, pour le groupe 4e B (24 élèves)."
    )
