"""Saying when a period opens, at another hour, or that it opens at once: until that hour has come."""

from __future__ import annotations

from datetime import date, datetime

from asyncpg.exceptions import ExclusionViolationError

from workshops.database import row, rows, savepoint, transaction, value
from workshops.events.record import record
from workshops.openings.rules import refuse_begun, refuse_opening
from workshops.refusals import Invalid, NotFound

PLAN = "INSERT INTO openings (first_on, last_on, opens_at, created_at) VALUES ($1, $2, $3, $4) RETURNING id"
LOCK = "SELECT first_on, last_on, opens_at FROM openings WHERE id = $1 FOR UPDATE"
PUT_OFF = "UPDATE openings SET opens_at = $2 WHERE id = $1"
WITHDRAW = "DELETE FROM openings WHERE id = $1"


async def plan(*, first_on: date, last_on: date, opens_at: datetime, by: int, now: datetime) -> int:
    """The slots of these days are seen, and may be reserved from that minute on; returns the opening's number.

    What is reserved in them already stays. Raises Invalid, also for a day that another opening holds.
    """
    refuse_opening(first_on, last_on, opens_at, now=now)
    async with transaction():
        try:
            async with savepoint():
                made = int(await value(PLAN, first_on, last_on, opens_at, now))
        except ExclusionViolationError:
            told = "Période : l'un de ces jours est déjà d'une autre ouverture. Changez les dates, ou retirez l'autre."
            raise Invalid({"first_on": told}) from None
        await record("opening_planned", by=by, about_kind="opening", about=made, now=now)
        return made


async def put_off(opening: int, *, opens_at: datetime, by: int, now: datetime) -> None:
    """It opens at another minute, sooner or later. Raises NotFound, OpeningBegun, Invalid."""
    async with transaction():
        stands = await row(LOCK, opening)
        if stands is None:
            raise NotFound()
        refuse_begun(stands["opens_at"], now=now)
        refuse_opening(stands["first_on"], stands["last_on"], opens_at, now=now)
        await rows(PUT_OFF, opening, opens_at)
        await record("opening_put_off", by=by, about_kind="opening", about=opening, now=now)


async def withdraw(opening: int, *, by: int, now: datetime) -> None:
    """Its slots may be reserved at once. Raises NotFound, OpeningBegun."""
    async with transaction():
        stands = await row(LOCK, opening)
        if stands is None:
            raise NotFound()
        refuse_begun(stands["opens_at"], now=now)
        await rows(WITHDRAW, opening)
        await record("opening_withdrawn", by=by, about_kind="opening", about=opening, now=now)
