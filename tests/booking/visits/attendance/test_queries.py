from __future__ import annotations

from datetime import timedelta

from booking.visits.attendance.queries import session, sessions_for
from tests import builders
from tests.builders import NOW, paris


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
    found = await sessions_for(company, now=NOW)
    assert [one.id for one in found] == [open_one, closed_to_groups]


async def test_a_session_left_is_shown_again(db):
    company, slot = await builders.company(), await builders.slot()
    await builders.attendance(slot=slot, company=company, state="withdrawn")
    assert [one.id for one in await sessions_for(company, now=NOW)] == [slot]


async def test_sessions_are_narrowed_by_departement_and_by_days(db):
    company = await builders.company()
    doubs = await builders.school(kind="lycee")
    jura = await builders.school(kind="lycee", department="39")
    march = await builders.slot(host=doubs, starts_at=paris("2027-03-31 14:00"))
    april = await builders.slot(host=jura, starts_at=paris("2027-04-01 08:00"))
    assert [one.id for one in await sessions_for(company, now=NOW, department="39")] == [april]
    before_april = await sessions_for(company, now=NOW, until=paris("2027-04-01 00:00"))
    assert [one.id for one in before_april] == [march]


async def test_the_next_page_starts_after_the_last_slot_shown(db):
    company = await builders.company()
    made = [await builders.slot(starts_at=paris("2027-03-25 09:00")) for _ in range(5)]
    first = await sessions_for(company, now=NOW, limit=2)
    rest = await sessions_for(company, now=NOW, limit=10, after=first[-1].id)
    assert [one.id for one in [*first, *rest]] == made


async def test_a_session_tells_counts_and_places_and_no_pupil(db):
    company = await builders.company()
    slot = await builders.slot(seats=48, company_places=4, groups_max=2)
    await builders.reservation(slot=slot, group=await builders.group(), pupils=23)
    await builders.attendance(slot=slot, company=company, people=3)
    seen = await session(slot, company=company)
    assert (seen.pupils, seen.seats, seen.places, seen.places_free, seen.announced) == (23, 48, 4, 1, True)


async def test_a_draft_is_no_session(db):
    assert await session(await builders.slot(state="draft"), company=1) is None
