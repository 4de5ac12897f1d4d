"""A demand of an opening's first hour, where that is drawn: it enters the draw with its lines, and holds no seat."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from asyncpg import Record
from asyncpg.exceptions import IntegrityConstraintViolationError
from msgspec import json
from msgspec.structs import replace

from booking.process.counting import BOOKINGS, count
from booking.visits.demands.keep import SAID, SAID_TYPED, entered, forget_empty
from booking.visits.draws.rules import NUMBER_BYTES, AlreadyInDraw, DrawUnderWay, OtherPeriods
from booking.visits.reservations.beyond import asking_together
from booking.visits.reservations.demand import Booked, Demand, WholeDemand, granted_before
from booking.visits.reservations.newcomer_holds import refuse_newcomer
from booking.visits.reservations.rules import SlotSeen, refuse_booking
from booking.visits.reservations.seats_seen import seats_of_lines
from booking.visits.reservations.whom_to_ask import refuse_without_principal
from workshops.database import rows, transaction
from workshops.database.batching import WriteBatcher
from workshops.database.request_id import Origin, origin
from workshops.events.record import recorded
from workshops.slots.seats import joined

# No lock on the slots: thousands of demands for one enter side by side. All lines of a demand enter, or none: the hour
# may just have ended, a lycée have just changed a slot.
ENTER = f"""
WITH sent AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1) AS of_group (n int, {SAID_TYPED}, slots int, opening int, number varchar,
    fingerprint varchar, request varchar, program int)
), asking AS MATERIALIZED (
  {asking_together("sent", now="sent.asked_at")}
), lines AS MATERIALIZED (
  SELECT asked.*, sl.starts_at, sl.ends_at
  FROM jsonb_to_recordset($2) AS asked (n int, place int, slot int, pupils int, line int, half int, uid varchar,
    salt uuid, key varchar) JOIN sent USING (n) CROSS JOIN LATERAL (
    {joined("asked.slot", pupils="asked.pupils", now="sent.asked_at", full=False)}
  ) sl
), {entered("asking", where="asking.slots = (SELECT count(*) FROM lines WHERE lines.n = asking.n)")}, made AS (
  INSERT INTO reservations (uid, sequence, slot, "group", school, booked_by, state, pupils, adults, needs,
    starts_at, ends_at, idempotency_key, asked, badge_salt, created_at, changed_at, needed, demand, line, half)
  SELECT uid, 0, slot, "group", school, asked_by, 'in_draw', lines.pupils, adults, needs, starts_at, ends_at, key,
    fingerprint, salt, asked_at, asked_at, needed, demanded.id, line, half
  FROM demanded JOIN sent USING (number) JOIN lines USING (n) ORDER BY n, place RETURNING id, uid, pupils, demand
), entered AS (
  SELECT made.*, n, place, asked_at, asked_by, request, program FROM made JOIN lines USING (uid) JOIN sent USING (n)
), {
    recorded(
        "entered ORDER BY entered.n, entered.place",
        at="entered.asked_at",
        by="entered.asked_by",
        act="CASE WHEN entered.place = 1 THEN 'reservation_enters_draw' ELSE 'reservation_enters_draw_also' END",
        about_kind="'reservation'",
        about="entered.id",
        sequence="0",
        state="'in_draw'",
        detail="entered.pupils || ' élèves'",
        request="entered.request",
        program="entered.program",
    )
}
SELECT n, id, demand FROM entered WHERE place = 1
"""  # noqa: S608 - constants only
Entering: TypeAlias = tuple[WholeDemand, int | None, datetime, Origin]


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
    entering = (asked, opening, now, origin())
    if asked.first.awaiting:
        async with transaction():
            await refuse_newcomer(asked.first)
            await forget_empty(asked.first.asked.group)
            return await _together.submit(entering)
    try:
        return await _together.submit(entering)
    except IntegrityConstraintViolationError:
        # Each line of its earlier demand may have been withdrawn, or called off.
        if not await forget_empty(asked.first.asked.group):
            raise
        return await _together.submit(entering)


async def _entered(together: list[Entering]) -> list[Record | None]:
    demands = [
        dict(zip(SAID, asked.kept(now), strict=True))
        | {"n": n, "slots": len(asked.rows), "opening": opening, "number": secrets.token_hex(NUMBER_BYTES)}
        | {"fingerprint": asked.first.fingerprint, "request": of[0], "program": of[1]}
        for n, (asked, opening, now, of) in enumerate(together)
    ]
    lines = [
        _line(n, place, demand)
        for n, (asked, *_) in enumerate(together)
        for place, demand in enumerate(asked.rows, start=1)
    ]
    made = {
        first["n"]: first for first in await rows(ENTER, *(json.encode(sent).decode() for sent in (demands, lines)))
    }
    count(BOOKINGS, "in_draw", number=sum(len(asked.rows) for n, (asked, *_) in enumerate(together) if n in made))
    return [made.get(n) for n in range(len(together))]


_together: WriteBatcher[Entering, Record | None] = WriteBatcher(_entered)


def _line(n: int, place: int, demand: Demand) -> dict[str, object]:
    of_demand = {name: getattr(demand, name) for name in ("line", "half", "uid")}
    asked = {"n": n, "place": place, "slot": demand.asked.slot, "pupils": demand.asked.pupils}
    return asked | of_demand | {"salt": demand.badge_salt, "key": demand.key if place == 1 else None}


def _refuse(seen: SlotSeen, demand: Demand, *, now: datetime) -> None:
    """Raise what a booking raises, but for seats, of which nobody holds one before the draw, and for the number of
    groups: those beyond it are in the draw as well."""
    empty = replace(seen, seats_taken=0, groups_taken=0, draws_at=None, classes=None)
    refuse_booking(empty, pupils=demand.asked.pupils, now=now)
