"""How long seats are held, by the calendar of the lycée that holds them."""

from __future__ import annotations

from datetime import datetime

from booking.visits.reservations.states import APPROVAL_LASTS, OFFER_LASTS, hold_until, offer_expires_at
from workshops.school_calendar.queries import days_off_before
from workshops.school_calendar.rules import LOOKS_BACK, paris_day
from workshops.slots.rules import Deadlines


async def held_until(deadlines: Deadlines, *, host: int, now: datetime) -> datetime:
    """Until when seats are held for a principal's visa."""
    off = await days_off_before(host, paris_day(now + APPROVAL_LASTS))
    return hold_until(deadlines, off, school=host, now=now)


async def offered_until(deadlines: Deadlines, *, host: int, now: datetime) -> datetime | None:
    """Until when an offered place is held; None when it is too late to offer one."""
    off = await days_off_before(host, paris_day(now + OFFER_LASTS + LOOKS_BACK))
    return offer_expires_at(deadlines, off, school=host, now=now)
