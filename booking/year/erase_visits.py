"""Erasing what people wrote and did at visits that are over; no figure changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from booking.year.rules import ERASED, OUR_WORDS, SchoolYear
from workshops.database import rows, value

NAMES = """
UPDATE badges b SET first_name = '' FROM reservations r
WHERE r.id = b.reservation AND r.slot = ANY ($1::int[]) AND b.first_name <> '' RETURNING b.id
"""
# « Pas de photo » is about one child too, even without a name.
SIGNS = """
UPDATE badges b SET no_photo = false FROM reservations r
WHERE r.id = b.reservation AND r.slot = ANY ($1::int[]) AND b.no_photo RETURNING b.id
"""
NEEDS = "UPDATE reservations SET needs = '' WHERE slot = ANY ($1::int[]) AND needs <> '' RETURNING id"
TEXTS = (
    """UPDATE reservations SET visa_note = '', reason = ''
       WHERE slot = ANY ($1::int[]) AND (visa_note <> '' OR reason <> '') RETURNING id""",
    """UPDATE attendances SET message = '', reason = ''
       WHERE slot = ANY ($1::int[]) AND (message <> '' OR reason <> '') RETURNING id""",
    "UPDATE builds SET note = '' WHERE slot = ANY ($1::int[]) AND note <> '' RETURNING id",
)
NOTES = """
UPDATE turnouts SET note = '' WHERE slot = ANY ($1::int[]) AND note <> ALL ($2::text[]) RETURNING id
"""
REASONS = """
UPDATE slots SET reason = $2
WHERE id = ANY ($1::int[]) AND state = 'called_off' AND reason <> ALL ($3::text[]) RETURNING id
"""
PHOTOS = """
UPDATE builds b SET photo = '' FROM builds was
WHERE was.id = b.id AND b.slot = ANY ($1::int[]) AND b.photo <> '' RETURNING was.photo
"""
# A guest is counted where it was received, and its own visit must know so until it is closed as well.
PRESENCES = """
DELETE FROM presences p USING badges b
LEFT JOIN reservations r ON r.id = b.reservation LEFT JOIN slots home ON home.id = r.slot
WHERE b.id = p.badge AND p.slot = ANY ($1::int[]) AND coalesce(home.state, 'done') IN ('done', 'called_off')
RETURNING p.id
"""
SCANS = """
DELETE FROM scans s WHERE s.slot = ANY ($1::int[])
  AND NOT EXISTS (SELECT FROM presences p WHERE p.scan = s.id OR p.left_scan = s.id) RETURNING s.id
"""
LINKS = "DELETE FROM desk_links WHERE slot = ANY ($1::int[]) RETURNING id"
APPROVALS = """
DELETE FROM approvals p USING reservations r WHERE r.id = p.reservation AND r.slot = ANY ($1::int[]) RETURNING p.id
"""
BADGES = """
DELETE FROM badges b WHERE NOT EXISTS (SELECT FROM presences p WHERE p.badge = b.id) AND (
  b.reservation IN (SELECT id FROM reservations WHERE slot = ANY ($1::int[]))
  OR b.attendance IN (SELECT id FROM attendances WHERE slot = ANY ($1::int[]))) RETURNING b.id
"""
# A badge whose bearer was a guest of another visit stays until that one is emptied as well.
BADGES_LEFT = """
DELETE FROM badges b USING reservations r JOIN slots s ON s.id = r.slot
WHERE r.id = b.reservation AND s.frozen AND s.starts_at >= $1 AND s.starts_at < $2
  AND NOT EXISTS (SELECT FROM presences p WHERE p.badge = b.id) RETURNING b.id
"""


async def _many(statement: str, *args: object) -> int:
    return int(await value(f"WITH done AS ({statement}) SELECT count(*) FROM done", *args))  # noqa: S608 - constants


async def erase_names(slots: Sequence[int]) -> Counter[str]:
    """First names, and the signs « pas de photo », of the badges of these visits."""
    return Counter(first_names=await _many(NAMES, slots), signs=await _many(SIGNS, slots))


async def erase_needs(slots: Sequence[int]) -> Counter[str]:
    """What the groups of these visits needed to be received."""
    return Counter(needs=await _many(NEEDS, slots))


async def erase_texts(slots: Sequence[int]) -> Counter[str]:
    """All that somebody wrote about these visits: principals' notes, reasons, companies' messages, remarks."""
    texts = 0
    for statement in TEXTS:
        texts += await _many(statement, slots)
    texts += await _many(NOTES, slots, ["", *OUR_WORDS])
    texts += await _many(REASONS, slots, ERASED, OUR_WORDS)
    await rows(APPROVALS, slots)
    return Counter(texts=texts)


async def erase_desk(slots: Sequence[int]) -> Counter[str]:
    """Who was scanned when at these visits: what was counted stays, in their frozen figures."""
    erased = Counter(presences=await _many(PRESENCES, slots), desk_links=await _many(LINKS, slots))
    erased["scans"] = await _many(SCANS, slots)
    return erased


async def erase_badges(slots: Sequence[int]) -> Counter[str]:
    """The badges of these visits: their codes open nothing any more."""
    return Counter(badges=await _many(BADGES, slots))


async def erase_badges_left(year: SchoolYear) -> Counter[str]:
    """The badges of the guests of a year whose visits are all emptied."""
    return Counter(badges=await _many(BADGES_LEFT, year.begins, year.ends))


async def take_photos(slots: Sequence[int]) -> list[str]:
    """No object of these visits has a photo any more; returns the names of the files to remove."""
    return [one["photo"] for one in await rows(PHOTOS, slots)]
