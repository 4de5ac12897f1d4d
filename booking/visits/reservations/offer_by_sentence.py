"""Offering a slot to who waits for whatever suits: to a whole class, or half of it there and half in a slot beside."""

from __future__ import annotations

from datetime import datetime

from asyncpg.exceptions import ExclusionViolationError, UniqueViolationError
from msgspec import Struct

from booking.process.settings import new_uid
from booking.visits.demands.keep import FOLLOWED_BY, LOOKS
from booking.visits.draws.halves import split
from booking.visits.reservation_states import HOLDS_SEATS_SQL
from booking.visits.reservations.beyond import SEARCH_HELD
from booking.visits.reservations.queries import marks_passed, offered_until
from workshops.database import row, rows, savepoint, value
from workshops.database.row_types import row_as, rows_as
from workshops.events.record import recorded_of
from workshops.offer.narrow import suits_but_for_size, takes_whole, together
from workshops.openings.queries import KEPT_APART
from workshops.schools.queries import KILOMETRES
from workshops.slots.queries import BUILT, DEADLINES, SEATS_FREE
from workshops.slots.rules import Deadlines
from workshops.slots.seats import LOCK_SEATS, seats_kept

# One beyond its collège's classes comes after all others, and is offered what these leave for ten school days.
_ITS_TURN = f"NOT {SEARCH_HELD.format(demand='a')}"
# Of those within, nobody has waited for the slot, or asked for it, since {before}, and whoever came could have it.
_NOBODY_ELSE = f"""{SEARCH_HELD.format(demand="a")} AND greatest(a.asked_at, s.created_at) <= {{before}}
    AND NOT EXISTS (SELECT FROM reservations within WHERE within.slot = s.id AND within."group" <> a."group"
      AND NOT (within.beyond AND NOT within.let_through)
      AND (within.state = 'waiting' OR within.created_at > {{before}}))
    AND NOT {KEPT_APART.format(now="{before}")}"""
# A demand `a` waits for whatever suits, and has nothing yet: the slot `s` takes as many as are asked for and offers
# what it needs, nobody has said no to it there, and whoever comes may have it; what a draw left is first of its own
# demands.
_FOUND = f"""FROM demands a JOIN schools c ON c.id = a.school
  JOIN groups g ON g.id = a."group" AND g.archived_at IS NULL
  JOIN slots s ON {{slot}} JOIN schools h ON h.id = s.school JOIN workshops w ON w.id = s.workshop
  LEFT JOIN openings o ON o.id = a.opening
WHERE {LOOKS.format(demand="a", now="$1")} AND {{size}} AND {suits_but_for_size("a", "c")}
  AND CASE WHEN o.id IS NULL THEN NOT {KEPT_APART.format(now="$1")} AND {{turn}}
    ELSE (s.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN o.first_on AND o.last_on END
  AND ARRAY(SELECT split_part(box, ':', 1) FROM unnest(a.needed) box) <@ w.offers::text[]
  AND NOT EXISTS (SELECT FROM closures off WHERE off.school = s.school
    AND (s.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN off.first_on AND off.last_on)
  AND NOT EXISTS (SELECT FROM reservations had WHERE had.demand = a.id AND had.state IN {HOLDS_SEATS_SQL})
  AND NOT EXISTS (SELECT FROM reservations there WHERE there."group" = a."group" AND there.slot = s.id)
  AND NOT EXISTS (SELECT FROM reservations busy WHERE busy."group" = a."group" AND busy.state IN {HOLDS_SEATS_SQL}
    AND busy.starts_at < s.ends_at AND busy.ends_at > s.starts_at)"""  # noqa: S608 - constants only


def _found(*, slot: str, size: str, turn: str = _ITS_TURN) -> str:
    """What demands `a` may be offered which slots `s`; `turn` says when one of no draw may have what is open to all."""
    return _FOUND.format(slot=slot, size=size, turn=turn)


_KM = f"round(({KILOMETRES.format(school='h', lat='c.lat', lon='c.lon')})::numeric, 1)"
_WHOLE = takes_whole("a")
# Neither slot takes the class alone, and neither is left with less than a third of it.
_A_HALF = f"s.seats < a.pupils AND a.pupils <= 3 * {SEATS_FREE}"
_ROOM_THERE = f"""s.id, s.seats, {SEATS_FREE} AS room, s.starts_at, s.starts_at AT TIME ZONE 'Europe/Paris' AS at,
    {BUILT} AS built"""
# After all that have a rank come those of no draw.
_TURN = "coalesce(a.rank, 2147483647) AS rank, a.asked_at"


_TOGETHER = f"""{together("here", "other_slot", pupils="here.pupils")}
  AND other_slot.at BETWEEN here.at - interval '21 days' AND here.at + interval '21 days'"""
_HALF_THERE = f"""SELECT a.id AS demand, a.school, a.pupils::int AS pupils, {_TURN}, s.school AS lycee, {_KM} AS km,
    {_ROOM_THERE}, {DEADLINES.replace("sl.", "s.")}"""


def _in_halves(
    select: str, *, demands: str = "true", lycees: str = "true", here: str = "true", turn: str = _ITS_TURN
) -> str:
    """The pairs of slots that take the halves of a class: `here`, and another one of its lycée, within three weeks.

    What suits is looked for once, of these `demands` in these `lycees`, and then paired.
    """
    found = _found(slot=f"s.state = 'open' AND {lycees}", size=f"{demands} AND {_A_HALF}", turn=turn)
    return f"""WITH half_there AS MATERIALIZED (
  {_HALF_THERE}
  {found}
)
SELECT {select} FROM half_there here JOIN half_there other_slot
  ON other_slot.demand = here.demand AND other_slot.lycee = here.lycee AND other_slot.id <> here.id
WHERE {here} AND {_TOGETHER}"""  # noqa: S608 - constants only


NEXT_WHOLE = f"""SELECT a.id, a.school, a.pupils::int AS pupils, NULL::int AS beside, {_TURN},
  {DEADLINES.replace("sl.", "s.")} {_found(slot="s.id = $2", size=_WHOLE)}
  AND a.id <> ALL ($3::int[]) ORDER BY a.rank, a.asked_at, a.id LIMIT 1"""
# Those alone whose turn is before that of the class that comes whole.
_BEFORE = """($6::int IS NULL
    OR (coalesce(a.rank, 2147483647), a.asked_at, a.id) < ($4::int, $5::timestamptz, $6::int))"""
# Of the pairs that the slot is of, the draw takes the one whose other slot starts first.
NEXT_IN_HALVES = f"""SELECT here.demand AS id, here.school, here.pupils, here.rank, here.asked_at,
  other_half.id AS beside, here.free_cancellation, here.headcount, here.list, here.eve, here.start
FROM (
  {_HALF_THERE}
  {_found(slot="s.id = $2", size=f"a.id <> ALL ($3::int[]) AND {_BEFORE} AND {_A_HALF}")}
) here CROSS JOIN LATERAL (
  SELECT other_slot.id FROM (
    SELECT {_ROOM_THERE}
    {
    _found(
        slot="s.state = 'open' AND s.school = here.lycee AND s.id <> here.id",
        size=f"a.id = here.demand AND {_A_HALF}",
    )
}) other_slot WHERE {_TOGETHER} ORDER BY other_slot.starts_at, other_slot.id LIMIT 1
) other_half ORDER BY here.rank, here.asked_at, here.demand LIMIT 1"""  # noqa: S608 - constants only
# The nearest first, as the draw looks for it: then the one that starts first, of pairs the first slot before the other.
SUITS_NOW = f"""SELECT s.id {_found(slot="s.state = 'open'", size=_WHOLE)} AND a.id = $2
ORDER BY {_KM}, s.starts_at, s.id LIMIT 20"""
SUIT_IN_HALVES = f"""{_in_halves("here.id AS first, other_slot.id AS second", demands="a.id = $2")}
  AND (here.starts_at, here.id) < (other_slot.starts_at, other_slot.id)
ORDER BY here.km, here.starts_at, here.id, other_slot.starts_at, other_slot.id LIMIT 20"""
# What nobody else has asked for, at any slot or at this one: the nearest first.
_ASKED_IN_VAIN = _NOBODY_ELSE.format(before="$3::timestamptz")
NOBODY_ELSE_S = f"""SELECT s.id AS slot, a.id, a.school, a.pupils::int AS pupils, NULL::int AS beside, {_TURN},
  {DEADLINES.replace("sl.", "s.")}
{
    _found(
        slot="s.state = 'open' AND s.id = coalesce($4::int, s.id)",
        size=f"a.id = $2 AND {_WHOLE}",
        turn=_ASKED_IN_VAIN,
    )
}
ORDER BY {_KM}, s.starts_at, s.id LIMIT 1"""
_PAIR = """here.id AS slot, here.demand AS id, here.school, here.pupils, other_slot.id AS beside, here.rank,
  here.asked_at, here.free_cancellation, here.headcount, here.list, here.eve, here.start"""
_THERE = "here.id = coalesce($4::int, here.id)"
NOBODY_ELSE_S_IN_HALVES = f"""{_in_halves(_PAIR, demands="a.id = $2", here=_THERE, turn=_ASKED_IN_VAIN)}
ORDER BY here.km, here.starts_at, here.id, other_slot.starts_at, other_slot.id LIMIT 1"""
_THEIR_LYCEES = """s.school = ANY (ARRAY(
    SELECT one_opened.school FROM slots one_opened WHERE one_opened.id = ANY ($2::int[])))"""
SUIT_SOMEBODY = f"""SELECT s.id {_found(slot="s.id = ANY ($2::int[])", size=_WHOLE)}
UNION SELECT id FROM ({
    _in_halves("here.id", lycees=_THEIR_LYCEES, here="here.id = ANY ($2::int[])")
}) halved ORDER BY id"""  # noqa: S608 - constants only
# Of a period, or of all days: who looks for something that suits in it, in the order in which they are offered it.
_OF_PERIOD = """s.state = 'open' AND (s.starts_at AT TIME ZONE 'Europe/Paris')::date
    BETWEEN coalesce($2::date, '-infinity') AND coalesce($3::date, 'infinity')"""
_THAT_DAY = "(here.at)::date BETWEEN coalesce($2::date, '-infinity') AND coalesce($3::date, 'infinity')"
LOOK_THERE = f"""SELECT d.id FROM demands d WHERE {LOOKS.format(demand="d", now="$1")} AND (
    EXISTS (SELECT {_found(slot=_OF_PERIOD, size=f"a.id = d.id AND {_WHOLE}")} OFFSET 0)
    OR EXISTS ({_in_halves("", demands="a.id = d.id", here=_THAT_DAY)}))
ORDER BY d.rank, d.asked_at, d.id"""  # noqa: S608 - constants only


def _offering(act: str, *, half: str = "NULL", pupils: str = "d.pupils", passed: str = "0") -> str:
    """The statement that offers a slot to a demand, under the UID $5: to the whole class, or to a `half` of so many
    pupils; `passed`: how many marks are left out."""
    recorded = recorded_of("reservation", "offered", at="$2", act=f"'{act}'", was="'waiting'", state="'offered'")
    return f"""
WITH offered AS (
  INSERT INTO reservations (uid, sequence, slot, "group", school, booked_by, state, pupils, adults, needs, needed, mark,
    starts_at, ends_at, badge_salt, created_at, changed_at, hold_until, offer_salt, offered_as, demand, line, half,
    drawn_rank)
  SELECT $5::varchar, 0, sl.id, d."group", d.school, {FOLLOWED_BY}, 'offered', {pupils}, d.adults, d.needs,
    d.needed, (sl.groups_ever + {passed}) % 36, sl.starts_at, sl.ends_at, gen_random_uuid(), $2, $2, $3, drawn.salt,
    drawn.salt, d.id, d.sentence, {half}::smallint, d.rank
  FROM demands d JOIN slots sl ON sl.id = $4 CROSS JOIN (SELECT gen_random_uuid() AS salt) drawn
  WHERE d.id = $1 AND d.ended_at IS NULL RETURNING id, slot, pupils, sequence
), seated AS (
  {seats_kept("offered", passed=passed)}
), {recorded}
SELECT id FROM offered
"""  # noqa: S608 - constants only


OFFER_WHOLE = _offering("reservation_offer")
OFFER_HALF = _offering("reservation_offer", half="1", pupils="$6::int")
# Its sign is told apart from the first half's; one letter is for both.
OFFER_OTHER_HALF = _offering("reservation_offer_also", half="2", pupils="$6::int", passed="$7::int")
HAS_ROOM = "SELECT seats_taken < seats AND groups_taken < groups_max FROM slots WHERE id = $1"
# Whoever holds it may be waiting for the slot that we hold: we wait for nobody.
LOCK_BESIDE = "SELECT id FROM slots WHERE id = $1 AND state = 'open' FOR NO KEY UPDATE SKIP LOCKED"
ROOMS = f"""SELECT s.id, {SEATS_FREE} AS room, {DEADLINES.replace("sl.", "s.")} FROM slots s
WHERE s.id = ANY ($1::int[]) ORDER BY room DESC, s.starts_at, s.id"""  # noqa: S608 - constants only


class Found(Struct, frozen=True):
    """The first demand whose sentence a slot suits: whole, or in two halves with the slot `beside`. `deadlines` are the
    slot's; `rank` and `asked_at` say when it is its turn."""

    id: int
    school: int
    pupils: int
    beside: int | None
    rank: int
    asked_at: datetime
    deadlines: Deadlines


class FoundThere(Found, frozen=True):
    """The same with the slot that suits."""

    slot: int


class RoomAt(Struct, frozen=True):
    """How many pupils of one group more a locked slot takes."""

    id: int
    room: int
    deadlines: Deadlines


async def offer_by_sentence(slot: int, *, now: datetime) -> list[int]:
    """What nobody who waits for this very slot fits in is offered to who waits for whatever suits, by rank; the caller
    has locked the slot. Returns the reservations that were offered, of a class in two halves both or none.

    A class larger than the slot is passed over while another act holds the slot of its other half.
    """
    offered: list[int] = []
    passed: list[int] = []
    while await value(HAS_ROOM, slot) and (found := await _next(slot, passed, now=now)) is not None:
        passed.append(found.id)
        expires_at = await offered_until(found.deadlines, college=found.school, now=now)
        if expires_at is None:
            break
        try:
            async with savepoint():
                offered += await _offer(found, slot, expires_at, now=now)
        except (ExclusionViolationError, UniqueViolationError):
            continue
    return offered


async def offer_what_nobody_asked(demand: int, *, before: datetime, now: datetime) -> list[int]:
    """A demand beyond its collège's classes is offered the nearest slot that suits, and that nobody within asked for
    since then; in the caller's transaction. Returns the reservations, none where nothing is so."""
    for ways in (NOBODY_ELSE_S, NOBODY_ELSE_S_IN_HALVES):
        found = await row_as(FoundThere, ways, now, demand, before, None)
        if found is None:
            continue
        await rows(LOCK_SEATS, [found.slot])
        found = await row_as(FoundThere, ways, now, demand, before, found.slot)
        expires_at = None if found is None else await offered_until(found.deadlines, college=found.school, now=now)
        if found is not None and expires_at is not None:
            return await _offer(found, found.slot, expires_at, now=now)
    return []


async def _next(slot: int, passed: list[int], *, now: datetime) -> Found | None:
    whole = await row_as(Found, NEXT_WHOLE, now, slot, passed)
    turn = (None, None, None) if whole is None else (whole.rank, whole.asked_at, whole.id)
    return await row_as(Found, NEXT_IN_HALVES, now, slot, passed, *turn) or whole


async def _offer(found: Found, slot: int, expires_at: datetime, *, now: datetime) -> list[int]:
    if found.beside is None:
        made = await row(OFFER_WHOLE, found.id, now, expires_at, slot, new_uid())
        return [] if made is None else [made["id"]]
    if await value(LOCK_BESIDE, found.beside) is None:
        return []
    larger, smaller = await rows_as(RoomAt, ROOMS, [slot, found.beside])
    halves = split(found.pupils, larger.room, smaller.room)
    until = [await offered_until(place.deadlines, college=found.school, now=now) for place in (larger, smaller)]
    answered = [moment for moment in until if moment is not None]
    if halves is None or len(answered) < len(until):
        return []
    first = await row(OFFER_HALF, found.id, now, min(answered), larger.id, new_uid(), halves[0])
    if first is None:
        return []
    worn = await marks_passed(first["id"], smaller.id)
    told = (now, min(answered), smaller.id, new_uid(), halves[1], worn)
    other = await row(OFFER_OTHER_HALF, found.id, *told)
    return [first["id"]] if other is None else [first["id"], other["id"]]
