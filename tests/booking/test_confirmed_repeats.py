"""A repeat is answered like the first request: with what a failover cannot lose.

PostgreSQL shows what it wrote only once its standby has it, but for what was waiting when its process ended. What a
phone or a page then sends again is found, and nobody may be told so before the standby has it too.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TypeAlias

import pytest

from booking.day.checkin.check_in import check_in
from booking.day.checkin.rules import ScanAsked
from booking.day.checkin.undo import undo
from booking.visits.asking.ask import ask
from booking.visits.reservations.book import book
from booking.visits.reservations.demand import Sentence, WholeDemand
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, a_day
from tests.booking.visits.reservations.demands import College
from tests.builders import NOW
from tests.command_line import eventually
from tests.replica import Pair, primary_and_standby
from workshops.database import DatabaseAway, engine_for, open_pool, value

Act: TypeAlias = Callable[[], Awaitable[object]]

WAITING_FOR_STANDBY = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
END_WAITING = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


@pytest.fixture
def pair() -> Iterator[Pair]:
    with primary_and_standby() as both:
        for setting in ("synchronous_standby_names = '*'", "wal_retrieve_retry_interval = '100ms'"):
            both.primary.ask(f"ALTER SYSTEM SET {setting}")
        both.primary.ask("SELECT pg_reload_conf()")
        yield both


@pytest.fixture
async def primary(pair: Pair, monkeypatch) -> AsyncIterator[Pair]:
    monkeypatch.setattr("booking.piccolo_conf.DB", engine_for(pair.primary.url))
    async with open_pool(size=4):
        yield pair


async def until_waiting(pair: Pair) -> None:
    asked = asyncio.to_thread(
        eventually, lambda: pair.primary.ask(WAITING_FOR_STANDBY) == "1", "nothing waits for the standby"
    )
    await asked


@asynccontextmanager
async def written_and_unconfirmed(pair: Pair, act: Act) -> AsyncIterator[None]:
    """The act is written, and nobody answers who sent it; inside, the standby is away."""
    pair.standby.stop()
    try:
        first = asyncio.ensure_future(act())
        await until_waiting(pair)
        pair.primary.ask(END_WAITING)
        with suppress(DatabaseAway):
            await first
        yield
    finally:
        with suppress(OSError):
            pair.standby.start()


async def answer_of_repeat(pair: Pair, act: Act) -> object:
    """Of the act sent again: none while the standby is away, the first one's once it is back and has it."""
    async with written_and_unconfirmed(pair, act):
        again = asyncio.ensure_future(act())
        await until_waiting(pair)
        assert not again.done()
    answer = await asyncio.wait_for(again, timeout=60)
    pair.catch_up()
    return answer


async def test_a_scan_sent_again_is_answered_once_the_standby_has_it(primary: Pair):
    day, scan = await a_day(), uuid.uuid4()
    asked = ScanAsked(scan, day.slot, day.tokens[0], NINE_FOUR)

    async def sent() -> str:
        (scanned,) = await check_in([asked], account=day.host, school=day.school, now=NINE_FOUR)
        return scanned.result

    assert await answer_of_repeat(primary, sent) == "present"
    assert primary.standby.ask(f"SELECT result FROM scans WHERE id = '{scan}'") == "present"


async def test_scans_that_waited_together_are_answered_once_the_standby_has_them(primary: Pair):
    day = await a_day()
    scans = [ScanAsked(uuid.uuid4(), day.slot, token, NINE_FOUR) for token in day.tokens[:3]]

    async def sent() -> list[str]:
        return [one.result for one in await check_in(scans, account=day.host, school=day.school, now=NINE_FOUR)]

    assert await answer_of_repeat(primary, sent) == ["present"] * 3


async def test_a_departure_sent_again_is_answered_once_the_standby_has_it(primary: Pair):
    day = await a_day()
    arrival = ScanAsked(uuid.uuid4(), day.slot, day.tokens[0], NINE_FOUR)
    await check_in([arrival], account=day.host, school=day.school, now=NINE_FOUR)
    departure = ScanAsked(uuid.uuid4(), day.slot, day.tokens[0], NINE_FOUR + timedelta(hours=1), act="departure")

    async def sent() -> str:
        later = NINE_FOUR + timedelta(hours=1)
        (left,) = await check_in([departure], account=day.host, school=day.school, now=later)
        return left.result

    assert await answer_of_repeat(primary, sent) == "left"


async def test_a_scan_taken_back_twice_is_answered_once_the_standby_has_it(primary: Pair):
    day, scan = await a_day(), uuid.uuid4()
    asked = ScanAsked(scan, day.slot, day.tokens[0], NINE_FOUR)
    await check_in([asked], account=day.host, school=day.school, now=NINE_FOUR)

    async def taken_back() -> str:
        return (await undo(scan, account=day.host, school=day.school, now=NINE_FOUR)).result

    assert await answer_of_repeat(primary, taken_back) == "undone"


async def test_a_booking_sent_again_under_its_key_is_answered_once_the_standby_has_it(primary: Pair):
    college, slot = await College.new(), await builders.slot()
    demand = await college.demand(slot, key="page-1")

    async def booked() -> tuple[str, int]:
        answer = await book(demand, now=NOW)
        return answer.state, answer.id

    state, number = await answer_of_repeat(primary, booked)
    assert state == "confirmed"
    assert primary.standby.ask(f"SELECT state FROM reservations WHERE id = {number}") == "confirmed"


async def test_a_demand_that_only_looks_sent_again_is_answered_once_the_standby_has_it(primary: Pair):
    college = await College.new()
    closed = await builders.slot(booking_closes_at=NOW - timedelta(days=1))
    named = await college.demand(closed, key="page-1")
    demand = WholeDemand(((named,),), 24, Sentence(line=2, km=40))

    async def asked() -> int | None:
        return (await ask(demand, wait=True, now=NOW)).demand

    number = await answer_of_repeat(primary, asked)
    assert number is not None
    assert primary.standby.ask(f"SELECT id FROM demands WHERE id = {number}") == str(number)
    assert await value("SELECT count(*) FROM demands") == 1
