"""Booking demands as a page and the API make them alike, with their random tokens and identifiers."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from booking.people.accounts.queries import Teacher
from booking.process.settings import Settings
from booking.visits.reservations.demand import Demand, Fresh


def demand_of(
    person: Teacher,
    settings: Settings,
    *,
    slot: int,
    group: int,
    pupils: int,
    adults: int,
    needs: str = "",
    needed: tuple[str, ...] = (),
    key: str | None = None,
    wish: uuid.UUID | None = None,
    ranked: tuple[int, ...] = (),
) -> Demand:
    """The demand of this teacher, for a group of her own collège."""
    return Demand(
        slot=slot,
        group=group,
        pupils=pupils,
        adults=adults,
        needs=" ".join(needs.split()),
        needed=needed,
        school=person.school,
        by=person.account,
        awaiting=person.awaiting,
        uid=f"{uuid.uuid4()}@{settings.host}",
        badge_salt=uuid.uuid4(),
        secret_key=settings.secret_key,
        token=secrets.token_urlsafe(32),
        key=key or None,
        wish=wish,
        wish_rank=ranked.index(slot) + 1 if ranked else 1,
        ranked=ranked,
    )


def halves_of_class(
    person: Teacher, settings: Settings, *, slots: tuple[int, int], pupils: tuple[int, int], **fields: Any
) -> tuple[Demand, Demand]:
    """One demand for each half of a class; the first has the idempotency key of both."""
    act, (first, second) = uuid.uuid4(), zip(slots, pupils, strict=True)
    key = fields.pop("key", None)
    first_half = demand_of(person, settings, slot=first[0], pupils=first[1], key=key, **fields)
    second_half = demand_of(person, settings, slot=second[0], pupils=second[1], **fields)
    ranked = (*first, *second)
    return (
        replace(first_half, half=1, halves=act, ranked=ranked),
        replace(second_half, half=2, halves=act, ranked=ranked),
    )


def fresh_of(settings: Settings) -> Fresh:
    """The tokens and identifiers that a change needs in case it must be approved first."""
    return Fresh(f"{uuid.uuid4()}@{settings.host}", uuid.uuid4(), settings.secret_key, secrets.token_urlsafe(32))


def demands_of(person: Teacher, settings: Settings, *, slots: Sequence[int], **fields: Any) -> list[Demand]:
    """One demand for each slot of a wish, in order of preference."""
    wish, ranked = uuid.uuid4(), tuple(slots)
    return [demand_of(person, settings, slot=slot, wish=wish, ranked=ranked, **fields) for slot in ranked]
