"""The routes of lycées."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.host.closures import own_closures, shut_school, take_back
from booking.web.host.describe_workshop import change_workshop, new_workshop, one_workshop, write_workshop
from booking.web.host.open_slot import new_slot, open_one
from booking.web.host.rooms import name_room, one_room, open_room_again, own_rooms, resize_room, shut_room
from booking.web.host.slots import decline, one_slot, own_slots, past_slots
from booking.web.host.today import today
from booking.web.host.workshops import hide_workshop, own_workshops, show_workshop

ROUTES: list[ControllerRouterHandler] = [
    change_workshop,
    decline,
    hide_workshop,
    name_room,
    new_slot,
    new_workshop,
    one_room,
    one_slot,
    one_workshop,
    open_one,
    open_room_again,
    own_closures,
    own_rooms,
    own_slots,
    own_workshops,
    past_slots,
    resize_room,
    show_workshop,
    shut_room,
    shut_school,
    take_back,
    today,
    write_workshop,
]
