"""When the other side of a visit sees a telephone, and how long one is kept. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from booking.visits.reservation_states import CAME, SURE
from workshops.school_calendar.rules import paris_day, paris_instant

SHOWN_BEFORE = timedelta(days=7)
KEPT_AT_MOST = timedelta(days=365)


def shown(state: str, *, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """From a week before until midnight of its day, for a visit that takes place."""
    midnight = paris_instant(paris_day(ends_at) + timedelta(days=1), time())
    return state in {*SURE, *CAME, "announced"} and starts_at - SHOWN_BEFORE <= now < midnight
