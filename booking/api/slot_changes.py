"""A slot that its lycée moves, resizes or calls off, for machines: whoever comes to it is told by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.bodies import Count, Whole
from booking.door.guards import HOST
from booking.people.accounts.queries import Host
from booking.visits.slot_changes.call_off import call_off
from booking.visits.slot_changes.move import move
from booking.visits.slot_changes.resize import resize
from workshops.plain_words import A_LINE
from workshops.refusals import Invalid, NotFound
from workshops.slots.call_off import REASON_MOST
from workshops.slots.queries import SlotCard, slot_card


class Move(msgspec.Struct, forbid_unknown_fields=True):
    """Another moment, with its offset; without `room_id` the slot keeps its room, with null it has none."""

    starts_at: datetime
    ends_at: datetime
    room_id: Whole | msgspec.UnsetType | None = msgspec.UNSET


class Resize(msgspec.Struct, forbid_unknown_fields=True):
    """Other numbers; what is not given stays."""

    seats: Count | None = None
    groups_max: Count | None = None
    company_places: Count | None = None


class CallOff(msgspec.Struct, forbid_unknown_fields=True):
    """Why nobody is received: groups and companies read it."""

    reason: Annotated[str, msgspec.Meta(max_length=REASON_MOST, pattern=A_LINE)]


@post("/slots/{slot:int}/move", opt=HOST)
async def move_slot(
    slot: FromPath[int], data: JSONBody[Move], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Take a slot and everyone in it to another moment or room; their calendar entries follow."""
    seen = await _own(slot, person)
    room = seen.room if isinstance(data.room_id, msgspec.UnsetType) else data.room_id
    moved = await move(
        slot,
        starts_at=data.starts_at,
        ends_at=data.ends_at,
        room=room,
        host_school=person.school,
        by=person.account,
        now=now,
    )
    return _told(await _own(slot, person), now) | {"told": {"groups": moved.groups, "companies": moved.companies}}


@post("/slots/{slot:int}/resize", opt=HOST)
async def resize_slot(
    slot: FromPath[int], data: JSONBody[Resize], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Change a slot's places; seats that are added are offered to the groups that wait."""
    if data.seats is None and data.groups_max is None and data.company_places is None:
        raise Invalid({"seats": "Donnez au moins un nombre : seats, groups_max ou company_places."})
    offered = await resize(
        slot,
        seats=data.seats,
        groups_max=data.groups_max,
        company_places=data.company_places,
        host_school=person.school,
        by=person.account,
        now=now,
    )
    return _told(await _own(slot, person), now) | {"offered": offered}


@post("/slots/{slot:int}/call-off", opt=HOST)
async def call_off_slot(
    slot: FromPath[int], data: JSONBody[CallOff], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Call a slot off: every reservation, wait and coming ends with it."""
    ended = await call_off(slot, reason=data.reason, host_school=person.school, by=person.account, now=now)
    return _told(await _own(slot, person), now) | {"told": {"groups": ended.groups, "companies": ended.companies}}


async def _own(slot: int, person: Host) -> SlotCard:
    seen = await slot_card(slot)
    if seen is None or seen.school != person.school:
        raise NotFound()
    return seen


def _told(seen: SlotCard, now: datetime) -> dict[str, Any]:
    return {
        "id": seen.id,
        "state": seen.state_at(now),
        "starts_at": seen.starts_at,
        "ends_at": seen.ends_at,
        "booking_closes_at": seen.booking_closes_at,
        "room_id": seen.room,
        "seats": seen.seats,
        "seats_free": seen.seats_free,
        "groups_max": seen.groups_max,
        "company_places": seen.company_places,
        "reason": seen.reason,
    }
