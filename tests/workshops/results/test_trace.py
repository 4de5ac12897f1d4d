"""The visits behind a figure add up to it, and a curve ends where the figure stands."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests import builders, builders_ptech
from tests.workshops.results.test_queries import COLLEGIENS, FIRST, LAST, NOW, PUPILS, Seen, play
from workshops.database import rows
from workshops.programmes.targets.declare import DeclareFigure, declare
from workshops.programmes.targets.queries import targets
from workshops.programmes.targets.set_target import SetTarget, set_target
from workshops.results.curve import CurvePoint, curve
from workshops.results.measure import progress
from workshops.results.trace import KEPT, VisitsToTrace, trace

SCHOOLS = ("lycee", "college")
# Any of these narrows nothing: each visit is read.
EVERY = ("", "REP", "REP+")
FIELDS = {"school": "lycee", "college": "college", "department": "department", "level": "level", "object": "object"}


def within(seen: list[Seen], field: str, asked: object) -> list[Seen]:
    return [one for one in seen if FIRST <= one.on <= LAST and getattr(one, FIELDS[field]) == asked]


@pytest.mark.parametrize("field", FIELDS)
async def test_the_visits_behind_a_figure_add_up_to_it(db, field: str):
    seen = await play(6)
    for asked in {getattr(one, FIELDS[field]) for one in seen}:
        found = await trace(VisitsToTrace(**{field: asked}), from_on=FIRST, to_on=LAST, limit=100)
        # Nobody need have come to a visit where an object is noted.
        kept = [one for one in within(seen, field, asked) if one.counted or field == "object"]
        slots = {one.slot for one in kept}
        assert {one.id for one in found.visits} == slots
        assert found.visits_in_all == len(slots)
        # A lycée and an object choose whole visits; a collège, a département or a level only their own groups.
        if field in {"school", "object"}:
            kept = [one for one in seen if one.slot in slots]
        assert (found.pupils, found.groups) == (
            sum(one.counted for one in kept),
            sum(one.counted > 0 for one in kept),
        )
        assert sum(one.pupils for one in found.visits) == found.pupils


@pytest.mark.parametrize("field", ["", *KEPT])
async def test_what_is_summed_up_is_what_reading_every_visit_finds(db, field: str):
    seen = await play(6)
    (lycee,), (college,) = [await rows("SELECT id FROM schools WHERE kind = $1 LIMIT 1", one) for one in SCHOOLS]
    for day in (1, 2, 28):
        await builders.past_visit(lycee=lycee["id"], college=college["id"], held_on=date(2026, 12, day), pupils=day)
    asked = [{field: it} for it in sorted({getattr(one, FIELDS[field]) for one in seen})] if field else [{}]
    for one in asked:
        for after in (0, 4, 40):
            page = {"from_on": FIRST, "to_on": LAST, "limit": 5, "after": after}
            assert await trace(VisitsToTrace(**one), **page) == await trace(
                VisitsToTrace(**one, priorities=EVERY), **page
            )


async def test_the_visits_of_a_company_are_found(db):
    firm = await builders.company(siret=builders.siret(7))
    here = await builders.slot(starts_at=builders.paris("2027-01-12 09:00"), state="done")
    await builders.slot(starts_at=builders.paris("2027-01-13 09:00"), state="done")
    await builders.company_turnout(slot=here, company=firm)
    found = await trace(VisitsToTrace(company=builders.siret(7)), from_on=FIRST, to_on=LAST)
    assert [one.id for one in found.visits] == [here]


async def test_the_list_is_cut_in_pages_the_latest_first(db):
    await play(7)
    whole = await trace(VisitsToTrace(), from_on=FIRST, to_on=LAST, limit=1000)
    pages = [await trace(VisitsToTrace(), from_on=FIRST, to_on=LAST, limit=7, after=n) for n in range(0, 70, 7)]
    assert [line for one in pages for line in one.visits] == whole.visits
    assert [one.starts_at for one in whole.visits] == sorted((one.starts_at for one in whole.visits), reverse=True)


@pytest.mark.parametrize("seed", [8, 9])
async def test_each_point_of_the_curve_is_what_had_been_counted_by_then(db, seed: int):
    seen = await play(seed)
    await set_target(SetTarget(**PUPILS), **COLLEGIENS, by=None, now=NOW)
    (target,) = await targets()
    points = await curve(target, now=NOW)
    assert points[0] == CurvePoint(date(2024, 8, 31), 0)
    assert points[-1].on == date(2027, 3, 1)
    # The last point is of today, whose month may hold visits closed ahead of it by this test alone.
    assert [one.figure for one in points[:-1]] == [
        sum(pupil.counted for pupil in seen if pupil.on <= one.on) for one in points[:-1]
    ]


async def test_a_curve_ends_where_the_figure_stands_when_october_is_counted_in_september(db):
    await builders.target(programme="ptech", metric="pupils", from_on=date(2026, 9, 1), to_on=date(2031, 8, 31))
    await builders_ptech.census(await builders_ptech.cohort(entry_year=2026), 2026, present=24)
    now = datetime(2026, 9, 20, 8, tzinfo=UTC)
    (stand,) = await progress(now=now)
    points = await curve(stand.target, now=now)
    assert (stand.done, points[-1]) == (24, CurvePoint(date(2026, 9, 20), 24))


async def test_a_figure_is_frozen_once_the_period_asked_is_over(db):
    await builders.target(programme="ptech", metric="pupils", from_on=date(2024, 9, 1), to_on=date(2029, 8, 31))
    (stand,) = await progress(from_on=date(2025, 9, 1), to_on=date(2026, 8, 31), now=NOW)
    assert stand.frozen


async def test_a_curve_of_typed_figures_goes_from_one_to_the_next(db):
    await set_target(SetTarget(**PUPILS), programme="technilab", metric="stages", declared=True, by=None, now=NOW)
    (target,) = await targets()
    for on, figure in ((date(2025, 6, 30), 40), (date(2026, 6, 30), 90)):
        await declare(target.id, DeclareFigure(figure=figure, counted_on=on, source="Rectorat"), now=NOW, by=1)
    assert {one["detail"] for one in await rows("SELECT detail FROM events WHERE act = 'figure_declared'")} == {""}
    assert await curve(target, now=NOW) == [
        CurvePoint(date(2024, 8, 31), 0),
        CurvePoint(date(2025, 6, 30), 40),
        CurvePoint(date(2026, 6, 30), 90),
    ]


async def test_before_the_first_day_a_curve_is_one_point(db):
    await set_target(SetTarget(**PUPILS), **COLLEGIENS, by=None, now=NOW)
    (target,) = await targets()
    assert await curve(target, now=datetime(2024, 1, 1, tzinfo=UTC)) == [CurvePoint(date(2024, 8, 31), 0)]
