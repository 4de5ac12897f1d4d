"""Ending a reservation before the visit: by the teacher, or by the lycée that cannot receive."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.rules import Role
from booking.visits.reservation_states import SURE
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.release import lock_choices
from booking.visits.reservations.states import Act, is_late
from booking.visits.reservations.transition import standing, transition
from workshops.database import transaction
from workshops.database.retry import retried
from workshops.refusals import Invalid, NotFound
from workshops.typed_text.health import says_of_pupil

ACT_OF: dict[str, Act] = {Role.TEACHER: Act.CANCEL, Role.HOST: Act.DECLINE}


@retried
async def cancel(
    reservation: int, asked: CancelVisit, *, role: str, school: int, by: int, told: bool = True, now: datetime
) -> str:
    """End a reservation before its visit: its seats go at once to the first waiting group that fits.

    `role` teacher: of the collège that goes (who also leaves the waiting list or refuses an offered place this way);
    host: of the lycée that receives, who must say why. Not `told`: the mail of the class's other half says it. Returns
    the new state. Raises NotFound, Invalid, NotNow.
    """
    reason = asked.reason
    if named := says_of_pupil("Raison", reason, instead="Écrivez pourquoi, sans nom : l'autre établissement le lira."):
        raise Invalid({"reason": named})
    async with transaction():
        await lock_choices(reservation)
        stands = await standing(reservation)
        if school != (stands.school if role == "teacher" else stands.host):
            raise NotFound()
        line = stands.transition_for(ACT_OF[role], role=role, now=now)
        said = role == "teacher" and stands.state in SURE
        late = said and is_late(stands.deadlines, moved_late=stands.late, now=now)
        if not reason and (late or role == "host"):
            raise Invalid({"reason": "Dites pourquoi en quelques mots : l'autre établissement le lira."})
        await transition(ACT_OF[role], stands, role=role, by=by, now=now, late=late, reason=reason, told=told)
    return line.becomes or stands.state
