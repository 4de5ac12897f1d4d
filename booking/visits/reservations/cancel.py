"""Ending a reservation before the visit: by the teacher, by the lycée that cannot receive, or for another choice."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.people.accounts.rules import Role
from booking.visits.demands.keep import end
from booking.visits.reservation_states import BOTH_OR_NONE, NOT_SURE_SQL, SURE
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.states import Act, is_late
from booking.visits.reservations.transition import StandingReservation, standing, transition, transition_both
from workshops.acts.health import says_of_pupil
from workshops.database import rows, transaction
from workshops.database.retry import retried
from workshops.database.row_types import rows_as
from workshops.refusals import Invalid, NotFound

ACT_OF: dict[str, Act] = {Role.TEACHER: Act.CANCEL, Role.HOST: Act.DECLINE}

# In the order of their numbers, as every act that locks several slots. A group that waits never changes its slot; one
# that does, while its visa is awaited, is followed by `standing`.
LOCK_CHOICES = f"""SELECT id FROM slots WHERE id IN (
  SELECT other.slot FROM reservations one JOIN reservations other ON other.demand = one.demand
  WHERE one.id = $1 AND (other.state IN {NOT_SURE_SQL} OR other.line = one.line)
  UNION ALL
  SELECT other.slot FROM reservations one JOIN reservations other
    ON other.id = one.replaces OR (other.replaces = one.id AND other.state = 'requested')
  WHERE one.id = $1
  UNION ALL SELECT slot FROM reservations WHERE id = $1)
ORDER BY id FOR NO KEY UPDATE"""  # noqa: S608 - constants only
OTHERS = f"""SELECT id FROM reservations
WHERE demand = $1 AND line <> $2 AND replaces IS NULL AND state IN {NOT_SURE_SQL}
ORDER BY line, half, id"""  # noqa: S608 - constants only
LEFT = f"""SELECT DISTINCT ON (line) id, state FROM reservations
WHERE demand = $1 AND replaces IS NULL AND state IN {NOT_SURE_SQL} ORDER BY line, half, id"""  # noqa: S608 - constants only
KEPT_ANOTHER = "Un autre choix de ce groupe est retenu."


@retried
async def cancel(
    reservation: int,
    asked: CancelVisit,
    *,
    role: str,
    school: int,
    by: int | None,
    told: bool = True,
    gives_on: bool = True,
    now: datetime,
) -> str:
    """End a reservation before its visit: its seats go at once to the first waiting group that fits.

    `role` teacher: of the collège that goes (who also leaves the waiting list or refuses an offered place this way);
    host: of the lycée that receives, who must say why. Not `told`: the mail of the class's other half says it, whose
    end gives its seats on as well (not `gives_on`). A half that waits, or is offered its place, ends with the other
    one. Returns the new state. Raises NotFound, Invalid, NotNow.
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
        if stands.state in BOTH_OR_NONE:
            await transition_both(ACT_OF[role], stands, role=role, by=by, now=now, reason=reason, told=told)
        else:
            await transition(
                ACT_OF[role],
                stands,
                role=role,
                by=by,
                now=now,
                late=late,
                reason=reason,
                told=told,
                gives_on=gives_on,
            )
    return line.becomes or stands.state


async def lock_choices(reservation: int) -> None:
    """Lock the slots of a reservation, of all the lines of its demand, of its other half, and of
    the change that is asked of it or that it is, in their order; inside the caller's transaction."""
    await rows(LOCK_CHOICES, reservation)


class ChoiceLeft(Struct, frozen=True):
    """A line of a demand that may still be had."""

    id: int
    state: str


async def choices_left(stands: StandingReservation) -> list[ChoiceLeft]:
    """The lines of a reservation's demand that may still be had, the best first, a
    class in halves by its first; itself alone where it has no demand."""
    if stands.demand is None:
        return [ChoiceLeft(stands.id, stands.state)]
    return await rows_as(ChoiceLeft, LEFT, stands.demand)


async def release_others(kept: StandingReservation, *, by: int | None, now: datetime) -> None:
    """Give up the other lines of the demand, which the mail of the kept one names; inside the transaction that confirms
    it."""
    if kept.demand is None:
        return
    await end(kept.demand, now=now)
    for other in await rows(OTHERS, kept.demand, kept.line):
        stands = await standing(other["id"])
        await transition("release", stands, role="demand", by=by, now=now, reason=KEPT_ANOTHER)
