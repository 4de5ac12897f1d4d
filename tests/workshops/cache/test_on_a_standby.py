"""A standby sees commits in its own time, and its list of slots is as fresh as what it sees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import msgspec
import pytest

from tests import builders
from tests.builders import NOW
from tests.replica import Pair, Server, primary_and_standby
from workshops.cache.versions import VersionedCache
from workshops.database import engine_for, open_pool
from workshops.offer.queries import slots_on_offer, slots_on_offer_json
from workshops.offer.rules import Search

BOOK = "UPDATE slots SET seats_taken = seats_taken + 1 WHERE id = $1"
SEATS = 24


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with primary_and_standby() as both:
        yield both


@pytest.fixture
def asked(monkeypatch):
    """`async with asked(server):` what is read inside is read there."""

    @asynccontextmanager
    async def of(server: Server):
        monkeypatch.setattr("booking.piccolo_conf.DB", engine_for(server.url))
        async with open_pool(size=2):
            yield

    return of


async def free_seats() -> tuple[int, int]:
    """Of the only slot: as the kept list tells it, and as it is."""
    filters = Search()
    (kept,) = msgspec.json.decode((await slots_on_offer_json(filters, now=NOW)).answer)["items"]
    (now,) = (await slots_on_offer(filters, now=NOW)).items
    return kept["seats_free"], now.seats_free


async def test_a_booking_is_seen_on_a_standby_while_a_longer_act_goes_on(pair: Pair, asked):
    """The longer act is the older one: what PostgreSQL calls its snapshot there is the same text before and after."""
    async with asked(pair.primary):
        slot = await builders.slot(seats=SEATS, starts_at=NOW + timedelta(days=30))
    longer, booking, other = [await asyncpg.connect(pair.primary.url) for _ in range(3)]
    acts = [one.transaction() for one in (longer, booking)]
    for connection, act in zip((longer, booking), acts, strict=True):
        await act.start()
        await connection.execute("CREATE TEMPORARY TABLE goes_on (id int)")
    for _ in range(SEATS):
        await booking.execute(BOOK, slot)
    await other.execute("INSERT INTO departments (code, name) VALUES ('2B', 'Haute-Corse')")
    async with asked(pair.standby):
        pair.catch_up()
        assert await free_seats() == (SEATS, SEATS)
        await acts[1].commit()
        pair.catch_up()
        assert await free_seats() == (0, 0)
        await acts[0].rollback()
        # In as many commits.
        for taken in range(1, SEATS + 1):
            await other.execute("UPDATE slots SET seats_taken = $2 WHERE id = $1", slot, taken)
            pair.catch_up()
            assert await free_seats() == (SEATS - taken, SEATS - taken)
    for connection in (longer, booking, other):
        await connection.close()


async def test_what_one_server_showed_is_not_told_of_another(pair: Pair, asked):
    """Each may have seen two acts in another order, under the same versions; nor is a standby's the next primary's."""
    told: list[str] = []

    async def ask() -> str:
        told.append("asked")
        return f"answer {len(told)}"

    kept = VersionedCache[str]()
    for server in (pair.primary, pair.standby, pair.standby):
        async with asked(server):
            await kept.answer("slots", ask)
    pair.standby.promote()
    async with asked(pair.standby):
        assert await kept.answer("slots", ask) == "answer 3"
