"""The visits behind each line of equity, of the objects and of the companies add up to it."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from tests import builders
from tests.builders import NOW
from workshops.equity.queries import Equity, equity
from workshops.results.queries import breakdown
from workshops.results.trace import Traced, VisitsToTrace, trace

FIRST, LAST = date(2026, 8, 1), date(2027, 7, 31)
PRIORITIES = {"REP+": ("REP+",), "REP": ("REP",), "": ("",)}


@pytest.fixture(scope="module")
async def played(lasting_db) -> Equity:
    """Forty visits of two school years by nine collèges of every kind, some of whose groups had nobody."""
    draw = Random(4)
    hosts = [await builders.school(kind="lycee", lat=47.0 + n / 4, lon=6.0) for n in range(2)]
    colleges = [
        await builders.school(
            priority=("REP+", "REP", "")[n % 3],
            rural=(True, False, None)[n // 3],
            lat=None if n == 4 else 47.0 + n / 9,
            lon=6.0,
        )
        for n in range(9)
    ]
    taught = [await builders.workshop(host=host) for host in hosts]
    objects = [await builders.tech_object(name=f"Objet {n}") for n in range(2)]
    firms = [await builders.company(siret=builders.siret(n)) for n in range(2)]
    for n in range(40):
        starts_at = builders.paris("2026-03-02 09:00") + timedelta(days=7 * n)
        slot = await builders.slot(workshop=taught[n % 2], starts_at=starts_at, state="done", groups_max=9)
        for ref in range(draw.randint(0, 4)):
            counted = draw.choice((0, *range(1, 30)))
            girls = draw.choice((None, draw.randint(0, counted)))
            level = draw.choice(("6e", "5e", "4e", "3e"))
            college = draw.choice(colleges)
            await builders.turnout(slot=slot, group_ref=ref, school=college, counted=counted, girls=girls, level=level)
            built = {"tech_object": draw.choice(objects), "made": draw.randint(2, 9)}
            await builders.build(slot=slot, group_ref=ref, **built, finished=2, working=1, taken_home=0)
        await builders.company_turnout(slot=slot, company=firms[n % 2], people=draw.randint(0, 4))
    return await equity(from_on=FIRST, to_on=LAST)


async def behind(**asked: object) -> Traced:
    found = await trace(VisitsToTrace(**asked), from_on=FIRST, to_on=LAST, limit=1000)
    assert found.visits_in_all == len(found.visits)
    assert (found.pupils, found.groups) == (sum(o.pupils for o in found.visits), sum(o.groups for o in found.visits))
    assert found.also == {name: sum(one.also[name] for one in found.visits) for name in found.also}
    return found


async def test_girls_and_boys_lead_to_the_visits_that_counted_them(played):
    found = await behind(apart=True)
    assert found.pupils == played.whole.apart > 0
    assert found.also == {"girls": played.whole.girls, "boys": played.whole.boys}


@pytest.mark.parametrize(
    ("heading", "field"), [("departments", "department"), ("levels", "level"), ("lycees", "school")]
)
async def test_a_department_a_level_and_a_lycee_lead_to_their_visits(played, heading, field):
    for line in played.received[heading]:
        assert (await behind(**{field: line.key})).pupils == line.pupils
        apart = await behind(**{field: line.key}, apart=True)
        assert (apart.pupils, apart.also) == (line.apart, {"girls": line.girls, "boys": line.boys})


async def test_priority_education_leads_to_its_visits(played):
    assert [one.key for one in played.received["priorities"]] == list(PRIORITIES)
    for line in played.received["priorities"]:
        found = await behind(priorities=PRIORITIES[line.key])
        assert (found.pupils, found.groups) == (line.pupils, line.groups)
        apart = await behind(priorities=PRIORITIES[line.key], apart=True)
        assert (apart.pupils, apart.also) == (line.apart, {"girls": line.girls, "boys": line.boys})
    some = sum(one.pupils for one in played.received["priorities"] if one.key)
    assert (await behind(priorities=("REP", "REP+"))).pupils == some


async def test_the_country_and_the_town_lead_to_their_visits(played):
    assert [one.key for one in played.received["settings"]] == ["rural", "urban", "unknown"]
    for line in played.received["settings"]:
        found = await behind(setting=line.key)
        assert (found.pupils, found.groups) == (line.pupils, line.groups)
        apart = await behind(setting=line.key, apart=True)
        assert (apart.pupils, apart.also) == (line.apart, {"girls": line.girls, "boys": line.boys})


async def test_each_class_of_distance_leads_to_its_visits(played):
    assert [one.key for one in played.bands] == ["0-10", "10-25", "25-50", "50", "unknown"]
    for band in played.bands:
        found = await behind(distance=band.key)
        assert (found.pupils, found.groups) == (band.pupils, band.groups)
    assert sum(one.pupils for one in played.bands) == played.whole.pupils


async def test_what_was_built_leads_to_the_visits_that_built_it(played):
    counts = await breakdown(from_on=FIRST, to_on=LAST, now=NOW)
    assert len(counts.objects) == 2
    for one in counts.objects:
        found = await behind(object=one.id)
        assert found.also == {
            "made": one.made,
            "finished": one.finished,
            "working": one.working,
            "taken_home": one.taken_home,
            "builders": one.groups,
        }


async def test_the_people_of_a_company_lead_to_the_visits_they_came_to(played):
    counts = await breakdown(from_on=FIRST, to_on=LAST, now=NOW)
    assert len(counts.companies) == 2
    for one in counts.companies:
        found = await behind(company=one.siret)
        assert (found.visits_in_all, found.also) == (one.visits, {"people": one.people})
