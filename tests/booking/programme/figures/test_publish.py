"""What everyone may read: whole figures, and nothing that points at a few children."""

from __future__ import annotations

from datetime import timedelta

from booking.programme.figures.mask import MaskedCount
from booking.programme.figures.publish import publish
from tests import builders, builders_bts1
from tests.builders import NOW, paris


async def a_visit(*, counted: int, department: str = "25", level: str = "4e", on: str = "2026-12-10 09:00") -> None:
    college = await builders.school(department=department)
    slot = await builders.slot(starts_at=paris(on), state="done")
    await builders.turnout(slot=slot, school=college, counted=counted, level=level)


async def test_a_count_under_5_is_hidden_with_the_one_that_would_betray_it(db):
    await builders.target()
    for department, counted in (("25", 40), ("39", 12), ("70", 3)):
        await a_visit(counted=counted, department=department)
    found = await publish(now=NOW)
    assert found.by_department == [
        MaskedCount("Doubs", 40),
        MaskedCount("Jura", None),
        MaskedCount("Haute-Saône", None),
    ]
    assert (found.visits, found.lycees, found.colleges) == (3, 3, 3)


async def test_a_target_with_fewer_than_5_people_does_not_say_how_many(db):
    await builders.target()
    await a_visit(counted=4)
    (stand,) = (await publish(now=NOW)).stands
    assert stand.few


async def test_what_is_written_in_between_is_read_at_once(db):
    await builders.target()
    await a_visit(counted=20)
    assert (await publish(now=NOW)).stands[0].progress.done == 20
    await a_visit(counted=22)
    assert (await publish(now=NOW)).stands[0].progress.done == 42


async def test_a_year_of_3_is_told_neither_by_the_total_nor_by_other_years_nor_by_the_consortium(db):
    await builders.target()
    lycee = await builders.school(kind="lycee")
    await builders_bts1.partner(kind="lycee", name="Lycée Jules Haag", school=lycee)
    for on, counted in (("2025-10-09 09:00", 3), ("2026-12-10 09:00", 40), ("2026-12-11 09:00", 20)):
        slot = await builders.slot(host=lycee, starts_at=paris(on), state="done")
        await builders.turnout(slot=slot, counted=counted)
    found = await publish(now=NOW)
    assert found.stands[0].progress.done == 63
    assert found.by_year == [MaskedCount("2025-2026", None), MaskedCount("2026-2027", None)]
    assert [one.pupils for one in found.members] == [None]
    assert found.chart is not None
    assert {figure for _, figure in found.chart.points} == {0, 63}


async def test_lycees_share_one_mask_with_the_programmes_total(db):
    await builders.target()
    for name, counted in (("A", 40), ("B", 12), ("C", 3)):
        lycee = await builders.school(kind="lycee")
        await builders_bts1.partner(kind="lycee", name=name, school=lycee)
        slot = await builders.slot(host=lycee, starts_at=paris("2026-12-10 09:00"), state="done")
        await builders.turnout(slot=slot, counted=counted)
    assert [one.pupils for one in (await publish(now=NOW)).members] == [40, None, None]


async def test_what_is_foreseen_of_people_is_rounded_so_that_no_day_is_told(db):
    await builders.target()
    await a_visit(counted=23)
    (stand,) = (await publish(now=NOW)).stands
    told = stand.progress
    assert (told.counted, told.engaged, told.hoped, told.forecast) == (23, 0, 50, 73)


async def test_a_handful_of_pupils_booked_is_not_told(db):
    await builders.target()
    slot = await builders.slot(starts_at=NOW + timedelta(days=30))
    await builders.reservation(slot=slot, group=await builders.group(), pupils=4)
    (stand,) = (await publish(now=NOW)).stands
    assert (stand.progress.booked, stand.progress.engaged, stand.progress.presence) == (None, None, None)
