from __future__ import annotations

from datetime import date, timedelta

from booking.visits.attendance.sessions import session, sessions_for
from tests import builders
from tests.builders import NOW, paris
from workshops.companies.rules import CompanyPlace


async def test_a_company_is_shown_the_sessions_that_still_look_for_companies(db):
    company = await builders.company()
    open_one = await builders.slot(starts_at=paris("2027-03-25 09:00"))
    closed_to_groups = await builders.slot(starts_at=paris("2027-03-26 09:00"), state="closed")
    await builders.reservation(slot=closed_to_groups, group=await builders.group())
    await builders.slot(state="closed")
    await builders.slot(booking_closes_at=NOW)
    full = await builders.slot(company_places=2)
    await builders.attendance(slot=full, company=await builders.company(), people=2)
    already = await builders.slot()
    await builders.attendance(slot=already, company=company)
    await builders.slot(company_places=0)
    await builders.slot(state="draft")
    await builders.slot(state="called_off", reason="Panne")
    await builders.slot(starts_at=NOW - timedelta(days=1))
    found = await sessions_for(company, near=None, now=NOW)
    assert [one.id for one in found] == [closed_to_groups, open_one]


async def test_on_a_day_on_which_a_lycee_receives_nobody_only_a_slot_with_pupils_still_looks_for_companies(db):
    company, lycee = await builders.company(), await builders.school(kind="lycee")
    kept, empty = [await builders.slot(host=lycee, starts_at=paris(f"2027-03-25 {at}")) for at in ("09:00", "14:00")]
    await builders.reservation(slot=kept, group=await builders.group())
    elsewhere = await builders.slot(starts_at=paris("2027-03-25 14:00"))
    assert {one.id for one in await sessions_for(company, near=None, now=NOW)} == {kept, empty, elsewhere}
    await builders.closure(school=lycee, on=date(2027, 3, 25))
    assert [one.id for one in await sessions_for(company, near=None, now=NOW)] == [kept, elsewhere]


async def test_a_session_left_is_shown_again(db):
    company, slot = await builders.company(), await builders.slot()
    await builders.attendance(slot=slot, company=company, state="withdrawn")
    assert [one.id for one in await sessions_for(company, near=None, now=NOW)] == [slot]


async def test_sessions_are_narrowed_by_departement_and_by_days(db):
    company = await builders.company()
    doubs = await builders.school(kind="lycee")
    jura = await builders.school(kind="lycee", department="39")
    march = await builders.slot(host=doubs, starts_at=paris("2027-03-31 14:00"))
    april = await builders.slot(host=jura, starts_at=paris("2027-04-01 08:00"))
    assert [one.id for one in await sessions_for(company, near=None, now=NOW, department="39")] == [april]
    before_april = await sessions_for(company, near=None, now=NOW, until=paris("2027-04-01 00:00"))
    assert [one.id for one in before_april] == [march]


async def test_the_next_page_starts_after_the_slots_shown(db):
    company = await builders.company()
    made = [await builders.slot(starts_at=paris("2027-03-25 09:00")) for _ in range(5)]
    first = await sessions_for(company, near=None, now=NOW, limit=2)
    rest = await sessions_for(company, near=None, now=NOW, limit=10, skip=2)
    assert [one.id for one in [*first, *rest]] == made


BESANCON = CompanyPlace(47.24, 6.02)


async def test_pupils_come_before_kilometres_and_kilometres_before_days(db):
    company = await builders.company()
    here = await builders.school(kind="lycee", lat=47.25, lon=6.02)
    far = await builders.school(kind="lycee", lat=46.39, lon=5.87)
    nowhere = await builders.school(kind="lycee", lat=None, lon=None)
    made = {
        (host, day, pupils): await builders.slot(host=host, starts_at=paris(f"2027-03-{day} 09:00"))
        for pupils in (0, 23)
        for host in (nowhere, far, here)
        for day in ("26", "25")
    }
    for (_, _, pupils), slot in made.items():
        if pupils:
            await builders.reservation(slot=slot, group=await builders.group(), pupils=pupils)
    found = await sessions_for(company, near=BESANCON, now=NOW)
    named = {slot: told for told, slot in made.items()}
    assert [named[one.id] for one in found] == [
        (host, day, pupils) for pupils in (23, 0) for host in (here, far, nowhere) for day in ("25", "26")
    ]
    assert [one.km for one in found] == [1, 1, 95, 95, None, None] * 2
    second = await sessions_for(company, near=BESANCON, now=NOW, skip=5, limit=3)
    assert [one.id for one in second] == [one.id for one in found[5:8]]


async def test_a_session_tells_counts_and_places_and_no_pupil(db):
    company = await builders.company()
    slot = await builders.slot(seats=48, company_places=4, groups_max=2)
    await builders.reservation(slot=slot, group=await builders.group(), pupils=23)
    await builders.attendance(slot=slot, company=company, people=3)
    seen = await session(slot, company=company)
    assert (seen.pupils, seen.seats, seen.places, seen.places_free, seen.announced) == (23, 48, 4, 1, True)


async def test_a_draft_is_no_session(db):
    assert await session(await builders.slot(state="draft"), company=1) is None
