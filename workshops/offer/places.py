"""Where the slots that suit a group are: lycée by lycée, or département by département where these are many."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from workshops.database.row_types import rows_as
from workshops.offer.narrow import narrow
from workshops.offer.queries import HostSchool
from workshops.offer.rules import Search

LYCEES = """
WITH {tables} fits AS (SELECT s.school, s.starts_at, {km} AS km {slots})
SELECT h.uai, h.name, h.commune, h.lat, h.lon, count(*) AS slots, min(fits.starts_at) AS first_at,
  min(fits.km) AS distance_km
FROM fits JOIN schools h ON h.id = fits.school
GROUP BY h.id ORDER BY min(fits.km), h.commune, h.name
"""
AREAS = """
WITH {tables} fits AS (SELECT s.school, s.starts_at {slots}),
hosts AS (SELECT school, count(*) AS slots, min(starts_at) AS first_at FROM fits GROUP BY school)
SELECT h.department AS code, coalesce(d.name, h.department) AS place, avg(h.lat) AS lat, avg(h.lon) AS lon,
  count(*)::int AS lycees, sum(hosts.slots)::int AS slots, min(hosts.first_at) AS first_at
FROM hosts JOIN schools h ON h.id = hosts.school LEFT JOIN departments d ON d.code = h.department
GROUP BY h.department, d.name ORDER BY d.name, h.department
"""


class LyceeOnOffer(Struct, frozen=True):
    """A lycée with slots that suit a group: how many, from when on, how far."""

    school: HostSchool
    slots: int
    first_at: datetime
    distance_km: float | None

    @property
    def lat(self) -> float | None:
        return self.school.lat

    @property
    def lon(self) -> float | None:
        return self.school.lon

    @property
    def place(self) -> str:
        """The commune where it stands."""
        return self.school.commune


class AreaOnOffer(Struct, frozen=True):
    """A département whose lycées have slots that suit a group: how many of each, from when on, and their middle."""

    code: str
    place: str
    lat: float | None
    lon: float | None
    lycees: int
    slots: int
    first_at: datetime


async def lycees_with_slots(search: Search, *, now: datetime) -> list[LyceeOnOffer]:
    """Where the slots that suit a group are, each lycée once, the nearest first when distances are known."""
    sql, args = narrow(replace(search, by_distance=False, cursor=None), now=now).filled(LYCEES)
    return await rows_as(LyceeOnOffer, sql, *args)


async def areas_with_slots(search: Search, *, now: datetime) -> list[AreaOnOffer]:
    """The same told by département, by their names: a line each, however many lycées a country has."""
    sql, args = narrow(search.whatever_the_order, now=now).filled(AREAS)
    return await rows_as(AreaOnOffer, sql, *args)
