"""Issuing badges when the head count of a visit is known, and revoking those that a smaller one leaves over."""

from __future__ import annotations

from booking.badge_codes.rules import issue_rows
from workshops.database import row, rows

SALT = """SELECT r.badge_salt, coalesce(max(b.number), 0) AS last
FROM reservations r LEFT JOIN badges b ON b.reservation = r.id AND b.kind = 'pupil' WHERE r.id = $1
GROUP BY r.badge_salt"""
ADD = """INSERT INTO badges (reservation, kind, number, token_hash, short_code)
SELECT $1, 'pupil', $2 + issued.n, issued.token_hash, issued.short_code
FROM unnest($3::bytea[], $4::varchar[]) WITH ORDINALITY AS issued (token_hash, short_code, n)"""
ADJUST = """UPDATE badges SET revoked_at = CASE WHEN number > $2 THEN coalesce(revoked_at, $3) END
WHERE reservation = $1 AND kind = 'pupil' AND (number > $2) <> (revoked_at IS NOT NULL)"""


async def issue_up_to(reservation: int, pupils: int, *, secret_key: str, now: object) -> None:
    """Badges 1 to `pupils` are good, those above are revoked; inside the caller's transaction."""
    found = await row(SALT, reservation)
    if found is None:
        return
    if found["last"] < pupils:
        numbers = range(found["last"] + 1, pupils + 1)
        token_hashes, short_codes = issue_rows(secret_key, found["badge_salt"], "pupil", numbers)
        await rows(ADD, reservation, found["last"], token_hashes, short_codes)
    await rows(ADJUST, reservation, pupils, now)
