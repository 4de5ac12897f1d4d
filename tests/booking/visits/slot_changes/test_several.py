from __future__ import annotations

import asyncio
from datetime import date, time

import pytest
from msgspec.structs import replace

from booking.visits.slot_changes.rules import GroupsBusy, NotAllOfThem
from booking.visits.slot_changes.several import Shift, change_slots, preview_slots
from tests import builders
from tests.booking.visits.reservations.demands import College
from tests.booking.visits.slot_changes.full_slot import a_lycee, told
from tests.builders import NOW, paris
from tests.seen import seats, seen
from workshops.database import rows, value
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.series.open_series import open_series
from workshops.series.queries import slots_of_series
from workshops.series.rules import OneOfSeries, Series
from workshops.slots.call_off import FORGET_REASONS, CallOffSlot
from workshops.slots.restate import ResizeSlot
from workshops.slots.rules import ClosedDay, RoomTaken

MARCH = ("2027-03-11", "2027-03-18", "2027-03-25")


class Thursdays:
    """Three Thursdays of March from nine to noon, in one room of a lycée, opened as a series."""

    def __init__(self, school: int, host: int, room: int, series: int) -> None:
        self.school, self.host, self.room, self.series = school, host, room, series

    @classmethod
    async def opened(cls, **more: object) -> Thursdays:
        school, host = await a_lycee()
        workshop = await builders.workshop(host=school, seats=48, groups_max=2)
        room = await builders.room(school=school, seats=60)
        hours = {"weekdays": frozenset({3}), "starts": time(9), "ends": time(12)}
        days = {"first_on": date(2027, 3, 11), "last_on": date(2027, 3, 25)}
        asked = Series(workshop=workshop, room=room, company_places=4, **hours, **days)
        opened = await open_series(replace(asked, **more), school=school, by=host, now=NOW)
        assert opened.series is not None
        return cls(school, host, room, opened.series)

    async def slots(self) -> list[OneOfSeries]:
        return await slots_of_series(self.series)

    async def change(self, asked, *, of=None, seen=None, **more: object):
        slots = seen or await self.slots()
        kept = {one.id: one.version for one in slots if of is None or one.on in of}
        return await change_slots(
            asked, slots, **{"versions": kept, "school": self.school, "by": self.host, "now": NOW} | more
        )

    async def preview(self, asked) -> list[Refusal | None]:
        slots = await self.slots()
        fates = await preview_slots(asked, slots, school=self.school, by=self.host, now=NOW)
        return [fates[one.id].refusal for one in slots]

    async def starts(self) -> list[object]:
        return [one.starts_at for one in await self.slots()]


async def a_group(slot: int, name: str = "4e B", **more: object) -> tuple[int, int]:
    """A group with a confirmed visit at a slot: the group, the visit."""
    teacher = await builders.account(f"{name.replace(' ', '').lower()}@example.org")
    group = await builders.group(name=name)
    return group, await builders.reservation(slot=slot, group=group, by=teacher, pupils=20, **more)


async def test_a_series_goes_to_another_hour_and_room_with_everyone_in_it(db):
    series = await Thursdays.opened()
    first, _, last = await series.slots()
    (_, one), (_, two) = await a_group(first.id), await a_group(last.id, "5e A")
    company = await builders.attendance(
        slot=last.id, company=await builders.company(), by=await builders.account("ines@example.org")
    )
    hall = await builders.room(school=series.school, seats=60)
    fates = await series.change(Shift(starts=time(14), ends=time(16, 30), room=hall))
    assert [(fate.groups, fate.companies) for fate in fates] == [(1, 0), (0, 0), (1, 1)]
    assert await seen("SELECT starts_at, ends_at, room FROM slots ORDER BY starts_at") == [
        (paris(f"{on} 14:00"), paris(f"{on} 16:30"), hall) for on in MARCH
    ]
    assert await told() == [
        ("slot_changed", "4eb@example.org", one),
        ("slot_changed", "5ea@example.org", two),
        ("slot_changed", "ines@example.org", company),
        ("slot_changed", f"marc{series.school}@example.org", one),
        ("slot_changed", f"marc{series.school}@example.org", two),
    ]


@pytest.mark.parametrize(("days", "onto"), [(7, "2027-03-18"), (-7, "2027-03-04")])
async def test_a_series_goes_a_week_on_or_back_onto_its_own_slots_and_groups(db, days, onto):
    series = await Thursdays.opened()
    first, second, third = await series.slots()
    group, visit = await a_group(first.id)
    for other in (second, third):
        await builders.reservation(slot=other.id, group=group, pupils=20)
    await series.change(Shift(days=days))
    assert (await series.starts())[0] == paris(f"{onto} 09:00")
    assert [one.id for one in await series.slots()] == [first.id, second.id, third.id]
    assert await value("SELECT starts_at FROM reservations WHERE id = $1", visit) == paris(f"{onto} 09:00")


async def test_nine_o_clock_stays_nine_o_clock_past_the_change_of_clocks(db):
    series = await Thursdays.opened()
    await series.change(Shift(days=7), of=[date(2027, 3, 25)])
    assert (await series.starts())[2] == paris("2027-04-01 09:00")


async def test_the_rest_of_a_series_moves_from_a_day_on(db):
    series = await Thursdays.opened()
    await series.change(Shift(days=1), of=[date(2027, 3, 18), date(2027, 3, 25)])
    assert await series.starts() == [paris(f"2027-03-{day} 09:00") for day in (11, 19, 26)]


async def test_one_slot_that_cannot_keeps_the_whole_series_where_it_is(db):
    series = await Thursdays.opened()
    first, *_ = await series.slots()
    _, visit = await a_group(first.id)
    other = await builders.workshop(host=series.school, title="Robotique")
    there = await builders.slot(workshop=other, room=series.room, starts_at=paris("2027-03-18 13:00"))
    with pytest.raises(NotAllOfThem) as no:
        await series.change(Shift(starts=time(13), ends=time(16)))
    assert no.value.sentence == (
        "18/03/2027 : « Robotique » occupe cette salle le 18/03/2027, de 13 h 00 à 16 h 00."
        " Choisissez une autre heure ou une autre salle. Aucun créneau n'a été changé."
    )
    assert no.value.there.id == there
    assert await series.starts() == [paris(f"{on} 09:00") for on in MARCH]
    assert await value("SELECT sequence FROM reservations WHERE id = $1", visit) == 0
    assert await told() == []


async def test_the_preview_says_of_each_slot_whether_it_moves_and_stores_nothing(db):
    series = await Thursdays.opened()
    *_, third = await series.slots()
    group, _ = await a_group(third.id)
    await builders.reservation(slot=await builders.slot(starts_at=paris("2027-03-26 10:00")), group=group)
    await builders.closure(school=series.school, on=date(2027, 3, 12))
    assert list(map(type, await series.preview(Shift(days=1)))) == [ClosedDay, type(None), GroupsBusy]
    assert await series.starts() == [paris(f"{on} 09:00") for on in MARCH]
    await series.change(Shift(days=1), of=[date(2027, 3, 18)])
    assert await series.starts() == [paris(f"2027-03-{day} 09:00") for day in (11, 19, 25)]


async def test_a_slot_that_stays_is_in_the_way_of_its_own_series(db):
    series = await Thursdays.opened()
    await builders.closure(school=series.school, on=date(2027, 4, 1))
    assert list(map(type, await series.preview(Shift(days=7)))) == [RoomTaken, RoomTaken, ClosedDay]


async def test_a_whole_series_is_resized_or_not_at_all(db):
    series = await Thursdays.opened()
    first, *_ = await series.slots()
    await a_group(first.id)
    with pytest.raises(NotAllOfThem) as no:
        await series.change(ResizeSlot(seats=19))
    assert no.value.sentence.startswith("11/03/2027 : 20 élèves ont déjà leur place : gardez 20 au moins.")
    assert {one.seats for one in await series.slots()} == {48}
    await series.change(ResizeSlot(seats=24, company_places=1))
    assert {(one.seats, one.groups_max, one.company_places) for one in await series.slots()} == {(24, 2, 1)}
    assert await told() == []


async def test_a_series_is_called_off_with_one_reason_and_each_visit_is_told_once(db):
    series = await Thursdays.opened()
    first, second, _ = await series.slots()
    await a_group(first.id)
    _, two = await a_group(second.id, "5e A")
    await series.change(CallOffSlot(reason="Machine en panne"), of=[date(2027, 3, 18), date(2027, 3, 25)])
    assert [(slot.state, slot.reason) for slot in await series.slots()] == [
        ("open", ""),
        ("called_off", "Machine en panne"),
        ("called_off", "Machine en panne"),
    ]
    assert await told() == [
        ("slot_called_off", "5ea@example.org", two),
        ("slot_called_off", f"marc{series.school}@example.org", two),
    ]


async def test_a_slot_changed_since_the_page_was_read_keeps_the_whole_as_it_is(db):
    series = await Thursdays.opened()
    slots = await series.slots()
    versions = {one.id: one.version for one in slots} | {slots[1].id: 7}
    with pytest.raises(NotAllOfThem) as no:
        await series.change(Shift(days=1), versions=versions)
    assert no.value.sentence.startswith("18/03/2027 : Quelqu'un a changé cette fiche entre-temps.")


async def test_another_lycee_changes_no_slot_of_it_and_nothing_chosen_is_refused(db):
    series = await Thursdays.opened()
    other, marc = await a_lycee("Lycée Victor Hugo")
    for refusal, asked in ((NotFound, {"school": other, "by": marc}), (Invalid, {"versions": {}})):
        with pytest.raises(refusal):
            await series.change(Shift(days=1), **asked)
    with pytest.raises(NotFound):
        await series.change(Shift(days=1), versions={9999: 0})


async def test_groups_that_book_while_a_series_moves_are_at_the_new_hour_or_see_it(db):
    """Whoever came first: every reservation stands at the hour of its slot, and each is told of it."""
    series = await Thursdays.opened()
    slots = await series.slots()
    demands = [(await College.new()).ask(one.id, pupils=20) for one in slots * 2]
    acts = [*demands[:3], series.change(Shift(days=7)), *demands[3:]]
    done = await asyncio.gather(*acts, return_exceptions=True)
    assert [one for one in done if isinstance(one, Exception)] == []
    apart = await value(
        """SELECT count(*) FROM reservations r JOIN slots s ON s.id = r.slot
           WHERE (r.starts_at, r.ends_at) IS DISTINCT FROM (s.starts_at, s.ends_at)"""
    )
    assert (apart, await value("SELECT count(*) FROM reservations")) == (0, 6)
    assert await series.starts() == [paris(f"{on} 09:00") for on in ("2027-03-18", "2027-03-25", "2027-04-01")]
    assert {await seats(one.id) for one in slots} == {(40, 2)}


async def test_two_hosts_who_move_a_series_at_once_move_it_once(db):
    series = await Thursdays.opened()
    seen = await series.slots()
    done = await asyncio.gather(*(series.change(Shift(days=7), seen=seen) for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["NotAllOfThem", "NotAllOfThem", "NotAllOfThem", "list"]
    assert (await series.starts())[0] == paris("2027-03-18 09:00")


async def test_one_reason_is_read_by_all_who_follow_and_goes_with_the_year(db):
    series = await Thursdays.opened()
    await series.change(Shift(starts=time(14), ends=time(17), reason=" La machine n'est  libre que l'après-midi "))
    assert {one.reason for one in await series.slots()} == {"La machine n'est libre que l'après-midi"}
    await series.change(Shift(starts=time(9), ends=time(12)), of=[date(2027, 3, 11)])
    slots = await series.slots()
    assert [one.reason for one in slots][:2] == ["", "La machine n'est libre que l'après-midi"]
    await series.change(CallOffSlot(reason="Panne"), of=[date(2027, 3, 25)])
    await rows(FORGET_REASONS, [one.id for one in slots], "Raison effacée", [""])
    assert [one.reason for one in await series.slots()] == ["", "", "Raison effacée"]
    with pytest.raises(Invalid):
        Shift(days=1, reason="x" * 301)
