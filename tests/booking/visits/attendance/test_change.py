from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from booking.visits.attendance.acts import TellComing
from booking.visits.attendance.change import change
from booking.visits.attendance.rules import CompanyPlacesFull, NoMoreAnnouncements
from tests import builders
from tests.booking.visits.attendance.test_announce import a_company
from tests.builders import NOW
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.refusals import NotFound


async def a_coming(**more):
    lycee = await builders.school(kind="lycee")
    await builders.person("host", "accueil@example.org", school=lycee)
    company, pauline = await a_company()
    slot = await builders.slot(host=lycee, company_places=4)
    made = await builders.attendance(slot=slot, company=company, by=pauline, people=2, **more)
    told = {"company": company, "by": pauline, "now": NOW}
    return made, slot, told


@pytest.mark.parametrize("people", [1, 4])
async def test_another_head_count_is_another_version_of_the_entry(db, people):
    made, slot, told = await a_coming()
    await change(made, TellComing(people=people, role="temoignage"), **told)
    assert tuple(await row("SELECT people, sequence FROM attendances")) == (people, 1)
    assert await value("SELECT company_places_taken FROM slots WHERE id = $1", slot) == people
    await tell()
    kinds = await rows("SELECT kind FROM notices ORDER BY kind")
    assert [one["kind"] for one in kinds] == ["attendance_changed", "attendance_changed_host"]


async def test_another_role_or_message_tells_the_lycee_and_leaves_the_entry(db):
    made, _, told = await a_coming()
    await change(made, TellComing(people=2, role="mentorat", message=" Une prise. "), **told)
    kept = await row("SELECT role, message, sequence FROM attendances")
    assert tuple(kept) == ("mentorat", "Une prise.", 0)
    await tell()
    assert [one["kind"] for one in await rows("SELECT kind FROM notices")] == ["attendance_changed_host"]


async def test_the_same_again_tells_nobody(db):
    made, _, told = await a_coming()
    await change(made, TellComing(people=2, role="temoignage"), **told)
    await tell()
    assert await value("SELECT count(*) FROM notices") == 0


async def test_more_people_than_places_are_refused_in_words(db):
    made, slot, told = await a_coming()
    with pytest.raises(CompanyPlacesFull) as no:
        await change(made, TellComing(people=5, role="temoignage"), **told)
    assert no.value.sentence == "Il reste 4 places d'entreprise à cette séance. Venez à 4, ou un autre jour."
    assert await value("SELECT company_places_taken FROM slots WHERE id = $1", slot) == 2


async def test_two_companies_that_grow_at_once_never_pass_the_places(db):
    made, slot, told = await a_coming()
    other, someone = await a_company()
    second = await builders.attendance(slot=slot, company=other, by=someone, people=1)
    answers = await asyncio.gather(
        change(made, TellComing(people=3, role="temoignage"), **told),
        change(second, TellComing(people=2, role="temoignage"), **told | {"company": other, "by": someone}),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in answers) == ["CompanyPlacesFull", "NoneType"]
    assert await value("SELECT company_places_taken FROM slots WHERE id = $1", slot) == 4


async def test_another_company_changes_nothing(db):
    made, _, told = await a_coming()
    with pytest.raises(NotFound):
        await change(made, TellComing(people=1, role="temoignage"), **told | {"company": await builders.company()})


@pytest.mark.parametrize("state", ["withdrawn", "declined"])
async def test_what_has_ended_does_not_change(db, state):
    made, _, told = await a_coming(state=state)
    with pytest.raises(NoMoreAnnouncements):
        await change(made, TellComing(people=1, role="temoignage"), **told)


async def test_a_session_that_has_begun_does_not_change(db):
    made, slot, told = await a_coming()
    began = await value("SELECT starts_at FROM slots WHERE id = $1", slot)
    with pytest.raises(NoMoreAnnouncements):
        await change(made, TellComing(people=1, role="temoignage"), **told | {"now": began + timedelta(seconds=0)})
