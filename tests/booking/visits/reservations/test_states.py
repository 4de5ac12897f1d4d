from __future__ import annotations

from datetime import date, timedelta

import pytest

from booking.visits.reservation_states import HOLDS_SEATS
from booking.visits.reservations.short_clock import late_offer_expires_at
from booking.visits.reservations.states import (
    TRANSITIONS,
    HeadcountLocked,
    ListLocked,
    NotNow,
    allowed_acts,
    hold_until,
    is_late,
    offer_expires_at,
    transition_of,
)
from tests.builders import NOW, paris
from workshops.school_calendar.rules import DayOff
from workshops.slots.rules import Deadlines, deadlines_of

ENDS = {
    "lapsed",
    "cancelled_by_teacher",
    "refused_by_principal",
    "refused_by_host",
    "called_off",
}


def of(starts_at, *off: DayOff) -> Deadlines:
    """The deadlines of a slot that was opened long before."""
    return deadlines_of(starts_at, off, now=starts_at - timedelta(days=60))


def acts(state: str, role: str, *, days: float = 30) -> tuple[str, ...]:
    return allowed_acts(state, role=role, deadlines=of(NOW + timedelta(days=days)), now=NOW)


def test_each_state_shows_each_role_its_acts():
    assert acts("requested", "teacher") == ("paper_visa", "renew_approval", "cancel", "headcount", "move")
    assert acts("requested", "principal") == ("approve", "refuse")
    assert acts("confirmed", "teacher") == ("cancel", "headcount", "move", "say_coming")
    assert acts("confirmed", "host") == ("decline", "say_coming")
    assert acts("waiting", "teacher") == ("cancel", "headcount")
    assert acts("offered", "teacher") == ("accept", "cancel")
    assert acts("locked", "teacher") == ("say_coming", "cancel")


def test_a_host_says_who_came_once_the_visit_has_begun():
    assert [acts(state, "host", days=0) for state in sorted(HOLDS_SEATS)] == [("attend", "miss")] * 4
    assert acts("waiting", "host", days=0) == ()
    with pytest.raises(NotNow):
        transition_of("confirmed", "attend", role="host", deadlines=of(NOW + timedelta(minutes=1)), now=NOW)


def test_an_offer_that_nobody_answered_in_time_is_no_longer_to_be_taken():
    known = {"role": "teacher", "deadlines": of(NOW + timedelta(days=30)), "now": NOW}
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


def test_only_another_line_of_its_demand_releases_a_place_that_is_waited_for():
    states = ("requested", "confirmed", "locked", "waiting", "offered")
    assert {state: acts(state, "demand") for state in states if acts(state, "demand")} == {
        "requested": ("release",),
        "waiting": ("release",),
        "offered": ("release",),
    }


def test_a_visit_that_was_closed_is_expected_again_when_it_is_reopened():
    reopened = [TRANSITIONS[state, "reopen"] for state in ("attended", "no_show")]
    assert [(one.by, one.becomes) for one in reopened] == [(frozenset({"slot"}), "locked")] * 2


def test_an_end_is_an_end():
    assert {when for when, _ in TRANSITIONS} & ENDS == set()
    for state in ENDS:
        assert [acts(state, role) for role in ("teacher", "host", "principal", "clock", "slot")] == [()] * 5


def test_seats_are_held_from_the_request_to_the_visit():
    assert {"requested", "confirmed", "locked", "offered"} == HOLDS_SEATS


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (8, ("cancel", "headcount", "move", "say_coming")),
        (6, ("cancel", "move", "say_coming")),
        (1, ("cancel", "say_coming")),
        (0, ()),
    ],
)
def test_what_a_teacher_may_do_shrinks_as_the_day_comes(days, expected):
    assert acts("confirmed", "teacher", days=days) == expected


@pytest.mark.parametrize(
    ("act", "days", "refusal"),
    [("headcount", 6, HeadcountLocked), ("move", 1, ListLocked), ("cancel", 0, NotNow), ("accept", 9, NotNow)],
)
def test_a_late_act_is_refused_in_its_own_words(act, days, refusal):
    with pytest.raises(refusal):
        transition_of("confirmed", act, role="teacher", deadlines=of(NOW + timedelta(days=days)), now=NOW)


def test_deadlines_follow_the_slot():
    deadlines = of(NOW)
    assert (deadlines.headcount, deadlines.list) == (paris("2027-01-04 09:00"), paris("2027-01-08 09:00"))
    assert is_late(of(NOW + timedelta(days=6)), now=NOW) is True
    assert is_late(of(NOW + timedelta(days=8)), now=NOW) is False


def test_a_visit_moved_too_late_stays_late_whatever_its_new_date():
    far = of(NOW + timedelta(days=60))
    assert [is_late(far, moved_late=moved, now=NOW) for moved in (False, True)] == [False, True]


@pytest.mark.parametrize(
    ("days", "hours"),
    [(30, 48), (4, 24), (2.5, 6), (2.05, None), (1, None)],
)
def test_an_offer_lasts_two_days_and_less_when_the_slot_is_near(days, hours):
    expires = offer_expires_at(of(NOW + timedelta(days=days)), now=NOW)
    assert expires == (None if hours is None else NOW + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("now", "starts_at", "expires"),
    [
        # On Saturday: on Friday, a whole day is left.
        ("2027-03-04 10:00", "2027-03-25 09:00", "2027-03-05 10:00"),
        # On Sunday: Friday would be at once, so on Monday.
        ("2027-03-05 17:00", "2027-03-25 09:00", "2027-03-08 17:00"),
        # On Easter Monday, which is no working day: the Friday before.
        ("2027-03-27 10:00", "2027-04-15 09:00", "2027-03-30 11:00"),
        # The list locks on Monday: half of what is left, Sunday or not.
        ("2027-03-05 09:00", "2027-03-10 09:00", "2027-03-06 21:00"),
    ],
)
def test_an_offer_ends_on_a_working_day_that_leaves_time_to_answer(now, starts_at, expires):
    easter = DayOff("public_holiday", "Lundi de Pâques", date(2027, 3, 29), date(2027, 3, 29))
    told = offer_expires_at(of(paris(starts_at)), [easter], now=paris(now))
    assert told == paris(expires)


def test_seats_are_held_ten_days_for_a_visa_and_never_past_the_list():
    assert hold_until(of(NOW + timedelta(days=30)), now=NOW) == NOW + timedelta(days=10)
    assert hold_until(of(NOW + timedelta(days=9)), now=NOW) == NOW + timedelta(days=7)


@pytest.mark.parametrize(
    ("now", "starts_at", "until"),
    [
        # Half of what is left, on a working day as it is.
        ("2027-03-09 09:00", "2027-03-11 09:00", "2027-03-10 09:00"),
        # On Saturday: the principal has Thursday and Friday.
        ("2027-03-04 10:00", "2027-03-09 09:00", "2027-03-05 18:00"),
        # On Sunday: Friday has passed, and on Monday she can still sign for Tuesday.
        ("2027-03-05 17:00", "2027-03-09 09:00", "2027-03-08 13:00"),
        # On Easter Monday: on Tuesday, for Wednesday, at an hour at which somebody signs.
        ("2027-03-26 17:00", "2027-03-31 09:00", "2027-03-30 08:00"),
        # On Saturday, for Monday: Friday, since no working day is left between.
        ("2027-03-05 10:00", "2027-03-08 09:00", "2027-03-05 18:00"),
        # Nothing but the weekend is left.
        ("2027-03-05 17:00", "2027-03-08 09:00", "2027-03-07 08:00"),
    ],
)
def test_a_visa_for_a_near_slot_is_awaited_until_a_working_day_where_one_is_left(now, starts_at, until):
    easter = DayOff("public_holiday", "Lundi de Pâques", date(2027, 3, 29), date(2027, 3, 29))
    near = deadlines_of(paris(starts_at), [easter], now=NOW)
    assert hold_until(near, [easter], now=paris(now)) == paris(until)


def test_a_visa_is_awaited_until_a_working_day():
    thursday = paris("2027-03-04 10:00")
    assert hold_until(of(paris("2027-04-29 09:00")), now=thursday) == paris("2027-03-12 10:00")


@pytest.mark.parametrize(
    ("now", "starts_at", "until"),
    [
        # Two hours from 8 h to 18 h, wherever they are: now, before, after, over an evening, over the holidays.
        ("2027-03-24 13:40", "2027-03-25 09:00", "2027-03-24 15:40"),
        ("2027-03-24 06:00", "2027-03-25 09:00", "2027-03-24 10:00"),
        ("2027-03-24 16:40", "2027-03-26 09:00", "2027-03-25 08:40"),
        ("2027-03-24 18:00", "2027-03-26 09:00", "2027-03-25 10:00"),
        ("2027-03-26 17:00", "2027-03-30 09:00", "2027-03-30 08:30"),
        ("2027-03-27 11:00", "2027-03-30 14:00", "2027-03-30 10:00"),
        # Half an hour before the visit at the latest, and half an hour to answer at least.
        ("2027-03-24 17:40", "2027-03-25 09:00", "2027-03-25 08:30"),
        ("2027-03-25 12:00", "2027-03-25 14:00", "2027-03-25 13:30"),
        ("2027-03-25 13:00", "2027-03-25 14:00", "2027-03-25 13:30"),
        ("2027-03-25 13:01", "2027-03-25 14:00", None),
        ("2027-03-24 20:00", "2027-03-25 08:45", None),
    ],
)
def test_a_place_given_back_late_is_held_for_two_hours_of_a_school_day(now, starts_at, until):
    easter_monday = DayOff("public_holiday", "Lundi de Pâques", date(2027, 3, 29), date(2027, 3, 29))
    held = late_offer_expires_at(paris(starts_at), [easter_monday], now=paris(now))
    assert held == (until and paris(until))
