"""Reading a calendar part as a mail program does, by a library that did not write it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar


@dataclass(frozen=True)
class Entry:
    """What an agenda offers to keep, to change or to take away."""

    method: str
    uid: str
    sequence: int
    status: str
    summary: str
    location: str
    starts_at: datetime
    ends_at: datetime


def entry_of(calendar: str) -> Entry | None:
    """The one entry of a calendar part; None when it holds none. Raises ValueError for what is no calendar."""
    read = Calendar.from_ical(calendar)
    if not isinstance(read, Calendar) or not read.events:
        return None
    event = read.events[0]
    starts_at, ends_at = event.start, event.end
    if not isinstance(starts_at, datetime) or not isinstance(ends_at, datetime):
        return None
    return Entry(
        method=str(read["METHOD"]),
        uid=str(event.uid),
        sequence=event.sequence,
        status=str(event.get("STATUS", "")),
        summary=str(event.summary),
        location=str(event.location),
        starts_at=starts_at,
        ends_at=ends_at,
    )
