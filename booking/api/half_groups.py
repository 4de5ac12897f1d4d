"""The two halves of a class, for machines."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from booking.api.shapes import IdempotencyKey, made, readable_key
from booking.door.forms.demands import halves_of_class
from booking.door.rights.guards import may
from booking.people.accounts.queries import Teacher
from booking.process.settings import Settings
from booking.visits.halves.book_both import BookHalves, book_both
from booking.visits.halves.queries import Half
from booking.visits.reservation_states import State


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


@post("/half-groups", opt=may("visits.keep"))
async def reserve_halves(
    data: JSONBody[BookHalves],
    person: NamedDependency[Teacher],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
    idempotency_key: IdempotencyKey = None,
) -> Response[HalfGroups]:
    """Reserve two slots of one lycée for the two halves of a class: both, or neither. Halves never wait."""
    first, second = halves_of_class(data, person, settings, key=readable_key(idempotency_key))
    taken = await book_both(first, second, two_objects=data.two_objects, now=now)
    return made(HalfGroups([_told(taken.first), _told(taken.second)]), f"/reservations/{taken.first.id}")


def _told(half: Half) -> HalfReserved:
    return HalfReserved(half.id, half.half, half.slot, half.pupils, State(half.state), half.uid, half.sequence)
