"""A collège ticks what it did before its visit: kept with who and when, for the hour that the visit has."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from booking.visits.preparation.queries import steps_before
from booking.visits.preparation.rules import StepKind
from booking.visits.preparation.tick import note_printed, tick, untick
from booking.visits.reservations.acts import ChangeHeadcount
from booking.visits.reservations.change_headcount import change_headcount
from booking.visits.reservations.queries import visit
from booking.visits.reservations.states import NotNow
from tests import builders
from tests.booking.visits.reservations.demands import SECRET
from tests.builders import NOW
from tests.seen import seen
from workshops.database import rows, transaction
from workshops.refusals import NotFound
from workshops.scope import EVERYTHING

LATER = NOW + timedelta(days=1)


@dataclass(frozen=True)
class Booked:
    visit: int
    college: int
    claire: int


async def booked(name: str = "claire", **more: object) -> Booked:
    college = await builders.school(lat=47.5)
    teacher = await builders.person("teacher", f"{name}@example.org", name=name.title(), school=college)
    slot = await builders.slot(starts_at=NOW + timedelta(days=30))
    group = await builders.group(school=college)
    made = await builders.reservation(slot=slot, group=group, by=teacher, **more)
    return Booked(made, college, teacher)


def hers(world: Booked, now: datetime = NOW) -> dict[str, object]:
    return {"school": world.college, "by": world.claire, "now": now}


async def ticked(reservation: int, *, reader: int | None = None, now: datetime = LATER) -> dict[str, str]:
    """What is done of a visit, with its note."""
    known = await visit(reservation, scope=EVERYTHING)
    assert known is not None
    steps = (await steps_before([known], reader=reader, now=now)).get(reservation, ())
    return {one.kind.value: one.note for one in steps if one.done}


async def test_a_step_is_ticked_by_one_and_read_by_her_colleagues_and_of_that_visit_alone(db):
    world, other = await booked(), await booked("bruno")
    for kind in (StepKind.COACH, StepKind.PAPERS, StepKind.HEADCOUNT):
        await tick(world.visit, kind, **hers(world))
    on = "lundi 11 janvier"
    assert await ticked(world.visit, reader=world.claire) == {
        "coach": f"par vous, {on}",
        "papers": f"par vous, {on}",
        "headcount": f"24 élèves, 2 adultes · par vous, {on}",
    }
    assert (await ticked(world.visit, reader=other.claire))["coach"] == f"par Claire, {on}"
    assert await ticked(other.visit) == {}


async def test_it_is_said_once_however_often_it_is_tapped_and_taken_back(db):
    world = await booked()
    await asyncio.gather(*(tick(world.visit, StepKind.COACH, **hers(world)) for _ in range(3)))
    await untick(world.visit, StepKind.COACH, **hers(world))
    await untick(world.visit, StepKind.COACH, **hers(world))
    assert await ticked(world.visit) == {}
    await tick(world.visit, StepKind.COACH, **hers(world, LATER))
    assert list(await ticked(world.visit)) == ["coach"]
    told = await seen("SELECT act, by, about FROM events WHERE act LIKE 'reservation_coach%' ORDER BY id")
    acts = ["reservation_coach_ready", "reservation_coach_undone", "reservation_coach_ready"]
    assert told == [(act, world.claire, world.visit) for act in acts]


async def test_nobody_ticks_for_another_college_nor_a_visit_that_is_not_sure_or_has_begun(db):
    world, other = await booked(), await booked("bruno", state="requested")
    with pytest.raises(NotFound):
        await tick(world.visit, StepKind.PAPERS, **hers(other))
    for reservation, asked in ((other, hers(other)), (world, hers(world, NOW + timedelta(days=30)))):
        with pytest.raises(NotNow):
            await tick(reservation.visit, StepKind.PAPERS, **asked)
    with pytest.raises(NotFound):
        await tick(world.visit, StepKind.BADGES, **hers(world))
    assert await seen("SELECT act FROM events WHERE act LIKE 'reservation_papers%'") == []


async def test_a_visit_that_goes_to_another_hour_is_prepared_anew(db):
    world = await booked()
    await tick(world.visit, StepKind.COACH, **hers(world))
    await note_printed([world.visit], by=world.claire, now=NOW)
    assert set(await ticked(world.visit)) == {"coach", "badges"}
    for table in ("slots", "reservations"):
        await rows(
            f"UPDATE {table} SET starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'"
        )
    assert await ticked(world.visit) == {}
    await tick(world.visit, StepKind.COACH, **hers(world, LATER))
    assert list(await ticked(world.visit)) == ["coach"]


async def test_badges_that_were_printed_for_fewer_pupils_are_to_be_printed_again(db):
    world, other = await booked(), await booked("bruno")
    for _ in range(2):
        await note_printed([world.visit, other.visit], by=world.claire, now=NOW)
    counted = ChangeHeadcount(pupils=20, adults=2)
    await change_headcount(
        world.visit,
        counted,
        school=world.college,
        by=world.claire,
        token=SECRET,
        secret_key=SECRET,
        now=NOW + timedelta(hours=1),
    )
    assert (list(await ticked(world.visit)), list(await ticked(other.visit))) == ([], ["badges"])
    await note_printed([world.visit], by=world.claire, now=LATER)
    assert list(await ticked(world.visit)) == ["badges"]
    printed = await seen("SELECT about FROM events WHERE act = 'reservation_badges_printed' ORDER BY id")
    assert printed == [(world.visit,), (other.visit,), (world.visit,)]


@pytest.mark.parametrize(("apart", "both"), [(timedelta(hours=4), True), (timedelta(days=2), False)])
async def test_what_is_done_for_one_half_of_a_class_is_done_for_the_other_that_comes_on_the_same_day(db, apart, both):
    college = await builders.school()
    claire = await builders.person("teacher", "claire@example.org", school=college)
    group = await builders.group(school=college)
    above = await builders.demand(group, lines=1)
    halves = []
    async with transaction():
        for half, later in ((1, timedelta()), (2, apart)):
            slot = await builders.slot(starts_at=NOW.replace(hour=8) + timedelta(days=30) + later)
            halves.append(await builders.reservation(slot=slot, group=group, by=claire, demand=above, half=half))
    first, second = halves
    own = {"school": college, "by": claire, "now": NOW}
    await tick(second, StepKind.PAPERS, **own)
    assert ["papers" in await ticked(one) for one in halves] == [both, True]
    await untick(first, StepKind.PAPERS, **own)
    assert ["papers" in await ticked(one) for one in halves] == [False, not both]
