"""What P-TECH counts in a period, against the same sums made in Python from the very rows written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

from tests import builders, builders_ptech
from workshops.programmes.ptech.all_cohorts import follow_all
from workshops.programmes.ptech.queries import cohorts, totals
from workshops.scope import EVERYTHING

NOW = datetime(2030, 7, 1, 12, tzinfo=UTC)
YEARS = range(2025, 2030)


async def eight_schemes() -> list[dict]:
    """8 schemes, 5 rentrées, 3 companies: every census and mentor written, told back as plain values."""
    draw, told = Random(120), []
    firms = [await builders.company() for _ in range(10)]
    for _ in range(8):
        scheme = await builders_ptech.scheme(opens_on=date(2025, 9, 1))
        for year in YEARS:
            cohort = await builders_ptech.cohort(of=scheme, entry_year=year)
            counts, present = [], draw.randint(12, 24)
            for school_year in range(year, 2030):
                entered = 0 if school_year == year else draw.choice((0, 1, 2))
                present += entered
                await builders_ptech.census(cohort, school_year, present=present, entered=entered)
                left = draw.choice((0, 1))
                present -= left
                await builders_ptech.census(cohort, school_year, "june", present=present, left_moved=left)
                counts.append((date(school_year, 10, 1), present + left, entered))
            for firm in draw.sample(firms, 3):
                await builders_ptech.mentor(cohort, company=firm, from_on=date(year, 9, 15))
            held = datetime(year + 1, 3, 10, 9, tzinfo=UTC)
            await builders_ptech.action(cohort, starts_at=held, state="held", pupils=10, minutes=90)
            told.append({"scheme": scheme, "year": year, "counts": counts})
    return told


async def test_eight_schemes_of_five_rentrees_and_three_companies_are_120_and_every_sum_is_right(db):
    told = await eight_schemes()
    seen = await totals(from_on=date(2025, 9, 1), to_on=date(2030, 8, 31), now=NOW)
    assert (seen.schemes, seen.cohorts, seen.companies, seen.planned_schemes) == (8, 40, 120, 0)
    assert seen.entrants == sum(one["counts"][0][1] + sum(late for *_, late in one["counts"][1:]) for one in told)
    assert seen.pupil_years == sum(present for one in told for _, present, _ in one["counts"])
    assert (seen.actions, seen.pupil_minutes) == (40, 40 * 10 * 90)


async def test_the_years_add_up_to_the_whole(db):
    told = await eight_schemes()
    whole = await totals(from_on=date(2025, 9, 1), to_on=date(2030, 8, 31), now=NOW)
    each = [await totals(from_on=date(year, 9, 1), to_on=date(year + 1, 8, 31), now=NOW) for year in YEARS]
    for name in ("cohorts", "entrants", "pupil_years", "actions", "pupil_minutes"):
        assert sum(getattr(one, name) for one in each) == getattr(whole, name)
    second = date(2026, 10, 1)
    assert each[1].pupil_years == sum(present for one in told for on, present, _ in one["counts"] if on == second)
    assert each[0].companies == 24


async def test_a_scheme_without_a_cohort_is_in_preparation_and_a_cohort_ahead_is_not_counted(db):
    await builders_ptech.scheme()
    ahead = await builders_ptech.scheme()
    await builders_ptech.cohort(of=ahead, entry_year=2030)
    seen = await totals(from_on=date(2025, 9, 1), to_on=date(2031, 8, 31), now=NOW)
    assert (seen.schemes, seen.cohorts, seen.planned_schemes) == (0, 0, 2)


async def test_nothing_is_nothing(db):
    seen = await totals(from_on=date(2025, 9, 1), to_on=date(2030, 8, 31), now=NOW)
    assert (seen.schemes, seen.entrants, seen.pupil_years, seen.companies, seen.pupil_minutes) == (0, 0, 0, 0, 0)


async def test_the_funnel_of_all_divides_each_year_by_the_cohorts_that_reached_it(db):
    told = await eight_schemes()
    for number, stage in enumerate(await follow_all(now=NOW, scope=EVERYTHING)):
        reached = [one["counts"] for one in told if len(one["counts"]) > number]
        assert stage.present == sum(counts[number][1] for counts in reached)
        assert stage.ever == sum(counts[0][1] + sum(late for *_, late in counts[1 : number + 1]) for counts in reached)


async def test_a_company_that_follows_another_has_the_same_place_on_the_board_and_in_the_grid(db):
    draw = Random(8)
    for year in (2025, 2026, 2027):
        cohort = await builders_ptech.cohort(entry_year=year)
        firms = [await builders.company() for _ in range(9)]
        for firm in firms:
            from_on = date(year, 9, 1) + timedelta(days=draw.randint(0, 900))
            to_on = draw.choice((None, from_on + timedelta(days=draw.randint(0, 500))))
            await builders_ptech.mentor(cohort, company=firm, from_on=from_on, to_on=to_on)
    for after in (-1700, -1200, -900, -500, 0):
        now = NOW + timedelta(days=after)
        seen = await totals(from_on=date(2025, 9, 1), to_on=date(2030, 8, 31), now=now)
        assert seen.companies == sum(one.places for one in await cohorts(now=now, scope=EVERYTHING))


async def test_a_mentor_that_ended_before_the_period_is_not_counted_in_it(db):
    cohort = await builders_ptech.cohort(entry_year=2025)
    await builders_ptech.mentor(cohort, from_on=date(2025, 9, 15), to_on=date(2026, 8, 31))
    await builders_ptech.mentor(cohort, from_on=date(2026, 9, 1))
    first = await totals(from_on=date(2025, 9, 1), to_on=date(2026, 8, 31), now=NOW)
    second = await totals(from_on=date(2026, 9, 1), to_on=date(2027, 8, 31), now=NOW)
    assert (first.companies, second.companies) == (1, 1)
    (line,) = await cohorts(now=NOW - timedelta(days=365), scope=EVERYTHING)
    assert (line.mentors, line.places, line.replaced) == (1, 1, 1)
