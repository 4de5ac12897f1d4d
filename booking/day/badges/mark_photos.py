"""« Pas de photo »: which numbers of a group are not photographed, never why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from booking.day.badges.issue_due import issue_of
from booking.day.badges.rules import VisitOver
from booking.visits.badge_codes.issue import MARK_PHOTOS
from workshops.database import row, rows, transaction
from workshops.refusals import or_not_found

VISIT = "SELECT ends_at FROM reservations WHERE id = $1 AND school = $2 FOR NO KEY UPDATE"


async def mark_photos(
    reservation: int, *, not_of: Collection[int], school: int, secret_key: str, now: datetime
) -> None:
    """The pupils of these numbers are not to be photographed, all others may be; raises NotFound, VisitOver."""
    async with transaction():
        visit = or_not_found(await row(VISIT, reservation, school))
        if visit["ends_at"] <= now:
            raise VisitOver()
        await issue_of([reservation], secret_key=secret_key)
        await rows(MARK_PHOTOS, reservation, sorted(not_of))
