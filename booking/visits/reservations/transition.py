"""The transition of a reservation by one act of the table: its state, its seats and its event at once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from msgspec import Struct

from booking.visits.badge_codes.issue import keep_in_step, names_forgotten
from booking.visits.reservation_states import CAME, ENDED, HOLDS_SEATS, ONLY_HELD_SQL, SURE_SQL
from booking.visits.reservations.beyond import HELD_BACK
from booking.visits.reservations.give_back import give_back
from booking.visits.reservations.promote import promote_next_line
from booking.visits.reservations.queries import TWIN
from booking.visits.reservations.rules import WHOLE, HalfOf
from booking.visits.reservations.signed import Signed
from booking.visits.reservations.states import Asks, NotNow, Transition, transition_of
from workshops.database import row, rows, transaction
from workshops.database.row_types import row_as
from workshops.events.record import recorded_of
from workshops.refusals import NotFound
from workshops.school_calendar.rules import paris_day
from workshops.slots.queries import deadlines_for
from workshops.slots.rules import Deadlines
from workshops.slots.seats import seats_shifted

# The slot's row is the one lock of a slot's reservations: it is taken first by every act, so acts never cross.
LOCK_SLOT_OF = """SELECT sl.id FROM slots sl
WHERE sl.id = (SELECT slot FROM reservations WHERE id = $1) FOR NO KEY UPDATE"""
STANDS = f"""SELECT r.id, r.slot, r.state, r.school, r."group", r.pupils, r.adults, r.needs, r.needed, r.booked_by,
  r.demand, r.line, r.hold_until, r.late, r.replaces, r.half, {TWIN.format(one="r")} AS twin,
  {HELD_BACK.format(one="r")} AS beyond,
  r.adults_asked, r.signed_host, r.signed_on, r.signed_adults, r.visa_paper_on, sl.school AS host,
  s.needs_approval AS approval, {deadlines_for("sl", "s.zone")},
  (SELECT n.id FROM reservations n WHERE n.replaces = r.id AND n.state = 'requested') AS change
FROM reservations r JOIN slots sl ON sl.id = r.slot JOIN schools s ON s.id = r.school
WHERE r.id = $1"""  # noqa: S608 - constants only
# Closing the list changes nothing in an agenda and nobody is told: the entry keeps its SEQUENCE, so that an answer
# to it still counts. First names were written for this visit alone: they do not outlive it.
CHANGE = f"""
WITH changed AS (
  UPDATE reservations SET state = $3,
    sequence = sequence + CASE WHEN $2 = 'confirmed' AND $3::varchar = 'locked' THEN 0 ELSE 1 END,
    late = $4, reason = $5, adults_asked = NULL, changed_at = $6, hold_until = $7, offer_salt = NULL,
    confirmed_at = CASE WHEN $3::varchar IN {SURE_SQL} THEN coalesce(confirmed_at, $6) ELSE confirmed_at END
  WHERE id = $1 AND state = $2 RETURNING id, slot, pupils, sequence
), seated AS (
  {seats_shifted("changed", slot="changed.slot", pupils="$8 * changed.pupils", groups="$8")}
), nameless AS (
  {names_forgotten("changed", when="$11")}
), {recorded_of("reservation", "changed", at="$6", by="$9", act="$10", was="$2", state="$3")}
SELECT id, slot, sequence FROM changed
"""  # noqa: S608 - constants only
# What a slot does to all its reservations at once, `was` being those that it touches: what the acts of a slot are
# composed of.
CALLED_OFF = """UPDATE reservations r SET state = 'called_off', sequence = r.sequence + 1, reason = $3, changed_at = $4,
    hold_until = NULL, offer_salt = NULL
  FROM was WHERE r.id = was.id RETURNING r.id, r."group", was.state AS was, r.sequence, r.replaces"""
LEFT_ON_THEIR_OWN = """UPDATE reservations r SET replaces = NULL FROM ended
  WHERE r.replaces = ended.id AND r.state = 'requested' AND r.slot <> $1"""
# Seats held for an answer or a visa are not held longer than the new hour allows.
FOLLOWED = """UPDATE reservations r SET starts_at = $3, ends_at = $4, sequence = r.sequence + 1, changed_at = $5,
    state = CASE WHEN $6 AND r.state = 'locked' THEN 'confirmed' ELSE r.state END,
    hold_until = CASE WHEN r.hold_until IS NOT NULL THEN least(r.hold_until,
      (SELECT held.until FROM unnest($7::int[], $12::timestamptz[]) AS held (school, until)
       WHERE held.school = r.school)) END
  FROM was WHERE r.id = was.id RETURNING r.id, r."group", was.state AS was, r.state, r.sequence"""
# A change may be made until the list of the visit that it replaces locks.
CHANGES_FOLLOW = """UPDATE reservations c SET hold_until = least(c.hold_until, $9) FROM was
  WHERE c.replaces = was.id AND c.state = 'requested'"""
# A group whose place was only held enters the agendas now.
CAME_OR_NOT = f"""UPDATE reservations r SET state = CASE WHEN r.id = ANY ($2::int[]) THEN 'attended' ELSE 'no_show' END,
    changed_at = $3, offer_salt = NULL,
    sequence = r.sequence + CASE WHEN r.state IN {ONLY_HELD_SQL} THEN 1 ELSE 0 END
  FROM was WHERE r.id = was.id RETURNING r.id, r.state, r.sequence, was.state AS was"""  # noqa: S608 - constants only
EXPECTED_AGAIN = """UPDATE reservations r SET state = $3, changed_at = $2 FROM was WHERE r.id = was.id
  RETURNING r.id, r.state, r.sequence, was.state AS was"""
# Another person of the collège follows it from now on: what a handover is composed of.
FOLLOWED_BY = """UPDATE reservations r SET booked_by = $2, sequence = r.sequence + 1, changed_at = $3,
    handed_to = NULL, handed_until = NULL, handed_salt = NULL
  FROM was WHERE r.id = was.id RETURNING r.id, r.state, r.sequence, was.booked_by AS former"""
# A colleague may follow it until then; nothing is another in an agenda meanwhile.
PROPOSED = """UPDATE reservations r SET handed_to = $2, handed_until = $3, handed_salt = $4 WHERE r.id = $1
  RETURNING r.id, r.state, r.sequence"""
PROPOSED_NO_MORE = """UPDATE reservations r SET handed_to = NULL, handed_until = NULL, handed_salt = NULL
  FROM was WHERE r.id = was.id RETURNING r.id, r.state, r.sequence, was.handed_to"""
PUT_WITH_THEIR_SLOT = "UPDATE reservations SET starts_at = $2, ends_at = $3 WHERE slot IN (SELECT id FROM moved)"
HOLD = "UPDATE reservations SET hold_until = $2, changed_at = $3 WHERE id = $1"
# The lycée that cannot receive leaves the group the place that it asked for elsewhere, as a demand like any other.
ON_ITS_OWN = "UPDATE reservations SET replaces = NULL WHERE id = $1 AND state = 'requested'"


class StandingReservation(Struct, frozen=True):
    """A reservation under its slot's lock."""

    id: int
    slot: int
    state: str
    deadlines: Deadlines
    school: int
    host: int
    group: int
    pupils: int
    adults: int
    needs: str
    needed: tuple[str, ...]
    booked_by: int | None
    demand: int | None
    line: int
    hold_until: datetime | None
    late: bool
    replaces: int | None
    half: int | None
    twin: int | None
    beyond: bool
    adults_asked: int | None
    signed_host: int | None
    signed_on: date | None
    signed_adults: int | None
    visa_paper_on: date | None
    approval: bool
    change: int | None

    @property
    def asks(self) -> Asks:
        """What is asked of the principal about it."""
        return Asks(
            *(self.adults_asked is not None, self.change is not None, self.replaces is not None),
            paper=self.visa_paper_on is not None,
            beyond=self.beyond,
        )

    @property
    def signed(self) -> Signed:
        """What its visa was given for; a visit that has none recorded stands for itself."""
        return Signed(
            host=self.signed_host or self.host,
            on=self.signed_on or paris_day(self.deadlines.start),
            adults=self.signed_adults or self.adults,
        )

    @property
    def half_of(self) -> HalfOf:
        """Which half of which class it is; WHOLE for a group that comes whole."""
        return WHOLE if self.half is None else (self.demand, self.line, self.half)

    def transition_for(self, act: str, *, role: str, now: datetime) -> Transition:
        """The line of the table for an act on it. Raises NotNow, HeadcountLocked, ListLocked, ChangeAsked."""
        return transition_of(self.state, act, role=role, deadlines=self.deadlines, now=now, asks=self.asks)


async def standing(reservation: int, *, school: int | None = None) -> StandingReservation:
    """Lock the slot of a reservation, then read it; inside the caller's transaction.

    Raises NotFound, also for another collège's than `school`, where one asks.
    """
    for _ in range(3):
        slot = await row(LOCK_SLOT_OF, reservation)
        stands = await row_as(StandingReservation, STANDS, reservation)
        if slot is None or stands is None or school not in {None, stands.school}:
            raise NotFound()
        if stands.slot == slot["id"]:
            return stands
        # It was moved while we waited for its former slot: lock the one it stands in now.
    raise NotNow()


async def transition(
    act: str,
    stands: StandingReservation,
    *,
    role: str,
    by: int | None,
    now: datetime,
    late: bool = False,
    reason: str = "",
    hold_until: datetime | None = None,
    instead: str | None = None,
    told: bool = True,
    gives_on: bool = True,
) -> Transition:
    """Do what the table says of this act, on a reservation that is locked by `standing`, then offer freed seats.

    A line of a demand that is lost leads to the next one, in the same act, or to what suits its sentence.

    `instead` is another state to reach than the table's own; one that is not `told` is named by the mail of the other
    half; where it does not `gives_on`, the caller offers what it frees, once the other half has left too. Raises
    NotNow, HeadcountLocked, ListLocked.
    """
    line = stands.transition_for(act, role=role, now=now)
    becomes = instead or line.becomes or stands.state
    seats = (becomes in HOLDS_SEATS) - (stands.state in HOLDS_SEATS)
    if becomes in CAME:
        seats = 0
    # What ends a mere change ends no visit: it is another act.
    about = "change" if stands.replaces is not None and becomes in ENDED else "reservation"
    async with transaction():
        done = await row(
            CHANGE,
            *(stands.id, stands.state, becomes, late or (stands.late and becomes not in ENDED), reason, now),
            hold_until,
            *(seats, by, f"{about}_{act}{'' if told else '_also'}", becomes in ENDED),
        )
        if done is None:
            raise NotNow()
        if becomes in ENDED and stands.change is not None:
            await _without_the_visit(stands.change, act, role=role, by=by, now=now)
        if seats < 0 and gives_on:
            await give_back(stands.slot, now=now)
            # Lines that are released are all given up: none of them is the next.
            if stands.demand is not None and act != "release":
                await promote_next_line(stands.demand, answered=role != "clock", now=now)
    return line


async def transition_both(
    act: str,
    stands: StandingReservation,
    *,
    role: str,
    by: int | None,
    now: datetime,
    reason: str = "",
    told: bool = True,
) -> Transition:
    """The same for both halves of a class, of whom the same is asked; both slots are locked, the first half tells,
    unless the mail of another visit does (not `told`)."""
    *others, last = await halves_alike(stands)
    async with transaction():
        said: dict[str, Any] = {"role": role, "by": by, "now": now, "reason": reason}
        for half in others:
            await transition(act, half, told=told, gives_on=False, **said)
        line = await transition(act, last, told=told and not others, **said)
        # Both places are free by now: another class in two halves comes before who waits behind it.
        for half in others:
            if half.state in HOLDS_SEATS and line.becomes in ENDED:
                await give_back(half.slot, now=now)
    return line


async def confirm_both(
    act: str, stands: StandingReservation, *, role: str, by: int | None, secret_key: str, now: datetime
) -> None:
    """Both halves, or the whole class, are sure from now on: with their badges where their list has locked."""
    twin = await twin_like(stands)
    await transition_both(act, stands, role=role, by=by, now=now)
    for half in (stands, twin):
        if half is not None:
            await keep_in_step(half.id, secret_key=secret_key, now=now)


async def halves_alike(stands: StandingReservation) -> list[StandingReservation]:
    """Both halves of a class, the first one first, where they are in one state; else this reservation alone."""
    twin = await twin_like(stands)
    return [stands] if twin is None else sorted((stands, twin), key=lambda half: half.half or 0)


async def twin_like(stands: StandingReservation) -> StandingReservation | None:
    """The other half of a class, in the state in which this one was; its slot is locked as well."""
    twin = None if stands.twin is None else await standing(stands.twin)
    return twin if twin is not None and twin.state == stands.state else None


async def hold(reservation: int, *, until: datetime, now: datetime) -> None:
    """Its seats are held until then; inside the caller's transaction."""
    await rows(HOLD, reservation, until, now)


async def _without_the_visit(change: int, act: str, *, role: str, by: int | None, now: datetime) -> None:
    """What becomes of the change asked of a visit that ends."""
    if act == "cancel":
        await transition("cancel", await standing(change), role=role, by=by, now=now)
    else:
        await rows(ON_ITS_OWN, change)
