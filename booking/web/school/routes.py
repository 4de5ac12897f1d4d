"""The routes of collèges."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.school.badge_marks import (
    choose_names,
    first_names_page,
    give_up_names,
    mark_no_photo,
    write_names,
)
from booking.web.school.change import (
    accept_place,
    ask_visa_again,
    change_needs,
    move_visit,
    other_dates,
    paper_visa,
    set_headcount,
)
from booking.web.school.college import change_own_college, own_college
from booking.web.school.groups import add_group, archive_group, change_group, one_group, own_groups, take_group_back
from booking.web.school.papers import (
    attestation_page,
    attestation_pdf,
    built_page,
    built_pdf,
    paper_page,
    papers_page,
    papers_pdf,
)
from booking.web.school.reserve import create, redraw, reserve_page
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
    accept_place,
    ask_visa_again,
    change_needs,
    change_own_college,
    move_visit,
    other_dates,
    own_college,
    paper_visa,
    set_headcount,
    add_group,
    archive_group,
    take_group_back,
    attestation_page,
    attestation_pdf,
    built_page,
    built_pdf,
    paper_page,
    papers_page,
    papers_pdf,
    badges_page,
    badges_pdf,
    cancel_visit,
    change_group,
    choose_names,
    first_names_page,
    give_up_names,
    mark_no_photo,
    write_names,
    create,
    invitation_ics,
    one_group,
    one_visit,
    own_groups,
    own_visits,
    redraw,
    reserve_page,
    test_page_pdf,
]
