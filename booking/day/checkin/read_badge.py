"""Make out which badge was shown to a camera, typed by hand or tapped in the grid."""

from __future__ import annotations

import re
from dataclasses import dataclass

from booking.visits.badge_codes.rules import HASH_PREFIX, PREFIX, hash_of, is_short_code, normalize_code

KINDS = {"": "pupil", "A": "adult", "R": "spare"}
# What a phone keeps of a badge while its scan waits: lost, it holds no token and no number. It opens no more than a tap
# on a number does.
HASHED = re.compile(re.escape(HASH_PREFIX) + r"[0-9A-F]{64}", re.ASCII)
TAPPED = re.compile(r"([0-9]{1,9})/([AR]?)([0-9]{1,3})", re.ASCII)


@dataclass(frozen=True)
class BadgeRead:
    """What a badge's text looks it up by: one of the token's hash, the short code, or a place in a group."""

    token_hash: bytes | None = None
    code: str | None = None
    reservation: int | None = None
    kind: str | None = None
    number: int | None = None


def read_badge(text: str) -> BadgeRead:
    """Make out what was shown, typed or tapped; whatever it is, it is never an error, only a badge that nobody has."""
    shown = text.strip().upper()
    if shown.startswith(PREFIX):
        return BadgeRead(token_hash=hash_of(shown))
    if HASHED.fullmatch(shown):
        return BadgeRead(token_hash=bytes.fromhex(shown.removeprefix(HASH_PREFIX)))
    tapped = TAPPED.fullmatch(shown)
    if tapped:
        return BadgeRead(reservation=int(tapped[1]), kind=KINDS[tapped[2]], number=int(tapped[3]))
    code = normalize_code(shown)
    return BadgeRead(code=code if is_short_code(code) else None)
