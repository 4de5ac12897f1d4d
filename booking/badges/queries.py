"""What was issued for a visit, and what its sheet prints."""

from __future__ import annotations

from dataclasses import dataclass

from booking.badge_codes.rules import hash_of, shown_code, token_of
from booking.badges.rules import PrintedBadge, PrintedGroup, SecretChanged, face_of
from booking.wording import day, mark
from workshops.database import rows

BADGES_OF = """
SELECT id, kind, number, short_code, revoked_at IS NOT NULL AS revoked
  FROM badges
 WHERE reservation = $1
 ORDER BY array_position(ARRAY['pupil', 'adult', 'spare'], kind::text), number
"""

TO_PRINT = """
SELECT r.state, r.mark, r.badge_salt, r.starts_at, g.name AS label, host.name AS place,
       b.kind, b.number, b.short_code, b.token_hash
  FROM reservations r
  JOIN groups g ON g.id = r."group"
  JOIN slots s ON s.id = r.slot
  JOIN schools host ON host.id = s.school
  LEFT JOIN badges b ON b.reservation = r.id AND b.revoked_at IS NULL
 WHERE r.id = $1
 ORDER BY array_position(ARRAY['pupil', 'adult', 'spare'], b.kind::text), b.number
"""


@dataclass(frozen=True)
class IssuedBadge:
    """A badge as a visit's page lists it."""

    id: int
    kind: str
    number: int
    short_code: str
    revoked: bool

    @property
    def face(self) -> str:
        """Its number as it is printed in large."""
        return face_of(self.kind, self.number)

    @property
    def shown_code(self) -> str:
        """Its short code as it is printed, « K7Q-2MD »."""
        return shown_code(self.short_code)


@dataclass(frozen=True)
class VisitToPrint:
    """The badges of a visit, in the order in which they are handed out, with their document's title."""

    state: str
    title: str
    group: PrintedGroup
    badges: tuple[PrintedBadge, ...]


async def badges_of(reservation_id: int) -> list[IssuedBadge]:
    """Every badge issued for a visit, the revoked ones included: pupils, adults, spare ones."""
    return [IssuedBadge(**badge) for badge in await rows(BADGES_OF, reservation_id)]


async def printed_badges(reservation_id: int, secret_key: str) -> VisitToPrint | None:
    """What a visit's sheet shows, without the revoked badges; None when there is no such visit.

    Each token is derived again and compared with the hash kept at the booking: SecretChanged when they differ.
    """
    found = await rows(TO_PRINT, reservation_id)
    if not found:
        return None
    visit = found[0]
    on = day(visit["starts_at"])
    group = PrintedGroup(label=visit["label"], mark=mark(visit["mark"]), place=visit["place"], day=on)
    badges = []
    for badge in found:
        if badge["number"] is None:
            break
        token = token_of(secret_key, visit["badge_salt"], badge["kind"], badge["number"])
        if hash_of(token) != badge["token_hash"]:
            raise SecretChanged
        badges.append(PrintedBadge(face_of(badge["kind"], badge["number"]), token, badge["short_code"], group))
    return VisitToPrint(visit["state"], f"Badges, {visit['label']}, {on}", group, tuple(badges))
