"""Ranked wishes, for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, JSONBody

from booking.api.bodies import Count, Line, Whole, readable_key
from booking.door.demands import demands_of
from booking.door.guards import TEACHER
from booking.people.accounts.queries import Teacher
from booking.settings import Settings
from booking.visits.wishes.ask import ask


class NewWish(msgspec.Struct, forbid_unknown_fields=True):
    """A group asks for one of up to three slots, the best first; `wait` is for when all are full."""

    group_id: Whole
    slot_ids: list[Whole]
    pupils: Count
    adults: Count
    wait: bool = False
    needs: Line = ""


@post("/wishes", opt=TEACHER)
async def make_wish(
    data: JSONBody[NewWish],
    person: NamedDependency[Teacher],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
    idempotency_key: Annotated[str | None, HeaderParameter(name="Idempotency-Key", max_length=80)] = None,
) -> dict[str, Any]:
    """Take the first of these slots that can be had, or wait for all of them under one wish."""
    demands = demands_of(
        person,
        settings,
        slots=data.slot_ids,
        group=data.group_id,
        pupils=data.pupils,
        adults=data.adults,
        needs=data.needs,
        key=readable_key(idempotency_key),
    )
    granted = await ask(demands, wait=data.wait, now=now)
    return {
        "reservations": [
            {
                "id": one.id,
                "slot_id": one.slot,
                "rank": one.rank,
                "state": one.state,
                "uid": one.uid,
                "sequence": one.sequence,
            }
            for one in granted.choices
        ]
    }
