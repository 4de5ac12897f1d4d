"""How soon a mail leaves: at once, within a minute with what else is done to its visit, or in the evening. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum

from booking.people.accounts.daily_mail import LEAVES_AT_HOUR
from workshops.school_calendar.rules import paris_day, paris_instant

TOGETHER_WITHIN = timedelta(minutes=1)


class Pace(StrEnum):
    """`DAY` is for whoever reads one mail a day; for others it is `MINUTE`."""

    AT_ONCE = "at_once"
    MINUTE = "minute"
    DAY = "day"


def evening_after(now: datetime) -> datetime:
    """When the next mail of the evening leaves: 18 h 00 in Paris."""
    leaves_at = time(LEAVES_AT_HOUR)
    today = paris_instant(paris_day(now), leaves_at)
    return today if now < today else paris_instant(paris_day(now) + timedelta(days=1), leaves_at)
