"""A visit invited, moved across both clock changes and cancelled, as ical.js, khal and libical understand it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from icalendar import Calendar
from msgspec.structs import replace

from booking.calendar.invites.ical import ZONE, AgendaEntry, calendar
from tests.booking.calendar.invites.test_ical import EVENT
from tests.builders import paris
from tests.conformance.libical import Read, libical
from tests.conformance.readers import Khal, Shown, Unreadable, ical_js

WINTER = replace(EVENT, sequence=0)
SUMMER = replace(EVENT, sequence=1, starts_at=paris("2027-03-30 09:00"), ends_at=paris("2027-03-30 12:00"))
LATE_SUMMER = replace(EVENT, sequence=2, starts_at=paris("2027-10-29 14:00"), ends_at=paris("2027-10-29 16:30"))
WINTER_AGAIN = replace(EVENT, sequence=3, starts_at=paris("2027-11-02 14:00"), ends_at=paris("2027-11-02 16:30"))
OFF = replace(WINTER_AGAIN, sequence=4, method="CANCEL", status="CANCELLED")

STORY = [
    (WINTER, "2027-03-25", "08:00", "11:00"),
    (SUMMER, "2027-03-30", "07:00", "10:00"),
    (LATE_SUMMER, "2027-10-29", "12:00", "14:30"),
    (WINTER_AGAIN, "2027-11-02", "13:00", "15:30"),
    (OFF, "2027-11-02", "13:00", "15:30"),
]


@pytest.mark.parametrize(("event", "day", "starts", "ends"), STORY)
def test_ical_js_reads_each_mail_at_the_right_hour(event: AgendaEntry, day: str, starts: str, ends: str):
    assert ical_js(calendar(event)) == {
        "method": event.method,
        "first": ["version", "prodid", "calscale", "method"],
        "parts": ["vtimezone", "vevent"],
        "uid": "reservation-1@technilab.example",
        "sequence": event.sequence,
        "status": event.status,
        "summary": "TECHNILAB : Découpe laser, 4e B, Collège Stendhal (24 élèves)",
        "location": "Lycée Jules Haag, 1 rue Labbé, 25000 Besançon",
        "starts_at": f"{day}T{starts}:00.000Z",
        "ends_at": f"{day}T{ends}:00.000Z",
        "organizer": [
            {"mail": "mailto:technilab@example.org", "name": "Technilab", "role": None, "partstat": None, "rsvp": None}
        ],
        "attendees": [
            {
                "mail": "mailto:claire.renaud@ac-besancon.fr",
                "name": "Claire Renaud",
                "role": "REQ-PARTICIPANT",
                "partstat": "NEEDS-ACTION",
                "rsvp": "TRUE",
            }
        ],
    }


def test_khal_keeps_one_entry_and_moves_it(tmp_path):
    agenda = Khal(tmp_path / "khal")
    for event, day, starts, ends in STORY:
        agenda.take(calendar(event))
        assert agenda.agenda(2027) == [
            Shown(
                uid="reservation-1@technilab.example",
                starts=f"{day} {starts}",
                ends=f"{day} {ends}",
                status=event.status,
                title="TECHNILAB : Découpe laser, 4e B, Collège Stendhal (24 élèves)",
            )
        ]


@pytest.mark.parametrize(("event", "day", "starts", "ends"), STORY)
def test_libical_finds_each_mail_lawful_and_at_the_right_hour(event: AgendaEntry, day: str, starts: str, ends: str):
    assert libical(calendar(event)) == [
        Read(
            sound=True,
            uid="reservation-1@technilab.example",
            sequence=event.sequence,
            summary="TECHNILAB : Découpe laser, 4e B, Collège Stendhal (24 élèves)",
            starts_at=datetime.fromisoformat(f"{day}T{starts}:00Z"),
            ends_at=datetime.fromisoformat(f"{day}T{ends}:00Z"),
        )
    ]


def without_zone(raw: bytes) -> bytes:
    return raw.replace(ZONE.encode() + b"\r\n", b"")


def with_a_list_of_changes(raw: bytes) -> bytes:
    read = Calendar.from_ical(without_zone(raw), multiple=False)
    read.add_missing_timezones()
    return read.to_ical()


def with_floating_hours(raw: bytes) -> bytes:
    return raw.replace(b";TZID=Europe/Paris:", b":")


def with_summer_all_year(raw: bytes) -> bytes:
    return raw.replace(b"TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100", b"TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0200")


def with_the_rule_of_march_lost(raw: bytes) -> bytes:
    return raw.replace(b"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n", b"")


def cut_short(raw: bytes) -> bytes:
    return raw[: raw.index(b"END:VEVENT")]


def without_method(raw: bytes) -> bytes:
    return raw.replace(b"METHOD:REQUEST\r\n", b"")


def with_another_uid(raw: bytes) -> bytes:
    return raw.replace(b"UID:reservation-1@", b"UID:reservation-2@")


def understood_by_ical_js(event: AgendaEntry, spoil: Callable[[bytes], bytes]) -> tuple[str, ...]:
    try:
        read = ical_js(spoil(calendar(event)))
    except Unreadable:
        return ("unreadable",)
    return tuple(read[name] or "" for name in ("method", "uid", "starts_at"))


@pytest.mark.parametrize(
    ("spoil", "event"),
    [
        (without_zone, SUMMER),
        (with_a_list_of_changes, SUMMER),
        (with_floating_hours, WINTER),
        (with_summer_all_year, WINTER),
        (with_the_rule_of_march_lost, SUMMER),
        (cut_short, WINTER),
        (without_method, WINTER),
        (with_another_uid, WINTER),
    ],
)
def test_ical_js_sees_each_thing_that_is_spoilt(spoil: Callable[[bytes], bytes], event: AgendaEntry):
    whole = understood_by_ical_js(event, lambda raw: raw)
    assert whole[:2] == ("REQUEST", "reservation-1@technilab.example")
    assert understood_by_ical_js(event, spoil) != whole


@pytest.mark.parametrize("spoil", [with_floating_hours, cut_short, with_another_uid])
def test_khal_sees_each_thing_that_is_spoilt(spoil: Callable[[bytes], bytes], tmp_path):
    agenda = Khal(tmp_path / "khal")
    agenda.take(calendar(WINTER))
    kept = agenda.agenda(2027)
    try:
        agenda.take(spoil(calendar(WINTER)))
    except Unreadable:
        return
    assert agenda.agenda(2027) != kept


def without(name: str) -> Callable[[bytes], bytes]:
    """The same object without one property, its folded lines included."""
    return lambda raw: re.sub(rb"\n" + name.encode() + rb"[;:][^\n]*(\n [^\n]*)*", b"", raw)


def cancelled_by_a_request(raw: bytes) -> bytes:
    return raw.replace(b"STATUS:CONFIRMED", b"STATUS:CANCELLED")


@pytest.mark.parametrize(
    "spoil",
    [without(name) for name in ("UID", "DTSTAMP", "SUMMARY", "ORGANIZER", "ATTENDEE")] + [cancelled_by_a_request],
    ids=["uid", "dtstamp", "summary", "organizer", "attendee", "cancelled by a request"],
)
def test_libical_finds_each_thing_unlawful_that_is_missing(spoil: Callable[[bytes], bytes]):
    assert [read.sound for read in libical(spoil(calendar(WINTER)))] == [False]


@pytest.mark.parametrize("spoil", [with_floating_hours, cut_short, without("DTSTART")])
def test_libical_cannot_read_what_is_cut_or_floats(spoil: Callable[[bytes], bytes]):
    with pytest.raises(Unreadable):
        libical(spoil(calendar(WINTER)))


@pytest.mark.parametrize(("spoil", "event"), [(with_summer_all_year, WINTER), (with_the_rule_of_march_lost, SUMMER)])
def test_libical_sees_a_wrong_hour(spoil: Callable[[bytes], bytes], event: AgendaEntry):
    [whole], [spoilt] = libical(calendar(event)), libical(spoil(calendar(event)))
    assert abs(whole.starts_at - spoilt.starts_at).total_seconds() == 3600
