import asyncio
from datetime import date, timedelta

import pytest

from tests import builders
from tests.builders import NOW, paris
from workshops.catalogue.rules import WorkshopNotPublished
from workshops.database import row, rows, value
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.school_calendar.close import CloseSchool, close_school
from workshops.slots.open import OpenSlot, open_slot
from workshops.slots.rules import ClosedDay, RoomTaken

START, END = paris("2027-03-25 09:00"), paris("2027-03-25 12:00")


@pytest.fixture
async def lycee(db):
    return await builders.school(kind="lycee")


@pytest.fixture
async def workshop(lycee):
    return await builders.workshop(host=lycee, levels=["4e", "3e"], seats=28, groups_max=2)


async def open_it(workshop: int, lycee: int, **changed):
    return await open_slot(
        OpenSlot(workshop=workshop, **{"starts_at": START, "ends_at": END} | changed), school=lycee, by=None, now=NOW
    )


async def test_a_slot_takes_what_its_workshop_says(workshop, lycee):
    made = await open_it(workshop, lycee, company_places=4)
    kept = await row("""
        SELECT id, workshop, school, room, state, starts_at, ends_at, booking_closes_at, levels, seats, seats_taken,
               groups_max, groups_taken, company_places, company_places_taken, example, created_at FROM slots
    """)
    assert dict(kept) == {
        "id": made,
        "workshop": workshop,
        "school": lycee,
        "room": None,
        "state": "open",
        "starts_at": START,
        "ends_at": END,
        "booking_closes_at": paris("2027-03-18 18:00"),
        "levels": ["4e", "3e"],
        "seats": 28,
        "seats_taken": 0,
        "groups_max": 2,
        "groups_taken": 0,
        "company_places": 4,
        "company_places_taken": 0,
        "example": False,
        "created_at": NOW,
    }


async def test_a_wednesday_afternoon_is_accepted(workshop, lycee):
    assert await open_it(workshop, lycee, starts_at=paris("2027-03-24 14:00"), ends_at=paris("2027-03-24 16:00"))


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"starts_at": NOW, "ends_at": NOW + timedelta(hours=2)}, {"starts_at": "Ce moment est déjà passé."}),
        ({"ends_at": START}, {"ends_at": "La fin vient avant le début."}),
        (
            {"ends_at": START + timedelta(minutes=29)},
            {"ends_at": "Un créneau dure de 30 minutes à 10 heures, dans la même journée."},
        ),
        (
            {"ends_at": paris("2027-03-26 09:00")},
            {"ends_at": "Un créneau dure de 30 minutes à 10 heures, dans la même journée."},
        ),
        (
            {"starts_at": paris("2027-03-28 09:00"), "ends_at": paris("2027-03-28 12:00")},
            {"starts_at": "Un créneau n'a pas lieu un dimanche."},
        ),
        (
            {"booking_closes_at": paris("2027-03-18 18:01")},
            {
                "booking_closes_at": "Les réservations closent au plus tard le 18/03/2027 à 18 h,"
                " 5 jours d'école avant la visite."
            },
        ),
        ({"booking_closes_at": NOW}, {"booking_closes_at": "Cette clôture des réservations est déjà passée."}),
    ],
)
async def test_wrong_hours_and_numbers_are_refused(workshop, lycee, changed, errors):
    with pytest.raises(Invalid) as refused:
        await open_it(workshop, lycee, **changed)
    assert errors.items() <= refused.value.errors.items()
    assert await value("SELECT count(*) FROM slots") == 0


async def test_a_day_off_is_refused_with_its_reason(workshop, lycee):
    await rows("""
        INSERT INTO closures (kind, label, zone, first_on, last_on, source) VALUES
          ('holiday', 'Printemps', 'A', '2027-04-10', '2027-04-25', ''),
          ('holiday', 'Printemps', 'B', '2027-03-20', '2027-04-05', ''),
          ('public_holiday', 'Lundi de Pâques', NULL, '2027-03-29', '2027-03-29', '')
    """)
    await close_school(
        lycee, CloseSchool(label="Examens", first_on=date(2027, 5, 18), last_on=date(2027, 5, 19)), by=None, now=NOW
    )
    refused = []
    for day in ("2027-04-12", "2027-03-29", "2027-05-18"):
        with pytest.raises(ClosedDay) as no:
            await open_it(workshop, lycee, starts_at=paris(f"{day} 09:00"), ends_at=paris(f"{day} 12:00"))
        refused.append(no.value.reason)
    assert refused == ["holiday", "public_holiday", "closure"]
    assert await open_it(workshop, lycee) > 0


async def test_the_day_of_a_slot_is_that_of_paris(workshop, lycee):
    await close_school(
        lycee, CloseSchool(label="Examens", first_on=date(2027, 6, 15), last_on=date(2027, 6, 15)), by=None, now=NOW
    )
    with pytest.raises(ClosedDay):
        await open_it(
            workshop, lycee, starts_at=paris("2027-06-15 00:30"), ends_at=paris("2027-06-15 02:00"), odd_hours=True
        )


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
async def test_a_workshop_that_colleges_do_not_see_has_no_slot(lycee, state: str):
    workshop = await builders.workshop(host=lycee, state=state)
    with pytest.raises(WorkshopNotPublished):
        await open_it(workshop, lycee)


async def test_a_workshop_or_a_room_of_another_lycee_does_not_exist(workshop, lycee):
    other = await builders.school(kind="lycee")
    with pytest.raises(NotFound):
        await open_it(workshop, other)
    with pytest.raises(NotFound):
        await open_it(workshop, lycee, room=await builders.room(school=other))
    with pytest.raises(NotFound):
        await open_it(workshop + 9, lycee)


async def test_a_closed_or_small_room_is_refused(workshop, lycee):
    closed = await builders.room(school=lycee, name="B12", closed=True)
    small = await builders.room(school=lycee, name="C3", seats=20)
    with pytest.raises(Invalid) as no:
        await open_it(workshop, lycee, room=closed)
    with pytest.raises(Invalid) as too_small:
        await open_it(workshop, lycee, room=small)
    assert no.value.errors == {"room": "La salle B12 est fermée."}
    assert too_small.value.errors == {"seats": "La salle C3 accueille 20 élèves au plus."}
    assert await open_it(workshop, lycee, room=small, seats=20) > 0


async def test_two_slots_never_overlap_in_a_room(workshop, lycee):
    hall, other = await builders.room(school=lycee, seats=60), await builders.room(school=lycee, seats=60)
    await open_it(workshop, lycee, room=hall)
    with pytest.raises(RoomTaken) as no:
        await open_it(
            workshop, lycee, room=hall, starts_at=END - timedelta(minutes=1), ends_at=END + timedelta(hours=1)
        )
    assert (no.value.there.id, no.value.there.ends_at) == (await value("SELECT id FROM slots"), END)
    await open_it(workshop, lycee, room=hall, starts_at=END, ends_at=END + timedelta(hours=2))
    await open_it(workshop, lycee, room=other)
    assert await value("SELECT count(*) FROM slots") == 3


async def test_a_room_is_free_again_once_its_slot_is_called_off(workshop, lycee):
    hall = await builders.room(school=lycee, seats=60)
    await open_it(workshop, lycee, room=hall)
    await rows("UPDATE slots SET state = 'called_off', reason = 'Grève'")
    assert await open_it(workshop, lycee, room=hall) > 0


async def test_ten_at_once_for_one_room_open_one_slot(workshop, lycee):
    hall = await builders.room(school=lycee, seats=60)
    ends = await asyncio.gather(*(open_it(workshop, lycee, room=hall) for _ in range(10)), return_exceptions=True)
    assert [type(end) for end in ends if isinstance(end, Refusal)] == [RoomTaken] * 9
    assert await value("SELECT count(*) FROM slots") == 1


async def test_a_slot_opens_with_its_deadlines_on_working_days(workshop, lycee):
    monday = {"starts_at": paris("2027-03-22 09:00"), "ends_at": paris("2027-03-22 12:00")}
    made = await open_it(workshop, lycee, **monday)
    kept = await row("SELECT booking_closes_at, settles_at, list_locks_at, eve_at FROM slots WHERE id = $1", made)
    assert tuple(kept) == (
        paris("2027-03-15 18:00"),
        paris("2027-03-15 09:00"),
        paris("2027-03-19 09:00"),
        paris("2027-03-19 08:00"),
    )
