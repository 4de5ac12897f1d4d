"""What closed visits amount to in a period, from the sums kept as they close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from workshops.database import row, value
from workshops.school_calendar.rules import paris_instant
from workshops.tallies.rules import A_DAY, Pieces, pieces_of

FIGURES = (
    *("visits", "groups", "pupils", "apart", "girls"),
    *("made", "finished", "working", "taken_home", "people"),
)
KEY = "span, begins, by, lycee, college, key"
# What some visits amount to, day by day in all and month by month under each heading: {received}, {slots} say which.
_PARTS = """
WITH pupils AS (
  SELECT r.*, c.department, at.day, date_trunc('month', at.day)::date AS month
  FROM {received} r JOIN schools c ON c.id = r.college
  CROSS JOIN LATERAL (SELECT (r.starts_at AT TIME ZONE 'Europe/Paris')::date AS day) at
), others AS (
  SELECT s.id, date_trunc('month', s.starts_at AT TIME ZONE 'Europe/Paris')::date AS month FROM {slots} s
)
SELECT CASE grouping(day, lycee, college, department, level) WHEN 15 THEN 'whole' WHEN 23 THEN 'lycee'
    WHEN 27 THEN 'college' WHEN 19 THEN 'trip' WHEN 29 THEN 'department' ELSE 'level' END AS by,
  coalesce(day, month) AS begins, coalesce(lycee, 0) AS lycee, coalesce(college, 0) AS college,
  coalesce(department, level, '') AS key, count(DISTINCT visit) AS visits, sum(groups) AS groups,
  sum(pupils) AS pupils, coalesce(sum(pupils) FILTER (WHERE girls IS NOT NULL), 0) AS apart,
  coalesce(sum(girls), 0) AS girls, 0 AS made, 0 AS finished, 0 AS working, 0 AS taken_home, 0 AS people
FROM pupils GROUP BY GROUPING SETS ((day), (month, lycee), (month, college), (month, lycee, college),
  (month, department), (month, level))
UNION ALL
SELECT 'object', o.month, 0, 0, b.tech_object::varchar, count(DISTINCT b.slot), count(*) FILTER (WHERE t.came),
  0, 0, 0, sum(b.made), sum(b.finished), sum(b.working), sum(b.taken_home), 0
FROM others o JOIN builds b ON b.slot = o.id LEFT JOIN turnouts t ON t.slot = b.slot AND t.group_ref = b.group_ref
GROUP BY o.month, b.tech_object
UNION ALL
SELECT 'company', o.month, 0, 0, t.siret, count(*), 0, 0, 0, 0, 0, 0, 0, 0, sum(t.people)
FROM others o JOIN company_turnouts t ON t.slot = o.id AND t.people > 0 GROUP BY o.month, t.siret
"""
_SPREAD = f"""
SELECT spans.span, spans.begins, by, lycee, college, key, {", ".join(f"sum({one}) AS {one}" for one in FIGURES)}
FROM ({{parts}}) parts CROSS JOIN LATERAL (
  SELECT CASE by WHEN 'whole' THEN 'day' ELSE 'month' END AS span, parts.begins
  UNION ALL
  SELECT 'year', make_date(extract(year FROM parts.begins - interval '7 months')::int, 8, 1) WHERE by <> 'whole'
  UNION ALL
  SELECT 'ever', date '2000-01-01' WHERE by <> 'whole'
) spans
GROUP BY spans.span, spans.begins, by, lycee, college, key
"""  # noqa: S608 - constants only


def _sums(received: str, slots: str) -> str:
    return _SPREAD.format(parts=_PARTS.format(received=received, slots=slots))


SUMS = _sums("received", "(SELECT id, starts_at FROM slots WHERE state = 'done')")
# $1: the slot.
SUMS_OF_SLOT = _sums(
    "(SELECT * FROM received WHERE slot = $1)", "(SELECT id, starts_at FROM slots WHERE state = 'done' AND id = $1)"
)
# $5, $6: the days at its edges, as instants.
_AT_EDGES = _PARTS.format(
    received="""(SELECT w.* FROM unnest($5::timestamptz[], $6::timestamptz[]) edge (since, until)
      JOIN received w ON w.starts_at >= since AND w.starts_at < until)""",
    slots="""(SELECT w.id, w.starts_at FROM unnest($5::timestamptz[], $6::timestamptz[]) edge (since, until)
      JOIN slots w ON w.starts_at >= since AND w.starts_at < until AND w.state = 'done')""",
)
TALLIED = f"""
SELECT by, lycee, college, key, {", ".join(f"sum({one})::int AS {one}" for one in FIGURES)} FROM (
  SELECT t.by, t.lycee, t.college, t.key, {", ".join(f"p.sign * t.{one} AS {one}" for one in FIGURES)}
  FROM unnest($1::varchar[], $2::date[], $3::int[]) p (span, begins, sign)
  JOIN tallies t ON t.span = p.span AND t.begins = p.begins AND t.by = ANY ($4::varchar[])
  UNION ALL
  SELECT by, lycee, college, key, {", ".join(f"{one}::int" for one in FIGURES)}
  FROM ({_AT_EDGES}) edges WHERE by = ANY ($4::varchar[])
) of_period
GROUP BY by, lycee, college, key HAVING sum(visits) <> 0 OR sum(groups) <> 0
"""  # noqa: S608 - constants only
"""The sums of a period under some headings, a line each; its six arguments are those of Sums.by()."""
YEARS = """
SELECT min(begins) AS first, max(begins) AS last FROM tallies WHERE span = 'year'
"""
WRONG = f"""
SELECT count(*) FROM ({SUMS}) found FULL JOIN tallies t USING ({KEY})
WHERE ({", ".join(f"coalesce(found.{one}, 0)" for one in FIGURES)})
  IS DISTINCT FROM ({", ".join(f"coalesce(t.{one}, 0)" for one in FIGURES)})
"""  # noqa: S608 - constants only


@dataclass(frozen=True)
class Sums:
    """The sums that make up a period."""

    pieces: Pieces

    def by(self, *headings: str) -> tuple[object, ...]:
        """What TALLIED asks of it under some headings: lycee, college, trip, …"""
        return (
            [one.span for one in self.pieces.kept],
            [one.begins for one in self.pieces.kept],
            [one.sign for one in self.pieces.kept],
            list(headings),
            [paris_instant(since, time()) for since, _ in self.pieces.edges],
            [paris_instant(until + A_DAY, time()) for _, until in self.pieces.edges],
        )


async def sums_of(from_on: date, to_on: date) -> Sums:
    """The fewest sums kept that make up a period, both days included."""
    known = await row(YEARS)
    years = None if known is None or known["first"] is None else (known["first"], known["last"])
    return Sums(pieces_of(from_on, to_on, years=years))


async def wrong_sums() -> int:
    """How many of the sums kept are not what a recount of every closed visit finds: none, unless a figure is wrong."""
    return int(await value(WRONG))
