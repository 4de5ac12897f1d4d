"""The slots that suit a group: the list, its number, its days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import msgspec
from asyncpg import Record

from workshops.database import rows, value
from workshops.kept import Kept
from workshops.offer.rules import Filters, Place, cursor_of, place_of
from workshops.school_calendar.rules import paris_instant
from workshops.schools.queries import KILOMETRES

COUNT_MOST = 1000
LIMIT_MOST = 200
FARTHEST_KM = 100.0

NEAR = f"""near AS MATERIALIZED (
  SELECT id, km FROM (
    SELECT id, round(({KILOMETRES.format(school="h", lat="$2", lon="$3")})::numeric, 1)::float8 AS km
    FROM schools h WHERE kind = 'lycee' AND abs(lat - $2) <= $4 / 111.0
  ) far WHERE km <= $4
),"""  # noqa: S608 - constants only
ON_OFFER = "FROM slots s {near} WHERE s.state IN ('open', 'closed') AND s.starts_at > $1"
CONDITIONS = {
    "to_on": "s.starts_at < {}",
    "level": "{}::varchar = ANY (s.levels)",
    "pupils": "s.seats - s.seats_taken >= {} AND s.groups_taken < s.groups_max",
    "department": "s.school IN (SELECT id FROM schools WHERE department = {})",
    "school": "s.school = (SELECT id FROM schools WHERE uai = {})",
    "tech_object": "s.workshop IN (SELECT workshop FROM workshop_objects WHERE tech_object = {})",
    "only_open": "s.state = 'open' AND s.booking_closes_at > {}",
    "only_free": "s.seats_taken < s.seats AND s.groups_taken < s.groups_max AND {}::bool",
}
# The columns come in the order of the fields of OfferedSlot, HostSchool among them.
PAGE = """
WITH {near} page AS (
  SELECT s.id, s.workshop, s.school, s.starts_at, s.ends_at, s.booking_closes_at, s.levels, s.state, s.seats,
         s.seats - s.seats_taken AS seats_free, s.groups_max - s.groups_taken AS groups_free,
         s.company_places - s.company_places_taken AS company_places_free, {km} AS distance_km
  {on_offer} ORDER BY {order} LIMIT {limit}
)
SELECT page.id, w.title, w.id, coalesce(built.names, '{{}}'), h.uai, h.name, h.commune, h.lat, h.lon,
       page.starts_at, page.ends_at, page.booking_closes_at, page.seats, page.seats_free, page.groups_free,
       page.company_places_free, page.levels,
       CASE WHEN page.state = 'open' AND page.booking_closes_at <= {now} THEN 'closed' ELSE page.state END,
       page.distance_km
FROM page JOIN workshops w ON w.id = page.workshop JOIN schools h ON h.id = page.school
LEFT JOIN (
  SELECT link.workshop, array_agg(o.name ORDER BY o.name) AS names
  FROM workshop_objects link JOIN tech_objects o ON o.id = link.tech_object
  WHERE link.workshop IN (SELECT workshop FROM page) GROUP BY link.workshop
) built ON built.workshop = page.workshop
ORDER BY {page_order}
"""
COUNT = "WITH {near} fits AS (SELECT 1 {on_offer} LIMIT {limit}) SELECT count(*) FROM fits"
DAYS = """
WITH {near} fits AS (SELECT s.starts_at, s.seats - s.seats_taken AS free {on_offer})
SELECT (starts_at AT TIME ZONE 'Europe/Paris')::date AS on_day, count(*) AS slots, sum(free) AS seats_free
FROM fits GROUP BY on_day ORDER BY on_day
"""


@dataclass(frozen=True)
class HostSchool:
    """The lycée that receives."""

    uai: str
    name: str
    commune: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True)
class OfferedSlot:
    """A slot as a list shows it; its fields are those of the JSON API. `state` is closed once reservations are."""

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


@dataclass(frozen=True)
class OfferPage:
    """A part of the list, and the cursor of the next one."""

    items: list[OfferedSlot]
    next_cursor: str | None


@dataclass(frozen=True)
class DayOnOffer:
    """A day of the month view: how many slots, how many seats left in them."""

    on: date
    slots: int
    seats_free: int


def _asked(filters: Filters, now: datetime, after: Place | None = None) -> tuple[str, str, list[object]]:
    """The near table, the condition that the filters amount to, and the numbered parameters of both."""
    since = now if filters.from_on is None else max(now, paris_instant(filters.from_on, time()))
    args: list[object] = [since]
    if filters.near is not None:
        args += [*filters.near, filters.km if filters.km is not None else FARTHEST_KM]
    wanted: dict[str, object] = {
        "to_on": filters.to_on and paris_instant(filters.to_on + timedelta(days=1), time()),
        "level": filters.level,
        "pupils": filters.pupils,
        "department": filters.department,
        "school": filters.school,
        "tech_object": filters.tech_object,
        "only_open": now if filters.only_open or filters.only_free else None,
        "only_free": filters.only_free or None,
    }
    condition = ON_OFFER.format(near="JOIN near ON near.id = s.school" if filters.near else "")
    for name, asked in wanted.items():
        if asked is not None:
            args.append(asked)
            condition += " AND " + CONDITIONS[name].format(f"${len(args)}")
    if after is not None:
        place = [after.starts_at, after.slot] if after.km is None else [after.km, after.starts_at, after.slot]
        marks = ", ".join(f"${len(args) + number}" for number in range(1, len(place) + 1))
        keys = "s.starts_at, s.id" if after.km is None else "near.km, s.starts_at, s.id"
        args += place
        condition += f" AND ({keys}) > ({marks})"
    return NEAR if filters.near else "", condition, args


async def slots_on_offer(filters: Filters, *, now: datetime) -> OfferPage:
    """The slots to come that suit a group, soonest or nearest first: one statement, whatever the number.

    Distances are as the crow flies from `filters.near`. Raises Invalid when the cursor is not one of this list's.
    """
    by_distance = filters.by_distance and filters.near is not None
    after = place_of(filters.cursor, by_distance=by_distance) if filters.cursor else None
    near, on_offer, args = _asked(filters, now, after)
    limit = max(1, min(filters.limit, LIMIT_MOST))
    statement = PAGE.format(
        near=near,
        km="near.km" if filters.near else "NULL::float8",
        on_offer=on_offer,
        order="near.km, s.starts_at, s.id" if by_distance else "s.starts_at, s.id",
        limit=f"${len(args) + 1}",
        now=f"${len(args) + 2}",
        page_order="distance_km, starts_at, page.id" if by_distance else "starts_at, page.id",
    )
    found = await rows(statement, *args, limit + 1, now)
    items = [_offered(one) for one in found[:limit]]
    if len(found) <= limit:
        return OfferPage(items=items, next_cursor=None)
    ends = Place(items[-1].starts_at, items[-1].id, items[-1].distance_km if by_distance else None)
    return OfferPage(items=items, next_cursor=cursor_of(ends))


def _offered(one: Record) -> OfferedSlot:
    return OfferedSlot(*[*one[:4], HostSchool(*one[4:9]), *one[9:]])


_offers: Kept[bytes] = Kept()


async def slots_on_offer_json(filters: Filters, *, now: datetime) -> bytes:
    """The same list as JSON, kept while nothing is written; the hour counts to the minute."""
    minute = now.replace(second=0, microsecond=0)

    async def ask() -> bytes:
        return msgspec.json.encode(await slots_on_offer(filters, now=minute))

    return await _offers.answer((filters, minute), ask)


async def count_on_offer(filters: Filters, *, now: datetime) -> int:
    """How many slots suit, counted up to 1 000."""
    near, on_offer, args = _asked(filters, now)
    return int(await value(COUNT.format(near=near, on_offer=on_offer, limit=f"${len(args) + 1}"), *args, COUNT_MOST))


async def days_on_offer(filters: Filters, *, now: datetime) -> list[DayOnOffer]:
    """The days of a period (`from_on` to `to_on`) that have slots, for the month view."""
    near, on_offer, args = _asked(filters, now)
    found = await rows(DAYS.format(near=near, on_offer=on_offer), *args)
    return [DayOnOffer(on=one["on_day"], slots=one["slots"], seats_free=one["seats_free"]) for one in found]
