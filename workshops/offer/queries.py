"""The slots that suit a group: the list, its number, its days; when none does, which wish to give up, and the nearest
days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
from asyncpg import Record
from msgspec import Struct
from msgspec.structs import replace

from workshops.cache.versions import CacheEntry, VersionedCache
from workshops.database import rows
from workshops.database.row_types import rows_as
from workshops.offer.narrow import ON_OFFER, narrow
from workshops.offer.rules import ListPlace, Search, cursor_of, place_of, without_each
from workshops.openings.queries import DRAWS_AT, OPENING_OF, OPENS_AT
from workshops.slots.queries import HOST_CLOSED, RESERVED_STILL

COUNT_MOST = 1000
LIMIT_MOST = 200
LYCEES_MOST = 300
NEAR_KM = 80.0

OF_PAGE = """SELECT s.id, s.workshop, s.only_objects, s.school, s.starts_at, s.ends_at, s.booking_closes_at, s.levels,
         s.state, s.seats, {free} AS seats_free, s.groups_max - s.groups_taken AS groups_free,
         s.company_places - s.company_places_taken AS company_places_free, {km} AS distance_km, s.created_at,
         s.changed_at"""
OVER = "page.booking_closes_at <= {now}"
# Its columns are the fields of SlotOnOffer and those of its HostSchool.
SHOWN = (
    """
SELECT page.id, w.title AS workshop, w.id AS workshop_id,
       coalesce(CASE WHEN page.only_objects IS NULL THEN built.names ELSE (
         SELECT array_agg(o.name ORDER BY o.name)
         FROM workshop_objects own JOIN tech_objects o ON o.id = own.tech_object
         WHERE own.workshop = page.workshop AND o.id = ANY (page.only_objects)) END, '{{}}') AS objects,
       h.uai, h.name, h.commune, h.lat, h.lon,
       page.starts_at, page.ends_at, page.booking_closes_at, page.seats, page.seats_free, page.groups_free,
       page.company_places_free, page.levels,
       CASE WHEN page.state = 'open' AND {over} THEN 'closed' ELSE page.state END AS state,
       page.distance_km, page.created_at, page.changed_at, {opens_at} AS opens_at, {draws_at}
FROM page JOIN workshops w ON w.id = page.workshop JOIN schools h ON h.id = page.school
{opening}
LEFT JOIN (
  SELECT link.workshop, array_agg(o.name ORDER BY o.name) AS names
  FROM workshop_objects link JOIN tech_objects o ON o.id = link.tech_object
  WHERE link.workshop IN (SELECT workshop FROM page) GROUP BY link.workshop
) built ON built.workshop = page.workshop
ORDER BY {page_order}
""".replace("{opening}", OPENING_OF.format(slot="page"))
    .replace("{draws_at}", DRAWS_AT)
    .replace("{opens_at}", OPENS_AT)
    .replace("{over}", OVER)
)
PAGE = f"WITH {{tables}} page AS ({OF_PAGE} {{slots}} ORDER BY {{order}} LIMIT {{limit}}) {SHOWN}"
# Of what changed, also days on which the lycée receives nobody, which the offer leaves out.
PAGE_OF_CHANGES = PAGE.replace(OVER, f"({OVER} OR {HOST_CLOSED.format(slot='page')})")
COUNT = "WITH {tables} fits AS (SELECT 1 {slots} LIMIT {limit}) SELECT count(*) AS slots FROM fits"
FOUND = """
WITH {tables} fits AS (SELECT 1 {slots} LIMIT {limit})
SELECT (SELECT count(*) FROM fits) AS slots, (SELECT s.starts_at {slots} ORDER BY s.starts_at LIMIT 1) AS first_at
"""
DAYS = """
WITH {tables} fits AS (SELECT s.starts_at, CASE WHEN {reserved} THEN {free} ELSE 0 END AS free {slots})
SELECT (starts_at AT TIME ZONE 'Europe/Paris')::date AS on, count(*) AS slots, sum(free) AS seats_free
FROM fits GROUP BY 1 ORDER BY 1
""".replace("{reserved}", RESERVED_STILL)

NUMBERS = f"SELECT s.id FROM slots s WHERE {ON_OFFER} ORDER BY s.starts_at, s.id LIMIT $2"  # noqa: S608 - constants only
# Every object that a workshop on offer proposes, those of the most slots first.
OBJECTS = """
WITH {tables} fits AS (
  SELECT s.workshop, s.only_objects, s.school, count(*) AS slots {slots} GROUP BY s.workshop, s.only_objects, s.school
), counted AS (
  SELECT link.tech_object, sum(fits.slots)::bigint AS slots, count(DISTINCT fits.school) AS lycees
  FROM fits JOIN workshop_objects link ON link.workshop = fits.workshop
    AND (fits.only_objects IS NULL OR link.tech_object = ANY (fits.only_objects)) GROUP BY link.tech_object
)
SELECT o.id, o.name, o.summary, o.minutes, coalesce(counted.slots, 0) AS slots, coalesce(counted.lycees, 0) AS lycees
FROM tech_objects o LEFT JOIN counted ON counted.tech_object = o.id
WHERE counted.slots > 0 OR EXISTS (
  SELECT 1 FROM workshop_objects link JOIN workshops w ON w.id = link.workshop AND w.state = 'published'
  WHERE link.tech_object = o.id
)
ORDER BY coalesce(counted.slots, 0) DESC, o.name LIMIT {limit}::int
"""
LYCEES = """
SELECT uai, name, commune FROM schools h
WHERE kind = 'lycee' AND ($1::varchar IS NULL OR department = $1)
  AND EXISTS (SELECT 1 FROM workshops w WHERE w.school = h.id AND w.state = 'published')
ORDER BY commune, name LIMIT $2
"""


class HostSchool(Struct, frozen=True):
    """The lycée that receives."""

    uai: str
    name: str
    commune: str
    lat: float | None
    lon: float | None


class SlotOnOffer(Struct, frozen=True):
    """A slot as a list shows it; its fields are those of the JSON API. `state` is closed once reservations are.

    `opens_at` is from when on it may be reserved, where its period has an opening; `draws_at`, when the demands of its
    first hour are drawn, until they are.
    """

    id: int
    workshop: str
    workshop_id: int
    objects: list[str]
    school: HostSchool
    starts_at: datetime
    ends_at: datetime
    booking_closes_at: datetime
    seats: int
    seats_free: int
    groups_free: int
    company_places_free: int
    levels: list[str]
    state: str
    distance_km: float | None
    created_at: datetime
    changed_at: datetime
    opens_at: datetime | None = None
    draws_at: datetime | None = None


class OfferPage(Struct, frozen=True):
    """A part of the list, and the cursor of the next one."""

    items: list[SlotOnOffer]
    next_cursor: str | None


class DayOnOffer(Struct, frozen=True):
    """A day of the month view: how many slots, how many seats of them can still be reserved."""

    on: date
    slots: int
    seats_free: int


async def numbers_on_offer(*, now: datetime, limit: int) -> list[int]:
    """The numbers of the slots to come, the soonest first."""
    return [one["id"] for one in await rows(NUMBERS, now, limit)]


async def slots_on_offer(search: Search, *, now: datetime) -> OfferPage:
    """The slots to come that suit a group, or those that changed, soonest or nearest first: one statement, whatever
    the number.

    Distances are as the crow flies from `search.near`. Raises Invalid when the cursor is not one of this list's.
    """
    by_distance = search.by_distance and search.near is not None
    if by_distance and search.km is None and not search.cursor:
        # Most often the nearest fill the page: nobody measures the way to every lycée of a country.
        near = await slots_on_offer(replace(search, km=NEAR_KM), now=now)
        if near.next_cursor:
            return near
    after = place_of(search.cursor, by_distance=by_distance) if search.cursor else None
    limit = max(1, min(search.limit, LIMIT_MOST))
    sql, args = narrow(search, now=now, after=after).filled(
        PAGE if search.changed_since is None else PAGE_OF_CHANGES,
        order="near.km, s.starts_at, s.id" if by_distance else "s.starts_at, s.id",
        page_order="distance_km, starts_at, page.id" if by_distance else "starts_at, page.id",
        limit=limit + 1,
        now=now,
    )
    found = await rows_as(SlotOnOffer, sql, *args)
    items = found[:limit]
    if len(found) <= limit:
        return OfferPage(items=items, next_cursor=None)
    ends = ListPlace(items[-1].starts_at, items[-1].id, items[-1].distance_km if by_distance else None)
    return OfferPage(items=items, next_cursor=cursor_of(ends))


_offers: VersionedCache[bytes] = VersionedCache()


async def slots_on_offer_json(search: Search, *, now: datetime) -> CacheEntry[bytes]:
    """The same list as JSON, kept while nothing of it is written; the hour counts to the minute."""
    minute = now.replace(second=0, microsecond=0)

    async def ask() -> bytes:
        return msgspec.json.encode(await slots_on_offer(search, now=minute))

    return await _offers.entry((search, minute), ask, lycee=search.school)


class SuitingSlots(Struct, frozen=True):
    """How many slots suit, counted up to 1 000, and when the first one starts."""

    slots: int
    first_at: datetime | None


async def count_on_offer(search: Search, *, now: datetime) -> int:
    """How many slots suit, counted up to 1 000."""
    return int((await _counted(COUNT, search, now))["slots"])


async def found_on_offer(search: Search, *, now: datetime) -> SuitingSlots:
    """How many slots suit a group, and from when on."""
    return SuitingSlots(**dict(await _counted(FOUND, search, now)))


async def _counted(statement: str, search: Search, now: datetime) -> Record:
    # A list by distance leaves out the lycées that have no place on the map.
    placed = search.by_distance and search.km is None
    sql, args = narrow(search if placed else search.whatever_the_order, now=now).filled(statement, limit=COUNT_MOST)
    (counted,) = await rows(sql, *args)
    return counted


async def days_on_offer(search: Search, *, now: datetime) -> list[DayOnOffer]:
    """The days of a period (`from_on` to `to_on`) that have slots, for the month view."""
    sql, args = narrow(search.whatever_the_order, now=now).filled(DAYS, now=now)
    return await rows_as(DayOnOffer, sql, *args)


class ObjectOnOffer(Struct, frozen=True):
    """An object that groups can build, in how many of the slots and of the lycées that suit."""

    id: int
    name: str
    summary: str
    minutes: int
    slots: int
    lycees: int


_objects: VersionedCache[list[ObjectOnOffer]] = VersionedCache()


async def objects_on_offer(search: Search, *, now: datetime, most: int | None = None) -> list[ObjectOnOffer]:
    """What the slots that suit a group let it build, the most proposed first; then what no slot of them does.

    Kept while nothing of it is written, as slots_on_offer_json() is.
    """
    alike = replace(search.whatever_the_order, limit=0)
    minute = now.replace(second=0, microsecond=0)

    async def ask() -> list[ObjectOnOffer]:
        sql, args = narrow(alike, now=minute).filled(OBJECTS, limit=most)
        return await rows_as(ObjectOnOffer, sql, *args)

    return await _objects.answer((alike, minute, most), ask)


async def lycees_on_offer(department: str | None = None) -> list[tuple[str, str]]:
    """(UAI, name and commune) of the lycées that propose a workshop, to choose one from."""
    found = await rows(LYCEES, department, LYCEES_MOST)
    return [(one["uai"], f"{one['commune']}, {one['name']}") for one in found]


AROUND = timedelta(days=60)
NEAREST = 3


class Loosened(Struct, frozen=True):
    """A search that finds something once this wish is given up (a name of `without_each`)."""

    wish: str
    found: SuitingSlots


async def loosen(search: Search, *, now: datetime) -> list[Loosened]:
    """For each wish of a search that found nothing: what it finds without it; a wish that changes nothing is left out.

    One statement for each wish made, whatever the number of slots.
    """
    found = [Loosened(wish, await found_on_offer(less, now=now)) for wish, less in without_each(search).items()]
    return [one for one in found if one.found.slots]


async def nearest_days(search: Search, *, today: date, now: datetime) -> list[DayOnOffer]:
    """The three days nearest to the period asked for, within two months, on which all other wishes are met."""
    first_on, last_on = search.from_on or search.to_on or today, search.to_on or search.from_on or today
    around = replace(search, from_on=max(today, first_on - AROUND), to_on=last_on + AROUND)

    def apart(day: DayOnOffer) -> timedelta:
        return max(first_on - day.on, day.on - last_on, timedelta())

    days = sorted(await days_on_offer(around, now=now), key=apart)[:NEAREST]
    return sorted(days, key=lambda day: day.on)
