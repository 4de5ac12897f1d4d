"""Giving what a draw gave: places, offers, ranks, and the end of what is lost, several demands in one statement."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from booking.visits.demands.keep import FOLLOWED_BY
from workshops.database import rows
from workshops.database.row_types import rows_as
from workshops.events.record import recorded_of
from workshops.slots.queries import DEADLINES
from workshops.slots.rules import Deadlines
from workshops.slots.seats import seats_given

# Several workers tell different demands: what they get is fixed. Thousands are looked through, and more is read of the
# next ones alone.
NEXT = f"""WITH next AS MATERIALIZED (
  SELECT id FROM demands
  WHERE opening = $1 AND result = '' AND rank IS NOT NULL AND ($2::int[] IS NULL OR id = ANY ($2))
  ORDER BY rank LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED
)
SELECT d.id, coalesce(d.answer, '') AS answer, d.school, d.sentence,
  s.needs_approval AS approval,
  EXISTS (SELECT FROM memberships m WHERE m.account = {FOLLOWED_BY} AND m.school = d.school AND m.awaiting) AS awaiting
FROM next JOIN demands d USING (id) JOIN schools s ON s.id = d.school ORDER BY d.rank"""  # noqa: S608 - constants only
IN_DRAW = """SELECT id, coalesce(demand, 0) AS demand, slot, line, half FROM reservations
WHERE demand = ANY ($1::int[]) AND state = 'in_draw' ORDER BY id"""
LOCK = f"""SELECT sl.id, sl.seats - sl.seats_taken AS seats, sl.groups_max - sl.groups_taken AS groups, sl.groups_ever,
  sl.state = 'open' AND sl.booking_closes_at > $2 AND NOT EXISTS (SELECT FROM closures off WHERE off.school = sl.school
    AND (sl.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN off.first_on AND off.last_on) AS open,
  {DEADLINES}
FROM slots sl WHERE sl.id = ANY ($1::int[]) ORDER BY sl.id FOR NO KEY UPDATE OF sl"""  # noqa: S608 - constants only
PLACE = f"""
WITH given AS MATERIALIZED (
  SELECT * FROM unnest($1::int[], $2::varchar[], $3::timestamptz[], $4::int[], $5::int[], $6::bool[])
    WITH ORDINALITY AS place (id, state, hold_until, pupils, mark, told, n)
), placed AS (
  UPDATE reservations r SET state = given.state, sequence = r.sequence + 1, changed_at = $7, pupils = given.pupils,
    hold_until = given.hold_until, mark = given.mark,
    confirmed_at = CASE WHEN given.state = 'confirmed' THEN $7::timestamptz END
  FROM given WHERE r.id = given.id AND r.state = 'in_draw'
  RETURNING r.id, r.slot, r.pupils, r.sequence, r.state, given.told, given.n
), seated AS (
  {seats_given("placed", ever="$8::int[]", slots="$9::int[]")}
), {
    recorded_of(
        "reservation",
        "placed ORDER BY placed.n",
        at="$7",
        act="CASE WHEN placed.told THEN 'reservation_drawn' ELSE 'reservation_drawn_also' END",
        was="'in_draw'",
        state="placed.state",
    )
}
SELECT id FROM placed
"""  # noqa: S608 - constants only
# What a sentence found: she has not seen its date, so that she is asked.
OFFER = f"""
WITH given AS MATERIALIZED (
  SELECT * FROM unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int[], $6::timestamptz[], $7::varchar[],
    $8::bool[]) WITH ORDINALITY AS place (demand, slot, pupils, half, mark, hold_until, uid, told, n)
), offered AS (
  INSERT INTO reservations (uid, sequence, slot, "group", school, booked_by, state, pupils, adults, needs, needed, mark,
    starts_at, ends_at, badge_salt, created_at, changed_at, hold_until, offer_salt, offered_as, demand, line, half,
    drawn_rank)
  SELECT given.uid, 0, given.slot, d."group", d.school, {FOLLOWED_BY}, 'offered',
    given.pupils, d.adults, d.needs,
    d.needed, given.mark, sl.starts_at, sl.ends_at, gen_random_uuid(), $9, $9, given.hold_until, drawn.salt,
    drawn.salt, d.id, d.sentence, given.half, d.rank
  FROM given JOIN demands d ON d.id = given.demand JOIN slots sl ON sl.id = given.slot
  CROSS JOIN LATERAL (SELECT gen_random_uuid() AS salt WHERE given.n > 0) drawn
  RETURNING id, uid, slot, pupils, sequence
), told AS (
  SELECT offered.*, given.told, given.n FROM offered JOIN given USING (uid)
), seated AS (
  {seats_given("offered", ever="$10::int[]", slots="$11::int[]")}
), {
    recorded_of(
        "reservation",
        "told ORDER BY told.n",
        at="$9",
        act="CASE WHEN told.told THEN 'reservation_offer' ELSE 'reservation_offer_also' END",
        was="'in_draw'",
        state="'offered'",
    )
}
SELECT id FROM told
"""  # noqa: S608 - constants only
RELEASE = f"""
WITH released AS (
  UPDATE reservations r SET state = 'cancelled_by_teacher', sequence = r.sequence + 1, changed_at = $2, reason = $3
  WHERE r.id = ANY ($1::int[]) AND r.state = 'in_draw' RETURNING r.id, r.sequence
), {
    recorded_of(
        "reservation",
        "released ORDER BY released.id",
        at="$2",
        act="'reservation_release'",
        was="'in_draw'",
        state="'cancelled_by_teacher'",
    )
}
SELECT id FROM released
"""  # noqa: S608 - constants only
# They wait since the end of the hour, in the order of the draw, before whoever comes later. One letter names the lines.
TOLD_BY_THE_FIRST = """CASE WHEN row_number() OVER (PARTITION BY waits.demand ORDER BY waits.line, waits.half) = 1
    THEN 'reservation_drawn' ELSE 'reservation_drawn_also' END"""
LET_WAIT = f"""
WITH waits AS (
  UPDATE reservations r SET state = 'waiting', sequence = r.sequence + 1, changed_at = $2, created_at = $3,
    drawn_rank = d.rank
  FROM demands d WHERE d.id = r.demand AND r.id = ANY ($1::int[]) AND r.state = 'in_draw'
  RETURNING r.id, r.sequence, r.demand, r.line, r.half
), {
    recorded_of(
        "reservation",
        "waits ORDER BY waits.id",
        at="$2",
        act=TOLD_BY_THE_FIRST,
        was="'in_draw'",
        state="'waiting'",
    )
}
SELECT id FROM waits
"""  # noqa: S608 - constants only
# The lycée does not receive that day, or its list is closed: nobody waits for it.
LAPSE = f"""
WITH lapsed AS (
  UPDATE reservations r SET state = 'lapsed', sequence = r.sequence + 1, changed_at = $2
  WHERE r.id = ANY ($1::int[]) AND r.state = 'in_draw'
  RETURNING r.id, r.sequence, r.demand, r.line, r.half
), {
    recorded_of(
        "reservation",
        "lapsed ORDER BY lapsed.id",
        at="$2",
        act='''CASE WHEN lapsed.demand = ANY ($3::int[]) AND NOT EXISTS (SELECT FROM lapsed beside
    WHERE beside.demand = lapsed.demand AND beside.line = lapsed.line AND beside.half < lapsed.half)
    THEN 'reservation_lapse' ELSE 'reservation_lapse_also' END''',
        was="'in_draw'",
        state="'lapsed'",
    )
}
SELECT id FROM lapsed
"""  # noqa: S608 - constants only


class Entered(Struct, frozen=True):
    """A demand whose draw is held, with what it got; `awaiting`: her collège has not answered for its teacher."""

    id: int
    answer: bytes
    school: int
    sentence: int | None
    approval: bool
    awaiting: bool


class LineInDraw(Struct, frozen=True):
    """A slot that a demand names, as the reservation that stands for it."""

    id: int
    demand: int
    slot: int
    line: int
    half: int | None


class SlotLeft(Struct, frozen=True):
    """A locked slot, as the answers find it."""

    id: int
    seats: int
    groups: int
    groups_ever: int
    open: bool
    deadlines: Deadlines


async def next_demands(opening: int, among: list[int] | None, *, most: int) -> list[Entered]:
    """The next demands of a draw that were not told, by rank; they are locked, those that another worker tells are left
    to it."""
    return await rows_as(Entered, NEXT, opening, among, most)


async def lines_in_draw(demands: Collection[int]) -> list[LineInDraw]:
    """What the lines of these demands name, where it was not withdrawn."""
    return await rows_as(LineInDraw, IN_DRAW, list(demands))


async def slots_left(slots: Collection[int], *, now: datetime) -> dict[int, SlotLeft]:
    """These slots as they stand, locked in the order of their numbers."""
    return {slot.id: slot for slot in await rows_as(SlotLeft, LOCK, sorted(slots), now)}


async def seat(*columns: object) -> None:
    """Reservations in a draw have their places: ids, states, ends of their holds, pupils, marks, whether each is told,
    now, then the last mark that each slot has given, and the slots."""
    await rows(PLACE, *columns)


async def offer_found(*columns: object) -> None:
    """What sentences found is offered: demands, slots, pupils, halves, marks, ends of the offers, UIDs, whether each is
    told, now, then the last mark that each slot has given, and the slots."""
    await rows(OFFER, *columns)


async def release(reservations: Collection[int], *, reason: str, now: datetime) -> None:
    """Other lines of demands that have a place end."""
    await rows(RELEASE, list(reservations), now, reason)


async def let_wait(reservations: Collection[int], *, since: datetime, now: datetime) -> None:
    """They wait under the ranks of their demands, since the end of the hour."""
    await rows(LET_WAIT, list(reservations), now, since)


async def end_lost(reservations: Collection[int], *, told: Collection[int], now: datetime) -> None:
    """Nobody can have their slots any more; `told` are the demands of which nothing waits."""
    await rows(LAPSE, list(reservations), now, list(told))
