"""Taking seats: for the groups that ask at once by one statement, which reads their slots and writes their seats,
reservations and events, or for one whose demand is decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec.structs import replace

from booking.process.counting import BOOKINGS, count
from booking.visits.badge_codes.issue import issue
from booking.visits.reservations.ask_approval import ask_approval
from booking.visits.reservations.demand import Demand
from booking.visits.reservations.newcomer_holds import refuse_newcomer, tell_college
from booking.visits.reservations.queries import held_until
from booking.visits.reservations.rules import GroupsCounted, SlotSeen
from booking.visits.reservations.seats_seen import seats_seen
from workshops.database import transaction
from workshops.database.batching import WriteBatcher
from workshops.database.request_id import Origin, origin
from workshops.database.row_types import rows_as
from workshops.events.record import recorded
from workshops.slots.seats import seats_taken_together

# A line a demand. What a group needs comes as text: a list of lists of several lengths is no array.
SENT = """
  SELECT one.n, one.slot, groups[n] AS "group", pupils[n] AS pupils, adults[n] AS adults, needs[n] AS needs,
    needed[n]::varchar[] AS needed, schools[n] AS school, people[n] AS by, uids[n] AS uid, nows[n] AS now,
    keys[n] AS key, asked[n] AS asked, salts[n] AS salt, states[n] AS becomes, holds[n] AS hold_until,
    demands[n] AS demand, lines[n] AS line, replaced[n] AS replaces, half[n] AS half,
    passed[n] AS passed, decided[n] AS decided, requests[n] AS request, programs[n] AS program,
    count(*) OVER (PARTITION BY groups[n]) AS asks
  FROM (
    SELECT $1::int[] AS slots, $2::int[] AS groups, $3::int[] AS pupils, $4::int[] AS adults, $5::varchar[] AS needs,
      $6::text[] AS needed, $7::int[] AS schools, $8::int[] AS people, $9::varchar[] AS uids,
      $10::timestamptz[] AS nows, $11::varchar[] AS keys, $12::varchar[] AS asked, $13::uuid[] AS salts,
      $14::varchar[] AS states, $15::timestamptz[] AS holds, $16::int[] AS demands, $17::int[] AS lines,
      $18::int[] AS replaced, $19::int[] AS half, $20::int[] AS passed, $21::bool[] AS decided,
      $22::varchar[] AS requests, $23::int[] AS programs OFFSET 0
  ) sent, unnest(slots) WITH ORDINALITY AS one (slot, n)"""
# What `refuse_booking` says nothing against, of a collège that asks for no visa, is had by the statement that reads it.
# All else, what others take meanwhile, and a visit whose badges are issued with it, its list having locked, is for the
# decision: nothing is written, and no lock is waited for.
PLAIN = """state = 'open' AND booking_closes_at > now AND list > now AND NOT host_closed AND group_level = ANY (levels)
      AND (opens_at IS NULL OR opens_at <= now) AND draws_at IS NULL AND NOT group_busy AND NOT approval
      AND (with_it > classes) IS NOT TRUE AND absences = 0
      AND seats_taken + pupils <= seats AND groups_taken < groups_max"""
SEEN = seats_seen(
    slot="sent.slot", group='sent."group"', school="sent.school", now="sent.now", by="sent.by", key="sent.key"
)
# Of those that fit one after the other, the groups' rows first and then the slots', each in order: two demands for one
# group come one after the other, instead of each waiting for the other's place in the group's time. The UPDATE takes
# the seats only if they are still there; every other part hangs on the row that it returns.
TAKE_SEATS = f"""
WITH sent AS MATERIALIZED ({SENT}
), seen AS MATERIALIZED (
  SELECT sent.n, slot.*,
    slot.others + count(slot.classes) OVER (PARTITION BY sent.school, slot.group_level ORDER BY sent.n) AS with_it
  FROM sent CROSS JOIN LATERAL ({SEEN} OFFSET 0) slot
), fitting AS MATERIALIZED (
  SELECT sent.*, nth, marked FROM (
    SELECT n, decided, seats_taken, seats, groups_taken, groups_max, sum(pupils) OVER same AS sitting,
      count(*) OVER same AS nth, sum(1 + passed) OVER same AS marked
    FROM sent JOIN seen USING (n)
    WHERE decided OR {PLAIN} AND (asks = 1 OR NOT EXISTS (
      SELECT FROM sent before JOIN seen other USING (n) WHERE before."group" = sent."group" AND before.n < sent.n
      AND other.start > seen.start - interval '12 hours' AND other.start < seen.start + interval '12 hours'))
    WINDOW same AS (PARTITION BY slot ORDER BY n)
  ) plain JOIN sent USING (n)
  WHERE plain.decided OR plain.seats_taken + sitting <= plain.seats AND plain.groups_taken + nth <= plain.groups_max
), alone AS (
  SELECT id FROM groups WHERE id IN (SELECT "group" FROM fitting) ORDER BY id FOR NO KEY UPDATE
), coming AS (
  SELECT slot, sum(pupils) AS pupils, count(*) AS groups, sum(1 + passed) AS marks, max(now) AS now
  FROM fitting WHERE "group" IN (SELECT id FROM alone) GROUP BY slot
), taken AS (
  {seats_taken_together("coming", among="$1")}
), made AS (
  INSERT INTO reservations (uid, sequence, slot, "group", school, booked_by, state, pupils, adults, needs, mark,
    starts_at, ends_at, idempotency_key, asked, badge_salt, created_at, changed_at, hold_until,
    confirmed_at, demand, line, replaces, half, needed)
  SELECT uid, 0, slot, "group", school, by, becomes, pupils, adults, needs,
    (taken.groups_ever - taken.marks + marked - 1) % 36, taken.starts_at, taken.ends_at, key, asked, salt, now, now,
    hold_until, CASE WHEN becomes = 'confirmed' THEN now END, demand, line, replaces, half, needed
  FROM fitting JOIN taken ON taken.id = slot ORDER BY n
  RETURNING id, uid
), sat AS (
  SELECT made.id, fitting.* FROM made JOIN fitting USING (uid)
), {
    recorded(
        "sat ORDER BY sat.n",
        at="sat.now",
        by="sat.by",
        about_kind="'reservation'",
        about="sat.id",
        sequence="0",
        state="sat.becomes",
        act='''CASE WHEN sat.replaces IS NOT NULL THEN 'change_asked' WHEN sat.half = 2 THEN 'reservation_booked_also'
          ELSE 'reservation_booked' END''',
        detail="sat.pupils || ' élèves'",
        request="sat.request",
        program="sat.program",
    )
}
SELECT seen.*, sat.id AS made, taken.seats_taken AS seats_since, taken.groups_taken AS groups_since
FROM seen JOIN sent USING (n) LEFT JOIN sat USING (n) LEFT JOIN taken ON taken.id = sent.slot
"""  # noqa: S608 - constants only


class Tried(SlotSeen, frozen=True):
    """A slot as it stood for the demand of a line `n`, and the reservation that was `made` of it; `with_it`: its own
    group, the `others` that count and those of its collège's level that ask in the lines before it. `seats_since`,
    `groups_since`: how many have their place since, where any of the lines took some."""

    n: int = 0
    made: int | None = None
    with_it: int = 0
    seats_since: int | None = None
    groups_since: int | None = None

    @property
    def groups(self) -> GroupsCounted:
        """How many groups of its level count beside this one, those that ask at the same moment too, and how many
        may."""
        return GroupsCounted(self.classes, max(self.others, self.with_it - 1))

    @property
    def waits_for_others(self) -> bool:
        """Whether it is beyond only if those before it have what they asked for."""
        return self.made is None and self.groups.beyond and not GroupsCounted(self.classes, self.others).beyond


AtOnce: TypeAlias = tuple[Demand, datetime, Origin]
Line: TypeAlias = tuple[object, ...]


async def had_at_once(demand: Demand, *, now: datetime) -> Tried | None:
    """The slot as it stands for this demand, which has it already (`made`) where nothing speaks against it.

    Demands that come while others are written are written together, next; what one of them fails at is its own.
    """
    asked = (demand, now, origin())
    while (tried := await _at_once.submit(asked)) is not None and tried.waits_for_others:
        pass  # those before it have their answer in the next statement, and are counted by it or not
    return tried


async def take_seats(demand: Demand, seen: SlotSeen, *, now: datetime) -> int | None:
    """Take the seats for a group that may have them; returns the reservation, None when they are gone."""
    sure = not seen.approval and not demand.awaiting
    if sure and seen.deadlines.list > now:
        return await _decided(demand, "confirmed", None, now=now)
    async with transaction():
        if sure:
            return await _with_badges(demand, await _decided(demand, "confirmed", None, now=now))
        if demand.awaiting:
            await refuse_newcomer(demand)
        until = await held_until(seen.deadlines, college=demand.school, now=now)
        if demand.held_at_most is not None:
            until = min(until, demand.held_at_most)
        requested = await _decided(demand, "requested", until, now=now)
        if requested is not None and not demand.with_the_other and not demand.awaiting:
            await ask_approval(requested, token=demand.token, now=now)
        if requested is not None and demand.awaiting:
            await tell_college(demand, requested, until=until, now=now)
        return requested


async def _with_badges(demand: Demand, made: int | None) -> int | None:
    """The list has locked: who comes after that has badges at once."""
    if made is not None:
        asked, salt, secret_key = demand.asked, demand.badge_salt, demand.secret_key
        await issue(made, pupils=asked.pupils, adults=asked.adults, salt=salt, secret_key=secret_key)
    return made


async def _decided(demand: Demand, state: str, hold_until: datetime | None, *, now: datetime) -> int | None:
    line = _line(demand, state, hold_until, decided=True, of=origin(), now=now)
    (tried,) = await _taken([line])
    if tried is None or tried.made is None:
        return None
    if demand.replaces is None:
        count(BOOKINGS, state)
    return tried.made


async def _taken(lines: Sequence[Line]) -> list[Tried | None]:
    tried = {one.n: one for one in await rows_as(Tried, TAKE_SEATS, *zip(*lines, strict=True))}
    return [tried.get(n) for n in range(1, len(lines) + 1)]


async def _taken_at_once(asked: list[AtOnce]) -> list[Tried | None]:
    tried = await _taken([_line(demand, "confirmed", None, of=of, now=now) for demand, now, of in asked])
    count(BOOKINGS, "confirmed", number=sum(one is not None and one.made is not None for one in tried))
    return list(_since([demand for demand, *_ in asked], tried))


def _since(demands: Sequence[Demand], tried: Sequence[Tried | None]) -> Iterator[Tried | None]:
    """Each slot as those who took its seats in the same statement left it: who came too late need not try.

    One that repeats what was asked just before it has that one's answer, which it finds by trying.
    """
    before: set[object] = set()
    for demand, slot in zip(demands, tried, strict=True):
        known = {demand.asked.group, (demand.by, demand.key)} if demand.key else {demand.asked.group}
        if slot is None or slot.made is not None or slot.seats_since is None or not before.isdisjoint(known):
            yield slot
        else:
            yield replace(slot, seats_taken=slot.seats_since, groups_taken=slot.groups_since or 0)
        before |= known


_at_once: WriteBatcher[AtOnce, Tried | None] = WriteBatcher(_taken_at_once)


def _line(
    demand: Demand, state: str, hold_until: datetime | None, *, decided: bool = False, of: Origin, now: datetime
) -> Line:
    asked = demand.asked
    return (
        *(asked.slot, asked.group, asked.pupils, asked.adults, asked.needs, _as_text(asked.boxes.kept)),
        *(demand.school, demand.by, demand.uid, now, demand.key, demand.fingerprint, demand.badge_salt),
        *(state, hold_until, demand.demand, demand.line, demand.replaces),
        *(demand.half, demand.passed, decided, *of),
    )


def _as_text(values: Iterable[object]) -> str:
    """An array as PostgreSQL writes it, of values that need no quotes."""
    return f"{{{','.join(map(str, values))}}}"
