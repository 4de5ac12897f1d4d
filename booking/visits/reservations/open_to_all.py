"""Offering what may be reserved from this minute on, a period that opens or what its draw has left, to those who look
for whatever suits.

The hour itself needs no job: whoever reserves has the slot from then on. Here each of those who look is offered the
nearest that suits, in an act of its own, so that nothing holds up those who reserve meanwhile.
"""

from __future__ import annotations

from datetime import datetime

from booking.visits.demands.keep import locked_alone
from booking.visits.reservations.offer_by_sentence import LOOK_THERE
from booking.visits.reservations.promote import offer_what_suits
from workshops.database import rows, transaction
from workshops.database.retry import ConcurrentUpdate, retried
from workshops.openings.plan import say_open
from workshops.openings.queries import opened_to_all


async def offer_what_opens(*, now: datetime) -> int:
    """For each period that is open to all since the last minute: what suits is offered, then its opening is an act, of
    which alerts hear. Returns how many demands were offered something. Several workers may run it at once."""
    offered = 0
    for period in await opened_to_all(now=now):
        try:
            for demand in await rows(LOOK_THERE, now, period.first_on, period.last_on):
                offered += await _offer(demand["id"], now=now)
        except ConcurrentUpdate:  # the next minute goes on
            continue
        await say_open(period.id, now=now)
    return offered


@retried
async def _offer(demand: int, *, now: datetime) -> bool:
    async with transaction():
        return await locked_alone(demand) and await offer_what_suits(demand, now=now)
