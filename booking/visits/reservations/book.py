"""Reserving a slot for a group: seats, badges and event in one statement, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asyncpg.exceptions import IntegrityConstraintViolationError

from booking.visits.badge_codes.issue import badges_issued
from booking.visits.badge_codes.rules import issue_places, places_of
from booking.visits.reservations.ask_approval import ask_approval
from booking.visits.reservations.demand import Booked, Demand, granted_before
from booking.visits.reservations.enter_draw import enter_draw
from booking.visits.reservations.newcomer_holds import refuse_newcomer
from booking.visits.reservations.queries import held_until
from booking.visits.reservations.rules import (
    GroupBusy,
    SlotFull,
    SlotSeen,
    refuse_booking,
    refuse_headcount,
    refuse_needs,
)
from booking.visits.reservations.seats_seen import seats_of, seats_seen
from booking.visits.reservations.wait import join_waiting_list
from workshops.crossings import retried
from workshops.database import transaction, value
from workshops.events.record import recorded
from workshops.refusals import NotFound, Refusal
from workshops.shapes import row_as
from workshops.slots.seats import seats_taken

BUSY = frozenset({"reservations_group_free", "reservations_one_live"})

# As text: the driver looks three times at each value of a list, and a class is 29 badges.
EACH = "unnest($17::text::varchar[], $18::text::smallint[], $13::text::bytea[], $14::text::varchar[])"
# The group's row first: two demands for one group come one after the other, instead of each waiting for the other's
# place in the group's time. The UPDATE takes the seats only if they are still there; every other part hangs on the row
# that it returns.
_BOOK = f"""alone AS (
  SELECT id FROM groups WHERE id = $2 {{where}} FOR NO KEY UPDATE
), taken AS (
  {seats_taken("(SELECT $1::int FROM alone)", pupils="$3", now="$9", passed="$24")}
), made AS (
  INSERT INTO reservations (uid, sequence, slot, "group", school, booked_by, state, pupils, adults, needs, mark,
    starts_at, ends_at, idempotency_key, asked, badge_salt, created_at, changed_at, hold_until,
    confirmed_at, wish, wish_rank, replaces, halves, half, needed)
  SELECT $8, 0, taken.id, $2, $6, $7, $15, $3, $4, $5, (taken.groups_ever - 1) % 36,
    taken.starts_at, taken.ends_at, $10, $11, $12, $9, $9, $16,
    CASE WHEN $15::varchar = 'confirmed' THEN $9::timestamptz END, $19, $20, $21, $22, $23, $25
  FROM taken
  RETURNING id
), badged AS (
  {badges_issued("made", to="reservation", each=EACH)}
), {
    recorded(
        "made",
        at="$9",
        by="$7",
        about_kind="'reservation'",
        about="made.id",
        sequence="0",
        state="$15",
        act='''CASE WHEN $21::int IS NOT NULL THEN 'change_asked' WHEN $23::smallint = 2 THEN 'reservation_booked_also'
          ELSE 'reservation_booked' END''',
        detail="$3 || ' élèves'",
    )
}
"""  # noqa: S608 - constants only
BOOK = f"WITH {_BOOK.format(where='')} SELECT id FROM made"  # noqa: S608 - as above
# What `refuse_booking` says nothing against, of a collège that asks for no visa, is had by the statement that reads it.
# All else, and what others take meanwhile, is for the decision: nothing is written, and no lock is waited for.
PLAIN = """(SELECT state = 'open' AND booking_closes_at > $9 AND NOT host_closed AND group_level = ANY (levels)
    AND (opens_at IS NULL OR opens_at <= $9) AND draws_at IS NULL AND NOT group_busy AND NOT approval
    AND seats_taken + $3 <= seats AND groups_taken < groups_max FROM seen)"""
BOOK_AT_ONCE = f"""
WITH seen AS MATERIALIZED ({seats_seen(school="$6", by="$7", key="$10")}), {_BOOK.format(where=f"AND {PLAIN}")}
SELECT seen.*, (SELECT id FROM made) AS made FROM seen
"""  # noqa: S608 - as above
# Slots that were full when this process looked: whoever asks next is most likely refused, and no badge is drawn for it.
refused_lately: set[int] = set()
REFUSED_MOST = 10_000


@dataclass(frozen=True)
class Tried(SlotSeen):
    """A slot as it stood, and the reservation that was `made` of it at once."""

    made: int | None = None


@retried
async def book(demand: Demand, *, wait: bool = False, now: datetime) -> Booked:
    """Reserve a slot, or with `wait` join its waiting list when it is full; in the hour before a draw, enter it.

    Raises NotFound, Invalid, KeyReused, HostClosed, TooLate, WrongLevel, GroupTooBig, PeriodNotOpen, GroupBusy,
    SlotFull, NoPrincipal, NewcomerHolds; nothing is written then.
    """
    refuse_headcount(demand.pupils, demand.adults)
    refuse_needs(demand.needs, demand.needed)
    try:
        seen = await _seen_or_had(demand, now=now)
    except IntegrityConstraintViolationError as no:
        return await _had_before(demand, no)
    if seen is None:
        raise NotFound()
    if isinstance(seen, Tried) and seen.made is not None:
        return Booked(id=seen.made, state="confirmed", uid=demand.uid, sequence=0)
    if seen.collects(now):
        return await enter_draw(demand, seen, now=now)
    return await _decided(demand, seen, wait=wait, now=now)


async def _seen_or_had(demand: Demand, *, now: datetime) -> SlotSeen | None:
    """The slot as it stands for this demand, which has it already where nothing speaks against it."""
    if len(refused_lately) > REFUSED_MOST:
        refused_lately.clear()
    if demand.awaiting or demand.slot in refused_lately:
        return await seats_of(demand.slot, demand.group, school=demand.school, by=demand.by, key=demand.key)
    return await row_as(Tried, BOOK_AT_ONCE, *_arguments(demand, "confirmed", None, now=now))


async def _had_before(demand: Demand, no: Refusal | IntegrityConstraintViolationError) -> Booked:
    """The first answer to a demand that is its own obstacle; else raise what stood in its way."""
    if (before := await granted_before(demand)) is not None:
        return before
    if isinstance(no, Refusal) or no.constraint_name not in BUSY:
        raise no
    raise GroupBusy() from None


async def _decided(demand: Demand, seen: SlotSeen, *, wait: bool, now: datetime) -> Booked:
    """A slot that was not had at once is refused, waited for, asked of the principal, or had since."""
    # The repeat of a granted demand collides with itself: the group is busy, the slot is full of it, or its key is
    # taken. On an opening morning nearly every demand ends here: one statement, which waits for no lock.
    try:
        refuse_booking(seen, pupils=demand.pupils, now=now)
    except Refusal as no:
        if seen.repeats and (before := await granted_before(demand)) is not None:
            return before
        if not isinstance(no, SlotFull):
            raise
        refused_lately.add(demand.slot)
        if wait:
            return await join_waiting_list(demand, now=now)
        raise
    refused_lately.discard(demand.slot)
    try:
        made = await take_seats(demand, seen, now=now)
    except (Refusal, IntegrityConstraintViolationError) as no:
        return await _had_before(demand, no)
    if made is None:
        return await _when_somebody_was_faster(demand, wait=wait, now=now)
    state = "requested" if seen.approval or demand.awaiting else "confirmed"
    return Booked(id=made, state=state, uid=demand.uid, sequence=0)


async def take_seats(demand: Demand, seen: SlotSeen, *, now: datetime) -> int | None:
    """Take the seats for a group that may have them; returns the reservation, None when they are gone."""
    if not seen.approval and not demand.awaiting:
        confirmed: int | None = await value(BOOK, *_arguments(demand, "confirmed", None, now=now))
        return confirmed
    async with transaction():
        if demand.awaiting:
            await refuse_newcomer(demand)
        until = await held_until(seen.deadlines, host=seen.host, now=now)
        if demand.held_at_most is not None:
            until = min(until, demand.held_at_most)
        requested: int | None = await value(BOOK, *_arguments(demand, "requested", until, now=now))
        if requested is not None and not demand.with_the_other and not demand.awaiting:
            await ask_approval(requested, token=demand.token, now=now)
        return requested


def _arguments(demand: Demand, state: str, hold_until: datetime | None, *, now: datetime) -> tuple[object, ...]:
    kinds, numbers = places_of(demand.pupils, demand.adults)
    token_hashes, short_codes = issue_places(demand.secret_key, demand.badge_salt, kinds, numbers)
    return (
        *(demand.slot, demand.group, demand.pupils, demand.adults, demand.needs, demand.school, demand.by, demand.uid),
        *(now, demand.key, demand.asked, demand.badge_salt),
        *(_as_text([rf"\\x{one.hex()}" for one in token_hashes]), _as_text(short_codes), state, hold_until),
        *(_as_text(kinds), _as_text(numbers), demand.wish, demand.wish_rank, demand.replaces),
        *(demand.halves, demand.half, demand.passed, demand.needed),
    )


def _as_text(values: Iterable[object]) -> str:
    """An array as PostgreSQL writes it, of values that need no quotes."""
    return f"{{{','.join(map(str, values))}}}"


async def _when_somebody_was_faster(demand: Demand, *, wait: bool, now: datetime) -> Booked:
    """The seats went between the reading and the writing: give the first answer, wait, or say why."""
    if (before := await granted_before(demand)) is not None:
        return before
    if wait:
        return await join_waiting_list(demand, now=now)
    seen = await seats_of(demand.slot, demand.group, school=demand.school)
    if seen is not None:
        refuse_booking(seen, pupils=demand.pupils, now=now)
    raise SlotFull()
