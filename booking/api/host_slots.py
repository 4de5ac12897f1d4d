"""Slots that a lycée opens, moves, resizes, calls off, for machines: whoever comes is told by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from booking.api.shapes import Count, Instant, Whole, made
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from booking.visits.slot_changes.call_off import call_off
from booking.visits.slot_changes.move import move
from booking.visits.slot_changes.resize import resize
from booking.visits.slot_changes.restate import restate
from workshops.refusals import Invalid, NotFound
from workshops.schools.rules import LEVELS, Level
from workshops.slots.limits import REASON_MOST
from workshops.slots.open import open_slot
from workshops.slots.queries import SlotCard, slot_card
from workshops.slots.rules import SlotState
from workshops.typed_text.plain_words import A_LINE


class NewSlot(msgspec.Struct, forbid_unknown_fields=True):
    """A lycée opens a slot. Instants carry their offset, for example 2027-03-25T09:00:00+01:00.

    Before 7:00 or after 19:00 in France it is refused (422, `errors.odd_hours`) unless `odd_hours` says it is meant.
    """

    workshop_id: Whole
    starts_at: Instant
    ends_at: Instant
    seats: Count
    room_id: Whole | None = None
    company_places: Count = 0
    one_per_trade: bool = False
    on_agreement: bool = False
    booking_closes_at: Instant | None = None
    odd_hours: bool = False


class OpenedSlot(msgspec.Struct):
    """A slot that collèges see from now on."""

    id: int
    state: SlotState


@post("/slots", opt=HOST)
async def open_new_slot(
    data: JSONBody[NewSlot], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Response[OpenedSlot]:
    """Open a slot of one's lycée. Reservations close at 18:00 as many school days before as the
    lycée says (five unless it says otherwise), earlier where `booking_closes_at` is given."""
    opened = await open_slot(
        data.workshop_id,
        starts_at=data.starts_at,
        ends_at=data.ends_at,
        seats=data.seats,
        room=data.room_id,
        company_places=data.company_places,
        one_per_trade=data.one_per_trade,
        on_agreement=data.on_agreement,
        booking_closes_at=data.booking_closes_at,
        odd_hours=data.odd_hours,
        host_school=person.school,
        by=person.account,
        now=now,
    )
    return made(OpenedSlot(opened, SlotState.OPEN), f"/slots/{opened}")


class Move(msgspec.Struct, forbid_unknown_fields=True):
    """Another moment, with its offset; without `room_id` the slot keeps its room, with null it has none.

    Other hours before 7:00 or after 19:00 in France are refused (422, `errors.odd_hours`) unless `odd_hours` says they
    are meant.
    """

    starts_at: Instant
    ends_at: Instant
    room_id: Whole | UnsetType | None = UNSET
    reason: Annotated[str, Meta(max_length=REASON_MOST, pattern=A_LINE)] = ""
    odd_hours: bool = False


class Resize(msgspec.Struct, forbid_unknown_fields=True):
    """Other numbers; what is not given stays."""

    seats: Count | None = None
    groups_max: Count | None = None
    company_places: Count | None = None


class Restated(msgspec.Struct, forbid_unknown_fields=True):
    """What a slot says otherwise from now on; what is not given stays."""

    booking_closes_at: Instant | None = None
    levels: Annotated[list[Level], Meta(min_length=1, max_length=len(LEVELS))] | None = None
    one_per_trade: bool | None = None
    on_agreement: bool | None = None
    object_ids: Annotated[list[Whole], Meta(min_length=1, max_length=50)] | None = None


class CallOff(msgspec.Struct, forbid_unknown_fields=True):
    """Why nobody is received: groups and companies read it."""

    reason: Annotated[str, Meta(max_length=REASON_MOST, pattern=A_LINE)]


class HeldSlot(msgspec.Struct, kw_only=True):
    """A slot as its lycée holds it."""

    id: int
    state: SlotState
    starts_at: Instant
    ends_at: Instant
    booking_closes_at: Instant
    opens_at: Instant | None
    draws_at: Instant | None
    room_id: int | None
    seats: int
    seats_free: int
    groups_max: int
    company_places: int
    levels: list[Level]
    one_per_trade: bool
    on_agreement: bool
    object_ids: list[int]
    reason: str


class WhoIsTold(msgspec.Struct):
    """How many groups and companies a mail tells."""

    groups: int
    companies: int


class ToldSlot(HeldSlot, kw_only=True):
    """The slot as it is now, and who is told."""

    told: WhoIsTold


class ResizedSlot(HeldSlot, kw_only=True):
    """The slot as it is now, and the reservations of the waiting groups that its new seats are offered to."""

    offered: list[int]


@post("/slots/{slot:int}/move", opt=HOST)
async def move_slot(
    slot: FromPath[int], data: JSONBody[Move], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Response[ToldSlot]:
    """Take a slot and everyone in it to another moment or room; their calendar entries follow."""
    seen = await _own(slot, person)
    moved = await move(
        slot,
        starts_at=data.starts_at,
        ends_at=data.ends_at,
        room=seen.room if isinstance(data.room_id, UnsetType) else data.room_id,
        reason=data.reason,
        odd_hours=data.odd_hours,
        host_school=person.school,
        by=person.account,
        now=now,
    )
    held = await _held(slot, person, now)
    return made(ToldSlot(**held, told=WhoIsTold(moved.groups, moved.companies)), f"/slots/{slot}")


@post("/slots/{slot:int}/resize", opt=HOST)
async def resize_slot(
    slot: FromPath[int], data: JSONBody[Resize], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Response[ResizedSlot]:
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
    return made(ResizedSlot(**await _held(slot, person, now), offered=offered), f"/slots/{slot}")


@patch("/slots/{slot:int}", opt=HOST)
async def restate_slot(
    slot: FromPath[int], data: JSONBody[Restated], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> HeldSlot:
    """Change until when a slot is reserved, its levels, which companies it takes, what is built; whoever has a place
    keeps it, and only other objects are told by mail."""
    await restate(
        slot,
        booking_closes_at=data.booking_closes_at,
        levels=data.levels,
        one_per_trade=data.one_per_trade,
        on_agreement=data.on_agreement,
        objects=data.object_ids,
        host_school=person.school,
        by=person.account,
        now=now,
    )
    return HeldSlot(**await _held(slot, person, now))


@post("/slots/{slot:int}/call-off", opt=HOST)
async def call_off_slot(
    slot: FromPath[int], data: JSONBody[CallOff], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Response[ToldSlot]:
    """Call a slot off: every reservation, wait and coming ends with it."""
    ended = await call_off(slot, reason=data.reason, host_school=person.school, by=person.account, now=now)
    held = await _held(slot, person, now)
    return made(ToldSlot(**held, told=WhoIsTold(ended.groups, ended.companies)), f"/slots/{slot}")


async def _own(slot: int, person: Host) -> SlotCard:
    seen = await slot_card(slot)
    if seen is None or seen.school != person.school:
        raise NotFound()
    return seen


async def _held(slot: int, person: Host, now: datetime) -> dict[str, Any]:
    seen = await _own(slot, person)
    return {
        "id": seen.id,
        "state": SlotState(seen.state_at(now)),
        "starts_at": seen.starts_at,
        "ends_at": seen.ends_at,
        "booking_closes_at": seen.booking_closes_at,
        "opens_at": seen.opens_at,
        "draws_at": seen.draws_at,
        "room_id": seen.room,
        "seats": seen.seats,
        "seats_free": seen.seats_free,
        "groups_max": seen.groups_max,
        "company_places": seen.company_places,
        "levels": [Level(one) for one in seen.levels],
        "one_per_trade": seen.one_per_trade,
        "on_agreement": seen.on_agreement,
        "object_ids": seen.object_ids,
        "reason": seen.reason,
    }
