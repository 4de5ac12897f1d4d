"""Draw a visit's badges for the teacher who prints them, away from the loop that answers everybody."""

from __future__ import annotations

import asyncio
from datetime import date

from booking.day.badges.presets import DEFAULT, Preset, preset_named
from booking.day.badges.queries import VisitToPrint, printed_badges
from booking.day.badges.rules import PRINTABLE, NoBadges, check_placing, may_print
from booking.visits.badge_codes.issue import add_missing
from workshops.refusals import or_not_found


async def sheet_of(
    reservation_id: int,
    *,
    secret_key: str,
    first_names: bool = False,
    preset: str = DEFAULT,
    start: int = 1,
    dx_mm: float = 0.0,
    dy_mm: float = 0.0,
    printed_on: date | None = None,
) -> bytes:
    """The PDF of a visit's badges on this sheet of labels. The caller has checked whose visit it is.

    `first_names` prints those of a group that opted in: for its own teacher only.

    Raises NotFound, NoBadges while the visit is not confirmed, Invalid for an unknown sheet, a start or an offset
    outside it, SecretChanged when the badges of another key would be printed.
    """
    labels = preset_named(preset)
    check_placing(start=start, cells=labels.cells, dx_mm=dx_mm, dy_mm=dy_mm)
    visit = or_not_found(await printed_badges(reservation_id, secret_key, first_names=first_names))
    if not may_print(visit.state):
        raise NoBadges
    if visit.lacks_some:
        await add_missing(reservation_id, among=PRINTABLE, secret_key=secret_key)
        visit = await printed_badges(reservation_id, secret_key, first_names=first_names) or visit
    return await asyncio.to_thread(_draw, visit, labels, start, dx_mm, dy_mm, printed_on)


async def calibration_of(preset: str, *, dx_mm: float = 0.0, dy_mm: float = 0.0) -> bytes:
    """The PDF to print on plain paper before a sheet of labels is spent; raises Invalid as above."""
    labels = preset_named(preset)
    check_placing(start=1, cells=labels.cells, dx_mm=dx_mm, dy_mm=dy_mm)
    return await asyncio.to_thread(_draw_calibration, labels, dx_mm, dy_mm)


def _draw(
    visit: VisitToPrint, labels: Preset, start: int, dx_mm: float, dy_mm: float, printed_on: date | None
) -> bytes:
    from booking.day.badges.sheet import badge_sheet  # noqa: PLC0415 - reportlab doubles the time to the first page

    return badge_sheet(
        visit.badges,
        preset=labels,
        start=start,
        dx_mm=dx_mm,
        dy_mm=dy_mm,
        title=visit.title,
        printed_on=printed_on,
    )


def _draw_calibration(labels: Preset, dx_mm: float, dy_mm: float) -> bytes:
    from booking.day.badges.sheet import calibration_page  # noqa: PLC0415 - as above

    return calibration_page(labels, dx_mm=dx_mm, dy_mm=dy_mm)
