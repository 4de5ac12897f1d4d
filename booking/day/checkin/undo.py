"""Take back a scan: the presence or the departure goes, the scan and its undoing both stay written."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from booking.day.checkin.queries import guest_marks
from booking.day.checkin.rules import ScanResult, undo_id_of
from workshops.database import confirm_what_was_read, row, rows
from workshops.refusals import or_not_found
from workshops.slots.rules import OVER_SQL, SlotDone

UNDO = """
WITH asked AS (
  SELECT s.id, s.slot, s.badge, s.scanned_at, v.state = 'done' AS done,
    EXISTS (SELECT FROM scans u WHERE u.id = $2) AS undone
  FROM scans s JOIN slots v ON v.id = s.slot AND v.school = $3
  WHERE s.id = $1 AND s.undoes IS NULL
), removed AS (
  DELETE FROM presences p USING asked a WHERE p.badge = a.badge AND p.scan = a.id AND NOT a.done
), returned AS (
  UPDATE presences p SET left_at = NULL, left_scan = NULL
  FROM asked a WHERE p.badge = a.badge AND p.left_scan = a.id AND NOT a.done
), written AS (
  INSERT INTO scans (id, slot, badge, result, undoes, scanned_at, received_at, scanned_by)
  SELECT $2, a.slot, a.badge, 'undone', a.id, $4, $4, $5 FROM asked a WHERE NOT a.done AND NOT a.undone
  ON CONFLICT (id) DO NOTHING
)
SELECT a.done AND NOT a.undone AS refused, a.undone, b.kind, b.number, coalesce(g.name, c.name) AS "group", r.mark,
  there.id IS NOT DISTINCT FROM a.slot AS own, a.slot, r.id AS reservation
FROM asked a
LEFT JOIN (badges b LEFT JOIN reservations r ON r.id = b.reservation LEFT JOIN groups g ON g.id = r."group"
  LEFT JOIN attendances t ON t.id = b.attendance LEFT JOIN companies c ON c.id = t.company
  JOIN slots there ON there.id = coalesce(r.slot, t.slot) AND there.school = $3) ON b.id = a.badge
"""
# $1 the declarations and $2 the ids of what undoes them: those that a badge has confirmed meanwhile remove nobody.
UNDECLARE = """
WITH asked AS (
  SELECT s.id, s.slot, s.badge, u.undo FROM unnest($1::uuid[], $2::uuid[]) u (id, undo)
  JOIN scans s ON s.id = u.id AND s.declared
  JOIN slots v ON v.id = s.slot AND v.school = $3 AND v.state <> 'done'
), removed AS (
  DELETE FROM presences p USING asked a WHERE p.badge = a.badge AND p.scan = a.id
)
INSERT INTO scans (id, slot, badge, result, undoes, scanned_at, received_at, scanned_by)
SELECT undo, slot, badge, 'undone', id, $4, $4, $5 FROM asked ORDER BY undo ON CONFLICT (id) DO NOTHING
"""
# A guest is counted where it was received, and its own visit must know so until it is closed as well.
FORGET_PRESENCES = f"""
DELETE FROM presences p USING badges b
LEFT JOIN reservations r ON r.id = b.reservation LEFT JOIN slots home ON home.id = r.slot
WHERE b.id = p.badge AND p.slot = ANY ($1::int[]) AND coalesce(home.state, 'done') IN {OVER_SQL}
RETURNING p.id
"""  # noqa: S608 - constants only
# Two questions: joined by OR each scan would be looked for in every presence.
FORGET_SCANS = """
DELETE FROM scans s WHERE s.slot = ANY ($1::int[])
  AND NOT EXISTS (SELECT FROM presences p WHERE p.scan = s.id)
  AND NOT EXISTS (SELECT FROM presences p WHERE p.left_scan = s.id) RETURNING s.id
"""


async def take_back_declarations(scan_ids: Sequence[uuid.UUID], *, account: int, school: int, now: datetime) -> None:
    """Take back what the host said of a group; whoever had their badge read since stays here."""
    undoing = [undo_id_of(scan_id) for scan_id in scan_ids]
    await rows(UNDECLARE, list(scan_ids), undoing, school, now, account)


async def undo(scan_id: uuid.UUID, *, account: int | None, school: int, now: datetime) -> ScanResult:
    """Take back what a scan counted: an arrival is no longer here, a departure is here again.

    A later scan of the same badge counts anew. Undoing twice is undoing once, and undoing a scan that was told
    "already" removes nothing: the presence belongs to the first one, or to the badge that confirmed it.
    Raises NotFound for a scan that is not this lycée's, SlotDone once the visit is closed.
    """
    told = or_not_found(await row(UNDO, scan_id, undo_id_of(scan_id), school, now, account))
    if told["refused"]:
        raise SlotDone()
    if told["undone"]:
        await confirm_what_was_read()
    if account is None and not told["own"]:
        # By a desk link, a badge of another visit is not told.
        return ScanResult(scan_id, "undone")
    printed = told["mark"]
    here = printed if told["own"] else (await guest_marks(told["slot"])).get(told["reservation"])
    return ScanResult(
        scan_id=scan_id,
        result="undone",
        kind=told["kind"],
        number=told["number"],
        group=told["group"],
        mark=here,
        badge_mark=None if here == printed else printed,
    )
