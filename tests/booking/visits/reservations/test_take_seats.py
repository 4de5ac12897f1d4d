"""Demands that come at once: one statement, and to each the answer that it would get alone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from booking.visits.reservations.book import book, refused_lately
from booking.visits.reservations.demand import ALREADY_ASKED, Booked
from booking.visits.reservations.rules import GroupTooBig, KeyReused, SlotFull, WrongLevel
from booking.visits.reservations.seats_seen import SEEN_TOGETHER
from booking.visits.reservations.take_seats import TAKE_SEATS
from tests import builders
from tests.booking.visits.reservations.demands import a_demand
from tests.builders import NOW
from tests.statements import statements_of
from workshops.database import row, rows, transaction, value
from workshops.database.request_id import request_id
from workshops.refusals import NotFound


async def asked_in(request: str, demand: object, **more: object) -> Booked:
    request_id.set(request)
    return await book(demand, now=NOW, **more)


async def at_once(*demands: Awaitable[Booked]) -> list[object]:
    """What each obtains: its state, or why not."""
    refused_lately.clear()
    told = await asyncio.gather(*demands, return_exceptions=True)
    return [one.state if isinstance(one, Booked) else type(one) for one in told]


async def kept() -> tuple[int, int]:
    """How many reservations are written, and by how many statements."""
    found = await row("SELECT count(*), count(DISTINCT xmin::text) FROM reservations")
    assert found is not None
    return tuple(found)


async def a_teacher(school: int) -> int:
    teacher = await builders.person("teacher", school=school)
    return teacher


async def test_demands_of_several_colleges_and_slots_are_one_statement_and_each_is_answered_as_if_alone(db):
    college, other = await builders.school(), await builders.school(needs_approval=False)
    teacher, colleague = await a_teacher(college), await a_teacher(other)
    wide = await builders.slot(seats=96, groups_max=2, levels=["4e"])
    small = await builders.slot(seats=24, starts_at=NOW + timedelta(days=40))
    draft = await builders.slot(state="draft")
    groups = [await builders.group(school=college) for _ in range(3)]
    young, theirs = await builders.group(school=college, level="6e"), await builders.group(school=other)
    hers, his = {"school": college, "by": teacher}, {"school": other, "by": colleague}
    told = await at_once(
        asked_in("r1", a_demand(wide, groups[0], **hers)),
        asked_in("r2", a_demand(draft, groups[1], **hers)),
        asked_in("r3", a_demand(wide, theirs, **his)),
        asked_in("r4", a_demand(wide, young, **hers)),
        asked_in("r5", a_demand(small, groups[1], pupils=20, **hers)),
        asked_in("r6", a_demand(wide, groups[2], **hers)),
        asked_in("r7", a_demand(wide, groups[2], **his)),
    )
    assert told == ["confirmed", NotFound, "confirmed", WrongLevel, "confirmed", SlotFull, NotFound]
    assert await kept() == (3, 1)
    made = await rows(
        """SELECT r.slot, r."group", r.booked_by, r.pupils, r.mark, e.by, e.request, e.detail
           FROM reservations r JOIN events e ON e.about_kind = 'reservation' AND e.about = r.id ORDER BY r.id"""
    )
    assert [tuple(one) for one in made] == [
        (wide, groups[0], teacher, 24, 0, teacher, "r1", "24 élèves"),
        (wide, theirs, colleague, 24, 1, colleague, "r3", "24 élèves"),
        (small, groups[1], teacher, 20, 0, teacher, "r5", "20 élèves"),
    ]
    taken = await rows("SELECT seats_taken, groups_taken, groups_ever FROM slots ORDER BY id")
    assert [tuple(one) for one in taken] == [(48, 2, 2), (20, 1, 1), (0, 0, 0)]


async def test_a_demand_that_fails_fails_alone(db):
    college = await builders.school()
    teacher = await a_teacher(college)
    slots = [await builders.slot(starts_at=NOW + timedelta(days=30 + n)) for n in range(3)]
    groups = [await builders.group(school=college) for _ in range(3)]
    keys = ("once", "once", None)
    told = await at_once(
        *(
            book(a_demand(slot, group, school=college, by=teacher, key=key), now=NOW)
            for slot, group, key in zip(slots, groups, keys, strict=True)
        )
    )
    assert sorted(map(str, told[:2])) == sorted(map(str, ("confirmed", KeyReused)))
    assert told[2] == "confirmed"
    assert (await kept())[0] == 2


async def test_one_group_is_had_at_several_slots_at_once_where_their_days_differ(db):
    college = await builders.school()
    teacher, group = await a_teacher(college), await builders.group(school=college)
    slots = [await builders.slot(starts_at=NOW + timedelta(days=30 + n)) for n in range(4)]
    told = await at_once(*(book(a_demand(one, group, school=college, by=teacher), now=NOW) for one in slots))
    assert (told, await kept()) == (["confirmed"] * 4, (4, 1))


async def test_more_groups_than_a_slot_holds_ask_at_once_and_the_first_of_them_come(db):
    college = await builders.school()
    teacher, slot = await a_teacher(college), await builders.slot(seats=50, groups_max=3)
    groups = [await builders.group(school=college) for _ in range(4)]
    demands = [
        book(a_demand(slot, group, school=college, by=teacher, pupils=pupils), now=NOW)
        for group, pupils in zip(groups, (20, 20, 20, 10), strict=True)
    ]
    assert await at_once(*demands) == ["confirmed", "confirmed", SlotFull, "confirmed"]
    seen = await row("SELECT seats_taken, groups_taken FROM slots WHERE id = $1", slot)
    assert seen is not None and tuple(seen) == (50, 3)


async def test_a_full_slot_refuses_many_by_one_statement_and_to_each_what_stands_in_her_way(db):
    college, other = await builders.school(), await builders.school()
    teacher, slot = await a_teacher(college), await builders.slot(seats=24, levels=["4e"])
    first, young = await builders.group(school=college), await builders.group(school=college, level="6e")
    later = [await builders.group(school=college) for _ in range(3)]
    hers = {"school": college, "by": teacher}
    granted = await book(a_demand(slot, first, key="first", **hers), now=NOW)
    with pytest.raises(SlotFull):
        await book(a_demand(slot, later[0], **hers), now=NOW)

    async def rush() -> list[object]:
        asked = (a_demand(slot, later[1], **hers), a_demand(slot, young, **hers), a_demand(slot, later[2], **hers))
        again = a_demand(slot, first, key="first", **hers)
        his = a_demand(slot, later[2], school=other, by=teacher)
        return await asyncio.gather(*(book(one, now=NOW) for one in (*asked, again, his)), return_exceptions=True)

    told: list[object] = []

    async def noted() -> None:
        told.extend(await rush())

    sent = await statements_of(noted)
    assert [type(one) for one in told] == [SlotFull, WrongLevel, SlotFull, Booked, NotFound]
    assert isinstance(told[3], Booked)
    assert (told[3].id, told[3].repeated) == (granted.id, True)
    assert sent == [SEEN_TOGETHER, ALREADY_ASKED]


async def test_groups_that_wait_at_once_are_one_statement_in_the_order_in_which_they_came(db):
    college = await builders.school()
    teacher, slot, open_slot = await a_teacher(college), await builders.slot(seats=24), await builders.slot(seats=24)
    hers = {"school": college, "by": teacher}
    groups = [await builders.group(school=college) for _ in range(5)]
    await book(a_demand(slot, groups[0], **hers), now=NOW)
    refused_lately.add(slot)
    twice = a_demand(slot, groups[3], key="twice", wait=True, **hers)
    told = await asyncio.gather(
        asked_in("r1", a_demand(slot, groups[2], wait=True, **hers)),
        asked_in("r2", a_demand(slot, groups[1], wait=True, **hers)),
        asked_in("r3", a_demand(slot, groups[4], pupils=30, wait=True, **hers)),
        asked_in("r4", a_demand(open_slot, groups[4], wait=True, **hers)),
        return_exceptions=True,
    )
    states = [one.state if isinstance(one, Booked) else type(one) for one in told]
    assert states == ["waiting", "waiting", GroupTooBig, "confirmed"]
    waiting = await rows(
        """SELECT r."group", e.request, e.act, r.xmin::text AS by FROM reservations r
           JOIN events e ON e.about = r.id AND e.about_kind = 'reservation' WHERE r.state = 'waiting' ORDER BY r.id"""
    )
    assert [tuple(one)[:3] for one in waiting] == [
        (groups[2], "r1", "reservation_waits"),
        (groups[1], "r2", "reservation_waits"),
    ]
    assert len({one["by"] for one in waiting}) == 1
    again = await asyncio.gather(*(book(replace(twice, uid=f"{n}@x"), now=NOW) for n in range(3)))
    assert len({one.id for one in again}) == 1
    assert await value("SELECT count(*) FROM reservations WHERE state = 'waiting'") == 3


COLUMNS = """SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
WHERE table_name = 'slots' AND column_name <> 'id'"""


async def test_the_slots_of_a_booking_are_found_by_their_numbers_however_many_are_open(db):
    """In a table that PostgreSQL has not looked at, too: a plan that is made once reads them at each booking."""
    slot, columns = await builders.slot(), await value(COLUMNS)
    await rows(
        f"INSERT INTO slots ({columns}) SELECT {columns} FROM slots, generate_series(1, 1000) WHERE id = $1", slot
    )
    async with transaction():
        await rows("SET LOCAL plan_cache_mode = force_generic_plan")
        parameters = len(set(re.findall(r"\$(\d+)", TAKE_SEATS)))
        plan = await rows(f"EXPLAIN {TAKE_SEATS}", *[None] * parameters)
    assert [line for (line,) in plan if "slots_on_offer" in line or "Seq Scan on slots" in line] == [], plan
