"""What became of the pupils of a cohort at the end of its bac: together they are all who were there."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests import builders, builders_ptech
from tests.builders import _insert
from workshops.programmes.ptech.check_flow import CensusCount
from workshops.programmes.ptech.follow_leavers import Leavers, OutcomeCount, leavers_of, leaving_cohorts
from workshops.scope import EVERYTHING, of_school

OCTOBER = CensusCount(school_year=2025, term="october", present=22)
JUNE = CensusCount(school_year=2025, term="june", present=21, left_moved=1)
OUTCOMES = [
    OutcomeCount("bac_pro", 20, 2025),
    OutcomeCount("bts_entered", 14, 2026),
    OutcomeCount("bts_entered", 1, 2027),
    OutcomeCount("studying", 2, 2026),
    OutcomeCount("employed", 1, 2025),
]


def of(censuses, outcomes=(), *, today=date(2026, 7, 1)):
    return leavers_of(censuses, outcomes, entry_year=2023, today=today)


def test_each_pupil_of_the_last_census_of_the_bac_has_one_destination_or_is_unknown():
    found = of([OCTOBER, JUNE], OUTCOMES)
    assert found == Leavers("juin 2026", 21, bts_entered=15, studying=2, employed=1, other=0, unknown=3, too_many=0)
    assert sum(pupils for _, pupils in found.by_destination) + found.unknown == found.leavers
    assert found.sentence == ""


def test_what_came_before_or_after_the_bac_is_no_destination_of_its_end():
    early, late = OutcomeCount("employed", 2, 2024), OutcomeCount("employed", 9, 2028)
    passed = OutcomeCount("bts_passed", 12, 2028)
    assert of([OCTOBER, JUNE], [*OUTCOMES, early, late, passed]) == of([OCTOBER, JUNE], OUTCOMES)


def test_a_cohort_has_not_left_before_june_is_counted_or_the_year_is_over():
    assert of([OCTOBER], OUTCOMES) is None
    over = of([OCTOBER], OUTCOMES, today=date(2026, 9, 1))
    assert (over.counted_in, over.leavers, over.unknown) == ("octobre 2025", 22, 4)
    assert of([], OUTCOMES, today=date(2026, 9, 1)) is None


def test_a_census_of_the_bts_is_not_that_of_the_end_of_the_bac():
    later = CensusCount(school_year=2026, term="october", present=15, left_reoriented=6)
    assert of([OCTOBER, JUNE, later], OUTCOMES).leavers == 21


def test_more_told_of_than_left_is_said_in_a_sentence():
    found = of([OCTOBER, JUNE], [*OUTCOMES, OutcomeCount("other", 5, 2026)])
    assert (found.unknown, found.too_many) == (0, 2)
    assert found.sentence == "Devenir noté de 23 élèves, pour 21 présents en juin 2026 : corrigez l'un ou l'autre."


async def test_all_the_cohorts_of_a_lycee_or_of_one_scheme_and_no_other_s(db):
    lycee, other = await builders.school(kind="lycee"), await builders.school(kind="lycee", name="Lycée Viette")
    now = datetime(2026, 10, 5, 8, tzinfo=UTC)
    first = await builders_ptech.scheme(school=lycee, title="MEI")
    second = await builders_ptech.scheme(school=lycee, title="Optique")
    theirs = await builders_ptech.scheme(school=other, title="Bois")
    for scheme, entry_year, told, present in (
        (first, 2022, 18, 20),
        (first, 2023, 24, 21),
        (second, 2023, 0, 12),
        (second, 2024, 0, 12),
        (theirs, 2023, 9, 10),
    ):
        cohort = await builders_ptech.cohort(of=scheme, entry_year=entry_year)
        await builders_ptech.census(cohort, entry_year, present=24)
        await builders_ptech.census(cohort, entry_year + 2, "june", present=present)
        if told:
            outcome = {"kind": "bts_entered", "pupils": told, "school_year": entry_year + 3}
            await _insert("ptech_outcomes", cohort=cohort, **outcome)
    found = await leaving_cohorts(scope=of_school(lycee), now=now)
    assert [(one.scheme_title, one.entry_year, one.leavers.unknown) for one in found.cohorts] == [
        *(("MEI", 2022, 2), ("MEI", 2023, 0), ("Optique", 2023, 12), ("Optique", 2024, 12)),
    ]
    assert found.together == Leavers("", 65, bts_entered=42, studying=0, employed=0, other=0, unknown=26, too_many=3)
    assert [one.entry_year for one in found.wrong] == [2023]
    alone = await leaving_cohorts(scope=of_school(lycee), now=now, scheme=second)
    assert [one.scheme for one in alone.cohorts] == [second, second]
    assert len((await leaving_cohorts(scope=EVERYTHING, now=now)).cohorts) == 5
