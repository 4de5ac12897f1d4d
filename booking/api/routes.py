"""The routes of the JSON API."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.api.attendances import (
    accept_attendance,
    change_attendance,
    come,
    decline_attendance,
    own_attendances,
    stay_away,
)
from booking.api.bts1 import correct_course, drop_course, list_courses, read_course, write_course
from booking.api.bts1_lines import (
    add_course_feeder,
    add_course_partner,
    add_intake,
    add_mobility,
    add_step,
    drop_course_feeder,
    drop_course_partner,
    drop_intake,
    drop_mobility,
    drop_step,
)
from booking.api.builds import add_build
from booking.api.checkins import check_in_scans, undo_scan
from booking.api.closure import close_visit, read_roster
from booking.api.groups import add_group, archive_group, list_groups, take_group_back
from booking.api.host_slots import open_new_slot
from booking.api.outreach import list_colleges_to_come, write_to_college
from booking.api.papers import papers
from booking.api.partners import change_partner, drop_partner, list_partners, read_partner, welcome_partner
from booking.api.past_visits import (
    change_past_visit,
    declare_past_visit,
    drop_past_visit,
    list_past_visits,
    read_past_visit,
    send_past_visits,
)
from booking.api.ptech import (
    add_cohort,
    add_mentor,
    add_scheme,
    change_scheme,
    close_scheme,
    end_mentor,
    list_cohorts,
    list_schemes,
    name_cohort,
    read_cohort,
    read_scheme,
    remove_mentor,
)
from booking.api.ptech_actions import add_action, call_off_action, change_action, count_pupils
from booking.api.ptech_counts import add_census, add_outcome, drop_census, drop_outcome
from booking.api.records import read_records, send_records
from booking.api.registers import keep_company, list_companies, list_schools, mark_school, read_company
from booking.api.reopening import reopen_visit
from booking.api.reservation_life import (
    accept_offer,
    ask_again,
    move_reservation,
    paper_visa,
    refuse_offer,
    set_headcount,
    set_needs,
)
from booking.api.reservations import badges, cancel_reservation, invitation, read_reservation, reserve
from booking.api.results import read_results
from booking.api.series import open_series_of_slots
from booking.api.slot_changes import call_off_slot, move_slot, resize_slot
from booking.api.slots import list_slots, read_slot
from booking.api.targets import choose_unit, keep_target, list_targets, read_target, take_back_target, type_figure
from booking.api.wishes import make_wish
from booking.api.years import close_one_year, list_years, read_year, reopen_one_year

ROUTES: list[ControllerRouterHandler] = [
    accept_attendance,
    accept_offer,
    add_action,
    add_build,
    add_census,
    add_cohort,
    add_mentor,
    add_outcome,
    add_scheme,
    drop_census,
    drop_outcome,
    read_scheme,
    call_off_action,
    change_action,
    change_scheme,
    close_scheme,
    count_pupils,
    end_mentor,
    remove_mentor,
    list_cohorts,
    list_schemes,
    name_cohort,
    read_cohort,
    add_course_partner,
    add_intake,
    add_mobility,
    add_step,
    add_course_feeder,
    correct_course,
    drop_course,
    drop_course_feeder,
    drop_course_partner,
    drop_intake,
    drop_mobility,
    drop_step,
    list_courses,
    read_course,
    write_course,
    add_group,
    archive_group,
    take_group_back,
    ask_again,
    badges,
    call_off_slot,
    cancel_reservation,
    check_in_scans,
    close_visit,
    come,
    invitation,
    list_groups,
    list_slots,
    make_wish,
    move_reservation,
    move_slot,
    open_new_slot,
    open_series_of_slots,
    change_attendance,
    decline_attendance,
    own_attendances,
    paper_visa,
    papers,
    read_reservation,
    read_results,
    read_roster,
    read_slot,
    refuse_offer,
    reopen_visit,
    reserve,
    resize_slot,
    set_headcount,
    set_needs,
    stay_away,
    undo_scan,
    change_partner,
    drop_partner,
    list_partners,
    read_partner,
    welcome_partner,
    read_records,
    send_records,
    keep_company,
    list_companies,
    list_schools,
    mark_school,
    read_company,
    choose_unit,
    keep_target,
    list_targets,
    read_target,
    take_back_target,
    type_figure,
    list_colleges_to_come,
    write_to_college,
    close_one_year,
    list_years,
    read_year,
    reopen_one_year,
    change_past_visit,
    declare_past_visit,
    drop_past_visit,
    list_past_visits,
    read_past_visit,
    send_past_visits,
]
