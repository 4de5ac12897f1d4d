"""Holding a draw once its hour is over: frozen, ranked, then each demand is told, in the order of the draw.

Every step is a transaction: a worker that dies leaves the rest to the next one, and several may hold one draw.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time, timedelta

import msgspec

from booking.visits.demands.keep import anybody_waits, close_all, fix_digests, rank_all
from booking.visits.draws.drawing import draw
from booking.visits.draws.drawing_file import read_back, written
from booking.visits.reservations.freeze_draw import frozen
from booking.visits.reservations.tell_draw import Means, tell_next
from workshops.database import rows, transaction
from workshops.database.retry import ConcurrentUpdate
from workshops.openings.plan import (
    draws_due,
    end_entries,
    file_of,
    finish_draw,
    publish_seed,
    tell_places_left,
)
from workshops.school_calendar.queries import school_days_of_academie
from workshops.school_calendar.rules import paris_day, paris_instant

DAYS_ALONE = 3
"""For how many school days what is left is of those who got nothing."""
LEFT = "SELECT EXISTS (SELECT FROM demands WHERE opening = $1 AND result = '' AND rank IS NOT NULL) AS left"


async def hold_draws(
    *, secret_key: str, new_token: Callable[[], str], new_uid: Callable[[], str], now: datetime
) -> int:
    """Hold every draw whose hour is over; returns how many demands got their answer.

    `new_token` draws the principals' links, `new_uid` the calendar UID of what a sentence found.
    """
    means, answered = Means(secret_key, new_token, new_uid, now), 0
    for due in await draws_due(now=now):
        await _freeze(due.id, now=now)
        await _rank(due.id, now=now)
        with suppress(ConcurrentUpdate):  # the next turn does it
            while told := await tell_next(due, means):
                answered += told
        if not (await rows(LEFT, due.id))[0]["left"]:
            async with transaction():
                await close_all(due.id)
                last = await school_days_of_academie(paris_day(now), DAYS_ALONE)
                until = paris_instant(last + timedelta(days=1), time()) if await anybody_waits(due.id) else None
                await finish_draw(due.id, left_until=until, now=now)
    return answered


async def _freeze(opening: int, *, now: datetime) -> None:
    """No demand enters any more; what each says has its public digest, before anybody knows the seed."""
    async with transaction():
        if not await end_entries(opening, now=now):
            return
        snapshot, demands = await frozen(opening, now=now)
        await fix_digests(demands)
        await file_of(opening, written(snapshot))


async def _rank(opening: int, *, now: datetime) -> None:
    """The seed is public from now on, and with it each demand's rank and what is left of each slot."""
    async with transaction():
        found = await publish_seed(opening, now=now)
        if found is None:
            return
        seed, file = found
        drawn = draw(msgspec.structs.replace(read_back(file), seed=seed.hex()))
        await rank_all(opening, [(answer.number, answer.rank, msgspec.json.encode(answer)) for answer in drawn.answers])
        await tell_places_left(opening, msgspec.json.encode(drawn.left))
