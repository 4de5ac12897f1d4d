"""Moving a visit to another slot: one swap, the same calendar entry; the seats left go to those who wait.

A visa holds for a lycée, a day and a number of adults. Where the new slot goes beyond it, the principal is asked again:
the visit stays where it is, the new place is held beside it, and the swap is made when the new visa comes.
"""

from __future__ import annotations

from datetime import datetime

from asyncpg.exceptions import ExclusionViolationError, IntegrityConstraintViolationError, UniqueViolationError
from msgspec import Struct

from booking.visits.badge_codes.issue import FORGET_ALL as FORGET_ALL_BADGES
from booking.visits.badge_codes.issue import keep_in_step
from booking.visits.reservations.acts import BookSlot, MoveVisit
from booking.visits.reservations.ask_approval import ask_approval, ask_no_more
from booking.visits.reservations.demand import Demand, Fresh
from booking.visits.reservations.give_back import give_back
from booking.visits.reservations.queries import held_until, marks_passed
from booking.visits.reservations.rules import GroupBusy, SlotFull, SlotSeen, refuse_booking
from booking.visits.reservations.seats_seen import seats_of
from booking.visits.reservations.signed import Signed, VisaAsked, visa_asked
from booking.visits.reservations.states import is_late
from booking.visits.reservations.take_seats import take_seats
from booking.visits.reservations.transition import STANDS, StandingReservation, transition
from booking.words.needs import Boxes
from workshops.database import row, rows, savepoint, transaction, value
from workshops.database.retry import retried
from workshops.database.row_types import row_as
from workshops.events.record import recorded_of
from workshops.refusals import Invalid, NotFound, or_not_found
from workshops.school_calendar.rules import paris_day
from workshops.slots.seats import LOCK_SEATS, seats_shifted, seats_taken

SLOT_OF = "SELECT slot FROM reservations WHERE id = $1"
# $8: the place is already held for the visit. $9: what the event is called; $10: it was moved too late to be cancelled
# freely; $11: how many adults come; $12: how many marks are passed over.
MOVE = f"""
WITH taken AS (
  {seats_taken("$3", pupils="$4", now="$5", kept="$8", passed="$12")}
), moved AS (
  UPDATE reservations r SET slot = taken.id, starts_at = taken.starts_at, ends_at = taken.ends_at,
    mark = (taken.groups_ever - 1) % 36, sequence = r.sequence + 1, changed_at = $5, late = r.late OR $10,
    hold_until = coalesce($7, CASE WHEN r.adults_asked IS NOT NULL THEN r.hold_until END), adults = $11
  FROM taken WHERE r.id = $1 AND r.slot = $2
  RETURNING r.id, r.sequence, r.state
), freed AS (
  {seats_shifted("moved", slot="$2", pupils="-$4::int", groups="-1")}
), {
    recorded_of(
        "reservation",
        "moved",
        at="$5",
        by="$6",
        act="$9",
        was="moved.state",
        state="moved.state",
        also="$2",
        detail="$2 || ' -> ' || $3",
    )
}
SELECT sequence FROM moved
"""  # noqa: S608 - constants only
KEEP_LINKS = "UPDATE approvals SET reservation = $2 WHERE reservation = $1"
# A change that is signed, $1, vanishes into its visit, $2, about which what was asked goes on; where the same lycée was
# asked about the visit before, that one ends.
END_BEFORE = """UPDATE questions q SET state = 'closed' FROM questions later
WHERE q.reservation = $2 AND q.state <> 'closed' AND later.reservation = $1 AND later.state <> 'closed'
  AND (later.asked_by, later.lycee) = (q.asked_by, q.lycee) RETURNING q.id"""
GO_ON_ABOUT = "UPDATE questions SET reservation = $2 WHERE reservation = $1 RETURNING id"
FORGET = f"""
WITH gone AS (DELETE FROM reservations WHERE id = $1 RETURNING slot, pupils)
{seats_shifted("gone", slot="gone.slot", pupils="-gone.pupils", groups="-1")}
"""  # noqa: S608 - constants only


class MovedVisit(Struct, frozen=True):
    """A visit's SEQUENCE, and the reservation that holds its new place while that is to be signed."""

    sequence: int
    asked: int | None = None


@retried
async def move(reservation: int, asked: MoveVisit, *, school: int, by: int, fresh: Fresh, now: datetime) -> MovedVisit:
    """Take a visit to another slot; it keeps its calendar UID.

    A principal who has not answered is asked again with the new date, the former link is void. One who has signed for
    less is asked first: the visit stays, `fresh` makes the demand that holds the new place; it takes the place of a
    change asked before. Raises NotFound, Invalid for its own slot, ListLocked, NotNow, NoPrincipal, PrincipalTeaches,
    and every refusal of a booking.
    """
    to_slot = asked.to_slot
    async with transaction():
        stands = await _locked(reservation, to_slot, school=school)
        stands.transition_for("move", role="teacher", now=now)
        seen = or_not_found(
            await seats_of(to_slot, stands.group, school=school, moving=reservation, half=stands.half_of, now=now)
        )
        if stands.change is not None:
            await _give_up(stands.change, to_slot, by=by, now=now)
        refuse_booking(seen, pupils=stands.pupils, now=now)
        adults = stands.adults_asked or stands.adults
        would_sign = Signed(host=seen.host, on=paris_day(seen.deadlines.start), adults=stands.adults)
        visa = visa_asked(stands.state, needed=stands.approval, holds=stands.signed.holds_for(would_sign))
        if visa is VisaAsked.FIRST:
            return await _ask_first(stands, seen, to_slot, adults=adults, by=by, fresh=fresh, now=now)
        again = visa is VisaAsked.AGAIN
        held = await held_until(seen.deadlines, college=stands.school, now=now) if again else None
        late = stands.state == "confirmed" and is_late(stands.deadlines, now=now)
        sequence = await swap(stands, to_slot, by=by, late=late, held=held, now=now)
        if held is not None:
            await ask_approval(reservation, token=fresh.token, now=now)
        elif seen.deadlines.list <= now:
            await keep_in_step(reservation, secret_key=fresh.secret_key, now=now)
        return MovedVisit(sequence)


async def swap(
    stands: StandingReservation,
    to_slot: int,
    *,
    by: int | None,
    late: bool,
    act: str = "reservation_moved",
    held: datetime | None = None,
    placed: bool = False,
    adults: int | None = None,
    now: datetime,
) -> int:
    """Leave one slot for another, both locked; `placed`: its seats there have just been let go for it. Returns the new
    SEQUENCE. Raises GroupBusy, SlotFull."""
    arguments = (stands.id, stands.slot, to_slot, stands.pupils, now, by, held, placed, act, late)
    passed = await marks_passed(stands.twin, to_slot)
    try:
        async with savepoint():
            moved = await row(MOVE, *arguments, adults or stands.adults, passed)
    except (ExclusionViolationError, UniqueViolationError):
        raise GroupBusy() from None
    if moved is None:
        raise SlotFull()
    await give_back(stands.slot, now=now)
    return int(moved["sequence"])


async def fold(
    change: StandingReservation, visit: StandingReservation, *, by: int | None, act: str, now: datetime
) -> int:
    """The change is signed: it vanishes into the visit that it replaces, which takes its place. Both are locked.

    Returns the new SEQUENCE. Raises GroupBusy.
    """
    for statement in (KEEP_LINKS, END_BEFORE, GO_ON_ABOUT):
        await rows(statement, change.id, visit.id)
    await rows(FORGET_ALL_BADGES, change.id)
    await rows(FORGET, change.id)
    late = is_late(visit.deadlines, now=now)
    return await swap(visit, change.slot, by=by, late=late, act=act, placed=True, adults=change.adults, now=now)


async def _locked(reservation: int, to_slot: int, *, school: int) -> StandingReservation:
    """The reservation, its slot locked with the one it goes to and that of a change asked before."""
    found = await row_as(StandingReservation, STANDS, reservation)
    if found is None or found.school != school:
        raise NotFound()
    if found.slot == to_slot:
        raise Invalid({"to_slot": "Cette visite est déjà sur ce créneau. Choisissez-en un autre."})
    slots = [found.slot, to_slot]
    if found.change is not None:
        slots.append(await value(SLOT_OF, found.change))
    await rows(LOCK_SEATS, slots)
    again = await row_as(StandingReservation, STANDS, reservation)
    if again is None or (again.slot, again.change) != (found.slot, found.change):
        raise NotFound()
    return again


async def _give_up(change: int, to_slot: int, *, by: int, now: datetime) -> None:
    stands = await row_as(StandingReservation, STANDS, change)
    if stands is None or stands.slot == to_slot:
        raise Invalid({"to_slot": "Ce changement attend déjà le visa. Choisissez un autre créneau, ou patientez."})
    await transition("cancel", stands, role="teacher", by=by, now=now)


async def _ask_first(
    stands: StandingReservation, seen: SlotSeen, to_slot: int, *, adults: int, by: int, fresh: Fresh, now: datetime
) -> MovedVisit:
    """Hold the new place beside the old one, which may be left until its list locks, and ask the principal."""
    demand = Demand(
        BookSlot(
            slot=to_slot,
            group=stands.group,
            pupils=stands.pupils,
            adults=adults,
            needs=stands.needs,
            boxes=Boxes.of(stands.needed),
        ),
        school=stands.school,
        by=by,
        uid=fresh.uid,
        badge_salt=fresh.badge_salt,
        secret_key=fresh.secret_key,
        token=fresh.token,
        replaces=stands.id,
        held_at_most=stands.deadlines.list,
        demand=stands.demand if stands.half else None,
        line=stands.line,
        half=stands.half,
        passed=await marks_passed(stands.twin, to_slot),
    )
    try:
        async with savepoint():
            made = await take_seats(demand, seen, now=now)
    except IntegrityConstraintViolationError:
        raise GroupBusy() from None
    if made is None:
        raise SlotFull()
    if stands.asks.adults:
        # They are asked for with the new place.
        await ask_no_more(stands.id, now=now)
    sequence: int = await value("SELECT sequence FROM reservations WHERE id = $1", stands.id)
    return MovedVisit(sequence, made)
