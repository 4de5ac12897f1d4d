"""Slots that a lycée opens, moves, resizes, calls off, for machines: whoever comes is told by mail."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

import msgspec
from litestar import Response, patch, post
from litestar.params import FromPath, JSONBody

from booking.api.shapes import Instant, answer_of, made
from booking.door.rights.guards import AsHost, Now, may
from booking.people.accounts.queries import Host
from booking.visits.slot_changes.call_off import call_off
from booking.visits.slot_changes.move import move
from booking.visits.slot_changes.restate import resize, restate
from workshops.schools.rules import Level
from workshops.slots.call_off import CallOffSlot
from workshops.slots.move import MoveSlot
from workshops.slots.open import OpenSlot, open_slot
from workshops.slots.queries import own_slot
from workshops.slots.restate import ResizeSlot, RestateSlot
from workshops.slots.rules import SlotState


class OpenedSlot(msgspec.Struct):
    """A slot that collèges see from now on."""

    id: int
    state: SlotState


@post("/slots", opt=may("slots.open"))
async def open_new_slot(data: JSONBody[OpenSlot], person: AsHost, now: Now) -> Response[OpenedSlot]:
    """Open a slot of one's lycée. Reservations close at 18:00 as many school days before as the
    lycée says (five unless it says otherwise), earlier where `booking_closes_at` is given."""
    opened = await open_slot(data, school=person.school, by=person.account, now=now)
    return made(OpenedSlot(opened, SlotState.OPEN), f"/slots/{opened}")


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


Held = TypeVar("Held", bound=HeldSlot)


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


@post("/slots/{slot:int}/move", opt=may("slots.open"))
async def move_slot(slot: FromPath[int], data: JSONBody[MoveSlot], person: AsHost, now: Now) -> Response[ToldSlot]:
    """Take a slot and everyone in it to another moment or room; their calendar entries follow."""
    moved = await move(slot, data, school=person.school, by=person.account, now=now)
    told = answer_of(WhoIsTold, moved)
    return made(await _held(ToldSlot, slot, person, now, told=told), f"/slots/{slot}")


@post("/slots/{slot:int}/resize", opt=may("slots.open"))
async def resize_slot(
    slot: FromPath[int], data: JSONBody[ResizeSlot], person: AsHost, now: Now
) -> Response[ResizedSlot]:
    """Change a slot's places; seats that are added are offered to the groups that wait."""
    offered = await resize(slot, data, school=person.school, by=person.account, now=now)
    return made(await _held(ResizedSlot, slot, person, now, offered=offered or []), f"/slots/{slot}")


@patch("/slots/{slot:int}", opt=may("slots.open"))
async def restate_slot(slot: FromPath[int], data: JSONBody[RestateSlot], person: AsHost, now: Now) -> HeldSlot:
    """Change until when a slot is reserved, its levels, which companies it takes, what is built; whoever has a place
    keeps it, and only other objects are told by mail."""
    await restate(slot, data, school=person.school, by=person.account, now=now)
    return await _held(HeldSlot, slot, person, now)


@post("/slots/{slot:int}/call-off", opt=may("slots.open"))
async def call_off_slot(
    slot: FromPath[int], data: JSONBody[CallOffSlot], person: AsHost, now: Now
) -> Response[ToldSlot]:
    """Call a slot off: every reservation, wait and coming ends with it."""
    ended = await call_off(slot, data, school=person.school, by=person.account, now=now)
    told = answer_of(WhoIsTold, ended)
    return made(await _held(ToldSlot, slot, person, now, told=told), f"/slots/{slot}")


async def _held(shape: type[Held], slot: int, person: Host, now: datetime, **named: object) -> Held:
    """A slot of one's lycée as it is now, with what else its answer tells. Raises NotFound."""
    seen = await own_slot(slot, school=person.school)
    return answer_of(shape, seen, state=seen.state_at(now), room_id=seen.room, **named)
