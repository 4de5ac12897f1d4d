"""What a teacher writes on the badges: « pas de photo » by number, never why, and first names where she chose them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from msgspec import Meta

from booking.day.badges.issue_due import issue_of
from booking.day.badges.rules import PUPILS_MOST, FirstNamesOff, VisitOver, first_names_of
from booking.visits.badge_codes.issue import FORGET_NAMES_OF_GROUP, MARK_PHOTOS, WRITE_NAMES
from booking.visits.groups.register import CHOOSE_NAMES
from booking.visits.reservation_states import ENDED
from booking.visits.reservations.transition import standing
from workshops.acts import Act
from workshops.database import row, rows, transaction
from workshops.events.record import record
from workshops.refusals import NotFound, or_not_found

MARKED = "SELECT ends_at FROM reservations WHERE id = $1 AND school = $2 FOR NO KEY UPDATE"


class MarkPhotos(Act, frozen=True, kw_only=True):
    """Whom nobody photographs, by the numbers of their badges, all of them at once."""

    no_photo: Annotated[
        list[Annotated[int, Meta(ge=1, le=PUPILS_MOST)]],
        Meta(max_length=PUPILS_MOST, description="Numbers of pupils.", extra={"label": "Pas de photo"}),
    ]


async def mark_photos(reservation: int, asked: MarkPhotos, *, school: int, secret_key: str, now: datetime) -> None:
    """The pupils of these numbers are not to be photographed, all others may be; raises NotFound, VisitOver."""
    async with transaction():
        visit = or_not_found(await row(MARKED, reservation, school))
        if visit["ends_at"] <= now:
            raise VisitOver()
        await issue_of([reservation], secret_key=secret_key)
        await rows(MARK_PHOTOS, reservation, sorted(asked.no_photo))


# The group's row is held, so that a choice taken back at this moment erases these names too, or comes first; the slot's
# row before it, so that an end of the visit does the same.
VISIT = """SELECT r.pupils, r.state, r.ends_at, g.first_names FROM reservations r JOIN groups g ON g.id = r."group"
WHERE r.id = $1 AND r.school = $2 FOR NO KEY UPDATE OF g"""


async def choose_first_names(group: int, *, school: int, by: int, now: datetime) -> None:
    """The badges of this group may carry first names, until 30 days after each visit; raises NotFound."""
    async with transaction():
        if await row(CHOOSE_NAMES, group, school, True) is None:
            raise NotFound()
        await record("first_names_chosen", by=by, about_kind="group", about=group, now=now)


async def give_up_first_names(group: int, *, school: int, by: int, now: datetime) -> None:
    """Numbers alone again: every first name of this group is erased at once; raises NotFound."""
    async with transaction():
        if await row(CHOOSE_NAMES, group, school, False) is None:
            raise NotFound()
        await rows(FORGET_NAMES_OF_GROUP, group)
        await record("first_names_given_up", by=by, about_kind="group", about=group, now=now)


async def write_first_names(
    reservation: int, *, lines: Sequence[str], school: int, secret_key: str, now: datetime
) -> None:
    """Line 1 is number 1's first name, and so on; they take the place of those written before. Nothing is journalled.

    Raises NotFound, FirstNamesOff, VisitOver, Invalid.
    """
    async with transaction():
        await standing(reservation)
        visit = or_not_found(await row(VISIT, reservation, school))
        if not visit["first_names"]:
            raise FirstNamesOff()
        if visit["state"] in ENDED or visit["ends_at"] <= now:
            raise VisitOver()
        names = first_names_of(lines, pupils=visit["pupils"])
        await issue_of([reservation], secret_key=secret_key)
        await rows(WRITE_NAMES, reservation, list(names), list(names.values()))
