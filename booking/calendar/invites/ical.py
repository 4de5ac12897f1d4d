"""A calendar entry as bytes (RFC 5545, 5546): what Thunderbird, Outlook, Apple and Google put in an agenda.

Two things are written here rather than by icalendar 7.3. The zone: its `add_missing_timezones()` lists the clock
changes one by one, and half of the readers then show summer an hour late. The entry: its serializer takes 0.20 ms,
these lines 0.02 ms, and it turns a typed `\\N` into a line break. The tests read every entry back with icalendar,
ical.js and khal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from booking.calendar.invites.fold import fold, mailto, parameter, plain, text, utc, wall

# The clock changes of the European Union, the same since 1996: no entry of ours is older.
ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19960331T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE""".replace("\n", "\r\n")

Method = Literal["REQUEST", "CANCEL"]
Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]


@dataclass(frozen=True)
class Event:
    """One visit in one person's agenda. Instants are aware; `stamp` is when the entry is written.

    No pupil: a group is its label and a head count. An invitation has one attendee, its reader; an entry that is only
    published has none (RFC 5546, 3.2.1).
    """

    uid: str
    sequence: int
    summary: str
    description: str
    location: str
    url: str
    starts_at: datetime
    ends_at: datetime
    organizer_mail: str
    organizer_name: str
    stamp: datetime
    attendee_mail: str = ""
    attendee_name: str = ""
    method: Method = "REQUEST"
    status: Status = "CONFIRMED"
    geo: tuple[float, float] | None = None


def calendar(event: Event) -> bytes:
    """A whole calendar object of one entry, ready for a mail or a download."""
    return _whole([*_HEAD, f"METHOD:{event.method}", ZONE, *entry(event)])


def published(events: Sequence[Event], *, name: str, refresh: str) -> bytes:
    """A whole calendar object to subscribe to, read again every `refresh` (RFC 7986, 5.1 and 5.7; "PT1H")."""
    about = (
        f"NAME:{text(name)}",
        f"X-WR-CALNAME:{text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{refresh}",
        f"X-PUBLISHED-TTL:{refresh}",
    )
    entries = (line for event in events for line in entry(event))
    return _whole([*_HEAD, "METHOD:PUBLISH", *map(fold, about), ZONE, *entries])


_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Technilab//Technilab//FR", "CALSCALE:GREGORIAN")


def _whole(lines: list[str]) -> bytes:
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def entry(event: Event) -> list[str]:
    """The entry's own lines, folded."""
    lines = [
        f"UID:{text(event.uid)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{utc(event.stamp)}",
        f"DTSTART;TZID=Europe/Paris:{wall(event.starts_at)}",
        f"DTEND;TZID=Europe/Paris:{wall(event.ends_at)}",
        f"SUMMARY:{text(event.summary)}",
        f"DESCRIPTION:{text(event.description)}",
        f"LOCATION:{text(event.location)}",
        f"URL:{plain(event.url)}",
        f"STATUS:{event.status}",
        f"ORGANIZER;CN={parameter(event.organizer_name)}:{mailto(event.organizer_mail)}",
    ]
    if event.attendee_mail:
        lines.append(
            "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
            f";CN={parameter(event.attendee_name)}:{mailto(event.attendee_mail)}"
        )
    if event.geo is not None:
        lines.append(f"GEO:{event.geo[0]:.6f};{event.geo[1]:.6f}")
    return ["BEGIN:VEVENT", *map(fold, lines), "END:VEVENT"]
