"""What is counted begins at 0 for all that may come, so that its first one is seen to come."""

from __future__ import annotations

from typing import get_args

from booking.day.checkin.rules import Outcome
from booking.process.counting import BEGINNINGS, RESULTS
from booking.visits.reservation_states import State


def test_every_result_of_a_scan_and_every_state_in_which_a_reservation_begins_is_there_from_the_start():
    assert set(RESULTS) == set(get_args(Outcome))
    assert set(BEGINNINGS) == {State.CONFIRMED, State.REQUESTED, State.WAITING, State.IN_DRAW}
