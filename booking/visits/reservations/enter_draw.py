"""A demand of an opening's first hour, where that is drawn: it enters the draw with its lines, and holds no seat."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from asyncpg import Record
from asyncpg.exceptions import IntegrityConstraintViolationError
from msgspec.structs import replace

from booking.visits.demands.keep import entered, forget_empty
from booking.visits.draws.rules import NUMBER_BYTES, AlreadyInDraw, DrawUnderWay, OtherPeriods
from booking.visits.reservations.beyond import is_beyond
from booking.visits.reservations.demand import Booked, Demand, WholeDemand, granted_before
from booking.visits.reservations.newcomer_holds import refuse_newcomer
from booking.visits.reservations.rules import SlotSeen, refuse_booking
from booking.visits.reservations.seats_seen import seats_of_lines
from booking.visits.reservations.whom_to_ask import refuse_without_principal
from workshops.database import row, transaction
from workshops.events.record import recorded
from workshops.slots.seats import joined

# No lock on the slots: thousands of demands for one enter side by side. All lines enter, or none: the hour may just
# have ended, a lycée have just changed a slot.
ENTER = f"""
WITH lines AS MATERIALIZED (
  SELECT asked.*, sl.starts_at, sl.ends_at
  FROM unnest($22::int[], $23::int[], $24::int[], $25::int[], $26::varchar[], $27::uuid[], $28::varchar[])
    WITH ORDINALITY AS asked (slot, pupils, line, half, uid, salt, key, n) CROSS JOIN LATERAL (
    {joined("asked.slot", pupils="asked.pupils", now="$5", full=False)}
  ) sl
), {
    entered(beyond=is_beyond("$1", now="$5"), where="(SELECT count(*) FROM lines) = cardinality($22::int[])")
}, made AS (
  INSERT INTO reservations (uid, sequence, slot, "group", school, booked_by, state, pupils, adults, needs,
    starts_at, ends_at, idempotency_key, asked, badge_salt, created_at, changed_at, needed, demand, line, half)
  SELECT uid, 0, slot, $1, $2, $3, 'in_draw', pupils, $7, $8, starts_at, ends_at, key, $29, salt, $5, $5, $9,
    demanded.id, line, half
  FROM lines CROSS JOIN demanded ORDER BY n RETURNING id, uid, pupils, demand
), entered AS (
  SELECT made.*, lines.n FROM made JOIN lines USING (uid)
), {
    recorded(
        "entered ORDER BY entered.n",
        at="$5",
        by="$3",
        act="CASE WHEN entered.n = 1 THEN 'reservation_enters_draw' ELSE 'reservation_enters_draw_also' END",
        about_kind="'reservation'",
        about="entered.id",
        sequence="0",
        state="'in_draw'",
        detail="entered.pupils || ' élèves'",
    )
}
SELECT id, demand FROM entered ORDER BY n LIMIT 1
"""  # noqa: S608 - constants only


async def enter_draw(asked: WholeDemand, seen: Sequence[SlotSeen], *, now: datetime) -> Booked:
    """The group is in the draw of an opening with all its lines, under a number of its own; the first one is returned.

    Raises what a booking raises, but for full slots; AlreadyInDraw for a group that is in a draw, NoPrincipal where the
    visa could not be asked for, OtherPeriods for lines that are not of one draw, DrawUnderWay when the hour has just
    ended.
    """
    first, lines = asked.first, asked.rows
    for demand, slot in zip(lines, seen, strict=True):
        _refuse(slot, demand, now=now)
    if len({slot.opening for slot in seen}) > 1:
        raise OtherPeriods()
    if seen[0].approval and not first.awaiting:
        await refuse_without_principal(first.school)
    try:
        made = await _enter(asked, seen[0].opening, now=now)
    except IntegrityConstraintViolationError:
        if (before := await granted_before(first)) is not None:
            return before
        raise AlreadyInDraw() from None
    if made is None:
        for demand, slot, again in zip(lines, seen, await seats_of_lines(lines, now=now), strict=True):
            _refuse(again or slot, demand, now=now)
        raise DrawUnderWay()
    return Booked(id=made["id"], state="in_draw", uid=first.uid, sequence=0, demand=made["demand"])


async def _enter(asked: WholeDemand, opening: int | None, *, now: datetime) -> Record | None:
    """What it made; None where the hour has just ended, or a lycée has just changed a slot.

    Raises IntegrityConstraintViolationError for a group that is in a draw, and for a repetition.
    """
    if asked.first.awaiting:
        async with transaction():
            await refuse_newcomer(asked.first)
            await forget_empty(asked.first.asked.group)
            return await row(ENTER, *_entering(asked, opening, now=now))
    try:
        return await row(ENTER, *_entering(asked, opening, now=now))
    except IntegrityConstraintViolationError:
        # Each line of its earlier demand may have been withdrawn, or called off.
        if not await forget_empty(asked.first.asked.group):
            raise
        return await row(ENTER, *_entering(asked, opening, now=now))


def _entering(asked: WholeDemand, opening: int | None, *, now: datetime) -> tuple[object, ...]:
    first, lines = asked.first, asked.rows
    return (
        *(*asked.kept(now), opening, secrets.token_hex(NUMBER_BYTES)),
        *([demand.asked.slot for demand in lines], [demand.asked.pupils for demand in lines]),
        *([demand.line for demand in lines], [demand.half for demand in lines]),
        *([demand.uid for demand in lines], [demand.badge_salt for demand in lines]),
        *([demand.key if demand is first else None for demand in lines], first.fingerprint),
    )


def _refuse(seen: SlotSeen, demand: Demand, *, now: datetime) -> None:
    """Raise what a booking raises, but for seats, of which nobody holds one before the draw, and for the number of
    groups: those beyond it are in the draw as well."""
    empty = replace(seen, seats_taken=0, groups_taken=0, draws_at=None, classes=None)
    refuse_booking(empty, pupils=demand.asked.pupils, now=now)
