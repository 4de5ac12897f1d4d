"""Pairs of slots for a class that none of them takes alone, and in how many slots it finds its place how."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from workshops.database import rows
from workshops.database.row_types import rows_as
from workshops.offer.narrow import LATER, narrow, paired, together
from workshops.offer.queries import COUNT_MOST, PAGE, SlotOnOffer
from workshops.offer.rules import Search

# Whether both slots have room for the class today: of those where it would wait, such pairs come first.
ROOMY = """a.free + b.free >= {pupils} AND least(a.free, b.free) * 3 >= {pupils}"""
# $a pupils, $b one slot that must be of the pair (null: any), $c slots that must not, $d how many pairs. The same
# half-day first, then the same day, then two dates within three weeks; the same workshop first; each slot with the one
# that suits it best.
PAIRS = """
WITH {tables} fits AS (
  SELECT s.id, s.workshop, s.school, s.starts_at, s.seats, {free} AS free, {room} AS room, {km} AS km, {built} AS built
  {slots} AND s.seats < {pupils}::int AND s.id <> ALL ({without}::int[]) ORDER BY {first_of} s.starts_at, s.id
  LIMIT {among}
), local AS (SELECT fits.*, starts_at AT TIME ZONE 'Europe/Paris' AS at FROM fits),
pairs AS (
  SELECT a.id AS first, b.id AS second, a.km, a.at AS first_at, b.at - a.at AS apart, a.workshop = b.workshop AS same,
    {roomy} AS roomy,
    CASE WHEN a.at::date <> b.at::date THEN 2 WHEN (a.at::time < '12:00') = (b.at::time < '12:00') THEN 0 ELSE 1
    END AS away
  FROM local a JOIN local b ON b.school = a.school AND (a.at, a.id) < (b.at, b.id) AND b.at < a.at + interval '21 days'
  WHERE {together} AND ({slot}::int IS NULL OR {slot} IN (a.id, b.id))
), best AS (
  SELECT DISTINCT ON (CASE WHEN {slot}::int IS NULL THEN first ELSE first + second END) * FROM pairs
  ORDER BY CASE WHEN {slot}::int IS NULL THEN first ELSE first + second END, roomy DESC, away, same DESC, apart, second
)
SELECT first, second, away, roomy FROM best
ORDER BY roomy DESC, {order} LIMIT {limit}
""".replace("{roomy}", ROOMY)
PARTNERS = """
WITH {tables} fits AS (
  SELECT s.id, s.workshop, s.school, s.starts_at, s.seats, {free} AS free, {room} AS room, {built} AS built
  {slots} AND s.seats < {pupils}::int ORDER BY s.starts_at, s.id LIMIT {among}
), local AS (SELECT fits.*, starts_at AT TIME ZONE 'Europe/Paris' AS at FROM fits)
SELECT DISTINCT ON (a.id) a.id AS slot, b.id AS other, a.room AS slot_room, b.room AS other_room,
  a.starts_at AS slot_at, b.starts_at AS other_at, (b.at, b.id) < (a.at, a.id) AS other_first, {roomy} AS roomy,
  ARRAY(SELECT o.name FROM tech_objects o WHERE o.id = ANY (a.built) AND o.id = ANY (b.built) ORDER BY o.name)
    AS objects,
  CASE WHEN a.at::date <> b.at::date THEN 2 WHEN (a.at::time < '12:00') = (b.at::time < '12:00') THEN 0 ELSE 1
  END AS away
FROM local a JOIN local b ON b.school = a.school AND b.id <> a.id
  AND b.at BETWEEN a.at - interval '21 days' AND a.at + interval '21 days'
WHERE a.id = ANY ({numbers}::int[]) AND {together}
ORDER BY a.id, roomy DESC, away, a.workshop = b.workshop DESC, greatest(b.at - a.at, a.at - b.at), b.id
""".replace("{together}", together("a", "b", pupils="{pupils}")).replace("{roomy}", ROOMY)
# Of the nearest so many are looked at: PostgreSQL joins them with each other row by row once it plans for any search.
NEAREST_AMONG = 400
OF_PAIRS = PAGE.replace("{slots}", "{slots} AND s.id = ANY ({numbers}::int[])")

# $a the pupils of a class, $b now: one statement for all the ways in which it finds its place. Where its halves would
# wait is looked for where it finds none today.
WAYS = """
WITH {tables} {paired} {waited}
  whole AS (SELECT 1 {slots} AND {free} >= {pupils}::int AND NOT {later} LIMIT {limit}),
  awaited AS (SELECT 1 {slots} AND {free} >= {pupils}::int AND {later} LIMIT {limit}),
  taken AS (SELECT 1 {slots} AND {free} < {pupils}::int AND s.seats >= {pupils}::int AND NOT {later} LIMIT {limit})
SELECT (SELECT count(*) FROM whole) AS whole, (SELECT count(*) FROM paired WHERE NOT later) AS halves,
  (SELECT count(*) FROM awaited) + (SELECT count(*) FROM paired WHERE later) AS later,
  (SELECT count(*) FROM taken) AS full,
  CASE WHEN EXISTS (SELECT FROM whole) OR EXISTS (SELECT FROM paired WHERE NOT later) THEN 0
    ELSE (SELECT count(*) FROM waited WHERE NOT later) END AS waited
""".replace("{paired}", paired("{slots}", pupils="{pupils}", now="{now}"))
WAYS = WAYS.replace("{waited}", paired("{slots}", pupils="{pupils}", now="{now}", waiting=True))
WAYS = WAYS.replace("{later}", LATER.format(now="{now}"))


class SlotPair(Struct, frozen=True):
    """Two slots of one lycée that take a class together; `away`: 0 on one half-day, 1 on one day, 2 on two dates;
    `roomy`: today, where it would wait otherwise."""

    first: SlotOnOffer
    second: SlotOnOffer
    away: int
    roomy: bool


class PairedSlot(Struct, frozen=True):
    """The slot that suits another best, to take a class together; `other_first`: it begins before; `objects`: what both
    halves build; `roomy`: today, where it would wait otherwise."""

    slot: int
    other: int
    slot_room: int
    other_room: int
    slot_at: datetime
    other_at: datetime
    other_first: bool
    objects: list[str]
    away: int
    roomy: bool


async def partners_on_offer(
    search: Search, *, pupils: int, slots: list[int], waiting: bool = False, now: datetime
) -> list[PairedSlot]:
    """For each of these slots that does not take a class alone, the one of the same search to share it with; `waiting`:
    also where there is no room for both halves today."""
    statement = PARTNERS.replace("{room}", _room(waiting=waiting))
    sql, args = narrow(_whatever_the_size(search, waiting=waiting), now=now).filled(
        statement, numbers=slots, pupils=pupils
    )
    return await rows_as(PairedSlot, sql, *args)


def _whatever_the_size(search: Search, *, waiting: bool) -> Search:
    return replace(
        search, pupils=None, waiting=False, only_open=True, only_free=not waiting, by_distance=False, cursor=None
    )


def _room(*, waiting: bool) -> str:
    """SQL: how many a slot takes; of one where the class may wait, once it is empty."""
    return "s.seats" if waiting else "{free}"


async def pairs_on_offer(
    search: Search,
    *,
    pupils: int,
    slot: int | None = None,
    without: Sequence[int] = (),
    alike: bool = True,
    waiting: bool = False,
    limit: int,
    now: datetime,
) -> list[SlotPair]:
    """The pairs of slots that take a class too large for one, both halves of it; with `slot`, those that it is of, and
    none of those that are of slots `without` which it asks.

    Both halves build the same object; not `alike`, two different ones. `waiting`: also those where there is no room for
    both halves today, after the others.

    Nearest first where the search is by distance, else soonest; with `slot`, the closest to it in time first.
    """
    narrowed = narrow(_whatever_the_size(search, waiting=waiting), now=now)
    statement = PAIRS.replace("{together}", together("a", "b", pupils="{pupils}", alike=alike))
    statement = statement.replace("{room}", _room(waiting=waiting))
    nearest = search.by_distance and search.near is not None
    statement = statement.replace("{first_of}", "km," if nearest else "")
    soonest = "km, first_at, first" if nearest else "first_at, first"
    sql, args = narrowed.filled(
        statement.replace("{among}", str(NEAREST_AMONG)) if nearest else statement,
        order=soonest if slot is None else "away, same DESC, apart, first_at, first, second",
        pupils=pupils,
        slot=slot,
        without=list(without),
        limit=limit,
    )
    if not (found := await rows(sql, *args)):
        return []
    numbers = sorted({number for one in found for number in (one["first"], one["second"])})
    sql, args = narrowed.filled(
        OF_PAIRS, order="s.id", page_order="page.id", numbers=numbers, limit=len(numbers), now=now
    )
    slots = {slot.id: slot for slot in await rows_as(SlotOnOffer, sql, *args)}
    return [SlotPair(slots[one["first"]], slots[one["second"]], one["away"], one["roomy"]) for one in found]


class Ways(Struct, frozen=True):
    """In how many slots of a search a class finds its place: `whole`, as one of two `halves`, `later` only, or only to
    wait, where it is `full`. Each is counted up to 1 000. In how many it is `waited` for in two halves is counted where
    it finds none of the first two."""

    whole: int
    halves: int
    later: int
    full: int
    waited: int = 0


async def ways_on_offer(search: Search, *, pupils: int, now: datetime) -> Ways:
    """The ways in which the slots of a search take a class, however it is asked to be taken: one statement."""
    every = replace(search.whatever_the_order, pupils=None, later=None)
    sql, args = narrow(every, now=now).filled(WAYS, pupils=pupils, now=now, limit=COUNT_MOST)
    (ways,) = await rows_as(Ways, sql, *args)
    return ways
