"""A booking demand, with the secrets that a page and the API draw for it in the same way."""

from __future__ import annotations

import secrets
import uuid

from booking.accounts.queries import Person
from booking.reservations.demand import Demand
from booking.settings import Settings


def demand_of(
    person: Person,
    settings: Settings,
    *,
    slot: int,
    group: int,
    pupils: int,
    adults: int,
    needs: str = "",
    key: str | None = None,
    wish: uuid.UUID | None = None,
    wish_rank: int = 1,
) -> Demand:
    """What this teacher asks for, for a group of her own collège."""
    return Demand(
        slot=slot,
        group=group,
        pupils=pupils,
        adults=adults,
        needs=needs,
        school=person.school or 0,
        by=person.account,
        uid=f"{uuid.uuid4()}@{settings.host}",
        badge_salt=uuid.uuid4(),
        secret_key=settings.secret_key,
        token=secrets.token_urlsafe(32),
        key=key or None,
        wish=wish,
        wish_rank=wish_rank,
    )
