"""The routes of the desk."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.desk.closing import close_visit, closing_page
from booking.web.desk.desk import desk, point, presence, take_back, undo_page
from booking.web.desk.objects import note_build

ROUTES: list[ControllerRouterHandler] = [
    close_visit,
    closing_page,
    desk,
    note_build,
    point,
    presence,
    take_back,
    undo_page,
]
