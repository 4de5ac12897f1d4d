"""A census follows from the one before, or says why not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workshops.programmes.ptech.check_flow import CensusCount, Flow, flows_of, refuse_census
from workshops.refusals import Invalid

NOW = datetime(2028, 1, 10, tzinfo=UTC)
OCTOBER = CensusCount(2026, "october", 24, girls=6)


def refused(census: CensusCount, *, known: tuple[CensusCount, ...] = (OCTOBER,), now: datetime = NOW) -> dict[str, str]:
    with pytest.raises(Invalid) as no:
        refuse_census(census, known=known, entry_year=2026, now=now)
    return no.value.errors


def test_who_was_there_plus_who_came_less_who_left_is_who_is_there():
    june = CensusCount(2026, "june", 23, entered=1, left_moved=1, left_dropout=1)
    refuse_census(june, known=[OCTOBER], entry_year=2026, now=NOW)
    assert (Flow(OCTOBER, june).expected, Flow(OCTOBER, june).gap, Flow(OCTOBER, june).sentence) == (23, 0, "")


def test_missing_pupils_are_explained_with_the_numbers_of_both_censuses():
    june = CensusCount(2026, "june", 23, entered=1)
    assert refused(june) == {
        "note": "Il manque 2 élèves : 24 en octobre 2026, 1 entré, 0 sorti, 23 en juin 2027."
        " Corrigez, ou expliquez l'écart en une phrase."
    }


def test_pupils_too_many_are_explained_as_well():
    june = CensusCount(2026, "june", 24, left_work=2, left_other=1)
    assert Flow(OCTOBER, june).sentence == (
        "Il y a 3 élèves de trop : 24 en octobre 2026, 0 entré, 3 sortis, 24 en juin 2027."
    )


def test_a_gap_with_an_explanation_is_kept():
    june = CensusCount(2026, "june", 23, entered=1, note="Deux élèves comptés deux fois en octobre.")
    refuse_census(june, known=[OCTOBER], entry_year=2026, now=NOW)


def test_the_census_before_is_the_nearest_in_time_not_the_last_written():
    june, later = CensusCount(2026, "june", 22, left_moved=2), CensusCount(2027, "october", 23, entered=1)
    refuse_census(june, known=[later, OCTOBER], entry_year=2026, now=NOW)
    assert [(flow.before.name, flow.census.name, flow.gap) for flow in flows_of([later, OCTOBER, june])] == [
        ("octobre 2026", "juin 2027", 0),
        ("juin 2027", "octobre 2027", 0),
    ]


def test_the_first_census_is_an_october_and_counts_entrants_alone():
    june = CensusCount(2026, "june", 24)
    late = CensusCount(2026, "october", 24, entered=2)
    assert refused(june, known=()) == {
        "term": "Commencez par un recensement d'octobre : il donne le nombre d'entrants."
    }
    assert refused(late, known=()) == {
        "entered": "Premier recensement : tous sont des entrants, personne n'est encore sorti."
    }


@pytest.mark.parametrize(
    ("census", "field"),
    [
        (CensusCount(2026, "june", 24, girls=25), "girls"),
        (CensusCount(2026, "june", 23, note="Léa Martin est partie."), "note"),
        (CensusCount(2025, "october", 24), "school_year"),
        (CensusCount(2033, "october", 24), "school_year"),
        (CensusCount(2028, "october", 24), "term"),
    ],
)
def test_counts_that_cannot_be_are_refused_by_their_field(census: CensusCount, field: str):
    assert field in refused(census)


def test_a_school_counts_from_september_for_october_and_from_may_for_june():
    june = CensusCount(2026, "june", 24)
    assert list(refused(june, now=datetime(2027, 4, 30, 12, tzinfo=UTC))) == ["term"]
    refuse_census(june, known=[OCTOBER], entry_year=2026, now=datetime(2027, 5, 1, 12, tzinfo=UTC))


def test_no_more_pupils_leave_than_were_there_even_with_an_explanation():
    june = CensusCount(2026, "june", 20, entered=1, left_moved=20, left_other=6, note="Erreur d'octobre.")
    told = "Sortis : pas plus que 25, les 24 présents en octobre 2026 et 1 entré depuis."
    assert refused(june) == {"left_reoriented": told}
