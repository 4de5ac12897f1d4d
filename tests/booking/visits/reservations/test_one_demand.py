"""A group asks for one thing at a time: what it waits for besides is a line of the demand that it has."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from booking.visits.asking.ask import ask
from booking.visits.asking.queries import demand_seen
from booking.visits.reservations.book import book, refused_lately
from booking.visits.reservations.demand import Sentence, WholeDemand
from booking.visits.reservations.rules import LongList
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.booking.visits.reservations.demands import College
from tests.builders import NOW, paris
from tests.seen import state
from workshops.database import rows, value
from workshops.scope import EVERYTHING

FIRST = paris("2027-03-01 09:00")
OF_GROUP = """SELECT r.demand, r.line, r.state FROM reservations r WHERE r."group" = $1 AND r.demand IS NOT NULL
ORDER BY r.id"""


async def full_slots(number: int) -> tuple[list[int], list[tuple[College, int]]]:
    """So many slots, each for one class, and who has each of them."""
    taught = await builders.workshop()
    slots = [await builders.slot(workshop=taught, starts_at=FIRST + timedelta(days=n), seats=24) for n in range(number)]
    had = []
    for slot in slots:
        college = await College.new()
        had.append((college, (await college.ask(slot)).id))
    refused_lately.clear()
    return slots, had


async def lines(group: int) -> list[tuple[int, int, str]]:
    return [tuple(line) for line in await rows(OF_GROUP, group)]


async def whole(college: College, group: int, slots: list[int], sentence: Sentence | None = None) -> int | None:
    named = [(await college.demand(slot, group=group, line=n),) for n, slot in enumerate(slots, start=1)]
    return (await ask(WholeDemand(tuple(named), 24, sentence), wait=True, now=NOW)).demand


async def test_a_group_that_waits_at_two_slots_has_one_demand_and_its_first_place_ends_the_rest(db):
    (one, another), had = await full_slots(2)
    college, other = await College.new("claire@example.org"), await College.new()
    group, beside, his = await college.group(), await college.group(), await other.group()
    first = await college.ask(one, group=group, wait=True)
    apart = await college.ask(one, group=beside, wait=True), await other.ask(one, group=his, wait=True)
    second = await college.ask(another, group=group, wait=True)
    (demand, *_), _ = await lines(group)
    assert await lines(group) == [(demand, 1, "waiting"), (demand, 2, "waiting")]
    assert second.demand == demand
    assert len({number for of in (group, beside, his) for number, *_ in await lines(of)}) == 3
    assert await value("SELECT count(*) FROM demands") == 3

    holder, visit = had[1]
    await holder.cancel(visit)
    assert [await state(line.id) for line in (first, second)] == ["waiting", "offered"]
    await college.accept(second.id)
    assert await state(second.id) == "confirmed"
    # The others of that slot wait on.
    assert [await state(line.id) for line in (first, *apart)] == ["cancelled_by_teacher", "waiting", "waiting"]


async def test_what_is_sent_at_the_same_moment_is_one_demand_too(db):
    slots, _ = await full_slots(3)
    college = await College.new()
    group = await college.group()
    demands = [await college.demand(slot, group=group, wait=True) for slot in slots]
    booked = await asyncio.gather(*[book(demand, now=NOW) for demand in demands])
    assert [one.state for one in booked] == ["waiting"] * 3
    numbers, ranks, _ = zip(*await lines(group), strict=True)
    assert (len(set(numbers)), sorted(ranks)) == (1, [1, 2, 3])


async def test_a_list_that_waits_joins_what_its_group_waits_for_and_its_sentence_holds(db):
    (one, another, third), _ = await full_slots(3)
    college = await College.new()
    group = await college.group()
    await college.ask(one, group=group, wait=True)
    until = date(2027, 3, 31)
    joined = await whole(college, group, [another, third], Sentence(line=3, km=40, to_on=until))
    assert [(line, stands) for number, line, stands in await lines(group) if number == joined] == [
        *((1, "waiting"), (2, "waiting"), (3, "waiting")),
    ]
    assert await value("SELECT count(*) FROM demands") == 1
    seen = await demand_seen(joined or 0, scope=EVERYTHING)
    assert seen is not None
    assert (seen.lines, seen.sentence, seen.km, seen.to_on, seen.pupils) == (4, 4, 40, until, 24)
    assert seen.looks(NOW)


async def test_what_asks_for_a_seventh_line_is_refused_and_nothing_is_written(db):
    slots, _ = await full_slots(7)
    college = await College.new()
    group = await college.group()
    for slot in slots[:6]:
        await college.ask(slot, group=group, wait=True)
    before = await lines(group)
    with pytest.raises(LongList):
        await college.ask(slots[6], group=group, wait=True)
    assert await lines(group) == before
    assert await value("SELECT count(*) FROM demands") == 1


async def test_a_visit_and_a_demand_stand_together_and_so_do_a_draw_and_a_wait(db):
    (full,), _ = await full_slots(1)
    college = await College.new()
    group = await college.group()
    sooner = await builders.slot(starts_at=paris("2027-02-01 09:00"))
    had = await college.ask(sooner, group=group)
    waits = await college.ask(full, group=group, wait=True)
    assert [await state(one.id) for one in (had, waits)] == ["confirmed", "waiting"]
    assert await lines(group) == [(await value("SELECT max(id) FROM demands"), 1, "waiting")]


async def test_the_letter_of_a_second_wait_names_the_first(db):
    (one, another), _ = await full_slots(2)
    college = await College.new("claire@example.org")
    group = await college.group()
    await college.ask(one, group=group, wait=True)
    await posted()
    await college.ask(another, group=group, wait=True)
    (letter,) = [mail for mail in await posted() if mail.to == ["claire@example.org"]]
    words = text_of(letter)
    assert "en liste d'attente pour 2 choix, dans cet ordre de préférence." in words
    assert [words.count(day) for day in ("lundi 1er mars 2027", "mardi 2 mars 2027")] == [1, 1]
