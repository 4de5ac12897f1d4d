"""The routes of the desk."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.desk.closing import close_visit, closing_page
from booking.web.desk.desk import desk, point, presence, take_back, undo_page
from booking.web.desk.links import follow, give, links_page, revoke
from booking.web.desk.objects import note_build
from booking.web.desk.offline import code_file, manifest, shell, telephone, worker

ROUTES: list[ControllerRouterHandler] = [
    close_visit,
    closing_page,
    code_file,
    desk,
    follow,
    give,
    links_page,
    manifest,
    note_build,
    point,
    presence,
    revoke,
    shell,
    take_back,
    telephone,
    undo_page,
    worker,
]
