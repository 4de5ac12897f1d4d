"""Who is expected at a slot, who is there, and what was built."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from msgspec.structs import replace

from booking.day.checkin.roster import BadgePlace, ExpectedCompany, ExpectedGroup, RefusedScan, Roster, SlotToday
from booking.day.checkin.rules import COUNTED, EXPECTED, LATE_ARRIVAL, REFUSED, ScanResult, marks_of_guests
from booking.day.desk_links.rules import opens_at
from workshops.builds.queries import BuildLine, builds_of
from workshops.database import row, rows
from workshops.database.row_types import rows_as
from workshops.refusals import or_not_found
from workshops.scope import Scope, within
from workshops.slots.queries import counted_before
from workshops.slots.rules import KEPT_SQL

REFUSED_MOST = 40

SLOT = """
SELECT s.id AS slot, s.state, s.starts_at, s.ends_at, s.closed_at, w.title, coalesce(m.name, '') AS room
FROM slots s JOIN workshops w ON w.id = s.workshop LEFT JOIN rooms m ON m.id = s.room
WHERE s.id = $1 AND s.school = $2
"""
GROUPS = """
SELECT r.slot <> $1 AS guest, r.id AS reservation, g.name AS label, g.level, c.id AS school, c.name AS college,
  c.commune, c.phone, r.mark, r.mark AS badge_mark, r.state, CASE WHEN r.slot = $1 THEN r.pupils ELSE 0 END AS pupils,
  CASE WHEN r.slot = $1 THEN r.adults ELSE 0 END AS adults, CASE WHEN r.slot = $1 THEN r.needs ELSE '' END AS needs,
  CASE WHEN r.slot = $1 THEN r.needed ELSE '{}' END AS needed,
  t.scanned, t.declared AS said, t.counted, t.adults AS adults_counted, t.note, t.girls,
  CASE r.half WHEN 1 THEN g.ulis - g.ulis / 2 WHEN 2 THEN g.ulis / 2 ELSE g.ulis END AS ulis
FROM reservations r JOIN groups g ON g.id = r."group" JOIN schools c ON c.id = r.school
LEFT JOIN turnouts t ON t.slot = $1 AND t.group_ref = r.id
WHERE r.id IN (SELECT id FROM reservations WHERE slot = $1 AND state = ANY ($2::text[])
  UNION SELECT unnest($3::int[]) UNION SELECT group_ref FROM turnouts WHERE slot = $1)
ORDER BY r.slot <> $1, r.mark, r.id
"""
# Whoever was ever received here, an undone scan too: what a group was given stays with it all day. Guests stand in the
# order in which the server heard of them, which an older scan that a phone sends later does not change.
MARKS_HERE = """
SELECT r.id, r.mark, r.slot <> $1 AS guest FROM reservations r LEFT JOIN (
  SELECT b.reservation, min(s.received_at) AS since FROM scans s JOIN badges b ON b.id = s.badge
  WHERE s.slot = $1 AND s.result = ANY ($3::text[]) GROUP BY b.reservation
) came ON came.reservation = r.id
WHERE (r.slot <> $1 OR r.state = ANY ($2::text[])) AND r.id IN (
  SELECT id FROM reservations WHERE slot = $1
  UNION SELECT b.reservation FROM scans s JOIN badges b ON b.id = s.badge
    WHERE s.slot = $1 AND s.result = ANY ($3::text[])
  UNION SELECT group_ref FROM turnouts WHERE slot = $1
) ORDER BY r.slot <> $1, came.since, r.id
"""
PLACES = """
SELECT * FROM (
  SELECT r.id AS reservation, b.kind, b.number, b.token_hash, p.scan, p.first_scanned_at, p.left_scan, p.left_at,
    coalesce(p.first_scanned_at > $3, false) AS late, coalesce(p.slot <> $1, false) AS elsewhere,
    coalesce(p.scan = p.declaration, false) AS declared
  FROM reservations r JOIN badges b ON b.reservation = r.id LEFT JOIN presences p ON p.badge = b.id
  WHERE r.slot = $1 AND r.state = ANY ($2::text[]) AND b.revoked_at IS NULL
  UNION ALL
  SELECT r.id AS reservation, b.kind, b.number, b.token_hash, p.scan, p.first_scanned_at, p.left_scan, p.left_at,
    p.first_scanned_at > $3, false, coalesce(p.scan = p.declaration, false)
  FROM presences p JOIN badges b ON b.id = p.badge JOIN reservations r ON r.id = b.reservation AND r.slot <> $1
  WHERE p.slot = $1
) place
ORDER BY reservation, array_position(ARRAY['pupil', 'spare', 'adult'], kind::text), number
"""
COMPANIES = """
SELECT c.id AS company, c.siret, c.name, a.people, a.role, t.people AS came, count(p.badge)::int AS scanned,
  count(p.badge) FILTER (WHERE p.left_at IS NULL)::int AS here,
  count(p.badge) FILTER (WHERE p.scan = p.declaration)::int AS declared,
  min(p.first_scanned_at) AS arrived_at
FROM attendances a JOIN companies c ON c.id = a.company
LEFT JOIN company_turnouts t ON t.slot = a.slot AND t.siret = c.siret
LEFT JOIN badges b ON b.attendance = a.id LEFT JOIN presences p ON p.badge = b.id AND p.slot = a.slot
WHERE a.slot = $1 AND a.state = 'announced' GROUP BY a.id, c.id, t.people ORDER BY c.name, c.id
"""
OBJECTS = """
SELECT o.id, o.name FROM slots s JOIN workshop_objects w ON w.workshop = s.workshop
JOIN tech_objects o ON o.id = w.tech_object AND (s.only_objects IS NULL OR o.id = ANY (s.only_objects))
WHERE s.id = $1 ORDER BY o.name
"""
PHOTO = f"""
SELECT b.photo FROM builds b JOIN slots s ON s.id = b.slot JOIN reservations r ON r.id = b.group_ref
WHERE b.id = $1 AND b.photo <> '' AND ({within("s.school", 2)} OR {within("r.school", 2)})
"""  # noqa: S608 - constants only
# A badge of another lycée is told by its refusal alone.
REFUSALS = """
SELECT s.id, s.result, s.scanned_at, whose.*, p.badge IS NOT NULL AS settled,
  CASE s.result WHEN 'too_early' THEN h.starts_at ELSE whose.visit_at END AS expected_at
FROM scans s JOIN slots h ON h.id = s.slot LEFT JOIN presences p ON p.badge = s.badge
LEFT JOIN LATERAL (
  SELECT r.id AS reservation, b.kind, b.number, coalesce(g.name, c.name) AS "group", r.mark, v.starts_at AS visit_at
  FROM badges b LEFT JOIN reservations r ON r.id = b.reservation LEFT JOIN groups g ON g.id = r."group"
  LEFT JOIN attendances a ON a.id = b.attendance LEFT JOIN companies c ON c.id = a.company
  JOIN slots v ON v.id = coalesce(r.slot, a.slot) AND v.school = $2 WHERE b.id = s.badge
) whose ON true
WHERE s.slot = $1 AND s.result = ANY ($3::text[]) AND NOT EXISTS (SELECT FROM scans u WHERE u.undoes = s.id)
ORDER BY s.scanned_at DESC, s.id LIMIT $4
"""
DAY = f"""
SELECT s.id AS slot, w.title, coalesce(m.name, '') AS room, s.state, s.starts_at, s.ends_at, held.*, came.*
FROM slots s JOIN workshops w ON w.id = s.workshop LEFT JOIN rooms m ON m.id = s.room
CROSS JOIN LATERAL (
  SELECT coalesce(sum(r.pupils), 0)::int AS expected, coalesce(sum(r.adults), 0)::int AS adults FROM reservations r
  WHERE r.slot = s.id AND r.state = ANY ($4::text[])
) held
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE b.kind IN ('pupil', 'spare'))::int AS came,
    count(*) FILTER (WHERE b.kind IN ('pupil', 'spare') AND p.scan = p.declaration)::int AS declared,
    count(*) FILTER (WHERE b.kind IN ('pupil', 'spare') AND p.left_at IS NULL)::int AS here,
    count(*) FILTER (WHERE b.kind = 'adult' AND p.left_at IS NULL)::int AS adults_here,
    count(*) FILTER (WHERE b.kind = 'company' AND p.left_at IS NULL)::int AS company_here
  FROM presences p JOIN badges b ON b.id = p.badge WHERE p.slot = s.id
) came
WHERE s.school = $1 AND s.starts_at >= $2 AND s.starts_at < $3 AND s.state IN {KEPT_SQL}
  AND (held.expected > 0 OR came.came > 0)
ORDER BY s.starts_at, s.id
"""  # noqa: S608 - constants only
# Whatever changes who is here writes a scan of the slot, except a guest of another visit of the lycée.
VERSION = """
SELECT s.state, s.version, s.closed_at, (SELECT count(*) FROM scans c WHERE c.slot = s.id) AS scans, (
  SELECT string_agg(concat_ws(' ', r.id, r.state, r.pupils, r.adults, r.needs, r.needed, g.name), ';' ORDER BY r.id)
  FROM reservations r JOIN groups g ON g.id = r."group" WHERE r.slot = s.id
) AS "groups", (
  SELECT string_agg(concat_ws(' ', a.id, a.state, a.people), ';' ORDER BY a.id) FROM attendances a WHERE a.slot = s.id
) AS companies, (
  SELECT concat_ws(' ', count(*), count(b.revoked_at), count(p.id), max(p.id))
  FROM reservations r JOIN badges b ON b.reservation = r.id
  LEFT JOIN presences p ON p.badge = b.id AND p.slot <> r.slot WHERE r.slot = s.id
) AS badges
FROM slots s WHERE s.id = $1 AND s.school = $2
"""


async def roster(slot: int, *, school: int) -> Roster:
    """Everything that the desk of a slot shows, in seven statements, eight with guests. Raises NotFound elsewhere."""
    known = or_not_found(await row(SLOT, slot, school))
    places: dict[int, list[BadgePlace]] = {}
    for place in await rows_as(BadgePlace, PLACES, slot, EXPECTED, known["starts_at"] + LATE_ARRIVAL):
        places.setdefault(place.reservation, []).append(place)
    builds: dict[int, list[BuildLine]] = {}
    for build in await builds_of(slot):
        builds.setdefault(build.group_ref, []).append(build)
    groups: list[ExpectedGroup] = []
    guests: list[ExpectedGroup] = []
    for one in await rows(GROUPS, slot, EXPECTED, list(places)):
        told = dict(one)
        number = told["reservation"]
        (guests if told.pop("guest") else groups).append(
            ExpectedGroup(**told, places=tuple(places.get(number, ())), builds=tuple(builds.get(number, ())))
        )
    return Roster(
        **dict(known),
        groups=tuple(groups),
        guests=await _told_apart(slot, guests),
        companies=tuple(await rows_as(ExpectedCompany, COMPANIES, slot)),
        objects={one["id"]: one["name"] for one in await rows(OBJECTS, slot)},
        refused=await _refused(slot, school),
    )


async def closes_at_once(seen: Roster, *, now: datetime) -> bool:
    """Whether one tap closes a visit: it is over, everything agrees, and it was never closed before."""
    return now >= seen.ends_at and seen.agrees and not await counted_before(seen.slot)


async def day_of(school: int, *, on: datetime) -> list[SlotToday]:
    """The visits of a lycée's day, in France, that somebody is expected at or came to: one statement."""
    midnight = opens_at(on)
    return await rows_as(SlotToday, DAY, school, midnight, midnight + timedelta(hours=25), EXPECTED)


async def guest_marks(slot: int) -> dict[int, int]:
    """The mark that each guest group of a slot has at its desk, by reservation, in the order in which they came."""
    found = await rows(MARKS_HERE, slot, EXPECTED, COUNTED)
    guests = [one for one in found if one["guest"]]
    given = marks_of_guests([one["mark"] for one in found if not one["guest"]], [one["mark"] for one in guests])
    return {one["id"]: place for one, place in zip(guests, given, strict=True)}


async def roster_version(slot: int, *, school: int) -> str:
    """What changes whenever the desk's numbers do, in one statement: an open desk asks for it every few seconds.

    Raises NotFound for another lycée's slot.
    """
    known = or_not_found(await row(VERSION, slot, school))
    return sha256(repr(tuple(known)).encode()).hexdigest()[:20]


async def photo_seen_by(build: int, *, scope: Scope) -> str:
    """The file that shows an object, where the scope reaches the lycée or the group's collège.

    Raises NotFound.
    """
    known = or_not_found(await row(PHOTO, build, scope.schools))
    return str(known["photo"])


async def _told_apart(slot: int, guests: list[ExpectedGroup]) -> tuple[ExpectedGroup, ...]:
    if not guests:
        return ()
    marks = await guest_marks(slot)
    order = {reservation: place for place, reservation in enumerate(marks)}
    guests.sort(key=lambda one: order.get(one.reservation, len(order)))
    return tuple(replace(one, mark=marks.get(one.reservation, one.mark)) for one in guests)


async def _refused(slot: int, school: int) -> tuple[RefusedScan, ...]:
    return tuple(
        RefusedScan(
            told=ScanResult(
                scan_id=one["id"],
                result=one["result"],
                kind=one["kind"],
                number=one["number"],
                group=one["group"],
                mark=one["mark"],
                expected_at=one["expected_at"] if one["result"] in {"wrong_slot", "too_early"} else None,
                reservation=one["reservation"] if one["result"] == "wrong_slot" else None,
            ),
            scanned_at=one["scanned_at"],
            settled=one["settled"],
        )
        for one in await rows(REFUSALS, slot, school, REFUSED, REFUSED_MOST)
    )
