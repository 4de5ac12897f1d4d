"""A slot as it stands for a group that asks for it, for the decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import TypeAlias

from booking.visits.absences.queries import asked_about
from booking.visits.demands.keep import GOT_NOTHING
from booking.visits.reservation_states import HOLDS_SEATS_SQL
from booking.visits.reservations.beyond import groups_counted
from booking.visits.reservations.demand import Demand
from booking.visits.reservations.rules import WHOLE, HalfOf, SlotSeen
from workshops.database.batching import Batcher
from workshops.database.row_types import columns_of, row_as, rows_as
from workshops.openings.queries import DRAWN_FIRST, DRAWS_AT, OPENING_OF, OPENS_AT
from workshops.slots.queries import DEADLINES, HOST_CLOSED
from workshops.slots.seats import GroupPlaces


def seats_seen(
    *,
    slot: str,
    group: str,
    school: str,
    now: str,
    by: str = "NULL",
    key: str = "NULL",
    moving: str = "0",
    demand: str = "NULL::int",
    line: str = "NULL::int",
    half: str = "NULL::int",
) -> str:
    """A slot as it stands for a group of a collège, for whoever asks under a key.

    `moving` is a reservation of the group that does not count, being the one that moves; `half`, of a `line` of a
    `demand`, the half of the class that comes: the other one of the same line may be elsewhere at that hour.
    """
    # The group is found by its number: no index reads IS NOT DISTINCT, as it might all of a collège's.
    return f"""
SELECT seen_slot.state, seen_slot.booking_closes_at, seen_slot.levels,
  {columns_of(GroupPlaces, "seen_slot")}, seen_slot.school AS host, {DEADLINES.replace("sl.", "seen_slot.")},
  seen_group.level AS group_level, seen_college.needs_approval AS approval, opening.id AS opening,
  CASE WHEN opening.left_until IS NULL OR {GOT_NOTHING.format(opening="opening.id", group="seen_group.id")}
    THEN opening.opens_at ELSE {OPENS_AT} END AS opens_at,
  {DRAWS_AT},
  EXISTS (SELECT 1 FROM reservations seen_visit WHERE seen_visit."group" = seen_group.id
          AND seen_visit.state IN {HOLDS_SEATS_SQL}
          AND seen_visit.starts_at < seen_slot.ends_at AND seen_visit.ends_at > seen_slot.starts_at
          AND seen_visit.id <> {moving} AND seen_visit.replaces IS DISTINCT FROM {moving}
          AND (seen_visit.demand = {demand} AND seen_visit.line = {line} AND seen_visit.half <> {half}) IS NOT TRUE)
    AS group_busy,
  {key} IS NOT NULL AND EXISTS (SELECT FROM reservations seen_before
          WHERE seen_before.booked_by = {by} AND seen_before.idempotency_key = {key}) AS repeats,
  {HOST_CLOSED.format(slot="seen_slot")} AS host_closed,
  seen_number.classes, coalesce(seen_number.others, 0) AS others,
  CASE WHEN {moving} = 0 THEN {asked_about("seen_group.school", now=now)} ELSE 0 END AS absences
FROM slots seen_slot CROSS JOIN groups seen_group JOIN schools seen_college ON seen_college.id = seen_group.school
{OPENING_OF.format(slot="seen_slot")}
LEFT JOIN LATERAL ({groups_counted("seen_group", unless=DRAWN_FIRST, now=now)}) seen_number ON true
WHERE seen_slot.id = {slot} AND seen_group.id = {group} AND seen_group.school IS NOT DISTINCT FROM {school}
  AND seen_group.archived_at IS NULL AND seen_slot.state <> 'draft'
"""  # noqa: S608 - the acts' own words


# OFFSET 0 hides the arrays' length from the planner: one plan, made once, is as good for one demand as for ten.
SEEN_TOGETHER = f"""
SELECT one.n, seen.* FROM (
  SELECT $1::int[] AS slots, $2::int[] AS groups, $3::int[] AS schools, $4::int[] AS people, $5::varchar[] AS keys,
    $6::timestamptz[] AS nows
  OFFSET 0) sent, unnest(slots, groups, schools, people, keys, nows)
  WITH ORDINALITY AS one (slot, "group", school, by, key, now, n) CROSS JOIN LATERAL (
{
    seats_seen(slot="one.slot", group='one."group"', school="one.school", now="one.now", by="one.by", key="one.key")
} OFFSET 0) seen
"""  # noqa: S608 - constants only
SEATS_OF = seats_seen(
    slot="$1", group="$2", school="$3", now="$8", moving="$4", demand="$5::int", line="$6::int", half="$7::int"
)


Asked: TypeAlias = tuple[int, int, int, int | None, str | None, datetime]


class SeenBy(SlotSeen, frozen=True):
    """The same for a line `n` of several that ask at once."""

    n: int = 0


async def seats_seen_by(demand: Demand, *, now: datetime) -> SlotSeen | None:
    """The slot as it stands for a demand, read with those that come meanwhile: a full one is asked for by many."""
    return await _together.submit((demand.asked.slot, demand.asked.group, demand.school, demand.by, demand.key, now))


async def _seen(asked: list[Asked]) -> dict[Asked, SlotSeen | None]:
    seen = {one.n: one for one in await rows_as(SeenBy, SEEN_TOGETHER, *zip(*asked, strict=True))}
    return {one: seen.get(n) for n, one in enumerate(asked, 1)}


_together: Batcher[Asked, SlotSeen | None] = Batcher(_seen)


async def seats_of_lines(demands: Sequence[Demand], *, now: datetime) -> list[SlotSeen | None]:
    """The slots as they stand for a group that asks for all of them, read with those of other groups; None where one is
    not its collège's to see."""
    asked = [(demand.asked.slot, demand.asked.group, demand.school, None, None, now) for demand in demands]
    return await _of_lines.submit(tuple(asked))


async def _seen_of_lines(asked: list[tuple[Asked, ...]]) -> dict[tuple[Asked, ...], list[SlotSeen | None]]:
    seen = await _seen(list(dict.fromkeys(chain.from_iterable(asked))))
    return {lines: [seen[line] for line in lines] for lines in asked}


_of_lines: Batcher[tuple[Asked, ...], list[SlotSeen | None]] = Batcher(_seen_of_lines)


async def seats_of(
    slot: int,
    group: int,
    *,
    school: int,
    moving: int = 0,
    half: HalfOf = WHOLE,
    now: datetime,
) -> SlotSeen | None:
    """The slot as it stands for this group; None when either is not this collège's to see.

    `moving` is the group's own reservation that would come here, which does not make it busy; nor does the other half
    of a class of which this `half` comes.
    """
    return await row_as(SlotSeen, SEATS_OF, slot, group, school, moving, *half, now)
