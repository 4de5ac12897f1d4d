"""Saying when a period opens, at another hour, or that it opens at once: until that hour has come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from asyncpg.exceptions import ExclusionViolationError
from piccolo.columns import Column

from workshops.database import row, savepoint, transaction
from workshops.events.record import record
from workshops.openings.rules import DRAWN_AFTER, refuse_begun, refuse_opening
from workshops.openings.tables import Opening
from workshops.refusals import Invalid, or_not_found

LOCK = "SELECT first_on, last_on, opens_at, draws_at FROM openings WHERE id = $1 FOR UPDATE"


async def plan(
    *,
    first_on: date,
    last_on: date,
    opens_at: datetime,
    seed: bytes | None = None,
    first_weight: int = 1,
    by: int,
    now: datetime,
) -> int:
    """The slots of these days are seen, and may be reserved from that minute on; returns the opening's number.

    What is reserved in them already stays. With a `seed` the demands of the first hour are drawn by it, one of a
    collège that never came with the weight `first_weight`. Raises Invalid, also for a day that another opening holds.
    """
    refuse_opening(first_on, last_on, opens_at, first_weight=first_weight, now=now)
    draws_at = None if seed is None else opens_at + DRAWN_AFTER
    async with transaction():
        try:
            async with savepoint():
                fresh = Opening(
                    first_on=first_on,
                    last_on=last_on,
                    opens_at=opens_at,
                    created_at=now,
                    draws_at=draws_at,
                    seed=seed,
                    first_weight=first_weight,
                )
                (made,) = await Opening.insert(fresh).returning(Opening.id)
        except ExclusionViolationError:
            told = "Période : l'un de ces jours est déjà d'une autre ouverture. Changez les dates, ou retirez l'autre."
            raise Invalid({"first_on": told}) from None
        await record("opening_planned", by=by, about_kind="opening", about=made["id"], now=now)
        return int(made["id"])


async def put_off(opening: int, *, opens_at: datetime, by: int, now: datetime) -> None:
    """It opens at another minute, sooner or later. Raises NotFound, OpeningBegun, Invalid."""
    async with transaction():
        stands = or_not_found(await row(LOCK, opening))
        refuse_begun(stands["opens_at"], now=now)
        refuse_opening(stands["first_on"], stands["last_on"], opens_at, now=now)
        hours: dict[Column | str, Any] = {Opening.opens_at: opens_at}
        if stands["draws_at"] is not None:
            hours[Opening.draws_at] = opens_at + DRAWN_AFTER
        await Opening.update(hours).where(Opening.id == opening)
        await record("opening_put_off", by=by, about_kind="opening", about=opening, now=now)


async def withdraw(opening: int, *, by: int, now: datetime) -> None:
    """Its slots may be reserved at once. Raises NotFound, OpeningBegun."""
    async with transaction():
        stands = or_not_found(await row(LOCK, opening))
        refuse_begun(stands["opens_at"], now=now)
        await Opening.delete().where(Opening.id == opening)
        await record("opening_withdrawn", by=by, about_kind="opening", about=opening, now=now)
