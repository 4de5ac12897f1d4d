"""The journal keeps who did what, in order, and lets nobody rewrite it."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

import asyncpg
import pytest

from booking.outbox.journal.count_refusal import count_refusal
from booking.outbox.journal.queries import JournalLine, latest
from tests.builders import NOW, account
from tests.owner import by_owner
from workshops.database import rows, transaction, value
from workshops.events.record import record

LATER = NOW + timedelta(minutes=5)


async def test_an_act_is_told_with_its_author(db):
    claire = await account(name="Claire Renaud")
    await record("reserved", by=claire, about_kind="reservation", about=7, detail="24 élèves", now=NOW)
    await record("swept", by=None, about_kind="", about=None, now=LATER)
    assert await latest() == [
        JournalLine(2, LATER, "swept", None, "", "", None, "", 1, None, "", "", True),
        JournalLine(1, NOW, "reserved", claire, "Claire Renaud", "reservation", 7, "24 élèves", 1, None, "", "", True),
    ]


async def test_a_page_begins_where_the_one_before_it_ended(db):
    for number in range(5):
        await record(f"act-{number}", by=None, about_kind="slot", about=number, now=NOW)
    first = await latest(limit=2)
    second = await latest(limit=2, before=first[-1].id)
    assert [told.act for told in (*first, *second)] == ["act-4", "act-3", "act-2", "act-1"]


async def test_an_act_that_fails_is_not_told(db):
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await record("reserved", by=None, about_kind="reservation", about=7, now=NOW)
            raise ZeroDivisionError
    assert await latest() == []


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE events SET act = 'something else'",
        "UPDATE events SET detail = ''",
        "DELETE FROM events",
        "TRUNCATE events CASCADE",
        "DELETE FROM refusal_counts",
        "TRUNCATE refusal_counts",
        "UPDATE refusal_counts SET often = 1",
        "UPDATE refusal_counts SET often = 9, account = 0",
    ],
)
async def test_nobody_rewrites_nor_empties_the_journal(db, act):
    today = await value("SELECT now()")
    await record("reserved", by=None, about_kind="reservation", about=7, detail="24 élèves", now=today)
    for _ in range(2):
        await count_refusal("access_denied", account=3, about_kind="address", detail="/gestion", now=today)
    before = await latest()
    with pytest.raises(asyncpg.RaiseError):
        await by_owner(act)
    assert (len(before), await latest()) == (2, before)


@pytest.mark.parametrize(("age", "left"), [(timedelta(days=364), 1), (timedelta(days=366), 0)])
async def test_only_a_line_of_more_than_a_year_can_go(db, age, left):
    written = await value("SELECT now()") - age
    await record("reserved", by=None, about_kind="reservation", about=7, now=written)
    with nullcontext() if left == 0 else pytest.raises(asyncpg.RaiseError):
        await rows("DELETE FROM events_to_tell")
        await rows("DELETE FROM events")
    assert await value("SELECT count(*) FROM events") == left


async def test_the_refusals_of_one_person_in_one_hour_are_one_line_that_counts(db):
    claire, paul = await account("claire@example.org", name="Claire"), await account("paul@example.org", name="Paul")
    for by, minutes, page in (
        (claire, 1, "/gestion"),
        (claire, 20, "/gestion/comptes"),
        (paul, 25, "/gestion"),
        (claire, 59, "/lycee"),
        (claire, 60, "/gestion"),
        (None, 61, ""),
    ):
        kind = ("access_denied", "address") if page else ("sign_in_refused", "account")
        now = NOW + timedelta(minutes=minutes)
        await count_refusal(kind[0], account=by, about_kind=kind[1], detail=page, now=now)
    told = [
        (one.name, one.act, one.at - NOW, one.until and one.until - NOW, one.detail, one.often)
        for one in await latest()
    ]
    minute = timedelta(minutes=1)
    assert told == [
        ("", "sign_in_refused", 61 * minute, 61 * minute, "", 1),
        ("Claire", "access_denied", 60 * minute, 60 * minute, "/gestion", 1),
        ("Paul", "access_denied", 25 * minute, 25 * minute, "/gestion", 1),
        ("Claire", "access_denied", 1 * minute, 59 * minute, "/lycee", 3),
    ]


async def test_refusals_stand_among_the_acts_and_are_read_page_by_page(db):
    for number in range(3):
        await record(f"act-{number}", by=None, about_kind="slot", about=number, now=NOW)
        await count_refusal(f"no-{number}", account=None, about_kind="address", now=NOW)
    first = await latest(limit=4)
    second = await latest(limit=4, before=first[-1].id)
    assert [one.act for one in (*first, *second)] == ["no-2", "act-2", "no-1", "act-1", "no-0", "act-0"]
    assert [one.act for one in await latest(about_kind="address")] == ["no-2", "no-1", "no-0"]


async def test_words_that_somebody_typed_are_forgotten_before_their_line(db):
    await record("slot_reopened", by=None, about_kind="slot", about=7, words="Paul oublié", now=NOW)
    assert [one.detail for one in await latest()] == ["Paul oublié"]
    await rows("DELETE FROM event_words")
    assert [(one.act, one.detail) for one in await latest()] == [("slot_reopened", "")]
