"""From a figure back to the visits behind it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime

from workshops.database import rows
from workshops.results.measure import instants

# $1, $2: the period; $3 to $8: lycée, collège, département, level, object, company. With a collège, a département or a
# level, only those of its groups count. A slot closed without a group is no visit, but a company may have come to it.
_BEHIND = """
FROM slots s JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school
LEFT JOIN LATERAL (
  SELECT sum(t.counted) AS pupils, count(*) AS groups FROM turnouts t JOIN schools c ON c.id = t.school
  WHERE t.slot = s.id AND ($4 = '' OR c.uai = $4) AND ($5 = '' OR c.department = $5) AND ($6 = '' OR t.level = $6)
) came ON true
WHERE s.state = 'done' AND s.starts_at >= $1 AND s.starts_at < $2
  AND ($3 = '' OR h.uai = $3)
  AND (came.groups > 0 OR ($8 <> '' AND $4 = '' AND $5 = '' AND $6 = ''))
  AND ($7 = 0 OR EXISTS (SELECT FROM builds b WHERE b.slot = s.id AND b.tech_object = $7))
  AND ($8 = '' OR EXISTS (SELECT FROM company_turnouts k WHERE k.slot = s.id AND k.siret = $8 AND k.people > 0))
"""
BEHIND = f"""
SELECT s.id, s.starts_at, s.ends_at, w.title, h.name AS school_name, h.commune,
       coalesce(came.pupils, 0)::int AS pupils, coalesce(came.groups, 0)::int AS groups
{_BEHIND} ORDER BY s.starts_at DESC, s.id DESC LIMIT $9 OFFSET $10
"""
BEHIND_IN_ALL = f"""
SELECT count(*)::int AS visits, coalesce(sum(came.pupils), 0)::int AS pupils,
       coalesce(sum(came.groups), 0)::int AS groups
{_BEHIND}
"""


@dataclass(frozen=True)
class Behind:
    """Which closed visits to list: empty fields leave all in. `school` and `college` are UAI, `company` a SIRET."""

    school: str = ""
    college: str = ""
    department: str = ""
    level: str = ""
    object: int = 0
    company: str = ""


@dataclass(frozen=True)
class VisitLine:
    """A closed visit, and the pupils that it brings to the figure: those of the collège, département or level asked."""

    id: int
    starts_at: datetime
    ends_at: datetime
    title: str
    school_name: str
    commune: str
    pupils: int
    groups: int


@dataclass(frozen=True)
class Traced:
    """A page of the visits behind a figure, the latest first, and what they all amount to."""

    visits: list[VisitLine]
    visits_in_all: int
    pupils: int
    groups: int


async def trace(behind: Behind, *, from_on: date, to_on: date, limit: int = 50, after: int = 0) -> Traced:
    """The closed visits of a period (both days included) that a figure counts; `after` so many lines."""
    asked = (*instants(from_on, to_on), *(getattr(behind, field.name) for field in fields(behind)))
    (whole,) = await rows(BEHIND_IN_ALL, *asked)
    found = await rows(BEHIND, *asked, limit, after)
    return Traced(
        visits=[VisitLine(**dict(one)) for one in found],
        visits_in_all=whole["visits"],
        pupils=whole["pupils"],
        groups=whole["groups"],
    )
