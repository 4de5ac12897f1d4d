"""The routes of a company's pages."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.company.badges import company_badges_pdf
from booking.web.company.certificates import certificate_page, certificate_pdf
from booking.web.company.change_coming import change_coming, coming_page
from booking.web.company.comings import announce_coming, announce_page, invitation_ics, own_comings, take_back
from booking.web.company.sessions import list_sessions

ROUTES: list[ControllerRouterHandler] = [
    announce_coming,
    announce_page,
    company_badges_pdf,
    certificate_page,
    certificate_pdf,
    change_coming,
    coming_page,
    invitation_ics,
    list_sessions,
    own_comings,
    take_back,
]
