"""The routes of collèges."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.school.groups import add_group, change_group, one_group, own_groups
from booking.web.school.reserve import create, reserve_page
from booking.web.school.visits import (
    badges_page,
    badges_pdf,
    cancel_visit,
    invitation_ics,
    one_visit,
    own_visits,
    test_page_pdf,
)

ROUTES: list[ControllerRouterHandler] = [
    add_group,
    badges_page,
    badges_pdf,
    cancel_visit,
    change_group,
    create,
    invitation_ics,
    one_group,
    one_visit,
    own_groups,
    own_visits,
    reserve_page,
    test_page_pdf,
]
