"""The routes of the desk."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.desk.closing import close_visit, closing_page
from booking.web.desk.desk import desk, point, presence, take_back, undo_page
from booking.web.desk.links import follow, give, links_page, revoke
from booking.web.desk.moves import depart, departures, welcome
from booking.web.desk.objects import note_build
from booking.web.desk.offline import code_file, manifest, shell, telephone, worker
from booking.web.desk.photos import photo, send_photo, take_photo_away

ROUTES: list[ControllerRouterHandler] = [
    close_visit,
    closing_page,
    code_file,
    depart,
    departures,
    desk,
    follow,
    give,
    links_page,
    manifest,
    note_build,
    photo,
    point,
    presence,
    revoke,
    send_photo,
    shell,
    take_back,
    take_photo_away,
    telephone,
    undo_page,
    welcome,
    worker,
]
