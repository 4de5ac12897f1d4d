"""Let badges in: one statement for a whole run of scans, whatever its length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asyncpg import Record

from workshops.database import rows

# What was sent, where it may be counted, and what of it was sent before. Planning takes five times as long as running.
# `sent` hides the arrays' length from the planner and OFFSET 0 keeps each look-up a look-up by its index, so that one
# plan, made once, is as good for one scan as for 500.
ASKED = """
WITH sent AS MATERIALIZED (
  SELECT $1::uuid[] AS ids, $2::int[] AS slots, $3::uuid[] AS undos, $4::timestamptz[] AS times, $5::bytea[] AS hashes,
    $6::text[] AS codes, $7::int[] AS reservations, $8::text[] AS kinds, $9::int[] AS numbers
), asked AS (
  SELECT asked.* FROM sent, unnest(ids, slots, undos, times, hashes, codes, reservations, kinds, numbers)
    WITH ORDINALITY AS asked (id, slot, undo, scanned_at, token_hash, code, reservation, kind, number, n)
), own AS (
  SELECT s.* FROM (SELECT DISTINCT slot FROM asked) a CROSS JOIN LATERAL (
    SELECT s.id, s.state, s.starts_at, s.ends_at, s.closed_at FROM slots s
    WHERE s.id = a.slot AND s.school = $10 OFFSET 0
  ) s
), known AS (
  SELECT DISTINCT ON (s.id) s.id, s.slot, s.badge, s.first_scanned_at,
    CASE WHEN EXISTS (SELECT FROM scans u WHERE u.id = a.undo) THEN 'undone' ELSE s.result END AS result
  FROM asked a CROSS JOIN LATERAL (SELECT * FROM scans s WHERE s.id = a.id OFFSET 0) s
)"""
# The badge that a scan shows: by its token, by a tap on its number, or by its short code. Without an account, by a desk
# link, the numbers to tap are this slot's own: tapped one after the other, those of others would tell who comes when.
FOUND = """
    SELECT b.id, b.kind, b.revoked_at, coalesce(r.slot, t.slot) AS slot, coalesce(r.state, t.state) AS state
    FROM badges b LEFT JOIN reservations r ON r.id = b.reservation LEFT JOIN attendances t ON t.id = b.attendance
    WHERE b.token_hash = a.token_hash
    UNION ALL
    SELECT b.id, b.kind, b.revoked_at, r.slot, r.state
    FROM badges b JOIN reservations r ON r.id = b.reservation JOIN slots s ON s.id = r.slot AND s.school = $10
    WHERE b.reservation = a.reservation AND b.kind = a.kind AND b.number = a.number
      AND ($15::int IS NOT NULL OR r.slot = a.slot
        OR EXISTS (SELECT FROM presences g WHERE g.badge = b.id AND g.slot = a.slot))
    UNION ALL (
      SELECT b.id, b.kind, b.revoked_at, coalesce(r.slot, t.slot), coalesce(r.state, t.state)
      FROM badges b LEFT JOIN reservations r ON r.id = b.reservation LEFT JOIN attendances t ON t.id = b.attendance
      JOIN slots s ON s.id = coalesce(r.slot, t.slot) AND s.school = $10
      WHERE b.short_code = a.code ORDER BY s.id = a.slot DESC, b.id LIMIT 1
    )
    OFFSET 0
"""
# Each scan's answer, in the order of the request; `home` is the slot that expects its badge.
ANSWERED = """
told AS (
  SELECT * FROM written UNION ALL SELECT * FROM known
)
SELECT a.id, t.result, t.first_scanned_at, here.id AS slot, whose.kind, whose.number, whose."group", whose.mark,
  whose.home,
  CASE WHEN t.result = 'wrong_slot' THEN whose.starts_at END AS expected_at,
  CASE WHEN t.result = 'wrong_slot' THEN whose.reservation END AS reservation
FROM asked a
LEFT JOIN told t ON t.id = a.id
LEFT JOIN LATERAL (SELECT s.id FROM slots s WHERE s.id = t.slot AND s.school = $10 OFFSET 0) here ON true
LEFT JOIN LATERAL (
  SELECT b.reservation, b.kind, b.number, coalesce(g.name, c.name) AS "group", r.mark, s.starts_at,
    s.id AS home
  FROM badges b LEFT JOIN reservations r ON r.id = b.reservation LEFT JOIN groups g ON g.id = r."group"
  LEFT JOIN attendances v ON v.id = b.attendance LEFT JOIN companies c ON c.id = v.company
  JOIN slots s ON s.id = coalesce(r.slot, v.slot) AND s.school = $10
  WHERE b.id = t.badge OFFSET 0
) whose ON true
ORDER BY a.n
"""

# A statement sees the rows as they were when it began, and another phone may be writing the same ones. Both inserts
# therefore answer with the row that won (ON CONFLICT DO UPDATE of nothing), never with what was seen at the start.
# Both also write in the order of their key, so that two batches wait for each other and never lock each other out.
# One thing escapes ON CONFLICT: a scan undone while it is being sent again no longer conflicts with anything. The
# trigger presences_of_undone_scans takes it out again.
JUDGED = """, judged AS (
  SELECT DISTINCT ON (a.id) a.id, a.slot, a.scanned_at, a.n, b.id AS badge, p.first_scanned_at,
    CASE WHEN b.id IS NULL THEN 'unknown'
         WHEN b.revoked_at IS NOT NULL OR b.state <> ALL ($11::text[]) THEN 'cancelled'
         WHEN b.slot <> a.slot AND p.slot IS DISTINCT FROM a.slot AND NOT ($16 AND b.kind <> 'company'
           AND EXISTS (SELECT FROM slots h WHERE h.id = b.slot AND h.school = $10)) THEN 'wrong_slot'
         WHEN own.state = 'done' AND a.scanned_at > own.closed_at THEN 'closed'
         ELSE 'present' END AS result,
    a.scanned_at NOT BETWEEN own.starts_at - $12::interval AND own.ends_at + $13::interval AS off_hours
  FROM asked a JOIN own ON own.id = a.slot
  LEFT JOIN LATERAL ("""
ENTERED = """  ) b ON true
  LEFT JOIN LATERAL (SELECT p.slot, p.first_scanned_at FROM presences p WHERE p.badge = b.id OFFSET 0) p ON true
  WHERE a.id NOT IN (SELECT id FROM known)
    AND NOT EXISTS (SELECT FROM asked f WHERE f.slot NOT IN (SELECT id FROM own))
  ORDER BY a.id, a.n
), entered AS (
  INSERT INTO presences (badge, slot, scan, first_scanned_at)
  SELECT DISTINCT ON (j.badge) j.badge, j.slot, j.id, j.scanned_at
  FROM judged j WHERE j.result = 'present' AND j.first_scanned_at IS NULL
  ORDER BY j.badge, j.n
  ON CONFLICT (badge) DO UPDATE SET slot = presences.slot
  RETURNING badge, scan, first_scanned_at
), written AS (
  INSERT INTO scans (id, slot, badge, result, first_scanned_at, scanned_at, received_at, off_hours, scanned_by)
  SELECT j.id, j.slot, j.badge,
    CASE WHEN j.result = 'present' AND e.scan IS DISTINCT FROM j.id THEN 'already' ELSE j.result END,
    CASE WHEN j.result = 'present' THEN coalesce(e.first_scanned_at, j.first_scanned_at) END,
    j.scanned_at, $14, j.off_hours, $15
  FROM judged j LEFT JOIN entered e ON e.badge = j.badge AND j.result = 'present'
  ORDER BY j.id
  ON CONFLICT (id) DO UPDATE SET id = excluded.id
  RETURNING id, slot, badge, first_scanned_at, result
), """
LET_IN = "".join((ASKED, JUDGED, FOUND, ENTERED, ANSWERED))


async def let_in(sent: Sequence[Any], *, welcome: bool) -> Sequence[Record]:
    """Enter each badge once; `welcome` also those of the lycée's other visits, which are then received here."""
    return await rows(LET_IN, *sent, welcome)
