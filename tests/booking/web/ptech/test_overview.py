"""The figures of the P-TECH page are those of the board, each of its own target's days."""

from __future__ import annotations

from datetime import date

from booking.web.ptech.schemes import overview
from tests import builders, builders_ptech
from tests.builders import NOW
from workshops.results.measure import progress
from workshops.scope import EVERYTHING


async def test_each_figure_is_counted_in_the_days_of_its_own_target(db):
    cohort = await builders_ptech.cohort(entry_year=2024)
    for year in (2024, 2025, 2026):
        await builders_ptech.census(cohort, year, present=20)
    await builders.target(programme="ptech", metric="companies", from_on=date(2025, 9, 1), to_on=date(2030, 8, 31))
    await builders.target(programme="ptech", metric="pupils", from_on=date(2024, 9, 1), to_on=date(2029, 8, 31))
    on_the_board = {one.target.metric: one.done for one in await progress(now=NOW)}
    totals = (await overview(EVERYTHING, base="/gestion/ptech", now=NOW)).totals
    assert {"companies": totals.companies, "pupils": totals.pupil_years} == on_the_board
    assert totals.pupil_years == 60
