"""Ranked wishes, for machines."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from booking.api.shapes import IdempotencyKey, made, readable_key
from booking.door.forms.demands import demands_of
from booking.door.rights.guards import may
from booking.people.accounts.queries import Teacher
from booking.process.settings import Settings
from booking.visits.reservation_states import State
from booking.visits.wishes.ask import AskWish, ask


class Choice(msgspec.Struct):
    """One of the slots asked for, as a reservation of its own; `rank` 1 is the best."""

    id: int
    slot_id: int
    rank: int
    state: State
    uid: str
    sequence: int


class Wish(msgspec.Struct):
    """What became of the wish: the place that was had, and the choices that still wait."""

    reservations: list[Choice]


@post("/wishes", opt=may("visits.keep"))
async def make_wish(
    data: JSONBody[AskWish],
    person: NamedDependency[Teacher],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
    idempotency_key: IdempotencyKey = None,
) -> Response[Wish]:
    """Take the first of these slots that can be had, or wait for all of them under one wish."""
    granted = await ask(demands_of(data, person, settings, key=readable_key(idempotency_key)), now=now)
    choices = [Choice(one.id, one.slot, one.rank, State(one.state), one.uid, one.sequence) for one in granted.choices]
    return made(Wish(choices), f"/reservations/{choices[0].id}")
