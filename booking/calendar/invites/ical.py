"""A calendar entry as bytes (RFC 5545, 5546), for Thunderbird, Outlook, Apple and Google, by icalendar.

Three things are ours. The zone: icalendar's `add_missing_timezones()` lists the clock changes one by one, and half of
the readers then show summer an hour late. The escape of a text: icalendar's turns a typed `\\N` into a line break. The
cutting of long lines: icalendar's takes half of the time that an entry takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import quote

import icalendar
from icalendar import Alarm, Calendar, vCalAddress, vDuration, vText, vUri
from msgspec import Struct

from booking.calendar.invites.rules import AgendaEntry
from booking.words.wording import paris

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
EVE = timedelta(days=-1)
_END = b"END:VCALENDAR\r\n"
# A line begins with a space where the one before was cut, never between the two signs of an escape.
_FOLDED, _ESCAPES = 74, b"\\^"

# 3.1: control characters may not appear at all; they are typed by mistake and pasted from PDF files.
_NO_CONTROLS = dict.fromkeys([*range(32), 127]) | {9: " "}
_LINES = _NO_CONTROLS | {10: "\n"}
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})  # 3.3.11
# RFC 6868 has a sign for a quote, which few readers know; what a backslash does in a name, they do not agree.
_AS_NAME = _NO_CONTROLS | str.maketrans({"\n": " ", '"': "'", "\\": "/"})


def calendar(event: AgendaEntry) -> bytes:
    """A whole calendar object of one entry, ready for a mail or a download."""
    return _whole(_head_alone(event.method), [event])


def published(events: Sequence[AgendaEntry], *, name: str, refresh: timedelta) -> bytes:
    """A whole calendar object to subscribe to, read again every `refresh` (RFC 7986, 5.1 and 5.7)."""
    head = _head("PUBLISH")
    for told in ("NAME", "X-WR-CALNAME"):
        head.add(told, _Words(name))
    head.add("REFRESH-INTERVAL", refresh, {"VALUE": "DURATION"})
    head.add("X-PUBLISHED-TTL", vDuration(refresh))
    return _whole(_begun(head), events)


@cache
def _head_alone(method: str) -> bytes:
    return _begun(_head(method))


def _head(method: str) -> Calendar:
    head = Calendar()
    for name, value in (("VERSION", "2.0"), ("PRODID", "-//Technilab//Technilab//FR"), ("CALSCALE", "GREGORIAN")):
        head.add(name, value)
    head.add("METHOD", method)
    return head


def _begun(head: Calendar) -> bytes:
    return _octets(head).removesuffix(_END)


def _octets(component: icalendar.Component) -> bytes:
    return b"".join(folded(line) + b"\r\n" for line in component.content_lines(sorted=False) if line)


def folded(line: str) -> bytes:
    """A line in lines of 75 octets at most (3.1), cut where icalendar cuts it, which looks at each character."""
    left, cut = line.encode(), []
    while len(left) > _FOLDED:
        end = _FOLDED
        while left[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        end -= left[end - 1] in _ESCAPES
        cut.append(left[:end])
        left = left[end:]
    return b"\r\n ".join([*cut, left])


def _whole(begun: bytes, events: Sequence[AgendaEntry]) -> bytes:
    return b"".join((begun, ZONE.encode(), b"\r\n", *(_octets(_entry(event)) for event in events), _END))


def _entry(event: AgendaEntry) -> icalendar.Event:
    """The entry alone."""
    written = icalendar.Event()
    written.add("UID", _Words(event.uid))
    written.add("SEQUENCE", event.sequence)
    written.add("DTSTAMP", event.stamp.astimezone(UTC))
    organizer = _person(event.organizer_mail, event.organizer_name)
    if event.method == "DECLINECOUNTER":
        # RFC 5546, 3.2.8: nothing that the entry says already.
        written.add("ORGANIZER", organizer)
        written.add("COMMENT", _Words(event.comment))
        return written
    written.add("DTSTART", paris(event.starts_at))
    written.add("DTEND", paris(event.ends_at))
    for name, words in (("SUMMARY", event.summary), ("DESCRIPTION", event.description), ("LOCATION", event.location)):
        written.add(name, _Words(words))
    written.add("URL", vUri(event.url.translate(_NO_CONTROLS)))
    written.add("STATUS", event.status)
    if event.busy is not None:
        written.add("TRANSP", "OPAQUE" if event.busy else "TRANSPARENT")
    written.add("ORGANIZER", organizer)
    if event.attendee_mail:
        asked = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
        written.add("ATTENDEE", _person(event.attendee_mail, event.attendee_name, **asked))
    if event.geo is not None:
        written.add("GEO", event.geo)
    if event.reminded:
        written.add_component(_alarm(event.summary))
    return written


def _alarm(words: str) -> Alarm:
    """A reminder at the same hour of the day before, a clock change or not (RFC 5545, 3.6.6)."""
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", _Words(words))
    alarm.add("TRIGGER", EVE)
    return alarm


class _Words(vText):
    """What somebody typed: its line breaks are kept, a `\\N` in it is none."""

    def __new__(cls, typed: str) -> _Words:
        return super().__new__(cls, typed.replace("\r\n", "\n").replace("\r", "\n").translate(_LINES))

    def to_ical(self) -> bytes:
        return self.translate(_ESCAPED).encode()


def _person(email: str, name: str, **asked: str) -> vCalAddress:
    address = "mailto:" + quote(email, safe="@!$&'*+/=^_`{|}~-")
    return vCalAddress(address, params=asked | {"CN": name.translate(_AS_NAME)})


class ReadEntry(Struct, frozen=True):
    """What an agenda offers to keep, to change or to take away."""

    method: str
    uid: str
    sequence: int
    status: str
    summary: str
    location: str
    starts_at: datetime
    ends_at: datetime


def entry_of(calendar: str) -> ReadEntry | None:
    """The one entry of a calendar part; None when it holds none. Raises ValueError for what is no calendar."""
    read = Calendar.from_ical(calendar)
    if not isinstance(read, Calendar) or not read.events:
        return None
    event = read.events[0]
    starts_at, ends_at = event.start, event.end
    if not isinstance(starts_at, datetime) or not isinstance(ends_at, datetime):
        return None
    return ReadEntry(
        method=str(read["METHOD"]),
        uid=str(event.uid),
        sequence=event.sequence,
        status=str(event.get("STATUS", "")),
        summary=str(event.summary),
        location=str(event.location),
        starts_at=starts_at,
        ends_at=ends_at,
    )
