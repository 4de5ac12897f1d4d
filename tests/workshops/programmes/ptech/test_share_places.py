"""Three places a cohort, by time: who took whose, and how many were ever held at once."""

from __future__ import annotations

from datetime import date

from workshops.programmes.ptech.measure import MentorDays, share_places

TODAY = date(2027, 1, 11)


def stay(company: int, from_on: str, to_on: str = "") -> MentorDays:
    return MentorDays(company, date.fromisoformat(from_on), date.fromisoformat(to_on) if to_on else None)


HELD = [stay(1, "2026-09-15"), stay(2, "2026-09-15"), stay(3, "2026-09-15", "2026-11-30")]


def test_a_company_that_follows_another_takes_its_place():
    later = stay(4, "2027-01-05")
    shared = share_places([*HELD, later], today=TODAY)
    assert (shared.taken, dict(shared.replaced)) == (3, {HELD[2]: later.from_on})


def test_one_that_is_still_to_come_replaces_nobody_yet():
    shared = share_places([*HELD, stay(4, "2027-02-01")], today=TODAY)
    assert (shared.taken, dict(shared.replaced)) == (3, {})


def test_a_company_that_comes_back_to_its_place_was_not_replaced():
    shared = share_places([*HELD, stay(3, "2027-01-05")], today=TODAY)
    assert (shared.taken, dict(shared.replaced)) == (3, {})


def test_one_that_arrives_before_the_other_leaves_takes_over_its_place():
    later = stay(4, "2026-11-15")
    shared = share_places([*HELD, later], today=TODAY)
    assert (shared.taken, dict(shared.replaced)) == (3, {HELD[2]: later.from_on})


def test_a_fourth_at_the_same_time_adds_no_place():
    held = [*HELD[:2], stay(3, "2026-09-15"), stay(4, "2026-10-01")]
    shared = share_places(held, today=TODAY)
    assert (shared.taken, dict(shared.replaced)) == (3, {})


def test_the_first_place_to_be_left_is_taken_first_and_places_beside_it_stay_free():
    first, second = stay(1, "2026-09-01", "2026-10-31"), stay(2, "2026-09-01", "2026-10-15")
    third = stay(3, "2026-12-01")
    shared = share_places([first, second, third], today=TODAY)
    assert (shared.taken, dict(shared.replaced)) == (2, {second: third.from_on})


def test_no_company_is_no_place():
    assert share_places([], today=TODAY).taken == 0
