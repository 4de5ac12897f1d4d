from __future__ import annotations

import asyncio

import pytest

from booking.visits.attendance.acts import WithdrawComing
from booking.visits.attendance.change import withdraw
from booking.visits.attendance.rules import NoMoreAnnouncements
from tests import builders
from tests.builders import NOW
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.refusals import NotFound


async def an_attendance(*, starts_at=None):
    lycee = await builders.school(kind="lycee")
    await builders.person("host", "accueil@example.org", school=lycee)
    company = await builders.company()
    pauline = await builders.person("company", "pauline@example.org", company=company)
    slot = await builders.slot(host=lycee, starts_at=starts_at)
    return await builders.attendance(slot=slot, company=company, by=pauline, people=3), slot, company, pauline


async def test_withdrawing_gives_the_places_back_and_tells_both_sides(db):
    attendance, slot, company, pauline = await an_attendance()
    await withdraw(attendance, WithdrawComing(), company=company, by=pauline, now=NOW)
    assert tuple(await row("SELECT state, sequence FROM attendances")) == ("withdrawn", 1)
    assert await value("SELECT company_places_taken FROM slots WHERE id = $1", slot) == 0
    await tell()
    told = await rows("SELECT kind, to_email, once FROM notices ORDER BY kind")
    assert [(one["kind"], one["to_email"]) for one in told] == [
        ("attendance_withdrawn", "pauline@example.org"),
        ("attendance_withdrawn_host", "accueil@example.org"),
    ]
    assert await value("SELECT act FROM events") == "attendance_withdrawn"


async def test_another_company_cannot_withdraw_what_is_not_its_own(db):
    attendance, *_, pauline = await an_attendance()
    with pytest.raises(NotFound):
        await withdraw(attendance, WithdrawComing(), company=await builders.company(), by=pauline, now=NOW)
    assert await value("SELECT state FROM attendances") == "announced"


async def test_a_session_that_has_begun_is_no_longer_left(db):
    attendance, _, company, pauline = await an_attendance(starts_at=NOW)
    with pytest.raises(NoMoreAnnouncements):
        await withdraw(attendance, WithdrawComing(), company=company, by=pauline, now=NOW)


async def test_withdrawing_twice_at_once_frees_the_places_once(db):
    attendance, slot, company, pauline = await an_attendance()
    await builders.attendance(slot=slot, company=await builders.company(), people=1)
    answers = await asyncio.gather(
        *(withdraw(attendance, WithdrawComing(), company=company, by=pauline, now=NOW) for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(one is None for one in answers) == 1
    assert {type(one) for one in answers if one is not None} == {NoMoreAnnouncements}
    assert await value("SELECT company_places_taken FROM slots WHERE id = $1", slot) == 1
