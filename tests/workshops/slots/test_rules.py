from datetime import date, timedelta

import pytest

from tests.builders import NOW, paris
from workshops.school_calendar.rules import DayOff
from workshops.slots.rules import (
    ClosedDay,
    SlotCalledOff,
    SlotDone,
    TooEarly,
    deadlines_of,
    default_closing,
    may_call_off,
    refuse_to_record,
    state_shown,
)

SOON = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "closes_at"),
    [
        ("2027-03-01 08:00", "2027-03-23 18:00"),
        ("2027-03-23 17:59", "2027-03-23 18:00"),
        ("2027-03-23 18:00", "2027-03-29 18:00"),
        ("2027-03-29 18:00", "2027-03-30 09:00"),
    ],
)
def test_reservations_close_a_week_before_at_18_even_across_the_change_of_hour(now: str, closes_at: str):
    assert default_closing(paris("2027-03-30 09:00"), school=1, now=paris(now)) == paris(closes_at)


@pytest.mark.parametrize(
    ("state", "shown"),
    [("draft", "draft"), ("open", "open"), ("closed", "closed"), ("done", "done"), ("called_off", "called_off")],
)
def test_a_slot_shows_its_state_until_reservations_close(state: str, shown: str):
    assert state_shown(state, SOON, NOW) == shown


def test_an_open_slot_shows_closed_from_the_minute_when_reservations_end():
    assert state_shown("open", NOW, NOW) == "closed"


@pytest.mark.parametrize(
    ("state", "call_off"),
    [("draft", True), ("open", True), ("closed", True), ("done", False), ("called_off", False)],
)
def test_a_slot_may_be_called_off_until_it_is_done(state: str, call_off: bool):
    assert may_call_off(state) == call_off


def test_a_visit_is_written_down_from_two_hours_before_until_it_is_done():
    refuse_to_record("open", NOW + timedelta(hours=2), NOW)
    with pytest.raises(TooEarly):
        refuse_to_record("open", NOW + timedelta(hours=2, seconds=1), NOW)
    with pytest.raises(SlotDone):
        refuse_to_record("done", NOW, NOW)
    with pytest.raises(SlotCalledOff):
        refuse_to_record("called_off", NOW, NOW)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("holiday", "Ce jour tombe pendant les vacances scolaires de votre zone. Choisissez un autre jour."),
        ("public_holiday", "Ce jour est férié. Choisissez un autre jour."),
        ("closure", "Votre lycée est fermé ce jour-là. Choisissez un autre jour, ou retirez la fermeture."),
    ],
)
def test_a_closed_day_says_why(reason, sentence: str):
    assert ClosedDay(reason).sentence == sentence


@pytest.mark.parametrize(
    ("starts_at", "expected"),
    [
        ("2027-03-25 09:00", ("2027-03-18 09:00", "2027-03-23 09:00", "2027-03-24 08:00")),
        # A Monday: two days and one day before are at the week-end.
        ("2027-03-22 09:00", ("2027-03-15 09:00", "2027-03-19 09:00", "2027-03-19 08:00")),
        # The Tuesday after Easter: Monday is a holiday, then the week-end.
        ("2027-03-30 14:00", ("2027-03-23 14:00", "2027-03-26 14:00", "2027-03-26 08:00")),
        # The lycée is closed on Thursday and Friday.
        ("2027-04-12 09:00", ("2027-04-05 09:00", "2027-04-07 09:00", "2027-04-07 08:00")),
    ],
)
def test_a_deadline_falls_on_the_last_working_day_before(starts_at, expected):
    off = [
        DayOff("public_holiday", "Lundi de Pâques", date(2027, 3, 29), date(2027, 3, 29)),
        DayOff("closure", "Portes ouvertes", date(2027, 4, 8), date(2027, 4, 9), school=1),
        DayOff("closure", "Un autre lycée", date(2027, 3, 15), date(2027, 3, 24), school=2),
        DayOff("holiday", "Vacances", date(2027, 3, 13), date(2027, 3, 28), zone="A"),
    ]
    told = deadlines_of(paris(starts_at), off, school=1, now=paris("2027-01-04 09:00"))
    assert (told.free_cancellation, told.list, told.eve) == tuple(paris(one) for one in expected)
    assert told.headcount == told.free_cancellation


def test_no_deadline_is_over_before_it_was_told():
    friday_evening = paris("2027-03-19 21:00")
    told = deadlines_of(paris("2027-03-22 20:00"), school=1, now=friday_evening)
    assert (told.list, told.eve) == (paris("2027-03-20 20:00"), paris("2027-03-21 08:00"))


def test_a_lycee_closed_for_a_month_keeps_the_day_itself():
    off = [DayOff("closure", "Travaux", date(2027, 1, 1), date(2027, 3, 21), school=1)]
    told = deadlines_of(paris("2027-03-22 09:00"), off, school=1, now=paris("2027-01-04 09:00"))
    assert told.list == paris("2027-03-20 09:00")


def test_reservations_close_on_a_working_day_too():
    easter = DayOff("public_holiday", "Lundi de Pâques", date(2027, 3, 29), date(2027, 3, 29))
    assert default_closing(paris("2027-04-05 09:00"), [easter], school=1, now=NOW) == paris("2027-03-26 18:00")
