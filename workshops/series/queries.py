"""What stands in the way of a series."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from msgspec import Struct

from workshops.database.row_types import columns_of, row_as, rows_as
from workshops.refusals import or_not_found
from workshops.school_calendar.queries import closures_between
from workshops.school_calendar.rules import LOOKS_BACK, DayOff, paris_day, paris_instant
from workshops.scope import Scope, within
from workshops.series.rules import Occupied, OneOfSeries, PlannedDate, Series, plan_dates, refuse_a_wrong_series
from workshops.series.tables import SlotInSeries
from workshops.slots.acts import SlotTerms
from workshops.slots.lock import take_room
from workshops.slots.open import TAUGHT, TaughtWorkshop, published
from workshops.slots.rules import TO_COME_SQL
from workshops.slots.seats import SlotConditions

# Locked, they keep every other slot of the lycée from opening while the series does, and its days from changing.
WORKSHOPS = f"{TAUGHT}WHERE w.school = $1 ORDER BY w.id"
WORKSHOPS_LOCKED = WORKSHOPS + " FOR NO KEY UPDATE OF w FOR SHARE OF s"
OCCUPIED = """
SELECT s.id, w.title, s.workshop, s.room, s.starts_at, s.ends_at FROM slots s JOIN workshops w ON w.id = s.workshop
WHERE s.school = $1 AND s.state <> 'called_off' AND s.starts_at >= $2 AND s.starts_at < $3 ORDER BY s.starts_at, s.id
"""


_OF_SCHOOL = """
SELECT n.id, n.workshop, w.title, min(s.starts_at) AS first_at, max(s.starts_at) AS last_at,
  count(*)::int AS slots, (count(*) FILTER (WHERE s.ends_at >= $2))::int AS to_come, sum(s.seats_taken)::int AS pupils
FROM series n JOIN workshops w ON w.id = n.workshop JOIN series_slots k ON k.series = n.id
JOIN slots s ON s.id = k.slot AND s.state <> 'called_off'
WHERE n.school = $1
"""
OF_SCHOOL = _OF_SCHOOL + " GROUP BY n.id, w.id ORDER BY last_at DESC, n.id DESC LIMIT 200"
OF_SCHOOL_AFTER = _OF_SCHOOL + " AND n.id > $3 GROUP BY n.id, w.id ORDER BY n.id LIMIT $4"
ONE = f"""
SELECT n.id, n.workshop, w.title, w.state = 'published' AS published, h.zone
FROM series n JOIN workshops w ON w.id = n.workshop JOIN schools h ON h.id = n.school
WHERE n.id = $1 AND {within("n.school", 2)}
"""  # noqa: S608 - constants only
_SLOT = f"""
SELECT s.id, s.state, s.starts_at, s.ends_at, s.booking_closes_at, s.room, coalesce(r.name, '') AS room_name,
  {columns_of(SlotConditions, "s")}, s.reason, s.version
"""
SLOTS = f"""{_SLOT} FROM series_slots k JOIN slots s ON s.id = k.slot LEFT JOIN rooms r ON r.id = s.room
WHERE k.series = $1 ORDER BY s.starts_at, s.id"""
UNDER_CLOSURE = f"""{_SLOT} FROM closures c JOIN slots s ON s.school = c.school
  AND (s.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN c.first_on AND c.last_on
LEFT JOIN rooms r ON r.id = s.room
WHERE c.id = $1 AND c.school = $2 AND s.state IN {TO_COME_SQL} AND s.starts_at > $3 ORDER BY s.starts_at, s.id"""


class SeriesCard(Struct, frozen=True):
    """A series in its lycée's list, by the slots of it that were not called off; `to_come` counts those not over."""

    id: int
    workshop: int
    title: str
    first_at: datetime
    last_at: datetime
    slots: int
    to_come: int
    pupils: int


class SeriesHead(Struct, frozen=True):
    """A series by itself: its workshop, whether collèges still see that, the zone of its lycée's holidays."""

    id: int
    workshop: int
    title: str
    published: bool
    zone: str


class SeriesPlan(Struct, frozen=True):
    """A series as it would be opened now: its workshop, its terms with the workshop's numbers, and the fate of each
    date. `off` are the lycée's days off from before the first date on."""

    workshop: TaughtWorkshop
    terms: SlotTerms
    off: list[DayOff]
    dates: list[PlannedDate]

    @property
    def to_open(self) -> int:
        """How many dates are open."""
        return sum(one.reason is None for one in self.dates)


async def series_of_school(school: int, *, now: datetime) -> list[SeriesCard]:
    """What a lycée opened by series, the last to end first."""
    return await rows_as(SeriesCard, OF_SCHOOL, school, now)


async def series_after(number: int, *, school: int, now: datetime, limit: int) -> list[SeriesCard]:
    """The same by number: at most `limit` that follow this one."""
    return await rows_as(SeriesCard, OF_SCHOOL_AFTER, school, now, number, limit)


async def series_head(series: int, *, scope: Scope) -> SeriesHead:
    """One series of a lycée that the scope reaches. Raises NotFound."""
    return or_not_found(await row_as(SeriesHead, ONE, series, scope.schools))


async def slots_of_series(series: int) -> list[OneOfSeries]:
    """All the slots of a series, those called off included, in the order of their hours."""
    return await rows_as(OneOfSeries, SLOTS, series)


async def slots_under_closure(closure: int, *, school: int, now: datetime) -> list[OneOfSeries]:
    """The slots of a lycée still to come on the days that it declared closed, of a series or not."""
    return await rows_as(OneOfSeries, UNDER_CLOSURE, closure, school, now)


async def series_of_slot(slot: int) -> int | None:
    """The series of a slot; None for one that was opened by itself."""
    found = await SlotInSeries.select(SlotInSeries.series).where(SlotInSeries.slot == slot).first()
    return None if found is None else int(found["series"])


async def plan_series(series: Series, *, school: int, now: datetime, locked: bool = False) -> SeriesPlan:
    """Each date of a series of this lycée with its state and its reason: four statements whatever their number.

    `locked` keeps the answer true until the caller's transaction ends.
    Raises Invalid, NotFound, WorkshopNotPublished.
    """
    refuse_a_wrong_series(series, today=paris_day(now))
    own = await rows_as(TaughtWorkshop, WORKSHOPS_LOCKED if locked else WORKSHOPS, school)
    taught = published(next((one for one in own if one.id == series.workshop), None), school=school)
    terms = taught.filled(series)
    await take_room(terms.room, school=school, seats=terms.seats or taught.seats)
    before = series.first_on - 2 * LOOKS_BACK
    off = await closures_between(before, series.last_on, zones=[taught.zone], schools=[school])
    since, until = paris_instant(series.first_on, time()), paris_instant(series.last_on + timedelta(days=1), time())
    occupied = await rows_as(Occupied, OCCUPIED, school, since, until)
    dates = plan_dates(
        series, off=off, occupied=occupied, zone=taught.zone, school=school, days=taught.booking_days, now=now
    )
    return SeriesPlan(taught, terms, off, dates)
