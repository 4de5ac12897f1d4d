"""What a group built, recorded from the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from booking.day.checkin.queries import roster
from booking.day.checkin.record_build import record_build
from booking.day.checkin.rules import ObjectElsewhere
from tests import builders
from tests.builders import paris
from workshops.builds.record import RecordBuild
from workshops.database import rows, value
from workshops.refusals import Invalid, NotFound
from workshops.slots.rules import SlotDone, TooEarly

TEN = paris("2027-03-25 10:00")


@dataclass
class Visit:
    school: int
    host: int
    slot: int
    reservation: int
    clock: int

    async def record(self, *, at: datetime = TEN, **more: Any) -> int:
        counts = {"made": 24, "finished": 22, "working": 20, "taken_home": 22}
        by = {"account": more.pop("account", self.host), "school": more.pop("school", self.school), "now": at}
        asked = RecordBuild(**{"tech_object": self.clock} | counts | more)
        return await record_build(self.reservation, asked, **by)


@pytest.fixture
async def visit(db) -> Visit:
    lycee = await builders.school(kind="lycee")
    clock = await builders.tech_object(name="Horloge en laiton")
    slot = await builders.slot(workshop=await builders.workshop(host=lycee, objects=(clock,)))
    reservation = await builders.reservation(slot=slot, group=await builders.group(name="4e B"))
    return Visit(lycee, await builders.account(), slot, reservation, clock)


async def test_a_build_is_recorded_then_corrected(visit: Visit):
    first = await visit.record(minutes=150, note="Deux engrenages à refaire")
    assert await visit.record(working=21, minutes=150, note="") == first
    seen = await roster(visit.slot, school=visit.school)
    assert [
        (one.name, one.made, one.finished, one.working, one.taken_home, one.minutes, one.note)
        for one in seen.groups[0].builds
    ] == [("Horloge en laiton", 24, 22, 21, 22, 150, "")]
    kept = await rows("SELECT act, by, about_kind, about, detail FROM events ORDER BY id")
    assert [tuple(one) for one in kept] == [
        (
            "build_recorded",
            visit.host,
            "reservation",
            visit.reservation,
            f"objet {visit.clock} : 24 faits, 22 finis, {working} en marche, 22 emportés",
        )
        for working in (20, 21)
    ]


async def test_figures_that_do_not_add_up_are_refused_field_by_field(visit: Visit):
    with pytest.raises(Invalid) as refused:
        await visit.record(finished=25, working=26)
    assert list(refused.value.errors) == ["finished", "working"]
    assert await value("SELECT count(*) FROM builds") == 0


async def test_only_the_objects_of_the_workshop_are_built_in_it(visit: Visit):
    with pytest.raises(ObjectElsewhere):
        await visit.record(tech_object=await builders.tech_object())


async def test_another_lycee_and_a_cancelled_group_record_nothing(visit: Visit):
    with pytest.raises(NotFound):
        await visit.record(school=await builders.school(kind="lycee"))
    await value("UPDATE reservations SET state = 'cancelled_by_teacher' WHERE id = $1", visit.reservation)
    with pytest.raises(NotFound):
        await visit.record()


async def test_nothing_is_recorded_long_before_the_visit_nor_once_it_is_closed(visit: Visit):
    with pytest.raises(TooEarly):
        await visit.record(at=paris("2027-03-25 06:00"))
    await value("UPDATE slots SET state = 'done', closed_at = $2 WHERE id = $1", visit.slot, TEN)
    with pytest.raises(SlotDone):
        await visit.record()
    assert await value("SELECT count(*) FROM builds") == 0
