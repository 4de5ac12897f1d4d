"""The slots to come close at 18:00 of the fifth school day before, and settle by their lycée's zone.

A closing that a lycée had chosen earlier stays, and so does what was told to those who have a place: what they may
still change is never over sooner. A closing that comes sooner than was shown stands in the journal, slot by slot.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T18:00:01:002481"
VERSION = "1.38.0"
DESCRIPTION = "reservations close by school days"

# The days with lessons of each zone, in their order.
_LESSONS = """
  SELECT zones.zone, on_day::date AS day, row_number() OVER (PARTITION BY zones.zone ORDER BY on_day) AS nth
  FROM (SELECT DISTINCT zone FROM schools WHERE kind = 'lycee') zones,
    generate_series(now()::timestamp - interval '1 year', now()::timestamp + interval '3 years', '1 day') on_day
  WHERE extract(isodow FROM on_day) < 6 AND NOT EXISTS (
    SELECT FROM closures c WHERE c.school IS NULL AND (c.zone IS NULL OR c.zone = zones.zone)
      AND on_day::date BETWEEN c.first_on AND c.last_on)
"""
# What the rule of before gave: the last day before the week before that was neither a weekend nor a public holiday nor
# closed by the lycée, within thirty days.
_WAS = """(SELECT max(d.day) FROM generate_series(at.day - interval '37 days', at.day - interval '7 days', '1 day') d (day)
    WHERE extract(isodow FROM d.day) < 6 AND NOT EXISTS (
      SELECT FROM closures c WHERE d.day::date BETWEEN c.first_on AND c.last_on
        AND (c.school = s.school OR (c.kind = 'public_holiday' AND c.school IS NULL))))"""
# The last day that the lycée works, so many days before.
_DAY_BEFORE = """(SELECT max(w.day) FROM generate_series(at.day - interval '75 days', at.day - interval '{back} days', '1 day')
    w (day) WHERE extract(isodow FROM w.day) < 6 AND NOT EXISTS (
      SELECT FROM closures c WHERE w.day::date BETWEEN c.first_on AND c.last_on
        AND (c.school = s.school OR (c.school IS NULL AND (c.zone IS NULL OR c.zone = h.zone)))))"""
STEPS = (
    (
        f"""
WITH lessons AS MATERIALIZED ({_LESSONS}), stand AS (
  SELECT s.id, s.booking_closes_at AS closed, s.groups_taken > 0 AS promised,
    (({_WAS})::date + time '18:00') AT TIME ZONE 'Europe/Paris' AS was,
    ((SELECT before.day FROM lessons before WHERE before.zone = h.zone AND before.nth = (
        SELECT max(nth) FROM lessons l WHERE l.zone = h.zone AND l.day < at.day) - 4) + time '18:00')
      AT TIME ZONE 'Europe/Paris' AS rule,
    ((SELECT max(l.day) FROM lessons l WHERE l.zone = h.zone AND l.day <= at.day - 7) + at.hour)
      AT TIME ZONE 'Europe/Paris' AS settles,
    (({_DAY_BEFORE.format(back=2)})::date + at.hour) AT TIME ZONE 'Europe/Paris' AS locks,
    (({_DAY_BEFORE.format(back=1)})::date + time '08:00') AT TIME ZONE 'Europe/Paris' AS eve
  FROM slots s JOIN schools h ON h.id = s.school, LATERAL (
    SELECT (s.starts_at AT TIME ZONE 'Europe/Paris')::date AS day, (s.starts_at AT TIME ZONE 'Europe/Paris')::time AS hour
  ) at WHERE s.state IN ('draft', 'open') AND s.starts_at > now()
), due AS (
  SELECT stand.id, closed,
    CASE WHEN rule IS NULL THEN closed WHEN closed = was THEN rule ELSE least(closed, rule) END AS closes,
    CASE WHEN settles IS NULL THEN settles_at WHEN promised THEN greatest(settles, settles_at) ELSE settles END
      AS settles,
    CASE WHEN locks IS NULL THEN list_locks_at WHEN promised THEN greatest(locks, list_locks_at) ELSE locks END
      AS locks,
    CASE WHEN eve IS NULL OR eve < now() THEN eve_at ELSE eve END AS eve
  FROM stand JOIN slots ON slots.id = stand.id
), told AS (
  UPDATE slots SET booking_closes_at = due.closes, settles_at = due.settles, list_locks_at = due.locks,
    eve_at = due.eve, version = version + 1
  FROM due WHERE slots.id = due.id
    AND (booking_closes_at, settles_at, list_locks_at, eve_at) <> (due.closes, due.settles, due.locks, due.eve)
  RETURNING slots.id, due.closed, slots.booking_closes_at AS closes
)
INSERT INTO events (at, by, act, about_kind, about, was, state, request, detail)
SELECT now(), NULL, 'slot_restated', 'slot', told.id, '', '', '',
  'réservations ' || to_char(told.closed AT TIME ZONE 'Europe/Paris', 'DD/MM/YYYY HH24:MI') || ' -> '
    || to_char(told.closes AT TIME ZONE 'Europe/Paris', 'DD/MM/YYYY HH24:MI') || ', cinq jours d''école avant'
FROM told WHERE told.closes < told.closed ORDER BY told.id""",  # noqa: S608 - constants only
        "SELECT 1",
    ),
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
