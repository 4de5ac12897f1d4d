"""Every group that a lycée received, as its workbook says it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from workshops.closed_years.queries import THEN, YEAR_OF
from workshops.database.row_types import rows_as

# Every group that the lycée counted, and those of visits held before Technilab, who were neither announced nor scanned.
GROUPS = f"""
SELECT s.starts_at, w.title, c.name || ', ' || c.commune AS college, t.level, t.group_label, t.announced::int,
  t.scanned::int, t.counted::int AS pupils, t.girls::int, t.adults::int, false AS declared
FROM turnouts t JOIN slots s ON s.id = t.slot JOIN workshops w ON w.id = s.workshop
CROSS JOIN LATERAL {THEN.format(school="t.school", year=YEAR_OF.format(at="s.starts_at"))} c
WHERE s.school = $1 AND s.state = 'done'
UNION ALL
SELECT b.starts_at, '', c.name || ', ' || c.commune, p.level, p.group_label, NULL, NULL, p.pupils::int, p.girls::int,
  NULL, true
FROM past_visits p JOIN received_before b ON b.slot = -p.id
CROSS JOIN LATERAL {THEN.format(school="p.college", year=YEAR_OF.format(at="b.starts_at"))} c
WHERE p.lycee = $1
ORDER BY starts_at DESC, college, group_label
"""  # noqa: S608 - constants only


class GroupCounted(Struct, frozen=True):
    """A group of a closed visit: how many were announced, scanned, counted. Of a visit held before Technilab
    (`declared`) the count alone is known."""

    starts_at: datetime
    title: str
    college: str
    level: str
    group_label: str
    announced: int | None
    scanned: int | None
    pupils: int
    girls: int | None
    adults: int | None
    declared: bool


async def groups_counted(lycee: int) -> list[GroupCounted]:
    """Every group that a lycée received, the latest first."""
    return await rows_as(GroupCounted, GROUPS, lycee)
