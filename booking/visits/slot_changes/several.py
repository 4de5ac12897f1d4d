"""One act on several slots of a lycée, a series or what is left of it: all of them or none, each told as by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from booking.visits.slot_changes.call_off import call_off
from booking.visits.slot_changes.move import move, only_looking
from booking.visits.slot_changes.restate import resize
from booking.visits.slot_changes.rules import NotAllOfThem
from workshops.acts import Act
from workshops.database import savepoint, transaction
from workshops.database.retry import retried
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.series.rules import OneOfSeries
from workshops.slots.acts import MaybeReason, OddHours, Room
from workshops.slots.call_off import CallOffSlot
from workshops.slots.limits import refuse_odd_move
from workshops.slots.lock import lock_slots
from workshops.slots.move import MoveSlot
from workshops.slots.restate import ResizeSlot


class Fate(Struct, frozen=True):
    """What becomes of one slot: whom that touches, or the refusal for which it stays as it is.

    Of a move, `starts_at` and `ends_at` are its new hours.
    """

    slot: int
    starts_at: datetime
    ends_at: datetime
    groups: int = 0
    companies: int = 0
    refusal: Refusal | None = None


class Shift(Act, frozen=True, kw_only=True):
    """Where slots go: some days later or earlier, at hours of the wall or at their own, in this room (None: in none) or
    each in its own. `odd_hours`: before 7:00 or after 19:00, and meant."""

    days: Annotated[int, Meta(ge=-7, le=7, description="Days later, or earlier.", extra={"label": "Jour"})] = 0
    starts: Annotated[time, Meta(extra={"label": "Heure de début"})] | None = None
    ends: Annotated[time, Meta(extra={"label": "Heure de fin"})] | None = None
    room: Room | UnsetType | None = UNSET
    reason: MaybeReason = ""
    odd_hours: OddHours = False

    def of(self, one: OneOfSeries) -> tuple[datetime, datetime]:
        """The new hours of a slot."""
        return one.shifted(self.days, self.starts, self.ends)


Asked = Shift | ResizeSlot | CallOffSlot
Versions = Mapping[int, int | None]


@retried
async def change_slots(
    asked: Asked, slots: Sequence[OneOfSeries], *, versions: Versions, school: int, by: int, now: datetime
) -> list[Fate]:
    """Move, resize or call off these slots in one transaction; whoever comes follows, and one mail
    tells each group of all its visits.

    `versions` names the slots, with what the page showed of each (None: as it is). Raises Invalid, NotFound, and
    NotAllOfThem with the first refusal when one of them cannot: none is changed then.
    """
    chosen = _in_order(asked, [one for one in slots if one.id in versions])
    if not versions:
        raise Invalid({"slots": "Gardez au moins un créneau."})
    if len(chosen) < len(versions):
        raise NotFound
    _refuse_odd_hours(asked, chosen)
    async with transaction():
        await lock_slots([one.id for one in chosen], school=school)
        fates: list[Fate] = []
        told: set[str] = set()
        for one in chosen:
            try:
                own = {"school": school, "by": by}
                fates.append(await _do(asked, one, version=versions[one.id], told=told, **own, now=now))
            except NotFound:
                raise
            except Refusal as no:
                raise NotAllOfThem(one.on, no) from None
        return sorted(fates, key=lambda fate: (fate.starts_at, fate.slot))


@retried
async def preview_slots(
    asked: Asked, slots: Sequence[OneOfSeries], *, school: int, by: int, now: datetime
) -> dict[int, Fate]:
    """What `change_slots` would do to each of these now, those that must stay apart; nothing stays of it.

    Raises Invalid where an odd hour is asked about.
    """
    _refuse_odd_hours(asked, slots)
    fates: dict[int, Fate] = {}
    async with only_looking():
        await lock_slots([one.id for one in slots], school=school)
        for one in _in_order(asked, slots):
            try:
                async with savepoint():
                    fates[one.id] = await _do(asked, one, school=school, by=by, now=now)
            except NotFound:
                raise
            except Refusal as no:
                fates[one.id] = Fate(one.id, one.starts_at, one.ends_at, refusal=no)
    return fates


def _refuse_odd_hours(asked: Asked, slots: Sequence[OneOfSeries]) -> None:
    """Asked once of them all, before any is looked at. Raises Invalid."""
    if isinstance(asked, Shift):
        for one in slots:
            refuse_odd_move((one.starts_at, one.ends_at), asked.of(one), meant=asked.odd_hours)


def _in_order(asked: Asked, slots: Sequence[OneOfSeries]) -> list[OneOfSeries]:
    """The last first when they go later, the first first when they go earlier: each leaves its hour and its groups
    before the next one comes there."""
    later = isinstance(asked, Shift) and bool(slots) and asked.of(slots[0])[0] > slots[0].starts_at
    return sorted(slots, key=lambda one: (one.starts_at, one.id), reverse=later)


async def _do(
    asked: Asked,
    one: OneOfSeries,
    *,
    school: int,
    by: int,
    now: datetime,
    version: int | None = None,
    told: set[str] | None = None,
) -> Fate:
    """`told` grows by those whom this slot's mails tell."""
    told = set() if told is None else told
    match asked:
        case Shift():
            starts_at, ends_at = asked.of(one)
            there = MoveSlot(
                starts_at=starts_at,
                ends_at=ends_at,
                room=asked.room,
                reason=asked.reason,
                odd_hours=asked.odd_hours,
            )
            moved = await move(one.id, there, school=school, by=by, version=version, told=told, now=now)
            told |= moved.told
            return Fate(one.id, starts_at, ends_at, moved.groups, moved.companies)
        case ResizeSlot():
            offered = await resize(one.id, asked, school=school, by=by, version=version, now=now)
            return Fate(one.id, one.starts_at, one.ends_at, len(offered or []))
        case CallOffSlot():
            ended = await call_off(one.id, asked, school=school, by=by, told=told, now=now)
            told |= ended.told
            return Fate(one.id, one.starts_at, one.ends_at, ended.groups, ended.companies)
