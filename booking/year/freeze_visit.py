"""Freezing the figures of a visit that its lycée never closed: what the badges say, and nothing else."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from booking.day.checkin.close_slot import close_slot
from booking.day.checkin.queries import roster
from booking.day.checkin.rules import CompanyCount, Headcount
from booking.year.queries import OpenVisit
from booking.year.rules import FROM_BADGES, FROM_ZERO, NOBODY
from workshops.slots.call_off import call_off_slot


async def freeze_visit(visit: OpenVisit, *, by: int | None, now: datetime) -> Counter[str]:
    """Close a past visit: each group and company came with as many as had their badge read.

    One that nobody reserved is called off, without a word to anybody. Inside the caller's transaction.
    Raises SlotDone, SlotCalledOff when it was settled meanwhile.
    """
    if visit.empty:
        await call_off_slot(visit.id, reason=NOBODY, host_school=visit.school)
        return Counter(nobody=1)
    seen = await roster(visit.id, school=visit.school)
    note = FROM_BADGES if visit.scanned else FROM_ZERO
    await close_slot(
        visit.id,
        headcounts=[
            Headcount(one.reservation, one.came, one.adults_here, note, absent=not one.came) for one in seen.received
        ],
        companies=[CompanyCount(one.company, one.scanned) for one in seen.companies],
        account=by,
        school=visit.school,
        now=now,
    )
    return Counter(from_badges=1) if visit.scanned else Counter(from_zero=1)
