"""Taking an offered place, with all its pupils or fewer, or leaving it: by oneself, or by the link of its mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from booking.people.accounts.rules import LinkSpent
from booking.visits.badge_codes.issue import keep_in_step
from booking.visits.reservations.acts import AcceptPlace, CancelVisit
from booking.visits.reservations.ask_approval import ask_approval
from booking.visits.reservations.cancel import cancel, lock_choices, release_others
from booking.visits.reservations.give_back import give_back
from booking.visits.reservations.queries import held_until, visit_offered
from booking.visits.reservations.signed import Signed
from booking.visits.reservations.states import NotNow
from booking.visits.reservations.transition import StandingReservation, halves_alike, standing, transition
from workshops.database import rows, transaction
from workshops.database.retry import retried
from workshops.refusals import Invalid
from workshops.school_calendar.rules import paris_day
from workshops.slots.seats import seats_shifted

SHRINK = f"""WITH fewer AS (UPDATE reservations SET pupils = $2 WHERE id = $1 RETURNING slot)
{seats_shifted("fewer", slot="fewer.slot", pupils="-$3::int", groups="0")}"""  # noqa: S608 - constants only


@retried
async def accept(
    reservation: int, asked: AcceptPlace, *, school: int, by: int, secret_key: str, token: str, now: datetime
) -> str:
    """The teacher takes the place that was offered, in time; the seats of fewer pupils go to others. Returns the state.

    The other lines of the same demand are released in the same act; both halves of a class are taken together, fewer
    pupils being those of this half. A collège that asks for a visa goes to `requested`
    first, `token` being the principal's link: the other lines keep their places until the visa is given. One that the
    principal has signed among the lines of a demand is confirmed at once; once the list is locked, `locked`.
    Raises NotFound, Invalid, NotNow.
    """
    async with transaction():
        await lock_choices(reservation)
        stands = await standing(reservation, school=school)
        halves = await halves_alike(stands)
        if any(half.state == "offered" and half.hold_until and half.hold_until <= now for half in halves):
            raise NotNow("Le délai pour répondre est passé : la place est proposée à un autre groupe.")
        count = asked.pupils or stands.pupils
        if count > stands.pupils:
            raise Invalid({"pupils": f"Élèves : la place proposée vaut pour {stands.pupils} au plus."})
        visa = any(_to_be_signed(half) for half in halves)
        until = (
            min([await held_until(half.deadlines, college=half.school, now=now) for half in halves]) if visa else None
        )
        for half in halves:
            await transition(
                "accept",
                half,
                role="teacher",
                by=by,
                now=now,
                hold_until=until,
                instead=_taken(half, visa=visa, now=now),
                told=half is halves[0],
            )
        if visa:
            await ask_approval(halves[0].id, token=token, now=now)
        if count < stands.pupils:
            await rows(SHRINK, reservation, count, stands.pupils - count)
            await give_back(stands.slot, now=now)
        if not visa:
            for half in halves:
                await keep_in_step(half.id, secret_key=secret_key, now=now)
            await release_others(stands, by=by, now=now)
    return _taken(stands, visa=visa, now=now)


def _to_be_signed(stands: StandingReservation) -> bool:
    would_sign = Signed(host=stands.host, on=paris_day(stands.deadlines.start), adults=stands.adults)
    return stands.approval and (stands.signed_on is None or not stands.signed.holds_for(would_sign))


def _taken(stands: StandingReservation, *, visa: bool, now: datetime) -> str:
    """What a place becomes that is taken; one given back late may be taken after the list was locked."""
    return "requested" if visa else "locked" if now >= stands.deadlines.list else "confirmed"


class OfferOver(LinkSpent):
    sentence = "Cette place a déjà sa réponse, ou le délai pour répondre est passé."


@retried
async def answer_offer(
    link: str, asked: AcceptPlace, *, takes: bool, secret_key: str, token: str, now: datetime
) -> str:
    """Take the place, with all the pupils or fewer, or leave it to another group; returns the new state.

    `token` is the principal's link where the collège asks for a visa. Raises OfferOver, Invalid, NoPrincipal.
    """
    async with transaction():
        seen = await visit_offered(link, secret_key=secret_key, now=now)
        if seen is None:
            raise OfferOver()
        await lock_choices(seen.id)
        stands = await standing(seen.id)
        # Answered while we waited for the slot: leaving the place would now cancel the visit.
        if stands.state != "offered" or stands.booked_by is None:
            raise OfferOver()
        own: dict[str, Any] = {"school": stands.school, "by": stands.booked_by}
        if takes:
            return await accept(seen.id, asked, **own, secret_key=secret_key, token=token, now=now)
        return await cancel(seen.id, CancelVisit(), role="teacher", **own, now=now)
