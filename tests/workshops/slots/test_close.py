import asyncio
from datetime import timedelta

import pytest
from asyncpg.exceptions import CheckViolationError

from tests import builders
from workshops.database import row, rows, transaction, value
from workshops.refusals import Invalid, NotFound
from workshops.slots.close import close, reopen
from workshops.slots.queries import (
    TurnoutLine,
    slot_card,
    slots_past,
    slots_to_come,
    turnouts_of,
)
from workshops.slots.rules import CompanyAtSlot, GroupTurnout, SlotCalledOff, SlotDone, TooEarly

START = builders.paris("2027-03-25 09:00")
EVENING = START + timedelta(hours=4)


def turnout(college: int, **changed) -> GroupTurnout:
    return GroupTurnout(
        **{
            "group_ref": 7,
            "school": college,
            "group_label": "4e B",
            "level": "4e",
            "announced": 24,
            "scanned": 22,
            "counted": 23,
            "adults": 2,
            "note": "Un badge oublié.",
        }
        | changed
    )


async def test_closing_freezes_who_came(db):
    college, slot = await builders.school(name="Collège Stendhal"), await builders.slot(starts_at=START)
    await close(
        slot, turnout=[turnout(college)], companies=[CompanyAtSlot("55208131766522", "Horlogerie", 2)], now=EVENING
    )

    assert tuple(await row("SELECT state, closed_at, version FROM slots")) == ("done", EVENING, 1)
    assert await turnouts_of(slot) == [
        TurnoutLine(7, "Collège Stendhal", "4e B", "4e", 24, 22, 23, 2, "Un badge oublié.")
    ]
    assert [tuple(one) for one in await rows("SELECT siret, name, people FROM company_turnouts")] == [
        ("55208131766522", "Horlogerie", 2)
    ]


async def test_a_closed_slot_does_not_close_again(db):
    college, slot = await builders.school(), await builders.slot(starts_at=START)
    await close(slot, turnout=[turnout(college)], now=EVENING)
    with pytest.raises(SlotDone):
        await close(slot, turnout=[turnout(college, counted=1)], now=EVENING)
    assert await value("SELECT counted FROM turnouts") == 23


async def test_two_closings_at_once_keep_one(db):
    college, slot = await builders.school(), await builders.slot(starts_at=START)
    ends = await asyncio.gather(
        *(close(slot, turnout=[turnout(college, counted=n)], now=EVENING) for n in range(5)), return_exceptions=True
    )
    assert [type(end) for end in ends if end is not None] == [SlotDone] * 4
    assert await value("SELECT count(*) FROM turnouts") == 1


async def test_a_slot_closes_neither_early_nor_when_called_off_nor_when_unknown(db):
    slot = await builders.slot(starts_at=START)
    off = await builders.slot(starts_at=START, state="called_off", reason="Grève")
    with pytest.raises(TooEarly):
        await close(slot, turnout=[], now=START - timedelta(hours=3))
    with pytest.raises(SlotCalledOff):
        await close(off, turnout=[], now=EVENING)
    with pytest.raises(NotFound):
        await close(99, turnout=[], now=EVENING)


async def test_an_impossible_head_count_leaves_the_slot_open(db):
    college, slot = await builders.school(), await builders.slot(starts_at=START)
    with pytest.raises(Invalid) as refused:
        await close(slot, turnout=[turnout(college), turnout(college, group_ref=8, counted=201)], now=EVENING)
    assert refused.value.errors == {"counted": "Le nombre d'élèves de 4e B doit être compris entre 0 et 200."}
    assert await value("SELECT state FROM slots") == "open"
    assert await value("SELECT count(*) FROM turnouts") == 0


async def test_the_database_keeps_the_seats_within_their_number(db):
    await builders.slot(starts_at=START, seats=24)
    for wrong in ("seats_taken = 25", "seats_taken = -1", "company_places_taken = 5", "groups_taken = 2"):
        with pytest.raises(CheckViolationError):
            await rows(f"UPDATE slots SET {wrong}")


async def test_a_slot_card_says_all_in_one_statement(db):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", phone="03 81 81 01 45")
    clock = await builders.tech_object(name="Horloge")
    workshop = await builders.workshop(host=lycee, title="L'horloge", objects=(clock,))
    hall = await builders.room(school=lycee, name="Halle")
    slot = await builders.slot(workshop=workshop, starts_at=START, room=hall, seats=30, seats_taken=24, groups_taken=1)

    card = await slot_card(slot)
    assert (card.title, card.school_name, card.phone, card.room_name) == (
        "L'horloge",
        "Lycée Jules Haag",
        "03 81 81 01 45",
        "Halle",
    )
    assert (card.seats_free, card.groups_free, card.company_places_free) == (0, 0, 4)
    assert (card.object_ids, card.object_names, card.sheet.responsible) == (
        [clock],
        ["Horloge"],
        "Le directeur délégué",
    )
    assert (card.state_at(START - timedelta(days=8)), card.state_at(START - timedelta(days=7))) == ("open", "closed")
    assert await slot_card(slot + 1) is None


async def test_a_lycee_sees_what_is_to_come_and_what_is_past(db):
    lycee = await builders.school(kind="lycee")
    workshop = await builders.workshop(host=lycee)
    last_week, today, next_week = [
        await builders.slot(workshop=workshop, starts_at=START + timedelta(days=days)) for days in (-7, 0, 7)
    ]
    await builders.slot(starts_at=START)

    now = START + timedelta(hours=1)
    assert [one.id for one in await slots_to_come(lycee, now=now)] == [today, next_week]
    assert [one.id for one in await slots_past(lycee, now=now)] == [last_week]
    assert [one.id for one in await slots_past(lycee, now=now + timedelta(days=30), limit=2)] == [next_week, today]


async def test_scans_that_arrive_while_a_visit_is_being_closed_or_reopened_do_not_wait(db):
    slot, college = await builders.slot(), await builders.school()

    async def refer_to_it() -> None:
        await rows("SELECT 1 FROM slots WHERE id = $1 FOR KEY SHARE NOWAIT", slot)

    for act in (lambda: close(slot, turnout=[turnout(college)], now=EVENING), lambda: reopen(slot, now=EVENING)):
        elsewhere = asyncio.Event()

        async def scan(begin: asyncio.Event = elsewhere) -> None:
            await begin.wait()
            await refer_to_it()

        scanning = asyncio.create_task(scan())
        async with transaction():
            await act()
            elsewhere.set()
            await scanning
