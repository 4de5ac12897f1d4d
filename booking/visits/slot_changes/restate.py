"""Changing what an open slot says: until when it is reserved, its levels, which companies it takes, what is built; and
its places: those that are added go to the groups that wait."""

from __future__ import annotations

from datetime import datetime

from asyncpg.exceptions import UniqueViolationError

from booking.visits.attendance.change import TRADES_TOLD_APART
from booking.visits.reservation_states import BOOKED_SQL
from booking.visits.reservations.give_back import give_back
from booking.visits.slot_changes.queries import companies_ask, groups_left_out, objects_built, objects_of_slot
from booking.visits.slot_changes.rules import CompaniesAsk, LevelTaken, TradesMeet
from booking.words.wording import levels_words, moment
from workshops.database import rows, savepoint, transaction
from workshops.database.retry import retried
from workshops.events.record import record, recorded_of
from workshops.slots.restate import ResizeSlot, RestateSlot, resize_slot, restate_slot

TELL_OBJECTS = f"""
WITH {
    recorded_of(
        "reservation",
        f"reservations r WHERE r.slot = $1 AND r.state IN {BOOKED_SQL} ORDER BY r.id",
        about="r.id",
        sequence="r.sequence",
        at="$2",
        by="$3",
        act="'reservation_objects'",
        was="r.state",
        state="r.state",
    )
}
SELECT id FROM event
"""  # noqa: S608 - constants only


async def restate(
    slot: int, asked: RestateSlot, *, school: int, by: int, now: datetime, version: int | None = None
) -> bool:
    """The slot is offered otherwise from now on; returns whether anything changed.

    Whoever has a place keeps it, at the same hour and in the same room: only other objects are told, to the teachers
    whose groups build them, and no entry of an agenda changes. Raises what
    `workshops.slots.restate` raises (Invalid, NotFound, SlotDone, SlotCalledOff, SlotBegun, Stale), LevelTaken for a
    level of a group that comes or waits, TradesMeet and CompaniesAsk for companies that are there.
    """
    async with transaction():
        was = await restate_slot(slot, asked, school=school, version=version, now=now)
        changes = []
        if asked.booking_closes_at not in {None, was.booking_closes_at}:
            changes.append(f"réservations {moment(was.booking_closes_at)} -> {moment(asked.booking_closes_at)}")
        if asked.levels is not None and set(asked.levels) != set(was.levels):
            if left_out := await groups_left_out(slot, asked.levels):
                raise LevelTaken(left_out)
            changes.append(f"niveaux {levels_words(was.levels)} -> {levels_words(asked.levels)}")
        if asked.one_per_trade not in {None, was.one_per_trade}:
            if asked.one_per_trade:
                await _tell_trades_apart(slot)
            changes.append(f"une entreprise par métier {_yes(was.one_per_trade)} -> {_yes(asked.one_per_trade)}")
        if asked.on_agreement not in {None, was.on_agreement}:
            if not asked.on_agreement and await companies_ask(slot):
                raise CompaniesAsk()
            changes.append(f"accord du lycée {_yes(was.on_agreement)} -> {_yes(asked.on_agreement)}")
        built, builds = await objects_built(was.workshop, was.only_objects), await objects_of_slot(slot)
        if built != builds:
            changes.append(f"objets {', '.join(built) or 'aucun'} -> {', '.join(builds)}")
            await rows(TELL_OBJECTS, slot, now, by)
        if changes:
            await record("slot_restated", by=by, about_kind="slot", about=slot, detail=", ".join(changes), now=now)
        return bool(changes)


async def _tell_trades_apart(slot: int) -> None:
    try:
        async with savepoint():
            await rows(TRADES_TOLD_APART, slot)
    except UniqueViolationError:
        raise TradesMeet() from None


def _yes(said: bool | None) -> str:
    return "oui" if said else "non"


@retried
async def resize(
    slot: int, asked: ResizeSlot, *, school: int, by: int, now: datetime, version: int | None = None
) -> list[int] | None:
    """Other numbers of pupils, groups and people of companies; returns the reservations that were offered a place,
    None where nothing changed.

    Raises what `workshops.slots.resize` raises: Invalid, NotFound, SlotDone, SlotCalledOff, Stale, BelowTaken.
    """
    async with transaction():
        was = await resize_slot(slot, asked, school=school, version=version)
        changes = (
            ("places", was.seats, asked.seats),
            ("groupes", was.groups_max, asked.groups_max),
            ("entreprises", was.company_places, asked.company_places),
        )
        detail = ", ".join(
            f"{word} {before} -> {after}" for word, before, after in changes if after not in {None, before}
        )
        if not detail:
            return None
        await record("slot_resized", by=by, about_kind="slot", about=slot, detail=detail, now=now)
        return await give_back(slot, now=now)
