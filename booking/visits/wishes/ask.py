"""Asking for up to three slots in order: the first that can be had is taken, or the group waits for all of them.

One that needs a principal's visa is not sure yet: the others stay in reserve until the visa is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated

import msgspec
from asyncpg.exceptions import IntegrityConstraintViolationError
from msgspec import Meta, Struct
from msgspec.structs import replace

from booking.visits.demands.keep import make
from booking.visits.reservations.acts import BookSlot, Coming, Pupils, Slot, Wait
from booking.visits.reservations.demand import ONE_KEY, Demand, granted_before
from booking.visits.reservations.rules import (
    GroupBusy,
    KeyReused,
    NewcomerHolds,
    SlotFull,
    refuse_booking,
    refuse_needs,
)
from booking.visits.reservations.seats_seen import seats_of
from booking.visits.reservations.take_seats import take_seats
from booking.visits.reservations.wait import join_waiting_list
from booking.visits.wishes.queries import WishChoice, already_there, choices_of, demand_of
from workshops.database import rows, savepoint, transaction
from workshops.database.retry import retried
from workshops.refusals import Invalid, NotFound, Refusal, or_not_found
from workshops.slots.seats import LOCK_SEATS

WISHES_MOST = 3


class AskWish(Coming, frozen=True, kw_only=True):
    """A group asks for one of up to three slots, the best first; `wait` is for when all are full."""

    slots: Annotated[
        list[Slot],
        Meta(
            description="From one to three different slots.",
            extra={"label": "Créneaux", "choice": True},
            extra_json_schema={"minItems": 1, "maxItems": WISHES_MOST, "uniqueItems": True},
        ),
    ] = msgspec.field(name="slot_ids")
    pupils: Pupils
    wait: Wait = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= len(self.slots) <= WISHES_MOST or len(set(self.slots)) != len(self.slots):
            raise Invalid({"slots": f"Choisissez de un à {WISHES_MOST} créneaux différents."})

    @property
    def choices(self) -> list[BookSlot]:
        """What is asked of each slot, in order."""
        said = {name: getattr(self, name) for name in ("group", "pupils", "adults", "needs", "boxes", "wait")}
        return [BookSlot(slot=slot, **said) for slot in self.slots]


class Granted(Struct, frozen=True):
    """The one choice taken, with those in reserve, or every choice that the group waits for; `repeated` when it had
    been granted before."""

    choices: list[WishChoice]
    repeated: bool = False

    @property
    def first(self) -> WishChoice:
        """The choice taken, or the best of those that wait."""
        return next((one for one in self.choices if one.state != "waiting"), self.choices[0])


class AlreadyThere(Refusal):
    kind = "group-busy"
    title = "Groupe déjà inscrit"
    sentence = "Ce groupe a déjà une demande ou une visite sur l'un de ces créneaux. Retrouvez-la dans vos visites."


@retried
async def ask(demands: Sequence[Demand], *, now: datetime) -> Granted:
    """Take the first slot that can be had; the others are not touched, or kept in reserve while its visa is awaited.

    When none can, and `wait` is asked, the group joins the waiting lists of the full ones; taking an offered place
    releases the others. Raises NotFound, Invalid, KeyReused, AlreadyThere, NoPrincipal, NewcomerHolds, or else the
    first choice's refusal.
    """
    slots, first = [demand.asked.slot for demand in demands], demands[0]
    wait = first.asked.wait
    refuse_needs(first.asked.needs)
    if first.awaiting:
        raise NewcomerHolds()
    async with transaction():
        await rows(LOCK_SEATS, slots)
        if (before := await granted_before(first)) is not None:
            return Granted(await choices_of(await demand_of(before.id)), repeated=True)
        if await already_there(first.asked.group, slots, school=first.school):
            raise AlreadyThere()
        above = await make(first.asked.group, school=first.school, by=first.by, lines=len(demands), now=now)
        demands = [replace(demand, demand=above) for demand in demands]
        full: list[Demand] = []
        noes: list[Refusal] = []
        for place, demand in enumerate(demands, start=1):
            try:
                taken = await _take(demand, now=now)
                if taken is not None:
                    await _keep([*(full if wait else ()), *demands[place:]], taken, wait=wait, now=now)
                return Granted(await choices_of(above))
            except (NotFound, Invalid, KeyReused):
                raise
            except Refusal as no:
                noes.append(no)
                if isinstance(no, SlotFull):
                    full.append(demand)
        if not wait or not await _wait_for(full, now=now):
            raise noes[0]
        return Granted(await choices_of(above))


async def _take(demand: Demand, *, now: datetime) -> int | None:
    """Take the seats; returns the reservation when they wait for a visa."""
    seen = or_not_found(await seats_of(demand.asked.slot, demand.asked.group, school=demand.school))
    refuse_booking(seen, pupils=demand.asked.pupils, now=now)
    try:
        async with savepoint():
            if (taken := await take_seats(demand, seen, now=now)) is None:
                raise SlotFull()
            return taken if seen.approval else None
    except IntegrityConstraintViolationError as no:
        raise KeyReused() if no.constraint_name == ONE_KEY else GroupBusy() from None


async def _keep(others: Sequence[Demand], taken: int, *, wait: bool, now: datetime) -> None:
    """Keep in reserve the choices that could be had after the one `taken`; a full one for who is ready to wait."""
    for demand in others:
        # That the one taken is at the same hour does not matter: they are never had together.
        seen = await seats_of(demand.asked.slot, demand.asked.group, school=demand.school, moving=taken)
        if seen is None:
            continue
        with suppress(Refusal):
            try:
                refuse_booking(seen, pupils=demand.asked.pupils, now=now)
            except SlotFull:
                if not wait:
                    continue
            await join_waiting_list(replace(demand, key=None), in_reserve=True, now=now)


async def _wait_for(full: Sequence[Demand], *, now: datetime) -> int:
    """Join each waiting list that takes the group; returns how many. The first one bears the key of the demand, and
    its mail names them all."""
    joined = 0
    for demand in full:
        try:
            await join_waiting_list(replace(demand, key=None) if joined else demand, told=not joined, now=now)
        except KeyReused:
            raise
        except Refusal:
            continue
        joined += 1
    return joined
