from __future__ import annotations

from booking.visits.slot_changes.queries import slots_instead
from tests import builders
from tests.builders import NOW, paris

BESANCON, MORTEAU, BELFORT = (47.24, 6.02), (47.06, 6.60), (47.64, 6.86)


async def a_lost_visit(**where: float | None) -> int:
    """The number of a called-off visit of 20 pupils of 4e, from a collège of Besançon unless said otherwise."""
    college = await builders.school(**{"lat": BESANCON[0], "lon": BESANCON[1], **where})
    group = await builders.group(school=college, level="4e", pupils=24)
    slot = await builders.slot(state="called_off", reason="Panne")
    return await builders.reservation(slot=slot, group=group, state="called_off", pupils=20)


async def a_slot_at(place: tuple[float, float], on: str, **more: object) -> int:
    host = await builders.school(kind="lycee", lat=place[0], lon=place[1])
    return await builders.slot(host=host, starts_at=paris(f"{on} 09:00"), **more)


async def test_the_nearest_slots_come_first_then_the_soonest(db):
    visit = await a_lost_visit()
    far = await a_slot_at(BELFORT, "2027-03-01")
    later = await a_slot_at(BESANCON, "2027-05-06")
    soon = await a_slot_at(BESANCON, "2027-04-08")
    near = await a_slot_at(MORTEAU, "2027-03-02")
    found = await slots_instead(visit, now=NOW)
    assert [one.id for one in found] == [soon, later, near]
    assert far not in {one.id for one in found}


async def test_only_slots_that_the_whole_group_may_take_are_proposed(db):
    visit = await a_lost_visit()
    await a_slot_at(BESANCON, "2027-04-01", levels=["6e", "5e"])
    await a_slot_at(BESANCON, "2027-04-02", seats=24, seats_taken=5, groups_max=2, groups_taken=1)
    await a_slot_at(BESANCON, "2027-04-06", groups_max=1, groups_taken=1)
    await a_slot_at(BESANCON, "2027-01-14", booking_closes_at=NOW)
    fits = await a_slot_at(BESANCON, "2027-04-08", seats=24, seats_taken=4, groups_max=2, groups_taken=1)
    assert [one.id for one in await slots_instead(visit, now=NOW)] == [fits]


async def test_a_slot_during_another_visit_of_the_group_is_left_out(db):
    visit = await a_lost_visit()
    other = await a_slot_at(BESANCON, "2027-04-01")
    group = await builders.value('SELECT "group" FROM reservations WHERE id = $1', visit)
    await builders.reservation(slot=other, group=group, pupils=20)
    await a_slot_at(BESANCON, "2027-04-01")
    free = await a_slot_at(MORTEAU, "2027-04-02")
    assert [one.id for one in await slots_instead(visit, now=NOW)] == [free]


async def test_without_a_place_on_the_map_the_soonest_come_first(db):
    visit = await a_lost_visit(lat=None, lon=None)
    later, soon = await a_slot_at(BESANCON, "2027-05-06"), await a_slot_at(BELFORT, "2027-03-02")
    assert [one.id for one in await slots_instead(visit, now=NOW)] == [soon, later]
    assert await slots_instead(9999, now=NOW) == []
