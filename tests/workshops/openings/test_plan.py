from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from tests import builders
from tests.builders import NOW, paris
from workshops.database import rows
from workshops.openings.plan import PlanOpening, PutOffOpening, plan, put_off, withdraw
from workshops.openings.queries import OpeningSeen, openings_to_come
from workshops.openings.rules import OpeningBegun
from workshops.refusals import Invalid

TEN = paris("2027-01-18 10:00")
MARCH = PlanOpening(first_on=date(2027, 3, 1), last_on=date(2027, 3, 31), opens_at=TEN)
SEED = bytes(range(32))


async def coordinator() -> int:
    return await builders.account()


async def test_a_period_opens_at_an_hour_that_may_change_until_it_has_come(db):
    by = await coordinator()
    await builders.slot(starts_at=paris("2027-03-31 09:00"))
    await builders.slot(starts_at=paris("2027-04-01 09:00"))
    number = await plan(MARCH, seed=SEED, by=by, now=NOW)
    seen = OpeningSeen(number, date(2027, 3, 1), date(2027, 3, 31), TEN, None, 1, False, 1)
    assert await openings_to_come(now=NOW) == [seen]
    later = TEN + timedelta(hours=1)
    await put_off(number, PutOffOpening(opens_at=later), by=by, now=TEN - timedelta(minutes=1))
    assert [one.opens_at for one in await openings_to_come(now=NOW)] == [later]
    for late in (
        put_off(number, PutOffOpening(opens_at=later + timedelta(1)), by=by, now=later),
        withdraw(number, by=by, now=later),
    ):
        with pytest.raises(OpeningBegun):
            await late
    await withdraw(number, by=by, now=NOW)
    assert await openings_to_come(now=NOW) == []
    said = await rows("SELECT act, about FROM events WHERE about_kind = 'opening' ORDER BY id")
    assert [tuple(one) for one in said] == [
        (act, number) for act in ("opening_planned", "opening_put_off", "opening_withdrawn")
    ]


async def test_no_day_is_of_two_openings(db):
    by = await coordinator()
    await plan(MARCH, seed=SEED, by=by, now=NOW)
    with pytest.raises(Invalid) as no:
        await plan(replace(MARCH, last_on=date(2027, 4, 9), first_on=date(2027, 3, 31)), seed=SEED, by=by, now=NOW)
    assert list(no.value.errors) == ["first_on"]
    await plan(replace(MARCH, first_on=date(2027, 4, 1), last_on=date(2027, 4, 9)), seed=SEED, by=by, now=NOW)
    assert len(await openings_to_come(now=NOW)) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last_on": date(2027, 2, 28)}, "last_on"),
        ({"last_on": date(2028, 3, 31)}, "last_on"),
        ({"opens_at": NOW}, "opens_at"),
        ({"opens_at": paris("2027-03-01 00:00")}, "opens_at"),
        ({"opens_at": TEN + timedelta(seconds=1)}, "opens_at"),
    ],
)
async def test_an_opening_is_a_minute_to_come_before_a_period_of_a_year_at_most(db, wrong, field):
    by = await coordinator()
    with pytest.raises(Invalid) as no:
        await plan(replace(MARCH, **wrong), seed=SEED, by=by, now=NOW)
    assert list(no.value.errors) == [field]
    assert await openings_to_come(now=NOW) == []


async def test_an_opening_that_is_drawn_keeps_its_seed_and_its_weight_when_its_hour_changes(db):
    by = await coordinator()
    number = await plan(replace(MARCH, drawn=True, first_weight=3), seed=SEED, by=by, now=NOW)
    await put_off(number, PutOffOpening(opens_at=TEN + timedelta(days=1)), by=by, now=NOW)
    kept = await rows("SELECT seed, draws_at, first_weight FROM openings")
    assert [tuple(one) for one in kept] == [(SEED, TEN + timedelta(days=1, hours=1), 3)]
