"""Giving up a class's whole coming: both halves in one act, told by one mail."""

from __future__ import annotations

from datetime import datetime

from booking.visits.halves.queries import Half, act_of, halves_of
from booking.visits.reservation_states import LIVE, SURE
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.release import lock_choices
from workshops.database import transaction
from workshops.database.retry import retried


@retried
async def cancel_both(reservation: int, asked: CancelVisit, *, school: int, by: int, now: datetime) -> str:
    """The teacher cancels a half of a class, and the other one too where it still stands; of a group that comes whole,
    its only reservation. Returns the new state. Raises NotFound, Invalid, NotNow; nothing is cancelled then.
    """
    async with transaction():
        await lock_choices(reservation)
        halves = await halves_of(await act_of(reservation, school=school))
        for other in halves:
            if other.id != reservation and other.state in LIVE:
                told = not _heard_by_the_same(halves)
                await cancel(other.id, asked, role="teacher", school=school, by=by, told=told, now=now)
        return await cancel(reservation, asked, role="teacher", school=school, by=by, now=now)


def _heard_by_the_same(halves: list[Half]) -> bool:
    """Whether one mail tells both: the same lycée receives them, and both are sure or both in the same wait."""
    kinds = {"sure" if one.state in SURE else one.state for one in halves}
    return len({one.host for one in halves}) == 1 and len(kinds) == 1
