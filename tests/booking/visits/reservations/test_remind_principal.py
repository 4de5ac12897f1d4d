"""A principal who does not answer is asked again, once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count

import pytest

from booking.people.accounts.rules import LinkSpent
from booking.visits.reservations.ask_approval import remind_principals, renew_approval
from booking.visits.reservations.demand import Booked
from tests import builders
from tests.booking.visits.reservations.demands import FIRST, College, sign
from tests.builders import NOW, paris
from tests.seen import forget_mails, seen
from tests.telling import tell
from workshops.database import rows, value

DUE = NOW + timedelta(days=7)  # ten days of held seats, less three
MINUTE = timedelta(minutes=1)


async def a_request(*, starts: str = "2027-03-25 09:00") -> tuple[Booked, College]:
    college = await College.new("claire@example.org", needs_approval=True, principal_mail="perrin@example.org")
    booked = await college.ask(await builders.slot(starts_at=paris(starts), booking_closes_at=paris(starts)))
    await forget_mails()
    return booked, college


async def asked_again(now) -> int:
    numbers = count(1)
    return await remind_principals(new_token=lambda: f"again-{next(numbers)}", now=now)


async def queued() -> list[tuple[str, str, str]]:
    await tell()
    return await seen("SELECT kind, to_email, secret FROM notices ORDER BY id")


async def test_three_days_before_the_end_the_principal_gets_a_new_link_and_the_teacher_is_told(db):
    await a_request()
    assert await asked_again(DUE - MINUTE) == 0
    assert await asked_again(DUE) == 1
    assert await asked_again(DUE + MINUTE) == 0
    assert await queued() == [
        ("approval_asked", "perrin@example.org", "again-1"),
        ("reservation_requested", "claire@example.org", ""),
    ]
    with pytest.raises(LinkSpent):
        await sign(FIRST, now=DUE)
    assert await sign("again-1", now=DUE) == "confirmed"


async def test_three_workers_at_once_ask_once(db):
    await a_request()
    assert sorted(await asyncio.gather(*(asked_again(DUE) for _ in range(3)))) == [0, 0, 1]
    assert len(await queued()) == 2


async def test_a_link_that_the_teacher_sent_again_lately_is_reminder_enough(db):
    booked, college = await a_request()
    await renew_approval(booked.id, token="renewed", now=DUE, **college.own)
    assert await asked_again(DUE + MINUTE) == 0


async def test_a_demand_asked_less_than_three_days_before_its_end_is_not_asked_twice(db):
    await a_request(starts="2027-01-15 09:00")
    assert await value("SELECT hold_until FROM reservations") - NOW < timedelta(days=3)
    assert await asked_again(NOW + timedelta(hours=1)) == 0


async def test_nothing_is_asked_once_it_is_answered_or_over(db):
    await a_request()
    assert await asked_again(NOW + timedelta(days=10)) == 0
    await sign(FIRST)
    assert await asked_again(DUE) == 0


async def test_without_a_principals_address_the_teacher_alone_is_told_and_once(db):
    await a_request()
    await rows("UPDATE schools SET principal_mail = '', principal_confirmed_at = NULL")
    await asked_again(DUE)
    await asked_again(DUE + MINUTE)
    assert await queued() == [("reservation_requested", "claire@example.org", "")]
