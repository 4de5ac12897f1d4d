from __future__ import annotations

import asyncio
from datetime import date, time

import pytest
from msgspec.structs import replace

from tests import builders
from tests.builders import NOW, paris
from workshops.catalogue.rules import WorkshopNotPublished
from workshops.database import current_engine, rows, value
from workshops.refusals import Invalid, NotFound
from workshops.series.open_series import open_series
from workshops.series.queries import plan_series, series_of_school, slots_of_series
from workshops.series.rules import DatesTaken, Series
from workshops.slots.move import MoveSlot, move_slot
from workshops.slots.open import OpenSlot, open_slot

THURSDAY = 3


async def a_series(**more: object) -> tuple[int, Series]:
    """A lycée's number, and Thursdays at nine from 11 March to 1 April in one of its rooms."""
    school = await builders.school(kind="lycee")
    workshop = await builders.workshop(host=school, seats=20, groups_max=2, levels=["4e", "3e"])
    room = await builders.room(school=school)
    asked = Series(
        workshop=workshop,
        weekdays=frozenset({THURSDAY}),
        starts=time(9),
        ends=time(12),
        first_on=date(2027, 3, 11),
        last_on=date(2027, 4, 1),
        room=room,
        company_places=3,
    )
    return school, replace(asked, **more)


async def test_a_series_opens_each_date_as_a_slot_of_its_workshop(db):
    school, asked = await a_series()
    opened = await open_series(asked, school=school, now=NOW, by=1)
    kept = await rows(
        """SELECT id, workshop, school, room, state, starts_at, ends_at, booking_closes_at, levels, seats, groups_max,
                  company_places FROM slots ORDER BY starts_at"""
    )
    assert [tuple(one)[1:5] for one in kept] == [(asked.workshop, school, asked.room, "open")] * 4
    assert [tuple(one)[8:] for one in kept] == [(["4e", "3e"], 20, 2, 3)] * 4
    assert [tuple(one)[5:8] for one in kept][2:] == [
        (paris("2027-03-25 09:00"), paris("2027-03-25 12:00"), paris("2027-03-18 18:00")),
        (paris("2027-04-01 09:00"), paris("2027-04-01 12:00"), paris("2027-03-25 18:00")),
    ]
    assert opened.slots == {
        date(2027, 3, 11): kept[0]["id"],
        date(2027, 3, 18): kept[1]["id"],
        date(2027, 3, 25): kept[2]["id"],
        date(2027, 4, 1): kept[3]["id"],
    }


async def test_the_slots_of_a_series_are_kept_together_and_more_may_join_them(db):
    school, asked = await a_series()
    opened = await open_series(asked, school=school, now=NOW, by=1)
    assert opened.series is not None
    assert [one.id for one in await slots_of_series(opened.series)] == list(opened.slots.values())
    later = replace(asked, first_on=date(2027, 4, 8), last_on=date(2027, 4, 15))
    grown = await open_series(later, school=school, grows=opened.series, now=NOW, by=1)
    assert (grown.series, len(await slots_of_series(opened.series))) == (opened.series, 6)
    (card,) = await series_of_school(school, now=paris("2027-03-19 08:00"))
    assert (card.slots, card.to_come, card.title) == (6, 4, "Découpe laser")
    assert await value("SELECT count(*) FROM series") == 1


async def test_a_series_of_another_lycee_or_workshop_does_not_grow(db):
    school, asked = await a_series()
    opened = await open_series(asked, school=school, now=NOW, by=1)
    other, elsewhere = await a_series()
    same_school = replace(asked, workshop=await builders.workshop(host=school), room=None)
    for host, series in ((other, elsewhere), (school, same_school)):
        with pytest.raises(NotFound):
            await open_series(series, school=host, grows=opened.series, now=NOW, by=1)
    assert await value("SELECT count(*) FROM slots") == 4


async def test_the_calendar_and_what_stands_already_are_skipped(db):
    school, asked = await a_series()
    await builders.closure(school=school, on=date(2027, 3, 18), until=date(2027, 3, 19))
    await builders.holidays(date(2027, 4, 1), date(2027, 4, 10))
    other = await builders.workshop(host=school)
    await builders.slot(workshop=other, room=asked.room, starts_at=paris("2027-03-25 10:00"))
    await builders.slot(
        workshop=other, room=asked.room, starts_at=paris("2027-03-11 10:00"), state="called_off", reason="Panne"
    )
    opened = await open_series(asked, school=school, now=NOW, by=1)
    assert [(one.on.day, one.state, one.reason) for one in opened.dates] == [
        (11, "open", None),
        (18, "skipped", "closure"),
        (25, "skipped", "room_taken"),
        (1, "skipped", "holiday"),
    ]
    assert list(opened.slots) == [date(2027, 3, 11)]


async def test_the_preview_writes_nothing_and_tells_what_would_be(db):
    school, asked = await a_series()
    plan = await plan_series(asked, school=school, now=NOW)
    assert (plan.to_open, plan.terms.seats, plan.terms.groups_max) == (4, 20, 2)
    assert await value("SELECT count(*) FROM slots") == 0


async def test_the_same_series_again_opens_nothing_more(db):
    school, asked = await a_series()
    await open_series(asked, school=school, now=NOW, by=1)
    again = await open_series(asked, school=school, now=NOW, by=1)
    assert ({one.reason for one in again.dates}, again.slots) == ({"room_taken"}, {})
    with pytest.raises(DatesTaken):
        await open_series(asked, school=school, ticked={date(2027, 3, 11): None}, now=NOW, by=1)
    assert await value("SELECT count(*) FROM slots") == 4


async def test_one_date_taken_since_the_preview_refuses_the_whole(db):
    school, asked = await a_series(room=None)
    ticked = {one.on: one.reason for one in (await plan_series(asked, school=school, now=NOW)).dates}
    await builders.slot(workshop=asked.workshop, starts_at=paris("2027-03-18 10:00"))
    with pytest.raises(DatesTaken):
        await open_series(asked, school=school, ticked=ticked, now=NOW, by=1)
    assert await value("SELECT count(*) FROM slots") == 1


async def test_a_hundred_dates_cost_as_many_statements_as_one(db):
    school, asked = await a_series()
    sent: list[str] = []
    costs = {}
    async with current_engine().transaction() as transaction:
        # A connection learns the types of its arguments once: that is not the series' cost.
        await open_series(replace(asked, last_on=asked.first_on), school=school, now=NOW, by=1)
        transaction.connection.add_query_logger(lambda logged: sent.append(logged.query))
        for first_on, last_on in ((date(2027, 4, 15), date(2027, 4, 15)), (date(2027, 5, 3), date(2027, 11, 30))):
            sent.clear()
            every_day = replace(asked, weekdays=frozenset(range(4)), first_on=first_on, last_on=last_on)
            opened = await open_series(every_day, school=school, now=NOW, by=1)
            await asyncio.sleep(0)  # The last statement is logged a turn of the loop later.
            costs[len(opened.slots)] = len([one for one in sent if "SAVEPOINT" not in one.upper()])
    assert costs == {1: 8, 122: 8}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"workshop": 9999}, NotFound),
        ({"room": 9999}, NotFound),
        ({"seats": 500}, Invalid),
        ({"seats": 25}, Invalid),
        ({"company_places": 51}, Invalid),
        ({"weekdays": frozenset()}, Invalid),
    ],
)
async def test_what_one_slot_could_not_be_a_series_cannot_be(db, change, refusal):
    school, asked = await a_series()
    with pytest.raises(refusal):
        await open_series(replace(asked, **change), school=school, now=NOW, by=1)
    assert await value("SELECT count(*) FROM slots") == 0


async def test_a_workshop_that_is_not_published_or_not_ours_has_no_series(db):
    school, asked = await a_series()
    await rows("UPDATE workshops SET state = 'draft'")
    with pytest.raises(WorkshopNotPublished):
        await open_series(asked, school=school, now=NOW, by=1)
    with pytest.raises(NotFound):
        await open_series(asked, school=await builders.school(kind="lycee"), now=NOW, by=1)


async def test_two_hosts_who_open_the_same_series_at_once_open_it_once(db):
    school, asked = await a_series(room=None)
    opened = await asyncio.gather(*(open_series(asked, school=school, now=NOW, by=None) for _ in range(4)))
    assert sorted(len(one.slots) for one in opened) == [0, 0, 0, 4]
    assert await value("SELECT count(*) FROM slots") == 4


async def test_a_slot_opened_at_the_same_moment_is_never_doubled(db):
    school, asked = await a_series()

    async def one_alone() -> int | Exception:
        return await open_slot(
            OpenSlot(
                workshop=asked.workshop,
                starts_at=paris("2027-03-18 09:00"),
                ends_at=paris("2027-03-18 12:00"),
                room=asked.room,
            ),
            school=school,
            now=NOW,
            by=None,
        )

    await asyncio.gather(open_series(asked, school=school, now=NOW, by=None), one_alone(), return_exceptions=True)
    assert await value("SELECT count(*) FROM slots WHERE starts_at = $1", paris("2027-03-18 09:00")) == 1


async def test_a_slot_moved_into_the_room_at_the_same_moment_keeps_it_or_gives_way(db):
    school, asked = await a_series()
    mover = await builders.slot(workshop=await builders.workshop(host=school), starts_at=paris("2027-06-10 09:00"))

    async def moved() -> object:
        return await move_slot(
            mover,
            MoveSlot(starts_at=paris("2027-03-18 10:00"), ends_at=paris("2027-03-18 11:00"), room=asked.room),
            school=school,
            now=NOW,
        )

    await asyncio.gather(open_series(asked, school=school, now=NOW, by=None), moved(), return_exceptions=True)
    in_the_room = await value(
        "SELECT count(*) FROM slots WHERE room = $1 AND starts_at::date = '2027-03-18'", asked.room
    )
    assert in_the_room == 1
