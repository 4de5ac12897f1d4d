"""What everyone may read: whole figures, and nothing that points at a few children."""

from __future__ import annotations

from datetime import date, timedelta

from booking.figures.publish import publish, stepped
from tests import builders
from tests.builders import NOW, paris
from workshops.results.curve import Point
from workshops.results.rules import Shown


async def a_visit(*, counted: int, department: str = "25", level: str = "4e", on: str = "2026-12-10 09:00") -> None:
    college = await builders.school(department=department)
    slot = await builders.slot(starts_at=paris(on), state="done")
    await builders.turnout(slot=slot, school=college, counted=counted, level=level)


async def test_a_count_under_5_is_hidden_with_the_one_that_would_betray_it(db):
    await builders.target()
    for department, counted in (("25", 40), ("39", 12), ("70", 3)):
        await a_visit(counted=counted, department=department)
    found = await publish(now=NOW)
    assert found.by_department == [Shown("Doubs", 40), Shown("Jura", None), Shown("Haute-Saône", None)]
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


def test_the_public_curve_has_no_step_of_fewer_than_5():
    days = [date(2026, 9, 1) + timedelta(days=30 * n) for n in range(5)]
    points = [Point(on, figure) for on, figure in zip(days, (0, 3, 20, 22, 22 + 4), strict=True)]
    assert [one.figure for one in stepped(points)] == [0, 20, 26]
