"""The routes of BTS+1 courses."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.bts1.board import add_course, all_courses, new_course, own_courses
from booking.web.bts1.counts import intake_page, note_intake, note_mobility, take_intake_back, take_mobility_back
from booking.web.bts1.course import card_page, correct_card, note_step, one_course, take_course_back, take_step_back
from booking.web.bts1.makers import feed_course, join_course, leave_course, stop_feeding

ROUTES: list[ControllerRouterHandler] = [
    add_course,
    all_courses,
    card_page,
    correct_card,
    feed_course,
    intake_page,
    join_course,
    leave_course,
    new_course,
    note_intake,
    note_mobility,
    note_step,
    one_course,
    own_courses,
    stop_feeding,
    take_course_back,
    take_intake_back,
    take_mobility_back,
    take_step_back,
]
