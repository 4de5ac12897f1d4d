"""The figures of a cohort, against numbers counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from workshops.programmes.ptech.check_flow import CensusCount
from workshops.programmes.ptech.measure import (
    ActionCount,
    engagement,
    entrants,
    funnel,
    hours_per_pupil,
    mentoring,
    of_one_time,
    together,
)
from workshops.programmes.ptech.rules import entry_ends_at, is_running, mentors_missing

CENSUSES = [
    CensusCount(2024, "october", 24),
    CensusCount(2024, "june", 22, left_moved=2),
    CensusCount(2025, "october", 24, entered=3, left_dropout=1),
    CensusCount(2025, "june", 24),
]
TODAY = date(2026, 7, 1)


def test_late_entrants_stand_apart_and_are_in_the_denominator():
    first, second, *ahead = funnel(CENSUSES, entry_year=2024, today=TODAY)
    assert (first.present, first.late, first.ever, first.left, first.share) == (24, 0, 24, 0, 100)
    # 24 of 27 who ever entered, not 24 of the 24 first ones.
    assert (second.present, second.late, second.ever, second.left, second.share) == (24, 3, 27, 3, 89)
    assert [(one.present, one.share, one.ahead) for one in ahead] == [(None, None, True)] * 3
    assert entrants(CENSUSES) == (24, 3)


def test_a_year_that_is_past_and_was_not_counted_is_not_ahead():
    stages = funnel(CENSUSES, entry_year=2024, today=date(2027, 1, 1))
    assert [one.ahead for one in stages] == [False, False, False, True, True]
    assert stages[2].present is None


def test_several_cohorts_together_divide_by_those_that_were_counted_in_that_year():
    young = funnel([CensusCount(2026, "october", 100)], entry_year=2026, today=date(2026, 11, 1))
    whole = together([funnel(CENSUSES, entry_year=2024, today=TODAY), young])
    assert [(one.present, one.ever, one.share) for one in whole[:3]] == [(124, 124, 100), (24, 27, 89), (None, 0, None)]


def test_a_cohort_without_any_census_has_no_share():
    assert [one.share for one in funnel([], entry_year=2024, today=TODAY)] == [None] * 5
    assert entrants([]) == (0, 0)


def act(day: datetime, minutes: int, pupils: int | None, *, state: str = "held", company: int = 1) -> ActionCount:
    return ActionCount(company, state, day, minutes, 2, pupils)


def test_hours_a_pupil_are_those_of_the_pupils_of_that_october():
    actions = [
        act(datetime(2024, 11, 4, 9, tzinfo=UTC), 120, 24),
        act(datetime(2025, 2, 3, 9, tzinfo=UTC), 60, 12),
        act(datetime(2025, 10, 6, 9, tzinfo=UTC), 180, 20),
        act(datetime(2025, 12, 1, 9, tzinfo=UTC), 180, None, state="called_off"),
    ]
    first, second = mentoring(actions, CENSUSES)
    assert (first.school_year, first.actions, first.pupil_minutes, first.present) == (2024, 2, 3600, 24)
    assert (second.school_year, second.actions, second.pupil_minutes, second.present) == (2025, 1, 3600, 24)
    assert (first.per_pupil, second.per_pupil) == (2.5, 2.5)
    assert hours_per_pupil([first, second]) == 5.0


def test_a_year_without_its_october_is_divided_by_the_census_before():
    (_, _, third) = mentoring([act(datetime(2026, 10, 5, 9, tzinfo=UTC), 60, 24)], CENSUSES)
    assert (third.school_year, third.present, third.per_pupil) == (2026, 24, 1.0)


def test_nothing_is_divided_before_a_census():
    years = mentoring([act(datetime(2024, 11, 4, 9, tzinfo=UTC), 60, 24)], [])
    assert (years[0].per_pupil, hours_per_pupil(years)) == (None, None)


def test_a_company_is_silent_since_its_last_action_and_to_be_called_after_four_months():
    held = act(datetime(2026, 1, 12, 9, tzinfo=UTC), 120, 20)
    told = engagement([held], since=date(2024, 9, 15), today=TODAY)
    assert (told.actions_held, told.pupil_minutes, told.last_action_on, told.days_since) == (
        1,
        2400,
        date(2026, 1, 12),
        170,
    )
    assert told.silent
    planned = act(datetime(2026, 9, 14, 9, tzinfo=UTC), 120, None, state="planned")
    assert not engagement([held, planned], since=date(2024, 9, 15), today=TODAY).silent


def test_what_a_company_did_is_counted_once_when_it_left_and_came_back():
    first, back = date(2024, 9, 15), date(2026, 1, 8)
    then, again = (act(datetime(year, 3, 2, 9, tzinfo=UTC), 120, 20) for year in (2025, 2026))
    assert of_one_time(1, [then, again], since=first, times=[first, back]) == [then]
    assert of_one_time(1, [then, again], since=back, times=[first, back]) == [again]


def test_a_company_that_did_nothing_is_counted_from_its_arrival():
    told = engagement([], since=date(2026, 6, 1), today=TODAY)
    assert (told.last_action_on, told.days_since, told.silent) == (None, 30, False)


@pytest.mark.parametrize(("mentors", "missing"), [(0, 3), (2, 1), (3, 0), (5, 0)])
def test_a_cohort_wants_three_companies(mentors: int, missing: int):
    assert mentors_missing(mentors) == missing


def test_mentors_are_expected_for_five_years_from_september():
    days = [date(2024, 8, 31), date(2024, 9, 1), date(2029, 8, 31), date(2029, 9, 1)]
    assert [is_running(2024, None, day) for day in days] == [False, True, True, False]
    assert not is_running(2024, date(2026, 6, 30), date(2026, 7, 1))


def test_a_stage_stands_in_agendas_as_its_first_day():
    starts = datetime(2027, 5, 17, 7, tzinfo=UTC)
    assert entry_ends_at(starts, 90) == datetime(2027, 5, 17, 8, 30, tzinfo=UTC)
    assert entry_ends_at(starts, 2100) == datetime(2027, 5, 17, 14, tzinfo=UTC)
