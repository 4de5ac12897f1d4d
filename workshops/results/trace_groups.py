"""From a figure back to the groups behind it, one by one."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import asdict

from workshops.closed_years.queries import THEN, YEAR_OF
from workshops.database.row_types import rows_as
from workshops.past_visits.queries import COUNTED_REFERENCE
from workshops.results.measure import instants
from workshops.results.trace import VisitsToTrace, narrowed_by

# Group by group, as a file of visits tells them; of what a group built, the object that it finished most.
GROUPS = f"""
SELECT r.starts_at, r.declared, host.name || ', ' || host.commune || ' (' || host.uai || ')' AS lycee,
       c.name || ', ' || c.commune || ' (' || c.uai || ')' AS college, r.level, r.group_label, r.pupils::int,
       r.girls::int, coalesce(o.name, '') AS tech_object,
       ARRAY(SELECT coalesce(f.name || ' (' || k.siret || ')', k.siret) FROM unnest(r.companies) k (siret)
             LEFT JOIN companies f ON f.siret = k.siret ORDER BY 1) AS companies, r.source, r.reference
FROM (
  SELECT s.id AS slot, s.starts_at, s.school AS lycee, t.school AS college, t.level, t.group_label,
         t.counted AS pupils, t.girls, false AS declared, t.id AS line, '' AS source, {COUNTED_REFERENCE} AS reference,
         (SELECT b.tech_object FROM builds b WHERE b.slot = s.id AND b.group_ref = t.group_ref
          ORDER BY b.finished DESC, b.id LIMIT 1) AS tech_object,
         ARRAY(SELECT k.siret FROM company_turnouts k WHERE k.slot = s.id AND k.people > 0) AS companies
  FROM slots s JOIN turnouts t ON t.slot = s.id JOIN schools h ON h.id = s.school
  WHERE s.state = 'done' AND t.counted > 0 AND s.starts_at >= $1 AND s.starts_at < $2
  UNION ALL
  SELECT -p.id, b.starts_at, p.lycee, p.college, p.level, p.group_label, p.pupils, p.girls, true, p.id, p.source,
         p.reference, p.tech_object, p.companies
  FROM received_before b JOIN past_visits p ON p.id = -b.slot WHERE b.starts_at >= $1 AND b.starts_at < $2
) r CROSS JOIN LATERAL {THEN.format(school="r.lycee", year=YEAR_OF.format(at="r.starts_at"))} host
CROSS JOIN LATERAL {THEN.format(school="r.college", year=YEAR_OF.format(at="r.starts_at"))} c
LEFT JOIN tech_objects o ON o.id = r.tech_object
WHERE true {{narrowed}} ORDER BY r.starts_at DESC, r.slot DESC, r.line
"""  # noqa: S608 - constants only


class GroupLine(Struct, frozen=True):
    """A group behind a figure, its schools with their commune and UAI; `girls` None where nobody counted them apart.

    A past visit is `declared` and has its `source`; what a lycée counted here has a reference that names it.
    """

    starts_at: datetime
    declared: bool
    lycee: str
    college: str
    level: str
    group_label: str
    pupils: int
    girls: int | None
    tech_object: str
    companies: list[str]
    source: str
    reference: str


async def groups_behind(behind: VisitsToTrace, *, from_on: date, to_on: date) -> list[GroupLine]:
    """The groups of the closed visits of a period (both days included), one by one, the latest visit first."""
    asked = {name: it for name, it in asdict(behind).items() if it}
    sql = GROUPS.format(narrowed=narrowed_by({name: f"${place}" for place, name in enumerate(asked, start=3)}))
    return await rows_as(GroupLine, sql, *instants(from_on, to_on), *asked.values())
