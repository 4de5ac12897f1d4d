from __future__ import annotations

from datetime import timedelta

import pytest

from booking.reservations.states import (
    HOLDS_SEATS,
    TRANSITIONS,
    HeadcountLocked,
    ListLocked,
    NotNow,
    allowed_acts,
    deadlines_of,
    hold_until,
    is_late,
    offer_expires_at,
    transition_of,
)
from tests.builders import NOW

ENDS = {
    "lapsed",
    "cancelled_by_teacher",
    "refused_by_principal",
    "refused_by_host",
    "called_off",
}


def acts(state: str, role: str, *, days: float = 30) -> tuple[str, ...]:
    return allowed_acts(state, role=role, starts_at=NOW + timedelta(days=days), now=NOW)


def test_each_state_shows_each_role_its_acts():
    assert acts("requested", "teacher") == ("paper_visa", "renew_approval", "cancel", "headcount", "move")
    assert acts("requested", "principal") == ("approve", "refuse")
    assert acts("confirmed", "teacher") == ("cancel", "headcount", "move")
    assert acts("confirmed", "host") == ("decline",)
    assert acts("waiting", "teacher") == ("cancel", "headcount")
    assert acts("offered", "teacher") == ("accept", "cancel")
    assert acts("locked", "teacher") == ("cancel",)


def test_a_host_says_who_came_once_the_visit_has_begun():
    assert [acts(state, "host", days=0) for state in sorted(HOLDS_SEATS)] == [("attend", "miss")] * 4
    assert acts("waiting", "host", days=0) == ()
    with pytest.raises(NotNow):
        transition_of("confirmed", "attend", role="host", starts_at=NOW + timedelta(minutes=1), now=NOW)


def test_an_offer_that_nobody_answered_in_time_is_no_longer_to_be_taken():
    known = {"role": "teacher", "starts_at": NOW + timedelta(days=30), "now": NOW}
    assert allowed_acts("offered", hold_until=NOW, **known) == ("cancel",)
    assert allowed_acts("offered", hold_until=NOW + timedelta(minutes=1), **known) == ("accept", "cancel")


def test_what_a_slot_does_to_each_state_is_in_the_table_too():
    live = ("requested", "confirmed", "locked", "waiting", "offered")
    assert [acts(state, "slot") for state in live] == [
        ("follow", "call_off"),
        ("follow", "call_off"),
        ("follow", "unlock", "call_off"),
        ("follow", "call_off"),
        ("follow", "call_off"),
    ]
    assert acts("locked", "slot", days=1) == ("follow", "call_off")
    assert {TRANSITIONS[state, "call_off"].becomes for state in live} == {"called_off"}


def test_only_another_choice_of_its_wish_releases_a_place_that_is_waited_for():
    states = ("requested", "confirmed", "locked", "waiting", "offered")
    assert {state: acts(state, "wish") for state in states if acts(state, "wish")} == {
        "requested": ("release",),
        "waiting": ("release",),
        "offered": ("release",),
    }


def test_a_visit_that_was_closed_is_expected_again_when_it_is_reopened():
    reopened = [TRANSITIONS[state, "reopen"] for state in ("attended", "no_show")]
    assert [(one.by, one.becomes, one.tells) for one in reopened] == [(frozenset({"slot"}), "locked", ())] * 2


def test_an_end_is_an_end():
    assert {when for when, _ in TRANSITIONS} & ENDS == set()
    for state in ENDS:
        assert [acts(state, role) for role in ("teacher", "host", "principal", "clock", "slot")] == [()] * 5


def test_seats_are_held_from_the_request_to_the_visit():
    assert {"requested", "confirmed", "locked", "offered"} == HOLDS_SEATS


@pytest.mark.parametrize(
    ("days", "expected"),
    [(8, ("cancel", "headcount", "move")), (6, ("cancel", "move")), (1, ("cancel",)), (0, ())],
)
def test_what_a_teacher_may_do_shrinks_as_the_day_comes(days, expected):
    assert acts("confirmed", "teacher", days=days) == expected


@pytest.mark.parametrize(
    ("act", "days", "refusal"),
    [("headcount", 6, HeadcountLocked), ("move", 1, ListLocked), ("cancel", 0, NotNow), ("accept", 9, NotNow)],
)
def test_a_late_act_is_refused_in_its_own_words(act, days, refusal):
    with pytest.raises(refusal):
        transition_of("confirmed", act, role="teacher", starts_at=NOW + timedelta(days=days), now=NOW)


def test_deadlines_follow_the_slot():
    deadlines = deadlines_of(NOW)
    assert (NOW - deadlines.headcount, NOW - deadlines.list) == (timedelta(days=7), timedelta(days=2))
    assert is_late(NOW + timedelta(days=6), now=NOW) is True
    assert is_late(NOW + timedelta(days=8), now=NOW) is False


@pytest.mark.parametrize(
    ("days", "hours"),
    [(30, 48), (4, 24), (2.5, 6), (2.05, None), (1, None)],
)
def test_an_offer_lasts_two_days_and_less_when_the_slot_is_near(days, hours):
    expires = offer_expires_at(NOW + timedelta(days=days), now=NOW)
    assert expires == (None if hours is None else NOW + timedelta(hours=hours))


def test_seats_are_held_ten_days_for_a_visa_and_never_past_the_list():
    assert hold_until(NOW + timedelta(days=30), now=NOW) == NOW + timedelta(days=10)
    assert hold_until(NOW + timedelta(days=9), now=NOW) == NOW + timedelta(days=7)
