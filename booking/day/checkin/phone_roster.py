"""A visit's roster as a phone takes it along. It holds numbers and groups, never a name.

The key that opens one badge's line in it is derived from the badge itself.

What a lost phone reveals. The phone keeps, for each badge, the SHA-256 of its token (to find the line) and the line
sealed by AES-GCM under HKDF(token): 128 random bits that are printed on the badge and kept nowhere on the phone. A line
holds the badge's number and the key of its group; the group's line (label, sign, college, numbers) is sealed under that
key. So without a badge of the group, the phone's files tell how many badges and groups are expected, which of these
anonymous lines came in and when, and what anybody reads on /creneaux (workshop, hours); with one badge, what that badge
and its group already show. A page opened without network therefore shows a group's numbers once one of its badges has
been scanned.

The short code (23^5 = 6 436 343 values) opens nothing: whatever the iterations of a PBKDF2, a laptop would try them
all in hours, so no line is sealed under it. A typed code is checked by its check character, compared with the groups
that are open, and else kept for the server to answer.

A device key that scripts cannot export (CryptoKey, extractable false) was refused: the browser writes its bytes in the
same files as what it would seal.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from base64 import b64encode
from datetime import datetime

from msgspec import Struct

from booking.day.badges.rules import face_of
from booking.day.checkin.rules import EXPECTED
from booking.day.desk_links.rules import link_ends_at, opens_at
from booking.visits.badge_codes.rules import known_token
from booking.words.wording import MARKS, mark
from workshops.database import row, rows
from workshops.refusals import or_not_found

INFO = b"technilab roster 1"


def key_of(token: str, *, slot: int) -> bytes:
    """HKDF-SHA-256 (RFC 5869) of a badge's token, 32 bytes; another slot's line has another key."""
    drawn = hmac.digest(str(slot).encode(), token.encode(), "sha256")
    return hmac.digest(drawn, INFO + b"\x01", "sha256")


SLOT = """
SELECT s.id AS slot, s.state, s.starts_at, s.ends_at, w.title FROM slots s JOIN workshops w ON w.id = s.workshop
WHERE s.id = $1 AND s.school = $2
"""
BADGES = """
SELECT b.reservation, b.kind, b.number, b.short_code, b.token_hash, r.badge_salt, r.mark, r.pupils, g.name AS label,
  c.name AS college, c.phone, p.scan, p.first_scanned_at, p.left_at, p.slot <> r.slot AS elsewhere,
  p.scan = p.declaration AS declared
FROM reservations r JOIN badges b ON b.reservation = r.id JOIN groups g ON g.id = r."group"
JOIN schools c ON c.id = r.school LEFT JOIN presences p ON p.badge = b.id
WHERE r.slot = $1 AND r.state = ANY ($2::text[]) AND b.revoked_at IS NULL
ORDER BY r.mark, r.id, array_position(ARRAY['pupil', 'spare', 'adult'], b.kind::text), b.number
"""


class PhoneBadge(Struct, frozen=True):
    """One badge: `at` finds its line, `key` seals it; the phone keeps neither `key`, `face` nor `code` in clear."""

    at: str
    key: str
    face: str
    code: str


class PhoneGroup(Struct, frozen=True):
    """A group, how many pupils it announced, and its badges.

    `sign` is its mark's number, `mark` the words, `phone` its collège's number to call.
    """

    reservation: int
    label: str
    college: str
    pupils: int
    phone: str
    sign: int
    mark: str
    badges: tuple[PhoneBadge, ...]


class CameIn(Struct, frozen=True):
    """A badge that came in: since when, by which scan, since when it is gone, that another visit received it, or that
    the host declared it present and no badge was read."""

    at: str
    since: datetime
    scan_id: uuid.UUID
    left_at: datetime | None
    elsewhere: bool
    declared: bool


class PhoneRoster(Struct, frozen=True):
    """What a phone keeps until `forget_at`; `version` changes with the groups and badges, not with who is here.

    Before `opens_at`, the midnight before the visit, no scan counts.
    """

    slot: int
    state: str
    title: str
    opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    forget_at: datetime
    version: str
    groups: tuple[PhoneGroup, ...]
    here: tuple[CameIn, ...]


async def phone_roster(slot: int, *, school: int, secret_key: str) -> PhoneRoster:
    """The expected groups of a slot with the keys of their lines. Raises NotFound for another lycée's slot.

    A badge that was printed under a key that the site has no more has no line: the phone asks the server about it.
    """
    known = or_not_found(await row(SLOT, slot, school))
    found = await rows(BADGES, slot, EXPECTED)
    groups: dict[int, list[PhoneBadge]] = {}
    for one in found:
        token = known_token(one["token_hash"], secret_key, one["badge_salt"], one["kind"], one["number"])
        if token is not None:
            groups.setdefault(one["reservation"], []).append(
                PhoneBadge(
                    at=one["token_hash"].hex(),
                    key=b64encode(key_of(token, slot=slot)).decode(),
                    face=face_of(one["kind"], one["number"]),
                    code=one["short_code"],
                )
            )
    firsts = {one["reservation"]: one for one in reversed(found)}
    told = []
    for reservation, badges in groups.items():
        first = firsts[reservation]
        known_of_group = {name: first[name] for name in ("reservation", "label", "college", "pupils", "phone")}
        sign, words = first["mark"] % len(MARKS), mark(first["mark"]).words
        told.append(PhoneGroup(**known_of_group, sign=sign, mark=words, badges=tuple(badges)))
    return PhoneRoster(
        **dict(known),
        opens_at=opens_at(known["starts_at"]),
        forget_at=link_ends_at(known["ends_at"]),
        version=hashlib.sha256(repr((tuple(told), known["starts_at"], known["ends_at"])).encode()).hexdigest()[:16],
        groups=tuple(told),
        here=tuple(
            CameIn(
                one["token_hash"].hex(),
                one["first_scanned_at"],
                one["scan"],
                one["left_at"],
                one["elsewhere"],
                bool(one["declared"]),
            )
            for one in found
            if one["scan"]
        ),
    )
