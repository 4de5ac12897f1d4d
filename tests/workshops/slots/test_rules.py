from datetime import date, timedelta

import pytest

from tests.builders import NOW, paris
from workshops.school_calendar.rules import DayOff
from workshops.slots.rules import (
    ClosedDay,
    SlotCalledOff,
    SlotDone,
    TooEarly,
    closing,
    closing_with,
    deadlines_of,
    may_call_off,
    refuse_to_record,
    state_shown,
)

SOON = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("days", "closes_at"),
    [(1, "2027-03-29 18:00"), (2, "2027-03-26 18:00"), (5, "2027-03-23 18:00"), (20, "2027-03-02 18:00")],
)
def test_reservations_close_at_18_so_many_school_days_before_even_across_the_change_of_hour(days: int, closes_at: str):
    assert closing(paris("2027-03-30 09:00"), days=days) == paris(closes_at)


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
        # The lycée is closed on Thursday and Friday: pupils have their lessons.
        ("2027-04-12 09:00", ("2027-04-05 09:00", "2027-04-07 09:00", "2027-04-07 08:00")),
        ("2027-04-16 09:00", ("2027-04-09 09:00", "2027-04-14 09:00", "2027-04-15 08:00")),
        # The first days back from the holidays.
        ("2027-05-04 09:00", ("2027-04-23 09:00", "2027-04-23 09:00", "2027-05-03 08:00")),
    ],
)
def test_a_deadline_falls_on_the_last_working_day_before(starts_at, expected):
    off = [
        DayOff("public_holiday", "Lundi de Pâques", date(2027, 3, 29), date(2027, 3, 29)),
        DayOff("closure", "Portes ouvertes", date(2027, 4, 8), date(2027, 4, 9), school=1),
        DayOff("holiday", "Vacances", date(2027, 4, 24), date(2027, 5, 2), zone="A"),
    ]
    told = deadlines_of(paris(starts_at), off, now=paris("2027-01-04 09:00"))
    assert (told.free_cancellation, told.list, told.eve) == tuple(paris(one) for one in expected)
    assert told.headcount == told.free_cancellation


def test_no_deadline_is_over_before_it_was_told():
    friday_evening = paris("2027-03-19 21:00")
    told = deadlines_of(paris("2027-03-22 20:00"), now=friday_evening)
    assert (told.list, told.eve) == (paris("2027-03-20 20:00"), paris("2027-03-21 08:00"))


def test_a_lycee_closed_for_a_month_has_its_last_day_before_it():
    off = [DayOff("closure", "Travaux", date(2027, 2, 1), date(2027, 3, 21), school=1)]
    told = deadlines_of(paris("2027-03-22 09:00"), off, now=paris("2027-01-04 09:00"))
    assert (told.list, told.headcount) == (paris("2027-01-29 09:00"), paris("2027-03-15 09:00"))


def test_a_public_holiday_is_no_school_day():
    easter = DayOff("public_holiday", "Lundi de Pâques", date(2027, 3, 29), date(2027, 3, 29))
    assert closing(paris("2027-04-05 09:00"), [easter], days=5) == paris("2027-03-26 18:00")


@pytest.mark.parametrize(
    ("chosen", "then"),
    [
        (None, "2027-03-22 18:00"),
        ("2027-03-10 18:00", "2027-03-10 18:00"),
        ("2027-03-24 18:00", "2027-03-22 18:00"),
    ],
)
def test_a_closing_follows_the_rule_unless_the_lycee_chose_an_earlier_one(chosen, then):
    assert closing_with(paris("2027-03-22 18:00"), chosen and paris(chosen)) == paris(then)
