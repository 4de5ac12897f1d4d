from __future__ import annotations

import pytest

from workshops.programmes.bts1.add_up import COUNTS, IntakeCounts, RecordIntake
from workshops.refusals import Invalid

WHOLE = {
    "places": 12,
    "applicants": 41,
    "enrolled": 14,
    "apprentices": 12,
    "girls": 5,
    "completed": 10,
    "employed_6m": 6,
    "studying_6m": 2,
    "seeking_6m": 1,
    "unknown_6m": 1,
}


def counts(**known: int | None) -> IntakeCounts:
    return IntakeCounts(school_year=2026, **known)


def test_more_students_than_places_is_told_and_not_refused():
    RecordIntake(school_year=2026, **WHOLE)
    counted = [
        counts(places=places, enrolled=enrolled) for places, enrolled in ((12, 14), (14, 14), (None, 14), (12, None))
    ]
    assert [one.overbooked for one in counted] == [2, 0, 0, 0]


def test_what_is_not_known_yet_is_left_out():
    RecordIntake(school_year=2026, places=12)
    RecordIntake(school_year=2026, enrolled=0)


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        (dict.fromkeys(COUNTS), "places", "Notez au moins un nombre."),
        (WHOLE | {"apprentices": 15}, "apprentices", "Dont apprentis : pas plus que les 14 inscrits."),
        (WHOLE | {"girls": 15}, "girls", "Dont filles : pas plus que les 14 inscrits."),
        (WHOLE | {"completed": 15}, "completed", "Diplômés : pas plus que les 14 inscrits."),
        (WHOLE | {"unknown_6m": 2}, "employed_6m", "À 6 mois : 11 situations pour 10 diplômés."),
        ({"completed": 3}, "completed", "Diplômés : notez d'abord les inscrits."),
        ({"enrolled": 9, "employed_6m": 3}, "employed_6m", "À 6 mois : notez d'abord les diplômés."),
        ({"places": 501}, "places", "Places : écrivez un nombre de 0 à 500."),
        ({"applicants": 5001}, "applicants", "Candidats : écrivez un nombre de 0 à 5000."),
    ],
)
def test_counts_that_do_not_add_up_are_refused_in_words(wrong, field, sentence):
    with pytest.raises(Invalid) as no:
        RecordIntake(school_year=2026, **wrong)
    assert no.value.errors == {field: sentence}


def test_graduates_without_a_situation_are_counted_once_one_is_noted():
    assert counts(**WHOLE | {"unknown_6m": None}).unsituated == 1
    assert counts(**WHOLE).unsituated == 0
    assert counts(completed=10).unsituated == 0
