"""What was issued for a visit, and what its sheet prints."""

from __future__ import annotations

from uuid import UUID

from asyncpg import Record
from msgspec import Struct
from msgspec.structs import replace

from booking.day.badges.rules import PrintedBadge, PrintedGroup, SecretChanged, face_of
from booking.visits.badge_codes.rules import known_token, places_of, shown_code
from booking.words.wording import day, mark
from workshops.database import rows
from workshops.database.row_types import rows_as

BADGES_OF = """
SELECT id, kind, number, short_code, revoked_at IS NOT NULL AS revoked, no_photo, first_name
  FROM badges
 WHERE reservation = $1
 ORDER BY array_position(ARRAY['pupil', 'adult', 'spare'], kind::text), number
"""

TO_PRINT = """
SELECT r.state, r.mark, r.badge_salt, r.starts_at, g.name AS label, host.name AS place,
       r.pupils, r.adults, b.kind, b.number, b.short_code, b.token_hash, b.no_photo, b.first_name
  FROM reservations r
  JOIN groups g ON g.id = r."group"
  JOIN slots s ON s.id = r.slot
  JOIN schools host ON host.id = s.school
  LEFT JOIN badges b ON b.reservation = r.id AND b.revoked_at IS NULL
 WHERE r.id = $1
 ORDER BY array_position(ARRAY['pupil', 'adult', 'spare'], b.kind::text), b.number
"""


class IssuedBadge(Struct, frozen=True):
    """A badge as a visit's page lists it."""

    id: int
    kind: str
    number: int
    short_code: str
    revoked: bool
    no_photo: bool = False
    first_name: str = ""

    @property
    def face(self) -> str:
        """Its number as it is printed in large."""
        return face_of(self.kind, self.number)

    @property
    def shown_code(self) -> str:
        """Its short code as it is printed, « K7Q-2MD »."""
        return shown_code(self.short_code)


class VisitToPrint(Struct, frozen=True):
    """The badges of a visit, in the order in which they are handed out, with their document's title."""

    state: str
    title: str
    pupils: int
    adults: int
    group: PrintedGroup
    badges: tuple[PrintedBadge, ...]

    @property
    def lacks_some(self) -> bool:
        """Whether nobody has needed its badges before, or it was booked before adults and spares had any."""
        return len(self.badges) < len(places_of(self.pupils, self.adults)[0])


async def badges_of(reservation_id: int, *, first_names: bool = False) -> list[IssuedBadge]:
    """Every badge issued for a visit, the revoked ones included: pupils, adults, spare ones.

    `first_names` is for the collège's own pages; nobody else is given any.
    """
    found = await rows_as(IssuedBadge, BADGES_OF, reservation_id)
    return found if first_names else [replace(badge, first_name="") for badge in found]


async def printed_badges(reservation_id: int, secret_key: str, *, first_names: bool = False) -> VisitToPrint | None:
    """What a visit's sheet shows, without the revoked badges; None when there is no such visit.

    `first_names` is for the teacher who chose them; nobody else is given any.

    Each token is derived again and compared with the hash kept when it was issued: SecretChanged when they differ.
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
        badges.append(printed_badge(badge, group, visit["badge_salt"], secret_key, first_names=first_names))
    title = f"Badges, {visit['label']}, {on}"
    return VisitToPrint(visit["state"], title, visit["pupils"], visit["adults"], group, tuple(badges))


def printed_badge(
    badge: Record, group: PrintedGroup, salt: UUID, secret_key: str, *, first_names: bool = False
) -> PrintedBadge:
    """A badge's row as it is printed; raises SecretChanged when its token is no longer the one that a desk knows."""
    token = known_token(badge["token_hash"], secret_key, salt, badge["kind"], badge["number"])
    if token is None:
        raise SecretChanged
    return PrintedBadge(
        face=face_of(badge["kind"], badge["number"]),
        token=token,
        short_code=badge["short_code"],
        group=group,
        no_photo=badge["no_photo"],
        kind=badge["kind"],
        first_name=badge["first_name"] if first_names else "",
    )
