"""« Pas de photo »: which numbers of a group are not photographed, never why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from booking.day.badges.issue_due import issue_of
from booking.day.badges.rules import PUPILS_MOST, VisitOver
from booking.visits.badge_codes.issue import MARK_PHOTOS
from workshops.acts import Act
from workshops.database import row, rows, transaction
from workshops.refusals import or_not_found

VISIT = "SELECT ends_at FROM reservations WHERE id = $1 AND school = $2 FOR NO KEY UPDATE"


class MarkPhotos(Act, frozen=True, kw_only=True):
    """Whom nobody photographs, by the numbers of their badges, all of them at once."""

    no_photo: Annotated[
        list[Annotated[int, Meta(ge=1, le=PUPILS_MOST)]],
        Meta(max_length=PUPILS_MOST, description="Numbers of pupils.", extra={"label": "Pas de photo"}),
    ]


async def mark_photos(reservation: int, asked: MarkPhotos, *, school: int, secret_key: str, now: datetime) -> None:
    """The pupils of these numbers are not to be photographed, all others may be; raises NotFound, VisitOver."""
    async with transaction():
        visit = or_not_found(await row(VISIT, reservation, school))
        if visit["ends_at"] <= now:
            raise VisitOver()
        await issue_of([reservation], secret_key=secret_key)
        await rows(MARK_PHOTOS, reservation, sorted(asked.no_photo))
