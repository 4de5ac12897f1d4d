"""What a changed slot needs to know of those who come to it, and where they may go instead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from booking.visits.attendance.tables import Attendance
from booking.visits.reservation_states import HOLDS_SEATS, LIVE
from booking.visits.slot_changes.rules import ROOM_ALONE
from workshops.database import row, rows, value
from workshops.offer.queries import SlotOnOffer, slots_on_offer
from workshops.offer.rules import Search
from workshops.openings.rules import may_be_had
from workshops.slots.tables import Slot

BUSY = """
SELECT DISTINCT g.name || ' (' || c.name || ')' AS label
FROM reservations r JOIN groups g ON g.id = r."group" JOIN schools c ON c.id = r.school
JOIN reservations b ON b."group" = r."group" AND b.slot <> r.slot AND b.state = ANY ($4::varchar[])
  AND b.starts_at < $3 AND b.ends_at > $2 AND r.replaces IS DISTINCT FROM b.id AND b.replaces IS DISTINCT FROM r.id
WHERE r.slot = $1 AND r.state = ANY ($4::varchar[]) ORDER BY label
"""
# Groups of levels that a slot would no longer take.
LEFT_OUT = """
SELECT g.name || ' (' || c.name || ', ' || g.level || ')' AS label
FROM reservations r JOIN groups g ON g.id = r."group" JOIN schools c ON c.id = r.school
WHERE r.slot = $1 AND r.state = ANY ($2::varchar[]) AND g.level <> ALL ($3::varchar[]) ORDER BY label
"""
OBJECTS_BUILT = """
SELECT o.name FROM workshop_objects w JOIN tech_objects o ON o.id = w.tech_object
WHERE w.workshop = $1 AND ($2::int[] IS NULL OR o.id = ANY ($2)) ORDER BY o.name
"""
LAST_MOVE = """SELECT detail FROM events WHERE about_kind = 'slot' AND about = $1 AND act = 'slot_moved'
ORDER BY id DESC LIMIT 1"""
PUPILS_ARE_HERE = "SELECT EXISTS (SELECT 1 FROM presences WHERE slot = $1)"
GROUP_OF = """
SELECT r."group", r.pupils, g.level, c.lat, c.lon FROM reservations r
JOIN groups g ON g.id = r."group" JOIN schools c ON c.id = r.school WHERE r.id = $1
"""
TAKEN_HOURS = 'SELECT starts_at, ends_at FROM reservations WHERE "group" = $1 AND state = ANY ($2::varchar[])'
HOLDING = sorted(HOLDS_SEATS)
COMING = sorted(LIVE)
PROPOSED = 3
# Of which some may fall on another visit of the group.
LOOKED_AT = 12


async def groups_busy(slot: int, starts_at: datetime, ends_at: datetime) -> list[str]:
    """The groups of a slot that have another visit at this time, as « 4e B (Collège Stendhal) »."""
    return [one["label"] for one in await rows(BUSY, slot, starts_at, ends_at, HOLDING)]


async def groups_left_out(slot: int, levels: Sequence[str]) -> list[str]:
    """The groups of a slot that come, or wait, in no level of these: « 4e B (Collège Stendhal, 4e) »."""
    return [one["label"] for one in await rows(LEFT_OUT, slot, COMING, list(levels))]


async def objects_built(workshop: int, only: Sequence[int] | None) -> list[str]:
    """The names of the objects of a workshop, or of those only."""
    return [one["name"] for one in await rows(OBJECTS_BUILT, workshop, only)]


async def objects_of_slot(slot: int) -> list[str]:
    """The names of the objects that are built at a slot."""
    now = await Slot.select(Slot.workshop, Slot.only_objects).where(Slot.id == slot).first()
    return [] if now is None else await objects_built(now["workshop"], now["only_objects"])


async def companies_ask(slot: int) -> bool:
    """Whether a company waits for the lycée's agreement."""
    return await Attendance.exists().where(Attendance.slot == slot, Attendance.state == "asked")


async def pupils_are_here(slot: int) -> bool:
    """Whether a badge was scanned at this slot."""
    return bool(await value(PUPILS_ARE_HERE, slot))


async def room_before(slot: int) -> str:
    """The room that a slot left last, when nothing else of it changed then; empty otherwise."""
    detail = str(await value(LAST_MOVE, slot) or "")
    return detail.removeprefix(ROOM_ALONE).partition(" -> ")[0] if detail.startswith(ROOM_ALONE) else ""


async def reason_of_slot(slot: int) -> str:
    """Why a slot was called off, or moved last; empty when nobody said."""
    told = await Slot.select(Slot.reason).where(Slot.id == slot).first()
    return "" if told is None else str(told["reason"])


async def slots_instead(reservation: int, *, now: datetime) -> list[SlotOnOffer]:
    """Where a group may go instead of a visit that is lost: at most three open slots of its level in which it fits
    entirely, the nearest to its collège first, then the soonest; none while it is on another visit."""
    group = await row(GROUP_OF, reservation)
    if group is None:
        return []
    located = group["lat"] is not None and group["lon"] is not None
    found = await slots_on_offer(
        Search(
            level=group["level"],
            pupils=group["pupils"],
            near=(group["lat"], group["lon"]) if located else None,
            by_distance=located,
            only_free=True,
            limit=LOOKED_AT,
        ),
        now=now,
    )
    taken = await rows(TAKEN_HOURS, group["group"], HOLDING)
    free = [
        slot
        for slot in found.items
        if may_be_had(slot.opens_at, slot.draws_at, now)
        and not any(slot.starts_at < one["ends_at"] and slot.ends_at > one["starts_at"] for one in taken)
    ]
    return free[:PROPOSED]
