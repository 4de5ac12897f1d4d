"""School years: which are closed, what waits in the others, what each closing did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from asyncpg import Record
from msgspec import Struct

from booking.visits.attendance.rules import LIVE_COMINGS_SQL
from booking.visits.reservation_states import HOLDS_SEATS_SQL, LIVE_SQL
from booking.words.wording import moment
from booking.year.rules import LINES, SchoolYear, year_under_way
from workshops.database import row, rows, value
from workshops.database.row_types import rows_as
from workshops.past_visits.queries import declared_between, first_held_on
from workshops.refusals import NotFound
from workshops.school_calendar.rules import first_day_of, paris_day, school_year_of
from workshops.slots.rules import TO_COME_SQL

# The first to end, which an index knows, is the first to begin: none lasts into another school year.
FIRST_SLOT = "SELECT starts_at FROM slots WHERE state <> 'draft' ORDER BY ends_at LIMIT 1"
CLOSINGS = "SELECT id, school_year, started_at, closed_at, closed_by, reopened_at FROM year_closings"
CLOSING = CLOSINGS + " WHERE school_year = $1"
COUNTS = "SELECT what, number FROM year_counts WHERE closing = $1"
# A slot that nobody reserved and where nobody was scanned needs no word of anybody: it is called off.
OPEN = f"""
SELECT s.id, s.school, w.title, h.name AS school_name, h.commune, s.starts_at, held.pupils, held.groups, came.scanned,
  came.declared
FROM slots s JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school
CROSS JOIN LATERAL (
  SELECT coalesce(sum(r.pupils), 0)::int AS pupils, count(*)::int AS groups FROM reservations r
  WHERE r.slot = s.id AND r.state IN {HOLDS_SEATS_SQL}
) held
CROSS JOIN LATERAL (
  SELECT count(*)::int AS scanned, count(*) FILTER (WHERE p.scan = p.declaration)::int AS declared
  FROM presences p WHERE p.slot = s.id
) came
WHERE s.state IN {TO_COME_SQL} AND s.starts_at >= $1 AND s.starts_at < $2 ORDER BY s.starts_at, s.id
"""  # noqa: S608 - constants only
# By the school year in which they were, which turns on 1 August. OFFSET 0: few open slots have begun; PostgreSQL would
# else go through all that ended in ten years.
OPEN_BY_YEAR = f"""
SELECT extract(year FROM (starts_at AT TIME ZONE 'Europe/Paris') - interval '7 months')::int AS first, count(*) AS open
FROM (SELECT starts_at, ends_at FROM slots WHERE state IN {TO_COME_SQL} AND starts_at < $1 OFFSET 0) begun
WHERE ends_at <= $1 GROUP BY first
"""  # noqa: S608 - constants only
# The school years, by their autumn, of which something would be frozen: a slot that was offered, a visit held before
# Technilab, a census, an intake, a September hand.
FILLED = """
SELECT y.first FROM generate_series($1::int, $2::int) y (first)
CROSS JOIN LATERAL (SELECT make_date(y.first, 8, 1) AS begins, make_date(y.first + 1, 8, 1) AS ends) d
WHERE EXISTS (SELECT FROM slots WHERE state <> 'draft' AND ends_at >= d.begins::timestamp AT TIME ZONE 'Europe/Paris'
    AND ends_at < d.ends::timestamp AT TIME ZONE 'Europe/Paris')
  OR EXISTS (SELECT FROM past_visits WHERE held_on >= d.begins AND held_on < d.ends)
  OR EXISTS (SELECT FROM ptech_censuses WHERE school_year = y.first)
  OR EXISTS (SELECT FROM bts1_intakes WHERE school_year = y.first)
  OR EXISTS (SELECT FROM september_hands WHERE school_year = y.first AND present IS NOT NULL)
"""
LEFT_TO_FREEZE = """
SELECT id FROM slots WHERE state <> 'draft' AND NOT frozen AND starts_at >= $1 AND starts_at < $2 ORDER BY id
"""
# What a closing freezes of the other schemes and of the schools; the triggers of closed years know the same lines.
RECORDS = """
SELECT (SELECT count(*) FROM ptech_censuses WHERE school_year = y)
    + (SELECT count(*) FROM ptech_outcomes WHERE school_year = y)
    + (SELECT count(*) FROM ptech_cohorts WHERE entry_year = y)
    + (SELECT count(*) FROM ptech_mentors WHERE from_on <= last AND (to_on IS NULL OR to_on >= first))
    + (SELECT count(*) FROM mentoring_actions WHERE state = 'held'
       AND (starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN first AND last) AS ptech_records,
  (SELECT count(*) FROM bts1_steps WHERE NOT planned AND step_on BETWEEN first AND last)
    + (SELECT count(*) FROM bts1_intakes WHERE school_year = y)
    + (SELECT count(*) FROM bts1_mobilities WHERE school_year = y) AS bts1_records,
  coalesce(nullif((SELECT count(*) FROM school_facts WHERE school_year = y), 0), (SELECT count(*) FROM schools))
    AS schools,
  (SELECT count(*) FROM september_hands WHERE school_year = y AND present IS NOT NULL) AS hands,
  (SELECT count(*) FROM head_counts WHERE school_year = y) AS head_counts,
  (SELECT count(*) FROM slot_hosts o JOIN slots s ON s.id = o.slot
      WHERE (s.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN first AND last)
    + (SELECT count(*) FROM lycee_staff WHERE school_year = y)
    + (SELECT count(DISTINCT giver) FROM hourly_rates WHERE school_year <= y) AS given
FROM (SELECT $1::int AS y, make_date($1::int, 8, 1) AS first, make_date($1::int + 1, 7, 31) AS last) year
"""
EXPECTED = f"""
SELECT * FROM (
  SELECT g.name AS what, r.starts_at FROM reservations r JOIN groups g ON g.id = r."group"
  WHERE r.booked_by = $1 AND r.ends_at > $2
    AND r.state IN {LIVE_SQL}
  UNION ALL
  SELECT 'venue de ' || c.name, s.starts_at FROM attendances a
  JOIN companies c ON c.id = a.company JOIN slots s ON s.id = a.slot
  WHERE a.announced_by = $1 AND s.ends_at > $2 AND a.state IN {LIVE_COMINGS_SQL}
  UNION ALL
  SELECT 'accueil de ' || w.title, s.starts_at FROM memberships m
  JOIN slots s ON s.school = m.school JOIN workshops w ON w.id = s.workshop
  WHERE m.account = $1 AND m.role = 'host' AND s.ends_at > $2 AND s.state IN {TO_COME_SQL} AND s.groups_taken > 0
    AND NOT EXISTS (SELECT FROM memberships o JOIN accounts h ON h.id = o.account AND h.disabled_at IS NULL
                    WHERE o.school = m.school AND o.role = 'host' AND o.account <> $1)
) expected ORDER BY starts_at, what
"""  # noqa: S608 - constants only
# What a membership holds, where nobody else of its school or company could go on with it.
HELD_ALONE = f"""
WITH leaver AS (SELECT id, account, role, school, company, awaiting FROM memberships WHERE id = $1), alone AS (
  SELECT l.* FROM leaver l WHERE l.awaiting OR NOT EXISTS (
    SELECT FROM memberships o JOIN accounts a ON a.id = o.account AND a.disabled_at IS NULL
    WHERE o.account <> l.account AND o.role = l.role AND NOT o.awaiting
      AND coalesce(o.school, 0) = coalesce(l.school, 0) AND coalesce(o.company, 0) = coalesce(l.company, 0))
)
SELECT * FROM (
  SELECT g.name AS what, r.starts_at FROM alone l
  JOIN reservations r ON r.booked_by = l.account AND r.school = l.school JOIN groups g ON g.id = r."group"
  WHERE l.role = 'teacher' AND r.ends_at > $2
    AND r.state IN {LIVE_SQL}
  UNION ALL
  SELECT 'venue de ' || c.name, s.starts_at FROM alone l JOIN companies c ON c.id = l.company
  JOIN attendances a ON a.company = c.id JOIN slots s ON s.id = a.slot
  WHERE s.ends_at > $2 AND a.state IN {LIVE_COMINGS_SQL}
  UNION ALL
  SELECT 'accueil de ' || w.title, s.starts_at FROM alone l
  JOIN slots s ON s.school = l.school JOIN workshops w ON w.id = s.workshop
  WHERE l.role = 'host' AND s.ends_at > $2 AND s.state IN {TO_COME_SQL} AND s.groups_taken > 0
) held ORDER BY starts_at, what
"""  # noqa: S608 - constants only
SHOWN = 5


class OpenVisit(Struct, frozen=True):
    """A past visit that nobody closed: what was expected, how many came; `declared` by the host's word alone."""

    id: int
    school: int
    title: str
    school_name: str
    commune: str
    starts_at: datetime
    pupils: int
    groups: int
    scanned: int
    declared: int

    @property
    def empty(self) -> bool:
        """Whether nobody was to come and nobody came: its slot is called off."""
        return not self.groups and not self.scanned

    @property
    def unsettled(self) -> bool:
        """Whether somebody has to say that nobody came."""
        return self.groups > 0 and not self.scanned


class ClosingReport(Struct, frozen=True):
    """What a closing froze, erased and kept; `closed_at` is None while it is under way or rehearsed."""

    year: str
    started_at: datetime | None
    closed_at: datetime | None
    closed_by: int | None
    counts: Counter[str]

    @property
    def headings(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """Each heading with its lines in words."""
        return [
            (heading, [(words, self.counts[what]) for what, (_, words) in lines])
            for heading, lines in groupby(LINES.items(), lambda line: line[1][0])
        ]


class YearLine(Struct, frozen=True):
    """A school year in the coordinator's list. `open` is the number of its slots that are over and nobody closed.

    `reopened_at`: since when its figures take past visits again; `empty`: nothing was offered, held or counted in it.
    """

    year: SchoolYear
    over: bool
    started_at: datetime | None
    closed_at: datetime | None
    reopened_at: datetime | None
    open: int
    empty: bool

    @property
    def to_close(self) -> bool:
        """Whether it is over and its closing would freeze something."""
        return self.over and self.closed_at is None and not self.empty


async def years(*, now: datetime) -> list[YearLine]:
    """The school years since the first slot or past visit, the latest first."""
    slot, visit, running = await value(FIRST_SLOT), await first_held_on(), year_under_way(now)
    known_from = [school_year_of(one) for one in (slot and paris_day(slot), visit) if one is not None]
    if not known_from:
        return []
    closings = {one["school_year"]: one for one in await rows(CLOSINGS)}
    left = {one["first"]: one["open"] for one in await rows(OPEN_BY_YEAR, now)}
    known = [SchoolYear(number) for number in range(running.first, min(known_from) - 1, -1)]
    filled = {one["first"] for one in await rows(FILLED, min(known_from), running.first)}
    return [
        _line(year, closings.get(year.name), left.get(year.first, 0), empty=year.first not in filled, now=now)
        for year in known
    ]


async def year_line(name: str, *, now: datetime) -> YearLine:
    """One of them, by its name; raises NotFound for what names none, and for a year without any slot."""
    for one in await years(now=now):
        if one.year.name == name:
            return one
    raise NotFound()


def _line(year: SchoolYear, closing: Record | None, left: int, *, empty: bool, now: datetime) -> YearLine:
    return YearLine(
        year=year,
        over=now >= year.ends,
        started_at=closing["started_at"] if closing else None,
        closed_at=closing["closed_at"] if closing else None,
        reopened_at=closing["reopened_at"] if closing else None,
        open=left,
        empty=empty,
    )


async def open_visits(year: SchoolYear) -> list[OpenVisit]:
    """The visits of a year that nobody closed, the first one first."""
    return await rows_as(OpenVisit, OPEN, year.begins, year.ends)


async def left_to_freeze(year: SchoolYear) -> list[int]:
    """The slots of a year whose figures may still change."""
    return [one["id"] for one in await rows(LEFT_TO_FREEZE, year.begins, year.ends)]


async def declared_in(year: SchoolYear) -> Counter[str]:
    """The past visits of a year, and their pupils."""
    last = first_day_of(year.first + 1) - timedelta(days=1)
    visits, pupils = await declared_between(first_day_of(year.first), last)
    return Counter(declared_visits=visits, declared_pupils=pupils)


async def records_in(year: SchoolYear) -> Counter[str]:
    """The records of P-TECH and BTS+1 that count in a year, the head counts, and the schools whose facts it keeps."""
    return +Counter(dict(await row(RECORDS, year.first) or {}))


async def report_of(year: SchoolYear) -> ClosingReport | None:
    """What the closing of a year did, so far if it was interrupted; None when it has not begun."""
    found = await row(CLOSING, year.name)
    if found is None:
        return None
    counts = Counter({one["what"]: one["number"] for one in await rows(COUNTS, found["id"])})
    return ClosingReport(found["school_year"], found["started_at"], found["closed_at"], found["closed_by"], counts)


async def visits_ahead(account: int, *, now: datetime) -> list[str]:
    """What this person booked or announced and is not over yet, in words, the soonest first."""
    return _in_words(await rows(EXPECTED, account, now))


async def held_alone(membership: int, *, now: datetime) -> list[str]:
    """What is to come and nobody else of the school or company could go on with, in words, the soonest first."""
    return _in_words(await rows(HELD_ALONE, membership, now))


def _in_words(found: Sequence[Record]) -> list[str]:
    told = [f"{one['what']}, {moment(one['starts_at'])}" for one in found[:SHOWN]]
    return told + ([f"et {len(found) - SHOWN} de plus"] if len(found) > SHOWN else [])
