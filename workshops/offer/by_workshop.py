"""The slots that suit a group by workshop, so that a teacher chooses what is built and where, then the day."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from workshops.database.row_types import rows_as
from workshops.offer.narrow import LATER, narrow
from workshops.offer.queries import LIMIT_MOST, OF_PAGE, SHOWN, SlotOnOffer
from workshops.offer.rules import Search, WorkshopPlace, workshop_place_of
from workshops.schools.rules import Arrival

FARTHER = 99_999.0
"""Where a lycée that has no place on the map stands in a list of the nearest."""
# A slot takes the class whole (0), or a half of it (1), opens later (2), or the class would wait (3). `first` is the
# rank and the instant of a workshop's first slot as one number, so that nothing of a country is sorted. The slots that
# are shown are found by their numbers: PostgreSQL does not foresee how few they are.
BY_WORKSHOP = """
WITH {tables} fits AS MATERIALIZED (
  SELECT s.id, s.workshop, s.starts_at, coalesce({km}, {farther}) AS km,
    CASE WHEN {later} THEN 2 WHEN {free} >= {pupils}::int THEN 0 WHEN {halved} THEN 1
      ELSE 3 END AS rank {slots}
), offering AS (
  SELECT workshop, min(km) AS km, min(rank * 1e10::float8 + date_part('epoch', starts_at)) AS first
  FROM fits GROUP BY workshop
), best AS (
  SELECT * FROM offering WHERE {rank}::int IS NULL OR (floor(first / 1e10), km, first, workshop)
    > ({rank}::int, {after_km}::float8, {rank}::int * 1e10::float8 + date_part('epoch', {after_at}::timestamptz),
       {after}::int)
  ORDER BY floor(first / 1e10), km, first, workshop LIMIT {limit}
), ranked AS (
  SELECT fits.*, best.first, row_number() OVER (PARTITION BY workshop ORDER BY rank, starts_at, id) AS place,
    count(*) OVER (PARTITION BY workshop) AS dates FROM fits JOIN best USING (workshop)
), chosen AS (SELECT * FROM ranked WHERE place <= {most}
), page AS (
  {of_page}, chosen.rank, chosen.dates, chosen.place, floor(chosen.first / 1e10) AS best, chosen.km, chosen.first
  FROM chosen JOIN slots s ON s.id = chosen.id WHERE s.id = ANY (ARRAY(SELECT id FROM chosen))
)
{shown}
"""
BY_WORKSHOP = BY_WORKSHOP.replace("{of_page}", OF_PAGE.replace("{km}", "nullif(chosen.km, {farther})"))
BY_WORKSHOP = BY_WORKSHOP.replace(
    "{shown}",
    SHOWN.replace("SELECT page.id,", "SELECT page.rank, page.dates, h.stop, h.walk_minutes, h.coach_drop, page.id,"),
).replace("{farther}", str(FARTHER))


class DateOnOffer(SlotOnOffer, frozen=True, kw_only=True):
    """A slot of a workshop: how it takes the class, how many `dates` its workshop has for it, how its lycée is
    reached."""

    rank: int
    dates: int
    arrival: Arrival


class WorkshopOnOffer(Struct, frozen=True):
    """A workshop that suits a group, and its first dates: those that take the class whole before the others."""

    slots: list[DateOnOffer]
    dates: int


class WorkshopsPage(Struct, frozen=True):
    """A part of the list by workshop, and the cursor of the next one."""

    items: list[WorkshopOnOffer]
    next_cursor: str | None


async def workshops_on_offer(search: Search, *, dates: int, now: datetime) -> WorkshopsPage:
    """The workshops to come that suit a group, so many dates of each: those that take the whole class first, then those
    that take its halves, those that open later, those where it would wait; of each kind the nearest, then the soonest.

    One statement, whatever the number. Raises Invalid when the cursor is not one of this list's.
    """
    after = workshop_place_of(search.cursor) if search.cursor else None
    limit = max(1, min(search.limit, LIMIT_MOST))
    halved = search.pupils is not None and search.takes != "whole" and not search.waiting
    statement = BY_WORKSHOP.replace("{later}", LATER.format(now="{now}"))
    statement = statement.replace("{halved}", "s.id IN (SELECT id FROM paired)" if halved else "false")
    sql, args = narrow(replace(search, by_distance=False, cursor=None), now=now).filled(
        statement,
        page_order="page.best, page.km, page.first, page.workshop, page.place",
        pupils=search.pupils or 1,
        most=dates,
        limit=limit + 1,
        now=now,
        rank=after and after.rank,
        after_km=after and after.km,
        after_at=after and after.starts_at,
        after=after and after.workshop,
    )
    found: dict[int, list[DateOnOffer]] = {}
    for slot in await rows_as(DateOnOffer, sql, *args):
        found.setdefault(slot.workshop_id, []).append(slot)
    items = [WorkshopOnOffer(slots, slots[0].dates) for slots in found.values()][:limit]
    if len(found) <= limit:
        return WorkshopsPage(items, None)
    first = items[-1].slots[0]
    km = FARTHER if first.distance_km is None else first.distance_km
    return WorkshopsPage(items, WorkshopPlace(first.rank, km, first.starts_at, first.workshop_id).cursor)
