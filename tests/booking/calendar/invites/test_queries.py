"""The facts of visits that several ask for at once."""

from __future__ import annotations

import asyncio

from booking.calendar.invites.queries import VISITS, visit
from tests import builders
from tests.statements import statements_of


async def test_those_who_ask_while_others_are_answered_are_told_by_one_statement_and_each_their_own_visit(db):
    college, slot = await builders.school(), await builders.slot(seats=90, groups_max=3)
    groups = [await builders.group(school=college) for _ in range(3)]
    visits = [await builders.reservation(slot=slot, group=one, pupils=20 + n) for n, one in enumerate(groups)]
    told = []

    async def ask() -> None:
        told[:] = await asyncio.gather(*map(visit, [*visits, 999, visits[0]]))

    assert await statements_of(ask) == [VISITS]
    assert [one and (one.id, one.pupils) for one in told] == [
        *((number, 20 + n) for n, number in enumerate(visits)),
        None,
        (visits[0], 20),
    ]
