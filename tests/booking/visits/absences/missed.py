"""Visits to which a collège did not come, closed by their lycées."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.day.checkin.acts import GroupHeadcount
from booking.day.checkin.close_slot import close_slot
from tests import builders
from tests.builders import paris
from workshops.database import rows, value


async def visit_of(college: int, *, on: str = "2027-01-05 09:00", **more: object) -> tuple[int, int]:
    """A slot of a lycée of its own, where a group of the collège is expected; returns both numbers."""
    slot = await builders.slot(starts_at=paris(on), seats=60, groups_max=4)
    group = await builders.group(school=college)
    return slot, await builders.reservation(slot=slot, group=group, state="locked", **more)


async def close(slot: int, *missed: int, at: datetime | None = None) -> None:
    """The lycée closes it: all came but these."""
    there = await rows("SELECT id, ends_at FROM reservations WHERE slot = $1 AND state = 'locked'", slot)
    counts = [
        GroupHeadcount(reservation=one["id"], pupils=0, adults=0, absent=True)
        if one["id"] in missed
        else GroupHeadcount(reservation=one["id"], pupils=20, adults=2)
        for one in there
    ]
    lycee = await value("SELECT school FROM slots WHERE id = $1", slot)
    await close_slot(
        slot, headcounts=counts, account=None, school=lycee, now=at or there[0]["ends_at"] + timedelta(hours=1)
    )


async def misses(college: int, *, on: str = "2027-01-05 09:00", at: datetime | None = None) -> int:
    """A visit to which it did not come; returns its slot."""
    slot, reservation = await visit_of(college, on=on)
    await close(slot, reservation, at=at)
    return slot
