"""What stands in the way of a series."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from workshops.catalogue.rules import WorkshopNotPublished
from workshops.database import rows
from workshops.refusals import NotFound
from workshops.school_calendar.queries import closures_between
from workshops.school_calendar.rules import paris_day, paris_instant
from workshops.series.rules import Occupied, PlannedDate, Series, plan_dates, refuse_a_wrong_series
from workshops.shapes import rows_as
from workshops.slots.limits import refuse_wrong_numbers
from workshops.slots.lock import take_room

# Locked, they keep every other slot of the lycée from opening while the series does.
WORKSHOPS = """
SELECT w.id, w.title, w.state, w.levels, w.seats, w.groups_max, w.example, s.zone
FROM workshops w JOIN schools s ON s.id = w.school WHERE w.school = $1 ORDER BY w.id
"""
WORKSHOPS_LOCKED = WORKSHOPS + " FOR NO KEY UPDATE OF w"
OCCUPIED = """
SELECT s.id, w.title, s.workshop, s.room, s.starts_at, s.ends_at FROM slots s JOIN workshops w ON w.id = s.workshop
WHERE s.school = $1 AND s.state <> 'called_off' AND s.starts_at >= $2 AND s.starts_at < $3 ORDER BY s.starts_at, s.id
"""


@dataclass(frozen=True)
class SeriesPlan:
    """A series as it would be opened now: its numbers, those of the workshop included, and the fate of each date."""

    title: str
    levels: tuple[str, ...]
    seats: int
    groups_max: int
    example: bool
    dates: list[PlannedDate]

    @property
    def to_open(self) -> int:
        """How many dates are open."""
        return sum(one.reason is None for one in self.dates)


async def plan_series(series: Series, *, host_school: int, now: datetime, locked: bool = False) -> SeriesPlan:
    """Each date of a series of this lycée with its state and its reason: four statements whatever their number.

    `locked` keeps the answer true until the caller's transaction ends.
    Raises Invalid, NotFound, WorkshopNotPublished.
    """
    refuse_a_wrong_series(series, today=paris_day(now))
    own = await rows(WORKSHOPS_LOCKED if locked else WORKSHOPS, host_school)
    taught = next((one for one in own if one["id"] == series.workshop), None)
    if taught is None:
        raise NotFound
    if taught["state"] != "published":
        raise WorkshopNotPublished
    seats = taught["seats"] if series.seats is None else series.seats
    groups_max = taught["groups_max"] if series.groups_max is None else series.groups_max
    refuse_wrong_numbers(seats, groups_max, series.company_places)
    await take_room(series.room, host_school=host_school, seats=seats)
    off = await closures_between(series.first_on, series.last_on, zones=[taught["zone"]], schools=[host_school])
    since, until = paris_instant(series.first_on, time()), paris_instant(series.last_on + timedelta(days=1), time())
    occupied = await rows_as(Occupied, OCCUPIED, host_school, since, until)
    return SeriesPlan(
        title=taught["title"],
        levels=tuple(taught["levels"]),
        seats=seats,
        groups_max=groups_max,
        example=taught["example"],
        dates=plan_dates(series, off=off, occupied=occupied, zone=taught["zone"], school=host_school, now=now),
    )
