from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from tests import builders
from tests.builders import NOW, paris
from tests.owner import by_owner
from workshops.database import current_engine, rows
from workshops.offer.by_workshop import workshops_on_offer
from workshops.offer.queries import count_on_offer, days_on_offer, found_on_offer, slots_on_offer
from workshops.offer.rules import Search

BESANCON = (47.24, 6.02)
# Beyond the numbers that the builders reach.
LYCEE = builders.uai(9999)
# A tenth of what a country has in ten years: 140 000 visits done, 60 000 to come, in 40 lycées.
A_COUNTRY = """
INSERT INTO slots (workshop, school, state, starts_at, ends_at, booking_closes_at, settles_at,
                   list_locks_at, eve_at, levels, seats, seats_taken,
                   groups_max, groups_taken, company_places, company_places_taken, reason, version, example)
SELECT w.id, w.school, CASE WHEN n % 10 < 7 THEN 'done' ELSE 'open' END, at.start, at.start + interval '3 hours',
       at.start, at.start, at.start, at.start,
       '{4e}', 24, CASE WHEN n % 3 = 0 THEN 24 ELSE 0 END, 1, CASE WHEN n % 3 = 0 THEN 1 ELSE 0 END,
       CASE WHEN n % 5 = 0 THEN 4 ELSE 0 END, 0, '', 0, false
FROM (SELECT id, school, row_number() OVER () AS number FROM workshops) w
JOIN generate_series(1, 200000) n ON n % 41 % 40 = w.number - 1,
LATERAL (SELECT $1::timestamptz + CASE WHEN n % 10 < 7 THEN -1 ELSE 1 END * n * interval '10 minutes' AS start) at
"""
WISHES = {
    "nothing": Search(),
    "dates": Search(from_on=date(2027, 3, 1), to_on=date(2027, 3, 31)),
    "level": Search(level="4e"),
    "pupils": Search(pupils=20),
    "halves": Search(pupils=27, takes="halves", later=False),
    "either": Search(pupils=27, takes="either", later=True),
    "any": Search(pupils=27, takes="any"),
    "workshop": Search(workshop=1),
    "open now": Search(pupils=20, later=False),
    "department": Search(department="25"),
    "school": Search(school=LYCEE),
    "object": Search(tech_object=1),
    "near": Search(near=BESANCON),
    "km": Search(near=BESANCON, km=20),
    "distance": Search(near=BESANCON, by_distance=True),
    "zone": Search(zone="B", college=1),
    "companies": Search(company_places=1),
    "free": Search(only_free=True),
    "distance and all": Search(near=BESANCON, by_distance=True, zone="A", level="4e", pupils=20, company_places=1),
}


async def test_no_wish_reads_every_slot(db):
    objects = [await builders.tech_object() for _ in range(2)]
    for number in range(40):
        uai = {"uai": LYCEE} if number == 7 else {}
        lycee = await builders.school(kind="lycee", lat=44 + number / 8, department="25" if number < 4 else "70", **uai)
        await builders.workshop(host=lycee, objects=(objects[0],) if number == 5 else (objects[1],))
    await rows(A_COUNTRY, NOW)
    for table in ("slots", "schools", "workshops", "workshop_objects"):
        await by_owner(f"ANALYZE {table}")
    asked: dict[str, list] = {}
    async with current_engine().transaction() as current:
        for name, wish in WISHES.items():
            asked[name] = []
            current.connection.add_query_logger(asked[name].append)
            page = await slots_on_offer(replace(wish, only_open=True), now=NOW)
            if page.next_cursor:
                await slots_on_offer(replace(wish, only_open=True, cursor=page.next_cursor), now=NOW)
            await count_on_offer(replace(wish, only_open=True), now=NOW)
            await found_on_offer(replace(wish, only_open=True, by_distance=False), now=NOW)
            month = replace(wish, by_distance=False, from_on=date(2027, 3, 1), to_on=date(2027, 3, 31))
            await days_on_offer(month, now=NOW)
            await workshops_on_offer(replace(wish, only_open=True), dates=6, now=NOW)
            current.connection.remove_query_logger(asked[name].append)
    whole = [
        name
        for name, statements in asked.items()
        for one in statements
        if "slots s" in one.query
        and any("Seq Scan on slots" in line[0] for line in await rows(f"EXPLAIN {one.query}", *one.args))
    ]
    assert whole == []


@pytest.mark.parametrize("by_distance", [False, True])
async def test_pages_outside_the_holidays_follow_each_other(db, by_distance: bool):
    for lat in (47.24, 47.60):
        workshop = await builders.workshop(host=await builders.school(kind="lycee", lat=lat))
        for number in range(30):
            await builders.slot(workshop=workshop, starts_at=paris("2027-04-01 09:00") + timedelta(days=number))
    college = await builders.school(zone="B")
    for kind, zone, school, first, last in (
        ("holiday", "A", None, 3, 18),
        ("holiday", "B", None, 17, 30),
        ("public_holiday", None, None, 5, 5),
        ("closure", None, college, 8, 9),
    ):
        await rows(
            "INSERT INTO closures (kind, label, zone, school, first_on, last_on) VALUES ($1, $1, $2, $3, $4, $5)",
            kind,
            zone,
            school,
            date(2027, 4, first),
            date(2027, 4, last),
        )
    walked, cursor = [], None
    wish = Search(near=BESANCON, by_distance=by_distance, zone="B", college=college, limit=5)
    for _ in range(10):
        page = await slots_on_offer(replace(wish, cursor=cursor), now=NOW)
        walked += [(one.distance_km, one.starts_at.day) for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    days = [day for day in range(1, 17) if day not in {5, 8, 9}]
    near, far = walked[0][0], walked[-1][0]
    expected = [(km, day) for km in (near, far) for day in days]
    assert (walked if by_distance else sorted(walked)) == expected
    assert len(walked) == await count_on_offer(replace(wish, cursor=None), now=NOW) == 26


async def test_a_lycee_far_away_or_off_the_map_stays_in_a_list_that_asks_for_no_distance(db):
    far = await builders.slot(
        host=await builders.school(kind="lycee", lat=43.3, lon=5.4), starts_at=paris("2027-03-25 09:00")
    )
    off = await builders.slot(
        host=await builders.school(kind="lycee", lat=None, lon=None), starts_at=paris("2027-03-26 09:00")
    )
    page = await slots_on_offer(Search(near=BESANCON), now=NOW)
    assert [(one.id, one.distance_km is None) for one in page.items] == [(far, False), (off, True)]
    page = await slots_on_offer(Search(near=BESANCON, by_distance=True), now=NOW)
    assert [one.id for one in page.items] == [far]
