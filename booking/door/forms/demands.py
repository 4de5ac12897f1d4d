"""Booking demands as a page and the API make them alike, with their random tokens and identifiers."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from booking.people.accounts.queries import Teacher
from booking.process.settings import Settings
from booking.visits.halves.book_both import BookHalves
from booking.visits.reservations.acts import BookSlot
from booking.visits.reservations.demand import Demand, Fresh
from booking.visits.wishes.ask import AskWish


def demand_of(asked: BookSlot, person: Teacher, settings: Settings, *, key: str | None, **more: Any) -> Demand:
    """The demand of this teacher, for a group of her own collège."""
    return Demand(
        asked,
        school=person.school,
        by=person.account,
        awaiting=person.awaiting,
        uid=f"{uuid.uuid4()}@{settings.host}",
        badge_salt=uuid.uuid4(),
        secret_key=settings.secret_key,
        token=secrets.token_urlsafe(32),
        key=key or None,
        **more,
    )


def halves_of_class(
    asked: BookHalves, person: Teacher, settings: Settings, *, key: str | None
) -> tuple[Demand, Demand]:
    """One demand for each half of a class; the first has the idempotency key of both."""
    first, second = asked.choices
    of_both: dict[str, Any] = {"ranked": (first.slot, first.pupils, second.slot, second.pupils)}
    return (
        demand_of(first, person, settings, key=key, half=1, **of_both),
        demand_of(second, person, settings, key=None, half=2, **of_both),
    )


def demands_of(asked: AskWish, person: Teacher, settings: Settings, *, key: str | None) -> list[Demand]:
    """One demand for each slot of a wish, in order of preference."""
    of_all: dict[str, Any] = {"key": key, "ranked": tuple(asked.slots)}
    return [
        demand_of(choice, person, settings, line=rank, **of_all) for rank, choice in enumerate(asked.choices, start=1)
    ]


def link_drawn(settings: Settings) -> dict[str, str]:
    """What an act needs that may write to whoever signs: the site's key, and the token of her link."""
    return {"secret_key": settings.secret_key, "token": secrets.token_urlsafe(32)}


def fresh_of(settings: Settings) -> Fresh:
    """The tokens and identifiers that a change needs in case it must be approved first."""
    return Fresh(f"{uuid.uuid4()}@{settings.host}", uuid.uuid4(), settings.secret_key, secrets.token_urlsafe(32))
