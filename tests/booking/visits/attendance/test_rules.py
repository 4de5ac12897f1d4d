from __future__ import annotations

from datetime import timedelta

import pytest

from booking.visits.attendance.rules import (
    AlreadyAnnounced,
    CompanyPlacesFull,
    NoMoreAnnouncements,
    PlacesSeen,
    may_change,
    refuse_announcement,
)
from tests.builders import NOW


def seen(**more):
    values = {
        "state": "open",
        "starts_at": NOW + timedelta(days=1),
        "company_places": 4,
        "company_places_taken": 2,
        "announced": False,
    }
    return PlacesSeen(**values | more)


def test_the_last_places_may_be_taken_whole():
    refuse_announcement(seen(), people=2, now=NOW)


@pytest.mark.parametrize(
    ("slot", "refusal"),
    [
        ({"state": "called_off"}, NoMoreAnnouncements),
        ({"state": "done"}, NoMoreAnnouncements),
        ({"starts_at": NOW}, NoMoreAnnouncements),
        ({"announced": True}, AlreadyAnnounced),
        ({"company_places_taken": 3}, CompanyPlacesFull),
        ({"company_places": 0, "company_places_taken": 0}, CompanyPlacesFull),
    ],
)
def test_why_a_company_cannot_come(slot, refusal):
    with pytest.raises(refusal):
        refuse_announcement(seen(**slot), people=2, now=NOW)


def test_a_slot_closed_to_groups_is_still_open_to_companies():
    refuse_announcement(seen(state="closed"), people=1, now=NOW)


def test_what_is_left_is_said():
    with pytest.raises(CompanyPlacesFull) as no:
        refuse_announcement(seen(company_places_taken=3), people=2, now=NOW)
    assert no.value.sentence == "Il reste 1 place d'entreprise à cette séance. Venez à 1, ou un autre jour."


@pytest.mark.parametrize(
    ("state", "slot", "hours", "may"),
    [
        ("announced", "open", 1, True),
        ("asked", "closed", 1, True),
        ("announced", "open", 0, False),
        ("withdrawn", "open", 1, False),
        ("announced", "called_off", 1, False),
    ],
)
def test_a_coming_is_told_otherwise_until_a_session_that_is_kept_begins(state, slot, hours, may):
    assert may_change(state, slot=slot, starts_at=NOW + timedelta(hours=hours), now=NOW) is may
