"""Taking back what a group asks for, each line that has no place yet, in one act."""

from __future__ import annotations

from datetime import datetime

from booking.visits.asking.queries import named_slots
from booking.visits.demands.keep import forget
from booking.visits.reservation_states import BOTH_OR_NONE, HOPED
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel, lock_choices
from booking.visits.reservations.states import NotNow
from workshops.database import transaction
from workshops.database.retry import retried
from workshops.events.record import record


@retried
async def withdraw(demand: int, *, school: int, by: int, now: datetime) -> None:
    """The group asks no more for any of its lines; a visit that is sure stays, and is cancelled by itself.

    The first line's mail tells them all; of the sentence alone there is nothing to tell. Raises NotFound, NotNow where
    nothing of it is hoped for any more.
    """
    async with transaction():
        hoped = [line for line in await named_slots(demand) if line.state in HOPED]
        left = await forget(demand, now=now)
        if not hoped and not left:
            raise NotNow("Cette demande a déjà sa réponse. Annulez la visite elle-même si vous ne venez plus.")
        if not hoped:
            await record("demand_withdrawn", by=by, about_kind="demand", about=demand, now=now)
        both = {(line.line, line.state) for line in hoped if line.half == 1 and line.state in BOTH_OR_NONE}
        hoped = [line for line in hoped if line.half != 2 or (line.line, line.state) not in both]
        for place, line in enumerate(hoped):
            if not place:
                await lock_choices(line.id)
            await cancel(line.id, CancelVisit(), role="teacher", school=school, by=by, told=not place, now=now)
