"""Demands as a teacher's page makes them."""

from __future__ import annotations

import uuid

from booking.visits.reservations.acts import BookSlot
from booking.visits.reservations.demand import Demand, Fresh

SECRET = "a secret of the tests, long enough to be one"


def a_demand(
    slot: int,
    group: int,
    *,
    school: int,
    by: int,
    pupils: int = 24,
    wait: bool = False,
    key: str | None = None,
    token: str = "p" * 43,
    wish: uuid.UUID | None = None,
    wish_rank: int = 1,
    ranked: tuple[int, ...] = (),
) -> Demand:
    return Demand(
        BookSlot(slot=slot, group=group, pupils=pupils, adults=2, wait=wait),
        school=school,
        by=by,
        uid=f"{uuid.uuid4()}@technilab.example",
        badge_salt=uuid.uuid4(),
        secret_key=SECRET,
        token=token,
        key=key,
        wish=wish,
        wish_rank=wish_rank,
        ranked=ranked,
    )


def fresh(token: str = "q" * 43) -> Fresh:
    """What a teacher's page draws for a change that may have to be signed."""
    return Fresh(f"{uuid.uuid4()}@technilab.example", uuid.uuid4(), SECRET, token)
