"""The board's figures of BTS+1, counted once more by hand."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from tests import builders, builders_bts1
from tests.builders import NOW
from workshops.programmes.bts1.queries import Bts1Totals, courses, totals
from workshops.scope import EVERYTHING, of_school

PERIOD = {"from_on": date(2024, 9, 1), "to_on": date(2027, 8, 31), "now": NOW}
STEPS = ("idee", "montage", "habilitee", "ouverte", "premiere_promotion")


async def test_nothing_counts_before_anything_is_noted(db):
    assert await totals(**PERIOD) == Bts1Totals(0, 0, 0, 0)


async def test_a_course_counts_as_opened_at_its_first_rentree_also_when_suspended_later(db):
    stopped = await builders_bts1.opened(on=date(2026, 9, 1))
    await builders_bts1.step(stopped, "suspendue", date(2026, 12, 1))
    await builders_bts1.opened(on=date(2024, 8, 31))
    planned = await builders_bts1.course()
    await builders_bts1.step(planned, "idee", date(2026, 1, 1))
    await builders_bts1.step(planned, "ouverte", date(2026, 9, 1), planned=True)
    await builders_bts1.course()
    given_up = await builders_bts1.course()
    await builders_bts1.step(given_up, "idee", date(2025, 1, 1))
    await builders_bts1.step(given_up, "suspendue", date(2025, 6, 1))
    assert await totals(**PERIOD) == Bts1Totals(opened=1, in_preparation=1, enrolled=0, completed=0, accompanied=2)


async def test_a_past_period_tells_what_stood_at_its_end(db):
    course = await builders_bts1.opened(on=date(2026, 9, 1))
    await builders_bts1.intake(course, 2026, enrolled=14)
    period = {"from_on": date(2024, 9, 1), "to_on": date(2026, 8, 31), "now": NOW}
    assert await totals(**period) == Bts1Totals(opened=0, in_preparation=1, enrolled=0, completed=0, accompanied=1)


async def test_a_year_that_has_not_begun_counts_nobody(db):
    course = await builders_bts1.opened()
    await builders_bts1.intake(course, 2027, enrolled=20)
    await builders_bts1.intake(course, 2026, enrolled=14, completed=3)
    found = await totals(from_on=date(2024, 9, 1), to_on=date(2030, 8, 31), now=NOW)
    assert (found.enrolled, found.completed) == (14, 3)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_totals_of_many_courses_equal_those_counted_one_by_one(db, seed):
    draw = Random(seed)
    lycees = [await builders.school(kind="lycee") for _ in range(3)]
    opened = preparing = enrolled = completed = accompanied = 0
    today, first, last = date(2027, 1, 11), PERIOD["from_on"], PERIOD["to_on"]
    for number in range(30):
        course = await builders_bts1.course(school=draw.choice(lycees), title=f"Formation {number}")
        reached, day, stopped = {}, date(draw.randint(2022, 2026), draw.randint(1, 12), 1), False
        for step in STEPS[: draw.randint(0, 5)]:
            reached[step] = day
            planned = day > today
            await builders_bts1.step(course, step, day, planned=planned)
            if planned:
                del reached[step]
            day = date(day.year + draw.randint(0, 1), draw.randint(day.month, 12), 1)
        if reached and draw.random() < 0.2:
            await builders_bts1.step(course, "suspendue", min(day, today))
            stopped = True
        opening = reached.get("ouverte")
        opened += opening is not None and first <= opening <= last
        preparing += bool(reached) and opening is None and not stopped
        accompanied += "montage" in reached and (opening is not None or not stopped)
        for year in draw.sample(range(2022, 2029), 3):
            students = draw.randint(5, 20)
            graduates = draw.randint(0, students)
            await builders_bts1.intake(course, year, enrolled=students, completed=graduates)
            if first <= date(year, 9, 1) <= min(last, today):
                enrolled += students
                completed += graduates
    assert await totals(**PERIOD) == Bts1Totals(opened, preparing, enrolled, completed, accompanied)
    board = await courses(scope=EVERYTHING, now=NOW)
    assert len(board) == 30
    assert sum([len(await courses(scope=of_school(lycee), now=NOW)) for lycee in lycees]) == 30
