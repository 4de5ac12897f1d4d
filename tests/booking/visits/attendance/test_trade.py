"""One company of a trade, and eight companies for two places."""

from __future__ import annotations

import asyncio

import pytest

from booking.visits.attendance.acts import WithdrawComing
from booking.visits.attendance.change import withdraw
from booking.visits.attendance.queries import sessions_for
from booking.visits.attendance.rules import CompanyPlacesFull, CompanyTradeTaken
from tests import builders
from tests.booking.visits.attendance.test_announce import come
from tests.builders import NOW
from workshops.database import value


async def of_trade(trade):
    company, person = await builders.company(trade=trade), await builders.account()
    await builders.membership(person, "company", company=company)
    return company, person


@pytest.mark.parametrize("trade", ["Décolletage", "DECOLLETAGE", " décolletage  ", "de\u0301colletage"])
async def test_a_second_company_of_the_trade_is_refused_whatever_its_case_and_accents(db, trade):
    slot = await builders.slot(one_per_trade=True)
    await come(slot, *await of_trade("Décolletage"))
    with pytest.raises(CompanyTradeTaken):
        await come(slot, *await of_trade(trade))
    assert await value("SELECT company_places_taken FROM slots") == 2


async def test_another_trade_or_none_never_collides(db):
    slot = await builders.slot(one_per_trade=True, company_places=8)
    for trade in ("Décolletage", "Lunetterie", "", " ", ""):
        await come(slot, *await of_trade(trade), people=1)
    assert await value("SELECT count(*) FROM attendances WHERE state = 'announced'") == 5


async def test_a_slot_that_does_not_ask_for_it_takes_two_of_a_trade(db):
    slot = await builders.slot()
    await come(slot, *await of_trade("Horlogerie"))
    await come(slot, *await of_trade("Horlogerie"))
    assert await value("SELECT count(*) FROM attendances") == 2


async def test_two_companies_of_one_trade_at_the_same_instant_are_one(db):
    slot = await builders.slot(one_per_trade=True, company_places=16)
    companies = [await of_trade("Horlogerie") for _ in range(8)]
    answers = await asyncio.gather(*(come(slot, *who, people=1) for who in companies), return_exceptions=True)
    assert sum(isinstance(one, int) for one in answers) == 1
    assert {type(one) for one in answers if not isinstance(one, int)} == {CompanyTradeTaken}
    assert await value("SELECT company_places_taken FROM slots") == 1


async def test_eight_companies_at_once_for_two_places_are_two(db):
    slot = await builders.slot(company_places=2)
    companies = [await of_trade(f"Métier {n}") for n in range(8)]
    answers = await asyncio.gather(*(come(slot, *who, people=1) for who in companies), return_exceptions=True)
    assert sum(isinstance(one, int) for one in answers) == 2
    assert {type(one) for one in answers if not isinstance(one, int)} == {CompanyPlacesFull}
    assert await value("SELECT company_places_taken FROM slots") == 2


async def test_the_trade_is_free_again_when_its_company_withdraws(db):
    slot, (company, person) = await builders.slot(one_per_trade=True), await of_trade("Horlogerie")
    made = await come(slot, company, person)
    other, someone = await of_trade("horlogerie")
    assert await sessions_for(other, now=NOW) == []
    await withdraw(made, WithdrawComing(), company=company, by=person, now=NOW)
    assert [one.id for one in await sessions_for(other, now=NOW)] == [slot]
    await come(slot, other, someone)
    assert await value("SELECT count(*) FROM attendances WHERE state = 'announced'") == 1
