"""What became of a cohort's pupils comes no sooner than its course brings it."""

from __future__ import annotations

from datetime import date

import pytest

from workshops.programmes.ptech.count_cohort import RecordOutcome, refuse_outcome
from workshops.refusals import Invalid

ON = date(2030, 11, 25)


def outcome(kind: str, school_year: int) -> RecordOutcome:
    return RecordOutcome(kind=kind, school_year=school_year, pupils=18)


def test_a_kind_over_all_its_years_is_no_more_than_all_who_ever_entered():
    refuse_outcome(outcome("bac_pro", 2029), entry_year=2026, present_ever=25, elsewhere=7, on=ON)
    with pytest.raises(Invalid) as no:
        refuse_outcome(outcome("bac_pro", 2029), entry_year=2026, present_ever=25, elsewhere=8, on=ON)
    assert no.value.errors == {
        "pupils": "Avec les 8 notés d'autres années, 26 élèves, alors que la cohorte n'en a compté que 25 en tout."
    }


@pytest.mark.parametrize(("kind", "first"), [("bac_pro", 2028), ("bts_entered", 2029), ("bts_passed", 2030)])
def test_a_diploma_comes_no_sooner_than_its_year_of_the_course(kind, first):
    refuse_outcome(outcome(kind, first), entry_year=2026, present_ever=20, elsewhere=0, on=ON)
    with pytest.raises(Invalid) as no:
        refuse_outcome(outcome(kind, first - 1), entry_year=2026, present_ever=20, elsewhere=0, on=ON)
    assert no.value.errors == {
        "school_year": f"Ce devenir vient au plus tôt en {first}-{first + 1} pour cette cohorte."
    }


@pytest.mark.parametrize("kind", ["employed", "studying", "other"])
def test_a_pupil_may_leave_for_something_else_from_the_first_year(kind):
    refuse_outcome(outcome(kind, 2026), entry_year=2026, present_ever=20, elsewhere=0, on=ON)
