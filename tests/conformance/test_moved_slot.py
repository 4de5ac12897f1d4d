"""The mails of a slot that moves across both clock changes and is called off, taken one by one into a real agenda."""

from __future__ import annotations

from datetime import timedelta

from booking.visits.slot_changes.call_off import call_off
from booking.visits.slot_changes.move import move
from tests.booking.mails.story import CLAIRE, JULES, Story, posted, reserved, told
from tests.builders import NOW, paris
from tests.conformance.readers import Khal, Shown, ical_js
from tests.smtp import Taken
from workshops.slots.call_off import CallOffSlot
from workshops.slots.move import MoveSlot

TITLE = "TECHNILAB : Découpe laser, 4e B, Collège Stendhal (24 élèves)"
HOURS = (
    ("2027-03-30 09:00", "2027-03-30 07:00", "2027-03-30 10:00"),
    ("2027-10-29 14:00", "2027-10-29 12:00", "2027-10-29 15:00"),
    ("2027-11-04 14:00", "2027-11-04 13:00", "2027-11-04 16:00"),
)


def entry(mail: Taken) -> bytes:
    return mail.part("text/calendar").get_payload(decode=True)


async def moved(story: Story, to: str) -> dict[str, Taken]:
    await move(
        story.slot,
        MoveSlot(starts_at=paris(to), ends_at=paris(to) + timedelta(hours=3), room=None),
        school=story.host,
        by=story.teacher,
        now=NOW,
    )
    return {mail.to[0]: mail for mail in await posted()}


async def test_the_entry_follows_the_slot_in_both_agendas_and_ends_with_it(db, tmp_path):
    story = await reserved(confirmed_at=NOW)
    agendas = {CLAIRE: Khal(tmp_path / "claire"), JULES: Khal(tmp_path / "jules")}
    agendas[CLAIRE].take(entry(await told("reservation_confirmed/teacher", story.reservation)))
    agendas[JULES].take(
        entry(await told("reservation_confirmed/host", story.reservation, to=JULES, name="Jules Marchand"))
    )
    for sequence, (wall, starts, ends) in enumerate(HOURS, start=1):
        mails = await moved(story, wall)
        for reader, agenda in agendas.items():
            agenda.take(entry(mails[reader]))
            assert agenda.agenda(2027) == [Shown("r-1@technilab.example", starts, ends, "CONFIRMED", TITLE)]
            read = ical_js(entry(mails[reader]))
            assert (read["method"], read["sequence"], read["starts_at"]) == (
                "REQUEST",
                sequence,
                f"{starts.replace(' ', 'T')}:00.000Z",
            )
    await call_off(story.slot, CallOffSlot(reason="Machine en panne"), school=story.host, by=story.teacher, now=NOW)
    mails = {mail.to[0]: mail for mail in await posted()}
    for reader, agenda in agendas.items():
        agenda.take(entry(mails[reader]))
        assert [one.status for one in agenda.agenda(2027)] == ["CANCELLED"]
        read = ical_js(entry(mails[reader]))
        assert (read["method"], read["status"], read["sequence"]) == ("CANCEL", "CANCELLED", 4)
