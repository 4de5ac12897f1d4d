"""A group asks for one thing at a time: what it waits for besides is a further line of the demand that it has.

Whichever of them it gets first is its visit, and the others end: a group does not stand in two queues.
"""

from __future__ import annotations

from datetime import datetime

from booking.visits.demands.keep import forget_taken_up, take_up, unanswered
from booking.visits.demands.rules import LATE_LINE
from booking.visits.reservations.rules import LongList
from workshops.database import rows

MOVE_LINES = """UPDATE reservations SET demand = $1, line = CASE WHEN line < $4 THEN line + $3 ELSE line END
WHERE demand = $2 RETURNING id"""


async def join_unanswered(group: int, demand: int, *, now: datetime) -> int:
    """The lines of a demand that waits since this very act join those that the group waits for already, in the
    caller's transaction; returns the demand of which they are lines now.

    Raises LongList where that one has as many lines as a demand may have.
    """
    earlier = await unanswered(group, but=demand, now=now)
    if earlier is None:
        return demand
    before = await take_up(earlier, demand)
    if before is None:
        raise LongList()
    await rows(MOVE_LINES, earlier, demand, before, LATE_LINE)
    await forget_taken_up(demand)
    return earlier
