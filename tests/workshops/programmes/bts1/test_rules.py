from __future__ import annotations

from datetime import date

import pytest

from workshops.programmes.bts1.rules import DatedStep, months_between, refuse_step, standing
from workshops.refusals import Invalid

TODAY = date(2027, 1, 11)
IDEA = DatedStep("idee", date(2025, 3, 15), planned=False)
SET_UP = DatedStep("montage", date(2025, 9, 1), planned=False)
ACCREDITED = DatedStep("habilitee", date(2026, 6, 1), planned=False)
OPENED = DatedStep("ouverte", date(2026, 9, 1), planned=False)


def test_a_course_without_a_step_waits_for_its_idea():
    stands = standing([], today=TODAY)
    assert (stands.status, stands.next_step, stands.next_step_on, stands.late, stands.months) == (
        None,
        "idee",
        None,
        False,
        None,
    )


def test_the_status_is_the_last_step_reached_and_the_next_one_follows_it():
    graduates = DatedStep("premiere_promotion", date(2027, 10, 1), planned=True)
    stands = standing([graduates, OPENED, IDEA, ACCREDITED], today=TODAY)
    assert (stands.status, stands.since) == ("ouverte", date(2026, 9, 1))
    assert (stands.next_step, stands.next_step_on, stands.late) == ("premiere_promotion", date(2027, 10, 1), False)
    assert (stands.months, stands.opening_planned) == (17, False)


def test_a_planned_step_whose_day_has_passed_is_late():
    planned = DatedStep("habilitee", date(2027, 1, 10), planned=True)
    assert standing([IDEA, SET_UP, planned], today=TODAY).late is True
    assert standing([IDEA, SET_UP, planned], today=date(2027, 1, 10)).late is False


def test_the_months_to_a_planned_opening_are_told_as_planned():
    opening = DatedStep("ouverte", date(2027, 9, 1), planned=True)
    stands = standing([IDEA, opening], today=TODAY)
    assert (stands.status, stands.months, stands.opening_planned) == ("idee", 29, True)


def test_a_course_that_reached_every_step_has_no_next_one():
    graduates = DatedStep("premiere_promotion", date(2026, 10, 1), planned=False)
    stands = standing([IDEA, graduates], today=TODAY)
    assert (stands.status, stands.next_step, stands.next_step_on) == ("premiere_promotion", None, None)


def test_a_suspension_hides_the_step_before_it_and_makes_nothing_late():
    late = DatedStep("habilitee", date(2026, 12, 1), planned=True)
    stopped = DatedStep("suspendue", date(2026, 12, 15), planned=False)
    stands = standing([IDEA, SET_UP, late, stopped], today=TODAY)
    assert (stands.status, stands.since, stands.late) == ("suspendue", date(2026, 12, 15), False)


def test_a_planned_suspension_changes_no_status():
    planned = DatedStep("suspendue", date(2027, 6, 1), planned=True)
    assert standing([IDEA, planned], today=TODAY).status == "idee"


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2025, 3, 15), date(2026, 9, 1), 17),
        (date(2025, 3, 1), date(2026, 9, 1), 18),
        (date(2025, 3, 15), date(2025, 3, 15), 0),
        (date(2024, 12, 31), date(2025, 1, 30), 0),
    ],
)
def test_only_whole_months_count(first, last, months):
    assert months_between(first, last) == months


@pytest.mark.parametrize(
    ("new", "field", "sentence"),
    [
        (DatedStep("montage", date(1999, 1, 1), True), "step_on", "Date : entre 2000 et 2100."),
        (
            DatedStep("montage", date(2027, 1, 12), False),
            "step_on",
            "Ce jour n'est pas encore venu : notez l'étape comme prévue.",
        ),
        (
            DatedStep("montage", date(2025, 3, 14), False),
            "step_on",
            "« Montage » vient après « Idée », du 15/03/2025.",
        ),
        (
            DatedStep("habilitee", date(2026, 9, 2), False),
            "step_on",
            "« Habilitée » vient avant « Ouverte », du 01/09/2026.",
        ),
        (
            DatedStep("habilitee", date(2026, 6, 1), True),
            "planned",
            "« Ouverte » est déjà franchie : cette étape l'est donc aussi.",
        ),
        (
            DatedStep("suspendue", date(2025, 3, 14), False),
            "step_on",
            "« Suspendue » vient avant « Idée », du 15/03/2025.",
        ),
    ],
)
def test_a_step_out_of_order_is_refused_in_words(new, field, sentence):
    with pytest.raises(Invalid) as no:
        refuse_step(new, [IDEA, OPENED], today=TODAY)
    assert no.value.errors == {field: sentence}


def test_a_step_is_not_reached_before_the_one_that_is_only_planned():
    planned = DatedStep("habilitee", date(2026, 6, 1), planned=True)
    with pytest.raises(Invalid) as no:
        refuse_step(OPENED, [IDEA, planned], today=TODAY)
    assert no.value.errors == {"planned": "« Habilitée » n'est encore que prévue : notez-la d'abord comme franchie."}


def test_two_steps_may_share_a_day_and_a_step_may_replace_itself():
    refuse_step(DatedStep("montage", IDEA.step_on, False), [IDEA], today=TODAY)
    refuse_step(DatedStep("idee", date(2026, 8, 31), False), [IDEA, OPENED], today=TODAY)
