"""A moment that is rarely meant is asked about once more."""

from __future__ import annotations

from datetime import datetime

from workshops.ptech.rules import UnusualTime, unusual
from workshops.school_calendar.queries import day_off_of
from workshops.school_calendar.rules import paris_day


async def refuse_unless_sure(sure: bool, starts_at: datetime, minutes: int, *, school: int) -> None:
    """Raise UnusualTime for an action out of the lycée's days and hours, unless whoever plans it is `sure`."""
    if sure:
        return
    if why := unusual(starts_at, minutes, await day_off_of(school, paris_day(starts_at))):
        raise UnusualTime(why)
