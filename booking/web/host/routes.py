"""The routes of lycées."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.host.call_off_slot import call_it_off, call_off_page
from booking.web.host.closures import own_closures, shut_school, take_back
from booking.web.host.companies import accept_company, decline_company
from booking.web.host.day_badges import day_badges_page, day_badges_pdf
from booking.web.host.describe_workshop import change_workshop, new_workshop, one_workshop, write_workshop
from booking.web.host.move_slot import move_it, move_page, see_move
from booking.web.host.open_slot import new_slot, open_one
from booking.web.host.resize_slot import resize_it, resize_page
from booking.web.host.rooms import name_room, one_room, open_room_again, own_rooms, resize_room, shut_room
from booking.web.host.series import choose_dates, new_series, open_dates
from booking.web.host.slots import decline, one_slot, own_slots, past_slots
from booking.web.host.today import today
from booking.web.host.workshops import hide_workshop, own_workshops, show_workshop

ROUTES: list[ControllerRouterHandler] = [
    accept_company,
    call_it_off,
    call_off_page,
    change_workshop,
    choose_dates,
    day_badges_page,
    day_badges_pdf,
    decline,
    decline_company,
    hide_workshop,
    move_it,
    move_page,
    name_room,
    new_series,
    new_slot,
    new_workshop,
    one_room,
    one_slot,
    one_workshop,
    open_dates,
    open_one,
    open_room_again,
    own_closures,
    own_rooms,
    own_slots,
    own_workshops,
    past_slots,
    resize_it,
    resize_page,
    resize_room,
    see_move,
    show_workshop,
    shut_room,
    shut_school,
    take_back,
    today,
    write_workshop,
]
