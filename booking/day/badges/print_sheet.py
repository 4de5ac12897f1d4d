"""Draw a visit's badges for the teacher who prints them, away from the loop that answers everybody."""

from __future__ import annotations

import asyncio
from datetime import date

from booking.day.badges.presets import AS_IT_IS, PlaceBadges
from booking.day.badges.queries import VisitToPrint, printed_badges
from booking.day.badges.rules import PRINTABLE, NoBadges, may_print
from booking.visits.badge_codes.issue import add_missing
from workshops.refusals import or_not_found


async def sheet_of(
    reservation_id: int,
    *,
    secret_key: str,
    first_names: bool = False,
    placed: PlaceBadges = AS_IT_IS,
    printed_on: date | None = None,
) -> bytes:
    """The PDF of a visit's badges on this sheet of labels. The caller has checked whose visit it is.

    `first_names` prints those of a group that opted in: for its own teacher only.

    Raises NotFound, NoBadges while the visit is not confirmed, SecretChanged when the badges of another key would be
    printed.
    """
    visit = or_not_found(await printed_badges(reservation_id, secret_key, first_names=first_names))
    if not may_print(visit.state):
        raise NoBadges
    if visit.lacks_some:
        await add_missing(reservation_id, among=PRINTABLE, secret_key=secret_key)
        visit = await printed_badges(reservation_id, secret_key, first_names=first_names) or visit
    return await asyncio.to_thread(_draw, visit, placed, printed_on)


async def calibration_of(placed: PlaceBadges) -> bytes:
    """The PDF to print on plain paper before a sheet of labels is spent."""
    return await asyncio.to_thread(_draw_calibration, placed)


def _draw(visit: VisitToPrint, placed: PlaceBadges, printed_on: date | None) -> bytes:
    from booking.day.badges.sheet import badge_sheet  # noqa: PLC0415 - reportlab doubles the time to the first page

    return badge_sheet(visit.badges, **placed.drawn, title=visit.title, printed_on=printed_on)


def _draw_calibration(placed: PlaceBadges) -> bytes:
    from booking.day.badges.sheet import calibration_page  # noqa: PLC0415 - as above

    return calibration_page(placed.labels, dx_mm=placed.dx_mm, dy_mm=placed.dy_mm)
