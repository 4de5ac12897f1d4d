"""The calendar object, octet by octet."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from icalendar.parser import Contentline
from msgspec.structs import replace

from booking.calendar.invites.ical import AgendaEntry, calendar, folded, published
from tests.builders import paris

EVENT = AgendaEntry(
    uid="reservation-1@technilab.example",
    sequence=2,
    summary="TECHNILAB : Découpe laser, 4e B, Collège Stendhal (24 élèves)",
    description="Découpe laser\n4e B : 24 élèves, 2 accompagnateurs\nhttps://technilab.example/reservations/1",
    location="Lycée Jules Haag, 1 rue Labbé, 25000 Besançon",
    url="https://technilab.example/reservations/1",
    starts_at=paris("2027-03-25 09:00"),
    ends_at=paris("2027-03-25 12:00"),
    organizer_mail="technilab@example.org",
    organizer_name="Technilab",
    attendee_mail="claire.renaud@ac-besancon.fr",
    attendee_name="Claire Renaud",
    stamp=datetime(2027, 1, 11, 8, 0, tzinfo=UTC),
    geo=(47.24, 6.02),
)


def unfolded(event: AgendaEntry) -> list[str]:
    return calendar(event).decode().replace("\r\n ", "").split("\r\n")


def test_a_visit_is_written_as_the_standards_ask():
    assert unfolded(EVENT) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Technilab//Technilab//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Paris",
        "BEGIN:DAYLIGHT",
        "DTSTART:19960331T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:19961027T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        "UID:reservation-1@technilab.example",
        "SEQUENCE:2",
        "DTSTAMP:20270111T080000Z",
        "DTSTART;TZID=Europe/Paris:20270325T090000",
        "DTEND;TZID=Europe/Paris:20270325T120000",
        "SUMMARY:TECHNILAB : Découpe laser\\, 4e B\\, Collège Stendhal (24 élèves)",
        "DESCRIPTION:Découpe laser\\n4e B : 24 élèves\\, 2 accompagnateurs\\nhttps://technilab.example/reservations/1",
        "LOCATION:Lycée Jules Haag\\, 1 rue Labbé\\, 25000 Besançon",
        "URL:https://technilab.example/reservations/1",
        "STATUS:CONFIRMED",
        "ORGANIZER;CN=Technilab:mailto:technilab@example.org",
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
        ';CN="Claire Renaud":mailto:claire.renaud@ac-besancon.fr',
        "GEO:47.24;6.02",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_visit_rings_at_the_same_hour_of_the_day_before():
    told = unfolded(replace(EVENT, reminded=True))
    assert [line for line in told if line not in unfolded(EVENT)] == [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:TECHNILAB : Découpe laser\\, 4e B\\, Collège Stendhal (24 élèves)",
        "TRIGGER:-P1D",
        "END:VALARM",
    ]


def test_a_cancelled_visit_is_a_cancel_of_the_same_entry():
    told = unfolded(replace(EVENT, method="CANCEL", status="CANCELLED", sequence=3))
    kept = unfolded(EVENT)
    assert [(was, now) for was, now in zip(kept, told, strict=True) if was != now] == [
        ("METHOD:REQUEST", "METHOD:CANCEL"),
        ("SEQUENCE:2", "SEQUENCE:3"),
        ("STATUS:CONFIRMED", "STATUS:CANCELLED"),
    ]


def test_a_school_without_coordinates_has_no_geo():
    assert [line for line in unfolded(EVENT) if line not in unfolded(replace(EVENT, geo=None))] == ["GEO:47.24;6.02"]


def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_a_clock_change():
    walls = {}
    for day in ("2027-03-26", "2027-03-30", "2027-10-29", "2027-11-02"):
        event = replace(EVENT, starts_at=paris(f"{day} 09:00"), ends_at=paris(f"{day} 12:00"))
        walls[day] = [line for line in unfolded(event) if line.startswith("DTSTART;")]
    assert walls == {day: [f"DTSTART;TZID=Europe/Paris:{day.replace('-', '')}T090000"] for day in walls}


def test_a_long_french_title_is_folded_between_characters():
    event = replace(EVENT, summary="Où l'été naît à Besançon : " + "é" * 300, description="œuvre ✂️ " * 60)
    lines = calendar(event).split(b"\r\n")
    assert max(len(line) for line in lines) == 75
    assert b"\r\n".join(lines).decode().replace("\r\n ", "").count("é" * 300) == 1


def test_a_run_of_backslashes_is_folded_too():
    event = replace(EVENT, summary="\\" * 400)
    assert max(len(line) for line in calendar(event).split(b"\r\n")) == 74
    assert "SUMMARY:" + "\\\\" * 400 in unfolded(event)


def test_a_typed_backslash_and_n_are_no_line_break():
    event = replace(EVENT, summary=r"Salle \Nord, plan C:\notes\Neuf")
    assert r"SUMMARY:Salle \\Nord\, plan C:\\notes\\Neuf" in unfolded(event)
    assert str(Calendar.from_ical(calendar(event), multiple=False).events[0]["SUMMARY"]) == event.summary


def test_signs_that_readers_take_differently_in_a_name_become_plain_ones():
    event = replace(EVENT, attendee_name='Claire "Clairette" Renaud\\Petit')
    assert [line.split(":")[0] for line in unfolded(event) if line.startswith("ATTENDEE")] == [
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
        ";CN=\"Claire 'Clairette' Renaud/Petit\""
    ]


def test_control_characters_are_dropped_and_line_breaks_kept():
    event = replace(EVENT, summary="a\x00b\x07c\x1bd\x7fe\tf", description="un\r\ndeux\ntrois\rquatre")
    told = unfolded(event)
    assert "SUMMARY:abcde f" in told
    assert "DESCRIPTION:un\\ndeux\\ntrois\\nquatre" in told


def test_a_typed_line_cannot_add_a_property():
    evil = 'Claire"\r\nATTENDEE:mailto:tous@example.org\r\nX:"'
    event = replace(EVENT, attendee_name=evil, url="https://a.example/\r\nX-EVIL:1", uid="u\r\nX-EVIL:1")
    names = [line.split(":")[0].split(";")[0] for line in unfolded(event)]
    assert names == [line.split(":")[0].split(";")[0] for line in unfolded(EVENT)]


def test_an_address_with_odd_signs_stays_one_address():
    event = replace(EVENT, attendee_mail="o'brien+visites%1?x@example.org")
    assert unfolded(event)[-5].endswith(":mailto:o'brien+visites%251%3Fx@example.org")


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), max_size=200),
    st.integers(0, 40),
)
def test_another_library_reads_back_what_was_typed(words, shift):
    event = replace(EVENT, summary=" " * shift + words, description=words, attendee_name=words)
    raw = calendar(event)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert set(raw) & set(range(32)) == {10, 13}
    read = Calendar.from_ical(raw, multiple=False).events[0]
    assert str(read["SUMMARY"]) == " " * shift + words
    assert str(read["DESCRIPTION"]) == words
    assert read["ATTENDEE"].params["CN"] == words.replace('"', "'").replace("\\", "/")
    assert (read.start, read.end) == (EVENT.starts_at, EVENT.ends_at)


def test_a_feed_of_five_hundred_entries_is_written_in_a_quarter_of_a_second():
    events = [replace(EVENT, uid=f"reservation-{n}@technilab.example", attendee_mail="") for n in range(500)]

    def took() -> float:
        began = time.process_time()
        published(events, name="TECHNILAB : mes visites", refresh=timedelta(hours=1))
        return time.process_time() - began

    # A machine that does much else beside needs more than one try.
    assert any(took() < 0.25 for _ in range(20))


@given(st.text(st.sampled_from("aé€𝄞\\\\^^ ;:"), max_size=400))
def test_a_line_is_cut_where_icalendar_cuts_it(line: str):
    assert folded(line) == Contentline(line).to_ical()
