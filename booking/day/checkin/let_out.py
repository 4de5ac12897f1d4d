"""Note the badges that leave before the end: one statement for a whole run of scans, whatever its length."""

from __future__ import annotations

from collections.abc import Sequence

from asyncpg import Record

from booking.day.checkin.let_in import ANSWERED, ASKED, FOUND, Sent, answers

# The presences are locked in the order of their badges, as let_in() does, and then read as the last writer left them:
# of two departures the first one counts, and an arrival undone meanwhile has nobody to let out. A departure undone
# while it is being sent again is stopped by the trigger departures_of_undone_scans.
GONE = """, shown AS (
  SELECT DISTINCT ON (a.id) a.id, a.slot, a.scanned_at, a.device_at, a.n, a.account, a.now,
    CASE WHEN a.badge_state = ANY ($13::text[]) THEN a.badge END AS badge,
    a.state = 'done' AND a.scanned_at > a.closed_at AS closed,
    a.scanned_at NOT BETWEEN a.starts_at - $14::interval AND a.ends_at + $15::interval AS off_hours
  FROM asked a WHERE a.known IS NULL AND NOT EXISTS (SELECT FROM asked f WHERE f.own IS NULL)
  ORDER BY a.id, a.n
), here AS (
  SELECT p.badge, p.slot, p.left_at FROM presences p WHERE p.badge IN (SELECT badge FROM shown)
  ORDER BY p.badge FOR NO KEY UPDATE
), judged AS (
  SELECT s.*, h.left_at,
    CASE WHEN s.badge IS NULL THEN 'unknown' WHEN h.slot IS DISTINCT FROM s.slot THEN 'not_here'
         WHEN s.closed THEN 'closed' ELSE 'left' END AS result
  FROM shown s LEFT JOIN here h ON h.badge = s.badge
), gone AS (
  UPDATE presences p SET left_at = j.scanned_at, left_scan = j.id
  FROM (
    SELECT DISTINCT ON (badge) badge, id, scanned_at FROM judged WHERE result = 'left' AND left_at IS NULL
    ORDER BY badge, n
  ) j
  WHERE p.badge = j.badge RETURNING p.badge, p.left_at
), written AS (
  INSERT INTO scans (id, slot, badge, result, first_scanned_at, scanned_at, device_at, received_at, off_hours,
    scanned_by)
  SELECT j.id, j.slot, j.badge, j.result,
    CASE WHEN j.result = 'left' THEN coalesce(j.left_at, g.left_at, j.scanned_at) END,
    j.scanned_at, j.device_at, j.now, j.off_hours, j.account
  FROM judged j LEFT JOIN gone g ON g.badge = j.badge
  ORDER BY j.id
  ON CONFLICT (id) DO UPDATE SET id = excluded.id
  RETURNING id, slot, badge, first_scanned_at, result, declared, confirms
)"""
LET_OUT = "".join((ASKED, FOUND, GONE, ANSWERED))


async def let_out(sent: Sequence[Sent]) -> Sequence[Record]:
    """Note since when each badge is gone, the first time that it shows at the door on its way out."""
    return await answers(LET_OUT, sent)
