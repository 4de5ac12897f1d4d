"""A lycée's week with its rooms, which prints for the workshop's door, and its term at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from booking.visits.hosting.queries import receptions_between
from booking.visits.hosting.week import A_WEEK, WEEKS, HostDay, HostWeek, days_of, monday_of, weeks_of
from workshops.acts.days import FIRST_DAY, LAST_DAY
from workshops.school_calendar.queries import days_off_before


class Week(Struct, frozen=True):
    """The week from its Monday, its `rooms` in columns, where `room` names one, it and none; `weeks`: the term."""

    first_on: date
    days: Sequence[HostDay]
    rooms: Sequence[str]
    room: str
    weeks: Sequence[HostWeek]
    before: date
    after: date


async def week_of(school: int, day: date, *, room: str, now: datetime) -> Week:
    """The week of a day, as far as a calendar goes."""
    first_on = monday_of(min(max(day, FIRST_DAY), LAST_DAY - (WEEKS + 1) * A_WEEK))
    until = first_on + WEEKS * A_WEEK
    receptions = await receptions_between(school, first_on=first_on, last_on=until, now=now)
    off = await days_off_before(school, until, since=first_on)
    this_week = [reception for reception in receptions if reception.on < first_on + A_WEEK]
    rooms = sorted({reception.slot.room for reception in this_week}, key=lambda name: (not name, name))
    return Week(
        first_on=first_on,
        days=days_of(first_on, this_week, off),
        # On a room's door a visit that no room is said for stands too: it may well be here.
        rooms=[name for name in rooms if name in (room, "")] if room in rooms else rooms,
        room=room if room in rooms else "",
        weeks=weeks_of(first_on, receptions, off),
        before=first_on - A_WEEK,
        after=first_on + A_WEEK,
    )
