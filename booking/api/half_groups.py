"""The two halves of a class, for machines."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from booking.api.needs import Boxes
from booking.api.shapes import Count, IdempotencyKey, Line, Whole, made, readable_key
from booking.door.forms.demands import halves_of_class
from booking.door.rights.guards import TEACHER
from booking.people.accounts.queries import Teacher
from booking.process.settings import Settings
from booking.visits.halves.book_both import book_both
from booking.visits.halves.queries import Half
from booking.visits.reservation_states import State
from workshops.refusals import Invalid


class HalfAsked(msgspec.Struct, forbid_unknown_fields=True):
    """One half of a class: its slot, and how many pupils go there."""

    slot_id: Whole
    pupils: Count


class NewHalfGroups(msgspec.Struct, forbid_unknown_fields=True):
    """A class asks for two slots of one lycée, a half in each; the adults come with each half. Both build the same
    object unless `two_objects` says that it is known and wanted."""

    group_id: Whole
    halves: list[HalfAsked]
    adults: Count
    needs: Line = ""
    boxes: Boxes = Boxes()
    two_objects: bool = False


class HalfReserved(msgspec.Struct):
    """One half of a class, as a reservation of its own."""

    id: int
    half: int
    slot_id: int
    pupils: int
    state: State
    uid: str
    sequence: int


class HalfGroups(msgspec.Struct):
    """The two halves, had in one act."""

    reservations: list[HalfReserved]


@post("/half-groups", opt=TEACHER)
async def reserve_halves(
    data: JSONBody[NewHalfGroups],
    person: NamedDependency[Teacher],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
    idempotency_key: IdempotencyKey = None,
) -> Response[HalfGroups]:
    """Reserve two slots of one lycée for the two halves of a class: both, or neither. Halves never wait."""
    if len(data.halves) != 2:
        raise Invalid({"halves": "Dites deux moitiés, chacune avec son créneau et ses élèves."})
    one, other = data.halves
    first, second = halves_of_class(
        person,
        settings,
        slots=(one.slot_id, other.slot_id),
        pupils=(one.pupils, other.pupils),
        group=data.group_id,
        adults=data.adults,
        needs=data.needs,
        needed=data.boxes.kept,
        key=readable_key(idempotency_key),
    )
    taken = await book_both(first, second, two_objects=data.two_objects, now=now)
    return made(HalfGroups([_told(taken.first), _told(taken.second)]), f"/reservations/{taken.first.id}")


def _told(half: Half) -> HalfReserved:
    return HalfReserved(half.id, half.half, half.slot, half.pupils, State(half.state), half.uid, half.sequence)
