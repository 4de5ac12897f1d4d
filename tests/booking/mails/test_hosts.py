"""What those who receive read about a visit, sent through a real server and read back.

Giving up both halves of a class: one mail to each, with both entries; apart where their readers differ.
"""

from __future__ import annotations

import pytest

from booking.calendar.invites.ical import calendar
from booking.visits.asking.book_both import cancel_both
from booking.visits.demands.rules import LATE_LINE
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from tests import builders
from tests.booking.mails.story import JULES, for_host, posted, reserved, text_of, told
from tests.booking.outbox.notices.outbox import held
from tests.booking.visits.asking.test_book_both import AFTERNOON, MORNING, Class, a_class
from tests.builders import NOW, group, paris, reservation, school, slot
from tests.telling import tell
from workshops.database import row, rows, value


async def test_a_host_reads_who_comes_and_is_the_only_attendee_of_the_same_entry(db):
    story = await reserved()
    mail = await told("reservation_confirmed/host", story.reservation, to=JULES, name="Jules Marchand")
    assert str(mail.message["Subject"]) == "Groupe attendu : 24 élèves, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Un groupe de 24 élèves vient à l'atelier « Découpe laser » le jeudi 25 mars 2027, de 9 h 00 à 12 h 00.\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Où : Lycée Jules Haag, Atelier 2\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, Collège Stendhal, Besançon\n"
        "Effectif : 24 élèves et 2 accompagnateurs\n"
        "Places prises : 24 sur 24\n\n"
        "L'invitation jointe met la visite dans votre agenda. Préparez l'accueil depuis la page du créneau.\n\n"
        "Ouvrir le créneau :\n"
        f"http://127.0.0.1:8000/lycee/creneaux/{story.slot}\n"
    )
    assert mail.part("text/calendar").get_payload(decode=True) == calendar(for_host(story, story.slot))


async def test_a_host_reads_that_a_group_no_longer_comes(db):
    story = await reserved(state="cancelled_by_teacher", sequence=1, confirmed_at=NOW, reason="Grève des cars")
    mail = await told("reservation_cancelled/host", story.reservation, to=JULES, name="Jules Marchand")
    assert str(mail.message["Subject"]) == "Visite annulée : 24 élèves, jeudi 25 mars 2027 à 9 h 00"
    words = text_of(mail).split("\n")
    assert words[2] == (
        "Le groupe 4e B, Collège Stendhal (24 élèves), ne vient plus le jeudi 25 mars 2027, de 9 h 00 à 12 h 00."
    )
    assert words[10] == "Motif : Grève des cars"
    assert mail.part("text/calendar").get_payload(decode=True) == calendar(
        for_host(story, story.slot, sequence=1, method="CANCEL", status="CANCELLED")
    )


async def test_a_visit_that_moves_within_the_lycee_keeps_its_entry(db):
    story = await reserved()
    after = await slot(host=story.host, starts_at=paris("2027-03-30 14:00"))
    await to_slot(after)
    mail = await told(
        "reservation_changed/host/moved", story.reservation, to=JULES, name="Jules Marchand", also=story.slot
    )
    assert str(mail.message["Subject"]) == "Visite déplacée : 24 élèves, mardi 30 mars 2027 à 14 h 00"
    assert text_of(mail).split("\n")[2] == (
        "Le groupe 4e B, Collège Stendhal (24 élèves), vient le mardi 30 mars 2027, de 14 h 00 à 17 h 00, au lieu du"
        " jeudi 25 mars 2027, de 9 h 00 à 12 h 00."
    )
    assert mail.part("text/calendar").get_payload(decode=True) == calendar(
        for_host(
            story,
            after,
            sequence=1,
            location="Lycée Jules Haag, 1 rue Labbé, 25000 Besançon",
            starts_at=paris("2027-03-30 14:00"),
            ends_at=paris("2027-03-30 17:00"),
        )
    )


async def test_the_lycee_that_a_visit_leaves_loses_its_entry_at_the_hour_that_it_knew(db):
    story = await reserved()
    await to_slot(await slot(host=await school(kind="lycee"), starts_at=paris("2027-03-30 14:00")))
    mail = await told(
        "reservation_cancelled/host/left", story.reservation, to=JULES, name="Jules Marchand", also=story.slot
    )
    assert str(mail.message["Subject"]) == "Visite annulée : 24 élèves, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Le groupe 4e B, Collège Stendhal (24 élèves), ne vient plus le jeudi 25 mars 2027, de 9 h 00 à 12 h 00 :"
        " son collège a choisi un autre créneau.\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Où : Lycée Jules Haag, Atelier 2\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, Collège Stendhal, Besançon\n"
        "Effectif : 24 élèves et 2 accompagnateurs\n"
        "Places prises : 0 sur 24\n\n"
        "La pièce jointe retire l'entrée de votre agenda. Ses places sont de nouveau libres.\n\n"
        "Ouvrir le créneau :\n"
        f"http://127.0.0.1:8000/lycee/creneaux/{story.slot}\n"
    )
    part = mail.part("text/calendar")
    assert dict(part["Content-Type"].params)["method"] == "CANCEL"
    assert part.get_payload(decode=True) == calendar(
        for_host(story, story.slot, sequence=1, method="CANCEL", status="CANCELLED")
    )


async def test_a_visit_that_comes_back_before_the_mail_leaves_takes_no_entry_away(db):
    story = await reserved(sequence=2)
    assert await told("reservation_cancelled/host/left", story.reservation, to=JULES, also=story.slot) is None
    await to_slot(await slot(host=story.host, starts_at=paris("2027-03-30 14:00")))
    await tell()
    await rows("DELETE FROM notices")
    assert await told("reservation_cancelled/host/left", story.reservation, to=JULES, also=story.slot) is None
    assert await held("state") == [("dropped",)]


async def test_another_head_count_updates_the_hosts_entry(db):
    story = await reserved(pupils=22, sequence=1)
    mail = await told("reservation_changed/host", story.reservation, to=JULES, name="Jules Marchand")
    assert str(mail.message["Subject"]) == "Effectif changé : 22 élèves, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail).split("\n")[2] == (
        "Le groupe 4e B, Collège Stendhal, vient à 22 élèves et 2 accompagnateurs le jeudi 25 mars 2027, de 9 h 00 à"
        " 12 h 00."
    )
    mine = for_host(story, story.slot)
    assert mail.part("text/calendar").get_payload(decode=True) == calendar(
        for_host(
            story,
            story.slot,
            sequence=1,
            summary="TECHNILAB : Découpe laser, 4e B, Collège Stendhal (22 élèves)",
            description=mine.description.replace("24 élèves", "22 élèves"),
        )
    )


@pytest.mark.parametrize(
    "kind", ["reservation_confirmed/host", "reservation_changed/host/moved", "reservation_changed/host"]
)
async def test_a_lycee_that_a_visit_has_left_reads_nothing_of_where_it_went(db, kind):
    story = await reserved()
    await to_slot(await slot(host=await school(kind="lycee"), starts_at=paris("2027-03-30 14:00")))
    assert await told(kind, story.reservation, to=JULES, also=story.slot) is None
    assert await held("state") == [("dropped",)]


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("reservation_confirmed/host", "called_off"),
        ("reservation_changed/host/moved", "waiting"),
        ("reservation_changed/host", "lapsed"),
        ("reservation_cancelled/host", "locked"),
    ],
)
async def test_what_is_no_longer_true_is_not_sent_to_a_host(db, kind, state):
    story = await reserved(state=state)
    assert await told(kind, story.reservation, to=JULES) is None
    assert await held("state") == [("dropped",)]


async def to_slot(after: int) -> None:
    """The one visit moves there, as the verb moves it."""
    await rows("UPDATE slots SET seats_taken = 0, groups_taken = 0")
    await rows(
        """UPDATE reservations r SET slot = sl.id, starts_at = sl.starts_at, ends_at = sl.ends_at,
           sequence = r.sequence + 1 FROM slots sl WHERE sl.id = $1""",
        after,
    )


async def test_after_a_cancellation_a_host_reads_the_places_as_they_are_now(db):
    story = await reserved(state="cancelled_by_teacher", sequence=1, confirmed_at=NOW)
    await rows("UPDATE slots SET seats_taken = 0, groups_taken = 0")
    mail = await told("reservation_cancelled/host", story.reservation, to=JULES, name="Jules Marchand")
    lines = text_of(mail).split("\n")
    assert (lines[9], lines[11].split(". ")[1]) == ("Places prises : 0 sur 24", "Ses places sont de nouveau libres.")


async def test_a_host_reads_that_the_places_left_are_offered_to_who_waited(db):
    story = await reserved(state="cancelled_by_teacher", sequence=1, confirmed_at=NOW)
    await rows("UPDATE slots SET seats_taken = 0, groups_taken = 0")
    await reservation(slot=story.slot, group=await group(), state="offered")
    mail = await told("reservation_cancelled/host", story.reservation, to=JULES, name="Jules Marchand")
    lines = text_of(mail).split("\n")
    assert (lines[9], lines[11].split(". ")[1]) == (
        "Places prises : 24 sur 24, dont 24 proposées à qui attendait",
        "Ses places sont proposées à un groupe qui attendait.",
    )


async def test_a_host_reads_that_another_group_has_the_places_left_already(db):
    story = await reserved(state="cancelled_by_teacher", sequence=1, confirmed_at=NOW)
    await reservation(slot=story.slot, group=await group())
    mail = await told("reservation_cancelled/host", story.reservation, to=JULES, name="Jules Marchand")
    lines = text_of(mail).split("\n")
    assert (lines[9], lines[11].split(". ")[1]) == (
        "Places prises : 24 sur 24",
        "Ses places sont déjà reprises par un autre groupe.",
    )


async def test_a_host_reads_which_choice_of_the_group_it_is(db):
    story = await reserved(line=2)
    mail = await told("reservation_confirmed/host", story.reservation, to=JULES, name="Jules Marchand")
    assert "Choix : deuxième choix du groupe" in text_of(mail).split("\n")


@pytest.mark.parametrize("beside", ["its sentence found it", "it was given back late"])
async def test_a_host_reads_no_choice_where_the_group_had_not_named_the_slot(db, beside):
    story = await reserved(line=2)
    if beside == "its sentence found it":
        await rows("UPDATE demands SET sentence = 2, km = 40, level = '4e', pupils = 24")
    else:
        await rows("UPDATE reservations SET line = $1", LATE_LINE)
    mail = await told("reservation_confirmed/host", story.reservation, to=JULES, name="Jules Marchand")
    assert "Choix :" not in text_of(mail)


TEACHER, HOST = "claire@example.org", "jules@example.org"


async def both_reserved(**more) -> tuple[Class, int, int]:
    """Both halves are reserved, and the mails that said so have left."""
    made = await a_class(**more)
    await rows("UPDATE accounts SET email = $2 WHERE id = $1", made.teacher, TEACHER)
    await builders.membership(await builders.account(HOST), "host", school=made.lycee)
    taught = await builders.workshop(host=made.lycee)
    slots = [await builders.slot(workshop=taught, starts_at=at) for at in (MORNING, AFTERNOON)]
    await made.take(*slots)
    await posted()
    first, second = await rows("SELECT id FROM reservations ORDER BY half")
    return made, first["id"], second["id"]


def entries(mail) -> list[tuple[str, str]]:
    """The method and the UID of each entry that comes as a file."""
    found = []
    for part in mail.message.walk():
        if part.get_content_type() == "application/ics":
            lines = part.get_payload(decode=True).decode().splitlines()
            found.append(tuple(line.split(":", 1)[1] for line in lines if line.startswith(("METHOD:", "UID:"))))
    return found


async def test_one_mail_to_the_teacher_and_one_to_the_lycee_take_both_entries_away(db):
    made, first, second = await both_reserved()
    await cancel_both(first, CancelVisit(reason="Neige"), school=made.college, by=made.teacher, now=NOW)
    mails = {mail.to[0]: mail for mail in await posted()}
    uids = [await value("SELECT uid FROM reservations WHERE id = $1", one) for one in (first, second)]
    assert {to: entries(mail) for to, mail in mails.items()} == {
        to: [("CANCEL", uid) for uid in uids] for to in (TEACHER, HOST)
    }
    assert "L'autre moitié de la classe, le jeudi 25 mars 2027, de 13 h 30 à 16 h 30, l'est aussi." in text_of(
        mails[TEACHER]
    )
    whole, group = await row('SELECT sum(pupils)::int, min("group") FROM reservations')
    assert text_of(mails[TEACHER]).endswith(f"/creneaux?groupe={group}&niveau=4e&eleves={whole}\n")
    assert "ni l'autre moitié de la classe le jeudi 25 mars 2027, de 13 h 30" in text_of(mails[HOST])
    acts = await rows("SELECT act, about FROM events WHERE act LIKE 'reservation_cancel%' ORDER BY id")
    assert [tuple(one) for one in acts] == [("reservation_cancel_also", second), ("reservation_cancel", first)]


async def test_halves_that_are_given_up_one_after_the_other_are_told_one_by_one(db):
    made, first, second = await both_reserved()
    told = {"role": "teacher", "school": made.college, "by": made.teacher, "now": NOW}
    for half in (second, first):
        await cancel(half, CancelVisit(reason="Neige"), **told)
        mails = await posted()
        assert sorted((mail.to[0], len(entries(mail))) for mail in mails) == [(TEACHER, 1), (HOST, 1)]


async def test_a_sure_half_and_one_that_waits_are_told_apart(db):
    made, first, second = await both_reserved()
    await rows(
        "UPDATE reservations SET state = 'requested', hold_until = $2, confirmed_at = NULL WHERE id = $1",
        first,
        MORNING,
    )
    await cancel_both(first, CancelVisit(reason="Neige"), school=made.college, by=made.teacher, now=NOW)
    assert [mail.to[0] for mail in await posted()].count(HOST) == 1
    acts = await rows("SELECT act, about FROM events WHERE act LIKE 'reservation_cancel%' ORDER BY id")
    assert [tuple(one) for one in acts] == [("reservation_cancel", second), ("reservation_cancel", first)]
