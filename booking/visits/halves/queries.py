"""The two halves of a class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.wording import Mark, counted, mark, span
from workshops.shapes import rows_as

HALVES = """
SELECT r.id, coalesce(r.half, 1)::int AS half, r.state, r.uid, r.sequence, r.slot, r.pupils, r.adults,
  r.mark AS mark_number, w.title AS workshop, h.id AS host, h.name AS host_name, h.commune, r.starts_at, r.ends_at
FROM reservations r JOIN slots sl ON sl.id = r.slot JOIN workshops w ON w.id = sl.workshop
JOIN schools h ON h.id = sl.school
WHERE r.halves = $1 AND r.replaces IS NULL
  AND r.id = (SELECT max(o.id) FROM reservations o
              WHERE o.halves = $1 AND o.half = r.half AND o.replaces IS NULL)
ORDER BY r.half
"""


@dataclass(frozen=True)
class Half:
    """The reservation of one half of a class; `half` is 1 or 2."""

    id: int
    half: int
    state: str
    uid: str
    sequence: int
    slot: int
    pupils: int
    adults: int
    mark_number: int
    workshop: str
    host: int
    host_name: str
    commune: str
    starts_at: datetime
    ends_at: datetime

    @property
    def mark(self) -> Mark:
        return mark(self.mark_number)

    @property
    def line(self) -> str:
        """« jeudi 25 mars 2027, de 9 h 00 à 12 h 00, Découpe laser, 14 élèves »"""
        return f"{span(self.starts_at, self.ends_at)}, {self.workshop}, {counted(self.pupils, 'élève')}"


async def other_half(halves: UUID | None, reservation: int) -> Half | None:
    """The half that was booked together with this one."""
    return next((one for one in await halves_of(halves) if one.id != reservation), None)


async def halves_of(halves: UUID | None) -> list[Half]:
    """The two halves that were booked together; none for a group that comes whole."""
    return [] if halves is None else await rows_as(Half, HALVES, halves)
