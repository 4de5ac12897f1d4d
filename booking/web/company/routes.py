"""The routes of a company's pages."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.company.comings import announce_coming, announce_page, invitation_ics, own_comings, take_back
from booking.web.company.sessions import list_sessions

ROUTES: list[ControllerRouterHandler] = [
    announce_coming,
    announce_page,
    invitation_ics,
    list_sessions,
    own_comings,
    take_back,
]
