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
from tests.booking.visits.reservations.demands import College, a_demand
from tests.builders import NOW
from tests.seen import first, seats, seen
from tests.statements import statements_of
from workshops.database import rows, transaction, value
from workshops.database.confirmed import CONFIRM
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
    return await first("SELECT count(*), count(DISTINCT xmin::text) FROM reservations")


async def test_demands_of_several_colleges_and_slots_are_one_statement_and_each_is_answered_as_if_alone(db):
    college, other = await College.new(), await College.new(needs_approval=False)
    wide = await builders.slot(seats=96, groups_max=2, levels=["4e"])
    small = await builders.slot(seats=24, starts_at=NOW + timedelta(days=40))
    draft = await builders.slot(state="draft")
    groups = [await college.group() for _ in range(3)]
    young, theirs, hers, his = await college.group(level="6e"), await other.group(), college.own, other.own
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
    assert await seen(
        """SELECT r.slot, r."group", r.booked_by, r.pupils, r.mark, e.by, e.request, e.detail
           FROM reservations r JOIN events e ON e.about_kind = 'reservation' AND e.about = r.id ORDER BY r.id"""
    ) == [
        (wide, groups[0], college.teacher, 24, 0, college.teacher, "r1", "24 élèves"),
        (wide, theirs, other.teacher, 24, 1, other.teacher, "r3", "24 élèves"),
        (small, groups[1], college.teacher, 20, 0, college.teacher, "r5", "20 élèves"),
    ]
    assert await seen("SELECT seats_taken, groups_taken, groups_ever FROM slots ORDER BY id") == [
        (48, 2, 2),
        (20, 1, 1),
        (0, 0, 0),
    ]


async def test_a_demand_that_fails_fails_alone(db):
    college = await College.new()
    slots = [await builders.slot(starts_at=NOW + timedelta(days=30 + n)) for n in range(3)]
    keys = ("once", "once", None)
    demands = [await college.demand(slot, key=key) for slot, key in zip(slots, keys, strict=True)]
    told = await at_once(*(book(one, now=NOW) for one in demands))
    assert sorted(map(str, told[:2])) == sorted(map(str, ("confirmed", KeyReused)))
    assert told[2] == "confirmed"
    assert (await kept())[0] == 2


async def test_one_group_is_had_at_several_slots_at_once_where_their_days_differ(db):
    college = await College.new()
    group = await college.group()
    slots = [await builders.slot(starts_at=NOW + timedelta(days=30 + n)) for n in range(4)]
    told = await at_once(*(college.ask(one, group=group) for one in slots))
    assert (told, await kept()) == (["confirmed"] * 4, (4, 1))


async def test_more_groups_than_a_slot_holds_ask_at_once_and_the_first_of_them_come(db):
    college, slot = await College.new(), await builders.slot(seats=50, groups_max=3)
    demands = [await college.demand(slot, pupils=pupils) for pupils in (20, 20, 20, 10)]
    told = await at_once(*(book(one, now=NOW) for one in demands))
    assert told == ["confirmed", "confirmed", SlotFull, "confirmed"]
    assert await seats(slot) == (50, 3)


async def test_of_many_who_ask_at_once_for_the_last_place_all_others_learn_it_by_the_statement_that_gave_it(db):
    college, slot = await College.new(), await builders.slot(seats=24, groups_max=1)
    first_of_all = await college.demand(slot, key="k")
    demands = [first_of_all, replace(first_of_all, uid="again@x"), *[await college.demand(slot) for _ in range(60)]]
    told: list[object] = []

    async def rush() -> None:
        told.extend(await at_once(*(book(each, now=NOW) for each in demands)))

    sent = await statements_of(rush)
    assert told == ["confirmed"] * 2 + [SlotFull] * 60
    # The repeated one tries, and finds its first answer.
    assert (sent.count(TAKE_SEATS), ALREADY_ASKED in sent, len(sent) < 8) == (2, True, True)
    assert await seats(slot) == (24, 1)


async def test_a_full_slot_refuses_many_by_one_statement_and_to_each_what_stands_in_her_way(db):
    college, other, slot = await College.new(), await builders.school(), await builders.slot(levels=["4e"])
    had, young, hers = await college.group(), await college.group(level="6e"), college.own
    later = [await college.group() for _ in range(3)]
    granted = await college.ask(slot, group=had, key="first")
    with pytest.raises(SlotFull):
        await college.ask(slot, group=later[0])

    async def rush() -> list[object]:
        asked = (a_demand(slot, later[1], **hers), a_demand(slot, young, **hers), a_demand(slot, later[2], **hers))
        again = a_demand(slot, had, key="first", **hers)
        his = a_demand(slot, later[2], school=other, by=college.teacher)
        return await asyncio.gather(*(book(one, now=NOW) for one in (*asked, again, his)), return_exceptions=True)

    told: list[object] = []

    async def noted() -> None:
        told.extend(await rush())

    sent = await statements_of(noted)
    assert [type(one) for one in told] == [SlotFull, WrongLevel, SlotFull, Booked, NotFound]
    assert isinstance(told[3], Booked)
    assert (told[3].id, told[3].repeated) == (granted.id, True)
    assert sent == [SEEN_TOGETHER, ALREADY_ASKED, CONFIRM]


async def test_groups_that_wait_at_once_are_one_statement_in_the_order_in_which_they_came(db):
    college, slot, open_slot = await College.new(), await builders.slot(seats=24), await builders.slot(seats=24)
    groups, hers = [await college.group() for _ in range(5)], college.own
    await college.ask(slot, group=groups[0])
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
