"""What closed visits amount to in a period, from the sums kept as they close."""

from __future__ import annotations

from datetime import date, time

from msgspec import Struct

from workshops.closed_years.queries import THEN, YEAR_OF
from workshops.database import rows, value
from workshops.school_calendar.rules import paris_instant
from workshops.tallies.rules import A_DAY, Pieces, pieces_of

FIGURES = (
    *("visits", "groups", "pupils", "apart", "girls"),
    *("made", "finished", "working", "taken_home", "people"),
    *("declared_visits", "declared_pupils", "ulis"),
)
KEY = "span, begins, by, lycee, college, key"
# The midnight of Paris with which the day of a past visit begins, as the views have it.
AT = "held_on::timestamp AT TIME ZONE 'Europe/Paris'"
_COLLEGE = THEN.format(school="r.college", year=YEAR_OF.format(at="r.starts_at"))
# What some visits amount to, day by day in all and month by month under each heading: {received}, {held} say which.
_PARTS = """
WITH pupils AS (
  SELECT r.*, c.department, at.day, date_trunc('month', at.day)::date AS month
  FROM {received} r CROSS JOIN LATERAL {college} c
  CROSS JOIN LATERAL (SELECT (r.starts_at AT TIME ZONE 'Europe/Paris')::date AS day) at
), others AS (
  SELECT h.slot, date_trunc('month', h.starts_at AT TIME ZONE 'Europe/Paris')::date AS month FROM {held} h
)
SELECT CASE grouping(day, lycee, college, department, level) WHEN 15 THEN 'whole' WHEN 23 THEN 'lycee'
    WHEN 27 THEN 'college' WHEN 26 THEN 'class' WHEN 19 THEN 'trip' WHEN 29 THEN 'department' ELSE 'level' END AS by,
  coalesce(day, month) AS begins, coalesce(lycee, 0) AS lycee, coalesce(college, 0) AS college,
  coalesce(department, level, '') AS key, count(DISTINCT visit) AS visits, sum(groups) AS groups,
  sum(pupils) AS pupils, coalesce(sum(pupils) FILTER (WHERE girls IS NOT NULL), 0) AS apart,
  coalesce(sum(girls), 0) AS girls, 0 AS made, 0 AS finished, 0 AS working, 0 AS taken_home, 0 AS people,
  count(DISTINCT visit) FILTER (WHERE declared) AS declared_visits,
  coalesce(sum(pupils) FILTER (WHERE declared), 0) AS declared_pupils, coalesce(sum(ulis), 0) AS ulis
FROM pupils GROUP BY GROUPING SETS ((day), (month, lycee), (month, college), (month, college, level),
  (month, lycee, college), (month, department), (month, level))
UNION ALL
SELECT 'object', o.month, 0, 0, b.tech_object::varchar, count(DISTINCT b.slot), count(*) FILTER (WHERE t.came),
  0, 0, 0, sum(b.made), sum(b.finished), sum(b.working), sum(b.taken_home), 0, 0, 0, 0
FROM others o JOIN builds b ON b.slot = o.slot LEFT JOIN turnouts t ON t.slot = b.slot AND t.group_ref = b.group_ref
GROUP BY o.month, b.tech_object
UNION ALL
SELECT 'object', o.month, 0, 0, p.tech_object::varchar, count(*), count(*), 0, 0, 0, 0, 0, 0, 0, 0, count(*), 0, 0
FROM others o JOIN past_visits p ON -p.id = o.slot AND p.tech_object IS NOT NULL GROUP BY o.month, p.tech_object
UNION ALL
SELECT 'company', o.month, 0, 0, t.siret, count(*), 0, 0, 0, 0, 0, 0, 0, 0, sum(t.people), 0, 0, 0
FROM others o JOIN company_turnouts t ON t.slot = o.slot AND t.people > 0 GROUP BY o.month, t.siret
UNION ALL
SELECT 'company', o.month, 0, 0, c.siret, count(*), 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*), 0, 0
FROM others o JOIN past_visits p ON -p.id = o.slot CROSS JOIN LATERAL unnest(p.companies) c (siret)
GROUP BY o.month, c.siret
"""
_SPREAD = f"""
SELECT spans.span, spans.begins, by, lycee, college, key, {", ".join(f"sum({one}::int) AS {one}" for one in FIGURES)}
FROM ({{parts}}) parts CROSS JOIN LATERAL (
  SELECT CASE by WHEN 'whole' THEN 'day' ELSE 'month' END AS span, parts.begins
  UNION ALL
  SELECT 'year', make_date(extract(year FROM parts.begins - interval '7 months')::int, 8, 1) WHERE by <> 'whole'
  UNION ALL
  SELECT 'ever', date '2000-01-01' WHERE by <> 'whole'
) spans
GROUP BY spans.span, spans.begins, by, lycee, college, key
"""  # noqa: S608 - constants only


def _sums(received: str, held: str) -> str:
    return _SPREAD.format(parts=_PARTS.format(received=received, held=held, college=_COLLEGE))


SUMS = _sums("received", "held")
# $1: the slots; a past visit is told by minus its number.
SUMS_OF_SLOTS = _sums(
    "(SELECT * FROM received WHERE slot = ANY ($1::int[]))", "(SELECT * FROM held WHERE slot = ANY ($1::int[]))"
)
# $5, $6: the days at its edges, as instants; of an edge that is not there PostgreSQL sees beforehand that it is empty.
_OF_EDGES = """(
  SELECT w.* FROM {0} w WHERE w.starts_at >= ($5::timestamptz[])[1] AND w.starts_at < ($6::timestamptz[])[1]
  UNION ALL
  SELECT w.* FROM {0} w WHERE w.starts_at >= ($5::timestamptz[])[2] AND w.starts_at < ($6::timestamptz[])[2])"""
_AT_EDGES = _PARTS.format(
    received=f"({' UNION ALL '.join(_OF_EDGES.format(view) for view in ('received_at_slots', 'received_before'))})",
    held=_OF_EDGES.format("held"),
    college=_COLLEGE,
)
_YEAR = "extract(year FROM {begins} - interval '7 months')::int"
_TALLIED = f"""
SELECT {{kept}} by, lycee, college, key, {", ".join(f"sum({one})::int AS {one}" for one in FIGURES)} FROM (
  SELECT {{of_piece}} t.by, t.lycee, t.college, t.key, {", ".join(f"p.sign * t.{one} AS {one}" for one in FIGURES)}
  FROM unnest($1::varchar[], $2::date[], $3::int[]) p (span, begins, sign)
  JOIN tallies t ON t.span = p.span AND t.begins = p.begins AND t.by = ANY ($4::varchar[])
  UNION ALL
  SELECT {{of_edge}} by, lycee, college, key, {", ".join(f"{one}::int" for one in FIGURES)}
  FROM ({_AT_EDGES}) edges WHERE by = ANY ($4::varchar[])
) of_period
GROUP BY {{kept}} by, lycee, college, key HAVING sum(visits) <> 0 OR sum(groups) <> 0
"""  # noqa: S608 - constants only
TALLIED = _TALLIED.format(kept="", of_piece="", of_edge="")
"""The sums of a period under some headings, a line each; its six arguments are those of Sums.by()."""
TALLIED_BY_YEAR = _TALLIED.format(
    kept="school_year,",
    of_piece=f"{_YEAR.format(begins='p.begins')} AS school_year,",
    of_edge=f"{_YEAR.format(begins='begins')} AS school_year,",
)
"""The same, a line each and school year (2026 is 2026-2027), of the sums of `sums_of(…, by_year=True)`."""
# The school years that have sums, and the days of the first and the last visit held: each an end of an index.
KNOWN = f"""
SELECT (SELECT min(begins) FROM tallies WHERE span = 'year') AS first,
  (SELECT max(begins) FROM tallies WHERE span = 'year') AS last,
  (least((SELECT min(starts_at) FROM slots WHERE state = 'done'), (SELECT min({AT}) FROM past_visits))
    AT TIME ZONE 'Europe/Paris')::date AS since,
  (greatest((SELECT max(starts_at) FROM slots WHERE state = 'done'), (SELECT max({AT}) FROM past_visits))
    AT TIME ZONE 'Europe/Paris')::date AS until
"""  # noqa: S608 - constants only
WRONG = f"""
SELECT count(*) FROM ({SUMS}) found FULL JOIN tallies t USING ({KEY})
WHERE ({", ".join(f"coalesce(found.{one}, 0)" for one in FIGURES)})
  IS DISTINCT FROM ({", ".join(f"coalesce(t.{one}, 0)" for one in FIGURES)})
"""  # noqa: S608 - constants only


class Sums(Struct, frozen=True):
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


async def sums_of(from_on: date, to_on: date, *, by_year: bool = False) -> Sums:
    """The fewest sums kept that make up a period, both days included; `by_year`: each of one school year alone."""
    (known,) = await rows(KNOWN)
    years = None if known["first"] is None else (known["first"], known["last"])
    held = None if known["since"] is None else (known["since"], known["until"])
    return Sums(pieces_of(from_on, to_on, years=years, held=held, by_year=by_year))


async def wrong_sums() -> int:
    """How many of the sums kept are not what a recount of every closed visit finds: none, unless a figure is wrong."""
    return int(await value(WRONG))
