"""A company announced or asking: it changes its mind, the lycée agrees or declines, it does not come after all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from booking.visits.attendance.acts import DeclineComing, TellComing, WithdrawComing
from booking.visits.attendance.change import accept, change, decline, withdraw
from booking.visits.attendance.rules import AlreadyAnswered, CompanyPlacesFull, NoMoreAnnouncements
from tests import builders
from tests.booking.visits.attendance.test_announce import a_company, come
from tests.builders import NOW
from tests.seen import first, kinds, mails
from workshops.database import value
from workshops.refusals import NotFound

STANDS = "SELECT state, sequence, confirmed_at FROM attendances"


@dataclass
class Coming:
    """Three people of Pauline's company, at a session of a lycée that has a host."""

    id: int
    slot: int
    lycee: int
    company: int
    pauline: int
    host: int

    @classmethod
    async def new(cls, *, state: str = "announced", **slot: Any) -> Coming:
        lycee, (company, pauline) = await builders.school(kind="lycee"), await a_company()
        host = await builders.person("host", "accueil@example.org", school=lycee)
        there = await builders.slot(host=lycee, company_places=4, **slot)
        made = await builders.attendance(slot=there, company=company, by=pauline, state=state, people=3)
        return cls(made, there, lycee, company, pauline, host)

    async def says(self, people: int = 3, role: str = "temoignage", message: str = "", **more: Any) -> None:
        told = {"company": self.company, "by": self.pauline, "now": NOW} | more
        await change(self.id, TellComing(people=people, role=role, message=message), **told)

    async def leaves(self, **more: Any) -> None:
        told = {"company": self.company, "by": self.pauline, "now": NOW} | more
        await withdraw(self.id, WithdrawComing(), **told)

    async def accepted(self, **more: Any) -> None:
        await accept(self.id, **{"school": self.lycee, "by": self.host, "now": NOW} | more)

    async def declined(self, reason: str = "Non", **more: Any) -> None:
        await decline(
            self.id, DeclineComing(reason=reason), **{"school": self.lycee, "by": self.host, "now": NOW} | more
        )

    async def taken(self) -> int:
        return await value("SELECT company_places_taken FROM slots WHERE id = $1", self.slot)


@pytest.mark.parametrize("people", [1, 4])
async def test_another_head_count_is_another_version_of_the_entry(db, people):
    coming = await Coming.new()
    await coming.says(people)
    assert await first("SELECT people, sequence FROM attendances") == (people, 1)
    assert await coming.taken() == people
    assert await kinds(by="kind") == ["attendance_confirmed", "attendance_confirmed"]


async def test_another_role_or_message_tells_the_lycee_and_leaves_the_entry(db):
    await (await Coming.new()).says(role="mentorat", message=" Une prise. ")
    assert await first("SELECT role, message, sequence FROM attendances") == ("mentorat", "Une prise.", 0)
    assert await kinds() == ["attendance_confirmed"]


async def test_the_same_again_tells_nobody(db):
    await (await Coming.new()).says()
    assert await kinds() == []


async def test_more_people_than_places_are_refused_in_words(db):
    coming = await Coming.new()
    with pytest.raises(CompanyPlacesFull) as no:
        await coming.says(5)
    assert no.value.sentence == "Il reste 4 places d'entreprise à cette séance. Venez à 4, ou un autre jour."
    assert await coming.taken() == 3


async def test_two_companies_that_grow_at_once_never_pass_the_places(db):
    coming = await Coming.new()
    await coming.says(2)
    other, someone = await a_company()
    second = await builders.attendance(slot=coming.slot, company=other, by=someone, people=1)
    beside = replace(coming, id=second, company=other, pauline=someone)
    answers = await asyncio.gather(coming.says(3), beside.says(2), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["CompanyPlacesFull", "NoneType"]
    assert await coming.taken() == 4


async def test_another_company_changes_nothing_and_leaves_nothing(db):
    coming, other = await Coming.new(), await builders.company()
    for act in (coming.says, coming.leaves):
        with pytest.raises(NotFound):
            await act(company=other)
    assert await first(STANDS) == ("announced", 0, NOW)


@pytest.mark.parametrize("state", ["withdrawn", "declined"])
async def test_what_has_ended_does_not_change(db, state):
    with pytest.raises(NoMoreAnnouncements):
        await (await Coming.new(state=state)).says(1)


async def test_nothing_is_changed_answered_nor_left_once_the_session_has_begun(db):
    began = NOW + timedelta(hours=1)
    coming = await Coming.new(state="asked", on_agreement=True, starts_at=began)
    for act in (coming.says, coming.accepted, coming.declined, coming.leaves):
        with pytest.raises(NoMoreAnnouncements):
            await act(now=began)
    assert await coming.taken() == 3


async def test_a_company_that_needs_an_agreement_asks_and_holds_its_places(db):
    lycee = await builders.school(kind="lycee")
    await builders.person("host", "accueil@example.org", school=lycee)
    await come(await builders.slot(host=lycee, on_agreement=True), *await a_company())
    assert await first(STANDS) == ("asked", 0, None)
    assert await value("SELECT company_places_taken FROM slots") == 2
    assert await kinds(by="kind") == ["attendance_asked", "attendance_asked"]
    assert await value("SELECT act FROM events") == "attendance_asked"


async def test_an_accepted_company_is_announced_and_invited(db):
    coming = await Coming.new(state="asked", on_agreement=True)
    await coming.accepted()
    assert await first(STANDS) == ("announced", 1, NOW)
    assert await coming.taken() == 3
    assert await kinds() == ["attendance_confirmed"]
    assert await value("SELECT act FROM events") == "attendance_accepted"


@pytest.mark.parametrize("state", ["asked", "announced"])
async def test_a_declined_company_frees_its_places_and_is_told_why(db, state):
    coming = await Coming.new(state=state, on_agreement=True)
    await coming.declined("  Deux\nentreprises déjà. ")
    assert await first("SELECT state, sequence, reason FROM attendances") == ("declined", 1, "Deux entreprises déjà.")
    assert await coming.taken() == 0
    assert await kinds() == ["attendance_ended"]


async def test_another_lycee_answers_nothing(db):
    coming, other = await Coming.new(state="asked", on_agreement=True), await builders.school(kind="lycee")
    for act in (coming.accepted, coming.declined):
        with pytest.raises(NotFound):
            await act(school=other)


@pytest.mark.parametrize("state", ["announced", "withdrawn", "declined", "called_off"])
async def test_only_a_demand_is_accepted(db, state):
    with pytest.raises(AlreadyAnswered):
        await (await Coming.new(state=state, on_agreement=True)).accepted()


async def test_accepting_and_declining_at_once_is_one_answer(db):
    coming = await Coming.new(state="asked", on_agreement=True)
    answers = await asyncio.gather(*(coming.declined() for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["AlreadyAnswered"] * 3 + ["NoneType"]
    assert await coming.taken() == 0


async def test_withdrawing_gives_the_places_back_and_tells_both_sides(db):
    coming = await Coming.new()
    await coming.leaves()
    assert await first("SELECT state, sequence FROM attendances") == ("withdrawn", 1)
    assert await coming.taken() == 0
    pauline = await value("SELECT email FROM accounts WHERE id = $1", coming.pauline)
    assert await mails(by="kind") == [
        ("attendance_ended", "accueil@example.org"),
        ("attendance_ended", pauline),
    ]
    assert await value("SELECT act FROM events") == "attendance_withdrawn"


async def test_withdrawing_twice_at_once_frees_the_places_once(db):
    coming = await Coming.new()
    await builders.attendance(slot=coming.slot, company=await builders.company(), people=1)
    answers = await asyncio.gather(*(coming.leaves() for _ in range(5)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["NoMoreAnnouncements"] * 4 + ["NoneType"]
    assert await coming.taken() == 1
