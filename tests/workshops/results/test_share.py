"""The cohorts and the courses behind a target add up to the figure of the board."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from tests import builders, builders_bts1, builders_ptech
from tests.builders import NOW
from workshops.programmes.targets.metrics import METRICS
from workshops.results.measure import progress
from workshops.results.totals import share


async def play(seed: int) -> None:
    """Schemes, cohorts and courses drawn at random, before, within and after the days of the targets."""
    draw = Random(seed)
    firms = [await builders.company() for _ in range(4)]
    for _ in range(4):
        scheme = await builders_ptech.scheme()
        for year in draw.sample(range(2023, 2028), 3):
            cohort = await builders_ptech.cohort(of=scheme, entry_year=year)
            for school_year in range(year, draw.randint(year, 2027)):
                for term in ("october", "june"):
                    counts = {"present": draw.randint(9, 24), "entered": draw.randint(0, 2)}
                    await builders_ptech.census(cohort, school_year, term, **counts)
            for firm in draw.sample(firms, 3):
                begins = date(year, 9, 15) + timedelta(days=draw.randint(0, 500))
                ends = draw.choice((None, begins + timedelta(days=draw.randint(1, 300))))
                await builders_ptech.mentor(cohort, company=firm, from_on=begins, to_on=ends)
    for n in range(8):
        course = await builders_bts1.course(title=f"Formation {n}")
        begins = date(draw.randint(2023, 2027), 9, 1)
        await builders_bts1.step(course, "idee", begins - timedelta(days=400))
        await builders_bts1.step(course, "ouverte", begins, planned=draw.choice((True, False, False)))
        for year in range(begins.year, 2028):
            await builders_bts1.intake(course, year, enrolled=draw.choice((14, 20)), completed=draw.choice((None, 9)))


TARGETS = [one.key for one in METRICS if one.behind]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_lines_behind_each_figure_add_up_to_it(db, seed):
    await play(seed)
    for n, (programme, metric) in enumerate(TARGETS):
        days = {"from_on": date(2024 + n % 2, 9, 1), "to_on": date(2026 + n % 3, 8, 31)}
        await builders.target(programme=programme, metric=metric, **days)
    stands = await progress(now=NOW)
    assert len(stands) == len(TARGETS)
    for stand in stands:
        lines = await share(stand.target, now=NOW)
        assert (stand.target.metric, sum(one.figure for one in lines)) == (stand.target.metric, stand.done)
        assert all(one.figure > 0 for one in lines)


async def test_nothing_is_behind_a_target_that_is_not_made_of_cohorts_or_courses(db):
    await builders.target()
    (stand,) = await progress(now=NOW)
    assert await share(stand.target, now=NOW) == []
