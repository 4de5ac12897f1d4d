from datetime import timedelta

import pytest

from tests.builders import NOW, paris
from workshops.slots.rules import (
    ClosedDay,
    SlotCalledOff,
    SlotDone,
    TooEarly,
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
    assert default_closing(paris("2027-03-30 09:00"), paris(now)) == paris(closes_at)


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
