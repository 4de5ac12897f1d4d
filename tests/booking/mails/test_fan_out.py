"""Each event is told once: none is lost, none is told twice, whoever dies on the way."""

from __future__ import annotations

import asyncio
import random
import signal
from datetime import timedelta

import pytest

from booking.mails.fan_out import PUT_OFF, fan_out
from booking.mails.tell import TELL
from booking.visits.demands.alert import LOOK_AGAIN
from tests import builders
from tests.builders import NOW
from tests.crossing import until
from tests.owner import by_owner
from tests.telling import worker_of
from workshops.database import rows, transaction, value
from workshops.events.record import record

TELLER = """
import asyncio, os, sys
from datetime import UTC, datetime
from booking.mails.fan_out import fan_out
from workshops.database import open_pool

async def run():
    async with open_pool(size=2):
        print("up", flush=True)
        while True:
            await fan_out(now=datetime.now(UTC))
            await asyncio.sleep(0.01)

asyncio.run(run())
"""


async def a_visit(*, state: str = "confirmed") -> int:
    """Claire's visit, received by Jules: others are booked and received by others."""
    first = not await value("SELECT count(*) FROM reservations")
    haag = await builders.school(kind="lycee")
    host = await builders.account("jules@example.org") if first else await builders.account()
    await builders.membership(host, "host", school=haag)
    stendhal = await builders.school()
    claire = await builders.account("claire@example.org") if first else await builders.account()
    await builders.membership(claire, "teacher", school=stendhal)
    return await builders.reservation(
        slot=await builders.slot(host=haag), group=await builders.group(school=stendhal), by=claire, state=state
    )


async def booked(visit: int) -> int:
    said = {"by": None, "about_kind": "reservation", "about": visit, "state": "confirmed"}
    return await record("reservation_booked", **said, now=NOW)


async def told() -> list[tuple[int, str, str, str]]:
    found = await rows("SELECT event, kind, to_email, entry FROM notices ORDER BY event, kind, to_email")
    return [tuple(one) for one in found]


async def test_an_event_becomes_the_mails_of_those_it_concerns_and_is_told_no_more(db):
    visit = await a_visit()
    event = await booked(visit)
    assert await fan_out(now=NOW) == 1
    mails = [
        (event, "reservation_confirmed", "claire@example.org", "REQUEST"),
        (event, "reservation_confirmed", "jules@example.org", "REQUEST"),
    ]
    assert await told() == mails
    assert await fan_out(now=NOW) == 0
    assert await told() == mails


async def test_what_tells_is_planned_once_on_a_connection(db):
    visit = await a_visit()
    planned = "SELECT custom_plans FROM pg_prepared_statements WHERE left(statement, 60) IN ($1, $2)"
    async with transaction():
        for _ in range(3):
            await booked(visit)
            assert await fan_out(now=NOW) == 1
        assert [one["custom_plans"] for one in await rows(planned, TELL[:60], LOOK_AGAIN[:60])] == [0, 0]


async def test_an_event_that_concerns_nobody_is_told_to_nobody(db):
    await record("signed_in", by=None, about_kind="account", about=7, now=NOW)
    assert (await fan_out(now=NOW), await told()) == (1, [])
    assert await value("SELECT count(*) FROM events_to_tell") == 0


async def test_what_fails_between_the_taking_and_the_mails_takes_nothing(db):
    event = await booked(await a_visit())
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await fan_out(now=NOW)
            raise ZeroDivisionError
    assert await told() == []
    assert await fan_out(now=NOW) == 1
    assert {one[0] for one in await told()} == {event}


async def test_what_cannot_be_told_is_set_aside_and_the_rest_goes_on(db, caplog):
    wrong, right = await a_visit(), await a_visit()
    await record("reservation_booked", by=None, about_kind="reservation", about=wrong, state="confirmed", now=NOW)
    event = await booked(right)
    await by_owner(f"ALTER TABLE notices ADD CONSTRAINT refused CHECK (about <> {wrong})")
    try:
        assert await fan_out(now=NOW) == 1
    finally:
        await by_owner("ALTER TABLE notices DROP CONSTRAINT refused")
    assert {one[0] for one in await told()} == {event}
    assert "are not told, error" in caplog.text
    assert await fan_out(now=NOW + PUT_OFF - timedelta(seconds=1)) == 0
    assert await fan_out(now=NOW + PUT_OFF) == 1
    assert len(await told()) == 4


async def test_all_that_waits_about_one_thing_is_taken_by_one_worker_in_order(db):
    visit = await a_visit()
    first = await booked(visit)
    second = await record(
        "reservation_headcount", by=None, about_kind="reservation", about=visit, was="confirmed", now=NOW
    )
    await asyncio.gather(*(fan_out(now=NOW) for _ in range(5)))
    assert [one["event"] for one in await rows("SELECT event FROM notices ORDER BY id")] == [first] * 2 + [second] * 2


async def test_workers_that_are_killed_lose_nothing_and_tell_nothing_twice(db):
    visits = [await a_visit() for _ in range(4)]
    chance = random.Random(11)
    children = [worker_of(TELLER) for _ in range(3)]
    try:
        for number in range(600):
            await booked(visits[number % 4])
            if number % 60 == 30:
                place = chance.randrange(3)
                children[place].send_signal(signal.SIGKILL)
                children[place].wait()
                children[place] = worker_of(TELLER)
        await until(lambda: value("SELECT count(*) = 0 FROM events_to_tell"))
    finally:
        for child in children:
            child.kill()
            child.wait()
    counts = await rows("SELECT event, count(*) AS n FROM notices GROUP BY event")
    assert (len(counts), {one["n"] for one in counts}) == (600, {2})
