"""A lycée that wants to agree first, and one that declines."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from booking.visits.attendance.acts import DeclineComing
from booking.visits.attendance.change import accept, decline
from booking.visits.attendance.rules import AlreadyAnswered, NoMoreAnnouncements
from tests import builders
from tests.booking.visits.attendance.test_announce import a_company, come
from tests.builders import NOW
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.refusals import NotFound


async def a_demand(*, state="asked", **more):
    """The lycée, its slot, and a coming of three people."""
    lycee = await builders.school(kind="lycee")
    company, pauline = await a_company()
    slot = await builders.slot(host=lycee, on_agreement=True, **more)
    made = await builders.attendance(slot=slot, company=company, by=pauline, state=state, people=3)
    return lycee, slot, made


async def test_a_company_that_needs_an_agreement_asks_and_holds_its_places(db):
    lycee = await builders.school(kind="lycee")
    await builders.person("host", "accueil@example.org", school=lycee)
    slot, (company, pauline) = await builders.slot(host=lycee, on_agreement=True), await a_company()
    made = await come(slot, company, pauline)
    kept = await row("SELECT state, confirmed_at, sequence FROM attendances WHERE id = $1", made)
    assert tuple(kept) == ("asked", None, 0)
    assert await value("SELECT company_places_taken FROM slots") == 2
    await tell()
    told = await rows("SELECT kind FROM notices ORDER BY kind")
    assert [one["kind"] for one in told] == ["attendance_asked", "attendance_asked_host"]
    assert await value("SELECT act FROM events") == "attendance_asked"


async def test_an_accepted_company_is_announced_and_invited(db):
    lycee, slot, made = await a_demand()
    await accept(made, school=lycee, by=await builders.account(), now=NOW)
    kept = await row("SELECT state, sequence, confirmed_at FROM attendances")
    assert tuple(kept) == ("announced", 1, NOW)
    assert await value("SELECT company_places_taken FROM slots WHERE id = $1", slot) == 3
    await tell()
    assert await value("SELECT kind FROM notices") == "attendance_confirmed"
    assert await value("SELECT act FROM events") == "attendance_accepted"


@pytest.mark.parametrize("state", ["asked", "announced"])
async def test_a_declined_company_frees_its_places_and_is_told_why(db, state):
    lycee, slot, made = await a_demand(state=state)
    await decline(
        made, DeclineComing(reason="  Deux\nentreprises déjà. "), school=lycee, by=await builders.account(), now=NOW
    )
    kept = await row("SELECT state, sequence, reason FROM attendances")
    assert tuple(kept) == ("declined", 1, "Deux entreprises déjà.")
    assert await value("SELECT company_places_taken FROM slots WHERE id = $1", slot) == 0
    await tell()
    assert await value("SELECT kind FROM notices") == "attendance_declined"


async def test_another_lycee_answers_nothing(db):
    _, _, made = await a_demand()
    other = await builders.school(kind="lycee")
    with pytest.raises(NotFound):
        await accept(made, school=other, by=1, now=NOW)
    with pytest.raises(NotFound):
        await decline(made, DeclineComing(reason="Non"), school=other, by=1, now=NOW)


@pytest.mark.parametrize("state", ["announced", "withdrawn", "declined", "called_off"])
async def test_only_a_demand_is_accepted(db, state):
    lycee, _, made = await a_demand(state=state)
    with pytest.raises(AlreadyAnswered):
        await accept(made, school=lycee, by=1, now=NOW)


async def test_nothing_is_answered_once_the_session_has_begun(db):
    lycee, slot, made = await a_demand(starts_at=NOW + timedelta(hours=1))
    for answer in (
        accept(made, school=lycee, by=1, now=NOW + timedelta(hours=1)),
        decline(made, DeclineComing(reason="Non"), school=lycee, by=1, now=NOW + timedelta(hours=1)),
    ):
        with pytest.raises(NoMoreAnnouncements):
            await answer
    assert await value("SELECT company_places_taken FROM slots WHERE id = $1", slot) == 3


async def test_accepting_and_declining_at_once_is_one_answer(db):
    lycee, slot, made = await a_demand()
    by = await builders.account()
    answers = await asyncio.gather(
        *(decline(made, DeclineComing(reason="Non"), school=lycee, by=by, now=NOW) for _ in range(4)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in answers) == ["AlreadyAnswered"] * 3 + ["NoneType"]
    assert await value("SELECT company_places_taken FROM slots WHERE id = $1", slot) == 0
