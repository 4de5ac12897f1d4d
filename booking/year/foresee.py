"""Foreseeing what a closing would freeze, erase and keep: it only reads, so that looking at a year holds up nobody."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from booking.day.checkin.queries import roster
from booking.year.queries import ClosingReport, OpenVisit, declared_in, open_visits, records_in, report_of
from booking.year.rules import OUR_WORDS, CloseYear, SchoolYear, refuse_unsettled
from workshops.database import row
from workshops.slots.rules import OVER_SQL

# What close.py does of each slot, counted over all those whose figures may still change.
COUNTS = f"""
WITH s AS (
  SELECT id, state, reason FROM slots WHERE state <> 'draft' AND NOT frozen AND starts_at >= $1 AND starts_at < $2
),
r AS (SELECT id, needs, needed, visa_note, reason, thanks FROM reservations WHERE slot IN (SELECT id FROM s)),
a AS (SELECT id, message, reason FROM attendances WHERE slot IN (SELECT id FROM s)),
t AS (SELECT slot, counted, note FROM turnouts WHERE slot IN (SELECT id FROM s)),
c AS (SELECT people FROM company_turnouts WHERE slot IN (SELECT id FROM s)),
o AS (SELECT made, note, photo FROM builds WHERE slot IN (SELECT id FROM s)),
b AS (
  SELECT b.id, b.first_name, v.frozen FROM badges b JOIN (
    SELECT v.id, f.frozen FROM reservations v JOIN slots f ON f.id = v.slot
    WHERE f.state <> 'draft' AND f.starts_at >= $1 AND f.starts_at < $2
  ) v ON v.id = b.reservation
  UNION ALL SELECT b.id, '', false FROM badges b JOIN a ON a.id = b.attendance
),
p AS (
  SELECT p.id FROM presences p JOIN badges b ON b.id = p.badge
  LEFT JOIN reservations v ON v.id = b.reservation LEFT JOIN slots home ON home.id = v.slot
  WHERE p.slot IN (SELECT id FROM s)
    AND (home.id IS NULL OR home.state IN {OVER_SQL} OR home.id IN (SELECT id FROM s))
), kept AS (
  SELECT q.scan, q.left_scan FROM presences q WHERE q.slot IN (SELECT id FROM s) AND q.id NOT IN (SELECT id FROM p)
)
SELECT
  (SELECT count(*) FROM s WHERE state = 'done' AND id IN (SELECT slot FROM t WHERE counted > 0))::int AS visits,
  (SELECT count(*) FROM s WHERE state = 'called_off')::int AS called_off,
  (SELECT coalesce(sum(counted), 0) FROM t)::int AS pupils,
  (SELECT count(*) FROM t)::int AS turnouts,
  (SELECT coalesce(sum(people), 0) FROM c)::int AS company_people,
  (SELECT count(*) FROM c)::int AS company_turnouts,
  (SELECT coalesce(sum(made), 0) FROM o)::int AS made,
  (SELECT count(*) FROM o)::int AS builds,
  (SELECT count(*) FROM o WHERE photo <> '')::int AS photos,
  (SELECT count(*) FROM r)::int AS reservations,
  (SELECT count(*) FROM r WHERE needs <> '' OR needed <> '{{}}')::int AS needs,
  ((SELECT count(*) FROM r WHERE visa_note <> '' OR reason <> '' OR thanks <> '')
    + (SELECT count(*) FROM a WHERE message <> '' OR reason <> '') + (SELECT count(*) FROM o WHERE note <> '')
    + (SELECT count(*) FROM t WHERE note <> ALL ($4::text[]))
    + (SELECT count(*) FROM s WHERE state = 'called_off' AND reason <> ALL ($3::text[])))::int AS texts,
  (SELECT count(*) FROM b WHERE first_name <> '' AND NOT frozen)::int AS first_names,
  (SELECT count(*) FROM b WHERE NOT EXISTS (
     SELECT FROM presences q WHERE q.badge = b.id AND q.slot NOT IN (SELECT id FROM s)))::int AS badges,
  (SELECT count(*) FROM p)::int AS presences,
  (SELECT count(*) FROM scans n WHERE n.slot IN (SELECT id FROM s)
   AND NOT EXISTS (SELECT FROM kept k WHERE n.id IN (k.scan, k.left_scan)))::int AS scans,
  (SELECT count(*) FROM desk_links WHERE slot IN (SELECT id FROM s))::int AS desk_links
"""  # noqa: S608 - constants only


async def foresee_closing(year: SchoolYear, asked: CloseYear, *, now: datetime) -> ClosingReport:
    """What close_year() would do now, with what an interrupted closing did already; a closed year is told as it was.

    Raises YearNotOver, YearNotSettled.
    """
    year.refuse_unless_over(now)
    before = await report_of(year)
    if before is not None and before.closed_at is not None:
        return before
    visits = await open_visits(year)
    refuse_unsettled([one.id for one in visits if one.unsettled], accepted=asked.nobody_came)
    found = await row(COUNTS, year.begins, year.ends, list(OUR_WORDS), ["", *OUR_WORDS])
    counts = Counter(dict(found or {}))
    for visit in visits:
        counts += await _frozen(visit)
    counts += before.counts if before else Counter()
    settled = {**await declared_in(year), **await records_in(year)}
    counts.update({what: number - counts[what] for what, number in settled.items()})
    started_at = before.started_at if before else None
    return ClosingReport(year.name, started_at, None, before.closed_by if before else None, counts)


async def _frozen(visit: OpenVisit) -> Counter[str]:
    """What freeze_visit() would count at a visit that nobody closed."""
    if visit.empty:
        return Counter(nobody=1, called_off=1)
    seen = await roster(visit.id, school=visit.school)
    companies = [one.scanned for one in seen.companies if one.scanned]
    return Counter(
        {
            "from_badges" if visit.scanned else "from_zero": 1,
            "visits": int(seen.came > 0),
            "pupils": seen.came,
            "turnouts": len(seen.received),
            "company_people": sum(companies),
            "company_turnouts": len(companies),
        }
    )
