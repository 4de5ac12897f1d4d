"""What each partner has done in the school year 2026-2027, read on 11 January 2027."""

from __future__ import annotations

from datetime import date

from booking.programme.consortium.queries import consortium
from tests import builders, builders_bts1
from tests.builders import NOW, _insert, paris


async def only(now=NOW):
    (member,) = await consortium(now=now)
    return member


async def a_lycee(name="Lycée Jules Haag"):
    lycee = await builders.school(kind="lycee")
    await builders_bts1.partner(kind="lycee", name=name, school=lycee)
    return lycee


async def a_company():
    firm = await builders.company()
    await builders_bts1.partner(kind="entreprise", name="Horlogerie du Doubs", company=firm)
    return firm


async def a_cohort(*, school, entry_year, bts_school=None, closed_on=None):
    scheme = await _insert(
        "ptech_schemes",
        school=school,
        title="TRPM",
        field="Usinage",
        bts_school=bts_school,
        opens_on=date(2020, 9, 1),
        closed_on=closed_on,
    )
    return await _insert("ptech_cohorts", scheme=scheme, entry_year=entry_year)


async def test_a_lycee_counts_the_visits_of_the_school_year_alone(db):
    lycee = await a_lycee()
    other = await builders.school(kind="lycee")
    for on, counted, host in (
        ("2026-08-01 00:00", 20, lycee),
        ("2026-07-31 23:59", 21, lycee),
        ("2026-12-10 09:00", 22, lycee),
        ("2026-12-10 09:00", 23, other),
        ("2026-12-11 09:00", 0, lycee),
    ):
        slot = await builders.slot(host=host, starts_at=paris(on), state="done")
        await builders.turnout(slot=slot, counted=counted)
    await builders.slot(host=lycee, starts_at=paris("2026-12-12 09:00"), state="done")
    member = await only()
    assert (member.slots, member.pupils) == (2, 42)


async def test_visits_to_come_end_with_the_school_year(db):
    lycee = await a_lycee()
    for on in ("2027-01-10 09:00", "2027-01-11 07:00", "2027-06-01 09:00", "2027-08-01 09:00"):
        slot = await builders.slot(host=lycee, starts_at=paris(on))
        await builders.reservation(slot=slot, group=await builders.group())
    await builders.slot(host=lycee, starts_at=paris("2027-06-03 09:00"))
    await builders.slot(host=lycee, starts_at=paris("2027-06-02 09:00"), state="called_off", reason="Grève")
    assert (await only()).slots_ahead == 2


async def test_a_company_counts_where_it_came_and_where_it_is_announced(db):
    firm = await a_company()
    came = await builders.slot(starts_at=paris("2026-12-10 09:00"), state="done")
    await builders.company_turnout(slot=came, company=firm)
    await builders.attendance(slot=came, company=firm)
    await builders.attendance(slot=await builders.slot(), company=firm)
    await builders.attendance(slot=await builders.slot(), company=firm, state="withdrawn")
    member = await only()
    assert (member.attendances, member.attendances_ahead) == (1, 1)


async def test_cohorts_count_for_the_lycee_the_host_of_the_bts_and_the_mentors(db):
    lycee, other = await a_lycee(), await builders.school(kind="lycee")
    await a_cohort(school=lycee, entry_year=2026)
    await a_cohort(school=other, bts_school=lycee, entry_year=2022)
    await a_cohort(school=lycee, entry_year=2021)
    await a_cohort(school=lycee, entry_year=2027)
    await a_cohort(school=lycee, entry_year=2025, closed_on=date(2026, 7, 31))
    await a_cohort(school=other, entry_year=2026)
    assert (await only()).cohorts == 2


async def test_a_mentor_counts_its_cohorts_of_the_year_once(db):
    firm, lycee = await a_company(), await builders.school(kind="lycee")
    now, before = await a_cohort(school=lycee, entry_year=2026), await a_cohort(school=lycee, entry_year=2025)
    await _insert("ptech_mentors", cohort=now, company=firm, from_on=date(2026, 9, 1), to_on=date(2026, 10, 1))
    await _insert("ptech_mentors", cohort=now, company=firm, from_on=date(2026, 11, 1))
    await _insert("ptech_mentors", cohort=before, company=firm, from_on=date(2025, 9, 1), to_on=date(2026, 7, 31))
    assert (await only()).cohorts == 1


async def test_courses_count_for_their_lycee_and_each_partner_unless_stopped_before_the_year(db):
    lycee = await a_lycee()
    await builders_bts1.opened(school=lycee)
    stopped = await builders_bts1.opened(school=lycee, title="Bachelor Bois", on=date(2025, 9, 1))
    await builders_bts1.step(stopped, "suspendue", date(2026, 7, 31))
    await builders_bts1.course(school=lycee, title="Bachelor Idée")
    assert (await only()).courses == 1


async def test_a_course_counts_once_for_a_company_that_is_named_twice(db):
    firm = await a_company()
    member = (await only()).card.id
    course = await builders_bts1.opened()
    await _insert("bts1_partners", course=course, kind="entreprise", name="Une fois", company=firm)
    await _insert("bts1_partners", course=course, kind="entreprise", name="Deux fois", company=firm, partner=member)
    assert (await only()).courses == 1


async def test_an_idle_partner_is_told_as_such(db):
    await builders_bts1.partner()
    member = await only()
    assert (member.idle, member.pupils) == (True, 0)
