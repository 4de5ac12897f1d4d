"""Giving up both halves of a class: one mail to each, with both entries; apart where their readers differ."""

from __future__ import annotations

from booking.visits.halves.cancel_both import cancel_both
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.booking.visits.halves.test_book_both import AFTERNOON, MORNING, Class, a_class
from tests.builders import NOW
from workshops.database import row, rows, value

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
