"""The public collèges behind a count: which came in a period, which did not."""

from __future__ import annotations

from datetime import date, time, timedelta

from msgspec import Struct

from workshops.closed_years.queries import KNOWN_THEN
from workshops.database import rows
from workshops.equity.queries import SETTING
from workshops.school_calendar.rules import paris_instant, school_year_of

# $1, $2 the period; $3 to $6 what is asked, null for all; $7, $8 the page; $9 the school year of the
# period's last day.
PUBLIC = f"""
SELECT c.id, c.uai, c.name, c.commune, c.department, c.priority, c.rural, came.pupils,
       count(*) OVER ()::int AS colleges, (count(*) FILTER (WHERE came.pupils > 0) OVER ())::int AS came,
       (sum(came.pupils) OVER ())::int AS received, (sum(came.declared) OVER ())::int AS declared
FROM {KNOWN_THEN.format(year="$9::int")} c CROSS JOIN LATERAL (
  SELECT coalesce(sum(r.pupils), 0)::int AS pupils,
         coalesce(sum(r.pupils) FILTER (WHERE r.declared), 0)::int AS declared FROM received r
  WHERE r.college = c.id AND r.starts_at >= $1 AND r.starts_at < $2) came
WHERE (c.counted OR came.pupils > 0)
  AND ($3::varchar IS NULL OR c.department = $3) AND ($4::varchar[] IS NULL OR c.priority = ANY ($4))
  AND ($5::varchar IS NULL OR {SETTING} = $5) AND ($6::boolean IS NULL OR (came.pupils > 0) = $6)
ORDER BY c.department, c.commune, c.name, c.id LIMIT $7 OFFSET $8
"""  # noqa: S608 - constants only


class CollegesAsked(Struct, frozen=True):
    """Which public collèges to list: what is empty leaves all in. `came`: those that did, or those that did not."""

    department: str = ""
    priorities: tuple[str, ...] = ()
    setting: str = ""
    came: bool | None = None


class CollegeLine(Struct, frozen=True):
    """A public collège, and its pupils received in the period."""

    id: int
    uai: str
    name: str
    commune: str
    department: str
    priority: str
    rural: bool | None
    pupils: int


class CountedColleges(Struct, frozen=True):
    """A page of public collèges, by département and commune; how many there are in all, came, and with how many.

    `declared` of these pupils are those of past visits.
    """

    lines: list[CollegeLine]
    colleges: int = 0
    came: int = 0
    pupils: int = 0
    declared: int = 0


async def public_colleges(
    asked: CollegesAsked, *, from_on: date, to_on: date, limit: int = 100, after: int = 0
) -> CountedColleges:
    """The public collèges that a count of equity tells of, in a period (both days included): one statement."""
    found = await rows(
        PUBLIC,
        *(paris_instant(from_on, time()), paris_instant(to_on + timedelta(days=1), time())),
        *(asked.department or None, list(asked.priorities) or None, asked.setting or None, asked.came),
        *(limit, after, school_year_of(to_on)),
    )
    if not found:
        return CountedColleges([])
    told = ("colleges", "came", "received", "declared")
    lines = [CollegeLine(**{name: it for name, it in one.items() if name not in told}) for one in found]
    return CountedColleges(lines, *(found[0][name] for name in told))
