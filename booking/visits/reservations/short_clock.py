"""How long a place that is given back late is held for the group to which it is offered. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from workshops.school_calendar.rules import (
    OFFICE_CLOSES,
    OFFICE_OPENS,
    PARIS,
    DayOff,
    next_working_day,
    paris_day,
    paris_instant,
)

# In hours at which somebody of the collège may answer.
LATE_OFFER_LASTS = timedelta(hours=2)
LATE_OFFER_SHORTEST = timedelta(minutes=30)
LATE_OFFER_ENDS = timedelta(minutes=30)


def late_offer_expires_at(starts_at: datetime, off: Iterable[DayOff] = (), *, now: datetime) -> datetime | None:
    """Until when a place given back late is held for whom it is offered to: two hours, counted from 8 h to 18 h on the
    days that the collège works, whose days `off` are, and half an hour before the visit at the latest.

    None where less than half an hour of them would be left to answer. Neither the least notice nor the closing of
    reservations counts here: the lycée expected a group.
    """
    off = tuple(off)
    opens, left = _office_from(now, off), LATE_OFFER_LASTS
    begins = opens
    while begins + left > (closes := paris_instant(paris_day(begins), OFFICE_CLOSES)):
        left -= closes - begins
        begins = _office_from(closes, off)
    expires = min(begins + left, starts_at - LATE_OFFER_ENDS)
    return expires if expires - opens >= LATE_OFFER_SHORTEST else None


def _office_from(moment: datetime, off: Iterable[DayOff]) -> datetime:
    """The first moment from this one on at which somebody of the collège may answer."""
    day, hour = paris_day(moment), moment.astimezone(PARIS).time()
    if hour >= OFFICE_CLOSES:
        day += timedelta(days=1)
    opens = next_working_day(paris_instant(day, OFFICE_OPENS), off)
    return max(moment.astimezone(PARIS), opens)
