"""Where a demand stands that has no place yet: its rank among those that wait, or the hour of its draw."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from booking.visits.reservation_states import PUTS_OTHERS_BY_SQL, WAITS
from booking.visits.reservations.beyond import HELD_BACK
from booking.visits.reservations.demand import Booked
from workshops.database import rows
from workshops.database.batching import Batcher
from workshops.database.row_types import rows_as

# A line is in reserve while another of its demand awaits its visa, or was received before that came, or a better one is
# offered: it holds no place, and is offered none.
_RESERVE = f"""({{one}}.demand IS NOT NULL AND EXISTS (SELECT 1 FROM reservations better
  WHERE better.demand = {{one}}.demand
  AND better.id <> {{one}}.id
  AND (better.state IN {PUTS_OTHERS_BY_SQL}
    OR (better.state = 'offered' AND better.line < {{one}}.line))))"""  # noqa: S608 - constants only
IN_RESERVE = _RESERVE.format(one="r")
"""Whether the waiting reservation `r` is."""
IN_LINE = f"""CASE WHEN r.state = 'waiting' AND NOT {IN_RESERVE} THEN (
    SELECT count(*) FROM reservations q WHERE q.slot = r.slot AND q.state = 'waiting' AND NOT {_RESERVE.format(one="q")}
    AND ({HELD_BACK.format(one="q")}, q.created_at, coalesce(q.drawn_rank, 0), q.id)
      <= ({HELD_BACK.format(one="r")}, r.created_at, coalesce(r.drawn_rank, 0), r.id)) ELSE 0 END
    AS rank, {HELD_BACK.format(one="r")} AS beyond, d.number AS draw_number, d.opening AS draw,
  CASE WHEN r.state = 'in_draw' THEN (SELECT o.draws_at FROM openings o WHERE o.id = d.opening) END AS draws_at"""  # noqa: S608 - constants only
"""What is read of `r`, beside its demand `d`."""
STANDS_AT = f"""SELECT r.id, {IN_LINE} FROM reservations r LEFT JOIN demands d ON d.id = r.demand
WHERE r.id = ANY ($1::int[])"""  # noqa: S608 - constants only

WAITING_AT = f"""SELECT r.slot, count(*) AS groups FROM reservations r
WHERE r.slot = ANY ($1::int[]) AND r.state = 'waiting' AND NOT {IN_RESERVE}
  AND NOT {HELD_BACK.format(one="r")} GROUP BY r.slot"""  # noqa: S608 - constants only


class InLine(Struct, frozen=True):
    """The rank of a group that waits, 0 where none does; the opaque number and the hour of a demand in a draw.
    `beyond`: it waits behind the others because its collège has as many groups as classes."""

    rank: int = 0
    beyond: bool = False
    draw_number: str | None = None
    draw: int | None = None
    draws_at: datetime | None = None


class _StandsAt(InLine, frozen=True):
    """The same of one reservation of several."""

    id: int = 0


async def in_line(booked: Booked) -> InLine:
    """Where a teacher's demand stands, read with those of others; of one that has its place nothing is asked."""
    return await _in_line.submit(booked.id) if booked.state in WAITS else InLine()


async def _stand_at(reservations: list[int]) -> dict[int, InLine]:
    found = {one.id: one for one in await rows_as(_StandsAt, STANDS_AT, reservations)}
    return {reservation: found.get(reservation) or InLine() for reservation in reservations}


_in_line: Batcher[int, InLine] = Batcher(_stand_at)


async def groups_waiting(slots: Collection[int]) -> dict[int, int]:
    """How many groups wait for a place at each of these slots; one where nobody waits is left out."""
    return {one["slot"]: one["groups"] for one in await rows(WAITING_AT, list(slots))}
