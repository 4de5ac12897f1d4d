from datetime import date

import pytest

from workshops.programmes.ptech.carry_on import carry_on, enter_again, retention
from workshops.programmes.ptech.check_flow import CensusCount

SINCE, UNTIL = date(2026, 8, 1), date(2030, 8, 31)


def octobers(first: int, *present: int) -> list[CensusCount]:
    return [CensusCount(first + n, "october", count) for n, count in enumerate(present)]


def by_october(cohorts, until=UNTIL):
    return {on.year: count for on, count in carry_on(cohorts, since=SINCE, until=until).items()}


@pytest.mark.parametrize(
    ("cohorts", "expected"),
    [
        # Nobody was counted: nobody is engaged.
        ([], {}),
        ([(2026, [])], {}),
        # Counted once, and no other tells: all stay for the five years of the course.
        ([(2026, octobers(2026, 24))], {2027: 24, 2028: 24, 2029: 24}),
        # A fifth is lost each year, as until now.
        ([(2025, octobers(2025, 30, 24))], {2027: 19, 2028: 15, 2029: 12}),
        # The five years over, there is nobody more; the fifth October is the last.
        ([(2022, octobers(2022, 20, 20, 20, 20, 20))], {}),
        ([(2023, octobers(2023, 20, 20, 20, 20))], {2027: 20}),
        # The one that was counted once loses what the others lose.
        ([(2025, octobers(2025, 30, 24)), (2026, octobers(2026, 10))], {2027: 27, 2028: 22, 2029: 17}),
        # This October is not counted yet; June tells who was there, and four months more are lost.
        ([(2025, [*octobers(2025, 24), CensusCount(2025, "june", 24)])], {2026: 24, 2027: 24, 2028: 24, 2029: 24}),
        # More than before is not a retention: they stay as many.
        ([(2025, octobers(2025, 20, 24))], {2027: 24, 2028: 24, 2029: 24}),
        # All have left.
        ([(2025, octobers(2025, 20, 0))], {2027: 0, 2028: 0, 2029: 0}),
    ],
)
def test_a_cohort_that_runs_brings_each_october_those_whom_it_keeps(cohorts, expected):
    assert by_october(cohorts) == expected


def test_no_october_after_the_last_day_is_carried_on():
    assert by_october([(2026, octobers(2026, 24))], until=date(2028, 9, 30)) == {2027: 24}


@pytest.mark.parametrize(
    ("cohorts", "after", "expected"),
    [
        ([], date(2026, 11, 29), 0),
        # 20 enter in each of the Octobers of 2027 to 2029, and stay.
        ([(2026, octobers(2026, 20))], date(2026, 11, 29), (1 + 2 + 3) * 20),
        # This October is not told yet: as many are hoped for as a year before, less those who are counted already.
        ([(2025, octobers(2025, 20, 20)), (2026, octobers(2026, 12))], date(2026, 9, 30), 4 * 8 + (1 + 2 + 3) * 20),
        ([(2025, octobers(2025, 20, 20)), (2026, octobers(2026, 25))], date(2026, 9, 30), (1 + 2 + 3) * 20),
        # Nobody entered last October: nobody is hoped for.
        ([(2025, octobers(2025, 20, 20))], date(2026, 11, 29), 0),
        # Those who enter leave as the others do.
        ([(2025, octobers(2025, 30, 24)), (2026, octobers(2026, 10))], date(2026, 11, 29), 10 + 18 + 24),
    ],
)
def test_as_many_enter_each_october_as_entered_in_the_last_one(cohorts, after, expected):
    assert enter_again(cohorts, after=after, until=UNTIL) == expected


def test_who_came_later_is_one_of_those_who_stay_or_leave():
    late = [CensusCount(2025, "october", 20), CensusCount(2026, "october", 20, entered=5)]
    assert retention([late]) == pytest.approx(0.8)


def test_a_share_is_of_a_year_whatever_lies_between_two_censuses():
    assert retention([octobers(2024, 25)]) == 1
    assert retention([octobers(2024, 25)], otherwise=0.9) == 0.9
    assert retention([octobers(2024, 25, 24, 16)]) == pytest.approx(0.8)
    assert retention([[CensusCount(2024, "october", 27), CensusCount(2024, "june", 18)]]) == pytest.approx(
        (2 / 3) ** 1.5
    )
