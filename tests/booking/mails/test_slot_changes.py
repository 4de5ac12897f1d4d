"""What everyone reads when the lycée moves a slot or calls it off, sent through a real server and read back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.calendar.invites.ical import calendar
from booking.visits.slot_changes.call_off import call_off
from booking.visits.slot_changes.move import move
from booking.visits.slot_changes.restate import restate
from tests import builders
from tests.booking.mails.story import (
    CLAIRE,
    JULES,
    WORDS_ALONE,
    Story,
    event,
    for_host,
    kinds_of,
    posted,
    reserved,
    text_of,
    told,
)
from tests.booking.outbox.notices.outbox import held
from tests.builders import NOW, account, attendance, company, paris, school, slot, tech_object
from tests.smtp import Taken
from workshops.database import rows, value
from workshops.slots.call_off import CallOffSlot
from workshops.slots.move import MoveSlot
from workshops.slots.restate import RestateSlot

APRIL = paris("2027-04-01 14:00")
REASON = "La découpeuse est en panne"


async def moved(story: Story, to=APRIL) -> dict[str, Taken]:
    """The mails of a move, by reader."""
    room = await value("SELECT room FROM slots WHERE id = $1", story.slot)
    await move(
        story.slot,
        MoveSlot(starts_at=to, ends_at=to + timedelta(hours=3), room=room),
        school=story.host,
        by=story.teacher,
        now=NOW,
    )
    return {mail.to[0]: mail for mail in await posted()}


async def called_off(story: Story) -> dict[str, Taken]:
    """The mails of a slot called off, by reader."""
    await call_off(story.slot, CallOffSlot(reason=REASON), school=story.host, by=story.teacher, now=NOW)
    return {mail.to[0]: mail for mail in await posted()}


async def test_a_teacher_reads_when_the_visit_takes_place_now_and_before(db):
    story = await reserved(confirmed_at=NOW)
    mail = (await moved(story))[CLAIRE]
    assert str(mail.message["Subject"]) == "Visite déplacée : Découpe laser, jeudi 1er avril 2027 à 14 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Le lycée a déplacé votre visite : elle a lieu le jeudi 1er avril 2027, de 14 h 00 à 17 h 00, pour le groupe"
        " 4e B (24 élèves). Avant : jeudi 25 mars 2027, 9 h 00.\n\n"
        "Quand : jeudi 1er avril 2027, de 14 h 00 à 17 h 00\n"
        "Où : Lycée Jules Haag, Atelier 2, 1 rue Labbé, 25000 Besançon\n"
        "Accès : Entrée par la cour, bâtiment C.\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n"
        "Effectif, annulation libre : jusqu'au jeudi 25 mars 2027, 14 h 00\n"
        "Changement de date : jusqu'au mardi 30 mars 2027, 14 h 00\n\n"
        "L'invitation jointe remplace l'entrée de votre agenda. Imprimez de nouveau les badges s'ils portent l'ancienne"
        " date. Si ce moment ne vous convient pas, changez de date ou annulez depuis la page de la réservation.\n\n"
        "Ouvrir la réservation :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )
    assert mail.part("text/calendar").get_payload(decode=True) == calendar(
        event(story, sequence=1, starts_at=APRIL, ends_at=APRIL + timedelta(hours=3))
    )


async def test_the_same_entry_moves_in_the_agenda_of_the_lycee(db):
    story = await reserved(confirmed_at=NOW)
    mail = (await moved(story))[JULES]
    assert str(mail.message["Subject"]) == "Créneau déplacé : 24 élèves, jeudi 1er avril 2027 à 14 h 00"
    assert text_of(mail).split("\n")[2] == (
        "Le groupe 4e B, Collège Stendhal (24 élèves), vient le jeudi 1er avril 2027, de 14 h 00 à 17 h 00 :"
        " le créneau est déplacé. Avant : jeudi 25 mars 2027, 9 h 00."
    )
    assert mail.part("text/calendar").get_payload(decode=True) == calendar(
        for_host(story, story.slot, sequence=1, starts_at=APRIL, ends_at=APRIL + timedelta(hours=3))
    )


async def test_a_company_reads_its_new_hour_and_keeps_its_entry(db):
    story = await reserved()
    ines = await account("ines@example.org", name="Inès Caron")
    firm = await company(name="Horlogerie du Doubs")
    await attendance(slot=story.slot, company=firm, by=ines, uid="a-1@technilab.example")
    mail = (await moved(story))["ines@example.org"]
    assert str(mail.message["Subject"]) == "Venue déplacée : Découpe laser, jeudi 1er avril 2027 à 14 h 00"
    assert text_of(mail).split("\n")[2] == (
        "Le lycée a déplacé la séance où votre entreprise est attendue : elle a lieu le jeudi 1er avril 2027,"
        " de 14 h 00 à 17 h 00 (2 personnes). Avant : jeudi 25 mars 2027, 9 h 00."
    )
    entry = mail.part("text/calendar").get_payload(decode=True).decode()
    told = ("METHOD:REQUEST", "UID:a-1@technilab.example", "SEQUENCE:1", "DTSTART;TZID=Europe/Paris:20270401T140000")
    assert [line for line in told if f"{line}\r\n" not in entry] == []


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("waiting", "Le créneau pour lequel votre groupe 4e B (24 élèves) attend une place a lieu le jeudi 1er avril"),
        ("requested", "Le lycée a déplacé le créneau que vous avez demandé : il a lieu le jeudi 1er avril"),
    ],
)
async def test_those_who_only_wait_read_of_the_move_without_an_entry(db, state, sentence):
    story = await reserved(state=state, hold_until=NOW + timedelta(days=9))
    await rows("UPDATE slots SET seats = 24, seats_taken = 24, groups_taken = 1")
    mail = (await moved(story))[CLAIRE]
    assert text_of(mail).split("\n")[2].startswith(sentence)
    assert kinds_of(mail) == WORDS_ALONE


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (
            "waiting",
            "Votre groupe garde son rang. Si ce moment ne vous convient pas, quittez la liste d'attente depuis",
        ),
        (
            "offered",
            "répondez avant la date limite. Si ce moment ne vous convient pas, laissez-la depuis la page de la",
        ),
        (
            "in_draw",
            "Votre demande reste au tirage. Si ce moment ne vous convient pas, retirez-la depuis la page de la",
        ),
        (
            "requested",
            "L'accord de votre collège est toujours attendu. Si ce moment ne vous convient pas, changez de date",
        ),
    ],
)
async def test_who_is_not_sure_yet_reads_of_a_move_only_what_its_page_lets_it_do(db, state, told):
    story = await reserved(state=state, hold_until=NOW + timedelta(days=9))
    await rows("UPDATE slots SET seats = 24, seats_taken = 24, groups_taken = 1")
    assert told in text_of((await moved(story))[CLAIRE])


async def test_a_room_that_changes_alone_says_no_former_hour(db):
    story = await reserved(confirmed_at=NOW)
    await move(
        story.slot,
        MoveSlot(starts_at=paris("2027-03-25 09:00"), ends_at=paris("2027-03-25 12:00"), room=None),
        school=story.host,
        by=story.teacher,
        now=NOW,
    )
    mail = next(mail for mail in await posted() if mail.to == [CLAIRE])
    assert "Avant" not in text_of(mail)
    assert "Où : Lycée Jules Haag, 1 rue Labbé, 25000 Besançon\n" in text_of(mail)


async def test_whoever_comes_reads_which_room_takes_the_place_of_which_and_nothing_of_the_moment(db):
    story = await reserved(confirmed_at=NOW)
    await attendance(slot=story.slot, company=await company(name="Zénith Montres"), people=2)
    lab = await builders.room(school=story.host, name="Laboratoire d'électronique", seats=30)
    hall = await value("SELECT r.name FROM slots s JOIN rooms r ON r.id = s.room WHERE s.id = $1", story.slot)
    asked = MoveSlot(starts_at=paris("2027-03-25 09:00"), ends_at=paris("2027-03-25 12:00"), room=lab)
    await move(story.slot, asked, school=story.host, by=story.teacher, now=NOW)
    mails = await posted()
    assert len(mails) >= 2
    for mail in mails:
        assert str(mail.message["Subject"]).startswith("Autre salle : ")
        assert f"La salle change : Laboratoire d'électronique au lieu de {hall}, le " in text_of(mail)
        assert [words for words in ("badges", "déplacé", "Avant", "ne vous convient") if words in text_of(mail)] == []


async def test_a_teacher_reads_why_it_is_called_off_and_where_to_go_instead(db):
    story = await reserved(confirmed_at=NOW)
    faure = await school(kind="lycee", name="Lycée Edgar Faure", commune="Morteau", lat=47.06, lon=6.60)
    other = await slot(host=faure, starts_at=paris("2027-03-30 14:00"))
    mail = (await called_off(story))[CLAIRE]
    assert str(mail.message["Subject"]) == "Créneau annulé : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Le lycée ne peut pas vous recevoir le jeudi 25 mars 2027, de 9 h 00 à 12 h 00 : votre visite est annulée pour"
        " le groupe 4e B (24 élèves).\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Lycée : Lycée Jules Haag, Besançon\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n"
        f"Motif : {REASON}\n\n"
        "Créneaux proches où votre groupe tient en entier :\n"
        "- mardi 30 mars 2027, de 14 h 00 à 17 h 00\n"
        "  Découpe laser, Lycée Edgar Faure, Morteau, à 48 km\n"
        f"  http://127.0.0.1:8000/creneaux/{other}\n\n"
        "La pièce jointe retire l'entrée de votre agenda."
        " Ces places ne sont pas tenues : réservez celle qui vous va.\n\n"
        "Chercher un autre créneau :\n"
        f"http://127.0.0.1:8000/creneaux?groupe={await value('SELECT min(id) FROM groups')}&niveau=4e&eleves=24\n"
    )
    assert mail.part("text/calendar").get_payload(decode=True) == calendar(
        event(story, sequence=1, method="CANCEL", status="CANCELLED")
    )
    assert f'<a href="http://127.0.0.1:8000/creneaux/{other}"' in str(mail.part("text/html").get_content())


async def test_what_is_proposed_is_what_is_free_when_the_mail_leaves(db):
    story = await reserved(confirmed_at=NOW)
    await slot(starts_at=paris("2027-03-30 14:00"), seats_taken=10)
    text = text_of((await called_off(story))[CLAIRE])
    assert "Créneaux proches" not in text
    assert "Aucun autre créneau ne convient pour l'instant. Les lycées en ouvrent toute l'année." in text


async def test_a_demand_without_its_visa_has_nothing_to_take_out_of_an_agenda(db):
    story = await reserved(state="requested", hold_until=NOW + timedelta(days=9))
    mails = await called_off(story)
    assert list(mails) == [CLAIRE]
    text = text_of(mails[CLAIRE])
    assert text.split("\n")[2] == (
        "Le lycée a annulé le créneau du jeudi 25 mars 2027, de 9 h 00 à 12 h 00, que vous avez demandé pour le groupe"
        " 4e B (24 élèves)."
    )
    assert "pièce jointe" not in text
    assert kinds_of(mails[CLAIRE]) == WORDS_ALONE


async def test_the_lycee_and_the_company_lose_their_entry_and_read_why(db):
    story = await reserved(confirmed_at=NOW)
    ines = await account("ines@example.org", name="Inès Caron")
    await attendance(slot=story.slot, company=await company(), by=ines, uid="a-1@technilab.example")
    mails = await called_off(story)
    assert text_of(mails[JULES]).split("\n")[2] == (
        "Le créneau du jeudi 25 mars 2027, de 9 h 00 à 12 h 00, est annulé : le groupe 4e B, Collège Stendhal"
        " (24 élèves), ne vient pas."
    )
    assert mails[JULES].part("text/calendar").get_payload(decode=True) == calendar(
        for_host(story, story.slot, sequence=1, method="CANCEL", status="CANCELLED")
    )
    told_company = text_of(mails["ines@example.org"])
    assert f"Motif : {REASON}\n" in told_company
    entry = mails["ines@example.org"].part("text/calendar").get_payload(decode=True).decode()
    assert ("METHOD:CANCEL\r\n" in entry, "SEQUENCE:1\r\n" in entry) == (True, True)


async def test_a_move_that_is_called_off_before_its_mail_left_is_not_told(db):
    story = await reserved(state="called_off", sequence=2, confirmed_at=NOW, reason=REASON)
    assert await told("slot_changed/teacher", story.reservation) is None
    assert await told("slot_changed/host", story.reservation, to=JULES) is None
    assert await held("state") == [("dropped",), ("dropped",)]


async def test_a_teacher_reads_what_her_group_builds_now_and_her_agenda_stays_as_it_is(db):
    story = await reserved(confirmed_at=NOW)
    lamp, clock = await tech_object(name="Lampe"), await tech_object(name="Horloge")
    await rows(
        """INSERT INTO workshop_objects (workshop, tech_object)
           SELECT s.workshop, o FROM slots s CROSS JOIN unnest($1::int[]) o WHERE s.id = $2""",
        *([lamp, clock], story.slot),
    )
    await restate(story.slot, RestateSlot(objects=[lamp]), school=story.host, by=story.teacher, now=NOW)
    (mail,) = await posted()
    assert mail.to[0] == CLAIRE
    assert str(mail.message["Subject"]) == "Autres objets : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail).startswith(
        "Bonjour,\n\nLe lycée a changé ce que votre groupe 4e B (24 élèves) fabrique le jeudi 25 mars 2027"
    )
    assert ": Lampe.\n" in text_of(mail)
    assert "calendar" not in {part.get_content_subtype() for part in mail.message.walk()}


async def test_whoever_follows_a_slot_reads_why_it_moved(db):
    story = await reserved(confirmed_at=NOW)
    firm = await company()
    ines = await account("ines@example.org", name="Inès Caron")
    await attendance(slot=story.slot, company=firm, by=ines)
    why = "La machine n'est libre que l'après-midi"
    await move(
        story.slot,
        MoveSlot(starts_at=APRIL, ends_at=APRIL + timedelta(hours=3), room=None, reason=why),
        school=story.host,
        by=story.teacher,
        now=NOW,
    )
    told = {mail.to[0]: text_of(mail) for mail in await posted()}
    assert sorted(told) == [CLAIRE, "ines@example.org", JULES]
    assert {"Motif : La machine n'est libre que l'après-midi" in text for text in told.values()} == {True}
