"""The journal keeps who did what, in order, and lets nobody rewrite it."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest

from booking.journal.queries import Told, latest
from booking.journal.write import write
from tests.builders import NOW, account
from workshops.database import rows, transaction

LATER = NOW + timedelta(minutes=5)


async def test_an_act_is_told_with_its_author(db):
    claire = await account(name="Claire Renaud")
    await write("reserved", account=claire, about_kind="reservation", about=7, detail="24 élèves", now=NOW)
    await write("swept", account=None, about_kind="", about=None, now=LATER)
    assert await latest() == [
        Told(2, LATER, "swept", None, "", "", None, ""),
        Told(1, NOW, "reserved", claire, "Claire Renaud", "reservation", 7, "24 élèves"),
    ]


async def test_a_page_begins_where_the_one_before_it_ended(db):
    for number in range(5):
        await write(f"act-{number}", account=None, about_kind="slot", about=number, now=NOW)
    first = await latest(limit=2)
    second = await latest(limit=2, before=first[-1].id)
    assert [told.act for told in (*first, *second)] == ["act-4", "act-3", "act-2", "act-1"]


async def test_an_act_that_fails_is_not_told(db):
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await write("reserved", account=None, about_kind="reservation", about=7, now=NOW)
            raise ZeroDivisionError
    assert await latest() == []


async def test_nobody_rewrites_the_journal(db):
    await write("reserved", account=None, about_kind="reservation", about=7, now=NOW)
    with pytest.raises(asyncpg.RaiseError):
        await rows("UPDATE journal SET act = 'something else'")
