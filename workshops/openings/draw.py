"""The end of a drawn hour: no more demands, then the draw, then first come, first served."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from workshops.database.row_types import rows_as
from workshops.events.record import record
from workshops.openings.tables import Opening

DUE = """SELECT id, coalesce(draws_at, opens_at) AS draws_at, ranked_at FROM openings
WHERE draws_at <= $1 AND drawn_at IS NULL ORDER BY draws_at, id"""


class DrawDue(Struct, frozen=True):
    """An opening whose hour of demands is over; `ranked_at` is when they were ranked, None before."""

    id: int
    draws_at: datetime
    ranked_at: datetime | None


async def draws_due(*, now: datetime) -> list[DrawDue]:
    """The draws to hold, or to go on with."""
    return await rows_as(DrawDue, DUE, now)


async def end_entries(opening: int, *, now: datetime) -> bytes | None:
    """From now on no demand enters the draw, and its seed is public; in the caller's transaction.

    Returns the seed, None when another worker has ended them.
    """
    # Whoever is entering a demand holds the opening's row a moment: the last of them are waited for.
    ending = Opening.update({Opening.ranked_at: now}).where(Opening.id == opening, Opening.ranked_at.is_null())
    ended = await ending.returning(Opening.seed)
    return bytes(ended[0]["seed"]) if ended else None


async def finish_draw(opening: int, *, now: datetime) -> bool:
    """Every demand has its answer: what is left is first come, first served. In the caller's transaction."""
    finishing = Opening.update({Opening.drawn_at: now}).where(Opening.id == opening, Opening.drawn_at.is_null())
    if not await finishing.returning(Opening.id):
        return False
    await record("opening_drawn", by=None, about_kind="opening", about=opening, now=now)
    return True


def entering(opening: str) -> str:
    """The opening that a demand enters, unless its hour has just ended: a row that holds up its end until then."""
    return f"SELECT id, first_weight FROM openings WHERE id = {opening} AND ranked_at IS NULL FOR SHARE"  # noqa: S608
