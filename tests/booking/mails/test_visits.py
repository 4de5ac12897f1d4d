"""What a teacher reads about her visit, sent through a real server and read back."""

from __future__ import annotations

import pytest

from booking.calendar.invites.ical import calendar
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from tests.booking.mails.story import CLAIRE, JULES, WORDS_ALONE, event, kinds_of, posted, reserved, text_of, told
from tests.booking.outbox.notices.outbox import held
from tests.builders import NOW, account, demand, membership, paris, reservation, slot
from workshops.database import rows, value


async def test_a_teacher_reads_what_is_reserved_and_gets_the_entry(db):
    story = await reserved()
    mail = await told("reservation_confirmed/teacher", story.reservation)
    assert str(mail.message["Subject"]) == "Visite réservée : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre visite du jeudi 25 mars 2027, de 9 h 00 à 12 h 00, est réservée pour le groupe 4e B (24 élèves).\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Où : Lycée Jules Haag, Atelier 2, 1 rue Labbé, 25000 Besançon\n"
        "Accès : Entrée par la cour, bâtiment C.\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n"
        "Effectif, annulation libre : jusqu'au jeudi 18 mars 2027, 9 h 00\n"
        "Changement de date : jusqu'au mardi 23 mars 2027, 9 h 00\n\n"
        "L'invitation jointe met la visite dans votre agenda. La page de la visite dit ce qu'il reste à faire, et"
        " quand. Le jour venu, prenez les badges et les papiers.\n\n"
        "Ouvrir la réservation :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )
    assert mail.part("text/calendar").get_payload(decode=True) == calendar(event(story))
    assert mail.part("application/ics").get_payload(decode=True) == calendar(event(story))


async def group_of(story) -> int:
    return await value('SELECT "group" FROM reservations WHERE id = $1', story.reservation)


async def test_a_cancelled_visit_says_who_cancelled_and_takes_the_entry_away(db):
    story = await reserved(state="refused_by_host", sequence=1, reason="Machine en panne", confirmed_at=NOW)
    mail = await told("reservation_cancelled/teacher", story.reservation)
    assert str(mail.message["Subject"]) == "Visite annulée : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre visite du jeudi 25 mars 2027, de 9 h 00 à 12 h 00, est annulée pour le groupe 4e B (24 élèves)."
        " Le lycée ne peut pas recevoir votre groupe.\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Lycée : Lycée Jules Haag, Besançon\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n"
        "Motif : Machine en panne\n\n"
        "La pièce jointe retire l'entrée de votre agenda. Ses places sont rendues : vous pouvez chercher un autre"
        " créneau pour le groupe 4e B.\n\n"
        "Trouver un autre créneau :\n"
        f"http://127.0.0.1:8000/creneaux?groupe={await group_of(story)}&niveau=4e&eleves=24\n"
    )
    part = mail.part("text/calendar")
    assert dict(part["Content-Type"].params)["method"] == "CANCEL"
    assert part.get_payload(decode=True) == calendar(event(story, sequence=1, method="CANCEL", status="CANCELLED"))


@pytest.mark.parametrize("state", ["refused_by_principal", "cancelled_by_teacher", "refused_by_host"])
async def test_a_demand_that_was_never_confirmed_ends_without_touching_an_agenda(db, state):
    story = await reserved(state=state, sequence=1, reason="Conseils de classe")
    mail = await told("reservation_cancelled/teacher", story.reservation)
    assert str(mail.message["Subject"]) == "Demande close : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    why = {
        "refused_by_principal": "La direction de votre collège n'a pas donné son accord.",
        "cancelled_by_teacher": "Votre collège l'a annulée.",
        "refused_by_host": "Le lycée ne peut pas recevoir votre groupe.",
    }
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre demande pour le jeudi 25 mars 2027, de 9 h 00 à 12 h 00, est close pour le groupe 4e B (24 élèves)."
        f" {why[state]}\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Lycée : Lycée Jules Haag, Besançon\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n"
        "Motif : Conseils de classe\n\n"
        "Ses places sont rendues : vous pouvez chercher un autre créneau pour le groupe 4e B.\n\n"
        "Trouver un autre créneau :\n"
        f"http://127.0.0.1:8000/creneaux?groupe={await group_of(story)}&niveau=4e&eleves=24\n"
    )
    assert kinds_of(mail) == WORDS_ALONE


async def test_a_choice_that_is_refused_says_that_the_others_go_on(db):
    story = await reserved(state="refused_by_principal", sequence=1, reason="Conseils de classe")
    group = await group_of(story)
    asked = await demand(group)
    await rows("UPDATE reservations SET demand = $2, line = 1 WHERE id = $1", story.reservation, asked)
    later = await slot(host=story.host, starts_at=paris("2027-03-30 14:00"))
    await reservation(slot=later, group=group, by=story.teacher, demand=asked, line=2, state="waiting")
    mail = await told("reservation_cancelled/teacher", story.reservation)
    assert str(mail.message["Subject"]) == "Choix non retenu : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert (
        "Ses places sont rendues. Vos autres choix attendent toujours : « Mes visites » dit où ils en sont. Vous pouvez"
        " aussi chercher un autre créneau pour le groupe 4e B.\n"
    ) in text_of(mail)


@pytest.mark.parametrize(("by_herself", "why"), [(True, "Vous l'avez annulée."), (False, "Votre collège l'a annulée.")])
async def test_a_cancelled_visit_says_to_who_cancelled_it_that_she_did(db, by_herself, why):
    story = await reserved(confirmed_at=NOW)
    by = story.teacher
    if not by_herself:
        by = await account("marc@example.org")
        await membership(by, "teacher", school=story.college)
    await cancel(story.reservation, CancelVisit(), role="teacher", school=story.college, by=by, now=NOW)
    mail = next(one for one in await posted() if one.message["To"].addresses[0].addr_spec == CLAIRE)
    assert text_of(mail).split("\n")[2] == (
        f"Votre visite du jeudi 25 mars 2027, de 9 h 00 à 12 h 00, est annulée pour le groupe 4e B (24 élèves). {why}"
    )


async def moves(state: str = "confirmed"):
    """The story, on 25 March and then on 30 March in the afternoon."""
    story = await reserved(state=state)
    after = await slot(host=story.host, starts_at=paris("2027-03-30 14:00"))
    await rows(
        "UPDATE reservations SET slot = $1, sequence = 1, starts_at = $2, ends_at = $3",
        *(after, paris("2027-03-30 14:00"), paris("2027-03-30 17:00")),
    )
    return story, after


async def test_a_moved_visit_keeps_its_entry_at_its_new_hour_and_says_the_old_one(db):
    story, _ = await moves()
    mail = await told("reservation_changed/teacher/moved", story.reservation, also=story.slot)
    assert str(mail.message["Subject"]) == "Visite déplacée : Découpe laser, mardi 30 mars 2027 à 14 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre visite a lieu le mardi 30 mars 2027, de 14 h 00 à 17 h 00, pour le groupe 4e B (24 élèves)."
        " Elle était prévue le jeudi 25 mars 2027, de 9 h 00 à 12 h 00.\n\n"
        "Quand : mardi 30 mars 2027, de 14 h 00 à 17 h 00\n"
        "Où : Lycée Jules Haag, 1 rue Labbé, 25000 Besançon\n"
        "Accès : Entrée par la cour, bâtiment C.\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n"
        "Effectif, annulation libre : jusqu'au mardi 23 mars 2027, 14 h 00\n"
        "Changement de date : jusqu'au vendredi 26 mars 2027, 14 h 00\n\n"
        "L'invitation jointe remplace l'entrée de votre agenda. Imprimez de nouveau les badges : ils portent la date et"
        " le signe du groupe ce jour-là.\n\n"
        "Ouvrir la réservation :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )
    assert mail.part("text/calendar").get_payload(decode=True) == calendar(
        event(
            story,
            sequence=1,
            location="Lycée Jules Haag, 1 rue Labbé, 25000 Besançon",
            starts_at=paris("2027-03-30 14:00"),
            ends_at=paris("2027-03-30 17:00"),
        )
    )


async def test_a_demand_that_moves_before_its_visa_has_no_entry(db):
    story, _ = await moves("requested")
    mail = await told("reservation_changed/teacher/moved", story.reservation, also=story.slot)
    assert mail is not None
    assert text_of(mail).split("\n")[2] == (
        "Votre demande porte maintenant sur le mardi 30 mars 2027, de 14 h 00 à 17 h 00, pour le groupe 4e B"
        " (24 élèves). Elle était prévue le jeudi 25 mars 2027, de 9 h 00 à 12 h 00."
    )
    assert kinds_of(mail) == WORDS_ALONE


async def test_a_visit_that_is_back_where_it_was_says_its_hour_alone(db):
    story = await reserved(sequence=2)
    mail = await told("reservation_changed/teacher/moved", story.reservation, also=story.slot)
    assert mail is not None
    assert text_of(mail).split("\n")[2] == (
        "Votre visite a lieu le jeudi 25 mars 2027, de 9 h 00 à 12 h 00, pour le groupe 4e B (24 élèves)."
    )


async def test_another_head_count_updates_the_entry(db):
    story = await reserved(pupils=22, adults=3, sequence=1)
    mail = await told("reservation_changed/teacher", story.reservation)
    assert str(mail.message["Subject"]) == "Effectif changé : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail).split("\n")[2] == (
        "Le groupe 4e B vient à 22 élèves et 3 accompagnateurs le jeudi 25 mars 2027, de 9 h 00 à 12 h 00."
    )
    assert mail.part("text/calendar").get_payload(decode=True) == calendar(
        event(
            story,
            sequence=1,
            summary="TECHNILAB : Découpe laser, 4e B, Collège Stendhal (22 élèves)",
            description=event(story).description.replace(
                "24 élèves, 2 accompagnateurs", "22 élèves, 3 accompagnateurs"
            ),
        )
    )


async def test_the_mail_tells_the_truth_of_the_moment_it_leaves(db):
    story = await reserved()
    await rows("UPDATE reservations SET pupils = 22, sequence = 1")
    mail = await told("reservation_confirmed/teacher", story.reservation)
    assert mail is not None
    assert text_of(mail).split("\n")[2].endswith("est réservée pour le groupe 4e B (22 élèves).")
    assert mail.part("text/calendar").get_payload(decode=True) == calendar(
        event(
            story,
            sequence=1,
            summary="TECHNILAB : Découpe laser, 4e B, Collège Stendhal (22 élèves)",
            description=event(story).description.replace("24 élèves", "22 élèves"),
        )
    )


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("reservation_confirmed/teacher", "cancelled_by_teacher"),
        ("reservation_changed/teacher/moved", "waiting"),
        ("reservation_changed/teacher", "called_off"),
        ("reservation_cancelled/teacher", "confirmed"),
    ],
)
async def test_what_is_no_longer_true_is_not_sent(db, kind, state):
    story = await reserved(state=state)
    assert await told(kind, story.reservation) is None
    assert await held("state") == [("dropped",)]


async def test_what_is_over_or_gone_is_not_sent(db):
    story = await reserved()
    assert await told("reservation_confirmed/teacher", story.reservation, now=paris("2027-03-25 12:00")) is None
    assert await told("reservation_confirmed/teacher", 404) is None
    assert await held("state") == [("dropped",), ("dropped",)]


@pytest.mark.parametrize("kind", ["reservation_confirmed/teacher", "reservation_confirmed/host"])
async def test_no_mail_holds_more_about_people_than_its_reader_knows(db, kind):
    story = await reserved()
    mail = await told(kind, story.reservation, to=JULES, name="Jules Marchand")
    everything = "".join(
        str(part.get_content()) for part in mail.message.walk() if part.get_content_maintype() == "text"
    )
    everything += str(mail.message["Subject"])
    assert [word for word in ("Renaud", "claire@", "fauteuil") if word in everything] == []


async def test_what_a_school_types_is_shown_and_never_obeyed(db):
    story = await reserved()
    await rows("UPDATE workshops SET title = '<script>alert(1)</script> & Cie\r\nBcc: x@y.fr'")
    mail = await told("reservation_confirmed/teacher", story.reservation)
    assert mail is not None
    shown = [line for line in text_of(mail).split("\n") if "script" in line]
    assert shown == ["Atelier : <script>alert(1)</script> & Cie"]
    page = str(mail.part("text/html").get_content())
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Cie" in page
    assert "<script>" not in page
    assert str(mail.message["Subject"]) == (
        "Visite réservée : <script>alert(1)</script> & Cie Bcc: x@y.fr, jeudi 25 mars 2027 à 9 h 00"
    )
    assert mail.message["Bcc"] is None
    assert mail.to == ["claire@example.org"]
