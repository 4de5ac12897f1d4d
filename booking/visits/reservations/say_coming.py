"""A collège says before its visit whether the group comes: by the link of a mail, by itself, or on the telephone."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.rules import LinkSpent
from booking.visits.reservation_states import SURE
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel, lock_choices
from booking.visits.reservations.states import Act
from booking.visits.reservations.transition import StandingReservation, standing
from booking.visits.reservations.whether_it_comes import visit_in_question
from workshops.database import rows, transaction
from workshops.database.retry import retried
from workshops.events.record import recorded_of
from workshops.refusals import NotFound
from workshops.school_calendar.rules import paris_day

SAY = f"""
WITH said AS (
  UPDATE reservations SET comes_on = $2, changed_at = $3
  WHERE id = ANY ($1::int[]) AND comes_on IS DISTINCT FROM $2::date RETURNING id, state, sequence
), {
    recorded_of(
        "reservation",
        "said ORDER BY said.id",
        at="$3",
        by="$4",
        act="'reservation_comes'",
        was="said.state",
        state="said.state",
    )
}
SELECT id FROM said
"""  # noqa: S608 - constants only


class ComingAnswered(LinkSpent):
    sentence = "Cette question a déjà sa réponse, ou la visite n'est plus à cette date."


@retried
async def say_coming(reservation: int, *, role: str, school: int, by: int, now: datetime) -> None:
    """The group comes: said by its teacher, or by the lycée that has heard it on the telephone.

    Of a class in two halves that come on one day, both are said to come. Said twice, it is said once. Raises NotFound,
    NotNow.
    """
    async with transaction():
        await lock_choices(reservation)
        stands = await standing(reservation)
        if school != (stands.school if role == "teacher" else stands.host):
            raise NotFound()
        await _say(stands, role=role, by=by, now=now)


@retried
async def answer_coming(link: str, asked: CancelVisit, *, comes: bool, secret_key: str, now: datetime) -> str:
    """By the link of the question: the group comes, or its visit is cancelled, both halves of a day together.

    Once the list is near, it says why it does not come. Returns the state. Raises ComingAnswered, Invalid, NotNow.
    """
    async with transaction():
        found = await visit_in_question(link, secret_key=secret_key)
        if found is None:
            raise ComingAnswered()
        seen, question = found
        await lock_choices(seen.id)
        stands = await standing(seen.id)
        on = paris_day(stands.deadlines.start)
        if stands.state not in SURE or on != question.on or seen.comes or now >= stands.deadlines.start:
            raise ComingAnswered()
        if comes:
            await _say(stands, role="teacher", by=stands.booked_by, now=now)
            return stands.state
        twin = await _twin_of_the_day(stands)
        if twin is not None:
            await _cancel(twin, asked, told=twin.host != stands.host, now=now)
        return await _cancel(stands, asked, told=True, now=now)


async def _cancel(stands: StandingReservation, asked: CancelVisit, *, told: bool, now: datetime) -> str:
    return await cancel(stands.id, asked, role="teacher", school=stands.school, by=stands.booked_by, told=told, now=now)


async def _say(stands: StandingReservation, *, role: str, by: int | None, now: datetime) -> None:
    stands.transition_for(Act.SAY_COMING, role=role, now=now)
    twin = await _twin_of_the_day(stands)
    coming = [stands.id] if twin is None else [stands.id, twin.id]
    await rows(SAY, coming, paris_day(stands.deadlines.start), now, by)


async def _twin_of_the_day(stands: StandingReservation) -> StandingReservation | None:
    """The other half of its class, where that is sure and comes on the same day; its slot is locked as well."""
    twin = None if stands.twin is None else await standing(stands.twin)
    if twin is None or twin.state not in SURE:
        return None
    return twin if paris_day(twin.deadlines.start) == paris_day(stands.deadlines.start) else None
