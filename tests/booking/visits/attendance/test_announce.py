"""A company comes to a session: it holds its places, once, and alone of its trade where the lycée asks for it."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from booking.visits.attendance.acts import TellComing, WithdrawComing
from booking.visits.attendance.announce import announce
from booking.visits.attendance.change import withdraw
from booking.visits.attendance.rules import AlreadyAnnounced, CompanyPlacesFull, CompanyTradeTaken, NoMoreAnnouncements
from booking.visits.attendance.sessions import sessions_for
from booking.visits.badge_codes.rules import hash_of, token_of
from tests import builders
from tests.builders import NOW
from tests.seen import first, seen
from tests.telling import tell
from workshops.database import value
from workshops.refusals import NotFound

SECRET = "a secret of the tests, long enough to be one"


async def a_company():
    company = await builders.company()
    return company, await builders.person("company", company=company)


async def come(slot, company, person, *, people=2, role="temoignage", message="", now=NOW, **more):
    uid = f"{slot}-{company}-{person}@technilab.example"
    drawn = {"uid": uid, "badge_salt": uuid4(), "secret_key": SECRET, **more}
    asked = TellComing(people=people, role=role, message=message)
    return await announce(asked, slot=slot, company=company, by=person, now=now, **drawn)


async def test_a_company_that_comes_holds_its_places_and_both_sides_are_told(db):
    lycee = await builders.school(kind="lycee")
    await builders.person("host", "accueil@example.org", school=lycee)
    company = await builders.company()
    pauline = await builders.person("company", "pauline@example.org", company=company)
    slot = await builders.slot(host=lycee)
    made = await come(slot, company, pauline, message="  Une prise, s'il vous plaît.  ")
    expected = (made, slot, company, "announced", 2, "temoignage", "Une prise, s'il vous plaît.", 0)
    assert await first("SELECT id, slot, company, state, people, role, message, sequence FROM attendances") == expected
    assert await value("SELECT company_places_taken FROM slots WHERE id = $1", slot) == 2
    await tell()
    assert await seen("SELECT kind, to_email, about FROM notices ORDER BY to_email") == [
        ("attendance_confirmed", "accueil@example.org", made),
        ("attendance_confirmed", "pauline@example.org", made),
    ]
    expected = ("attendance_announced", pauline, "attendance", made)
    assert await first("SELECT act, by, about_kind, about FROM events") == expected


async def test_each_person_of_a_company_has_a_badge_that_a_scan_finds(db):
    salt = uuid4()
    made = await come(await builders.slot(), *await a_company(), people=3, badge_salt=salt)
    drawn = "SELECT kind, number, token_hash, reservation FROM badges WHERE attendance = $1 ORDER BY 2"
    assert await seen(drawn, made) == [
        ("company", number, hash_of(token_of(SECRET, salt, "company", number)), None) for number in (1, 2, 3)
    ]


async def test_nothing_is_written_when_the_places_do_not_suffice(db):
    slot = await builders.slot(company_places=1)
    with pytest.raises(CompanyPlacesFull):
        await come(slot, *await a_company())
    assert await value("SELECT count(*) FROM attendances") == 0
    await tell()
    assert await value("SELECT count(*) FROM notices") == 0
    assert await value("SELECT company_places_taken FROM slots") == 0


async def test_a_company_announces_itself_once_per_session(db):
    slot, who = await builders.slot(), await a_company()
    await come(slot, *who)
    with pytest.raises(AlreadyAnnounced):
        await come(slot, *who)


async def test_a_company_that_withdrew_may_come_after_all(db):
    slot, (company, person) = await builders.slot(), await a_company()
    await builders.attendance(slot=slot, company=company, state="withdrawn")
    await come(slot, company, person)
    assert await value("SELECT count(*) FROM attendances WHERE state = 'announced'") == 1


@pytest.mark.parametrize("state", ["called_off", "done"])
async def test_a_session_that_is_over_takes_nobody(db, state):
    slot = await builders.slot(state=state, reason="Panne")
    with pytest.raises(NoMoreAnnouncements):
        await come(slot, *await a_company())


async def test_a_draft_does_not_exist_for_a_company(db):
    slot = await builders.slot(state="draft")
    with pytest.raises(NotFound):
        await come(slot, *await a_company())


async def test_twelve_companies_at_once_for_two_places_of_two(db):
    slot = await builders.slot(company_places=4)
    companies = [await a_company() for _ in range(12)]
    answers = await asyncio.gather(*(come(slot, *who) for who in companies), return_exceptions=True)
    assert sum(isinstance(one, int) for one in answers) == 2
    assert {type(one) for one in answers if not isinstance(one, int)} == {CompanyPlacesFull}
    assert await value("SELECT company_places_taken FROM slots WHERE id = $1", slot) == 4


async def test_one_company_that_clicks_twice_at_once_is_announced_once(db):
    slot, (company, person) = await builders.slot(), await a_company()
    answers = await asyncio.gather(
        *(come(slot, company, person, people=1, role="mentorat", uid=f"{n}@x") for n in range(6)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, int) for one in answers) == 1
    assert {type(one) for one in answers if not isinstance(one, int)} == {AlreadyAnnounced}
    assert await value("SELECT company_places_taken FROM slots WHERE id = $1", slot) == 1


async def of_trade(trade):
    company = await builders.company(trade=trade)
    return company, await builders.person("company", company=company)


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


async def test_the_trade_is_free_again_when_its_company_withdraws(db):
    slot, (company, person) = await builders.slot(one_per_trade=True), await of_trade("Horlogerie")
    made = await come(slot, company, person)
    other, someone = await of_trade("horlogerie")
    assert await sessions_for(other, near=None, now=NOW) == []
    await withdraw(made, WithdrawComing(), company=company, by=person, now=NOW)
    assert [one.id for one in await sessions_for(other, near=None, now=NOW)] == [slot]
    await come(slot, other, someone)
    assert await value("SELECT count(*) FROM attendances WHERE state = 'announced'") == 1
