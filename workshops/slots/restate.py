"""What a slot says otherwise: its numbers, until when it is reserved, its levels, which companies, what is built."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from workshops.acts import Act
from workshops.acts.fields import fields_of
from workshops.catalogue.tables import WorkshopObject
from workshops.database import transaction
from workshops.refusals import Invalid
from workshops.school_calendar.queries import days_off_before
from workshops.school_calendar.rules import paris_day
from workshops.schools.rules import LEVELS
from workshops.slots.acts import (
    BookingClosesAt,
    BuiltObjects,
    CompanyPlaces,
    GroupsMax,
    Levels,
    OnAgreement,
    OnePerTrade,
    Seats,
)
from workshops.slots.limits import refuse_wrong_closing
from workshops.slots.lock import LockedSlot, lock_slot, take_room
from workshops.slots.rules import BelowTaken, SlotBegun, closing
from workshops.slots.tables import Slot


class ResizeSlot(Act, frozen=True, kw_only=True):
    """Other numbers; what is not given stays."""

    seats: Seats | None = None
    groups_max: GroupsMax | None = None
    company_places: CompanyPlaces | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not _given(self, ResizeSlot):
            raise Invalid({"seats": "Donnez au moins un nombre : de places, de groupes ou d'entreprises."})


class RestateSlot(Act, frozen=True, kw_only=True):
    """What a slot says otherwise from now on; what is not given stays."""

    booking_closes_at: BookingClosesAt | None = None
    levels: Levels | None = None
    one_per_trade: OnePerTrade | None = None
    on_agreement: OnAgreement | None = None
    objects: BuiltObjects | None = msgspec.field(name="object_ids", default=None)


async def resize_slot(slot: int, asked: ResizeSlot, *, school: int, version: int | None = None) -> LockedSlot:
    """Other numbers of pupils, groups and people of companies. Returns the slot as it was.

    Raises Invalid, NotFound, SlotDone, SlotCalledOff, Stale, BelowTaken when more is taken already.
    """
    async with transaction():
        was = await lock_slot(slot, school=school, version=version)
        sizes = {name: size for name, size in _given(asked, ResizeSlot).items() if size != getattr(was, name)}
        for field in fields_of(ResizeSlot):
            taken = was.taken[field.name]
            if sizes.get(field.name, taken) < taken:
                one, many, what_to_do = field.extra["taken"]
                told = f"{taken} {one if taken == 1 else many} : gardez {taken} au moins. {what_to_do}"
                raise BelowTaken(field.name, told)
        if sizes.get("seats", 0) > was.seats:
            await take_room(was.room, school=school, seats=sizes["seats"])
        if sizes:
            await _say(slot, sizes)
        return was


async def restate_slot(
    slot: int, asked: RestateSlot, *, school: int, now: datetime, version: int | None = None
) -> LockedSlot:
    """The lycée says it otherwise; whoever has a place keeps it. Returns the slot as it was.

    Raises Invalid, NotFound, SlotDone, SlotCalledOff, SlotBegun, Stale.
    """
    async with transaction():
        was = await lock_slot(slot, school=school, version=version)
        if was.starts_at <= now:
            raise SlotBegun("Cette visite a commencé : ce qu'elle annonce ne change plus.")
        said = _given(asked, RestateSlot)
        closes_at = asked.booking_closes_at
        if closes_at is not None and closes_at != was.booking_closes_at:
            off = await days_off_before(school, paris_day(was.starts_at))
            latest = closing(was.starts_at, off, days=was.booking_days)
            refuse_wrong_closing(closes_at, latest, days=was.booking_days, now=now)
            said["chosen_closes_at"] = closes_at if closes_at < latest else None
        if asked.levels is not None:
            said["levels"] = [level for level in LEVELS if level in asked.levels]
        if asked.objects is not None:
            said["only_objects"] = await _own_objects(said.pop("objects"), was.workshop)
        await _say(slot, said)
        return was


def _given(asked: Act, act: type[Act]) -> dict[str, Any]:
    """What is asked, but for what stays."""
    values = {name: getattr(asked, name) for name in act.__struct_fields__}
    return {name: value for name, value in values.items() if value is not None}


async def _say(slot: int, said: dict[str, Any]) -> None:
    columns = {getattr(Slot, name): value for name, value in said.items()}
    await Slot.update(columns | {Slot.version: Slot.version + 1}).where(Slot.id == slot)


async def _own_objects(objects: Collection[int], workshop: int) -> list[int] | None:
    """Those that a slot keeps of its workshop's; None for all of them, so that it follows the workshop."""
    its = WorkshopObject.select(WorkshopObject.tech_object).where(WorkshopObject.workshop == workshop)
    built = {each["tech_object"] for each in await its}
    if not built.issuperset(objects):
        raise Invalid({"objects": "Choisissez au moins un objet de l'atelier."})
    return None if built == set(objects) else sorted(objects)
