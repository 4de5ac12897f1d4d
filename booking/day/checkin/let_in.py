"""Let badges in and note those that leave: one statement for a whole run of scans, whatever its length."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeAlias

from asyncpg import Record
from asyncpg.exceptions import UniqueViolationError

from booking.day.checkin.rules import EARLY, LATE, LET_IN_STATES
from workshops.database import confirm_what_was_read, rows
from workshops.database.batching import Batcher, written_or_halved
from workshops.database.outage import DatabaseAway
from workshops.events.record import recorded

# What was sent, where it may be counted, what of it was sent before, and the badge that it shows. Everything that a
# scan needs is read once, here: getting a plan's nodes ready costs more than running them. Planning takes five times as
# long as running: `sent` hides the arrays' length from the planner, and OFFSET 0 keeps each look-up a look-up by its
# index, so that one plan, made once, is as good for one scan as for 500.
ASKED = """
WITH asked AS (
  SELECT a.n, a.id, a.slot, a.scanned_at, a.device_at, a.account, a.now, own.id AS own, own.state, own.starts_at,
    own.ends_at, own.closed_at, known.id AS known, known.slot AS known_at, known.result, known.first_scanned_at,
    known.declared AS was_declared, known.confirms AS confirmed, shown.*
  FROM (
    SELECT one.n, one.id, slots[n] AS slot, times[n] AS scanned_at, hashes[n] AS token_hash,
      codes[n] AS code, reservations[n] AS reservation, kinds[n] AS kind, numbers[n] AS number,
      shown_times[n] AS device_at, schools[n] AS school, accounts[n] AS account, nows[n] AS now
    FROM (
      SELECT $1::uuid[] AS ids, $2::int[] AS slots, $3::timestamptz[] AS times, $4::bytea[] AS hashes,
        $5::text[] AS codes, $6::int[] AS reservations, $7::text[] AS kinds, $8::int[] AS numbers,
        $9::timestamptz[] AS shown_times, $10::int[] AS schools, $11::int[] AS accounts,
        $12::timestamptz[] AS nows OFFSET 0
    ) sent, unnest(ids) WITH ORDINALITY AS one (id, n)
  ) a
  LEFT JOIN LATERAL (SELECT * FROM slots s WHERE s.id = a.slot AND s.school = a.school OFFSET 0) own ON true
  LEFT JOIN LATERAL (
    SELECT s.id, s.badge, s.first_scanned_at, s.declared, s.confirms,
      (SELECT h.id FROM slots h WHERE h.id = s.slot AND h.school = a.school) AS slot,
      CASE WHEN EXISTS (SELECT FROM scans u WHERE u.undoes = s.id) THEN 'undone' ELSE s.result END AS result
    FROM scans s WHERE s.id = a.id OFFSET 0
  ) known ON true
"""
# The badge: the one of a scan sent before, else the one shown by its token, else by its short code or a tap on its
# number, which count in their own lycée alone. Without an account, by a desk link, the numbers to tap are this slot's
# own: tapped one after the other, those of others would tell who comes when. Where all are shown by their tokens, as a
# camera reads them, nothing is got ready to look for the others.
READ = """
  LEFT JOIN LATERAL (
    SELECT b.id AS badge, b.kind, b.number, b.reservation, b.revoked_at, coalesce(r.state, t.state) AS badge_state,
      s.id AS home, s.school = a.school AS ours, s.starts_at AS expected_at, r.mark,
      coalesce(g.name, c.name) AS "group", p.slot AS seen_at, p.first_scanned_at AS seen_since,
      p.scan = p.declaration AS seen_declared
    FROM badges b LEFT JOIN reservations r ON r.id = b.reservation LEFT JOIN groups g ON g.id = r."group"
      LEFT JOIN attendances t ON t.id = b.attendance LEFT JOIN companies c ON c.id = t.company
      LEFT JOIN slots s ON s.id = coalesce(r.slot, t.slot) LEFT JOIN presences p ON p.badge = b.id
    WHERE b.id = CASE
      WHEN known.id IS NOT NULL THEN known.badge
      WHEN a.token_hash IS NOT NULL THEN (SELECT id FROM badges WHERE token_hash = a.token_hash)
      END OFFSET 0
  ) shown ON true
)"""
TYPED = """      ELSE (
        SELECT b.id FROM badges b LEFT JOIN reservations r ON r.id = b.reservation
          LEFT JOIN attendances t ON t.id = b.attendance JOIN slots s ON s.id = coalesce(r.slot, t.slot)
        WHERE (b.short_code = a.code OR b.reservation = a.reservation AND b.kind = a.kind AND b.number = a.number)
          AND s.school = a.school AND (a.code IS NOT NULL OR a.account IS NOT NULL OR s.id = a.slot
            OR EXISTS (SELECT FROM presences p WHERE p.badge = b.id AND p.slot = a.slot))
        ORDER BY s.id = a.slot DESC, b.id LIMIT 1
      )
      END OFFSET 0"""
FOUND = READ.replace("      END OFFSET 0", TYPED)
# Each scan's answer, in the order of the request; `home` is the slot that expects its badge. `crossed`: the scan was
# not written as it was read, because another request wrote it meanwhile or because its badge lets nobody out any more.
# `repeated`: an earlier request wrote it.
ANSWERED = """
SELECT a.id, coalesce(w.result, a.result) AS result,
  coalesce(w.first_scanned_at, a.first_scanned_at) AS first_scanned_at,
  CASE WHEN a.known IS NULL THEN w.slot ELSE a.known_at END AS slot,
  CASE WHEN a.ours THEN a.kind END AS kind, CASE WHEN a.ours THEN a.number END AS number,
  CASE WHEN a.ours THEN a."group" END AS "group", CASE WHEN a.ours THEN a.mark END AS mark,
  CASE WHEN a.ours THEN a.home END AS home,
  CASE WHEN a.ours AND coalesce(w.result, a.result) = 'wrong_slot' THEN a.expected_at
       WHEN coalesce(w.result, a.result) = 'too_early' THEN a.starts_at END AS expected_at,
  CASE WHEN a.ours THEN a.reservation END AS reservation,
  coalesce(w.declared, a.was_declared, false) AS declared, coalesce(w.confirms, a.confirmed, false) AS confirms,
  w.slot <> a.slot OR w.badge IS DISTINCT FROM a.badge AND w.id IS NOT NULL AS crossed, a.known IS NOT NULL AS repeated
FROM asked a LEFT JOIN written w ON w.id = a.id
ORDER BY a.n
"""

# A statement sees the rows as they were when it began, and another phone may be writing the same ones. The presence
# therefore answers with the row that won (ON CONFLICT DO UPDATE of nothing), never with what was seen at the start. A
# scan that another request has written meanwhile ends the statement, whose presences would be of another answer than
# the one that is kept: it is asked again, and reads it. Both inserts write in the order of their key, so that two
# batches wait for each other and never lock each other out.
# A badge read after its bearer was declared here ($17) is the proof that was missing: the presence is the badge's then.
# One thing escapes that: a scan undone while it is being sent again no longer conflicts with anything. The trigger
# presences_of_undone_scans takes it out again.
ENTERED = """, judged AS (
  SELECT DISTINCT ON (a.id) a.id, a.slot, a.scanned_at, a.device_at, a.n, a.badge, a.kind, a.reservation, a.seen_since,
    a.seen_declared, a.account, a.now,
    CASE WHEN a.badge IS NULL THEN 'unknown'
         WHEN a.revoked_at IS NOT NULL OR a.badge_state <> ALL ($13::text[]) THEN 'cancelled'
         WHEN a.home <> a.slot AND a.seen_at IS DISTINCT FROM a.slot
           AND NOT ($16 AND a.kind <> 'company' AND a.ours) THEN 'wrong_slot'
         WHEN least(a.scanned_at, a.now)
           < coalesce(a.starts_at - $17::interval, date_trunc('day', a.starts_at, 'Europe/Paris')) THEN 'too_early'
         WHEN a.state = 'done' AND a.scanned_at > a.closed_at THEN 'closed'
         ELSE 'present' END AS result,
    a.scanned_at NOT BETWEEN a.starts_at - $14::interval AND a.ends_at + $15::interval AS off_hours
  FROM asked a
  WHERE a.known IS NULL AND a.own IS NOT NULL AND ($18 OR NOT EXISTS (SELECT FROM asked f WHERE f.own IS NULL))
  ORDER BY a.id, a.n
), entered AS (
  INSERT INTO presences (badge, slot, scan, first_scanned_at, declaration)
  SELECT DISTINCT ON (j.badge) j.badge, j.slot, j.id, j.scanned_at, CASE WHEN $17::interval IS NOT NULL THEN j.id END
  FROM judged j WHERE j.result = 'present' AND (j.seen_since IS NULL OR j.seen_declared AND $17::interval IS NULL)
  ORDER BY j.badge, j.n
  ON CONFLICT (badge) DO UPDATE SET scan = CASE
    WHEN presences.scan = presences.declaration AND excluded.declaration IS NULL AND excluded.slot = presences.slot
    THEN excluded.scan ELSE presences.scan END
  RETURNING badge, scan, first_scanned_at, declaration
), written AS (
  INSERT INTO scans (id, slot, badge, result, first_scanned_at, scanned_at, device_at, received_at, off_hours,
    scanned_by, declared, confirms)
  SELECT j.id, j.slot, j.badge,
    CASE WHEN j.result = 'present' AND (e.scan IS DISTINCT FROM j.id OR e.declaration <> j.id) THEN 'already'
         ELSE j.result END,
    CASE WHEN j.result = 'present' THEN coalesce(e.first_scanned_at, j.seen_since) END,
    j.scanned_at, j.device_at, j.now, j.off_hours, j.account, $17::interval IS NOT NULL,
    coalesce(e.scan = j.id AND e.declaration <> j.id, false)
  FROM judged j LEFT JOIN entered e ON e.badge = j.badge AND j.result = 'present'
  ORDER BY j.id
  RETURNING id, slot, badge, first_scanned_at, result, declared, confirms
)"""
LET_IN = "".join((ASKED, FOUND, ENTERED, ANSWERED))
LET_IN_BY_TOKEN = "".join((ASKED, READ, ENTERED, ANSWERED))
# One event for each group, and none when the same declarations are sent again.
SAID = f""", declared AS (
  SELECT j.reservation, count(*) FILTER (WHERE j.kind <> 'adult') AS pupils,
    min(j.now) AS now, min(j.account) AS account
  FROM judged j JOIN written w ON w.id = j.id AND w.result = 'present'
  WHERE j.reservation IS NOT NULL GROUP BY j.reservation
), {
    recorded(
        "declared ORDER BY declared.reservation",
        at="declared.now",
        act="'group_declared'",
        by="declared.account",
        about_kind="'reservation'",
        about="declared.reservation",
        detail="declared.pupils || CASE WHEN declared.pupils < 2 THEN ' élève' ELSE ' élèves' END",
    )
}"""  # noqa: S608 - constants only
DECLARE = "".join((ASKED, FOUND, ENTERED, SAID, ANSWERED))


Sent: TypeAlias = tuple[Any, ...]
"""One scan as the statements take it: the columns of `sent`."""
TOKEN_HASH = 3
CROSSED_MOST = 4
"""How often a run is asked again whose scans other requests have written meanwhile: each time they are known."""


async def let_in(
    sent: Sequence[Sent], *, welcome: bool = False, declared: timedelta | None = None, apart: bool = False
) -> Sequence[Record]:
    """Enter each badge once; `welcome` also those of the lycée's other visits, which are then received here.

    `declared`: how long before the start the host may say that their bearers are here, without any badge being read.
    `apart`: the scans are requests of their own, and one that is not for its lycée holds back none of the others.
    """
    by_token = LET_IN_BY_TOKEN if all(one[TOKEN_HASH] is not None for one in sent) else LET_IN
    return await answers(by_token if declared is None else DECLARE, sent, welcome, declared, apart)


async def let_in_one(sent: Sent) -> Record:
    """Enter a badge that comes alone, in one statement with those that other phones send meanwhile."""
    told = await _at_the_door.submit(sent)
    if isinstance(told, Exception):
        raise told
    return told


async def _let_in_together(sent: list[Sent]) -> dict[Sent, Record | Exception]:
    told: dict[Sent, Record | Exception] = {}
    while sent:
        # A scan that came twice is read as it was written, by the statement after.
        first = list({one[0]: one for one in reversed(sent)}.values())[::-1]
        told |= zip(first, await written_or_halved(_told_apart, first), strict=True)
        sent = [one for one in sent if one not in told]
    return told


async def _told_apart(sent: list[Sent]) -> Sequence[Record]:
    try:
        return await let_in(sent, apart=True)
    except DatabaseAway:
        # Whoever was alone is told, and sends it again.
        if len(sent) == 1:
            raise
    # Once more, on another connection: what was written is found again.
    return await let_in(sent, apart=True)


_at_the_door: Batcher[Sent, Record | Exception] = Batcher(_let_in_together)


async def answers(statement: str, sent: Sequence[Sent], *asked: object) -> Sequence[Record]:
    """What became of each scan. When one was not written as it was read, the run is asked again and read as written."""
    given = (*zip(*sent, strict=True), LET_IN_STATES, EARLY, LATE, *asked)
    results = await _as_written(statement, given)
    if any(scan["repeated"] for scan in results):
        await confirm_what_was_read()
    return results


async def _as_written(statement: str, given: tuple[object, ...]) -> Sequence[Record]:
    for _ in range(CROSSED_MOST):
        with suppress(UniqueViolationError):
            results = await rows(statement, *given)
            return await rows(statement, *given) if any(scan["crossed"] for scan in results) else results
    return await rows(statement, *given)


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
  RETURNING id, slot, badge, first_scanned_at, result, declared, confirms
)"""
LET_OUT = "".join((ASKED, FOUND, GONE, ANSWERED))


async def let_out(sent: Sequence[Sent]) -> Sequence[Record]:
    """Note since when each badge is gone, the first time that it shows at the door on its way out."""
    return await answers(LET_OUT, sent)
