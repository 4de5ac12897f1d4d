"""Moving a slot with everyone in it: the same visits, the same calendar entries, another hour or room."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from asyncpg.exceptions import DeadlockDetectedError, ExclusionViolationError

from booking.visits.attendance.change import FOLLOWED as COMINGS_FOLLOWED
from booking.visits.reservations.promote import promote
from booking.visits.reservations.queries import held_until
from booking.visits.reservations.states import ListLocked, NotNow, transition_of
from booking.visits.reservations.transition import CHANGES_FOLLOW, FOLLOWED
from booking.visits.slot_changes.queries import groups_busy
from booking.visits.slot_changes.rules import (
    NO_ROOM,
    READERS_OF,
    ROOM_ALONE,
    GroupsBusy,
    MoveDone,
    minute_of,
    states_that,
)
from booking.words.wording import moment
from workshops.database import rows, savepoint, transaction, value
from workshops.database.retry import retried
from workshops.events.record import record, recorded_of
from workshops.refusals import Stale
from workshops.slots.move import MoveSlot, move_slot
from workshops.slots.rules import Deadlines

_READERS = READERS_OF.format(one="followed")
# $11: those whom the mail of another slot tells.
ACT = f"CASE WHEN {_READERS} = ANY ($11::text[]) THEN 'reservation_follow_also' ELSE 'reservation_follow' END"
FOLLOW = f"""
WITH was AS (
  SELECT id, state FROM reservations WHERE slot = $1 AND state = ANY ($2::varchar[])
), followed AS (
  {FOLLOWED}
), changes_asked AS (
  {CHANGES_FOLLOW}
), {
    recorded_of(
        "reservation",
        "followed ORDER BY followed.id",
        at="$5",
        by="$8",
        act=ACT,
        was="followed.was",
        state="followed.state",
        also="$10",
    )
}
SELECT {_READERS} AS readers FROM followed
"""  # noqa: S608 - constants only
COMPANIES_FOLLOW = f"""
WITH followed AS (
  {COMINGS_FOLLOWED}
), {
    recorded_of(
        "attendance",
        "followed ORDER BY followed.id",
        at="$2",
        by="$3",
        act="'attendance_follow'",
        was="followed.state",
        state="followed.state",
        also="$4",
    )
}
SELECT count(*) FROM followed
"""  # noqa: S608 - constants only
COLLEGES = "SELECT DISTINCT school FROM reservations WHERE slot = $1 AND hold_until IS NOT NULL ORDER BY school"
# The room that a slot had, and the one that it has now.
ROOMS = f"""SELECT '{ROOM_ALONE}' || coalesce(old.name, '{NO_ROOM}') || ' -> ' || coalesce(new.name, '{NO_ROOM}')
FROM slots s LEFT JOIN rooms old ON old.id = $2 LEFT JOIN rooms new ON new.id = s.room WHERE s.id = $1"""  # noqa: S608 - constants only
TRIES = 2


class _OnlyLooking(Exception):
    """Takes an act back: it was only asked what it would do."""


@asynccontextmanager
async def only_looking() -> AsyncIterator[None]:
    """What is done in it is refused as it would be, and nothing stays of it."""
    with suppress(_OnlyLooking):
        async with transaction():
            yield
            raise _OnlyLooking


@retried
async def move(
    slot: int,
    asked: MoveSlot,
    *,
    school: int,
    by: int,
    now: datetime,
    version: int | None = None,
    told: Collection[str] = (),
) -> MoveDone:
    """The slot takes place at another hour or in another room; everyone in it follows and is told, SEQUENCE + 1, with
    the reason where there is one.

    `told`: those whom the same act tells of another slot already, by one mail for both.

    Raises what `workshops.slots.move` raises (Invalid, NotFound, SlotDone, SlotCalledOff, SlotBegun, Stale, ClosedDay,
    RoomTaken), and GroupsBusy when a group has another visit at that time.
    """
    async with transaction():
        moved = await move_slot(slot, asked, school=school, version=version, now=now)
        was_at = minute_of(moved.was.starts_at)
        readers = await _follow(slot, moved.deadlines, asked.ends_at, was_at, told, by=by, now=now)
        companies: int = await value(COMPANIES_FOLLOW, slot, now, by, was_at)
        detail = await value(ROOMS, slot, moved.was.room) if moved.same_hours else None
        detail = detail or f"{moment(moved.was.starts_at)} -> {moment(asked.starts_at)}"
        await record("slot_moved", by=by, about_kind="slot", about=slot, detail=detail, now=now)
        await promote(slot, now=now)
        return MoveDone(len(readers), companies, moved.booking_closes_at, frozenset(readers))


async def preview_move(
    slot: int, asked: MoveSlot, *, school: int, by: int, now: datetime, version: int | None = None
) -> MoveDone:
    """What `move` would do now, refusals included; nothing stays of it."""
    async with only_looking():
        done = await move(slot, asked, school=school, by=by, version=version, now=now)
    return done


async def _follow(
    slot: int,
    deadlines: Deadlines,
    ends_at: datetime,
    was_at: int,
    told: Collection[str],
    *,
    by: int,
    now: datetime,
) -> list[str]:
    """Take every reservation along; a group that books elsewhere at this very moment makes it busy."""
    starts_at = deadlines.start
    colleges = [one["school"] for one in await rows(COLLEGES, slot)]
    held = {one: await held_until(deadlines, college=one, now=now) for one in colleges}
    arguments = (
        *(slot, states_that("follow"), starts_at, ends_at, now, _unlocks(deadlines, now)),
        *(list(held), by, deadlines.list, was_at, list(told), list(held.values())),
    )
    for _ in range(TRIES):
        if busy := await groups_busy(slot, starts_at, ends_at):
            raise GroupsBusy(busy)
        try:
            async with savepoint():
                return [one["readers"] for one in await rows(FOLLOW, *arguments)]
        except (ExclusionViolationError, DeadlockDetectedError):
            continue
    raise Stale


def _unlocks(deadlines: Deadlines, now: datetime) -> bool:
    """Whether a closed list opens again, being far from the visit once more."""
    try:
        transition_of("locked", "unlock", role="slot", deadlines=deadlines, now=now)
    except (ListLocked, NotNow):
        return False
    return True
